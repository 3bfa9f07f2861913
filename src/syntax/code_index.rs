//! Indices in the brackets of code and of signals, `x[i+1]`, `A[i, j]`, `X[i, :]`, `A[i][j]`, and in round ones where a sign binds them,
//! `\sum_k u(k)^2`: they are made into subscripts, so that they mean what these mean. Numbers alone are read by the parser, and ranges of
//! places and the last ones have brackets of their own.

use rustc_hash::FxHashSet;

use super::ast::{ProductOp, Remark};
use super::comprehension::push_below;
use super::function::function;
use super::greek::greek;
use super::letter_call::is_function_letter;
use super::names::{KnownNames, Rank};
use super::token::{Bracket, Tok, Token, behind_cross_below, closing, opening};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::number::Coeff;
use crate::span::Span;

/// The most brackets of indices in one text: each takes time in proportion to what it holds.
const MAX_BRACKETS: usize = 2_000;

/// The most symbols in one of them.
const MAX_SYMBOLS: usize = 40;

/// Letters that are indices in square brackets wherever they stand.
const INDICES: [&str; 5] = ["i", "j", "k", "l", "n"];

/// Letters that are indices there with a number beside them, or behind a small letter: steps of time and counts.
const STEPS: [&str; 6] = ["t", "m", "N", "K", "M", "T"];

/// The letter that is the index of a class in the scores of all of them, `-z[y] + log(sum(exp(z)))`.
const CLASS: &str = "y";

/// What a bracket holds.
struct Indices {
    parts: Vec<Vec<Token>>,
    /// The place of the bracket that closes it.
    close: usize,
    /// Whether something is added to an index.
    has_sum: bool,
}

/// A text, its names, and the letters that it binds.
struct Reader<'t> {
    tokens: &'t [Token],
    source: &'t str,
    names: &'t KnownNames,
    bound: &'t FxHashSet<String>,
    /// Whether the brackets count from 0.
    from_zero: bool,
    /// Whether a round bracket behind a letter holds one bound letter and nothing else.
    has_sequences: bool,
    /// Whether the letter of a class stands in square brackets and nowhere else.
    has_class: bool,
    /// Whether it is LaTeX.
    is_latex: bool,
    /// For each symbol, whether it stands in a group below something that is no sign.
    is_below: Vec<bool>,
}

/// The tokens with such indices as subscripts.
///
/// # Errors
/// Words in square brackets behind a letter, `x[idx]`, which code has as indices.
pub(super) fn rewrite(
    tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
    bound: &FxHashSet<String>,
    remarks: &mut Vec<Remark>,
) -> Result<Vec<Token>, Diagnostics> {
    let may_begin = |at: usize| at > 0 && matches!(tokens[at].tok, Tok::Open(Bracket::Square | Bracket::Round));
    if !(0..tokens.len()).any(may_begin) {
        return Ok(tokens);
    }
    let reader = Reader::new(&tokens, names, source, bound);
    reader.refuse_words()?;
    reader.refuse_inverse()?;
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let (mut at, mut left) = (0, MAX_BRACKETS);
    while at < tokens.len() {
        let found = if left > 0 && may_begin(at) { reader.indices(at) } else { None };
        let Some(Indices { mut parts, mut close, has_sum }) = found else {
            remarks.extend(reader.product(at));
            out.push(tokens[at].clone());
            at += 1;
            continue;
        };
        left -= 1;
        remarks.extend(reader.class(at));
        let is_square = tokens[at].tok == Tok::Open(Bracket::Square);
        let base = if let Tok::Word(word) = &tokens[at - 1].tok { word.as_str() } else { "" };
        let span = tokens[at].span.join(tokens[close].span);
        let is_bound =
            parts.iter().flatten().all(|token| !matches!(&token.tok, Tok::Word(word) if !bound.contains(word)));
        let is_index_below = is_bound && reader.letter_below(at).is_some();
        if is_index_below {
            reader.begin_index(&mut out, at - 1);
        }
        let is_value = is_bound && (is_index_below || reader.has_sequences || names.rank(base).is_some());
        if !is_square && has_sum && !is_value {
            let whole = tokens[at - 1].span.join(span);
            let text = |span: Span| source.get(span.start..span.end).unwrap_or_default();
            let inside = text(span).trim_start_matches('(').trim_end_matches(')');
            let other = format!("{base}_{{{inside}}}");
            let message = format!(
                "`{}` is read as a product; the value of `{base}` at an index is written `{other}`",
                text(whole)
            );
            remarks.push(Remark {
                row: "product-with-index",
                span: whole,
                message: message.into(),
                other: Some(other),
            });
            out.push(tokens[at].clone());
            at += 1;
            continue;
        }
        // `A[i][j]`
        if is_square
            && parts.len() == 1
            && let Some(more) = reader.inside(close + 1, true)
        {
            parts.extend(more.parts);
            close = more.close;
        }
        if is_square && parts.len() == 1 && reader.names.rank(base) == Some(Rank::Matrix) {
            parts.push(vec![Token::new(Tok::Colon, span)]);
        }
        subscript(&mut out, parts, span);
        at = close + 1;
    }
    Ok(out)
}

/// Puts indices below what was read last, behind what stands below it.
fn subscript(out: &mut Vec<Token>, mut parts: Vec<Vec<Token>>, span: Span) {
    let before = match out.last().map(|token| &token.tok) {
        Some(Tok::Close(Bracket::Brace)) => opening(out),
        _ => out.len().checked_sub(1),
    };
    if let Some(start) = before
        && start > 0
        && out[start - 1].tok == Tok::Underscore
    {
        let mut inner = out.split_off(start - 1);
        inner.remove(0);
        if inner.first().is_some_and(|token| token.tok == Tok::Open(Bracket::Brace)) {
            inner.remove(0);
            inner.pop();
        }
        parts.insert(0, inner);
    }
    push_below(out, parts, span);
}

/// For each symbol, whether it stands in a group below something that is no sign.
fn below(tokens: &[Token]) -> Vec<bool> {
    let mut open: Vec<bool> = Vec::new();
    let is_at = |at: usize, is: fn(&Token) -> bool| tokens.get(at).is_some_and(is);
    let mut found = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        if matches!(token.tok, Tok::Close(_)) {
            open.pop();
        }
        found.push(open.last() == Some(&true));
        if matches!(token.tok, Tok::Open(_)) {
            let begins = at > 1 && is_at(at - 1, |mark| mark.tok == Tok::Underscore);
            open.push(if begins { !is_at(at - 2, Token::is_big_sign) } else { open.last() == Some(&true) });
        }
    }
    found
}

/// Whether an index in brackets is 0.
pub(super) fn shows_zero(tokens: &[Token]) -> bool {
    let is_zero = |token: &Token| matches!(&token.tok, Tok::Number(value) if value.is_zero());
    tokens.windows(4).enumerate().any(|(at, symbols)| {
        let [name, open, first, behind] = symbols else { return false };
        matches!(name.tok, Tok::Name(_) | Tok::Word(_))
            && matches!(open.tok, Tok::Open(Bracket::Square | Bracket::Index { is_square: true }))
            && !open.blank
            && (is_zero(first) && matches!(behind.tok, Tok::Comma | Tok::Colon | Tok::Close(_))
                || behind.tok == Tok::Comma && tokens.get(at + 4).is_some_and(is_zero))
    })
}

impl<'t> Reader<'t> {
    fn new(tokens: &'t [Token], names: &'t KnownNames, source: &'t str, bound: &'t FxHashSet<String>) -> Self {
        let mut reader = Self {
            tokens,
            source,
            names,
            bound,
            from_zero: false,
            has_sequences: false,
            has_class: false,
            is_latex: source.contains('\\'),
            is_below: below(tokens),
        };
        reader.from_zero = shows_zero(tokens)
            || source.contains('@')
            || ["np.", "jnp.", "torch."].iter().any(|name| source.contains(name));
        reader.has_sequences = tokens.windows(4).enumerate().any(|(at, symbols)| {
            let [Token { tok: Tok::Word(_), .. }, open, Token { tok: Tok::Word(index), .. }, close] = symbols else {
                return false;
            };
            open.tok == Tok::Open(Bracket::Round)
                && matches!(close.tok, Tok::Close(_))
                && bound.contains(index)
                && reader.is_indexed(at + 1)
        });
        reader.has_class = reader.looks_for_class();
        reader
    }

    /// # Errors
    /// Words in square brackets behind a letter.
    fn refuse_words(&self) -> Result<(), Diagnostics> {
        if self.is_latex {
            return Ok(());
        }
        for (open, symbols) in self.tokens.windows(3).enumerate().skip(1) {
            let [Token { tok: Tok::Open(Bracket::Square), .. }, inner, close] = symbols else { continue };
            let (Tok::Word(word), Tok::Close(Bracket::Square)) = (&inner.tok, &close.tok) else { continue };
            let is_index = |letter: char| INDICES.contains(&&*letter.encode_utf8(&mut [0; 4]));
            let is_word = word.len() > 1
                && word.bytes().all(|letter| letter.is_ascii_lowercase())
                && !word.chars().all(is_index)
                && self.names.whole(word).is_none();
            let is_base = match &self.tokens[open - 1].tok {
                Tok::Word(base) => {
                    !is_function_letter(base) && (word.len() > 2 || base.starts_with(char::is_lowercase))
                }
                _ => false,
            };
            let is_product = word.chars().all(|letter| self.names.has_base(letter.encode_utf8(&mut [0; 4])));
            if is_word && is_base && !is_product && self.is_indexed(open) {
                let message = format!("`{word}` cannot be read as an index");
                let error = Diagnostic::new("P0008", message, inner.span, "an index is one letter");
                return Err(vec![
                    error
                        .with_help("for one entry write a letter: `x[k]`")
                        .with_help("the sum of some entries is `s'x`, with a vector s of 0 and 1"),
                ]);
            }
        }
        Ok(())
    }

    /// # Errors
    /// The inverse of a permutation at an index below a letter, `x_{\sigma^{-1}(i)}`.
    fn refuse_inverse(&self) -> Result<(), Diagnostics> {
        for (at, symbols) in self.tokens.windows(6).enumerate().filter(|(at, _)| self.is_below[*at]) {
            let [letter, caret, brace, minus, one, close] = symbols else { continue };
            let is_inverse = matches!(letter.tok, Tok::Word(_))
                && caret.tok == Tok::Caret
                && matches!(brace.tok, Tok::Open(_))
                && minus.tok == Tok::Minus
                && matches!(&one.tok, Tok::Number(value) if value.is_one())
                && matches!(close.tok, Tok::Close(_));
            let Some([open, index, end]) = self.tokens.get(at + 6..at + 9) else { continue };
            let is_call = open.tok == Tok::Open(Bracket::Round)
                && matches!(&index.tok, Tok::Word(word) if self.bound.contains(word))
                && matches!(end.tok, Tok::Close(_));
            if is_inverse && is_call {
                let span = letter.span.join(end.span);
                let written = self.source.get(span.start..span.end).unwrap_or_default();
                let below = self.source.get(index.span.start..index.span.end).unwrap_or_default();
                let message = format!("`{written}` cannot be read as an index");
                let error = Diagnostic::new("P0008", message, span, "the inverse of a permutation?");
                return Err(vec![error.with_help(format!("write a letter of its own for it: `q({below})`"))]);
            }
        }
        Ok(())
    }

    /// The indices in the bracket that opens at a place, where it stands behind an array.
    fn indices(&self, open: usize) -> Option<Indices> {
        let is_square = self.tokens[open].tok == Tok::Open(Bracket::Square);
        if !self.is_indexed(open) {
            return None;
        }
        let found = self.inside(open, is_square)?;
        if is_square && behind_cross_below(self.tokens, found.close + 1).is_some() {
            return None;
        }
        let is_base = |token: &Token| token.tok == self.tokens[open - 1].tok;
        let holds_base = found.parts.iter().flatten().any(is_base);
        // Of a value in brackets, `(A x)[i]`, a letter is one that is nothing else.
        let is_group = matches!(self.tokens[open - 1].tok, Tok::Close(_)) && !self.is_below(open - 1);
        let is_plain = |token: &Token| match &token.tok {
            Tok::Word(word) => INDICES[..4].contains(&word.as_str()) || self.bound.contains(word),
            _ => true,
        };
        let is_plain = |token: &Token| is_plain(token) || self.is_class(open);
        let has_index = found.parts.iter().flatten().any(|token| matches!(token.tok, Tok::Word(_)));
        (has_index && !holds_base && (!is_group || found.parts.iter().flatten().all(is_plain))).then_some(found)
    }

    /// The small letter that stands alone in the square bracket at a place.
    fn letter(&self, open: usize) -> Option<&'t str> {
        let [bracket, Token { tok: Tok::Word(word), .. }, close] = self.tokens.get(open..open + 3)? else {
            return None;
        };
        let is_square = bracket.tok == Tok::Open(Bracket::Square) && close.tok == Tok::Close(Bracket::Square);
        let is_small = word.len() == 1 && word.starts_with(|letter: char| letter.is_ascii_lowercase());
        (is_square && is_small && !self.is_latex).then_some(word)
    }

    /// Whether the letter of a class is nothing else in the text.
    fn looks_for_class(&self) -> bool {
        !self.bound.contains(CLASS)
            && !self.names.is_variable(CLASS)
            && matches!(self.names.rank(CLASS), None | Some(Rank::Scalar))
            && self.tokens.iter().enumerate().all(|(at, token)| match &token.tok {
                Tok::Word(word) if word == CLASS => at > 0 && self.letter(at - 1).is_some(),
                Tok::Word(word) => !word.contains(CLASS) || self.names.whole(word).is_some(),
                _ => true,
            })
    }

    /// Whether a square bracket holds the class whose score is meant.
    fn is_class(&self, open: usize) -> bool {
        let is_base = |before: usize| !matches!(&self.tokens[before].tok, Tok::Word(base) if is_function_letter(base));
        self.has_class && self.letter(open) == Some(CLASS) && open.checked_sub(1).is_some_and(is_base)
    }

    /// What is said of a class in brackets.
    fn class(&self, open: usize) -> Option<Remark> {
        if !self.is_class(open) {
            return None;
        }
        let span = self.tokens[open].span.join(self.tokens[open + 2].span);
        let written = self.source.get(span.start..span.end)?;
        let message = format!("`{CLASS}` in `{written}` is read as an index; a product is written with round brackets");
        Some(Remark { row: "class-index", span, message: message.into(), other: None })
    }

    /// What is said of a letter in square brackets that is read as a factor.
    fn product(&self, open: usize) -> Option<Remark> {
        let letter = self.letter(open)?;
        let Tok::Word(base) = &self.tokens[open.checked_sub(1)?].tok else { return None };
        if !self.is_indexed(open) || is_function_letter(base) || !base.starts_with(char::is_lowercase) {
            return None;
        }
        let span = self.tokens[open - 1].span.join(self.tokens[open + 2].span);
        let written = self.source.get(span.start..span.end)?;
        let other = format!("{base}[k]");
        let message = format!("`{written}` is read as the product `{base} {letter}`; an entry is written `{other}`");
        Some(Remark { row: "product-with-index", span, message: message.into(), other: Some(other) })
    }

    /// Whether more than the brace of `\mathbf{x}` stands before a bracket.
    fn is_apart(&self, open: usize) -> bool {
        let before = open.checked_sub(1).map_or(0, |before| self.tokens[before].span.end);
        let between = self.source.get(before..self.tokens[open].span.start).unwrap_or("");
        // In LaTeX a blank means nothing.
        self.tokens[open].blank
            && !self.is_latex
            && !(between.starts_with('}') && between.bytes().all(|byte| byte == b'}'))
    }

    /// The letter before a round bracket below another letter, whose value at an index is an index, `y_{\sigma(i)}`: where its word begins
    /// with bound ones, `A_{ip(i)}`, the last one.
    fn letter_below(&self, open: usize) -> Option<&'t str> {
        let before = open.checked_sub(1).filter(|before| self.is_below[*before])?;
        let Tok::Word(word) = &self.tokens[before].tok else { return None };
        let last = match (greek(word), word.char_indices().next_back()) {
            (None, Some((last, _))) if !self.names.has_base(word) => last,
            _ => 0,
        };
        let (bound, letter) = word.split_at(last);
        let is_bound = |index: char| self.bound.contains(index.encode_utf8(&mut [0; 4]) as &str);
        let is_open = !matches!(letter, "e" | "I")
            && !self.names.has_function(letter)
            && self.names.rank(letter) != Some(Rank::Scalar)
            && !self.bound.contains(letter);
        let is_first =
            before.checked_sub(1).is_none_or(|at| !matches!(self.tokens[at].tok, Tok::Caret | Tok::Underscore));
        let is_round = self.tokens[open].tok == Tok::Open(Bracket::Round) && !self.is_apart(open);
        (is_round && is_first && is_open && bound.chars().all(is_bound)).then_some(letter)
    }

    /// Sets the letter at a place apart from the indices before it, where it is an index of its own.
    fn begin_index(&self, out: &mut Vec<Token>, at: usize) {
        let (Some(letter), Some(token)) = (self.letter_below(at + 1), out.pop()) else { return };
        let Tok::Word(word) = &token.tok else { return };
        let front = &word[..word.len() - letter.len()];
        let follows = match at.checked_sub(1).map(|before| &self.tokens[before].tok) {
            Some(Tok::Word(index)) => self.bound.contains(index),
            Some(Tok::Close(Bracket::Round)) => true,
            _ => false,
        };
        if !front.is_empty() {
            out.push(Token { tok: Tok::Word(front.to_owned()), ..token.clone() });
        }
        if follows || !front.is_empty() {
            out.push(Token::new(Tok::Comma, token.span));
        }
        out.push(Token { tok: Tok::Word(letter.to_owned()), ..token.clone() });
    }

    /// Whether what stands before a bracket can have an index.
    fn is_indexed(&self, open: usize) -> bool {
        let (Some(before), is_square) = (open.checked_sub(1), self.tokens[open].tok == Tok::Open(Bracket::Square))
        else {
            return false;
        };
        if self.is_apart(open) {
            return false;
        }
        if self.letter_below(open).is_some() {
            return true;
        }
        let is_after = |tok: &Tok| before > 0 && self.tokens[before - 1].tok == *tok;
        match &self.tokens[before].tok {
            Tok::Word(word) => {
                let last = word.chars().next_back().unwrap_or('x');
                let is_function = self.names.has_function(word) || function(word).is_some();
                let is_letter = word.chars().count() == 1;
                let of_round = (is_letter || self.names.has_base(word))
                    && !is_function_letter(word)
                    && (last.is_ascii_alphabetic() || self.names.has_base(word))
                    && !matches!(word.as_str(), "e" | "I")
                    && !self.bound.contains(word);
                !is_function
                    && !is_after(&Tok::Caret)
                    && self.names.rank(word) != Some(Rank::Scalar)
                    && (self.names.has_base(word) || !matches!(word.as_str(), "E" | "e" | "pi" | "π" | "I"))
                    && (is_square || of_round && !is_after(&Tok::Underscore))
            }
            Tok::Number(_) => is_square && is_after(&Tok::Underscore),
            Tok::Close(Bracket::Brace) => is_square && self.is_below(before),
            Tok::Close(Bracket::Round | Bracket::Square) => is_square,
            _ => false,
        }
    }

    /// Whether the group that ends at a place stands below something.
    fn is_below(&self, close: usize) -> bool {
        let open = self.tokens[close].partner;
        open > 0 && open < close && self.tokens[open - 1].tok == Tok::Underscore
    }

    /// What stands between the commas of a bracket, where all of it are indices, numbers and `:`.
    fn inside(&self, open: usize, is_square: bool) -> Option<Indices> {
        let bracket = if is_square { Bracket::Square } else { Bracket::Round };
        if self.tokens.get(open)?.tok != Tok::Open(bracket) || self.is_apart(open) {
            return None;
        }
        let close = closing(&self.tokens[..self.tokens.len().min(open + MAX_SYMBOLS)], open)?;
        let written = self.tokens[open + 1..close].split(|token| token.tok == Tok::Comma);
        let mut parts = Vec::new();
        let mut has_sum = false;
        for part in written {
            has_sum |= part.len() > 1;
            parts.push(match part {
                [colon] if colon.tok == Tok::Colon && is_square => part.to_vec(),
                [Token { tok: Tok::Number(value), .. }] => {
                    let value = value.to_i64().filter(|value| *value >= 0)?;
                    let shifted = Coeff::integer(value + i64::from(is_square && self.from_zero));
                    vec![Token { tok: Tok::Number(shifted), ..part[0].clone() }]
                }
                _ if self.is_index(part, open, is_square) => part.to_vec(),
                _ => return None,
            });
        }
        (parts.len() <= 2).then_some(Indices { parts, close, has_sum })
    }

    /// Whether a part of a bracket is an index: letters of which each is one, with numbers that are added, and factors that are numbers.
    fn is_index(&self, part: &[Token], open: usize, is_square: bool) -> bool {
        let behind_small = match &self.tokens[open - 1].tok {
            Tok::Word(word) => word.ends_with(char::is_lowercase),
            _ => false,
        };
        let is_step = |word: &str| STEPS.contains(&word) && (part.len() > 1 || behind_small);
        // Of round brackets a letter is at most noted.
        let is_open = |word: &str| match is_square {
            true => INDICES.contains(&word) || is_step(word),
            false => INDICES[..3].contains(&word) && part.len() > 1,
        };
        let is_letter = |word: &str| {
            self.bound.contains(word)
                || part.len() == 1 && self.is_class(open)
                || is_open(word) && !self.names.is_variable(word) && self.names.rank(word).is_none()
        };
        let mut is_operand_next = true;
        for (at, token) in part.iter().enumerate() {
            match &token.tok {
                Tok::Word(word) if at == 0 || is_operand_next || matches!(part[at - 1].tok, Tok::Number(_)) => {
                    if !is_letter(word) || at > 0 && !is_operand_next && token.blank {
                        return false;
                    }
                    is_operand_next = false;
                }
                Tok::Number(value) if is_operand_next && value.to_i64().is_some() => is_operand_next = false,
                Tok::Plus | Tok::Minus if !is_operand_next => is_operand_next = true,
                Tok::Op(ProductOp::Star) if !is_operand_next => is_operand_next = true,
                _ => return false,
            }
        }
        let has_letter = |token: &Token| matches!(token.tok, Tok::Word(_));
        // `t[1 - s]` begins with a number, as no index does.
        let begins = part
            .iter()
            .position(has_letter)
            .is_some_and(|first| !part[..first].iter().any(|token| matches!(token.tok, Tok::Plus | Tok::Minus)));
        !is_operand_next && begins
    }
}
