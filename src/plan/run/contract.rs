//! Contractions that are no single loop: sums of what only one factor has, products of matrices, loops for the rest.

use super::compile::Compiler;
use super::lines::{Draft, Leaf};
use super::place::{Labeled, Layout, Place, axes_of_labels, distinct, label_steps, merged_step};
use super::product::{Product, Stack};
use super::program::{Formula, From, Operation};
use super::tensor::dense;
use crate::kernel::Binary;
use crate::plan::contraction::{Contraction, Label};
use crate::plan::error::PlanError;

fn is_in(labels: &[Label], label: usize) -> bool {
    labels.iter().any(|known| *known as usize == label)
}

fn labels_where(sizes: &[usize], is_wanted: impl Fn(usize) -> bool) -> Vec<Label> {
    (0..sizes.len()).filter(|label| is_wanted(*label)).filter_map(|label| u32::try_from(label).ok()).collect()
}

impl Compiler<'_> {
    /// The value of a contraction of any number of tensors.
    pub(super) fn contracted(
        &mut self,
        contraction: &Contraction,
        is_symmetric: bool,
        lengths: Vec<usize>,
    ) -> Result<Layout, PlanError> {
        let sizes: Vec<usize> = contraction.lengths.iter().map(|length| length.size).collect();
        let mut all = Vec::new();
        for (operand, groups) in &contraction.operands {
            all.push(Labeled::new(&self.layout(*operand)?, groups, &sizes));
        }
        let output = distinct(&contraction.output);
        // Plans have no more than two; in any order the value is the same.
        while all.len() > 2 {
            let (first, second) = (all.remove(0), all.remove(0));
            let kept = labels_where(&sizes, |label| {
                let is_needed = is_in(&output, label) || all.iter().any(|other| other.has[label]);
                (first.has[label] || second.has[label]) && is_needed
            });
            all.insert(0, self.pair(&first, &second, &kept, &sizes, false));
        }
        let value = match all.as_slice() {
            [left, right] => self.pair(left, right, &output, &sizes, is_symmetric),
            _ => return Err(PlanError::Unsupported("an operation without its operands")),
        };
        Ok(self.arranged(&value, contraction, &sizes, lengths))
    }

    /// The result's axes made of labels.
    fn arranged(&mut self, value: &Labeled, contraction: &Contraction, sizes: &[usize], lengths: Vec<usize>) -> Layout {
        let has_diagonal = contraction.has_diagonal();
        if !has_diagonal && let Some(steps) = axes_of_labels(&contraction.output, &value.steps, sizes) {
            return Layout { place: value.place, first: value.first, lengths, steps };
        }
        let buffer = self.buffer(lengths.iter().product());
        let steps = label_steps(&contraction.output, &dense(&lengths), sizes);
        let mut own = sizes.to_vec();
        let output = distinct(&contraction.output);
        (0..own.len()).filter(|label| !is_in(&output, *label)).for_each(|label| own[label] = 1);
        self.copied(value, own, steps, buffer, has_diagonal);
        Layout::dense(buffer, lengths)
    }

    fn copied(&mut self, value: &Labeled, sizes: Vec<usize>, steps: Vec<usize>, buffer: usize, clears: bool) {
        let leaf = Leaf { place: value.place, first: value.first, steps: value.steps.clone() };
        let out = Leaf { place: Place::Made(buffer), first: 0, steps };
        let formula = Formula::single(Operation::Sum([(1.0, From::Leaf(0))].into()));
        self.lines(Draft { sizes, out, leaves: vec![leaf], formula, adds: false, clears });
    }

    /// A loop over labels into a buffer that has some of them, row after row; the others are summed over.
    fn over(&mut self, factors: &[&Labeled], kept: &[Label], sizes: &[usize], formula: Formula) -> Labeled {
        let has: Vec<bool> = (0..sizes.len()).map(|label| is_in(kept, label)).collect();
        let lengths: Vec<usize> = kept.iter().map(|label| sizes[*label as usize]).collect();
        let mut steps = vec![0; sizes.len()];
        for (label, step) in kept.iter().zip(dense(&lengths)) {
            steps[*label as usize] = step;
        }
        let buffer = self.buffer(lengths.iter().product());
        let is_there = |label: usize| has[label] || factors.iter().any(|factor| factor.has[label]);
        let own: Vec<usize> = (0..sizes.len()).map(|label| if is_there(label) { sizes[label] } else { 1 }).collect();
        let sums = (0..own.len()).any(|label| own[label] != 1 && !has[label]);
        let leaf = |factor: &&Labeled| Leaf { place: factor.place, first: factor.first, steps: factor.steps.clone() };
        let leaves = factors.iter().map(leaf).collect();
        let out = Leaf { place: Place::Made(buffer), first: 0, steps: steps.clone() };
        self.lines(Draft { sizes: own, out, leaves, formula, adds: sums, clears: sums });
        Labeled { place: Place::Made(buffer), first: 0, steps, has }
    }

    /// The product of two tensors, with the labels that are kept.
    fn pair(
        &mut self,
        left: &Labeled,
        right: &Labeled,
        kept: &[Label],
        sizes: &[usize],
        is_symmetric: bool,
    ) -> Labeled {
        // What only one of them is summed over is added up first.
        for (one, other, is_left) in [(left, right, true), (right, left, false)] {
            let is_lone = |label: usize| one.has[label] && !other.has[label] && !is_in(kept, label);
            if labels_where(sizes, is_lone).is_empty() {
                continue;
            }
            let rest = labels_where(sizes, |label| one.has[label] && !is_lone(label));
            let formula = Formula::single(Operation::Sum([(1.0, From::Leaf(0))].into()));
            let one = self.over(&[one], &rest, sizes, formula);
            return if is_left {
                self.pair(&one, other, kept, sizes, false)
            } else {
                self.pair(other, &one, kept, sizes, false)
            };
        }
        let of = |is_wanted: &dyn Fn(usize) -> bool| -> Vec<Label> {
            kept.iter().copied().filter(|label| is_wanted(*label as usize)).collect()
        };
        let both = of(&|label| left.has[label] && right.has[label]);
        let rows = of(&|label| left.has[label] && !right.has[label]);
        let cols = of(&|label| !left.has[label] && right.has[label]);
        let inner = labels_where(sizes, |label| left.has[label] && right.has[label] && !is_in(kept, label));
        if inner.is_empty() || rows.is_empty() && cols.is_empty() {
            let labels = of(&|label| left.has[label] || right.has[label]);
            let formula = Formula::single(Operation::Zip(Binary::Multiply, From::Leaf(0), From::Leaf(1)));
            return self.over(&[left, right], &labels, sizes, formula);
        }
        // A product lies as its axes follow one another, as arrays that are given do: loops over both walk through them as one.
        let is_turned = kept.iter().find(|label| !both.contains(label)).is_some_and(|label| cols.contains(label));
        let (left, right, rows, cols) = if is_turned { (right, left, cols, rows) } else { (left, right, rows, cols) };
        let product = |labels: &[Label]| labels.iter().map(|label| sizes[*label as usize]).product::<usize>();
        let sides = [product(&rows), product(&cols), product(&inner)];
        let left = self.stack(left, [&both, &rows, &inner], sizes);
        let right = self.stack(right, [&both, &inner, &cols], sizes);
        let buffer = self.product(Product { batch: product(&both), sides, left, right, is_symmetric });
        let order: Vec<Label> = both.iter().chain(&rows).chain(&cols).copied().collect();
        let lengths: Vec<usize> = order.iter().map(|label| sizes[*label as usize]).collect();
        let mut steps = vec![0; sizes.len()];
        for (label, step) in order.iter().zip(dense(&lengths)) {
            steps[*label as usize] = step;
        }
        let has = (0..sizes.len()).map(|label| is_in(&order, label)).collect();
        Labeled { place: Place::Made(buffer), first: 0, steps, has }
    }

    /// A tensor as a stack of matrices, by three groups of labels. Copied where those of a group do not follow one another.
    fn stack(&mut self, tensor: &Labeled, groups: [&Vec<Label>; 3], sizes: &[usize]) -> Stack {
        let merged = groups.map(|group| merged_step(group, &tensor.steps, sizes));
        if let [Some(by_matrix), Some(by_row), Some(by_col)] = merged {
            return Stack { place: tensor.place, first: tensor.first, steps: [by_matrix, by_row, by_col] };
        }
        let labels: Vec<Label> = groups.iter().flat_map(|group| group.iter()).copied().collect();
        let formula = Formula::single(Operation::Sum([(1.0, From::Leaf(0))].into()));
        let copy = self.over(&[tensor], &labels, sizes, formula);
        let counts = groups.map(|group| group.iter().map(|label| sizes[*label as usize]).product::<usize>());
        Stack { place: copy.place, first: 0, steps: [counts[1] * counts[2], counts[2], 1] }
    }
}
