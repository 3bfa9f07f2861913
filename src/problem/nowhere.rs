//! The refusal of an input with a part that has no value whatever its symbols are.

use super::{Report, Source};
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::domain::{Nowhere, Reason, without_value};
use crate::expr::{Arena, ExprId, Node};
use crate::number::Coeff;
use crate::shape::Typed;
use crate::span::Span;

/// The refusal, where one is due.
pub(super) fn never_has_value(
    arena: &mut Arena,
    typed: &Typed,
    sources: &[Source],
    variables: &[String],
) -> Option<Report> {
    for (place, root) in typed.roots.iter().enumerate() {
        let Some(found) = without_value(arena, *root) else { continue };
        let written = |id: ExprId| typed.spans.get(&id).copied();
        let whole = (place, Span::new(0, sources.get(place).map_or(0, |source| source.text.len())));
        let (text, span) = written(found.operand).or_else(|| written(found.operator)).unwrap_or(whole);
        let source = sources.get(text)?;
        return Some(Report::of(source, vec![message(arena, &found, span, variables)]));
    }
    None
}

fn message(arena: &Arena, found: &Nowhere, span: Span, variables: &[String]) -> Diagnostic {
    let new = |message: &str, label: &str| Diagnostic::new("S0132", message, span, label);
    match found.reason {
        Reason::Zero => Diagnostic::new("S0116", "a division by zero", span, "this is always 0"),
        Reason::Singular => new("the matrix has no inverse", "this is singular, whatever its symbols are"),
        Reason::Negative => {
            let diagnostic = new("a root of what is below 0 is no real number", "this is always below 0");
            if is_odd_root(arena, found) {
                diagnostic.with_help("put the sign in front of the power: the real cube root of −8 is `-(8^(1/3))`")
            } else {
                diagnostic
            }
        }
        Reason::NotPositive => {
            let error =
                new("a power with an exponent that may be any number needs a base above 0", "this is never above 0");
            match exponent(arena, found).filter(|name| !variables.contains(name)) {
                Some(name) => error.with_help(
                    Advice::from("declare the exponent if it is an integer: ")
                        .suggest(Suggestion::declaration(format!("{name}: integer"))),
                ),
                None => error,
            }
        }
        Reason::Outside => new("the function has no value here", "this is always outside of its domain"),
    }
}

/// The symbol that is the exponent of a power whose base is below 0.
fn exponent(arena: &Arena, found: &Nowhere) -> Option<String> {
    let Node::Hadamard(factors) = arena.node(found.operator) else { return None };
    factors.iter().find_map(|(base, exponent)| match arena.node(*exponent) {
        Node::Symbol(symbol) if arena.as_number(*base).is_none_or(|base| !base.is_zero()) => {
            Some(arena.symbol(*symbol).name.clone())
        }
        _ => None,
    })
}

/// Whether it is a power p/q with q odd.
fn is_odd_root(arena: &Arena, found: &Nowhere) -> bool {
    let Node::Hadamard(factors) = arena.node(found.operator) else { return false };
    factors.iter().any(|(_, exponent)| {
        arena
            .as_number(*exponent)
            .is_some_and(|p| (1..=9).step_by(2).any(|odd| p.mul(&Coeff::integer(odd)).is_integer()))
    })
}
