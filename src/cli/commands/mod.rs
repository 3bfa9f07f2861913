//! One file for each command.

mod check;
mod convexity;
mod equal;
mod eval;
mod grad;
mod read;
mod simplify;
mod solve;
mod tensor;

use super::args::{Command, Common, NameParts, Shape, Variable};
use super::batch::Expression;
use super::format::Format;
use super::{Failure, exit_code, input, output};
use crate::check::{Certificate, CheckOptions};
use crate::differential::Condition;
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::naming::Limits;
use crate::session::{self, Answer, Given, Note, Problem, Report, Source, Vectorized};
use crate::shape::Goal;
use crate::steps::Derivation;
use crate::tensor::AlongKind;

/// The texts that the arguments of a command stand for.
pub(super) struct Texts<'a> {
    expression: &'a Expression,
    /// The expression it is compared with, or the claimed gradient.
    other: Option<&'a Expression>,
    declarations: &'a str,
    /// The name of the command.
    command: &'static str,
    /// The expression that is one of several, where one is.
    one_of_several: Option<&'a Expression>,
}

impl Texts<'_> {
    /// The expression.
    pub(super) fn expression(&self) -> &str {
        &self.expression.text
    }

    /// The number of the expression's line, where it is one of several.
    pub(super) fn line(&self) -> Option<usize> {
        self.one_of_several.map(|expression| expression.line)
    }

    /// The number that the first line of a text has where it was given.
    pub(super) fn first_line(&self, origin: &str) -> usize {
        match (origin, self.other) {
            ("expression" | "first expression", _) => self.expression.line,
            ("second expression" | "claim", Some(other)) => other.line,
            _ => 1,
        }
    }
}

/// Runs a command on each of its expressions; the largest exit status.
pub(super) fn run(command: &Command) -> u8 {
    let read = || {
        let declarations = input::declarations(&common(command).decl)?;
        let (first, second) = arguments(command);
        let first = input::expressions(first)?;
        let second = second.map(input::expressions).transpose()?;
        Ok((declarations, pairs(first, second)?))
    };
    let (declarations, pairs) = match read() {
        Ok(read) => read,
        Err(failure) => {
            output::failure(&failure, None);
            return exit_code::INPUT;
        }
    };
    let several = pairs.len() > 1;
    if several && let Err(diagnostics) = crate::syntax::parse_declarations(&declarations) {
        // An error of all lines is one error.
        let source = Source { origin: "declarations".into(), text: declarations };
        output::failure(&Report { errors: vec![(source, diagnostics)] }.into(), None);
        return exit_code::INPUT;
    }
    let format = format(command);
    let mut status = exit_code::OK;
    // One expression that is compared with several is not what tells them apart.
    let is_repeated = pairs.windows(2).all(|two| two[0].0 == two[1].0);
    for (expression, other) in &pairs {
        let told_apart = other.as_ref().filter(|_| is_repeated).unwrap_or(expression);
        let one_of_several = several.then_some(told_apart);
        let texts = Texts {
            expression,
            other: other.as_ref(),
            declarations: &declarations,
            command: name(command),
            one_of_several,
        };
        if let Some(expression) = one_of_several.filter(|_| format != Format::Json) {
            output::header(expression, format);
        }
        status = status.max(match run_one(command, &texts) {
            Ok(status) => status,
            Err(failure) => {
                if several && format == Format::Json {
                    let document = output::failure_json(texts.command, &expression.text, &failure);
                    output::json_documents(vec![document], texts.line());
                } else {
                    output::failure(&failure, Some(&texts));
                }
                exit_code::INPUT
            }
        });
    }
    status
}

/// The expressions with those that they are compared with, each with its own or all with one.
fn pairs(
    first: Vec<Expression>,
    second: Option<Vec<Expression>>,
) -> Result<Vec<(Expression, Option<Expression>)>, Failure> {
    let Some(second) = second else { return Ok(first.into_iter().map(|one| (one, None)).collect()) };
    let (here, there) = (first.len(), second.len());
    if here == 1 {
        let repeated = std::iter::repeat_n(first[0].clone(), there);
        return Ok(repeated.zip(second.into_iter().map(Some)).collect());
    }
    if there == 1 {
        return Ok(first.into_iter().map(|one| (one, Some(second[0].clone()))).collect());
    }
    if here != there {
        return Err(Failure::Message(format!(
            "{here} expressions cannot be paired with {there}\n  = help: give as many on both sides, or one on either side"
        )));
    }
    Ok(first.into_iter().zip(second.into_iter().map(Some)).collect())
}

/// Runs a command on one expression; the exit status, or what is wrong with its input.
fn run_one(command: &Command, texts: &Texts<'_>) -> Result<u8, Failure> {
    match command {
        Command::Grad(args) => grad::run(args, texts),
        Command::Check(args) => check::run(args, texts),
        Command::Convexity(args) => convexity::run(args, texts),
        Command::Solve(args) => solve::run(args, texts),
        Command::Simplify(args) => simplify::run(args, texts),
        Command::Read(args) => read::run(args, texts),
        Command::Equal(args) => equal::run(args, texts),
        Command::Eval(args) => eval::run(args, texts),
        Command::Diff(args) => tensor::diff(args, texts),
        Command::Jacobian(args) => tensor::jacobian(args, texts),
        Command::Hessian(args) => tensor::hessian(args, texts),
        Command::Derivative(args) => tensor::derivative(args, texts),
        Command::Jvp(args) => tensor::along(args, texts, AlongKind::Jvp),
        Command::Vjp(args) => tensor::along(args, texts, AlongKind::Vjp),
        Command::Hvp(args) => tensor::along(args, texts, AlongKind::Hvp),
        Command::Taylor(args) => tensor::taylor(args, texts),
    }
}

/// The arguments that are expressions: the one that may be one of several, and what it is compared with.
fn arguments(command: &Command) -> (&str, Option<&str>) {
    match command {
        Command::Grad(args) => (&args.expr, None),
        Command::Check(args) => (&args.expr, args.claim.as_deref()),
        Command::Simplify(args) => (&args.expr, None),
        Command::Read(args) => (&args.expr, None),
        Command::Equal(args) => (&args.left, Some(&args.right)),
        Command::Eval(args) => (&args.expr, None),
        _ => (variable(command).map_or("", |variable| &variable.expr), None),
    }
}

/// How the answers of a command are printed.
fn format(command: &Command) -> Format {
    match command {
        Command::Grad(args) => args.format,
        Command::Simplify(args) => args.format,
        Command::Read(args) => args.format,
        Command::Check(_) | Command::Equal(_) | Command::Eval(_) => Format::Unicode,
        _ => variable(command).map_or(Format::Unicode, |variable| variable.format),
    }
}

/// The name of a command.
fn name(command: &Command) -> &'static str {
    match command {
        Command::Grad(_) => "grad",
        Command::Check(_) => "check",
        Command::Simplify(_) => "simplify",
        Command::Read(_) => "read",
        Command::Equal(_) => "equal",
        Command::Eval(_) => "eval",
        Command::Diff(_) => "diff",
        Command::Jacobian(_) => "jacobian",
        Command::Hessian(_) => "hessian",
        Command::Derivative(_) => "derivative",
        Command::Jvp(_) => "jvp",
        Command::Vjp(_) => "vjp",
        Command::Hvp(_) => "hvp",
        Command::Taylor(_) => "taylor",
        Command::Solve(_) => "solve",
        Command::Convexity(_) => "convexity",
    }
}

/// What the commands for derivatives take.
fn variable(command: &Command) -> Option<&Variable> {
    match command {
        Command::Diff(args) => Some(&args.variable),
        Command::Jacobian(args) => Some(&args.variable),
        Command::Hessian(args) => Some(&args.variable),
        Command::Derivative(args) => Some(&args.variable),
        Command::Jvp(args) | Command::Vjp(args) | Command::Hvp(args) => Some(&args.variable),
        Command::Taylor(args) => Some(&args.variable),
        Command::Solve(args) | Command::Convexity(args) => Some(args),
        Command::Grad(_)
        | Command::Check(_)
        | Command::Simplify(_)
        | Command::Read(_)
        | Command::Equal(_)
        | Command::Eval(_) => None,
    }
}

/// The options that every command has.
pub(super) fn common(command: &Command) -> &Common {
    match command {
        Command::Grad(args) => &args.common,
        Command::Check(args) => &args.common,
        Command::Simplify(args) => &args.common,
        Command::Read(args) => &args.common,
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
fn read(common: &Variable, texts: &Texts<'_>, goal: Goal, more: Vec<Given>) -> Result<(Problem, String), Failure> {
    let text = texts.expression().to_owned();
    let mut given = vec![Given { origin: "expression".into(), text: text.clone(), goal }];
    given.extend(more);
    let wrt = variables(&common.wrt, texts, &given[0].goal)?;
    let wrt: Vec<&str> = wrt.iter().map(String::as_str).collect();
    Ok((session::read(&given, texts.declarations, &wrt)?, text))
}

/// The variables: the names after `--wrt`, or those that the expression names itself. Where there is none the message lists the names of
/// the expression, as far as it can be read.
fn variables(wrt: &[String], texts: &Texts<'_>, goal: &Goal) -> Result<Vec<String>, Failure> {
    if !wrt.is_empty() {
        return Ok(wrt.to_vec());
    }
    // What is wrong with a definition comes before what is missing.
    let defines = ["=", "↦", "\\mapsto", "min", "max"].iter().any(|sign| texts.expression().contains(sign));
    match session::named_variables(texts.expression(), texts.declarations) {
        Ok(named) if !named.is_empty() => return Ok(named),
        Err(report) if defines => return Err(report.into()),
        Ok(_) | Err(_) => {}
    }
    let given = [Given { origin: "expression".into(), text: texts.expression().into(), goal: goal.clone() }];
    let names: Vec<String> = session::read(&given, texts.declarations, &[])
        .map(|problem| problem.symbols.iter().map(|symbol| problem.arena.symbol(*symbol).name.clone()).collect())
        .unwrap_or_default();
    let help = match names.as_slice() {
        [] => String::new(),
        [one] => format!("\n  = help: the only name in the expression is {one}: --wrt {one}"),
        [first, ..] => format!("\n  = help: the names in the expression are {}, as in --wrt {first}", names.join(", ")),
    };
    Err(Failure::Message(format!("`{}` needs a variable, named with --wrt{help}", texts.command)))
}

/// How to check, unless checks are switched off.
fn checking(common: &Variable) -> Option<CheckOptions> {
    (!common.checking.no_check).then(|| options(common.checking.seed))
}

fn options(seed: u64) -> CheckOptions {
    CheckOptions { seed, ..CheckOptions::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_on_the_reading_are_taken_once() {
        let given = [Given { origin: "expression".into(), text: "x'y".into(), goal: Goal::Scalar }];
        let mut problem = session::read(&given, "", &["x", "y"]).unwrap_or_else(|_| unreachable!("it can be read"));
        problem.notes.push(Note {
            row: "reading",
            source: 0,
            span: crate::span::Span::new(0, 3),
            text: "x'y".into(),
            message: "read as an inner product; write `x y'` for the outer one".into(),
            other: Some("x y'".into()),
        });
        let first = take_notes(&mut problem, &[]);
        assert_eq!(output::note_lines(&first), ["note: read as an inner product; write `x y'` for the outer one"]);
        assert_eq!(output::notes_json(&first)[0]["other"], "x y'");
        assert_eq!(take_notes(&mut problem, &[]), []);
    }
}
