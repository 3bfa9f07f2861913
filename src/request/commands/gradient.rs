//! `matcalc grad EXPR --wrt X`

use super::super::{Page, Request, gradients, output, shown};
use super::derived;
use super::given::{limits, read_texts, variables};
use super::note::take_notes;
use crate::answer::Target;
use crate::diagnostic::{Advice, Suggestion};
use crate::error::Error;
use crate::expr::SymbolKind;
use crate::linear::Convention;
use crate::problem::{Given, Problem};
use crate::shape::Goal;
use crate::structure::Structure;

pub(super) fn run(request: &Request, vech: bool, page: &mut Page) -> Result<(), Error> {
    let given = [Given { origin: "expression".into(), text: request.text(), goal: Goal::Scalar }];
    let wrt = variables(request, &Goal::Scalar)?;
    let wrt: Vec<&str> = wrt.iter().map(String::as_str).collect();
    let mut problem = read_texts(request, &given, &request.declarations, &wrt)?;
    refuse_parts(request, &problem)?;
    if vech && !problem.wrt.iter().any(|wrt| is_symmetric(problem.arena.symbol(*wrt).structure)) {
        let symbol = problem.arena.symbol(problem.wrt[0]);
        let name = &symbol.name;
        let help = if symbol.shape.is_square() && !symbol.shape.is_scalar() {
            Advice::from("declare it: ")
                .suggest_bare(Suggestion::declaration(format!("{name}: symmetric(n)")))
                .spelled(request.prompt)
        } else {
            "leave it out".to_owned()
        };
        return Err(Error::Message(format!(
            "`--vech` is a convention for symmetric variables, and `{name}` is not one\n  = help: {help}"
        )));
    }
    let convention = if vech { Convention::Vech } else { Convention::Projected };
    let together = derived::together(request, &mut problem, vech);
    if let (Some(found), Some(format)) = (&together, shown::text_format(request.format)) {
        let vanishes = |place: &usize| problem.arena.is_zero(found.exprs[*place]);
        let vanishing: Vec<usize> = (0..problem.wrt.len()).filter(vanishes).collect();
        let notes = take_notes(&mut problem, &vanishing);
        let how = shown::How { limits: limits(&request.form), ..shown::How::default() };
        return gradients::show(page, &problem, found, (request, &notes, how), format);
    }
    for place in 0..problem.wrt.len() {
        let derived = match &together {
            Some(found) => derived::plain(request, found.one(place)),
            None => derived::answer(request, &mut problem, Target::Gradient { place, convention })?,
        };
        let answer = &derived.found;
        page.fail_unless(answer.stands() && derived.follows());
        let vanishing: &[usize] = if problem.arena.is_zero(answer.expr) { &[place] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        let heading = (problem.wrt.len() > 1).then(|| problem.wrt[place]);
        let shown = shown::Shown {
            problem: &problem,
            answer,
            wrt: Some(problem.wrt[place]),
            request,
            vech,
            notes: &notes,
            how: derived.how(request, problem.parts[place].as_ref()),
        };
        output::answer(page, &shown, request.format, heading)?;
    }
    Ok(())
}

/// Refuses what is there for whole variables only.
fn refuse_parts(request: &Request, problem: &Problem) -> Result<(), Error> {
    let Some(part) = problem.parts.iter().flatten().next() else { return Ok(()) };
    let option = if request.steps {
        "--steps"
    } else if request.form.vectorize {
        "--vectorize"
    } else if !request.form.by_rows.is_empty() {
        "--by-rows"
    } else {
        return Ok(());
    };
    let (what, name) = match problem.arena.symbol(part.symbol).kind {
        SymbolKind::Family(_) => ("a member of a family", "a vector or matrix of its own"),
        _ => ("an entry", "the whole vector or matrix"),
    };
    Err(Error::Message(format!(
        "`{option}` is not available for {what}\n  = help: leave it out, or differentiate with respect to {name}"
    )))
}

fn is_symmetric(structure: Structure) -> bool {
    matches!(structure, Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite)
}
