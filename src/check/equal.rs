//! Compares two expressions at random points, for `equal` and for simplified forms.

use nalgebra::DMatrix;
use rustc_hash::{FxHashMap, FxHashSet};

use super::branch::kinks;
use super::point::{Comparison, Direction, Pair, size, with};
use super::search::at_points;
use super::terms::{Entries, size_of_terms};
use super::{Cause, Certificate, CheckOptions, Disagreement, Method, Reason, TOLERANCE, VALUE_FLOOR};
use crate::expr::{Arena, ExprId, Node, Spectral, SymbolId, SymbolKind};
use crate::numeric::sample::{Imposed, symbols_of};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};
use crate::structure::Structure;

/// Whether the values of two expressions agree; if not, the certificate's disagreement is the
/// counterexample, with `expected` the value on the left. Differentials in them are bound to the same random
/// directions.
#[must_use]
pub fn check_equal(arena: &Arena, left: ExprId, right: ExprId, options: &CheckOptions) -> Certificate {
    check_equal_by_rows(arena, left, right, &[], options)
}

/// Compares two expressions where entries are 0 or alike, which is where `1[x = y]` is not 0, `sign(x)²` is not 1 and `A pinv(A)` is not I:
/// random points never are there. `None` where neither looks at signs or ranks, and where no symbol may have such entries.
#[must_use]
pub fn check_equal_at_ties(arena: &Arena, left: ExprId, right: ExprId, options: &CheckOptions) -> Option<Certificate> {
    if kinks(arena, &[left, right]).is_empty() && of_a_rank(arena, &[left, right]).is_empty() {
        return None;
    }
    let is_free = |id: &SymbolId| {
        let symbol = arena.symbol(*id);
        matches!(symbol.kind, SymbolKind::Plain | SymbolKind::Family(_)) && symbol.structure == Structure::General
    };
    let free = symbols_of(arena, &[left, right]).into_iter().filter(is_free);
    let tied: Vec<_> = free.filter(|id| !options.overrides.contains_key(id)).map(|id| (id, Imposed::Tied)).collect();
    if tied.is_empty() {
        return None;
    }
    let overrides = with(&options.overrides, &tied);
    Some(check_equal(arena, left, right, &CheckOptions { overrides, sides: false, ..options.clone() }))
}

/// The matrices of which something is taken that jumps where their rank drops, each once.
fn of_a_rank(arena: &Arena, roots: &[ExprId]) -> Vec<ExprId> {
    let mut found = Vec::new();
    for id in roots.iter().flat_map(|root| arena.post_order(*root)) {
        if let Node::Pinv(inner) | Node::Spectral(Spectral::Polar, inner) = *arena.node(id)
            && !found.contains(&inner)
        {
            found.push(inner);
        }
    }
    found
}

/// The matrix that has to have full rank where two expressions agree at random points and differ where entries are alike; `None` where it
/// may be another reason.
#[must_use]
pub fn of_full_rank(arena: &Arena, (left, right): (ExprId, ExprId)) -> Option<ExprId> {
    match of_a_rank(arena, &[left, right])[..] {
        [matrix] if kinks(arena, &[left, right]).is_empty() => Some(matrix),
        _ => None,
    }
}

/// Most symbols that are tried.
const MOST_SYMBOLS: usize = 8;

/// The first symbol such that two expressions agree where it is positive, also at the point at which they were found to differ.
#[must_use]
pub fn equal_where_positive(
    arena: &Arena,
    (left, right): (ExprId, ExprId),
    found: &Disagreement,
    options: &CheckOptions,
) -> Option<SymbolId> {
    let is_open = |id: &SymbolId| arena.symbol(*id).kind == SymbolKind::Plain && arena.symbol(*id).shape.is_scalar();
    let symbols = symbols_of(arena, &[left, right]).into_iter().filter(is_open).take(MOST_SYMBOLS);
    let is_positive_there = |symbol: &SymbolId| {
        let name = &arena.symbol(*symbol).name;
        found.values.iter().any(|(known, value)| known == name && value.iter().all(|entry| *entry > 0.0))
    };
    let mut symbols = symbols.filter(|symbol| !is_positive_there(symbol)).filter(|symbol| {
        let overrides = with(&options.overrides, &[(*symbol, Imposed::Positive)]);
        check_equal(arena, left, right, &CheckOptions { overrides, ..options.clone() }).passed()
    });
    symbols.next()
}

/// As [`check_equal`], where matrices have the members of families as their rows: each pair is a matrix and its family.
#[must_use]
pub fn check_equal_by_rows(
    arena: &Arena,
    left: ExprId,
    right: ExprId,
    rows: &[(SymbolId, SymbolId)],
    options: &CheckOptions,
) -> Certificate {
    if arena.shape(left) != arena.shape(right) {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let differentials = differentials_of(arena, &[left, right]);
    at_points(arena, &[left, right], &[], Method::Values, options, |point| {
        stack(rows, &mut point.bindings);
        let mut directions = Vec::new();
        for (symbol, slot) in &differentials {
            directions.push((*slot, point.direction(*symbol)?));
        }
        point.compare(&Equal { arena, left, right, rows, directions })
    })
}

/// Gives the matrices the members of their families as rows.
fn stack<T: Scalar>(rows: &[(SymbolId, SymbolId)], bindings: &mut Bindings<T>) {
    for (matrix, family) in rows {
        let Some(members) = bindings.families.get(family) else { continue };
        let cols = members.first().map_or(0, |member| member.len());
        let stacked = DMatrix::from_fn(members.len(), cols, |row, col| members[row][col]);
        bindings.symbols.insert(*matrix, stacked);
    }
}

/// The values of both sides, with the differentials in them bound.
struct Equal<'a> {
    arena: &'a Arena,
    left: ExprId,
    right: ExprId,
    rows: &'a [(SymbolId, SymbolId)],
    directions: Vec<(u32, Direction)>,
}

impl Comparison for Equal<'_> {
    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let mut point = point.clone();
        stack(self.rows, &mut point);
        for (slot, direction) in &self.directions {
            let h = direction.at(&point)?;
            point.differentials.insert((direction.symbol, *slot), h);
        }
        let (expected, found) = (evaluate(self.arena, self.left, &point)?, evaluate(self.arena, self.right, &point)?);
        let mut scale = size(&expected).max(size(&found));
        let sides = [(self.left, self.right), (self.right, self.left)];
        let mut known = FxHashMap::default();
        // What is 0 because its terms cancel is as large as their rounding.
        for (side, other) in sides {
            if self.arena.is_zero(other) {
                scale = scale.max(size_of_terms(self.arena, side, &point, &mut known, Entries::Whole)?);
            }
        }
        let doubt = (&expected - &found).iter().map(|entry| entry.real().abs() + entry.doubt()).fold(0.0, f64::max);
        if doubt > TOLERANCE * scale {
            for (side, _) in sides {
                scale = scale.max(VALUE_FLOOR * size_of_terms(self.arena, side, &point, &mut known, Entries::Whole)?);
            }
        }
        Ok(vec![Pair { expected, found, scale, cause: Cause::Value }])
    }
}

/// The differentials below the roots.
fn differentials_of(arena: &Arena, roots: &[ExprId]) -> Vec<(SymbolId, u32)> {
    let mut seen = FxHashSet::default();
    let mut stack = roots.to_vec();
    let mut found = Vec::new();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Node::Differential(symbol, slot) = arena.node(id) {
            found.push((*symbol, *slot));
        }
        stack.extend(arena.node(id).children());
    }
    found.sort_unstable();
    found.dedup();
    found
}
