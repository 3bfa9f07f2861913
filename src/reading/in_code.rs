//! Calls and operators that programs read in another way than a reader does, or in two ways: `norm(X, 2)`, `x.T @ A @ x / x.T @ x`.

use super::chart::Pick;
use super::cost::RowId;
use crate::syntax::{Ast, AstKind, NormSpelling, ProductOp, Remark};

/// The note at `norm(X, 2)` of a matrix, which programs read in two ways.
pub(super) fn norm(ast: &Ast, pick: &Pick) -> Option<Remark> {
    let span = ast.span(pick.node);
    let whole = ast.written(span);
    let inner = match &ast.node(pick.node).kind {
        AstKind::Norm(NormSpelling::Two, inner) if pick.row == RowId::SpectralNorm => ast.written(ast.span(*inner)),
        _ => return None,
    };
    if let Some(other) = norm_of_space(ast.source.get(ast.span(pick.node).start..)?, inner) {
        let message = format!("`{whole}` is read as the spectral norm; that of all entries is `{other}`");
        return Some(Remark { row: pick.row.row().id, span, message: message.into(), other: Some(other) });
    }
    // Of NumPy's `np.linalg.norm(X, 2)` there is one reading.
    let is_of_module = ast.source.get(..span.start).is_some_and(|before| before.ends_with('.'));
    if !whole.starts_with("norm(") || is_of_module {
        return None;
    }
    let other = format!("||{inner}||_F");
    let message =
        format!("`{whole}` is read as the spectral norm, as in MATLAB; that of all entries, as in Julia, is `{other}`");
    Some(Remark { row: pick.row.row().id, span, message: message.into(), other: Some(other) })
}

/// The Frobenius norm of what stands between bars with the name of a space below, `\|X\|_{L^2}`, `‖X‖_{ℓ2}`, as it is written.
fn norm_of_space(text: &str, inner: &str) -> Option<String> {
    let (front, behind) = text.split_once(inner)?;
    let (bars, below) = behind.split_once('_').filter(|(bars, _)| bars.len() <= "\\right\\rVert".len())?;
    let name = below.trim_start_matches(['{', ' ', '\\']);
    let is_space = ["L", "l", "ell", "ℓ"].iter().any(|space| name.starts_with(space));
    let written = if front.contains('\\') { "\\|" } else { "||" };
    (is_space && !bars.trim().is_empty()).then(|| format!("{written}{inner}{written}_F"))
}

/// The note at `x.T @ A @ x / x.T @ x`, which Python takes from the left.
pub(super) fn quotient(ast: &Ast, pick: &Pick) -> Option<Remark> {
    let AstKind::Product { first, rest } = &ast.node(pick.node).kind else { return None };
    let place = pick.step.checked_sub(1).filter(|_| pick.row == RowId::ArrayQuotient)?;
    let (op, divisor) = rest.get(place)?;
    let (next, last) = rest.get(place + 1)?;
    let is_row = matches!(ast.node(*divisor).kind, AstKind::Transpose(_));
    if *op != ProductOp::Divide || *next != ProductOp::At || !is_row {
        return None;
    }
    let before = if place == 0 { *first } else { rest[place - 1].1 };
    let over = ast.written(ast.span(*first).join(ast.span(before)));
    let below = ast.written(ast.span(*divisor).join(ast.span(*last)));
    let whole = ast.written(ast.span(pick.node));
    let other = format!("({over}) / ({below})");
    let message = format!(
        "`{whole}` is read from the left, as in Python, with `/` before the last `@`; the quotient of two numbers is written `{other}`"
    );
    Some(Remark { row: pick.row.row().id, span: ast.span(pick.node), message: message.into(), other: Some(other) })
}
