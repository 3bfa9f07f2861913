//! The diagonal of a square matrix as a vector, diag(X).

use crate::expr::{Arena, ExprId, Node, Op, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;
use crate::structure::Structure;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "diagonal-part-of-constant",
        says: "diag(I) = diag(ones(n, n)) = 1 and diag(0) = 0",
        example: "diag(eye(n))",
        declare: "",
        want: "ones(n)",
        rule: Rule::Over(Head::DiagPart, of_constant),
    },
    Identity {
        id: "diagonal-part-of-diagonal",
        says: "diag(diag(v)) = v",
        example: "diag(diag(v))",
        declare: "v: vector(n)",
        want: "v",
        rule: Rule::Over(Head::DiagPart, of_diagonal),
    },
    Identity {
        id: "diagonal-part-of-transpose",
        says: "diag(Xᵀ) = diag(X)",
        example: "diag(X')",
        declare: "X: matrix(n,n)",
        want: "diag(X)",
        rule: Rule::Over(Head::DiagPart, of_transpose),
    },
    Identity {
        id: "diagonal-part-of-triangle",
        says: "diag(tril(X)) = diag(triu(X)) = diag(X)",
        example: "diag(tril(X))",
        declare: "X: matrix(n,n)",
        want: "diag(X)",
        rule: Rule::Over(Head::DiagPart, of_triangle),
    },
    Identity {
        id: "diagonal-part-of-skew",
        says: "diag(X) = 0 where Xᵀ = −X",
        example: "diag(A' K A)",
        declare: "A: matrix(m,n); K: skew(m)",
        want: "zeros(n)",
        rule: Rule::Over(Head::DiagPart, of_skew),
    },
    Identity {
        id: "diagonal-part-of-sum",
        says: "diag(aX + bY) = a diag(X) + b diag(Y)",
        example: "diag(2 X + diag(v))",
        declare: "X: matrix(n,n); v: vector(n)",
        want: "v + 2diag(X)",
        rule: Rule::Over(Head::DiagPart, of_sum),
    },
    Identity {
        id: "diagonal-part-of-entrywise-product",
        says: "diag(X ∘ Y) = diag(X) ∘ diag(Y)",
        example: "diag(X .* Y)",
        declare: "X: matrix(n,n); Y: matrix(n,n)",
        want: "diag(X)∘diag(Y)",
        rule: Rule::Over(Head::DiagPart, of_entrywise_product),
    },
    Identity {
        id: "diagonal-part-of-function",
        says: "diag(f(X)) = f(diag(X)) for an entrywise function f",
        example: "diag(sin(X))",
        declare: "X: matrix(n,n)",
        want: "sin(diag(X))",
        rule: Rule::Over(Head::DiagPart, of_function),
    },
    Identity {
        id: "diagonal-part-of-multiple",
        says: "diag(sX) = s diag(X)",
        example: "diag(s X)",
        declare: "X: matrix(n,n); s: scalar",
        want: "s diag(X)",
        rule: Rule::Over(Head::DiagPart, of_multiple),
    },
    Identity {
        id: "diagonal-part-of-outer-product",
        says: "diag(uvᵀ) = u ∘ v",
        example: "diag(u v')",
        declare: "u: vector(n); v: vector(n)",
        want: "u∘v",
        rule: Rule::Over(Head::DiagPart, of_outer_product),
    },
    Identity {
        id: "diagonal-part-of-product-that-cancels",
        says: "diag(XYᵀ) = (X ∘ Y)1 where entrywise factors of X and Y cancel",
        example: "diag((X ./ Y) Y')",
        declare: "X: matrix(m,n); Y: matrix(m,n)",
        want: "X ones(n)",
        rule: Rule::Over(Head::DiagPart, of_product_that_cancels),
    },
    Identity {
        id: "diagonal-part-beside-diagonal",
        says: "diag(DX) = diag(D) ∘ diag(X) = diag(XD) for a diagonal D",
        example: "diag(diag(v) A B)",
        declare: "v: vector(m); A: matrix(m,n); B: matrix(n,m)",
        want: "v∘diag(AB)",
        rule: Rule::Over(Head::DiagPart, beside_diagonal),
    },
    Identity {
        id: "diagonal-part-of-triangular-product",
        says: "diag(AB) = diag(A) ∘ diag(B) where both are lower or both are upper triangular",
        example: "diag(A B)",
        declare: "A: lower(n); B: lower(n)",
        want: "diag(A)∘diag(B)",
        rule: Rule::Over(Head::DiagPart, of_triangular_product),
    },
    Identity {
        id: "diagonal-part-around-diagonal",
        says: "diag(A diag(u) B) = (A ∘ Bᵀ)u",
        example: "diag(A diag(u) B)",
        declare: "A: matrix(m,n); u: vector(n); B: matrix(n,m)",
        want: "(A∘Bᵀ)u",
        rule: Rule::Over(Head::DiagPart, around_diagonal),
    },
    Identity {
        id: "diagonal-part-of-transposed-product",
        says: "diag(XᵀYᵀ) = diag(YX), of which one is written",
        example: "diag(A' B')",
        declare: "A: matrix(m,n); B: matrix(n,m)",
        want: "diag(BA)",
        rule: Rule::Canonical,
    },
];

/// The matrix whose diagonal it is.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::DiagPart(inner) = *node { Some(inner) } else { None }
}

/// diag(I) = diag(ones(n, n)) = 1 and diag(0) = 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let column = Shape::vector(arena.shape(inner).rows);
    match arena.node(inner) {
        Node::Identity(_) | Node::Ones(_) => Some(arena.ones(column)),
        Node::Zeros(_) => Some(arena.zero(column)),
        _ => None,
    }
}

/// diag(diag(v)) = v
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    if let Node::Diag(vector) = *arena.node(operand(node)?) { Some(vector) } else { None }
}

/// diag(Xᵀ) = diag(X)
fn of_transpose(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Transpose(inner) = *arena.node(operand(node)?) else { return None };
    Some(arena.diag_part(inner))
}

/// diag(tril(X)) = diag(triu(X)) = diag(X)
fn of_triangle(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Apply(Op::Tril | Op::Triu, inner) = *arena.node(operand(node)?) else { return None };
    Some(arena.diag_part(inner))
}

/// diag(X) = 0 where Xᵀ = −X
fn of_skew(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    arena.is_skew(inner).then(|| arena.zero(Shape::vector(arena.shape(inner).rows)))
}

/// diag(aX + bY) = a diag(X) + b diag(Y)
fn of_sum(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Add(ref terms) = *arena.node(inner) else { return None };
    let terms = terms.clone();
    let terms: Vec<(Coeff, ExprId)> =
        terms.iter().map(|(coeff, term)| (coeff.clone(), arena.diag_part(*term))).collect();
    Some(arena.add_terms(terms, Shape::vector(arena.shape(inner).rows)))
}

/// diag(X ∘ Y) = diag(X) ∘ diag(Y)
fn of_entrywise_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Hadamard(ref factors) = *arena.node(inner) else { return None };
    let factors = factors.clone();
    if matches!(arena.node(factors[0].0), Node::Identity(_)) {
        let rest = arena.hadamard_powers(&factors[1..], arena.shape(inner));
        return Some(arena.diag_part(rest));
    }
    let factors: Vec<_> = factors.iter().map(|(base, exponent)| (arena.diag_part(*base), *exponent)).collect();
    Some(arena.hadamard_powers(&factors, Shape::vector(arena.shape(inner).rows)))
}

/// diag(f(X)) = f(diag(X))
fn of_function(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, inner) = *arena.node(operand(node)?) else { return None };
    let diagonal = arena.diag_part(inner);
    Some(arena.elementwise(func, diagonal))
}

/// The factors of a product, the first of which is a scalar where there is one.
fn factors_of(arena: &Arena, node: &Node) -> Option<std::sync::Arc<[ExprId]>> {
    if let Node::Product(factors) = arena.node(operand(node)?) { Some(factors.clone()) } else { None }
}

/// diag(sX) = s diag(X)
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let factors = factors_of(arena, node)?;
    arena.shape(factors[0]).is_scalar().then(|| {
        let rest = arena.mul(&factors[1..]);
        let diagonal = arena.diag_part(rest);
        arena.mul(&[factors[0], diagonal])
    })
}

/// diag(uvᵀ) = u ∘ v
fn of_outer_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let factors = factors_of(arena, node)?;
    let split = (1..factors.len()).find(|at| arena.shape(factors[*at]).rows.is_one())?;
    let left = arena.mul(&factors[..split]);
    let right = arena.mul(&factors[split..]);
    let right = arena.transpose(right);
    Some(arena.hadamard(left, right))
}

/// diag(XYᵀ) = (X ∘ Y)1 where entrywise factors of X and Y cancel
fn of_product_that_cancels(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    let [left, right] = **factors else { return None };
    let count =
        |arena: &Arena, id: ExprId| if let Node::Hadamard(factors) = arena.node(id) { factors.len() } else { 1 };
    let right = arena.transpose(right);
    let is_plain = |id: ExprId| matches!(arena.node(id), Node::Symbol(_) | Node::Member(..) | Node::Transpose(_));
    if left != right && is_plain(left) && is_plain(right) {
        return None;
    }
    let product = arena.hadamard(left, right);
    if count(arena, product) >= count(arena, left) + count(arena, right) {
        return None;
    }
    let ones = arena.ones(Shape::vector(arena.shape(product).cols));
    Some(arena.mul(&[product, ones]))
}

/// diag(DX) = diag(D) ∘ diag(X) = diag(XD) for a diagonal D
fn beside_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    let last = factors.len() - 1;
    let (diagonal, rest) = if arena.is_diagonal(factors[0]) {
        (factors[0], factors[1..].to_vec())
    } else if arena.is_diagonal(factors[last]) {
        (factors[last], factors[..last].to_vec())
    } else {
        return None;
    };
    let vector = arena.diag_part(diagonal);
    let rest = arena.mul(&rest);
    let diagonal = arena.diag_part(rest);
    Some(arena.hadamard(vector, diagonal))
}

/// diag(AB) = diag(A) ∘ diag(B) of triangular matrices
fn of_triangular_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Product(ref factors) = *arena.node(inner) else { return None };
    let triangular = |which| factors.iter().all(|factor| arena.is_triangular(*factor, which));
    if !triangular(Structure::Lower) && !triangular(Structure::Upper) {
        return None;
    }
    let factors = factors.clone();
    let one = arena.one();
    let parts: Vec<_> = factors.iter().map(|factor| (arena.diag_part(*factor), one)).collect();
    Some(arena.hadamard_powers(&parts, Shape::vector(arena.shape(inner).rows)))
}

/// diag(A diag(u) B) = (A ∘ Bᵀ)u
fn around_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    let (place, vector) = factors.iter().enumerate().find_map(|(place, factor)| {
        if let Node::Diag(vector) = *arena.node(*factor) { Some((place, vector)) } else { None }
    })?;
    let factors = factors.clone();
    let left = arena.mul(&factors[..place]);
    let right = arena.mul(&factors[place + 1..]);
    let right = arena.transpose(right);
    let product = arena.hadamard(left, right);
    Some(arena.mul(&[product, vector]))
}
