//! Labels of edges moved along their edges until none stands on another or on a node.

use super::curve::{At, Curve, at_height};

/// How far a label is moved at once, and how often at most to either side.
const STEP: f64 = 11.0;
const MOST_STEPS: i32 = 8;

/// A label with its size on its edge.
pub(super) struct Label<'a> {
    pub(super) at: At,
    pub(super) size: At,
    pub(super) curve: &'a Curve,
}

fn overlap((at, size): (At, At), (other, its): (At, At)) -> bool {
    (at.0 - other.0).abs() < f64::midpoint(size.0, its.0) && (at.1 - other.1).abs() < f64::midpoint(size.1, its.1)
}

/// Where the labels stand; where there is no room they stay.
pub(super) fn apart(labels: &[Label<'_>], nodes: &[(At, At)]) -> Vec<At> {
    let mut taken: Vec<(At, At)> = nodes.to_vec();
    let mut found = vec![(0.0, 0.0); labels.len()];
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| labels[*a].at.0.total_cmp(&labels[*b].at.0));
    for place in order {
        let label = &labels[place];
        let steps = (0..=MOST_STEPS).flat_map(|step| [step, -step]);
        let moved = steps.filter_map(|step| {
            let y = label.at.1 + STEP * f64::from(step);
            if step == 0 { Some(label.at) } else { at_height(label.curve, y).map(|x| (x, y)) }
        });
        let is_free = |at: &At| taken.iter().all(|one| !overlap((*at, label.size), *one));
        let at = moved.into_iter().find(is_free).unwrap_or(label.at);
        taken.push((at, label.size));
        found[place] = at;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_on_one_height_are_moved() {
        let line = |x: f64| -> Curve { vec![((x, 0.0), (x, 30.0)), ((x, 60.0), (x, 90.0))] };
        let (left, right) = (line(0.0), line(30.0));
        let label = |curve, x| Label { at: (x, 45.0), size: (50.0, 20.0), curve };
        let found = apart(&[label(&left, 0.0), label(&right, 30.0)], &[]);
        assert_eq!(found[0], (0.0, 45.0));
        assert!((found[1].0 - 30.0).abs() < 1e-6 && (found[1].1 - 45.0).abs() >= 20.0, "{found:?}");
    }
}
