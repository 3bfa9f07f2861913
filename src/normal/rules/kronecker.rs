//! Kronecker products, and what they are as factors (Magnus & Neudecker 2019, §2.2, §2.4 and §3.7).

use crate::expr::{Arena, ExprId, Node, Shape};
use crate::normal::identity::{Head, Identity, Rule};

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "kron-product",
        says: "(P ⊗ Q)(R ⊗ S) = PR ⊗ QS",
        example: "kron(P, Q) kron(R, S)",
        declare: "P: matrix(m,n); R: matrix(n,k); Q: matrix(p,q); S: matrix(q,r)",
        want: "PR ⊗ QS",
        rule: Rule::Neighbors(product),
    },
    Identity {
        id: "kron-commutation",
        says: "(aᵀ ⊗ B)K = B ⊗ aᵀ and K(a ⊗ B) = B ⊗ a",
        example: "kron(a', B) commutation(n, q)",
        declare: "a: vector(n); B: matrix(p,q)",
        want: "B ⊗ aᵀ",
        rule: Rule::Neighbors(commutation),
    },
    Identity {
        id: "kron-vector-takes-factor",
        says: "(p ⊗ Q)M = p ⊗ QM, (P ⊗ q)M = PM ⊗ q, M(pᵀ ⊗ Q) = pᵀ ⊗ MQ and M(P ⊗ qᵀ) = MP ⊗ qᵀ",
        example: "kron(p, Q) M",
        declare: "p: vector(k); Q: matrix(m,n); M: matrix(n,r)",
        want: "p ⊗ QM",
        rule: Rule::Neighbors(vector_takes_factor),
    },
    Identity {
        id: "kron-vec",
        says: "(P ⊗ Q) vec(X) = vec(QXPᵀ)",
        example: "kron(P, Q) vec(X)",
        declare: "P: matrix(k,n); Q: matrix(p,m); X: matrix(m,n)",
        want: "vec(QXPᵀ)",
        rule: Rule::Neighbors(vec),
    },
    Identity {
        id: "kron-of-multiples",
        says: "cA ⊗ dB = cd(A ⊗ B)",
        example: "kron(2 A, s B)",
        declare: "A: matrix(m,n); B: matrix(p,q); s: scalar",
        want: "2s(A ⊗ B)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "kron-of-constants",
        says: "Iₘ ⊗ Iₙ = Iₘₙ and ones(m, n) ⊗ ones(p, q) = ones(mp, nq)",
        example: "kron(eye(m), eye(n))",
        declare: "",
        want: "Iₘₙ",
        rule: Rule::Over(Head::Kron, of_constants),
    },
    Identity {
        id: "kron-of-row-and-column",
        says: "uᵀ ⊗ v = v ⊗ uᵀ = vuᵀ",
        example: "kron(u', v)",
        declare: "u: vector(m); v: vector(n)",
        want: "vuᵀ",
        rule: Rule::Over(Head::Kron, of_row_and_column),
    },
    Identity {
        id: "kron-of-vectors-beside-matrix",
        says: "u ⊗ (vᵀ ⊗ B) = uvᵀ ⊗ B and (A ⊗ u) ⊗ vᵀ = A ⊗ uvᵀ",
        example: "kron(u, kron(v', B))",
        declare: "u: vector(m); v: vector(n); B: matrix(p,q)",
        want: "uvᵀ ⊗ B",
        rule: Rule::Over(Head::Kron, of_vectors_beside_matrix),
    },
    Identity {
        id: "kron-of-outer-product-and-vector",
        says: "uvᵀ ⊗ wᵀ = u(vᵀ ⊗ wᵀ) and uvᵀ ⊗ w = (u ⊗ w)vᵀ, on either side",
        example: "kron(u v', w)",
        declare: "u: vector(m); v: vector(n); w: vector(p)",
        want: "(u ⊗ w)vᵀ",
        rule: Rule::Over(Head::Kron, of_outer_product_and_vector),
    },
];

/// (P ⊗ Q)(R ⊗ S) = PR ⊗ QS
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (Node::Kron(p, q), Node::Kron(r, s)) = (arena.node(left), arena.node(right)) else { return None };
    let (p, q, r, s) = (*p, *q, *r, *s);
    if arena.shape(p).cols != arena.shape(r).rows || arena.shape(q).cols != arena.shape(s).rows {
        return None;
    }
    let first = arena.mul(&[p, r]);
    let second = arena.mul(&[q, s]);
    Some(arena.kron(first, second))
}

/// (aᵀ ⊗ B)K = B ⊗ aᵀ and K(a ⊗ B) = B ⊗ a
fn commutation(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    match (arena.node(left), arena.node(right)) {
        (Node::Kron(p, q), Node::Commutation(of)) if arena.shape(*p).is_row() || arena.shape(*q).is_row() => {
            let (p, q) = (*p, *q);
            (of.rows == arena.shape(p).cols && of.cols == arena.shape(q).cols).then(|| arena.kron(q, p))
        }
        (Node::Commutation(of), Node::Kron(p, q)) if arena.shape(*p).is_column() || arena.shape(*q).is_column() => {
            let (p, q) = (*p, *q);
            (of.rows == arena.shape(q).rows && of.cols == arena.shape(p).rows).then(|| arena.kron(q, p))
        }
        _ => None,
    }
}

/// (p ⊗ Q)M = p ⊗ QM and its kin: a vector has nothing to do with the factor beside the product.
fn vector_takes_factor(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    if let Node::Kron(p, q) = *arena.node(left)
        && !arena.shape(left).is_column()
        && !(matches!(arena.node(right), Node::Commutation(_)) && (arena.shape(p).is_row() || arena.shape(q).is_row()))
    {
        if arena.shape(p).cols.is_one() {
            let second = arena.mul(&[q, right]);
            return Some(arena.kron(p, second));
        }
        if arena.shape(q).cols.is_one() {
            let first = arena.mul(&[p, right]);
            return Some(arena.kron(first, q));
        }
    }
    if let Node::Kron(p, q) = *arena.node(right)
        && !arena.shape(right).is_row()
        && !(matches!(arena.node(left), Node::Commutation(_))
            && (arena.shape(p).is_column() || arena.shape(q).is_column()))
    {
        if arena.shape(p).rows.is_one() {
            let second = arena.mul(&[left, q]);
            return Some(arena.kron(p, second));
        }
        if arena.shape(q).rows.is_one() {
            let first = arena.mul(&[left, p]);
            return Some(arena.kron(first, q));
        }
    }
    None
}

/// (P ⊗ Q) vec(X) = vec(QXPᵀ), and with the row vec(X)ᵀ in front of it.
fn vec(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    match (arena.node(left), arena.node(right)) {
        (Node::Kron(p, q), Node::Vec(x)) => {
            let (p, q, x) = (*p, *q, *x);
            let shape = arena.shape(x);
            let fits = arena.shape(q).cols == shape.rows && arena.shape(p).cols == shape.cols;
            fits.then(|| {
                let p = arena.transpose(p);
                let inner = arena.mul(&[q, x, p]);
                arena.vec(inner)
            })
        }
        (Node::Transpose(v), Node::Kron(..)) if matches!(arena.node(*v), Node::Vec(_)) => {
            let v = *v;
            let right = arena.transpose(right);
            let (content, right) = arena.split_content(right);
            let product = arena.merged_neighbors(right, v)?;
            let product = arena.transpose(product);
            Some(arena.scale(&content, product))
        }
        _ => None,
    }
}

/// Iₘ ⊗ Iₙ = Iₘₙ and ones(m, n) ⊗ ones(p, q) = ones(mp, nq)
fn of_constants(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Kron(left, right) = *node else { return None };
    match (arena.node(left), arena.node(right)) {
        (Node::Identity(m), Node::Identity(n)) => {
            let (m, n) = (*m, *n);
            let size = arena.size_product(m, n);
            Some(arena.identity(size))
        }
        (Node::Ones(a), Node::Ones(b)) => {
            let (a, b) = (*a, *b);
            let shape = Shape::new(arena.size_product(a.rows, b.rows), arena.size_product(a.cols, b.cols));
            Some(arena.ones(shape))
        }
        _ => None,
    }
}

/// uᵀ ⊗ v = v ⊗ uᵀ = vuᵀ
fn of_row_and_column(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Kron(left, right) = *node else { return None };
    let (a, b) = (arena.shape(left), arena.shape(right));
    if a.is_row() && b.is_column() {
        return Some(arena.mul(&[right, left]));
    }
    (a.is_column() && b.is_row()).then(|| arena.mul(&[left, right]))
}

/// u ⊗ (vᵀ ⊗ B) = uvᵀ ⊗ B and (A ⊗ u) ⊗ vᵀ = A ⊗ uvᵀ, whichever of the two vectors is the row.
fn of_vectors_beside_matrix(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Kron(left, right) = *node else { return None };
    let is_row_by_column = |one: ExprId, other: ExprId| {
        let (a, b) = (arena.shape(one), arena.shape(other));
        (a.is_row() && b.is_column()) || (a.is_column() && b.is_row())
    };
    match (arena.node(left), arena.node(right)) {
        (_, Node::Kron(p, q)) if is_row_by_column(left, *p) => {
            let (p, q) = (*p, *q);
            let outer = arena.kron(left, p);
            Some(arena.kron(outer, q))
        }
        (Node::Kron(p, q), _) if is_row_by_column(*q, right) => {
            let (p, q) = (*p, *q);
            let outer = arena.kron(q, right);
            Some(arena.kron(p, outer))
        }
        _ => None,
    }
}

/// uvᵀ ⊗ wᵀ = u(vᵀ ⊗ wᵀ) and uvᵀ ⊗ w = (u ⊗ w)vᵀ, on either side
fn of_outer_product_and_vector(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Kron(left, right) = *node else { return None };
    let is_vector = |id: ExprId| arena.shape(id).is_row() || arena.shape(id).is_column();
    let is_right = is_vector(right);
    if !is_right && !is_vector(left) {
        return None;
    }
    let (outer, vector) = if is_right { (left, right) } else { (right, left) };
    let (u, v) = arena.as_outer(outer)?;
    let v = arena.transpose(v);
    let with = |arena: &mut Arena, own| if is_right { arena.kron(own, vector) } else { arena.kron(vector, own) };
    if arena.shape(vector).is_row() {
        let row = with(arena, v);
        return Some(arena.mul(&[u, row]));
    }
    let column = with(arena, u);
    Some(arena.mul(&[column, v]))
}
