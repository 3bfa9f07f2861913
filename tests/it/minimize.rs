//! Minima of problems whose minima are known, by every method from several starts; and the number of evaluations against SciPy's, where a
//! Python with SciPy is found.

use crate::common::python::{output_of, python};
use matcalc::minimize::{Method, Options};
use matcalc::nalgebra::DMatrix;
use matcalc::numeric::SharedMatrix;
use matcalc::numeric::io::parse_literal;
use matcalc::oracle::Way;
use matcalc::request::numbers::{Data, Minimize};
use matcalc::request::{self, Page, Query, Request};
use matcalc::stack::on_large_stack;
use serde_json::{Value, json};

const SCRIPT: &str = include_str!("minimize_check.py");

/// A problem with its data and starts.
struct Problem {
    name: &'static str,
    expr: &'static str,
    decl: &'static str,
    wrt: &'static [&'static str],
    data: &'static [(&'static str, &'static str)],
    /// For each start a value of each variable.
    starts: &'static [&'static [&'static str]],
    /// The minimum, where it is known without SciPy.
    least: Option<f64>,
}

const A: (&str, &str) = ("A", "[1 2 0; 0 1 -1; 3 0 1; 1 1 1; -2 0.5 1; 0.3 -1 2]");
const Y: (&str, &str) = ("y", "[1 -1 1 1 -1 -1]");

const PROBLEMS: [Problem; 13] = [
    Problem {
        name: "rosenbrock",
        expr: "(1 - a)^2 + 100 (b - a^2)^2",
        decl: "a: scalar; b: scalar",
        wrt: &["a", "b"],
        data: &[],
        starts: &[&["-1.2", "1"], &["0", "0"], &["2", "-1.5"]],
        least: Some(0.0),
    },
    Problem {
        name: "least squares",
        expr: "1/2 ||A w - y||^2",
        decl: "",
        wrt: &["w"],
        data: &[A, Y],
        starts: &[&["[0 0 0]"], &["[5 -3 2]"], &["[-10 10 10]"]],
        least: None,
    },
    Problem {
        name: "logistic regression",
        expr: "mean(log(1 + exp(-y .* (A w)))) + 0.05 ||w||^2",
        decl: "",
        wrt: &["w"],
        data: &[A, Y],
        starts: &[&["[0 0 0]"], &["[3 -3 2]"], &["[-2 8 1]"]],
        least: None,
    },
    Problem {
        name: "log-sum-exp",
        expr: "log(sum(exp(A w + y))) + 0.1 ||w||^2",
        decl: "",
        wrt: &["w"],
        data: &[A, Y],
        starts: &[&["[0 0 0]"], &["[3 -3 2]"], &["[-5 5 5]"]],
        least: None,
    },
    Problem {
        name: "badly conditioned quadratic",
        expr: "1/2 w'D w - sum(w)",
        decl: "D: symmetric",
        wrt: &["w"],
        data: &[("D", "[1 0 0 0; 0 30 0 0; 0 0 1000 0; 0 0 0 30000]")],
        starts: &[&["[0 0 0 0]"], &["[1 1 1 1]"], &["[-3 2 -1 5]"]],
        least: Some(-0.5 * (1.0 + 1.0 / 30.0 + 1e-3 + 1.0 / 30000.0)),
    },
    Problem {
        name: "himmelblau",
        expr: "(a^2 + b - 11)^2 + (a + b^2 - 7)^2",
        decl: "a: scalar; b: scalar",
        wrt: &["a", "b"],
        data: &[],
        starts: &[&["0", "0"], &["-4", "4"], &["5", "-2"], &["-3", "-3"]],
        least: Some(0.0),
    },
    Problem {
        name: "matrix factorization",
        expr: "1/2 ||A - U V||_F^2",
        decl: "U: matrix(6,2); V: matrix(2,3)",
        wrt: &["U", "V"],
        data: &[A],
        starts: &[
            &["[1 0; 0 1; 1 0; 0 1; 1 1; 0 0]", "[1 0 0; 0 1 0]"],
            &["[1 2; -1 1; 1 0; 3 1; 1 1; 0 2]", "[1 0 1; 0 1 -1]"],
        ],
        least: None,
    },
    Problem {
        name: "softmax regression",
        expr: "sum_{i=1}^m (log(sum(exp(W x_i))) - z_i'W x_i) + 0.05 ||W||_F^2",
        decl: "x: family(m) of vector(2); z: family(m) of vector(3); W: matrix(3,2)",
        wrt: &["W"],
        data: &[("x", "[1 0; 0 1; 1 1; -1 2; 2 -1]"), ("z", "[1 0 0; 0 1 0; 0 0 1; 0 1 0; 1 0 0]")],
        starts: &[&["[0 0; 0 0; 0 0]"], &["[1 -1; 2 0; 0 3]"], &["[-3 1; 1 1; 2 2]"]],
        least: None,
    },
    Problem {
        name: "pseudo-Huber loss",
        expr: "sum(sqrt(1 + (A w - 3 y).^2) - 1)",
        decl: "",
        wrt: &["w"],
        data: &[A, Y],
        starts: &[&["[0 0 0]"], &["[3 -3 2]"], &["[-10 10 10]"]],
        least: None,
    },
    Problem {
        name: "Rayleigh quotient",
        expr: "w'C w / (w'w)",
        decl: "C: symmetric",
        wrt: &["w"],
        data: &[("C", "[2 -1 0; -1 2 -1; 0 -1 2]")],
        starts: &[&["[1 0 0]"], &["[1 2 3]"], &["[-1 0.5 2]"]],
        // 2 − √2
        least: Some(0.585_786_437_626_905),
    },
    Problem {
        name: "Gaussian likelihood",
        expr: "log det X + tr(C inv(X))",
        decl: "X: spd(3); C: spd(3)",
        wrt: &["X"],
        data: &[("C", "[2 -1 0; -1 2 -1; 0 -1 2]")],
        starts: &[&["[1 0 0; 0 1 0; 0 0 1]"], &["[3 1 0; 1 2 0; 0 0 1]"], &["[0.5 0 0; 0 4 0; 0 0 9]"]],
        // log det C + 3
        least: Some(4.386_294_361_119_891),
    },
    Problem {
        name: "Brockett's function",
        expr: "tr(N Q'C Q)",
        decl: "Q: orthogonal(3); C: symmetric(3); N: diagonal(3)",
        wrt: &["Q"],
        data: &[("C", "[2 -1 0; -1 2 -1; 0 -1 2]"), ("N", "[1 0 0; 0 2 0; 0 0 3]")],
        starts: &[&["[1 0 0; 0 1 0; 0 0 1]"], &["[0 1 0; 0 0 1; 1 0 0]"], &["[0.6 -0.8 0; 0.8 0.6 0; 0 0 1]"]],
        // Σ k λₖ with the eigenvalues 2 + √2, 2, 2 − √2
        least: Some(3.414_213_562_373_095 + 4.0 + 3.0 * 0.585_786_437_626_905),
    },
    Problem {
        name: "portfolio in the simplex",
        expr: "1/2 w'C w - r'w",
        decl: "w: simplex(3); C: spd(3)",
        wrt: &["w"],
        data: &[("C", "[2 -1 0; -1 2 -1; 0 -1 2]"), ("r", "[2 0.5 0.1]")],
        starts: &[&["[0.2 0.3 0.5]"], &["[1 0 0]"], &["[0 0 1]"]],
        // At (5/6, 1/6, 0)
        least: None,
    },
];

fn matrix(text: &str) -> SharedMatrix<f64> {
    let read = parse_literal(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    read.matrix
}

fn named<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, SharedMatrix<f64>)> {
    all.map(|(name, text)| (name.to_owned(), matrix(text))).collect()
}

fn data<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Data {
    Data { values: named(all), ..Data::default() }
}

/// What a search finds.
fn found(problem: &Problem, start: &[&str], way: Way, options: Options) -> Page {
    let asked = Minimize {
        options,
        way,
        checkpoints: None,
        data: data(problem.data.iter().copied()),
        starts: data(problem.wrt.iter().copied().zip(start.iter().copied())),
        nonnegative: Vec::new(),
        compare: None,
    };
    let request = Request {
        declarations: problem.decl.to_owned(),
        wrt: problem.wrt.iter().map(|name| (*name).to_owned()).collect(),
        ..Request::new(Query::Minimize(Box::new(asked)), problem.expr)
    };
    let page = on_large_stack(|| request::answer(&request));
    page.unwrap_or_else(|error| panic!("{}: {error}", problem.name))
}

fn least(page: &Page) -> f64 {
    page.trace.iter().map(|step| step.value).fold(f64::INFINITY, f64::min)
}

/// What SciPy finds of all problems from all starts; `None` where there is no SciPy.
fn scipy() -> Option<Value> {
    let Some(python) = python("numpy, scipy") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with NumPy and SciPy");
        eprintln!("not compared: there is no Python with NumPy and SciPy (set MATCALC_PYTHON)");
        return None;
    };
    let rows = |matrix: &DMatrix<f64>| -> Value {
        json!(matrix.row_iter().map(|row| row.iter().copied().collect::<Vec<_>>()).collect::<Vec<_>>())
    };
    let cases = PROBLEMS.iter().map(|problem| {
        let data: serde_json::Map<String, Value> =
            named(problem.data.iter().copied()).iter().map(|(name, value)| (name.clone(), rows(value))).collect();
        let starts =
            problem.starts.iter().map(|start| start.iter().map(|text| rows(&matrix(text))).collect::<Vec<_>>());
        json!({ "name": problem.name, "data": data, "starts": starts.collect::<Vec<_>>() })
    });
    let output = output_of(&python, SCRIPT, cases.collect());
    Some(serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}: {output}")))
}

/// The methods with the names of SciPy's.
const METHODS: [(Method, &str); 3] =
    [(Method::Lbfgs, "L-BFGS-B"), (Method::Newton, "Newton-CG"), (Method::TrustRegion, "trust-exact")];

#[test]
fn every_method_finds_the_minimum_in_about_as_many_evaluations_as_scipy() {
    let scipy = scipy();
    let mut wrong = Vec::new();
    for (place, problem) in PROBLEMS.iter().enumerate() {
        for (start, values) in problem.starts.iter().enumerate() {
            let theirs = scipy.as_ref().map(|all| &all[place][start]);
            let least_known = problem.least.or(theirs.and_then(|theirs| theirs["least"].as_f64()));
            for (method, name) in METHODS {
                let is_orthogonal = problem.decl.contains("orthogonal") && method.needs_hessian();
                let ways = if is_orthogonal {
                    &Way::ALL[1..2 + usize::from(start == 0)]
                } else {
                    &Way::ALL[..if start == 0 { 3 } else { 1 }]
                };
                for way in ways {
                    let page = found(problem, values, *way, Options::of(method));
                    let value = least(&page);
                    let evaluations = page.trace.last().map_or(0, |step| step.evaluations);
                    let case = format!("{}, start {start}, {name}, {}", problem.name, way.name());
                    let most = theirs.and_then(|theirs| theirs[name].as_u64()).map(|count| 2 * count);
                    if most.is_some_and(|most| evaluations as u64 > most) {
                        wrong.push(format!("{case}: {evaluations} evaluations, at most {most:?}"));
                    }
                    let Some(least) = least_known else { continue };
                    if (value - least).abs() > 1e-7 * least.abs().max(1.0) || page.failed {
                        wrong.push(format!("{case}: {value} in place of {least}\n{page}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn first_order_methods_find_the_minimum_too() {
    let mut wrong = Vec::new();
    for problem in &PROBLEMS {
        let best = found(problem, problem.starts[0], Way::Reverse, Options::of(Method::Lbfgs));
        for values in &problem.starts[..1] {
            for (method, rate) in [
                (Method::GradientDescent, None),
                (Method::GradientDescent, Some(0.02)),
                (Method::Momentum, Some(0.005)),
                (Method::Adam, Some(0.05)),
            ] {
                let is_steep = ["rosenbrock", "badly conditioned quadratic", "himmelblau"].contains(&problem.name);
                if is_steep && rate.is_some() && method != Method::Adam {
                    continue;
                }
                let options = Options { rate, tolerance: 1e-5, iterations: 2_000, ..Options::of(method) };
                let page = found(problem, values, Way::Reverse, options);
                // A fixed rate is slow where the function is flat.
                if (least(&page) - least(&best)).abs() > if rate.is_none() { 1e-5 } else { 1e-2 } {
                    wrong.push(format!("{}, {}: {}\n{page}", problem.name, method.name(), least(&best)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A small gradient is no minimum where the function is flat, and no function that falls without bound is said to have one.
#[test]
fn what_has_no_minimum_is_not_said_to_have_one() {
    let text = |expr: &'static str, start: &'static str| {
        let problem = Problem { name: expr, expr, decl: "", wrt: &["x"], data: &[], starts: &[], least: None };
        found(&problem, &[start], Way::Symbolic, Options::of(Method::Lbfgs)).to_string()
    };
    let apart = "log(1 + exp(-x_1 - 2 x_2)) + log(1 + exp(x_2 - 3 x_1))";
    let falling = [("-log(x)", "2"), ("exp(-x)", "1"), ("-sqrt(sqrt(x))", "1"), ("log(1 + exp(-x))", "0")];
    for (expr, start) in falling.into_iter().chain([(apart, "[0 0]")]) {
        let found = text(expr, start);
        assert!(found.contains("no minimum was found") && !found.contains('✓'), "{expr}:\n{found}");
    }
    for (expr, start) in [("x^3", "-1"), ("x", "1"), ("x^3 - x^2", "-1")] {
        let found = text(expr, start);
        assert!(found.contains("falls without bound") && !found.contains('✓'), "{expr}:\n{found}");
    }
    for (expr, start) in
        [("(x - 3)^4", "1"), ("cosh(x)", "2"), ("|x|", "1"), ("x log(x)", "1"), ("1e-6 (x - 1e3)^2", "0")]
    {
        let found = text(expr, start);
        assert!(found.contains("✓ a global minimum"), "{expr}:\n{found}");
    }
}
