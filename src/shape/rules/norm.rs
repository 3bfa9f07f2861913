//! Shapes of norms, and which norm of what is meant by which spelling.

use crate::shape::check::Try;
use crate::shape::clash::{Demand, Problem, Ty};
use crate::shape::size::Sizes;
use crate::syntax::{Ast, AstId, NormSpelling};

impl Try<'_> {
    /// Any norm is a scalar; `‖X‖`, `‖X‖_1`, `‖X‖_∞`, `‖X‖_p` of a matrix mean different things to
    /// different people and are refused.
    pub(in crate::shape) fn norm(&mut self, ast: &Ast, id: AstId, spelling: NormSpelling, inner: AstId) -> Ty {
        let ty = self.ty(inner);
        if ty.poison {
            return Self::poison();
        }
        let mut result = Ty { rows: Sizes::ONE, cols: Sizes::ONE, ..ty };
        if let NormSpelling::P(p) = spelling {
            if !self.demand(ast, id, p, Demand::Scalar("the subscript of a norm")) {
                return Self::poison();
            }
            let order = self.input.texts[self.text].constants[p.0 as usize].as_ref();
            if order.is_some_and(|order| order.is_zero() || order.is_negative()) {
                return self.clash(id, Problem::NormOrder(p), &[]);
            }
            result = self.merge(result, p);
        }
        let refused = match spelling {
            NormSpelling::Plain | NormSpelling::One | NormSpelling::Infinity | NormSpelling::P(_) => true,
            NormSpelling::Two
            | NormSpelling::Frobenius
            | NormSpelling::Nuclear
            | NormSpelling::TwoOne
            | NormSpelling::OfEntries => false,
        };
        if refused && self.is_matrix(ty) {
            let operand = self.operand(ast, inner);
            return self.clash(id, Problem::MatrixNorm(Some(spelling), operand), &[]);
        }
        result
    }
}

/// The norm that `norm(x, p)` spells by its second argument.
pub(in crate::shape) fn spelling_of(ast: &Ast, argument: AstId) -> NormSpelling {
    use crate::syntax::AstKind;
    match &ast.node(argument).kind {
        AstKind::Number(value) if value.to_i64() == Some(1) => NormSpelling::One,
        AstKind::Number(value) if value.to_i64() == Some(2) => NormSpelling::Two,
        AstKind::Name(name) if name.subscript.is_empty() => match name.base.as_str() {
            "inf" | "∞" => NormSpelling::Infinity,
            "F" | "fro" => NormSpelling::Frobenius,
            _ => NormSpelling::P(argument),
        },
        _ => NormSpelling::P(argument),
    }
}
