//! A session of statements: declarations, definitions and values that are kept, and questions about them.
//!
//! The interactive prompt, scripts and other front ends are thin over [`Session`]. It prints nothing, and reads files only through the
//! [`Files`] that it was given.

mod clause;
mod compose;
mod derived;
mod format;
mod leibniz;
pub mod lines;
mod mention;
mod numeric;
mod parse;
mod prose;
mod refused;
mod reply;
mod state;
mod store;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use clause::Clauses;
use compose::Composed;
use leibniz::Derivative;
use parse::{Question, Statement, Verb};
pub use reply::Reply;
use state::{Definition, Item, State};

use crate::error::Error;
use crate::interrupt::stoppable;
use crate::numeric::SharedMatrix;
use crate::numeric::io::{self, Read, Source};
use crate::request::{self, AlongKind, FormOptions, Format, Page, Query, Request, as_declared};
use crate::stack::on_large_stack;

/// The files that a session may read and write.
pub trait Files: Send + Sync {
    /// The bytes of a text in a file.
    ///
    /// # Errors
    /// What is to be said where it cannot be read, or is no text by its length.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// A file of any length, to read a value from.
    ///
    /// # Errors
    /// What is to be said where it cannot be opened.
    fn open(&self, path: &str) -> Result<Source, String> {
        self.read(path).map(Source::of_bytes)
    }

    /// Writes a file.
    ///
    /// # Errors
    /// What is to be said where it cannot be written.
    fn write(&self, path: &str, text: &str) -> Result<(), String>;
}

/// What the session knows of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// It is declared.
    Declared,
    /// It stands for an expression.
    Defined,
    /// It has a value.
    Valued,
}

/// Declarations, definitions and values, and questions about them.
///
/// ```
/// let mut session = matcalc::Session::new();
/// session.run("A: symmetric(n)")?;
/// session.run("f(x) := 1/2 x'A x - b'x")?;
/// assert_eq!(session.run("grad f")?.to_string().lines().next(), Some("Ax − b"));
/// assert_eq!(session.run("hessian f")?.result(), "A");
/// assert_eq!(session.run("latex solve f")?.result(), "x = A^{-1} b");
/// session.run("x = [1 2]; b = [0 1]; A = [2 0; 0 3]")?;
/// assert_eq!(session.run("eval f(x)")?.result(), "5");
/// # Ok::<(), matcalc::Error>(())
/// ```
///
/// A statement that fails changes nothing:
///
/// ```
/// let mut session = matcalc::Session::new();
/// session.run("X: spd(n)")?;
/// assert!(session.run("f = log det X +").is_err());
/// assert_eq!(session.names().len(), 1);
/// # Ok::<(), matcalc::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Session {
    state: State,
    /// The states before each change, for `undo`.
    past: Vec<State>,
    /// The last request that was answered, and whether its answer stands.
    last: Option<(Request, bool)>,
    files: Option<Arc<dyn Files>>,
}

/// Most states that are kept for `undo`.
const MAX_PAST: usize = 1_000;

/// Values of more entries are compared with their declarations where they are used, not where they are given.
const MOST_TRIED: usize = 100_000;

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("state", &self.state).finish_non_exhaustive()
    }
}

fn message(text: String) -> Error {
    Error::Message(text)
}

impl Session {
    /// A session that knows nothing, and reads no files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A session that reads and writes these files, with `load`, `save` and `A = load("A.npy")`.
    #[must_use]
    pub fn with_files(files: impl Files + 'static) -> Self {
        Self { files: Some(Arc::new(files)), ..Self::default() }
    }

    /// Runs a statement, or several with semicolons between them; the reply is that of the last.
    ///
    /// # Errors
    /// A statement that cannot be read, or whose question has no answer; [`Error::Stopped`] where [`crate::interrupt::stop`] was called
    /// meanwhile. Nothing is changed then.
    pub fn run(&mut self, text: &str) -> Result<Reply, Error> {
        let before = (self.state.clone(), self.past.len(), self.last.clone());
        let run = stoppable(|| on_large_stack(|| self.run_all(text))).unwrap_or(Err(Error::Stopped));
        if run.is_err() {
            self.state = before.0;
            self.past.truncate(before.1);
            self.last = before.2;
        }
        run.map_err(refused::refused)
    }

    fn run_all(&mut self, text: &str) -> Result<Reply, Error> {
        let mut reply = Reply::default().quiet();
        for (at, part) in parts(text) {
            let next = self.run_one(part).map_err(|error| compose::placed(error, part, text, at))?;
            reply = reply.followed_by(next);
            if reply.quits {
                break;
            }
        }
        Ok(reply)
    }

    fn run_one(&mut self, text: &str) -> Result<Reply, Error> {
        let statement = parse::parse(text).map_err(message)?;
        match statement {
            Statement::Nothing => Ok(Reply::default().quiet()),
            Statement::Declare { names, text } => self.declare(names, text).map(Reply::quiet),
            Statement::Define { name, arguments, body } => self.define(name, arguments, body).map(Reply::quiet),
            Statement::Load { name, path } => {
                let value = self.read_value(&name, &path)?;
                self.set_read(&name, value)
            }
            Statement::Ask(question) => self.ask(&question),
            Statement::Differentiate(derivative) if self.is_transpose(text) => {
                self.show(text.trim(), derivative.format)
            }
            Statement::Differentiate(derivative) => self.differentiate(derivative),
            Statement::Again { format, steps } => self.again(format, steps),
            Statement::Show { expression, format } => self.show(&expression, format),
            Statement::List => Ok(self.list()),
            Statement::Info(name) => self.info(&name),
            Statement::Forget(names) => self.forget(&names),
            Statement::Reset => {
                self.change(|state| state.items.clear());
                self.state.answers.clear();
                self.last = None;
                Ok(Reply::said("the session is empty; `undo` brings everything back"))
            }
            Statement::Undo => self.undo(),
            Statement::Save(path) => self.save(&path),
            Statement::Run(path) => self.load(&path),
            Statement::Help(topic) => reply::help(&topic),
            Statement::Quit => Ok(Reply { quits: true, ..Reply::default() }),
        }
    }

    /// The names that are known, in the order in which they were made known.
    #[must_use]
    pub fn names(&self) -> Vec<(String, NameKind)> {
        let mut names = Vec::new();
        for item in &self.state.items {
            match item {
                Item::Declared { names: declared, .. } => {
                    names.extend(declared.iter().map(|name| (name.clone(), NameKind::Declared)));
                }
                Item::Defined(definition) => names.push((definition.name.clone(), NameKind::Defined)),
                Item::Valued { name, .. } => names.push((name.clone(), NameKind::Valued)),
            }
        }
        names.extend(self.state.answers.iter().map(|answer| (answer.name.clone(), NameKind::Defined)));
        names
    }

    /// How an unfinished statement's formula is read so far, with its shape: `xᵀ A x   a scalar`.
    #[must_use]
    pub fn hint(&self, text: &str) -> Option<String> {
        let (_, part) = parts(text).pop()?;
        let expression = match parse::parse(part).ok()? {
            Statement::Show { expression, .. } => expression,
            Statement::Define { body, .. } => body,
            Statement::Ask(question) => question.clauses.expression,
            Statement::Differentiate(derivative) => derivative.expression,
            _ => return None,
        };
        let page = on_large_stack(|| self.answered(Query::Read, &expression, |request| request)).ok()?.1;
        page.lines.first().map(|line| line.text.clone())
    }

    /// Keeps the state for `undo` and changes it.
    fn change(&mut self, change: impl FnOnce(&mut State)) {
        if self.past.len() == MAX_PAST {
            self.past.remove(0);
        }
        self.past.push(self.state.clone());
        change(&mut self.state);
    }

    fn undo(&mut self) -> Result<Reply, Error> {
        let Some(before) = self.past.pop() else { return Err(message("there is nothing to undo".to_owned())) };
        let answers = std::mem::take(&mut self.state.answers);
        self.state = State { answers, ..before };
        Ok(Reply::said("undone; `list` shows what is known"))
    }

    fn declare(&mut self, names: Vec<String>, text: String) -> Result<Reply, Error> {
        // The declarations must be readable together, and each definition with them.
        let mut next = self.state.clone();
        next.declare(names.clone(), text.clone());
        let shown = compose::declared(&next, &names)?;
        self.change(|state| *state = next);
        Ok(Reply::lines(shown))
    }

    fn define(&mut self, name: String, arguments: Vec<String>, body: String) -> Result<Reply, Error> {
        if is_word(&name) {
            return Err(message(format!("`{name}` is reserved in a session\n  = help: use another name")));
        }
        if arguments.is_empty()
            && let Ok(value) = io::parse_literal(&body)
        {
            let kind = self.state.declared_kind(&name);
            return self.set_read(&name, as_declared(value, &body, kind.as_ref()));
        }
        let body = self.derived(&body, &[])?.unwrap_or(body);
        let mut definition = Definition { name, arguments, body, kinds: Vec::new() };
        compose::refuse_circle(&self.state, &definition)?;
        // What it is called itself is no part of what it stands for.
        let mut without = self.clone();
        without.state.forget(&definition.name);
        let (_, page) =
            without.answered(Query::Simplify, &definition.body, |request| Request { is_checked: false, ..request })?;
        definition.kinds.clone_from(&page.kinds);
        let reply = reply::of_definition(&definition.head(), &page);
        self.change(|state| state.define(definition));
        Ok(reply)
    }

    /// A value that was read, and what is to be said of how it was; refused where it is none of what its name is declared to be.
    fn set_read(&mut self, name: &str, value: Read) -> Result<Reply, Error> {
        if self.state.is_declared(name) && value.members.is_none() && value.matrix.len() <= MOST_TRIED {
            let values = vec![(name.to_owned(), value.matrix.clone())];
            let query = Query::Eval { values, families: Vec::new(), remarks: Vec::new() };
            self.answered(query, name, |request| Request { is_checked: false, ..request })?;
        }
        let remark = value.remark(name);
        let mut reply = self.set(name, value.matrix);
        let said = remark.map(|remark| Reply::said(&format!("note: {remark}")).page.lines);
        reply.page.lines.extend(said.into_iter().flatten());
        Ok(reply.quiet())
    }

    fn set(&mut self, name: &str, value: SharedMatrix<f64>) -> Reply {
        let reply = reply::of_value(name, &value);
        self.change(|state| state.set(name, value));
        reply
    }

    fn forget(&mut self, names: &[String]) -> Result<Reply, Error> {
        let mut next = self.state.clone();
        for name in names {
            if !next.forget(name) {
                return Err(message(format!("`{name}` is not known\n  = help: `list` shows all names")));
            }
        }
        self.change(|state| *state = next);
        Ok(Reply::said(&format!("forgotten: {}", names.join(", "))))
    }

    /// The answer to a query about an expression, in the light of what is known; the request is as it was answered.
    fn answered(
        &self,
        query: Query,
        expression: &str,
        with: impl Fn(Request) -> Request,
    ) -> Result<(Request, Page), Error> {
        Composed { state: &self.state, query: &query, expression, with: &with }.answer()
    }

    /// Answers a query and keeps the answer.
    fn ask_query(&mut self, query: Query, expression: &str, with: impl Fn(Request) -> Request) -> Result<Reply, Error> {
        let (request, page) = self.answered(query, expression, with)?;
        self.keep(request, &page);
        Ok(Reply::of_page(page))
    }

    /// Keeps what a request was answered with as `ans`.
    fn keep(&mut self, request: Request, page: &Page) {
        if let [value] = page.values.as_slice()
            && !matches!(request.query, Query::Read | Query::Equal { .. } | Query::Check { .. })
        {
            let number = self.state.answers.iter().filter(|answer| answer.name != "ans").count() + 1;
            self.state.answers.retain(|answer| answer.name != "ans");
            for name in [format!("ans{number}"), "ans".to_owned()] {
                let (body, kinds) = (value.clone(), page.kinds.clone());
                self.state.answers.push(Definition { name, arguments: Vec::new(), body, kinds });
            }
        }
        self.last = Some((request, !page.failed));
    }

    fn ask(&mut self, question: &Question) -> Result<Reply, Error> {
        let Question { verb, clauses, steps, format } = question;
        let derived = match verb {
            Verb::Eval => self.derived(&clauses.expression, &self.values())?,
            Verb::Simplify => self.derived(&clauses.expression, &[])?,
            _ => None,
        };
        let expression = derived.as_deref().unwrap_or(&clauses.expression);
        let needs = |what: &str, example: &str| message(format!("{what}\n  = help: {example}"));
        let along = |kind| match &clauses.other {
            Some(direction) => Ok(Query::Along { kind, direction: direction.clone() }),
            None => {
                let (verb, variable) = (verb.name(), clauses.wrt.first().map_or("x", String::as_str));
                let example = format!("`{verb} {} wrt {variable} along v`", clauses.expression);
                Err(needs("a product with a derivative needs a direction", &example))
            }
        };
        let query = match verb {
            Verb::Grad => Query::Gradient { vech: clauses.vech },
            Verb::Diff => Query::Differential { order: at_most(clauses.order.unwrap_or(1), 4)? },
            Verb::Jacobian => Query::Jacobian { view: clauses.view },
            Verb::Hessian => Query::Hessian { view: clauses.view },
            Verb::Derivative => Query::Derivative { order: at_most(clauses.order.unwrap_or(1), 64)? },
            Verb::Jvp => along(AlongKind::Jvp)?,
            Verb::Vjp => along(AlongKind::Vjp)?,
            Verb::Hvp => along(AlongKind::Hvp)?,
            Verb::Taylor => Query::Taylor { order: at_most(clauses.order.unwrap_or(2), 8)? },
            Verb::Solve => Query::Solve { subject_to: clauses.subject_to.clone() },
            Verb::Convexity => Query::Convexity,
            Verb::Check => Query::Check { claim: clauses.other.clone() },
            Verb::Simplify => Query::Simplify,
            Verb::Read => Query::Read,
            Verb::Equal => Query::Equal { other: clauses.other.clone().unwrap_or_default() },
            Verb::Eval => Query::Eval { values: self.values(), families: Vec::new(), remarks: Vec::new() },
            Verb::Backprop => Query::Backprop { values: self.values(), remarks: Vec::new() },
            Verb::Graph => Query::Graph {
                picture: clauses.picture.unwrap_or_default(),
                with_values: clauses.with_values,
                with_adjoints: clauses.with_adjoints,
                values: self.values(),
                remarks: Vec::new(),
            },
            Verb::Code if let Some(language) = self.unwritten_language(clauses) => {
                let behind = expression[language.len().min(expression.len())..].trim();
                let product = if behind.is_empty() {
                    String::new()
                } else {
                    format!("\n  = help: of the product, `code numpy {expression}`")
                };
                return Err(message(format!(
                    "there is no code output for `{language}`\n  = help: the languages are {}{product}",
                    format::languages()
                )));
            }
            Verb::Code if self.is_unknown_word(expression) => {
                return Err(message(format!(
                    "there is no code output for `{expression}`\n  = help: write `code numpy` for that of the last answer, `code jax f wrt x` for a function"
                )));
            }
            Verb::Minimize | Verb::Compare | Verb::Plan | Verb::Code => {
                let wrt = self.variables_of(*verb, clauses, expression)?;
                self.numeric(*verb, clauses, &wrt)?
            }
            Verb::Steps => {
                let wrt = self.variables(clauses.wrt.clone(), expression, "steps")?;
                compose::derivative_of(&self.state, expression, &wrt, clauses.order.unwrap_or(1), false)?
            }
        };
        if *steps && !query.is_derived() {
            return Err(message(format!("`{}` has no derivation to show", query.name())));
        }
        let wrt = self.variables_of(*verb, clauses, expression)?;
        let form = FormOptions { vectorize: clauses.vectorize, ..FormOptions::default() };
        self.ask_query(query, expression, |request| Request {
            wrt: wrt.clone(),
            steps: *steps,
            format: *format,
            form: form.clone(),
            is_checked: !clauses.is_unchecked,
            precision: clauses.precision.unwrap_or_default(),
            ..request
        })
    }

    /// The values that names have.
    fn values(&self) -> Vec<(String, SharedMatrix<f64>)> {
        self.state.values().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }

    fn differentiate(&mut self, derivative: Derivative) -> Result<Reply, Error> {
        let Derivative { expression, wrt, order, is_hessian, format, called, at, written } = derivative;
        if let (Some(name), Some(argument)) = (&called, &at) {
            let definition = self.state.definition(name).filter(|definition| definition.arguments.len() == 1);
            return match definition.map(|definition| definition.arguments[0].clone()) {
                Some(variable) => self.differentiate_at((name, &variable), order, argument, format),
                None => self.show(&written, format),
            };
        }
        if called.is_some_and(|name| self.state.definition(&name).is_none()) {
            return self.show(&written, format);
        }
        let wrt = self.variables(wrt.into_iter().collect(), &expression, "a derivative")?;
        let query = compose::derivative_of(&self.state, &expression, &wrt, order, is_hessian)?;
        self.ask_query(query, &expression, |request| Request { wrt: wrt.clone(), format, ..request })
    }

    /// The derivative of a defined function at a point: `f'(3)`, which is that in its variable with the point put in.
    fn differentiate_at(
        &mut self,
        (name, variable): (&str, &str),
        order: u32,
        argument: &str,
        format: Format,
    ) -> Result<Reply, Error> {
        let written = format!("{name}{}({variable})", "'".repeat(order as usize));
        let body = self.derived(&written, &self.values_with(variable, argument))?.unwrap_or(written);
        let mut aside = self.clone();
        let mut primed = "primed".to_owned();
        while aside.names().iter().any(|(known, _)| *known == primed) {
            primed.push('d');
        }
        aside.define(primed.clone(), vec![variable.to_owned()], body)?;
        let reply = aside.show(&format!("{primed}({argument})"), format)?;
        self.last = aside.last;
        self.state.answers = aside.state.answers;
        Ok(reply)
    }

    /// The values that names have, where a variable has that of an expression, if this has one.
    fn values_with(&self, variable: &str, expression: &str) -> Vec<(String, SharedMatrix<f64>)> {
        let mut values = self.values();
        let query = Query::Eval { values: values.clone(), families: Vec::new(), remarks: Vec::new() };
        let found = self.answered(query, expression, |request| Request { keeps_value: true, ..request });
        let value = found.ok().and_then(|(_, page)| page.value);
        values.retain(|(name, _)| name != variable);
        values.extend(value.map(|value| (variable.to_owned(), SharedMatrix::from(value))));
        values
    }

    fn show(&mut self, expression: &str, format: Format) -> Result<Reply, Error> {
        if expression == "ans" && self.state.definition("ans").is_none() {
            return Err(no_answer());
        }
        let with = |request| Request { format, is_checked: false, ..request };
        let (request, page) = self.answered(Query::Simplify, expression, with)?;
        // What has a value is shown with it.
        let has_values = page.symbols.iter().all(|name| self.state.value(name).is_some());
        let is_number = page.values.iter().all(|value| value.parse::<f64>().is_ok());
        let value = if has_values && !is_number && format == Format::Unicode {
            let query = Query::Eval { values: self.values(), families: Vec::new(), remarks: Vec::new() };
            self.answered(query, expression, |request| request).ok().map(|(_, page)| page)
        } else {
            None
        };
        self.keep(request, &page);
        Ok(reply::of_formula(page, value))
    }

    /// The last answer in another format, or its derivation.
    fn again(&mut self, format: Option<Format>, steps: bool) -> Result<Reply, Error> {
        let Some((request, stands)) = &self.last else { return Err(no_answer()) };
        if steps && !request.query.is_derived() {
            return Err(message(format!("`{}` has no derivation to show", request.query.name())));
        }
        let format = format.unwrap_or(request.format);
        let again = steps || !stands || format == Format::Json || request.query.rests_on_numbers();
        let is_checked = request.is_checked && again;
        let request = Request { format, steps: steps || request.steps, is_checked, ..request.clone() };
        Ok(Reply::of_page(request::answer(&request)?))
    }

    /// The variables of a verb's question.
    fn variables_of(&self, verb: Verb, clauses: &Clauses, expression: &str) -> Result<Vec<String>, Error> {
        match verb {
            // What is planned may be a value alone.
            Verb::Simplify | Verb::Read | Verb::Equal | Verb::Eval | Verb::Backprop | Verb::Graph | Verb::Plan => {
                Ok(clauses.wrt.clone())
            }
            _ => self.variables(clauses.wrt.clone(), expression, verb.name()),
        }
    }

    /// The variables of a question: those that are named, those that the function names itself, or the only symbol without a value.
    fn variables(&self, named: Vec<String>, expression: &str, what: &str) -> Result<Vec<String>, Error> {
        if !named.is_empty() {
            return Ok(named);
        }
        compose::variables(&self.state, expression, what)
    }

    fn files(&self) -> Result<&dyn Files, Error> {
        self.files.as_deref().ok_or_else(|| message("this session cannot read or write files".to_owned()))
    }
}

/// The statements of a text with semicolons between them, each with its place. What follows `where`, and declarations, stay whole.
fn parts(text: &str) -> Vec<(usize, &str)> {
    let text_end = text.len();
    if crate::syntax::parse_declarations(text).is_ok_and(|found| !found.is_empty()) && !text.contains(":=") {
        return vec![(0, text)];
    }
    let mut cuts = Vec::new();
    for (at, rest) in mention::outside(text) {
        let before = text[..at].chars().next_back();
        if rest.starts_with("where") && before.is_none_or(|c| c.is_whitespace() || c == ',') {
            break;
        }
        if rest.starts_with(';') {
            cuts.push(at);
        }
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for cut in cuts.into_iter().chain([text_end]) {
        let part = &text[start..cut];
        if !part.trim().is_empty() {
            parts.push((start, part));
        }
        start = cut + 1;
    }
    parts
}

/// Whether a name is a word with which statements begin.
fn is_word(name: &str) -> bool {
    parse::WORDS.contains(&name)
        || format::FORMATS.iter().any(|(word, _)| *word == name)
        || parse::VERBS.iter().any(|(_, names)| names.contains(&name))
}

fn no_answer() -> Error {
    message("there is no answer yet\n  = help: ask first: `grad x'A x wrt x`".to_owned())
}

fn at_most(order: u32, most: u32) -> Result<u32, Error> {
    if order <= most { Ok(order) } else { Err(message(format!("the order is at most {most} here"))) }
}

/// The words with which statements and their clauses begin, for completion.
pub fn words() -> impl Iterator<Item = &'static str> {
    let verbs = parse::VERBS.iter().flat_map(|(_, names)| names.iter().copied().take(1));
    let formats = format::FORMATS.iter().map(|(name, _)| *name);
    verbs.chain(formats).chain(parse::WORDS.iter().copied()).chain(clause::words())
}
