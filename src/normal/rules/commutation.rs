//! Commutation matrices, K vec(X) = vec(Xᵀ) (Magnus & Neudecker 2019, §3.7).

use crate::expr::{Arena, ExprId, Node};
use crate::normal::chain::Chain;
use crate::normal::identity::{Identity, Rule};

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "commutation-inverse",
        says: "KₙₘKₘₙ = I",
        example: "commutation(n, m) commutation(m, n) vec(X)",
        declare: "X: matrix(m,n)",
        want: "vec(X)",
        rule: Rule::Neighbors(inverse),
    },
    Identity {
        id: "commutation-vec",
        says: "K vec(X) = vec(Xᵀ) and vec(X)ᵀK = vec(Xᵀ)ᵀ",
        example: "commutation(m, n) vec(X)",
        declare: "X: matrix(m,n)",
        want: "vec(Xᵀ)",
        rule: Rule::Neighbors(vec),
    },
    Identity {
        id: "commutation-kron-commutation",
        says: "K(A ⊗ B)K = B ⊗ A",
        example: "commutation(p, m) kron(A, B) commutation(n, q)",
        declare: "A: matrix(m,n); B: matrix(p,q)",
        want: "B ⊗ A",
        rule: Rule::Ending(around_kron),
    },
];

/// KₙₘKₘₙ = I
fn inverse(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (Node::Commutation(of), Node::Commutation(other)) = (arena.node(left), arena.node(right)) else {
        return None;
    };
    (*of == other.transposed()).then(|| arena.identity(arena.shape(left).rows))
}

/// K vec(X) = vec(Xᵀ) and vec(X)ᵀK = vec(Xᵀ)ᵀ
fn vec(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    match (arena.node(left), arena.node(right)) {
        (Node::Commutation(of), Node::Vec(x)) if arena.shape(*x) == *of => {
            let x = *x;
            let transposed = arena.transpose(x);
            Some(arena.vec(transposed))
        }
        (Node::Transpose(v), Node::Commutation(of)) => {
            let Node::Vec(x) = *arena.node(*v) else { return None };
            (arena.shape(x) == of.transposed()).then(|| {
                let transposed = arena.transpose(x);
                let column = arena.vec(transposed);
                arena.transpose(column)
            })
        }
        _ => None,
    }
}

/// K(A ⊗ B)K = B ⊗ A
fn around_kron(arena: &mut Arena, chain: &Chain) -> Option<(usize, Vec<ExprId>)> {
    let [.., first, middle, last] = *chain.factors() else { return None };
    let (Node::Commutation(left), Node::Kron(a, b), Node::Commutation(right)) =
        (arena.node(first), arena.node(middle), arena.node(last))
    else {
        return None;
    };
    let (a, b) = (*a, *b);
    let (of_a, of_b) = (arena.shape(a), arena.shape(b));
    let fits = left.rows == of_b.rows && left.cols == of_a.rows && right.rows == of_a.cols && right.cols == of_b.cols;
    fits.then(|| (3, vec![arena.kron(b, a)]))
}
