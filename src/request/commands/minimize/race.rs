//! `matcalc minimize EXPR --wrt w --compare`: the same search with derivatives by every way, over sizes.
//!
//! Data that are given are repeated along their axes up to each size, so that the search is the same one and only what an evaluation costs
//! grows; data that are not given are random.

use std::time::Instant;

use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::super::super::format::Format;
use super::super::super::numbers::{Figure, FigureLine, Minimize, Watch};
use super::super::super::table::{Table, median, time};
use super::super::super::{Page, Request, json, literal, shown};
use super::super::eval::bind;
use super::search::{oracle, read, search, space};
use super::start;
use crate::error::Error;
use crate::expr::{Arena, Dim, SymbolKind};
use crate::interrupt;
use crate::minimize::Ending;
use crate::numeric::SharedMatrix;
use crate::numeric::random::Rng;
use crate::numeric::sample::{self, Overrides, Strategy};
use crate::oracle::Way;
use crate::problem::{Note, Problem};

/// One way at one size.
struct Lap {
    sizes: Vec<(String, usize)>,
    way: Way,
    iterations: usize,
    value: f64,
    is_reached: bool,
    /// The seconds of each run, with the plan's making.
    seconds: Vec<f64>,
}

pub(super) fn run(request: &Request, asked: &Minimize, page: &mut Page, watch: &mut dyn Watch) -> Result<(), Error> {
    let Some((sizes, runs)) = &asked.compare else { return Ok(()) };
    let mut problem = read(request, asked)?;
    let names: Vec<String> = problem.arena.size_names().to_vec();
    let mut laps: Vec<Lap> = Vec::new();
    let mut stopped = false;
    'all: for sizes in sizes.runs(&names)? {
        let values = repeated(&problem, asked, &sizes, request.seed)?;
        let bindings = bind(&problem, (&values, &asked.data.families), request.prompt)?;
        let space = space(request, &problem, &bindings, asked)?;
        for way in Way::ALL {
            let asked = Minimize { way, ..asked.clone() };
            let mut lap = Lap {
                sizes: sizes.clone(),
                way,
                iterations: 0,
                value: f64::NAN,
                is_reached: false,
                seconds: Vec::new(),
            };
            for run in 0..*runs {
                watch.progress(format_args!("{}, {}, run {} of {runs}", size_text(&sizes), way.name(), run + 1));
                let begin = Instant::now();
                let mut oracle = oracle::<f64>(&mut problem, &asked, &bindings, &space)?;
                let (start, _) = start::start(&problem, &asked, &bindings, &space, &mut oracle, request.seed)?;
                let mut quiet = super::super::super::numbers::Unwatched;
                let outcome = match search(&mut oracle, &space, start, &asked, &mut quiet) {
                    Err(Error::Stopped) => None,
                    other => Some(other?),
                };
                let Some(outcome) = outcome.filter(|outcome| outcome.ending != Ending::Stopped) else {
                    stopped = true;
                    break 'all;
                };
                lap.seconds.push(begin.elapsed().as_secs_f64());
                lap.iterations = outcome.iterations;
                lap.value = outcome.best.value;
                lap.is_reached = outcome.ending.is_reached();
            }
            laps.push(lap);
        }
    }
    interrupt::heard();
    show(request, asked, &mut problem, &laps, stopped, page);
    Ok(())
}

/// `n = 10`
fn size_text(sizes: &[(String, usize)]) -> String {
    sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect::<Vec<_>>().join(", ")
}

/// Whether a value is given.
fn is_given(asked: &Minimize, name: &str) -> bool {
    let values = asked.data.values.iter().map(|(known, _)| known);
    values.chain(asked.data.families.iter().map(|(known, _)| known)).any(|known| known == name)
}

/// The data at these sizes.
fn repeated(
    problem: &Problem,
    asked: &Minimize,
    sizes: &[(String, usize)],
    seed: u64,
) -> Result<Vec<(String, SharedMatrix<f64>)>, Error> {
    let arena = &problem.arena;
    let size_of = |dim: Dim, before: usize| match dim {
        Dim::Named(place) => {
            let name = &arena.size_names()[place as usize];
            sizes.iter().find(|(known, _)| known == name).map_or(before, |(_, size)| *size)
        }
        Dim::Known(_) | Dim::Polynomial(_) => before,
    };
    let places: Vec<usize> = sizes.iter().map(|(_, size)| *size).collect();
    let open: Vec<_> = problem
        .symbols
        .iter()
        .copied()
        .filter(|symbol| !problem.wrt.contains(symbol))
        .filter(|symbol| !is_given(asked, &arena.symbol(*symbol).name))
        .collect();
    let drawn =
        sample::sample::<f64>(arena, &open, &places, Strategy::Normal, &Overrides::default(), &mut Rng::new(seed));
    let drawn = drawn.map_err(|error| Error::Message(error.to_string()))?;
    let mut all: Vec<(String, SharedMatrix<f64>)> =
        drawn.symbols.shared().map(|(symbol, value)| (arena.symbol(symbol).name.clone(), value.clone())).collect();
    for (symbol, members) in &drawn.families {
        let rows = members.len();
        let value = DMatrix::from_fn(rows, members.first().map_or(0, DMatrix::len), |row, col| members[row][col]);
        all.push((arena.symbol(*symbol).name.clone(), value.into()));
    }
    for (name, value) in asked.data.values.iter().chain(&asked.starts.values) {
        let shape = problem.symbols.iter().map(|symbol| arena.symbol(*symbol)).find(|info| info.name == *name);
        let Some(info) = shape else {
            all.push((name.clone(), value.clone()));
            continue;
        };
        let (rows, cols) = match info.kind {
            SymbolKind::Family(count) => (size_of(count, value.nrows()), size_of(info.shape.rows, value.ncols())),
            _ => (size_of(info.shape.rows, value.nrows()), size_of(info.shape.cols, value.ncols())),
        };
        all.push((
            name.clone(),
            DMatrix::from_fn(rows, cols, |row, col| value[(row % value.nrows(), col % value.ncols())]).into(),
        ));
    }
    // What only names a size has its value, too.
    let has = |name: &String, all: &[(String, SharedMatrix<f64>)]| all.iter().any(|(known, _)| known == name);
    let is_size_only =
        |arena: &Arena, name: &String| !problem.symbols.iter().any(|symbol| arena.symbol(*symbol).name == *name);
    for (name, size) in sizes {
        if !has(name, &all) && is_size_only(arena, name) {
            all.push((name.clone(), DMatrix::from_element(1, 1, *size as f64).into()));
        }
    }
    Ok(all)
}

fn show(request: &Request, asked: &Minimize, problem: &mut Problem, laps: &[Lap], stopped: bool, page: &mut Page) {
    let notes = asked.data.remarks.iter().chain(&asked.starts.remarks).map(|remark| Note::of_value(remark.clone()));
    problem.notes.extend(notes);
    let notes = std::mem::take(&mut problem.notes);
    page.fail_unless(!stopped && laps.iter().all(|lap| lap.is_reached));
    page.figure = Some(figure(request, laps));
    if request.format == Format::Json {
        let mut answer = json::numbers(problem);
        answer["searches"] = Value::Array(laps.iter().map(document).collect());
        page.gather(request, problem, &notes, answer);
        return;
    }
    let mut table = Table {
        heads: vec!["derivatives", "sizes", "iterations", "value", "total time", "per iteration"],
        rows: Vec::new(),
    };
    for lap in laps {
        let total = median(&lap.seconds);
        table.rows.push(vec![
            lap.way.name().into(),
            lap.sizes.iter().map(|(name, size)| format!("{name}={size}")).collect::<Vec<_>>().join(","),
            if lap.is_reached { lap.iterations.to_string() } else { format!("{} (not reached)", lap.iterations) },
            literal::significant(lap.value, 4),
            time(total),
            time(total / lap.iterations.max(1) as f64),
        ]);
    }
    table.lines(2).into_iter().for_each(|line| page.line(line));
    let runs = laps.iter().map(|lap| lap.seconds.len()).min().unwrap_or(0);
    page.about(format!(
        "{}; total time with the making of the plan, the median of {runs} runs; data that are given are repeated up to the size",
        asked.options.method.name()
    ));
    if stopped {
        page.warn("stopped by Ctrl-C: this is what was measured until then");
    }
    shown::note_lines(request.prompt, &notes).into_iter().for_each(|text| page.about(text));
    page.notes = notes;
}

fn document(lap: &Lap) -> Value {
    let sizes: serde_json::Map<String, Value> =
        lap.sizes.iter().map(|(name, size)| (name.clone(), json!(size))).collect();
    json!({
        "derivatives": lap.way.name(),
        "sizes": sizes,
        "iterations": lap.iterations,
        "value": lap.value,
        "reached": lap.is_reached,
        "seconds": lap.seconds,
    })
}

/// Total time by size.
fn figure(request: &Request, laps: &[Lap]) -> Figure {
    let line = |way: Way| FigureLine {
        name: way.name().into(),
        points: laps
            .iter()
            .filter(|lap| lap.way == way)
            .map(|lap| (lap.sizes.iter().map(|(_, size)| *size).max().unwrap_or(1) as f64, median(&lap.seconds)))
            .collect(),
        is_guide: false,
    };
    Figure {
        title: request.expression.clone(),
        x: "size".into(),
        y: "total time in seconds".into(),
        is_log: true,
        lines: Way::ALL.into_iter().map(line).collect(),
    }
}
