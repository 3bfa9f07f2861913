//! The tree is as `docs/architecture.md` says: which room uses which, how files begin, what the changelog holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The ground floor, which every room may use and which uses nothing itself.
const GROUND: &[&str] = &["catalog", "interrupt", "kernel", "number", "span", "stack", "structure"];

/// Which other rooms of `src` each room may use; a folder inside a room that stands here by its path is a room of its own. A new edge is a decision: it changes this table and `docs/architecture.md`.
const EDGES: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("syntax", &["diagnostic"]),
    ("reading", &["diagnostic", "expr", "syntax"]),
    ("shape", &["diagnostic", "expr", "reading", "syntax"]),
    ("expr", &[]),
    ("normal", &["expr"]),
    ("sign", &["expr"]),
    ("positivity", &["expr", "sign", "simplify"]),
    ("domain", &["expr", "numeric", "positivity", "simplify"]),
    ("differential", &["domain", "expr"]),
    ("linear", &["expr"]),
    ("simplify", &["expr"]),
    ("naming", &["expr", "simplify"]),
    ("render", &["domain", "expr", "naming"]),
    ("codegen", &["expr", "numeric", "render"]),
    // What is printed is the graph of a plan, which is checked as code is.
    ("emit", &["check", "codegen", "expr", "numeric", "plan"]),
    ("numeric", &["expr"]),
    ("plan", &["codegen", "expr", "numeric", "render"]),
    ("ad", &["expr", "numeric"]),
    ("check", &["ad", "expr", "numeric"]),
    ("backprop", &["domain", "expr", "linear", "numeric", "simplify"]),
    ("picture", &[]),
    ("problem", &["diagnostic", "domain", "expr", "reading", "render", "shape", "syntax"]),
    (
        "answer",
        &["backprop", "check", "differential", "domain", "expr", "linear", "normal", "problem", "render", "simplify"],
    ),
    ("answer/form", &["answer", "check", "domain", "expr", "problem", "simplify", "syntax"]),
    (
        "answer/derivation",
        &["answer", "check", "differential", "expr", "linear", "naming", "problem", "render", "simplify"],
    ),
    (
        "answer/convexity",
        &[
            "answer",
            "check",
            "differential",
            "domain",
            "expr",
            "linear",
            "naming",
            "positivity",
            "problem",
            "render",
            "sign",
            "simplify",
        ],
    ),
    (
        "answer/stationary",
        &[
            "answer",
            "answer/convexity",
            "check",
            "differential",
            "domain",
            "expr",
            "linear",
            "positivity",
            "problem",
            "simplify",
        ],
    ),
    ("minimize", &["check", "numeric"]),
    ("oracle", &["answer", "codegen", "expr", "linear", "minimize", "numeric", "plan", "problem"]),
    ("measure", &["check", "expr", "numeric", "oracle", "plan", "problem"]),
    ("error", &["diagnostic", "problem"]),
    ("face", &["answer", "check", "error", "problem", "request", "syntax"]),
    (
        "request",
        &[
            "answer",
            "answer/convexity",
            "answer/derivation",
            "answer/form",
            "answer/stationary",
            "backprop",
            "check",
            "codegen",
            "diagnostic",
            "domain",
            "emit",
            "error",
            "expr",
            "linear",
            "measure",
            "minimize",
            "naming",
            "numeric",
            "oracle",
            "picture",
            "plan",
            "problem",
            "reading",
            "render",
            "shape",
            "syntax",
        ],
    ),
    (
        "topic",
        &["answer", "diagnostic", "differential", "domain", "expr", "linear", "problem", "render", "shape", "syntax"],
    ),
    ("statement", &["diagnostic", "error", "numeric", "problem", "request", "shape", "syntax", "topic"]),
    (
        "cli",
        // What a mistyped word may have meant is found there for options and commands as it is for names.
        &[
            "diagnostic",
            "error",
            "minimize",
            "numeric",
            "oracle",
            "problem",
            "render",
            "request",
            "statement",
            "syntax",
            "topic",
        ],
    ),
];

/// Of the edges above, those that carry one name only.
const NARROW: &[(&str, &str, &[&str])] = &[("render", "domain", &["Condition"])];

/// External crates that one place alone may name.
const NAMED_IN: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["src/diagnostic/render.rs"]),
    (
        "pest",
        &[
            "src/syntax/declare/family.rs",
            "src/syntax/declare/kind.rs",
            "src/syntax/declare/mod.rs",
            "src/syntax/declare/name.rs",
            "src/syntax/declare/set.rs",
            "src/syntax/declare/size.rs",
            "src/syntax/lex/mod.rs",
        ],
    ),
    (
        "clap",
        &[
            "src/cli/args.rs",
            "src/cli/color.rs",
            "src/cli/examples.rs",
            "src/cli/format.rs",
            "src/cli/help.rs",
            "src/cli/late.rs",
            "src/cli/meant.rs",
            "src/cli/mistake.rs",
            "src/cli/shell.rs",
        ],
    ),
    ("clap_complete", &["src/cli/args.rs", "src/cli/shell.rs"]),
    ("clap_mangen", &["src/cli/shell.rs"]),
    ("anstream", &["src/cli/color.rs", "src/cli/print.rs", "src/cli/mod.rs", "src/cli/watch.rs"]),
    ("terminal_size", &["src/cli/print.rs"]),
    ("faer", &["src/kernel/dense.rs"]),
    ("pulp", &["src/kernel/simd.rs"]),
    ("rustyline", &["src/cli/repl/mod.rs", "src/cli/repl/helper.rs"]),
    ("ctrlc", &["src/cli/stop.rs"]),
    ("plotters", &["src/cli/plot.rs"]),
    ("layout", &["src/picture/place.rs"]),
];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a folder, in a fixed order.
pub(crate) fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("it is below the root");
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file can be read")
}

/// The room of a file of `src`: its folder, or itself where it is no folder.
fn room(path: &Path) -> String {
    let path = relative(path);
    let inside = path.strip_prefix("src/").expect("it is in src");
    let mut parts = inside.split('/');
    let (outer, inner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    inner_room(outer, inner).unwrap_or_else(|| outer.trim_end_matches(".rs").to_owned())
}

/// The room that a folder inside a room is, where it is one.
fn inner_room(room: &str, folder: &str) -> Option<String> {
    let path = format!("{room}/{folder}");
    EDGES.iter().any(|(name, _)| *name == path).then_some(path)
}

/// The rooms that a path behind `crate::` leads to; a group in braces may lead to several.
fn rooms_of(path: &str) -> BTreeSet<String> {
    let room = word(path);
    let rest = path[room.len()..].trim_start_matches("::");
    let group = rest.strip_prefix('{').map_or("", |group| group.split(';').next().unwrap_or_default());
    let names =
        if group.is_empty() { vec![word(rest)] } else { group.split(',').map(|one| word(one.trim())).collect() };
    names.into_iter().map(|name| inner_room(room, name).unwrap_or_else(|| room.to_owned())).collect()
}

/// The code of a file that is neither comment nor test.
pub(crate) fn code(path: &Path) -> String {
    if path.file_name().is_some_and(|name| name == "tests.rs" || name == "testing.rs") {
        return String::new();
    }
    let text = read(path);
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// What follows `crate::` wherever it is written.
fn paths(code: &str) -> Vec<&str> {
    code.match_indices("crate::")
        .filter(|(at, _)| !code[..*at].ends_with('$'))
        .map(|(at, found)| &code[at + found.len()..])
        .collect()
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[test]
fn rooms_use_only_what_they_may() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for path in rust_files("src") {
        let room = room(&path);
        if room == "lib" || room == "main" {
            continue;
        }
        let is_ground = GROUND.contains(&room.as_str());
        let allowed = EDGES.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed.or(is_ground.then_some(&[])) else {
            wrong.push(format!("{}: the room `{room}` is not in the table", relative(&path)));
            continue;
        };
        let code = code(&path);
        for (target, target_room) in
            paths(&code).iter().flat_map(|path| rooms_of(path).into_iter().map(move |to| (path, to)))
        {
            let target_room = target_room.as_str();
            if target_room == room || (!is_ground && GROUND.contains(&target_room)) {
                continue;
            }
            used.insert((room.clone(), target_room.to_owned()));
            if !allowed.contains(&target_room) {
                wrong.push(format!("{}: `{room}` may not use `{target_room}`", relative(&path)));
            }
            let narrow = NARROW.iter().find(|(from, to, _)| *from == room && *to == target_room);
            if let Some((_, _, names)) = narrow {
                let name = word(target[target_room.len()..].trim_start_matches("::"));
                if !names.contains(&name) {
                    wrong.push(format!("{}: of `{target_room}` only {names:?}, not `{name}`", relative(&path)));
                }
            }
        }
    }
    for (room, allowed) in EDGES {
        for target in *allowed {
            if !used.contains(&((*room).to_owned(), (*target).to_owned())) {
                wrong.push(format!("the table lets `{room}` use `{target}`, which it does not"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rooms_are_in_a_circle() {
    let mut floor: BTreeSet<&str> = GROUND.iter().copied().collect();
    let mut left: Vec<_> = EDGES.to_vec();
    while let Some(at) = left.iter().position(|(_, uses)| uses.iter().all(|room| floor.contains(room))) {
        floor.insert(left.remove(at).0);
    }
    assert!(left.is_empty(), "in a circle, or above one: {left:?}");
}

#[test]
fn external_crates_stay_where_they_are() {
    let mut wrong = Vec::new();
    for path in rust_files("src") {
        let (code, place) = (code(&path), relative(&path));
        for (name, places) in NAMED_IN {
            let named = code.contains(&format!("use {name}::")) || code.contains(&format!(" {name}::"));
            if named && !places.contains(&place.as_str()) {
                wrong.push(format!("{place}: names `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// nalgebra's decompositions that iterate until they converge, which what is not finite never does.
const UNBOUNDED: [&str; 9] = [
    ".svd(true",
    ".svd(false",
    "SVD::new",
    "SymmetricEigen::new(",
    ".symmetric_eigen()",
    ".symmetric_eigenvalues()",
    ".complex_eigenvalues()",
    ".schur()",
    "Schur::new",
];

#[test]
fn iterations_are_bounded() {
    let mut wrong = Vec::new();
    for path in rust_files("src") {
        let (code, place) = (code(&path), relative(&path));
        // Emitted code is another program's; the kernels have decompositions of their own.
        if ["src/emit/", "src/kernel/", "src/numeric/linalg.rs"].iter().any(|room| place.starts_with(room)) {
            continue;
        }
        wrong.extend(UNBOUNDED.iter().filter(|name| code.contains(**name)).map(|name| format!("{place}: {name}")));
    }
    assert!(wrong.is_empty(), "use `numeric::linalg`, which ends: {wrong:?}");
}

#[test]
fn every_file_says_what_it_is() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for path in rust_files(folder) {
            if !read(&path).starts_with("//! ") {
                wrong.push(relative(&path));
            }
        }
    }
    assert!(wrong.is_empty(), "without `//!` on the first line: {wrong:?}");
}

#[test]
fn nothing_is_left_over_from_debugging() {
    let leftover = concat!("dbg", "!(");
    let found: Vec<String> =
        rust_files("src").iter().filter(|path| read(path).contains(leftover)).map(|path| relative(path)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_changelog_has_a_place_for_what_comes() {
    assert!(read(&root().join("CHANGELOG.md")).contains("\n## Unreleased\n"));
}
