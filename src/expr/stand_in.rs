//! Stand-ins: symbols that the engine puts into an expression in the place of something else.
//!
//! A stand-in is known by what it stands for and not by a name, so it is found under no name and collides with nothing that is written.

use rustc_hash::FxHashMap;

use super::dim::Shape;
use super::node::ExprId;
use super::symbol::{Symbol, SymbolKind};
use crate::catalog::{Func, SymbolId};
use crate::structure::Structure;

/// What a symbol of the engine's own stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StandIn {
    /// The value of a variable that is held while its differentials vary.
    Held(SymbolId),
    /// A variable that is not bound to its structure.
    Free(SymbolId),
    /// The family of the differentials of a family's members: daᵢ is its member i, in the space of aᵢ.
    Differentials(SymbolId),
    /// Any constant of that shape.
    Constant(Shape),
    /// A scalar, the one of that number, that is not looked into.
    Part(usize),
    /// A scalar for this expression, or for one entry of it.
    Entry(ExprId),
    /// A positive definite matrix, the one of that number, that is not looked into.
    Definite(Shape, usize),
    /// A cotangent of that shape while it is pulled back, of which nothing is known.
    Cotangent(Shape),
    /// The derivative of a result by a symbol, v̄ of v.
    Adjoint(SymbolId),
    /// A function that is written with a letter, whose derivative is written with a prime: σ.
    Letter(Func),
}

/// The stand-ins of an arena.
#[derive(Clone, Debug, Default)]
pub(super) struct StandIns {
    symbols: FxHashMap<StandIn, SymbolId>,
    meanings: FxHashMap<SymbolId, StandIn>,
}

impl StandIns {
    /// The symbol that stands for this, where there is one.
    pub(super) fn symbol(&self, of: StandIn) -> Option<SymbolId> {
        self.symbols.get(&of).copied()
    }

    /// What a symbol stands for.
    pub(super) fn meaning(&self, id: SymbolId) -> Option<StandIn> {
        self.meanings.get(&id).copied()
    }

    /// Adds one.
    pub(super) fn insert(&mut self, of: StandIn, id: SymbolId) {
        self.symbols.insert(of, id);
        self.meanings.insert(id, of);
    }
}

impl StandIn {
    /// The symbol with all that is known of it, where `symbol` gives those it may stand for. Its name is what a trace of the work shows.
    pub(super) fn symbol(self, symbol: impl Fn(SymbolId) -> Symbol) -> Symbol {
        let plain = |name: String, shape| {
            let (kind, structure) = (SymbolKind::Plain, Structure::General);
            Symbol { name, shape, kind, structure, declared: false }
        };
        match self {
            Self::Held(of) => {
                let symbol = symbol(of);
                Symbol { name: format!("{} held", symbol.name), ..symbol }
            }
            Self::Free(of) => {
                let symbol = symbol(of);
                Symbol { name: format!("{} free", symbol.name), structure: Structure::General, ..symbol }
            }
            Self::Differentials(of) => {
                let symbol = symbol(of);
                let structure = match symbol.structure {
                    Structure::PositiveDefinite | Structure::PositiveSemidefinite => Structure::Symmetric,
                    Structure::Orthogonal => Structure::General,
                    other => other,
                };
                Symbol { name: format!("d {}", symbol.name), structure, ..symbol }
            }
            Self::Constant(shape) => plain("constant".to_owned(), shape),
            Self::Cotangent(shape) => plain("cotangent".to_owned(), shape),
            Self::Part(number) => plain(format!("part {number}"), Shape::SCALAR),
            Self::Entry(_) => plain("entry".to_owned(), Shape::SCALAR),
            Self::Definite(shape, number) => {
                Symbol { structure: Structure::PositiveDefinite, ..plain(format!("definite part {number}"), shape) }
            }
            Self::Adjoint(of) => {
                let symbol = symbol(of);
                plain(barred(&symbol.name), symbol.shape)
            }
            Self::Letter(func) => {
                let name = func.letter().unwrap_or_default().to_owned();
                Symbol { kind: SymbolKind::Function, ..plain(name, Shape::SCALAR) }
            }
        }
    }
}

/// A name with a bar over its letters: z̄, z̄_1, W̄^(1).
fn barred(name: &str) -> String {
    let end = name.find(['_', '^']).unwrap_or(name.len());
    let (base, rest) = name.split_at(end);
    let mut out = String::new();
    let mut letters = base.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(letter);
        // The bar stands over the accents of a letter, and over no number.
        if !letter.is_numeric() && !letters.peek().is_some_and(|next| ('\u{300}'..='\u{36f}').contains(next)) {
            out.push('\u{304}');
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Arena;

    #[test]
    fn bars_stand_over_letters() {
        let table = [
            ("z", "z\u{304}"),
            ("v_12", "v\u{304}_12"),
            ("W^(1)", "W\u{304}^(1)"),
            ("W1", "W\u{304}1"),
            ("x\u{302}", "x\u{302}\u{304}"),
        ];
        for (name, wanted) in table {
            assert_eq!(barred(name), wanted);
        }
    }

    #[test]
    fn a_stand_in_is_made_once_and_found_under_no_name() {
        let mut arena = Arena::new();
        let (kind, structure) = (SymbolKind::Plain, Structure::Symmetric);
        let written = Symbol { name: "X free".into(), shape: Shape::SCALAR, kind, structure, declared: true };
        let variable = arena.add_symbol(Symbol { name: "X".into(), ..written.clone() });
        let free = arena.stand_in(StandIn::Free(variable));
        assert_eq!(arena.stand_in(StandIn::Free(variable)), free);
        assert_eq!(arena.find_symbol("X free"), None);
        let written = arena.add_symbol(written);
        assert_eq!(arena.find_symbol("X free"), Some(written));
        assert_eq!(arena.symbols().map(|(id, _)| id).collect::<Vec<_>>(), [variable, written]);
        assert_eq!((arena.stands_for(free), arena.stands_for(written)), (Some(StandIn::Free(variable)), None));
    }
}
