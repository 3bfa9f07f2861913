//! `minimize`, `compare` and `check --slope` as they are typed: files, partial results, refusals; and the seminar's rows by the machine.

use std::io::Read as _;

use crate::common::program::{status, stderr, stdout};
use crate::common::python::python;
use crate::common::scratch::Folder;
use crate::common::{self, run};
use matcalc::answer::scalar_derivative;
use matcalc::codegen::lower_for_plan;
use matcalc::expr::ExprId;
use matcalc::nalgebra::DMatrix;
use matcalc::numeric::Bindings;
use matcalc::plan::ad::{Taylor, gradient};
use matcalc::plan::{Graph, Inputs, Kernel, NodeId, build, entries};
use matcalc::problem::Problem;
use matcalc::shape::Goal;

const REGRESSION: [&str; 14] = [
    "minimize",
    "mean((w x - y).^2)",
    "-w",
    "w",
    "--data",
    "x=[1 2 3 4]",
    "--data",
    "y=[2 4 6 8]",
    "--method",
    "gradient-descent",
    "--rate",
    "0.01",
    "--target",
    "1e-9",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    REGRESSION.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn the_seminars_regression_is_one_command() {
    for way in ["symbolic", "reverse", "forward"] {
        let output = run(&with(&["--derivatives", way]));
        status(&output, 0);
        let text = stdout(&output);
        assert!(text.contains("the value is at most 1e-9") && text.contains("75 iterations"), "{text}");
    }
}

#[test]
fn the_seminars_comparison_is_another() {
    let output = run(&with(&["--compare", "--sizes", "4:64:2", "--runs", "3"]));
    status(&output, 0);
    let text = stdout(&output);
    assert_eq!(text.lines().filter(|line| line.contains("  75  ")).count(), 6, "{text}");
    assert!(text.contains("median of 3 runs"), "{text}");
}

#[test]
fn results_iterations_and_pictures_go_to_files() {
    let scratch = Folder::new();
    let path = |name: &str| scratch.path().join(name).to_string_lossy().into_owned();
    let (npy, csv, json, svg) = (path("w.npy"), path("trace.csv"), path("trace.json"), path("plot.svg"));
    status(&run(&with(&["-o", &npy, "--trace", &csv, "--plot", &svg])), 0);
    status(&run(&with(&["--trace", &json])), 0);
    let value = run(&["eval", "w", "-s", &format!("w={npy}")]);
    assert!(stdout(&value).starts_with("1.99998"), "{}", stdout(&value));
    let read = |path: &str| std::fs::read_to_string(path).expect("it was written");
    assert_eq!(read(&csv).lines().count(), 77);
    let steps: serde_json::Value = serde_json::from_str(&read(&json)).expect("it is JSON");
    assert_eq!(steps.as_array().map(Vec::len), Some(76));
    let picture = read(&svg);
    roxmltree::Document::parse(&picture).expect("it is XML");
    assert!(picture.contains("gradient norm"), "{picture}");
}

#[test]
fn files_that_cannot_be_written_are_told_before_the_search() {
    for more in [["-o", "/nowhere/w.npy"], ["--trace", "/nowhere/t.csv"], ["--plot", "/nowhere/p.svg"], ["-o", "w.doc"]]
    {
        let output = run(&with(&more));
        status(&output, 2);
        assert!(stdout(&output).is_empty() && stderr(&output).contains("error:"), "{}", stderr(&output));
    }
}

#[test]
fn what_is_reached_is_printed_with_what_went_wrong() {
    let quartic = ["minimize", "w^4 - w", "-w", "w", "-d", "w: scalar", "--start", "w=3", "--method"];
    let cases: [(&[&str], &str); 4] = [
        (&["gradient-descent", "--rate", "2"], "the next point has no finite value"),
        (&["gradient-descent", "--rate", "1e-6", "--max-iter", "3"], "the 3 iterations are used up"),
        (&["adam", "--max-iter", "0"], "the 0 iterations are used up"),
        (&["momentum", "--rate", "9"], "no finite value"),
    ];
    for (more, wanted) in cases {
        let output = run(&quartic.iter().chain(more).copied().collect::<Vec<_>>());
        status(&output, 1);
        let text = stdout(&output);
        assert!(text.starts_with("w = ") && text.contains("not reached: ") && text.contains(wanted), "{text}");
    }
    let unbounded = run(&["minimize", "w^3", "-w", "w", "-d", "w: scalar", "--start", "w=-1"]);
    status(&unbounded, 1);
    assert!(stdout(&unbounded).contains("not reached"), "{}", stdout(&unbounded));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let cases: [(&[&str], &str); 7] = [
        (&["||A w - y||^2", "-w", "w", "-s", "A=[1 2; 3 4]", "-s", "y=[1 2 3]"], "is 2 in the value of `A` and 3"),
        (&["||A w - y||^2", "-w", "w", "-s", "A=[1 2; 3 4]"], "`y` has no value"),
        (&["||A w||^2", "-w", "w", "-s", "A=[1 2; 3 4]", "--start", "w=[1 2 3]"], "is 2 in the value of `A` and 3"),
        (&["||A w||^2", "-w", "w", "-s", "A=[1 2; 3 4]", "-s", "w=[1 2]"], "is a variable and has a value"),
        (&["log w", "-w", "w", "-d", "w: positive", "--start", "w=-1"], "is not positive"),
        (&["w'w", "-w", "w", "-d", "w: simplex(2)", "--start", "w=[1 1]"], "is not a probability vector"),
        (&["A w", "-w", "w", "-s", "A=[1 2; 3 4]"], "scalar"),
    ];
    for (arguments, wanted) in cases {
        let all: Vec<&str> = std::iter::once("minimize").chain(arguments.iter().copied()).collect();
        let output = run(&all);
        status(&output, 2);
        assert!(stderr(&output).contains(wanted), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn nonnegative_variables_end_on_the_boundary() {
    for method in ["lbfgs", "newton", "trust-region", "gradient-descent"] {
        let output = run(&[
            "minimize",
            "1/2 ||w - y||^2",
            "-w",
            "w",
            "-s",
            "y=[1 -2 3]",
            "--nonnegative",
            "w",
            "--method",
            method,
        ]);
        status(&output, 0);
        assert!(stdout(&output).starts_with("w = [1 0 3]"), "{method}: {}", stdout(&output));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_best_point() {
    use std::process::{Command, Stdio};
    let scratch = Folder::new();
    let trace = scratch.path().join("trace.csv");
    let mut child = Command::new(env!("CARGO_BIN_EXE_matcalc"))
        .args(["minimize", "w^2", "-w", "w", "-d", "w: scalar", "--start", "w=1", "--method", "gd"])
        .args(["--rate", "1e-9", "--max-iter", "100000000", "--trace"])
        .arg(&trace)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    let mut text = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut text).expect("it is text");
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    // Each step is w ← (1 − 2·10⁻⁹)w; how many there were depends on the machine.
    let number = |before: &str, behind: &str| -> f64 {
        let (head, _) = text.split_once(behind).expect("it is said");
        head.rsplit_once(before).expect("it is said").1.parse().expect("a number")
    };
    let (w, steps) = (number("w = ", "\nvalue"), number("\n", " iterations"));
    assert!(steps > 0.0 && (w - (-2e-9 * steps).exp()).abs() < 1e-8 && text.contains("stopped by Ctrl-C"), "{text}");
    assert!(std::fs::read_to_string(trace).expect("it was written").lines().count() > 2);
}

#[test]
fn the_seminars_comparisons_are_one_command_each() {
    let rows: [(&str, &str, bool); 4] = [
        ("1/2 x'A x + b'x + c", "x", true),
        ("tr(A X B)", "X", false),
        ("1/2 ||A x - b||^2", "x", true),
        ("log(1 + exp(a'x))", "x", true),
    ];
    for (expr, wrt, hessian) in rows {
        let mut arguments = vec!["compare", expr, "-w", wrt, "--sizes", "3:12:2", "--runs", "2"];
        arguments.extend(hessian.then_some("--hessian"));
        let output = run(&arguments);
        status(&output, 0);
        let text = stdout(&output);
        assert!(text.contains("✓ the ways agree"), "{text}");
        arguments.extend(["-f", "csv"]);
        let csv = stdout(&run(&arguments));
        assert_eq!(csv.lines().count(), 1 + 2 * if hessian { 7 } else { 4 }, "{csv}");
    }
}

#[test]
fn sizes_that_do_not_fit_are_left_out_with_the_reason() {
    let output = run(&["compare", "x'A x", "-w", "x", "--hessian", "--sizes", "4:40000:2", "--runs", "1"]);
    let text = stdout(&output);
    assert!(
        text.contains("n=4") && text.contains("n=40000") && text.contains("there is no random point of this size"),
        "{text}"
    );
}

#[test]
fn slopes_tell_right_gradients_from_wrong_ones() {
    let right: [(&str, &str, &[&str]); 5] = [
        ("log det X", "X", &[]),
        ("1/2 ||A x - b||^2", "x", &["--claim", "A'(A x - b)"]),
        ("x'x + log sum exp(x)", "x", &[]),
        ("tr(S X) - log det X", "X", &["-d", "X: spd(n); S: symmetric(n)"]),
        ("a'x", "x", &[]),
    ];
    for (expr, wrt, more) in right {
        let output = run(&[&["check", expr, "-w", wrt, "--slope"], more].concat());
        assert!(stdout(&output).contains("✓ the remainders fall"), "{expr}: {}{}", stdout(&output), stderr(&output));
        status(&output, 0);
    }
    let wrong = run(&["check", "log sum exp(x)", "-w", "x", "--slope", "--claim", "2 softmax(x)"]);
    status(&wrong, 1);
    assert!(stdout(&wrong).contains("✗ the remainder of order 1"), "{}", stdout(&wrong));
}

#[test]
fn functions_of_python_files_are_checked() {
    let scratch = Folder::new();
    let file = scratch.path().join("loss.py");
    let text = "def loss(x, b):\n    print('seen')\n    return sum(4 * (p - q) ** 4 for p, q in zip(x, b))\n\
                def gradient(x, b):\n    return [16 * (p - q) ** 3 for p, q in zip(x, b)]\n\
                def wrong(x, b):\n    return [15 * (p - q) ** 3 for p, q in zip(x, b)]\n\
                def other(x, missing):\n    return 0.0\n\
                def nameless(*x):\n    return 0.0\n\
                def scaled(x, lambda_):\n    return lambda_ * sum(p * p for p in x)\n";
    std::fs::write(&file, text).expect("it can be written");
    let of = |name: &str| format!("{}:{name}", file.to_string_lossy());
    let slope = |function: &str, more: &[&str]| {
        let function = of(function);
        let base = ["check", "4 sum((x - b).^4)", "-w", "x", "--slope", "--python", &function];
        run(&[&base[..], more].concat())
    };
    if python("json").is_none() {
        let output = slope("loss", &[]);
        assert!(stderr(&output).contains("Python cannot be started"), "{}", stderr(&output));
        return;
    }
    let output = slope("loss", &[]);
    assert!(stdout(&output).contains("slopes 1, 2, 3"), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&slope("loss", &["--python-gradient", &of("gradient")])).contains("slopes 1, 2"));
    status(&slope("loss", &["--python-gradient", &of("wrong")]), 1);
    // A parameter is called as in the code of the expression.
    let scaled = ["check", "λ x'x", "-w", "x", "--slope", "--python", &of("scaled")];
    let output = run(&scaled);
    assert!(stdout(&output).contains("✓ the remainders fall"), "{}{}", stdout(&output), stderr(&output));
    let refused = [
        ("none", "no function `none`"),
        ("other", "`missing` is not a symbol"),
        ("nameless", "none of its parameters has a name"),
    ];
    for (name, wanted) in refused {
        let output = slope(name, &[]);
        status(&output, 2);
        assert!(stderr(&output).contains(wanted), "{}", stderr(&output));
    }
}

/// The graph of an expression of the scalar x, with its node and the point x = 0.7.
fn of_scalar(problem: &Problem, expr: ExprId, graph: &mut Graph) -> (NodeId, Bindings<f64>) {
    let point = Bindings {
        symbols: [(problem.wrt[0], DMatrix::from_element(1, 1, 0.7))].into_iter().collect(),
        ..Bindings::default()
    };
    let program = lower_for_plan(&problem.arena, expr).expect("it has code");
    let root = build(&problem.arena, &program, &point, graph).expect("it has a plan");
    (root, point)
}

fn variable(graph: &Graph, root: NodeId) -> NodeId {
    let is_input = |id: &NodeId| matches!(graph.kernel(*id), Kernel::Input(_));
    graph.order(&[root]).into_iter().find(is_input).expect("it has a variable")
}

#[test]
fn the_cosines_polynomial_by_reverse_mode_has_the_symbolic_derivative() {
    let text = "sum_{k=0}^6 (-1)^k x^(2k)/(2k)!";
    let mut problem = common::read(text, "x: scalar", &["x"], Goal::Scalar).unwrap_or_else(|_| panic!("{text}"));
    let symbolic = scalar_derivative(&mut problem, 1, None).unwrap_or_else(|_| panic!("{text}")).expr;
    let mut graph = Graph::default();
    let (root, point) = of_scalar(&problem, problem.raw[0], &mut graph);
    let x = variable(&graph, root);
    let reverse = gradient(&mut graph, root, &[x]).expect("it has a derivative")[0];
    let (algebra, _) = of_scalar(&problem, symbolic, &mut graph);
    let inputs = Inputs::of_bindings(&point);
    let value = |root| entries(&graph, root, &inputs).expect("it has a value")[0];
    assert!((value(reverse) - value(algebra)).abs() < 1e-14);
    assert!((value(reverse) + 0.7_f64.sin()).abs() < 1e-9);
}

#[test]
fn the_derivatives_of_tanh_by_taylor_mode_are_the_symbolic_ones() {
    for order in 1..=8_u32 {
        let mut problem = common::read("tanh(x)", "x: scalar", &["x"], Goal::Scalar).unwrap_or_else(|_| panic!("tanh"));
        let symbolic = scalar_derivative(&mut problem, order, None).unwrap_or_else(|_| panic!("{order}")).expr;
        let mut graph = Graph::default();
        let (root, point) = of_scalar(&problem, problem.raw[0], &mut graph);
        let x = variable(&graph, root);
        let one = graph.number(1.0);
        let mut taylor = Taylor::along(&[(x, one)]);
        let coefficient = taylor.coefficient(&mut graph, root, order as usize).expect("it has a derivative");
        let coefficient = coefficient.expect("it is not 0");
        let (algebra, _) = of_scalar(&problem, symbolic, &mut graph);
        let inputs = Inputs::of_bindings(&point);
        let value = |root| entries(&graph, root, &inputs).expect("it has a value")[0];
        let factorial: f64 = (1..=order).map(f64::from).product();
        let (machine, algebra) = (value(coefficient) * factorial, value(algebra));
        assert!((machine - algebra).abs() < 1e-9 * algebra.abs().max(1.0), "{order}: {machine} {algebra}");
    }
}
