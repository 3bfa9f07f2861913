//! Names in Python: of symbols, differentials, functions, indices, sizes and parts, no two the same.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization as _;

use super::super::tree::{Array, Program, Unary};
use crate::expr::{Arena, Func, IndexId, MatrixFunction, NameParts, Place, SymbolId};
use crate::render::greek;

/// Python's keywords, and the names that the code itself uses.
const KEYWORDS: [&str; 43] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "np", "scipy", "sum", "range", "int",
    "len", "float", "eval",
];

/// A name as Python has it: `λ` is `lambda_`, `x_{1,2}` is `x_1_2`.
fn python_name(name: &str) -> String {
    let mut out = String::new();
    for letter in greek::spell_out(name).chars() {
        let is_ascii = letter.is_ascii_alphanumeric() || letter == '_';
        match greek::accent(letter) {
            Some(name) => {
                out.push('_');
                out.push_str(name);
            }
            None if letter == 'ℓ' => out.push_str("ell"),
            None if letter.is_ascii() && !is_ascii => out.push('_'),
            // Python folds letters that Unicode holds to be others in another dress, and takes no digits but 0 to 9 for granted.
            None if !(is_ascii || letter.is_alphabetic() && std::iter::once(letter).nfkc().eq([letter])) => {
                out.push_str(&format!("u{:x}", u32::from(letter)));
            }
            None => out.push(letter),
        }
    }
    // Letters that are stable alone may be folded where they stand side by side.
    if !out.nfkc().eq(out.chars()) {
        let spelled =
            |letter: char| if letter.is_ascii() { letter.to_string() } else { format!("u{:x}", u32::from(letter)) };
        out = out.chars().map(spelled).collect();
    }
    if KEYWORDS.contains(&out.as_str()) {
        out.push('_');
    }
    out
}

/// The name that a symbol would like in Python: of the family `x^(·)` `x`, of `x_·` `x_i`, of `W^(1)` `W_1`, of `x^*` `x_star`.
fn wish(name: &str) -> String {
    let NameParts { base, subscript, label, members } = NameParts::of(name);
    let mut wish = base.to_owned();
    if members == Place::Beside {
        wish.push_str("_i");
    }
    let label = label.replace('*', "star").replace('+', "_plus_").replace('-', "_minus_").replace('\'', "prime");
    for part in [subscript, label.trim_matches(|letter: char| !letter.is_alphanumeric())] {
        if !part.is_empty() {
            wish.push('_');
            wish.push_str(part);
        }
    }
    python_name(&wish)
}

/// The names of all symbols in Python. No two symbols of different names have one: what is written as it stands is itself, and names with
/// labels take what is left.
#[derive(Debug)]
pub(super) struct PythonNames {
    names: FxHashMap<String, String>,
}

impl PythonNames {
    pub(super) fn new(arena: &Arena) -> Self {
        let order = |name: &str| {
            let parts = NameParts::of(name);
            let labelled = parts.members != Place::Below || !parts.label.is_empty();
            (labelled, python_name(name) != name)
        };
        let mut symbols: Vec<&str> = arena.symbols().map(|(_, symbol)| symbol.name.as_str()).collect();
        symbols.sort_by_key(|name| order(name));
        let mut names: FxHashMap<String, String> = FxHashMap::default();
        let mut taken: FxHashSet<String> = FxHashSet::default();
        for name in symbols {
            if names.contains_key(name) {
                continue;
            }
            let free = claim(&wish(name), &mut taken);
            names.insert(name.to_owned(), free);
        }
        Self { names }
    }

    /// The name of a symbol.
    pub(super) fn of(&self, name: &str) -> String {
        self.names.get(name).cloned().unwrap_or_else(|| python_name(name))
    }
}

/// A name that is not taken: the wish, with a line below it, or numbered.
fn claim(wish: &str, taken: &mut FxHashSet<String>) -> String {
    let underscored = [wish.to_owned(), format!("{wish}_")];
    let numbered = (2..).map(|number| format!("{wish}_{number}"));
    let free = underscored.into_iter().chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// Every name in the code of one program. No two things have one name.
pub(super) struct Names {
    symbols: PythonNames,
    derived: FxHashMap<(SymbolId, bool, u32), String>,
    indices: FxHashMap<IndexId, String>,
    sizes: FxHashMap<u32, String>,
    taken: FxHashSet<String>,
    next: u32,
}

impl Names {
    pub(super) fn new(arena: &Arena, program: &Program) -> Self {
        let symbols = PythonNames::new(arena);
        let taken = symbols.names.values().cloned().collect();
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
                | Array::Frechet(MatrixFunction::User(symbol, order), ..) => {
                    names.derive(arena, *symbol, false, *order);
                }
                _ => {}
            }
        }
        for id in &order {
            if let Array::Size(place) = program.node(*id) {
                let name = arena.size_names().get(*place as usize).map_or("n", String::as_str);
                let name = claim(&python_name(name), &mut names.taken);
                names.sizes.insert(*place, name);
            }
        }
        for (index, wish) in program.indices() {
            let name = claim(&python_name(wish), &mut names.taken);
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
        let python = PythonNames::new(&arena);
        let found = table.map(|(name, _)| (name, python.of(name)));
        let wanted = table.map(|(name, wanted)| (name, wanted.to_owned()));
        assert_eq!(found, wanted);
    }
}
