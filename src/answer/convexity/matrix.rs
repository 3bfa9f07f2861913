//! Functions of matrices: the matrix fractional function uᵀP⁻¹u and traces of functions of a symmetric matrix (Boyd & Vandenberghe,
//! *Convex Optimization*, §3.1.7 and exercise 3.26; Carlen 2010, *Trace inequalities and quantum entropy*, theorem 2.10).

use super::curvature::{Analysis, Found, Why};
use crate::expr::{ExprId, MatrixFunction, Node};
use crate::number::Coeff;

/// Longest product under a trace whose rotations are searched.
const MAX_ROTATIONS: usize = 8;

const FRACTIONAL: &str = "the matrix fractional function of affine arguments, the inverted one positive definite";
const TRACE_CONVEX: &str = "tr f(X) of a symmetric X for a convex f";
const TRACE_CONCAVE: &str = "tr f(X) of a symmetric X for a concave f";

fn convex(because: &'static str) -> Found {
    Found { convex: Some(Why { because, ..Why::default() }), concave: None }
}

fn concave(because: &'static str) -> Found {
    convex(because).flipped()
}

impl Analysis<'_> {
    /// uᵀP⁻¹u, jointly in u and P.
    pub(super) fn fractional(&mut self, factors: &[ExprId]) -> Found {
        let scalar = usize::from(self.prover.arena.shape(factors[0]).is_scalar());
        if scalar > 0 && self.varies(factors[0]) {
            return Found::default();
        }
        let nonnegative = scalar == 0 || self.prover.bounds(factors[0]).is_nonnegative();
        if nonnegative && self.is_fractional(&factors[scalar..]) { convex(FRACTIONAL) } else { Found::default() }
    }

    /// Whether a chain is UᵀP⁻¹U with U affine, and P affine and positive definite.
    fn is_fractional(&mut self, chain: &[ExprId]) -> bool {
        if chain.len().is_multiple_of(2) {
            return false;
        }
        let middle = chain.len() / 2;
        let Node::Power(base, exponent) = *self.prover.arena.node(chain[middle]) else { return false };
        let is_inverse = self.prover.arena.as_number(exponent) == Some(&Coeff::MINUS_ONE);
        let mirrored = (0..middle).all(|at| {
            let other = chain[chain.len() - 1 - at];
            self.prover.arena.transpose(chain[at]) == other
        });
        if !is_inverse || !mirrored || middle == 0 {
            return false;
        }
        let column = self.prover.arena.mul(&chain[middle + 1..]);
        self.of(column).is_affine()
            && self.of(base).is_affine()
            && self.prover.quietly(|prover| prover.semidefinite(base, false)) == Some(true)
    }

    /// tr(UᵀP⁻¹U), and tr f(X) for a function f that is convex or concave on the eigenvalues of X; `None` of other traces.
    pub(super) fn spectral_trace(&mut self, inner: ExprId) -> Option<Found> {
        match self.prover.arena.node(inner).clone() {
            Node::MatrixFunction(func, of, directions) if directions.is_empty() => {
                if !self.is_affine_symmetric(of) {
                    return None;
                }
                match func {
                    MatrixFunction::Expm => Some(convex(TRACE_CONVEX)),
                    MatrixFunction::Logm | MatrixFunction::Sqrtm => Some(concave(TRACE_CONCAVE)),
                    MatrixFunction::User(..) => None,
                }
            }
            Node::Power(of, exponent) => {
                let p = self.prover.arena.as_number(exponent)?.clone();
                if !self.is_affine_symmetric(of) {
                    return None;
                }
                let even = p.to_i64().is_some_and(|p| p > 0 && p % 2 == 0);
                let sign = self.prover.quietly(|prover| prover.semidefinite(of, false));
                let above_one = !p.sub(&Coeff::ONE).is_negative();
                match sign {
                    _ if even => Some(convex(TRACE_CONVEX)),
                    Some(_) if above_one => Some(convex(TRACE_CONVEX)),
                    Some(true) if p.is_negative() => Some(convex(TRACE_CONVEX)),
                    Some(_) if !p.is_negative() => Some(concave(TRACE_CONCAVE)),
                    _ => None,
                }
            }
            Node::Product(factors) => {
                if let [first, second] = *factors
                    && [(first, second), (second, first)].into_iter().any(|(x, log)| {
                        matches!(self.prover.arena.node(log), Node::MatrixFunction(MatrixFunction::Logm, of, directions)
                            if *of == x && directions.is_empty())
                            && self.is_affine_symmetric(x)
                    })
                {
                    return Some(convex(TRACE_CONVEX));
                }
                if factors.len() > MAX_ROTATIONS || !self.varies(inner) {
                    return None;
                }
                (0..factors.len())
                    .any(|start| {
                        let rotated: Vec<ExprId> = factors[start..].iter().chain(&factors[..start]).copied().collect();
                        self.is_fractional(&rotated)
                    })
                    .then(|| convex(FRACTIONAL))
            }
            _ => None,
        }
    }

    fn is_affine_symmetric(&mut self, id: ExprId) -> bool {
        self.varies(id) && self.prover.arena.is_symmetric(id) && self.of(id).is_affine()
    }

    /// log tr expm(X) of an affine symmetric X.
    pub(super) fn log_trace(&mut self, inner: ExprId) -> Found {
        let Node::MatrixFunction(MatrixFunction::Expm, of, directions) = self.prover.arena.node(inner).clone() else {
            return Found::default();
        };
        if directions.is_empty() && self.is_affine_symmetric(of) {
            return convex("the log-sum-exp of the eigenvalues");
        }
        Found::default()
    }
}
