//! Operations that see whole tensors: entries along axes, parts of tensors.

use super::memory::Reading;
use super::place::Layout;
use super::tensor::{Tensor, Walk};
use crate::kernel::{self, Real, Reduction};
use crate::plan::entry::Fold;

/// An operation on whole tensors.
#[derive(Clone, Debug)]
pub(super) enum Whole {
    /// Entries along the last of two groups of axes, by how many there are in it.
    Fold(Fold, usize),
    /// For every entry the product of the others of its row of so many.
    Others(usize),
    /// Tensors one after the other.
    Stack,
    /// Parts at positions.
    Take,
    /// Parts added up at positions.
    Scatter,
}

/// The tensor that lies so.
pub(super) fn tensor<'m, T: Real>(layout: &Layout, reading: &Reading<'m, T>) -> Tensor<'m, T> {
    Tensor::given(reading.at(layout.place, layout.first), layout.lengths.clone(), layout.steps.clone())
}

impl Whole {
    /// The value, row after row.
    pub(super) fn run<T: Real>(&self, operands: &[Layout], out: (&mut [T], &[usize]), reading: &Reading<'_, T>) {
        let (out, lengths) = out;
        let tensors = || operands.iter().map(|operand| tensor(operand, reading));
        match self {
            // Of nothing what neither adds nor multiplies.
            Self::Fold(fold, 0) => out.fill(along(*fold, &[])),
            Self::Fold(fold, count) => {
                for_rows(&operands[0], *count, reading, |place, row| out[place] = along(*fold, row));
            }
            Self::Others(count) => {
                for_rows(&operands[0], *count, reading, |place, row| others(row, &mut out[place * count..][..*count]));
            }
            Self::Stack => {
                let mut rest = out;
                for part in tensors() {
                    let (own, after) = rest.split_at_mut(part.count());
                    own.copy_from_slice(&part.entries());
                    rest = after;
                }
            }
            Self::Take => {
                let all: Vec<Tensor<'_, T>> = tensors().collect();
                take(&all[0], &all[1..], out);
            }
            Self::Scatter => {
                let all: Vec<Tensor<'_, T>> = tensors().collect();
                scatter(&all[0], &all[1..], lengths, out);
            }
        }
    }
}

/// Every row of so many entries, of a tensor whose last axes make the rows.
fn for_rows<T: Real>(x: &Layout, count: usize, reading: &Reading<'_, T>, mut visit: impl FnMut(usize, &[T])) {
    let gathered;
    let entries = if x.is_dense() {
        &reading.at(x.place, x.first)[..x.count()]
    } else {
        gathered = tensor(x, reading).entries();
        &gathered
    };
    entries.chunks(count.max(1)).enumerate().for_each(|(place, row)| visit(place, row));
}

fn along<T: Real>(fold: Fold, row: &[T]) -> T {
    let reduction = match fold {
        Fold::Max => Reduction::Max,
        Fold::Min => Reduction::Min,
        Fold::Product => Reduction::Product,
        Fold::LogSumExp => Reduction::LogSumExp,
    };
    kernel::reduce(reduction, row)
}

/// For every entry the product of the others.
fn others<T: Real>(row: &[T], values: &mut [T]) {
    let mut before = T::one();
    for (entry, value) in row.iter().zip(values.iter_mut()) {
        *value = before;
        before *= *entry;
    }
    let mut after = T::one();
    for (entry, value) in row.iter().zip(values.iter_mut()).rev() {
        *value *= after;
        after *= *entry;
    }
}

/// The places of parts among those along the first axes; none of a position that is not there.
fn places<T: Real>(positions: &[Tensor<'_, T>], lengths: &[usize]) -> Vec<Option<usize>> {
    let columns: Vec<Vec<T>> = positions.iter().map(Tensor::entries).collect();
    let count = columns.first().map_or(1, Vec::len);
    (0..count)
        .map(|part| {
            columns.iter().zip(lengths).try_fold(0, |place, (column, length)| {
                let at = column[part].widen();
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
                (at >= 0.0 && at < *length as f64).then(|| place * length + at as usize)
            })
        })
        .collect()
}

/// The parts of a tensor at positions of its first axes; not numbers where a position is not there.
fn take<T: Real>(array: &Tensor<'_, T>, positions: &[Tensor<'_, T>], out: &mut [T]) {
    let (first, rest) = array.lengths.split_at(positions.len());
    let (by_first, by_rest) = array.steps.split_at(positions.len());
    let size: usize = rest.iter().product();
    if size == 0 {
        return;
    }
    let buffer = array.buffer();
    for (place, own) in places(positions, first).into_iter().zip(out.chunks_mut(size)) {
        let Some(mut place) = place else {
            own.fill(T::nan());
            continue;
        };
        // Where the part begins, by its place along the first axes.
        let mut from = 0;
        for (length, step) in first.iter().zip(by_first).rev() {
            from += place % length * step;
            place /= length;
        }
        let mut entries = own.iter_mut();
        Walk::new(rest, [by_rest]).rows(|[at], count, [step]| {
            for (at, entry) in (0..count).map(|place| from + at + place * step).zip(entries.by_ref()) {
                *entry = buffer[at];
            }
        });
    }
}

/// Parts added up at their positions.
fn scatter<T: Real>(parts: &Tensor<'_, T>, positions: &[Tensor<'_, T>], lengths: &[usize], out: &mut [T]) {
    let (first, rest) = lengths.split_at(positions.len());
    let size: usize = rest.iter().product();
    out.fill(T::zero());
    let entries = parts.entries();
    for (place, part) in places(positions, first).into_iter().zip(entries.chunks(size.max(1))) {
        if let Some(place) = place {
            out[place * size..(place + 1) * size].iter_mut().zip(part).for_each(|(value, entry)| *value += *entry);
        }
    }
}
