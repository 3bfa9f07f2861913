//! From d(f) to the finished differential, one rule at a time, outermost first.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Reason;
use crate::differential::{Applied, NotDifferentiable, apply_rule, differentiate_jointly, pending};
use crate::expr::{Arena, ExprId, IndexId, Node, SymbolId};

/// After this many lines the rules that are left are applied at once.
const MAX_LINES: usize = 40;

/// The lines d(root), then one for each rule, and why each follows from the one before.
pub(super) fn unfold(
    arena: &mut Arena,
    root: ExprId,
    wrt: &[SymbolId],
    slot: u32,
) -> Result<Vec<(ExprId, Reason)>, NotDifferentiable> {
    let mut line = pending(arena, root, wrt, slot);
    let mut lines = vec![(line, Reason::Start)];
    while lines.len() < MAX_LINES {
        let Some(group) = next_group(arena, line) else { return Ok(lines) };
        let mut applied = Vec::new();
        let next = replace(arena, line, &mut |arena, inner| {
            if !group.holds(arena, inner) {
                return Ok(None);
            }
            let step = apply_rule(arena, inner, wrt, slot)?;
            let result = step.result;
            applied.push(step);
            Ok(Some(result))
        })?;
        if next == line {
            break;
        }
        line = next;
        lines.push((line, Reason::Rules(applied)));
    }
    if next_group(arena, line).is_some() {
        let mut rules: Vec<&'static str> = Vec::new();
        line = replace(arena, line, &mut |arena, inner| {
            let whole = differentiate_jointly(arena, inner, wrt, slot)?;
            for (rule, _) in &whole.fired {
                if !rules.contains(&rule.name) {
                    rules.push(rule.name);
                }
            }
            Ok(Some(whole.expr))
        })?;
        lines.push((line, Reason::Rest(rules)));
    }
    Ok(lines)
}

/// The differentials that one line works out: those of one rule that no other contains.
struct Group {
    rule: &'static str,
    depths: FxHashSet<u32>,
}

impl Group {
    fn holds(&self, arena: &Arena, inner: ExprId) -> bool {
        rule_of(arena, inner) == self.rule && self.depths.contains(&depth(arena, inner))
    }
}

fn rule_of(arena: &Arena, id: ExprId) -> &'static str {
    crate::differential::rule(arena, id).id
}

/// Length of the longest way down. The name of a bound index does not change it.
fn depth(arena: &Arena, root: ExprId) -> u32 {
    let mut depths: FxHashMap<ExprId, u32> = FxHashMap::default();
    for id in arena.post_order(root) {
        let mut below = 0;
        arena.node(id).for_each_child(|child| below = below.max(depths.get(&child).map_or(0, |depth| depth + 1)));
        depths.insert(id, below);
    }
    depths.get(&root).copied().unwrap_or(0)
}

/// The rule of the deepest expression that is still to be differentiated, with all others of the same rule that no other contains.
fn next_group(arena: &Arena, line: ExprId) -> Option<Group> {
    let inners: Vec<ExprId> = arena
        .post_order(line)
        .into_iter()
        .filter_map(|id| if let Node::Pending(inner, _) = arena.node(id) { Some(*inner) } else { None })
        .collect();
    let mut contained: FxHashSet<ExprId> = FxHashSet::default();
    for inner in &inners {
        contained.extend(arena.post_order(*inner).into_iter().filter(|id| id != inner));
    }
    let depths: Vec<(u32, ExprId)> =
        inners.iter().filter(|inner| !contained.contains(inner)).map(|inner| (depth(arena, *inner), *inner)).collect();
    let (_, deepest) = depths.iter().max_by_key(|(depth, inner)| (*depth, std::cmp::Reverse(*inner)))?;
    let rule = rule_of(arena, *deepest);
    let depths = depths.iter().filter(|(_, inner)| rule_of(arena, *inner) == rule).map(|(depth, _)| *depth).collect();
    Some(Group { rule, depths })
}

/// What takes the place of d(inner); `None` where it stays.
type Replacement<'a> = dyn FnMut(&mut Arena, ExprId) -> Result<Option<ExprId>, NotDifferentiable> + 'a;

/// The line with differentials replaced. Under a binder the index is a fresh one while its body is changed, so that no
/// index of a replacement is captured.
fn replace(arena: &mut Arena, line: ExprId, by: &mut Replacement<'_>) -> Result<ExprId, NotDifferentiable> {
    let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in arena.post_order_without_bodies(line) {
        let to = match *arena.node(id) {
            Node::Pending(inner, _) => by(arena, inner)?.unwrap_or(id),
            Node::Indexed { op, index, lower, upper, body } if has_pending(arena, body) => {
                let (fresh, body) = open_by_name(arena, index, (lower, upper), body);
                let body = replace(arena, body, by)?;
                arena.indexed(op, fresh, lower, upper, body)
            }
            _ => {
                let changed =
                    arena.node(id).children().iter().any(|child| map.get(child).is_some_and(|to| to != child));
                if changed { arena.rebuild(id, &map) } else { id }
            }
        };
        map.insert(id, to);
    }
    Ok(map.get(&line).copied().unwrap_or(line))
}

/// The body of a binder with a free index, which has the name under which the bound one is printed.
fn open_by_name(arena: &mut Arena, index: IndexId, range: (ExprId, ExprId), body: ExprId) -> (IndexId, ExprId) {
    let free = arena.free_indices(body);
    let is_free = |name: &&str| free.iter().all(|free| arena.index_name(*free) != Some(name));
    let name = arena.suggested_index_names(range.1).find(is_free).map(str::to_owned);
    match name {
        Some(name) => arena.open_named(&name, index, range, body),
        None => arena.open(index, range, body),
    }
}

fn has_pending(arena: &Arena, id: ExprId) -> bool {
    arena.post_order(id).iter().any(|id| matches!(arena.node(*id), Node::Pending(..)))
}

/// The rule with the differentials of its operands still to be worked out, as an equation's two sides.
pub(super) fn equation(arena: &mut Arena, applied: &Applied, slot: u32) -> (ExprId, ExprId) {
    (arena.pending(applied.to, slot), applied.result)
}
