//! Elementwise functions of whole slices.
//!
//! What `elementary.rs` and `trigonometric.rs` compute without branches runs in vector instructions; the rest, and everything on a
//! machine without a fused multiply–add, is the standard library's and `libm`'s. Floats are computed as doubles and rounded once.

use std::marker::PhantomData;

use super::real::Real;
use super::simd::{Loop, has_fused_multiply_add, vectorized};
use super::{elementary, trigonometric};

/// Integer powers up to this are products.
const MOST_FACTORS: f64 = 1024.0;
/// Entries that are worked on at a time where they need a second look or a copy: they stay in the first cache.
const CHUNK: usize = 512;

/// An elementwise function, at one number.
trait Function {
    /// Whether [`Function::fast`] needs a fused multiply–add.
    const IS_FUSED: bool;
    /// Arguments beyond this, of either sign, are left to [`Function::scalar`].
    const LARGEST: f64 = f64::INFINITY;
    /// For loops over slices.
    fn fast(x: f64) -> f64;
    /// For any machine and any argument.
    fn scalar(x: f64) -> f64;
}

struct Each<'a, F, T>(&'a [T], &'a mut [T], PhantomData<F>);

impl<F: Function, T: Real> Loop for Each<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (y, x) in self.1.iter_mut().zip(self.0) {
            *y = T::narrow(F::fast(x.widen()));
        }
    }
}

fn each<F: Function, T: Real>(x: &[T], out: &mut [T]) {
    if F::IS_FUSED && !has_fused_multiply_add() {
        return map_with(F::scalar, x, out);
    }
    vectorized(Each::<F, T>(x, &mut *out, PhantomData));
    if F::LARGEST < f64::INFINITY {
        for (y, x) in out.iter_mut().zip(x).filter(|(_, x)| x.widen().abs() > F::LARGEST) {
            *y = T::narrow(F::scalar(x.widen()));
        }
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident { $($item:tt)* })*) => {
        /// An elementwise function that has a loop of its own; any other goes through [`map_with`].
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Unary {
            $($(#[$doc])* $name,)*
            /// xᵖ; a product for integers p, a root for p = ½.
            Power(f64),
        }

        impl Unary {
            /// All of them but the powers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The function at one number, computed by the standard library.
            #[must_use]
            pub fn at(self, x: f64) -> f64 {
                match self {
                    $(Self::$name => <functions::$name as Function>::scalar(x),)*
                    Self::Power(p) => power_at(x, p),
                }
            }
        }

        /// y = f(x), entry by entry.
        pub fn map<T: Real>(f: Unary, x: &[T], y: &mut [T]) {
            assert_eq!(x.len(), y.len(), "as many results as arguments");
            match f {
                $(Unary::$name => each::<functions::$name, T>(x, y),)*
                Unary::Power(p) => power(p, x, y),
            }
        }

        mod functions {
            use super::*;
            $(
                pub(super) struct $name;
                impl Function for $name { functions!(@ $($item)*); }
            )*
        }
    };
    (@ fast $fast:expr, scalar $scalar:expr $(, up to $largest:expr)?) => {
        const IS_FUSED: bool = true;
        $(const LARGEST: f64 = $largest;)?
        #[inline(always)]
        fn fast(x: f64) -> f64 { $fast(x) }
        fn scalar(x: f64) -> f64 { $scalar(x) }
    };
    // Where the standard library's way is the fast one, or the only one.
    (@ |$x:ident| $body:expr) => {
        const IS_FUSED: bool = false;
        #[inline(always)]
        fn fast($x: f64) -> f64 { $body }
        #[inline(always)]
        fn scalar($x: f64) -> f64 { $body }
    };
}

functions! {
    /// exp x
    Exp { fast elementary::exp, scalar f64::exp }
    /// exp(x) − 1
    Expm1 { fast elementary::expm1, scalar f64::exp_m1 }
    /// log x
    Ln { fast elementary::ln, scalar f64::ln }
    /// log(1 + x)
    Log1p { fast elementary::ln_1p, scalar f64::ln_1p }
    /// tanh x
    Tanh { fast elementary::tanh, scalar f64::tanh }
    /// σ(x) = 1/(1 + exp(−x))
    Sigmoid { fast elementary::sigmoid, scalar |x: f64| {
        let e = (-x.abs()).exp();
        (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
    } }
    /// log(1 + exp x)
    Softplus { fast elementary::softplus, scalar |x: f64| {
        (if x < 0.0 { 0.0 } else { x }) + (-x.abs()).exp().ln_1p()
    } }
    /// log σ(x)
    LogSigmoid { fast elementary::log_sigmoid, scalar |x: f64| -Unary::Softplus.at(-x) }
    /// sin x
    Sin { fast trigonometric::sin, scalar f64::sin, up to trigonometric::LARGEST }
    /// cos x
    Cos { fast trigonometric::cos, scalar f64::cos, up to trigonometric::LARGEST }
    /// tan x
    Tan { |x| x.tan() }
    /// erf x
    Erf { |x| libm::erf(x) }
    /// √x
    Sqrt { |x| x.sqrt() }
    /// x²
    Square { |x| x * x }
    /// 1/x
    Reciprocal { |x| 1.0 / x }
    /// −x
    Negative { |x| -x }
    /// |x|
    Abs { |x| x.abs() }
    /// max(x, 0)
    Relu { |x| if x < 0.0 { 0.0 } else { x } }
    /// −1, 0 or 1
    Sign { |x| if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { x * 0.0 } }
    /// 1 where x > 0, else 0
    Step { |x| if x > 0.0 { 1.0 } else if x <= 0.0 { 0.0 } else { x } }
    /// 1 where x = 0, else 0
    IsZero { |x| if x == 0.0 { 1.0 } else { 0.0 } }
}

/// y = f(x), entry by entry, of a function that has no loop of its own here.
pub fn map_with<T: Real>(f: impl Fn(f64) -> f64, x: &[T], y: &mut [T]) {
    assert_eq!(x.len(), y.len(), "as many results as arguments");
    y.iter_mut().zip(x).for_each(|(y, x)| *y = T::narrow(f(x.widen())));
}

/// x = f(x), entry by entry.
pub fn map_in_place<T: Real>(f: Unary, x: &mut [T]) {
    let mut copy = [T::zero(); CHUNK];
    for chunk in x.chunks_mut(CHUNK) {
        let copy = &mut copy[..chunk.len()];
        copy.copy_from_slice(chunk);
        map(f, copy, chunk);
    }
}

fn is_product(p: f64) -> bool {
    p.fract() == 0.0 && p.abs() <= MOST_FACTORS
}

fn power_at(x: f64, p: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "the range is tested")]
    if is_product(p) {
        return x.powi(p as i32);
    }
    if p == 0.5 { x.sqrt() } else { x.powf(p) }
}

fn power<T: Real>(p: f64, x: &[T], y: &mut [T]) {
    if p == 0.5 {
        return map(Unary::Sqrt, x, y);
    }
    if !is_product(p) {
        return map_with(|x| x.powf(p), x, y);
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
    let (factors, inverts) = (p.abs() as u32, p < 0.0);
    for (x, y) in x.chunks(CHUNK).zip(y.chunks_mut(CHUNK)) {
        vectorized(Product { x, y, factors, inverts });
    }
}

/// xⁿ by squaring, or 1/xⁿ, of a chunk.
struct Product<'a, T> {
    x: &'a [T],
    y: &'a mut [T],
    factors: u32,
    inverts: bool,
}

impl<T: Real> Loop for Product<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (mut base, mut product) = ([0.0_f64; CHUNK], [1.0_f64; CHUNK]);
        base.iter_mut().zip(self.x).for_each(|(base, x)| *base = x.widen());
        let mut left = self.factors;
        while left > 0 {
            if left & 1 == 1 {
                product.iter_mut().zip(&base).for_each(|(product, base)| *product *= base);
            }
            left >>= 1;
            if left > 0 {
                base.iter_mut().for_each(|base| *base *= *base);
            }
        }
        for (y, product) in self.y.iter_mut().zip(product) {
            *y = T::narrow(if self.inverts { 1.0 / product } else { product });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{points, ulps};
    use super::*;

    /// Slices of every function against the function at one number, within 3 units in the last place.
    #[test]
    fn slices_are_mapped_as_single_numbers_are() {
        let x = points();
        let powers = [-1024.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 7.0, 1.0 / 3.0].map(Unary::Power);
        let mut y = vec![0.0; x.len()];
        for f in Unary::ALL.iter().copied().chain(powers) {
            // A product of many factors has an error of its own in either order.
            let most = if let Unary::Power(p) = f { p.abs().max(3.0) } else { 3.0 };
            map(f, &x, &mut y);
            let mut z = x.clone();
            map_in_place(f, &mut z);
            for (place, x) in x.iter().enumerate() {
                let wanted = f.at(*x);
                assert!(ulps(y[place], wanted) <= most, "{f:?}({x:e}): {:e}, not {wanted:e}", y[place]);
                assert_eq!(y[place].to_bits(), z[place].to_bits(), "{f:?}({x:e}) in place");
            }
        }
    }

    #[test]
    fn floats_are_rounded_once() {
        #[allow(clippy::cast_possible_truncation, reason = "any floats will do")]
        let x: Vec<f32> = points().iter().map(|x| *x as f32).collect();
        let mut y = vec![0.0; x.len()];
        for f in Unary::ALL {
            map(*f, &x, &mut y);
            for (x, y) in x.iter().zip(&y) {
                let wanted = f32::narrow(f.at(f64::from(*x)));
                let is_near =
                    *y == wanted || y.is_nan() && wanted.is_nan() || (y / wanted - 1.0).abs() <= 2.0 * f32::EPSILON;
                assert!(is_near, "{f:?}({x:e}): {y:e}, not {wanted:e}");
            }
        }
    }

    #[test]
    fn every_length_is_mapped_whole() {
        for length in 0..70 {
            let x: Vec<f64> = (0..length).map(f64::from).collect();
            let mut y = vec![-1.0; x.len()];
            map(Unary::Square, &x, &mut y);
            assert!(y.iter().zip(&x).all(|(y, x)| *y == x * x));
        }
    }
}
