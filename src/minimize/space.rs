//! The sets that variables are declared in: their tangents, retractions and projections.
//!
//! A point is the entries of all variables, each row after row. Linear spaces are those of structured matrices. A positive number or a
//! positive definite matrix goes along X + ξ + ½ ξX⁻¹ξ, which stays in the set (Sra & Hosseini 2015); an orthogonal matrix along the Q of a QR
//! decomposition (Absil, Mahony & Sepulchre 2008, §4.1); what has a boundary is projected on it.

use std::ops::Range;

use nalgebra::{Cholesky, DMatrix, DVector};

use crate::check::project;
use crate::numeric::linalg::symmetric_eigen;
use crate::structure::Structure;

/// Entries and eigenvalues below this times the largest are on the boundary.
const BOUNDARY: f64 = 1e-13;

/// The set of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Matrices of a structure, or all.
    Structured(Structure),
    /// Entries above 0.
    Positive,
    /// Entries not below 0.
    Nonnegative,
    /// Entries not below 0, of sum 1.
    Simplex,
}

impl Set {
    /// Whether lines in it are straight, and it has no boundary.
    fn is_flat(self) -> bool {
        match self {
            Self::Structured(structure) => !matches!(
                structure,
                Structure::PositiveDefinite | Structure::PositiveSemidefinite | Structure::Orthogonal
            ),
            Self::Positive | Self::Nonnegative | Self::Simplex => false,
        }
    }

    /// Whether it is convex.
    #[must_use]
    pub fn is_convex(self) -> bool {
        self != Self::Structured(Structure::Orthogonal)
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Structured(structure) => match structure {
                Structure::General => return None,
                Structure::Symmetric => "symmetric",
                Structure::PositiveDefinite => "positive definite",
                Structure::PositiveSemidefinite => "positive semidefinite",
                Structure::Skew => "skew-symmetric",
                Structure::Diagonal => "diagonal",
                Structure::Orthogonal => "orthogonal",
                Structure::Lower => "lower triangular",
                Structure::Upper => "upper triangular",
            },
            Self::Positive => "positive",
            Self::Nonnegative => "nonnegative",
            Self::Simplex => "in the simplex",
        })
    }
}

/// A variable: where its entries stand in the point, and its set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where the entries begin.
    pub first: usize,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub cols: usize,
    /// The set.
    pub set: Set,
}

impl Block {
    /// The places of the entries.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.first..self.first + self.rows * self.cols
    }

    /// Its part of a point as a matrix.
    #[must_use]
    pub fn matrix(&self, x: &DVector<f64>) -> DMatrix<f64> {
        DMatrix::from_row_slice(self.rows, self.cols, &x.as_slice()[self.range()])
    }

    fn write(&self, x: &mut DVector<f64>, matrix: &DMatrix<f64>) {
        for row in 0..self.rows {
            for col in 0..self.cols {
                x[self.first + row * self.cols + col] = matrix[(row, col)];
            }
        }
    }

    /// The point that the search begins at where none is given: 0, or what the set has in its middle.
    fn middle(&self) -> DMatrix<f64> {
        let (rows, cols) = (self.rows, self.cols);
        match self.set {
            Set::Structured(Structure::PositiveDefinite | Structure::PositiveSemidefinite | Structure::Orthogonal) => {
                DMatrix::identity(rows, cols)
            }
            Set::Structured(_) | Set::Nonnegative => DMatrix::zeros(rows, cols),
            Set::Positive => DMatrix::from_element(rows, cols, 1.0),
            Set::Simplex => DMatrix::from_element(rows, cols, 1.0 / (rows * cols) as f64),
        }
    }
}

/// The sets of all variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// The variables.
    pub blocks: Vec<Block>,
}

/// ½(X + Xᵀ)
fn symmetric(x: &DMatrix<f64>) -> DMatrix<f64> {
    (x + x.transpose()) * 0.5
}

/// V diag(f(λ)) Vᵀ
fn spectral(x: &DMatrix<f64>, f: impl Fn(f64) -> f64) -> DMatrix<f64> {
    let Some(eigen) = symmetric_eigen(symmetric(x)) else { return x.map(|_| f64::NAN) };
    let scaled = &eigen.eigenvectors * DMatrix::from_diagonal(&eigen.eigenvalues.map(f));
    symmetric(&(scaled * eigen.eigenvectors.transpose()))
}

/// The nearest probability vector (Held, Wolfe & Crowder 1974).
fn nearest_in_simplex(x: &DMatrix<f64>) -> DMatrix<f64> {
    let mut sorted: Vec<f64> = x.iter().copied().collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut shift) = (0.0, 0.0);
    for (place, entry) in sorted.iter().enumerate() {
        sum += entry;
        let found = (sum - 1.0) / (place + 1) as f64;
        if entry - found > 0.0 {
            shift = found;
        }
    }
    x.map(|entry| (entry - shift).max(0.0))
}

/// Entries at the boundary 0 that a direction leads out of.
fn is_held(x: f64, size: f64, direction: f64) -> bool {
    x <= BOUNDARY * size && direction < 0.0
}

/// A direction without what leads out of the simplex: the projection on its tangent cone, with the entries that it holds.
fn along_simplex(x: &DMatrix<f64>, direction: &DMatrix<f64>) -> DMatrix<f64> {
    let mut held = vec![false; x.len()];
    loop {
        let free: Vec<usize> = (0..x.len()).filter(|place| !held[*place]).collect();
        let mean = free.iter().map(|place| direction[*place]).sum::<f64>() / free.len().max(1) as f64;
        let more: Vec<usize> =
            free.iter().copied().filter(|place| is_held(x[*place], 1.0, direction[*place] - mean)).collect();
        if more.is_empty() {
            let mut along = DMatrix::zeros(x.nrows(), x.ncols());
            free.iter().for_each(|place| along[*place] = direction[*place] - mean);
            return along;
        }
        more.into_iter().for_each(|place| held[place] = true);
    }
}

/// The projection of a direction on the tangent cone of the positive semidefinite matrices at X.
fn along_semidefinite(x: &DMatrix<f64>, direction: &DMatrix<f64>) -> DMatrix<f64> {
    let Some(eigen) = symmetric_eigen(symmetric(x)) else { return x.map(|_| f64::NAN) };
    let size = eigen.eigenvalues.amax();
    let null: Vec<usize> = (0..x.nrows()).filter(|place| eigen.eigenvalues[*place] <= BOUNDARY * size).collect();
    if null.is_empty() {
        return symmetric(direction);
    }
    let basis = eigen.eigenvectors.select_columns(&null);
    let inner = basis.transpose() * symmetric(direction) * &basis;
    let kept = spectral(&inner, |value| value.max(0.0));
    symmetric(direction) + &basis * (kept - inner) * basis.transpose()
}

impl Space {
    /// Whether lines in it are straight, and it has no boundary.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.blocks.iter().all(|block| block.set.is_flat())
    }

    /// Whether it is convex.
    #[must_use]
    pub fn is_convex(&self) -> bool {
        self.blocks.iter().all(|block| block.set.is_convex())
    }

    /// Whether points may be anything.
    fn is_whole(&self) -> bool {
        self.blocks.iter().all(|block| block.set == Set::Structured(Structure::General))
    }

    /// How many entries a point has.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.blocks.iter().map(|block| block.rows * block.cols).sum()
    }

    /// Where a search begins unless it is told otherwise.
    #[must_use]
    pub fn middle(&self) -> DVector<f64> {
        let mut x = DVector::zeros(self.dimension());
        self.blocks.iter().for_each(|block| block.write(&mut x, &block.middle()));
        x
    }

    /// A point from the values of its variables.
    #[must_use]
    pub fn point(&self, values: &[DMatrix<f64>]) -> DVector<f64> {
        let mut x = DVector::zeros(self.dimension());
        self.blocks.iter().zip(values).for_each(|(block, value)| block.write(&mut x, value));
        x
    }

    fn each(&self, x: &DVector<f64>, f: impl Fn(&Block) -> DMatrix<f64>) -> DVector<f64> {
        let mut result = x.clone();
        self.blocks.iter().for_each(|block| block.write(&mut result, &f(block)));
        result
    }

    /// The gradient as far as the set lets the point move: minus the projection of −∇f on the tangent cone.
    #[must_use]
    pub fn reduced(&self, x: &DVector<f64>, gradient: &DVector<f64>) -> DVector<f64> {
        if self.is_whole() {
            return gradient.clone();
        }
        self.each(gradient, |block| {
            let (at, g) = (block.matrix(x), block.matrix(gradient));
            match block.set {
                Set::Structured(Structure::PositiveSemidefinite) => -along_semidefinite(&at, &-g),
                Set::Structured(structure) => project(structure, &at, &g),
                Set::Positive => g,
                Set::Nonnegative => {
                    let size = at.amax();
                    at.zip_map(&g, |x, g| if is_held(x, size, -g) { 0.0 } else { g })
                }
                Set::Simplex => -along_simplex(&at, &-g),
            }
        })
    }

    /// The same into a vector of that length.
    pub(super) fn reduced_into(&self, x: &DVector<f64>, gradient: &DVector<f64>, reduced: &mut DVector<f64>) {
        if self.is_whole() {
            reduced.copy_from(gradient);
        } else {
            *reduced = self.reduced(x, gradient);
        }
    }

    /// A direction brought to what the set lets a point move in where the gradient is this: on the face that the gradient holds it on.
    #[must_use]
    pub fn onto(&self, x: &DVector<f64>, gradient: &DVector<f64>, direction: &DVector<f64>) -> DVector<f64> {
        if self.is_whole() {
            return direction.clone();
        }
        self.each(direction, |block| {
            let (at, g, d) = (block.matrix(x), block.matrix(gradient), block.matrix(direction));
            match block.set {
                Set::Structured(structure) => project(structure, &at, &d),
                Set::Positive => d,
                Set::Nonnegative => {
                    let size = at.amax();
                    DMatrix::from_fn(at.nrows(), at.ncols(), |row, col| {
                        let place = (row, col);
                        if is_held(at[place], size, -g[place]) { 0.0 } else { d[place] }
                    })
                }
                Set::Simplex => {
                    let held = along_simplex(&at, &-g).zip_map(&at, |along, x| along == 0.0 && x <= BOUNDARY);
                    let count = held.iter().filter(|held| !**held).count().max(1);
                    let mean = d.zip_map(&held, |d, held| if held { 0.0 } else { d }).sum() / count as f64;
                    d.zip_map(&held, |d, held| if held { 0.0 } else { d - mean })
                }
            }
        })
    }

    /// Where a step leads.
    #[must_use]
    pub fn retract(&self, x: &DVector<f64>, step: &DVector<f64>) -> DVector<f64> {
        if self.is_whole() {
            return x + step;
        }
        self.each(x, |block| {
            let (at, d) = (block.matrix(x), block.matrix(step));
            match block.set {
                Set::Structured(Structure::PositiveDefinite) => {
                    let bend = match Cholesky::new(symmetric(&at)) {
                        Some(factored) => &d * factored.solve(&d),
                        None => DMatrix::zeros(at.nrows(), at.ncols()),
                    };
                    symmetric(&(at + d + bend * 0.5))
                }
                Set::Structured(Structure::PositiveSemidefinite) => spectral(&(at + d), |value| value.max(0.0)),
                Set::Structured(Structure::Orthogonal) => {
                    let qr = (at + d).qr();
                    // Of the two signs of a column the one that is near.
                    let signs = qr.r().diagonal().map(|entry| if entry < 0.0 { -1.0 } else { 1.0 });
                    qr.q() * DMatrix::from_diagonal(&signs)
                }
                Set::Structured(_) => at + d,
                Set::Positive => at.zip_map(&d, |x, d| x + d + 0.5 * d * d / x),
                Set::Nonnegative => (at + d).map(|entry| entry.max(0.0)),
                Set::Simplex => nearest_in_simplex(&(at + d)),
            }
        })
    }

    /// The same into a vector of that length.
    pub(super) fn retract_into(&self, x: &DVector<f64>, step: &DVector<f64>, there: &mut DVector<f64>) {
        if self.is_whole() {
            x.add_to(step, there);
        } else {
            *there = self.retract(x, step);
        }
    }

    /// The Hessian along the set: PHP, with what the curvature of the orthogonal matrices adds, and the identity where the set does not let
    /// the point move.
    #[must_use]
    pub fn hessian(&self, x: &DVector<f64>, gradient: &DVector<f64>, mut hessian: DMatrix<f64>) -> DMatrix<f64> {
        let count = self.dimension();
        let is_whole = |block: &Block| matches!(block.set, Set::Structured(Structure::General) | Set::Positive);
        if self.blocks.iter().all(is_whole) {
            return symmetric(&hessian);
        }
        let projection = DMatrix::from_columns(
            &(0..count).map(|place| self.onto(x, gradient, &unit(count, place))).collect::<Vec<_>>(),
        );
        for block in self.blocks.iter().filter(|block| block.set == Set::Structured(Structure::Orthogonal)) {
            // ⟨ξ, Hess f ξ⟩ = ⟨ξ, D²f ξ⟩ − ⟨ξ, ξ sym(XᵀG)⟩
            let bend = symmetric(&(block.matrix(x).transpose() * block.matrix(gradient)));
            for row in 0..block.rows {
                for (from, to) in (0..block.cols).flat_map(|from| (0..block.cols).map(move |to| (from, to))) {
                    let start = block.first + row * block.cols;
                    hessian[(start + to, start + from)] -= bend[(from, to)];
                }
            }
        }
        let size = hessian.amax().max(f64::MIN_POSITIVE);
        let rest = (DMatrix::identity(count, count) - &projection) * size;
        symmetric(&(&projection * symmetric(&hessian) * projection.transpose() + rest))
    }
}

fn unit(count: usize, place: usize) -> DVector<f64> {
    let mut unit = DVector::zeros(count);
    unit[place] = 1.0;
    unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::random::Rng;

    const SETS: [(Set, usize, usize); 11] = [
        (Set::Structured(Structure::General), 2, 3),
        (Set::Structured(Structure::Symmetric), 3, 3),
        (Set::Structured(Structure::PositiveDefinite), 3, 3),
        (Set::Structured(Structure::PositiveSemidefinite), 3, 3),
        (Set::Structured(Structure::Skew), 3, 3),
        (Set::Structured(Structure::Diagonal), 3, 3),
        (Set::Structured(Structure::Orthogonal), 3, 3),
        (Set::Structured(Structure::Lower), 3, 3),
        (Set::Positive, 4, 1),
        (Set::Nonnegative, 4, 1),
        (Set::Simplex, 4, 1),
    ];

    fn space((set, rows, cols): (Set, usize, usize)) -> Space {
        Space { blocks: vec![Block { first: 0, rows, cols, set }] }
    }

    fn holds(set: Set, x: &DMatrix<f64>) -> bool {
        match set {
            Set::Positive => x.min() > 0.0,
            Set::Nonnegative => x.min() >= 0.0,
            Set::Simplex => x.min() >= 0.0 && (x.sum() - 1.0).abs() < 1e-12,
            Set::Structured(Structure::PositiveDefinite) => Cholesky::new(x.clone()).is_some(),
            Set::Structured(Structure::PositiveSemidefinite) => {
                symmetric_eigen(x.clone()).is_some_and(|eigen| eigen.eigenvalues.min() > -1e-12)
            }
            Set::Structured(Structure::Orthogonal) => (x.tr_mul(x) - DMatrix::identity(3, 3)).norm() < 1e-12,
            Set::Structured(structure) => (project(structure, x, x) - x).norm() < 1e-12,
        }
    }

    #[test]
    fn steps_stay_in_the_set_and_begin_along_their_direction() {
        let mut rng = Rng::new(7);
        for one in SETS {
            let space = space(one);
            let mut x = space.middle();
            for _ in 0..20 {
                let g = DVector::from_fn(x.len(), |_, _| rng.normal());
                let step = -space.reduced(&x, &g);
                let (near, h) = (space.retract(&x, &(&step * 1e-6)), 1e-6);
                assert!(((near - &x) / h - &step).norm() < 1e-4 * step.norm().max(1.0), "{one:?}");
                x = space.retract(&x, &(step * 0.3));
                assert!(holds(one.0, &space.blocks[0].matrix(&x)), "{one:?}");
            }
        }
    }

    #[test]
    fn what_is_left_of_a_gradient_is_what_lowers_the_function() {
        let mut rng = Rng::new(8);
        for one in SETS {
            let space = space(one);
            let mut x = space.middle();
            for _ in 0..10 {
                let g = DVector::from_fn(x.len(), |_, _| rng.normal());
                let reduced = space.reduced(&x, &g);
                assert!((reduced.dot(&g) - reduced.norm_squared()).abs() < 1e-9 * g.norm_squared(), "{one:?}");
                x = space.retract(&x, &-reduced);
            }
        }
    }

    #[test]
    fn the_nearest_probability_vector() {
        let near = |entries: [f64; 3]| nearest_in_simplex(&DMatrix::from_column_slice(3, 1, &entries));
        assert_eq!(near([0.5, 0.5, -3.0]), DMatrix::from_column_slice(3, 1, &[0.5, 0.5, 0.0]));
        assert!((near([1.0, 1.0, 1.0]) - DMatrix::from_element(3, 1, 1.0 / 3.0)).norm() < 1e-15);
    }
}
