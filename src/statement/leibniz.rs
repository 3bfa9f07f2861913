//! Derivatives as mathematics writes them: `d/dx f`, `df/dx`, `∂f/∂X`, `∇f`, `∇²f`, `f'(x)`, `\frac{d}{dx} f`.

use super::mention::outside;
use crate::request::Format;
use crate::syntax::parse_name;

/// A derivative that was written with a sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Derivative {
    pub(super) expression: String,
    /// The variable, where it is named.
    pub(super) wrt: Option<String>,
    pub(super) order: u32,
    /// Whether it was written ∇², the matrix of second derivatives.
    pub(super) is_hessian: bool,
    pub(super) format: Format,
    /// The function of `f'(x)`, which is a derivative only if it is defined: xᵀ(y) is written so too.
    pub(super) called: Option<String>,
    /// What stands in the brackets of `f'(3)`, where that is not a variable.
    pub(super) at: Option<String>,
    /// The text.
    pub(super) written: String,
}

/// Reads a derivative where a text is one.
pub(super) fn derivative(text: &str) -> Option<Derivative> {
    let found = nabla(text).or_else(|| fraction(text)).or_else(|| latex_fraction(text)).or_else(|| prime(text));
    found.map(|found| Derivative { written: text.to_owned(), ..found })
}

fn of(expression: &str, wrt: Option<&str>, order: u32) -> Option<Derivative> {
    let expression = expression.trim();
    let wrt = match wrt {
        Some(name) => Some(parse_name(name.trim()).ok()?),
        None => None,
    };
    let is_empty = expression.is_empty();
    (!is_empty).then(|| Derivative {
        expression: expression.to_owned(),
        wrt,
        order,
        is_hessian: false,
        format: Format::Unicode,
        called: None,
        at: None,
        written: String::new(),
    })
}

/// A power of an operator at the beginning of a text, 1 where there is none: `²`, `^2`, `^{2}`.
fn power(text: &str) -> (u32, &str) {
    for (sign, order) in [("²", 2), ("³", 3)] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (order, rest);
        }
    }
    let Some(rest) = text.strip_prefix('^') else { return (1, text) };
    let (rest, close) = rest.strip_prefix('{').map_or((rest, ""), |rest| (rest, "}"));
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    match (rest[..end].parse(), rest[end..].strip_prefix(close)) {
        (Ok(order), Some(behind)) if order > 0 => (order, behind),
        _ => (1, text),
    }
}

/// `∇f`, `∇_x f`, `∇²f`, `\nabla_{x} f`
fn nabla(text: &str) -> Option<Derivative> {
    let rest = text.strip_prefix('∇').or_else(|| text.strip_prefix("\\nabla"))?.trim_start();
    let (order, rest) = power(rest);
    let (wrt, rest) = match rest.strip_prefix('_') {
        Some(below) if below.starts_with('{') => {
            let (name, rest) = below[1..].split_once('}')?;
            (Some(name), rest)
        }
        Some(below) => {
            let end = below.find(|c: char| !c.is_alphanumeric()).unwrap_or(below.len());
            (Some(&below[..end]), &below[end..])
        }
        None => (None, rest),
    };
    // `∇_x^2 f`
    let (later, rest) = power(rest);
    let order = order.max(later);
    (order <= 2).then_some(())?;
    let found = of(rest, wrt, order)?;
    Some(Derivative { is_hessian: order == 2, ..found })
}

/// `d/dx f`, `df/dx`, `∂/∂X f`, `d^2/dx^2 f`, `∂²f/∂x²`
fn fraction(text: &str) -> Option<Derivative> {
    let sign = ['d', '∂'].into_iter().find(|sign| text.starts_with(*sign))?;
    let (order, rest) = power(&text[sign.len_utf8()..]);
    let (at, _) = outside(rest).find(|(_, behind)| behind.starts_with('/'))?;
    let (above, below) = (rest[..at].trim(), rest[at + 1..].trim_start().strip_prefix(sign)?);
    let end = below.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(below.len());
    let letters: usize = below[..end].find(['²', '³']).unwrap_or(end);
    let (name, behind) = (&below[..letters], &below[letters..]);
    let (below_order, behind) = power(behind);
    (below_order == order && !name.is_empty()).then_some(())?;
    match (above.is_empty(), behind.trim().is_empty()) {
        (true, false) => of(behind, Some(name), order),
        (false, true) => of(above, Some(name), order),
        _ => None,
    }
}

/// `\frac{d}{dx} f`, `\frac{\partial f}{\partial x}`
fn latex_fraction(text: &str) -> Option<Derivative> {
    let rest = ["\\frac", "\\dfrac", "\\tfrac"].iter().find_map(|command| text.strip_prefix(command))?.trim_start();
    let (above, rest) = braced(rest)?;
    let (below, behind) = braced(rest.trim_start())?;
    let is_sign = |text: &'_ str| {
        ["\\partial", "\\mathrm{d}", "d", "∂"].iter().find_map(|sign| text.trim().strip_prefix(sign).map(str::to_owned))
    };
    let (above, below) = (is_sign(above)?, is_sign(below)?);
    let plain = format!("d{}/d{} {behind}", above.trim_start(), below.trim());
    let plain = plain.replace("^{2}", "^2").replace("^{3}", "^3");
    fraction(&plain)
}

/// What stands in the braces at the beginning of a text, and what follows.
fn braced(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let mut depth = 1;
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&inner[..at], &inner[at + 1..]));
        }
    }
    None
}

/// `f'(x)`, `f''(x)`, `f′`
fn prime(text: &str) -> Option<Derivative> {
    let end = text.find(|c: char| !(c.is_alphabetic() || c == '_'))?;
    let (name, rest) = text.split_at(end);
    let marks = rest.chars().take_while(|c| matches!(c, '\'' | '′')).count();
    let behind = rest.trim_start_matches(['\'', '′']);
    let argument = behind.strip_prefix('(').and_then(|behind| behind.strip_suffix(')'));
    let order = u32::try_from(marks).ok().filter(|order| *order > 0)?;
    let argument = argument?;
    let called = Some(name.to_owned());
    if parse_name(argument).is_err() {
        let found = of(name, None, order).filter(|_| is_balanced(argument) && !argument.trim().is_empty())?;
        return Some(Derivative { called, at: Some(argument.to_owned()), ..found });
    }
    let found = of(&format!("{name}({argument})"), Some(argument), order)?;
    Some(Derivative { called, ..found })
}

/// Whether no bracket of a text is closed that is not opened in it.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().all(|c| {
        depth += i32::from("([{".contains(c)) - i32::from(")]}".contains(c));
        depth >= 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expression: &str, wrt: Option<&str>, order: u32) {
        let found = derivative(text).expect(text);
        assert_eq!((found.expression.as_str(), found.wrt.as_deref(), found.order), (expression, wrt, order), "{text}");
    }

    #[test]
    fn every_sign_of_a_derivative_is_read() {
        check("d/dx f", "f", Some("x"), 1);
        check("d/dx (x'A x)", "(x'A x)", Some("x"), 1);
        check("df/dx", "f", Some("x"), 1);
        check("∂f/∂X", "f", Some("X"), 1);
        check("∂/∂X log det X", "log det X", Some("X"), 1);
        check("d^2/dt^2 exp(t)", "exp(t)", Some("t"), 2);
        check("d²f/dt²", "f", Some("t"), 2);
        check("\\frac{d}{dx} f", "f", Some("x"), 1);
        check("\\frac{\\partial f}{\\partial X}", "f", Some("X"), 1);
        check("\\frac{d^2}{dt^2} f", "f", Some("t"), 2);
        check("∇f", "f", None, 1);
        check("∇_x f", "f", Some("x"), 1);
        check("\\nabla_{x} f(x)", "f(x)", Some("x"), 1);
        check("∇²f", "f", None, 2);
        check("\\nabla^2 f", "f", None, 2);
        check("f'(x)", "f(x)", Some("x"), 1);
        check("f''(t)", "f(t)", Some("t"), 2);
        check("f''(3)", "f", None, 2);
    }

    #[test]
    fn formulas_are_no_derivatives() {
        for text in ["d'x", "d/2 + x", "x'x", "d x/y", "f(x)", "a/b", "∇", "\\frac{a}{b}", "f'(x) + f(y)", "delta/d"]
        {
            assert_eq!(derivative(text), None, "{text}");
        }
    }
}
