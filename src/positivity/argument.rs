//! What an argument about signs and curvature is made of: claims, each with the words that say why it holds.

use crate::expr::ExprId;

/// What a function is along every line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curvature {
    /// f(θx + (1 − θ)y) = θf(x) + (1 − θ)f(y)
    Affine,
    /// ≤
    Convex,
    /// ≥
    Concave,
}

/// A relation to 0: of a scalar or of every entry, and of a symmetric matrix in the order of positive semidefinite matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// > 0 in every entry
    Positive,
    /// ≥ 0 in every entry
    Nonnegative,
    /// ≻ 0
    Definite,
    /// ⪰ 0
    Semidefinite,
}

/// A line of an argument.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// ∇²f = the matrix, or f″ = the scalar.
    Hessian(ExprId),
    /// d²f = the quadratic form in the differentials.
    Form(ExprId),
    /// The expression, a scalar, an array or a symmetric matrix, compared with 0.
    Order(ExprId, Order),
    /// The expression as a function of the variables.
    Curvature(ExprId, Curvature),
}

/// A claim and why it holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// What holds.
    pub claim: Claim,
    /// Why, in a few words; empty where it needs none.
    pub because: &'static str,
}
