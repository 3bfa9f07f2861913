//! `matcalc check EXPR --wrt X [--claim G]`

use super::super::args::Check;
use super::super::{Failure, exit_code, input, output, verdict};
use super::options;
use crate::check;
use crate::linear::Convention;
use crate::session::{self, Given};
use crate::shape::Goal;

pub(super) fn run(args: &Check) -> Result<u8, Failure> {
    let text = input::text(&args.expr)?;
    let declarations = input::declarations(&args.common.decl)?;
    let mut given = vec![Given { origin: "expression".into(), text: text.clone(), goal: Goal::Scalar }];
    if let Some(claim) = &args.claim {
        given.push(Given {
            origin: "claim".into(),
            text: input::text(claim)?,
            goal: Goal::ShapeOf(crate::syntax::parse_name(&args.wrt).unwrap_or_default()),
        });
    }
    let mut problem = session::read(&given, &declarations, &[&args.wrt])?;
    let options = options(args.seed);
    if args.claim.is_some() {
        let claimed = session::claimed(&mut problem, &options)?;
        let of_claim = (claimed.verdict == check::Verdict::Right)
            .then(|| check::check_gradient(&problem.arena, problem.raw[0], problem.wrt[0], problem.raw[1], &options));
        let right = of_claim.as_ref().or(claimed.truth.certificate.as_ref());
        return Ok(verdict::claim(&problem, &claimed, right));
    }
    let answer = session::gradient(&mut problem, 0, Convention::Projected, Some(&options))?;
    let shown = output::Shown {
        problem: &problem,
        answer: &answer,
        command: "check",
        wrt: Some(problem.wrt[0]),
        input: &text,
        vech: false,
        how: output::How::default(),
    };
    output::details(&shown)?;
    let passed = answer.certificate.as_ref().is_some_and(check::Certificate::passed);
    Ok(if passed { exit_code::OK } else { exit_code::FAILED })
}
