//! An equation in the variable, as it is on its way to its solutions.

use rustc_hash::FxHashMap;

use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::number::Coeff;
use crate::structure::Structure;

/// What is divided by somewhere in an expression, so that it is not 0 where the expression has a value.
pub(super) fn divisors(arena: &Arena, id: ExprId) -> Vec<ExprId> {
    let is_below = |exponent: ExprId| arena.as_number(exponent).is_some_and(Coeff::is_negative);
    let mut found = Vec::new();
    for id in arena.post_order(id) {
        if let Node::Hadamard(factors) = arena.node(id) {
            found.extend(factors.iter().filter(|(_, exponent)| is_below(*exponent)).map(|(base, _)| *base));
        }
    }
    found
}

/// An equation in one variable, and what was found on the way to its solution.
pub(super) struct Equation<'a> {
    pub(super) arena: &'a mut Arena,
    pub(super) wrt: SymbolId,
    pub(super) variable: ExprId,
    /// What its solutions need.
    pub(super) conditions: Vec<Condition>,
    /// Factors that were not solved.
    pub(super) others: Vec<ExprId>,
    /// Those of its solutions that repeat, with their periods.
    pub(super) periods: Vec<(ExprId, ExprId)>,
    /// Those of its solutions that are positive by the way to them.
    pub(super) positive: Vec<ExprId>,
    /// What is positive definite by the way to its solutions.
    pub(super) definite: Vec<ExprId>,
    /// Whether it is one of several equations, of which no root of a quadratic is put into another.
    pub(super) is_of_system: bool,
    /// Whether what may be singular is divided by with its pseudoinverse.
    pub(super) is_least_norm: bool,
    /// Whether its solutions are all.
    pub(super) unique: bool,
    /// Whether it is linear and singular.
    pub(super) singular: bool,
}

impl<'a> Equation<'a> {
    pub(super) fn new(arena: &'a mut Arena, wrt: SymbolId) -> Self {
        let variable = arena.symbol_expr(wrt);
        Self {
            arena,
            wrt,
            variable,
            conditions: Vec::new(),
            others: Vec::new(),
            periods: Vec::new(),
            positive: Vec::new(),
            definite: Vec::new(),
            is_of_system: false,
            is_least_norm: false,
            unique: true,
            singular: false,
        }
    }
}

impl Equation<'_> {
    pub(super) fn depends(&self, id: ExprId) -> bool {
        self.arena.contains_symbol(id, self.wrt)
    }

    pub(super) fn structure(&self) -> Structure {
        self.arena.symbol(self.wrt).structure
    }

    pub(super) fn with_variable(&mut self, expr: ExprId, value: ExprId) -> ExprId {
        substitute(self.arena, expr, self.variable, value)
    }
}

/// The expression where the variable has a value.
pub(super) fn substitute(arena: &mut Arena, expr: ExprId, variable: ExprId, value: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    map.insert(variable, value);
    arena.rewrite(expr, &mut map)
}
