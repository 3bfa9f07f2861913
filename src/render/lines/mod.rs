//! Long results in several lines: broken before what joins clauses, then terms, then factors, and inside brackets only where what they hold
//! is too long for a line by itself.

mod latex;
mod plain;

pub use latex::break_latex;
pub use plain::break_plain;

/// Brackets nested deeper are not opened.
const MAX_LEVEL: usize = 12;

/// What two pieces of a text are to each other, from the loosest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Joint {
    /// `… where R = …; S = …`
    Clause,
    /// `a + b`
    Term,
    /// `a b`, `a ∘ b`
    Factor,
}

/// A place where a line may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Break {
    joint: Joint,
    /// Where the line ends, and where the next begins.
    from: usize,
    to: usize,
}

/// What stands outside brackets in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Outline {
    breaks: Vec<Break>,
    /// After each opening bracket that has a partner, and before its partner.
    brackets: Vec<(usize, usize)>,
    /// The first relation.
    relation: Option<(usize, usize)>,
}

/// A line, and how many steps it is indented.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    level: usize,
    text: String,
}

/// How a notation is broken.
struct Notation {
    outline: fn(&str) -> Outline,
    width: fn(&str) -> usize,
    /// A text that ends, or begins, with a bracket whose partner is in another line.
    apart: fn(&str) -> String,
}

impl Notation {
    /// The lines of a text of which each fits the width where that can be.
    fn lines(&self, text: &str, width: usize, level: usize) -> Vec<Line> {
        let whole = || vec![Line { level, text: text.to_owned() }];
        if level > MAX_LEVEL || (self.width)(text) <= width {
            return whole();
        }
        let outline = (self.outline)(text);
        for joint in [Joint::Clause, Joint::Term, Joint::Factor] {
            let breaks: Vec<&Break> = outline.breaks.iter().filter(|found| found.joint == joint).collect();
            if !breaks.is_empty() {
                return self.packed(text, &breaks, width, level);
            }
        }
        let widest = outline.brackets.iter().max_by_key(|(from, to)| to - from);
        let Some(&(from, to)) = widest else { return whole() };
        let room = width.saturating_sub((self.width)(&text[..from])).max(width / 2).max(1);
        let mut lines = self.lines(&text[from..to], room, level + 1);
        if lines.len() < 2 {
            return whole();
        }
        if let Some(first) = lines.first_mut() {
            first.text.insert_str(0, &(self.apart)(&text[..from]));
            first.level = level;
        }
        if let Some(last) = lines.last_mut() {
            last.text.push_str(&(self.apart)(&text[to..]));
        }
        lines
    }

    /// As many pieces in each line as fit.
    fn packed(&self, text: &str, breaks: &[&Break], width: usize, level: usize) -> Vec<Line> {
        let ends = breaks.iter().map(|found| found.from).chain([text.len()]);
        let starts = std::iter::once(None).chain(breaks.iter().map(Some));
        let mut lines: Vec<Line> = Vec::new();
        // The line that is being filled, with its width.
        let mut open: Option<(Line, usize)> = None;
        for (start, end) in starts.zip(ends) {
            let piece = &text[start.map_or(0, |found| found.to)..end];
            let wide = (self.width)(piece);
            let clause = start.is_some_and(|found| found.joint == Joint::Clause);
            if let (Some((line, used)), Some(start)) = (&mut open, start)
                && !clause
            {
                let joined = &text[start.from..end];
                let more = (self.width)(joined);
                if *used + more <= width {
                    line.text.push_str(joined);
                    *used += more;
                    continue;
                }
            }
            lines.extend(open.take().map(|(line, _)| line));
            let level = level + usize::from(start.is_some() && !clause);
            if wide <= width {
                open = Some((Line { level, text: piece.to_owned() }, wide));
            } else {
                lines.extend(self.lines(piece, width, level));
            }
        }
        lines.extend(open.map(|(line, _)| line));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Format, typeset};

    const PLAIN: [&str; 4] = [
        "∇f = (1/m)Σᵢ σ(aᵢᵀx)aᵢ + μx − ‖Ax − b‖²(x − y)ᵀ where R = |t| + ⟨a, b⟩; S = x̂∘y",
        "sum_{i=1}^m 1[a_i'x > b_i](a_i - <x, y> b) .* ||x||^2/(1 + t) + [1, 2; 3, 4]x",
        ") ] | ‖ || where ; = + − ( {",
        "operator  H |-> A H B + kron(A, B)(c - d)",
    ];
    const LATEX: [&str; 4] = [
        "\\nabla f = \\frac{1}{m}\\sum_{i=1}^{m} \\sigma(a_i^\\top x) a_i + \\left(\\|A x - b\\|^2 - t\\right)^{\\odot 2} \\, \\mathrm{d}X \\quad\\text{where}\\quad R = |t|,\\; S = \\hat{x}",
        "\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix} x + \\operatorname{tr}(A)\\log\\det X - \\langle a, b \\rangle",
        "\\left \\right ) ] } { \\| | \\begin{x \\end \\text{ \\quad \\text + - = \\; \\",
        "\\left\\|\\frac{x}{y}\\right\\|(a + b)(c - d) \\mapsto \\lambda_{\\max}(A)",
    ];

    /// All beginnings of a text.
    fn beginnings(text: &str) -> impl Iterator<Item = &str> {
        text.char_indices().map(|(at, _)| &text[..at]).chain([text])
    }

    #[test]
    fn nothing_is_lost_in_plain_lines() {
        for text in PLAIN.into_iter().flat_map(beginnings) {
            for columns in [1, 5, 9, 17, 40] {
                let broken = break_plain(text, columns);
                let dense = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(dense(&broken), dense(text), "{text}");
            }
        }
    }

    #[test]
    fn nothing_is_lost_in_lines_of_latex() {
        for text in LATEX.into_iter().flat_map(beginnings) {
            for width in [1, 5, 9, 17, 40] {
                let broken = break_latex(text, width);
                let _ = [Format::Typst, Format::Mathml].map(|format| typeset(&broken, format));
                let marks = [
                    "\\begin{aligned}",
                    "\\end{aligned}",
                    "\\\\",
                    "&",
                    "\\quad",
                    "\\,",
                    "\\;",
                    "\\left",
                    "\\right",
                    "\\Bigl",
                    "\\Bigr",
                ];
                let dense = |text: &str| {
                    let bare = marks.iter().fold(text.to_owned(), |text, mark| text.replace(mark, ""));
                    bare.split_whitespace().collect::<String>()
                };
                assert_eq!(dense(&broken), dense(text), "{text}");
            }
        }
    }

    #[test]
    fn lines_fit_where_they_can() {
        let text = "Aᵀ(Ax − b) + λx + ½(M + Mᵀ)x + sigmoid(w)∘y − tr(XYZ)c";
        for columns in 24..60 {
            let broken = break_plain(text, columns);
            assert!(broken.lines().all(|line| line.chars().count() <= columns), "{columns}\n{broken}");
        }
    }
}
