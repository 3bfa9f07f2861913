//! Stationary points: the x with ∇f = 0, in closed form where the gradient is linear in x or can be brought to that form.
//!
//! Linear equations are solved by inverses, by the Kronecker form where the unknown stands between several factors, and by the solution of
//! least norm where the map is singular by its form. Of other gradients factors that do not vanish are left out, inverses of the unknown
//! are multiplied away, and invertible operators on it are undone. Every solution is checked: the input is differentiated numerically there.

mod base;
mod branches;
mod compared;
mod constraint;
mod definite;
mod dependent;
mod domain;
mod eigen;
mod equation;
mod flat;
mod gather;
mod isolate;
mod joint;
mod joint_kind;
mod kind;
mod linear;
mod numbers;
mod periodic;
mod procrustes;
mod pull;
mod rational_root;
mod rayleigh;
mod reduced;
mod subspace;
mod system;
mod threshold;

pub(super) use branches::with_signs;
pub use constraint::Constraint;
pub use dependent::Dependent;
pub use eigen::Eigen;
pub use joint::{Joint, JointSolution, Unknown, joint};
pub use kind::{Kind, Nature, Why};
pub use reduced::OpenForm;
pub use subspace::Subspace;

use equation::{Equation, substitute};

use crate::answer;
use crate::answer::convexity::{self, Bending, Curvature, Strength, Verdict};
use crate::answer::finish::{Finished, Form, finish_point};
use crate::check::{self, Certificate, CheckOptions, Outcome, Place, Reach, Reason};
use crate::domain::{Condition, conditions, decided, hold_in_doubles, impossible, reduced};
use crate::expr::{Arena, ExprId, Node, Reduction, Shape, SymbolId, SymbolKind};
use crate::linear::Convention;
use crate::number::Coeff;
use crate::positivity::{Prover, is_nonnegative};
use crate::problem::{Problem, Report};
use crate::simplify::{expand, over_one, simplify};
use crate::structure::Structure;

/// Gradients with more operands in all are not solved.
const MAX_LINKS: usize = 1500;

/// Most points at which f is looked at though its gradient has no value there.
const MOST_FLAT: usize = 6;

/// By how many periods a point is moved to where f has a value.
const MOST_PERIODS: i64 = 2;

/// How often points are drawn anew where none is found at which the conditions hold.
const FURTHER: u64 = 3;
/// How far apart sizes are drawn where no point is found otherwise.
const SPREAD: usize = 4;

/// A stationary point.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The point, with the conditions under which it is stationary and the check of that.
    pub point: Finished,
    /// What it is, and why.
    pub nature: Nature,
    /// Whether the variable is declared nonnegative and may be negative here.
    pub may_leave: bool,
    /// f as it is near the point.
    near: ExprId,
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
    /// Whether the gradient is linear in the variable, where there are no solutions.
    pub is_linear: bool,
    /// Whether the equation is linear and singular, and its right side is not among the values of its map.
    pub is_inconsistent: bool,
    /// The period with which all solutions repeat.
    pub period: Option<ExprId>,
    /// Factors of the gradient that may vanish elsewhere and were not solved.
    pub others: Vec<ExprId>,
    /// Where the gradient is 0 throughout: what holds in each of these regions.
    pub regions: Vec<Vec<Condition>>,
    /// Points without a derivative at which f is smallest.
    pub kinks: Vec<ExprId>,
    /// Whether f was shown to be convex.
    pub is_convex: bool,
    /// Whether beside each of the points there is no other where its conditions hold.
    pub is_strict: bool,
    /// The second derivative of a quadratic f of which nothing was shown, without a positive factor, and whether its sign is turned.
    pub hessian: Option<(ExprId, bool)>,
    /// Of a function of one number whose points are not decided: what has the sign of the second derivative at each of them, and whether
    /// that sign is turned.
    pub seconds: Vec<(ExprId, bool)>,
    /// The outcome of the gradient's check; `None` where it was switched off.
    pub checked: Option<Certificate>,
    /// Whether the gradient is too long to be solved.
    pub too_long: bool,
    /// A point that was found but at which f has no value, wherever it was tried.
    pub outside: Option<ExprId>,
    /// What is known of eigenvectors, where they are the stationary points.
    pub eigen: Option<Eigen>,
}

/// The stationary points of the first expression, a scalar, in the variable at the given place; each checked unless `options` is `None`.
///
/// # Errors
/// A message where the expression has no gradient.
pub fn stationary(problem: &mut Problem, place: usize, options: Option<&CheckOptions>) -> Result<Stationary, Report> {
    domain::take_up(problem, place);
    let answer = answer::gradient(problem, place, Convention::Projected, options)?;
    let wrt = problem.wrt[place];
    let mut found = solve_gradient(problem, wrt, answer.expr, options);
    if let Some(options) = options {
        take_up_flat(problem, wrt, &mut found, options);
    }
    if found.solutions.is_empty() {
        found.is_convex |= is_convex(problem, wrt);
        found.is_linear = is_linear(&mut problem.arena, answer.expr, wrt);
    } else if found.solutions.iter().any(|solution| solution.nature.kind == Kind::Unknown) {
        found.hessian = reduced::constant_hessian(&mut problem.arena, answer.expr, wrt);
        if found.hessian.is_none() {
            let open = found.solutions.iter().filter(|solution| solution.nature.kind == Kind::Unknown);
            let all = open.map(|solution| second_at(&mut problem.arena, answer.expr, wrt, &solution.point));
            found.seconds = all.collect::<Option<Vec<_>>>().unwrap_or_default();
        }
    }
    if let ([solution], true, None) = (found.solutions.as_mut_slice(), found.complete, found.period) {
        let kind = match solution.nature.kind {
            Kind::LocalMinimum => Some(Kind::Minimum),
            Kind::LocalMaximum => Some(Kind::Maximum),
            _ => None,
        };
        if let Some(kind) = kind.filter(|kind| is_only_on_interval(problem, wrt, solution, *kind, options)) {
            solution.nature = Nature { kind, why: Why::OnlyOne };
        }
    }
    compare(problem, wrt, &mut found, options);
    if !found.complete && !found.singular && !found.solutions.is_empty() {
        found.is_strict = found.solutions.iter().all(|solution| is_only(problem, wrt, solution, answer.expr));
        if found.is_strict {
            found.others.clear();
            found.complete = found.solutions.iter().any(|solution| solution.point.conditions.is_empty());
        }
    }
    Ok(Stationary { checked: answer.certificate, ..found })
}

/// Looks at the points at which the gradient has no value: those at which f is flat are stationary, and those alone at which its slopes differ are
/// kinks. Where f may be flat at one, it is not said that there is no other stationary point.
fn take_up_flat(problem: &mut Problem, wrt: SymbolId, found: &mut Stationary, options: &CheckOptions) {
    let is_empty = found.solutions.is_empty() && found.regions.is_empty();
    if !is_empty && !found.complete && found.kinks.is_empty() {
        return;
    }
    let mut points = found.kinks.clone();
    points.extend(found.outside);
    points.extend(flat::without_value(problem, wrt, found.gradient));
    if is_empty {
        points.push(problem.arena.zero(problem.arena.symbol(wrt).shape));
    }
    let mut seen: Vec<ExprId> = found.solutions.iter().map(|solution| solution.point.expr).collect();
    for point in points {
        if seen.contains(&point) || seen.len() > MOST_FLAT + found.solutions.len() {
            continue;
        }
        seen.push(point);
        let own = conditions(&mut problem.arena, point, point, &[]);
        if impossible(&mut problem.arena, &own).is_some() {
            continue;
        }
        let (raw, place) = (problem.raw[0], Place { values: &[(wrt, point)], ..Place::default() });
        let look = |options: &CheckOptions| {
            check::flatness(&problem.arena, raw, &place, options, |at| hold_in_doubles(&problem.arena, &own, at))
        };
        let flatness = look(options);
        if flatness.kinks == 0 {
            found.kinks.retain(|kink| *kink != point);
        }
        if flatness.flat == 0 {
            continue;
        }
        // det X is flat at 0, and X of one number is not.
        let of_one = CheckOptions { size: Some(1), ..options.clone() };
        let of_one = look(&of_one);
        if is_empty && flatness.certificate.passed() && of_one.flat == of_one.points {
            let solution = flat_solution(problem, wrt, point, (found.gradient, flatness.certificate), options);
            found.solutions.push(solution);
        } else if is_empty {
            found.outside = Some(point);
        }
        found.complete = false;
    }
}

/// A point at which f is flat as a solution.
fn flat_solution(
    problem: &mut Problem,
    wrt: SymbolId,
    point: ExprId,
    (gradient, certificate): (ExprId, Certificate),
    options: &CheckOptions,
) -> Solution {
    let (raw, near) = (problem.raw[0], problem.normal[0]);
    let mut needed = conditions(&mut problem.arena, raw, near, &[]);
    needed.retain(|condition| !problem.arena.contains_symbol(condition.expr(), wrt));
    needed.extend(conditions(&mut problem.arena, point, point, &[]));
    let needed = reduced(&mut problem.arena, needed);
    let mut nature = kind::nature(problem, wrt, (point, near, gradient), &needed);
    if nature.kind == Kind::Unknown && least_by_form(problem, wrt, point, Some(options)).is_some() {
        let variable = problem.arena.symbol_expr(wrt);
        let least = substitute(&mut problem.arena, near, variable, point);
        let least = simplify(&mut problem.arena, least);
        if matches!(problem.arena.node(least), Node::Number(_)) {
            nature = Nature { kind: Kind::Minimum, why: Why::Bound(least) };
        }
    }
    let positive = positive(&needed);
    let place = Place { values: &[(wrt, point)], positive: &positive, ..Place::default() };
    if !nature.kind.holds(&problem.arena, raw, &place, options) {
        nature = Nature::UNKNOWN;
    }
    let may_leave = may_leave(&mut problem.arena, wrt, point);
    let point = Finished { expr: point, conditions: needed, certificate: Some(certificate) };
    Solution { point, nature, may_leave, near }
}

/// Turns local extremes of a function of one number into those of the whole function, where all its stationary points are known.
fn compare(problem: &mut Problem, wrt: SymbolId, found: &mut Stationary, options: Option<&CheckOptions>) {
    if !found.complete || !found.others.is_empty() || !found.regions.is_empty() || !found.kinks.is_empty() {
        return;
    }
    let points: Vec<_> = found.solutions.iter().map(|one| (one.point.expr, one.nature.kind)).collect();
    let conditions: Vec<_> = found.solutions.iter().flat_map(|one| one.point.conditions.iter().copied()).collect();
    let natures = compared::compared(problem, wrt, found.gradient, (&points, found.period), &conditions);
    for (solution, nature) in found.solutions.iter_mut().zip(natures) {
        let Some(nature) = nature else { continue };
        let positive = positive(&solution.point.conditions);
        let place = Place { values: &[(wrt, solution.point.expr)], positive: &positive, ..Place::default() };
        let raw = problem.raw[0];
        if options.is_none_or(|options| nature.kind.holds(&problem.arena, raw, &place, options)) {
            solution.nature = nature;
        }
    }
}

/// What has the sign of f″ of a function of one number at a point, where symbols stand in it that the sign may depend on.
fn second_at(arena: &mut Arena, gradient: ExprId, wrt: SymbolId, point: &Finished) -> Option<(ExprId, bool)> {
    if !arena.symbol(wrt).shape.is_scalar() {
        return None;
    }
    let differential = crate::differential::differentiate(arena, gradient, wrt, 0).ok()?.expr;
    let (step, one, variable) = (arena.differential(wrt, 0), arena.one(), arena.symbol_expr(wrt));
    let second = substitute(arena, differential, step, one);
    let there = substitute(arena, second, variable, point.expr);
    let there = Form::Shortest.of(arena, there);
    let (sign, is_turned) = sign_of(arena, there, &point.conditions);
    let order = arena.post_order(sign);
    let has_symbol = order.iter().any(|id| matches!(arena.node(*id), Node::Symbol(_)));
    // 0 to a power by a letter has no sign of its own.
    let is_power_of_zero = |id: &ExprId| match arena.node(*id) {
        Node::Hadamard(factors) => factors.iter().any(|(base, _)| arena.is_zero(*base)),
        _ => false,
    };
    (has_symbol && !order.iter().any(is_power_of_zero)).then_some((sign, is_turned))
}

/// A number without the factors whose sign is known, each odd power as its base, and whether the sign of what is left is turned: ε of
/// 24ε/σ², k(n − k) of −n²/(k(n − k)).
fn sign_of(arena: &mut Arena, number: ExprId, conditions: &[Condition]) -> (ExprId, bool) {
    let (content, primitive) = arena.split_content(number);
    let factors = match arena.node(primitive).clone() {
        Node::Hadamard(factors) => factors.to_vec(),
        _ => vec![(primitive, arena.one())],
    };
    let mut is_turned = content.is_negative();
    let mut kept = Vec::new();
    let mut prover = Prover::new(arena);
    prover.assume_all(conditions);
    for (base, exponent) in factors {
        let bounds = prover.bounds(base);
        let power = prover.arena.as_number(exponent).cloned();
        match power {
            _ if bounds.is_positive() => {}
            Some(power) if power.to_i64().is_none_or(|power| power % 2 == 0) => {
                let is_nonzero = power.is_negative()
                    || bounds.is_nonzero()
                    || conditions.iter().any(|condition| is_factor_of(prover.arena, *condition, base));
                if !is_nonzero {
                    kept.push((base, exponent));
                }
            }
            Some(_) if bounds.is_negative() => is_turned = !is_turned,
            Some(_) => {
                // 1/a + 1/b has the sign of ab(a + b).
                let one = prover.arena.one();
                let parts = over_one(prover.arena, base).map_or(vec![base], |(above, below)| vec![above, below]);
                kept.extend(
                    parts.into_iter().filter(|part| !prover.bounds(*part).is_positive()).map(|part| (part, one)),
                );
            }
            // A power that may be any number has a base above 0.
            None if !prover.arena.is_integer_valued(exponent) => {}
            None => kept.push((base, exponent)),
        }
    }
    let sign = arena.hadamard_powers(&kept, Shape::SCALAR);
    let (content, sign) = arena.split_content(sign);
    is_turned ^= content.is_negative();
    let mut factors: Vec<ExprId> = bases(arena, sign);
    for condition in conditions {
        let Condition::Positive(id) = condition else { continue };
        let known = bases(arena, *id);
        if known.iter().all(|base| factors.contains(base)) {
            factors.retain(|base| !known.contains(base));
        }
    }
    let sign = arena.mul(&factors);
    let sign = simplify(arena, sign);
    let (content, primitive) = arena.split_content(sign);
    (primitive, is_turned != content.is_negative())
}

/// Factors whose product has the sign of a number: of odd powers the bases.
fn bases(arena: &mut Arena, number: ExprId) -> Vec<ExprId> {
    let Node::Hadamard(factors) = arena.node(number).clone() else { return vec![number] };
    let of_factor = |&(base, exponent): &(ExprId, ExprId)| {
        let is_odd = arena.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|power| power % 2 != 0);
        if is_odd { base } else { arena.pow(base, exponent) }
    };
    factors.iter().map(of_factor).collect()
}

/// Whether what is not 0 by a condition has this factor.
fn is_factor_of(arena: &Arena, condition: Condition, factor: ExprId) -> bool {
    let (Condition::NonZero(id) | Condition::Positive(id)) = condition else { return false };
    id == factor || matches!(arena.node(id), Node::Hadamard(factors) if factors.iter().any(|(base, _)| *base == factor))
}

/// Whether a local extreme of a function of one number that has no other stationary point is one of the whole function: f has a derivative
/// on an interval, and would have another such point before it could turn.
fn is_only_on_interval(
    problem: &mut Problem,
    wrt: SymbolId,
    solution: &Solution,
    kind: Kind,
    options: Option<&CheckOptions>,
) -> bool {
    let raw = problem.raw[0];
    if !problem.arena.symbol(wrt).shape.is_scalar() || !convexity::is_smooth_throughout(&mut problem.arena, raw, &[wrt])
    {
        return false;
    }
    let positive = positive(&solution.point.conditions);
    let place = Place { values: &[(wrt, solution.point.expr)], positive: &positive, ..Place::default() };
    options.is_none_or(|options| kind.holds(&problem.arena, raw, &place, options))
}

/// Whether a point at which a convex f is least is the only one: f is strictly convex, or its second derivative there is definite, as the
/// points at which a convex function is least are a convex set.
fn is_only(problem: &Problem, wrt: SymbolId, solution: &Solution, gradient: ExprId) -> bool {
    let nature = solution.nature;
    let bends = match nature.kind {
        Kind::Minimum => Bending::Up,
        Kind::Maximum => Bending::Down,
        _ => return false,
    };
    if let Why::With { part, .. } = nature.why {
        let mut arena = problem.arena.clone();
        let curvature = convexity::curvature_under(&mut arena, part, &[wrt], &[]);
        return matches!(curvature, Some((_, strength)) if strength > Strength::Plain);
    }
    if matches!(nature.why, Why::Sides { .. }) {
        return true;
    }
    if !matches!(nature.why, Why::Convexity | Why::UnderConditions) {
        return false;
    }
    let mut alone = problem.clone();
    alone.wrt = vec![wrt];
    let raw = alone.raw[0];
    let curvature = convexity::curvature_under(&mut alone.arena, raw, &[wrt], &[]);
    if matches!(curvature, Some((_, strength)) if strength > Strength::Plain) {
        return true;
    }
    alone.normal[0] = solution.near;
    let (point, conditions) = (solution.point.expr, &solution.point.conditions);
    let bending = convexity::bending_at(&mut alone, point, conditions);
    bending.or_else(|| convexity::bending_by_gradient(&mut alone, point, gradient, conditions)) == Some(bends)
}

fn solve_gradient(
    problem: &mut Problem,
    wrt: SymbolId,
    gradient: ExprId,
    options: Option<&CheckOptions>,
) -> Stationary {
    let info = problem.arena.symbol(wrt);
    if info.structure == Structure::Orthogonal {
        return solve_orthogonal(problem, wrt, gradient, options);
    }
    if !matches!(info.kind, SymbolKind::Plain | SymbolKind::Positive | SymbolKind::Nonnegative) {
        return nothing(problem, wrt, gradient);
    }
    if problem.arena.links_below(gradient) > MAX_LINKS {
        return Stationary { too_long: true, ..nothing(problem, wrt, gradient) };
    }
    let value = problem.normal[0];
    if let Some((eigen, points)) = rayleigh::extremes(&mut problem.arena, value, wrt) {
        let mut found = nothing(problem, wrt, gradient);
        known(problem, wrt, gradient, points, options, &mut found);
        if !found.solutions.is_empty() {
            return Stationary { eigen: Some(eigen), complete: true, ..found };
        }
    }
    if let Some(found) = solve_thresholds(problem, wrt, gradient, options) {
        return found;
    }
    let kinks = branches::kinks(&mut problem.arena, &[gradient, value], wrt);
    if let Some(kinks) = kinks.filter(|kinks| !kinks.is_empty()) {
        let found = solve_branches(problem, wrt, gradient, &kinks, options);
        if found.complete || !found.solutions.is_empty() || !found.regions.is_empty() {
            return found;
        }
    }
    let expanded = expand(&mut problem.arena, gradient);
    let again = simplify(&mut problem.arena, expanded);
    let apart = answer::sums_apart(&mut problem.arena, gradient);
    let apart = simplify(&mut problem.arena, apart);
    let mut forms = vec![gradient];
    for form in [again, expanded, apart] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    let mut found = nothing(problem, wrt, gradient);
    // X⁻¹ is nowhere 0.
    let is_square = problem.arena.shape(gradient).is_matrix() && problem.arena.shape(gradient).is_square();
    if is_square && decided(&mut problem.arena, Condition::Invertible(gradient)) == Some(true)
        || forms.iter().any(|form| crate::positivity::is_nonzero(&mut problem.arena, *form))
    {
        return Stationary { complete: true, ..found };
    }
    // By inverses, and where a matrix has none the solutions of least norm.
    for is_least_norm in [false, true] {
        for form in &forms {
            let attempt = solve(problem, wrt, (*form, is_least_norm), gradient, options);
            if !attempt.solutions.is_empty() {
                return attempt;
            }
            found.outside = found.outside.or(attempt.outside);
            found.is_inconsistent |= attempt.is_inconsistent;
        }
        if found.outside.is_none() {
            break;
        }
    }
    take_up_least(problem, wrt, gradient, options, &mut found);
    found.complete = found.solutions.is_empty() && forms.iter().any(|form| is_reciprocal(&mut problem.arena, *form));
    found
}

/// Whether a gradient is affine in the variable, throughout and not only piece by piece as 1[x > 0].
fn is_linear(arena: &mut Arena, gradient: ExprId, wrt: SymbolId) -> bool {
    let has_pieces = arena.post_order(gradient).into_iter().any(|id| {
        let is_piecewise = match arena.node(id) {
            Node::Reduce(reduction, _) => *reduction != Reduction::Sum,
            Node::Elementwise(..) | Node::Choose(..) | Node::Norm(..) | Node::Spectral(..) | Node::Ranked(..) => true,
            _ => false,
        };
        is_piecewise && arena.contains_symbol(id, wrt)
    });
    !has_pieces && constraint::is_affine(arena, gradient, &[wrt])
}

/// Whether a gradient is 0 at no point as it has no factor but reciprocals: 2/x.
fn is_reciprocal(arena: &mut Arena, gradient: ExprId) -> bool {
    let (_, primitive) = arena.split_content(gradient);
    let Node::Hadamard(factors) = arena.node(primitive).clone() else { return false };
    factors.iter().all(|(base, exponent)| {
        arena.as_number(*exponent).is_some_and(Coeff::is_negative) || crate::positivity::is_nonzero(arena, *base)
    })
}

/// Takes the point up at which f is least by its form, as a norm at 0.
fn take_up_least(
    problem: &mut Problem,
    wrt: SymbolId,
    gradient: ExprId,
    options: Option<&CheckOptions>,
    found: &mut Stationary,
) {
    if problem.arena.is_zero(gradient) {
        return;
    }
    let (value, shape) = (problem.normal[0], problem.arena.symbol(wrt).shape);
    let outside = found.outside.filter(|point| {
        let own = conditions(&mut problem.arena, *point, *point, &[]);
        impossible(&mut problem.arena, &own).is_none()
    });
    let point = outside.unwrap_or_else(|| problem.arena.zero(shape));
    if let Some(point) = least_by_form(problem, wrt, point, options) {
        // It may have a derivative there all the same, as ‖x‖² + (aᵀx)⁴ has.
        match accepted(problem, wrt, (point, value, gradient), gradient, &[], options) {
            Candidate::Solution(solution) => found.solutions.push(*solution),
            Candidate::Outside | Candidate::Never | Candidate::Wrong => found.kinks.push(point),
        }
    }
}

/// The least and the largest value on the orthogonal matrices, of a function that is affine there.
fn solve_orthogonal(
    problem: &mut Problem,
    wrt: SymbolId,
    gradient: ExprId,
    options: Option<&CheckOptions>,
) -> Stationary {
    let mut found = nothing(problem, wrt, gradient);
    let value = problem.normal[0];
    let extremes = procrustes::extremes(&mut problem.arena, value, wrt);
    if let Some(extremes) = extremes {
        known(problem, wrt, gradient, extremes, options, &mut found);
    }
    found
}

/// The least point of a quadratic function with a norm added, at which it may have no derivative.
fn solve_thresholds(
    problem: &mut Problem,
    wrt: SymbolId,
    gradient: ExprId,
    options: Option<&CheckOptions>,
) -> Option<Stationary> {
    let (raw, value) = (problem.raw[0], problem.normal[0]);
    let (point, needed) = threshold::least(&mut problem.arena, value, gradient, wrt)?;
    // The derivative increases on both sides of the kink, and where f is continuous it increases there too.
    if !threshold::is_continuous(&problem.arena, value, wrt) {
        let curvature = convexity::curvature_under(&mut problem.arena, raw, &[wrt], &needed);
        if !matches!(curvature, Some((Curvature::Convex, _))) {
            return None;
        }
    }
    let finished = finish_point(&mut problem.arena, point, needed, options, |arena, conditions, options| {
        let place = Place { values: &[(wrt, point)], positive: &positive(conditions), ..Place::default() };
        check::check_least(arena, raw, &place, Reach::Far, options)
    });
    let point = finished.ok().filter(|point| point.certificate.as_ref().is_none_or(Certificate::passed))?;
    let nature = Nature { kind: Kind::Minimum, why: Why::Subgradient };
    let solution = Solution { point, nature, may_leave: false, near: value };
    Some(Stationary { solutions: vec![solution], complete: true, is_convex: true, ..nothing(problem, wrt, gradient) })
}

/// Takes points up that are known to be extremes, where they pass their check.
fn known(
    problem: &mut Problem,
    wrt: SymbolId,
    gradient: ExprId,
    points: [(ExprId, Nature); 2],
    options: Option<&CheckOptions>,
    found: &mut Stationary,
) {
    let value = problem.normal[0];
    for (point, nature) in points {
        if let Candidate::Solution(mut solution) =
            accepted(problem, wrt, (point, value, gradient), gradient, &[], options)
        {
            let positive = positive(&solution.point.conditions);
            let place = Place { values: &[(wrt, point)], positive: &positive, ..Place::default() };
            let raw = problem.raw[0];
            if options.is_none_or(|options| nature.kind.holds(&problem.arena, raw, &place, options)) {
                solution.nature = nature;
            }
            found.solutions.push(*solution);
        }
    }
}

/// The point, where by the form of f no value is smaller than there.
fn least_by_form(
    problem: &mut Problem,
    wrt: SymbolId,
    point: ExprId,
    options: Option<&CheckOptions>,
) -> Option<ExprId> {
    let (raw, value) = (problem.raw[0], problem.normal[0]);
    let arena = &mut problem.arena;
    let variable = arena.symbol_expr(wrt);
    let least = substitute(arena, value, variable, point);
    let above = arena.minus(value, least);
    let above = simplify(arena, above);
    let is_least = is_nonnegative(arena, above)
        && options.is_some_and(|options| {
            let place = Place { values: &[(wrt, point)], ..Place::default() };
            check::check_least(arena, raw, &place, Reach::Far, options).passed()
        });
    is_least.then_some(point)
}

/// The solutions on both sides of each kink, and the kinks at which f is smallest.
fn solve_branches(
    problem: &mut Problem,
    wrt: SymbolId,
    gradient: ExprId,
    kinks: &[ExprId],
    options: Option<&CheckOptions>,
) -> Stationary {
    let mut branches = branches::solve(&mut problem.arena, wrt, gradient, kinks);
    let mut result = nothing(problem, wrt, gradient);
    let mut all = branches.solved;
    result.is_convex = is_convex(problem, wrt);
    if !result.is_convex && !branches.points.is_empty() {
        let (raw, value) = (problem.raw[0], problem.normal[0]);
        let weights = branches::weights(&mut problem.arena, value, wrt);
        let curvature = convexity::curvature_under(&mut problem.arena, raw, &[wrt], &weights);
        if !weights.is_empty() && matches!(curvature, Some((Curvature::Convex, _))) {
            branches.needed.extend(weights);
        }
    }
    for (point, sides, signs) in branches.points {
        let mut needed = branches.needed.clone();
        needed.extend(sides);
        let value = problem.normal[0];
        let there = branches::with_signs(&mut problem.arena, value, &signs);
        match accepted(problem, wrt, (point, there, gradient), gradient, &needed, options) {
            Candidate::Solution(solution) => result.solutions.push(*solution),
            Candidate::Never => {}
            Candidate::Outside | Candidate::Wrong => all &= signs.is_empty(),
        }
    }
    let (value, is_convex) = (problem.normal[0], result.is_convex);
    let found = branches::smallest_at_kinks(&mut problem.arena, wrt, value, gradient, kinks, is_convex);
    let raw = problem.raw[0];
    let solved: Vec<ExprId> = result.solutions.iter().map(|solution| solution.point.expr).collect();
    result.kinks = found
        .into_iter()
        .filter(|point| !solved.contains(point))
        .filter(|point| {
            options.is_none_or(|options| {
                let place = Place { values: &[(wrt, *point)], ..Place::default() };
                check::check_least(&problem.arena, raw, &place, Reach::Far, options).passed()
            })
        })
        .collect();
    result.complete = all && branches.complete;
    (result.regions, result.others) = (branches.regions, branches.others);
    result
}

/// Whether f is shown to be convex in the variable.
fn is_convex(problem: &Problem, wrt: SymbolId) -> bool {
    let mut alone = problem.clone();
    alone.wrt = vec![wrt];
    let finding = convexity::convexity(&mut alone, None);
    finding.is_ok_and(|finding| matches!(finding.verdict, Verdict::Is(Curvature::Convex, _)))
}

fn nothing(problem: &mut Problem, wrt: SymbolId, gradient: ExprId) -> Stationary {
    let variable = problem.arena.symbol_expr(wrt);
    Stationary {
        variable,
        gradient,
        solutions: Vec::new(),
        complete: false,
        singular: false,
        is_linear: false,
        is_inconsistent: false,
        period: None,
        others: Vec::new(),
        regions: Vec::new(),
        kinks: Vec::new(),
        is_convex: false,
        is_strict: false,
        hessian: None,
        seconds: Vec::new(),
        checked: None,
        too_long: false,
        outside: None,
        eigen: None,
    }
}

/// The solutions found of one form of the gradient, those alone that pass their check.
fn solve(
    problem: &mut Problem,
    wrt: SymbolId,
    (form, is_least_norm): (ExprId, bool),
    gradient: ExprId,
    options: Option<&CheckOptions>,
) -> Stationary {
    let mut equation = Equation { is_least_norm, ..Equation::new(&mut problem.arena, wrt) };
    let points = equation.solve_zero(form, 0);
    let Equation { conditions: needed, others, periods, unique, singular, positive, definite, .. } = equation;
    let mut result = nothing(problem, wrt, gradient);
    let definite: Vec<ExprId> = definite
        .into_iter()
        .map(|id| {
            let shortest = Form::Shortest.of(&mut problem.arena, id);
            problem.arena.split_content(shortest).1
        })
        .collect();
    let count = points.len();
    let is_periodic = |point: &ExprId| periods.iter().any(|(known, period)| known == point && *period == periods[0].1);
    let period = periods.first().filter(|_| points.iter().all(is_periodic)).map(|(_, period)| *period);
    let unique = unique && (periods.is_empty() || period.is_some());
    for found in points {
        let known_period = periods.iter().find(|(known, _)| *known == found).map(|(_, period)| *period);
        let mut point = Form::Shortest.of(&mut problem.arena, found);
        let value = problem.normal[0];
        let mut candidate = accepted(problem, wrt, (point, value, form), gradient, &needed, options);
        // Where f has no value at one of the points that repeat it may have one at the next.
        for times in 1..=known_period.map_or(0, |_| MOST_PERIODS) {
            let (false, Some(period)) = (matches!(candidate, Candidate::Solution(_) | Candidate::Wrong), known_period)
            else {
                break;
            };
            let arena = &mut problem.arena;
            let moved = arena.scale(&Coeff::integer(times), period);
            let moved = arena.plus(found, moved);
            let moved = Form::Shortest.of(arena, moved);
            let next = accepted(problem, wrt, (moved, value, form), gradient, &needed, options);
            if matches!(next, Candidate::Solution(_)) {
                (point, candidate) = (moved, next);
            }
        }
        match candidate {
            Candidate::Solution(mut solution) => {
                if positive.contains(&found) {
                    let (content, primitive) = problem.arena.split_content(point);
                    let known = if content.is_negative() { point } else { primitive };
                    let is_known = |one: &Condition| [point, known].map(Condition::Positive).contains(one);
                    solution.point.conditions.retain(|condition| !is_known(condition));
                }
                solution.point.conditions.retain(|condition| match *condition {
                    Condition::Definite(id) | Condition::NoNegativeEigenvalues(id) => {
                        !definite.contains(&problem.arena.split_content(id).1)
                    }
                    _ => true,
                });
                result.solutions.push(*solution);
            }
            Candidate::Outside | Candidate::Never => result.outside = Some(point),
            Candidate::Wrong => result.is_inconsistent |= singular && is_free(&problem.arena, wrt),
        }
    }
    result.complete = unique && others.is_empty() && result.solutions.len() == count;
    // A factor that was not solved may have other solutions.
    let period = period.filter(|_| unique && others.is_empty());
    (result.singular, result.others, result.period) = (singular, others, period);
    result
}

/// Whether nothing is declared of the values of a variable.
fn is_free(arena: &Arena, wrt: SymbolId) -> bool {
    arena.symbol(wrt).structure == Structure::General && arena.symbol(wrt).kind == SymbolKind::Plain
}

/// What becomes of a point that an equation led to.
enum Candidate {
    Solution(Box<Solution>),
    /// It needs what never is so.
    Never,
    /// f has no value or no derivative there, wherever it was tried.
    Outside,
    /// The derivative there is not 0.
    Wrong,
}

/// The point as a solution, where it passes its check; beside it f as it is near the point, and the gradient in the form that was solved.
fn accepted(
    problem: &mut Problem,
    wrt: SymbolId,
    (point, near, form): (ExprId, ExprId, ExprId),
    gradient: ExprId,
    needed: &[Condition],
    options: Option<&CheckOptions>,
) -> Candidate {
    let needed = needed_at(problem, wrt, point, gradient, needed);
    let raw = problem.raw[0];
    let finished = finish_point(&mut problem.arena, point, needed, options, |arena, conditions, options| {
        let place = Place { values: &[(wrt, point)], positive: &positive(conditions), ..Place::default() };
        let first = check_where(arena, raw, &place, conditions, options);
        // Conditions that hold at few points are looked for further on, and where sizes are further apart.
        let drawn = [1, SPREAD].into_iter().flat_map(|spread| (0..=FURTHER).map(move |more| (spread, more)));
        let further = drawn.skip(1).map(|(spread, more)| CheckOptions {
            seed: options.seed.wrapping_add(more),
            spread: options.spread.max(spread),
            ..options.clone()
        });
        let has_point = |checked: &Certificate| checked.outcome != Outcome::NotChecked(Reason::NoPoint);
        if has_point(&first) || conditions.is_empty() {
            return first;
        }
        let mut others = further.map(|options| check_where(arena, raw, &place, conditions, &options));
        others.find(has_point).unwrap_or(first)
    });
    let Ok(finished) = finished else { return Candidate::Never };
    match finished.certificate.as_ref().map(|certificate| &certificate.outcome) {
        Some(Outcome::Failed(_)) => return Candidate::Wrong,
        Some(Outcome::NotChecked(Reason::NoPoint)) => return Candidate::Outside,
        Some(Outcome::Passed | Outcome::NotChecked(_)) | None => {}
    }
    let mut nature = kind::nature(problem, wrt, (point, near, form), &finished.conditions);
    let place = Place { values: &[(wrt, point)], positive: &positive(&finished.conditions), ..Place::default() };
    if options.is_some_and(|options| !nature.kind.holds(&problem.arena, raw, &place, options)) {
        nature = Nature::UNKNOWN;
    }
    Candidate::Solution(Box::new(Solution {
        may_leave: may_leave(&mut problem.arena, wrt, point),
        near,
        point: finished,
        nature,
    }))
}

/// Checks a place where its conditions hold, and hold so clearly that rounding does not decide.
fn check_where(
    arena: &Arena,
    raw: ExprId,
    place: &Place<'_>,
    conditions: &[Condition],
    options: &CheckOptions,
) -> Certificate {
    check::check_stationary(arena, raw, place, options, |at| hold_in_doubles(arena, conditions, at))
}

/// What has to be positive.
fn positive(conditions: &[Condition]) -> Vec<ExprId> {
    let positive =
        conditions.iter().map(|condition| if let Condition::Positive(id) = condition { Some(*id) } else { None });
    positive.flatten().collect()
}

/// What has to hold for the point to be stationary: its own domain, that of f at the point, and what the way to it needed.
fn needed_at(
    problem: &mut Problem,
    wrt: SymbolId,
    point: ExprId,
    gradient: ExprId,
    needed: &[Condition],
) -> Vec<Condition> {
    let arena = &mut problem.arena;
    let variable = arena.symbol_expr(wrt);
    let mut all = conditions(arena, point, point, needed);
    all.extend(of_declaration(arena, wrt, point));
    all.extend(needed);
    for condition in conditions(arena, problem.raw[0], gradient, &[]) {
        if arena.contains_symbol(condition.expr(), wrt) {
            let there = substitute(arena, condition.expr(), variable, point);
            let there = Form::Shortest.of(arena, there);
            all.push(condition.with(there));
        } else {
            all.push(condition);
        }
    }
    all
}

/// What has to hold of the value of a variable by its declaration.
fn of_declaration(arena: &Arena, wrt: SymbolId, point: ExprId) -> Option<Condition> {
    match (arena.symbol(wrt).structure, arena.symbol(wrt).kind) {
        (Structure::PositiveDefinite, _) => Some(Condition::Definite(point)),
        (Structure::PositiveSemidefinite, _) => Some(Condition::Semidefinite(point)),
        (_, SymbolKind::Positive) => Some(Condition::Positive(point)),
        _ => None,
    }
}

/// Whether the value of a variable that is declared nonnegative may be negative.
fn may_leave(arena: &mut Arena, wrt: SymbolId, point: ExprId) -> bool {
    arena.symbol(wrt).kind == SymbolKind::Nonnegative && !is_nonnegative(arena, point)
}

/// Where an expression is never negative, what is 0 where it is: a − b of (a − b)².
#[must_use]
pub fn root_of_nonnegative(arena: &Arena, id: ExprId) -> Option<ExprId> {
    is_nonnegative(&mut arena.clone(), id).then(|| match arena.node(id) {
        Node::Hadamard(factors) if factors.len() == 1 => factors[0].0,
        _ => id,
    })
}
