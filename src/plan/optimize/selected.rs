//! Products with columns of the identity that follow one another, [i = j + k]: Σⱼ [i = j + k] vⱼ is v with zeros before and after it,
//! Σᵢ [i = j + k] wᵢ is a slice of w, and Σᵢ [i = k] wᵢ an entry; none of them needs the columns.

use crate::plan::contraction::{Draft, Group, Label};
use crate::plan::entry::Zip;
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::{Length, NodeId};

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

/// The rows of the ones in columns, so many and from there on.
fn positions(graph: &mut Graph, columns: Length, start: f64) -> NodeId {
    let range = graph.range(columns.clone());
    let from = graph.filled(start, &[columns]);
    graph.sum(&[(1.0, range), (1.0, from)])
}

/// The place of the 1 in one column of the identity.
fn place_of_one(graph: &Graph, id: NodeId) -> Option<f64> {
    let Kernel::Zip(Zip::Equal, x, y) = *graph.kernel(id) else { return None };
    let [length] = graph.lengths(id) else { return None };
    let place = |row: NodeId, number: NodeId| Some(graph.constant(number)? - graph.consecutive(row)?.1.as_number()?);
    let place = place(x, y).or_else(|| place(y, x))?;
    (place.fract() == 0.0 && place >= 0.0 && place < length.size as f64).then_some(place)
}

/// Columns of the identity among the factors of a product: their rows, and the columns where there are several.
struct Factor {
    along: Label,
    from: Option<Label>,
    start: f64,
}

impl Factor {
    fn of(graph: &Graph, (id, groups): &(NodeId, Vec<Group>)) -> Option<Self> {
        if let ([group], Some(start)) = (groups.as_slice(), place_of_one(graph, *id)) {
            let &[along] = group.as_slice() else { return None };
            return Some(Self { along, from: None, start });
        }
        let Columns { row, start } = columns(graph, *id)?;
        let (&[along], &[from]) = (groups[row].as_slice(), groups[1 - row].as_slice()) else { return None };
        (along != from).then_some(Self { along, from: Some(from), start })
    }
}

/// The product with parts of its factors in the place of columns of the identity that are added up over their rows, where it has some.
pub(super) fn sliced(graph: &mut Graph, draft: &Draft) -> Option<Draft> {
    for (place, operand) in draft.operands.iter().enumerate() {
        let Some(Factor { along, from, start }) = Factor::of(graph, operand) else { continue };
        let mut product = draft.clone();
        product.operands.remove(place);
        let has = |group: &Group| group.contains(&along);
        let is_along = |group: &Group| *group == [along];
        // Each factor with these rows has them along one axis alone.
        let is_cut =
            |groups: &[Group]| groups.iter().filter(|group| has(group)).count() == 1 && groups.iter().any(is_along);
        let mut with_rows = product.operands.iter().filter(|(_, groups)| groups.iter().any(has)).peekable();
        if draft.output.iter().any(has) || with_rows.peek().is_none() || !with_rows.all(|(_, groups)| is_cut(groups)) {
            continue;
        }
        let rows = match from {
            Some(from) => positions(graph, product.length(from), start),
            None => graph.number(start),
        };
        for (factor, groups) in &mut product.operands {
            let Some(axis) = groups.iter().position(is_along) else { continue };
            let mut order: Vec<usize> = (0..groups.len()).collect();
            order.remove(axis);
            order.insert(0, axis);
            let first = graph.permuted(*factor, &order);
            *factor = graph.take(first, &[rows]);
            groups.remove(axis);
            groups.splice(0..0, from.map(|from| vec![from]));
        }
        return Some(product);
    }
    None
}

impl Selected {
    /// The product as one that is put between zeros, where it is.
    pub(super) fn of(graph: &Graph, draft: &Draft) -> Option<Self> {
        if draft.output.len() > MOST_AXES || !draft.orphans.is_empty() {
            return None;
        }
        (0..draft.operands.len()).find_map(|place| {
            let Factor { along, from: Some(from), start } = Factor::of(graph, &draft.operands[place])? else {
                return None;
            };
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
        let positions = positions(graph, short, self.start);
        let filled = graph.scatter(value, &[positions], &[long]);
        let mut draft = self.product.clone();
        draft.operands = vec![(filled, Vec::new())];
        draft.operands[0].1 =
            std::iter::once(vec![self.along]).chain(self.product.output[1..].iter().cloned()).collect();
        draft.output.clone_from(&self.output);
        graph.contract(draft)
    }
}
