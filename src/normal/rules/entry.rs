//! Entries: they pass through sums, multiples, transposes, outer products and entrywise operators.

use crate::expr::{Arena, ExprId, Node, Op, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "entry-of-transpose",
        says: "(Xᵀ)ᵢⱼ = Xⱼᵢ",
        example: "(X')_{1,2}",
        declare: "X: matrix(m,n)",
        want: "X_{2,1}",
        rule: Rule::Over(Head::Entry, of_transpose),
    },
    Identity {
        id: "entry-of-constant",
        says: "ones(m, n)ᵢⱼ = 1 and 0ᵢⱼ = 0",
        example: "(ones(m, n))_{1,2}",
        declare: "",
        want: "1",
        rule: Rule::Over(Head::Entry, of_constant),
    },
    Identity {
        id: "entry-of-skew",
        says: "Xᵢᵢ = 0 where Xᵀ = −X",
        example: "K_{2,2}",
        declare: "K: skew(n)",
        want: "0",
        rule: Rule::Over(Head::Entry, of_skew),
    },
    Identity {
        id: "entry-of-sum",
        says: "(aX + bY)ᵢⱼ = aXᵢⱼ + bYᵢⱼ",
        example: "(2 X - Y)_{1,2}",
        declare: "X: matrix(m,n); Y: matrix(m,n)",
        want: "2X_{1,2} − Y_{1,2}",
        rule: Rule::Over(Head::Entry, of_sum),
    },
    Identity {
        id: "entry-of-entrywise-product",
        says: "(X ∘ Y)ᵢⱼ = XᵢⱼYᵢⱼ",
        example: "(X .* Y)_{1,2}",
        declare: "X: matrix(m,n); Y: matrix(m,n)",
        want: "X_{1,2} Y_{1,2}",
        rule: Rule::Over(Head::Entry, of_entrywise_product),
    },
    Identity {
        id: "entry-of-function",
        says: "f(X)ᵢⱼ = f(Xᵢⱼ) for an entrywise function f",
        example: "(exp(X))_{1,2}",
        declare: "X: matrix(m,n)",
        want: "exp(X_{1,2})",
        rule: Rule::Over(Head::Entry, of_function),
    },
    Identity {
        id: "entry-of-choice",
        says: "the entry of a choice is the choice between the entries",
        example: "(where(x > 0, 1, 2))_2",
        declare: "x: vector(n)",
        want: "cases(1 if x₂ > 0, 2 otherwise)",
        rule: Rule::Over(Head::Entry, of_choice),
    },
    Identity {
        id: "entry-of-column",
        says: "(Aeⱼ)ᵢ = Aᵢⱼ",
        example: "(A e_2)_1",
        declare: "A: matrix(m,n)",
        want: "A_{1,2}",
        rule: Rule::Over(Head::Entry, of_column),
    },
    Identity {
        id: "entry-of-multiple",
        says: "(sX)ᵢⱼ = sXᵢⱼ",
        example: "(s X)_{1,2}",
        declare: "X: matrix(m,n); s: scalar",
        want: "sX_{1,2}",
        rule: Rule::Over(Head::Entry, of_multiple),
    },
    Identity {
        id: "entry-beside-diagonal",
        says: "(diag(u)A)ᵢⱼ = uᵢAᵢⱼ and (A diag(u))ᵢⱼ = Aᵢⱼuⱼ",
        example: "(diag(u) A)_{1,2}",
        declare: "u: vector(m); A: matrix(m,n)",
        want: "u₁A_{1,2}",
        rule: Rule::Over(Head::Entry, beside_diagonal),
    },
    Identity {
        id: "entry-of-outer-product",
        says: "(uvᵀ)ᵢⱼ = uᵢvⱼ",
        example: "(u v')_{1,2}",
        declare: "u: vector(m); v: vector(n)",
        want: "u₁v₂",
        rule: Rule::Over(Head::Entry, of_outer_product),
    },
    Identity {
        id: "entry-of-literal",
        says: "an entry of a matrix of numbers is the number that stands there",
        example: "([a, b; c, d])_{1,2}",
        declare: "a: scalar; b: scalar; c: scalar; d: scalar",
        want: "b",
        rule: Rule::Over(Head::Entry, of_literal),
    },
    Identity {
        id: "entry-of-unit-vector",
        says: "(eᵢ)ᵢ = 1, and (eᵢ)ⱼ = 0 of different numbers i and j",
        example: "(x + e_2)_2",
        declare: "x: vector(n)",
        want: "1 + x₂",
        rule: Rule::Over(Head::Entry, of_unit_vector),
    },
    Identity {
        id: "entry-of-diagonal",
        says: "diag(v)ᵢⱼ = vᵢIᵢⱼ",
        example: "(diag(v))_{2,2}",
        declare: "v: vector(n)",
        want: "v₂",
        rule: Rule::Over(Head::Entry, of_diagonal),
    },
    Identity {
        id: "entry-of-triangle",
        says: "tril(X)ᵢⱼ = Xᵢⱼ where i ≥ j, else 0",
        example: "(tril(X))_{2,1}",
        declare: "X: matrix(n,n)",
        want: "X_{2,1}",
        rule: Rule::Over(Head::Entry, of_triangle),
    },
    Identity {
        id: "entry-of-identity",
        says: "Iᵢᵢ = 1 and Iᵢⱼ = (eⱼ)ᵢ",
        example: "(eye(n))_{2,2}",
        declare: "",
        want: "1",
        rule: Rule::Over(Head::Entry, of_identity),
    },
    Identity {
        id: "entry-of-symmetric",
        says: "Sⱼᵢ = Sᵢⱼ for a symmetric S",
        example: "S_{2,1} + S_{1,2}",
        declare: "S: symmetric(n)",
        want: "2S_{1,2}",
        rule: Rule::Canonical,
    },
];

/// Choose(C, X, Y)ᵢⱼ = Choose(Cᵢⱼ, Xᵢⱼ, Yᵢⱼ)
fn of_choice(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Choose(condition, then, otherwise) = *arena.node(of) else { return None };
    let condition = if arena.shape(condition).is_scalar() { condition } else { arena.entry(condition, row, col) };
    let (then, otherwise) = (arena.entry(then, row, col), arena.entry(otherwise, row, col));
    Some(arena.choose(condition, then, otherwise))
}

/// The matrix or column, and where in it.
fn operands(node: &Node) -> Option<(ExprId, ExprId, ExprId)> {
    if let Node::Entry(of, row, col) = *node { Some((of, row, col)) } else { None }
}

/// (Xᵀ)ᵢⱼ = Xⱼᵢ
fn of_transpose(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Transpose(inner) = *arena.node(of) else { return None };
    // A transposed column is a row, whose column index is the vector's place; of a matrix neither is preferred again.
    Some(if arena.shape(inner).is_column() {
        arena.entry(inner, col, row)
    } else {
        arena.entry_of_matrix(inner, col, row)
    })
}

/// ones(m, n)ᵢⱼ = 1 and 0ᵢⱼ = 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, ..) = operands(node)?;
    match arena.node(of) {
        Node::Ones(_) => Some(arena.one()),
        Node::Zeros(_) => Some(arena.integer(0)),
        _ => None,
    }
}

/// Xᵢᵢ = 0 where Xᵀ = −X
fn of_skew(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    (row == col && arena.is_skew(of)).then(|| arena.integer(0))
}

/// (aX + bY)ᵢⱼ = aXᵢⱼ + bYᵢⱼ
fn of_sum(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Add(terms) = arena.node(of) else { return None };
    let terms = terms.clone();
    let terms: Vec<(Coeff, ExprId)> =
        terms.iter().map(|(coeff, term)| (coeff.clone(), arena.entry(*term, row, col))).collect();
    Some(arena.add_terms(terms, Shape::SCALAR))
}

/// (X ∘ Y)ᵢⱼ = XᵢⱼYᵢⱼ
fn of_entrywise_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Hadamard(factors) = arena.node(of) else { return None };
    let factors = factors.clone();
    let factors: Vec<_> = factors.iter().map(|(base, exponent)| (arena.entry(*base, row, col), *exponent)).collect();
    Some(arena.hadamard_powers(&factors, Shape::SCALAR))
}

/// f(X)ᵢⱼ = f(Xᵢⱼ)
fn of_function(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Elementwise(func, inner) = *arena.node(of) else { return None };
    let inner = arena.entry(inner, row, col);
    Some(arena.elementwise(func, inner))
}

/// (Aeⱼ)ᵢ = Aᵢⱼ
fn of_column(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, _) = operands(node)?;
    let Node::Product(ref factors) = *arena.node(of) else { return None };
    let index = arena.as_basis(factors[factors.len() - 1])?;
    if arena.shape(factors[0]).is_scalar() {
        return None;
    }
    let rest = factors[..factors.len() - 1].to_vec();
    let rest = arena.mul(&rest);
    Some(arena.entry(rest, row, index))
}

/// (sX)ᵢⱼ = sXᵢⱼ
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Product(ref factors) = *arena.node(of) else { return None };
    if !arena.shape(factors[0]).is_scalar() {
        return None;
    }
    let factors = factors.clone();
    let rest = arena.mul(&factors[1..]);
    let value = arena.entry(rest, row, col);
    Some(arena.mul(&[factors[0], value]))
}

/// (diag(u)A)ᵢⱼ = uᵢAᵢⱼ and (A diag(u))ᵢⱼ = Aᵢⱼuⱼ
fn beside_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Product(ref factors) = *arena.node(of) else { return None };
    if !arena.shape(of).is_matrix() {
        return None;
    }
    let last = factors.len() - 1;
    if arena.is_diagonal(factors[0]) {
        let (diagonal, rest) = (factors[0], factors[1..].to_vec());
        let (diagonal, rest) = (arena.diag_part(diagonal), arena.mul(&rest));
        let one = arena.one();
        let (scale, value) = (arena.entry(diagonal, row, one), arena.entry(rest, row, col));
        return Some(arena.mul(&[scale, value]));
    }
    if arena.is_diagonal(factors[last]) {
        let (rest, diagonal) = (factors[..last].to_vec(), factors[last]);
        let (diagonal, rest) = (arena.diag_part(diagonal), arena.mul(&rest));
        let one = arena.one();
        let (value, scale) = (arena.entry(rest, row, col), arena.entry(diagonal, col, one));
        return Some(arena.mul(&[value, scale]));
    }
    None
}

/// (uvᵀ)ᵢⱼ = uᵢvⱼ
fn of_outer_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    if !arena.shape(of).is_matrix() {
        return None;
    }
    let (u, v) = arena.as_outer(of)?;
    let one = arena.one();
    let (u, v) = (arena.entry(u, row, one), arena.entry(v, col, one));
    Some(arena.mul(&[u, v]))
}

/// An entry of a matrix of numbers.
fn of_literal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Literal(shape, ref entries) = *arena.node(of) else { return None };
    let place = |id: ExprId| arena.as_number(id).and_then(Coeff::to_i64).and_then(|n| usize::try_from(n - 1).ok());
    let (row, col, cols) = (place(row)?, place(col)?, arena.known_size(shape.cols)?);
    entries.get(row * cols + col).filter(|_| col < cols).copied()
}

/// (eᵢ)ᵢ = 1, and (eᵢ)ⱼ = 0 of different numbers i and j
fn of_unit_vector(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, _) = operands(node)?;
    let index = arena.as_basis(of)?;
    if index == row {
        return Some(arena.one());
    }
    (arena.as_number(index).is_some() && arena.as_number(row).is_some()).then(|| arena.integer(0))
}

/// diag(v)ᵢⱼ = vᵢIᵢⱼ
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Diag(vector) = *arena.node(of) else { return None };
    let (one, identity) = (arena.one(), arena.identity(arena.shape(of).rows));
    let (value, place) = (arena.entry(vector, row, one), arena.entry(identity, row, col));
    Some(arena.mul(&[value, place]))
}

/// tril(X)ᵢⱼ = Xᵢⱼ where i ≥ j, else 0; times the entry of the triangle of ones where the places are not known.
fn of_triangle(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let (is_lower, inner) = match *arena.node(of) {
        Node::Apply(Op::Tril, inner) => (true, inner),
        Node::Apply(Op::Triu, inner) => (false, inner),
        _ => return None,
    };
    if let (Some(i), Some(j)) = (arena.as_number(row), arena.as_number(col)) {
        let below = if is_lower { i.sub(j) } else { j.sub(i) };
        return Some(if below.is_negative() { arena.integer(0) } else { arena.entry(inner, row, col) });
    }
    let value = arena.entry(inner, row, col);
    if row == col {
        return Some(value);
    }
    let ones = arena.ones(arena.shape(inner));
    if inner == ones {
        return None;
    }
    let triangle = if is_lower { arena.tril(ones) } else { arena.triu(ones) };
    let mask = arena.entry(triangle, row, col);
    Some(arena.mul(&[value, mask]))
}

/// Iᵢᵢ = 1 and Iᵢⱼ = (eⱼ)ᵢ
fn of_identity(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (of, row, col) = operands(node)?;
    let Node::Identity(size) = *arena.node(of) else { return None };
    let one = arena.one();
    if row == col {
        return Some(one);
    }
    let basis = arena.basis(size, col);
    Some(arena.entry(basis, row, one))
}
