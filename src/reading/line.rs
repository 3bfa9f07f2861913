//! Lines through data in sums of squares, `sum((y - a - b*x)^2)`: which of the letters are data and which are numbers only a declaration says, so that
//! a note says how they were read.

use super::kind::{Kind, Letter, letter};
use super::resolve::{Input, Ref};
use super::search::Solution;
use crate::diagnostic::{Advice, Suggestion};
use crate::syntax::{Ast, AstId, AstKind, Function, ProductOp, Remark};

/// The most terms of a residual that are looked at.
const MOST_TERMS: usize = 64;

/// Letters of what a line goes through.
const DATA: [&str; 5] = ["x", "y", "t", "u", "z"];

/// What is said of residuals of lines, each with the number of its text.
pub(super) fn remarks(input: &Input<'_>, solution: &Solution) -> Vec<(usize, Remark)> {
    let mut found = Vec::new();
    for (text, source) in input.texts.iter().enumerate() {
        for (at, node) in (0_u32..).zip(&source.ast.nodes) {
            let AstKind::Call(Function::Sum | Function::Mean, arguments) = &node.kind else { continue };
            let residual = arguments.first().and_then(|argument| residual(source.ast, *argument));
            let kind_of = |id: AstId| open_kind(input, solution, (text, id));
            let remark = residual.and_then(|residual| remark(source.ast, residual, AstId(at), kind_of));
            found.extend(remark.map(|remark| (text, remark)));
        }
    }
    found
}

/// What is squared.
fn residual(ast: &Ast, squared: AstId) -> Option<AstId> {
    match &ast.node(squared).kind {
        AstKind::Power(base, exponent)
        | AstKind::StarPower(base, exponent)
        | AstKind::HadamardPower(base, exponent) => {
            let is_sum = matches!(ast.node(*base).kind, AstKind::Sum(_));
            (ast.node(*exponent).kind.is_two() && is_sum).then_some(*base)
        }
        _ => None,
    }
}

/// How an undeclared small letter was read.
fn open_kind(input: &Input<'_>, solution: &Solution, (text, id): (usize, AstId)) -> Option<Kind> {
    let (AstKind::Name(name), Ref::Symbol(symbol)) =
        (&input.texts[text].ast.node(id).kind, &input.texts[text].refs[id.0 as usize])
    else {
        return None;
    };
    let sym = &input.symbols[*symbol];
    let is_open = sym.declared.is_none() && letter(&name.base) == Letter::Small && name.subscript.is_empty();
    let choice = sym.choices.get(usize::from(solution.readings[*symbol]))?;
    is_open.then_some(choice.kind)
}

fn remark(ast: &Ast, residual: AstId, sum: AstId, kind_of: impl Fn(AstId) -> Option<Kind>) -> Option<Remark> {
    let base = |id: AstId| match &ast.node(id).kind {
        AstKind::Name(name) => name.base.as_str(),
        _ => "",
    };
    let is_data = |id: AstId| DATA.contains(&base(id));
    let terms = terms(ast, residual);
    let has_response = terms.iter().any(|id| is_data(*id) && kind_of(*id) == Some(Kind::Vector));
    let levels = terms.iter().copied().filter(|id| !is_data(*id) && kind_of(*id) == Some(Kind::Vector));
    let levels: Vec<&str> = levels.map(base).collect();
    let products: Vec<[AstId; 2]> = terms.iter().filter_map(|id| pair(ast, *id)).collect();
    if !has_response {
        return None;
    }
    // `a + b x` with a number x
    let exchanged = products.iter().find_map(|&[left, right]| {
        [[left, right], [right, left]].into_iter().find(|&[slope, data]| {
            !is_data(slope)
                && is_data(data)
                && kind_of(slope) == Some(Kind::Vector)
                && kind_of(data) == Some(Kind::Scalar)
        })
    });
    let is_predicted = |&[left, right]: &[AstId; 2]| {
        let is_line = is_data(right) || is_data(left);
        let is_image = letter(base(left)) == Letter::Capital && kind_of(right) == Some(Kind::Vector);
        is_line && [left, right].iter().any(|id| kind_of(*id) == Some(Kind::Vector)) || is_image
    };
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let (message, declarations) = if let Some([slope, data]) = exchanged {
        let mut numbers = levels.clone();
        numbers.push(base(slope));
        let (data, vectors) = (base(data), quoted(&numbers));
        let kind = if numbers.len() == 1 { "a vector" } else { "vectors" };
        (
            format!("`{data}` is read as a number and {vectors} as {kind}; for a line through data declare them: "),
            format!("{data}: vector(n); {}: scalar", numbers.join(", ")),
        )
    } else if levels.len() == 1 && products.iter().any(is_predicted) {
        let name = levels[0];
        (
            format!("`{name}` is read as a vector; for a number that is added to every entry declare it: "),
            format!("{name}: scalar"),
        )
    } else {
        return None;
    };
    let message = Advice::from(message).suggest(Suggestion::declaration(declarations));
    Some(Remark { row: "line", span: ast.span(sum), message, other: None })
}

/// The terms of a sum and of the sums that are its terms.
fn terms(ast: &Ast, root: AstId) -> Vec<AstId> {
    let (mut open, mut found) = (vec![root], Vec::new());
    while let Some(id) = open.pop().filter(|_| found.len() < MOST_TERMS) {
        match &ast.node(id).kind {
            AstKind::Sum(terms) => open.extend(terms.iter().rev().map(|(_, term)| *term)),
            _ => found.push(id),
        }
    }
    found
}

/// The two factors of a product.
fn pair(ast: &Ast, id: AstId) -> Option<[AstId; 2]> {
    let AstKind::Product { first, rest } = &ast.node(id).kind else { return None };
    match rest[..] {
        [(ProductOp::Times | ProductOp::Star | ProductOp::At | ProductOp::Hadamard, last)] => Some([*first, last]),
        _ => None,
    }
}
