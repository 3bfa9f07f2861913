//! Eigenvalues and singular values, which stand only beneath a sum or product of a function of each.

use crate::catalog::Ranked;
use crate::shape::check::{SubscriptUse, Try};
use crate::shape::clash::{Demand, Problem, Ty};
use crate::shape::eigenvalues::{Form, form, leaves, singular_values};
use crate::shape::size::{SizeValue, Sizes};
use crate::syntax::{Ast, AstId, AstKind, Function};

impl Try<'_> {
    /// `eig(X)`, a vector.
    pub(in crate::shape) fn eigenvalues(&mut self, ast: &Ast, id: AstId, inner: AstId) -> Ty {
        let ty = self.ty(inner);
        match self.reduction_above(ast, id) {
            Some((_, argument)) if form(ast, argument).is_some() => {
                self.square(ast, id, inner, "`eig`", Ty { cols: Sizes::ONE, ..ty })
            }
            _ => self.clash(id, Problem::EigAlone, &[]),
        }
    }

    /// `svd(X)`, a vector of no known length.
    pub(in crate::shape) fn singular_values(&mut self, ast: &Ast, id: AstId, inner: AstId) -> Ty {
        let ty = self.ty(inner);
        let above = self.reduction_above(ast, id);
        let is_read = above.is_some_and(|(function, argument)| {
            let power = singular_values(ast, argument).map(|found| found.1);
            matches!((function, power), (Function::Sum, Some(1 | 2)) | (Function::Max, Some(1)))
        });
        if is_read { Ty { cols: Sizes::ONE, ..ty } } else { self.clash(id, Problem::SvdAlone, &[]) }
    }

    /// `λ_k(A)`, `σ_k(X)` and their vectors: an index runs over as many places as there are values. Of a matrix with sizes of which none is
    /// known to be the smaller one, these are its columns.
    pub(in crate::shape) fn ranked(&mut self, ast: &Ast, id: AstId, which: Ranked, inner: AstId, place: AstId) -> Ty {
        if !self.demand(ast, id, place, Demand::Scalar("a subscript")) {
            return Self::poison();
        }
        let ty = self.ty(inner);
        let value = match which {
            Ranked::Eigenvalue | Ranked::SingularValue => Self::scalar(),
            Ranked::Eigenvector | Ranked::LeftVector => Ty { cols: Sizes::ONE, ..ty },
            Ranked::RightVector => Ty { rows: ty.cols, cols: Sizes::ONE, ..ty },
        };
        let value = if which.is_of_symmetric() { self.square(ast, id, inner, "an eigenvalue", value) } else { value };
        if ty.poison || value.poison {
            return Self::poison();
        }
        let axis = match (self.sizes.value(ty.rows), self.sizes.value(ty.cols)) {
            (SizeValue::Known(rows), SizeValue::Known(cols)) if rows < cols => ty.rows,
            _ => ty.cols,
        };
        self.subscripts.push(SubscriptUse { text: self.text, node: id, part: place, axis, symbol: usize::MAX });
        value
    }

    /// Whether a reduction is one of eigenvalues that has a form: sums and products of functions, the extreme ones themselves.
    pub(in crate::shape) fn reduces_eigenvalues(
        &mut self,
        ast: &Ast,
        id: AstId,
        function: Function,
        argument: AstId,
    ) -> Option<Ty> {
        let form = form(ast, argument)?;
        let is_read = matches!(function, Function::Sum | Function::Prod | Function::Mean | Function::LogSumExp)
            || matches!(form, Form::Eigenvalues(_));
        let (mut constants, mut matrices) = (Vec::new(), Vec::new());
        leaves(&form, &mut constants, &mut matrices);
        let text = |id: &AstId| ast.source.get(ast.span(*id).start..ast.span(*id).end);
        let is_of_one = matrices.windows(2).all(|pair| text(&pair[0]) == text(&pair[1]));
        let is_scalar = |id: &AstId| {
            let ty = self.ty(*id);
            ty.poison || self.is_scalar(ty)
        };
        if is_read && is_of_one && constants.iter().all(is_scalar) {
            return Some(self.reduced(argument));
        }
        Some(self.clash(id, Problem::EigAlone, &[]))
    }

    /// The reduction of which a node is a part entry by entry, and its argument.
    fn reduction_above(&self, ast: &Ast, id: AstId) -> Option<(Function, AstId)> {
        let parents = &self.input.texts[self.text].parents;
        let mut below = id;
        loop {
            let above = parents[below.0 as usize]?;
            match &ast.node(above).kind {
                AstKind::Call(
                    function @ (Function::Sum
                    | Function::Prod
                    | Function::Mean
                    | Function::LogSumExp
                    | Function::Max
                    | Function::Min),
                    arguments,
                ) if arguments.len() == 1 => return Some((*function, below)),
                AstKind::Call(Function::Entrywise(_) | Function::Sqrt | Function::Composed(_), _)
                | AstKind::Sum(_)
                | AstKind::Product { .. }
                | AstKind::Power(..)
                | AstKind::StarPower(..)
                | AstKind::HadamardPower(..) => below = above,
                _ => return None,
            }
        }
    }
}
