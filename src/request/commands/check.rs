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
use crate::problem::Given;
use crate::shape::Goal;

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
    let mut given = vec![Given { origin: "expression".into(), text: request.text(), goal: Goal::Scalar }];
    if let Some(claim) = claim {
        given.push(Given {
            origin: "claim".into(),
            text: request.defined(claim),
            goal: Goal::ShapeOf(crate::syntax::parse_name(wrt).unwrap_or_default()),
        });
    }
    let mut problem = read_whole(request, &given, &request.declarations, &[wrt])?;
    let options = options(request);
    if claim.is_some() {
        let claimed = answer::claimed(&mut problem, &options)?;
        let vanishing: &[usize] = if problem.arena.is_zero(claimed.truth.expr) { &[0] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        if request.format == Format::Json {
            page.fail_unless(claimed.verdict == check::Verdict::Right);
            let coded = code::coded(page, request, &problem, claimed.truth.expr, None, &Layout::Value);
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
