//! Verdicts about convexity: those of a textbook, and that none is contradicted by numbers, for every scalar case and for random
//! expressions.
//!
//! `MATCALC_CASES` sets how many random expressions, `MATCALC_SEED` where they start.

use crate::common;
use crate::common::drive::{count, number};
use crate::common::generate::Generator;
use crate::midpoints::rows;
use matcalc::answer::convexity::{self, Curvature, Strength, Verdict};
use matcalc::check::{CheckOptions, Outcome};
use matcalc::expr::Shape;
use matcalc::render::{Format, Style, render};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;

const CASES: u64 = 400;
/// Seeds whose verdict was once wrong.
const REGRESSIONS: [u64; 4] = [197, 558, 1009, 1512];

/// Expression, variables, declarations, verdict: most of them from Boyd & Vandenberghe, *Convex Optimization*, ch. 3.
const TABLE: &[(&str, &str, &str, &str)] = &[
    // functions of one number (§3.1.5)
    ("exp(a x)", "x", "x: scalar; a: scalar", "convex"),
    ("x^4 + 2x^3 + 2x^2", "x", "x: scalar", "convex"),
    ("x^4 + 2x^3 + x^2", "x", "x: scalar", "neither"),
    // sums over an index, whose terms have a domain
    ("-sum_{i=1}^m log(b_i - a_i'x)", "x", "", "convex"),
    ("-sum_{i=1}^n log(x_i)", "x", "x: vector(n)", "convex"),
    ("sum_{i=1}^n x_i log(x_i)", "x", "x: vector(n)", "convex"),
    // functions of matrices (§3.1.7, exercise 3.26)
    ("x'A^-1 x", "x,A", "A: spd(n)", "convex"),
    ("(A x - b)'P^-1 (A x - b)", "x,P", "P: spd(m)", "convex"),
    ("tr(X'(A + B)^-1 X)", "X,A,B", "A: spd(n); B: spd(n)", "convex"),
    ("tr(X'A^-1 X)", "X,A", "A: symmetric(n)", "neither"),
    ("x'A^-1 y", "x,A", "A: spd(n)", "neither"),
    ("tr(expm(X))", "X", "X: symmetric(n)", "convex"),
    ("tr(expm(X))", "X", "X: square(n)", "neither"),
    ("log tr(expm(X))", "X", "X: symmetric(n)", "convex"),
    ("tr(expm(A + t B))", "t", "A: symmetric(n); B: symmetric(n); t: scalar", "convex"),
    ("tr(X logm(X))", "X", "X: spd(n)", "convex"),
    ("tr(X^(1/2))", "X", "X: spd(n)", "concave"),
    ("tr(X^4)", "X", "X: symmetric(n)", "convex"),
    ("x^3", "x", "x: positive", "convex"),
    ("x^(3/2)", "x", "x: scalar", "convex"),
    ("x^(1/2)", "x", "x: scalar", "concave"),
    ("x^-1", "x", "x: positive", "convex"),
    ("x^-2", "x", "x: positive", "convex"),
    ("abs(x)", "x", "x: scalar", "convex"),
    ("abs(x)^3", "x", "x: scalar", "convex"),
    ("log(x)", "x", "x: scalar", "concave"),
    ("x log(x)", "x", "x: scalar", "convex"),
    ("x^2", "x", "x: scalar", "convex"),
    ("x^4", "x", "x: scalar", "convex"),
    ("x^3", "x", "x: scalar", "neither"),
    ("1/x", "x", "x: scalar", "neither"),
    ("1/x^2", "x", "x: scalar", "locally convex"),
    ("sin(x)", "x", "x: scalar", "neither"),
    ("tanh(x)", "x", "x: scalar", "neither"),
    ("log(1 + exp(x))", "x", "x: scalar", "convex"),
    ("relu(x)", "x", "x: scalar", "convex"),
    ("2x + 3", "x", "x: scalar", "affine"),
    ("-abs(x)", "x", "x: scalar", "concave"),
    // norms and the largest entry
    ("||x||", "x", "", "convex"),
    ("||A x - b||_1", "x", "", "convex"),
    ("||x||_inf", "x", "", "convex"),
    ("max(x)", "x", "", "convex"),
    ("min(A x + b)", "x", "", "concave"),
    ("||x||^4", "x", "", "convex"),
    ("sqrt(1 + x'x)", "x", "", "convex"),
    ("sqrt(x'P x)", "x", "P: spd(n)", "convex"),
    // quadratic functions, and over linear ones
    ("½ x'P x + q'x + r", "x", "P: psd(n)", "convex"),
    ("-x'P x", "x", "P: spd(n)", "concave"),
    ("x'A x", "x", "", "neither"),
    ("½||A x - b||^2", "x", "", "convex"),
    ("½||A x - b||^2 + λ||x||_1", "x", "λ: positive", "convex"),
    ("x^2/y", "x,y", "x: scalar; y: positive", "convex"),
    ("||x||^2/t", "x,t", "t: positive", "convex"),
    ("x/y", "x,y", "x: scalar; y: positive", "neither"),
    ("x y", "x,y", "x: scalar; y: scalar", "neither"),
    // log-sum-exp, geometric means, entropies
    ("log sum exp(x)", "x", "", "convex"),
    ("log sum exp(A x + b)", "x", "", "convex"),
    ("log sum_{i=1}^m exp(a_i'x + b_i)", "x", "", "convex"),
    ("sum(x .* log x)", "x", "", "convex"),
    ("-sum(x .* log x)", "x", "", "concave"),
    ("x log(x/y)", "x,y", "x: positive; y: positive", "convex"),
    ("sum(log x)", "x", "", "concave"),
    ("sqrt(x y)", "x,y", "x: positive; y: positive", "concave"),
    ("1/(x y)", "x,y", "x: positive; y: positive", "convex"),
    // compositions (§3.2.4)
    ("exp(||A x - b||)", "x", "", "convex"),
    ("exp(x'x)", "x", "", "convex"),
    ("-sum(log(b - A x))", "x", "", "convex"),
    ("1/(b - a'x)", "x", "b: scalar", "neither"),
    ("sum(log(1 + exp(-y .* (X w))))", "w", "", "convex"),
    ("sum(relu(A x + b))", "x", "", "convex"),
    ("sum(max(A x, b))", "x", "", "convex"),
    ("exp(-x'x)", "x", "", "neither"),
    ("log(x'x)", "x", "", "neither"),
    // functions of matrices (§3.1.5, exercises)
    ("log det X", "X", "X: spd(n)", "concave"),
    ("tr(X^-1)", "X", "X: spd(n)", "convex"),
    ("tr(A X)", "X", "", "affine"),
    ("a'X^-1 a", "X", "X: spd(n)", "convex"),
    ("tr(S X) - log det X", "X", "X: spd(n); S: symmetric(n)", "convex"),
    ("lambda_max(X)", "X", "X: symmetric(n)", "convex"),
    ("lambda_min(X)", "X", "X: symmetric(n)", "concave"),
    ("lambda_max(A + t B)", "t", "A: symmetric(n); B: symmetric(n); t: scalar", "convex"),
    ("||X||_2", "X", "", "convex"),
    ("||X||_*", "X", "", "convex"),
    ("||A X - B||_F", "X", "", "convex"),
    ("||A X B - C||_F^2", "X", "", "convex"),
    ("tr(X'P X)", "X", "P: psd(n); X: matrix(n,k)", "convex"),
    ("tr(X^2)", "X", "X: symmetric(n)", "convex"),
    ("-log det(I + X)", "X", "X: psd(n)", "convex"),
    ("det X", "X", "", "neither"),
    ("log det X", "X", "", "neither"),
    ("sum_{i=1}^m log(1 + exp(a_i'x))", "x", "", "convex"),
    ("φ(x)", "x", "φ: function; x: scalar", "unknown"),
    ("x^2 + x y + y^2", "x,y", "x: scalar; y: scalar", "convex"),
    ("x^2 + 3 x y + y^2", "x,y", "x: scalar; y: scalar", "neither"),
];

fn word(verdict: Verdict) -> String {
    match verdict {
        Verdict::Is(kind, _) => kind.word().to_owned(),
        Verdict::OnParts(kind) => format!("locally {}", kind.word()),
        Verdict::Where(kind) => format!("{} where definite", kind.word()),
        Verdict::Neither => "neither".to_owned(),
        Verdict::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn verdicts_of_the_textbook() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, wrt, decl, want) in TABLE {
            let wrt: Vec<&str> = wrt.split(',').collect();
            let mut problem =
                common::read(expr, decl, &wrt, Goal::Scalar).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let finding = convexity::convexity(&mut problem, Some(&CheckOptions::default()))
                .unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let found = word(finding.verdict);
            let checked = finding.certificate.as_ref().is_none_or(|certificate| certificate.outcome == Outcome::Passed);
            if found != *want || !checked {
                wrong.push(format!("{expr} in {wrt:?}: want {want}, found {found} {:?}", finding.certificate));
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), TABLE.len(), wrong.join("\n"));
}

#[test]
fn verdicts_of_the_case_file() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for row in rows() {
            let mut problem = common::read(row.expr, row.decl, &row.wrt, Goal::Function)
                .unwrap_or_else(|report| panic!("{}: {report:?}", row.expr));
            let finding = convexity::convexity(&mut problem, Some(&CheckOptions::default()))
                .unwrap_or_else(|report| panic!("{}: {report:?}", row.expr));
            let found = word(finding.verdict);
            let strength = match finding.verdict {
                Verdict::Is(_, Strength::Strict) => "strictly ",
                Verdict::Is(_, Strength::Strong) => "strongly ",
                _ => "",
            };
            let condition = finding.convex_if.as_ref().map(|claim| {
                let text = convexity::claim_text(&problem.arena, claim, false, Format::Unicode, &problem.style);
                text.replace(" (declared)", "")
            });
            let fits = found == row.want || format!("{strength}{found}") == row.want;
            let checked = finding.certificate.as_ref().is_none_or(|certificate| certificate.outcome == Outcome::Passed);
            if !fits
                || !checked
                || finding.refuted
                || row.condition.is_some()
                    && (condition.as_deref() != row.condition || finding.is_exact != row.is_exact)
            {
                wrong.push(format!(
                    "{} in {:?}: want {} {:?}, found {strength}{found} {condition:?} {:?}{}",
                    row.expr,
                    row.wrt,
                    row.want,
                    row.condition,
                    finding.certificate,
                    if finding.refuted { ", a line of the argument is wrong" } else { "" }
                ));
            }
        }
    });
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// What is only shown to be nonnegative, as its terms take from one another, is not called strictly or strongly convex.
#[test]
fn no_more_is_claimed_than_is_shown() {
    on_large_stack(|| {
        for (expr, wrt, decl, want) in [
            ("n||X||_F^2 - tr(X)^2", &["X"][..], "X: square(n)", Strength::Plain),
            ("||X||_F^2 - tr(X)^2/n", &["X"], "X: upper(n)", Strength::Plain),
            ("tr(X)^2 - n||X||_F^2", &["X"], "X: square(n)", Strength::Plain),
            ("||X||_F^2 - tr(A X)^2/||A||_F^2", &["X"], "X: square(n)", Strength::Plain),
            ("n||X||_F^2 - tr(X)^2 + ||y||^2", &["X", "y"], "X: square(n)", Strength::Plain),
            ("n||X||_F^2 - tr(X)^2 + ||A X||_F^2", &["X"], "X: square(n)", Strength::Plain),
            ("2n||X||_F^2 - tr(X)^2", &["X"], "X: square(n)", Strength::Strong),
            ("||X||_F^2 + tr(X)^2", &["X"], "X: square(n)", Strength::Strong),
            ("||X||_F^2 - log det X", &["X"], "X: spd(n)", Strength::Strict),
        ] {
            let mut problem = common::read(expr, decl, wrt, Goal::Function).expect("it can be read");
            let finding = convexity::convexity(&mut problem, Some(&CheckOptions::default())).expect("a verdict");
            assert!(
                matches!(finding.verdict, Verdict::Is(_, strength) if strength == want),
                "{expr}: {:?}",
                finding.verdict
            );
        }
    });
}

#[test]
fn no_verdict_on_a_case_is_contradicted() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for text in [
            include_str!("../cases/gradients.matcalc"),
            include_str!("../cases/hessians.matcalc"),
            include_str!("../cases/cookbook.matcalc"),
        ] {
            for case in common::cases(text) {
                let Ok(mut problem) = common::read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar) else {
                    continue;
                };
                let Ok(finding) = convexity::convexity(&mut problem, Some(&CheckOptions::default())) else { continue };
                if finding.failed() || finding.refuted {
                    wrong.push(format!("{}: {:?} {:?}", case.name, finding.verdict, finding.certificate));
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A chord may end at a singular matrix, where rounding decides the sign of the inverse.
#[test]
fn a_pole_at_the_end_of_a_chord_contradicts_nothing() {
    let mut problem = common::read("tr((n Q^-1)'ones(n, n))", "Q in S^n_+", &["Q"], Goal::Scalar).unwrap();
    for seed in 1..40 {
        let options = CheckOptions { seed, ..CheckOptions::default() };
        let finding = convexity::convexity(&mut problem, Some(&options)).unwrap();
        assert!(matches!(finding.verdict, Verdict::Is(Curvature::Convex, _)), "{seed}");
        assert!(!finding.failed(), "{seed}: {:?}", finding.certificate);
    }
}

#[test]
fn no_verdict_on_a_random_expression_is_contradicted() {
    let (count, first) = (count(CASES), number("MATCALC_SEED").unwrap_or(0));
    let mut wrong = Vec::new();
    let mut tally = std::collections::BTreeMap::<String, u32>::new();
    on_large_stack(|| {
        for seed in (first..first + count).chain(REGRESSIONS) {
            let mut generator = Generator::new(seed);
            let raw = generator.expression(Shape::SCALAR);
            let Some(wrt) = generator.variable(raw) else { continue };
            let arena = &mut generator.arena;
            if arena.symbol(wrt).structure == Structure::Orthogonal {
                continue;
            }
            let options = CheckOptions { seed, points: 4, work_limit: 20_000_000, ..CheckOptions::default() };
            let finding = convexity::judge(arena, raw, &[wrt], Some(&options));
            *tally.entry(word(finding.verdict)).or_default() += 1;
            if finding.failed() || finding.refuted {
                let text = render(arena, raw, Format::Unicode, &Style::default());
                let name = arena.symbol(wrt).name.clone();
                wrong.push(format!("seed {seed}: {text} by {name}: {:?} {:?}", finding.verdict, finding.certificate));
            }
        }
    });
    eprintln!("{tally:?}");
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
    assert!(count < 100 || tally.get("convex").copied().unwrap_or(0) > 0, "some are convex");
}

#[test]
fn an_argument_names_its_parts_and_concludes() {
    use matcalc::answer::convexity::{Claim, Order, line_text};
    on_large_stack(|| {
        let mut problem = common::read("log sum exp(A x + b)", "", &["x"], Goal::Scalar).expect("it can be read");
        let finding = convexity::convexity(&mut problem, None).expect("a verdict");
        let lines: Vec<String> = finding
            .lines
            .iter()
            .map(|line| line_text(&problem.arena, line, false, Format::Unicode, &problem.style))
            .collect();
        assert_eq!(
            lines,
            [
                "∇²f = Aᵀ(diag(p) − ppᵀ)A",
                "diag(p) − ppᵀ ⪰ 0 (Cauchy–Schwarz, as the entries are positive with sum 1)",
                "Aᵀ(diag(p) − ppᵀ)A ⪰ 0 (a congruence of a positive semidefinite matrix)",
            ]
        );
        assert!(matches!(finding.lines[2].claim, Claim::Order(_, Order::Semidefinite)));
        assert!(matches!(finding.verdict, Verdict::Is(Curvature::Convex, _)));
    });
}
