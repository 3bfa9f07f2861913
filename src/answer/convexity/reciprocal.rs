//! Positive functions with concave reciprocals, and positive definite matrices with operator concave inverses: inverses of affine and of
//! concave matrices, and what sums, congruences and increasing functionals make of them.
//!
//! The parallel sum (P⁻¹ + Q⁻¹)⁻¹ grows with both and is concave in them jointly (Anderson & Duffin 1969; Bhatia, *Positive Definite
//! Matrices*, §4.1), yᵀ(LQ⁻¹Lᵀ)⁻¹y is the least zᵀQz with Lz = y, and 1/(uᵀQ⁻¹u) the least with uᵀz = 1. The logarithm of such a function
//! is minus that of its reciprocal, and so convex.

use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::expr::{BigOp, ExprId, Node, Reduction, Spectral};
use crate::number::Coeff;
use crate::positivity::Curvature;

const SUM: &str = "the reciprocal of a sum of positive functions whose reciprocals are concave";
const MULTIPLE: &str = "the reciprocal of a nonnegative multiple";
const POWER: &str = "a power between 0 and 1 of a concave function";
const FORM: &str = "1/(uᵀQ⁻¹u), the least zᵀQz with uᵀz = 1, is concave and grows with Q";
const TRACE: &str = "1/tr(MQ⁻¹) for M ⪰ 0 is concave and grows with Q";
const LARGEST: &str = "one over the largest eigenvalue of Q⁻¹, the smallest of Q, is concave and grows with Q";
const PARALLEL: &str = "a parallel sum (P⁻¹ + Q⁻¹)⁻¹ is operator concave and grows with P and Q";
const SHORTED: &str = "(LQ⁻¹Lᵀ)⁻¹ is operator concave and grows with Q";
const SCALED: &str = "the inverse of a nonnegative multiple";
const DIAGONAL: &str = "a diagonal matrix of such entries";

impl Analysis<'_> {
    /// Why the reciprocal of a part is concave, of arrays that of every entry; it is positive, or zero whatever the variables are.
    pub(super) fn reciprocal(&mut self, id: ExprId) -> Option<Why> {
        if !self.varies(id) {
            return self.prover.bounds(id).is_nonnegative().then(Why::default);
        }
        self.prover.spend().then_some(())?;
        let inverse = self.prover.arena.recip(id);
        if let Some(known) = self.known(inverse).and_then(|found| found.concave) {
            return Some(known);
        }
        let why = self.reciprocal_by_form(id)?;
        self.remember(inverse, Found { convex: None, concave: Some(why.clone()) });
        Some(why)
    }

    fn reciprocal_by_form(&mut self, id: ExprId) -> Option<Why> {
        match self.prover.arena.node(id).clone() {
            Node::Add(terms) => {
                let terms: Vec<(Coeff, ExprId)> = terms.to_vec();
                let mut parts = Vec::new();
                for (coeff, term) in &terms {
                    (!coeff.is_negative()).then_some(())?;
                    self.reciprocal(*term)?;
                    parts.push(*term);
                }
                Some(self.on_reciprocals(&parts, if parts.len() == 1 { MULTIPLE } else { SUM }))
            }
            Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } if !self.varies(lower) && !self.varies(upper) => {
                self.reciprocal(body)?;
                Some(self.on_reciprocals(&[body], SUM))
            }
            Node::Reduce(Reduction::Sum, inner) => {
                self.reciprocal(inner)?;
                Some(self.on_reciprocals(&[inner], SUM))
            }
            Node::Hadamard(factors) => self.reciprocal_of_powers(&factors),
            Node::Product(factors) if self.prover.arena.shape(factors[0]).is_scalar() => {
                let rest = self.prover.arena.mul(&factors[1..]);
                (!self.varies(factors[0]) && self.prover.bounds(factors[0]).is_nonnegative()).then_some(())?;
                self.reciprocal(rest)?;
                Some(self.on_reciprocals(&[rest], MULTIPLE))
            }
            Node::Product(factors) if self.prover.arena.shape(id).is_scalar() => {
                let middle = self.congruence(&factors)?;
                self.inverse(middle)?;
                Some(self.on_inverse(middle, FORM))
            }
            Node::Entry(of, row, col) if row == col && !self.varies(row) => {
                self.inverse(of)?;
                Some(self.on_inverse(of, FORM))
            }
            Node::Trace(inner) => {
                let of = self.weighted(inner)?;
                Some(self.on_inverse(of, TRACE))
            }
            Node::Spectral(Spectral::LambdaMax, inner) => {
                self.inverse(inner)?;
                Some(self.on_inverse(inner, LARGEST))
            }
            _ => None,
        }
    }

    /// c uᵖ with one factor u that varies: of p in (0, 1] where 1/u is concave, of p in [−1, 0) where u is.
    fn reciprocal_of_powers(&mut self, factors: &[(ExprId, ExprId)]) -> Option<Why> {
        let mut varying = None;
        for (base, exponent) in factors {
            if self.varies(*base) || self.varies(*exponent) {
                varying.replace((*base, *exponent)).is_none().then_some(())?;
                continue;
            }
            let constant = self.prover.arena.pow(*base, *exponent);
            self.prover.bounds(constant).is_nonnegative().then_some(())?;
        }
        let (base, exponent) = varying?;
        let p = self.prover.arena.as_number(exponent)?.clone();
        (!p.is_zero() && !Coeff::ONE.sub(&p.abs()).is_negative()).then_some(())?;
        if p.is_negative() {
            let found = self.of(base);
            (self.prover.bounds(base).is_positive() && found.concave.is_some()).then_some(())?;
            if p == Coeff::MINUS_ONE && factors.len() == 1 {
                return found.concave;
            }
            let parts = if found.is_affine() { Vec::new() } else { vec![(base, Curvature::Concave)] };
            return Some(Why { because: POWER, parts, ..Why::default() });
        }
        self.reciprocal(base)?;
        Some(self.on_reciprocals(&[base], if p.is_one() { MULTIPLE } else { POWER }))
    }

    /// F of tr(MF) with a constant M ⪰ 0 and an F whose inverse is concave, for any rotation of the factors.
    fn weighted(&mut self, inner: ExprId) -> Option<ExprId> {
        if self.inverse(inner).is_some() {
            return Some(inner);
        }
        let Node::Product(factors) = self.prover.arena.node(inner).clone() else { return None };
        (0..factors.len()).find_map(|start| {
            let rotated: Vec<ExprId> = factors[start..].iter().chain(&factors[..start]).copied().collect();
            let constant = rotated.iter().take_while(|factor| !self.varies(**factor)).count();
            (1..=constant).rev().find_map(|cut| {
                let weight = self.prover.arena.mul(&rotated[..cut]);
                let rest = self.prover.arena.mul(&rotated[cut..]);
                let fits = self.prover.arena.is_symmetric(weight)
                    && self.prover.quietly(|prover| prover.semidefinite(weight, false)).is_some()
                    && self.inverse(rest).is_some();
                fits.then_some(rest)
            })
        })
    }

    /// Why the inverse of a positive definite matrix is operator concave. Of constant matrices it is enough that they are positive
    /// semidefinite: they stand in sums.
    pub(super) fn inverse(&mut self, id: ExprId) -> Option<Why> {
        if !self.varies(id) {
            let is_matrix = self.prover.arena.shape(id).is_square() && self.prover.arena.is_symmetric(id);
            let semidefinite = is_matrix && self.prover.quietly(|prover| prover.semidefinite(id, false)).is_some();
            return semidefinite.then(Why::default);
        }
        self.prover.spend().then_some(())?;
        let why = self.inverse_by_form(id)?;
        let inverse = self.prover.arena.inverse(id);
        if self.orders.get(&inverse).is_none_or(|known| known.concave.is_none()) {
            self.orders.insert(inverse, Found { convex: None, concave: Some(why.clone()) });
        }
        Some(why)
    }

    fn inverse_by_form(&mut self, id: ExprId) -> Option<Why> {
        match self.prover.arena.node(id).clone() {
            Node::Power(base, exponent) => {
                let p = self.prover.arena.as_number(exponent)?.clone();
                (p.is_negative() && !Coeff::ONE.add(&p).is_negative()).then_some(())?;
                (self.prover.quietly(|prover| prover.semidefinite(base, false)) == Some(true)).then_some(())?;
                let inverse = self.prover.arena.inverse(id);
                self.loewner(inverse).concave
            }
            Node::Add(terms) => {
                let terms: Vec<(Coeff, ExprId)> = terms.to_vec();
                let mut parts = Vec::new();
                for (coeff, term) in &terms {
                    (!coeff.is_negative()).then_some(())?;
                    self.inverse(*term)?;
                    parts.push(*term);
                }
                Some(self.on_inverses(&parts, if parts.len() == 1 { SCALED } else { PARALLEL }))
            }
            Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } if !self.varies(lower) && !self.varies(upper) => {
                self.inverse(body)?;
                Some(self.on_inverses(&[body], PARALLEL))
            }
            Node::Product(factors) if self.prover.arena.shape(factors[0]).is_scalar() => {
                let rest = self.prover.arena.mul(&factors[1..]);
                match (self.varies(factors[0]), self.varies(rest)) {
                    (false, true) if self.prover.bounds(factors[0]).is_nonnegative() => {
                        self.inverse(rest)?;
                        Some(self.on_inverses(&[rest], SCALED))
                    }
                    (true, false) => {
                        self.inverse(rest)?;
                        self.reciprocal(factors[0])?;
                        Some(self.on_reciprocals(&[factors[0]], SCALED))
                    }
                    _ => None,
                }
            }
            Node::Product(factors) => {
                let middle = self.congruence(&factors)?;
                self.inverse(middle)?;
                Some(self.on_inverse(middle, SHORTED))
            }
            Node::Diag(vector) => {
                self.reciprocal(vector)?;
                Some(self.on_reciprocals(&[vector], DIAGONAL))
            }
            _ => None,
        }
    }

    /// A reason that stands on the reciprocals of parts.
    fn on_reciprocals(&mut self, parts: &[ExprId], because: &'static str) -> Why {
        let mut stands = Vec::new();
        for part in parts {
            if self.varies(*part) {
                stands.push((self.prover.arena.recip(*part), Curvature::Concave));
            }
        }
        Why { because, parts: stands, ..Why::default() }
    }

    /// A reason that stands on the inverses of matrices.
    fn on_inverses(&mut self, matrices: &[ExprId], because: &'static str) -> Why {
        let mut stands = Vec::new();
        for matrix in matrices {
            // Singular ones, as they may stand in a sum, have no inverse to speak of.
            let is_definite = self.prover.quietly(|prover| prover.semidefinite(*matrix, false)) == Some(true);
            if self.varies(*matrix) && is_definite {
                let inverse = self.prover.arena.inverse(*matrix);
                if !self.loewner(inverse).is_affine() {
                    stands.push((inverse, Curvature::Concave));
                }
            }
        }
        Why { because, matrices: stands, ..Why::default() }
    }

    fn on_inverse(&mut self, matrix: ExprId, because: &'static str) -> Why {
        self.on_inverses(&[matrix], because)
    }

    /// Why the logarithm of a positive part is convex by its reciprocal, or by its degree: one that is convex and homogeneous of negative
    /// degree d has a concave u^(1/d), homogeneous of degree 1.
    pub(super) fn log_by_reciprocal(&mut self, id: ExprId) -> Option<Why> {
        if self.reciprocal(id).is_some() {
            let because = "minus the logarithm of its reciprocal, which is concave";
            return Some(self.on_reciprocals(&[id], because));
        }
        let degree = self.degree(id)?;
        let fits = self.prover.bounds(degree).is_negative()
            && self.prover.bounds(id).is_positive()
            && self.of(id).convex.is_some();
        let because = "the logarithm of a convex function that is homogeneous of negative degree";
        fits.then(|| Why { because, parts: vec![(id, Curvature::Convex)], ..Why::default() })
    }

    /// Whether a part is positive, or zero whatever the variables are.
    pub(super) fn is_positive_or_zero(&mut self, id: ExprId) -> bool {
        self.prover.bounds(id).is_positive() || self.reciprocal(id).is_some()
    }
}
