//! `matcalc equal E1 E2`

use super::super::args::Equal;
use super::super::{Failure, exit_code, output, verdict};
use super::{Texts, options};
use crate::session::{self, Equality, Given};
use crate::shape::Goal;

pub(super) fn run(args: &Equal, texts: &Texts<'_>) -> Result<u8, Failure> {
    let left = texts.expression().to_owned();
    let right = texts.other.map(|other| other.text.clone()).unwrap_or_default();
    let given = [
        Given { origin: "first expression".into(), text: left, goal: Goal::Any },
        Given { origin: "second expression".into(), text: right, goal: Goal::SameAs(0) },
    ];
    let mut problem = session::read(&given, texts.declarations, &[])?;
    let equality = session::equality(&mut problem, &options(args.seed));
    let (each, both) = session::domains(&mut problem);
    let (line, certificate, status) = match &equality {
        Equality::Apart(difference) => {
            output::line(&format!("not equal: they differ by {difference}"));
            verdict::where_line(&problem, &both);
            output::note_lines(&problem.notes).iter().for_each(|text| output::line(text));
            return Ok(exit_code::FAILED);
        }
        Equality::Proved(certificate) => ("equal".to_owned(), certificate, exit_code::OK),
        Equality::Numeric(certificate) => (format!("equal {}", verdict::BY_NUMBERS), certificate, exit_code::OK),
        Equality::Different(certificate) => ("not equal".to_owned(), certificate, exit_code::FAILED),
        Equality::Unknown(certificate) => ("not decided".to_owned(), certificate, exit_code::FAILED),
    };
    output::line(&line);
    verdict::where_line(&problem, &both);
    verdict::domains(&problem, &each);
    output::note_lines(&problem.notes).iter().for_each(|text| output::line(text));
    verdict::comparison(certificate);
    Ok(status)
}
