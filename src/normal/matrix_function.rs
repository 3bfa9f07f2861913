//! Primary functions of square matrices with their Fréchet derivatives, and what is read off spectra.

use std::sync::Arc;

use super::identity::Head;
use crate::expr::{Arena, ExprId, MatrixFunction, Node, Ranked, Spectral};
use crate::number::Coeff;

impl Arena {
    /// A primary matrix function, or its Fréchet derivative along directions.
    pub fn matrix_function(&mut self, func: MatrixFunction, inner: ExprId, directions: &[ExprId]) -> ExprId {
        let shape = self.shape(inner);
        if directions.iter().any(|direction| self.is_zero(*direction)) {
            self.fired("frechet-derivative-along-zero");
            return self.zero(shape);
        }
        if directions.is_empty() {
            let node = Node::MatrixFunction(func, inner, Arc::new([]));
            return self.rewritten(Head::MatrixFunction, &node).unwrap_or_else(|| self.intern(node));
        }
        if let (MatrixFunction::User(symbol, order), true) = (func, shape.is_scalar()) {
            // f⁽ᵏ⁾(x) E₁ … E_k of numbers
            let k = u32::try_from(directions.len()).unwrap_or(u32::MAX);
            let mut factors = directions.to_vec();
            factors.push(self.matrix_function(MatrixFunction::User(symbol, order.saturating_add(k)), inner, &[]));
            return self.mul(&factors);
        }
        // Linear in each direction, and symmetric in them.
        let mut coeff = Coeff::ONE;
        let mut scalars = Vec::new();
        let mut rest = Vec::new();
        for direction in directions {
            let (content, primitive) = self.split_content(*direction);
            coeff = coeff.mul(&content);
            let (scalar, primitive) = self.split_scalar(primitive);
            scalars.push(scalar);
            rest.push(primitive);
        }
        rest.sort_unstable();
        if *rest != *directions {
            self.fired("frechet-derivative-multilinear");
        }
        let node = Node::MatrixFunction(func, inner, rest.into());
        let value = self.rewritten(Head::MatrixFunction, &node).unwrap_or_else(|| self.intern(node));
        scalars.push(value);
        let value = self.mul(&scalars);
        self.scale(&coeff, value)
    }

    /// f′(X)
    pub(super) fn derivative_of_matrix_function(&mut self, func: MatrixFunction, inner: ExprId) -> Option<ExprId> {
        Some(match func {
            MatrixFunction::Expm => self.matrix_function(func, inner, &[]),
            MatrixFunction::Logm => {
                let minus_one = self.integer(-1);
                self.power(inner, minus_one)
            }
            MatrixFunction::Sqrtm => {
                let exponent = self.number(Coeff::ratio(-1, 2)?);
                let root = self.power(inner, exponent);
                self.scale(&Coeff::ratio(1, 2)?, root)
            }
            MatrixFunction::User(symbol, order) => {
                self.matrix_function(MatrixFunction::User(symbol, order.checked_add(1)?), inner, &[])
            }
        })
    }

    /// A spectral function. Sums and products of eigenvalues are trace and determinant.
    pub fn spectral(&mut self, which: Spectral, inner: ExprId) -> ExprId {
        let node = Node::Spectral(which, inner);
        self.rewritten(Head::Spectral, &node).unwrap_or_else(|| self.intern(node))
    }

    /// What is read off one eigenvalue or singular value; of the largest and the smallest it is a norm or a spectral function.
    pub fn ranked(&mut self, which: Ranked, inner: ExprId, place: ExprId) -> ExprId {
        let node = Node::Ranked(which, inner, place);
        self.rewritten(Head::Ranked, &node).unwrap_or_else(|| self.intern(node))
    }
}
