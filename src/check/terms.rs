//! How large values are before terms in them cancel.

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::point::{Pair, size};
use super::{Cause, TOLERANCE};
use crate::expr::{Arena, ExprId, Func, Node, Ranked, Reduction, Spectral};
use crate::number::Coeff;
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// Rounding in a derivative relative to the terms of the function.
const FLOOR: f64 = 1e-3;

/// Comparisons of values and derivatives of an expression, which are not further apart than rounding in its terms may bring them: an entry of
/// OᵀO of an orthogonal O is 0, and so is its derivative, but for rounding.
pub(super) fn beside_terms<T: Scalar>(
    mut pairs: Vec<Pair<T>>,
    arena: &Arena,
    expr: ExprId,
    point: &Bindings<T>,
) -> Result<Vec<Pair<T>>, EvalError> {
    let is_far = |pair: &Pair<T>| {
        pair.cause == Cause::Value
            && pair.expected.shape() == pair.found.shape()
            && size(&(&pair.expected - &pair.found)) > TOLERANCE * pair.scale
    };
    if pairs.iter().any(is_far) {
        let terms = FLOOR * size_of_terms(arena, expr, point, &mut FxHashMap::default(), Entries::Whole)?;
        let values = pairs.iter_mut().filter(|pair| pair.cause == Cause::Value);
        values.for_each(|pair| pair.scale = pair.scale.max(terms));
    }
    Ok(pairs)
}

/// How products of entries are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entries {
    /// By their values: derivatives of them are compared with more digits than doubles have.
    Whole,
    /// Factor by factor: code multiplies out what cancels.
    Factors,
}

/// How large an expression could be without cancellation: of a sum the largest of its terms, of a product the product of its factors. Parts
/// that are shared are looked at once.
pub(super) fn size_of_terms<T: Scalar>(
    arena: &Arena,
    id: ExprId,
    point: &Bindings<T>,
    known: &mut FxHashMap<ExprId, f64>,
    entries: Entries,
) -> Result<f64, EvalError> {
    if let Some(size) = known.get(&id) {
        return Ok(*size);
    }
    let found = match arena.node(id) {
        Node::Add(terms) => {
            let mut largest: f64 = 0.0;
            for (coeff, term) in &**terms {
                largest = largest.max(coeff.to_f64().abs() * size_of_terms(arena, *term, point, known, entries)?);
            }
            largest
        }
        Node::Product(factors) => {
            let mut product = 1.0;
            for factor in &**factors {
                product *= size_of_terms(arena, *factor, point, known, entries)?;
            }
            product
        }
        Node::Hadamard(factors) if entries == Entries::Factors => {
            // Each factor is as far off as its terms are large, and the others are what they are.
            let mut sizes = Vec::with_capacity(factors.len());
            for (base, exponent) in &**factors {
                let value = evaluate(arena, *base, point)?;
                let own = size_of_power(&value, &evaluate(arena, *exponent, point)?);
                let terms = match arena.as_number(*exponent).map(Coeff::to_f64) {
                    Some(power) if power >= 1.0 => {
                        size(&value).powf(power - 1.0) * size_of_terms(arena, *base, point, known, entries)?
                    }
                    _ => own,
                };
                sizes.push((own, terms));
            }
            let with_terms_of = |one: usize| -> f64 {
                sizes.iter().enumerate().map(|(place, (own, terms))| if place == one { *terms } else { *own }).product()
            };
            (0..sizes.len()).map(with_terms_of).fold(0.0, f64::max)
        }
        // Where one choice is 0, another is 1 less what is 1.
        Node::Elementwise(Func::Step | Func::IsZero, _) if entries == Entries::Factors => 1.0,
        Node::Kron(left, right) => {
            size_of_terms(arena, *left, point, known, entries)? * size_of_terms(arena, *right, point, known, entries)?
        }
        Node::Transpose(inner)
        | Node::Trace(inner)
        | Node::Entry(inner, ..)
        | Node::Diag(inner)
        | Node::DiagPart(inner)
        | Node::Vec(inner)
        | Node::Unvec(inner, _)
        | Node::Reduce(Reduction::Sum, inner) => size_of_terms(arena, *inner, point, known, entries)?,
        // Eigenvalues are as far off as the matrix is large.
        Node::Spectral(Spectral::LambdaMax | Spectral::LambdaMin | Spectral::SumEig, inner)
        | Node::Ranked(Ranked::Eigenvalue | Ranked::SingularValue, inner, _) => {
            size_of_terms(arena, *inner, point, known, entries)?
        }
        _ => size(&evaluate(arena, id, point)?),
    };
    known.insert(id, found);
    Ok(found)
}

/// The largest of the entries of a base, each to the power of a scalar.
fn size_of_power<T: Scalar>(base: &DMatrix<T>, exponent: &DMatrix<T>) -> f64 {
    let exponent = exponent[(0, 0)].real();
    base.map(Scalar::real).iter().map(|entry| entry.abs().powf(exponent)).fold(0.0, f64::max)
}
