//! Determinants.

use super::orthogonal::is_orthogonal;
use crate::expr::{Arena, Dim, ExprId, Func, MatrixFunction, Node, Op, Reduction};
use crate::normal::identity::{Head, Identity, Rule};

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "det-of-constant",
        says: "det I = 1 and det 0 = 0",
        example: "det(eye(n))",
        declare: "",
        want: "1",
        rule: Rule::Over(Head::Det, of_constant),
    },
    Identity {
        id: "det-of-transpose",
        says: "det Xᵀ = det X",
        example: "det(X')",
        declare: "X: matrix(n,n)",
        want: "det(X)",
        rule: Rule::Over(Head::Det, of_transpose),
    },
    Identity {
        id: "det-of-power",
        says: "det Xᵖ = (det X)ᵖ",
        example: "det(X^(-1))",
        declare: "X: matrix(n,n)",
        want: "1/det(X)",
        rule: Rule::Over(Head::Det, of_power),
    },
    Identity {
        id: "det-of-exponential",
        says: "det expm(X) = exp(tr X)",
        example: "det(expm(X))",
        declare: "X: matrix(n,n)",
        want: "exp(tr(X))",
        rule: Rule::Over(Head::Det, of_exponential),
    },
    Identity {
        id: "det-of-identity-plus-outer-product",
        says: "det(I + uvᵀ) = 1 + vᵀu",
        example: "det(eye(n) - 2 u v')",
        declare: "u: vector(n); v: vector(n)",
        want: "1 − 2uᵀv",
        rule: Rule::Over(Head::Det, of_identity_plus_outer),
    },
    Identity {
        id: "det-of-multiple",
        says: "det(cX) = cⁿ det X",
        example: "det(2 A - 4 B)",
        declare: "A: matrix(n,n); B: matrix(n,n)",
        want: "2ⁿdet(A − 2B)",
        rule: Rule::Over(Head::Det, of_multiple),
    },
    Identity {
        id: "det-of-orthogonal-pair",
        says: "det(QᵀAQ) = det A for an orthogonal Q, since (det Q)² = 1",
        example: "det(Q' A Q)",
        declare: "Q: orthogonal(n); A: matrix(n,n)",
        want: "det(A)",
        rule: Rule::Over(Head::Det, of_orthogonal_pair),
    },
    Identity {
        id: "det-of-skew",
        says: "det X = 0 where Xᵀ = −X and the size is odd",
        example: "det(K)",
        declare: "K: skew(3)",
        want: "0",
        rule: Rule::Over(Head::Det, of_skew),
    },
    Identity {
        id: "det-of-singular",
        says: "det X = 0 where the rank of X is below its size by its form: uvᵀ, AAᵀ of a tall A, a matrix with equal rows",
        example: "det(u v')",
        declare: "u: vector(n); v: vector(n)",
        want: "0",
        rule: Rule::Over(Head::Det, of_singular),
    },
    Identity {
        id: "det-of-product",
        says: "det(AB) = det A det B and det(sA) = sⁿ det A for square matrices",
        example: "det(s A B)",
        declare: "A: matrix(n,n); B: matrix(n,n); s: scalar",
        want: "sⁿdet(A)det(B)",
        rule: Rule::Over(Head::Det, of_product),
    },
    Identity {
        id: "det-of-kron",
        says: "det(A ⊗ B) = (det A)ⁿ(det B)ᵐ for A, m×m, and B, n×n",
        example: "det(kron(A, B))",
        declare: "A: matrix(m,m); B: matrix(n,n)",
        want: "det(A)ⁿdet(B)ᵐ",
        rule: Rule::Over(Head::Det, of_kron),
    },
    Identity {
        id: "det-of-adjugate",
        says: "det adj(X) = (det X)ⁿ⁻¹",
        example: "det(adj(X))",
        declare: "X: matrix(n,n)",
        want: "det(X)^(n−1)",
        rule: Rule::Over(Head::Det, of_adjugate),
    },
    Identity {
        id: "det-of-diagonal",
        says: "det diag(v) = Πvᵢ",
        example: "det(diag(v))",
        declare: "v: vector(n)",
        want: "prod(v)",
        rule: Rule::Over(Head::Det, of_diagonal),
    },
];

/// det I = 1 and det 0 = 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    match arena.node(inner) {
        Node::Identity(_) => Some(arena.one()),
        Node::Zeros(_) => Some(arena.integer(0)),
        _ => None,
    }
}

/// det Xᵀ = det X
fn of_transpose(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Transpose(inner) = *arena.node(inner) else { return None };
    Some(arena.det(inner))
}

/// det Xᵖ = (det X)ᵖ
fn of_power(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Power(base, exponent) = *arena.node(inner) else { return None };
    let det = arena.det(base);
    Some(arena.pow(det, exponent))
}

/// det expm(X) = exp(tr X)
fn of_exponential(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::MatrixFunction(MatrixFunction::Expm, exponent, ref directions) = *arena.node(inner) else { return None };
    directions.is_empty().then(|| {
        let trace = arena.trace(exponent);
        arena.elementwise(Func::Exp, trace)
    })
}

/// det(I + c·uvᵀ) = 1 + c·vᵀu (the matrix determinant lemma)
fn of_identity_plus_outer(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Add(ref terms) = *arena.node(inner) else { return None };
    let [(c, first), (d, second)] = &**terms else { return None };
    let ((one, _), (coeff, outer)) = match (arena.node(*first), arena.node(*second)) {
        (Node::Identity(_), _) => ((c.clone(), *first), (d.clone(), *second)),
        (_, Node::Identity(_)) => ((d.clone(), *second), (c.clone(), *first)),
        _ => return None,
    };
    if !one.is_one() {
        return None;
    }
    let (scalar, outer) = arena.split_scalar(outer);
    let (u, v) = arena.as_outer(outer)?;
    let inner = arena.inner(v, u);
    let inner = arena.mul(&[scalar, inner]);
    let inner = arena.scale(&coeff, inner);
    let one = arena.one();
    Some(arena.plus(one, inner))
}

/// det(cX) = cⁿ det X
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let (content, primitive) = arena.split_content(inner);
    (!content.is_one()).then(|| {
        let size = arena.size(arena.shape(inner).rows);
        let content = arena.number(content);
        let factor = arena.pow(content, size);
        let det = arena.det(primitive);
        arena.mul(&[factor, det])
    })
}

/// det(QᵀAQ) = det A for an orthogonal Q: two factors Q or Qᵀ come to (det Q)² = 1.
fn of_orthogonal_pair(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Product(ref factors) = *arena.node(inner) else { return None };
    if !factors.iter().all(|factor| arena.shape(*factor).is_square()) {
        return None;
    }
    let base = |id: ExprId| if let Node::Transpose(inner) = *arena.node(id) { inner } else { id };
    let orthogonal = |place: usize| is_orthogonal(arena, factors[place]).then(|| base(factors[place]));
    let pair = (0..factors.len()).find_map(|first| {
        let q = orthogonal(first)?;
        Some((first, (first + 1..factors.len()).find(|second| orthogonal(*second) == Some(q))?))
    });
    let (first, second) = pair?;
    let mut rest = factors.to_vec();
    rest.remove(second);
    rest.remove(first);
    let rest = if rest.is_empty() { arena.identity(arena.shape(inner).rows) } else { arena.mul(&rest) };
    Some(arena.det(rest))
}

/// det X = det(−X) = −det X where Xᵀ = −X and the size is odd
fn of_skew(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Dim::Known(size) = arena.shape(inner).rows else { return None };
    (size % 2 == 1 && arena.is_skew(inner)).then(|| arena.integer(0))
}

/// det X = 0 where X has no inverse whatever its symbols are
fn of_singular(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    arena.is_singular(inner).then(|| arena.integer(0))
}

/// det(AB) = det A det B and det(sA) = sⁿ det A for square matrices
fn of_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Product(factors) = arena.node(inner).clone() else { return None };
    if !factors.iter().all(|factor| arena.shape(*factor).is_square()) {
        return None;
    }
    let size = arena.size(arena.shape(inner).rows);
    let mut parts = Vec::with_capacity(factors.len());
    for factor in factors.iter() {
        parts.push(if arena.shape(*factor).is_scalar() { arena.pow(*factor, size) } else { arena.det(*factor) });
    }
    Some(arena.mul(&parts))
}

/// det(A ⊗ B) = (det A)ⁿ(det B)ᵐ (Magnus & Neudecker 2019, §2.2)
fn of_kron(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Kron(left, right) = *arena.node(inner) else { return None };
    let (m, n) = (arena.shape(left), arena.shape(right));
    if !m.is_square() || !n.is_square() {
        return None;
    }
    let (m, n) = (arena.size(m.rows), arena.size(n.rows));
    let left = arena.det(left);
    let right = arena.det(right);
    let left = arena.pow(left, n);
    let right = arena.pow(right, m);
    Some(arena.mul(&[left, right]))
}

/// det adj(X) = (det X)ⁿ⁻¹
fn of_adjugate(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Apply(Op::Adjugate, of) = *arena.node(inner) else { return None };
    let size = arena.size(arena.shape(of).rows);
    let one = arena.one();
    let exponent = arena.minus(size, one);
    let det = arena.det(of);
    Some(arena.pow(det, exponent))
}

/// det diag(v) = Πvᵢ
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Det(inner) = *node else { return None };
    let Node::Diag(vector) = *arena.node(inner) else { return None };
    Some(arena.reduce(Reduction::Product, vector))
}
