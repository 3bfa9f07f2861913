//! The orthogonal projections XX⁺ and X⁺X on the ranges of X and Xᵀ (Penrose 1955).

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::normal::chain::Chain;
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

use super::pseudoinverse::factors_under_pinv;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "projection-onto-range",
        says: "XX⁺X = X, X⁺XX⁺ = X⁺, XᵀXX⁺ = Xᵀ and X⁺XXᵀ = Xᵀ",
        example: "B A' A pinv(A)",
        declare: "A: matrix(m,n)",
        want: "BAᵀ",
        rule: Rule::Ending(projection),
    },
    Identity {
        id: "projection-is-symmetric",
        says: "(X⁺)ᵀXᵀ = XX⁺ and Xᵀ(X⁺)ᵀ = X⁺X",
        example: "A' pinv(A)' B",
        declare: "A: matrix(m,n)",
        want: "pinv(A)AB",
        rule: Rule::Neighbors(symmetric_projection),
    },
    Identity {
        id: "projection-of-product",
        says: "XX⁺X = X, X⁺XX⁺ = X⁺, XᵀXX⁺ = Xᵀ and X⁺XXᵀ = Xᵀ for a product X = AB",
        example: "A B pinv(A B) A B",
        declare: "A: matrix(m,n); B: matrix(n,k)",
        want: "AB",
        rule: Rule::Ending(projection_of_product),
    },
    Identity {
        id: "projection-complement",
        says: "Xᵀ(I − XX⁺) = 0 and (I − XX⁺)X = 0, also with a factor: Xᵀ(b − XX⁺b) = 0",
        example: "A' (b - A pinv(A) b)",
        declare: "A: matrix(m,n); b: vector(m)",
        want: "zeros(n)",
        rule: Rule::Neighbors(complement),
    },
    Identity {
        id: "projection-is-idempotent",
        says: "(I − XX⁺)² = I − XX⁺",
        example: "(eye(m) - A pinv(A)) (eye(m) - A pinv(A))",
        declare: "A: matrix(m,n)",
        want: "I − A pinv(A)",
        rule: Rule::Over(Head::Power, idempotent),
    },
];

fn is_pinv_of(arena: &Arena, id: ExprId, of: ExprId) -> bool {
    matches!(*arena.node(id), Node::Pinv(inner) if inner == of)
}

fn is_pair(arena: &Arena, left: ExprId, right: ExprId) -> bool {
    is_pinv_of(arena, left, right) || is_pinv_of(arena, right, left)
}

/// PQN = N and NPQ = N for the projection PQ and what lies in its range.
fn projection(arena: &mut Arena, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
    let [.., first, middle, last] = *chain.factors() else { return None };
    if is_pair(arena, first, middle) && (last == first || arena.transpose(middle) == last) {
        return Some((3, vec![last]));
    }
    if is_pair(arena, middle, last) && (first == last || arena.transpose(middle) == first) {
        return Some((3, vec![first]));
    }
    None
}

/// (X⁺)ᵀXᵀ = XX⁺: both factors transposed, the other way round.
fn symmetric_projection(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if !is_pair(arena, left, right) {
        return None;
    }
    let transposed = |arena: &Arena, id: ExprId| match *arena.node(id) {
        Node::Pinv(inner) => arena.is_transposed_factor(inner),
        _ => arena.is_transposed_factor(id),
    };
    if !transposed(arena, left) || !transposed(arena, right) {
        return None;
    }
    let (first, second) = (arena.transpose(right), arena.transpose(left));
    Some(arena.mul(&[first, second]))
}

/// XX⁺X = X, X⁺XX⁺ = X⁺, XᵀXX⁺ = Xᵀ and X⁺XXᵀ = Xᵀ for a product X
fn projection_of_product(arena: &mut Arena, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
    for at in chain.powers() {
        let pinv = chain.factors()[at];
        let Some(factors) = factors_under_pinv(arena, pinv) else { continue };
        let count = factors.len();
        let (before, after) = (&chain.factors()[..at], &chain.factors()[at + 1..]);
        if before.ends_with(factors) {
            let further = &before[..before.len() - count];
            if *after == *factors {
                return Some((2 * count + 1, factors.to_vec()));
            }
            if after.is_empty() && further.last() == Some(&pinv) {
                return Some((count + 2, vec![pinv]));
            }
            if after.is_empty() && further.len() >= count {
                let factors = factors.to_vec();
                let transposed: Vec<ExprId> = factors.iter().rev().map(|factor| arena.transpose(*factor)).collect();
                if further.ends_with(&transposed) {
                    return Some((2 * count + 1, transposed));
                }
            }
        } else if after.len() == 2 * count && after.starts_with(factors) {
            let factors = factors.to_vec();
            let transposed: Vec<ExprId> = factors.iter().rev().map(|factor| arena.transpose(*factor)).collect();
            if after.ends_with(&transposed) {
                return Some((2 * count + 1, transposed));
            }
        }
    }
    None
}

/// The part N of c(N − XX⁺N), with X and X⁺; without a factor N it is the identity.
struct Residual {
    first: ExprId,
    second: ExprId,
}

/// X and X⁺ of a sum c(N − XX⁺N).
fn residual(arena: &Arena, id: ExprId) -> Option<Residual> {
    let Node::Add(terms) = arena.node(id) else { return None };
    let [(c, one), (d, other)] = &**terms else { return None };
    if !c.add(d).is_zero() {
        return None;
    }
    let projected = |plain: ExprId, product: ExprId| {
        let Node::Product(factors) = arena.node(product) else { return None };
        let [first, second, rest @ ..] = &**factors else { return None };
        let is_rest = match arena.node(plain) {
            Node::Identity(_) => rest.is_empty(),
            Node::Product(all) => **all == *rest,
            _ => *rest == [plain],
        };
        (is_rest && is_pair(arena, *first, *second)).then_some(Residual { first: *first, second: *second })
    };
    projected(*one, *other).or_else(|| projected(*other, *one))
}

/// Xᵀ(N − XX⁺N) = 0, and the same transposed.
fn complement(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let shape = Shape::new(arena.shape(left).rows, arena.shape(right).cols);
    if let Some(Residual { first, second }) = residual(arena, right)
        && (left == second || left == arena.transpose(first))
    {
        return Some(arena.zero(shape));
    }
    let sum = match *arena.node(left) {
        Node::Add(_) => left,
        // A row of a sum is the transpose of a column.
        Node::Transpose(column) if matches!(arena.node(column), Node::Add(_)) => column,
        _ => return None,
    };
    let transposed = if sum == left { arena.transpose(left) } else { sum };
    let Residual { first, second } = residual(arena, transposed)?;
    let mirrored = arena.transpose(right);
    (mirrored == second || right == first).then(|| arena.zero(shape))
}

/// (I − XX⁺)² = I − XX⁺, and likewise for every positive power.
fn idempotent(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Power(base, exponent) = *node else { return None };
    arena.as_number(exponent).and_then(Coeff::to_i64).filter(|p| *p > 0)?;
    let Node::Add(terms) = arena.node(base) else { return None };
    if !terms.iter().any(|(coeff, term)| coeff.is_one() && matches!(arena.node(*term), Node::Identity(_))) {
        return None;
    }
    residual(arena, base).map(|_| base)
}
