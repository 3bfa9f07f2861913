//! Matrices from text: one row a line, entries between commas, semicolons, tabs or blanks; `#` begins a comment line.

use std::borrow::Cow;

use super::rounded::rounded_in;
use super::{Read, ReadError, number};
use crate::numeric::SharedMatrix;

/// The mark that some programs begin a text with.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// Integers of fewer digits are doubles.
const SHORTEST_ROUNDED: usize = 16;

/// Reads a matrix. A first line without any number is taken for a header, unless it is the only one.
///
/// # Errors
/// [`ReadError`]
pub fn read_csv(bytes: &[u8]) -> Result<Read, ReadError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        ReadError::NotText {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            byte: before.len() - line_start + 1,
        }
    })?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut table = Table::default();
    match delimiter(text) {
        Some(delimiter) => {
            let mut csv = ::csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(delimiter)
                .trim(::csv::Trim::All)
                .comment(Some(b'#'))
                .from_reader(text.as_bytes());
            let mut record = ::csv::StringRecord::new();
            while csv.read_record(&mut record).map_err(|error| unreadable(error, table.rows))? {
                let line = record.position().map_or(0, |position| first_line(text, position));
                // A line that ends with a separator has no entry more.
                let ends = record.len() > 1 && record.get(record.len() - 1) == Some("");
                table.row(line, record.iter().take(record.len() - usize::from(ends)))?;
            }
        }
        None => {
            for (line, text) in (1..).zip(text.lines()) {
                if !text.trim_start().starts_with('#') && !text.trim().is_empty() {
                    table.row(line, text.split_whitespace())?;
                }
            }
        }
    }
    table.finish()
}

/// The line of the numbers that a record begins with, after comments and empty lines, which its position is before.
fn first_line(text: &str, position: &::csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|at| text.get(at..)).unwrap_or_default();
    let skipped = rest.lines().take_while(|line| line.trim().is_empty() || line.starts_with('#')).count();
    position.line() + skipped as u64
}

fn unreadable(error: ::csv::Error, rows: usize) -> ReadError {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => ReadError::Io(error),
        _ => ReadError::Syntax(format!("the line after {rows} rows of numbers is not readable as CSV")),
    }
}

/// The numbers so far, row by row.
#[derive(Default)]
struct Table {
    values: Vec<f64>,
    rows: usize,
    /// The length of the first row.
    cols: usize,
    /// Whether a header was left out.
    has_header: bool,
    rounded: Option<String>,
}

impl Table {
    fn row<'a>(&mut self, line: u64, cells: impl Iterator<Item = &'a str> + Clone) -> Result<(), ReadError> {
        if self.rows == 0 && !self.has_header && cells.clone().all(is_word) {
            self.has_header = true;
            return Ok(());
        }
        let mut heads = cells.clone();
        if self.rows == 0
            && !self.has_header
            && heads.next() == Some("")
            && heads.clone().count() > 0
            && heads.all(is_word)
        {
            return Err(ReadError::Syntax(format!(
                "line {line} names every column but the first, which is then an index, as pandas writes: leave it out with to_csv(FILE, index=False)"
            )));
        }
        let before = self.values.len();
        for (col, cell) in cells.enumerate() {
            let place = || format!("line {line}, column {}", col + 1);
            self.values.push(number(cell).ok_or_else(|| ReadError::not_a_number(place(), cell))?);
            if cell.len() >= SHORTEST_ROUNDED && self.rounded.is_none() {
                self.rounded = rounded_in(cell);
            }
        }
        let found = self.values.len() - before;
        if self.rows == 0 {
            self.cols = found;
        } else if found != self.cols {
            return Err(ReadError::Ragged { place: format!("line {line}"), found, expected: self.cols });
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(self) -> Result<Read, ReadError> {
        if self.values.is_empty() {
            return Err(ReadError::Empty);
        }
        let matrix = SharedMatrix::by_rows(self.rows, self.cols, self.values);
        Ok(Read { rounded: self.rounded, ..matrix.into() })
    }
}

/// Whether a field heads a column: it begins with a letter and is no number.
fn is_word(field: &str) -> bool {
    field.parse::<f64>().is_err()
        && field.chars().next().is_some_and(|first| !first.is_ascii_digit() && !"+-.".contains(first))
}

/// What the first line that is no comment separates its entries with; none for blanks.
fn delimiter(text: &str) -> Option<u8> {
    let line =
        text.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).unwrap_or_default();
    let line: Cow<'_, str> = line.trim().into();
    let found = [b',', b';', b'\t'].into_iter().find(|mark| line.bytes().any(|byte| byte == *mark));
    let has_blanks = line.split_whitespace().nth(1).is_some() && !line.contains('"');
    if found.is_none() && has_blanks { None } else { Some(found.unwrap_or(b',')) }
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;

    #[test]
    fn reads_rows() {
        let matrix = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 40.0]);
        for text in [
            "a,b\n1, 2\n# note\n3,4e1\n",
            "1;2\n3;40",
            "a\tb\n1\t2\n3\t40\n",
            "\u{feff}1,2\r\n3,40\r\n",
            "1,2,\n3,40,\n",
            "# of 2 numbers, each\n1 2\n\n 3   4.0e+01 \n",
            "a b\n1 2\n3 40",
        ] {
            assert_eq!(read_csv(text.as_bytes()).unwrap().matrix, matrix, "{text}");
        }
        assert_eq!(read_csv(b"1,2,3").unwrap().matrix, DMatrix::from_row_slice(1, 3, &[1.0, 2.0, 3.0]));
        assert_eq!(read_csv(b"1 2 3").unwrap().matrix, DMatrix::from_row_slice(1, 3, &[1.0, 2.0, 3.0]));
        assert_eq!(read_csv(b"1\n2\n3").unwrap().matrix, DMatrix::from_row_slice(3, 1, &[1.0, 2.0, 3.0]));
        assert_eq!(read_csv(b"1/2;3").unwrap().matrix, DMatrix::from_row_slice(1, 2, &[0.5, 3.0]));
    }

    #[test]
    fn an_index_is_told_from_numbers() {
        let said = read_csv(b",a,b\n0,1.5,2\n1,3,4\n").unwrap_err().to_string();
        assert!(said.starts_with("line 1 names every column but the first"), "{said}");
    }

    #[test]
    fn integers_that_are_no_doubles_are_told() {
        let rounded = |text: &str| read_csv(text.as_bytes()).unwrap().rounded;
        assert_eq!(rounded("1,9007199254740993"), Some("9007199254740993".into()));
        assert_eq!(rounded("1,-18014398509481985"), Some("-18014398509481985".into()));
        assert_eq!(rounded("1,9007199254740994\n0.1,1e30"), None);
    }

    #[test]
    fn what_is_refused() {
        let said = |text: &[u8]| read_csv(text).unwrap_err().to_string();
        for empty in [&b""[..], b"\n\n", b"# 1, 2\n", b"a,b\n"] {
            assert!(matches!(read_csv(empty), Err(ReadError::Empty)));
        }
        assert_eq!(said(b"# two\n1,2\n\n3\n"), "line 4 has 1 entry, the first row has 2");
        assert_eq!(said(b"1,2\n3,x\n"), "line 2, column 2 holds `x`, which is not a finite number");
        assert_eq!(said(b"a,b\n1,2\n3,nan\n"), "line 3, column 2 holds `nan`, which is not a finite number");
        assert_eq!(said(b"a,b\nc,d\n1,2\n"), "line 2, column 1 holds `c`, which is not a finite number");
        assert_eq!(said(b"1,,3\n"), "line 1, column 2 is empty");
        assert_eq!(said(b"1 2\n3 1e999\n"), "line 2, column 2 holds `1e999`, which is not a finite number");
        assert!(matches!(read_csv(b"1,2\n3,\xff\xfe\n"), Err(ReadError::NotText { line: 2, byte: 3 })));
    }
}
