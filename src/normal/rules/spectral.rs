//! What is read off eigenvalues.

use super::norm::without_rotations;
use super::orthogonal::is_orthogonal;
use crate::expr::{Arena, BigOp, ExprId, Func, MatrixFunction, Node, Norm, Ranked, Spectral};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;
use crate::structure::Structure;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "sum-of-eigenvalues",
        says: "Σλᵢ(X) = tr X",
        example: "sum eig(X)",
        declare: "X: matrix(n,n)",
        want: "tr(X)",
        rule: Rule::Over(Head::Spectral, sum_of_eigenvalues),
    },
    Identity {
        id: "product-of-eigenvalues",
        says: "Πλᵢ(X) = det X",
        example: "prod eig(X)",
        declare: "X: matrix(n,n)",
        want: "det(X)",
        rule: Rule::Over(Head::Spectral, product_of_eigenvalues),
    },
    Identity {
        id: "eigenvalue-of-multiple",
        says: "λmax(cX) = c λmax(X) where c > 0, and c λmin(X) where c < 0; so too λmin",
        example: "lambda_max(-2 S)",
        declare: "S: symmetric(n)",
        want: "−2λ_min(S)",
        rule: Rule::Over(Head::Spectral, eigenvalue_of_multiple),
    },
    Identity {
        id: "eigenvalue-of-identity",
        says: "all eigenvalues of cI are c",
        example: "lambda_max(t I_n) + lambda_min(-3 I_n)",
        declare: "t: scalar",
        want: "t − 3",
        rule: Rule::Over(Head::Spectral, eigenvalue_of_identity),
    },
    Identity {
        id: "eigenvector-of-multiple",
        says: "the eigenvectors of cX are those of X where c > 0; that of the largest eigenvalue is that of the smallest one where c < 0; so too singular vectors",
        example: "eigvec_max(-2 S)",
        declare: "S: symmetric(n)",
        want: "eigvec_min(S)",
        rule: Rule::Over(Head::Spectral, eigenvector_of_multiple),
    },
    Identity {
        id: "first-in-rank",
        says: "λ₁(X) = λmax(X) and σ₁(X) = ‖X‖₂, with their vectors",
        example: "lambda_1(S)",
        declare: "S: symmetric(n)",
        want: "λ_max(S)",
        rule: Rule::Over(Head::Ranked, first),
    },
    Identity {
        id: "last-in-rank",
        says: "λₙ(X) = λmin(X) of an n×n matrix, with its vector",
        example: "lambda_n(S)",
        declare: "S: symmetric(n)",
        want: "λ_min(S)",
        rule: Rule::Over(Head::Ranked, last),
    },
    Identity {
        id: "eigenvalue-in-rank-of-identity",
        says: "all eigenvalues of cI are c",
        example: "lambda_2(t I_n)",
        declare: "t: scalar",
        want: "t",
        rule: Rule::Over(Head::Ranked, eigenvalue_of_identity),
    },
    Identity {
        id: "ranked-of-multiple",
        says: "λₖ(cX) = cλₖ(X) where c > 0, and cλₙ₊₁₋ₖ(X) where c < 0; σₖ(cX) = |c|σₖ(X)",
        example: "lambda_2(2 S)",
        declare: "S: symmetric(n)",
        want: "2λ₂(S)",
        rule: Rule::Over(Head::Ranked, ranked_of_multiple),
    },
    Identity {
        id: "singular-value-of-semidefinite",
        says: "the singular values of a positive semidefinite matrix are its eigenvalues",
        example: "sigma_2(P)",
        declare: "P: psd(n)",
        want: "λ₂(P)",
        rule: Rule::Over(Head::Ranked, singular_value_of_semidefinite),
    },
    Identity {
        id: "singular-value-of-transpose",
        says: "σₖ(Xᵀ) = σₖ(X)",
        example: "sigma_2(X')",
        declare: "X: matrix(m,n)",
        want: "σ₂(X)",
        rule: Rule::Over(Head::Ranked, singular_value_of_transpose),
    },
    Identity {
        id: "singular-value-of-orthogonal",
        says: "the singular values of an orthogonal matrix are 1, and σₖ(QX) = σₖ(X) = σₖ(XQ)",
        example: "sigma_2(Q X)",
        declare: "Q: orthogonal(m); X: matrix(m,n)",
        want: "σ₂(X)",
        rule: Rule::Over(Head::Ranked, singular_value_of_rotated),
    },
    Identity {
        id: "singular-value-beyond-rank",
        says: "σₖ(X) = 0 for k > 1 of an X that is a product of a column and a row, and λₖ(xxᵀ) = 0",
        example: "sigma_2(u v')",
        declare: "u: vector(m); v: vector(n)",
        want: "0",
        rule: Rule::Over(Head::Ranked, value_beyond_rank),
    },
    Identity {
        id: "sum-of-ranked",
        says: "Σᵢ₌₁ⁿ λᵢ(X) = tr X, Σᵢ₌₁ⁿ λᵢ(X)ᵏ = tr Xᵏ, Σᵢ₌₁ⁿ log λᵢ(X) = tr log X, Σᵢ₌₁ⁿ σᵢ(X) = ‖X‖_*, Σᵢ₌₁ⁿ σᵢ(X)² = ‖X‖_F²",
        example: "sum_{i=1}^n lambda_i(S)^2 + sum_{i=1}^n sigma_i(X)",
        declare: "S: symmetric(n); X: matrix(m,n)",
        want: "tr(S²) + ‖X‖_*",
        rule: Rule::Over(Head::Indexed, sum_of_ranked),
    },
    Identity {
        id: "product-of-ranked",
        says: "Πᵢ₌₁ⁿ λᵢ(X) = det X",
        example: "prod_{i=1}^n lambda_i(S)",
        declare: "S: symmetric(n)",
        want: "det(S)",
        rule: Rule::Over(Head::Indexed, product_of_ranked),
    },
];

/// λ₁(X) = λmax(X) and σ₁(X) = ‖X‖₂, with their vectors.
fn first(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ranked(which, inner, place) = *node else { return None };
    arena.is_one(place).then(|| match which {
        Ranked::Eigenvalue => arena.spectral(Spectral::LambdaMax, inner),
        Ranked::Eigenvector => arena.spectral(Spectral::EigvecMax, inner),
        Ranked::SingularValue => arena.norm(Norm::Spectral, inner),
        Ranked::LeftVector => arena.spectral(Spectral::UMax, inner),
        Ranked::RightVector => arena.spectral(Spectral::VMax, inner),
    })
}

/// λₙ(X) = λmin(X) of an n×n matrix, with its vector.
fn last(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ranked(which @ (Ranked::Eigenvalue | Ranked::Eigenvector), inner, place) = *node else { return None };
    let size = arena.size(arena.shape(inner).rows);
    let of = if which == Ranked::Eigenvalue { Spectral::LambdaMin } else { Spectral::EigvecMin };
    (place == size).then(|| arena.spectral(of, inner))
}

/// c, whether it is negative, and X of a multiple cX, where the sign of c is known and c is not 0.
fn signed_multiple(arena: &mut Arena, inner: ExprId) -> Option<(ExprId, bool, ExprId)> {
    let (content, primitive) = arena.split_content(inner);
    if !content.is_one() {
        let is_negative = content.is_negative();
        return Some((arena.number(content), is_negative, primitive));
    }
    let (scalar, matrix) = arena.split_scalar(inner);
    (matrix != inner && arena.is_positive(scalar)).then_some((scalar, false, matrix))
}

/// λₖ(cX) = cλₖ(X) where c > 0, and cλₙ₊₁₋ₖ(X) where c < 0; σₖ(cX) = |c|σₖ(X).
fn ranked_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ranked(which, inner, place) = *node else { return None };
    if which == Ranked::SingularValue {
        let (scalar, matrix) = arena.split_scalar(inner);
        if matrix != inner {
            let value = arena.ranked(which, matrix, place);
            let magnitude = arena.elementwise(Func::Abs, scalar);
            return Some(arena.mul(&[magnitude, value]));
        }
    }
    let (multiple, is_negative, primitive) = signed_multiple(arena, inner)?;
    let from_other_end = is_negative && which.is_of_symmetric();
    let place = if from_other_end {
        let (size, one) = (arena.size(arena.shape(inner).rows), arena.one());
        let after = arena.plus(size, one);
        arena.minus(after, place)
    } else {
        place
    };
    let value = arena.ranked(which, primitive, place);
    match which {
        Ranked::Eigenvalue => Some(arena.mul(&[multiple, value])),
        Ranked::SingularValue => {
            let size = if is_negative { arena.neg(multiple) } else { multiple };
            Some(arena.mul(&[size, value]))
        }
        Ranked::Eigenvector | Ranked::RightVector => Some(value),
        // Its sign is tied to that of the right one.
        Ranked::LeftVector if is_negative => Some(arena.neg(value)),
        Ranked::LeftVector => Some(value),
    }
}

/// The singular values of a positive semidefinite matrix are its eigenvalues.
fn singular_value_of_semidefinite(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ranked(Ranked::SingularValue, inner, place) = *node else { return None };
    match arena.declared_structure(inner)? {
        Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            Some(arena.ranked(Ranked::Eigenvalue, inner, place))
        }
        _ => None,
    }
}

/// σₖ(Xᵀ) = σₖ(X)
fn singular_value_of_transpose(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ranked(Ranked::SingularValue, inner, place) = *node else { return None };
    let Node::Transpose(of) = *arena.node(inner) else { return None };
    Some(arena.ranked(Ranked::SingularValue, of, place))
}

/// The singular values of an orthogonal matrix are 1, and σₖ(QX) = σₖ(X) = σₖ(XQ).
fn singular_value_of_rotated(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ranked(Ranked::SingularValue, inner, place) = *node else { return None };
    if is_orthogonal(arena, inner) || matches!(arena.node(inner), Node::Identity(_)) {
        return Some(arena.one());
    }
    let kept = without_rotations(arena, inner)?;
    Some(arena.ranked(Ranked::SingularValue, kept, place))
}

/// σₖ(X) = 0 for k > 1 of an X of rank 1, and λₖ(xxᵀ) = 0.
fn value_beyond_rank(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Ranked(which @ (Ranked::SingularValue | Ranked::Eigenvalue), inner, place) = *node else { return None };
    let is_beyond = arena.as_number(place).and_then(Coeff::to_i64).is_some_and(|place| place > 1);
    let is_zero = is_beyond
        && arena.leads_through_vector(inner)
        && (which == Ranked::SingularValue || is_times_own_transpose(arena, inner));
    is_zero.then(|| arena.integer(0))
}

/// Whether it is written as MMᵀ.
fn is_times_own_transpose(arena: &mut Arena, id: ExprId) -> bool {
    let Node::Product(factors) = arena.node(id).clone() else { return false };
    let (first, second) = factors.split_at(factors.len() / 2);
    let (first, second) = (arena.mul(first), arena.mul(second));
    arena.transpose(first) == second
}

/// The matrix all of whose eigenvalues or singular values the index of a node runs over, from the first to the last.
fn over_every(arena: &mut Arena, node: &Node, which: Ranked) -> Option<(ExprId, ExprId)> {
    let Node::Indexed { index, lower, upper, body, .. } = *node else { return None };
    if !arena.is_one(lower) {
        return None;
    }
    let at = arena.intern(Node::Index(index));
    let is_one = |arena: &Arena, id: &ExprId| matches!(*arena.node(*id), Node::Ranked(of, _, place) if of == which && place == at);
    let found: Vec<ExprId> = arena.post_order(body).into_iter().filter(|id| is_one(arena, id)).collect();
    let [value] = *found else { return None };
    let Node::Ranked(_, matrix, _) = *arena.node(value) else { return None };
    let shape = arena.shape(matrix);
    let is_last = upper == arena.size(shape.cols) || !which.is_of_symmetric() && upper == arena.size(shape.rows);
    (is_last && !arena.depends_on_index(matrix, index)).then_some((matrix, value))
}

/// The function of the matrix that has the values of a function of its eigenvalue.
fn function_of_matrix(arena: &mut Arena, body: ExprId, (matrix, value): (ExprId, ExprId)) -> Option<ExprId> {
    if body == value {
        return Some(matrix);
    }
    match arena.node(body).clone() {
        Node::Elementwise(func, inner) => {
            let inner = function_of_matrix(arena, inner, (matrix, value))?;
            let function = match func {
                Func::Exp => MatrixFunction::Expm,
                Func::Log => MatrixFunction::Logm,
                _ => return None,
            };
            Some(arena.matrix_function(function, inner, &[]))
        }
        Node::Hadamard(factors) => match *factors {
            [(base, exponent)] if arena.as_number(exponent).is_some_and(Coeff::is_integer) => {
                let base = function_of_matrix(arena, base, (matrix, value))?;
                Some(arena.power(base, exponent))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Σᵢ₌₁ⁿ g(λᵢ(X)) = tr g(X), and the sum of the singular values or of their squares as a norm.
fn sum_of_ranked(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Indexed { op: BigOp::Sum, body, .. } = *node else { return None };
    if !arena.shape(body).is_scalar() {
        return None;
    }
    if let Some(found) = over_every(arena, node, Ranked::Eigenvalue) {
        let function = function_of_matrix(arena, body, found)?;
        return Some(arena.trace(function));
    }
    let (matrix, value) = over_every(arena, node, Ranked::SingularValue)?;
    if body == value {
        return Some(arena.norm(Norm::Nuclear, matrix));
    }
    let two = Coeff::integer(2);
    (body == arena.pow_number(value, &two)).then(|| {
        let norm = arena.norm(Norm::Frobenius, matrix);
        arena.pow_number(norm, &two)
    })
}

/// Πᵢ₌₁ⁿ λᵢ(X) = det X
fn product_of_ranked(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Indexed { op: BigOp::Product, body, .. } = *node else { return None };
    let (matrix, value) = over_every(arena, node, Ranked::Eigenvalue)?;
    (body == value).then(|| arena.det(matrix))
}

/// Σλᵢ(X) = tr X
fn sum_of_eigenvalues(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Spectral(Spectral::SumEig, inner) = *node else { return None };
    Some(arena.trace(inner))
}

/// Πλᵢ(X) = det X
fn product_of_eigenvalues(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Spectral(Spectral::ProdEig, inner) = *node else { return None };
    Some(arena.det(inner))
}

/// All eigenvalues of cI are c.
fn eigenvalue_of_identity(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (Node::Spectral(Spectral::LambdaMax | Spectral::LambdaMin, inner) | Node::Ranked(Ranked::Eigenvalue, inner, _)) =
        *node
    else {
        return None;
    };
    if !arena.is_multiple_of_identity(inner) {
        return None;
    }
    let first = arena.one();
    Some(arena.entry(inner, first, first))
}

/// λmax(cX) = c λmax(X) where c > 0, and c λmin(X) where c < 0
fn eigenvalue_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (which, flipped, inner) = match *node {
        Node::Spectral(Spectral::LambdaMax, inner) => (Spectral::LambdaMax, Spectral::LambdaMin, inner),
        Node::Spectral(Spectral::LambdaMin, inner) => (Spectral::LambdaMin, Spectral::LambdaMax, inner),
        _ => return None,
    };
    let (multiple, is_negative, matrix) = signed_multiple(arena, inner)?;
    let value = arena.spectral(if is_negative { flipped } else { which }, matrix);
    Some(arena.mul(&[multiple, value]))
}

/// The eigenvectors of cX are those of X where c > 0, and so are its singular vectors.
fn eigenvector_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Spectral(which, inner) = *node else { return None };
    let flipped = match which {
        Spectral::EigvecMax => Spectral::EigvecMin,
        Spectral::EigvecMin => Spectral::EigvecMax,
        Spectral::UMax | Spectral::VMax | Spectral::Polar => which,
        Spectral::SumEig | Spectral::ProdEig | Spectral::LambdaMax | Spectral::LambdaMin => return None,
    };
    let (_, is_negative, matrix) = signed_multiple(arena, inner)?;
    let vector = arena.spectral(if is_negative { flipped } else { which }, matrix);
    // The sign of the left singular vector is tied to that of the right one; polar(−X) = −polar(X).
    let turns = is_negative && matches!(which, Spectral::UMax | Spectral::Polar);
    Some(if turns { arena.neg(vector) } else { vector })
}
