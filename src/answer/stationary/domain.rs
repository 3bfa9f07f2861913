//! A variable whose domain is that of positive numbers: of f(σ) = n log σ + S/(2σ²) no point below 0 is asked for.

use super::equation::substitute;
use crate::answer::finish::domain_of;
use crate::domain::Condition;
use crate::expr::{Symbol, SymbolKind};
use crate::problem::Problem;
use crate::structure::Structure;

/// Puts a positive variable in the place of one without a declaration, where the first expression has a value there alone.
pub(super) fn take_up(problem: &mut Problem, place: usize) {
    let wrt = problem.wrt[place];
    let info = problem.arena.symbol(wrt).clone();
    if info.kind != SymbolKind::Plain || info.structure != Structure::General || problem.parts[place].is_some() {
        return;
    }
    let (raw, normal) = (problem.raw[0], problem.normal[0]);
    let variable = problem.arena.symbol_expr(wrt);
    if !domain_of(&mut problem.arena, raw, normal).contains(&Condition::Positive(variable)) {
        return;
    }
    let positive = problem.arena.add_symbol(Symbol { kind: SymbolKind::Positive, ..info });
    let value = problem.arena.symbol_expr(positive);
    for written in problem.raw.iter_mut().chain(&mut problem.normal) {
        *written = substitute(&mut problem.arena, *written, variable, value);
    }
    for (_, part) in &mut problem.named {
        *part = substitute(&mut problem.arena, *part, variable, value);
    }
    problem.normal = problem.raw.iter().map(|raw| problem.arena.normalize(*raw)).collect();
    for symbol in problem.symbols.iter_mut().chain(&mut problem.wrt) {
        if *symbol == wrt {
            *symbol = positive;
        }
    }
}
