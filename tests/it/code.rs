//! Emitted code against the expressions that it stands for: every answer of the tables, random expressions, code that was tampered with,
//! names, and the rows of functions that lose no digits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization as _;

use crate::common;
use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use matcalc::check::{Certificate, CheckOptions, Outcome, check_code};
use matcalc::codegen::{Array, ArrayId, Binary, CodeError, Layout, Program, Unary, lower, lower_as, numpy, value_as};
use matcalc::differential::differentiate;
use matcalc::expr::{Arena, ExprId, Func, Reduction, Symbol, SymbolKind};
use matcalc::linear::{self, Convention};
use matcalc::number::Coeff;
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Strategy, draw_sizes, sample, symbols_of};
use matcalc::shape::Goal;
use matcalc::simplify::simplify;
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;

const TABLES: [&str; 2] = [include_str!("../cases/gradients.matcalc"), include_str!("../cases/cookbook.matcalc")];
/// How many random expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;
/// Most of them, in percent, whose code found no point to be compared at.
const MAX_UNCHECKED: u64 = 5;
/// How many perturbations of each kind of node are tried for one answer.
const PERTURBATIONS: usize = 24;
/// At least so many of a thousand perturbed programs are caught.
const CAUGHT: usize = 995;

fn check(arena: &Arena, expr: ExprId, program: &Program, seed: u64) -> Certificate {
    let options = CheckOptions { seed, ..CheckOptions::default() };
    check_code(arena, expr, &[], &options, |point| value_as(arena, expr, &Layout::Value, program, point))
}

#[test]
fn the_code_of_every_gradient_agrees() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for case in TABLES.iter().flat_map(|table| common::cases(table)) {
            let Ok((problem, answer)) = common::gradient(&case) else { continue };
            for expr in [problem.raw[0], problem.normal[0], answer.expr] {
                match lower(&problem.arena, expr) {
                    Err(error) => wrong.push(format!("{}: {error}", case.name)),
                    Ok(program) => {
                        let found = check(&problem.arena, expr, &program, 0);
                        if !found.passed() {
                            let code = numpy(&problem.arena, expr);
                            wrong.push(format!("{}: {code:?} {:?}", case.name, found.outcome));
                        }
                    }
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Other operations in the place of one.
fn perturbed(program: &Program, id: ArrayId) -> Vec<Array> {
    let node = program.node(id).clone();
    let mut all = Vec::new();
    // Without a transpose, a negation or an absolute value below it.
    for operand in node.operands() {
        if let Array::Unary(Unary::Transpose | Unary::Negative | Unary::Elementwise(Func::Abs), inner) =
            *program.node(operand)
        {
            all.push(node.clone().map(|other| if other == operand { inner } else { other }));
        }
    }
    match node {
        Array::Number(value) => {
            all.push(Array::Number(value.add(&Coeff::ONE)));
            all.push(Array::Number(value.neg()));
        }
        Array::Sum(terms) => {
            for place in 0..terms.len() {
                let mut terms = terms.clone();
                terms[place].0 = !terms[place].0;
                all.push(Array::Sum(terms));
            }
            let fewer: Vec<(bool, ArrayId)> = terms[1..].to_vec();
            all.push(Array::Sum(fewer.into()));
        }
        Array::Binary(operation, x, y) => {
            all.push(Array::Binary(operation, y, x));
            let other = match operation {
                Binary::Multiply => Some(Binary::Divide),
                Binary::Divide | Binary::Power => Some(Binary::Multiply),
                Binary::Solve => Some(Binary::Matmul),
                Binary::Matmul => Some(Binary::Multiply),
                Binary::MatrixPower => Some(Binary::Power),
                _ => None,
            };
            all.extend(other.map(|other| Array::Binary(other, x, y)));
        }
        Array::Einsum(subscripts, factors) => {
            // With two letters of the result exchanged.
            if let Some((from, to)) = subscripts.split_once("->")
                && to.len() > 1
            {
                let exchanged: String = to.chars().rev().collect();
                all.push(Array::Einsum(format!("{from}->{exchanged}").into(), factors));
            }
        }
        Array::Along(operation, x, axes) => {
            all.push(Array::Along(operation, x, axes.iter().map(|axis| 1 - axis.min(&1)).collect()));
        }
        Array::Unary(operation, x) => {
            let other = match operation {
                Unary::Reduce(Reduction::Max) => Some(Unary::Reduce(Reduction::Min)),
                Unary::Reduce(Reduction::Min) => Some(Unary::Reduce(Reduction::Max)),
                Unary::Trace | Unary::Det => Some(Unary::Reduce(Reduction::Sum)),
                Unary::Norm => Some(Unary::NormOne),
                Unary::Inverse => Some(Unary::Transpose),
                Unary::LambdaMax => Some(Unary::LambdaMin),
                Unary::EigvecMax => Some(Unary::EigvecMin),
                Unary::FirstLeft => Some(Unary::FirstRight),
                Unary::Negative => Some(Unary::Elementwise(Func::Abs)),
                _ => None,
            };
            all.extend(other.map(|other| Array::Unary(other, x)));
            if let Unary::Elementwise(_) | Unary::Sqrt | Unary::Log1p | Unary::Expm1 = operation {
                all.push(Array::Unary(Unary::Negative, x));
                all.push(Array::Unary(Unary::Elementwise(Func::Sin), x));
            }
        }
        Array::Length(symbol, axis) => all.push(Array::Length(symbol, 1 - axis.min(1))),
        _ => {}
    }
    all
}

/// Whether two programs have different values at some points of their own.
fn differ(arena: &Arena, expr: ExprId, program: &Program, other: &Program) -> bool {
    let symbols = symbols_of(arena, &[expr]);
    let mut rng = Rng::new(77);
    for strategy in [Strategy::Normal, Strategy::Positive, Strategy::NearIdentity, Strategy::Small, Strategy::Normal] {
        let sizes = draw_sizes(arena, &mut rng);
        let Ok(point) = sample(arena, &symbols, &sizes, strategy, &Default::default(), &mut rng) else { continue };
        let value = |program: &Program| value_as(arena, expr, &Layout::Value, program, &point);
        let Ok(Some(left)) = value(program) else { continue };
        if !left.iter().all(|entry| f64::is_finite(*entry)) {
            continue;
        }
        let Ok(Some(right)) = value(other) else { return true };
        let difference = (&left - &right).amax();
        if left.shape() != right.shape() || difference.is_nan() || difference > 1e-6 * left.amax().max(1.0) {
            return true;
        }
    }
    false
}

#[test]
fn tampered_code_is_caught() {
    let (mut caught, mut missed) = (0, Vec::new());
    on_large_stack(|| {
        for case in TABLES.iter().flat_map(|table| common::cases(table)) {
            let Ok((problem, answer)) = common::gradient(&case) else { continue };
            let arena = &problem.arena;
            let Ok(program) = lower(arena, answer.expr) else { continue };
            let all = program
                .order()
                .into_iter()
                .flat_map(|id| perturbed(&program, id).into_iter().map(move |node| (id, node)));
            let all: Vec<(ArrayId, Array)> = all.collect();
            let step = all.len().div_ceil(PERTURBATIONS).max(1);
            for (place, node) in all.iter().step_by(step) {
                let other = program.replaced(*place, node);
                let found = check(arena, answer.expr, &other, 0);
                if !found.passed() {
                    caught += 1;
                } else if differ(arena, answer.expr, &program, &other) {
                    missed.push(format!("{}: {:?} → {node:?}", case.name, program.node(*place)));
                }
            }
        }
    });
    eprintln!("{caught} of {} caught", caught + missed.len());
    assert!(caught > 1000);
    assert!(caught * 1000 >= (caught + missed.len()) * CAUGHT, "{caught} caught; missed:\n{}", missed.join("\n"));
}

#[derive(Debug, Default)]
struct Tally {
    passed: AtomicU64,
    unchecked: AtomicU64,
    refused: AtomicU64,
}

/// The code of an expression against the expression.
fn compare(arena: &Arena, expr: ExprId, stage: &'static str, tally: &Tally) -> Result<(), Wrong> {
    let program = match lower(arena, expr) {
        Ok(program) => program,
        Err(CodeError::Comparison | CodeError::Number(_)) => {
            tally.refused.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        Err(error) => return Err(Wrong { stage, details: error.to_string() }),
    };
    let options = CheckOptions { work_limit: 20_000_000, ..CheckOptions::default() };
    let found = check_code(arena, expr, &[], &options, |point| value_as(arena, expr, &Layout::Value, &program, point));
    match &found.outcome {
        Outcome::Passed => tally.passed.fetch_add(1, Ordering::Relaxed),
        Outcome::NotChecked(_) => tally.unchecked.fetch_add(1, Ordering::Relaxed),
        Outcome::Failed(disagreement) => {
            let code = numpy(arena, expr).unwrap_or_else(|error| error.to_string());
            return Err(Wrong { stage, details: format!("{code}\n    {disagreement:?}") });
        }
    };
    Ok(())
}

#[test]
fn random_code_agrees() {
    let tally = Tally::default();
    drive::run(Expressions::Mixed, "tests/regressions/random_gradients.txt", CASES, &|sample: Sample| {
        let mut arena = sample.arena;
        compare(&arena, sample.expr, "code as written", &tally)?;
        let normal = arena.normalize(sample.expr);
        compare(&arena, normal, "code of the normal form", &tally)?;
        let Some(wrt) = sample.wrt.filter(|_| arena.shape(sample.expr).is_scalar()) else { return Ok(()) };
        let Ok(differential) = differentiate(&mut arena, normal, wrt, 0) else { return Ok(()) };
        compare(&arena, differential.expr, "code of the differential", &tally)?;
        let Ok(whole) = linear::gradient(&mut arena, differential.expr, wrt, 0) else { return Ok(()) };
        let projected = linear::project(&mut arena, whole, wrt, Convention::Projected);
        let answer = simplify(&mut arena, projected);
        compare(&arena, answer, "code of the gradient", &tally)
    });
    eprintln!("{tally:?}");
    let (passed, unchecked) = (tally.passed.into_inner(), tally.unchecked.into_inner());
    assert!(unchecked * 100 <= passed * MAX_UNCHECKED, "{unchecked} of {passed} without a point");
}

/// Texts with names of every kind that can be written.
pub(crate) fn texts_of_names() -> Vec<String> {
    let greek = [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "varsigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Phi",
        "Psi",
        "Omega",
        "ell",
    ];
    let accents = ["hat", "bar", "tilde", "dot", "ddot", "breve", "check", "acute", "grave", "mathring", "underline"];
    let mut bases: Vec<String> = greek.iter().map(|name| format!("\\{name}")).collect();
    bases.extend(('a'..='z').chain('A'..='Z').filter(|letter| !"edijI".contains(*letter)).map(String::from));
    bases.extend(
        accents.iter().flat_map(|accent| ["y", "x", "\\theta"].map(|letter| format!("\\{accent}{{{letter}}}"))),
    );
    bases.extend(["é", "ö", "ñ", "ж", "ℓ", "λ", "ϕ", "ϵ", "𝑥", "ℝ", "x̂", "ŷ"].map(str::to_owned));
    let mut all = bases.clone();
    all.extend(bases.iter().flat_map(|base| ["_1", "_{12}", "_{max}", "_+"].map(|sub| format!("{base}{sub}"))));
    all.extend(
        bases
            .iter()
            .flat_map(|base| ["^{(1)}", "^{[1]}", "^*", "^\\star", "^+", "^{(k)}"].map(|sup| format!("{base}{sup}"))),
    );
    all.extend(
        ["x_hat", "x_bar", "lambda_", "np", "range", "sum_", "s1", "s2", "dx", "dx_1", "y_hat", "in", "is"]
            .map(str::to_owned),
    );
    all
}

/// Every name that is read from those texts.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in texts_of_names() {
        if let Ok(problem) = common::read(&text, "", &[], Goal::Any) {
            names.extend(problem.symbols.iter().map(|id| problem.arena.symbol(*id).name.clone()));
        }
    }
    names.sort();
    names.dedup();
    names
}

/// What each name is in Python.
pub(crate) fn python_names(names: &[String]) -> BTreeMap<String, String> {
    let mut arena = Arena::new();
    let all: Vec<ExprId> = names
        .iter()
        .map(|name| {
            let (kind, structure) = (SymbolKind::Plain, Structure::General);
            let shape = matcalc::expr::Shape::SCALAR;
            let id = arena.add_symbol(Symbol { name: name.clone(), shape, kind, structure, declared: true });
            arena.symbol_expr(id)
        })
        .collect();
    names.iter().cloned().zip(all.iter().map(|id| numpy(&arena, *id).unwrap())).collect()
}

#[test]
fn names_are_an_injective_map() {
    let names = on_large_stack(names);
    assert!(names.len() > 300, "{} {names:?}", names.len());
    let python = python_names(&names);
    let distinct: FxHashSet<&String> = python.values().collect();
    assert_eq!(distinct.len(), names.len(), "{python:?}");
    for (name, python) in &python {
        assert!(python.nfkc().eq(python.chars()), "{name} is {python}");
        assert!(
            !["np", "scipy", "range", "sum", "in", "is", "lambda"].contains(&python.as_str()),
            "{name} is {python}"
        );
        assert!(!python.starts_with(|first: char| first.is_ascii_digit()), "{name} is {python}");
    }
}

#[test]
fn differentials_parts_and_sizes_take_no_name_of_a_symbol() {
    for (expr, decl, wrt, code) in [
        ("dx x^2", "dx: scalar; x: scalar", "x", "2*dx*x"),
        ("n tr(I_n) x", "n: scalar; x: scalar", "x", "n*n_"),
        ("s1 max(A x)", "s1: scalar", "x", "s1*(A.T @ np.where((s2 := A @ x) == np.max(s2), 1.0, 0.0))"),
    ] {
        let case = common::Case { expr: expr.into(), decl: decl.into(), wrt: wrt.into(), ..common::Case::default() };
        let (problem, answer) = common::gradient(&case).unwrap_or_else(|_| panic!("{expr}"));
        assert_eq!(numpy(&problem.arena, answer.expr).unwrap(), code, "{expr}");
    }
}

/// The code of an expression as it is simplified.
fn code_of(expr: &str, decl: &str) -> Result<String, CodeError> {
    let mut problem = common::read(expr, decl, &[], Goal::Any).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
    let simple = simplify(&mut problem.arena, problem.normal[0]);
    numpy(&problem.arena, simple)
}

#[test]
fn functions_that_lose_no_digits_survive() {
    let scalars = "x: scalar; y: scalar";
    for (expr, decl, code) in [
        ("log1p(x)", scalars, "np.log1p(x)"),
        ("log(1 + x^2)", scalars, "np.log1p(x**2)"),
        ("log(1 - x)", scalars, "np.log1p(-x)"),
        ("log(1 + x)", "x: vector(n)", "np.log1p(x)"),
        ("exp(x) - 1 - x", scalars, "np.expm1(x) - x"),
        ("y (exp(x) - 1)", scalars, "y*np.expm1(x)"),
        ("exp(x) - 1", "x: vector(n)", "np.expm1(x)"),
        ("3 - 3exp(-x)", scalars, "-3*np.expm1(-x)"),
        ("log(exp(x) + exp(y))", scalars, "np.logaddexp(x, y)"),
        ("log(1 + exp(x) + exp(y))", scalars, "np.logaddexp(np.logaddexp(0, x), y)"),
        ("x log(x)", scalars, "scipy.special.xlogy(x, x)"),
        ("1/(1 + exp(-x))", scalars, "scipy.special.expit(x)"),
        ("log(1 + exp(x))", scalars, "np.logaddexp(0, x)"),
        ("log sum exp(x)", "x: vector(n)", "scipy.special.logsumexp(x)"),
        ("log det X", "X: spd(n)", "np.linalg.slogdet(X)[1]"),
        ("log softmax(x)", "x: vector(n)", "x - scipy.special.logsumexp(x)"),
        ("log softmax(X)", "X: matrix(m, n)", "scipy.special.log_softmax(X, axis=1)"),
        ("exp(X)/sum(exp(X))", "X: matrix(m, n)", "np.exp(X - scipy.special.logsumexp(X))"),
        (
            "sum_{k=1}^m exp(a_k'x) a_k / sum_{k=1}^m exp(a_k'x)",
            "a: family(m) of vector(n); x: vector(n)",
            "a.T @ scipy.special.softmax(a @ x)",
        ),
    ] {
        assert_eq!(code_of(expr, decl).as_deref(), Ok(code), "{expr}");
    }
}

#[test]
fn numbers_keep_their_value() {
    for (expr, code) in [
        ("x/3", Ok("x/3")),
        ("10^20 x", Ok("1e20*x")),
        ("9007199254740993 x", Ok("9007199254740993*x")),
        ("1234567890123456789012 x", Ok("1.2345678901234568e21*x")),
        ("(2/7) x", Ok("2/7*x")),
        ("0.1 x", Ok("0.1*x")),
        ("10^400 x", Err("10^400 is beyond the range of doubles, so there is no code")),
        ("10^-400 x", Err("1/10^400 is beyond the range of doubles, so there is no code")),
    ] {
        let found = code_of(expr, "x: scalar").map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), code, "{expr}");
    }
}

#[test]
fn arrays_of_higher_derivatives_agree() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for case in common::cases(include_str!("../cases/hessians.matcalc")) {
            let wrt: Vec<&str> = case.wrt.split(',').map(str::trim).take(1).collect();
            let Ok(mut problem) = common::read(&case.expr, &case.decl, &wrt, Goal::Hessian) else { continue };
            let Ok(views) = matcalc::answer::hessian(&mut problem, 0, 0, None) else { continue };
            let shape = problem.arena.symbol(problem.wrt[0]).shape;
            let Ok(second) = matcalc::answer::differential(&mut problem, 2, None) else { continue };
            let (expr, slots) = matcalc::answer::multilinear(&mut problem, second.expr, 2);
            let arena = &problem.arena;
            let tensor = Layout::Tensor { output: shape, variable: shape };
            for (expr, layout) in [(views.array, tensor), (expr, Layout::Multilinear(slots))] {
                let Ok(program) = lower_as(arena, expr, &layout) else { continue };
                let options = CheckOptions::default();
                let found = check_code(arena, expr, layout.along(), &options, |point| {
                    value_as(arena, expr, &layout, &program, point)
                });
                if !found.passed() {
                    wrong.push(format!("{} {layout:?}: {:?}", case.name, found.outcome));
                }
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
