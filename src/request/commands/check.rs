//! `matcalc check EXPR --wrt X [--claim G]`

use super::super::format::Format;
use super::super::{Page, Request, code, json, output, shown, verdict};
use super::given::{options, read_whole, variables};
use super::note::take_notes;
use crate::answer;
use crate::check;
use crate::codegen::Layout;
use crate::error::Error;
use crate::linear::Convention;
use crate::problem::{Given, Note, Problem, Report};
use crate::shape::Goal;
use crate::span::Span;

/// Whether the claim has not the shape of the variable.
fn is_of_another_shape(report: &Report) -> bool {
    let found = report.errors.iter().filter(|(source, _)| source.origin == "claim");
    found.flat_map(|(_, diagnostics)| diagnostics).any(|one| one.code == "S0125")
}

/// The problem in which the transpose of the claim is compared, and says so.
fn in_numerator_layout(mut problem: Problem, claim: &str) -> Problem {
    problem.notes.push(Note {
        row: "numerator-layout",
        source: 1,
        span: Span::new(0, claim.len()),
        text: claim.to_owned(),
        message: "the claim is in numerator layout, with the shape of the transpose of the gradient: its transpose was compared"
            .into(),
        other: Some(format!("({claim})'")),
    });
    problem
}

pub(super) fn run(request: &Request, claim: Option<&str>, page: &mut Page) -> Result<(), Error> {
    let wrt = variables(request, &Goal::Scalar)?;
    let [wrt] = wrt.as_slice() else {
        let message = format!(
            "`check` takes one variable, {} are named\n  = help: take the others as fixed: --wrt {}",
            wrt.len(),
            wrt[0]
        );
        return Err(Error::Message(message));
    };
    let read = |claim: Option<&str>| {
        let mut given = vec![Given { origin: "expression".into(), text: request.text(), goal: Goal::Scalar }];
        given.extend(claim.map(|claim| Given {
            origin: "claim".into(),
            text: request.defined(claim),
            goal: Goal::ShapeOf(crate::syntax::parse_name(wrt).unwrap_or_default()),
        }));
        read_whole(request, &given, &request.declarations, &[wrt])
    };
    let mut problem = match (read(claim), claim) {
        (Err(report), Some(claim)) if is_of_another_shape(&report) => match read(Some(&format!("({claim})'"))) {
            Ok(turned) => in_numerator_layout(turned, claim),
            Err(_) => return Err(report.into()),
        },
        (read, _) => read?,
    };
    let options = options(request);
    if claim.is_some() {
        let claimed = answer::claimed(&mut problem, &options)?;
        let vanishing: &[usize] = if problem.arena.is_zero(claimed.truth.expr) { &[0] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        if request.format == Format::Json {
            page.fail_unless(claimed.verdict == check::Verdict::Right);
            let truth = &claimed.truth;
            let coded = code::coded(page, request, &problem, (truth.expr, &truth.conditions), None, &Layout::Value);
            let code = coded.unwrap_or_default().text;
            page.gather(request, &problem, &notes, json::claim(&problem, &claimed, code.as_ref()));
            return Ok(());
        }
        verdict::claim(page, &problem, &claimed, shown::note_lines(request.prompt, &notes));
        return Ok(());
    }
    let answer = answer::gradient(&mut problem, 0, Convention::Projected, Some(&options))?;
    let vanishing: &[usize] = if problem.arena.is_zero(answer.expr) { &[0] } else { &[] };
    let notes = take_notes(&mut problem, vanishing);
    let shown = shown::Shown {
        problem: &problem,
        answer: &answer,
        wrt: Some(problem.wrt[0]),
        request,
        vech: false,
        notes: &notes,
        how: shown::How::default(),
    };
    output::details(page, &shown)
}
