//! How the steps of work grow with the size of a question: about as fast as what is printed, where nothing forces more. Steps are the same on
//! every machine.

use std::process::{Command, Stdio};

/// Of twice the size at most so many times the steps, where the output is linear.
const NEARLY_TWICE: f64 = 2.6;

/// The steps that a question takes.
fn steps(given: &[&str]) -> f64 {
    let output = Command::new(env!("CARGO_BIN_EXE_matcalc"))
        .args(given)
        .arg("--verbose")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    let steps =
        said.lines().find_map(|line| line.trim().strip_suffix(" steps of work")?.rsplit(' ').next()?.parse().ok());
    assert_eq!(output.status.code(), Some(0), "{given:?} {said}");
    steps.unwrap_or_else(|| panic!("{given:?} {said}"))
}

/// Whether a question of twice the size takes about twice the steps.
fn is_nearly_linear(name: &str, size: usize, question: impl Fn(usize) -> Vec<String>) -> Result<(), String> {
    let taken = |size: usize| {
        let question = question(size);
        steps(&question.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (small, large) = (taken(size), taken(2 * size));
    eprintln!("{name}: {small} steps of size {size}, {large} of twice the size");
    if large <= NEARLY_TWICE * small { Ok(()) } else { Err(format!("{name}: {small}, {large}")) }
}

fn grad(text: String, more: &[&str]) -> Vec<String> {
    ["grad".to_owned(), text].into_iter().chain(more.iter().map(|&more| more.to_owned())).collect()
}

fn joined(count: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    (1..=count).map(part).collect::<Vec<_>>().join(separator)
}

#[test]
fn what_is_printed_in_linear_size_takes_nearly_linear_work() {
    let mut wrong = Vec::new();
    let mut check = |name: &str, size: usize, question: &dyn Fn(usize) -> Vec<String>| {
        wrong.extend(is_nearly_linear(name, size, question).err());
    };
    check("a chain that repeats itself", 150, &|k| grad(format!("tr({})", "A B ".repeat(k)), &["-w", "A"]));
    check("a continued fraction", 60, &|k| grad(format!("{}x{}", "1+1/(".repeat(k), ")".repeat(k)), &["-w", "x"]));
    check("nested inverses", 120, &|k| {
        let text = format!("tr({}X{})", "inv(A + ".repeat(k), ")".repeat(k));
        grad(text, &["-w", "X", "-d", "A: matrix(n,n)"])
    });
    check("quadratics", 100, &|k| grad(joined(k, " + ", |i| format!("x'A_{i} x")), &["-w", "x"]));
    check("gradients in many variables", 60, &|k| {
        let names = joined(k, ",", |i| format!("x_{i}"));
        grad(joined(k, " + ", |i| format!("x_{i}'A x_{i}")), &["-w", &names])
    });
    check("a logarithm of quadratics", 100, &|k| {
        grad(format!("log({})", joined(k, " + ", |i| format!("x'A_{i} x"))), &["-w", "x"])
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A tanh net with the squared norm of its output, its declarations and the names of its weights.
fn net(layers: usize) -> [String; 3] {
    let net = (1..=layers).fold("x".to_owned(), |inner, i| format!("tanh(W_{i} {inner})"));
    let declared = format!("x: vector(n); {}", joined(layers, "; ", |i| format!("W_{i}: matrix(n,n)")));
    [format!("||{net}||^2"), declared, joined(layers, ",", |i| format!("W_{i}"))]
}

#[test]
fn gradients_in_all_weights_share_their_parts() {
    let taken = |layers: usize| {
        let [net, declared, weights] = net(layers);
        steps(&["grad", &net, "-w", &weights, "-d", &declared])
    };
    let (some, twice) = (taken(20), taken(40));
    assert!(twice < 40_000.0 && twice < 4.0 * some, "{some} {twice}");
    let [net, declared, weights] = net(40);
    let output =
        Command::new(env!("CARGO_BIN_EXE_matcalc")).args(["grad", &net, "-w", &weights, "-d", &declared]).output();
    let text = String::from_utf8(output.expect("it runs").stdout).expect("it is text");
    assert!(text.len() < 8_000, "{}", text.len());
    assert_eq!(text.matches("W₄₀ ∈").count(), 1, "{text}");
}

#[test]
fn parts_of_a_product_of_many_factors_are_found_soon() {
    let taken = |k: usize| {
        let product = joined(k, "", |i| format!("(x'a_{i} + 1)"));
        steps(&["grad", &product, "-w", "x"])
    };
    assert!(taken(32) < 20_000.0, "{}", taken(32));
    let quadratics = joined(8, "", |i| format!("(x'A_{i} x)"));
    let hessian = steps(&["hessian", &quadratics, "-w", "x"]);
    assert!(hessian < 100_000.0, "{hessian}");
}

#[test]
fn lines_of_a_derivation_take_little_work() {
    let [net, declared, _] = net(12);
    let taken = steps(&["hessian", &net, "-w", "x", "-d", &declared, "--steps"]);
    assert!(taken < 250_000.0, "{taken}");
}

#[test]
fn a_taylor_polynomial_of_a_matrix_function_takes_little_more_with_each_order() {
    for (function, declared) in
        [("expm", "B: square(n)"), ("logm", "B: square(n)"), ("f", "f: matrix function; B: square(n)")]
    {
        let taken = |order: &str| {
            steps(&["taylor", &format!("tr(B {function}(X))"), "-w", "X", "-d", declared, "--order", order])
        };
        let (second, fifth) = (taken("2"), taken("5"));
        assert!(fifth < 12.0 * second && fifth < 1e6, "{function}: {second}, {fifth}");
    }
}

#[test]
fn sums_of_polynomials_take_no_more_for_more_terms() {
    let taken =
        |upper: &str| steps(&["eval", &format!("sum_{{i=1}}^{{{upper}}} (a + i b)^2"), "--set", "a=1", "--set", "b=2"]);
    assert!(taken("10^12") < 2.0 * taken("300"));
}
