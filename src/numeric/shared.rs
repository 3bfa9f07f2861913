//! Matrices whose entries are shared: a clone copies none of them, and arrays of files stay as they lie there.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use nalgebra::DMatrix;
use rustc_hash::FxBuildHasher;

use crate::expr::SymbolId;
use crate::kernel::Real;

/// Entries that someone else keeps: a vector, or a file in memory.
type Entries<T> = Box<dyn AsRef<[T]> + Send + Sync>;
/// What makes entries of floats.
type Widening<T> = fn(&[f32]) -> Entries<T>;

/// A matrix whose entries are shared. It is a [`DMatrix`] for what asks for one, which copies entries that lie otherwise, once.
#[derive(Clone)]
pub struct SharedMatrix<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    shape: (usize, usize),
    /// Entries row after row, where they are given so, or where they are floats once they are asked for.
    by_rows: OnceLock<Entries<T>>,
    /// Floats that the entries are, and what makes entries of them.
    floats: Option<(SharedMatrix<f32>, Widening<T>)>,
    /// Entries column after column, from the start or once they are asked for.
    by_columns: OnceLock<DMatrix<T>>,
}

impl<T: nalgebra::Scalar> SharedMatrix<T> {
    /// The matrix with these entries, row after row.
    ///
    /// # Panics
    /// Where there are not as many as the shape has.
    #[must_use]
    pub fn by_rows(rows: usize, cols: usize, entries: impl AsRef<[T]> + Send + Sync + 'static) -> Self {
        assert_eq!(entries.as_ref().len(), rows * cols, "a matrix has rows × columns entries");
        let by_rows: OnceLock<Entries<T>> = OnceLock::from(Box::new(entries) as Entries<T>);
        Self { shared: Arc::new(Shared { shape: (rows, cols), by_rows, floats: None, by_columns: OnceLock::new() }) }
    }

    /// Rows and columns.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        self.shared.shape
    }

    /// The number of rows.
    #[must_use]
    pub fn nrows(&self) -> usize {
        self.shared.shape.0
    }

    /// The number of columns.
    #[must_use]
    pub fn ncols(&self) -> usize {
        self.shared.shape.1
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.shape.0 * self.shared.shape.1
    }

    /// Whether it has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries as they lie, and how far the next row and the next column are.
    #[must_use]
    pub fn lying(&self) -> (&[T], [usize; 2]) {
        let by_rows = match &self.shared.floats {
            Some((floats, widened)) => Some(self.shared.by_rows.get_or_init(|| widened(floats.lying().0))),
            None => self.shared.by_rows.get(),
        };
        match by_rows {
            Some(entries) => (entries.as_ref().as_ref(), [self.ncols(), 1]),
            None => (self.as_slice(), [1, self.nrows()]),
        }
    }

    /// Whether entries are given row after row.
    #[must_use]
    pub fn is_by_rows(&self) -> bool {
        self.shared.floats.is_some() || self.shared.by_rows.get().is_some()
    }

    /// The matrix to write to; what shares its entries keeps them.
    fn to_mut(&mut self) -> &mut DMatrix<T> {
        if self.is_by_rows() || Arc::get_mut(&mut self.shared).is_none() {
            *self = Self::from((**self).clone());
        }
        // It is alone now, and has its columns.
        Arc::get_mut(&mut self.shared)
            .and_then(|own| own.by_columns.get_mut())
            .unwrap_or_else(|| unreachable!("it is new"))
    }
}

impl SharedMatrix<f64> {
    /// The matrix whose entries are these floats, which become doubles, in a copy, once these are asked for.
    #[must_use]
    pub fn of_floats(floats: SharedMatrix<f32>) -> Self {
        let shape = floats.shape();
        let widened =
            |floats: &[f32]| -> Entries<f64> { Box::new(floats.iter().copied().map(f64::from).collect::<Vec<_>>()) };
        let (by_rows, by_columns) = (OnceLock::new(), OnceLock::new());
        Self { shared: Arc::new(Shared { shape, by_rows, floats: Some((floats, widened)), by_columns }) }
    }

    /// The entries as numbers of a precision: those that are shared, where they are such numbers; else the nearest ones.
    #[must_use]
    pub fn in_precision<T: Real>(&self) -> SharedMatrix<T> {
        let floats = self.shared.floats.as_ref().map(|(floats, _)| floats as &dyn Any);
        let all = [Some(self as &dyn Any), floats].into_iter().flatten();
        if let Some(own) = all.filter_map(<dyn Any>::downcast_ref::<SharedMatrix<T>>).next() {
            return own.clone();
        }
        let (entries, [_, by_col]) = self.lying();
        let narrowed: Vec<T> = entries.iter().map(|entry| T::narrow(*entry)).collect();
        let (rows, cols) = self.shape();
        if by_col == 1 {
            SharedMatrix::by_rows(rows, cols, narrowed)
        } else {
            DMatrix::from_vec(rows, cols, narrowed).into()
        }
    }

    /// Whether the entries are kept as floats.
    #[must_use]
    pub fn has_floats(&self) -> bool {
        self.shared.floats.is_some()
    }

    /// The entries as they lie.
    pub fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        let (floats, doubles) = match &self.shared.floats {
            Some((floats, _)) => (floats.lying().0, &[][..]),
            None => (&[][..], self.lying().0),
        };
        floats.iter().copied().map(f64::from).chain(doubles.iter().copied())
    }
}

impl<T> From<DMatrix<T>> for SharedMatrix<T>
where
    T: nalgebra::Scalar,
{
    fn from(matrix: DMatrix<T>) -> Self {
        let shape = matrix.shape();
        Self {
            shared: Arc::new(Shared {
                shape,
                by_rows: OnceLock::new(),
                floats: None,
                by_columns: OnceLock::from(matrix),
            }),
        }
    }
}

impl<T: nalgebra::Scalar> Deref for SharedMatrix<T> {
    type Target = DMatrix<T>;

    fn deref(&self) -> &DMatrix<T> {
        self.shared.by_columns.get_or_init(|| {
            let (rows, cols) = self.shared.shape;
            // What is not given column after column is given row after row.
            DMatrix::from_row_slice(rows, cols, if self.is_by_rows() { self.lying().0 } else { &[] })
        })
    }
}

impl<T: nalgebra::Scalar> PartialEq for SharedMatrix<T> {
    fn eq(&self, other: &Self) -> bool {
        let ((own, steps), (others, their_steps)) = (self.lying(), other.lying());
        self.shape() == other.shape() && if steps == their_steps { own == others } else { **self == **other }
    }
}

impl<T: nalgebra::Scalar> PartialEq<DMatrix<T>> for SharedMatrix<T> {
    fn eq(&self, other: &DMatrix<T>) -> bool {
        **self == *other
    }
}

impl<T: nalgebra::Scalar> fmt::Debug for SharedMatrix<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// The values of symbols, in the order in which they were given.
#[derive(Clone, Debug)]
pub struct Symbols<T: nalgebra::Scalar> {
    values: IndexMap<SymbolId, SharedMatrix<T>, FxBuildHasher>,
}

impl<T: nalgebra::Scalar> Default for Symbols<T> {
    fn default() -> Self {
        Self { values: IndexMap::default() }
    }
}

impl<T: nalgebra::Scalar> Symbols<T> {
    /// Gives a symbol its value.
    pub fn insert(&mut self, symbol: SymbolId, value: impl Into<SharedMatrix<T>>) {
        self.values.insert(symbol, value.into());
    }

    /// The value of a symbol.
    #[must_use]
    pub fn get(&self, symbol: &SymbolId) -> Option<&DMatrix<T>> {
        self.values.get(symbol).map(Deref::deref)
    }

    /// The value of a symbol, to change it.
    pub fn get_mut(&mut self, symbol: &SymbolId) -> Option<&mut DMatrix<T>> {
        self.values.get_mut(symbol).map(SharedMatrix::to_mut)
    }

    /// Whether a symbol has a value.
    #[must_use]
    pub fn contains_key(&self, symbol: &SymbolId) -> bool {
        self.values.contains_key(symbol)
    }

    /// The symbols.
    pub fn keys(&self) -> impl Iterator<Item = &SymbolId> {
        self.values.keys()
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &DMatrix<T>> {
        self.values.values().map(Deref::deref)
    }

    /// The values, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut DMatrix<T>> {
        self.values.values_mut().map(SharedMatrix::to_mut)
    }

    /// The symbols and their values, to change these.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&SymbolId, &mut DMatrix<T>)> {
        self.values.iter_mut().map(|(symbol, value)| (symbol, value.to_mut()))
    }

    /// The symbols and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&SymbolId, &DMatrix<T>)> {
        self.values.iter().map(|(symbol, value)| (symbol, &**value))
    }

    /// The symbols and their values as these are shared.
    pub fn shared(&self) -> impl Iterator<Item = (SymbolId, &SharedMatrix<T>)> {
        self.values.iter().map(|(symbol, value)| (*symbol, value))
    }
}

impl<T: nalgebra::Scalar, V: Into<SharedMatrix<T>>> Extend<(SymbolId, V)> for Symbols<T> {
    fn extend<I: IntoIterator<Item = (SymbolId, V)>>(&mut self, values: I) {
        self.values.extend(values.into_iter().map(|(symbol, value)| (symbol, value.into())));
    }
}

impl<T: nalgebra::Scalar, V: Into<SharedMatrix<T>>> FromIterator<(SymbolId, V)> for Symbols<T> {
    fn from_iter<I: IntoIterator<Item = (SymbolId, V)>>(values: I) -> Self {
        let mut symbols = Self::default();
        symbols.extend(values);
        symbols
    }
}

impl<T: nalgebra::Scalar> IntoIterator for Symbols<T> {
    type Item = (SymbolId, SharedMatrix<T>);
    type IntoIter = indexmap::map::IntoIter<SymbolId, SharedMatrix<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}

impl<T: nalgebra::Scalar> std::ops::Index<&SymbolId> for Symbols<T> {
    type Output = DMatrix<T>;

    fn index(&self, symbol: &SymbolId) -> &DMatrix<T> {
        &self.values[symbol]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_the_same_however_they_lie() {
        let by_rows = SharedMatrix::by_rows(2, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let by_columns = SharedMatrix::from(DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        assert_eq!(by_rows, by_columns);
        assert_eq!((by_rows.lying().1, by_columns.lying().1), ([3, 1], [1, 2]));
        assert_eq!(by_rows.lying().0[5], by_columns[(1, 2)]);
    }

    #[test]
    fn floats_are_shared_as_floats_and_copied_as_doubles() {
        let floats = SharedMatrix::by_rows(2, 2, vec![0.5_f32, 1.0, 0.1, -2.0]);
        let at = floats.lying().0.as_ptr();
        let mut matrix = SharedMatrix::of_floats(floats);
        assert_eq!(matrix.in_precision::<f32>().lying().0.as_ptr(), at);
        assert_eq!(matrix.numbers().sum::<f64>(), f64::from(0.1_f32) - 0.5);
        assert_eq!((matrix.lying().0[2], matrix[(0, 1)]), (f64::from(0.1_f32), 1.0));
        matrix.to_mut()[(1, 1)] = 0.25;
        assert_eq!(matrix.in_precision::<f32>()[(1, 1)], 0.25);
        let doubles = SharedMatrix::from(DMatrix::from_row_slice(1, 2, &[0.1, 3.0]));
        assert_eq!(doubles.in_precision::<f32>().lying(), (&[0.1_f32, 3.0][..], [2, 1]));
        assert_eq!(doubles.in_precision::<f64>().lying().0.as_ptr(), doubles.lying().0.as_ptr());
    }

    #[test]
    fn what_is_written_to_is_no_longer_shared() {
        let mut one = SharedMatrix::by_rows(1, 2, vec![1.0, 2.0]);
        let other = one.clone();
        one.to_mut()[(0, 1)] = 7.0;
        assert_eq!((one[(0, 1)], other[(0, 1)]), (7.0, 2.0));
        let kept = one.lying().0.as_ptr();
        one.to_mut()[(0, 0)] = 3.0;
        assert_eq!((one.lying().0.as_ptr(), one[(0, 0)]), (kept, 3.0));
    }
}
