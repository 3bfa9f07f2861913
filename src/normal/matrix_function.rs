//! Primary functions of square matrices with their Fréchet derivatives, and what is read off spectra.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, Func, MatrixFunction, Node, Spectral};
use crate::number::Coeff;

impl Arena {
    /// A primary matrix function, or its Fréchet derivative along directions.
    pub fn matrix_function(&mut self, func: MatrixFunction, inner: ExprId, directions: &[ExprId]) -> ExprId {
        let shape = self.shape(inner);
        if directions.iter().any(|direction| self.is_zero(*direction)) {
            return self.zero(shape);
        }
        if directions.is_empty() {
            match (func, self.node(inner)) {
                (MatrixFunction::Expm, Node::Zeros(_)) => return self.intern(Node::Identity(shape.rows)),
                (MatrixFunction::Logm, Node::Identity(_)) => return self.zero(shape),
                (MatrixFunction::Sqrtm, Node::Identity(_) | Node::Zeros(_)) => return inner,
                // A declared function has no other form of a diagonal matrix.
                (MatrixFunction::Expm | MatrixFunction::Logm | MatrixFunction::Sqrtm, Node::Diag(vector)) => {
                    let vector = *vector;
                    let value = match func {
                        MatrixFunction::Expm => self.elementwise(Func::Exp, vector),
                        MatrixFunction::Logm => self.elementwise(Func::Log, vector),
                        _ => self.pow_number(vector, &Coeff::ratio(1, 2).unwrap_or(Coeff::ONE)),
                    };
                    return self.diag(value);
                }
                _ => {}
            }
            if func == MatrixFunction::Expm
                && let Some(power) = self.exponential_of_logarithm(inner)
            {
                return power;
            }
            return self.intern(Node::MatrixFunction(func, inner, Arc::new([])));
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
        let value = match self.commuting_frechet(func, inner, &rest) {
            Some(value) => value,
            None => self.intern(Node::MatrixFunction(func, inner, rest.into())),
        };
        scalars.push(value);
        let value = self.mul(&scalars);
        self.scale(&coeff, value)
    }

    /// expm(p logm X) = X^p
    fn exponential_of_logarithm(&mut self, inner: ExprId) -> Option<ExprId> {
        let (content, primitive) = self.split_content(inner);
        let (scalar, matrix) = self.split_scalar(primitive);
        let base = match self.node(matrix) {
            Node::MatrixFunction(MatrixFunction::Logm, base, directions) if directions.is_empty() => *base,
            _ => return None,
        };
        let exponent = self.scale(&content, scalar);
        Some(self.power(base, exponent))
    }

    /// L_f(X, E) = f′(X)E where E commutes with X because both are functions of one matrix.
    fn commuting_frechet(&mut self, func: MatrixFunction, inner: ExprId, directions: &[ExprId]) -> Option<ExprId> {
        let [direction] = *directions else { return None };
        if !self.commute(inner, direction) {
            return None;
        }
        let derivative = self.derivative_of_matrix_function(func, inner)?;
        Some(self.mul(&[derivative, direction]))
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
        match which {
            Spectral::SumEig => self.trace(inner),
            Spectral::ProdEig => self.det(inner),
            Spectral::LambdaMax | Spectral::LambdaMin | Spectral::EigvecMax | Spectral::EigvecMin => {
                let (content, primitive) = self.split_content(inner);
                if content.is_one() {
                    return self.intern(Node::Spectral(which, inner));
                }
                let flipped = match which {
                    Spectral::LambdaMax => Spectral::LambdaMin,
                    Spectral::LambdaMin => Spectral::LambdaMax,
                    Spectral::EigvecMax => Spectral::EigvecMin,
                    _ => Spectral::EigvecMax,
                };
                let value = self.spectral(if content.is_negative() { flipped } else { which }, primitive);
                if matches!(which, Spectral::LambdaMax | Spectral::LambdaMin) {
                    self.scale(&content, value)
                } else {
                    value
                }
            }
            Spectral::UMax | Spectral::VMax | Spectral::Polar => self.intern(Node::Spectral(which, inner)),
        }
    }
}
