//! Stationary points: the form that readers expect, and that every one of them passed its check; and gradients that are not solved.

use crate::common;
use matcalc::answer::stationary::{self, Kind};
use matcalc::check::{Certificate, CheckOptions};
use matcalc::render::{Format, render};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

/// Expression, variable, declarations, solutions, kind of the first.
const TABLE: &[(&str, &str, &str, &[&str], Kind)] = &[
    // normal equations
    ("½||A x - b||^2", "x", "", &["(AᵀA)⁻¹Aᵀb"], Kind::Minimum),
    ("||M u - v||^2", "u", "", &["(MᵀM)⁻¹Mᵀv"], Kind::Minimum),
    ("||A x - b||", "x", "", &["(AᵀA)⁻¹Aᵀb"], Kind::Minimum),
    ("½||A x - b||^2 + ½λ||x||^2", "x", "λ: positive", &["(AᵀA + λI)⁻¹Aᵀb"], Kind::Minimum),
    ("(A x - b)'W(A x - b)", "x", "W: spd(m)", &["(AᵀWA)⁻¹AᵀWb"], Kind::Minimum),
    ("sum_{i=1}^m (a_i'x - b_i)^2", "x", "", &["(Σᵢ aᵢaᵢᵀ)⁻¹Σᵢ bᵢaᵢ"], Kind::Minimum),
    // quadratic functions
    ("½x'A x + b'x", "x", "A: symmetric(n)", &["−A⁻¹b"], Kind::Unknown),
    ("½x'A x + b'x", "x", "A: spd(n)", &["−A⁻¹b"], Kind::Minimum),
    ("½x'A x + b'x", "x", "", &["−2(A + Aᵀ)⁻¹b"], Kind::Unknown),
    ("m log(p) + k log(1 - p)", "p", "p: scalar; m: positive; k: positive", &["m/(m + k)"], Kind::Maximum),
    ("log(x) + log(1 - x)", "x", "x: scalar", &["½"], Kind::Maximum),
    ("k log(λ) - λ s", "λ", "s: positive; k: positive", &["k/s"], Kind::Maximum),
    ("a x^2 + b x + c", "x", "a: positive; b: scalar; x: scalar; c: scalar", &["−b/(2a)"], Kind::Minimum),
    ("sum(d .* x .* x) - c'x", "x", "", &["½(c⊘d)"], Kind::Unknown),
    ("x'x", "x", "", &["zeros(n)"], Kind::Minimum),
    // singular by form
    ("||X a - b||^2", "X", "", &["baᵀ/‖a‖²"], Kind::Minimum),
    // matrices
    ("||A X - B||_F^2", "X", "", &["(AᵀA)⁻¹AᵀB"], Kind::Minimum),
    ("||X A - B||_F^2", "X", "", &["BAᵀ(AAᵀ)⁻¹"], Kind::Minimum),
    ("½||A X B - C||_F^2", "X", "", &["(AᵀA)⁻¹AᵀCBᵀ(BBᵀ)⁻¹"], Kind::Minimum),
    ("½||X - A||_F^2", "X", "X: symmetric(n)", &["½(A + Aᵀ)"], Kind::Minimum),
    ("½||A X||_F^2 + ½||X B||_F^2 - tr(C'X)", "X", "", &["unvec((BBᵀ ⊗ Iₘ + Iₙ ⊗ AᵀA)⁻¹vec(C), m, n)"], Kind::Minimum),
    // gradients that factor
    ("tr(S Σ^-1) + log det Σ", "Σ", "Σ: symmetric(n); S: symmetric(n)", &["S"], Kind::Unknown),
    ("tr(S Σ^-1) + log det Σ", "Σ", "Σ: spd(n); S: spd(n)", &["S"], Kind::Minimum),
    ("tr(S Σ^-1) + log det Σ", "Σ", "", &["S"], Kind::Unknown),
    ("tr(C inv(V)) + logdet(V)", "V", "V: spd(p); C: spd(p)", &["C"], Kind::Minimum),
    ("<S,X> - log det X", "X", "", &["S⁻ᵀ"], Kind::Unknown),
    ("<S,X> - log det X", "X", "X: spd(n); S: spd(n)", &["S⁻¹"], Kind::Minimum),
    ("½ log det Σ + ½(x-μ)'Σ^-1(x-μ)", "μ", "Σ: spd(n); μ: vector(n)", &["x"], Kind::Minimum),
    ("exp(-½(x-μ)'P(x-μ))", "x", "P: spd(n); μ: vector(n)", &["μ"], Kind::Maximum),
    ("x^4 - 2a x^2", "x", "a: positive; x: scalar", &["0", "√(a)", "−√(a)"], Kind::LocalMaximum),
    ("k log s + c/s", "s", "s: positive; c: positive; k: positive", &["c/k"], Kind::Minimum),
    // likelihoods
    (
        "m/2 log det Σ + ½ sum_{i=1}^m (x_i-μ)'Σ^-1(x_i-μ)",
        "Σ",
        "Σ: spd(n)",
        &["(1/m)∑ᵢ (xᵢ − μ)(xᵢ − μ)ᵀ"],
        Kind::Minimum,
    ),
    ("sum_{i=1}^m (log det Σ + x_i'Σ^-1 x_i)", "Σ", "Σ: spd(n)", &["(1/m)∑ᵢ xᵢxᵢᵀ"], Kind::Minimum),
    ("-(m/2) log det Σ - ½ tr(Σ^-1 S)", "Σ", "Σ: spd(n); S: spd(n); m: positive", &["S/m"], Kind::Maximum),
    ("m log det P - sum_{i=1}^m x_i'P x_i", "P", "P: spd(n)", &["m(Σᵢ xᵢxᵢᵀ)⁻¹"], Kind::Maximum),
    (
        "tr(Q^-1 P) + (u-v)'Q^-1(u-v) - n + log(det Q/det P)",
        "Q",
        "P: spd(n); Q: spd(n)",
        &["(u − v)(u − v)ᵀ + P"],
        Kind::Minimum,
    ),
    ("||y - K a||^2 + λ a'K a", "a", "K: spd(n); λ: positive", &["(K + λI)⁻¹y"], Kind::Minimum),
    // invertible operators
    ("sum(exp(x)) - b'x", "x", "", &["log(b)"], Kind::Minimum),
    ("sum(x .* log x) + b'x", "x", "", &["exp(−1 − b)"], Kind::Minimum),
    ("sum(log(1 + exp(x))) - b'x", "x", "", &["log(b) − log(1 − b)"], Kind::Minimum),
    ("b'x - sum(log x)", "x", "", &["1⊘b"], Kind::Minimum),
    ("p log p + (1 - p) log(1 - p)", "p", "p: scalar", &["½"], Kind::Minimum),
    ("t log t + (1 - t) log(1 - t) - c t", "t", "t: scalar; c: scalar", &["σ(c)"], Kind::Minimum),
    ("log(x) - 2 log(1 + x)", "x", "x: scalar", &["1"], Kind::Maximum),
    // roots of odd powers, of either sign
    ("x^4 - a x", "x", "x: scalar; a: scalar", &["sign(a)(¼|a|)^(1/3)"], Kind::Minimum),
    ("x^4 + x", "x", "x: scalar", &["−(¼)^(1/3)"], Kind::Minimum),
    // functions of one number by their slopes, and functions that increase with convex ones
    ("x exp(-x)", "x", "x: scalar", &["1"], Kind::Maximum),
    ("t^3", "t", "t: scalar", &["0"], Kind::Saddle),
    ("x^3 - 3x", "x", "x: scalar", &["1", "−1"], Kind::LocalMinimum),
    ("x + 1/x", "x", "x: scalar", &["1", "−1"], Kind::LocalMinimum),
    ("log(1 + ||A x - b||^2)", "x", "", &["(AᵀA)⁻¹Aᵀb"], Kind::Minimum),
    ("x'x/(1 + x'x)", "x", "", &["zeros(n)"], Kind::Minimum),
    ("-1/(1 + x'x)", "x", "", &["zeros(n)"], Kind::Minimum),
    // A pole lies between the point and smaller values.
    ("1/(1 - x'x)", "x", "", &["zeros(n)"], Kind::LocalMinimum),
    ("t^2/(t^2 - 1)", "t", "t: scalar", &["0"], Kind::LocalMaximum),
    // positive definite matrices and positive vectors
    (
        "½||X - V||_F^2 - μ log det X",
        "X",
        "X: spd(n); V: symmetric(n); μ: positive",
        &["½(sqrtm(V² + 4μI) + V)"],
        Kind::Minimum,
    ),
    ("tr(X A) + tr(X^-1 B)", "X", "X,A,B: spd(n)", &["A^(−1/2)sqrtm(sqrtm(A)B sqrtm(A))A^(−1/2)"], Kind::Minimum),
    ("½||x - v||^2 - μ sum(log(x))", "x", "x: positive(n); μ: positive", &["½(√(4μ + v∘v) + v)"], Kind::Minimum),
    // thresholds
    ("½||x - v||^2 + λ||x||_1", "x", "λ: positive", &["sign(v)∘relu(|v| − λ)"], Kind::Minimum),
    ("½||y - c||^2 + ½μ||y||^2 + κ||y||_1", "y", "κ,μ: positive", &["(sign(c)∘relu(|c| − κ))/(1 + μ)"], Kind::Minimum),
    ("½||x - v||^2 + λ||x||", "x", "λ: positive; v: vector(n)", &["relu(1 − λ/‖v‖)v"], Kind::Minimum),
    ("½||X - V||_F^2 + λ||X||_F", "X", "λ: positive", &["relu(1 − λ/‖V‖_F)V"], Kind::Minimum),
];

#[test]
fn solutions_have_the_form_readers_expect() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, wrt, decl, want, kind) in TABLE {
            let mut problem =
                common::read(expr, decl, &[wrt], Goal::Scalar).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let found = stationary::stationary(&mut problem, 0, Some(&CheckOptions::default()))
                .unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let texts: Vec<String> = found
                .solutions
                .iter()
                .map(|solution| render(&problem.arena, solution.point.expr, Format::Unicode, &problem.style))
                .collect();
            let checked = found
                .solutions
                .iter()
                .all(|solution| solution.point.certificate.as_ref().is_some_and(Certificate::passed));
            let kind_found = found.solutions.first().map(|solution| solution.nature.kind);
            if texts != *want || !checked || kind_found != Some(*kind) {
                wrong.push(format!(
                    "{expr} in {wrt} ({decl})\n  want  {want:?} {kind:?}\n  found {texts:?} {kind_found:?}"
                ));
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), TABLE.len(), wrong.join("\n"));
}

/// Functions with kinks: expression, variable, declarations, solutions with their conditions, whether these are all, the points without a
/// derivative at which f is smallest, and in how many regions the gradient is 0 throughout.
type Kinked = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static [&'static str])],
    bool,
    &'static [&'static str],
    usize,
);

const KINKS: &[Kinked] = &[
    ("2|x| - x^2", "x", "x: scalar", &[("1", &[]), ("−1", &[])], true, &[], 0),
    ("|x| - x^2", "x", "x: scalar", &[("½", &[]), ("−½", &[])], true, &[], 0),
    ("3 abs(t) - t^2/2", "t", "t: scalar", &[("3", &[]), ("−3", &[])], true, &[], 0),
    ("|x|^{1/2}", "x", "x: scalar", &[], true, &["0"], 0),
    ("sign(x) + x^2", "x", "x: scalar", &[], true, &[], 0),
    ("sign(x) + (x - 1)^2", "x", "x: scalar", &[("1", &[])], true, &[], 0),
    ("|x| + x^2", "x", "x: scalar", &[], true, &["0"], 0),
    ("x^2 + a|x|", "x", "a: positive; x: scalar", &[], true, &["0"], 0),
    ("relu(x) + x^2", "x", "x: scalar", &[], true, &["0"], 0),
    ("relu(x) + (x + 1)^2", "x", "x: scalar", &[("−1", &[])], true, &[], 0),
    ("||x||_1 + ||x||^2", "x", "", &[], true, &["zeros(n)"], 0),
    ("2||x||_1 - ||x||^2", "x", "", &[("ones(n)", &[]), ("−ones(n)", &[])], false, &[], 0),
    ("x^2 - 4|x - 1|", "x", "x: scalar", &[("2", &[]), ("−2", &[])], true, &[], 0),
    ("|x - a| - x^2", "x", "x: scalar; a: scalar", &[("½", &["1 − 2a > 0"]), ("−½", &["1 + 2a > 0"])], true, &[], 0),
    ("(x - 3)^2/2 + λ|x|", "x", "λ: positive; x: scalar", &[("relu(3 − λ)", &[])], true, &[], 0),
    ("max(x, 1)", "x", "x: scalar", &[], true, &["1"], 1),
    ("max(x, 1)^2", "x", "x: scalar", &[], true, &["1"], 1),
    ("|x| + |x - 1|", "x", "x: scalar", &[], true, &["0", "1"], 1),
    ("|x - 1| + (x - 2)^2", "x", "x: scalar", &[("3/2", &[])], true, &[], 0),
    ("|x|", "x", "x: scalar", &[], true, &["0"], 0),
    ("||x||", "x", "", &[], false, &["zeros(n)"], 0),
    ("||x|| + ||x||^2", "x", "", &[], false, &["zeros(n)"], 0),
    ("sum(relu(1 - y .* (X w))) + ||w||^2", "w", "", &[], false, &[], 0),
    // flat where the formula of the gradient has no value
    ("det(X)^4", "X", "X: matrix(2,2)", &[("zeros(2, 2)", &[])], false, &[], 0),
    ("det(A'A) + tr(A'A)^2", "A", "", &[("zeros(m, n)", &[])], false, &[], 0),
    ("sqrt(x^4 + 3x^8)", "x", "x: scalar", &[("0", &[])], false, &[], 0),
    ("||x||^(5/4)", "x", "", &[("zeros(n)", &[])], true, &[], 0),
    ("||x||_3^3/(1 + ||x||_3)", "x", "", &[("zeros(n)", &[])], true, &[], 0),
    ("min(x)^2", "x", "x: vector(n)", &[("zeros(n)", &[])], false, &[], 0),
    ("|x|^p", "x", "p: positive; x: scalar", &[], false, &[], 0),
    ("||x||_inf^4", "x", "", &[("zeros(n)", &[])], false, &[], 0),
    ("det X + 1", "X", "X: square(n)", &[], false, &[], 0),
];

/// Where a gradient vanishes on an unknown's side of 0 alone, and where a factor of it vanishes at points that are none.
#[test]
fn others_are_stationary_points() {
    on_large_stack(|| {
        for (expr, wrt, decl, want) in [
            ("cos(2x)", "x", "x: positive", &["½π", "π"][..]),
            ("sin(x)^2", "x", "x: positive", &["π", "2π", "½π", "(3/2)π"]),
            ("max(|y|)^4", "y", "y: vector(n)", &["zeros(n)"]),
            ("||M||_*^4", "M", "", &["zeros(m, n)"]),
        ] {
            let mut problem = common::read(expr, decl, &[wrt], Goal::Scalar).expect("it can be read");
            let found = stationary::stationary(&mut problem, 0, Some(&CheckOptions::default())).expect("a gradient");
            let text = |point| render(&problem.arena, point, Format::Unicode, &problem.style);
            let mut texts: Vec<String> = found.solutions.iter().map(|solution| text(solution.point.expr)).collect();
            let mut want: Vec<String> = want.iter().map(ToString::to_string).collect();
            texts.sort();
            want.sort();
            assert_eq!((texts, found.others.len()), (want, 0), "{expr}");
        }
    });
}

#[test]
fn a_kink_is_no_stationary_point() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (expr, wrt, decl, want, complete, kinks, regions) in KINKS {
            let mut problem =
                common::read(expr, decl, &[wrt], Goal::Scalar).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let found = stationary::stationary(&mut problem, 0, Some(&CheckOptions::default()))
                .unwrap_or_else(|report| panic!("{expr}: {report:?}"));
            let text = |expr| render(&problem.arena, expr, Format::Unicode, &problem.style);
            let condition = |condition: &matcalc::domain::Condition| {
                matcalc::render::render_condition(&problem.arena, *condition, Format::Unicode, &problem.style)
            };
            let solutions: Vec<(String, Vec<String>)> = found
                .solutions
                .iter()
                .map(|solution| (text(solution.point.expr), solution.point.conditions.iter().map(condition).collect()))
                .collect();
            let want: Vec<(String, Vec<String>)> = want
                .iter()
                .map(|(point, conditions)| (point.to_string(), conditions.iter().map(ToString::to_string).collect()))
                .collect();
            let smallest: Vec<String> = found.kinks.iter().map(|point| text(*point)).collect();
            let checked = found
                .solutions
                .iter()
                .all(|solution| solution.point.certificate.as_ref().is_some_and(Certificate::passed));
            if solutions != want
                || found.complete != *complete
                || smallest != *kinks
                || found.regions.len() != *regions
                || !checked
            {
                wrong.push(format!(
                    "{expr}\n  want  {want:?} {complete} {kinks:?} {regions}\n  found {solutions:?} {} {smallest:?} {}",
                    found.complete,
                    found.regions.len()
                ));
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), KINKS.len(), wrong.join("\n"));
}

#[test]
fn what_is_not_solved_has_no_solution() {
    on_large_stack(|| {
        for (expr, wrt, decl) in [
            ("sum(log(1 + exp(A x))) - y'A x", "x", ""),
            ("x'A x/||x||", "x", "A: symmetric(n)"),
            ("log sum exp(A x) + x'x", "x", ""),
            ("½||A - x x'||_F^2", "x", "A: symmetric(n)"),
            ("a'x", "x", ""),
            ("log det X", "X", ""),
            ("½ log det Σ + ½ x'Σ^-1 x", "Σ", "Σ: spd(n); x: vector(n)"),
        ] {
            let mut problem = common::read(expr, decl, &[wrt], Goal::Scalar).expect("it can be read");
            let found = stationary::stationary(&mut problem, 0, Some(&CheckOptions::default())).expect("a gradient");
            let texts: Vec<String> = found
                .solutions
                .iter()
                .map(|solution| render(&problem.arena, solution.point.expr, Format::Unicode, &problem.style))
                .collect();
            // Whatever is printed passed its check; what is incomplete says so.
            assert!(texts.is_empty() || !found.complete, "{expr}: {texts:?}");
        }
    });
}

#[test]
fn no_solution_of_a_case_fails_its_check() {
    on_large_stack(|| {
        for text in [include_str!("../cases/gradients.matcalc"), include_str!("../cases/cookbook.matcalc")] {
            for case in common::cases(text) {
                let Ok(mut problem) = common::read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar) else {
                    continue;
                };
                let Ok(found) = stationary::stationary(&mut problem, 0, Some(&CheckOptions::default())) else {
                    continue;
                };
                for solution in &found.solutions {
                    let text = render(&problem.arena, solution.point.expr, Format::Unicode, &problem.style);
                    eprintln!("{}: {} = {text} ({:?})", case.name, case.wrt, solution.nature.kind);
                    assert!(solution.point.certificate.is_some(), "{}", case.name);
                }
            }
        }
    });
}
