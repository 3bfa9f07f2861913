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
                return self.clash(id, WRONG_PLACE, &[]);
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
            Derivative::Primes(_) => self.clash(id, PRIME_OF_VECTORS, &[]),
            Derivative::Gradient if self.is_scalar(values) => domain,
            Derivative::Gradient => self.clash(id, GRADIENT_OF_VALUES, &[]),
            Derivative::Hessian if self.is_scalar(values) && is_vector(self, domain) => {
                Self::plain(domain.rows, domain.rows)
            }
            Derivative::Hessian => self.clash(id, HESSIAN, &[]),
            Derivative::Jacobian if is_vector(self, domain) && is_vector(self, values) => {
                Self::plain(values.rows, domain.rows)
            }
            Derivative::Jacobian => self.clash(id, JACOBIAN, &[]),
        }
    }
}

const WRONG_PLACE: Problem = Problem::NoDerivative(
    "the subscripts are not those of an entry of the map's values",
    "write one subscript for values that are vectors, `∇F_i(x)`, two for matrices, and none for numbers, `∇f(x)`",
);
const PRIME_OF_VECTORS: Problem = Problem::NoDerivative(
    "`′` is the derivative of a map of numbers",
    "write `∇f(x)` for the gradient of a map with numbers as values, `J_F(x)` for the Jacobian of others",
);
const GRADIENT_OF_VALUES: Problem = Problem::NoDerivative(
    "a gradient is that of a map with numbers as values",
    "write `J_F(x)` for the Jacobian, or `∇F_i(x)` for the gradient of an entry",
);
const HESSIAN: Problem = Problem::NoDerivative(
    "`∇²` is the Hessian of a map from vectors to numbers",
    "write `∇²F_i(x)` for that of an entry",
);
const JACOBIAN: Problem = Problem::NoDerivative(
    "a Jacobian is that of a map from vectors to vectors",
    "write `∇F_{ij}(x)` for the gradient of an entry, `K'(t)` for the derivative by a number",
);
