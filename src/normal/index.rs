//! Sums and products over an index: binding, opening, substitution, and what comes out of them.

use rustc_hash::FxHashMap;

use super::identity::Head;
use crate::expr::{Arena, BigOp, Dim, ExprId, IndexId, Node};
use crate::number::Coeff;

impl Arena {
    /// Σ or Π of the body over `index` from `lower` to `upper`.
    ///
    /// What does not depend on the index comes out; a sum of entries of whole vectors and matrices becomes a form without the index.
    pub fn indexed(&mut self, op: BigOp, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> ExprId {
        let node = Node::Indexed { op, index, lower, upper, body };
        self.rewritten(Head::Indexed, &node).unwrap_or_else(|| self.bind(op, index, lower, upper, body))
    }

    /// Interns the binder with its index numbered by height.
    fn bind(&mut self, op: BigOp, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> ExprId {
        let mut height = IndexId(self.binder_height(body) + 1);
        // While the index further out takes its number, sums may be made in its body: they must not bind it.
        if index != height {
            let free = self.free_indices(body);
            while free.contains(&height) {
                height = IndexId(height.0 + 1);
            }
        }
        let body = if index == height {
            body
        } else {
            let replacement = self.index(height);
            self.substitute_index(body, index, replacement)
        };
        // Another number of the index can turn the order of a sum's terms and with it the sign in front.
        let count = if op == BigOp::Product { self.count_of_range(lower, upper) } else { None };
        let (content, primitive) = match (op, count) {
            (BigOp::Product, None) => (Coeff::ONE, body),
            _ => self.split_content(body),
        };
        let bound = self.intern(Node::Indexed { op, index: height, lower, upper, body: primitive });
        match count {
            _ if content.is_one() => bound,
            None => self.scale(&content, bound),
            Some(count) => self.times_power_of(content, count, bound),
        }
    }

    /// How many terms a range has; none where a size may end it before it begins, as n does from 5 to n: there are none then, and not
    /// n − 4.
    pub(super) fn count_of_range(&mut self, lower: ExprId, upper: ExprId) -> Option<ExprId> {
        let one = self.one();
        let count = self.minus(upper, lower);
        let count = self.plus(count, one);
        // Sizes begin at 1.
        let begins_late = self.as_number(lower).is_some_and(|lower| Coeff::integer(2).sub(lower).is_negative());
        (!begins_late || self.is_nonnegative(count)).then_some(count)
    }

    /// The product with a number for each of so many terms.
    pub(super) fn times_power_of(&mut self, number: Coeff, count: ExprId, product: ExprId) -> ExprId {
        let number = self.number(number);
        let number = self.pow(number, count);
        self.mul(&[number, product])
    }

    /// Σᵢ of the body over an index that runs from 1 to a size.
    pub(crate) fn sum_over(&mut self, size: Dim, body: impl FnOnce(&mut Self, ExprId) -> ExprId) -> ExprId {
        let index = self.fresh_index();
        let place = self.index(index);
        let body = body(self, place);
        let (one, size) = (self.one(), self.size(size));
        self.indexed(BigOp::Sum, index, one, size, body)
    }

    /// The body of a binder with its index replaced by a fresh one, of which is known from where to where it runs.
    pub fn open(&mut self, index: IndexId, range: (ExprId, ExprId), body: ExprId) -> (IndexId, ExprId) {
        let fresh = self.fresh_index();
        self.open_as(fresh, index, range, body)
    }

    /// [`Self::open`] with an index that has a name.
    pub fn open_named(
        &mut self,
        name: &str,
        index: IndexId,
        range: (ExprId, ExprId),
        body: ExprId,
    ) -> (IndexId, ExprId) {
        let fresh = self.named_index(name);
        self.open_as(fresh, index, range, body)
    }

    fn open_as(&mut self, fresh: IndexId, index: IndexId, range: (ExprId, ExprId), body: ExprId) -> (IndexId, ExprId) {
        self.set_range(fresh, range);
        let replacement = self.index(fresh);
        (fresh, self.substitute_index(body, index, replacement))
    }

    /// The least that an expression in free indices can be, where they stand by themselves in its terms: with the end of its range for
    /// each, the innermost first. The expression itself where nothing is known of an index.
    pub fn at_least(&mut self, id: ExprId) -> ExprId {
        let mut least = id;
        // Each bound is made of indices further out.
        loop {
            let terms = self.terms(least);
            let innermost = terms
                .iter()
                .filter_map(|(coeff, term)| match self.node(*term) {
                    Node::Index(index) => Some((*index, coeff.is_negative())),
                    _ => None,
                })
                .filter_map(|(index, negative)| Some((index, negative, self.range(index)?)))
                .max_by_key(|(index, ..)| *index);
            let Some((index, negative, (lower, upper))) = innermost else { return least };
            least = self.substitute_index(least, index, if negative { upper } else { lower });
            if self.depends_on_index(least, index) {
                return least;
            }
        }
    }

    /// Whether an integer is never negative: by the ranges of its indices, where its other symbols stand for integers from 1 on.
    pub fn is_at_least_zero(&mut self, integer: ExprId) -> bool {
        let least = self.at_least(integer);
        let (terms, one) = (self.terms(least), self.one());
        let bounded = |(coeff, term): &(Coeff, ExprId)| *term == one || !coeff.is_negative();
        let total = terms.iter().fold(Coeff::ZERO, |sum, (coeff, _)| sum.add(coeff));
        terms.iter().all(bounded) && !total.is_negative()
    }

    /// Number of binders nested in it.
    pub fn binder_height(&mut self, id: ExprId) -> u32 {
        if let Some(height) = self.memo.binder_height.get(&id) {
            return *height;
        }
        for node in self.post_order_beyond(id, |node| self.memo.binder_height.contains_key(&node)) {
            let below = self
                .node(node)
                .children()
                .iter()
                .map(|child| self.memo.binder_height.get(child).copied().unwrap_or(0))
                .max()
                .unwrap_or(0);
            let own = u32::from(matches!(self.node(node), Node::Indexed { .. }));
            self.memo.binder_height.insert(node, below + own);
        }
        self.memo.binder_height.get(&id).copied().unwrap_or(0)
    }

    /// The indices that occur free in it, sorted.
    pub fn free_indices(&mut self, id: ExprId) -> Box<[IndexId]> {
        if let Some(free) = self.memo.free_indices.get(&id) {
            return free.clone();
        }
        for node in self.post_order_beyond(id, |node| self.memo.free_indices.contains_key(&node)) {
            let mut free: Vec<IndexId> = Vec::new();
            match self.node(node) {
                Node::Index(index) => free.push(*index),
                Node::Indexed { index, lower, upper, body, .. } => {
                    let of = |child: &ExprId| self.memo.free_indices.get(child).cloned().unwrap_or_default();
                    free.extend(of(body).iter().filter(|inner| *inner != index));
                    free.extend(of(lower).iter());
                    free.extend(of(upper).iter());
                }
                other => {
                    for child in other.children() {
                        if let Some(inner) = self.memo.free_indices.get(&child) {
                            free.extend(inner.iter());
                        }
                    }
                }
            }
            free.sort_unstable();
            free.dedup();
            self.memo.free_indices.insert(node, free.into());
        }
        self.memo.free_indices.get(&id).cloned().unwrap_or_default()
    }

    /// Whether the index occurs free in it.
    pub fn depends_on_index(&mut self, id: ExprId, index: IndexId) -> bool {
        self.free_indices(id).contains(&index)
    }

    /// Replaces the free occurrences of an index by a scalar.
    pub fn substitute_index(&mut self, id: ExprId, index: IndexId, replacement: ExprId) -> ExprId {
        if !self.depends_on_index(id, index) {
            return id;
        }
        let target = self.index(index);
        let mut map = FxHashMap::default();
        // What the index is not free in stays as it is, also where a binder of its own uses the same number.
        for node in self.post_order(id) {
            if !self.depends_on_index(node, index) {
                map.insert(node, node);
            }
        }
        map.insert(target, replacement);
        self.rewrite(id, &mut map)
    }

    /// The same with sums and products whose indices have other values: Σ_{i=a}^b f(i) as Σ_{i=a+s}^{b+s} f(i − s) with the s of the index and its
    /// lower bound.
    pub(crate) fn shift_indices(&mut self, root: ExprId, shift: impl Fn(&Self, IndexId, ExprId) -> i64) -> ExprId {
        let mut map = FxHashMap::default();
        for id in self.post_order(root) {
            let mut new = self.rebuild(id, &map);
            if let Node::Indexed { op, index, lower, upper, body } = *self.node(new) {
                let by = shift(self, index, lower);
                if by != 0 {
                    let by = self.integer(by);
                    let at = self.index(index);
                    let value = self.minus(at, by);
                    let body = self.substitute_index(body, index, value);
                    let (lower, upper) = (self.plus(lower, by), self.plus(upper, by));
                    new = self.indexed(op, index, lower, upper, body);
                }
            }
            map.insert(id, new);
        }
        map.get(&root).copied().unwrap_or(root)
    }

    /// The same with every sum and product that begins with a number beginning with 1.
    pub(crate) fn indices_from_one(&mut self, root: ExprId) -> ExprId {
        self.shift_indices(root, |arena, _, lower| {
            arena.as_number(lower).and_then(Coeff::to_i64).map_or(0, |lower| 1_i64.saturating_sub(lower))
        })
    }

    /// k! of a scalar.
    pub fn factorial(&mut self, id: ExprId) -> ExprId {
        let node = Node::Factorial(id);
        self.rewritten(Head::Factorial, &node).unwrap_or_else(|| self.intern(node))
    }
}
