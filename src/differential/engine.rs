//! Applies the rules to every node that depends on the variable, each once, operands first.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::condition::Condition;
use super::rules::{self, Rule};
use crate::expr::{Arena, ExprId, IndexId, Node, SymbolId};

/// d(expr) and how it came about.
#[derive(Clone, Debug)]
pub struct Differential {
    /// An expression linear in `Differential(wrt, slot)`, of the shape of what was differentiated.
    pub expr: ExprId,
    /// Conditions under which the rules that were used hold.
    pub conditions: Vec<Condition>,
    /// The rules in the order they fired, each with the expression it was applied to.
    pub fired: Vec<(Rule, ExprId)>,
}

/// What cannot be differentiated, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDifferentiable {
    /// The subexpression without a derivative.
    pub expr: ExprId,
    /// The reason, as half a sentence: "a factorial has no derivative".
    pub reason: &'static str,
}

/// What the rules need while they are applied.
pub(super) struct Context<'a> {
    pub(super) arena: &'a mut Arena,
    wrt: SymbolId,
    slot: u32,
    /// The differential of each node that was visited; `None` where it is zero.
    done: FxHashMap<ExprId, Option<ExprId>>,
    conditions: IndexSet<Condition, FxBuildHasher>,
    fired: Vec<(Rule, ExprId)>,
}

/// The differential of `root` with the symbol `wrt` varying by `Differential(wrt, slot)` and everything else constant,
/// other differentials included. Linear in the number of distinct nodes.
///
/// # Errors
/// [`NotDifferentiable`] names the operator that has no derivative.
pub fn differentiate(
    arena: &mut Arena,
    root: ExprId,
    wrt: SymbolId,
    slot: u32,
) -> Result<Differential, NotDifferentiable> {
    let shape = arena.shape(root);
    let mut context =
        Context { arena, wrt, slot, done: FxHashMap::default(), conditions: IndexSet::default(), fired: Vec::new() };
    let expr = context.differentiate(root)?;
    let expr = expr.unwrap_or_else(|| context.arena.zero(shape));
    Ok(Differential { expr, conditions: context.conditions.into_iter().collect(), fired: context.fired })
}

impl Context<'_> {
    /// The differential of an expression; `None` where it is zero.
    pub(super) fn differentiate(&mut self, root: ExprId) -> Result<Option<ExprId>, NotDifferentiable> {
        for id in self.arena.post_order_without_bodies(root) {
            if self.done.contains_key(&id) {
                continue;
            }
            let value = self.apply(id)?;
            let value = value.filter(|differential| !self.arena.is_zero(*differential));
            self.done.insert(id, value);
        }
        Ok(self.of(root))
    }

    /// The differential of an operand that was visited.
    pub(super) fn of(&self, id: ExprId) -> Option<ExprId> {
        self.done.get(&id).copied().flatten()
    }

    fn apply(&mut self, id: ExprId) -> Result<Option<ExprId>, NotDifferentiable> {
        match *self.arena.node(id) {
            Node::Symbol(symbol) if symbol == self.wrt => return Ok(Some(self.arena.differential(symbol, self.slot))),
            Node::Member(symbol, _) if symbol == self.wrt => {
                return Err(NotDifferentiable {
                    expr: id,
                    reason: "a whole family is no variable; differentiate by a vector or matrix",
                });
            }
            Node::Indexed { .. } => {}
            _ => {
                let mut varies = false;
                self.arena.node(id).for_each_child(|child| varies |= self.of(child).is_some());
                if !varies {
                    return Ok(None);
                }
            }
        }
        let result = rules::apply(self, id)?;
        if result.is_some() {
            let rule = rules::rule(self.arena.node(id));
            self.fired.push((rule, id));
        }
        Ok(result)
    }

    /// The differential of a body under its binder, the index replaced by a fresh one.
    pub(super) fn under_binder(
        &mut self,
        index: IndexId,
        body: ExprId,
    ) -> Result<(IndexId, ExprId, Option<ExprId>), NotDifferentiable> {
        let (fresh, body) = self.arena.open(index, body);
        let differential = self.differentiate(body)?;
        Ok((fresh, body, differential))
    }

    /// Adds a condition unless it is known already.
    pub(super) fn require(&mut self, condition: Condition) {
        self.conditions.insert(condition);
    }
}
