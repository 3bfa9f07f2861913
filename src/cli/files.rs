//! Files that commands write: results, the iterations of a search, pictures.

use std::path::Path;

use nalgebra::DMatrix;
use serde_json::json;

use super::{plot, save};
use crate::error::Error;
use crate::numeric::Precision;
use crate::request::Page;

/// The files that a command writes.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Those of results: `FILE`, or `NAME=FILE`.
    pub(super) results: Vec<String>,
    /// That of iterations.
    pub(super) trace: Option<String>,
    /// That of a picture.
    pub(super) plot: Option<String>,
}

fn ending(path: &str) -> String {
    Path::new(path).extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// The name and the file of `NAME=FILE`.
fn named(text: &str) -> (Option<&str>, &str) {
    match text.split_once('=') {
        Some((name, path)) if !name.contains(['/', '.']) => (Some(name), path),
        _ => (None, text),
    }
}

fn written(path: &str, outcome: std::io::Result<()>) -> Result<(), Error> {
    outcome.map_err(|error| Error::Message(format!("`{path}` cannot be written: {error}")))
}

impl Files {
    /// Holds that every file can be written, before there is anything to lose.
    pub(super) fn are_ready(&self, several: bool) -> Result<(), Error> {
        let results = self.results.iter().map(|text| named(text).1);
        let paths: Vec<&str> = results.chain(self.trace.as_deref()).chain(self.plot.as_deref()).collect();
        if several && !paths.is_empty() {
            return Err(Error::Message("a file holds what is found of one expression, and there are several".into()));
        }
        for path in paths {
            let is_new = !Path::new(path).exists();
            written(path, std::fs::OpenOptions::new().append(true).create(true).open(path).map(|_| ()))?;
            if is_new {
                // Only whether it can be there was asked.
                let _ = std::fs::remove_file(path);
            }
        }
        for text in &self.results {
            save::kind(named(text).1)?;
        }
        if let Some(trace) = self.trace.as_deref().filter(|path| !["csv", "json"].contains(&ending(path).as_str())) {
            return Err(Error::Message(format!("`{trace}` ends neither with .csv nor with .json")));
        }
        if let Some(plot) = self.plot.as_deref().filter(|path| ending(path) != "svg") {
            return Err(Error::Message(format!(
                "`{plot}` does not end with .svg, the only kind of picture there is\n  = help: a browser shows an SVG, and `rsvg-convert` makes a PNG of one"
            )));
        }
        Ok(())
    }

    /// Writes what a page has for each file, results as numbers of this precision.
    pub(super) fn write(&self, page: &Page, precision: Precision) -> Result<(), Error> {
        // One that fails keeps none of the others from being written.
        let mut outcomes: Vec<Result<(), Error>> =
            self.results.iter().map(|text| result(text, &page.results, precision)).collect();
        if let Some(path) = &self.trace {
            outcomes.push(written(path, std::fs::write(path, trace(page, ending(path) == "json"))));
        }
        if let Some((path, figure)) = self.plot.as_ref().zip(page.figure.as_ref()) {
            let drawn = plot::svg(figure).map_err(|error| Error::Message(format!("`{path}` cannot be drawn: {error}")));
            outcomes.push(drawn.and_then(|svg| written(path, std::fs::write(path, svg))));
        }
        outcomes.into_iter().collect()
    }
}

/// Writes a result.
fn result(text: &str, results: &[(String, DMatrix<f64>)], precision: Precision) -> Result<(), Error> {
    let (name, path) = named(text);
    let chosen: Vec<&(String, DMatrix<f64>)> = match name {
        Some(name) => results.iter().filter(|(known, _)| known == name).collect(),
        None => results.iter().collect(),
    };
    match chosen.as_slice() {
        [] => Err(Error::Message(format!("`{text}` names no variable"))),
        [(_, value)] => save::value(path, save::kind(path)?, value, precision),
        _ => {
            let help = results.iter().map(|(name, _)| format!("-o {name}={name}.npy")).collect::<Vec<_>>().join(" ");
            Err(Error::Message(format!("`{path}` holds one variable\n  = help: name each: {help}")))
        }
    }
}

/// The iterations of a search.
fn trace(page: &Page, is_json: bool) -> String {
    if is_json {
        let steps = page.trace.iter().map(|step| {
            json!({
                "iteration": step.iteration,
                "value": step.value,
                "gradient_norm": step.gradient_norm,
                "length": step.length,
                "evaluations": step.evaluations,
            })
        });
        return format!("{:#}\n", serde_json::Value::from(steps.collect::<Vec<_>>()));
    }
    let mut text = String::from("iteration,value,gradient_norm,length,evaluations\n");
    for step in &page.trace {
        let (value, norm, length) = (step.value, step.gradient_norm, step.length);
        text.push_str(&format!("{},{value:e},{norm:e},{length:e},{}\n", step.iteration, step.evaluations));
    }
    text
}
