//! The arrays that plans run with.

use std::sync::atomic::{AtomicU64, Ordering};

use nalgebra::DMatrix;

use super::tensor::Tensor;
use crate::kernel::Real;
use crate::numeric::{Bindings, EvalError};
use crate::plan::error::PlanError;
use crate::plan::node::Source;

/// How arrays lie; no two of these are the same unless the arrays lie alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrangement(u64);

impl Arrangement {
    /// One that there has not been.
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Default for Arrangement {
    fn default() -> Self {
        Self::new()
    }
}

/// The arrays that are given.
#[derive(Clone, Debug)]
pub struct Inputs<'a, T: Real = f64> {
    /// Few, so that the fastest search is one after the other.
    arrays: Vec<(Source, Tensor<'a, T>)>,
    arrangement: Arrangement,
}

impl<T: Real> Default for Inputs<'_, T> {
    fn default() -> Self {
        Self { arrays: Vec::new(), arrangement: Arrangement::default() }
    }
}

impl Inputs<'_> {
    /// The arrays of bindings as they are, in doubles.
    #[must_use]
    pub fn of_bindings(bindings: &Bindings<f64>) -> Self {
        Self::nearest(bindings)
    }
}

impl<'a, T: Real> Inputs<'a, T> {
    /// The arrays of bindings: their symbols, families, differentials and free indices, as the nearest numbers of this precision. Matrices that
    /// are kept in it are not copied.
    #[must_use]
    pub fn nearest(bindings: &Bindings<f64>) -> Self {
        let mut inputs = Self::default();
        for (symbol, value) in bindings.symbols.shared() {
            inputs.give(Source::Symbol(symbol), Tensor::shared(value.in_precision()));
        }
        for ((symbol, slot), value) in &bindings.differentials {
            let value = Tensor::shared(value.map(T::narrow).into());
            inputs.give(Source::Differential(*symbol, *slot), value);
        }
        for (symbol, members) in &bindings.families {
            let Some(first) = members.first() else { continue };
            let lengths = vec![members.len(), first.nrows(), first.ncols()];
            let rows =
                |member: &DMatrix<f64>| member.transpose().iter().map(|entry| T::narrow(*entry)).collect::<Vec<_>>();
            let entries = members.iter().flat_map(rows).collect();
            inputs.give(Source::Symbol(*symbol), Tensor::made(lengths, entries));
        }
        for (index, value) in &bindings.indices {
            inputs.give(Source::Index(*index), Tensor::number(T::narrow((value - 1) as f64)));
        }
        inputs
    }

    /// Gives an array.
    pub fn give(&mut self, source: Source, tensor: Tensor<'a, T>) {
        self.arrangement = Arrangement::new();
        match self.arrays.iter_mut().find(|(known, _)| *known == source) {
            Some((_, array)) => *array = tensor,
            None => self.arrays.push((source, tensor)),
        }
    }

    fn find(&self, source: Source) -> Option<&Tensor<'a, T>> {
        self.arrays.iter().find(|(known, _)| *known == source).map(|(_, array)| array)
    }

    /// Writes the numbers nearest to these, row after row, into an array that was given.
    pub fn write(&mut self, source: Source, entries: &[f64]) {
        if let Some((_, tensor)) = self.arrays.iter_mut().find(|(known, _)| *known == source)
            && !tensor.refill(entries)
        {
            self.arrangement = Arrangement::new();
        }
    }

    /// How the arrays lie now.
    pub(super) fn arrangement(&self) -> Arrangement {
        self.arrangement
    }

    /// Where an array is found by [`Self::at`].
    pub(super) fn position(&self, source: Source) -> Option<usize> {
        self.arrays.iter().position(|(known, _)| *known == source)
    }

    /// The entries of the array at a position.
    pub(super) fn at(&self, position: usize) -> &[T] {
        self.arrays[position].1.buffer()
    }

    /// Gives a matrix.
    pub fn give_matrix(&mut self, source: Source, value: &'a DMatrix<T>) {
        let lengths = vec![value.nrows(), value.ncols()];
        self.give(source, Tensor::given(value.as_slice(), lengths, vec![1, value.nrows()]));
    }

    /// The array of an input, as it is given.
    pub(super) fn whole(&self, source: Source) -> Result<&Tensor<'a, T>, PlanError> {
        let missing = match source {
            Source::Symbol(symbol) => EvalError::UnboundSymbol(symbol),
            Source::Differential(symbol, slot) => EvalError::UnboundDifferential(symbol, slot),
            Source::Index(index) => EvalError::UnboundIndex(index),
            Source::Direction(_) => {
                return self.find(source).ok_or(PlanError::Unsupported("a direction that is not given"));
            }
        };
        Ok(self.find(source).ok_or(missing)?)
    }

    /// The array of an input, with as many axes as it is to have: axes of length 1 are left out.
    pub(super) fn get(&self, source: Source, lengths: &[usize]) -> Result<Tensor<'a, T>, PlanError> {
        let given = self.whole(source)?;
        if given.lengths == lengths {
            return Ok(given.clone());
        }
        let axes: Vec<usize> = (0..given.lengths.len()).filter(|axis| given.lengths[*axis] != 1).collect();
        let long: Vec<usize> = lengths.iter().copied().filter(|length| *length != 1).collect();
        let found: Vec<usize> = axes.iter().map(|axis| given.lengths[*axis]).collect();
        if found != long {
            let pair = |lengths: &[usize]| match *lengths {
                [] => (1, 1),
                [n] => (n, 1),
                [.., m, n] => (m, n),
            };
            return Err(EvalError::Shape { expected: pair(lengths), found: pair(&given.lengths) }.into());
        }
        let mut kept = axes.iter().map(|axis| given.steps[*axis]);
        let steps = lengths.iter().map(|length| if *length == 1 { 0 } else { kept.next().unwrap_or(0) }).collect();
        Ok(given.seen(lengths.to_vec(), steps))
    }
}
