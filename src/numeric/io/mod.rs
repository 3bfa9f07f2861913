//! Matrices from text and files, and values to files: `[1 2; 3 4]`, CSV, text and NumPy's `.npy`.
//!
//! The readers take any [`std::io::Read`], never panic on what they find there, and allocate no more than there is to read. The writers
//! take any [`std::io::Write`]; what they write is read back as the same.

mod csv;
mod error;
mod literal;
mod mapped;
mod npy;
mod rounded;
mod source;
mod write;

pub use csv::read_csv;
pub use error::ReadError;
pub use literal::parse_literal;
pub use npy::read_npy;
pub use source::{Read, Source};
pub use write::{FileKind, write};

/// The most that is read of what has no length of its own, such as a pipe: 4 GiB.
const MOST_OF_A_STREAM: u64 = 1 << 32;

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
