//! `matcalc diff`, `jacobian`, `hessian`, `derivative`, `jvp`, `vjp`, `hvp`, `taylor`

use super::super::args::{Along, Derivative, Diff, Format, Hessian, Jacobian, Shape, Taylor, Variable};
use super::super::{Failure, exit_code, input, output};
use super::{forms, limits, options, rewrite, worse_of};
use crate::check::CheckOptions;
use crate::session::{self, Answer, Given, Problem, Vectorized};
use crate::shape::Goal;
use crate::tensor::{self, AlongKind, Views};

fn read(common: &Variable, goal: Goal, more: Vec<Given>) -> Result<(Problem, String), Failure> {
    let text = input::text(&common.expr)?;
    let declarations = input::declarations(&common.common.decl)?;
    let mut given = vec![Given { origin: "expression".into(), text: text.clone(), goal }];
    given.extend(more);
    let wrt: Vec<&str> = common.wrt.iter().map(String::as_str).collect();
    Ok((session::read(&given, &declarations, &wrt)?, text))
}

fn checking(common: &Variable) -> Option<CheckOptions> {
    (!common.checking.no_check).then(|| options(common.checking.seed))
}

fn print(
    common: &Variable,
    problem: &Problem,
    answer: &Answer,
    command: &'static str,
    text: &str,
    vectorized: Option<&Vectorized>,
) -> Result<u8, Failure> {
    let shown = output::Shown {
        problem,
        answer,
        command,
        wrt: Some(problem.wrt[0]),
        input: text,
        vech: false,
        limits: limits(&common.shape),
        vectorized,
    };
    if common.format == Format::Json {
        output::json_documents(vec![output::json(&shown)]);
    } else {
        output::answer(&shown, common.format, None)?;
    }
    Ok(if answer.failed() { exit_code::FAILED } else { exit_code::OK })
}

pub(super) fn diff(args: &Diff) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, Goal::Any, Vec::new())?;
    let options = checking(&args.variable);
    let mut answer = tensor::differential(&mut problem, args.order, options.as_ref())?;
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        tensor::differential(problem, args.order, None).ok().map(|answer| answer.expr)
    })?;
    print(&args.variable, &problem, &answer, "diff", &text, vectorized.as_ref())
}

pub(super) fn jacobian(args: &Jacobian) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, Goal::Any, Vec::new())?;
    let options = checking(&args.variable);
    let mut status = exit_code::OK;
    for place in 0..problem.wrt.len() {
        let mut views = tensor::jacobian(&mut problem, place, options.as_ref())?;
        let vectorized =
            rewrite_views(&args.variable.shape, &mut problem, &mut views, options.as_ref(), &mut |problem| {
                tensor::jacobian(problem, place, None).ok()
            })?;
        let shape = problem.arena.shape(problem.raw[0]);
        let wrt = problem.wrt[place];
        let heading = (problem.wrt.len() > 1).then(|| format!("∂/∂{}", problem.arena.symbol(wrt).name));
        let shown = output::ShownViews {
            problem: &mut problem,
            views: &views,
            command: "jacobian",
            input: &text,
            output: shape,
            wrt,
            heading,
            order: 1,
            limits: limits(&args.variable.shape),
            vectorized: vectorized.as_ref(),
        };
        status = status.max(output::views(shown, args.variable.format, args.view)?);
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

pub(super) fn hessian(args: &Hessian) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, Goal::Scalar, Vec::new())?;
    let options = checking(&args.variable);
    let mut status = exit_code::OK;
    let count = problem.wrt.len();
    for row in 0..count {
        for col in row..count {
            let mut views = tensor::hessian(&mut problem, row, col, options.as_ref())?;
            let vectorized =
                rewrite_views(&args.variable.shape, &mut problem, &mut views, options.as_ref(), &mut |problem| {
                    tensor::hessian(problem, row, col, None).ok()
                })?;
            let (first, wrt) = (problem.wrt[row], problem.wrt[col]);
            let shape = problem.arena.symbol(first).shape;
            let names =
                |problem: &Problem| (problem.arena.symbol(first).name.clone(), problem.arena.symbol(wrt).name.clone());
            let (left, right) = names(&problem);
            let heading = (count > 1).then(|| format!("∂²/∂{left}∂{right}"));
            let shown = output::ShownViews {
                problem: &mut problem,
                views: &views,
                command: "hessian",
                input: &text,
                output: shape,
                wrt,
                heading,
                order: 2,
                limits: limits(&args.variable.shape),
                vectorized: vectorized.as_ref(),
            };
            status = status.max(output::views(shown, args.variable.format, args.view)?);
        }
    }
    Ok(status)
}

pub(super) fn derivative(args: &Derivative) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, Goal::ScalarVariable, Vec::new())?;
    let options = checking(&args.variable);
    let scalar = problem.arena.symbol(problem.wrt[0]).shape.is_scalar();
    let derive = |problem: &mut Problem, options: Option<&CheckOptions>| {
        if scalar {
            tensor::scalar_derivative(problem, args.order, options)
        } else {
            tensor::differential(problem, args.order, options)
        }
    };
    let mut answer = derive(&mut problem, options.as_ref())?;
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        derive(problem, None).ok().map(|answer| answer.expr)
    })?;
    print(&args.variable, &problem, &answer, "derivative", &text, vectorized.as_ref())
}

pub(super) fn along(args: &Along, kind: AlongKind) -> Result<u8, Failure> {
    let name = crate::syntax::parse_name(args.variable.wrt.first().map_or("", String::as_str)).unwrap_or_default();
    let (goal, direction) = match kind {
        AlongKind::Jvp => (Goal::Any, Goal::ShapeOf(name)),
        AlongKind::Vjp => (Goal::Any, Goal::SameAs(0)),
        AlongKind::Hvp => (Goal::Scalar, Goal::ShapeOf(name)),
    };
    let more = vec![Given { origin: "direction".into(), text: args.along.clone(), goal: direction }];
    let (mut problem, text) = read(&args.variable, goal, more)?;
    let options = checking(&args.variable);
    let mut answer = tensor::product_along(&mut problem, kind, options.as_ref())?;
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        tensor::product_along(problem, kind, None).ok().map(|answer| answer.expr)
    })?;
    let command = match kind {
        AlongKind::Jvp => "jvp",
        AlongKind::Vjp => "vjp",
        AlongKind::Hvp => "hvp",
    };
    print(&args.variable, &problem, &answer, command, &text, vectorized.as_ref())
}

pub(super) fn taylor(args: &Taylor) -> Result<u8, Failure> {
    let (mut problem, text) = read(&args.variable, Goal::Any, Vec::new())?;
    let options = checking(&args.variable);
    let mut answer = tensor::taylor(&mut problem, args.order, options.as_ref())?;
    let vectorized = rewrite(&args.variable.shape, &mut problem, &mut answer, options.as_ref(), &mut |problem| {
        tensor::taylor(problem, args.order, None).ok().map(|answer| answer.expr)
    })?;
    print(&args.variable, &problem, &answer, "taylor", &text, vectorized.as_ref())
}
