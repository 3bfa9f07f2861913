//! Powers of square matrices, inverses, determinants.

use super::identity::Head;
use crate::expr::{Arena, ExprId, MatrixFunction, Node};
use crate::number::Coeff;
use crate::structure::Structure;

/// Powers of products are written out up to this many factors.
const MAX_FACTORS_OF_POWER: usize = 32;

impl Arena {
    /// X^p of a square matrix; of a scalar the ordinary power.
    pub fn power(&mut self, base: ExprId, exponent: ExprId) -> ExprId {
        let shape = self.shape(base);
        if shape.is_scalar() {
            return self.pow(base, exponent);
        }
        let number = self.as_number(exponent).cloned();
        if number.as_ref().is_some_and(Coeff::is_zero) {
            return self.identity(shape.rows);
        }
        if number.as_ref().is_some_and(Coeff::is_one) {
            return base;
        }
        let integer = number.as_ref().and_then(Coeff::to_i64);
        match self.node(base).clone() {
            Node::Identity(_) => return base,
            // K is orthogonal, and its transpose the one of the transposed shape.
            Node::Commutation(of) if integer == Some(-1) => return self.commutation(of.transposed()),
            Node::Zeros(_) if number.as_ref().is_some_and(|p| !p.is_negative()) => return base,
            Node::Power(inner, before) if integer.is_some() || self.is_integer_valued(exponent) => {
                let product = self.mul(&[before, exponent]);
                return self.power(inner, product);
            }
            Node::MatrixFunction(MatrixFunction::Sqrtm, inner, directions)
                if directions.is_empty() && integer.is_some() =>
            {
                let half = self.number(Coeff::ratio(1, 2).unwrap_or(Coeff::ONE));
                let product = self.mul(&[half, exponent]);
                return self.power(inner, product);
            }
            Node::MatrixFunction(MatrixFunction::Expm, inner, directions)
                if directions.is_empty() && integer.is_some() =>
            {
                let product = self.mul(&[exponent, inner]);
                return self.matrix_function(MatrixFunction::Expm, product, &[]);
            }
            Node::Add(_) => {
                let (content, primitive) = self.split_content(base);
                if let (false, Some(scaled)) =
                    (content.is_one(), integer.and_then(|n| content.pow(n, super::MAX_NUMBER_BITS)))
                {
                    let power = self.power(primitive, exponent);
                    return self.scale(&scaled, power);
                }
            }
            Node::Product(factors) => {
                if let Some(result) = self.power_of_product(&factors, exponent, integer) {
                    return result;
                }
            }
            Node::Diag(vector) => {
                let vector = self.pow(vector, exponent);
                return self.diag(vector);
            }
            Node::Kron(left, right) if integer.is_some() && self.shape(left).is_square() => {
                let left = self.power(left, exponent);
                let right = self.power(right, exponent);
                return self.kron(left, right);
            }
            Node::Symbol(symbol) if integer == Some(-1) && self.symbol(symbol).structure == Structure::Orthogonal => {
                return self.transpose(base);
            }
            Node::Transpose(inner) if integer == Some(-1) => {
                if let Node::Symbol(symbol) = self.node(inner)
                    && self.symbol(*symbol).structure == Structure::Orthogonal
                {
                    return inner;
                }
            }
            _ => {}
        }
        if number.as_ref() == Coeff::ratio(1, 2).as_ref() {
            return self.matrix_function(MatrixFunction::Sqrtm, base, &[]);
        }
        self.intern(Node::Power(base, exponent))
    }

    /// Whether a scalar takes integer values only: sums and products of integer symbols, indices and sizes.
    #[must_use]
    pub fn is_integer_valued(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Number(value) => value.is_integer(),
            Node::Size(_) | Node::Index(_) => true,
            Node::Symbol(symbol) => self.is_integer_symbol(*symbol),
            Node::Add(terms) => terms.iter().all(|(coeff, term)| coeff.is_integer() && self.is_integer_valued(*term)),
            Node::Hadamard(factors) => factors.iter().all(|(base, exponent)| {
                self.is_integer_valued(*base)
                    && self.as_number(*exponent).is_some_and(|p| p.is_integer() && !p.is_negative())
            }),
            _ => false,
        }
    }

    fn power_of_product(&mut self, factors: &[ExprId], exponent: ExprId, integer: Option<i64>) -> Option<ExprId> {
        let scalar = factors[0];
        if self.shape(scalar).is_scalar() {
            integer?;
            let scalar = self.pow(scalar, exponent);
            let rest = self.mul(&factors[1..]);
            let rest = self.power(rest, exponent);
            return Some(self.mul(&[scalar, rest]));
        }
        // (uvᵀ)ᵏ = (vᵀu)ᵏ⁻¹ uvᵀ
        if let Some(split) = (1..factors.len()).find(|at| self.shape(factors[*at]).rows.is_one())
            && integer.is_some_and(|k| k >= 1)
        {
            let mut rotated: Vec<ExprId> = factors[split..].to_vec();
            rotated.extend_from_slice(&factors[..split]);
            let inner = self.mul(&rotated);
            let one = self.one();
            let less = self.minus(exponent, one);
            let inner = self.pow(inner, less);
            let product = self.mul(factors);
            return Some(self.mul(&[inner, product]));
        }
        // (AB)² = ABAB: a product stays flat, so that equal products are equal however they were written.
        if let Some(k) = integer.and_then(|k| usize::try_from(k).ok())
            && k * factors.len() <= MAX_FACTORS_OF_POWER
        {
            return Some(self.mul(&factors.repeat(k)));
        }
        // (AB)⁻¹ = B⁻¹A⁻¹ where both are square
        if integer == Some(-1) && factors.iter().all(|factor| self.shape(*factor).is_square()) {
            let inverses: Vec<ExprId> = factors.iter().rev().map(|factor| self.power(*factor, exponent)).collect();
            return Some(self.mul(&inverses));
        }
        None
    }

    /// X⁻¹
    pub fn inverse(&mut self, id: ExprId) -> ExprId {
        let minus_one = self.integer(-1);
        self.power(id, minus_one)
    }

    /// det X: multiplicative over square factors, blind to transposition, det(cX) = cⁿ det X.
    pub fn det(&mut self, id: ExprId) -> ExprId {
        if self.shape(id).is_scalar() {
            return id;
        }
        if let Some(value) = self.rewritten(Head::Det, &Node::Det(id)) {
            return value;
        }
        let transposed = self.canonical_transpose(id);
        self.intern(Node::Det(transposed))
    }
}
