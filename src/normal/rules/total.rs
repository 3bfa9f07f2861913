//! Sums of all entries, sum(X) = 1ᵀX1.

use crate::expr::{Arena, BigOp, Dim, ExprId, Node, Norm, Reduction, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "total-of-constant",
        says: "sum(ones(m, n)) = mn, sum(I) = n and sum(0) = 0",
        example: "sum(ones(m, n))",
        declare: "",
        want: "mn",
        rule: Rule::Over(Head::Total, of_constant),
    },
    Identity {
        id: "total-of-multiple",
        says: "sum(cX) = c sum(X)",
        example: "sum(2 c X)",
        declare: "c: scalar; X: matrix(m,n)",
        want: "2c sum(X)",
        rule: Rule::Over(Head::Total, of_multiple),
    },
    Identity {
        id: "total-of-simplex",
        says: "sum(p) = 1 for a probability vector p",
        example: "sum(softmax(x))",
        declare: "x: vector(n)",
        want: "1",
        rule: Rule::Over(Head::Total, of_simplex),
    },
    Identity {
        id: "total-of-rearrangement",
        says: "sum(Xᵀ) = sum(vec(X)) = sum(X) and sum(diag(v)) = sum(v)",
        example: "sum(vec(X))",
        declare: "X: matrix(m,n)",
        want: "sum(X)",
        rule: Rule::Over(Head::Total, of_rearrangement),
    },
    Identity {
        id: "total-of-diagonal-part",
        says: "sum(diag(X)) = tr X",
        example: "sum(diag(X))",
        declare: "X: matrix(n,n)",
        want: "tr(X)",
        rule: Rule::Over(Head::Total, of_diagonal_part),
    },
    Identity {
        id: "total-of-kron",
        says: "sum(A ⊗ B) = sum(A) sum(B)",
        example: "sum(kron(A, B))",
        declare: "A: matrix(m,n); B: matrix(p,q)",
        want: "sum(A)sum(B)",
        rule: Rule::Over(Head::Total, of_kron),
    },
    Identity {
        id: "total-of-sum-over-index",
        says: "sum(Σᵢ Xᵢ) = Σᵢ sum(Xᵢ)",
        example: "sum(sum_{i=1}^n X^i)",
        declare: "X: matrix(m,m)",
        want: "Σ_{i=1}^n sum(Xⁱ)",
        rule: Rule::Over(Head::Total, of_sum_over_index),
    },
    Identity {
        id: "total-of-skew",
        says: "sum(X) = 0 where Xᵀ = −X, also for terms of a sum",
        example: "sum(X + K)",
        declare: "X: matrix(n,n); K: skew(n)",
        want: "sum(X)",
        rule: Rule::Over(Head::Total, of_skew),
    },
    Identity {
        id: "total-of-product",
        says: "sum(AB) = 1ᵀAB1",
        example: "sum(A x)",
        declare: "A: matrix(m,n); x: vector(n)",
        want: "1ᵀAx",
        rule: Rule::Over(Head::Total, of_product),
    },
    Identity {
        id: "total-of-diagonal",
        says: "sum(D) = sum(diag(D)) for a diagonal matrix D",
        example: "sum(sin(D))",
        declare: "D: diagonal(n)",
        want: "sum(sin(diag(D)))",
        rule: Rule::Over(Head::Total, of_diagonal),
    },
    Identity {
        id: "total-of-square",
        says: "sum(X ∘ X) = ‖X‖²",
        example: "sum(X .* X)",
        declare: "X: matrix(m,n)",
        want: "‖X‖_F²",
        rule: Rule::Over(Head::Total, of_square),
    },
    Identity {
        id: "total-of-entrywise-product",
        says: "sum(x ∘ y) = xᵀy and sum(X ∘ Y) = tr(XᵀY)",
        example: "sum(X .* Y)",
        declare: "X: matrix(m,n); Y: matrix(m,n)",
        want: "tr(XYᵀ)",
        rule: Rule::Over(Head::Total, of_entrywise_product),
    },
    Identity {
        id: "total-of-weighted-product",
        says: "sum(u ∘ v ∘ Ax) = (u ∘ v)ᵀAx",
        example: "sum(u .* v .* (A x))",
        declare: "u: vector(m); v: vector(m); A: matrix(m,n); x: vector(n)",
        want: "(u∘v)ᵀAx",
        rule: Rule::Over(Head::Total, of_weighted_product),
    },
    Identity {
        id: "total-of-terms",
        says: "sum(X + c11ᵀ) = sum(X) + mnc and sum(x + p) = sum(x) + 1 for a probability vector p",
        example: "sum(x + c ones(n))",
        declare: "x: vector(n); c: scalar",
        want: "nc + sum(x)",
        rule: Rule::Over(Head::Total, of_terms),
    },
];

/// What is summed.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::Reduce(Reduction::Sum, inner) = *node { Some(inner) } else { None }
}

/// sum(ones(m, n)) = mn, sum(I) = n and sum(0) = 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    match *arena.node(inner) {
        Node::Ones(shape) => {
            let size = arena.size_product(shape.rows, shape.cols);
            Some(arena.size(size))
        }
        Node::Zeros(_) => Some(arena.integer(0)),
        Node::Identity(size) => Some(arena.size(size)),
        _ => None,
    }
}

/// sum(cX) = c sum(X)
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    if !matches!(arena.node(inner), Node::Add(_) | Node::Product(_) | Node::Transpose(_)) {
        return None;
    }
    let (content, primitive) = arena.split_content(inner);
    let (scalar, rest) = arena.split_scalar(primitive);
    if rest == inner {
        return None;
    }
    let total = arena.total(rest);
    let value = arena.mul(&[scalar, total]);
    Some(arena.scale(&content, value))
}

/// sum(p) = 1 for a probability vector p
fn of_simplex(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    arena.is_simplex(operand(node)?).then(|| arena.one())
}

/// sum(Xᵀ) = sum(vec(X)) = sum(X) and sum(diag(v)) = sum(v)
fn of_rearrangement(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    match *arena.node(operand(node)?) {
        Node::Transpose(inner) | Node::Diag(inner) | Node::Vec(inner) | Node::Unvec(inner, _) => {
            Some(arena.total(inner))
        }
        _ => None,
    }
}

/// sum(diag(X)) = tr X
fn of_diagonal_part(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::DiagPart(inner) = *arena.node(operand(node)?) else { return None };
    Some(arena.trace(inner))
}

/// sum(A ⊗ B) = sum(A) sum(B)
fn of_kron(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Kron(left, right) = *arena.node(operand(node)?) else { return None };
    let left = arena.total(left);
    let right = arena.total(right);
    Some(arena.mul(&[left, right]))
}

/// sum(Σᵢ Xᵢ) = Σᵢ sum(Xᵢ)
fn of_sum_over_index(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(operand(node)?) else { return None };
    let body = arena.total(body);
    Some(arena.indexed(BigOp::Sum, index, lower, upper, body))
}

/// sum(X) = 0 where Xᵀ = −X, also for terms of a sum
fn of_skew(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let rest = arena.without_skew_terms(operand(node)?)?;
    Some(arena.total(rest))
}

/// sum(AB) = 1ᵀAB1
fn of_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Product(ref factors) = *arena.node(inner) else { return None };
    let factors = factors.clone();
    let shape = arena.shape(inner);
    let mut chain = Vec::with_capacity(factors.len() + 2);
    if !shape.rows.is_one() {
        chain.push(arena.ones(Shape::new(Dim::ONE, shape.rows)));
    }
    chain.extend_from_slice(&factors);
    if !shape.cols.is_one() {
        chain.push(arena.ones(Shape::vector(shape.cols)));
    }
    Some(arena.mul(&chain))
}

/// sum(D) = sum(diag(D)) for a diagonal matrix D that is made entry by entry
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    if !matches!(arena.node(inner), Node::Hadamard(_) | Node::Elementwise(..))
        || !arena.shape(inner).is_matrix()
        || !arena.is_diagonal(inner)
    {
        return None;
    }
    let diagonal = arena.diag_part(inner);
    Some(arena.total(diagonal))
}

/// The factors of an entrywise product that is summed.
fn entrywise_factors(arena: &Arena, id: ExprId) -> Option<&[(ExprId, ExprId)]> {
    if let Node::Hadamard(factors) = arena.node(id) { Some(factors) } else { None }
}

/// Whether a matrix is made entry by entry, X ∘ Y or f(X).
pub(super) fn is_entrywise(arena: &Arena, id: ExprId) -> bool {
    matches!(arena.node(id), Node::Hadamard(_) | Node::Elementwise(..))
}

/// sum(X ∘ X) = ‖X‖²
fn of_square(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let [(base, exponent)] = *entrywise_factors(arena, operand(node)?)? else { return None };
    (arena.as_number(exponent).and_then(Coeff::to_i64) == Some(2)).then(|| {
        let norm = arena.norm(Norm::Frobenius, base);
        arena.pow_number(norm, &Coeff::integer(2))
    })
}

/// sum(x ∘ y) = xᵀy and sum(X ∘ Y) = tr(XᵀY), but sum(X ∘ f(Y)) of a function of each entry stays, as in [`super::trace`]
fn of_entrywise_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let [(x, p), (y, q)] = *entrywise_factors(arena, operand(node)?)? else { return None };
    if !arena.is_one(p) || !arena.is_one(q) {
        return None;
    }
    let is_product = |id: ExprId| matches!(arena.node(id), Node::Product(_));
    let is_matrix = arena.shape(x).is_matrix();
    if !is_matrix && !is_product(x) && !is_product(y) {
        return Some(arena.inner_of_two(x, y));
    }
    if is_matrix && !is_product(x) && !is_product(y) && (is_entrywise(arena, x) || is_entrywise(arena, y)) {
        return None;
    }
    let x = arena.transpose(x);
    let product = arena.mul(&[x, y]);
    Some(if is_matrix { arena.trace(product) } else { product })
}

/// sum(u ∘ v ∘ Ax) = (u ∘ v)ᵀAx: the one product among the factors of a vector takes the others as its left end.
fn of_weighted_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let shape = arena.shape(inner);
    if !shape.is_column() {
        return None;
    }
    let factors = entrywise_factors(arena, inner)?;
    let mut products =
        factors.iter().filter(|(base, power)| arena.is_one(*power) && matches!(arena.node(*base), Node::Product(_)));
    let ((product, _), None) = (*products.next()?, products.next()) else { return None };
    let rest: Vec<_> = factors.iter().filter(|(base, _)| *base != product).copied().collect();
    let Node::Product(chain) = arena.node(product).clone() else { return None };
    (chain.len() > 1).then(|| {
        let rest = arena.hadamard_powers(&rest, shape);
        let left = arena.transpose(rest);
        let mut all = vec![left];
        all.extend_from_slice(&chain);
        arena.mul(&all)
    })
}

/// sum(X + c11ᵀ) = sum(X) + mnc and sum(x + p) = sum(x) + 1 for a probability vector p
fn of_terms(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Add(ref terms) = *arena.node(operand(node)?) else { return None };
    if !terms.iter().any(|(_, term)| arena.is_spread(*term) || arena.is_simplex(*term)) {
        return None;
    }
    let terms = terms.clone();
    let totals: Vec<(Coeff, ExprId)> = terms.iter().map(|(coeff, term)| (coeff.clone(), arena.total(*term))).collect();
    Some(arena.add_terms(totals, Shape::SCALAR))
}
