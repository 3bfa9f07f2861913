//! What an argument about signs and curvature is made of: claims, each with the words that say why it holds.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, SymbolId};

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
    /// < 0 in every entry
    Negative,
    /// ≥ 0 in every entry
    Nonnegative,
    /// ≤ 0 in every entry
    Nonpositive,
    /// ≻ 0
    Definite,
    /// ⪰ 0
    Semidefinite,
    /// ⪯ 0
    NegativeSemidefinite,
}

/// A part as a function of variables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// The part.
    pub expr: ExprId,
    /// The variables, in the order of the rows of its second derivative.
    pub by: Arc<[SymbolId]>,
}

/// A line of an argument.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// The second derivative as a matrix, of a function of one number as a number.
    Hessian {
        /// The part whose it is; `None` of the whole function.
        of: Option<Part>,
        /// The derivative.
        is: ExprId,
    },
    /// The second derivative as a quadratic form in the differentials.
    Form {
        /// The part whose it is; `None` of the whole function.
        of: Option<Part>,
        /// The derivative.
        is: ExprId,
    },
    /// The expression, a scalar, an array or a symmetric matrix, compared with 0.
    Order(ExprId, Order),
    /// The expression as a function of the variables; of an array every entry.
    Curvature(ExprId, Curvature),
    /// A symmetric matrix as a function of the variables, in the order of positive semidefinite matrices.
    Loewner(ExprId, Curvature),
}

/// A claim and why it holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// What holds.
    pub claim: Claim,
    /// Why, in a few words; empty where it needs none.
    pub because: &'static str,
}

impl Claim {
    /// That the expression that one of these says is at least 0 is at most 0, and the other way round; `None` of other claims.
    #[must_use]
    pub fn mirrored(&self) -> Option<Self> {
        let Self::Order(id, order) = *self else { return None };
        let order = match order {
            Order::Nonnegative => Order::Nonpositive,
            Order::Nonpositive => Order::Nonnegative,
            Order::Semidefinite => Order::NegativeSemidefinite,
            Order::NegativeSemidefinite => Order::Semidefinite,
            // Of what is not 0.
            Order::Positive => Order::Negative,
            Order::Negative => Order::Positive,
            Order::Definite => return None,
        };
        Some(Self::Order(id, order))
    }
}

impl Line {
    /// Whether its claim has a symbol in it.
    #[must_use]
    pub fn mentions(&self, arena: &Arena, symbol: ExprId) -> bool {
        let stands = |id: ExprId| arena.post_order(id).contains(&symbol);
        match &self.claim {
            Claim::Hessian { of, is } | Claim::Form { of, is } => {
                of.as_ref().is_some_and(|of| stands(of.expr)) || stands(*is)
            }
            Claim::Order(id, _) | Claim::Curvature(id, _) | Claim::Loewner(id, _) => stands(*id),
        }
    }

    /// The same line, a second derivative in it being that of a part.
    #[must_use]
    pub(crate) fn of_part(self, part: ExprId, by: &[SymbolId]) -> Self {
        let part = Part { expr: part, by: by.into() };
        let claim = match self.claim {
            Claim::Hessian { of: None, is } => Claim::Hessian { of: Some(part), is },
            Claim::Form { of: None, is } => Claim::Form { of: Some(part), is },
            claim => claim,
        };
        Self { claim, ..self }
    }
}
