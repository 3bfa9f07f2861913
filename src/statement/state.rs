//! What a session knows: declarations, definitions, values, and what was answered.

use crate::numeric::SharedMatrix;
use crate::request::Kind;
use crate::syntax::{DeclaredKind, parse_declarations};

/// Something that a statement made known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// Declarations as they were written, of these names.
    Declared { names: Vec<String>, text: String },
    /// A definition.
    Defined(Definition),
    /// A value.
    Valued { name: String, value: SharedMatrix<f64> },
}

/// A name that stands for an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Definition {
    pub(super) name: String,
    /// The variables that it names itself: x of `f(x) = …`.
    pub(super) arguments: Vec<String>,
    pub(super) body: String,
    /// The kinds of its symbols when it was made.
    pub(super) kinds: Vec<(String, Kind)>,
}

impl Definition {
    /// `f(x)`
    pub(super) fn head(&self) -> String {
        if self.arguments.is_empty() {
            self.name.clone()
        } else {
            format!("{}({})", self.name, self.arguments.join(", "))
        }
    }
}

/// All that is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    pub(super) items: Vec<Item>,
    /// What `ans1`, `ans2`, … stand for.
    pub(super) answers: Vec<Definition>,
}

impl State {
    /// The definition of a name; `ans` is the last answer.
    pub(super) fn definition(&self, name: &str) -> Option<&Definition> {
        self.definitions().find(|definition| definition.name == name)
    }

    /// The definitions, those that were made first, first; the answers after.
    pub(super) fn definitions(&self) -> impl Iterator<Item = &Definition> {
        self.defined().chain(&self.answers)
    }

    /// The definitions that statements made.
    pub(super) fn defined(&self) -> impl Iterator<Item = &Definition> {
        self.items.iter().filter_map(|item| match item {
            Item::Defined(definition) => Some(definition),
            _ => None,
        })
    }

    /// The value of a name.
    pub(super) fn value(&self, name: &str) -> Option<&SharedMatrix<f64>> {
        self.values().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The values.
    pub(super) fn values(&self) -> impl Iterator<Item = (&str, &SharedMatrix<f64>)> {
        self.items.iter().filter_map(|item| match item {
            Item::Valued { name, value } => Some((name.as_str(), value)),
            _ => None,
        })
    }

    /// All declarations as one text.
    pub(super) fn declarations(&self) -> String {
        let texts = self.items.iter().filter_map(|item| match item {
            Item::Declared { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// What a name is declared to be.
    pub(super) fn declared_kind(&self, name: &str) -> Option<DeclaredKind> {
        let text = self.items.iter().find_map(|item| match item {
            Item::Declared { names, text } if names.iter().any(|known| known == name) => Some(text),
            _ => None,
        })?;
        parse_declarations(text).ok()?.into_iter().find(|one| one.name == name).map(|one| one.kind)
    }

    /// Whether a name is declared.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.items
            .iter()
            .any(|item| matches!(item, Item::Declared { names, .. } if names.iter().any(|known| known == name)))
    }

    /// Declares names; what was declared or defined of them before goes.
    pub(super) fn declare(&mut self, names: Vec<String>, text: String) {
        for name in &names {
            self.remove_declaration(name);
            self.items.retain(|item| !matches!(item, Item::Defined(definition) if definition.name == *name));
        }
        self.items.push(Item::Declared { names, text });
    }

    /// Defines a name, in the place of a value or an older definition of it.
    pub(super) fn define(&mut self, definition: Definition) {
        let name = definition.name.clone();
        self.items.retain(|item| !matches!(item, Item::Valued { name: known, .. } if *known == name));
        self.remove_declaration(&name);
        let old = self.items.iter().position(|item| matches!(item, Item::Defined(known) if known.name == name));
        match old {
            Some(place) => self.items[place] = Item::Defined(definition),
            None => self.items.push(Item::Defined(definition)),
        }
    }

    /// Gives a name a value, in the place of a definition or an older value.
    pub(super) fn set(&mut self, name: &str, value: SharedMatrix<f64>) {
        let is_it = |item: &Item| match item {
            Item::Valued { name: known, .. } => known == name,
            Item::Defined(definition) => definition.name == name,
            Item::Declared { .. } => false,
        };
        self.items.retain(|item| !is_it(item));
        self.items.push(Item::Valued { name: name.to_owned(), value });
    }

    /// Takes all that is known of a name away; whether there was anything.
    pub(super) fn forget(&mut self, name: &str) -> bool {
        let before = self.items.len();
        self.items.retain(|item| match item {
            Item::Valued { name: known, .. } => known != name,
            Item::Defined(definition) => definition.name != name,
            Item::Declared { .. } => true,
        });
        let declared = self.remove_declaration(name);
        declared || self.items.len() < before
    }

    /// Takes a name's declaration away; whether there was one. Of several names declared together the others stay.
    fn remove_declaration(&mut self, name: &str) -> bool {
        let Some(place) = self
            .items
            .iter()
            .position(|item| matches!(item, Item::Declared { names, .. } if names.iter().any(|known| known == name)))
        else {
            return false;
        };
        let Item::Declared { names, text } = &mut self.items[place] else { return false };
        names.retain(|known| known != name);
        match text.split_once(':') {
            _ if names.is_empty() => drop(self.items.remove(place)),
            Some((_, kind)) => *text = format!("{}:{kind}", names.join(", ")),
            // `A, B in S^n`
            None => {
                let sign = [" in ", "∈", "\\in"].into_iter().find(|sign| text.contains(sign)).unwrap_or(" in ");
                if let Some((_, kind)) = text.split_once(sign) {
                    *text = format!("{} {} {}", names.join(", "), sign.trim(), kind.trim());
                }
            }
        }
        true
    }
}
