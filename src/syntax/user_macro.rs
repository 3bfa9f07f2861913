//! Macros that a text defines before it uses them, `\newcommand{\vx}{\mathbf{x}}`: the pieces that the grammar cut with every call
//! replaced by what it stands for.

use std::iter::Peekable;
use std::vec::IntoIter;

use rustc_hash::FxHashMap;

use super::grammar::Rule;
use super::limits::MAX_MACRO_PIECES;
use super::token::Raw;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;

/// What a macro stands for.
#[derive(Clone, Default)]
struct Meaning<'s> {
    /// How many arguments it takes.
    arguments: usize,
    /// What its first argument is where none stands in square brackets after it.
    default: Option<Vec<Raw<'s>>>,
    /// Its text, with `#1` for the first argument.
    body: Vec<Raw<'s>>,
}

/// How a macro is defined.
#[derive(Clone, Copy)]
enum Definition {
    /// `\newcommand{\vx}[1]{…}`
    Command,
    /// `\def\vx#1{…}`
    Plain,
    /// `\DeclareMathOperator{\tr}{tr}`
    Operator,
    /// `\DeclarePairedDelimiter{\norm}{\lVert}{\rVert}`
    Delimiters,
}

/// The definition that a command begins.
fn definition(command: &str) -> Option<Definition> {
    Some(match command.strip_prefix('\\')?.trim_end_matches('*') {
        "newcommand" | "renewcommand" | "providecommand" | "DeclareRobustCommand" => Definition::Command,
        "def" | "gdef" => Definition::Plain,
        "DeclareMathOperator" => Definition::Operator,
        "DeclarePairedDelimiter" => Definition::Delimiters,
        _ => return None,
    })
}

/// The pieces that are still to be read; those that a macro stands for come before the rest.
struct Pending<'s> {
    /// The next is the last.
    replaced: Vec<Raw<'s>>,
    rest: Peekable<IntoIter<Raw<'s>>>,
}

impl<'s> Pending<'s> {
    fn next(&mut self) -> Option<Raw<'s>> {
        self.replaced.pop().or_else(|| self.rest.next())
    }

    fn rule(&mut self) -> Option<Rule> {
        self.replaced.last().or_else(|| self.rest.peek()).map(|raw| raw.rule)
    }

    /// What stands in brackets of one kind, and where they close; `None` where none opens, or it does not close.
    fn group(&mut self, open: Rule, close: Rule) -> Option<(Vec<Raw<'s>>, Span)> {
        if self.rule() != Some(open) {
            return None;
        }
        self.next();
        let (mut inside, mut depth) = (Vec::new(), 0_usize);
        loop {
            let raw = self.next()?;
            match raw.rule {
                rule if rule == close && depth == 0 => return Some((inside, raw.span)),
                rule if rule == open => depth += 1,
                rule if rule == close => depth -= 1,
                _ => {}
            }
            inside.push(raw);
        }
    }

    fn braces(&mut self) -> Option<(Vec<Raw<'s>>, Span)> {
        self.group(Rule::open_brace, Rule::close_brace)
    }

    fn squares(&mut self) -> Option<(Vec<Raw<'s>>, Span)> {
        self.group(Rule::open_square, Rule::close_square)
    }

    /// An argument: what stands in braces, or one symbol.
    fn argument(&mut self) -> Option<(Vec<Raw<'s>>, Span)> {
        if self.rule() == Some(Rule::open_brace) {
            return self.braces();
        }
        let raw = self.next()?;
        let letters = raw.text.chars().next().map_or(0, char::len_utf8);
        if matches!(raw.rule, Rule::word | Rule::number) && letters < raw.text.len() {
            let middle = raw.span.start + letters;
            let behind = Raw { rule: raw.rule, text: &raw.text[letters..], span: Span::new(middle, raw.span.end) };
            self.replaced.push(behind);
            let first = Span::new(raw.span.start, middle);
            return Some((vec![Raw { text: &raw.text[..letters], span: first, ..raw }], first));
        }
        let span = raw.span;
        Some((vec![raw], span))
    }

    /// Reads a definition after the command that begins it.
    fn define(&mut self, how: Definition) -> Option<(&'s str, Meaning<'s>)> {
        let (name, _) = self.argument()?;
        let [Raw { rule: Rule::command, text: name, span: named }] = name.as_slice() else { return None };
        let mut meaning = Meaning::default();
        match how {
            Definition::Command => {
                if let Some((count, _)) = self.squares() {
                    let [Raw { rule: Rule::number, text: count, .. }] = count.as_slice() else { return None };
                    meaning.arguments = count.parse().ok().filter(|count| *count <= 9)?;
                    meaning.default = self.squares().map(|(default, _)| default);
                }
                meaning.body = self.argument()?.0;
            }
            Definition::Plain => {
                while self.rule() == Some(Rule::parameter) {
                    self.next();
                    meaning.arguments += 1;
                }
                meaning.body = self.braces()?.0;
            }
            Definition::Operator => {
                let (body, _) = self.braces()?;
                let piece = |rule: Rule, text: &'static str| Raw { rule, text, span: *named };
                meaning.body = vec![piece(Rule::command, "\\operatorname"), piece(Rule::open_brace, "{")];
                meaning.body.extend(body);
                meaning.body.push(piece(Rule::close_brace, "}"));
            }
            Definition::Delimiters => {
                meaning.arguments = 1;
                meaning.body = self.argument()?.0;
                meaning.body.push(Raw { rule: Rule::parameter, text: "#1", span: *named });
                meaning.body.extend(self.argument()?.0);
            }
        }
        Some((name, meaning))
    }

    /// Puts what a call stands for in its place; how many pieces that are.
    fn call(&mut self, meaning: &Meaning<'s>, span: Span) -> Option<usize> {
        // What stands before the first argument is at the place of the name, what follows an argument where that ends.
        let mut arguments = Vec::new();
        if let Some(default) = &meaning.default {
            arguments.push(self.squares().unwrap_or_else(|| (default.clone(), span)));
        }
        while arguments.len() < meaning.arguments {
            arguments.push(self.argument()?);
        }
        let mut place = span;
        let mut pieces = Vec::new();
        for raw in &meaning.body {
            let number = raw.text.strip_prefix('#').filter(|_| raw.rule == Rule::parameter);
            match number.map(|number| number.parse::<usize>().ok()) {
                None => pieces.push(Raw { span: place, ..*raw }),
                Some(number) => {
                    let (argument, end) = arguments.get(number?.checked_sub(1)?)?;
                    pieces.extend(argument.iter().copied());
                    place = *end;
                }
            }
        }
        let count = pieces.len();
        self.replaced.extend(pieces.into_iter().rev());
        Some(count)
    }
}

/// What the macros for Dirac's vectors stand for where the text does not define them: `\bra{φ} H \ket{ψ}` is φᵀHψ.
fn of_dirac(command: &str, span: Span) -> Option<Meaning<'static>> {
    use Rule::{close_brace as close, open_brace as open, parameter};
    let transposed = [(Rule::power, "^"), (Rule::command, "\\top")];
    let argument = |text| [(open, "{"), (parameter, text), (close, "}")];
    let (arguments, body): (usize, Vec<(Rule, &'static str)>) = match command.trim_end_matches('*') {
        "\\ket" => (1, argument("#1").to_vec()),
        "\\bra" => (1, argument("#1").into_iter().chain(transposed).collect()),
        "\\ketbra" => (2, argument("#1").into_iter().chain(argument("#2")).chain(transposed).collect()),
        _ => return None,
    };
    let body = body.into_iter().map(|(rule, text)| Raw { rule, text, span }).collect();
    Some(Meaning { arguments, default: None, body })
}

/// The pieces of a text without the definitions in it, and with what its macros stand for in their place.
pub(super) fn expanded<'s>(raws: Vec<Raw<'s>>, source: &str) -> Result<Vec<Raw<'s>>, Diagnostics> {
    let defines = |raw: &Raw<'_>| {
        raw.rule == Rule::command && (definition(raw.text).is_some() || of_dirac(raw.text, raw.span).is_some())
    };
    if !raws.iter().any(|raw| raw.rule == Rule::parameter || defines(raw)) {
        return Ok(raws);
    }
    let mut meanings: FxHashMap<&str, Meaning<'_>> = FxHashMap::default();
    for raw in &raws {
        if let Some(meaning) = of_dirac(raw.text, raw.span) {
            meanings.insert(raw.text.trim_end_matches('*'), meaning);
        }
    }
    let mut pending = Pending { replaced: Vec::new(), rest: raws.into_iter().peekable() };
    let (mut out, mut count) = (Vec::new(), 0);
    while let Some(raw) = pending.next() {
        let name = raw.text.trim_end_matches('*');
        if raw.rule == Rule::parameter {
            // Outside of a definition the sign begins a comment.
            let line = source[raw.span.end..].find('\n').map_or(source.len(), |length| raw.span.end + length);
            while pending.rest.next_if(|next| next.span.start < line).is_some() {}
        } else if raw.rule != Rule::command {
            out.push(raw);
        } else if let Some(how) = definition(raw.text) {
            let Some((name, meaning)) = pending.define(how) else {
                let error = "this definition of a macro cannot be read";
                let help = "write its name in braces, the number of arguments in square brackets, and what it stands for in braces";
                return Err(vec![Diagnostic::new("P0002", error, raw.span, "begins here").with_help(help)]);
            };
            meanings.insert(name, meaning);
        } else if let Some(meaning) = meanings.get(name) {
            let called = pending.call(meaning, raw.span);
            count += called.unwrap_or_default() + 1;
            if called.is_none() || count > MAX_MACRO_PIECES {
                let error = match called {
                    None => format!("`{name}` lacks an argument"),
                    Some(_) => String::from("macros make this text too long"),
                };
                let refusal = Diagnostic::new("P0002", error, raw.span, "this macro");
                return Err(vec![refusal.with_help("write out what it stands for")]);
            }
        } else {
            out.push(raw);
        }
    }
    Ok(out)
}

/// The text with blanks for the comments of LaTeX, `% …` to the end of the line, where it has any.
pub(super) fn without_comments(source: &str) -> Option<String> {
    // `%` is an operator elsewhere.
    if !source.contains('%') || !source.contains(['\\', '{']) && !source.contains("^T") {
        return None;
    }
    let mut text = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let begins = |at: &usize| line[..*at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0;
        let Some(at) = line.match_indices('%').map(|found| found.0).find(begins) else {
            text.push_str(line);
            continue;
        };
        text.push_str(&line[..at]);
        let comment = line[at..].trim_end_matches('\n');
        text.extend(std::iter::repeat_n(' ', comment.len()));
        text.push_str(&line[at + comment.len()..]);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_blank() {
        assert_eq!(without_comments("\\frac12 x % half\ny").as_deref(), Some("\\frac12 x       \ny"));
        assert_eq!(without_comments("\\alpha \\% x").as_deref(), Some("\\alpha \\% x"));
        assert_eq!(without_comments("a % b"), None);
    }

    #[test]
    fn definitions_are_replaced() {
        let check = |source: &str, expected: &str| {
            let raws = super::super::lex::pieces(source, source).unwrap_or_default();
            let text: Vec<&str> = raws.iter().map(|raw| raw.text).collect();
            assert_eq!(text.join(" "), expected, "{source}");
        };
        check(r"\def\vx{\mathbf{x}} A\vx", r"A \mathbf { x }");
        check(r"\newcommand{\n}[2][2]{\|#2\|_#1} \n{x} + \n[1]{y}", r"\| x \| _ 2 + \| y \| _ 1");
        check(r"\DeclarePairedDelimiter{\n}{\lVert}{\rVert} \n*{x}", r"\lVert x \rVert");
        check(r"\DeclareMathOperator{\T}{Tr} \T X", r"\operatorname { Tr } X");
        check(r"\def\q#1#2{#1^T#2#1} \q xA", r"x ^ T A x");
        check("x'x #1: a comment", "x ' x");
        check(r"\bra{u} H\ket v", r"{ u } ^ \top H { v }");
        check(r"\newcommand{\ket}[1]{\mathbf{#1}} \ket{v}", r"\mathbf { v }");
    }
}
