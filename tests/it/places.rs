//! How many places a function and an operator stand in: `docs/adding-an-operator.md` names them, and nothing else in `src` knows the example.

use super::tidy::{code, read, relative, root, rust_files};

/// A row of a table on the page.
struct Place {
    file: String,
    text: String,
}

/// The text of a cell that is set as code.
fn code_of(cell: &str) -> String {
    let cell = cell.trim();
    let inner = cell.strip_prefix("`` ").and_then(|inner| inner.strip_suffix(" ``"));
    inner.unwrap_or_else(|| cell.trim_matches('`')).to_owned()
}

/// The places in the tables of a section.
fn places(heading: &str) -> Vec<Place> {
    let page = read(&root().join("docs/adding-an-operator.md"));
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).expect("the page has the section");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        assert_eq!(cells.len(), 3, "{row}");
        Place { file: code_of(cells[0]), text: code_of(cells[2]) }
    })
    .collect()
}

/// Whether a name stands in a text as a word.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_letter = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].ends_with(is_letter) && !text[at + name.len()..].starts_with(is_letter)
    })
}

#[track_caller]
fn check(heading: &str, name: &str, most: usize) {
    let places = places(heading);
    assert!(!places.is_empty() && places.len() <= most, "{} places", places.len());
    for place in &places {
        let text = read(&root().join(&place.file));
        assert!(text.contains(&place.text), "{} does not contain `{}`", place.file, place.text);
    }
    // Nothing requires identities; those that there are stand together.
    let is_identity = |file: &str| file == "src/normal/identity.rs" || file.starts_with("src/normal/rules/");
    let others: Vec<String> = rust_files("src")
        .iter()
        .filter(|path| names(&code(path), name))
        .map(|path| relative(path))
        .filter(|file| !is_identity(file) && !places.iter().any(|place| place.file == *file))
        .collect();
    assert!(others.is_empty(), "`{name}` stands in {others:?} too");
}

#[test]
fn a_function_stands_in_few_places() {
    check("A function", "Asinh", 8);
}

#[test]
fn an_operator_stands_in_few_places() {
    check("An operator", "Adjugate", 17);
}
