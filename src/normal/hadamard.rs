//! Entry-by-entry products, quotients and powers; on scalars the ordinary ones.
//!
//! Flat, equal bases collected, sorted by id. exp(a)·exp(b) is one exponential, and quotients of exponentials by sums of two are
//! sigmoids.

use crate::expr::{Arena, ExprId, Func, Node, Op, Shape};
use crate::number::Coeff;
use crate::structure::Structure;

/// What an entrywise product is collected into.
pub(super) struct Factors {
    coeff: Coeff,
    /// Scalars that stand in front of a product of matrices.
    scalars: Vec<(ExprId, ExprId)>,
    /// Base and exponent; equal bases not yet collected.
    pub(super) powers: Vec<(ExprId, ExprId)>,
    /// The sum in the exponent of the one exponential.
    pub(super) exponents: Vec<ExprId>,
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
        self.two_term_exponentials(&mut into);
        self.absolute_signs(&mut into);
        let mut collected = self.collect_powers(std::mem::take(&mut into.powers));
        while self.has_even_absolute(&collected) {
            // |u|²ᵏ = u²ᵏ, whose base may be a product or a number.
            for (base, exponent) in collected {
                match *self.node(base) {
                    Node::Elementwise(Func::Abs, u) if self.is_even(exponent) => {
                        self.split_factor(u, exponent, shape, &mut into);
                    }
                    _ => into.powers.push((base, exponent)),
                }
            }
            collected = self.collect_powers(std::mem::take(&mut into.powers));
        }
        self.even_powers_to_absolute(&mut collected);
        self.drop_identity(&mut collected);
        if let Some(column) = self.join_vecs(&mut collected) {
            into.powers = collected;
            let one = self.one();
            if !self.split_factor(column, one, shape, &mut into) {
                return self.zero(shape);
            }
            collected = self.collect_powers(std::mem::take(&mut into.powers));
        }
        let triangle = self.take_triangle(&mut collected);
        self.tangents(&mut collected);
        self.switched(&mut collected);
        self.join_exponential(&mut into.exponents, &mut collected, shape);
        self.join_signs(&mut into, &mut collected, shape);
        if into.coeff.is_zero() {
            return self.zero(shape);
        }
        let matrix = self.intern_powers(collected, shape);
        let matrix = match triangle {
            Some(Structure::Lower) => self.tril(matrix),
            Some(_) => self.triu(matrix),
            None => matrix,
        };
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
                    into.signs.push(exponent);
                    return true;
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
                if let Some((left, right)) = self.as_outer(base) {
                    if self.is_ones(right) {
                        into.rows.push((left, exponent));
                        return true;
                    }
                    if self.is_ones(left) {
                        into.cols.push((right, exponent));
                        return true;
                    }
                    if exponent == self.one() {
                        return self.merge_outer(left, right, into);
                    }
                }
            }
            Node::Elementwise(Func::Exp, z) => {
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
    pub(super) fn as_outer(&mut self, id: ExprId) -> Option<(ExprId, ExprId)> {
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

    /// (uvᵀ) ∘ (wzᵀ) = (u ∘ w)(v ∘ z)ᵀ
    fn merge_outer(&mut self, left: ExprId, right: ExprId, into: &mut Factors) -> bool {
        let one = self.one();
        for place in 0..into.powers.len() {
            let (base, exponent) = into.powers[place];
            if exponent != one {
                continue;
            }
            if let Some((other_left, other_right)) = self.as_outer(base) {
                let u = self.hadamard(other_left, left);
                let v = self.hadamard(other_right, right);
                let v = self.transpose(v);
                let product = self.mul(&[u, v]);
                let (content, product) = self.split_content(product);
                into.coeff = into.coeff.mul(&content);
                into.powers.swap_remove(place);
                let shape = self.shape(product);
                return self.split_factor(product, one, shape, into);
            }
        }
        let right = self.transpose(right);
        let product = self.mul(&[left, right]);
        into.powers.push((product, one));
        true
    }

    /// I∘D = D of a diagonal D.
    fn drop_identity(&self, powers: &mut Vec<(ExprId, ExprId)>) {
        let is_diagonal = |&(base, exponent): &(ExprId, ExprId)| {
            !matches!(self.node(base), Node::Identity(_))
                && self.as_number(exponent).is_some_and(|p| !p.is_negative())
                && self.is_diagonal(base)
        };
        if powers.len() > 1 && powers.iter().any(is_diagonal) {
            powers
                .retain(|(base, exponent)| !(matches!(self.node(*base), Node::Identity(_)) && self.is_one(*exponent)));
        }
    }

    /// Adds up the exponents of equal bases and drops those that come to 0.
    pub(super) fn collect_powers(&mut self, mut powers: Vec<(ExprId, ExprId)>) -> Vec<(ExprId, ExprId)> {
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
        // y∘y = 1 of signs.
        for entry in &mut collected {
            if let Some(n) = self.as_number(entry.1).and_then(Coeff::to_i64)
                && self.is_signs(entry.0)
            {
                entry.1 = self.integer(n.rem_euclid(2));
            }
        }
        collected.retain(|(_, exponent)| !self.is_zero(*exponent));
        collected
    }

    /// A factor tril(11ᵀ) or triu(11ᵀ) beside others, taken out.
    fn take_triangle(&self, powers: &mut Vec<(ExprId, ExprId)>) -> Option<Structure> {
        let which = |&(base, exponent): &(ExprId, ExprId)| match *self.node(base) {
            _ if !self.is_one(exponent) || powers.len() < 2 => None,
            Node::Apply(Op::Tril, inner) if self.is_ones(inner) => Some(Structure::Lower),
            Node::Apply(Op::Triu, inner) if self.is_ones(inner) => Some(Structure::Upper),
            _ => None,
        };
        let (place, found) = powers.iter().enumerate().find_map(|(place, power)| Some((place, which(power)?)))?;
        powers.remove(place);
        Some(found)
    }

    /// vec(A)∘vec(B) = vec(A∘B)
    fn join_vecs(&mut self, powers: &mut Vec<(ExprId, ExprId)>) -> Option<ExprId> {
        let matrix = |&(base, exponent): &(ExprId, ExprId)| match *self.node(base) {
            Node::Vec(inner) => Some((inner, exponent)),
            _ => None,
        };
        let inside: Vec<(ExprId, ExprId)> = powers.iter().filter_map(matrix).collect();
        let (first, _) = inside.first()?;
        let shape = self.shape(*first);
        if inside.len() < 2 || inside.iter().any(|(inner, _)| self.shape(*inner) != shape) {
            return None;
        }
        powers.retain(|(base, _)| !matches!(self.node(*base), Node::Vec(_)));
        let product = self.hadamard_powers(&inside, shape);
        Some(self.vec(product))
    }

    fn is_even(&self, exponent: ExprId) -> bool {
        self.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|n| n % 2 == 0)
    }

    fn has_even_absolute(&self, powers: &[(ExprId, ExprId)]) -> bool {
        powers.iter().any(|(base, exponent)| {
            matches!(self.node(*base), Node::Elementwise(Func::Abs, _)) && self.is_even(*exponent)
        })
    }

    /// x²|x|ᵖ = |x|ᵖ⁺² and x³|x|ᵖ = x|x|ᵖ⁺².
    fn even_powers_to_absolute(&mut self, powers: &mut Vec<(ExprId, ExprId)>) {
        for place in 0..powers.len() {
            let Node::Elementwise(Func::Abs, inner) = *self.node(powers[place].0) else { continue };
            let Some(other) = powers.iter().position(|(base, _)| *base == inner) else { continue };
            let Some(n) = self.as_number(powers[other].1).and_then(Coeff::to_i64) else { continue };
            let even = if n % 2 == 0 { n } else { n - n.signum() };
            let even_part = self.integer(even);
            powers[place].1 = self.plus(powers[place].1, even_part);
            powers[other].1 = self.integer(n - even);
        }
        powers.retain(|(_, exponent)| !self.is_zero(*exponent));
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

    /// Puts the exponential back among the factors: eᶻσ(−z) = σ(z).
    fn join_exponential(&mut self, exponents: &mut Vec<ExprId>, powers: &mut Vec<(ExprId, ExprId)>, shape: Shape) {
        if exponents.is_empty() {
            return;
        }
        let mut z = self.sum_of(&std::mem::take(exponents), shape);
        for place in 0..powers.len() {
            let (base, exponent) = powers[place];
            let Node::Elementwise(Func::Sigmoid, w) = *self.node(base) else { continue };
            let Some(k) = self.as_number(exponent).and_then(Coeff::to_i64).filter(|n| *n > 0) else { continue };
            let (w_content, w_primitive) = self.split_content(w);
            let (z_content, z_primitive) = self.split_content(z);
            let Some(ratio) = w_content.recip().map(|inverse| z_content.mul(&inverse).neg()) else { continue };
            // z = −j·w with 1 ≤ j ≤ k
            let Some(j) = ratio.to_i64().filter(|j| w_primitive == z_primitive && 1 <= *j && *j <= k) else { continue };
            let minus = self.neg(w);
            let flipped = self.elementwise(Func::Sigmoid, minus);
            powers[place] = (base, self.integer(k - j));
            powers.push((flipped, self.integer(j)));
            z = self.zero(shape);
            *powers = self.collect_powers(std::mem::take(powers));
            break;
        }
        if !self.is_zero(z) {
            let exponential = self.elementwise(Func::Exp, z);
            let one = self.one();
            if !self.is_ones(exponential) {
                powers.push((exponential, one));
            }
        }
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

    /// (1⊘I)∘(1⊘X) = 1⊘diag(diag(X)), as the product of the divisors is written.
    fn with_one_diagonal_divisor(&mut self, powers: Vec<(ExprId, ExprId)>, shape: Shape) -> Vec<(ExprId, ExprId)> {
        let is_divisor =
            |this: &Self, exponent: ExprId| this.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|n| n < 0);
        let (below, mut above): (Vec<_>, Vec<_>) =
            powers.iter().copied().partition(|(_, exponent)| is_divisor(self, *exponent));
        let diagonal = |this: &Self, id: ExprId| matches!(this.node(id), Node::Identity(_) | Node::Diag(_));
        let minus_one = self.integer(-1);
        let is_single = matches!(*below, [(_, exponent)] if exponent == minus_one);
        if is_single || !below.iter().any(|(base, _)| diagonal(self, *base)) {
            return powers;
        }
        let divisors: Vec<_> = below.iter().map(|(base, exponent)| (*base, self.neg(*exponent))).collect();
        let divisor = self.hadamard_powers(&divisors, shape);
        match self.node(divisor) {
            Node::Diag(_) => above.push((divisor, minus_one)),
            // I∘Xᵀ = I∘X
            Node::Hadamard(inner) if inner.iter().all(|(_, exponent)| self.is_one(*exponent)) => {
                above.extend(inner.iter().map(|(base, _)| (*base, minus_one)));
            }
            _ => return powers,
        }
        above.sort_by_key(|(base, _)| *base);
        above
    }

    /// I ∘ X = diag(diag(X)) where the diagonal has a form of its own, and diag(v) ∘ X = diag(v ∘ diag(X)); what is divided by stays.
    fn hadamard_with_diagonal(&mut self, powers: &[(ExprId, ExprId)], shape: Shape) -> Option<ExprId> {
        let one = self.one();
        let (below, above): (Vec<_>, Vec<_>) =
            powers.iter().copied().partition(|(_, exponent)| self.as_number(*exponent).is_some_and(Coeff::is_negative));
        let of = |this: &Self, wanted: fn(&Node) -> bool| {
            above.iter().position(|(base, exponent)| *exponent == one && wanted(this.node(*base)))
        };
        let place = of(self, |node| matches!(node, Node::Diag(_)))
            .or_else(|| of(self, |node| matches!(node, Node::Identity(_))))?;
        if !below.is_empty() {
            if above.len() == 1 {
                return None;
            }
            let diagonal = self.hadamard_with_diagonal(&above, shape)?;
            let mut factors = below;
            match self.node(diagonal) {
                Node::Hadamard(inner) => factors.extend(inner.iter().copied()),
                _ => factors.push((diagonal, one)),
            }
            factors.sort_by_key(|(base, _)| *base);
            return Some(self.intern(Node::Hadamard(factors.into())));
        }
        let powers = above;
        let base = powers[place].0;
        let mut vector = Vec::new();
        let identity = matches!(self.node(base), Node::Identity(_));
        if !identity {
            vector.push((self.diag_part(base), one));
        }
        for (at, (other, exponent)) in powers.iter().enumerate() {
            if at == place {
                continue;
            }
            let diagonal = self.diag_part(*other);
            if identity
                && powers.len() == 2
                && *exponent == one
                && let Some(sum) = self.sum_with_diagonal(diagonal)
            {
                // I∘(A + Bᵀ) = I∘(A + B), in one of the two ways.
                let (content, sum) = self.split_content(sum);
                let mut pair = [(base, one), (sum, one)];
                pair.sort_by_key(|(base, _)| *base);
                let product = self.intern(Node::Hadamard(pair.into()));
                return Some(self.scale(&content, product));
            }
            if let (true, Node::DiagPart(inner)) = (identity, self.node(diagonal)) {
                // I∘Xᵀ = I∘X, in one of the two ways.
                let inner = *inner;
                return (powers.len() == 2 && *exponent == one && inner != *other).then(|| {
                    let mut pair = [(base, one), (inner, one)];
                    pair.sort_by_key(|(base, _)| *base);
                    self.intern(Node::Hadamard(pair.into()))
                });
            }
            vector.push((diagonal, *exponent));
        }
        let vector = self.hadamard_powers(&vector, Shape::vector(shape.rows));
        Some(self.diag(vector))
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
