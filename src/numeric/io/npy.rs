//! Arrays from NumPy's `.npy` files: real numbers of any width, of up to three axes, in either order of bytes and of entries.
//!
//! No axis is a scalar, one is a column vector, three are a family of matrices. Numbers are read in one pass, after the header has been
//! held against the length of the file: what another program does to a file that is being read can make it an error, but no more. Many
//! doubles or floats that stand row after row in a file are not read at all: they are used as they lie in it.
//! Format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>

use std::fs::File;
use std::io;

use nalgebra::DMatrix;

use super::mapped::Mapped;
use super::rounded::rounded_integer;
use super::{Read, ReadError, Source};
use crate::kernel::Real;
use crate::numeric::{Precision, SharedMatrix};

const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header that is read: NumPy's own limit for files that are not trusted is 10,000 characters.
const MOST_OF_A_HEADER: u64 = 1 << 20;
/// Smaller arrays are read, as that is as fast.
const LEAST_MAPPED: u64 = 1 << 20;
/// Bytes that are read and converted at a time; a multiple of every width.
const CHUNK: usize = 1 << 16;

/// Reads an array; `length` is how many bytes there are, where that is known.
///
/// # Errors
/// [`ReadError`]
pub fn read_npy(reader: impl io::Read, length: Option<u64>) -> Result<Read, ReadError> {
    read(reader, length, None)
}

/// Reads the array of a source, or leaves it in the file.
pub(super) fn read_or_map(source: Source) -> Result<Read, ReadError> {
    read(source.reader, source.length, source.file.as_ref())
}

fn read(mut reader: impl io::Read, length: Option<u64>, file: Option<&File>) -> Result<Read, ReadError> {
    let (text, header_length) = header_text(&mut reader, length)?;
    let header = Header::parse(&text)?;
    let kind = Kind::of(&header.descr).ok_or_else(|| ReadError::Type(type_name(&header.descr)))?;
    if header.shape.len() > 3 {
        return Err(ReadError::TooManyAxes(header.shape));
    }
    if header.shape.contains(&0) {
        return Err(ReadError::Empty);
    }
    let count = header.shape.iter().try_fold(1_u64, |count, axis| count.checked_mul(*axis));
    let needed = count.and_then(|count| count.checked_mul(kind.width as u64)).filter(|needed| *needed < 1 << 62);
    let found = length.map(|length| length.saturating_sub(header_length));
    let truncated = |found| ReadError::Truncated { array: header.description(&kind), needed, found };
    let (Some(needed), true) = (needed, found.zip(needed).is_none_or(|(found, needed)| needed <= found)) else {
        return Err(truncated(found.unwrap_or(0)));
    };
    if let Some(file) = file.filter(|_| header.stays_in_file(needed)) {
        let matrix = match kind.native() {
            Some(Precision::Double) => header.mapped::<f64>(file, header_length)?,
            Some(Precision::Single) => header.mapped::<f32>(file, header_length)?.map(SharedMatrix::of_floats),
            None => None,
        };
        if let Some(matrix) = matrix {
            let (_, _, members) = header.rows_and_columns();
            return Ok(Read { members, ..matrix.into() });
        }
    }
    let mut rounded = None;
    let values = numbers(reader, needed, length.is_some(), &kind, &mut rounded)?;
    if (values.len() * kind.width) as u64 != needed {
        return Err(truncated((values.len() * kind.width) as u64));
    }
    header.refuse_nonfinite(&values)?;
    let (matrix, members) = header.arranged(values);
    Ok(Read { matrix, members, rounded })
}

/// The text of the header, and how many bytes come before the numbers.
fn header_text(reader: &mut impl io::Read, length: Option<u64>) -> Result<(String, u64), ReadError> {
    let no_npy = || ReadError::Syntax("this is no .npy file, or it ends within its header".into());
    let mut exactly = |bytes: &mut [u8]| {
        reader.read_exact(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => no_npy(),
            _ => ReadError::Io(error),
        })
    };
    let mut start = [0; 8];
    exactly(&mut start)?;
    if !start.starts_with(MAGIC) {
        return Err(no_npy());
    }
    let (before, text_length) = match start[6] {
        1 => {
            let mut length = [0; 2];
            exactly(&mut length)?;
            (10, u64::from(u16::from_le_bytes(length)))
        }
        2 | 3 => {
            let mut length = [0; 4];
            exactly(&mut length)?;
            (12, u64::from(u32::from_le_bytes(length)))
        }
        version => return Err(ReadError::Syntax(format!("version {version} of the .npy format is not known"))),
    };
    if text_length > MOST_OF_A_HEADER || length.is_some_and(|length| before + text_length > length) {
        return Err(no_npy());
    }
    #[allow(clippy::cast_possible_truncation, reason = "the length is bounded")]
    let mut text = vec![0; text_length as usize];
    exactly(&mut text)?;
    Ok((String::from_utf8_lossy(&text).into_owned(), before + text_length))
}

/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`
struct Header {
    descr: String,
    is_fortran: bool,
    shape: Vec<u64>,
}

impl Header {
    fn parse(text: &str) -> Result<Self, ReadError> {
        let wrong =
            |key: &str| ReadError::Syntax(format!("the header of the .npy file has no `{key}` that can be read"));
        let descr = value_of(text, "descr").ok_or_else(|| wrong("descr"))?;
        let quoted = descr.strip_prefix(['\'', '"']).and_then(|rest| rest.split(['\'', '"']).next());
        let order = value_of(text, "fortran_order").ok_or_else(|| wrong("fortran_order"))?;
        if !order.starts_with("True") && !order.starts_with("False") {
            return Err(wrong("fortran_order"));
        }
        let axes = value_of(text, "shape").and_then(|shape| shape.strip_prefix('(')?.split(')').next());
        // Python 2 wrote 3L.
        let lengths = axes.map(|axes| axes.split(',').map(|axis| axis.trim().trim_end_matches('L')));
        let shape = lengths.and_then(|all| all.filter(|axis| !axis.is_empty()).map(|axis| axis.parse().ok()).collect());
        Ok(Self {
            descr: quoted.unwrap_or("a record").to_owned(),
            is_fortran: order.starts_with("True"),
            shape: shape.ok_or_else(|| wrong("shape"))?,
        })
    }

    /// `5000×5000 float64`
    fn description(&self, kind: &Kind) -> String {
        let lengths: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        let shape = if lengths.is_empty() { "one".to_owned() } else { lengths.join("×") };
        format!("{shape} {}", kind.name)
    }

    /// Where the entry stands that comes after so many others.
    fn place(&self, after: usize) -> String {
        let (mut left, mut index) = (after as u64, vec![0; self.shape.len()]);
        let mut assign = |axis: usize| {
            index[axis] = left % self.shape[axis] + 1;
            left /= self.shape[axis];
        };
        if self.is_fortran {
            (0..self.shape.len()).for_each(&mut assign);
        } else {
            (0..self.shape.len()).rev().for_each(&mut assign);
        }
        match index[..] {
            [] => "the array".into(),
            [entry] => format!("entry {entry}"),
            [row, col] => format!("row {row}, column {col}"),
            [member, row, col, ..] => format!("member {member}, row {row}, column {col}"),
        }
    }

    /// Whether numbers are used as they lie in a file: many, row after row.
    fn stays_in_file(&self, bytes: u64) -> bool {
        let is_by_rows = !self.is_fortran || self.shape.len() < 2;
        is_by_rows && bytes >= LEAST_MAPPED
    }

    /// The numbers as they lie in a file after so many bytes; nothing where they cannot be mapped.
    fn mapped<T: Real>(&self, file: &File, after: u64) -> Result<Option<SharedMatrix<T>>, ReadError> {
        let (rows, cols, _) = self.rows_and_columns();
        let Some(mapped) = Mapped::<T>::new(file, after, rows * cols) else { return Ok(None) };
        self.refuse_nonfinite(mapped.as_ref())?;
        Ok(Some(SharedMatrix::by_rows(rows, cols, mapped)))
    }

    fn refuse_nonfinite<T: Real>(&self, values: &[T]) -> Result<(), ReadError> {
        match values.iter().position(|value| !value.is_finite()) {
            Some(place) => Err(ReadError::not_a_number(self.place(place), &values[place].widen().to_string())),
            None => Ok(()),
        }
    }

    /// The length of an axis.
    fn axis(&self, place: usize) -> usize {
        self.shape.get(place).map_or(1, |length| usize::try_from(*length).unwrap_or(0))
    }

    /// Rows and columns, and how many matrices these are made of.
    fn rows_and_columns(&self) -> (usize, usize, Option<usize>) {
        match self.shape.len() {
            0..=2 => (self.axis(0), self.axis(1), None),
            _ => (self.axis(0) * self.axis(1), self.axis(2), Some(self.axis(0))),
        }
    }

    /// The numbers as a matrix, and how many matrices it is made of.
    fn arranged(&self, values: Vec<f64>) -> (SharedMatrix<f64>, Option<usize>) {
        let (rows, cols, members) = self.rows_and_columns();
        let matrix = match (self.shape.len(), self.is_fortran) {
            (_, false) => SharedMatrix::by_rows(rows, cols, values),
            (0..=2, true) => DMatrix::from_vec(rows, cols, values).into(),
            // Entry (i, j, k) comes after i + first (j + second k) others.
            (_, true) => {
                let (first, second) = (self.axis(0), self.axis(1));
                let entry = |row: usize, col: usize| values[row / second + first * (row % second + second * col)];
                DMatrix::from_fn(rows, cols, entry).into()
            }
        };
        (matrix, members)
    }
}

/// What follows a key and a colon.
fn value_of<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.match_indices(key).find_map(|(at, _)| {
        let rest = text[at + key.len()..].strip_prefix(['\'', '"'])?;
        rest.trim_start().strip_prefix(':').map(str::trim_start)
    })
}

/// How a number is stored.
struct Kind {
    name: &'static str,
    width: usize,
    is_big_endian: bool,
}

/// The types that are read, as NumPy abbreviates them.
const KINDS: [(&str, &str, usize); 12] = [
    ("f8", "float64", 8),
    ("f4", "float32", 4),
    ("f2", "float16", 2),
    ("i8", "int64", 8),
    ("i4", "int32", 4),
    ("i2", "int16", 2),
    ("i1", "int8", 1),
    ("u8", "uint64", 8),
    ("u4", "uint32", 4),
    ("u2", "uint16", 2),
    ("u1", "uint8", 1),
    ("b1", "bool", 1),
];

impl Kind {
    fn of(descr: &str) -> Option<Self> {
        let order = descr.chars().next().filter(|order| "<>|=".contains(*order))?;
        let (_, name, width) = KINDS.into_iter().find(|(short, ..)| *short == &descr[1..])?;
        Some(Self { name, width, is_big_endian: order == '>' })
    }

    /// The precision whose numbers this machine stores so.
    fn native(&self) -> Option<Precision> {
        match self.name {
            _ if self.is_big_endian != cfg!(target_endian = "big") => None,
            "float64" => Some(Precision::Double),
            "float32" => Some(Precision::Single),
            _ => None,
        }
    }
}

/// What NumPy calls a type that is not read.
fn type_name(descr: &str) -> String {
    let kind = descr.trim_start_matches(['<', '>', '|', '=']);
    match kind.chars().next() {
        Some('O') => "Python objects".into(),
        Some('c') => "complex numbers".into(),
        Some('U' | 'S') => "texts".into(),
        Some('M' | 'm') => "dates or times".into(),
        Some('V') => "raw bytes".into(),
        _ if descr == "a record" => "records".into(),
        _ => format!("`{}`", descr.chars().take(20).collect::<String>()),
    }
}

/// The numbers in so many bytes, or as many as there are. Where the bytes are known to be there, room is made for all of them at once.
fn numbers(
    mut reader: impl io::Read,
    bytes: u64,
    is_known: bool,
    kind: &Kind,
    rounded: &mut Option<String>,
) -> Result<Vec<f64>, ReadError> {
    let mut values: Vec<f64> = Vec::new();
    if is_known && values.try_reserve_exact(usize::try_from(bytes / kind.width as u64).unwrap_or(usize::MAX)).is_err() {
        return Err(ReadError::Io(io::ErrorKind::OutOfMemory.into()));
    }
    let mut buffer = vec![0; CHUNK];
    let mut left = bytes;
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        let found = read_up_to(&mut reader, &mut buffer[..wanted])?;
        convert(&mut buffer[..found - found % kind.width], kind, rounded, &mut values);
        if found < wanted {
            break;
        }
        left -= found as u64;
    }
    Ok(values)
}

/// Fills the buffer, or as much of it as there is to read.
fn read_up_to(reader: &mut impl io::Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut found = 0;
    while found < buffer.len() {
        match reader.read(&mut buffer[found..]) {
            Ok(0) => break,
            Ok(more) => found += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn convert(bytes: &mut [u8], kind: &Kind, rounded: &mut Option<String>, values: &mut Vec<f64>) {
    fn each<const N: usize>(bytes: &[u8], values: &mut Vec<f64>, mut convert: impl FnMut([u8; N]) -> f64) {
        values.extend(bytes.as_chunks::<N>().0.iter().map(|number| convert(*number)));
    }
    if kind.is_big_endian {
        bytes.chunks_exact_mut(kind.width).for_each(<[u8]>::reverse);
    }
    let mut note = |value: i128| {
        if rounded.is_none() {
            *rounded = rounded_integer(value);
        }
    };
    match kind.name {
        "float64" => each(bytes, values, f64::from_le_bytes),
        "float32" => each(bytes, values, |number| f64::from(f32::from_le_bytes(number))),
        "float16" => each(bytes, values, |number| half(u16::from_le_bytes(number))),
        #[allow(clippy::cast_precision_loss, reason = "as NumPy converts")]
        "int64" => each(bytes, values, |number| {
            let value = i64::from_le_bytes(number);
            note(value.into());
            value as f64
        }),
        #[allow(clippy::cast_precision_loss, reason = "as NumPy converts")]
        "uint64" => each(bytes, values, |number| {
            let value = u64::from_le_bytes(number);
            note(value.into());
            value as f64
        }),
        "int32" => each(bytes, values, |number| i32::from_le_bytes(number).into()),
        "int16" => each(bytes, values, |number| i16::from_le_bytes(number).into()),
        "int8" => each(bytes, values, |number| i8::from_le_bytes(number).into()),
        "uint32" => each(bytes, values, |number| u32::from_le_bytes(number).into()),
        "uint16" => each(bytes, values, |number| u16::from_le_bytes(number).into()),
        "bool" => each(bytes, values, |[number]| f64::from(u8::from(number != 0))),
        _ => each(bytes, values, |[number]| number.into()),
    }
}

/// A number of IEEE 754 binary16: a sign, 5 bits of exponent and 10 of fraction.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff) / 1024.0);
    let size = match exponent {
        0 => fraction * f64::powi(2.0, -14),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1.0 + fraction) * f64::powi(2.0, exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        let header = format!("{header}\n");
        bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
        bytes.extend(header.bytes());
        bytes.extend(data);
        bytes
    }

    fn of(descr: &str, is_fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
        let order = if is_fortran { "True" } else { "False" };
        npy(&format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"), data)
    }

    fn doubles(values: &[f64]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn read(bytes: &[u8]) -> Result<Read, ReadError> {
        let found = read_npy(bytes, Some(bytes.len() as u64));
        // A stream whose length is not known gives the same.
        match (&found, read_npy(bytes, None)) {
            (Ok(found), Ok(streamed)) => assert_eq!(*found, streamed),
            (Err(_), Err(_)) => {}
            (found, streamed) => panic!("{found:?} and {streamed:?}"),
        }
        found
    }

    #[test]
    fn every_order_and_number_of_axes() {
        let data = doubles(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let c = read(&of("<f8", false, "(2, 3)", &data)).unwrap();
        assert_eq!(c.matrix, DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        let f = read(&of("<f8", true, "(3, 2)", &data)).unwrap();
        assert_eq!(f.matrix, c.matrix.transpose());
        assert_eq!(read(&of("<f8", false, "(6,)", &data)).unwrap().matrix.shape(), (6, 1));
        assert_eq!(read(&of("<f8", true, "(1, 6)", &data)).unwrap().matrix.shape(), (1, 6));
        assert_eq!(read(&of("<f8", false, "()", &data[..8])).unwrap().matrix, DMatrix::from_element(1, 1, 1.0));
        let data = doubles(&(0..12).map(f64::from).collect::<Vec<_>>());
        let c = read(&of("<f8", false, "(3, 2, 2)", &data)).unwrap().family().unwrap();
        assert_eq!(c[1], DMatrix::from_row_slice(2, 2, &[4.0, 5.0, 6.0, 7.0]));
        let f = read(&of("<f8", true, "(2, 2, 3)", &data)).unwrap().family().unwrap();
        assert_eq!(f[1], DMatrix::from_row_slice(2, 3, &[1.0, 5.0, 9.0, 3.0, 7.0, 11.0]));
    }

    #[test]
    fn every_type() {
        for (descr, data) in [
            ("|i1", &[1, 255][..]),
            ("<i2", &[1, 0, 255, 255]),
            (">i2", &[0, 1, 255, 255]),
            (">i4", &[0, 0, 0, 1, 255, 255, 255, 255]),
            ("<f4", &[0, 0, 128, 63, 0, 0, 128, 191]),
            ("<f2", &[0, 60, 0, 188]),
            (">f2", &[60, 0, 188, 0]),
            (">f8", &[63, 240, 0, 0, 0, 0, 0, 0, 191, 240, 0, 0, 0, 0, 0, 0]),
            ("<i8", &[1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] {
            let found = read(&of(descr, false, "(2,)", data)).unwrap();
            assert_eq!(found.matrix, DMatrix::from_row_slice(2, 1, &[1.0, -1.0]), "{descr}");
        }
        for (descr, data) in [("|b1", &[1, 0][..]), ("|u1", &[1, 0]), ("<u2", &[1, 0, 0, 0])] {
            assert_eq!(read(&of(descr, false, "(2,)", data)).unwrap().matrix[0], 1.0, "{descr}");
        }
    }

    #[test]
    fn halves() {
        for (bits, value) in
            [(0x0001, f64::powi(2.0, -24)), (0x3555, 0.333_251_953_125), (0x7bff, 65_504.0), (0x8000, 0.0)]
        {
            assert_eq!(half(bits), value, "{bits:x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn many_numbers_are_read_in_chunks() {
        let values: Vec<f64> = (0..20_001).map(f64::from).collect();
        let found = read(&of("<f8", false, "(20001,)", &doubles(&values))).unwrap();
        assert_eq!(found.matrix.as_slice(), values);
    }

    #[test]
    fn what_is_refused() {
        let whole = of("<f8", false, "(2, 2)", &doubles(&[1.0, 2.0, 3.0, 4.0]));
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        let said = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        assert_eq!(said(&of("<f8", false, "(1, 1, 1, 1)", &[0; 8])), "the array has 4 axes, and 3 is the most");
        assert_eq!(said(&of("<c16", false, "(1,)", &[0; 16])), "the array holds complex numbers, not real numbers");
        assert_eq!(said(&of("|O", false, "(1,)", b"pickle")), "the array holds Python objects, not real numbers");
        assert_eq!(said(&of("<U3", false, "(1,)", &[0; 12])), "the array holds texts, not real numbers");
        assert_eq!(said(&of("<f8", false, "(0, 3)", &[])), "there are no numbers");
        let nan = doubles(&[1.0, f64::NAN, 3.0, f64::INFINITY]);
        assert_eq!(
            said(&of("<f8", false, "(2, 2)", &nan)),
            "row 1, column 2 holds `NaN`, which is not a finite number"
        );
        assert_eq!(said(&of("<f8", true, "(2, 2)", &nan)), "row 2, column 1 holds `NaN`, which is not a finite number");
        assert_eq!(said(&of("<f8", false, "(4,)", &nan)), "entry 2 holds `NaN`, which is not a finite number");
        let record = "{'descr': [('shape', '<f8')], 'fortran_order': False, 'shape': (1,), }";
        assert_eq!(said(&npy(record, &[0; 8])), "the array holds records, not real numbers");
        assert_eq!(said(b"hello"), "this is no .npy file, or it ends within its header");
        for header in
            ["", "{}", "{'descr': '<f8', 'fortran_order': 1, 'shape': (1,)}", "{'descr': '<f8', 'shape': (1,)}"]
        {
            assert!(matches!(read(&npy(header, &[0; 8])), Err(ReadError::Syntax(_))), "{header}");
        }
        for shape in ["(-1,)", "(1.5,)", "3", "(1", "(x,)"] {
            let found = read(&of("<f8", false, shape, &[0; 8]));
            assert!(found.is_err() || shape == "(1", "{shape}");
        }
    }

    #[test]
    fn what_a_header_claims_is_held_against_the_length() {
        let said = |bytes: &[u8]| read_npy(bytes, Some(bytes.len() as u64)).unwrap_err().to_string();
        assert_eq!(
            said(&of("<f8", false, "(5000, 5000)", &doubles(&[1.0]))),
            "the header says 5000×5000 float64, which takes 200000000 bytes, and 8 bytes follow it"
        );
        for shape in ["(4000000000, 4000000000)", "(18446744073709551615, 2)", "(9223372036854775807,)"] {
            let text = said(&of("<f8", false, shape, &[]));
            assert!(text.contains("more than any file holds"), "{text}");
        }
        let mut long = b"\x93NUMPY\x02\x00".to_vec();
        long.extend(u32::MAX.to_le_bytes());
        long.extend([b' '; 13]);
        assert!(matches!(read(&long), Err(ReadError::Syntax(_))));
    }

    #[test]
    fn integers_that_are_no_doubles_are_told() {
        let rounded = |descr: &str, value: u64| read(&of(descr, false, "(1,)", &value.to_le_bytes())).unwrap().rounded;
        assert_eq!(rounded("<i8", (1 << 53) + 1), Some("9007199254740993".into()));
        assert_eq!(rounded("<u8", u64::MAX), Some(u64::MAX.to_string()));
        assert_eq!(rounded("<i8", 1 << 53), None);
    }
}
