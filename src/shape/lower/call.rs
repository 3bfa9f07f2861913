//! Raw nodes of the known functions and norms. The match is exhaustive: a new function needs its row here.

use std::sync::Arc;

use super::Lowering;
use crate::catalog::entrywise::Formula;
use crate::expr::{
    ExprId, Func, Map, MapDerivative, MatrixFunction, Node, Norm, Op, Reduction, Shape, Spectral, SymbolId, SymbolKind,
};
use crate::number::Coeff;
use crate::shape::rules::spelling_of;
use crate::syntax::{Ast, AstId, Derivative, Function, NormSpelling};

/// Γ of numbers below the opposite of this has no value: it is nearly 0 there.
const MOST_SHIFTS: f64 = 170.0;

impl Lowering<'_, '_> {
    fn elementwise(&mut self, func: Func, inner: ExprId) -> ExprId {
        if func == Func::Gamma
            && let Some(value) = self.gamma_below_zero(inner)
        {
            return value;
        }
        self.arena.intern(Node::Elementwise(func, inner))
    }

    /// Γ(c) = Γ(c + n)/(c(c + 1)…(c + n − 1)) of a number below 0 that is no pole, with the first n that leads above 0.
    fn gamma_below_zero(&mut self, inner: ExprId) -> Option<ExprId> {
        let argument = self.arena.normalize(inner);
        let mut argument = self.arena.as_number(argument)?.clone();
        if !argument.is_negative() || argument.is_integer() || argument.to_f64() < -MOST_SHIFTS {
            return None;
        }
        let mut product = Coeff::ONE;
        while argument.is_negative() {
            product = product.mul(&argument);
            argument = argument.add(&Coeff::ONE);
        }
        let above = self.arena.number(argument);
        let gamma = self.arena.intern(Node::Elementwise(Func::Gamma, above));
        Some(self.arena.intern(Node::Add([(product.recip()?, gamma)].into())))
    }

    /// The formula of each entry.
    fn entries(&mut self, formula: &Formula, z: ExprId) -> ExprId {
        let value = self.formula(formula, z);
        self.spread_number(value, self.arena.shape(z))
    }

    /// The value in every entry, where it is one number.
    fn spread_number(&mut self, value: ExprId, shape: Shape) -> ExprId {
        if self.arena.shape(value).is_scalar() { self.spread(value, shape) } else { value }
    }

    /// The value of a formula at z, entry by entry; a number where z is not in it.
    fn formula(&mut self, formula: &Formula, z: ExprId) -> ExprId {
        let shape = self.arena.shape(z);
        match formula {
            Formula::Z => z,
            Formula::Integer(number) => self.arena.integer(*number),
            Formula::Pi => self.arena.intern(Node::Pi),
            Formula::Of(outer, inner) => {
                let inner = self.formula(inner, z);
                self.elementwise(*outer, inner)
            }
            Formula::Sum(terms) => {
                let mut terms: Vec<_> =
                    terms.iter().map(|(coeff, term)| (Coeff::integer(*coeff), self.formula(term, z))).collect();
                if terms.iter().any(|(_, term)| self.arena.shape(*term) == shape) {
                    terms.iter_mut().for_each(|(_, term)| *term = self.spread_number(*term, shape));
                }
                self.arena.intern(Node::Add(terms.into()))
            }
            Formula::Product(left, right) => {
                let (left, right) = (self.formula(left, z), self.formula(right, z));
                if self.arena.shape(left) == self.arena.shape(right) {
                    self.hadamard(left, right)
                } else {
                    self.arena.intern(Node::Product(Arc::new([left, right])))
                }
            }
            Formula::Power(base, p, q) => {
                let base = self.formula(base, z);
                let exponent = self.arena.number(Coeff::ratio(*p, *q).unwrap_or(Coeff::ONE));
                self.arena.intern(Node::Hadamard(Arc::new([(base, exponent)])))
            }
            Formula::Next => unreachable!("such functions are called by their names"),
        }
    }

    /// The value of a known function.
    pub(super) fn call(&mut self, ast: &Ast, id: AstId, function: Function, arguments: &[AstId]) -> ExprId {
        use Function as F;
        let Some(&first) = arguments.first() else { return self.arena.integer(0) };
        let inner = self.get(first);
        let second = arguments.get(1).map(|id| self.get(*id));
        let scalar = self.arena.shape(inner).is_scalar();
        if let (F::Sum | F::Prod | F::Mean | F::LogSumExp | F::Max | F::Min, None) = (function, second)
            && let Some(value) = self.of_eigenvalues(ast, function, first)
        {
            return value;
        }
        match function {
            F::Entrywise(func) => self.elementwise(func, inner),
            F::Slope(func) => match func.next() {
                Some(next) => self.elementwise(next, inner),
                None => self.entries(&func.row().derivative, inner),
            },
            F::Composed(composed) => self.entries(&composed.row().formula, inner),
            F::Polygamma => unreachable!("the parser reads the order"),
            F::Binomial => unreachable!("the parser makes factorials of it"),
            F::Join(_) => unreachable!("the parser makes blocks of it"),
            F::Sqrt => self.sqrt(inner),
            F::Expm => self.matrix_function(MatrixFunction::Expm, inner),
            F::Logm => self.matrix_function(MatrixFunction::Logm, inner),
            F::Sqrtm => self.matrix_function(MatrixFunction::Sqrtm, inner),
            F::FrechetExpm => self.frechet(MatrixFunction::Expm, inner, &arguments[1..]),
            F::FrechetLogm => self.frechet(MatrixFunction::Logm, inner, &arguments[1..]),
            F::FrechetSqrtm => self.frechet(MatrixFunction::Sqrtm, inner, &arguments[1..]),
            F::Sum => self.reduce(Reduction::Sum, inner),
            F::Prod => self.reduce(Reduction::Product, inner),
            F::LogSumExp => self.reduce(Reduction::LogSumExp, inner),
            F::Mean => self.mean(inner),
            F::Count(extent) => self.extent(extent, inner),
            F::Var(less) => self.variance(inner, less),
            F::Std(less) => self.standard_deviation(inner, less),
            F::Cumsum => self.cumulative_sum(inner),
            F::Along(reducer, axis) => self.along(reducer, axis, inner),
            F::Max | F::Min => match second {
                None => self.reduce(if function == F::Max { Reduction::Max } else { Reduction::Min }, inner),
                Some(other) => self.extreme(function == F::Max, inner, other),
            },
            F::Where | F::Cases => {
                let [then, otherwise] = [1, 2].map(|place| arguments.get(place).map_or(inner, |id| self.get(*id)));
                self.choice(inner, then, otherwise)
            }
            F::Norm => {
                let spelling = arguments.get(1).map_or(NormSpelling::Plain, |p| spelling_of(ast, *p));
                self.norm(spelling, inner)
            }
            F::Norm1 => self.norm(NormSpelling::One, inner),
            F::Norm2 => self.norm(NormSpelling::Two, inner),
            F::SigmaMax => self.norm(NormSpelling::Two, inner),
            F::Trace if scalar => inner,
            F::Trace => self.arena.intern(Node::Trace(inner)),
            F::Det => self.det(inner),
            F::LogDet => {
                let det = self.det(inner);
                self.elementwise(Func::Log, det)
            }
            // What reduces them looks at the matrix; here they only have to have the shape.
            F::Eig | F::Svd if scalar => inner,
            F::Eig | F::Svd => {
                let rows = self.arena.shape(inner).rows;
                self.arena.intern(Node::Zeros(Shape::vector(rows)))
            }
            F::LambdaMax => self.arena.intern(Node::Spectral(Spectral::LambdaMax, inner)),
            F::LambdaMin => self.arena.intern(Node::Spectral(Spectral::LambdaMin, inner)),
            F::EigvecMax => self.arena.intern(Node::Spectral(Spectral::EigvecMax, inner)),
            F::EigvecMin => self.arena.intern(Node::Spectral(Spectral::EigvecMin, inner)),
            F::Ranked(which) => {
                let place = second.unwrap_or_else(|| self.arena.integer(1));
                self.arena.intern(Node::Ranked(which, inner, place))
            }
            F::UMax => self.arena.intern(Node::Spectral(Spectral::UMax, inner)),
            F::VMax => self.arena.intern(Node::Spectral(Spectral::VMax, inner)),
            F::Polar => self.arena.intern(Node::Spectral(Spectral::Polar, inner)),
            F::Operator(op) if scalar && op.row().is_one_of_scalars => self.arena.integer(1),
            F::Operator(op) => self.arena.intern(Node::Apply(op, inner)),
            F::Diag => {
                let shape = self.arena.shape(inner);
                if shape.is_matrix() {
                    self.arena.intern(Node::DiagPart(inner))
                } else {
                    let column = if shape.is_row() { self.transpose(inner) } else { inner };
                    self.arena.intern(Node::Diag(column))
                }
            }
            F::Vec if self.arena.shape(inner).cols.is_one() => inner,
            F::Vec => self.arena.intern(Node::Vec(inner)),
            F::Unvec => {
                let shape = self.shape_at(id);
                self.arena.intern(Node::Unvec(inner, shape))
            }
            F::Inv => {
                let minus = self.arena.integer(-1);
                if scalar {
                    self.arena.intern(Node::Hadamard(Arc::new([(inner, minus)])))
                } else {
                    self.arena.intern(Node::Power(inner, minus))
                }
            }
            F::Pinv => self.arena.intern(Node::Pinv(inner)),
            F::Cof if scalar => self.arena.integer(1),
            F::Cof => {
                let adjugate = self.arena.intern(Node::Apply(Op::Adjugate, inner));
                self.transpose(adjugate)
            }
            F::Sym | F::Skew => {
                let half = Coeff::ratio(1, 2).unwrap_or(Coeff::ONE);
                let other = if function == F::Sym { half.clone() } else { half.neg() };
                let transposed = self.transpose(inner);
                self.arena.intern(Node::Add(Arc::new([(half, inner), (other, transposed)])))
            }
            F::Hat => self.arena.intern(Node::Hat(inner)),
            F::Axial => self.arena.intern(Node::Axial(inner)),
            F::Cross => {
                let hat = self.arena.intern(Node::Hat(inner));
                self.arena.intern(Node::Product(Arc::new([hat, second.unwrap_or(inner)])))
            }
            F::Kron => self.arena.intern(Node::Kron(inner, second.unwrap_or(inner))),
            F::Dot => self.inner(inner, second.unwrap_or(inner)),
            F::Outer => {
                let right = self.transpose(second.unwrap_or(inner));
                self.arena.intern(Node::Product(Arc::new([inner, right])))
            }
            F::Transpose => self.transpose(inner),
            F::Commutation | F::Eye | F::Ones | F::OnesMatrix | F::Zeros => self.arena.integer(0),
        }
    }

    /// X where the condition is 1, else Y; a scalar stands in every entry.
    fn choice(&mut self, condition: ExprId, then: ExprId, otherwise: ExprId) -> ExprId {
        let shapes = [then, otherwise, condition].map(|id| self.arena.shape(id));
        let shape = shapes.into_iter().find(|shape| !shape.is_scalar()).unwrap_or(Shape::SCALAR);
        let [then, otherwise] = [then, otherwise].map(|value| {
            if shape.is_scalar() || !self.arena.shape(value).is_scalar() {
                value
            } else if self.arena.as_number(value).is_some_and(Coeff::is_zero) {
                self.arena.intern(Node::Zeros(shape))
            } else {
                self.spread(value, shape)
            }
        });
        self.arena.intern(Node::Choose(condition, then, otherwise))
    }

    /// max(a, b) = b + relu(a − b), min(a, b) = b − relu(b − a).
    fn extreme(&mut self, max: bool, a: ExprId, b: ExprId) -> ExprId {
        let zero = |this: &Self, id: ExprId| this.arena.as_number(id).is_some_and(Coeff::is_zero);
        if max && zero(self, b) {
            return self.elementwise(Func::Relu, a);
        }
        if max && zero(self, a) {
            return self.elementwise(Func::Relu, b);
        }
        let (a, b) = (self.at_least(a, b), self.at_least(b, a));
        let (from, to) = if max { (a, b) } else { (b, a) };
        let difference = self.difference(from, to);
        let relu = self.elementwise(Func::Relu, difference);
        let coeff = if max { Coeff::ONE } else { Coeff::MINUS_ONE };
        self.arena.intern(Node::Add(Arc::new([(Coeff::ONE, b), (coeff, relu)])))
    }

    /// A scalar in the shape of the other operand.
    fn at_least(&mut self, scalar: ExprId, other: ExprId) -> ExprId {
        if self.arena.shape(scalar).is_scalar() {
            let shape = self.arena.shape(other);
            self.spread(scalar, shape)
        } else {
            scalar
        }
    }

    pub(super) fn det(&mut self, inner: ExprId) -> ExprId {
        if self.arena.shape(inner).is_scalar() { inner } else { self.arena.intern(Node::Det(inner)) }
    }

    /// A declared function, or one of its derivatives.
    pub(super) fn user_call(
        &mut self,
        symbol: SymbolId,
        derivative: Derivative,
        argument: ExprId,
        others: &[AstId],
    ) -> ExprId {
        let order = match derivative {
            Derivative::Primes(order) => order,
            Derivative::Gradient | Derivative::Jacobian => 1,
            Derivative::Hessian => 2,
        };
        match self.arena.symbol(symbol).kind {
            SymbolKind::MatrixFunction => self.frechet(MatrixFunction::User(symbol, order), argument, others),
            SymbolKind::Map(domain) => {
                let place: Vec<ExprId> = others.iter().map(|id| self.get(*id)).collect();
                let is_of_numbers = domain.is_scalar();
                let derivative = match derivative {
                    _ if is_of_numbers => MapDerivative::Prime(order),
                    Derivative::Primes(order) => MapDerivative::Prime(order),
                    Derivative::Gradient => MapDerivative::Gradient,
                    Derivative::Hessian => MapDerivative::Hessian,
                    Derivative::Jacobian => MapDerivative::Jacobian,
                };
                // Of a map with numbers as values the Jacobian is the gradient as a row.
                if derivative == MapDerivative::Jacobian && self.arena.symbol(symbol).shape.is_scalar() {
                    let map = Map { symbol, derivative: MapDerivative::Gradient };
                    let gradient = self.arena.map(map, argument, &[]);
                    return self.arena.intern(Node::Transpose(gradient));
                }
                let map = Map { symbol, derivative };
                match place.as_slice() {
                    [row, rest @ ..] if is_of_numbers => {
                        let value = self.arena.map(map, argument, &[]);
                        let one = self.arena.one();
                        self.arena.intern(Node::Entry(value, *row, *rest.first().unwrap_or(&one)))
                    }
                    place => self.arena.map(map, argument, place),
                }
            }
            _ => self.arena.intern(Node::Elementwise(Func::User(symbol, order), argument)),
        }
    }

    pub(super) fn frechet(&mut self, function: MatrixFunction, inner: ExprId, directions: &[AstId]) -> ExprId {
        let directions: Vec<ExprId> = directions.iter().map(|id| self.get(*id)).collect();
        self.arena.intern(Node::MatrixFunction(function, inner, directions.into()))
    }

    /// The norm a spelling means for the shape at hand; of a scalar every norm is its absolute value.
    pub(super) fn norm(&mut self, spelling: NormSpelling, inner: ExprId) -> ExprId {
        let shape = self.arena.shape(inner);
        if shape.is_scalar() {
            return self.elementwise(Func::Abs, inner);
        }
        let norm = match spelling {
            NormSpelling::Plain | NormSpelling::Frobenius | NormSpelling::TwoOne | NormSpelling::OfEntries => {
                Norm::Frobenius
            }
            NormSpelling::Two if shape.is_matrix() => Norm::Spectral,
            NormSpelling::Nuclear if shape.is_matrix() => Norm::Nuclear,
            NormSpelling::Two | NormSpelling::Nuclear => Norm::Frobenius,
            NormSpelling::One => Norm::One,
            NormSpelling::Infinity => Norm::Infinity,
            NormSpelling::P(p) => Norm::P(self.get(p)),
        };
        let column = match norm {
            Norm::One | Norm::Infinity | Norm::P(_) if shape.is_row() => self.transpose(inner),
            Norm::Frobenius | Norm::One | Norm::Infinity | Norm::P(_) | Norm::Spectral | Norm::Nuclear => inner,
        };
        self.arena.intern(Node::Norm(norm, column))
    }
}
