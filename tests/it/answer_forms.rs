//! The forms of answers that can be asked for: with named parts, with matrices for families, by the rows of matrices. Every answer must
//! also pass its check.

use crate::common::program::run as matcalc;
use serde_json::Value;

const NAMED: &str = include_str!("../cases/named.matcalc");
const SIMPLIFIED: &str = include_str!("../cases/simplified.matcalc");
const VECTORIZED: &str = include_str!("../cases/vectorized.matcalc");

/// A section of a case file.
struct Case {
    name: String,
    /// `grad x`, `hessian w`, `simplify`, with `by-rows A` behind it.
    asked: Vec<String>,
    expr: String,
    decl: String,
    expected: String,
}

fn cases(text: &str) -> Vec<Case> {
    let sections = text.split("--- ").skip(1);
    let cases: Vec<Case> = sections
        .map(|section| {
            let mut lines = section.lines().filter(|line| !line.is_empty());
            let mut next = || lines.next().unwrap_or_default().to_owned();
            let (name, asked, expr, third) = (next(), next(), next(), next());
            let (decl, expected) = if third.starts_with("= ") { (String::new(), third) } else { (third, next()) };
            let asked = asked.split(' ').map(str::to_owned).collect();
            let expected = expected.trim_start_matches("= ").to_owned();
            Case { name: name.trim_end_matches(" ---").to_owned(), asked, expr, decl, expected }
        })
        .collect();
    assert!(!cases.is_empty());
    cases
}

/// The one answer of a document.
fn json(arguments: &[&str]) -> Value {
    let output = matcalc(arguments);
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}\n{text}{errors}");
    let mut document: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{text}"));
    document["answers"][0].take()
}

/// The conditions of an answer in ASCII.
fn conditions(answer: &Value) -> Vec<&str> {
    answer["conditions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|condition| condition["ascii"].as_str())
        .collect()
}

/// What is wrong with the answer to a case, in the form that `option` asks for.
fn wrong(case: &Case, option: &str) -> Option<String> {
    let mut arguments = vec![case.asked[0].as_str(), &case.expr, "-f", "json", "-d", &case.decl];
    let mut form = vec![option];
    match case.asked[1..].iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {}
        [wrt] => arguments.extend(["-w", wrt]),
        ["by-rows", matrices] => form = vec!["--by-rows", matrices],
        [wrt, "by-rows", matrices] => {
            arguments.extend(["-w", wrt]);
            form = vec!["--by-rows", matrices];
        }
        _ => panic!("{}: {:?}", case.name, case.asked),
    }
    let named = case.expected.contains(" where ") || option == "--name-parts=always";
    arguments.extend(form.into_iter().filter(|option| !option.starts_with("--name-parts")));
    arguments.push(if named { "--name-parts=always" } else { "--name-parts=never" });
    let document = json(&arguments);
    let (found, check) = (&document["result"]["unicode"], &document["check"]["status"]);
    (found != case.expected.as_str() || check != "passed")
        .then(|| format!("{}\n  expected {}\n  found    {found} (check {check})", case.name, case.expected))
}

fn run(text: &str, option: &str) {
    let wrong: Vec<String> = cases(text).iter().filter_map(|case| wrong(case, option)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn parts_are_named_as_an_author_would() {
    run(NAMED, "--name-parts=always");
}

#[test]
fn simplest_forms_are_those_of_textbooks() {
    run(SIMPLIFIED, "--name-parts=never");
}

#[test]
fn families_become_matrices_and_back() {
    run(VECTORIZED, "--vectorize");
}

#[test]
fn conditions_use_the_named_parts() {
    let document = json(&["grad", "||A x - b||", "-w", "x", "-f", "json", "--name-parts"]);
    assert_eq!(document["parts"][0]["name"]["ascii"], "r");
    assert_eq!(document["parts"][0]["value"]["latex"], "A x - b");
    assert_eq!(conditions(&document)[0], "r != 0");
    let plain = json(&["grad", "||A x - b||", "-w", "x", "-f", "json"]);
    assert_eq!(conditions(&plain)[0], "A x - b != 0");
}

/// What holds for every i and j is not said again for one i and every j.
#[test]
fn a_condition_for_every_index_is_said_once() {
    let document = json(&["grad", r"\sum_{i,j} (w_i^T v_j - \log X_{ij})^2", "-w", "w", "-f", "json"]);
    assert_eq!(conditions(&document).len(), 1, "{document}");
}

#[test]
fn an_answer_says_where_it_holds() {
    let cases: [(&str, &str, &[&str]); 14] = [
        ("t^p", "t", &["t > 0"]),
        ("t^2", "t", &[]),
        ("abs(t)^(1/2)", "t", &["t != 0"]),
        ("abs(t)^(3/2)", "t", &[]),
        ("sum(abs(x).^(1/2))", "x", &["x != 0 in every entry"]),
        ("(x'x)^p", "x", &["x != 0"]),
        ("(x'x)^(3/2)", "x", &[]),
        ("norm(x, 3)", "x", &["x != 0"]),
        ("sum((x.^2).^p)", "x", &["x != 0 in every entry"]),
        ("det(X)^p", "X", &["det(X) > 0"]),
        ("log(det(X)/det(Y))", "X", &["det(X)det(Y) > 0"]),
        ("log(-det(X))", "X", &["det(X) < 0"]),
        ("det(X)^3", "X", &["X invertible"]),
        ("tr(X^(1/3))", "X", &["X without eigenvalues <= 0"]),
    ];
    let declared: [(&str, &str, &str, &[&str]); 18] = [
        // What an operator needs is said also where the operator is gone, and under an index.
        ("exp(log x)", "x", "x: scalar", &["x > 0"]),
        ("sqrt(x)^2", "x", "x: scalar", &["x > 0"]),
        ("x/x", "x", "x: scalar", &["x != 0"]),
        ("tr(X X^-1 A)", "X", "", &["X invertible"]),
        ("sum_i |a_i^T x - b_i|", "x", "", &["a_i'x - b_i != 0 for every i"]),
        ("sum_i max(0, 1 - y_i a_i^T x)", "x", "", &["1 - y_i a_i'x != 0 for every i"]),
        ("acosh(x)", "x", "x: scalar", &["x - 1 > 0"]),
        ("asin(x)", "x", "x: scalar", &["1 - x^2 > 0"]),
        ("sum(abs(X))", "X", "X: diagonal(n)", &["diag(X) != 0 in every entry"]),
        ("sum(sqrt(X))", "X", "X: diagonal(n)", &["diag(X) > 0"]),
        // What follows from a declaration, from the form or from another condition is not said.
        ("log det(X X^T + A)", "X", "A: spd(n)", &[]),
        ("log det(I + X^T X)", "X", "", &[]),
        ("log(1 + x^T A x)", "x", "A: psd(n)", &[]),
        ("log(x^T A x/(x^T x))", "x", "A: spd(n)", &["x != 0"]),
        ("tr((I + X^T X)^-1)", "X", "", &[]),
        ("||X||_*", "X", "X: spd(n)", &[]),
        ("log(x) + log(1 + x)", "x", "x: scalar", &["x > 0"]),
        ("log det(X^T X)", "X", "", &["X'X invertible"]),
    ];
    for (expr, want) in [
        // Of a zero second derivative the first one must exist.
        ("abs(t)", &["t != 0"][..]),
        ("sum(relu(A x))", &["A x != 0 in every entry"]),
        ("abs(t)^2", &[]),
    ] {
        let wrt = if expr.contains('x') { "x" } else { "t" };
        let document = json(&["hessian", expr, "-w", wrt, "-f", "json"]);
        let found = conditions(&document);
        assert_eq!(found, want, "hessian of {expr}");
    }
    for (expr, wrt, decl, want) in cases.map(|(expr, wrt, want)| (expr, wrt, "", want)).into_iter().chain(declared) {
        let document = json(&["grad", expr, "-w", wrt, "-d", decl, "-f", "json"]);
        let found = conditions(&document);
        assert_eq!(found, want, "{expr}");
    }
}

#[test]
fn numpy_stays_one_expression_in_the_names_of_the_input() {
    let sum = "log sum_{i=1}^m exp(a_i^T x + b_i)";
    let document = json(&["hessian", sum, "-w", "x", "-f", "json", "--vectorize", "--name-parts"]);
    let code = document["result"]["numpy"].as_str().expect("there is code");
    assert!(code.starts_with("(s1 := scipy.special.softmax(b + a @ x), s2 := a.T @ s1, a.T @ ("), "{code}");
    assert_eq!(document["rows"][0]["matrix"], "A");
    assert_eq!(document["rows"][0]["family"], "a");
    let document = json(&["simplify", "A' diag(p) A", "-d", "p: vector(m)", "-f", "json", "--by-rows", "A"]);
    let code = document["result"]["numpy"].as_str().expect("there is code");
    assert_eq!(code, "A.T @ (p[:, None]*A)");
}

#[test]
fn what_has_no_form_is_said() {
    let output =
        matcalc(&["grad", "sum_{i=1}^m tr(X_i W)^2", "-w", "W", "-d", "X: family(m) of matrix(n,n)", "--vectorize"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("no form with matrices is known for Σᵢ tr(WXᵢ)Xᵢᵀ"), "{text}");
    let output = matcalc(&["simplify", "A x", "--by-rows", "B"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn conditions_of_deep_expressions_stay_short() {
    let depth = 400;
    let mut text = String::from("sum(");
    for layer in (1..=depth).rev() {
        text.push_str(&format!("relu(W_{layer} "));
    }
    text.push('x');
    text.push_str(&")".repeat(depth + 1));
    let output = matcalc(&["grad", &text, "-w", "x", "--no-check"]);
    assert!(output.status.success());
    // Each layer is written once: some dozens of characters for its part, its condition and its declaration.
    assert!(output.stdout.len() < 300 * depth, "{} bytes", output.stdout.len());
}

/// tᵢ = tᵢ₋₁² + tᵢ₋₁, k deep: written out it doubles with each.
fn doubling_chain(start: &str, k: usize) -> String {
    let mut text = format!("t_1 = {start}");
    for i in 2..=k {
        text.push_str(&format!("; t_{i} = t_{0}^2 + t_{0}", i - 1));
    }
    text
}

#[test]
fn an_answer_is_never_cut_and_never_longer_than_with_its_parts_named() {
    for k in [8, 14, 20, 26] {
        let expression = format!("t_{k} where {}", doubling_chain("x'x", k));
        for format in ["unicode", "ascii", "latex"] {
            let output = matcalc(&["grad", &expression, "-w", "x", "-f", format]);
            assert!(output.status.success(), "{k} {format}");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(!text.contains('…') && text.len() < 600 * k, "{k} {format}: {} bytes", text.len());
            assert_eq!(text.matches('(').count(), text.matches(')').count(), "{k} {format}");
        }
    }
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let expression = format!("sum_i t_30 where {}", doubling_chain("a_i' x", 30));
    let output = matcalc(&["grad", &expression, "-w", "x", "--no-check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("too long to be written"));
}
