//! exp, log and what is made of them, without branches, so that loops over them become vector instructions.
//!
//! Each is accurate to 2 units in the last place over all doubles, tanh and what is made of two functions to 3; `NaN`, infinities, subnormal numbers and signed zeros give what the
//! standard library gives. exp sums its Taylor series on |r| ≤ ½ log 2; log is that of FreeBSD's msun (Sun Microsystems, 1993).

/// Adding this to a number below 2⁵¹ rounds it to an integer, which then stands in the low bits: 3·2⁵¹.
pub(super) const SHIFT: f64 = 6_755_399_441_055_744.0;

const LN2_HI: f64 = std::f64::consts::LN_2;
/// What `LN2_HI` lacks of log 2.
const LN2_LO: f64 = 2.319_046_813_846_299_6e-17;

/// 1/k! for k from 2 to 13.
const FACTORIALS: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// The integer n and r with x = n log 2 + r and |r| ≤ ½ log 2.
#[inline(always)]
fn reduced(x: f64) -> (f64, f64) {
    let n = x.mul_add(std::f64::consts::LOG2_E, SHIFT) - SHIFT;
    // The first product is exact: n has at most 11 bits.
    (n, (-n).mul_add(LN2_LO, (-n).mul_add(LN2_HI, x)))
}

/// exp(r) − 1 for |r| ≤ ½ log 2.
#[inline(always)]
fn exp_less_one_near_zero(r: f64) -> f64 {
    let mut sum = FACTORIALS[11];
    for place in (0..11).rev() {
        sum = sum.mul_add(r, FACTORIALS[place]);
    }
    (r * r).mul_add(sum, r)
}

/// 2ⁿ of an integer n between −1022 and 1023.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    f64::from_bits((n + SHIFT).to_bits().wrapping_add(1023) << 52)
}

/// x between two bounds; `NaN` stays.
#[inline(always)]
fn clamped(x: f64, low: f64, high: f64) -> f64 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let (n, r) = reduced(clamped(x, -746.0, 710.0));
    // In two factors, neither of which overflows or is subnormal; the bounds themselves give infinity and 0.
    let half = n.mul_add(0.5, SHIFT) - SHIFT;
    (1.0 + exp_less_one_near_zero(r)) * power_of_two(half) * power_of_two(n - half)
}

#[inline(always)]
pub(super) fn expm1(x: f64) -> f64 {
    let (n, r) = reduced(clamped(x, -40.0, 709.79));
    let near = exp_less_one_near_zero(r);
    // 2ⁿ(1 + near) − 1, where half of each keeps 2¹⁰²⁴ from overflowing.
    let half = power_of_two(n - 1.0);
    let value = 2.0 * half.mul_add(near, half - 0.5);
    let value = if x > 709.79 { f64::INFINITY } else { value };
    if x == 0.0 { x } else { value }
}

/// log(1 + f) + k log 2 + c, where 1 + f is between √½ and √2 and c is small.
#[inline(always)]
fn log_of_parts(f: f64, k: f64, c: f64) -> f64 {
    /// log 2 to 32 bits, so that its product with k is exact, and the rest.
    const HI: f64 = 6.931_471_803_691_238e-1;
    const LO: f64 = 1.908_214_929_270_587_7e-10;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let odd =
        w * w.mul_add(w.mul_add(1.531_383_769_920_937_3e-1, 2.222_219_843_214_978_4e-1), 3.999_999_999_940_942e-1);
    let even = z * w.mul_add(
        w.mul_add(w.mul_add(1.479_819_860_511_658_6e-1, 1.818_357_216_161_805e-1), 2.857_142_874_366_239e-1),
        6.666_666_666_666_735e-1,
    );
    let half_square = 0.5 * f * f;
    let rest = s * (half_square + odd + even) + k.mul_add(LO, c);
    k.mul_add(HI, f - (half_square - rest))
}

/// f and k with x = 2ᵏ(1 + f), of a normal x above 0.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    /// √½ in its leading bits.
    const LOW: u64 = 0x3fe6_a09e_0000_0000;
    let bits = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - LOW);
    let fraction = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + LOW);
    // The exponent as a double, by way of 2⁵² + exponent.
    let exponent = f64::from_bits(0x4330_0000_0000_0000 | (bits >> 52)) - (4_503_599_627_370_496.0 + 1023.0);
    (fraction - 1.0, exponent)
}

#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    let tiny = x < f64::MIN_POSITIVE;
    let normal = if tiny { x * 18_014_398_509_481_984.0 } else { x };
    let (f, k) = split(normal);
    let value = log_of_parts(f, if tiny { k - 54.0 } else { k }, 0.0);
    let value = if x < f64::INFINITY { value } else { x };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x < 0.0 { f64::NAN } else { value }
}

/// log(1 + x) of an x that is finite and above −1.
#[inline(always)]
fn log_beyond_one(x: f64) -> f64 {
    let u = 1.0 + x;
    // What rounding took from u, to be given back as log(u + c) ≈ log u + c/u.
    let lost = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    let (f, k) = split(u);
    log_of_parts(f, k, lost / u)
}

#[inline(always)]
pub(super) fn ln_1p(x: f64) -> f64 {
    let value = log_beyond_one(x);
    let value = if x < f64::INFINITY { value } else { x };
    let value = if x == -1.0 { f64::NEG_INFINITY } else { value };
    let value = if x < -1.0 { f64::NAN } else { value };
    // Also of −0 and of subnormal numbers.
    if x.abs() < 1e-17 { x } else { value }
}

#[inline(always)]
pub(super) fn tanh(x: f64) -> f64 {
    // With t = exp(2a) − 1 and a = |x|, tanh a = t/(t + 2) = 1 − 2/(t + 2): the second keeps more digits where a is not small.
    let a = x.abs();
    let t = expm1(2.0 * a);
    let value = if a > 0.55 { 1.0 - 2.0 / (t + 2.0) } else { t / (t + 2.0) };
    value.copysign(x)
}

/// 1/(1 + exp(−x))
#[inline(always)]
pub(super) fn sigmoid(x: f64) -> f64 {
    let e = exp(-x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

/// log(1 + exp(x))
#[inline(always)]
pub(super) fn softplus(x: f64) -> f64 {
    let positive = if x < 0.0 { 0.0 } else { x };
    positive + log_beyond_one(exp(-x.abs()))
}

/// log σ(x)
#[inline(always)]
pub(super) fn log_sigmoid(x: f64) -> f64 {
    -softplus(-x)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accurate, points};
    use super::*;

    #[test]
    fn elementary_functions_are_accurate() {
        let all = points();
        accurate("exp", &all, exp, f64::exp, 2.0);
        accurate("expm1", &all, expm1, f64::exp_m1, 2.0);
        accurate("ln", &all, ln, f64::ln, 2.0);
        accurate("ln_1p", &all, ln_1p, f64::ln_1p, 2.0);
        accurate("tanh", &all, tanh, f64::tanh, 3.0);
        let reference = |x: f64| if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 1.0 / (1.0 + (-x).exp()) };
        accurate("sigmoid", &all, sigmoid, reference, 3.0);
        accurate("softplus", &all, softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), 3.0);
    }
}
