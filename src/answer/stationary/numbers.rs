//! Several equations in several numbers: a product vanishes where one of its factors does, an equation that gives one unknown a single value
//! whatever the others are is put into the others, and one in a single unknown is solved for all of its roots.

use super::equation::substitute;
use super::system::{self, Branch, Found, Open, Solved, points, roots};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::number::Coeff;
use crate::positivity::is_nonzero;
use crate::simplify::{expand, shortest};

/// Equations that are solved for one unknown on the way.
const MOST_TRIES: usize = 200;

/// What is still to be solved, and what was put in on the way.
#[derive(Clone)]
struct Task {
    unknowns: Vec<SymbolId>,
    equations: Vec<ExprId>,
    values: Vec<(SymbolId, ExprId)>,
    conditions: Vec<Condition>,
}

/// The solutions of a system; nothing where no way leads to one.
pub(super) fn solve(arena: &mut Arena, open: &[Open]) -> Option<Solved> {
    let first = system::solve(arena, open);
    let are_numbers = open.iter().all(|(symbol, _)| arena.symbol(*symbol).shape.is_scalar());
    if !are_numbers || first.as_ref().is_some_and(|solved| solved.complete) {
        return first;
    }
    let all = by_factors(arena, open);
    match (first, all) {
        // The same points, and now they are known to be all.
        (Some(first), Some(all)) if all.branches.len() <= first.branches.len() => {
            let complete = all.complete && all.branches.len() == first.branches.len();
            Some(Solved { complete, ..first })
        }
        (first, all) => all.or(first),
    }
}

/// The solutions of equations in numbers; nothing where no way leads to one.
fn by_factors(arena: &mut Arena, open: &[Open]) -> Option<Solved> {
    let task = Task {
        unknowns: open.iter().map(|(symbol, _)| *symbol).collect(),
        equations: open.iter().map(|(_, equation)| *equation).collect(),
        values: Vec::new(),
        conditions: Vec::new(),
    };
    let (mut branches, mut tries) = (Vec::new(), MOST_TRIES);
    let complete = search(arena, task, &mut branches, &mut tries);
    (!branches.is_empty()).then_some(Solved { branches, others: Vec::new(), complete, in_turn: false })
}

/// Adds the solutions of a task; whether these are all.
fn search(arena: &mut Arena, mut task: Task, found: &mut Vec<Branch>, tries: &mut usize) -> bool {
    let mut equations = Vec::new();
    for equation in std::mem::take(&mut task.equations) {
        let equation = shortest(arena, equation);
        if is_nonzero(arena, equation) {
            return true;
        }
        if arena.is_zero(equation) {
            continue;
        }
        if !task.unknowns.iter().any(|symbol| arena.contains_symbol(equation, *symbol)) {
            return false;
        }
        equations.push(equation);
    }
    if task.unknowns.is_empty() {
        return add(arena, task, found);
    }
    for place in 0..equations.len() {
        let factors = factors(arena, equations[place], &task);
        if factors == [equations[place]] {
            continue;
        }
        let mut complete = true;
        for factor in factors {
            let mut equations = equations.clone();
            equations[place] = factor;
            complete &= search(arena, Task { equations, ..task.clone() }, found, tries);
        }
        return complete;
    }
    for place in 0..equations.len() {
        for symbol in task.unknowns.clone() {
            let Some(left) = tries.checked_sub(1) else { return false };
            *tries = left;
            let Some(one) = points(arena, symbol, equations[place]) else { continue };
            let is_free = |condition: &Condition| {
                !task.unknowns.iter().any(|symbol| arena.contains_symbol(condition.expr(), *symbol))
            };
            if one.points.len() == 1 && one.is_all() && one.conditions.iter().all(is_free) {
                return put(arena, &task, &equations, (place, symbol, one), found, tries);
            }
        }
    }
    for place in 0..equations.len() {
        for symbol in task.unknowns.clone() {
            let Some(left) = tries.checked_sub(1) else { return false };
            *tries = left;
            if let Some((one, nothing)) = opposite_roots(arena, symbol, equations[place]) {
                let mut complete = put(arena, &task, &equations, (place, symbol, one), found, tries);
                // Both roots are 0 where what they are the roots of is.
                let mut equations = equations.clone();
                equations[place] = arena.symbol_expr(symbol);
                equations.push(nothing);
                complete &= search(arena, Task { equations, ..task }, found, tries);
                return complete;
            }
        }
    }
    for place in 0..equations.len() {
        let inside: Vec<SymbolId> =
            task.unknowns.iter().copied().filter(|symbol| arena.contains_symbol(equations[place], *symbol)).collect();
        let [symbol] = *inside else { continue };
        let Some(left) = tries.checked_sub(1) else { return false };
        *tries = left;
        let Some(one) = roots(arena, symbol, equations[place]) else { continue };
        return put(arena, &task, &equations, (place, symbol, one), found, tries);
    }
    false
}

/// ±√t of x² − t = 0, and t.
fn opposite_roots(arena: &mut Arena, symbol: SymbolId, equation: ExprId) -> Option<(Found, ExprId)> {
    let one = points(arena, symbol, equation)?;
    let [first, second] = *one.points else { return None };
    let sum = arena.plus(first, second);
    let sum = shortest(arena, sum);
    let [Condition::Positive(inside)] = *one.conditions else { return None };
    let is_other = |arena: &Arena| !arena.contains_symbol(inside, symbol);
    (arena.is_zero(sum) && is_other(arena)).then_some((one.with_all(), inside))
}

/// A task without unknowns is a solution.
fn add(arena: &mut Arena, task: Task, found: &mut Vec<Branch>) -> bool {
    let mut values = task.values;
    values.reverse();
    // Each in terms of none of the others.
    for place in 0..values.len() {
        let (symbol, value) = values[place];
        let variable = arena.symbol_expr(symbol);
        for other in &mut values[place + 1..] {
            let put = substitute(arena, other.1, variable, value);
            other.1 = shortest(arena, put);
        }
    }
    let is_known = |branch: &Branch| branch.values.iter().all(|value| values.contains(value));
    if !found.iter().any(is_known) {
        found.push(Branch { values, eliminated: Vec::new(), conditions: task.conditions });
    }
    true
}

/// Goes on with each of the values of one unknown.
fn put(
    arena: &mut Arena,
    task: &Task,
    equations: &[ExprId],
    (place, symbol, one): (usize, SymbolId, Found),
    found: &mut Vec<Branch>,
    tries: &mut usize,
) -> bool {
    let variable = arena.symbol_expr(symbol);
    let mut complete = one.is_all();
    for point in &one.points {
        let mut next = task.clone();
        next.unknowns.retain(|other| *other != symbol);
        next.values.push((symbol, *point));
        next.conditions.extend(one.conditions.iter().copied());
        let others = equations.iter().enumerate().filter(|(other, _)| *other != place);
        next.equations = others.map(|(_, equation)| substitute(arena, *equation, variable, *point)).collect();
        complete &= search(arena, next, found, tries);
    }
    complete
}

/// The factors of an equation of which one has to vanish; of what is free of the unknowns nothing is known but that it may.
fn factors(arena: &mut Arena, equation: ExprId, task: &Task) -> Vec<ExprId> {
    let (_, primitive) = arena.split_content(equation);
    let Node::Hadamard(factors) = arena.node(primitive).clone() else {
        return monomial(arena, equation, task).unwrap_or_else(|| vec![equation]);
    };
    let mut parts = Vec::new();
    for (base, exponent) in factors.iter() {
        let is_power = arena.as_number(*exponent).is_some_and(|power| !power.is_negative() && *power != Coeff::ZERO);
        let varies = task.unknowns.iter().any(|symbol| arena.contains_symbol(*base, *symbol));
        let is_below = arena.as_number(*exponent).is_some_and(Coeff::is_negative);
        if is_nonzero(arena, *base) || is_below {
            continue;
        }
        if !is_power || !varies {
            return vec![equation];
        }
        parts.push(*base);
    }
    if parts.is_empty() { vec![equation] } else { parts }
}

/// An unknown that is a factor of every term, and what is left without it: xy − xν = x(y − ν).
fn monomial(arena: &mut Arena, equation: ExprId, task: &Task) -> Option<Vec<ExprId>> {
    let terms = expand(arena, equation);
    let terms = arena.terms(terms);
    if terms.len() < 2 {
        return None;
    }
    for symbol in &task.unknowns {
        let variable = arena.symbol_expr(*symbol);
        let power = |term: ExprId| match arena.node(term) {
            _ if term == variable => 1,
            Node::Hadamard(factors) => {
                let own = factors.iter().find(|(base, _)| *base == variable);
                own.and_then(|(_, exponent)| arena.as_number(*exponent)?.to_i64()).unwrap_or(0)
            }
            _ => 0,
        };
        let least = terms.iter().map(|(_, term)| power(*term)).min()?;
        if least > 0 {
            let inverse = arena.pow_number(variable, &Coeff::integer(-least));
            let rest = arena.mul(&[inverse, equation]);
            let rest = expand(arena, rest);
            return Some(vec![variable, rest]);
        }
    }
    None
}
