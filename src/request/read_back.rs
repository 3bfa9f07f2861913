//! Whether a printed text says what it was printed from: it is read again and compared as an expression, and by its values where the normal
//! forms differ.
//!
//! Reading knows nothing of the printer, so that a bracket too few, a power at the wrong place or two symbols of one name show here.

use super::Request;
use super::form::Form;
use super::page::Page;
use super::shown::Shown;
use crate::check::{CheckOptions, check_equal};
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::problem::{Problem, read_each_in, read_in};
use crate::render;
use crate::shape::Goal;

/// Texts of more bytes than this are not read again.
const MAX_LENGTH: usize = 1 << 16;

/// Whether the texts of an answer read back as the answer; where one does not, the page says as what it reads and fails. What the language
/// cannot write, as differentials and free indices, is not read.
pub(super) fn holds(
    page: &mut Page,
    shown: &Shown<'_>,
    texts: impl IntoIterator<Item = (render::Format, String)>,
) -> bool {
    texts.into_iter().all(|(format, text)| match other(shown, &text, format) {
        None => true,
        Some(other) => {
            refuse(page, format, &other);
            false
        }
    })
}

/// The format in which the text of an answer reads back as the answer: the one that is asked for, or where that is Unicode and is misread, ASCII,
/// and the page says so; `None` where the answer has no text, and the page fails.
pub(super) fn readable(
    page: &mut Page,
    shown: &Shown<'_>,
    asked: render::Format,
    text: impl Fn(render::Format) -> String,
) -> Option<render::Format> {
    let found = chosen(asked, |format| other(shown, &text(format), format));
    said(page, asked, found)
}

/// The format that was chosen; what is to be said of it is said.
fn said(
    page: &mut Page,
    asked: render::Format,
    found: Result<(render::Format, Option<String>), String>,
) -> Option<render::Format> {
    match found {
        Ok((format, None)) => Some(format),
        Ok((format, Some(misread))) => {
            page.about(format!("note: written in ASCII, as the text in Unicode would be read as {misread}"));
            Some(format)
        }
        Err(misread) => {
            refuse(page, asked, &misread);
            None
        }
    }
}

/// The same for all lines of a form, each read in the symbols of the parts.
pub(super) fn readable_form(
    page: &mut Page,
    problem: &Problem,
    form: &Form<'_>,
    request: &Request,
) -> Option<render::Format> {
    if !request.is_checked {
        return Some(render::Format::Unicode);
    }
    let found = chosen(render::Format::Unicode, |format| misread_line(form, problem, format));
    said(page, render::Format::Unicode, found)
}

/// As what the first line of a form is read that is misread.
fn misread_line(form: &Form<'_>, problem: &Problem, format: render::Format) -> Option<String> {
    let mut arena = form.arena().clone();
    let mut lines = Vec::new();
    for (symbol, expr, text) in form.written(&problem.wrt, format) {
        if can_be_written(&mut arena, expr) && text.len() <= MAX_LENGTH {
            let name = arena.symbol(symbol).name.clone();
            lines.push((arena.normalize(expr), text, Goal::ShapeOf(name)));
        }
    }
    let texts: Vec<(&str, Goal)> = lines.iter().map(|(_, text, goal)| (text.as_str(), goal.clone())).collect();
    let found = read_each_in(&mut arena, &texts);
    lines.iter().zip(found).find_map(|((wanted, ..), found)| match found {
        Some(found) if is_same(&mut arena, found, *wanted) => None,
        Some(found) => Some(render::render(&arena, found, format, &problem.style)),
        None => Some("nothing that can be read".into()),
    })
}

/// The format that is not misread, and as what the one that is asked for is where it is another; an error is as what neither should be read.
fn chosen(
    asked: render::Format,
    misread: impl Fn(render::Format) -> Option<String>,
) -> Result<(render::Format, Option<String>), String> {
    let Some(other) = misread(asked) else { return Ok((asked, None)) };
    let plain = render::Format::Ascii;
    if asked == render::Format::Unicode && misread(plain).is_none() { Ok((plain, Some(other))) } else { Err(other) }
}

/// As what the text of an answer is read, where that is not the answer.
fn other(shown: &Shown<'_>, text: &str, format: render::Format) -> Option<String> {
    let (arena, expr) = (&shown.problem.arena, shown.answer.expr);
    if !shown.request.is_checked || !can_be_written(&mut arena.clone(), expr) {
        return None;
    }
    misread(shown.problem, shown.wrt, expr, text, format)
}

/// The expression with its sums beginning with 1, where names count from other numbers: then the same sum may be written from 0 and from 1.
fn numbered_alike(arena: &mut Arena, expr: ExprId) -> ExprId {
    if arena.has_numberings() { arena.indices_from_one(expr) } else { expr }
}

fn refuse(page: &mut Page, format: render::Format, other: &str) {
    page.fail_unless(false);
    page.warn(format!(
        "error: read again, the text of this answer in {} is {other}, which the answer is not, so it is not printed; please report it as a bug",
        format.name(),
    ));
}

/// Whether the language has words for all that stands in an expression: a unit vector whose place is a symbol is read as a vector with a label.
fn can_be_written(arena: &mut Arena, expr: ExprId) -> bool {
    let is_wordless = |id: &ExprId| match arena.node(*id) {
        Node::Differential(..) | Node::Pending(..) | Node::Commutation(_) => true,
        Node::Basis(_, at) => !matches!(arena.node(*at), Node::Number(_) | Node::Index(_)),
        _ => false,
    };
    let has_words = !arena.post_order(expr).iter().any(is_wordless);
    has_words && arena.free_indices(expr).is_empty()
}

/// As what a text is read, where that is not the expression that it was printed from; the text of an expression that cannot be written is not
/// to be asked for.
#[must_use]
pub fn misread(
    problem: &Problem,
    wrt: Option<SymbolId>,
    expr: ExprId,
    text: &str,
    format: render::Format,
) -> Option<String> {
    let is_read = matches!(format, render::Format::Unicode | render::Format::Ascii | render::Format::Latex);
    if !is_read || text.len() > MAX_LENGTH {
        return None;
    }
    let mut arena = problem.arena.clone();
    let wanted = arena.normalize(expr);
    let shape = arena.shape(wanted);
    let goal = match wrt {
        Some(wrt) if arena.symbol(wrt).shape == shape => Goal::ShapeOf(arena.symbol(wrt).name.clone()),
        _ => Goal::Shape(shape),
    };
    let Ok(found) = read_in(&mut arena, text, goal) else {
        return Some("nothing that can be read".into());
    };
    (!is_same(&mut arena, found, wanted)).then(|| render::render(&arena, found, format, &problem.style))
}

/// Whether what was read is what was printed: one normal form, or, where a form has two of them, one value at every point of the check.
fn is_same(arena: &mut Arena, found: ExprId, wanted: ExprId) -> bool {
    numbered_alike(arena, found) == numbered_alike(arena, wanted)
        || check_equal(arena, wanted, found, &CheckOptions::default()).passed()
}

#[cfg(test)]
mod tests {
    use super::{chosen, misread};
    use crate::problem::{self, Given};
    use crate::render::{Format, render};
    use crate::shape::Goal;

    /// Texts of an expression, and whether they are texts of another.
    #[track_caller]
    fn check(expression: &str, declarations: &str, right: &[&str], wrong: &[&str]) {
        let given = [Given { origin: "expression".into(), text: expression.into(), goal: Goal::Any }];
        let problem = problem::read(&given, declarations, &[]).expect("it is read");
        let expr = problem.normal[0];
        let other = |text: &str, format| misread(&problem, None, expr, text, format);
        for format in [Format::Unicode, Format::Ascii, Format::Latex] {
            assert_eq!(other(&render(&problem.arena, expr, format, &problem.style), format), None);
        }
        for text in right {
            assert_eq!(other(text, Format::Unicode), None, "{text}");
        }
        for text in wrong {
            assert!(other(text, Format::Unicode).is_some(), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_misread_is_not_printed() {
        let misread = |wrong: &[Format], asked| {
            chosen(asked, |format| wrong.contains(&format).then(|| "x".to_owned())).map(|(format, _)| format)
        };
        assert_eq!(misread(&[], Format::Unicode), Ok(Format::Unicode));
        assert_eq!(misread(&[Format::Unicode], Format::Unicode), Ok(Format::Ascii));
        assert_eq!(misread(&[Format::Unicode, Format::Ascii], Format::Unicode), Err("x".into()));
        assert_eq!(misread(&[Format::Latex], Format::Latex), Err("x".into()));
    }

    #[test]
    fn another_sign_transpose_factor_index_or_bracket_is_another_text() {
        let declared = "A: matrix(m,n); x: vector(n); b: vector(m)";
        check(
            "A'(A x - b)",
            declared,
            &["Aᵀ(Ax − b)", "Aᵀ*(A*x − b)"],
            &["Aᵀ(Ax + b)", "2Aᵀ(Ax − b)", "−Aᵀ(Ax − b)", "AᵀAx", "Aᵀ(AAᵀb − b)"],
        );
        check(
            "tr(A B^-1)",
            "A: square(n); B: square(n)",
            &["tr(B⁻¹A)"],
            &["tr(AB⁻ᵀ)", "tr(AB)", "tr(A)B⁻¹", "tr(AᵀB⁻¹)"],
        );
        check("sum_i a_i' x a_i", "a: family(m) of vector(n); x: vector(n)", &["Σᵢ aᵢaᵢᵀx"], &["Σᵢ aᵢ", "Σᵢ (aᵢᵀx)²"]);
        check("x^2/(y z)", "x: scalar; y: scalar; z: scalar", &["x²/(yz)"], &["(x²/y)z", "(x/(yz))²", "x²/(y + z)"]);
    }
}
