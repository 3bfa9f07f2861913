//! `matcalc diff`, `jacobian`, `hessian`, `derivative`, `jvp`, `vjp`, `hvp`, `taylor`

use super::super::args::{Along, Derivative, Diff, Hessian, Jacobian, Shape, Taylor, Variable};
use super::super::format::Format;
use super::super::{Failure, blocks, exit_code, output, views};
use super::{Texts, absent, checking, failed, forms, limits, read, rewrite, take_notes, variables, worse_of};
use crate::check::CheckOptions;
use crate::codegen;
use crate::render::document_name;
use crate::session::{Answer, Given, Problem, Vectorized};
use crate::shape::Goal;
use crate::steps::{self, Derivation};
use crate::tensor::{self, AlongKind, Views};

/// Refuses several variables where the command takes one.
fn one_variable(common: &Variable, texts: &Texts<'_>, command: &str) -> Result<String, Failure> {
    let wrt = variables(&common.wrt, texts, &Goal::Any)?;
    match wrt.len() {
        1 => Ok(wrt[0].clone()),
        count => {
            let first = &wrt[0];
            Err(Failure::Message(format!(
                "`{command}` takes one variable, {count} are given\n  = help: take the others as fixed: --wrt {first}"
            )))
        }
    }
}

/// Highest order of a derivative in a vector or matrix: its terms grow like the factorial.
const MAX_ORDER: u32 = 8;

fn print(
    (common, texts): (&Variable, &Texts<'_>),
    problem: &mut Problem,
    answer: &Answer,
    command: &'static str,
    text: &str,
    vectorized: Option<&Vectorized>,
    steps: Option<&Derivation>,
) -> Result<u8, Failure> {
    // What has no differential in it may be zero, or the constant term of a polynomial.
    let vanishing = match command {
        "diff" | "taylor" => absent(problem, answer.expr),
        _ if problem.arena.is_zero(answer.expr) => vec![0],
        _ => Vec::new(),
    };
    let notes = take_notes(problem, &vanishing);
    let how = output::How { limits: limits(&common.shape), vectorized, steps, part: None };
    let shown = output::Shown {
        problem,
        answer,
        command,
        wrt: Some(problem.wrt[0]),
        input: text,
        vech: false,
        notes: &notes,
        how,
    };
    if common.format == Format::Json {
        output::json_documents(vec![output::json(&shown)], texts.line());
    } else {
        output::answer(&shown, common.format, None)?;
    }
    Ok(output::status(answer).max(u8::from(failed(steps))))
}

pub(super) fn diff(args: &Diff, texts: &Texts<'_>) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, texts, Goal::Any, Vec::new())?;
    let options = checking(&args.variable);
    let mut answer = tensor::differential(&mut problem, args.order, options.as_ref())?;
    let steps = args
        .variable
        .steps
        .then(|| steps::differential(&mut problem, args.order, &answer, options.as_ref()))
        .transpose()?;
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        tensor::differential(problem, args.order, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !args.variable.shape.by_rows.is_empty()));
    print((&args.variable, texts), &mut problem, &answer, "diff", &text, vectorized.as_ref(), steps.as_ref())
}

pub(super) fn jacobian(args: &Jacobian, texts: &Texts<'_>) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, texts, Goal::Any, Vec::new())?;
    let options = checking(&args.variable);
    let mut status = exit_code::OK;
    let mut documents = Vec::new();
    for place in 0..problem.wrt.len() {
        let mut views = tensor::jacobian(&mut problem, place, options.as_ref())?;
        let steps =
            args.variable.steps.then(|| steps::jacobian(&mut problem, place, &views, options.as_ref())).transpose()?;
        let vectorized =
            rewrite_views(&args.variable.shape, &mut problem, &mut views, options.as_ref(), &mut |problem| {
                tensor::jacobian(problem, place, None).ok()
            })?;
        let steps = steps.map(|steps| steps.ending_in(views.main(), !args.variable.shape.by_rows.is_empty()));
        let vanishing: &[usize] = if problem.arena.is_zero(views.main()) { &[place] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        let shape = problem.arena.shape(problem.raw[0]);
        let wrt = problem.wrt[place];
        let heading = (problem.wrt.len() > 1).then(|| format!("∂/∂{}", document_name(&problem.arena, wrt)));
        let shown = views::ShownViews {
            problem: &mut problem,
            views: &views,
            command: "jacobian",
            input: &text,
            output: shape,
            wrt: &[wrt],
            heading,
            checking: options.as_ref(),
            notes: &notes,
            how: output::How {
                limits: limits(&args.variable.shape),
                vectorized: vectorized.as_ref(),
                steps: steps.as_ref(),
                part: None,
            },
        };
        status = status.max(u8::from(failed(steps.as_ref()))).max(views::print(
            shown,
            args.variable.format,
            args.view,
            &mut documents,
        )?);
    }
    if !documents.is_empty() {
        output::json_documents(documents, texts.line());
    }
    Ok(status)
}

/// The views in their forms with matrices; entries are of one index each and stay.
fn rewrite_views(
    shape: &Shape,
    problem: &mut Problem,
    views: &mut Views,
    options: Option<&CheckOptions>,
    derive: &mut dyn FnMut(&mut Problem) -> Option<Views>,
) -> Result<Option<Vectorized>, Failure> {
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
    let Some(found) = forms(shape, problem, &exprs, &views.conditions, &mut derive, options)? else {
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

pub(super) fn hessian(args: &Hessian, texts: &Texts<'_>) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, texts, Goal::Hessian, Vec::new())?;
    let options = checking(&args.variable);
    let mut status = exit_code::OK;
    let mut documents = Vec::new();
    let count = problem.wrt.len();
    if count > 1 && args.view.is_none() && !args.variable.steps {
        let mut blocks = Vec::new();
        for row in 0..count {
            for col in row..count {
                let views = tensor::hessian(&mut problem, row, col, options.as_ref())?;
                blocks.push((problem.wrt[row], problem.wrt[col], views));
            }
        }
        let how = output::How { limits: limits(&args.variable.shape), ..output::How::default() };
        let on_diagonal = |place: &usize| {
            let wrt = problem.wrt[*place];
            blocks.iter().any(|(row, col, views)| (*row, *col) == (wrt, wrt) && problem.arena.is_zero(views.main()))
        };
        let vanishing: Vec<usize> = (0..count).filter(on_diagonal).collect();
        let notes = take_notes(&mut problem, &vanishing);
        return blocks::print(&mut problem, &blocks, (texts, &notes), args.variable.format, how);
    }
    for row in 0..count {
        for col in row..count {
            let mut views = tensor::hessian(&mut problem, row, col, options.as_ref())?;
            let steps = args
                .variable
                .steps
                .then(|| steps::hessian(&mut problem, row, col, &views, options.as_ref()))
                .transpose()?;
            let vectorized =
                rewrite_views(&args.variable.shape, &mut problem, &mut views, options.as_ref(), &mut |problem| {
                    tensor::hessian(problem, row, col, None).ok()
                })?;
            let steps = steps.map(|steps| steps.ending_in(views.main(), !args.variable.shape.by_rows.is_empty()));
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
                command: "hessian",
                input: &text,
                output: shape,
                wrt: &[first, wrt],
                heading,
                checking: options.as_ref(),
                notes: &notes,
                how: output::How {
                    limits: limits(&args.variable.shape),
                    vectorized: vectorized.as_ref(),
                    steps: steps.as_ref(),
                    part: None,
                },
            };
            status = status.max(u8::from(failed(steps.as_ref()))).max(views::print(
                shown,
                args.variable.format,
                args.view,
                &mut documents,
            )?);
        }
    }
    if !documents.is_empty() {
        output::json_documents(documents, texts.line());
    }
    Ok(status)
}

pub(super) fn derivative(args: &Derivative, texts: &Texts<'_>) -> Result<u8, Failure> {
    one_variable(&args.variable, texts, "derivative")?;
    let (mut problem, text) = read(&args.variable, texts, Goal::ScalarVariable, Vec::new())?;
    let options = checking(&args.variable);
    let steps = |problem: &mut Problem, answer: &Answer, scalar: bool| match (args.variable.steps, scalar) {
        (false, _) => Ok(None),
        (true, true) => steps::scalar_derivative(problem, args.order, answer, options.as_ref()).map(Some),
        (true, false) => steps::differential(problem, args.order, answer, options.as_ref()).map(Some),
    };
    if problem.arena.symbol(problem.wrt[0]).shape.is_scalar() {
        let mut answer = tensor::scalar_derivative(&mut problem, args.order, options.as_ref())?;
        let steps = steps(&mut problem, &answer, true)?;
        let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
            tensor::scalar_derivative(problem, args.order, None).ok().map(|answer| answer.expr)
        })?;
        let steps = steps.map(|steps| steps.ending_in(answer.expr, !args.variable.shape.by_rows.is_empty()));
        return print(
            (&args.variable, texts),
            &mut problem,
            &answer,
            "derivative",
            &text,
            vectorized.as_ref(),
            steps.as_ref(),
        );
    }
    if args.order > MAX_ORDER {
        let message = format!("in a vector or matrix the order is at most {MAX_ORDER}");
        return Err(Failure::Message(message));
    }
    let mut answer = tensor::differential(&mut problem, args.order, options.as_ref())?;
    let steps = steps(&mut problem, &answer, false)?;
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        tensor::differential(problem, args.order, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !args.variable.shape.by_rows.is_empty()));
    if args.variable.format == Format::Numpy && steps.is_none() {
        let (expr, differentials) = tensor::multilinear(&mut problem, answer.expr, args.order);
        let code = codegen::numpy_multilinear(&mut problem.arena, expr, &differentials)
            .map_err(|error| Failure::Message(error.to_string()))?;
        let vanishing: &[usize] = if problem.arena.is_zero(answer.expr) { &[0] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        let shown = output::Shown {
            problem: &problem,
            answer: &answer,
            command: "derivative",
            wrt: Some(problem.wrt[0]),
            input: &text,
            vech: false,
            notes: &notes,
            how: output::How::default(),
        };
        output::code(&shown, &code);
        return Ok(output::status(&answer));
    }
    print((&args.variable, texts), &mut problem, &answer, "derivative", &text, vectorized.as_ref(), steps.as_ref())
}

pub(super) fn along(args: &Along, texts: &Texts<'_>, kind: AlongKind) -> Result<u8, Failure> {
    let command = match kind {
        AlongKind::Jvp => "jvp",
        AlongKind::Vjp => "vjp",
        AlongKind::Hvp => "hvp",
    };
    let name = one_variable(&args.variable, texts, command)?;
    let name = crate::syntax::parse_name(&name).unwrap_or_default();
    let (goal, direction) = match kind {
        AlongKind::Jvp => (Goal::Any, Goal::ShapeOf(name)),
        AlongKind::Vjp => (Goal::Any, Goal::SameAs(0)),
        AlongKind::Hvp => (Goal::Hessian, Goal::ShapeOf(name)),
    };
    let more = vec![Given { origin: "direction".into(), text: args.along.clone(), goal: direction }];
    let (mut problem, text) = read(&args.variable, texts, goal, more)?;
    let options = checking(&args.variable);
    let mut answer = tensor::product_along(&mut problem, kind, options.as_ref())?;
    let steps = match args.variable.steps {
        true => Some(steps::along(&mut problem, kind, &answer, options.as_ref())?),
        false => None,
    };
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        tensor::product_along(problem, kind, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !args.variable.shape.by_rows.is_empty()));
    print((&args.variable, texts), &mut problem, &answer, command, &text, vectorized.as_ref(), steps.as_ref())
}

pub(super) fn taylor(args: &Taylor, texts: &Texts<'_>) -> Result<u8, Failure> {
    one_variable(&args.variable, texts, "taylor")?;
    let (mut problem, text) = read(&args.variable, texts, Goal::Any, Vec::new())?;
    let options = checking(&args.variable);
    let mut answer = tensor::taylor(&mut problem, args.order, options.as_ref())?;
    let steps = match args.variable.steps {
        true => Some(steps::taylor(&mut problem, args.order, &answer, options.as_ref())?),
        false => None,
    };
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        tensor::taylor(problem, args.order, None).ok().map(|answer| answer.expr)
    })?;
    let steps = steps.map(|steps| steps.ending_in(answer.expr, !args.variable.shape.by_rows.is_empty()));
    print((&args.variable, texts), &mut problem, &answer, "taylor", &text, vectorized.as_ref(), steps.as_ref())
}
