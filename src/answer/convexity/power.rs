//! Products of powers: powers of one part, quotients such as ‖u‖²/v, u log(u/v), geometric means and products of log-convex parts.

use super::composition::{Outer, compose, multiple, outer_power};
use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::expr::{ExprId, Func, Node, Shape};
use crate::number::Coeff;
use crate::positivity::Curvature;
use crate::sign::Bounds;

impl Analysis<'_> {
    /// Products of powers, entry by entry.
    pub(super) fn powers(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> Found {
        let shape = self.prover.arena.shape(id);
        let mut varying = Vec::new();
        let mut constant = Vec::new();
        for (base, exponent) in factors {
            if self.varies(*exponent) {
                return self.varying_power(factors, shape);
            }
            if self.varies(*base) { varying.push((*base, *exponent)) } else { constant.push((*base, *exponent)) }
        }
        let sign = if constant.is_empty() {
            Bounds::exactly(Coeff::ONE)
        } else {
            let constant = self.prover.arena.hadamard_powers(&constant, shape);
            self.prover.bounds(constant)
        };
        let (found, of) = if let [(base, exponent)] = *varying {
            (self.power(base, exponent), self.prover.arena.pow(base, exponent))
        } else {
            let of = self.prover.arena.hadamard_powers(&varying, shape);
            (self.several_powers(of, &varying), of)
        };
        if sign == Bounds::exactly(Coeff::ONE) {
            return found;
        }
        if found.is_affine() { Found::affine() } else { multiple(&sign, of, found) }
    }

    fn power(&mut self, base: ExprId, exponent: ExprId) -> Found {
        let found = self.of(base);
        let bounds = self.prover.bounds(base);
        if self.prover.arena.is_one(exponent) {
            return found;
        }
        let Some(p) = self.prover.arena.as_number(exponent).cloned() else {
            if found.is_affine() && self.is_even(exponent) {
                let because = "an even power is convex";
                return Found { convex: Some(Why { because, ..Why::default() }), concave: None };
            }
            return self.homogeneous_power(base, exponent);
        };
        if !Coeff::ratio(1, 2).is_some_and(|half| p.sub(&half).is_negative()) && self.is_squared_seminorm(base) {
            let because = "a power of a norm √(uᵀMu) of an affine function";
            return Found { convex: Some(Why { because, ..Why::default() }), concave: None };
        }
        let composed = compose(outer_power(&p, &bounds), base, &found);
        if composed.convex.is_some() || composed.concave.is_some() {
            return composed;
        }
        let stacked = self.stacked_norm(base, &p);
        if stacked.convex.is_some() {
            return stacked;
        }
        if self.log_of_powers(&[(base, exponent)]).convex.is_some() {
            let because = "a power of a function whose logarithm is convex, or concave for a power below 0";
            return Found { convex: Some(Why { because, ..Why::default() }), concave: None };
        }
        if p.is_negative() && !Coeff::ONE.add(&p).is_negative() && self.reciprocal(base).is_some() {
            let inverse = self.prover.arena.recip(base);
            if p == Coeff::MINUS_ONE {
                return Found { convex: None, concave: self.reciprocal(base) };
            }
            let concave = Found { convex: None, concave: self.reciprocal(base) };
            return compose(outer_power(&p.neg(), &bounds), inverse, &concave);
        }
        self.homogeneous_power(base, exponent)
    }

    /// Whether an exponent is 2k for an integer k ≥ 0 that is no number.
    fn is_even(&mut self, exponent: ExprId) -> bool {
        let Some(half) = Coeff::ratio(1, 2) else { return false };
        let half = self.prover.arena.scale(&half, exponent);
        let half = crate::simplify::simplify(self.prover.arena, half);
        self.prover.arena.is_integer_valued(half) && self.prover.bounds(exponent).is_nonnegative()
    }

    /// Π uᵢ^vᵢ as the exponential of Σ vᵢ log uᵢ, as xˣ is exp(x log x).
    fn varying_power(&mut self, factors: &[(ExprId, ExprId)], shape: Shape) -> Found {
        let mut logarithms = Vec::new();
        for (base, exponent) in factors {
            if !self.prover.bounds(*base).is_positive() {
                return Found::default();
            }
            let logarithm = self.prover.arena.elementwise(Func::Log, *base);
            logarithms.push((Coeff::ONE, self.prover.arena.hadamard(*exponent, logarithm)));
        }
        let logarithm = self.prover.arena.add_terms(logarithms, shape);
        let found = self.of(logarithm);
        let because = "exp is convex and nondecreasing, of its logarithm";
        compose(Outer { convex: true, rising: true, because, ..Outer::default() }, logarithm, &found)
    }

    /// Whether it is uᵀMu with u affine and M constant and positive semidefinite.
    pub(super) fn is_squared_seminorm(&mut self, id: ExprId) -> bool {
        let Node::Product(chain) = self.prover.arena.node(id).clone() else { return false };
        self.is_gram(&chain)
    }

    /// Quotients such as ‖u‖²/v, u log u, geometric means and products of log-convex functions.
    fn several_powers(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> Found {
        let mut bases = Vec::new();
        let mut exponents = Vec::new();
        for (base, exponent) in factors {
            if let Some(number) = self.prover.arena.as_number(*exponent) {
                exponents.push(number.clone());
                bases.push(*base);
                continue;
            }
            // A power whose exponent is no number stands as a whole, or as its inverse.
            let bounds = self.prover.bounds(*exponent);
            if !bounds.is_nonzero() {
                return Found::default();
            }
            let size = if bounds.is_negative() { self.prover.arena.neg(*exponent) } else { *exponent };
            bases.push(self.prover.arena.pow(*base, size));
            exponents.push(if bounds.is_negative() { Coeff::MINUS_ONE } else { Coeff::ONE });
        }
        if let Some(found) = self.entropy(&bases, &exponents) {
            return found;
        }
        if self.log_of_powers(factors).convex.is_some() {
            let because = "a product of log-convex functions";
            return Found { convex: Some(Why { because, ..Why::default() }), concave: None };
        }
        if let Some(why) = self.quotient(&bases, &exponents) {
            return Found { convex: Some(why), concave: None };
        }
        let mut total = Coeff::ZERO;
        for (base, exponent) in bases.iter().zip(&exponents) {
            total = total.add(exponent);
            let fits = !exponent.is_negative()
                && self.prover.bounds(*base).is_nonnegative()
                && self.of(*base).concave.is_some();
            if !fits {
                return Found::default();
            }
        }
        let _ = id;
        if Coeff::ONE.sub(&total).is_negative() {
            return Found::default();
        }
        let parts = self.not_affine(&bases, Curvature::Concave);
        Found {
            convex: None,
            concave: Some(Why { because: "a geometric mean of concave functions", parts, ..Why::default() }),
        }
    }

    /// uᵖ/v^q with p ≥ q + 1 is convex for convex u ≥ 0 and concave v > 0: the perspective of a power.
    fn quotient(&mut self, bases: &[ExprId], exponents: &[Coeff]) -> Option<Why> {
        let ([a, b], [p, q]) = (bases, exponents) else { return None };
        let (above, p, below, q) = match (p.is_negative(), q.is_negative()) {
            (false, true) => (*a, p, *b, q.neg()),
            (true, false) => (*b, q, *a, p.neg()),
            _ => return None,
        };
        if p.sub(&q).sub(&Coeff::ONE).is_negative() || !self.prover.bounds(below).is_positive() {
            return None;
        }
        let numerator = self.of(above);
        let even = p.to_i64().is_some_and(|p| p % 2 == 0);
        let fits = (numerator.is_affine() && even)
            || (numerator.convex.is_some() && self.prover.bounds(above).is_nonnegative());
        if !fits || self.of(below).concave.is_none() {
            return None;
        }
        let mut parts = self.not_affine(&[above], Curvature::Convex);
        parts.extend(self.not_affine(&[below], Curvature::Concave));
        Some(Why { because: "a power over a linear function, as x²/y for y > 0", parts, ..Why::default() })
    }

    /// u log(cu/v), the perspective of x log x.
    fn entropy(&mut self, bases: &[ExprId], exponents: &[Coeff]) -> Option<Found> {
        let [first, second] = bases else { return None };
        if exponents.iter().any(|p| !p.is_one()) {
            return None;
        }
        for (u, logarithm) in [(*first, *second), (*second, *first)] {
            let Node::Elementwise(Func::Log, inner) = *self.prover.arena.node(logarithm) else { continue };
            if !self.of(u).is_affine() {
                continue;
            }
            let direct = self.prover.arena.quotient(u, inner);
            let inverse = self.prover.arena.hadamard(u, inner);
            // inner = u/v or v/u
            for (v, sign) in [(direct, Curvature::Convex), (inverse, Curvature::Concave)] {
                let positive =
                    self.prover.bounds(v).is_positive() || (!self.varies(v) && self.prover.bounds(u).is_positive());
                if positive && self.of(v).is_affine() {
                    let why = Some(Why { because: "as x log x, or its perspective", ..Why::default() });
                    return Some(match sign {
                        Curvature::Convex | Curvature::Affine => Found { convex: why, concave: None },
                        Curvature::Concave => Found { convex: None, concave: why },
                    });
                }
            }
        }
        None
    }

    fn not_affine(&mut self, parts: &[ExprId], kind: Curvature) -> Vec<(ExprId, Curvature)> {
        parts.iter().copied().filter(|part| !self.of(*part).is_affine()).map(|part| (part, kind)).collect()
    }
}
