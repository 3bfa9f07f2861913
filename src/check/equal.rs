//! Compares two expressions at random points, for `equal` and for simplified forms.

use super::point::{Comparison, Numeric, Trial, at_points, compare, is_finite};
use super::{Certificate, CheckOptions, DUAL_TOLERANCE, Method, Reason};
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::numeric::{Bindings, evaluate};
use nalgebra::DMatrix;
use rustc_hash::FxHashSet;

/// Whether the values of two expressions agree; if not, the certificate's disagreement is the
/// counterexample, with `expected` the value on the left. Differentials in them are bound to the same random
/// directions.
#[must_use]
pub fn check_equal(arena: &Arena, left: ExprId, right: ExprId, options: &CheckOptions) -> Certificate {
    check_equal_by_rows(arena, left, right, &[], options)
}

/// The same where matrices have the members of families as their rows: each pair is a matrix and its family.
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
    at_points(arena, &[left, right], &[], options, |point| {
        stack(rows, &mut point.bindings);
        for (symbol, slot) in &differentials {
            if let Some(x) = point.bindings.symbols.get(symbol).cloned() {
                let normal = point.rng.normal_matrix(x.nrows(), x.ncols());
                let h = super::project(point.structure(arena, *symbol), &x, &normal);
                point.bindings.differentials.insert((*symbol, *slot), h);
            }
        }
        let value = evaluate(arena, left, &point.bindings)?;
        let found = evaluate(arena, right, &point.bindings)?;
        if !is_finite(&value) || !is_finite(&found) {
            return Ok(Trial::Outside);
        }
        let scale = value.amax().max(found.amax());
        let expected = Numeric { value, method: Method::Values, tolerance: DUAL_TOLERANCE, error: 0.0 };
        let again = |number| {
            let mut nudged = point.nudged(arena, number);
            stack(rows, &mut nudged);
            Ok((evaluate(arena, left, &nudged)?, evaluate(arena, right, &nudged)?))
        };
        Ok(match compare(&expected, &found, scale, again) {
            Comparison::Equal(error) => Trial::Agree(error, Method::Values),
            Comparison::Unclear => Trial::Outside,
            Comparison::Different => Trial::Disagree(Box::new(point.disagreement(arena, &expected.value, &found))),
        })
    })
}

/// Gives the matrices the members of their families as rows.
fn stack(rows: &[(SymbolId, SymbolId)], bindings: &mut Bindings<f64>) {
    for (matrix, family) in rows {
        let Some(members) = bindings.families.get(family) else { continue };
        let cols = members.first().map_or(0, |member| member.len());
        let stacked = DMatrix::from_fn(members.len(), cols, |row, col| members[row][col]);
        bindings.symbols.insert(*matrix, stacked);
    }
}

/// The differentials below the roots.
fn differentials_of(arena: &Arena, roots: &[ExprId]) -> Vec<(crate::expr::SymbolId, u32)> {
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
