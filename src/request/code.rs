//! Code of answers, which is checked before it is printed: what its operations compute against the expression that it stands for.

use rustc_hash::FxHashMap;

use super::certificate::{disagreement_text, reason_text};
use super::form::with_family_names;
use super::page::Page;
use super::shown::Shown;
use super::{AlongKind, Query, Request};
use crate::answer::Finished;
use crate::answer::form::Vectorized;
use crate::check::{Certificate, CheckOptions, Outcome, check_code_where};
use crate::codegen::{self, Layout};
use crate::domain::{Condition, hold_in_doubles};
use crate::emit::{Draft, EmitError, Function, FunctionName, Language, Part, Piece, name_ranges};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::Bindings;
use crate::problem::Problem;
use crate::render::{self, render};

/// Code, and what is to be said of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Coded {
    /// The code; none where it failed its check.
    pub(super) text: Option<String>,
    /// Names that it takes besides the arrays, and why it was not checked.
    pub(super) remarks: Vec<String>,
}

/// The code of an answer's expression.
pub(super) fn of_answer(page: &mut Page, shown: &Shown<'_>) -> Result<Coded, EmitError> {
    let Finished { expr, conditions, .. } = shown.answer;
    coded(page, shown.request, shown.problem, (*expr, conditions), shown.how.vectorized, &Layout::Value)
}

/// The code of an expression, checked where the conditions hold unless checks are switched off. Where it fails the page says so, and is no
/// answer.
pub(super) fn coded(
    page: &mut Page,
    request: &Request,
    problem: &Problem,
    (expr, conditions): (ExprId, &[Condition]),
    vectorized: Option<&Vectorized>,
    layout: &Layout,
) -> Result<Coded, EmitError> {
    let renamed = vectorized
        .filter(|vectorized| !vectorized.rows.is_empty())
        .map(|vectorized| with_family_names(problem, expr, Some(vectorized)));
    let (arena, expr) = renamed.as_ref().map_or((&problem.arena, expr), |(arena, expr)| (arena, *expr));
    let apart = matches!(request.query, Query::Solve { .. }).then(|| of_solution(problem, arena, &[expr]));
    let arena = apart.as_ref().unwrap_or(arena);
    if let Some(language) = request.format.language().filter(|language| *language != Language::Numpy) {
        let piece = Piece { part: Part::Answer, expr, layout: layout.clone() };
        return function(page, request, problem, (arena, &[piece], conditions), language);
    }
    let program = codegen::lower_as(arena, expr, layout)?;
    let text = codegen::spell(arena, &program)?;
    let sizes = codegen::numpy_sizes(arena, &program);
    let remarks: Vec<String> =
        sizes.iter().map(|name| format!("the code takes `{name}`, a size that no array has, as a number")).collect();
    if !request.is_checked {
        return Ok(Coded { text: Some(text), remarks });
    }
    let is_given = |point: &Bindings<f64>| hold_in_doubles(arena, conditions, point);
    let certificate = check_code_where(arena, expr, layout.along(), &options(request), is_given, |point| {
        codegen::value_as(arena, expr, layout, &program, point)
    });
    Ok(judged(page, &certificate, text, remarks))
}

fn options(request: &Request) -> CheckOptions {
    CheckOptions { seed: request.seed, ..CheckOptions::default() }
}

/// A function of the name of its command that returns an expression.
fn function(
    page: &mut Page,
    request: &Request,
    problem: &Problem,
    (arena, pieces, conditions): (&Arena, &[Piece], &[Condition]),
    language: Language,
) -> Result<Coded, EmitError> {
    if problem.wrt.len() > 1 && !matches!(request.query, Query::Solve { .. }) {
        let what = "this format takes one variable; `matcalc code` writes one function with the gradients in several";
        return Err(EmitError::Nowhere(what.to_owned()));
    }
    let name = request.query.name();
    let name = if name == "diff" || name == "grad" { "gradient" } else { name };
    let input = render(&problem.arena, problem.raw[0], render::Format::Unicode, &problem.style);
    let about = format!("{} of {input}.", what(&request.query));
    let mut named = arena.clone();
    name_ranges(&mut named, pieces.iter().map(|piece| piece.expr));
    let arena = &named;
    let used: Vec<SymbolId> = pieces.iter().flat_map(|piece| arena.symbols_in(piece.expr)).collect();
    let known = problem.symbols.iter().copied().filter(|symbol| !arena.has_no_array(*symbol)).chain(used);
    let mut symbols: Vec<SymbolId> = Vec::new();
    for symbol in known {
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    let draft = Draft {
        arena,
        symbols: &symbols,
        wrt: &problem.wrt,
        pieces,
        name: FunctionName::Wish(name),
        about: &about,
        symmetric: &[],
        conditions: &[],
    };
    let function = Function::new(&draft)?;
    let written = function.write(language)?;
    let text = written.text.trim_end().to_owned();
    if !request.is_checked {
        return Ok(Coded { text: Some(text), remarks: Vec::new() });
    }
    let is_given = |point: &Bindings<f64>| hold_in_doubles(arena, conditions, point);
    let certificates = written.check(&options(request), &is_given);
    let worst = certificates.iter().find(|certificate| !certificate.passed()).or(certificates.first());
    Ok(worst.map_or_else(Coded::default, |certificate| judged(page, certificate, text, Vec::new())))
}

/// A function that returns the values of these unknowns at a solution; in `order` each is in terms of those before it.
pub(super) fn of_values(
    page: &mut Page,
    request: &Request,
    problem: &Problem,
    (wanted, order): (&[SymbolId], &[(SymbolId, ExprId)]),
    language: Language,
) -> Result<Coded, EmitError> {
    let mut arena = problem.arena.clone();
    let (mut known, mut pieces) = (FxHashMap::default(), Vec::new());
    for (symbol, value) in order {
        let expr = arena.rewrite(*value, &mut known);
        known.insert(arena.symbol_expr(*symbol), expr);
        pieces.push((*symbol, Piece { part: Part::Unknown(*symbol), expr, layout: Layout::Value }));
    }
    pieces.sort_by_key(|(symbol, _)| wanted.iter().position(|one| one == symbol));
    let pieces: Vec<Piece> = pieces.into_iter().map(|(_, piece)| piece).collect();
    let exprs: Vec<ExprId> = pieces.iter().map(|piece| piece.expr).collect();
    let arena = of_solution(problem, &arena, &exprs);
    function(page, request, problem, (&arena, &pieces, &[]), language)
}

/// The expressions' store where the unknowns of a solution have no arrays, as they are what is computed.
fn of_solution(problem: &Problem, arena: &Arena, exprs: &[ExprId]) -> Arena {
    let used: Vec<SymbolId> = exprs.iter().flat_map(|expr| arena.symbols_in(*expr)).collect();
    let is_given = |id: &SymbolId| problem.symbols.contains(id) && !problem.wrt.contains(id);
    let unknown: Vec<SymbolId> =
        arena.symbols().map(|(id, _)| id).filter(|id| !used.contains(id) && !is_given(id)).collect();
    let mut arena = arena.clone();
    arena.without_arrays(&unknown);
    arena
}

/// Code after its check.
fn judged(page: &mut Page, certificate: &Certificate, text: String, mut remarks: Vec<String>) -> Coded {
    match &certificate.outcome {
        Outcome::Passed => {}
        Outcome::Failed(disagreement) => {
            page.fail_unless(false);
            page.warn(format!(
                "error: the code of this answer did not pass its numeric check, so it is not printed; please report it as a bug\n  = note: {}",
                disagreement_text(disagreement)
            ));
            return Coded { text: None, remarks: Vec::new() };
        }
        Outcome::NotChecked(reason) => remarks.push(format!("the code was not checked: {}", reason_text(reason))),
    }
    Coded { text: Some(text), remarks }
}

/// What the answer to a question is, as a sentence begins.
fn what(query: &Query) -> &'static str {
    match query {
        Query::Gradient { .. } | Query::Check { .. } => "Gradient",
        Query::Differential { .. } => "Differential",
        Query::Jacobian { .. } => "Jacobian",
        Query::Hessian { .. } => "Hessian",
        Query::Derivative { .. } => "Derivative",
        Query::Along { kind: AlongKind::Jvp, .. } => "Jacobian-vector product",
        Query::Along { kind: AlongKind::Vjp, .. } => "Vector-Jacobian product",
        Query::Along { kind: AlongKind::Hvp, .. } => "Hessian-vector product",
        Query::Taylor { .. } => "Taylor polynomial",
        Query::Solve { .. } => "Stationary point",
        _ => "Value",
    }
}
