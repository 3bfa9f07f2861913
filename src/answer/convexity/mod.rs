//! Whether a function is convex, concave or affine in its variables, with an argument that a reader can follow.
//!
//! Two ways: the second derivative, whose sign is shown by the rules for positive semidefinite matrices, and composition of functions
//! whose convexity is known (Boyd & Vandenberghe, *Convex Optimization*, §3.1 and §3.2). What neither shows is not claimed; random
//! points may then show that a function is neither convex nor concave.

mod argue;
mod composition;
mod curvature;
mod domain;
mod entries;
mod hessian;
mod homogeneous;
mod loewner;
mod logarithm;
mod name;
mod parameter;
mod point;
mod power;
mod quasiconcave;
mod several;
mod spectral;
mod text;
mod verify;
mod within;

pub use crate::positivity::{Claim, Curvature, Line, Order};
pub use hessian::Strength;
pub use point::{Bending, bending_at};
pub use name::{Name, Role};
pub use text::{claim_text, line_text};
pub use within::Hint;

use crate::answer::refusal::not_differentiable;
use crate::check::{self, Certificate, CheckOptions, Witness};
use crate::domain::{Condition, conditions};
use crate::expr::{Arena, ExprId, Func, MatrixFunction, Node, SymbolId, SymbolKind};
use crate::problem::{Problem, Report};
use crate::structure::Structure;
use argue::argue;
use curvature::StandInFor;

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
    stand_ins: Vec<StandInFor>,
    /// The ranges of indices in the lines.
    ranges: verify::Ranges,
    /// Whether an argument was found and a line of it did not pass its check, so that it was dropped.
    pub refuted: bool,
    /// Conditions that are not known to describe a convex set.
    pub parts: Vec<Condition>,
    /// The domain.
    pub conditions: Vec<Condition>,
    /// Exactly when it is convex, where that depends on its other symbols.
    pub convex_if: Option<Claim>,
    /// What it is where a variable is positive definite.
    pub hint: Option<Hint>,
    /// Numbers that show that the function is neither convex nor concave.
    pub witness: Option<Witness>,
    /// The outcome of the numeric check; `None` where it was switched off or there is nothing to check.
    pub certificate: Option<Certificate>,
}

impl Finding {
    /// That nothing is known.
    fn nothing() -> Self {
        Self {
            verdict: Verdict::Unknown,
            lines: Vec::new(),
            names: Vec::new(),
            stand_ins: Vec::new(),
            ranges: Vec::new(),
            refuted: false,
            open: None,
            convex_if: None,
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
        self.certificate
            .as_ref()
            .is_some_and(|certificate| matches!(certificate.outcome, check::Outcome::Failed { .. }))
    }
}

/// Whether the first expression, a scalar, is convex, concave or affine in all variables of the problem jointly; checked unless `options`
/// is `None`.
///
/// # Errors
/// A message where a variable is no point of a convex set: an orthogonal matrix, an integer, a family.
pub fn convexity(problem: &mut Problem, options: Option<&CheckOptions>) -> Result<Finding, Report> {
    for symbol in &problem.wrt {
        let info = problem.arena.symbol(*symbol);
        if info.structure == Structure::Orthogonal {
            return Err(not_differentiable(problem, "the orthogonal matrices are not a convex set"));
        }
        if !matches!(info.kind, SymbolKind::Plain | SymbolKind::Positive) {
            return Err(not_differentiable(problem, "its variable does not vary continuously"));
        }
    }
    let wrt = problem.wrt.clone();
    Ok(judge(&mut problem.arena, problem.raw[0], &wrt, options))
}

/// Whether a scalar expression, as it was written, is convex, concave or affine in the variables jointly; checked unless `options` is `None`.
/// Each variable is an ordinary scalar, vector or matrix that is not orthogonal.
pub fn judge(arena: &mut Arena, raw: ExprId, wrt: &[SymbolId], options: Option<&CheckOptions>) -> Finding {
    let root = arena.normalize(raw);
    let mut finding = argue(arena, raw, root, wrt, &[]);
    if let Some(options) = options {
        hold_against_numbers(arena, raw, root, wrt, &mut finding, options);
    }
    if matches!(finding.verdict, Verdict::Neither | Verdict::Unknown) {
        let found = parameter::convex_if(arena, raw, root, wrt, finding.open.as_ref(), options);
        if let Some(found) = found {
            finding.convex_if = Some(found.claim);
            finding.lines = found.lines;
        }
    }
    finding.names = name::name_parts(arena, &mut finding.lines, &finding.stand_ins);
    finding.conditions = conditions(arena, raw, root, &[]);
    let known = finding.conditions.clone();
    finding.parts.retain(|condition| match condition {
        // What is asked of every term of a sum stands in the conditions as one of the array.
        _ if !arena.free_indices(condition.expr()).is_empty() => false,
        Condition::NonZero(id) => !known.contains(&Condition::Positive(*id)),
        _ => !known.contains(condition),
    });
    finding
}

/// Checks a finding and every line of its argument, and looks for numbers that show that a function is neither convex nor concave.
fn hold_against_numbers(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    finding: &mut Finding,
    options: &CheckOptions,
) {
    if !verify::all_hold(arena, raw, wrt, (&finding.lines, &finding.stand_ins, &finding.ranges), &[], options) {
        // An argument with a line that does not hold argues for nothing.
        *finding = Finding { refuted: true, ..Finding::nothing() };
    }
    match finding.verdict {
        Verdict::Is(kind, _) => {
            finding.certificate = Some(check::check_curvature(arena, raw, wrt, signs(kind), &[], true, options));
        }
        Verdict::OnParts(kind) => {
            finding.certificate = Some(check::check_curvature(arena, raw, wrt, signs(kind), &[], false, options));
        }
        Verdict::Where(_) => {}
        Verdict::Neither | Verdict::Unknown => {
            if let Some(found) = within::within(arena, raw, root, wrt, options) {
                *finding = found;
                return;
            }
            // A declared function may be any; what stands for it in numbers shows nothing of it.
            let declared = arena.post_order(root).iter().any(|id| {
                matches!(
                    arena.node(*id),
                    Node::Elementwise(Func::User(..), _) | Node::MatrixFunction(MatrixFunction::User(..), ..)
                )
            });
            if !declared {
                finding.witness = check::find_witness(arena, raw, wrt, options);
            }
            if finding.witness.is_some() {
                finding.verdict = Verdict::Neither;
            }
            finding.hint = within::hint(arena, raw, root, wrt, options);
        }
    }
}

/// The signs that second derivatives may have: (negative, positive).
fn signs(kind: Curvature) -> (bool, bool) {
    match kind {
        Curvature::Affine => (false, false),
        Curvature::Convex => (false, true),
        Curvature::Concave => (true, false),
    }
}
