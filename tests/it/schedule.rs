//! Schedules at sizes at which matrices are worked on in parts: sweeps, weighted products, tiles, blocks of long loops.

use crate::common;
use matcalc::codegen::lower_for_plan;
use matcalc::kernel::Real;
use matcalc::nalgebra::DMatrix;
use matcalc::numeric::random::Rng;
use matcalc::numeric::{Bindings, evaluate};
use matcalc::plan::{Graph, Inputs, Plan, Source, Tensor, build};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

/// Expressions with the sizes of m, n and k.
const TABLE: &[(&str, [usize; 3])] = &[
    // Two products of one matrix with vectors.
    ("A'(A x - b)", [301, 263, 4]),
    ("A'A x", [301, 263, 4]),
    ("A(A'b + 2x)", [301, 263, 4]),
    ("A'(sigmoid(A x) - b) + x", [70, 1031, 4]),
    ("A'(b .* exp(A x/9) + A x)", [1031, 70, 4]),
    ("S x/2 + S'x/2 + y", [300, 270, 4]),
    ("S'(S x) + S(S'y)", [300, 270, 4]),
    ("A'(A x - sum(A x) b)", [301, 263, 4]),
    ("A'(A x - b) ||A x - b||^2", [301, 263, 4]),
    ("(A x)'b A'(A x)", [301, 263, 4]),
    ("A'(A(x + A'b))", [301, 263, 4]),
    // Weighted products.
    ("A' diag(b) A", [700, 31, 4]),
    ("A' diag(sigmoid(A x)) A", [701, 130, 4]),
    ("A diag(x) A'", [40, 600, 4]),
    ("A' diag(b) A + diag(x) - x x'", [301, 43, 4]),
    ("A'A", [301, 43, 4]),
    // Tiles, diagonals, outer products.
    ("S + S'", [5, 301, 4]),
    ("exp(S/9) .* S' - 2 S", [5, 301, 4]),
    ("4 x x' + 2 (x'x) eye(n) - 2 S'", [5, 141, 4]),
    ("diag(x) + diag(y) + S", [5, 141, 4]),
    ("tr(S S)", [5, 301, 4]),
    ("sum(S .* S')", [5, 301, 4]),
    ("(S .* S') x", [5, 301, 4]),
    ("S' 1", [5, 301, 4]),
    ("1'S", [5, 301, 4]),
    ("A .* (b x') + sin(A)", [301, 20, 4]),
    // Loops with several values.
    ("(3x - y)'x ||3x - y||^2 + sum(exp(x/9))", [5, 1500, 4]),
    ("exp(x/9) sum(exp(x/9)) + (x'y) x", [5, 1500, 4]),
    ("exp(x/9) ./ y * ||exp(x/9)||^2 - sum(exp(x/9) ./ y) y", [5, 1030, 4]),
    ("(S + S') tr((S + S')'S) + ||S + S'||_F^2 S", [5, 141, 4]),
    ("(x'x) (y'y) (x'y) sin(x'y) + exp(x'x/99999) ||x - y||^3", [5, 9, 4]),
    // Long loops.
    ("sum((x - y).^2 .* exp(x/9))", [5, 2049, 4]),
    ("x .* y + sin(x).^2 - cos(y) ./ (2 + x.^2)", [5, 1025, 4]),
    ("||x||^2 + x'y - logsumexp(x)", [5, 5000, 4]),
    ("max(x) y + min(y) x", [5, 700, 4]),
    (
        "x + 2 y + 3 x.^2 + 4 y.^2 + 5 x.^3 + 6 y.^3 + sin(x) + sin(y) + cos(x) + cos(y) + tanh(x) + tanh(y) + exp(x/9) + exp(y/9)",
        [5, 300, 4],
    ),
];

/// What the largest relative difference of two computations is here, in roundings.
const TOLERANCE: f64 = 4_000.0;

/// How far the values of a plan are from others, in roundings, where that is too far; whether arrays are given by columns or by rows, and
/// in a second run.
fn off<T: Real>(plan: &Plan, point: &Bindings<f64>, wanted: &DMatrix<f64>) -> Option<f64> {
    let columns = Inputs::<T>::nearest(point);
    let mut rows = Inputs::<T>::default();
    for (symbol, value) in point.symbols.iter() {
        let entries = value.transpose().iter().map(|entry| T::narrow(*entry)).collect();
        rows.give(Source::Symbol(*symbol), Tensor::made(vec![value.nrows(), value.ncols()], entries));
    }
    let mut most = 0.0_f64;
    for inputs in [&columns, &rows] {
        let mut schedule = plan.schedule(inputs).expect("it has a schedule");
        for _ in 0..2 {
            let entries = schedule.entries(inputs).expect("it has a value").into_iter().map(T::widen);
            let found = DMatrix::from_row_iterator(wanted.nrows(), wanted.ncols(), entries);
            let off = (&found - wanted).amax() / wanted.amax().max(1e-300) / T::epsilon().widen();
            most = if off.is_nan() { f64::INFINITY } else { most.max(off) };
        }
    }
    (most > TOLERANCE).then_some(most)
}

#[test]
fn large_values_are_those_of_the_evaluation_node_by_node() {
    let declarations = "A: matrix(m,n); S: square(n); x: vector(n); y: vector(n); b: vector(m)";
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (text, sizes) in TABLE {
            let problem =
                common::read(text, declarations, &[], Goal::Any).unwrap_or_else(|_| panic!("{text} is not read"));
            let arena = &problem.arena;
            let mut point = Bindings::default();
            for (place, name) in (0_u32..).zip(arena.size_names()) {
                point.sizes.insert(place, sizes[["m", "n", "k"].iter().position(|known| known == name).unwrap_or(2)]);
            }
            let mut rng = Rng::new(5);
            for symbol in &problem.symbols {
                let shape = arena.symbol(*symbol).shape;
                let [rows, cols] = [shape.rows, shape.cols].map(|dim| point.size(arena, dim).expect("it is known"));
                // What floats hold, so that both precisions begin with the same numbers.
                let drawn: DMatrix<f64> = rng.normal_matrix(rows, cols);
                point.symbols.insert(*symbol, drawn.map(|entry| f32::narrow(entry).widen()));
            }
            let wanted = evaluate::<f64>(arena, problem.raw[0], &point).expect("it has a value");
            for expr in [problem.raw[0], problem.normal[0]] {
                let mut graph = Graph::default();
                let program = lower_for_plan(arena, expr).expect("it has code");
                let root = build(arena, &program, &point, &mut graph).expect("it has a plan");
                let plan = Plan::new(&graph, &[root]);
                wrong.extend(off::<f64>(&plan, &point, &wanted).map(|off| format!("{text}: {off:e} in doubles")));
                wrong.extend(off::<f32>(&plan, &point, &wanted).map(|off| format!("{text}: {off:e} in floats")));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_computed_entry_by_entry_is_one_step() {
    let declarations = "A: matrix(m,n); S: square(n); x: vector(n); y: vector(n); b: vector(m)";
    let table = [
        ("sum((x - y).^2 .* exp(x/9))", 1),
        ("x + sin(x) .* y", 1),
        ("4 x x' + 2 (x'x) eye(n) - 2 S", 2),
        ("A' diag(sigmoid(A x)) A", 3),
        ("A'(A x - b)", 3),
    ];
    for (text, wanted) in table {
        let problem = common::read(text, declarations, &[], Goal::Any).unwrap_or_else(|_| panic!("{text} is not read"));
        let mut point = Bindings::default();
        point.sizes.extend((0_u32..).zip(problem.arena.size_names()).map(|(place, _)| (place, 7)));
        let mut graph = Graph::default();
        let program = lower_for_plan(&problem.arena, problem.raw[0]).expect("it has code");
        let root = build(&problem.arena, &program, &point, &mut graph).expect("it has a plan");
        let plan = Plan::new(&graph, &[root]);
        assert_eq!(plan.steps.len(), wanted, "{text}: {:?}", plan.steps);
    }
}
