//! Operators of differentiation inside an expression, `\frac{d}{dx} x^2`, `∂/∂x`, `∇f`, `D[f, x]`: the function stands alone in this
//! language, so they are refused with the command to use.

use std::borrow::Cow;

use super::names::KnownNames;
use super::token_text::without_brackets;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;

/// The signs of a differential, longest first.
const SIGNS: &[&str] = &["\\mathrm{d}", "\\mathrm{D}", "\\mathrm d", "\\text{d}", "\\partial", "\\rm d", "∂", "d"];

/// An operator that was found: its bytes, what it is applied to, the variable, its order.
struct Found<'s> {
    end: usize,
    function: &'s str,
    variable: Cow<'s, str>,
    order: u32,
}

/// The error at the first operator of differentiation in a text.
pub(super) fn inside(source: &str, names: &KnownNames) -> Option<Diagnostic> {
    let can_be = ["∂", "∇", "\\partial", "\\nabla", "d/d", "/d", "{d", "rm{d", "rmd", "D[", "D_"];
    // Blanks mean nothing between the signs.
    let dense: String = source.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(found) = in_words(source, names) {
        return Some(refusal_of_words(source, &found));
    }
    if !can_be.iter().any(|part| dense.contains(part)) {
        return None;
    }
    for (at, c) in source.char_indices() {
        let begins = matches!(c, '\\' | '∂' | '∇' | 'd' | 'D');
        let glued = source[..at].chars().last().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '\\' | '^'));
        if !begins || glued {
            continue;
        }
        let rest = &source[at..];
        // `∇f(x)` of a declared map is a value of its own.
        let is_of_map = |found: &Found<'_>| names.begins_map(leading_word(found.function));
        if nabla(rest).as_ref().is_some_and(is_of_map) {
            continue;
        }
        if let Some(found) = nabla(rest)
            .or_else(|| fraction(rest))
            .or_else(|| quotient(rest))
            .or_else(|| of_mathematica(rest))
            .or_else(|| with_variable_below(rest).filter(|found| is_derivative(source, found, names)))
        {
            return Some(refusal(source, at, &found));
        }
    }
    let begins = source.len() - source.trim_start_matches(['$', ' ', '\t', '\n']).len();
    let found = whole_quotient(&source[begins..]).filter(|_| !names.has_base("d"))?;
    Some(refusal(source, begins, &found))
}

/// `D_x f`: the variable below the sign.
fn with_variable_below(text: &str) -> Option<Found<'_>> {
    let below = text.strip_prefix("D_")?;
    let braced = usize::from(below.starts_with('{'));
    let length = symbol(&below[braced..])?;
    let variable = &below[braced..braced + length];
    let end = 2 + braced + length;
    let end = end + usize::from(braced == 1 && text[end..].starts_with('}'));
    Some(Found { end, function: &text[end..], variable: variable.into(), order: 1 })
}

/// Whether D_x differentiates: it begins the text, its letter stands in what follows, and D has nothing else below it, as matrices of
/// differences have.
fn is_derivative(source: &str, found: &Found<'_>, names: &KnownNames) -> bool {
    let is_alone = source.matches("D_").count() == 1 && source.trim_start_matches(['$', ' ']).starts_with("D_");
    let is_letter = |(at, _): (usize, &str)| {
        let apart = |c: char| !c.is_ascii_lowercase() && !matches!(c, '_' | '\\');
        let rest = &found.function[at + found.variable.len()..];
        found.function[..at]
            .chars()
            .last()
            .is_none_or(|c| apart(c) || found.variable.len() == 1 && c != '_' && c != '\\')
            && rest.chars().next().is_none_or(|c| !matches!(c, '_' | '{'))
    };
    let least = if found.function.trim_start().trim_start_matches("\\left").starts_with('(') { 1 } else { 2 };
    let name = format!("D_{}", found.variable.trim_start_matches('\\'));
    is_alone
        && !names.has_base(&name)
        && found.function.match_indices(&*found.variable).filter(|found| is_letter(*found)).count() >= least
}

/// Words that stand before the function in a sentence, beside those that name a derivative.
const BEFORE: &[&str] = &[
    "find",
    "compute",
    "calculate",
    "determine",
    "derive",
    "evaluate",
    "give",
    "take",
    "show",
    "what",
    "what's",
    "is",
    "the",
    "me",
    "please",
    "first",
    "second",
    "partial",
    "matrix",
    "of",
    "for",
    "let",
];

/// Words that name a derivative, and the command that gives it.
const NAMED: &[(&str, &str)] = &[
    ("gradient", "grad"),
    ("grad", "grad"),
    ("derivative", "grad"),
    ("derivatives", "grad"),
    ("differentiate", "grad"),
    ("hessian", "hessian"),
    ("jacobian", "jacobian"),
    ("differential", "diff"),
];

/// What stands between a function and the variable.
const RESPECT: &[&str] = &[" with respect to ", " w.r.t. ", " w.r.t ", " wrt. ", " wrt "];

/// A question in words: the command, the function and the variable.
struct Question {
    command: &'static str,
    function: String,
    variable: String,
}

/// `Find the gradient of f(x) = x^T A x with respect to x`, `x^T A x w.r.t. x`.
fn in_words(source: &str, names: &KnownNames) -> Option<Question> {
    let text = source.trim().trim_end_matches(['?', '.', '!']);
    let respect = RESPECT.iter().find_map(|words| text.split_once(words));
    let (mut rest, mut command) = (text, None);
    let mut is_of = false;
    while let Some((word, behind)) = rest.split_once(' ') {
        let lowered = word.to_ascii_lowercase();
        match NAMED.iter().find(|row| row.0 == lowered) {
            Some(row) => {
                command = Some(row.1);
                is_of = row.0 == "differentiate";
            }
            None if BEFORE.contains(&lowered.as_str()) && !names.has_base(word) => {
                is_of |= command.is_some() && lowered == "of";
            }
            None => break,
        }
        rest = behind.trim_start();
    }
    if respect.is_none() && !is_of {
        return None;
    }
    let (function, tail) = RESPECT.iter().find_map(|words| rest.split_once(words)).unwrap_or((rest, ""));
    let length = symbol(tail).unwrap_or(0);
    let (variable, condition) = tail.split_at(length);
    let is_condition = condition.trim_start().starts_with("where");
    let function = format!("{}{}", function.trim().trim_matches('$'), if is_condition { condition } else { "" });
    // `f(z) = …`
    let head = function.split_once('=').and_then(|(head, _)| head.trim().strip_suffix(')')?.split_once('('));
    let variable = match (variable, head) {
        ("", Some((_, parameter))) => parameter.split(',').next().unwrap_or(parameter).trim().to_owned(),
        ("", None) if function.contains('X') && !function.contains('x') => "X".to_owned(),
        ("", None) => "x".to_owned(),
        (variable, _) => variable.to_owned(),
    };
    (!function.is_empty() && function.len() < 200).then(|| Question {
        command: command.unwrap_or("grad"),
        function,
        variable,
    })
}

fn refusal_of_words(source: &str, found: &Question) -> Diagnostic {
    let question = Suggestion::question(found.command, &found.function, &found.variable);
    let advice =
        Advice::from("give the function alone, and the variable").in_shell(" with `-w`").words(": ").suggest(question);
    let begins = source.len() - source.trim_start().len();
    Diagnostic::new(
        "P0001",
        "a question in words",
        Span::new(begins, source.trim_end().len()),
        "an expression is the function, before it is differentiated",
    )
    .with_help(advice)
}

/// The name at the beginning of a text.
fn leading_word(text: &str) -> &str {
    let text = text.trim_start().trim_start_matches('\\');
    &text[..text.find(|c: char| !c.is_alphanumeric() || super::greek::subscript(c).is_some()).unwrap_or(text.len())]
}

fn refusal(source: &str, at: usize, found: &Found<'_>) -> Diagnostic {
    let operator = &source[at..at + found.end];
    let shown: String = operator.chars().take(40).collect();
    let alone = source[..at].trim_matches(['$', ' ', '\n', '\t']).is_empty();
    let function = found.function.trim().trim_end_matches('$').trim();
    let (function, claim) = sides(function).map_or((function, None), |(function, claim)| (function, Some(claim)));
    let function = if alone && !function.is_empty() && function.len() < 200 { without_brackets(function) } else { "f" };
    let command = if found.order > 1 { "hessian" } else { "grad" };
    // `f` alone has no formula to be differentiated.
    let is_name = symbol(function).is_some_and(|length| length == function.len()) && function != found.variable;
    let advice = if is_name {
        written_out()
    } else if let Some(claim) = claim.filter(|_| alone && found.order <= 1) {
        Advice::from("to check a derivative give the function and the claim: ").suggest(Suggestion::claim(
            function,
            &found.variable,
            claim,
        ))
    } else {
        let question = Suggestion::question(command, function, &found.variable);
        Advice::from("give the function alone, and the variable").in_shell(" with `-w`").words(": ").suggest(question)
    };
    Diagnostic::new(
        "P0001",
        format!("`{shown}` is not an operator of the language"),
        Span::new(at, at + found.end),
        "an expression is the function, before it is differentiated",
    )
    .with_help(advice)
}

/// What to do where the function is not there.
pub(super) fn written_out() -> Advice {
    Advice::from("write the function out, and give the variable")
        .in_shell(" with `-w`")
        .words(": ")
        .suggest(Suggestion::question("grad", "x'A x", "x"))
}

/// The two sides of an equation, the function and its derivative in `d/dx x^2 = 2x`.
fn sides(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' | ';' | '\n' if depth == 0 => return None,
            '=' if depth == 0 => {
                let (left, right) = (text[..at].trim_end(), text[at + 1..].trim());
                let is_sign = left.ends_with(['<', '>', '!', ':', '\\', '&']) || right.contains('=');
                let is_definition = left.split_whitespace().any(|word| word == "where");
                return (!is_sign && !is_definition && !left.is_empty() && !right.is_empty()).then_some((left, right));
            }
            _ => {}
        }
    }
    None
}

/// A symbol with its subscript at the beginning of a text: its length in bytes.
fn symbol(text: &str) -> Option<usize> {
    let length = match text.strip_prefix('\\') {
        Some(command) => 1 + command.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(command.len()),
        None => text.chars().next().filter(|c| c.is_alphabetic())?.len_utf8(),
    };
    let below = &text[length..];
    let subscript = match below.strip_prefix('_') {
        Some(braced) if braced.starts_with('{') => braced.find('}').map_or(0, |end| end + 2),
        Some(letter) => letter.chars().next().filter(|c| c.is_alphanumeric()).map_or(0, |c| 1 + c.len_utf8()),
        None => below.chars().take_while(|c| matches!(c, '₀'..='₉' | 'ᵢ' | 'ⱼ' | 'ₖ' | 'ₙ')).map(char::len_utf8).sum(),
    };
    (length > usize::from(text.starts_with('\\'))).then_some(length + subscript)
}

/// The sign of a differential at the beginning: its length and whether it is a plain d.
fn sign(text: &str) -> Option<(usize, bool)> {
    SIGNS.iter().find(|sign| text.starts_with(**sign)).map(|sign| (sign.len(), *sign == "d"))
}

/// `^2`, `^{2}`, `²` at the beginning: the power and its length.
fn power(text: &str) -> (u32, usize) {
    for (written, order) in [("^{2}", 2), ("^2", 2), ("²", 2), ("^{3}", 3), ("^3", 3), ("³", 3)] {
        if text.starts_with(written) {
            return (order, written.len());
        }
    }
    (1, 0)
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// `∇f`, `\nabla_x f`, `∇²f`.
fn nabla(text: &str) -> Option<Found<'_>> {
    let mut end = ["\\nabla", "∇"].iter().find(|sign| text.starts_with(**sign))?.len();
    let (order, more) = power(&text[end..]);
    end += more;
    let capital = text[end..].contains('X') && !text[end..].contains('x');
    let mut variable = Cow::Borrowed(if capital { "X" } else { "x" });
    if let Some(below) = text[end..].strip_prefix('_') {
        let inner = below.strip_prefix('{').and_then(|braced| braced.split_once('}')).map(|(inner, _)| inner);
        let length = inner.map(|inner| inner.len() + 2).or_else(|| symbol(below))?;
        variable = Cow::Borrowed(inner.unwrap_or(&below[..length]));
        end += 1 + length;
    } else {
        // `∇ₓ f`
        let lowered: String = text[end..].chars().map_while(super::greek::subscript).collect();
        end += text[end..].chars().take(lowered.chars().count()).map(char::len_utf8).sum::<usize>();
        if !lowered.is_empty() {
            variable = Cow::Owned(lowered);
        }
    }
    Some(Found { end, function: &text[end..], variable, order })
}

/// What stands below: `dx`, `\partial x^2`, `d\theta`.
fn below(text: &str) -> Option<(usize, &str)> {
    let (mut at, _) = sign(text)?;
    at += blanks(&text[at..]);
    let length = symbol(&text[at..])?;
    let variable = &text[at..at + length];
    at += length;
    at += power(&text[at..]).1;
    Some((at, variable))
}

/// `\frac{d}{dx}`, `\frac{\partial f}{\partial x}`.
fn fraction(text: &str) -> Option<Found<'_>> {
    let command = ["\\frac", "\\dfrac", "\\tfrac"].iter().find(|command| text.starts_with(**command))?;
    let (upper, behind) = group(text, command.len())?;
    let (lower, end) = group(text, behind)?;
    let (mut at, plain) = sign(upper)?;
    let (order, more) = power(&upper[at..]);
    at += more;
    let (length, variable) = below(lower.trim())?;
    let above = upper[at..].trim();
    let short = symbol(above).is_some_and(|length| length == above.len());
    if length != lower.trim().len() || plain && !(above.is_empty() || short || above.contains(variable)) {
        return None;
    }
    let function = if above.is_empty() { &text[end..] } else { above };
    Some(Found { end, function, variable: variable.into(), order })
}

/// The contents of the braces at a place, after blanks, and the place after them.
fn group(text: &str, from: usize) -> Option<(&str, usize)> {
    let open = from + blanks(&text[from..]);
    let inner = text[open..].strip_prefix('{')?;
    let mut depth = 1_usize;
    // An operator is short; a long text is not looked through again for each fraction.
    for (at, c) in inner.char_indices().take(400) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((inner[..at].trim(), open + 1 + at + 1));
        }
    }
    None
}

/// `d/dx`, `∂/∂x`, `df/dx`, `d^2/dx^2`.
fn quotient(text: &str) -> Option<Found<'_>> {
    let (mut at, _) = sign(text)?;
    let (order, more) = power(&text[at..]);
    at += more;
    at += blanks(&text[at..]);
    let above = symbol(&text[at..]).map_or("", |length| &text[at..at + length]);
    at += above.len();
    at += blanks(&text[at..]);
    if !text[at..].starts_with('/') {
        return None;
    }
    at += 1;
    at += blanks(&text[at..]);
    if text.starts_with('d') != text[at..].starts_with('d') {
        return None;
    }
    let (length, variable) = below(&text[at..])?;
    let end = at + length;
    if text[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let function = if above.is_empty() { &text[end..] } else { above };
    Some(Found { end, function, variable: variable.into(), order })
}

/// `d‖Ax − b‖²/dx`, `d log det X / dX`: all of a text, where the variable occurs above.
fn whole_quotient(text: &str) -> Option<Found<'_>> {
    let text = text.trim_end().trim_end_matches('$').trim_end();
    let (length, _) = sign(text)?;
    let (above, under) = text[length..].rsplit_once('/')?;
    let (end, variable) = below(under.trim_start())?;
    let is_whole = end == under.trim_start().len() && text.starts_with('d') == under.trim_start().starts_with('d');
    // Without brackets a sum divides its last term alone.
    let is_operator = is_whole && !is_sum(above) && above.contains(variable) && text.len() < 400;
    is_operator.then(|| Found { end: text.len(), function: above.trim(), variable: variable.into(), order: 1 })
}

/// Whether a sign of a sum stands outside brackets and bars.
fn is_sum(text: &str) -> bool {
    let (mut depth, mut in_bars) = (0_i32, false);
    text.replace("||", "‖").chars().any(|c| {
        depth += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
        in_bars ^= matches!(c, '|' | '‖');
        depth == 0 && !in_bars && matches!(c, '+' | '-' | '−')
    })
}

/// `D[x^2, x]`
fn of_mathematica(text: &str) -> Option<Found<'_>> {
    let inner = text.strip_prefix("D[")?;
    let mut depth = 1_usize;
    let mut comma = None;
    for (at, c) in inner.char_indices().take(400) {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 1 => comma = Some(at),
            _ => {}
        }
        if depth == 0 {
            let comma = comma?;
            let (function, variable) = (inner[..comma].trim(), inner[comma + 1..at].trim());
            let is_name = symbol(variable).is_some_and(|length| length == variable.len());
            return (is_name && function.chars().count() > 1).then_some(Found {
                end: 2 + at + 1,
                function,
                variable: variable.into(),
                order: 1,
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, command: &str) {
        let found = inside(source, &KnownNames::default()).map(|error| error.help[0].to_string()).unwrap_or_default();
        assert!(
            if command.is_empty() { found.is_empty() } else { found.ends_with(&format!("`matcalc {command}`")) },
            "{source}: {found}"
        );
    }

    #[test]
    fn operators() {
        check("\\frac{d}{dx} x^2", "grad 'x^2' -w x");
        check("\\frac{\\partial}{\\partial x} (a^T x)", "grad 'a^T x' -w x");
        check("\\dfrac{\\partial f}{\\partial\\theta}", "grad \"x'A x\" -w x");
        check("\\frac{\\mathrm{d}}{\\mathrm{d}x} x'x", "grad \"x'x\" -w x");
        check("\\frac{d^2}{dx^2} x^4", "hessian 'x^4' -w x");
        check("d/dx x^2", "grad 'x^2' -w x");
        check("∂/∂x (x^2)", "grad 'x^2' -w x");
        check("2 + ∂f/∂x", "grad \"x'A x\" -w x");
        check("∇f", "grad \"x'A x\" -w x");
        check("d‖A x - b‖^2/dx", "grad '‖A x - b‖^2' -w x");
        check("d log det X / dX", "grad 'log det X' -w X");
        check("d(x^2)/dx", "grad 'x^2' -w x");
        check("\\frac{d\\|x\\|^2}{dx}", "grad '\\|x\\|^2' -w x");
        check("$\\nabla_{X} \\log\\det X$", "grad '\\log\\det X' -w X");
        check("D[x^2 + 1, x]", "grad 'x^2 + 1' -w x");
        check("∇ₓ ½‖Ax − b‖²", "grad '½‖Ax − b‖²' -w x");
        check("∇ᵤ u·v", "grad 'u·v' -w u");
        for product in [
            "d x/y",
            "a d/b",
            "\\frac{d}{2}",
            "\\frac{dA x}{dy}",
            "D[1, 2]",
            "D[i, j]",
            "add/dx",
            "d/dxy",
            "X dX",
            "d x + b/dx",
        ] {
            check(product, "");
        }
    }

    #[test]
    fn questions_in_words() {
        check("Find the gradient of f(z) = z^T A z", "grad 'f(z) = z^T A z' -w z");
        check("gradient of x'A x where A is symmetric", "grad \"x'A x where A is symmetric\" -w x");
        check("What is the derivative of tr(A X B) with respect to X?", "grad 'tr(A X B)' -w X");
        check("compute the Hessian of ||A u - b||^2 w.r.t. u", "hessian '||A u - b||^2' -w u");
        check("x^T A x wrt x where A is symmetric", "grad 'x^T A x where A is symmetric' -w x");
        check("differentiate log det X", "grad 'log det X' -w X");
        check("the x", "");
        check("a of b", "");
    }
}
