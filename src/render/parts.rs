//! Naming of repeated parts, so that a long result stays readable and linear in size.

use rustc_hash::FxHashSet;

use super::names::{symbol_text, taken_names};
use super::order::{free_indices, post_order, reference_counts};
use super::printer::Printer;
use super::{Format, Style};
use crate::expr::{Arena, ExprId, Shape};

/// From which lengths on (in characters) parts are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A text up to this length is written whole.
    pub length: u32,
    /// A part that occurs twice is named from this length on.
    pub part: u32,
    /// A part that occurs once is named from this length on.
    pub single: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { length: 240, part: 24, single: 600 }
    }
}

/// The longest single text ever written, in bytes; reached only by repetition inside sums over an index.
const HARD_LIMIT: usize = 1 << 20;

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
        let (before, equals) = match format {
            Format::Unicode | Format::Ascii => (" where ", " = "),
            Format::Latex => (" \\quad\\text{where}\\quad ", " = "),
        };
        let parts: Vec<String> = self.parts.iter().map(|(name, text)| format!("{name}{equals}{text}")).collect();
        let separator = if format == Format::Latex { ",\\; " } else { "; " };
        format!("{}{before}{}", self.main, parts.join(separator))
    }
}

/// Letters for parts, by shape.
const VECTORS: [&str; 9] = ["r", "s", "u", "v", "w", "z", "y", "p", "q"];
const SCALARS: [&str; 9] = ["s", "t", "r", "c", "u", "p", "q", "v", "w"];
const MATRICES: [&str; 10] = ["R", "S", "M", "P", "Q", "U", "V", "W", "N", "G"];

/// The first letter of the shape's list that is free, else the first letter with a number.
fn fresh_name(shape: Shape, taken: &mut FxHashSet<String>, next: &mut u32) -> String {
    let letters: &[&str] = if shape.is_scalar() {
        &SCALARS
    } else if shape.is_matrix() {
        &MATRICES
    } else {
        &VECTORS
    };
    let mut name = letters.iter().map(|letter| (*letter).to_owned()).find(|name| !taken.contains(name));
    while name.is_none() {
        *next += 1;
        name = Some(format!("{}_{next}", letters[0])).filter(|name| !taken.contains(name));
    }
    let name = name.unwrap_or_default();
    taken.insert(name.clone());
    name
}

/// An expression as text; where that is longer than the limit, with named parts.
#[must_use]
pub fn render_with_parts(arena: &Arena, id: ExprId, format: Format, style: &Style, limits: &Limits) -> Rendered {
    let order = post_order(arena, id);
    let mut printer = Printer::new(arena, format, *style, &order);
    for node in &order {
        printer.prepare(*node);
    }
    let whole = printer.finished(id);
    if whole.len <= limits.length {
        return Rendered { main: printer.ropes.flatten(whole.rope, HARD_LIMIT), parts: Vec::new() };
    }

    let counts = reference_counts(arena, &order);
    let free = free_indices(arena, &order);
    let mut taken = taken_names(arena);
    let mut next = 0;
    let mut printer = Printer::new(arena, format, *style, &order);
    taken.extend(printer.index_names.values().cloned());
    let mut parts = Vec::new();
    for node in &order {
        printer.prepare(*node);
        if *node == id || free.contains_key(node) {
            continue;
        }
        let piece = printer.finished(*node);
        let often = counts.get(node).copied().unwrap_or(0) >= 2;
        if piece.len >= if often { limits.part } else { limits.single } {
            let name = fresh_name(arena.shape(*node), &mut taken, &mut next);
            parts.push((symbol_text(format, &name), printer.ropes.flatten(piece.rope, HARD_LIMIT)));
            printer.name_part(*node, &name);
        }
    }
    let main = printer.finished(id);
    Rendered { main: printer.ropes.flatten(main.rope, HARD_LIMIT), parts }
}
