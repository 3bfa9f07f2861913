//! The lines of a derivation as they are added, each checked against the one before.

use rustc_hash::FxHashMap;

use super::unfold::unfold;
use super::{Derivation, Line, Quantity, Reason, Right};
use crate::answer::Views;
use crate::answer::identities::{of_rewriting, of_simplifying};
use crate::answer::refusal::{not_differentiable, not_linear};
use crate::check::{self, CheckOptions, Moving};
use crate::differential::NotDifferentiable;
use crate::expr::{Arena, ExprId, Node, StandIn, SymbolId};
use crate::linear::{self, Convention};
use crate::problem::{Problem, Report};
use crate::render::{Format, looks_the_same, render};
use crate::simplify::simplify;
use crate::structure::Structure;

/// A line is checked at this many points, in one direction each.
const POINTS: usize = 2;

/// Names for what is differentiated, the first that is free.
const NAMES: [&str; 6] = ["f", "F", "g", "h", "φ", "L"];

pub(super) struct Builder<'a> {
    pub(super) problem: &'a mut Problem,
    options: Option<CheckOptions>,
    pub(super) derivation: Derivation,
    wrt: Vec<SymbolId>,
    slot: u32,
    moving: Moving,
    /// The line before, as a function of the variable whose derivative it is.
    pub(super) before: Option<ExprId>,
}

/// The function of the variables whose derivative is the line: `‖r₀‖·‖r‖`, where r₀ is held, for `‖r‖ d(‖r‖)`. Each variable stands beside the
/// symbol that holds its value.
pub fn as_function(arena: &mut Arena, line: Right, variables: &[(SymbolId, SymbolId)], slot: u32) -> ExprId {
    match line {
        Right::Expr(expr) => held(arena, expr, variables, slot),
        Right::Inner(gradient, of) => {
            let gradient = held(arena, gradient, variables, slot);
            let of = held(arena, of, variables, slot);
            arena.written_inner(gradient, of)
        }
    }
}

/// An expression with the variables held but in their differentials.
fn held(arena: &mut Arena, line: ExprId, variables: &[(SymbolId, SymbolId)], slot: u32) -> ExprId {
    let mut map = FxHashMap::default();
    for (variable, held) in variables {
        let (moves, stays) = (arena.symbol_expr(*variable), arena.symbol_expr(*held));
        let differential = arena.differential(*variable, slot);
        map.insert(moves, stays);
        map.insert(differential, moves);
    }
    for id in arena.post_order(line) {
        if let Node::Pending(inner, of) = *arena.node(id)
            && of == slot
        {
            map.insert(id, inner);
        }
    }
    arena.rewrite(line, &mut map)
}

impl<'a> Builder<'a> {
    pub(super) fn new(problem: &'a mut Problem, wrt: &[SymbolId], slot: u32, options: Option<&CheckOptions>) -> Self {
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
    pub(super) fn differentiate_by(&mut self, wrt: &[SymbolId], slot: u32) {
        self.slot = slot;
        self.wrt = wrt.to_vec();
        self.moving.variables.clear();
        for variable in wrt {
            let held = self.problem.arena.stand_in(StandIn::Held(*variable));
            self.moving.variables.push((*variable, held));
        }
    }

    pub(super) fn arena(&mut self) -> &mut Arena {
        &mut self.problem.arena
    }

    fn refused(&self, error: &NotDifferentiable) -> Report {
        not_differentiable(self.problem, error.reason)
    }

    pub(super) fn state(&mut self, left: Quantity, right: Right, reason: Reason) {
        self.derivation.lines.push(Line { left, right, reason, certificate: None });
        self.derivation.slots.push(self.slot);
    }

    /// What is differentiated: as it was written, and in normal form where that looks different. Every line that follows is
    /// checked against the one before, the first against the input as it was written.
    pub(super) fn value(&mut self) {
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
    pub(super) fn push(&mut self, left: Quantity, right: Right, reason: Reason) {
        let function = as_function(&mut self.problem.arena, right, &self.moving.variables, self.slot);
        self.push_as(left, right, reason, function);
    }

    pub(super) fn push_as(&mut self, left: Quantity, right: Right, reason: Reason, function: ExprId) {
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
        match (one, other) {
            (Right::Expr(one), Right::Expr(other)) => {
                looks_the_same(&self.problem.arena, one, other, &self.problem.style)
            }
            (one, other) => one == other,
        }
    }

    /// The function of the variable whose derivative is the line.
    pub(super) fn as_function(&mut self, line: ExprId) -> ExprId {
        held(&mut self.problem.arena, line, &self.moving.variables, self.slot)
    }

    /// The lines from d(root) to the finished differential, which is returned.
    pub(super) fn unfold(&mut self, left: Quantity, root: ExprId) -> Result<ExprId, Report> {
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
    pub(super) fn paired(&mut self, gradient: ExprId, dx: ExprId) -> Right {
        if self.arena().shape(dx).is_scalar() {
            return Right::Expr(times(self.arena(), gradient, dx));
        }
        Right::Inner(gradient, dx)
    }

    pub(super) fn gradient(&mut self, gradient: ExprId) -> Result<(), Report> {
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

    /// From the differential of the gradient in an orthogonal variable to its part in the tangent space; what that is called, and what it is.
    /// Of other variables the differential is in their space already.
    pub(super) fn on_tangent_space(&mut self, row: SymbolId, differential: ExprId) -> (Quantity, ExprId) {
        if self.arena().symbol(row).structure != Structure::Orthogonal {
            return (Quantity::OfGradient(row), differential);
        }
        if let Some(before) = self.before {
            let moves = self.wrt.contains(&row);
            let x = if moves { self.arena().stand_in(StandIn::Held(row)) } else { row };
            let x = self.arena().symbol_expr(x);
            self.before = Some(linear::project_at(self.arena(), before, row, x, Convention::Projected));
        }
        let projected = linear::project(self.arena(), differential, row, Convention::Projected);
        let left = Quantity::TangentOfGradient(row);
        self.push(left, Right::Expr(projected), Reason::Project(Structure::Orthogonal));
        (left, projected)
    }

    /// From a finished differential of any shape to its matrix.
    pub(super) fn read_off(&mut self, differential: ExprId, views: &Views, names: &MatrixNames) -> Result<(), Report> {
        let (wrt, slot) = (self.wrt[0], self.slot);
        let dx = self.arena().differential(wrt, slot);
        if let Some(matrix) = views.matrix {
            // dF/dt of a matrix F is no matrix between vectors.
            let whole = match views.kron {
                Some(_) => matrix,
                None => linear::matrix(self.arena(), differential, wrt, slot).map_err(|_| not_linear(self.problem))?,
            };
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

impl Builder<'_> {
    /// f, df, …, dᵏf; the last is returned.
    pub(super) fn differentials(&mut self, order: u32) -> Result<ExprId, Report> {
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

/// What the lines that lead to a matrix are about.
pub(super) struct MatrixNames {
    pub(super) differential: Quantity,
    pub(super) vec: Quantity,
    pub(super) matrix: Quantity,
}

/// A product as it stands, in which M dx is not worked out.
pub(super) fn times(arena: &mut Arena, left: ExprId, right: ExprId) -> ExprId {
    if arena.shape(left).is_scalar() || arena.shape(right).is_scalar() {
        return arena.mul(&[left, right]);
    }
    if matches!(arena.node(left), Node::Identity(_)) {
        return right;
    }
    arena.intern(Node::Product(std::sync::Arc::new([left, right])))
}
