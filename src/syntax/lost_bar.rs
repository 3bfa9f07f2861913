//! Norms whose bars became letters, as text that is copied from a page has them: `kxk2`, `λkwk^2`, `kAx − bk2`. They are refused, as is the
//! norm with three bars, of which nobody can tell which one it is.

use rustc_hash::FxHashSet;

use super::ast::Remark;
use super::names::KnownNames;
use super::token::{Side, Tok, Token};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;

/// What stands behind the closing bars: a power, the name of a norm, or both.
const TAILS: [&str; 7] = ["1", "2", "22", "F", "2F", "F2", "∞"];

/// The most letters between two that were bars.
const MOST_INSIDE: usize = 4;

/// What is said of a k at the beginning and at the end of what may be a norm.
///
/// # Errors
/// Norms whose bars are lost, and those with three bars.
pub(super) fn check(
    tokens: &[Token],
    names: &KnownNames,
    source: &str,
    bound: &FxHashSet<String>,
) -> Result<Option<Remark>, Diagnostics> {
    if let Some(span) = three_bars(tokens) {
        let written = source.get(span.start..span.end).unwrap_or("|||");
        let inner = written.trim_matches(|bar| matches!(bar, '|' | '‖' | '\\')).trim();
        let error = Diagnostic::new("P0008", "a norm with three bars", span, "which norm is not said");
        return Err(vec![
            error
                .with_help(format!(
                    "for the spectral norm write `||{inner}||_2`, for the Frobenius norm `||{inner}||_F`"
                ))
                .with_help(format!("for the nuclear norm write `||{inner}||_*`")),
        ]);
    }
    let is_letter = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == "k");
    if source.contains('\\')
        || names.has_base("k")
        || names.has_size("k")
        || bound.contains("k")
        || tokens.iter().any(is_letter)
    {
        return Ok(None);
    }
    for at in 0..tokens.len() {
        let Tok::Word(word) = &tokens[at].tok else { continue };
        if names.whole(word).is_some() || at > 0 && matches!(tokens[at - 1].tok, Tok::Underscore | Tok::Caret) {
            continue;
        }
        if let Some(inner) = between(word, is_raised(tokens, at)) {
            return Err(vec![lost(tokens[at].span, inner)]);
        }
        let Some(end) = begins(word).and_then(|_| ends_behind(tokens, at, names)) else { continue };
        let span = Span::new(tokens[at].span.start + word.find('k').unwrap_or(0), tokens[end].span.end);
        let written = source.get(span.start..span.end).unwrap_or("");
        let (inner, _) = written.rsplit_once('k').unwrap_or((written, ""));
        let inner = inner.trim_start_matches('k');
        if begins(word).is_some_and(char::is_uppercase) && !written.ends_with('k') {
            return Err(vec![lost(span, inner)]);
        }
        let message = format!("`{written}` is read with a factor k; a norm is written `||{inner}||^2`").into();
        return Ok(Some(Remark { row: "lost-bars", span, message, other: Some(format!("||{inner}||^2")) }));
    }
    Ok(None)
}

fn lost(span: Span, inner: &str) -> Diagnostic {
    Diagnostic::new("P0008", "a norm whose bars became letters", span, "a `k` stands on both sides")
        .with_help(format!("write the bars: `||{inner}||^2` or `||{inner}||_2`"))
        .with_help("a factor k is written with blanks around it")
}

/// Whether a power or a subscript stands behind a word.
fn is_raised(tokens: &[Token], at: usize) -> bool {
    matches!(tokens.get(at + 1).map(|next| &next.tok), Some(Tok::Caret | Tok::Stars | Tok::Underscore))
}

/// What a word has behind its last k, where that can stand behind a norm.
fn closed(word: &str, is_raised: bool) -> Option<&str> {
    let (before, tail) = word.rsplit_once('k')?;
    let is_tail = TAILS.contains(&tail) || tail.is_empty() && is_raised;
    (is_tail && !before.is_empty()).then_some(before)
}

/// What stands between two k in a word, behind at most one letter: x of `λkxk2`.
fn between(word: &str, is_raised: bool) -> Option<&str> {
    let (factor, inner) = closed(word, is_raised)?.split_once('k')?;
    let is_inner = !inner.contains('k') && (1..=MOST_INSIDE).contains(&inner.chars().count());
    (is_inner && factor.chars().count() <= 1).then_some(inner)
}

/// The letter behind the k that a word begins with, alone or behind a Greek letter.
fn begins(word: &str) -> Option<char> {
    let (factor, inner) = word.split_once('k')?;
    let is_factor = factor.chars().all(|letter| ('α'..='ω').contains(&letter));
    inner.chars().next().filter(|_| is_factor && !inner.contains('k'))
}

/// The place at which a norm ends that a word begins, behind a sign and at the same depth: `kAx − bk2`.
fn ends_behind(tokens: &[Token], at: usize, names: &KnownNames) -> Option<usize> {
    let (mut depth, mut has_sign) = (0_usize, false);
    for (place, token) in tokens.iter().enumerate().skip(at + 1) {
        match &token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.checked_sub(1)?,
            Tok::Plus | Tok::Minus if depth == 0 => has_sign = true,
            Tok::Comma | Tok::Semicolon | Tok::Equal => return None,
            Tok::Word(word) if word.contains('k') && names.whole(word).is_none() => {
                let is_end = has_sign && depth == 0 && closed(word, is_raised(tokens, place)).is_some();
                return is_end.then_some(place);
            }
            _ => {}
        }
    }
    None
}

/// Where `|||` stands on both sides of what has no bars.
fn three_bars(tokens: &[Token]) -> Option<Span> {
    let is_bar = |token: &Token| matches!(token.tok, Tok::Bar(_) | Tok::DoubleBar(..));
    let is_triple = |at: usize| {
        tokens.get(at..at + 2).is_some_and(|pair| {
            let is_tight = pair[0].span.end == pair[1].span.start;
            is_tight && matches!((&pair[0].tok, &pair[1].tok), (Tok::DoubleBar(_, true), Tok::Bar(Side::Either)))
        })
    };
    let open = tokens.iter().position(is_bar).filter(|at| is_triple(*at))?;
    let close = open + 2 + tokens[open + 2..].iter().position(is_bar)?;
    let goes_on = tokens.get(close + 2).is_some_and(is_bar);
    (close > open + 2 && is_triple(close) && !goes_on).then(|| tokens[open].span.join(tokens[close + 1].span))
}
