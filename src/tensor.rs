//! Derivatives that may be no matrix: Jacobians, Hessians, differentials of first and second order, products with a direction.
//!
//! Each is found from one linear expression in differentials and shown in the views that it has: as a matrix, as a linear
//! operator, by its Kronecker matrix, in index notation, as a quadratic form.

use rustc_hash::FxHashMap;

use crate::check::{self, Certificate, CheckOptions};
use crate::differential::{Condition, NotDifferentiable, conditions, differentiate};
use crate::expr::{Arena, ExprId, Node, Shape, Structure, Symbol, SymbolId, SymbolKind};
use crate::linear::{self, Entries};
use crate::session::{Answer, Problem, Report, not_differentiable};
use crate::simplify::{cost, expand, simplify};

/// A derivative in all its views.
#[derive(Clone, Debug)]
pub struct Views {
    /// The matrix, where the value and the variables are vectors or scalars: output rows by variable columns.
    pub matrix: Option<ExprId>,
    /// L(H) with the direction H as a symbol of its own, where there is no matrix.
    pub operator: Option<(SymbolId, ExprId)>,
    /// M with vec(dF) = M vec(dX), where there is no matrix.
    pub kron: Option<ExprId>,
    /// The entries.
    pub index: Entries,
    /// Of a Hessian d²f in dX₁ and dX₂.
    pub form: Option<ExprId>,
    /// Conditions under which it holds.
    pub conditions: Vec<Condition>,
    /// The outcome of the numeric check; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

/// Names for a direction, the first that is free.
const DIRECTIONS: [&str; 8] = ["H", "Z", "E", "V", "D", "U", "W", "Y"];

fn reason(problem: &Problem, error: &NotDifferentiable) -> Report {
    not_differentiable(problem, error.reason)
}

fn linear_bug(problem: &Problem) -> Report {
    not_differentiable(problem, "its differential is not linear, which is a bug in this program")
}

/// The differential of the first expression in all variables, simplified: one for each, in slot 0, or of second order in slots 1 and 2.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn differential(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Answer, Report> {
    let mut root = problem.normal[0];
    let mut rules = Vec::new();
    let slots: Vec<u32> = if order == 1 { vec![0] } else { (1..=order).collect() };
    for slot in &slots {
        let shape = problem.arena.shape(root);
        let mut parts = Vec::new();
        for wrt in problem.wrt.clone() {
            let differential =
                differentiate(&mut problem.arena, root, wrt, *slot).map_err(|error| reason(problem, &error))?;
            rules.extend(differential.conditions);
            parts.push(differential.expr);
        }
        root = problem.arena.sum_of(&parts, shape);
    }
    let arena = &mut problem.arena;
    let expr = best_form(arena, root);
    let conditions = conditions(arena, problem.normal[0], expr, &rules);
    let moves: Vec<Vec<(SymbolId, u32)>> =
        slots.iter().map(|slot| problem.wrt.iter().map(|wrt| (*wrt, *slot)).collect()).collect();
    let moves: Vec<&[(SymbolId, u32)]> = moves.iter().map(Vec::as_slice).collect();
    let certificate = options.map(|options| check::check_differential(arena, problem.raw[0], &moves, expr, options));
    Ok(Answer { expr, conditions, certificate })
}

/// The shorter of the simplified form and the one multiplied out before.
fn best_form(arena: &mut Arena, root: ExprId) -> ExprId {
    let plain = simplify(arena, root);
    let expanded = expand(arena, root);
    let expanded = simplify(arena, expanded);
    if cost(arena, expanded) < cost(arena, plain) { expanded } else { plain }
}

/// The Jacobian of the first expression, of any shape, in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn jacobian(problem: &mut Problem, place: usize, options: Option<&CheckOptions>) -> Result<Views, Report> {
    let wrt = problem.wrt[place];
    let root = problem.normal[0];
    let found = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
    let mut views = views(problem, found.expr, wrt, 0)?;
    let arena = &mut problem.arena;
    let main = views.matrix.or(views.kron).unwrap_or(found.expr);
    views.conditions = conditions(arena, root, main, &found.conditions);
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
    let root = problem.normal[0];
    let first = differentiate(&mut problem.arena, root, row, 1).map_err(|error| reason(problem, &error))?;
    let gradient = linear::gradient(&mut problem.arena, first.expr, row, 1).map_err(|_| linear_bug(problem))?;
    // The gradient among orthogonal matrices turns with the point, and its derivative is not the Hessian.
    let gradient = match problem.arena.symbol(row).structure {
        Structure::Orthogonal => gradient,
        _ => linear::project(&mut problem.arena, gradient, row, linear::Convention::Projected),
    };
    let gradient = simplify(&mut problem.arena, gradient);
    let second = differentiate(&mut problem.arena, gradient, col, 2).map_err(|error| reason(problem, &error))?;
    let mut views = views(problem, second.expr, col, 2)?;
    let arena = &mut problem.arena;
    let form = match differentiate(arena, first.expr, col, 2) {
        Ok(form) => best_form(arena, form.expr),
        Err(error) => return Err(reason(problem, &error)),
    };
    views.form = Some(form);
    let main = views.matrix.or(views.kron).unwrap_or(form);
    let rules: Vec<Condition> = first.conditions.iter().chain(&second.conditions).copied().collect();
    views.conditions = conditions(arena, root, main, &rules);
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
                let product = arena.hadamard(left, candidate);
                let quadratic = arena.total(product);
                certificate = check::check_differential(arena, problem.raw[0], &moves, quadratic, options);
            }
        }
        let output = arena.symbol(row).shape;
        views.certificate = Some(with_entries(arena, certificate, &views, output, col, options));
    }
    Ok(views)
}

/// All views of an expression that is linear in one differential.
fn views(problem: &mut Problem, differential: ExprId, wrt: SymbolId, slot: u32) -> Result<Views, Report> {
    let arena = &mut problem.arena;
    // The matrix is read off the differential as the rules give it: diag(p) − ppᵀ, not diag(p)(I − 1pᵀ).
    let Ok(matrix) = linear::matrix(arena, differential, wrt, slot) else { return Err(linear_bug(problem)) };
    let matrix = simplify(arena, matrix);
    let differential = simplify(arena, differential);
    let (out, of) = (arena.shape(differential), arena.symbol(wrt).shape);
    let mut index = linear::entries(arena, differential, &[(wrt, slot)]);
    index.expr = simplify(arena, index.expr);
    let plain = !out.is_matrix() && !of.is_matrix();
    let mut views = Views {
        matrix: None,
        operator: None,
        kron: None,
        index,
        form: None,
        conditions: Vec::new(),
        certificate: None,
    };
    if plain {
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

/// A new symbol in the space of the variable.
fn direction(arena: &mut Arena, wrt: SymbolId) -> SymbolId {
    let taken: Vec<String> =
        arena.symbols().map(|(_, symbol)| symbol.name.clone()).chain(arena.size_names().iter().cloned()).collect();
    let shape = arena.symbol(wrt).shape;
    let lower = |name: &str| if shape.is_matrix() { name.to_owned() } else { name.to_lowercase() };
    let name = DIRECTIONS
        .iter()
        .map(|name| lower(name))
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| "H_1".to_owned());
    let structure = arena.symbol(wrt).structure;
    // Directions of the orthogonal matrices are tangent vectors, of the definite ones symmetric matrices.
    let structure = match structure {
        Structure::PositiveDefinite | Structure::PositiveSemidefinite => Structure::Symmetric,
        Structure::Orthogonal => Structure::General,
        Structure::General
        | Structure::Symmetric
        | Structure::Skew
        | Structure::Diagonal
        | Structure::Lower
        | Structure::Upper => structure,
    };
    arena.add_symbol(Symbol { name, shape, kind: SymbolKind::Plain, structure, declared: false })
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

/// The expression with a direction's symbol replaced by the differential.
fn along(arena: &mut Arena, expr: ExprId, direction: SymbolId, wrt: SymbolId, slot: u32) -> ExprId {
    let symbol = arena.symbol_expr(direction);
    let target = arena.differential(wrt, slot);
    let mut map = FxHashMap::default();
    map.insert(symbol, target);
    arena.rewrite(expr, &mut map)
}

/// The k-th derivative of the first expression in a scalar variable.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn scalar_derivative(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Answer, Report> {
    let wrt = problem.wrt[0];
    let mut root = problem.normal[0];
    let mut before = root;
    let mut rules = Vec::new();
    for _ in 0..order {
        before = root;
        let differential = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
        rules.extend(differential.conditions);
        let arena = &mut problem.arena;
        // The derivative in a scalar is the differential with dt = 1.
        let target = arena.differential(wrt, 0);
        let one = arena.one();
        let mut map = FxHashMap::default();
        map.insert(target, one);
        root = arena.rewrite(differential.expr, &mut map);
        root = expand(arena, root);
    }
    let arena = &mut problem.arena;
    let expr = best_form(arena, root);
    let conditions = conditions(arena, problem.normal[0], expr, &rules);
    let certificate = options.map(|options| {
        let target = arena.differential(wrt, 0);
        if order <= 2 {
            let slots: Vec<u32> = if order == 1 { vec![0] } else { vec![1, 2] };
            let mut factors = vec![expr];
            factors.extend(slots.iter().map(|slot| arena.differential(wrt, *slot)));
            let answer = arena.mul(&factors);
            let moves: Vec<Vec<(SymbolId, u32)>> = slots.iter().map(|slot| vec![(wrt, *slot)]).collect();
            let moves: Vec<&[(SymbolId, u32)]> = moves.iter().map(Vec::as_slice).collect();
            check::check_differential(arena, problem.raw[0], &moves, answer, options)
        } else {
            // One order at a time: this derivative against the one before, which was checked in the same way.
            let answer = arena.mul(&[expr, target]);
            check::check_differential(arena, before, &[&[(wrt, 0)]], answer, options)
        }
    });
    Ok(Answer { expr, conditions, certificate })
}

/// The product of a derivative with a direction, which never builds the derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlongKind {
    /// J·v: the differential of F along v, which has the shape of the variable.
    Jvp,
    /// Jᵀ·v: the gradient of ⟨v, F⟩; v has the shape of F.
    Vjp,
    /// H·v: the differential of ∇f along v, which has the shape of the variable.
    Hvp,
}

/// J·v, Jᵀ·v or H·v of the first expression in the first variable, along the second expression.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn product_along(problem: &mut Problem, kind: AlongKind, options: Option<&CheckOptions>) -> Result<Answer, Report> {
    let wrt = problem.wrt[0];
    let (root, direction) = (problem.normal[0], problem.normal[1]);
    let mut rules = Vec::new();
    let found = differentiate(&mut problem.arena, root, wrt, 1).map_err(|error| reason(problem, &error))?;
    rules.extend(found.conditions);
    let target_slot = if kind == AlongKind::Hvp { 2 } else { 1 };
    // The linear expression whose differential is replaced by the direction.
    let linear_part = match kind {
        AlongKind::Jvp => found.expr,
        AlongKind::Vjp => {
            linear::pull_back(&mut problem.arena, found.expr, direction, wrt, 1).map_err(|_| linear_bug(problem))?
        }
        AlongKind::Hvp => {
            let gradient = linear::gradient(&mut problem.arena, found.expr, wrt, 1).map_err(|_| linear_bug(problem))?;
            let gradient = simplify(&mut problem.arena, gradient);
            let second =
                differentiate(&mut problem.arena, gradient, wrt, 2).map_err(|error| reason(problem, &error))?;
            rules.extend(second.conditions);
            second.expr
        }
    };
    let arena = &mut problem.arena;
    let target = arena.differential(wrt, target_slot);
    let mut map = FxHashMap::default();
    map.insert(target, direction);
    let expr = arena.rewrite(linear_part, &mut map);
    let expr = best_form(arena, expr);
    let conditions = conditions(arena, root, expr, &rules);
    let certificate = options.map(|options| match kind {
        AlongKind::Vjp => {
            // ⟨v, F⟩ as it was written.
            let one = arena.one();
            let (raw, raw_direction) = (problem.raw[0], problem.raw[1]);
            let product = arena.intern(Node::Hadamard(Box::new([(raw_direction, one), (raw, one)])));
            let inner = arena.intern(Node::Reduce(crate::expr::Reduction::Sum, product));
            check::check_gradient(arena, inner, wrt, expr, options)
        }
        AlongKind::Jvp | AlongKind::Hvp => {
            let slots: &[u32] = if kind == AlongKind::Jvp { &[1] } else { &[1, 2] };
            let moves: Vec<Vec<(SymbolId, u32)>> = slots.iter().map(|slot| vec![(wrt, *slot)]).collect();
            let moves: Vec<&[(SymbolId, u32)]> = moves.iter().map(Vec::as_slice).collect();
            let paired = |arena: &mut Arena, value: ExprId| {
                if kind == AlongKind::Jvp {
                    return value;
                }
                let left = arena.differential(wrt, 1);
                let product = arena.hadamard(left, value);
                arena.total(product)
            };
            let whole = paired(arena, linear_part);
            let mut certificate = check::check_differential(arena, problem.raw[0], &moves, whole, options);
            if certificate.passed() {
                // The printed product against the checked linear expression at the direction.
                let mut map = FxHashMap::default();
                map.insert(target, direction);
                let unsimplified = arena.rewrite(linear_part, &mut map);
                let equal = check::check_equal(arena, unsimplified, expr, options);
                if !equal.passed() {
                    certificate = equal;
                }
            }
            certificate
        }
    });
    Ok(Answer { expr, conditions, certificate })
}

/// The Taylor polynomial of the first expression, a scalar, of that order at the variable, in the step `dX`.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn taylor(problem: &mut Problem, order: u32, options: Option<&CheckOptions>) -> Result<Answer, Report> {
    let wrt = problem.wrt[0];
    let mut rules = Vec::new();
    let mut root = problem.normal[0];
    let shape = problem.arena.shape(root);
    let mut terms = vec![(crate::expr::Coeff::ONE, root)];
    let mut factorial = crate::expr::Coeff::ONE;
    for k in 1..=order {
        let found = differentiate(&mut problem.arena, root, wrt, 0).map_err(|error| reason(problem, &error))?;
        rules.extend(found.conditions);
        root = found.expr;
        factorial = factorial.mul(&crate::expr::Coeff::integer(i64::from(k)));
        let arena = &mut problem.arena;
        let term = best_form(arena, root);
        terms.push((factorial.recip().unwrap_or(crate::expr::Coeff::ONE), term));
    }
    let arena = &mut problem.arena;
    let expr = arena.add_terms(terms, shape);
    let conditions = conditions(arena, problem.normal[0], expr, &rules);
    // The terms are differentials; the first two orders are checked as such.
    let certificate = match options {
        Some(options) => Some(differential(problem, order.clamp(1, 2), Some(options))?.certificate).flatten(),
        None => None,
    };
    Ok(Answer { expr, conditions, certificate })
}
