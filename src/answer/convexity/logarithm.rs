//! What the logarithm of a positive part is: convex of sums of log-convex parts, concave of concave parts and of determinants.

use super::composition::{Outer, compose};
use super::curvature::{Analysis, Found, Why};
use crate::expr::{BigOp, ExprId, Func, Node, Reduction};
use crate::positivity::Curvature;

impl Analysis<'_> {
    /// What the logarithm of a part is.
    pub(super) fn log_of(&mut self, id: ExprId) -> Found {
        if !self.varies(id) {
            return Found::affine();
        }
        if !self.prover.spend() {
            return Found::default();
        }
        let found = match self.prover.arena.node(id).clone() {
            Node::Elementwise(Func::Exp, inner) => self.of(inner),
            Node::Elementwise(Func::Sigmoid, inner) => {
                let found = self.of(inner);
                let because = "log σ is concave and nondecreasing";
                compose(Outer { concave: true, rising: true, because, ..Outer::default() }, inner, &found)
            }
            Node::Hadamard(factors) => self.log_of_powers(&factors),
            Node::Product(factors) if self.prover.arena.shape(factors[0]).is_scalar() => {
                let rest = self.prover.arena.mul(&factors[1..]);
                self.log_sum(&[factors[0], rest])
            }
            Node::Det(inner) => self.log_det(inner),
            Node::Trace(inner) => self.log_trace(inner),
            Node::Add(terms) if terms.iter().all(|(coeff, _)| !coeff.is_negative()) => {
                let terms: Vec<ExprId> = terms.iter().map(|(_, term)| *term).collect();
                self.log_convex_sum(&terms)
            }
            Node::Indexed { op: BigOp::Sum, body, .. } => self.log_convex_sum(&[body]),
            Node::Reduce(Reduction::Sum, inner) => self.log_convex_sum(&[inner]),
            _ => Found::default(),
        };
        let mut found = found;
        if found.concave.is_none() {
            let inner = self.of(id);
            if inner.concave.is_some() {
                let because = "log is concave and nondecreasing";
                let parts = if inner.is_affine() { Vec::new() } else { vec![(id, Curvature::Concave)] };
                found.concave = Some(Why { because, parts, ..Why::default() });
            }
        }
        found
    }

    /// Σ log of parts.
    fn log_sum(&mut self, parts: &[ExprId]) -> Found {
        let mut all = Found::affine();
        for part in parts {
            if !self.prover.bounds(*part).is_positive() {
                return Found::default();
            }
            let found = self.log_of(*part);
            all = both(all, found);
        }
        all
    }

    pub(super) fn log_of_powers(&mut self, factors: &[(ExprId, ExprId)]) -> Found {
        let mut all = Found::affine();
        for (base, exponent) in factors {
            let Some(p) = self.prover.arena.as_number(*exponent).cloned() else { return Found::default() };
            if !self.prover.bounds(*base).is_positive() {
                return Found::default();
            }
            let found = self.log_of(*base);
            all = both(all, if p.is_negative() { found.flipped() } else { found });
        }
        all
    }

    /// A sum of positive parts of which each has a convex logarithm has one.
    fn log_convex_sum(&mut self, parts: &[ExprId]) -> Found {
        for part in parts {
            if !self.prover.bounds(*part).is_positive() || self.log_of(*part).convex.is_none() {
                return Found::default();
            }
        }
        let because = "the logarithm of a sum of log-convex functions";
        Found { convex: Some(Why { because, ..Why::default() }), concave: None }
    }
}

fn both(a: Found, b: Found) -> Found {
    let join = |x: Option<Why>, y: Option<Why>| {
        let (mut x, y) = (x?, y?);
        x.parts.extend(y.parts);
        x.lines.extend(y.lines);
        if x.because.is_empty() {
            x.because = y.because;
        }
        Some(x)
    };
    Found { convex: join(a.convex, b.convex), concave: join(a.concave, b.concave) }
}
