//! Products with columns of the identity that follow one another, [i = j + k]: Σⱼ [i = j + k] vⱼ is v with zeros before and after it, and
//! needs no matrix.

use crate::plan::contraction::{Draft, Group, Label};
use crate::plan::entry::Zip;
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::NodeId;

/// The most axes of an array that is set between zeros.
const MOST_AXES: usize = 2;

/// A product whose value is put between zeros along one axis.
pub(super) struct Selected {
    /// The product without the columns of the identity; its first axis is the one that is filled up.
    pub(super) product: Draft,
    /// The label of the axis of the result, and of that of the product.
    along: Label,
    from: Label,
    /// How many zeros come before.
    start: f64,
    /// The axes of the result.
    output: Vec<Group>,
}

/// Columns of the identity: row i and column j where i = j + start.
struct Columns {
    row: usize,
    start: f64,
}

fn columns(graph: &Graph, id: NodeId) -> Option<Columns> {
    let Kernel::Zip(Zip::Equal, x, y) = *graph.kernel(id) else { return None };
    let ((x_axis, x_start), (y_axis, y_start)) = (graph.consecutive(x)?, graph.consecutive(y)?);
    let lengths = graph.lengths(id);
    if x_axis == y_axis || lengths.len() != 2 {
        return None;
    }
    // Every column has its 1.
    let fits =
        |row: usize, start: f64| start >= 0.0 && start + lengths[1 - row].size as f64 <= lengths[row].size as f64;
    let start = y_start.as_number()? - x_start.as_number()?;
    if fits(x_axis, start) {
        return Some(Columns { row: x_axis, start });
    }
    fits(y_axis, -start).then_some(Columns { row: y_axis, start: -start })
}

impl Selected {
    /// The product as one that is put between zeros, where it is.
    pub(super) fn of(graph: &Graph, draft: &Draft) -> Option<Self> {
        if draft.output.len() > MOST_AXES || !draft.orphans.is_empty() {
            return None;
        }
        (0..draft.operands.len()).find_map(|place| {
            let (id, groups) = &draft.operands[place];
            let Columns { row, start } = columns(graph, *id)?;
            let (&[along], &[from]) = (groups[row].as_slice(), groups[1 - row].as_slice()) else { return None };
            let mut product = draft.clone();
            product.operands.remove(place);
            let has = |label: Label, all: &[Group]| all.iter().flatten().any(|own| *own == label);
            let in_factors = |label: Label| product.operands.iter().any(|(_, groups)| has(label, groups));
            let axis = draft.output.iter().position(|group| group[..] == [along])?;
            let rest: Vec<Group> =
                draft.output.iter().enumerate().filter(|(at, _)| *at != axis).map(|(_, group)| group.clone()).collect();
            if in_factors(along) || !in_factors(from) || has(along, &rest) || has(from, &draft.output) {
                return None;
            }
            product.output = std::iter::once(vec![from]).chain(rest).collect();
            Some(Self { product, along, from, start, output: draft.output.clone() })
        })
    }

    /// The value of the product between its zeros.
    pub(super) fn filled_up(&self, graph: &mut Graph, value: NodeId) -> NodeId {
        let (long, short) = (self.product.length(self.along), self.product.length(self.from));
        let range = graph.range(short.clone());
        let mut ones = Draft::default();
        let label = ones.label(short);
        ones.result(&[label]);
        let ones = graph.contract(ones);
        let positions = graph.sum(&[(1.0, range), (self.start, ones)]);
        let filled = graph.scatter(value, &[positions], &[long]);
        let mut draft = self.product.clone();
        draft.operands = vec![(filled, Vec::new())];
        draft.operands[0].1 =
            std::iter::once(vec![self.along]).chain(self.product.output[1..].iter().cloned()).collect();
        draft.output.clone_from(&self.output);
        graph.contract(draft)
    }
}
