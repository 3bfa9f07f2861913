//! Matrix products: flat, the scalar part in front, neighbours merged, inner products taken out.

use std::sync::Arc;

use super::chain::Chain;
use crate::expr::{Arena, ExprId, Func, MatrixFunction, Node, Reduction, Shape};
use crate::number::Coeff;

impl Arena {
    /// The product of the factors; factors that are 1×1 scale it wherever they stand.
    pub fn mul(&mut self, factors: &[ExprId]) -> ExprId {
        let mut coeff = Coeff::ONE;
        let mut scalars: Vec<ExprId> = Vec::new();
        let mut chain = Chain::with_capacity(factors.len());
        let mut shape: Option<Shape> = None;
        let mut zero = false;
        for factor in factors {
            let factor_shape = self.shape(*factor);
            if !factor_shape.is_scalar() {
                shape = Some(shape.map_or(factor_shape, |before| Shape::new(before.rows, factor_shape.cols)));
            }
            zero |= self.is_zero(*factor);
            let (content, primitive) = self.split_content(*factor);
            coeff = coeff.mul(&content);
            self.push_factor(primitive, &mut coeff, &mut scalars, &mut chain);
        }
        let shape = shape.unwrap_or(Shape::SCALAR);
        if zero || coeff.is_zero() {
            self.fired("product-with-zero");
            return self.zero(shape);
        }
        let mut chain = chain.into_factors();
        crate::interrupt::spend(chain.len() as u64 / 4);
        self.take_out_scalars(&mut coeff, &mut scalars, &mut chain);
        if let Some(choice) = self.within_choice(&scalars, &chain) {
            return self.scale(&coeff, choice);
        }
        if let Some(cross) = self.ordered_cross(&chain) {
            scalars.push(cross);
            let product = self.mul(&scalars);
            return self.scale(&coeff, product);
        }
        self.recognize_softmax(&mut scalars, &mut chain);
        let result = self.assemble(&mut coeff, &scalars, &chain, shape);
        self.scale(&coeff, result)
    }

    fn assemble(&mut self, coeff: &mut Coeff, scalars: &[ExprId], chain: &[ExprId], shape: Shape) -> ExprId {
        let one = self.one();
        let powers: Vec<_> = scalars.iter().map(|scalar| (*scalar, one)).collect();
        let scalar = self.hadamard_powers(&powers, Shape::SCALAR);
        let (content, scalar) = self.split_content(scalar);
        *coeff = coeff.mul(&content);
        if coeff.is_zero() {
            return self.zero(shape);
        }
        match chain {
            [] if shape.is_scalar() => scalar,
            [] => {
                // Everything cancelled, which only square products do.
                let identity = self.identity(shape.rows);
                if self.is_one(scalar) { identity } else { self.intern(Node::Product(Arc::new([scalar, identity]))) }
            }
            [single] if self.is_one(scalar) => *single,
            [left, right] if self.shape(*left).is_column() && self.is_ones(*left) && self.is_ones(*right) => {
                self.fired("ones-matrix");
                let ones = self.ones(shape);
                if self.is_one(scalar) { ones } else { self.intern(Node::Product(Arc::new([scalar, ones]))) }
            }
            _ if self.is_one(scalar) => self.intern(Node::Product(chain.into())),
            _ => {
                let mut factors = Vec::with_capacity(chain.len() + 1);
                factors.push(scalar);
                factors.extend_from_slice(chain);
                self.intern(Node::Product(factors.into()))
            }
        }
    }

    /// Appends a factor to the chain, merging it with what stands before it.
    fn push_factor(&mut self, factor: ExprId, coeff: &mut Coeff, scalars: &mut Vec<ExprId>, chain: &mut Chain) {
        if coeff.is_zero() {
            // Nothing that follows matters, and with the zero left out it would not meet what it multiplies.
            return;
        }
        let (content, factor) = self.split_content(factor);
        *coeff = coeff.mul(&content);
        if self.shape(factor).is_scalar() {
            scalars.push(factor);
            return;
        }
        if self.is_zero(factor) {
            *coeff = Coeff::ZERO;
            return;
        }
        if matches!(self.node(factor), Node::Identity(_)) {
            self.fired("product-with-identity");
            return;
        }
        if let Node::Product(inner) = self.node(factor) {
            let inner = inner.clone();
            self.fired("product-of-product");
            for part in inner.iter() {
                self.push_factor(*part, coeff, scalars, chain);
            }
            return;
        }
        if let Node::Ones(shape) = *self.node(factor)
            && shape.is_matrix()
        {
            self.fired("ones-matrix");
            let left = self.ones(Shape::vector(shape.rows));
            let right = self.ones(Shape::new(crate::expr::Dim::ONE, shape.cols));
            self.push_factor(left, coeff, scalars, chain);
            self.push_factor(right, coeff, scalars, chain);
            return;
        }
        if let Some(last) = chain.last()
            && let Some(merged) = self.merged_neighbors(last, factor)
        {
            chain.pop();
            self.push_factor(merged, coeff, scalars, chain);
            return;
        }
        if let Some(last) = chain.last()
            && self.is_out_of_order(last, factor)
        {
            self.fired("product-commutes");
            chain.pop();
            self.push_factor(factor, coeff, scalars, chain);
            self.push_factor(last, coeff, scalars, chain);
            return;
        }
        chain.push(factor, self.factors_under_power(factor));
        if let Some((count, shortened)) = self.shortened_ending(chain) {
            for _ in 0..count {
                chain.pop();
            }
            for factor in shortened {
                self.push_factor(factor, coeff, scalars, chain);
            }
        }
    }

    /// Base and exponent; any other matrix is its own first power.
    pub(crate) fn as_power(&mut self, id: ExprId) -> (ExprId, ExprId) {
        match *self.node(id) {
            Node::Power(base, exponent) => (base, exponent),
            Node::MatrixFunction(MatrixFunction::Sqrtm, base, ref directions) if directions.is_empty() => {
                let half = Coeff::ratio(1, 2).unwrap_or(Coeff::ONE);
                (base, self.number(half))
            }
            _ => (id, self.one()),
        }
    }

    /// How many factors the product has whose power or pseudo-inverse it is.
    fn factors_under_power(&self, id: ExprId) -> Option<usize> {
        let base = match self.node(id) {
            Node::Power(base, _) | Node::Pinv(base) => *base,
            Node::MatrixFunction(MatrixFunction::Sqrtm, base, directions) if directions.is_empty() => *base,
            _ => return None,
        };
        if let Node::Product(factors) = self.node(base) { Some(factors.len()) } else { None }
    }

    /// Takes every stretch of the chain that is 1×1 out as a scalar factor.
    fn take_out_scalars(&mut self, coeff: &mut Coeff, scalars: &mut Vec<ExprId>, chain: &mut Vec<ExprId>) {
        let cuts: Vec<usize> = (0..=chain.len())
            .filter(|at| {
                if chain.is_empty() {
                    false
                } else if *at == chain.len() {
                    self.shape(chain[at - 1]).cols.is_one()
                } else {
                    self.shape(chain[*at]).rows.is_one()
                }
            })
            .collect();
        if cuts.len() < 2 {
            return;
        }
        if chain.len() > 1 {
            self.fired("product-with-scalar-stretch");
        }
        for pair in cuts.windows(2) {
            let segment: Vec<ExprId> = chain[pair[0]..pair[1]].to_vec();
            let value = self.inner_chain(&segment);
            let (content, value) = self.split_content(value);
            *coeff = coeff.mul(&content);
            scalars.push(value);
        }
        let (first, last) = (cuts[0], cuts[cuts.len() - 1]);
        chain.drain(first..last);
    }

    /// A chain from a row to a column, as a scalar in normal form.
    fn inner_chain(&mut self, chain: &[ExprId]) -> ExprId {
        let (first, last) = (chain[0], chain[chain.len() - 1]);
        if chain.len() == 2 {
            let left = self.transpose(first);
            return self.inner(left, last);
        }
        if chain.len() == 1 {
            return first;
        }
        if let Some(value) = self.triple_product(chain) {
            return value;
        }
        if let Some(value) = self.form_identity(chain) {
            return value;
        }
        let (content, reversed) = self.transposed_chain(chain);
        if content.is_negative() && *reversed == *chain && !chain.iter().any(|factor| self.has_inverse(*factor)) {
            self.fired("form-of-skew");
            return self.integer(0);
        }
        let key = |arena: &Self, chain: &[ExprId]| {
            let interior = &chain[1..chain.len() - 1];
            interior.iter().filter(|factor| arena.is_transposed_factor(**factor)).count()
        };
        // A differential stands at the right end, the latest one where there are two.
        match (self.differential_slot(last), self.differential_slot(reversed[reversed.len() - 1])) {
            (None, Some(_)) => return self.scaled_product(&content, &reversed),
            (Some(_), None) => return self.intern(Node::Product(chain.into())),
            (Some(mine), Some(other)) if mine != other => {
                if mine < other {
                    return self.scaled_product(&content, &reversed);
                }
                return self.intern(Node::Product(chain.into()));
            }
            _ => {}
        }
        let (mine, other) = (key(self, chain), key(self, &reversed));
        // Of equals the one whose column was made first; see `hadamard_inner` for Hadamard vectors.
        let end = reversed[reversed.len() - 1];
        let use_reversed = other < mine || (other == mine && (end > last || (end == last && *reversed < *chain)));
        if use_reversed {
            self.fired("form-of-transpose");
        }
        if use_reversed { self.scaled_product(&content, &reversed) } else { self.intern(Node::Product(chain.into())) }
    }

    /// The transposed factors in reverse order, without numbers: those of −K = Kᵀ and of a sum that begins with another term come out in front.
    pub(super) fn transposed_chain(&mut self, chain: &[ExprId]) -> (Coeff, Vec<ExprId>) {
        let mut coeff = Coeff::ONE;
        let mut reversed = Vec::with_capacity(chain.len());
        for factor in chain.iter().rev() {
            let transposed = self.transpose(*factor);
            let (content, primitive) = self.split_content(transposed);
            coeff = coeff.mul(&content);
            reversed.push(primitive);
        }
        self.sort_commuting(&mut reversed);
        (coeff, reversed)
    }

    fn scaled_product(&mut self, coeff: &Coeff, factors: &[ExprId]) -> ExprId {
        let product = self.intern(Node::Product(factors.into()));
        self.scale(coeff, product)
    }

    pub(super) fn as_basis(&self, id: ExprId) -> Option<ExprId> {
        if let Node::Basis(_, index) = self.node(id) { Some(*index) } else { None }
    }

    pub(super) fn as_basis_row(&self, id: ExprId) -> Option<ExprId> {
        if let Node::Transpose(inner) = self.node(id) { self.as_basis(*inner) } else { None }
    }

    /// uᵀv of two columns in normal form.
    pub fn inner(&mut self, u: ExprId, v: ExprId) -> ExprId {
        if self.shape(u).is_scalar() {
            return self.hadamard(u, v);
        }
        if self.is_zero(u) || self.is_zero(v) {
            return self.integer(0);
        }
        if let Some(value) = self.inner_identity(u, v) {
            return value;
        }
        match (self.node(u).clone(), self.node(v).clone()) {
            (Node::Add(_), _) if self.split_content(u).0 != Coeff::ONE => {
                let (content, primitive) = self.split_content(u);
                let value = self.inner(primitive, v);
                self.scale(&content, value)
            }
            (_, Node::Add(_)) if self.split_content(v).0 != Coeff::ONE => {
                let (content, primitive) = self.split_content(v);
                let value = self.inner(u, primitive);
                self.scale(&content, value)
            }
            (Node::Hadamard(_), _) | (_, Node::Hadamard(_)) => {
                self.fired("inner-with-entrywise-product");
                let product = self.hadamard(u, v);
                self.total(product)
            }
            (Node::Product(_), _) | (_, Node::Product(_)) => {
                let left = self.transpose(u);
                self.mul(&[left, v])
            }
            _ => self.intern_inner(u, v),
        }
    }

    /// Which differential it is; `None` of what is none.
    pub(super) fn differential_slot(&self, id: ExprId) -> Option<u32> {
        match self.node(id) {
            Node::Differential(_, slot) | Node::Pending(_, slot) => Some(*slot),
            _ => None,
        }
    }

    /// uᵀv in normal form of two columns that are no products.
    pub(super) fn inner_of_two(&mut self, u: ExprId, v: ExprId) -> ExprId {
        self.inner_identity(u, v).unwrap_or_else(|| self.intern_inner(u, v))
    }

    /// The node of uᵀv, a differential last, else u before v in the order of ids.
    fn intern_inner(&mut self, u: ExprId, v: ExprId) -> ExprId {
        let key = |id: ExprId| (self.differential_slot(id), id);
        let is_turned = key(v) < key(u);
        if is_turned {
            self.fired("inner-commutes");
        }
        let (u, v) = if is_turned { (v, u) } else { (u, v) };
        let left = self.transpose(u);
        self.intern(Node::Product(Arc::new([left, v])))
    }

    /// exp(z)/Σexp(z) = softmax(z), with the exponential anywhere in the chain.
    fn recognize_softmax(&mut self, scalars: &mut [ExprId], chain: &mut [ExprId]) {
        if scalars.is_empty() || chain.is_empty() {
            return;
        }
        for factor in chain {
            let shape = self.shape(*factor);
            if !shape.is_column() && !shape.is_row() {
                continue;
            }
            let column = if shape.is_row() { self.transpose(*factor) } else { *factor };
            let exponential = match self.node(column) {
                Node::Elementwise(Func::Exp, _) => column,
                Node::Hadamard(factors) => {
                    match factors.iter().find(|(base, exponent)| {
                        self.is_one(*exponent) && matches!(self.node(*base), Node::Elementwise(Func::Exp, _))
                    }) {
                        Some((base, _)) => *base,
                        None => continue,
                    }
                }
                _ => continue,
            };
            let Node::Elementwise(Func::Exp, z) = *self.node(exponential) else { continue };
            let total = self.intern(Node::Reduce(Reduction::Sum, exponential));
            let Some(at) = scalars.iter().position(|scalar| self.has_reciprocal(*scalar, total)) else { continue };
            self.fired("softmax-by-definition");
            scalars[at] = self.hadamard(scalars[at], total);
            let softmax = self.softmax(z);
            let inverse = self.recip(exponential);
            let replaced = self.hadamard(column, inverse);
            let replaced = self.hadamard(replaced, softmax);
            *factor = if shape.is_row() { self.transpose(replaced) } else { replaced };
        }
    }

    fn has_reciprocal(&self, scalar: ExprId, base: ExprId) -> bool {
        match self.node(scalar) {
            Node::Hadamard(factors) => factors.iter().any(|(found, exponent)| {
                *found == base && self.as_number(*exponent).is_some_and(|p| p.is_integer() && p.is_negative())
            }),
            _ => false,
        }
    }

    /// Splits a scalar factor off: `id = s·e`; s is 1 where there is none.
    pub fn split_scalar(&mut self, id: ExprId) -> (ExprId, ExprId) {
        if self.shape(id).is_scalar() {
            return (id, self.one());
        }
        if let Node::Product(factors) = self.node(id) {
            let factors = factors.clone();
            if self.shape(factors[0]).is_scalar() {
                let rest =
                    if factors.len() == 2 { factors[1] } else { self.intern(Node::Product(factors[1..].into())) };
                return (factors[0], rest);
            }
        }
        (self.one(), id)
    }
}
