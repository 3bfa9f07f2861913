//! Matrices from CSV: one row a line, no header, `#` begins a comment line.

use std::io::Read;

use nalgebra::DMatrix;

use super::{MAX_READ_ENTRIES, ReadError, from_rows, number};

/// Reads a matrix. A first line without any number is taken for a header.
///
/// # Errors
/// [`ReadError`]
pub fn read_csv(reader: impl Read) -> Result<DMatrix<f64>, ReadError> {
    let mut csv = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(::csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(reader);
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let mut entries = 0;
    for (row, record) in csv.records().enumerate() {
        let record = record.map_err(|error| match error.into_kind() {
            ::csv::ErrorKind::Io(error) => ReadError::Io(error),
            other => ReadError::Syntax(format!("row {} is not readable as CSV: {other:?}", row + 1)),
        })?;
        if row == 0 && record.iter().all(|field| field.parse::<f64>().is_err() && !field.is_empty()) {
            continue;
        }
        entries += record.len();
        if entries > MAX_READ_ENTRIES {
            return Err(ReadError::TooLarge);
        }
        let values = record.iter().enumerate().map(|(col, field)| number(field, row, col));
        rows.push(values.collect::<Result<_, _>>()?);
    }
    from_rows(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rows() {
        let matrix = read_csv("a,b\n1, 2\n# note\n3,4e1\n".as_bytes()).unwrap();
        assert_eq!(matrix, DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 40.0]));
    }

    #[test]
    fn what_is_refused() {
        assert!(matches!(read_csv("".as_bytes()), Err(ReadError::Empty)));
        assert!(matches!(read_csv("1,2\n3\n".as_bytes()), Err(ReadError::Ragged { row: 2, .. })));
        assert!(matches!(read_csv("1,2\n3,x\n".as_bytes()), Err(ReadError::NotANumber { row: 2, col: 2, .. })));
        assert!(matches!(read_csv("1,2\n3,nan\n".as_bytes()), Err(ReadError::NotANumber { .. })));
        assert!(read_csv(&b"1,\xff\xfe\n"[..]).is_err());
    }
}
