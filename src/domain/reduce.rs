//! Conditions in the shortest form, without those that follow from declarations, from forms, or from one another.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::condition::{Condition, nowhere_zero};
use super::decide::always_holds;
use crate::expr::{Arena, ExprId, Func, IndexId, Node, Norm, Ranked, Reduction, Shape};
use crate::number::Coeff;
use crate::positivity::Prover;
use crate::simplify::over_one;

/// Beyond this many, a condition is not held against all the others.
const MAX_COMPARED: usize = 24;

/// The conditions, each as short as it can be said, none twice and none that follows from the others or from a declaration.
#[must_use]
pub fn reduced(arena: &mut Arena, conditions: Vec<Condition>) -> Vec<Condition> {
    let mut seen: FxHashSet<Condition> = FxHashSet::default();
    let mut kept: IndexSet<Condition, FxBuildHasher> = IndexSet::default();
    // One prover for all, as conditions have parts in common.
    let mut prover = Prover::new(arena);
    for condition in conditions {
        prover.take_up_another();
        for condition in by_factors(prover.arena, condition) {
            if seen.insert(condition) {
                kept.insert(shortest_by(&mut prover, condition));
            }
        }
    }
    let mut kept: Vec<Condition> = kept.into_iter().collect();
    kept.retain(|condition| !is_declared(prover.arena, *condition));
    kept.retain(|condition| {
        prover.take_up_another();
        !always_holds(&mut prover, *condition)
    });
    if kept.len() > MAX_COMPARED {
        return kept;
    }
    without_implied(arena, &mut kept);
    let mut is_shorter = false;
    for place in 0..kept.len() {
        let condition = kept.remove(place);
        let shorter = without_positive_factors(arena, condition, &kept);
        is_shorter |= shorter != condition;
        kept.insert(place, shorter);
    }
    if is_shorter {
        without_implied(arena, &mut kept);
    }
    kept
}

/// Leaves out what follows from the others. What is asked last is most likely to follow from what was asked before.
fn without_implied(arena: &mut Arena, kept: &mut Vec<Condition>) {
    for place in (0..kept.len()).rev() {
        let condition = kept.remove(place);
        let follows = match condition.chosen(arena) {
            // What is asked for where the same value of a choice is taken is known there.
            Some((there, asked)) => {
                let known = |other: &Condition| match other.chosen(arena) {
                    Some((place, asked)) if place == there => asked,
                    _ => *other,
                };
                let given: Vec<Condition> = kept.iter().map(known).collect();
                follows(arena, asked, &given)
            }
            None => follows(arena, condition, kept),
        };
        if !follows {
            kept.insert(place, condition);
        }
    }
}

/// uv > 0 as u > 0 where v > 0 is given.
fn without_positive_factors(arena: &mut Arena, condition: Condition, given: &[Condition]) -> Condition {
    let Condition::Positive(id) = condition else { return condition };
    let factors = factors_of(arena, id);
    if factors.len() < 2 {
        return condition;
    }
    let mut prover = Prover::new(arena);
    assume(&mut prover, given, id);
    let kept: Vec<_> = factors.iter().copied().filter(|(base, _)| !prover.bounds(*base).is_positive()).collect();
    if kept.is_empty() || kept.len() == factors.len() {
        return condition;
    }
    let product = product_of(arena, &kept);
    shortest(arena, Condition::Positive(product))
}

/// The factors of an entrywise product, with those of a scalar in front of it.
fn factors_of(arena: &mut Arena, id: ExprId) -> Vec<(ExprId, ExprId)> {
    let one = arena.one();
    let of = |arena: &Arena, id: ExprId| match arena.node(id) {
        Node::Hadamard(factors) => factors.to_vec(),
        _ => vec![(id, one)],
    };
    let (scalar, rest) = arena.split_scalar(id);
    if arena.shape(id).is_scalar() || arena.is_one(scalar) {
        return of(arena, id);
    }
    let mut factors = of(arena, scalar);
    factors.extend(of(arena, rest));
    factors
}

/// The product of factors, some of which may be scalars.
fn product_of(arena: &mut Arena, factors: &[(ExprId, ExprId)]) -> ExprId {
    let shape = factors.iter().map(|(base, _)| arena.shape(*base)).find(|shape| !shape.is_scalar());
    arena.hadamard_powers(factors, shape.unwrap_or(Shape::SCALAR))
}

/// What is asked for every value of an index is asked of each factor by itself: aᵏb ≠ 0 for every k where a ≠ 0 and b ≠ 0.
fn by_factors(arena: &mut Arena, condition: Condition) -> Vec<Condition> {
    if let Condition::Positive(id) = condition
        && let Node::Hadamard(factors) = arena.node(id).clone()
        && factors.len() > 1
    {
        // |u||v| > 0 where neither is 0.
        let is_size = |base: &ExprId| matches!(arena.node(*base), Node::Norm(..) | Node::Elementwise(Func::Abs, _));
        if factors.iter().all(|(base, _)| is_size(base)) {
            return factors.iter().map(|(base, _)| Condition::Positive(*base)).collect();
        }
    }
    if let Condition::Invertible(id) = condition {
        return of_invertible(arena, id);
    }
    let (Condition::NonZero(id) | Condition::EntriesNonZero(id)) = condition else { return vec![condition] };
    let (_, primitive) = arena.split_content(id);
    // uvᵀ has no zero where u and v have none.
    if let (Condition::EntriesNonZero(_), Some((u, v))) = (condition, arena.as_outer(primitive)) {
        return [u, v].into_iter().flat_map(|of| by_factors(arena, nowhere_zero(arena, of))).collect();
    }
    let Node::Hadamard(factors) = arena.node(primitive).clone() else { return vec![condition] };
    if condition != nowhere_zero(arena, id) || !is_for_every_index(arena, id) {
        return vec![condition];
    }
    factors.iter().map(|(base, _)| nowhere_zero(arena, *base)).collect()
}

/// cX is invertible where c ≠ 0 and X is, and a power of X where X is.
fn of_invertible(arena: &mut Arena, id: ExprId) -> Vec<Condition> {
    let (_, primitive) = arena.split_content(id);
    if arena.shape(primitive).is_scalar() {
        return vec![Condition::Invertible(id)];
    }
    let (scalar, rest) = arena.split_scalar(primitive);
    let base = match *arena.node(rest) {
        Node::Power(base, exponent) if arena.as_number(exponent).is_some_and(Coeff::is_integer) => base,
        _ => rest,
    };
    let mut all = Vec::new();
    if !arena.is_one(scalar) {
        all.extend(by_factors(arena, Condition::NonZero(scalar)));
    }
    // A ⊗ B is invertible where A and B are.
    match *arena.node(base) {
        Node::Kron(left, right) if [left, right].iter().all(|of| arena.shape(*of).is_square()) => {
            all.extend(of_invertible(arena, left));
            all.extend(of_invertible(arena, right));
        }
        _ => all.push(Condition::Invertible(base)),
    }
    all
}

/// Whether an index occurs that is bound where the expression comes from.
fn is_for_every_index(arena: &mut Arena, id: ExprId) -> bool {
    arena.free_indices(id).iter().any(|index| arena.index_name(*index).is_none())
}

/// Whether a condition holds by what the store itself knows.
fn is_declared(arena: &mut Arena, condition: Condition) -> bool {
    match condition {
        Condition::Symmetric(id) => arena.is_symmetric(id),
        Condition::NonZero(id) | Condition::EntriesNonZero(id) | Condition::Positive(id) => arena.is_positive(id),
        _ => false,
    }
}

/// Whether a condition follows from the given ones.
fn follows(arena: &mut Arena, condition: Condition, given: &[Condition]) -> bool {
    // det X > 0 says that X is invertible, as does a product with det X that is not 0, and so do eigenvalues other than 0.
    let says_invertible = |arena: &Arena, matrix: ExprId| {
        let det = arena.find(&Node::Det(matrix));
        given.iter().any(|other| match *other {
            Condition::Positive(id) | Condition::NonZero(id) => {
                let id = match arena.node(id) {
                    Node::Add(terms) if terms.len() == 1 => terms[0].1,
                    _ => id,
                };
                det.is_some_and(|det| det == id || is_factor(arena, det, id))
            }
            Condition::Definite(id) | Condition::NoNegativeEigenvalues(id) | Condition::Invertible(id) => id == matrix,
            _ => false,
        })
    };
    match condition {
        Condition::Invertible(id) | Condition::FullRank(id) | Condition::ConstantRank(id)
            if says_invertible(arena, id) =>
        {
            return true;
        }
        Condition::NonZero(id) if given.contains(&Condition::EntriesNonZero(id)) => return true,
        // Nor is an invertible matrix 0.
        Condition::NonZero(id) if !arena.shape(id).is_scalar() && says_invertible(arena, id) => return true,
        // A singular value is not below 0.
        Condition::NonZero(id) | Condition::Positive(id)
            if given.contains(&Condition::Simple(id)) && is_singular_value(arena, id) =>
        {
            return true;
        }
        // xᵢ of an x without zeros
        Condition::NonZero(id) if matches!(*arena.node(id), Node::Entry(of, ..) if given.contains(&Condition::EntriesNonZero(of))) =>
        {
            return true;
        }
        // No factor of what is not zero is zero.
        Condition::NonZero(id) | Condition::EntriesNonZero(id)
            if given.iter().any(|other| match *other {
                // Of an array that is not zero, one entry alone need not be.
                Condition::NonZero(of) => {
                    let asks_for_one = matches!(condition, Condition::NonZero(_));
                    (asks_for_one || arena.shape(of).is_scalar()) && is_factor(arena, id, of)
                }
                Condition::Positive(of) | Condition::EntriesNonZero(of) => is_factor(arena, id, of),
                _ => false,
            }) =>
        {
            return true;
        }
        // Where one entry alone is the largest, the same one is nearby.
        Condition::PatternConstant(id)
            if given.iter().any(|other| match *other {
                Condition::UniqueExtreme(extreme) => is_distance_to(arena, id, extreme),
                _ => false,
            }) =>
        {
            return true;
        }
        // A product is not zero where none of its factors is.
        Condition::NonZero(id) | Condition::EntriesNonZero(id) if has_nonzero_factors(arena, id, given) => return true,
        // A product of square matrices is invertible where each of them is.
        Condition::Invertible(id) if has_invertible_factors(arena, id, given) => return true,
        // What holds for every i and j holds for this i and every j.
        _ if is_case_of(arena, condition, given) => return true,
        // ν + u is not zero where 1 + u/ν is not.
        Condition::NonZero(id) if is_numerator_of_nonzero(arena, id, given) => return true,
        _ => {}
    }
    let mut prover = Prover::new(arena);
    assume(&mut prover, given, condition.expr());
    always_holds(&mut prover, condition)
}

/// Takes conditions for granted, those on arrays also of the entries that occur in an expression.
fn assume(prover: &mut Prover<'_>, given: &[Condition], asked: ExprId) {
    let places = places_of_entries(prover.arena, asked);
    for other in given {
        match *other {
            Condition::Positive(id) => {
                prover.assume_positive(id);
                for part in parts_at(prover.arena, id, &places) {
                    if let Condition::Positive(part) = shortest(prover.arena, Condition::Positive(part)) {
                        prover.assume_positive(part);
                    }
                }
            }
            Condition::NonZero(id) => prover.assume_nonzero(id),
            Condition::EntriesNonZero(id) => {
                prover.assume_entries_nonzero(id);
                for part in parts_at(prover.arena, id, &places) {
                    prover.assume_entries_nonzero(part);
                }
            }
            Condition::Definite(id) => prover.assume_definite(id),
            // The determinant of a positive semidefinite matrix that is invertible is above 0.
            Condition::Invertible(id) => {
                if let Some(det) = prover.arena.find(&Node::Det(id))
                    && prover.semidefinite(id, false).is_some()
                {
                    prover.assume_positive(det);
                }
            }
            Condition::Symmetric(_)
            | Condition::SimpleEigenvalue(..)
            | Condition::SimpleSingularValue(_)
            | Condition::Simple(_)
            | Condition::FullRank(_)
            | Condition::FullRowRank(_)
            | Condition::ConstantRank(_)
            | Condition::UniqueExtreme(_)
            | Condition::PatternConstant(_)
            | Condition::Semidefinite(_)
            | Condition::NoNegativeEigenvalues(_) => {}
        }
    }
}

/// The places of entries that occur in an expression, with the shape of the array.
fn places_of_entries(arena: &Arena, id: ExprId) -> Vec<(Shape, ExprId, ExprId)> {
    let mut places = Vec::new();
    for node in arena.post_order(id) {
        if let Node::Entry(of, row, col) = *arena.node(node) {
            let place = (arena.shape(of), row, col);
            if !places.contains(&place) && places.len() < MAX_COMPARED {
                places.push(place);
            }
        }
    }
    places
}

/// The entries of an array at places, and its diagonal.
fn parts_at(arena: &mut Arena, id: ExprId, places: &[(Shape, ExprId, ExprId)]) -> Vec<ExprId> {
    let shape = arena.shape(id);
    if shape.is_scalar() {
        return Vec::new();
    }
    let at = places.iter().filter(|place| place.0 == shape);
    let mut parts: Vec<ExprId> = at.map(|(_, row, col)| arena.entry(id, *row, *col)).collect();
    if shape.is_matrix() && shape.is_square() {
        parts.push(arena.diag_part(id));
    }
    parts
}

/// Whether every factor of a product of square matrices is given to be invertible, or is so anyway.
fn has_invertible_factors(arena: &mut Arena, id: ExprId, given: &[Condition]) -> bool {
    let (_, primitive) = arena.split_content(id);
    let Node::Product(factors) = arena.node(primitive).clone() else { return false };
    factors.iter().all(|factor| {
        if !arena.shape(*factor).is_matrix() || !arena.shape(*factor).is_square() {
            return false;
        }
        let transposed = arena.transpose(*factor);
        let is_given = given.iter().any(|other| {
            matches!(*other, Condition::Invertible(of) | Condition::Definite(of) if of == *factor || of == transposed)
        });
        is_given || always_holds(&mut Prover::new(arena), Condition::Invertible(*factor))
    })
}

/// Whether every factor of a product is one of what is given not to be zero.
fn has_nonzero_factors(arena: &mut Arena, id: ExprId, given: &[Condition]) -> bool {
    let (_, primitive) = arena.split_content(id);
    let factors = factors_of(arena, primitive);
    factors.iter().all(|(base, exponent)| {
        arena.as_number(*exponent).is_some()
            && given.iter().any(|other| match *other {
                Condition::Positive(of) | Condition::EntriesNonZero(of) => of == *base || is_factor(arena, *base, of),
                Condition::NonZero(of) => {
                    let is_scalar = arena.shape(of).is_scalar();
                    is_scalar && (of == *base || is_factor(arena, *base, of))
                        || matches!(*arena.node(*base), Node::Norm(_, inner) if inner == of)
                }
                _ => false,
            })
    })
}

fn is_singular_value(arena: &Arena, id: ExprId) -> bool {
    matches!(arena.node(id), Node::Ranked(Ranked::SingularValue, ..))
}

/// Whether a product vanishes where an entry of one of its factors does.
fn is_factor(arena: &Arena, id: ExprId, product: ExprId) -> bool {
    match arena.node(product) {
        Node::Hadamard(factors) => factors.iter().any(|(base, _)| *base == id || is_factor(arena, id, *base)),
        Node::Reduce(Reduction::Product, inner) => *inner == id,
        _ => false,
    }
}

/// Whether an expression is ±(u − max(u)1), or the same of min(u) or of |u| and ‖u‖_∞.
fn is_distance_to(arena: &mut Arena, id: ExprId, extreme: ExprId) -> bool {
    let of = match *arena.node(extreme) {
        Node::Reduce(Reduction::Max | Reduction::Min, inner) => inner,
        Node::Norm(Norm::Infinity, inner) => arena.elementwise(Func::Abs, inner),
        _ => return false,
    };
    let ones = arena.ones(arena.shape(of));
    let spread = arena.mul(&[extreme, ones]);
    let distance = arena.minus(of, spread);
    id == distance || id == arena.neg(distance)
}

/// Whether a sum is what stands over the common denominator of another one that is not zero.
fn is_numerator_of_nonzero(arena: &mut Arena, id: ExprId, given: &[Condition]) -> bool {
    if !matches!(arena.node(id), Node::Add(_)) || !arena.shape(id).is_scalar() {
        return false;
    }
    given.iter().any(|other| match *other {
        Condition::Positive(of) | Condition::NonZero(of) => over_one(arena, of).is_some_and(|(numerator, _)| {
            let (_, primitive) = arena.split_content(numerator);
            primitive == id
        }),
        _ => false,
    })
}

/// The same condition said with as little as possible: of factors that matter, and of the matrix rather than its transpose.
pub(super) fn shortest(arena: &mut Arena, condition: Condition) -> Condition {
    shortest_by(&mut Prover::new(arena), condition)
}

fn shortest_by(prover: &mut Prover<'_>, condition: Condition) -> Condition {
    let arena = &mut *prover.arena;
    // 0 > 0 has nothing to leave out.
    if arena.is_zero(condition.expr()) {
        return condition;
    }
    let condition = condition.with(same_kind_of_index(arena, condition.expr()));
    let condition = match condition {
        Condition::Positive(id) => positive(prover, id),
        Condition::NonZero(id) | Condition::EntriesNonZero(id) => nonzero(prover, id, condition),
        Condition::Definite(id) | Condition::Semidefinite(id) => {
            let (content, primitive) = arena.split_content(id);
            let (scalar, rest) = arena.split_scalar(primitive);
            let drop = !content.is_negative() && prover.bounds(scalar).is_positive();
            condition.with(if drop { rest } else { id })
        }
        // A positive semidefinite matrix has no eigenvalues below 0.
        Condition::NoNegativeEigenvalues(id) if prover.semidefinite(id, false).is_some() => Condition::Invertible(id),
        _ => condition,
    };
    match condition {
        Condition::Symmetric(_)
        | Condition::SimpleEigenvalue(..)
        | Condition::Simple(_)
        | Condition::UniqueExtreme(_)
        | Condition::FullRowRank(_) => condition,
        // These hold of a matrix and of its transpose alike.
        Condition::Invertible(id)
        | Condition::NonZero(id)
        | Condition::EntriesNonZero(id)
        | Condition::Positive(id)
        | Condition::SimpleSingularValue(id)
        | Condition::FullRank(id)
        | Condition::ConstantRank(id)
        | Condition::PatternConstant(id)
        | Condition::Definite(id)
        | Condition::Semidefinite(id)
        | Condition::NoNegativeEigenvalues(id) => condition.with(prover.arena.canonical_transpose(id)),
    }
}

/// u > 0 without the factors of u that are positive anyway: |u| > 0 and u² > 0 say that u ≠ 0, 1/u > 0 that u > 0.
fn positive(prover: &mut Prover<'_>, id: ExprId) -> Condition {
    let arena = &mut *prover.arena;
    let (content, primitive) = arena.split_content(id);
    if content.is_negative() {
        return Condition::Positive(id);
    }
    match arena.node(primitive).clone() {
        Node::Hadamard(factors) => {
            let mut kept = Vec::new();
            for (base, exponent) in &*factors {
                let factor = prover.arena.pow(*base, *exponent);
                if !prover.arena.is_positive(factor) && !prover.bounds(factor).is_positive() {
                    kept.push((*base, *exponent));
                }
            }
            let arena = &mut *prover.arena;
            if let [(base, exponent)] = *kept {
                let number = arena.as_number(exponent).cloned();
                let even = number.as_ref().and_then(Coeff::to_i64).is_some_and(|p| p % 2 == 0);
                let is_absolute = matches!(arena.node(base), Node::Norm(..) | Node::Elementwise(Func::Abs, _));
                return match number {
                    _ if even || is_absolute => {
                        let condition = nowhere_zero(arena, base);
                        nonzero(prover, base, condition)
                    }
                    Some(_) => positive(prover, base),
                    None => Condition::Positive(primitive),
                };
            }
            let below_one: Vec<_> = kept
                .iter()
                .map(|(base, exponent)| {
                    let negative = arena.as_number(*exponent).is_some_and(Coeff::is_negative);
                    (*base, if negative { arena.neg(*exponent) } else { *exponent })
                })
                .collect();
            let shape = arena.shape(primitive);
            Condition::Positive(arena.hadamard_powers(&below_one, shape))
        }
        Node::Elementwise(Func::Abs, _) | Node::Norm(..) => {
            let condition = nowhere_zero(arena, primitive);
            nonzero(prover, primitive, condition)
        }
        // r(1⊘u) > 0 says that ru > 0.
        Node::Product(_) if !arena.shape(primitive).is_scalar() => {
            let factors = factors_of(arena, primitive);
            let mut kept = Vec::with_capacity(factors.len());
            for (base, exponent) in &factors {
                let factor = prover.arena.pow(*base, *exponent);
                if !prover.bounds(factor).is_positive() {
                    let is_below = prover.arena.as_number(*exponent).is_some_and(Coeff::is_negative);
                    kept.push((*base, if is_below { prover.arena.neg(*exponent) } else { *exponent }));
                }
            }
            if kept.is_empty() || kept == factors {
                return Condition::Positive(primitive);
            }
            let product = product_of(prover.arena, &kept);
            positive(prover, product)
        }
        Node::Product(_) => match column_of_form(prover, primitive) {
            Some(column) => Condition::NonZero(column),
            None => Condition::Positive(primitive),
        },
        // Of a positive semidefinite matrix a determinant above 0 says no more.
        Node::Det(inner) if prover.semidefinite(inner, false).is_some() => Condition::Invertible(inner),
        _ => Condition::Positive(primitive),
    }
}

/// u ≠ 0 without the factors of u that cannot vanish.
fn nonzero(prover: &mut Prover<'_>, id: ExprId, condition: Condition) -> Condition {
    let arena = &mut *prover.arena;
    let (_, primitive) = arena.split_content(id);
    match arena.node(primitive).clone() {
        Node::Det(inner) => Condition::Invertible(inner),
        Node::Norm(_, inner) => Condition::NonZero(inner),
        Node::Elementwise(Func::Abs | Func::Sign, inner) => nonzero(prover, inner, condition.with(inner)),
        Node::Hadamard(factors) if condition == nowhere_zero(arena, id) => {
            let mut kept = Vec::new();
            for (base, exponent) in &*factors {
                let factor = prover.arena.pow(*base, *exponent);
                if prover.bounds(factor).is_nonzero() {
                    continue;
                }
                // |x| and sign x are 0 where x is.
                match *prover.arena.node(*base) {
                    Node::Elementwise(Func::Abs | Func::Sign, inner) => kept.push((inner, prover.arena.one())),
                    _ => kept.push((*base, *exponent)),
                }
            }
            kept.dedup();
            let arena = &mut *prover.arena;
            match *kept {
                [(base, exponent)] if arena.as_number(exponent).is_some() => {
                    let condition = nowhere_zero(arena, base);
                    nonzero(prover, base, condition)
                }
                _ => {
                    let shape = arena.shape(primitive);
                    condition.with(arena.hadamard_powers(&kept, shape))
                }
            }
        }
        Node::Product(_) => match column_of_form(prover, primitive) {
            Some(column) => Condition::NonZero(column),
            None => condition.with(primitive),
        },
        _ => condition.with(primitive),
    }
}

/// u of uᵀMu with M positive definite.
fn column_of_form(prover: &mut Prover<'_>, id: ExprId) -> Option<ExprId> {
    let arena = &mut *prover.arena;
    let Node::Product(factors) = arena.node(id).clone() else { return None };
    let (first, rest) = factors.split_first()?;
    let (column, middle) = rest.split_last()?;
    if !arena.shape(id).is_scalar() || !arena.shape(*column).is_column() || arena.transpose(*column) != *first {
        return None;
    }
    let middle = arena.mul(middle);
    (prover.semidefinite(middle, false) == Some(true)).then_some(*column)
}

/// Whether a condition is that of one value of an index for every value of which it is asked already, but for the sign.
fn is_case_of(arena: &mut Arena, condition: Condition, given: &[Condition]) -> bool {
    let id = condition.expr();
    let has_sign = !matches!(condition, Condition::NonZero(_) | Condition::EntriesNonZero(_));
    let named: Vec<ExprId> = arena.post_order(id).into_iter().filter(|part| arena.is_free_index(*part)).collect();
    let mut any: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for part in named {
        let fresh = arena.fresh_index();
        any.insert(part, arena.index(fresh));
    }
    if any.is_empty() {
        return false;
    }
    let general = arena.rewrite(id, &mut any);
    let unsigned = |arena: &mut Arena, id: ExprId| {
        if has_sign {
            return same_kind_of_index(arena, id);
        }
        let opposite = arena.scale(&Coeff::MINUS_ONE, id);
        let (one, other) = (same_kind_of_index(arena, id), same_kind_of_index(arena, opposite));
        one.min(other)
    };
    let general = unsigned(arena, general);
    given.iter().any(|other| {
        let of = other.expr();
        *other == condition.with(of) && of != id && unsigned(arena, of) == general
    })
}

/// Most indices that are put in every order.
const MOST_ORDERED: usize = 3;

/// The expression with its free indices numbered in one order for all expressions that differ in it alone, so that what rules say inside a
/// sum is said of the index that the answer's sum has. Indices of the input that have a name keep it.
pub(super) fn same_kind_of_index(arena: &mut Arena, id: ExprId) -> ExprId {
    let mut free: Vec<IndexId> = arena.free_indices(id).to_vec();
    free.retain(|index| arena.index_name(*index).is_none());
    let mut order: Vec<IndexId> = Vec::new();
    for node in arena.post_order(id) {
        if let Node::Index(index) = arena.node(node)
            && free.contains(index)
            && !order.contains(index)
        {
            order.push(*index);
        }
    }
    if order.is_empty() {
        return id;
    }
    let height = arena.binder_height(id);
    let count = order.len();
    let orders = if count > MOST_ORDERED { 1 } else { (1..=count).product() };
    let mut found = id;
    for number in 0..orders {
        let mut left = order.clone();
        let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        let mut code = number;
        for place in 1..=count {
            let index = left.remove(code % left.len());
            code /= left.len() + 1;
            let next = IndexId(height + u32::try_from(place).unwrap_or(u32::MAX));
            map.insert(arena.index(index), arena.index(next));
        }
        let renamed = arena.rewrite(id, &mut map);
        found = if number == 0 { renamed } else { found.min(renamed) };
    }
    found
}
