//! Taylor remainders: |f(x + hv) − f(x)|, less h⟨∇f, v⟩, less ½h²⟨v, ∇²f v⟩, for h = 1, 10⁻¹, …, 10⁻⁸.
//!
//! In the logarithm they fall with the slopes 1, 2 and 3 until rounding is all that is left; a gradient that is wrong leaves the slope 1.

/// How many steps there are, each a tenth of the one before.
pub const DECADES: usize = 9;
/// Remainders below this times the rounding of the function's values are not looked at.
const ABOVE_ROUNDING: f64 = 64.0;
/// How far a slope may be below the one that is expected.
const SLACK: f64 = 0.25;
/// The slopes of so many of the smallest steps above rounding are looked at.
const LAST: usize = 3;

/// The step of a decade.
#[must_use]
pub fn step(decade: usize) -> f64 {
    // Powers of ten are written as they are read.
    format!("1e-{decade}").parse().unwrap_or(f64::NAN)
}

/// The remainders at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// h
    pub step: f64,
    /// The remainders of order 0, 1 and 2; none where the function has no value or there is no derivative.
    pub remainders: [Option<f64>; 3],
}

/// What the slope of a remainder shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what it has to be, or more.
    Passed,
    /// It is less.
    Failed,
    /// Too few remainders are above rounding.
    Open,
}

/// The slope of a remainder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The slope; none where the remainder is rounding alone.
    pub slope: Option<f64>,
    /// The slope that it has to have.
    pub expected: u32,
    /// What that shows.
    pub verdict: Verdict,
}

/// All remainders with their slopes.
#[derive(Clone, Debug, PartialEq)]
pub struct Slopes {
    /// The remainders, the largest step first.
    pub lines: Vec<Line>,
    /// The slopes of the remainders of order 0, 1 and, with the Hessian, 2.
    pub fits: Vec<Fit>,
    /// What rounding leaves of the remainders, about.
    pub floor: f64,
}

impl Slopes {
    /// Whether no slope is less than it has to be.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.fits.iter().all(|fit| fit.verdict != Verdict::Failed)
    }

    /// Whether a remainder is nothing but rounding, as far as can be told.
    #[must_use]
    pub fn is_rounding(&self, remainder: f64) -> bool {
        remainder <= ABOVE_ROUNDING * self.floor
    }

    /// Whether every slope is known to be what it has to be.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.fits.iter().all(|fit| fit.verdict == Verdict::Passed)
    }
}

/// The remainders of values at x and at x + hv for h = 1, 10⁻¹, …, where ⟨∇f, v⟩ and, if there is one, ⟨v, ∇²f v⟩ are these.
#[must_use]
pub fn slopes(at: f64, values: &[f64], first: f64, second: Option<f64>) -> Slopes {
    let mut lines = Vec::new();
    let mut floor = 0.0_f64;
    for (decade, value) in values.iter().enumerate() {
        let h = step(decade);
        let difference = value - at;
        let known = |remainder: f64| remainder.is_finite().then_some(remainder.abs());
        let bend = second.map(|second| difference - h * first - 0.5 * h * h * second);
        lines.push(Line {
            step: h,
            remainders: [known(difference), known(difference - h * first), bend.and_then(known)],
        });
        if value.is_finite() && decade > 0 {
            floor = floor.max(f64::EPSILON * (value.abs() + at.abs()));
        }
    }
    // Where a line is all that is left of a function, what differs from it is rounding.
    if let [.., seventh, eighth] = values {
        let noise = ((seventh - at) - 10.0 * (eighth - at)).abs() / 11.0;
        floor = if noise.is_finite() { floor.max(noise) } else { floor };
    }
    let orders = if second.is_some() { 3 } else { 2 };
    let fits = (0..orders).map(|order| fit(&lines, order, floor)).collect();
    Slopes { lines, fits, floor }
}

fn fit(lines: &[Line], order: usize, floor: f64) -> Fit {
    #[allow(clippy::cast_possible_truncation, reason = "0, 1 or 2")]
    let expected = order as u32 + 1;
    let known: Vec<(f64, f64)> = lines.iter().filter_map(|line| Some((line.step, line.remainders[order]?))).collect();
    let above: Vec<(f64, f64)> =
        known.iter().copied().take_while(|(_, remainder)| *remainder > ABOVE_ROUNDING * floor).collect();
    let slopes: Vec<f64> =
        above.windows(2).map(|two| (two[0].1 / two[1].1).log10() / (two[0].0 / two[1].0).log10()).collect();
    let mut last: Vec<f64> = slopes.iter().rev().take(LAST).copied().collect();
    last.sort_by(f64::total_cmp);
    let small = known.iter().any(|(step, _)| *step <= 0.1);
    match last.get(last.len().saturating_sub(1) / 2) {
        Some(slope) if above.len() > 2 || *slope >= f64::from(expected) - SLACK => {
            let stands = *slope >= f64::from(expected) - SLACK;
            Fit { slope: Some(*slope), expected, verdict: if stands { Verdict::Passed } else { Verdict::Failed } }
        }
        // Nothing but rounding from the second step on: the polynomial is the function.
        None if above.len() <= 1 && small => Fit { slope: None, expected, verdict: Verdict::Passed },
        slope => Fit { slope: slope.copied(), expected, verdict: Verdict::Open },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(f: impl Fn(f64) -> f64, first: f64, second: Option<f64>) -> Slopes {
        let values: Vec<f64> = (0..DECADES).map(|decade| f(step(decade))).collect();
        slopes(f(0.0), &values, first, second)
    }

    #[test]
    fn right_derivatives_have_the_slopes_1_2_3() {
        let e = 1.0_f64.exp();
        let sine = of(|h| (0.3 + h).sin(), 0.3_f64.cos(), Some(-0.3_f64.sin()));
        for found in [of(|h| (1.0 + h).exp(), e, Some(e)), sine] {
            assert!(found.is_decided(), "{found:?}");
            for fit in &found.fits {
                assert!((fit.slope.unwrap() - f64::from(fit.expected)).abs() < 0.1, "{found:?}");
            }
        }
    }

    #[test]
    fn wrong_derivatives_do_not() {
        assert!(!of(|h| (1.0 + h).exp(), 2.7, None).passed());
        assert!(!of(|h| (1.0 + h).exp(), 1.0_f64.exp(), Some(2.6)).passed());
        assert!(!of(|h| (1.0 + h).exp(), 1.0_f64.exp() * (1.0 + 1e-4), None).passed());
    }

    #[test]
    fn polynomials_leave_nothing() {
        let found = of(|h| 1.0 + 2.0 * h + 3.0 * h * h, 2.0, Some(6.0));
        assert!(found.is_decided() && found.fits[2].slope.is_none(), "{found:?}");
        assert!(!of(|h| 1.0 + 2.0 * h + 3.0 * h * h, 2.0, Some(5.0)).passed());
    }

    #[test]
    fn what_has_no_values_nearby_is_open() {
        let found = of(|h| if h > 0.0 { f64::NAN } else { 1.0 }, 1.0, None);
        assert!(found.passed() && !found.is_decided());
    }
}
