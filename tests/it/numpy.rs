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

fn size(arena: &Arena, dim: Dim) -> Value {
    let (factor, names) = arena.size_factors(dim);
    json!({ "factor": factor, "names": names.iter().map(|name| &arena.size_names()[*name as usize]).collect::<Vec<_>>() })
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
        SymbolKind::Positive => "Positive",
        SymbolKind::Simplex => "Simplex",
        SymbolKind::Signs => "Signs",
        SymbolKind::Function => "Function",
        SymbolKind::MatrixFunction => "MatrixFunction",
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
                        "structure": structure, "symbols": symbols,
                    }));
                }
                found => wrong.push(format!("{}: {found:?}", case.name)),
            }
        }
    });
    compare(&python, all, &wrong);
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
        numpy_multilinear(&mut problem.arena, expr, &slots)
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
    let code = numpy_tensor(&mut problem.arena, views.array, shape, of);
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
            let code = numpy_tensor(&mut problem.arena, views.array, shapes[0], shapes[1]);
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
                    all.push(json!({ "name": name, "f": f, "symbols": symbols, "arrays": arrays }));
                }
                Err(error) => wrong.push(format!("{name}: {error}")),
            }
        }
    });
    compare(&python, all, &wrong);
}
