//! What is shown of comparisons: verdicts on claims, equality, and the points where something fails.

use super::certificate::{apart, certificate_line, disagreement_text, point, reason_text, sides_text, structure_word};
use super::page::Page;
use crate::answer::{Claimed, Evidence};
use crate::check::{Certificate, Numbers, Outcome, Verdict};
use crate::domain::Condition;
use crate::expr::{ExprId, Node, SymbolId};
use crate::naming::Limits;
use crate::numeric::sample::Imposed;
use crate::problem::Problem;
use crate::render::{self, render_condition, render_shape, render_with_parts};

/// What an agreement rests on, in words after `equal` or `right`.
pub(super) fn evidence_text(problem: &Problem, evidence: Evidence, certificate: Option<&Certificate>) -> String {
    match evidence {
        Evidence::Rules => "by the rules".into(),
        Evidence::Residues(points) => {
            let symbols = symbols_text(problem);
            format!("(exact, at {} modulo 2⁶¹ − 1{symbols})", points_text(points))
        }
        Evidence::Numbers(points) => {
            let digits = certificate.map_or(MOST_DIGITS, |certificate| digits_of(certificate.largest_error));
            format!("at {} ({digits} digits), though the rules do not show it", points_text(points))
        }
    }
}

/// Which functions have symbols for values in arithmetic modulo a prime, and that their derivatives are those of the rules where one is asked for.
fn symbols_text(problem: &Problem) -> String {
    let mut names: Vec<&str> = Vec::new();
    for id in problem.raw.iter().flat_map(|root| problem.arena.post_order(*root)) {
        if let Node::Elementwise(func, _) = *problem.arena.node(id)
            && let Some(name) = func.letter().or_else(|| func.spelling())
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    let by_rule = match (problem.wrt.is_empty(), names.len()) {
        (true, _) => "",
        (false, 1) => ", its derivative by rule",
        (false, _) => ", their derivatives by rule",
    };
    match names.as_slice() {
        [] => String::new(),
        [others @ .., last] if !others.is_empty() => {
            format!("; the values of {} and {last} are symbols{by_rule}", others.join(", "))
        }
        [last, ..] => format!("; the values of {last} are symbols{by_rule}"),
    }
}

/// The digits that comparisons of numbers are computed with.
const MOST_DIGITS: u32 = 31;

/// The digits that agree where the relative error is this.
fn digits_of(error: f64) -> u32 {
    (1..=MOST_DIGITS).rev().find(|digits| error <= 10_f64.powi(-i32::try_from(*digits).unwrap_or(0))).unwrap_or(0)
}

fn points_text(points: usize) -> String {
    format!("{points} random point{}", if points == 1 { "" } else { "s" })
}

/// A difference of more characters than this is not shown.
const MOST_SHOWN: usize = 60;

/// Shows the line of symbols as they were understood, and conditions.
pub(super) fn where_line(page: &mut Page, problem: &Problem, conditions: &[Condition]) {
    let mut facts = conditions_text(problem, conditions);
    if !problem.symbols.is_empty() {
        facts.insert(0, render::where_line(&problem.arena, &problem.symbols, render::Format::Unicode));
    }
    if !facts.is_empty() {
        page.about(format!("where {}", facts.join(", ")));
    }
}

fn conditions_text(problem: &Problem, conditions: &[Condition]) -> Vec<String> {
    let text =
        |condition: &Condition| render_condition(&problem.arena, *condition, render::Format::Unicode, &problem.style);
    conditions.iter().map(text).collect()
}

/// Says where each of two expressions has a value, if they do not have one at the same points.
pub(super) fn domains(page: &mut Page, problem: &Problem, domains: &[Vec<Condition>; 2]) {
    let [first, second] = domains;
    if first.len() == second.len() && first.iter().all(|condition| second.contains(condition)) {
        return;
    }
    let text = |conditions: &[Condition]| match &*conditions_text(problem, conditions) {
        [] => "nothing".to_owned(),
        all => all.join(", "),
    };
    page.about(format!("the first needs {}, the second {}", text(first), text(second)));
}

/// That two expressions are not equal, with their difference where it is short and the numbers do not show it.
pub(super) fn different_text(problem: &Problem, certificate: &Certificate, difference: ExprId) -> String {
    if certificate.numbers != Numbers::Residues {
        return "not equal".into();
    }
    let exactly = "not equal (exact, at a random point modulo 2⁶¹ − 1)".to_owned();
    let text = render::render(&problem.arena, difference, render::Format::Unicode, &problem.style);
    if text.chars().count() > MOST_SHOWN { exactly } else { format!("{exactly}: they differ by {text}") }
}

/// Where two expressions are equal that are not equal everywhere.
pub(super) fn place_text(problem: &Problem, place: Condition) -> String {
    format!("; equal where {}", render_condition(&problem.arena, place, render::Format::Unicode, &problem.style))
}

/// Shows how a comparison of two expressions ended, with the point where they differ.
pub(super) fn comparison(page: &mut Page, certificate: &Certificate) {
    page.certificate = Some(certificate.clone());
    let Outcome::Failed(disagreement) = &certificate.outcome else {
        page.about(certificate_line(certificate));
        return;
    };
    page.line(format!("✗ {}", sides_text(disagreement)));
    point(page, disagreement);
}

/// Shows what is to be said of a claim, with the certificate of what is right: the claim, or the gradient.
pub(super) fn claim(page: &mut Page, problem: &Problem, claimed: &Claimed, notes: Vec<String>) {
    let Claimed { verdict, certificate, truth, .. } = claimed;
    let style = &problem.style;
    let gradient = render_with_parts(&problem.arena, truth.expr, render::Format::Unicode, style, &Limits::default())
        .to_line(render::Format::Unicode);
    page.line(verdict_text(problem, claimed));
    if let Verdict::Counterexample(disagreement) = verdict {
        point(page, disagreement);
    }
    if (*verdict != Verdict::Right || matches!(claimed.evidence, Evidence::Numbers(_))) && truth.stands() {
        page.about(format!("the gradient is {gradient}"));
    }
    where_line(page, problem, &truth.conditions);
    notes.into_iter().for_each(|text| page.about(text));
    if let Some(certificate) = certificate.as_ref().or(truth.certificate.as_ref()) {
        page.certificate = Some(certificate.clone());
        page.about(certificate_line(certificate));
    }
    page.fail_unless(*verdict == Verdict::Right);
}

/// A verdict on a claim in words.
pub(super) fn verdict_text(problem: &Problem, claimed: &Claimed) -> String {
    let shape = |shape| render_shape(&problem.arena, shape, render::Format::Unicode);
    let expression = |id| {
        let parts = Limits::default();
        let text = render_with_parts(&problem.arena, id, render::Format::Unicode, &problem.style, &parts);
        text.to_line(render::Format::Unicode)
    };
    match &claimed.verdict {
        Verdict::Right => format!("right {}", evidence_text(problem, claimed.evidence, claimed.certificate.as_ref())),
        Verdict::WrongByFactor { factor, fraction } => match fraction {
            Some((-1, 1)) => "wrong: off by a factor of −1".to_owned(),
            Some((numerator, 1)) => format!("wrong: it is {numerator} times the gradient"),
            Some((numerator, denominator)) => format!("wrong: it is {numerator}/{denominator} of the gradient"),
            None => format!("wrong: it is {} times the gradient", apart(*factor, 1.0)[0]),
        },
        Verdict::WrongByExpression(factor) => format!("wrong: it is {} times the gradient", expression(*factor)),
        Verdict::WithoutFactor(factor) => {
            format!("wrong: the factor {} is missing", expression(*factor))
        }
        Verdict::WrongTerm { claimed: Some(claimed), right: Some(right) } => {
            format!("wrong: the term {} should be {}", expression(*claimed), expression(*right))
        }
        Verdict::WrongTerm { claimed: Some(claimed), .. } => {
            format!("wrong: the term {} should not be there", expression(*claimed))
        }
        Verdict::WrongTerm { right, .. } => {
            format!("wrong: the term {} is missing", right.map(expression).unwrap_or_default())
        }
        Verdict::RightWhere(side) => {
            let condition = Condition::Positive(*side);
            let condition = render_condition(&problem.arena, condition, render::Format::Unicode, &problem.style);
            format!("wrong in general: right where {condition}")
        }
        Verdict::Transposed(properties) if properties.is_empty() => {
            "wrong: it is the transpose of the gradient".to_owned()
        }
        Verdict::Transposed(properties) => {
            format!("wrong: it is the transpose of the gradient; right if {}", imposed_words(problem, properties))
        }
        Verdict::HalfVectorized => {
            "right in the half-vectorized convention G + Gᵀ − G∘I, not as ⟨∇f, dX⟩ on the symmetric matrices".to_owned()
        }
        Verdict::Unprojected(structure) => {
            format!("wrong here: it is the gradient that ignores that the variable is {}", structure_word(*structure))
        }
        Verdict::OffByConstant(constant) => {
            let is_number = problem.wrt.iter().all(|wrt| problem.arena.symbol(*wrt).shape.is_scalar());
            let place = if is_number { "" } else { " in every entry" };
            format!("wrong: off by {}{place}", apart(*constant, 0.0)[0])
        }
        Verdict::OnlyUnder(properties) => {
            format!("wrong in general: right if {}", imposed_words(problem, properties))
        }
        Verdict::ShapeMismatch { expected, found } => {
            format!("wrong: its shape is {}, the gradient's is {}", shape(*found), shape(*expected))
        }
        Verdict::Counterexample(disagreement) => format!("wrong: {}", disagreement_text(disagreement)),
        Verdict::NotChecked(reason) => format!("not decided: {}", reason_text(reason)),
    }
}

/// `A is symmetric and B is symmetric`
fn imposed_words(problem: &Problem, properties: &[(SymbolId, Imposed)]) -> String {
    let word = |(symbol, imposed): &(SymbolId, Imposed)| {
        format!("{} is {}", render::spoken_name(&problem.arena, *symbol), imposed_word(*imposed))
    };
    properties.iter().map(word).collect::<Vec<_>>().join(" and ")
}

fn imposed_word(imposed: Imposed) -> &'static str {
    match imposed {
        Imposed::Structure(structure) => structure_word(structure),
        Imposed::Positive => "positive",
        Imposed::Integer => "an integer",
        Imposed::Tied => "one of −1, 0 and 1 in every entry",
    }
}
