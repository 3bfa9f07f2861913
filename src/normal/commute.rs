//! Which square matrices commute because they are diagonal or functions of one matrix, and in what order such factors stand.

use crate::expr::{Arena, ExprId, MatrixFunction, Node};

/// How deep powers, sums and functions are looked through.
const MAX_DEPTH: u32 = 4;

impl Arena {
    /// Whether two square matrices are diagonal or functions of one matrix, so that they commute: X² and (I + X)⁻¹, expm(X) and logm(X).
    pub(super) fn commute(&self, left: ExprId, right: ExprId) -> bool {
        let (a, b) = (self.shape(left), self.shape(right));
        if !a.is_square() || a != b || a.is_scalar() {
            return false;
        }
        if self.is_diagonal(left) && self.is_diagonal(right) {
            return true;
        }
        match (self.generator(left, MAX_DEPTH), self.generator(right, MAX_DEPTH)) {
            (Some(left), Some(right)) => left == right,
            // A multiple of the identity.
            _ => true,
        }
    }

    /// Puts neighbours that commute in their order: powers first, then sums and their powers, then functions.
    pub(super) fn sort_commuting(&self, chain: &mut [ExprId]) {
        for end in 1..chain.len() {
            let mut at = end;
            while at > 0 && self.is_out_of_order(chain[at - 1], chain[at]) {
                chain.swap(at - 1, at);
                at -= 1;
            }
        }
    }

    /// Whether two neighbours commute and the right one stands first.
    pub(super) fn is_out_of_order(&self, left: ExprId, right: ExprId) -> bool {
        let key = |id: ExprId| (self.rank(id), id);
        key(right) < key(left) && self.commute(left, right)
    }

    fn rank(&self, id: ExprId) -> (u8, Option<MatrixFunction>) {
        match *self.node(id) {
            Node::Power(base, _) | Node::MatrixFunction(MatrixFunction::Sqrtm, base, _) => self.rank(base),
            Node::Add(_) => (1, None),
            Node::Pinv(_) => (3, None),
            Node::MatrixFunction(func, ..) => (2, Some(func)),
            _ => (0, None),
        }
    }

    /// The matrix that this one is a function of; `None` of a multiple of the identity.
    fn generator(&self, id: ExprId, depth: u32) -> Option<ExprId> {
        if depth == 0 {
            return Some(id);
        }
        match self.node(id) {
            Node::Identity(_) => None,
            Node::Power(base, _) => self.generator(*base, depth - 1),
            Node::Pinv(base) if self.is_declared_symmetric(*base) => self.generator(*base, depth - 1),
            Node::MatrixFunction(_, base, directions) if directions.is_empty() => self.generator(*base, depth - 1),
            Node::Add(terms) => self.common(terms.iter().map(|(_, term)| *term), depth).unwrap_or(Some(id)),
            Node::Product(factors) => {
                let matrices = factors.iter().copied().filter(|factor| !self.shape(*factor).is_scalar());
                self.common(matrices, depth).unwrap_or(Some(id))
            }
            _ => Some(id),
        }
    }

    /// The generator of several matrices; `None` where they have none in common.
    fn common(&self, parts: impl Iterator<Item = ExprId>, depth: u32) -> Option<Option<ExprId>> {
        let mut found = None;
        for part in parts {
            if !self.shape(part).is_square() {
                return None;
            }
            match (found, self.generator(part, depth - 1)) {
                (None, other) => found = other,
                (Some(_), None) => {}
                (Some(one), Some(other)) if one == other => {}
                _ => return None,
            }
        }
        Some(found)
    }
}
