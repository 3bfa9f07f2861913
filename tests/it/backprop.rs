//! The two commands for automatic differentiation: tables whose every cotangent is right, names of nodes, pictures, errors, sessions.

use std::path::Path;

use crate::common;
use matcalc::Session;
use matcalc::answer::backprop::{Backprop, NoBackprop, backprop};
use matcalc::backprop::{Bar, Tape};
use matcalc::check::{CheckOptions, Step, check_adjoints};
use matcalc::expr::SymbolId;
use matcalc::numeric::SharedMatrix;
use matcalc::problem::Problem;
use matcalc::request::{Format, Page, Picture, Query, Request, answer};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;
use nalgebra::DMatrix;

/// The seminar's network of one neuron.
const NEURON: &str = "z = w x + b; y = σ(z); L = ½(y − t)²; R = ½w²; L + λ R";

fn number(name: &str, value: f64) -> (String, SharedMatrix<f64>) {
    (name.to_owned(), DMatrix::from_element(1, 1, value).into())
}

fn neuron_values() -> Vec<(String, SharedMatrix<f64>)> {
    [("w", 2.0), ("x", 1.0), ("b", -1.0), ("t", 1.0), ("λ", 0.1)].map(|(name, value)| number(name, value)).to_vec()
}

fn asked(query: Query, expr: &str, wrt: &[&str], format: Format) -> Result<Page, matcalc::Error> {
    let wrt = wrt.iter().map(|name| (*name).to_owned()).collect();
    let request = Request { wrt, format, ..Request::new(query, expr) };
    on_large_stack(|| answer(&request))
}

fn table(expr: &str, wrt: &[&str], format: Format) -> String {
    let query = Query::Backprop { values: Vec::new(), remarks: Vec::new() };
    let page = asked(query, expr, wrt, format).unwrap_or_else(|error| panic!("{expr}: {error}"));
    assert!(!page.failed, "{expr}: {page}");
    page.result()
}

/// The part of the table's rows under this heading.
fn column(table: &str, heading: &str) -> Vec<String> {
    let lines: Vec<Vec<char>> = table.lines().map(|line| line.chars().filter(|c| *c != '\u{304}').collect()).collect();
    let head: String = lines[0].iter().collect();
    let start = head.find(heading).map(|at| head[..at].chars().count()).expect("the table has the column");
    let plain = lines[2..].iter().map(|line| line.get(start..).unwrap_or_default().iter().collect::<String>());
    plain.map(|text| text.split("   ").next().unwrap_or_default().trim().to_owned()).collect()
}

fn drawn(picture: Picture, expr: &str, wrt: &[&str], values: Vec<(String, SharedMatrix<f64>)>) -> String {
    let with_values = !values.is_empty();
    let query = Query::Graph { picture, with_values, with_adjoints: true, values, remarks: Vec::new() };
    let page = asked(query, expr, wrt, Format::Unicode).unwrap_or_else(|error| panic!("{expr}: {error}"));
    assert!(!page.failed, "{expr}: {page}");
    page.result()
}

#[test]
fn the_table_of_the_neuron() {
    common::settings().bind(|| {
        insta::assert_snapshot!("backprop-neuron", table(NEURON, &["w", "b"], Format::Unicode));
        insta::assert_snapshot!("backprop-neuron-latex", table(NEURON, &["w", "b"], Format::Latex));
        let query = Query::Backprop { values: neuron_values(), remarks: Vec::new() };
        let page = asked(query, NEURON, &["w", "b"], Format::Unicode).expect("it has values");
        insta::assert_snapshot!("backprop-neuron-values", page.to_string());
        insta::assert_snapshot!("graph-neuron", drawn(Picture::Unicode, NEURON, &["w", "b"], Vec::new()));
        insta::assert_snapshot!("graph-neuron-mermaid", drawn(Picture::Mermaid, NEURON, &["w", "b"], Vec::new()));
        insta::assert_snapshot!("graph-neuron-dot", drawn(Picture::Dot, NEURON, &["w", "b"], Vec::new()));
    });
}

#[test]
fn named_parts_are_the_nodes_wherever_they_are_named() {
    let wanted = table(NEURON, &["w", "b"], Format::Unicode);
    let after = "L + λ R where z = w x + b; y = σ(z); L = ½(y − t)²; R = ½w²";
    assert_eq!(table(after, &["w", "b"], Format::Unicode), wanted);
    // A part that nothing uses is no node, and one that is used twice is one.
    let twice = table("s = x'x; u = 2s; s exp(s)", &["x"], Format::Unicode);
    assert_eq!(column(&twice, "node"), ["x", "s = xᵀx", "𝓛 = s exp(s)"]);
    // The name of the whole is that of the result.
    let named = table("z = w x; J = z^2", &["w"], Format::Unicode);
    assert_eq!(column(&named, "node"), ["w", "z = wx", "J = z²"]);
    // Names with two letters, subscripts and labels.
    let names = table("h_1 = tanh(W x); loss = sum(h_1)", &["W"], Format::Unicode);
    assert_eq!(column(&names, "node"), ["W", "h₁ = tanh(Wx)", "loss = sum(h₁)"]);
}

#[test]
fn operators_are_the_nodes_where_no_part_is_named() {
    let found = table("½(σ(w x + b) − t)² + λ ½w²", &["w", "b"], Format::Unicode);
    let nodes = [
        "w",
        "b",
        "v₁ = wx",
        "v₂ = v₁ + b",
        "v₃ = σ(v₂)",
        "v₄ = v₃ − t",
        "v₅ = v₄²",
        "v₆ = ½v₅",
        "v₇ = w²",
        "v₈ = ½λv₇",
        "v₉ = v₆ + v₈",
    ];
    assert_eq!(column(&found, "node"), nodes);
    // A letter of the expression names no node.
    let other = table("v'v + u_1", &["v"], Format::Unicode);
    assert_eq!(column(&other, "node"), ["v", "q₁ = vᵀv", "q₂ = q₁ + u₁"]);
}

#[test]
fn matrices_stand_in_the_order_of_textbooks() {
    let rows = |expr: &str, wrt: &[&str]| column(&table(expr, wrt, Format::Unicode), "backward");
    let found = rows("z = W x + b; y = softmax(z); −t'log y", &["W", "b"]);
    assert_eq!(found, ["W = zxᵀ", "b = z", "z = y∘(y − yᵀy)", "y = −𝓛(t⊘y)", "𝓛 = 1"]);
    assert_eq!(rows("Z = A X B; ||Z||_F^2", &["X"]), ["X = AᵀZBᵀ", "Z = 2𝓛Z", "𝓛 = 1"]);
    assert_eq!(rows("M = X^-1; tr(M B)", &["X"]), ["X = −MᵀMMᵀ", "M = 𝓛Bᵀ", "𝓛 = 1"]);
    assert_eq!(rows("y = exp(z); c'y", &["z"]), ["z = y∘y", "y = 𝓛c", "𝓛 = 1"]);
}

fn read(expr: &str, decl: &str, wrt: &[&str]) -> (Problem, Vec<SymbolId>) {
    let problem = common::read(expr, decl, wrt, Goal::Scalar).unwrap_or_else(|_| panic!("{expr}"));
    let wrt = problem.wrt.clone();
    (problem, wrt)
}

fn passes(expr: &str, decl: &str, wrt: &[&str]) -> Result<(), String> {
    let (mut problem, wrt) = read(expr, decl, wrt);
    match backprop(&mut problem, &wrt, Some(&CheckOptions::default())) {
        Ok(found) if found.finished.stands() => Ok(()),
        Ok(found) => Err(format!("{expr}: {:?}", found.finished.certificate.map(|one| one.outcome))),
        Err(error) => Err(format!("{expr}: {error:?}")),
    }
}

/// An expression over each operator and each function that has a row.
#[test]
fn every_row_is_right() {
    let table = [
        ("tr(A X B X')", "", "X"),
        ("s tr(X) + s^3/x", "", "s,x,X"),
        ("sum(X .* Y .^ 2 ./ Z)", "", "X,Y,Z"),
        ("sum(abs(X) .^ p)", "X: matrix(m,n); p: scalar", "X,p"),
        ("tr(kron(A, B) C)", "", "A,B,C"),
        ("tr(kron(A, x) C)", "x: vector(n)", "A,x"),
        ("tr(X^4 + X^-3)", "", "X"),
        ("X_{1,2} + x_i", "X: matrix(3, 3); i: integer", "X"),
        ("sum_i log(1 + exp(y_i a_i'x))", "", "x"),
        ("prod_i (x_i + 2)^2", "x: vector(n)", "x"),
        ("tr expm(A) + tr logm(expm(A)) + tr sqrtm(expm(A))", "A: symmetric(n)", "A"),
        ("log det(A) + sum(diag(X)) + u'Diag(x)u", "", "A,X,x"),
        (
            "max(x) + min(y) + logsumexp(X) + prod(z) + logsumexp(u)",
            "X: matrix(2,3); u: vector(n); z: vector(n)",
            "x,y,X,z,u",
        ),
        ("||x|| + ||y||_1 + ||z||_inf + ||u||_3 + norm(X, 2) + norm(Y, 'nuc')", "", "x,y,z,u,X,Y"),
        ("sum eig(X) + prod eig(Y) + lambda_max(S) + lambda_min(S)", "S: symmetric(n)", "X,Y,S"),
        ("w'softmax(x) + tr(softmax(X) Y) + tr(tril(A) B) + tr(triu(B)A) + u'adj(C)v", "", "x,X,A,B,C"),
        ("u'vec(X) + tr(pinv(A) B) + sum([x, y^2; x y, 1] .* M)", "M: matrix(2, 2); x: scalar; y: scalar", "X,A,x,y"),
        ("f(w'x) + sum(f(x)) + tr(g(X))", "f: function; g: matrix function", "w,x,X"),
        ("u'eigvec_max(S) + w'eigvec_min(S)", "S: symmetric(n)", "S"),
        ("u'eigvec_2((3S)') + w'eigvec_min(A' - 1[S = 0]/4 + S)", "S: symmetric(n)", "S"),
        ("x'eigvec_min((F.^3 sum_{i=1}^n C)' + F.^3 sum_{i=1}^n C)", "C: matrix(m,n); F: matrix(n,m)", "C"),
        ("u'u_max(X) + w'v_max(X)", "X: matrix(m,n)", "X"),
        ("tr(A polar(X))", "X: matrix(m,n)", "X"),
        ("tr(A polar(X))", "X: square(n)", "X"),
        ("max(S) + min(S)^2 + max(K)", "S: symmetric(n); K: skew(n)", "S,K"),
        ("tr(A L_expm(X, E)) + tr(B L_sqrtm(S, E, F))", "S: spd(n)", "X,E,F,S"),
        ("tr(A S^(1/2) + B S^(-3/2) + C S^0.3) + tr(A S^p)", "S: spd(n); p: scalar", "S,p"),
        ("tr(A X^40) + tr(B X^k) + tr(C X^(-k)) + tr(C X^(k - 3))", "X: square(n); k: integer", "X"),
        ("||x||_p + ||y||_p^2", "p: positive", "x,p"),
        // Both the value and its derivative are 0 but for rounding.
        ("(O'O)_{2,1}", "O: orthogonal(n)", "O"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(expr, decl, wrt)| passes(expr, decl, &wrt.split(',').collect::<Vec<_>>()).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for func in [
        "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
        "sigmoid", "softplus", "relu", "abs", "erf", "Γ", "lgamma", "digamma", "trigamma",
    ] {
        // What is above 1 is no argument of its own.
        let inner = if func == "acosh" { "t" } else { &format!("{func}(t/3)/4 + 1/2") };
        let expr = format!("sum({func}(X)) + {func}(s) + {func}({inner})");
        if let Err(error) = passes(&expr, "X: matrix(m, n); s: scalar; t: scalar", &["X", "s"]) {
            panic!("{error}");
        }
    }
}

#[test]
fn the_collection_has_backward_passes() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in common::collection().iter().filter(|case| case.command().0 == "grad") {
        let Ok(mut problem) = common::read(&case.expr, &case.decl, &case.variables(), Goal::Scalar) else { continue };
        let wrt = problem.wrt.clone();
        count += 1;
        match on_large_stack(|| backprop(&mut problem, &wrt, Some(&CheckOptions::default()))) {
            Ok(found) if found.finished.stands() => {}
            Ok(found) => {
                wrong.push(format!("{}: {:?}", case.expr, found.finished.certificate.map(|one| one.outcome)));
            }
            Err(NoBackprop::NoRow(_) | NoBackprop::Nowhere(_)) => {}
            Err(error) => wrong.push(format!("{}: {error:?}", case.expr)),
        }
    }
    assert!(count > 100, "{count}");
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}

/// The steps of a computation, with one cotangent replaced.
fn steps(tape: &Tape, bars: &[Option<Bar>], wrong: Option<(usize, matcalc::expr::ExprId)>) -> Vec<Step> {
    let nodes = tape.nodes.iter().zip(bars).enumerate();
    nodes
        .map(|(place, (node, bar))| {
            let exact = |bar: Bar| wrong.filter(|(at, _)| *at == place).map_or(bar.exact, |(_, expr)| expr);
            Step {
                symbol: node.symbol,
                formula: node.formula,
                bar: bar.map(|bar| (bar.symbol, exact(bar))),
                member: None,
            }
        })
        .collect()
}

#[test]
fn a_wrong_cotangent_is_caught_at_every_node() {
    for (expr, wrt) in [(NEURON, ["w", "b"]), ("z = W x + b; y = softmax(z); −t'log y", ["W", "b"])] {
        let (mut problem, wrt) = read(expr, "", &wrt);
        let Backprop { tape, bars, .. } = backprop(&mut problem, &wrt, None).expect("it has rows");
        let options = CheckOptions::default();
        assert!(check_adjoints(&problem.arena, problem.raw[0], &steps(&tape, &bars, None), &options).passed());
        for (place, bar) in bars.iter().enumerate() {
            let Some(bar) = bar else { continue };
            let twice = problem.arena.scale(&matcalc::number::Coeff::ratio(1001, 1000).expect("a number"), bar.exact);
            let wrong = steps(&tape, &bars, Some((place, twice)));
            let certificate = check_adjoints(&problem.arena, problem.raw[0], &wrong, &options);
            assert!(!certificate.passed(), "{expr}: node {place}");
        }
    }
}

#[test]
fn numbers_are_those_of_both_passes() {
    let query = Query::Backprop { values: neuron_values(), remarks: Vec::new() };
    let page = asked(query, NEURON, &["w", "b"], Format::Json).expect("it has values");
    let document: serde_json::Value = serde_json::from_str(&page.result()).expect("it is JSON");
    let nodes = document["answers"][0]["computation"]["nodes"].as_array().expect("there are nodes").clone();
    let node = |name: &str| nodes.iter().find(|node| node["name"]["unicode"] == name).expect("the node is there");
    let y = 1.0 / (1.0 + (-1.0_f64).exp());
    let z_bar = (y - 1.0) * y * (1.0 - y);
    let close = |value: &serde_json::Value, wanted: f64| {
        let value = value.as_f64().expect("a number");
        assert!((value - wanted).abs() < 1e-14, "{value} {wanted}");
    };
    close(&node("y")["value"], y);
    close(&node("z")["adjoint"]["value"], z_bar);
    close(&node("w")["adjoint"]["value"], z_bar + 0.2);
    close(&node("b")["adjoint"]["value"], z_bar);
    assert_eq!(node("x")["adjoint"], serde_json::Value::Null);
}

#[test]
fn what_cannot_be_done_is_said() {
    let message = |expr: &str, wrt: &[&str], values: Vec<(String, SharedMatrix<f64>)>| {
        let query = Query::Backprop { values, remarks: Vec::new() };
        asked(query, expr, wrt, Format::Unicode).expect_err("it is an error").to_string()
    };
    let vector = message("A x", &["x"], Vec::new());
    assert!(vector.contains("`backprop` needs a scalar expression") && vector.contains("use `vjp`"), "{vector}");
    let stopped = message("z = log(x); z + y", &["x"], vec![number("x", -1.0), number("y", 2.0)]);
    assert!(stopped.contains("the first node without a finite value is `z = log(x)` at x = -1"), "{stopped}");
    let backwards = message("s = sqrt(x); s^3", &["x"], vec![number("x", 0.0)]);
    assert!(backwards.contains("`x̄ = s̄/(2√(x))` at x = 0"), "{backwards}");
    let missing = message("x y", &["x"], vec![number("x", 1.0)]);
    assert!(missing.contains("`y` has no value"), "{missing}");
    let unknown = message("x y", &["x"], vec![number("x", 1.0), number("y", 1.0), number("q", 1.0)]);
    assert!(unknown.contains("`q` is given a value and does not occur"), "{unknown}");
    let sizes = vec![
        ("A".to_owned(), DMatrix::from_element(2, 3, 1.0).into()),
        ("x".to_owned(), DMatrix::from_element(2, 1, 1.0).into()),
    ];
    assert!(message("sum(A x)", &["x"], sizes).contains("`n` is 3 in the value of `A` and 2 in that of `x`"));
    assert!(message("x'x", &["y"], Vec::new()).contains("there is no `y` in the expression"));
    assert!(
        message("x!", &["x"], Vec::new())
            .contains("no derivative of a factorial, which is defined at whole numbers only")
    );
    let long = (1..=250).map(|at| format!("sin(x/{at})")).collect::<Vec<_>>().join(" + ");
    assert!(message(&long, &["x"], Vec::new()).contains("more than the 200 that are written"));
}

#[test]
fn families_are_variables() {
    let rows = |expr: &str, wrt: &[&str]| column(&table(expr, wrt, Format::Unicode), "backward");
    assert_eq!(rows("sum_i (y_i - w'x_i)^2", &["x"])[0], "xᵢ = 2v₁(wᵀxᵢ − yᵢ)w");
    assert_eq!(rows("sum_i (y_i - w'x_i)^2", &["x_k"])[0], "xₖ = 2v₁(wᵀxₖ − yₖ)w");
    // Through named nodes, by several variables at once, a member alone.
    for (expr, wrt) in [
        ("s = sum_i log(1 + exp(-y_i w'x_i)); s + λ s^2", &["x_i", "w"][..]),
        ("L = sum_i ||x_i - c||^2; R = sum_i x_i'A x_i; L + R", &["x_i", "c"]),
        ("sum_i sum_j exp(-||x_i - x_j||^2)", &["x_i"]),
        ("sum_i tr(A_i X A_i' X)", &["A_i", "X"]),
        ("prod_i (1 + ||x_i||^2)", &["x_i"]),
    ] {
        let query = Query::Backprop { values: Vec::new(), remarks: Vec::new() };
        let page = asked(query, expr, wrt, Format::Unicode).unwrap_or_else(|error| panic!("{expr}: {error}"));
        assert!(!page.failed && page.to_string().contains("✓ checked against dual numbers"), "{expr}: {page}");
    }
    let values = vec![
        ("x".to_owned(), DMatrix::from_row_slice(3, 2, &[1.0, 0.0, 0.0, 1.0, 1.0, 1.0]).into()),
        ("y".to_owned(), DMatrix::from_column_slice(3, 1, &[1.0, 1.0, 1.0]).into()),
        ("w".to_owned(), DMatrix::from_column_slice(2, 1, &[1.0, 2.0]).into()),
    ];
    let query = Query::Backprop { values, remarks: Vec::new() };
    let request = Request {
        declarations: "x: family(m) of vector(n)".into(),
        wrt: vec!["x_i".into()],
        ..Request::new(query, "sum_i (y_i - w'x_i)^2")
    };
    let page = on_large_stack(|| answer(&request)).expect("it has values");
    assert!(page.to_string().contains("[0 0; 2 4; 4 8]"), "{page}");
}

#[test]
fn what_has_no_derivative_somewhere_says_so() {
    for (expr, condition) in [
        ("||x||_1", "x ≠ 0 in every entry"),
        ("max(x)", "max(x) attained at one entry only"),
        ("prod(x)", "x ≠ 0 in every entry"),
        ("sum(relu(A x))", "Ax ≠ 0 in every entry"),
        ("r = ||x||; r^2", "x ≠ 0"),
        ("det(X)", "X invertible"),
    ] {
        let query = Query::Backprop { values: Vec::new(), remarks: Vec::new() };
        let page = asked(query, expr, &[], Format::Unicode).expect("it has a table");
        assert!(page.to_string().contains(condition), "{expr}: {page}");
    }
    let query = Query::Backprop { values: Vec::new(), remarks: Vec::new() };
    let smooth = asked(query, "||x||^2", &[], Format::Unicode).expect("it has a table");
    assert!(!smooth.to_string().contains("≠"), "{smooth}");
}

#[test]
fn sessions_know_both_commands() {
    let mut session = Session::new();
    for statement in ["z := w x + b", "y := σ(z)", "L := ½(y − t)²"] {
        common::reply(&mut session, statement);
    }
    let found = common::reply(&mut session, "backprop L wrt w, b");
    assert!(found.contains("z = wx + b") && found.contains("σ′(z) = y(1 − y)"), "{found}");
    assert!(common::reply(&mut session, "latex").starts_with("\\begin{array}"));
    for statement in ["w = 2", "x = 1", "b = -1", "t = 1"] {
        common::reply(&mut session, statement);
    }
    let found = common::reply(&mut session, "backprop L wrt w, b");
    assert!(found.contains("0.73106"), "{found}");
    let drawn = common::reply(&mut session, "graph L wrt w, b --adjoints --values as mermaid");
    assert!(drawn.starts_with("flowchart TB") && drawn.contains("= 0.73106"), "{drawn}");
    assert!(common::reply(&mut session, "grad L wrt w as svg").contains("`graph L as svg`"));
}

/// A box of an SVG.
fn boxes(svg: &str) -> (Vec<[f64; 4]>, Vec<[f64; 4]>) {
    let document = roxmltree::Document::parse(svg).expect("it is XML");
    let number =
        |node: &roxmltree::Node<'_, '_>, name| node.attribute(name).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    let rect = |node: roxmltree::Node<'_, '_>| {
        let [x, y, w, h] = ["x", "y", "width", "height"].map(|name| number(&node, name));
        [x, y, x + w, y + h]
    };
    let all = document.descendants().filter(|node| node.has_tag_name("rect"));
    let (nodes, others): (Vec<_>, Vec<_>) = all.partition(|node| node.attribute("class") == Some("box"));
    (nodes.into_iter().map(rect).collect(), others.into_iter().skip(1).map(rect).collect())
}

#[test]
fn nothing_in_a_picture_stands_on_something_else() {
    let overlap = |a: &[f64; 4], b: &[f64; 4]| a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    for (expr, values) in [
        (NEURON, neuron_values()),
        ("h = tanh(W_1 x + b_1); y = softmax(W_2 h + b_2); −t'log y", Vec::new()),
        ("½(σ(w x + b) − t)² + λ ½w² + sin(x) exp(w t) + log(1 + x^2) (w + b)^3", Vec::new()),
        ("x", Vec::new()),
    ] {
        let svg = drawn(Picture::Svg, expr, &[], values);
        let (nodes, labels) = boxes(&svg);
        assert!(!nodes.is_empty(), "{svg}");
        for (place, one) in nodes.iter().enumerate() {
            assert!(nodes[..place].iter().all(|other| !overlap(one, other)), "{expr}: {one:?}");
            assert!(labels.iter().all(|label| !overlap(one, label)), "{expr}: a label on {one:?}");
        }
        for (place, one) in labels.iter().enumerate() {
            assert!(labels[..place].iter().all(|other| !overlap(one, other)), "{expr}: {one:?}");
        }
        assert_eq!(drawn(Picture::Svg, expr, &[], Vec::new()), drawn(Picture::Svg, expr, &[], Vec::new()));
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let graph = |expr: &str, picture, with_values| {
        let (values, remarks) = (Vec::new(), Vec::new());
        asked(Query::Graph { picture, with_values, with_adjoints: true, values, remarks }, expr, &[], Format::Unicode)
    };
    let message = |found: Result<Page, matcalc::Error>| found.expect_err("it is an error").to_string();
    let missing = message(graph("x y", Picture::Unicode, true));
    assert!(missing.contains("the nodes have no values to show") && missing.contains("--set 'x=…'"), "{missing}");
    let deep = (0..25).fold("x".to_owned(), |inner, _| format!("tanh(w {inner} + b)"));
    let large = message(graph(&deep, Picture::Svg, false));
    assert!(large.contains("too long to be placed here"), "{large}");
    assert!(graph(&deep, Picture::Dot, false).is_ok());
    assert!(message(graph("A x", Picture::Dot, false)).contains("`graph` needs a scalar expression"));
}

#[test]
fn the_picture_of_the_page_is_drawn_by_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/neuron.svg");
    let wanted = drawn(Picture::Svg, NEURON, &["w", "b"], neuron_values()) + "\n";
    if std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(&path, &wanted).expect("the picture can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/neuron.svg is not what the program draws; MATCALC_BLESS=1 draws it anew");
}
