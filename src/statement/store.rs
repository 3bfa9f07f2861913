//! What is known as text: `list`, `info`, `save`, `load`, values from files.

use nalgebra::DMatrix;

use super::lines::statements;
use super::state::Item;
use super::{Reply, Session, message};
use crate::error::Error;
use crate::numeric::{Precision, io};
use crate::request::exact_literal;

impl Session {
    pub(super) fn list(&self) -> Reply {
        if self.state.items.is_empty() {
            return Reply::said("nothing is declared or defined; `help` shows what can be typed");
        }
        Reply::lines(self.state.items.iter().map(|item| match item {
            Item::Declared { text, .. } => text.clone(),
            Item::Defined(definition) => format!("{} := {}", definition.head(), definition.body),
            Item::Valued { name, value } => short(name, value),
        }))
    }

    pub(super) fn info(&self, name: &str) -> Result<Reply, Error> {
        let mut lines = Vec::new();
        for item in &self.state.items {
            match item {
                Item::Declared { names, .. } if names.iter().any(|known| known == name) => {
                    lines.extend(super::compose::declared(&self.state, &[name.to_owned()])?);
                }
                Item::Defined(definition) if definition.name == name => {
                    lines.push(format!("{} := {}", definition.head(), definition.body));
                    let (_, page) = self.answered(crate::request::Query::Read, name, |request| request)?;
                    lines.extend(page.lines.into_iter().map(|line| line.text));
                }
                Item::Valued { name: known, value } if known == name => lines.push(short(name, value)),
                _ => {}
            }
        }
        if let Some(answer) = self.state.answers.iter().find(|answer| answer.name == name) {
            lines.push(format!("{name} = {}", answer.body));
        }
        if lines.is_empty() {
            let used =
                self.state.definitions().filter(|definition| definition.kinds.iter().any(|(known, _)| known == name));
            lines.extend(used.filter(|definition| !definition.name.starts_with("ans")).map(|definition| {
                let kind = definition
                    .kinds
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, kind)| kind.to_string())
                    .unwrap_or_default();
                format!("{name}: {kind}   in {}", definition.head())
            }));
        }
        if lines.is_empty() {
            return Err(message(format!(
                "`{name}` is not known\n  = help: `list` shows all names; `help {name}` what a word of the language is"
            )));
        }
        Ok(Reply::lines(lines))
    }

    pub(super) fn save(&self, path: &str) -> Result<Reply, Error> {
        let text: String = self
            .state
            .items
            .iter()
            .map(|item| match item {
                Item::Declared { text, .. } => format!("{text}\n"),
                Item::Defined(definition) => format!("{} := {}\n", definition.head(), definition.body),
                Item::Valued { name, value } => format!("{name} = {}\n", exact_literal(value, Precision::Double)),
            })
            .collect();
        self.files()?.write(path, &text).map_err(message)?;
        Ok(Reply::said(&format!("saved to `{path}`")))
    }

    /// Runs the statements of a file; where one fails none counts.
    pub(super) fn load(&mut self, path: &str) -> Result<Reply, Error> {
        let bytes = self.files()?.read(path).map_err(message)?;
        let text = String::from_utf8(bytes).map_err(|_| message(format!("`{path}` is not valid UTF-8")))?;
        let mut reply = Reply::default().quiet();
        for statement in statements(&text) {
            let next = self.run_all(&statement.text).map_err(|error| error.in_file(path, statement.line))?;
            reply = reply.followed_by(next);
        }
        Ok(Reply { quits: false, ..reply })
    }

    /// The value in a file.
    pub(super) fn read_value(&self, name: &str, path: &str) -> Result<io::Read, Error> {
        let source = self.files()?.open(path).map_err(message)?;
        let value = io::read_value(path, source).map_err(|error| message(error.of_value(name, path)))?;
        if value.members.is_some() {
            return Err(message(format!(
                "the value of `{name}` in `{path}` has 3 axes\n  = help: the values of a session are matrices; `matcalc eval` takes families of matrices with --set"
            )));
        }
        Ok(value)
    }
}

/// A value in one line.
fn short(name: &str, value: &DMatrix<f64>) -> String {
    if value.len() <= 16 {
        return format!("{name} = {}", exact_literal(value, Precision::Double));
    }
    let (rows, cols) = value.shape();
    if cols == 1 {
        format!("{name}: a vector of {rows} values")
    } else {
        format!("{name}: a matrix of {rows}×{cols} values")
    }
}
