//! Every spelling of the language, by the tree that it makes.

mod declarations;
mod definitions;
mod names;
mod operators;
mod pages;
mod refused;
mod sums;

use super::{KnownNames, parse};

fn tree(source: &str) -> String {
    match parse(source, &KnownNames::default()) {
        Ok(ast) => ast.to_sexpr(),
        Err(errors) => {
            format!(
                "ERROR {}",
                errors.iter().map(|e| format!("{}: {}", e.code, e.message)).collect::<Vec<_>>().join(" | ")
            )
        }
    }
}

/// Checks lines `input  =>  tree`; several inputs with one tree are separated by ` ;; `.
#[track_caller]
fn check(table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((inputs, expected)) = line.split_once(" => ") else { panic!("no arrow: {line}") };
        for input in inputs.split(" ;; ") {
            let found = tree(input.trim());
            if found != expected.trim() {
                wrong.push(format!("{input}\n  found    {found}\n  expected {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
