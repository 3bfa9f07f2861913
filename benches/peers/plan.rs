//! How long plans take: the value, the gradient by algebra and by reverse mode, and the Hessian of every row of `rows.json`, in
//! microseconds, and the first two with floats. `run.py` sets them beside others.

mod regression;

use std::time::{Duration, Instant};

use matcalc::answer::{Derivative, Target};
use matcalc::codegen::lower_for_plan;
use matcalc::expr::ExprId;
use matcalc::kernel::Real;
use matcalc::linear::Convention;
use matcalc::numeric::Bindings;
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Strategy, sample, symbols_of};
use matcalc::plan::{Graph, Inputs, Kernel, NodeId, Plan, Source, Tensor, ad, build};
use matcalc::problem::{self, Given, Problem};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;
use serde_json::{Value, json};

const ROWS: &str = include_str!("rows.json");
/// A time is the least of so many, or of as many as fit into the limit.
const MOST_RUNS: usize = 200;
const LIMIT: Duration = Duration::from_millis(400);

fn main() {
    // `cargo bench` passes options of its own; any other argument is a part of the names of the rows that are measured.
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|part| name.contains(part));
    let rows: Value = serde_json::from_str(ROWS).unwrap_or_default();
    let mut all = Vec::new();
    on_large_stack(|| {
        for row in rows.as_array().into_iter().flatten().filter(|row| is_asked(text(row, "name"))) {
            for sizes in row["sizes"].as_array().into_iter().flatten() {
                all.push(measured(row, sizes));
            }
        }
        if is_asked(regression::NAME) {
            all.extend(regression::measured());
        }
    });
    println!("{}", Value::Array(all));
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_default()
}

fn measured(row: &Value, sizes: &Value) -> Value {
    let given = [Given { origin: "expression".into(), text: text(row, "expr").into(), goal: Goal::Scalar }];
    let mut problem = match problem::read(&given, text(row, "decl"), &[text(row, "wrt")]) {
        Ok(problem) => problem,
        Err(report) => panic!("{}: {report:?}", text(row, "name")),
    };
    let target = Target::Gradient { place: 0, convention: Convention::Projected };
    let gradient = target.answer(&mut problem, None).map(|answer| answer.expr);
    let hessian = match row["hessian"].as_bool() {
        Some(true) => Derivative::Hessian { rows: 0, cols: 0 }.views(&mut problem, None).ok().map(|views| views.main()),
        _ => None,
    };
    let bindings = drawn(&problem, sizes);
    let function = problem.normal[0];
    let mut result = json!({"name": row["name"], "sizes": sizes});
    result["value"] = time::<f64>(&problem, &bindings, &[function]);
    result["value, single"] = time::<f32>(&problem, &bindings, &[function]);
    if let Ok(gradient) = gradient {
        result["gradient"] = time::<f64>(&problem, &bindings, &[gradient]);
        result["gradient, single"] = time::<f32>(&problem, &bindings, &[gradient]);
    }
    if let Some(hessian) = hessian {
        result["hessian"] = time::<f64>(&problem, &bindings, &[hessian]);
    }
    let mut graph = Graph::default();
    let root = node(&problem, &bindings, function, &mut graph);
    let wrt = Kernel::Input(Source::Symbol(problem.wrt[0]));
    let variable = graph.order(&[root]).into_iter().find(|id| *graph.kernel(*id) == wrt);
    if let Some(Ok(reverse)) = variable.map(|variable| ad::gradient(&mut graph, root, &[variable])) {
        result["reverse"] = seconds::<f64>(&graph, &reverse, &bindings);
    }
    result
}

/// Random arrays of these sizes, with the structure that they are declared with.
fn drawn(problem: &Problem, sizes: &Value) -> Bindings<f64> {
    let names = problem.arena.size_names();
    let size = |name: &String| usize::try_from(sizes[name.as_str()].as_u64().unwrap_or(10)).unwrap_or(10);
    let sizes: Vec<usize> = names.iter().map(size).collect();
    let symbols = symbols_of(&problem.arena, &[problem.raw[0]]);
    let mut rng = Rng::new(7);
    match sample(&problem.arena, &symbols, &sizes, Strategy::Normal, &Default::default(), &mut rng) {
        Ok(bindings) => bindings,
        Err(error) => panic!("{error}"),
    }
}

/// The arrays as the peers have them: row after row.
fn row_major<T: Real>(bindings: &Bindings<f64>) -> Inputs<'static, T> {
    let mut inputs = Inputs::default();
    for (symbol, value) in bindings.symbols.iter() {
        let entries = value.transpose().iter().map(|entry| T::narrow(*entry)).collect();
        inputs.give(Source::Symbol(*symbol), Tensor::made(vec![value.nrows(), value.ncols()], entries));
    }
    inputs
}

fn node(problem: &Problem, bindings: &Bindings<f64>, expr: ExprId, graph: &mut Graph) -> NodeId {
    let program = lower_for_plan(&problem.arena, expr).unwrap_or_else(|error| panic!("{error}"));
    build(&problem.arena, &program, bindings, graph).unwrap_or_else(|error| panic!("{error}"))
}

fn time<T: Real>(problem: &Problem, bindings: &Bindings<f64>, exprs: &[ExprId]) -> Value {
    let mut graph = Graph::default();
    let roots: Vec<NodeId> = exprs.iter().map(|expr| node(problem, bindings, *expr, &mut graph)).collect();
    seconds::<T>(&graph, &roots, bindings)
}

/// The least time of a run in microseconds, and its operations.
fn seconds<T: Real>(graph: &Graph, roots: &[NodeId], bindings: &Bindings<f64>) -> Value {
    let plan = Plan::new(graph, roots);
    let inputs = row_major::<T>(bindings);
    let mut schedule = plan.schedule(&inputs).unwrap_or_else(|error| panic!("{error}"));
    let (begin, mut least) = (Instant::now(), Duration::MAX);
    for _ in 0..MOST_RUNS {
        let start = Instant::now();
        let values = schedule.run(&inputs).unwrap_or_else(|error| panic!("{error}"));
        std::hint::black_box(&values);
        least = least.min(start.elapsed());
        if begin.elapsed() > LIMIT {
            break;
        }
    }
    json!({"us": least.as_secs_f64() * 1e6, "flops": plan.flops().value})
}
