//! Sums over the entries of an array: what uᵀv, ‖u‖², ‖u‖₁ and sums of those are by the entries that they add up, which are judged
//! together.

use super::curvature::Analysis;
use super::found::Found;
use crate::expr::{BigOp, ExprId, Func, Node, Norm, Reduction, Shape};
use crate::number::Coeff;
use crate::positivity::Curvature;

/// Terms of a sum that are sums over arrays of one shape, or over an index of one range.
enum Group {
    Array(Shape),
    Range(ExprId, ExprId),
}

impl Analysis<'_> {
    /// A sum of sums over entries, each array of entries judged as a whole.
    pub(super) fn of_entries(&mut self, id: ExprId) -> Found {
        if !self.prover.arena.shape(id).is_scalar() {
            return Found::default();
        }
        let terms = self.prover.arena.terms(id);
        let mut groups: Vec<(Group, Vec<(Coeff, ExprId)>)> = Vec::new();
        let mut rest = Vec::new();
        for (coeff, term) in terms {
            if !self.varies(term) {
                continue;
            }
            if let Some(entries) = self.entries_of(term) {
                let shape = self.prover.arena.shape(entries);
                let group =
                    groups.iter_mut().find(|(group, _)| matches!(group, Group::Array(known) if *known == shape));
                match group {
                    Some((_, list)) => list.push((coeff, entries)),
                    None => groups.push((Group::Array(shape), vec![(coeff, entries)])),
                }
            } else if let Node::Indexed { op: BigOp::Sum, lower, upper, .. } = *self.prover.arena.node(term) {
                let group = (groups.iter_mut())
                    .find(|(group, _)| matches!(group, Group::Range(low, high) if (*low, *high) == (lower, upper)));
                match group {
                    Some((_, list)) => list.push((coeff, term)),
                    None => groups.push((Group::Range(lower, upper), vec![(coeff, term)])),
                }
            } else {
                rest.push((coeff, term));
            }
        }
        // Alone each was judged before.
        if groups.iter().all(|(group, list)| matches!(group, Group::Range(..)) && list.len() < 2) {
            return Found::default();
        }
        let mut parts = Vec::new();
        for (group, list) in groups {
            parts.push(match group {
                Group::Array(shape) => self.prover.arena.add_terms(list, shape),
                Group::Range(lower, upper) => self.joint_body(lower, upper, &list),
            });
        }
        for (coeff, term) in rest {
            parts.push(self.prover.arena.scale(&coeff, term));
        }
        if parts.contains(&id) {
            return Found::default();
        }
        let mut all = Found::affine();
        for part in parts {
            let found = self.of(part);
            if found.is_affine() {
                continue;
            }
            for (known, own, kind) in [
                (&mut all.convex, &found.convex, Curvature::Convex),
                (&mut all.concave, &found.concave, Curvature::Concave),
            ] {
                match (known.as_mut(), own) {
                    (Some(why), Some(_)) => {
                        why.because = "a sum of entries";
                        why.parts.push((part, kind));
                    }
                    _ => *known = None,
                }
            }
        }
        all
    }

    /// The body of several sums over the same range.
    fn joint_body(&mut self, lower: ExprId, upper: ExprId, terms: &[(Coeff, ExprId)]) -> ExprId {
        let fresh = self.prover.arena.fresh_index();
        self.prover.arena.set_range(fresh, (lower, upper));
        let place = self.prover.arena.index(fresh);
        let mut bodies = Vec::new();
        for (coeff, term) in terms {
            if let Node::Indexed { index, body, .. } = *self.prover.arena.node(*term) {
                bodies.push((coeff.clone(), self.prover.arena.substitute_index(body, index, place)));
            }
        }
        self.prover.arena.add_terms(bodies, Shape::SCALAR)
    }

    /// The array whose entries add up to a scalar.
    fn entries_of(&mut self, id: ExprId) -> Option<ExprId> {
        match self.prover.arena.node(id).clone() {
            Node::Reduce(Reduction::Sum, inner) => Some(inner),
            Node::Norm(Norm::One, inner) => Some(self.prover.arena.elementwise(Func::Abs, inner)),
            Node::Hadamard(factors) => {
                let [(base, exponent)] = *factors else { return None };
                let Node::Norm(Norm::Frobenius, inner) = *self.prover.arena.node(base) else { return None };
                (self.prover.arena.as_number(exponent) == Some(&Coeff::integer(2))).then_some(())?;
                Some(self.prover.arena.pow_number(inner, &Coeff::integer(2)))
            }
            Node::Product(factors) => {
                // uᵀv, or uᵀDv with D diagonal.
                let (first, last) = (factors[0], factors[factors.len() - 1]);
                let shape = self.prover.arena.shape(last);
                if !self.prover.arena.shape(first).is_row() || !shape.is_column() {
                    return None;
                }
                let mut product = self.prover.arena.transpose(first);
                for factor in &factors[1..factors.len() - 1] {
                    let Node::Diag(vector) = *self.prover.arena.node(*factor) else {
                        return self.weighted_entries(&factors);
                    };
                    product = self.prover.arena.hadamard(product, vector);
                }
                Some(self.prover.arena.hadamard(product, last))
            }
            _ => None,
        }
    }

    /// cᵀv of a row cᵀ of constants.
    fn weighted_entries(&mut self, factors: &[ExprId]) -> Option<ExprId> {
        let constant = factors.iter().take_while(|factor| !self.varies(**factor)).count();
        if constant == 0 || constant == factors.len() {
            return None;
        }
        let row = self.prover.arena.mul(&factors[..constant]);
        let column = self.prover.arena.mul(&factors[constant..]);
        self.prover.arena.shape(column).is_column().then_some(())?;
        let weights = self.prover.arena.transpose(row);
        Some(self.prover.arena.hadamard(weights, column))
    }
}
