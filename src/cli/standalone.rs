//! `-f latex --standalone`: answers as one document, what is assumed as sentences below each.

use super::args::Written;
use crate::error::Error;
use crate::render::{latex_document, latex_equation};
use crate::request::{Format, Page, Query, Request, Role};

/// The answers of a command as a document.
#[derive(Default)]
pub(super) struct Document {
    parts: Vec<String>,
}

/// Says that only LaTeX makes a document.
pub(super) fn check(written: Option<Written>) -> Result<(), Error> {
    match written {
        Some(Written { standalone: true, format }) if format != Format::Latex => {
            Err(Error::Message("--standalone makes a LaTeX document\n  = help: add -f latex".into()))
        }
        _ => Ok(()),
    }
}

impl Document {
    /// Adds an answer, unless there is none.
    pub(super) fn push(&mut self, request: &Request, page: &Page) {
        let lines = page.lines.iter().filter(|line| line.role == Role::Result);
        let results: Vec<&str> = lines.map(|line| line.text.as_str()).collect();
        for (place, result) in results.iter().enumerate() {
            // Of one formula in lines the heading stands before the first; views and derivations have signs of their own.
            let is_formula = !result.starts_with("\\begin") || result.starts_with("\\begin{aligned}\n&");
            let heading = heading(request, page, place, results.len()).filter(|_| is_formula);
            // What holds of all results stands after the last.
            let facts: &[String] = if place + 1 == results.len() { &page.latex_facts } else { &[] };
            self.parts.push(latex_equation(&heading.unwrap_or_default(), result, facts));
        }
    }

    /// The document; nothing where there is no answer.
    pub(super) fn text(self) -> Option<String> {
        (!self.parts.is_empty()).then(|| latex_document(&self.parts).trim_end().to_owned())
    }
}

/// `\nabla_{x} f(x)`, where the result at this place is all of a derivative that has a sign of its own.
fn heading(request: &Request, page: &Page, place: usize, results: usize) -> Option<String> {
    let names = &page.latex_variables;
    let all = names.join(", ");
    let is_one = results == 1 && names.len() == 1;
    match request.query {
        Query::Gradient { .. } if results == names.len() => Some(format!("\\nabla_{{{}}} f({all})", names[place])),
        Query::Hessian { view: None } if is_one => Some(format!("\\nabla^2_{{{all}}} f({all})")),
        Query::Jacobian { view: None } if is_one => Some(format!("J_f({all})")),
        Query::Differential { order: 1 } if results == 1 => Some("\\mathrm{d}f".to_owned()),
        Query::Differential { order } if results == 1 => Some(format!("\\mathrm{{d}}^{order} f")),
        _ => None,
    }
}
