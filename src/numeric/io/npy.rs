//! Matrices from NumPy's `.npy` files: real numbers of any width, of up to two axes, in either order.
//! One axis is a column vector.

use std::io;

use nalgebra::DMatrix;
use npyz::{DType, Deserialize, NpyFile, Order};

use super::{MAX_READ_ENTRIES, Read, ReadError, rounded_integer};

/// Reads a matrix of the bytes of a file.
///
/// # Errors
/// [`ReadError`]
pub fn read_npy(bytes: &[u8]) -> Result<Read, ReadError> {
    if header_end(bytes).is_none_or(|end| end > bytes.len()) {
        return Err(ReadError::Syntax("this is no .npy file, or it ends within its header".into()));
    }
    let file = NpyFile::new(bytes)?;
    let shape = file.shape().to_vec();
    if shape.len() > 2 {
        return Err(ReadError::TooManyAxes(shape));
    }
    let axis = |place: usize| shape.get(place).map_or(Ok(1), |length| usize::try_from(*length));
    let (Ok(rows), Ok(cols)) = (axis(0), axis(1)) else { return Err(ReadError::TooLarge) };
    match rows.checked_mul(cols) {
        Some(0) => return Err(ReadError::Empty),
        Some(1..=MAX_READ_ENTRIES) => {}
        _ => return Err(ReadError::TooLarge),
    }
    if rows * cols > bytes.len() {
        return Err(ReadError::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    let order = file.order();
    let DType::Plain(type_str) = file.dtype() else { return Err(ReadError::Type("a record".into())) };
    let name = type_str.to_string();
    // The first character is the byte order.
    let mut rounded = None;
    let mut note = |value: i128| rounded = rounded.take().or_else(|| rounded_integer(value));
    let values = match name.get(1..).unwrap_or_default() {
        "f8" => read::<f64>(file, |value| value),
        "f4" => read::<f32>(file, f64::from),
        #[allow(clippy::cast_precision_loss, reason = "as NumPy converts")]
        "i8" => read::<i64>(file, |value| {
            note(value.into());
            value as f64
        }),
        "i4" => read::<i32>(file, f64::from),
        "i2" => read::<i16>(file, f64::from),
        "i1" => read::<i8>(file, f64::from),
        #[allow(clippy::cast_precision_loss, reason = "as NumPy converts")]
        "u8" => read::<u64>(file, |value| {
            note(value.into());
            value as f64
        }),
        "u4" => read::<u32>(file, f64::from),
        "u2" => read::<u16>(file, f64::from),
        "u1" => read::<u8>(file, f64::from),
        "b1" => read::<bool>(file, |value| f64::from(u8::from(value))),
        _ => return Err(ReadError::Type(name)),
    }?;
    if values.len() != rows * cols {
        return Err(ReadError::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    let matrix = match order {
        Order::C => DMatrix::from_row_slice(rows, cols, &values),
        Order::Fortran => DMatrix::from_column_slice(rows, cols, &values),
    };
    for row in 0..rows {
        for col in 0..cols {
            let value = matrix[(row, col)];
            if !value.is_finite() {
                return Err(ReadError::NotANumber { row: row + 1, col: col + 1, text: value.to_string() });
            }
        }
    }
    Ok(Read { matrix, rounded })
}

/// Where the header says that it ends, so that nothing is allocated for more than there is.
fn header_end(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(b"\x93NUMPY")?;
    let (start, length) = match rest {
        [1, _, a, b, ..] => (10, u32::from(u16::from_le_bytes([*a, *b]))),
        [2 | 3, _, a, b, c, d, ..] => (12, u32::from_le_bytes([*a, *b, *c, *d])),
        _ => return None,
    };
    usize::try_from(length).ok()?.checked_add(start)
}

fn read<T: Deserialize>(file: NpyFile<&[u8]>, mut convert: impl FnMut(T) -> f64) -> Result<Vec<f64>, ReadError> {
    let data = file.data::<T>().map_err(|error| ReadError::Type(error.to_string()))?;
    let mut values = Vec::new();
    for value in data {
        values.push(convert(value?));
    }
    Ok(values)
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

    fn doubles(values: &[f64]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    #[test]
    fn both_orders() {
        let data = doubles(&[1.0, 2.0, 3.0, 4.0]);
        let c = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", &data);
        let f = npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }", &data);
        assert_eq!(read_npy(&c).unwrap().matrix, read_npy(&f).unwrap().matrix.transpose());
        let v = npy("{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", &[1, 255]);
        assert_eq!(read_npy(&v).unwrap().matrix, DMatrix::from_row_slice(2, 1, &[1.0, -1.0]));
    }

    #[test]
    fn what_is_refused() {
        let whole = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", &doubles(&[1.0, 2.0, 3.0, 4.0]));
        for end in 0..whole.len() {
            assert!(read_npy(&whole[..end]).is_err(), "{end}");
        }
        let bad = |header: &str, data: &[u8]| read_npy(&npy(header, data)).unwrap_err();
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1, 1), }";
        assert!(matches!(bad(header, &doubles(&[1.0, 2.0])), ReadError::TooManyAxes(_)));
        let header = "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }";
        assert!(matches!(bad(header, &[0; 16]), ReadError::Type(_)));
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }";
        assert!(matches!(bad(header, &doubles(&[f64::NAN])), ReadError::NotANumber { .. }));
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (4000000000, 4000000000), }";
        assert!(matches!(bad(header, &[]), ReadError::TooLarge));
        let header = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }";
        assert!(matches!(bad(header, &[]), ReadError::Type(_)));
        assert!(read_npy(b"hello").is_err());
        // Lengths that a file claims and does not have.
        let mut long = b"\x93NUMPY\x02\x00".to_vec();
        long.extend(u32::MAX.to_le_bytes());
        long.extend([b' '; 13]);
        assert!(matches!(read_npy(&long), Err(ReadError::Syntax(_))));
        let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (5000, 5000), }";
        assert!(matches!(bad(header, &doubles(&[1.0])), ReadError::Io(_)));
    }

    #[test]
    fn integers_that_are_no_doubles_are_told() {
        let rounded = |descr: &str, value: u64| {
            let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (1,), }}");
            read_npy(&npy(&header, &value.to_le_bytes())).unwrap().rounded
        };
        assert_eq!(rounded("<i8", (1 << 53) + 1), Some("9007199254740993".into()));
        assert_eq!(rounded("<u8", u64::MAX), Some(u64::MAX.to_string()));
        assert_eq!(rounded("<i8", 1 << 53), None);
    }
}
