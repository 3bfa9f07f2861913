//! A minimum as a page: the variables, the value, how the search ended and what that means.

use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::super::super::format::Format;
use super::super::super::numbers::{Figure, FigureLine, Minimize};
use super::super::super::table::bytes;
use super::super::super::{Page, Request, json, literal, shown};
use super::search::Found;
use crate::minimize::{Ending, Outcome, Step};
use crate::numeric::Precision;
use crate::problem::{Note, Problem};

/// How many significant digits the text of a result has; a file has all.
fn digits(precision: Precision) -> usize {
    match precision {
        Precision::Double => 10,
        Precision::Single => 6,
    }
}

pub(super) fn show(request: &Request, asked: &Minimize, problem: &mut Problem, found: &Found, page: &mut Page) {
    let notes = asked.data.remarks.iter().chain(&asked.starts.remarks).map(|remark| Note::of_value(remark.clone()));
    problem.notes.extend(notes);
    let (values, digits) = (found.values(), digits(found.precision));
    page.fail_unless(is_good(found));
    page.trace.clone_from(&found.outcome.trace);
    page.figure = Some(figure(request, found));
    page.results = found.names.iter().cloned().zip(values.iter().cloned()).collect();
    page.values = match values.as_slice() {
        [only] => vec![literal::exact_literal(only, found.precision)],
        _ => Vec::new(),
    };
    page.knows_symbols(request, problem);
    let notes = std::mem::take(&mut problem.notes);
    if request.format == Format::Json {
        let mut answer = json::numbers(problem);
        answer["minimum"] = document(found, &values);
        page.gather(request, problem, &notes, answer);
        return;
    }
    for (name, value) in found.names.iter().zip(&values) {
        let lines = literal::value_lines(&value.map(|entry| rounded(entry, value.amax(), digits)), Precision::Double);
        let indent = " ".repeat(name.chars().count() + 3);
        for (place, line) in lines.iter().enumerate() {
            page.line(if place == 0 { format!("{name} = {line}") } else { format!("{indent}{line}") });
        }
    }
    let outcome = &found.outcome;
    page.about(format!("value {}", literal::significant(outcome.best.value, digits)));
    let reached = if is_good(found) { "" } else { "not reached: " };
    page.about(format!("{reached}{}", ending_text(found, asked)));
    page.about(effort(found));
    if let Some([before, after]) = found.memory {
        page.about(format!("memory of a gradient: {}, without checkpoints {}", bytes(after), bytes(before)));
    }
    if let Some(text) = meaning(found) {
        page.about(text);
    }
    for text in shown::note_lines(request.prompt, &notes) {
        page.about(text);
    }
    page.notes = notes;
}

/// A number of so many digits as the largest has, relative to it.
fn rounded(entry: f64, largest: f64, digits: usize) -> f64 {
    if largest == 0.0 || !largest.is_finite() {
        return entry;
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "the exponent of a double, and few digits"
    )]
    let places = digits as i32 - 1 - largest.log10().floor() as i32;
    let text = format!("{entry:.*}", usize::try_from(places.max(0)).unwrap_or(0));
    if places <= 0 { entry.round() } else { text.parse::<f64>().unwrap_or(entry) + 0.0 }
}

/// Whether the search ended as it was to, or as far as rounding lets it.
fn is_good(found: &Found) -> bool {
    let outcome = &found.outcome;
    outcome.ending.is_reached()
        || (outcome.ending == Ending::NoLower && is_at_rounding(outcome, found.precision))
        || is_least_at_kink(found)
}

/// Whether a convex function is least at a kink here.
fn is_least_at_kink(found: &Found) -> bool {
    found.is_convex && found.outcome.is_at_kink
}

/// Whether the gradient is as small as rounding of the function's values lets a search bring it.
pub(super) fn is_at_rounding(outcome: &Outcome, precision: Precision) -> bool {
    let first = outcome.trace.first().map_or(0.0, |step| step.gradient_norm);
    let rounding = match precision {
        Precision::Double => 1e-6,
        Precision::Single => 1e-3,
    };
    outcome.gradient_norm <= rounding * first.max(1.0)
}

/// Why the search ended.
fn ending_text(found: &Found, asked: &Minimize) -> String {
    let options = &asked.options;
    match &found.outcome.ending {
        Ending::Gradient => format!("the gradient norm is at most {:e}", options.tolerance),
        Ending::Target => {
            format!("the value is at most {:e}", options.target.unwrap_or(f64::NAN))
        }
        Ending::Change => format!("the value changed by less than {:e}, relative to its size", options.change),
        Ending::NoLower if is_at_rounding(&found.outcome, found.precision) => {
            "no lower value was found: the gradient is as small as rounding lets it become".into()
        }
        Ending::NoLower | Ending::Stalled if is_least_at_kink(found) => {
            "no lower value was found: the function has a kink here, and 0 is in the convex hull of the gradients beside it".into()
        }
        Ending::NoLower | Ending::Stalled if found.outcome.has_kink => {
            "no lower value was found: the function has a kink here, at which the gradient jumps and need not vanish at a minimum".into()
        }
        Ending::NoLower => "no lower value was found along the last direction".into(),
        Ending::Stalled => "neither the value nor the gradient became lower over many iterations".into(),
        Ending::Iterations => format!("the {} iterations are used up", options.iterations),
        Ending::Stopped => "stopped by Ctrl-C; this is the best point so far".into(),
        Ending::NotFinite if options.rate.is_some() || found.method.has_fixed_rate() => format!(
            "the next point has no finite value; this is the best point so far. A smaller --rate than {} may help",
            options.rate.unwrap_or(crate::minimize::Options::RATE)
        ),
        Ending::NotFinite => "the next point has no finite value; this is the best point so far".into(),
        Ending::NoHessian => "the Hessian here has entries that are not finite; this is the best point so far".into(),
        Ending::Unbounded => "the value falls without bound: there is no minimum".into(),
        Ending::Failed(why) => format!("{why}; this is the best point so far"),
    }
}

/// Iterations and evaluations.
fn effort(found: &Found) -> String {
    let outcome = &found.outcome;
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut text = format!(
        "{} of {}, {}",
        count(outcome.iterations, "iteration"),
        found.method.name(),
        count(outcome.counts.values, "evaluation")
    );
    if outcome.counts.hessians > 0 {
        text.push_str(&format!(" and {}", count(outcome.counts.hessians, "Hessian")));
    }
    let norm = format!("{:.1e}", outcome.gradient_norm);
    text.push_str(&format!("; {} derivatives; start: {}; gradient norm {norm}", found.way.name(), found.start));
    if outcome.counts.indefinite > 0 {
        text.push_str(&format!(
            "\n{} singular or indefinite: the step there is that of conjugate gradients",
            count(outcome.counts.indefinite, "Hessian")
        ));
    }
    text
}

/// What the point is.
fn meaning(found: &Found) -> Option<String> {
    let names = found.names.join(", ");
    match found.outcome.ending {
        Ending::NoLower | Ending::Stalled if is_least_at_kink(found) => {
            Some(format!("✓ a global minimum, to this tolerance: the function is convex in {names}"))
        }
        Ending::Gradient | Ending::NoLower | Ending::Change if !is_good(found) => None,
        Ending::Gradient | Ending::NoLower | Ending::Change if found.outcome.rest.is_some() => {
            let rest = found.outcome.rest.filter(|rest| rest.is_finite());
            let further = rest.map_or_else(
                || "falls on along the gradient".to_owned(),
                |rest| format!("a step of Newton's method along the gradient would still be {rest:.1e} long"),
            );
            Some(format!("no minimum was found: the function is flat here, and {further}"))
        }
        Ending::Gradient | Ending::NoLower | Ending::Change if found.is_convex => {
            Some(format!("✓ a global minimum, to this tolerance: the function is convex in {names}"))
        }
        Ending::Gradient | Ending::NoLower => Some(
            "a stationary point: the function is not shown to be convex, so a lower value elsewhere is not excluded"
                .into(),
        ),
        _ => None,
    }
}

/// What a document says of a minimum.
fn document(found: &Found, values: &[DMatrix<f64>]) -> Value {
    let outcome = &found.outcome;
    let named: serde_json::Map<String, Value> =
        found.names.iter().cloned().zip(values.iter().map(json::array)).collect();
    json!({
        "values": named,
        "value": outcome.best.value,
        "gradient_norm": outcome.gradient_norm,
        "ending": ending_name(&outcome.ending),
        "reached": is_good(found),
        "method": found.method.name(),
        "derivatives": found.way.name(),
        "iterations": outcome.iterations,
        "evaluations": outcome.counts.values,
        "hessians": outcome.counts.hessians,
        "start": found.start,
        "global": if found.is_convex && is_good(found) && outcome.rest.is_none() { Some(true) } else { None },
    })
}

fn ending_name(ending: &Ending) -> &'static str {
    match ending {
        Ending::Gradient => "gradient",
        Ending::Target => "target",
        Ending::Change => "change",
        Ending::NoLower => "no_lower_value",
        Ending::Stalled => "stalled",
        Ending::Iterations => "iterations",
        Ending::Stopped => "stopped",
        Ending::NotFinite => "not_finite",
        Ending::NoHessian => "no_hessian",
        Ending::Unbounded => "unbounded",
        Ending::Failed(_) => "failed",
    }
}

/// The value and the gradient norm by iteration.
fn figure(request: &Request, found: &Found) -> Figure {
    let trace = &found.outcome.trace;
    let least = trace.iter().map(|step| step.value).fold(f64::INFINITY, f64::min);
    // Only what is above 0 has a logarithm.
    let (name, floor) = if least > 0.0 { ("value", 0.0) } else { ("value − lowest value", least) };
    let line = |name: &str, of: &dyn Fn(&Step) -> f64| FigureLine {
        name: name.into(),
        points: trace.iter().map(|step| (step.iteration as f64, of(step))).collect(),
        is_guide: false,
    };
    Figure {
        title: format!("{}: {}", found.method.name(), request.expression),
        x: "iteration".into(),
        y: String::new(),
        is_log: false,
        lines: vec![line(name, &|step| step.value - floor), line("gradient norm", &|step| step.gradient_norm)],
    }
}
