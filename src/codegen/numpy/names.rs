//! Names in Python: of symbols, differentials, functions, indices, sizes and parts, no two the same.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::identifier::{Rules, SymbolNames, claim, identifier};
use super::super::tree::{Array, Program, Unary};
use crate::expr::{Arena, Func, IndexId, MatrixFunction, SymbolId};

/// Python's keywords, and the names that the code itself uses.
const KEYWORDS: [&str; 43] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "np", "scipy", "sum", "range", "int",
    "len", "float", "eval",
];

/// What Python asks of names.
const RULES: Rules = Rules { reserved: &[&KEYWORDS], ascii: false, lowercase: false };

/// Every name in the code of one program. No two things have one name.
pub(super) struct Names {
    symbols: SymbolNames,
    derived: FxHashMap<(SymbolId, bool, u32), String>,
    indices: FxHashMap<IndexId, String>,
    sizes: FxHashMap<u32, String>,
    taken: FxHashSet<String>,
    next: u32,
}

impl Names {
    pub(super) fn new(arena: &Arena, program: &Program) -> Self {
        let symbols = SymbolNames::new(arena, RULES);
        let taken = symbols.taken();
        let (derived, indices, sizes) = (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
        let mut names = Self { symbols, derived, indices, sizes, taken, next: 0 };
        let order = program.order();
        for id in &order {
            match program.node(*id) {
                Array::Differential(symbol, slot) => names.derive(arena, *symbol, true, *slot),
                Array::Tabulate { units, .. } => {
                    units.iter().for_each(|(symbol, slot, _)| names.derive(arena, *symbol, true, *slot));
                }
                Array::Unary(Unary::Elementwise(Func::User(symbol, order)), _)
                | Array::Unary(Unary::MatrixFunction(MatrixFunction::User(symbol, order)), _)
                | Array::Frechet(MatrixFunction::User(symbol, order), ..)
                | Array::Declared(symbol, order, _) => {
                    names.derive(arena, *symbol, false, *order);
                }
                _ => {}
            }
        }
        for id in &order {
            if let Array::Size(place) = program.node(*id) {
                let name = arena.size_names().get(*place as usize).map_or("n", String::as_str);
                let name = claim(&identifier(name, RULES), &mut names.taken);
                names.sizes.insert(*place, name);
            }
        }
        for (index, wish) in program.indices() {
            let name = claim(&identifier(wish, RULES), &mut names.taken);
            names.indices.insert(index, name);
        }
        names
    }

    fn derive(&mut self, arena: &Arena, symbol: SymbolId, is_differential: bool, number: u32) {
        let key = (symbol, is_differential, number);
        if self.derived.contains_key(&key) {
            return;
        }
        let name = self.symbol(arena, symbol);
        let derived = match (is_differential, number) {
            (false, 0) => name,
            (true, 0) => claim(&format!("d{name}"), &mut self.taken),
            (true, _) => claim(&format!("d{name}_{number}"), &mut self.taken),
            (false, _) => claim(&format!("{name}_{number}"), &mut self.taken),
        };
        self.derived.insert(key, derived);
    }

    /// The name of a symbol.
    pub(super) fn symbol(&self, arena: &Arena, symbol: SymbolId) -> String {
        self.symbols.of(&arena.symbol(symbol).name)
    }

    /// `dX`, `dX_1`
    pub(super) fn differential(&self, symbol: SymbolId, slot: u32) -> String {
        self.derived.get(&(symbol, true, slot)).cloned().unwrap_or_default()
    }

    /// A declared function, `phi`, and its derivatives, `phi_1`, `phi_2`.
    pub(super) fn declared(&self, symbol: SymbolId, order: u32) -> String {
        self.derived.get(&(symbol, false, order)).cloned().unwrap_or_default()
    }

    pub(super) fn index(&self, index: IndexId) -> String {
        self.indices.get(&index).cloned().unwrap_or_default()
    }

    /// The name of a size that no array has.
    pub(super) fn size(&self, place: u32) -> String {
        self.sizes.get(&place).cloned().unwrap_or_default()
    }

    /// A name for a part.
    pub(super) fn fresh(&mut self) -> String {
        loop {
            self.next += 1;
            let name = format!("s{}", self.next);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Shape, Symbol, SymbolKind};
    use crate::structure::Structure;

    #[test]
    fn no_two_symbols_have_one_name() {
        let mut arena = Arena::new();
        let table = [
            ("x^(·)", "x_"),
            ("x_·", "x_i_"),
            ("W^(1)", "W_1_"),
            ("W^[1]", "W_1_2"),
            ("W_1", "W_1"),
            ("W^Q", "W_Q"),
            ("x^*", "x_star"),
            ("x^k+1", "x_k_plus_1"),
            ("x", "x"),
            ("x_i", "x_i"),
            ("y^(·)", "y"),
            ("λ", "lambda__"),
            ("lambda_", "lambda_"),
        ];
        for (name, _) in table {
            let (shape, kind, structure) = (Shape::SCALAR, SymbolKind::Plain, Structure::General);
            arena.add_symbol(Symbol { name: name.into(), shape, kind, structure, declared: true });
        }
        let python = SymbolNames::new(&arena, RULES);
        let found = table.map(|(name, _)| (name, python.of(name)));
        let wanted = table.map(|(name, wanted)| (name, wanted.to_owned()));
        assert_eq!(found, wanted);
    }
}
