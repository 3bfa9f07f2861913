//! Where the numbers that stand in expressions are reached: `1[x = 5]` is not 0 at 5, `relu(x − 10⁸)` beyond 10⁸, and Σ_{i=40}^n i from
//! n = 40 on. Random points are never there.

use super::branch::kinks;
use super::equal::check_equal;
use super::{Certificate, CheckOptions, Numbers, Outcome};
use crate::expr::{Arena, ExprId, Node, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::numeric::sample::symbols_of;
use crate::numeric::{Bindings, evaluate};
use crate::structure::Structure;

/// Most numbers that are tried.
const MOST_NUMBERS: usize = 4;
/// Most symbols that are tried.
const MOST_SYMBOLS: usize = 4;
/// The largest size that is tried: a point has as many entries, or the square of it.
const LARGEST_SIZE: usize = 100;

/// Compares two expressions that choose between branches where the entries of a symbol are one of the numbers in them, its opposite, or twice
/// that. `None` where they do not differ there.
#[must_use]
pub fn check_equal_at_numbers(
    arena: &mut Arena,
    left: ExprId,
    right: ExprId,
    options: &CheckOptions,
) -> Option<Certificate> {
    let roots = [left, right];
    if kinks(arena, &roots).is_empty() {
        return None;
    }
    let is_open =
        |id: &SymbolId| arena.symbol(*id).structure == Structure::General && !options.overrides.contains_key(id);
    let symbols: Vec<SymbolId> = symbols_of(arena, &roots).into_iter().filter(is_open).take(MOST_SYMBOLS).collect();
    let numbers = numbers(arena, roots);
    symbols.into_iter().find_map(|symbol| {
        let values = values(arena.symbol(symbol).kind, &numbers);
        values.iter().find_map(|value| differs_at(arena, roots, (symbol, value), options))
    })
}

/// The sizes beyond the numbers in expressions with sums or products over an index.
#[must_use]
pub fn sizes_beyond_numbers(arena: &mut Arena, roots: [ExprId; 2]) -> Vec<usize> {
    let has_index =
        |root: &ExprId| arena.post_order(*root).iter().any(|id| matches!(arena.node(*id), Node::Indexed { .. }));
    if arena.size_names().is_empty() || !roots.iter().any(has_index) {
        return Vec::new();
    }
    let sizes = numbers(arena, roots).into_iter().filter_map(|number| usize::try_from(number.to_i64()? + 1).ok());
    sizes.filter(|size| (2..=LARGEST_SIZE).contains(size)).collect()
}

/// The numbers in expressions and in their normal forms but for 0, without signs, the largest first.
fn numbers(arena: &mut Arena, roots: [ExprId; 2]) -> Vec<Coeff> {
    let normal = roots.map(|root| arena.normalize(root));
    let mut found: Vec<Coeff> = Vec::new();
    for id in [roots, normal].concat().into_iter().flat_map(|root| arena.post_order(root)) {
        match arena.node(id) {
            Node::Number(value) => found.push(value.abs()),
            Node::Add(terms) => {
                found.extend(terms.iter().filter(|(_, term)| arena.is_one(*term)).map(|(coeff, _)| coeff.abs()));
            }
            _ => {}
        }
    }
    found.retain(|number| !number.is_zero());
    found.sort_by(|one, other| other.cmp(one));
    found.dedup();
    found.truncate(MOST_NUMBERS);
    found
}

/// The values of entries of a kind that numbers give.
fn values(kind: SymbolKind, numbers: &[Coeff]) -> Vec<Coeff> {
    let two = Coeff::integer(2);
    let given =
        numbers.iter().flat_map(|number| [number.clone(), number.neg(), number.mul(&two), number.mul(&two).neg()]);
    let all = given.chain([Coeff::ZERO]);
    match kind {
        SymbolKind::Plain => all.collect(),
        SymbolKind::Positive => all.filter(|value| !value.is_negative() && !value.is_zero()).collect(),
        SymbolKind::Nonnegative => all.filter(|value| !value.is_negative()).collect(),
        SymbolKind::Integer => {
            all.filter(|value| value.is_integer() && !value.is_negative() && !value.is_zero()).collect()
        }
        _ => Vec::new(),
    }
}

/// The check of two expressions where all entries of a symbol have a value, if they differ there.
fn differs_at(
    arena: &mut Arena,
    roots: [ExprId; 2],
    (symbol, value): (SymbolId, &Coeff),
    options: &CheckOptions,
) -> Option<Certificate> {
    let (shape, written) = (arena.symbol(symbol).shape, arena.symbol_expr(symbol));
    let ones = arena.ones(shape);
    let at = arena.scale(value, ones);
    let [left, right] = roots.map(|root| arena.rewrite(root, &mut [(written, at)].into_iter().collect()));
    let check = |numbers| {
        let options = CheckOptions { numbers, points: 1, sides: false, ..options.clone() };
        check_equal(arena, left, right, &options)
    };
    if !matches!(check(Numbers::Doubles).outcome, Outcome::Failed(_)) {
        return None;
    }
    let mut certificate = check(Numbers::Long);
    let Outcome::Failed(report) = &mut certificate.outcome else { return None };
    let mut bindings = Bindings::<f64>::default();
    for (place, name) in (0_u32..).zip(arena.size_names()) {
        bindings.sizes.extend(report.sizes.iter().find(|(known, _)| known == name).map(|(_, size)| (place, *size)));
    }
    let value = evaluate(arena, at, &bindings).ok()?;
    report.values.insert(0, (arena.symbol(symbol).name.clone(), value));
    Some(certificate)
}
