//! Random points: values that fit the declared structure of each symbol, by several strategies.
//!
//! Expressions are defined on different domains (log det X needs det X > 0, asin needs entries below 1), so
//! a caller tries one strategy after another until the value at the point is finite.

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::bindings::MAX_ENTRIES;
use super::bindings::{Bindings, EvalError};
use super::matrix_function::inverse;
use super::random::Rng;
use super::scalar::Scalar;
use crate::expr::{Arena, Dim, ExprId, Node, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::structure::Structure;

/// The smallest size that is drawn for a named size.
pub const SMALLEST_SIZE: usize = 2;
/// More named sizes than this are not all different.
const MOST_DIFFERENT: usize = 8;
/// How often differences of sizes are gone through, as one may depend on another.
const FILLINGS: usize = 8;
/// The largest size that is made for the sake of a difference.
const LARGEST_FILLED: usize = 1 << 16;
/// No size is made larger for the sake of an entry further behind.
const LARGEST_PLACE: usize = 256;
/// How many times the list of strategies is gone through.
pub const ROUNDS: usize = 4;

/// From what the entries of a point are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// Standard normal.
    Normal,
    /// Uniform in (0.3, 1.7).
    Positive,
    /// Squares near the identity, with a positive definite symmetric part; else as `Positive`.
    NearIdentity,
    /// Uniform in (0.05, 0.45).
    Small,
    /// Of each symbol another.
    Mixed,
    /// Squares without declared structure are symmetric positive definite; else normal.
    SymmetricSquares,
    /// As `SymmetricSquares`, else as `Mixed`.
    SymmetricMixed,
    /// Uniform in (1.2, 3).
    Large,
    /// Normal entries times this power of ten.
    Scaled(i8),
    /// For residues: normal entries, and integers that are not the smallest alone.
    Residues,
}

impl Strategy {
    /// The strategies in the order they are tried.
    pub const ALL: [Self; 10] = [
        Self::Normal,
        Self::Positive,
        Self::NearIdentity,
        Self::Small,
        Self::Mixed,
        Self::Mixed,
        Self::Large,
        Self::Mixed,
        Self::SymmetricSquares,
        Self::SymmetricMixed,
    ];

    /// Whether squares without declared structure are drawn symmetric.
    #[must_use]
    pub fn symmetric_squares(self) -> bool {
        matches!(self, Self::SymmetricSquares | Self::SymmetricMixed)
    }
}

/// A structure that values are given besides the declared one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Imposed {
    /// Of a square matrix.
    Structure(Structure),
    /// Every entry above 0.
    Positive,
    /// Every entry an integer from 1 on.
    Integer,
    /// Every entry −1, 0 or 1, so that many are 0 or alike.
    Tied,
}

/// Structures imposed on symbols.
pub type Overrides = FxHashMap<SymbolId, Imposed>;

/// The symbols below the roots, in the order of their ids.
#[must_use]
pub fn symbols_of(arena: &Arena, roots: &[ExprId]) -> Vec<SymbolId> {
    let mut seen = vec![false; arena.len()];
    let mut stack = roots.to_vec();
    let mut found = Vec::new();
    while let Some(id) = stack.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        if let Node::Symbol(symbol) | Node::Member(symbol, _) | Node::Differential(symbol, _) = arena.node(id) {
            found.push(*symbol);
        }
        stack.extend(arena.node(id).children());
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Sizes from 2 on for all named sizes, all different, in a random order; of many names each has one of a few sizes, which differ from point to
/// point.
#[must_use]
pub fn draw_sizes(arena: &Arena, rng: &mut Rng) -> Vec<usize> {
    let count = arena.size_names().len();
    if count > MOST_DIFFERENT {
        return (0..count).map(|_| SMALLEST_SIZE + rng.below(MOST_DIFFERENT)).collect();
    }
    let mut sizes: Vec<usize> = (SMALLEST_SIZE..SMALLEST_SIZE + count).collect();
    for last in (1..count).rev() {
        sizes.swap(last, rng.below(last + 1));
    }
    // One size alone would always be the smallest.
    if count == 1 {
        sizes[0] = SMALLEST_SIZE + rng.below(3);
    }
    fill_sizes(arena, &mut sizes);
    sizes
}

/// The places with a number along axes of a named size.
fn numbered_places(arena: &Arena) -> Vec<(u32, usize)> {
    let mut found = Vec::new();
    let mut note = |size: Dim, place: ExprId| {
        let number = arena.as_number(place).and_then(Coeff::to_i64).and_then(|number| usize::try_from(number).ok());
        if let (Dim::Named(name), Some(number)) = (size, number) {
            found.push((name, number));
        }
    };
    for node in arena.nodes() {
        match *node {
            Node::Entry(of, row, col) => {
                let shape = arena.shape(of);
                note(shape.rows, row);
                note(shape.cols, col);
            }
            Node::Basis(size, place) => note(size, place),
            _ => {}
        }
    }
    found
}

/// Makes sizes larger until the entries and unit vectors with a number below, as x₅, stand in their arrays, and each difference of sizes, as
/// n − k, is at least 1; one that cannot be is left alone.
pub fn fill_sizes(arena: &Arena, sizes: &mut [usize]) {
    for (size, place) in numbered_places(arena) {
        if let Some(size) = sizes.get_mut(size as usize).filter(|_| place <= LARGEST_PLACE) {
            *size = (*size).max(place);
        }
    }
    let differences = arena.size_differences();
    for _ in 0..FILLINGS {
        let mut is_filled = true;
        for terms in &differences {
            let product = |names: &[u32]| {
                names.iter().fold(1_i64, |product, name| {
                    let size = sizes.get(*name as usize).copied().unwrap_or(SMALLEST_SIZE);
                    product.saturating_mul(i64::try_from(size).unwrap_or(i64::MAX))
                })
            };
            let total = terms
                .iter()
                .fold(0_i64, |sum, (factor, names)| sum.saturating_add(factor.saturating_mul(product(names))));
            let grows = terms.iter().find(|(factor, names)| *factor > 0 && !names.is_empty());
            let Some((factor, names)) = grows.filter(|_| total < 1) else { continue };
            let others = product(&names[1..]).saturating_mul(*factor).max(1);
            let missing = usize::try_from(1_i64.saturating_sub(total).saturating_add(others - 1) / others).unwrap_or(0);
            if let Some(size) = sizes.get_mut(names[0] as usize).filter(|size| **size < LARGEST_FILLED) {
                *size = (*size).saturating_add(missing).min(LARGEST_FILLED);
                is_filled = false;
            }
        }
        if is_filled {
            return;
        }
    }
}

/// Values of the symbols. For the same state of `rng` they are the same in every kind of number, up to its digits.
///
/// # Errors
/// [`EvalError::TooLarge`] where a symbol has more entries than a value may have.
pub fn sample<T: Scalar>(
    arena: &Arena,
    symbols: &[SymbolId],
    sizes: &[usize],
    strategy: Strategy,
    overrides: &Overrides,
    rng: &mut Rng,
) -> Result<Bindings<T>, EvalError> {
    let mut bindings = Bindings::default();
    for (place, size) in (0_u32..).zip(sizes) {
        bindings.sizes.insert(place, *size);
    }
    for id in symbols {
        let symbol = arena.symbol(*id);
        let (rows, cols) = bindings.shape(arena, symbol.shape)?;
        if rows.saturating_mul(cols) > MAX_ENTRIES {
            return Err(EvalError::TooLarge);
        }
        let strategy = match strategy {
            Strategy::Mixed | Strategy::SymmetricMixed => {
                [Strategy::Normal, Strategy::Positive, Strategy::NearIdentity, Strategy::Small, Strategy::Large]
                    [rng.below(5)]
            }
            other => other,
        };
        let symmetric = strategy.symmetric_squares();
        let imposed = overrides.get(id).copied();
        let draw = |rng: &mut Rng| match imposed {
            Some(Imposed::Positive) => positive(rows, cols, strategy, rng),
            Some(Imposed::Integer) => integers(rows, cols, strategy, rng),
            Some(Imposed::Tied) => tied(rows, cols, rng),
            Some(Imposed::Structure(structure)) => structured(structure, rows, cols, strategy, rng),
            None if symmetric
                && matches!(symbol.kind, SymbolKind::Plain | SymbolKind::Family(_))
                && symbol.structure == Structure::General
                && rows == cols
                && rows > 1 =>
            {
                structured(Structure::PositiveDefinite, rows, cols, Strategy::Normal, rng)
            }
            None => match symbol.kind {
                // At 0 there is a derivative on one side alone.
                SymbolKind::Positive | SymbolKind::Nonnegative => positive(rows, cols, strategy, rng),
                SymbolKind::Integer => integers(rows, cols, strategy, rng),
                SymbolKind::Simplex => simplex(rows, strategy, rng),
                SymbolKind::Signs => of_two(rows, cols, [-1.0, 1.0], strategy, rng),
                SymbolKind::Binary => of_two(rows, cols, [0.0, 1.0], strategy, rng),
                SymbolKind::Plain
                | SymbolKind::Function
                | SymbolKind::MatrixFunction
                | SymbolKind::Map(_)
                | SymbolKind::Family(_) => structured(symbol.structure, rows, cols, strategy, rng),
            },
        };
        match symbol.kind {
            SymbolKind::Function | SymbolKind::MatrixFunction | SymbolKind::Map(_) => {}
            SymbolKind::Family(count) => {
                let count = bindings.size(arena, count)?;
                if count.saturating_mul(rows * cols) > MAX_ENTRIES {
                    return Err(EvalError::TooLarge);
                }
                let members = (0..count).map(|_| draw(rng)).collect();
                bindings.families.insert(*id, members);
            }
            SymbolKind::Plain
            | SymbolKind::Positive
            | SymbolKind::Nonnegative
            | SymbolKind::Integer
            | SymbolKind::Simplex
            | SymbolKind::Signs
            | SymbolKind::Binary => {
                let value = draw(rng);
                bindings.symbols.insert(*id, value);
            }
        }
    }
    Ok(bindings)
}

fn entries(rows: usize, cols: usize, strategy: Strategy, rng: &mut Rng) -> DMatrix<f64> {
    DMatrix::from_fn(rows, cols, |_, _| match strategy {
        Strategy::Normal
        | Strategy::Mixed
        | Strategy::SymmetricSquares
        | Strategy::SymmetricMixed
        | Strategy::Residues => rng.normal(),
        Strategy::Scaled(power) => rng.normal() * 10_f64.powi(power.into()),
        Strategy::Positive | Strategy::NearIdentity => rng.uniform(0.3, 1.7),
        Strategy::Small => rng.uniform(0.05, 0.45),
        Strategy::Large => rng.uniform(1.2, 3.0),
    })
}

/// Entries that are 0 or alike; of half of the matrices the last row and column are the first ones, so that the rank drops.
fn tied<T: Scalar>(rows: usize, cols: usize, rng: &mut Rng) -> DMatrix<T> {
    let mut entries = DMatrix::from_fn(rows, cols, |_, _| T::from_f64([-1.0, 0.0, 1.0][rng.below(3)]));
    if !entries.is_empty() && rng.below(2) == 0 {
        for col in 0..cols {
            entries[(rows - 1, col)] = entries[(0, col)];
        }
        for row in 0..rows {
            entries[(row, cols - 1)] = entries[(row, 0)];
        }
    }
    entries
}

/// Entries of two values; of the points that decide whether something always holds, half have all of them alike, as chance would not.
fn of_two<T: Scalar>(rows: usize, cols: usize, values: [f64; 2], strategy: Strategy, rng: &mut Rng) -> DMatrix<T> {
    let decides = matches!(strategy, Strategy::Residues | Strategy::Scaled(_));
    let all = (decides && rng.below(2) == 0).then(|| rng.below(2));
    DMatrix::from_fn(rows, cols, |_, _| T::from_f64(values[all.unwrap_or_else(|| rng.below(2))]))
}

/// Integers from 1 on.
#[allow(clippy::cast_precision_loss, reason = "a small number")]
fn integers<T: Scalar>(rows: usize, cols: usize, strategy: Strategy, rng: &mut Rng) -> DMatrix<T> {
    let most = match strategy {
        Strategy::Residues => [40, 400][rng.below(2)],
        Strategy::Scaled(_) => [9, 40][rng.below(2)],
        _ => 3,
    };
    DMatrix::from_fn(rows, cols, |_, _| T::from_f64(1.0 + rng.below(most) as f64))
}

/// Entries above 0.
fn positive<T: Scalar>(rows: usize, cols: usize, strategy: Strategy, rng: &mut Rng) -> DMatrix<T> {
    match strategy {
        Strategy::Scaled(_) => entries(rows, cols, strategy, rng).map(|entry| T::from_f64(entry.abs())),
        _ => DMatrix::from_fn(rows, cols, |_, _| T::from_f64(rng.uniform(0.3, 1.7))),
    }
}

/// A random probability vector; by one of the strategies with an entry that is 0. The entries add up to 1 as nearly as `T` can tell.
fn simplex<T: Scalar>(size: usize, strategy: Strategy, rng: &mut Rng) -> DMatrix<T> {
    let mut weights = DMatrix::from_fn(size, 1, |_, _| T::from_f64(rng.uniform(0.1, 1.0)));
    if strategy == Strategy::Large && size > 1 {
        weights[0] = T::zero();
    }
    let total = weights.iter().fold(T::zero(), |sum, weight| sum + *weight);
    weights.map(|weight| weight / total)
}

/// A random matrix of a structure.
pub fn structured<T: Scalar>(
    structure: Structure,
    rows: usize,
    cols: usize,
    strategy: Strategy,
    rng: &mut Rng,
) -> DMatrix<T> {
    let lift = |x: DMatrix<f64>| x.map(T::from_f64);
    let mut x = entries(rows, cols, strategy, rng);
    if rows != cols || rows == 1 {
        x.apply(|entry| *entry = of_one_entry(structure, *entry));
        return lift(x);
    }
    let n = rows;
    let one = DMatrix::<f64>::identity(n, n);
    let scale = if let Strategy::Scaled(power) = strategy { 10_f64.powi(power.into()) } else { 1.0 };
    let size = T::from_f64(scale);
    match structure {
        Structure::General if strategy == Strategy::NearIdentity => lift(one + rng.normal_matrix(n, n) * 0.15),
        Structure::General => lift(x),
        Structure::Symmetric if strategy == Strategy::NearIdentity => {
            let x = rng.normal_matrix(n, n) * 0.1;
            lift(one + &x + x.transpose())
        }
        Structure::Symmetric => lift((&x + x.transpose()) * 0.5),
        Structure::PositiveDefinite => (spd::<T>(n, n, rng) + lift(one * 0.5)) * size,
        Structure::PositiveSemidefinite if strategy == Strategy::Normal => spd(n, n - 1, rng),
        Structure::PositiveSemidefinite => (spd::<T>(n, n, rng) + lift(one * 0.3)) * size,
        Structure::Skew => lift(&x - x.transpose()),
        Structure::Diagonal => lift(DMatrix::from_diagonal(&x.diagonal())),
        Structure::Orthogonal => orthogonal(&rng.normal_matrix(n, n).qr().q()),
        // Triangular matrices of random diagonal are badly conditioned; this is not.
        Structure::Lower => lift(x.lower_triangle() * 0.7 + one * 0.6 * scale),
        Structure::Upper => lift(x.upper_triangle() * 0.7 + one * 0.6 * scale),
    }
}

/// The entry of a 1×1 matrix of a structure, made from any.
fn of_one_entry(structure: Structure, entry: f64) -> f64 {
    match structure {
        Structure::PositiveDefinite | Structure::PositiveSemidefinite => entry.abs() + 0.1,
        Structure::Orthogonal => f64::signum(entry),
        Structure::Skew => 0.0,
        _ => entry,
    }
}

/// BBᵀ/rank with B normal.
fn spd<T: Scalar>(n: usize, rank: usize, rng: &mut Rng) -> DMatrix<T> {
    let b = rng.normal_matrix(n, rank).map(T::from_f64);
    #[allow(clippy::cast_precision_loss, reason = "a small number")]
    let rank = T::from_f64(rank as f64);
    let product = (&b * b.transpose()).map(|entry| entry / rank);
    let half = T::from_f64(0.5);
    (&product + product.transpose()).map(|entry| entry * half)
}

/// A matrix that is orthogonal up to the rounding of doubles made orthogonal up to that of `T`: Q ← ½Q(3I − QᵀQ) squares
/// the distance (Higham 2008, §8.3). Where nothing is rounded it is another, D(I − S)(I + S)⁻¹ of a skew S (Cayley 1846), with D a reflection
/// of every second, as the transform has the determinant 1.
fn orthogonal<T: Scalar>(q: &DMatrix<f64>) -> DMatrix<T> {
    let reflects = q[0] < 0.0;
    let q = q.map(T::from_f64);
    if T::EPSILON >= f64::EPSILON {
        return q;
    }
    if T::EPSILON == 0.0 {
        let (skew, one) = (&q - q.transpose(), DMatrix::<T>::identity(q.nrows(), q.nrows()));
        let mut turned = &one - &skew;
        turned *= inverse(&(one + skew));
        if reflects {
            turned.row_mut(0).neg_mut();
        }
        return turned;
    }
    let (three, half) = (DMatrix::<T>::identity(q.nrows(), q.nrows()) * T::from_f64(3.0), T::from_f64(0.5));
    let step = three - q.transpose() * &q;
    (q * step).map(|entry| entry * half)
}

#[cfg(test)]
mod tests {
    use num_traits::{One, Zero};

    use super::*;
    use crate::numeric::ball::Ball;

    #[test]
    fn structures_hold() {
        let mut rng = Rng::new(1);
        for strategy in Strategy::ALL {
            let mut draw = |structure| structured::<f64>(structure, 4, 4, strategy, &mut rng);
            let x = draw(Structure::Symmetric);
            assert_eq!(x, x.transpose());
            let x = draw(Structure::Skew);
            assert_eq!(x, -x.transpose());
            let x = draw(Structure::Orthogonal);
            assert!((x.transpose() * &x - DMatrix::identity(4, 4)).norm() < 1e-13);
            let x = draw(Structure::PositiveDefinite);
            assert_eq!(x, x.transpose());
            assert!(x.cholesky().is_some());
            let x = draw(Structure::Lower);
            assert_eq!(x, x.lower_triangle());
            let x = draw(Structure::Diagonal);
            assert_eq!(x, DMatrix::from_diagonal(&x.diagonal()));
        }
    }

    #[test]
    fn probability_vectors_hold_to_all_digits() {
        let mut rng = Rng::new(2);
        for strategy in Strategy::ALL {
            let t = simplex::<Ball>(4, strategy, &mut rng);
            assert!(t.iter().all(|entry| entry.real() >= 0.0));
            assert!((t.sum() - Ball::one()).real().abs() < 1e-30);
            assert_eq!(t.iter().any(|entry| entry.is_zero()), strategy == Strategy::Large);
        }
    }

    #[test]
    fn sizes_differ() {
        let mut arena = Arena::new();
        for name in ["m", "n", "p"] {
            arena.named_size(name);
        }
        let mut rng = Rng::new(3);
        let mut sizes = draw_sizes(&arena, &mut rng);
        sizes.sort_unstable();
        assert_eq!(sizes, [2, 3, 4]);
    }
}
