//! The notes that are printed with an answer.

use crate::answer;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::problem::{Note, Problem};

/// The notes that are still to be printed: those on how the input was read, once for a request, and one for each of these variables whose
/// first derivative is identically zero.
pub(super) fn take_notes(problem: &mut Problem, vanishing: &[usize]) -> Vec<Note> {
    let mut notes = std::mem::take(&mut problem.notes);
    notes.extend(vanishing.iter().filter_map(|place| answer::zero_derivative(problem, *place)));
    notes
}

/// The variables, by position, whose differential does not occur in a differential.
pub(super) fn absent(problem: &Problem, differential: ExprId) -> Vec<usize> {
    let occurs = |arena: &Arena, wrt: SymbolId| {
        let is_its = |id: &ExprId| matches!(arena.node(*id), Node::Differential(symbol, _) if *symbol == wrt);
        arena.post_order(differential).iter().any(is_its)
    };
    (0..problem.wrt.len()).filter(|place| !occurs(&problem.arena, problem.wrt[*place])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{self, Given};
    use crate::shape::Goal;

    #[test]
    fn notes_on_the_reading_are_taken_once() {
        let given = [Given { origin: "expression".into(), text: "x'y".into(), goal: Goal::Scalar }];
        let mut problem = problem::read(&given, "", &["x", "y"]).unwrap_or_else(|_| unreachable!("it can be read"));
        problem.notes.push(Note {
            row: "reading",
            source: 0,
            span: crate::span::Span::new(0, 3),
            text: "x'y".into(),
            message: "read as an inner product; write `x y'` for the outer one".into(),
            other: Some("x y'".into()),
        });
        let first = take_notes(&mut problem, &[]);
        assert_eq!(
            super::super::super::shown::note_lines(crate::diagnostic::Prompt::Shell, &first),
            ["note: read as an inner product; write `x y'` for the outer one"]
        );
        assert_eq!(take_notes(&mut problem, &[]), []);
    }
}
