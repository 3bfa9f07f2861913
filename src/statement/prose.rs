//! Statements with the words of prose around them: `let A be symmetric`, `assume λ > 0`, `gradient of f wrt x`, `grad(f, x)`.

use super::mention::outside;
use crate::syntax::{declared_kinds, greek_letters, parse_declarations, parse_names};

/// Words before a declaration or a definition that add nothing to it.
const LEADS: &[&str] = &["let", "set", "assume", "suppose", "declare", "where"];

/// Most words before the kind of names in prose.
const MAX_WORDS: usize = 64;

/// Words between names and their kind.
const LINKS: &[&str] = &["is", "are", "be"];

/// A word at the beginning of a text, where a blank ends it, and what follows.
fn after_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(word)?;
    rest.starts_with(char::is_whitespace).then(|| rest.trim_start())
}

/// A declaration or a definition without the words that lead it: `let x = 3`.
pub(super) fn without_lead(text: &str) -> Option<&str> {
    let next = |text: &'_ str| LEADS.iter().find_map(|word| after_word(text, word)).map(str::len);
    let mut rest = &text[text.len() - next(text)?..];
    while let Some(length) = next(rest) {
        rest = &rest[rest.len() - length..];
    }
    Some(rest)
}

/// What is declared in prose, as a declaration: `A: symmetric` of `A symmetric`, `A is symmetric`, `A, B be symmetric matrices`.
pub(super) fn declaration(text: &str) -> Option<String> {
    let kind_at = |at: usize, words: &str| -> Option<String> {
        let names = text[..at].trim().trim_end_matches(',');
        let mut kind = words.trim();
        kind = LINKS.iter().find_map(|word| after_word(kind, word)).unwrap_or(kind);
        kind = ["a", "an"].iter().find_map(|word| after_word(kind, word)).unwrap_or(kind);
        let first = kind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let is_kind = declared_kinds().any(|known| known.split(' ').next() == Some(first));
        if !is_kind || names.is_empty() || parse_names(names).is_err() {
            return None;
        }
        let text = format!("{names}: {kind}");
        parse_declarations(&text).is_ok_and(|found| !found.is_empty()).then_some(text)
    };
    // The names end at some blank.
    let blanks = outside(text).filter(|(_, rest)| rest.starts_with(char::is_whitespace));
    let mut blanks = blanks.take(MAX_WORDS);
    blanks.find_map(|(at, rest)| kind_at(at, rest))
}

/// What follows a verb, without `of`.
pub(super) fn without_of(text: &str) -> &str {
    after_word(text, "of").or_else(|| after_word(text, "of:")).unwrap_or(text)
}

/// An option of the shell in a text that is to be an expression: a word after two dashes that follow a blank, which nothing is applied to.
pub(super) fn option(text: &str) -> Option<&str> {
    outside(text).find_map(|(at, rest)| {
        let word = rest.strip_prefix("--").filter(|_| at == 0 || text[..at].ends_with(char::is_whitespace))?;
        let end = word.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(word.len());
        let is_ended = word[end..].is_empty() || word[end..].starts_with(|c: char| c.is_whitespace() || c == '=');
        let is_letter = greek_letters().any(|(name, _)| name == &word[..end]);
        (end > 2 && is_ended && !is_letter).then_some(&rest[..end + 2])
    })
}

/// The arguments of a verb that is written as a call, `(f, x)`: what stands before the first comma outside brackets, and after it.
pub(super) fn called(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('(')?.strip_suffix(')')?;
    // The bracket that is opened first is closed last.
    let mut depth = 0_i32;
    for c in inside.chars() {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        if depth < 0 {
            return None;
        }
    }
    let (comma, _) = outside(inside).find(|(_, rest)| rest.starts_with(','))?;
    Some((inside[..comma].trim(), inside[comma + 1..].trim()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use crate::Session;

    #[test]
    fn declarations_in_prose() {
        for text in
            ["A symmetric", "A is symmetric", "let A be symmetric", "assume A symmetric", "let A be a symmetric matrix"]
        {
            check(&[text, "grad x'A x wrt x"], "2Ax");
        }
        check(&["A, B are spd(n)", "grad log det A + log det B wrt B"], "B⁻¹");
        check(&["assume λ > 0", "λ"], "λ   a scalar");
        check(&["let x = 3", "eval x^2"], "9");
        check(&["set x = [1 2]", "eval x'x"], "5");
        check(&["let f(x) := x'x", "grad f"], "2x");
    }

    #[test]
    fn formulas_are_no_declarations() {
        check(&["A x"], "Ax   a vector in ℝᵐ");
        check(&["A B x"], "ABx   a vector in ℝᵐ");
    }

    #[test]
    fn verbs_in_prose_and_as_calls() {
        check(&["gradient of x'x wrt x"], "2x");
        check(&["gradient of x'x with respect to x"], "2x");
        check(&["grad x'A x with respect to A in latex"], "x x^\\top");
        check(&["grad x'x w.r.t. x"], "2x");
        check(&["grad(x'A x, x)"], "(A + Aᵀ)x");
        check(&["hessian(x'x + max(x), x)"], "2Iₙ");
        check(&["equal(tr(A B), tr(B A))"], "equal (exact, at 3 random points modulo 2⁶¹ − 1)");
        check(&["grad (x'x)(y'y) wrt x"], "2(yᵀy)x");
    }

    #[test]
    fn formats_have_several_words() {
        check(&["grad log det X wrt X in latex"], "X^{-\\top}");
        check(&["grad log det X", "as latex"], "X^{-\\top}");
        check(&["grad log det X as python"], "np.linalg.inv(X).T");
        check(&["grad log det X", "code"], "np.linalg.inv(X).T");
    }

    #[test]
    fn where_may_stand_behind_the_variable() {
        check(&["grad r'r wrt x where r = A x - b"], "2Aᵀ(Ax − b)");
    }

    #[test]
    fn words_that_are_repeated_are_no_depth() {
        let mut session = Session::new();
        for word in ["let ", "latex ", "steps ", "grad ", "code numpy "] {
            let _ = session.run(&format!("{}x", word.repeat(20_000)));
        }
        assert!(session.run("latex = 3").is_err() && session.run("code = 3").is_err());
        let error = session.run("latex numpy x'x").unwrap_err();
        assert_eq!(error.to_string(), "error: an answer has one format, and `numpy` is a second one");
    }
}
