//! `matcalc check EXPR --wrt X [--claim G]`

use super::super::args::Check;
use super::super::{Failure, output, verdict};
use super::{Texts, options, take_notes, variables};
use crate::check;
use crate::linear::Convention;
use crate::session::{self, Given};
use crate::shape::Goal;

pub(super) fn run(args: &Check, texts: &Texts<'_>) -> Result<u8, Failure> {
    let text = texts.expression().to_owned();
    let wrt = variables(args.wrt.as_slice(), texts, &Goal::Scalar)?;
    let [wrt] = wrt.as_slice() else {
        let message = format!(
            "`check` takes one variable, {} are named\n  = help: take the others as fixed: --wrt {}",
            wrt.len(),
            wrt[0]
        );
        return Err(Failure::Message(message));
    };
    let mut given = vec![Given { origin: "expression".into(), text: text.clone(), goal: Goal::Scalar }];
    if let Some(claim) = texts.other {
        given.push(Given {
            origin: "claim".into(),
            text: claim.text.clone(),
            goal: Goal::ShapeOf(crate::syntax::parse_name(wrt).unwrap_or_default()),
        });
    }
    let mut problem = session::read(&given, texts.declarations, &[wrt])?;
    let options = options(args.seed);
    if texts.other.is_some() {
        let claimed = session::claimed(&mut problem, &options)?;
        let of_claim = (claimed.verdict == check::Verdict::Right)
            .then(|| check::check_gradient(&problem.arena, problem.raw[0], problem.wrt[0], problem.raw[1], &options));
        let right = of_claim.as_ref().or(claimed.truth.certificate.as_ref());
        let vanishing: &[usize] = if problem.arena.is_zero(claimed.truth.expr) { &[0] } else { &[] };
        let notes = take_notes(&mut problem, vanishing);
        return Ok(verdict::claim(&problem, &claimed, &notes, right));
    }
    let answer = session::gradient(&mut problem, 0, Convention::Projected, Some(&options))?;
    let vanishing: &[usize] = if problem.arena.is_zero(answer.expr) { &[0] } else { &[] };
    let notes = take_notes(&mut problem, vanishing);
    let shown = output::Shown {
        problem: &problem,
        answer: &answer,
        command: "check",
        wrt: Some(problem.wrt[0]),
        input: &text,
        vech: false,
        notes: &notes,
        how: output::How::default(),
    };
    output::details(&shown)?;
    Ok(output::status(&answer))
}
