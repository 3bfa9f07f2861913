//! The note on a derivative that is identically zero although its variable occurs.

use super::gradient::gradient;
use crate::differential::differentiate;
use crate::expr::ExprId;
use crate::linear::Convention;
use crate::problem::{Note, Problem};
use crate::render::{Format, render_whole};
use crate::simplify::simplify;
use crate::span::Span;

/// Longest text of an expression that a note quotes, in characters.
const MAX_QUOTED: usize = 60;

/// A note where the first derivative of the first expression by the variable at this position of `wrt` is identically zero although the
/// variable occurs in the expression as it was written.
pub fn zero_derivative(problem: &mut Problem, place: usize) -> Option<Note> {
    let wrt = *problem.wrt.get(place)?;
    let (raw, normal) = (problem.raw[0], problem.normal[0]);
    if !problem.arena.contains_symbol(raw, wrt) {
        return None;
    }
    // The gradient is also projected on the space of the variable.
    let derivative = if problem.arena.shape(raw).is_scalar() {
        gradient(problem, place, Convention::Projected, None).ok()?.expr
    } else {
        let differential = differentiate(&mut problem.arena, normal, wrt, 0).ok()?;
        simplify(&mut problem.arena, differential.expr)
    };
    if !problem.arena.is_zero(derivative) {
        return None;
    }
    let name = problem.arena.symbol(wrt).name.clone();
    let value = simplify(&mut problem.arena, normal);
    let because = if problem.arena.contains_symbol(value, wrt) { None } else { quoted(problem, value) };
    let message = match because {
        Some(value) => {
            format!(
                "the derivative with respect to `{name}` is identically zero: `{name}` cancels, and the expression equals `{value}`"
            )
        }
        None => format!(
            "the derivative with respect to `{name}` is identically zero, although `{name}` occurs in the expression"
        ),
    };
    let span = Span::new(0, problem.source(0).map_or(0, |source| source.text.len()));
    Some(Note { row: "zero-derivative", source: 0, span, text: name, message: message.into(), other: None })
}

/// The expression as text, where that is short.
fn quoted(problem: &Problem, id: ExprId) -> Option<String> {
    // What has many nodes is long; writing it out could take a while.
    if problem.arena.post_order(id).len() > MAX_QUOTED {
        return None;
    }
    let text = render_whole(&problem.arena, id, Format::Unicode, &problem.style);
    (text.chars().count() <= MAX_QUOTED).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Given, read};
    use crate::shape::Goal;

    /// The message of the note on the first variable; empty where there is none.
    #[track_caller]
    fn said(text: &str, declarations: &str, wrt: &str) -> String {
        let given = [Given { origin: "expression".into(), text: text.into(), goal: Goal::Any }];
        let mut problem = read(&given, declarations, &[wrt]).unwrap();
        zero_derivative(&mut problem, 0).map(|note| note.message.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_variable_that_cancels_is_noted() {
        let wanted =
            "the derivative with respect to `x` is identically zero: `x` cancels, and the expression equals `1`";
        assert_eq!(said("sum(softmax(x))", "", "x"), wanted);
        assert!(said("x - x + a", "x: vector(n)", "x").ends_with("the expression equals `a`"));
        assert!(said("tr(X X^-1)", "", "X").ends_with("the expression equals `n`"));
    }

    #[test]
    fn a_step_is_noted_without_a_value() {
        let wanted = "the derivative with respect to `x` is identically zero, although `x` occurs in the expression";
        assert_eq!(said("sum(sign(x))", "x: vector(n)", "x"), wanted);
    }

    #[test]
    fn a_gradient_that_vanishes_in_the_space_of_its_variable_is_noted() {
        let said = said("tr(A X)", "A: symmetric(n); X: skew(n)", "X");
        assert!(said.starts_with("the derivative with respect to `X` is identically zero"), "{said}");
    }

    #[test]
    fn nothing_is_noted_of_other_derivatives() {
        assert_eq!(said("a'x", "", "x"), "");
        assert_eq!(said("a'a", "x: vector(n)", "x"), "");
    }
}
