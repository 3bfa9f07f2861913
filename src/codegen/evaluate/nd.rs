//! Arrays of any number of axes, row after row.

use nalgebra::DMatrix;

use super::fault::Fault;

/// An array: the lengths of its axes, and its entries with the last axis running fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct NdArray {
    /// The lengths of the axes; none of a scalar.
    pub lengths: Vec<usize>,
    /// The entries.
    pub entries: Vec<f64>,
}

impl NdArray {
    pub(crate) fn scalar(value: f64) -> Self {
        Self { lengths: Vec::new(), entries: vec![value] }
    }

    pub(crate) fn vector(entries: Vec<f64>) -> Self {
        Self { lengths: vec![entries.len()], entries }
    }

    pub(crate) fn filled(lengths: Vec<usize>, value: f64) -> Self {
        let count = lengths.iter().product();
        Self { lengths, entries: vec![value; count] }
    }

    /// A matrix.
    pub(super) fn matrix(x: &DMatrix<f64>) -> Self {
        Self { lengths: vec![x.nrows(), x.ncols()], entries: x.transpose().as_slice().to_vec() }
    }

    /// A matrix as an array of that many axes: a row or column as a vector, one entry as a scalar.
    pub(super) fn with_axes(x: &DMatrix<f64>, axes: usize) -> Self {
        let whole = Self::matrix(x);
        match axes {
            0 => Self::scalar(whole.entries.first().copied().unwrap_or(f64::NAN)),
            1 => Self::vector(whole.entries),
            _ => whole,
        }
    }

    /// The number, of an array without axes.
    pub(crate) fn number(&self) -> Result<f64, Fault> {
        if self.lengths.is_empty() { Ok(self.entries[0]) } else { Err(Fault::Lengths) }
    }

    /// The whole number that a scalar is.
    #[allow(clippy::cast_possible_truncation, reason = "the range is tested")]
    pub(super) fn whole(&self) -> Result<i64, Fault> {
        let value = self.number()?;
        if value.fract() == 0.0 && value.abs() < 1e15 { Ok(value as i64) } else { Err(Fault::Lengths) }
    }

    /// The length that a scalar is.
    pub(super) fn length(&self) -> Result<usize, Fault> {
        usize::try_from(self.whole()?).map_err(|_| Fault::Lengths)
    }

    /// As a matrix, of an array of two axes.
    pub(super) fn as_matrix(&self) -> Result<DMatrix<f64>, Fault> {
        match *self.lengths {
            [rows, cols] => Ok(DMatrix::from_row_slice(rows, cols, &self.entries)),
            _ => Err(Fault::Lengths),
        }
    }

    /// As a square matrix.
    pub(super) fn as_square(&self) -> Result<DMatrix<f64>, Fault> {
        let x = self.as_matrix()?;
        if x.is_square() && !x.is_empty() { Ok(x) } else { Err(Fault::Lengths) }
    }

    pub(crate) fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self { lengths: self.lengths.clone(), entries: self.entries.iter().map(|entry| f(*entry)).collect() }
    }

    /// Entry by entry, lengths of 1 and missing axes stretched.
    pub(crate) fn zip(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Result<Self, Fault> {
        let axes = self.lengths.len().max(other.lengths.len());
        let padded = |array: &Self| -> Vec<usize> {
            let mut lengths = vec![1; axes - array.lengths.len()];
            lengths.extend(&array.lengths);
            lengths
        };
        let (left, right) = (padded(self), padded(other));
        let mut lengths = Vec::with_capacity(axes);
        for (a, b) in left.iter().zip(&right) {
            match (*a, *b) {
                (a, b) if a == b => lengths.push(a),
                (1, b) => lengths.push(b),
                (a, 1) => lengths.push(a),
                _ => return Err(Fault::Lengths),
            }
        }
        let mut result = Self::filled(lengths, 0.0);
        for place in 0..result.entries.len() {
            let at = positions(&result.lengths, place);
            let entry = |array: &Self, own: &[usize]| {
                let at = at.iter().zip(own).map(|(at, length)| if *length == 1 { 0 } else { *at });
                array.entries[place_of(own, at)]
            };
            result.entries[place] = f(entry(self, &left), entry(other, &right));
        }
        Ok(result)
    }

    /// The part at these positions of the first axes.
    pub(crate) fn item(&self, at: &[i64]) -> Result<Self, Fault> {
        if at.len() > self.lengths.len() {
            return Err(Fault::Lengths);
        }
        let (first, rest) = self.lengths.split_at(at.len());
        let mut place = 0;
        for (at, length) in at.iter().zip(first) {
            // A position below 0 counts from the end, as in Python.
            let at = usize::try_from(if *at < 0 { at + i64::try_from(*length).unwrap_or(0) } else { *at });
            let at = at.ok().filter(|at| at < length).ok_or(Fault::Lengths)?;
            place = place * length + at;
        }
        let count: usize = rest.iter().product();
        Ok(Self { lengths: rest.to_vec(), entries: self.entries[place * count..(place + 1) * count].to_vec() })
    }

    /// The entries between two positions of an axis.
    pub(super) fn slice(&self, axis: usize, from: usize, to: usize) -> Result<Self, Fault> {
        let length = *self.lengths.get(axis).ok_or(Fault::Lengths)?;
        if from > to || to > length {
            return Err(Fault::Lengths);
        }
        let mut lengths = self.lengths.clone();
        lengths[axis] = to - from;
        let inner: usize = self.lengths[axis + 1..].iter().product();
        let entries = self.entries.chunks((length * inner).max(1)).flat_map(|part| &part[from * inner..to * inner]);
        Ok(Self { entries: entries.copied().collect(), lengths })
    }

    /// Blocks row by row, so many in each; a number is a block of one entry.
    pub(super) fn of_blocks(cols: usize, blocks: &[&Self], lengths: Vec<usize>) -> Result<Self, Fault> {
        let axes = lengths.len();
        let sized = |block: &Self| match (block.lengths.as_slice(), axes) {
            ([], _) => Ok([1, 1]),
            ([n], 1) => Ok([1, *n]),
            ([rows, cols], 2) => Ok([*rows, *cols]),
            _ => Err(Fault::Lengths),
        };
        let mut rows: Vec<Vec<f64>> = Vec::new();
        // A vector is one row of its blocks.
        for line in blocks.chunks(if axes == 1 { blocks.len() } else { cols }.max(1)) {
            let height = line.first().map(|block| sized(block)).transpose()?.unwrap_or([1, 1])[0];
            for row in 0..height {
                let mut entries = Vec::new();
                for block in line {
                    let [own, width] = sized(block)?;
                    if own != height {
                        return Err(Fault::Lengths);
                    }
                    entries.extend_from_slice(&block.entries[row * width..(row + 1) * width]);
                }
                rows.push(entries);
            }
        }
        let found = Self { lengths: vec![rows.len(), rows.first().map_or(0, Vec::len)], entries: rows.concat() };
        found.reshaped(lengths)
    }

    /// The same entries with other lengths.
    pub(crate) fn reshaped(self, lengths: Vec<usize>) -> Result<Self, Fault> {
        if lengths.iter().product::<usize>() == self.entries.len() {
            Ok(Self { lengths, ..self })
        } else {
            Err(Fault::Lengths)
        }
    }

    /// The axes in another order.
    pub(crate) fn permuted(&self, order: &[usize]) -> Result<Self, Fault> {
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..self.lengths.len()) {
            return Err(Fault::Lengths);
        }
        let mut result = Self::filled(order.iter().map(|axis| self.lengths[*axis]).collect(), 0.0);
        for place in 0..result.entries.len() {
            let mut at = vec![0; order.len()];
            for (axis, position) in order.iter().zip(positions(&result.lengths, place)) {
                at[*axis] = position;
            }
            result.entries[place] = self.entries[place_of(&self.lengths, at.into_iter())];
        }
        Ok(result)
    }
}

/// The positions on each axis of an entry.
fn positions(lengths: &[usize], mut place: usize) -> Vec<usize> {
    let mut at = vec![0; lengths.len()];
    for (at, length) in at.iter_mut().zip(lengths).rev() {
        *at = place % length;
        place /= length;
    }
    at
}

/// The place of the entry at these positions.
fn place_of(lengths: &[usize], at: impl Iterator<Item = usize>) -> usize {
    lengths.iter().zip(at).fold(0, |place, (length, at)| place * length + at)
}
