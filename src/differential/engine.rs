//! Applies the rules: to every node that depends on the variable, each once, operands first; or one at a time, as a derivation
//! on paper does.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::rules::{self, Rule};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, IndexId, Node, StandIn, SymbolId, SymbolKind};

/// d(expr) and how it came about.
#[derive(Clone, Debug)]
pub struct Differential {
    /// An expression linear in the `Differential(wrt, slot)`, of the shape of what was differentiated.
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
    wrt: &'a [SymbolId],
    slot: u32,
    /// Whether differentials of operands are left to be worked out: one rule alone is applied.
    one_rule: bool,
    /// The differential of each node that was visited; `None` where it is zero.
    done: FxHashMap<ExprId, Option<ExprId>>,
    conditions: IndexSet<Condition, FxBuildHasher>,
    fired: Vec<(Rule, ExprId)>,
}

/// [`differentiate_jointly`] in one symbol.
///
/// # Errors
/// [`NotDifferentiable`] names the operator that has no derivative.
pub fn differentiate(
    arena: &mut Arena,
    root: ExprId,
    wrt: SymbolId,
    slot: u32,
) -> Result<Differential, NotDifferentiable> {
    differentiate_jointly(arena, root, &[wrt], slot)
}

/// [`differentiate`] in one symbol after the other. For each only the nodes are visited that depend on it, so that many symbols of which a
/// few occur in each term take no more than a few.
///
/// # Errors
/// As [`differentiate`], for the first symbol for which there is none.
pub fn differentiate_each(
    arena: &mut Arena,
    root: ExprId,
    wrt: &[SymbolId],
    slot: u32,
) -> Result<Vec<Differential>, NotDifferentiable> {
    let dependents = dependents(arena, root, wrt);
    let by = |(symbol, nodes): (&SymbolId, Vec<ExprId>)| {
        differential_in(arena, root, std::slice::from_ref(symbol), slot, |_| nodes)
    };
    wrt.iter().zip(dependents).map(by).collect()
}

/// For each symbol the nodes that depend on it, operands first; what stands under a binder is left out.
fn dependents(arena: &Arena, root: ExprId, wrt: &[SymbolId]) -> Vec<Vec<ExprId>> {
    let places: FxHashMap<SymbolId, usize> = wrt.iter().enumerate().map(|(place, symbol)| (*symbol, place)).collect();
    let outside: FxHashSet<ExprId> = arena.post_order_without_bodies(root).into_iter().collect();
    let mut found: Vec<Vec<ExprId>> = vec![Vec::new(); wrt.len()];
    // On which symbols each node depends.
    let mut on: FxHashMap<ExprId, Vec<usize>> = FxHashMap::default();
    let mut last = vec![None; wrt.len()];
    for id in arena.post_order(root) {
        let mut own: Vec<usize> = Vec::new();
        if let Node::Symbol(symbol) | Node::Member(symbol, _) = arena.node(id) {
            own.extend(places.get(symbol));
        }
        arena.node(id).for_each_child(|child| own.extend(on.get(&child).into_iter().flatten()));
        own.retain(|place| last[*place].replace(id) != Some(id));
        if own.is_empty() {
            continue;
        }
        if outside.contains(&id) {
            own.iter().for_each(|place: &usize| found[*place].push(id));
        }
        on.insert(id, own);
    }
    found
}

/// The differential of `root` with the symbols `wrt` varying by `Differential(wrt, slot)` and everything else constant,
/// other differentials included. Linear in the number of distinct nodes.
///
/// # Errors
/// [`NotDifferentiable`] names the operator that has no derivative.
pub fn differentiate_jointly(
    arena: &mut Arena,
    root: ExprId,
    wrt: &[SymbolId],
    slot: u32,
) -> Result<Differential, NotDifferentiable> {
    differential_in(arena, root, wrt, slot, |arena| arena.post_order_without_bodies(root))
}

/// The same by way of these nodes, operands first; of every other one the differential is zero.
fn differential_in(
    arena: &mut Arena,
    root: ExprId,
    wrt: &[SymbolId],
    slot: u32,
    order: impl FnOnce(&Arena) -> Vec<ExprId>,
) -> Result<Differential, NotDifferentiable> {
    let shape = arena.shape(root);
    // The normal form has used what is known of these.
    if let Some(fixed) = wrt
        .iter()
        .find(|id| matches!(arena.symbol(**id).kind, SymbolKind::Simplex | SymbolKind::Signs | SymbolKind::Binary))
    {
        let expr = arena.symbol_expr(*fixed);
        return Err(NotDifferentiable { expr, reason: "the entries of its variable do not vary freely" });
    }
    let mut context = Context::new(arena, wrt, slot, false);
    let order = order(context.arena);
    let expr = context.differentiate_by(root, order)?;
    let expr = expr.unwrap_or_else(|| context.arena.zero(shape));
    Ok(Differential { expr, conditions: context.conditions.into_iter().collect(), fired: context.fired })
}

/// A rule applied to one node.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The rule.
    pub rule: Rule,
    /// What it was applied to.
    pub to: ExprId,
    /// d(to), in which the differentials of the operands are [`Node::Pending`].
    pub result: ExprId,
}

/// The rule of the node applied, and no other: the same row of the table that [`differentiate`] uses.
///
/// # Errors
/// [`NotDifferentiable`] where the operator has no derivative.
pub fn apply_rule(arena: &mut Arena, id: ExprId, wrt: &[SymbolId], slot: u32) -> Result<Applied, NotDifferentiable> {
    let shape = arena.shape(id);
    let rule = rules::rule(arena, id);
    let mut context = Context::new(arena, wrt, slot, true);
    context.operands_pending(id);
    for norm in rules::even_norms(context.arena, id) {
        // d‖X‖² = 2⟨X, dX⟩ at once: d‖X‖ alone has no value at X = 0.
        context.operands_pending(norm);
        let differential = context.apply(norm)?;
        context.done.insert(norm, differential);
    }
    let result = context.apply(id)?;
    let result = result.unwrap_or_else(|| context.arena.zero(shape));
    Ok(Applied { rule, to: id, result })
}

/// d(id), to be worked out by [`apply_rule`]: dX itself of a variable, zero of what does not vary.
pub fn pending(arena: &mut Arena, id: ExprId, wrt: &[SymbolId], slot: u32) -> ExprId {
    let shape = arena.shape(id);
    if let Node::Symbol(symbol) = *arena.node(id)
        && wrt.contains(&symbol)
    {
        return arena.differential(symbol, slot);
    }
    let varies = Context::new(arena, wrt, slot, true).varies(id);
    if varies { arena.pending(id, slot) } else { arena.zero(shape) }
}

impl<'a> Context<'a> {
    fn new(arena: &'a mut Arena, wrt: &'a [SymbolId], slot: u32, one_rule: bool) -> Self {
        Self {
            arena,
            wrt,
            slot,
            one_rule,
            done: FxHashMap::default(),
            conditions: IndexSet::default(),
            fired: Vec::new(),
        }
    }

    /// Leaves the differentials of a node's operands to be worked out.
    fn operands_pending(&mut self, id: ExprId) {
        // Of a sum over an index `under_binder` does it.
        if matches!(self.arena.node(id), Node::Indexed { .. }) {
            return;
        }
        for child in self.arena.node(id).children() {
            let pending = self.pending(child);
            self.done.insert(child, pending);
        }
    }

    /// The differential of an expression; `None` where it is zero.
    fn differentiate(&mut self, root: ExprId) -> Result<Option<ExprId>, NotDifferentiable> {
        let order = self.arena.post_order_without_bodies(root);
        self.differentiate_by(root, order)
    }

    /// The same by way of these nodes.
    fn differentiate_by(&mut self, root: ExprId, order: Vec<ExprId>) -> Result<Option<ExprId>, NotDifferentiable> {
        let repeated = self.repeated_chains(&order);
        for id in order {
            if self.done.contains_key(&id) || repeated.contains(&id) {
                continue;
            }
            if let Some((chain, period)) = rules::cycle::repeated(self.arena, id)
                && repeated.contains(&chain)
            {
                let value = rules::cycle::trace(self, id, chain, period);
                if value.is_some() {
                    self.fired.extend([chain, id].map(|id| (rules::rule(self.arena, id), id)));
                }
                self.done.insert(id, value.filter(|differential| !self.arena.is_zero(*differential)));
                continue;
            }
            let value = self.apply(id)?;
            let value = value.filter(|differential| !self.arena.is_zero(*differential));
            self.done.insert(id, value);
        }
        Ok(self.of(root))
    }

    /// The chains that repeat themselves and stand under traces alone.
    fn repeated_chains(&self, order: &[ExprId]) -> FxHashSet<ExprId> {
        let traces = order.iter().filter_map(|id| rules::cycle::repeated(self.arena, *id));
        let mut chains: FxHashSet<ExprId> = traces.map(|(chain, _)| chain).collect();
        if !chains.is_empty() {
            for id in order.iter().filter(|id| rules::cycle::repeated(self.arena, **id).is_none()) {
                self.arena.node(*id).for_each_child(|child| {
                    chains.remove(&child);
                });
            }
            // What was asked for is differentiated as it is.
            order.last().map(|root| chains.remove(root));
        }
        chains
    }

    /// The differential of an operand that was visited.
    pub(super) fn of(&self, id: ExprId) -> Option<ExprId> {
        self.done.get(&id).copied().flatten()
    }

    fn apply(&mut self, id: ExprId) -> Result<Option<ExprId>, NotDifferentiable> {
        match *self.arena.node(id) {
            Node::Symbol(symbol) if self.wrt.contains(&symbol) => {
                return Ok(Some(self.arena.differential(symbol, self.slot)));
            }
            Node::Member(symbol, at) if self.wrt.contains(&symbol) => {
                let differentials = self.arena.stand_in(StandIn::Differentials(symbol));
                return Ok(Some(self.arena.member(differentials, at)));
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
            self.fired.push((rules::rule(self.arena, id), id));
        }
        Ok(result)
    }

    /// The differential of a body under its binder, the index replaced by a fresh one.
    pub(super) fn under_binder(
        &mut self,
        index: IndexId,
        range: (ExprId, ExprId),
        body: ExprId,
    ) -> Result<(IndexId, ExprId, Option<ExprId>), NotDifferentiable> {
        let (fresh, body) = self.arena.open(index, range, body);
        let differential = if self.one_rule { self.pending(body) } else { self.differentiate(body)? };
        Ok((fresh, body, differential))
    }

    /// The differential of an operand as [`Node::Pending`]; `None` where nothing in it varies. What needs no rule to be seen is
    /// done at once: dX of a variable, (dX)ᵀ of a transpose, constant terms and factors taken out of c + αu.
    fn pending(&mut self, id: ExprId) -> Option<ExprId> {
        if !self.varies(id) {
            return None;
        }
        match self.arena.node(id).clone() {
            Node::Symbol(symbol) => Some(self.arena.differential(symbol, self.slot)),
            Node::Transpose(inner) => {
                let inner = self.pending(inner)?;
                Some(self.arena.transpose(inner))
            }
            Node::Add(terms) => {
                let varying: Vec<_> = terms.iter().filter(|(_, term)| self.varies(*term)).collect();
                match varying[..] {
                    [(coeff, term)] => {
                        let term = self.pending(*term)?;
                        Some(self.arena.scale(coeff, term))
                    }
                    _ => Some(self.arena.pending(id, self.slot)),
                }
            }
            _ => Some(self.arena.pending(id, self.slot)),
        }
    }

    /// Whether its differential is another than zero: sign(x) has x in it and does not vary.
    fn varies(&mut self, id: ExprId) -> bool {
        if !self.wrt.iter().any(|symbol| self.arena.contains_symbol(id, *symbol)) {
            return false;
        }
        match self.arena.node(id) {
            Node::Symbol(_) => true,
            _ => Context::new(self.arena, self.wrt, self.slot, false)
                .differentiate(id)
                .map_or(true, |differential| differential.is_some()),
        }
    }

    /// Adds a condition unless it is known already.
    pub(super) fn require(&mut self, condition: Condition) {
        self.conditions.insert(condition);
    }
}
