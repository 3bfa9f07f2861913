//! Lines of LaTeX.

use super::{Break, Joint, Line, Notation, Outline};
use crate::render::markup::{self, closing_brace};
use crate::render::spelling::is_function_command;

const LATEX: Notation = Notation { outline, width: |text| markup::width(&markup::read(text)), apart };

/// Signs between factors.
const FACTORS: [&str; 5] = ["\\cdot", "\\odot", "\\oslash", "\\otimes", "\\times"];

/// Signs between the two sides of a statement.
const RELATIONS: [&str; 4] = ["=", "\\mapsto", "\\approx", "\\in"];

/// A formula that is wider than so many symbols in lines of an `aligned` environment, broken before + and −, between factors where a term
/// is too wide, and inside brackets only where what they hold is. Lines stand under one another after the first relation.
///
/// ```
/// use matcalc::render::break_latex;
///
/// let broken = "\\begin{aligned}\n\\nabla f &= A x + b \\\\\n&\\quad - c\n\\end{aligned}";
/// assert_eq!(break_latex("\\nabla f = A x + b - c", 8), broken);
/// assert_eq!(break_latex("A x + b", 20), "A x + b");
/// ```
#[must_use]
pub fn break_latex(latex: &str, width: usize) -> String {
    if latex.starts_with("\\begin{aligned}") || (LATEX.width)(latex) <= width {
        return latex.to_owned();
    }
    let (left, right) = sides(latex);
    let room = width.saturating_sub((LATEX.width)(left)).max(width / 2).max(1);
    let lines = LATEX.lines(right, room, 0);
    if lines.len() < 2 {
        return latex.to_owned();
    }
    let mut rows = Vec::with_capacity(lines.len());
    for (place, Line { level, text }) in lines.iter().enumerate() {
        let text = text.trim();
        rows.push(match (place, level) {
            (0, _) if !left.is_empty() => format!("{} &{text}", left.trim()),
            (_, 0) if left.is_empty() => format!("&{text}"),
            // Each part of the answer that is named is aligned as the answer is.
            (_, 0) => match sides(text) {
                ("", text) => format!("&{text}"),
                (left, right) => format!("{} &{}", left.trim(), right.trim()),
            },
            (_, level) => format!("&{} {text}", "\\quad".repeat(*level)),
        });
    }
    format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.join(" \\\\\n"))
}

/// What stands before the first relation, and the rest.
fn sides(latex: &str) -> (&str, &str) {
    let outline = outline(latex);
    let clause =
        outline.breaks.iter().find(|found| found.joint == Joint::Clause).map_or(latex.len(), |found| found.from);
    match outline.relation {
        Some((at, _)) if at < clause => latex.split_at(at),
        _ => ("", latex),
    }
}

/// `\left` and `\right` must not be in different lines.
fn apart(latex: &str) -> String {
    latex
        .replace("\\left\\", "\\Bigl\\")
        .replace("\\right\\", "\\Bigr\\")
        .replace("\\left(", "\\Bigl(")
        .replace("\\right)", "\\Bigr)")
}

/// What the last token was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    /// Nothing, or what something must follow.
    Open,
    /// A factor, or its end.
    Factor,
    /// The end of a bracket.
    Close,
    /// `\sum` or a function, which take what follows.
    Taker,
}

/// The next token: a command, with the braces of those that have words in them, or a character.
fn token(rest: &str) -> &str {
    let Some(behind) = rest.strip_prefix('\\') else { return &rest[..rest.chars().next().map_or(0, char::len_utf8)] };
    let letters = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
    let length = if letters > 0 { letters } else { behind.chars().next().map_or(0, char::len_utf8) };
    let braced = match &behind[..length] {
        "text" | "begin" | "end" | "operatorname" | "mathrm" | "mathbf" | "mathbb" => closing_brace(&behind[length..]),
        _ => None,
    };
    &rest[..1 + length + braced.map_or(0, |close| close + 1)]
}

fn outline(latex: &str) -> Outline {
    let mut found = Outline::default();
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut last = Last::Open;
    // Where blanks after the last token began, and whether the next bracket is a tall one.
    let (mut blank, mut tall, mut at) = (None, false, 0);
    // A script takes one token.
    let mut script = false;
    while at < latex.len() {
        let token = token(&latex[at..]);
        let (from, to) = (at, at + token.len());
        at = to;
        if token.trim().is_empty() || matches!(token, "\\," | "\\!") {
            blank = blank.or(Some(from));
            continue;
        }
        let gap = blank.take();
        if matches!(token, "\\left" | "\\right") {
            tall = token == "\\left";
            blank = gap;
            if tall && open.is_empty() {
                factor(&mut found, last, gap, from);
            }
            continue;
        }
        let is_left = std::mem::take(&mut tall);
        let bar = matches!(token, "|" | "\\|");
        let closes = !is_left
            && (matches!(token, ")" | "]" | "}" | "\\}" | "\\rangle")
                || bar && open.last().is_some_and(|(sign, _)| *sign == token))
            || token.starts_with("\\end");
        let opens = !closes && (bar || is_left || matches!(token, "(" | "[" | "{" | "\\{" | "\\langle"))
            || token.starts_with("\\begin");
        if closes {
            let partner = open.pop();
            if open.is_empty()
                && let Some((sign, inner)) = partner
            {
                if !matches!(sign, "{" | "table") {
                    // Before the `\right` of a tall one.
                    let end = if latex[..from].ends_with("\\right") { from - "\\right".len() } else { from };
                    found.brackets.push((inner, end.max(inner)));
                }
                last = match (sign, last) {
                    ("{", Last::Taker) => Last::Taker,
                    ("{" | "table", _) => Last::Factor,
                    _ => Last::Close,
                };
            }
            script = false;
            continue;
        }
        if opens {
            if open.is_empty() && token != "{" && !(latex[..from].ends_with("\\left")) {
                factor(&mut found, last, gap, from);
            }
            open.push((if token.starts_with("\\begin") { "table" } else { token }, to));
            script = false;
            continue;
        }
        if !open.is_empty() {
            continue;
        }
        let joint = |joint, from, to| Break { joint, from, to };
        match token {
            "_" | "^" => {
                script = true;
                continue;
            }
            _ if std::mem::take(&mut script) => continue,
            "'" | "!" => continue,
            "+" | "-" if last == Last::Open => {}
            "+" | "-" => {
                found.breaks.push(joint(Joint::Term, gap.unwrap_or(from), from));
                last = Last::Open;
            }
            sign if RELATIONS.contains(&sign) => {
                found.relation = found.relation.or(Some((from, to)));
                last = Last::Open;
            }
            sign if FACTORS.contains(&sign) => {
                if last != Last::Open {
                    found.breaks.push(joint(Joint::Factor, gap.unwrap_or(from), from));
                }
                last = Last::Open;
            }
            "\\quad" if latex[to..].trim_start().starts_with("\\text") => {
                found.breaks.push(joint(Joint::Clause, gap.unwrap_or(from), to));
                last = Last::Open;
            }
            "\\;" => {
                found.breaks.push(joint(Joint::Clause, from, to));
                last = Last::Open;
            }
            "\\quad" | "," => last = Last::Open,
            "\\sum" | "\\prod" => {
                factor(&mut found, last, gap, from);
                last = Last::Taker;
            }
            token if token.starts_with("\\operatorname") || is_function_command(token.trim_start_matches('\\')) => {
                factor(&mut found, last, gap, from);
                last = Last::Taker;
            }
            // `\mathrm{d}` stands before its variable without a blank.
            _ => {
                factor(&mut found, last, gap, from);
                last = Last::Factor;
            }
        }
    }
    found
}

/// A break between two factors, where a blank or brackets part them.
fn factor(found: &mut Outline, last: Last, gap: Option<usize>, at: usize) {
    if last == Last::Close || last == Last::Factor && gap.is_some() {
        found.breaks.push(Break { joint: Joint::Factor, from: gap.unwrap_or(at), to: at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(latex: &str, width: usize, rows: &[&str]) {
        let wanted = format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.join(" \\\\\n"));
        assert_eq!(break_latex(latex, width), wanted);
    }

    #[test]
    fn sums_break_before_their_signs() {
        check("a + b - c + d", 4, &["&a + b", "&\\quad - c + d"]);
        check(
            "F = A (x - y) + B \\frac{u + v + w}{2} - C",
            12,
            &["F &= A (x - y)", "&\\quad + B \\frac{u + v + w}{2} - C"],
        );
        check("-a - b^{-1 + c} + \\sum_{i=1}^{m} x_i", 8, &["&-a - b^{-1 + c}", "&\\quad + \\sum_{i=1}^{m} x_i"]);
        check("e^- - b + c", 5, &["&e^- - b", "&\\quad + c"]);
    }

    #[test]
    fn products_break_between_factors() {
        check("A B (x + y) C \\, \\mathrm{d}X", 7, &["&A B (x + y)", "&\\quad C \\, \\mathrm{d}X"]);
        check("(a + b)(c + d)", 8, &["&(a + b)", "&\\quad (c + d)"]);
        check("a \\odot b \\odot c", 4, &["&a \\odot b", "&\\quad \\odot c"]);
        check("\\operatorname{tr}(A B) \\log\\det X", 7, &["&\\operatorname{tr}(A B)", "&\\quad \\log\\det X"]);
    }

    #[test]
    fn brackets_open_only_where_they_are_too_long() {
        check(
            "A^\\top \\left(a + b + c + d\\right)^2",
            6,
            &["&A^\\top", "&\\quad \\Bigl(a + b + c", "&\\quad\\quad\\quad + d\\Bigr)^2"],
        );
        let fraction = "\\frac{a + b + c + d}{e + f + g}";
        assert_eq!(break_latex(fraction, 3), fraction);
        assert_eq!(break_latex("\\|a + b\\|", 9), "\\|a + b\\|");
    }

    #[test]
    fn named_parts_have_lines_of_their_own() {
        check(
            "F = R + S \\quad\\text{where}\\quad R = a + b,\\; S = c",
            13,
            &["F &= R + S", "\\text{where}\\quad R &= a + b,", "S &= c"],
        );
        check(
            "R + S \\quad\\text{where}\\quad R = a + b,\\; S = c",
            13,
            &["&R + S", "&\\text{where}\\quad R = a + b,", "&S = c"],
        );
    }

    #[test]
    fn pages_stay_as_they_are() {
        let page = "\\begin{aligned}\nf &= a + b \\\\\n &= c\n\\end{aligned}";
        assert_eq!(break_latex(page, 2), page);
    }
}
