//! The letter Σ without an index below it where it would be a number: the sign of a sum, as in `(1/N) Σ (yᵢ − axᵢ)²`.

use super::{Note, Problem};
use crate::diagnostic::{Advice, Suggestion};
use crate::span::Span;
use crate::syntax::Declaration;

/// What the letter is called.
const SIGMA: &str = "Σ";

/// Whether the letter is read as a number, and nothing says that it is one.
pub(super) fn is_number(problem: &Problem, declared: &[Declaration]) -> bool {
    let is_said = declared.iter().any(|one| one.name == SIGMA);
    let symbol = problem.arena.find_symbol(SIGMA).filter(|_| !is_said);
    symbol.is_some_and(|symbol| {
        let is_used = problem.symbols.contains(&symbol) && !problem.wrt.contains(&symbol);
        is_used && problem.arena.symbol(symbol).shape.is_scalar()
    })
}

/// Whether the letter is no symbol of what was read.
pub(super) fn is_sign(problem: &Problem) -> bool {
    problem.arena.find_symbol(SIGMA).is_none_or(|symbol| !problem.symbols.contains(&symbol))
}

/// Whether a sum runs over an index that no sign has below it.
pub(super) fn has_open_index(problem: &Problem) -> bool {
    problem.notes.iter().any(|note| note.row == "open-index")
}

/// What is said of a letter before a factor, where it stays a number.
pub(super) fn note_of_number(problem: &Problem) -> Option<Note> {
    note(problem, "`Σ` is read as a number; a sum is written with its index, `Σᵢ`".into())
}

/// What is said of a letter that is the sign of a sum of entries, of which no index speaks.
pub(super) fn note_of_sign(problem: &Problem) -> Option<Note> {
    let message = Advice::from("`Σ` is read as the sign of a sum; for a symbol declare it: ")
        .suggest(Suggestion::declaration(format!("{SIGMA}: square(n)")));
    if has_open_index(problem) { None } else { note(problem, message) }
}

fn note(problem: &Problem, message: Advice) -> Option<Note> {
    let mut places = problem.sources.iter().enumerate();
    let (source, span) = places.find_map(|(place, source)| Some((place, before_factor(&source.text)?)))?;
    let text = problem.sources[source].text.get(span.start..span.end).unwrap_or_default().to_owned();
    Some(Note { row: "letter-sum", source, span, text, message, other: None })
}

/// The first place of the letter before a factor.
fn before_factor(text: &str) -> Option<Span> {
    [SIGMA, "\\Sigma", "Sigma"].into_iter().find_map(|spelling| {
        text.match_indices(spelling).map(|(at, _)| Span::new(at, at + spelling.len())).find(|span| {
            let next = text[span.end..].trim_start().chars().next();
            next.is_some_and(|next| next.is_alphabetic() || "([|‖√\\".contains(next))
        })
    })
}
