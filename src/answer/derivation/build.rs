//! The derivation of each kind of answer.

use rustc_hash::FxHashMap;

use super::unfold::unfold;
use super::{Derivation, Line, Quantity, Reason, Right};
use crate::answer::identities::{of_rewriting, of_simplifying};
use crate::answer::refusal::{not_differentiable, not_linear};
use crate::answer::{self, AlongKind, Answer, Derivative, Target, Views};
use crate::check::{self, CheckOptions, Moving};
use crate::differential::NotDifferentiable;
use crate::expr::{Arena, ExprId, Node, StandIn, SymbolId};
use crate::linear::{self, Convention};
use crate::problem::{Problem, Report};
use crate::render::{Format, render};
use crate::simplify::simplify;
use crate::structure::Structure;

/// From this derivative on a scalar's derivation states the derivatives without their rules.
const MAX_WRITTEN_ORDER: u32 = 4;
/// A line is checked at this many points, in one direction each.
const POINTS: usize = 2;

/// Names for what is differentiated, the first that is free.
const NAMES: [&str; 6] = ["f", "F", "g", "h", "φ", "L"];

struct Builder<'a> {
    problem: &'a mut Problem,
    options: Option<CheckOptions>,
    derivation: Derivation,
    wrt: Vec<SymbolId>,
    slot: u32,
    moving: Moving,
    /// The line before, as a function of the variable whose derivative it is.
    before: Option<ExprId>,
}

impl<'a> Builder<'a> {
    fn new(problem: &'a mut Problem, wrt: &[SymbolId], slot: u32, options: Option<&CheckOptions>) -> Self {
        let taken: Vec<&str> =
            problem.symbols.iter().map(|symbol| problem.arena.symbol(*symbol).name.as_str()).collect();
        let matrix = problem.arena.shape(problem.normal[0]).is_matrix();
        let mut names: Vec<&'static str> = NAMES.to_vec();
        if matrix {
            names.swap(0, 1);
        }
        let name = names.into_iter().find(|name| !taken.contains(name)).unwrap_or("f");
        let mut builder = Self {
            problem,
            options: options.map(|options| CheckOptions { points: POINTS, directions: 1, ..options.clone() }),
            derivation: Derivation { lines: Vec::new(), slots: Vec::new(), name },
            wrt: Vec::new(),
            slot,
            moving: Moving::default(),
            before: None,
        };
        builder.differentiate_by(wrt, slot);
        builder
    }

    /// What the next lines are differentials in.
    fn differentiate_by(&mut self, wrt: &[SymbolId], slot: u32) {
        self.slot = slot;
        self.wrt = wrt.to_vec();
        self.moving.variables.clear();
        for variable in wrt {
            let held = self.problem.arena.stand_in(StandIn::Held(*variable));
            self.moving.variables.push((*variable, held));
        }
    }

    fn arena(&mut self) -> &mut Arena {
        &mut self.problem.arena
    }

    fn refused(&self, error: &NotDifferentiable) -> Report {
        not_differentiable(self.problem, error.reason)
    }

    fn state(&mut self, left: Quantity, right: Right, reason: Reason) {
        self.derivation.lines.push(Line { left, right, reason, certificate: None });
        self.derivation.slots.push(self.slot);
    }

    /// What is differentiated: as it was written, and in normal form where that looks different. Every line that follows is
    /// checked against the one before, the first against the input as it was written.
    fn value(&mut self) {
        let (raw, normal) = (self.problem.raw[0], self.problem.normal[0]);
        let text = |id| render(&self.problem.arena, id, Format::Unicode, &self.problem.style);
        let symbols = |id| {
            let mut symbols: Vec<char> = text(id).chars().collect();
            symbols.sort_unstable();
            symbols
        };
        // The same symbols in another order need no line of their own.
        let rewritten = symbols(raw) != symbols(normal);
        self.state(Quantity::Value, Right::Expr(raw), Reason::Start);
        if rewritten {
            self.before = Some(raw);
            let by = of_rewriting(self.arena(), raw);
            self.push_as(Quantity::Value, Right::Expr(normal), Reason::Rewrite(by), normal);
        }
    }

    /// Adds a line that is a differential, checked against the one before.
    fn push(&mut self, left: Quantity, right: Right, reason: Reason) {
        let function = match right {
            Right::Expr(expr) => self.as_function(expr),
            Right::Inner(gradient, of) => {
                let (gradient, of) = (self.as_function(gradient), self.as_function(of));
                self.arena().written_inner(gradient, of)
            }
        };
        self.push_as(left, right, reason, function);
    }

    fn push_as(&mut self, left: Quantity, right: Right, reason: Reason, function: ExprId) {
        if self.derivation.lines.last().is_some_and(|last| last.left == left && self.looks_the_same(last.right, right))
        {
            return;
        }
        let before = self.before.replace(function);
        let certificate = match (&self.options, before) {
            (Some(options), Some(before)) => {
                Some(check::check_same_derivative(&self.problem.arena, before, function, &self.moving, options))
            }
            _ => None,
        };
        self.derivation.lines.push(Line { left, right, reason, certificate });
        self.derivation.slots.push(self.slot);
    }

    fn looks_the_same(&self, one: Right, other: Right) -> bool {
        let text = |id| render(&self.problem.arena, id, Format::Unicode, &self.problem.style);
        match (one, other) {
            (Right::Expr(one), Right::Expr(other)) => one == other || text(one) == text(other),
            (one, other) => one == other,
        }
    }

    /// The function of the variable whose derivative is the line: the variable held but in its differentials.
    fn as_function(&mut self, line: ExprId) -> ExprId {
        let mut map = FxHashMap::default();
        let slot = self.slot;
        for (variable, held) in self.moving.variables.clone() {
            let arena = self.arena();
            let (moves, stays) = (arena.symbol_expr(variable), arena.symbol_expr(held));
            let differential = arena.differential(variable, slot);
            map.insert(moves, stays);
            map.insert(differential, moves);
        }
        for id in self.arena().post_order(line) {
            if let Node::Pending(inner, of) = *self.arena().node(id)
                && of == slot
            {
                map.insert(id, inner);
            }
        }
        self.arena().rewrite(line, &mut map)
    }

    /// The lines from d(root) to the finished differential, which is returned.
    fn unfold(&mut self, left: Quantity, root: ExprId) -> Result<ExprId, Report> {
        let input = root == self.problem.normal[0];
        self.before = Some(if input { self.problem.raw[0] } else { root });
        self.moving.reference = Some(root);
        let (wrt, slot) = (self.wrt.clone(), self.slot);
        let lines = unfold(self.arena(), root, &wrt, slot).map_err(|error| self.refused(&error))?;
        let mut last = root;
        for (line, reason) in lines {
            self.push(left, Right::Expr(line), reason);
            last = line;
        }
        Ok(last)
    }

    /// From a finished differential to the gradient of a scalar.
    fn collect(&mut self, left: Quantity, differential: ExprId, gradient: ExprId) -> Result<(), Report> {
        let (wrt, slot) = (self.wrt[0], self.slot);
        let dx = self.arena().differential(wrt, slot);
        let whole = linear::gradient(self.arena(), differential, wrt, slot).map_err(|_| not_linear(self.problem))?;
        let (mut from, mut shown) = (whole, self.paired(whole, dx));
        self.push(left, shown, Reason::Collect);
        let structure = self.arena().symbol(wrt).structure;
        if structure != Structure::General {
            let projected = linear::project(self.arena(), whole, wrt, Convention::Projected);
            let next = self.paired(projected, dx);
            if next != shown {
                (from, shown) = (projected, next);
                self.push(left, shown, Reason::Project(structure));
            }
        }
        let next = self.paired(gradient, dx);
        if next != shown {
            let by = of_simplifying(self.arena(), from, gradient);
            self.push(left, next, Reason::Simplify(by));
        }
        Ok(())
    }

    /// ⟨G, dX⟩, of scalars G dt.
    fn paired(&mut self, gradient: ExprId, dx: ExprId) -> Right {
        if self.arena().shape(dx).is_scalar() {
            return Right::Expr(times(self.arena(), gradient, dx));
        }
        Right::Inner(gradient, dx)
    }

    fn gradient(&mut self, gradient: ExprId) -> Result<(), Report> {
        let root = self.problem.normal[0];
        let wrt = self.wrt[0];
        self.value();
        let df = self.unfold(Quantity::Differential(1), root)?;
        self.collect(Quantity::Differential(1), df, gradient)?;
        let scalar = self.arena().symbol(wrt).shape.is_scalar();
        let left = if scalar { Quantity::Derivative(1) } else { Quantity::Gradient(wrt) };
        self.state(left, Right::Expr(gradient), Reason::Identify);
        Ok(())
    }

    /// From a finished differential of any shape to its matrix.
    fn read_off(&mut self, differential: ExprId, views: &Views, names: &MatrixNames) -> Result<(), Report> {
        let (wrt, slot) = (self.wrt[0], self.slot);
        let dx = self.arena().differential(wrt, slot);
        if let Some(matrix) = views.matrix {
            let whole = linear::matrix(self.arena(), differential, wrt, slot).map_err(|_| not_linear(self.problem))?;
            let mut shown = Right::Expr(times(self.arena(), whole, dx));
            self.push(names.differential, shown, Reason::Collect);
            let next = Right::Expr(times(self.arena(), matrix, dx));
            if next != shown {
                shown = next;
                let by = of_simplifying(self.arena(), whole, matrix);
                self.push(names.differential, shown, Reason::Simplify(by));
            }
            self.state(names.matrix, Right::Expr(matrix), Reason::Identify);
            return Ok(());
        }
        if let Some((direction, operator)) = views.operator {
            let symbol = self.arena().symbol_expr(direction);
            let mut map = FxHashMap::default();
            map.insert(symbol, dx);
            let along = self.arena().rewrite(operator, &mut map);
            if along != differential {
                let by = of_simplifying(self.arena(), differential, along);
                self.push(names.differential, Right::Expr(along), Reason::Simplify(by));
            }
        }
        if let Some(matrix) = views.kron {
            let column = self.arena().vec(dx);
            let right = Right::Expr(times(self.arena(), matrix, column));
            if let Some(before) = self.before {
                let before = self.arena().vec(before);
                self.before = Some(before);
            }
            self.push(names.vec, right, Reason::Vectorize);
            self.state(names.matrix, Right::Expr(matrix), Reason::Identify);
        }
        Ok(())
    }
}

struct MatrixNames {
    differential: Quantity,
    vec: Quantity,
    matrix: Quantity,
}

/// A product as it stands, in which M dx is not worked out.
fn times(arena: &mut Arena, left: ExprId, right: ExprId) -> ExprId {
    if arena.shape(left).is_scalar() || arena.shape(right).is_scalar() {
        return arena.mul(&[left, right]);
    }
    if matches!(arena.node(left), Node::Identity(_)) {
        return right;
    }
    arena.intern(Node::Product(Box::new([left, right])))
}

/// The derivation of an answer; `None` where nothing is differentiated.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn of_answer(
    problem: &mut Problem,
    target: Target,
    answer: &Answer,
    options: Option<&CheckOptions>,
) -> Result<Option<Derivation>, Report> {
    match target {
        Target::Simplest => Ok(None),
        Target::Gradient { place, convention } => gradient(problem, place, convention, answer, options).map(Some),
        Target::Differential { order } => differential(problem, order, answer, options).map(Some),
        Target::ScalarDerivative { order } => scalar_derivative(problem, order, answer, options).map(Some),
        Target::Product(kind) => along(problem, kind, answer, options).map(Some),
        Target::Taylor { order } => taylor(problem, order, answer, options).map(Some),
    }
}

/// The derivation of a derivative that is shown in views.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn of_views(
    problem: &mut Problem,
    derivative: Derivative,
    views: &Views,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    match derivative {
        Derivative::Jacobian { place } => jacobian(problem, place, views, options),
        Derivative::Hessian { rows, cols } => hessian(problem, rows, cols, views, options),
    }
}

/// The derivation of a gradient: of the first expression, a scalar, in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn gradient(
    problem: &mut Problem,
    place: usize,
    convention: Convention,
    answer: &Answer,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[place];
    let projected = match convention {
        Convention::Projected => answer.expr,
        Convention::Vech => answer::gradient(problem, place, Convention::Projected, None)?.expr,
    };
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    builder.gradient(projected)?;
    if convention == Convention::Vech {
        builder.state(Quantity::HalfGradient(wrt), Right::Expr(answer.expr), Reason::HalfVectorize);
    }
    Ok(builder.derivation)
}

/// The derivation of a differential of any order, in all variables at once.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn differential(
    problem: &mut Problem,
    order: u32,
    answer: &Answer,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt.clone();
    let mut builder = Builder::new(problem, &wrt, u32::from(order > 1), options);
    let last = builder.differentials(order)?;
    if last != answer.expr {
        let by = of_simplifying(builder.arena(), last, answer.expr);
        builder.push(Quantity::Differential(order), Right::Expr(answer.expr), Reason::Simplify(by));
    }
    Ok(builder.derivation)
}

impl Builder<'_> {
    /// f, df, …, dᵏf; the last is returned.
    fn differentials(&mut self, order: u32) -> Result<ExprId, Report> {
        let mut root = self.problem.normal[0];
        self.value();
        let wrt = self.wrt.clone();
        for k in 1..=order {
            if k > 1 {
                let constant = wrt.iter().map(|symbol| (*symbol, k - 1));
                self.moving.directions.extend(constant);
                self.differentiate_by(&wrt, k);
                let simple = simplify(self.arena(), root);
                if simple != root {
                    let by = of_simplifying(self.arena(), root, simple);
                    root = simple;
                    self.state(Quantity::Differential(k - 1), Right::Expr(root), Reason::Simplify(by));
                }
            }
            root = self.unfold(Quantity::Differential(k), root)?;
        }
        Ok(root)
    }
}

/// The derivation of a Jacobian: of the first expression in the variable at that place.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn jacobian(
    problem: &mut Problem,
    place: usize,
    views: &Views,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[place];
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    let root = builder.problem.normal[0];
    builder.value();
    let differential = builder.unfold(Quantity::Differential(1), root)?;
    let names = MatrixNames {
        differential: Quantity::Differential(1),
        vec: Quantity::VecDifferential,
        matrix: Quantity::Jacobian(wrt),
    };
    builder.read_off(differential, views, &names)?;
    Ok(builder.derivation)
}

/// The derivation of a Hessian, or of the mixed block of two variables: the gradient in the first, and its differential in the second.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn hessian(
    problem: &mut Problem,
    rows: usize,
    cols: usize,
    views: &Views,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let (row, col) = (problem.wrt[rows], problem.wrt[cols]);
    let gradient = answer::gradient(problem, rows, Convention::Projected, None)?.expr;
    let mut builder = Builder::new(problem, &[row], 0, options);
    builder.gradient(gradient)?;
    builder.differentiate_by(&[col], 0);
    let differential = builder.unfold(Quantity::OfGradient(row), gradient)?;
    let names = MatrixNames {
        differential: Quantity::OfGradient(row),
        vec: Quantity::VecOfGradient(row),
        matrix: Quantity::Hessian(row, col),
    };
    builder.read_off(differential, views, &names)?;
    Ok(builder.derivation)
}

/// The derivation of the k-th derivative of the first expression in a scalar variable.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn scalar_derivative(
    problem: &mut Problem,
    order: u32,
    answer: &Answer,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[0];
    let mut derivatives = vec![problem.normal[0]];
    for k in 1..order {
        derivatives.push(answer::scalar_derivative(problem, k, None)?.expr);
    }
    derivatives.push(answer.expr);
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    builder.value();
    let dx = builder.arena().differential(wrt, 0);
    for (k, pair) in (0..).zip(derivatives.windows(2)) {
        let [from, to] = [pair[0], pair[1]];
        let left = if k == 0 { Quantity::Differential(1) } else { Quantity::OfDerivative(k) };
        let right = Right::Expr(times(builder.arena(), to, dx));
        if k < MAX_WRITTEN_ORDER {
            let last = builder.unfold(left, from)?;
            if right != Right::Expr(last) {
                let by = match right {
                    Right::Expr(shown) => of_simplifying(builder.arena(), last, shown),
                    Right::Inner(..) => Vec::new(),
                };
                builder.push(left, right, Reason::Simplify(by));
            }
            builder.state(Quantity::Derivative(k + 1), Right::Expr(to), Reason::Identify);
        } else {
            builder.before = Some(from);
            let function = builder.as_function(match right {
                Right::Expr(expr) | Right::Inner(expr, _) => expr,
            });
            builder.push_as(Quantity::Derivative(k + 1), Right::Expr(to), Reason::Simplify(Vec::new()), function);
        }
    }
    Ok(builder.derivation)
}

/// The derivation of J·v, Jᵀ·v or H·v along the second expression.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn along(
    problem: &mut Problem,
    kind: AlongKind,
    answer: &Answer,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[0];
    let direction = problem.normal[1];
    let gradient = match kind {
        AlongKind::Hvp => Some(answer::gradient(problem, 0, Convention::Projected, None)?.expr),
        AlongKind::Jvp | AlongKind::Vjp => None,
    };
    let mut builder = Builder::new(problem, &[wrt], 0, options);
    let root = builder.problem.normal[0];
    if let Some(gradient) = gradient {
        builder.gradient(gradient)?;
        builder.unfold(Quantity::OfGradient(wrt), gradient)?;
    } else {
        builder.value();
        builder.unfold(Quantity::Differential(1), root)?;
    }
    let dx = builder.arena().differential(wrt, 0);
    match kind {
        AlongKind::Jvp => {
            let reason = Reason::Direct(wrt, direction);
            builder.state(Quantity::JacobianTimes(direction), Right::Expr(answer.expr), reason);
        }
        AlongKind::Hvp => {
            let reason = Reason::Direct(wrt, direction);
            builder.state(Quantity::HessianTimes(direction), Right::Expr(answer.expr), reason);
        }
        AlongKind::Vjp => {
            if let Some(before) = builder.before {
                let paired = builder.arena().written_inner(direction, before);
                builder.before = Some(paired);
            }
            let right = builder.paired(answer.expr, dx);
            builder.push(Quantity::Paired(direction), right, Reason::Collect);
            builder.state(Quantity::TransposedTimes(direction), Right::Expr(answer.expr), Reason::Identify);
        }
    }
    Ok(builder.derivation)
}

/// The derivation of a Taylor polynomial: the differentials up to its order.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn taylor(
    problem: &mut Problem,
    order: u32,
    answer: &Answer,
    options: Option<&CheckOptions>,
) -> Result<Derivation, Report> {
    let wrt = problem.wrt[0];
    let mut builder = Builder::new(problem, &[wrt], 1, options);
    builder.differentials(order)?;
    builder.state(Quantity::Taylor(wrt), Right::Expr(answer.expr), Reason::Join);
    Ok(builder.derivation)
}
