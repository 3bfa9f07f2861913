//! `matcalc diff`, `jacobian`, `hessian`, `derivative`, `jvp`, `vjp`, `hvp`, `taylor`

use super::super::format::Format;
use super::super::{FormOptions, Page, Request, View, blocks, json, output, views};
use super::{absent, checking, failed, forms, limits, read, rewrite, take_notes, variables, worse_of};
use crate::answer::derivation::{self, Derivation};
use crate::answer::form::Vectorized;
use crate::answer::{self, AlongKind, Answer, Views};
use crate::check::CheckOptions;
use crate::codegen;
use crate::error::Error;
use crate::problem::{Given, Problem};
use crate::render::document_name;
use crate::shape::Goal;

/// Refuses several variables where the command takes one.
fn one_variable(request: &Request) -> Result<String, Error> {
    let (wrt, command) = (variables(request, &Goal::Any)?, request.query.name());
    match wrt.len() {
        1 => Ok(wrt[0].clone()),
        count => {
            let first = &wrt[0];
            Err(Error::Message(format!(
                "`{command}` takes one variable, {count} are given\n  = help: take the others as fixed: --wrt {first}"
            )))
        }
    }
}

/// Highest order of a derivative in a vector or matrix: its terms grow like the factorial.
const MAX_ORDER: u32 = 8;

fn show(
    page: &mut Page,
    request: &Request,
    problem: &mut Problem,
    answer: &Answer,
    vectorized: Option<&Vectorized>,
    steps: Option<&Derivation>,
) -> Result<(), Error> {
    show_with(page, request, problem, answer, (vectorized, steps), None)
}

/// Shows an answer with the code that stands for it, where that is not its own.
fn show_with(
    page: &mut Page,
    request: &Request,
    problem: &mut Problem,
    answer: &Answer,
    (vectorized, steps): (Option<&Vectorized>, Option<&Derivation>),
    code: Option<String>,
) -> Result<(), Error> {
    // What has no differential in it may be zero, or the constant term of a polynomial.
    let command = request.query.name();
    let vanishing = match command {
        "diff" | "taylor" => absent(problem, answer.expr),
        _ if problem.arena.is_zero(answer.expr) => vec![0],
        _ => Vec::new(),
    };
    let notes = take_notes(problem, &vanishing);
    let how = output::How { limits: limits(&request.form), vectorized, steps, part: None };
    let shown = output::Shown { problem, answer, wrt: Some(problem.wrt[0]), request, vech: false, notes: &notes, how };
    match (request.format, code) {
        (Format::Json, code) => page.document(&shown, json::derived(&shown, code)),
        (Format::Numpy, Some(code)) if steps.is_none() => output::code(page, &shown, &code),
        _ => output::answer(page, &shown, request.format, None)?,
    }
    page.fail_unless(answer.stands() && !failed(steps));
    Ok(())
}

pub(super) fn differential(request: &Request, order: u32, page: &mut Page) -> Result<(), Error> {
    let mut problem = read(request, Goal::Any, Vec::new())?;
    let options = checking(request);
    let mut answer = answer::differential(&mut problem, order, options.as_ref())?;
    let steps =
        request.steps.then(|| derivation::differential(&mut problem, order, &answer, options.as_ref())).transpose()?;
    let vectorized = rewrite(&request.form, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        answer::differential(problem, order, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !request.form.by_rows.is_empty()));
    show(page, request, &mut problem, &answer, vectorized.as_ref(), steps.as_ref())
}

pub(super) fn jacobian(request: &Request, view: Option<View>, page: &mut Page) -> Result<(), Error> {
    let mut problem = read(request, Goal::Any, Vec::new())?;
    let options = checking(request);
    for place in 0..problem.wrt.len() {
        let mut views = answer::jacobian(&mut problem, place, options.as_ref())?;
        let steps =
            request.steps.then(|| derivation::jacobian(&mut problem, place, &views, options.as_ref())).transpose()?;
        let vectorized = rewrite_views(&request.form, &mut problem, &mut views, options.as_ref(), &mut |problem| {
            answer::jacobian(problem, place, None).ok()
        })?;
        let steps = steps.map(|steps| steps.ending_in(views.main(), !request.form.by_rows.is_empty()));
        let vanishing: &[usize] = if problem.arena.is_zero(views.main()) { &[place] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        let shape = problem.arena.shape(problem.raw[0]);
        let wrt = problem.wrt[place];
        let heading = (problem.wrt.len() > 1).then(|| format!("∂/∂{}", document_name(&problem.arena, wrt)));
        let shown = views::ShownViews {
            problem: &mut problem,
            views: &views,
            request,
            output: shape,
            wrt: &[wrt],
            heading,
            checking: options.as_ref(),
            notes: &notes,
            how: output::How {
                limits: limits(&request.form),
                vectorized: vectorized.as_ref(),
                steps: steps.as_ref(),
                part: None,
            },
        };
        page.fail_unless(!failed(steps.as_ref()));
        views::show(page, shown, view)?;
    }
    Ok(())
}

/// The views in their forms with matrices; entries are of one index each and stay.
fn rewrite_views(
    form: &FormOptions,
    problem: &mut Problem,
    views: &mut Views,
    options: Option<&CheckOptions>,
    derive: &mut dyn FnMut(&mut Problem) -> Option<Views>,
) -> Result<Option<Vectorized>, Error> {
    // A second derivation has another name for the direction, so the operator is written from its own form alone.
    let of = |views: &Views| [views.matrix, views.kron, views.form, None];
    let mut all = of(views);
    all[3] = views.operator.map(|(_, operator)| operator);
    if views.matrix.is_some() {
        all = [views.matrix, None, None, None];
    }
    let present: Vec<usize> = (0..all.len()).filter(|place| all[*place].is_some()).collect();
    let exprs: Vec<_> = all.iter().copied().flatten().collect();
    let mut derive = |problem: &mut Problem| {
        let derived = derive(problem).map(|views| of(&views)).unwrap_or_default();
        present.iter().map(|place| derived[*place]).collect()
    };
    let Some(found) = forms(form, problem, &exprs, &views.conditions, &mut derive, options)? else {
        return Ok(None);
    };
    for (place, expr) in present.iter().zip(&found.exprs) {
        all[*place] = Some(*expr);
    }
    views.matrix = all[0];
    views.kron = all[1].or(views.kron);
    views.form = all[2].or(views.form);
    views.operator = views.operator.map(|(direction, operator)| (direction, all[3].unwrap_or(operator)));
    views.conditions.clone_from(&found.conditions);
    worse_of(&mut views.certificate, &found);
    Ok(Some(found))
}

pub(super) fn hessian(request: &Request, view: Option<View>, page: &mut Page) -> Result<(), Error> {
    let mut problem = read(request, Goal::Hessian, Vec::new())?;
    let options = checking(request);
    let count = problem.wrt.len();
    if count > 1 && view.is_none() && !request.steps {
        let mut blocks = Vec::new();
        for row in 0..count {
            for col in row..count {
                let views = answer::hessian(&mut problem, row, col, options.as_ref())?;
                blocks.push((problem.wrt[row], problem.wrt[col], views));
            }
        }
        let how = output::How { limits: limits(&request.form), ..output::How::default() };
        let on_diagonal = |place: &usize| {
            let wrt = problem.wrt[*place];
            blocks.iter().any(|(row, col, views)| (*row, *col) == (wrt, wrt) && problem.arena.is_zero(views.main()))
        };
        let vanishing: Vec<usize> = (0..count).filter(on_diagonal).collect();
        let notes = take_notes(&mut problem, &vanishing);
        return blocks::show(page, &mut problem, &blocks, (request, &notes), how);
    }
    for row in 0..count {
        for col in row..count {
            let mut views = answer::hessian(&mut problem, row, col, options.as_ref())?;
            let steps = request
                .steps
                .then(|| derivation::hessian(&mut problem, row, col, &views, options.as_ref()))
                .transpose()?;
            let vectorized =
                rewrite_views(&request.form, &mut problem, &mut views, options.as_ref(), &mut |problem| {
                    answer::hessian(problem, row, col, None).ok()
                })?;
            let steps = steps.map(|steps| steps.ending_in(views.main(), !request.form.by_rows.is_empty()));
            let is_zero = row == col && problem.arena.is_zero(views.main());
            let notes = take_notes(&mut problem, if is_zero { std::slice::from_ref(&row) } else { &[] });
            let (first, wrt) = (problem.wrt[row], problem.wrt[col]);
            let shape = problem.arena.symbol(first).shape;
            let names = |problem: &Problem| (document_name(&problem.arena, first), document_name(&problem.arena, wrt));
            let (left, right) = names(&problem);
            let heading = (count > 1).then(|| format!("∂²/∂{left}∂{right}"));
            let shown = views::ShownViews {
                problem: &mut problem,
                views: &views,
                request,
                output: shape,
                wrt: &[first, wrt],
                heading,
                checking: options.as_ref(),
                notes: &notes,
                how: output::How {
                    limits: limits(&request.form),
                    vectorized: vectorized.as_ref(),
                    steps: steps.as_ref(),
                    part: None,
                },
            };
            page.fail_unless(!failed(steps.as_ref()));
            views::show(page, shown, view)?;
        }
    }
    Ok(())
}

pub(super) fn derivative(request: &Request, order: u32, page: &mut Page) -> Result<(), Error> {
    one_variable(request)?;
    let mut problem = read(request, Goal::ScalarVariable, Vec::new())?;
    let options = checking(request);
    let steps = |problem: &mut Problem, answer: &Answer, scalar: bool| match (request.steps, scalar) {
        (false, _) => Ok(None),
        (true, true) => derivation::scalar_derivative(problem, order, answer, options.as_ref()).map(Some),
        (true, false) => derivation::differential(problem, order, answer, options.as_ref()).map(Some),
    };
    if problem.arena.symbol(problem.wrt[0]).shape.is_scalar() {
        let mut answer = answer::scalar_derivative(&mut problem, order, options.as_ref())?;
        let steps = steps(&mut problem, &answer, true)?;
        let vectorized = rewrite(&request.form, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
            answer::scalar_derivative(problem, order, None).ok().map(|answer| answer.expr)
        })?;
        let steps = steps.map(|steps| steps.ending_in(answer.expr, !request.form.by_rows.is_empty()));
        return show(page, request, &mut problem, &answer, vectorized.as_ref(), steps.as_ref());
    }
    if order > MAX_ORDER {
        let message = format!("in a vector or matrix the order is at most {MAX_ORDER}");
        return Err(Error::Message(message));
    }
    let mut answer = answer::differential(&mut problem, order, options.as_ref())?;
    let steps = steps(&mut problem, &answer, false)?;
    let vectorized = rewrite(&request.form, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        answer::differential(problem, order, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !request.form.by_rows.is_empty()));
    // The array of all entries, in place of the form that is linear in each differential.
    let code = if matches!(request.format, Format::Numpy | Format::Json) {
        let (expr, differentials) = answer::multilinear(&mut problem, answer.expr, order);
        let code = codegen::numpy_multilinear(&mut problem.arena, expr, &differentials);
        let refused = |error: codegen::CodeError| Error::Message(error.to_string());
        if request.format == Format::Numpy && steps.is_none() { Some(code.map_err(refused)?) } else { code.ok() }
    } else {
        None
    };
    show_with(page, request, &mut problem, &answer, (vectorized.as_ref(), steps.as_ref()), code)
}

pub(super) fn along(request: &Request, (kind, direction): (AlongKind, &str), page: &mut Page) -> Result<(), Error> {
    let name = one_variable(request)?;
    let name = crate::syntax::parse_name(&name).unwrap_or_default();
    let (goal, goal_along) = match kind {
        AlongKind::Jvp => (Goal::Any, Goal::ShapeOf(name)),
        AlongKind::Vjp => (Goal::Any, Goal::SameAs(0)),
        AlongKind::Hvp => (Goal::Hessian, Goal::ShapeOf(name)),
    };
    let more = vec![Given { origin: "direction".into(), text: request.defined(direction), goal: goal_along }];
    let mut problem = read(request, goal, more)?;
    let options = checking(request);
    let mut answer = answer::product_along(&mut problem, kind, options.as_ref())?;
    let steps = match request.steps {
        true => Some(derivation::along(&mut problem, kind, &answer, options.as_ref())?),
        false => None,
    };
    let vectorized = rewrite(&request.form, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        answer::product_along(problem, kind, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !request.form.by_rows.is_empty()));
    show(page, request, &mut problem, &answer, vectorized.as_ref(), steps.as_ref())
}

pub(super) fn taylor(request: &Request, order: u32, page: &mut Page) -> Result<(), Error> {
    one_variable(request)?;
    let mut problem = read(request, Goal::Any, Vec::new())?;
    let options = checking(request);
    let mut answer = answer::taylor(&mut problem, order, options.as_ref())?;
    let steps = match request.steps {
        true => Some(derivation::taylor(&mut problem, order, &answer, options.as_ref())?),
        false => None,
    };
    let vectorized = rewrite(&request.form, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        answer::taylor(problem, order, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !request.form.by_rows.is_empty()));
    show(page, request, &mut problem, &answer, vectorized.as_ref(), steps.as_ref())
}
