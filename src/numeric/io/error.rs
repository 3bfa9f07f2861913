//! Why no value could be read, and what can be done about it.

use std::fmt;

/// Why no value could be read.
#[derive(Debug)]
pub enum ReadError {
    /// The reader failed, or the file ended early.
    Io(std::io::Error),
    /// There are no numbers.
    Empty,
    /// A place holds no finite number.
    NotANumber {
        /// `row 2, column 3`
        place: String,
        /// What is there.
        text: String,
    },
    /// A row has another length than the first.
    Ragged {
        /// `line 3`
        place: String,
        /// Its length.
        found: usize,
        /// The length of the first.
        expected: usize,
    },
    /// The array has more than three axes; their lengths.
    TooManyAxes(Vec<u64>),
    /// The array holds something else than real numbers.
    Type(String),
    /// The file ends before the array that its header describes.
    Truncated {
        /// `5000×5000 float64`
        array: String,
        /// How many bytes the array takes, where that is a number of bytes at all.
        needed: Option<u64>,
        /// How many there are.
        found: u64,
    },
    /// More bytes than are read of a stream.
    TooLarge,
    /// The text is not UTF-8: the line, and the byte in it, from 1 on.
    NotText {
        /// Line.
        line: usize,
        /// Byte of the line.
        byte: usize,
    },
    /// The text is no matrix literal, or the file no array.
    Syntax(String),
}

/// Most characters of what stands in the place of a number.
const MOST_SHOWN: usize = 40;

impl ReadError {
    /// What is at a place is no number.
    pub(super) fn not_a_number(place: String, text: &str) -> Self {
        Self::NotANumber { place, text: text.chars().take(MOST_SHOWN).collect() }
    }

    /// That the value of a name cannot be read from a file, and a way out.
    #[must_use]
    pub fn of_value(&self, name: &str, path: &str) -> String {
        let help = self.help().map(|help| format!("\n  = help: {help}")).unwrap_or_default();
        format!("the value of `{name}` cannot be read from `{path}`: {self}{help}")
    }

    /// A way out, where there is one to name.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotANumber { text, .. } if text.eq_ignore_ascii_case("nan") || text.ends_with("inf") => {
                "every entry must be finite: fill or leave out what is missing, as `np.nan_to_num` does"
            }
            Self::NotANumber { .. } => {
                "each cell holds one number, as 2, -0.5, 1e-3 or 1/3; only the first line may name columns"
            }
            Self::Ragged { .. } => "every row needs as many numbers as the first",
            Self::TooManyAxes(_) => "reshape it: 1 axis is a vector, 2 are a matrix, 3 a family of matrices",
            Self::Type(_) => "save real numbers: `np.save(\"A.npy\", A.astype(float))`",
            Self::Truncated { .. } => "the file was cut off: save or copy it again",
            Self::NotText { .. } => "save it as UTF-8, or as .npy",
            Self::Io(_) | Self::Empty | Self::TooLarge | Self::Syntax(_) => return None,
        })
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Empty => write!(f, "there are no numbers"),
            Self::NotANumber { place, text } if text.is_empty() => write!(f, "{place} is empty"),
            Self::NotANumber { place, text } => write!(f, "{place} holds `{text}`, which is not a finite number"),
            Self::Ragged { place, found, expected } => {
                let entries = if *found == 1 { "entry" } else { "entries" };
                write!(f, "{place} has {found} {entries}, the first row has {expected}")
            }
            Self::TooManyAxes(lengths) => write!(f, "the array has {} axes, and 3 is the most", lengths.len()),
            Self::Type(found) => write!(f, "the array holds {found}, not real numbers"),
            Self::Truncated { array, needed: Some(needed), found } => {
                write!(f, "the header says {array}, which takes {needed} bytes, and {found} bytes follow it")
            }
            Self::Truncated { array, needed: None, found } => {
                write!(f, "the header says {array}, more than any file holds, and {found} bytes follow it")
            }
            Self::TooLarge => write!(f, "the stream does not end"),
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
