//! Derivatives that may be no matrix: Jacobians, Hessians, differentials of first and second order, products with a direction.
//!
//! Each is found from one linear expression in differentials and shown in the views that it has: as a matrix, as a linear
//! operator, by its Kronecker matrix, in index notation, as a quadratic form. A structured variable varies within its space, on each of
//! its axes.

mod along;
mod direction;
mod order;
mod views;

pub use along::{AlongKind, product_along};
pub use order::{differential, multilinear, scalar_derivative, taylor};
pub use views::{Part, applied, hessian, jacobian, part};

use crate::check::Certificate;
use crate::differential::NotDifferentiable;
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::linear::Entries;
use crate::session::{Problem, Report, not_differentiable};
use crate::simplify::{cost, expand, simplify};

/// A derivative in all its views.
#[derive(Clone, Debug)]
pub struct Views {
    /// The matrix, where the value and the variables are vectors or scalars: output rows by variable columns.
    pub matrix: Option<ExprId>,
    /// L(H) with the direction H as a symbol of its own, where there is no matrix.
    pub operator: Option<(SymbolId, ExprId)>,
    /// M with vec(dF) = M vec(dX) for every dX in the space of the variable, where there is no matrix.
    pub kron: Option<ExprId>,
    /// The matrix whose entries an array of the derivative holds: M, projected on the space of the variable.
    pub array: ExprId,
    /// The entries.
    pub index: Entries,
    /// Of a Hessian d²f in dX₁ and dX₂.
    pub form: Option<ExprId>,
    /// Conditions under which it holds.
    pub conditions: Vec<Condition>,
    /// The outcome of the numeric check; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

impl Views {
    /// The matrix, the Kronecker matrix where there is none.
    #[must_use]
    pub fn main(&self) -> ExprId {
        self.matrix.or(self.kron).unwrap_or(self.index.expr)
    }

    /// What is printed of it: the matrix alone where there is one, else operator, Kronecker matrix, entries and form, in this order.
    #[must_use]
    pub fn printed(&self) -> Vec<ExprId> {
        if let Some(matrix) = self.matrix {
            return vec![matrix];
        }
        let operator = self.operator.map(|(_, operator)| operator);
        operator.into_iter().chain(self.kron).chain([self.index.expr]).chain(self.form).collect()
    }
}

fn reason(problem: &Problem, error: &NotDifferentiable) -> Report {
    not_differentiable(problem, error.reason)
}

/// The shorter of the simplified form and the one multiplied out before.
fn best_form(arena: &mut Arena, root: ExprId) -> ExprId {
    let plain = simplify(arena, root);
    let expanded = expand(arena, root);
    let expanded = simplify(arena, expanded);
    if cost(arena, expanded) < cost(arena, plain) { expanded } else { plain }
}
