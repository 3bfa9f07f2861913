//! `matcalc simplify EXPR`

use super::super::args::Simplify;
use super::super::format::Format;
use super::super::{Failure, output};
use super::{Texts, limits, options, rewrite, take_notes};
use crate::session::{self, Given};
use crate::shape::Goal;

pub(super) fn run(args: &Simplify, texts: &Texts<'_>) -> Result<u8, Failure> {
    let text = texts.expression().to_owned();
    let given = [Given { origin: "expression".into(), text: text.clone(), goal: Goal::Any }];
    let mut problem = session::read(&given, texts.declarations, &[])?;
    let options = options(args.checking.seed);
    let checking = (!args.checking.no_check).then_some(&options);
    let mut answer = session::simplified(&mut problem, checking);
    let vectorized = rewrite(&args.shape, &mut problem, &mut answer, checking, &mut |_| None)?;
    let notes = take_notes(&mut problem, &[]);
    let how = output::How { limits: limits(&args.shape), vectorized: vectorized.as_ref(), steps: None, part: None };
    let shown = output::Shown {
        problem: &problem,
        answer: &answer,
        command: "simplify",
        wrt: None,
        input: &text,
        vech: false,
        notes: &notes,
        how,
    };
    if args.format == Format::Json {
        output::json_documents(vec![output::json(&shown)], texts.line());
    } else {
        output::answer(&shown, args.format, None)?;
    }
    Ok(output::status(&answer))
}
