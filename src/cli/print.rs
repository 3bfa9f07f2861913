//! Pages and errors to the standard streams.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::args::Messages;
use super::color::paint;
use super::exit_code;
use crate::error::Error;
use crate::render::break_plain;
use crate::request::{Format, Line, Page, Query, Request, Role};
use crate::statement::lines::Expression;

/// Whether something could not be written to standard output.
static IS_LOST: AtomicBool = AtomicBool::new(false);

/// Prints a line to standard output.
pub(super) fn line(text: &str) {
    written(writeln!(anstream::stdout(), "{}", paint(text)));
}

/// Prints a text to standard output as it is.
pub(super) fn text(text: &str) {
    written(anstream::stdout().write_all(text.as_bytes()));
}

/// Says once that standard output cannot be written to. A closed pipe is the reader's choice, not an error.
pub(super) fn written(outcome: std::io::Result<()>) {
    if let Err(error) = outcome
        && error.kind() != std::io::ErrorKind::BrokenPipe
        && !IS_LOST.swap(true, Ordering::Relaxed)
    {
        note(&format!("error: the output cannot be written: {error}"));
    }
}

/// The exit status: that of the run, unless a part of its output was lost.
pub(super) fn status(of_run: u8) -> u8 {
    written(std::io::stdout().flush());
    if IS_LOST.load(Ordering::Relaxed) { exit_code::INPUT } else { of_run }
}

/// Prints a line to standard error.
pub(super) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", paint(text));
}

/// How pages are printed.
pub(super) struct Printer {
    messages: Messages,
    format: Format,
    /// How wide the terminal is that standard output is, if it is one.
    columns: Option<usize>,
    /// The same of standard error.
    error_columns: Option<usize>,
}

/// Narrower terminals are taken to be this wide.
const MIN_COLUMNS: usize = 20;

/// The width of the terminal, for a stream that is one; `COLUMNS` says it where it is set. What goes to a file or a program is never broken.
pub(super) fn columns(is_terminal: bool) -> Option<usize> {
    if !is_terminal {
        return None;
    }
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let columns = said.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))?;
    Some(columns.max(MIN_COLUMNS))
}

impl Printer {
    /// A printer of pages in this format.
    pub(super) fn new(messages: Messages, format: Format) -> Self {
        Self {
            messages,
            format,
            columns: columns(std::io::stdout().is_terminal()),
            error_columns: columns(std::io::stderr().is_terminal()),
        }
    }

    /// Prints a page.
    pub(super) fn page(&self, page: &Page) {
        page.lines.iter().for_each(|line| self.line_of(line, page.is_document));
    }

    /// Prints what is about a result that is printed elsewhere.
    pub(super) fn about(&self, page: &Page) {
        page.lines.iter().filter(|line| line.role != Role::Result).for_each(|line| self.line(line));
    }

    /// In every format but `unicode` standard output is the result alone, so that it can be piped on; warnings go to standard error in all.
    fn line(&self, one: &Line) {
        self.line_of(one, false);
    }

    fn line_of(&self, one: &Line, is_document: bool) {
        let columns = self.columns.unwrap_or(usize::MAX);
        match (one.role, self.format) {
            (Role::Result, Format::Unicode | Format::Ascii) if !is_document => line(&fit(&one.text, columns)),
            (Role::Result, _) => line(&one.text),
            (Role::About, _) if self.messages.quiet => {}
            (Role::About, Format::Unicode) if !is_document => line(&wrap(&one.text, columns)),
            (Role::About, _) => note(&wrap(&one.text, self.error_columns.unwrap_or(usize::MAX))),
            (Role::Warning, _) => note(&one.text),
        }
    }

    /// Prints what `--verbose` adds: the points of the check, and the time, which goes to standard error as it differs from run to run.
    pub(super) fn details(&self, request: &Request, page: &Page, time: Duration) {
        if !self.messages.verbose {
            return;
        }
        // These say it themselves.
        let is_said = matches!(request.query, Query::Check { claim: None }) || self.format == Format::Json;
        if let Some(certificate) = page.certificate.as_ref().filter(|_| !is_said) {
            let points = certificate.sizes.iter().enumerate().filter(|(_, sizes)| !sizes.is_empty());
            let size = |(name, size): &(String, usize)| format!("{name} = {size}");
            let points = points.map(|(place, sizes)| {
                format!("  point {}: {}", place + 1, sizes.iter().map(size).collect::<Vec<_>>().join(", "))
            });
            for text in points.chain([format!("  seed {}", certificate.seed)]) {
                self.line(&Line { text, role: Role::About });
            }
        }
        note(&format!("  time {:.1} ms, {} steps of work", time.as_secs_f64() * 1e3, page.steps));
    }

    /// Prints the line above the answer to one of several expressions.
    pub(super) fn header(&self, expression: &Expression) {
        let mut text = expression.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > MAX_HEADER {
            text = text.chars().take(MAX_HEADER - 1).chain(['…']).collect();
        }
        self.line(&Line { text: format!("── line {}: {text}", expression.line), role: Role::About });
    }
}

/// Prints why there is no answer. `first_line` gives the number of a text's first line where it was given; `line` is that of the
/// expression, where it is one of several.
pub(super) fn error(error: &Error, first_line: impl Fn(&str) -> usize, line: Option<usize>) {
    match (error, line) {
        (Error::Message(message), Some(line)) => note(&format!("error: line {line}: {message}")),
        _ => note(&error.text(first_line, true)),
    }
}

/// Longest expression in a header, in characters.
const MAX_HEADER: usize = 100;

/// How many columns a character takes.
fn width(c: char) -> usize {
    usize::from(!matches!(c, '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}'))
}

/// How many columns a text takes.
fn columns_of(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Where to break a line of words: less is better, and less deep in brackets before that.
type Rank = fn(before: &str) -> u8;

/// Breaks the lines of formulas that are longer than so many columns. What follows stands below what it continues. Matrices are left as
/// they are.
pub(super) fn fit(text: &str, columns: usize) -> String {
    text.split('\n').map(|line| fit_line(line, columns)).collect::<Vec<_>>().join("\n")
}

fn fit_line(line: &str, columns: usize) -> String {
    if fits(line, columns) || is_matrix_row(line) {
        return line.to_owned();
    }
    let Some((formula, reason, indent)) = split_reason(line) else { return fit_formula(line, columns) };
    let reason = broken(&format!("{}{reason}", " ".repeat(indent)), columns, indent, in_words);
    format!("{}\n{reason}", fit_formula(formula, columns))
}

/// Breaks a formula; what stands in front of it, a label or what it equals, stays there.
fn fit_formula(line: &str, columns: usize) -> String {
    let blanks = line.len() - line.trim_start().len();
    let label = line.trim_start().find("  ").map(|at| at + blanks);
    let label =
        label.map(|at| line.len() - line[at..].trim_start().len()).filter(|at| columns_of(&line[..*at]) <= LABEL);
    let equals = line.find("= ").map(|at| at + 2).filter(|at| columns_of(&line[..*at]) <= columns / 3);
    let (front, formula) = line.split_at(equals.or(label).unwrap_or(blanks));
    let indent = columns_of(front);
    let broken = break_plain(formula, columns.saturating_sub(indent).max(1));
    format!("{front}{}", broken.replace('\n', &format!("\n{}", " ".repeat(indent))))
}

/// Breaks lines of words: lists that follow `where` after commas, others at any blank.
fn wrap(text: &str, columns: usize) -> String {
    let one = |line: &str| {
        // What a symbol is stands apart from it.
        let apart = line.trim_end().rfind("   ").map(|at| columns_of(&line[..at]) + 3).filter(|at| *at <= columns / 3);
        let (indent, rank): (_, Rank) =
            if line.starts_with("where ") { ("where ".len(), in_list) } else { (apart.unwrap_or(2), in_words) };
        broken(line, columns, indent, rank)
    };
    text.split('\n').map(one).collect::<Vec<_>>().join("\n")
}

/// Where the reason of a line of a derivation stands that has a line of its own.
const REASON_INDENT: usize = 9;

/// A formula, the words after it, apart from it or in brackets, and where these stand on a line of their own.
fn split_reason(line: &str) -> Option<(&str, &str, usize)> {
    let is_formula = |at: usize| !line[..at].trim().is_empty();
    // Labels of views stand apart, too, at the front.
    let apart = line.match_indices("  ").map(|(at, _)| at).find(|at| columns_of(&line[..*at]) > LABEL);
    if let Some(at) = apart.filter(|at| is_formula(*at)) {
        return Some((&line[..at], line[at..].trim_start(), REASON_INDENT));
    }
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    let is_words = |text: &str| text.split([' ', ',', '(', ')']).filter(is_word).count() > 1;
    let at = line.ends_with(')').then(|| line.find(" ("))?.filter(|at| is_formula(*at) && is_words(&line[*at..]))?;
    Some((&line[..at], &line[at + 1..], 2))
}

/// Widest label in front of a formula, `operator  `.
const LABEL: usize = 10;

/// Whether a line is a row of numbers.
fn is_matrix_row(line: &str) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | 'e' | '[' | ']' | ';');
    line.starts_with(['[', ' ']) && line.ends_with([';', ']']) && line.chars().all(is_number)
}

fn in_list(before: &str) -> u8 {
    u8::from(!before.ends_with(','))
}

fn in_words(_: &str) -> u8 {
    0
}

/// Whether a text takes no more columns than these; it is read no further than that.
fn fits(text: &str, columns: usize) -> bool {
    text.chars().filter(|c| width(*c) > 0).nth(columns).is_none()
}

/// Breaks a line at blanks, the last of the best that leave room for what stands before them; what follows is indented.
fn broken(line: &str, columns: usize, indent: usize, rank: Rank) -> String {
    let mut text = String::new();
    let (mut rest, mut room, mut deep) = (line, columns, 0);
    // What stands below the indentation alone is no line.
    let mut from = indent.max(line.len() - line.trim_start().len());
    while !fits(rest, room) {
        let Some((at, depth)) = best_break(rest, room, from, deep, rank) else { break };
        text.push_str(&rest[..at]);
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', indent));
        (rest, room, deep, from) = (rest[at..].trim_start(), columns.saturating_sub(indent), depth, 0);
    }
    text.push_str(rest);
    text
}

/// The blank after the column `from` at which a line is broken, and how deep in brackets that is; where none leaves room, the first.
fn best_break(line: &str, room: usize, from: usize, deep: usize, rank: Rank) -> Option<(usize, usize)> {
    let (mut depth, mut column) = (deep, 0);
    let mut is_quoted = false;
    let mut best: Option<((usize, u8), usize, usize)> = None;
    for (at, c) in line.char_indices() {
        if column > room && best.is_some() {
            break;
        }
        match c {
            '(' | '[' | '{' | '⟨' => depth += 1,
            ')' | ']' | '}' | '⟩' => depth = depth.saturating_sub(1),
            '`' => is_quoted = !is_quoted,
            ' ' if column > from && !line[at..].trim_start().is_empty() => {
                let found = (depth + usize::from(is_quoted), rank(line[..at].trim_end()));
                if best.is_none_or(|(best, ..)| found <= best) {
                    best = Some((found, at, depth));
                }
            }
            _ => {}
        }
        column += width(c);
    }
    best.map(|(_, at, depth)| (at, depth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_left_as_it_is() {
        for text in ["2x", "a + b", "[  1 -2;\n  3  4]", "x̂ᵀ + yᵀ"] {
            assert_eq!(fit(text, 9), text);
            assert_eq!(fit(text, usize::MAX), text);
        }
    }

    #[test]
    fn formulas_are_broken_before_the_last_sum_that_leaves_room() {
        assert_eq!(fit("Aᵀ(Ax − b) + λx + Bᵀ(Bx − c)", 20), "Aᵀ(Ax − b) + λx\n  + Bᵀ(Bx − c)");
        assert_eq!(fit("Aᵀ(Ax − b) − λx", 14), "Aᵀ(Ax − b)\n  − λx");
        assert_eq!(fit("A'(A x - b) - lambda x", 16), "A'(A x - b)\n  - lambda x");
    }

    #[test]
    fn what_follows_stands_behind_the_equals_sign() {
        assert_eq!(fit("∇f = Aᵀ(Ax − b) + λx + Bᵀ(Bx − c)", 24), "∇f = Aᵀ(Ax − b) + λx\n       + Bᵀ(Bx − c)");
        let wanted = "kron      (A ⊗ B)C\n            + D(E ⊗ F)G";
        assert_eq!(fit("kron      (A ⊗ B)C + D(E ⊗ F)G", 30), "kron      (A ⊗ B)C + D(E ⊗ F)G");
        assert_eq!(fit("kron      (A ⊗ B)C + D(E ⊗ F)GHIJKL", 34), wanted.replace('G', "GHIJKL"));
    }

    #[test]
    fn brackets_are_broken_only_where_they_have_to_be() {
        assert_eq!(fit("f(a + b)g + c", 12), "f(a + b)g\n  + c");
        assert_eq!(fit("−Xᵀ(y ∘ σ(−y ∘ (Xw)))", 17), "−Xᵀ(y\n    ∘ σ(−y\n        ∘ (Xw)))");
        assert_eq!(fit("(a + b + c + d)x + y", 12), "(a + b + c\n    + d)\n  x\n  + y");
    }

    #[test]
    fn what_has_no_blank_is_longer() {
        assert_eq!(fit("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }

    #[test]
    fn long_lines_are_broken_in_one_pass() {
        let text = fit(&"AX + ".repeat(100_000), 40);
        assert!(text.lines().all(|line| fits(line, 40)));
        assert_eq!(text.matches('A').count(), 100_000);
    }

    #[test]
    fn a_reason_goes_below_its_line() {
        let line = "   = tr((dX Xᵀ + X dXᵀ)A)           product rule: d(XXᵀ) = dX Xᵀ + X dXᵀ";
        let wanted = "   = tr((dX Xᵀ + X dXᵀ)A)\n         product rule: d(XXᵀ) = dX Xᵀ + X\n         dXᵀ";
        assert_eq!(fit(line, 42), wanted);
    }

    #[test]
    fn words_in_brackets_go_below_their_line() {
        let line = "diag(p) − ppᵀ ⪰ 0 (Cauchy–Schwarz, as the entries are positive with sum 1)";
        let wanted = "diag(p) − ppᵀ ⪰ 0\n  (Cauchy–Schwarz, as the entries are\n  positive with sum 1)";
        assert_eq!(fit(line, 40), wanted);
    }

    #[test]
    fn matrices_are_left_as_they_are() {
        let text = "[ 1.25 -2.5e-7 3;\n  4     5      6]";
        assert_eq!(fit(text, 10), text);
    }

    #[test]
    fn lists_are_broken_after_commas_and_words_at_blanks() {
        assert_eq!(wrap("where A ∈ ℝᵐˣⁿ, x ∈ ℝⁿ, Ax − b ≠ 0", 26), "where A ∈ ℝᵐˣⁿ, x ∈ ℝⁿ,\n      Ax − b ≠ 0");
        assert_eq!(wrap("  x     a vector by its use", 24), "  x     a vector by its\n        use");
        assert_eq!(wrap("note: `a b` is read as a product", 20), "note: `a b` is read\n  as a product");
    }
}
