//! Cross products: Hat(a), the skew-symmetric matrix [a]_× with [a]_×b = a × b, and its adjoint, the axial vector of a matrix.

use super::identity::Head;
use crate::expr::{Arena, Dim, ExprId, Node, Shape};
use crate::number::Coeff;

impl Arena {
    /// `[a]_×` of a vector with three entries.
    pub fn hat(&mut self, vector: ExprId) -> ExprId {
        let size = Dim::Known(3);
        if self.is_zero(vector) {
            return self.zero(Shape::square(size));
        }
        let (content, primitive) = self.split_content(vector);
        let (scalar, primitive) = self.split_scalar(primitive);
        let node = Node::Hat(primitive);
        let matrix = self.rewritten(Head::Hat, &node).unwrap_or_else(|| self.intern(node));
        let matrix = self.mul(&[scalar, matrix]);
        self.scale(&content, matrix)
    }

    /// (G₃₂ − G₂₃, G₁₃ − G₃₁, G₂₁ − G₁₂) of a matrix with three rows and columns.
    pub fn axial(&mut self, matrix: ExprId) -> ExprId {
        let size = Dim::Known(3);
        if self.is_symmetric(matrix) {
            return self.zero(Shape::vector(size));
        }
        let (content, primitive) = self.split_content(matrix);
        let (scalar, primitive) = self.split_scalar(primitive);
        let node = Node::Axial(primitive);
        let vector = self.rewritten(Head::Axial, &node).unwrap_or_else(|| self.intern(node));
        let vector = self.mul(&[scalar, vector]);
        self.scale(&content, vector)
    }

    /// a × b
    pub fn cross(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let hat = self.hat(a);
        self.mul(&[hat, b])
    }

    /// [a]_×b as −[b]_×a where b stands first, 0 where they are one; a differential stands last. `None` where all are in order.
    pub(super) fn ordered_cross(&mut self, chain: &[ExprId]) -> Option<ExprId> {
        if !chain.iter().any(|factor| matches!(self.node(*factor), Node::Hat(_))) {
            return None;
        }
        if let Some(column) = chain.iter().position(|factor| self.shape(*factor).is_column())
            && let Some(product) = (0..column).rev().find_map(|at| self.ordered_cross_at(chain, at, column))
        {
            return Some(product);
        }
        let row = chain.iter().rposition(|factor| self.shape(*factor).is_row())?;
        (row + 1..chain.len()).find_map(|at| self.ordered_row_at(chain, row, at))
    }

    /// uᵀ[a]_× as −aᵀ[u]_× where u stands first, 0 where they are one: the transposes of the products with columns.
    fn ordered_row_at(&mut self, chain: &[ExprId], row: usize, at: usize) -> Option<ExprId> {
        let Node::Hat(a) = *self.node(chain[at]) else { return None };
        let u = self.mul(&chain[row..at]);
        let u = self.transpose(u);
        let (content, u) = self.split_content(u);
        let (scalar, u) = self.split_scalar(u);
        if a == u {
            self.fired("cross-product-with-itself");
            let shape = Shape::new(self.shape(chain[0]).rows, self.shape(chain[chain.len() - 1]).cols);
            return Some(self.zero(shape));
        }
        let order = |arena: &Self, id: ExprId| (arena.latest_differential(id), id);
        if order(self, u) > order(self, a) {
            return None;
        }
        self.fired("cross-product-turned");
        let mut factors = vec![scalar];
        factors.extend(&chain[..row]);
        factors.push(self.transpose(a));
        factors.push(self.hat(u));
        factors.extend(&chain[at + 1..]);
        let product = self.mul(&factors);
        Some(self.scale(&content.neg(), product))
    }

    fn ordered_cross_at(&mut self, chain: &[ExprId], at: usize, column: usize) -> Option<ExprId> {
        let Node::Hat(a) = *self.node(chain[at]) else { return None };
        let b = self.mul(&chain[at + 1..=column]);
        let (content, b) = self.split_content(b);
        let (scalar, b) = self.split_scalar(b);
        if a == b {
            self.fired("cross-product-with-itself");
            let shape = Shape::new(self.shape(chain[0]).rows, self.shape(chain[chain.len() - 1]).cols);
            return Some(self.zero(shape));
        }
        let order = |arena: &Self, id: ExprId| (arena.latest_differential(id), id);
        if order(self, a) < order(self, b) {
            return None;
        }
        self.fired("cross-product-turned");
        let mut factors = vec![scalar];
        factors.extend(&chain[..at]);
        factors.push(self.hat(b));
        factors.push(a);
        factors.extend(&chain[column + 1..]);
        let product = self.mul(&factors);
        Some(self.scale(&content.neg(), product))
    }

    /// The latest differential below a node, by its slot, from 1 on; 0 where there is none.
    fn latest_differential(&self, id: ExprId) -> u32 {
        let slot = |id: ExprId| match self.node(id) {
            Node::Differential(_, slot) | Node::Pending(_, slot) => slot + 1,
            _ => 0,
        };
        self.post_order(id).into_iter().map(slot).max().unwrap_or(0)
    }

    /// uᵀ[a]_×v as ±⟨…⟩ with the three in one order; 0 where two of them are one. Of a chain from a row to a column.
    pub(super) fn triple_product(&mut self, chain: &[ExprId]) -> Option<ExprId> {
        let at = chain.iter().rposition(|factor| matches!(self.node(*factor), Node::Hat(_)))?;
        let Node::Hat(a) = *self.node(chain[at]) else { return None };
        if at == 0 || at + 1 == chain.len() {
            return None;
        }
        let row = self.mul(&chain[..at]);
        let (u, v) = (self.transpose(row), self.mul(&chain[at + 1..]));
        let mut coeff = Coeff::ONE;
        let mut scalars = Vec::new();
        let mut three = Vec::new();
        for part in [u, a, v] {
            let (content, part) = self.split_content(part);
            let (scalar, part) = self.split_scalar(part);
            coeff = coeff.mul(&content);
            scalars.push(scalar);
            three.push((self.latest_differential(part), part));
        }
        let mut sorted = three.clone();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            self.fired("triple-product-of-two");
            return Some(self.integer(0));
        }
        let is_even = (0..3).any(|turn| (0..3).all(|place| three[place] == sorted[(place + turn) % 3]));
        if three != sorted {
            self.fired("triple-product-in-order");
        }
        let [u, a, v] = [sorted[0].1, sorted[1].1, sorted[2].1];
        let (row, hat) = (self.transpose(u), self.intern(Node::Hat(a)));
        let mut factors = Vec::new();
        for part in [row, hat, v] {
            match self.node(part) {
                Node::Product(inner) => factors.extend(inner.iter().copied()),
                _ => factors.push(part),
            }
        }
        // In its order it is a node as it stands.
        scalars.push(self.intern(Node::Product(factors.into())));
        let one = self.one();
        let powers: Vec<_> = scalars.iter().map(|scalar| (*scalar, one)).collect();
        let product = self.hadamard_powers(&powers, Shape::SCALAR);
        Some(self.scale(&if is_even { coeff } else { coeff.neg() }, product))
    }
}
