//! Contractions: products of tensors, summed over what the result does not have.
//!
//! Every axis carries a label, or several where it runs over all combinations of them (the last fastest). The value at some labels of the
//! result is the product of the operands' entries there, summed over all other labels. A label that the result has twice stands for a
//! diagonal: entries off it are 0. Along a label of the result that no operand has, the value stays the same. So
//! AB is `ij,jk→ik`, a transpose `ij→ji`, the identity `→ii`, vec X `ij→(ji)`, X ⊗ Y `ij,kl→(ik)(jl)` and diag(d)X `i,ij→ij`.

use rustc_hash::FxHashMap;

use super::graph::{Graph, Kernel, Length, Map, NodeId};

/// A label.
pub type Label = u32;

/// The labels of an axis; none of an axis of length 1.
pub type Group = Vec<Label>;

/// A product of tensors, summed over what the result does not have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Contraction {
    /// The factors with the labels of their axes.
    pub operands: Box<[(NodeId, Box<[Group]>)]>,
    /// The labels of the result's axes.
    pub output: Box<[Group]>,
    /// The length of each label.
    pub lengths: Box<[Length]>,
}

impl Contraction {
    /// The length of an axis.
    #[must_use]
    pub fn length(&self, group: &[Label]) -> Length {
        group.iter().fold(Length::number(1), |product, label| product.times(&self.lengths[*label as usize]))
    }

    /// Whether nothing is multiplied or added: entries move, or stay the same along new axes.
    #[must_use]
    pub fn is_movement(&self) -> bool {
        match &*self.operands {
            [] => true,
            [(_, groups)] => self.is_kept(groups),
            _ => false,
        }
    }

    /// Whether the result has every label of these axes.
    fn is_kept(&self, groups: &[Group]) -> bool {
        groups.iter().flatten().all(|label| self.output.iter().flatten().any(|kept| kept == label))
    }

    /// Whether no entries are added.
    #[must_use]
    pub fn is_without_sums(&self) -> bool {
        self.operands.iter().all(|(_, groups)| self.is_kept(groups))
    }

    /// Whether the result is a diagonal somewhere.
    #[must_use]
    pub fn has_diagonal(&self) -> bool {
        let mut labels: Vec<Label> = self.output.iter().flatten().copied().collect();
        let count = labels.len();
        labels.sort_unstable();
        labels.dedup();
        labels.len() < count
    }
}

/// A contraction that is being put together; its labels are any numbers.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub(super) operands: Vec<(NodeId, Vec<Group>)>,
    pub(super) output: Vec<Group>,
    pub(super) lengths: FxHashMap<Label, Length>,
    /// Labels that are summed over and that no factor has any more.
    orphans: Vec<Label>,
    next: Label,
}

impl Draft {
    /// A label of a length that no axis has said yet.
    pub fn label(&mut self, length: Length) -> Label {
        self.next += 1;
        self.lengths.insert(self.next, length);
        self.next
    }

    /// Labels for lengths.
    pub fn labels(&mut self, lengths: &[Length]) -> Vec<Label> {
        lengths.iter().map(|length| self.label(length.clone())).collect()
    }

    /// A factor with a label for each axis.
    pub fn factor(&mut self, operand: NodeId, labels: &[Label]) {
        self.operands.push((operand, labels.iter().map(|label| vec![*label]).collect()));
    }

    /// A factor with groups of labels.
    pub fn factor_of_groups(&mut self, operand: NodeId, groups: Vec<Group>) {
        self.operands.push((operand, groups));
    }

    /// The labels of the result.
    pub fn result(&mut self, labels: &[Label]) {
        self.output = labels.iter().map(|label| vec![*label]).collect();
    }

    /// The groups of labels of the result.
    pub fn result_of_groups(&mut self, groups: Vec<Group>) {
        self.output = groups;
    }

    /// A contraction with fresh labels.
    pub(super) fn of(contraction: &Contraction) -> Self {
        let mut draft = Self::default();
        draft.next = u32::try_from(contraction.lengths.len()).unwrap_or(u32::MAX);
        draft.lengths = (0..).zip(contraction.lengths.iter().cloned()).collect();
        draft.operands = contraction.operands.iter().map(|(id, groups)| (*id, groups.to_vec())).collect();
        draft.output = contraction.output.to_vec();
        draft
    }

    fn size(&self, label: Label) -> usize {
        self.lengths.get(&label).map_or(1, |length| length.size)
    }

    /// The contraction in the place of a factor that it is the value of. Nothing changes and none is told where labels cannot be matched.
    pub(super) fn inline(&mut self, place: usize, inner: &Contraction) -> bool {
        let shift = self.next + 1;
        let renamed = |groups: &[Group]| -> Vec<Group> {
            groups.iter().map(|group| group.iter().map(|label| label + shift).collect()).collect()
        };
        let mut lengths = self.lengths.clone();
        for (label, length) in (0..).zip(inner.lengths.iter()) {
            lengths.insert(label + shift, length.clone());
        }
        let mut matching = Matching { lengths: &lengths, replaced: FxHashMap::default() };
        for (outer, own) in self.operands[place].1.iter().zip(renamed(&inner.output)) {
            if !matching.unify(outer, &own) {
                return false;
            }
        }
        let replaced = matching.replaced;
        let (_, groups) = self.operands.remove(place);
        for (at, (id, groups)) in inner.operands.iter().enumerate() {
            self.operands.insert(place + at, (*id, renamed(groups)));
        }
        self.lengths = lengths;
        self.next = shift + u32::try_from(inner.lengths.len()).unwrap_or(0);
        self.replace(&replaced);
        let mut labels: Vec<Label> = groups.iter().flat_map(|group| resolved(group, &replaced)).collect();
        labels.sort_unstable();
        labels.dedup();
        labels.retain(|label| !self.has(*label));
        self.orphans.extend(labels);
        true
    }

    /// Whether a factor or the result has a label.
    fn has(&self, label: Label) -> bool {
        let groups = self.operands.iter().flat_map(|(_, groups)| groups).chain(&self.output);
        groups.flatten().any(|known| *known == label)
    }

    fn replace(&mut self, replaced: &FxHashMap<Label, Group>) {
        let all = self.operands.iter_mut().flat_map(|(_, groups)| groups.iter_mut()).chain(self.output.iter_mut());
        for group in all {
            *group = resolved(group, replaced);
        }
    }

    /// Labels of length 1 say nothing.
    fn drop_ones(&mut self) {
        let ones: Vec<Label> =
            self.lengths.keys().copied().filter(|label| self.size(*label) == 1).collect();
        let replaced = ones.into_iter().map(|label| (label, Group::new())).collect();
        self.replace(&replaced);
    }
}

/// What labels are replaced by, so that axes fit.
struct Matching<'a> {
    lengths: &'a FxHashMap<Label, Length>,
    replaced: FxHashMap<Label, Group>,
}

impl Matching<'_> {
    fn size(&self, group: &[Label]) -> usize {
        group.iter().map(|label| self.lengths.get(label).map_or(1, |length| length.size)).product()
    }

    /// Makes two axes one.
    fn unify(&mut self, left: &[Label], right: &[Label]) -> bool {
        let without_ones = |matching: &Self, group: &[Label]| -> Group {
            let group = resolved(group, &matching.replaced);
            group.into_iter().filter(|label| matching.size(&[*label]) != 1).collect()
        };
        let (left, right) = (without_ones(self, left), without_ones(self, right));
        if left == right {
            return true;
        }
        let (Some((a, a_rest)), Some((b, b_rest))) = (left.split_first(), right.split_first()) else { return false };
        if a == b {
            return self.unify(a_rest, b_rest);
        }
        let (of_a, of_b) = (self.size(&[*a]), self.size(&[*b]));
        if of_a == of_b {
            self.replaced.insert(*b, vec![*a]);
            return self.unify(a_rest, b_rest);
        }
        // The longer one is split as the other axis is.
        let (whole, size, parts, rest) = if of_a > of_b { (a, of_a, &right, a_rest) } else { (b, of_b, &left, b_rest) };
        let count = (1..=parts.len()).find(|count| self.size(&parts[..*count]) == size);
        let Some(count) = count.filter(|count| !parts[..*count].contains(whole)) else { return false };
        self.replaced.insert(*whole, parts[..count].to_vec());
        let parts_rest = parts[count..].to_vec();
        self.unify(rest, &parts_rest)
    }
}

/// A group with what its labels were replaced by.
fn resolved(group: &[Label], replaced: &FxHashMap<Label, Group>) -> Group {
    group
        .iter()
        .flat_map(|label| match replaced.get(label) {
            Some(by) => resolved(by, replaced),
            None => vec![*label],
        })
        .collect()
}

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
            _ => self.canonical(draft),
        };
        if bare { value } else { self.scale(number, value) }
    }

    /// √x√x of a sum of squares x is x.
    fn square_roots(&self, draft: &mut Draft) {
        let is_square = |id: NodeId| {
            matches!(self.kernel(id), Kernel::Contract(inner) if matches!(&*inner.operands, [left, right] if left == right))
        };
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

    fn canonical(&mut self, mut draft: Draft) -> NodeId {
        draft.operands.sort_by_key(|(id, _)| *id);
        let mut names: FxHashMap<Label, Label> = FxHashMap::default();
        let mut lengths: Vec<Length> = Vec::new();
        let all = draft.operands.iter_mut().flat_map(|(_, groups)| groups.iter_mut()).chain(draft.output.iter_mut());
        for label in all.flatten() {
            let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
            *label = *names.entry(*label).or_insert_with(|| {
                lengths.push(draft.lengths.get(label).cloned().unwrap_or_else(|| Length::number(1)));
                next
            });
        }
        let operands = draft.operands.into_iter().map(|(id, groups)| (id, groups.into())).collect();
        let contraction = Contraction { operands, output: draft.output.into(), lengths: lengths.into() };
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
        let labels = draft.labels(&self.lengths(x).to_vec());
        draft.factor(x, &labels);
        draft.factor(y, &labels);
        self.contract(draft)
    }

    /// The sum of entries along axes.
    pub fn total(&mut self, x: NodeId, axes: &[usize]) -> NodeId {
        let mut draft = Draft::default();
        let labels = draft.labels(&self.lengths(x).to_vec());
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
        let mut labels = draft.labels(&self.lengths(x).to_vec());
        draft.factor(x, &labels);
        let count = labels.len();
        labels.swap(count - 2, count - 1);
        draft.result(&labels);
        self.contract(draft)
    }

    /// Products of the matrices of the last two axes.
    pub fn matmul(&mut self, x: NodeId, y: NodeId) -> NodeId {
        let mut draft = Draft::default();
        let left = draft.labels(&self.lengths(x).to_vec());
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
