//! Points at which functions are tried, and how far from a reference they may be.

/// Doubles of all sizes and both signs: around 0, subnormal, huge, infinite, not a number.
pub(super) fn points() -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut all = vec![
        0.0,
        1.0,
        f64::MIN_POSITIVE,
        f64::MIN_POSITIVE / 2.0,
        5e-324,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
        709.78,
        709.79,
        710.0,
        745.13,
        745.14,
        746.0,
        746.5,
        22.0,
        40.0,
        0.5 - 1e-17,
        std::f64::consts::LN_2,
        1.0 - f64::EPSILON / 2.0,
        1.0 + f64::EPSILON,
        0.41,
        0.29,
    ];
    for _ in 0..4_000 {
        // Any bits, and sizes from 1e-20 to 1e3.
        all.push(f64::from_bits(next()));
        let unit = next() as f64 / u64::MAX as f64;
        all.push(10_f64.powf(23.0 * unit - 20.0));
        all.push(1400.0 * (next() as f64 / u64::MAX as f64));
        all.push(4.0 * (next() as f64 / u64::MAX as f64));
    }
    let turned: Vec<f64> = all.iter().map(|x| -x).collect();
    all.extend(turned);
    all
}

/// The distance of two doubles in units in the last place of the second.
pub(super) fn ulps(found: f64, wanted: f64) -> f64 {
    if found == wanted || found.is_nan() && wanted.is_nan() {
        return 0.0;
    }
    let unit = (f64::from_bits(wanted.abs().to_bits() + 1) - wanted.abs()).max(5e-324);
    let distance = (found - wanted).abs() / unit;
    if distance.is_nan() { f64::INFINITY } else { distance }
}

/// Fails where a function is further from its reference than so many units in the last place.
#[track_caller]
pub(super) fn accurate(name: &str, points: &[f64], f: impl Fn(f64) -> f64, reference: impl Fn(f64) -> f64, most: f64) {
    let mut worst = (0.0, 0.0);
    for x in points {
        let (found, wanted) = (f(*x), reference(*x));
        let distance = ulps(found, wanted);
        if distance > worst.0 {
            worst = (distance, *x);
        }
        if wanted == 0.0 {
            assert_eq!(found.is_sign_negative(), wanted.is_sign_negative(), "{name}({x:e})");
        }
    }
    let (distance, x) = worst;
    assert!(distance <= most, "{name}({x:e}) is {:e}, not {:e}: {distance} ulp", f(x), reference(x));
}

/// Numbers between −1 and 1, the same on every run.
pub(super) fn sample(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            2.0 * (state >> 11) as f64 / (1_u64 << 53) as f64 - 1.0
        })
        .collect()
}

#[track_caller]
pub(super) fn near(found: &[f64], wanted: &[f64], tolerance: f64) {
    assert_eq!(found.len(), wanted.len());
    for (place, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((found - wanted).abs() <= tolerance * wanted.abs().max(1.0), "{place}: {found} is not {wanted}");
    }
}
