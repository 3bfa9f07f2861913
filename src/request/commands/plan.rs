//! `matcalc plan EXPR --wrt X --sizes n=1000,m=50`

use super::super::format::Format;
use super::super::table::Table;
use super::super::{Page, Request, json};
use super::given::{read_whole, variables};
use super::note::take_notes;
use crate::answer::{Derivative, Target};
use crate::codegen::lower_for_plan;
use crate::error::Error;
use crate::expr::ExprId;
use crate::linear::Convention;
use crate::numeric::Bindings;
use crate::oracle::{Checkpoints, Ready};
use crate::plan::{Graph, Plan, PlanError, Step, build, bytes, number, rows};
use crate::problem::{Given, Problem};
use crate::shape::Goal;

/// The size of an axis that is not given.
const USUAL_SIZE: usize = 1000;
/// The sizes that are tried in turn where none is given, until all arrays fit: the plan is in formulas of the sizes.
const SIZES: [usize; 4] = [USUAL_SIZE, 100, 30, 8];

pub(super) fn run(
    request: &Request,
    sizes: &[(String, usize)],
    (hessian, checkpoints): (bool, Option<Checkpoints>),
    page: &mut Page,
) -> Result<(), Error> {
    if !matches!(request.format, Format::Unicode | Format::Json) {
        return Err(Error::Message("a plan has no form as a formula or as code\n  = help: its formats are unicode and json; `code` writes the steps in a programming language".into()));
    }
    let with_derivatives = !request.wrt.is_empty() || hessian;
    let goal = if with_derivatives { Goal::Scalar } else { Goal::Any };
    let wrt = if with_derivatives { variables(request, &goal)? } else { Vec::new() };
    let wrt: Vec<&str> = wrt.iter().map(String::as_str).collect();
    let given = [Given { origin: "expression".into(), text: request.text(), goal }];
    let mut problem = read_whole(request, &given, &request.declarations, &wrt)?;
    let mut values: Vec<(String, ExprId)> = vec![("f".to_owned(), problem.normal[0])];
    for place in 0..problem.wrt.len() {
        let target = Target::Gradient { place, convention: Convention::Projected };
        let gradient = target.answer(&mut problem, None)?.expr;
        let name = problem.arena.symbol(problem.wrt[place]).name.clone();
        values.push((if problem.wrt.len() == 1 { "∇f".to_owned() } else { format!("∇f_{name}") }, gradient));
    }
    if hessian {
        for place in 0..problem.wrt.len() {
            let views = Derivative::Hessian { rows: place, cols: place }.views(&mut problem, None)?;
            values.push(("∇²f".to_owned(), views.main()));
        }
    }
    let Planned { plan, bindings, assumed } = planned_at(&problem, &values, sizes)?;
    let names: Vec<String> = values.into_iter().map(|(name, _)| name).collect();
    if request.format == Format::Json {
        let again = checkpoints.map(|checkpoints| Ready::new(plan.clone(), Some(checkpoints)));
        let notes = take_notes(&mut problem, &[]);
        let answer = json::plan(&problem, &plan, &names, &bindings, again.as_ref());
        page.gather(request, &problem, &notes, answer);
        return Ok(());
    }
    table(page, &problem, &plan, &names, sizes.is_empty());
    if let Some(checkpoints) = checkpoints {
        page.about(with_checkpoints(plan, checkpoints));
    }
    if !assumed.is_empty() && !sizes.is_empty() {
        page.about(format!("note: {} = {USUAL_SIZE} was assumed; give it with --sizes", assumed.join(" = ")));
    }
    Ok(())
}

/// A plan, the sizes that it is for, and the names of those that were not given.
struct Planned {
    plan: Plan,
    bindings: Bindings<f64>,
    assumed: Vec<String>,
}

/// The plan at the sizes that are given.
fn planned_at(problem: &Problem, values: &[(String, ExprId)], sizes: &[(String, usize)]) -> Result<Planned, Error> {
    let tried: &[usize] = if sizes.is_empty() { &SIZES } else { &SIZES[..1] };
    let mut refused = Error::Message(String::new());
    for usual in tried {
        let (bindings, assumed) = bind(problem, sizes, *usual)?;
        let error = match planned(problem, values, &bindings) {
            Ok(plan) => return Ok(Planned { plan, bindings, assumed }),
            Err(error) => error,
        };
        let text = format!("there is no plan: {error}");
        if error != PlanError::TooLarge {
            return Err(Error::Message(text));
        }
        let help = match assumed.as_slice() {
            [] => "give smaller sizes with --sizes".to_owned(),
            names => format!(
                "{} = {usual} was assumed; give a smaller size: --sizes {}",
                names.join(" = "),
                names.iter().map(|name| format!("{name}=50")).collect::<Vec<_>>().join(",")
            ),
        };
        refused = Error::Message(format!("{text}\n  = help: {help}"));
    }
    Err(refused)
}

/// Sizes as they are given, all others the usual one, and the names of those.
fn bind(problem: &Problem, sizes: &[(String, usize)], usual: usize) -> Result<(Bindings<f64>, Vec<String>), Error> {
    let names = problem.arena.size_names();
    if let Some((unknown, _)) = sizes.iter().find(|(name, _)| !names.contains(name)) {
        let known = if names.is_empty() { "there are none".to_owned() } else { names.join(", ") };
        return Err(Error::Message(format!(
            "`{unknown}` is not a size of the expression\n  = help: its sizes: {known}"
        )));
    }
    for (place, (name, size)) in sizes.iter().enumerate() {
        if let Some((_, before)) = sizes[..place].iter().find(|(known, before)| known == name && before != size) {
            return Err(Error::Message(format!(
                "`{name}` is given two sizes, {before} and {size}\n  = help: write `{name}=…` once: --sizes {name}={size}"
            )));
        }
    }
    let mut bindings = Bindings::default();
    let mut assumed = Vec::new();
    for (place, name) in (0_u32..).zip(names) {
        let given = sizes.iter().find(|(known, _)| known == name).map(|(_, size)| *size);
        if given.is_none() {
            assumed.push(name.clone());
        }
        bindings.sizes.insert(place, given.unwrap_or(usual));
    }
    Ok((bindings, assumed))
}

/// The cheapest plan that computes some expressions together.
fn planned(problem: &Problem, values: &[(String, ExprId)], bindings: &Bindings<f64>) -> Result<Plan, PlanError> {
    let mut graph = Graph::default();
    let mut roots = Vec::new();
    for (_, expr) in values {
        let program = lower_for_plan(&problem.arena, *expr)?;
        roots.push(build(&problem.arena, &program, bindings, &mut graph)?);
    }
    Ok(Plan::new(&graph, &roots))
}

/// The bytes of a plan with values computed again.
fn with_checkpoints(plan: Plan, checkpoints: Checkpoints) -> String {
    let ready = Ready::new(plan, Some(checkpoints));
    let taken = ready.plan().memory();
    let (memory, flops) = (bytes(taken), number(ready.plan().flops().value));
    if let Some(budget) = checkpoints.budget.filter(|budget| taken > *budget) {
        return format!(
            "with checkpoints: {memory} at once, more than {}: no order was found that takes less; {} steps again, {flops} flops in all",
            bytes(budget),
            ready.repeated()
        );
    }
    format!("with checkpoints: at most {memory} at once; {} steps again, {flops} flops in all", ready.repeated())
}

/// The steps with what they take: formulas of the sizes, or numbers where sizes are given.
fn table(page: &mut Page, problem: &Problem, plan: &Plan, names: &[String], symbolic: bool) {
    let arena = &problem.arena;
    let text = |count: &crate::plan::Count| if symbolic { count.text(arena) } else { number(count.value) };
    let mut lines = Vec::new();
    for (row, (step, cost)) in rows(arena, plan, names).into_iter().zip(&plan.steps) {
        let is_free = cost.flops.value == 0.0 && cost.bytes.value == 0.0;
        let costs = if is_free && matches!(step, Step::Value(_)) {
            ["".to_owned(), "a view".to_owned()]
        } else {
            [text(&cost.flops), text(&cost.bytes)]
        };
        let [flops, bytes] = costs;
        lines.push(vec![row.name, row.formula, flops, bytes]);
    }
    lines.push(vec!["total".to_owned(), String::new(), text(&plan.flops()), text(&plan.bytes())]);
    let table = Table { heads: vec!["step", "computes", "flops", "bytes"], rows: lines };
    table.lines(2).into_iter().for_each(|line| page.line(line));
    if !symbolic {
        page.about(format!("buffers: at most {} at once, besides what is given", bytes(plan.memory())));
    }
}
