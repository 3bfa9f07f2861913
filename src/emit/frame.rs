//! What the files of all languages have in common: comments and the calls of their checks.

use super::listing::{Argument, Families, GradientCheck, Listing, shape};

/// The lines of the documentation that every language has, without its signs of comments.
pub(super) fn documentation(listing: &Listing, families: Families) -> Vec<String> {
    let mut lines = vec![listing.about.clone()];
    if !listing.arguments.is_empty() {
        lines.extend([String::new(), "Arguments:".to_owned()]);
        lines.extend(
            listing.arguments.iter().map(|argument| format!("  {}: {}", argument.name, described(argument, families))),
        );
    }
    lines.extend([String::new(), "Returns:".to_owned()]);
    for output in &listing.outputs {
        lines.push(format!("  {}: {}", output.name, shape(&output.axes)));
    }
    lines.extend(listing.remarks().into_iter().flat_map(|line| [String::new(), line]));
    lines
}

/// `m x n, symmetric`
fn described(argument: &Argument, families: Families) -> String {
    match (argument.shape(families), argument.property()) {
        (shape, "") => shape,
        (_, property @ ("a size" | "an index" | "a whole number from 1 on")) => property.to_owned(),
        (shape, property) => format!("{shape}, {property}"),
    }
}

/// The function called with its arguments, one of them changed.
pub(super) fn call(listing: &Listing, text: impl Fn(&Argument) -> String, changed: Option<(usize, &str)>) -> String {
    let arguments = listing.arguments.iter().enumerate().map(|(place, argument)| match changed {
        Some((at, text)) if at == place => text.to_owned(),
        _ => text(argument),
    });
    format!("{}({})", listing.name, arguments.collect::<Vec<_>>().join(", "))
}

/// Whether a result is a gradient that is checked.
pub(super) fn is_checked(check: &GradientCheck, place: usize) -> bool {
    check.gradients.iter().any(|(_, gradient)| *gradient == place)
}

/// The axes of an argument as texts.
pub(super) fn axes(argument: &Argument) -> Vec<String> {
    argument.axes.iter().map(|axis| axis.text.clone()).collect()
}
