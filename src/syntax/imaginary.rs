//! The imaginary unit: i or j as a factor in the exponent of e, `e^{-j\omega}`, or in a sum between bars that are squared, `|a + jb|^2`. All values
//! are real, so that a note says what is read.

use super::ast::{Ast, AstId, AstKind, Function, ProductOp, Remark};
use crate::catalog::Func;

/// The most factors of a term that are looked at.
const MOST_FACTORS: usize = 64;

/// Adds the note, where one of these letters, which nothing binds or declares, stands as the unit does.
pub(super) fn note(ast: &mut Ast, units: &[&str]) {
    let found = ast.nodes.iter().find_map(|node| {
        let terms = match &node.kind {
            AstKind::Power(base, exponent) if is_e(ast, *base) => terms(ast, *exponent),
            AstKind::Power(bars, exponent) => match &ast.node(*bars).kind {
                AstKind::Abs(inner) if ast.node(*exponent).kind.is_two() && has_terms(ast, *inner) => {
                    terms(ast, *inner)
                }
                _ => return None,
            },
            AstKind::Call(Function::Entrywise(Func::Exp), arguments) => terms(ast, *arguments.first()?),
            _ => return None,
        };
        let is_of_bars = matches!(&node.kind, AstKind::Power(base, _) if !is_e(ast, *base));
        let unit = terms.into_iter().find_map(|term| unit_of(ast, term, is_of_bars, units))?;
        Some((node.span, unit))
    });
    let Some((span, unit)) = found else { return };
    let message = format!("`{unit}` is read as a real number: all values are real").into();
    ast.remarks.push(Remark { row: "imaginary", span, message, other: None });
}

fn is_e(ast: &Ast, id: AstId) -> bool {
    matches!(&ast.node(id).kind, AstKind::Name(name) if name.base == "e")
}

fn has_terms(ast: &Ast, id: AstId) -> bool {
    matches!(&ast.node(id).kind, AstKind::Sum(terms) if terms.len() > 1)
}

fn terms(ast: &Ast, id: AstId) -> Vec<AstId> {
    match &ast.node(id).kind {
        AstKind::Sum(terms) => terms.iter().map(|(_, term)| *term).collect(),
        _ => vec![id],
    }
}

/// The unit among the factors of a term, beside another one if that is asked.
fn unit_of(ast: &Ast, term: AstId, beside: bool, units: &[&str]) -> Option<String> {
    let mut open = vec![term];
    let mut unit = None;
    let mut count = 0;
    while let Some(id) = open.pop().filter(|_| count < MOST_FACTORS) {
        count += 1;
        match &ast.node(id).kind {
            AstKind::Product { first, rest } => {
                count -= 1;
                open.push(*first);
                open.extend(rest.iter().filter(|(op, _)| *op == ProductOp::Times).map(|(_, factor)| *factor));
            }
            AstKind::Name(name) if name.subscript.is_empty() && units.contains(&name.base.as_str()) => {
                unit = Some(name.base.clone());
            }
            _ => {}
        }
    }
    unit.filter(|_| !beside || count > 1)
}
