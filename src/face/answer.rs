//! An answer as a library user holds it: how it is shown in each format, and what is known of it.

use crate::check::Certificate;
use crate::error::Error;
use crate::problem::Note;
use crate::request::{self, Format, Page, Request};
use crate::stack::on_large_stack;

/// The answer to a question that was asked of a [`Function`](crate::Function), with what is known of it.
///
/// `Display` shows the result alone, as a textbook would print it; [`Answer::page`] shows it as the command line does.
///
/// ```
/// let f = matcalc::Function::parse("log det X")?.declare("X: spd(n)")?;
/// let g = f.gradient("X")?;
/// assert_eq!(g.to_string(), "X⁻¹");
/// assert_eq!(g.declarations(), ["X ∈ Sⁿ₊₊"]);
/// assert!(g.stands());
/// # Ok::<(), matcalc::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Answer {
    request: Request,
    page: Page,
}

impl Answer {
    /// Answers a request.
    pub(crate) fn to(request: Request) -> Result<Self, Error> {
        let page = on_large_stack(|| request::answer(&request))?;
        Ok(Self { request, page })
    }

    /// The answer in another format. What passed its check is not checked again, but code is checked as code.
    ///
    /// # Errors
    /// What has no form in the format: an argument about convexity no code.
    pub fn to_format(&self, format: Format) -> Result<String, Error> {
        if format == self.page.format {
            return Ok(self.page.result());
        }
        let again =
            format == Format::Json || format.is_code() || self.page.failed || self.request.query.rests_on_numbers();
        let is_checked = self.request.is_checked && again;
        let request = Request { format, is_checked, ..self.request.clone() };
        Ok(on_large_stack(|| request::answer(&request))?.result())
    }

    fn text_in(&self, format: Format) -> String {
        self.to_format(format).unwrap_or_else(|error| unreachable!("every answer has a text and a document: {error}"))
    }

    /// The result in ASCII: `X^-T`.
    #[must_use]
    pub fn ascii(&self) -> String {
        self.text_in(Format::Ascii)
    }

    /// The result in LaTeX, for amsmath: `X^{-\top}`.
    #[must_use]
    pub fn latex(&self) -> String {
        self.text_in(Format::Latex)
    }

    /// The result as a Python expression of NumPy arrays, `np` the only other name.
    ///
    /// # Errors
    /// What has no code.
    pub fn numpy(&self) -> Result<String, Error> {
        self.to_format(Format::Numpy)
    }

    /// Everything known about the answer as a JSON document; docs/json.md describes it.
    #[must_use]
    pub fn json(&self) -> String {
        self.text_in(Format::Json)
    }

    /// The derivation, a line for each rule, each checked against the one before.
    ///
    /// # Errors
    /// Answers that are not derived: a reading, an equality, a value.
    pub fn steps(&self) -> Result<String, Error> {
        if !self.request.query.is_derived() {
            return Err(Error::Message(format!("`{}` has no derivation to show", self.request.query.name())));
        }
        let request = Request { steps: true, ..self.request.clone() };
        Ok(on_large_stack(|| request::answer(&request))?.result())
    }

    /// The check of the result against dual numbers or power series of the input at random points.
    #[must_use]
    pub fn check(&self) -> Check<'_> {
        Check { certificate: self.page.certificate.as_ref() }
    }

    /// Whether it may be taken as an answer: no check failed, and a claim or an equality holds.
    #[must_use]
    pub fn stands(&self) -> bool {
        !self.page.failed
    }

    /// The conditions under which it holds: `X invertible`.
    #[must_use]
    pub fn conditions(&self) -> &[String] {
        &self.page.conditions
    }

    /// The symbols as they were understood, with their sets: `A ∈ ℝᵐˣⁿ`.
    #[must_use]
    pub fn declarations(&self) -> &[String] {
        &self.page.declarations
    }

    /// What is said of how the input was read.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.page.notes
    }

    /// The page as the command line prints it.
    #[must_use]
    pub fn page(&self) -> &Page {
        &self.page
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.page.result())
    }
}

/// The check of an answer. `Display` says in one line what was compared, where, and how it ended.
#[derive(Clone, Copy, Debug)]
pub struct Check<'a> {
    certificate: Option<&'a Certificate>,
}

impl Check<'_> {
    /// Whether the answer was checked at some points, and agreed at all of them.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.certificate.is_some_and(Certificate::passed)
    }

    /// What the check found, where there was one of the result as a whole.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate
    }
}

impl std::fmt::Display for Check<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.certificate {
            Some(certificate) => f.write_str(&request::certificate_line(certificate)),
            None => f.write_str("not checked"),
        }
    }
}
