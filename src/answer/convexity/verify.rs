//! Holds every line of an argument against numbers before it is printed.

use super::found::{Role, StandInFor};
use super::name::expressions;
use crate::check::{CheckOptions, Fact, Stand, Statement, check_statements};
use crate::expr::{Arena, ExprId, IndexId, SymbolId};
use crate::positivity::{Claim, Curvature, Line, Order};

/// The ranges of the indices of a function.
pub(super) type Ranges = Vec<(IndexId, (ExprId, ExprId))>;

/// Whether every line holds at random points of the domain of `raw` where the matrices of `within` are positive definite; `whole`: this is a
/// convex set.
pub(super) fn all_hold(
    arena: &mut Arena,
    raw: ExprId,
    wrt: &[SymbolId],
    (lines, stand_ins, ranges): (&[Line], &[StandInFor], &Ranges),
    (within, whole): (&[ExprId], bool),
    options: &CheckOptions,
) -> bool {
    let stands: Vec<Stand> = stand_ins
        .iter()
        .map(|stand_in| Stand {
            symbol: stand_in.symbol,
            of: stand_in.part,
            eigenvalue: stand_in.role == Role::Eigenvalue,
        })
        .collect();
    let statements: Vec<Statement> =
        lines.iter().map(|line| statement(arena, raw, wrt, &line.claim, stand_ins, ranges)).collect();
    let holds = check_statements(arena, raw, (wrt, within, whole), &stands, &statements, options);
    holds.into_iter().all(|holds| holds)
}

fn statement(
    arena: &mut Arena,
    raw: ExprId,
    wrt: &[SymbolId],
    claim: &Claim,
    stand_ins: &[StandInFor],
    ranges: &Ranges,
) -> Statement {
    let signs = |kind: Curvature| (kind == Curvature::Concave, kind == Curvature::Convex);
    let fact = match claim {
        Claim::Hessian { of, is } => Fact::Second(of.as_ref().map_or(raw, |of| of.expr), *is),
        Claim::Form { of, is } => Fact::Form(of.as_ref().map_or(raw, |of| of.expr), *is),
        Claim::Order(id, Order::Positive | Order::Nonnegative) => Fact::Nonnegative(*id),
        Claim::Order(id, Order::Negative | Order::Nonpositive) => {
            let negated = arena.neg(*id);
            Fact::Nonnegative(negated)
        }
        Claim::Order(id, Order::Definite | Order::Semidefinite) => Fact::Semidefinite(*id),
        Claim::Order(id, Order::NegativeSemidefinite) => {
            let negated = arena.neg(*id);
            Fact::Semidefinite(negated)
        }
        Claim::Curvature(id, kind) => Fact::Curvature(*id, signs(*kind)),
        Claim::Loewner(id, kind) => Fact::Loewner(*id, signs(*kind)),
    };
    let expressions = expressions(claim);
    let variables = match claim {
        Claim::Hessian { of: Some(of), .. } | Claim::Form { of: Some(of), .. } => of.by.to_vec(),
        Claim::Hessian { of: None, .. } | Claim::Form { of: None, .. } => wrt.to_vec(),
        // A function of numbers that stand for parts varies with these.
        Claim::Order(..) | Claim::Curvature(..) | Claim::Loewner(..) => {
            let own: Vec<SymbolId> = stand_ins
                .iter()
                .filter(|stand_in| {
                    stand_in.varies && expressions.iter().any(|id| arena.contains_symbol(*id, stand_in.symbol))
                })
                .map(|stand_in| stand_in.symbol)
                .collect();
            if own.is_empty() { wrt.to_vec() } else { own }
        }
    };
    let mut free: Vec<IndexId> = expressions.iter().flat_map(|id| arena.free_indices(*id).to_vec()).collect();
    for stand_in in stand_ins {
        free.extend(arena.free_indices(stand_in.part).iter());
    }
    free.sort_unstable();
    free.dedup();
    // An index may run between bounds that have others in them.
    let mut indices: Vec<(IndexId, Option<(ExprId, ExprId)>)> = Vec::new();
    while let Some(index) = free.pop() {
        if indices.iter().any(|(known, _)| *known == index) {
            continue;
        }
        let range =
            ranges.iter().find(|(known, _)| *known == index).map(|(_, range)| *range).or_else(|| arena.range(index));
        if let Some((lower, upper)) = range {
            free.extend(arena.free_indices(lower).iter());
            free.extend(arena.free_indices(upper).iter());
        }
        indices.push((index, range));
    }
    indices.reverse();
    Statement { fact, variables, indices }
}
