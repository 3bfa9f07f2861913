//! Quasiconcave functions, those whose sets {u > c} are convex (Boyd & Vandenberghe, *Convex Optimization*, §3.4): what a domain u > 0 may
//! ask for.

use super::composition::{outer, outer_power};
use super::curvature::Analysis;
use crate::catalog::entrywise::Monotone;
use crate::expr::{BigOp, ExprId, Node};
use crate::number::Coeff;
use crate::sign::Bounds;

impl Analysis<'_> {
    /// Whether {u > 0} is convex.
    pub(super) fn is_quasiconcave(&mut self, id: ExprId) -> bool {
        self.is_quasi(id, true, true)
    }

    /// Whether all {u > c}, or with `above` false all {u < c}, are convex; with `at_zero` those for c = 0 alone.
    fn is_quasi(&mut self, id: ExprId, above: bool, at_zero: bool) -> bool {
        if !self.prover.spend() {
            return false;
        }
        let found = self.of(id);
        if if above { found.concave.is_some() } else { found.convex.is_some() } {
            return true;
        }
        let (content, primitive) = self.prover.arena.split_content(id);
        if primitive != id {
            return self.is_quasi(primitive, above != content.is_negative(), at_zero);
        }
        match self.prover.arena.node(id).clone() {
            Node::Elementwise(func, inner) => match func.row().monotone {
                Monotone::Increasing => self.is_quasi(inner, above, false),
                Monotone::Decreasing => self.is_quasi(inner, !above, false),
                Monotone::WithSize | Monotone::Unknown => {
                    let bounds = self.prover.bounds(inner);
                    let outer = outer(func, &bounds);
                    (outer.rising && self.is_quasi(inner, above, false))
                        || (outer.falling && self.is_quasi(inner, !above, false))
                }
            },
            Node::Hadamard(factors) => {
                if let [(base, exponent)] = *factors
                    && let Some(p) = self.prover.arena.as_number(exponent).cloned()
                {
                    // An odd power is above 0 where its base is.
                    if at_zero && p.to_i64().is_some_and(|p| p % 2 != 0) {
                        return self.is_quasi(base, above, true);
                    }
                    let bounds = self.prover.bounds(base);
                    let outer = outer_power(&p, &bounds);
                    return (outer.rising && self.is_quasi(base, above, false))
                        || (outer.falling && self.is_quasi(base, !above, false));
                }
                // A positive product by its logarithm.
                if !self.prover.bounds(id).is_positive() {
                    return false;
                }
                let found = self.log_of(id);
                if above { found.concave.is_some() } else { found.convex.is_some() }
            }
            // Of positive terms it is above 0 everywhere, or where it has none nowhere.
            Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } => {
                at_zero && !self.varies(lower) && !self.varies(upper) && self.prover.bounds(body).is_positive()
            }
            Node::Add(terms) => self.is_quasi_sum(&terms, above, at_zero),
            _ => false,
        }
    }

    /// A sum of which one term varies is as that term is. For nonnegative u and v the set u − v > 0 is √u − √v > 0, which is convex where √u is
    /// concave and √v convex.
    fn is_quasi_sum(&mut self, terms: &[(Coeff, ExprId)], above: bool, at_zero: bool) -> bool {
        let varying: Vec<_> = terms.iter().filter(|(_, term)| self.varies(*term)).cloned().collect();
        if let [(coeff, term)] = &*varying {
            return self.is_quasi(*term, above != coeff.is_negative(), false);
        }
        if !above || !at_zero {
            return false;
        }
        let (mut plus, mut minus) = (Vec::new(), Vec::new());
        for (coeff, term) in terms {
            let bounds: Bounds = self.prover.bounds(*term).scale(coeff);
            if bounds.is_nonnegative() {
                plus.push((coeff.clone(), *term));
            } else if bounds.is_nonpositive() {
                minus.push((coeff.neg(), *term));
            } else {
                return false;
            }
        }
        if plus.is_empty() || minus.is_empty() {
            return false;
        }
        let shape = self.prover.arena.shape(terms[0].1);
        let (plus, minus) = (self.prover.arena.add_terms(plus, shape), self.prover.arena.add_terms(minus, shape));
        let Some(half) = Coeff::ratio(1, 2) else { return false };
        let (left, right) = (self.prover.arena.pow_number(plus, &half), self.prover.arena.pow_number(minus, &half));
        self.of(left).concave.is_some() && self.of(right).convex.is_some()
    }
}
