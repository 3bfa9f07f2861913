//! Products of derivatives with a direction.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::direction::Ambient;
use super::finish::{Derived, Finished, Form, finish};
use super::refusal::{not_linear, reason};
use crate::check::{self, Certificate, CheckOptions, Reason};
use crate::differential::differentiate;
use crate::expr::{Arena, ExprId, Node, Reduction, StandIn, SymbolId};
use crate::linear::{self, Convention};
use crate::problem::{Problem, Report};
use crate::simplify::simplify;

/// The product of a derivative with a direction, which never builds the derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlongKind {
    /// J·v: the differential of F along v, which has the shape of the variable and is projected on its space.
    Jvp,
    /// Jᵀ·v: the gradient of ⟨v, F⟩ in the space of the variable; v has the shape of F.
    Vjp,
    /// H·v: the differential of ∇f along v, which has the shape of the variable; both are projected on its space.
    Hvp,
}

/// J·v, Jᵀ·v or H·v of the first expression in the first variable, along the second expression.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn product_along(
    problem: &mut Problem,
    kind: AlongKind,
    options: Option<&CheckOptions>,
) -> Result<Finished, Report> {
    let wrt = problem.wrt[0];
    let (root, direction) = (problem.normal[0], problem.normal[1]);
    let (mut rules, mut before) = (Vec::new(), Vec::new());
    let found = differentiate(&mut problem.arena, root, wrt, 1).map_err(|error| reason(problem, &error))?;
    rules.extend(found.conditions);
    let whole_differential = found.expr;
    let target_slot = if kind == AlongKind::Hvp { 2 } else { 1 };
    // The linear expression whose differential is replaced by the direction.
    let linear_part = match kind {
        AlongKind::Jvp => found.expr,
        AlongKind::Vjp => {
            let whole = linear::pull_back(&mut problem.arena, found.expr, direction, wrt, 1);
            let whole = whole.map_err(|_| not_linear(problem))?;
            linear::project(&mut problem.arena, whole, wrt, Convention::Projected)
        }
        AlongKind::Hvp => {
            let ambient = Ambient::along_geodesics(problem);
            let variable = ambient.variable(wrt);
            let first = differentiate(&mut problem.arena, ambient.root, variable, 1)
                .map_err(|error| reason(problem, &error))?;
            let gradient =
                linear::gradient(&mut problem.arena, first.expr, variable, 1).map_err(|_| not_linear(problem))?;
            let gradient = ambient.tangent(&mut problem.arena, gradient, wrt);
            let gradient = simplify(&mut problem.arena, gradient);
            let second =
                differentiate(&mut problem.arena, gradient, variable, 2).map_err(|error| reason(problem, &error))?;
            let arena = &mut problem.arena;
            rules.extend(ambient.conditions(arena, &second.conditions));
            before.push(ambient.restore(arena, gradient, &[1]));
            let second = ambient.restore(arena, second.expr, &[2]);
            linear::project(arena, second, wrt, Convention::Projected)
        }
    };
    let arena = &mut problem.arena;
    // A direction outside the space of the variable is projected on it, as the axis of the variable is.
    let direction =
        if kind == AlongKind::Vjp { direction } else { linear::project(arena, direction, wrt, Convention::Projected) };
    let target = arena.differential(wrt, target_slot);
    let mut map = FxHashMap::default();
    map.insert(target, direction);
    let expr = arena.rewrite(linear_part, &mut map);
    let written_direction = problem.raw[1];
    let derived = Derived { expr, form: Form::Shortest, before: &before, rules: &rules };
    finish(problem, &derived, options, |arena, raw, expr, options| match kind {
        AlongKind::Vjp if arena.contains_symbol(written_direction, wrt) => {
            check_at_varying_direction(arena, raw, whole_differential, (wrt, direction), expr, options)
        }
        AlongKind::Vjp => {
            let inner = written_inner(arena, written_direction, raw);
            check::check_gradient(arena, inner, wrt, expr, options)
        }
        AlongKind::Jvp | AlongKind::Hvp => {
            let slots: &[u32] = if kind == AlongKind::Jvp { &[1] } else { &[1, 2] };
            let moves: Vec<Vec<(SymbolId, u32)>> = slots.iter().map(|slot| vec![(wrt, *slot)]).collect();
            let moves: Vec<&[(SymbolId, u32)]> = moves.iter().map(Vec::as_slice).collect();
            let paired = |arena: &mut Arena, value: ExprId| {
                if kind == AlongKind::Jvp {
                    return value;
                }
                let left = arena.differential(wrt, 1);
                let product = arena.hadamard(left, value);
                arena.total(product)
            };
            let whole = paired(arena, linear_part);
            // The printed product against the checked linear expression at the direction.
            let check = if kind == AlongKind::Hvp { check::check_hessian } else { check::check_differential };
            check(arena, raw, &moves, whole, options).and(|| check::check_equal(arena, derived.expr, expr, options))
        }
    })
}

/// ⟨v, F⟩ as it was written.
fn written_inner(arena: &mut Arena, direction: ExprId, value: ExprId) -> ExprId {
    let one = arena.one();
    let product = arena.intern(Node::Hadamard(Arc::new([(direction, one), (value, one)])));
    arena.intern(Node::Reduce(Reduction::Sum, product))
}

/// Checks Jᵀ·v of a v that depends on the variable. Then ⟨v, F⟩ has another gradient, so Jᵀ·u is checked for a constant u, and with v in
/// the place of u it is compared with the answer.
fn check_at_varying_direction(
    arena: &mut Arena,
    raw: ExprId,
    differential: ExprId,
    (wrt, direction): (SymbolId, ExprId),
    answer: ExprId,
    options: &CheckOptions,
) -> Certificate {
    let shape = arena.shape(raw);
    let constant = arena.stand_in(StandIn::Constant(shape));
    let constant = arena.symbol_expr(constant);
    let Ok(whole) = linear::pull_back(arena, differential, constant, wrt, 1) else {
        return Certificate::not_checked(Reason::VaryingDirection, options);
    };
    let product = linear::project(arena, whole, wrt, Convention::Projected);
    let inner = written_inner(arena, constant, raw);
    check::check_gradient(arena, inner, wrt, product, options).and(|| {
        let mut map = FxHashMap::default();
        map.insert(constant, direction);
        let at_direction = arena.rewrite(product, &mut map);
        check::check_equal(arena, at_direction, answer, options)
    })
}
