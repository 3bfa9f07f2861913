//! Expressions with their named parts as text.

use super::declaration::render_name;
use super::markup::in_one_element;
use super::order::post_order;
use super::piece::Piece;
use super::printer::Printer;
use super::{Format, Notation, Style};
use crate::expr::{Arena, ExprId};
use crate::naming::{Limits, Named, name_parts};

/// The longest single text ever written, in bytes; reached only by parts that repeat inside sums over an index, or where no
/// part may be named.
const HARD_LIMIT: usize = 1 << 24;

/// An expression's text with its named parts, in the order in which each uses only those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The expression.
    pub main: String,
    /// Names and what they stand for.
    pub parts: Vec<(String, String)>,
}

impl Rendered {
    /// All in one line: `main where R = …; S = …`.
    #[must_use]
    pub fn to_line(&self, format: Format) -> String {
        if self.parts.is_empty() {
            return self.main.clone();
        }
        let (before, separator) = match format {
            Format::Unicode | Format::Ascii => (" where ", "; "),
            Format::Latex => (" \\quad\\text{where}\\quad ", ",\\; "),
            Format::Typst => (" quad \"where\" quad ", ", thick "),
            Format::Mathml => return in_one_element(&self.main, &self.parts),
        };
        let parts: Vec<String> = self.parts.iter().map(|(name, text)| format!("{name} = {text}")).collect();
        format!("{}{before}{}", self.main, parts.join(separator))
    }
}

/// An expression as text, written out.
#[must_use]
pub fn render_whole(arena: &Arena, id: ExprId, format: Format, style: &Style) -> String {
    format.set(|notation| whole_text(arena, id, notation, style))
}

fn whole_text(arena: &Arena, id: ExprId, notation: Notation, style: &Style) -> String {
    let (printer, whole) = printed(arena, id, notation, style);
    printer.ropes.flatten(whole.rope, HARD_LIMIT)
}

/// An expression's text in pieces, however long it is.
fn printed<'a>(arena: &'a Arena, id: ExprId, notation: Notation, style: &Style) -> (Printer<'a>, Piece) {
    let mut printer = prepared(arena, id, notation, style);
    let whole = printer.finished(id);
    (printer, whole)
}

/// A printer that has the pieces of all nodes below an expression.
fn prepared<'a>(arena: &'a Arena, id: ExprId, notation: Notation, style: &Style) -> Printer<'a> {
    let order = post_order(arena, id);
    let mut printer = Printer::new(arena, notation, *style, &order);
    for node in &order {
        printer.prepare(*node);
    }
    printer
}

/// What a name stands for as text. Where the name is used it says its size, so that the definition has to say it: `M = Iₘ exp(e₂wᵀ)`.
fn definition_text(arena: &Arena, id: ExprId, notation: Notation, style: &Style) -> String {
    let mut printer = prepared(arena, id, notation, style);
    let whole = printer.sized(id);
    printer.ropes.flatten(whole.rope, HARD_LIMIT)
}

/// Where the condition of a choice holds, or where it does not, as words after a condition.
pub(super) fn where_it_holds(arena: &Arena, id: ExprId, holds: bool, notation: Notation, style: &Style) -> String {
    let (mut printer, _) = printed(arena, id, notation, style);
    let piece = printer.where_it_holds(id, holds);
    printer.ropes.flatten(piece.rope, HARD_LIMIT)
}

/// Whether two expressions are written in the same way; texts of different lengths are not written out for it.
#[must_use]
pub fn looks_the_same(arena: &Arena, one: ExprId, other: ExprId, style: &Style) -> bool {
    if one == other {
        return true;
    }
    let (left, right) =
        (printed(arena, one, Notation::Unicode, style), printed(arena, other, Notation::Unicode, style));
    let text = |(printer, whole): &(Printer<'_>, Piece)| printer.ropes.flatten(whole.rope, HARD_LIMIT);
    left.1.len == right.1.len && text(&left) == text(&right)
}

/// The parts' names and what they stand for.
#[must_use]
pub fn render_parts(named: &Named, format: Format, style: &Style) -> Vec<(String, String)> {
    let text = |id: ExprId| format.set(|notation| definition_text(&named.arena, id, notation, style));
    let name = |symbol| render_name(&named.arena, symbol, format);
    named.parts.iter().map(|(symbol, definition)| (name(*symbol), text(*definition))).collect()
}

/// An expression as text; where it is longer than the limit, with its repeated parts named.
#[must_use]
pub fn render_with_parts(arena: &Arena, id: ExprId, format: Format, style: &Style, limits: &Limits) -> Rendered {
    match name_parts(arena, &[id], 1, limits) {
        None => Rendered { main: render_whole(arena, id, format, style), parts: Vec::new() },
        Some(named) => Rendered {
            main: render_whole(&named.arena, named.roots[0], format, style),
            parts: render_parts(&named, format, style),
        },
    }
}
