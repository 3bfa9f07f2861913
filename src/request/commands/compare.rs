//! `matcalc compare EXPR --wrt x --sizes 10:10000:7`

use serde_json::{Value, json};

use super::super::format::Format;
use super::super::numbers::{Compare, Figure, FigureLine, Watch};
use super::super::table::{Table, bytes, count, median, time};
use super::super::{Page, Request, json, shown};
use super::given::{read_whole, variables};
use crate::error::Error;
use crate::interrupt;
use crate::measure::{self, Comparison, Order, Row, Stop};
use crate::numeric::Precision;
use crate::oracle::Way;
use crate::problem::{Given, Problem};
use crate::shape::Goal;

pub(super) fn run(request: &Request, asked: &Compare, page: &mut Page, watch: &mut dyn Watch) -> Result<(), Error> {
    let wrt = variables(request, &Goal::Scalar)?;
    let wrt: Vec<&str> = wrt.iter().map(String::as_str).collect();
    let given = [Given { origin: "expression".into(), text: request.text(), goal: Goal::Scalar }];
    let mut problem = read_whole(request, &given, &request.declarations, &wrt)?;
    let names: Vec<String> = problem.arena.size_names().to_vec();
    let sizes = asked.sizes.runs(&names)?;
    let ways = if asked.checkpoints.is_some() { 4 } else { 3 };
    let count = sizes.len() * (1 + ways * if asked.hessian { 2 } else { 1 });
    let mut done = 0;
    let mut observe = |what: &str| {
        done += 1;
        watch.progress(format_args!("{done} of {count}: {what}"));
    };
    let measured = measure::Asked {
        sizes: &sizes,
        runs: asked.runs,
        has_hessian: asked.hessian,
        checkpoints: asked.checkpoints,
        precision: request.precision,
        seed: request.seed,
    };
    let found = measure::compare(&mut problem, &measured, &mut observe);
    let found = found.map_err(|stop| match stop {
        Stop::Input(report) => report.into(),
        Stop::Message(message) => Error::Message(message),
    })?;
    interrupt::heard();
    show(request, asked, &mut problem, &found, page);
    Ok(())
}

fn show(request: &Request, asked: &Compare, problem: &mut Problem, found: &Comparison, page: &mut Page) {
    page.fail_unless(!found.is_stopped && found.rows.iter().all(|row| !disagrees(row, request.precision)));
    page.figure = Some(figure(request, found));
    let notes = std::mem::take(&mut problem.notes);
    if request.format == Format::Json {
        let mut answer = json::numbers(problem);
        answer["comparison"] = Value::Array(found.rows.iter().map(document).collect());
        page.gather(request, problem, &notes, answer);
        return;
    }
    if asked.csv {
        csv(problem, found).into_iter().for_each(|line| page.line(line));
    } else {
        table(found).lines(3).into_iter().for_each(|line| page.line(line));
        let reasons = found.rows.iter().filter_map(|row| Some((row, row.measured.as_ref().err()?)));
        for (row, why) in reasons {
            let what = format!("{} {} {}", sizes(row), row.order.name(), row.way_name());
            page.about(format!("{}: {why}", what.trim()));
        }
        page.about(agreement(found, request.precision));
        if let Some((directions, columns)) = fewest(found) {
            page.about(format!(
                "automatic differentiation finds columns of the Hessian that share no row together: {directions} direction{} for {columns} columns",
                if directions == 1 { "" } else { "s" }
            ));
        }
        let is_cut = |row: &Row| row.measured.as_ref().is_ok_and(|measured| measured.seconds.len() < asked.runs);
        page.about(format!(
            "time of one evaluation, the median of {} runs{}; flops and memory are counted from the plan",
            asked.runs,
            if found.rows.iter().any(is_cut) { ", of fewer where one takes long" } else { "" }
        ));
        shown::note_lines(request.prompt, &notes).into_iter().for_each(|text| page.about(text));
    }
    if found.is_stopped {
        page.warn("stopped by Ctrl-C: this is what was measured until then");
    }
    page.notes = notes;
}

/// Larger relative differences are not rounding.
fn rounding(precision: Precision) -> f64 {
    match precision {
        Precision::Double => 1e-6,
        Precision::Single => 1e-2,
    }
}

fn disagrees(row: &Row, precision: Precision) -> bool {
    let is_large = |difference: f64| difference > rounding(precision);
    row.measured.as_ref().is_ok_and(|measured| measured.difference.is_some_and(is_large))
}

/// Whether the values agree.
fn agreement(found: &Comparison, precision: Precision) -> String {
    let differences = found.rows.iter().filter_map(|row| row.measured.as_ref().ok()?.difference);
    let most = differences.fold(None, |most: Option<f64>, one| Some(most.map_or(one, |most| most.max(one))));
    match most {
        None => "not compared: no two ways were measured at one size".into(),
        Some(most) if most > rounding(precision) => {
            format!("✗ the ways disagree: the largest relative difference is {most:.1e}")
        }
        Some(most) => format!("✓ the ways agree: the largest relative difference is {most:.1e}"),
    }
}

/// The directions and the columns of the last Hessian whose columns were found together.
fn fewest(found: &Comparison) -> Option<(usize, usize)> {
    found.rows.iter().rev().find_map(|row| row.measured.as_ref().ok()?.directions.first().copied())
}

fn sizes(row: &Row) -> String {
    row.sizes.iter().map(|(name, size)| format!("{name}={size}")).collect::<Vec<_>>().join(",")
}

fn table(found: &Comparison) -> Table {
    let heads = vec!["sizes", "what", "way", "time", "flops", "memory", "difference"];
    let mut rows = Vec::new();
    for row in &found.rows {
        let mut cells = vec![sizes(row), row.order.name().into(), row.way_name().into()];
        match &row.measured {
            Ok(measured) => {
                cells.push(time(median(&measured.seconds)));
                cells.push(count(measured.flops));
                cells.push(bytes(measured.bytes));
                cells.push(measured.difference.map_or(String::new(), |difference| {
                    if difference == 0.0 { "0".into() } else { format!("{difference:.1e}") }
                }));
            }
            Err(_) => cells.extend(["–", "–", "–", ""].map(String::from)),
        }
        rows.push(cells);
    }
    Table { heads, rows }
}

/// A column for each size, then what was measured; nothing where nothing was.
fn csv(problem: &Problem, found: &Comparison) -> Vec<String> {
    let names = problem.arena.size_names();
    let heads = "what,way,median_seconds,least_seconds,plan_seconds,flops,bytes,difference";
    let mut lines = vec![names.iter().map(String::as_str).chain([heads]).collect::<Vec<_>>().join(",")];
    for row in &found.rows {
        let size = |name: &String| row.sizes.iter().find(|(known, _)| known == name).map(|(_, size)| size.to_string());
        let mut cells: Vec<String> = names.iter().map(|name| size(name).unwrap_or_default()).collect();
        cells.extend([row.order.name().to_lowercase(), row.way_name().to_owned()]);
        match &row.measured {
            Ok(measured) => {
                let least = measured.seconds.iter().copied().fold(f64::INFINITY, f64::min);
                cells.extend([median(&measured.seconds), least, measured.planning].map(|value| format!("{value:e}")));
                cells.extend([measured.flops, measured.bytes].map(|value| value.to_string()));
                cells.push(measured.difference.map_or(String::new(), |difference| format!("{difference:e}")));
            }
            Err(_) => cells.extend(std::iter::repeat_n(String::new(), 6)),
        }
        lines.push(cells.join(","));
    }
    lines
}

fn document(row: &Row) -> Value {
    let sizes: serde_json::Map<String, Value> =
        row.sizes.iter().map(|(name, size)| (name.clone(), json!(size))).collect();
    let measured = row.measured.as_ref().ok();
    json!({
        "sizes": sizes,
        "what": row.order.name().to_lowercase(),
        "way": row.way.map(Way::name),
        "checkpoints": row.has_checkpoints,
        "seconds": measured.map(|measured| &measured.seconds),
        "plan_seconds": measured.map(|measured| measured.planning),
        "flops": measured.map(|measured| measured.flops),
        "bytes": measured.map(|measured| measured.bytes),
        "difference": measured.and_then(|measured| measured.difference),
        "directions": measured.map(|measured| measured.directions.iter().map(|(count, _)| count).collect::<Vec<_>>()),
        "reason": row.measured.as_ref().err(),
    })
}

/// Time by size, a line for each derivative and way.
fn figure(request: &Request, found: &Comparison) -> Figure {
    let mut lines: Vec<FigureLine> = Vec::new();
    for row in &found.rows {
        let Ok(measured) = &row.measured else { continue };
        let name = match row.order {
            Order::Value => "value".to_owned(),
            order => format!("{}, {}", order.name(), row.way_name()),
        };
        let size = row.sizes.iter().map(|(_, size)| *size).max().unwrap_or(1) as f64;
        let point = (size, median(&measured.seconds));
        match lines.iter_mut().find(|line| line.name == name) {
            Some(line) => line.points.push(point),
            None => lines.push(FigureLine { name, points: vec![point], is_guide: false }),
        }
    }
    let title = request.expression.clone();
    Figure { title, x: "size".into(), y: "seconds".into(), is_log: true, lines }
}
