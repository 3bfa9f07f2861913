//! Increments: `\Delta x`, `Δθ` and `\delta q` as one name, not as a product.
//!
//! A name that is declared or differentiated by is read wherever its two letters stand side by side. Others are read so of Δ alone, where
//! each Δ of the text stands directly before a letter, and a note says so.

use rustc_hash::FxHashSet;

use super::ast::Remark;
use super::greek::greek;
use super::names::{KnownNames, Piece};
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::{Advice, Suggestion};
use crate::span::Span;

/// The letters that stand before what they change.
const SIGNS: [char; 2] = ['Δ', 'δ'];

/// Tokens with increments as one word each.
pub(super) struct Joined {
    pub(super) tokens: Vec<Token>,
    /// The names that were not known before.
    pub(super) names: Vec<String>,
    pub(super) remarks: Vec<Remark>,
}

/// Joins the letters of increments.
pub(super) fn join(tokens: Vec<Token>, known: &KnownNames, source: &str) -> Joined {
    let holds = |token: &Token| match &token.tok {
        Tok::Word(word) => word.contains(SIGNS) || word.starts_with("Delta") || word.starts_with("delta"),
        _ => false,
    };
    if !tokens.iter().any(holds) {
        return Joined { tokens, names: Vec::new(), remarks: Vec::new() };
    }
    let tokens = apart(tokens, known);
    let found: Vec<Option<(String, usize)>> = (0..tokens.len()).map(|at| increment(&tokens, at, known)).collect();
    let is_sign = |at: usize| sign(&tokens[at]) == Some('Δ');
    let (changed, alone) = letters(&tokens, &found);
    // A letter that is differentiated by, or stands on both sides, is multiplied by Δ.
    let is_open = |name: &str, at: usize| {
        let letter = name.trim_start_matches(SIGNS);
        let is_capital = letter.starts_with(char::is_uppercase);
        (!known.has_base(letter) || changed.contains(letter))
            && !stands_before(&tokens, &found, at, letter)
            && (!is_capital || alone.contains(letter))
    };
    let by_habit = !known.has_base("Δ")
        && (0..tokens.len()).filter(|at| is_sign(*at)).all(|at| match &found[at] {
            Some((name, _)) => known.has_base(name) || is_open(name, at),
            None => false,
        });
    // Where one δx is known to be a name, δ stands for increments.
    let words = tokens.iter().filter_map(|token| if let Tok::Word(word) = &token.tok { Some(word) } else { None });
    let mut written = found.iter().flatten().map(|(name, _)| name).chain(words);
    let of_small = !known.has_base("δ")
        && written.any(|name| name.starts_with('δ') && name.chars().count() > 1 && known.has_base(name));
    let mut out = Vec::with_capacity(tokens.len());
    let (mut names, mut remarks) = (Vec::new(), Vec::new());
    let are_all = (0..tokens.len()).filter(|at| is_sign(*at)).all(|at| found[at].is_some());
    if !by_habit && are_all && !known.has_base("Δ") {
        remarks.extend(as_product(&tokens, &found, known, source));
    }
    let mut noted: FxHashSet<&str> = FxHashSet::default();
    let mut at = 0;
    while at < tokens.len() {
        let joined = found[at].as_ref().filter(|(name, _)| {
            known.has_base(name)
                || by_habit && is_sign(at)
                || of_small && !is_sign(at) && (!known.has_base(name.trim_start_matches(SIGNS)) || is_open(name, at))
        });
        if let Some((name, length)) = joined {
            let next = &tokens[at + 1];
            let Tok::Word(word) = &next.tok else { unreachable!("an increment ends in a word") };
            let is_written = next.span.end - next.span.start == word.len();
            let middle = if is_written { next.span.start + length } else { next.span.end };
            let span = Span::new(tokens[at].span.start, middle);
            if !known.has_base(name) && noted.insert(name) {
                let written = source.get(span.start..span.end).unwrap_or(name);
                let message = Advice::from(format!("`{written}` is read as one name; for a product declare Δ: "))
                    .suggest(Suggestion::declaration("Δ: matrix(m,n)".to_owned()));
                remarks.push(Remark { row: "increment", span, message, other: None });
                names.push(name.clone());
            }
            let first = &tokens[at];
            out.push(Token {
                tok: Tok::Word(name.clone()),
                span,
                blank: first.blank,
                newline: first.newline,
                ..next.clone()
            });
            if *length < word.len() {
                let rest =
                    Token { tok: Tok::Word(word[*length..].to_owned()), blank: false, newline: false, ..next.clone() };
                out.push(Token { span: Span::new(middle, next.span.end), ..rest });
            }
            at += 2;
            continue;
        }
        out.push(tokens[at].clone());
        at += 1;
    }
    Joined { tokens: out, names, remarks }
}

/// The note at a Δ before a letter that is differentiated by, where it is read as a factor.
fn as_product(tokens: &[Token], found: &[Option<(String, usize)>], known: &KnownNames, source: &str) -> Option<Remark> {
    let is_open = |(at, increment): &(usize, &Option<(String, usize)>)| match increment {
        Some((name, _)) => {
            let letter = name.trim_start_matches(SIGNS);
            name.starts_with('Δ') && known.has_base(letter) && !stands_before(tokens, found, *at, letter)
        }
        None => false,
    };
    let (at, increment) = found.iter().enumerate().find(is_open)?;
    let (name, length) = increment.as_ref()?;
    let next = tokens[at + 1].span;
    let span = Span::new(tokens[at].span.start, (next.start + length).min(next.end));
    let written = source.get(span.start..span.end).unwrap_or(name);
    let message =
        Advice::from(format!("`{written}` is read as the product of Δ and a letter; for one name declare it: "))
            .suggest(Suggestion::declaration(format!("{name}: vector(n)")));
    Some(Remark { row: "increment", span, message, other: None })
}

/// The letter that a token is, where it is Δ or δ.
fn sign(token: &Token) -> Option<char> {
    match &token.tok {
        Tok::Word(word) => match word.as_str() {
            "Δ" | "Delta" => Some('Δ'),
            "δ" | "delta" => Some('δ'),
            _ => None,
        },
        _ => None,
    }
}

/// The runs of letters that hold a Δ or δ in pieces that begin with one, as `JΔq`.
fn apart(tokens: Vec<Token>, known: &KnownNames) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        let Tok::Word(word) = &token.tok else {
            out.push(token);
            continue;
        };
        let is_written = token.span.end - token.span.start == word.len();
        // `Deltatheta`, as a known Δθ is written in ASCII.
        let spelled = ["Delta", "delta"].into_iter().zip(SIGNS).find_map(|(spelling, sign)| {
            let rest = word.strip_prefix(spelling).filter(|rest| !rest.is_empty())?;
            let letter = greek(rest).map_or_else(|| rest.to_owned(), String::from);
            known.has_base(&format!("{sign}{letter}")).then_some(spelling.len())
        });
        if let Some(length) = spelled.filter(|_| is_written && known.whole(word).is_none()) {
            let middle = token.span.start + length;
            let first = Token { tok: Tok::Word(word[..length].to_owned()), ..token.clone() };
            out.push(Token { span: Span::new(token.span.start, middle), ..first });
            let rest =
                Token { tok: Tok::Word(word[length..].to_owned()), blank: false, newline: false, ..token.clone() };
            out.push(Token { span: Span::new(middle, token.span.end), ..rest });
            continue;
        }
        let has_sign = word.contains(SIGNS) && word.chars().count() > 1;
        if !has_sign || !is_written || known.whole(word).is_some() {
            out.push(token);
            continue;
        }
        let mut cuts = vec![0];
        for (at, letter) in word.char_indices().filter(|(_, letter)| SIGNS.contains(letter)) {
            cuts.extend([at, at + letter.len_utf8()]);
        }
        cuts.push(word.len());
        cuts.dedup();
        for pair in cuts.windows(2) {
            let span = Span::new(token.span.start + pair[0], token.span.start + pair[1]);
            let first = pair[0] == 0;
            out.push(Token {
                tok: Tok::Word(word[pair[0]..pair[1]].to_owned()),
                span,
                blank: token.blank && first,
                newline: token.newline && first,
                ..token.clone()
            });
        }
    }
    out
}

/// The name of the increment that begins at a place, and how much of the next word belongs to it.
fn increment(tokens: &[Token], at: usize, known: &KnownNames) -> Option<(String, usize)> {
    let sign = sign(&tokens[at])?;
    let next = tokens.get(at + 1)?;
    let Tok::Word(word) = &next.tok else { return None };
    let (letter, length) = match known.whole(word) {
        Some(Piece::Symbol(name)) => (name, word.len()),
        Some(Piece::User(_) | Piece::Function(_)) => return None,
        None => {
            let mut letters = word.char_indices().skip(1).skip_while(|(_, c)| !c.is_alphabetic());
            let length = letters.next().map_or(word.len(), |(end, _)| end);
            (word[..length].to_owned(), length)
        }
    };
    let behind = tokens.get(at + 2).map(|token| &token.tok);
    let is_called = length == word.len() && matches!(behind, Some(Tok::Open(Bracket::Round | Bracket::Square)));
    let is_named = known.has_base(&format!("{sign}{letter}"));
    (letter.starts_with(char::is_alphabetic) && (!is_called || is_named)).then(|| (format!("{sign}{letter}"), length))
}

/// Whether a letter is among the factors before a place, as in `x^T Δ x`.
fn stands_before(tokens: &[Token], found: &[Option<(String, usize)>], at: usize, letter: &str) -> bool {
    let is_of_factor = |place: &usize| {
        matches!(
            tokens[*place].tok,
            Tok::Word(_) | Tok::Caret | Tok::Prime | Tok::Top | Tok::Open(Bracket::Brace) | Tok::Close(Bracket::Brace)
        )
    };
    let mut factors = (0..at).rev().take_while(is_of_factor).take(8);
    factors.any(|place| {
        let follows = place.checked_sub(1).is_some_and(|before| found[before].is_some());
        !follows && matches!(&tokens[place].tok, Tok::Word(word) if word.ends_with(letter))
    })
}

/// The letters that an increment of theirs is added to, as in `W + ΔW`, and those that stand somewhere without a Δ before them.
fn letters(tokens: &[Token], found: &[Option<(String, usize)>]) -> (FxHashSet<String>, FxHashSet<String>) {
    let (mut changed, mut alone) = (FxHashSet::default(), FxHashSet::default());
    for (at, token) in tokens.iter().enumerate() {
        if let Some((name, _)) = &found[at]
            && let Some(before) = at.checked_sub(1).filter(|sign| matches!(tokens[*sign].tok, Tok::Plus | Tok::Minus))
        {
            let letter = name.trim_start_matches(SIGNS);
            // x of `x_k + Δx_k`.
            let is_letter = |place: usize| matches!(&tokens[place].tok, Tok::Word(word) if word == letter);
            if (0..before).rev().take(4).any(is_letter) {
                changed.insert(letter.to_owned());
            }
        }
        let follows = at.checked_sub(1).is_some_and(|before| found[before].is_some());
        if let Tok::Word(word) = &token.tok
            && !follows
        {
            alone.extend(word.chars().map(String::from));
            alone.insert(word.clone());
        }
    }
    (changed, alone)
}
