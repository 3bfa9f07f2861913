//! Whether a function is convex, concave or affine in its variables, with an argument that a reader can follow.
//!
//! Two ways: the second derivative, whose sign is shown by the rules for positive semidefinite matrices, and composition of functions
//! whose convexity is known (Boyd & Vandenberghe, *Convex Optimization*, §3.1 and §3.2). What neither shows is not claimed; random
//! points may then show that a function is neither convex nor concave.

mod argue;
mod cases;
mod composition;
mod curvature;
mod domain;
mod entries;
mod finding;
mod found;
mod hessian;
mod homogeneous;
mod increasing;
mod loewner;
mod logarithm;
mod name;
mod parameter;
mod perspective;
mod piecewise;
mod point;
mod power;
mod quasiconcave;
mod quotient;
mod reciprocal;
mod several;
mod spectral;
mod text;
mod verify;
mod within;

pub use crate::positivity::{Claim, Curvature, Line, Order};
pub use finding::{Finding, Half, Hint, Verdict};
pub use found::Role;
pub use hessian::Strength;
pub use increasing::{Inner, increasing_in};
pub use name::Name;
pub use point::{Bending, bending_at, bending_by_gradient};
pub use text::{claim_text, line_text};

use crate::answer::finish::domain_of;
use crate::answer::refusal::not_differentiable;
use crate::check::{self, CheckOptions, Chords};
use crate::domain::{Condition, reduced};
use crate::expr::{Arena, ExprId, Func, Node, SymbolId, SymbolKind};
use crate::problem::{Problem, Report};
use crate::structure::Structure;
use argue::argue;
use finding::signs;

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
        if !matches!(info.kind, SymbolKind::Plain | SymbolKind::Positive | SymbolKind::Nonnegative) {
            return Err(not_differentiable(problem, "its variable does not vary continuously"));
        }
    }
    let wrt = problem.wrt.clone();
    Ok(judge(&mut problem.arena, problem.raw[0], &wrt, options))
}

/// What is argued of a scalar expression, before any of it is held against numbers and before its parts have names.
pub fn argument(arena: &mut Arena, raw: ExprId, wrt: &[SymbolId]) -> Finding {
    let root = arena.normalize(raw);
    argue(arena, raw, root, wrt, &[])
}

/// Whether a scalar expression is shown to be convex or concave in the variables jointly where conditions hold that are free of these.
pub fn curvature_under(
    arena: &mut Arena,
    raw: ExprId,
    wrt: &[SymbolId],
    under: &[Condition],
) -> Option<(Curvature, Strength)> {
    let root = arena.normalize(raw);
    match argue(arena, raw, root, wrt, under).verdict {
        Verdict::Is(curvature, strength) => Some((curvature, strength)),
        Verdict::OnParts(_) | Verdict::Where(_) | Verdict::Neither | Verdict::Unknown => None,
    }
}

/// Whether f has a continuous derivative, and its domain is convex: of one number an interval.
pub fn is_smooth_throughout(arena: &mut Arena, raw: ExprId, wrt: &[SymbolId]) -> bool {
    let root = arena.normalize(raw);
    let mut analysis = curvature::Analysis::new(arena, wrt.to_vec());
    let written = analysis.written_domain(raw);
    analysis.assume_domain(raw, root);
    analysis.domain_is_known = true;
    let blockers = analysis.domain(root, true);
    written.is_empty() && blockers.is_empty() && !analysis.narrower && analysis.is_smooth(root)
}

/// Whether every line of an [`argument`] holds at random points of the domain.
pub fn argument_holds(
    arena: &mut Arena,
    raw: ExprId,
    wrt: &[SymbolId],
    finding: &Finding,
    options: &CheckOptions,
) -> bool {
    let whole = finding.parts.is_empty();
    verify::all_hold(arena, raw, wrt, (&finding.lines, &finding.stand_ins, &finding.ranges), (&[], whole), options)
}

/// Whether a scalar expression, as it was written, is convex, concave or affine in the variables jointly; checked unless `options` is `None`.
/// Each variable is an ordinary scalar, vector or matrix that is not orthogonal.
pub fn judge(arena: &mut Arena, raw: ExprId, wrt: &[SymbolId], options: Option<&CheckOptions>) -> Finding {
    let root = arena.normalize(raw);
    let mut finding = argument(arena, raw, wrt);
    if let Some(options) = options {
        hold_against_numbers(arena, raw, root, wrt, &mut finding, options);
    }
    if matches!(finding.verdict, Verdict::Neither | Verdict::Unknown) {
        let found = parameter::convex_if(arena, raw, root, wrt, finding.open.as_ref(), options);
        if let Some(found) = found {
            finding.concave_if = if found.is_mirrored { found.claim.mirrored() } else { None };
            finding.convex_if = Some(found.claim);
            finding.is_exact = found.is_exact;
            finding.lines = found.lines;
        }
    }
    finding.names = name::name_parts(arena, &mut finding.lines, &finding.stand_ins);
    finding.conditions = domain_of(arena, raw, root);
    let known = finding.conditions.clone();
    // What is asked of every term of a sum stands in the conditions as one of the array.
    finding.parts.retain(|condition| arena.free_indices(condition.expr()).is_empty());
    let own = finding.parts.iter().copied().filter(|condition| !matches!(condition, Condition::Definite(_)));
    let all = reduced(arena, known.iter().copied().chain(own).collect());
    finding.parts.retain(|condition| matches!(condition, Condition::Definite(_)));
    finding.parts.extend(all.into_iter().filter(|condition| !is_said(arena, &known, *condition)));
    finding.parts.retain(|condition| !known.contains(condition));
    finding
}

/// Whether conditions say that something is not 0, or that it is above 0, where that is the size or the determinant of something.
fn is_said(arena: &Arena, known: &[Condition], condition: Condition) -> bool {
    let (Condition::NonZero(id) | Condition::EntriesNonZero(id) | Condition::Positive(id)) = condition else {
        return known.contains(&condition);
    };
    let is_nonzero = |of: ExprId| {
        let said = [Condition::NonZero(of), Condition::EntriesNonZero(of), Condition::Positive(of)];
        said.iter().any(|said| known.contains(said))
    };
    let is_apart = |of: ExprId| match *arena.node(of) {
        _ if is_nonzero(of) => true,
        Node::Det(matrix) => known.contains(&Condition::Invertible(matrix)),
        _ => false,
    };
    match *arena.node(id) {
        Node::Elementwise(Func::Abs, inner) => is_apart(inner),
        _ if matches!(condition, Condition::Positive(_)) => known.contains(&condition),
        _ => is_apart(id),
    }
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
    if !argument_holds(arena, raw, wrt, finding, options) {
        // An argument with a line that does not hold argues for nothing.
        *finding = Finding { refuted: true, ..Finding::nothing() };
    }
    match finding.verdict {
        Verdict::Is(kind, _) => {
            finding.certificate = Some(check::check_curvature(arena, raw, wrt, signs(kind), &[], Chords::All, options));
        }
        Verdict::OnParts(kind) => hold_across(arena, raw, root, wrt, (kind, finding), options),
        Verdict::Where(_) => {}
        Verdict::Neither | Verdict::Unknown => {
            if let Some(found) = within::within(arena, raw, root, wrt, options) {
                *finding = found;
                return;
            }
            if let Some((kind, found)) = cases::by_cases(arena, raw, root, wrt, options) {
                *finding = found;
                hold_across(arena, raw, root, wrt, (kind, finding), options);
                if finding.stands() {
                    finding.halves = within::halves(arena, raw, root, wrt, options);
                    return;
                }
                *finding = Finding::nothing();
            }
            if !has_declared_functions(arena, root) {
                finding.witness = check::find_witness(arena, raw, wrt, options);
            }
            if finding.witness.is_some() {
                finding.verdict = Verdict::Neither;
            }
            finding.hint = within::hint(arena, raw, root, wrt, options);
            finding.halves = within::halves(arena, raw, root, wrt, options);
        }
    }
}

/// Whether there are declared functions, which may be any: what stands for them in numbers shows nothing of them.
fn has_declared_functions(arena: &Arena, root: ExprId) -> bool {
    arena.post_order(root).iter().any(|id| arena.node(*id).declared_function().is_some())
}

/// Checks a finding on the parts of the domain on which the second derivative speaks, and looks across the points between them at which the
/// function has a value and no derivative, as √(x²/(1 + x²)) at 0.
fn hold_across(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    (kind, finding): (Curvature, &mut Finding),
    options: &CheckOptions,
) {
    let check = |chords| check::check_curvature(arena, raw, wrt, signs(kind), &[], chords, options);
    let certificate = check(Chords::Nowhere);
    let turns = certificate.passed() && !check(Chords::Inside).passed();
    finding.certificate = Some(certificate);
    if has_declared_functions(arena, root) || finding.failed() {
        return;
    }
    let witness = check::find_witness(arena, raw, wrt, options);
    if turns || witness.is_some() {
        let verdict = if witness.is_some() { Verdict::Neither } else { Verdict::Unknown };
        *finding = Finding { verdict, witness, ..Finding::nothing() };
    }
}
