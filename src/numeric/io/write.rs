//! Values to files: NumPy's `.npy`, CSV, and text with blanks. What is written is read back as the same matrix.

use std::io::{self, Write};

use nalgebra::DMatrix;

use crate::kernel::Real as _;
use crate::numeric::Precision;

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// NumPy's format: float64 or float32, in the order of columns; a column is an array of one axis, a scalar one of none.
    Npy,
    /// A row a line, commas between entries.
    Csv,
    /// A row a line, blanks between entries.
    Text,
}

impl FileKind {
    /// The kinds with the endings that their names have.
    pub const ENDINGS: [(&str, Self); 3] = [(".npy", Self::Npy), (".csv", Self::Csv), (".txt", Self::Text)];

    /// The kind that a file's name says, by its ending in small letters or capitals.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let ending = |ending: &str| name.len() > ending.len() && name.ends_with(ending);
        Self::ENDINGS.into_iter().find(|(known, _)| ending(known)).map(|(_, kind)| kind)
    }
}

/// Writes a value, whose entries are numbers of this precision.
///
/// # Errors
/// Of the writer.
pub fn write(kind: FileKind, value: &DMatrix<f64>, precision: Precision, mut writer: impl Write) -> io::Result<()> {
    match kind {
        FileKind::Npy => npy(value, precision, &mut writer)?,
        FileKind::Csv => rows(value, precision, ",", &mut writer)?,
        FileKind::Text => rows(value, precision, " ", &mut writer)?,
    }
    writer.flush()
}

fn rows(value: &DMatrix<f64>, precision: Precision, between: &str, writer: &mut impl Write) -> io::Result<()> {
    for row in 0..value.nrows() {
        for col in 0..value.ncols() {
            if col > 0 {
                writer.write_all(between.as_bytes())?;
            }
            writer.write_all(precision.text(value[(row, col)]).as_bytes())?;
        }
        writer.write_all(b"\n")?;
    }
    Ok(())
}

/// Numbers begin at a multiple of this, so that they can be mapped into memory.
const ALIGNMENT: usize = 64;
/// What comes before the text of the header.
const PREFIX: usize = 10;

fn npy(value: &DMatrix<f64>, precision: Precision, writer: &mut impl Write) -> io::Result<()> {
    let shape = match value.shape() {
        (1, 1) => "()".to_owned(),
        (rows, 1) => format!("({rows},)"),
        (rows, cols) => format!("({rows}, {cols})"),
    };
    let descr = match precision {
        Precision::Double => "<f8",
        Precision::Single => "<f4",
    };
    let is_fortran = if value.ncols() == 1 { "False" } else { "True" };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {is_fortran}, 'shape': {shape}, }}");
    let end = (PREFIX + header.len() + 1).next_multiple_of(ALIGNMENT);
    header.extend(std::iter::repeat_n(' ', end - PREFIX - header.len() - 1));
    header.push('\n');
    let length = u16::try_from(header.len()).map_err(io::Error::other)?;
    writer.write_all(b"\x93NUMPY\x01\x00")?;
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(header.as_bytes())?;
    let mut bytes = Vec::new();
    for chunk in value.as_slice().chunks(1 << 13) {
        bytes.clear();
        match precision {
            Precision::Double => bytes.extend(chunk.iter().flat_map(|entry| entry.to_le_bytes())),
            Precision::Single => bytes.extend(chunk.iter().flat_map(|entry| f32::narrow(*entry).to_le_bytes())),
        }
        writer.write_all(&bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Source, read_value};
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let entries =
            [1.0, -0.1, 1e300, 5e-324, 0.0, 123_456_789.123_456_78, -0.0, f64::MAX, 1e15, 1.0 / 3.0, 1e16, 7.0];
        let singles = [1.0, -0.1, 1e38, 1e-45, 0.0, 12_345.678, -0.0, 3.4e38, 1e7, 1.0 / 3.0, 1e8, 16_777_215.0];
        let precisions =
            [(Precision::Double, entries), (Precision::Single, singles.map(|x| Precision::Single.nearest(x)))];
        for (precision, entries) in precisions {
            for (rows, cols) in [(1, 1), (12, 1), (1, 12), (3, 4), (6, 2)] {
                let value = DMatrix::from_iterator(rows, cols, entries.into_iter().cycle().take(rows * cols));
                for (ending, kind) in FileKind::ENDINGS {
                    let mut bytes = Vec::new();
                    write(kind, &value, precision, &mut bytes).unwrap();
                    let found = read_value(&format!("x{ending}"), Source::of_bytes(bytes)).unwrap().matrix;
                    assert_eq!(found.shape(), value.shape(), "{ending}");
                    let mut pairs = found.iter().zip(&value);
                    let same = |(found, value): (&f64, &f64)| precision.nearest(*found).to_bits() == value.to_bits();
                    assert!(pairs.all(same), "{ending}");
                }
            }
        }
    }

    #[test]
    fn names_say_how_a_file_is_written() {
        assert_eq!(FileKind::of_name("out/A.NPY"), Some(FileKind::Npy));
        assert_eq!(FileKind::of_name("a.b.txt"), Some(FileKind::Text));
        for name in ["", ".npy", "npy", "A.npz", "A.csv.gz"] {
            assert_eq!(FileKind::of_name(name), None, "{name}");
        }
    }
}
