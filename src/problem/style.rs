//! How the input writes inner products and norms, for the answer to write them alike.

use crate::render::Style;
use crate::syntax::{self, Ast, AstId, AstKind};

/// Inner products and squared norms are printed as the input writes them.
pub(super) fn style_of(ast: &Ast) -> Style {
    let writes = |wanted: fn(&AstKind) -> bool| ast.nodes.iter().any(|node| wanted(&node.kind));
    let inner_brackets = writes(|kind| matches!(kind, AstKind::Inner(..)));
    let norms = writes(|kind| {
        matches!(
            kind,
            AstKind::Norm(..)
                | AstKind::Call(syntax::Function::Norm | syntax::Function::Norm2 | syntax::Function::Norm1, _)
        )
    });
    let products = writes(|kind| matches!(kind, AstKind::Transpose(_)));
    // θᵀxᵢ: a name with an index after a transposed one without.
    let indexed = |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(name) if name.subscript_text.starts_with(char::is_alphabetic));
    let bare = |id: AstId| matches!(ast.node(id).kind, AstKind::Transpose(inner) if !indexed(inner));
    let members_last = ast.nodes.iter().any(|node| match &node.kind {
        AstKind::Product { first, rest } => bare(*first) && rest.first().is_some_and(|(_, right)| indexed(*right)),
        _ => false,
    });
    Style { inner_brackets, squared_norm_as_product: products && !norms && !inner_brackets, members_last }
}
