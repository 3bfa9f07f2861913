//! Equality constraints and the Lagrangian: f − ⟨ν, g⟩, where g = 0 is the constraint and ν its multiplier.

use super::dependent::{self, Dependent};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node, Shape, Symbol, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::problem::Problem;
use crate::simplify::{expand, simplify};
use crate::structure::Structure;

/// Names of multipliers that are numbers or vectors, the usual ones first.
const SMALL: [&str; 5] = ["ν", "λ", "μ", "η", "κ"];
/// Names of multipliers that are matrices.
const CAPITAL: [&str; 5] = ["Λ", "Γ", "Ω", "Ψ", "M"];

/// An equality constraint.
#[derive(Clone, Copy, Debug)]
pub struct Constraint {
    /// Its left side.
    pub left: ExprId,
    /// Its right side.
    pub right: ExprId,
    /// Its multiplier.
    pub multiplier: SymbolId,
    /// The difference of its sides as they were written, a column where it is a row.
    pub(super) written: ExprId,
    /// The same in normal form.
    pub difference: ExprId,
    /// Whether it is affine in the unknowns.
    pub is_affine: bool,
}

/// The constraints of a problem, whose sides stand behind its first expression, with multipliers under names that are free; apart from them
/// those that say the same as one before them, or what cannot be so beside it.
pub(super) fn constraints(problem: &mut Problem, unknowns: &[SymbolId]) -> (Vec<Constraint>, Vec<Dependent>) {
    let count = (problem.raw.len() - 1) / 2;
    let (mut differences, mut dependent) = (Vec::new(), Vec::new());
    for place in 0..count {
        let at = 1 + 2 * place;
        let arena = &mut problem.arena;
        let mut written = arena.minus(problem.raw[at], problem.raw[at + 1]);
        if arena.shape(written).rows.is_one() && !arena.shape(written).is_scalar() {
            written = arena.transpose(written);
        }
        let difference = arena.normalize(written);
        let difference = simplify(arena, difference);
        let before: Vec<(usize, ExprId)> = differences.iter().map(|(at, _, difference)| (*at, *difference)).collect();
        if let Some((earlier, gap)) = dependent::gap(arena, difference, &before, unknowns) {
            let sides = |at: usize| (problem.normal[at], problem.normal[at + 1]);
            dependent.push(Dependent { sides: sides(at), earlier: sides(earlier), gap });
            continue;
        }
        differences.push((at, written, difference));
    }
    let equations: Vec<(usize, ExprId)> = differences.iter().map(|(at, _, difference)| (*at, *difference)).collect();
    if let Some((at, giving, gap)) = dependent::contradiction(&mut problem.arena, &equations, unknowns) {
        let sides = |at: usize| (problem.normal[at], problem.normal[at + 1]);
        dependent.push(Dependent { sides: sides(at.max(giving)), earlier: sides(at.min(giving)), gap: Some(gap) });
    }
    let shapes: Vec<Shape> = differences.iter().map(|(.., difference)| problem.arena.shape(*difference)).collect();
    let bases = [false, true].map(|is_matrix| {
        let several = shapes.iter().filter(|shape| shape.is_matrix() == is_matrix).count() > 1;
        (base(&problem.arena, if is_matrix { &CAPITAL } else { &SMALL }), several)
    });
    let mut numbers = [0; 2];
    let mut found = Vec::new();
    for ((at, written, difference), shape) in differences.into_iter().zip(shapes) {
        let class = usize::from(shape.is_matrix());
        numbers[class] += 1;
        let (base, several) = bases[class];
        let name = if several { format!("{base}_{}", numbers[class]) } else { base.to_owned() };
        let arena = &mut problem.arena;
        let structure =
            if shape.is_matrix() && arena.is_symmetric(difference) { Structure::Symmetric } else { Structure::General };
        let multiplier = arena.add_symbol(Symbol { name, shape, kind: SymbolKind::Plain, structure, declared: true });
        let is_affine = is_affine(arena, difference, unknowns);
        let (left, right) = (problem.normal[at], problem.normal[at + 1]);
        found.push(Constraint { left, right, multiplier, written, difference, is_affine });
    }
    (found, dependent)
}

/// The first of the names that no symbol has, with or without a subscript.
fn base<'n>(arena: &Arena, names: &[&'n str]) -> &'n str {
    let is_free = |name: &&&str| !arena.symbols().any(|(_, symbol)| symbol.name.split(['_', '^']).next() == Some(name));
    names.iter().find(is_free).unwrap_or(&names[names.len() - 1])
}

/// Whether the differential of an expression is free of the unknowns.
pub(super) fn is_affine(arena: &mut Arena, id: ExprId, unknowns: &[SymbolId]) -> bool {
    unknowns.iter().all(|wrt| {
        let Ok(differential) = crate::differential::differentiate(arena, id, *wrt, 0) else { return false };
        let expanded = expand(arena, differential.expr);
        let simple = simplify(arena, expanded);
        !unknowns.iter().any(|symbol| arena.contains_symbol(simple, *symbol))
    })
}

/// f − Σ ⟨ν, g⟩ of the expression as it was written and of the constraints.
pub(super) fn lagrangian(arena: &mut Arena, input: ExprId, constraints: &[Constraint]) -> ExprId {
    let mut terms = vec![(Coeff::ONE, input)];
    for constraint in constraints {
        let multiplier = arena.symbol_expr(constraint.multiplier);
        let product = inner(arena, multiplier, constraint.written);
        terms.push((Coeff::MINUS_ONE, product));
    }
    arena.add_terms(terms, Shape::SCALAR)
}

/// ⟨A, B⟩
pub(super) fn inner(arena: &mut Arena, a: ExprId, b: ExprId) -> ExprId {
    if arena.shape(a).is_scalar() {
        return arena.mul(&[a, b]);
    }
    if arena.shape(a).is_column() {
        return arena.inner(a, b);
    }
    let transposed = arena.transpose(a);
    let product = arena.mul(&[transposed, b]);
    arena.trace(product)
}

/// The two sides of ∇L = 0: ∇f and what the multipliers make of the constraints, without a common factor.
pub(super) fn sides(arena: &mut Arena, gradient: ExprId, constraints: &[Constraint]) -> (ExprId, ExprId) {
    let shape = arena.shape(gradient);
    let expanded = expand(arena, gradient);
    let is_right = |arena: &Arena, id: ExprId| constraints.iter().any(|one| arena.contains_symbol(id, one.multiplier));
    let mut parts: [Vec<(Coeff, ExprId)>; 2] = [Vec::new(), Vec::new()];
    for (coeff, term) in arena.terms(expanded) {
        let right = is_right(arena, term);
        parts[usize::from(right)].push((if right { coeff.neg() } else { coeff }, term));
    }
    let [left, right] = parts.map(|terms| {
        let sum = arena.add_terms(terms, shape);
        simplify(arena, sum)
    });
    let (a, _) = arena.split_content(left);
    let (b, _) = arena.split_content(right);
    match a.abs().recip() {
        Some(scale) if a.abs() == b.abs() => (arena.scale(&scale, left), arena.scale(&scale, right)),
        _ => (left, right),
    }
}

/// A condition on CMCᵀ with M ≻ 0, the matrix that multipliers of Cx = d are solved with, as one on C.
pub(super) fn on_rows(arena: &mut Arena, condition: Condition) -> Condition {
    let Condition::Invertible(id) = condition else { return condition };
    let Node::Product(factors) = arena.node(id).clone() else { return condition };
    for count in (1..=factors.len() / 2).rev() {
        let (first, last) = (arena.mul(&factors[..count]), arena.mul(&factors[factors.len() - count..]));
        if matches!(arena.node(factors[0]), Node::Transpose(_))
            || arena.shape(first).is_square()
            || arena.transpose(last) != first
        {
            continue;
        }
        let middle = &factors[count..factors.len() - count];
        let is_definite = middle.is_empty() || {
            let middle = arena.mul(middle);
            crate::positivity::is_definite(arena, middle)
        };
        if is_definite {
            return Condition::FullRowRank(first);
        }
    }
    condition
}
