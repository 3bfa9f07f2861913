//! `matcalc diff`, `jacobian`, `hessian`, `derivative`, `jvp`, `vjp`, `hvp`, `taylor`

use super::super::code::{self, Coded};
use super::super::format::Format;
use super::super::{Page, Request, View, blocks, json, output, shown, views};
use super::derived::{self, Derived};
use super::given::{checking, limits, read, variables};
use super::note::{absent, take_notes};
use crate::answer::{self, AlongKind, Derivative, Finished, Target};
use crate::codegen::Layout;
use crate::emit::EmitError;
use crate::error::Error;
use crate::expr::{Shape, SymbolId};
use crate::problem::{DIRECTION, Given, Problem};
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

/// Derives one expression and shows it.
fn show(page: &mut Page, request: &Request, problem: &mut Problem, target: Target) -> Result<(), Error> {
    let derived = derived::answer(request, problem, target)?;
    show_with(page, request, problem, &derived, None)
}

/// Shows an answer with the code that stands for it, where that is not its own.
fn show_with(
    page: &mut Page,
    request: &Request,
    problem: &mut Problem,
    derived: &Derived<Finished>,
    coded: Option<Coded>,
) -> Result<(), Error> {
    // What has no differential in it may be zero, or the constant term of a polynomial.
    let command = request.query.name();
    let answer = &derived.found;
    let vanishing = match command {
        "diff" | "taylor" => absent(problem, answer.expr),
        _ if problem.arena.is_zero(answer.expr) => vec![0],
        _ => Vec::new(),
    };
    let notes = take_notes(problem, &vanishing);
    let how = derived.how(request, None);
    let shown = shown::Shown { problem, answer, wrt: Some(problem.wrt[0]), request, vech: false, notes: &notes, how };
    match (request.format, coded) {
        (Format::Json, Some(coded)) => page.document(&shown, json::derived(&shown, &coded)),
        (format, Some(coded)) if format.is_code() && derived.steps.is_none() => output::code(page, &shown, &coded),
        _ => output::answer(page, &shown, request.format, None)?,
    }
    page.fail_unless(answer.stands() && derived.follows());
    Ok(())
}

pub(super) fn differential(request: &Request, order: u32, page: &mut Page) -> Result<(), Error> {
    let mut problem = read(request, Goal::Any, Vec::new())?;
    show(page, request, &mut problem, Target::Differential { order })
}

pub(super) fn jacobian(request: &Request, view: Option<View>, page: &mut Page) -> Result<(), Error> {
    let mut problem = read(request, Goal::Any, Vec::new())?;
    for place in 0..problem.wrt.len() {
        show_views(page, request, &mut problem, Derivative::Jacobian { place }, view)?;
    }
    Ok(())
}

pub(super) fn hessian(request: &Request, view: Option<View>, page: &mut Page) -> Result<(), Error> {
    let mut problem = read(request, Goal::Hessian, Vec::new())?;
    let count = problem.wrt.len();
    let pairs = (0..count).flat_map(|rows| (rows..count).map(move |cols| (rows, cols)));
    if count > 1 && view.is_none() && !request.steps {
        let options = checking(request);
        let mut blocks = Vec::new();
        for (rows, cols) in pairs {
            let views = answer::hessian(&mut problem, rows, cols, options.as_ref())?;
            blocks.push((problem.wrt[rows], problem.wrt[cols], views));
        }
        let how = shown::How { limits: limits(&request.form), ..shown::How::default() };
        let on_diagonal = |place: &usize| {
            let wrt = problem.wrt[*place];
            blocks.iter().any(|(row, col, views)| (*row, *col) == (wrt, wrt) && problem.arena.is_zero(views.main()))
        };
        let vanishing: Vec<usize> = (0..count).filter(on_diagonal).collect();
        let notes = take_notes(&mut problem, &vanishing);
        return blocks::show(page, &mut problem, &blocks, (request, &notes), how);
    }
    for (rows, cols) in pairs {
        show_views(page, request, &mut problem, Derivative::Hessian { rows, cols }, view)?;
    }
    Ok(())
}

/// Derives a derivative in its views and shows it.
fn show_views(
    page: &mut Page,
    request: &Request,
    problem: &mut Problem,
    derivative: Derivative,
    view: Option<View>,
) -> Result<(), Error> {
    let derived = derived::views(request, problem, derivative)?;
    let views = &derived.found;
    let is_zero = problem.arena.is_zero(views.main());
    let name = |wrt| document_name(&problem.arena, wrt);
    let (wrt, output, heading, vanishing): (Vec<SymbolId>, Shape, String, Option<usize>) = match derivative {
        Derivative::Jacobian { place } => {
            let wrt = problem.wrt[place];
            (vec![wrt], problem.arena.shape(problem.raw[0]), format!("∂/∂{}", name(wrt)), Some(place))
        }
        Derivative::Hessian { rows, cols } => {
            let (row, col) = (problem.wrt[rows], problem.wrt[cols]);
            let heading = format!("∂²/∂{}∂{}", name(row), name(col));
            (vec![row, col], problem.arena.symbol(row).shape, heading, (rows == cols).then_some(rows))
        }
    };
    let vanishing = vanishing.filter(|_| is_zero);
    let notes = take_notes(problem, vanishing.as_slice());
    let heading = (problem.wrt.len() > 1).then_some(heading);
    let options = checking(request);
    page.fail_unless(derived.follows());
    let shown = views::ShownViews {
        problem,
        views,
        request,
        output,
        wrt: &wrt,
        heading,
        checking: options.as_ref(),
        notes: &notes,
        how: derived.how(request, None),
    };
    views::show(page, shown, view)
}

pub(super) fn derivative(request: &Request, order: u32, page: &mut Page) -> Result<(), Error> {
    one_variable(request)?;
    let mut problem = read(request, Goal::ScalarVariable, Vec::new())?;
    if problem.arena.symbol(problem.wrt[0]).shape.is_scalar() {
        return show(page, request, &mut problem, Target::ScalarDerivative { order });
    }
    if order > MAX_ORDER {
        let message = format!("with respect to a vector or matrix the order is at most {MAX_ORDER}");
        return Err(Error::Message(message));
    }
    let derived = derived::answer(request, &mut problem, Target::Differential { order })?;
    // The array of all entries, in place of the form that is linear in each differential.
    let coded = if request.format.is_code() || request.format == Format::Json {
        let (expr, differentials) = answer::multilinear(&mut problem, derived.found.expr, order);
        let coded = code::coded(
            page,
            request,
            &problem,
            (expr, &derived.found.conditions),
            None,
            &Layout::Multilinear(differentials),
        );
        let refused = |error: EmitError| Error::Message(error.to_string());
        if request.format.is_code() && derived.steps.is_none() {
            Some(coded.map_err(refused)?)
        } else {
            Some(coded.unwrap_or_default())
        }
    } else {
        None
    };
    show_with(page, request, &mut problem, &derived, coded)
}

pub(super) fn along(request: &Request, (kind, direction): (AlongKind, &str), page: &mut Page) -> Result<(), Error> {
    let name = one_variable(request)?;
    let name = crate::syntax::parse_name(&name).unwrap_or_default();
    let (goal, goal_along) = match kind {
        AlongKind::Jvp => (Goal::Any, Goal::ShapeOf(name)),
        AlongKind::Vjp => (Goal::Any, Goal::SameAs(0)),
        AlongKind::Hvp => (Goal::Hessian, Goal::ShapeOf(name)),
    };
    let more = vec![Given { origin: DIRECTION.into(), text: request.defined(direction), goal: goal_along }];
    let mut problem = read(request, goal, more)?;
    show(page, request, &mut problem, Target::Product(kind))
}

pub(super) fn taylor(request: &Request, order: u32, page: &mut Page) -> Result<(), Error> {
    one_variable(request)?;
    let mut problem = read(request, Goal::ScalarVariable, Vec::new())?;
    show(page, request, &mut problem, Target::Taylor { order })
}
