//! Declared maps and their derivatives.

use crate::shape::check::{SubscriptUse, Try};
use crate::shape::clash::{Demand, Problem, Ty};
use crate::syntax::{Ast, AstId, Derivative};

impl Try<'_> {
    /// `f(x)`, `K'(t)`, `∇f(x)`, `∇²F_i(x)`, `J_F(x)`: the argument has the declared shape.
    pub(in crate::shape) fn map(
        &mut self,
        ast: &Ast,
        id: AstId,
        symbol: usize,
        derivative: Derivative,
        argument: AstId,
        place: &[AstId],
    ) -> Ty {
        let found = self.ty(argument);
        let Some([rows, cols]) = self.input.symbols[symbol].declared.as_ref().and_then(|one| one.domain.clone()) else {
            return Self::poison();
        };
        let domain = Self::plain(self.written(&rows), self.written(&cols));
        if found.poison {
            return Self::poison();
        }
        if !self.unify(found, domain) {
            let operand = self.operand(ast, argument);
            let name = self.input.symbols[symbol].name.clone();
            return self.clash(id, Problem::Argument(name, operand.clone(), domain), &[&operand]);
        }
        let no = |message| Problem::NoDerivative { message, symbol, argument };
        let mut values = Self::plain(self.symbols[symbol].rows, self.symbols[symbol].cols);
        if !place.is_empty() {
            for part in place {
                if !self.demand(ast, id, *part, Demand::Scalar("a subscript")) {
                    return Self::poison();
                }
            }
            let axes: Vec<_> =
                [values.rows, values.cols].into_iter().filter(|axis| !self.sizes.is_one(*axis)).collect();
            if axes.len() != place.len() {
                return self.clash(id, no("the subscripts are not those of an entry of its values"), &[]);
            }
            for (part, axis) in place.iter().zip(axes) {
                self.subscripts.push(SubscriptUse { text: self.text, node: id, part: *part, axis, symbol: usize::MAX });
            }
            values = Self::scalar();
        }
        let is_vector = |tried: &Self, ty: Ty| tried.sizes.is_one(ty.cols);
        match derivative {
            Derivative::Primes(0) => values,
            Derivative::Primes(_) if self.is_scalar(domain) => values,
            Derivative::Primes(_) => self.clash(id, no("`′` is the derivative by a number"), &[]),
            Derivative::Gradient if self.is_scalar(values) => domain,
            Derivative::Gradient => self.clash(id, no("a gradient is that of a map with numbers as values"), &[]),
            Derivative::Hessian if self.is_scalar(values) && is_vector(self, domain) => {
                Self::plain(domain.rows, domain.rows)
            }
            Derivative::Hessian => self.clash(id, no("`∇²` is the Hessian of a map from vectors to numbers"), &[]),
            Derivative::Jacobian if is_vector(self, domain) && is_vector(self, values) => {
                Self::plain(values.rows, domain.rows)
            }
            Derivative::Jacobian => self.clash(id, no("a Jacobian is that of a map from vectors to vectors"), &[]),
        }
    }
}
