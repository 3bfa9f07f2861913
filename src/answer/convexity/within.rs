//! Functions such as log det X that are convex or concave where a matrix is positive definite, and not on the whole of their domain.

use super::argue::argue;
use super::curvature::Analysis;
use super::finding::{Finding, Half, Hint, Verdict, signs};
use super::verify;
use crate::answer::finish::domain_of;
use crate::check::{self, CheckOptions, Chords};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, MatrixFunction, Node, Symbol, SymbolId};
use crate::number::Coeff;
use crate::positivity::Curvature;
use crate::structure::Structure;

/// The finding for the points where the matrices under determinants and matrix functions are positive definite, where these are no
/// variables alone.
pub(super) fn within(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    options: &CheckOptions,
) -> Option<Finding> {
    let matrices: Vec<ExprId> = matrices(arena, root)
        .into_iter()
        .filter(|matrix| {
            !matches!(arena.node(*matrix), Node::Symbol(_))
                && arena.is_symmetric(*matrix)
                && wrt.iter().any(|symbol| arena.contains_symbol(*matrix, *symbol))
        })
        .collect();
    if matrices.is_empty() {
        return None;
    }
    let under: Vec<Condition> = matrices.iter().copied().map(Condition::Definite).collect();
    let mut finding = argue(arena, raw, root, wrt, &under);
    let Verdict::Is(kind, _) = finding.verdict else { return None };
    let lines = (&finding.lines[..], &finding.stand_ins[..], &finding.ranges);
    if !verify::all_hold(arena, raw, wrt, lines, (&matrices, false), options) {
        return None;
    }
    let certificate = check::check_curvature(arena, raw, wrt, signs(kind), &matrices, Chords::Nowhere, options);
    if !certificate.passed() {
        return None;
    }
    finding.certificate = Some(certificate);
    finding.verdict = Verdict::Where(kind);
    finding.parts.extend(matrices.into_iter().map(Condition::Definite));
    Some(finding)
}

/// What the function is where the one affine number that its domain keeps from 0 is above 0, and where it is below: of ‖x‖²/(cᵀx + d) and 1/x.
pub(super) fn halves(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    options: &CheckOptions,
) -> Vec<Half> {
    let mut numbers: Vec<ExprId> = Vec::new();
    for condition in domain_of(arena, raw, root) {
        let Condition::NonZero(id) = condition else { return Vec::new() };
        if wrt.iter().any(|symbol| arena.contains_symbol(id, *symbol)) {
            numbers.push(id);
        }
    }
    let [number] = *numbers else { return Vec::new() };
    if !arena.shape(number).is_scalar() || !is_affine(arena, number, wrt) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (side, is_above) in [(number, true), (arena.neg(number), false)] {
        let under = [Condition::Positive(side)];
        let finding = argue(arena, raw, root, wrt, &under);
        let is_half = |condition: &Condition| *condition == Condition::NonZero(number);
        let kind = match finding.verdict {
            Verdict::Is(kind, _) => kind,
            Verdict::OnParts(kind) if finding.parts.iter().all(is_half) => kind,
            _ => continue,
        };
        let lines = (&finding.lines[..], &finding.stand_ins[..], &finding.ranges);
        if verify::all_hold(arena, raw, wrt, lines, (&[side], false), options)
            && check::check_curvature(arena, raw, wrt, signs(kind), &[side], Chords::Nowhere, options).passed()
        {
            found.push(Half { kind, number, is_above });
        }
    }
    found
}

/// Whether an expression is affine in the variables.
fn is_affine(arena: &mut Arena, id: ExprId, wrt: &[SymbolId]) -> bool {
    Analysis::new(arena, wrt.to_vec()).of(id).is_affine()
}

/// What the function is on the positive definite matrices, for a square variable that is not declared as one.
pub(super) fn hint(arena: &Arena, raw: ExprId, root: ExprId, wrt: &[SymbolId], options: &CheckOptions) -> Option<Hint> {
    let symbol = matrices(arena, root).into_iter().find_map(|matrix| match *arena.node(matrix) {
        Node::Symbol(symbol) if wrt.contains(&symbol) => Some(symbol),
        _ => None,
    })?;
    let info = arena.symbol(symbol).clone();
    if !matches!(info.structure, Structure::General | Structure::Symmetric) {
        return None;
    }
    let mut arena = arena.clone();
    let definite = arena.add_symbol(Symbol { structure: Structure::PositiveDefinite, declared: true, ..info });
    let (from, to) = (arena.symbol_expr(symbol), arena.symbol_expr(definite));
    let mut map = rustc_hash::FxHashMap::default();
    map.insert(from, to);
    let raw = arena.rewrite(raw, &mut map);
    let wrt: Vec<SymbolId> = wrt.iter().map(|other| if *other == symbol { definite } else { *other }).collect();
    let root = arena.normalize(raw);
    let finding = argue(&mut arena, raw, root, &wrt, &[]);
    let Verdict::Is(kind, _) = finding.verdict else { return None };
    let certificate = check::check_curvature(&arena, raw, &wrt, signs(kind), &[], Chords::All, options);
    (kind != Curvature::Affine && certificate.passed()).then_some(Hint { kind, symbol })
}

/// The matrices under determinants, logarithms, roots and powers below 0.
fn matrices(arena: &Arena, root: ExprId) -> Vec<ExprId> {
    let mut found = Vec::new();
    for id in arena.post_order(root) {
        let matrix = match arena.node(id) {
            Node::Det(inner) | Node::MatrixFunction(MatrixFunction::Logm | MatrixFunction::Sqrtm, inner, _) => *inner,
            Node::Power(base, exponent)
                if arena.as_number(*exponent).is_some_and(|p: &Coeff| p.is_negative() || !p.is_integer()) =>
            {
                *base
            }
            _ => continue,
        };
        if !found.contains(&matrix) {
            found.push(matrix);
        }
    }
    found
}
