//! The space that a structured variable lives in, and the projection of a derivative on it.

use crate::expr::{Arena, ExprId, SymbolId};
use crate::number::Coeff;
use crate::structure::Structure;

/// How the gradient in a symmetric variable is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Convention {
    /// In the space of symmetric matrices: ½(G + Gᵀ), so that df = ⟨∇f, dX⟩ for symmetric dX.
    #[default]
    Projected,
    /// By the entries on and below the diagonal as independent variables: G + Gᵀ − G∘I.
    Vech,
}

/// The projection of a gradient on the space of its variable.
///
/// Symmetric ½(G + Gᵀ), skew ½(G − Gᵀ), diagonal G∘I, triangular the triangle of G, orthogonal the tangent
/// space ½(G − XGᵀX) (Edelman, Arias & Smith 1998, §2.2).
pub fn project(arena: &mut Arena, gradient: ExprId, wrt: SymbolId, convention: Convention) -> ExprId {
    // It stands in the orthogonal projection alone.
    let is_orthogonal = arena.symbol(wrt).structure == Structure::Orthogonal;
    let x = if is_orthogonal { arena.symbol_expr(wrt) } else { gradient };
    project_at(arena, gradient, wrt, x, convention)
}

/// The same where the variable is the expression x: a member of the family `wrt`.
pub fn project_at(arena: &mut Arena, gradient: ExprId, wrt: SymbolId, x: ExprId, convention: Convention) -> ExprId {
    let half = Coeff::ratio(1, 2).unwrap_or(Coeff::ONE);
    let shape = arena.shape(gradient);
    if shape.is_scalar() {
        return gradient;
    }
    match arena.symbol(wrt).structure {
        Structure::General => gradient,
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            let transposed = arena.transpose(gradient);
            match convention {
                Convention::Projected => arena.add_terms([(half.clone(), gradient), (half, transposed)], shape),
                Convention::Vech => {
                    let sum = arena.plus(gradient, transposed);
                    let identity = arena.identity(shape.rows);
                    // The diagonal of ½(G + Gᵀ) is that of G, and the symmetric form simplifies better.
                    let symmetric = arena.scale(&half, sum);
                    let diagonal = arena.hadamard(identity, symmetric);
                    arena.minus(sum, diagonal)
                }
            }
        }
        Structure::Skew => {
            let transposed = arena.transpose(gradient);
            arena.add_terms([(half.clone(), gradient), (half.neg(), transposed)], shape)
        }
        Structure::Diagonal => {
            let identity = arena.identity(shape.rows);
            arena.hadamard(identity, gradient)
        }
        Structure::Lower => arena.tril(gradient),
        Structure::Upper => arena.triu(gradient),
        Structure::Orthogonal => {
            let transposed = arena.transpose(gradient);
            let reflected = arena.mul(&[x, transposed, x]);
            arena.add_terms([(half.clone(), gradient), (half.neg(), reflected)], shape)
        }
    }
}
