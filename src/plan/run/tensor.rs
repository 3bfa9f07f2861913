//! Tensors as views of buffers: where an entry stands follows from a step for each axis.

use std::rc::Rc;

use crate::kernel::Real;
use crate::numeric::SharedMatrix;

/// Entries that are given, or that an operation made.
#[derive(Clone, Debug)]
enum Buffer<'a, T: Real> {
    Given(&'a [T]),
    Shared(SharedMatrix<T>),
    Made(Rc<Vec<T>>),
}

/// A view of a buffer of doubles or floats.
#[derive(Clone, Debug)]
pub struct Tensor<'a, T: Real = f64> {
    buffer: Buffer<'a, T>,
    /// Where the first entry stands.
    pub(super) first: usize,
    /// The lengths of the axes.
    pub lengths: Vec<usize>,
    /// How far the next entry along each axis is.
    pub(super) steps: Vec<usize>,
}

/// The steps of entries that stand row after row.
pub(super) fn dense(lengths: &[usize]) -> Vec<usize> {
    let mut steps = vec![1; lengths.len()];
    for axis in (1..lengths.len()).rev() {
        steps[axis - 1] = steps[axis] * lengths[axis].max(1);
    }
    steps
}

/// Whether entries with these steps stand row after row.
pub(super) fn is_dense(lengths: &[usize], steps: &[usize]) -> bool {
    let mut wanted = 1;
    lengths.iter().zip(steps).rev().all(|(length, step)| {
        let is_next = *length == 1 || *step == wanted;
        wanted *= (*length).max(1);
        is_next
    })
}

impl<'a, T: Real> Tensor<'a, T> {
    /// Entries that an operation made, row after row.
    #[must_use]
    pub fn made(lengths: Vec<usize>, entries: Vec<T>) -> Self {
        let steps = dense(&lengths);
        Self { buffer: Buffer::Made(Rc::new(entries)), first: 0, lengths, steps }
    }

    /// A view of entries that are given.
    #[must_use]
    pub fn given(entries: &'a [T], lengths: Vec<usize>, steps: Vec<usize>) -> Self {
        Self { buffer: Buffer::Given(entries), first: 0, lengths, steps }
    }

    /// A matrix as it lies.
    #[must_use]
    pub fn shared(matrix: SharedMatrix<T>) -> Self {
        let (lengths, steps) = (vec![matrix.nrows(), matrix.ncols()], matrix.lying().1.to_vec());
        Self { buffer: Buffer::Shared(matrix), first: 0, lengths, steps }
    }

    /// Gives it other entries, the numbers nearest to these, row after row: in the same memory, where that is its own, so that they lie as the
    /// others did; whether they do.
    pub(super) fn refill(&mut self, entries: &[f64]) -> bool {
        if let Buffer::Made(own) = &mut self.buffer
            && let Some(own) = Rc::get_mut(own)
            && own.len() == entries.len()
        {
            match (&mut **own, entries) {
                ([own], [entry]) => *own = T::narrow(*entry),
                (own, _) => own.iter_mut().zip(entries).for_each(|(own, entry)| *own = T::narrow(*entry)),
            }
            return true;
        }
        let entries = entries.iter().map(|entry| T::narrow(*entry)).collect();
        *self = Self::made(std::mem::take(&mut self.lengths), entries);
        false
    }

    /// A number.
    #[must_use]
    pub fn number(value: T) -> Self {
        Self::made(Vec::new(), vec![value])
    }

    /// The same entries seen otherwise.
    pub(super) fn seen(&self, lengths: Vec<usize>, steps: Vec<usize>) -> Self {
        Self { buffer: self.buffer.clone(), first: self.first, lengths, steps }
    }

    /// The whole buffer from the first entry on.
    pub(super) fn buffer(&self) -> &[T] {
        let all = match &self.buffer {
            Buffer::Given(entries) => entries,
            Buffer::Shared(matrix) => matrix.lying().0,
            Buffer::Made(entries) => entries.as_slice(),
        };
        &all[self.first..]
    }

    /// How many entries there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lengths.iter().product()
    }

    /// The entries, where they stand row after row.
    pub(super) fn as_slice(&self) -> Option<&[T]> {
        is_dense(&self.lengths, &self.steps).then(|| &self.buffer()[..self.count()])
    }

    /// The entries row after row.
    #[must_use]
    pub fn entries(&self) -> Vec<T> {
        if let Some(entries) = self.as_slice() {
            return entries.to_vec();
        }
        let mut entries = vec![T::zero(); self.count()];
        self.write(&mut entries);
        entries
    }

    /// Writes the entries row after row.
    pub fn write(&self, out: &mut [T]) {
        if let Some(entries) = self.as_slice() {
            return out.copy_from_slice(entries);
        }
        let buffer = self.buffer();
        let mut out = out.iter_mut();
        Walk::new(&self.lengths, [&self.steps]).rows(|[at], count, [step]| {
            for (at, entry) in (0..count).map(|place| at + place * step).zip(out.by_ref()) {
                *entry = buffer[at];
            }
        });
    }

    /// The parts along the first `axes` axes.
    pub(super) fn parts(&self, axes: usize) -> Vec<Self> {
        let mut parts = Vec::new();
        let (lengths, steps) = (self.lengths[axes..].to_vec(), self.steps[axes..].to_vec());
        Walk::new(&self.lengths[..axes], [&self.steps[..axes]]).rows(|[at], count, [step]| {
            parts.extend((0..count).map(|place| Self {
                buffer: self.buffer.clone(),
                first: self.first + at + place * step,
                lengths: lengths.clone(),
                steps: steps.clone(),
            }));
        });
        parts
    }
}

/// A walk through the entries of tensors of the same lengths, row after row.
pub(super) struct Walk<const N: usize> {
    lengths: Vec<usize>,
    steps: [Vec<usize>; N],
}

impl<const N: usize> Walk<N> {
    pub(super) fn new(lengths: &[usize], steps: [&[usize]; N]) -> Self {
        let mut walk = Self { lengths: Vec::new(), steps: std::array::from_fn(|_| Vec::new()) };
        for (axis, length) in lengths.iter().enumerate() {
            if *length == 1 {
                continue;
            }
            // Two axes that every tensor runs through like one are one.
            let last = walk.lengths.len();
            let is_one = last > 0 && (0..N).all(|tensor| walk.steps[tensor][last - 1] == steps[tensor][axis] * length);
            if is_one {
                walk.lengths[last - 1] *= length;
                (0..N).for_each(|tensor| walk.steps[tensor][last - 1] = steps[tensor][axis]);
            } else {
                walk.lengths.push(*length);
                (0..N).for_each(|tensor| walk.steps[tensor].push(steps[tensor][axis]));
            }
        }
        walk
    }

    /// Every row: where it begins in each tensor, how many entries it has, and how far they are apart.
    pub(super) fn rows(&self, mut visit: impl FnMut([usize; N], usize, [usize; N])) {
        if self.lengths.contains(&0) {
            return;
        }
        let Some((count, outer)) = self.lengths.split_last() else {
            visit([0; N], 1, [0; N]);
            return;
        };
        let inner: [usize; N] = std::array::from_fn(|tensor| self.steps[tensor][outer.len()]);
        let mut at = vec![0; outer.len()];
        let mut places = [0; N];
        loop {
            visit(places, *count, inner);
            let mut axis = outer.len();
            loop {
                let Some(next) = axis.checked_sub(1) else { return };
                axis = next;
                at[axis] += 1;
                for (tensor, place) in places.iter_mut().enumerate() {
                    *place += self.steps[tensor][axis];
                }
                if at[axis] < outer[axis] {
                    break;
                }
                for (tensor, place) in places.iter_mut().enumerate() {
                    *place -= self.steps[tensor][axis] * outer[axis];
                }
                at[axis] = 0;
            }
        }
    }
}
