//! Inner products uᵀv, and bilinear and quadratic forms uᵀAv, which are scalars.

use crate::expr::{Arena, ExprId, Func, Node, Norm};
use crate::normal::identity::{Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "inner-of-ones",
        says: "1ᵀ1 = n",
        example: "ones(n)' ones(n)",
        declare: "",
        want: "n",
        rule: Rule::Inner(of_ones),
    },
    Identity {
        id: "inner-of-equal",
        says: "xᵀx = ‖x‖²",
        example: "x' x",
        declare: "x: vector(n)",
        want: "‖x‖²",
        rule: Rule::Inner(of_equal),
    },
    Identity {
        id: "inner-with-ones",
        says: "1ᵀx = sum(x)",
        example: "x' ones(n)",
        declare: "x: vector(n)",
        want: "sum(x)",
        rule: Rule::Inner(with_ones),
    },
    Identity {
        id: "inner-with-sign",
        says: "xᵀsign(x) = ‖x‖₁",
        example: "x' sign(x)",
        declare: "x: vector(n)",
        want: "‖x‖₁",
        rule: Rule::Inner(with_sign),
    },
    Identity {
        id: "inner-with-unit-vector",
        says: "sum(eᵢ ∘ x) = xᵢ",
        example: "sum(e_2 .* x)",
        declare: "x: vector(n)",
        want: "x₂",
        rule: Rule::Inner(with_unit_vector),
    },
    Identity {
        id: "inner-of-vec",
        says: "vec(X)ᵀvec(Y) = tr(XᵀY) (Magnus & Neudecker 2019, §2.4)",
        example: "vec(X)' vec(Y)",
        declare: "X: matrix(m,n); Y: matrix(m,n)",
        want: "tr(XYᵀ)",
        rule: Rule::Inner(of_vec),
    },
    Identity {
        id: "inner-with-entrywise-product",
        says: "(x ∘ y)ᵀz = sum(x ∘ y ∘ z)",
        example: "(x .* y)' z",
        declare: "x: vector(n); y: vector(n); z: vector(n)",
        want: "sum(x∘y∘z)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "inner-commutes",
        says: "xᵀy = yᵀx",
        example: "x' y + y' x",
        declare: "x: vector(n); y: vector(n)",
        want: "2xᵀy",
        rule: Rule::Canonical,
    },
    Identity {
        id: "form-of-gram",
        says: "xᵀAᵀAx = ‖Ax‖²",
        example: "x' A' B' B A x",
        declare: "A: matrix(m,n); B: matrix(k,m); x: vector(n)",
        want: "‖BAx‖²",
        rule: Rule::Form(of_gram),
    },
    Identity {
        id: "form-of-unit-vectors",
        says: "eᵢᵀAeⱼ = Aᵢⱼ and eᵢᵀAx = (Ax)ᵢ",
        example: "e_1' A e_2",
        declare: "A: matrix(m,n)",
        want: "A_{1,2}",
        rule: Rule::Form(of_unit_vectors),
    },
    Identity {
        id: "form-of-ones",
        says: "1ᵀX1 = sum(X)",
        example: "ones(m)' X ones(n)",
        declare: "X: matrix(m,n)",
        want: "sum(X)",
        rule: Rule::Form(of_all_ones),
    },
    Identity {
        id: "form-of-skew",
        says: "xᵀKx = 0 for a skew K, and so xᵀAᵀKAx = 0",
        example: "x' A' K A x",
        declare: "A: matrix(m,n); K: skew(m); x: vector(n)",
        want: "0",
        rule: Rule::Canonical,
    },
    Identity {
        id: "form-of-transpose",
        says: "yᵀAx = xᵀAᵀy, of which one is written",
        example: "x' A' y",
        declare: "A: matrix(m,n); x: vector(n); y: vector(m)",
        want: "yᵀAx",
        rule: Rule::Canonical,
    },
];

/// 1ᵀ1 = n
fn of_ones(arena: &mut Arena, u: ExprId, v: ExprId) -> Option<ExprId> {
    (u == v && arena.is_ones(u)).then(|| arena.size(arena.shape(u).rows))
}

/// xᵀx = ‖x‖²; eᵢᵀeᵢ = 1.
fn of_equal(arena: &mut Arena, u: ExprId, v: ExprId) -> Option<ExprId> {
    (u == v).then(|| {
        let norm = arena.norm(Norm::Frobenius, u);
        arena.pow_number(norm, &Coeff::integer(2))
    })
}

/// 1ᵀx = sum(x)
fn with_ones(arena: &mut Arena, u: ExprId, v: ExprId) -> Option<ExprId> {
    if arena.is_ones(u) {
        return Some(arena.total(v));
    }
    arena.is_ones(v).then(|| arena.total(u))
}

/// xᵀsign(x) = ‖x‖₁
fn with_sign(arena: &mut Arena, u: ExprId, v: ExprId) -> Option<ExprId> {
    let is_sign_of = |id: ExprId, x: ExprId| matches!(*arena.node(id), Node::Elementwise(Func::Sign, of) if of == x);
    let x = if is_sign_of(v, u) {
        u
    } else if is_sign_of(u, v) {
        v
    } else {
        return None;
    };
    Some(arena.norm(Norm::One, x))
}

/// eᵢᵀx = xᵢ
fn with_unit_vector(arena: &mut Arena, u: ExprId, v: ExprId) -> Option<ExprId> {
    let (index, x) = match (arena.as_basis(u), arena.as_basis(v)) {
        (_, Some(index)) => (index, u),
        (Some(index), _) => (index, v),
        _ => return None,
    };
    let one = arena.one();
    Some(arena.entry(x, index, one))
}

/// vec(X)ᵀvec(Y) = tr(XᵀY)
fn of_vec(arena: &mut Arena, u: ExprId, v: ExprId) -> Option<ExprId> {
    let (Node::Vec(x), Node::Vec(y)) = (arena.node(u), arena.node(v)) else { return None };
    let (x, y) = (*x, *y);
    (arena.shape(x) == arena.shape(y)).then(|| {
        let x = arena.transpose(x);
        let product = arena.mul(&[x, y]);
        arena.trace(product)
    })
}

/// xᵀAᵀAx = ‖Ax‖²: the chain is the same read from either end.
fn of_gram(arena: &mut Arena, chain: &[ExprId]) -> Option<ExprId> {
    if !chain.len().is_multiple_of(2) {
        return None;
    }
    let (left, right) = chain.split_at(chain.len() / 2);
    if !left.iter().zip(right.iter().rev()).all(|(factor, mirrored)| arena.transpose(*factor) == *mirrored) {
        return None;
    }
    let vector = arena.intern(Node::Product(right.into()));
    let norm = arena.norm(Norm::Frobenius, vector);
    Some(arena.pow_number(norm, &Coeff::integer(2)))
}

/// eᵢᵀAeⱼ = Aᵢⱼ and eᵢᵀAx = (Ax)ᵢ
fn of_unit_vectors(arena: &mut Arena, chain: &[ExprId]) -> Option<ExprId> {
    let [first, between @ .., last] = chain else { return None };
    let one = arena.one();
    match (arena.as_basis_row(*first), arena.as_basis(*last)) {
        (Some(row), Some(col)) if between.len() == 1 => Some(arena.entry(between[0], row, col)),
        (Some(row), _) => {
            let vector = arena.intern(Node::Product(chain[1..].into()));
            Some(arena.entry(vector, row, one))
        }
        (None, Some(row)) => {
            let vector = arena.intern(Node::Product(chain[..chain.len() - 1].into()));
            let vector = arena.transpose(vector);
            Some(arena.entry(vector, row, one))
        }
        (None, None) => None,
    }
}

/// 1ᵀX1 = sum(X) of one matrix X; sum(AB) is 1ᵀAB1.
fn of_all_ones(arena: &mut Arena, chain: &[ExprId]) -> Option<ExprId> {
    let [first, matrix, last] = *chain else { return None };
    (arena.is_ones(first) && arena.is_ones(last)).then(|| arena.total(matrix))
}
