//! Raw nodes of sums and products of functions of eigenvalues, as traces and determinants of functions of matrices.

use std::sync::Arc;

use super::Lowering;
use crate::expr::{ExprId, Func, MatrixFunction, Node, Norm, Spectral};
use crate::number::Coeff;
use crate::shape::eigenvalues::{Exponent, Form, form, singular_values};
use crate::syntax::{Ast, AstId, Function, Sign};

impl Lowering<'_, '_> {
    /// The reduction of an argument in which there are eigenvalues or singular values.
    pub(super) fn of_eigenvalues(&mut self, ast: &Ast, function: Function, argument: AstId) -> Option<ExprId> {
        if let Some((matrix, power)) = singular_values(ast, argument) {
            return Some(self.of_singular_values(function, matrix, power));
        }
        let form = form(ast, argument)?;
        if let Form::Eigenvalues(matrix) = form {
            let which = match function {
                Function::Prod => Spectral::ProdEig,
                Function::Max => Spectral::LambdaMax,
                Function::Min => Spectral::LambdaMin,
                _ => Spectral::SumEig,
            };
            if function != Function::LogSumExp {
                let matrix = self.get(matrix);
                let value = self.arena.intern(Node::Spectral(which, matrix));
                return Some(if function == Function::Mean { self.over_size(value, matrix) } else { value });
            }
        }
        let matrix = self.matrix_of(&form)?;
        Some(match function {
            Function::Prod => self.det(matrix),
            Function::Mean => {
                let trace = self.trace(matrix);
                self.over_size(trace, matrix)
            }
            Function::LogSumExp => {
                let exponential = self.function_of(MatrixFunction::Expm, matrix);
                let trace = self.trace(exponential);
                self.arena.intern(Node::Elementwise(Func::Log, trace))
            }
            _ => self.trace(matrix),
        })
    }

    /// Σσᵢ = ‖X‖_*, Σσᵢ² = ‖X‖_F², max σᵢ = ‖X‖₂
    fn of_singular_values(&mut self, function: Function, matrix: AstId, power: u8) -> ExprId {
        let matrix = self.get(matrix);
        if self.arena.shape(matrix).is_scalar() {
            return self.arena.intern(Node::Elementwise(Func::Abs, matrix));
        }
        let is_matrix = self.arena.shape(matrix).is_matrix();
        let norm = match (function, power) {
            (Function::Max, _) if is_matrix => Norm::Spectral,
            (_, 1) if is_matrix => Norm::Nuclear,
            _ => Norm::Frobenius,
        };
        let norm = self.arena.intern(Node::Norm(norm, matrix));
        if power == 1 {
            return norm;
        }
        let two = self.arena.integer(2);
        self.arena.intern(Node::Hadamard(Arc::new([(norm, two)])))
    }

    fn trace(&mut self, matrix: ExprId) -> ExprId {
        if self.arena.shape(matrix).is_scalar() { matrix } else { self.arena.intern(Node::Trace(matrix)) }
    }

    fn over_size(&mut self, value: ExprId, matrix: ExprId) -> ExprId {
        let size = self.size_number(self.arena.shape(matrix).rows);
        self.over_count(value, size)
    }

    fn function_of(&mut self, function: MatrixFunction, inner: ExprId) -> ExprId {
        if !self.arena.shape(inner).is_scalar() {
            return self.arena.intern(Node::MatrixFunction(function, inner, Arc::new([])));
        }
        match function {
            MatrixFunction::Expm => self.arena.intern(Node::Elementwise(Func::Exp, inner)),
            MatrixFunction::Logm => self.arena.intern(Node::Elementwise(Func::Log, inner)),
            MatrixFunction::Sqrtm | MatrixFunction::User(..) => self.sqrt(inner),
        }
    }

    /// g(X); nothing of a form without eigenvalues.
    fn matrix_of(&mut self, form: &Form) -> Option<ExprId> {
        Some(match form {
            Form::Eigenvalues(matrix) => self.get(*matrix),
            Form::Constant(_) | Form::Number(_) => return None,
            Form::Sum(terms) => {
                let of: Vec<Option<ExprId>> = terms.iter().map(|(_, term)| self.matrix_of(term)).collect();
                let size = self.arena.shape(of.iter().flatten().next().copied()?).rows;
                let mut sum = Vec::new();
                for ((sign, term), matrix) in terms.iter().zip(of) {
                    let value = match matrix {
                        Some(matrix) => matrix,
                        None => {
                            let identity = self.arena.identity(size);
                            let scalar = self.scalar_of(term)?;
                            self.arena.intern(Node::Product(Arc::new([scalar, identity])))
                        }
                    };
                    sum.push((coefficient(*sign), value));
                }
                self.arena.intern(Node::Add(sum.into()))
            }
            Form::Product(factors) => {
                let minus_one = Exponent::Number(Coeff::MINUS_ONE);
                let (mut scalars, mut matrices) = (Vec::new(), Vec::new());
                for (divides, factor) in factors {
                    let (of, list) = match self.matrix_of(factor) {
                        Some(matrix) => (matrix, &mut matrices),
                        None => (self.scalar_of(factor)?, &mut scalars),
                    };
                    list.push(if *divides { self.power_of(of, &minus_one) } else { of });
                }
                if matrices.is_empty() {
                    return None;
                }
                scalars.append(&mut matrices);
                match scalars.as_slice() {
                    [only] => *only,
                    _ => self.arena.intern(Node::Product(scalars.into())),
                }
            }
            Form::Power(base, exponent) => {
                let base = self.matrix_of(base)?;
                self.power_of(base, exponent)
            }
            Form::Function(function, inner) => {
                let inner = self.matrix_of(inner)?;
                self.function_of(*function, inner)
            }
        })
    }

    /// The value of a form in which there are no eigenvalues.
    fn scalar_of(&mut self, form: &Form) -> Option<ExprId> {
        Some(match form {
            Form::Eigenvalues(_) => return None,
            Form::Constant(id) => self.get(*id),
            Form::Number(number) => self.arena.number(number.clone()),
            Form::Sum(terms) => {
                let mut sum = Vec::new();
                for (sign, term) in terms {
                    sum.push((coefficient(*sign), self.scalar_of(term)?));
                }
                self.arena.intern(Node::Add(sum.into()))
            }
            Form::Product(factors) => {
                let mut product = Vec::new();
                for (divides, factor) in factors {
                    let factor = self.scalar_of(factor)?;
                    let minus_one = Exponent::Number(Coeff::MINUS_ONE);
                    product.push(if *divides { self.power_of(factor, &minus_one) } else { factor });
                }
                self.arena.intern(Node::Product(product.into()))
            }
            Form::Power(base, exponent) => {
                let base = self.scalar_of(base)?;
                self.power_of(base, exponent)
            }
            Form::Function(function, inner) => {
                let inner = self.scalar_of(inner)?;
                self.function_of(*function, inner)
            }
        })
    }

    fn power_of(&mut self, base: ExprId, exponent: &Exponent) -> ExprId {
        let exponent = match exponent {
            Exponent::Written(id) => self.get(*id),
            Exponent::Number(number) => self.arena.number(number.clone()),
        };
        if self.arena.shape(base).is_scalar() {
            return self.arena.intern(Node::Hadamard(Arc::new([(base, exponent)])));
        }
        self.arena.intern(Node::Power(base, exponent))
    }
}

fn coefficient(sign: Sign) -> Coeff {
    if sign == Sign::Minus { Coeff::MINUS_ONE } else { Coeff::ONE }
}
