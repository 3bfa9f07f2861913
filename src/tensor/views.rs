//! Jacobians and Hessians in all their views.

use rustc_hash::FxHashMap;

use super::direction::{Ambient, Extended, along, direction, extended};
use super::{Views, best_form, reason};
use crate::check::{self, Certificate, CheckOptions};
use crate::differential::differentiate;
use crate::domain::{Condition, conditions, conditions_through};
use crate::expr::{Arena, ExprId, Node, Shape, SymbolId};
use crate::linear::{self, Convention};
use crate::session::{Answer, Problem, Report, not_linear};
use crate::simplify::{cost, expand, simplify};

/// The Jacobian of the first expression, of any shape, in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn jacobian(problem: &mut Problem, place: usize, options: Option<&CheckOptions>) -> Result<Views, Report> {
    let wrt = problem.wrt[place];
    let root = problem.normal[0];
    let found = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
    let mut views = views(problem, found.expr, wrt, 0, false)?;
    let arena = &mut problem.arena;
    let main = views.matrix.or(views.kron).unwrap_or(found.expr);
    views.conditions = conditions(arena, problem.raw[0], main, &found.conditions);
    if let Some(options) = options {
        let answer = apply_matrix(arena, main, wrt, 0, arena.shape(root));
        let mut certificate = check::check_differential(arena, problem.raw[0], &[&[(wrt, 0)]], answer, options);
        if let (true, Some((direction, operator))) = (certificate.passed(), views.operator) {
            let operator = along(arena, operator, direction, wrt, 0);
            certificate = check::check_differential(arena, problem.raw[0], &[&[(wrt, 0)]], operator, options);
        }
        views.certificate = Some(with_entries(arena, certificate, &views, arena.shape(root), wrt, options));
    }
    Ok(views)
}

/// The certificate, also of the entries: Σ Tᵢⱼₖₗ (eⱼ ⊗ eᵢ)(eₗ ⊗ eₖ)ᵀ against the matrix.
fn with_entries(
    arena: &mut Arena,
    certificate: Certificate,
    views: &Views,
    output: Shape,
    wrt: SymbolId,
    options: &CheckOptions,
) -> Certificate {
    let Some(matrix) = views.matrix.or(views.kron).filter(|_| certificate.passed()) else { return certificate };
    let whole = linear::assemble(arena, &views.index, &[output, arena.symbol(wrt).shape]);
    let equal = check::check_equal(arena, matrix, whole, options);
    if equal.passed() { certificate } else { equal }
}

/// The Hessian of the first expression, a scalar: the block of the variables at the two places, rows by the first.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn hessian(
    problem: &mut Problem,
    rows: usize,
    cols: usize,
    options: Option<&CheckOptions>,
) -> Result<Views, Report> {
    let (row, col) = (problem.wrt[rows], problem.wrt[cols]);
    let ambient = Ambient::new(problem);
    let (free_row, free_col) = (ambient.variable(row), ambient.variable(col));
    let first =
        differentiate(&mut problem.arena, ambient.root, free_row, 1).map_err(|error| reason(problem, &error))?;
    let gradient = linear::gradient(&mut problem.arena, first.expr, free_row, 1).map_err(|_| not_linear(problem))?;
    let gradient = simplify(&mut problem.arena, gradient);
    let second = differentiate(&mut problem.arena, gradient, free_col, 2).map_err(|error| reason(problem, &error))?;
    let form =
        differentiate(&mut problem.arena, first.expr, free_col, 2).map_err(|error| reason(problem, &error))?.expr;
    let arena = &mut problem.arena;
    let rules: Vec<Condition> = first.conditions.iter().chain(&second.conditions).copied().collect();
    let rules = ambient.conditions(arena, &rules);
    let form = ambient.restore(arena, form, &[1, 2]);
    let form = best_form(arena, form);
    // The axes of the row variable are those of its gradient.
    let second = ambient.restore(arena, second.expr, &[2]);
    let second = linear::project(arena, second, row, Convention::Projected);
    let mut views = views(problem, second, col, 2, row == col)?;
    let arena = &mut problem.arena;
    views.form = Some(form);
    let main = views.matrix.or(views.kron).unwrap_or(form);
    let gradient = ambient.restore(arena, gradient, &[1]);
    views.conditions = conditions_through(arena, problem.raw[0], &[gradient, main], &rules);
    if let Some(options) = options {
        let moves: [&[(SymbolId, u32)]; 2] = [&[(row, 1)], &[(col, 2)]];
        let mut certificate = check::check_differential(arena, problem.raw[0], &moves, form, options);
        let (operator, matrix) = (views.operator, views.matrix.or(views.kron));
        let left = arena.differential(row, 1);
        let mut candidates = Vec::new();
        if let Some(matrix) = matrix {
            candidates.push(apply_matrix(arena, matrix, col, 2, arena.shape(left)));
        }
        if let Some((direction, operator)) = operator {
            candidates.push(along(arena, operator, direction, col, 2));
        }
        for candidate in candidates {
            if certificate.passed() {
                let quadratic = arena.written_inner(left, candidate);
                certificate = check::check_differential(arena, problem.raw[0], &moves, quadratic, options);
            }
        }
        let output = arena.symbol(row).shape;
        views.certificate = Some(with_entries(arena, certificate, &views, output, col, options));
    }
    Ok(views)
}

/// What can be taken of a square matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The diagonal, as a vector.
    Diagonal,
    /// The trace.
    Trace,
}

/// The diagonal or the trace of a derivative's matrix, with a check of its own; `None` where the matrix is not square.
#[must_use]
pub fn part(problem: &mut Problem, views: &Views, part: Part, options: Option<&CheckOptions>) -> Option<Answer> {
    let arena = &mut problem.arena;
    let matrix = views.matrix.or(views.kron).filter(|matrix| arena.shape(*matrix).is_square())?;
    let (found, plain) = match part {
        Part::Diagonal => (arena.diag_part(matrix), arena.intern(Node::DiagPart(matrix))),
        Part::Trace => (arena.trace(matrix), arena.intern(Node::Trace(matrix))),
    };
    let expr = simplify(arena, found);
    let mut certificate = views.certificate.clone();
    if let (Some(options), Some(whole)) = (options, &certificate)
        && whole.passed()
    {
        let equal = check::check_equal(arena, plain, expr, options);
        if !equal.passed() {
            certificate = Some(equal);
        }
    }
    Some(Answer { expr, conditions: views.conditions.clone(), certificate })
}

/// The matrix of a derivative applied to a direction of the variable, the operator h ↦ Mh of vectors by vectors; with the direction.
/// `None` where the derivative is no matrix.
#[must_use]
pub fn applied(problem: &mut Problem, views: &Views, wrt: SymbolId) -> Option<(SymbolId, ExprId)> {
    let arena = &mut problem.arena;
    let matrix = views.matrix?;
    let direction = direction(arena, wrt);
    let symbol = arena.symbol_expr(direction);
    let product = arena.mul(&[matrix, symbol]);
    Some((direction, best_form(arena, product)))
}

/// All views of an expression that is linear in one differential; `hessian` where the output's axes are the variable's too.
fn views(
    problem: &mut Problem,
    differential: ExprId,
    wrt: SymbolId,
    slot: u32,
    hessian: bool,
) -> Result<Views, Report> {
    let arena = &mut problem.arena;
    let Extended { shown, projected, free } = extended(arena, differential, wrt, slot, hessian);
    // The matrix is read off the differential as the rules give it: diag(p) − ppᵀ, not diag(p)(I − 1pᵀ).
    let Ok(matrix) = linear::matrix(arena, shown, free, slot) else { return Err(not_linear(problem)) };
    let mut matrix = simplify(arena, matrix);
    if has_kron(arena, matrix) && !arena.shape(shown).is_matrix() && !arena.symbol(free).shape.is_matrix() {
        // M(dx xᵀ + x dxᵀ)Mx is read off its terms, from which scalars come out: no reader wants Kronecker products there.
        let expanded = expand(arena, shown);
        if let Ok(other) = linear::matrix(arena, expanded, free, slot) {
            let other = simplify(arena, other);
            if !has_kron(arena, other) || cost(arena, other) < cost(arena, matrix) {
                matrix = other;
            }
        }
    }
    let array = if projected == shown {
        matrix
    } else {
        let Ok(array) = linear::matrix(arena, projected, free, slot) else { return Err(not_linear(problem)) };
        simplify(arena, array)
    };
    let shown = simplify(arena, shown);
    let differential = simplify(arena, differential);
    let (out, of) = (arena.shape(differential), arena.symbol(wrt).shape);
    let index = shorter_entries(arena, shown, free, slot);
    let mut views = Views {
        matrix: None,
        operator: None,
        kron: None,
        array,
        index,
        form: None,
        conditions: Vec::new(),
        certificate: None,
    };
    if !out.is_matrix() && !of.is_matrix() {
        views.matrix = Some(matrix);
    } else {
        let direction = direction(arena, wrt);
        let symbol = arena.symbol_expr(direction);
        let target = arena.differential(wrt, slot);
        let mut map = FxHashMap::default();
        map.insert(target, symbol);
        let operator = arena.rewrite(differential, &mut map);
        views.operator = Some((direction, best_form(arena, operator)));
        views.kron = Some(matrix);
    }
    Ok(views)
}

fn has_kron(arena: &Arena, id: ExprId) -> bool {
    arena.post_order(id).iter().any(|id| matches!(arena.node(*id), Node::Kron(..)))
}

/// The entries of the map as it is written or multiplied out, (A(E + Eᵀ))ᵢⱼ or its two products: the shorter.
fn shorter_entries(arena: &mut Arena, map: ExprId, free: SymbolId, slot: u32) -> linear::Entries {
    let mut plain = linear::entries(arena, map, &[(free, slot)]);
    plain.expr = simplify(arena, plain.expr);
    let expanded = expand(arena, map);
    if expanded == map {
        return plain;
    }
    let mut expanded = linear::entries(arena, expanded, &[(free, slot)]);
    expanded.expr = simplify(arena, expanded.expr);
    if cost(arena, expanded.expr) < cost(arena, plain.expr) { expanded } else { plain }
}

/// unvec(M vec(dX)) in the given shape.
fn apply_matrix(arena: &mut Arena, matrix: ExprId, wrt: SymbolId, slot: u32, shape: Shape) -> ExprId {
    let target = arena.differential(wrt, slot);
    let column = arena.vec(target);
    // As it is: the check is to see the matrix that is printed, not what the normal form makes of the product.
    let product = if arena.shape(matrix).is_scalar() || arena.shape(column).is_scalar() {
        arena.mul(&[matrix, column])
    } else {
        arena.intern(Node::Product(Box::new([matrix, column])))
    };
    if shape.is_matrix() { arena.intern(Node::Unvec(product, shape)) } else { arena.unvec(product, shape) }
}
