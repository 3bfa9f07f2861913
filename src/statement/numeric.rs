//! Questions that numbers answer, and those about plans and code: their options, and the values that the session knows.

use super::clause::Clauses;
use super::parse::Verb;
use super::{Session, message};
use crate::error::Error;
use crate::request::numbers::Data;
use crate::request::{Query, options};

impl Verb {
    /// Whether it has options of its own.
    pub(super) fn has_settings(self) -> bool {
        matches!(self, Self::Minimize | Self::Compare | Self::Plan | Self::Code)
    }

    /// Whether it computes with numbers, whose precision may be chosen.
    pub(super) fn has_precision(self) -> bool {
        matches!(self, Self::Minimize | Self::Compare | Self::Eval)
    }
}

impl Session {
    /// Whether a text is one word of several letters that nothing is known of.
    pub(super) fn is_unknown_word(&self, text: &str) -> bool {
        let is_word = text.chars().count() > 1 && text.chars().all(char::is_alphabetic);
        is_word && self.names().iter().all(|(name, _)| name != text)
    }

    /// The language after `code` that no code is written in, where its name is none of the session.
    pub(super) fn unwritten_language<'c>(&self, clauses: &'c Clauses) -> Option<&'c str> {
        let word = clauses.other_language.as_deref()?;
        self.names().iter().all(|(name, _)| name != word).then_some(word)
    }

    /// The question of such a verb.
    pub(super) fn numeric(&self, verb: Verb, clauses: &Clauses, wrt: &[String]) -> Result<Query, Error> {
        let settings = &clauses.settings;
        let query = match verb {
            Verb::Compare => options::compare(settings),
            Verb::Plan => options::plan(settings),
            Verb::Code => options::code(settings),
            _ => {
                let data = Data { values: self.values(), ..Data::default() };
                options::minimize(settings, data, wrt, clauses.precision.unwrap_or_default())
            }
        };
        query.map_err(message)
    }
}
