//! `matcalc simplify EXPR`

use super::super::{Page, Request, output};
use super::{checking, limits, read_whole, rewrite, take_notes};
use crate::answer;
use crate::error::Error;
use crate::problem::Given;
use crate::shape::Goal;

pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    let given = [Given { origin: "expression".into(), text: request.text(), goal: Goal::Any }];
    let mut problem = read_whole(request, &given, &request.declarations, &[])?;
    let options = checking(request);
    let checking = options.as_ref();
    let mut answer = answer::simplified(&mut problem, checking);
    let vectorized = rewrite(&request.form, &mut problem, &mut answer, checking, &mut |_| None)?;
    let notes = take_notes(&mut problem, &[]);
    let how = output::How { limits: limits(&request.form), vectorized: vectorized.as_ref(), steps: None, part: None };
    let shown =
        output::Shown { problem: &problem, answer: &answer, wrt: None, request, vech: false, notes: &notes, how };
    output::answer(page, &shown, request.format, None)?;
    page.fail_unless(answer.stands());
    Ok(())
}
