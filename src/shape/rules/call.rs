//! Shapes of the known functions. The match is exhaustive: a new function needs its row here.

use super::norm::spelling_of;
use crate::catalog::operator::Operand;
use crate::reading::resolve::Ref;
use crate::shape::check::Try;
use crate::shape::clash::{self, Demand, Problem, Ty};
use crate::shape::size::Sizes;
use crate::syntax::{Ast, AstId, Extent, Function, NormSpelling, arity_of};

impl Try<'_> {
    /// The shape of a known function's value.
    pub(in crate::shape) fn call(&mut self, ast: &Ast, id: AstId, function: Function, arguments: &[AstId]) -> Ty {
        use Function as F;
        if function == F::OnesMatrix {
            // The 1 of `matrix(1)` is not an argument.
            return Self::scalar();
        }
        let (least, greatest) = arity_of(function);
        if arguments.len() < least || arguments.len() > greatest {
            return self.clash(id, Problem::Arity { function, found: arguments.len() }, &[]);
        }
        let Some(&inner) = arguments.first() else { return Self::scalar() };
        let ty = self.ty(inner);
        if ty.poison {
            return Self::poison();
        }
        let one = Ty { rows: Sizes::ONE, cols: Sizes::ONE, ..ty };
        if let (F::Sum | F::Prod | F::Mean | F::LogSumExp | F::Max | F::Min, [argument]) = (function, arguments)
            && let Some(ty) = self.reduces_eigenvalues(ast, id, function, *argument)
        {
            return ty;
        }
        match function {
            F::Entrywise(_)
            | F::Slope(_)
            | F::Composed(_)
            | F::Polygamma
            | F::Binomial
            | F::Join(_)
            | F::Sqrt
            | F::Pinv
            | F::Polar => {
                if function == F::Pinv {
                    Ty { rows: ty.cols, cols: ty.rows, ..ty }
                } else {
                    ty
                }
            }
            F::Sum | F::Mean | F::Prod | F::LogSumExp => self.reduced(inner),
            F::Count(Extent::Length) if self.is_matrix(ty) => {
                let operand = self.operand(ast, inner);
                self.clash(id, Problem::LengthOfMatrix(operand.clone()), &[&operand])
            }
            F::Count(_) => self.reduced(inner),
            F::Var(_) | F::Std(_) => {
                let what = if matches!(function, F::Var(_)) { "the variance" } else { "the standard deviation" };
                if self.demand(ast, id, inner, Demand::Array(what)) { self.reduced(inner) } else { Self::poison() }
            }
            F::Cumsum => {
                if !self.demand(ast, id, inner, Demand::Array("cumsum")) {
                    Self::poison()
                } else if self.is_matrix(ty) {
                    let operand = self.operand(ast, inner);
                    self.clash(id, Problem::CumulativeMatrix(operand.clone()), &[&operand])
                } else {
                    ty
                }
            }
            F::Along(_, axis) => self.along(ast, id, axis, inner),
            F::Max | F::Min => match arguments.get(1) {
                None => self.reduced(inner),
                Some(other) => {
                    let (left, right) = (self.operand(ast, inner), self.operand(ast, *other));
                    match self.entrywise(&left, &right) {
                        Some(ty) => ty,
                        None => self.clash(id, Problem::Entrywise(left.clone(), right.clone()), &[&left, &right]),
                    }
                }
            },
            F::Where | F::Cases => self.choice(ast, id, function, arguments),
            F::Norm => {
                let spelling = arguments.get(1).map_or(NormSpelling::Plain, |p| spelling_of(ast, *p));
                self.norm(ast, id, spelling, inner)
            }
            F::Norm1 => self.norm(ast, id, NormSpelling::One, inner),
            F::Norm2 => self.norm(ast, id, NormSpelling::Two, inner),
            F::SigmaMax => one,
            F::Trace => self.square(ast, id, inner, "the trace", one),
            F::Det | F::LogDet => self.square(ast, id, inner, "the determinant", one),
            F::Eig => self.eigenvalues(ast, id, inner),
            F::Svd => self.singular_values(ast, id, inner),
            F::LambdaMax | F::LambdaMin => self.square(ast, id, inner, "an eigenvalue", one),
            F::EigvecMax | F::EigvecMin => self.square(ast, id, inner, "eigenvectors", Ty { cols: Sizes::ONE, ..ty }),
            F::Ranked(which) => self.ranked(ast, id, which, inner, arguments[1]),
            F::UMax => Ty { cols: Sizes::ONE, ..ty },
            F::VMax => Ty { rows: ty.cols, cols: Sizes::ONE, ..ty },
            F::Expm | F::Logm | F::Sqrtm => self.square(ast, id, inner, "a matrix function", ty),
            F::Cof => self.square(ast, id, inner, "the adjugate", ty),
            F::Inv => self.square(ast, id, inner, "the inverse", ty),
            F::Sym | F::Skew => self.square(ast, id, inner, "the symmetric or skew part", ty),
            F::FrechetExpm | F::FrechetLogm | F::FrechetSqrtm => self.frechet(ast, id, inner, &arguments[1..]),
            F::Operator(op) => match op.row().operand {
                Operand::Any => ty,
                Operand::Array(what) if self.demand(ast, id, inner, Demand::Array(what)) => ty,
                Operand::Array(_) => Self::poison(),
                Operand::Square(what) => self.square(ast, id, inner, what, ty),
            },
            F::Diag => {
                if !self.demand(ast, id, inner, Demand::Array("diag")) {
                    Self::poison()
                } else if self.is_matrix(ty) {
                    self.square(ast, id, inner, "the diagonal", Ty { cols: Sizes::ONE, ..ty })
                } else {
                    let size = if self.sizes.is_one(ty.cols) { ty.rows } else { ty.cols };
                    Ty { rows: size, cols: size, ..ty }
                }
            }
            F::Vec => Ty { rows: self.sizes.product(ty.cols, ty.rows), cols: Sizes::ONE, ..ty },
            F::Unvec => self.unvec(ast, id, inner),
            F::Transpose => Ty { rows: ty.cols, cols: ty.rows, ..ty },
            F::Kron => {
                let other = self.ty(arguments[1]);
                let merged = self.merge(ty, arguments[1]);
                match self.kron(ty, other) {
                    Some(shape) => Ty { rows: shape.rows, cols: shape.cols, ..merged },
                    None => self.clash(id, Problem::KroneckerFactors, &[]),
                }
            }
            F::Cross => {
                let other = self.ty(arguments[1]);
                let merged = self.merge(ty, arguments[1]);
                if other.poison {
                    return merged;
                }
                let (first, second) = (self.of_three(ast, id, inner), self.of_three(ast, id, arguments[1]));
                if first && second { Ty { rows: ty.rows, cols: ty.cols, ..merged } } else { Self::poison() }
            }
            F::Hat if self.of_three(ast, id, inner) => Ty { rows: ty.rows, cols: ty.rows, ..ty },
            F::Hat => Self::poison(),
            F::Axial => {
                let three = self.sizes.known(3);
                let target = Self::plain(three, three);
                if self.unify(ty, target) {
                    return Ty { cols: Sizes::ONE, ..ty };
                }
                let operand = self.operand(ast, inner);
                self.clash(id, Problem::SameShape(operand.clone(), target), &[&operand])
            }
            F::Dot => self.inner(ast, id, inner, arguments[1]),
            F::Outer => {
                let other = self.ty(arguments[1]);
                let merged = self.merge(ty, arguments[1]);
                if other.poison {
                    return merged;
                }
                if self.sizes.unify(ty.cols, other.cols).is_err() {
                    let (left, right) = (self.operand(ast, inner), self.operand(ast, arguments[1]));
                    return self.clash(id, Problem::Product(left.clone(), right.clone()), &[&left, &right]);
                }
                Ty { rows: ty.rows, cols: other.rows, ..merged }
            }
            F::Commutation | F::Eye | F::Ones | F::OnesMatrix | F::Zeros => Self::scalar(),
        }
    }

    /// Two values of one shape, or one of them a scalar, and a condition that is a scalar or, of `where`, of their shape.
    fn choice(&mut self, ast: &Ast, id: AstId, function: Function, arguments: &[AstId]) -> Ty {
        let [condition, then, otherwise] = *arguments else { return Self::poison() };
        if function == Function::Cases && !self.demand(ast, id, condition, Demand::Scalar("a condition of `cases`")) {
            return Self::poison();
        }
        let (left, right) = (self.operand(ast, then), self.operand(ast, otherwise));
        let Some(values) = self.entrywise(&left, &right) else {
            return self.clash(id, Problem::Entrywise(left.clone(), right.clone()), &[&left, &right]);
        };
        let (both, decides) = (clash::Operand { ty: values, ..left.clone() }, self.operand(ast, condition));
        match self.entrywise(&both, &decides) {
            Some(ty) => ty,
            None => self.clash(id, Problem::Entrywise(both.clone(), decides.clone()), &[&both, &decides]),
        }
    }

    /// Whether it is, or can be, a vector with three entries; says so where it cannot.
    fn of_three(&mut self, ast: &Ast, id: AstId, vector: AstId) -> bool {
        let ty = self.ty(vector);
        let three = self.sizes.known(3);
        let target = Self::plain(three, Sizes::ONE);
        let fits = ty.poison || self.unify(ty, target);
        if !fits {
            let operand = self.operand(ast, vector);
            self.clash(id, Problem::SameShape(operand.clone(), target), &[&operand]);
        }
        fits && !ty.poison
    }

    /// A reduction of all entries.
    pub(in crate::shape) fn reduced(&self, inner: AstId) -> Ty {
        let ty = self.ty(inner);
        // What is summed is one number from here on.
        Ty { rows: Sizes::ONE, cols: Sizes::ONE, ..ty }
    }

    pub(in crate::shape) fn square(
        &mut self,
        ast: &Ast,
        id: AstId,
        inner: AstId,
        what: &'static str,
        result: Ty,
    ) -> Ty {
        if self.demand(ast, id, inner, Demand::Square(what)) { result } else { Self::poison() }
    }

    /// f(X) of a square matrix, or its Fréchet derivative along directions of the same shape.
    pub(in crate::shape) fn frechet(&mut self, ast: &Ast, id: AstId, first: AstId, directions: &[AstId]) -> Ty {
        let mut all = self.square(ast, id, first, "a matrix function", self.ty(first));
        for direction in directions {
            all = self.merge(all, *direction);
            if all.poison {
                return Self::poison();
            }
            let ty = self.ty(*direction);
            if !self.unify(all, ty) {
                let (left, right) = (self.operand(ast, first), self.operand(ast, *direction));
                return self.clash(id, Problem::Entrywise(left.clone(), right.clone()), &[&left, &right]);
            }
        }
        all
    }

    fn unvec(&mut self, ast: &Ast, id: AstId, inner: AstId) -> Ty {
        let ty = self.ty(inner);
        let Ref::Unvec(sizes) = &self.input.texts[self.text].refs[id.0 as usize] else { return Self::poison() };
        let [rows, cols] = &**sizes;
        let (rows, cols) = (self.written(rows), self.written(cols));
        let length = self.sizes.product(cols, rows);
        let target = Self::plain(length, Sizes::ONE);
        if !self.unify(ty, target) {
            let operand = self.operand(ast, inner);
            return self.clash(id, Problem::SameShape(operand.clone(), target), &[&operand]);
        }
        Ty { rows, cols, ..ty }
    }
}
