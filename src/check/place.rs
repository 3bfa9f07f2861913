//! The point that a check is about: the unknowns with their values, and the equality constraints that hold there.

use nalgebra::DMatrix;

use super::gradient::refused;
use super::point::is_finite;
use super::space::project;
use super::{Certificate, CheckOptions, Reason};
use crate::ad::along;
use crate::expr::{Arena, ExprId, Node, SymbolId, SymbolKind};
use crate::numeric::linalg::{ThinSvd, thin_svd};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

/// Steps of Newton's method on the way to a point at which constraints hold.
const MOST_STEPS: usize = 40;
/// What is left of a constraint that holds, relative to the point.
const HOLDS: f64 = 1e-12;
/// Singular values below this, relative to the largest, are not divided by.
const RANK: f64 = 1e-9;

/// A point in the unknowns.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The unknowns, each with its value in terms of those before it and of the other symbols.
    pub values: &'a [(SymbolId, ExprId)],
    /// What vanishes by a constraint, each with its multiplier.
    pub constraints: &'a [(ExprId, ExprId)],
    /// What has to be positive there.
    pub positive: &'a [ExprId],
    /// Whether the constraints hold at the point; otherwise the point solves some of the equations alone.
    pub is_feasible: bool,
}

impl Place<'_> {
    /// All expressions of the place.
    pub(super) fn roots(&self, input: ExprId) -> Vec<ExprId> {
        let values = self.values.iter().map(|(_, value)| *value);
        let constraints = self.constraints.iter().flat_map(|(constraint, multiplier)| [*constraint, *multiplier]);
        [input].into_iter().chain(values).chain(constraints).chain(self.positive.iter().copied()).collect()
    }

    /// The unknowns.
    pub(super) fn symbols(&self) -> Vec<SymbolId> {
        self.values.iter().map(|(symbol, _)| *symbol).collect()
    }

    /// The unknowns that are not multipliers.
    pub(super) fn moving(&self, arena: &Arena) -> Vec<SymbolId> {
        let is_multiplier = |symbol: SymbolId| {
            self.constraints.iter().any(|(_, id)| matches!(arena.node(*id), Node::Symbol(of) if *of == symbol))
        };
        self.values.iter().map(|(symbol, _)| *symbol).filter(|symbol| !is_multiplier(*symbol)).collect()
    }

    /// Why no such place can be checked.
    pub(super) fn refused(&self, arena: &Arena, input: ExprId, options: &CheckOptions) -> Option<Certificate> {
        let fits = |(symbol, value): &(SymbolId, ExprId)| arena.shape(*value) == arena.symbol(*symbol).shape;
        let reason = self.values.iter().find_map(|(symbol, _)| refused(arena, *symbol));
        let shapes = (!arena.shape(input).is_scalar() || !self.values.iter().all(fits)).then_some(Reason::Shape);
        reason.or(shapes).map(|reason| Certificate::not_checked(reason, options))
    }

    /// Gives the unknowns their values.
    pub(super) fn bind<T: Scalar>(&self, arena: &Arena, point: &mut Bindings<T>) -> Result<(), EvalError> {
        for (symbol, value) in self.values {
            let value = evaluate(arena, *value, point)?;
            point.symbols.insert(*symbol, value);
        }
        Ok(())
    }

    /// The same; false where a value does not fit its declaration, or something is not positive.
    pub(super) fn enter(&self, arena: &Arena, point: &mut Bindings<f64>) -> Result<bool, EvalError> {
        for (symbol, value) in self.values {
            let value = evaluate(arena, *value, point)?;
            if !is_finite(&value) || !is_inside(arena, *symbol, &value) {
                return Ok(false);
            }
            point.symbols.insert(*symbol, value);
        }
        self.is_positive(arena, point)
    }

    /// Whether every entry of all that has to be positive is above 0.
    pub(super) fn is_positive(&self, arena: &Arena, point: &Bindings<f64>) -> Result<bool, EvalError> {
        for id in self.positive {
            if !evaluate(arena, *id, point)?.iter().all(|entry| *entry > 0.0) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The value of the input and the slope of the Lagrangian f − ⟨ν, g⟩ along a direction of an unknown, with the largest of its parts.
    pub(super) fn slope<T: Scalar>(
        &self,
        arena: &Arena,
        input: ExprId,
        point: &Bindings<T>,
        (symbol, h): (SymbolId, &DMatrix<T>),
    ) -> Result<(T, T, f64), EvalError> {
        let moves = [(symbol, h.clone())];
        let (value, slope) = along(arena, input, point, &moves)?;
        let (mut slope, mut largest) = (slope[0], slope[0].real().abs());
        for (constraint, multiplier) in self.constraints {
            let (_, moved) = along(arena, *constraint, point, &moves)?;
            let multiplier = evaluate(arena, *multiplier, point)?;
            let part = moved.iter().zip(&multiplier).fold(T::zero(), |sum, (a, b)| sum + *a * *b);
            slope -= part;
            largest = largest.max(part.real().abs());
        }
        Ok((value[0], slope, largest))
    }

    /// What is left of the constraints at a point, one below another.
    fn residual(&self, arena: &Arena, point: &Bindings<f64>) -> Result<Vec<f64>, EvalError> {
        let mut all = Vec::new();
        for (constraint, _) in self.constraints {
            all.extend(evaluate(arena, *constraint, point)?.iter().copied());
        }
        Ok(all)
    }

    /// Moves a point near by to where the constraints hold and orthogonal unknowns are orthogonal; false where none is found.
    pub(super) fn return_to(&self, arena: &Arena, point: &mut Bindings<f64>) -> Result<bool, EvalError> {
        let moving = self.moving(arena);
        for _ in 0..MOST_STEPS {
            for symbol in &moving {
                if let Some(x) = point.symbols.get_mut(symbol)
                    && arena.symbol(*symbol).structure == Structure::Orthogonal
                {
                    let Some(ThinSvd { u, vt, .. }) = thin_svd(x) else { return Ok(false) };
                    *x = u * vt;
                }
            }
            let residual = self.residual(arena, point)?;
            let size =
                moving.iter().filter_map(|symbol| point.symbols.get(symbol)).map(|x| x.amax()).fold(1.0, f64::max);
            if residual.iter().any(|entry| !entry.is_finite()) {
                return Ok(false);
            }
            if residual.iter().all(|entry| entry.abs() <= HOLDS * size) {
                return Ok(true);
            }
            let mut columns = Vec::new();
            let mut steps = Vec::new();
            for symbol in &moving {
                let Some(x) = point.symbols.get(symbol).cloned() else { continue };
                for place in 0..x.len() {
                    let mut basis = DMatrix::zeros(x.nrows(), x.ncols());
                    basis[place] = 1.0;
                    let basis = project(arena.symbol(*symbol).structure, &x, &basis);
                    let moves = [(*symbol, basis.clone())];
                    for (constraint, _) in self.constraints {
                        columns.extend(along(arena, *constraint, point, &moves)?.1.iter().copied());
                    }
                    steps.push((*symbol, basis));
                }
            }
            let jacobian = DMatrix::from_vec(residual.len(), steps.len(), columns);
            let residual = DMatrix::from_vec(residual.len(), 1, residual);
            let Some(ThinSvd { u, s, vt }) = thin_svd(&jacobian) else { return Ok(false) };
            let least = RANK * s.first().copied().unwrap_or(0.0);
            let mut inner = u.tr_mul(&residual);
            for (entry, value) in inner.iter_mut().zip(&s) {
                *entry = if *value > least { *entry / value } else { 0.0 };
            }
            let lengths = vt.tr_mul(&inner);
            for ((symbol, step), length) in steps.iter().zip(&lengths) {
                if let Some(x) = point.symbols.get_mut(symbol) {
                    *x -= step * *length;
                }
            }
        }
        Ok(false)
    }
}

/// Whether a value fits the declaration of its variable.
pub(super) fn is_inside(arena: &Arena, wrt: SymbolId, x: &DMatrix<f64>) -> bool {
    let symbol = arena.symbol(wrt);
    if symbol.kind == SymbolKind::Positive && x.iter().any(|entry| *entry <= 0.0) {
        return false;
    }
    if symbol.kind == SymbolKind::Nonnegative && x.iter().any(|entry| *entry < 0.0) {
        return false;
    }
    let projected = project(symbol.structure, x, x);
    match symbol.structure {
        Structure::General => true,
        Structure::Orthogonal => {
            x.is_square() && (x.transpose() * x - DMatrix::identity(x.nrows(), x.nrows())).amax() <= 1e-9
        }
        Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            (&projected - x).amax() <= 1e-9 * x.amax()
                && (projected.clone() + DMatrix::identity(x.nrows(), x.nrows()) * (1e-12 * x.amax()))
                    .cholesky()
                    .is_some()
        }
        Structure::Symmetric | Structure::Skew | Structure::Diagonal | Structure::Lower | Structure::Upper => {
            (&projected - x).amax() <= 1e-9 * x.amax()
        }
    }
}
