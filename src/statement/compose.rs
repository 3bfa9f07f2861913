//! Requests from what is known: the definitions that an expression uses, in the order in which they build on each other, declarations,
//! and the kinds that names had when they were first used.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use super::mention::{is_called, is_word};
use super::state::{Definition, State};
use crate::diagnostic::Prompt;
use crate::error::Error;
use crate::problem::{self, Given, Report, Source};
use crate::request::{self, Kind, Line, Page, Query, Request, Role};
use crate::shape::Goal;
use crate::span::Span;
use crate::syntax::greek_letters;

/// A query about an expression in the light of what is known.
pub(super) struct Composed<'a> {
    pub(super) state: &'a State,
    pub(super) query: &'a Query,
    pub(super) expression: &'a str,
    /// The options of the request.
    pub(super) with: &'a dyn Fn(Request) -> Request,
}

impl Composed<'_> {
    /// The answer, and the request as it was answered.
    pub(super) fn answer(&self) -> Result<(Request, Page), Error> {
        let other = match self.query {
            Query::Check { claim: Some(other) }
            | Query::Solve { subject_to: Some(other) }
            | Query::Along { direction: other, .. }
            | Query::Equal { other } => other,
            _ => "",
        };
        let used = used(self.state, &[self.expression, other]);
        refuse_calls(&used, &[self.expression, other])?;
        let kinds = kinds(self.state, &used);
        let request = self.request(&used, &kinds);
        match request::answer(&request) {
            Ok(page) => Ok((request, page)),
            Err(first) if kinds.is_empty() => Err(first),
            // The kinds that the names had in the definitions do not fit here.
            Err(first) => {
                let request = self.request(&used, &[]);
                let mut page = request::answer(&request).map_err(|_| first)?;
                for (name, kind) in &kinds {
                    if let Some((_, now)) = page.kinds.iter().find(|(known, now)| known == name && now != kind) {
                        let text = format!("note: `{name}` is read as a {now} here; it was a {kind} before");
                        page.lines.push(Line { text, role: Role::About });
                    }
                }
                Ok((request, page))
            }
        }
    }

    fn request(&self, used: &[&Definition], kinds: &[(String, Kind)]) -> Request {
        let mut declarations = self.state.declarations();
        for (name, kind) in kinds {
            declarations.push_str(&format!("\n{name}: {kind}"));
        }
        // A value says what its name is, so that names of several letters can be written.
        if !matches!(self.query, Query::Eval { .. } | Query::Minimize(_)) {
            for (name, value) in self.state.values().filter(|(name, _)| !self.state.is_declared(name)) {
                if !kinds.iter().any(|(known, _)| known == name) {
                    declarations.push_str(&format!("\n{name}: {}", Kind::of_value(value.shape())));
                }
            }
        }
        let request = Request {
            definitions: definitions_text(used),
            declarations,
            prompt: Prompt::Session,
            ..Request::new(self.query.clone(), self.expression)
        };
        (self.with)(request)
    }
}

/// Refuses `loss(x)` and `f([1 2])` of what was defined without an argument: it would be a product.
fn refuse_calls(used: &[&Definition], texts: &[&str]) -> Result<(), Error> {
    let is_function_like =
        |name: &str| matches!(name, "f" | "g" | "h") || name.chars().filter(|c| c.is_alphabetic()).count() > 1;
    let bare = used.iter().filter(|one| one.arguments.is_empty() && is_function_like(&one.name));
    for definition in bare.filter(|one| !one.name.starts_with("ans")) {
        let name = definition.name.as_str();
        if texts.iter().any(|text| is_called(text, name)) {
            return Err(Error::Message(format!(
                "`{name}` was defined without an argument\n  = help: define it as `{name}(x) := {}`\n  = help: for the product write `{name} * (…)`",
                definition.body
            )));
        }
    }
    Ok(())
}

/// The kinds that names have had, in these definitions before all others; none of what is declared, defined or has a value.
fn kinds(state: &State, used: &[&Definition]) -> Vec<(String, Kind)> {
    let mut kinds: Vec<(String, Kind)> = Vec::new();
    for (name, kind) in used.iter().copied().chain(state.defined()).flat_map(|definition| &definition.kinds) {
        let is_open = !state.is_declared(name) && state.value(name).is_none() && state.definition(name).is_none();
        if is_open && !kinds.iter().any(|(known, _)| known == name) {
            kinds.push((name.clone(), *kind));
        }
    }
    kinds
}

/// The definitions that some texts use, each after those that it uses itself. What contains a name is taken to use it.
fn used<'s>(state: &'s State, texts: &[&str]) -> Vec<&'s Definition> {
    let mut found: Vec<&Definition> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    // Each definition is entered before, and taken after, what it uses.
    let mut stack: Vec<(&Definition, bool)> =
        naming(state, texts).into_iter().map(|definition| (definition, false)).collect();
    stack.reverse();
    while let Some((definition, is_done)) = stack.pop() {
        if is_done {
            found.push(definition);
            continue;
        }
        if !seen.insert(&definition.name) {
            continue;
        }
        stack.push((definition, true));
        let below = naming(state, &[&definition.body]);
        stack.extend(below.into_iter().filter(|below| !seen.contains(below.name.as_str())).map(|below| (below, false)));
    }
    found
}

/// The definitions whose names some texts contain.
fn naming<'s>(state: &'s State, texts: &[&str]) -> Vec<&'s Definition> {
    let texts: Vec<String> = texts.iter().map(|text| letters(text)).collect();
    let is_named = |definition: &&Definition| {
        let name = letters(&definition.name);
        let name = name.trim();
        // `t_2` is not in `t_21`.
        let goes_on =
            |rest: &str| name.ends_with(|c: char| c.is_ascii_digit()) && rest.starts_with(|c: char| c.is_ascii_digit());
        texts.iter().any(|text| text.match_indices(name).any(|(at, _)| !goes_on(&text[at + name.len()..])))
    };
    state.definitions().filter(is_named).collect()
}

/// A text without what distinguishes the spellings of a name, what parts names a blank: `\\hat w` has those of `ŵ`, `w₁` those of `w_1`,
/// `α` those of `\\alpha`.
fn letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.nfkd() {
        match greek_letters().find(|(_, sign)| *sign == c) {
            Some((name, _)) => letters.push_str(name),
            None if c.is_alphanumeric() => letters.push(c),
            // Accents, and what puts a subscript below, are parts of a name.
            None if matches!(c, '_' | '{' | '}' | '\\' | '\u{300}'..='\u{36f}') || letters.ends_with(' ') => {}
            None => letters.push(' '),
        }
    }
    letters
}

/// `where r = A x - b; f(x) = r'r`
fn definitions_text(used: &[&Definition]) -> String {
    if used.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = used.iter().map(|one| format!("{} = {}", one.head(), one.body)).collect();
    format!("where {}", parts.join("; "))
}

/// Refuses a definition that would use itself.
pub(super) fn refuse_circle(state: &State, definition: &Definition) -> Result<(), Error> {
    let mut next = state.clone();
    next.define(definition.clone());
    let name = &definition.name;
    let uses_itself = |text: &str| is_word(text, name);
    let through = used(&next, &[&definition.body]).into_iter().find(|one| uses_itself(&one.body));
    let Some(through) = through.filter(|_| uses_itself(&definition.body) || used(&next, &[&definition.body]).len() > 1)
    else {
        return Ok(());
    };
    let by = if through.name == *name { String::new() } else { format!(", through `{}`", through.name) };
    Err(Error::Message(format!(
        "`{name}` is defined in terms of itself{by}\n  = help: use another name for the new value"
    )))
}

fn given(text: String, goal: Goal) -> [Given; 1] {
    [Given { origin: "expression".into(), text, goal }]
}

/// Each of these names as it is declared: `A ∈ Sⁿ`.
pub(super) fn declared(state: &State, names: &[String]) -> Result<Vec<String>, Error> {
    let text = names.join("\n");
    let declarations = state.declarations();
    let mut lines = Vec::new();
    for name in names {
        let problem = problem::read(&given(name.clone(), Goal::Any), &declarations, &[]);
        match problem {
            Ok(problem) => lines.extend(request::declarations_text(&problem)),
            // A function or a family is no expression by itself.
            Err(report) if report.errors.iter().any(|(source, _)| source.origin == "declarations") => {
                return Err(report.into());
            }
            Err(_) => lines.push(declaration_of(&declarations, name).unwrap_or_else(|| text.clone())),
        }
    }
    Ok(lines)
}

/// The declaration that names a name, as it was written.
fn declaration_of(declarations: &str, name: &str) -> Option<String> {
    let found = declarations.split(['\n', ';']).find(|one| is_word(one.split(':').next().unwrap_or_default(), name));
    found.map(|one| one.trim().to_owned())
}

/// The question for a derivative of an expression, by its shape and that of the variable.
pub(super) fn derivative_of(
    state: &State,
    expression: &str,
    wrt: &[String],
    order: u32,
    is_hessian: bool,
) -> Result<Query, Error> {
    let with = |request: Request| Request { wrt: wrt.to_vec(), ..request };
    let composed = Composed { state, query: &Query::Read, expression, with: &with };
    let (_, page) = composed.answer()?;
    let is_scalar = page.kind.is_some_and(|of| of.kind == Kind::Scalar);
    let of_scalar =
        wrt.iter().all(|name| page.kinds.iter().any(|(known, kind)| known == name && *kind == Kind::Scalar));
    Ok(match (is_scalar, of_scalar, order) {
        (_, true, order) => Query::Derivative { order },
        (true, false, 1) => Query::Gradient { vech: false },
        (true, false, 2) => Query::Hessian { view: None },
        (false, false, 1) if !is_hessian => Query::Jacobian { view: None },
        (_, false, order) => Query::Derivative { order },
    })
}

/// The variables of an expression: those that it or its definition names itself, or its only symbol without a value.
pub(super) fn variables(state: &State, expression: &str, what: &str) -> Result<Vec<String>, Error> {
    let name = expression.split('(').next().unwrap_or(expression).trim();
    if let Some(definition) = state.definition(name) {
        let call = expression.trim()[name.len()..].trim();
        let called = call.strip_prefix('(').and_then(|call| call.strip_suffix(')'));
        let own = match called {
            Some(called) => crate::syntax::parse_names(called).unwrap_or_default(),
            None if call.is_empty() => definition.arguments.clone(),
            None => Vec::new(),
        };
        if !own.is_empty() {
            return Ok(own);
        }
    }
    let composed = Composed { state, query: &Query::Read, expression, with: &|request| request };
    let (request, page) = composed.answer()?;
    if let Ok(named) = problem::named_variables(&request.text(), &request.declarations)
        && !named.is_empty()
    {
        return Ok(named);
    }
    let open: Vec<&str> = page.symbols.iter().map(String::as_str).filter(|name| state.value(name).is_none()).collect();
    match open.as_slice() {
        [one] => Ok(vec![(*one).to_owned()]),
        [] => Err(Error::Message(format!("`{expression}` has no symbol to differentiate with respect to"))),
        [first, ..] => {
            let word = if what.contains(' ') { "grad" } else { what };
            // Most often it is a vector.
            let is_vector = |name: &&str| page.kinds.iter().any(|(known, kind)| known == name && *kind == Kind::Vector);
            let likely = open.iter().copied().find(is_vector).unwrap_or(first);
            Err(Error::Message(format!(
                "with respect to which variable: {}?\n  = help: `{word} {expression} wrt {likely}`",
                open.join(", ")
            )))
        }
    }
}

/// An error about a part of a text as one about the whole text: places in the formula become places in the statement.
pub(super) fn placed(error: Error, part: &str, text: &str, start: usize) -> Error {
    let Error::Input(report) = error else { return error };
    let move_one = |(source, diagnostics): (Source, Vec<crate::diagnostic::Diagnostic>)| {
        let written = source.text.split("\nwhere ").next().unwrap_or(&source.text);
        let Some(at) = part.find(written).filter(|_| source.origin != "declarations" && !written.is_empty()) else {
            return (source, diagnostics);
        };
        let is_inside = diagnostics.iter().flat_map(|one| &one.labels).all(|label| label.span.end <= written.len());
        if !is_inside {
            return (source, diagnostics);
        }
        let shift = start + at;
        let moved = diagnostics
            .into_iter()
            .map(|mut one| {
                for label in &mut one.labels {
                    label.span = Span::new(label.span.start + shift, label.span.end + shift);
                }
                one
            })
            .collect();
        (Source { origin: "statement".into(), text: text.to_owned() }, moved)
    };
    Report { errors: report.errors.into_iter().map(move_one).collect() }.into()
}
