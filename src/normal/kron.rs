//! Kronecker products: scalars come out of both factors, and the rest is as the rows of their family say.

use super::identity::Head;
use crate::expr::{Arena, ExprId, Node, Shape};

impl Arena {
    /// A ⊗ B
    pub fn kron(&mut self, left: ExprId, right: ExprId) -> ExprId {
        let (a, b) = (self.shape(left), self.shape(right));
        if a.is_scalar() || b.is_scalar() {
            return self.mul(&[left, right]);
        }
        let shape = Shape::new(self.size_product(a.rows, b.rows), self.size_product(a.cols, b.cols));
        if self.is_zero(left) || self.is_zero(right) {
            return self.zero(shape);
        }
        let (c, left) = self.split_content(left);
        let (d, right) = self.split_content(right);
        let (s, left) = self.split_scalar(left);
        let (t, right) = self.split_scalar(right);
        let node = Node::Kron(left, right);
        let product = self.rewritten(Head::Kron, &node).unwrap_or_else(|| self.intern(node));
        if !self.is_one(s) || !self.is_one(t) || !c.is_one() || !d.is_one() {
            self.fired("kron-of-multiples");
        }
        let product = self.mul(&[s, t, product]);
        self.scale(&c.mul(&d), product)
    }
}
