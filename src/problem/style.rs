//! How the input writes inner products and norms, for the answer to write them alike.

use crate::number::Coeff;
use crate::render::{Fractions, Style};
use crate::syntax::{self, Ast, AstId, AstKind, ProductOp};

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
        AstKind::Product { first, rest } => {
            let factors: Vec<AstId> = std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).collect();
            factors.windows(2).any(|pair| bare(pair[0]) && indexed(pair[1]))
        }
        _ => false,
    });
    let squared_norm_as_product = products && !norms && !inner_brackets;
    Style { inner_brackets, squared_norm_as_product, members_last, fractions: fractions_of(ast) }
}

/// The decimal fractions that a text holds, each once.
pub(super) fn decimals_of(ast: &Ast) -> Vec<Coeff> {
    let mut found: Vec<Coeff> = Vec::new();
    for node in &ast.nodes {
        if let AstKind::Number(value) = &node.kind
            && !value.is_integer()
            && ast.written(node.span).contains('.')
            && !found.contains(value)
        {
            found.push(value.clone());
        }
    }
    found
}

/// Decimals are printed where one is written, or a small power of ten: 0.1, 1e-3, 10^{-3}. 0.5, 0.25 and 0.75 are, too, beside
/// others, and alone ½, ¼ and ¾.
fn fractions_of(ast: &Ast) -> Fractions {
    let number = |id: AstId| if let AstKind::Number(value) = &ast.node(id).kind { Some(value) } else { None };
    let (mut decimals, mut halves, mut common) = (false, false, false);
    for node in &ast.nodes {
        match &node.kind {
            AstKind::Number(value) if !value.is_integer() => {
                let is_decimal = ast.written(node.span).contains(['.', 'e', 'E']);
                let is_common = matches!(value.to_ratio(), Some((1, 2 | 4) | (3, 4)));
                decimals |= is_decimal && !is_common;
                halves |= is_decimal && (is_common || matches!(value.to_ratio(), Some((_, 2 | 4 | 8))));
                common |= !is_decimal;
            }
            AstKind::Product { first, rest } => {
                let is_number = |(op, of): &(ProductOp, AstId)| *op == ProductOp::Divide && number(*of).is_some();
                common |= number(*first).is_some() && rest.first().is_some_and(is_number);
            }
            AstKind::Power(base, exponent) => {
                let is_small = number(*exponent).is_some_and(Coeff::is_negative);
                decimals |= is_small && number(*base) == Some(&Coeff::integer(10));
            }
            _ => {}
        }
    }
    match (decimals, halves && !common) {
        (false, _) => Fractions::Common,
        (true, false) => Fractions::Mixed,
        (true, true) => Fractions::Decimal,
    }
}
