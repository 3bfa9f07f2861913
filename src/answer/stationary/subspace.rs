//! Traces of quadratic forms on matrices with orthonormal columns: tr(XᵀAX) with XᵀX = I is stationary where the columns of X span an invariant
//! subspace of A, and lies between the sums of the k smallest and the k largest eigenvalues (Fan 1949; Horn & Johnson, *Matrix Analysis*,
//! §4.3).

use super::constraint::Constraint;
use super::equation::substitute;
use crate::check::{Certificate, CheckOptions, check_subspace};
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::number::Coeff;
use crate::problem::Problem;
use crate::simplify::{expand, simplify};

/// What is known of the points.
#[derive(Clone, Debug)]
pub struct Subspace {
    /// A, symmetric.
    pub matrix: ExprId,
    /// The check of where f is least and largest; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

/// A where f is tr(XᵀAX) up to a constant and the constraint is XᵀX = I.
pub(super) fn subspace(
    problem: &mut Problem,
    (x, gradient): (SymbolId, ExprId),
    constraint: &Constraint,
    options: Option<&CheckOptions>,
) -> Option<Subspace> {
    let arena = &mut problem.arena;
    let (variable, multiplier) = (arena.symbol_expr(x), arena.symbol_expr(constraint.multiplier));
    if !arena.shape(variable).is_matrix() || !is_orthonormal(arena, variable, constraint.difference) {
        return None;
    }
    let zero = arena.zero(arena.shape(multiplier));
    let gradient = substitute(arena, gradient, multiplier, zero);
    let doubled = left_factor(arena, gradient, x)?;
    let matrix = arena.scale(&Coeff::ratio(1, 2)?, doubled);
    let matrix = simplify(arena, matrix);
    if !arena.is_symmetric(matrix) {
        return None;
    }
    let raw = problem.raw[0];
    let certificate = options.map(|options| check_subspace(&problem.arena, raw, (x, matrix), options));
    certificate.as_ref().is_none_or(Certificate::passed).then_some(Subspace { matrix, certificate })
}

/// Whether the difference of the sides of a constraint is ±(XᵀX − I).
fn is_orthonormal(arena: &mut Arena, x: ExprId, difference: ExprId) -> bool {
    let (transposed, identity) = (arena.transpose(x), arena.identity(arena.shape(x).cols));
    let square = arena.mul(&[transposed, x]);
    let wanted = arena.minus(square, identity);
    difference == wanted || difference == arena.neg(wanted)
}

/// S where a gradient is SX.
fn left_factor(arena: &mut Arena, gradient: ExprId, x: SymbolId) -> Option<ExprId> {
    let variable = arena.symbol_expr(x);
    let rows = arena.shape(variable).rows;
    let expanded = expand(arena, gradient);
    let mut terms = Vec::new();
    for (coeff, term) in arena.terms(expanded) {
        let (scalar, rest) = arena.split_scalar(term);
        let factors = match arena.node(rest).clone() {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![rest],
        };
        let (last, others) = factors.split_last()?;
        if *last != variable || arena.contains_symbol(scalar, x) {
            return None;
        }
        let matrix = if others.is_empty() { arena.identity(rows) } else { arena.mul(others) };
        if arena.contains_symbol(matrix, x) {
            return None;
        }
        terms.push((coeff, arena.mul(&[scalar, matrix])));
    }
    let shape = arena.shape(terms.first()?.1);
    Some(arena.add_terms(terms, shape))
}
