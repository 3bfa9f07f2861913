//! The derivatives of a function by algebra, where an oracle asks for them.

use super::Way;
use crate::answer;
use crate::expr::{ExprId, SymbolKind};
use crate::linear::Convention;
use crate::problem::{Problem, Report};
use crate::structure::Structure;

/// How the derivatives of a function are found, with the expressions that algebra finds.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The way.
    pub way: Way,
    /// The function itself.
    pub function: ExprId,
    /// By algebra, the gradient by each variable.
    pub gradient: Vec<ExprId>,
    /// Whether there is to be a Hessian.
    pub has_hessian: bool,
    /// By algebra, the Hessian where it is one matrix; else the gradients are differentiated in forward mode.
    pub hessian: Option<ExprId>,
}

/// Derives what a way needs. The function is in normal form, where ‖x‖² has a gradient at 0 by every way.
///
/// # Errors
/// A message where an operator has no derivative, or a variable does not vary continuously.
pub fn derive(problem: &mut Problem, way: Way, has_hessian: bool) -> Result<Derived, Report> {
    for symbol in problem.wrt.clone() {
        let info = problem.arena.symbol(symbol);
        let varies = matches!(
            info.kind,
            SymbolKind::Plain | SymbolKind::Positive | SymbolKind::Nonnegative | SymbolKind::Simplex
        );
        if !varies {
            let (message, label) =
                ("this expression cannot be differentiated", "its variable does not vary continuously");
            let help = "a variable is a number, a vector or a matrix; a family is a matrix with its members as rows";
            return Err(problem.refusal("D0101", message, label, Some(help.into())));
        }
    }
    let function = problem.normal[0];
    let mut derived = Derived { way, function, gradient: Vec::new(), has_hessian, hessian: None };
    if way != Way::Symbolic {
        return Ok(derived);
    }
    for place in 0..problem.wrt.len() {
        derived.gradient.push(answer::gradient(problem, place, Convention::Projected, None)?.expr);
    }
    if let ([only], true) = (problem.wrt.as_slice(), has_hessian) {
        let info = problem.arena.symbol(*only);
        if info.structure == Structure::General && !info.shape.is_matrix() {
            derived.hessian = answer::hessian(problem, 0, 0, None)?.matrix;
        }
    }
    Ok(derived)
}
