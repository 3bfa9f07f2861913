//! `x'` beside `x` in a sum, as in the kernel of `\|x - x'\|`: a second point, not the transpose of the first.

use rustc_hash::FxHashMap;

use super::ast::Remark;
use super::names::{KnownNames, Rank};
use super::token::{Bracket, Tok, Token};

/// A letter with a prime: the places of the letter, of the first sign behind it and behind the last.
struct Primed {
    letter: usize,
    from: usize,
    to: usize,
    /// Whether the prime is raised as an exponent, `x^\prime`.
    is_raised: bool,
}

/// Gives a second point its name, x with the label "prime", with a note.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str) -> (Vec<Token>, Vec<Remark>) {
    if !tokens.iter().any(|token| token.tok == Tok::Prime) {
        return (tokens, Vec::new());
    }
    let all: Vec<Primed> = (0..tokens.len()).filter_map(|at| primed(&tokens, at, names)).collect();
    let letter = |at: usize| match &tokens[at].tok {
        Tok::Word(word) => word.as_str(),
        _ => "",
    };
    let mut beside: FxHashMap<&str, usize> = FxHashMap::default();
    for one in all.iter().filter(|one| stands_beside_its_letter(&tokens, one)) {
        beside.entry(letter(one.letter)).or_insert(one.letter);
    }
    let mut remarks: Vec<Remark> = Vec::new();
    let mut points: Vec<&Primed> = Vec::new();
    for one in &all {
        // As it is printed: x′, x^{\prime}.
        let sign = tokens[one.from].span;
        let is_marked = one.is_raised || source.get(sign.start..sign.end) == Some("′");
        let is_known = is_marked && names.has_symbol(&format!("{}^prime", letter(one.letter)));
        if is_known {
            points.push(one);
            continue;
        }
        let Some(first) = beside.get(letter(one.letter)) else { continue };
        // Of `x'A x` the prime transposes; a raised one is a label everywhere.
        if one.is_raised || ends_factor(tokens.get(one.to)) {
            if *first == one.letter {
                let span = tokens[one.letter].span.join(tokens[one.to - 1].span);
                let mut written = source.get(span.start..span.end).unwrap_or("x'").to_owned();
                // Of `\\mathbf{x}'` the brace belongs to the command.
                if let (Some(brace), None) = (written.find('}'), written.find('{')) {
                    written.remove(brace);
                }
                let own = letter(one.letter);
                let message =
                    format!("`{written}` is read as another point, beside `{own}`; the transpose is written `{own}^T`");
                remarks.push(Remark { row: "second-point", span, message: message.into(), other: None });
            }
            points.push(one);
        }
    }
    if points.is_empty() {
        return (tokens, Vec::new());
    }
    let mut out = Vec::with_capacity(tokens.len() + 4 * points.len());
    let mut points = points.into_iter().peekable();
    let mut at = 0;
    while at < tokens.len() {
        match points.next_if(|one| one.from == at) {
            Some(one) => {
                let sign = &tokens[one.from];
                let label =
                    [Tok::Caret, Tok::Open(Bracket::Brace), Tok::Word("prime".to_owned()), Tok::Close(Bracket::Brace)];
                out.extend(label.into_iter().map(|tok| Token { tok, ..sign.clone() }));
                at = one.to;
            }
            None => {
                out.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    (out, remarks)
}

/// The letter at a place that has one prime, where it may be a point: no capital, and no declared matrix.
fn primed(tokens: &[Token], at: usize, names: &KnownNames) -> Option<Primed> {
    let Tok::Word(word) = &tokens[at].tok else { return None };
    let is_letter = word.chars().filter(|c| c.is_alphabetic()).count() == 1 && word.starts_with(char::is_lowercase);
    if !is_letter || names.rank(word) == Some(Rank::Matrix) {
        return None;
    }
    // `\mathbf{x}'`
    let from = at + 1 + usize::from(tokens.get(at + 1)?.tok == Tok::Close(Bracket::Brace));
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let (to, is_raised) = match tok(from)? {
        Tok::Prime => (from + 1, false),
        Tok::Caret if tok(from + 1) == Some(&Tok::Prime) => (from + 2, true),
        Tok::Caret
            if tok(from + 1) == Some(&Tok::Open(Bracket::Brace))
                && tok(from + 2) == Some(&Tok::Prime)
                && tok(from + 3) == Some(&Tok::Close(Bracket::Brace)) =>
        {
            (from + 4, true)
        }
        _ => return None,
    };
    (tok(to) != Some(&Tok::Prime)).then_some(Primed { letter: at, from, to, is_raised })
}

/// Whether a primed letter is a term beside the letter itself: `x - x'`, `x' - x`.
fn stands_beside_its_letter(tokens: &[Token], one: &Primed) -> bool {
    let tok = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| &token.tok);
    let is_sign = |at: Option<usize>| matches!(tok(at), Some(Tok::Plus | Tok::Minus));
    let is_same = |at: Option<usize>| tok(at) == Some(&tokens[one.letter].tok);
    let begins = |at: Option<usize>| {
        matches!(
            tok(at),
            None | Some(
                Tok::Open(_) | Tok::Bar(_) | Tok::DoubleBar(..) | Tok::Plus | Tok::Minus | Tok::Comma | Tok::Equal
            )
        )
    };
    let back = |steps: usize| one.letter.checked_sub(steps);
    let behind = is_sign(back(1)) && is_same(back(2)) && begins(back(3)) && ends_term(tokens.get(one.to));
    let before =
        is_sign(Some(one.to)) && is_same(Some(one.to + 1)) && begins(back(1)) && ends_term(tokens.get(one.to + 2));
    behind || before
}

fn ends_term(token: Option<&Token>) -> bool {
    token.is_none_or(|token| {
        matches!(
            token.tok,
            Tok::Close(_)
                | Tok::Bar(_)
                | Tok::DoubleBar(..)
                | Tok::Plus
                | Tok::Minus
                | Tok::Comma
                | Tok::Semicolon
                | Tok::End
        )
    })
}

/// Whether no operand follows that something transposed would be multiplied by.
fn ends_factor(token: Option<&Token>) -> bool {
    token.is_none_or(|token| {
        ends_term(Some(token)) || matches!(token.tok, Tok::Op(_) | Tok::Caret | Tok::Prime | Tok::Stars | Tok::DotCaret)
    })
}
