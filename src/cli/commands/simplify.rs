//! `matcalc simplify EXPR`

use super::super::args::{Format, Simplify};
use super::super::{Failure, exit_code, input, output};
use super::{limits, options, rewrite};
use crate::session::{self, Given};
use crate::shape::Goal;

pub(super) fn run(args: &Simplify) -> Result<u8, Failure> {
    let text = input::text(&args.expr)?;
    let declarations = input::declarations(&args.common.decl)?;
    let given = [Given { origin: "expression".into(), text: text.clone(), goal: Goal::Any }];
    let mut problem = session::read(&given, &declarations, &[])?;
    let options = options(args.checking.seed);
    let checking = (!args.checking.no_check).then_some(&options);
    let mut answer = session::simplified(&mut problem, checking);
    let vectorized = rewrite(&args.shape, &mut problem, &mut answer, checking, &mut |_| None)?;
    let how = output::How { limits: limits(&args.shape), vectorized: vectorized.as_ref(), steps: None, part: None };
    let shown = output::Shown {
        problem: &problem,
        answer: &answer,
        command: "simplify",
        wrt: None,
        input: &text,
        vech: false,
        how,
    };
    if args.format == Format::Json {
        output::json_documents(vec![output::json(&shown)]);
    } else {
        output::answer(&shown, args.format, None)?;
    }
    Ok(if answer.failed() { exit_code::FAILED } else { exit_code::OK })
}
