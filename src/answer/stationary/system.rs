//! Several equations in several unknowns: an equation is solved for one unknown, which is put into the others, until one is left.
//!
//! Of the ways to do that the first one is taken that leads to a solution, an unknown that depends on no other before all others, and then
//! numbers before vectors and these before matrices: an intercept is the mean of what is left, given the other coefficients.

use super::equation::{Equation, substitute};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::simplify::{expand, shortest, simplify};

/// Equations that are solved for one unknown on the way.
const MOST_TRIES: usize = 60;
/// Equations with more operands are not solved.
const MAX_LINKS: usize = 1500;

/// An unknown and the equation that it is first sought in: what vanishes.
pub(super) type Open = (SymbolId, ExprId);

/// A solution: each unknown in terms of those before it, with what that needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Branch {
    pub(super) values: Vec<(SymbolId, ExprId)>,
    /// The same in the order in which they were eliminated.
    pub(super) eliminated: Vec<(SymbolId, ExprId)>,
    pub(super) conditions: Vec<Condition>,
}

/// What was found of a system.
#[derive(Clone, Debug, Default)]
pub(super) struct Solved {
    pub(super) branches: Vec<Branch>,
    /// Factors that were not solved.
    pub(super) others: Vec<ExprId>,
    /// Whether these are all.
    pub(super) complete: bool,
    /// Whether each unknown was sought in its own equation.
    pub(super) in_turn: bool,
}

/// The values found of one unknown.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) points: Vec<ExprId>,
    pub(super) conditions: Vec<Condition>,
    others: Vec<ExprId>,
    unique: bool,
}

impl Found {
    /// As all that there are.
    pub(super) fn with_all(self) -> Self {
        Self { unique: true, ..self }
    }

    /// Whether there are no others.
    pub(super) fn is_all(&self) -> bool {
        self.unique && self.others.is_empty()
    }
}

/// The solutions of a system; nothing where no way leads to one.
pub(super) fn solve(arena: &mut Arena, open: &[Open]) -> Option<Solved> {
    solve_open(arena, open, &mut MOST_TRIES.clone())
}

fn solve_open(arena: &mut Arena, open: &[Open], tries: &mut usize) -> Option<Solved> {
    if open.is_empty() {
        return Some(Solved { branches: vec![Branch::default()], others: Vec::new(), complete: true, in_turn: true });
    }
    let mut order: Vec<usize> = (0..open.len()).collect();
    order.sort_by_key(|place| {
        let shape = arena.symbol(open[*place].0).shape;
        (!shape.is_scalar(), shape.is_matrix(), open.len() - place)
    });
    let mut found: Vec<(usize, Found)> = Vec::new();
    for place in &order {
        let (symbol, equation) = open[*place];
        *tries = tries.checked_sub(1)?;
        found.extend(points(arena, symbol, equation).map(|one| (*place, one)));
    }
    let depends = |arena: &Arena, place: usize, point: ExprId| {
        open.iter().enumerate().any(|(other, (symbol, _))| other != place && arena.contains_symbol(point, *symbol))
    };
    let (alone, given): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(place, found)| !found.points.iter().any(|point| depends(arena, *place, *point)));
    if alone.is_empty()
        && let Some(solved) = by_constraint(arena, open, &order, tries)
    {
        return Some(solved);
    }
    for (is_alone, list) in [(true, alone), (false, given)] {
        for (place, one) in list {
            let mut solved = eliminate(arena, open, place, &one, is_alone, tries);
            if is_alone && solved.is_none() {
                solved = eliminate(arena, open, place, &one, false, tries);
            }
            if solved.is_some() {
                return solved;
            }
        }
    }
    // The equation of another unknown, which takes that of this one for its own: xy has y = 0 where its derivative by x vanishes.
    for place in order {
        for other in (0..open.len()).filter(|other| *other != place) {
            let (symbol, equation) = (open[place].0, open[other].1);
            if !arena.contains_symbol(equation, symbol) || arena.contains_symbol(open[place].1, symbol) {
                continue;
            }
            *tries = tries.checked_sub(1)?;
            let Some(one) = points(arena, symbol, equation) else { continue };
            let mut swapped = open.to_vec();
            (swapped[place].1, swapped[other].1) = (equation, open[place].1);
            let is_alone = !one.points.iter().any(|point| depends(arena, place, *point));
            if let Some(solved) = eliminate(arena, &swapped, place, &one, is_alone, tries) {
                return Some(Solved { in_turn: false, ..solved });
            }
        }
    }
    None
}

/// The solutions where the equation of another unknown, a multiplier, gives an unknown its value without a condition: x = c.
fn by_constraint(arena: &mut Arena, open: &[Open], order: &[usize], tries: &mut usize) -> Option<Solved> {
    for place in order {
        let (symbol, own) = open[*place];
        for other in (0..open.len()).filter(|other| other != place) {
            let (multiplier, equation) = open[other];
            let is_alone = open.iter().all(|(one, _)| *one == symbol || !arena.contains_symbol(equation, *one));
            if !is_alone || !arena.contains_symbol(own, multiplier) {
                continue;
            }
            *tries = tries.checked_sub(1)?;
            let Some(one) = points(arena, symbol, equation) else { continue };
            if one.points.len() != 1 || !one.unique || !one.conditions.is_empty() || !one.others.is_empty() {
                continue;
            }
            let mut swapped = open.to_vec();
            (swapped[*place].1, swapped[other].1) = (equation, own);
            for keeps_name in [true, false] {
                if let Some(solved) = eliminate(arena, &swapped, *place, &one, keeps_name, tries) {
                    return Some(Solved { in_turn: false, ..solved });
                }
            }
        }
    }
    None
}

/// The solutions where one unknown has one of the values found, which it keeps its name in where they depend on no other unknown.
fn eliminate(
    arena: &mut Arena,
    open: &[Open],
    place: usize,
    found: &Found,
    is_alone: bool,
    tries: &mut usize,
) -> Option<Solved> {
    let symbol = open[place].0;
    let variable = arena.symbol_expr(symbol);
    // 0 = yx has another solution where y = 0.
    let are_numbers = open.iter().all(|(one, _)| arena.symbol(*one).shape.is_scalar());
    let is_left_out = |condition: &Condition| match *condition {
        Condition::NonZero(id) => are_numbers && open.iter().any(|(one, _)| arena.contains_symbol(id, *one)),
        _ => false,
    };
    let complete = found.is_all() && !found.conditions.iter().any(is_left_out);
    let mut all = Solved { branches: Vec::new(), others: found.others.clone(), complete, in_turn: true };
    for point in &found.points {
        let mut rest = Vec::new();
        for (other, (unknown, equation)) in open.iter().enumerate() {
            if other == place {
                continue;
            }
            let mut equation = *equation;
            if !is_alone {
                equation = substitute(arena, equation, variable, *point);
                equation = shortest(arena, equation);
            }
            rest.push((*unknown, equation));
        }
        let Some(solved) = solve_open(arena, &rest, tries) else {
            all.complete = false;
            continue;
        };
        all.complete &= solved.complete;
        all.in_turn &= solved.in_turn;
        all.others.extend(solved.others.iter().filter(|other| !found.others.contains(other)));
        for mut branch in solved.branches {
            let at = if is_alone { 0 } else { branch.values.len() };
            branch.values.insert(at, (symbol, *point));
            branch.eliminated.insert(0, (symbol, *point));
            branch.conditions.extend(found.conditions.iter().copied());
            all.branches.push(branch);
        }
    }
    (!all.branches.is_empty()).then_some(all)
}

/// The values of an unknown at which an expression vanishes, those alone that are not one of many.
pub(super) fn points(arena: &mut Arena, symbol: SymbolId, equation: ExprId) -> Option<Found> {
    found(arena, symbol, equation, true)
}

/// The same with the roots of quadratics, of an equation in this unknown alone.
pub(super) fn roots(arena: &mut Arena, symbol: SymbolId, equation: ExprId) -> Option<Found> {
    found(arena, symbol, equation, false)
}

fn found(arena: &mut Arena, symbol: SymbolId, equation: ExprId, is_of_system: bool) -> Option<Found> {
    if !arena.contains_symbol(equation, symbol) || arena.links_below(equation) > MAX_LINKS {
        return None;
    }
    let expanded = expand(arena, equation);
    let again = simplify(arena, expanded);
    let apart = crate::answer::sums_apart(arena, equation);
    let apart = simplify(arena, apart);
    let mut forms = vec![equation];
    for form in [again, expanded, apart] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    for form in forms {
        let mut one = Equation { is_of_system, ..Equation::new(arena, symbol) };
        let points = one.solve_zero(form, 0);
        let Equation { conditions, others, unique, singular, periods, .. } = one;
        // Those of cos x + cos y repeat.
        let unique = unique && periods.is_empty();
        if !points.is_empty() && !singular {
            let points = points.into_iter().map(|point| shortest(arena, point)).collect();
            return Some(Found { points, conditions, others, unique });
        }
    }
    None
}
