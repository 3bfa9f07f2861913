//! Formulas as people write them in books, papers, forums and code (`tests/cases/papers.matcalc`): each is read without declarations and
//! compared with its meaning, written without a guess left and read with all symbols declared.

use std::panic::{AssertUnwindSafe, catch_unwind};

use matcalc::problem::{self, Given, Problem, Report};
use matcalc::render::{Format, Style, render};
use matcalc::shape::{Goal, Set, describe};
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;

/// A section of the file: `--- name`, then `key: value` lines; `#` begins a remark.
#[derive(Clone, Debug, Default)]
struct Formula {
    name: String,
    /// As people write it.
    input: String,
    /// `grad` (a scalar), `any`, `function`.
    ask: String,
    wrt: String,
    decl: String,
    /// The meaning.
    is: String,
    /// The declarations of all its symbols.
    with: String,
    /// What a note must hold.
    note: String,
    /// What the message of a refusal must hold.
    refuse: String,
}

fn formulas() -> Vec<Formula> {
    let mut found: Vec<Formula> = Vec::new();
    for line in include_str!("../cases/papers.matcalc").lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("--- ") {
            found.push(Formula { name: name.trim().to_owned(), ..Formula::default() });
        } else if let (Some(formula), Some((key, value))) = (found.last_mut(), line.split_once(": ")) {
            let place = match key {
                "in" => &mut formula.input,
                "ask" => &mut formula.ask,
                "wrt" => &mut formula.wrt,
                "decl" => &mut formula.decl,
                "is" => &mut formula.is,
                "with" => &mut formula.with,
                "note" => &mut formula.note,
                "refuse" => &mut formula.refuse,
                other => panic!("{}: no key `{other}`", formula.name),
            };
            assert!(place.is_empty(), "{}: `{key}` stands twice", formula.name);
            value.trim().clone_into(place);
        } else {
            assert!(line.trim().is_empty(), "not a line of a section: {line}");
        }
    }
    found
}

/// The notes of a reading: how the input was read where it could be read in two ways.
fn notes(problem: &Problem) -> Option<Vec<String>> {
    Some(problem.notes.iter().map(|note| note.message.to_string()).collect())
}

/// What was read: the normal form, the symbols with their kinds, the notes.
#[derive(Clone, Debug)]
struct Read {
    normal: String,
    kinds: Vec<String>,
    notes: Option<Vec<String>>,
}

impl Read {
    fn noted(&self) -> bool {
        self.notes.as_ref().is_some_and(|notes| !notes.is_empty())
    }
}

fn read(text: &str, decl: &str, formula: &Formula) -> Result<Read, String> {
    let goal = match formula.ask.as_str() {
        "grad" => Goal::Scalar,
        "function" => Goal::Function,
        "any" => Goal::Any,
        other => panic!("{}: nothing asks `{other}`", formula.name),
    };
    let given = [Given { origin: "expression".into(), text: text.into(), goal }];
    let wrt: Vec<&str> = Some(formula.wrt.as_str()).filter(|wrt| !wrt.is_empty()).into_iter().collect();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        on_large_stack(|| {
            problem::read_by_parts(&given, decl, &wrt).map(|problem| told(&problem)).map_err(|report| words(&report))
        })
    }));
    outcome.unwrap_or_else(|_| Err("PANIC".into()))
}

fn told(problem: &Problem) -> Read {
    let normal = render(&problem.arena, problem.normal[0], Format::Ascii, &Style::default());
    let mut kinds: Vec<String> = problem
        .symbols
        .iter()
        .map(|symbol| {
            let told = describe(&problem.arena, *symbol);
            format!("{}: {}", told.name, kind(&told.set))
        })
        .collect();
    kinds.sort();
    Read { normal, kinds, notes: notes(problem) }
}

/// Whether two printed forms are one expression; of equal sums the terms may stand in another order.
fn same(left: &str, right: &str, formula: &Formula) -> bool {
    if left == right {
        return true;
    }
    let given = [left, right].map(|text| Given { origin: "expression".into(), text: text.into(), goal: Goal::Any });
    on_large_stack(|| {
        problem::read_by_parts(&given, &formula.with, &[]).is_ok_and(|problem| problem.normal[0] == problem.normal[1])
    })
}

/// The kind of a set, without its sizes.
fn kind(set: &Set) -> String {
    match set {
        Set::Scalar => "scalar".into(),
        Set::Positive => "positive".into(),
        Set::PositiveVector(_) => "positive vector".into(),
        Set::Nonnegative => "nonnegative".into(),
        Set::NonnegativeVector(_) => "nonnegative vector".into(),
        Set::Integer => "integer".into(),
        Set::Simplex(_) => "simplex".into(),
        Set::Signs(_) => "signs".into(),
        Set::Binary(arrays) => kind(arrays),
        Set::Function => "function".into(),
        Set::MatrixFunction => "matrix function".into(),
        Set::Map(arguments, values) => format!("map from {} to {}", kind(arguments), kind(values)),
        Set::Vector(_) => "vector".into(),
        Set::Matrix(..) | Set::Structured(Structure::General, _) => "matrix".into(),
        Set::Structured(structure, _) => format!("{structure:?}").to_lowercase(),
        Set::Family(_, member) => format!("family of {}", kind(member)),
    }
}

/// All that a message says.
fn words(report: &Report) -> String {
    let all = report.errors.iter().flat_map(|(_, diagnostics)| diagnostics);
    let lines = all.flat_map(|one| {
        let labels = one.labels.iter().map(|label| label.text.clone());
        std::iter::once(one.message.clone())
            .chain(labels)
            .chain(one.notes.clone())
            .chain(one.help.iter().map(ToString::to_string))
    });
    lines.collect::<Vec<_>>().join("; ")
}

/// How a formula was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    AsMeant,
    /// As something else, and the program says how.
    Noted,
    /// Refused, where the writer was right; or refused in other words than it should be.
    Refused,
    /// As something else, without a word: never to happen.
    Silent,
    /// The meaning itself cannot be read; a mistake of the file.
    Unreadable,
}

fn outcome(formula: &Formula) -> (Outcome, String) {
    let found = read(&formula.input, &formula.decl, formula);
    if !formula.refuse.is_empty() {
        return match found {
            Err(message) if message.contains(&formula.refuse) => (Outcome::AsMeant, String::new()),
            Err(message) => (Outcome::Refused, format!("  refused: {message}\n  meant: {}\n", formula.refuse)),
            Ok(read) => {
                let outcome = if read.noted() { Outcome::Noted } else { Outcome::Silent };
                let kinds = read.kinds.join(", ");
                (
                    outcome,
                    format!("  read: {}\n        {kinds}\n  meant: refused with {}\n", read.normal, formula.refuse),
                )
            }
        };
    }
    let meant = match read(&formula.is, &formula.with, formula) {
        Ok(meant) => meant,
        Err(message) => return (Outcome::Unreadable, format!("  {message}\n")),
    };
    match found {
        Err(message) => (Outcome::Refused, format!("  refused: {message}\n  meant: {}\n", meant.normal)),
        Ok(read) => {
            let same = read.kinds == meant.kinds && same(&read.normal, &meant.normal, formula);
            let noted = formula.note.is_empty()
                || read.notes.as_ref().is_none_or(|notes| notes.iter().any(|note| note.contains(&formula.note)));
            let kinds = (read.kinds.join(", "), meant.kinds.join(", "));
            let compared = format!(
                "  read: {}\n        {}\n  meant: {}\n         {}\n",
                read.normal, kinds.0, meant.normal, kinds.1
            );
            match (same, noted) {
                (true, true) if formula.note.is_empty() && read.noted() => {
                    (Outcome::AsMeant, format!("  notes that a reader may not need: {:?}\n", read.notes))
                }
                (true, true) => (Outcome::AsMeant, String::new()),
                // As meant, but the second usual reading had to be named.
                (true, false) => {
                    (Outcome::Refused, format!("  without the note `{}`: {:?}\n", formula.note, read.notes))
                }
                (false, _) if !read.noted() => (Outcome::Silent, compared),
                (false, _) => (Outcome::Noted, format!("{compared}  notes: {:?}\n", read.notes)),
            }
        }
    }
}

#[test]
fn formulas_are_read_as_their_writers_meant_them() {
    let formulas = formulas();
    let mut names: Vec<&str> = formulas.iter().map(|formula| formula.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        panic!("two sections are called {}", pair[0]);
    }
    let results: Vec<(&Formula, Outcome, String)> = formulas
        .iter()
        .map(|formula| {
            let (outcome, text) = outcome(formula);
            (formula, outcome, text)
        })
        .collect();
    let count = |wanted: Outcome| results.iter().filter(|(_, outcome, _)| *outcome == wanted).count();
    for (formula, _, text) in
        results.iter().filter(|(_, outcome, text)| *outcome == Outcome::AsMeant && !text.is_empty())
    {
        println!("{}\n  in: {}\n{text}", formula.name, formula.input);
    }
    for wanted in [Outcome::Noted, Outcome::Refused, Outcome::Silent, Outcome::Unreadable] {
        for (formula, _, text) in results.iter().filter(|(_, outcome, _)| *outcome == wanted) {
            println!("{wanted:?} {}\n  in: {}\n{text}", formula.name, formula.input);
        }
    }
    let (all, right) = (formulas.len(), count(Outcome::AsMeant));
    let (noted, refused, silent) = (count(Outcome::Noted), count(Outcome::Refused), count(Outcome::Silent));
    println!(
        "{all} formulas: {right} as meant, {noted} otherwise with a note, {refused} refused, {silent} silently otherwise"
    );
    assert_eq!(count(Outcome::Unreadable), 0, "meanings that cannot be read");
    assert!(results.iter().all(|(_, _, text)| !text.contains("PANIC")), "the program panics");
    assert_eq!(silent, 0, "formulas that are silently read as something else");
    assert!(right * 10 >= all * 9, "{right} of {all} formulas are read as meant");
}
