//! Curves of edges: where they run, the same beside them and backwards.

/// A place in the picture.
pub(super) type At = (f64, f64);

/// A curve: its start with the point that it leaves towards, then the point that it comes from and the end of each part.
pub(super) type Curve = Vec<(At, At)>;

/// Points of a part that are looked at.
const SAMPLES: u32 = 24;

/// A point with the handles before and after it; at inner points these are opposite.
fn points(curve: &Curve) -> Vec<(At, At, At)> {
    let [first, middle @ ..] = curve.as_slice() else { return Vec::new() };
    let mut points = vec![(first.0, first.0, first.1)];
    for (handle, point) in middle {
        points.push((*handle, *point, (2.0 * point.0 - handle.0, 2.0 * point.1 - handle.1)));
    }
    points
}

/// The curve beside it at a distance, to the right of where it goes to. An end that is on the upper or lower border of a box stays on it.
pub(super) fn beside(curve: &Curve, by: f64, on_flat_border: [bool; 2]) -> Curve {
    let last = curve.len().saturating_sub(1);
    let moved = |place: usize, (from, to): (At, At)| {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1e-9);
        let shift = match place {
            0 if on_flat_border[0] => (-by * dy.signum(), 0.0),
            place if place == last && on_flat_border[1] => (-by * dy.signum(), 0.0),
            0 => (0.0, by * dx.signum()),
            place if place == last => (0.0, by * dx.signum()),
            _ => (-by * dy / length, by * dx / length),
        };
        let moved = |at: At| (at.0 + shift.0, at.1 + shift.1);
        (moved(from), moved(to))
    };
    // The direction is from the start to its handle, and from a handle to its end.
    curve.iter().enumerate().map(|(place, ends)| moved(place, *ends)).collect()
}

/// The same curve from its end to its start.
pub(super) fn reversed(curve: &Curve) -> Curve {
    let mut points = points(curve);
    points.reverse();
    let turned = |(place, (before, point, after)): (usize, &(At, At, At))| {
        if place == 0 { (*point, *before) } else { (*after, *point) }
    };
    points.iter().enumerate().map(turned).collect()
}

/// Where a curve is at this height.
pub(super) fn at_height(curve: &Curve, y: f64) -> Option<f64> {
    let points = points(curve);
    for two in points.windows(2) {
        let (start, leaving, coming, end) = (two[0].1, two[0].2, two[1].0, two[1].1);
        let mut before = start;
        for step in 1..=SAMPLES {
            let t = f64::from(step) / f64::from(SAMPLES);
            let s = 1.0 - t;
            let mixed = |a: f64, b: f64, c: f64, d: f64| {
                s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
            };
            let now = (mixed(start.0, leaving.0, coming.0, end.0), mixed(start.1, leaving.1, coming.1, end.1));
            if (before.1..=now.1).contains(&y) && now.1 > before.1 {
                return Some(before.0 + (now.0 - before.0) * (y - before.1) / (now.1 - before.1));
            }
            before = now;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_beside_a_line_is_a_line() {
        let line: Curve = vec![((0.0, 0.0), (0.0, 10.0)), ((0.0, 20.0), (0.0, 30.0))];
        assert_eq!(beside(&line, 5.0, [true, true]), [((-5.0, 0.0), (-5.0, 10.0)), ((-5.0, 20.0), (-5.0, 30.0))]);
        assert_eq!(reversed(&line), [((0.0, 30.0), (0.0, 20.0)), ((0.0, 10.0), (0.0, 0.0))]);
        let found = at_height(&line, 12.0).expect("it passes there");
        assert!(found.abs() < 1e-9);
        assert_eq!(at_height(&line, 31.0), None);
    }
}
