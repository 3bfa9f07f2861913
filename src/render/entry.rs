//! What stands on the left of a derivative in index notation: ∂Fᵢⱼ/∂Xₖₗ, ∂²f/∂Xᵢⱼ∂Xₖₗ.

use super::names::symbol_text;
use super::{Format, Notation};
use crate::expr::{Arena, SymbolId};

/// The derivative of an entry of F by an entry of the variable; of two variables the second derivative of the scalar f, with
/// `output` the indices of the entry of the first.
#[must_use]
pub fn render_entry_derivative(
    arena: &Arena,
    wrt: &[SymbolId],
    output: &[String],
    variable: &[String],
    format: Format,
) -> String {
    format.set(|notation| entry_text(arena, wrt, output, variable, notation))
}

fn entry_text(arena: &Arena, wrt: &[SymbolId], output: &[String], variable: &[String], format: Notation) -> String {
    let names: Vec<String> = wrt.iter().map(|symbol| symbol_text(format, &arena.symbol(*symbol).name)).collect();
    let under = |name: &str, indices: &[String]| match (indices.concat(), format) {
        (none, _) if none.is_empty() => name.to_owned(),
        (indices, Notation::Latex) if name.contains('_') => format!("{{{name}}}_{{{indices}}}"),
        (indices, Notation::Latex) => format!("{name}_{{{indices}}}"),
        (indices, Notation::Unicode | Notation::Ascii) => format!("{name}_{indices}"),
    };
    let second = names.last().map(|name| under(name, variable)).unwrap_or_default();
    let first = names.first().map(|name| under(name, output)).unwrap_or_default();
    match (wrt.len(), format) {
        (2, Notation::Unicode) => format!("∂²f/∂{first}∂{second}"),
        (2, Notation::Ascii) => format!("d^2 f/d{first} d{second}"),
        (2, Notation::Latex) => format!("\\frac{{\\partial^2 f}}{{\\partial {first} \\, \\partial {second}}}"),
        (_, Notation::Unicode) => format!("∂{}/∂{second}", under("F", output)),
        (_, Notation::Ascii) => format!("d{}/d{second}", under("F", output)),
        (_, Notation::Latex) => format!("\\frac{{\\partial {}}}{{\\partial {second}}}", under("F", output)),
    }
}
