//! Contractions: products of tensors, summed over what the result does not have.
//!
//! Every axis carries a label, or several where it runs over all combinations of them (the last fastest). The value at some labels of the
//! result is the product of the operands' entries there, summed over all other labels. A label that the result has twice stands for a
//! diagonal: entries off it are 0. Along a label of the result that no operand has, the value stays the same. So
//! AB is `ij,jk→ik`, a transpose `ij→ji`, the identity `→ii`, vec X `ij→(ji)`, X ⊗ Y `ij,kl→(ik)(jl)` and diag(d)X `i,ij→ij`.

use rustc_hash::FxHashMap;

use super::node::{Length, NodeId};

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
    pub(super) orphans: Vec<Label>,
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
        Self {
            next: u32::try_from(contraction.lengths.len()).unwrap_or(u32::MAX),
            lengths: (0..).zip(contraction.lengths.iter().cloned()).collect(),
            operands: contraction.operands.iter().map(|(id, groups)| (*id, groups.to_vec())).collect(),
            output: contraction.output.to_vec(),
            orphans: Vec::new(),
        }
    }

    /// The length of a label.
    pub(super) fn length(&self, label: Label) -> Length {
        self.lengths.get(&label).cloned().unwrap_or_else(|| Length::number(1))
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

    /// The contraction, with labels numbered in the order in which they occur.
    pub(super) fn numbered(mut self) -> Contraction {
        self.operands.sort_by_key(|(id, _)| *id);
        let mut names: FxHashMap<Label, Label> = FxHashMap::default();
        let mut lengths: Vec<Length> = Vec::new();
        let all = self.operands.iter_mut().flat_map(|(_, groups)| groups.iter_mut()).chain(self.output.iter_mut());
        for label in all.flatten() {
            let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
            *label = *names.entry(*label).or_insert_with(|| {
                lengths.push(self.lengths.get(label).cloned().unwrap_or_else(|| Length::number(1)));
                next
            });
        }
        let operands = self.operands.into_iter().map(|(id, groups)| (id, groups.into())).collect();
        Contraction { operands, output: self.output.into(), lengths: lengths.into() }
    }

    /// Labels of length 1 say nothing.
    pub(super) fn drop_ones(&mut self) {
        let ones: Vec<Label> = self.lengths.keys().copied().filter(|label| self.size(*label) == 1).collect();
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
