//! Piecewise definitions and cross products: in every spelling the same expression, and the form of answers with their conditions.

use matcalc::answer;
use matcalc::check::{CheckOptions, Outcome};
use matcalc::linear::Convention;
use matcalc::problem::{self, Given, Problem};
use matcalc::render::{Format, render, render_condition};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

fn read(texts: &[&str], decl: &str, goal: &Goal, wrt: &[&str]) -> Result<Problem, String> {
    let given: Vec<Given> = texts
        .iter()
        .map(|text| Given { origin: "expression".into(), text: (*text).into(), goal: goal.clone() })
        .collect();
    problem::read(&given, decl, wrt).map_err(|report| format!("{report:?}"))
}

/// Texts that mean the first one.
const SPELLINGS: &[(&str, &[&str])] = &[
    (
        "cases(x^2 if x > 0, sin(x) otherwise)",
        &[
            r"\begin{cases} x^2 & x > 0 \\ \sin x & x \le 0 \end{cases}",
            r"\begin{cases} x^2, & \text{if } x > 0, \\ \sin x, & \text{otherwise.} \end{cases}",
            r"\begin{dcases} x^2 & \text{for } 0 < x \\ \sin(x) & \text{else} \end{dcases}",
            "Piecewise[{{x^2, x > 0}, {Sin[x], x <= 0}}]",
            "Piecewise[{{x^2, x > 0}}, Sin[x]]",
            "Piecewise((x**2, x > 0), (sin(x), True))",
            "where(x > 0, x^2, sin(x))",
            "np.where(x > 0, x**2, np.sin(x))",
            "ifelse(x > 0, x^2, sin(x))",
            "If[x > 0, x^2, Sin[x]]",
            r"\begin{cases} \sin x & x \le 0 \\ x^2 & x > 0 \end{cases}",
        ],
    ),
    (
        "cases(x if 0 < x <= 1, 1 if x > 1, 0 otherwise)",
        &[
            r"\begin{cases} x & 0 < x \le 1 \\ 1 & x > 1 \\ 0 & \text{otherwise} \end{cases}",
            r"\begin{cases} x & x > 0 \text{ and } x \le 1 \\ 1 & x > 1 \\ 0 & x \leq 0 \end{cases}",
            r"\begin{cases} x & x > 0 \land 1 \ge x \\ 1 & 1 < x \\ 0 & x \leq 0 \end{cases}",
            "where((x > 0) & (x <= 1), x, where(x > 1, 1, 0))",
            "Piecewise[{{x, x > 0 && x <= 1}, {1, x > 1}}]",
        ],
    ),
    (
        "cases(0 if x < -1, 0 if x > 1, 1 otherwise)",
        &[r"\begin{cases} 0 & x < -1 \text{ or } x > 1 \\ 1 & \text{otherwise} \end{cases}"],
    ),
    ("2 cases(x if x > 0, 0 otherwise) + 1", &["2 max(x, 0) + 1"]),
];

#[test]
fn spellings_mean_one_expression() {
    for (first, others) in SPELLINGS {
        for other in *others {
            let problem =
                read(&[first, other], "x: scalar", &Goal::Scalar, &[]).unwrap_or_else(|e| panic!("{other}: {e}"));
            let texts = [0, 1].map(|at| render(&problem.arena, problem.normal[at], Format::Unicode, &problem.style));
            assert_eq!(problem.normal[0], problem.normal[1], "{other}: {} and {}", texts[0], texts[1]);
        }
    }
}

/// Expression, declarations, gradient by x, its conditions.
const GRADIENTS: &[(&str, &str, &str, &str)] = &[
    (r"\begin{cases} x^2 & x > 0 \\ 0 & x \le 0 \end{cases}", "", "2relu(x)", ""),
    (
        r"\begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}",
        "",
        "cases(2x if x > 0, −1 otherwise)",
        "x ≠ 0",
    ),
    ("cases(log(x) if x > 0, 0 otherwise)", "", "cases(1/x if x > 0, 0 otherwise)", "x ≠ 0"),
    ("cases(log(x) if x > 1, x - 1 otherwise)", "", "cases(1/x if x > 1, 1 otherwise)", ""),
    ("cases(1/x if x > -1, 0 otherwise)", "", "−cases(1/x² if x > −1, 0 otherwise)", "x ≠ 0 where x > −1; x + 1 ≠ 0"),
    (
        r"\begin{cases} \frac12\|x\|^2 & \|x\| \le 1 \\ \|x\| - \frac12 & \text{otherwise} \end{cases}",
        "x: vector(n)",
        "cases(1/‖x‖ if ‖x‖ > 1, 1 otherwise)x",
        "",
    ),
    (
        r"\sum_i \begin{cases} x_i^2 & x_i > 0 \\ \sin x_i & \text{otherwise} \end{cases}",
        "x: vector(n)",
        "where(x > 0, 2x, cos(x))",
        "x ≠ 0 in every entry",
    ),
    ("sum(where(x > 0, x .* log(x), 0))", "x: vector(n)", "where(x > 0, 1 + log(x), zeros(n))", "x ≠ 0 in every entry"),
    (
        "Piecewise[{{Sin[x], x < 0}, {x, x < 1}}, Exp[x]]",
        "",
        "cases(cos(x) if x < 0, 1 if x < 1, exp(x) otherwise)",
        "1 − x ≠ 0",
    ),
    ("cases(x y if x > 0 and y > 0, 0 otherwise)", "y: scalar", "cases(y if x > 0 and y > 0, 0 otherwise)", "x ≠ 0"),
    (
        "det(where(x > 0, x, ones(n, n)))",
        "x: square(n)",
        "where(x > 0, det(where(x > 0, x, ones(n, n)))where(xᵀ > 0, xᵀ, ones(n, n))⁻¹, zeros(n, n))",
        "where(x > 0, x, ones(n, n)) invertible; x ≠ 0 in every entry",
    ),
    // The condition that chooses a value says what that value needs.
    ("where(x >= 0, log(1 + x), x)", "", "cases(1 if x < 0, 1/(1 + x) otherwise)", ""),
    ("where(x <= -2, 1/(x + 1), 1 + x)", "", "cases(1 if x > −2, −1/(x + 1)² otherwise)", "x + 2 ≠ 0"),
    ("where(abs(x) > c^2, 1/x, 0)", "", "−cases(1/x² if |x| > c², 0 otherwise)", "|x| − c² ≠ 0"),
    (
        "sum(where(abs(A x - y) <= 1, 0.5 (A x - y).^2, abs(A x - y) - 0.5))",
        "x: vector(n)",
        "Aᵀwhere(|Ax − y| > 1, sign(Ax − y), Ax − y)",
        "",
    ),
    ("sum(where(abs(x) < 1, x.^2, 2 abs(x) - 1))", "x: vector(n)", "where(|x| < 1, 2x, 2sign(x))", ""),
    (
        "sum(where(abs(x) < 1, x, abs(x)))",
        "x: vector(n)",
        "where(|x| < 1, ones(n), sign(x))",
        "1 − |x| ≠ 0 in every entry",
    ),
    ("c'(x × b)", "x: vector(3)", "b × c", ""),
    ("c'(b × x)", "x: vector(3)", "c × b", ""),
    (r"\|\omega \times x\|^2", "x: vector(3)", "2((ω × x) × ω)", ""),
    ("tr([x]_× A)", "x: vector(3)", "−axial(A)", ""),
    ("‖R x × q‖²", "x: vector(n)", "2Rᵀ(q × (Rx × q))", ""),
];

#[test]
fn gradients_read_as_they_were_written() {
    let mut wrong = Vec::new();
    for (expr, decl, want, conditions) in GRADIENTS {
        let decl = if decl.is_empty() { "x: scalar" } else { decl };
        let decl = if decl.starts_with("y:") { format!("x: scalar; {decl}") } else { decl.to_owned() };
        let found = on_large_stack(|| {
            let mut problem = read(&[expr], &decl, &Goal::Scalar, &["x"])?;
            let answer = answer::gradient(&mut problem, 0, Convention::Projected, Some(&CheckOptions::default()))
                .map_err(|report| format!("{report:?}"))?;
            let passed = answer.certificate.as_ref().is_some_and(|found| matches!(found.outcome, Outcome::Passed));
            let asked: Vec<String> = answer
                .conditions
                .iter()
                .map(|condition| render_condition(&problem.arena, *condition, Format::Unicode, &problem.style))
                .collect();
            let text = render(&problem.arena, answer.expr, Format::Unicode, &problem.style);
            Ok::<_, String>(format!("{text} | {}{}", asked.join("; "), if passed { "" } else { " | NOT CHECKED" }))
        });
        let found = found.unwrap_or_else(|error| error);
        if found != format!("{want} | {conditions}") {
            wrong.push(format!("{expr}\n  found {found}\n  want  {want} | {conditions}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_value_that_is_not_taken_need_not_exist() {
    use matcalc::numeric::{Bindings, evaluate};
    let problem = read(&["cases(sqrt(x) + 1/(x - 1) if x > 1, log(2 - x) otherwise)"], "x: scalar", &Goal::Scalar, &[])
        .expect("read");
    let x = problem.arena.find_symbol("x").expect("a symbol");
    for (at, want) in [(0.0, 2.0_f64.ln()), (1.0, 0.0), (4.0, 2.0 + 1.0 / 3.0)] {
        let mut point = Bindings::<f64>::default();
        point.symbols.insert(x, nalgebra::DMatrix::from_element(1, 1, at));
        let value = evaluate(&problem.arena, problem.raw[0], &point).expect("a value")[0];
        assert!((value - want).abs() < 1e-14, "{at}: {value}");
    }
}
