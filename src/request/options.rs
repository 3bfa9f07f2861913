//! Options of questions that numbers answer, by their names and as text: what follows `--` in a statement of a session.

use super::constant::parse_value;
use super::numbers::{Compare, Data, Minimize};
use super::question::{CodePart, Query};
use crate::minimize::{Method, Options};
use crate::numeric::Precision;
use crate::oracle::Way;

/// An option's name, without dashes, and what follows it.
pub(crate) type Setting = (String, String);

/// What is wrong with a setting.
fn wrong(name: &str, value: &str, what: &str) -> String {
    if value.is_empty() { format!("nothing follows `--{name}`") } else { format!("`{value}` after `--{name}`: {what}") }
}

fn number(name: &str, value: &str, is_in: impl Fn(f64) -> bool, what: &str) -> Result<f64, String> {
    let number = value.parse::<f64>().ok().filter(|number| number.is_finite() && is_in(*number));
    number.ok_or_else(|| wrong(name, value, what))
}

fn from_zero(name: &str, value: &str) -> Result<f64, String> {
    number(name, value, |number| number >= 0.0, "not a number from 0 on")
}

fn count(name: &str, value: &str) -> Result<usize, String> {
    value.parse().ok().filter(|count| *count > 0).ok_or_else(|| wrong(name, value, "not a number from 1 on"))
}

/// No such option.
fn unknown(name: &str, command: &str, known: &str) -> String {
    format!("`{command}` has no option `--{name}`\n  = help: its options are {known}")
}

/// A flag, which nothing follows.
fn flag(name: &str, value: &str) -> Result<bool, String> {
    if value.is_empty() { Ok(true) } else { Err(wrong(name, value, "nothing is to follow")) }
}

/// A value that is written: `w=[1 2]`.
fn value(name: &str, text: &str, data: &mut Data) -> Result<(), String> {
    let Some((of, literal)) = text.split_once('=') else { return Err(wrong(name, text, "not NAME=VALUE")) };
    let of = of.trim();
    let read = parse_value(literal.trim()).map_err(|_| wrong(name, text, "the value cannot be read"))?;
    data.remarks.extend(read.remark(of));
    data.values.retain(|(known, _)| known != of);
    data.values.push((of.to_owned(), read.matrix));
    Ok(())
}

/// The options of a method where none are given, for numbers of a precision.
pub(crate) fn options_of(method: Method, precision: Precision) -> Options {
    let defaults = Options::of(method);
    match precision {
        Precision::Double => defaults,
        Precision::Single => Options { tolerance: Options::SINGLE_TOLERANCE, ..defaults },
    }
}

/// The question for a minimum in these variables, where names have these values; a variable starts at the value that it has.
///
/// # Errors
/// What cannot be read.
pub(crate) fn minimize(
    settings: &[Setting],
    data: Data,
    wrt: &[String],
    precision: Precision,
) -> Result<Query, String> {
    let method = settings.iter().rev().find(|(name, _)| name == "method");
    let method = match method {
        Some((name, text)) => Method::named(text).ok_or_else(|| wrong(name, text, &Method::names()))?,
        None => Method::Lbfgs,
    };
    let (starts, values) = data.values.into_iter().partition(|(name, _)| wrt.contains(name));
    let mut asked = Minimize {
        options: options_of(method, precision),
        way: Way::Symbolic,
        checkpoints: None,
        data: Data { values, ..data },
        starts: Data { values: starts, ..Data::default() },
        nonnegative: Vec::new(),
        compare: None,
    };
    for (name, text) in settings {
        match name.as_str() {
            "method" => {}
            "rate" => {
                asked.options.rate = Some(number(name, text, |rate| rate > 0.0, "not a number above 0")?);
            }
            "momentum" => asked.options.momentum = from_zero(name, text)?,
            "tol" => asked.options.tolerance = from_zero(name, text)?,
            "tol-change" => asked.options.change = from_zero(name, text)?,
            "target" => asked.options.target = Some(number(name, text, |_| true, "not a number")?),
            "max-iter" => asked.options.iterations = count(name, text)?,
            "derivatives" => {
                asked.way = Way::named(text).ok_or_else(|| wrong(name, text, "symbolic, reverse or forward"))?;
            }
            "checkpoint" => asked.checkpoints = Some(checkpoints(name, text)?),
            "nonnegative" => asked.nonnegative = text.split(',').map(|one| one.trim().to_owned()).collect(),
            "start" => value(name, text, &mut asked.starts)?,
            "set" | "data" => value(name, text, &mut asked.data)?,
            _ => {
                let known = "--method, --rate, --momentum, --tol, --tol-change, --target, --max-iter, --derivatives, --checkpoint, --precision, --nonnegative, --start, --set";
                return Err(unknown(name, "minimize", known));
            }
        }
    }
    Ok(Query::Minimize(Box::new(asked)))
}

fn checkpoints(name: &str, text: &str) -> Result<crate::oracle::Checkpoints, String> {
    let text = if text.is_empty() { "auto" } else { text };
    text.parse().map_err(|what: String| wrong(name, text, &what))
}

/// The question for a comparison of the ways to differentiate.
///
/// # Errors
/// What cannot be read.
pub(crate) fn compare(settings: &[Setting]) -> Result<Query, String> {
    let mut asked = Compare { sizes: Compare::SIZES.parse()?, runs: 3, hessian: false, checkpoints: None, csv: false };
    for (name, text) in settings {
        match name.as_str() {
            "sizes" => asked.sizes = text.parse()?,
            "runs" => asked.runs = count(name, text)?,
            "hessian" => asked.hessian = flag(name, text)?,
            "checkpoint" => asked.checkpoints = Some(checkpoints(name, text)?),
            _ => return Err(unknown(name, "compare", "--sizes, --runs, --hessian, --checkpoint, --precision")),
        }
    }
    Ok(Query::Compare(Box::new(asked)))
}

/// The question for the steps that compute something.
///
/// # Errors
/// What cannot be read.
pub(crate) fn plan(settings: &[Setting]) -> Result<Query, String> {
    let (mut sizes, mut hessian, mut with) = (Vec::new(), false, None);
    for (name, text) in settings {
        match name.as_str() {
            "sizes" => {
                for part in text.split(',') {
                    let (of, size) = part.split_once('=').ok_or_else(|| wrong(name, part, "not NAME=SIZE"))?;
                    sizes.push((of.trim().to_owned(), count(name, size.trim())?));
                }
            }
            "hessian" => hessian = flag(name, text)?,
            "checkpoint" => with = Some(checkpoints(name, text)?),
            _ => return Err(unknown(name, "plan", "--sizes, --hessian, --checkpoint")),
        }
    }
    if with.is_some() && sizes.is_empty() {
        return Err("`--checkpoint` needs sizes: add --sizes n=1000".to_owned());
    }
    Ok(Query::Plan { sizes, hessian, checkpoints: with })
}

/// The question for a function in a programming language.
///
/// # Errors
/// What cannot be read.
pub(crate) fn code(settings: &[Setting]) -> Result<Query, String> {
    let (mut parts, mut function) = (vec![CodePart::Value, CodePart::Gradient], None);
    for (name, text) in settings {
        match name.as_str() {
            "of" => {
                parts.clear();
                for part in text.split(',').map(str::trim) {
                    let part =
                        CodePart::named(part).ok_or_else(|| wrong(name, part, "value, gradient, hessian or hvp"))?;
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
            }
            "name" if !text.is_empty() => function = Some(text.clone()),
            _ => return Err(unknown(name, "code", "--of, --name")),
        }
    }
    Ok(Query::Code { parts, name: function, language: None })
}
