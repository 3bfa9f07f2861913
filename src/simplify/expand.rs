//! Multiplying out, to see whether terms cancel.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Func, Node, Norm, Shape, StandIn, SymbolId};
use crate::number::Coeff;

/// A sum is multiplied out to at most this many terms.
const MAX_TERMS: usize = 64;
/// A sum of matrices or vectors is multiplied out only up to here when a shorter form is looked for.
const MAX_MATRIX_TERMS: usize = 8;
/// Deepest nesting of sums in products that is multiplied out.
const MAX_DEPTH: usize = 12;
/// Powers of a sum of matrices are multiplied out up to this one.
const MAX_POWER: usize = 4;

/// What is multiplied out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Products over sums.
    Products,
    /// Also powers of sums of matrices, and ‖x + y‖² as ‖x‖² + 2xᵀy + ‖y‖².
    Powers,
}

/// The expression with every product and power of sums in its terms multiplied out; `None` where nothing is to be done, where it would
/// get too long, and where no terms meet.
pub(super) fn expand_once(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let is_expandable = match arena.node(id) {
        Node::Add(terms) => {
            terms.len() <= MAX_TERMS && terms.iter().any(|(_, term)| expandable(arena, *term, Reach::Powers))
        }
        _ => expandable(arena, id, Reach::Powers),
    };
    if !is_expandable {
        return None;
    }
    let shape = arena.shape(id);
    let multiplied = expand_terms(arena, id, MAX_DEPTH, Reach::Powers)?;
    // Multiplying out pays only where terms meet.
    let written = multiplied.len();
    let expanded = arena.add_terms(multiplied, shape);
    let left = if arena.is_zero(expanded) { 0 } else { arena.terms(expanded).len() };
    (left < written && (left <= MAX_MATRIX_TERMS || shape.is_scalar())).then_some(expanded)
}

/// The expression multiplied out: products over sums, small powers of sums, σ(−z) as 1 − σ(z). Gives back the expression
/// itself where the result would have too many terms.
pub fn expand(arena: &mut Arena, id: ExprId) -> ExprId {
    expand_to(arena, id, Reach::Products)
}

/// The same, with powers of sums of matrices and squared norms of sums multiplied out, too.
pub fn expand_powers(arena: &mut Arena, id: ExprId) -> ExprId {
    expand_to(arena, id, Reach::Powers)
}

fn expand_to(arena: &mut Arena, id: ExprId, reach: Reach) -> ExprId {
    let shape = arena.shape(id);
    match expand_terms(arena, id, MAX_DEPTH, reach) {
        Some(terms) => arena.add_terms(terms, shape),
        None => id,
    }
}

/// s∘(I⊘s − 1) as I − s: an entrywise product with one sum whose terms are divided by another of the factors, multiplied out.
pub(super) fn distributed(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let Node::Hadamard(factors) = arena.node(id).clone() else { return None };
    let is_multiplied = |arena: &Arena, id: ExprId| {
        let positive = |power: ExprId| arena.as_number(power).is_none_or(|power| !power.is_negative());
        factors.iter().any(|(other, power)| *other == id && positive(*power))
    };
    let divides = |arena: &Arena, term: ExprId| {
        let Node::Hadamard(of_term) = arena.node(term) else { return false };
        of_term.iter().any(|(base, exponent)| {
            arena.as_number(*exponent).is_some_and(Coeff::is_negative) && is_multiplied(arena, *base)
        })
    };
    let place = factors.iter().position(|(base, exponent)| {
        let Node::Add(terms) = arena.node(*base) else { return false };
        arena.is_one(*exponent)
            && terms.len() <= MAX_MATRIX_TERMS
            && terms.iter().any(|(_, term)| divides(arena, *term))
    })?;
    let shape = arena.shape(id);
    let rest: Vec<_> = factors.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, factor)| *factor).collect();
    let rest = arena.hadamard_powers(&rest, shape);
    let terms: Vec<(Coeff, ExprId)> =
        arena.terms(factors[place].0).into_iter().map(|(coeff, term)| (coeff, arena.hadamard(rest, term))).collect();
    Some(arena.add_terms(terms, shape))
}

/// Whether it is a Kronecker product, or a sum with one among its terms or their factors.
pub(super) fn has_kron(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Kron(..) => true,
        Node::Add(terms) => terms.iter().any(|(_, term)| has_kron(arena, *term)),
        Node::Product(factors) => factors.iter().any(|factor| matches!(arena.node(*factor), Node::Kron(..))),
        _ => false,
    }
}

/// The sum with every term multiplied out by itself, so that a long sum whose terms meet stays as short as it is: the k-th derivative of
/// xˣ has about k²/2 terms. Sums in which the variable does not occur stay factors, as in p(p − 1)xᵖ⁻².
pub fn expand_each(arena: &mut Arena, id: ExprId, variable: SymbolId) -> ExprId {
    let (mut names, mut sums) = (FxHashMap::default(), FxHashMap::default());
    for node in arena.post_order(id) {
        let Node::Hadamard(factors) = arena.node(node).clone() else { continue };
        for (base, _) in &*factors {
            let is_sum = matches!(arena.node(*base), Node::Add(terms) if terms.len() > 1);
            let is_named = names.contains_key(base) || !arena.shape(*base).is_scalar();
            // The index of a sum around it is not to leave that.
            if !is_sum || is_named || arena.contains_symbol(*base, variable) || !arena.free_indices(*base).is_empty() {
                continue;
            }
            let symbol = arena.stand_in(StandIn::Part(names.len()));
            let symbol = arena.symbol_expr(symbol);
            names.insert(*base, symbol);
            sums.insert(symbol, *base);
        }
    }
    if names.is_empty() {
        return expand_terms_of(arena, id);
    }
    let named = arena.rewrite(id, &mut names);
    let expanded = expand_terms_of(arena, named);
    arena.rewrite(expanded, &mut sums)
}

fn expand_terms_of(arena: &mut Arena, id: ExprId) -> ExprId {
    let shape = arena.shape(id);
    let Node::Add(terms) = arena.node(id).clone() else { return expand(arena, id) };
    let terms: Vec<(Coeff, ExprId)> = terms.iter().map(|(coeff, term)| (coeff.clone(), expand(arena, *term))).collect();
    arena.add_terms(terms, shape)
}

fn expandable(arena: &Arena, id: ExprId, reach: Reach) -> bool {
    let is_sum = |id: ExprId| matches!(arena.node(id), Node::Add(terms) if terms.len() > 1);
    match arena.node(id) {
        Node::Product(factors) => factors.iter().any(|factor| is_sum(*factor) || expandable(arena, *factor, reach)),
        Node::Hadamard(factors) => factors.iter().any(|(base, exponent)| {
            let is_square = arena.as_number(*exponent).and_then(Coeff::to_i64) == Some(2);
            (arena.is_one(*exponent)
                && (is_sum(*base) || expandable(arena, *base, reach) || is_flipped_sigmoid(arena, *base)))
                || (is_sum(*base) && is_square)
                || (reach == Reach::Powers && is_square && norm_of_sum(arena, *base).is_some())
        }),
        Node::Power(..) => reach == Reach::Powers && power_of_sum(arena, id).is_some(),
        Node::Elementwise(..) => is_flipped_sigmoid(arena, id),
        Node::Transpose(inner) => is_sum(*inner) || expandable(arena, *inner, reach),
        _ => false,
    }
}

/// x + y of ‖x + y‖, Euclidean or Frobenius.
fn norm_of_sum(arena: &Arena, id: ExprId) -> Option<ExprId> {
    let Node::Norm(Norm::Frobenius, inner) = *arena.node(id) else { return None };
    matches!(arena.node(inner), Node::Add(terms) if terms.len() > 1).then_some(inner)
}

/// A + B and k of (A + B)ᵏ, a small power of a matrix.
fn power_of_sum(arena: &Arena, id: ExprId) -> Option<(ExprId, usize)> {
    let Node::Power(base, exponent) = *arena.node(id) else { return None };
    let times = arena.as_number(exponent).and_then(Coeff::to_i64).and_then(|k| usize::try_from(k).ok())?;
    let is_sum = matches!(arena.node(base), Node::Add(terms) if terms.len() > 1);
    (is_sum && (2..=MAX_POWER).contains(&times)).then_some((base, times))
}

/// ‖Σ cᵢxᵢ‖² = Σ cᵢ²‖xᵢ‖² + 2 Σ_{i<j} cᵢcⱼ⟨xᵢ, xⱼ⟩
fn squared_norm(arena: &mut Arena, terms: &[(Coeff, ExprId)]) -> Option<Terms> {
    if terms.len() * terms.len() > MAX_TERMS {
        return None;
    }
    let mut all = Vec::new();
    for (place, (c, x)) in terms.iter().enumerate() {
        let norm = arena.norm(Norm::Frobenius, *x);
        all.push((c.mul(c), arena.pow_number(norm, &Coeff::integer(2))));
        for (d, y) in &terms[place + 1..] {
            let product = if arena.shape(*x).is_column() {
                arena.inner(*x, *y)
            } else {
                let left = arena.transpose(*x);
                let product = arena.mul(&[left, *y]);
                arena.trace(product)
            };
            all.push((c.mul(d).mul(&Coeff::integer(2)), product));
        }
    }
    Some(all)
}

fn is_flipped_sigmoid(arena: &Arena, id: ExprId) -> bool {
    let Node::Elementwise(Func::Sigmoid, inner) = arena.node(id) else { return false };
    match arena.node(*inner) {
        Node::Number(value) => value.is_negative(),
        Node::Add(terms) => terms[0].0.is_negative(),
        _ => false,
    }
}

type Terms = Vec<(Coeff, ExprId)>;

fn expand_terms(arena: &mut Arena, id: ExprId, depth: usize, reach: Reach) -> Option<Terms> {
    if depth == 0 {
        return None;
    }
    let shape = arena.shape(id);
    match arena.node(id).clone() {
        Node::Add(terms) => {
            let mut all = Vec::new();
            for (coeff, term) in terms.iter() {
                let parts = expand_terms(arena, *term, depth - 1, reach)?;
                all.extend(parts.into_iter().map(|(c, t)| (c.mul(coeff), t)));
                if all.len() > MAX_TERMS {
                    return None;
                }
            }
            Some(all)
        }
        Node::Product(factors) if expandable(arena, id, reach) => {
            let mut products: Vec<(Coeff, Vec<ExprId>)> = vec![(Coeff::ONE, Vec::new())];
            for factor in factors.iter() {
                let parts = expand_terms(arena, *factor, depth - 1, reach)?;
                products = cross(products, &parts)?;
            }
            Some(products.into_iter().map(|(coeff, chain)| (coeff, arena.mul(&chain))).collect())
        }
        Node::Hadamard(factors) if expandable(arena, id, reach) => {
            let one = arena.one();
            let mut products: Vec<(Coeff, Vec<ExprId>)> = vec![(Coeff::ONE, Vec::new())];
            for (base, exponent) in factors.iter() {
                let norm = if reach == Reach::Powers { norm_of_sum(arena, *base) } else { None };
                match (arena.as_number(*exponent).and_then(Coeff::to_i64), norm) {
                    (Some(2), Some(inner)) => {
                        let parts = expand_terms(arena, inner, depth - 1, reach)?;
                        let parts = squared_norm(arena, &parts)?;
                        products = cross(products, &parts)?;
                    }
                    (Some(times @ (1 | 2)), _) => {
                        let parts = expand_terms(arena, *base, depth - 1, reach)?;
                        for _ in 0..times {
                            products = cross(products, &parts)?;
                        }
                    }
                    _ => {
                        let power = arena.pow(*base, *exponent);
                        products = cross(products, &[(Coeff::ONE, power)])?;
                    }
                }
            }
            let combine = |arena: &mut Arena, chain: &[ExprId]| {
                let powers: Vec<_> = chain.iter().map(|factor| (*factor, one)).collect();
                arena.hadamard_powers(&powers, shape)
            };
            Some(products.into_iter().map(|(coeff, chain)| (coeff, combine(arena, &chain))).collect())
        }
        Node::Power(..) if reach == Reach::Powers && power_of_sum(arena, id).is_some() => {
            let (base, times) = power_of_sum(arena, id)?;
            let parts = expand_terms(arena, base, depth - 1, reach)?;
            let mut products: Vec<(Coeff, Vec<ExprId>)> = vec![(Coeff::ONE, Vec::new())];
            for _ in 0..times {
                products = cross(products, &parts)?;
            }
            Some(products.into_iter().map(|(coeff, chain)| (coeff, arena.mul(&chain))).collect())
        }
        Node::Elementwise(Func::Sigmoid, inner) if is_flipped_sigmoid(arena, id) => {
            let ones = arena.ones(Shape::new(shape.rows, shape.cols));
            let positive = arena.neg(inner);
            let sigmoid = arena.elementwise(Func::Sigmoid, positive);
            Some(vec![(Coeff::ONE, ones), (Coeff::MINUS_ONE, sigmoid)])
        }
        Node::Transpose(inner) if expandable(arena, id, reach) => {
            let parts = expand_terms(arena, inner, depth - 1, reach)?;
            Some(parts.into_iter().map(|(coeff, part)| (coeff, arena.transpose(part))).collect())
        }
        Node::Number(value) => {
            let one = arena.one();
            Some(vec![(value, one)])
        }
        _ => Some(vec![(Coeff::ONE, id)]),
    }
}

fn cross(products: Vec<(Coeff, Vec<ExprId>)>, parts: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, Vec<ExprId>)>> {
    if products.len() * parts.len() > MAX_TERMS {
        return None;
    }
    let mut next = Vec::with_capacity(products.len() * parts.len());
    for (coeff, chain) in &products {
        for (c, part) in parts {
            let mut longer = chain.clone();
            longer.push(*part);
            next.push((coeff.mul(c), longer));
        }
    }
    Some(next)
}
