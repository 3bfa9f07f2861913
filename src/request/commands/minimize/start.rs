//! Where a search begins: at what is given, at 0 or what the set has in its middle, or at a random point.

use nalgebra::{DMatrix, DVector};

use super::super::super::numbers::Minimize;
use crate::error::Error;
use crate::kernel::Real;
use crate::minimize::{Objective as _, Set, Space, Trouble};
use crate::numeric::Bindings;
use crate::numeric::random::Rng;
use crate::numeric::sample::{self, Overrides, Strategy};
use crate::oracle::Oracle;
use crate::problem::Problem;

/// Rounding of the sum of a probability vector.
const SLACK: f64 = 1e-9;
/// How many random points are tried.
const POINTS: usize = 40;
/// A gradient norm below this, relative to its size elsewhere, is 0.
const VANISHES: f64 = 1e-12;

/// The start, and how it was chosen.
pub(super) fn start<T: Real>(
    problem: &Problem,
    asked: &Minimize,
    bindings: &Bindings<f64>,
    space: &Space,
    oracle: &mut Oracle<T>,
    seed: u64,
) -> Result<(DVector<f64>, String), Error> {
    let given = |x: &mut DVector<f64>| {
        for (symbol, block) in problem.wrt.iter().zip(&space.blocks) {
            if let Some(value) = bindings.symbols.get(symbol) {
                let whole =
                    space.blocks.iter().map(|other| if other == block { value.clone() } else { other.matrix(x) });
                let whole: Vec<DMatrix<f64>> = whole.collect();
                *x = space.point(&whole);
            }
        }
    };
    let name = |place: usize| problem.arena.symbol(problem.wrt[place]).name.clone();
    for (place, block) in space.blocks.iter().enumerate() {
        let value = bindings.symbols.get(&problem.wrt[place]);
        if block.set == Set::Nonnegative && value.is_some_and(|value| value.min() < 0.0) {
            return Err(Error::Message(format!("the start of `{}` has entries below 0", name(place))));
        }
        let is_outside = |value: &&DMatrix<f64>| value.min() < 0.0 || (value.sum() - 1.0).abs() > SLACK;
        if block.set == Set::Simplex && value.filter(is_outside).is_some() {
            return Err(Error::Message(format!("the start of `{}` is not a probability vector", name(place))));
        }
    }
    let mut at = |x: &DVector<f64>| match oracle.gradient(x) {
        Ok((value, gradient)) => {
            let norm = space.reduced(x, &gradient).norm();
            Ok((value.is_finite() && norm.is_finite()).then_some(norm))
        }
        Err(Trouble::Stopped) => Err(Error::Stopped),
        Err(Trouble::Failed(why)) => Err(Error::Message(why)),
    };
    let mut x = space.middle();
    given(&mut x);
    if problem.wrt.iter().all(|symbol| bindings.symbols.contains_key(symbol)) {
        return Ok((x, "as given".into()));
    }
    if at(&x)?.is_some_and(|norm| norm > VANISHES) {
        return Ok((x.clone(), middle(space, asked)));
    }
    let mut rng = Rng::new(seed);
    let names = problem.arena.size_names().len();
    let sizes: Vec<usize> = (0_u32..).take(names).map(|place| *bindings.sizes.get(&place).unwrap_or(&1)).collect();
    for strategy in Strategy::ALL.into_iter().cycle().take(POINTS) {
        let Ok(drawn) =
            sample::sample::<f64>(&problem.arena, &problem.wrt, &sizes, strategy, &Overrides::default(), &mut rng)
        else {
            continue;
        };
        let values: Vec<DMatrix<f64>> = problem
            .wrt
            .iter()
            .zip(&space.blocks)
            .map(|(symbol, block)| {
                let value = drawn.symbols.get(symbol).cloned();
                let value = value.unwrap_or_else(|| DMatrix::zeros(block.rows, block.cols));
                match block.set {
                    Set::Nonnegative => value.abs(),
                    Set::Simplex => value.abs() / value.abs().sum(),
                    Set::Structured(_) | Set::Positive => value,
                }
            })
            .collect();
        x = space.point(&values);
        given(&mut x);
        if at(&x)?.is_some_and(|norm| norm > VANISHES) {
            return Ok((x, format!("a random point of seed {seed}")));
        }
    }
    // A constant is stationary everywhere.
    let mut x = space.middle();
    given(&mut x);
    if at(&x)?.is_some() {
        return Ok((x, middle(space, asked)));
    }
    Err(Error::Message(format!(
        "the function has no finite value at {}, nor at {POINTS} random points\n  = help: give a start: --start {}=…",
        middle(space, asked),
        name(0)
    )))
}

/// The point that is tried first, in words.
fn middle(space: &Space, asked: &Minimize) -> String {
    let word = |set: Set| match set {
        Set::Positive => "ones",
        Set::Simplex => "equal entries",
        Set::Structured(
            crate::structure::Structure::PositiveDefinite
            | crate::structure::Structure::PositiveSemidefinite
            | crate::structure::Structure::Orthogonal,
        ) => "the identity",
        Set::Structured(_) | Set::Nonnegative => "zeros",
    };
    let mut words: Vec<&str> = Vec::new();
    for block in &space.blocks {
        if !words.contains(&word(block.set)) {
            words.push(word(block.set));
        }
    }
    let text = words.join(" and ");
    if asked.starts.values.is_empty() { text } else { format!("{text} where no start is given") }
}
