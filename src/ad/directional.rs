//! Directional derivatives by dual numbers: f(X + εH) = f(X) + ε Df(X)[H], exact up to rounding.

use nalgebra::DMatrix;

use super::dual::Dual;
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
