//! Directional derivatives, exact up to rounding: by dual numbers, f(X + εH) = f(X) + ε Df(X)[H], and of higher order by power series in t,
//! f(X + tH) = Σ tᵏ Dᵏf(X)[H, …, H]/k!.

use nalgebra::DMatrix;

use super::dual::Dual;
use super::series::Series;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// Symbols that move at once, each in its direction.
pub type Moves = [(SymbolId, DMatrix<f64>)];

/// f(X) and Df(X)\[H\].
///
/// # Errors
/// As [`evaluate`]; [`EvalError::Unsupported`] where a kernel has no dual numbers.
pub fn along(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<f64>,
    moves: &Moves,
) -> Result<(DMatrix<f64>, DMatrix<f64>), EvalError> {
    let bindings = moved(&point.map(Dual::from_f64), moves, |entry, h| Dual::new(entry.re, h));
    let value = evaluate(arena, root, &bindings)?;
    Ok((value.map(|entry| entry.re), value.map(|entry| entry.eps)))
}

/// D²f(X)\[H₁, H₂\], by two nested infinitesimals.
///
/// # Errors
/// As [`along`].
pub fn along_twice(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<f64>,
    first: &Moves,
    second: &Moves,
) -> Result<DMatrix<f64>, EvalError> {
    let bindings = point.map(Dual::<Dual<f64>>::from_f64);
    let bindings = moved(&bindings, first, |entry, h| Dual::new(Dual::new(entry.re.re, h), entry.eps));
    let bindings = moved(&bindings, second, |entry, h| Dual::new(entry.re, Dual::from_f64(h)));
    Ok(evaluate(arena, root, &bindings)?.map(|entry| entry.eps.eps))
}

/// Highest order of a derivative along one direction.
pub const MAX_ORDER: usize = 64;
/// Highest order of a derivative along directions that differ: 2^(order−1) evaluations.
pub const MAX_MIXED: usize = 8;

/// The coefficients of F(X + tH; dX = tE) up to t^order, F's differentials in `steps` being moved along with its symbols.
///
/// # Errors
/// As [`along`]; [`EvalError::Unsupported`] above [`MAX_ORDER`].
pub fn power_series(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<f64>,
    moves: &Moves,
    steps: &[((SymbolId, u32), DMatrix<f64>)],
    order: usize,
) -> Result<Vec<DMatrix<f64>>, EvalError> {
    fn run<const N: usize>(
        arena: &Arena,
        root: ExprId,
        point: &Bindings<f64>,
        moves: &Moves,
        steps: &[((SymbolId, u32), DMatrix<f64>)],
    ) -> Result<Vec<DMatrix<f64>>, EvalError> {
        let start = point.map(Series::<N>::from_f64);
        let mut bindings = moved(&start, moves, |entry, h| Series::linear(entry.real(), h));
        for (differential, step) in steps {
            bindings.differentials.insert(*differential, step.map(|h| Series::linear(0.0, h)));
        }
        let value = evaluate(arena, root, &bindings)?;
        Ok((0..N).map(|k| value.map(|entry| entry.coefficients[k])).collect())
    }
    let mut found = match order {
        // Every length is the whole evaluator once more in the program: two lengths are enough.
        0..=MAX_MIXED => run::<{ MAX_MIXED + 1 }>(arena, root, point, moves, steps)?,
        9..=MAX_ORDER => run::<{ MAX_ORDER + 1 }>(arena, root, point, moves, steps)?,
        _ => return Err(EvalError::Unsupported("a derivative of an order this high")),
    };
    found.truncate(order + 1);
    Ok(found)
}

/// Dᵏf(X)\[H₁, …, Hₖ\], by polarisation of power series: 2^(1−k) Σ ε₂⋯εₖ·cₖ(H₁ + ε₂H₂ + … + εₖHₖ) over the signs, with cₖ(H) the
/// coefficient of tᵏ of f(X + tH). Along one direction k times it is k! cₖ(H).
///
/// # Errors
/// As [`power_series`]; [`EvalError::Unsupported`] for more than [`MAX_MIXED`] directions that differ.
pub fn mixed(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<f64>,
    directions: &[&Moves],
) -> Result<DMatrix<f64>, EvalError> {
    let order = directions.len();
    let coefficient = |moves: &Moves| {
        let mut found = power_series(arena, root, point, moves, &[], order)?;
        found.pop().ok_or(EvalError::Unsupported("a derivative of no order"))
    };
    let Some((first, others)) = directions.split_first() else {
        return evaluate(arena, root, point);
    };
    if others.iter().all(|other| other == first) {
        #[allow(clippy::cast_precision_loss, reason = "orders are small")]
        let factorial: f64 = (1..=order).map(|k| k as f64).product();
        return Ok(coefficient(first)? * factorial);
    }
    if order > MAX_MIXED {
        return Err(EvalError::Unsupported("a derivative of an order this high along several directions"));
    }
    let mut total: Option<DMatrix<f64>> = None;
    for signs in 0..1_u32 << others.len() {
        let mut sum = first.to_vec();
        let mut sign = 1.0;
        for (place, other) in others.iter().enumerate() {
            let factor = if signs >> place & 1 == 1 { -1.0 } else { 1.0 };
            sign *= factor;
            for (symbol, h) in *other {
                match sum.iter_mut().find(|(known, _)| known == symbol) {
                    Some((_, total)) => *total += h * factor,
                    None => sum.push((*symbol, h * factor)),
                }
            }
        }
        let term = coefficient(&sum)? * sign;
        total = Some(match total {
            Some(total) => total + term,
            None => term,
        });
    }
    let total = total.ok_or(EvalError::Unsupported("a derivative of no order"))?;
    Ok(total / f64::from(1_u32 << others.len()))
}

/// The point with the moved symbols replaced.
fn moved<T: Scalar>(point: &Bindings<T>, moves: &Moves, set: impl Fn(T, f64) -> T) -> Bindings<T> {
    let mut bindings = point.clone();
    for (symbol, direction) in moves {
        if let Some(value) = bindings.symbols.get_mut(symbol)
            && value.shape() == direction.shape()
        {
            value.zip_apply(direction, |entry, h| *entry = set(*entry, h));
        }
    }
    bindings
}
