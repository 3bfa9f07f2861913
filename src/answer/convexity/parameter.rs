//! For which values of its parameters a function is convex: of a quadratic function by its constant second derivative, of a multiple a·g of
//! a convex or concave g by the sign of a.

use super::curvature::Analysis;
use crate::check::{self, CheckOptions, Outcome};
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::number::Coeff;
use crate::positivity::{Claim, Curvature, Line, Order};
use crate::simplify::simplify;

/// When exactly a function is convex, and the lines that argue for it.
pub(super) struct ConvexIf {
    pub(super) claim: Claim,
    pub(super) lines: Vec<Line>,
}

/// When exactly a function whose sign is open is convex; nothing where that is not known.
pub(super) fn convex_if(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    open: Option<&Claim>,
    options: Option<&CheckOptions>,
) -> Option<ConvexIf> {
    if let Some(claim) = open.and_then(|open| of_quadratic(arena, wrt, open)) {
        return Some(ConvexIf { claim, lines: Vec::new() });
    }
    of_multiple(arena, raw, root, wrt, options?)
}

/// Of a function whose second derivative does not depend on its variables.
fn of_quadratic(arena: &mut Arena, wrt: &[SymbolId], second: &Claim) -> Option<Claim> {
    let Claim::Hessian { of: None, is: matrix } = *second else { return None };
    if wrt.iter().any(|symbol| arena.contains_symbol(matrix, *symbol)) {
        return None;
    }
    // 2A ⪰ 0 is A ⪰ 0, and diag(w) ⪰ 0 is w ≥ 0.
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
    (!is_number).then_some(claim)
}

/// a·g + an affine function, g convex or concave and not affine.
fn of_multiple(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    options: &CheckOptions,
) -> Option<ConvexIf> {
    let mut analysis = Analysis::new(arena, wrt.to_vec());
    let mut blockers = analysis.written_domain(raw);
    analysis.assume_domain(raw, root);
    blockers.extend(analysis.domain(root, false));
    if !blockers.is_empty() || analysis.narrower {
        return None;
    }
    let mut factor = None;
    let mut rest = Vec::new();
    for (coeff, term) in analysis.prover.arena.terms(root) {
        if analysis.of(term).is_affine() {
            continue;
        }
        let (own, varying) = analysis.split_constant(term)?;
        if *factor.get_or_insert(own) != own {
            return None;
        }
        rest.push((coeff, varying));
    }
    let factor = factor?;
    let (content, primitive) = analysis.prover.arena.split_content(factor);
    let rest = rest.into_iter().map(|(coeff, term)| (coeff.mul(&content), term)).collect::<Vec<(Coeff, ExprId)>>();
    let function = analysis.prover.arena.add_terms(rest, crate::expr::Shape::SCALAR);
    let bounds = analysis.prover.bounds(primitive);
    if bounds.is_nonnegative() || bounds.is_nonpositive() || analysis.prover.arena.as_number(primitive).is_some() {
        return None;
    }
    let found = analysis.of(function);
    let kind = match (found.convex.is_some(), found.concave.is_some()) {
        (true, false) => Curvature::Convex,
        (false, true) => Curvature::Concave,
        _ => return None,
    };
    analysis.explain(function, kind);
    if !analysis.stand_ins.is_empty() {
        return None;
    }
    let lines = std::mem::take(&mut analysis.prover.lines);
    // Only of what is not affine the sign of a decides.
    let bends = check::check_curvature(arena, function, wrt, (false, false), &[], true, options);
    if !matches!(bends.outcome, Outcome::Failed(_)) {
        return None;
    }
    let shown = if kind == Curvature::Convex { primitive } else { arena.neg(primitive) };
    let shown = simplify(arena, shown);
    // −a ≥ 0 is a ≤ 0.
    let claim = if kind == Curvature::Convex {
        Claim::Order(shown, Order::Nonnegative)
    } else {
        Claim::Order(primitive, Order::Nonpositive)
    };
    Some(ConvexIf { claim, lines })
}

impl Analysis<'_> {
    /// The constant factor of a scalar term and what is left.
    fn split_constant(&mut self, term: ExprId) -> Option<(ExprId, ExprId)> {
        let shape = crate::expr::Shape::SCALAR;
        match self.prover.arena.node(term).clone() {
            Node::Hadamard(factors) => {
                let (varying, constant): (Vec<_>, Vec<_>) =
                    factors.iter().copied().partition(|(base, exponent)| self.varies(*base) || self.varies(*exponent));
                let constant = self.prover.arena.hadamard_powers(&constant, shape);
                Some((constant, self.prover.arena.hadamard_powers(&varying, shape)))
            }
            _ => {
                let one = self.prover.arena.one();
                Some((one, term))
            }
        }
    }
}
