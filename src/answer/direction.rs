//! Directions of a variable: symbols for them, and linear maps restricted to the space of the variable.

use rustc_hash::FxHashMap;

use crate::domain::Condition;
use crate::expr::{Arena, ExprId, StandIn, Symbol, SymbolId, SymbolKind};
use crate::linear::{self, Convention};
use crate::number::Coeff;
use crate::problem::Problem;
use crate::simplify::simplify;
use crate::structure::Structure;

/// Names for a direction, the first that is free.
const DIRECTIONS: [&str; 8] = ["H", "Z", "E", "V", "D", "U", "W", "Y"];

/// A new symbol in the space of the variable.
pub(super) fn direction(arena: &mut Arena, wrt: SymbolId) -> SymbolId {
    let taken: Vec<String> =
        arena.symbols().map(|(_, symbol)| symbol.name.clone()).chain(arena.size_names().iter().cloned()).collect();
    let shape = arena.symbol(wrt).shape;
    let lower = |name: &str| if shape.is_matrix() { name.to_owned() } else { name.to_lowercase() };
    let name = DIRECTIONS
        .iter()
        .map(|name| lower(name))
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| "H_1".to_owned());
    let structure = arena.symbol(wrt).structure.of_steps();
    arena.add_symbol(Symbol { name, shape, kind: SymbolKind::Plain, structure, declared: false })
}

/// The expression with a direction's symbol replaced by the differential.
pub(super) fn along(arena: &mut Arena, expr: ExprId, direction: SymbolId, wrt: SymbolId, slot: u32) -> ExprId {
    let symbol = arena.symbol_expr(direction);
    let target = arena.differential(wrt, slot);
    let mut map = FxHashMap::default();
    map.insert(symbol, target);
    arena.rewrite(expr, &mut map)
}

/// The first expression of a problem as a function of variables that are not bound to be orthogonal.
///
/// Symmetric matrices and their kin are linear spaces, in which an expression and its normal form, X for Xᵀ, have the same derivatives of
/// every order. Orthogonal matrices are none: X⁻¹ and Xᵀ agree on them in the first derivative only. So the second derivative is that of the
/// gradient on the orthogonal matrices, continued to any matrix, along tangent directions and projected: whatever the continuation, it is the
/// same.
pub(super) struct Ambient {
    /// The expression in normal form.
    pub(super) root: ExprId,
    /// Orthogonal variables and what stands for them.
    twins: Vec<(SymbolId, SymbolId)>,
}

impl Ambient {
    /// For derivatives along lines, on which even what the orthogonal matrices do not change, ‖QX‖, changes in second order.
    pub(super) fn along_lines(problem: &mut Problem) -> Self {
        Self::new(problem, |_, _| true)
    }

    /// For derivatives along geodesics: what the orthogonal matrices do not change is constant on them.
    pub(super) fn along_geodesics(problem: &mut Problem) -> Self {
        Self::new(problem, |problem, wrt| problem.arena.contains_symbol(problem.normal[0], wrt))
    }

    fn new(problem: &mut Problem, varies: impl Fn(&Problem, SymbolId) -> bool) -> Self {
        let mut twins = Vec::new();
        let mut map = FxHashMap::default();
        for wrt in problem.wrt.clone() {
            if problem.arena.symbol(wrt).structure == Structure::Orthogonal
                && varies(problem, wrt)
                && let Some(free) = free_symbol(&mut problem.arena, wrt)
            {
                map.insert(problem.arena.symbol_expr(wrt), problem.arena.symbol_expr(free));
                twins.push((wrt, free));
            }
        }
        let root = if twins.is_empty() { problem.normal[0] } else { problem.arena.rewrite(problem.raw[0], &mut map) };
        Self { root, twins }
    }

    /// What stands for a variable.
    pub(super) fn variable(&self, wrt: SymbolId) -> SymbolId {
        self.twins.iter().find(|(of, _)| *of == wrt).map_or(wrt, |(_, free)| *free)
    }

    /// The expression in the variables themselves and their differentials in these slots.
    pub(super) fn restore(&self, arena: &mut Arena, expr: ExprId, slots: &[u32]) -> ExprId {
        if self.twins.is_empty() {
            return expr;
        }
        let mut map = FxHashMap::default();
        for (wrt, free) in &self.twins {
            map.insert(arena.symbol_expr(*free), arena.symbol_expr(*wrt));
            for slot in slots {
                map.insert(arena.differential(*free, *slot), arena.differential(*wrt, *slot));
            }
        }
        arena.rewrite(expr, &mut map)
    }

    /// The gradient on the orthogonal matrices, continued to any matrix: ½(G − XGᵀX). That of another variable as it is.
    pub(super) fn tangent(&self, arena: &mut Arena, gradient: ExprId, wrt: SymbolId) -> ExprId {
        let Some((_, free)) = self.twins.iter().find(|(of, _)| *of == wrt) else { return gradient };
        let x = arena.symbol_expr(*free);
        linear::project_at(arena, gradient, wrt, x, Convention::Projected)
    }

    /// What d²f along the geodesics of the orthogonal matrices has more than along lines: −½⟨G, X(dX₁ᵀdX₂ + dX₂ᵀdX₁)⟩.
    pub(super) fn bend(&self, arena: &mut Arena, gradient: ExprId, wrt: SymbolId, slots: [u32; 2]) -> Option<ExprId> {
        let (_, free) = self.twins.iter().find(|(of, _)| *of == wrt)?;
        let x = arena.symbol_expr(*free);
        let [u, v] = slots.map(|slot| arena.differential(*free, slot));
        let [ut, vt] = [u, v].map(|step| arena.transpose(step));
        let (first, second) = (arena.mul(&[x, ut, v]), arena.mul(&[x, vt, u]));
        let both = arena.plus(first, second);
        let transposed = arena.transpose(gradient);
        let product = arena.mul(&[transposed, both]);
        let whole = arena.trace(product);
        Some(arena.scale(&Coeff::ratio(-1, 2)?, whole))
    }

    /// The conditions in the variables themselves.
    pub(super) fn conditions(&self, arena: &mut Arena, rules: &[Condition]) -> Vec<Condition> {
        rules.iter().map(|condition| condition.with(self.restore(arena, condition.expr(), &[]))).collect()
    }
}

/// The expression with each of the differentials of a structured variable replaced by the projection of a differential that varies
/// freely: L∘P. The symbol whose differentials these are is the second of the pair, the variable itself where it has no structure.
pub(super) fn restricted(arena: &mut Arena, expr: ExprId, wrt: SymbolId, slots: &[u32]) -> (ExprId, SymbolId) {
    let Some(free) = free_symbol(arena, wrt) else { return (expr, wrt) };
    let mut map = FxHashMap::default();
    for slot in slots {
        let target = arena.differential(wrt, *slot);
        let direction = arena.differential(free, *slot);
        let projected = linear::project(arena, direction, wrt, Convention::Projected);
        map.insert(target, projected);
    }
    (arena.rewrite(expr, &mut map), free)
}

/// A symbol like a structured variable that is any matrix.
fn free_symbol(arena: &mut Arena, wrt: SymbolId) -> Option<SymbolId> {
    let symbol = arena.symbol(wrt);
    let is_free = symbol.structure == Structure::General || !symbol.shape.is_matrix();
    (!is_free).then(|| arena.stand_in(StandIn::Free(wrt)))
}

/// A linear map of the variable's differential, continued to all matrices.
pub(super) struct Extended {
    /// The map as it is written where it respects the space of the variable, −X⁻¹⊗X⁻¹ for a symmetric X, and otherwise `projected`.
    pub(super) shown: ExprId,
    /// The map of the projection.
    pub(super) projected: ExprId,
    /// The symbol in whose differential both are linear.
    pub(super) free: SymbolId,
}

/// Continues a map to all matrices; of a Hessian (`hessian`) the output's axes are the variable's too.
///
/// Respecting a space of symmetric or skew-symmetric matrices is L(Zᵀ) = L(Z)ᵀ and, for a Hessian, being its own adjoint
/// on all matrices, so that its matrix is symmetric.
pub(super) fn extended(arena: &mut Arena, expr: ExprId, wrt: SymbolId, slot: u32, hessian: bool) -> Extended {
    let (projected, free) = restricted(arena, expr, wrt, &[slot]);
    if free == wrt {
        return Extended { shown: expr, projected, free };
    }
    let target = arena.differential(wrt, slot);
    let direction = arena.differential(free, slot);
    let mut map = FxHashMap::default();
    map.insert(target, direction);
    let plain = arena.rewrite(expr, &mut map);
    let shown = if respects(arena, plain, wrt, free, slot, hessian) { plain } else { projected };
    Extended { shown, projected, free }
}

fn respects(arena: &mut Arena, plain: ExprId, wrt: SymbolId, free: SymbolId, slot: u32, hessian: bool) -> bool {
    match arena.symbol(wrt).structure {
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite | Structure::Skew => {}
        Structure::General => return true,
        Structure::Diagonal | Structure::Lower | Structure::Upper | Structure::Orthogonal => return false,
    }
    if arena.shape(plain) != arena.symbol(wrt).shape {
        return false;
    }
    let direction = arena.differential(free, slot);
    let wanted = simplify(arena, plain);
    let transposed = arena.transpose(direction);
    let mut map = FxHashMap::default();
    map.insert(direction, transposed);
    let other = arena.rewrite(plain, &mut map);
    let other = arena.transpose(other);
    if simplify(arena, other) != wanted {
        return false;
    }
    if !hessian {
        return true;
    }
    match linear::pull_back(arena, plain, direction, free, slot) {
        Ok(adjoint) => simplify(arena, adjoint) == wanted,
        Err(_) => false,
    }
}
