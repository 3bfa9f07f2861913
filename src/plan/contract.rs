//! Contractions as nodes, in normal form, and the operations on tensors that are contractions.

use super::contraction::{Draft, Group, Label};
use super::entry::{Map, Zip};
use super::graph::{Graph, Kernel};
use super::matrix::Matrix;
use super::node::{Length, NodeId};

impl Graph {
    /// The value of a contraction, in normal form: no factor only moves entries, none is a number beside others, labels are numbered in the
    /// order in which they occur.
    pub fn contract(&mut self, mut draft: Draft) -> NodeId {
        for (operand, groups) in &draft.operands {
            for (length, group) in self.lengths(*operand).iter().zip(groups) {
                if let [only] = group.as_slice() {
                    // A length with a name is kept rather than its number.
                    let known = draft.lengths.entry(*only).or_insert_with(|| length.clone());
                    if known.of.is_none() && known.size == length.size {
                        known.clone_from(length);
                    }
                }
            }
        }
        let mut number = 1.0;
        let mut place = 0;
        while place < draft.operands.len() {
            match self.kernel(draft.operands[place].0).clone() {
                Kernel::Number(value) => {
                    number *= value.value();
                    draft.operands.remove(place);
                }
                Kernel::Sum(terms) if terms.len() == 1 => {
                    number *= terms[0].0.value();
                    draft.operands[place].0 = terms[0].1;
                }
                Kernel::Contract(inner) if inner.is_movement() && draft.inline(place, &inner) => {}
                _ => place += 1,
            }
        }
        self.square_roots(&mut draft);
        draft.drop_ones();
        number *= self.sums_of_ones(&mut draft);
        if draft.operands.iter().any(|(operand, _)| self.is_zero(*operand)) {
            number = 0.0;
        }
        if number == 0.0 {
            draft.operands.clear();
        }
        let bare = draft.operands.is_empty();
        if bare && number != 1.0 {
            if draft.output.is_empty() {
                return self.number(number);
            }
            // A diagonal or full array of one number.
            let value = self.number(number);
            draft.operands.push((value, Vec::new()));
        }
        if bare && number == 1.0 && draft.output.is_empty() {
            return self.number(1.0);
        }
        let value = match draft.operands.as_slice() {
            [(only, groups)] if *groups == draft.output && is_plain(groups) => *only,
            _ => match self.quotient(&draft) {
                Some(quotient) => quotient,
                None => self.canonical(draft),
            },
        };
        if bare { value } else { self.scale(number, value) }
    }

    /// x · 1/y of two numbers as one division.
    fn quotient(&mut self, draft: &Draft) -> Option<NodeId> {
        let [(x, on_x), (y, on_y)] = draft.operands.as_slice() else { return None };
        if !(on_x.is_empty() && on_y.is_empty() && draft.output.is_empty()) {
            return None;
        }
        let below = |id: NodeId| match *self.kernel(id) {
            Kernel::Map(Map::Reciprocal, below) => Some(below),
            _ => None,
        };
        let (above, below) = match (below(*x), below(*y)) {
            (_, Some(below)) => (*x, below),
            (Some(below), None) => (*y, below),
            (None, None) => return None,
        };
        Some(self.zip(Zip::Divide, above, below))
    }

    /// √x√x of a sum of squares x is x.
    fn square_roots(&self, draft: &mut Draft) {
        let is_square = |id: NodeId| matches!(self.kernel(id), Kernel::Contract(inner) if matches!(&*inner.operands, [left, right] if left == right));
        for place in 0..draft.operands.len() {
            let Kernel::Map(Map::Sqrt, square) = *self.kernel(draft.operands[place].0) else { continue };
            let twin = (place + 1..draft.operands.len()).find(|other| draft.operands[*other] == draft.operands[place]);
            if let (Some(twin), true) = (twin, is_square(square)) {
                draft.operands[place].0 = square;
                draft.operands.remove(twin);
                return;
            }
        }
    }

    /// Σᵢ 1 over labels that no factor has any more is their length.
    fn sums_of_ones(&mut self, draft: &mut Draft) -> f64 {
        let mut number = 1.0;
        for label in std::mem::take(&mut draft.orphans) {
            let length = draft.lengths.get(&label).cloned().unwrap_or_else(|| Length::number(1));
            let size = self.size(length);
            match self.as_number(size) {
                Some(size) => number *= size,
                None => draft.operands.push((size, Vec::new())),
            }
        }
        number
    }

    fn canonical(&mut self, draft: Draft) -> NodeId {
        let contraction = draft.numbered();
        let lengths = contraction.output.iter().map(|group| contraction.length(group)).collect();
        self.add(Kernel::Contract(contraction), lengths)
    }

    /// Whether every entry is 0 by construction.
    #[must_use]
    pub fn is_zero(&self, id: NodeId) -> bool {
        match self.kernel(id) {
            Kernel::Number(value) => value.value() == 0.0,
            Kernel::Contract(contraction) => {
                matches!(&*contraction.operands, [(only, _)] if self.as_number(*only) == Some(0.0))
            }
            _ => false,
        }
    }

    /// A tensor of one number.
    pub fn filled(&mut self, value: f64, lengths: &[Length]) -> NodeId {
        let number = self.number(value);
        self.fill(number, lengths)
    }

    /// A tensor of one scalar.
    pub fn fill(&mut self, scalar: NodeId, lengths: &[Length]) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(lengths);
        draft.factor(scalar, &[]);
        draft.result(&labels);
        self.contract(draft)
    }

    /// The identity matrix.
    pub fn eye(&mut self, length: Length) -> NodeId {
        let mut draft = Draft::default();
        let label = draft.label(length);
        draft.result(&[label, label]);
        self.contract(draft)
    }

    /// The product entry by entry of tensors of the same lengths, or of one with a scalar.
    pub fn times(&mut self, x: NodeId, y: NodeId) -> NodeId {
        let lengths = if self.lengths(x).is_empty() { self.lengths(y) } else { self.lengths(x) }.to_vec();
        let mut draft = Draft::default();
        let labels = draft.labels(&lengths);
        for operand in [x, y] {
            let own: &[Label] = if self.lengths(operand).is_empty() { &[] } else { &labels };
            draft.factor(operand, own);
        }
        draft.result(&labels);
        self.contract(draft)
    }

    /// The sum of all entries of a product entry by entry.
    pub fn dot(&mut self, x: NodeId, y: NodeId) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(self.lengths(x));
        draft.factor(x, &labels);
        draft.factor(y, &labels);
        self.contract(draft)
    }

    /// The sum of entries along axes.
    pub fn total(&mut self, x: NodeId, axes: &[usize]) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(self.lengths(x));
        draft.factor(x, &labels);
        let kept: Vec<Label> = (0..).zip(&labels).filter(|(axis, _)| !axes.contains(axis)).map(|(_, l)| *l).collect();
        draft.result(&kept);
        self.contract(draft)
    }

    /// A tensor that stays the same along new axes, put where the axes of the result are not in `axes`, which says where its own go.
    pub fn spread(&mut self, x: NodeId, axes: &[usize], lengths: &[Length]) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(lengths);
        let own: Vec<Label> = axes.iter().map(|axis| labels[*axis]).collect();
        draft.factor(x, &own);
        draft.result(&labels);
        self.contract(draft)
    }

    /// The last two axes exchanged.
    pub fn transposed(&mut self, x: NodeId) -> NodeId {
        let mut draft = Draft::default();
        let mut labels = draft.labels(self.lengths(x));
        draft.factor(x, &labels);
        let count = labels.len();
        labels.swap(count - 2, count - 1);
        draft.result(&labels);
        self.contract(draft)
    }

    /// X with AX = B or AᵀX = B, as the operation says, where B has its rows along one axis and columns along all others: one system.
    pub(super) fn solved_at(&mut self, matrix: Matrix, a: NodeId, b: NodeId, row: usize) -> NodeId {
        let lengths = self.lengths(b).to_vec();
        let as_system = |labels: &[Label]| -> Vec<Group> {
            let columns = labels.iter().enumerate().filter(|(axis, _)| *axis != row).map(|(_, label)| *label).collect();
            vec![vec![labels[row]], columns]
        };
        let mut draft = Draft::default();
        let labels = draft.labels(&lengths);
        draft.factor(b, &labels);
        draft.result_of_groups(as_system(&labels));
        let system = self.contract(draft);
        let solved = self.matrix(matrix, &[a, system]);
        let mut draft = Draft::default();
        let labels = draft.labels(&lengths);
        draft.factor_of_groups(solved, as_system(&labels));
        draft.result(&labels);
        self.contract(draft)
    }

    /// Products of the matrices of the last two axes.
    pub fn matmul(&mut self, x: NodeId, y: NodeId) -> NodeId {
        let mut draft = Draft::default();
        let left = draft.labels(self.lengths(x));
        let count = left.len();
        let last = draft.label(self.lengths(y)[count - 1].clone());
        let mut right = left[..count - 2].to_vec();
        right.extend([left[count - 1], last]);
        draft.factor(x, &left);
        draft.factor(y, &right);
        let mut result = left[..count - 1].to_vec();
        result.push(last);
        draft.result(&result);
        self.contract(draft)
    }
}

/// Whether every axis has one label, each its own.
fn is_plain(groups: &[Group]) -> bool {
    let mut labels: Vec<Label> = groups.iter().flatten().copied().collect();
    let count = labels.len();
    labels.sort_unstable();
    labels.dedup();
    labels.len() == count
}
