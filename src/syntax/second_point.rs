//! `x'` where it is a second point or a symbol of its own, not the transpose of x: beside `x` in a sum, as in the kernel of `\|x - x'\|`, or
//! between the same brackets, `k(x, x')`; behind something that is transposed by a raised T, `x^T x'`; with a power, `x'^2`, or behind the same
//! member, `x_i x'_i`.

use rustc_hash::FxHashMap;

use super::ast::Remark;
use super::greek::greek;
use super::names::{KnownNames, Rank};
use super::token::{Bracket, Tok, Token, closing};

/// The most symbols below a sign of a sum that are looked through for where they begin.
const MOST_OF_RANGE: usize = 64;

/// A letter with a prime, after what stands below it: the places of the letter, of what stands below it, of the first sign of the prime
/// and behind the last.
struct Primed {
    letter: usize,
    below: usize,
    from: usize,
    to: usize,
    /// Whether the prime is raised as an exponent, `x^\prime`.
    is_raised: bool,
    /// Whether the letter is the last of a run, as x of `γx′`.
    ends_run: bool,
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
    let has_plain = |one: &Primed| {
        let is_it = |at: &usize| tokens[*at].tok == tokens[one.letter].tok;
        (0..tokens.len()).filter(is_it).any(|at| all.iter().all(|primed| primed.letter != at))
    };
    let is_point = |one: &Primed| {
        stands_beside_its_letter(&tokens, one)
            || stands_in_call_of_its_letter(&tokens, one)
            || is_raised_once_more(&tokens, one)
            || (follows_raised_transpose(&tokens, one) || is_entry(&tokens, one)) && has_plain(one)
    };
    for one in all.iter().filter(|one| !one.ends_run && is_point(one)) {
        beside.entry(letter(one.letter)).or_insert(one.letter);
    }
    // `x^TAx'`
    let ends_form = |one: &Primed| {
        let last = last_letter(letter(one.letter));
        let is_plain = |at: usize| letter(at) == last && all.iter().all(|primed| primed.letter != at);
        one.ends_run && ends_form_in_run(&tokens, one) && (0..tokens.len()).any(is_plain)
    };
    for one in all.iter().filter(|one| ends_form(one)) {
        beside.entry(last_letter(letter(one.letter))).or_insert(one.letter);
    }
    let mut remarks: Vec<Remark> = Vec::new();
    let mut points: Vec<&Primed> = Vec::new();
    // The i of `x_i'` is no point of its own.
    let is_below = |one: &Primed| one.letter > 0 && tokens[one.letter - 1].tok == Tok::Underscore;
    for one in all.iter().filter(|one| !is_below(one)) {
        // As it is printed: x′, x^{\prime}.
        let sign = tokens[one.from].span;
        let is_marked = one.is_raised || source.get(sign.start..sign.end) == Some("′");
        let word = letter(one.letter);
        let last = word.chars().last().filter(|_| one.ends_run);
        let own = last.or_else(|| greek(word)).map_or_else(|| word.to_owned(), String::from);
        let is_known = is_marked && names.has_symbol(&format!("{own}^prime"));
        if is_known {
            points.push(one);
            continue;
        }
        let is_form = ends_form(one);
        if one.ends_run && !is_form {
            continue;
        }
        let word = if is_form { last_letter(word) } else { word };
        let Some(first) = beside.get(word) else { continue };
        // Of `x'A x` the prime transposes; a raised one is a label everywhere.
        let is_own = is_form || is_entry(&tokens, one) || follows_raised_transpose(&tokens, one);
        if one.is_raised || is_own || ends_factor(tokens.get(one.to)) {
            if *first == one.letter {
                let span = tokens[one.letter].span.join(tokens[one.to - 1].span);
                let mut written = source.get(span.start..span.end).unwrap_or("x'").to_owned();
                if is_form {
                    written = format!("{word}'");
                }
                // Of `\\mathbf{x}'` the brace belongs to the command.
                if let (Some(brace), None) = (written.find('}'), written.find('{')) {
                    written.remove(brace);
                }
                let name = tokens[one.letter].span.join(tokens[one.from - 1].span);
                let own = match source.get(name.start..name.end) {
                    Some(name) if one.below < one.from && !name.contains('}') => name,
                    _ => word,
                };
                let what = if is_form || has_plain(one) {
                    format!("another point, beside `{own}`")
                } else {
                    "a symbol of its own".to_owned()
                };
                let message = format!("`{written}` is read as {what}; the transpose is written `{own}^T`");
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
        match points.next_if(|one| one.below == at) {
            Some(one) => {
                let sign = &tokens[one.from];
                let label =
                    [Tok::Caret, Tok::Open(Bracket::Brace), Tok::Word("prime".to_owned()), Tok::Close(Bracket::Brace)];
                out.extend(label.into_iter().map(|tok| Token { tok, ..sign.clone() }));
                // The label stands before what is below the letter.
                out.extend(tokens[one.below..one.from].iter().cloned());
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
    let is_single = word.chars().filter(|c| c.is_alphabetic()).count() == 1 || names.whole(word).is_some();
    let letter = if is_single { word } else { last_letter(word) };
    // The prime of a function is its derivative.
    if !letter.starts_with(char::is_lowercase)
        || names.rank(letter) == Some(Rank::Matrix)
        || names.has_function(letter)
        || greek(letter).is_some_and(|letter| names.has_function(letter.encode_utf8(&mut [0; 4])))
    {
        return None;
    }
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    // `\mathbf{x}'`
    let below = at + 1 + usize::from(tok(at + 1)? == &Tok::Close(Bracket::Brace));
    let mut from = below;
    if tok(from)? == &Tok::Underscore {
        from = match tok(from + 1)? {
            Tok::Open(_) => closing(tokens, from + 1)? + 1,
            _ => from + 2,
        };
    }
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
    (tok(to) != Some(&Tok::Prime)).then_some(Primed { letter: at, below, from, to, is_raised, ends_run: !is_single })
}

/// Whether the name of a primed letter, with what stands below it, stands at a place without a prime.
fn is_same(tokens: &[Token], one: &Primed, at: Option<usize>) -> bool {
    let name = &tokens[one.letter..one.from];
    at.and_then(|at| tokens.get(at..at + name.len()))
        .is_some_and(|other| other.iter().zip(name).all(|(other, own)| other.tok == own.tok))
}

/// Whether a primed letter is a term beside the letter itself: `x - x'`, `x' - x`.
fn stands_beside_its_letter(tokens: &[Token], one: &Primed) -> bool {
    let tok = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| &token.tok);
    let is_sign = |at: Option<usize>| matches!(tok(at), Some(Tok::Plus | Tok::Minus));
    let begins = |at: Option<usize>| {
        matches!(
            tok(at),
            None | Some(
                Tok::Open(_) | Tok::Bar(_) | Tok::DoubleBar(..) | Tok::Plus | Tok::Minus | Tok::Comma | Tok::Equal
            )
        )
    };
    let length = one.from - one.letter;
    let back = |steps: usize| one.letter.checked_sub(steps);
    let behind = is_sign(back(1))
        && is_same(tokens, one, back(1 + length))
        && begins(back(2 + length))
        && ends_term(tokens.get(one.to));
    // Of γx′ − x, whatever γ is, the terms would have no common shape, and of x − γx′ with a number γ.
    let before =
        is_sign(Some(one.to)) && is_same(tokens, one, Some(one.to + 1)) && ends_term(tokens.get(one.to + 1 + length));
    let is_number = |at: usize| match tok(Some(at)) {
        Some(Tok::Number(_)) => true,
        Some(Tok::Word(word)) => {
            greek(word).is_some_and(|letter| !matches!(letter, 'β' | 'θ' | 'μ')) || is_small_greek(word)
        }
        _ => false,
    };
    let factors = (0..one.letter).rev().take_while(|at| is_number(*at)).count();
    let scaled = factors > 0
        && is_sign(back(1 + factors))
        && is_same(tokens, one, back(1 + factors + length))
        && begins(back(2 + factors + length))
        && ends_term(tokens.get(one.to));
    behind || before || scaled
}

/// Whether a primed letter and the letter itself are the two arguments of a letter, or stand in an inner product: `k(x, x')`.
fn stands_in_call_of_its_letter(tokens: &[Token], one: &Primed) -> bool {
    let tok = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| &token.tok);
    let length = one.from - one.letter;
    let back = |steps: usize| one.letter.checked_sub(steps);
    let comma = Some(&Tok::Comma);
    let (open, close) = if tok(back(1)) == comma && is_same(tokens, one, back(1 + length)) {
        (back(2 + length), one.to)
    } else if tok(Some(one.to)) == comma && is_same(tokens, one, Some(one.to + 1)) {
        (back(1), one.to + 1 + length)
    } else {
        return false;
    };
    let is_letter = |word: &String| word.chars().count() == 1 || greek(word).is_some();
    let is_call = match tok(open) {
        Some(Tok::Open(Bracket::Angle)) => true,
        Some(Tok::Open(Bracket::Round)) => {
            matches!(tok(open.and_then(|open| open.checked_sub(1))), Some(Tok::Word(head)) if is_letter(head))
        }
        _ => false,
    };
    is_call && matches!(tok(Some(close)), Some(Tok::Close(_)))
}

/// Whether a primed letter is raised to a number or transposed once more: `x'^2`, `x'^T x`.
fn is_raised_once_more(tokens: &[Token], one: &Primed) -> bool {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let is_power = |tok: Option<&Tok>| match tok {
        Some(Tok::Number(number)) => !number.is_negative(),
        Some(Tok::Word(word)) => word == "T",
        Some(Tok::Top) => true,
        _ => false,
    };
    match tok(one.to) {
        Some(Tok::Caret) if tok(one.to + 1) == Some(&Tok::Open(Bracket::Brace)) => {
            is_power(tok(one.to + 2)) && tok(one.to + 3) == Some(&Tok::Close(Bracket::Brace))
        }
        Some(Tok::Caret) => is_power(tok(one.to + 1)),
        _ => false,
    }
}

/// Whether a primed letter stands behind something transposed by a raised T, directly or after matrices, where no row can stand: `x^T x'`,
/// `x^T A x'`.
fn follows_raised_transpose(tokens: &[Token], one: &Primed) -> bool {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let brace = |at: usize| usize::from(tok(at) == Some(&Tok::Open(Bracket::Brace)));
    let is_braced = tok(one.letter + 1) == Some(&Tok::Close(Bracket::Brace));
    let mut end = one.letter - usize::from(is_braced).min(one.letter);
    let is_capital = |tok: Option<&Tok>| matches!(tok, Some(Tok::Word(word)) if word.chars().all(char::is_uppercase));
    loop {
        let Some(last) = end.checked_sub(1) else { return false };
        // A matrix by its letter: `A`, `\mathbf{A}`.
        let is_closed = tok(last) == Some(&Tok::Close(Bracket::Brace));
        let at = if is_closed { last.checked_sub(1) } else { Some(last) };
        let Some(at) = at.filter(|at| *at >= 1) else { return false };
        let is_raised = |before: usize| before >= 1 && tok(before - 1) == Some(&Tok::Caret);
        let is_top = tok(at) == Some(&Tok::Top) || matches!(tok(at), Some(Tok::Word(word)) if word == "T");
        let caret = if is_raised(at) {
            Some(at - 1)
        } else {
            (is_closed && brace(at - 1) == 1 && is_raised(at - 1)).then(|| at - 2)
        };
        if let Some(caret) = caret.filter(|_| is_top) {
            return !is_end_of_range(tokens, caret);
        }
        if !is_capital(tok(at)) {
            return false;
        }
        end = at - if is_closed { brace(at - 1) } else { 0 };
    }
}

/// Whether what is raised at a place is the last value of the index of a sum: `\sum_{t=1}^T u_t'u_t`.
fn is_end_of_range(tokens: &[Token], caret: usize) -> bool {
    let Some(before) = caret.checked_sub(1) else { return false };
    let mut depth = 0_usize;
    let first = (0..=before).rev().take(MOST_OF_RANGE).find(|at| {
        match tokens[*at].tok {
            Tok::Close(_) => depth += 1,
            Tok::Open(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let sign = first.and_then(|first| first.checked_sub(2));
    tokens[before].is_big_sign()
        || sign.is_some_and(|sign| tokens[sign].is_big_sign() && tokens[sign + 1].tok == Tok::Underscore)
}

/// The last letter of a run, with its marks.
fn last_letter(word: &str) -> &str {
    word.char_indices().rev().find(|(_, c)| c.is_alphabetic()).map_or("", |(at, _)| &word[at..])
}

/// Whether a run that ends in a primed letter ends a form, with a raised T before it or at its beginning: `Ax` of `x^TAx'`.
fn ends_form_in_run(tokens: &[Token], one: &Primed) -> bool {
    let Tok::Word(word) = &tokens[one.letter].tok else { return false };
    let capitals = word.strip_suffix(last_letter(word)).unwrap_or(word);
    let is_raised = one
        .letter
        .checked_sub(1)
        .is_some_and(|before| tokens[before].tok == Tok::Caret && !is_end_of_range(tokens, before));
    let is_capital = capitals.chars().all(char::is_uppercase);
    is_capital && (is_raised && capitals.starts_with('T') || follows_raised_transpose(tokens, one))
}

/// Whether an index stands below the prime, `x'_i`: an entry of a transpose would be written as the entry itself.
fn is_entry(tokens: &[Token], one: &Primed) -> bool {
    tokens.get(one.to).is_some_and(|next| next.tok == Tok::Underscore)
}

fn is_small_greek(word: &str) -> bool {
    word.chars().all(|letter| ('α'..='ω').contains(&letter) && !matches!(letter, 'β' | 'θ' | 'μ'))
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
