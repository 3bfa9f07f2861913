//! Functions that are convex, or concave, on both sides of where they have no value, by cases: 1/|x| and 1/|1 − x²|. A convex part of the domain
//! lies on one side of each number that is not 0 there, so that in each case its sign is known.

use rustc_hash::FxHashMap;

use super::argue::argue;
use super::finding::{Finding, Verdict, signs};
use super::verify;
use crate::answer::finish::domain_of;
use crate::check::{self, CheckOptions, Chords};
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Func, Node, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::positivity::Curvature;
use crate::structure::Structure;

/// Most numbers whose signs are told apart.
const MOST_NUMBERS: usize = 3;

/// What the function is on every convex part of its domain, where it is the same in every case of the signs of the numbers that its domain
/// keeps from 0.
pub(super) fn by_cases(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    options: &CheckOptions,
) -> Option<(Curvature, Finding)> {
    let conditions = domain_of(arena, raw, root);
    let varies = |arena: &Arena, id: ExprId| wrt.iter().any(|symbol| arena.contains_symbol(id, *symbol));
    let (mut numbers, mut products): (Vec<ExprId>, Vec<Vec<ExprId>>) = (Vec::new(), Vec::new());
    for condition in conditions {
        let factors = match condition {
            Condition::NonZero(id) => vec![id],
            Condition::Positive(id) => odd_factors(arena, id)?,
            _ => continue,
        };
        for factor in &factors {
            let (_, primitive) = arena.split_content(*factor);
            let is_number = arena.shape(primitive).is_scalar() && arena.free_indices(primitive).is_empty();
            if is_number && varies(arena, primitive) && !numbers.contains(&primitive) {
                numbers.push(primitive);
            }
        }
        if matches!(condition, Condition::Positive(_)) {
            products.push(factors);
        }
    }
    if numbers.is_empty() || numbers.len() > MOST_NUMBERS {
        return None;
    }
    let (mut kind, mut parts) = (Curvature::Affine, Vec::new());
    for case in 0_u32..1 << numbers.len() {
        let sides: Vec<(ExprId, bool)> =
            numbers.iter().enumerate().map(|(place, number)| (*number, case >> place & 1 == 0)).collect();
        let is_empty = products.iter().any(|factors| !may_be_positive(arena, factors, &sides));
        if is_empty {
            continue;
        }
        let (found, own) = in_case(arena, raw, root, wrt, &sides, options)?;
        if found != Curvature::Affine && kind != Curvature::Affine && found != kind {
            return None;
        }
        kind = if found == Curvature::Affine { kind } else { found };
        parts.extend(own);
    }
    parts.extend(numbers.iter().copied().map(Condition::NonZero));
    parts.sort_unstable();
    parts.dedup();
    Some((kind, Finding { verdict: Verdict::OnParts(kind), parts, ..Finding::nothing() }))
}

/// The factors that give a number its sign: those with an odd power, with a number below 0 for a sign. `None` where a power is none.
fn odd_factors(arena: &mut Arena, id: ExprId) -> Option<Vec<ExprId>> {
    let (content, primitive) = arena.split_content(id);
    let Node::Hadamard(factors) = arena.node(primitive).clone() else { return Some(vec![id]) };
    let mut odd = Vec::new();
    for (base, exponent) in factors.iter() {
        match arena.as_number(*exponent).and_then(Coeff::to_i64) {
            Some(power) if power % 2 == 0 => {}
            Some(_) => odd.push(*base),
            None => return Some(vec![id]),
        }
    }
    if content.is_negative() {
        odd.push(arena.integer(-1));
    }
    Some(odd)
}

/// Whether a product of factors may be above 0 where the numbers have these signs.
fn may_be_positive(arena: &mut Arena, factors: &[ExprId], sides: &[(ExprId, bool)]) -> bool {
    let mut is_positive = true;
    for factor in factors {
        let (content, primitive) = arena.split_content(*factor);
        match sides.iter().find(|(number, _)| *number == primitive) {
            Some((_, is_above)) => is_positive ^= *is_above == content.is_negative(),
            None if arena.is_one(primitive) => is_positive ^= content.is_negative(),
            None => return true,
        }
    }
    is_positive
}

/// What the function is where the numbers have these signs, with what of its domain is not known to be convex there. Of a function that is looked
/// at from the other side of 0 this is the same.
fn in_case(
    arena: &mut Arena,
    raw: ExprId,
    root: ExprId,
    wrt: &[SymbolId],
    sides: &[(ExprId, bool)],
    options: &CheckOptions,
) -> Option<(Curvature, Vec<Condition>)> {
    let mut map = FxHashMap::default();
    for id in arena.post_order(root) {
        let Node::Elementwise(func @ (Func::Abs | Func::Sign), inner) = *arena.node(id) else { continue };
        let (content, primitive) = arena.split_content(inner);
        let Some((_, is_above)) = sides.iter().find(|(number, _)| *number == primitive) else { continue };
        let is_above = *is_above != content.is_negative();
        let value = match (func, is_above) {
            (Func::Abs, true) => inner,
            (Func::Abs, false) => arena.neg(inner),
            (_, true) => arena.one(),
            (_, false) => arena.integer(-1),
        };
        map.insert(id, value);
    }
    let there = arena.rewrite(root, &mut map);
    let under: Vec<ExprId> =
        sides.iter().map(|(number, is_above)| if *is_above { *number } else { arena.neg(*number) }).collect();
    let mut found = argued(arena, there, wrt, &under, options);
    if found.is_none() && may_be_mirrored(arena, wrt) {
        let mut mirrored: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for symbol in wrt {
            let x = arena.symbol_expr(*symbol);
            let opposite = arena.neg(x);
            mirrored.insert(x, opposite);
        }
        let there = arena.rewrite(there, &mut mirrored.clone());
        let under: Vec<ExprId> = under.iter().map(|id| arena.rewrite(*id, &mut mirrored.clone())).collect();
        found = argued(arena, there, wrt, &under, options);
    }
    let (kind, parts) = found?;
    let check = check::check_curvature(arena, raw, wrt, signs(kind), &under, Chords::Nowhere, options);
    check.passed().then_some((kind, parts))
}

/// What is argued of a function where numbers are above 0, with what of its domain is not known to be convex; every line of it is checked.
fn argued(
    arena: &mut Arena,
    root: ExprId,
    wrt: &[SymbolId],
    under: &[ExprId],
    options: &CheckOptions,
) -> Option<(Curvature, Vec<Condition>)> {
    let conditions: Vec<Condition> = under.iter().copied().map(Condition::Positive).collect();
    let finding = argue(arena, root, root, wrt, &conditions);
    let (Verdict::Is(kind, _) | Verdict::OnParts(kind)) = finding.verdict else { return None };
    let lines = (&finding.lines[..], &finding.stand_ins[..], &finding.ranges);
    let holds = verify::all_hold(arena, root, wrt, lines, (under, false), options);
    holds.then_some((kind, finding.parts))
}

/// Whether the variables move in spaces that hold their negatives.
fn may_be_mirrored(arena: &Arena, wrt: &[SymbolId]) -> bool {
    wrt.iter().map(|symbol| arena.symbol(*symbol)).all(|symbol| {
        let is_cone = matches!(symbol.structure, Structure::PositiveDefinite | Structure::PositiveSemidefinite);
        symbol.kind == SymbolKind::Plain && !is_cone
    })
}
