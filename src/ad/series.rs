//! Truncated power series c₀ + c₁t + … + c₍N−1₎t^(N−1): one evaluation at X + tH gives Dᵏf(X)\[H, …, H\]/k! for every k < N.
//!
//! Elementary functions go by the recurrences of their differential equations, y′ = g(x, y)·x′ (Griewank & Walther 2008, §13.2), so
//! that nothing here is shared with the rules or with the slopes that dual numbers use. Coefficients are of any kind of number; those
//! that know their errors pass them on.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use nalgebra::DMatrix;
use num_traits::{One, Zero};

use crate::expr::{Func, MatrixFunction};
use crate::number::Coeff;
use crate::numeric::{Decompose, EvalError, Scalar, frechet, larger, power_by_squaring, spectral};

/// A power series up to t^(N−1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Series<T, const N: usize> {
    /// c₀, c₁, …
    pub coefficients: [T; N],
}

fn constant<T: Scalar, const N: usize>(value: T) -> Series<T, N> {
    Series::linear(value, T::zero())
}

#[allow(clippy::cast_precision_loss, reason = "orders are small")]
fn number<T: Scalar>(k: usize) -> T {
    T::from_f64(k as f64)
}

fn sum<T: Scalar>(terms: impl Iterator<Item = T>) -> T {
    terms.fold(T::zero(), |total, term| total + term)
}

/// The k-th coefficient of a product.
fn convolved<T: Scalar, const N: usize>(a: &[T; N], b: &[T; N], k: usize) -> T {
    sum((0..=k).map(|j| a[j] * b[k - j]))
}

impl<T: Scalar, const N: usize> Series<T, N> {
    /// c₀ + c₁t
    #[must_use]
    pub fn linear(constant: T, slope: T) -> Self {
        let mut coefficients = [T::zero(); N];
        coefficients[0] = constant;
        if N > 1 {
            coefficients[1] = slope;
        }
        Self { coefficients }
    }

    /// y with y(0) = start and y′ = g·x′, where `slope` gives the coefficient k of g by those of y up to k.
    fn integrate(self, start: T, slope: impl Fn(&[T; N], usize) -> T) -> Self {
        let x = &self.coefficients;
        let (mut y, mut g) = ([T::zero(); N], [T::zero(); N]);
        y[0] = start;
        let last = x.iter().rposition(|c| !c.is_zero()).unwrap_or(0);
        if last == 0 {
            // A constant stays one also where g is infinite.
            return Self { coefficients: y };
        }
        for k in 1..N {
            g[k - 1] = slope(&y, k - 1);
            y[k] = sum((1..=k.min(last)).map(|j| number::<T>(j) * x[j] * g[k - j])) / number(k);
        }
        Self { coefficients: y }
    }

    /// f(x) for the antiderivative f of `slope`, a series of x itself.
    fn antiderivative(self, f: Func, slope: impl FnOnce(Self) -> Self) -> Self {
        let g = if self.is_constant() { Self::zero() } else { slope(self) };
        self.integrate(self.coefficients[0].apply(f), |_, k| g.coefficients[k])
    }

    /// The solution of y′ = (a + by + cy²)x′.
    fn riccati(self, f: Func, coefficients: [f64; 3]) -> Self {
        let [a, b, c] = coefficients.map(T::from_f64);
        self.integrate(self.coefficients[0].apply(f), |y, k| {
            let constant = if k == 0 { a } else { T::zero() };
            constant + b * y[k] + c * convolved(y, y, k)
        })
    }

    /// The pair (s, c) with s′ = c·x′ and c′ = sign·s·x′: sine and cosine (−1), hyperbolic sine and cosine (+1).
    fn pair(self, sine: Func, cosine: Func, sign: T) -> (Self, Self) {
        let x = &self.coefficients;
        let (mut s, mut c) = ([T::zero(); N], [T::zero(); N]);
        (s[0], c[0]) = (x[0].apply(sine), x[0].apply(cosine));
        for k in 1..N {
            let (mut up, mut down) = (T::zero(), T::zero());
            for j in 1..=k {
                up += number::<T>(j) * x[j] * c[k - j];
                down += number::<T>(j) * x[j] * s[k - j];
            }
            (s[k], c[k]) = (up / number(k), sign * down / number(k));
        }
        (Self { coefficients: s }, Self { coefficients: c })
    }

    /// Σ aⱼ(x − x₀)ʲ
    fn composed(self, outer: &[T; N]) -> Self {
        let mut inner = self;
        inner.coefficients[0] = T::zero();
        outer.iter().rev().fold(Self::zero(), |sum, a| sum * inner + Self::linear(*a, T::zero()))
    }

    /// f(x), by the derivatives of f.
    fn taylor(self, derivative: impl Fn(u32) -> Func) -> Self {
        let mut outer = [T::zero(); N];
        let mut factorial = T::one();
        for (place, (k, a)) in (0_u32..).zip(&mut outer).enumerate() {
            factorial *= number(place.max(1));
            *a = self.coefficients[0].apply(derivative(k)) / factorial;
        }
        self.composed(&outer)
    }

    /// xᵖ for a number p, by x y′ = p x′ y; x₀ ≠ 0 unless x is constant.
    fn number_power(self, p: T) -> Self {
        let x = &self.coefficients;
        let mut y = [T::zero(); N];
        y[0] = x[0].powf(p);
        if !self.is_constant() {
            for k in 1..N {
                let known = sum((1..=k).map(|j| (p * number(j) - number(k - j)) * x[j] * y[k - j]));
                y[k] = known / (number::<T>(k) * x[0]);
            }
        }
        Self { coefficients: y }
    }

    fn constant_of(self, f: Func) -> Self {
        Self::linear(self.coefficients[0].apply(f), T::zero())
    }
}

impl<T: Scalar, const N: usize> Add for Series<T, N> {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl<T: Scalar, const N: usize> Sub for Series<T, N> {
    type Output = Self;
    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}

impl<T: Scalar, const N: usize> Mul for Series<T, N> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let mut coefficients = [T::zero(); N];
        let last = |x: &Self| x.coefficients.iter().rposition(|c| !c.is_zero());
        let (Some(a), Some(b)) = (last(&self), last(&other)) else {
            // 0·∞ is NaN.
            coefficients[0] = self.coefficients[0] * other.coefficients[0];
            return Self { coefficients };
        };
        for i in 0..=a {
            for j in 0..=b.min(N - 1 - i) {
                coefficients[i + j] += self.coefficients[i] * other.coefficients[j];
            }
        }
        Self { coefficients }
    }
}

impl<T: Scalar, const N: usize> Div for Series<T, N> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let (a, b) = (&self.coefficients, &other.coefficients);
        let mut y = [T::zero(); N];
        for k in 0..N {
            let known = sum((0..k).map(|j| y[j] * b[k - j]));
            y[k] = (a[k] - known) / b[0];
        }
        Self { coefficients: y }
    }
}

impl<T: Scalar, const N: usize> Neg for Series<T, N> {
    type Output = Self;
    fn neg(self) -> Self {
        Self { coefficients: self.coefficients.map(|c| -c) }
    }
}

impl<T: Scalar, const N: usize> AddAssign for Series<T, N> {
    fn add_assign(&mut self, other: Self) {
        self.coefficients.iter_mut().zip(other.coefficients).for_each(|(a, b)| *a += b);
    }
}

impl<T: Scalar, const N: usize> SubAssign for Series<T, N> {
    fn sub_assign(&mut self, other: Self) {
        self.coefficients.iter_mut().zip(other.coefficients).for_each(|(a, b)| *a -= b);
    }
}

impl<T: Scalar, const N: usize> MulAssign for Series<T, N> {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl<T: Scalar, const N: usize> DivAssign for Series<T, N> {
    fn div_assign(&mut self, other: Self) {
        *self = *self / other;
    }
}

impl<T: Scalar, const N: usize> Zero for Series<T, N> {
    fn zero() -> Self {
        Self { coefficients: [T::zero(); N] }
    }
    fn is_zero(&self) -> bool {
        self.coefficients.iter().all(|c| c.is_zero())
    }
}

impl<T: Scalar, const N: usize> One for Series<T, N> {
    fn one() -> Self {
        Self::linear(T::one(), T::zero())
    }
}

impl<T: Scalar, const N: usize> Scalar for Series<T, N> {
    const ORDER: usize = N - 1;
    const EPSILON: f64 = T::EPSILON;
    const WORK: u64 = (N * (N + 1) / 2) as u64 * T::WORK;

    fn from_f64(value: f64) -> Self {
        Self::linear(T::from_f64(value), T::zero())
    }

    fn from_coeff(value: &Coeff) -> Self {
        Self::linear(T::from_coeff(value), T::zero())
    }

    fn pi() -> Self {
        Self::linear(T::pi(), T::zero())
    }

    fn real(self) -> f64 {
        self.coefficients[0].real()
    }

    fn doubt(self) -> f64 {
        self.coefficients[0].doubt()
    }

    fn middle(self) -> Self {
        Self { coefficients: self.coefficients.map(T::middle) }
    }

    fn is_constant(self) -> bool {
        self.coefficients[1..].iter().all(|c| c.is_zero())
    }

    fn is_finite(self) -> bool {
        self.coefficients.iter().all(|c| c.is_finite())
    }

    fn motion(self) -> f64 {
        let [first, others @ ..] = &self.coefficients[..] else { return 0.0 };
        others.iter().fold(first.motion(), |most, c| larger(most, larger(c.real().abs(), c.motion())))
    }

    fn apply(self, f: Func) -> Self {
        let one = Self::one();
        let inverse_root = T::from_f64(-0.5);
        match f {
            Func::Exp => self.riccati(f, [0.0, 1.0, 0.0]),
            Func::Tan => self.riccati(f, [1.0, 0.0, 1.0]),
            Func::Tanh => self.riccati(f, [1.0, 0.0, -1.0]),
            Func::Sigmoid => self.riccati(f, [0.0, 1.0, -1.0]),
            Func::Log => self.antiderivative(f, |x| one / x),
            Func::Sin => self.pair(Func::Sin, Func::Cos, -T::one()).0,
            Func::Cos => self.pair(Func::Sin, Func::Cos, -T::one()).1,
            Func::Sinh => self.pair(Func::Sinh, Func::Cosh, T::one()).0,
            Func::Cosh => self.pair(Func::Sinh, Func::Cosh, T::one()).1,
            Func::Asin => self.antiderivative(f, |x| ((one - x) * (one + x)).number_power(inverse_root)),
            Func::Acos => self.antiderivative(f, |x| -((one - x) * (one + x)).number_power(inverse_root)),
            Func::Atan => self.antiderivative(f, |x| one / (one + x * x)),
            Func::Asinh => self.antiderivative(f, |x| (one + x * x).number_power(inverse_root)),
            Func::Acosh => self.antiderivative(f, |x| ((x - one) * (x + one)).number_power(inverse_root)),
            Func::Atanh => self.antiderivative(f, |x| one / ((one - x) * (one + x))),
            Func::Softplus => self.antiderivative(f, |x| x.apply(Func::Sigmoid)),
            Func::Erf => self.antiderivative(f, |x| {
                Self::linear(T::from_f64(2.0) / T::pi().sqrt(), T::zero()) * (-(x * x)).apply(Func::Exp)
            }),
            Func::NormCdf => self.antiderivative(f, |x| x.apply(Func::NormPdf)),
            Func::NormPdf => {
                // φ(x) = φ(x₀) exp((x₀² − x²)/2)
                let mut exponent = self * self * Self::from_f64(-0.5);
                exponent.coefficients[0] = T::zero();
                exponent.apply(Func::Exp) * self.constant_of(Func::NormPdf)
            }
            Func::Relu => self * self.constant_of(Func::Step),
            Func::Abs => self * self.constant_of(Func::Sign),
            Func::Sign | Func::Step | Func::IsZero => self.constant_of(f),
            Func::LogGamma => self.antiderivative(f, |x| x.apply(Func::Polygamma(0))),
            Func::Gamma => {
                // Γ(x) = Γ(x₀) exp(log Γ(x) − log Γ(x₀))
                let mut log = self.apply(Func::LogGamma);
                log.coefficients[0] = T::zero();
                log.apply(Func::Exp) * self.constant_of(Func::Gamma)
            }
            Func::Polygamma(order) => self.taylor(|k| Func::Polygamma(order + k)),
            Func::User(symbol, order) => self.taylor(|k| Func::User(symbol, order + k)),
        }
    }

    fn powi(self, n: i32) -> Self {
        if self.is_constant() {
            return Self::linear(self.coefficients[0].powi(n), T::zero());
        }
        power_by_squaring(self, n)
    }

    fn sqrt(self) -> Self {
        self.number_power(T::from_f64(0.5))
    }

    fn powf(self, p: Self) -> Self {
        if p.is_constant() {
            return self.number_power(p.coefficients[0]);
        }
        (p * self.apply(Func::Log)).apply(Func::Exp)
    }
}

/// Columns of a matrix that are independent and span the others, by elimination: of what is left of them the longest is always the next.
fn independent_columns<T: Scalar>(a: &DMatrix<T>) -> Vec<usize> {
    let mut rest = a.clone();
    let norm =
        |x: &DMatrix<T>, col: usize| sum(x.column(col).iter().map(|entry| *entry * *entry)).real().max(0.0).sqrt();
    let largest = (0..a.ncols()).map(|col| norm(a, col)).fold(0.0, f64::max);
    let mut chosen = Vec::new();
    while chosen.len() < a.nrows().min(a.ncols()) {
        let left = (0..a.ncols()).filter(|col| !chosen.contains(col));
        let Some(next) = left.max_by(|x, y| norm(&rest, *x).total_cmp(&norm(&rest, *y))) else { break };
        if norm(&rest, next) <= spectral::repeated::<T>() * largest {
            break;
        }
        let unit = rest.column(next).into_owned();
        let square = sum(unit.iter().map(|entry| *entry * *entry));
        for mut column in rest.column_iter_mut() {
            let along = sum(column.iter().zip(&unit).map(|(x, y)| *x * *y)) / square;
            column.zip_apply(&unit, |entry, other| *entry -= along * other);
        }
        chosen.push(next);
    }
    chosen
}

/// The one power of t that each direction has, and what it is multiplied with; `None` where a direction has several, or X varies.
fn monomials<T: Scalar, const N: usize>(
    x: &DMatrix<Series<T, N>>,
    directions: &[&DMatrix<Series<T, N>>],
) -> Option<Vec<(usize, DMatrix<T>)>> {
    if !x.iter().all(|entry| entry.is_constant()) {
        return None;
    }
    let monomial = |direction: &&DMatrix<Series<T, N>>| {
        let vanishes = |power: usize| direction.iter().all(|entry| entry.coefficients[power].is_zero());
        let mut powers = (0..N).filter(|power| !vanishes(*power));
        let power = powers.next().unwrap_or(0);
        powers.next().is_none().then(|| (power, direction.map(|entry| entry.coefficients[power])))
    };
    directions.iter().map(monomial).collect()
}

impl<T: Scalar, const N: usize> Decompose for Series<T, N> {
    /// By refinement of the eigenvectors V of the real part (Ogita & Aishima 2018): with R = I − VᵀV, S = VᵀAV and λᵢ = Sᵢᵢ/(1 − Rᵢᵢ) the
    /// next V is V(I + E), Eᵢⱼ = (Sᵢⱼ + λⱼRᵢⱼ)/(λⱼ − λᵢ), and ½Rᵢⱼ where λᵢ = λⱼ. Each step makes at least one more coefficient right.
    /// Eigenvectors of an eigenvalue that splits are not known.
    fn symmetric_eigen(a: &DMatrix<Self>) -> Result<(Vec<Self>, DMatrix<Self>), EvalError> {
        let (start, vectors) = T::symmetric_eigen(&a.map(|entry| entry.coefficients[0]))?;
        let n = start.len();
        let mut vectors = vectors.map(constant);
        let mut values: Vec<Self> = start.iter().copied().map(constant).collect();
        let half = Self::from_f64(0.5);
        let parts = |vectors: &DMatrix<Self>| {
            let transposed = vectors.transpose();
            (DMatrix::identity(n, n) - &transposed * vectors, transposed * a * vectors)
        };
        for _ in 0..N {
            let (r, s) = parts(&vectors);
            values = (0..n).map(|i| s[(i, i)] / (Self::one() - r[(i, i)])).collect();
            let turn = DMatrix::from_fn(n, n, |i, j| {
                if i == j || !spectral::differ(&start, i, j) {
                    half * r[(i, j)]
                } else {
                    (s[(i, j)] + values[j] * r[(i, j)]) / (values[j] - values[i])
                }
            });
            vectors = &vectors + &vectors * turn;
        }
        let (r, s) = parts(&vectors);
        for k in 1..N {
            let coupling = DMatrix::from_fn(n, n, |i, j| (s[(i, j)] + values[j] * r[(i, j)]).coefficients[k]);
            let split = spectral::splits(&start, &coupling);
            for (j, _) in split.iter().enumerate().filter(|(_, splits)| **splits) {
                vectors.column_mut(j).iter_mut().for_each(|entry| entry.coefficients[k] = T::from_f64(f64::NAN));
            }
        }
        Ok((values, vectors))
    }

    /// Linear in each direction: L(X; tᵖE, tᵠF) = tᵖ⁺ᵠL(X; E, F) of an X that does not vary.
    fn frechet(f: MatrixFunction, x: &DMatrix<Self>, directions: &[&DMatrix<Self>]) -> DMatrix<Self> {
        let Some(monomials) = monomials(x, directions) else { return frechet(f, x, directions) };
        let power: usize = monomials.iter().map(|(power, _)| power).sum();
        let parts: Vec<_> = monomials.iter().map(|(_, part)| part).collect();
        let value = T::frechet(f, &x.map(|entry| entry.coefficients[0]), &parts);
        value.map(|entry| {
            let mut series = Self::zero();
            if let Some(coefficient) = series.coefficients.get_mut(power) {
                *coefficient = entry;
            }
            series
        })
    }

    fn frechet_saves(x: &DMatrix<Self>, directions: &[&DMatrix<Self>]) -> u64 {
        if monomials(x, directions).is_some() { Self::WORK / T::WORK } else { 1 }
    }

    /// C⁺B⁺ of A = BC, with B the independent ones of its columns and C = B⁺A (Golub & Van Loan 2013, §5.5); where A ≠ BC the rank does not
    /// stay, and the result jumps.
    fn pinv(a: &DMatrix<Self>) -> Result<DMatrix<Self>, EvalError> {
        let start = a.map(|entry| entry.coefficients[0]);
        if a.iter().all(|entry| entry.is_constant()) {
            return Ok(T::pinv(&start)?.map(constant));
        }
        let unknown = || DMatrix::from_element(a.ncols(), a.nrows(), Self::from_f64(f64::NAN));
        if !a.iter().all(|entry| entry.is_finite()) {
            return Ok(unknown());
        }
        if a.nrows() < a.ncols() {
            return Ok(Self::pinv(&a.transpose())?.transpose());
        }
        let columns = independent_columns(&start);
        let b = DMatrix::from_fn(a.nrows(), columns.len(), |row, place| a[(row, columns[place])]);
        let Some(of_b) = Self::solve(&(b.transpose() * &b), &b.transpose()) else { return Ok(unknown()) };
        if columns.len() == a.ncols() {
            return Ok(DMatrix::from_fn(a.ncols(), a.nrows(), |row, col| {
                of_b[(columns.iter().position(|column| *column == row).unwrap_or(0), col)]
            }));
        }
        let c = &of_b * a;
        let rest = a - &b * &c;
        let size = |x: &DMatrix<Self>| x.iter().map(|entry| entry.real().abs().max(entry.motion())).fold(0.0, f64::max);
        if columns.is_empty() || size(&rest) > spectral::repeated::<Self>() * size(a) {
            return Ok(unknown());
        }
        let of_c = Self::solve(&(&c * c.transpose()), &c).map(|of| of.transpose());
        Ok(of_c.map_or_else(unknown, |of_c| of_c * of_b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ad::Dual;
    use crate::numeric::testing::points;

    type Third = Dual<Dual<Dual<f64>>>;

    /// Value and first three derivatives agree with those of nested dual numbers.
    #[track_caller]
    fn agrees(name: &str, series: Series<f64, 4>, dual: Third) {
        let [a, b, c, d] = series.coefficients;
        let expected = [dual.re.re.re, dual.re.re.eps, dual.re.eps.eps, dual.eps.eps.eps];
        for (found, expected) in [a, b, 2.0 * c, 6.0 * d].into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-11 * expected.abs().max(1.0), "{name}: {series:?} {dual:?}");
        }
    }

    fn dual(x: f64) -> Third {
        let one = Dual::new(1.0, 0.0);
        Dual::new(Dual::new(Dual::new(x, 1.0), one), Dual::new(one, Dual::new(0.0, 0.0)))
    }

    #[test]
    fn functions_agree_with_nested_dual_numbers() {
        for (f, x) in points() {
            agrees(&format!("{f:?}"), Series::linear(x, 1.0).apply(f), dual(x).apply(f));
        }
    }

    #[test]
    fn arithmetic_agrees_with_nested_dual_numbers() {
        let (x, d) = (Series::<f64, 4>::linear(0.7, 1.0), dual(0.7));
        agrees("quotient", x.exp() / x, d.exp() / d);
        agrees("power", x.powi(-3), d.powi(-3));
        agrees("root", x.sqrt(), d.sqrt());
        agrees("variable power", x.powf(x), d.powf(d));
        let p = Series::from_f64(1.3);
        agrees("number power", x.powf(p), d.powf(Scalar::from_f64(1.3)));
        agrees("power at 0", Series::linear(0.0, 1.0).powi(2), dual(0.0).powi(2));
    }

    #[test]
    fn pseudo_inverses_of_a_rank_that_stays_agree_with_nested_dual_numbers() {
        // Rank 2 of 3×4, and the same where the rank grows
        let linear = |rows, cols, start: f64| {
            DMatrix::from_fn(rows, cols, |row, col| {
                let place = f64::from(u8::try_from(1 + row * cols + col).unwrap());
                (f64::sin(start * place), f64::cos(2.0 * start * place))
            })
        };
        let (left, right) = (linear(3, 2, 0.7), linear(2, 4, 1.3));
        let series = |x: &DMatrix<(f64, f64)>| x.map(|(value, slope)| Series::<f64, 4>::linear(value, slope));
        let duals = |x: &DMatrix<(f64, f64)>| {
            x.map(|(value, slope)| {
                let (slope, zero) = (Dual::new(slope, 0.0), Dual::new(0.0, 0.0));
                Dual::new(Dual::new(Dual::new(value, slope.re), slope), Dual::new(slope, zero))
            })
        };
        let product = series(&left) * series(&right);
        let expected = Third::pinv(&(duals(&left) * duals(&right))).unwrap();
        for (found, expected) in [
            (Series::pinv(&product).unwrap(), expected.clone()),
            (Series::pinv(&product.transpose()).unwrap(), expected.transpose()),
        ] {
            for (found, expected) in found.iter().zip(&expected) {
                agrees("pseudo-inverse", *found, *expected);
            }
        }
        let grows = &product + series(&linear(3, 4, 0.4)).map(|entry| entry * Series::linear(0.0, 1.0));
        assert!(Series::pinv(&grows).unwrap().iter().all(|entry| !entry.is_finite()));
    }

    #[test]
    fn high_orders() {
        // 1/(1 − t) = Σ tᵏ, and exp(t) exp(−t) = 1
        let t = Series::<f64, 65>::linear(0.0, 1.0);
        let geometric = Series::one() / (Series::one() - t);
        assert!(geometric.coefficients.iter().all(|c| *c == 1.0));
        let product = t.exp() * (-t).exp();
        assert!(product.coefficients[1..].iter().all(|c| c.abs() < 1e-15));
    }
}
