//! What the logarithm of a positive part is: convex of sums of log-convex parts, concave of concave parts and of determinants.

use super::composition::{Outer, compose};
use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::catalog::entrywise::Parity;
use crate::expr::{BigOp, ExprId, Func, Node, Reduction};
use crate::number::Coeff;
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
            Node::Elementwise(Func::Log, inner) if self.is_softplus(inner).is_some() => {
                let inner = self.is_softplus(inner).unwrap_or(inner);
                self.log_concave(Func::Softplus.row().log_concave, true, inner)
            }
            Node::Elementwise(func, inner) if !func.row().log_concave.is_empty() => {
                self.log_concave(func.row().log_concave, true, inner)
            }
            Node::Add(terms) if self.one_plus(&terms).is_some() => match self.one_plus(&terms) {
                Some((because, rising, inner)) => self.log_concave(because, rising, inner),
                None => Found::default(),
            },
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
        if found.convex.is_none() && found.concave.is_none() {
            found.convex = self.log_by_reciprocal(id);
        }
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

    /// The logarithm of a log-concave and monotone function.
    fn log_concave(&mut self, because: &'static str, rising: bool, inner: ExprId) -> Found {
        let found = self.of(inner);
        compose(Outer { concave: true, rising, falling: !rising, because, ..Outer::default() }, inner, &found)
    }

    /// u of 1 + exp(u).
    fn is_softplus(&self, id: ExprId) -> Option<ExprId> {
        let Node::Add(terms) = self.prover.arena.node(id) else { return None };
        let [(c, first), (d, second)] = &**terms else { return None };
        [(*first, *second), (*second, *first)].into_iter().find_map(|(one, exponential)| {
            let is_one = self.prover.arena.is_one(one) || self.prover.arena.is_ones(one);
            match self.prover.arena.node(exponential) {
                Node::Elementwise(Func::Exp, inner) if is_one && c.is_one() && d.is_one() => Some(*inner),
                _ => None,
            }
        })
    }

    /// f and u of c(1 ± f(u)) with c > 0 and an odd f with log-concave 1 + f; whether it grows with u.
    fn one_plus(&self, terms: &[(Coeff, ExprId)]) -> Option<(&'static str, bool, ExprId)> {
        let [first, second] = terms else { return None };
        [(first, second), (second, first)].into_iter().find_map(|((c, one), (d, function))| {
            let is_one = self.prover.arena.is_one(*one) || self.prover.arena.is_ones(*one);
            let Node::Elementwise(func, inner) = *self.prover.arena.node(*function) else { return None };
            let because = func.row().one_plus_log_concave;
            let fits =
                is_one && !c.is_negative() && d.abs() == *c && !because.is_empty() && func.row().parity == Parity::Odd;
            fits.then_some((because, !d.is_negative(), inner))
        })
    }

    /// Σ log of parts.
    fn log_sum(&mut self, parts: &[ExprId]) -> Found {
        let mut all = Found::affine();
        for part in parts {
            if !self.is_positive_or_zero(*part) {
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
            let fits =
                if p.is_negative() { self.prover.bounds(*base).is_positive() } else { self.is_positive_or_zero(*base) };
            if !fits {
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
            if !self.is_positive_or_zero(*part) || self.log_of(*part).convex.is_none() {
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
