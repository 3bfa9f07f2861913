//! The text formats: three notations that are written directly, and two that are set from the LaTeX.

use super::markup;

/// The text formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `Aᵀ(Ax − b)`
    Unicode,
    /// `A'(A x - b)`
    Ascii,
    /// `A^\top (A x - b)`
    Latex,
    /// `A^top (A x - b)`, what stands between dollars
    Typst,
    /// `<math xmlns="http://www.w3.org/1998/Math/MathML">…</math>`
    Mathml,
}

/// What the printers write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notation {
    /// That of [`Format::Unicode`].
    Unicode,
    /// That of [`Format::Ascii`].
    Ascii,
    /// That of [`Format::Latex`], from which Typst and MathML are set.
    Latex,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Unicode, Self::Ascii, Self::Latex, Self::Typst, Self::Mathml];

    /// The name that the format is asked for by, and that its texts have in JSON documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unicode => "unicode",
            Self::Ascii => "ascii",
            Self::Latex => "latex",
            Self::Typst => "typst",
            Self::Mathml => "mathml",
        }
    }

    /// What is written for this format before [`typeset`].
    #[must_use]
    pub fn notation(self) -> Notation {
        match self {
            Self::Unicode => Notation::Unicode,
            Self::Ascii => Notation::Ascii,
            Self::Latex | Self::Typst | Self::Mathml => Notation::Latex,
        }
    }

    /// A text in this format.
    pub(super) fn set(self, write: impl FnOnce(Notation) -> String) -> String {
        typeset(&write(self.notation()), self)
    }
}

impl From<Notation> for Format {
    fn from(notation: Notation) -> Self {
        match notation {
            Notation::Unicode => Self::Unicode,
            Notation::Ascii => Self::Ascii,
            Notation::Latex => Self::Latex,
        }
    }
}

/// A text in the format's notation as the format has it: LaTeX as Typst or MathML, anything else as it is.
///
/// ```
/// use matcalc::render::{Format, typeset};
///
/// assert_eq!(typeset("A^\\top x", Format::Typst), "A^top x");
/// assert_eq!(typeset("A^\\top x", Format::Latex), "A^\\top x");
/// ```
#[must_use]
pub fn typeset(text: &str, format: Format) -> String {
    match format {
        Format::Unicode | Format::Ascii | Format::Latex => text.to_owned(),
        Format::Typst => markup::typst(&markup::read(text)),
        Format::Mathml => markup::mathml(&markup::read(text)),
    }
}
