//! A text with several expressions or statements: each line is one, unless it continues the one before. docs/language.md states the rule.

use super::mention::is_named;

/// An expression or a statement as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The text. Lines that it continues on stand in it as lines.
    pub text: String,
    /// The number of its first line in what was given.
    pub line: usize,
}

/// A line that is neither empty nor a comment.
struct Line<'a> {
    /// The line without its comment.
    text: &'a str,
    /// Its number, from 1 on.
    number: usize,
    /// How many empty lines stand above it.
    block: usize,
}

/// Operators, which need an operand on both sides. A word is one only where no letter follows it.
const OPERATORS: &[&str] = &[
    "+",
    "-",
    "−",
    "*",
    "/",
    "^",
    "=",
    ",",
    "·",
    "⋅",
    "∘",
    "⊙",
    "⊗",
    "⊘",
    "×",
    "@",
    "\\cdot",
    "\\circ",
    "\\odot",
    "\\otimes",
    "\\oslash",
    "\\times",
    "where",
    "\\text{where}",
];

/// The expressions of a text, each with the definitions that it uses.
#[must_use]
pub fn expressions(text: &str) -> Vec<Expression> {
    split(text, true)
}

/// The statements of a text.
#[must_use]
pub fn statements(text: &str) -> Vec<Expression> {
    split(text, false)
}

/// Whether a text ends a statement: its brackets are closed, and nothing at its end asks for more.
#[must_use]
pub fn is_complete(text: &str) -> bool {
    let lines = lines(text);
    let Some(last) = lines.last() else { return true };
    lines.iter().map(|line| depth(line.text)).sum::<isize>() <= 0 && !is_continued(last.text)
}

fn split(text: &str, joins_definitions: bool) -> Vec<Expression> {
    let lines = lines(text);
    let closing = closing(&lines);
    let mut found = Vec::new();
    let mut first = 0;
    while first < lines.len() {
        let last = last_line(&lines, &closing, first, joins_definitions);
        found.push(Expression { text: joined(&lines[first..=last]), line: lines[first].number });
        first = last + 1;
    }
    found
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut block = 0;
    let mut lines = Vec::new();
    for (number, whole) in (1..).zip(text.lines()) {
        if whole.trim().is_empty() {
            block += 1;
        }
        let text = without_comment(whole).trim_end();
        if !text.trim().is_empty() {
            lines.push(Line { text, number, block });
        }
    }
    lines
}

/// A comment begins with `#` at the beginning of a line or after a blank.
fn without_comment(line: &str) -> &str {
    let is_start = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#').map(|(at, _)| at).find(|at| is_start(*at)).map_or(line, |at| &line[..at])
}

/// How many brackets a line opens more than it closes.
fn depth(line: &str) -> isize {
    let mut depth = 0;
    for (at, c) in line.char_indices() {
        match c {
            '(' | '[' | '{' | '⟨' => depth += 1,
            ')' | ']' | '}' | '⟩' => depth -= 1,
            '\\' if line[at..].starts_with("\\begin{") || line[at..].starts_with("\\langle") => depth += 1,
            '\\' if line[at..].starts_with("\\end{") || line[at..].starts_with("\\rangle") => depth -= 1,
            _ => {}
        }
    }
    depth
}

/// For each line the one on which the brackets that it opens are closed: itself where it opens none, and nothing where they never are.
fn closing(lines: &[Line<'_>]) -> Vec<Option<usize>> {
    let mut closing = vec![None; lines.len()];
    // The lines whose brackets are open, with the depth before each; these depths grow.
    let mut open: Vec<(usize, isize)> = Vec::new();
    let mut before = 0;
    for (place, line) in lines.iter().enumerate() {
        open.push((place, before));
        let behind = before + depth(line.text);
        while let Some((opened, _)) = open.pop_if(|(_, depth)| *depth >= behind) {
            closing[opened] = Some(place);
        }
        before = behind;
    }
    closing
}

/// The last line of the expression that begins on this one. A line whose brackets are never closed stands alone, so that its mistake does
/// not take the lines below it along.
fn last_line(lines: &[Line<'_>], closing: &[Option<usize>], first: usize, joins_definitions: bool) -> usize {
    let mut last = first;
    let mut place = first;
    // The line with the name, where this is a definition.
    let mut statement = first;
    loop {
        last = last.max(closing[place].unwrap_or(place));
        if place < last {
            place += 1;
            continue;
        }
        let Some(next) = lines.get(place + 1) else { return last };
        if next.block != lines[place].block {
            return last;
        }
        if !(is_continued(lines[place].text) || continues(next.text)) {
            if !joins_definitions || !is_defined_for(lines, statement, place) {
                return last;
            }
            statement = place + 1;
        }
        place += 1;
        last = place;
    }
}

/// Most lines between a definition and the first use of its name.
const MAX_DISTANCE: usize = 40;

/// Whether a definition that begins on the line `statement` and ends on `last` is used in the lines below it.
fn is_defined_for(lines: &[Line<'_>], statement: usize, last: usize) -> bool {
    let Some(name) = defined(lines[statement].text) else { return false };
    let below = lines[last + 1..].iter().take(MAX_DISTANCE).take_while(|line| line.block == lines[last].block);
    for line in below {
        if defined(line.text) == Some(name) {
            return false;
        }
        if is_named(line.text, name) {
            return true;
        }
    }
    false
}

/// The name that the last statement of a line defines: `r` of `r = A x - b`, `h` of `h(x) := …`.
fn defined(line: &str) -> Option<&str> {
    let line = line.trim().trim_end_matches(';');
    let statement = line.rsplit(';').next()?;
    let before = statement.split('=').next().filter(|before| before.len() < statement.len())?;
    let before = before.trim_end_matches(':').trim();
    let name = before.split('(').next().unwrap_or(before).trim_end();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\\' | '{' | '}' | '\'');
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '\\');
    (begins && name.chars().all(is_name)).then_some(name)
}

/// Whether a line needs the next: it ends in a backslash or an operator.
fn is_continued(line: &str) -> bool {
    if line.ends_with('\\') {
        // `\\` ends a row in LaTeX.
        return !line.ends_with("\\\\");
    }
    // `code c++` and `grad f as c++` end in the name of a language.
    if line
        .strip_suffix("c++")
        .is_some_and(|before| ["code ", "as ", "-f ", "help "].iter().any(|word| before.ends_with(word)))
    {
        return false;
    }
    OPERATORS.iter().any(|operator| {
        // X^+, ‖x‖_* and x^* end in no operator, and `nowhere` in no `where`.
        line.strip_suffix(operator).is_some_and(|before| match before.chars().next_back() {
            Some('^' | '_') => false,
            Some(c) => *operator != "where" || !(c.is_alphanumeric() || c == '\\'),
            None => true,
        })
    })
}

/// Whether a line continues the one before: it begins with an operator, `where`, or a bracket that closes.
fn continues(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix('.').filter(|rest| rest.starts_with(['*', '/', '^'])).unwrap_or(line);
    line.starts_with([')', ']', '}', '⟩'])
        || OPERATORS.iter().any(|operator| {
            let is_word = operator.ends_with(|c: char| c.is_ascii_alphabetic());
            line.strip_prefix(operator)
                .is_some_and(|rest| !(is_word && rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')))
        })
}

/// The lines as one text in which each keeps its place below the first.
fn joined(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    let mut number = lines.first().map_or(0, |line| line.number);
    for (place, line) in lines.iter().enumerate() {
        while number < line.number {
            text.push('\n');
            number += 1;
        }
        match line.text.strip_suffix('\\') {
            Some(before) if place + 1 < lines.len() && !before.ends_with('\\') => text.push_str(before),
            _ => text.push_str(line.text),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expressions, each with the number of its first line.
    #[track_caller]
    fn check(text: &str, wanted: &[(usize, &str)]) {
        let found = expressions(text);
        let found: Vec<(usize, &str)> = found.iter().map(|one| (one.line, one.text.as_str())).collect();
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn each_line_is_an_expression() {
        check("x'x\nlog det X\r\n\na'x\n", &[(1, "x'x"), (2, "log det X"), (4, "a'x")]);
        check("", &[]);
    }

    #[test]
    fn comments_and_empty_lines_are_skipped() {
        check("# losses\n\n  # more\nx'x # a square\ny'y", &[(4, "x'x"), (5, "y'y")]);
        check("x\n# in between\n+ y", &[(1, "x\n\n+ y")]);
    }

    #[test]
    fn a_definition_is_a_statement_of_its_own() {
        let found: Vec<String> = statements("r = A x - b\nr'r").into_iter().map(|one| one.text).collect();
        assert_eq!(found, ["r = A x - b", "r'r"]);
    }

    #[test]
    fn what_is_open_is_not_complete() {
        for text in ["tr(A", "x +", "f(x) =", "[1 2;\n3", "x \\", "r'r where"] {
            assert!(!is_complete(text), "{text}");
        }
        for text in ["tr(A)", "", "# (", "x)", "A: symmetric(n)", "||x||_*"] {
            assert!(is_complete(text), "{text}");
        }
    }

    #[test]
    fn an_operator_or_a_backslash_continues_a_line() {
        check("x'x +\ny'y\nz'z", &[(1, "x'x +\ny'y"), (3, "z'z")]);
        check("x'x \\\n+ y'y", &[(1, "x'x \n+ y'y")]);
        check("x'x\n− y'y\n.* 2\nz'z", &[(1, "x'x\n− y'y\n.* 2"), (4, "z'z")]);
        check("r'r\nwhere r = A x - b\nx'x", &[(1, "r'r\nwhere r = A x - b"), (3, "x'x")]);
        check("A \\cdot\nB\n\\cdot C", &[(1, "A \\cdot\nB\n\\cdot C")]);
        check("a\nwherever", &[(1, "a"), (2, "wherever")]);
    }

    #[test]
    fn a_definition_stands_with_what_uses_it() {
        check("r = A x - b\nr'r\ny'y", &[(1, "r = A x - b\nr'r"), (3, "y'y")]);
        check("z = W x\ny = σ(z)\n½(y-t)'(y-t)", &[(1, "z = W x\ny = σ(z)\n½(y-t)'(y-t)")]);
        check("r = A x\ns = B x\nr's", &[(1, "r = A x\ns = B x\nr's")]);
        check("h(x) := σ(w'x);\nsum_i h(x_i)", &[(1, "h(x) := σ(w'x);\nsum_i h(x_i)")]);
        check("f(x) = x'x\nf(x) = a'x\nexp(y)", &[(1, "f(x) = x'x"), (2, "f(x) = a'x"), (3, "exp(y)")]);
        check("f = x'x\n\nf'y", &[(1, "f = x'x"), (3, "f'y")]);
        check("r = A x - b; r'r\nr't", &[(1, "r = A x - b; r'r"), (2, "r't")]);
    }

    #[test]
    fn an_empty_line_outside_brackets_ends_an_expression() {
        check("x'x\n\n-y'y", &[(1, "x'x"), (3, "-y'y")]);
        check("x'x +\n\ny'y", &[(1, "x'x +"), (3, "y'y")]);
    }

    #[test]
    fn signs_that_are_no_operators_continue_nothing() {
        check("tr X^+\n||X||_*\nx^*\ny", &[(1, "tr X^+"), (2, "||X||_*"), (3, "x^*"), (4, "y")]);
        check("x \\\\\ny", &[(1, "x \\\\"), (2, "y")]);
    }

    #[test]
    fn open_brackets_continue_a_line() {
        check("tr([1 2\n 3 4] X)\ny'y", &[(1, "tr([1 2\n 3 4] X)"), (3, "y'y")]);
        let rows = "\\begin{bmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{bmatrix} x\ny";
        check(rows, &[(1, "\\begin{bmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{bmatrix} x"), (5, "y")]);
        check("f(x\n, y) +\n(z\n)\nw", &[(1, "f(x\n, y) +\n(z\n)"), (5, "w")]);
        check("(x'\n\nx)\nw", &[(1, "(x'\n\nx)"), (4, "w")]);
    }

    #[test]
    fn a_bracket_that_is_never_closed_leaves_the_other_lines_alone() {
        check("tr(X\ny'y\nlog det X", &[(1, "tr(X"), (2, "y'y"), (3, "log det X")]);
        check("x)\ny", &[(1, "x)"), (2, "y")]);
    }

    #[test]
    fn long_texts_are_split_in_one_pass() {
        let text = "(x\n".repeat(200_000);
        assert_eq!(expressions(&text).len(), 200_000);
    }
}
