//! A row for each operator: its vector–Jacobian product, which takes the cotangent Ȳ of a value to those of the operands. The rows are
//! those of reverse-mode automatic differentiation and know nothing of the rules for differentials.

mod arithmetic;
mod entrywise;
mod map;
mod matrix;
mod power;
mod reduction;
mod row;
mod spectral;

pub(super) use arithmetic::inner;
pub(super) use entrywise::without_letters;
pub(super) use matrix::inverted;
pub use row::NoRow;
pub(super) use row::{Pulled, Row};

use crate::expr::{Arena, BigOp, ExprId, Node};

/// The cotangents of the operands of a node.
///
/// # Errors
/// An operator without a row.
pub(super) fn pulled(arena: &mut Arena, id: ExprId, row: &Row<'_>) -> Result<Pulled, NoRow> {
    let bar = row.bar;
    let parts = match arena.node(id).clone() {
        Node::Number(_)
        | Node::Pi
        | Node::Size(_)
        | Node::Index(_)
        | Node::Symbol(_)
        | Node::Identity(_)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Commutation(_)
        | Node::Selection(..)
        | Node::Basis(..) => Vec::new(),
        Node::Member(..) => return Err(NoRow::of("a member of a family")),
        Node::Differential(..) | Node::Pending(..) => return Err(NoRow::of("a differential")),
        Node::Factorial(_) => return Err(NoRow::nowhere("a factorial, which is defined at whole numbers only")),
        Node::Literal(shape, entries) => matrix::literal(arena, shape, &entries, row)?,
        Node::Add(terms) => arithmetic::sum(arena, &terms, row),
        Node::Product(factors) => arithmetic::product(arena, &factors, row),
        Node::Hadamard(factors) => arithmetic::entrywise_product(arena, &factors, row),
        Node::Kron(left, right) => matrix::kron(arena, left, right, row)?,
        Node::Transpose(inner) => vec![(inner, arena.transpose(bar))],
        Node::Power(base, exponent) => power::power(arena, base, exponent, row),
        Node::Entry(of, i, j) => matrix::entry(arena, of, [i, j], row),
        Node::Indexed { op: BigOp::Sum, index, lower, upper, body } => {
            return Ok(Pulled::Body { index, bounds: [lower, upper], body, bar });
        }
        Node::Indexed { op: BigOp::Product, index, lower, upper, body } => {
            // Π xᵢ: each x̄ᵢ is ȳ times the product over xᵢ.
            let (product, factor) = (arena.normalize(id), arena.normalize(body));
            let below = arena.recip(factor);
            let bar = arena.mul(&[bar, product, below]);
            return Ok(Pulled::Body { index, bounds: [lower, upper], body, bar });
        }
        Node::Elementwise(func, inner) => {
            let x = arena.normalize(inner);
            match entrywise::slope(arena, func, x) {
                Some(slope) => vec![(inner, arena.hadamard(bar, slope))],
                None => Vec::new(),
            }
        }
        Node::Choose(condition, then, otherwise) => {
            // What is not chosen gets 0, whatever stands beside it.
            let (condition, zero) = (arena.normalize(condition), arena.zero(arena.shape(bar)));
            vec![(then, arena.choose(condition, bar, zero)), (otherwise, arena.choose(condition, zero, bar))]
        }
        Node::Map(map, inner, place) => map::map(arena, map, inner, &place, bar)?,
        ref node @ Node::MatrixFunction(..) => power::function(arena, node, row)?,
        Node::Trace(inner) => matrix::trace(arena, inner, row),
        Node::Det(inner) => matrix::determinant(arena, inner, row),
        Node::Reduce(reduction, inner) => reduction::reduce(arena, reduction, inner, row),
        Node::Norm(norm, inner) => reduction::norm(arena, norm, inner, row),
        Node::Spectral(which, inner) => spectral::spectral(arena, which, inner, row),
        Node::Ranked(which, inner, place) => spectral::ranked(arena, which, (inner, place), row),
        Node::Apply(op, inner) => matrix::operator(arena, op, inner, row)?,
        Node::Diag(inner) => vec![(inner, arena.diag_part(bar))],
        Node::DiagPart(inner) => vec![(inner, arena.diag(bar))],
        Node::Hat(inner) => vec![(inner, arena.axial(bar))],
        Node::Axial(inner) => vec![(inner, arena.hat(bar))],
        Node::Vec(inner) => {
            let shape = arena.shape(inner);
            vec![(inner, arena.unvec(bar, shape))]
        }
        Node::Unvec(inner, _) => vec![(inner, arena.vec(bar))],
        Node::Pinv(inner) => matrix::pseudoinverse(arena, inner, row),
    };
    Ok(Pulled::Operands(parts))
}
