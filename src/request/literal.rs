//! Values as text: in lines for readers, and as literals that can be typed.

use nalgebra::DMatrix;

use crate::kernel::Real as _;
use crate::numeric::Precision;

/// A value, whose entries are numbers of this precision, in lines: a scalar, a vector on one line, a matrix row by row.
pub(crate) fn value_lines(value: &DMatrix<f64>, precision: Precision) -> Vec<String> {
    let number = |value: f64| precision.text(value);
    if value.shape() == (1, 1) {
        return vec![number(value[(0, 0)])];
    }
    let entry = |row: usize, col: usize| number(value[(row, col)]);
    if value.ncols() == 1 {
        let entries: Vec<String> = (0..value.nrows()).map(|row| entry(row, 0)).collect();
        return vec![format!("[{}]", entries.join(" "))];
    }
    let widths: Vec<usize> =
        (0..value.ncols()).map(|col| (0..value.nrows()).map(|row| entry(row, col).len()).max().unwrap_or(0)).collect();
    let line = |row: usize| {
        let entries: Vec<String> =
            (0..value.ncols()).map(|col| format!("{:>width$}", entry(row, col), width = widths[col])).collect();
        let (open, close) = (if row == 0 { "[" } else { " " }, if row + 1 == value.nrows() { "]" } else { ";" });
        format!("{open}{}{close}", entries.join(" "))
    };
    (0..value.nrows()).map(line).collect()
}

/// A number with so many significant digits at most.
pub(super) fn significant(value: f64, digits: usize) -> String {
    let rounded = format!("{value:.*e}", digits.saturating_sub(1)).parse::<f64>().unwrap_or(value);
    Precision::Double.text(rounded)
}

/// A value as it can be given to `--set`, rounded.
pub(super) fn literal(value: &DMatrix<f64>) -> String {
    literal_of(value, rounded)
}

/// A value, whose entries are numbers of this precision, as a literal that is read back as the same.
pub(crate) fn exact_literal(value: &DMatrix<f64>, precision: Precision) -> String {
    literal_of(value, |entry| match precision {
        Precision::Double => entry.to_string(),
        Precision::Single => f32::narrow(entry).to_string(),
    })
}

fn literal_of(value: &DMatrix<f64>, number: impl Fn(f64) -> String) -> String {
    if value.shape() == (1, 1) {
        return number(value[(0, 0)]);
    }
    let join = |entries: Vec<String>| entries.join(" ");
    let rows: Vec<String> = if value.ncols() == 1 {
        vec![join(value.iter().map(|entry| number(*entry)).collect())]
    } else {
        value.row_iter().map(|row| join(row.iter().map(|entry| number(*entry)).collect())).collect()
    };
    format!("[{}]", rows.join("; "))
}

/// Four decimal places, or five digits of what is very large or small.
fn rounded(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) { format!("{value:.4}") } else { format!("{value:.4e}") }
}
