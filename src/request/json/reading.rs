//! Readings and values for documents.

use nalgebra::DMatrix;
use serde_json::{Value, json};

use super::{answer, certificate, formula};
use crate::numeric::Precision;
use crate::problem::Problem;
use crate::reading::bracketed::Signs;
use crate::render;

/// How an expression is read, with every grouping in brackets.
pub(in super::super) fn reading(problem: &Problem) -> Value {
    let text = |format: render::Format| {
        let signs = match format.notation() {
            render::Notation::Unicode => Signs::Unicode,
            render::Notation::Ascii => Signs::Ascii,
            render::Notation::Latex => Signs::Latex,
        };
        render::typeset(&problem.reading.text(0, signs), format)
    };
    let mut answer = answer::empty();
    answer["wrt"] = answer::names(problem, &problem.wrt);
    answer["shape"] = formula::shape(problem, problem.arena.shape(problem.raw[0]));
    answer["reading"] = formula::texts(text);
    answer
}

/// An answer about numbers: the variables, and the shape of the expression.
pub(in super::super) fn numbers(problem: &Problem) -> Value {
    let mut answer = answer::empty();
    answer["wrt"] = answer::names(problem, &problem.wrt);
    answer["shape"] = formula::shape(problem, problem.arena.shape(problem.raw[0]));
    answer
}

/// The value of an expression: a number, the entries of a vector or row, the rows of a matrix.
pub(in super::super) fn value(problem: &Problem, value: &DMatrix<f64>, precision: Precision) -> Value {
    // A number of JSON is read as a double: the one that is written with as many digits as this precision has.
    let value = &value.map(|entry| precision.text(entry).parse().unwrap_or(entry));
    let shape = problem.arena.shape(problem.raw[0]);
    let mut answer = answer::empty();
    answer["shape"] = json!([value.nrows().to_string(), value.ncols().to_string()]);
    answer["value"] = if shape.is_scalar() {
        json!(value[(0, 0)])
    } else if shape.is_column() || shape.rows.is_one() {
        certificate::entries(value)
    } else {
        certificate::rows(value)
    };
    answer
}
