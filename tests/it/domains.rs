//! The table of domains: at points inside, on the edge and outside, the conditions of a gradient hold where the function has a value and a
//! slope by its numbers; and what never has a value is refused.

use crate::common;
use crate::common::point::{Truth, has_slope, holds};
use matcalc::answer;
use matcalc::catalog::Func;
use matcalc::domain::Condition;
use matcalc::expr::SymbolId;
use matcalc::linear::Convention;
use matcalc::numeric::{Bindings, DMatrix, evaluate};
use matcalc::problem::Problem;
use matcalc::render::{Format, render_condition};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

/// The gradient's conditions.
fn conditions(expr: &str, decl: &str, wrt: &str) -> (Problem, answer::Finished) {
    let mut problem =
        common::read(expr, decl, &[wrt], Goal::Scalar).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
    let answer = answer::gradient(&mut problem, 0, Convention::Projected, None);
    let answer = answer.unwrap_or_else(|report| panic!("{expr}: {report:?}"));
    (problem, answer)
}

/// All of them hold, one fails, or it is open.
fn together(problem: &Problem, all: &[Condition], point: &Bindings<f64>) -> Truth {
    let found: Vec<Truth> = all.iter().map(|condition| holds(&problem.arena, *condition, point)).collect();
    if found.contains(&Truth::Fails) {
        Truth::Fails
    } else if found.contains(&Truth::Open) {
        Truth::Open
    } else {
        Truth::Holds
    }
}

/// Whether conditions and numbers agree at a point; the answer itself may be undetermined where a condition fails.
fn compare(
    problem: &Problem,
    answer: &answer::Finished,
    point: &Bindings<f64>,
    wrt: SymbolId,
    direction: &DMatrix<f64>,
) -> Result<bool, String> {
    let said = together(problem, &answer.conditions, point);
    let found = has_slope(&problem.arena, problem.raw[0], point, wrt, direction);
    let is_determined = evaluate(&problem.arena, answer.expr, point)
        .is_ok_and(|value| value.iter().all(|entry| entry.is_finite() && entry.abs() < 1e9));
    match (said, found) {
        (Truth::Open, _) | (_, Truth::Open) => Ok(false),
        (Truth::Holds, Truth::Fails) => Err("the conditions hold and there is no slope".into()),
        (Truth::Fails, Truth::Holds) if is_determined => Err("a condition fails where there is a slope".into()),
        _ => Ok(true),
    }
}

/// Arguments inside, on the edge and outside of the domains.
fn arguments() -> Vec<f64> {
    let right_angle = std::f64::consts::FRAC_PI_2;
    let mut all: Vec<f64> = (-12..=12).map(|step| f64::from(step) / 4.0).collect();
    all.extend([right_angle, -right_angle, 3.0 * right_angle]);
    all
}

#[test]
fn functions_have_the_domains_of_their_rows() {
    on_large_stack(|| {
        let mut wrong = Vec::new();
        for func in Func::ALL {
            let name = format!("{func:?}").to_lowercase();
            let text = match func {
                Func::Step => "1[x > 0] + x".to_owned(),
                // Its slope is asked only while zeros stay zeros.
                Func::IsZero => continue,
                Func::Polygamma(order) => format!("polygamma({order}, x)"),
                _ => format!("{name}(x)"),
            };
            for expr in [text.clone(), format!("({text})^2 + 3 ({text})")] {
                let (problem, answer) = conditions(&expr, "x: scalar", "x");
                let wrt = problem.wrt[0];
                let mut compared = 0;
                for x in arguments() {
                    let mut point = Bindings::default();
                    point.symbols.insert(wrt, DMatrix::from_element(1, 1, x));
                    match compare(&problem, &answer, &point, wrt, &DMatrix::from_element(1, 1, 1.0)) {
                        Ok(known) => compared += usize::from(known),
                        Err(why) => wrong.push(format!("{expr} at {x}: {why}: {:?}", answer.conditions)),
                    }
                }
                assert!(compared > 20, "{expr}: {compared}");
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// Operators of a vector x of 3 entries or a matrix X of 2 rows and columns, with points of which some are at the edge of the domain.
const OPERATORS: &[(&str, &str)] = &[
    ("||x||", "x"),
    ("||x||_1", "x"),
    ("||x||_3", "x"),
    ("||x||_4^4", "x"),
    ("||x||_inf + 0.1 ||x||^2", "x"),
    ("1/(a'x)", "x"),
    ("log(a'x)", "x"),
    ("sqrt(a'x)", "x"),
    ("(a'x)^(2/3)", "x"),
    ("(a'x)^2", "x"),
    ("sum(x.^3)", "x"),
    ("sum(1 ./ x)", "x"),
    ("sum(log(x))", "x"),
    ("prod(x)", "x"),
    ("logsumexp(x)", "x"),
    ("sum(softmax(x) .* a)", "x"),
    ("max(x)", "x"),
    ("tr(X^-1)", "X"),
    ("det(X)", "X"),
    ("log(det(X))", "X"),
    ("tr(X^-2)", "X"),
    ("tr(X^3)", "X"),
    ("tr(logm(X))", "X"),
    ("tr(A sqrtm(X))", "X"),
    ("tr(A expm(X))", "X"),
    ("||X||_F", "X"),
    ("||X||_F^2", "X"),
    ("||X||_2", "X"),
    ("||X||_*", "X"),
    ("tr(A adj(X))", "X"),
    ("a_2 / X_{11}", "X"),
];

fn vectors() -> Vec<DMatrix<f64>> {
    let rows: [[f64; 3]; 8] = [
        [1.0, 2.0, 0.5],
        [1.0, -2.0, 0.5],
        [-1.0, -2.0, -0.7],
        [0.0, 0.0, 0.0],
        [1.0, 0.0, 2.0],
        [0.0, 0.0, 1.0],
        [1.0, 2.0, -2.5],
        [2.0, 2.0, 1.0],
    ];
    rows.iter().map(|row| DMatrix::from_column_slice(3, 1, row)).collect()
}

fn matrices() -> Vec<DMatrix<f64>> {
    let rows: [[f64; 4]; 9] = [
        [2.0, 0.3, 0.4, 1.0],
        [-2.0, 0.3, 0.4, 1.0],
        [-2.0, 0.3, 0.4, -1.0],
        [0.0, 1.0, -1.0, 0.0],
        [1.0, 2.0, 2.0, 4.0],
        [0.0, 0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0, 1.0],
        [0.0, 2.0, 1.0, 1.0],
        [0.0, 1.0, 0.0, 0.0],
    ];
    rows.iter().map(|row| DMatrix::from_row_slice(2, 2, row)).collect()
}

#[test]
fn operators_have_the_domains_of_the_table() {
    on_large_stack(|| {
        let mut wrong = Vec::new();
        for (expr, wrt) in OPERATORS {
            let decl = "x: vector(3); a: vector(3); X: matrix(2,2); A: matrix(2,2)";
            let (problem, answer) = conditions(expr, decl, wrt);
            let symbol = problem.wrt[0];
            let (values, direction) = if *wrt == "x" {
                (vectors(), DMatrix::from_column_slice(3, 1, &[0.7, 0.4, -0.3]))
            } else {
                (matrices(), DMatrix::from_row_slice(2, 2, &[0.3, -0.8, 0.5, 0.6]))
            };
            let mut compared = 0;
            for value in values {
                let mut point = Bindings::default();
                for id in &problem.symbols {
                    let given = match problem.arena.symbol(*id).name.as_str() {
                        "a" => DMatrix::from_column_slice(3, 1, &[1.0, 1.0, 1.2]),
                        "A" => DMatrix::from_row_slice(2, 2, &[1.0, 0.5, -0.5, 2.0]),
                        _ => value.clone(),
                    };
                    point.symbols.insert(*id, given);
                }
                match compare(&problem, &answer, &point, symbol, &direction) {
                    Ok(known) => compared += usize::from(known),
                    Err(why) => wrong.push(format!("{expr} at {value}: {why}: {:?}", answer.conditions)),
                }
            }
            if compared < 4 {
                wrong.push(format!("{expr}: {compared} points"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// Command, declarations, and what is said of conditions: of an answer those that are printed, of a refusal its code.
const SAID: &[(&str, &str, &str, &[&str])] = &[
    // exponents of integers
    ("tr(X^{-k})", "X", "k: integer", &["X invertible"]),
    ("tr(A X^{-2k})", "X", "k: integer", &["X invertible"]),
    ("tr(X^{2-k})", "X", "k: integer", &["X invertible"]),
    ("tr(X^{k+1})", "X", "k: integer", &[]),
    ("sum(x.^-k)", "x", "k: integer", &["x ≠ 0 in every entry"]),
    ("||x||^{-k}", "x", "k: integer", &["x ≠ 0"]),
    ("||y||^{-p} + y'y", "y", "p: integer", &["y ≠ 0"]),
    ("||x||^k", "x", "k: integer", &["x ≠ 0"]),
    ("||A x||^k", "x", "k: integer", &["Ax ≠ 0"]),
    ("||x||^{2k}", "x", "k: integer", &[]),
    ("||x||^{k+1}", "x", "k: integer", &[]),
    ("|x|^k", "x", "k: integer; x: scalar", &["x ≠ 0"]),
    ("|x|^{k+1}", "x", "k: integer; x: scalar", &[]),
    ("||x||_p^p", "x", "p: integer", &["x ≠ 0 in every entry"]),
    ("x^{n-2}", "x", "n: integer; x: scalar", &["x ≠ 0"]),
    ("t^{3-m}", "t", "m: integer; t: scalar", &["t ≠ 0"]),
    ("x^{n-1}", "x", "n: integer; x: scalar", &[]),
    ("x^k", "x", "k: integer; x: scalar", &[]),
    ("k x^{k-1}", "x", "k: integer; x: scalar", &[]),
    ("sum_{k=1}^n x^k/k", "x", "n: integer; x: scalar", &[]),
    ("sum_{k=1}^n x^k", "x", "n: integer; x: scalar", &[]),
    // poles of functions
    ("tan(x)", "x", "x: scalar", &["cos(x) ≠ 0"]),
    ("sum(tan(x))", "x", "", &["cos(x) ≠ 0 in every entry"]),
    ("a tan(2 t)", "t", "a: scalar; t: scalar", &["cos(2t) ≠ 0"]),
    ("tan(1) x'x", "x", "", &[]),
    ("asin(x)", "x", "x: scalar", &["1 − x² > 0"]),
    ("acosh(x)", "x", "x: scalar", &["x − 1 > 0"]),
    // kinks that something else flattens
    ("|x|^(3/2)", "x", "x: scalar", &[]),
    ("sum(abs(x).^(5/4))", "x", "", &[]),
    ("a |t - 1|^(4/3)", "t", "a: scalar; t: scalar", &[]),
    ("sqrt(|x|)", "x", "x: scalar", &["x ≠ 0"]),
    // an array that is not zero may have entries that are
    ("||x||_1 + ||x||", "x", "", &["x ≠ 0 in every entry"]),
    ("||x|| ||x||_1", "x", "", &["x ≠ 0 in every entry"]),
    ("||A x - b|| + ||A x - b||_1", "x", "", &["Ax − b ≠ 0 in every entry"]),
    ("sqrt(||x||_1)", "x", "", &["x ≠ 0 in every entry"]),
    ("prod(x)/||x||", "x", "", &["x ≠ 0 in every entry"]),
    ("sum(relu(x))/||x||", "x", "", &["x ≠ 0 in every entry"]),
    ("||x||_p^p", "x", "p: positive", &["x ≠ 0 in every entry"]),
    ("log(||A x||_p)", "x", "", &["Ax ≠ 0 in every entry"]),
    ("||A x||_1 ||x||", "x", "", &["x ≠ 0", "Ax ≠ 0 in every entry"]),
    // what says the same
    ("log |det X|", "X", "X: matrix(n,n)", &["X invertible"]),
    ("log(|det(A X)|)", "X", "A: matrix(n,n); X: matrix(n,n)", &["A invertible", "X invertible"]),
    ("prod(x)^(1/n)", "x", "x: vector(n)", &["prod(x) > 0"]),
    ("log(prod(y))", "y", "y: vector(n)", &["prod(y) > 0"]),
    ("tr((X'X)^(1/2))", "X", "X: matrix(m,n)", &["XᵀX invertible"]),
    ("tr(sqrtm(A A'))", "A", "A: matrix(m,n)", &["AAᵀ invertible"]),
    // conditions that always hold
    ("log(x)", "x", "x: positive", &[]),
    ("1/(x^2 + 1)", "x", "x: scalar", &[]),
    ("log(exp(x) + 1)", "x", "x: scalar", &[]),
    ("log(sqrt(2) - 1) x'x", "x", "", &[]),
    ("tr(A X^-1)", "X", "X: spd(n)", &[]),
    ("tr(inv(I + K))", "K", "K: skew(n)", &[]),
    ("tr([1 2; 3 4]^-1 X)", "X", "", &[]),
    ("x'x/n", "x", "x: vector(n)", &[]),
    ("x'x/k", "x", "k: integer", &[]),
    // what is divided out
    ("x/x", "x", "x: scalar", &["x ≠ 0"]),
    ("x^3/x", "x", "x: scalar", &["x ≠ 0"]),
    ("a'b (x'x)/(a'b)", "x", "", &["aᵀb ≠ 0"]),
    ("tr(X X^-1 A) + tr(X)", "X", "", &["X invertible"]),
    // of an array and of its entries
    (r"\sum_{i\ne j} p_{ij}\log\frac{p_{ij}}{q_{ij}}", "q", "", &["p∘q > 0"]),
    (r"\sum_{i,j} p_{ij}\log\frac{p_{ij}}{q_{ij}}", "q", "", &["p∘q > 0"]),
    (
        r"\sum_i (\log\Gamma(y_i + r) - \log\Gamma(r) + r\log\frac{r}{r + \mu_i} + z_i\log\frac{\mu_i}{r + \mu_i})",
        "r",
        "",
        &["r + y > 0", "r > 0", "μ > 0"],
    ),
    // multiples and powers of a matrix
    (r"x^T(\tau\Sigma)^{-1}x + \tau y^T\Sigma^{-1}y", "x", "", &["Σ invertible", "τ ≠ 0"]),
    // sums with a term above 0
    (r"\sum_i δ_i(x_i^Tβ - \log\sum_{j=i}^n e^{x_j^Tβ})", "β", "", &[]),
    (r"\sum_i δ_i(x_i^Tβ - \log\sum_{j:t_j\ge t_i} e^{x_j^Tβ})", "β", "", &[]),
    // rank and parity
    ("det(K)", "K", "K: skew(3)", &[]),
    ("det(K)", "K", "K: skew(n)", &["K invertible"]),
    ("det(x x')", "x", "", &["n > 1"]),
    ("det(x y')", "x", "", &["n > 1"]),
    ("det(2 x x')", "x", "x: vector(4)", &[]),
    ("det(A A')", "A", "A: matrix(5,2)", &[]),
    ("det(A B)", "A", "A: matrix(4,3); B: matrix(3,4)", &[]),
    ("det(A A')", "A", "A: matrix(2,5)", &["AAᵀ invertible"]),
    ("det(x x' + y y')", "x", "x: vector(3); y: vector(3)", &[]),
    ("det((eye(n) - ones(n,n)/n) X)", "X", "", &[]),
    ("det(diag(W ones(n)) - W)", "W", "W: matrix(n,n)", &[]),
    ("det(tril(A) - diag(diag(A)))", "A", "", &[]),
    ("det(A - A')", "A", "A: matrix(3,3)", &[]),
    ("det([a a; b b])", "a", "a: scalar; b: scalar", &[]),
];

#[test]
fn conditions_are_all_that_are_needed() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, wrt, decl, want) in SAID {
            let case = common::Case {
                expr: (*expr).into(),
                wrt: (*wrt).into(),
                decl: (*decl).into(),
                ..common::Case::default()
            };
            let (problem, answer) = common::gradient(&case).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let text =
                |condition: &Condition| render_condition(&problem.arena, *condition, Format::Unicode, &problem.style);
            let found: Vec<String> = answer.conditions.iter().map(text).collect();
            if found != *want || !answer.stands() {
                wrong.push(format!("{expr}\n  want  {want:?}\n  found {found:?} {:?}", answer.certificate));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Second derivatives of what is attained at one entry only, with all that is said of conditions.
const SAID_OF_SECOND: &[(&str, &str, &[&str])] = &[
    ("max(x)^2", "x: vector(n)", &["max(x) attained at one entry only"]),
    ("exp(min(x))", "x: vector(n)", &["min(x) attained at one entry only"]),
    ("x'x max(A x)", "x: vector(n); A: matrix(m,n)", &["max(Ax) attained at one entry only"]),
    ("||x||_inf^2", "x: vector(n)", &["‖x‖_∞ attained at one entry only"]),
    ("max(abs(x))^2", "x: vector(n)", &["max(|x|) attained at one entry only"]),
];

#[test]
fn an_entry_that_is_the_largest_stays_so() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, decl, want) in SAID_OF_SECOND {
            let mut problem =
                common::read(expr, decl, &["x"], Goal::Scalar).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let answer =
                answer::hessian(&mut problem, 0, 0, None).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let text =
                |condition: &Condition| render_condition(&problem.arena, *condition, Format::Unicode, &problem.style);
            let found: Vec<String> = answer.conditions.iter().map(text).collect();
            if found != *want {
                wrong.push(format!("{expr}\n  want  {want:?}\n  found {found:?}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What never has a value, the code of its refusal, and the part that it points at.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    ("(x-x)/(x-x)", "x: scalar", "S0116", "x-x"),
    ("0/(x-x)", "x: scalar", "S0116", "x-x"),
    ("(x-x)/||x-x||", "", "S0116", "||x-x||"),
    ("x + 0/(y-y)", "", "S0116", "y-y"),
    ("a'b/(a'b - b'a)", "", "S0116", "a'b - b'a"),
    ("1/(sin(t)^2 + cos(t)^2 - 1)", "t: scalar", "S0116", "sin(t)^2 + cos(t)^2 - 1"),
    ("0^{-k}", "k: integer", "S0116", "0"),
    ("sum(1 ./ (x - x))", "x: vector(n)", "S0116", "x - x"),
    ("0^x", "x: scalar", "S0132", "0"),
    ("(-8)^(1/3)", "", "S0132", "-8"),
    ("(-2)^x", "x: scalar", "S0132", "-2"),
    ("sqrt(-1 - x'x)", "x: vector(n)", "S0132", "-1 - x'x"),
    ("log(-x'x)", "x: vector(n)", "S0132", "-x'x"),
    ("log(0)", "", "S0132", "0"),
    ("log(1 - sqrt(2))", "", "S0132", "1 - sqrt(2)"),
    ("asin(2)", "", "S0132", "2"),
    ("acosh(1/2)", "", "S0132", "1/2"),
    ("atanh(1)", "", "S0132", "1"),
    ("tan(pi/2)", "", "S0132", "pi/2"),
    ("inv(u v')", "u: vector(n); v: vector(n)", "S0132", "u v'"),
    ("inv(A A')", "A: matrix(5,2)", "S0132", "A A'"),
    ("inv(K)", "K: skew(3)", "S0132", "K"),
    ("K^-2", "K: skew(5)", "S0132", "K"),
    ("inv([1 2; 2 4])", "", "S0132", "[1 2; 2 4]"),
    ("inv(eye(n) - ones(n) ones(n)'/n)", "", "S0132", "eye(n) - ones(n) ones(n)'/n"),
    ("tr(logm(u u'))", "u: vector(n)", "S0132", "u u'"),
    ("log det(A A')", "A: matrix(5,2)", "S0132", "det(A A')"),
];

#[test]
fn what_never_has_a_value_is_refused_where_it_stands() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, decl, code, place) in REFUSED {
            let Err(report) = common::read(expr, decl, &[], Goal::Any) else {
                wrong.push(format!("{expr} is read"));
                continue;
            };
            let diagnostic = &report.errors[0].1[0];
            let span = diagnostic.labels[0].span;
            let found = expr.get(span.start..span.end).unwrap_or_default();
            // The names of a determinant's function belong to it or not.
            if diagnostic.code != *code || !found.contains(place.trim_start_matches("det(").trim_end_matches(')')) {
                wrong.push(format!("{expr}: {} at `{found}`", diagnostic.code));
            }
        }
        // What is at the end of a domain has a value.
        for expr in ["sqrt(x - x)", "asin(1) + x", "acosh(1) + x", "0^(1/2) + x", "(x - x)^2", "(-2)^3 + x", "(-1)^k x"]
        {
            if let Err(report) = common::read(expr, "x: scalar; k: integer", &[], Goal::Any) {
                wrong.push(format!("{expr}: {report:?}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How often an extreme is attained is never 0, whatever it is an extreme of.
#[test]
fn a_count_of_extremes_is_no_condition() {
    for expr in ["max(X + X')", "min(X + X' - 2 Y - 2 Y')", "max(inv(X) + inv(X'))"] {
        let (problem, answer) = conditions(expr, "X: matrix(n,n); Y: matrix(n,n)", "X");
        let said = |one: &Condition| render_condition(&problem.arena, *one, Format::Unicode, &problem.style);
        let said: Vec<String> = answer.conditions.iter().map(said).collect();
        assert!(!said.iter().any(|one| one.contains("sum(")), "{expr}: {said:?}");
    }
}

/// An eigenvalue that is 0 whatever the symbols are has a derivative also where it is repeated.
#[test]
fn an_eigenvalue_that_stays_0_need_not_be_simple() {
    on_large_stack(|| {
        for (expr, decl, wrt, count) in [
            ("lambda_min(x x')", "x: vector(n)", "x", 0),
            ("lambda_max(-x x')", "x: vector(n)", "x", 0),
            ("lambda_min(A'A)", "A: matrix(2,4)", "A", 0),
            ("lambda_max(x x')", "x: vector(n)", "x", 1),
            ("lambda_min(A'A)", "A: matrix(4,2)", "A", 1),
            ("lambda_min(x y' + y x')", "x, y: vector(4)", "x", 1),
        ] {
            let (_, answer) = conditions(expr, decl, wrt);
            assert_eq!(answer.conditions.len(), count, "{expr}");
        }
    });
}
