//! `matcalc equal E1 E2`

use super::super::format::Format;
use super::super::{Page, Request, json, shown, verdict};
use super::given::{options, read_whole};
use crate::answer::{self, Equality};
use crate::error::Error;
use crate::problem::Given;
use crate::shape::Goal;

pub(super) fn run(request: &Request, other: &str, page: &mut Page) -> Result<(), Error> {
    let (left, right) = (request.text(), request.defined(other));
    let given = [
        Given { origin: "first expression".into(), text: left, goal: Goal::Any },
        Given { origin: "second expression".into(), text: right, goal: Goal::SameAs(0) },
    ];
    let mut problem = read_whole(request, &given, &request.declarations, &[])?;
    let (each, both) = answer::domains(&mut problem);
    let equality = answer::equality(&mut problem, &both, &options(request));
    if request.format == Format::Json {
        page.fail_unless(matches!(equality, Equality::Equal(..)));
        let answer = json::equality(&problem, &equality, (&each, &both));
        page.gather(request, &problem, &problem.notes, answer);
        return Ok(());
    }
    let (line, certificate, stands) = match &equality {
        Equality::Apart(difference) => {
            page.line(format!("not equal: they differ by {difference}"));
            verdict::where_line(page, &problem, &both);
            shown::note_lines(request.prompt, &problem.notes).into_iter().for_each(|text| page.about(text));
            page.fail_unless(false);
            return Ok(());
        }
        Equality::Equal(evidence, certificate) => {
            (format!("equal {}", verdict::evidence_text(&problem, *evidence, Some(certificate))), certificate, true)
        }
        Equality::Different(certificate, difference, place) => {
            let place = place.map(|place| verdict::place_text(&problem, place)).unwrap_or_default();
            (verdict::different_text(&problem, certificate, *difference) + &place, certificate, false)
        }
        Equality::Unknown(certificate) => ("not decided".to_owned(), certificate, false),
    };
    page.line(line);
    verdict::where_line(page, &problem, &both);
    verdict::domains(page, &problem, &each);
    shown::note_lines(request.prompt, &problem.notes).into_iter().for_each(|text| page.about(text));
    verdict::comparison(page, certificate);
    page.fail_unless(stands);
    Ok(())
}
