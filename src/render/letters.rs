//! Formulas of LaTeX with their letters set as those of the input are: `\mathbf{x}` for `x`, `\varphi` for `\phi`.

use rustc_hash::FxHashMap;

use super::greek::{accent_mark, letter};

/// Commands whose braces hold no letters of symbols.
const WORDS: [&str; 9] = ["operatorname", "mathrm", "mathcal", "text", "begin", "end", "mathbf", "tag", "label"];

/// A formula with each letter as it is written in the input. What stands below a letter stays as it is, and so does a single raised sign.
///
/// ```
/// use matcalc::render::with_letters;
/// use matcalc::syntax::letter_styles;
///
/// let styles = letter_styles(r"\|\mathbf{A}\hat{\mathbf{x}} - b_i\|^2");
/// assert_eq!(with_letters(r"\mathbf{1}^\top A^\top A \hat{x} - b_i", &styles), r"\mathbf{1}^\top \mathbf{A}^\top \mathbf{A} \hat{\mathbf{x}} - b_i");
/// ```
#[must_use]
pub fn with_letters(latex: &str, written: &FxHashMap<String, String>) -> String {
    if written.is_empty() {
        return latex.to_owned();
    }
    let mut out = String::with_capacity(2 * latex.len());
    let mut at = 0;
    while let Some(c) = latex[at..].chars().next() {
        let end = match c {
            '_' => argument_end(latex, at + 1),
            '^' if !latex[at + 1..].starts_with(['{', '\\']) => argument_end(latex, at + 1),
            '\\' => {
                let end = command_end(latex, at);
                let name = &latex[at + 1..end];
                if accent_mark(name).is_some() {
                    let end = argument_end(latex, end);
                    let set = accented(&latex[at..end], written);
                    push(&mut out, set.as_deref().unwrap_or(&latex[at..end]));
                    at = end;
                    continue;
                }
                let own = letter(name).and_then(|letter| written.get(&letter.to_string()));
                match own {
                    Some(own) => {
                        push(&mut out, own);
                        at = end;
                        continue;
                    }
                    None if WORDS.contains(&name) => argument_end(latex, end),
                    None => end,
                }
            }
            _ if c.is_ascii_alphabetic() => {
                at += 1;
                match written.get(&c.to_string()) {
                    Some(own) => push(&mut out, own),
                    None => push(&mut out, &latex[at - 1..at]),
                }
                continue;
            }
            _ => at + c.len_utf8(),
        };
        push(&mut out, &latex[at..end]);
        at = end;
    }
    out
}

/// Appends a text; a letter does not go on with the name of a command before it.
fn push(out: &mut String, text: &str) {
    let name = out.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if name.len() < out.len() && name.ends_with('\\') && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.push(' ');
    }
    out.push_str(text);
}

/// `\hat{x}` with its letter as it is written, `\hat{\mathbf{x}}`; accents may stand over accents.
fn accented(text: &str, written: &FxHashMap<String, String>) -> Option<String> {
    let (mut rest, mut before, mut marks) = (text, String::new(), Vec::new());
    loop {
        let end = command_end(rest, 0);
        let mark = rest.strip_prefix('\\').and_then(|_| accent_mark(&rest[1..end]));
        let Some(mark) = mark else { break };
        marks.push(mark);
        before.push_str(&rest[..end]);
        before.push('{');
        rest = rest[end..].strip_prefix('{')?.strip_suffix('}')?;
    }
    let letter = match rest.strip_prefix('\\') {
        Some(name) => letter(name)?.to_string(),
        None => rest.to_owned(),
    };
    let key: String = letter.chars().chain(marks.iter().rev().copied()).collect();
    Some(format!("{before}{}{}", written.get(&key)?, "}".repeat(marks.len())))
}

/// Where the command at a place ends.
fn command_end(latex: &str, at: usize) -> usize {
    let name = &latex[(at + 1).min(latex.len())..];
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    at + 1 + if letters == 0 { name.chars().next().map_or(0, char::len_utf8) } else { letters }
}

/// Where the argument at a place ends: a group in braces, a command, or one character.
fn argument_end(latex: &str, at: usize) -> usize {
    match latex[at..].chars().next() {
        Some('{') => {
            let mut depth = 0_usize;
            for (place, c) in latex[at..].char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    return at + place + 1;
                }
            }
            latex.len()
        }
        Some('\\') => command_end(latex, at),
        Some(c) => at + c.len_utf8(),
        None => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(latex: &str, expected: &str) {
        let written = [
            ("x", "\\mathbf{x}"),
            ("x\u{302}", "\\mathbf{x}"),
            ("A", "\\mA"),
            ("β", "\\boldsymbol{\\beta}"),
            ("φ", "\\varphi"),
            ("i", "\\mathbf{i}"),
        ];
        let written = written.into_iter().map(|(letter, own)| (letter.to_owned(), own.to_owned())).collect();
        assert_eq!(with_letters(latex, &written), expected);
    }

    #[test]
    fn letters_are_set() {
        check("2A^\\top (A x - b)", "2\\mA^\\top (\\mA \\mathbf{x} - b)");
        check("A b", "\\mA b");
        check("2\\beta - \\phi x_i", "2\\boldsymbol{\\beta} - \\varphi \\mathbf{x}_i");
        check("\\hat{x}^\\top \\bar{x}", "\\hat{\\mathbf{x}}^\\top \\bar{x}");
    }

    #[test]
    fn words_and_scripts_stay() {
        check("\\operatorname{Ax} \\mathrm{d}x", "\\operatorname{Ax} \\mathrm{d}\\mathbf{x}");
        check("y_x + y_{x} + y^x + \\text{if } x", "y_x + y_{x} + y^x + \\text{if } \\mathbf{x}");
        check("\\begin{aligned} &x \\\\ \\end{aligned}", "\\begin{aligned} &\\mathbf{x} \\\\ \\end{aligned}");
    }
}
