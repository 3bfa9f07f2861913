//! Scripts in Python that tests hand cases to.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A Python that has these modules: the one that `MATCALC_PYTHON` names, else `python3`.
pub fn python(modules: &str) -> Option<String> {
    let command = std::env::var("MATCALC_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&command).args(["-c", &format!("import {modules}")]).output();
    probe.is_ok_and(|output| output.status.success()).then_some(command)
}

/// What a script prints for cases on its standard input.
pub fn output_of(python: &str, script: &str, cases: Vec<Value>) -> String {
    let mut child = Command::new(python)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    child.stdin.take().expect("piped").write_all(Value::from(cases).to_string().as_bytes()).expect("cases are taken");
    let output = child.wait_with_output().expect("Python ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
