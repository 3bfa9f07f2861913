//! Matrices from text and files: `[1 2; 3 4]`, CSV and NumPy's `.npy`.
//!
//! The readers take any [`std::io::Read`] and never panic on what they find there.

mod csv;
mod literal;
mod npy;

use std::fmt;

use nalgebra::DMatrix;

pub use csv::read_csv;
pub use literal::parse_literal;
pub use npy::read_npy;

/// Most entries of a matrix that is read.
pub const MAX_READ_ENTRIES: usize = 50_000_000;

/// A matrix that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// Its entries as doubles.
    pub matrix: DMatrix<f64>,
    /// The first integer that no double is.
    pub rounded: Option<String>,
}

impl Read {
    /// What is to be said of how the value of that name was read.
    #[must_use]
    pub fn remark(&self, name: &str) -> Option<String> {
        let rounded = self.rounded.as_ref()?;
        Some(format!("an integer in the value of `{name}` is no double and is rounded: {rounded}"))
    }
}

impl From<DMatrix<f64>> for Read {
    fn from(matrix: DMatrix<f64>) -> Self {
        Self { matrix, rounded: None }
    }
}

/// Integers up to this size are doubles: 2⁵³.
const MOST_INTEGER: i128 = 1 << 53;

/// The text of an integer that is no double.
fn rounded_integer(value: i128) -> Option<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "it is what is asked")]
    let is_rounded = value.abs() > MOST_INTEGER && (value as f64) as i128 != value;
    is_rounded.then(|| value.to_string())
}

/// The first integer of a text that is no double.
fn rounded_in(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_digit() && !".eE+-".contains(c));
    words.filter_map(|word| word.parse::<i128>().ok()).find_map(rounded_integer)
}

/// Why no matrix could be read.
#[derive(Debug)]
pub enum ReadError {
    /// The reader failed, or the file ended early.
    Io(std::io::Error),
    /// There are no numbers.
    Empty,
    /// A place (row and column from 1 on) holds no finite number.
    NotANumber {
        /// Row.
        row: usize,
        /// Column.
        col: usize,
        /// What is there.
        text: String,
    },
    /// A row has another length than the first.
    Ragged {
        /// Row, from 1 on.
        row: usize,
        /// Its length.
        found: usize,
        /// The length of the first.
        expected: usize,
    },
    /// The array has more than two axes; their lengths.
    TooManyAxes(Vec<u64>),
    /// The array holds something else than real numbers.
    Type(String),
    /// More entries than [`MAX_READ_ENTRIES`].
    TooLarge,
    /// The text is not UTF-8: the line, and the byte in it, from 1 on.
    NotText {
        /// Line.
        line: usize,
        /// Byte of the line.
        byte: usize,
    },
    /// The text is no matrix literal.
    Syntax(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Empty => write!(f, "there are no numbers"),
            Self::NotANumber { row, col, text } => {
                write!(f, "row {row}, column {col} holds `{text}`, which is not a finite number")
            }
            Self::Ragged { row, found, expected } => {
                write!(f, "row {row} has {found} entries, the first row has {expected}")
            }
            Self::TooManyAxes(shape) => write!(f, "the array has {} axes, a matrix has at most 2", shape.len()),
            Self::Type(found) => write!(f, "the array holds `{found}`, which is not a real number type"),
            Self::TooLarge => write!(f, "the matrix has too many entries"),
            Self::NotText { line, byte } => write!(f, "line {line} is not UTF-8 text, at its byte {byte}"),
            Self::Syntax(what) => write!(f, "{what}"),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// The finite number that a text is.
fn number(text: &str, row: usize, col: usize) -> Result<f64, ReadError> {
    let not_a_number = || ReadError::NotANumber { row: row + 1, col: col + 1, text: text.chars().take(40).collect() };
    let value: f64 = match text.split_once('/') {
        Some((numerator, denominator)) => {
            let parse = |part: &str| part.trim().parse::<f64>().map_err(|_| not_a_number());
            parse(numerator)? / parse(denominator)?
        }
        None => text.parse().map_err(|_| not_a_number())?,
    };
    if value.is_finite() { Ok(value) } else { Err(not_a_number()) }
}

/// A matrix of rows of one length.
fn from_rows(rows: &[Vec<f64>]) -> Result<nalgebra::DMatrix<f64>, ReadError> {
    let cols = rows.first().map_or(0, Vec::len);
    if cols == 0 {
        return Err(ReadError::Empty);
    }
    for (place, row) in rows.iter().enumerate() {
        if row.len() != cols {
            return Err(ReadError::Ragged { row: place + 1, found: row.len(), expected: cols });
        }
    }
    Ok(nalgebra::DMatrix::from_row_iterator(rows.len(), cols, rows.iter().flatten().copied()))
}
