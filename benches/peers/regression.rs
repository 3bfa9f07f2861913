//! Gradient descent for the regression y = wx, the mean squared error brought down to 10⁻⁹ with the rate 0.01, as `minimize` runs it: the
//! whole search, and with the making of its plan.

use std::time::{Duration, Instant};

use matcalc::minimize::{Block, Method, Options, Set, Space, minimize};
use matcalc::nalgebra::{DMatrix, DVector};
use matcalc::numeric::Bindings;
use matcalc::oracle::{Oracle, Way, derive, plans};
use matcalc::problem::{self, Given, Problem};
use matcalc::shape::Goal;
use matcalc::structure::Structure;
use serde_json::{Value, json};

/// Seven sizes from 10 to 10,000, evenly in the logarithm.
const SIZES: [usize; 7] = [10, 32, 100, 316, 1000, 3162, 10_000];
/// A time is the least of so many.
const RUNS: usize = 20;
/// How often a search is made again with a plan that is there.
const AGAIN: usize = 10;

/// What the row is called.
pub(super) const NAME: &str = "regression loop";

/// The times of all sizes by every way, in microseconds.
pub(super) fn measured() -> Vec<Value> {
    SIZES.iter().map(|n| at(*n)).collect()
}

fn at(n: usize) -> Value {
    let given = [Given { origin: "expression".into(), text: "mean((w x - y).^2)".into(), goal: Goal::Scalar }];
    let read = problem::read(&given, "w: scalar; x: vector(n); y: vector(n)", &["w"]);
    let mut problem = read.unwrap_or_else(|report| panic!("{report:?}"));
    let mut bindings = Bindings::default();
    for symbol in problem.symbols.clone() {
        let factor = if problem.arena.symbol(symbol).name == "x" { 1.0 } else { 2.0 };
        if !problem.wrt.contains(&symbol) {
            bindings.symbols.insert(symbol, DMatrix::from_fn(n, 1, |row, _| factor * (row % 4 + 1) as f64));
        }
    }
    bindings.sizes.insert(0, n);
    let mut result = json!({"name": NAME, "sizes": {"n": n}});
    for way in Way::ALL {
        result[way.name()] = searched(&mut problem, &bindings, way);
    }
    result
}

fn searched(problem: &mut Problem, bindings: &Bindings<f64>, way: Way) -> Value {
    let options = Options { rate: Some(0.01), target: Some(1e-9), ..Options::of(Method::GradientDescent) };
    let space = Space { blocks: vec![Block { first: 0, rows: 1, cols: 1, set: Set::Structured(Structure::General) }] };
    let derived = derive(problem, way, false).unwrap_or_else(|report| panic!("{report:?}"));
    let (mut loops, mut whole, mut iterations) = (Duration::MAX, Duration::MAX, 0);
    let mut search = |oracle: &mut Oracle| {
        let start = Instant::now();
        let found = minimize(oracle, &space, DVector::zeros(1), &options, &mut |_| true);
        let found = found.unwrap_or_else(|trouble| panic!("{trouble:?}"));
        assert!(found.best.value <= 1e-9);
        iterations = found.iterations;
        loops = loops.min(start.elapsed());
    };
    for _ in 0..RUNS {
        let begin = Instant::now();
        let made = plans(problem, &derived, bindings, None).unwrap_or_else(|error| panic!("{error}"));
        let mut oracle = Oracle::new(problem, made, bindings).unwrap_or_else(|error| panic!("{error}"));
        search(&mut oracle);
        whole = whole.min(begin.elapsed());
        // Again, as the peers search with what they compiled before.
        (0..AGAIN).for_each(|_| search(&mut oracle));
    }
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    json!({"us": us(loops), "with_plan_us": us(whole), "iterations": iterations})
}
