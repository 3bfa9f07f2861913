//! Fifth stage: linear maps. From df = L(dX) to the gradient, by the adjoint of each linear operator.

mod adjoint;
mod jacobian;
mod part;
mod space;

pub use adjoint::{NotLinear, pull_back};
pub use jacobian::{Entries, assemble, entries, matrix};
pub use part::{NoPart, gradient_by_part};
pub use space::{Convention, project, project_at};

use crate::expr::{Arena, ExprId, SymbolId};

/// The gradient G with df = ⟨G, dX⟩, unprojected: `df` is a scalar that is linear in `Differential(wrt, slot)`.
///
/// # Errors
/// [`NotLinear`] where `df` is no such expression.
pub fn gradient(arena: &mut Arena, df: ExprId, wrt: SymbolId, slot: u32) -> Result<ExprId, NotLinear> {
    let one = arena.one();
    pull_back(arena, df, one, wrt, slot)
}
