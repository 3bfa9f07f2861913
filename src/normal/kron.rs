//! Kronecker products: what is a product with one of them, and the one form for those with vectors.

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
        let product = match (self.node(left), self.node(right)) {
            (Node::Identity(m), Node::Identity(n)) => {
                let (m, n) = (*m, *n);
                let size = self.size_product(m, n);
                self.identity(size)
            }
            (Node::Ones(_), Node::Ones(_)) => self.ones(shape),
            // uᵀ ⊗ v = v ⊗ uᵀ = vuᵀ
            _ if a.is_row() && b.is_column() => self.mul(&[right, left]),
            _ if a.is_column() && b.is_row() => self.mul(&[left, right]),
            // u ⊗ (vᵀ ⊗ B) = uvᵀ ⊗ B and (A ⊗ u) ⊗ vᵀ = A ⊗ uvᵀ, whichever of the two vectors is the row.
            (_, Node::Kron(p, q)) if self.is_row_by_column(left, *p) => {
                let (p, q) = (*p, *q);
                let outer = self.kron(left, p);
                self.kron(outer, q)
            }
            (Node::Kron(p, q), _) if self.is_row_by_column(*q, right) => {
                let (p, q) = (*p, *q);
                let outer = self.kron(q, right);
                self.kron(p, outer)
            }
            _ => self.kron_of_outer(left, right),
        };
        let product = self.mul(&[s, t, product]);
        self.scale(&c.mul(&d), product)
    }

    /// uvᵀ ⊗ wᵀ = u(vᵀ ⊗ wᵀ), uvᵀ ⊗ w = (u ⊗ w)vᵀ, and the same with the vector on the left.
    fn kron_of_outer(&mut self, left: ExprId, right: ExprId) -> ExprId {
        let (a, b) = (self.shape(left), self.shape(right));
        let vector_right = b.is_row() || b.is_column();
        let (outer, vector) = if vector_right { (left, right) } else { (right, left) };
        let vector_shape = self.shape(vector);
        let outer = if vector_right || a.is_row() || a.is_column() { self.as_outer(outer) } else { None };
        let Some((u, v)) = outer else { return self.intern(Node::Kron(left, right)) };
        let v = self.transpose(v);
        let with = |arena: &mut Self, own| if vector_right { arena.kron(own, vector) } else { arena.kron(vector, own) };
        if vector_shape.is_row() {
            let row = with(self, v);
            return self.mul(&[u, row]);
        }
        let column = with(self, u);
        self.mul(&[column, v])
    }

    fn is_row_by_column(&self, left: ExprId, right: ExprId) -> bool {
        let (a, b) = (self.shape(left), self.shape(right));
        (a.is_row() && b.is_column()) || (a.is_column() && b.is_row())
    }
}
