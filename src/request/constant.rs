//! Values as they are typed: literals of numbers, and what the language makes of constants, `sqrt(2)`, `pi`, `eye(2)`, `[½ −1]`.

use nalgebra::DMatrix;

use super::answer::value;
use super::question::{Query, Request};
use crate::numeric::io::{Read, ReadError, parse_literal};
use crate::syntax::DeclaredKind;

/// Reads a value: a literal, or an expression without symbols; each entry of a literal in brackets may be one.
///
/// # Errors
/// Those of [`parse_literal`].
pub fn parse_value(text: &str) -> Result<Read, ReadError> {
    let plain = text.trim().replace('−', "-");
    let error = match parse_literal(&plain) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    // Of numbers and signs alone the literal says what is wrong.
    if !plain.chars().any(|c| c.is_alphabetic() || "'^*+(".contains(c) || !c.is_ascii()) {
        return Err(error);
    }
    let inside = plain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|inside| !inside.contains('['));
    let found = match inside {
        Some(inside) => of_entries(inside),
        None if plain.starts_with("[[") => None,
        None => constant(&plain),
    };
    found.map(Into::into).ok_or(error)
}

/// A value as its name is declared: one that is typed in one row, `[1 2 3]` or `[[1, 2, 3]]`, is a matrix with one row where the name is
/// declared a matrix, and else a vector.
#[must_use]
pub(crate) fn as_declared(value: Read, text: &str, declared: Option<&DeclaredKind>) -> Read {
    let (text, brackets) = (text.trim(), text.matches('[').count());
    let is_one_row = !text.contains([';', '\n']) && (brackets == 1 || brackets == 2 && text.starts_with("[["));
    let is_row = matches!(declared, Some(DeclaredKind::Matrix(..)));
    let (rows, cols) = value.matrix.shape();
    if !is_one_row || rows.min(cols) > 1 || (rows == 1) == is_row {
        return value;
    }
    Read { matrix: value.matrix.transpose().into(), ..value }
}

/// The value of an expression without symbols.
fn constant(text: &str) -> Option<DMatrix<f64>> {
    let query = Query::Eval { values: Vec::new(), families: Vec::new(), remarks: Vec::new() };
    value(&Request::new(query, text), &[]).ok()
}

/// A matrix by rows, of one row a vector.
fn of_entries(inside: &str) -> Option<DMatrix<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for row in inside.split([';', '\n']).filter(|row| !row.trim().is_empty()) {
        let mut entries = Vec::new();
        for entry in entries_of(row) {
            let value = match parse_literal(entry) {
                Ok(read) => (*read.matrix).clone(),
                Err(_) => constant(entry)?,
            };
            entries.push(if value.shape() == (1, 1) { value[0] } else { return None });
        }
        rows.push(entries);
    }
    let cols = rows.first()?.len();
    let is_even = cols > 0 && rows.iter().all(|row| row.len() == cols);
    let matrix = is_even.then(|| DMatrix::from_row_iterator(rows.len(), cols, rows.iter().flatten().copied()))?;
    Some(if matrix.nrows() == 1 { matrix.transpose() } else { matrix })
}

/// The entries of a row: between commas, or where there is none between blanks outside of brackets.
fn entries_of(row: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut ends = |c: char, at_blank: bool| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && if at_blank { c.is_whitespace() } else { c == ',' }
    };
    let by_comma: Vec<&str> = row.split(|c| ends(c, false)).collect();
    let parts = if by_comma.len() > 1 { by_comma } else { row.split(|c| ends(c, true)).collect() };
    parts.into_iter().map(str::trim).filter(|entry| !entry.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: Option<&[f64]>) {
        let found = parse_value(text).ok().map(|read| read.matrix.as_slice().to_vec());
        assert_eq!(found.as_deref(), wanted, "{text}");
    }

    #[test]
    fn constants_are_values() {
        let root = 2.0_f64.sqrt();
        check("sqrt(2)", Some(&[root]));
        check("pi/2", Some(&[std::f64::consts::FRAC_PI_2]));
        check("½", Some(&[0.5]));
        check("−1", Some(&[-1.0]));
        check("[½ −1 sqrt(2)]", Some(&[0.5, -1.0, root]));
        check("[sqrt(2), 1; 0, 2 pi]", Some(&[root, 0.0, 1.0, std::f64::consts::TAU]));
        check("eye(2)", Some(&[1.0, 0.0, 0.0, 1.0]));
        check("[1 2]'", Some(&[1.0, 2.0]));
    }

    #[test]
    fn names_and_slips_are_no_values() {
        for text in
            ["y", "1_000", "[1 y]", "0x10", "[1 2; 3]", "[1 sqrt(2); 3]", "1, 2", "nan", "[[1, pi]]", "sqrt(-1)"]
        {
            check(text, None);
        }
    }
}
