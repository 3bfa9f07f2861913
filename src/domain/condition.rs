//! Conditions under which an answer holds.

use crate::expr::{Arena, Dim, ExprId, Node};
use crate::number::Coeff;

/// A condition on a subexpression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// The square matrix is invertible.
    Invertible(ExprId),
    /// The scalar, vector or matrix is not zero.
    NonZero(ExprId),
    /// No entry is zero.
    EntriesNonZero(ExprId),
    /// The scalar, or every entry, is above 0.
    Positive(ExprId),
    /// The matrix is symmetric.
    Symmetric(ExprId),
    /// The largest (true) or smallest eigenvalue of the matrix is simple.
    SimpleEigenvalue(ExprId, bool),
    /// The largest singular value of the matrix is simple.
    SimpleSingularValue(ExprId),
    /// The eigenvalue or singular value, as one that is read by its place, is simple; a singular value is not 0 either.
    Simple(ExprId),
    /// The matrix has full rank.
    FullRank(ExprId),
    /// The rows of the matrix are linearly independent.
    FullRowRank(ExprId),
    /// The rank of the matrix does not change nearby.
    ConstantRank(ExprId),
    /// One entry alone attains the maximum, minimum or maximum norm.
    UniqueExtreme(ExprId),
    /// Which entries are zero does not change nearby.
    PatternConstant(ExprId),
    /// The symmetric matrix is positive definite.
    Definite(ExprId),
    /// The symmetric matrix is positive semidefinite.
    Semidefinite(ExprId),
    /// No eigenvalue of the matrix is on the closed negative real axis.
    NoNegativeEigenvalues(ExprId),
}

impl Condition {
    /// What the condition is on.
    #[must_use]
    pub fn expr(&self) -> ExprId {
        match *self {
            Self::Invertible(id)
            | Self::NonZero(id)
            | Self::EntriesNonZero(id)
            | Self::Positive(id)
            | Self::Symmetric(id)
            | Self::SimpleEigenvalue(id, _)
            | Self::SimpleSingularValue(id)
            | Self::Simple(id)
            | Self::FullRank(id)
            | Self::FullRowRank(id)
            | Self::ConstantRank(id)
            | Self::UniqueExtreme(id)
            | Self::PatternConstant(id)
            | Self::Definite(id)
            | Self::Semidefinite(id)
            | Self::NoNegativeEigenvalues(id) => id,
        }
    }

    /// The same condition on another expression.
    #[must_use]
    pub fn with(&self, id: ExprId) -> Self {
        match *self {
            Self::Invertible(_) => Self::Invertible(id),
            Self::NonZero(_) => Self::NonZero(id),
            Self::EntriesNonZero(_) => Self::EntriesNonZero(id),
            Self::Positive(_) => Self::Positive(id),
            Self::Symmetric(_) => Self::Symmetric(id),
            Self::SimpleEigenvalue(_, largest) => Self::SimpleEigenvalue(id, largest),
            Self::SimpleSingularValue(_) => Self::SimpleSingularValue(id),
            Self::Simple(_) => Self::Simple(id),
            Self::FullRank(_) => Self::FullRank(id),
            Self::FullRowRank(_) => Self::FullRowRank(id),
            Self::ConstantRank(_) => Self::ConstantRank(id),
            Self::UniqueExtreme(_) => Self::UniqueExtreme(id),
            Self::PatternConstant(_) => Self::PatternConstant(id),
            Self::Definite(_) => Self::Definite(id),
            Self::Semidefinite(_) => Self::Semidefinite(id),
            Self::NoNegativeEigenvalues(_) => Self::NoNegativeEigenvalues(id),
        }
    }
}

impl Condition {
    /// That a size is larger than a number.
    #[must_use]
    pub(crate) fn size_above(arena: &mut Arena, size: Dim, number: i64) -> Self {
        let (size, number) = (arena.intern(Node::Size(size)), arena.number(Coeff::from(number)));
        Self::Positive(arena.minus(size, number))
    }

    /// The size and the positive number that it is larger than, where that is what the condition says: n − 2 > 0.
    #[must_use]
    pub(crate) fn as_size_above(&self, arena: &Arena) -> Option<(ExprId, i64)> {
        let Self::Positive(difference) = self else { return None };
        let Node::Add(terms) = arena.node(*difference) else { return None };
        let [(one, first), (other, second)] = &**terms else { return None };
        let (size, number) = if arena.is_one(*first) { ((other, *second), one) } else { ((one, *first), other) };
        let is_number = arena.is_one(*first) || arena.is_one(*second);
        let is_size = size.0.is_one() && matches!(arena.node(size.1), Node::Size(_));
        (is_number && is_size && number.is_negative()).then(|| Some((size.1, number.to_i64()?.checked_neg()?)))?
    }

    /// The condition asked for only where another holds, or only where it does not: of an expression that meets it elsewhere. It stays as it is
    /// where no such expression is known.
    pub(super) fn where_chosen(self, arena: &mut Arena, condition: ExprId, holds: bool) -> Self {
        let id = self.expr();
        let (shape, decides) = (arena.shape(id), arena.shape(condition));
        let is_of_entries = matches!(self, Self::EntriesNonZero(_) | Self::Positive(_)) && decides == shape;
        if !decides.is_scalar() && !is_of_entries {
            return self;
        }
        let safe = match self {
            Self::NonZero(_) | Self::EntriesNonZero(_) | Self::Positive(_) => arena.ones(shape),
            Self::Invertible(_) | Self::Definite(_) | Self::NoNegativeEigenvalues(_) if shape.is_square() => {
                arena.identity(shape.rows)
            }
            _ => return self,
        };
        let guarded = if holds { arena.choose(condition, id, safe) } else { arena.choose(condition, safe, id) };
        self.with(guarded)
    }

    /// What decides where it is asked for, with whether it is where that holds or where it does not, and what is asked for there; `None` where
    /// it is asked for everywhere.
    pub(crate) fn chosen(self, arena: &Arena) -> Option<((ExprId, bool), Self)> {
        let Node::Choose(decides, then, otherwise) = *arena.node(self.expr()) else { return None };
        let is_of_matrix = !matches!(self, Self::NonZero(_) | Self::EntriesNonZero(_) | Self::Positive(_));
        let is_met = |id: ExprId| match arena.node(id) {
            Node::Identity(_) => is_of_matrix,
            Node::Ones(_) => !is_of_matrix,
            _ => arena.is_one(id),
        };
        match (is_met(then), is_met(otherwise)) {
            (false, true) => Some(((decides, true), self.with(then))),
            (true, false) => Some(((decides, false), self.with(otherwise))),
            _ => None,
        }
    }
}

/// No entry is 0.
pub(super) fn nowhere_zero(arena: &Arena, id: ExprId) -> Condition {
    if arena.shape(id).is_scalar() { Condition::NonZero(id) } else { Condition::EntriesNonZero(id) }
}
