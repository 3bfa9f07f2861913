//! Shapes and declarations: `A ∈ ℝᵐˣⁿ`, `Σ ∈ Sⁿ₊₊`, `a₁,…,aₘ ∈ ℝⁿ`, `s > 0`.
//!
//! In ASCII and LaTeX the same in the spellings that declarations are read in.

use super::names::{dim_text, member_text, plain_name, superscript, symbol_text, terms_text};
use super::{Format, Notation};
use crate::expr::{Arena, Dim, NameParts, Place, Shape, Symbol, SymbolId, SymbolKind, sum_of_terms};
use crate::structure::Structure;

/// Whether a matrix of this structure is its own transpose.
pub(super) fn is_symmetric(structure: Structure) -> bool {
    match structure {
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite | Structure::Diagonal => {
            true
        }
        Structure::General | Structure::Skew | Structure::Orthogonal | Structure::Lower | Structure::Upper => false,
    }
}

fn raised(format: Notation, base: &str, exponent: &str, plain: &str) -> String {
    // A raised `+` is the sign of a cone.
    let has_sum = exponent.contains('+');
    match (format, superscript(&exponent.replace(" × ", "x").replace(' ', ""))) {
        (Notation::Unicode, Some(small)) if !has_sum => format!("{base}{small}"),
        (Notation::Unicode, _) => format!("{base}^{{{exponent}}}"),
        (Notation::Ascii, _) if plain.chars().count() == 1 => format!("{base}^{plain}"),
        (Notation::Ascii, _) => format!("{base}^{{{plain}}}"),
        (Notation::Latex, _) => format!("{base}^{{{}}}", exponent.replace('×', "\\times")),
    }
}

fn reals(format: Notation) -> &'static str {
    match format {
        Notation::Unicode => "ℝ",
        Notation::Ascii => "R",
        Notation::Latex => "\\mathbb{R}",
    }
}

/// A shape: `ℝ`, `ℝⁿ`, `ℝᵐˣⁿ`, a row as `ℝ¹ˣⁿ`.
#[must_use]
pub fn render_shape(arena: &Arena, shape: Shape, format: Format) -> String {
    format.set(|notation| shape_text(arena, shape, notation))
}

fn shape_text(arena: &Arena, shape: Shape, format: Notation) -> String {
    array_text(arena, shape, reals(format), format)
}

/// The arrays of a shape with entries from a set: `{0, 1}ᵐˣⁿ`.
fn array_text(arena: &Arena, shape: Shape, set: &str, format: Notation) -> String {
    let size = |dim: Dim| dim_text(arena, format, dim);
    if shape.is_scalar() {
        set.to_owned()
    } else if shape.is_column() {
        raised(format, set, &size(shape.rows), &size(shape.rows))
    } else {
        let side = |dim: Dim| if arena.size_terms(dim).len() > 1 { format!("({})", size(dim)) } else { size(dim) };
        let (rows, cols) = (side(shape.rows), side(shape.cols));
        raised(format, set, &format!("{rows} × {cols}"), &format!("{rows} x {cols}"))
    }
}

/// The set a symbol is from, and a word after it.
fn space(arena: &Arena, symbol: &Symbol, format: Notation) -> (String, &'static str) {
    let size = dim_text(arena, format, symbol.shape.rows);
    let set = if format == Notation::Latex { "\\mathbb{S}" } else { "S" };
    let symmetric = raised(format, set, &size, &size);
    let general = shape_text(arena, symbol.shape, format);
    match (symbol.structure, format) {
        (Structure::General, _) => (general, ""),
        (Structure::Symmetric, _) => (symmetric, ""),
        (Structure::PositiveDefinite, Notation::Unicode) => (format!("{symmetric}₊₊"), ""),
        (Structure::PositiveSemidefinite, Notation::Unicode) => (format!("{symmetric}₊"), ""),
        (Structure::PositiveDefinite, Notation::Ascii) => (format!("{symmetric}_++"), ""),
        (Structure::PositiveSemidefinite, Notation::Ascii) => (format!("{symmetric}_+"), ""),
        (Structure::PositiveDefinite, Notation::Latex) => (format!("{symmetric}_{{++}}"), ""),
        (Structure::PositiveSemidefinite, Notation::Latex) => (format!("{symmetric}_{{+}}"), ""),
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
    format.set(|notation| symbol_text(notation, &arena.symbol(id).name))
}

/// The name of a symbol in documents: that of its member i where only members have one.
#[must_use]
pub fn document_name(arena: &Arena, id: SymbolId) -> String {
    plain_name(&arena.symbol(id).name)
}

/// The same as it stands in sentences and headings: `Σ₁`.
#[must_use]
pub fn spoken_name(arena: &Arena, id: SymbolId) -> String {
    symbol_text(Notation::Unicode, &document_name(arena, id))
}

/// The name of a member of a family, its index as plain text: `aᵢ`, `x⁽ⁱ⁾`.
#[must_use]
pub fn render_member(arena: &Arena, id: SymbolId, index: &str, format: Format) -> String {
    format.set(|notation| member_text(notation, &arena.symbol(id).name, index))
}

/// What a symbol is: `A ∈ ℝᵐˣⁿ`, `s > 0`, `w ∈ ℝⁿ₊₊`, `k ∈ ℕ`, `a₁,…,aₘ ∈ ℝⁿ`, `D ∈ ℝⁿˣⁿ diagonal`.
#[must_use]
pub fn render_declaration(arena: &Arena, id: SymbolId, format: Format) -> String {
    format.set(|notation| declaration_text(arena, id, notation))
}

fn declaration_text(arena: &Arena, id: SymbolId, format: Notation) -> String {
    let symbol = arena.symbol(id);
    let name = symbol_text(format, &symbol.name);
    let (element, integers, dots) = match format {
        Notation::Unicode => ("∈", "ℕ", "…"),
        Notation::Ascii => ("in", "N", "..."),
        Notation::Latex => ("\\in", "\\mathbb{N}", "\\dots"),
    };
    let size = dim_text(arena, format, symbol.shape.rows);
    let (set, word) = space(arena, symbol, format);
    let word = match (word, format) {
        ("", _) => String::new(),
        (word, Notation::Latex) => format!(" \\text{{ {word}}}"),
        (word, _) => format!(" {word}"),
    };
    // Of a capital the sign alone says that it is a definite matrix.
    let is_small_number = symbol.shape.is_scalar() && !symbol.name.starts_with(char::is_uppercase);
    match symbol.kind {
        // Its entries alone have a name.
        SymbolKind::Plain if NameParts::of(&symbol.name).members != Place::Below && symbol.shape.is_column() => {
            let [first, last] = ends(arena, id, symbol.shape.rows, format);
            format!("{first},{dots},{last} {element} {}", reals(format))
        }
        // Which entry is the first is to be seen.
        SymbolKind::Plain if arena.numbering(id).offset(0) != 0 && symbol.shape.is_column() => {
            let [first, last] = ends(arena, id, symbol.shape.rows, format);
            let dots = if symbol.shape.rows == Dim::Known(2) { String::new() } else { format!("{dots},") };
            format!("{name} = ({first},{dots}{last}) {element} {set}")
        }
        SymbolKind::Plain => format!("{name} {element} {set}{word}"),
        SymbolKind::Positive if is_small_number => format!("{name} > 0"),
        SymbolKind::Positive => {
            let cone = match format {
                Notation::Unicode => "₊₊",
                Notation::Ascii => "_++",
                Notation::Latex => "_{++}",
            };
            format!("{name} {element} {set}{cone}")
        }
        SymbolKind::Nonnegative if is_small_number => {
            let sign = match format {
                Notation::Unicode => "≥",
                Notation::Ascii => ">=",
                Notation::Latex => "\\ge",
            };
            format!("{name} {sign} 0")
        }
        SymbolKind::Nonnegative => {
            let cone = match format {
                Notation::Unicode => "₊",
                Notation::Ascii => "_+",
                Notation::Latex => "_{+}",
            };
            format!("{name} {element} {set}{cone}")
        }
        SymbolKind::Integer => format!("{name} {element} {integers}"),
        SymbolKind::Simplex => {
            let simplex = match format {
                Notation::Unicode => "Δ",
                Notation::Ascii => "Delta",
                Notation::Latex => "\\Delta",
            };
            format!("{name} {element} {}", raised(format, simplex, &size, &size))
        }
        SymbolKind::Signs => {
            let signs = match format {
                Notation::Unicode => "{−1, 1}",
                Notation::Ascii => "{-1,1}",
                Notation::Latex => "\\{-1, 1\\}",
            };
            format!("{name} {element} {}", raised(format, signs, &size, &size))
        }
        SymbolKind::Binary => {
            let binary = match format {
                Notation::Unicode => "{0, 1}",
                Notation::Ascii => "{0,1}",
                Notation::Latex => "\\{0, 1\\}",
            };
            format!("{name} {element} {}", array_text(arena, symbol.shape, binary, format))
        }
        SymbolKind::Function | SymbolKind::MatrixFunction => {
            let what = if symbol.kind == SymbolKind::Function { "a function" } else { "a matrix function" };
            match format {
                Notation::Latex => format!("{name} \\text{{ {what}}}"),
                Notation::Unicode | Notation::Ascii => format!("{name} {what}"),
            }
        }
        SymbolKind::Map(domain) => {
            let (colon, arrow) = match format {
                Notation::Unicode => (": ", "→"),
                Notation::Ascii => (": ", "->"),
                Notation::Latex => (" \\colon ", "\\to"),
            };
            format!("{name}{colon}{} {arrow} {set}{word}", shape_text(arena, domain, format))
        }
        SymbolKind::Family(count) => {
            let [first, last] = ends(arena, id, count, format);
            format!("{first},{dots},{last} {element} {set}{word}")
        }
    }
}

/// The first and the last of so many members or entries, by their numbers.
fn ends(arena: &Arena, id: SymbolId, count: Dim, format: Notation) -> [String; 2] {
    let offset = arena.numbering(id).offset(0);
    let mut last = arena.size_terms(count);
    last.push((offset, Vec::new()));
    let last = terms_text(arena, format, &sum_of_terms(last));
    let last = if offset == 0 { last } else { last.replace(" + ", "+").replace(" - ", "-") };
    let numbers = [(1 + offset).to_string(), last];
    numbers.map(|number| member_text(format, &arena.symbol(id).name, &number))
}

/// The declarations of several symbols in one line, those of one set together: `A ∈ ℝᵐˣⁿ, x, y ∈ ℝⁿ`.
#[must_use]
pub fn where_line(arena: &Arena, symbols: &[SymbolId], format: Format) -> String {
    let text =
        |notation| symbols.iter().map(|id| declaration_text(arena, *id, notation)).collect::<Vec<_>>().join(", ");
    format.set(text)
}
