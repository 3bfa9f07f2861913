//! `\Sigma` and `\Pi` of LaTeX, where the signs of sums and products are `\sum` and `\prod`: letters, unless what follows can only be summed.

use super::ast::{Function, Mark, ProductOp, Remark};
use super::function::{function, is_entrywise};
use super::greek::greek;
use super::names::KnownNames;
use super::raised::split_first;
use super::token::{Bracket, Relation, Side, Tok, Token, closing, closing_of_script};
use super::word_below::is_word_below;

/// The most places of such letters that are looked at.
const MOST_PLACES: usize = 200;

/// The most symbols of a term in which the index below a letter is looked for.
const MOST_OF_TERM: usize = 512;

/// A letter with something below it.
struct Place {
    at: usize,
    /// The place behind what stands below it.
    end: usize,
}

/// What such a letter is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// A letter for certain.
    Letter,
    /// A letter, as far as can be told.
    LikelyLetter,
    /// A sum or product, as far as can be told.
    LikelySign,
    /// Whatever it would be in another spelling.
    Open,
}

/// Marks those that are letters, with a note where they could be signs; and with one on those that are read as signs.
pub(super) fn mark(tokens: &mut Vec<Token>, names: &KnownNames, source: &str) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (symbol, sign) in [("Σ", "sum"), ("Π", "prod")] {
        let is_it = |token: &Token| {
            matches!(&token.tok, Tok::Word(word) if word == symbol)
                && source.get(token.span.start..token.span.end).is_some_and(|text| text.starts_with('\\'))
        };
        let all: Vec<usize> = (0..tokens.len()).filter(|at| is_it(&tokens[*at])).take(MOST_PLACES).collect();
        for at in all.iter().rev() {
            split_index(tokens, at + 2);
        }
        let all: Vec<usize> = (0..tokens.len()).filter(|at| is_it(&tokens[*at])).take(MOST_PLACES).collect();
        let (mut bars, mut from) = (false, 0);
        for at in &all {
            let passed = tokens[from..*at].iter().filter(|token| matches!(token.tok, Tok::Bar(Side::Either))).count();
            bars ^= passed % 2 == 1;
            from = *at;
            // `\log|\Sigma|`
            tokens[*at].is_letter |= bars && matches!(tokens.get(at + 1).map(|next| &next.tok), Some(Tok::Bar(_)));
        }
        let places: Vec<Place> = all.iter().filter_map(|at| place(tokens, *at)).collect();
        let is_plain = all.len() > places.len();
        let meanings: Vec<Meaning> = places.iter().map(|one| meaning(tokens, one, is_plain, names)).collect();
        let has = |meaning: Meaning| meanings.contains(&meaning);
        // Beside one that can only be a letter all are.
        let is_certain = has(Meaning::Letter);
        let is_letter = is_certain || has(Meaning::LikelyLetter);
        for (one, meaning) in places.iter().zip(&meanings) {
            if *meaning == Meaning::Open {
                continue;
            }
            tokens[one.at].is_letter = is_letter;
            if is_certain || remarks.iter().any(|known: &Remark| known.row == "capital-sign") {
                continue;
            }
            let span = tokens[one.at].span.join(tokens[one.end - 1].span);
            let command = source.get(tokens[one.at].span.start..tokens[one.at].span.end).unwrap_or_default();
            let below = source.get(tokens[one.at].span.end..span.end).unwrap_or_default();
            let message = if is_letter {
                format!("`{command}{below}` is read as a letter; the sign is written `\\{sign}{below}`")
            } else {
                let kind = if sign == "sum" { "sum" } else { "product" };
                format!("`{command}{below}` is read as the sign of a {kind}, which is written `\\{sign}{below}`")
            };
            remarks.push(Remark { row: "capital-sign", span, message: message.into(), other: None });
        }
    }
    remarks
}

/// Leaves one letter below a sign without braces, `\Sigma_jz_j`, where the letters are no word.
fn split_index(tokens: &mut Vec<Token>, at: usize) {
    let is_below = at > 0 && tokens.get(at - 1).is_some_and(|mark| mark.tok == Tok::Underscore);
    let is_run = match tokens.get(at).map(|token| &token.tok) {
        Some(Tok::Word(word)) => {
            let is_word = word.chars().filter(|c| c.is_lowercase()).count() > 2 || is_word_below(word);
            word.chars().nth(1).is_some() && !is_word && greek(word).is_none()
        }
        _ => false,
    };
    if is_below && is_run {
        split_first(tokens, at);
    }
}

/// The letter at a place with what stands below it, where something does.
fn place(tokens: &[Token], at: usize) -> Option<Place> {
    if tokens.get(at + 1)?.tok != Tok::Underscore {
        return None;
    }
    let end = match tokens.get(at + 2)?.tok {
        Tok::Open(Bracket::Brace) => closing_of_script(tokens, at + 2)? + 1,
        Tok::End => return None,
        _ => at + 3,
    };
    Some(Place { at, end })
}

/// What stands below a letter.
fn below<'t>(tokens: &'t [Token], one: &Place) -> &'t [Token] {
    let inner = &tokens[one.at + 2..one.end];
    if inner.len() > 1 { &inner[1..inner.len() - 1] } else { inner }
}

fn meaning(tokens: &[Token], one: &Place, is_plain: bool, names: &KnownNames) -> Meaning {
    let inner = below(tokens, one);
    let is_range = |token: &Token| {
        let is_order = matches!(token.tok, Tok::Equal | Tok::Less | Tok::Greater);
        is_order || matches!(token.tok, Tok::Relation(relation) if relation != Relation::Above)
    };
    if inner.iter().any(is_range) {
        return Meaning::Open;
    }
    let Tok::Word(symbol) = &tokens[one.at].tok else { return Meaning::Open };
    let mut indices: Vec<char> = Vec::new();
    for token in inner {
        match &token.tok {
            Tok::Word(word) => indices.extend(word.chars()),
            Tok::Comma => {}
            _ => return Meaning::Letter,
        }
    }
    let is_index = |letter: &char| matches!(letter, 'i' | 'j' | 'k' | 'l' | 'm' | 'n' | 't' | 's' | 'p' | 'q' | 'r');
    let is_one = indices.len() == 1;
    // `C_k\Sigma_kC_k^T`
    let is_behind_member = match &tokens[..one.at] {
        [.., mark, Token { tok: Tok::Word(word), .. }] if mark.tok == Tok::Underscore => {
            is_one && word.ends_with(&indices[..])
        }
        [.., mark, open, Token { tok: Tok::Word(word), .. }, _]
            if mark.tok == Tok::Underscore && open.tok == Tok::Open(Bracket::Brace) =>
        {
            is_one && word.ends_with(&indices[..])
        }
        _ => false,
    };
    let is_raised = tokens.get(one.end).is_some_and(|next| matches!(next.tok, Tok::Prime))
        || tokens.get(one.end).is_some_and(|next| next.tok == Tok::Caret)
            && tokens[one.end + 1..].iter().take(2).any(|next| is_mark(&next.tok));
    let has_sign = tokens.iter().any(|token| matches!(token.tok, Tok::BigSum | Tok::BigProduct));
    if is_plain
        || is_raised
        || is_behind_member
        || has_sign
        || tokens[one.at].mark == Mark::Bold
        || names.has_base(symbol)
        || !indices.iter().all(is_index)
        || !is_one
            && inner.iter().all(|token| token.tok != Tok::Comma)
            && indices.windows(2).any(|pair| pair[0] == pair[1])
    {
        return Meaning::Letter;
    }
    // With an upper bound it is a sign.
    if tokens.get(one.end).is_some_and(|next| next.tok == Tok::Caret) && is_one && !is_power(tokens, one.end) {
        return Meaning::Open;
    }
    let behind = one.end..end_of_term(tokens, one.end);
    let occurs = |letter: &char| {
        behind.clone().skip(1).any(|at| {
            let is_below = tokens[at - 1].tok == Tok::Underscore
                || at > 1
                    && matches!(tokens[at - 1].tok, Tok::Open(Bracket::Brace))
                    && tokens[at - 2].tok == Tok::Underscore;
            is_below && matches!(&tokens[at].tok, Tok::Word(word) if word.contains(*letter))
        })
    };
    if !indices.iter().any(occurs) {
        return Meaning::Letter;
    }
    let is_nested = behind.start < behind.end && is_sign_at(tokens, behind.start, symbol);
    let is_list = !is_one && indices.iter().all(occurs);
    if is_list || is_nested || begins_summand(tokens, behind.start, behind.end) {
        Meaning::LikelySign
    } else {
        Meaning::LikelyLetter
    }
}

/// Whether a raised symbol is the mark of a matrix: a transpose, an inverse, a root.
fn is_mark(tok: &Tok) -> bool {
    match tok {
        Tok::Minus | Tok::Top | Tok::Prime | Tok::Dagger | Tok::Plus | Tok::Op(ProductOp::Star) => true,
        Tok::Word(word) => word == "T",
        _ => false,
    }
}

/// Whether a number or a fraction is raised at a place: `\Sigma_k^{1/2}`.
fn is_power(tokens: &[Token], caret: usize) -> bool {
    match tokens.get(caret + 1).map(|next| &next.tok) {
        Some(Tok::Number(_)) => true,
        Some(Tok::Open(Bracket::Brace)) => {
            matches!(tokens.get(caret + 3).map(|next| &next.tok), Some(Tok::Op(ProductOp::Divide)))
        }
        _ => false,
    }
}

/// Whether such a letter with an index stands at a place, of another sum within.
fn is_sign_at(tokens: &[Token], at: usize, symbol: &str) -> bool {
    matches!(&tokens[at].tok, Tok::Word(word) if word == symbol)
        && tokens.get(at + 1).is_some_and(|next| next.tok == Tok::Underscore)
}

/// The place where the term that begins at a place ends.
fn end_of_term(tokens: &[Token], from: usize) -> usize {
    let (mut depth, mut at) = (0_usize, from);
    while let Some(token) = tokens.get(at).filter(|_| at < from + MOST_OF_TERM) {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) if depth == 0 => break,
            Tok::Close(_) => depth -= 1,
            Tok::Plus | Tok::Minus | Tok::Equal | Tok::Comma | Tok::Semicolon if depth == 0 && at > from => break,
            Tok::End => break,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Whether what begins at a place is a number that a matrix would hardly stand before: bars, the power of a bracket or of a small letter, a
/// function of numbers, two members side by side.
fn begins_summand(tokens: &[Token], from: usize, to: usize) -> bool {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let is_exponent = |caret: usize| {
        tok(caret) == Some(&Tok::Caret) && !tokens[caret + 1..].iter().take(2).any(|next| is_mark(&next.tok))
    };
    match tok(from) {
        Some(Tok::Bar(_) | Tok::DoubleBar(..) | Tok::Frac | Tok::Number(_) | Tok::Sqrt) => true,
        Some(Tok::Open(Bracket::Round | Bracket::Square)) => {
            closing(&tokens[..to.min(tokens.len())], from).is_some_and(|close| is_exponent(close + 1))
        }
        Some(Tok::Word(word)) if function(word).is_some() => {
            function(word).is_some_and(|found| is_entrywise(found) || matches!(found, Function::Det | Function::LogDet))
        }
        // `\Sigma_i\Sigma_j A_{ij}x_ix_j`
        Some(Tok::Word(word)) if word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase()) => {
            let open = from + 2;
            let is_group = tok(from + 1) == Some(&Tok::Underscore) && tok(open) == Some(&Tok::Open(Bracket::Brace));
            let Some(close) = closing_of_script(tokens, open).filter(|_| is_group) else { return false };
            let mut indices = tokens[open + 1..close].iter().map(|token| match &token.tok {
                Tok::Word(word) if word.chars().all(|letter| matches!(letter, 'i' | 'j' | 'k' | 'l')) => word.len(),
                _ => 0,
            });
            indices.clone().sum::<usize>() == 2
                && indices.all(|count| count > 0)
                && matches!(tok(close + 1), Some(Tok::Word(word)) if is_small(word))
        }
        Some(Tok::Word(word)) if is_small(word) => {
            let behind = |at: usize| match tok(at) {
                Some(Tok::Underscore) if tok(at + 1) == Some(&Tok::Open(Bracket::Brace)) => {
                    closing_of_script(tokens, at + 1).map_or(at, |close| close + 1)
                }
                Some(Tok::Underscore) => at + 2,
                _ => at,
            };
            let next = behind(from + 1);
            let is_member = |at: usize| {
                matches!(tok(at), Some(Tok::Word(word)) if is_small(word)) && tok(at + 1) == Some(&Tok::Underscore)
            };
            // In `\Sigma_i a_ix_i` the letters run on.
            let runs_on = matches!(tok(next.saturating_sub(1)), Some(Tok::Word(word)) if word.chars().count() == 2 && word.chars().all(char::is_lowercase))
                && tok(next) == Some(&Tok::Underscore);
            is_exponent(next) || next > from + 1 && is_member(next) || runs_on
        }
        _ => false,
    }
}

/// Whether a word is one small letter of the alphabet.
fn is_small(word: &str) -> bool {
    word.len() == 1 && word.starts_with(|c: char| c.is_ascii_lowercase())
}
