//! `matcalc solve` in several unknowns, and under constraints: values, equations, what the point is.

use super::super::super::format::Format;
use super::super::super::{Page, Request, certificate, code, json, shown};
use super::super::given::{checking, limits, read};
use super::super::note::take_notes;
use super::constraint;
use super::lines::{Words, common_conditions};
use super::written::text;
use crate::answer;
use crate::answer::derivation::{self, Derivation};
use crate::answer::stationary::{self, Constraint, Dependent, Joint, JointSolution};
use crate::check::Outcome;
use crate::codegen::Layout;
use crate::domain::{Condition, decided};
use crate::error::Error;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::linear::Convention;
use crate::naming::Limits;
use crate::problem::{Note, Problem};
use crate::render;
use crate::shape::Goal;
use crate::structure::Structure;

/// Answers the question.
pub(super) fn run(request: &Request, subject_to: Option<&str>, page: &mut Page) -> Result<(), Error> {
    let more = match subject_to {
        Some(constraints) => constraint::sides(constraints, request.prompt, |text| request.defined(text))?,
        None => Vec::new(),
    };
    let mut problem = read(request, Goal::Function, more)?;
    let bound = problem.wrt.iter().find(|wrt| problem.arena.symbol(**wrt).structure == Structure::Orthogonal);
    if let Some(bound) = bound.filter(|_| subject_to.is_some()) {
        let name = render::document_name(&problem.arena, *bound);
        return Err(Error::Message(format!(
            "`{name}` is orthogonal, and no other constraint on it can be solved for\n  = note: over the rotations, det {name} = 1, the polar factor UVᵀ becomes U diag(1, …, 1, det(UVᵀ)) Vᵀ, which is not a formula of this language"
        )));
    }
    let options = checking(request);
    let steps = match request.steps {
        true => derivations(&mut problem, options.as_ref())?,
        false => Vec::new(),
    };
    let found = stationary::joint(&mut problem, options.as_ref())?;
    refuse_constraints(&mut problem, &found)?;
    let limits = limits(&request.form);
    let said = take_notes(&mut problem, &[]);
    for unknown in &found.unknowns {
        let is_right = !matches!(unknown.checked.as_ref().map(|checked| &checked.outcome), Some(Outcome::Failed(_)));
        page.fail_unless(is_right);
        if !is_right {
            shown::warn(page, "gradient", unknown.checked.as_ref(), true);
        }
    }
    page.fail_unless(found.solutions.iter().all(|solution| solution.point.stands()));
    page.knows_symbols(request, &problem);
    page.conditions = common_conditions(&problem, &found, render::Format::Unicode);
    page.notes.clone_from(&said);
    if request.keeps_facts && problem.wrt.len() == 1 {
        let standing = found.solutions.iter().filter(|solution| solution.point.stands());
        let values = standing.flat_map(|solution| &solution.whole);
        page.values = values.map(|value| text(&problem, *value, render::Format::Ascii)).collect();
    }
    if let [solution] = found.solutions.as_slice() {
        page.certificate.clone_from(&solution.point.certificate);
    }
    let words = Words { problem: &problem, found: &found };
    if request.format == Format::Json {
        gather(page, request, &words, &said, (&steps, &limits));
        return Ok(());
    }
    for step in &steps {
        super::super::super::steps::before(page, &problem, step, request.format, &limits)?;
    }
    for solution in &found.solutions {
        show(page, request, &problem, &found, solution)?;
    }
    if found.solutions.is_empty() {
        for equation in words.written(shown::text_format(request.format).unwrap_or(render::Format::Unicode)) {
            page.line(equation);
        }
    }
    for line in words.lines() {
        page.about(line);
    }
    shown::note_lines(request.prompt, &said).into_iter().for_each(|line| page.about(line));
    if let Some(certificate) = found.subspace.as_ref().and_then(|subspace| subspace.certificate.as_ref()) {
        page.about(certificate::subspace_line(certificate));
    }
    for solution in &found.solutions {
        // On standard error the reason stands in the warning already.
        if let Some(certificate) = &solution.point.certificate
            && (request.format == Format::Unicode || certificate.reason().is_none())
        {
            page.about(certificate::stationary_line(certificate, !found.constraints.is_empty()));
        }
    }
    Ok(())
}

/// Refuses constraints that never hold, alone or together, or restrict nothing.
fn refuse_constraints(problem: &mut Problem, found: &Joint) -> Result<(), Error> {
    let sides = |problem: &Problem, constraint: &Constraint| {
        [constraint.left, constraint.right].map(|side| text(problem, side, render::Format::Unicode))
    };
    if let Some(never) = found.constraints.iter().find(|constraint| never_holds(&mut problem.arena, constraint)) {
        let [left, right] = sides(problem, never);
        return Err(Error::Message(format!("the constraint `{left} = {right}` never holds")));
    }
    let varies = |id| problem.wrt.iter().any(|wrt| problem.arena.contains_symbol(id, *wrt));
    if let Some(idle) = found.constraints.iter().find(|constraint| !varies(constraint.difference)) {
        let [left, right] = sides(problem, idle);
        return Err(Error::Message(format!(
            "the constraint `{left} = {right}` does not restrict the unknowns\n  = help: leave it out, or name its unknown with --wrt"
        )));
    }
    match found.dependent.iter().find_map(|one| Some((one, one.gap?))) {
        Some((one, gap)) => Err(Error::Message(impossible(problem, one, gap))),
        None => Ok(()),
    }
}

/// The answer as a document: an entry for each unknown of each solution, one alone where there is no solution.
fn gather(
    page: &mut Page,
    request: &Request,
    words: &Words<'_>,
    said: &[Note],
    (steps, limits): (&[Derivation], &Limits),
) {
    let Words { problem, found } = *words;
    let mut said = said;
    for solution in &found.solutions {
        for (place, value) in solution.values.iter().enumerate() {
            let unknown = found.unknowns.iter().find(|unknown| unknown.symbol == value.0);
            let mut coded = |expr| {
                let coded =
                    code::coded(page, request, problem, (expr, &solution.point.conditions), None, &Layout::Value);
                coded.unwrap_or_default().text
            };
            let codes = [coded(value.1), unknown.and_then(|unknown| coded(unknown.gradient))];
            let remarks = words.remarks();
            let step = steps.get(place).map(|step| (step, limits));
            let answer = json::joint((problem, found), solution, *value, codes, (&remarks, &words.equations()), step);
            page.gather(request, problem, std::mem::take(&mut said), answer);
        }
    }
    if found.solutions.is_empty() {
        let answer = json::open(problem, found, &words.remarks(), &words.equations());
        page.gather(request, problem, said, answer);
    }
}

/// That two constraints hold together nowhere, or only where the gap between them is 0.
fn impossible(problem: &mut Problem, one: &Dependent, gap: ExprId) -> String {
    let [first, second] = [one.earlier, one.sides].map(|(left, right)| {
        let [left, right] = [left, right].map(|side| text(problem, side, render::Format::Unicode));
        format!("`{left} = {right}`")
    });
    if decided(&mut problem.arena, Condition::NonZero(gap)) == Some(true) {
        return format!("the constraints {first} and {second} contradict each other: no point satisfies both");
    }
    let gap = text(problem, gap, render::Format::Unicode);
    format!("the constraints {first} and {second} hold together only where {gap} = 0\n  = help: leave one of them out")
}

/// Whether no values of its symbols satisfy a constraint.
fn never_holds(arena: &mut Arena, constraint: &Constraint) -> bool {
    let difference = constraint.difference;
    let is_nonzero = match arena.shape(difference).is_scalar() {
        true => Condition::NonZero(difference),
        false => Condition::EntriesNonZero(difference),
    };
    decided(arena, is_nonzero) == Some(true)
}

/// The derivations of f in each of the unknowns.
fn derivations(problem: &mut Problem, options: Option<&crate::check::CheckOptions>) -> Result<Vec<Derivation>, Error> {
    let mut all = Vec::new();
    for place in 0..problem.wrt.len() {
        let gradient = answer::gradient(problem, place, Convention::Projected, None)?;
        all.push(derivation::gradient(problem, place, Convention::Projected, &gradient, options)?);
    }
    Ok(all)
}

/// Shows the values of a solution.
fn show(
    page: &mut Page,
    request: &Request,
    problem: &Problem,
    found: &Joint,
    solution: &JointSolution,
) -> Result<(), Error> {
    shown::warn(page, "solution", solution.point.certificate.as_ref(), true);
    if !solution.point.stands() && request.format != Format::Unicode {
        return Ok(());
    }
    let mark = shown::mark(solution.point.certificate.as_ref());
    if request.format == Format::Numpy {
        for (symbol, value) in &solution.order {
            let mut coded = |expr| {
                code::coded(page, request, problem, (expr, &solution.point.conditions), None, &Layout::Value)
                    .map_err(|error| Error::Message(error.to_string()))
            };
            let coded_value = coded(*value)?;
            let name = symbol_expr(&problem.arena, *symbol).map(&mut coded).transpose()?.and_then(|coded| coded.text);
            if let (Some(name), Some(code)) = (name, coded_value.text) {
                page.line(format!("{name} = {code}"));
            }
            for remark in coded_value.remarks {
                if !page.lines.iter().any(|line| line.text == remark) {
                    page.about(remark);
                }
            }
        }
        return Ok(());
    }
    if let Some(language) = request.format.language() {
        let wanted: Vec<SymbolId> = solution.values.iter().map(|(symbol, _)| *symbol).collect();
        let coded = code::of_values(page, request, problem, (&wanted, &solution.order), language)
            .map_err(|error| Error::Message(error.to_string()))?;
        coded.text.into_iter().for_each(|text| page.line(text));
        coded.remarks.into_iter().for_each(|remark| page.about(remark));
        return Ok(());
    }
    let format = shown::text_format(request.format).unwrap_or(render::Format::Latex);
    let line = |(symbol, value): &(SymbolId, ExprId)| {
        format!("{} = {}", render::render_name(&problem.arena, *symbol, format), text(problem, *value, format))
    };
    let lines: Vec<String> = solution.values.iter().map(line).collect();
    // Each of several solutions on a line of its own.
    if found.solutions.len() > 1 {
        page.line(format!("{mark}{}", lines.join(", ")));
    } else {
        lines.into_iter().for_each(|line| page.line(format!("{mark}{line}")));
    }
    Ok(())
}

fn symbol_expr(arena: &Arena, symbol: SymbolId) -> Option<ExprId> {
    arena.find(&Node::Symbol(symbol))
}
