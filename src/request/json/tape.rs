//! Computations for documents: the nodes with their local derivatives, cotangents and values.

use serde_json::{Value, json};

use super::super::about::remarks;
use super::super::shown::Shown;
use super::{answer, certificate, formula};
use crate::answer::backprop::Backprop;
use crate::backprop::{LocalKind, Values};
use crate::expr::{ExprId, SymbolId};
use crate::render::{render_name, render_whole};

/// A computation, its forward and its backward pass.
pub(in super::super) fn tape(shown: &Shown<'_>, found: &Backprop, values: Option<&Values>) -> Value {
    let (problem, arena, form) = (shown.problem, &shown.problem.arena, shown.form());
    let name = |symbol: SymbolId| formula::texts(|format| render_name(arena, symbol, format));
    let expr = |expr: ExprId| formula::texts(|format| render_whole(arena, expr, format, &problem.style));
    let nodes: Vec<Value> = found
        .tape
        .nodes
        .iter()
        .enumerate()
        .map(|(place, node)| {
            let locals: Vec<Value> = found.locals[place]
                .iter()
                .map(|local| {
                    json!({
                        "by": name(local.of),
                        "kind": match local.kind {
                            LocalKind::Gradient => "gradient",
                            LocalKind::Jacobian => "jacobian",
                            LocalKind::Map => "map",
                        },
                        "formula": expr(local.shown),
                        "written_out": local.exact.map(expr),
                    })
                })
                .collect();
            let bar = found.bars[place].map(|bar| {
                json!({
                    "name": name(bar.symbol),
                    "formula": expr(bar.shown),
                    "value": values.and_then(|values| values.bars[place].as_ref()).map(certificate::array),
                })
            });
            json!({
                "name": name(node.symbol),
                "formula": node.normal.map(expr),
                "operands": found.tape.operands(arena, node),
                "value": values.map(|values| certificate::array(&values.nodes[place])),
                "derivatives": locals,
                "adjoint": bar,
            })
        })
        .collect();
    let mut answer = answer::empty();
    let inputs = found.tape.nodes.iter().filter(|node| node.formula.is_none() && node.is_active);
    answer["wrt"] = answer::names(problem, &inputs.map(|node| node.symbol).collect::<Vec<_>>());
    answer["shape"] = formula::shape(problem, arena.shape(problem.raw[0]));
    answer["conditions"] = json!(formula::lists(|format| form.conditions(format)));
    answer["remarks"] = json!(remarks(shown));
    answer["check"] = json!(shown.answer.certificate.as_ref().map(certificate::check));
    if shown.answer.stands() {
        answer["computation"] = json!({ "nodes": nodes });
    }
    answer
}
