//! Terms that complete one another: squares of sine and cosine, a sigmoid and 1.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Identity, Rule, coefficient_of};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "sigmoid-complement",
        says: "1 − σ(x) = σ(−x)",
        example: "y + 1 - σ(x)",
        declare: "x: scalar; y: scalar",
        want: "y + σ(−x)",
        rule: Rule::Terms(sigmoid),
    },
    Identity {
        id: "pythagorean",
        says: "sin² x + cos² x = 1",
        example: "2 sin(x)^2 + y + 2 cos(x)^2",
        declare: "x: scalar; y: scalar",
        want: "2 + y",
        rule: Rule::Terms(pythagorean),
    },
    Identity {
        id: "hyperbolic-pythagorean",
        says: "cosh² x − sinh² x = 1",
        example: "2 cosh(x)^2 + y - 2 sinh(x)^2",
        declare: "x: scalar; y: scalar",
        want: "2 + y",
        rule: Rule::Terms(hyperbolic),
    },
];

/// c·1 − c·σ(z) = c·σ(−z)
fn sigmoid(
    arena: &mut Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Elementwise(Func::Sigmoid, z) = *arena.node(*term) else { return None };
    let ones = arena.ones(arena.shape(*term));
    let constant = coefficient_of(terms, ones)?.clone();
    constant.add(coeff).is_zero().then(|| {
        let minus = arena.neg(z);
        let flipped = arena.elementwise(Func::Sigmoid, minus);
        vec![(coeff.clone(), ones), (constant.clone(), *term), (constant, flipped)]
    })
}

fn pythagorean(arena: &mut Arena, term: &(Coeff, ExprId), terms: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, ExprId)>> {
    completed_squares(arena, term, terms, (Func::Sin, Func::Cos), &Coeff::ONE)
}

fn hyperbolic(arena: &mut Arena, term: &(Coeff, ExprId), terms: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, ExprId)>> {
    completed_squares(arena, term, terms, (Func::Cosh, Func::Sinh), &Coeff::MINUS_ONE)
}

/// c·f(z)² ± c·g(z)² = c
fn completed_squares(
    arena: &mut Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
    (f, g): (Func, Func),
    sign: &Coeff,
) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Hadamard(ref factors) = *arena.node(*term) else { return None };
    let [(base, exponent)] = **factors else { return None };
    let Node::Elementwise(found, z) = *arena.node(base) else { return None };
    if found != f || arena.as_number(exponent).and_then(Coeff::to_i64) != Some(2) {
        return None;
    }
    let partner = arena.intern(Node::Elementwise(g, z));
    let partner = arena.intern(Node::Hadamard(Arc::new([(partner, exponent)])));
    let of_partner = coefficient_of(terms, partner)?.clone();
    (of_partner == coeff.mul(sign)).then(|| {
        let ones = arena.ones(arena.shape(*term));
        vec![(coeff.neg(), *term), (of_partner.neg(), partner), (coeff.clone(), ones)]
    })
}
