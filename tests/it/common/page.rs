//! The pages of `docs/` that are made of the collection: the table of the gradients and the worked seminar.

use std::fmt::Write as _;

use matcalc::naming::Limits;
use matcalc::render::Format;

use super::solve::{derive, solve};
use super::{COLLECTION, Case, cases, collection};

const GRADIENTS_HEAD: &str = "\
# Gradients

Every row is an input and what `matcalc grad` answers, as the program prints it; each answer passed its numeric check.
This page is written by `MATCALC_BLESS=1 cargo test --test it docs` from `tests/cases/gradients.matcalc`.

| # | expression | variable | declarations | gradient | in LaTeX |
| --- | --- | --- | --- | --- | --- |
";

const SEMINAR_HEAD: &str = "\
# A seminar, worked

The problems of a university seminar on matrix calculus: what to type, what the program answers with its conditions and its numeric
check, and the same typeset.
Where the derivative is no matrix, M is the matrix with vec(dF) = M vec(dX) or vec(H[Z]) = M vec(Z), and K the commutation matrix.
This page is written by `MATCALC_BLESS=1 cargo test --test it docs` from `tests/cases/`, and a test holds it current.

";

/// The seminar's rows, in its order.
const ROWS: &[(&str, &str)] = &[
    ("01", "A linear map, in its argument and in its matrix"),
    ("02", "A linear function"),
    ("03", "A quadratic function"),
    ("04", "A Gaussian bump"),
    ("05", "Least squares"),
    ("06", "The Euclidean norm"),
    ("07", "The norm of a linear map"),
    ("08", "A rational bump"),
    ("09", "The logarithm of a quadratic form"),
    ("10", "The determinant"),
    ("11", "The logarithm of the determinant"),
    ("12", "Log-sum-exp of affine functions"),
    ("13", "How gradient, Jacobian and Hessian are related"),
    ("14", "Eigenvalues: their sum and product, trace, determinant"),
    ("15", "The squared Frobenius norm"),
    ("16", "Softmax regression"),
    ("17", "The trace of a product"),
    ("18", "A linear function less a logarithm of a determinant"),
    ("19", "The logarithm of a definite quadratic form"),
    ("20", "The logistic loss of one object"),
    ("21", "The cube of a norm"),
    ("22", "A Frobenius norm of a residual"),
    ("23", "One layer: cross-entropy and squared loss"),
    ("24", "A power tower"),
    ("25", "The Rayleigh quotient"),
    ("26", "The best approximation of rank one"),
    ("27", "The spectral norm of an outer product"),
    ("28", "Logistic regression with a ridge"),
    ("29", "Which gradient is whose?"),
    ("30", "A characteristic polynomial"),
    ("31", "A trace with powers and an inverse"),
];

/// In a cell of a table a bar would end it.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let fence = if text.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", text.replace('|', "\\|"))
}

/// `docs/gradients.md`
pub fn gradients() -> String {
    let mut page = GRADIENTS_HEAD.to_owned();
    for case in cases(COLLECTION[0].1).into_iter().filter(|case| case.command().0 == "grad") {
        let solved = solve(&case, None).unwrap_or_else(|report| panic!("{}: {report:?}", case.name));
        let text = |format| solved.lines(format).swap_remove(0).1;
        let cells = [&case.expr, &case.wrt, &case.decl, &text(Format::Unicode), &text(Format::Latex)];
        let cells = cells.map(|text| cell(text));
        writeln!(page, "| {} | {} |", case.name, cells.join(" | ")).unwrap();
    }
    page
}

/// `docs/seminar.md`, with nothing below its commands yet.
pub fn seminar() -> String {
    let mut page = SEMINAR_HEAD.to_owned();
    let all = collection();
    for (number, title) in ROWS {
        writeln!(page, "## {}. {title}\n", number.trim_start_matches('0')).unwrap();
        let of_row = |case: &&Case| case.name.strip_prefix("seminar-").is_some_and(|rest| rest.starts_with(number));
        let mut cases: Vec<&Case> = all.iter().filter(of_row).collect();
        cases.sort_by_key(|case| turn(case));
        for case in cases {
            page.push_str(&worked(case));
        }
    }
    page.truncate(page.trim_end().len() + 1);
    page
}

/// In which turn a row's questions come: claims, then first derivatives, then second ones.
fn turn(case: &Case) -> u8 {
    match case.command() {
        ("check", _) => 0,
        ("diff", 1) => 1,
        ("grad", _) => 2,
        ("diff", _) => 3,
        ("jacobian", _) => 4,
        _ => 5,
    }
}

/// One thing asked: the command, to be run, and the answer typeset.
fn worked(case: &Case) -> String {
    let mut text = String::new();
    if !case.note.is_empty() {
        writeln!(text, "{}\n", case.note).unwrap();
    }
    writeln!(text, "```console\n$ {}\n```\n", command_line(case)).unwrap();
    if case.command().0 != "check" {
        let solved = solve(case, None).unwrap_or_else(|report| panic!("{}: {report:?}", case.name));
        let problem = &solved.problem;
        let scalar = problem.arena.symbol(problem.wrt[0]).shape.is_scalar();
        for (view, latex) in solved.lines(Format::Latex) {
            writeln!(text, "```math\n{}{latex}\n```\n", left(case, view, scalar)).unwrap();
        }
        let (problem, derivation) = derive(case, None).unwrap_or_else(|report| panic!("{}: {report:?}", case.name));
        let page = derivation.text(&problem.arena, Format::Latex, &problem.style, &Limits::default()).page();
        writeln!(text, "<details><summary>Step by step</summary>\n\n```math\n{page}\n```\n\n</details>\n").unwrap();
    }
    text
}

/// What stands before an answer when it is typeset; `scalar`: the variable is one.
fn left(case: &Case, view: &str, scalar: bool) -> String {
    let left = match (view, case.command()) {
        ("kron", _) => "M = ",
        ("operator" | "index", _) => "",
        (_, ("grad", _)) if scalar => "f' = ",
        (_, ("grad" | "vech", _)) => "\\nabla f = ",
        (_, ("jacobian", _)) => "J = ",
        (_, ("diff", 1)) => "\\mathrm{d}f = ",
        ("form", _) | (_, ("diff", 2)) => "\\mathrm{d}^2 f = ",
        (_, ("hessian", _)) => "\\nabla^2 f = ",
        (_, ("derivative", 2)) => "f'' = ",
        (_, (_, order)) => return format!("f^{{({order})}} = "),
    };
    left.to_owned()
}

/// What a reader types.
fn command_line(case: &Case) -> String {
    let (command, order) = case.command();
    let vech = command == "vech";
    let command = if vech { "grad" } else { command };
    let mut line = format!("matcalc {command} {} -w {}", quoted(&case.expr), case.wrt);
    if !case.decl.is_empty() {
        write!(line, " -d {}", quoted(&case.decl)).unwrap();
    }
    if command == "derivative" {
        write!(line, " -n {order}").unwrap();
    } else if order > 1 {
        write!(line, " --order {order}").unwrap();
    }
    if vech {
        line.push_str(" --vech");
    }
    if !case.claim.is_empty() {
        write!(line, " --claim {}", quoted(&case.claim)).unwrap();
    }
    line
}

fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

/// The scripts of `examples/`, in the order of their names, each with its text.
pub fn scripts() -> Vec<(String, String)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = std::fs::read_dir(folder).expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("it is an entry").path());
    let mut found: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "mc"))
        .map(|path| {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("it can be read"))
        })
        .collect();
    found.sort();
    found
}

/// What stands above the scripts.
const EXAMPLES: &str = "\
# Examples

Pages from statistics, machine learning and control.
Each derives the formulas of a textbook and checks them.
They are the scripts in the folder `examples` of the repository, shown here with their replies; `matcalc examples/ridge.mc` runs one of them.
This page is written by `MATCALC_BLESS=1 cargo test --test it docs` from these scripts.
";

/// The page of the examples: comments as text, statements with their replies.
pub fn examples() -> String {
    let mut page = EXAMPLES.to_owned();
    for (name, text) in scripts() {
        let mut session = matcalc::Session::new();
        let mut is_open = false;
        let mut is_title = true;
        for part in text.split_inclusive('\n') {
            let line = part.trim_end();
            let comment = line.strip_prefix('#').map(str::trim);
            if is_open && comment.is_some() {
                page.push_str("```\n\n");
                is_open = false;
            }
            match comment {
                Some(title) if is_title => {
                    write!(page, "\n## {}\n\n`examples/{name}`\n\n", title.trim_end_matches('.')).unwrap();
                    is_title = false;
                }
                Some(comment) => writeln!(page, "{}", escaped(comment)).unwrap(),
                None if line.is_empty() => page.push_str(if is_open { "" } else { "\n" }),
                None => {
                    if !is_open {
                        page.push_str(if page.ends_with("\n\n") { "```text\n" } else { "\n```text\n" });
                        is_open = true;
                    }
                    writeln!(page, "matcalc> {line}").unwrap();
                    let reply = session.run(line).unwrap_or_else(|error| panic!("{name}: {line}: {error}"));
                    if !reply.is_quiet {
                        writeln!(page, "{reply}").unwrap();
                    }
                }
            }
        }
        if is_open {
            page.push_str("```\n");
        }
    }
    while page.contains("\n\n\n") {
        page = page.replace("\n\n\n", "\n\n");
    }
    page
}

/// A text whose signs mean nothing to Markdown.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| "_*<>`[]".contains(c).then_some('\\').into_iter().chain([c])).collect()
}
