//! Operations on two arrays: of one length, with a scalar, and broadcast by strides.

use std::marker::PhantomData;

use super::real::Real;
use super::simd::{Loop, vectorized};

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// x + y
    Add,
    /// x − y
    Subtract,
    /// xy
    Multiply,
    /// x/y
    Divide,
    /// xʸ
    Power,
    /// The larger; `NaN` where there is one.
    Max,
    /// The smaller; `NaN` where there is one.
    Min,
    /// 1 where x = y, else 0
    Equal,
    /// 1 where x > y, else 0
    Greater,
    /// log(exp x + exp y)
    LogAddExp,
    /// x log y, 0 where x = 0
    XLogY,
}

impl Binary {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
        Self::Power,
        Self::Max,
        Self::Min,
        Self::Equal,
        Self::Greater,
        Self::LogAddExp,
        Self::XLogY,
    ];
}

/// An operation as a type, so that loops are compiled for it.
trait Operation {
    fn at<T: Real>(x: T, y: T) -> T;
}

macro_rules! operations {
    ($($name:ident |$x:ident, $y:ident| $body:expr;)*) => {
        $(
            struct $name;
            impl Operation for $name {
                #[inline(always)]
                fn at<T: Real>($x: T, $y: T) -> T {
                    $body
                }
            }
        )*

        impl Binary {
            /// The operation on two numbers.
            #[must_use]
            pub fn at<T: Real>(self, x: T, y: T) -> T {
                match self {
                    $(Self::$name => <$name as Operation>::at(x, y),)*
                }
            }
        }

        /// Loops with the operation as their type.
        fn strided<T: Real>(operation: Binary, x: Strided<'_, T>, y: Strided<'_, T>, out: &mut [T]) {
            match operation {
                $(Binary::$name => lines::<$name, T>(x, y, out),)*
            }
        }
    };
}

operations! {
    Add |x, y| x + y;
    Subtract |x, y| x - y;
    Multiply |x, y| x * y;
    Divide |x, y| x / y;
    Power |x, y| x.powf(y);
    Max |x, y| if x > y || x.is_nan() { x } else { y };
    Min |x, y| if x < y || x.is_nan() { x } else { y };
    Equal |x, y| if x == y { T::one() } else { T::zero() };
    Greater |x, y| if x > y { T::one() } else { T::zero() };
    LogAddExp |x, y| {
        let larger = if x > y { x } else { y };
        // Equal infinities have no difference.
        if x == y { x + T::narrow(std::f64::consts::LN_2) } else { larger + (-(x - y).abs()).exp().ln_1p() }
    };
    XLogY |x, y| if x == T::zero() && !y.is_nan() { T::zero() } else { x * y.ln() };
}

/// A line of numbers that are `stride` apart, 0 for one that is repeated.
#[derive(Clone, Copy)]
struct Strided<'a, T> {
    data: &'a [T],
    stride: usize,
}

struct Pairs<'a, O, T>(&'a [T], &'a [T], &'a mut [T], PhantomData<O>);

impl<O: Operation, T: Real> Loop for Pairs<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((out, x), y) in self.2.iter_mut().zip(self.0).zip(self.1) {
            *out = O::at(*x, *y);
        }
    }
}

struct ScalarFirst<'a, O, T>(T, &'a [T], &'a mut [T], PhantomData<O>);

impl<O: Operation, T: Real> Loop for ScalarFirst<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (out, y) in self.2.iter_mut().zip(self.1) {
            *out = O::at(self.0, *y);
        }
    }
}

struct ScalarLast<'a, O, T>(&'a [T], T, &'a mut [T], PhantomData<O>);

impl<O: Operation, T: Real> Loop for ScalarLast<'_, O, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (out, x) in self.2.iter_mut().zip(self.0) {
            *out = O::at(*x, self.1);
        }
    }
}

fn lines<O: Operation, T: Real>(x: Strided<'_, T>, y: Strided<'_, T>, out: &mut [T]) {
    let count = out.len();
    match (x.stride, y.stride) {
        _ if count == 0 => {}
        (1, 1) => vectorized(Pairs::<O, T>(&x.data[..count], &y.data[..count], out, PhantomData)),
        (0, 1) => vectorized(ScalarFirst::<O, T>(x.data[0], &y.data[..count], out, PhantomData)),
        (1, 0) => vectorized(ScalarLast::<O, T>(&x.data[..count], y.data[0], out, PhantomData)),
        (0, 0) => out.fill(O::at(x.data[0], y.data[0])),
        (by_x, by_y) => {
            for (place, out) in out.iter_mut().enumerate() {
                *out = O::at(x.data[place * by_x], y.data[place * by_y]);
            }
        }
    }
}

/// z = x ∘ y, entry by entry.
pub fn zip<T: Real>(operation: Binary, x: &[T], y: &[T], z: &mut [T]) {
    assert!(x.len() == y.len() && y.len() == z.len(), "one length");
    strided(operation, Strided { data: x, stride: 1 }, Strided { data: y, stride: 1 }, z);
}

/// z = x ∘ y with a number y.
pub fn with_scalar<T: Real>(operation: Binary, x: &[T], y: T, z: &mut [T]) {
    assert_eq!(x.len(), z.len(), "one length");
    strided(operation, Strided { data: x, stride: 1 }, Strided { data: &[y], stride: 0 }, z);
}

/// z = x ∘ y with a number x.
pub fn of_scalar<T: Real>(operation: Binary, x: T, y: &[T], z: &mut [T]) {
    assert_eq!(y.len(), z.len(), "one length");
    strided(operation, Strided { data: &[x], stride: 0 }, Strided { data: y, stride: 1 }, z);
}

/// z = x ∘ y, where z is a row-major array of these lengths, and x and y are laid out by strides: how far apart neighbors along each
/// axis are, 0 along an axis that repeats.
pub fn broadcast<T: Real>(
    operation: Binary,
    lengths: &[usize],
    (x, x_strides): (&[T], &[usize]),
    (y, y_strides): (&[T], &[usize]),
    z: &mut [T],
) {
    assert!(lengths.len() == x_strides.len() && lengths.len() == y_strides.len(), "a stride for each axis");
    assert_eq!(z.len(), lengths.iter().product::<usize>(), "as many results as the lengths say");
    if z.is_empty() {
        return;
    }
    // Neighboring axes that are walked through as one in both arrays are one.
    let mut axes: Vec<(usize, usize, usize)> = Vec::with_capacity(lengths.len());
    for ((length, by_x), by_y) in lengths.iter().zip(x_strides).zip(y_strides).filter(|((length, _), _)| **length != 1)
    {
        match axes.last_mut() {
            Some(last) if last.1 == length * by_x && last.2 == length * by_y => *last = (last.0 * length, *by_x, *by_y),
            _ => axes.push((*length, *by_x, *by_y)),
        }
    }
    let (length, by_x, by_y) = axes.pop().unwrap_or((1, 0, 0));
    let mut place = vec![0; axes.len()];
    let (mut at_x, mut at_y) = (0, 0);
    for line in z.chunks_mut(length) {
        strided(
            operation,
            Strided { data: &x[at_x..], stride: by_x },
            Strided { data: &y[at_y..], stride: by_y },
            line,
        );
        // On to the next line: the last of the outer axes runs fastest.
        for (axis, (length, by_x, by_y)) in axes.iter().enumerate().rev() {
            place[axis] += 1;
            at_x += by_x;
            at_y += by_y;
            if place[axis] < *length {
                break;
            }
            place[axis] = 0;
            at_x -= length * by_x;
            at_y -= length * by_y;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::sample;
    use super::*;

    fn reference(operation: Binary, x: f64, y: f64) -> f64 {
        match operation {
            Binary::Add => x + y,
            Binary::Subtract => x - y,
            Binary::Multiply => x * y,
            Binary::Divide => x / y,
            Binary::Power => x.powf(y),
            Binary::Max => {
                if x.is_nan() || y.is_nan() {
                    f64::NAN
                } else {
                    x.max(y)
                }
            }
            Binary::Min => {
                if x.is_nan() || y.is_nan() {
                    f64::NAN
                } else {
                    x.min(y)
                }
            }
            Binary::Equal => f64::from(u8::from(x == y)),
            Binary::Greater => f64::from(u8::from(x > y)),
            Binary::LogAddExp => (x.exp() + y.exp()).ln(),
            Binary::XLogY => {
                if x == 0.0 && !y.is_nan() {
                    0.0
                } else {
                    x * y.ln()
                }
            }
        }
    }

    #[track_caller]
    fn same(found: f64, wanted: f64) {
        let is_same = found == wanted || found.is_nan() && wanted.is_nan() || (found - wanted).abs() < 1e-14;
        assert!(is_same, "{found} is not {wanted}");
    }

    #[test]
    fn pairs_and_scalars() {
        let (mut x, mut y) = (sample(41, 1), sample(41, 2));
        (x[3], y[5], x[7], y[7], x[9]) = (f64::NAN, f64::NAN, 0.5, 0.5, 0.0);
        let mut z = vec![0.0; 41];
        for operation in Binary::ALL {
            zip(*operation, &x, &y, &mut z);
            (0..41).for_each(|at| same(z[at], reference(*operation, x[at], y[at])));
            with_scalar(*operation, &x, 0.7, &mut z);
            (0..41).for_each(|at| same(z[at], reference(*operation, x[at], 0.7)));
        }
        assert_eq!(reference(Binary::LogAddExp, f64::NEG_INFINITY, f64::NEG_INFINITY), f64::NEG_INFINITY);
        zip(Binary::LogAddExp, &[f64::NEG_INFINITY, 1000.0], &[f64::NEG_INFINITY, 0.0], &mut z[..2]);
        assert_eq!(z[..2], [f64::NEG_INFINITY, 1000.0]);
    }

    #[test]
    fn arrays_are_broadcast() {
        let lengths = [3, 4, 5];
        let strides_of_x = [[20, 5, 1], [0, 5, 1], [1, 3, 12], [5, 0, 1], [0, 0, 0], [4, 1, 0]];
        let (x, y) = (sample(60, 3), sample(60, 4));
        let mut z = vec![0.0; 60];
        for by_x in strides_of_x {
            for by_y in strides_of_x {
                broadcast(Binary::Subtract, &lengths, (&x, &by_x), (&y, &by_y), &mut z);
                for (i, j, k) in (0..60).map(|at| (at / 20, at / 5 % 4, at % 5)) {
                    let at = |by: [usize; 3]| i * by[0] + j * by[1] + k * by[2];
                    same(z[20 * i + 5 * j + k], x[at(by_x)] - y[at(by_y)]);
                }
            }
        }
        broadcast(Binary::Add, &[], (&[1.0], &[]), (&[2.0], &[]), &mut z[..1]);
        assert_eq!(z[0], 3.0);
        broadcast::<f64>(Binary::Add, &[2, 0], (&[], &[0, 1]), (&[], &[0, 1]), &mut []);
    }
}
