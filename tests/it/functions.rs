//! Functions in every language: run, compared with central differences, jitted, mapped and differentiated by those who can.
//!
//! `tests/cases/functions.matcalc` is run wherever the language is found; where `CI` is `true` all but Julia and PyTorch have to be.
//! `MATCALC_FUNCTIONS=all` runs those of the other tables, too.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{self, Case, settings};
use matcalc::answer;
use matcalc::check::{CheckOptions, Outcome};
use matcalc::codegen::Layout;
use matcalc::emit::{Draft, EmitError, Function, FunctionName, Language, Part, Piece, name_ranges};
use matcalc::expr::SymbolKind;
use matcalc::linear::Convention;
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;

const CASES: &str = include_str!("../cases/functions.matcalc");
const TABLES: [&str; 2] = [include_str!("../cases/gradients.matcalc"), include_str!("../cases/cookbook.matcalc")];
const HESSIANS: &str = include_str!("../cases/hessians.matcalc");
/// At least so many cases have a function with a Hessian in a matrix.
const MATRICES: usize = 100;

/// The functions of a case, in the languages that can say it.
struct Written {
    name: String,
    texts: Vec<(Language, Result<String, EmitError>)>,
}

fn name_of(case: &Case, place: usize) -> String {
    let name: String = case
        .name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' })
        .collect();
    format!("f{place}_{name}")
}

/// Value, gradient and, where it is asked for, Hessian; none where the gradient cannot be taken or has no function.
fn write(case: &Case, place: usize, with_hessian: bool) -> Result<Written, String> {
    let mut problem = common::read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar)
        .map_err(|report| format!("{:?}", report.errors))?;
    let wrt = problem.wrt[0];
    if matches!(problem.arena.symbol(wrt).kind, SymbolKind::Family(_)) {
        return Err("a family".into());
    }
    let options = CheckOptions::default();
    let gradient = answer::gradient(&mut problem, 0, Convention::Projected, Some(&options))
        .map_err(|report| format!("{:?}", report.errors))?;
    let piece = |part, expr| Piece { part, expr, layout: Layout::Value };
    let mut pieces = vec![piece(Part::Value, problem.normal[0]), piece(Part::Gradient(0), gradient.expr)];
    let shape = problem.arena.symbol(wrt).shape;
    if with_hessian && let Ok(views) = answer::hessian(&mut problem, 0, 0, Some(&options)) {
        let layout = Layout::Tensor { output: shape, variable: shape };
        pieces.push(Piece { part: Part::Hessian, expr: views.array, layout });
    }
    name_ranges(&mut problem.arena, pieces.iter().map(|piece| piece.expr));
    let name = name_of(case, place);
    let about = format!("{}.", case.expr);
    let draft = Draft {
        arena: &problem.arena,
        symbols: &problem.symbols,
        wrt: &problem.wrt,
        pieces: &pieces,
        name: FunctionName::Given(&name),
        about: &about,
        symmetric: &[],
        conditions: &[],
    };
    let function = Function::new(&draft).map_err(|error| error.to_string())?;
    let text = |language: Language| {
        let written = function.write(language)?;
        for certificate in written.check(&options, &|_| true) {
            if let Outcome::Failed(disagreement) = certificate.outcome {
                panic!("{}: what is written in {language:?} has another value: {disagreement:?}", case.name);
            }
        }
        Ok(written.text)
    };
    let texts = Language::ALL.into_iter().map(|language| (language, text(language))).collect();
    Ok(Written { name, texts })
}

fn all() -> Vec<Written> {
    let mut cases: Vec<(Case, bool)> = common::cases(CASES).into_iter().map(|case| (case, true)).collect();
    let is_whole = std::env::var("MATCALC_FUNCTIONS").as_deref() == Ok("all");
    if is_whole {
        cases.extend(TABLES.iter().flat_map(|table| common::cases(table)).map(|case| (case, false)));
    }
    on_large_stack(|| {
        cases
            .iter()
            .enumerate()
            .filter_map(|(place, (case, is_own))| match write(case, place, *is_own || is_whole) {
                Ok(written) => Some(written),
                Err(reason) => {
                    assert!(!is_own, "{}: {reason}", case.name);
                    eprintln!("no function for {}: {reason}", case.name);
                    None
                }
            })
            .collect()
    })
}

/// An empty folder for the files of a language.
fn folder(language: Language, what: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{what}_{}", language.name()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder is made");
    folder
}

/// Writes the files of a language; the names of those that check themselves.
fn files(all: &[Written], language: Language, folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for written in all {
        for (of, text) in &written.texts {
            match text {
                Ok(text) if *of == language => {
                    let path = folder.join(format!("{}.{}", written.name, language.extension()));
                    std::fs::write(path, text).expect("a file is written");
                    if text.contains("check_gradient") {
                        names.push(written.name.clone());
                    } else {
                        eprintln!("{}: no check", written.name);
                    }
                }
                Err(error) if *of == language => eprintln!("{} in {}: {error}", written.name, language.title()),
                _ => {}
            }
        }
    }
    names
}

/// Whether a command runs; where `CI` is `true` it has to.
fn is_there(command: &str, arguments: &[&str]) -> bool {
    let found = Command::new(command).args(arguments).output().is_ok_and(|output| output.status.success());
    let may_be_left_out = arguments.iter().any(|argument| argument.contains("torch"));
    let in_ci = std::env::var("CI").as_deref() == Ok("true");
    assert!(found || may_be_left_out || !in_ci, "`{command} {}` does not run", arguments.join(" "));
    if !found {
        eprintln!("not run: there is no `{command} {}`", arguments.join(" "));
    }
    found
}

/// What a command prints where it fails; empty where it does not.
fn fault(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { String::new() } else { format!("{command:?}\n{text}\n") }
}

#[test]
fn functions_run_in_every_language() {
    let (all, mut faults) = (all(), String::new());
    let python = std::env::var("MATCALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    for (language, modules) in [(Language::Numpy, "numpy, scipy"), (Language::Jax, "jax"), (Language::Torch, "torch")] {
        let folder = folder(language, "functions");
        let names = files(&all, language, &folder);
        if is_there(&python, &["-c", &format!("import {modules}")]) {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/functions_check.py");
            faults += &fault(Command::new(&python).arg(script).arg(language.name()).arg(&folder).args(&names));
        }
    }
    let octave = folder(Language::Matlab, "functions");
    let names = files(&all, Language::Matlab, &octave);
    if is_there("octave-cli", &["--version"]) {
        let calls: String = names
            .iter()
            .map(|name| format!("try, {name}; catch e, disp('{name}'); disp(e.message); failed = 1; end; "))
            .collect();
        let script = format!("warning('off', 'all'); failed = 0; {calls} exit(failed)");
        faults +=
            &fault(Command::new("octave-cli").current_dir(&octave).args(["--no-gui", "--quiet", "--eval", &script]));
    }
    let rust = folder(Language::Rust, "functions");
    let names = files(&all, Language::Rust, &rust);
    faults += &run_rust(&rust, &names);
    let cpp = folder(Language::Cpp, "functions");
    // Eigen takes seconds to compile for every function.
    let own = common::cases(CASES).len() / 2;
    let names: Vec<String> = files(&all, Language::Cpp, &cpp).into_iter().take(own).collect();
    faults += &run_cpp(&cpp, &names);
    files(&all, Language::Julia, &folder(Language::Julia, "functions"));
    assert!(faults.is_empty(), "{faults}");
}

/// Every case of the tables whose variable is a matrix, also with a structure: the script compares the Hessian with differences of the
/// gradient.
#[test]
fn hessians_in_matrices_agree_with_differences() {
    let python = std::env::var("MATCALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !is_there(&python, &["-c", "import numpy, scipy"]) {
        return;
    }
    let cases: Vec<Case> =
        [CASES, TABLES[0], TABLES[1], HESSIANS].iter().flat_map(|table| common::cases(table)).collect();
    let is_in_matrix = |case: &Case| {
        let problem = common::read(&case.expr, &case.decl, &[&case.wrt], Goal::Scalar);
        problem.is_ok_and(|problem| problem.arena.symbol(problem.wrt[0]).shape.is_matrix())
    };
    let all: Vec<Written> = on_large_stack(|| {
        let in_matrices = cases.iter().enumerate().filter(|(_, case)| is_in_matrix(case));
        in_matrices.filter_map(|(place, case)| write(case, place, true).ok()).collect()
    });
    let folder = folder(Language::Numpy, "hessians");
    let names = files(&all, Language::Numpy, &folder);
    assert!(names.len() > MATRICES, "only {} functions", names.len());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/functions_check.py");
    let faults = fault(Command::new(&python).arg(script).arg("numpy").arg(&folder).args(&names));
    assert!(faults.is_empty(), "{faults}");
}

/// One program of all functions, with the nalgebra that the tests themselves are built with.
fn run_rust(folder: &Path, names: &[String]) -> String {
    let mut main = String::new();
    for name in names {
        main.push_str(&format!("#[allow(dead_code)]\n#[path = \"{name}.rs\"]\nmod {name};\n"));
    }
    main.push_str("fn main() {\n    let mut failed = false;\n");
    for name in names {
        main.push_str(&format!(
            "    let worst = {name}::check_gradient();\n    if !(worst < 1e-5) {{ println!(\"{name}: {{worst:.1e}}\"); failed = true; }}\n"
        ));
        let path = folder.join(format!("{name}.rs"));
        let text = std::fs::read_to_string(&path).expect("it was written");
        std::fs::write(&path, text.replace("\nfn check_gradient", "\npub fn check_gradient")).expect("it is written");
    }
    main.push_str("    std::process::exit(i32::from(failed));\n}\n");
    std::fs::write(folder.join("main.rs"), main).expect("it is written");
    let deps = std::env::current_exe().expect("a test").parent().expect("a folder").to_owned();
    let mut found: Vec<PathBuf> = std::fs::read_dir(&deps)
        .expect("it can be listed")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libnalgebra-")))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rlib"))
        .collect();
    found.sort();
    let mut said = String::new();
    for library in found {
        let output = Command::new("rustc")
            .args(["--edition", "2024", "-D", "warnings", "-o"])
            .arg(folder.join("main"))
            .arg("-L")
            .arg(format!("dependency={}", deps.display()))
            .arg("--extern")
            .arg(format!("nalgebra={}", library.display()))
            .arg(folder.join("main.rs"))
            .output()
            .expect("rustc starts");
        if output.status.success() {
            return fault(&mut Command::new(folder.join("main")));
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    said
}

/// One program of all functions, each in a namespace.
fn run_cpp(folder: &Path, names: &[String]) -> String {
    let eigen = ["/usr/include/eigen3", "/usr/local/include/eigen3", "/opt/homebrew/include/eigen3"];
    let Some(eigen) = eigen.iter().find(|path| Path::new(path).is_dir()) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "there is no Eigen");
        eprintln!("not run: there is no Eigen");
        return String::new();
    };
    let mut main = String::from(
        "#include <Eigen/Dense>\n#include <unsupported/Eigen/KroneckerProduct>\n#include <unsupported/Eigen/MatrixFunctions>\n#include <algorithm>\n#include <cassert>\n#include <cmath>\n#include <cstdio>\n",
    );
    for name in names {
        main.push_str(&format!(
            "namespace n_{name} {{\n#define main unused_main\n#include \"{name}.cpp\"\n#undef main\n}}\n"
        ));
    }
    main.push_str("int main() {\n  int failed = 0;\n");
    for name in names {
        main.push_str(&format!(
            "  {{ const double worst = n_{name}::check_gradient(); if (!(worst < 1e-5)) {{ std::printf(\"{name}: %.1e\\n\", worst); failed = 1; }} }}\n"
        ));
    }
    main.push_str("  return failed;\n}\n");
    std::fs::write(folder.join("main.cc"), main).expect("it is written");
    let compiled = fault(
        Command::new("g++")
            .args(["-std=c++17", "-O0", "-w", "-I", eigen, "-o"])
            .arg(folder.join("main"))
            .arg(folder.join("main.cc")),
    );
    if compiled.is_empty() { fault(&mut Command::new(folder.join("main"))) } else { compiled }
}

/// A handful of files, as they are read by those who use them.
#[test]
fn files_of_functions() {
    let wanted = ["least_squares", "logistic_regression", "softmax_regression", "log_det", "family"];
    let cases = common::cases(CASES);
    let mut text = String::new();
    on_large_stack(|| {
        for language in Language::ALL {
            for name in wanted {
                let case = cases.iter().find(|case| case.name == name).expect("it is a case");
                let mut request = matcalc::request::Request::new(
                    matcalc::request::Query::Code {
                        parts: [
                            vec![matcalc::request::CodePart::Value, matcalc::request::CodePart::Gradient],
                            if name == "log_det" { Vec::new() } else { vec![matcalc::request::CodePart::Hessian] },
                        ]
                        .concat(),
                        name: Some(name.to_owned()),
                        language: None,
                    },
                    &case.expr,
                );
                request.declarations.clone_from(&case.decl);
                request.wrt = vec![case.wrt.clone()];
                request.format = matcalc::Format::of_language(language);
                let page = matcalc::request::answer(&request).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(!page.failed, "{name}");
                text.push_str(&format!(
                    "==== {name}.{} ({})\n{}\n\n",
                    language.extension(),
                    language.title(),
                    page.result()
                ));
            }
        }
    });
    settings().bind(|| insta::assert_snapshot!("functions", text));
}

/// The direction of a product with the Hessian has the shape of the variable, also where that is a matrix.
#[test]
fn products_with_hessians_take_a_direction_like_the_variable() {
    for (expr, wrt, direction) in [("tr(X^3)", "X", "V: array (n, n)"), ("x'A x + v'x", "x", "d: array (n,)")] {
        let arguments = ["code", expr, "-w", wrt, "--of", "hvp", "-q"];
        let output = crate::common::program::run(&arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(direction), "{expr}: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn code(arguments: &[&str]) -> (String, String) {
    let output = crate::common::program::run(&[&["code"], arguments, &["-q"]].concat());
    (crate::common::program::stdout(&output), crate::common::program::stderr(&output))
}

/// A function is not called like a word of the language, what its file uses, or one of its arguments.
#[test]
fn names_of_functions_are_free() {
    for language in Language::ALL {
        let (text, error) = code(&["x + loss", "-w", "x", "-d", "x, loss: scalar", "-l", language.name()]);
        assert!(text.contains("loss_function("), "{text}{error}");
        for name in ["x", "loss", "check_gradient", "for"] {
            let (text, error) =
                code(&["x + loss", "-w", "x", "-d", "x, loss: scalar", "-l", language.name(), "--name", name]);
            let help = format!("help: give it another name: --name {name}_function");
            assert!(text.is_empty() && error.contains(&help), "{}: {name}: {text}{error}", language.title());
        }
    }
    for (language, name) in [("numpy", "np"), ("numpy", "lambda"), ("jax", "jnp"), ("torch", "torch"), ("rust", "fn")] {
        assert!(code(&["x^2", "-w", "x", "-l", language, "--name", name]).1.contains("a function cannot be called"));
    }
    let (text, _) = code(&["x^2 + d", "-w", "x", "-d", "x, d: scalar", "--name", "h"]);
    assert!(text.contains("def h(x, d):") && text.contains("h2 = 1e-5"), "{text}");
}

/// Conditions are clauses of a sentence.
#[test]
fn conditions_of_functions_are_sentences() {
    for (expr, wrt, declared, wanted) in [
        ("tr(inv(X))", "X", "X: square(n)", "It holds where X is invertible."),
        ("||X||_2", "X", "X: square(n)", "It holds where the largest singular value of X is simple."),
        ("max(x)", "x", "x: vector(n)", "It holds where max(x) is attained at one entry only."),
        (
            "lambda_max(X)",
            "X",
            "X: square(n)",
            "It holds where X is symmetric and the largest eigenvalue of X is simple.",
        ),
        ("tr(pinv(X) B)", "X", "X: matrix(m, n)", "It holds where the rank of X is constant."),
        ("||x||", "x", "x: vector(n)", "It holds where x ≠ 0."),
    ] {
        let (text, error) = code(&[expr, "-w", wrt, "-d", declared]);
        assert!(text.contains(wanted), "{expr}: {text}{error}");
    }
}

/// A matrix is decomposed once for all that is read off it.
#[test]
fn decompositions_are_taken_once() {
    for (language, line, count) in [
        ("numpy", "U, _, Vt = np.linalg.svd(AX, full_matrices=False)", "svd("),
        ("jax", "U, _, Vt = jnp.linalg.svd(AX, full_matrices=False)", "svd("),
        ("torch", "U, _, Vt = torch.linalg.svd(AX, full_matrices=False)", "svd("),
        ("julia", "F = svd(AX)", "svd("),
        ("matlab", "[U, ~, V] = svd(AX, 'econ');", "svd("),
        ("rust", "let (u, v) = singular_vectors(&ax);", "singular_vectors(&"),
        ("cpp", "const auto svd = AX.bdcSvd(Eigen::ComputeThinU | Eigen::ComputeThinV);", "bdcSvd("),
    ] {
        let (text, error) = code(&["sigma_max(A X)", "-w", "X", "-d", "X: matrix(m, n)", "-l", language]);
        assert!(text.contains(line), "{language}: {text}{error}");
        assert_eq!(text.matches(count).count(), 1, "{language}: {text}");
    }
    // One part takes no names.
    let (text, _) = code(&["||X||_*", "-w", "X"]);
    assert!(text.contains("polar_factor(X)"), "{text}");
}

/// Entries are compared where both sides of the diagonal have been rounded alike.
#[test]
fn entries_of_symmetric_matrices_are_compared_with_themselves() {
    for (expr, declared, language, wanted) in [
        ("min(inv(M))", "M: symmetric(n)", "cpp", "M_inv + M_inv.transpose()"),
        ("max(inv(M))", "M: symmetric(n)", "julia", "M_inv + M_inv'"),
        ("max(M)", "M: symmetric(n)", "cpp", "M.unaryExpr("),
    ] {
        let (text, error) = code(&[expr, "-w", "M", "-d", declared, "-l", language]);
        assert!(text.contains(wanted), "{expr}: {text}{error}");
    }
}

/// Consecutive entries are slices, and a number is added to an array as it is.
#[test]
fn arrays_are_not_made_where_a_slice_or_a_number_suffices() {
    for (expr, language, wanted) in [
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "numpy", "x[1:] - x[:-1]"),
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "torch", "x[1:] - x[:-1]"),
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "julia", "x[2:end] - x[1:end-1]"),
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "matlab", "x(2:end) - x(1:end-1)"),
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "numpy", "np.pad(t2, (1, 0)) - np.pad(t2, (0, 1))"),
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "torch", "torch.nn.functional.pad(t2, (1, 0))"),
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "julia", "vcat(zeros(1), t2) - vcat(t2, zeros(1))"),
        ("sum_{i=1}^{n-1} |x_{i+1} - x_i|^3", "matlab", "[zeros(1, 1); t2] - [t2; zeros(1, 1)]"),
        ("sum_{i=1}^{n-2} log(1 + x_{i+2}^2 x_i^2)", "numpy", "x[2:]"),
        ("sum_{i=1}^{n-2} log(1 + x_{i+2}^2 x_i^2)", "numpy", "x[:-2]"),
        ("sum(sqrt(x .* x + c^2))", "numpy", "np.sqrt(c**2 + x**2)"),
        ("||x||_4^4", "numpy", "value = np.sum(np.abs(x)**4)"),
        ("x'x log(x'x)", "numpy", "log = np.log(s)"),
    ] {
        let (text, error) = code(&[expr, "-w", "x", "-d", "x: vector(n); c: scalar", "-l", language]);
        assert!(text.contains(wanted), "{expr}: {text}{error}");
    }
}

/// What is singular by construction is told by the precision of the entries.
#[test]
fn cutoffs_are_relative_to_the_precision() {
    for (language, wanted) in [
        ("numpy", "rcond=4500 * np.finfo(R.dtype).eps if R.shape[-1] > 1 else 1.0"),
        ("jax", "rtol=4500 * jnp.finfo(R.dtype).eps if R.shape[-1] > 1 else 1.0"),
        ("torch", "rtol=4500 * torch.finfo(R.dtype).eps if R.shape[-1] > 1 else 1.0"),
        ("matlab", "pinv(R, max(4500 * eps(norm(R)), (numel(R) == 1) * norm(R)))"),
    ] {
        let arguments = ["lambda_max(A)", "-w", "A", "-d", "A: symmetric(n)", "--of", "hessian", "-l", language];
        let (text, error) = code(&arguments);
        assert!(text.contains(wanted), "{language}: {text}{error}");
    }
}

/// Slopes are numbers where the function has one, though its parts vanish or grow without bound there.
#[test]
fn slopes_at_the_ends_are_numbers() {
    let python = std::env::var("MATCALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !is_there(&python, &["-c", "import numpy, scipy"]) {
        return;
    }
    for (expr, more, point, wanted) in [
        ("sum(log(normcdf(x)))", "", "[-40., -1e9, 0., 50.]", "[40.02496884720726, 1e9, 0.7978845608028654, 0.]"),
        ("sum(abs(x).^p)", ", p=1.5", "[0., -4., 4.]", "[0., -3., 3.]"),
        ("sum(abs(x).^1.5)", "", "[0., -4., 4.]", "[0., -3., 3.]"),
        ("sum(huber(x))", "", "[1e17, -1e200, 0.5]", "[1., -1., 0.5]"),
        ("sum(log(erfc(x)))", "", "[0.5, 30.]", "[-1.8327056412986986, -60.03329639875622]"),
        ("sum(erfc(x) .* exp(x.^2))", "", "[4.]", "8*scipy.special.erfcx(4.) - 2/np.pi**0.5"),
        ("sum(log(cosh(x)))", "", "[800., -1.]", "[1., -0.7615941559557649]"),
        ("prod(x)", "", "[0., 2., 3.]", "[6., 0., 0.]"),
        ("prod(x)^2", "", "[0., 2., 3.]", "[0., 0., 0.]"),
        ("prod(x)", "", "[5.]", "[1.]"),
        ("log(2 + sum(exp(x)))", "", "[800., -800.]", "[1., 0.]"),
        ("log(2 + sum(exp(x)))", "", "[-800., -800.]", "[0., 0.]"),
        ("sum(exp(x))/(1 + sum(exp(x)))", "", "[800., 3.]", "[0., 0.]"),
        ("log(w'exp(x))", "", "[-800., -800.]", "[0.25, 0.75]"),
        ("log(mean(exp(x)))", "", "[-800., -800.]", "[0.5, 0.5]"),
        ("sum(log(1 - exp(-x)))", "", "[800., 1e-20]", "[0., 1e20]"),
        ("sum(exp(x) ./ (3 + exp(x)))", "", "[800., -800.]", "[0., 0.]"),
        ("sum(log(1 - normcdf(x)))", "", "[40., -1e9]", "[-40.02496884720726, 0.]"),
        ("sum_i log(sum_k w_k exp(-(x_i - w_k)^2))", "", "[101., -99.]", "[-196., 200.]"),
        ("sum_i log(sum_{k=1}^2 exp(-(x_i - k)^2))", "", "[101., -99.]", "[-198., 200.]"),
    ] {
        let more = if expr.contains('w') && !expr.contains("norm") { ", w=np.array([1., 3.])" } else { more };
        let (text, error) = code(&[expr, "-w", "x", "-d", "x: vector(n); p: scalar; w: vector(n)"]);
        assert!(!text.is_empty(), "{error}");
        let (function, _) = text.split_once("if __name__").expect("it checks itself");
        let test = format!(
            "{function}\nfound = loss(x=np.array({point}){more})[1]\nassert np.allclose(found, {wanted}, rtol=1e-12, atol=1e-300), found\n"
        );
        let faults = fault(Command::new(&python).args(["-c", &test]));
        assert!(faults.is_empty(), "{faults}");
    }
}

/// Values keep their digits where parts of them are far larger.
#[test]
fn values_at_the_ends_are_numbers() {
    let python = std::env::var("MATCALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !is_there(&python, &["-c", "import numpy, scipy"]) {
        return;
    }
    for (expr, point, wanted) in [
        ("sum(huber(x))", "[1e17, -3.]", "1e17 + 2.5 - 0.5"),
        ("sum(huber(x))", "[1e200]", "1e200"),
        ("sum(log(cosh(x)))", "[-800.]", "800 - np.log(2)"),
        ("sum(log(erfc(x)))", "[30.]", "-903.9741171106442"),
        ("sum(erfc(x)) + sum(1 + erf(-x))", "[5.]", "2*scipy.special.erfc(5.)"),
        ("log(2 + sum(exp(x)))", "[800., 1.]", "800"),
        ("log(1 + sum(exp(x)))", "[-80., -90.]", "np.exp(-80.) + np.exp(-90.)"),
        ("log(mean(exp(x)))", "[800., 800.]", "800"),
        ("log(x'exp(1000x))", "[0.5, 0.25]", "500 + np.log(0.5)"),
        ("sum(log(exp(x) - 1))", "[1e-10]", "np.log(1e-10) + 0.5e-10"),
        ("sum(log(3*exp(x) + 1))", "[800.]", "800 + np.log(3)"),
        ("sum_i log(sum_{k=1}^2 exp(-(x_i - k)^2))", "[101.]", "-99.**2"),
    ] {
        let (text, error) = code(&[expr, "-w", "x", "-d", "x: vector(n)"]);
        assert!(!text.is_empty(), "{error}");
        let (function, _) = text.split_once("if __name__").expect("it checks itself");
        let test = format!(
            "{function}\nfound = loss(np.array({point}))[0]\nassert np.isclose(found, {wanted}, rtol=1e-14), found\n"
        );
        let faults = fault(Command::new(&python).args(["-c", &test]));
        assert!(faults.is_empty(), "{faults}");
    }
}
