//! Lines of plain text for a terminal.

use unicode_width::UnicodeWidthStr as _;

use super::{Break, Joint, Line, Notation, Outline};

const PLAIN: Notation = Notation { outline, width: |text| text.width(), apart: str::to_owned };

/// Columns that a line is indented for each step.
const STEP: usize = 2;

/// What takes what stands after a blank.
const TAKERS: [&str; 7] = ["Σ", "Π", "∑", "∏", "sum_", "prod_", "√"];

/// A line that is longer than so many columns in several, broken before + and −, between factors where a term is too long, and inside
/// brackets only where what they hold is. Those that follow are indented, to where the text after the first relation begins if that is near.
///
/// ```
/// use matcalc::render::break_plain;
///
/// assert_eq!(break_plain("∇f = Aᵀ(Ax − b) + λx", 18), "∇f = Aᵀ(Ax − b)\n       + λx");
/// assert_eq!(break_plain("Ax + b", 20), "Ax + b");
/// ```
#[must_use]
pub fn break_plain(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let outline = outline(text);
    let near = outline.relation.filter(|(_, to)| text[..*to].width() < columns / 3);
    let (left, right) = text.split_at(near.map_or(0, |(_, to)| to));
    let indent = left.width();
    let lines = PLAIN.lines(right, columns.saturating_sub(indent + STEP).max(1), 0);
    let mut out = left.to_owned();
    for (place, Line { level, text }) in lines.iter().enumerate() {
        if place > 0 {
            // A clause has nothing to stand under.
            let column = if *level == 0 { 0 } else { indent + STEP * level };
            out.push('\n');
            out.push_str(&" ".repeat(column));
        }
        out.push_str(text.trim_end());
    }
    out
}

/// Whether a letter begins a factor: one on the line, and no small one that stands above or below it.
fn begins_factor(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{370}'..='\u{3FF}').contains(&c) || matches!(c, '(' | '[')
}

fn outline(text: &str) -> Outline {
    let mut found = Outline::default();
    let mut open: Vec<(char, usize)> = Vec::new();
    // Where the word began that the last token belongs to.
    let mut word = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let (from, to) = (at, at + c.len_utf8());
        at = to;
        let (before, behind) = (&text[..from], &text[to..]);
        let tight = behind.starts_with(|next: char| !next.is_whitespace());
        let bar = matches!(c, '|' | '‖');
        let doubled = c == '|' && behind.starts_with('|');
        let sign = if doubled { '‖' } else { c };
        if doubled {
            at += 1;
        }
        let closes = match c {
            ')' | ']' | '}' | '⟩' => true,
            '>' => open.last().is_some_and(|(sign, _)| *sign == '<') && !before.ends_with(' '),
            _ => bar && open.last().is_some_and(|(open, _)| *open == sign),
        };
        if closes {
            if let Some((_, inner)) = open.pop()
                && open.is_empty()
            {
                found.brackets.push((inner, from));
                let next = text[at..].chars().next();
                if next.is_some_and(begins_factor) && !bar && c != '}' {
                    found.breaks.push(Break { joint: Joint::Factor, from: at, to: at });
                }
            }
            continue;
        }
        // `|->` is an arrow.
        let arrow = c == '|' && behind.starts_with("->");
        if matches!(c, '(' | '[' | '{' | '⟨') || c == '<' && tight || bar && !arrow && tight {
            open.push((sign, at));
            continue;
        }
        if c != ' ' || !open.is_empty() {
            continue;
        }
        let next = behind.split(' ').next().unwrap_or_default();
        let joint = |joint, to| Break { joint, from, to };
        match next {
            "+" | "−" | "-" => found.breaks.push(joint(Joint::Term, to)),
            "=" | "↦" | "|->" | "≈" | "~" | "∈" | "in" => {
                let end = (to + next.len() + 1).min(text.len());
                found.relation = found.relation.or(Some((from, end)));
                at = end;
            }
            "where" => {
                found.breaks.push(joint(Joint::Clause, to));
                at = (to + next.len() + 1).min(text.len());
            }
            _ if before.ends_with(';') => found.breaks.push(joint(Joint::Clause, to)),
            "∘" | "⊘" | "⊗" | "·" | "*" | ".*" | "./" => found.breaks.push(joint(Joint::Factor, to)),
            _ => {
                let left = &text[word..from];
                let takes = TAKERS.iter().any(|taker| left.contains(taker)) || matches!(left, "log" | "det" | "tr");
                let is_sign = matches!(
                    left,
                    "+" | "−" | "-" | "∘" | "⊘" | "⊗" | "·" | "*" | ".*" | "./" | "=" | "↦" | "where" | "|->"
                );
                if !takes && !is_sign && !before.is_empty() && tight && !before.ends_with([' ', ',']) {
                    found.breaks.push(joint(Joint::Factor, to));
                }
            }
        }
        word = at;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, columns: usize, lines: &[&str]) {
        assert_eq!(break_plain(text, columns).split('\n').collect::<Vec<_>>(), lines);
    }

    #[test]
    fn sums_break_before_their_signs() {
        check("Aᵀ(Ax − b) + λx + μ(x − y)", 16, &["Aᵀ(Ax − b)", "  + λx", "  + μ(x − y)"]);
        check("A'(A x - b) + lambda x", 14, &["A'(A x - b)", "  + lambda x"]);
        check("x̂ + ŷ − ẑ", 8, &["x̂ + ŷ", "  − ẑ"]);
        check("operator  H ↦ AHB + BHA", 20, &["operator  H ↦ AHB", "  + BHA"]);
    }

    #[test]
    fn products_break_between_factors() {
        check("(a + b)(c + d)ᵀx", 12, &["(a + b)", "  (c + d)ᵀx"]);
        check("b ∘ Ax ∘ sigmoid(y)", 12, &["b ∘ Ax", "  ∘ sigmoid(y)"]);
        check("(1/m)Σᵢ σ(aᵢᵀx)aᵢ", 14, &["(1/m)", "  Σᵢ σ(aᵢᵀx)aᵢ"]);
    }

    #[test]
    fn brackets_open_only_where_they_are_too_long() {
        check("‖Ax − b‖²", 12, &["‖Ax − b‖²"]);
        check("‖aaaa − bbbb + cccc‖²", 14, &["‖aaaa − bbbb", "    + cccc‖²"]);
        check("||a - b||^2 + <a, b> + |c|", 14, &["||a - b||^2", "  + <a, b>", "  + |c|"]);
    }

    #[test]
    fn named_parts_have_lines_of_their_own() {
        check("R + S where R = a + b; S = c", 12, &["R + S", "where R = a", "  + b;", "S = c"]);
    }
}
