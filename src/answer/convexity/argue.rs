//! The two ways to a verdict, and which of them speaks for the whole domain.

use super::curvature::Analysis;
use super::finding::{Finding, Verdict};
use super::hessian::{CAUCHY_SCHWARZ, Second, Strength};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::positivity::{Claim, Curvature, Line};
use crate::simplify::simplify;

/// What is shown of a function where the conditions hold.
pub(super) fn argue(arena: &mut Arena, raw: ExprId, root: ExprId, wrt: &[SymbolId], under: &[Condition]) -> Finding {
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    let ranges = analysis.prover.learn_ranges(root);
    analysis.prover.assume_all(under);
    let mut finding = Finding { ranges, ..Finding::nothing() };
    // Rules of the normal form may narrow the domain, as log u² = 2 log u does: what is assumed is what was written.
    let written = analysis.written_domain(raw);
    analysis.assume_domain(raw, root);
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
    // An argument by inequalities is left for one by composition.
    let by_composition = parts.is_empty() && (found.convex.is_some() || found.concave.is_some());
    let is_plain = |lines: &[Line]| !lines.iter().any(|line| line.because == CAUCHY_SCHWARZ);
    if let Some((kind, strength, blockers, lines)) = &by_hessian
        && blockers.is_empty()
        && (*strength > Strength::Plain || !by_composition || is_plain(lines))
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
        finding.stand_ins = std::mem::take(&mut analysis.stand_ins);
        let (strength, lines) = analysis.strength_of_terms(root, kind);
        // The verdict on the whole stays last.
        let last = finding.lines.pop();
        finding.lines.extend(lines);
        finding.lines.extend(last);
        finding.verdict = Verdict::Is(kind, strength);
        return finding;
    }
    if let Some((kind, _, blockers, lines)) = by_hessian {
        (finding.verdict, finding.parts, finding.lines) = (Verdict::OnParts(kind), blockers, lines);
        return finding;
    }
    if let Some(kind) = kind {
        analysis.explain(root, kind);
        finding.lines = std::mem::take(&mut analysis.prover.lines);
        finding.stand_ins = std::mem::take(&mut analysis.stand_ins);
        (finding.verdict, finding.parts) = (Verdict::OnParts(kind), parts);
        return finding;
    }
    if analysis.is_smooth(root) {
        finding.open = analysis.second_derivative(root).map(|second| match second {
            Second::Matrix(is) => Claim::Hessian { of: None, is },
            Second::Form(form) => Claim::Form { of: None, is: simplify(analysis.prover.arena, form) },
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
