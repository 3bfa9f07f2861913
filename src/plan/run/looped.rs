//! Loops with their members: the program of a head, its operands, and how its value lies.

use rustc_hash::FxHashMap;

use super::compile::Compiler;
use super::lines::{Draft, Leaf, MOST_LEAVES, innermost};
use super::place::{Layout, Place, axes_of_labels, distinct, label_steps};
use super::program::{Formula, From, Operation};
use super::tensor::dense;
use crate::kernel::Binary;
use crate::plan::contraction::{Group, Label};
use crate::plan::entry::{self, Map};
use crate::plan::error::PlanError;
use crate::plan::fuse::{Role, axes_of_head, loop_lengths, matched, resolved};
use crate::plan::graph::Kernel;
use crate::plan::node::NodeId;

/// The program of a loop as it is written: every value has a register of its own.
struct Writer<'c, 'g> {
    compiler: &'c mut Compiler<'g>,
    head: NodeId,
    sizes: Vec<usize>,
    leaves: Vec<Leaf>,
    known_leaves: FxHashMap<(NodeId, Vec<Group>), usize>,
    operations: Vec<Operation>,
    known: FxHashMap<NodeId, From>,
    /// Diagonals that are added to the value.
    diagonals: Vec<(f64, NodeId)>,
}

impl Compiler<'_> {
    /// The value of a head.
    pub(super) fn looped(&mut self, head: NodeId) -> Result<Layout, PlanError> {
        let unknown = PlanError::Unsupported("an operation without its operands");
        if let Kernel::Sum(terms) = self.graph.kernel(head)
            && self.fusion.operands(self.graph, head) > MOST_LEAVES
        {
            let terms: Vec<(f64, NodeId)> = terms.iter().map(|(coeff, term)| (coeff.value(), *term)).collect();
            return self.long_sum(head, &terms);
        }
        let axes = axes_of_head(self.graph, head).ok_or(unknown)?;
        let mut writer = Writer {
            sizes: loop_lengths(self.graph, head),
            compiler: &mut *self,
            head,
            leaves: Vec::new(),
            known_leaves: FxHashMap::default(),
            operations: Vec::new(),
            known: FxHashMap::default(),
            diagonals: Vec::new(),
        };
        let value = match writer.node(head, &axes)? {
            From::Register(at) => at,
            leaf @ From::Leaf(_) => {
                writer.push(Operation::Sum([(1.0, leaf)].into()));
                writer.operations.len() - 1
            }
        };
        let Writer { sizes, leaves, operations, diagonals, .. } = writer;
        let formula = Formula { operations, values: vec![value] };
        let value = self.laid_out(head, &axes, sizes, leaves, formula, !diagonals.is_empty());
        for (coeff, diagonal) in diagonals {
            self.add_diagonal(coeff, diagonal, &value)?;
        }
        Ok(value)
    }

    /// A sum of more terms than a loop has operands.
    fn long_sum(&mut self, head: NodeId, terms: &[(f64, NodeId)]) -> Result<Layout, PlanError> {
        let lengths: Vec<usize> = self.graph.lengths(head).iter().map(|length| length.size).collect();
        let buffer = self.buffer(lengths.iter().product());
        let steps = dense(&lengths);
        let mut added = false;
        let is_diagonal =
            |compiler: &Self, id: NodeId| compiler.fusion.member(id).is_some_and(|own| own.role == Role::Diagonal);
        let (diagonals, plain): (Vec<_>, Vec<_>) = terms.iter().copied().partition(|(_, id)| is_diagonal(self, *id));
        for part in plain.chunks(MOST_LEAVES) {
            let mut leaves = Vec::new();
            for (_, term) in part {
                let layout = self.layout(*term)?;
                leaves.push(Leaf { place: layout.place, first: layout.first, steps: layout.steps });
            }
            let sum = part.iter().enumerate().map(|(place, (coeff, _))| (*coeff, From::Leaf(place))).collect();
            let out = Leaf { place: Place::Made(buffer), first: 0, steps: steps.clone() };
            let formula = Formula::single(Operation::Sum(sum));
            let sizes = lengths.clone();
            self.lines(Draft { sizes, out, leaves, formula, adds: added, clears: false });
            added = true;
        }
        let value = Layout::dense(buffer, lengths.clone());
        for (coeff, diagonal) in diagonals {
            self.add_diagonal(coeff, diagonal, &value)?;
        }
        Ok(value)
    }

    /// The steps that store a loop's value, and how it lies.
    fn laid_out(
        &mut self,
        head: NodeId,
        axes: &[Group],
        sizes: Vec<usize>,
        leaves: Vec<Leaf>,
        formula: Formula,
        is_whole: bool,
    ) -> Layout {
        let lengths: Vec<usize> = self.graph.lengths(head).iter().map(|length| length.size).collect();
        let labels = distinct(axes);
        let count = axes.iter().map(Vec::len).sum::<usize>();
        let has_diagonal = count > labels.len();
        let mut own = sizes.clone();
        // Along a label that no operand has the value stays the same: it is computed once.
        let is_flat = |label: usize| leaves.iter().all(|leaf| leaf.steps[label] == 0);
        if !is_whole && !has_diagonal {
            let kept = |label: &Label| !is_flat(*label as usize) && sizes[*label as usize] != 1;
            let mut order: Vec<Label> = labels.iter().copied().filter(kept).collect();
            labels.iter().filter(|label| !kept(label)).for_each(|label| own[*label as usize] = 1);
            let natural = order.clone();
            // The axis along which most operands run by ones is last.
            let all = leaves.iter().map(|leaf| leaf.steps.as_slice()).filter(|steps| {
                // Those that are as large as the value.
                natural.iter().all(|label| steps[*label as usize] != 0)
            });
            let among: Vec<usize> = (0..own.len())
                .map(|label| if order.iter().any(|own| *own as usize == label) { own[label] } else { 1 })
                .collect();
            if let Some(last) = innermost(&among, all.clone())
                && all.clone().any(|steps| steps[last] == 1)
            {
                let all_of = |label: Label| all.clone().map(|steps| steps[label as usize]).sum::<usize>();
                order.sort_by_key(|label| (*label as usize == last, std::cmp::Reverse(all_of(*label))));
            }
            for order in [order, natural.clone()] {
                let mut steps = vec![0; sizes.len()];
                let lengths_of: Vec<usize> = order.iter().map(|label| sizes[*label as usize]).collect();
                for (label, step) in order.iter().zip(dense(&lengths_of)) {
                    steps[*label as usize] = step;
                }
                if let Some(by_axis) = axes_of_labels(axes, &steps, &sizes) {
                    let buffer = self.buffer(lengths_of.iter().product());
                    let sums = (0..own.len()).any(|label| own[label] != 1 && steps[label] == 0);
                    let out = Leaf { place: Place::Made(buffer), first: 0, steps };
                    self.lines(Draft { sizes: own, out, leaves, formula, adds: sums, clears: sums });
                    return Layout { place: Place::Made(buffer), first: 0, lengths, steps: by_axis };
                }
            }
        }
        let buffer = self.buffer(lengths.iter().product());
        let steps = label_steps(axes, &dense(&lengths), &sizes);
        let sums = (0..sizes.len()).any(|label| sizes[label] != 1 && steps[label] == 0);
        let out = Leaf { place: Place::Made(buffer), first: 0, steps };
        self.lines(Draft { sizes, out, leaves, formula, adds: sums, clears: sums || has_diagonal });
        Layout::dense(buffer, lengths)
    }

    /// Adds a multiple of a diagonal to a value.
    fn add_diagonal(&mut self, coeff: f64, diagonal: NodeId, value: &Layout) -> Result<(), PlanError> {
        let Kernel::Contract(contraction) = self.graph.kernel(diagonal) else { return Ok(()) };
        if !matches!(value.place, Place::Made(_)) {
            return Ok(());
        }
        let sizes: Vec<usize> = contraction.lengths.iter().map(|length| length.size).collect();
        let mut leaves = Vec::new();
        for (operand, groups) in &contraction.operands {
            let layout = self.layout(*operand)?;
            let steps = label_steps(groups, &layout.steps, &sizes);
            leaves.push(Leaf { place: layout.place, first: layout.first, steps });
        }
        if leaves.is_empty() {
            let one = self.one();
            leaves.push(Leaf { place: one.place, first: 0, steps: vec![0; sizes.len()] });
        }
        let mut operations = Vec::new();
        let mut factor = From::Leaf(0);
        if leaves.len() == 2 {
            operations.push(Operation::Zip(Binary::Multiply, From::Leaf(0), From::Leaf(1)));
            factor = From::Register(0);
        }
        operations.push(Operation::Sum([(coeff, factor)].into()));
        let formula = Formula { values: vec![operations.len() - 1], operations };
        let steps = label_steps(&contraction.output, &value.steps, &sizes);
        let out = Leaf { place: value.place, first: value.first, steps };
        self.lines(Draft { sizes, out, leaves, formula, adds: true, clears: false });
        Ok(())
    }
}

impl Writer<'_, '_> {
    fn push(&mut self, operation: Operation) -> From {
        self.operations.push(operation);
        From::Register(self.operations.len() - 1)
    }

    fn operand(&mut self, id: NodeId, axes: &[Group]) -> Result<From, PlanError> {
        let is_member = self.compiler.fusion.member(id).is_some_and(|member| member.head == self.head);
        if is_member { self.node(id, axes) } else { self.leaf(id, axes) }
    }

    fn leaf(&mut self, id: NodeId, axes: &[Group]) -> Result<From, PlanError> {
        let key = (id, axes.to_vec());
        if let Some(known) = self.known_leaves.get(&key) {
            return Ok(From::Leaf(*known));
        }
        let layout = self.compiler.layout(id)?;
        let steps = label_steps(axes, &layout.steps, &self.sizes);
        self.leaves.push(Leaf { place: layout.place, first: layout.first, steps });
        self.known_leaves.insert(key, self.leaves.len() - 1);
        Ok(From::Leaf(self.leaves.len() - 1))
    }

    /// The value of the head or of a member.
    fn node(&mut self, id: NodeId, axes: &[Group]) -> Result<From, PlanError> {
        if let Some(known) = self.known.get(&id) {
            return Ok(*known);
        }
        let graph = self.compiler.graph;
        let value = match graph.kernel(id) {
            Kernel::Map(map, x) => {
                let x = self.operand(*x, axes)?;
                self.map(*map, x)?
            }
            Kernel::Zip(zip, x, y) => {
                let (x, y) = (self.operand(*x, axes)?, self.operand(*y, axes)?);
                self.push(match entry::kernel_of_two(*zip) {
                    Some(kernel) => Operation::Zip(kernel, x, y),
                    None => Operation::Two(*zip, x, y),
                })
            }
            Kernel::Sum(terms) => {
                let mut sum = Vec::new();
                for (coeff, term) in terms {
                    if self.compiler.fusion.member(*term).is_some_and(|member| member.role == Role::Diagonal) {
                        self.diagonals.push((coeff.value(), *term));
                    } else {
                        sum.push((coeff.value(), self.operand(*term, axes)?));
                    }
                }
                self.push(Operation::Sum(sum.into()))
            }
            Kernel::Contract(contraction) => {
                let labels = matched(contraction, axes, id == self.head)
                    .ok_or(PlanError::Unsupported("axes that do not fit"))?;
                let mut factors = Vec::new();
                for (operand, groups) in &contraction.operands {
                    let own: Vec<Group> = groups.iter().map(|group| resolved(group, &labels)).collect();
                    factors.push(self.operand(*operand, &own)?);
                }
                match *factors.as_slice() {
                    [] => {
                        let one = self.compiler.one();
                        self.leaves.push(Leaf { place: one.place, first: 0, steps: vec![0; self.sizes.len()] });
                        From::Leaf(self.leaves.len() - 1)
                    }
                    [only] => only,
                    [x, y, ..] => self.push(Operation::Zip(Binary::Multiply, x, y)),
                }
            }
            _ => return Err(PlanError::Unsupported("an operation that is no loop")),
        };
        self.known.insert(id, value);
        Ok(value)
    }

    fn map(&mut self, map: Map, x: From) -> Result<From, PlanError> {
        entry::map(map, 0.5).ok_or(PlanError::Unsupported("a declared function, which has no values"))?;
        Ok(self.push(match entry::kernel(map) {
            Some(kernel) => Operation::Map(kernel, x),
            None => Operation::Func(map, x),
        }))
    }
}
