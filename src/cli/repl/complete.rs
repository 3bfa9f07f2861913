//! What can stand at the cursor: words of statements, functions, known names, topics after `help`, and signs for `\alpha`.

use crate::statement::{Session, words};
use crate::syntax::{function_spellings, greek_letters};
use crate::topic;

/// Signs that are no letters, by their LaTeX commands.
const SIGNS: &[(&str, char)] = &[
    ("top", 'ᵀ'),
    ("odot", '⊙'),
    ("circ", '∘'),
    ("otimes", '⊗'),
    ("oslash", '⊘'),
    ("cdot", '·'),
    ("times", '×'),
    ("nabla", '∇'),
    ("partial", '∂'),
    ("sum", '∑'),
    ("prod", '∏'),
    ("sqrt", '√'),
    ("in", '∈'),
    ("R", 'ℝ'),
    ("S", '𝕊'),
    ("norm", '‖'),
    ("Vert", '‖'),
    ("langle", '⟨'),
    ("rangle", '⟩'),
    ("le", '≤'),
    ("ge", '≥'),
    ("ne", '≠'),
    ("infty", '∞'),
    ("half", '½'),
];

/// Whether a file's name is being typed.
pub(super) fn is_file_name(before: &str) -> bool {
    let before = before.trim_start();
    before.starts_with("load ") || before.starts_with("save ") || in_load_call(before)
}

/// `A = load("da`
fn in_load_call(before: &str) -> bool {
    ["load(\"", "load('"]
        .iter()
        .any(|call| before.rfind(call).is_some_and(|at| !before[at + call.len()..].contains(['"', '\''])))
}

/// Where the word at the cursor begins, and what it can become: what is shown, and what is inserted.
pub(super) fn candidates(session: &Session, before: &str) -> (usize, Vec<(String, String)>) {
    if let Some(at) = before.rfind('\\').filter(|at| before[at + 1..].chars().all(|c| c.is_ascii_alphabetic())) {
        let typed = &before[at + 1..];
        let mut found: Vec<(String, String)> = greek_letters()
            .chain(SIGNS.iter().copied())
            .filter(|(name, _)| name.starts_with(typed))
            .map(|(name, sign)| (format!("\\{name}  {sign}"), sign.to_string()))
            .collect();
        found.sort();
        // A whole name is not held back by longer ones.
        if let Some(exact) = found.iter().position(|(shown, _)| shown.split(' ').next() == Some(&before[at..])) {
            found = vec![found.swap_remove(exact)];
        }
        return (at, found);
    }
    let start = before
        .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let typed = &before[start..];
    if typed.is_empty() && start > 0 {
        return (start, Vec::new());
    }
    let is_help = before[..start].trim() == "help";
    let mut found: Vec<String> = Vec::new();
    if is_help {
        found.extend(topic::topics().map(str::to_owned));
    } else {
        found.extend(words().map(str::to_owned));
        found.extend(session.names().into_iter().map(|(name, _)| name));
        let functions = function_spellings().filter(|name| name.is_ascii() && name.len() > 1 && !name.contains('.'));
        found.extend(functions.map(str::to_owned));
    }
    found.retain(|name| name.starts_with(typed));
    found.sort();
    found.dedup();
    (start, found.into_iter().map(|name| (name.clone(), name)).collect())
}
