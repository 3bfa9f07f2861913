//! The test maps that stand for declared maps F: U → V, with their derivatives.
//!
//! An entry is F_p(x) = c_p + ½ q_p‖x‖² + Σᵣ w_pr sin(⟨a_pr, x⟩ + b_pr) with numbers that the name of the map and the place decide,
//! so that no entry is a function of the others and no Hessian is singular. Values have the structure that is declared; those of
//! definite ones are diagonally dominant.

use nalgebra::DMatrix;

use super::residue::mixed;
use super::scalar::Scalar;
use crate::expr::{Func, MapDerivative, Symbol};
use crate::number::Coeff;
use crate::structure::Structure;

/// How many waves an entry is the sum of.
const WAVES: u64 = 3;

/// F(x), or its derivative; `place` is that of the entry, from 0 on, where the derivative is that of one.
pub(super) fn test_map<T: Scalar>(
    symbol: &Symbol,
    (rows, cols): (usize, usize),
    derivative: MapDerivative,
    place: (usize, usize),
    x: &DMatrix<T>,
) -> DMatrix<T> {
    let entry = |row: usize, col: usize| Entry::new(symbol, rows, (row, col));
    match derivative {
        MapDerivative::Prime(order) => DMatrix::from_fn(rows, cols, |row, col| entry(row, col).prime(order, x)),
        MapDerivative::Gradient => entry(place.0, place.1).gradient(x),
        MapDerivative::Hessian => entry(place.0, place.1).hessian(x),
        MapDerivative::Jacobian => {
            let gradients: Vec<_> = (0..rows).map(|row| entry(row, 0).gradient(x)).collect();
            DMatrix::from_fn(rows, x.nrows(), |row, col| gradients[row][(col, 0)])
        }
    }
}

/// All entries of the derivative of that order: those of the values row by row, and for each the derivative row by row.
pub(crate) fn test_map_entries(symbol: &Symbol, shape: (usize, usize), order: u32, x: &DMatrix<f64>) -> Vec<f64> {
    let derivative = match order {
        order if order == 0 || x.len() == 1 => MapDerivative::Prime(order),
        1 => MapDerivative::Gradient,
        _ => MapDerivative::Hessian,
    };
    let (rows, cols) = shape;
    if matches!(derivative, MapDerivative::Prime(_)) {
        return test_map(symbol, shape, derivative, (0, 0), x).transpose().as_slice().to_vec();
    }
    let places = (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col)));
    places.flat_map(|place| test_map(symbol, shape, derivative, place, x).transpose().as_slice().to_vec()).collect()
}

/// An entry of a test map.
struct Entry {
    seed: u64,
    /// 0 where the structure has no entry, −1 below the diagonal of a skew-symmetric value.
    sign: i64,
    constant: i64,
    /// Whether it is to stay below the diagonal entries of a definite value.
    is_small: bool,
}

impl Entry {
    fn new(symbol: &Symbol, size: usize, (row, col): (usize, usize)) -> Self {
        let structure = symbol.structure;
        let is_definite = matches!(structure, Structure::PositiveDefinite | Structure::PositiveSemidefinite);
        let sign = match structure {
            Structure::Diagonal => i64::from(row == col),
            Structure::Lower => i64::from(row >= col),
            Structure::Upper => i64::from(row <= col),
            Structure::Skew => i64::from(row < col) - i64::from(row > col),
            _ => 1,
        };
        let is_mirrored = structure.is_symmetric() || structure == Structure::Skew;
        let (row, col) = if is_mirrored { (row.min(col), row.max(col)) } else { (row, col) };
        let named = symbol.name.bytes().fold(7, |seed, byte| mixed(seed, u64::from(byte)));
        Self {
            seed: mixed(mixed(named, row as u64), col as u64),
            sign,
            constant: if is_definite && row == col { i64::try_from(size).unwrap_or(1) } else { 0 },
            is_small: is_definite && row != col,
        }
    }

    /// The derivative of a map of scalars; of order 0 the value of any map.
    fn prime<T: Scalar>(&self, order: u32, x: &DMatrix<T>) -> T {
        let bend = self.bend::<T>();
        let mut value = match order {
            0 => {
                let squares = x.iter().fold(T::zero(), |sum, entry| sum + *entry * *entry);
                ratio::<T>(self.constant, 1) + bend * ratio(1, 2) * squares
            }
            1 => bend * x[(0, 0)],
            2 => bend,
            _ => T::zero(),
        };
        for wave in 0..WAVES {
            let slope = self.slope::<T>(wave, 0).powi(i32::try_from(order).unwrap_or(i32::MAX));
            value += slope * self.wave(wave, order, x);
        }
        value
    }

    /// ∇F_p(x)
    fn gradient<T: Scalar>(&self, x: &DMatrix<T>) -> DMatrix<T> {
        let mut gradient = x.map(|entry| entry * self.bend());
        for wave in 0..WAVES {
            let turned = self.wave(wave, 1, x);
            gradient.iter_mut().enumerate().for_each(|(at, entry)| *entry += self.slope::<T>(wave, at) * turned);
        }
        gradient
    }

    /// ∇²F_p(x) of a vector x.
    fn hessian<T: Scalar>(&self, x: &DMatrix<T>) -> DMatrix<T> {
        let n = x.nrows();
        let mut hessian = DMatrix::from_fn(n, n, |row, col| if row == col { self.bend() } else { T::zero() });
        for wave in 0..WAVES {
            let turned = self.wave(wave, 2, x);
            let slope = |at: usize| self.slope::<T>(wave, at);
            hessian += DMatrix::from_fn(n, n, |row, col| slope(row) * slope(col) * turned);
        }
        hessian
    }

    /// A number of the entry: a multiple of 1/16 in [−1, 1], and never 0.
    fn number<T: Scalar>(&self, which: u64) -> T {
        let drawn = i64::try_from(mixed(self.seed, which) % 32).unwrap_or(0) - 16;
        ratio(if drawn < 0 { drawn } else { drawn + 1 }, 16)
    }

    /// q
    fn bend<T: Scalar>(&self) -> T {
        if self.is_small { T::zero() } else { self.number::<T>(1).abs() * ratio(self.sign, 4) }
    }

    /// aᵣ at an entry of the argument.
    fn slope<T: Scalar>(&self, wave: u64, at: usize) -> T {
        self.number(100 + wave + WAVES * at as u64)
    }

    /// wᵣ times the derivative of that order of sin at ⟨aᵣ, x⟩ + bᵣ. The weights of all waves sum to less than 1.
    fn wave<T: Scalar>(&self, wave: u64, order: u32, x: &DMatrix<T>) -> T {
        let mut phase = self.number::<T>(10 + wave);
        for (at, entry) in x.iter().enumerate() {
            phase += self.slope::<T>(wave, at) * *entry;
        }
        // A quarter turn further with each derivative.
        let turned = match order % 4 {
            0 => phase.apply(Func::Sin),
            1 => phase.apply(Func::Cos),
            2 => -phase.apply(Func::Sin),
            _ => -phase.apply(Func::Cos),
        };
        self.number::<T>(20 + wave) * ratio(self.sign, 4) * turned
    }
}

fn ratio<T: Scalar>(above: i64, below: i64) -> T {
    Coeff::ratio(above, below).map_or_else(T::zero, |ratio| T::from_coeff(&ratio))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ad::Dual;
    use crate::expr::{Shape, SymbolKind};

    fn symbol(structure: Structure) -> Symbol {
        let kind = SymbolKind::Map(Shape::SCALAR);
        Symbol { name: "F".to_owned(), shape: Shape::SCALAR, kind, structure, declared: true }
    }

    /// Each derivative is that of the one before, along dual numbers.
    #[test]
    fn derivatives_follow_from_one_another() {
        let map = symbol(Structure::General);
        let place = (1, 0);
        let x = [0.3, -0.8, 1.2];
        for direction in 0..x.len() {
            let moved = DMatrix::from_fn(3, 1, |row, _| Dual::new(x[row], if row == direction { 1.0 } else { 0.0 }));
            let still = DMatrix::from_column_slice(3, 1, &x);
            let value = test_map(&map, (2, 1), MapDerivative::Prime(0), place, &moved);
            let gradient = test_map(&map, (2, 1), MapDerivative::Gradient, place, &still);
            let jacobian = test_map(&map, (2, 1), MapDerivative::Jacobian, (0, 0), &still);
            assert!((value[place].eps - gradient[direction]).abs() < 1e-15);
            assert!((jacobian[(1, direction)] - gradient[direction]).abs() < 1e-15);
            let gradient = test_map(&map, (2, 1), MapDerivative::Gradient, place, &moved);
            let hessian = test_map(&map, (2, 1), MapDerivative::Hessian, place, &still);
            for (row, entry) in gradient.iter().enumerate() {
                assert!((entry.eps - hessian[(row, direction)]).abs() < 1e-15);
            }
        }
        for order in 0..5 {
            let moved = test_map(
                &map,
                (2, 2),
                MapDerivative::Prime(order),
                place,
                &DMatrix::from_element(1, 1, Dual::new(0.7, 1.0)),
            );
            let next =
                test_map(&map, (2, 2), MapDerivative::Prime(order + 1), place, &DMatrix::from_element(1, 1, 0.7));
            assert!(moved.iter().zip(next.iter()).all(|(entry, slope)| (entry.eps - slope).abs() < 1e-15));
        }
    }

    #[test]
    fn values_have_the_structure_that_is_declared() {
        let value = |structure| {
            let x = DMatrix::from_column_slice(2, 1, &[0.4, -1.5]);
            test_map(&symbol(structure), (4, 4), MapDerivative::Prime(0), (0, 0), &x)
        };
        for structure in [
            Structure::Symmetric,
            Structure::PositiveDefinite,
            Structure::PositiveSemidefinite,
            Structure::Skew,
            Structure::Diagonal,
            Structure::Lower,
            Structure::Upper,
        ] {
            assert_eq!(crate::numeric::lacks_structure(structure, &value(structure)), None, "{structure:?}");
        }
    }
}
