//! A row of the tables and the topic that is made of it.

use crate::syntax::{Function, Infix, infix_names, kind_synonyms, spellings_of};

/// What a topic is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A function that works entry by entry.
    Elementwise,
    /// A function whose value is a scalar.
    Scalar,
    /// A function of matrices.
    Matrix,
    /// A function that puts entries at other places, and constants.
    Arrangement,
    /// An operator.
    Operator,
    /// A kind of declaration.
    Declaration,
    /// A question to the program.
    Command,
    /// What else a session understands.
    Sentence,
}

impl Kind {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 8] = [
        Self::Elementwise,
        Self::Scalar,
        Self::Matrix,
        Self::Arrangement,
        Self::Operator,
        Self::Declaration,
        Self::Command,
        Self::Sentence,
    ];

    /// What stands above a list of its topics.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Elementwise => "elementwise",
            Self::Scalar => "to a scalar",
            Self::Matrix => "of matrices",
            Self::Arrangement => "arrangement and constants",
            Self::Operator => "operators",
            Self::Declaration => "declarations",
            Self::Command => "commands",
            Self::Sentence => "in a session",
        }
    }
}

/// Statements that can be typed as they stand, and the first line of the answer to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The statements: declarations, values and definitions first.
    pub statements: &'static [&'static str],
    /// The first line of the answer; empty where none is printed.
    pub answer: &'static str,
}

/// What there is to say of a function, an operator, a declaration or a command. It is displayed in lines of at most 80 columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its name: `det`.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// How it is written: `det(X)`, `grad f wrt x`.
    pub form: &'static str,
    /// What it is in a few words.
    pub title: &'static str,
    /// How it may be written otherwise.
    pub spellings: Vec<&'static str>,
    /// A sentence or two, or nothing.
    pub what: &'static str,
    /// What it takes and gives: `X ∈ ℝⁿˣⁿ → det(X) ∈ ℝ`; empty for a command.
    pub shape: String,
    /// Where it has a value: `X invertible`; `everywhere`; empty where it has none.
    pub value: String,
    /// Where it has a derivative, if that is less.
    pub smooth: String,
    /// The formulas of its differential.
    pub differential: Vec<String>,
    /// The gradient of a scalar: `∇ det(X) = det(X)X⁻ᵀ`.
    pub gradient: Option<String>,
    /// The adjoint of the derivative of what is no scalar: `G ↦ −X⁻ᵀGX⁻ᵀ`.
    pub adjoint: Option<String>,
    /// What it is equal to: `det(AB) = det(A)det(B)`.
    pub identities: Vec<String>,
    /// An example.
    pub example: Example,
}

/// Two texts that are equal, and the declarations that they need.
pub(super) type Identity = (&'static str, &'static str, &'static str);

/// A row.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// How it is written; of functions and operators an expression that the engine works on.
    pub(super) form: &'static str,
    /// The declarations of the form.
    pub(super) given: &'static str,
    /// The variable of the form; empty for a constant.
    pub(super) wrt: &'static str,
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    /// The functions of the language that it is about.
    pub(super) functions: &'static [Function],
    /// The operator that it is about, where that has names.
    pub(super) infix: &'static [Infix],
    /// Other texts for the form.
    pub(super) forms: &'static [&'static str],
    /// Signs and words by which it is found besides.
    pub(super) marks: &'static [&'static str],
    pub(super) identities: &'static [Identity],
    pub(super) example: Example,
}

/// A row that says nothing.
pub(super) const NONE: Row = Row {
    name: "",
    kind: Kind::Operator,
    form: "",
    given: "",
    wrt: "",
    title: "",
    what: "",
    functions: &[],
    infix: &[],
    forms: &[],
    marks: &[],
    identities: &[],
    example: Example { statements: &[], answer: "" },
};

/// An example of one statement.
pub(super) const fn shows(statements: &'static [&'static str], answer: &'static str) -> Example {
    Example { statements, answer }
}

impl Row {
    /// The names of the tables, then the other texts.
    pub(super) fn spellings(&self) -> Vec<&'static str> {
        let mut found: Vec<&'static str> = Vec::new();
        found.extend(self.functions.iter().flat_map(|function| spellings_of(*function)));
        found.extend(self.infix.iter().copied().flat_map(infix_names));
        if self.kind == Kind::Declaration {
            found.extend(kind_synonyms(self.name));
        }
        found.extend(self.forms);
        found.retain(|spelling| *spelling != self.form);
        found
    }

    /// Whether the form is an expression.
    pub(super) fn is_expression(&self) -> bool {
        !matches!(self.kind, Kind::Declaration | Kind::Command | Kind::Sentence)
    }
}
