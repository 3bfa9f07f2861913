//! Verdicts about convexity, with all that is known about them.

use super::found::StandInFor;
use super::hessian::Strength;
use super::name::Name;
use super::verify::Ranges;
use crate::check::{Certificate, Outcome, Witness};
use crate::domain::Condition;
use crate::expr::{ExprId, SymbolId};
use crate::positivity::{Claim, Curvature, Line};

/// What is said of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this, on its whole domain.
    Is(Curvature, Strength),
    /// It is this on every convex part of its domain, which is not known to be convex itself.
    OnParts(Curvature),
    /// It is this where the matrices of the conditions are positive definite, which is a convex set.
    Where(Curvature),
    /// It is neither convex nor concave: where it has symbols besides its variables, for some of their values.
    Neither,
    /// Nothing was shown.
    Unknown,
}

/// A verdict and what stands behind it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// The argument, each line standing on those before it; empty where nothing was shown.
    pub lines: Vec<Line>,
    /// Names of parts in the lines.
    pub names: Vec<Name>,
    /// Where nothing was shown, the second derivative whose sign is open.
    pub open: Option<Claim>,
    /// The numbers that stand in the lines for parts, before they have names.
    pub(super) stand_ins: Vec<StandInFor>,
    /// The ranges of indices in the lines.
    pub(super) ranges: Ranges,
    /// Whether an argument was found and a line of it did not pass its check, so that it was dropped.
    pub refuted: bool,
    /// Conditions that are not known to describe a convex set.
    pub parts: Vec<Condition>,
    /// The domain.
    pub conditions: Vec<Condition>,
    /// When it is convex, where that depends on its other symbols.
    pub convex_if: Option<Claim>,
    /// Whether it is convex only then.
    pub is_exact: bool,
    /// Exactly when it is concave, where that is known too.
    pub concave_if: Option<Claim>,
    /// What it is on the two sides of where it has no value.
    pub halves: Vec<Half>,
    /// What it is where a variable is positive definite.
    pub hint: Option<Hint>,
    /// Numbers that show that the function is neither convex nor concave.
    pub witness: Option<Witness>,
    /// The outcome of the numeric check; `None` where it was switched off or there is nothing to check.
    pub certificate: Option<Certificate>,
}

impl Finding {
    /// That nothing is known.
    pub(super) fn nothing() -> Self {
        Self {
            verdict: Verdict::Unknown,
            lines: Vec::new(),
            names: Vec::new(),
            stand_ins: Vec::new(),
            ranges: Vec::new(),
            refuted: false,
            open: None,
            convex_if: None,
            is_exact: true,
            concave_if: None,
            halves: Vec::new(),
            hint: None,
            parts: Vec::new(),
            conditions: Vec::new(),
            witness: None,
            certificate: None,
        }
    }

    /// Whether it may be given as an answer: it passed its check, or there was nothing to check.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.certificate.as_ref().is_none_or(Certificate::passed)
    }

    /// Whether a check was made and contradicts the verdict.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.certificate.as_ref().is_some_and(|certificate| matches!(certificate.outcome, Outcome::Failed { .. }))
    }
}

/// That a function is convex or concave where a number is above 0, or where it is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Half {
    /// Which of the two.
    pub kind: Curvature,
    /// The number.
    pub number: ExprId,
    /// Whether it is above 0 there.
    pub is_above: bool,
}

/// That a function is convex or concave where a variable is positive definite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Which of the two.
    pub kind: Curvature,
    /// The variable.
    pub symbol: SymbolId,
}

/// The signs that second derivatives may have: (negative, positive).
pub(super) fn signs(kind: Curvature) -> (bool, bool) {
    match kind {
        Curvature::Affine => (false, false),
        Curvature::Convex => (false, true),
        Curvature::Concave => (true, false),
    }
}
