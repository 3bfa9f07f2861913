//! Sums of polynomials in the index, from as many terms as they have coefficients: with the differences Δᵏp of the first terms
//! Σᵢ₌₀ᴺ⁻¹ p(i) = Σₖ (N choose k + 1) Δᵏp(0) (Graham, Knuth & Patashnik 1994, §5.3), in every kind of number.

use rustc_hash::FxHashMap;

use super::dependence::Dependence;
use crate::expr::{Arena, BigOp, ExprId, IndexId, Node, Norm, Reduction};
use crate::number::Coeff;

/// Polynomials of a higher degree are summed term by term.
const MAX_DEGREE: u64 = 64;

/// The degree of an expression as a polynomial in an index; `None` where it is not known to be one.
pub(super) fn degree(arena: &Arena, dependence: &Dependence, root: ExprId, index: IndexId) -> Option<u64> {
    let mut degrees: FxHashMap<ExprId, u64> = FxHashMap::default();
    let mut stack = vec![root];
    while let Some(id) = stack.last().copied() {
        if degrees.contains_key(&id) {
            stack.pop();
            continue;
        }
        if !dependence.free(id).contains(&index) {
            degrees.insert(id, 0);
            continue;
        }
        let operands = operands(arena, id)?;
        let waiting = stack.len();
        stack
            .extend(operands.iter().filter(|(operand, _)| !degrees.contains_key(operand)).map(|(operand, _)| *operand));
        if stack.len() > waiting {
            continue;
        }
        let of = |(operand, times): &(ExprId, u64)| degrees.get(operand).copied().unwrap_or(0).saturating_mul(*times);
        let found = match arena.node(id) {
            Node::Index(_) => 1,
            Node::Product(_) | Node::Hadamard(_) | Node::Kron(..) => {
                operands.iter().map(of).fold(0, u64::saturating_add)
            }
            _ => operands.iter().map(of).max().unwrap_or(0),
        };
        if found > MAX_DEGREE {
            return None;
        }
        degrees.insert(id, found);
    }
    degrees.get(&root).copied()
}

/// What a polynomial is made of, each with its power; `None` of what is none in its operands.
fn operands(arena: &Arena, id: ExprId) -> Option<Vec<(ExprId, u64)>> {
    let once = |operands: &[ExprId]| operands.iter().map(|operand| (*operand, 1)).collect();
    match *arena.node(id) {
        Node::Index(_) => Some(Vec::new()),
        Node::Add(ref terms) => Some(terms.iter().map(|(_, term)| (*term, 1)).collect()),
        Node::Product(ref factors) => Some(once(factors)),
        Node::Literal(_, ref entries) => Some(once(entries)),
        Node::Kron(left, right) => Some(once(&[left, right])),
        Node::Hadamard(ref factors) => factors
            .iter()
            .map(|(base, exponent)| {
                if let Some((inner, half)) = even_power_of_norm(arena, *base, *exponent) {
                    return Some((inner, 2 * u64::try_from(half).ok()?));
                }
                let power = arena.as_number(*exponent).and_then(Coeff::to_i64)?;
                Some((*base, u64::try_from(power).ok()?))
            })
            .collect(),
        Node::Transpose(inner)
        | Node::Trace(inner)
        | Node::Diag(inner)
        | Node::DiagPart(inner)
        | Node::Vec(inner)
        | Node::Unvec(inner, _)
        | Node::Reduce(Reduction::Sum, inner) => Some(once(&[inner])),
        // The bounds must not depend on the index, which the operands' own degrees say.
        Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } if is_free(arena, lower) && is_free(arena, upper) => {
            Some(once(&[body]))
        }
        _ => None,
    }
}

/// Whether a bound is the same for every value of every index.
fn is_free(arena: &Arena, bound: ExprId) -> bool {
    matches!(arena.node(bound), Node::Number(_) | Node::Size(_) | Node::Symbol(_))
}

/// The x and the k of ‖x‖²ᵏ.
pub(super) fn even_power_of_norm(arena: &Arena, base: ExprId, exponent: ExprId) -> Option<(ExprId, i32)> {
    let Node::Norm(Norm::Frobenius, inner) = *arena.node(base) else { return None };
    let exponent = arena.as_number(exponent).and_then(Coeff::to_i64).filter(|exponent| exponent % 2 == 0)?;
    Some((inner, i32::try_from(exponent / 2).ok()?))
}

/// N over k, exactly.
pub(super) fn binomials(count: &Coeff, most: u64) -> Vec<Coeff> {
    let mut all = vec![Coeff::ONE];
    for k in 1..=most {
        let k = i64::try_from(k).unwrap_or(i64::MAX);
        let above = count.add(&Coeff::integer(1 - k));
        let next = Coeff::ratio(1, k).map(|part| above.mul(&part)).unwrap_or(Coeff::ZERO);
        all.push(all[all.len() - 1].mul(&next));
    }
    all
}
