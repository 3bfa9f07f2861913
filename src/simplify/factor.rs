//! Common factors of the terms of a sum: AX + BX = (A + B)X, and the same from the left, for scalars, entrywise products and
//! sums over one range.

use rustc_hash::FxHashMap;

use super::end::{End, by_end};
use super::{Costs, group, halves};
use crate::expr::{Arena, BigOp, ExprId, Node, Shape};
use crate::number::Coeff;

/// A sum with more terms than this is only searched for factors that all terms share or that one hash lookup finds.
pub(super) const MAX_TERMS_FOR_PAIRS: usize = 200;
/// Of a sum with more terms than this only the best next step is followed.
const MAX_TERMS_TO_THE_END: usize = 7;
/// How many symbols longer a form with one common fraction may be.
const FRACTION_SLACK: u64 = 2;
/// How many symbols longer (1 + s)X may be than X + sX.
const LIKE_TERMS_SLACK: u64 = 1;
/// How deep factoring of the sums that factoring makes goes.
const MAX_DEPTH: usize = 8;
/// How many sums are factored for the sake of one, as there are as many ways to group its terms as it has subsets.
const MAX_FACTORINGS: usize = 400;
/// So many terms more make a factoring count once more.
const TERMS_OF_A_FACTORING: usize = 32;

/// The cheapest factored form found, or the sum itself.
pub(super) fn factor(arena: &mut Arena, id: ExprId, costs: &mut Costs) -> ExprId {
    // However long the sum itself is, it is searched.
    costs.grant_factorings(MAX_FACTORINGS.max(factorings(match arena.node(id) {
        Node::Add(terms) => terms.len(),
        _ => 1,
    })));
    factor_to(arena, id, costs, MAX_DEPTH)
}

/// How many factorings that of a sum of so many terms counts as.
fn factorings(terms: usize) -> usize {
    1 + terms / TERMS_OF_A_FACTORING
}

/// The same, for a sum that factoring has made. Of a short sum every way is followed to its end, of a long one the best next step.
pub(super) fn factor_to(arena: &mut Arena, id: ExprId, costs: &mut Costs, depth: usize) -> ExprId {
    let Node::Add(terms) = arena.node(id) else { return id };
    if terms.len() < 2 || depth == 0 {
        return id;
    }
    if let Some(done) = costs.factored(id) {
        return done;
    }
    let terms = terms.to_vec();
    if let Some(halved) = halves::by_halves(arena, id, &terms, costs, depth) {
        costs.note_factored(id, halved);
        return halved;
    }
    if !costs.spend_factorings(factorings(terms.len())) {
        return id;
    }
    let to_the_end = terms.len() <= MAX_TERMS_TO_THE_END && !arena.shape(id).is_scalar();
    let mut best = id;
    let mut best_cost = costs.of(arena, id);
    for (candidate, slack) in candidates(arena, &terms, costs, depth) {
        let candidate = if to_the_end { factor_to(arena, candidate, costs, depth - 1) } else { candidate };
        let cost = costs.of(arena, candidate).saturating_sub(slack);
        // A tie goes to the factored form.
        if cost < best_cost || (cost == best_cost && best == id) {
            best = candidate;
            best_cost = cost;
        }
    }
    let done = if best != id && !to_the_end { factor_to(arena, best, costs, depth - 1) } else { best };
    costs.note_factored(id, done);
    done
}

/// The sum factored in each way that is found, with the symbols that the form may be longer.
fn candidates(arena: &mut Arena, terms: &[(Coeff, ExprId)], costs: &mut Costs, depth: usize) -> Vec<(ExprId, u64)> {
    let mut found = Vec::new();
    // Scalars are collected in one fraction even where that takes a bracket more.
    found.extend(common_scalar(arena, terms, costs, depth).map(|sum| (sum, FRACTION_SLACK)));
    found.extend(like_terms(arena, terms, costs, depth).map(|sum| (sum, LIKE_TERMS_SLACK)));
    found.extend(group::by_both_ends(arena, terms, costs, depth).map(|sum| (sum, 0)));
    for end in [End::Right, End::Left] {
        found.extend(by_end(arena, terms, end, costs, depth));
    }
    found.extend(by_entrywise(arena, terms, costs, depth).map(|sum| (sum, 0)));
    found.extend(by_range(arena, terms, costs, depth).map(|sum| (sum, 0)));
    found.extend(by_trace(arena, terms, costs, depth).map(|sum| (sum, 0)));
    found.extend(by_entry(arena, terms, costs, depth).map(|sum| (sum, 0)));
    found.extend(group::candidates(arena, terms, costs, depth).into_iter().map(|sum| (sum, 0)));
    found
}

/// Factors of a scalar, or of the scalar part of a product, with their exponents.
pub(super) fn scalar_factors(arena: &mut Arena, term: ExprId) -> Vec<(ExprId, ExprId)> {
    let (scalar, _) = arena.split_scalar(term);
    if arena.is_one(scalar) {
        return Vec::new();
    }
    let one = arena.one();
    match arena.node(scalar) {
        Node::Hadamard(factors) => factors.to_vec(),
        _ => vec![(scalar, one)],
    }
}

/// An entrywise product without these powers of its factors. They are taken out of it: dividing by them is another thing where they
/// have entries that are 0, as a triangular matrix has.
pub(super) fn without(arena: &mut Arena, id: ExprId, powers: &[(ExprId, ExprId)]) -> ExprId {
    let (shape, one) = (arena.shape(id), arena.one());
    let mut factors = match arena.node(id) {
        Node::Hadamard(factors) => factors.to_vec(),
        _ => vec![(id, one)],
    };
    let mut alike: FxHashMap<(ExprId, ExprId), usize> = FxHashMap::default();
    let mut of_base: FxHashMap<ExprId, usize> = FxHashMap::default();
    for (place, (base, exponent)) in factors.iter().enumerate() {
        alike.entry((*base, *exponent)).or_insert(place);
        of_base.entry(*base).or_insert(place);
    }
    for power in powers {
        let Some(place) = alike.get(power).or_else(|| of_base.get(&power.0)) else { continue };
        factors[*place].1 = arena.minus(factors[*place].1, power.1);
    }
    factors.retain(|(_, exponent)| !arena.is_zero(*exponent));
    arena.hadamard_powers(&factors, shape)
}

/// s·X + s·Y = s(X + Y), with the smallest power of each base that all terms share.
pub(super) fn common_scalar(
    arena: &mut Arena,
    terms: &[(Coeff, ExprId)],
    costs: &mut Costs,
    depth: usize,
) -> Option<ExprId> {
    let shape = arena.shape(terms[0].1);
    let (common, rest) = shared_scalar(arena, terms, costs)?;
    let rest = arena.add_terms(rest, shape);
    let rest = factor_to(arena, rest, costs, depth - 1);
    Some(arena.mul(&[common, rest]))
}

/// That s, and the terms without it.
pub(super) fn shared_scalar(
    arena: &mut Arena,
    terms: &[(Coeff, ExprId)],
    costs: &mut Costs,
) -> Option<(ExprId, Vec<(Coeff, ExprId)>)> {
    let mut shared = scalar_factors(arena, terms[0].1);
    for (_, term) in &terms[1..] {
        if shared.is_empty() {
            return None;
        }
        let factors: FxHashMap<ExprId, ExprId> = scalar_factors(arena, *term).into_iter().collect();
        shared = shared
            .iter()
            .filter_map(|(base, exponent)| {
                let other = factors.get(base)?;
                if other == exponent {
                    return Some((*base, *exponent));
                }
                let (Some(p), Some(q)) = (arena.as_number(*exponent).cloned(), arena.as_number(*other).cloned()) else {
                    // Powers whose exponents differ by a number, or by less than one of them: the one that is written shorter.
                    let difference = arena.minus(*other, *exponent);
                    let (one, two) = (costs.of(arena, *exponent), costs.of(arena, *other));
                    if arena.as_number(difference).is_none() {
                        let rest = if one <= two { difference } else { arena.neg(difference) };
                        let is_less = !arena.is_negative_throughout(rest) && costs.of(arena, rest) < one.max(two);
                        is_less.then_some(())?;
                    }
                    return Some((*base, if one <= two { *exponent } else { *other }));
                };
                if p.is_negative() != q.is_negative() {
                    return None;
                }
                let least = if p.abs() < q.abs() { p } else { q };
                Some((*base, arena.number(least)))
            })
            .collect();
    }
    if shared.is_empty() {
        return None;
    }
    let common = arena.hadamard_powers(&shared, Shape::SCALAR);
    let mut rest = Vec::with_capacity(terms.len());
    for (coeff, term) in terms {
        let (scalar, array) = arena.split_scalar(*term);
        let scalar = without(arena, scalar, &shared);
        rest.push((coeff.clone(), arena.mul(&[scalar, array])));
    }
    Some((common, rest))
}

/// s₁X + s₂X = (s₁ + s₂)X for vectors and matrices.
fn like_terms(arena: &mut Arena, terms: &[(Coeff, ExprId)], costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let shape = arena.shape(terms[0].1);
    if shape.is_scalar() {
        return None;
    }
    let mut groups: FxHashMap<ExprId, Vec<(Coeff, ExprId)>> = FxHashMap::default();
    let mut order = Vec::new();
    for (coeff, term) in terms {
        let (scalar, rest) = arena.split_scalar(*term);
        groups
            .entry(rest)
            .or_insert_with(|| {
                order.push(rest);
                Vec::new()
            })
            .push((coeff.clone(), scalar));
    }
    if order.len() == terms.len() {
        return None;
    }
    let mut sum = Vec::new();
    for rest in order {
        let scalars = groups.remove(&rest).unwrap_or_default();
        let scalar = arena.add_terms(scalars, Shape::SCALAR);
        let scalar = factor_to(arena, scalar, costs, depth - 1);
        sum.push((Coeff::ONE, arena.mul(&[scalar, rest])));
    }
    Some(arena.add_terms(sum, shape))
}

/// v∘a + v∘b = v∘(a + b)
fn by_entrywise(arena: &mut Arena, terms: &[(Coeff, ExprId)], costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let shape = arena.shape(terms[0].1);
    let one = arena.one();
    if terms.len() > MAX_TERMS_FOR_PAIRS {
        return None;
    }
    // The entrywise factor that most terms share.
    let factors_of = |arena: &Arena, term: ExprId| match arena.node(term) {
        Node::Hadamard(factors) => factors.to_vec(),
        _ => vec![(term, one)],
    };
    let mut counts: FxHashMap<(ExprId, ExprId), usize> = FxHashMap::default();
    let mut order = Vec::new();
    for (_, term) in terms {
        let (_, rest) = if shape.is_scalar() { (one, *term) } else { arena.split_scalar(*term) };
        if arena.is_ones(rest) {
            continue;
        }
        // A matrix alone is not taken out of itself, which would leave a matrix of ones.
        if shape.is_matrix() && !matches!(arena.node(rest), Node::Hadamard(_)) {
            continue;
        }
        for factor in factors_of(arena, rest) {
            let count = counts.entry(factor).or_insert(0);
            if *count == 0 {
                order.push(factor);
            }
            *count += 1;
        }
    }
    let mut best: Option<((ExprId, ExprId), usize)> = None;
    for factor in order {
        let count = counts[&factor];
        if count >= 2 && best.is_none_or(|(_, most)| count > most) {
            best = Some((factor, count));
        }
    }
    let ((base, exponent), _) = best?;
    let mut inner = Vec::new();
    let mut outer = Vec::new();
    for (coeff, term) in terms {
        let (scalar, rest) = if shape.is_scalar() { (one, *term) } else { arena.split_scalar(*term) };
        let alone = shape.is_matrix() && !matches!(arena.node(rest), Node::Hadamard(_));
        if !alone && factors_of(arena, rest).contains(&(base, exponent)) {
            let divided = without(arena, rest, &[(base, exponent)]);
            inner.push((coeff.clone(), arena.mul(&[scalar, divided])));
        } else {
            outer.push((coeff.clone(), *term));
        }
    }
    let inner = arena.add_terms(inner, shape);
    let inner = factor_to(arena, inner, costs, depth - 1);
    let product = arena.hadamard_powers(&[(base, exponent), (inner, one)], shape);
    outer.push((Coeff::ONE, product));
    Some(arena.add_terms(outer, shape))
}

/// Σᵢ fᵢ + Σᵢ gᵢ = Σᵢ (fᵢ + gᵢ) over one range.
fn by_range(arena: &mut Arena, terms: &[(Coeff, ExprId)], costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let shape = arena.shape(terms[0].1);
    let mut groups: FxHashMap<(ExprId, ExprId), Vec<(Coeff, ExprId)>> = FxHashMap::default();
    let mut order = Vec::new();
    let mut rest = Vec::new();
    for (coeff, term) in terms {
        if let Node::Indexed { op: BigOp::Sum, lower, upper, .. } = *arena.node(*term) {
            groups
                .entry((lower, upper))
                .or_insert_with(|| {
                    order.push((lower, upper));
                    Vec::new()
                })
                .push((coeff.clone(), *term));
        } else {
            rest.push((coeff.clone(), *term));
        }
    }
    if order.iter().all(|range| groups[range].len() < 2) {
        return None;
    }
    for (lower, upper) in order {
        let group = groups.remove(&(lower, upper)).unwrap_or_default();
        let fresh = arena.fresh_index();
        let place = arena.index(fresh);
        let mut bodies = Vec::new();
        for (coeff, term) in group {
            let Node::Indexed { index, body, .. } = *arena.node(term) else { continue };
            bodies.push((coeff, arena.substitute_index(body, index, place)));
        }
        let body = arena.add_terms(bodies, shape);
        let body = factor_to(arena, body, costs, depth - 1);
        rest.push((Coeff::ONE, arena.indexed(BigOp::Sum, fresh, lower, upper, body)));
    }
    Some(arena.add_terms(rest, shape))
}

/// What terms of one key are, beside the key.
type Group<K, V> = (K, Vec<(Coeff, V)>);

/// Groups of terms, and the terms that belong to none.
type Grouped<K, V> = (Vec<Group<K, V>>, Vec<(Coeff, ExprId)>);

/// The terms grouped by a key, groups in the order in which they first occur, and those that have none.
fn grouped_by<K: std::hash::Hash + Eq + Copy, V>(
    terms: &[(Coeff, ExprId)],
    key: impl Fn(ExprId) -> Option<(K, V)>,
) -> Grouped<K, V> {
    let (mut groups, mut rest): (Vec<Group<K, V>>, _) = (Vec::new(), Vec::new());
    let mut places: FxHashMap<K, usize> = FxHashMap::default();
    for (coeff, term) in terms {
        let Some((key, value)) = key(*term) else {
            rest.push((coeff.clone(), *term));
            continue;
        };
        let at = *places.entry(key).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push((coeff.clone(), value));
    }
    (groups, rest)
}

/// tr(AX) + tr(BX) = tr((A + B)X)
fn by_trace(arena: &mut Arena, terms: &[(Coeff, ExprId)], costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let (groups, mut rest) = grouped_by(terms, |term| {
        let Node::Trace(inner) = *arena.node(term) else { return None };
        let Node::Product(factors) = arena.node(inner) else { return None };
        let (last, others) = factors.split_last()?;
        (!others.is_empty()).then(|| (*last, others.to_vec()))
    });
    if groups.iter().all(|(_, group)| group.len() < 2) {
        return None;
    }
    for (last, group) in groups {
        let shape = arena.shape(last).transposed();
        let products: Vec<_> = group.into_iter().map(|(coeff, others)| (coeff, arena.mul(&others))).collect();
        let sum = arena.add_terms(products, shape);
        let sum = factor_to(arena, sum, costs, depth - 1);
        let product = arena.mul(&[sum, last]);
        rest.push((Coeff::ONE, arena.trace(product)));
    }
    Some(arena.add_terms(rest, Shape::SCALAR))
}

/// (Ax)ᵢ + (Bx)ᵢ = ((A + B)x)ᵢ
fn by_entry(arena: &mut Arena, terms: &[(Coeff, ExprId)], costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let (groups, mut rest) = grouped_by(terms, |term| match *arena.node(term) {
        Node::Entry(of, row, col) if matches!(arena.node(of), Node::Product(_)) => {
            Some(((row, col, arena.shape(of)), of))
        }
        _ => None,
    });
    if groups.iter().all(|(_, group)| group.len() < 2) {
        return None;
    }
    for ((row, col, shape), group) in groups {
        let sum = arena.add_terms(group, shape);
        let sum = factor_to(arena, sum, costs, depth - 1);
        rest.push((Coeff::ONE, arena.entry(sum, row, col)));
    }
    Some(arena.add_terms(rest, Shape::SCALAR))
}
