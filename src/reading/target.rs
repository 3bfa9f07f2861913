//! Letters that are read as numbers beside an array in what is summed, `sum(y log softmax(z))`, where the product of two vectors
//! entry by entry may be meant.

use super::kind::{Kind, Letter, letter};
use super::limit::CLASH_NODES;
use super::resolve::{Input, Ref};
use super::scope::{is_image_of_entries, is_term_of_sum_of_entries};
use super::search::Solution;
use super::walk::{around_term, subtree};
use crate::catalog::Op;
use crate::syntax::{AstId, AstKind, Function, ProductOp, Remark};

/// What is said of such letters, each with the number of its text.
pub(super) fn remarks(input: &Input<'_>, solution: &Solution) -> Vec<(usize, Remark)> {
    let mut found = Vec::new();
    let of_terms = factors_of_terms(input);
    for (text, source) in input.texts.iter().enumerate() {
        for (at, node) in (0_u32..).zip(&source.ast.nodes) {
            let AstKind::Product { first, rest } = &node.kind else { continue };
            let is_plain = rest.iter().all(|(op, _)| matches!(op, ProductOp::Times | ProductOp::Star));
            if !is_plain || !is_term_of_sum_of_entries(source.ast, &source.parents, AstId(at)) {
                continue;
            }
            let factors: Vec<AstId> = std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).collect();
            let pair = factors.windows(2).find(|pair| {
                is_open_number(input, solution, (text, pair[0]), &of_terms)
                    && has_entries(input, solution, (text, pair[1]))
            });
            found.extend(pair.map(|pair| (text, remark(input, text, [pair[0], pair[1]]))));
        }
    }
    found
}

/// Whether a factor is a small letter that is nothing else in the text, and a number by guess.
fn is_open_number(input: &Input<'_>, solution: &Solution, (text, id): (usize, AstId), of_terms: &[bool]) -> bool {
    let Ref::Symbol(symbol) = input.texts[text].refs[id.0 as usize] else { return false };
    let sym = &input.symbols[symbol];
    let choice = sym.choices.get(usize::from(solution.readings[symbol]));
    sym.declared.is_none()
        && of_terms[symbol]
        && letter(&sym.name) == Letter::Small
        && !matches!(sym.name.as_str(), "n" | "m")
        && choice.is_some_and(|choice| choice.kind == Kind::Scalar)
}

/// Whether each symbol is a factor in what is summed or a term of one, `1 - y`, wherever it stands.
fn factors_of_terms(input: &Input<'_>) -> Vec<bool> {
    let mut found = vec![true; input.symbols.len()];
    for source in &input.texts {
        for (at, used) in (0_u32..).zip(&source.refs) {
            let Ref::Symbol(symbol) = used else { continue };
            found[*symbol] &= around_term(source.ast, &source.parents, AstId(at)).is_some_and(|around| {
                matches!(source.ast.node(around).kind, AstKind::Product { .. })
                    && is_term_of_sum_of_entries(source.ast, &source.parents, around)
            });
        }
    }
    found
}

/// Whether a factor is a function of the entries of an array, or a power of each.
fn has_entries(input: &Input<'_>, solution: &Solution, (text, factor): (usize, AstId)) -> bool {
    let ast = input.texts[text].ast;
    let is_power = matches!(ast.node(factor).kind, AstKind::HadamardPower(..));
    let is_vector = matches!(ast.node(factor).kind, AstKind::Name(_));
    if !is_image_of_entries(ast, factor) && !is_power && !is_vector {
        return false;
    }
    let (mut has_array, mut is_reduced) = (false, false);
    subtree(ast, factor, CLASH_NODES, |id| {
        is_reduced |= match &ast.node(id).kind {
            AstKind::Norm(..) | AstKind::Inner(..) | AstKind::Transpose(_) => true,
            AstKind::Call(function, _) => {
                !matches!(function, Function::Entrywise(_) | Function::Sqrt | Function::Operator(Op::Softmax))
            }
            _ => false,
        };
        if let Ref::Symbol(symbol) = input.texts[text].refs[id.0 as usize] {
            let choice = input.symbols[symbol].choices.get(usize::from(solution.readings[symbol]));
            has_array |= choice.is_some_and(|choice| matches!(choice.kind, Kind::Vector | Kind::Matrix));
        }
        !is_reduced
    });
    has_array && !is_reduced
}

fn remark(input: &Input<'_>, text: usize, [number, image]: [AstId; 2]) -> Remark {
    let ast = input.texts[text].ast;
    let (name, of) = (ast.written(ast.span(number)), ast.written(ast.span(image)));
    let sign = if ast.source.contains('\\') { "\\odot" } else { ".*" };
    let other = format!("{name} {sign} {of}");
    let message =
        format!("`{name}` is read as a number; the product of two vectors entry by entry is written `{other}`");
    let span = ast.span(number).join(ast.span(image));
    Remark { row: "target", span, message: message.into(), other: Some(other) }
}
