//! What stands before `=` and is no name: `\log p(y \mid X, w) = …`, `D_{KL}(p \| q) = …`, `\chi^2 = …`. It is the title of what follows, and is
//! not read.

use super::ast::Remark;
use super::definition::Reader;
use super::function::function;
use super::letter_style::{is_script, whole};
use super::token::{Bracket, Tok, Token, closing};

/// A title and what it says.
pub(super) struct Title {
    /// The variables of a call, `w` of `J(w; X, y) = …`.
    pub(super) variables: Vec<String>,
    pub(super) remark: Remark,
    /// The place behind the sign.
    pub(super) body: usize,
}

impl Reader<'_> {
    /// The title that a text begins with. A title is a call, or a letter that stands nowhere else, with a power, a
    /// number or a logarithm before it.
    pub(super) fn title(&self, tokens: &[Token]) -> Option<Title> {
        let is_tok = |at: usize, tok: &Tok| tokens.get(at).is_some_and(|token| token.tok == *tok);
        let is_number = |at: usize| matches!(tokens.get(at).map(|token| &token.tok), Some(Tok::Number(_)));
        if let Some(at) = self.norm_before_sign(tokens) {
            return self.titled(tokens, at, Vec::new());
        }
        let mut at = usize::from(is_tok(0, &Tok::Minus));
        at += usize::from(is_number(at));
        at += usize::from(self.is_word(tokens.get(at), &["log", "ln"]));
        let first = at;
        let named = self.name_at(tokens, first)?;
        let power = |at: usize| if is_tok(at, &Tok::Caret) && is_number(at + 1) { at + 2 } else { at };
        at = power(named.next);
        let is_call = matches!(tokens.get(at)?.tok, Tok::Open(Bracket::Round | Bracket::Square));
        let mut variables = Vec::new();
        if is_call {
            if let Some((mut names, count, _)) = self.arguments(tokens, at + 1) {
                names.truncate(count);
                variables = names;
            }
            at = power(closing(tokens, at)? + 1);
        }
        tokens.get(at).filter(|token| token.tok == Tok::Equal && self.text(token.span) != "==")?;
        if first == 0 && at == named.next {
            return None;
        }
        let letter = named.name.split(['_', '^']).next()?;
        let is_letter = |token: &Token| matches!(&token.tok, Tok::Word(word) if self.canonical(word).is_some_and(|name| name == letter));
        let is_known = self.names.has_base(letter) || !is_call && tokens[at..].iter().any(is_letter);
        let has_value = tokens[at + 1..].iter().any(|token| !matches!(token.tok, Tok::Number(_) | Tok::End));
        if is_known || !has_value {
            return None;
        }
        self.titled(tokens, at, variables)
    }

    /// The note that a letter set in a script before the sign names what follows, where the body has the plain one: `\mathcal{L} = \operatorname{tr}(X^\top L X)`.
    pub(super) fn script_title(&self, tokens: &[Token], name: &str, body: usize) -> Option<Remark> {
        let first = tokens.first().filter(|first| is_script(self.source, first.span))?;
        let is_plain = |token: &Token| {
            let is_it = matches!(&token.tok, Tok::Word(word) if word == name || word.is_ascii() && function(word).is_none() && word.contains(name));
            is_it && !is_script(self.source, token.span)
        };
        let title = whole(self.source, first.span);
        let has_plain = tokens[body..].iter().any(is_plain);
        let message = format!("`{title}` is read as the name of what follows, and `{name}` as a symbol of its own");
        has_plain.then(|| Remark { row: "title", span: first.span, message: message.into(), other: None })
    }

    /// The title before the sign at a place.
    fn titled(&self, tokens: &[Token], at: usize, variables: Vec<String>) -> Option<Title> {
        let sign = tokens.get(at)?;
        let span = self.with_style(tokens[0].span.join(tokens[at - 1].span));
        let title = self.source.get(span.start..sign.span.start)?.trim_end();
        let message = format!("`{title}` before `{}` is read as the name of what follows", self.text(sign.span));
        let remark = Remark { row: "title", span, message: message.into(), other: None };
        Some(Title { variables, remark, body: at + 1 })
    }

    /// The place of the sign after a norm that the text defines by its one letter, `\|x\|_A^2 = x^T A x`.
    fn norm_before_sign(&self, tokens: &[Token]) -> Option<usize> {
        let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
        let (Some(Tok::DoubleBar(..)), Some(Tok::Word(letter)), Some(Tok::DoubleBar(..))) = (tok(0), tok(1), tok(2))
        else {
            return None;
        };
        let mut at = 3;
        for mark in [Tok::Underscore, Tok::Caret] {
            if tok(at) == Some(&mark) {
                at = match tok(at + 1)? {
                    Tok::Open(_) => closing(tokens, at + 1)? + 1,
                    Tok::Word(_) | Tok::Number(_) => at + 2,
                    _ => return None,
                };
            }
        }
        let is_sign = tokens.get(at).is_some_and(|token| token.tok == Tok::Equal && self.text(token.span) != "==");
        let is_letter = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == letter || word.starts_with(letter.as_str()));
        (is_sign && letter.chars().count() == 1 && tokens[at + 1..].iter().any(is_letter)).then_some(at)
    }
}
