//! Walks over the expression graph: iterative, each distinct node once.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Arena, ExprId, Node, Norm, SymbolId};

impl Arena {
    /// The nodes below and including `root`, each once, children before parents.
    #[must_use]
    pub fn post_order(&self, root: ExprId) -> Vec<ExprId> {
        self.post_order_of(root, true, |_| false)
    }

    /// The same without what stands under the binder of a sum or product over an index: its bounds only.
    #[must_use]
    pub fn post_order_without_bodies(&self, root: ExprId) -> Vec<ExprId> {
        self.post_order_of(root, false, |_| false)
    }

    /// The same without the nodes that are known and what stands below these.
    pub(super) fn post_order_beyond(&self, root: ExprId, is_known: impl Fn(ExprId) -> bool) -> Vec<ExprId> {
        self.post_order_of(root, true, is_known)
    }

    fn post_order_of(&self, root: ExprId, bodies: bool, is_known: impl Fn(ExprId) -> bool) -> Vec<ExprId> {
        let mut order = Vec::new();
        let mut seen: FxHashSet<ExprId> = FxHashSet::default();
        let mut stack = vec![(root, false)];
        while let Some((id, ready)) = stack.pop() {
            if ready {
                order.push(id);
                continue;
            }
            if is_known(id) || !seen.insert(id) {
                continue;
            }
            stack.push((id, true));
            let from = stack.len();
            match self.node(id) {
                Node::Indexed { lower, upper, .. } if !bodies => stack.extend([(*lower, false), (*upper, false)]),
                node => node.for_each_child(|child| {
                    if !seen.contains(&child) {
                        stack.push((child, false));
                    }
                }),
            }
            stack[from..].reverse();
        }
        order
    }

    /// How many operands the distinct nodes below and including `root` have in all: a measure of its size.
    #[must_use]
    pub fn links_below(&self, root: ExprId) -> usize {
        let mut links = 0;
        for id in self.post_order(root) {
            self.node(id).for_each_child(|_| links += 1);
        }
        links
    }

    /// Whether the symbol (or a member of the family) occurs in it.
    #[must_use]
    pub fn contains_symbol(&self, root: ExprId, symbol: SymbolId) -> bool {
        self.post_order(root)
            .iter()
            .any(|id| matches!(self.node(*id), Node::Symbol(found) | Node::Member(found, _) if *found == symbol))
    }

    /// The symbols that occur in it, in the order they were added to the arena.
    #[must_use]
    pub fn symbols_in(&self, root: ExprId) -> Vec<SymbolId> {
        let mut found: Vec<SymbolId> = self
            .post_order(root)
            .iter()
            .filter_map(|id| match self.node(*id) {
                Node::Symbol(symbol) | Node::Member(symbol, _) | Node::Differential(symbol, _) => Some(*symbol),
                Node::Elementwise(super::Func::User(symbol, _), _)
                | Node::MatrixFunction(super::MatrixFunction::User(symbol, _), ..) => Some(*symbol),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Brings an expression as it was written into normal form: every node is built again, from the leaves up.
    pub fn normalize(&mut self, root: ExprId) -> ExprId {
        if let Some(normal) = self.memo.normal.get(&root) {
            return *normal;
        }
        let mut map = std::mem::take(&mut self.memo.normal);
        let result = self.rewrite_all(root, &mut map);
        self.memo.normal = map;
        result
    }

    /// Builds the expression again with the nodes in `map` replaced; `map` also keeps what was rebuilt.
    pub fn rewrite(&mut self, root: ExprId, map: &mut FxHashMap<ExprId, ExprId>) -> ExprId {
        self.rewrite_all(root, map)
    }

    fn rewrite_all(&mut self, root: ExprId, map: &mut FxHashMap<ExprId, ExprId>) -> ExprId {
        for id in self.post_order_beyond(root, |id| map.contains_key(&id)) {
            let rebuilt = self.rebuild(id, map);
            map.insert(id, rebuilt);
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
                self.add_terms(terms, shape)
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
            Node::Elementwise(func, inner) => self.elementwise(func, to(&inner)),
            Node::MatrixFunction(func, inner, directions) => {
                let directions: Vec<_> = directions.iter().map(to).collect();
                self.matrix_function(func, to(&inner), &directions)
            }
            Node::Trace(inner) => self.trace(to(&inner)),
            Node::Det(inner) => self.det(to(&inner)),
            Node::Reduce(reduction, inner) => self.reduce(reduction, to(&inner)),
            Node::Norm(norm, inner) => {
                let norm = if let Norm::P(p) = norm { Norm::P(to(&p)) } else { norm };
                self.norm(norm, to(&inner))
            }
            Node::Spectral(which, inner) => self.spectral(which, to(&inner)),
            Node::Softmax(inner) => self.softmax(to(&inner)),
            Node::Diag(inner) => self.diag(to(&inner)),
            Node::DiagPart(inner) => self.diag_part(to(&inner)),
            Node::Vec(inner) => self.vec(to(&inner)),
            Node::Unvec(inner, shape) => self.unvec(to(&inner), shape),
            Node::Tril(inner) => self.tril(to(&inner)),
            Node::Triu(inner) => self.triu(to(&inner)),
            Node::Pinv(inner) => self.pinv(to(&inner)),
            Node::Adjugate(inner) => self.adjugate(to(&inner)),
            Node::Pending(inner, slot) => self.pending(to(&inner), slot),
            Node::Factorial(inner) => self.factorial(to(&inner)),
        }
    }
}
