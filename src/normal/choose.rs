//! A choice by a condition, Choose(c, X, Y): X where c is 1 and Y where it is 0.

use rustc_hash::{FxHashMap, FxHashSet};

use super::identity::Head;
use crate::expr::{Arena, ExprId, Func, Node, Shape};
use crate::number::Coeff;

/// Most nodes of a value that is looked through for what its condition settles.
const MAX_NODES: usize = 2_000;

impl Arena {
    /// X where the condition is 1, Y where it is 0. The condition is a scalar or has the shape of the values.
    pub fn choose(&mut self, condition: ExprId, then: ExprId, otherwise: ExprId) -> ExprId {
        let shape = self.shape(then);
        debug_assert!(shape == self.shape(otherwise), "both values have one shape");
        if shape.is_row() && !self.shape(condition).is_scalar() {
            let [condition, then, otherwise] = [condition, then, otherwise].map(|id| self.transpose(id));
            let column = self.choose(condition, then, otherwise);
            return self.transpose(column);
        }
        if let Some(contrary) = self.contrary(condition) {
            return self.choose(contrary, otherwise, then);
        }
        let then = self.settled(then, condition, true);
        let otherwise = self.settled(otherwise, condition, false);
        if let Node::Choose(inner, chosen, _) = *self.node(then)
            && inner == condition
        {
            return self.choose(condition, chosen, otherwise);
        }
        if let Node::Choose(inner, _, chosen) = *self.node(otherwise)
            && inner == condition
        {
            return self.choose(condition, then, chosen);
        }
        let node = Node::Choose(condition, then, otherwise);
        self.rewritten(Head::Choose, &node).unwrap_or_else(|| self.intern(node))
    }

    /// c of the condition 1 − c.
    pub(crate) fn contrary(&self, condition: ExprId) -> Option<ExprId> {
        let Node::Add(terms) = self.node(condition) else { return None };
        match &**terms {
            [(a, one), (b, c)] | [(b, c), (a, one)]
                if a.is_one() && *b == Coeff::MINUS_ONE && self.is_ones_of(*one) && !self.is_ones_of(*c) =>
            {
                Some(*c)
            }
            _ => None,
        }
    }

    /// Whether every entry is the number 1.
    fn is_ones_of(&self, id: ExprId) -> bool {
        self.is_one(id) || matches!(self.node(id), Node::Ones(_))
    }

    /// A value with what is known of it where a condition holds, or where it does not: where x > 0, 1[x > 0] is 1 and relu(x) is x.
    fn settled(&mut self, value: ExprId, condition: ExprId, holds: bool) -> ExprId {
        let below = self.post_order(value);
        if below.len() > MAX_NODES {
            return value;
        }
        let below: FxHashSet<ExprId> = below.into_iter().collect();
        let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for part in self.parts_of_condition(condition, holds) {
            let shape = self.shape(part);
            if below.contains(&part) {
                let known = if holds { self.ones(shape) } else { self.zero(shape) };
                map.insert(part, known);
            }
            let Node::Elementwise(Func::Step, of) = *self.node(part) else { continue };
            for func in [Func::Relu, Func::Abs, Func::Sign] {
                let Some(node) = self.find(&Node::Elementwise(func, of)).filter(|node| below.contains(node)) else {
                    continue;
                };
                let known = match (func, holds) {
                    (Func::Sign, true) => self.ones(shape),
                    (Func::Sign, false) => continue,
                    (_, true) => of,
                    (Func::Relu, false) => self.zero(shape),
                    (_, false) => self.neg(of),
                };
                map.insert(node, known);
            }
        }
        if map.is_empty() {
            return value;
        }
        if !self.shape(condition).is_scalar() {
            // What is known of an entry is known where that entry alone decides.
            let mixed = self.mixed_below(value);
            map.retain(|part, _| !mixed.contains(part));
        }
        if map.is_empty() { value } else { self.rewrite(value, &mut map) }
    }

    /// The nodes that entries of a value depend on at other places than their own.
    fn mixed_below(&self, value: ExprId) -> FxHashSet<ExprId> {
        let shape = self.shape(value);
        let (mut mixed, mut seen, mut open) = (FxHashSet::default(), FxHashSet::default(), vec![value]);
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let is_entrywise = match self.node(id) {
                Node::Add(_) | Node::Hadamard(_) | Node::Elementwise(..) | Node::Choose(..) => true,
                Node::Product(factors) => factors.len() == 2 && self.shape(factors[0]).is_scalar(),
                _ => false,
            };
            self.node(id).for_each_child(|child| {
                if is_entrywise && self.shape(child) == shape {
                    open.push(child);
                } else {
                    mixed.extend(self.post_order(child));
                }
            });
        }
        mixed
    }

    /// The conditions that all hold where c does; where c does not, c itself.
    pub(crate) fn parts_of_condition(&self, condition: ExprId, holds: bool) -> Vec<ExprId> {
        match self.node(condition) {
            Node::Hadamard(factors) if holds => {
                let mut parts: Vec<ExprId> = factors.iter().map(|(base, _)| *base).collect();
                parts.push(condition);
                parts
            }
            _ => vec![condition],
        }
    }

    /// A factor beside Choose(c, X, 0), inside it: a factor without a value where X is not chosen makes no difference.
    pub(super) fn times_choice(
        &mut self,
        choice: ExprId,
        mut times: impl FnMut(&mut Self, ExprId) -> ExprId,
    ) -> Option<ExprId> {
        let Node::Choose(condition, then, otherwise) = *self.node(choice) else { return None };
        let none = |arena: &Self, id: ExprId| arena.is_zero(id);
        if none(self, otherwise) {
            let value = times(self, then);
            let zero = self.zero(self.shape(value));
            return Some(self.choose(condition, value, zero));
        }
        if none(self, then) {
            let value = times(self, otherwise);
            let zero = self.zero(self.shape(value));
            return Some(self.choose(condition, zero, value));
        }
        None
    }

    /// A product of matrices with a factor Choose(c, X, 0), c being a scalar, as the choice between the product with X and 0.
    pub(super) fn within_choice(&mut self, scalars: &[ExprId], chain: &[ExprId]) -> Option<ExprId> {
        let is_choice = |id: &ExprId| {
            matches!(*self.node(*id), Node::Choose(condition, then, otherwise)
                if self.shape(condition).is_scalar() && (self.is_zero(then) || self.is_zero(otherwise)))
        };
        if chain.is_empty() || chain.len() + scalars.len() < 2 {
            return None;
        }
        let mut factors = [scalars, chain].concat();
        let at = factors.iter().position(is_choice)?;
        self.fired("product-with-choice");
        self.times_choice(factors[at], |arena, value| {
            factors[at] = value;
            arena.mul(&factors)
        })
    }

    /// The sum of two choices by one condition, each with its coefficient.
    pub(super) fn sum_of_choices(
        &mut self,
        (a, first): (&Coeff, ExprId),
        (b, second): (&Coeff, ExprId),
    ) -> Option<ExprId> {
        let (Node::Choose(condition, x, y), Node::Choose(other, u, v)) =
            (self.node(first).clone(), self.node(second).clone())
        else {
            return None;
        };
        if condition != other {
            return None;
        }
        let shape: Shape = self.shape(first);
        let then = self.add_terms(vec![(a.clone(), x), (b.clone(), u)], shape);
        let otherwise = self.add_terms(vec![(a.clone(), y), (b.clone(), v)], shape);
        Some(self.choose(condition, then, otherwise))
    }
}
