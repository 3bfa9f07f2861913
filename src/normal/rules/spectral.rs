//! What is read off eigenvalues.

use crate::expr::{Arena, ExprId, Node, Spectral};
use crate::normal::identity::{Head, Identity, Rule};

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
        id: "eigenvector-of-multiple",
        says: "the eigenvectors of cX are those of X; the largest eigenvalue is the smallest one where c < 0",
        example: "eigvec_max(-2 S)",
        declare: "S: symmetric(n)",
        want: "eigvec_min(S)",
        rule: Rule::Over(Head::Spectral, eigenvector_of_multiple),
    },
];

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

/// λmax(cX) = c λmax(X) where c > 0, and c λmin(X) where c < 0
fn eigenvalue_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (which, flipped, inner) = match *node {
        Node::Spectral(Spectral::LambdaMax, inner) => (Spectral::LambdaMax, Spectral::LambdaMin, inner),
        Node::Spectral(Spectral::LambdaMin, inner) => (Spectral::LambdaMin, Spectral::LambdaMax, inner),
        _ => return None,
    };
    let (content, primitive) = arena.split_content(inner);
    (!content.is_one()).then(|| {
        let value = arena.spectral(if content.is_negative() { flipped } else { which }, primitive);
        arena.scale(&content, value)
    })
}

/// The eigenvectors of cX are those of X.
fn eigenvector_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (which, flipped, inner) = match *node {
        Node::Spectral(Spectral::EigvecMax, inner) => (Spectral::EigvecMax, Spectral::EigvecMin, inner),
        Node::Spectral(Spectral::EigvecMin, inner) => (Spectral::EigvecMin, Spectral::EigvecMax, inner),
        _ => return None,
    };
    let (content, primitive) = arena.split_content(inner);
    (!content.is_one()).then(|| arena.spectral(if content.is_negative() { flipped } else { which }, primitive))
}
