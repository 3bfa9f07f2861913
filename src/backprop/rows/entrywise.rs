//! Functions entry by entry: x̄ = ȳ ∘ f′(x), with a slope for each.

use crate::expr::{Arena, ExprId, Func, Node, StandIn};
use crate::number::Coeff;

/// f′(x) as it is printed: σ′(x) of a function that is written with a letter; none where it is 0 wherever it exists.
pub(super) fn slope(arena: &mut Arena, func: Func, x: ExprId) -> Option<ExprId> {
    if func.letter().is_some() {
        let symbol = arena.stand_in(StandIn::Letter(func));
        return Some(arena.elementwise(Func::User(symbol, 1), x));
    }
    let value = arena.elementwise(func, x);
    written_out(arena, func, x, value)
}

/// The expression without primed letters: σ′(x) = σ(x)(1 − σ(x)), or y(1 − y) where y is known to be σ(x).
pub(in super::super) fn without_letters(arena: &mut Arena, root: ExprId, known: Option<(ExprId, ExprId)>) -> ExprId {
    let mut map = rustc_hash::FxHashMap::default();
    for id in arena.post_order(root) {
        let letter = match arena.node(id) {
            Node::Elementwise(Func::User(symbol, 1), inner) => arena.stands_for(*symbol).map(|stands| (stands, *inner)),
            _ => None,
        };
        let rebuilt = match letter {
            Some((StandIn::Letter(func), inner)) => {
                let inner = map.get(&inner).copied().unwrap_or(inner);
                let value = arena.elementwise(func, inner);
                let value = known.filter(|(known, _)| *known == value).map_or(value, |(_, name)| name);
                written_out(arena, func, inner, value).unwrap_or(id)
            }
            _ => arena.rebuild(id, &map),
        };
        map.insert(id, rebuilt);
    }
    map.get(&root).copied().unwrap_or(root)
}

/// A term of a polynomial in some expression: its coefficient and power.
type Term = (i64, i64);

/// Σ cₖzᵏ entry by entry, written in this order.
fn polynomial(arena: &mut Arena, z: ExprId, terms: &[Term]) -> ExprId {
    let shape = arena.shape(z);
    let mut all = Vec::with_capacity(terms.len());
    for (coeff, power) in terms {
        let power = if *power == 0 { arena.ones(shape) } else { arena.pow_number(z, &Coeff::integer(*power)) };
        all.push((Coeff::integer(*coeff), power));
    }
    let sum = arena.intern(Node::Add(all.into()));
    arena.normalize_written(sum)
}

/// (Σ cₖxᵏ)^p
fn power_of(arena: &mut Arena, x: ExprId, terms: &[Term], power: Option<Coeff>) -> ExprId {
    let base = polynomial(arena, x, terms);
    match power {
        Some(power) => arena.pow_number(base, &power),
        None => base,
    }
}

/// f′(x) in functions that are known and in the value f(x).
fn written_out(arena: &mut Arena, func: Func, x: ExprId, value: ExprId) -> Option<ExprId> {
    let half = Coeff::ratio(-1, 2);
    Some(match func {
        Func::Exp => value,
        Func::Log => arena.pow_number(x, &Coeff::MINUS_ONE),
        Func::Sin => arena.elementwise(Func::Cos, x),
        Func::Cos => {
            let sine = arena.elementwise(Func::Sin, x);
            arena.neg(sine)
        }
        Func::Tan | Func::Tanh | Func::Sigmoid => {
            let terms: [Term; 2] = match func {
                Func::Tan => [(1, 0), (1, 2)],
                Func::Tanh => [(1, 0), (-1, 2)],
                _ => {
                    let rest = polynomial(arena, value, &[(1, 0), (-1, 1)]);
                    return Some(arena.hadamard(value, rest));
                }
            };
            polynomial(arena, value, &terms)
        }
        Func::Asin => power_of(arena, x, &[(1, 0), (-1, 2)], half),
        Func::Acos => {
            let asin = power_of(arena, x, &[(1, 0), (-1, 2)], half);
            arena.neg(asin)
        }
        Func::Atan => power_of(arena, x, &[(1, 0), (1, 2)], Some(Coeff::MINUS_ONE)),
        Func::Sinh => arena.elementwise(Func::Cosh, x),
        Func::Cosh => arena.elementwise(Func::Sinh, x),
        Func::Asinh => power_of(arena, x, &[(1, 2), (1, 0)], half),
        Func::Acosh => power_of(arena, x, &[(1, 2), (-1, 0)], half),
        Func::Atanh => power_of(arena, x, &[(1, 0), (-1, 2)], Some(Coeff::MINUS_ONE)),
        Func::Softplus => arena.elementwise(Func::Sigmoid, x),
        Func::Relu => arena.elementwise(Func::Step, x),
        Func::Abs => arena.elementwise(Func::Sign, x),
        Func::Erf => {
            // 2/√π exp(−x²)
            let square = polynomial(arena, x, &[(-1, 2)]);
            let exp = arena.elementwise(Func::Exp, square);
            let pi = arena.intern(Node::Pi);
            let root = arena.pow_number(pi, &half.unwrap_or(Coeff::ONE));
            let scaled = arena.mul(&[root, exp]);
            arena.scale(&Coeff::integer(2), scaled)
        }
        Func::NormCdf => arena.elementwise(Func::NormPdf, x),
        Func::NormPdf => {
            let product = arena.hadamard(x, value);
            arena.neg(product)
        }
        Func::Gamma => {
            let digamma = arena.elementwise(Func::Polygamma(0), x);
            arena.hadamard(value, digamma)
        }
        Func::LogGamma => arena.elementwise(Func::Polygamma(0), x),
        Func::Polygamma(order) => arena.elementwise(Func::Polygamma(order + 1), x),
        Func::Sign | Func::Step | Func::IsZero => return None,
        Func::User(symbol, order) => arena.elementwise(Func::User(symbol, order + 1), x),
    })
}
