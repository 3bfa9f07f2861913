//! Why an expression has no function in a language.

use std::fmt;

use super::language::Language;
use crate::codegen::CodeError;
use crate::plan::PlanError;

/// Why an expression has no function in a language.
#[derive(Clone, Debug, PartialEq)]
pub enum EmitError {
    /// There is no plan.
    Plan(PlanError),
    /// The steps would differ from size to size.
    Varies,
    /// The language has no way to write this that one would read; these have.
    Missing {
        /// What cannot be written.
        what: String,
        /// In which language.
        language: Language,
        /// The languages that can be asked for.
        others: Vec<Language>,
    },
    /// The function cannot be called so.
    Name {
        /// The name.
        name: String,
        /// The language that has it; none where an argument is called so.
        language: Option<Language>,
        /// A name that is free.
        free: String,
    },
    /// No language can say it.
    Nowhere(String),
}

impl EmitError {
    /// What this language does not have; those with arrays of any number of axes do.
    pub(super) fn missing(what: impl Into<String>, language: Language) -> Self {
        let others = Language::ALL.into_iter().filter(|other| other.is_python() && *other != language).collect();
        Self::Missing { what: what.into(), language, others }
    }

    /// The same error, which names those languages alone that can write all of it.
    pub(super) fn retaining(mut self, can_write: impl Fn(Language) -> bool) -> Self {
        if let Self::Missing { others, .. } = &mut self {
            others.retain(|other| can_write(*other));
        }
        self
    }

    /// What only NumPy's world has.
    pub(super) fn only_in(what: impl Into<String>, language: Language, others: &[Language]) -> Self {
        Self::Missing { what: what.into(), language, others: others.to_vec() }
    }
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(PlanError::Code(error)) => error.fmt(f),
            Self::Plan(error) => write!(f, "there is no function: {error}"),
            Self::Varies => write!(
                f,
                "there is no function: its steps would depend on a bound or an exponent that varies with a size or an index\n  = help: give the bound of the sum, or the exponent, as a number; a short sum can be written term by term"
            ),
            Self::Missing { what, language, others } => {
                write!(f, "{} has no short way to write {what}", language.title())?;
                let names: Vec<&str> = others.iter().map(|other| other.name()).collect();
                match names.as_slice() {
                    [] => Ok(()),
                    names => write!(f, "\n  = help: ask for another language: {}", names.join(", ")),
                }
            }
            Self::Name { name, language, free } => {
                match language {
                    Some(language) => write!(
                        f,
                        "a function cannot be called `{name}`: code in {} uses this name itself",
                        language.title()
                    ),
                    None => write!(f, "a function cannot be called `{name}`: one of its arguments is"),
                }?;
                write!(f, "\n  = help: give it another name: --name {free}")
            }
            Self::Nowhere(what) => write!(f, "there is no function: {what}"),
        }
    }
}

impl std::error::Error for EmitError {}

impl From<PlanError> for EmitError {
    fn from(error: PlanError) -> Self {
        Self::Plan(error)
    }
}

impl From<CodeError> for EmitError {
    fn from(error: CodeError) -> Self {
        Self::Plan(error.into())
    }
}
