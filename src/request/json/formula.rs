//! Formulas for documents: one text for each format.

use serde_json::{Map, Value, json};

use crate::expr::{ExprId, Shape};
use crate::naming::Limits;
use crate::problem::Problem;
use crate::render::{self, render_with_parts, size_text};

/// A text in every text format, by the formats' names.
pub(super) fn texts(write: impl Fn(render::Format) -> String) -> Value {
    let texts = render::Format::ALL.into_iter().map(|format| (format.name().to_owned(), json!(write(format))));
    Value::Object(texts.collect::<Map<_, _>>())
}

/// A text in every text format, and its code where there is any.
pub(super) fn with_code(write: impl Fn(render::Format) -> String, code: Option<String>) -> Value {
    let mut formula = texts(write);
    formula["numpy"] = json!(code);
    formula
}

/// An expression on one line, its own parts named as far as the limits say.
pub(super) fn line(problem: &Problem, expr: ExprId, limits: &Limits) -> Value {
    texts(|format| render_with_parts(&problem.arena, expr, format, &problem.style, limits).to_line(format))
}

/// Texts that are made a list at a time, as the parts of an answer are: an object for each place of the list.
pub(super) fn lists(write: impl Fn(render::Format) -> Vec<String>) -> Vec<Value> {
    let lists = render::Format::ALL.map(|format| (format, write(format)));
    let count = lists.iter().map(|(_, list)| list.len()).min().unwrap_or(0);
    let text = |place: usize, format| lists.iter().find(|(of, _)| *of == format).map(|(_, list)| list[place].clone());
    (0..count).map(|place| texts(|format| text(place, format).unwrap_or_default())).collect()
}

/// Names and what they stand for.
pub(super) fn parts(write: impl Fn(render::Format) -> Vec<(String, String)>) -> Vec<Value> {
    let written = render::Format::ALL.map(|format| (format, write(format)));
    let column = |pick: fn(&(String, String)) -> &String| {
        lists(|format| {
            let parts = written.iter().find(|(of, _)| *of == format).map(|(_, parts)| parts.as_slice());
            parts.unwrap_or_default().iter().map(|part| pick(part).clone()).collect()
        })
    };
    let (names, values) = (column(|part| &part.0), column(|part| &part.1));
    names.into_iter().zip(values).map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// Rows and columns.
pub(super) fn shape(problem: &Problem, shape: Shape) -> Value {
    json!([shape.rows, shape.cols].map(|size| size_text(&problem.arena, render::Format::Ascii, size)))
}
