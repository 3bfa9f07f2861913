//! What the targets do with an input: each takes bytes and tells how many steps of work they took, or what is wrong.
//!
//! `tests/it/corpus.rs` runs the same functions over the corpus and over mutations of it, without cargo-fuzz.

use matcalc::nalgebra::DMatrix;
use matcalc::numeric::io::{parse_literal, read_csv, read_npy};
use matcalc::request::{AlongKind, FormOptions, Format, NameParts, Query, Request, View, answer};
use matcalc::stack::on_large_stack;

/// A target: steps of work, or what is wrong.
pub type Target = fn(&[u8]) -> Result<u64, String>;

/// The targets by the names of their folders.
pub const TARGETS: [(&str, Target); 4] =
    [("commands", commands), ("formats", formats), ("values", values), ("files", files)];

/// Runs a target on a large stack, and panics where something is wrong.
pub fn run(target: Target, data: &[u8]) {
    if let Err(wrong) = on_large_stack(|| target(data)) {
        panic!("{wrong}");
    }
}

/// A question as it stands in a file: the command, the expression, the variables, declarations, and what else the command takes, a line each.
struct Question {
    command: String,
    request: Request,
    other: String,
}

fn question(data: &[u8]) -> Question {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n').map(str::to_owned);
    let mut next = || lines.next().unwrap_or_default();
    let (command, expression, wrt, declarations, other) = (next(), next(), next(), next(), next());
    let mut request = Request::new(Query::Read, expression);
    request.declarations = declarations;
    request.wrt = wrt.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    Question { command, request, other }
}

/// The names of the commands.
pub const COMMANDS: [&str; 20] = [
    "grad",
    "vech",
    "diff",
    "jacobian",
    "hessian",
    "trace",
    "derivative",
    "jvp",
    "vjp",
    "hvp",
    "taylor",
    "solve",
    "convexity",
    "check",
    "claim",
    "simplify",
    "read",
    "equal",
    "eval",
    "steps",
];

/// What a command asks. What is no command is one of them all the same.
pub fn query(command: &str, other: String) -> Query {
    let known = COMMANDS.iter().position(|name| *name == command);
    let place = known.unwrap_or_else(|| command.bytes().map(usize::from).sum::<usize>() % COMMANDS.len());
    let along = |kind| Query::Along { kind, direction: other.clone() };
    match COMMANDS[place] {
        "grad" | "steps" => Query::Gradient { vech: false },
        "vech" => Query::Gradient { vech: true },
        "diff" => Query::Differential { order: 2 },
        "jacobian" => Query::Jacobian { view: None },
        "hessian" => Query::Hessian { view: None },
        "trace" => Query::Hessian { view: Some(View::Trace) },
        "derivative" => Query::Derivative { order: 3 },
        "jvp" => along(AlongKind::Jvp),
        "vjp" => along(AlongKind::Vjp),
        "hvp" => along(AlongKind::Hvp),
        "taylor" => Query::Taylor { order: 2 },
        "solve" => Query::Solve { subject_to: None },
        "convexity" => Query::Convexity,
        "check" => Query::Check { claim: None },
        "claim" => Query::Check { claim: Some(other) },
        "simplify" => Query::Simplify,
        "equal" => Query::Equal { other },
        "eval" => Query::Eval {
            values: vec![("x".into(), DMatrix::from_vec(2, 1, vec![0.5, -1.5]).into())],
            families: Vec::new(),
            remarks: Vec::new(),
        },
        _ => Query::Read,
    }
}

/// The steps that an answer took, and whether it failed; a refusal is an answer of no steps, whose message is written, too.
fn asked(request: &Request) -> (u64, bool) {
    match answer(request) {
        Ok(page) => {
            // What could not be checked is marked, and is not wrong.
            let text = page.to_string();
            let is_open = ["not checked", "not be checked", "not_checked"].iter().any(|words| text.contains(words));
            (page.steps, page.failed && !is_open)
        }
        Err(error) => {
            let _ = error.to_string();
            (0, false)
        }
    }
}

/// A text in every command.
pub fn commands(data: &[u8]) -> Result<u64, String> {
    let Question { command, mut request, other } = question(data);
    request.steps = command == "steps";
    request.query = query(&command, other);
    let (steps, failed) = asked(&request);
    // A claim may be wrong, and two expressions may differ.
    let may_fail = matches!(request.query, Query::Check { claim: Some(_) } | Query::Equal { .. });
    if failed && !may_fail {
        Err(format!("{} is not right: {}", request.query.name(), request.expression))
    } else {
        Ok(steps)
    }
}

/// The whole way to a gradient: derived, checked, and written in every format.
pub fn formats(data: &[u8]) -> Result<u64, String> {
    let Question { mut request, .. } = question(data);
    request.query = Query::Gradient { vech: false };
    request.form = FormOptions { name_parts: NameParts::Always, ..FormOptions::default() };
    let mut most = 0;
    for format in
        [Format::Unicode, Format::Ascii, Format::Latex, Format::Typst, Format::Mathml, Format::Json, Format::Numpy]
    {
        request.format = format;
        // One check is enough, that of the document, which reads every text again.
        request.is_checked = matches!(format, Format::Json | Format::Numpy);
        let (steps, failed) = asked(&request);
        if failed {
            return Err(format!("the gradient of {} is not right", request.expression));
        }
        most = most.max(steps);
    }
    Ok(most)
}

/// Values against automatic differentiation: the check of the first and the second derivative, at points of another seed for every input.
pub fn values(data: &[u8]) -> Result<u64, String> {
    let Question { mut request, .. } = question(data);
    request.seed = data.iter().fold(1, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let mut most = 0;
    for query in [Query::Check { claim: None }, Query::Jacobian { view: None }, Query::Simplify] {
        request.query = query;
        let (steps, failed) = asked(&request);
        if failed {
            return Err(format!("{} of {} is not right", request.query.name(), request.expression));
        }
        most = most.max(steps);
    }
    Ok(most)
}

/// The readers of files and of literals. What one reads has the entries that it says, all of them finite.
pub fn files(data: &[u8]) -> Result<u64, String> {
    let is_finite = |matrix: &DMatrix<f64>| matrix.iter().all(|entry| entry.is_finite());
    let read = [("npy", read_npy(data, Some(data.len() as u64))), ("csv", read_csv(data))];
    for (name, found) in read {
        match found {
            Ok(found) if !is_finite(&found.matrix) => return Err(format!("{name} with a number that is not finite")),
            Ok(found) => drop(found.remark("x")),
            Err(error) => drop(error.to_string()),
        }
    }
    match parse_literal(&String::from_utf8_lossy(data)) {
        Ok(found) if !is_finite(&found.matrix) => return Err("a literal with a number that is not finite".into()),
        Ok(_) => {}
        Err(error) => drop(error.to_string()),
    }
    Ok(0)
}
