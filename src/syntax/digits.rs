//! Two digits below a matrix: `X_{11}` is the entry `X_{1,1}` of a matrix that is declared or stands whole.

use rustc_hash::FxHashSet;

use super::ast::{Ast, AstId, AstKind, Declaration, DeclaredKind, Size};
use super::walk::map_children;
use crate::number::Coeff;

/// Makes two subscripts of a number with two digits below the name of a matrix, in all texts of a request.
pub fn separate_digits(asts: &mut [Ast], declared: &[Declaration]) {
    let is_matrix = |kind: &DeclaredKind| match kind {
        DeclaredKind::Matrix(..) | DeclaredKind::Square(..) => true,
        DeclaredKind::Binary(_, cols) => *cols != Size::Number(1),
        _ => false,
    };
    let mut matrices: FxHashSet<String> =
        declared.iter().filter(|one| is_matrix(&one.kind)).map(|one| one.name.clone()).collect();
    let own: FxHashSet<&str> = declared.iter().map(|one| one.name.as_str()).collect();
    for node in asts.iter().flat_map(|ast| &ast.nodes) {
        if let AstKind::Name(name) = &node.kind
            && name.subscript.is_empty()
            && name.base.starts_with(char::is_uppercase)
            && !own.contains(name.base.as_str())
        {
            matrices.insert(name.base.clone());
        }
    }
    for ast in asts {
        let digits = |ast: &Ast, id: AstId| match &ast.node(id).kind {
            AstKind::Number(value) => value.to_i64().filter(|value| (11..=99).contains(value) && value % 10 > 0),
            _ => None,
        };
        let found: Vec<(AstId, i64)> = (0_u32..)
            .zip(&ast.nodes)
            .filter_map(|(number, node)| match &node.kind {
                AstKind::Name(name)
                    if name.subscript.len() == 1
                        && matrices.contains(&name.base)
                        && !own.contains(format!("{}_{}", name.base, name.subscript_text).as_str()) =>
                {
                    digits(ast, name.subscript[0]).map(|value| (AstId(number), value))
                }
                _ => None,
            })
            .collect();
        if !found.is_empty() {
            separate(ast, &found);
        }
    }
}

/// The tree with a second subscript for each of these names; children stay before their parents.
fn separate(ast: &mut Ast, found: &[(AstId, i64)]) {
    let nodes = std::mem::take(&mut ast.nodes);
    let mut renamed: Vec<AstId> = Vec::with_capacity(nodes.len());
    let mut next = found.iter().peekable();
    for (number, node) in (0_u32..).zip(nodes) {
        let mut kind = map_children(&node.kind, |child| renamed[child.0 as usize]);
        if let Some((_, value)) = next.next_if(|(id, _)| id.0 == number)
            && let AstKind::Name(name) = &mut kind
        {
            let span = ast.span(name.subscript[0]);
            let row = ast.push(AstKind::Number(Coeff::integer(value / 10)), span);
            let col = ast.push(AstKind::Number(Coeff::integer(value % 10)), span);
            name.subscript = vec![row, col];
            name.subscript_text = format!("{},{}", value / 10, value % 10);
        }
        renamed.push(ast.push(kind, node.span));
    }
    ast.named.iter_mut().for_each(|(_, id)| *id = renamed[id.0 as usize]);
}
