//! Brings whole expressions into normal form: every node is built again, from the leaves up.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Node, Norm};

impl Arena {
    /// Brings an expression as it was written into normal form: every node is built again, from the leaves up.
    pub fn normalize(&mut self, root: ExprId) -> ExprId {
        if let Some(normal) = self.memo.normal.get(&root) {
            return *normal;
        }
        let mut map = std::mem::take(&mut self.memo.normal);
        let result = self.rewrite_each(root, &mut map, |_, _, _, _| {});
        self.memo.normal = map;
        result
    }

    /// Builds the expression again with the nodes in `map` replaced; `map` also keeps what was rebuilt.
    pub fn rewrite(&mut self, root: ExprId, map: &mut FxHashMap<ExprId, ExprId>) -> ExprId {
        self.rewrite_each(root, map, |_, _, _, _| {})
    }

    /// [`Self::rewrite`]; `then` is told of each node and of what it became.
    pub(super) fn rewrite_each(
        &mut self,
        root: ExprId,
        map: &mut FxHashMap<ExprId, ExprId>,
        mut then: impl FnMut(&mut Self, &FxHashMap<ExprId, ExprId>, ExprId, ExprId),
    ) -> ExprId {
        for id in self.post_order_beyond(root, |id| map.contains_key(&id)) {
            let rebuilt = self.rebuild(id, map);
            map.insert(id, rebuilt);
            then(self, map, id, rebuilt);
        }
        map.get(&root).copied().unwrap_or(root)
    }

    /// The node with its children replaced, in normal form. Children that `map` does not hold stay.
    pub(crate) fn rebuild(&mut self, id: ExprId, map: &FxHashMap<ExprId, ExprId>) -> ExprId {
        let to = |child: &ExprId| map.get(child).copied().unwrap_or(*child);
        let shape = self.shape(id);
        match self.node(id).clone() {
            Node::Number(_)
            | Node::Pi
            | Node::Index(_)
            | Node::Symbol(_)
            | Node::Differential(..)
            | Node::Commutation(_)
            | Node::Selection(..)
            | Node::Zeros(_) => id,
            Node::Size(size) => self.size(size),
            Node::Identity(size) => self.identity(size),
            Node::Ones(shape) => self.ones(shape),
            Node::Member(symbol, index) => self.member(symbol, to(&index)),
            Node::Basis(size, index) => self.basis(size, to(&index)),
            Node::Literal(shape, entries) => {
                let entries: Vec<_> = entries.iter().map(to).collect();
                self.intern(Node::Literal(shape, entries.into()))
            }
            Node::Add(terms) => {
                let terms: Vec<_> = terms.iter().map(|(coeff, term)| (coeff.clone(), to(term))).collect();
                let sum = self.add_terms(terms, shape);
                self.inherit_written(id, sum, |_, term| to(&term));
                sum
            }
            Node::Product(factors) => {
                let factors: Vec<_> = factors.iter().map(to).collect();
                self.mul(&factors)
            }
            Node::Hadamard(factors) => {
                let factors: Vec<_> = factors.iter().map(|(base, exponent)| (to(base), to(exponent))).collect();
                self.hadamard_powers(&factors, shape)
            }
            Node::Kron(left, right) => self.kron(to(&left), to(&right)),
            Node::Transpose(inner) => self.transpose(to(&inner)),
            Node::Power(base, exponent) => self.power(to(&base), to(&exponent)),
            Node::Entry(of, row, col) => self.entry(to(&of), to(&row), to(&col)),
            Node::Indexed { op, index, lower, upper, body } => {
                self.indexed(op, index, to(&lower), to(&upper), to(&body))
            }
            Node::Choose(condition, then, otherwise) => self.choose(to(&condition), to(&then), to(&otherwise)),
            Node::Elementwise(func, inner) => self.elementwise(func, to(&inner)),
            Node::MatrixFunction(func, inner, directions) => {
                let directions: Vec<_> = directions.iter().map(to).collect();
                self.matrix_function(func, to(&inner), &directions)
            }
            Node::Map(map, inner, place) => {
                let place: Vec<_> = place.iter().map(to).collect();
                self.map(map, to(&inner), &place)
            }
            Node::Trace(inner) => self.trace(to(&inner)),
            Node::Det(inner) => self.det(to(&inner)),
            Node::Reduce(reduction, inner) => self.reduce(reduction, to(&inner)),
            Node::Norm(norm, inner) => {
                let norm = if let Norm::P(p) = norm { Norm::P(to(&p)) } else { norm };
                self.norm(norm, to(&inner))
            }
            Node::Spectral(which, inner) => self.spectral(which, to(&inner)),
            Node::Ranked(which, inner, place) => self.ranked(which, to(&inner), to(&place)),
            Node::Apply(op, inner) => self.apply(op, to(&inner)),
            Node::Diag(inner) => self.diag(to(&inner)),
            Node::Hat(inner) => self.hat(to(&inner)),
            Node::Axial(inner) => self.axial(to(&inner)),
            Node::DiagPart(inner) => self.diag_part(to(&inner)),
            Node::Vec(inner) => self.vec(to(&inner)),
            Node::Unvec(inner, shape) => self.unvec(to(&inner), shape),
            Node::Pinv(inner) => self.pinv(to(&inner)),
            Node::Pending(inner, slot) => self.pending(to(&inner), slot),
            Node::Factorial(inner) => self.factorial(to(&inner)),
        }
    }
}
