//! sin and cos without branches, for arguments up to [`LARGEST`].
//!
//! The argument is reduced by three doubles of π/2, exactly enough next to its multiples; the polynomials on |r| ≤ π/4 are those of
//! FreeBSD's msun (Sun Microsystems, 1993).

use super::elementary::SHIFT;

/// Of larger arguments the standard library takes care.
pub(super) const LARGEST: f64 = 1_048_576.0;

const HALF_PI: [f64; 3] = [std::f64::consts::FRAC_PI_2, 6.123_233_995_736_766e-17, -1.497_384_904_859_183_3e-33];

/// r + tail = x − n π/2, and n in the low bits.
#[inline(always)]
fn reduced(x: f64) -> (f64, f64, u64) {
    let shifted = x.mul_add(std::f64::consts::FRAC_2_PI, SHIFT);
    let n = shifted - SHIFT;
    // Exact, as r is below 1 and a multiple of the last place of π/2.
    let first = (-n).mul_add(HALF_PI[0], x);
    let product = n * HALF_PI[1];
    let error = n.mul_add(HALF_PI[1], -product);
    let r = first - product;
    let tail = ((first - r) - product) - n.mul_add(HALF_PI[2], error);
    (r, tail, shifted.to_bits())
}

/// sin(r + tail)
#[inline(always)]
fn sin_near_zero(r: f64, tail: f64) -> f64 {
    const S: [f64; 6] = [
        -1.666_666_666_666_663_2e-1,
        8.333_333_333_322_49e-3,
        -1.984_126_982_985_795e-4,
        2.755_731_370_707_006_8e-6,
        -2.505_076_025_340_686_3e-8,
        1.589_690_995_211_55e-10,
    ];
    let z = r * r;
    let rest = z.mul_add(z.mul_add(z.mul_add(z.mul_add(S[5], S[4]), S[3]), S[2]), S[1]);
    let cube = z * r;
    r - ((z * (0.5 * tail - cube * rest) - tail) - cube * S[0])
}

/// cos(r + tail)
#[inline(always)]
fn cos_near_zero(r: f64, tail: f64) -> f64 {
    const C: [f64; 6] = [
        4.166_666_666_666_66e-2,
        -1.388_888_888_887_411e-3,
        2.480_158_728_947_673e-5,
        -2.755_731_435_139_066_3e-7,
        2.087_572_321_298_175e-9,
        -1.135_964_755_778_819_5e-11,
    ];
    let z = r * r;
    let rest = z * z.mul_add(z.mul_add(z.mul_add(z.mul_add(z.mul_add(C[5], C[4]), C[3]), C[2]), C[1]), C[0]);
    let half = 0.5 * z;
    let top = 1.0 - half;
    top + (((1.0 - top) - half) + (z * rest - r * tail))
}

/// The sine of a quadrant further by so many.
#[inline(always)]
fn turned(x: f64, quarters: u64) -> f64 {
    let (r, tail, bits) = reduced(x);
    let quadrant = bits.wrapping_add(quarters);
    let (sin, cos) = (sin_near_zero(r, tail), cos_near_zero(r, tail));
    let value = if quadrant & 1 == 0 { sin } else { cos };
    f64::from_bits(value.to_bits() ^ ((quadrant & 2) << 62))
}

#[inline(always)]
pub(super) fn sin(x: f64) -> f64 {
    // The sign of −0 would be lost.
    if x == 0.0 { x } else { turned(x, 0) }
}

#[inline(always)]
pub(super) fn cos(x: f64) -> f64 {
    turned(x, 1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accurate, points};
    use super::*;

    #[test]
    fn sines_and_cosines_are_accurate() {
        let mut all = points();
        // Next to multiples of π/2 all digits cancel.
        all.extend((1..200_000).step_by(7).map(|n| f64::from(n) * std::f64::consts::FRAC_PI_2));
        all.retain(|x| x.abs() <= LARGEST);
        accurate("sin", &all, sin, f64::sin, 2.0);
        accurate("cos", &all, cos, f64::cos, 2.0);
    }
}
