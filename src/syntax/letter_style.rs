//! How the letters of a text of LaTeX are set, `\mathbf{x}`, `\boldsymbol\beta`, `\hat{\mathbf{y}}`, so that an answer sets them alike; and
//! letters that are set in two ways, which are two symbols on paper.

use rustc_hash::FxHashMap;

use super::ast::{Mark, ProductOp, Remark};
use super::function::function;
use super::grammar::Rule;
use super::greek::{greek, greek_name, plain_text};
use super::latex::{Command, accent, bold_letter, command};
use super::token::{Bracket, Raw, Tok, Token, closing_of_script};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;

/// Each letter that a text sets in one way throughout, with what it is written as; an accent is a combining character after its letter.
///
/// ```
/// use matcalc::syntax::letter_styles;
///
/// let styles = letter_styles(r"\mathbf{x}^\top A \mathbf{x} + \boldsymbol\beta^\top \mathbf{x}");
/// assert_eq!(styles.get("x").map(String::as_str), Some("\\mathbf{x}"));
/// assert_eq!(styles.get("β").map(String::as_str), Some("\\boldsymbol{\\beta}"));
/// assert!(!styles.contains_key("A"));
/// ```
#[must_use]
pub fn letter_styles(source: &str) -> FxHashMap<String, String> {
    if !source.contains('\\') {
        return FxHashMap::default();
    }
    let pieces = super::lex::pieces(source, source).unwrap_or_default();
    let mut found = Found::default();
    found.read(&pieces[behind_name(&pieces)..]);
    found.letters.into_iter().filter_map(|(letter, written)| Some((letter, written??))).collect()
}

/// Where the expression begins after its name, `L(\mathbf{w}, \mu) = …`.
fn behind_name(pieces: &[Raw<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, raw) in pieces.iter().enumerate() {
        match raw.rule {
            Rule::open_brace | Rule::open_round | Rule::open_square => depth += 1,
            Rule::close_brace | Rule::close_round | Rule::close_square => depth = depth.saturating_sub(1),
            Rule::equal if depth == 0 => return at + 1,
            _ => {}
        }
    }
    0
}

/// The command that an answer sets letters with in place of one of a text; `None` where it does not change how they look.
fn style_of(name: &str) -> Option<&str> {
    Some(match name {
        "bf" | "textbf" => "mathbf",
        "boldmath" => "boldsymbol",
        "cal" => "mathcal",
        "mathbf" | "bm" | "boldsymbol" | "symbf" | "pmb" | "mathsf" | "mathcal" | "mathfrak" | "mathscr" | "mathbb"
        | "vec" | "vect" | "vv" | "mat" | "matr" | "mtx" => name,
        _ => return None,
    })
}

/// What is known of the letters so far.
#[derive(Default)]
struct Found {
    /// How each is written; `Some(None)` where it is plain, `None` where it is written in several ways.
    letters: FxHashMap<String, Option<Option<String>>>,
}

impl Found {
    fn add(&mut self, letter: String, written: Option<String>) {
        let known = self.letters.entry(letter).or_insert_with(|| Some(written.clone()));
        if *known != Some(written) {
            *known = None;
        }
    }

    /// Goes through the pieces. What stands below or above a letter is no letter of its own.
    fn read(&mut self, pieces: &[Raw<'_>]) {
        // The style of each group that is open.
        let mut groups: Vec<Option<&str>> = vec![None];
        let mut accents = String::new();
        let mut next_style: Option<&str> = None;
        let mut at = 0;
        while let Some(raw) = pieces.get(at) {
            at += 1;
            let style = next_style.or_else(|| groups.last().copied().flatten());
            match raw.rule {
                Rule::underscore | Rule::power => at = script_end(pieces, at),
                Rule::open_brace => {
                    groups.push(style);
                    next_style = None;
                    continue;
                }
                Rule::close_brace if groups.len() > 1 => {
                    groups.pop();
                }
                Rule::word => {
                    let word = plain_text(raw.text);
                    if function(&word).is_none() {
                        self.letters_of(&word, style, &accents);
                    }
                }
                Rule::command => {
                    let name = &raw.text[1..];
                    if let Some(mark) = accent(name) {
                        accents.insert(0, mark);
                        continue;
                    }
                    if style_of(name).is_some() && !matches!(name, "bf" | "cal") {
                        next_style = style_of(name);
                        continue;
                    }
                    match command(name) {
                        Some(Command::Style) if matches!(name, "bf" | "cal") => {
                            if let Some(group) = groups.last_mut() {
                                *group = style_of(name);
                            }
                            continue;
                        }
                        // `\operatorname{tr}`, `\text{…}`, `\mathrm{T}`
                        Some(Command::Style | Command::Begin | Command::End | Command::Dropped) => {
                            at = script_end(pieces, at);
                        }
                        // `\varphi` stays what it is.
                        Some(Command::Symbol(Tok::Word(letter))) if greek(name).is_some() => {
                            let written = match style {
                                Some(style) => format!("\\{style}{{{}}}", raw.text),
                                None => raw.text.to_owned(),
                            };
                            self.add(letter + &accents, Some(written));
                        }
                        None => {
                            if let Some(letter) = bold_letter(name) {
                                self.add(letter + &accents, Some(raw.text.to_owned()));
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
            next_style = None;
            accents.clear();
        }
    }

    fn letters_of(&mut self, word: &str, style: Option<&str>, accents: &str) {
        for letter in word.chars().filter(|c| c.is_alphabetic()) {
            let plain = greek_name(letter).map_or_else(|| letter.to_string(), |name| format!("\\{name}"));
            self.add(format!("{letter}{accents}"), style.map(|style| format!("\\{style}{{{plain}}}")));
        }
    }
}

/// The place after what stands below or above a letter, or in braces after a command.
fn script_end(pieces: &[Raw<'_>], at: usize) -> usize {
    let mut depth = 0_usize;
    for (place, raw) in pieces.iter().enumerate().skip(at) {
        match raw.rule {
            Rule::open_brace => depth += 1,
            Rule::close_brace => depth = depth.saturating_sub(1),
            // `^\mathrm T`
            Rule::command if depth == 0 && matches!(command(&raw.text[1..]), Some(Command::Style)) => continue,
            _ => {}
        }
        if depth == 0 {
            return place + 1;
        }
    }
    pieces.len()
}

/// A letter that is bold in one place and plain in another, `\mathbf{n}` beside `n`. On paper these are two symbols: it is refused where
/// the plain one is a count, and noted elsewhere.
pub(super) fn two_styles(tokens: &[Token], source: &str) -> Result<Vec<Remark>, Diagnostics> {
    let letter = |at: usize| match &tokens.get(at)?.tok {
        Tok::Word(word) if word.chars().filter(|c| c.is_alphabetic()).count() == 1 => Some(word.as_str()),
        _ => None,
    };
    let bold: FxHashMap<&str, usize> = (0..tokens.len())
        .rev()
        .filter(|at| tokens[*at].mark == Mark::Bold)
        .filter_map(|at| Some((letter(at)?, at)))
        .collect();
    let mut remarks: Vec<Remark> = two_commands(tokens, source).into_iter().collect();
    remarks.extend(script_and_plain(tokens, source));
    if bold.is_empty() {
        return Ok(remarks);
    }
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let open = Tok::Open(Bracket::Brace);
    let divides = |at: usize| {
        let back = |steps: usize| at.checked_sub(steps).and_then(tok);
        let is_group = back(1) == Some(&open) && tok(at + 1) == Some(&Tok::Close(Bracket::Brace));
        back(1) == Some(&Tok::Op(ProductOp::Divide))
            || is_group && matches!(back(2), Some(Tok::Close(Bracket::Brace) | Tok::Number(_)))
            || matches!((back(1), back(2)), (Some(Tok::Number(_)), Some(Tok::Frac)))
    };
    let written = |at: usize| whole(source, tokens[at].span);
    let mut at = behind_sign(tokens);
    let mut range_of_sum = false;
    while at < tokens.len() {
        let token = &tokens[at];
        let is_script = matches!(token.tok, Tok::Underscore | Tok::Caret);
        if is_script {
            let last = if matches!(tok(at + 1), Some(Tok::Open(_))) {
                closing_of_script(tokens, at + 1)
            } else {
                Some(at + 1)
            };
            let last = last.unwrap_or(tokens.len());
            let bound = if last == at + 3 { at + 2 } else { at + 1 };
            let counts = token.tok == Tok::Caret && range_of_sum;
            if counts && let Some(other) = letter(bound).and_then(|name| bold.get(name)) {
                return Err(vec![two_symbols(
                    (written(*other), tokens[*other].span),
                    (written(bound), tokens[bound].span),
                )]);
            }
            at = last + 1;
            continue;
        }
        range_of_sum = matches!(token.tok, Tok::BigSum | Tok::BigProduct);
        let other = letter(at).filter(|_| token.mark == Mark::None).and_then(|name| bold.get(name));
        let is_whole = !matches!(tok(at + 1), Some(Tok::Underscore | Tok::Open(Bracket::Round)));
        if let Some(other) = other.filter(|_| is_whole) {
            if divides(at) {
                let (bold, plain) = ((written(*other), tokens[*other].span), (written(at), token.span));
                return Err(vec![two_symbols(bold, plain)]);
            }
            if remarks.is_empty() {
                let (first, second) = (written(*other), written(at));
                let message = format!("`{first}` and `{second}` are read as one symbol; for two write another letter");
                remarks.push(Remark { row: "two-styles", span: token.span, message: message.into(), other: None });
            }
        }
        at += 1;
    }
    Ok(remarks)
}

/// The place after the sign behind the name of the expression, where it has one.
fn behind_sign(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    let sign = tokens.iter().position(|token| {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.tok == Tok::Equal
    });
    sign.map_or(0, |sign| sign + 1)
}

/// Whether the letter at a place is set in a script, `\mathcal{L}`.
pub(super) fn is_script(source: &str, span: Span) -> bool {
    let written = whole(source, span);
    ["\\mathcal", "\\mathscr", "\\mathfrak", "\\cal"].iter().any(|command| written.starts_with(command))
}

/// The note on a letter that is set in a script in one place and plain in another, `\mathcal{A}` beside `A`, which on paper are two.
fn script_and_plain(tokens: &[Token], source: &str) -> Option<Remark> {
    if !["\\mathcal", "\\mathscr", "\\mathfrak", "\\cal"].iter().any(|command| source.contains(command)) {
        return None;
    }
    // What stands before the sign is the name of the expression.
    let letters = tokens[behind_sign(tokens)..].iter().filter_map(|token| match &token.tok {
        Tok::Word(word) => Some((word, token.span)),
        _ => None,
    });
    let (scripts, plain): (Vec<_>, Vec<_>) = letters.partition(|(_, span)| is_script(source, *span));
    let is_same = |script: &str, word: &str| {
        script == word || word.is_ascii() && function(word).is_none() && word.contains(script)
    };
    let (script, first, second) = scripts.into_iter().find_map(|(script, first)| {
        let (_, second) = plain.iter().find(|(word, _)| is_same(script, word))?;
        Some((script, first, *second))
    })?;
    let message =
        format!("`{}` and `{script}` are read as one symbol; for two write another letter", whole(source, first));
    Some(Remark { row: "two-styles", span: second, message: message.into(), other: None })
}

/// The note on a Greek letter that is written in two ways, `\phi` and `\varphi`.
fn two_commands(tokens: &[Token], source: &str) -> Option<Remark> {
    let mut known: FxHashMap<&str, &str> = FxHashMap::default();
    for token in tokens {
        let Tok::Word(letter) = &token.tok else { continue };
        let command = source.get(token.span.start..token.span.end).and_then(|text| text.strip_prefix('\\'));
        let Some(command) = command.filter(|name| greek(name).map(String::from).as_ref() == Some(letter)) else {
            continue;
        };
        let first = *known.entry(letter).or_insert(command);
        if first != command {
            let message = format!("`\\{first}` and `\\{command}` are read as one symbol; for two write another letter");
            return Some(Remark { row: "two-styles", span: token.span, message: message.into(), other: None });
        }
    }
    None
}

/// The error at a count that has the letter of a bold symbol.
fn two_symbols((bold, of_bold): (String, Span), (plain, of_plain): (String, Span)) -> Diagnostic {
    Diagnostic::new("N0111", format!("`{bold}` and `{plain}` are two symbols of one letter"), of_plain, "a number")
        .with_label(of_bold, "a vector or matrix")
        .with_help(format!("write another letter for one of them, such as `k` for the number `{plain}`"))
}

/// A span with the commands and braces around the letters at its two ends: of `\mathbf{x} - \mathbf{y}` it may begin and end within braces.
pub(crate) fn with_commands(source: &str, span: Span) -> Span {
    let before = source.get(..span.start).unwrap_or_default();
    let command = before.trim_end().trim_end_matches('{').trim_end();
    let start = command.rfind('\\').filter(|start| style_of(&command[start + 1..]).is_some());
    let start = start.unwrap_or(span.start);
    let mut end = span.end;
    let text = |end: usize| source.get(start..end).unwrap_or_default();
    while text(end).matches('{').count() > text(end).matches('}').count()
        && source.get(end..).is_some_and(|behind| behind.starts_with('}'))
    {
        end += 1;
    }
    Span::new(start, end)
}

/// A letter as it was written, with the command and the braces that it stands in.
pub(super) fn whole(source: &str, span: Span) -> String {
    let written = source.get(span.start..span.end).unwrap_or_default();
    let before = source.get(..span.start).unwrap_or_default().trim_end();
    let is_braced = before.ends_with('{');
    let command = before.trim_end_matches('{').trim_end().rsplit('\\').next().unwrap_or_default();
    let is_command = !command.is_empty() && command.bytes().all(|byte| byte.is_ascii_alphabetic());
    match (is_command && style_of(command).is_some(), is_braced) {
        (true, true) => format!("\\{command}{{{written}}}"),
        (true, false) => format!("\\{command} {written}"),
        _ => written.trim_end_matches('}').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[(&str, &str)]) {
        let mut found: Vec<(String, String)> = letter_styles(source).into_iter().collect();
        found.sort();
        let expected: Vec<(String, String)> =
            expected.iter().map(|(letter, own)| ((*letter).to_owned(), (*own).to_owned())).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn styles_of_letters() {
        check(r"\mathbf{A}\hat{\mathbf{x}} - b", &[("A", "\\mathbf{A}"), ("x\u{302}", "\\mathbf{x}")]);
        check(r"\boldsymbol\beta^{\mathsf T}\varphi", &[("β", "\\boldsymbol{\\beta}"), ("φ", "\\varphi")]);
        check(r"\vx^\top \mA \vect{y}", &[("A", "\\mA"), ("x", "\\vx"), ("y", "\\vect{y}")]);
        check(r"{\bf x}^T \mathbf y + z", &[("x", "\\mathbf{x}"), ("y", "\\mathbf{y}")]);
        check(r"\newcommand{\q}[1]{\mathbf{#1}} \q{x}^\top \q{x}", &[("x", "\\mathbf{x}")]);
    }

    #[test]
    fn a_letter_in_two_styles_has_none() {
        check(r"\mathbf{x}^\top x", &[]);
        check(r"\mathbf{R}_{x} + \operatorname{tr}(\mathbf{x} y_x)", &[("R", "\\mathbf{R}"), ("x", "\\mathbf{x}")]);
    }
}
