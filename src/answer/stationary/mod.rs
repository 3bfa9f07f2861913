//! Stationary points: the x with ∇f = 0, in closed form where the gradient is linear in x or can be brought to that form.
//!
//! Linear equations are solved by inverses, by the Kronecker form where the unknown stands between several factors, and by the solution of
//! least norm where the map is singular by its form. Of other gradients factors that do not vanish are left out, inverses of the unknown
//! are multiplied away, and invertible operators on it are undone. Every solution is checked: the input is differentiated numerically there.

mod isolate;
mod linear;

use rustc_hash::FxHashMap;

use crate::answer;
use crate::answer::convexity::{self, Bending, Curvature, Strength, Verdict};
use crate::check::{self, Certificate, CheckOptions, Outcome, Reason};
use crate::domain::{Condition, conditions, decided, reduced};
use crate::expr::{Arena, ExprId, SymbolId, SymbolKind};
use crate::linear::Convention;
use crate::problem::{Problem, Report};
use crate::simplify::{expand, shortest, simplify};
use crate::structure::Structure;

/// Gradients with more operands in all are not solved.
const MAX_LINKS: usize = 1500;

/// What a stationary point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// f is convex: no value is smaller.
    Minimum,
    /// f is concave: no value is larger.
    Maximum,
    /// The second derivative there is positive definite.
    LocalMinimum,
    /// The second derivative there is negative definite.
    LocalMaximum,
    /// Nothing was shown.
    Unknown,
}

/// A stationary point.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The point.
    pub expr: ExprId,
    /// Conditions under which it is one.
    pub conditions: Vec<Condition>,
    /// What it is.
    pub kind: Kind,
    /// The outcome of the numeric check; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

/// What was found of ∇f = 0.
#[derive(Clone, Debug)]
pub struct Stationary {
    /// The variable.
    pub variable: ExprId,
    /// The gradient.
    pub gradient: ExprId,
    /// The points found; none where no way leads to one.
    pub solutions: Vec<Solution>,
    /// Whether these are all.
    pub complete: bool,
    /// Whether the equation is linear with a singular map, so that the point is the one of least norm of many.
    pub singular: bool,
    /// Factors of the gradient that may vanish elsewhere and were not solved.
    pub others: Vec<ExprId>,
    /// Whether the gradient is too long to be solved.
    pub too_long: bool,
    /// A point that was found but at which f has no value, wherever it was tried.
    pub outside: Option<ExprId>,
}

/// An equation in one variable, and what was found on the way to its solution.
struct Equation<'a> {
    arena: &'a mut Arena,
    wrt: SymbolId,
    variable: ExprId,
    conditions: Vec<Condition>,
    others: Vec<ExprId>,
    unique: bool,
    singular: bool,
}

impl Equation<'_> {
    fn depends(&self, id: ExprId) -> bool {
        self.arena.contains_symbol(id, self.wrt)
    }

    fn structure(&self) -> Structure {
        self.arena.symbol(self.wrt).structure
    }

    fn with_variable(&mut self, expr: ExprId, value: ExprId) -> ExprId {
        substitute(self.arena, expr, self.variable, value)
    }
}

fn substitute(arena: &mut Arena, expr: ExprId, variable: ExprId, value: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    map.insert(variable, value);
    arena.rewrite(expr, &mut map)
}

/// The stationary points of the first expression, a scalar, in the variable at the given place; each checked unless `options` is `None`.
///
/// # Errors
/// A message where the expression has no gradient.
pub fn stationary(problem: &mut Problem, place: usize, options: Option<&CheckOptions>) -> Result<Stationary, Report> {
    let answer = answer::gradient(problem, place, Convention::Projected, None)?;
    let wrt = problem.wrt[place];
    let info = problem.arena.symbol(wrt);
    if info.structure == Structure::Orthogonal || !matches!(info.kind, SymbolKind::Plain | SymbolKind::Positive) {
        return Ok(nothing(problem, wrt, answer.expr));
    }
    if problem.arena.links_below(answer.expr) > MAX_LINKS {
        return Ok(Stationary { too_long: true, ..nothing(problem, wrt, answer.expr) });
    }
    let expanded = expand(&mut problem.arena, answer.expr);
    let again = simplify(&mut problem.arena, expanded);
    let mut found = nothing(problem, wrt, answer.expr);
    for form in [answer.expr, again, expanded] {
        let attempt = solve(problem, wrt, form, answer.expr, options);
        if !attempt.solutions.is_empty() {
            return Ok(attempt);
        }
        found.outside = found.outside.or(attempt.outside);
    }
    Ok(found)
}

fn nothing(problem: &mut Problem, wrt: SymbolId, gradient: ExprId) -> Stationary {
    let variable = problem.arena.symbol_expr(wrt);
    Stationary {
        variable,
        gradient,
        solutions: Vec::new(),
        complete: false,
        singular: false,
        others: Vec::new(),
        too_long: false,
        outside: None,
    }
}

/// The solutions found of one form of the gradient, those alone that pass their check.
fn solve(
    problem: &mut Problem,
    wrt: SymbolId,
    form: ExprId,
    gradient: ExprId,
    options: Option<&CheckOptions>,
) -> Stationary {
    let variable = problem.arena.symbol_expr(wrt);
    let mut equation = Equation {
        arena: &mut problem.arena,
        wrt,
        variable,
        conditions: Vec::new(),
        others: Vec::new(),
        unique: true,
        singular: false,
    };
    let points = equation.solve_zero(form, 0);
    let Equation { conditions: needed, others, unique, singular, .. } = equation;
    let mut result = nothing(problem, wrt, gradient);
    let count = points.len();
    for point in points {
        let point = shortest(&mut problem.arena, point);
        let certificate =
            options.map(|options| check::check_stationary(&problem.arena, problem.raw[0], wrt, point, options));
        match certificate.as_ref().map(|certificate| &certificate.outcome) {
            Some(Outcome::Failed(_)) => continue,
            Some(Outcome::NotChecked(Reason::NoPoint)) => {
                result.outside = Some(point);
                continue;
            }
            Some(Outcome::Passed | Outcome::NotChecked(_)) | None => {}
        }
        let conditions = conditions_at(problem, wrt, point, gradient, &needed);
        if conditions.iter().any(|condition| decided(&mut problem.arena, *condition) == Some(false)) {
            result.outside = Some(point);
            continue;
        }
        let kind = kind(problem, wrt, point, &conditions);
        result.solutions.push(Solution { expr: point, conditions, kind, certificate });
    }
    result.complete = unique && others.is_empty() && result.solutions.len() == count;
    (result.singular, result.others) = (singular, others);
    result
}

/// What has to hold for the point to be stationary: its own domain, that of f at the point, and what the way to it needed.
fn conditions_at(
    problem: &mut Problem,
    wrt: SymbolId,
    point: ExprId,
    gradient: ExprId,
    needed: &[Condition],
) -> Vec<Condition> {
    let arena = &mut problem.arena;
    let variable = arena.symbol_expr(wrt);
    let mut all = conditions(arena, point, point, needed);
    let (structure, kind) = (arena.symbol(wrt).structure, arena.symbol(wrt).kind);
    if structure == Structure::PositiveDefinite {
        all.push(Condition::Definite(point));
    }
    if structure == Structure::PositiveSemidefinite {
        all.push(Condition::Semidefinite(point));
    }
    if kind == SymbolKind::Positive {
        all.push(Condition::Positive(point));
    }
    all.extend(needed);
    for condition in conditions(arena, problem.raw[0], gradient, &[]) {
        if arena.contains_symbol(condition.expr(), wrt) {
            let there = substitute(arena, condition.expr(), variable, point);
            let there = shortest(arena, there);
            all.push(condition.with(there));
        } else {
            all.push(condition);
        }
    }
    reduced(arena, all)
}

/// Minimum or maximum, by the convexity of f or by its second derivative at the point.
fn kind(problem: &mut Problem, wrt: SymbolId, point: ExprId, conditions: &[Condition]) -> Kind {
    let mut alone = problem.clone();
    alone.wrt = vec![wrt];
    if let Ok(finding) = convexity::convexity(&mut alone, None) {
        match finding.verdict {
            Verdict::Is(Curvature::Convex, _) => return Kind::Minimum,
            Verdict::Is(Curvature::Concave, _) => return Kind::Maximum,
            Verdict::Is(Curvature::Affine, Strength::Plain | Strength::Strict | Strength::Strong)
            | Verdict::OnParts(_)
            | Verdict::Neither
            | Verdict::Unknown => {}
        }
    }
    match convexity::bending_at(&mut alone, point, conditions) {
        Some(Bending::Up) => Kind::LocalMinimum,
        Some(Bending::Down) => Kind::LocalMaximum,
        None => Kind::Unknown,
    }
}
