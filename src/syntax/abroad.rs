//! Spellings of other countries and programs that would be read as products of letters: `tg x`, `sh x`, the `oo` of SymPy for ∞,
//! `||x||inf`, Mathematica's `E^x` and `x[[1]]`; and words that say what a matrix is, `(A symmetric)`.

use rustc_hash::FxHashSet;

use super::ast::Remark;
use super::function::{foreign, function};
use super::names::KnownNames;
use super::token::{Bracket, Side, Tok, Token, closing_of_script};
use crate::diagnostic::{Advice, Diagnostic, Diagnostics, Suggestion};
use crate::span::Span;

/// Names of functions in other countries, and those of the language.
const FUNCTIONS: &[(&str, &str)] = &[
    ("tg", "tan"),
    ("ctg", "cot"),
    ("cotg", "cot"),
    ("arctg", "atan"),
    ("arcctg", "acot"),
    ("sh", "sinh"),
    ("ch", "cosh"),
    ("th", "tanh"),
    ("arsh", "asinh"),
    ("arth", "atanh"),
    ("lb", "log2"),
];

/// Words that say of a matrix what it is, and the declarations that do.
const KINDS: &[(&str, &str)] = &[
    ("symmetric", "symmetric(n)"),
    ("spd", "spd(n)"),
    ("psd", "psd(n)"),
    ("diagonal", "diagonal(n)"),
    ("orthogonal", "orthogonal(n)"),
    ("square", "square(n)"),
    ("skew", "skew(n)"),
];

/// The tokens with such spellings in those of the language, and what is to be said of them.
///
/// # Errors
/// Functions that mean different things in different countries, and words that say what a matrix is.
pub(super) fn rewrite(
    mut tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
) -> Result<(Vec<Token>, Vec<Remark>), Diagnostics> {
    let mut remarks = Vec::new();
    if source.contains('\\') {
        return Ok((tokens, remarks));
    }
    refuse_kinds(&tokens, names)?;
    let is_single = |word: &&str| word.chars().count() == 1;
    let letters: FxHashSet<String> =
        tokens.iter().filter_map(|token| word(Some(token)).filter(is_single)).map(str::to_owned).collect();
    for at in 0..tokens.len() {
        remarks.extend(function_abroad(&mut tokens, at, names, &letters)?);
        if is_infinity(&tokens, at, names) {
            tokens[at].tok = Tok::Infinity;
        }
    }
    remarks.extend(number_of_mathematica(&mut tokens, names));
    Ok((parts_of_mathematica(norms_behind(tokens)), remarks))
}

/// # Errors
/// `@. exp(x)` of Julia, which makes every operation one of entries.
pub(super) fn refuse_macro(source: &str) -> Result<(), Diagnostics> {
    let is_macro = |at: &usize| {
        source[at + 2..].starts_with([' ', '(']) && !source[..*at].trim_end().ends_with(char::is_alphanumeric)
    };
    let Some(at) = source.match_indices("@.").map(|(at, _)| at).find(is_macro) else { return Ok(()) };
    let error = Diagnostic::new(
        "P0008",
        "Julia's `@.` is not read",
        Span::new(at, at + 2),
        "it would take everything entry by entry",
    );
    Err(vec![error.with_help("write the dots: `exp.(x) ./ sum(exp.(x))`")])
}

fn word(token: Option<&Token>) -> Option<&str> {
    match token.map(|token| &token.tok) {
        Some(Tok::Word(word)) => Some(word),
        _ => None,
    }
}

/// Writes the function at a place as the language does. `letters`: those that stand alone in the text.
fn function_abroad(
    tokens: &mut [Token],
    at: usize,
    names: &KnownNames,
    letters: &FxHashSet<String>,
) -> Result<Option<Remark>, Diagnostics> {
    let Some(name) = word(tokens.get(at)) else { return Ok(None) };
    let found = FUNCTIONS.iter().find(|row| row.0 == name && function(row.1).is_some());
    if found.is_none() && name != "lg" || names.whole(name).is_some() {
        return Ok(None);
    }
    let is_script = at > 0 && matches!(tokens[at - 1].tok, Tok::Underscore | Tok::Caret);
    let is_letter = |letter: char| {
        let letter = letter.to_string();
        names.has_base(&letter) || letters.contains(&letter)
    };
    let is_called = matches!(tokens.get(at + 1), Some(next) if next.tok == Tok::Open(Bracket::Round) && !next.blank);
    let is_before_operand = matches!(tokens.get(at + 1), Some(next) if next.blank && !next.newline
        && matches!(next.tok, Tok::Word(_) | Tok::Number(_) | Tok::Open(Bracket::Round) | Tok::Bar(_) | Tok::DoubleBar(..)));
    // With a letter of it elsewhere it is a product.
    let is_product = !is_called && name.len() < 3 && name.chars().any(is_letter);
    if is_script || !(is_called || is_before_operand) || is_product {
        return Ok(None);
    }
    let (span, name) = (tokens[at].span, name.to_owned());
    let Some((_, known)) = found else {
        let message = format!("there is no function `{name}`");
        let error = Diagnostic::new("N0001", message, span, "not a function of the language");
        return Err(vec![error.with_help(foreign(&name).unwrap_or_default())]);
    };
    tokens[at].tok = Tok::Word((*known).to_owned());
    let spaced: Vec<String> = name.chars().map(String::from).collect();
    let message =
        format!("`{name}` is read as the function `{known}`; a product is written with blanks, `{}`", spaced.join(" "));
    Ok(Some(Remark { row: "function-abroad", span, message: message.into(), other: None }))
}

/// Whether a word is the ∞ of SymPy, above the line or below a norm.
fn is_infinity(tokens: &[Token], at: usize, names: &KnownNames) -> bool {
    if word(tokens.get(at)) != Some("oo") || names.has_base("oo") || names.has_base("o") {
        return false;
    }
    let before = |back: usize| at.checked_sub(back).map(|at| &tokens[at].tok);
    let is_braced = before(1) == Some(&Tok::Open(Bracket::Brace))
        && tokens.get(at + 1).is_some_and(|next| next.tok == Tok::Close(Bracket::Brace));
    let (mark, base) = if is_braced { (before(2), before(3)) } else { (before(1), before(2)) };
    match mark {
        Some(Tok::Caret) => true,
        Some(Tok::Underscore) => matches!(base, Some(Tok::DoubleBar(..) | Tok::Number(_))),
        _ => false,
    }
}

/// `||x||inf` as `||x||_inf`.
fn norms_behind(tokens: Vec<Token>) -> Vec<Token> {
    let is_named = |token: &Token| {
        !token.blank && matches!(word(Some(token)), Some("inf" | "Inf" | "infty" | "oo" | "fro" | "nuc"))
    };
    let is_norm = |token: &Token| matches!(token.tok, Tok::DoubleBar(..));
    if !tokens.windows(2).any(|pair| is_norm(&pair[0]) && is_named(&pair[1])) {
        return tokens;
    }
    let (mut out, mut closes): (Vec<Token>, bool) = (Vec::with_capacity(tokens.len() + 1), true);
    for token in tokens {
        if closes && is_named(&token) && out.last().is_some_and(is_norm) {
            out.push(Token::new(Tok::Underscore, token.span));
            let is_infinite = word(Some(&token)) == Some("oo");
            out.push(if is_infinite { Token { tok: Tok::Infinity, ..token } } else { token });
            continue;
        }
        match token.tok {
            Tok::DoubleBar(Side::Either, _) => closes = !closes,
            Tok::DoubleBar(side, _) => closes = side == Side::Right,
            _ => {}
        }
        out.push(token);
    }
    out
}

/// Makes the E of `E^x` Euler's number, where it is nothing else and no exponent is a whole number by habit.
fn number_of_mathematica(tokens: &mut [Token], names: &KnownNames) -> Option<Remark> {
    if names.has_base("E") {
        return None;
    }
    let is_real = |at: usize| match tokens.get(at).map(|token| &token.tok) {
        Some(Tok::Word(word)) => {
            word.starts_with(char::is_lowercase) && !matches!(word.as_str(), "k" | "n" | "m" | "t" | "p" | "q")
        }
        Some(Tok::Open(Bracket::Round)) => true,
        _ => false,
    };
    let places: Vec<usize> = (0..tokens.len()).filter(|at| word(tokens.get(*at)) == Some("E")).collect();
    let is_number = |at: &usize| {
        let sign = usize::from(tokens.get(at + 2).is_some_and(|next| next.tok == Tok::Minus));
        tokens.get(at + 1).is_some_and(|next| next.tok == Tok::Caret) && is_real(at + 2 + sign)
    };
    if places.is_empty() || !places.iter().all(is_number) {
        return None;
    }
    for at in &places {
        tokens[*at].tok = Tok::Word("e".to_owned());
    }
    let message = Advice::from("`E` is read as Euler's number, as in Mathematica; for a matrix E declare it: ")
        .suggest(Suggestion::declaration("E: square(n)"));
    Some(Remark { row: "number-of-mathematica", span: tokens[places[0]].span, message, other: None })
}

/// `x[[1]]`, `A[[1, 2]]` directly behind a name as an entry, `A[[1]]` as a row.
fn parts_of_mathematica(tokens: Vec<Token>) -> Vec<Token> {
    let is_square =
        |at: usize| tokens.get(at).is_some_and(|token| token.tok == Tok::Open(Bracket::Square) && !token.blank);
    let part = |at: usize| {
        let name =
            word(tokens.get(at)).filter(|name| name.chars().count() == 1 && is_square(at + 1) && is_square(at + 2))?;
        let inner = closing_of_script(&tokens, at + 2)?;
        let is_closed = tokens.get(inner + 1).is_some_and(|next| next.tok == Tok::Close(Bracket::Square));
        let inside = &tokens[at + 3..inner];
        let is_place = |token: &Token| matches!(&token.tok, Tok::Number(_) | Tok::Word(_) | Tok::Comma);
        let is_row = name.starts_with(char::is_uppercase) && inside.len() == 1;
        (is_closed && !inside.is_empty() && inside.iter().all(is_place)).then_some((inner, is_row))
    };
    if !(0..tokens.len()).any(|at| part(at).is_some()) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        out.push(tokens[at].clone());
        let Some((inner, is_row)) = part(at) else {
            at += 1;
            continue;
        };
        let span = tokens[at + 1].span;
        out.push(Token::new(Tok::Underscore, span));
        out.push(Token::new(Tok::Open(Bracket::Brace), span));
        for token in &tokens[at + 3..inner] {
            let tok = if word(Some(token)) == Some("All") { Tok::Colon } else { token.tok.clone() };
            out.push(Token { tok, ..token.clone() });
        }
        if is_row {
            out.push(Token::new(Tok::Comma, span));
            out.push(Token::new(Tok::Colon, span));
        }
        out.push(Token::new(Tok::Close(Bracket::Brace), tokens[inner].span));
        at = inner + 2;
    }
    out
}

/// The error at `(A symmetric)`.
fn refuse_kinds(tokens: &[Token], names: &KnownNames) -> Result<(), Diagnostics> {
    for four in tokens.windows(4) {
        let [open, name, kind, close] = four else { continue };
        let (Some(letter), Some(written)) = (word(Some(name)), word(Some(kind))) else { continue };
        let Some((_, declared)) = KINDS.iter().find(|row| row.0 == written) else { continue };
        let is_bracket = open.tok == Tok::Open(Bracket::Round) && close.tok == Tok::Close(Bracket::Round);
        if !is_bracket || letter.chars().count() != 1 || names.has_base(written) {
            continue;
        }
        let span = open.span.join(close.span);
        let error = Diagnostic::new("P0008", format!("`{written}` is not a factor"), span, "says what a matrix is")
            .with_help(
                Advice::from("leave the bracket out, and declare it: ")
                    .suggest(Suggestion::declaration(format!("{letter}: {declared}"))),
            );
        return Err(vec![error]);
    }
    Ok(())
}
