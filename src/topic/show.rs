//! A topic as lines of a terminal.

use std::fmt;

use super::row::{Kind, Topic};

/// Columns of a terminal.
const WIDTH: usize = 80;
/// Where the text after a label begins.
const MARGIN: usize = 14;

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![format!("{}  {}", self.form, self.title)];
        if !self.what.is_empty() {
            lines.extend(wrapped(&quoted(self.what), WIDTH - 2).into_iter().map(|line| format!("  {line}")));
        }
        let labelled = |label: &str, text: &str, lines: &mut Vec<String>| {
            let mut label = label;
            for line in wrapped(text, WIDTH - MARGIN) {
                lines.push(format!("  {label:<width$}{line}", width = MARGIN - 2));
                label = "";
            }
        };
        labelled("spellings", &listed(&self.spellings), &mut lines);
        labelled("shape", &self.shape, &mut lines);
        labelled("value", &place(&self.value), &mut lines);
        labelled("derivative", &place(&self.smooth), &mut lines);
        for (at, formula) in self.differential.iter().enumerate() {
            labelled(if at == 0 { "d" } else { "" }, formula, &mut lines);
        }
        labelled("gradient", self.gradient.as_deref().unwrap_or_default(), &mut lines);
        labelled("adjoint", self.adjoint.as_deref().unwrap_or_default(), &mut lines);
        for (at, identity) in self.identities.iter().enumerate() {
            labelled(if at == 0 { "identities" } else { "" }, identity, &mut lines);
        }
        let Some((last, before)) = self.example.statements.split_last() else {
            return f.write_str(&lines.join("\n"));
        };
        let mut label = "example";
        for statement in before {
            labelled(label, statement, &mut lines);
            label = "";
        }
        let whole = format!("{last}   →   {}", self.example.answer);
        if self.example.answer.is_empty() {
            labelled(label, last, &mut lines);
        } else if whole.chars().count() <= WIDTH - MARGIN {
            lines.push(format!("  {label:<width$}{whole}", width = MARGIN - 2));
        } else {
            labelled(label, last, &mut lines);
            labelled("", &format!("→ {}", self.example.answer), &mut lines);
        }
        f.write_str(&lines.join("\n"))
    }
}

/// Names by kind: a heading, and the names below it.
pub(super) fn contents(groups: &[(Kind, Vec<&'static str>)]) -> String {
    let mut lines = Vec::new();
    for (kind, names) in groups {
        lines.push(kind.heading().to_owned());
        lines.extend(wrapped(&listed(names), WIDTH - 2).into_iter().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

/// A condition after `where`.
fn place(condition: &str) -> String {
    match condition {
        "" | "everywhere" => condition.to_owned(),
        condition => format!("where {condition}"),
    }
}

/// What stands for a blank at which no line is broken.
const TIE: char = '\u{a0}';

/// Spellings with commas, each in one line.
fn listed(spellings: &[&str]) -> String {
    let tied = spellings.iter().map(|spelling| spelling.replace(' ', &TIE.to_string()));
    tied.collect::<Vec<_>>().join(", ")
}

/// A text whose quoted parts stay in one line.
fn quoted(text: &str) -> String {
    let mut inside = false;
    let tied = text.chars().map(|c| {
        inside ^= c == '`';
        if inside && c == ' ' { TIE } else { c }
    });
    tied.collect()
}

/// The text in lines of at most that many columns, broken at blanks.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| line.replace(TIE, " ")).collect()
}
