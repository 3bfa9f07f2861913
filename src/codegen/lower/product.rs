//! Products, quotients and powers.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId, Binary, Unary};
use super::Lowering;
use super::operand::{Factor, Form, Operand, inverse_of, operands, small_power};
use crate::expr::{ExprId, Func, Node};
use crate::number::Coeff;

/// φ(u)ᵃ/Φ(u)ᵃ and where the two stand among the factors.
struct Ratio {
    of: RatioOf,
    power: Coeff,
    pdf: usize,
    cdf: usize,
}

/// What a ratio is of.
#[derive(Clone, Copy)]
enum RatioOf {
    /// φ(u)/Φ(u)
    Normal(ExprId),
    /// exp(−u²)/(1 ± erf u), of a sum where that is marked: √(π/2) φ(v)/Φ(v) of v = ±√2u.
    Erf(ExprId, bool),
}

impl Lowering<'_> {
    /// Entrywise and matrix products, with what is divided by below one line.
    pub(super) fn product(&mut self, id: ExprId) -> Result<ArrayId, CodeError> {
        if let Node::Product(factors) = self.arena.node(id)
            && let Some(value) = self.selected(id, factors)?
        {
            return Ok(value);
        }
        let (mut above, mut below) = (Vec::new(), Vec::new());
        self.gather(id, &mut above, &mut below, true)?;
        Ok(self.over(&above, &below))
    }

    /// The product of some factors of a product.
    pub(super) fn product_of(&mut self, factors: &[ExprId]) -> Result<ArrayId, CodeError> {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        self.gather_factors(factors, &mut above, &mut below)?;
        Ok(self.over(&above, &below))
    }

    /// A quotient of products.
    fn over(&mut self, above: &[ArrayId], below: &[ArrayId]) -> ArrayId {
        let above = self.program.product(above);
        if below.is_empty() {
            return above;
        }
        let below = self.program.product(below);
        self.program.binary(Binary::Divide, above, below)
    }

    /// Collects factors above and below the line.
    fn gather(
        &mut self,
        id: ExprId,
        above: &mut Vec<ArrayId>,
        below: &mut Vec<ArrayId>,
        top: bool,
    ) -> Result<(), CodeError> {
        let arena = self.arena;
        match arena.node(id) {
            Node::Hadamard(factors) if top || !self.is_large_shared(id) => {
                let x_log_x = self.x_log_x(factors);
                let ratio = self.norm_ratio(factors);
                let odd = self.odd_power(factors);
                for (place, (base, exponent)) in factors.iter().enumerate() {
                    if let Some(Ratio { of, power, pdf, cdf }) = &ratio
                        && (place == *pdf || place == *cdf)
                    {
                        if place == *pdf {
                            let ratio = self.ratio(*of)?;
                            above.push(self.raised(ratio, power)?);
                        }
                        continue;
                    }
                    if let Some((x, size)) = odd
                        && (place == x || place == size)
                    {
                        if place == x {
                            above.push(self.unary(Unary::Elementwise(Func::Sign), *base)?);
                        } else {
                            let (base, exponent) = (self.value(*base)?, self.one_more(*exponent)?);
                            above.push(self.program.binary(Binary::Power, base, exponent));
                        }
                        continue;
                    }
                    if x_log_x.is_some_and(|(x, _)| x == place) {
                        let x = self.value(*base)?;
                        above.push(self.program.binary(Binary::Xlogy, x, x));
                        continue;
                    }
                    if x_log_x.is_some_and(|(_, log)| log == place) {
                        continue;
                    }
                    let (base, power) = (self.value(*base)?, arena.as_number(*exponent));
                    match power {
                        Some(power) if power.is_negative() => below.push(self.raised(base, &power.neg())?),
                        Some(power) => above.push(self.raised(base, power)?),
                        None => {
                            let exponent = self.value(*exponent)?;
                            above.push(self.program.binary(Binary::Power, base, exponent));
                        }
                    }
                }
            }
            Node::Product(factors) if top => self.gather_factors(factors, above, below)?,
            _ => above.push(self.value(id)?),
        }
        Ok(())
    }

    /// The factors of a product, arrays in the cheapest order.
    fn gather_factors(
        &mut self,
        factors: &[ExprId],
        above: &mut Vec<ArrayId>,
        below: &mut Vec<ArrayId>,
    ) -> Result<(), CodeError> {
        let arena = self.arena;
        let mut arrays = Vec::new();
        for factor in factors.iter() {
            if !arena.shape(*factor).is_scalar() {
                arrays.push(*factor);
            } else if matches!(arena.node(*factor), Node::Hadamard(_)) {
                self.gather(*factor, above, below, false)?;
            } else {
                above.push(self.value(*factor)?);
            }
        }
        if !arrays.is_empty() {
            let operands = operands(arena, &self.shared, &arrays, false);
            let factors = self.factors_of(operands)?;
            let (array, scalars) = self.chain(&factors);
            above.extend(scalars);
            above.extend(array);
        }
        Ok(())
    }

    /// Whether it is better computed once than opened into each product that it is a factor of.
    fn is_large_shared(&self, id: ExprId) -> bool {
        self.shared.contains(&id) && self.arena.node(id).children().len() > 4
    }

    /// Where x and log x stand among the factors.
    fn x_log_x(&self, factors: &[(ExprId, ExprId)]) -> Option<(usize, usize)> {
        let is_plain = |exponent: ExprId| self.arena.as_number(exponent).is_some_and(Coeff::is_one);
        factors.iter().enumerate().find_map(|(log, (base, exponent))| match self.arena.node(*base) {
            Node::Elementwise(Func::Log, inner) if is_plain(*exponent) => {
                let x = factors.iter().position(|(base, exponent)| base == inner && is_plain(*exponent))?;
                Some((x, log))
            }
            _ => None,
        })
    }

    /// φ(u)ᵃ/Φ(u)ᵃ among the factors, of which both vanish far below 0.
    fn norm_ratio(&self, factors: &[(ExprId, ExprId)]) -> Option<Ratio> {
        let power = |place: usize| self.arena.as_number(factors[place].1);
        factors.iter().enumerate().find_map(|(cdf, (base, _))| {
            let of = match self.arena.node(*base) {
                Node::Elementwise(Func::NormCdf, of) => RatioOf::Normal(*of),
                Node::Add(terms) => {
                    let (u, is_added) = self.erf_and_one(terms)?;
                    RatioOf::Erf(u, is_added)
                }
                _ => return None,
            };
            let is_pdf = |(base, _): &(ExprId, ExprId)| match (self.arena.node(*base), of) {
                // The density is even.
                (Node::Elementwise(Func::NormPdf, other), RatioOf::Normal(of)) => {
                    *other == of || self.is_negative_of(*other, of)
                }
                (Node::Elementwise(Func::Exp, exponent), RatioOf::Erf(u, _)) => self.is_negative_square(*exponent, u),
                _ => false,
            };
            let pdf = factors.iter().position(is_pdf)?;
            let power = power(pdf).filter(|above| power(cdf).is_some_and(|below| **above == below.neg()))?;
            (!power.is_negative()).then(|| Ratio { of, power: power.clone(), pdf, cdf })
        })
    }

    fn ratio(&mut self, of: RatioOf) -> Result<ArrayId, CodeError> {
        match of {
            RatioOf::Normal(u) => self.unary(Unary::NormRatio, u),
            RatioOf::Erf(u, is_added) => {
                let v = self.normal_of_erf(u, is_added)?;
                let ratio = self.program.unary(Unary::NormRatio, v);
                let (pi, two) = (self.program.add(Array::Pi), self.program.integer(2));
                let half = self.program.binary(Binary::Divide, pi, two);
                let root = self.program.unary(Unary::Sqrt, half);
                Ok(self.program.product(&[root, ratio]))
            }
        }
    }

    /// Whether one expression is the other with the signs of its terms turned.
    fn is_negative_of(&self, id: ExprId, other: ExprId) -> bool {
        let terms = |id: ExprId| match self.arena.node(id) {
            Node::Add(terms) => terms.to_vec(),
            _ => vec![(Coeff::ONE, id)],
        };
        let (terms, others) = (terms(id), terms(other));
        terms.len() == others.len() && terms.iter().all(|(coeff, term)| others.contains(&(coeff.neg(), *term)))
    }

    /// Whether an expression is −u², entry by entry, of u alone or times a number.
    fn is_negative_square(&self, id: ExprId, u: ExprId) -> bool {
        let arena = self.arena;
        let (by, base) = match arena.node(u) {
            Node::Add(terms) if terms.len() == 1 => (terms[0].0.clone(), terms[0].1),
            _ => (Coeff::ONE, u),
        };
        let Node::Add(terms) = arena.node(id) else { return false };
        let [(coeff, square)] = &**terms else { return false };
        let Node::Hadamard(powers) = arena.node(*square) else { return false };
        let [(of, power)] = **powers else { return false };
        of == base && arena.as_number(power) == Some(&Coeff::integer(2)) && *coeff == by.mul(&by).neg()
    }

    /// Where x and |x|ᵖ stand among the factors, with an exponent that may be below 0: x|x|ᵖ = sign(x)|x|ᵖ⁺¹ is a number at 0, too.
    fn odd_power(&self, factors: &[(ExprId, ExprId)]) -> Option<(usize, usize)> {
        let arena = self.arena;
        factors.iter().enumerate().find_map(|(size, (base, exponent))| {
            let Node::Elementwise(Func::Abs, of) = *arena.node(*base) else { return None };
            let may_be_below = arena.as_number(*exponent).is_none_or(|power| {
                power.is_negative() && !power.add(&Coeff::ONE).is_negative() && !power.add(&Coeff::ONE).is_zero()
            });
            let is_x = |(base, exponent): &(ExprId, ExprId)| {
                *base == of && arena.as_number(*exponent).is_some_and(Coeff::is_one)
            };
            let x = factors.iter().position(is_x)?;
            may_be_below.then_some((x, size))
        })
    }

    /// An exponent and 1: p − 1 of p − 2.
    fn one_more(&mut self, exponent: ExprId) -> Result<ArrayId, CodeError> {
        let arena = self.arena;
        let one = [(Coeff::ONE, exponent)];
        let terms: &[(Coeff, ExprId)] = if let Node::Add(terms) = arena.node(exponent) { terms } else { &one };
        let (mut number, mut rest) = (Coeff::ONE, Vec::new());
        for (coeff, term) in terms {
            match arena.as_number(*term) {
                Some(value) => number = number.add(&value.mul(coeff)),
                None => rest.push((coeff.clone(), *term)),
            }
        }
        if rest.is_empty() {
            return self.number(&number);
        }
        let rest = self.sum(&rest)?;
        if number.is_zero() {
            return Ok(rest);
        }
        let by = self.number(&number.abs())?;
        Ok(self.program.add(Array::Sum([(false, rest), (number.is_negative(), by)].into())))
    }

    /// base^power with a positive number.
    fn raised(&mut self, base: ArrayId, power: &Coeff) -> Result<ArrayId, CodeError> {
        if power.is_one() {
            return Ok(base);
        }
        if power.add(power).is_one() {
            return Ok(self.program.unary(Unary::Sqrt, base));
        }
        let power = self.number(power)?;
        Ok(self.program.binary(Binary::Power, base, power))
    }

    /// A factor with what is known of its form.
    pub(super) fn factor(&mut self, operand: Operand) -> Result<Factor, CodeError> {
        let (arena, key) = (self.arena, operand.key(self.arena));
        let shape = operand.shape(arena);
        if let Some(base) = operand.base(arena) {
            let (of, is_transposed) = match operand {
                Operand::Expr(id) => inverse_of(arena, id).unwrap_or((base, false)),
                _ => (base, matches!(operand, Operand::Inverse(id) if id != base)),
            };
            let value = self.value(of)?;
            if self.inverses.contains(&of) {
                let inverse = self.program.inverse(value);
                let value = if is_transposed { self.program.transposed(inverse) } else { inverse };
                return Ok(Factor { value, form: Form::Plain, shape, key });
            }
            let value = if is_transposed { self.program.transposed(value) } else { value };
            return Ok(Factor { value, form: Form::Inverse, shape, key });
        }
        let id = match operand {
            Operand::Done(factor) => return Ok(factor),
            Operand::Expr(id) | Operand::Inverse(id) => id,
        };
        let diagonal = match arena.node(id) {
            Node::Diag(inner) if shape.is_matrix() => Some(self.value(*inner)?),
            Node::Hadamard(factors) if shape.is_matrix() => self.diagonal_of(factors)?,
            _ => None,
        };
        Ok(match diagonal {
            Some(value) => Factor { value, form: Form::Diagonal, shape, key },
            None => Factor { value: self.value(id)?, form: Form::Plain, shape, key },
        })
    }

    /// The diagonal of M ∘ I, where an entrywise product has that form.
    fn diagonal_of(&mut self, factors: &[(ExprId, ExprId)]) -> Result<Option<ArrayId>, CodeError> {
        let arena = self.arena;
        let is_one = |exponent: ExprId| arena.as_number(exponent).is_some_and(Coeff::is_one);
        let is_identity = |id: ExprId| matches!(arena.node(id), Node::Identity(_));
        if !factors.iter().any(|(base, _)| is_identity(*base)) || !factors.iter().all(|(_, power)| is_one(*power)) {
            return Ok(None);
        }
        let mut all = Vec::new();
        for (base, _) in factors.iter().filter(|(base, _)| !is_identity(*base)) {
            all.push(match arena.shape(*base).is_scalar() {
                true => self.value(*base)?,
                false => self.diagonal(*base, Unary::DiagPart)?,
            });
        }
        Ok((!all.is_empty()).then(|| self.program.product(&all)))
    }

    pub(super) fn kron(&mut self, left: ExprId, right: ExprId) -> Result<ArrayId, CodeError> {
        let (a, b) = (self.arena.shape(left), self.arena.shape(right));
        let (left, right) = (self.value(left)?, self.value(right)?);
        let is_vector = |shape: crate::expr::Shape| !shape.is_matrix() && !shape.is_scalar();
        let as_matrix = |shape: crate::expr::Shape| if shape.is_column() { Unary::AsColumn } else { Unary::AsRow };
        Ok(if a.is_column() && b.is_row() {
            self.program.binary(Binary::Outer, left, right)
        } else if a.is_row() && b.is_column() {
            self.program.binary(Binary::Outer, right, left)
        } else if a.is_scalar() || b.is_scalar() {
            self.program.product(&[left, right])
        } else if is_vector(a) && b.is_matrix() {
            let left = self.program.unary(as_matrix(a), left);
            self.program.binary(Binary::Kron, left, right)
        } else if a.is_matrix() && is_vector(b) {
            let right = self.program.unary(as_matrix(b), right);
            self.program.binary(Binary::Kron, left, right)
        } else {
            self.program.binary(Binary::Kron, left, right)
        })
    }

    pub(super) fn power(&mut self, id: ExprId, base: ExprId, exponent: ExprId) -> Result<ArrayId, CodeError> {
        let (value, power) = (self.value(base)?, self.arena.as_number(exponent));
        if self.arena.shape(base).is_scalar() {
            let exponent = self.value(exponent)?;
            return Ok(self.program.binary(Binary::Power, value, exponent));
        }
        if let Some((_, exponent)) = small_power(self.arena, id) {
            let of = if exponent < 0 { self.program.inverse(value) } else { value };
            let again = |all, _| self.program.binary(Binary::Matmul, all, of);
            return Ok((1..exponent.abs()).fold(of, again));
        }
        let (operation, exponent) = match power {
            Some(power) if *power == Coeff::MINUS_ONE => return Ok(self.program.inverse(value)),
            Some(power) if power.is_integer() => (Binary::MatrixPower, self.value(exponent)?),
            None if self.arena.is_integer_valued(exponent) => (Binary::MatrixPower, self.unary(Unary::Int, exponent)?),
            _ => (Binary::FractionalPower, self.value(exponent)?),
        };
        Ok(self.program.binary(operation, value, exponent))
    }

    /// 1 where an expression is 0, else 0. What is compared with its largest or smallest entry is the array that this was taken of.
    pub(super) fn is_zero(&mut self, id: ExprId, inner: ExprId) -> Result<ArrayId, CodeError> {
        let Some(compared) = self.compared.get(&id).cloned() else { return self.is_difference_zero(inner) };
        let mut extreme = self.value(compared.extreme)?;
        let mut array = self.value(compared.array)?;
        if compared.is_absolute {
            array = self.program.unary(Unary::Elementwise(Func::Abs), array);
        }
        if compared.is_rounded_symmetric
            && let Array::Unary(operation, _) = *self.program.node(extreme)
        {
            // Entries that are equal add up to the same number in either order.
            let transposed = self.program.transposed(array);
            array = self.program.add(Array::Sum([(false, array), (false, transposed)].into()));
            extreme = self.program.unary(operation, array);
        }
        if compared.is_transposed && self.arena.shape(compared.array).is_matrix() {
            array = self.program.transposed(array);
        }
        if let Some((row, col)) = compared.entry {
            let of = self.arena.shape(compared.array);
            array = self.item(array, if compared.is_transposed { of.transposed() } else { of }, row, col)?;
        }
        Ok(self.program.binary(Binary::Equal, array, extreme))
    }

    /// 1 where a = b of a difference a − b; else where the expression is 0.
    fn is_difference_zero(&mut self, inner: ExprId) -> Result<ArrayId, CodeError> {
        if let Node::Add(terms) = self.arena.node(inner)
            && let [(first, a), (second, b)] = &**terms
            && *first == second.neg()
        {
            let (a, b) = if first.is_negative() { (*b, *a) } else { (*a, *b) };
            let [a, b] = [(a, b), (b, a)].map(|(one, other)| {
                // A multiple of ones is a number that stands in every entry.
                if self.multiple_of_ones(other).is_some() {
                    return self.value(one);
                }
                match self.multiple_of_ones(one) {
                    Some(scalars) => {
                        let scalars = self.values(&scalars)?;
                        Ok(self.program.product(&scalars))
                    }
                    None => self.value(one),
                }
            });
            return Ok(self.program.binary(Binary::Equal, a?, b?));
        }
        let value = self.value(inner)?;
        let zero = self.program.add(Array::Number(Coeff::ZERO));
        Ok(self.program.binary(Binary::Equal, value, zero))
    }
}
