//! Commands of LaTeX.

use super::Lexer;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::syntax::ast::{Mark, ProductOp};
use crate::syntax::function::foreign;
use crate::syntax::grammar::Rule;
use crate::syntax::latex::{Command, Macro, bold_letter, command, defined, is_expectation};
use crate::syntax::token::{Bracket, Raw, Side, Tok};

impl Lexer<'_> {
    /// A command, its name without the backslash.
    pub(super) fn command(&mut self, name: &str, span: Span) {
        let next = self.at + 1;
        if matches!(name, "vec" | "vect") {
            if self.rule_at(next) == Some(Rule::open_round) {
                return self.push(Tok::Word("vec".to_owned()), span);
            }
            return self.style("vec", span);
        }
        if let Some(tok) = self.raised_sign(name) {
            return self.push(tok, span);
        }
        // `\alpha*x`
        if let Some(plain) = name.strip_suffix('*').filter(|_| command(name).is_none() && defined(name).is_none())
            && let Some(Command::Symbol(tok)) = command(plain)
        {
            let middle = span.end - 1;
            self.push(tok, Span::new(span.start, middle));
            return self.push(Tok::Op(ProductOp::Star), Span::new(middle, span.end));
        }
        if matches!(name, "stackrel" | "overset") && self.sign_under_label(span) {
            return;
        }
        let is_script =
            self.at > 0 && matches!(self.rule_at(self.at - 1), Some(Rule::power | Rule::underscore | Rule::open_brace));
        let ends_script = self.rule_at(next).is_none_or(|rule| rule == Rule::close_brace);
        if name == "ast" && !is_script && !ends_script {
            let error = Diagnostic::new("P0001", "`\\ast` is not an operator of the language", span, "a convolution?")
                .with_help("a convolution is the product with a matrix: write `C x`")
                .with_help("for the product write `\\cdot`, for the elementwise product `\\odot`");
            return self.errors.push(error);
        }
        // Beneath a supremum stands what one maximizes.
        let name = match name {
            "sup" => "max",
            "inf" => "min",
            name => name,
        };
        if let Some(which) = defined(name)
            && self.macro_call(which, span)
        {
            return;
        }
        match command(name) {
            Some(Command::Symbol(tok)) => {
                self.push(tok, span);
                if let Some(token) = self.tokens.last_mut() {
                    token.latex = true;
                }
            }
            Some(Command::Style) => self.style(name, span),
            Some(Command::Accent(mark)) => self.accent(name, mark, span),
            Some(Command::Delimiter(side)) => {
                if self.raws.get(next).is_some_and(|raw| raw.text == ".") {
                    self.at += 1;
                } else {
                    self.side = Some(side);
                }
            }
            Some(Command::Begin) => self.environment(span, true),
            Some(Command::End) => self.environment(span, false),
            Some(Command::Blank) => {}
            Some(Command::Dropped) => {
                self.drop_group();
                if name == "textcolor" {
                    self.drop_braces_of_one();
                }
            }
            Some(Command::Labelled) => self.drop_label(),
            None if self.is_latex && bold_letter(name).is_some() => {
                self.mark = Mark::Bold;
                self.push(Tok::Word(bold_letter(name).unwrap_or_default()), span);
            }
            // The real part, of what is real.
            None if name == "Re" => {
                self.push(Tok::Word(name.to_owned()), span);
                if let Some(token) = self.tokens.last_mut() {
                    token.latex = true;
                }
            }
            None if is_expectation(name) => {
                self.refuse_expectation(&format!("\\{name}"), span);
                self.push(Tok::Word(name.to_owned()), span);
            }
            // What a variable below an expectation is drawn from.
            None if name == "sim" && !self.errors.is_empty() => {}
            None if foreign(name).is_some() => {
                let error = Diagnostic::new(
                    "N0001",
                    format!("there is no function `{name}`"),
                    span,
                    "not a function of the language",
                );
                self.errors.push(error.with_help(foreign(name).unwrap_or_default()));
            }
            None => self.unknown_command(name, span),
        }
    }

    /// What a command means above the line and nowhere else: `X^\transpose`, `X^{\tr}`, `x^\star`, that also before a sign of transposition.
    fn raised_sign(&self, name: &str) -> Option<Tok> {
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.rule_at(at));
        let begins_group = before(1) == Some(Rule::open_brace) && before(2) == Some(Rule::power);
        let is_alone =
            before(1) == Some(Rule::power) || begins_group && self.rule_at(self.at + 1) == Some(Rule::close_brace);
        match name {
            "transpose" | "tr" | "t" if is_alone => Some(Tok::Top),
            "star" if is_alone || begins_group => Some(Tok::Op(ProductOp::Star)),
            _ => None,
        }
    }

    /// `\stackrel{\text{def}}{=}`: the sign in the second braces alone; whether it was one.
    fn sign_under_label(&mut self, span: Span) -> bool {
        let close = |open: usize| {
            let partner = self.partners.get(open).copied().unwrap_or(usize::MAX);
            (self.rule_at(open) == Some(Rule::open_brace)).then_some(partner).filter(|close| *close != usize::MAX)
        };
        let Some(label) = close(self.at + 1) else { return false };
        let is_sign = |at: usize| match self.raws.get(at) {
            Some(Raw { rule: Rule::equal, .. }) => true,
            Some(Raw { rule: Rule::command, text, .. }) => command(&text[1..]) == Some(Command::Symbol(Tok::Equal)),
            _ => false,
        };
        if close(label + 1) != Some(label + 3) || !is_sign(label + 2) {
            return false;
        }
        self.push(Tok::Equal, span.join(self.raws[label + 3].span));
        self.at = label + 3;
        true
    }

    /// `\norm{x}`, `\abs{x}`, `\inner{a}{b}`, `\inner{a, b}`, `\braket{a|b}`: bars and angles in place of the braces; whether it was one.
    fn macro_call(&mut self, which: Macro, span: Span) -> bool {
        let open = self.at + 1;
        let close = self.partners.get(open).copied().unwrap_or(usize::MAX);
        if self.rule_at(open) != Some(Rule::open_brace) || close == usize::MAX {
            return false;
        }
        let (left, right) = match which {
            Macro::Norm => (Tok::DoubleBar(Side::Left, false), Tok::DoubleBar(Side::Right, false)),
            Macro::Abs => (Tok::Bar(Side::Left), Tok::Bar(Side::Right)),
            Macro::Inner => {
                let second = close + 1;
                let last = self.partners.get(second).copied().unwrap_or(usize::MAX);
                if self.rule_at(second) == Some(Rule::open_brace) && last != usize::MAX {
                    self.instead.insert(close, Some(Tok::Comma));
                    self.instead.insert(second, None);
                    self.instead.insert(last, Some(Tok::Close(Bracket::Angle)));
                } else {
                    self.instead.insert(close, Some(Tok::Close(Bracket::Angle)));
                    let between =
                        |at: &usize| matches!(self.raws[*at].rule, Rule::bar) || self.raws[*at].text == "\\mid";
                    let bars: Vec<usize> = (open + 1..close).filter(between).take(2).collect();
                    if let [bar] = bars.as_slice() {
                        self.instead.insert(*bar, Some(Tok::Comma));
                    }
                }
                self.push(Tok::Open(Bracket::Angle), span);
                self.at = open;
                return true;
            }
        };
        self.instead.insert(close, Some(right));
        self.push(left, span);
        self.at = open;
        true
    }

    /// Goes over what stands in braces after a command.
    pub(super) fn drop_group(&mut self) {
        if self.rule_at(self.at + 1) != Some(Rule::open_brace) {
            return;
        }
        let mut depth = 0_usize;
        for at in self.at + 1..self.raws.len() {
            match self.raws[at].rule {
                Rule::open_brace => depth += 1,
                Rule::close_brace => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at = at;
                return;
            }
        }
    }

    /// Leaves out the braces behind around one symbol: `\textcolor{blue}{\lambda}`.
    fn drop_braces_of_one(&mut self) {
        let open = self.at + 1;
        let close = self.partners.get(open).copied().unwrap_or(usize::MAX);
        if self.rule_at(open) == Some(Rule::open_brace) && close == open + 2 {
            self.instead.insert(open, None);
            self.instead.insert(close, None);
        }
    }

    /// Leaves out what stands below or above the braces after a command.
    fn drop_label(&mut self) {
        let close = self.partners.get(self.at + 1).copied().unwrap_or(usize::MAX);
        let is_script = |rule: Option<Rule>| matches!(rule, Some(Rule::underscore | Rule::power));
        let Some(script) = close.checked_add(1).filter(|at| is_script(self.rule_at(*at))) else { return };
        let last = match self.rule_at(script + 1) {
            Some(Rule::open_brace) => self.partners[script + 1],
            _ => script + 1,
        };
        for at in (script..self.raws.len()).take_while(|at| *at <= last) {
            self.instead.insert(at, None);
        }
    }
}
