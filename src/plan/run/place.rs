//! How a value lies in memory, known before a run: its place, and a step for each axis.

use super::tensor::{dense, is_dense};
use crate::plan::contraction::{Group, Label};

/// Where entries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// In an array that is given, by its number.
    Given(usize),
    /// In a buffer, by its number.
    Made(usize),
}

/// A value as a view of its place.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) place: Place,
    /// Where the first entry stands.
    pub(super) first: usize,
    pub(super) lengths: Vec<usize>,
    pub(super) steps: Vec<usize>,
}

impl Layout {
    /// A buffer whose entries stand row after row.
    pub(super) fn dense(buffer: usize, lengths: Vec<usize>) -> Self {
        let steps = dense(&lengths);
        Self { place: Place::Made(buffer), first: 0, lengths, steps }
    }

    /// The same entries with the axes in this order.
    pub(super) fn permuted(&self, order: &[usize]) -> Self {
        let pick = |all: &[usize]| order.iter().map(|axis| all[*axis]).collect();
        Self { lengths: pick(&self.lengths), steps: pick(&self.steps), ..*self }
    }

    /// A value whose axes are in this order, with each of them back in its place.
    pub(super) fn restored(&self, order: &[usize]) -> Self {
        let mut back = vec![0; order.len()];
        for (place, axis) in order.iter().enumerate() {
            back[*axis] = place;
        }
        self.permuted(&back)
    }

    pub(super) fn count(&self) -> usize {
        self.lengths.iter().product()
    }

    /// Whether the entries stand row after row.
    pub(super) fn is_dense(&self) -> bool {
        is_dense(&self.lengths, &self.steps)
    }
}

/// The order of so many axes in which these are last.
pub(super) fn with_last(axes: &[usize], of: usize) -> Vec<usize> {
    (0..of).filter(|axis| !axes.contains(axis)).chain(axes.iter().copied()).collect()
}

/// A value with a step for each label, 0 where it does not have it.
#[derive(Clone, Debug)]
pub(super) struct Labeled {
    pub(super) place: Place,
    pub(super) first: usize,
    pub(super) steps: Vec<usize>,
    pub(super) has: Vec<bool>,
}

/// The steps of axes, shared out among their labels; the last label of an axis runs fastest.
pub(super) fn label_steps(groups: &[Group], steps: &[usize], sizes: &[usize]) -> Vec<usize> {
    let mut all = vec![0; sizes.len()];
    for (group, step) in groups.iter().zip(steps) {
        let mut step = *step;
        for label in group.iter().rev() {
            all[*label as usize] += step;
            step *= sizes[*label as usize];
        }
    }
    all
}

impl Labeled {
    pub(super) fn new(layout: &Layout, groups: &[Group], sizes: &[usize]) -> Self {
        let mut has = vec![false; sizes.len()];
        groups.iter().flatten().for_each(|label| has[*label as usize] = true);
        let steps = label_steps(groups, &layout.steps, sizes);
        Self { place: layout.place, first: layout.first, steps, has }
    }
}

/// The labels of a result in the order of its axes, each once.
pub(super) fn distinct(output: &[Group]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for label in output.iter().flatten() {
        if !labels.contains(label) {
            labels.push(*label);
        }
    }
    labels
}

/// The axes of groups of labels that have these steps; none where an axis is no view, as its labels do not follow one another.
pub(super) fn axes_of_labels(groups: &[Group], steps: &[usize], sizes: &[usize]) -> Option<Vec<usize>> {
    groups.iter().map(|group| merged_step(group, steps, sizes)).collect()
}

/// The step of labels that are walked through as one axis.
pub(super) fn merged_step(group: &[Label], steps: &[usize], sizes: &[usize]) -> Option<usize> {
    let mut first = None;
    let mut next = 0;
    for label in group.iter().rev().map(|label| *label as usize).filter(|label| sizes[*label] != 1) {
        if first.is_none() {
            first = Some(steps[label]);
        } else if steps[label] != next {
            return None;
        }
        next = steps[label] * sizes[label];
    }
    Some(first.unwrap_or(0))
}
