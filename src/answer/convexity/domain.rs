//! The domain of a function: what of it does not describe a convex set, and what it says of signs.

use rustc_hash::FxHashMap;

use super::curvature::Analysis;
use crate::answer::finish::domain_of;
use crate::catalog::entrywise::Domain;
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, IndexId, MatrixFunction, Node, Norm};
use crate::number::Coeff;

impl Analysis<'_> {
    /// What of the domain keeps a function from being judged as a whole: conditions that do not describe a convex set. What the domain
    /// says of signs is assumed from here on. With `kinks` also points at which the second derivative fails to exist.
    pub(super) fn domain(&mut self, root: ExprId, kinks: bool) -> Vec<Condition> {
        let mut blockers = Vec::new();
        // Signs first: log(1/x) is asked for x > 0 before 1/x is for x ≠ 0.
        let order = self.prover.arena.post_order(root);
        for id in &order {
            self.need_sign(*id, &mut blockers);
        }
        for id in order {
            self.need_domain(root, id, kinks, &mut blockers);
        }
        blockers
    }

    /// Assumes what the conditions of the whole say of signs: what is asked of every entry of a sum is known of the array.
    pub(super) fn assume_domain(&mut self, raw: ExprId, root: ExprId) {
        for condition in domain_of(self.prover.arena, raw, root) {
            match condition {
                Condition::Positive(id) => self.prover.assume_positive(id),
                Condition::NonZero(id) => self.prover.assume_nonzero(id),
                Condition::EntriesNonZero(id) => self.prover.assume_entries_nonzero(id),
                _ => {}
            }
        }
        self.forget();
    }

    /// As [`Self::domain`], for an expression as it was written, whose domain its normal form may not have.
    pub(super) fn written_domain(&mut self, raw: ExprId) -> Vec<Condition> {
        let (mut blockers, mut written) = (Vec::new(), Vec::new());
        let indices = self.indices_in_normal_form(raw);
        for id in self.prover.arena.post_order(raw) {
            // Of each operator as it was written, on operands in normal form.
            let normal: FxHashMap<ExprId, ExprId> = self
                .prover
                .arena
                .node(id)
                .children()
                .into_iter()
                .map(|child| {
                    let normal = self.prover.arena.normalize(child);
                    let renamed = indices.iter().fold(normal, |normal, (written, bound)| {
                        self.prover.arena.substitute_index(normal, *written, *bound)
                    });
                    (child, renamed)
                })
                .collect();
            let to = |child: &ExprId| normal.get(child).copied().unwrap_or(*child);
            let node = match self.prover.arena.node(id).clone() {
                Node::Elementwise(func, inner) => Node::Elementwise(func, to(&inner)),
                Node::Power(base, exponent) => Node::Power(to(&base), to(&exponent)),
                Node::MatrixFunction(func, inner, directions) => Node::MatrixFunction(func, to(&inner), directions),
                Node::Pinv(inner) => Node::Pinv(to(&inner)),
                Node::Hadamard(factors) => {
                    Node::Hadamard(factors.iter().map(|(base, exponent)| (to(base), to(exponent))).collect())
                }
                _ => continue,
            };
            written.push(self.prover.arena.intern(node));
        }
        for id in &written {
            self.need_sign(*id, &mut blockers);
        }
        for id in written {
            self.need_domain(id, id, false, &mut blockers);
        }
        blockers
    }

    /// The indices of sums and products as they were written, each with the one that stands for it in normal form.
    fn indices_in_normal_form(&mut self, raw: ExprId) -> Vec<(IndexId, ExprId)> {
        let arena = &mut *self.prover.arena;
        let mut found = Vec::new();
        for id in arena.post_order(raw) {
            let Node::Indexed { index, .. } = *arena.node(id) else { continue };
            let normal = arena.normalize(id);
            let (_, primitive) = arena.split_content(normal);
            if let Node::Indexed { index: bound, .. } = *arena.node(primitive) {
                let bound = arena.index(bound);
                found.push((index, bound));
            }
        }
        found
    }

    /// What a function of the catalog asks of the sign of its argument.
    fn need_sign(&mut self, id: ExprId, blockers: &mut Vec<Condition>) {
        let Node::Elementwise(func, inner) = *self.prover.arena.node(id) else { return };
        match func.row().domain {
            Domain::Positive => self.need_positive(inner, blockers),
            // At 1 it has a value and a kink.
            Domain::FromOne => {
                let shape = self.prover.arena.shape(inner);
                let one = self.prover.arena.ones(shape);
                let above = self.prover.arena.minus(inner, one);
                self.need_positive(above, blockers);
                self.prover.assume_positive(inner);
            }
            Domain::Real | Domain::CosineNonZero | Domain::UpToOneInSize | Domain::BelowOneInSize => {}
        }
    }

    /// The positive semidefinite matrix whose inverse or determinant is asked for, as positive definite from here on; whether that
    /// describes a convex set.
    fn need_definite(&mut self, matrix: ExprId) -> bool {
        match self.prover.quietly(|prover| prover.semidefinite(matrix, false)) {
            Some(true) => true,
            Some(false) if self.loewner(matrix).concave.is_some() => {
                self.prover.assume_definite(matrix);
                self.forget();
                true
            }
            _ => false,
        }
    }

    fn need_domain(&mut self, root: ExprId, id: ExprId, kinks: bool, blockers: &mut Vec<Condition>) {
        match self.prover.arena.node(id).clone() {
            Node::Elementwise(Func::Abs, inner) if kinks && self.varies(inner) => {
                let bounds = self.prover.bounds(inner);
                if !bounds.is_nonnegative() && !bounds.is_nonpositive() {
                    blockers.push(Condition::NonZero(inner));
                }
            }
            Node::Elementwise(func, inner) => match func.row().domain {
                Domain::Real => {}
                Domain::CosineNonZero if self.varies(inner) => {
                    let cosine = self.prover.arena.elementwise(Func::Cos, inner);
                    blockers.push(match self.prover.arena.shape(cosine).is_scalar() {
                        true => Condition::NonZero(cosine),
                        false => Condition::EntriesNonZero(cosine),
                    });
                }
                Domain::CosineNonZero => {}
                Domain::Positive | Domain::FromOne => {}
                Domain::UpToOneInSize | Domain::BelowOneInSize => {
                    if !self.of(inner).is_affine() {
                        let arena = &mut *self.prover.arena;
                        let (ones, two) = (arena.ones(arena.shape(inner)), arena.integer(2));
                        let square = arena.pow(inner, two);
                        blockers.push(Condition::Positive(arena.minus(ones, square)));
                    }
                }
            },
            Node::Hadamard(factors) => {
                for (base, exponent) in &*factors {
                    self.need_power(*base, *exponent, kinks, blockers);
                }
            }
            Node::Norm(Norm::Frobenius, inner) if kinks && self.varies(inner) && !self.only_in_powers(root, id) => {
                blockers.push(Condition::NonZero(inner));
            }
            Node::Power(base, exponent) => {
                let is_whole = self.prover.arena.is_integer_valued(exponent);
                let known = is_whole && self.prover.bounds(exponent).is_nonnegative();
                let exponent = self.prover.arena.as_number(exponent).cloned();
                // A root is asked for no more than nonnegative eigenvalues.
                let is_root = exponent.as_ref().is_some_and(|p| !p.is_negative())
                    && self.prover.quietly(|prover| prover.semidefinite(base, false)).is_some();
                if self.varies(base) && !known && !is_root && !self.need_definite(base) {
                    blockers.push(Condition::Invertible(base));
                }
            }
            Node::MatrixFunction(func @ (MatrixFunction::Logm | MatrixFunction::Sqrtm), inner, _)
                if self.varies(inner) =>
            {
                let is_root = func == MatrixFunction::Sqrtm
                    && self.prover.quietly(|prover| prover.semidefinite(inner, false)).is_some();
                if !is_root && !self.need_definite(inner) {
                    blockers.push(Condition::NoNegativeEigenvalues(inner));
                }
            }
            Node::Pinv(inner) if self.varies(inner) => blockers.push(Condition::ConstantRank(inner)),
            _ => {}
        }
    }

    fn need_positive(&mut self, inner: ExprId, blockers: &mut Vec<Condition>) {
        if self.prover.bounds(inner).is_positive() {
            return;
        }
        if let Node::Det(matrix) = *self.prover.arena.node(inner)
            && self.need_definite(matrix)
        {
            return;
        }
        self.narrower |= self.domain_is_known && self.varies(inner);
        // What is positive or zero whatever the variables are is asked of the other symbols.
        if self.varies(inner) && !self.is_positive_or_zero(inner) && !self.is_quasiconcave(inner) {
            blockers.push(Condition::Positive(inner));
        }
        self.prover.assume_positive(inner);
        self.forget();
    }

    fn need_power(&mut self, base: ExprId, exponent: ExprId, kinks: bool, blockers: &mut Vec<Condition>) {
        let number = self.prover.arena.as_number(exponent).cloned();
        let bounds = self.prover.bounds(base);
        let norm = match *self.prover.arena.node(base) {
            Node::Norm(_, inner) => Some(inner),
            _ => None,
        };
        match number {
            Some(p) if p.is_negative() && !bounds.is_nonzero() => {
                if !p.is_integer() && norm.is_none() && !bounds.is_nonnegative() {
                    self.need_positive(base, blockers);
                    return;
                }
                let of = self.vanishing(norm.unwrap_or(base));
                if self.varies(of) && !blockers.contains(&Condition::NonZero(of)) {
                    blockers.push(Condition::NonZero(of));
                }
                match norm {
                    Some(inner) => [of, inner].into_iter().for_each(|id| self.prover.assume_nonzero(id)),
                    None => [of, base].into_iter().for_each(|id| self.prover.assume_entries_nonzero(id)),
                }
                if bounds.is_nonnegative() && norm.is_none() {
                    self.prover.assume_positive(base);
                }
                self.forget();
            }
            Some(p) if !p.is_negative() && !p.is_integer() && !bounds.is_positive() => {
                if bounds.is_nonnegative() {
                    // √ of what vanishes inside the domain has a kink there.
                    if kinks && self.varies(base) && (norm.is_none() || Coeff::ONE.sub(&p) == Coeff::ONE.sub(&p).abs())
                    {
                        blockers.push(Condition::NonZero(norm.unwrap_or(base)));
                    }
                    return;
                }
                self.need_positive(base, blockers);
            }
            None if !bounds.is_positive() && !self.prover.arena.is_integer_valued(exponent) => {
                self.need_positive(base, blockers);
            }
            // A power that is a whole number from 0 on has a value everywhere.
            None if self.prover.bounds(exponent).is_nonnegative() => {}
            None if !bounds.is_positive() && self.varies(base) => blockers.push(Condition::NonZero(base)),
            _ => {}
        }
    }

    /// What vanishes exactly where it does: of a power its base, of uᵀMu with M ≻ 0 the vector u.
    fn vanishing(&mut self, id: ExprId) -> ExprId {
        let base = self.prover.power_base(id);
        if let Node::Product(factors) = self.prover.arena.node(base).clone()
            && let [first, middle @ .., last] = &*factors
            && !middle.is_empty()
            && self.prover.arena.shape(*last).is_column()
            && self.prover.arena.transpose(*first) == *last
        {
            let middle = self.prover.arena.mul(middle);
            if self.prover.quietly(|prover| prover.semidefinite(middle, false)) == Some(true) {
                self.prover.assume_positive(base);
                return *last;
            }
        }
        base
    }

    /// Whether ‖u‖ stands in powers above 1 only, where it has a continuous derivative.
    fn only_in_powers(&mut self, root: ExprId, norm: ExprId) -> bool {
        if root == norm {
            return false;
        }
        self.prover.arena.post_order(root).iter().all(|id| {
            let arena: &Arena = self.prover.arena;
            match arena.node(*id) {
                Node::Hadamard(factors) => factors.iter().all(|(base, exponent)| {
                    *base != norm
                        || arena
                            .as_number(*exponent)
                            .is_some_and(|p| p.is_negative() || Coeff::ONE.sub(p).is_negative())
                }),
                node => !node.children().contains(&norm),
            }
        })
    }
}
