//! The conditions of a result: what its operators need to have a value, and what the rules that led to it need.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::condition::{Condition, nowhere_zero};
use super::reduce::{reduced, same_kind_of_index};
use crate::catalog::entrywise::Domain;
use crate::expr::{Arena, ExprId, Func, MatrixFunction, Node, Reduction, Spectral};
use crate::number::Coeff;
use crate::positivity::is_nonnegative;

/// The conditions of a result: those that the operators of the input as it was written, of its normal form and of the answer need to have a
/// value, and those of the rules that were used which still matter. In a fixed order, none twice, none that follows from the others or
/// from a declaration.
#[must_use]
pub fn conditions(arena: &mut Arena, input: ExprId, answer: ExprId, from_rules: &[Condition]) -> Vec<Condition> {
    conditions_through(arena, input, &[answer], from_rules)
}

/// The same of a derivative of higher order, with those before it on the way: where |x| has no derivative it has no second one, which is
/// 0 elsewhere.
#[must_use]
pub fn conditions_through(
    arena: &mut Arena,
    input: ExprId,
    derivatives: &[ExprId],
    from_rules: &[Condition],
) -> Vec<Condition> {
    let mut found = Vec::new();
    let normal = arena.normalize(input);
    let roots: Vec<ExprId> = std::iter::once(normal).chain(derivatives.iter().copied()).collect();
    for root in roots.iter().copied().chain([input]) {
        // At once, so that the operands of each node are known below.
        arena.normalize(root);
        for id in arena.post_order(root) {
            domain(arena, id, &mut found);
        }
    }
    let kinks = kinks(arena, &roots);
    for condition in from_rules {
        let keep = match condition {
            // The domain of the answer says whether these are needed.
            Condition::Invertible(_) | Condition::NonZero(_) | Condition::Positive(_) => false,
            // Where the kink has cancelled (|x|² and its kin) nothing of it is left in the answer.
            Condition::EntriesNonZero(inner) => {
                let inner = same_kind_of_index(arena, *inner);
                kinks.contains(&inner) || kinks.iter().any(|of| same_up_to_sign(arena, *of, inner))
            }
            Condition::Symmetric(_)
            | Condition::SimpleEigenvalue(..)
            | Condition::SimpleSingularValue(_)
            | Condition::FullRank(_)
            | Condition::ConstantRank(_)
            | Condition::UniqueExtreme(_)
            | Condition::PatternConstant(_)
            | Condition::Definite(_)
            | Condition::Semidefinite(_)
            | Condition::NoNegativeEigenvalues(_) => true,
        };
        if keep {
            found.push(*condition);
        }
    }
    reduced(arena, found)
}

/// What stands in one of them under a function that jumps at 0, or is divided out of a product.
fn kinks(arena: &mut Arena, roots: &[ExprId]) -> IndexSet<ExprId, FxBuildHasher> {
    let mut found = IndexSet::default();
    for id in roots.iter().flat_map(|root| arena.post_order(*root)).collect::<Vec<_>>() {
        if let Node::Elementwise(Func::Sign | Func::Step, of) | Node::Reduce(Reduction::Product, of) = *arena.node(id) {
            let of = on_diagonal(arena, of);
            found.insert(same_kind_of_index(arena, of));
        }
    }
    found
}

fn same_up_to_sign(arena: &Arena, a: ExprId, b: ExprId) -> bool {
    match (arena.node(a), arena.node(b)) {
        (Node::Add(x), Node::Add(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|((c, s), (d, t))| s == t && c.add(d).is_zero())
        }
        (Node::Add(x), _) => matches!(&**x, [(c, s)] if *s == b && *c == Coeff::MINUS_ONE),
        (_, Node::Add(y)) => matches!(&**y, [(c, s)] if *s == a && *c == Coeff::MINUS_ONE),
        _ => false,
    }
}

/// What a node itself needs to have a value, its operands in normal form.
fn domain(arena: &mut Arena, id: ExprId, found: &mut Vec<Condition>) {
    match arena.node(id).clone() {
        Node::Power(base, exponent) => {
            let (base, exponent) = (arena.normalize(base), arena.normalize(exponent));
            let number = arena.as_number(exponent);
            if number.is_some_and(Coeff::is_negative) {
                found.push(Condition::Invertible(untransposed(arena, base)));
            }
            if number.map_or_else(|| !arena.is_integer_valued(exponent), |p| !p.is_integer()) {
                found.push(Condition::NoNegativeEigenvalues(base));
            }
        }
        Node::Hadamard(factors) => {
            for (base, exponent) in &*factors {
                let (base, exponent) = (arena.normalize(*base), arena.normalize(*exponent));
                let number = arena.as_number(exponent);
                let is_fraction = match number {
                    Some(p) => !p.is_integer(),
                    None => !arena.is_integer_valued(exponent),
                };
                let is_pole = number.is_some_and(Coeff::is_negative);
                let is_symbolic = number.is_none() && is_fraction;
                let base = if is_pole { base } else { on_diagonal(arena, base) };
                found.extend(match arena.node(base).clone() {
                    // ‖x‖ vanishes where x does, and |x| likewise; neither is below 0.
                    Node::Norm(_, inner) if is_pole || is_symbolic => Some(Condition::NonZero(inner)),
                    Node::Elementwise(Func::Abs, inner) if is_pole || is_symbolic => Some(nowhere_zero(arena, inner)),
                    Node::Norm(..) | Node::Elementwise(Func::Abs, _) => None,
                    // Where u ≥ 0 anyway the kink of √u, if it has one, is a pole of the answer.
                    _ if is_fraction && !is_pole && !is_symbolic && is_nonnegative(arena, base) => None,
                    _ if is_fraction => Some(Condition::Positive(base)),
                    _ if is_pole => Some(nowhere_zero(arena, base)),
                    _ => None,
                });
            }
        }
        Node::Elementwise(func, inner) => {
            let inner = arena.normalize(inner);
            found.extend(function_domain(arena, func, inner));
        }
        Node::MatrixFunction(MatrixFunction::Logm | MatrixFunction::Sqrtm, inner, _) => {
            found.push(Condition::NoNegativeEigenvalues(arena.normalize(inner)));
        }
        Node::Spectral(
            Spectral::LambdaMax | Spectral::LambdaMin | Spectral::EigvecMax | Spectral::EigvecMin,
            inner,
        ) => found.push(Condition::Symmetric(arena.normalize(inner))),
        _ => {}
    }
}

/// Where a function of one number has a value and a derivative, the ends of its domain left out.
fn function_domain(arena: &mut Arena, func: Func, inner: ExprId) -> Option<Condition> {
    match func.row().domain {
        Domain::Real | Domain::RealButPoles => None,
        Domain::Positive => Some(match *arena.node(inner) {
            Node::Norm(_, of) => Condition::NonZero(of),
            _ => Condition::Positive(inner),
        }),
        Domain::AboveOne => {
            let ones = arena.ones(arena.shape(inner));
            Some(Condition::Positive(arena.minus(inner, ones)))
        }
        Domain::BelowOneInSize => {
            let (ones, two) = (arena.ones(arena.shape(inner)), arena.integer(2));
            let square = arena.pow(inner, two);
            Some(Condition::Positive(arena.minus(ones, square)))
        }
    }
}

/// Of a diagonal matrix the diagonal, as no other entry varies.
fn on_diagonal(arena: &mut Arena, id: ExprId) -> ExprId {
    if arena.shape(id).is_matrix() && arena.is_diagonal(id) { arena.diag_part(id) } else { id }
}

fn untransposed(arena: &Arena, id: ExprId) -> ExprId {
    if let Node::Transpose(inner) = arena.node(id) { *inner } else { id }
}
