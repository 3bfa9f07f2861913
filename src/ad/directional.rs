//! Directional derivatives, exact up to rounding: by dual numbers, f(X + εH) = f(X) + ε Df(X)[H], and of higher order by power series in t,
//! f(X + tH) = Σ tᵏ Dᵏf(X)[H, …, H]/k!.

use nalgebra::DMatrix;

use super::dual::Dual;
use super::series::Series;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// Symbols that move at once, each in its direction.
pub type Moves<T> = [(SymbolId, DMatrix<T>)];

/// f(X) and Df(X)\[H\].
///
/// # Errors
/// As [`evaluate`].
pub fn along<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<T>,
    moves: &Moves<T>,
) -> Result<(DMatrix<T>, DMatrix<T>), EvalError> {
    let bindings = moved(&point.map(constant), moves, |entry, h| Dual::new(entry.re, h));
    value_and_slope(arena, root, &bindings)
}

/// The same where one member of a family moves, the first being number 0.
///
/// # Errors
/// As [`evaluate`].
pub fn along_member<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<T>,
    (family, place): (SymbolId, usize),
    direction: &DMatrix<T>,
) -> Result<(DMatrix<T>, DMatrix<T>), EvalError> {
    let mut bindings = point.map(constant);
    let members = bindings.families.get_mut(&family);
    let Some(member) = members.and_then(|members| members.get_mut(place)) else {
        return Err(EvalError::UnboundSymbol(family));
    };
    member.zip_apply(direction, |entry, h| *entry = Dual::new(entry.re, h));
    value_and_slope(arena, root, &bindings)
}

fn value_and_slope<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    bindings: &Bindings<Dual<T>>,
) -> Result<(DMatrix<T>, DMatrix<T>), EvalError> {
    let value = evaluate(arena, root, bindings)?;
    // What has no value has no derivative.
    let slope = |entry: Dual<T>| if entry.re.is_finite() { entry.eps } else { T::from_f64(f64::NAN) };
    Ok((value.map(|entry| entry.re), value.map(slope)))
}

/// D²f(X)\[H₁, H₂\], by two nested infinitesimals.
///
/// # Errors
/// As [`along`].
pub fn along_twice<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<T>,
    first: &Moves<T>,
    second: &Moves<T>,
) -> Result<DMatrix<T>, EvalError> {
    let bindings = point.map(|entry| constant(constant(entry)));
    let bindings = moved(&bindings, first, |entry, h| Dual::new(Dual::new(entry.re.re, h), entry.eps));
    let bindings = moved(&bindings, second, |entry, h| Dual::new(entry.re, constant(h)));
    let slope = |entry: Dual<Dual<T>>| if entry.is_finite() { entry.eps.eps } else { T::from_f64(f64::NAN) };
    Ok(evaluate(arena, root, &bindings)?.map(slope))
}

fn constant<T: Scalar>(value: T) -> Dual<T> {
    Dual::new(value, T::zero())
}

/// Highest order of a derivative along one direction.
pub const MAX_ORDER: usize = 64;
/// Highest order of a derivative along directions that differ: 2^(order−1) evaluations.
pub const MAX_MIXED: usize = 8;

/// The coefficients of F(X + tH; dX + tE) up to t^order, F's differentials in `steps` being moved along with its symbols, from the
/// values at which the point has them.
///
/// # Errors
/// As [`along`]; [`EvalError::Unsupported`] above [`MAX_ORDER`].
pub fn power_series<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<T>,
    moves: &Moves<T>,
    steps: &[((SymbolId, u32), DMatrix<T>)],
    order: usize,
) -> Result<Vec<DMatrix<T>>, EvalError> {
    fn run<T: Scalar, const N: usize>(
        arena: &Arena,
        root: ExprId,
        point: &Bindings<T>,
        moves: &Moves<T>,
        steps: &[((SymbolId, u32), DMatrix<T>)],
    ) -> Result<Vec<DMatrix<T>>, EvalError> {
        let start = point.map(|entry| Series::<T, N>::linear(entry, T::zero()));
        let mut bindings = moved(&start, moves, |entry, h| Series::linear(entry.coefficients[0], h));
        for (differential, step) in steps {
            if let Some(value) = bindings.differentials.get_mut(differential)
                && value.shape() == step.shape()
            {
                value.zip_apply(step, |entry, h| *entry = Series::linear(entry.coefficients[0], h));
            }
        }
        let value = evaluate(arena, root, &bindings)?;
        // What has no value has no derivative.
        let part = |entry: Series<T, N>, k: usize| {
            if entry.coefficients[..=k].iter().all(|c| c.is_finite()) {
                entry.coefficients[k]
            } else {
                T::from_f64(f64::NAN)
            }
        };
        Ok((0..N).map(|k| value.map(|entry| part(entry, k))).collect())
    }
    let mut found = match order {
        // Every length is the whole evaluator once more in the program: two lengths are enough.
        0..=MAX_MIXED => run::<T, { MAX_MIXED + 1 }>(arena, root, point, moves, steps)?,
        9..=MAX_ORDER => run::<T, { MAX_ORDER + 1 }>(arena, root, point, moves, steps)?,
        _ => return Err(EvalError::Unsupported("a derivative of an order this high")),
    };
    found.truncate(order + 1);
    Ok(found)
}

/// Dᵏf(X)\[H₁, …, Hₖ\], by polarisation of power series: 2^(1−k) Σ ε₂⋯εₖ·cₖ(H₁ + ε₂H₂ + … + εₖHₖ) over the signs, with cₖ(H) the
/// coefficient of tᵏ of f(X + tH). Along one direction k times it is k! cₖ(H).
///
/// # Errors
/// As [`power_series`]; [`EvalError::Unsupported`] for more than [`MAX_MIXED`] directions that differ.
pub fn mixed<T: Scalar>(
    arena: &Arena,
    root: ExprId,
    point: &Bindings<T>,
    directions: &[&Moves<T>],
) -> Result<DMatrix<T>, EvalError> {
    let order = directions.len();
    let coefficient = |moves: &Moves<T>| {
        let mut found = power_series(arena, root, point, moves, &[], order)?;
        found.pop().ok_or(EvalError::Unsupported("a derivative of no order"))
    };
    let Some((first, others)) = directions.split_first() else {
        return evaluate(arena, root, point);
    };
    if others.iter().all(|other| other == first) {
        #[allow(clippy::cast_precision_loss, reason = "orders are small")]
        let factorial = (1..=order).fold(T::one(), |product, k| product * T::from_f64(k as f64));
        return Ok(coefficient(first)? * factorial);
    }
    if order > MAX_MIXED {
        return Err(EvalError::Unsupported("a derivative of an order this high along several directions"));
    }
    let mut total: Option<DMatrix<T>> = None;
    for signs in 0..1_u32 << others.len() {
        let mut sum = first.to_vec();
        let mut sign = T::one();
        for (place, other) in others.iter().enumerate() {
            let factor = if signs >> place & 1 == 1 { -T::one() } else { T::one() };
            sign *= factor;
            for (symbol, h) in *other {
                match sum.iter_mut().find(|(known, _)| known == symbol) {
                    Some((_, total)) => *total += h * factor,
                    None => sum.push((*symbol, h * factor)),
                }
            }
        }
        let term = coefficient(&sum)? * sign;
        total = Some(match total {
            Some(total) => total + term,
            None => term,
        });
    }
    let total = total.ok_or(EvalError::Unsupported("a derivative of no order"))?;
    Ok(total / T::from_f64(f64::from(1_u32 << others.len())))
}

/// The point with the moved symbols replaced.
fn moved<T: Scalar, H: Scalar>(point: &Bindings<T>, moves: &Moves<H>, set: impl Fn(T, H) -> T) -> Bindings<T> {
    let mut bindings = point.clone();
    for (symbol, direction) in moves {
        if let Some(value) = bindings.symbols.get_mut(symbol)
            && value.shape() == direction.shape()
        {
            value.zip_apply(direction, |entry, h| *entry = set(*entry, h));
        }
    }
    bindings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Node, Norm, Ranked, Reduction};
    use crate::numeric::testing::Build;

    #[test]
    fn where_two_entries_tie_no_coefficient_is_known() {
        // max of a symmetric matrix whose largest entry is off its diagonal
        let mut b = Build::new();
        let (xi, x) = b.matrix("X", "n", "n");
        let largest = b.node(Node::Reduce(Reduction::Max, x));
        let square = b.pow(largest, 2, 1);
        let mut point = Bindings::default();
        point.sizes.insert(0, 2);
        point.symbols.insert(xi, DMatrix::from_row_slice(2, 2, &[1.0, 3.0, 3.0, 2.0]));
        let h = [(xi, DMatrix::from_row_slice(2, 2, &[0.5, 1.0, 2.0, 0.1]))];
        let found = power_series(&b.arena, square, &point, &h, &[], 3).unwrap();
        assert!(found.iter().all(|coefficient| coefficient[0].is_nan()), "{found:?}");
        // What differs by less than the largest entry may be rounded by is a tie too.
        point.symbols.insert(xi, DMatrix::from_row_slice(2, 2, &[-1.0, 0.0, 1e-17, -1.0]));
        let found = power_series(&b.arena, square, &point, &h, &[], 3).unwrap();
        assert!(found.iter().all(|coefficient| coefficient[0].is_nan()), "{found:?}");
        point.symbols.insert(xi, DMatrix::from_row_slice(2, 2, &[4.0, 3.0, 3.0, 2.0]));
        let found = power_series(&b.arena, square, &point, &h, &[], 3).unwrap();
        assert_eq!(found.iter().map(|coefficient| coefficient[0]).collect::<Vec<_>>(), [16.0, 4.0, 0.25, 0.0]);
        // Entries that are equal and move alike are one.
        point.symbols.insert(xi, DMatrix::from_row_slice(2, 2, &[1.0, 3.0, 3.0, 2.0]));
        let alike = [(xi, DMatrix::from_row_slice(2, 2, &[0.5, 1.0, 1.0, 0.1]))];
        let found = power_series(&b.arena, square, &point, &alike, &[], 3).unwrap();
        assert_eq!(found.iter().map(|coefficient| coefficient[0]).collect::<Vec<_>>(), [9.0, 6.0, 1.0, 0.0]);
    }

    #[test]
    fn equal_singular_values_have_slopes_where_they_stay_equal() {
        let mut b = Build::new();
        let (xi, x) = b.matrix("X", "n", "n");
        let norms = [Norm::Spectral, Norm::Nuclear].map(|norm| b.node(Node::Norm(norm, x)));
        let second = b.int(2);
        let second = b.node(Node::Ranked(Ranked::SingularValue, x, second));
        let mut point = Bindings::default();
        point.sizes.insert(0, 3);
        let skew = |a: f64, b: f64, c: f64| DMatrix::from_row_slice(3, 3, &[0.0, -c, b, c, 0.0, -a, -b, a, 0.0]);
        point.symbols.insert(xi, skew(2.0, 3.0, 6.0));
        let slopes = |h: DMatrix<f64>, root| along(&b.arena, root, &point, &[(xi, h)]).unwrap().1[0];
        // The singular values of [a]× are ‖a‖, ‖a‖ and 0, and stay so.
        let expected = (2.0 * 0.5 - 3.0 + 6.0 * 2.0) / 7.0;
        for (root, times) in [(norms[0], 1.0), (norms[1], 2.0), (second, 1.0)] {
            assert!((slopes(skew(0.5, -1.0, 2.0), root) - times * expected).abs() < 1e-13);
        }
        // Other directions part them.
        let apart = DMatrix::from_row_slice(3, 3, &[1.0, 0.3, 0.0, 0.2, -0.5, 0.1, 0.0, 0.4, 2.0]);
        assert!([norms[0], norms[1], second].into_iter().all(|root| slopes(apart.clone(), root).is_nan()));
    }
}
