//! Loops that walk through the same entries become one loop with several values.
//!
//! Of Σᵢ rᵢ² and Σᵢ rᵢxᵢ with r = wx − y each block of x and y is read once, and r is in memory only where something else reads it.

use rustc_hash::FxHashSet;

use super::compile::{Action, Step};
use super::lines::{Lines, MOST_LEAVES, Value};
use super::memory::MOST_VALUES;
use super::place::Place;
use super::program::From;

/// Most steps from one loop to the other.
const NEAR: usize = 16;

/// The same steps with loops made one where they can be. Buffers that are not kept after the last step are written only where a step reads
/// them.
pub(super) fn merged(mut steps: Vec<Step>, is_kept: impl Fn(usize) -> bool) -> Vec<Step> {
    let mut first = 0;
    while first < steps.len() {
        let last = steps.len().min(first + 1 + NEAR);
        match (first + 1..last).find_map(|second| Some((second, joined(&steps, first, second)?))) {
            Some((second, (lines, is_early))) => {
                let (place, other) = if is_early { (first, second) } else { (second, first) };
                steps[place] = Step { out: lines.values[0].buffer, action: Action::Lines(lines) };
                steps.remove(other);
            }
            None => first += 1,
        }
    }
    let read: FxHashSet<Place> = steps.iter().flat_map(Step::reads).collect();
    let is_wanted = |buffer: usize| is_kept(buffer) || read.contains(&Place::Made(buffer));
    let wanted: Vec<bool> = steps.iter().flat_map(Step::writes).map(is_wanted).collect();
    let mut wanted = wanted.into_iter();
    for step in &mut steps {
        let own: Vec<bool> = wanted.by_ref().take(step.writes().len()).collect();
        if let Action::Lines(lines) = &mut step.action
            && own.contains(&true)
            && own.contains(&false)
        {
            *lines = lines.without(&own);
            step.out = lines.values[0].buffer;
        }
    }
    steps
}

/// Two steps as one loop, and whether it stands in the place of the first.
fn joined(steps: &[Step], first: usize, second: usize) -> Option<(Lines, bool)> {
    let (Action::Lines(one), Action::Lines(other)) = (&steps[first].action, &steps[second].action) else { return None };
    let is_early = steps[first + 1..second].iter().all(|between| is_apart(&steps[second], between));
    let is_late = steps[first + 1..second].iter().all(|between| is_apart(&steps[first], between));
    if !is_early && !is_late {
        return None;
    }
    Some((one.joined(other)?, is_early))
}

/// Whether two steps do the same in either order.
fn is_apart(one: &Step, other: &Step) -> bool {
    let meets = |writes: &[usize], step: &Step| {
        writes.iter().any(|buffer| step.writes().contains(buffer) || step.reads().contains(&Place::Made(*buffer)))
    };
    !meets(&one.writes(), other) && !meets(&other.writes(), one)
}

impl Lines {
    /// Two loops, one after the other, as one with the values of both: where they walk through the same entries, and the second reads a
    /// value of the first only where the same turn makes it.
    pub(super) fn joined(&self, next: &Self) -> Option<Self> {
        let is_own = |value: &Value| value.adds == value.clears;
        let is_written = |place: Place| next.writes().any(|buffer| place == Place::Made(buffer));
        if self.lengths != next.lengths
            || self.values.len() + next.values.len() > MOST_VALUES
            || !self.values.iter().chain(&next.values).all(is_own)
            || self.reads().any(is_written)
            || self.writes().any(|buffer| is_written(Place::Made(buffer)))
        {
            return None;
        }
        let mut formula = self.formula.clone();
        let mut leaves = self.leaves.clone();
        let mut homes = Vec::new();
        // Loops that have nothing in common gain nothing, unless they have a single turn.
        let is_single = self.lengths == [1];
        let mut is_near = is_single;
        for leaf in &next.leaves {
            let made = self.values.iter().position(|value| leaf.place == Place::Made(value.buffer));
            homes.push(match made {
                Some(at) => {
                    let value = &self.values[at];
                    if value.adds || value.first != leaf.first || value.steps != leaf.steps && !is_single {
                        return None;
                    }
                    is_near = true;
                    From::Register(formula.values[at])
                }
                None => {
                    let known = leaves.iter().position(|known| known == leaf);
                    is_near |= known.is_some();
                    From::Leaf(known.unwrap_or_else(|| {
                        leaves.push(leaf.clone());
                        leaves.len() - 1
                    }))
                }
            });
        }
        if !is_near || leaves.len() > MOST_LEAVES {
            return None;
        }
        formula.append(&next.formula, &homes);
        let values = self.values.iter().chain(&next.values).cloned().collect();
        Some(Self::of(self.lengths.clone(), leaves, values, formula))
    }

    /// The loop with only some of its values.
    pub(super) fn without(&self, is_wanted: &[bool]) -> Self {
        let mut kept = is_wanted.iter();
        let mut formula = self.formula.clone();
        formula.values.retain(|_| kept.next() == Some(&true));
        let values = self.values.iter().zip(is_wanted).filter(|(_, is_wanted)| **is_wanted);
        let values = values.map(|(value, _)| value.clone()).collect();
        Self::of(self.lengths.clone(), self.leaves.clone(), values, formula)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::graph::Graph;
    use super::super::super::node::{Length, Source};
    use super::super::{Inputs, Schedule, Tensor};
    use crate::plan::NodeId;

    const LENGTH: usize = 1300;

    /// x, and the difference of x and y.
    fn graph() -> (Graph, [NodeId; 2], Inputs<'static>) {
        let (mut graph, mut inputs) = (Graph::default(), Inputs::default());
        let [x, y] = [0, 1].map(|number| {
            let source = Source::Direction(number);
            let entries = (0..LENGTH).map(|at| f64::from(number + 1) * (at as f64).cos()).collect();
            inputs.give(source, Tensor::made(vec![LENGTH], entries));
            graph.input(source, [Length::number(LENGTH)].into())
        });
        let difference = graph.sum(&[(1.0, x), (-1.0, y)]);
        (graph, [x, difference], inputs)
    }

    #[test]
    fn sums_of_one_difference_are_one_loop() {
        let (mut graph, [x, r], inputs) = graph();
        let roots = [graph.dot(r, r), graph.dot(r, x)];
        for roots in [&roots[..], &[roots[0], r, roots[1]]] {
            let mut schedule = Schedule::new(&graph, roots, &inputs).expect("it has values");
            assert_eq!(schedule.steps.len(), 1);
            let wanted: f64 = (0..LENGTH).map(|at| (at as f64).cos().powi(2)).sum();
            let found = schedule.entries(&inputs).expect("it has values");
            assert!((found[0] - wanted).abs() < 1e-9 && (found[found.len() - 1] + wanted).abs() < 1e-9, "{found:?}");
        }
    }
}
