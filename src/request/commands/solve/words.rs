//! What a stationary point is, in words.

use super::written::text;
use crate::answer::stationary::{Eigen, Kind, Nature, Why};
use crate::problem::Problem;
use crate::render::Format;

/// What a point is; nothing where that is not known. `name`: the unknown, `inverse`: its inverse, `places`: what the constraints and the
/// multipliers are called.
pub(super) fn nature_text(
    nature: Nature,
    is_number: bool,
    inverse: &str,
    (constraints, multipliers): (&str, &str),
) -> String {
    let (what, bends) = match nature.kind {
        Kind::Minimum => ("a minimum", "convex"),
        Kind::Maximum => ("a maximum", "concave"),
        Kind::LocalMinimum => ("a local minimum", if is_number { "positive" } else { "positive definite" }),
        Kind::LocalMaximum => ("a local maximum", if is_number { "negative" } else { "negative definite" }),
        Kind::Saddle => ("a saddle point", ""),
        Kind::Unknown => return String::new(),
    };
    match nature.why {
        Why::InTurn => what.to_owned(),
        Why::Convexity => format!("{what}, as f is {bends}"),
        Why::UnderConditions if constraints.is_empty() => format!("{what}, as f is {bends} under the conditions below"),
        Why::UnderConditions => format!("{what}, as f is {bends} under the conditions below and {constraints}"),
        Why::OfInverse => format!("{what}, as f is {bends} in {inverse}"),
        Why::Bending => format!("{what}, as the second derivative is {bends} there"),
        Why::AffineConstraints => format!("{what}, as f is {bends} and {constraints}"),
        Why::Reduced if nature.kind == Kind::Saddle => what.to_owned(),
        Why::Reduced if constraints.is_empty() => format!("{what}, as f is {bends}"),
        Why::Reduced if constraints.contains("the constraint is") => {
            format!("{what}, as f is {bends} where the constraint holds")
        }
        Why::Reduced => format!("{what}, as f is {bends} where the constraints hold"),
        Why::Lagrangian => format!("{what}, as L is {bends} at {multipliers}"),
        Why::Eigenvalues => {
            let other = if nature.kind == Kind::Minimum { "smaller" } else { "larger" };
            format!("{what}, as no eigenvalue is {other}")
        }
        Why::Polar => format!("{what}: of all X with XᵀX = I, polar(M) has the largest ⟨M, X⟩"),
    }
}

/// The eigenvectors of an eigenvalue problem.
pub(super) fn eigenvectors(problem: &Problem, eigen: &Eigen) -> String {
    let text = |id| text(problem, id, Format::Unicode);
    match eigen.metric {
        Some(metric) => format!("generalized eigenvectors of ({}, {})", text(eigen.matrix), text(metric)),
        None => format!("eigenvectors of {}", text(eigen.matrix)),
    }
}

/// That a point may not be in the set that its unknown is declared to be from.
pub(super) fn leaves_text(name: &str) -> String {
    format!(
        "{name} ≥ 0 is declared and not used: where an entry of this {name} is below 0 it is not a point of that set, and f is least or largest on the boundary, if at all"
    )
}

/// What a point is in one unknown after another: `: in μ for every Σ, and then in Σ`. Beside each name what the point is in it, where that
/// is not the same for all.
pub(super) fn turns_text(turns: &[(String, Kind)]) -> String {
    let word = |kind: Kind| match kind {
        Kind::Minimum | Kind::LocalMinimum => "a minimum",
        _ => "a maximum",
    };
    let is_mixed = turns.windows(2).any(|two| word(two[0].1) != word(two[1].1));
    let parts: Vec<String> = turns
        .iter()
        .enumerate()
        .map(|(place, (name, kind))| {
            let what = if is_mixed { format!("{} in {name}", word(*kind)) } else { format!("in {name}") };
            let rest: Vec<&str> = turns[place + 1..].iter().map(|(name, _)| name.as_str()).collect();
            if rest.is_empty() { what } else { format!("{what} for every {}", rest.join(", ")) }
        })
        .collect();
    format!(": {}", parts.join(", and then "))
}
