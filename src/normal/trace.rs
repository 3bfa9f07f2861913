//! Traces, and sums of all entries.

use std::sync::Arc;

use super::identity::Head;
use crate::expr::{Arena, BigOp, ExprId, MatrixFunction, Node, Norm, Reduction, Shape};
use crate::number::Coeff;

/// Longest product under a trace whose rotations are searched for squares ‖·‖².
const MAX_FACTORS_FOR_SQUARES: usize = 12;

impl Arena {
    /// tr X, one representative for all rotations and transpositions of a product.
    pub fn trace(&mut self, id: ExprId) -> ExprId {
        let shape = self.shape(id);
        if shape.is_scalar() {
            return id;
        }
        let (content, primitive) = self.split_content(id);
        if !content.is_one() {
            let trace = self.trace(primitive);
            return self.scale(&content, trace);
        }
        match self.node(id).clone() {
            Node::Identity(size) => self.size(size),
            Node::Zeros(_) => self.integer(0),
            Node::Diag(vector) => self.total(vector),
            Node::Kron(left, right) if self.shape(left).is_square() => {
                let left = self.trace(left);
                let right = self.trace(right);
                self.mul(&[left, right])
            }
            Node::Indexed { op: BigOp::Sum, index, lower, upper, body } => {
                let body = self.trace(body);
                self.indexed(BigOp::Sum, index, lower, upper, body)
            }
            Node::Product(factors) => self.trace_of_product(&factors),
            // tr L_f(X, E) = tr(f′(X)E)
            Node::MatrixFunction(func, inner, directions) if directions.len() == 1 => {
                match self.derivative_of_matrix_function(func, inner) {
                    Some(derivative) => {
                        let product = self.mul(&[derivative, directions[0]]);
                        self.trace(product)
                    }
                    None => self.intern(Node::Trace(id)),
                }
            }
            Node::Hadamard(factors) if matches!(self.node(factors[0].0), Node::Identity(_)) => {
                let rest = self.hadamard_powers(&factors[1..], shape);
                self.trace(rest)
            }
            _ => {
                let id = self.canonical_transpose(id);
                self.intern(Node::Trace(id))
            }
        }
    }

    fn trace_of_product(&mut self, factors: &[ExprId]) -> ExprId {
        if self.shape(factors[0]).is_scalar() {
            let rest = self.mul(&factors[1..]);
            let trace = self.trace(rest);
            return self.mul(&[factors[0], trace]);
        }
        // tr(uvᵀ) = vᵀu
        if let Some(split) = (1..factors.len()).find(|at| self.shape(factors[*at]).rows.is_one()) {
            let mut rotated = factors[split..].to_vec();
            rotated.extend_from_slice(&factors[..split]);
            return self.mul(&rotated);
        }
        // tr(Xᵀ(Y∘Z)) = sum(X∘Y∘Z)
        if let [left, right] = *factors
            && (matches!(self.node(left), Node::Hadamard(_)) || matches!(self.node(right), Node::Hadamard(_)))
        {
            let left = self.transpose(left);
            let product = self.hadamard(left, right);
            return self.total(product);
        }
        // tr(K(A ⊗ B)) = tr(AB) (Magnus & Neudecker 2019, chapter 3)
        if let [first, second] = *factors {
            for (kron, commutation) in [(first, second), (second, first)] {
                if let (Node::Kron(a, b), Node::Commutation(of)) = (self.node(kron), self.node(commutation)) {
                    let (a, b, of) = (*a, *b, *of);
                    if self.shape(b) == of && self.shape(a) == of.transposed() {
                        let product = self.mul(&[a, b]);
                        return self.trace(product);
                    }
                }
            }
        }
        if self.ends_merge(factors) {
            let mut rotated = vec![factors[factors.len() - 1]];
            rotated.extend_from_slice(&factors[..factors.len() - 1]);
            let product = self.mul(&rotated);
            // Where all factors commute they have come back in the same order.
            if !matches!(self.node(product), Node::Product(sorted) if **sorted == *factors) {
                return self.trace(product);
            }
        }
        if let Some(norm) = self.trace_of_square(factors) {
            return norm;
        }
        let (content, mut reversed) = self.transposed_chain(factors);
        self.sort_ends(&mut reversed);
        let transposes =
            |arena: &Self, chain: &[ExprId]| chain.iter().filter(|factor| arena.is_transposed_factor(**factor)).count();
        let (mine, other) = (transposes(self, factors), transposes(self, &reversed));
        let forward = self.best_rotation(factors);
        let backward = self.best_rotation(&reversed);
        let turned = other < mine || (other == mine && backward < forward);
        let product = self.intern(Node::Product(if turned { backward.into() } else { forward.into() }));
        let trace = self.intern(Node::Trace(product));
        if turned { self.scale(&content, trace) } else { trace }
    }

    /// Rotates a product under a trace until its last factor and its first one, where they commute, stand in their order.
    fn sort_ends(&self, factors: &mut [ExprId]) {
        for _ in 0..factors.len() {
            let [first, .., last] = *factors else { return };
            if !self.is_out_of_order(last, first) {
                return;
            }
            factors.rotate_right(1);
            self.sort_commuting(factors);
        }
    }

    /// The rotation that ends in a differential, the latest one, where there is one; else the least.
    fn best_rotation(&self, factors: &[ExprId]) -> Vec<ExprId> {
        let differential = |id: &ExprId| match self.node(*id) {
            Node::Differential(..) | Node::Pending(..) => true,
            Node::Transpose(inner) => matches!(self.node(*inner), Node::Differential(..) | Node::Pending(..)),
            _ => false,
        };
        let Some(last) = (0..factors.len()).filter(|at| differential(&factors[*at])).max_by_key(|at| factors[*at])
        else {
            return least_rotation(factors);
        };
        factors[last + 1..].iter().chain(&factors[..=last]).copied().collect()
    }

    /// Whether the last factor and the first are one factor when they meet in a rotation.
    fn ends_merge(&mut self, factors: &[ExprId]) -> bool {
        let (first, last) = (factors[0], factors[factors.len() - 1]);
        let pair = self.mul(&[last, first]);
        match self.node(pair) {
            Node::Product(merged) => **merged != [last, first],
            _ => true,
        }
    }

    /// tr(AᵀA) = ‖A‖_F² where some rotation is a square.
    fn trace_of_square(&mut self, factors: &[ExprId]) -> Option<ExprId> {
        if !factors.len().is_multiple_of(2) || factors.len() > MAX_FACTORS_FOR_SQUARES {
            return None;
        }
        let half = factors.len() / 2;
        let at = |place: usize| factors[place % factors.len()];
        let start = (0..factors.len()).find(|start| {
            (0..half).all(|step| {
                let mirrored = at(start + factors.len() - 1 - step);
                self.transpose(at(start + step)) == mirrored
            })
        })?;
        let second: Vec<ExprId> = (half..factors.len()).map(|step| at(start + step)).collect();
        let matrix = self.mul(&second);
        let norm = self.norm(Norm::Frobenius, matrix);
        Some(self.pow_number(norm, &Coeff::integer(2)))
    }

    /// The sum of all entries, 1ᵀX1.
    pub fn total(&mut self, id: ExprId) -> ExprId {
        let shape = self.shape(id);
        if shape.is_scalar() {
            return id;
        }
        let (content, primitive) = self.split_content(id);
        if !content.is_one() {
            let total = self.total(primitive);
            return self.scale(&content, total);
        }
        if let Some(value) = self.rewritten(Head::Total, &Node::Reduce(Reduction::Sum, id)) {
            return value;
        }
        match self.node(id).clone() {
            Node::Ones(_) => {
                let size = self.size_product(shape.rows, shape.cols);
                self.size(size)
            }
            Node::Zeros(_) => self.integer(0),
            Node::Identity(size) => self.size(size),
            _ if self.is_simplex(id) => self.one(),
            Node::Transpose(inner) | Node::Diag(inner) | Node::Vec(inner) | Node::Unvec(inner, _) => self.total(inner),
            Node::DiagPart(inner) => self.trace(inner),
            Node::Kron(left, right) => {
                let left = self.total(left);
                let right = self.total(right);
                self.mul(&[left, right])
            }
            Node::Indexed { op: BigOp::Sum, index, lower, upper, body } => {
                let body = self.total(body);
                self.indexed(BigOp::Sum, index, lower, upper, body)
            }
            Node::Product(factors) => {
                let mut chain = Vec::with_capacity(factors.len() + 2);
                if !shape.rows.is_one() {
                    chain.push(self.ones(Shape::new(crate::expr::Dim::ONE, shape.rows)));
                }
                chain.extend_from_slice(&factors);
                if !shape.cols.is_one() {
                    chain.push(self.ones(Shape::vector(shape.cols)));
                }
                self.mul(&chain)
            }
            Node::Hadamard(_) | Node::Elementwise(..) if shape.is_matrix() && self.is_diagonal(id) => {
                let diagonal = self.diag_part(id);
                self.total(diagonal)
            }
            Node::Hadamard(factors) => self.total_of_hadamard(id, &factors),
            // sum(x + s1) = sum(x) + s·n, sum(x + t) = sum(x) + 1
            Node::Add(terms) if terms.iter().any(|(_, term)| self.is_spread(*term) || self.is_simplex(*term)) => {
                let totals: Vec<(Coeff, ExprId)> =
                    terms.iter().map(|(coeff, term)| (coeff.clone(), self.total(*term))).collect();
                self.add_terms(totals, Shape::SCALAR)
            }
            _ => self.intern(Node::Reduce(Reduction::Sum, id)),
        }
    }

    /// Whether it is a scalar times ones.
    #[must_use]
    pub fn is_spread(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Product(factors) => {
                matches!(**factors, [scalar, ones] if self.shape(scalar).is_scalar() && self.is_ones(ones))
            }
            _ => self.is_ones(id),
        }
    }

    /// ⟨A, B⟩, as it is written: nothing in it is worked out.
    pub fn written_inner(&mut self, left: ExprId, right: ExprId) -> ExprId {
        if self.shape(left).is_scalar() {
            return self.mul(&[left, right]);
        }
        let one = self.one();
        let product = self.intern(Node::Hadamard(Arc::new([(left, one), (right, one)])));
        self.intern(Node::Reduce(Reduction::Sum, product))
    }

    /// Σ(x∘y) = xᵀy, Σ x.² = ‖x‖², Σ(X∘Y) = tr(XᵀY).
    fn total_of_hadamard(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> ExprId {
        let shape = self.shape(id);
        let one = self.one();
        if let [(base, exponent)] = *factors
            && self.as_number(exponent).and_then(Coeff::to_i64) == Some(2)
        {
            let norm = self.norm(Norm::Frobenius, base);
            return self.pow_number(norm, &Coeff::integer(2));
        }
        if let [(x, p), (y, q)] = *factors
            && p == one
            && q == one
        {
            if !shape.is_matrix() {
                let (x, y) = if shape.is_row() { (self.transpose(x), self.transpose(y)) } else { (x, y) };
                if !matches!(self.node(x), Node::Product(_)) && !matches!(self.node(y), Node::Product(_)) {
                    return self.inner_of_two(x, y);
                }
                let x = self.transpose(x);
                return self.mul(&[x, y]);
            }
            let x = self.transpose(x);
            let product = self.mul(&[x, y]);
            return self.trace(product);
        }
        if shape.is_row() {
            let column = self.transpose(id);
            return self.total(column);
        }
        // One product among the factors of a vector takes the others as its left end: Σ(a∘b∘Ax) = (a∘b)ᵀAx.
        if shape.is_column() {
            let mut products = factors
                .iter()
                .filter(|(base, exponent)| *exponent == one && matches!(self.node(*base), Node::Product(_)));
            if let (Some((product, _)), None) = (products.next(), products.next()) {
                let product = *product;
                let rest: Vec<_> = factors.iter().filter(|(base, _)| *base != product).copied().collect();
                let rest = self.hadamard_powers(&rest, shape);
                let left = self.transpose(rest);
                if let Node::Product(chain) = self.node(product) {
                    let mut chain = chain.to_vec();
                    chain.insert(0, left);
                    if chain.len() > 2 {
                        return self.mul(&chain);
                    }
                }
            }
        }
        self.intern(Node::Reduce(Reduction::Sum, id))
    }

    /// f(X) for tr f(X) and its kin: whether the argument is a matrix function without directions.
    #[must_use]
    pub fn is_matrix_function(&self, id: ExprId, wanted: MatrixFunction) -> bool {
        matches!(self.node(id), Node::MatrixFunction(func, _, directions) if *func == wanted && directions.is_empty())
    }
}

/// The rotation of the list that comes first in the order of ids (Booth's algorithm is not needed: comparisons
/// end at the first difference, and the start is narrowed to the places of the least id).
fn least_rotation(list: &[ExprId]) -> Vec<ExprId> {
    let Some(least) = list.iter().min() else { return Vec::new() };
    let rotate = |start: usize| list[start..].iter().chain(&list[..start]).copied();
    let best = (0..list.len()).filter(|at| list[*at] == *least).min_by(|a, b| rotate(*a).cmp(rotate(*b))).unwrap_or(0);
    rotate(best).collect()
}
