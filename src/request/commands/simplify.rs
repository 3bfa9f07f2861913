//! `matcalc simplify EXPR`

use super::super::{Page, Request, output, shown};
use super::derived;
use super::given::read_whole;
use super::note::take_notes;
use crate::answer::{Application, Target, applications};
use crate::error::Error;
use crate::problem::Given;
use crate::shape::Goal;

pub(super) fn run(request: &Request, page: &mut Page) -> Result<(), Error> {
    let given = [Given { origin: "expression".into(), text: request.text(), goal: Goal::Any }];
    let mut problem = read_whole(request, &given, &request.declarations, &[])?;
    let derived = derived::answer(request, &mut problem, Target::Simplest)?;
    let notes = take_notes(&mut problem, &[]);
    let (answer, how) = (&derived.found, derived.how(request, None));
    let shown = shown::Shown { problem: &problem, answer, wrt: None, request, vech: false, notes: &notes, how };
    output::answer(page, &shown, request.format, None)?;
    page.fail_unless(answer.stands());
    if request.identities {
        for Application { id, says, times } in applications(&mut problem) {
            page.about(format!("{times}× {id}: {says}"));
        }
    }
    Ok(())
}
