//! What a stationary point is: by the convexity of f, as it is, under the conditions of the point, or after a change of variables, and by the
//! second derivative at the point.

use super::equation::{divisors, substitute};
use crate::answer::convexity::{self, Bending, Curvature, Inner};
use crate::check::{self, Certificate, CheckOptions, Outcome, Place, Reach};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Node, Reduction, StandIn, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::positivity::Prover;
use crate::problem::Problem;
use crate::simplify::{expand, simplify};
use crate::structure::Structure;

/// The number of the part that stands for the distance from a point.
const PART: usize = 7_927;

/// Derivatives of higher order are not looked at.
const MOST_ORDER: u8 = 6;

/// Lines through a saddle point on which smaller and larger values are looked for.
const SADDLE: usize = 12;

/// What a stationary point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No value is smaller.
    Minimum,
    /// No value is larger.
    Maximum,
    /// No value near it is smaller.
    LocalMinimum,
    /// No value near it is larger.
    LocalMaximum,
    /// Some values near it are smaller, and some larger.
    Saddle,
    /// Nothing was shown.
    Unknown,
}

/// Why it is that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// f is convex or concave.
    Convexity,
    /// It is so where the conditions of the point hold.
    UnderConditions,
    /// It is so in the inverse of the variable.
    OfInverse,
    /// f increases, or decreases, with a number that is convex or concave.
    With {
        /// The number.
        part: ExprId,
        /// Whether f increases with it.
        rises: bool,
        /// What it is.
        curvature: Curvature,
    },
    /// f of one number increases and decreases on the two sides of the point: whether it increases before it, and behind it.
    Sides {
        /// Before it.
        before: bool,
        /// Behind it.
        after: bool,
    },
    /// No value is smaller, or none is larger, than this one at the point.
    Bound(ExprId),
    /// The second derivative there is definite.
    Bending,
    /// That of the Lagrangian is definite, or of both signs, along the directions that the constraints leave.
    Along,
    /// The first derivative there that is not 0 is of even order, or of odd order.
    Order(u8),
    /// Beside the point f differs from its value there by an odd function of the distance.
    Odd,
    /// It is definite, and there is no other stationary point on the interval on which f has a derivative.
    OnlyOne,
    /// No other stationary point, of all, has a smaller or larger value, nor has what is beyond them.
    Compared {
        /// Whether there is anything beyond them, where f is not periodic.
        beyond: bool,
    },
    /// 0 is a subgradient of a convex f there.
    Subgradient,
    /// In one unknown after another, each for all values of those that follow.
    InTurn,
    /// f is convex or concave, and the constraints are affine.
    AffineConstraints,
    /// The Lagrangian is convex or concave at these multipliers.
    Lagrangian,
    /// f is convex or concave where the affine constraints hold.
    Reduced,
    /// A Rayleigh quotient lies between the least and the largest eigenvalue.
    Eigenvalues,
    /// Inequalities of von Neumann: no orthogonal matrix has a larger inner product with this matrix than its polar factor.
    Polar(ExprId),
}

/// What a point is, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nature {
    /// What it is.
    pub kind: Kind,
    /// Why.
    pub why: Why,
}

impl Nature {
    /// Nothing was shown.
    pub(super) const UNKNOWN: Self = Self { kind: Kind::Unknown, why: Why::Bending };

    /// What convexity makes of a stationary point; nothing where f is affine.
    pub(super) fn of_curvature(curvature: Curvature, why: Why) -> Option<Self> {
        match curvature {
            Curvature::Convex => Some(Self { kind: Kind::Minimum, why }),
            Curvature::Concave => Some(Self { kind: Kind::Maximum, why }),
            Curvature::Affine => None,
        }
    }
}

impl Kind {
    /// Whether values near the point, or farther away, are as this says.
    pub(super) fn holds(self, arena: &Arena, input: ExprId, place: &Place<'_>, options: &CheckOptions) -> bool {
        let least = |reach| check::check_least(arena, input, place, reach, options);
        let fails = |certificate: Certificate| matches!(certificate.outcome, Outcome::Failed(_));
        let certificate = match self {
            Self::Minimum => least(Reach::Far),
            Self::LocalMinimum => least(Reach::Near),
            Self::Maximum => least(Reach::FarBelow),
            Self::LocalMaximum => least(Reach::NearBelow),
            Self::Saddle => {
                let options = CheckOptions { directions: SADDLE, ..options.clone() };
                let least = |reach| check::check_least(arena, input, place, reach, &options);
                return fails(least(Reach::Far)) && fails(least(Reach::FarBelow));
            }
            Self::Unknown => return true,
        };
        !fails(certificate)
    }
}

/// Minimum or maximum in one variable, the others held: by the convexity of f, or by its second derivative at the point. Beside the point f
/// as it is near it, and its gradient in the form that was solved.
pub(super) fn nature(
    problem: &mut Problem,
    wrt: SymbolId,
    (point, near, gradient): (ExprId, ExprId, ExprId),
    conditions: &[Condition],
) -> Nature {
    let (raw, value) = (problem.raw[0], problem.normal[0]);
    // What the point is divided by is not 0.
    let divisors = divisors(&problem.arena, point).into_iter();
    let scalars = divisors.filter(|divisor| problem.arena.shape(*divisor).is_scalar());
    let conditions = &[conditions, &scalars.map(Condition::NonZero).collect::<Vec<_>>()].concat();
    if let Some(nature) = by_convexity(&mut problem.arena, raw, value, &[wrt], conditions) {
        return nature;
    }
    if let Some(nature) = by_sides(&mut problem.arena, raw, wrt, point, gradient, conditions) {
        return nature;
    }
    if let Some(nature) = by_bound(&mut problem.arena, value, wrt, point, conditions) {
        return nature;
    }
    let mut alone = problem.clone();
    alone.wrt = vec![wrt];
    alone.normal[0] = near;
    let bending = convexity::bending_at(&mut alone, point, conditions);
    let kind = match bending.or_else(|| convexity::bending_by_gradient(&mut alone, point, gradient, conditions)) {
        Some(Bending::Up) => Kind::LocalMinimum,
        Some(Bending::Down) => Kind::LocalMaximum,
        None => {
            let by_order = by_order(problem, wrt, point, gradient, conditions);
            let nature = by_order.or_else(|| by_oddness(&mut problem.arena, value, wrt, point, gradient));
            return nature.unwrap_or(Nature::UNKNOWN);
        }
    };
    Nature { kind, why: Why::Bending }
}

/// Whether f less its value at the point has one sign throughout by its form.
fn by_bound(
    arena: &mut Arena,
    value: ExprId,
    wrt: SymbolId,
    point: ExprId,
    conditions: &[Condition],
) -> Option<Nature> {
    let variable = arena.symbol_expr(wrt);
    let there = substitute(arena, value, variable, point);
    let there = simplify(arena, there);
    let above = arena.minus(value, there);
    let above = simplify(arena, above);
    let mut prover = Prover::new(arena);
    prover.assume_all(conditions);
    let bounds = prover.bounds(above);
    let kind = match (bounds.is_nonnegative(), bounds.is_nonpositive()) {
        (true, false) => Kind::Minimum,
        (false, true) => Kind::Maximum,
        _ => return None,
    };
    Some(Nature { kind, why: Why::Bound(there) })
}

/// What the first derivative that does not vanish at the point says of a function of one number, smooth by its form.
fn by_order(
    problem: &mut Problem,
    wrt: SymbolId,
    point: ExprId,
    gradient: ExprId,
    conditions: &[Condition],
) -> Option<Nature> {
    let value = problem.normal[0];
    let arena = &mut problem.arena;
    if !arena.symbol(wrt).shape.is_scalar() || !is_analytic(arena, value, wrt) {
        return None;
    }
    let (variable, step, one) = (arena.symbol_expr(wrt), arena.differential(wrt, 0), arena.one());
    let mut derivative = gradient;
    for order in 2..=MOST_ORDER {
        let differential = crate::differential::differentiate(arena, derivative, wrt, 0).ok()?.expr;
        derivative = substitute(arena, differential, step, one);
        derivative = simplify(arena, derivative);
        let there = substitute(arena, derivative, variable, point);
        let there = expand(arena, there);
        let there = simplify(arena, there);
        if arena.is_zero(there) {
            continue;
        }
        let mut prover = Prover::new(arena);
        prover.assume_all(conditions);
        let bounds = prover.bounds(there);
        let kind = match (order % 2 == 0, bounds.is_positive(), bounds.is_negative()) {
            (true, true, _) => Kind::LocalMinimum,
            (true, _, true) => Kind::LocalMaximum,
            (false, true, _) | (false, _, true) => Kind::Saddle,
            _ => return None,
        };
        return Some(Nature { kind, why: Why::Order(order) });
    }
    None
}

/// What is neither by its symmetry: f(x* + h) + f(x* − h) does not vary with h, and f, smooth by its form, does.
fn by_oddness(arena: &mut Arena, value: ExprId, wrt: SymbolId, point: ExprId, gradient: ExprId) -> Option<Nature> {
    if arena.is_zero(gradient) || !is_analytic(arena, value, wrt) {
        return None;
    }
    let variable = arena.symbol_expr(wrt);
    let twice = arena.plus(point, point);
    let across = arena.minus(twice, variable);
    let there = substitute(arena, value, variable, across);
    let both = arena.plus(value, there);
    let both = expand(arena, both);
    let both = simplify(arena, both);
    (!arena.contains_symbol(both, wrt)).then_some(Nature { kind: Kind::Saddle, why: Why::Odd })
}

/// Whether a function has derivatives of every order wherever it has a value, by its form.
fn is_analytic(arena: &Arena, value: ExprId, wrt: SymbolId) -> bool {
    arena.post_order(value).into_iter().filter(|id| arena.contains_symbol(*id, wrt)).all(|id| match arena.node(id) {
        Node::Symbol(_)
        | Node::Add(_)
        | Node::Product(_)
        | Node::Transpose(_)
        | Node::Trace(_)
        | Node::Reduce(Reduction::Sum, _) => true,
        Node::Hadamard(factors) => factors.iter().all(|(base, exponent)| {
            !arena.contains_symbol(*exponent, wrt)
                && (!arena.contains_symbol(*base, wrt) || arena.as_number(*exponent).is_some_and(Coeff::is_integer))
        }),
        Node::Elementwise(func, _) => {
            matches!(func, Func::Exp | Func::Sin | Func::Cos | Func::Sinh | Func::Cosh | Func::Tanh | Func::Log)
        }
        _ => false,
    })
}

/// What convexity in all variables jointly says of a stationary point in them.
pub(super) fn by_curvature(
    arena: &mut Arena,
    raw: ExprId,
    wrt: &[SymbolId],
    conditions: &[Condition],
) -> Option<Nature> {
    let of = |found: Option<(Curvature, _)>, why| found.and_then(|(found, _)| Nature::of_curvature(found, why));
    let whole = of(convexity::curvature_under(arena, raw, wrt, &[]), Why::Convexity);
    if whole.is_some() {
        return whole;
    }
    let under = constant(arena, wrt, conditions);
    if under.is_empty() {
        return None;
    }
    of(convexity::curvature_under(arena, raw, wrt, &under), Why::UnderConditions)
}

/// The conditions that are free of the variables.
fn constant(arena: &Arena, wrt: &[SymbolId], conditions: &[Condition]) -> Vec<Condition> {
    let is_free = |condition: &&Condition| !wrt.iter().any(|wrt| arena.contains_symbol(condition.expr(), *wrt));
    conditions.iter().filter(is_free).copied().collect()
}

/// The same, also after a change of variables where there is one variable.
pub(super) fn by_convexity(
    arena: &mut Arena,
    raw: ExprId,
    value: ExprId,
    wrt: &[SymbolId],
    conditions: &[Condition],
) -> Option<Nature> {
    let as_it_is = by_curvature(arena, raw, wrt, conditions);
    if as_it_is.is_some() {
        return as_it_is;
    }
    if let [variable] = *wrt
        && let Some(inverted) = in_inverse(arena, value, variable)
        && let Some(nature) = by_curvature(arena, inverted, wrt, conditions)
    {
        return Some(Nature { why: Why::OfInverse, ..nature });
    }
    let under = constant(arena, wrt, conditions);
    let Inner { part, rises, curvature, .. } = convexity::increasing_in(arena, value, wrt, &under)?;
    let is_least = (curvature == Curvature::Convex) == rises;
    let kind = if is_least { Kind::Minimum } else { Kind::Maximum };
    Some(Nature { kind, why: Why::With { part, rises, curvature } })
}

/// What the signs of f′ on the two sides of the point say of a function of one number; nothing where one of them is not the same throughout.
fn by_sides(
    arena: &mut Arena,
    raw: ExprId,
    wrt: SymbolId,
    point: ExprId,
    gradient: ExprId,
    conditions: &[Condition],
) -> Option<Nature> {
    if !arena.symbol(wrt).shape.is_scalar() || !convexity::is_smooth_throughout(arena, raw, &[wrt]) {
        return None;
    }
    let before = beyond(arena, wrt, gradient, point, false).is_positive(arena, wrt, conditions)?;
    let after = beyond(arena, wrt, gradient, point, true).is_positive(arena, wrt, conditions)?;
    let kind = match (before, after) {
        (false, true) => Kind::Minimum,
        (true, false) => Kind::Maximum,
        _ => Kind::Saddle,
    };
    Some(Nature { kind, why: Why::Sides { before, after } })
}

/// A function of one number at a positive distance from a point.
pub(super) struct Beyond {
    step: ExprId,
    place: ExprId,
    /// Its value in several forms.
    pub(super) values: Vec<ExprId>,
}

/// A function of one number behind a point, or before it.
pub(super) fn beyond(arena: &mut Arena, wrt: SymbolId, function: ExprId, point: ExprId, is_after: bool) -> Beyond {
    let variable = arena.symbol_expr(wrt);
    let symbol = arena.stand_in(StandIn::Part(PART));
    let step = arena.symbol_expr(symbol);
    let place = if is_after { arena.plus(point, step) } else { arena.minus(point, step) };
    let there = substitute(arena, function, variable, place);
    let expanded = expand(arena, there);
    let values = vec![there, simplify(arena, there), expanded, simplify(arena, expanded)];
    Beyond { step, place, values }
}

impl Beyond {
    /// A prover that knows the distance, the variable's declaration and the conditions.
    pub(super) fn assuming<'a>(&self, arena: &'a mut Arena, wrt: SymbolId, conditions: &[Condition]) -> Prover<'a> {
        let mut prover = Prover::new(arena);
        prover.assume_positive(self.step);
        if prover.arena.symbol(wrt).kind == SymbolKind::Positive {
            prover.assume_positive(self.place);
        }
        prover.assume_all(conditions);
        prover
    }

    /// Whether it is positive there, or negative; nothing where neither is shown.
    pub(super) fn is_positive(&self, arena: &mut Arena, wrt: SymbolId, conditions: &[Condition]) -> Option<bool> {
        let mut prover = self.assuming(arena, wrt, conditions);
        self.values.iter().find_map(|form| {
            let bounds = prover.bounds(*form);
            match (bounds.is_positive(), bounds.is_negative()) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            }
        })
    }
}

/// f with the inverse of the variable in the place of the variable, where all inverses are values of it: of positive numbers and of positive
/// definite matrices.
fn in_inverse(arena: &mut Arena, value: ExprId, wrt: SymbolId) -> Option<ExprId> {
    let (kind, structure) = (arena.symbol(wrt).kind, arena.symbol(wrt).structure);
    let variable = arena.symbol_expr(wrt);
    let inverse = match structure {
        Structure::PositiveDefinite => arena.inverse(variable),
        _ if kind == SymbolKind::Positive => arena.recip(variable),
        _ => return None,
    };
    let inverted = substitute(arena, value, variable, inverse);
    Some(simplify(arena, inverted))
}
