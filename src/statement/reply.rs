//! What a statement is replied with.

use nalgebra::DMatrix;

use crate::diagnostic::Prompt;
use crate::error::Error;
use crate::numeric::Precision;
use crate::request::{Format, Line, Page, Role, value_lines};
use crate::topic;

/// The reply to a statement.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// What is shown.
    pub page: Page,
    /// Whether something was only made known, so that a script need not show it.
    pub is_quiet: bool,
    /// Whether the session is to end.
    pub quits: bool,
}

impl Reply {
    pub(super) fn of_page(page: Page) -> Self {
        Self { page, ..Self::default() }
    }

    /// Something that is said about the session.
    pub(super) fn said(text: &str) -> Self {
        let mut page = Page::default();
        page.lines.push(Line { text: text.to_owned(), role: Role::About });
        Self::of_page(page)
    }

    /// Lines that are the result.
    pub(super) fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        let mut page = Page::default();
        page.lines.extend(lines.into_iter().map(|text| Line { text, role: Role::Result }));
        Self::of_page(page)
    }

    /// This reply with the lines of what follows it.
    pub(super) fn followed_by(self, next: Self) -> Self {
        let is_quiet = self.is_quiet && next.is_quiet;
        let failed = self.page.failed || next.page.failed;
        let mut page = next.page;
        let new = std::mem::take(&mut page.lines);
        // Beside an answer what was made known only costs lines.
        if !self.is_quiet || next.is_quiet {
            page.lines = self.page.lines;
        }
        if self.is_quiet || !next.is_quiet {
            page.lines.extend(new);
        }
        page.failed = failed;
        Self { page, is_quiet, quits: next.quits }
    }

    /// The same reply, of a statement that only made something known.
    pub(super) fn quiet(self) -> Self {
        Self { is_quiet: true, ..self }
    }

    /// What is said of how it was read.
    pub fn notes(&self) -> impl Iterator<Item = String> + '_ {
        self.page.notes.iter().map(|note| note.message.spelled(Prompt::Session))
    }

    /// The lines of the result alone.
    #[must_use]
    pub fn result(&self) -> String {
        self.page.result()
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.page.fmt(f)
    }
}

/// `f(x) = ½‖Ax − b‖²   a scalar`
pub(super) fn of_definition(head: &str, page: &Page) -> Reply {
    let mut page = page.clone();
    let kind = page.kind.as_ref().map(ToString::to_string).unwrap_or_default();
    if let Some(first) = page.lines.iter_mut().find(|line| line.role == Role::Result) {
        first.text = format!("{head} = {}   {kind}", first.text);
    }
    Reply::of_page(page)
}

/// A formula with its shape and, where it has one, its value.
pub(super) fn of_formula(mut page: Page, value: Option<Page>) -> Reply {
    if page.format == Format::Unicode
        && let Some(kind) = &page.kind
        && let Some(first) = page.lines.iter_mut().find(|line| line.role == Role::Result)
    {
        first.text = format!("{}   {kind}", first.text);
    }
    if let Some(value) = value {
        let shown: Vec<Line> = value.lines.into_iter().filter(|line| line.role == Role::Result).collect();
        let place = page.lines.iter().rposition(|line| line.role == Role::Result).map_or(0, |place| place + 1);
        let lines = shown.into_iter().enumerate().map(|(place, line)| {
            let lead = if place == 0 { "= " } else { "  " };
            Line { text: format!("{lead}{}", line.text), ..line }
        });
        page.lines.splice(place..place, lines);
    }
    Reply::of_page(page)
}

/// Largest value that is shown whole when it is set.
const MAX_SHOWN: usize = 64;

/// `x = [1 2 3]   a vector in ℝ³`
pub(super) fn of_value(name: &str, value: &DMatrix<f64>) -> Reply {
    let (rows, cols) = value.shape();
    let shape = match value.shape() {
        (1, 1) => "a scalar".to_owned(),
        (_, 1) => format!("a vector of length {rows}"),
        _ => format!("a matrix, {rows}×{cols}"),
    };
    let lines = value_lines(value, Precision::Double);
    if value.len() > MAX_SHOWN {
        return Reply::lines([format!("{name}: {shape}")]);
    }
    if let [line] = lines.as_slice() {
        return Reply::lines([format!("{name} = {line}   {shape}")]);
    }
    let width = name.chars().count() + 3;
    let shown = lines.into_iter().enumerate().map(|(place, line)| {
        if place == 0 { format!("{name} = {line}   {shape}") } else { format!("{}{line}", " ".repeat(width)) }
    });
    Reply::lines(shown)
}

/// What every statement is, in a screen.
const OVERVIEW: &str = "\
declare    A: symmetric(n)      X: spd(n); t: simplex(n)      x, b: vector(n)
define     f(x) := 1/2 ||A x - b||^2          r = A x - b
values     x = [1 2 3]          A = [1 2; 3 4]                A = load(\"A.npy\")
ask        grad f wrt x         hessian f     jacobian r wrt x     diff f wrt x
           taylor f wrt x order 2             hvp f wrt x along v
           steps f wrt x        check f wrt x claim A'(A x - b)
           convexity f wrt x    solve f wrt x      equal E1 == E2     eval f
           backprop f wrt w     graph f wrt w --adjoints as svg
           minimize f wrt x --start x=[1 2] --method newton     compare f wrt x --hessian
           plan f wrt x --sizes n=1000      code jax f wrt x --of value,gradient
           d/dx f    ∇f    ∇²f    f'(x)       a formula alone is simplified
show       latex    numpy    json    ascii    steps: of the last answer, ans
           latex grad f wrt x   grad f as numpy
session    list    info A    forget A    reset    undo    save FILE    load FILE    quit
help       help topics  help det     help kron    help grad
";

/// The help on a topic.
pub(super) fn help(topic: &str) -> Result<Reply, Error> {
    if topic.is_empty() {
        return Ok(Reply::lines(OVERVIEW.lines().map(str::to_owned)));
    }
    if matches!(topic, "topics" | "commands" | "functions" | "operators" | "declarations" | "statements") {
        return Ok(Reply::lines(topic::contents().lines().map(str::to_owned)));
    }
    let found = topic::all(topic);
    if !found.is_empty() {
        let texts: Vec<String> = found.iter().map(|topic| topic.to_string().trim_end().to_owned()).collect();
        return Ok(Reply::lines(texts.join("\n\n").lines().map(str::to_owned)));
    }
    let instead = topic::instead(topic).map(|advice| format!("\n  = help: {}", advice.spelled(Prompt::Session)));
    let near = topic::near(topic).map(|near| format!("\n  = help: did you mean `help {near}`?"));
    let ways = instead.or(near).unwrap_or_else(|| "\n  = help: `help` alone shows what can be typed".to_owned());
    Err(Error::Message(format!("there is no help for `{topic}`{ways}")))
}
