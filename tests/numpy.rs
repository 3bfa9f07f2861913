//! Every gradient of `tests/cases/gradients.matcalc` as NumPy code, compared in Python with central differences of f, also as NumPy
//! code, on arrays whose sizes all differ. Needs a Python with NumPy and SciPy: the one that `MATCALC_PYTHON` names, else `python3`.
//! Where there is none the test passes with a note, but fails where `CI` is `true`.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use matcalc::codegen::numpy;
use matcalc::expr::{Arena, Coeff, Dim, Node, SymbolId, SymbolKind};
use matcalc::session::on_large_stack;
use serde_json::{Value, json};

const CASES: &str = include_str!("cases/gradients.matcalc");
const SCRIPT: &str = include_str!("numpy_check.py");

fn python() -> Option<String> {
    let named = std::env::var("MATCALC_PYTHON").ok();
    let command = named.unwrap_or_else(|| "python3".to_owned());
    let probe = Command::new(&command).args(["-c", "import numpy, scipy"]).output();
    probe.is_ok_and(|output| output.status.success()).then_some(command)
}

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
        SymbolKind::Plain | SymbolKind::Function => "Plain",
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
    let Some(python) = python() else {
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
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let count = all.len();
    let input = Value::from(all).to_string();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = output.trim_end().strip_suffix(&format!("compared {count}"));
    assert!(lines.is_some_and(str::is_empty) && wrong.is_empty(), "{output}\n{}", wrong.join("\n"));
}
