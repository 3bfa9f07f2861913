//! Files of a room that use one another in a circle: those that `docs/architecture.md` argues for, and no others.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::{code, relative, rust_files};

/// Circles that stand, each by how the paths of its files begin. `docs/architecture.md` says why.
const CIRCLES: &[&[&str]] = &[
    &["src/differential/engine.rs", "src/differential/rules/"],
    &["src/normal/identity.rs", "src/normal/rules/"],
    &[
        "src/numeric/ball",
        "src/numeric/elimination.rs",
        "src/numeric/extended.rs",
        "src/numeric/function.rs",
        "src/numeric/gamma.rs",
        "src/numeric/matrix_function.rs",
        "src/numeric/scalar.rs",
        "src/numeric/spectral.rs",
    ],
    &["src/numeric/eval.rs", "src/numeric/kernel.rs"],
    &["src/plan/ad/forward.rs", "src/plan/ad/matrix.rs", "src/plan/ad/reverse.rs"],
    &[
        "src/reading/chart.rs",
        "src/reading/close.rs",
        "src/reading/plan.rs",
        "src/reading/resolve/mod.rs",
        "src/reading/scope.rs",
        "src/reading/search.rs",
    ],
    &["src/render/monomial.rs", "src/render/turned.rs"],
    &["src/render/place.rs", "src/render/power.rs", "src/render/printer.rs", "src/render/size.rs"],
    &["src/simplify/end.rs", "src/simplify/factor.rs", "src/simplify/group.rs", "src/simplify/halves.rs"],
    &[
        "src/syntax/below.rs",
        "src/syntax/big.rs",
        "src/syntax/binding.rs",
        "src/syntax/conjugate.rs",
        "src/syntax/cuts.rs",
        "src/syntax/definition.rs",
        "src/syntax/join.rs",
        "src/syntax/looks.rs",
        "src/syntax/optimum.rs",
        "src/syntax/parse.rs",
        "src/syntax/resolve.rs",
        "src/syntax/script.rs",
        "src/syntax/sets.rs",
        "src/syntax/stack.rs",
        "src/syntax/unbound.rs",
    ],
];

/// A module by its path from the crate, `answer::form`, with its file.
type Modules = BTreeMap<String, String>;

fn modules() -> Modules {
    let module = |place: &str| {
        let path = place.trim_start_matches("src/").trim_end_matches(".rs");
        path.trim_end_matches("/mod").trim_end_matches("lib").replace('/', "::")
    };
    rust_files("src").iter().map(|path| relative(path)).map(|place| (module(&place), place)).collect()
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The paths that a path with groups in braces stands for, each with the name that it is given here.
fn expand(text: &str, before: &[String], found: &mut Vec<(Vec<String>, String)>) -> usize {
    let (mut path, mut at) = (before.to_vec(), 0);
    loop {
        let rest = &text[at..];
        if rest.starts_with('{') {
            at += 1;
            while !text[at..].starts_with('}') {
                let skipped = text[at..].find(|c: char| c == '}' || c == '{' || c == '*' || is_name(c));
                at += skipped.unwrap_or_else(|| text[at..].len());
                if text[at..].is_empty() || text[at..].starts_with('}') {
                    break;
                }
                at += expand(&text[at..], &path, found).max(1);
            }
            return at + 1;
        }
        let name: String = rest.chars().take_while(|c| is_name(*c)).collect();
        at += name.len();
        if !name.is_empty() && name != "self" {
            path.push(name);
        }
        if let Some(behind) = text[at..].strip_prefix("::") {
            at += 2;
            if behind.starts_with(|c: char| is_name(c) || c == '{') {
                continue;
            }
        }
        let named = match text[at..].strip_prefix(" as ") {
            Some(behind) => behind.chars().take_while(|c| is_name(*c)).collect(),
            None => path.last().cloned().unwrap_or_default(),
        };
        found.push((path, named));
        return at;
    }
}

/// What a file takes from where: paths from the crate, with the name that each has in the file, and whether it hands them on.
fn uses(modules: &Modules, module: &str, code: &str) -> Vec<(Vec<String>, String, bool)> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("::").filter(|(at, _)| !code[..*at].ends_with("::")) {
        let front = code[..at]
            .rfind(|c: char| !is_name(c))
            .map_or(0, |end| end + code[end..].chars().next().map_or(0, char::len_utf8));
        if code[..front].ends_with("::") || code[..front].ends_with('$') {
            continue;
        }
        let mut found = Vec::new();
        let line = code[..front].rfind('\n').map_or(0, |end| end + 1);
        let head = code[line..front].trim();
        expand(&code[front..], &[], &mut found);
        let hands_on = head.starts_with("pub") && head.ends_with("use");
        for (path, name) in found {
            let (mut base, mut path) = (None, path);
            if code[front..].starts_with("self::") {
                base = Some(module.to_owned());
            }
            while path.first().is_some_and(|first| first == "super") {
                base = Some(parent(base.as_deref().unwrap_or(module)).to_owned());
                path.remove(0);
            }
            if path.first().is_some_and(|first| first == "crate") {
                base = Some(String::new());
                path.remove(0);
            }
            // `pub use gradient::gradient` names a module of its own folder.
            if base.is_none() && path.first().is_some_and(|first| modules.contains_key(&join(module, first))) {
                base = Some(module.to_owned());
            }
            if let Some(base) = base {
                let whole = base.split("::").filter(|part| !part.is_empty()).map(str::to_owned).chain(path).collect();
                all.push((whole, name, hands_on));
            }
        }
    }
    all
}

/// The file that a path leads to, through what modules hand on.
fn file_of(modules: &Modules, handed: &BTreeMap<(String, String), Vec<String>>, path: &[String]) -> Option<String> {
    let mut module = String::new();
    for name in path {
        let next = join(&module, name);
        if modules.contains_key(&next) {
            module = next;
            continue;
        }
        return match handed.get(&(module.clone(), name.clone())) {
            Some(target) if target != path => file_of(modules, handed, target),
            _ => modules.get(&module).cloned(),
        };
    }
    // A function of its module's name, handed on by the folder.
    let handed_on = handed.get(&(parent(&module).to_owned(), path.last()?.clone())).filter(|target| *target != path)?;
    file_of(modules, handed, handed_on)
}

/// Which files of its own room each file uses.
fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules();
    let codes: BTreeMap<String, String> = rust_files("src").iter().map(|path| (relative(path), code(path))).collect();
    let mut handed = BTreeMap::new();
    let mut taken = BTreeMap::new();
    for (module, file) in &modules {
        let all = uses(&modules, module, &codes[file]);
        for (path, name, _) in all.iter().filter(|(.., hands_on)| *hands_on) {
            handed.insert((module.clone(), name.clone()), path.clone());
        }
        taken.insert(file.clone(), all);
    }
    let room = |file: &str| file.split('/').nth(1).unwrap_or_default().to_owned();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, all) in &taken {
        for (path, name, _) in all.iter().filter(|(.., hands_on)| !hands_on) {
            let mut paths = vec![path.clone()];
            // What is taken as a module is used by the names behind it.
            if modules.contains_key(&path.join("::")) {
                let behind = format!("{name}::");
                let calls = codes[file]
                    .match_indices(behind.as_str())
                    .filter(|(at, _)| !codes[file][..*at].ends_with(|c: char| is_name(c) || c == ':'));
                paths.extend(calls.map(|(at, found)| {
                    let word: String = codes[file][at + found.len()..].chars().take_while(|c| is_name(*c)).collect();
                    path.iter().cloned().chain([word]).collect()
                }));
            }
            let targets = paths.iter().filter_map(|path| file_of(&modules, &handed, path));
            let inside = targets.filter(|target| target != file && room(target) == room(file));
            edges.entry(file.clone()).or_default().extend(inside);
        }
    }
    edges
}

/// The files that a file leads to.
fn reach<'e>(edges: &'e BTreeMap<String, BTreeSet<String>>, file: &'e str) -> BTreeSet<&'e str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(file) = open.pop() {
        let next = edges.get(file).into_iter().flatten();
        open.extend(next.map(String::as_str).filter(|file| seen.insert(*file)));
    }
    seen
}

#[test]
fn files_are_in_no_other_circles() {
    let edges = edges();
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|file| (file.as_str(), reach(&edges, file))).collect();
    let mut circles: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (file, found) in &reached {
        let circle: Vec<&str> =
            found.iter().copied().filter(|other| reached.get(other).is_some_and(|back| back.contains(file))).collect();
        if !circle.is_empty() {
            circles.insert(circle);
        }
    }
    let is_of =
        |circle: &[&str], known: &[&str]| circle.iter().all(|file| known.iter().any(|start| file.starts_with(start)));
    let mut wrong = Vec::new();
    for circle in circles.iter().filter(|circle| !CIRCLES.iter().any(|known| is_of(circle, known))) {
        wrong.push(format!("in a circle: {}", circle.join(", ")));
    }
    for known in CIRCLES.iter().filter(|known| !circles.iter().any(|circle| is_of(circle, known))) {
        wrong.push(format!("no circle any more: {}", known.join(", ")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
