//! The one file that names `faer`: products, triangular products and factorizations of matrices in slices.
//!
//! A row-major matrix is, in the same memory, the transpose of a column-major one, which is what faer's factorizations work on best: they
//! are given Aᵀ in place of A, and nothing is copied. Everything runs on one thread: on few cores a second one does not pay, and results
//! do not depend on how many there are.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::llt::factor::{LltError, LltParams, LltRegularization};
use faer::linalg::evd::{ComputeEigenvectors, SelfAdjointEvdParams};
use faer::linalg::lu::partial_pivoting;
use faer::linalg::matmul::triangular::BlockStructure;
use faer::linalg::svd::{ComputeSvdVectors, SvdParams};
use faer::linalg::{cholesky, evd, matmul, svd, triangular_inverse, triangular_solve};
use faer::perm::PermRef;
use faer::{Accum, Auto, MatMut, MatRef, Par, Spec};

use super::error::{NotConverged, NotPositiveDefinite};

/// The numbers that faer computes with.
pub trait Field: faer::traits::RealField + Copy {}

impl Field for f64 {}
impl Field for f32 {}

/// A matrix in a slice: rows, columns, and how far apart neighbors in a column and in a row are. One of the two must be 1, or the
/// matrix have one row or column along which it is 1.
#[derive(Clone, Copy)]
pub(super) struct View<'a, T> {
    pub(super) data: &'a [T],
    pub(super) rows: usize,
    pub(super) cols: usize,
    pub(super) strides: [usize; 2],
}

impl<'a, T> View<'a, T> {
    pub(super) fn rows(data: &'a [T], rows: usize, cols: usize) -> Self {
        Self { data, rows, cols, strides: [cols, 1] }
    }

    /// Whether faer's kernels take it as it is.
    pub(super) fn is_dense(&self) -> bool {
        let [by_row, by_col] = self.strides;
        (by_col == 1 || self.cols == 1) && (by_row >= self.cols || self.rows == 1)
            || (by_row == 1 || self.rows == 1) && (by_col >= self.rows || self.cols == 1)
    }

    fn matrix(self) -> MatRef<'a, T> {
        let [by_row, by_col] = self.strides;
        if (by_col == 1 || self.cols == 1) && (by_row >= self.cols || self.rows == 1) {
            MatRef::from_row_major_slice_with_stride(self.data, self.rows, self.cols, by_row)
        } else {
            MatRef::from_column_major_slice_with_stride(self.data, self.rows, self.cols, by_col)
        }
    }
}

fn columns<T>(data: &mut [T], rows: usize, cols: usize) -> MatMut<'_, T> {
    MatMut::from_column_major_slice_mut(data, rows, cols)
}

/// C = αAB, or C + αAB, into a row-major C.
pub(super) fn multiply<T: Field>(alpha: T, a: View<'_, T>, b: View<'_, T>, adds: bool, c: &mut [T]) {
    let c = MatMut::from_row_major_slice_mut(c, a.rows, b.cols);
    matmul::matmul(c, accumulation(adds), a.matrix(), b.matrix(), alpha, Par::Seq);
}

/// The same of a symmetric product, of which the upper triangle is computed.
pub(super) fn multiply_upper<T: Field>(alpha: T, a: View<'_, T>, b: View<'_, T>, adds: bool, c: &mut [T]) {
    let c = MatMut::from_row_major_slice_mut(c, a.rows, b.cols);
    let (upper, whole) = (BlockStructure::TriangularUpper, BlockStructure::Rectangular);
    matmul::triangular::matmul(c, upper, accumulation(adds), a.matrix(), whole, b.matrix(), whole, alpha, Par::Seq);
}

fn accumulation(adds: bool) -> Accum {
    if adds { Accum::Add } else { Accum::Replace }
}

/// Runs with as much memory beside as is asked for.
fn with_scratch<R>(needs: StackReq, run: impl FnOnce(&mut MemStack) -> R) -> R {
    run(MemStack::new(&mut MemBuffer::new(needs)))
}

fn automatic<P: Auto<T>, T>() -> Spec<P, T> {
    Spec::new(P::auto())
}

/// The permutation of an LU factorization, both ways, and how many transpositions it is made of.
pub(super) struct Pivots {
    forward: Vec<usize>,
    inverse: Vec<usize>,
    pub(super) transpositions: usize,
}

impl Pivots {
    fn order(&self) -> PermRef<'_, usize> {
        PermRef::new_checked(&self.forward, &self.inverse, self.forward.len())
    }

    /// The column of A that each pivot stands in.
    pub(super) fn columns(&self) -> &[usize] {
        &self.forward
    }
}

/// P Aᵀ = LU in place of a row-major A.
pub(super) fn lu<T: Field>(n: usize, a: &mut [T]) -> Pivots {
    let params = automatic::<partial_pivoting::factor::PartialPivLuParams, T>();
    let needs = partial_pivoting::factor::lu_in_place_scratch::<usize, T>(n, n, Par::Seq, params);
    let (mut forward, mut inverse) = (vec![0; n], vec![0; n]);
    let transpositions = with_scratch(needs, |stack| {
        let a = columns(a, n, n);
        let (info, _) = partial_pivoting::factor::lu_in_place(a, &mut forward, &mut inverse, Par::Seq, stack, params);
        info.transposition_count
    });
    Pivots { forward, inverse, transpositions }
}

/// B = A⁻¹B, or A⁻ᵀB, of a row-major B with so many columns.
pub(super) fn lu_solve<T: Field>(n: usize, lu: &[T], pivots: &Pivots, transposed: bool, b: &mut [T], cols: usize) {
    let lu = MatRef::from_column_major_slice(lu, n, n);
    let b = MatMut::from_row_major_slice_mut(b, n, cols);
    // What is factored is Aᵀ.
    if transposed {
        let needs = partial_pivoting::solve::solve_in_place_scratch::<usize, T>(n, cols, Par::Seq);
        with_scratch(needs, |stack| {
            partial_pivoting::solve::solve_in_place(lu, lu, pivots.order(), b, Par::Seq, stack);
        });
    } else {
        let needs = partial_pivoting::solve::solve_transpose_in_place_scratch::<usize, T>(n, cols, Par::Seq);
        with_scratch(needs, |stack| {
            partial_pivoting::solve::solve_transpose_in_place(lu, lu, pivots.order(), b, Par::Seq, stack);
        });
    }
}

/// A⁻¹, row-major.
pub(super) fn lu_inverse<T: Field>(n: usize, lu: &[T], pivots: &Pivots, out: &mut [T]) {
    let lu = MatRef::from_column_major_slice(lu, n, n);
    let needs = partial_pivoting::inverse::inverse_scratch::<usize, T>(n, Par::Seq);
    with_scratch(needs, |stack| {
        partial_pivoting::inverse::inverse(columns(out, n, n), lu, lu, pivots.order(), Par::Seq, stack);
    });
}

/// B = A⁻¹B, or A⁻ᵀB, of a row-major B with so many columns and a row-major A, of which one triangle is read.
pub(super) fn triangular_solve<T: Field>(
    n: usize,
    a: &[T],
    is_lower: bool,
    transposed: bool,
    b: &mut [T],
    cols: usize,
) {
    let a = MatRef::from_row_major_slice(a, n, n);
    let a = if transposed { a.transpose() } else { a };
    let b = MatMut::from_row_major_slice_mut(b, n, cols);
    if is_lower == transposed {
        triangular_solve::solve_upper_triangular_in_place(a, b, Par::Seq);
    } else {
        triangular_solve::solve_lower_triangular_in_place(a, b, Par::Seq);
    }
}

/// A⁻¹, row-major, of which the other triangle is 0.
pub(super) fn triangular_inverse<T: Field>(n: usize, a: &[T], is_lower: bool, out: &mut [T]) {
    out.fill(T::zero_impl());
    let a = MatRef::from_row_major_slice(a, n, n);
    let out = MatMut::from_row_major_slice_mut(out, n, n);
    if is_lower {
        triangular_inverse::invert_lower_triangular(out, a, Par::Seq);
    } else {
        triangular_inverse::invert_upper_triangular(out, a, Par::Seq);
    }
}

/// A = LLᵀ of a symmetric A, whose upper triangle is read and replaced by Lᵀ.
pub(super) fn cholesky<T: Field>(n: usize, a: &mut [T]) -> Result<(), NotPositiveDefinite> {
    let params = automatic::<LltParams, T>();
    let needs = cholesky::llt::factor::cholesky_in_place_scratch::<T>(n, Par::Seq, params);
    let a = columns(a, n, n);
    let factored = with_scratch(needs, |stack| {
        cholesky::llt::factor::cholesky_in_place(a, LltRegularization::default(), Par::Seq, stack, params)
    });
    factored.map(|_| ()).map_err(|LltError::NonPositivePivot { index }| NotPositiveDefinite { row: index + 1 })
}

/// B = A⁻¹B of a row-major B, given Lᵀ in the upper triangle.
pub(super) fn cholesky_solve<T: Field>(n: usize, factor: &[T], b: &mut [T], cols: usize) {
    let factor = MatRef::from_column_major_slice(factor, n, n);
    let needs = cholesky::llt::solve::solve_in_place_scratch::<T>(n, cols, Par::Seq);
    let b = MatMut::from_row_major_slice_mut(b, n, cols);
    with_scratch(needs, |stack| cholesky::llt::solve::solve_in_place(factor, b, Par::Seq, stack));
}

/// The eigenvalues of a symmetric A, smallest first, and an eigenvector in each row of `vectors`.
pub(super) fn symmetric_eigen<T: Field>(
    n: usize,
    a: &[T],
    values: &mut [T],
    vectors: Option<&mut [T]>,
) -> Result<(), NotConverged> {
    let params = automatic::<SelfAdjointEvdParams, T>();
    let wanted = if vectors.is_some() { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
    let needs = evd::self_adjoint_evd_scratch::<T>(n, wanted, Par::Seq, params);
    let a = MatRef::from_column_major_slice(a, n, n);
    let vectors = vectors.map(|vectors| columns(vectors, n, n));
    let values = DiagMut::from_slice_mut(values);
    let found = with_scratch(needs, |stack| evd::self_adjoint_evd(a, values, vectors, Par::Seq, stack, params));
    found.map_err(|_| NotConverged)
}

/// The singular values of a row-major A, largest first, and where they are wanted a left and a right singular vector in each row.
pub(super) fn singular<T: Field>(
    (rows, cols): (usize, usize),
    a: &[T],
    values: &mut [T],
    vectors: Option<(&mut [T], &mut [T])>,
) -> Result<(), NotConverged> {
    let params = automatic::<SvdParams, T>();
    let wanted = || if vectors.is_some() { ComputeSvdVectors::Thin } else { ComputeSvdVectors::No };
    let needs = svd::svd_scratch::<T>(cols, rows, wanted(), wanted(), Par::Seq, params);
    let count = rows.min(cols);
    // Aᵀ = V diag(s) Uᵀ
    let a = MatRef::from_column_major_slice(a, cols, rows);
    let (left, right) = match vectors {
        Some((left, right)) => (Some(columns(left, rows, count)), Some(columns(right, cols, count))),
        None => (None, None),
    };
    let values = DiagMut::from_slice_mut(values);
    let found = with_scratch(needs, |stack| svd::svd(a, values, right, left, Par::Seq, stack, params));
    found.map_err(|_| NotConverged)
}
