//! Matrix literals as in MATLAB: `3.5`, `[1 2 3]`, `[1, 2; 3, 4]`; also rows in brackets as in
//! NumPy: `[[1, 2], [3, 4]]`. A single row of numbers is a column vector, as vectors are columns here.

use nalgebra::DMatrix;

use super::rounded::rounded_in;
use super::{Read, ReadError, number};

/// Parses a literal; `[1 2 3]` gives a 3×1 column, `[[1, 2, 3]]` a row.
///
/// # Errors
/// [`ReadError`]
pub fn parse_literal(text: &str) -> Result<Read, ReadError> {
    Ok(Read { rounded: rounded_in(text), ..matrix(text.trim())?.into() })
}

fn matrix(text: &str) -> Result<DMatrix<f64>, ReadError> {
    let Some(open) = text.strip_prefix('[') else {
        if text.is_empty() {
            return Err(ReadError::Empty);
        }
        return Ok(DMatrix::from_element(1, 1, entry(text, 0, 0)?));
    };
    let Some(inner) = open.strip_suffix(']') else {
        return Err(ReadError::Syntax("the bracket `[` is not closed".into()));
    };
    let inner = inner.trim();
    if inner.starts_with('[') {
        return nested(inner);
    }
    let mut rows = Vec::new();
    for (row, line) in inner.split([';', '\n']).enumerate() {
        if !line.trim().is_empty() {
            rows.push(numbers(line, row)?);
        }
    }
    let matrix = from_rows(&rows)?;
    Ok(if matrix.nrows() == 1 { matrix.transpose() } else { matrix })
}

/// The number in a place, both counted from 0.
fn entry(text: &str, row: usize, col: usize) -> Result<f64, ReadError> {
    let place = || format!("row {}, column {}", row + 1, col + 1);
    number(text).ok_or_else(|| ReadError::not_a_number(place(), text))
}

/// A matrix of rows of one length.
fn from_rows(rows: &[Vec<f64>]) -> Result<DMatrix<f64>, ReadError> {
    let cols = rows.first().map_or(0, Vec::len);
    if cols == 0 {
        return Err(ReadError::Empty);
    }
    if let Some((place, row)) = rows.iter().enumerate().find(|(_, row)| row.len() != cols) {
        return Err(ReadError::Ragged { place: format!("row {}", place + 1), found: row.len(), expected: cols });
    }
    Ok(DMatrix::from_row_iterator(rows.len(), cols, rows.iter().flatten().copied()))
}

/// Numbers between commas or spaces.
fn numbers(line: &str, row: usize) -> Result<Vec<f64>, ReadError> {
    let mut values = Vec::new();
    for part in line.split(',') {
        let mut words = part.split_whitespace().peekable();
        if words.peek().is_none() {
            return Err(ReadError::Syntax(format!("row {} has a comma without a number", row + 1)));
        }
        for word in words {
            values.push(entry(word, row, values.len())?);
        }
    }
    Ok(values)
}

/// `[1, 2], [3, 4]`
fn nested(inner: &str) -> Result<DMatrix<f64>, ReadError> {
    let mut rows = Vec::new();
    let mut rest = inner;
    loop {
        let Some((line, after)) = rest.strip_prefix('[').and_then(|open| open.split_once(']')) else {
            return Err(ReadError::Syntax("expected rows in brackets, as in `[[1, 2], [3, 4]]`".into()));
        };
        rows.push(numbers(line, rows.len())?);
        rest = after.trim_start();
        if rest.is_empty() {
            return from_rows(&rows);
        }
        rest = rest.strip_prefix([',', ';']).unwrap_or(rest).trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_vectors_matrices() {
        assert_eq!(parse_literal(" 3.5 ").unwrap().matrix, DMatrix::from_element(1, 1, 3.5));
        assert_eq!(parse_literal("[1 -2 1/2]").unwrap().matrix, DMatrix::from_row_slice(3, 1, &[1.0, -2.0, 0.5]));
        let matrix = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]);
        for text in ["[1 2; 3 4]", "[1, 2; 3, 4;]", "[[1, 2], [3, 4]]", "[[1 2] [3 4]]"] {
            assert_eq!(parse_literal(text).unwrap().matrix, matrix, "{text}");
        }
        assert_eq!(parse_literal("[[1, 2, 3]]").unwrap().matrix.shape(), (1, 3));
        assert_eq!(parse_literal("[1; 2; 3]").unwrap().matrix.shape(), (3, 1));
    }

    #[test]
    fn what_is_refused() {
        for text in ["", "[", "[]", "]", "[1 2", "[1 2; 3]", "[1, , 2]", "[a b]", "[1 NaN]", "inf", "[[1 2], 3]", "1/0"]
        {
            assert!(parse_literal(text).is_err(), "{text}");
        }
    }
}
