//! What values are read from, and what is read.

use std::io::Read as _;

use nalgebra::DMatrix;

use crate::numeric::SharedMatrix;

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
