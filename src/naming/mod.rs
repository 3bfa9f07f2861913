//! Named parts: `Aᵀr/‖r‖` where r = Ax − b. What an answer repeats gets a name, as a textbook's author would give it.
//!
//! A part is a symbol of its own in a copy of the arena, and a definition; putting every definition back
//! gives the expressions that one started from, node for node, and no part is named for which that does not hold.
//! Small expressions are searched for the parts that save most (`choose`); in large ones every shared node is
//! named (`share`), so that what is printed is linear in distinct nodes.

mod candidate;
mod choose;
mod letter;
mod named;
mod replace;
mod share;
mod walk;

pub use named::{Limits, Named};

use rustc_hash::FxHashSet;

use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::simplify::Costs;
use walk::nodes_below;

/// Expressions of more distinct nodes than this are not searched for the best parts.
const MAX_SEARCHED: usize = 300;

/// Nor are those whose nodes have more operands than this in all.
const MAX_LINKS: usize = 900;

/// Nor are answers with more shared nodes than this, of which the best parts would be few. Most of what a derivation shares is no part.
const MAX_SHARED: usize = 30;

/// Where an expression or a definition has more symbols than this, every shared node is named, if that makes the whole shorter than the
/// best parts do.
const MAX_READ: u64 = 400;

/// Texts of more symbols than this are not written out, whatever the limits say: every shared node is named.
const MAX_WRITTEN: u64 = 1 << 20;

/// Names the repeated parts of expressions that are printed together; `None` where there is nothing to name. The first `whole` of
/// them are what the reader came for: none of these is itself a part.
#[must_use]
pub fn name_parts(arena: &Arena, roots: &[ExprId], whole: usize, limits: &Limits) -> Option<Named> {
    let named = name_repeated(arena, roots, whole, limits);
    let (inside, all) = match &named {
        Some(named) => {
            (&named.arena, named.roots.iter().chain(named.parts.iter().map(|(_, part)| part)).copied().collect())
        }
        None => (arena, roots.to_vec()),
    };
    let matrices: Vec<ExprId> =
        nodes_below(inside, &all).into_iter().filter(|id| matches!(inside.node(*id), Node::Commutation(_))).collect();
    if matrices.is_empty() {
        return named;
    }
    let named = named.unwrap_or_else(|| Named { arena: arena.clone(), roots: roots.to_vec(), parts: Vec::new() });
    Some(with_commutations(named, &matrices))
}

/// The same with K for every commutation matrix, as every textbook calls it.
fn with_commutations(mut named: Named, matrices: &[ExprId]) -> Named {
    let taken: FxHashSet<String> = named.arena.symbols().map(|(_, symbol)| symbol.name.clone()).collect();
    let mut names = std::iter::once("K".to_owned()).chain((1..).map(|number| format!("K_{number}")));
    let mut replacement = replace::Replacement::default();
    let mut parts: Vec<(SymbolId, ExprId)> = Vec::new();
    for matrix in matrices {
        let transposed = named.arena.transpose(*matrix);
        if let Some(place) = parts.iter().position(|(_, known)| *known == transposed) {
            let symbol = named.arena.symbol_expr(parts[place].0);
            replacement.nodes.push((*matrix, named.arena.transpose(symbol)));
            continue;
        }
        let Some(name) = names.find(|name| !taken.contains(name)) else { break };
        let symbol = letter::part_symbol(&mut named.arena, *matrix, name);
        let symbol = named.arena.add_symbol(symbol);
        replacement.nodes.push((*matrix, named.arena.symbol_expr(symbol)));
        parts.push((symbol, *matrix));
    }
    let all: Vec<ExprId> = named.roots.iter().copied().chain(named.parts.iter().map(|(_, part)| *part)).collect();
    let replaced = replacement.apply(&mut named.arena, &all);
    let (roots, definitions) = replaced.split_at(named.roots.len());
    parts.extend(named.parts.iter().zip(definitions).map(|((symbol, _), part)| (*symbol, *part)));
    Named { roots: roots.to_vec(), parts, arena: named.arena }
}

/// Whether these expressions have more symbols, written out, than are ever written.
#[must_use]
pub fn is_too_long(arena: &Arena, exprs: &[ExprId]) -> bool {
    let mut costs = Costs::default();
    exprs.iter().fold(0_u64, |total, expr| total.saturating_add(costs.of(arena, *expr))) > MAX_WRITTEN
}

/// Names what is repeated.
fn name_repeated(arena: &Arena, roots: &[ExprId], whole: usize, limits: &Limits) -> Option<Named> {
    let mut costs = Costs::default();
    let total = roots.iter().fold(0_u64, |total, root| total.saturating_add(costs.of(arena, *root)));
    if total <= limits.length.min(MAX_WRITTEN) {
        return None;
    }
    let order = nodes_below(arena, roots);
    let mut links = 0;
    order.iter().for_each(|id| arena.node(*id).for_each_child(|_| links += 1));
    let is_small = total > limits.length && order.len() <= MAX_SEARCHED && links <= MAX_LINKS;
    let is_derivation = order.iter().any(|id| matches!(arena.node(*id), Node::Pending(..)));
    let is_searched = is_small && (is_derivation || share::count(arena, roots, &order) <= MAX_SHARED);
    let chosen = if is_searched { choose::name(arena, roots, whole, limits) } else { None };
    let longest = match &chosen {
        Some(chosen) => chosen.lengths().max().unwrap_or(0),
        None => roots.iter().map(|root| costs.of(arena, *root)).max().unwrap_or(0),
    };
    let shared = if is_searched && longest <= MAX_READ { None } else { share::name(arena, roots, whole, &order) };
    let named = match (chosen, shared) {
        (Some(chosen), Some(shared)) => Some(if shared.length() < chosen.length() { shared } else { chosen }),
        (chosen, shared) => chosen.or(shared),
    };
    named.filter(|named| !named.parts.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Dim, Shape};
    use crate::expr::{Symbol, SymbolKind};
    use crate::structure::Structure;

    fn symbol(arena: &mut Arena, name: &str, shape: Shape) -> ExprId {
        let id = arena.add_symbol(Symbol {
            name: name.into(),
            shape,
            kind: SymbolKind::Plain,
            structure: Structure::General,
            declared: true,
        });
        arena.symbol_expr(id)
    }

    #[test]
    fn a_residual_is_named_in_all_expressions() {
        let mut arena = Arena::new();
        let (m, n) = (Dim::Known(5), Dim::Known(3));
        let (a, x) = (symbol(&mut arena, "A", Shape::new(m, n)), symbol(&mut arena, "x", Shape::vector(n)));
        let b = symbol(&mut arena, "b", Shape::vector(m));
        let ax = arena.mul(&[a, x]);
        let residual = arena.minus(ax, b);
        let norm = arena.norm(crate::expr::Norm::Frobenius, residual);
        let transposed = arena.transpose(a);
        let above = arena.mul(&[transposed, residual]);
        let inverse = arena.recip(norm);
        let gradient = arena.mul(&[inverse, above]);
        let named = name_parts(&arena, &[gradient, residual], 1, &Limits::ALWAYS).expect("a part is named");
        assert_eq!(named.parts.len(), 1);
        assert_eq!(named.arena.symbol(named.parts[0].0).name, "r");
        assert_eq!(named.parts[0].1, residual);
        assert!(name_parts(&arena, &[gradient], 1, &Limits::NEVER).is_none());
    }
}
