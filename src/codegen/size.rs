//! Names in Python, and sizes read off the arrays' shapes.

use rustc_hash::FxHashSet;

use super::CodeError;
use crate::expr::{Arena, Dim, ExprId, Node, SymbolId, SymbolKind};
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
            None => out.push(if letter.is_alphanumeric() || letter == '_' { letter } else { '_' }),
        }
    }
    if KEYWORDS.contains(&out.as_str()) {
        out.push('_');
    }
    out
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
fn axis(arena: &Arena, used: &[SymbolId], dim: Dim) -> Option<String> {
    let others = arena.symbols().map(|(id, _)| id).filter(|id| !used.contains(id));
    for id in used.iter().copied().chain(others) {
        let symbol = arena.symbol(id);
        let name = python_name(&symbol.name);
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
pub(super) fn size_code(arena: &Arena, used: &[SymbolId], dim: Dim) -> Result<String, CodeError> {
    if let Some(text) = axis(arena, used, dim)
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
        parts.push(axis(arena, used, Dim::Named(place)).ok_or_else(missing)?);
    }
    Ok(parts.join("*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_python() {
        for (name, python) in [
            ("λ", "lambda_"),
            ("x_{1,2}", "x__1_2_"),
            ("y\u{302}", "y_hat"),
            ("y\u{304}_i", "y_bar_i"),
            ("β\u{303}", "beta_tilde"),
        ] {
            assert_eq!(python_name(name), python);
        }
    }
}
