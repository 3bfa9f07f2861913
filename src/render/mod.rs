//! Stage 7a: expressions as text, in Unicode, ASCII and LaTeX, and from the LaTeX in Typst and MathML.
//!
//! One printer decides precedence, grouping, signs, fractions and powers; a table holds what the formats
//! spell differently. What is printed reads back as the same expression. The work is linear in
//! distinct nodes: a long result names the parts that it repeats.

mod apply;
mod block;
mod cases;
mod condition;
mod cross;
mod declaration;
mod document;
mod entry;
mod figures;
mod format;
mod function;
mod glossary;
pub(crate) mod greek;
mod letters;
mod lines;
mod map;
mod markup;
mod monomial;
pub(crate) mod names;
pub(crate) mod order;
mod parts;
mod piece;
pub(crate) mod place;
mod power;
mod printer;
mod shared_power;
mod size;
mod spelling;
mod sum;
#[cfg(test)]
pub(crate) mod tests;
mod turned;

pub use condition::{condition_clause, render_condition};
pub use declaration::{
    document_name, render_declaration, render_member, render_name, render_shape, spoken_name, where_line,
};
pub use document::{latex_document, latex_equation};
pub use entry::render_entry_derivative;
pub use format::{Format, Notation, typeset};
pub use glossary::{glossary, sets_glossary};
pub use letters::with_letters;
pub use lines::{break_latex, break_plain};
pub use names::size_text;
pub use parts::{Rendered, looks_the_same, render_parts, render_whole, render_with_parts};

use crate::expr::{Arena, ExprId};
use crate::naming::Limits;

/// Choices that follow the way the input was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Style {
    /// `⟨a, x⟩` rather than `aᵀx`.
    pub inner_brackets: bool,
    /// `xᵀx` rather than `‖x‖²`.
    pub squared_norm_as_product: bool,
    /// `θᵀxᵢ` rather than `xᵢᵀθ`, with a member of a family.
    pub members_last: bool,
    /// How numbers that are no integers are written.
    pub fractions: Fractions,
}

/// How numbers that are no integers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Fractions {
    /// `½`, `1/10`
    #[default]
    Common,
    /// `½`, `0.1`: halves, quarters and eighths as fractions.
    Mixed,
    /// `0.5`, `0.1`
    Decimal,
}

/// The longest expression that [`render`] writes without naming parts, in symbols.
const WHOLE_LENGTH: u64 = 8_000;

/// An expression as one text. Beyond a length of some thousand characters repeated parts are named:
/// `… where R = …; S = …`.
///
/// ```
/// use matcalc::expr::{Arena, Node};
/// use matcalc::number::Coeff;
/// use matcalc::render::{Format, Style, render};
///
/// let mut arena = Arena::new();
/// let half = arena.number(Coeff::ratio(1, 2).unwrap_or(Coeff::ONE));
/// assert_eq!(render(&arena, half, Format::Unicode, &Style::default()), "½");
/// let pi = arena.intern(Node::Pi);
/// assert_eq!(render(&arena, pi, Format::Latex, &Style::default()), "\\pi");
/// ```
#[must_use]
pub fn render(arena: &Arena, id: ExprId, format: Format, style: &Style) -> String {
    format.set(|notation| line_text(arena, id, notation, style))
}

/// The same in a notation.
fn line_text(arena: &Arena, id: ExprId, notation: Notation, style: &Style) -> String {
    let limits = Limits { length: WHOLE_LENGTH, ..Limits::default() };
    render_with_parts(arena, id, notation.into(), style, &limits).to_line(notation.into())
}
