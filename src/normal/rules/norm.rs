//! Norms of vectors and matrices.

use super::orthogonal::is_orthogonal;
use crate::expr::{Arena, ExprId, Func, Node, Norm, Spectral};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;
use crate::structure::Structure;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "norm-of-zero",
        says: "‖0‖ = 0",
        example: "norm(0 x) + y",
        declare: "x: vector(n); y: scalar",
        want: "y",
        rule: Rule::Over(Head::Norm, of_zero),
    },
    Identity {
        id: "norm-of-vector",
        says: "‖x‖_p for p = 1 and 2 is the sum of sizes and the Euclidean norm, as are the spectral and the nuclear norm of a vector",
        example: "norm(x, 1 + 1)",
        declare: "x: vector(n)",
        want: "‖x‖",
        rule: Rule::Over(Head::Norm, of_vector),
    },
    Identity {
        id: "norm-of-semidefinite",
        says: "the nuclear norm of a positive semidefinite matrix is its trace, the spectral norm its largest eigenvalue",
        example: "||P||_*",
        declare: "P: psd(n)",
        want: "tr(P)",
        rule: Rule::Over(Head::Norm, of_semidefinite),
    },
    Identity {
        id: "norm-of-orthogonal",
        says: "the singular values of an orthogonal matrix are 1",
        example: "||Q||_F",
        declare: "Q: orthogonal(n)",
        want: "√(n)",
        rule: Rule::Over(Head::Norm, of_orthogonal),
    },
    Identity {
        id: "norm-of-rotated",
        says: "‖Qx‖ = ‖x‖ and ‖QA‖ = ‖A‖ = ‖AQ‖ for an orthogonal Q, in the Frobenius, the spectral and the nuclear norm",
        example: "||Q A Q'||_F^2",
        declare: "Q: orthogonal(n); A: matrix(n,n)",
        want: "‖A‖_F²",
        rule: Rule::Over(Head::Norm, of_rotated),
    },
    Identity {
        id: "norm-of-unit-vector",
        says: "‖eᵢ‖ = 1 in every norm",
        example: "norm(e_2)",
        declare: "",
        want: "1",
        rule: Rule::Over(Head::Norm, of_unit_vector),
    },
    Identity {
        id: "norm-of-nonnegative",
        says: "‖x‖₁ = sum(x) for x ≥ 0",
        example: "norm1(exp(x))",
        declare: "x: vector(n)",
        want: "sum(exp(x))",
        rule: Rule::Over(Head::Norm, of_nonnegative),
    },
    Identity {
        id: "norm-of-signs",
        says: "‖y‖ = √n for y = ±1, and likewise for the other norms of entries",
        example: "norm(y) + x",
        declare: "y: signs(n); x: scalar",
        want: "√(n) + x",
        rule: Rule::Over(Head::Norm, of_signs),
    },
    Identity {
        id: "norm-of-sizes",
        says: "‖y∘x‖ = ‖x‖ for y = ±1 and ‖|x|‖ = ‖x‖, in every norm of entries",
        example: "norm1(y .* x)",
        declare: "y: signs(n); x: vector(n)",
        want: "‖x‖₁",
        rule: Rule::Over(Head::Norm, of_sizes),
    },
    Identity {
        id: "norm-of-multiple",
        says: "‖cx‖ = |c|‖x‖",
        example: "||2 s A - 4 s B||_F",
        declare: "s: scalar; A: matrix(m,n); B: matrix(m,n)",
        want: "2‖sA − 2sB‖_F",
        rule: Rule::Over(Head::Norm, of_multiple),
    },
    Identity {
        id: "norm-of-outer-product",
        says: "‖uvᵀ‖ = ‖u‖‖v‖",
        example: "||u v'||_*",
        declare: "u: vector(m); v: vector(n)",
        want: "‖u‖ ‖v‖",
        rule: Rule::Over(Head::Norm, of_outer_product),
    },
    Identity {
        id: "norm-of-vec",
        says: "‖vec X‖ = ‖X‖",
        example: "norm(vec(X))",
        declare: "X: matrix(m,n)",
        want: "‖X‖_F",
        rule: Rule::Over(Head::Norm, of_vec),
    },
    Identity {
        id: "norm-of-diagonal",
        says: "‖diag(v)‖ = ‖v‖, its spectral norm max|vᵢ|, and its nuclear norm ‖v‖₁",
        example: "||diag(v)||_*",
        declare: "v: vector(n)",
        want: "‖v‖₁",
        rule: Rule::Over(Head::Norm, of_diagonal),
    },
];

/// Whether it is the Frobenius, the spectral or the nuclear norm, which know the singular values alone.
fn is_of_singular_values(norm: Norm) -> bool {
    matches!(norm, Norm::Frobenius | Norm::Spectral | Norm::Nuclear)
}

/// ‖0‖ = 0
fn of_zero(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(_, inner) = *node else { return None };
    arena.is_zero(inner).then(|| arena.integer(0))
}

/// ‖x‖₂ and the spectral and nuclear norms of a vector are the Euclidean norm.
fn of_vector(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    let same = match norm {
        Norm::Spectral | Norm::Nuclear if !arena.shape(inner).is_matrix() => Norm::Frobenius,
        Norm::P(p) => match arena.as_number(p).and_then(Coeff::to_i64)? {
            1 => Norm::One,
            2 => Norm::Frobenius,
            _ => return None,
        },
        _ => return None,
    };
    Some(arena.norm(same, inner))
}

/// The nuclear norm of a positive semidefinite matrix is its trace, the spectral norm its largest eigenvalue.
fn of_semidefinite(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm @ (Norm::Nuclear | Norm::Spectral), inner) = *node else { return None };
    match arena.declared_structure(inner)? {
        Structure::PositiveDefinite | Structure::PositiveSemidefinite => Some(match norm {
            Norm::Nuclear => arena.trace(inner),
            _ => arena.spectral(Spectral::LambdaMax, inner),
        }),
        _ => None,
    }
}

/// The singular values of an orthogonal matrix, and of the identity, are 1.
fn of_orthogonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    if !is_of_singular_values(norm) || !(is_orthogonal(arena, inner) || matches!(arena.node(inner), Node::Identity(_)))
    {
        return None;
    }
    let size = arena.size(arena.shape(inner).rows);
    Some(match norm {
        Norm::Spectral => arena.one(),
        Norm::Nuclear => size,
        _ => arena.pow_number(size, &Coeff::ratio(1, 2)?),
    })
}

/// ‖QA‖ = ‖A‖ = ‖AQ‖
fn of_rotated(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    if !is_of_singular_values(norm) {
        return None;
    }
    let kept = without_rotations(arena, inner)?;
    Some(arena.norm(norm, kept))
}

/// cA for cQAR with orthogonal Q and R, which has its singular values.
pub(super) fn without_rotations(arena: &mut Arena, product: ExprId) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(product) else { return None };
    let (scalar, chain) = factors.split_at(usize::from(arena.shape(factors[0]).is_scalar()));
    let from = chain.iter().take_while(|factor| is_orthogonal(arena, **factor)).count();
    let after = chain[from..].iter().rev().take_while(|factor| is_orthogonal(arena, **factor)).count();
    if from + after == 0 {
        return None;
    }
    let mut kept = scalar.to_vec();
    kept.extend_from_slice(&chain[from..chain.len() - after]);
    if from + after == chain.len() {
        kept.push(arena.identity(arena.shape(product).rows));
    }
    Some(arena.mul(&kept))
}

/// ‖eᵢ‖ = 1
fn of_unit_vector(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(_, inner) = *node else { return None };
    matches!(arena.node(inner), Node::Basis(..)).then(|| arena.one())
}

/// ‖x‖₁ = sum(x) for x ≥ 0
fn of_nonnegative(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(Norm::One, inner) = *node else { return None };
    (arena.is_simplex(inner) || arena.is_nonnegative(inner)).then(|| arena.total(inner))
}

/// Whether a norm knows the sizes of the entries alone, whatever their order.
fn is_of_entries(norm: Norm) -> bool {
    matches!(norm, Norm::Frobenius | Norm::One | Norm::Infinity | Norm::P(_))
}

/// ‖y‖ = √n for y = ±1, in the norm of order p the p-th root
fn of_signs(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    if !is_of_entries(norm) || !(arena.is_signs(inner) || arena.is_ones(inner)) {
        return None;
    }
    let root = match norm {
        Norm::Frobenius => arena.number(Coeff::ratio(1, 2)?),
        Norm::P(p) => arena.recip(p),
        Norm::Infinity => return Some(arena.one()),
        _ => arena.one(),
    };
    let shape = arena.shape(inner);
    let count = arena.size_product(shape.rows, shape.cols);
    let count = arena.size(count);
    Some(arena.pow(count, root))
}

/// ‖y∘x‖ = ‖x‖ for y = ±1 and ‖|x|‖ = ‖x‖
fn of_sizes(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    if !is_of_entries(norm) {
        return None;
    }
    if let Node::Elementwise(Func::Abs, x) = *arena.node(inner) {
        return Some(arena.norm(norm, x));
    }
    let Node::Hadamard(ref factors) = *arena.node(inner) else { return None };
    let is_sign = |(base, power): &&(ExprId, ExprId)| arena.is_one(*power) && arena.is_signs(*base);
    let rest: Vec<_> = factors.iter().filter(|factor| !is_sign(factor)).copied().collect();
    if rest.len() == factors.len() {
        return None;
    }
    let rest = arena.hadamard_powers(&rest, arena.shape(inner));
    Some(arena.norm(norm, rest))
}

/// ‖cx‖ = |c|‖x‖ for numbers and scalars
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    let (content, primitive) = arena.split_content(inner);
    if !content.is_one() {
        let value = arena.norm(norm, primitive);
        return Some(arena.scale(&content.abs(), value));
    }
    let (scalar, rest) = arena.split_scalar(inner);
    if rest == inner {
        return None;
    }
    let value = arena.norm(norm, rest);
    let scalar = arena.elementwise(Func::Abs, scalar);
    Some(arena.mul(&[scalar, value]))
}

/// ‖uvᵀ‖ = ‖u‖‖v‖
fn of_outer_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    if !is_of_singular_values(norm) {
        return None;
    }
    let (u, v) = arena.as_outer(inner)?;
    let (u, v) = (arena.norm(Norm::Frobenius, u), arena.norm(Norm::Frobenius, v));
    Some(arena.mul(&[u, v]))
}

/// ‖vec X‖ = ‖X‖ and ‖unvec x‖ = ‖x‖
fn of_vec(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(Norm::Frobenius, inner) = *node else { return None };
    let (Node::Vec(of) | Node::Unvec(of, _)) = *arena.node(inner) else { return None };
    Some(arena.norm(Norm::Frobenius, of))
}

/// The singular values of diag(v) are |vᵢ|.
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Norm(norm, inner) = *node else { return None };
    let Node::Diag(v) = *arena.node(inner) else { return None };
    let of_vector = match norm {
        Norm::Frobenius => Norm::Frobenius,
        Norm::Spectral => Norm::Infinity,
        Norm::Nuclear => Norm::One,
        Norm::One | Norm::Infinity | Norm::P(_) => return None,
    };
    Some(arena.norm(of_vector, v))
}
