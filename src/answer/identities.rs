//! By which identities one expression becomes another.

use crate::expr::{Arena, ExprId};
use crate::normal::identity::{Identity, identities};
use crate::problem::Problem;
use crate::simplify::{STRATEGIES, expand, shortest, simplify};

/// An identity, or a way to make a sum shorter, that was applied.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    /// Its name.
    pub id: &'static str,
    /// What it says.
    pub says: &'static str,
    /// How often it was applied.
    pub times: usize,
}

/// What brings the first expression into normal form and from there to its simplest form, in the order of the first application.
#[must_use]
pub fn applications(problem: &mut Problem) -> Vec<Application> {
    let arena = &mut problem.arena;
    let normal = problem.normal[0];
    let mut all = record(arena, |arena| arena.rewrite(problem.raw[0], &mut Default::default())).1;
    let simplest = shortest(arena, normal);
    all.extend(in_order_of_simplifying(arena, normal, simplest));
    let mut found: Vec<Application> = Vec::new();
    for id in all {
        match found.iter_mut().find(|application| application.id == id) {
            Some(application) => application.times += 1,
            None => found.push(Application { id, says: says(id), times: 1 }),
        }
    }
    found
}

/// The identities by which an expression comes to its normal form, the most telling first.
pub(super) fn of_rewriting(arena: &mut Arena, raw: ExprId) -> Vec<&'static str> {
    let (_, all) = record(arena, |arena| arena.rewrite(raw, &mut Default::default()));
    telling(all)
}

/// The identities by which an expression comes to a shorter form, the most telling first; none where it is shortened in another way.
pub(super) fn of_simplifying(arena: &mut Arena, from: ExprId, to: ExprId) -> Vec<&'static str> {
    telling(in_order_of_simplifying(arena, from, to))
}

fn in_order_of_simplifying(arena: &mut Arena, from: ExprId, to: ExprId) -> Vec<&'static str> {
    if from == to {
        return Vec::new();
    }
    let (plain, all) = record(arena, |arena| simplify(arena, from));
    if plain == to {
        return all;
    }
    let (expanded, all) = record(arena, |arena| {
        let expanded = expand(arena, from);
        simplify(arena, expanded)
    });
    if expanded == to { std::iter::once("multiplied-out").chain(all).collect() } else { Vec::new() }
}

fn record(arena: &mut Arena, work: impl FnOnce(&mut Arena) -> ExprId) -> (ExprId, Vec<&'static str>) {
    arena.start_trace();
    let found = work(arena);
    (found, arena.take_trace())
}

/// Each name once: identities of their own, then strategies; what collecting and sorting does only where there is nothing else.
fn telling(all: Vec<&'static str>) -> Vec<&'static str> {
    let mut found: Vec<(u8, &'static str)> = Vec::new();
    for id in all {
        if found.iter().all(|(_, known)| *known != id) {
            let rank = match identity(id) {
                Some(row) if row.is_canonical() => 2,
                Some(_) => 0,
                None => 1,
            };
            found.push((rank, id));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    if found.first().is_some_and(|(rank, _)| *rank < 2) {
        found.retain(|(rank, _)| *rank < 2);
    }
    found.into_iter().map(|(_, id)| id).collect()
}

fn identity(id: &str) -> Option<&'static Identity> {
    identities().find(|row| row.id == id)
}

fn says(id: &str) -> &'static str {
    let strategy = || STRATEGIES.iter().find(|strategy| strategy.id == id).map(|strategy| strategy.says);
    identity(id).map(|row| row.says).or_else(strategy).unwrap_or("")
}
