//! `matcalc code EXPR --wrt X --of value,gradient --lang jax`

use super::super::certificate::{certificate_line, disagreement_text, reason_text};
use super::super::format::Format;
use super::super::question::CodePart;
use super::super::{Page, Request, json, shown};
use super::given::{checking, options, read};
use super::note::take_notes;
use crate::answer::{self, AlongKind, Target};
use crate::check::{Certificate, Outcome};
use crate::codegen::Layout;
use crate::domain::{Condition, hold_in_doubles};
use crate::emit::{Draft, Function, FunctionName, Language, Part, Piece, name_ranges};
use crate::error::Error;
use crate::expr::{Node, SymbolId, SymbolKind};
use crate::linear::Convention;
use crate::numeric::Bindings;
use crate::problem::{DIRECTION, Given, Problem};
use crate::render::{self, document_name, render, render_condition};
use crate::shape::Goal;

/// What a direction is called, one of matrices by the capital; the first that the expression does not have.
const DIRECTIONS: [&str; 6] = ["v", "d", "p", "h", "u", "direction"];

/// What a function is called that is given no name.
const DEFAULT_NAME: &str = "loss";

pub(super) fn run(
    request: &Request,
    parts: &[CodePart],
    (name, language): (Option<&str>, Option<Language>),
    page: &mut Page,
) -> Result<(), Error> {
    let is_document = request.format == Format::Json;
    let of_document = is_document.then_some(language.unwrap_or(Language::Numpy));
    let Some(language) = request.format.language().or(of_document) else {
        return Err(Error::Message("code is written in a programming language, named with --lang".into()));
    };
    name.map_or(Ok(()), check_name)?;
    let mut problem = problem_of(request, parts)?;
    let mut found = Found::default();
    for part in parts {
        derive(request, &mut problem, *part, &mut found)?;
    }
    page.fail_unless(found.certificates.iter().all(|(_, certificate)| certificate.passed()));
    for (what, certificate) in &found.certificates {
        shown::warn(page, what, Some(certificate), true);
    }
    let notes = take_notes(&mut problem, &[]);
    page.notes.clone_from(&notes);
    let style = &problem.style;
    let conditions: Vec<String> = found
        .conditions
        .iter()
        .map(|condition| render_condition(&problem.arena, *condition, render::Format::Unicode, style))
        .collect();
    let clauses: Vec<String> =
        found.conditions.iter().map(|condition| render::condition_clause(&problem.arena, *condition, style)).collect();
    let symmetric: Vec<SymbolId> = found
        .conditions
        .iter()
        .filter_map(|condition| match (condition, problem.arena.node(condition.expr())) {
            (Condition::Symmetric(_), Node::Symbol(symbol)) => Some(*symbol),
            _ => None,
        })
        .collect();
    let about = about(&problem, parts);
    name_ranges(&mut problem.arena, found.pieces.iter().map(|piece| piece.expr));
    let draft = Draft {
        arena: &problem.arena,
        symbols: &problem.symbols,
        wrt: &problem.wrt,
        pieces: &found.pieces,
        name: name.map_or(FunctionName::Wish(DEFAULT_NAME), FunctionName::Given),
        about: &about,
        symmetric: &symmetric,
        conditions: &clauses,
    };
    let refused = |error: crate::emit::EmitError| Error::Message(error.to_string());
    let function = Function::new(&draft).map_err(refused)?;
    let written = function.write(language).map_err(refused)?;
    let is_given = |point: &Bindings<f64>| hold_in_doubles(&problem.arena, &found.conditions, point);
    let of_code = if request.is_checked { written.check(&options(request), &is_given) } else { Vec::new() };
    let remarks = take_checks(page, &found.names, &of_code);
    if is_document {
        let checks: Vec<&Certificate> = found.certificates.iter().map(|(_, certificate)| certificate).collect();
        let text = (!page.failed).then_some(written.text.trim_end());
        let of = (written.name.as_str(), found.names.as_slice());
        let mut answer = json::code(&problem, language, of, text, (&found.conditions, &checks));
        answer["remarks"] = serde_json::json!(remarks);
        page.gather(request, &problem, &notes, answer);
        return Ok(());
    }
    if !page.failed {
        page.line(written.text.trim_end());
    }
    let declarations = super::super::about::declarations_text(&problem);
    if !declarations.is_empty() {
        page.about(format!(
            "where {}",
            declarations.into_iter().chain(conditions.iter().cloned()).collect::<Vec<_>>().join(", ")
        ));
    }
    shown::note_lines(request.prompt, &notes).into_iter().for_each(|text| page.about(text));
    for (what, certificate) in &found.certificates {
        page.about(format!("{what}: {}", certificate_line(certificate)));
    }
    remarks.into_iter().for_each(|remark| page.about(remark));
    Ok(())
}

/// The expression, with a direction where the code takes one.
fn problem_of(request: &Request, parts: &[CodePart]) -> Result<Problem, Error> {
    let second = parts.iter().any(|part| matches!(part, CodePart::Hessian | CodePart::Hvp));
    let goal = if second { Goal::Hessian } else { Goal::Scalar };
    let mut problem = read(request, goal.clone(), Vec::new())?;
    if second && problem.wrt.len() > 1 {
        let first = document_name(&problem.arena, problem.wrt[0]);
        return Err(Error::Message(format!(
            "second derivatives are in one variable, {} are given\n  = help: take the others as fixed: --wrt {first}",
            problem.wrt.len()
        )));
    }
    if parts.contains(&CodePart::Hvp) {
        problem = with_direction(request, &problem, goal)?;
    }
    refuse_family(&problem)?;
    Ok(problem)
}

/// Fails the page where code is wrong; what is to be said of code that was not checked.
fn take_checks(page: &mut Page, names: &[&str], checks: &[Certificate]) -> Vec<String> {
    let mut remarks = Vec::new();
    for (what, certificate) in names.iter().zip(checks) {
        match &certificate.outcome {
            Outcome::Passed => {}
            Outcome::Failed(disagreement) => {
                page.fail_unless(false);
                page.warn(format!(
                    "error: the code of the {what} did not pass its numeric check, so it is not printed; please report it as a bug\n  = note: {}",
                    disagreement_text(disagreement)
                ));
            }
            Outcome::NotChecked(reason) => {
                remarks.push(format!("the code of the {what} was not checked: {}", reason_text(reason)));
            }
        }
    }
    remarks
}

/// What was derived.
#[derive(Default)]
struct Found {
    pieces: Vec<Piece>,
    names: Vec<&'static str>,
    conditions: Vec<Condition>,
    certificates: Vec<(&'static str, Certificate)>,
}

impl Found {
    fn add(&mut self, what: &'static str, piece: Piece, conditions: &[Condition], certificate: Option<Certificate>) {
        self.pieces.push(piece);
        self.names.push(what);
        for condition in conditions {
            if !self.conditions.contains(condition) {
                self.conditions.push(*condition);
            }
        }
        self.certificates.extend(certificate.map(|certificate| (what, certificate)));
    }
}

/// Derives what a part is.
fn derive(request: &Request, problem: &mut Problem, part: CodePart, found: &mut Found) -> Result<(), Error> {
    let options = checking(request);
    let options = options.as_ref();
    let value = |part, expr| Piece { part, expr, layout: Layout::Value };
    match part {
        CodePart::Value => {
            let expr = problem.normal[0];
            found.add("value", value(Part::Value, expr), &[], None);
        }
        CodePart::Gradient => {
            for place in 0..problem.wrt.len() {
                let target = Target::Gradient { place, convention: Convention::Projected };
                let answer = target.answer(problem, options)?;
                let piece = value(Part::Gradient(place), answer.expr);
                found.add("gradient", piece, &answer.conditions, answer.certificate);
            }
        }
        CodePart::Hessian => {
            let views = answer::hessian(problem, 0, 0, options)?;
            let shape = problem.arena.symbol(problem.wrt[0]).shape;
            let layout = Layout::Tensor { output: shape, variable: shape };
            let piece = Piece { part: Part::Hessian, expr: views.array, layout };
            found.add("Hessian", piece, &views.conditions, views.certificate);
        }
        CodePart::Hvp => {
            let answer = Target::Product(AlongKind::Hvp).answer(problem, options)?;
            found.add("product", value(Part::Hvp, answer.expr), &answer.conditions, answer.certificate);
        }
    }
    Ok(())
}

/// The problem with a direction of the shape of its variable.
fn with_direction(request: &Request, problem: &Problem, goal: Goal) -> Result<Problem, Error> {
    let variable = problem.arena.symbol(problem.wrt[0]);
    let is_free = |name: &String| problem.arena.find_symbol(name).is_none();
    let cased = |name: &str| match (variable.shape.is_matrix(), name) {
        (true, "direction") => "Direction".to_owned(),
        (true, name) => name.to_uppercase(),
        (false, name) => name.to_owned(),
    };
    let mut names = DIRECTIONS.into_iter().chain(["v_1"]).map(cased);
    let name = names.find(is_free).unwrap_or_else(|| cased("v_2"));
    let wrt = variable.name.clone();
    let direction = Given { origin: DIRECTION.into(), text: name, goal: Goal::ShapeOf(wrt) };
    read(request, goal, vec![direction])
}

/// A function takes whole arrays, so its gradient is in a whole array.
fn refuse_family(problem: &Problem) -> Result<(), Error> {
    let family = problem.wrt.iter().find(|wrt| matches!(problem.arena.symbol(**wrt).kind, SymbolKind::Family(_)));
    match family {
        None => Ok(()),
        Some(wrt) => {
            let name = document_name(&problem.arena, *wrt);
            Err(Error::Message(format!(
                "a function has no gradient in a member of the family `{name}`\n  = help: write its members as the rows of a matrix"
            )))
        }
    }
}

/// A name is a word in every language.
fn check_name(name: &str) -> Result<(), Error> {
    let is_word = name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if is_word {
        return Ok(());
    }
    Err(Error::Message(format!(
        "`{name}` is not a name for a function\n  = help: small letters of ASCII, digits and `_`, the first a letter: --name loss"
    )))
}

/// `Value and gradient of ½‖Ax − b‖² with respect to x.`
fn about(problem: &Problem, parts: &[CodePart]) -> String {
    let words: Vec<&str> = parts
        .iter()
        .map(|part| match part {
            CodePart::Value => "value",
            CodePart::Gradient if problem.wrt.len() > 1 => "gradients",
            CodePart::Gradient => "gradient",
            CodePart::Hessian => "Hessian",
            CodePart::Hvp => "Hessian-vector product",
        })
        .collect();
    let list = match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    let list: String = list.chars().take(1).flat_map(char::to_uppercase).chain(list.chars().skip(1)).collect();
    let expression = render(&problem.arena, problem.raw[0], render::Format::Unicode, &problem.style);
    if parts == [CodePart::Value] {
        return format!("{list} of {expression}.");
    }
    let wrt: Vec<String> = problem.wrt.iter().map(|wrt| document_name(&problem.arena, *wrt)).collect();
    format!("{list} of {expression} with respect to {}.", wrt.join(", "))
}
