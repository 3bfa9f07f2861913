//! Operands below the line: what a subscript consists of, and which name it belongs to.

use super::ast::{AstId, AstKind, Name, ProductOp};
use super::names::Piece;
use super::parse::{Failure, Parser};
use super::token::{Bracket, Tok, Token};
use super::word_below::is_word_below;
use crate::number::Coeff;
use crate::span::Span;

/// The most symbols of a text that are looked through for the blocks of a matrix.
const MOST_BLOCKS: usize = 10_000;

impl Parser<'_> {
    /// In `x^2_1` and `‖x‖^2_2` the subscript stands after the exponent: the two are swapped, unless the exponent is an eigenvalue or
    /// singular value with its place, as in `s^σ_2(X)`. So are a prime and a word, `w'_train`.
    pub(super) fn pull_subscript(&mut self, at: usize) -> Result<(), Failure> {
        let under = match (self.tok(at), self.tok(at + 1)) {
            (Tok::Caret, Tok::Open(_)) => self.tokens[at + 1].partner + 1,
            (Tok::Caret, Tok::Number(_) | Tok::Name(_) | Tok::Top) => at + 2,
            (Tok::Prime | Tok::Top, _) => at + 1,
            _ => return Ok(()),
        };
        if self.tok(under) != &Tok::Underscore {
            return Ok(());
        }
        let (word, end) = match self.tok(under + 1) {
            Tok::Open(_) => (under + 2, self.tokens[under + 1].partner + 1),
            Tok::End => return Ok(()),
            _ => (under + 1, under + 2),
        };
        let is_power = self.tok(at) == &Tok::Caret;
        let is_word = matches!(self.tok(word), Tok::Word(word) if is_word_below(word)) && end - word <= 2;
        if !is_power && !is_word
            || is_power && (self.is_entry_of_raised(at, under) || self.is_ranked_exponent(at + 1, end)?)
        {
            return Ok(());
        }
        let (exponent, subscript) = (under - at, end - under);
        self.tokens[at..end].rotate_left(exponent);
        // Partners move with their brackets.
        for place in at..end {
            let partner = self.tokens[place].partner;
            if partner == usize::MAX {
                continue;
            }
            self.tokens[place].partner = if partner >= under { partner - exponent } else { partner + subscript };
        }
        Ok(())
    }

    /// Whether two indices stand below an inverse or transpose of a capital letter, `A^{-1}_{ij}`, `A^T_{12}`: it is its entry. Of letters with blocks, as
    /// in `A_{22} - A_{21}A^{-1}_{11}A_{12}`, numbers are those of the block.
    fn is_entry_of_raised(&self, at: usize, under: usize) -> bool {
        let Some(Tok::Name(base)) = at.checked_sub(1).map(|before| self.tok(before)) else { return false };
        let is_top =
            |tok: &Tok| matches!(tok, Tok::Top) || matches!(tok, Tok::Name(name) | Tok::Word(name) if name == "T");
        let tok = |at: usize| self.tok(at);
        let is_raised = match (tok(at + 1), under - at) {
            (Tok::Open(_), 4) => is_top(tok(at + 2)),
            (Tok::Open(_), 5) => {
                let is_one = matches!(tok(at + 3), Tok::Number(value) if value.is_one());
                tok(at + 2) == &Tok::Minus && (is_one || is_top(tok(at + 3)))
            }
            (tok, 2) => is_top(tok),
            _ => false,
        };
        if !is_raised || !base.starts_with(char::is_uppercase) || tok(under + 1) != &Tok::Open(Bracket::Brace) {
            return false;
        }
        let is_index = |letter: &str| matches!(letter, "i" | "j" | "k" | "l") || self.bound_indices.contains(letter);
        let has_blocks = || {
            self.tokens
                .windows(2)
                .take(MOST_BLOCKS)
                .any(|pair| matches!(&pair[0].tok, Tok::Name(name) if name == base) && pair[1].tok == Tok::Underscore)
        };
        let is_one = |token: &Token| match &token.tok {
            Tok::Word(word) | Tok::Name(word) => is_index(word),
            Tok::Number(_) => !has_blocks(),
            _ => false,
        };
        match &self.tokens[under + 2..self.tokens[under + 1].partner] {
            [Token { tok: Tok::Word(word) | Tok::Name(word), .. }] => {
                word.chars().count() == 2 && word.chars().all(|letter| is_index(letter.encode_utf8(&mut [0; 4])))
            }
            [Token { tok: Tok::Number(value), .. }] => {
                value.to_i64().is_some_and(|value| (11..100).contains(&value) && value % 10 > 0) && !has_blocks()
            }
            [first, second] => is_one(first) && is_one(second),
            [first, comma, second] => comma.tok == Tok::Comma && is_one(first) && is_one(second),
            _ => false,
        }
    }

    /// The places between an opening mark at `at` and the end of what it governs: one symbol or a bracket's inside;
    /// with the place after.
    pub(super) fn governed(&self, at: usize) -> Result<(usize, usize, usize), Failure> {
        match self.tok(at) {
            Tok::Open(_) => Ok((at + 1, self.tokens[at].partner, self.tokens[at].partner + 1)),
            Tok::End => Err(self.missing_script(at)),
            _ => Ok((at, at + 1, at + 1)),
        }
    }

    /// The subscript at a place, if there is one: its parts, its text, and the place after it.
    pub(super) fn subscript(&mut self, at: usize) -> Result<(Vec<AstId>, String, usize), Failure> {
        if self.tok(at) != &Tok::Underscore {
            return Ok((Vec::new(), String::new(), at));
        }
        let (from, to, next) = self.governed(at + 1)?;
        if from == to {
            return Err(self.missing_script(at + 1));
        }
        let mut parts = Vec::new();
        if self.is_label(from, to) {
            let text: String = (from..to).map(|k| self.script_text(k)).collect();
            let span = self.span(from).join(self.span(to - 1));
            parts.push(self.plain_name(text.clone(), span)?);
            return Ok((parts, text, next));
        }
        for (begin, end) in self.split_at_commas(from, to) {
            let flat = (begin..end).all(|k| matches!(self.tokens[k].tok, Tok::Number(_) | Tok::Word(_)));
            if flat && begin < end {
                for k in begin..end {
                    self.flat_part(k, &mut parts)?;
                }
            } else {
                parts.push(self.region(begin, end)?.id);
            }
        }
        let text = (from..to).map(|k| self.script_text(k)).collect();
        Ok((parts, text, next))
    }

    /// Whether a subscript is a sign, or a label with a star or a bar: `k_+`, `k_*`, `k_{**}`, `P_{k|k-1}`.
    fn is_label(&self, from: usize, to: usize) -> bool {
        let tokens = &self.tokens[from..to];
        let is_star = |token: &Token| matches!(token.tok, Tok::Op(ProductOp::Star) | Tok::Stars);
        let is_bar = |token: &Token| matches!(token.tok, Tok::Bar(_));
        let is_plain = |token: &Token| {
            is_star(token)
                || is_bar(token)
                || matches!(token.tok, Tok::Word(_) | Tok::Number(_) | Tok::Plus | Tok::Minus)
        };
        let has_star = tokens.first().is_some_and(is_star) || tokens.last().is_some_and(is_star);
        let has_bar = tokens.len() > 2 && tokens[1..tokens.len() - 1].iter().filter(|token| is_bar(token)).count() == 1;
        // The dot of `x_{·}` stands for all indices.
        let is_sign = matches!(tokens, [Token { tok: Tok::Plus | Tok::Minus | Tok::Op(ProductOp::Dot), .. }]);
        is_sign || (has_star || has_bar) && tokens.iter().all(is_plain)
    }

    pub(super) fn split_at_commas(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let (mut start, mut at) = (from, from);
        while at < to {
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner,
                Tok::Comma => {
                    parts.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        parts.push((start, to));
        parts
    }

    /// One symbol of a subscript: a number; two letters, or more that are all bound, that are so many indices; or a word.
    fn flat_part(&mut self, at: usize, parts: &mut Vec<AstId>) -> Result<(), Failure> {
        let span = self.span(at);
        match self.tokens[at].tok.clone() {
            Tok::Number(value) => parts.push(self.push(AstKind::Number(value), span)?),
            Tok::Word(word) => {
                let letters: Vec<char> = word.chars().collect();
                let is_index = |letter: &char| self.bound_indices.contains(letter.to_string().as_str());
                let is_list = letters.len() > 2 && self.names.whole(&word).is_none() && !is_word_below(&word);
                if is_list && letters.iter().all(is_index) {
                    let written = span.end - span.start == word.len();
                    for (place, letter) in word.char_indices() {
                        let end = place + letter.len_utf8();
                        let own = if written { Span::new(span.start + place, span.start + end) } else { span };
                        let id = self.plain_name(letter.to_string(), own)?;
                        parts.push(id);
                    }
                    return Ok(());
                }
                let split = match (self.names.whole(&word), letters.as_slice()) {
                    // `S_{01}`
                    (None, ['0', ..]) => None,
                    (None, [a, rest @ ..]) if !rest.is_empty() && rest.iter().all(char::is_ascii_digit) => {
                        Some((a.to_string(), rest.iter().collect::<String>()))
                    }
                    (None, [a, b]) if *b < '\u{300}' || *b > '\u{36F}' => Some((a.to_string(), b.to_string())),
                    _ => None,
                };
                if let Some((first, second)) = split {
                    let written = span.end - span.start == word.len();
                    let middle = if written { Span::new(span.start, span.start + first.len()) } else { span };
                    parts.push(self.plain_name(first, middle)?);
                    let rest = if written { Span::new(middle.end, span.end) } else { span };
                    let id = match Coeff::parse_decimal(&second, 9) {
                        Some(value) => self.push(AstKind::Number(value), rest)?,
                        None => self.plain_name(second, rest)?,
                    };
                    parts.push(id);
                } else {
                    let name = match self.names.whole(&word) {
                        Some(Piece::Symbol(name)) => name,
                        Some(Piece::User(_) | Piece::Function(_)) | None => word,
                    };
                    parts.push(self.plain_name(name, span)?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn plain_name(&mut self, base: String, span: Span) -> Result<AstId, Failure> {
        self.not_bound(&base, span)?;
        self.push(AstKind::Name(Name::plain(base)), span)
    }

    pub(super) fn script_text(&self, at: usize) -> String {
        match &self.tokens[at].tok {
            Tok::Number(value) => value.to_string(),
            Tok::Word(word) | Tok::Name(word) => match self.names.whole(word) {
                Some(Piece::Symbol(name)) => name,
                Some(Piece::User(_) | Piece::Function(_)) | None => word.clone(),
            },
            Tok::Func(_, spelling) | Tok::NormWord(spelling) => (*spelling).to_owned(),
            Tok::Open(Bracket::Brace) | Tok::Close(Bracket::Brace) => String::new(),
            Tok::Plus => "+".to_owned(),
            Tok::Minus => "-".to_owned(),
            Tok::Comma => ",".to_owned(),
            Tok::Bar(_) => "|".to_owned(),
            Tok::Op(ProductOp::Star) => "*".to_owned(),
            Tok::Op(ProductOp::Dot) => "·".to_owned(),
            _ => {
                let span = self.span(at);
                self.ast.source.get(span.start..span.end).unwrap_or("").to_owned()
            }
        }
    }

    /// Letters in a subscript that stand in an expression, as `n` in `x_{n+1}`.
    pub(super) fn loose_word(&mut self, word: &str) -> Result<(), Failure> {
        let at = self.state.at;
        let pieces = match self.names.whole(word) {
            Some(Piece::Symbol(name)) => return self.name(&name),
            Some(_) => return self.name(word),
            None => self.names.split(word).unwrap_or_default(),
        };
        let mut letters: Vec<String> = pieces
            .into_iter()
            .map(|(_, piece)| match piece {
                Piece::Symbol(name) | Piece::User(name) => name,
                Piece::Function(spelling) => spelling.to_owned(),
            })
            .collect();
        let last = letters.pop().unwrap_or_else(|| word.to_owned());
        for letter in letters {
            let span = self.span(at);
            self.operand(AstKind::Name(Name::plain(letter)), span, at)?;
            self.juxtapose()?;
        }
        self.name(&last)
    }
}
