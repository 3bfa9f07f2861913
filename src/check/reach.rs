//! How far numbers reach: whether residues see the whole of an expression, whether it has values, and whether 31 digits say anything of it.

use rustc_hash::FxHashSet;

use super::point::{Trial, is_finite};
use super::search::at_points;
use super::{CheckOptions, Method};
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::number::Coeff;
use crate::numeric::{Algebra, Bindings, EvalError, algebra, evaluate};

/// Whether all of the roots are rational in the entries and in values of declared functions.
#[must_use]
pub fn is_rational(arena: &Arena, roots: &[ExprId]) -> bool {
    algebra(arena, roots) == Algebra::Rational
}

/// Whether a point is found at which both expressions have a value, with whatever error.
#[must_use]
pub fn have_values(arena: &Arena, roots: &[ExprId; 2], options: &CheckOptions) -> bool {
    let finite = |root, point: &Bindings<f64>| Ok::<_, EvalError>(is_finite(&evaluate(arena, root, point)?));
    let certificate = at_points(arena, roots, &[], Method::Values, options, |point| {
        let both = finite(roots[0], &point.bindings)? && finite(roots[1], &point.bindings)?;
        Ok(if both { Trial::Agree(0.0) } else { Trial::Outside })
    });
    certificate.passed()
}

/// How many points are drawn to see whether a condition ever holds.
const MANY: usize = 12;

/// Random points at which an expression has a value, among symbols that may move.
#[must_use]
pub fn points_with_values(
    arena: &Arena,
    root: ExprId,
    moving: &[SymbolId],
    options: &CheckOptions,
) -> Vec<Bindings<f64>> {
    let options = CheckOptions { points: MANY, sides: false, ..options.clone() };
    let mut found = Vec::new();
    at_points(arena, &[root], moving, Method::Values, &options, |point| {
        if !is_finite(&evaluate(arena, root, &point.bindings)?) {
            return Ok(Trial::Outside);
        }
        found.push(point.bindings.clone());
        Ok(Trial::Agree(0.0))
    });
    found
}

/// Digits of the numbers that are written, in bits, with which an agreement of 31 digits may be made: exp(π√163) is an integer in 30.
const MOST_BITS: u64 = 40;
/// Bits of a number that are not counted, as it is short.
const SHORT_NUMBER: u64 = 10;

/// Whether the numbers that are written have so many digits that an agreement of 31 says nothing: π and a decimal of 40 digits.
#[must_use]
pub fn has_long_numbers(arena: &Arena, roots: &[ExprId]) -> bool {
    let mut numbers: FxHashSet<Coeff> = FxHashSet::default();
    for id in roots.iter().flat_map(|root| arena.post_order(*root)) {
        match arena.node(id) {
            Node::Number(number) => {
                numbers.insert(number.clone());
            }
            Node::Add(terms) => numbers.extend(terms.iter().map(|(coefficient, _)| coefficient.clone())),
            _ => {}
        }
    }
    let bits = |number: &Coeff| {
        let (n, d) = number.parts();
        (n.bits() + d.bits()).saturating_sub(SHORT_NUMBER)
    };
    numbers.iter().map(bits).sum::<u64>() > MOST_BITS
}
