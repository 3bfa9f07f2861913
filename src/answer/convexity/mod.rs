//! Whether a function is convex, concave or affine in its variables, with an argument that a reader can follow.
//!
//! Two ways: the second derivative, whose sign is shown by the rules for positive semidefinite matrices, and composition of functions
//! whose convexity is known (Boyd & Vandenberghe, *Convex Optimization*, §3.1 and §3.2). What neither shows is not claimed; random
//! points may then show that a function is neither convex nor concave.

mod curvature;
mod hessian;
mod logarithm;
mod matrix;
mod point;
mod text;

pub use crate::positivity::{Claim, Curvature, Line, Order};
pub use hessian::Strength;
pub use point::{Bending, bending_at, bending_by_gradient};
pub use text::{claim_text, line_text};

use crate::answer::refusal::not_differentiable;
use crate::check::{self, Certificate, CheckOptions, Witness};
use crate::domain::{Condition, conditions};
use crate::expr::{Arena, ExprId, Func, MatrixFunction, Node, SymbolId, SymbolKind};
use crate::problem::{Problem, Report};
use crate::simplify::simplify;
use crate::structure::Structure;
use curvature::Analysis;
use hessian::Second;

/// What is said of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this, on its whole domain.
    Is(Curvature, Strength),
    /// It is this on every convex part of its domain, which is not known to be convex itself.
    OnParts(Curvature),
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
    /// Names of parts in the lines, as symbols, and what they stand for.
    pub names: Vec<(ExprId, ExprId)>,
    /// Where nothing was shown, the second derivative whose sign is open.
    pub open: Option<Claim>,
    /// Conditions that are not known to describe a convex set.
    pub parts: Vec<Condition>,
    /// The domain.
    pub conditions: Vec<Condition>,
    /// Numbers that show that the function is neither convex nor concave.
    pub witness: Option<Witness>,
    /// The outcome of the numeric check; `None` where it was switched off or there is nothing to check.
    pub certificate: Option<Certificate>,
}

impl Finding {
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
    let mut finding = argue(arena, raw, root, wrt);
    finding.names = text::name_parts(arena, &mut finding.lines);
    finding.conditions = conditions(arena, raw, root, &[]);
    let known = finding.conditions.clone();
    finding.parts.retain(|condition| match condition {
        // What is asked of every term of a sum stands in the conditions as one of the array.
        _ if !arena.free_indices(condition.expr()).is_empty() => false,
        Condition::NonZero(id) => !known.contains(&Condition::Positive(*id)),
        _ => !known.contains(condition),
    });
    let Some(options) = options else { return finding };
    match finding.verdict {
        Verdict::Is(kind, _) => {
            finding.certificate = Some(check::check_curvature(arena, raw, wrt, signs(kind), true, options));
        }
        Verdict::OnParts(kind) => {
            finding.certificate = Some(check::check_curvature(arena, raw, wrt, signs(kind), false, options));
        }
        Verdict::Neither | Verdict::Unknown => {
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
        }
    }
    finding
}

/// The signs that second derivatives may have: (negative, positive).
fn signs(kind: Curvature) -> (bool, bool) {
    match kind {
        Curvature::Affine => (false, false),
        Curvature::Convex => (false, true),
        Curvature::Concave => (true, false),
    }
}

fn argue(arena: &mut Arena, raw: ExprId, root: ExprId, wrt: &[SymbolId]) -> Finding {
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    let mut finding = Finding {
        verdict: Verdict::Unknown,
        lines: Vec::new(),
        names: Vec::new(),
        open: None,
        parts: Vec::new(),
        conditions: Vec::new(),
        witness: None,
        certificate: None,
    };
    // Rules of the normal form may narrow the domain, as log u² = 2 log u does: what is assumed is what was written.
    let written = analysis.written_domain(raw);
    // What is asked of every entry of a sum is known of the array.
    for condition in conditions(analysis.prover.arena, raw, root, &[]) {
        match condition {
            Condition::Positive(id) => analysis.prover.assume_positive(id),
            Condition::NonZero(id) => analysis.prover.assume_nonzero(id),
            _ => {}
        }
    }
    analysis.forget();
    analysis.domain_is_known = true;
    let mut parts = analysis.domain(root, false);
    parts.extend(written.iter().filter(|condition| !parts.contains(condition)).copied().collect::<Vec<_>>());
    if analysis.narrower {
        return finding;
    }
    let found = analysis.of(root);
    if found.is_affine() {
        finding.verdict = if parts.is_empty() {
            Verdict::Is(Curvature::Affine, Strength::Plain)
        } else {
            Verdict::OnParts(Curvature::Affine)
        };
        finding.parts = parts;
        return finding;
    }
    let by_hessian = by_hessian(&mut analysis, root, &parts);
    if let Some((kind, strength, blockers, lines)) = &by_hessian
        && blockers.is_empty()
    {
        finding.verdict = Verdict::Is(*kind, *strength);
        finding.lines = lines.clone();
        return finding;
    }
    let kind = if found.convex.is_some() {
        Some(Curvature::Convex)
    } else {
        found.concave.as_ref().map(|_| Curvature::Concave)
    };
    if let (Some(kind), true) = (kind, parts.is_empty()) {
        analysis.explain(root, kind);
        finding.lines = std::mem::take(&mut analysis.prover.lines);
        finding.verdict = Verdict::Is(kind, Strength::Plain);
        return finding;
    }
    if let Some((kind, _, blockers, lines)) = by_hessian {
        (finding.verdict, finding.parts, finding.lines) = (Verdict::OnParts(kind), blockers, lines);
        return finding;
    }
    if let Some(kind) = kind {
        analysis.explain(root, kind);
        finding.lines = std::mem::take(&mut analysis.prover.lines);
        (finding.verdict, finding.parts) = (Verdict::OnParts(kind), parts);
        return finding;
    }
    if analysis.is_smooth(root) {
        finding.open = analysis.second_derivative(root).map(|second| match second {
            Second::Matrix(matrix) => Claim::Hessian(matrix),
            Second::Form(form) => Claim::Form(simplify(analysis.prover.arena, form)),
        });
    }
    finding
}

type ByHessian = (Curvature, Strength, Vec<Condition>, Vec<Line>);

/// What the second derivative of the whole says, with what keeps it from speaking for the whole domain.
fn by_hessian(analysis: &mut Analysis<'_>, root: ExprId, parts: &[Condition]) -> Option<ByHessian> {
    if !analysis.is_smooth(root) {
        return None;
    }
    let mut blockers = analysis.domain(root, true);
    blockers.extend(parts.iter().filter(|condition| !blockers.contains(condition)).copied().collect::<Vec<_>>());
    let second = analysis.second_derivative(root)?;
    if let Second::Matrix(expr) | Second::Form(expr) = second
        && is_nothing(analysis, expr)
    {
        return Some((Curvature::Affine, Strength::Plain, blockers, Vec::new()));
    }
    for (flipped, kind) in [(false, Curvature::Convex), (true, Curvature::Concave)] {
        analysis.prover.lines.clear();
        if let Some(strength) = analysis.second_sign(second, flipped) {
            let lines = std::mem::take(&mut analysis.prover.lines);
            return Some((kind, strength, blockers, lines));
        }
    }
    None
}

/// Whether a second derivative vanishes.
fn is_nothing(analysis: &mut Analysis<'_>, second: ExprId) -> bool {
    if let Node::Literal(_, entries) = analysis.prover.arena.node(second).clone() {
        return entries.iter().all(|entry| is_nothing(analysis, *entry));
    }
    let expanded = crate::simplify::expand(analysis.prover.arena, second);
    let simple = simplify(analysis.prover.arena, expanded);
    analysis.prover.arena.is_zero(simple)
}

/// Of a function whose second derivative does not depend on its variables, exactly when it is convex.
#[must_use]
pub fn quadratic_condition(arena: &Arena, wrt: &[SymbolId], second: &Claim) -> Option<(Arena, Claim)> {
    let Claim::Hessian(matrix) = *second else { return None };
    if wrt.iter().any(|symbol| arena.contains_symbol(matrix, *symbol)) {
        return None;
    }
    // 2A ⪰ 0 is A ⪰ 0, and diag(w) ⪰ 0 is w ≥ 0.
    let mut arena = arena.clone();
    let (content, primitive) = arena.split_content(matrix);
    // λI ⪰ 0 is λ ≥ 0.
    let (factor, rest) = arena.split_scalar(primitive);
    let primitive = if matches!(arena.node(rest), Node::Identity(_)) { factor } else { primitive };
    let shown = if content.is_negative() { arena.neg(primitive) } else { primitive };
    let claim = match *arena.node(shown) {
        Node::Diag(vector) => Claim::Order(vector, Order::Nonnegative),
        _ if arena.shape(shown).is_scalar() => Claim::Order(shown, Order::Nonnegative),
        _ => Claim::Order(shown, Order::Semidefinite),
    };
    let is_number =
        !arena.post_order(shown).iter().any(|id| matches!(arena.node(*id), Node::Symbol(_) | Node::Member(..)));
    (!is_number).then_some((arena, claim))
}
