//! Questions that numbers answer, and those about plans and code: their options, and the values that the session knows.

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
}

impl Session {
    /// Whether a text is one word of several letters that nothing is known of.
    pub(super) fn is_unknown_word(&self, text: &str) -> bool {
        let is_word = text.chars().count() > 1 && text.chars().all(char::is_alphabetic);
        is_word && self.names().iter().all(|(name, _)| name != text)
    }

    /// The question of such a verb.
    pub(super) fn numeric(&self, verb: Verb, settings: &[(String, String)], wrt: &[String]) -> Result<Query, Error> {
        let query = match verb {
            Verb::Compare => options::compare(settings),
            Verb::Plan => options::plan(settings),
            Verb::Code => options::code(settings),
            _ => options::minimize(settings, Data { values: self.values(), ..Data::default() }, wrt),
        };
        query.map_err(message)
    }
}
