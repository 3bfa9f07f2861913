//! `\Phi(X)` of an array, which is the normal distribution function of each entry and elsewhere a matrix of features.

use super::kind::{Kind, WrittenSize};
use super::resolve::{Input, Ref};
use super::search::Solution;
use crate::catalog::Func;
use crate::diagnostic::{Advice, Suggestion};
use crate::syntax::{AstId, AstKind, Function, Remark};

/// What is said of such calls, each with the number of its text.
pub(super) fn remarks(input: &Input<'_>, solution: &Solution) -> Vec<(usize, Remark)> {
    let mut found = Vec::new();
    for (text, source) in input.texts.iter().enumerate() {
        for node in &source.ast.nodes {
            let AstKind::Call(Function::Entrywise(Func::NormCdf), arguments) = &node.kind else { continue };
            let written = source.ast.written(node.span);
            let &[argument] = arguments.as_slice() else { continue };
            if !written.starts_with("\\Phi") && !written.starts_with('Φ') {
                continue;
            }
            let Some(kind) = kind(input, solution, (text, argument)) else { continue };
            let sets = if kind == Kind::Matrix { "R^{m x n} -> R^{m x p}" } else { "R^n -> R^p" };
            let message = Advice::from(format!(
                "`{written}` is read as the normal distribution function of each entry; for a map to features declare it: "
            ))
            .suggest(Suggestion::declaration(format!("Φ: {sets}")));
            found.push((text, Remark { row: "features", span: node.span, message, other: None }));
        }
    }
    found
}

/// Whether a symbol, with its index, is a vector or a matrix.
fn kind(input: &Input<'_>, solution: &Solution, (text, id): (usize, AstId)) -> Option<Kind> {
    let (symbol, is_member) = match input.texts[text].refs[id.0 as usize] {
        Ref::Symbol(symbol) => (symbol, false),
        Ref::Indexed(symbol) => (symbol, true),
        _ => return None,
    };
    let sym = &input.symbols[symbol];
    if let Some(declared) = &sym.declared {
        let one = WrittenSize::Number(1);
        let is_family = declared.family.is_some();
        return match (declared.rows == one, declared.cols == one) {
            _ if is_family != is_member => None,
            (true, true) => None,
            (_, true) => Some(Kind::Vector),
            _ => Some(Kind::Matrix),
        };
    }
    match (sym.choices.get(usize::from(solution.readings[symbol]))?.kind, is_member) {
        (Kind::Vector, false) | (Kind::VectorFamily | Kind::FamilyBeside, true) => Some(Kind::Vector),
        (Kind::Matrix, false) | (Kind::MatrixFamily, true) => Some(Kind::Matrix),
        _ => None,
    }
}
