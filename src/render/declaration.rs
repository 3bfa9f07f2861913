//! Shapes and declarations: `A ∈ ℝᵐˣⁿ`, `Σ ∈ Sⁿ₊₊`, `a₁,…,aₘ ∈ ℝⁿ`, `s > 0`.
//!
//! In ASCII and LaTeX the same in the spellings that declarations are read in.

use super::Format;
use super::names::{member_text, plain_name, size_text, superscript, symbol_text};
use crate::expr::{Arena, Dim, NameParts, Place, Shape, Structure, Symbol, SymbolId, SymbolKind};

/// Whether a matrix of this structure is its own transpose.
pub(super) fn is_symmetric(structure: Structure) -> bool {
    match structure {
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite | Structure::Diagonal => {
            true
        }
        Structure::General | Structure::Skew | Structure::Orthogonal | Structure::Lower | Structure::Upper => false,
    }
}

fn raised(format: Format, base: &str, exponent: &str, plain: &str) -> String {
    match (format, superscript(&exponent.replace(" × ", "x").replace(' ', ""))) {
        (Format::Unicode, Some(small)) => format!("{base}{small}"),
        (Format::Unicode, None) => format!("{base}^{{{exponent}}}"),
        (Format::Ascii, _) if plain.chars().count() == 1 => format!("{base}^{plain}"),
        (Format::Ascii, _) => format!("{base}^{{{plain}}}"),
        (Format::Latex, _) => format!("{base}^{{{}}}", exponent.replace('×', "\\times")),
    }
}

fn reals(format: Format) -> &'static str {
    match format {
        Format::Unicode => "ℝ",
        Format::Ascii => "R",
        Format::Latex => "\\mathbb{R}",
    }
}

/// A shape: `ℝ`, `ℝⁿ`, `ℝᵐˣⁿ`, a row as `ℝ¹ˣⁿ`.
#[must_use]
pub fn render_shape(arena: &Arena, shape: Shape, format: Format) -> String {
    let size = |dim: Dim| size_text(arena, format, dim);
    if shape.is_scalar() {
        reals(format).to_owned()
    } else if shape.is_column() {
        raised(format, reals(format), &size(shape.rows), &size(shape.rows))
    } else {
        let (rows, cols) = (size(shape.rows), size(shape.cols));
        raised(format, reals(format), &format!("{rows} × {cols}"), &format!("{rows} x {cols}"))
    }
}

/// The set a symbol is from, and a word behind it.
fn space(arena: &Arena, symbol: &Symbol, format: Format) -> (String, &'static str) {
    let size = size_text(arena, format, symbol.shape.rows);
    let set = if format == Format::Latex { "\\mathbb{S}" } else { "S" };
    let symmetric = raised(format, set, &size, &size);
    let general = render_shape(arena, symbol.shape, format);
    match (symbol.structure, format) {
        (Structure::General, _) => (general, ""),
        (Structure::Symmetric, _) => (symmetric, ""),
        (Structure::PositiveDefinite, Format::Unicode) => (format!("{symmetric}₊₊"), ""),
        (Structure::PositiveSemidefinite, Format::Unicode) => (format!("{symmetric}₊"), ""),
        (Structure::PositiveDefinite, Format::Ascii) => (format!("{symmetric}_++"), ""),
        (Structure::PositiveSemidefinite, Format::Ascii) => (format!("{symmetric}_+"), ""),
        (Structure::PositiveDefinite, Format::Latex) => (format!("{symmetric}_{{++}}"), ""),
        (Structure::PositiveSemidefinite, Format::Latex) => (format!("{symmetric}_{{+}}"), ""),
        (Structure::Skew, _) => (general, "skew"),
        (Structure::Diagonal, _) => (general, "diagonal"),
        (Structure::Orthogonal, _) => (general, "orthogonal"),
        (Structure::Lower, _) => (general, "lower"),
        (Structure::Upper, _) => (general, "upper"),
    }
}

/// The name of a symbol: `x₁`, `x_1`, `x_1`; `λ`, `lambda`, `\\lambda`.
#[must_use]
pub fn render_name(arena: &Arena, id: SymbolId, format: Format) -> String {
    symbol_text(format, &arena.symbol(id).name)
}

/// The name of a symbol in documents: that of its member i where only members have one.
#[must_use]
pub fn document_name(arena: &Arena, id: SymbolId) -> String {
    plain_name(&arena.symbol(id).name)
}

/// The name of a member of a family, its index as plain text: `aᵢ`, `x⁽ⁱ⁾`.
#[must_use]
pub fn render_member(arena: &Arena, id: SymbolId, index: &str, format: Format) -> String {
    member_text(format, &arena.symbol(id).name, index)
}

/// What a symbol is: `A ∈ ℝᵐˣⁿ`, `s > 0`, `w ∈ ℝⁿ₊₊`, `k ∈ ℕ`, `a₁,…,aₘ ∈ ℝⁿ`, `D ∈ ℝⁿˣⁿ diagonal`.
#[must_use]
pub fn render_declaration(arena: &Arena, id: SymbolId, format: Format) -> String {
    let symbol = arena.symbol(id);
    let name = symbol_text(format, &symbol.name);
    let (element, integers, dots) = match format {
        Format::Unicode => ("∈", "ℕ", "…"),
        Format::Ascii => ("in", "N", "..."),
        Format::Latex => ("\\in", "\\mathbb{N}", "\\dots"),
    };
    let size = size_text(arena, format, symbol.shape.rows);
    let (set, word) = space(arena, symbol, format);
    let word = match (word, format) {
        ("", _) => String::new(),
        (word, Format::Latex) => format!(" \\text{{ {word}}}"),
        (word, _) => format!(" {word}"),
    };
    match symbol.kind {
        // Its entries alone have a name.
        SymbolKind::Plain if NameParts::of(&symbol.name).members != Place::Below && symbol.shape.is_column() => {
            let member = |index: &str| member_text(format, &symbol.name, index);
            format!("{},{dots},{} {element} {}", member("1"), member(&size), reals(format))
        }
        SymbolKind::Plain => format!("{name} {element} {set}{word}"),
        SymbolKind::Positive if symbol.shape.is_scalar() => format!("{name} > 0"),
        SymbolKind::Positive => {
            let cone = match format {
                Format::Unicode => "₊₊",
                Format::Ascii => "_++",
                Format::Latex => "_{++}",
            };
            format!("{name} {element} {set}{cone}")
        }
        SymbolKind::Integer => format!("{name} {element} {integers}"),
        SymbolKind::Simplex => {
            let simplex = match format {
                Format::Unicode => "Δ",
                Format::Ascii => "Delta",
                Format::Latex => "\\Delta",
            };
            format!("{name} {element} {}", raised(format, simplex, &size, &size))
        }
        SymbolKind::Signs => {
            let signs = match format {
                Format::Unicode => "{−1, 1}",
                Format::Ascii => "{-1,1}",
                Format::Latex => "\\{-1, 1\\}",
            };
            format!("{name} {element} {}", raised(format, signs, &size, &size))
        }
        SymbolKind::Function | SymbolKind::MatrixFunction => {
            let what = if symbol.kind == SymbolKind::Function { "a function" } else { "a matrix function" };
            match format {
                Format::Latex => format!("{name} \\text{{ {what}}}"),
                Format::Unicode | Format::Ascii => format!("{name} {what}"),
            }
        }
        SymbolKind::Family(count) => {
            let count = size_text(arena, format, count);
            let member = |index: &str| member_text(format, &symbol.name, index);
            format!("{},{dots},{} {element} {set}{word}", member("1"), member(&count))
        }
    }
}

/// The declarations of several symbols in one line, those of one set together: `A ∈ ℝᵐˣⁿ, x, y ∈ ℝⁿ`.
#[must_use]
pub fn where_line(arena: &Arena, symbols: &[SymbolId], format: Format) -> String {
    let texts: Vec<String> = symbols.iter().map(|id| render_declaration(arena, *id, format)).collect();
    texts.join(", ")
}
