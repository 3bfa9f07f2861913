//! Conditions under which an answer holds.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::expr::{Arena, Coeff, ExprId, Func, MatrixFunction, Node, Reduction, Structure};

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
    /// The matrix has full rank.
    FullRank(ExprId),
    /// The rank of the matrix does not change nearby.
    ConstantRank(ExprId),
    /// One entry alone attains the maximum, minimum or maximum norm.
    UniqueExtreme(ExprId),
    /// Which entries are zero does not change nearby.
    PatternConstant(ExprId),
    /// The symmetric matrix is positive definite.
    Definite(ExprId),
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
            | Self::FullRank(id)
            | Self::ConstantRank(id)
            | Self::UniqueExtreme(id)
            | Self::PatternConstant(id)
            | Self::Definite(id)
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
            Self::FullRank(_) => Self::FullRank(id),
            Self::ConstantRank(_) => Self::ConstantRank(id),
            Self::UniqueExtreme(_) => Self::UniqueExtreme(id),
            Self::PatternConstant(_) => Self::PatternConstant(id),
            Self::Definite(_) => Self::Definite(id),
            Self::NoNegativeEigenvalues(_) => Self::NoNegativeEigenvalues(id),
        }
    }
}

/// The conditions of a result: those of the rules that were used which still matter, and those that the operators in
/// the input and the answer need to have a value. In a fixed order, none twice, none that follows from a declaration.
#[must_use]
pub fn conditions(arena: &mut Arena, input: ExprId, answer: ExprId, from_rules: &[Condition]) -> Vec<Condition> {
    let mut found = Vec::new();
    for root in [input, answer] {
        for id in arena.post_order(root) {
            domain(arena, id, &mut found);
        }
    }
    let kinks = kinks(arena, answer);
    for condition in from_rules {
        let keep = match condition {
            // The domain of the answer says whether these are needed.
            Condition::Invertible(_) | Condition::NonZero(_) | Condition::Positive(_) => false,
            // Where the kink has cancelled (|x|² and its kin) nothing of it is left in the answer.
            Condition::EntriesNonZero(inner) => {
                kinks.contains(inner) || kinks.iter().any(|of| same_up_to_sign(arena, *of, *inner))
            }
            Condition::Symmetric(_)
            | Condition::SimpleEigenvalue(..)
            | Condition::SimpleSingularValue(_)
            | Condition::FullRank(_)
            | Condition::ConstantRank(_)
            | Condition::UniqueExtreme(_)
            | Condition::PatternConstant(_)
            | Condition::Definite(_)
            | Condition::NoNegativeEigenvalues(_) => true,
        };
        if keep {
            found.push(*condition);
        }
    }
    let mut found: Vec<Condition> = found.into_iter().map(|condition| without_transpose(arena, condition)).collect();
    found.retain(|condition| !is_known(arena, *condition));
    let mut positive: FxHashSet<ExprId> = FxHashSet::default();
    let mut invertible: FxHashSet<ExprId> = FxHashSet::default();
    for condition in &found {
        match condition {
            Condition::Positive(id) => {
                positive.insert(*id);
                if let Node::Det(inner) = arena.node(*id) {
                    invertible.insert(*inner);
                }
            }
            Condition::Definite(id) | Condition::NoNegativeEigenvalues(id) => {
                invertible.insert(*id);
            }
            _ => {}
        }
    }
    let everywhere: FxHashSet<ExprId> =
        found.iter().filter_map(|c| if let Condition::EntriesNonZero(id) = c { Some(*id) } else { None }).collect();
    found.retain(|condition| match condition {
        Condition::NonZero(id) => !positive.contains(id) && !everywhere.contains(id),
        Condition::EntriesNonZero(id) => !positive.contains(id),
        // det(X) > 0 says that X is invertible, and so do eigenvalues other than 0.
        Condition::Invertible(id) => !invertible.contains(id),
        _ => true,
    });
    let mut seen: FxHashSet<Condition> = FxHashSet::default();
    found.retain(|condition| seen.insert(*condition));
    found
}

/// What stands in the answer under a function with a kink at 0, or is divided out of a product.
fn kinks(arena: &Arena, answer: ExprId) -> IndexSet<ExprId, FxBuildHasher> {
    let mut found = IndexSet::default();
    for id in arena.post_order(answer) {
        if let Node::Elementwise(Func::Sign | Func::Step, of) | Node::Reduce(Reduction::Product, of) = arena.node(id) {
            found.insert(*of);
        }
    }
    found
}

/// What holds of a matrix and of its transpose alike is said of the one that prints with fewer transposes.
fn without_transpose(arena: &mut Arena, condition: Condition) -> Condition {
    let condition = match condition {
        // |u| > 0 and u² > 0 say that u ≠ 0, and det X ≠ 0 that X is invertible.
        Condition::Positive(id) => match even(arena, id) {
            Some(inner) => nowhere_zero(arena, inner),
            None => condition,
        },
        _ => condition,
    };
    let condition = match condition {
        Condition::NonZero(id) => match *arena.node(id) {
            Node::Det(inner) => Condition::Invertible(inner),
            _ => condition,
        },
        _ => condition,
    };
    let mut plain = |id: ExprId| arena.canonical_transpose(id);
    match condition {
        Condition::Invertible(id) => Condition::Invertible(plain(id)),
        Condition::NonZero(id) => Condition::NonZero(plain(id)),
        Condition::EntriesNonZero(id) => Condition::EntriesNonZero(plain(id)),
        Condition::Positive(id) => Condition::Positive(plain(id)),
        Condition::SimpleSingularValue(id) => Condition::SimpleSingularValue(plain(id)),
        Condition::FullRank(id) => Condition::FullRank(plain(id)),
        Condition::ConstantRank(id) => Condition::ConstantRank(plain(id)),
        Condition::PatternConstant(id) => Condition::PatternConstant(plain(id)),
        Condition::Definite(id) => Condition::Definite(plain(id)),
        Condition::NoNegativeEigenvalues(id) => Condition::NoNegativeEigenvalues(plain(id)),
        Condition::Symmetric(_) | Condition::SimpleEigenvalue(..) | Condition::UniqueExtreme(_) => condition,
    }
}

/// u of |u|, u², u⁴ …
fn even(arena: &Arena, id: ExprId) -> Option<ExprId> {
    match arena.node(id) {
        Node::Elementwise(Func::Abs, inner) => Some(*inner),
        Node::Hadamard(factors) => match &**factors {
            [(base, exponent)] => {
                let p = arena.as_number(*exponent)?.to_i64()?;
                (p % 2 == 0).then_some(*base)
            }
            _ => None,
        },
        _ => None,
    }
}

fn same_up_to_sign(arena: &Arena, a: ExprId, b: ExprId) -> bool {
    match (arena.node(a), arena.node(b)) {
        (Node::Add(x), Node::Add(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|((c, s), (d, t))| s == t && c.add(d).is_zero())
        }
        (Node::Add(x), _) => matches!(&**x, [(c, s)] if *s == b && *c == Coeff::MINUS_ONE),
        (_, Node::Add(y)) => matches!(&**y, [(c, s)] if *s == a && *c == Coeff::MINUS_ONE),
        _ => false,
    }
}

/// What a node itself needs to have a value.
fn domain(arena: &Arena, id: ExprId, found: &mut Vec<Condition>) {
    match arena.node(id) {
        Node::Power(base, exponent) => {
            let number = arena.as_number(*exponent);
            if number.is_some_and(Coeff::is_negative) {
                found.push(Condition::Invertible(untransposed(arena, *base)));
            }
            if number.map_or_else(|| !arena.is_integer_valued(*exponent), |p| !p.is_integer()) {
                found.push(Condition::NoNegativeEigenvalues(*base));
            }
        }
        Node::Hadamard(factors) => {
            for (base, exponent) in factors {
                let number = arena.as_number(*exponent);
                let is_fraction = match number {
                    Some(p) => !p.is_integer(),
                    None => !arena.is_integer_valued(*exponent),
                };
                let is_pole = number.is_some_and(Coeff::is_negative);
                found.extend(match *arena.node(*base) {
                    // ‖x‖ vanishes where x does, and |x| likewise; neither is below 0.
                    Node::Norm(_, inner) if is_pole || number.is_none() && is_fraction => {
                        Some(Condition::NonZero(inner))
                    }
                    Node::Elementwise(Func::Abs, inner) if is_pole || number.is_none() && is_fraction => {
                        Some(nowhere_zero(arena, inner))
                    }
                    Node::Norm(..) | Node::Elementwise(Func::Abs, _) => None,
                    _ if is_fraction => Some(Condition::Positive(*base)),
                    _ if is_pole => Some(nowhere_zero(arena, *base)),
                    _ => None,
                });
            }
        }
        Node::Elementwise(Func::Log, inner) => found.push(match arena.node(*inner) {
            Node::Norm(_, of) => Condition::NonZero(*of),
            _ => Condition::Positive(*inner),
        }),
        Node::MatrixFunction(MatrixFunction::Logm | MatrixFunction::Sqrtm, inner, _) => {
            found.push(Condition::NoNegativeEigenvalues(*inner));
        }
        _ => {}
    }
}

/// No entry is 0.
fn nowhere_zero(arena: &Arena, id: ExprId) -> Condition {
    if arena.shape(id).is_scalar() { Condition::NonZero(id) } else { Condition::EntriesNonZero(id) }
}

fn untransposed(arena: &Arena, id: ExprId) -> ExprId {
    if let Node::Transpose(inner) = arena.node(id) { *inner } else { id }
}

/// Whether a condition follows from declarations and forms.
fn is_known(arena: &mut Arena, condition: Condition) -> bool {
    let structure = |id: ExprId| match arena.node(id) {
        Node::Symbol(symbol) | Node::Member(symbol, _) => Some(arena.symbol(*symbol).structure),
        _ => None,
    };
    match condition {
        Condition::Invertible(id) => matches!(structure(id), Some(Structure::PositiveDefinite | Structure::Orthogonal)),
        Condition::NonZero(id) | Condition::EntriesNonZero(id) | Condition::Positive(id) => {
            arena.is_positive(id) || is_positive_definite_form(arena, id)
        }
        Condition::Symmetric(id) => arena.is_symmetric(id),
        Condition::Definite(id) | Condition::NoNegativeEigenvalues(id) => {
            matches!(structure(id), Some(Structure::PositiveDefinite))
        }
        Condition::SimpleEigenvalue(..)
        | Condition::SimpleSingularValue(_)
        | Condition::FullRank(_)
        | Condition::ConstantRank(_)
        | Condition::UniqueExtreme(_)
        | Condition::PatternConstant(_) => false,
    }
}

/// det of a positive definite matrix, or xᵀAx with A positive definite.
fn is_positive_definite_form(arena: &Arena, id: ExprId) -> bool {
    let definite = |id: ExprId| matches!(arena.node(id), Node::Symbol(symbol) if arena.symbol(*symbol).structure == Structure::PositiveDefinite);
    match arena.node(id) {
        Node::Det(inner) => definite(*inner),
        _ => false,
    }
}
