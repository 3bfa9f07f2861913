//! Formulas as trees of boxes, for the formats that are set from LaTeX: Typst and MathML.
//!
//! [`read`] takes the LaTeX that the printers and the pages of derivations write; it never fails, since a bracket or command that it
//! does not expect stands as a sign. The trees also say how wide a formula is on paper.

mod mathml;
mod read;
mod typst;

pub(super) use mathml::{in_one_element, mathml};
pub(super) use read::{closing_brace, read};
pub(super) use typst::typst;

/// Boxes side by side.
pub(super) type Row = Vec<Item>;

/// How a letter looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Italic,
    Upright,
    Bold,
    Blackboard,
}

/// What stands between two boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// `\,`
    Thin,
    /// `\;`
    Thick,
    /// `\quad`
    Quad,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A letter, a bold digit, or an upright word.
    Letter(String, Face),
    Number(String),
    /// An operator, a relation, a comma, a bracket without a partner.
    Sign(char),
    /// Σ or Π, with its bounds below and above.
    Big(char),
    /// `log`, `tr`
    Function(String),
    Text(String),
    Gap(Gap),
    /// Braces that do not show.
    Group(Row),
    Fenced {
        open: char,
        body: Row,
        close: char,
        /// The brackets grow with what they hold.
        tall: bool,
    },
    Script {
        base: Box<Item>,
        below: Option<Row>,
        primes: usize,
        above: Option<Row>,
    },
    Fraction(Row, Row),
    Root(Row),
    /// With the combining character.
    Accent(char, Row),
    /// A matrix in square brackets, by rows of cells.
    Matrix(Vec<Vec<Row>>),
    /// The lines of a piecewise definition, each a value and a condition.
    Cases(Vec<Vec<Row>>),
    /// Lines, each with its columns.
    Aligned(Vec<Vec<Row>>),
    /// A table whose first line is that of the headings.
    Table(Vec<Vec<Row>>),
}

/// How many symbols wide a row is: a fraction as its wider part, scripts above one another once.
pub(super) fn width(row: &[Item]) -> usize {
    row.iter().map(item_width).sum()
}

fn item_width(item: &Item) -> usize {
    let of = |part: &Option<Row>| part.as_deref().map_or(0, width);
    match item {
        Item::Letter(text, _) | Item::Number(text) | Item::Function(text) | Item::Text(text) => text.chars().count(),
        Item::Sign(_) | Item::Big(_) => 1,
        Item::Gap(gap) => usize::from(*gap == Gap::Quad),
        Item::Group(row) | Item::Accent(_, row) => width(row),
        Item::Root(row) => 1 + width(row),
        Item::Fenced { body, .. } => 2 + width(body),
        Item::Script { base, below, primes, above } if matches!(**base, Item::Big(_)) => {
            of(below).max(of(above)).max(1) + primes
        }
        Item::Script { base, below, primes, above } => item_width(base) + of(below).max(primes + of(above)),
        Item::Fraction(above, below) => width(above).max(width(below)),
        Item::Matrix(rows) => 2 + table_width(rows),
        Item::Cases(rows) => 1 + table_width(rows),
        Item::Aligned(rows) | Item::Table(rows) => table_width(rows),
    }
}

fn table_width(rows: &[Vec<Row>]) -> usize {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let of_column = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
    (0..columns).map(|at| of_column(at) + 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_count_what_is_seen() {
        let table = [
            ("", 0),
            ("A^\\top (A x - b)", 8),
            ("\\operatorname{tr}(X)^2", 6),
            ("\\frac{(A + A^\\top) x}{x^\\top A x}", 7),
            ("\\sum_{i=1}^{m} a_i", 5),
            ("\\hat{\\bar{\\lambda}}", 1),
            ("\\begin{bmatrix} 1 & 12 \\\\ 3 & 4 \\end{bmatrix}", 7),
        ];
        for (latex, wanted) in table {
            assert_eq!(width(&read(latex)), wanted, "{latex}");
        }
    }
}
