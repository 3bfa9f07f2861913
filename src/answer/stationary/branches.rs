//! Functions with kinks: where sign(u) and its kin stand in a gradient, the equation is solved for u > 0 and for u < 0, and a solution
//! counts where u has that sign. Where u = 0 there is no derivative; the value may be smallest there all the same.

use rustc_hash::FxHashMap;

use super::equation::{Equation, substitute};
use crate::domain::{Condition, decided, require};
use crate::expr::{Arena, ExprId, Func, Node, Norm, Reduction, SymbolId};
use crate::positivity::Prover;
use crate::simplify::{expand, shortest, simplify};

/// More kinks than this are not taken apart: each doubles the number of branches.
const MAX_KINKS: usize = 4;

/// Kinks, and whether each is above 0.
pub(super) type Signs = Vec<(ExprId, bool)>;

/// What was found of ∇f = 0 on both sides of each kink.
#[derive(Clone, Debug, Default)]
pub(super) struct Branches {
    /// Points with the conditions under which they are in their branch, and the signs that the kinks have in it: none where a kink is.
    pub(super) points: Vec<(ExprId, Vec<Condition>, Signs)>,
    /// Where the gradient is 0 throughout.
    pub(super) regions: Vec<Vec<Condition>>,
    /// What else the ways to the points needed.
    pub(super) needed: Vec<Condition>,
    /// Factors that were not solved.
    pub(super) others: Vec<ExprId>,
    /// Whether that is all.
    pub(super) complete: bool,
    /// Whether no branch was left open.
    pub(super) solved: bool,
}

/// The arguments of sign, step and absolute value that depend on the variable; `None` where they cannot be taken apart.
pub(super) fn kinks(arena: &mut Arena, roots: &[ExprId], wrt: SymbolId) -> Option<Vec<ExprId>> {
    let shape = arena.symbol(wrt).shape;
    let mut found: Vec<ExprId> = Vec::new();
    for id in roots.iter().flat_map(|root| arena.post_order(*root)).collect::<Vec<_>>() {
        let Node::Elementwise(Func::Sign | Func::Step | Func::Abs | Func::Relu, of) = *arena.node(id) else { continue };
        if !arena.contains_symbol(of, wrt) {
            continue;
        }
        // sign(−u) is −sign(u).
        let (_, primitive) = arena.split_content(of);
        if found.contains(&primitive) {
            continue;
        }
        let fits = arena.shape(of).is_scalar() || arena.shape(of) == shape && shape.is_column();
        if !fits || !arena.free_indices(of).is_empty() {
            return None;
        }
        found.push(primitive);
    }
    (found.len() <= MAX_KINKS).then_some(found)
}

/// The expression where each kink has the sign that is given: true above 0.
pub(in crate::answer) fn with_signs(arena: &mut Arena, expr: ExprId, signs: &[(ExprId, bool)]) -> ExprId {
    let mut map = FxHashMap::default();
    for id in arena.post_order(expr) {
        // ‖u‖₁ is Σ |uᵢ|.
        if let Node::Norm(Norm::One, of) = *arena.node(id) {
            let (content, primitive) = arena.split_content(of);
            if let Some((_, above)) = signs.iter().find(|(kink, _)| *kink == primitive) {
                let sum = arena.reduce(Reduction::Sum, of);
                map.insert(id, if *above == content.is_negative() { arena.neg(sum) } else { sum });
            }
            continue;
        }
        let Node::Elementwise(func @ (Func::Sign | Func::Step | Func::Abs | Func::Relu), of) = *arena.node(id) else {
            continue;
        };
        let (content, primitive) = arena.split_content(of);
        let Some((_, above)) = signs.iter().find(|(kink, _)| *kink == primitive) else { continue };
        let above = *above != content.is_negative();
        let ones = arena.ones(arena.shape(of));
        let value = match (func, above) {
            (Func::Sign | Func::Step, true) => ones,
            (Func::Sign, false) => arena.neg(ones),
            (Func::Abs | Func::Relu, true) => of,
            (Func::Abs, false) => arena.neg(of),
            _ => arena.zero(arena.shape(of)),
        };
        map.insert(id, value);
    }
    let put = arena.rewrite(expr, &mut map);
    simplify(arena, put)
}

/// That the numbers in front of absolute values and norms are above 0, as λ of λ‖x‖₁ is meant to be; those alone whose sign is open.
pub(super) fn weights(arena: &mut Arena, value: ExprId, wrt: SymbolId) -> Vec<Condition> {
    let written = expand(arena, value);
    let mut found = Vec::new();
    for (coeff, term) in arena.terms(written) {
        let Node::Hadamard(factors) = arena.node(term).clone() else { continue };
        let (varying, fixed): (Vec<_>, Vec<_>) =
            factors.iter().copied().partition(|(base, _)| arena.contains_symbol(*base, wrt));
        let is_kinked = |(base, _): &(ExprId, ExprId)| {
            arena.post_order(*base).into_iter().any(|id| {
                matches!(arena.node(id), Node::Norm(Norm::One, _) | Node::Elementwise(Func::Abs | Func::Relu, _))
            })
        };
        if coeff.is_negative() || fixed.is_empty() || !varying.iter().any(is_kinked) {
            continue;
        }
        let weight = arena.hadamard_powers(&fixed, crate::expr::Shape::SCALAR);
        if require(arena, Condition::Positive(weight), &mut found).is_none() {
            return Vec::new();
        }
    }
    found
}

/// Every way to give the kinks a sign.
fn all_signs(kinks: &[ExprId]) -> impl Iterator<Item = Signs> {
    (0..1_usize << kinks.len())
        .map(|which| kinks.iter().enumerate().map(|(place, kink)| (*kink, which >> place & 1 == 0)).collect())
}

/// u > 0 or −u > 0 for each kink.
fn sides(arena: &mut Arena, signs: &[(ExprId, bool)]) -> Vec<Condition> {
    signs.iter().map(|(kink, above)| Condition::Positive(if *above { *kink } else { arena.neg(*kink) })).collect()
}

/// The solutions of gradient = 0 on both sides of each kink.
pub(super) fn solve(arena: &mut Arena, wrt: SymbolId, gradient: ExprId, kinks: &[ExprId]) -> Branches {
    let variable = arena.symbol_expr(wrt);
    let mut all = Branches { complete: true, solved: true, ..Branches::default() };
    let mut shared: Option<Vec<ExprId>> = None;
    for signs in all_signs(kinks) {
        let there = with_signs(arena, gradient, &signs);
        let sides = sides(arena, &signs);
        if never_together(arena, &sides) {
            continue;
        }
        if arena.is_zero(there) {
            all.regions.push(sides);
            continue;
        }
        if never_zero(arena, there, &sides) {
            shared = Some(Vec::new());
            continue;
        }
        let mut equation = Equation::new(arena, wrt);
        let points = equation.solve_zero(there, 0);
        let Equation { conditions, others, unique, singular, .. } = equation;
        if points.is_empty() {
            all.solved = false;
        }
        all.complete &= unique && !singular && others.is_empty() && !points.is_empty();
        // A factor that vanishes on one side alone says nothing of points on the other.
        match &mut shared {
            Some(known) => known.retain(|factor| others.contains(factor)),
            None => shared = Some(others),
        }
        let mut kept = false;
        for point in points {
            let point = shortest(arena, point);
            let Some(here) = conditions_of(arena, &sides, variable, point) else { continue };
            kept = true;
            match all.points.iter_mut().find(|(known, ..)| *known == point) {
                // In both branches, which have no condition in common.
                Some((_, known, _)) => known.retain(|condition| here.contains(condition)),
                None => all.points.push((point, here, signs.clone())),
            }
        }
        if kept {
            all.needed.extend(conditions);
        }
    }
    // Where u = 0 both sides may have the slope 0, as of |x|³: whoever takes the point looks whether there is a derivative.
    for kink in kinks {
        let mut equation = Equation::new(arena, wrt);
        let points = equation.solve_zero(*kink, 0);
        all.complete &= !points.is_empty() && equation.unique || crate::positivity::is_nonzero(arena, *kink);
        for point in points {
            let point = shortest(arena, point);
            if !all.points.iter().any(|(known, ..)| *known == point) {
                all.points.push((point, Vec::new(), Vec::new()));
            }
        }
    }
    // Each entry may be on a side of its own.
    let entrywise = kinks.iter().any(|kink| !arena.shape(*kink).is_scalar());
    all.others = shared.filter(|_| !entrywise && all.regions.is_empty()).unwrap_or_default();
    let has_branch = all.points.iter().any(|(.., signs)| !signs.is_empty());
    all.complete &= !entrywise || !has_branch && all.regions.is_empty();
    all
}

/// Whether not all of these can hold: one of them never does, or the sum of two is never above 0.
fn never_together(arena: &mut Arena, sides: &[Condition]) -> bool {
    let exprs: Vec<ExprId> = sides.iter().map(Condition::expr).collect();
    (0..exprs.len()).any(|first| {
        (0..=first).any(|second| {
            if arena.shape(exprs[first]) != arena.shape(exprs[second]) {
                return false;
            }
            let sum = arena.plus(exprs[first], exprs[second]);
            let sum = simplify(arena, sum);
            decided(arena, Condition::Positive(sum)) == Some(false)
        })
    })
}

/// What a point needs to be on the given sides; `None` where it never is.
fn conditions_of(arena: &mut Arena, sides: &[Condition], variable: ExprId, point: ExprId) -> Option<Vec<Condition>> {
    let mut needed = Vec::new();
    for side in sides {
        let there = substitute(arena, side.expr(), variable, point);
        let there = side.with(simplify(arena, there));
        require(arena, there, &mut needed)?;
    }
    Some(needed)
}

/// Whether a gradient is nowhere 0 where the conditions hold.
fn never_zero(arena: &mut Arena, gradient: ExprId, sides: &[Condition]) -> bool {
    let mut prover = Prover::new(arena);
    for side in sides {
        prover.assume_positive(side.expr());
    }
    prover.bounds(gradient).is_nonzero()
}

/// The points of kinks at which f is smallest, though it has no derivative there: by its value, or, where f is convex, as the slopes on both
/// sides have 0 between them.
pub(super) fn smallest_at_kinks(
    arena: &mut Arena,
    wrt: SymbolId,
    value: ExprId,
    gradient: ExprId,
    kinks: &[ExprId],
    is_convex: bool,
) -> Vec<ExprId> {
    let variable = arena.symbol_expr(wrt);
    let mut found = Vec::new();
    for kink in kinks {
        let mut equation = Equation::new(arena, wrt);
        let points = equation.solve_zero(*kink, 0);
        if !equation.unique || equation.singular || !equation.others.is_empty() {
            continue;
        }
        for point in points {
            let point = shortest(arena, point);
            let least = substitute(arena, value, variable, point);
            let above = arena.minus(value, least);
            let above = simplify(arena, above);
            let is_least = Prover::new(arena).bounds(above).is_nonnegative();
            // Two kinks may meet at one point, as those of max(x, x²) at 0.
            if found.contains(&point) {
                continue;
            }
            if is_least || is_convex && has_slopes_around_zero(arena, wrt, gradient, (*kink, kinks), point) {
                found.push(point);
            }
        }
    }
    found
}

/// Whether the slope on the left of the kink u = ±x + c is at most 0 at its point, and that on the right at least 0, entry by entry.
fn has_slopes_around_zero(
    arena: &mut Arena,
    wrt: SymbolId,
    gradient: ExprId,
    (kink, kinks): (ExprId, &[ExprId]),
    point: ExprId,
) -> bool {
    let variable = arena.symbol_expr(wrt);
    let Some(rises) = direction_of(arena, kink, variable) else { return false };
    let mut slope = |right: bool| {
        let mut signs = vec![(kink, right == rises)];
        // Other kinks at the same point turn with this one, and those elsewhere have their value.
        for other in kinks.iter().filter(|other| **other != kink) {
            let there = substitute(arena, *other, variable, point);
            let there = simplify(arena, there);
            if arena.is_zero(there) {
                let rises = direction_of(arena, *other, variable)?;
                signs.push((*other, right == rises));
            }
        }
        let side = with_signs(arena, gradient, &signs);
        let there = substitute(arena, side, variable, point);
        Some(simplify(arena, there))
    };
    let (Some(left), Some(right)) = (slope(false), slope(true)) else { return false };
    let mut prover = Prover::new(arena);
    prover.bounds(left).is_nonpositive() && prover.bounds(right).is_nonnegative()
}

/// Whether u = cx + d grows with x; `None` of any other form.
pub(super) fn direction_of(arena: &mut Arena, kink: ExprId, variable: ExprId) -> Option<bool> {
    let terms = arena.terms(kink);
    let Node::Symbol(symbol) = *arena.node(variable) else { return None };
    let moving: Vec<_> = terms.iter().filter(|(_, term)| arena.contains_symbol(*term, symbol)).collect();
    match &*moving {
        [(coeff, term)] if *term == variable => Some(!coeff.is_negative()),
        _ => None,
    }
}
