//! Runs of letters.

use super::Lexer;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::greek::{greek, plain_text};
use crate::syntax::token::{AXES, Bracket, Raw, SUBJECT_TO, Tok};

impl Lexer<'_> {
    /// `einsum('ij,j->i',` and `reduction='sum'`: a word of their own holds what is quoted.
    pub(super) fn axes(&mut self, text: &str, span: Span) {
        let quoted = text.find(['\'', '"']).zip(text.rfind(['\'', '"']));
        let Some((first, last)) = quoted else { return };
        let place = |from: usize, to: usize| Span::new(span.start + from, span.start + to);
        let said = text[first + 1..last].to_owned();
        if let Some(name) = text[..first].strip_suffix('(') {
            self.push(Tok::Word(name.to_owned()), place(0, first - 1));
            self.push(Tok::Open(Bracket::Round), place(first - 1, first));
            self.push(Tok::Word(format!("{AXES}{said}")), place(first, last + 1));
            self.push(Tok::Comma, place(last + 1, text.len()));
        } else {
            self.push(Tok::Word("reduction".to_owned()), place(0, "reduction".len()));
            self.push(Tok::Equal, place("reduction".len(), first));
            self.push(Tok::Word(said), place(first, last + 1));
        }
    }

    /// A run of letters; a `Σ` or `Π` at its end that has an index is a symbol of its own, as in `xΣᵢ aᵢ`.
    pub(super) fn word(&mut self, text: &str, span: Span) {
        if self.subject_to(text, span) {
            return;
        }
        if text == "ℝ" && self.leaves_out_space(self.at, self.at) {
            return;
        }
        if let Some(length) = self.raised_letter(text) {
            let middle = span.start + length;
            self.push(Tok::Word(text[..length].to_owned()), Span::new(span.start, middle));
            let digits = text[length..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |count| length + count);
            let end = span.start + digits;
            if digits > length {
                self.number(&text[length..digits], Span::new(middle, end));
            }
            if digits < text.len() {
                self.word(&text[digits..], Span::new(end, span.end));
            }
            return;
        }
        if let Some(error) = self.other_base(text, span) {
            return self.errors.push(error);
        }
        if let Some(next) = self.behind_modules() {
            self.at = next;
            let Raw { rule, text, span } = self.raws[next];
            if rule == Rule::axes {
                return self.axes(text, span);
            }
            // CVXPY's `logistic(x)` is log(1 + e^x).
            let is_of_cvxpy = matches!(self.raws[next - 2].text, "cp" | "cvxpy");
            return match text {
                "dot" => self.push(Tok::Word("np.dot".to_owned()), span),
                "logistic" if is_of_cvxpy => self.push(Tok::Word("softplus".to_owned()), span),
                _ => self.word(text, span),
            };
        }
        let word = plain_text(text);
        // Letters that became longer and others that became shorter: no letter is where its number of bytes says.
        if word.len() == text.len() && word != text && word.chars().count() != text.chars().count() {
            let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            starts.push(text.len());
            for pair in starts.windows(2) {
                let letter = plain_text(&text[pair[0]..pair[1]]);
                self.push(Tok::Word(letter), Span::new(span.start + pair[0], span.start + pair[1]));
            }
            return;
        }
        let indexed =
            matches!(self.rule_at(self.at + 1), Some(Rule::subscript | Rule::underscore | Rule::under_digits));
        if indexed
            && let Some((place, sign @ ('Σ' | 'Π'))) = text.char_indices().last()
            && place > 0
        {
            let middle = span.start + place;
            self.push(Tok::Word(plain_text(&text[..place])), Span::new(span.start, middle));
            return self.push(Tok::Word(sign.to_string()), Span::new(middle, span.end));
        }
        self.push(Tok::Word(word), span);
    }

    /// The error at `0xFF`, `0b101`, `0o17`: a number of another base, which would be 0 times a name.
    fn other_base(&self, text: &str, span: Span) -> Option<Diagnostic> {
        let before = self.at.checked_sub(1).and_then(|at| self.raws.get(at))?;
        if before.rule != Rule::number || before.text != "0" || before.span.end != span.start {
            return None;
        }
        let base = match text.chars().next()?.to_ascii_lowercase() {
            'x' => 16,
            'o' => 8,
            'b' => 2,
            _ => return None,
        };
        let digits = &text[1..];
        if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
            return None;
        }
        let span = before.span.join(span);
        let error = Diagnostic::new("P0006", "a number that is not decimal", span, format!("in base {base}"))
            .with_help(format!("put a blank between the factors of a product: `0 {text}`"));
        let value = u64::from_str_radix(digits, base).ok();
        Some(value.into_iter().fold(error, |error, value| error.with_help(format!("write the number as `{value}`"))))
    }

    /// The length of the letter that alone is raised at the beginning of a run: the T of `x^TAx` and `w^T1`, and in LaTeX any letter, as in
    /// `\gamma^tr`.
    fn raised_letter(&self, text: &str) -> Option<usize> {
        let first = text.chars().next()?;
        if text.len() == first.len_utf8() || !matches!(self.tokens.last(), Some(token) if token.tok == Tok::Caret) {
            return None;
        }
        let is_one = first == 'T' || first.is_ascii_alphabetic() && greek(text).is_none() && self.has_commands;
        is_one.then_some(first.len_utf8())
    }

    /// `s.t.` is one word; whether it stands here.
    fn subject_to(&mut self, text: &str, span: Span) -> bool {
        let is = |at: usize, wanted: &str| self.raws.get(at).is_some_and(|raw| raw.text == wanted);
        if text != "s" || !is(self.at + 1, ".") || !is(self.at + 2, "t") {
            return false;
        }
        let last = if is(self.at + 3, ".") { self.at + 3 } else { self.at + 2 };
        self.push(Tok::Word(SUBJECT_TO.to_owned()), span.join(self.raws[last].span));
        self.at = last;
        true
    }
}
