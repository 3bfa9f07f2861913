//! vec(X), the columns of X stacked, and what undoes it (Magnus & Neudecker 2019, §2.4).

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "vec-of-constant",
        says: "vec(ones(m, n)) = ones(mn) and vec(0) = 0",
        example: "vec(ones(m, n))",
        declare: "",
        want: "ones(mn)",
        rule: Rule::Over(Head::Vec, of_constant),
    },
    Identity {
        id: "vec-of-unvec",
        says: "vec(unvec(x)) = x",
        example: "vec(unvec(x, 2, 3))",
        declare: "x: vector(6)",
        want: "x",
        rule: Rule::Over(Head::Vec, of_unvec),
    },
    Identity {
        id: "vec-of-multiple",
        says: "vec(cX) = c vec(X)",
        example: "vec(2 s X)",
        declare: "X: matrix(m,n); s: scalar",
        want: "2s vec(X)",
        rule: Rule::Over(Head::Vec, of_multiple),
    },
    Identity {
        id: "vec-of-outer-product",
        says: "vec(uvᵀ) = v ⊗ u",
        example: "vec(u v')",
        declare: "u: vector(m); v: vector(n)",
        want: "v ⊗ u",
        rule: Rule::Over(Head::Vec, of_outer_product),
    },
    Identity {
        id: "unvec-of-constant",
        says: "unvec(1) = ones(m, n) and unvec(0) = 0",
        example: "unvec(ones(m*n), m, n)",
        declare: "",
        want: "ones(m, n)",
        rule: Rule::Over(Head::Unvec, unvec_of_constant),
    },
    Identity {
        id: "unvec-of-vec",
        says: "unvec(vec(X)) = X",
        example: "unvec(vec(X), m, n)",
        declare: "X: matrix(m,n)",
        want: "X",
        rule: Rule::Over(Head::Unvec, unvec_of_vec),
    },
    Identity {
        id: "unvec-of-kron",
        says: "unvec(a ⊗ b) = baᵀ",
        example: "unvec(kron(a, b), m, n)",
        declare: "a: vector(n); b: vector(m)",
        want: "baᵀ",
        rule: Rule::Over(Head::Unvec, unvec_of_kron),
    },
    Identity {
        id: "unvec-of-sum",
        says: "unvec(ax + by) = a unvec(x) + b unvec(y)",
        example: "unvec(2 vec(X) - 3 vec(Y), m, n)",
        declare: "X: matrix(m,n); Y: matrix(m,n)",
        want: "2X − 3Y",
        rule: Rule::Over(Head::Unvec, unvec_of_sum),
    },
    Identity {
        id: "unvec-of-multiple",
        says: "unvec(sx) = s unvec(x)",
        example: "unvec(s vec(X), m, n)",
        declare: "X: matrix(m,n); s: scalar",
        want: "sX",
        rule: Rule::Over(Head::Unvec, unvec_of_multiple),
    },
    Identity {
        id: "unvec-entrywise",
        says: "unvec(x ∘ y) = unvec(x) ∘ unvec(y) and unvec(f(x)) = f(unvec(x))",
        example: "unvec(exp(vec(X)), m, n)",
        declare: "X: matrix(m,n)",
        want: "exp(X)",
        rule: Rule::Over(Head::Unvec, unvec_entrywise),
    },
];

/// The matrix whose columns are stacked.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::Vec(inner) = *node { Some(inner) } else { None }
}

/// vec(ones(m, n)) = ones(mn) and vec(0) = 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let (Node::Ones(shape) | Node::Zeros(shape)) = *arena.node(inner) else { return None };
    let column = Shape::vector(arena.size_product(shape.rows, shape.cols));
    Some(if arena.is_zero(inner) { arena.zero(column) } else { arena.ones(column) })
}

/// vec(unvec(x)) = x
fn of_unvec(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    if let Node::Unvec(vector, _) = *arena.node(operand(node)?) { Some(vector) } else { None }
}

/// vec(cX) = c vec(X)
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    if !matches!(arena.node(inner), Node::Add(_) | Node::Product(_)) {
        return None;
    }
    let (content, primitive) = arena.split_content(inner);
    let (scalar, rest) = arena.split_scalar(primitive);
    if rest == inner {
        return None;
    }
    let column = arena.vec(rest);
    let value = arena.mul(&[scalar, column]);
    Some(arena.scale(&content, value))
}

/// vec(uvᵀ) = v ⊗ u
fn of_outer_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (u, v) = arena.as_outer(operand(node)?)?;
    Some(arena.kron(v, u))
}

/// The vector, and the shape of the matrix that it is the columns of.
fn column_and_shape(node: &Node) -> Option<(ExprId, Shape)> {
    if let Node::Unvec(column, shape) = *node { Some((column, shape)) } else { None }
}

/// unvec(1) = ones(m, n) and unvec(0) = 0
fn unvec_of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (column, shape) = column_and_shape(node)?;
    match arena.node(column) {
        Node::Ones(_) => Some(arena.ones(shape)),
        Node::Zeros(_) => Some(arena.zero(shape)),
        _ => None,
    }
}

/// unvec(vec(X)) = X
fn unvec_of_vec(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (column, shape) = column_and_shape(node)?;
    let Node::Vec(inner) = *arena.node(column) else { return None };
    (arena.shape(inner) == shape).then_some(inner)
}

/// unvec(a ⊗ b) = baᵀ
fn unvec_of_kron(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (column, shape) = column_and_shape(node)?;
    let Node::Kron(a, b) = *arena.node(column) else { return None };
    (arena.shape(a).rows == shape.cols && arena.shape(b).rows == shape.rows).then(|| {
        let row = arena.transpose(a);
        arena.mul(&[b, row])
    })
}

/// unvec(ax + by) = a unvec(x) + b unvec(y)
fn unvec_of_sum(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (column, shape) = column_and_shape(node)?;
    let Node::Add(ref terms) = *arena.node(column) else { return None };
    let terms = terms.clone();
    let terms: Vec<(Coeff, ExprId)> =
        terms.iter().map(|(coeff, term)| (coeff.clone(), arena.unvec(*term, shape))).collect();
    Some(arena.add_terms(terms, shape))
}

/// unvec(sx) = s unvec(x)
fn unvec_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (column, shape) = column_and_shape(node)?;
    if !matches!(arena.node(column), Node::Product(_)) {
        return None;
    }
    let (scalar, rest) = arena.split_scalar(column);
    (rest != column).then(|| {
        let rest = arena.unvec(rest, shape);
        arena.mul(&[scalar, rest])
    })
}

/// unvec(x ∘ y) = unvec(x) ∘ unvec(y) and unvec(f(x)) = f(unvec(x))
fn unvec_entrywise(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (column, shape) = column_and_shape(node)?;
    match arena.node(column).clone() {
        Node::Hadamard(factors) => {
            let factors: Vec<_> =
                factors.iter().map(|(base, exponent)| (arena.unvec(*base, shape), *exponent)).collect();
            Some(arena.hadamard_powers(&factors, shape))
        }
        Node::Elementwise(func, inner) => {
            let inner = arena.unvec(inner, shape);
            Some(arena.elementwise(func, inner))
        }
        _ => None,
    }
}
