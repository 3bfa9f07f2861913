//! `matcalc grad EXPR --wrt X`

use super::super::args::Grad;
use super::super::format::Format;
use super::super::{Failure, exit_code, output};
use super::{Texts, failed, limits, options, rewrite, take_notes, variables};
use crate::expr::{Structure, SymbolKind};
use crate::linear::Convention;
use crate::session::{self, Given, Problem};
use crate::shape::Goal;
use crate::steps;

pub(super) fn run(args: &Grad, texts: &Texts<'_>) -> Result<u8, Failure> {
    let text = texts.expression().to_owned();
    let given = [Given { origin: "expression".into(), text: text.clone(), goal: Goal::Scalar }];
    let wrt = variables(&args.wrt, texts, &Goal::Scalar)?;
    let wrt: Vec<&str> = wrt.iter().map(String::as_str).collect();
    let mut problem = session::read_by_parts(&given, texts.declarations, &wrt)?;
    refuse_parts(args, &problem)?;
    if args.vech && !problem.wrt.iter().any(|wrt| is_symmetric(problem.arena.symbol(*wrt).structure)) {
        let symbol = problem.arena.symbol(problem.wrt[0]);
        let name = &symbol.name;
        let help = if symbol.shape.is_square() && !symbol.shape.is_scalar() {
            format!("declare it: -d '{name}: symmetric(n)'")
        } else {
            "leave it out".to_owned()
        };
        return Err(Failure::Message(format!(
            "`--vech` is a convention for symmetric variables, and `{name}` is none\n  = help: {help}"
        )));
    }
    let options = options(args.checking.seed);
    let convention = if args.vech { Convention::Vech } else { Convention::Projected };
    let mut status = exit_code::OK;
    let mut documents = Vec::new();
    for place in 0..problem.wrt.len() {
        let checking = (!args.checking.no_check).then_some(&options);
        let mut answer = session::gradient(&mut problem, place, convention, checking)?;
        let steps =
            args.steps.then(|| steps::gradient(&mut problem, place, convention, &answer, checking)).transpose()?;
        let vectorized = rewrite(&args.shape, &mut problem, &mut answer, checking, &mut |problem| {
            session::gradient(problem, place, convention, None).ok().map(|answer| answer.expr)
        })?;
        let steps = steps.map(|steps| steps.ending_in(answer.expr, !args.shape.by_rows.is_empty()));
        if failed(steps.as_ref()) {
            status = exit_code::FAILED;
        }
        status = status.max(output::status(&answer));
        let vanishing: &[usize] = if problem.arena.is_zero(answer.expr) { &[place] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        let heading = (problem.wrt.len() > 1).then(|| problem.wrt[place]);
        let shown = output::Shown {
            problem: &problem,
            answer: &answer,
            command: "grad",
            wrt: Some(problem.wrt[place]),
            input: &text,
            vech: args.vech,
            notes: &notes,
            how: output::How {
                limits: limits(&args.shape),
                vectorized: vectorized.as_ref(),
                steps: steps.as_ref(),
                part: problem.parts[place].as_ref(),
            },
        };
        if args.format == Format::Json {
            documents.push(output::json(&shown));
        } else {
            output::answer(&shown, args.format, heading)?;
        }
    }
    if args.format == Format::Json {
        output::json_documents(documents, texts.line());
    }
    Ok(status)
}

/// Refuses what is there for whole variables only.
fn refuse_parts(args: &Grad, problem: &Problem) -> Result<(), Failure> {
    let Some(part) = problem.parts.iter().flatten().next() else { return Ok(()) };
    let option = if args.steps {
        "--steps"
    } else if args.shape.vectorize {
        "--vectorize"
    } else if !args.shape.by_rows.is_empty() {
        "--by-rows"
    } else {
        return Ok(());
    };
    let (what, name) = match problem.arena.symbol(part.symbol).kind {
        SymbolKind::Family(_) => ("a member of a family", "a vector or matrix of its own"),
        _ => ("an entry", "the whole vector or matrix"),
    };
    Err(Failure::Message(format!(
        "`{option}` is not there for {what}\n  = help: leave it out, or differentiate by {name}"
    )))
}

fn is_symmetric(structure: Structure) -> bool {
    matches!(structure, Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite)
}
