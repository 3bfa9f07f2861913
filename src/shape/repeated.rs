//! Indices that stand twice without the sign of a sum, as in `A_{ij} x_i x_j`: the sum over them as it is written.

use crate::syntax::{Ast, AstKind};

/// The text as a sum over its indices, where each letter below a name stands twice and one of the names is `base`.
pub(super) fn over_repeated_indices(ast: &Ast, base: &str) -> Option<String> {
    let mut found: Vec<(char, usize)> = Vec::new();
    let mut has_base = false;
    for node in &ast.nodes {
        let AstKind::Name(name) = &node.kind else { continue };
        has_base |= name.base == base && !name.subscript_text.is_empty();
        // δᵢⱼ and εᵢⱼₖ are no arrays of their own.
        if matches!(name.base.as_str(), "δ" | "ε" | "ϵ") && !name.subscript_text.is_empty() {
            return None;
        }
        for letter in name.subscript_text.chars().filter(|c| *c != ',') {
            match found.iter_mut().find(|(index, _)| *index == letter) {
                Some((_, count)) => *count += 1,
                None => found.push((letter, 1)),
            }
        }
    }
    let are_indices = found.iter().all(|(letter, count)| ('i'..='n').contains(letter) && *count == 2);
    if !has_base || !are_indices || ast.nodes.iter().any(|node| matches!(node.kind, AstKind::Sum(_))) {
        return None;
    }
    let indices: Vec<String> = found.iter().map(|(letter, _)| letter.to_string()).collect();
    let below = match indices.as_slice() {
        [only] => only.clone(),
        several => format!("{{{}}}", several.join(",")),
    };
    let sign = if ast.source.contains('\\') { "\\sum" } else { "sum" };
    Some(format!("{sign}_{below} {}", ast.source.trim()))
}
