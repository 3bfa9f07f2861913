//! Sums and products over an index: binding, opening, substitution, and what comes out of them.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, BigOp, ExprId, IndexId, Node, Reduction, Shape};
use crate::number::Coeff;

impl Arena {
    /// Σ or Π of the body over `index` from `lower` to `upper`.
    ///
    /// What does not depend on the index comes out; a sum of entries of whole vectors becomes a sum over the vector.
    pub fn indexed(&mut self, op: BigOp, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> ExprId {
        let range = self.minus(upper, lower);
        if self.as_number(range).is_some_and(Coeff::is_negative) {
            let shape = self.shape(body);
            return match op {
                BigOp::Sum => self.zero(shape),
                BigOp::Product => self.one(),
            };
        }
        if !self.depends_on_index(body, index) {
            let one = self.one();
            let count = self.minus(upper, lower);
            let count = self.plus(count, one);
            return match op {
                BigOp::Sum => self.mul(&[count, body]),
                BigOp::Product => self.pow(body, count),
            };
        }
        if lower == upper {
            return self.substitute_index(body, index, lower);
        }
        match op {
            BigOp::Sum => {
                let (content, primitive) = self.split_content(body);
                if !content.is_one() {
                    let sum = self.indexed(op, index, lower, upper, primitive);
                    return self.scale(&content, sum);
                }
                if let Some(next) = self.behind_zero_term(index, lower, body) {
                    return self.indexed(op, index, next, upper, body);
                }
                if let Some(factored) = self.pull_out_of_sum(index, lower, upper, body) {
                    return factored;
                }
                if let Some(whole) = self.lift_sum(index, lower, upper, body) {
                    return whole;
                }
                if let Some(terms) = self.closed_terms(index, lower, upper, body) {
                    return terms;
                }
            }
            BigOp::Product => {
                let (content, primitive) = self.split_content(body);
                if !content.is_one() {
                    let product = self.indexed(op, index, lower, upper, primitive);
                    return self.times_power_of(content, lower, upper, product);
                }
                if let Some(whole) = self.lift_product(index, lower, upper, body) {
                    return whole;
                }
            }
        }
        self.bind(op, index, lower, upper, body)
    }

    /// Σᵢ (u + xᵢv + eᵢ) as mu + sum(x)v + 1: a sum of terms each of which has a form without the index.
    fn closed_terms(&mut self, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> Option<ExprId> {
        let Node::Add(terms) = self.node(body).clone() else { return None };
        let mut closed = Vec::with_capacity(terms.len());
        for (coeff, term) in &*terms {
            let sum = self.indexed(BigOp::Sum, index, lower, upper, *term);
            if self.binder_height(sum) > self.binder_height(*term) {
                return None;
            }
            closed.push((coeff.clone(), sum));
        }
        let shape = self.shape(body);
        Some(self.add_terms(closed, shape))
    }

    /// The bound behind the lower one where a factor k of the body is 0 at that: Σ_{k=0}^n kxᵏ⁻¹ has no term of k = 0, whose xᵏ⁻¹ has no
    /// value at x = 0.
    fn behind_zero_term(&mut self, index: IndexId, lower: ExprId, body: ExprId) -> Option<ExprId> {
        let first = self.as_number(lower)?.to_i64()?;
        let scalar = match self.node(body) {
            Node::Product(factors) if self.shape(factors[0]).is_scalar() => factors[0],
            _ => body,
        };
        let Node::Hadamard(factors) = self.node(scalar).clone() else { return None };
        let vanishes = factors.iter().any(|(base, exponent)| {
            if self.as_number(*exponent).is_none_or(Coeff::is_negative) {
                return false;
            }
            let terms = self.terms(*base);
            let of_index = |term: ExprId| matches!(self.node(term), Node::Index(found) if *found == index);
            match &*terms {
                [(coeff, term)] => !coeff.is_zero() && of_index(*term) && first == 0,
                [(a, s), (b, t)] if of_index(*s) && self.is_one(*t) => a.mul(&Coeff::integer(first)).add(b).is_zero(),
                [(b, t), (a, s)] if of_index(*s) && self.is_one(*t) => a.mul(&Coeff::integer(first)).add(b).is_zero(),
                _ => false,
            }
        });
        vanishes.then(|| self.integer(first + 1))
    }

    /// Interns the binder with its index numbered by height.
    fn bind(&mut self, op: BigOp, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> ExprId {
        let height = IndexId(self.binder_height(body) + 1);
        let body = if index == height {
            body
        } else {
            let replacement = self.index(height);
            self.substitute_index(body, index, replacement)
        };
        // Another number of the index can turn the order of a sum's terms and with it the sign in front.
        let (content, primitive) = self.split_content(body);
        let bound = self.intern(Node::Indexed { op, index: height, lower, upper, body: primitive });
        match op {
            _ if content.is_one() => bound,
            BigOp::Sum => self.scale(&content, bound),
            BigOp::Product => self.times_power_of(content, lower, upper, bound),
        }
    }

    /// The product with a number for each term of a range.
    fn times_power_of(&mut self, number: Coeff, lower: ExprId, upper: ExprId, product: ExprId) -> ExprId {
        let one = self.one();
        let count = self.minus(upper, lower);
        let count = self.plus(count, one);
        let number = self.number(number);
        let number = self.pow(number, count);
        self.mul(&[number, product])
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

    /// Factors of a product that do not depend on the index, from both ends.
    fn pull_out_of_sum(&mut self, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> Option<ExprId> {
        match self.node(body).clone() {
            Node::Product(factors) => {
                let mut scalar_out = None;
                let mut inside = factors.to_vec();
                if self.shape(inside[0]).is_scalar() {
                    let scalar = inside.remove(0);
                    let (out, kept) = self.split_scalar_by_index(scalar, index);
                    scalar_out = out;
                    if let Some(kept) = kept {
                        inside.insert(0, kept);
                    }
                }
                let kept_scalar = self.shape(inside[0]).is_scalar().then(|| inside.remove(0));
                let is_free = |arena: &mut Self, factor: &ExprId| !arena.depends_on_index(*factor, index);
                let mut left = 0;
                while left < inside.len() && is_free(self, &inside[left]) {
                    left += 1;
                }
                let mut right = inside.len();
                while right > left && is_free(self, &inside[right - 1]) {
                    right -= 1;
                }
                // The total of a sum is the sum of totals, so 1ᵀ alone does not come out of it again.
                if self.shape(body).is_scalar() && left < inside.len() {
                    if left == 1 && self.is_ones(inside[0]) {
                        left = 0;
                    }
                    if right + 1 == inside.len() && self.is_ones(inside[right]) {
                        right += 1;
                    }
                }
                if left == inside.len() {
                    // Only the scalar depends on the index.
                    let scalar = self.indexed(BigOp::Sum, index, lower, upper, kept_scalar?);
                    let mut all = vec![scalar];
                    all.extend(scalar_out);
                    all.extend(inside);
                    return Some(self.mul(&all));
                }
                // A scalar result keeps its chain whole unless everything free stands at an end.
                if scalar_out.is_none() && left == 0 && right == inside.len() {
                    return None;
                }
                let mut middle: Vec<ExprId> = kept_scalar.into_iter().collect();
                middle.extend_from_slice(&inside[left..right]);
                let middle = self.mul(&middle);
                let sum = self.indexed(BigOp::Sum, index, lower, upper, middle);
                let mut all: Vec<ExprId> = scalar_out.into_iter().collect();
                all.extend_from_slice(&inside[..left]);
                all.push(sum);
                all.extend_from_slice(&inside[right..]);
                Some(self.mul(&all))
            }
            Node::Hadamard(_) if self.shape(body).is_scalar() => {
                let (out, kept) = self.split_scalar_by_index(body, index);
                let out = out?;
                let kept = kept?;
                let sum = self.indexed(BigOp::Sum, index, lower, upper, kept);
                Some(self.mul(&[out, sum]))
            }
            _ => None,
        }
    }

    /// A scalar product as the part that does not depend on the index and the part that does.
    fn split_scalar_by_index(&mut self, scalar: ExprId, index: IndexId) -> (Option<ExprId>, Option<ExprId>) {
        if !self.depends_on_index(scalar, index) {
            return (Some(scalar), None);
        }
        let Node::Hadamard(factors) = self.node(scalar).clone() else { return (None, Some(scalar)) };
        let (kept, out): (Vec<_>, Vec<_>) = factors.iter().partition(|(base, exponent)| {
            self.depends_on_index(*base, index) || self.depends_on_index(*exponent, index)
        });
        if out.is_empty() {
            return (None, Some(scalar));
        }
        let out = self.hadamard_powers(&out, Shape::SCALAR);
        let kept = self.hadamard_powers(&kept, Shape::SCALAR);
        (Some(out), Some(kept))
    }

    /// Σᵢ f(xᵢ) = sum(f(x)) where the index runs over the whole of x.
    fn lift_sum(&mut self, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> Option<ExprId> {
        if !self.shape(body).is_scalar() {
            return self.lift_basis_sum(index, lower, upper, body);
        }
        let whole = self.lift(index, lower, upper, body)?;
        Some(self.reduce(Reduction::Sum, whole))
    }

    /// Πᵢ f(xᵢ) = prod(f(x)).
    fn lift_product(&mut self, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> Option<ExprId> {
        let whole = self.lift(index, lower, upper, body)?;
        Some(self.reduce(Reduction::Product, whole))
    }

    /// Σᵢ sᵢ eᵢ = s, the vector whose entries are the scalars.
    fn lift_basis_sum(&mut self, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> Option<ExprId> {
        let (scalar, rest) = self.split_scalar(body);
        match *self.node(rest) {
            Node::Basis(size, at) => {
                let place = self.index(index);
                let size = self.size(size);
                if at != place || size != upper {
                    return None;
                }
                if self.is_one(scalar) {
                    if !self.is_one(lower) {
                        return None;
                    }
                    let shape = self.shape(rest);
                    return Some(self.ones(shape));
                }
                self.lift(index, lower, upper, scalar)
            }
            Node::Transpose(inner) if matches!(self.node(inner), Node::Basis(..)) => {
                let body = self.transpose(body);
                let column = self.lift_basis_sum(index, lower, upper, body)?;
                Some(self.transpose(column))
            }
            _ => None,
        }
    }

    /// The vector v with vᵢ = body, where the index runs from 1 to the length and occurs only as the place of entries.
    pub fn lift(&mut self, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> Option<ExprId> {
        if !self.is_one(lower) {
            return None;
        }
        let place = self.index(index);
        let size = match *self.node(upper) {
            Node::Size(dim) => dim,
            Node::Number(ref value) => crate::expr::Dim::Known(u32::try_from(value.to_i64()?).ok()?),
            _ => return None,
        };
        let column = Shape::vector(size);
        let mut lifted: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for node in self.post_order(body) {
            if !self.depends_on_index(node, index) {
                continue;
            }
            if !self.shape(node).is_scalar() {
                // A vector that depends on the index is no part of an entry; only whole inner products are.
                continue;
            }
            let value = match self.node(node).clone() {
                Node::Index(_) => continue,
                Node::Entry(of, row, col) => {
                    if self.depends_on_index(of, index) {
                        return None;
                    }
                    let shape = self.shape(of);
                    if row == place && shape.is_column() && shape.rows == size {
                        of
                    } else if row == place && col == place && shape.is_square() && shape.rows == size {
                        self.diag_part(of)
                    } else if row == place && shape.rows == size && !self.depends_on_index(col, index) {
                        // vᵢ = Aᵢⱼ is v = Aeⱼ
                        let basis = self.basis(shape.cols, col);
                        self.mul(&[of, basis])
                    } else if col == place && shape.cols == size && !self.depends_on_index(row, index) {
                        let basis = self.basis(shape.rows, row);
                        let transposed = self.transpose(of);
                        self.mul(&[transposed, basis])
                    } else {
                        return None;
                    }
                }
                Node::Add(terms) => {
                    let mut sum = Vec::with_capacity(terms.len());
                    for (coeff, term) in terms.iter() {
                        sum.push((coeff.clone(), self.lifted_or_broadcast(*term, index, column, &lifted)?));
                    }
                    self.add_terms(sum, column)
                }
                Node::Hadamard(factors) => {
                    let mut powers = Vec::with_capacity(factors.len());
                    for (base, exponent) in factors.iter() {
                        if self.depends_on_index(*exponent, index) {
                            return None;
                        }
                        let base = if self.depends_on_index(*base, index) { *lifted.get(base)? } else { *base };
                        powers.push((base, *exponent));
                    }
                    self.hadamard_powers(&powers, column)
                }
                Node::Elementwise(func, inner) => {
                    let inner = *lifted.get(&inner)?;
                    self.elementwise(func, inner)
                }
                Node::Product(factors) => {
                    // An inner product with a sum is the sum of inner products, whose unit vectors pick entries.
                    let sum = self.distribute(&factors, index)?;
                    self.lift(index, lower, upper, sum)?
                }
                _ => return None,
            };
            lifted.insert(node, value);
        }
        lifted.get(&body).copied()
    }

    /// The scalar product of the factors, multiplied out over the one sum among them that depends on the index.
    fn distribute(&mut self, factors: &[ExprId], index: IndexId) -> Option<ExprId> {
        let mut sums = Vec::new();
        for (place, factor) in factors.iter().enumerate() {
            if self.depends_on_index(*factor, index) {
                sums.push(place);
            }
        }
        let [place] = *sums else { return None };
        let (sum, transposed) = match *self.node(factors[place]) {
            Node::Transpose(inner) => (inner, true),
            _ => (factors[place], false),
        };
        let Node::Add(terms) = self.node(sum).clone() else { return None };
        let mut parts = Vec::with_capacity(terms.len());
        for (coeff, term) in terms.iter() {
            let mut varied = factors.to_vec();
            varied[place] = if transposed { self.transpose(*term) } else { *term };
            parts.push((coeff.clone(), self.mul(&varied)));
        }
        Some(self.add_terms(parts, Shape::SCALAR))
    }

    fn lifted_or_broadcast(
        &mut self,
        term: ExprId,
        index: IndexId,
        column: Shape,
        lifted: &FxHashMap<ExprId, ExprId>,
    ) -> Option<ExprId> {
        if self.depends_on_index(term, index) {
            return lifted.get(&term).copied();
        }
        let ones = self.ones(column);
        Some(self.mul(&[term, ones]))
    }

    /// k! of a scalar.
    pub fn factorial(&mut self, id: ExprId) -> ExprId {
        if let Some(n) = self.as_number(id).and_then(Coeff::to_i64).filter(|n| (0..=170).contains(n)) {
            let value = (2..=n).fold(Coeff::ONE, |product, k| product.mul(&Coeff::integer(k)));
            return self.number(value);
        }
        self.intern(Node::Factorial(id))
    }
}
