//! A product of two small letters by `@` that is added to a vector, `x @ w - y`: of two vectors it is a number, which is then added to every
//! entry, and in code the first of them may well be a matrix of data.

use super::chart::Pick;
use super::cost::RowId;
use super::kind::{Letter, letter};
use super::resolve::{Input, Ref};
use crate::diagnostic::{Advice, Suggestion};
use crate::syntax::{AstId, AstKind, ProductOp, Remark};

/// What is said of such a product, where a sum was read so.
pub(super) fn remark(input: &Input<'_>, text: usize, pick: &Pick) -> Option<Remark> {
    if pick.row != RowId::BroadcastScalar {
        return None;
    }
    let source = &input.texts[text];
    let AstKind::Sum(terms) = &source.ast.node(pick.node).kind else { return None };
    let open = |id: AstId| match (&source.ast.node(id).kind, &source.refs[id.0 as usize]) {
        (AstKind::Name(name), Ref::Symbol(symbol)) if letter(&name.base) == Letter::Small => {
            input.symbols[*symbol].declared.is_none().then(|| input.symbols[*symbol].name.clone())
        }
        _ => None,
    };
    terms.iter().find_map(|(_, term)| {
        let AstKind::Product { first, rest } = &source.ast.node(*term).kind else { return None };
        let [(ProductOp::At, second)] = rest[..] else { return None };
        let (first, _) = (open(*first)?, open(second)?);
        let span = source.ast.span(*term);
        let message = format!(
            "`{}` is read as a number, which is added to every entry; for a matrix declare it: ",
            source.ast.written(span)
        );
        let message = Advice::from(message).suggest(Suggestion::declaration(format!("{first}: matrix(m,n)")));
        Some(Remark { row: pick.row.row().id, span, message, other: None })
    })
}
