//! log det X − log tr(AX) and Σ log xᵢ − log wᵀx, taken together: det X/(uᵀXu) is the determinant of a Schur complement, which is operator
//! concave (Bhatia, *Positive Definite Matrices*, §4.1), tr(AX) a sum of such forms for A ⪰ 0, and sums of log-convex functions are
//! log-convex. The numbers xᵢ are the case of a diagonal X.

use super::curvature::Analysis;
use super::found::Found;
use super::loewner::concave;
use crate::expr::{ExprId, Func, Node, Reduction};
use crate::number::Coeff;

const SCHUR: &str =
    "log det X − log tr(AX) for A ⪰ 0 is concave: det X/(uᵀXu) is the determinant of a Schur complement";
const DIAGONAL: &str = "Σ log xᵢ − log wᵀx for w ≥ 0 is concave, as the case of a diagonal matrix";

/// What stands under log det, or under Σ log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Matrix(ExprId),
    Vector(ExprId),
}

impl Analysis<'_> {
    /// The terms of a sum that are left when logarithms of linear functions are taken together with those of a determinant or a product of
    /// the same, with what these are.
    pub(super) fn determinant_quotients(&mut self, terms: &[(Coeff, ExprId)]) -> Option<(Vec<(Coeff, ExprId)>, Found)> {
        for (at, (coeff, term)) in terms.iter().enumerate() {
            let Some(whole) = self.under_logarithm(*term) else { continue };
            let negative = coeff.is_negative();
            let mut left = coeff.abs();
            let mut rest = Vec::new();
            for (place, (other, linear)) in terms.iter().enumerate() {
                let fits = place != at
                    && other.is_negative() != negative
                    && !left.sub(&other.abs()).is_negative()
                    && self.is_log_of_linear(*linear, whole);
                if fits {
                    left = left.sub(&other.abs());
                } else if place != at {
                    rest.push((other.clone(), *linear));
                }
            }
            if left == coeff.abs() {
                continue;
            }
            if !left.is_zero() {
                rest.push((if negative { left.neg() } else { left }, *term));
            }
            let found = concave(if matches!(whole, Whole::Matrix(_)) { SCHUR } else { DIAGONAL });
            return Some((rest, if negative { found.flipped() } else { found }));
        }
        None
    }

    /// X of log det X, x of Σ log xᵢ, where affine and positive.
    fn under_logarithm(&mut self, id: ExprId) -> Option<Whole> {
        match *self.prover.arena.node(id) {
            Node::Elementwise(Func::Log, inner) => {
                let Node::Det(matrix) = *self.prover.arena.node(inner) else { return None };
                self.is_affine_definite(matrix).then_some(Whole::Matrix(matrix))
            }
            Node::Reduce(Reduction::Sum, inner) => {
                let Node::Elementwise(Func::Log, vector) = *self.prover.arena.node(inner) else { return None };
                let fits = self.of(vector).is_affine() && self.prover.bounds(vector).is_positive();
                fits.then_some(Whole::Vector(vector))
            }
            _ => None,
        }
    }

    /// Whether it is the logarithm of c tr(AX) or c uᵀXu, of c wᵀx, with a constant A ⪰ 0, w ≥ 0 and c ≥ 0.
    fn is_log_of_linear(&mut self, id: ExprId, whole: Whole) -> bool {
        let Node::Elementwise(Func::Log, mut linear) = *self.prover.arena.node(id) else { return false };
        if let [(coeff, inner)] = &*self.prover.arena.terms(linear) {
            if coeff.is_negative() {
                return false;
            }
            linear = *inner;
        }
        if let Node::Product(factors) = self.prover.arena.node(linear).clone()
            && self.prover.arena.shape(factors[0]).is_scalar()
        {
            if self.varies(factors[0]) || !self.prover.bounds(factors[0]).is_nonnegative() {
                return false;
            }
            linear = self.prover.arena.mul(&factors[1..]);
        }
        match (whole, self.prover.arena.node(linear).clone()) {
            (Whole::Matrix(x), Node::Trace(inner)) => inner == x || self.is_weight_times(inner, x),
            (Whole::Matrix(x), Node::Product(factors)) => self.congruence(&factors) == Some(x),
            (Whole::Matrix(x), Node::Entry(of, row, col)) => of == x && row == col,
            (Whole::Vector(x), Node::Reduce(Reduction::Sum, inner)) => inner == x,
            (Whole::Vector(x), Node::Product(factors)) => {
                let [first, second] = *factors else { return false };
                let (t, u) = (self.prover.arena.transpose(first), self.prover.arena.transpose(second));
                [(first, u), (t, second)]
                    .into_iter()
                    .any(|(w, v)| v == x && !self.varies(w) && self.prover.bounds(w).is_nonnegative())
            }
            _ => false,
        }
    }

    /// Whether a product under a trace is AX with a constant A ⪰ 0, in any rotation.
    fn is_weight_times(&mut self, inner: ExprId, x: ExprId) -> bool {
        let Node::Product(factors) = self.prover.arena.node(inner).clone() else { return false };
        let Some(place) = factors.iter().position(|factor| *factor == x) else { return false };
        let others: Vec<ExprId> = factors[place + 1..].iter().chain(&factors[..place]).copied().collect();
        let weight = self.prover.arena.mul(&others);
        !self.varies(weight)
            && self.prover.arena.is_symmetric(weight)
            && self.prover.quietly(|prover| prover.semidefinite(weight, false)).is_some()
    }
}
