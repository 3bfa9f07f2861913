//! What is most likely meant by a declaration that does not match the grammar.

use super::kind::{KINDS, said, unknown_kind};
use super::map::unreadable_map;
use super::name::parse_names;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::suggest::nearest;
use crate::span::Span;

/// What is most likely wrong with a declaration that does not match the grammar.
pub(super) fn diagnose(text: &str, start: usize) -> Diagnostic {
    let whole = Span::new(start, start + text.len());
    let maps = [
        "->",
        "→",
        "\\to ",
        "\\to\\",
        "\\rightarrow",
        "↦",
        "\\mapsto",
        "function of",
        "function from",
        "function(",
        "function (",
        "func(",
    ];
    if maps.iter().any(|sign| text.contains(sign)) {
        return unreadable_map(whole);
    }
    let help = "write a declaration as `A: matrix(m,n)`, `x: vector(n)`, `t: scalar` or `A in R^{m x n}`";
    let without_colon = || {
        let (name, kind) = text.trim().split_once(char::is_whitespace)?;
        let kind = kind.trim().trim_start_matches("is ").trim_start();
        let is_kind = KINDS.iter().any(|row| row.0 == said(kind).kind);
        (parse_names(name).is_ok() && is_kind).then(|| format!("write `{name}: {kind}`"))
    };
    let dots = ["...", "…", "\\ldots", "\\dots", "\\cdots"].iter().any(|dots| text.contains(dots));
    let complex = [" in C", "∈ C", "∈C", "ℂ", "\\mathbb{C}", "\\in C"].iter().find(|set| text.contains(**set));
    let real = complex.map(|set| {
        let real = text.replacen(set, &set.replace('C', "R").replace('ℂ', "ℝ"), 1);
        format!("everything is real: write `{}`", real.trim())
    });
    let other = without_colon().or(real);
    let help = match text {
        _ if dots => "write `a_1,...,a_m in R^n`, or `a: family(m) of vector(n)`",
        _ if other.is_some() => other.as_deref().unwrap_or(help),
        _ if text.contains(':') => help,
        _ if text.contains("Delta") || text.contains('Δ') => "write `t in Delta^n` for n entries, or `t: simplex(n)`",
        _ if ["{0", "\\{0"].iter().any(|begin| text.contains(begin)) => {
            "write `y in {0,1}^n`, `M in {0,1}^{m x n}`, or `y: binary(n)`, `M: binary(m,n)`"
        }
        _ if ["{-1", "{−1", "{1,", "{+1", "{±"].iter().any(|begin| text.contains(begin)) => {
            "write `y in {-1,1}^n`, or `y: signs(n)`"
        }
        _ => help,
    };
    let Some((left, right)) = text.split_once(':') else {
        let message = if text.contains('=') { "a declaration has no `=`" } else { "this is not a declaration" };
        return Diagnostic::new("P0013", message, whole, "expected a name, a colon and a kind").with_help(help);
    };
    if let Err(errors) = parse_names(left) {
        let end = start + left.trim_end().len().max(1);
        let message = if left.trim().is_empty() { "the declaration has no name" } else { "this cannot be declared" };
        let n = errors.len();
        debug_assert!(n > 0, "an error has a message");
        return Diagnostic::new("P0013", message, Span::new(start, end), "expected a name such as `A` or `x_1`")
            .with_help(help);
    }
    let name = left.trim();
    let from = text.len() - right.trim_start().len();
    let words = right.trim();
    if words.contains(' ') && nearest(&words.to_ascii_lowercase(), ["matrix function"].into_iter()).is_some() {
        return unknown_kind(words, Span::new(start + text.len() - right.trim_start().len(), start + text.len()));
    }
    let word: String = right.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    let place = Span::new(start + from.min(text.len().saturating_sub(1)), start + text.len());
    match KINDS.iter().find(|row| row.0 == word.to_ascii_lowercase()) {
        Some(&(kind, wanted)) => {
            let example = match (kind, wanted) {
                ("family", _) => format!("{name}: family(m) of vector(n)"),
                (_, 0) => format!("{name}: {kind}"),
                (_, 1) => format!("{name}: {kind}(n)"),
                _ => format!("{name}: {kind}(m,n)"),
            };
            Diagnostic::new(
                "P0013",
                format!("the sizes of `{kind}` cannot be read"),
                place,
                "expected names or numbers in brackets",
            )
            .with_help(format!("write `{example}`"))
        }
        None if word.is_empty() => {
            Diagnostic::new("P0013", "the declaration has no kind", place, "expected a kind after the colon")
                .with_help(help)
        }
        None => unknown_kind(&word, place),
    }
}
