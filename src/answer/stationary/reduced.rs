//! The second derivative along the directions that affine constraints leave: f is convex where they hold if d²f ≥ 0 for all dx with dg = 0
//! (Nocedal & Wright, *Numerical Optimization*, §16.1, the reduced Hessian).

use rustc_hash::FxHashMap;

use super::constraint::Constraint;
use super::kind::{Kind, Nature, Why};
use crate::differential::differentiate;
use crate::domain::{Condition, conditions};
use crate::expr::{Arena, ExprId, Shape, SymbolId};
use crate::linear;
use crate::number::Coeff;
use crate::positivity::{Prover, is_definite};
use crate::problem::Problem;
use crate::simplify::{expand, simplify};

/// Of more numbers the second derivative is not looked at.
const MOST_NUMBERS: usize = 4;

/// The second derivative of a quadratic function, and the directions along which its sign decides: those in which what is listed is 0.
#[derive(Clone, Debug)]
pub struct OpenForm {
    /// d²f
    pub form: ExprId,
    /// dg of each constraint.
    pub zero: Vec<ExprId>,
}

/// What a stationary point under affine constraints is by the second derivative along what they leave free; without constraints too.
pub(super) fn nature(problem: &mut Problem, constraints: &[Constraint]) -> Option<Nature> {
    let (raw, value, wrt) = (problem.raw[0], problem.normal[0], problem.wrt.clone());
    let arena = &mut problem.arena;
    // On a domain that is not all of the space it need not be convex.
    let is_bounded = |arena: &Arena, id: ExprId| wrt.iter().any(|symbol| arena.contains_symbol(id, *symbol));
    if conditions(arena, raw, value, &[]).iter().any(|condition| is_bounded(arena, condition.expr())) {
        return None;
    }
    let form = twice(arena, value, &wrt)?;
    let found = if wrt.iter().all(|symbol| arena.symbol(*symbol).shape.is_scalar()) {
        of_numbers(arena, form, constraints, &wrt)
    } else {
        of_vector(arena, value, constraints, &wrt)
    };
    found.map(|kind| Nature { kind, why: Why::Reduced })
}

/// What a stationary point of a function of numbers is by its second derivative there: definite, or of both signs; under constraints by that of
/// the Lagrangian along the directions that they leave.
pub(super) fn of_numbers_at(
    problem: &mut Problem,
    value: ExprId,
    constraints: &[Constraint],
    whole: &FxHashMap<ExprId, ExprId>,
    conditions: &[Condition],
) -> Option<Nature> {
    let wrt = problem.wrt.clone();
    let arena = &mut problem.arena;
    if wrt.len() > MOST_NUMBERS || !wrt.iter().all(|symbol| arena.symbol(*symbol).shape.is_scalar()) {
        return None;
    }
    let form = twice(arena, value, &wrt)?;
    let form = arena.rewrite(form, &mut whole.clone());
    let mut form = simplify(arena, form);
    let mut steps: Vec<ExprId> = wrt.iter().map(|symbol| arena.differential(*symbol, 0)).collect();
    let mut left = Vec::new();
    for one in constraints {
        let zero = once(arena, one.difference, &wrt)?;
        let zero = arena.rewrite(zero, &mut whole.clone());
        left.push(simplify(arena, zero));
    }
    while let Some(zero) = left.pop() {
        let (place, step) = one_step(arena, zero, &steps)?;
        let variable = steps.remove(place);
        for other in left.iter_mut().chain([&mut form]) {
            *other = put(arena, *other, variable, step);
        }
    }
    if steps.is_empty() {
        return None;
    }
    form = expand(arena, form);
    let diagonal: Vec<ExprId> = (0..steps.len()).map(|place| at(arena, form, &steps, |other| other == place)).collect();
    let half = Coeff::ratio(1, 2)?;
    let mut entries = Vec::new();
    for first in 0..steps.len() {
        for second in 0..steps.len() {
            let both = at(arena, form, &steps, |other| other == first || other == second);
            let alone = arena.plus(diagonal[first], diagonal[second]);
            let mixed = arena.minus(both, alone);
            let mixed = arena.scale(&half, mixed);
            let entry = if first == second { diagonal[first] } else { expand(arena, mixed) };
            entries.push(simplify(arena, entry));
        }
    }
    let size = steps.len();
    let mut leading = Vec::new();
    for count in 1..=size {
        let block = (0..count * count).map(|place| entries[place / count * size + place % count]).collect::<Vec<_>>();
        let minor = determinant(arena, &block, count);
        let minor = expand(arena, minor);
        leading.push(simplify(arena, minor));
    }
    let mut prover = Prover::new(arena);
    prover.assume_all(conditions);
    let why = if constraints.is_empty() { Why::Bending } else { Why::Along };
    let kind = |kind| Some(Nature { kind, why });
    let signs: Vec<_> = leading.iter().map(|minor| prover.bounds(*minor)).collect();
    if signs.iter().all(|sign| sign.is_positive()) {
        return kind(Kind::LocalMinimum);
    }
    if signs
        .iter()
        .enumerate()
        .all(|(place, sign)| if place % 2 == 0 { sign.is_negative() } else { sign.is_positive() })
    {
        return kind(Kind::LocalMaximum);
    }
    let mut signs: Vec<_> = diagonal.iter().map(|entry| prover.bounds(*entry)).collect();
    if signs.iter().any(|sign| sign.is_positive()) && signs.iter().any(|sign| sign.is_negative()) {
        return kind(Kind::Saddle);
    }
    // A 2×2 minor below 0 has eigenvalues of both signs.
    signs.clear();
    for first in 0..size {
        for second in 0..first {
            let places = [(first, first), (first, second), (second, first), (second, second)];
            let block = places.map(|(row, col)| entries[row * size + col]);
            let minor = determinant(prover.arena, &block, 2);
            let minor = simplify(prover.arena, minor);
            signs.push(prover.bounds(minor));
        }
    }
    signs.iter().any(|sign| sign.is_negative()).then_some(Nature { kind: Kind::Saddle, why })
}

/// The determinant of a matrix of numbers, entries row by row, by its first row.
fn determinant(arena: &mut Arena, entries: &[ExprId], size: usize) -> ExprId {
    if size == 1 {
        return entries[0];
    }
    let mut terms = Vec::new();
    for col in 0..size {
        let rest: Vec<ExprId> =
            (size..size * size).filter(|place| place % size != col).map(|place| entries[place]).collect();
        let minor = determinant(arena, &rest, size - 1);
        let sign = if col % 2 == 0 { Coeff::ONE } else { Coeff::MINUS_ONE };
        terms.push((sign, arena.mul(&[entries[col], minor])));
    }
    arena.add_terms(terms, Shape::SCALAR)
}

/// What decides of a stationary point of a quadratic function under affine constraints.
pub(super) fn open_form(problem: &mut Problem, constraints: &[Constraint]) -> Option<OpenForm> {
    let (value, wrt) = (problem.normal[0], problem.wrt.clone());
    let arena = &mut problem.arena;
    let form = twice(arena, value, &wrt)?;
    let is_quadratic = !wrt.iter().any(|symbol| arena.contains_symbol(form, *symbol));
    if constraints.is_empty() || !is_quadratic || !constraints.iter().all(|one| one.is_affine) {
        return None;
    }
    let zero = constraints.iter().map(|one| once(arena, one.difference, &wrt)).collect::<Option<Vec<_>>>()?;
    Some(OpenForm { form, zero })
}

/// The second derivative by a number or a vector, where the gradient is affine, without a positive factor, and of sM with M ≻ 0 the number
/// s; whether its sign is turned, as it would have a minus in front.
pub(super) fn constant_hessian(arena: &mut Arena, gradient: ExprId, wrt: SymbolId) -> Option<(ExprId, bool)> {
    if arena.symbol(wrt).shape.is_matrix() {
        return None;
    }
    let slope = once(arena, gradient, &[wrt])?;
    let matrix = linear::matrix(arena, slope, wrt, 0).ok()?;
    let matrix = simplify(arena, matrix);
    if arena.contains_symbol(matrix, wrt) || arena.is_zero(matrix) {
        return None;
    }
    let (content, primitive) = arena.split_content(matrix);
    let signed = if content.is_negative() { arena.neg(primitive) } else { primitive };
    let (scalar, rest) = arena.split_scalar(primitive);
    let second = if !arena.shape(primitive).is_scalar() && is_definite(arena, rest) {
        if content.is_negative() { arena.neg(scalar) } else { scalar }
    } else {
        signed
    };
    let is_turned = arena.is_negative_throughout(second);
    Some((if is_turned { arena.neg(second) } else { second }, is_turned))
}

/// The differential in all unknowns.
fn once(arena: &mut Arena, id: ExprId, wrt: &[SymbolId]) -> Option<ExprId> {
    let shape = arena.shape(id);
    let mut parts = Vec::new();
    for symbol in wrt {
        parts.push(differentiate(arena, id, *symbol, 0).ok()?.expr);
    }
    let sum = arena.sum_of(&parts, shape);
    let expanded = expand(arena, sum);
    Some(simplify(arena, expanded))
}

fn twice(arena: &mut Arena, id: ExprId, wrt: &[SymbolId]) -> Option<ExprId> {
    let first = once(arena, id, wrt)?;
    once(arena, first, wrt)
}

/// Of numbers: the constraints are solved for some of the differentials, which are put into the form.
fn of_numbers(arena: &mut Arena, form: ExprId, constraints: &[Constraint], wrt: &[SymbolId]) -> Option<Kind> {
    let mut free: Vec<ExprId> = wrt.iter().map(|symbol| arena.differential(*symbol, 0)).collect();
    let mut form = form;
    let mut left = constraints.iter().map(|one| once(arena, one.difference, wrt)).collect::<Option<Vec<_>>>()?;
    while let Some(zero) = left.pop() {
        let (place, value) = one_step(arena, zero, &free)?;
        let step = free.remove(place);
        form = put(arena, form, step, value);
        for other in &mut left {
            *other = put(arena, *other, step, value);
        }
    }
    let form = expand(arena, form);
    let form = simplify(arena, form);
    let bounds = Prover::new(arena).bounds(form);
    if bounds.is_nonnegative() && !arena.is_zero(form) {
        return Some(Kind::Minimum);
    }
    if bounds.is_nonpositive() && !arena.is_zero(form) {
        return Some(Kind::Maximum);
    }
    // Along some directions it is above 0, and along others below.
    if wrt.iter().any(|symbol| arena.contains_symbol(form, *symbol)) {
        return None;
    }
    let (mut up, mut down) = (false, false);
    for first in 0..free.len() {
        for second in 0..=first {
            for sign in [1, -1] {
                let mut map = FxHashMap::default();
                for (place, step) in free.iter().enumerate() {
                    let entry = if place == first {
                        1
                    } else if place == second {
                        sign
                    } else {
                        0
                    };
                    map.insert(*step, arena.integer(entry));
                }
                let value = arena.rewrite(form, &mut map);
                let bounds = Prover::new(arena).bounds(value);
                up |= bounds.is_positive();
                down |= bounds.is_negative();
            }
        }
    }
    (up && down).then_some(Kind::Saddle)
}

/// The place of a differential and its value by an equation that is linear in the differentials.
fn one_step(arena: &mut Arena, zero: ExprId, free: &[ExprId]) -> Option<(usize, ExprId)> {
    for (place, step) in free.iter().enumerate() {
        let slope = at(arena, zero, free, |other| other == place);
        if Prover::new(arena).bounds(slope).is_nonzero() {
            let nothing = arena.zero(Shape::SCALAR);
            let rest = put(arena, zero, *step, nothing);
            let quotient = arena.quotient(rest, slope);
            return Some((place, arena.neg(quotient)));
        }
    }
    None
}

/// What is left of a form in differentials with 1 in the place of some, and 0 in that of the others.
fn at(arena: &mut Arena, of: ExprId, free: &[ExprId], is_one: impl Fn(usize) -> bool) -> ExprId {
    let mut map = FxHashMap::default();
    for (place, step) in free.iter().enumerate() {
        map.insert(*step, arena.integer(i64::from(is_one(place))));
    }
    let found = arena.rewrite(of, &mut map);
    simplify(arena, found)
}

/// The form with a value in the place of one differential.
fn put(arena: &mut Arena, of: ExprId, step: ExprId, value: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    map.insert(step, value);
    let found = arena.rewrite(of, &mut map);
    simplify(arena, found)
}

/// Of one vector under one constraint Cx = d: the sign of ZPZ with the projection Z on the null space of C.
fn of_vector(arena: &mut Arena, value: ExprId, constraints: &[Constraint], wrt: &[SymbolId]) -> Option<Kind> {
    let ([x], [constraint]) = (wrt, constraints) else { return None };
    let shape = arena.symbol(*x).shape;
    if !shape.is_column() || !arena.shape(constraint.difference).cols.is_one() {
        return None;
    }
    let slope = once(arena, constraint.difference, wrt)?;
    let rows = linear::matrix(arena, slope, *x, 0).ok()?;
    let first = differentiate(arena, value, *x, 1).ok()?;
    let gradient = linear::gradient(arena, first.expr, *x, 1).ok()?;
    let second = once(arena, gradient, wrt)?;
    let hessian = linear::matrix(arena, second, *x, 0).ok()?;
    let columns = arena.transpose(rows);
    let square = arena.mul(&[rows, columns]);
    let inverse = if arena.shape(square).is_scalar() { arena.recip(square) } else { arena.inverse(square) };
    let onto_rows = match arena.shape(square).is_scalar() {
        true => arena.mul(&[inverse, columns, rows]),
        false => arena.mul(&[columns, inverse, rows]),
    };
    let identity = arena.identity(shape.rows);
    let projection = arena.minus(identity, onto_rows);
    let mut projected = hessian;
    for is_left in [false, true] {
        let product = if is_left { [projection, projected] } else { [projected, projection] };
        projected = arena.mul(&product);
        projected = expand(arena, projected);
        projected = simplify(arena, projected);
    }
    let mut prover = Prover::new(arena);
    if prover.semidefinite(projected, false).is_some() {
        Some(Kind::Minimum)
    } else if prover.semidefinite(projected, true).is_some() {
        Some(Kind::Maximum)
    } else {
        None
    }
}
