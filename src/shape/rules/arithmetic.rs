//! Shapes of sums, products, powers, inner products and literals.

use crate::reading::limit::KRONECKER_FACTORS;
use crate::reading::resolve::Ref;
use crate::shape::check::Try;
use crate::shape::clash::{Demand, Operand, Problem, Ty};
use crate::shape::size::Sizes;
use crate::syntax::{Ast, AstId, AstKind, ProductOp, Sign};

impl Try<'_> {
    /// X + Y + …: one shape; scalars are added to every entry of vectors and to no matrix.
    pub(in crate::shape) fn sum(&mut self, ast: &Ast, id: AstId, terms: &[(Sign, AstId)]) -> Ty {
        let mut shape: Option<(AstId, Ty)> = None;
        let mut all = Self::scalar();
        let mut clashed = false;
        for (_, term) in terms {
            let ty = self.ty(*term);
            all = self.merge(all, *term);
            if ty.poison || self.is_scalar(ty) {
                continue;
            }
            match shape {
                None => shape = Some((*term, ty)),
                Some((first, known)) => {
                    if !self.unify(known, ty) {
                        let (left, right) = (self.operand(ast, first), self.operand(ast, *term));
                        self.clash(id, Problem::Sum(left.clone(), right.clone()), &[&left, &right]);
                        clashed = true;
                    }
                }
            }
        }
        if clashed || all.poison {
            return Self::poison();
        }
        let Some((first, ty)) = shape else { return all };
        // 1 less an indicator is one of the contrary, whatever is compared.
        let is_number = |term: AstId| matches!(ast.node(term).kind, AstKind::Number(_));
        let is_indicator = |term: AstId| matches!(ast.node(term).kind, AstKind::Indicator(..));
        let is_contrary =
            matches!(*terms, [(Sign::Plus, one), (Sign::Minus, of)] if is_number(one) && is_indicator(of));
        let matrix = self.is_matrix(ty) && !is_contrary;
        for (_, term) in terms {
            let scalar = self.ty(*term);
            if !self.is_scalar(scalar) || self.is_scalar(ty) {
                continue;
            }
            if matrix {
                let (left, right) = (self.operand(ast, *term), self.operand(ast, first));
                let problem = Problem::ScalarPlusMatrix { scalar: left.clone(), matrix: right.clone() };
                return self.clash(id, problem, &[&left, &right]);
            }
        }
        Ty { rows: ty.rows, cols: ty.cols, ..all }
    }

    /// Products of all kinds, from the left.
    pub(in crate::shape) fn product(&mut self, ast: &Ast, id: AstId, first: AstId, rest: &[(ProductOp, AstId)]) -> Ty {
        let mut left = self.ty(first);
        let mut last = first;
        for (op, factor) in rest {
            let right = self.ty(*factor);
            let merged = self.merge(left, *factor);
            if *op == ProductOp::Divide || *op == ProductOp::HadamardDivide {
                let zero = self.input.texts[self.text].constants[factor.0 as usize]
                    .as_ref()
                    .is_some_and(crate::number::Coeff::is_zero);
                if zero {
                    self.clash(*factor, Problem::DivideByZero, &[]);
                    return Self::poison();
                }
            }
            if merged.poison {
                left = merged;
                last = *factor;
                continue;
            }
            let shape = match op {
                ProductOp::Times | ProductOp::Dot | ProductOp::Star | ProductOp::At => self.times(left, right),
                ProductOp::Divide => self.is_scalar(right).then_some(left),
                ProductOp::Hadamard | ProductOp::HadamardDivide => self.entrywise_types(left, right),
                ProductOp::Kronecker => match self.kron(left, right) {
                    Some(shape) => Some(shape),
                    None => return self.clash(id, Problem::KroneckerFactors, &[]),
                },
            };
            match shape {
                Some(shape) => left = Ty { rows: shape.rows, cols: shape.cols, ..merged },
                None => {
                    let mut nodes = vec![first];
                    nodes.extend(rest.iter().map(|(_, factor)| *factor).take_while(|other| other != factor));
                    let left = Operand { span: Self::span_over(ast, first, last), nodes, ty: left };
                    let right = self.operand(ast, *factor);
                    let problem = match op {
                        ProductOp::Times | ProductOp::Dot | ProductOp::Star | ProductOp::At | ProductOp::Kronecker => {
                            Problem::Product(left.clone(), right.clone())
                        }
                        ProductOp::Divide => Problem::Divide(left.clone(), right.clone()),
                        ProductOp::Hadamard | ProductOp::HadamardDivide => {
                            Problem::Entrywise(left.clone(), right.clone())
                        }
                    };
                    return self.clash(id, problem, &[&left, &right]);
                }
            }
            last = *factor;
        }
        left
    }

    /// The shape of X ⊗ Y, unless it has too many factors.
    pub(in crate::shape) fn kron(&mut self, left: Ty, right: Ty) -> Option<Ty> {
        let rows = self.sizes.product(left.rows, right.rows);
        let cols = self.sizes.product(left.cols, right.cols);
        let most = self.sizes.factors(rows).1.len().max(self.sizes.factors(cols).1.len());
        (most <= KRONECKER_FACTORS).then(|| Self::plain(rows, cols))
    }

    fn times(&mut self, left: Ty, right: Ty) -> Option<Ty> {
        if self.is_scalar(left) {
            return Some(right);
        }
        if self.is_scalar(right) {
            return Some(left);
        }
        self.sizes.unify(left.cols, right.rows).is_ok().then(|| Self::plain(left.rows, right.cols))
    }

    fn entrywise_types(&mut self, left: Ty, right: Ty) -> Option<Ty> {
        if self.is_scalar(left) {
            return Some(right);
        }
        if self.is_scalar(right) || self.unify(left, right) { Some(left) } else { None }
    }

    /// An operation entry by entry, where scalars stand for every entry.
    pub(in crate::shape) fn entrywise(&mut self, left: &Operand, right: &Operand) -> Option<Ty> {
        let merged = self.merge(left.ty, right.nodes[0]);
        if merged.poison {
            return Some(Self::poison());
        }
        let shape = self.entrywise_types(left.ty, right.ty)?;
        Some(Ty { rows: shape.rows, cols: shape.cols, ..merged })
    }

    /// x^p of scalars, X^k of a square matrix, e^x and e^X.
    pub(in crate::shape) fn power(&mut self, ast: &Ast, id: AstId, base: AstId, exponent: AstId) -> Ty {
        let (base_ty, exponent_ty) = (self.ty(base), self.ty(exponent));
        let merged = self.merge(base_ty, exponent);
        if merged.poison {
            return Self::poison();
        }
        if self.input.texts[self.text].refs[base.0 as usize] == Ref::Euler {
            if self.is_matrix(exponent_ty) && !self.demand(ast, id, exponent, Demand::Square("the exponent of e")) {
                return Self::poison();
            }
            return exponent_ty;
        }
        if !self.is_scalar(exponent_ty) {
            let (base, exponent) = (self.operand(ast, base), self.operand(ast, exponent));
            let problem = Problem::ExponentShape { base: base.clone(), exponent: exponent.clone() };
            return self.clash(id, problem, &[&base, &exponent]);
        }
        if self.is_scalar(base_ty) {
            return merged;
        }
        if !self.is_matrix(base_ty) {
            let (base, exponent) = (self.operand(ast, base), self.operand(ast, exponent));
            let problem = Problem::VectorPower { base: base.clone(), exponent: exponent.clone() };
            return self.clash(id, problem, &[&base]);
        }
        if self.demand(ast, id, base, Demand::Square("a matrix power")) { merged } else { Self::poison() }
    }

    /// ⟨a, b⟩ of two of one shape.
    pub(in crate::shape) fn inner(&mut self, ast: &Ast, id: AstId, a: AstId, b: AstId) -> Ty {
        let (left, right) = (self.operand(ast, a), self.operand(ast, b));
        let merged = self.merge(left.ty, b);
        if merged.poison {
            return Self::poison();
        }
        if !self.unify(left.ty, right.ty) {
            return self.clash(id, Problem::Inner(left.clone(), right.clone()), &[&left, &right]);
        }
        Ty { rows: Sizes::ONE, cols: Sizes::ONE, ..merged }
    }

    /// Rows of scalar entries; a single row is a column vector.
    pub(in crate::shape) fn literal(&mut self, ast: &Ast, id: AstId, rows: &[Vec<AstId>]) -> Ty {
        let mut all = Self::scalar();
        for entry in rows.iter().flatten() {
            let ty = self.ty(*entry);
            if !ty.poison && !self.is_scalar(ty) {
                let operand = self.operand(ast, *entry);
                let problem = if matches!(ast.node(*entry).kind, AstKind::Literal(_)) {
                    Problem::NestedLiteral(operand.clone())
                } else {
                    Problem::Demand(Demand::Scalar("an entry of a literal"), operand.clone())
                };
                return self.clash(id, problem, &[&operand]);
            }
            all = self.merge(all, *entry);
        }
        let first = rows.first().map_or(0, Vec::len);
        if let Some(other) = rows.iter().map(Vec::len).find(|len| *len != first || *len == 0) {
            return self.clash(id, Problem::RaggedLiteral { first, other }, &[]);
        }
        let (height, width) = (rows.len(), first);
        let (height, width) = if height == 1 { (width, 1) } else { (height, width) };
        let size = |sizes: &mut Sizes, value: usize| {
            if value == 1 { Sizes::ONE } else { sizes.known(u32::try_from(value).unwrap_or(u32::MAX)) }
        };
        let (rows, cols) = (size(&mut self.sizes, height), size(&mut self.sizes, width));
        Ty { rows, cols, ..all }
    }
}
