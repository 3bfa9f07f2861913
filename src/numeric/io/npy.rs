//! Matrices from NumPy's `.npy` files: real numbers of any width, of up to two axes, in either order.
//! One axis is a column vector.

use std::io::{self, Read};

use nalgebra::DMatrix;
use npyz::{DType, Deserialize, NpyFile, Order};

use super::{MAX_READ_ENTRIES, ReadError};

/// Reads a matrix.
///
/// # Errors
/// [`ReadError`]
pub fn read_npy(reader: impl Read) -> Result<DMatrix<f64>, ReadError> {
    let file = NpyFile::new(reader)?;
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
    let order = file.order();
    let DType::Plain(type_str) = file.dtype() else { return Err(ReadError::Type("a record".into())) };
    let name = type_str.to_string();
    // The first character is the byte order.
    let values = match name.get(1..).unwrap_or_default() {
        "f8" => read::<f64, _>(file, |value| value),
        "f4" => read::<f32, _>(file, f64::from),
        #[allow(clippy::cast_precision_loss, reason = "as NumPy converts")]
        "i8" => read::<i64, _>(file, |value| value as f64),
        "i4" => read::<i32, _>(file, f64::from),
        "i2" => read::<i16, _>(file, f64::from),
        "i1" => read::<i8, _>(file, f64::from),
        #[allow(clippy::cast_precision_loss, reason = "as NumPy converts")]
        "u8" => read::<u64, _>(file, |value| value as f64),
        "u4" => read::<u32, _>(file, f64::from),
        "u2" => read::<u16, _>(file, f64::from),
        "u1" => read::<u8, _>(file, f64::from),
        "b1" => read::<bool, _>(file, |value| f64::from(u8::from(value))),
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
    Ok(matrix)
}

fn read<T: Deserialize, R: Read>(file: NpyFile<R>, convert: impl Fn(T) -> f64) -> Result<Vec<f64>, ReadError> {
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
        assert_eq!(read_npy(&c[..]).unwrap(), read_npy(&f[..]).unwrap().transpose());
        let v = npy("{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", &[1, 255]);
        assert_eq!(read_npy(&v[..]).unwrap(), DMatrix::from_row_slice(2, 1, &[1.0, -1.0]));
    }

    #[test]
    fn what_is_refused() {
        let whole = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", &doubles(&[1.0, 2.0, 3.0, 4.0]));
        for end in 0..whole.len() {
            assert!(read_npy(&whole[..end]).is_err(), "{end}");
        }
        let bad = |header: &str, data: &[u8]| read_npy(&npy(header, data)[..]).unwrap_err();
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
        assert!(read_npy(&b"hello"[..]).is_err());
    }
}
