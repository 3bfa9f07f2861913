//! Compares two expressions at random points, for `equal` and for simplified forms.

use nalgebra::DMatrix;
use rustc_hash::FxHashSet;

use super::point::{Comparison, Pair, at_points, size};
use super::space::project;
use super::{Cause, Certificate, CheckOptions, Method, Reason};
use crate::expr::{Arena, ExprId, Node, Structure, SymbolId};
use crate::numeric::{Bindings, EvalError, Scalar, evaluate};

/// Whether the values of two expressions agree; if not, the certificate's disagreement is the
/// counterexample, with `expected` the value on the left. Differentials in them are bound to the same random
/// directions.
#[must_use]
pub fn check_equal(arena: &Arena, left: ExprId, right: ExprId, options: &CheckOptions) -> Certificate {
    if arena.shape(left) != arena.shape(right) {
        return Certificate::not_checked(Reason::Shape, options);
    }
    let differentials = differentials_of(arena, &[left, right]);
    at_points(arena, &[left, right], &[], Equal::METHOD, options, |point| {
        let mut directions = Vec::new();
        for (symbol, slot) in &differentials {
            directions.push((*symbol, *slot, point.structure(*symbol), point.normal(*symbol)?));
        }
        point.compare(&Equal { arena, left, right, directions })
    })
}

/// The values of both sides, with the differentials in them bound.
struct Equal<'a> {
    arena: &'a Arena,
    left: ExprId,
    right: ExprId,
    directions: Vec<(SymbolId, u32, Structure, DMatrix<f64>)>,
}

impl Comparison for Equal<'_> {
    const METHOD: Method = Method::Values;

    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let mut point = point.clone();
        for (symbol, slot, structure, normal) in &self.directions {
            let Some(x) = point.symbols.get(symbol) else { return Err(EvalError::UnboundSymbol(*symbol)) };
            let h = project(*structure, x, &normal.map(T::from_f64));
            point.differentials.insert((*symbol, *slot), h);
        }
        let (expected, found) = (evaluate(self.arena, self.left, &point)?, evaluate(self.arena, self.right, &point)?);
        let scale = size(&expected).max(size(&found));
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
