//! Matrices from text and files, and values to files: `[1 2; 3 4]`, CSV, text and NumPy's `.npy`.
//!
//! The readers take any [`std::io::Read`], never panic on what they find there, and allocate no more than there is to read. The writers
//! take any [`std::io::Write`]; what they write is read back as the same.

mod csv;
mod error;
mod literal;
mod mapped;
mod npy;
mod write;

use std::io::Read as _;

use nalgebra::DMatrix;

use super::SharedMatrix;
pub use csv::read_csv;
pub use error::ReadError;
pub use literal::parse_literal;
pub use npy::read_npy;
pub use write::{FileKind, shortest, write};

/// The most that is read of what has no length of its own, such as a pipe: 4 GiB.
const MOST_OF_A_STREAM: u64 = 1 << 32;

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// Its entries as doubles; the members of a family stand one below the other.
    pub matrix: SharedMatrix<f64>,
    /// Of an array of three axes, how many matrices it holds.
    pub members: Option<usize>,
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

    /// The members of a family.
    #[must_use]
    pub fn family(&self) -> Option<Vec<DMatrix<f64>>> {
        let rows = self.matrix.nrows() / self.members?.max(1);
        let (entries, [down, right]) = self.matrix.lying();
        let entry = |place: usize, row: usize, col: usize| entries[(place * rows + row) * down + col * right];
        let cols = self.matrix.ncols();
        let member = |place| DMatrix::from_fn(rows, cols, |row, col| entry(place, row, col));
        Some((0..self.members?).map(member).collect())
    }
}

impl From<DMatrix<f64>> for Read {
    fn from(matrix: DMatrix<f64>) -> Self {
        Self::from(SharedMatrix::from(matrix))
    }
}

impl From<SharedMatrix<f64>> for Read {
    fn from(matrix: SharedMatrix<f64>) -> Self {
        Self { matrix, members: None, rounded: None }
    }
}

/// An open file or stream.
pub struct Source {
    /// What is read from.
    pub reader: Box<dyn std::io::Read>,
    /// How many bytes there are, where that is known.
    pub length: Option<u64>,
    /// The file, where its numbers may be used as they lie in it. A file that becomes shorter while they are ends the program.
    pub file: Option<std::fs::File>,
}

impl Source {
    /// What stands in memory.
    #[must_use]
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        let length = Some(bytes.len() as u64);
        Self { reader: Box::new(std::io::Cursor::new(bytes)), length, file: None }
    }

    /// All bytes, where there are no more than this many; `None` where there are more.
    ///
    /// # Errors
    /// Of the reader.
    pub fn bytes(self, most: u64) -> std::io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        self.reader.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }
}

/// Reads the value in a file, whose name says how it is written: `.npy`, or numbers as text.
///
/// # Errors
/// [`ReadError`]
pub fn read_value(name: &str, source: Source) -> Result<Read, ReadError> {
    if FileKind::of_name(name) == Some(FileKind::Npy) {
        return npy::read_or_map(source);
    }
    let most = source.length.unwrap_or(MOST_OF_A_STREAM);
    read_csv(&source.bytes(most)?.ok_or(ReadError::TooLarge)?)
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

/// The finite number that a text is.
fn number(text: &str) -> Option<f64> {
    let value: f64 = match text.split_once('/') {
        Some((numerator, denominator)) => {
            numerator.trim().parse::<f64>().ok()? / denominator.trim().parse::<f64>().ok()?
        }
        None => text.parse().ok()?,
    };
    value.is_finite().then_some(value)
}
