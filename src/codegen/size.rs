//! Names in Python, and sizes read off the arrays' shapes.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization as _;

use super::CodeError;
use crate::expr::{Arena, Dim, ExprId, NameParts, Node, Place, SymbolId, SymbolKind};
use crate::render::greek;

/// Python's keywords, and the names that the code itself uses.
const KEYWORDS: [&str; 43] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield", "np", "scipy", "sum", "range", "int",
    "len", "float", "eval",
];

/// A name as Python has it: `λ` is `lambda_`, `x_{1,2}` is `x_1_2`.
pub(super) fn python_name(name: &str) -> String {
    let mut out = String::new();
    for letter in greek::spell_out(name).chars() {
        match greek::accent(letter) {
            Some(name) => {
                out.push('_');
                out.push_str(name);
            }
            None if letter == 'ℓ' => out.push_str("ell"),
            // Python folds letters that Unicode holds to be others in another dress.
            None if !std::iter::once(letter).nfkc().eq([letter]) => out.push_str(&format!("u{:x}", u32::from(letter))),
            None => out.push(if letter.is_alphanumeric() || letter == '_' { letter } else { '_' }),
        }
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
            let wish = wish(name);
            let underscored = [wish.clone(), format!("{wish}_")];
            let numbered = (2..).map(|number| format!("{wish}_{number}"));
            let free = underscored.into_iter().chain(numbered).find(|name| !taken.contains(name)).unwrap_or(wish);
            taken.insert(free.clone());
            names.insert(name.to_owned(), free);
        }
        Self { names }
    }

    /// The name of a symbol.
    pub(super) fn of(&self, name: &str) -> String {
        self.names.get(name).cloned().unwrap_or_else(|| python_name(name))
    }
}

/// The symbols of an expression, in the order they were added.
pub(super) fn symbols_used(arena: &Arena, order: &[ExprId]) -> Vec<SymbolId> {
    let mut used = FxHashSet::default();
    for id in order {
        if let Node::Symbol(symbol) | Node::Member(symbol, _) = arena.node(*id) {
            used.insert(*symbol);
        }
    }
    arena.symbols().map(|(id, _)| id).filter(|id| used.contains(id)).collect()
}

/// A symbol and axis that has the size: of the symbols used first, then of all others.
fn axis(arena: &Arena, python: &PythonNames, used: &[SymbolId], dim: Dim) -> Option<String> {
    let others = arena.symbols().map(|(id, _)| id).filter(|id| !used.contains(id));
    for id in used.iter().copied().chain(others) {
        let symbol = arena.symbol(id);
        let name = python.of(&symbol.name);
        let mut axes = Vec::new();
        match symbol.kind {
            SymbolKind::Family(count) => axes.push(count),
            SymbolKind::Plain | SymbolKind::Positive | SymbolKind::Simplex | SymbolKind::Signs => {}
            SymbolKind::Integer | SymbolKind::Function | SymbolKind::MatrixFunction => continue,
        }
        let shape = symbol.shape;
        if shape.is_matrix() {
            axes.extend([shape.rows, shape.cols]);
        } else if !shape.is_scalar() {
            axes.push(if shape.is_row() { shape.cols } else { shape.rows });
        }
        if let Some(place) = axes.iter().position(|axis| *axis == dim) {
            return Some(format!("{name}.shape[{place}]"));
        }
    }
    None
}

/// A size as code.
pub(super) fn size_code(arena: &Arena, python: &PythonNames, used: &[SymbolId], dim: Dim) -> Result<String, CodeError> {
    if let Some(text) = axis(arena, python, used, dim)
        && !matches!(dim, Dim::Known(_))
    {
        return Ok(text);
    }
    let (value, names) = arena.size_factors(dim);
    let mut parts = Vec::new();
    if value != 1 || names.is_empty() {
        parts.push(value.to_string());
    }
    for place in names {
        let missing = || CodeError::UnknownSize(arena.size_names().get(place as usize).cloned().unwrap_or_default());
        parts.push(axis(arena, python, used, Dim::Named(place)).ok_or_else(missing)?);
    }
    Ok(parts.join("*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Shape, Symbol};
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
