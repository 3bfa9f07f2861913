//! Every gradient of `tests/cases/gradients.matcalc` as NumPy code, compared in Python with central differences of f, also as NumPy
//! code, on arrays whose sizes all differ; and the arrays of the Jacobian, the Hessian, the mixed blocks and the derivatives of second to fourth
//! order of every case of every table, each compared with central differences of the one before. Needs a Python with NumPy and SciPy: the one that `MATCALC_PYTHON` names, else `python3`.
//! Where there is none the test passes with a note, but fails where `CI` is `true`.

use crate::common;
use crate::common::python::{output_of, python};
use matcalc::answer;
use matcalc::codegen::{CodeError, numpy, numpy_multilinear, numpy_tensor};
use matcalc::expr::{Arena, Dim, Node, SymbolId, SymbolKind};
use matcalc::linear::Convention;
use matcalc::number::Coeff;
use matcalc::problem::{Problem, Report};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;
use serde_json::{Value, json};

const CASES: &str = include_str!("../cases/gradients.matcalc");
const TABLES: [&str; 4] = [
    CASES,
    include_str!("../cases/hessians.matcalc"),
    include_str!("../cases/cookbook.matcalc"),
    include_str!("../cases/rules.matcalc"),
];
/// Expressions with more nodes get no arrays of third and fourth order, whose terms multiply.
const MAX_NODES_OF_HIGH_ORDER: usize = 9;
const SCRIPT: &str = include_str!("numpy_check.py");
const VALUES: &str = include_str!("numpy_values.py");
/// At how many points a comparison with a maximum is tried.
const POINTS: u32 = 150;

fn size(arena: &Arena, dim: Dim) -> Value {
    let name = |name: &u32| arena.size_names()[*name as usize].clone();
    let term = |(factor, names): &(i64, Vec<u32>)| json!({ "factor": factor, "names": names.iter().map(name).collect::<Vec<_>>() });
    arena.size_terms(dim).iter().map(term).collect()
}

/// A symbol by its name in Python, with its array's axes.
fn symbol(arena: &mut Arena, id: SymbolId) -> Value {
    let found = arena.symbol(id).clone();
    let mut axes = Vec::new();
    let kind = match found.kind {
        SymbolKind::Family(count) => {
            axes.push(count);
            "Family"
        }
        SymbolKind::Integer => "Integer",
        SymbolKind::Positive | SymbolKind::Nonnegative => "Positive",
        SymbolKind::Simplex => "Simplex",
        SymbolKind::Signs => "Signs",
        SymbolKind::Binary => "Binary",
        SymbolKind::Function => "Function",
        SymbolKind::MatrixFunction => "MatrixFunction",
        SymbolKind::Map(_) => "Map",
        SymbolKind::Plain => "Plain",
    };
    if found.shape.is_matrix() {
        axes.extend([found.shape.rows, found.shape.cols]);
    } else if !found.shape.is_scalar() {
        axes.push(found.shape.rows);
    }
    let node = if kind == "Family" {
        let one = arena.number(Coeff::ONE);
        arena.intern(Node::Member(id, one))
    } else {
        arena.intern(Node::Symbol(id))
    };
    let name = numpy(arena, node).unwrap();
    let shape: Vec<Value> = axes.iter().map(|dim| size(arena, *dim)).collect();
    json!({
        "name": name.trim_end_matches("[0]"),
        "kind": kind,
        "shape": shape,
        "structure": format!("{:?}", found.structure),
    })
}

#[test]
fn gradients_in_numpy_agree_with_differences() {
    let Some(python) = python("numpy, scipy") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with NumPy and SciPy");
        eprintln!("not run: there is no Python with NumPy and SciPy (set MATCALC_PYTHON)");
        return;
    };
    let (mut wrong, mut all) = (Vec::new(), Vec::new());
    on_large_stack(|| {
        for case in common::cases(CASES) {
            let (mut problem, answer) = match common::gradient(&case) {
                Ok(found) => found,
                Err(report) => {
                    wrong.push(format!("{}: {:?}", case.name, report.errors));
                    continue;
                }
            };
            let code = |arena: &Arena, id| numpy(arena, id);
            let arena = &problem.arena;
            match (code(arena, problem.raw[0]), code(arena, problem.normal[0]), code(arena, answer.expr)) {
                (Ok(f), Ok(normal), Ok(gradient)) => {
                    let wrt = problem.wrt[0];
                    let structure = format!("{:?}", arena.symbol(wrt).structure);
                    let symbols = problem.symbols.clone();
                    let symbols: Vec<Value> = symbols.iter().map(|id| symbol(&mut problem.arena, *id)).collect();
                    let wrt = symbol(&mut problem.arena, wrt)["name"].clone();
                    all.push(json!({
                        "name": case.name, "f": f, "normal": normal, "gradient": gradient, "wrt": wrt,
                        "structure": structure, "symbols": symbols, "sizes": problem.arena.size_names(),
                    }));
                }
                found => wrong.push(format!("{}: {found:?}", case.name)),
            }
        }
    });
    compare(&python, all, &wrong);
}

/// A gradient with what it is compared with.
fn gradient_case(expr: &str, decl: &str, wrt: &str) -> Value {
    let case = common::Case { expr: expr.into(), decl: decl.into(), wrt: wrt.into(), ..common::Case::default() };
    let (mut problem, answer) = common::gradient(&case).unwrap_or_else(|_| panic!("{expr}"));
    let code = |arena: &Arena, id| numpy(arena, id).unwrap_or_else(|error| panic!("{expr}: {error}"));
    let [f, normal, gradient] = [problem.raw[0], problem.normal[0], answer.expr].map(|id| code(&problem.arena, id));
    let symbols: Vec<Value> = problem.symbols.clone().iter().map(|id| symbol(&mut problem.arena, *id)).collect();
    let of = problem.wrt[0];
    let structure = format!("{:?}", problem.arena.symbol(of).structure);
    let wrt = symbol(&mut problem.arena, of)["name"].clone();
    json!({
        "name": expr, "f": f, "normal": normal, "gradient": gradient, "wrt": wrt, "structure": structure,
        "symbols": symbols, "points": POINTS,
    })
}

/// What rounding must not decide: an array that is compared with its own largest or smallest entry.
#[test]
fn comparisons_in_numpy_hold_at_every_point() {
    let Some(python) = python("numpy, scipy") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with NumPy and SciPy");
        return;
    };
    let vectors = "x: vector(n); y: vector(n); z: vector(n)";
    let rows = [
        ("max(x + 1)", vectors),
        ("max(x/3 + y/7)", vectors),
        ("min(x/7)", vectors),
        ("min(x/7 - 3y/11 + z/13)", vectors),
        ("max(x + 1)^2", vectors),
        ("max(0.1x + 0.2y + 0.3z) min(0.7x - 0.1z)", vectors),
        ("max(abs(x))", vectors),
        ("max(abs(x/3 - y))", vectors),
        ("max(exp(x) - y/3)", vectors),
        ("max(x .* y - z/3)", vectors),
        ("max(max(x + y/3) x - z)", vectors),
        ("||x||_∞", vectors),
        ("||x/3 + y/7||_∞^2", vectors),
        ("max(A x)", "x: vector(n)"),
        ("max(x' A)", "x: vector(n)"),
        ("||A x - b||_∞", "x: vector(n)"),
        ("max(A x + B x/3)", "x: vector(n)"),
        ("max(x y'/3 + B)", "x: vector(m); y: vector(n); B: matrix(m, n)"),
        ("max(diag(x) A)", "x: vector(n); A: matrix(n, m)"),
        ("min(A diag(x)/3)", "x: vector(n); A: matrix(m, n)"),
        ("min(inv(X))", "X: spd(n)"),
        ("||s + x||_∞ + max(s x)", "s: scalar; x: vector(n)"),
        ("sum_{i=1}^m max(a_i/3 + x/7)", "a: family(m) of vector(n); x: vector(n)"),
        ("sum_{i=1}^m (max(a_i - x) + ||a_i/3 + x||_∞)", "a: family(m) of vector(n); x: vector(n)"),
        ("lambda_max(X)", "X: symmetric(n)"),
        ("||X B||_2", "X: matrix(m, n); B: matrix(n, p)"),
        ("lambda_max(diag(x) + S)", "S: symmetric(n); x: vector(n)"),
        ("log(1 + x'x) + sum(x .* log(1 + exp(x)))", vectors),
        ("tr(X' diag(d) X A)", "X: matrix(m, n); d: vector(m); A: square(n)"),
        ("tr(inv(X) diag(d) X A)", "X: square(n); d: vector(n); A: square(n)"),
    ];
    let cases = on_large_stack(|| {
        let variable = |expr: &str| if expr.contains('X') { "X" } else { "x" };
        rows.iter().map(|(expr, decl)| gradient_case(expr, decl, variable(expr))).collect()
    });
    compare(&python, cases, &[]);
}

/// Sums over an index without loops, and systems solved from the factors of their matrix.
#[test]
fn sums_and_solves_in_numpy_agree_with_differences() {
    let Some(python) = python("numpy, scipy") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with NumPy and SciPy");
        return;
    };
    let families = "a: family(m) of vector(n); c: family(m) of vector(n); b: vector(m); p: vector(m); x: vector(n)";
    let rows = [
        ("sum_{i=1}^m log(1 + exp(a_i'x + b_i))", families, "x"),
        ("sum_{i=1}^m p_i ||a_i - x||^3", families, "x"),
        ("sum_{i=1}^m p_i log sum exp(a_i .* x + c_i)", families, "x"),
        ("sum_{i=1}^m softmax(a_i .* x)'c_i", families, "x"),
        ("sum_{i=1}^m sum_{j=1}^m p_i b_j exp(-||a_i - a_j .* x||^2)", families, "x"),
        ("sum_{i=1}^m i (a_i'x)^2/(1 + p_i^2)", families, "x"),
        ("prod_{i=1}^m (1 + (a_i'x)^2)", families, "x"),
        ("sum_{i=1}^m x'S inv(S'S + I) a_i", "a: family(m) of vector(n); x: vector(n); S: square(n)", "x"),
        ("sum_{i=1}^m ||B_i x - c_i||^2", "B: family(m) of matrix(k, n); c: family(m) of vector(k); x: vector(n)", "x"),
        ("sum_{i=1}^m p_i tr(B_i'X X'B_i)", "B: family(m) of matrix(n, k); p: vector(m); X: matrix(n, q)", "X"),
        ("sum_{i=1}^m (a_i - x)'inv(S)(a_i - x)", "a: family(m) of vector(n); x: vector(n); S: spd(n)", "S"),
        ("y'inv(X)z + tr(inv(X) B) + log det(X)^2", "X: square(n); B: square(n); y: vector(n); z: vector(n)", "X"),
        ("||T - X V'||_F^2", "T: matrix(m, n); X: matrix(m, k); V: matrix(n, k)", "X"),
        ("sum(softmax(Y X) .* Z)", "Y: matrix(m, n); X: matrix(n, k); Z: matrix(m, k)", "X"),
    ];
    let cases = on_large_stack(|| rows.iter().map(|(expr, decl, wrt)| gradient_case(expr, decl, wrt)).collect());
    compare(&python, cases, &[]);
}

/// Code as it is simplified.
fn simplified(expr: &str, decl: &str) -> String {
    let mut problem = common::read(expr, decl, &[], Goal::Any).unwrap_or_else(|report| panic!("{expr}: {report:?}"));
    let simple = matcalc::simplify::simplify(&mut problem.arena, problem.normal[0]);
    numpy(&problem.arena, simple).unwrap_or_else(|error| panic!("{expr}: {error}"))
}

#[test]
fn no_digits_are_lost_in_numpy_and_every_name_is_one() {
    let Some(python) = python("numpy, scipy") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with NumPy and SciPy");
        return;
    };
    let cases = on_large_stack(|| {
        let rows = [
            ("log1p(x)", "x: scalar", json!({ "x": 1e-17 }), 1e-17),
            ("log(1 - x)", "x: scalar", json!({ "x": 1e-17 }), -1e-17),
            ("exp(x) - 1", "x: scalar", json!({ "x": 1e-17 }), 1e-17),
            ("log(exp(x) + exp(y))", "x: scalar; y: scalar", json!({ "x": 1000.0, "y": 0.0 }), 1000.0),
            ("log(1 + exp(x))", "x: scalar", json!({ "x": 1000.0 }), 1000.0),
            ("log(sigmoid(x))", "x: scalar", json!({ "x": -1000.0 }), -1000.0),
            ("log sum exp(x)", "x: vector(n)", json!({ "x": [1000.0, 0.0] }), 1000.0),
            ("sum(x .* log(x))", "x: vector(n)", json!({ "x": [1.0, 1.0] }), 0.0),
            ("log det X", "X: spd(n)", json!({ "X": [[1e200, 0.0], [0.0, 1e200]] }), 921.034_037_197_618_3),
            ("10^20 x + x/3", "x: scalar", json!({ "x": 3.0 }), 3e20),
            ("9007199254740993 x", "x: scalar", json!({ "x": 1.0 }), 9_007_199_254_740_992.0),
            (
                "sum(1234567890123456789012 x)",
                "x: vector(n)",
                json!({ "x": [1.0, 0.0] }),
                1_234_567_890_123_456_800_000.0,
            ),
            ("tr(I_n) x", "x: scalar", json!({ "x": 2.0, "n": 3 }), 6.0),
        ];
        let mut cases: Vec<Value> = rows
            .into_iter()
            .map(|(expr, decl, values, value)| json!({ "code": simplified(expr, decl), "values": values, "value": value }))
            .collect();
        let names: Vec<String> = crate::code::python_names(&crate::code::names()).into_values().collect();
        cases.push(json!({ "names": names }));
        cases
    });
    let count = cases.len();
    let output = output_of(&python, VALUES, cases);
    assert_eq!(output.trim_end(), format!("compared {count}"));
}

/// Hands cases to the script; fails with what it prints, or where something went wrong before.
fn compare(python: &str, cases: Vec<Value>, wrong: &[String]) {
    let count = cases.len();
    let output = output_of(python, SCRIPT, cases);
    let lines = output.trim_end().strip_suffix(&format!("compared {count}"));
    assert!(lines.is_some_and(str::is_empty) && wrong.is_empty(), "{output}\n{}", wrong.join("\n"));
}

/// An array with what it is the derivative of.
fn array(
    problem: &mut Problem,
    name: &str,
    code: Result<String, CodeError>,
    base: &str,
    wrt: SymbolId,
) -> Result<Value, String> {
    let code = code.map_err(|error| format!("{name}: {error}"))?;
    let structure = format!("{:?}", problem.arena.symbol(wrt).structure);
    let wrt = symbol(&mut problem.arena, wrt)["name"].clone();
    Ok(json!({ "name": name, "code": code, "base": base, "wrt": wrt, "structure": structure }))
}

fn no_derivative(report: Report) -> String {
    format!("{:?}", report.errors)
}

/// The derivative of that order in the first variable.
fn derivative_code(problem: &mut Problem, order: u32) -> Result<String, String> {
    let scalar = problem.arena.symbol(problem.wrt[0]).shape.is_scalar();
    let found = if scalar {
        let answer = answer::scalar_derivative(problem, order, None).map_err(no_derivative)?;
        numpy(&problem.arena, answer.expr)
    } else {
        let answer = answer::differential(problem, order, None).map_err(no_derivative)?;
        let (expr, slots) = answer::multilinear(problem, answer.expr, order);
        numpy_multilinear(&problem.arena, expr, &slots)
    };
    found.map_err(|error| error.to_string())
}

/// The code of every derivative of a problem.
fn arrays(problem: &mut Problem) -> Result<Vec<Value>, String> {
    let f = numpy(&problem.arena, problem.raw[0]).map_err(|error| error.to_string())?;
    let shape = problem.arena.shape(problem.raw[0]);
    let wrt = problem.wrt[0];
    let mut all = Vec::new();
    let views = answer::jacobian(problem, 0, None).map_err(no_derivative)?;
    let of = problem.arena.symbol(wrt).shape;
    let code = numpy_tensor(&problem.arena, views.array, shape, of);
    all.push(array(problem, "jacobian", code, &f, wrt)?);
    // The tangent spaces of the orthogonal matrices vary: what follows is no derivative of what was before.
    if problem.wrt.iter().any(|wrt| problem.arena.symbol(*wrt).structure == Structure::Orthogonal) {
        return Ok(all);
    }
    if shape.is_scalar() {
        let gradient = answer::gradient(problem, 0, Convention::Projected, None).map_err(no_derivative)?;
        let base = numpy(&problem.arena, gradient.expr).map_err(|error| error.to_string())?;
        for col in 0..problem.wrt.len() {
            let views = answer::hessian(problem, 0, col, None).map_err(no_derivative)?;
            let by = problem.wrt[col];
            let shapes = [wrt, by].map(|symbol| problem.arena.symbol(symbol).shape);
            let code = numpy_tensor(&problem.arena, views.array, shapes[0], shapes[1]);
            all.push(array(problem, if col == 0 { "hessian" } else { "mixed block" }, code, &base, by)?);
        }
    }
    let mut alone = problem.clone();
    alone.wrt.truncate(1);
    let mut base = f;
    for order in 1..=4 {
        // Fourth derivatives in a matrix have eight axes, which loops of Python fill too slowly.
        let wide = alone.arena.symbol(wrt).shape.is_matrix();
        let large = alone.arena.post_order(alone.raw[0]).len() > MAX_NODES_OF_HIGH_ORDER;
        if order > 2 && large || order > 3 && wide {
            break;
        }
        // A declared map of vectors has no third derivative.
        if order > 2
            && alone.arena.post_order(alone.raw[0]).iter().any(|id| matches!(alone.arena.node(*id), Node::Map(..)))
        {
            break;
        }
        let code = derivative_code(&mut alone, order)?;
        all.push(array(&mut alone, &format!("derivative of order {order}"), Ok(code.clone()), &base, wrt)?);
        base = code;
    }
    Ok(all)
}

#[test]
fn arrays_of_derivatives_agree_with_differences() {
    let Some(python) = python("numpy, scipy") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Python with NumPy and SciPy");
        return;
    };
    let (mut wrong, mut all) = (Vec::new(), Vec::new());
    on_large_stack(|| {
        for (table, case) in TABLES.iter().flat_map(|table| common::cases(table)).enumerate() {
            let wrt: Vec<&str> = case.wrt.split(',').map(str::trim).collect();
            let Ok(first) = common::read(&case.expr, &case.decl, &wrt, Goal::Any) else { continue };
            // A second variable for the mixed block.
            let other = first.symbols.iter().map(|id| first.arena.symbol(*id)).find(|symbol| {
                matches!(symbol.kind, SymbolKind::Plain | SymbolKind::Positive) && !wrt.contains(&symbol.name.as_str())
            });
            let names: Vec<&str> =
                wrt.iter().copied().take(1).chain(other.map(|symbol| symbol.name.as_str())).collect();
            let Ok(mut problem) = common::read(&case.expr, &case.decl, &names, Goal::Any) else { continue };
            let name = format!("{table} {}", case.name);
            let f = numpy(&problem.arena, problem.raw[0]).unwrap_or_default();
            match arrays(&mut problem) {
                Ok(arrays) => {
                    let symbols = problem.symbols.clone();
                    let symbols: Vec<Value> = symbols.iter().map(|id| symbol(&mut problem.arena, *id)).collect();
                    let sizes = problem.arena.size_names();
                    all.push(json!({ "name": name, "f": f, "symbols": symbols, "arrays": arrays, "sizes": sizes }));
                }
                Err(error) => wrong.push(format!("{name}: {error}")),
            }
        }
    });
    compare(&python, all, &wrong);
}
