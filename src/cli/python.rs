//! Functions of Python files, called in a Python of the machine.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::error::Error;
use crate::request::numbers::Outside;

/// What Python runs: it reads a call from standard input and prints the values.
const DRIVER: &str = include_str!("python_driver.py");

/// The values of a function at the points of a call.
pub(super) fn values(call: &Outside<'_>) -> Result<Vec<f64>, Error> {
    let Some((file, name)) = call.function.rsplit_once(':').filter(|(file, name)| !file.is_empty() && !name.is_empty())
    else {
        return Err(Error::Message(format!(
            "`{}` names no function\n  = help: write the file, a colon and the name: loss.py:loss",
            call.function
        )));
    };
    let python = std::env::var("MATCALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let data = call.data.iter();
    let data: Vec<Value> = data
        .map(|(names, lengths, entries)| json!({ "names": names, "lengths": lengths, "entries": entries }))
        .collect();
    let input = json!({
        "file": file,
        "name": name,
        "variable": call.variable,
        "lengths": call.lengths,
        "points": call.points,
        "data": data,
    });
    let child = Command::new(&python)
        .args(["-c", DRIVER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let mut child = child.map_err(|error| {
        Error::Message(format!(
            "Python cannot be started: `{python}`: {error}\n  = help: set MATCALC_PYTHON to the Python to be used"
        ))
    })?;
    if let Some(mut stdin) = child.stdin.take() {
        // A Python that ends early says why on its own.
        let _ = stdin.write_all(input.to_string().as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| Error::Message(format!("Python failed: {error}")))?;
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    if let Some(error) = found["error"].as_str() {
        return Err(Error::Message(format!("`{}`: {error}", call.function)));
    }
    let values = found["values"].as_array().map(|all| all.iter().map(|value| value.as_f64().unwrap_or(f64::NAN)));
    match values {
        Some(values) if output.status.success() => Ok(values.collect()),
        _ => Err(Error::Message(format!("Python ended without values of `{}`", call.function))),
    }
}
