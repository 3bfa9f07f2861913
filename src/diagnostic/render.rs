//! Diagnostics as text, with the place underlined. The one file that knows annotate-snippets.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Diagnostic;

/// Longest line that is shown whole; of a longer one a window around the place is shown.
const MAX_LINE: usize = 160;

/// Bytes of a long line shown before and after the place.
const MARGIN: usize = 60;

/// Words of more characters than this, as some names, are shown by their beginning.
const MAX_WORD: usize = 120;

/// How much of them is shown.
const WORD_SHOWN: usize = 60;

/// One diagnostic as text. `origin` says where the source came from, such as `expression`.
#[must_use]
pub fn render(diagnostic: &Diagnostic, source: &str, origin: &str, colored: bool) -> String {
    render_from(diagnostic, source, origin, 1, colored)
}

/// The same, where the first line of the source has another number.
fn render_from(diagnostic: &Diagnostic, source: &str, origin: &str, first_line: usize, colored: bool) -> String {
    let diagnostic = &in_short_words(diagnostic);
    let window = window(diagnostic, source);
    let text = visible(&window.text);
    let mut snippet = Snippet::source(text).line_start(window.line + first_line - 1).path(origin);
    for (at, label) in diagnostic.labels.iter().enumerate() {
        let Some(range) = window.place(source, label.span.start, label.span.end) else { continue };
        let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(range);
        snippet = snippet.annotation(if label.text.is_empty() { annotation } else { annotation.label(&label.text) });
    }
    let ways: Vec<String> = diagnostic.help.iter().map(|help| in_short(&help.to_string())).collect();
    let title = Level::ERROR.primary_title(&diagnostic.message).id(diagnostic.code);
    let mut group: Group<'_> = title.element(snippet);
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    for help in &ways {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// The diagnostic with no word that fills the screen.
fn in_short_words(diagnostic: &Diagnostic) -> Diagnostic {
    let mut short = diagnostic.clone();
    let labels = short.labels.iter_mut().map(|label| &mut label.text);
    let texts = std::iter::once(&mut short.message).chain(labels).chain(&mut short.notes);
    texts.for_each(|text| *text = in_short(text));
    short
}

/// A text with its long words cut.
fn in_short(text: &str) -> String {
    text.split(' ').map(short_word).collect::<Vec<_>>().join(" ")
}

/// A word, or its beginning and its last sign, which may close what it stands in.
fn short_word(word: &str) -> String {
    if word.chars().nth(MAX_WORD).is_none() {
        return word.to_owned();
    }
    let begin: String = word.chars().take(WORD_SHOWN).collect();
    let end = word.chars().last().filter(|last| matches!(last, '`' | '\'' | '"'));
    begin.chars().chain(['…']).chain(end).collect()
}

/// Several diagnostics, an empty line between each two.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], source: &str, origin: &str, colored: bool) -> String {
    render_all_from(diagnostics, source, origin, 1, colored)
}

/// The same, where the first line of the source has another number: that of a line among others.
#[must_use]
pub fn render_all_from(
    diagnostics: &[Diagnostic],
    source: &str,
    origin: &str,
    first_line: usize,
    colored: bool,
) -> String {
    let shown: Vec<String> =
        diagnostics.iter().map(|one| render_from(one, source, origin, first_line, colored)).collect();
    shown.join("\n\n")
}

/// Control characters would garble the terminal and the underline; each becomes one sign of its own width in bytes.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_control() && c != '\n' && c != '\t' { '?' } else { c }).collect()
}

/// The part of the source that is shown.
struct Window {
    text: String,
    line: usize,
    start: usize,
    end: usize,
    /// Bytes of the dots before the part.
    shift: usize,
}

impl Window {
    /// A place of the source in the window; never beyond it, never empty where a character is left.
    fn place(&self, source: &str, start: usize, end: usize) -> Option<Range<usize>> {
        if start > self.end || end < self.start {
            return None;
        }
        let start = floor(source, start.clamp(self.start, self.end));
        let end = ceil(source, end.clamp(start, self.end).max(start));
        Some(start - self.start + self.shift..end.min(self.end) - self.start + self.shift)
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The lines of all labels; where they are long, a part of the first label's line.
fn window(diagnostic: &Diagnostic, source: &str) -> Window {
    let primary = diagnostic.labels.first().map_or(0, |label| floor(source, label.span.start));
    let line_start = source[..primary].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source[primary..].find('\n').map_or(source.len(), |at| primary + at);
    let long = line_end - line_start > MAX_LINE;
    if !long && source.len() <= 20 * MAX_LINE {
        return Window { text: source.to_owned(), line: 1, start: 0, end: source.len(), shift: 0 };
    }
    let line = source.as_bytes()[..line_start].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let (start, end) = if long {
        let start = floor(source, primary.saturating_sub(MARGIN).max(line_start));
        (start, ceil(source, (primary + MARGIN).min(line_end)))
    } else {
        (line_start, line_end)
    };
    let before = if start > line_start { "…" } else { "" };
    let behind = if end < line_end { "…" } else { "" };
    Window { text: format!("{before}{}{behind}", &source[start..end]), line, start, end, shift: before.len() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn place_is_underlined() {
        let error = Diagnostic::new("P0004", "nothing follows `+`", Span::new(2, 3), "expected an operand")
            .with_help("delete it");
        let shown = render(&error, "x +", "expression", false);
        assert!(shown.contains("error[P0004]: nothing follows `+`"), "{shown}");
        assert!(shown.contains("1 | x +"), "{shown}");
        assert!(shown.contains("help: delete it"), "{shown}");
        assert!(render(&error, "x +", "expression", true).contains('\u{1b}'));
    }

    #[test]
    fn lines_are_counted_from_the_first() {
        let error = Diagnostic::new("P0004", "nothing follows `+`", Span::new(6, 7), "expected an operand");
        let shown = render_all_from(&[error], "x\n\n + +", "expression", 3, false);
        assert!(shown.contains("--> expression:5:4") && shown.contains("5 |  + +"), "{shown}");
    }

    #[test]
    fn long_lines_are_cut() {
        let source = format!("{}λ ? {}", "α + ".repeat(100_000), "x ".repeat(100_000));
        let at = source.find('?').unwrap_or(0);
        let error = Diagnostic::new("P0001", "bad", Span::new(at, at + 1), "here").with_label(Span::new(0, 1), "far");
        let shown = render(&error, &source, "expression", false);
        assert!(shown.len() < 2_000, "{}", shown.len());
        assert!(shown.contains("λ ?"), "{shown}");
    }

    #[test]
    fn any_span_is_safe() {
        for (start, end) in [(0, 0), (5, 5), (9, 99), (1, 2), (3, 1)] {
            let error = Diagnostic::new("P0001", "bad", Span { start, end }, "");
            assert!(!render(&error, "λ\0x", "expression", false).is_empty());
            assert!(!render(&error, "", "expression", false).is_empty());
        }
    }
}
