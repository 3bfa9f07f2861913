//! What numbers say of a point: whether a condition holds there, and whether an expression has a value and a derivative.

use matcalc::domain::Condition;
use matcalc::expr::{Arena, ExprId, Node, Ranked, SymbolId};
use matcalc::numeric::{Bindings, DMatrix, Extended, Scalar, evaluate};

/// What numbers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    Holds,
    Fails,
    /// Too close to call, or not a question for numbers.
    Open,
}

impl Truth {
    fn of(size: f64) -> Self {
        match size {
            size if size.is_nan() => Self::Open,
            size if size > 1e-4 => Self::Holds,
            // Closer to 0 than that rounding decides.
            size if size < -1e-10 || size == 0.0 => Self::Fails,
            _ => Self::Open,
        }
    }
}

/// Whether a condition holds at a point.
pub fn holds(arena: &Arena, condition: Condition, point: &Bindings<f64>) -> Truth {
    let Ok(value) = evaluate(arena, condition.expr(), point) else { return Truth::Open };
    if value.iter().any(|entry| !entry.is_finite()) {
        return Truth::Open;
    }
    let smallest = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
    let singular =
        |value: &DMatrix<f64>| value.clone().svd(false, false).singular_values.iter().copied().collect::<Vec<_>>();
    let eigenvalues = |value: &DMatrix<f64>| {
        let symmetric = (value + value.transpose()) * 0.5;
        let mut all: Vec<f64> = symmetric.symmetric_eigenvalues().iter().copied().collect();
        all.sort_by(f64::total_cmp);
        all
    };
    match condition {
        Condition::Invertible(_) | Condition::FullRank(_) => Truth::of(smallest(&mut singular(&value).into_iter())),
        Condition::FullRowRank(_) if value.nrows() > value.ncols() => Truth::of(0.0),
        Condition::FullRowRank(_) => Truth::of(smallest(&mut singular(&value).into_iter())),
        Condition::NonZero(_) => Truth::of(value.amax()),
        Condition::EntriesNonZero(_) => Truth::of(smallest(&mut value.iter().map(|entry| entry.abs()))),
        Condition::Positive(_) => Truth::of(smallest(&mut value.iter().copied())),
        Condition::Symmetric(_) => Truth::of(1.0 - 1e6 * (&value - value.transpose()).amax()),
        Condition::Definite(_) => Truth::of(eigenvalues(&value)[0]),
        Condition::SimpleEigenvalue(_, largest) => {
            let all = eigenvalues(&value);
            let (first, last) = (0, all.len() - 1);
            Truth::of(if largest { all[last] - all[last.saturating_sub(1)] } else { all[1.min(last)] - all[first] })
        }
        Condition::SimpleSingularValue(_) => {
            let mut all = singular(&value);
            all.sort_by(f64::total_cmp);
            all.reverse();
            Truth::of(all[0] - all.get(1).copied().unwrap_or(0.0))
        }
        Condition::Simple(id) => {
            let Node::Ranked(which, matrix, _) = *arena.node(id) else { return Truth::Open };
            let Ok(matrix) = evaluate(arena, matrix, point) else { return Truth::Open };
            let is_eigenvalue = which == Ranked::Eigenvalue;
            let all = if is_eigenvalue { eigenvalues(&matrix) } else { singular(&matrix) };
            let mut gaps: Vec<f64> = all.iter().map(|other| (other - value[0]).abs()).collect();
            gaps.sort_by(f64::total_cmp);
            let gap = gaps.get(1).copied().unwrap_or(1.0);
            Truth::of(if is_eigenvalue { gap } else { gap.min(value[0]) })
        }
        Condition::NoNegativeEigenvalues(_) => {
            let all = value.complex_eigenvalues();
            Truth::of(smallest(&mut all.iter().map(|z| if z.re > 0.0 { z.norm() } else { z.im.abs() })))
        }
        Condition::UniqueExtreme(id) => {
            let (Node::Reduce(_, inner) | Node::Norm(_, inner)) = *arena.node(id) else { return Truth::Open };
            let Ok(inside) = evaluate(arena, inner, point) else { return Truth::Open };
            let is_norm = matches!(arena.node(id), Node::Norm(..));
            let size = |entry: &f64| if is_norm { entry.abs() } else { *entry };
            let mut gaps: Vec<f64> = inside.iter().map(|entry| (size(entry) - value[0]).abs()).collect();
            gaps.sort_by(f64::total_cmp);
            Truth::of(gaps.get(1).copied().unwrap_or(1.0))
        }
        Condition::Semidefinite(_) | Condition::ConstantRank(_) | Condition::PatternConstant(_) => Truth::Open,
    }
}

/// Steps of difference quotients.
const STEPS: [f64; 3] = [1e-3, 1e-4, 1e-5];

/// Where nothing has a value so near, the domain ends.
const NEAREST: f64 = 1e-8;

/// Slopes beyond this turn within the largest step.
const STEEPEST: f64 = 100.0;

/// Values beyond this are poles that rounding has missed.
const LARGEST: f64 = 1e9;

/// Values with a larger relative error are not known.
const LARGEST_ERROR: f64 = 1e-12;

/// Whether a scalar has a value at a point, and one and the same slope from both sides along a direction.
pub fn has_slope(
    arena: &Arena,
    expr: ExprId,
    point: &Bindings<f64>,
    moved: SymbolId,
    direction: &DMatrix<f64>,
) -> Truth {
    let there = |step: f64| {
        let mut there = point.clone();
        *there.symbols.get_mut(&moved)? += direction * step;
        Some(there)
    };
    let in_doubles = slope(&|step| evaluate(arena, expr, &there(step)?).ok());
    if in_doubles != Truth::Fails {
        return in_doubles;
    }
    // It may be rounding, or too large for doubles, that leaves none.
    slope(&|step| {
        let long = evaluate(arena, expr, &there(step)?.map(Extended::from_f64)).ok()?;
        let is_known = |entry: &Extended| !entry.is_finite() || entry.relative_error() < LARGEST_ERROR;
        long.iter()
            .all(is_known)
            .then(|| long.map(|entry| if entry.is_finite() { entry.to_double() } else { f64::NAN }))
    })
}

/// The same of the values that many steps away; none where nothing is known.
fn slope(value: &dyn Fn(f64) -> Option<DMatrix<f64>>) -> Truth {
    // Where an algorithm fails nothing is known.
    let is_open = std::cell::Cell::new(false);
    let at = |step: f64| {
        let Some(value) = value(step) else {
            is_open.set(true);
            return None;
        };
        // What is too large for a double has a value.
        is_open.set(is_open.get() || value[0].is_infinite());
        value[0].is_finite().then_some(value[0])
    };
    let missing = || if is_open.get() { Truth::Open } else { Truth::Fails };
    let Some(here) = at(0.0) else { return missing() };
    // It may be a pole that rounding has missed.
    if here.abs() > LARGEST {
        return Truth::Open;
    }
    let mut gaps = Vec::new();
    for step in STEPS {
        let (Some(after), Some(before)) = (at(step), at(-step)) else {
            let ends = |side: f64| at(side * NEAREST).is_none();
            return if ends(1.0) || ends(-1.0) { missing() } else { Truth::Open };
        };
        let (right, left) = ((after - here) / step, (here - before) / step);
        gaps.push(((right - left).abs(), right.abs().max(left.abs())));
    }
    let rounding = 1e-9 * (1.0 + here.abs()) / STEPS[2];
    let (first, last) = (gaps[0], gaps[2]);
    let is_gentle = gaps.iter().all(|gap| gap.1 < STEEPEST * (1.0 + here.abs()));
    // The gap of a smooth function shrinks as the steps do, and that of a kink stays as it is.
    if last.0 <= rounding.max(0.3 * first.0) && last.1 <= 10.0 * first.1 + rounding {
        Truth::Holds
    } else if last.0 > 0.7 * first.0 && last.0 > 10.0 * rounding && is_gentle {
        Truth::Fails
    } else {
        Truth::Open
    }
}
