//! Notes on functions of matrices: `exp`, `log` and `sqrt` are of each entry, where a reader may have meant the matrix functions.

use super::check::Try;
use crate::catalog::Func;
use crate::diagnostic::Advice;
use crate::syntax::{Ast, AstId, AstKind, Function, ProductOp, Remark, for_each_child};

/// Notes on entrywise functions of square matrices that stand in a matrix product, a trace or a norm, or whose argument holds a matrix
/// product or an inverse.
pub(super) fn notes(tried: &Try<'_>) -> Vec<(usize, Remark)> {
    let mut found: Vec<(usize, Remark)> = Vec::new();
    for (text, (source, types)) in tried.input.texts.iter().zip(&tried.types).enumerate() {
        let ast = source.ast;
        for (number, node) in ast.nodes.iter().enumerate() {
            let AstKind::Call(function, arguments) = &node.kind else { continue };
            let (name, matrix_function) = match function {
                Function::Entrywise(Func::Exp) => ("exp", "expm"),
                Function::Entrywise(Func::Log) => ("log", "logm"),
                Function::Sqrt => ("sqrt", "sqrtm"),
                _ => continue,
            };
            let ty = types[number];
            if !tried.is_matrix(ty) || tried.sizes.clone().unify(ty.rows, ty.cols).is_err() {
                continue;
            }
            let is_square = tried.sizes.same(ty.rows, ty.cols);
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            let is_matrix = |id: AstId| tried.is_matrix(types[id.0 as usize]);
            let in_product = source.parents[number].is_some_and(|parent| takes_matrices(ast, parent, id));
            let holds = |argument: &AstId| holds_product(ast, *argument, &is_matrix);
            if !(in_product || is_square && arguments.iter().any(holds)) {
                continue;
            }
            let span = node.span;
            let written = ast.written(span);
            let inner = arguments.first().map_or(span, |argument| ast.span(*argument));
            let inner = ast.written(inner);
            let inner = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(inner);
            let other = format!("{matrix_function}({inner})");
            let message = Advice::from(format!(
                "`{written}` is the {name} of each entry; the matrix function is written `{other}`"
            ));
            if !found.iter().any(|known| known.0 == text && known.1.message == message) {
                found.push((text, Remark { row: "o5", span, message, other: Some(other) }));
            }
        }
    }
    found
}

/// Whether a node takes a child as a matrix: a matrix product, a trace, a norm.
fn takes_matrices(ast: &Ast, parent: AstId, child: AstId) -> bool {
    match &ast.node(parent).kind {
        AstKind::Product { rest, .. } => {
            let at = rest.iter().position(|(_, factor)| *factor == child);
            match at {
                Some(at) => rest[at].0.is_product(),
                None => rest.first().is_some_and(|(op, _)| *op == ProductOp::Times || op.is_product()),
            }
        }
        AstKind::Call(function, _) => matches!(
            function,
            Function::Trace | Function::Det | Function::LogDet | Function::Inv | Function::Norm | Function::Norm2
        ),
        AstKind::Norm(..) => true,
        _ => false,
    }
}

/// Whether an expression holds a product or an inverse of matrices.
fn holds_product(ast: &Ast, root: AstId, is_matrix: &impl Fn(AstId) -> bool) -> bool {
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        match &ast.node(id).kind {
            AstKind::Product { first, rest } => {
                let factors = std::iter::once(*first).chain(rest.iter().filter(|(op, _)| op.is_product()).map(|f| f.1));
                if factors.filter(|factor| is_matrix(*factor)).count() > 1 {
                    return true;
                }
            }
            AstKind::Power(base, _) if is_matrix(*base) => return true,
            AstKind::Call(Function::Inv | Function::Pinv, _) => return true,
            _ => {}
        }
        for_each_child(&ast.node(id).kind, |child| open.push(child));
    }
    false
}
