//! What the rows need beyond what their formulas say: at a kink there is no derivative, though the formula has a value.

use rustc_hash::{FxHashMap, FxHashSet};

use super::bars::Bar;
use super::rows::inverted;
use super::tape::Tape;
use crate::domain::{Condition, has_zero_extreme};
use crate::expr::{Arena, ExprId, Func, Node, Norm, Ranked, Reduction, Spectral, SymbolId};

/// The conditions of the operators of an expression as it was written, as far as they depend on some symbols.
#[must_use]
pub fn needs(arena: &mut Arena, root: ExprId, symbols: &FxHashSet<SymbolId>) -> Vec<Condition> {
    let mut found = Vec::new();
    for id in arena.post_order(root) {
        if !arena.symbols_in(id).iter().any(|symbol| symbols.contains(symbol)) {
            continue;
        }
        let normal = |arena: &mut Arena, id: ExprId| arena.normalize(id);
        let condition = match *arena.node(id) {
            Node::Elementwise(Func::Abs | Func::Relu | Func::Sign | Func::Step, of) | Node::Norm(Norm::One, of) => {
                Condition::EntriesNonZero(normal(arena, of))
            }
            Node::Reduce(Reduction::Max | Reduction::Min, _) | Node::Norm(Norm::Infinity, _) => {
                Condition::UniqueExtreme(normal(arena, id))
            }
            Node::Spectral(which, of) if which.is_of_symmetric() => {
                let is_largest = matches!(which, Spectral::LambdaMax | Spectral::EigvecMax);
                let (of, is_value) = (normal(arena, of), matches!(which, Spectral::LambdaMax | Spectral::LambdaMin));
                if is_value && has_zero_extreme(arena, of, is_largest) {
                    continue;
                }
                Condition::SimpleEigenvalue(of, is_largest)
            }
            Node::Norm(Norm::Spectral, of) | Node::Spectral(Spectral::UMax | Spectral::VMax, of) => {
                Condition::SimpleSingularValue(normal(arena, of))
            }
            Node::Ranked(which, of, place) => {
                let (of, place) = (normal(arena, of), normal(arena, place));
                let value = if which.is_of_symmetric() { Ranked::Eigenvalue } else { Ranked::SingularValue };
                let value = arena.ranked(value, of, place);
                // One that is known, as those of orthogonal matrices are, is constant.
                if !matches!(arena.node(value), Node::Ranked(..)) {
                    continue;
                }
                Condition::Simple(value)
            }
            Node::Norm(Norm::Nuclear, of) | Node::Spectral(Spectral::Polar, of) => {
                Condition::FullRank(normal(arena, of))
            }
            Node::Pinv(of) => Condition::ConstantRank(normal(arena, of)),
            _ => continue,
        };
        if !found.contains(&condition) {
            found.push(condition);
        }
    }
    found
}

/// Every node by what it is in the inputs.
fn in_inputs(arena: &mut Arena, tape: &Tape) -> FxHashMap<ExprId, ExprId> {
    let mut map = FxHashMap::default();
    for node in &tape.nodes {
        if let Some(normal) = node.normal {
            let value = arena.rewrite(normal, &mut map);
            let name = arena.symbol_expr(node.symbol);
            map.insert(name, value);
        }
    }
    map
}

/// That what the backward pass inverts for a determinant or an adjugate is invertible, where it never is once every node is put in: in normal
/// form det(X)X⁻ᵀ is 0 there, but it is 0/0 as it is computed.
#[must_use]
pub fn inverses_of_singular(arena: &mut Arena, tape: &Tape) -> Vec<Condition> {
    let mut map = in_inputs(arena, tape);
    let mut found = Vec::new();
    for normal in tape.nodes.iter().filter(|node| node.is_active).filter_map(|node| node.normal) {
        for id in arena.post_order(normal) {
            if let Some(of) = inverted(arena.node(id)) {
                let of = arena.rewrite(of, &mut map);
                found.extend(arena.is_singular(of).then_some(Condition::Invertible(of)));
            }
        }
    }
    found
}

/// The cotangents with every node put in, so that what is known of the nodes is known. Those of later nodes stay as they are: what a
/// machine divides by must not be 0, even where it would cancel.
#[must_use]
pub fn expanded(arena: &mut Arena, tape: &Tape, bars: &[Option<Bar>]) -> Vec<ExprId> {
    let mut map = in_inputs(arena, tape);
    let mut found = Vec::new();
    for bar in bars.iter().flatten() {
        found.push(arena.rewrite(bar.exact, &mut map));
    }
    found
}
