//! Diagonal matrices: diag(v) in products, and what makes a vector's diagonal matrix.

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "diagonal-product",
        says: "diag(v) diag(w) = diag(v ∘ w)",
        example: "diag(v) diag(w)",
        declare: "v: vector(n); w: vector(n)",
        want: "diag(v∘w)",
        rule: Rule::Neighbors(product),
    },
    Identity {
        id: "diagonal-times-vector",
        says: "diag(v) w = v ∘ w and wᵀdiag(v) = (v ∘ w)ᵀ",
        example: "diag(v) w",
        declare: "v: vector(n); w: vector(n)",
        want: "v∘w",
        rule: Rule::Neighbors(times_vector),
    },
    Identity {
        id: "diagonal-of-multiple",
        says: "diag(cv) = c diag(v)",
        example: "diag(2 s v)",
        declare: "v: vector(n); s: scalar",
        want: "2s diag(v)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "diagonal-of-ones",
        says: "diag(1) = I",
        example: "diag(ones(n))",
        declare: "",
        want: "Iₙ",
        rule: Rule::Over(Head::Diag, of_ones),
    },
    Identity {
        id: "diagonal-of-diagonal-part",
        says: "diag(diag(X)) = I ∘ X, which is D for a diagonal D",
        example: "diag(diag(X))",
        declare: "X: matrix(n,n)",
        want: "X∘I",
        rule: Rule::Over(Head::Diag, of_diagonal_part),
    },
    Identity {
        id: "diagonal-of-function",
        says: "diag(f(diag(D))) = f(D) for a diagonal D where f(0) = 0",
        example: "diag(sin(diag(D)))",
        declare: "D: diagonal(n)",
        want: "sin(D)",
        rule: Rule::Over(Head::Diag, of_function),
    },
    Identity {
        id: "diagonal-of-diagonal-parts",
        says: "diag(diag(X) + diag(Y)) = I ∘ (X + Y) and diag(diag(X) ∘ diag(Y)) = I ∘ X ∘ Y",
        example: "diag(diag(X) .* diag(Y))",
        declare: "X: matrix(n,n); Y: matrix(n,n)",
        want: "X∘Y∘I",
        rule: Rule::Over(Head::Diag, of_diagonal_parts),
    },
];

/// diag(v) diag(w) = diag(v ∘ w)
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (Node::Diag(v), Node::Diag(w)) = (arena.node(left), arena.node(right)) else { return None };
    let (v, w) = (*v, *w);
    let vector = arena.hadamard(v, w);
    Some(arena.diag(vector))
}

/// diag(v) w = v ∘ w and wᵀdiag(v) = (v ∘ w)ᵀ
fn times_vector(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    match (arena.node(left), arena.node(right)) {
        (Node::Diag(v), _) if arena.shape(right).is_column() => {
            let v = *v;
            Some(arena.hadamard(v, right))
        }
        (_, Node::Diag(v)) if arena.shape(left).is_row() => {
            let v = *v;
            let column = arena.transpose(left);
            let column = arena.hadamard(column, v);
            Some(arena.transpose(column))
        }
        _ => None,
    }
}

/// The vector that becomes a diagonal.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::Diag(vector) = *node { Some(vector) } else { None }
}

/// diag(1) = I
fn of_ones(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ones(shape) = *arena.node(operand(node)?) else { return None };
    Some(arena.identity(shape.rows))
}

/// diag(diag(X)) = I ∘ X, which is D for a diagonal D
fn of_diagonal_part(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::DiagPart(inner) = *arena.node(operand(node)?) else { return None };
    if arena.is_diagonal(inner) {
        return Some(inner);
    }
    let identity = arena.identity(arena.shape(inner).rows);
    Some(arena.hadamard(identity, inner))
}

/// diag(f(diag(D))) = f(D) for a diagonal D where f(0) = 0
fn of_function(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func, vector) = *arena.node(operand(node)?) else { return None };
    let Node::DiagPart(inner) = *arena.node(vector) else { return None };
    (func.fixes_zero() && arena.is_diagonal(inner)).then(|| {
        let matrix = arena.diag(vector);
        arena.elementwise(func, matrix)
    })
}

/// diag(diag(X) + diag(Y)) = I ∘ (X + Y) and diag(diag(X) ∘ diag(Y)) = I ∘ X ∘ Y
fn of_diagonal_parts(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let vector = operand(node)?;
    let square = Shape::square(arena.shape(vector).rows);
    match arena.node(vector) {
        Node::Add(_) => {
            let sum = arena.sum_with_diagonal(vector)?;
            let identity = arena.identity(square.rows);
            Some(arena.hadamard(identity, sum))
        }
        Node::Hadamard(factors) => {
            let matrix_of = |&(base, exponent): &(ExprId, ExprId)| {
                arena.as_number(exponent).and_then(Coeff::to_i64).filter(|p| *p >= 0)?;
                if let Node::DiagPart(matrix) = *arena.node(base) { Some((matrix, exponent)) } else { None }
            };
            let mut product = factors.iter().map(matrix_of).collect::<Option<Vec<_>>>()?;
            product.push((arena.identity(square.rows), arena.one()));
            Some(arena.hadamard_powers(&product, square))
        }
        _ => None,
    }
}
