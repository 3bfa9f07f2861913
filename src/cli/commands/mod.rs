//! One file for each command.

mod check;
mod convexity;
mod equal;
mod eval;
mod grad;
mod simplify;
mod solve;
mod tensor;

use super::args::{Command, Common, NameParts, Shape, Variable};
use super::{Failure, input};
use crate::check::{Certificate, CheckOptions};
use crate::differential::Condition;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::naming::Limits;
use crate::session::{self, Answer, Given, Note, Problem, Vectorized};
use crate::shape::Goal;
use crate::steps::Derivation;
use crate::tensor::AlongKind;

/// Runs a command; the exit status, or what is wrong with its input.
pub(super) fn run(command: &Command) -> Result<u8, Failure> {
    match command {
        Command::Grad(args) => grad::run(args),
        Command::Check(args) => check::run(args),
        Command::Convexity(args) => convexity::run(args),
        Command::Solve(args) => solve::run(args),
        Command::Simplify(args) => simplify::run(args),
        Command::Equal(args) => equal::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Diff(args) => tensor::diff(args),
        Command::Jacobian(args) => tensor::jacobian(args),
        Command::Hessian(args) => tensor::hessian(args),
        Command::Derivative(args) => tensor::derivative(args),
        Command::Jvp(args) => tensor::along(args, AlongKind::Jvp),
        Command::Vjp(args) => tensor::along(args, AlongKind::Vjp),
        Command::Hvp(args) => tensor::along(args, AlongKind::Hvp),
        Command::Taylor(args) => tensor::taylor(args),
    }
}

/// The options that every command has.
pub(super) fn common(command: &Command) -> &Common {
    match command {
        Command::Grad(args) => &args.common,
        Command::Check(args) => &args.common,
        Command::Simplify(args) => &args.common,
        Command::Equal(args) => &args.common,
        Command::Eval(args) => &args.common,
        Command::Diff(args) => &args.variable.common,
        Command::Jacobian(args) => &args.variable.common,
        Command::Hessian(args) => &args.variable.common,
        Command::Derivative(args) => &args.variable.common,
        Command::Jvp(args) | Command::Vjp(args) | Command::Hvp(args) => &args.variable.common,
        Command::Convexity(args) | Command::Solve(args) => &args.common,
        Command::Taylor(args) => &args.variable.common,
    }
}

/// The answer in the form with matrices, or by their rows, that is asked for; its certificate then says also whether that
/// form agrees with the answer.
fn rewrite(
    shape: &Shape,
    problem: &mut Problem,
    answer: &mut Answer,
    options: Option<&CheckOptions>,
    derive: &mut dyn FnMut(&mut Problem) -> Option<ExprId>,
) -> Result<Option<Vectorized>, Failure> {
    let mut derive = |problem: &mut Problem| vec![derive(problem)];
    let found = forms(shape, problem, &[answer.expr], &answer.conditions, &mut derive, options)?;
    if let Some(found) = &found {
        answer.expr = found.exprs[0];
        answer.conditions.clone_from(&found.conditions);
        worse_of(&mut answer.certificate, found);
    }
    Ok(found)
}

/// The expressions with matrices, or by the rows of those that are named; `None` where neither is asked for.
fn forms(
    shape: &Shape,
    problem: &mut Problem,
    exprs: &[ExprId],
    conditions: &[Condition],
    derive: &mut dyn FnMut(&mut Problem) -> Vec<Option<ExprId>>,
    options: Option<&CheckOptions>,
) -> Result<Option<Vectorized>, Failure> {
    if !shape.rewrites() {
        return Ok(None);
    }
    // The forms are those with norms, however the input writes them.
    problem.style.squared_norm_as_product = false;
    if shape.vectorize {
        return Ok(Some(session::vectorized(problem, exprs, conditions, derive, options)));
    }
    let found = session::by_rows(problem, exprs, conditions, &shape.by_rows, options);
    found.map(Some).map_err(|name| Failure::Message(format!("`{name}` is no matrix of the expression")))
}

/// Of an answer that passed its check and of its form the certificate that says less.
fn worse_of(certificate: &mut Option<Certificate>, found: &Vectorized) {
    if let Some(form) = &found.certificate
        && certificate.as_ref().is_some_and(Certificate::passed)
        && !form.passed()
    {
        *certificate = Some(form.clone());
    }
}

/// The notes that are still to be printed: those on how the input was read, once for a request, and one for each of these variables whose
/// first derivative is identically zero.
fn take_notes(problem: &mut Problem, vanishing: &[usize]) -> Vec<Note> {
    let mut notes = std::mem::take(&mut problem.notes);
    notes.extend(vanishing.iter().filter_map(|place| session::zero_derivative(problem, *place)));
    notes
}

/// The variables, by position, whose differential does not occur in a differential.
fn absent(problem: &Problem, differential: ExprId) -> Vec<usize> {
    let occurs = |arena: &Arena, wrt: SymbolId| {
        let is_its = |id: &ExprId| matches!(arena.node(*id), Node::Differential(symbol, _) if *symbol == wrt);
        arena.post_order(differential).iter().any(is_its)
    };
    (0..problem.wrt.len()).filter(|place| !occurs(&problem.arena, problem.wrt[*place])).collect()
}

/// Whether a derivation has a line that does not follow.
fn failed(steps: Option<&Derivation>) -> bool {
    steps.is_some_and(|steps| steps.failed().is_some())
}

/// From which sizes on parts are named.
fn limits(shape: &Shape) -> Limits {
    match shape.name_parts {
        NameParts::Always => Limits::ALWAYS,
        NameParts::Long => Limits::default(),
        NameParts::Never => Limits::NEVER,
    }
}

/// The problem of what every command for derivatives takes, and the text of its expression; `more` stands behind the expression.
fn read(common: &Variable, goal: Goal, more: Vec<Given>) -> Result<(Problem, String), Failure> {
    let text = input::text(&common.expr)?;
    let declarations = input::declarations(&common.common.decl)?;
    let mut given = vec![Given { origin: "expression".into(), text: text.clone(), goal }];
    given.extend(more);
    let wrt: Vec<&str> = common.wrt.iter().map(String::as_str).collect();
    Ok((session::read(&given, &declarations, &wrt)?, text))
}

/// How to check, unless checks are switched off.
fn checking(common: &Variable) -> Option<CheckOptions> {
    (!common.checking.no_check).then(|| options(common.checking.seed))
}

fn options(seed: u64) -> CheckOptions {
    CheckOptions { seed, ..CheckOptions::default() }
}
