//! Letters that are read as numbers since a number is asked for, where arrays may be meant: `A^{-1}b`, `np.dot(A, X)`, `q \otimes p`.

use super::cost::RowId;
use super::kind::{Letter, letter};
use super::resolve::{Input, Sym};
use crate::diagnostic::{Advice, Suggestion};
use crate::number::Coeff;
use crate::syntax::{AstId, AstKind, Function, ProductOp, Remark};

/// What is said of a symbol that was read by a row of the table, with the number of its text.
pub(super) fn remark(input: &Input<'_>, sym: &Sym, row: RowId) -> Option<(usize, Remark)> {
    let (text, id) = sym.place.filter(|_| sym.declared.is_none())?;
    let (array, kind) = match row {
        RowId::CapitalScalar
            if is_matrix_by_habit(&sym.name) && multiplies_a_letter(input, text, id)
                || stands_as_matrix(input, text, id) =>
        {
            ("matrix", "matrix(m,n)")
        }
        RowId::SmallScalar if is_in_kronecker_product(input, text, id) => ("vector", "vector(n)"),
        _ => return None,
    };
    let message = Advice::from(format!("`{}` is read as a number; for a {array} declare it: ", sym.name))
        .suggest(Suggestion::declaration(format!("{}: {kind}", sym.name)));
    let span = input.texts[text].ast.span(id);
    Some((text, Remark { row: row.row().id, span, message, other: None }))
}

/// Whether a capital is a matrix in nearly every text.
fn is_matrix_by_habit(name: &str) -> bool {
    matches!(name, "A" | "B" | "W")
}

/// Whether a capital stands beside a small letter or such a capital alone, as in `A x`, `tA` and `A B`, or below a number, `1/A`, where a
/// matrix might have been meant.
fn multiplies_a_letter(input: &Input<'_>, text: usize, id: AstId) -> bool {
    let (ast, parents) = (input.texts[text].ast, &input.texts[text].parents);
    let Some(parent) = parents[id.0 as usize] else { return false };
    let AstKind::Product { first, rest } = &ast.node(parent).kind else { return false };
    let [(op, last)] = rest[..] else { return false };
    let other = if *first == id { last } else { *first };
    let name = if let AstKind::Name(name) = &ast.node(other).kind { Some(name.base.as_str()) } else { None };
    match op {
        ProductOp::Times | ProductOp::Star => {
            name.is_some_and(|name| letter(name) == Letter::Small || is_matrix_by_habit(name))
        }
        ProductOp::Divide => last == id && matches!(ast.node(*first).kind, AstKind::Number(_)),
        _ => false,
    }
}

/// Whether a capital is inverted or raised to a letter before a small letter, `A^{-1}b`, `A^k x`, or is multiplied by another one by a sign or a
/// call, and nothing else is asked for: `np.dot(A, X)`, `X \times A`.
fn stands_as_matrix(input: &Input<'_>, text: usize, id: AstId) -> bool {
    let (ast, parents) = (input.texts[text].ast, &input.texts[text].parents);
    let letter_of = |id: AstId| match &ast.node(id).kind {
        AstKind::Name(name) => Some(letter(&name.base)),
        _ => None,
    };
    let Some(parent) = parents[id.0 as usize] else { return false };
    let raised = match &ast.node(parent).kind {
        AstKind::Power(base, exponent) if *base == id => match &ast.node(*exponent).kind {
            AstKind::Number(value) => *value == Coeff::integer(-1),
            _ => letter_of(*exponent) == Some(Letter::Small),
        },
        _ => false,
    };
    let factor = if raised { parent } else { id };
    let Some(product) = parents[factor.0 as usize] else { return false };
    let AstKind::Product { first, rest } = &ast.node(product).kind else { return false };
    if raised {
        let next = if *first == factor {
            rest.first()
        } else {
            rest.iter().position(|(_, other)| *other == factor).and_then(|place| rest.get(place + 1))
        };
        return next.is_some_and(|(op, next)| *op == ProductOp::Times && letter_of(*next) == Some(Letter::Small));
    }
    let [(op, last)] = rest[..] else { return false };
    let (left, right) = (ast.span(*first), ast.span(last));
    let between = ast.source.get(left.end..right.start).unwrap_or_default();
    op != ProductOp::Divide
        && !between.trim().is_empty()
        && parents[product.0 as usize].is_none()
        && [*first, last].map(letter_of) == [Some(Letter::Capital); 2]
}

/// Whether a factor stands beside the sign of a Kronecker product.
fn is_in_kronecker_product(input: &Input<'_>, text: usize, id: AstId) -> bool {
    let (ast, parents) = (input.texts[text].ast, &input.texts[text].parents);
    let Some(parent) = parents[id.0 as usize] else { return false };
    match &ast.node(parent).kind {
        AstKind::Product { first, rest } => {
            let is_kronecker = |at: usize| rest.get(at).is_some_and(|(op, _)| *op == ProductOp::Kronecker);
            *first == id && is_kronecker(0)
                || rest
                    .iter()
                    .position(|(_, factor)| *factor == id)
                    .is_some_and(|at| is_kronecker(at) || is_kronecker(at + 1))
        }
        AstKind::Call(Function::Kron, _) => true,
        _ => false,
    }
}
