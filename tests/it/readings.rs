//! Texts and what they mean: `tests/cases/readings.matcalc`. A text read with nothing but its own declarations has to become what its
//! meaning becomes, which is written with every grouping bracketed and every symbol declared: the same expression in normal form, and
//! symbols of the same kinds.

use std::fmt::Write as _;

use matcalc::diagnostic::{Diagnostics, render_all};
use matcalc::problem::{self, Given, Note, Problem, Report, Source};
use matcalc::render::{Format, Style, render};
use matcalc::shape::{Goal, Set, describe};

const CASES: &str = include_str!("../cases/readings.matcalc");

/// A section of the file.
#[derive(Clone, Debug, Default)]
struct Case {
    name: String,
    input: String,
    ask: String,
    wrt: String,
    decl: String,
    is: String,
    with: String,
    /// Words of the one note; `None` where none may be printed.
    note: Option<String>,
    refuse: Vec<String>,
}

/// An expression in normal form and its symbols, each with the kind of set that it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Meaning {
    expr: String,
    kinds: Vec<String>,
}

impl Meaning {
    fn line(&self) -> String {
        format!("{}   [{}]", self.expr, self.kinds.join(", "))
    }
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in CASES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if let Some(name) = line.strip_prefix("--- ") {
            cases.push(Case { name: name.into(), ..Case::default() });
            continue;
        }
        let (Some(case), Some((key, value))) = (cases.last_mut(), line.split_once(": ")) else {
            panic!("neither a section nor `key: value`: {line}")
        };
        match key {
            "in" => case.input = value.into(),
            "ask" => case.ask = value.into(),
            "wrt" => case.wrt = value.into(),
            "decl" => case.decl = value.into(),
            "is" => case.is = value.into(),
            "with" => case.with = value.into(),
            "note" => case.note = Some(value.into()),
            "refuse" => case.refuse.push(value.into()),
            other => panic!("{}: no key `{other}`", case.name),
        }
    }
    cases
}

fn goal(ask: &str) -> Goal {
    match ask {
        "grad" => Goal::Scalar,
        "any" => Goal::Any,
        "function" => Goal::Function,
        other => panic!("nothing is asked for by `{other}`"),
    }
}

fn read(text: &str, ask: &str, decl: &str, wrt: &str) -> Result<Problem, Report> {
    let wrt: Vec<&str> = wrt.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    problem::read_by_parts(&[Given { origin: "expression".into(), text: text.into(), goal: goal(ask) }], decl, &wrt)
}

/// The kind of a set, without sizes.
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
        Set::Matrix(..) => "matrix".into(),
        Set::Structured(structure, _) => format!("{structure:?}").to_lowercase(),
        Set::Family(_, member) => format!("family of {}", kind(member)),
    }
}

fn meaning(problem: &Problem) -> Meaning {
    let expr = render(&problem.arena, problem.normal[0], Format::Ascii, &Style::default());
    let one = |symbol| {
        let described = describe(&problem.arena, symbol);
        format!("{}: {}", described.name, kind(&described.set))
    };
    let mut kinds: Vec<String> = problem.symbols.iter().map(|symbol| one(*symbol)).collect();
    kinds.sort();
    Meaning { expr, kinds }
}

/// The messages of the notes that are printed with an answer.
fn notes(problem: &Problem) -> Option<Vec<String>> {
    Some(problem.notes.iter().map(|note| note.message.to_string()).collect())
}

fn message(report: &Report) -> String {
    let one = |(source, found): &(Source, Diagnostics)| render_all(found, &source.text, &source.origin, false);
    report.errors.iter().map(one).collect::<Vec<String>>().join("\n\n")
}

fn first_line(report: &Report) -> String {
    message(report).lines().next().unwrap_or_default().to_owned()
}

/// The meaning of a case, which has to be readable whatever becomes of its text.
fn meant(case: &Case) -> Result<Meaning, Report> {
    read(&case.is, &case.ask, &case.with, &case.wrt).map(|problem| meaning(&problem))
}

/// Whether a meaning is written in spellings that are to come: raised labels, a family beside the symbol without index, positive vectors.
fn is_to_come(case: &Case) -> bool {
    let beside = ["_i: family", "_j: family", "_k: family"];
    case.with.contains('^') || case.with.contains("positive(") || beside.iter().any(|mark| case.with.contains(mark))
}

/// What is wrong with the reading of a case: what was read, and what was meant.
fn wrong(case: &Case, meant: Option<&Meaning>) -> Option<(String, String)> {
    let refused = || format!("refused with: {}", case.refuse.join(" | "));
    match read(&case.input, &case.ask, &case.decl, &case.wrt) {
        Err(report) if case.refuse.is_empty() => {
            let meant = meant.map_or_else(|| "to be read".to_owned(), Meaning::line);
            Some((first_line(&report), meant))
        }
        Err(report) => {
            let message = message(&report);
            (!case.refuse.iter().all(|words| message.contains(words.as_str())))
                .then(|| (first_line(&report), refused()))
        }
        Ok(problem) => {
            let read = meaning(&problem);
            match meant {
                Some(meant) if read != *meant => Some((read.line(), meant.line())),
                None if case.note.is_none() => Some((read.line(), refused())),
                _ => wrong_notes(case, &problem).map(|want| (read.line(), want)),
            }
        }
    }
}

/// What the notes of a problem should have been, where they are something else.
fn wrong_notes(case: &Case, problem: &Problem) -> Option<String> {
    let Some(printed) = notes(problem) else {
        // A case that demands nothing but a note does not hold as long as there are none.
        return case.note.as_ref().filter(|_| case.is.is_empty()).map(|words| format!("a note with `{words}`"));
    };
    match &case.note {
        None => (!printed.is_empty()).then(|| format!("no note, but: {}", printed.join(" | "))),
        Some(words) => (!printed.iter().any(|note| note.contains(words.as_str())))
            .then(|| format!("a note with `{words}`, but: {}", printed.join(" | "))),
    }
}

#[test]
fn names_are_unique_and_sections_complete() {
    let cases = cases();
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), cases.len(), "two sections have one name");
    for case in &cases {
        assert!(!case.input.is_empty(), "{}: no text", case.name);
        assert!(
            !case.is.is_empty() || !case.refuse.is_empty() || case.note.is_some(),
            "{}: nothing is demanded",
            case.name
        );
    }
}

#[test]
fn every_meaning_can_be_read() {
    let mut bad = String::new();
    for case in cases().iter().filter(|case| !case.is.is_empty() && !is_to_come(case)) {
        if let Err(report) = meant(case) {
            let _ = writeln!(bad, "{}\n  {}\n  {} with {}", case.name, first_line(&report), case.is, case.with);
        }
    }
    assert!(bad.is_empty(), "\n{bad}");
}

#[test]
fn texts_mean_what_their_writers_meant() {
    let cases = cases();
    let mut failures = String::new();
    let mut failed = 0;
    for case in &cases {
        let meant = if case.is.is_empty() { Ok(None) } else { meant(case).map(Some) };
        let found = match &meant {
            Ok(meant) => wrong(case, meant.as_ref()),
            Err(report) => Some((format!("the meaning cannot be read: {}", first_line(report)), case.is.clone())),
        };
        if let Some((read, want)) = found {
            failed += 1;
            let _ = writeln!(failures, "{}   {}\n  read:  {read}\n  meant: {want}", case.name, case.input);
        }
    }
    let held = cases.len() - failed;
    println!("{failures}\n{held} of {} held, {:.1} %", cases.len(), 100.0 * held as f64 / cases.len() as f64);
    assert_eq!(failed, 0, "of {} cases failed", cases.len());
}

/// The signs of a LaTeX text: commands, runs of blanks, other characters.
fn signs(text: &str) -> Vec<String> {
    let mut signs: Vec<String> = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let mut sign = String::from(c);
        if c == '\\' {
            match rest.next() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    sign.push(letter);
                    while let Some(letter) = rest.next_if(char::is_ascii_alphabetic) {
                        sign.push(letter);
                    }
                }
                Some(other) => sign.push(other),
                None => {}
            }
        } else if c == ' ' {
            while rest.next_if_eq(&' ').is_some() {}
        }
        signs.push(sign);
    }
    signs
}

fn is_word(sign: &str) -> bool {
    sign.starts_with('\\') && sign.ends_with(|c: char| c.is_ascii_alphabetic())
}

fn starts_with_letter(sign: &str) -> bool {
    sign.starts_with(|c: char| c.is_alphabetic())
}

/// Whether two signs may be separated by blanks: not digits of one number, not what belongs to one operator.
fn can_part(left: &str, right: &str) -> bool {
    let is_digit = |sign: &str| sign.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_one_operator = |sign: &str| matches!(sign, "." | ":" | "=" | "|" | "'" | "*" | "<" | ">" | "+" | "-");
    let is_named = is_word(left) && matches!(left, "\\left" | "\\right" | "\\operatorname" | "\\begin" | "\\end");
    !(is_digit(left) && is_digit(right) || is_one_operator(left) && is_one_operator(right) || is_named)
}

/// Whether a text is LaTeX alone, where every letter stands for itself: no words of the language, no words in braces behind a command.
fn is_plain_latex(text: &str) -> bool {
    let words = || text.split(|c: char| !c.is_ascii_alphabetic() && c != '\\').filter(|word| !word.contains('\\'));
    let has_word = words().any(|word| word.len() > 2 || matches!(word, "tr" | "ln" | "Id"));
    let named = ["\\operatorname", "\\mathrm", "\\text", "\\mathcal", "\\mathsf", "\\begin"];
    !has_word && !named.iter().any(|name| text.contains(name))
}

/// Whether letters that come together would be a word: a Greek name, a function, or a run too long to be a product.
fn is_word_of_letters(run: &str) -> bool {
    const WORDS: [&str; 12] = ["mu", "nu", "xi", "pi", "tr", "ln", "eta", "rho", "tau", "det", "exp", "log"];
    let small = run.bytes().all(|letter| letter.is_ascii_lowercase());
    WORDS.iter().any(|word| run.contains(word)) || run.len() > 3 || run.len() == 3 && small
}

/// The same text with as many blanks as LaTeX allows.
fn spaced(text: &str) -> String {
    let signs = signs(text);
    let mut out = String::new();
    for (at, sign) in signs.iter().enumerate() {
        out.push_str(sign);
        if signs.get(at + 1).is_some_and(|next| sign != " " && next != " " && can_part(sign, next)) {
            out.push(' ');
        }
    }
    out
}

/// The same text with as few blanks as LaTeX allows.
fn glued(text: &str) -> String {
    let signs = signs(text);
    let is_letter = |sign: &str| sign.len() == 1 && sign.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut out: Vec<&str> = Vec::new();
    for (at, sign) in signs.iter().enumerate() {
        if sign == " " {
            let left = out.last().copied().unwrap_or_default();
            let right = signs.get(at + 1).map_or("", String::as_str);
            let before = out.iter().rev().take_while(|sign| is_letter(sign)).count();
            let after = signs[at + 1..].iter().map(String::as_str).take_while(|sign| is_letter(sign));
            let run: String = out[out.len() - before..].iter().copied().chain(after).collect();
            let is_run = before > 0 && is_letter(right);
            let is_needed = is_word(left) && starts_with_letter(right) || is_run && is_word_of_letters(&run);
            if !is_needed && can_part(left, right) {
                continue;
            }
        }
        out.push(sign);
    }
    out.concat()
}

/// The same text with round brackets that grow.
fn growing(text: &str) -> String {
    let signs = signs(text);
    let mut out = String::new();
    for (at, sign) in signs.iter().enumerate() {
        let left = at.checked_sub(1).and_then(|left| signs.get(left)).map_or("", String::as_str);
        match sign.as_str() {
            // A raised `(i)` is a label, and a bracket that grows already is left alone.
            "(" | ")" if matches!(left, "\\left" | "\\right") || text.contains("^{(") => out.push_str(sign),
            "(" => out.push_str("\\left("),
            ")" => out.push_str("\\right)"),
            _ => out.push_str(sign),
        }
    }
    out
}

/// The same text with thin spaces at its blanks.
fn decorated(text: &str) -> String {
    let signs = signs(text);
    signs.iter().map(|sign| if sign == " " { " \\, " } else { sign.as_str() }).collect()
}

/// The same text with the small letters that are transposed in bold: they are vectors already.
fn bold(text: &str) -> String {
    let signs = signs(text);
    let mut out = String::new();
    for (at, sign) in signs.iter().enumerate() {
        let is_small = sign.len() == 1 && sign.starts_with(|c: char| c.is_ascii_lowercase());
        let next: Vec<&str> = signs[at + 1..].iter().take(3).map(String::as_str).collect();
        let is_transposed =
            matches!(next[..], ["^", "T", ..] | ["^", "\\top", ..] | ["^", "{", "\\top"] | ["^", "{", "T"]);
        if is_small && is_transposed {
            let _ = write!(out, "\\mathbf{{{sign}}}");
        } else {
            out.push_str(sign);
        }
    }
    out
}

#[test]
fn what_means_nothing_in_latex_changes_no_reading() {
    type Change = fn(&str) -> String;
    const CHANGES: [(&str, Change); 5] =
        [("spaced", spaced), ("glued", glued), ("growing", growing), ("decorated", decorated), ("bold", bold)];
    let (mut failures, mut failed, mut tried) = (String::new(), 0, 0);
    for case in cases().iter().filter(|case| case.input.contains('\\') && is_plain_latex(&case.input)) {
        let outcome = |text: &str| {
            read(text, &case.ask, &case.decl, &case.wrt)
                .map(|problem| meaning(&problem))
                .map_err(|report| first_line(&report))
        };
        let plain = outcome(&case.input);
        // Letters that are one name without blanks: the note says so. A division from the left is not LaTeX, and a note tells `A\ b` from it.
        let is_by_blanks =
            |note: &Note| matches!(note.row, "letters-as-name" | "left-division" | "latex-blank" | "glued-index");
        if read(&case.input, &case.ask, &case.decl, &case.wrt).is_ok_and(|read| read.notes.iter().any(is_by_blanks)) {
            continue;
        }
        for (what, change) in CHANGES {
            let text = change(&case.input);
            if text == case.input {
                continue;
            }
            tried += 1;
            // What is noted is said: letters without blanks may be one name.
            let same = match (&plain, outcome(&text)) {
                (Ok(plain), Ok(changed)) => *plain == changed,
                (Err(_), Err(_)) => true,
                _ => false,
            };
            if !same {
                failed += 1;
                let line = |found: Result<Meaning, String>| found.map_or_else(|error| error, |meaning| meaning.line());
                let _ = writeln!(
                    failures,
                    "{} {what}   {text}\n  read:  {}\n  plain: {}",
                    case.name,
                    line(outcome(&text)),
                    line(plain.clone())
                );
            }
        }
    }
    println!("{failures}\n{} of {tried} variants held", tried - failed);
    assert_eq!(failed, 0, "of {tried} variants failed");
}

#[test]
fn variants_are_what_latex_takes_for_the_same() {
    assert_eq!(spaced("\\frac12\\|Ax\\|^2"), "\\frac 12 \\| A x \\| ^ 2");
    assert_eq!(glued("\\lambda x + b \\, c"), "\\lambda x+b\\,c");
    assert_eq!(glued("\\sum_{k=1}^n u_k A x"), "\\sum_{k=1}^n u_kAx");
    assert_eq!(growing("(x - \\left(y\\right))"), "\\left(x - \\left(y\\right)\\right)");
    assert_eq!(bold("x^Tx + a^\\top b"), "\\mathbf{x}^Tx + \\mathbf{a}^\\top b");
}

/// `docs/reading.md` has the table of costs; with `MATCALC_BLESS=1` it is written anew.
#[test]
fn the_page_of_the_costs_is_the_table() {
    use matcalc::reading::cost::{ROWS, Says};
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reading.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let (head, rest) = page.split_once("<!-- rows -->\n").expect("the table begins");
    let (_, tail) = rest.split_once("<!-- end -->").expect("the table ends");
    let cell = |text: &str| text.replace('|', "\\|");
    let mut table = String::from("| row | weight | said | what is read | why |\n| --- | --- | --- | --- | --- |\n");
    for row in ROWS {
        let says = match row.says {
            Says::Never => "",
            Says::IfNear => "where another reading is near",
            Says::Always => "always",
            Says::Refuse => "refused",
        };
        let (choice, why) = (cell(row.choice), cell(row.why));
        table.push_str(&format!("| {} | {} | {says} | {choice} | {why} |\n", row.id, row.weight));
    }
    let wanted = format!("{head}<!-- rows -->\n{table}<!-- end -->{tail}");
    if std::env::var_os("MATCALC_BLESS").is_some() {
        std::fs::write(path, wanted).expect("the page can be written");
    } else {
        assert!(page == wanted, "docs/reading.md is not what the table says; MATCALC_BLESS=1 writes it anew");
    }
}
