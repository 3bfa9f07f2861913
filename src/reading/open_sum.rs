//! `sum((y_i - w'x_i)^2)`: the function of one term, or the sum over the index that nothing in the text binds.
//!
//! Where a number is asked for and the text costs no more that way, the index is bound: a sum of one number is written by nobody.

use super::{Goal, Request};
use crate::span::Span;
use crate::syntax::{Ast, AstKind, Function, Range, Remark};

/// The texts with the calls of `sum` and `prod` around an open index as sums and products over it; `None` where there is none.
pub(crate) fn over_their_indices(request: &Request<'_>) -> Option<Vec<Ast>> {
    let is_scalar = |goal: &Goal| matches!(goal, Goal::Scalar | Goal::Hessian | Goal::Function);
    // A variable such as `x_i` is that symbol, not a member.
    let open_ended = request.wrt.iter().any(|name| name.contains('_'));
    let mut is_any = false;
    let asts = request
        .asts
        .iter()
        .map(|(ast, goal)| {
            let is_open = !ast.open_sums.is_empty() && is_scalar(goal) && !open_ended;
            is_any |= is_open;
            if is_open { over_its_indices(ast) } else { (*ast).clone() }
        })
        .collect();
    is_any.then_some(asts)
}

fn over_its_indices(ast: &Ast) -> Ast {
    let mut over = ast.clone();
    let calls = std::mem::take(&mut over.open_sums);
    for (span, index) in &calls {
        let (span, index) = (*span, index.clone());
        // The innermost of several binds it.
        let holds = |other: &Span| other != &span && span.start <= other.start && other.end <= span.end;
        if calls.iter().any(|(other, letter)| *letter == index && holds(other)) {
            over.remarks.retain(|remark| remark.row != "open-index" || remark.span != span);
            continue;
        }
        for node in over.nodes.iter_mut().filter(|node| node.span == span) {
            let AstKind::Call(function @ (Function::Sum | Function::Prod), arguments) = &node.kind else { continue };
            let [body] = arguments[..] else { continue };
            let ranges = vec![Range { index: index.clone(), span, lower: None, upper: None, beside: None }];
            node.kind = match function {
                Function::Sum => AstKind::BigSum(ranges, body),
                _ => AstKind::BigProduct(ranges, body),
            };
            for remark in over.remarks.iter_mut().filter(|remark| remark.row == "open-index" && remark.span == span) {
                *remark = bound(remark, &index);
            }
        }
    }
    over
}

/// What is said where the index is bound.
fn bound(remark: &Remark, index: &str) -> Remark {
    let written = remark.other.clone().unwrap_or_default();
    let message = format!("the index of this sum is read as `{index}`; written out: `{written}`").into();
    Remark { message, other: None, ..remark.clone() }
}
