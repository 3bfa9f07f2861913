//! How long deriving takes: every row of the seminar, reading, and growth with the size of the input.
//!
//! `cargo bench` runs all; `cargo bench -- growth` the rows that show how time grows. Numeric checks are off throughout: their cost is
//! that of evaluating the expression, not of deriving.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use matcalc::answer;
use matcalc::differential::differentiate;
use matcalc::linear::{self, Convention};
use matcalc::naming::Limits;
use matcalc::problem::{self, Given, Problem};
use matcalc::render::{Format, render_with_parts};
use matcalc::shape::Goal;
use matcalc::simplify::simplify;
use matcalc::stack::on_large_stack;
use rustc_hash::FxHashMap;

#[allow(dead_code, unused_imports, reason = "the benchmark uses a part")]
#[path = "../tests/it/common/mod.rs"]
mod common;

const CASES: &str = include_str!("../tests/cases/gradients.matcalc");

fn read(expr: &str, decl: &str, wrt: &str) -> Problem {
    let given = [Given { origin: "expression".into(), text: expr.into(), goal: Goal::Scalar }];
    problem::read(&given, decl, &[wrt]).unwrap_or_else(|report| panic!("{expr}: {report:?}"))
}

/// Normal form, differential, gradient, projection and simplification of what was read.
fn derive(problem: &mut Problem) {
    let wrt = problem.wrt[0];
    let arena = &mut problem.arena;
    // Not `normalize`, which would remember what reading has found.
    let normal = arena.rewrite(problem.raw[0], &mut FxHashMap::default());
    let Ok(differential) = differentiate(arena, normal, wrt, 0) else { panic!("it is differentiable") };
    let Ok(whole) = linear::gradient(arena, differential.expr, wrt, 0) else { panic!("a differential is linear") };
    let projected = linear::project(arena, whole, wrt, Convention::Projected);
    black_box(simplify(arena, projected));
}

/// From the text of the expression to the text of its gradient.
fn whole(expr: &str, wrt: &str) -> usize {
    let mut problem = read(expr, "", wrt);
    let answer = answer::gradient(&mut problem, 0, Convention::Projected, None)
        .unwrap_or_else(|report| panic!("{expr}: {report:?}"));
    let limits = Limits::default();
    let rendered = render_with_parts(&problem.arena, answer.expr, Format::Unicode, &problem.style, &limits);
    rendered.to_line(Format::Unicode).len()
}

fn seminar(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("seminar");
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(600)).sample_size(20);
    for case in common::cases(CASES).into_iter().filter(|case| case.name.starts_with("seminar")) {
        let problem = read(&case.expr, &case.decl, &case.wrt);
        group.bench_function(BenchmarkId::from_parameter(&case.name), |bencher| {
            bencher.iter_batched(|| problem.clone(), |mut problem| derive(&mut problem), BatchSize::SmallInput);
        });
    }
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(600)).sample_size(20);
    for (name, expr, wrt) in [
        ("log det X", "log det X", "X"),
        ("least squares", "1/2 ||A x - b||^2", "x"),
        ("trace with powers", "tr(A X^2 B X^-T)", "X"),
        ("sum over an index", "log sum_{i=1}^m exp(a_i^T x + b_i)", "x"),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| black_box(read(expr, "", wrt))));
    }
    group.finish();
}

/// ½xᵀA₁x + ½xᵀA₂x + …, k terms.
fn quadratic_forms(k: usize) -> String {
    let terms: Vec<String> = (1..=k).map(|i| format!("1/2 x' A_{i} x")).collect();
    terms.join(" + ")
}

/// tr(A₁XA₂X…AₖX)
fn alternating_trace(k: usize) -> String {
    let factors: Vec<String> = (1..=k).map(|i| format!("A_{i} X")).collect();
    format!("tr({})", factors.join(" "))
}

/// sum(tanh(Wₖ tanh(… tanh(W₁ x))))
fn nested_tanh(k: usize) -> String {
    let mut text = String::from("sum(");
    for i in (1..=k).rev() {
        text.push_str(&format!("tanh(W_{i} "));
    }
    text.push('x');
    text.push_str(&")".repeat(k + 1));
    text
}

/// tr(Xᵏ)
fn trace_of_power(k: usize) -> String {
    format!("tr(X^{k})")
}

/// A family of inputs: its name, how the k-th is written, the variable, and the values of k.
type Family = (&'static str, fn(usize) -> String, &'static str, &'static [usize]);

const FAMILIES: [Family; 4] = [
    ("quadratic forms", quadratic_forms, "x", &[10, 100, 1_000, 10_000]),
    ("alternating trace", alternating_trace, "X", &[4, 16, 64, 256]),
    ("nested tanh", nested_tanh, "x", &[10, 100, 1_000, 2_000]),
    ("trace of a power", trace_of_power, "X", &[10, 1_000, 1_000_000]),
];

fn growth(criterion: &mut Criterion) {
    for (name, text, wrt, sizes) in FAMILIES {
        let mut group = criterion.benchmark_group(format!("growth/{name}"));
        group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1)).sample_size(10);
        for k in sizes {
            let expr = text(*k);
            group.throughput(Throughput::Elements(*k as u64));
            group.bench_function(BenchmarkId::from_parameter(k), |bencher| {
                bencher.iter(|| on_large_stack(|| black_box(whole(&expr, wrt))));
            });
        }
        group.finish();
    }
}

/// The k-th derivative in a scalar, printed.
fn kth_derivative(criterion: &mut Criterion) {
    for (name, expr) in
        [("tanh", "tanh(x)"), ("sigmoid", "sigmoid(x)"), ("exp-square", "exp(x^2)"), ("x-to-the-x", "x^x")]
    {
        let mut group = criterion.benchmark_group(format!("growth/derivative-of-{name}"));
        group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1)).sample_size(10);
        for order in [5_u32, 10, 20, 40] {
            group.bench_function(BenchmarkId::from_parameter(order), |bencher| {
                bencher.iter(|| {
                    let given = [Given { origin: "expression".into(), text: expr.into(), goal: Goal::ScalarVariable }];
                    let mut problem = problem::read(&given, "", &["x"]).unwrap_or_else(|report| panic!("{report:?}"));
                    let answer = answer::scalar_derivative(&mut problem, order, None)
                        .unwrap_or_else(|report| panic!("{report:?}"));
                    let limits = Limits::default();
                    let arena = &problem.arena;
                    render_with_parts(arena, answer.expr, Format::Unicode, &problem.style, &limits).main.len()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, seminar, reading, growth, kth_derivative);
criterion_main!(benches);
