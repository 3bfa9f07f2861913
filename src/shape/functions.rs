//! Notes on functions of matrices: `exp`, `log` and `sqrt` are of each entry, where a reader may have meant the matrix functions.

use super::check::Try;
use crate::catalog::Func;
use crate::diagnostic::Advice;
use crate::syntax::{
    Ast, AstId, AstKind, Function, ProductOp, Remark, for_each_child, is_entry_by_entry, without_brackets,
};

/// Notes on entrywise functions of matrices that may be square and are taken as matrices, by themselves or in a product, a trace or a norm,
/// and on those of square matrices whose argument holds a matrix product or an inverse.
pub(super) fn notes(tried: &Try<'_>) -> Vec<(usize, Remark)> {
    let mut found: Vec<(usize, Remark)> = Vec::new();
    for (text, (source, types)) in tried.input.texts.iter().zip(&tried.types).enumerate() {
        let ast = source.ast;
        // NumPy's functions are of entries.
        if is_entry_by_entry(&ast.source) {
            continue;
        }
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
            let is_scalar = |id: AstId| tried.is_scalar(types[id.0 as usize]);
            let is_taken = is_taken_as_matrix(ast, &source.parents, id, &is_scalar);
            let holds = |argument: &AstId| holds_product(ast, *argument, &is_matrix);
            if !(is_taken || is_square && arguments.iter().any(holds)) {
                continue;
            }
            let span = node.span;
            let written = ast.written(span);
            let inner = arguments.first().map_or(span, |argument| ast.span(*argument));
            let inner = without_brackets(ast.written(inner));
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

/// Whether a value is taken as a matrix, as it stands or in a sum, transposed or scaled: by a matrix product, a trace or a norm, or where it is all
/// that is asked for.
fn is_taken_as_matrix(ast: &Ast, parents: &[Option<AstId>], id: AstId, is_scalar: &impl Fn(AstId) -> bool) -> bool {
    let mut child = id;
    while let Some(parent) = parents[child.0 as usize] {
        match &ast.node(parent).kind {
            AstKind::Sum(_) | AstKind::Transpose(_) => {}
            AstKind::Product { first, rest } => {
                let others = std::iter::once(*first).chain(rest.iter().map(|factor| factor.1));
                if !others.filter(|other| *other != child).all(is_scalar) {
                    let op = match rest.iter().position(|(_, factor)| *factor == child) {
                        Some(at) => Some(rest[at].0),
                        None => rest.first().map(|(op, _)| *op),
                    };
                    return op.is_some_and(|op| op == ProductOp::Times || op.is_product());
                }
            }
            AstKind::Call(function, _) => {
                return matches!(
                    function,
                    Function::Trace
                        | Function::Det
                        | Function::LogDet
                        | Function::Inv
                        | Function::Norm
                        | Function::Norm2
                );
            }
            kind => return matches!(kind, AstKind::Norm(..)),
        }
        child = parent;
    }
    true
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
