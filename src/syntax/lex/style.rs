//! Commands of LaTeX that say how letters are set, and accents over them.

use super::Lexer;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::syntax::ast::Mark;
use crate::syntax::grammar::Rule;
use crate::syntax::greek::{greek, plain_text};
use crate::syntax::latex::{Command, command};
use crate::syntax::letter_call::AVERAGE;
use crate::syntax::token::{Bracket, Raw, Tok, Token};

/// Commands that set letters as one word.
const WORD_STYLES: &[&str] = &[
    "operatorname",
    "operatorname*",
    "mathop",
    "mathrm",
    "mathsf",
    "text",
    "textrm",
    "textnormal",
    "textsf",
    "textup",
    "mbox",
];

impl Lexer<'_> {
    /// `\mathbf{x}` is `x`, `\mathbf{1}` the vector of ones; other contents keep their braces.
    pub(super) fn style(&mut self, name: &str, span: Span) {
        let mut inner = self.at + 1;
        let mut close = None;
        if self.rule_at(inner) == Some(Rule::open_brace)
            && self.rule_at(inner + 2) == Some(Rule::close_brace)
            && matches!(self.rule_at(inner + 1), Some(Rule::word | Rule::number | Rule::command))
        {
            close = Some(inner + 2);
            inner += 1;
        }
        if matches!(name, "mathcal" | "mathscr" | "cal") && self.names_space(inner) {
            return self.refuse_space(inner);
        }
        if matches!(name, "mathbb" | "mathds" | "mathbbm") && self.leaves_out_space(inner, close.unwrap_or(inner)) {
            return;
        }
        let mark = match name {
            "mathbf" | "bm" | "boldsymbol" | "symbf" | "pmb" | "bf" | "textbf" | "boldmath" | "mat" | "matr"
            | "mtx" => Mark::Bold,
            "vec" | "vv" => Mark::Arrow,
            _ => Mark::None,
        };
        if matches!(name, "text" | "textrm" | "mbox") && self.words_in_group() > 1 && !self.is_constraint() {
            let error = "words cannot be read";
            self.errors
                .push(Diagnostic::new("P0008", error, span, "words of a sentence").with_help("give the formula alone"));
            return;
        }
        if let (Some(close), "mathbb" | "mathbbm" | "mathds") = (close, name)
            && let Some(Raw { text: letter @ ("E" | "P" | "V"), .. }) = self.raws.get(inner)
        {
            let span = Span::new(span.start, self.raws[close].span.end);
            let letter = (*letter).to_owned();
            self.refuse_expectation(&format!("\\{name}{{{letter}}}"), span);
            self.push(Tok::Word(letter), span);
            self.at = close;
            return;
        }
        // `\mathrm{Id}` is the identity.
        if let (Some(close), Some(Raw { text: "Id" | "id", .. })) = (close, self.raws.get(inner)) {
            self.push(Tok::Word(String::from("I")), Span::new(span.start, self.raws[close].span.end));
            self.at = close;
            return;
        }
        let bold =
            matches!(name, "mathds" | "mathbbm" | "mathbf" | "mathbb" | "bm" | "boldsymbol" | "symbf" | "pmb" | "bf");
        let special = match self.raws.get(inner) {
            Some(raw) if bold && raw.rule == Rule::number && raw.text == "1" => Some(Tok::Ones),
            Some(raw) if bold && raw.rule == Rule::number && raw.text == "0" => Some(Tok::Zeros),
            _ => None,
        };
        if let Some(tok) = special {
            let end = self.raws[close.unwrap_or(inner)].span.end;
            self.push(tok, Span::new(span.start, end));
            self.at = close.unwrap_or(inner);
            return;
        }
        if let ("mathrm", Some((word, close))) = (name, self.word_with_greek()) {
            self.is_word = true;
            self.push(Tok::Word(word), Span::new(span.start, self.raws[close].span.end));
            self.at = close;
            return;
        }
        if close.is_some() || matches!(self.rule_at(inner), Some(Rule::word | Rule::command)) {
            self.mark = mark;
        }
        if let Some(close) = close {
            self.is_word = WORD_STYLES.contains(&name) && self.rule_at(inner) == Some(Rule::word);
            self.skip.push(close);
            self.at += 1;
        }
    }

    /// The error at an expectation, a probability or a variance.
    pub(super) fn refuse_expectation(&mut self, written: &str, span: Span) {
        let help = format!("{AVERAGE}; name a matrix by a plain letter");
        let note = "an expectation, a probability or a variance";
        let error = Diagnostic::new("P0002", format!("`{written}` cannot be read"), span, note);
        self.errors.push(error.with_help(help));
    }

    /// Whether a calligraphic letter stands below a norm or an inner product, as in `\|f\|_{\mathcal H}`, where it names the space; a
    /// calligraphic F is Frobenius.
    fn names_space(&self, letter: usize) -> bool {
        let mut before = self.tokens.iter().rev().map(|token| &token.tok);
        let mut sign = before.next();
        if sign == Some(&Tok::Open(Bracket::Brace)) {
            sign = before.next();
        }
        let is_below = sign == Some(&Tok::Underscore)
            && matches!(before.next(), Some(Tok::Close(Bracket::Angle) | Tok::DoubleBar(..)));
        is_below && self.raws.get(letter).is_some_and(|raw| raw.rule == Rule::word && raw.text != "F")
    }

    /// `\|x\|_{\mathbb{R}^n}`, `\langle x, y\rangle_{\mathbb{R}^n}`: below a norm or an inner product the real numbers, of which the letter stands at a
    /// place and ends at another, say that it is the usual one; of matrices that is Frobenius'. Whether they stand here; if so, they are left out.
    pub(super) fn leaves_out_space(&mut self, letter: usize, end: usize) -> bool {
        if !self.raws.get(letter).is_some_and(|raw| matches!(raw.text, "R" | "ℝ")) {
            return false;
        }
        let is_group = self.tokens.last().is_some_and(|token| token.tok == Tok::Open(Bracket::Brace));
        let count = 1 + usize::from(is_group);
        let Some(mark) = self.tokens.len().checked_sub(count).filter(|mark| *mark > 0) else { return false };
        // `\|x\|^2_{\mathbb{R}^n}`
        let before = match &self.tokens[..mark] {
            [.., sign, caret, Token { tok: Tok::Number(_), .. }] if caret.tok == Tok::Caret => sign,
            [.., sign, caret, open, Token { tok: Tok::Number(_), .. }, _]
                if caret.tok == Tok::Caret && open.tok == Tok::Open(Bracket::Brace) =>
            {
                sign
            }
            [.., sign] => sign,
            [] => return false,
        };
        let is_below = self.tokens[mark].tok == Tok::Underscore
            && matches!(before.tok, Tok::Close(Bracket::Angle) | Tok::DoubleBar(..) | Tok::Greater);
        let open = self.at.checked_sub(1).filter(|_| is_group);
        let last = match open {
            Some(open) if self.rule_at(open) == Some(Rule::open_brace) => self.partners[open],
            Some(_) => return false,
            None => end,
        };
        if !is_below || last == usize::MAX {
            return false;
        }
        let is_sign = |raw: &Raw<'_>| raw.text == "\\times" || raw.rule == Rule::times || raw.text.contains('ˣ');
        let is_of_matrices = self.raws[letter..last].iter().any(is_sign);
        let span = self.raws[letter].span;
        self.tokens.truncate(mark + usize::from(is_of_matrices));
        if is_of_matrices {
            self.push(Tok::Word(String::from("F")), span);
        }
        self.at = last;
        true
    }

    /// The error at the norm of a space.
    fn refuse_space(&mut self, letter: usize) {
        let Raw { text, span, .. } = self.raws[letter];
        let error = format!("the norm or inner product of the space `{text}` is not known");
        self.errors.push(
            Diagnostic::new("S0113", error, span, "names a space")
                .with_help("for a matrix of weights write a plain letter below")
                .with_help("for the usual one leave out what stands below"),
        );
    }

    /// Whether the group after begins with `s.t.` or `subject to`, which the expression refuses by name.
    fn is_constraint(&self) -> bool {
        self.raws.get(self.at + 2).is_some_and(|raw| matches!(raw.text, "s" | "subject" | "such"))
    }

    /// How many words stand in the braces after a command.
    fn words_in_group(&self) -> usize {
        if self.rule_at(self.at + 1) != Some(Rule::open_brace) {
            return 0;
        }
        let inside = self.raws[self.at + 2..].iter().take_while(|raw| raw.rule != Rule::close_brace);
        inside.filter(|raw| raw.rule == Rule::word).count()
    }

    /// The name in the braces after a command, and the place that closes them, where Greek letters are among its letters:
    /// `\mathrm{\Delta x}`.
    fn word_with_greek(&self) -> Option<(String, usize)> {
        let open = self.at + 1;
        let letters = self.raws.get(open + 1..)?.iter().take_while(|raw| raw.rule != Rule::close_brace);
        let mut word = String::new();
        let mut count = 0;
        for raw in letters {
            match raw.rule {
                Rule::word => word.push_str(&plain_text(raw.text)),
                Rule::command => word.push(greek(&raw.text[1..])?),
                _ => return None,
            }
            count += 1;
        }
        let close = open + 1 + count;
        let found = self.rule_at(open) == Some(Rule::open_brace)
            && count > 1
            && self.rule_at(close) == Some(Rule::close_brace)
            && !word.is_ascii();
        found.then_some((word, close))
    }

    /// `\hat{x}`, `\bar x`, `\hat{\mathbf{x}}`, `\hat{\beta}`: the accent becomes part of the name.
    pub(super) fn accent(&mut self, name: &str, mark: char, span: Span) {
        let mut at = self.at + 1;
        let mut braces = 0;
        let mut word = None;
        let mut is_double_struck = false;
        while let Some(raw) = self.raws.get(at) {
            let content = match raw.rule {
                Rule::open_brace => {
                    braces += 1;
                    at += 1;
                    continue;
                }
                Rule::word => Some(plain_text(raw.text)),
                Rule::command => match command(&raw.text[1..]) {
                    Some(Command::Style) => {
                        is_double_struck |= matches!(raw.text, "\\mathbb" | "\\mathbbm" | "\\mathds");
                        at += 1;
                        continue;
                    }
                    Some(Command::Symbol(Tok::Word(letter))) => Some(letter),
                    _ => None,
                },
                _ => None,
            };
            word = content;
            break;
        }
        let closed = (1..=braces).all(|k| self.rule_at(at + k) == Some(Rule::close_brace));
        let has_several =
            |word: &String| word.chars().filter(|c| c.is_alphabetic()).count() > 1 && greek(word).is_none();
        match word {
            Some(word) if closed && has_several(&word) => self.errors.push(
                Diagnostic::new("P0008", format!("`\\{name}` is over several letters"), span, "one name or a product?")
                    .with_help(format!("write it over each letter, as in `\\{name}{{x}}`, or a letter of its own")),
            ),
            Some(mut word) if closed => {
                word.push(mark);
                let last = at + braces;
                let span = Span::new(span.start, self.raws[last].span.end);
                if is_double_struck && word.starts_with(['E', 'P', 'V']) {
                    let written = self.source.get(span.start..span.end).unwrap_or_default().to_owned();
                    self.refuse_expectation(&written, span);
                }
                self.push(Tok::Word(word), span);
                self.at = last;
            }
            _ => self.errors.push(
                Diagnostic::new("P0008", format!("`\\{name}` is over something that is not a letter"), span, "here")
                    .with_help(format!("write it over one letter, as in `\\{name}{{x}}`")),
            ),
        }
    }
}
