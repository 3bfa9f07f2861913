//! Matrices from CSV: one row a line, entries between commas, semicolons or tabs; `#` begins a comment line.

use std::io::Read as Source;

use super::{MAX_READ_ENTRIES, Read, ReadError, from_rows, number, rounded_in};

/// The mark that some programs begin a text with.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads a matrix. A first line without any number is taken for a header, unless it is the only one.
///
/// # Errors
/// [`ReadError`]
pub fn read_csv(mut reader: impl Source) -> Result<Read, ReadError> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        ReadError::NotText {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            byte: before.len() - line_start + 1,
        }
    })?;
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut csv = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .trim(::csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let mut entries = 0;
    for (row, record) in csv.records().enumerate() {
        let record = record.map_err(|error| match error.into_kind() {
            ::csv::ErrorKind::Io(error) => ReadError::Io(error),
            _ => ReadError::Syntax(format!("row {} is not readable as CSV", row + 1)),
        })?;
        if row == 0 && record.iter().all(is_word) {
            continue;
        }
        entries += record.len();
        if entries > MAX_READ_ENTRIES {
            return Err(ReadError::TooLarge);
        }
        // A line that ends with a separator has no entry more.
        let count =
            if record.len() > 1 && record.get(record.len() - 1) == Some("") { record.len() - 1 } else { record.len() };
        let values = record.iter().take(count).enumerate().map(|(col, field)| number(field, row, col));
        rows.push(values.collect::<Result<_, _>>()?);
    }
    Ok(Read { matrix: from_rows(&rows)?, rounded: rounded_in(text) })
}

/// Whether a field heads a column: it begins with a letter and is no number.
fn is_word(field: &str) -> bool {
    field.parse::<f64>().is_err()
        && field.chars().next().is_some_and(|first| !first.is_ascii_digit() && !"+-.".contains(first))
}

/// What the first line that is no comment separates its entries with.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|mark| line.bytes().any(|byte| byte == *mark)).unwrap_or(b',')
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
        ] {
            assert_eq!(read_csv(text.as_bytes()).unwrap().matrix, matrix, "{text}");
        }
        assert_eq!(read_csv("1,2,3".as_bytes()).unwrap().matrix, DMatrix::from_row_slice(1, 3, &[1.0, 2.0, 3.0]));
        assert_eq!(read_csv("1/2;3".as_bytes()).unwrap().matrix, DMatrix::from_row_slice(1, 2, &[0.5, 3.0]));
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
        assert!(matches!(read_csv("".as_bytes()), Err(ReadError::Empty)));
        assert!(matches!(read_csv("1,2\n3\n".as_bytes()), Err(ReadError::Ragged { row: 2, .. })));
        assert!(matches!(read_csv("1,2\n3,x\n".as_bytes()), Err(ReadError::NotANumber { row: 2, col: 2, .. })));
        assert!(matches!(read_csv("1,2\n3,nan\n".as_bytes()), Err(ReadError::NotANumber { .. })));
        assert!(matches!(read_csv(&b"1,2\n3,\xff\xfe\n"[..]), Err(ReadError::NotText { line: 2, byte: 3 })));
    }
}
