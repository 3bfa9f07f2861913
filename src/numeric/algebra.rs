//! What arithmetic modulo a prime can say of an expression: all, that it is equal to another, or nothing.

use rustc_hash::FxHashSet;

use super::polynomial::even_power_of_norm;
use crate::expr::{Arena, ExprId, Func, Node, Norm, Reduction, SymbolKind};
use crate::number::Coeff;

/// How much of an expression residues see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algebra {
    /// A rational function of entries and of the values of declared functions: equal where residues are equal, different where they differ.
    Rational,
    /// A rational function of these and of values of other functions, which are symbols to residues: equal where residues are equal.
    Symbolic,
    /// Something that residues do not see.
    Neither,
}

/// How much of all of the roots residues see.
#[must_use]
pub fn algebra(arena: &Arena, roots: &[ExprId]) -> Algebra {
    let mut seen = FxHashSet::default();
    let mut stack = roots.to_vec();
    let mut all = Algebra::Rational;
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        match arena.node(id) {
            Node::Hadamard(factors) => {
                for (base, exponent) in factors.iter() {
                    all = all.max(exponents(arena, *exponent));
                    stack.push(*exponent);
                    // The root of ‖x‖² is not taken where it would only be squared again.
                    stack.push(even_power_of_norm(arena, *base, *exponent).map_or(*base, |(inner, _)| inner));
                }
            }
            node => {
                all = all.max(of_node(arena, node));
                stack.extend(node.children());
            }
        }
        if all == Algebra::Neither {
            break;
        }
    }
    all
}

/// An operator by itself.
fn of_node(arena: &Arena, node: &Node) -> Algebra {
    match node {
        Node::Number(_)
        | Node::Size(_)
        | Node::Index(_)
        | Node::Symbol(_)
        | Node::Member(..)
        | Node::Differential(..)
        | Node::Identity(_)
        | Node::Commutation(_)
        | Node::Selection(..)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Basis(..)
        | Node::Literal(..)
        | Node::Add(_)
        | Node::Product(_)
        | Node::Hadamard(_)
        | Node::Kron(..)
        | Node::Transpose(_)
        | Node::Entry(..)
        | Node::Indexed { .. }
        | Node::Elementwise(Func::User(..), _)
        | Node::Trace(_)
        | Node::Det(_)
        | Node::Reduce(Reduction::Sum | Reduction::Product, _)
        | Node::Diag(_)
        | Node::DiagPart(_)
        | Node::Hat(_)
        | Node::Axial(_)
        | Node::Vec(_)
        | Node::Unvec(..)
        | Node::Factorial(_) => Algebra::Rational,
        Node::Apply(op, _) if op.row().is_rational => Algebra::Rational,
        Node::Power(_, exponent) => match exponents(arena, *exponent) {
            Algebra::Rational => Algebra::Rational,
            // A root of a matrix is not a root of its entries.
            Algebra::Symbolic | Algebra::Neither => Algebra::Neither,
        },
        Node::Pi | Node::Elementwise(..) | Node::Map(..) | Node::Norm(Norm::Frobenius | Norm::One, _) => {
            Algebra::Symbolic
        }
        Node::Pending(..)
        | Node::Choose(..)
        | Node::MatrixFunction(..)
        | Node::Reduce(Reduction::Max | Reduction::Min | Reduction::LogSumExp, _)
        | Node::Norm(Norm::Infinity | Norm::P(_) | Norm::Spectral | Norm::Nuclear, _)
        | Node::Spectral(..)
        | Node::Ranked(..)
        | Node::Apply(..)
        | Node::Pinv(_) => Algebra::Neither,
    }
}

/// By what an entry is raised to: integers are rational, halves are roots.
fn exponents(arena: &Arena, exponent: ExprId) -> Algebra {
    if is_integer(arena, exponent) {
        return Algebra::Rational;
    }
    let is_half = arena.as_number(exponent).is_some_and(|number| number.mul(&Coeff::integer(2)).to_i64().is_some());
    if is_half { Algebra::Symbolic } else { Algebra::Neither }
}

/// Whether a scalar is an integer wherever it has a value, by its form.
fn is_integer(arena: &Arena, root: ExprId) -> bool {
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        match arena.node(id) {
            Node::Number(number) if number.to_i64().is_some() => {}
            Node::Size(_) | Node::Index(_) => {}
            Node::Symbol(symbol) if arena.symbol(*symbol).kind == SymbolKind::Integer => {}
            Node::Add(terms) if terms.iter().all(|(coefficient, _)| coefficient.to_i64().is_some()) => {
                stack.extend(terms.iter().map(|(_, term)| *term));
            }
            Node::Product(factors) => stack.extend(factors.iter()),
            Node::Hadamard(factors) if factors.iter().all(|(_, exponent)| is_positive(arena, *exponent)) => {
                stack.extend(factors.iter().map(|(base, _)| *base));
            }
            _ => return false,
        }
    }
    true
}

fn is_positive(arena: &Arena, exponent: ExprId) -> bool {
    arena.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|exponent| exponent > 0)
}
