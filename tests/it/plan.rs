//! Plans against the expressions that they compute: every answer of the tables, and random expressions.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::common;
use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use matcalc::check::{CheckOptions, Outcome, check_code};
use matcalc::codegen::{CodeError, lower_for_plan};
use matcalc::expr::{Arena, ExprId};
use matcalc::kernel::Real as _;
use matcalc::nalgebra::DMatrix;
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Strategy, sample, symbols_of};
use matcalc::numeric::{Bindings, EvalError};
use matcalc::plan::{
    Graph, Inputs, Kernel, NodeId, Plan, PlanError, Schedule, Source, Tensor, ad, build, optimize, run,
};
use matcalc::problem::{Given, read};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

const TABLES: [&str; 2] = [include_str!("../cases/gradients.matcalc"), include_str!("../cases/cookbook.matcalc")];
/// How many random expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;

/// The value of an expression by a plan.
fn value(arena: &Arena, expr: ExprId, point: &Bindings<f64>) -> Result<DMatrix<f64>, PlanError> {
    let program = lower_for_plan(arena, expr)?;
    let mut graph = Graph::default();
    let root = build(arena, &program, point, &mut graph)?;
    let inputs = Inputs::of_bindings(point);
    let entries = run(&graph, &[root], &inputs)?[0].entries();
    let (cheaper, roots) = optimize(&graph, &[root]);
    let again = run(&cheaper, &roots, &inputs)?[0].entries();
    runs_again(&cheaper, &roots, point, &again);
    // Where everything cancels, values of about one leave their rounding.
    let size = entries.iter().fold(1e-6, |most, entry| f64::max(most, entry.abs()));
    for (one, other) in entries.iter().zip(&again) {
        let is_close = (one - other).abs() <= 1e-6 * size || !one.is_finite();
        assert!(is_close, "the cheaper plan has another value: {entries:?} {again:?}");
    }
    let (rows, cols) = point.shape(arena, arena.shape(expr))?;
    assert_eq!(entries.len(), rows * cols, "the value has another shape");
    Ok(DMatrix::from_row_slice(rows, cols, &entries))
}

/// The arrays of a point, row after row in memory of their own.
fn row_major(point: &Bindings<f64>) -> Inputs<'_> {
    let mut inputs = Inputs::of_bindings(point);
    for (symbol, value) in point.symbols.iter() {
        let entries = value.transpose().as_slice().to_vec();
        inputs.give(Source::Symbol(*symbol), Tensor::made(vec![value.nrows(), value.ncols()], entries));
    }
    inputs
}

/// A schedule that has run elsewhere, and with arrays that lie otherwise, has the values of one that has not.
fn runs_again(graph: &Graph, roots: &[NodeId], point: &Bindings<f64>, first: &[f64]) {
    let mut other = point.clone();
    for value in other.symbols.values_mut() {
        value.apply(|entry| *entry *= 1.0 + 0.25 * *entry);
    }
    let mut schedule = Schedule::new(graph, roots, &Inputs::of_bindings(point)).expect("it has run");
    let bits = |entries: &[f64]| entries.iter().map(|entry| entry.to_bits()).collect::<Vec<_>>();
    for point in [point, &other, point] {
        let inputs = Inputs::of_bindings(point);
        let fresh = run(graph, roots, &inputs).map(|values| values[0].entries());
        let turned = schedule.entries(&row_major(point));
        let again = schedule.entries(&inputs);
        match (fresh, again, turned) {
            (Ok(fresh), Ok(again), Ok(turned)) => {
                assert_eq!(bits(&fresh), bits(&again), "a second run has another value");
                assert_eq!(bits(&fresh), bits(&turned), "arrays that lie otherwise have another value");
            }
            (Err(_), Err(_), Err(_)) => {}
            different => panic!("not all have a value: {different:?}"),
        }
    }
    assert_eq!(bits(first), bits(&schedule.entries(&Inputs::of_bindings(point)).expect("it has run")));
}

/// Whether the check of code may go on without a value: matrices that are singular at a point, functions that have no values.
fn tolerated(error: PlanError, unsupported: &AtomicU64) -> Result<Option<DMatrix<f64>>, EvalError> {
    match error {
        PlanError::Evaluation(error) => Err(error),
        PlanError::Singular => Err(EvalError::NoConvergence("the inverse")),
        PlanError::Unsupported("a declared function, which has no values") => {
            unsupported.fetch_add(1, Ordering::Relaxed);
            Err(EvalError::Unsupported("declared functions"))
        }
        error => panic!("{error}"),
    }
}

fn compare(arena: &Arena, expr: ExprId, unsupported: &AtomicU64) -> Result<Outcome, Wrong> {
    if let Err(CodeError::Comparison | CodeError::Number(_)) = lower_for_plan(arena, expr) {
        return Ok(Outcome::Passed);
    }
    let options = CheckOptions { work_limit: 20_000_000, ..CheckOptions::default() };
    let found = check_code(arena, expr, &[], &options, |point| match value(arena, expr, point) {
        Ok(value) => Ok(Some(value)),
        Err(error) => tolerated(error, unsupported),
    });
    match found.outcome {
        Outcome::Failed(disagreement) => Err(Wrong { stage: "plan", details: format!("{disagreement:?}") }),
        outcome => Ok(outcome),
    }
}

#[test]
fn the_plan_of_every_gradient_agrees() {
    let (mut wrong, unsupported) = (Vec::new(), AtomicU64::new(0));
    on_large_stack(|| {
        for case in TABLES.iter().flat_map(|table| common::cases(table)) {
            let Ok((problem, answer)) = common::gradient(&case) else { continue };
            for expr in [problem.raw[0], problem.normal[0], answer.expr] {
                if let Err(error) = compare(&problem.arena, expr, &unsupported) {
                    wrong.push(format!("{}: {}", case.name, error.details));
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn random_plans_agree() {
    let unsupported = AtomicU64::new(0);
    drive::run(Expressions::Mixed, "tests/regressions/random_gradients.txt", CASES, &|sample: Sample| {
        let mut arena = sample.arena;
        compare(&arena, sample.expr, &unsupported)?;
        let normal = arena.normalize(sample.expr);
        compare(&arena, normal, &unsupported).map(|_| ())
    });
}

/// How many values floats have as they should, and which they have not.
#[derive(Default)]
struct Singles {
    near: AtomicU64,
    far: std::sync::Mutex<Vec<String>>,
}

/// Changes of the data by a rounding, of which the largest change of the value says how well it is conditioned.
const CHANGES: u64 = 6;
/// How many roundings and such changes a value in floats may be off.
const ROUNDINGS: f64 = 64.0;

/// Compares the value of an expression in floats with that in doubles of the same data.
fn in_singles(arena: &Arena, expr: ExprId, singles: &Singles) {
    let symbols = symbols_of(arena, &[expr]);
    let sizes: Vec<usize> = arena.size_names().iter().enumerate().map(|(place, _)| 2 + place % 3).collect();
    let Ok(drawn) = sample::<f64>(arena, &symbols, &sizes, Strategy::Normal, &Default::default(), &mut Rng::new(7))
    else {
        return;
    };
    let point = drawn.map(|entry| f32::narrow(entry).widen());
    let mut graph = Graph::default();
    let Some(root) =
        lower_for_plan(arena, expr).ok().and_then(|program| build(arena, &program, &point, &mut graph).ok())
    else {
        return;
    };
    let (graph, roots) = optimize(&graph, &[root]);
    let doubles = |point: &Bindings<f64>| run(&graph, &roots, &Inputs::of_bindings(point));
    let is_usual = |entry: &f64| *entry == 0.0 || (1e-20..1e20).contains(&entry.abs());
    let Some(wanted) = doubles(&point).ok().map(|values| values[0].entries()).filter(|all| all.iter().all(is_usual))
    else {
        return;
    };
    let found = match run(&graph, &roots, &Inputs::<f32>::nearest(&point)) {
        Ok(values) => values[0].entries().into_iter().map(f64::from).collect(),
        Err(PlanError::OutOfRange(_) | PlanError::Counting) => return,
        Err(_) => vec![f64::NAN; wanted.len()],
    };
    let epsilon = f64::from(f32::EPSILON);
    let mut allowed = wanted.iter().fold(1.0_f64, |most, entry| most.max(entry.abs())) * epsilon;
    for change in 1..=CHANGES {
        let moved = point.map(|entry| entry * (1.0 + epsilon * (1e5 * entry * change as f64).sin()));
        let Ok(values) = doubles(&moved) else { return };
        allowed = values[0].entries().iter().zip(&wanted).fold(allowed, |most, (a, b)| most.max((a - b).abs()));
    }
    let off = found.iter().zip(&wanted).map(|(found, wanted)| (found - wanted).abs() / allowed);
    let off = off.fold(0.0_f64, |most, off| if off.is_nan() { f64::INFINITY } else { most.max(off) });
    if off <= ROUNDINGS {
        singles.near.fetch_add(1, Ordering::Relaxed);
    } else if let Ok(mut far) = singles.far.lock() {
        far.push(format!("{off:.0} roundings: {found:?}, not {wanted:?}"));
    }
}

/// Of few random expressions in a hundred something cancels on the way that no change of the data shows.
#[test]
fn random_plans_agree_in_single_precision() {
    let singles = Singles::default();
    drive::run(Expressions::Mixed, "tests/regressions/random_gradients.txt", CASES, &|sample: Sample| {
        in_singles(&sample.arena, sample.expr, &singles);
        Ok(())
    });
    let far = singles.far.into_inner().expect("no thread has failed");
    let near = usize::try_from(singles.near.into_inner()).expect("few");
    assert!(near > 50 && 30 * far.len() <= near, "{near} are near, and these are not:\n{}", far.join("\n"));
}

/// The operations of the cheapest plan, as a formula of the sizes.
fn flops(text: &str, declarations: &str) -> String {
    let given = [Given { origin: "expression".into(), text: text.into(), goal: Goal::Any }];
    let problem = read(&given, declarations, &[]).unwrap_or_else(|_| panic!("{text} is not read"));
    let arena = &problem.arena;
    let mut point = Bindings::default();
    for (place, name) in (0_u32..).zip(arena.size_names()) {
        point.sizes.insert(place, if name == "k" { 10 } else { 1000 });
    }
    let mut graph = Graph::default();
    let program = lower_for_plan(arena, problem.normal[0]).unwrap();
    let root = build(arena, &program, &point, &mut graph).unwrap();
    Plan::new(&graph, &[root]).flops().text(arena)
}

#[test]
fn plans_take_no_more_operations_than_by_hand() {
    let sizes = "A: matrix(m,n); B: matrix(n,p); S: square(n); T: square(n); x: vector(n); y: vector(n); d: vector(m); z: vector(p); L: lower(n); U: upper(n); P: spd(n)";
    let table = [
        ("A B z", "2mn + 2np"),
        ("x'A'A x", "2mn + 2m"),
        ("x'S x", "2n² + 2n"),
        ("(S + S' - 2 x x') x", "4n² + 6n"),
        ("A' diag(d) A", "mn² + mn"),
        ("A'A", "mn²"),
        ("diag(x) S diag(y)", "2n²"),
        ("log det S + x'inv(S) x", "⅔n³ + 2n² + 3n + 1"),
        ("L^-1 x", "n²"),
        ("inv(L)' x", "n²"),
        ("x'U^-1 y", "n² + 2n"),
        ("inv(L) .* T", "⅓n³ + n²"),
        ("inv(P) .* T", "n³ + n²"),
        ("inv(S) .* T", "2n³ + n²"),
        ("tr(A'A)", "2mn"),
        ("tr(S T)", "2n²"),
        ("kron(S, T) vec(x y')", "5n²"),
        ("x_{2:n}'y_{1:n-1}", "4n"),
        ("A_{:,2:n} y_{2:n}", "2mn + 2n"),
        ("x_{3:n}'S_{3:n,:} y", "2n² + 4n"),
        ("A' e_2 + y", "n"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, wanted)| (text, wanted, flops(text, sizes)))
        .filter(|(_, wanted, found)| **wanted != found)
        .map(|(text, wanted, found)| format!("{text}: {found}, not {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The entries of the gradient of an expression by reverse mode, where its only symbol is 0.
fn gradient_at_zero(expr: &str) -> Vec<f64> {
    let problem = common::read(expr, "x: vector(3)", &["x"], Goal::Scalar).unwrap_or_else(|_| panic!("{expr}"));
    let point =
        Bindings { symbols: [(problem.wrt[0], DMatrix::zeros(3, 1))].into_iter().collect(), ..Bindings::default() };
    let mut graph = Graph::default();
    let program = lower_for_plan(&problem.arena, problem.raw[0]).expect("it has code");
    let root = build(&problem.arena, &program, &point, &mut graph).expect("it has a plan");
    let is_input = |id: &NodeId| matches!(graph.kernel(*id), Kernel::Input(_));
    let x = graph.order(&[root]).into_iter().find(is_input).expect("it has a variable");
    let gradient = ad::gradient(&mut graph, root, &[x]).expect("it has a gradient");
    run(&graph, &gradient, &Inputs::of_bindings(&point)).expect("it has a value")[0].entries()
}

#[test]
fn powers_of_a_norm_have_a_derivative_at_zero() {
    for expr in ["||x||^2", "1/2 ||x||_2^2", "||x||^4", "||x||^3 + 1"] {
        assert_eq!(gradient_at_zero(expr), [0.0; 3], "{expr}");
    }
    assert!(gradient_at_zero("||x||").iter().all(|entry| entry.is_nan()));
}

/// Where no size is given the plan is in formulas of the sizes, however large its arrays would be; where one is missing, it is said.
#[test]
fn plans_without_sizes_are_in_formulas() {
    let plan =
        |more: &[&str]| crate::common::program::run(&[&["plan", "log det X", "-w", "X", "--hessian"], more].concat());
    let output = plan(&[]);
    let text = crate::common::program::stdout(&output);
    assert!(text.contains("∇²f") && text.contains("n^4"), "{text}{}", crate::common::program::stderr(&output));
    let error = crate::common::program::stderr(&plan(&["--sizes", "n=2000"]));
    assert!(error.contains("help: give smaller sizes with --sizes"), "{error}");
    let two = ["plan", "tr(A X)^2", "-w", "X", "--hessian", "-d", "X: matrix(n, m)", "--sizes", "m=5000"];
    let error = crate::common::program::stderr(&crate::common::program::run(&two));
    assert!(error.contains("n = 1000 was assumed; give a smaller size: --sizes n=50"), "{error}");
    let small = crate::common::program::run(&["plan", "x'A x", "--sizes", "n=30"]);
    let text = crate::common::program::stdout(&small);
    assert!(text.lines().any(|line| line.contains("buffers") && line.contains(" B at once")), "{text}");
}
