//! Directional derivatives, exact up to rounding: by dual numbers, f(X + εH) = f(X) + ε Df(X)[H], and of higher order by power series in t,
//! f(X + tH) = Σ tᵏ Dᵏf(X)[H, …, H]/k!.

use nalgebra::DMatrix;

use super::dual::Dual;
use super::series::Series;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// Symbols that move at once, each in its direction.
pub type Moves<T> = [(SymbolId, DMatrix<T>)];

/// f(X) and Df(X)\[H\].
///
/// # Errors
/// As [`evaluate`].
pub fn along<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<T>,
    moves: &Moves<T>,
) -> Result<(DMatrix<T>, DMatrix<T>), EvalError> {
    let bindings = moved(&point.map(constant), moves, |entry, h| Dual::new(entry.re, h));
    let value = evaluate(arena, root, &bindings)?;
    // What has no value has no derivative.
    let slope = |entry: Dual<T>| if entry.re.is_finite() { entry.eps } else { T::from_f64(f64::NAN) };
    Ok((value.map(|entry| entry.re), value.map(slope)))
}

/// D²f(X)\[H₁, H₂\], by two nested infinitesimals.
///
/// # Errors
/// As [`along`].
pub fn along_twice<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<T>,
    first: &Moves<T>,
    second: &Moves<T>,
) -> Result<DMatrix<T>, EvalError> {
    let bindings = point.map(|entry| constant(constant(entry)));
    let bindings = moved(&bindings, first, |entry, h| Dual::new(Dual::new(entry.re.re, h), entry.eps));
    let bindings = moved(&bindings, second, |entry, h| Dual::new(entry.re, constant(h)));
    let slope = |entry: Dual<Dual<T>>| if entry.is_finite() { entry.eps.eps } else { T::from_f64(f64::NAN) };
    Ok(evaluate(arena, root, &bindings)?.map(slope))
}

fn constant<T: Scalar>(value: T) -> Dual<T> {
    Dual::new(value, T::zero())
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
    moves: &Moves<f64>,
    steps: &[((SymbolId, u32), DMatrix<f64>)],
    order: usize,
) -> Result<Vec<DMatrix<f64>>, EvalError> {
    fn run<const N: usize>(
        arena: &Arena,
        root: ExprId,
        point: &Bindings<f64>,
        moves: &Moves<f64>,
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
    directions: &[&Moves<f64>],
) -> Result<DMatrix<f64>, EvalError> {
    let order = directions.len();
    let coefficient = |moves: &Moves<f64>| {
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
fn moved<T: Scalar, H: Scalar>(point: &Bindings<T>, moves: &Moves<H>, set: impl Fn(T, H) -> T) -> Bindings<T> {
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
