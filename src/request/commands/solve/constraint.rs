//! Constraints as they are typed: equations separated by `;` or commas, each of which is cut at its sign.

use crate::diagnostic::{Advice, Prompt, Suggestion};
use crate::error::Error;
use crate::problem::Given;
use crate::shape::Goal;

/// Signs of inequalities and of membership.
const OTHER_SIGNS: [&str; 14] =
    ["<=", ">=", "≤", "≥", "⪯", "⪰", "\\le", "\\ge", "\\preceq", "\\succeq", "<", ">", "∈", "\\in"];

/// The two sides of every constraint, to be read behind the expression.
pub(super) fn sides(text: &str, prompt: Prompt, defined: impl Fn(&str) -> String) -> Result<Vec<Given>, Error> {
    let mut given: Vec<Given> = Vec::new();
    for equation in cut(text, |c| matches!(c, ';' | '\n')).into_iter().flat_map(at_commas) {
        let equation = equation.trim().trim_matches('$').trim();
        if equation.is_empty() {
            continue;
        }
        let sides = at_sign(equation);
        let [left, right] = sides[..] else { return Err(Error::Message(refusal(equation, sides.len(), prompt))) };
        let place = given.len() + 1;
        given.push(Given { origin: "constraint".into(), text: defined(left), goal: Goal::Any });
        given.push(Given { origin: "constraint".into(), text: defined(right), goal: Goal::SameAs(place) });
    }
    if given.is_empty() {
        return Err(Error::Message(
            "nothing follows `--subject-to`\n  = help: give an equation, as in \"1'x = 1\"".into(),
        ));
    }
    Ok(given)
}

/// What parts an expression from its constraints, in the text itself.
const LEADS: [&str; 7] = [
    "\\text{subject to}",
    "\\text{such that}",
    "\\text{s.t.}",
    "\\mathrm{s.t.}",
    "\\operatorname{s.t.}",
    "subject to",
    "s.t.",
];

/// An expression and the constraints that follow it: `\min_x f(x) \quad \text{s.t.} \quad A x = b`.
pub(super) fn split_off(text: &str) -> Option<(String, String)> {
    let plain = text.replace("{ ", "{").replace(" }", "}");
    let (at, lead) = LEADS.iter().filter_map(|lead| Some((plain.find(lead)?, *lead))).min()?;
    let is_blank = |c: char| c.is_whitespace() || matches!(c, ',' | '&' | '~');
    let bare = |text: &str| {
        let mut text = text.trim_matches(is_blank);
        for space in ["\\qquad", "\\quad", "\\;", "\\,"] {
            text = text.trim_start_matches(space).trim_end_matches(space).trim_matches(is_blank);
        }
        text.to_owned()
    };
    let (expression, constraints) = (bare(&plain[..at]), bare(&plain[at + lead.len()..]));
    (!expression.is_empty() && !constraints.is_empty()).then_some((expression, constraints))
}

/// Why this is not an equation.
fn refusal(text: &str, sides: usize, prompt: Prompt) -> String {
    if sides > 2 {
        return format!(
            "`{text}` has several equality signs\n  = help: write each equation by itself: 'A x = b; C x = d'"
        );
    }
    if OTHER_SIGNS.iter().any(|sign| text.contains(sign)) {
        let help = Advice::from("declare what is known of the sign or the structure, as in ")
            .suggest(Suggestion::declaration("x: positive(n)"))
            .words(" or ")
            .suggest(Suggestion::declaration("X: spd(n)"))
            .spelled(prompt);
        return format!("`{text}` is not an equation: constraints are equations here\n  = help: {help}");
    }
    format!("`{text}` is not an equation\n  = help: write both of its sides, as in \"1'x = 1\"")
}

/// The parts of a text between separators that stand in no brackets.
fn cut(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut from, mut before) = (0_i32, 0, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '⟨' => depth += 1,
            ')' | ']' | '}' | '⟩' => depth -= 1,
            // `\,` and `\;` are blanks.
            _ if depth <= 0 && before != '\\' && is_separator(c) => {
                parts.push(&text[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
        before = c;
    }
    parts.push(&text[from..]);
    parts
}

/// The text cut at the commas between two equations.
fn at_commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    for piece in cut(text, |c| c == ',') {
        let end = at + piece.len();
        let is_statement =
            |text: &str| at_sign(text).len() > 1 || OTHER_SIGNS[..10].iter().any(|sign| text.contains(sign));
        let is_between = is_statement(&text[from..end]) && text.get(end + 1..).is_some_and(is_statement);
        if is_between {
            parts.push(&text[from..end]);
            from = end + 1;
        }
        at = end + 1;
    }
    parts.push(&text[from..]);
    parts
}

/// The sides of an equation.
fn at_sign(text: &str) -> Vec<&str> {
    let text_bytes = text.as_bytes();
    let mut sides = Vec::new();
    let mut from = 0;
    let mut end = 0;
    for part in cut(text, |c| c == '=') {
        end += part.len();
        let is_sign = end < text.len()
            && !part.ends_with(['<', '>', '!', ':', '='])
            && !(part.is_empty() && end > 0 && text_bytes[end - 1] == b'=');
        if is_sign {
            sides.push(text[from..end].trim());
            from = end + 1;
            // `==` is one sign.
            if text[from..].starts_with('=') {
                from += 1;
            }
        }
        end += 1;
    }
    sides.push(text[from..].trim());
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_cut_at_their_signs_outside_of_brackets() {
        let found =
            sides("A x = b; [1, 2; 3, 4] x == c, <a, x> = 1", Prompt::Shell, str::to_owned).expect("three equations");
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["A x", "b", "[1, 2; 3, 4] x", "c", "<a, x>", "1"]);
    }

    #[test]
    fn constraints_may_follow_the_expression() {
        let found = split_off("\\min_x \\|x\\|^2 \\quad \\text{ s.t. } \\quad A x = b");
        assert_eq!(found, Some(("\\min_x \\|x\\|^2".to_owned(), "A x = b".to_owned())));
        assert_eq!(split_off("x'x subject to 1'x = 1"), Some(("x'x".to_owned(), "1'x = 1".to_owned())));
        assert_eq!(split_off("x'x"), None);
    }

    #[test]
    fn inequalities_are_refused_with_words() {
        for text in ["x >= 0", "A x ≤ b", "x \\le 1", "X ∈ S"] {
            let error = sides(text, Prompt::Shell, str::to_owned).expect_err("no equation");
            assert!(error.to_string().contains("constraints are equations here"), "{text}: {error}");
        }
    }
}
