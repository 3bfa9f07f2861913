//! A derivative in its views: as a matrix, as a linear operator, by its Kronecker matrix, in index notation, as a quadratic form.
//!
//! All are read off one expression that is linear in a differential. A structured variable varies within its space, on each of its axes.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::direction::{Extended, along, direction, extended};
use super::entries::{by_entries, has_unit_vector};
use super::finish::{Derived, Finished, Form, finish};
use super::refusal::not_linear;
use crate::check::{self, Certificate, CheckOptions};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node, Shape, SymbolId};
use crate::linear::{self, Entries};
use crate::problem::{Problem, Report};
use crate::simplify::{cost, expand, shortest, simplify};

/// A derivative in all its views.
#[derive(Clone, Debug)]
pub struct Views {
    /// The matrix: output rows by variable columns where the value and the variable are vectors or scalars, and dF/dt of a matrix F by a
    /// scalar t.
    pub matrix: Option<ExprId>,
    /// L(H) with the direction H as a symbol of its own, where a matrix is differentiated or varies.
    pub operator: Option<(SymbolId, ExprId)>,
    /// M with vec(dF) = M vec(dX) for every dX in the space of the variable, where a matrix is differentiated or varies.
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

/// What the views were derived from: the expressions on the way, what the rules ask, and the slots in which the variables vary, the last of
/// them that of the views.
pub(super) struct Source<'a> {
    pub(super) before: &'a [ExprId],
    pub(super) rules: &'a [Condition],
    pub(super) slots: &'a [(SymbolId, u32)],
    /// The shape of what the last derivative was taken of.
    pub(super) output: Shape,
}

impl Views {
    /// The views with their conditions, and the check of each of them unless `options` is `None`. A Hessian pairs what a view gives with
    /// the differential of its first variable, so that all of them are d²f.
    pub(super) fn finished(
        mut self,
        problem: &mut Problem,
        source: &Source<'_>,
        options: Option<&CheckOptions>,
    ) -> Result<Self, Report> {
        let main = self.main();
        let moves: Vec<&[(SymbolId, u32)]> = source.slots.iter().map(std::slice::from_ref).collect();
        let (first, (wrt, slot)) = (source.slots[0], source.slots[source.slots.len() - 1]);
        let derived = Derived { expr: main, form: Form::AsDerived, before: source.before, rules: source.rules };
        let answer = finish(problem, &derived, options, |arena, raw, _, options| {
            let left = (source.slots.len() > 1).then(|| arena.differential(first.0, first.1));
            let mut maps = vec![apply_matrix(arena, self.of_vectors(), wrt, slot, source.output)];
            if let (Some(matrix), Some(_)) = (self.matrix, self.kron) {
                let target = arena.differential(wrt, slot);
                maps.push(arena.mul(&[target, matrix]));
            }
            maps.extend(self.operator.map(|(direction, operator)| along(arena, operator, direction, wrt, slot)));
            let mut forms: Vec<ExprId> = self.form.into_iter().collect();
            forms.extend(maps.into_iter().map(|map| left.map_or(map, |left| arena.written_inner(left, map))));
            let check = if left.is_some() { check::check_hessian } else { check::check_differential };
            let first = check(arena, raw, &moves, forms[0], options);
            let all =
                forms[1..].iter().fold(first, |so_far, form| so_far.then(|| check(arena, raw, &moves, *form, options)));
            with_entries(arena, all, &self, source.output, wrt, options)
        })?;
        (self.conditions, self.certificate) = (answer.conditions, answer.certificate);
        Ok(self)
    }

    /// The matrix, the Kronecker matrix where there is none.
    #[must_use]
    pub fn main(&self) -> ExprId {
        self.matrix.or(self.kron).unwrap_or(self.index.expr)
    }

    /// The matrix between vectors, vec(F) of a matrix F.
    #[must_use]
    pub fn of_vectors(&self) -> ExprId {
        self.kron.or(self.matrix).unwrap_or(self.index.expr)
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

/// All views of an expression that is linear in one differential; `hessian` where the output's axes are the variable's too.
pub(super) fn views(
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
    let matrix = by_entries(arena, matrix);
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
        views.operator = Some((direction, shortest(arena, operator)));
        views.kron = Some(matrix);
        if of.is_scalar() {
            let one = arena.one();
            let derivative = arena.rewrite(differential, &mut FxHashMap::from_iter([(target, one)]));
            views.matrix = Some(shortest(arena, derivative));
        }
    }
    Ok(views)
}

fn has_kron(arena: &Arena, id: ExprId) -> bool {
    arena.post_order(id).iter().any(|id| matches!(arena.node(*id), Node::Kron(..)))
}

/// The entries of the map as it is written or multiplied out, (A(E + Eᵀ))ᵢⱼ or its two products: those that are all of entries,
/// AᵢₖBₗⱼ for (AeₖeₗᵀB)ᵢⱼ, and of equals the shorter.
fn shorter_entries(arena: &mut Arena, map: ExprId, free: SymbolId, slot: u32) -> Entries {
    let mut plain = linear::entries(arena, map, &[(free, slot)]);
    plain.expr = simplify(arena, plain.expr);
    let expanded = expand(arena, map);
    if expanded == map {
        return plain;
    }
    let mut expanded = linear::entries(arena, expanded, &[(free, slot)]);
    expanded.expr = simplify(arena, expanded.expr);
    let rank = |arena: &Arena, entries: &Entries| (has_unit_vector(arena, entries.expr), cost(arena, entries.expr));
    if rank(arena, &expanded) < rank(arena, &plain) { expanded } else { plain }
}

/// unvec(M vec(dX)) in the given shape.
fn apply_matrix(arena: &mut Arena, matrix: ExprId, wrt: SymbolId, slot: u32, shape: Shape) -> ExprId {
    let target = arena.differential(wrt, slot);
    let column = arena.vec(target);
    // As it is: the check is to see the matrix that is printed, not what the normal form makes of the product.
    let product = if arena.shape(matrix).is_scalar() || arena.shape(column).is_scalar() {
        arena.mul(&[matrix, column])
    } else {
        arena.intern(Node::Product(Arc::new([matrix, column])))
    };
    if shape.is_matrix() { arena.intern(Node::Unvec(product, shape)) } else { arena.unvec(product, shape) }
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
    certificate.and(|| {
        let whole = linear::assemble(arena, &views.index, &[output, arena.symbol(wrt).shape]);
        check::check_equal(arena, views.of_vectors(), whole, options)
    })
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
pub fn part(problem: &mut Problem, views: &Views, part: Part, options: Option<&CheckOptions>) -> Option<Finished> {
    let arena = &mut problem.arena;
    let matrix = views.matrix.or(views.kron).filter(|matrix| arena.shape(*matrix).is_square())?;
    let (found, plain) = match part {
        Part::Diagonal => (arena.diag_part(matrix), arena.intern(Node::DiagPart(matrix))),
        Part::Trace => (arena.trace(matrix), arena.intern(Node::Trace(matrix))),
    };
    let expr = simplify(arena, found);
    let whole = views.certificate.clone();
    let certificate = match options {
        Some(options) => whole.map(|whole| whole.and(|| check::check_equal(arena, plain, expr, options))),
        None => whole,
    };
    Some(Finished { expr, conditions: views.conditions.clone(), certificate })
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
    Some((direction, shortest(arena, product)))
}
