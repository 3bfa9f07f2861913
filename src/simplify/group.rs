//! Factoring of a part of a sum: terms that share both ends, a scalar factor, a side of a Kronecker product, or are all diagonal.

use rustc_hash::FxHashMap;

use super::Costs;
use super::expand::expand_once;
use super::factor::{common_scalar, factor_to, scalar_factors, shared_scalar, without};
use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;

/// Sums with more terms than this are not searched for parts that share a scalar.
const MAX_TERMS_FOR_PARTS: usize = 12;

/// A sum's terms, each with its coefficient.
type Terms = [(Coeff, ExprId)];

/// Entrywise factors with their exponents.
pub(super) type Powers = Vec<(ExprId, ExprId)>;

/// The sum with a part of it factored, in each of the ways found.
pub(super) fn candidates(arena: &mut Arena, terms: &Terms, costs: &mut Costs, depth: usize) -> Vec<ExprId> {
    if arena.shape(terms[0].1).is_scalar() {
        return by_quadratic(arena, terms).into_iter().chain(by_two_sums(arena, terms, costs)).collect();
    }
    let mut found = by_part_of_scalars(arena, terms, costs, depth);
    found.extend(by_common_powers(arena, terms, costs, depth));
    found.extend(by_diagonal(arena, terms, costs, depth));
    for side in [Side::Left, Side::Right] {
        found.extend(by_kron(arena, terms, side, costs, depth));
    }
    found
}

/// The product of matrices in a term, without its scalar.
fn chain(arena: &Arena, term: ExprId) -> &[ExprId] {
    match arena.node(term) {
        Node::Product(factors) => &factors[usize::from(arena.shape(factors[0]).is_scalar())..],
        _ => &[],
    }
}

/// Puts what was made of a part of the terms beside the others.
fn beside(arena: &mut Arena, terms: &Terms, places: &[usize], made: ExprId) -> ExprId {
    let shape = arena.shape(terms[0].1);
    let mut is_used = vec![false; terms.len()];
    places.iter().for_each(|place| is_used[*place] = true);
    let rest = terms.iter().zip(is_used).filter(|(_, is_used)| !is_used).map(|(term, _)| term.clone());
    let all: Vec<_> = rest.chain([(Coeff::ONE, made)]).collect();
    arena.add_terms(all, shape)
}

/// The places of the terms by a key, keys in the order in which they first occur, those of one term left out.
fn grouped<K: std::hash::Hash + Eq + Copy>(keys: impl Iterator<Item = Option<K>>) -> Vec<(K, Vec<usize>)> {
    let mut groups: Vec<(K, Vec<usize>)> = Vec::new();
    let mut places: FxHashMap<K, usize> = FxHashMap::default();
    for (place, key) in keys.enumerate() {
        let Some(key) = key else { continue };
        let at = *places.entry(key).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(place);
    }
    groups.retain(|(_, places)| places.len() > 1);
    groups
}

/// LR + LMR = L(I + M)R between matrices L and R. (Without the LR each end is taken out by itself.)
pub(super) fn by_both_ends(arena: &mut Arena, terms: &Terms, costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let ends = |(_, term): &(Coeff, ExprId)| {
        let chain = chain(arena, *term);
        let (first, last) = (*chain.first()?, *chain.last()?);
        let matrices = arena.shape(first).is_matrix() && arena.shape(last).is_matrix();
        (chain.len() > 1 && matrices).then_some((first, last))
    };
    let groups = grouped(terms.iter().map(ends));
    let ((left, right), places) =
        groups.into_iter().find(|(_, places)| places.iter().any(|place| chain(arena, terms[*place].1).len() == 2))?;
    let middle = Shape::new(arena.shape(left).cols, arena.shape(right).rows);
    let mut inner = Vec::with_capacity(places.len());
    for place in &places {
        let (coeff, term) = &terms[*place];
        let chain = chain(arena, *term).to_vec();
        let (scalar, _) = arena.split_scalar(*term);
        let identity = arena.identity(middle.rows);
        let mut factors = vec![scalar, identity];
        factors.extend(&chain[1..chain.len() - 1]);
        inner.push((coeff.clone(), arena.mul(&factors)));
    }
    let sum = arena.add_terms(inner, middle);
    let sum = factor_to(arena, sum, costs, depth - 1);
    let product = arena.mul(&[left, sum, right]);
    Some(beside(arena, terms, &places, product))
}

/// sX + sY + Z = s(X + Y) + Z for each scalar that some terms share, but not all.
fn by_part_of_scalars(arena: &mut Arena, terms: &Terms, costs: &mut Costs, depth: usize) -> Vec<ExprId> {
    if terms.len() > MAX_TERMS_FOR_PARTS {
        return Vec::new();
    }
    let mut bases: Vec<(ExprId, Vec<usize>)> = Vec::new();
    for (place, (_, term)) in terms.iter().enumerate() {
        for (base, _) in scalar_factors(arena, *term) {
            match bases.iter_mut().find(|(known, _)| *known == base) {
                Some((_, places)) => places.push(place),
                None => bases.push((base, vec![place])),
            }
        }
    }
    let mut found: Vec<ExprId> = Vec::new();
    for (_, places) in bases.into_iter().filter(|(_, places)| (2..terms.len()).contains(&places.len())) {
        let part: Vec<_> = places.iter().map(|place| terms[*place].clone()).collect();
        if let Some(made) = common_scalar(arena, &part, costs, depth) {
            found.push(beside(arena, terms, &places, made));
        }
    }
    found
}

/// v∘v∘X + v∘Y = v∘(v∘X + Y), the smallest power of each entrywise factor that all terms share.
fn by_common_powers(arena: &mut Arena, terms: &Terms, costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let shape = arena.shape(terms[0].1);
    let (mut common, inner) = shared_powers(arena, terms)?;
    let sum = arena.add_terms(inner, shape);
    let mut best = factor_to(arena, sum, costs, depth - 1);
    // What is left may have terms that cancel.
    if let Some(expanded) = expand_once(arena, sum).filter(|expanded| *expanded != sum) {
        let expanded = factor_to(arena, expanded, costs, depth - 1);
        if costs.of(arena, expanded) < costs.of(arena, best) {
            best = expanded;
        }
    }
    common.push((best, arena.one()));
    Some(arena.hadamard_powers(&common, shape))
}

/// Those powers, and the terms without them.
pub(super) fn shared_powers(arena: &mut Arena, terms: &Terms) -> Option<(Powers, Vec<(Coeff, ExprId)>)> {
    let mut shared: Option<Vec<(ExprId, Coeff)>> = None;
    for (_, term) in terms {
        let (_, rest) = arena.split_scalar(*term);
        let Node::Hadamard(factors) = arena.node(rest) else { return None };
        let power = |(base, exponent): &(ExprId, ExprId)| Some((*base, arena.as_number(*exponent)?.clone()));
        let powers: Vec<(ExprId, Coeff)> = factors.iter().filter_map(power).collect();
        shared = Some(match shared {
            None => powers,
            Some(before) => common_powers(&before, &powers),
        });
    }
    let shared = shared.filter(|shared| !shared.is_empty())?;
    let common: Powers = shared.into_iter().map(|(base, power)| (base, arena.number(power))).collect();
    let mut inner = Vec::with_capacity(terms.len());
    for (coeff, term) in terms {
        let (scalar, rest) = arena.split_scalar(*term);
        let rest = without(arena, rest, &common);
        inner.push((coeff.clone(), arena.mul(&[scalar, rest])));
    }
    Some((common, inner))
}

/// The powers that divide both products.
fn common_powers(left: &[(ExprId, Coeff)], right: &[(ExprId, Coeff)]) -> Vec<(ExprId, Coeff)> {
    let of_base: FxHashMap<ExprId, &Coeff> = right.iter().rev().map(|(base, power)| (*base, power)).collect();
    let smaller = |(base, p): &(ExprId, Coeff)| {
        let q = *of_base.get(base)?;
        if p.is_negative() != q.is_negative() {
            return None;
        }
        Some((*base, if p.abs().sub(&q.abs()).is_negative() { p.clone() } else { q.clone() }))
    };
    left.iter().filter_map(smaller).collect()
}

/// ap² + b·pq + cq² = a(p − uq)(p − vq) of scalars, where u and v are rational.
fn by_quadratic(arena: &mut Arena, terms: &Terms) -> Option<ExprId> {
    if !(3..=MAX_TERMS_FOR_PARTS).contains(&terms.len()) {
        return None;
    }
    let roots: Vec<Option<ExprId>> = terms.iter().map(|(_, term)| root(arena, *term)).collect();
    for (i, p) in roots.iter().enumerate() {
        for (j, q) in roots.iter().enumerate().skip(i + 1) {
            let (Some(p), Some(q)) = (p, q) else { continue };
            let cross = arena.mul(&[*p, *q]);
            let Some(k) = terms.iter().position(|(_, term)| *term == cross) else { continue };
            // Of x and a number x leads: (x − ½)².
            let ((p, i), (q, j)) = if arena.is_one(*p) { ((q, j), (p, i)) } else { ((p, i), (q, j)) };
            let (a, b, c) = (&terms[i].0, &terms[k].0, &terms[j].0);
            let Some((u, v)) = rational_roots(arena, a, b, c) else { continue };
            let first = arena.add_terms([(Coeff::ONE, *p), (u.neg(), *q)], Shape::SCALAR);
            let second = arena.add_terms([(Coeff::ONE, *p), (v.neg(), *q)], Shape::SCALAR);
            let product = arena.mul(&[first, second]);
            let product = arena.scale(a, product);
            return Some(beside(arena, terms, &[i, j, k], product));
        }
    }
    None
}

/// ac + ad + bc + bd = (a + b)(c + d) of scalars.
fn by_two_sums(arena: &mut Arena, terms: &Terms, costs: &mut Costs) -> Option<ExprId> {
    let [a, b, c, d] = terms else { return None };
    for [p, q, r, s] in [[a, b, c, d], [a, c, b, d], [a, d, b, c]] {
        let (left, first) = front_and_sum(arena, &[p.clone(), q.clone()], costs);
        let (right, second) = front_and_sum(arena, &[r.clone(), s.clone()], costs);
        let ((left_content, first), (right_content, second)) =
            (arena.split_content(first), arena.split_content(second));
        if first == second {
            let front = arena.add_terms([(left_content, left), (right_content, right)], Shape::SCALAR);
            return Some(arena.mul(&[front, first]));
        }
    }
    None
}

/// The scalar that terms share, 1 where they share none, and the sum of what is left of them.
fn front_and_sum(arena: &mut Arena, terms: &Terms, costs: &mut Costs) -> (ExprId, ExprId) {
    let (front, rest) = shared_scalar(arena, terms, costs).unwrap_or_else(|| (arena.one(), terms.to_vec()));
    (front, arena.add_terms(rest, Shape::SCALAR))
}

/// The roots of at² + bt + c where they are rational.
fn rational_roots(arena: &mut Arena, a: &Coeff, b: &Coeff, c: &Coeff) -> Option<(Coeff, Coeff)> {
    let half = Coeff::ratio(1, 2)?;
    let discriminant = b.mul(b).sub(&a.mul(c).mul(&Coeff::integer(4)));
    let number = arena.number(discriminant);
    let root = arena.pow_number(number, &half);
    let root = arena.as_number(root)?.clone();
    let over = half.mul(&a.recip()?);
    Some((root.sub(b).mul(&over), root.neg().sub(b).mul(&over)))
}

/// The p of a scalar p².
fn root(arena: &mut Arena, term: ExprId) -> Option<ExprId> {
    let half = Coeff::ratio(1, 2)?;
    match arena.node(term) {
        Node::Number(value) if value.is_one() => Some(term),
        Node::Hadamard(factors) => {
            let factors = factors.clone();
            let mut halved = Vec::with_capacity(factors.len());
            for (base, exponent) in factors.iter() {
                let power = arena.as_number(*exponent)?.mul(&half);
                if !power.is_integer() {
                    return None;
                }
                halved.push((*base, arena.number(power)));
            }
            Some(arena.hadamard_powers(&halved, Shape::SCALAR))
        }
        _ => None,
    }
}

/// diag(u) + diag(v) = diag(u + v)
fn by_diagonal(arena: &mut Arena, terms: &Terms, costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let mut places = Vec::new();
    let mut vectors = Vec::new();
    for (place, (coeff, term)) in terms.iter().enumerate() {
        let (scalar, rest) = arena.split_scalar(*term);
        if let Node::Diag(vector) = *arena.node(rest) {
            places.push(place);
            vectors.push((coeff.clone(), arena.mul(&[scalar, vector])));
        }
    }
    if places.len() < 2 {
        return None;
    }
    let shape = arena.shape(vectors[0].1);
    let sum = arena.add_terms(vectors, shape);
    let sum = factor_to(arena, sum, costs, depth - 1);
    let made = arena.diag(sum);
    Some(beside(arena, terms, &places, made))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// A ⊗ B + A ⊗ C = A ⊗ (B + C) and A ⊗ C + B ⊗ C = (A + B) ⊗ C, for the side that the first terms share.
fn by_kron(arena: &mut Arena, terms: &Terms, side: Side, costs: &mut Costs, depth: usize) -> Option<ExprId> {
    let mut keys = Vec::with_capacity(terms.len());
    let mut others = Vec::with_capacity(terms.len());
    for (_, term) in terms {
        let (scalar, rest) = arena.split_scalar(*term);
        let (key, other) = match sides(arena, rest, side) {
            Some((left, right)) if side == Side::Left => (Some(left), right),
            Some((left, right)) => (Some(right), left),
            None => (None, scalar),
        };
        keys.push(key);
        // The other side's shape follows from that of the product.
        others.push(arena.mul(&[scalar, other]));
    }
    let (shared, places) = grouped(keys.into_iter()).into_iter().next()?;
    let inner: Vec<_> = places.iter().map(|place| (terms[*place].0.clone(), others[*place])).collect();
    let shape = arena.shape(inner[0].1);
    let sum = arena.add_terms(inner, shape);
    let sum = factor_to(arena, sum, costs, depth - 1);
    let made = if side == Side::Left { arena.kron(shared, sum) } else { arena.kron(sum, shared) };
    Some(beside(arena, terms, &places, made))
}

/// The sides of a Kronecker product. An outer product with one, M(u ⊗ v)ᵀ or (u ⊗ v)M, can be read as two: the side that is asked
/// for is left alone, and the other takes M.
fn sides(arena: &mut Arena, id: ExprId, side: Side) -> Option<(ExprId, ExprId)> {
    let factors = match arena.node(id) {
        Node::Kron(left, right) => return Some((*left, *right)),
        Node::Product(factors) => factors.clone(),
        _ => return None,
    };
    let (first, last) = (factors[0], factors[factors.len() - 1]);
    if let (Node::Kron(u, v), true) = (arena.node(last).clone(), arena.shape(last).is_row()) {
        let before = arena.mul(&factors[..factors.len() - 1]);
        return Some(if side == Side::Left { (u, arena.mul(&[before, v])) } else { (arena.mul(&[before, u]), v) });
    }
    if let (Node::Kron(u, v), true) = (arena.node(first).clone(), arena.shape(first).is_column()) {
        let behind = arena.mul(&factors[1..]);
        return Some(if side == Side::Left { (u, arena.mul(&[v, behind])) } else { (arena.mul(&[u, behind]), v) });
    }
    None
}
