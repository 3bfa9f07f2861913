//! What a stationary point is, in words.

use super::written::text;
use crate::answer::stationary::{Eigen, Kind, Nature, Why};
use crate::expr::ExprId;
use crate::problem::Problem;
use crate::render::Format;

/// What a point is; nothing where that is not known. Beside the problem the name of its unknown, whether that is a number, and its inverse;
/// last what the constraints and the multipliers are called.
pub(super) fn nature_text(
    nature: Nature,
    (problem, name, is_number, inverse): (&Problem, &str, bool, &str),
    (constraints, multipliers): (&str, &str),
) -> String {
    let (what, bends) = match nature.kind {
        Kind::Minimum => ("a minimum", "convex"),
        Kind::Maximum => ("a maximum", "concave"),
        Kind::LocalMinimum => ("a local minimum", if is_number { "positive" } else { "positive definite" }),
        Kind::LocalMaximum => ("a local maximum", if is_number { "negative" } else { "negative definite" }),
        Kind::Saddle if is_number => ("neither a minimum nor a maximum", "indefinite"),
        Kind::Saddle => ("a saddle point", "indefinite"),
        Kind::Unknown => return String::new(),
    };
    match nature.why {
        Why::InTurn => what.to_owned(),
        Why::Convexity => format!("{what}, as f is {bends}"),
        Why::UnderConditions if constraints.is_empty() => format!("{what}, as f is {bends} under the conditions below"),
        Why::UnderConditions => format!("{what}, as f is {bends} under the conditions below and {constraints}"),
        Why::OfInverse => format!("{what}, as f is {bends} in {inverse}"),
        Why::Bound(value) => {
            let sign = if nature.kind == Kind::Minimum { "≥" } else { "≤" };
            format!("{what}, as f {sign} {} everywhere", text(problem, value, Format::Unicode))
        }
        Why::Bending => format!("{what}, as the second derivative is {bends} there"),
        Why::Along => format!("{what}, as the second derivative of L is {bends} along the constraints"),
        Why::Order(order) if nature.kind == Kind::Saddle => {
            format!("{what}, as the first derivative that is not 0 there is of odd order, {order}")
        }
        Why::Order(order) => {
            format!("{what}, as the first derivative that is not 0 there is of even order, {order}, and {bends}")
        }
        Why::Odd => "neither a minimum nor a maximum, as f is odd about it".to_owned(),
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
        Why::With { part, rises, curvature } => {
            let (turn, shape) = (if rises { "increases" } else { "decreases" }, curvature.word());
            format!("{what}, as f {turn} with {}, which is {shape}", text(problem, part, Format::Unicode))
        }
        Why::Sides { before: false, after: true } => format!("{what}, as f decreases before it and increases after it"),
        Why::Sides { before: true, after: false } => format!("{what}, as f increases before it and decreases after it"),
        Why::Sides { before, .. } => {
            format!("{what}, as f {} on both sides of it", if before { "increases" } else { "decreases" })
        }
        Why::OnlyOne => {
            let sign = if nature.kind == Kind::Minimum { "positive" } else { "negative" };
            format!("{what}, as it is the only stationary point and the second derivative is {sign} there")
        }
        Why::Compared { beyond } => {
            let least = if nature.kind == Kind::Minimum { "smaller" } else { "larger" };
            let ends = if beyond { " or beyond them" } else { "" };
            format!("{what}, as f has no {least} value at the other stationary points{ends}")
        }
        Why::Subgradient => format!("{what}, as 0 is a subgradient of the {bends} f there"),
        Why::Polar(matrix) => {
            let matrix = text(problem, matrix, Format::Unicode);
            format!("{what}: of all {name} with {name}ᵀ{name} = I, polar({matrix}) has the largest ⟨{matrix}, {name}⟩")
        }
    }
}

/// What the polar factor of a matrix is, and which other points are stationary beside it and its opposite.
pub(super) fn polar_lines(problem: &Problem, matrix: ExprId) -> [String; 2] {
    let free = |names: &[&'static str]| {
        let is_taken = |name: &str| problem.arena.symbols().any(|(_, symbol)| symbol.name == name);
        names.iter().copied().find(|name| !is_taken(name)).unwrap_or(names[0])
    };
    let (u, v, s) = (free(&["U", "P", "E"]), free(&["V", "Q", "W"]), free(&["s", "σ", "d"]));
    let of = text(problem, matrix, Format::Unicode);
    let full = if problem.arena.shape(matrix).is_square() { "is invertible" } else { "has full rank" };
    [
        format!(
            "polar({of}) = {u}{v}ᵀ, where {of} = {u} diag({s}) {v}ᵀ is the thin singular value decomposition; minimum and maximum are unique where {of} {full}"
        ),
        format!(
            "there are others: every {u} diag(±1, …, ±1) {v}ᵀ, and no more than these where the singular values of {of} are distinct and not 0"
        ),
    ]
}

/// That of some of the points nothing was shown.
pub(super) fn not_decided(open: usize, all: usize) -> Option<String> {
    let of = match (open, all) {
        (0, _) => return None,
        (1, 1) => "",
        (open, all) if open == all => " for any of these points",
        _ => " for the other points",
    };
    Some(format!("not decided{of}: a minimum, a maximum or neither"))
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
