//! Entry-by-entry products, quotients and powers; on scalars the ordinary ones.
//!
//! Flat, equal bases collected, sorted by id, exp(a)·exp(b) one exponential; then the identities of the table.

use rustc_hash::FxHashSet;

use super::identity::Exchange;
use crate::expr::{Arena, ExprId, Func, Node, Op, Shape};
use crate::number::Coeff;
use crate::structure::Structure;

/// What an entrywise product is collected into.
struct Factors {
    coeff: Coeff,
    /// Scalars that stand in front of a product of matrices.
    scalars: Vec<(ExprId, ExprId)>,
    /// Base and exponent; equal bases not yet collected.
    powers: Vec<(ExprId, ExprId)>,
    /// The sum in the exponent of the one exponential.
    exponents: Vec<ExprId>,
    /// Integers k of factors (−1)ᵏ.
    signs: Vec<ExprId>,
    /// Vectors u of factors u1ᵀ, which scale rows: (u1ᵀ)∘X = diag(u)X.
    rows: Vec<(ExprId, ExprId)>,
    /// Vectors v of factors 1vᵀ, which scale columns: (1vᵀ)∘X = X diag(v).
    cols: Vec<(ExprId, ExprId)>,
}

impl Arena {
    /// The entrywise product of two expressions of one shape; a scalar multiplies every entry.
    pub fn hadamard(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let shape = if self.shape(a).is_scalar() { self.shape(b) } else { self.shape(a) };
        let one = self.one();
        self.hadamard_powers(&[(a, one), (b, one)], shape)
    }

    /// a^p of a scalar, or entry by entry.
    pub fn pow(&mut self, base: ExprId, exponent: ExprId) -> ExprId {
        let shape = self.shape(base);
        self.hadamard_powers(&[(base, exponent)], shape)
    }

    /// a^n with a rational number n, entry by entry.
    pub fn pow_number(&mut self, base: ExprId, exponent: &Coeff) -> ExprId {
        let exponent = self.number(exponent.clone());
        self.pow(base, exponent)
    }

    /// 1/a, entry by entry.
    pub fn recip(&mut self, base: ExprId) -> ExprId {
        self.pow_number(base, &Coeff::MINUS_ONE)
    }

    /// a/b of scalars, or entry by entry.
    pub fn quotient(&mut self, a: ExprId, b: ExprId) -> ExprId {
        let inverse = self.recip(b);
        self.hadamard(a, inverse)
    }

    /// Π baseₖ^exponentₖ entry by entry, of the given shape; scalar bases multiply every entry.
    pub fn hadamard_powers(&mut self, factors: &[(ExprId, ExprId)], shape: Shape) -> ExprId {
        if shape.is_row() {
            // An entrywise product of rows is a transposed one of columns.
            let columns: Vec<_> = factors.iter().map(|(base, exponent)| (self.transpose(*base), *exponent)).collect();
            let column = self.hadamard_powers(&columns, shape.transposed());
            return self.transpose(column);
        }
        crate::interrupt::spend(factors.len() as u64 / 4);
        let mut into = Factors {
            coeff: Coeff::ONE,
            scalars: Vec::new(),
            powers: Vec::new(),
            exponents: Vec::new(),
            signs: Vec::new(),
            rows: Vec::new(),
            cols: Vec::new(),
        };
        for (base, exponent) in factors {
            if !self.split_factor(*base, *exponent, shape, &mut into) {
                return self.zero(shape);
            }
        }
        let mut collected = self.collect_factors(&mut into, shape);
        while let Some(exchange) = self.power_identity(&collected) {
            if !self.exchange(collected, &exchange, shape, &mut into) {
                return self.zero(shape);
            }
            collected = self.collect_factors(&mut into, shape);
        }
        self.join_signs(&mut into, &mut collected, shape);
        self.join_roots(&mut collected, shape);
        if into.coeff.is_zero() {
            return self.zero(shape);
        }
        let matrix = self.intern_powers(collected, shape);
        let matrix = self.scale_rows_and_cols(matrix, &into, shape);
        if into.scalars.is_empty() {
            return self.scale(&into.coeff, matrix);
        }
        let scalar = self.hadamard_powers(&into.scalars, Shape::SCALAR);
        let scaled = self.mul(&[scalar, matrix]);
        self.scale(&into.coeff, scaled)
    }

    /// Sorts one factor into what it consists of; false where it is zero.
    fn split_factor(&mut self, base: ExprId, exponent: ExprId, shape: Shape, into: &mut Factors) -> bool {
        let power = self.as_number(exponent).cloned();
        if power.as_ref().is_some_and(Coeff::is_zero) {
            return true;
        }
        if self.is_zero(base) && power.as_ref().is_some_and(|p| !p.is_negative()) {
            return false;
        }
        if self.is_ones(base) {
            return true;
        }
        if self.shape(base).is_scalar() && !shape.is_scalar() && self.as_number(base).is_none() {
            into.scalars.push((base, exponent));
            return true;
        }
        let integer = power.as_ref().filter(|p| p.is_integer()).and_then(Coeff::to_i64);
        match self.node(base).clone() {
            Node::Number(value) => {
                if let Some(root) = power.as_ref().and_then(|p| rational_power(&value, p)) {
                    into.coeff = into.coeff.mul(&root);
                    return true;
                }
                if value == Coeff::MINUS_ONE
                    && self.is_integer_valued(exponent)
                    && !matches!(self.node(exponent), Node::Number(_))
                {
                    if !into.signs.is_empty() {
                        self.fired("powers-of-minus-one");
                    }
                    into.signs.push(exponent);
                    return true;
                }
            }
            Node::Add(_) if integer.is_none() && self.multiple_of_pi(base).is_some() => {
                if let Some((content, pi)) = self.multiple_of_pi(base) {
                    let content = self.number(content);
                    return self.split_factor(content, exponent, shape, into)
                        && self.split_factor(pi, exponent, shape, into);
                }
            }
            Node::Add(_) => {
                if let Some(n) = integer {
                    let (content, primitive) = self.split_content(base);
                    if let Some(scaled) = content.pow(n, super::MAX_NUMBER_BITS)
                        && !content.is_one()
                    {
                        into.coeff = into.coeff.mul(&scaled);
                        return self.split_factor(primitive, exponent, shape, into);
                    }
                } else if let (Some(p), (content, primitive)) = (&power, self.split_content(base))
                    && !content.is_one()
                    && !content.is_negative()
                    && let Some(root) = rational_power(&content, p)
                {
                    into.coeff = into.coeff.mul(&root);
                    return self.split_factor(primitive, exponent, shape, into);
                }
            }
            Node::Hadamard(inner) => {
                if integer.is_some() || inner.iter().all(|(base, _)| self.is_nonnegative(*base)) {
                    if !power.as_ref().is_some_and(Coeff::is_one) {
                        self.fired(if inner.len() > 1 { "power-of-product" } else { "entrywise-power-of-power" });
                    }
                    for (base, inner_exponent) in inner.iter() {
                        let product = self.mul(&[*inner_exponent, exponent]);
                        if !self.split_factor(*base, product, shape, into) {
                            return false;
                        }
                    }
                    return true;
                }
                if let ([(base, inner_exponent)], Some(p)) = (&*inner, &power) {
                    // (x²)^p = |x|^2p
                    let two = self.as_number(*inner_exponent).and_then(Coeff::to_i64).is_some_and(|n| n % 2 == 0);
                    if two {
                        self.fired("power-of-square");
                        let absolute = self.elementwise(Func::Abs, *base);
                        let p = self.number(p.clone());
                        let product = self.mul(&[*inner_exponent, p]);
                        return self.split_factor(absolute, product, shape, into);
                    }
                }
            }
            Node::Product(inner) => {
                if self.shape(inner[0]).is_scalar() && (integer.is_some() || self.is_nonnegative(inner[0])) {
                    into.scalars.push((inner[0], exponent));
                    let rest = self.mul(&inner[1..]);
                    return self.split_factor(rest, exponent, shape, into);
                }
                if integer.is_some() && shape.is_matrix() && self.scaled_on_axes(&inner, exponent, into) {
                    let between = inner.iter().copied().filter(|factor| !matches!(self.node(*factor), Node::Diag(_)));
                    let rest = self.mul(&between.collect::<Vec<_>>());
                    return self.split_factor(rest, exponent, shape, into);
                }
                if let Some((left, right)) = self.as_outer(base) {
                    if self.is_ones(right) {
                        self.fired("rows-scaled");
                        into.rows.push((left, exponent));
                        return true;
                    }
                    if self.is_ones(left) {
                        self.fired("columns-scaled");
                        into.cols.push((right, exponent));
                        return true;
                    }
                    if integer.is_some() || (self.is_nonnegative(left) && self.is_nonnegative(right)) {
                        self.fired("outer-product-scales");
                        into.rows.push((left, exponent));
                        into.cols.push((right, exponent));
                        return true;
                    }
                }
            }
            Node::Elementwise(Func::Exp, z) => {
                if !power.as_ref().is_some_and(Coeff::is_one) {
                    self.fired("entrywise-power-of-exponential");
                }
                let product = self.mul(&[exponent, z]);
                into.exponents.push(product);
                return true;
            }
            _ => {}
        }
        if self.shape(base).is_scalar() && !shape.is_scalar() {
            into.scalars.push((base, exponent));
        } else {
            into.powers.push((base, exponent));
        }
        true
    }

    /// Takes u and v out of diag(u)X diag(v), where nothing else among the factors is a diagonal matrix.
    fn scaled_on_axes(&mut self, factors: &[ExprId], exponent: ExprId, into: &mut Factors) -> bool {
        let diagonal = |arena: &Self, id: ExprId| if let Node::Diag(of) = arena.node(id) { Some(*of) } else { None };
        let [first, between @ .., last] = factors else { return false };
        let (left, right) = (diagonal(self, *first), diagonal(self, *last));
        let ends = usize::from(left.is_some()) + usize::from(right.is_some());
        if ends == 0 || ends == factors.len() || between.iter().any(|factor| diagonal(self, *factor).is_some()) {
            return false;
        }
        if let Some(u) = left {
            self.fired("rows-scaled");
            into.rows.push((u, exponent));
        }
        if let Some(v) = right {
            self.fired("columns-scaled");
            into.cols.push((v, exponent));
        }
        true
    }

    /// diag(u) X diag(v)
    fn scale_rows_and_cols(&mut self, matrix: ExprId, into: &Factors, shape: Shape) -> ExprId {
        if into.rows.is_empty() && into.cols.is_empty() {
            return matrix;
        }
        let mut product = Vec::with_capacity(3);
        if !into.rows.is_empty() {
            let vector = self.hadamard_powers(&into.rows, Shape::vector(shape.rows));
            product.push(self.diag(vector));
        }
        product.push(matrix);
        if !into.cols.is_empty() {
            let vector = self.hadamard_powers(&into.cols, Shape::vector(shape.cols));
            product.push(self.diag(vector));
        }
        self.mul(&product)
    }

    /// The two vectors of an outer product uvᵀ.
    pub(crate) fn as_outer(&mut self, id: ExprId) -> Option<(ExprId, ExprId)> {
        let Node::Product(factors) = self.node(id) else { return None };
        let factors = factors.clone();
        if self.shape(factors[0]).is_scalar() {
            return None;
        }
        let split = (1..factors.len()).find(|at| self.shape(factors[*at]).rows.is_one())?;
        let left = self.mul(&factors[..split]);
        let right = self.mul(&factors[split..]);
        Some((left, self.transpose(right)))
    }

    /// Equal bases collected and sorted, the one exponential among them.
    fn collect_factors(&mut self, into: &mut Factors, shape: Shape) -> Vec<(ExprId, ExprId)> {
        let mut powers = self.collect_powers(std::mem::take(&mut into.powers));
        if into.exponents.is_empty() {
            return powers;
        }
        if into.exponents.len() > 1 {
            self.fired("product-of-exponentials");
        }
        let z = self.sum_of(&std::mem::take(&mut into.exponents), shape);
        if self.is_zero(z) {
            return powers;
        }
        let one = self.one();
        let exponential = self.elementwise(Func::Exp, z);
        if matches!(self.node(exponential), Node::Elementwise(Func::Exp, _)) {
            let at = powers.partition_point(|(base, _)| *base < exponential);
            powers.insert(at, (exponential, one));
            return powers;
        }
        // e^(z + c log u) is uᶜeᶻ.
        into.powers = powers;
        if !self.split_factor(exponential, one, shape, into) {
            into.coeff = Coeff::ZERO;
        }
        self.collect_factors(into, shape)
    }

    /// Powers with some of them exchanged for others, as they are before equal bases are collected; false where one is zero.
    fn exchange(
        &mut self,
        powers: Vec<(ExprId, ExprId)>,
        exchange: &Exchange,
        shape: Shape,
        into: &mut Factors,
    ) -> bool {
        let gone: FxHashSet<usize> = exchange.places.iter().copied().collect();
        for (at, (base, exponent)) in powers.into_iter().enumerate() {
            match *self.node(base) {
                _ if gone.contains(&at) => {}
                Node::Elementwise(Func::Exp, z) => into.exponents.push(z),
                _ => into.powers.push((base, exponent)),
            }
        }
        exchange.by.iter().all(|(base, exponent)| self.split_factor(*base, *exponent, shape, into))
    }

    /// Adds up the exponents of equal bases and drops those that come to 0.
    fn collect_powers(&mut self, mut powers: Vec<(ExprId, ExprId)>) -> Vec<(ExprId, ExprId)> {
        powers.sort_by_key(|(base, _)| *base);
        // 1⊘0 has no value, whatever stands beside it.
        let divides = |exponent: ExprId| self.as_number(exponent).is_some_and(Coeff::is_negative);
        if let Some((zeros, _)) = powers.iter().find(|(base, power)| self.is_zero(*base) && divides(*power)) {
            return vec![(*zeros, self.integer(-1))];
        }
        let mut collected: Vec<(ExprId, ExprId)> = Vec::with_capacity(powers.len());
        let mut from = 0;
        while let Some((base, exponent)) = powers.get(from).copied() {
            let length = powers[from..].iter().take_while(|(other, _)| *other == base).count();
            let equal = &powers[from..from + length];
            from += length;
            if length > 1 {
                self.fired("like-powers");
            }
            if self.has_zeros(base)
                && let Some(numbers) =
                    equal.iter().map(|(_, p)| self.as_number(*p).cloned()).collect::<Option<Vec<_>>>()
            {
                collected.extend(self.powers_with_zeros(base, &numbers));
                continue;
            }
            let exponents: Vec<ExprId> = equal[1..].iter().map(|(_, exponent)| *exponent).collect();
            let total = exponents.into_iter().fold(exponent, |sum, exponent| self.plus(sum, exponent));
            collected.push((base, total));
        }
        collected.retain(|(_, exponent)| !self.is_zero(*exponent));
        collected
    }

    /// Whether entries are 0 not at single points only, so that a quotient of the matrix by itself has no value there.
    fn has_zeros(&self, id: ExprId) -> bool {
        let shape = self.shape(id);
        match self.node(id) {
            Node::Identity(_)
            | Node::Basis(..)
            | Node::Apply(Op::Tril, _)
            | Node::Apply(Op::Triu, _)
            | Node::Elementwise(Func::Step | Func::IsZero | Func::Relu, _) => true,
            Node::Diag(_) => shape.is_matrix(),
            Node::Symbol(symbol) | Node::Member(symbol, _) => match self.symbol(*symbol).structure {
                Structure::Diagonal | Structure::Lower | Structure::Upper | Structure::Skew => true,
                Structure::General
                | Structure::Symmetric
                | Structure::PositiveDefinite
                | Structure::PositiveSemidefinite
                | Structure::Orthogonal => false,
            },
            Node::Transpose(inner) => self.has_zeros(*inner),
            _ => false,
        }
    }

    /// A product of powers of a matrix with zeros: X∘(1⊘X) is not ones, and stays as it is.
    fn powers_with_zeros(&mut self, base: ExprId, exponents: &[Coeff]) -> Vec<(ExprId, ExprId)> {
        let total = exponents.iter().fold(Coeff::ZERO, |sum, p| sum.add(p));
        let is_divided = exponents.iter().any(Coeff::is_negative);
        let is_zero_or_one = matches!(
            self.node(base),
            Node::Identity(_) | Node::Basis(..) | Node::Elementwise(Func::Step | Func::IsZero, _)
        );
        let minus_one = self.integer(-1);
        match (is_divided, is_zero_or_one) {
            (true, true) => vec![(base, minus_one)],
            (false, true) => vec![(base, self.one())],
            (true, false) if !total.is_negative() => {
                let above = self.number(total.add(&Coeff::ONE));
                vec![(base, above), (base, minus_one)]
            }
            _ => vec![(base, self.number(total))],
        }
    }

    /// (−1)ᵏ(−1)ˡ = (−1)ᵏ⁺ˡ, of which only what is odd counts.
    fn join_signs(&mut self, into: &mut Factors, powers: &mut Vec<(ExprId, ExprId)>, shape: Shape) {
        if into.signs.is_empty() {
            return;
        }
        let sum = self.sum_of(&std::mem::take(&mut into.signs), Shape::SCALAR);
        let (mut odd, mut constant) = (Vec::new(), Coeff::ZERO);
        for (coeff, term) in self.terms(sum) {
            let is_even = coeff.to_i64().is_some_and(|n| n % 2 == 0);
            if self.is_one(term) {
                constant = coeff;
            } else if !is_even {
                odd.push((if coeff.is_integer() { Coeff::ONE } else { coeff }, term));
            }
        }
        if constant.to_i64().is_some_and(|n| n % 2 != 0) {
            into.coeff = into.coeff.neg();
        }
        if !odd.is_empty() {
            let exponent = self.add_terms(odd, Shape::SCALAR);
            let minus_one = self.integer(-1);
            let into = if shape.is_scalar() { powers } else { &mut into.scalars };
            into.push((minus_one, exponent));
        }
    }

    /// c and π of cπ with c > 0.
    fn multiple_of_pi(&self, id: ExprId) -> Option<(Coeff, ExprId)> {
        let Node::Add(terms) = self.node(id) else { return None };
        let [(content, pi)] = &**terms else { return None };
        (matches!(self.node(*pi), Node::Pi) && !content.is_negative()).then(|| (content.clone(), *pi))
    }

    /// √c√π = √(cπ), and so of any power of both that is not a whole number: one form, from whichever it was written.
    fn join_roots(&mut self, powers: &mut Vec<(ExprId, ExprId)>, shape: Shape) {
        if !shape.is_scalar() {
            return;
        }
        let Some(at) = powers.iter().position(|(base, _)| matches!(self.node(*base), Node::Pi)) else { return };
        let (pi, exponent) = powers[at];
        if self.as_number(exponent).is_some_and(Coeff::is_integer) {
            return;
        }
        let is_root = |(base, power): &(ExprId, ExprId)| {
            *power == exponent && self.as_number(*base).is_some_and(|c| !c.is_negative() && !c.is_zero())
        };
        let Some(place) = powers.iter().position(is_root) else { return };
        let Some(content) = self.as_number(powers[place].0).cloned() else { return };
        powers[at].0 = self.scale(&content, pi);
        powers.swap_remove(place);
    }

    fn intern_powers(&mut self, mut powers: Vec<(ExprId, ExprId)>, shape: Shape) -> ExprId {
        powers.sort_by_key(|(base, _)| *base);
        if powers.is_empty() {
            return self.ones(shape);
        }
        if let [(base, exponent)] = *powers
            && self.is_one(exponent)
        {
            return base;
        }
        if shape.is_matrix() {
            powers = self.with_one_diagonal_divisor(powers, shape);
            if let Some(diagonal) = self.hadamard_with_diagonal(&powers, shape) {
                self.fired("entrywise-product-with-diagonal");
                return diagonal;
            }
        }
        if let [(base, exponent)] = *powers
            && self.is_one(exponent)
        {
            return base;
        }
        self.intern(Node::Hadamard(powers.into()))
    }
}

/// value^exponent where it is rational and small.
fn rational_power(value: &Coeff, exponent: &Coeff) -> Option<Coeff> {
    if let Some(n) = exponent.to_i64() {
        return value.pow(n, super::MAX_NUMBER_BITS);
    }
    if value.is_negative() || value.is_zero() {
        return None;
    }
    let (numerator, denominator) = exponent.parts();
    let root = u32::try_from(denominator).ok()?;
    let n = i64::try_from(numerator).ok()?;
    let (a, b) = value.parts();
    let (a_root, b_root) = (a.nth_root(root), b.nth_root(root));
    if a_root.pow(root) != a || b_root.pow(root) != b {
        return None;
    }
    Coeff::from_big(num_rational::BigRational::new(a_root, b_root)).pow(n, super::MAX_NUMBER_BITS)
}
