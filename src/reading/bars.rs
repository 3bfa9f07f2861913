//! Even powers of bars, `|x|^2`, whose letters are read as numbers: of a number the bars say nothing, so that a vector may be meant.

use super::kind::{Kind, Letter, letter};
use super::limit::CLASH_NODES;
use super::resolve::{Input, Ref};
use super::search::Solution;
use super::walk::{around_term, subtree};
use crate::catalog::Func;
use crate::diagnostic::{Advice, Suggestion};
use crate::syntax::{AstId, AstKind, Function, Remark};

/// Letters of dimensions.
const DIMENSIONS: [&str; 2] = ["n", "d"];

/// What is said of such powers, each with the number of its text.
pub(super) fn remarks(input: &Input<'_>, solution: &Solution) -> Vec<(usize, Remark)> {
    let mut found = Vec::new();
    let in_bars = in_bars(input);
    for (text, source) in input.texts.iter().enumerate() {
        for (at, node) in (0_u32..).zip(&source.ast.nodes) {
            let AstKind::Power(base, exponent) = node.kind else { continue };
            let AstKind::Abs(inner) = source.ast.node(base).kind else { continue };
            // Of a number, too, the logarithm of its size is taken.
            let is_in_log = source.parents[at as usize].is_some_and(|above| {
                matches!(source.ast.node(above).kind, AstKind::Call(Function::Entrywise(Func::Log), _))
            });
            if is_in_log
                || !is_even(input, (text, exponent))
                || source.ast.written(node.span).starts_with(char::is_alphabetic)
            {
                continue;
            }
            let letters = letters(input, solution, (text, inner), &in_bars);
            found.extend(letters.map(|letters| (text, remark(input, (text, AstId(at)), &letters))));
        }
    }
    found
}

/// Whether an exponent is an even number, or has the dimension in it, `2 - n`.
fn is_even(input: &Input<'_>, (text, exponent): (usize, AstId)) -> bool {
    let ast = input.texts[text].ast;
    let mut has_dimension = false;
    match &ast.node(exponent).kind {
        AstKind::Number(value) => return value.to_i64().is_some_and(|value| value % 2 == 0),
        AstKind::Name(_) => return false,
        _ => subtree(ast, exponent, CLASH_NODES, |part| {
            has_dimension |=
                matches!(&ast.node(part).kind, AstKind::Name(name) if DIMENSIONS.contains(&name.base.as_str()));
            !has_dimension
        }),
    }
    has_dimension
}

/// The symbols between bars, by themselves or as terms, where all are small letters that are read as numbers and stand nowhere else.
fn letters(
    input: &Input<'_>,
    solution: &Solution,
    (text, inner): (usize, AstId),
    in_bars: &[bool],
) -> Option<Vec<usize>> {
    let ast = input.texts[text].ast;
    let terms = match &ast.node(inner).kind {
        AstKind::Sum(terms) => terms.iter().map(|(_, term)| *term).collect(),
        _ => vec![inner],
    };
    let symbol = |id: AstId| match input.texts[text].refs[id.0 as usize] {
        Ref::Symbol(symbol) => Some(symbol),
        _ => None,
    };
    let found: Vec<usize> = terms.into_iter().map(symbol).collect::<Option<_>>()?;
    let is_open = |symbol: &usize| {
        let sym = &input.symbols[*symbol];
        let choice = sym.choices.get(usize::from(solution.readings[*symbol]));
        sym.declared.is_none()
            && letter(&sym.name) == Letter::Small
            && !sym.name.contains(|c: char| c.is_ascii_digit() || c == '_')
            && !DIMENSIONS.contains(&sym.name.as_str())
            && choice.is_some_and(|choice| choice.kind == Kind::Scalar)
            && in_bars[*symbol]
    };
    found.iter().all(is_open).then_some(found)
}

/// Whether each symbol stands between bars wherever it stands, by itself or as a term.
fn in_bars(input: &Input<'_>) -> Vec<bool> {
    let mut found = vec![true; input.symbols.len()];
    for source in &input.texts {
        for (at, used) in (0_u32..).zip(&source.refs) {
            let Ref::Symbol(symbol) = used else { continue };
            found[*symbol] &= around_term(source.ast, &source.parents, AstId(at))
                .is_some_and(|above| matches!(source.ast.node(above).kind, AstKind::Abs(_)));
        }
    }
    found
}

fn remark(input: &Input<'_>, (text, power): (usize, AstId), letters: &[usize]) -> Remark {
    let names: Vec<&str> = letters.iter().map(|symbol| &*input.symbols[*symbol].name).collect();
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = match quoted.as_slice() {
        [name] => format!("{name} is read as a number; for a vector declare it: "),
        _ => format!("{} are read as numbers; for vectors declare them: ", quoted.join(" and ")),
    };
    let declaration = Suggestion::declaration(format!("{}: vector(n)", names.join(", ")));
    let message = Advice::from(message).suggest(declaration);
    Remark { row: "bars-of-number", span: input.texts[text].ast.span(power), message, other: None }
}
