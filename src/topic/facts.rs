//! What the engine knows of the expression of a row.

use super::row::{Identity, Row};
use crate::answer::{self, AlongKind};
use crate::differential::differentiate;
use crate::differential::rules::Rule;
use crate::domain::{Condition, conditions};
use crate::expr::{ExprId, SymbolKind};
use crate::linear::Convention;
use crate::problem::{self, DIRECTION, Given, Problem};
use crate::render::{Format, Style, render, render_condition, render_declaration, render_shape, where_line};
use crate::shape::Goal;
use crate::stack::on_large_stack;
use crate::structure::Structure;
use crate::syntax::is_entrywise;

/// What follows from a row, as text.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) shape: String,
    pub(super) value: String,
    pub(super) smooth: String,
    pub(super) differential: Vec<String>,
    pub(super) gradient: Option<String>,
    pub(super) adjoint: Option<String>,
    pub(super) identities: Vec<String>,
}

/// Rules whose formula is that of many functions, so that the differential of the one at hand is written out too.
const GENERAL: &[&str] = &[
    "sum-differential",
    "factor-differential",
    "product-differential",
    "hadamard-differential",
    "chain-rule",
    "matrix-function-differential",
    "extreme-differential",
    "arrangement-differential",
    "eigenvalue-differential",
    "eigenvector-differential",
    "singular-vector-differential",
];

/// Rules that are left out beside others: they say nothing of the function.
const PLAIN: &[&str] = &["sum-differential", "factor-differential", "transpose-differential"];

/// What is not written in answers as it is typed; an identity of it is shown as it is typed.
const REWRITTEN: &[&str] =
    &["max", "min", "sym", "skew", "mean", "cof", "outer", "log1p", "_W", "_{2,1}", "prod_", "commutation"];

/// Everything that follows from a row.
pub(super) fn facts(row: &Row) -> Facts {
    on_large_stack(|| {
        let mut facts = if row.is_expression() { of_expression(row).unwrap_or_default() } else { Facts::default() };
        facts.identities = row.identities.iter().map(|identity| equation(identity, &facts.shape)).collect();
        facts
    })
}

/// An expression as answers are printed.
fn text(problem: &Problem, id: ExprId) -> String {
    render(&problem.arena, id, Format::Unicode, &Style { inner_brackets: false, ..problem.style })
}

fn of_expression(row: &Row) -> Option<Facts> {
    let mut problem = read(row, row.form, None)?;
    let raw = problem.raw[0];
    let value_shape = problem.arena.shape(raw);
    let printed = text(&problem, raw);
    let printed = if printed.contains(" where ") { row.form.to_owned() } else { printed };
    let mut facts = Facts::default();
    let symbols = where_line(&problem.arena, &problem.symbols, Format::Unicode);
    let shape = render_shape(&problem.arena, value_shape, Format::Unicode);
    facts.shape = if symbols.is_empty() {
        format!("{printed} ∈ {shape}")
    } else {
        format!("{symbols} → {printed} ∈ {shape}")
    };
    if row.functions.iter().any(|function| is_entrywise(*function)) {
        facts.shape.push_str(", also of scalars and matrices");
    }
    let normal = problem.normal[0];
    let found = conditions(&mut problem.arena, raw, normal, &[]);
    facts.value = places(&problem, &found);
    if row.wrt.is_empty() {
        return Some(facts);
    }
    let wrt = problem.wrt[0];
    let fired = differentiate(&mut problem.arena, normal, wrt, 0).ok()?.fired;
    let mut rules: Vec<Rule> = Vec::new();
    for (rule, _) in fired {
        if !["variable-differential", "constant-differential"].contains(&rule.id) && !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    let is_written_out = rules.len() > 1 || rules.iter().any(|rule| GENERAL.contains(&rule.id));
    if rules.iter().any(|rule| !PLAIN.contains(&rule.id)) {
        rules.retain(|rule| !PLAIN.contains(&rule.id));
    }
    if is_written_out || rules.is_empty() {
        let whole = answer::differential(&mut problem, 1, None).ok()?;
        facts.differential.push(format!("d({printed}) = {}", text(&problem, whole.expr)));
    }
    facts.differential.extend(rules.iter().map(|rule| rule.formula.to_owned()));
    let smooth = if value_shape.is_scalar() {
        let answer = answer::gradient(&mut problem, 0, Convention::Projected, None).ok()?;
        facts.gradient = Some(format!("∇f = {}", text(&problem, answer.expr)));
        places(&problem, &answer.conditions)
    } else {
        let direction = if value_shape.is_column() { "g" } else { "G" };
        let mut problem = read(row, row.form, Some(direction))?;
        let answer = answer::product_along(&mut problem, AlongKind::Vjp, None).ok()?;
        facts.adjoint = Some(format!("{direction} ↦ {}", text(&problem, answer.expr)));
        places(&problem, &answer.conditions)
    };
    if smooth != facts.value {
        facts.smooth = smooth;
    }
    Some(facts)
}

/// The expression of a row, with a direction of its shape after it where one is wanted.
fn read(row: &Row, form: &str, direction: Option<&str>) -> Option<Problem> {
    let mut given = vec![Given { origin: "expression".into(), text: form.into(), goal: Goal::Any }];
    given.extend(direction.map(|direction| Given {
        origin: DIRECTION.into(),
        text: direction.into(),
        goal: Goal::SameAs(0),
    }));
    let wrt: &[&str] = if row.wrt.is_empty() { &[] } else { &[row.wrt] };
    problem::read(&given, row.given, wrt).ok()
}

/// Conditions in words.
fn places(problem: &Problem, conditions: &[Condition]) -> String {
    if conditions.is_empty() {
        return "everywhere".to_owned();
    }
    let style = &problem.style;
    let texts = conditions.iter().map(|one| render_condition(&problem.arena, *one, Format::Unicode, style));
    texts.collect::<Vec<_>>().join(", ")
}

/// An identity as answers are printed, or as it is typed where that says more, with what it takes its symbols from beyond the shape of the
/// topic.
fn equation((left, right, declarations): &Identity, shape: &str) -> String {
    let given = [
        Given { origin: "left side".into(), text: (*left).into(), goal: Goal::Any },
        Given { origin: "right side".into(), text: (*right).into(), goal: Goal::SameAs(0) },
    ];
    let mut whole = format!("{left} = {right}");
    let Ok(problem) = problem::read(&given, declarations, &[]) else { return whole };
    let sides = [0, 1].map(|side| text(&problem, problem.raw[side]));
    let printed = sides.join(" = ");
    let is_lost = |word: &str| whole.contains(word) && !printed.contains(word);
    if sides[0] != sides[1] && !printed.contains(" where ") && !REWRITTEN.iter().any(|word| is_lost(word)) {
        whole = printed;
    }
    let special: Vec<String> = problem
        .symbols
        .iter()
        .filter(|id| {
            let symbol = problem.arena.symbol(**id);
            let is_square = symbol.shape.is_square() && !symbol.shape.is_scalar();
            is_square || symbol.structure != Structure::General || !matches!(symbol.kind, SymbolKind::Plain)
        })
        .map(|id| render_declaration(&problem.arena, *id, Format::Unicode))
        .collect();
    // A symbol of the same set by another name is nothing new.
    let is_known = |declaration: &String| shape.contains(&declaration[declaration.find(' ').unwrap_or(0)..]);
    if special.iter().all(is_known) { whole } else { format!("{whole}   where {}", special.join(", ")) }
}
