//! Stationary points in several unknowns, and under equality constraints: those of the Lagrangian.
//!
//! ∇f = 0 in every unknown, or ∇L = 0 with the constraints, is a system of equations, which is solved by elimination where that leads to a
//! solution; else the equations are the answer, with each unknown in terms of the others where its own equation is solved for it.

use rustc_hash::FxHashMap;

use super::constraint::{self, Constraint};
use super::dependent::Dependent;
use super::eigen::{Eigen, eigen};
use super::gather::gathered;
use super::joint_kind::nature;
use super::kind::{Kind, Nature};
use super::numbers;
use super::procrustes;
use super::pull::pulled;
use super::reduced::{self, OpenForm};
use super::subspace::{self, Subspace};
use super::system::{self, Branch};
use super::{check_where, positive};
use crate::answer;
use crate::answer::finish::{Finished, finish_point};
use crate::check::{Certificate, CheckOptions, Outcome, Place, Reason};
use crate::domain::{Condition, conditions};
use crate::expr::{Arena, ExprId, Node, SymbolId, SymbolKind};
use crate::linear::Convention;
use crate::problem::{Problem, Report};
use crate::simplify::{cost, shortest};
use crate::structure::Structure;

/// The most symbols of a value into which others are put for the sake of its form.
const MAX_PUT_IN: u64 = 20;

/// An unknown and its equation.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The unknown.
    pub symbol: SymbolId,
    /// The gradient of f, or of the Lagrangian, by it.
    pub gradient: ExprId,
    /// The two sides of its equation: ∇f and what the multipliers make of the constraints.
    pub sides: (ExprId, ExprId),
    /// The check of the gradient; `None` where it was switched off.
    pub checked: Option<Certificate>,
}

/// A stationary point in all unknowns.
#[derive(Clone, Debug)]
pub struct JointSolution {
    /// The unknowns and then the multipliers, each with its value, in terms of others where these stand before it in `order`.
    pub values: Vec<(SymbolId, ExprId)>,
    /// The same in an order in which each value depends on those before it alone.
    pub order: Vec<(SymbolId, ExprId)>,
    /// The values of the unknowns in terms of none of them.
    pub whole: Vec<ExprId>,
    /// What the equation of an unknown alone says of it, where its value is printed in another form.
    pub steps: Vec<(SymbolId, ExprId)>,
    /// The first value, with the conditions of all and the check of all.
    pub point: Finished,
    /// What it is.
    pub nature: Nature,
    /// The unknowns that are declared nonnegative and may be negative here.
    pub may_leave: Vec<SymbolId>,
    /// What it is in one unknown after another, each for all values of those that follow; empty where that was not needed.
    pub turns: Vec<(SymbolId, Kind)>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Joint {
    /// The unknowns with their equations.
    pub unknowns: Vec<Unknown>,
    /// The constraints.
    pub constraints: Vec<Constraint>,
    /// The Lagrangian; `None` without constraints.
    pub lagrangian: Option<ExprId>,
    /// The points found.
    pub solutions: Vec<JointSolution>,
    /// Where there are none, the unknowns that their own equations give in terms of the others, with what that needs.
    pub given: Vec<(SymbolId, ExprId, Vec<Condition>)>,
    /// Whether the equations are linear in all unknowns jointly.
    pub is_linear: bool,
    /// Whether the points are all.
    pub complete: bool,
    /// Factors that may vanish elsewhere and were not solved.
    pub others: Vec<ExprId>,
    /// What is known of eigenvectors, where the equations are those of an eigenvalue problem.
    pub eigen: Option<Eigen>,
    /// The constraints that say the same as others, or cannot hold beside them.
    pub dependent: Vec<Dependent>,
    /// What is known of subspaces, where the points are bases of them.
    pub subspace: Option<Subspace>,
    /// What decides of a point of which nothing was shown.
    pub open_form: Option<OpenForm>,
}

/// The stationary points of the first expression, a scalar, in all variables of the problem, under the constraints whose sides stand behind it
/// in pairs; each checked unless `options` is `None`.
///
/// # Errors
/// A message where the expression has no gradient.
pub fn joint(problem: &mut Problem, options: Option<&CheckOptions>) -> Result<Joint, Report> {
    let variables = problem.wrt.clone();
    let (constraints, dependent) = constraint::constraints(problem, &variables);
    let (raw, value) = (problem.raw[0], problem.normal[0]);
    let written = constraint::lagrangian(&mut problem.arena, raw, &constraints);
    (problem.raw[0], problem.normal[0]) = (written, problem.arena.normalize(written));
    let gradients: Result<Vec<Finished>, Report> =
        (0..variables.len()).map(|place| answer::gradient(problem, place, Convention::Projected, options)).collect();
    let lagrangian = (!constraints.is_empty()).then_some(problem.normal[0]);
    (problem.raw[0], problem.normal[0]) = (raw, value);
    let mut unknowns = Vec::new();
    for (symbol, gradient) in variables.iter().zip(gradients?) {
        let sides = constraint::sides(&mut problem.arena, gradient.expr, &constraints);
        unknowns.push(Unknown { symbol: *symbol, gradient: gradient.expr, sides, checked: gradient.certificate });
    }
    let arena = &mut problem.arena;
    let is_linear = unknowns.iter().all(|unknown| constraint::is_affine(arena, unknown.gradient, &variables));
    let mut found = Joint {
        unknowns,
        constraints,
        lagrangian,
        solutions: Vec::new(),
        given: Vec::new(),
        is_linear,
        complete: false,
        others: Vec::new(),
        eigen: None,
        dependent,
        subspace: None,
        open_form: None,
    };
    let is_impossible = found.dependent.iter().any(|one| one.gap.is_some());
    let can_vary = |symbol: &SymbolId| {
        let info = problem.arena.symbol(*symbol);
        info.structure != Structure::Orthogonal
            && matches!(info.kind, SymbolKind::Plain | SymbolKind::Positive | SymbolKind::Nonnegative)
    };
    if variables.iter().all(can_vary) && !is_impossible {
        let open: Vec<system::Open> = found
            .unknowns
            .iter()
            .map(|unknown| (unknown.symbol, unknown.gradient))
            .chain(found.constraints.iter().map(|constraint| (constraint.multiplier, constraint.difference)))
            .collect();
        if let Some(solved) = numbers::solve(&mut problem.arena, &open) {
            let count = solved.branches.len();
            for branch in &solved.branches {
                let branch = match solved.in_turn {
                    true => branch.clone(),
                    false => Branch { eliminated: Vec::new(), ..branch.clone() },
                };
                found.solutions.extend(accepted(problem, &found, &branch, None, options));
            }
            found.complete = solved.complete && found.solutions.len() == count;
            found.others = solved.others;
        }
        if found.solutions.is_empty() {
            for (branch, nature) in known_form(problem, &mut found).into_iter().flatten() {
                found.solutions.extend(accepted(problem, &found, &branch, Some(nature), options));
            }
            if found.solutions.is_empty() {
                (found.eigen, found.given) = (None, given(problem, &found, options));
                if let ([unknown], [constraint]) = (found.unknowns.as_slice(), found.constraints.as_slice()) {
                    let of = (unknown.symbol, unknown.gradient);
                    found.subspace = subspace::subspace(problem, of, constraint, options);
                }
            }
        }
    }
    if found.solutions.iter().any(|solution| solution.nature.kind == Kind::Unknown) {
        found.open_form = reduced::open_form(problem, &found.constraints);
    }
    problem.symbols.extend(found.constraints.iter().map(|constraint| constraint.multiplier));
    Ok(found)
}

/// The points at which f is least and largest, where the form of the problem is known: eigenvectors, polar factors.
fn known_form(problem: &mut Problem, found: &mut Joint) -> Option<[(Branch, Nature); 2]> {
    let ([unknown], [constraint]) = (found.unknowns.as_slice(), found.constraints.as_slice()) else { return None };
    if let Some((eigen, points)) = eigen(&mut problem.arena, (unknown.symbol, unknown.sides), constraint) {
        found.eigen = Some(eigen);
        return Some(points);
    }
    let value = problem.normal[0];
    procrustes::extremes_under(&mut problem.arena, value, (unknown.symbol, unknown.gradient), constraint)
}

/// Whether unknowns occur in a scalar factor of an array alone.
fn is_multiple_by(arena: &mut Arena, value: ExprId, symbols: &[SymbolId]) -> bool {
    let (_, primitive) = arena.split_content(value);
    let (scalar, rest) = arena.split_scalar(primitive);
    let depends = |id: ExprId| symbols.iter().any(|symbol| arena.contains_symbol(id, *symbol));
    !arena.shape(value).is_scalar() && depends(scalar) && !depends(rest)
}

/// The constraints as checks take them.
fn held(arena: &mut Arena, constraints: &[Constraint]) -> Vec<(ExprId, ExprId)> {
    constraints.iter().map(|constraint| (constraint.written, arena.symbol_expr(constraint.multiplier))).collect()
}

/// A solution of the equations as a stationary point, where it passes its check.
fn accepted(
    problem: &mut Problem,
    found: &Joint,
    branch: &Branch,
    known: Option<Nature>,
    options: Option<&CheckOptions>,
) -> Option<JointSolution> {
    let symbols: Vec<SymbolId> = branch.values.iter().map(|(symbol, _)| *symbol).collect();
    let multipliers: Vec<SymbolId> = found.constraints.iter().map(|constraint| constraint.multiplier).collect();
    let arena = &mut problem.arena;
    let (mut whole, mut at_multipliers): (FxHashMap<ExprId, ExprId>, FxHashMap<ExprId, ExprId>) = Default::default();
    let mut order = Vec::new();
    for (symbol, value) in &branch.values {
        let variable = arena.symbol_expr(*symbol);
        let mut put = |map: &FxHashMap<ExprId, ExprId>| {
            let apart = pulled(arena, *value, &symbols);
            let [one, other] = [*value, apart].map(|form| {
                let put = arena.rewrite(form, &mut map.clone());
                let put = pulled(arena, put, &symbols);
                shortest(arena, put)
            });
            if cost(arena, other) < cost(arena, one) { other } else { one }
        };
        let (all, some) = (put(&whole), put(&at_multipliers));
        // A multiplier in a sum is left there, as in P⁻¹(Cᵀν − q); other unknowns keep their names.
        let given = if is_sum_of(arena, *value, &multipliers) && cost(arena, some) > cost(arena, *value) {
            *value
        } else {
            some
        };
        // A number that is only a factor is put in: w = ½λΣ⁻¹1 with λ = 2/(1ᵀΣ⁻¹1).
        let is_put_in = cost(arena, all) <= cost(arena, given)
            || !multipliers.contains(symbol)
                && cost(arena, all) <= MAX_PUT_IN
                && is_multiple_by(arena, given, &symbols);
        let shown = if is_put_in { all } else { given };
        let shown = gathered(arena, shown);
        whole.insert(variable, all);
        if multipliers.contains(symbol) {
            at_multipliers.insert(variable, shown);
        }
        order.push((*symbol, shown));
    }
    let needed = needed_at(problem, found, branch, &whole);
    let raw = problem.raw[0];
    let held = held(&mut problem.arena, &found.constraints);
    let first = order.iter().find(|(symbol, _)| *symbol == problem.wrt[0])?.1;
    let place = |conditions: &[Condition]| (order.clone(), held.clone(), positive(conditions));
    // Constraints of two sizes leave points where a third one is larger than both together.
    let spread = options.map(|options| CheckOptions { spread: super::SPREAD, ..options.clone() });
    let mut used = options;
    let mut finished = finish_point(&mut problem.arena, first, needed, options, |arena, conditions, options| {
        let (values, constraints, positive) = place(conditions);
        let place = Place { values: &values, constraints: &constraints, positive: &positive, is_feasible: true };
        let certificate = check_where(arena, raw, &place, conditions, options);
        match (&certificate.outcome, &spread) {
            (Outcome::NotChecked(Reason::NoPoint), Some(spread)) => {
                used = Some(spread);
                check_where(arena, raw, &place, conditions, spread)
            }
            _ => certificate,
        }
    })
    .ok()?;
    let options = used;
    if !found.constraints.is_empty() {
        for condition in &mut finished.conditions {
            *condition = constraint::on_rows(&mut problem.arena, *condition);
        }
    }
    match finished.certificate.as_ref().map(|certificate| &certificate.outcome) {
        Some(Outcome::Failed(_) | Outcome::NotChecked(Reason::NoPoint)) => return None,
        Some(Outcome::Passed | Outcome::NotChecked(_)) | None => {}
    }
    let (mut nature, turns) = match known {
        Some(nature) => (nature, Vec::new()),
        None => nature(problem, &found.constraints, branch, &whole, &finished.conditions),
    };
    let (values, constraints, positive) = place(&finished.conditions);
    let at = Place { values: &values, constraints: &constraints, positive: &positive, is_feasible: true };
    if options.is_some_and(|options| !nature.kind.holds(&problem.arena, raw, &at, options)) {
        nature = Nature::UNKNOWN;
    }
    let mut steps = Vec::new();
    for (symbol, value) in &branch.values {
        let is_shown = order.contains(&(*symbol, gathered(&mut problem.arena, *value)));
        let is_own = found.unknowns.iter().any(|unknown| unknown.symbol == *symbol);
        if !is_shown && is_own && stands_alone(problem, (*symbol, *value), &held, &finished.conditions, options) {
            steps.push((*symbol, *value));
        }
    }
    let in_order = |symbol: SymbolId| order.iter().find(|(other, _)| *other == symbol).copied();
    let multipliers = found.constraints.iter().map(|constraint| constraint.multiplier);
    let values = problem.wrt.iter().copied().chain(multipliers).filter_map(in_order).collect();
    let whole = problem.wrt.iter().filter_map(|wrt| whole.get(&problem.arena.symbol_expr(*wrt)).copied()).collect();
    let may_leave = problem.wrt.iter().copied().filter(|wrt| {
        let at = order.iter().find(|(symbol, _)| symbol == wrt);
        at.is_some_and(|(_, point)| super::may_leave(&mut problem.arena, *wrt, *point))
    });
    let may_leave = may_leave.collect();
    Some(JointSolution { values, order, whole, steps, point: finished, nature, may_leave, turns })
}

/// Whether an unknown has this value by its own equation alone, the others having any.
fn stands_alone(
    problem: &Problem,
    value: (SymbolId, ExprId),
    held: &[(ExprId, ExprId)],
    conditions: &[Condition],
    options: Option<&CheckOptions>,
) -> bool {
    let positive = positive(conditions);
    let place = Place { values: &[value], constraints: held, positive: &positive, is_feasible: false };
    let (arena, raw) = (&problem.arena, problem.raw[0]);
    options.is_none_or(|options| check_where(arena, raw, &place, conditions, options).passed())
}

/// Whether one of the symbols stands in a sum.
fn is_sum_of(arena: &Arena, id: ExprId, symbols: &[SymbolId]) -> bool {
    arena.post_order(id).into_iter().any(|id| {
        matches!(arena.node(id), Node::Add(terms) if terms.len() > 1)
            && symbols.iter().any(|symbol| arena.contains_symbol(id, *symbol))
    })
}

/// What has to hold for the point to be stationary.
fn needed_at(
    problem: &mut Problem,
    found: &Joint,
    branch: &Branch,
    whole: &FxHashMap<ExprId, ExprId>,
) -> Vec<Condition> {
    let arena = &mut problem.arena;
    let mut all = Vec::new();
    for unknown in &found.unknowns {
        let variable = arena.symbol_expr(unknown.symbol);
        let Some(point) = whole.get(&variable).copied() else { continue };
        all.extend(conditions(arena, point, point, &[]));
        all.extend(super::of_declaration(arena, unknown.symbol, point));
    }
    for constraint in &found.constraints {
        let multiplier = arena.symbol_expr(constraint.multiplier);
        if let Some(value) = whole.get(&multiplier).copied() {
            all.extend(conditions(arena, value, value, &[]));
        }
    }
    let mut open = branch.conditions.clone();
    for unknown in &found.unknowns {
        open.extend(conditions(arena, problem.raw[0], unknown.gradient, &[]));
    }
    for condition in open {
        let there = arena.rewrite(condition.expr(), &mut whole.clone());
        let there = if there == condition.expr() { there } else { shortest(arena, there) };
        all.push(condition.with(there));
    }
    all
}

/// The unknowns whose own equations are solved for them, the others given.
fn given(
    problem: &mut Problem,
    found: &Joint,
    options: Option<&CheckOptions>,
) -> Vec<(SymbolId, ExprId, Vec<Condition>)> {
    let held = held(&mut problem.arena, &found.constraints);
    let mut all = Vec::new();
    for unknown in &found.unknowns {
        let Some(one) = system::points(&mut problem.arena, unknown.symbol, unknown.gradient) else { continue };
        let [point] = one.points[..] else { continue };
        // That 0 solves a homogeneous equation says nothing.
        if problem.arena.is_zero(point) {
            continue;
        }
        let mut needed = one.conditions;
        needed.extend(conditions(&mut problem.arena, point, point, &[]));
        let needed = crate::domain::reduced(&mut problem.arena, needed);
        if stands_alone(problem, (unknown.symbol, point), &held, &needed, options) {
            all.push((unknown.symbol, point, needed));
        }
    }
    all
}
