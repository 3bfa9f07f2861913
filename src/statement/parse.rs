//! A statement's text to what it says. Formulas stay text here: the language reads them.

use super::clause::{Clauses, clauses};
use super::format::{format_of, other_language};
use super::leibniz::{self, Derivative};
use super::mention::outside;
use super::prose;
use crate::diagnostic::Prompt;
use crate::request::Format;
use crate::syntax::{as_definition, parse_declarations, parse_name, parse_names};

/// What a statement says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Statement {
    /// Nothing: an empty line or a comment.
    Nothing,
    /// `A: symmetric(n)`
    Declare { names: Vec<String>, text: String },
    /// `f(x) := …`, `r = …`
    Define { name: String, arguments: Vec<String>, body: String },
    /// `A = load("A.npy")`
    Load { name: String, path: String },
    /// A question about an expression.
    Ask(Question),
    /// `d/dx f`, `∇f`, `f'(x)`
    Differentiate(Derivative),
    /// `latex`, `code numpy`: the last answer in another format; `steps`: its derivation.
    Again { format: Option<Format>, steps: bool },
    /// A formula alone.
    Show { expression: String, format: Format },
    /// `list`
    List,
    /// `info A`
    Info(String),
    /// `forget A, B`
    Forget(Vec<String>),
    /// `reset`
    Reset,
    /// `undo`
    Undo,
    /// `save FILE`
    Save(String),
    /// `load FILE`
    Run(String),
    /// `help`, `help det`
    Help(String),
    /// `quit`
    Quit,
}

/// A question in the shell's words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub(super) verb: Verb,
    pub(super) clauses: Clauses,
    pub(super) steps: bool,
    pub(super) format: Format,
}

/// The questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Grad,
    Diff,
    Jacobian,
    Hessian,
    Derivative,
    Jvp,
    Vjp,
    Hvp,
    Taylor,
    Solve,
    Convexity,
    Check,
    Simplify,
    Read,
    Equal,
    Eval,
    Backprop,
    Graph,
    Minimize,
    Compare,
    Plan,
    Code,
    /// `steps f wrt x`: of the derivative that the shapes ask for.
    Steps,
}

/// The verbs with all of their names, the usual one first.
pub(super) const VERBS: &[(Verb, &[&str])] = &[
    (Verb::Grad, &["grad", "gradient"]),
    (Verb::Diff, &["diff", "differential"]),
    (Verb::Jacobian, &["jacobian", "jac"]),
    (Verb::Hessian, &["hessian", "hess"]),
    (Verb::Derivative, &["derivative", "differentiate", "deriv"]),
    (Verb::Jvp, &["jvp"]),
    (Verb::Vjp, &["vjp"]),
    (Verb::Hvp, &["hvp"]),
    (Verb::Taylor, &["taylor"]),
    (Verb::Solve, &["solve"]),
    (Verb::Convexity, &["convexity"]),
    (Verb::Check, &["check"]),
    (Verb::Simplify, &["simplify"]),
    (Verb::Read, &["read"]),
    (Verb::Equal, &["equal"]),
    (Verb::Eval, &["eval", "evaluate"]),
    (Verb::Steps, &["steps"]),
    (Verb::Backprop, &["backprop"]),
    (Verb::Graph, &["graph"]),
    (Verb::Minimize, &["minimize", "argmin"]),
    (Verb::Compare, &["compare"]),
    (Verb::Plan, &["plan"]),
];

impl Verb {
    /// Its usual name.
    pub(super) fn name(self) -> &'static str {
        VERBS.iter().find(|(verb, _)| *verb == self).map_or("code", |(_, names)| names[0])
    }
}

/// The words of statements about the session itself.
pub(super) const WORDS: &[&str] =
    &["list", "info", "forget", "reset", "undo", "save", "load", "help", "quit", "exit", "code"];

/// The words that begin statements.
pub(super) fn words_of_statements() -> impl Iterator<Item = &'static str> {
    VERBS.iter().flat_map(|(_, names)| names.iter().copied()).chain(WORDS.iter().copied())
}

/// The first word of a text and the rest, where blanks part them and what follows does not go on with the word as a name's definition.
fn first_word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphabetic() || c == '_' || c == '?')).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// Reads a statement. What is wrong with it is said in a message; formulas are read later.
pub(super) fn parse(text: &str) -> Result<Statement, String> {
    let text = text.trim().trim_end_matches(';').trim_end();
    if text.is_empty() || text.starts_with('#') {
        return Ok(Statement::Nothing);
    }
    let function = as_definition(text);
    let text = function.as_deref().unwrap_or(text);
    let (word, rest) = first_word(text);
    let goes_on = rest.starts_with([':', '=']) && !rest.starts_with("==");
    if !goes_on && let Some(statement) = of_word(word, rest, text)? {
        return Ok(statement);
    }
    if let Some((names, text)) = declaration(text) {
        return Ok(Statement::Declare { names, text });
    }
    if let Some(known) = prose::without_lead(text)
        && let known @ (Statement::Declare { .. } | Statement::Define { .. } | Statement::Load { .. }) = parse(known)?
    {
        return Ok(known);
    }
    if let Some((names, text)) = prose::declaration(text).and_then(|text| declaration(&text)) {
        return Ok(Statement::Declare { names, text });
    }
    if let Some((left, right)) = equality(text) {
        let question = Question {
            verb: Verb::Equal,
            clauses: Clauses::of_equality(left, right),
            steps: false,
            format: Format::Unicode,
        };
        return Ok(Statement::Ask(question));
    }
    if let Some(statement) = definition(text)? {
        return Ok(statement);
    }
    if let Some(derivative) = leibniz::derivative(text) {
        return Ok(Statement::Differentiate(derivative));
    }
    Ok(Statement::Show { expression: text.to_owned(), format: Format::Unicode })
}

/// A statement that begins with a word of the session.
fn of_word(word: &str, rest: &str, text: &str) -> Result<Option<Statement>, String> {
    // `grad_x f` is no statement, and `eval` glued to a bracket is `eval (…)`.
    let glued =
        text[word.len()..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\'' | '^' | '*' | '/' | '+'));
    if glued {
        return Ok(None);
    }
    let needs = |what: &str, example: &str| format!("`{word}` needs {what}\n  = help: {example}");
    if let Some((verb, _)) = VERBS.iter().find(|(_, names)| names.contains(&word)) {
        return question(*verb, word, rest).map(Some);
    }
    if let Some(format) = format_of(word).filter(|_| word != "code") {
        return in_format(format, rest).map(Some);
    }
    Ok(Some(match word {
        // `as latex`
        "as" | "in" => match format_of(rest) {
            Some(format) => in_format(format, "")?,
            None => return Ok(None),
        },
        "code" => {
            let whole = rest;
            let (name, rest) = match rest.split_once(char::is_whitespace) {
                // `code c++ f`
                Some((name, rest)) if format_of(name).is_some() => (name, rest.trim_start()),
                _ if format_of(rest).is_some() => (rest, ""),
                _ => first_word(rest),
            };
            match format_of(name) {
                Some(format) if !is_expression(rest) => in_format(format, rest)?,
                Some(format) => of_code(format, rest)?,
                None if name.is_empty() => in_format(Format::Numpy, "")?,
                // `code f wrt x`
                None => match of_code(Format::Numpy, whole)? {
                    Statement::Ask(mut question) => {
                        question.clauses.other_language = other_language(whole).map(str::to_owned);
                        Statement::Ask(question)
                    }
                    other => other,
                },
            }
        }
        "list" if rest.is_empty() => Statement::List,
        "info" if rest.is_empty() => return Err(needs("a name", "`info A`; `list` shows all names")),
        "info" => Statement::Info(name_of(rest)?),
        "forget" if rest.is_empty() => return Err(needs("a name", "`forget A`; `reset` forgets everything")),
        "forget" => Statement::Forget(parse_names(rest).map_err(|found| first_message(&found))?),
        "reset" if rest.is_empty() => Statement::Reset,
        "undo" if rest.is_empty() => Statement::Undo,
        "save" if rest.is_empty() => return Err(needs("a file", "`save work.mc`")),
        "save" => Statement::Save(unquoted(rest).to_owned()),
        "load" if rest.is_empty() => {
            return Err(needs("a file", "`load work.mc`; `A = load(\"A.npy\")` reads a value"));
        }
        "load" => Statement::Run(unquoted(rest).to_owned()),
        "help" | "?" => Statement::Help(rest.to_owned()),
        "maximize" | "argmax" if rest.contains(" wrt ") || rest.contains(" over ") => {
            return Err(format!("there is no `{word}`\n  = help: `minimize -(…) wrt x` finds the same point"));
        }
        "quit" | "exit" if rest.is_empty() || rest == "()" => Statement::Quit,
        _ => return Ok(None),
    }))
}

/// Whether a text is an expression, and not a question of its own.
fn is_expression(text: &str) -> bool {
    matches!(parse(text), Ok(Statement::Show { .. }))
}

/// The question for a function in a language.
fn of_code(format: Format, rest: &str) -> Result<Statement, String> {
    match question(Verb::Code, "code", rest)? {
        Statement::Ask(question) if question.format == Format::Unicode => {
            Ok(Statement::Ask(Question { format, ..question }))
        }
        other => Ok(other),
    }
}

/// A question after its verb.
fn question(verb: Verb, word: &str, rest: &str) -> Result<Statement, String> {
    if verb == Verb::Steps {
        if rest.is_empty() {
            return Ok(Statement::Again { format: None, steps: true });
        }
        // `steps hessian f wrt x`
        let (next, behind) = first_word(rest);
        if let Some((verb, names)) = VERBS.iter().find(|(_, names)| names.contains(&next))
            && !behind.is_empty()
        {
            return Ok(with_steps(question(*verb, names[0], behind)?));
        }
    }
    let rest = prose::without_of(rest);
    // `minimize f over x`
    let over = rest.rsplit_once(" over ").filter(|_| verb == Verb::Minimize && !rest.contains(" wrt "));
    let rest = &over.map_or_else(|| rest.to_owned(), |(expression, wrt)| format!("{expression} wrt {wrt}"));
    let mut clauses = match (verb, prose::called(rest)) {
        (Verb::Equal, Some((left, right))) => Clauses::of_equality(left, right),
        (Verb::Simplify | Verb::Read | Verb::Eval, _) | (_, None) => clauses(rest)?,
        (_, Some((expression, wrt))) => clauses(&format!("{expression} wrt {wrt}"))?,
    };
    if verb == Verb::Equal && clauses.other.is_none() {
        let Some((left, right)) = equality(&clauses.expression) else {
            return Err("`equal` needs two expressions\n  = help: `equal tr(A B) == tr(B A)`".to_owned());
        };
        clauses = Clauses { other: Some(right.to_owned()), expression: left.to_owned(), ..clauses };
    }
    if clauses.picture.is_some() && verb != Verb::Graph {
        return Err(format!(
            "`{word}` has no picture\n  = help: `graph {} as svg` draws its computation",
            clauses.expression
        ));
    }
    if let Some((name, _)) = clauses.settings.first().filter(|_| !verb.has_settings()) {
        return Err(format!("`{word}` has no option `--{name}`"));
    }
    if clauses.precision.is_some() && !verb.has_precision() {
        return Err(format!("`{word}` has no option `--precision`"));
    }
    if let Some(option) = prose::option(&clauses.expression) {
        return Err(format!("`{word}` has no option `{option}`"));
    }
    if clauses.subject_to.is_some() && verb == Verb::Minimize {
        return Err(
            "`minimize` keeps a variable in the set that it is declared in: positive, nonnegative, simplex, spd, orthogonal\n  = help: `solve f wrt x subject to …` takes equations"
                .to_owned(),
        );
    }
    if clauses.expression.is_empty() {
        return Err(format!("`{word}` needs an expression\n  = help: `{word} x'A x wrt x`"));
    }
    let (steps, format) = (clauses.steps || verb == Verb::Steps, clauses.format);
    Ok(Statement::Ask(Question { verb, clauses, steps, format }))
}

fn with_steps(statement: Statement) -> Statement {
    match statement {
        Statement::Ask(question) => Statement::Ask(Question { steps: true, ..question }),
        other => other,
    }
}

/// A statement with its answer in a format; the last answer, where there is no statement.
fn in_format(format: Format, rest: &str) -> Result<Statement, String> {
    if rest.is_empty() {
        return Ok(Statement::Again { format: Some(format), steps: false });
    }
    let (word, _) = first_word(rest);
    if word == "code" || format_of(word).is_some() {
        return Err(format!("an answer has one format, and `{word}` is a second one"));
    }
    Ok(match parse(rest)? {
        Statement::Ask(question) => Statement::Ask(Question { format, ..question }),
        Statement::Differentiate(derivative) => Statement::Differentiate(Derivative { format, ..derivative }),
        Statement::Show { expression, .. } => Statement::Show { expression, format },
        Statement::Again { steps, .. } => Statement::Again { format: Some(format), steps },
        _ => return Err(format!("`{rest}` has no answer that could be shown in another format")),
    })
}

/// The names and the text of a declaration.
fn declaration(text: &str) -> Option<(Vec<String>, String)> {
    if text.contains(":=") {
        return None;
    }
    let found = parse_declarations(text).ok().filter(|found| !found.is_empty())?;
    Some((found.into_iter().map(|one| one.name).collect(), text.to_owned()))
}

/// The sides of `E1 == E2`.
fn equality(text: &str) -> Option<(&str, &str)> {
    let (at, _) = outside(text).find(|(_, rest)| rest.starts_with("=="))?;
    Some((text[..at].trim(), text[at + 2..].trim()))
}

/// `f(x) := …`, `r = …`, `A = load("A.npy")`; nothing where no name is defined.
fn definition(text: &str) -> Result<Option<Statement>, String> {
    let sign = outside(text).find_map(|(at, rest)| {
        let before = text[..at].chars().next_back();
        if rest.starts_with(":=") {
            return Some((at, 2));
        }
        (rest.starts_with('=') && !rest.starts_with("==") && !matches!(before, Some('<' | '>' | '=' | '!' | ':')))
            .then_some((at, 1))
    });
    let Some((at, length)) = sign else { return Ok(None) };
    let (head, body) = (text[..at].trim(), text[at + length..].trim());
    let Some((name, arguments)) = head_of(head) else { return Ok(None) };
    if body.is_empty() {
        return Err(format!("`{head}` has no definition\n  = help: write what it stands for after the sign"));
    }
    let load = ["load(", "np.load("].iter().find_map(|call| body.strip_prefix(call)?.strip_suffix(')'));
    if let Some(path) = load.filter(|_| arguments.is_empty()) {
        return Ok(Some(Statement::Load { name, path: unquoted(path).to_owned() }));
    }
    Ok(Some(Statement::Define { name, arguments, body: body.to_owned() }))
}

/// The name and the variables of `f(x, y)` or `r`.
fn head_of(head: &str) -> Option<(String, Vec<String>)> {
    let (name, arguments) = match head.split_once('(') {
        Some((name, rest)) => (name.trim(), parse_names(rest.strip_suffix(')')?).ok()?),
        None => (head, Vec::new()),
    };
    Some((parse_name(name).ok()?, arguments))
}

fn name_of(text: &str) -> Result<String, String> {
    parse_name(text.trim()).map_err(|found| first_message(&found))
}

fn first_message(found: &[crate::diagnostic::Diagnostic]) -> String {
    found.first().map_or_else(String::new, |one| {
        let help: Vec<String> =
            one.help.iter().map(|help| format!("\n  = help: {}", help.spelled(Prompt::Session))).collect();
        format!("{}{}", one.message, help.concat())
    })
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}
