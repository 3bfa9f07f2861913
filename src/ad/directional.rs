//! Directional derivatives by dual numbers: f(X + εH) = f(X) + ε Df(X)[H], exact up to rounding.

use nalgebra::DMatrix;

use super::dual::Dual;
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
