//! Declarations and the names that follow `--wrt`.
//!
//! The text is cut at `;` and line ends and each part is matched with the grammar's `declaration`. What does not
//! match is looked at again for what is most likely meant, so that all wrong declarations are reported together.

mod diagnose;
mod family;
mod kind;
mod map;
mod name;
mod set;
mod sign;
mod size;

pub use kind::declared_kinds;
pub(crate) use kind::kind_synonyms;
pub use name::{parse_name, parse_names};

use pest::Parser as _;
use pest::iterators::Pair;

use diagnose::diagnose;
use family::{family_name, members_of};
use kind::kind_of;
use name::{canonical, names_of};
use set::{map_of, space_of};
use sign::{above_zero, both, transposed};

use super::ast::{Declaration, DeclaredKind, Size};
use super::grammar::{Grammar, Rule};
use super::limits::{MAX_ERRORS, MAX_SOURCE_BYTES};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;
use crate::structure::Structure;

/// Longest line in which declarations may stand with commas between them.
const LONGEST_LIST: usize = 4_000;

/// Reads declarations: `A: matrix(m,n); x ∈ ℝⁿ`, separated by `;` or line ends, with comments from `#` on.
///
/// # Errors
/// Every declaration that cannot be read.
pub fn parse_declarations(source: &str) -> Result<Vec<Declaration>, Diagnostics> {
    let mut found: Vec<Declaration> = Vec::new();
    let mut errors = Vec::new();
    if source.len() > MAX_SOURCE_BYTES {
        return Err(vec![
            Diagnostic::new("P0007", "the declarations are too long", Span::new(0, 1), "they begin here")
                .with_note(format!("at most {MAX_SOURCE_BYTES} bytes can be read")),
        ]);
    }
    let mut seen: rustc_hash::FxHashMap<String, usize> = rustc_hash::FxHashMap::default();
    for (start, text) in statements(source) {
        match declaration(text, start) {
            Ok(list) => {
                for one in list {
                    let first = seen.get(&one.name).and_then(|&at| found.get_mut(at));
                    // `x: vector(n); x > 0`, in either order.
                    if let Some(first) = first {
                        let both = both(&first.kind, &one.kind).or_else(|| both(&one.kind, &first.kind));
                        if let Some(both) = both {
                            first.kind = both;
                            first.is_only_sign = false;
                            continue;
                        }
                        errors.push(
                            Diagnostic::new(
                                "N0003",
                                format!("`{}` is declared twice", one.name),
                                one.span,
                                "again here",
                            )
                            .with_label(first.span, "first here")
                            .with_help("delete one of the two"),
                        );
                    } else {
                        seen.insert(one.name.clone(), found.len());
                        found.push(one);
                    }
                }
            }
            Err(error) => errors.push(*error),
        }
        if errors.len() >= MAX_ERRORS {
            break;
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// The parts between separators with their places, without comments and empty ones.
fn statements(source: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut line_start = 0;
    for line in source.split_inclusive('\n') {
        let code = line.split_once('#').map_or(line, |(code, _)| code);
        let mut start = line_start;
        for part in code.split(';') {
            for (offset, piece) in at_commas(part) {
                let trimmed = piece.trim();
                if !trimmed.is_empty() {
                    parts.push((start + offset + (piece.len() - piece.trim_start().len()), trimmed));
                }
            }
            start += part.len() + 1;
        }
        line_start += line.len();
    }
    // A LaTeX spacing command `\;` is no separator.
    let mut at = 1;
    while at < parts.len() {
        let (start, text) = parts[at - 1];
        let end = start + text.len();
        if text.ends_with('\\') && source[end..].starts_with(';') && !source[end..parts[at].0].contains('\n') {
            let stop = parts[at].0 + parts[at].1.len();
            parts[at - 1] = (start, &source[start..stop]);
            parts.remove(at);
        } else {
            at += 1;
        }
    }
    parts
}

/// The text cut at commas after which another declaration begins, as in `A: matrix(m,n), x: vector(n)`.
fn at_commas(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut from = 0;
    // Each comma is looked at by itself, which takes the square of the length.
    let commas = text.match_indices(',').filter(|_| text.len() <= LONGEST_LIST);
    for (at, _) in commas {
        let (before, behind) = (&text[from..at], &text[at + 1..]);
        if Grammar::parse(Rule::declaration, before.trim()).is_ok() && Grammar::parse(Rule::beginning, behind).is_ok() {
            pieces.push((from, before));
            from = at + 1;
        }
    }
    pieces.push((from, &text[from..]));
    pieces
}

fn declaration(text: &str, start: usize) -> Result<Vec<Declaration>, Box<Diagnostic>> {
    let Ok(pairs) = Grammar::parse(Rule::declaration, text) else {
        return Err(Box::new(diagnose(text, start)));
    };
    let mut names = Vec::new();
    let mut kind = None;
    let mut is_only_sign = false;
    let (mut count_of_family, mut first) = (None, 1);
    for pair in pairs.flat_map(Pair::into_inner) {
        match pair.as_rule() {
            Rule::names => names = names_of(pair.into_inner().flatten()),
            Rule::members => {
                let of = members_of(pair, start)?;
                first = of.first;
                count_of_family = Some(of.count);
                names = vec![(of.base, of.span)];
            }
            Rule::entries => {
                let span = Span::new(pair.as_span().start(), pair.as_span().end());
                let mut parts = pair.into_inner();
                let whole = parts.next().map(|whole| canonical(whole.as_str())).unwrap_or_default();
                let Some(list) = parts.next() else { continue };
                let of = members_of(list, start)?;
                if of.base != whole {
                    return Err(Box::new(diagnose(text, start)));
                }
                first = of.first;
                names = vec![(of.base, span)];
            }
            Rule::naturals => kind = Some(DeclaredKind::Integer),
            Rule::positive => {
                let name = names.first().map_or("", |(name, _)| name.as_str());
                kind = Some(above_zero(pair.as_str(), name));
                is_only_sign = matches!(kind, Some(DeclaredKind::Positive | DeclaredKind::Nonnegative));
            }
            Rule::itself => {
                let itself = transposed(&pair.as_str()[1..]);
                if itself.is_none_or(|itself| itself != text[..pair.as_span().start()].trim()) {
                    return Err(Box::new(diagnose(text, start)));
                }
                kind = Some(DeclaredKind::Square(Structure::Symmetric, Size::Open));
            }
            Rule::of_functions => {
                let of_matrices = pair.into_inner().any(|part| part.as_rule() == Rule::of_matrices);
                kind = Some(if of_matrices { DeclaredKind::MatrixFunction } else { DeclaredKind::Function });
            }
            Rule::kind => kind = Some(kind_of(pair, start)?),
            Rule::map => kind = Some(map_of(pair, start)?),
            Rule::space => kind = Some(space_of(pair, start)?),
            _ => {}
        }
    }
    let Some(kind) = kind else { return Err(Box::new(diagnose(text, start))) };
    let mut kind = of_size_one(kind, Span::new(start, start + text.len()))?;
    if let Some(count) = count_of_family {
        kind = DeclaredKind::Family(count, Box::new(kind));
    }
    Ok(names
        .into_iter()
        .map(|(name, span)| Declaration {
            name: if matches!(kind, DeclaredKind::Family(..)) { family_name(&name) } else { name },
            kind: kind.clone(),
            span: Span::new(start + span.start, start + span.end),
            is_only_sign,
            first,
        })
        .collect())
}

/// Structures of a 1×1 matrix, which is a scalar: a positive definite one is positive; a skew one is 0 and an orthogonal one ±1, no variables.
fn of_size_one(kind: DeclaredKind, place: Span) -> Result<DeclaredKind, Box<Diagnostic>> {
    match kind {
        DeclaredKind::Square(Structure::PositiveDefinite, Size::Number(1))
        | DeclaredKind::PositiveVector(Size::Number(1)) => Ok(DeclaredKind::Positive),
        DeclaredKind::NonnegativeVector(Size::Number(1)) => Ok(DeclaredKind::Nonnegative),
        DeclaredKind::Square(Structure::Skew, Size::Number(1)) => Err(Box::new(
            Diagnostic::new("P0014", "a skew-symmetric matrix of size 1 is 0", place, "of size 1")
                .with_help("write 0 for it, or give it a size of at least 2, or a name such as `n`"),
        )),
        DeclaredKind::Square(Structure::Orthogonal, Size::Number(1)) => Err(Box::new(
            Diagnostic::new("P0014", "an orthogonal matrix of size 1 is 1 or −1", place, "of size 1")
                .with_help("write `s: signs(1)` for it, or give it a size of at least 2, or a name such as `n`"),
        )),
        DeclaredKind::Family(count, member) => {
            let member = of_size_one(*member, place)?;
            Ok(DeclaredKind::Family(count, Box::new(member)))
        }
        other => Ok(other),
    }
}
