//! Families: `a_1,...,a_m` by their first and last members.

use pest::iterators::Pair;

use super::name::{canonical, names_of};
use super::size::{one_more, size_of, size_sum};
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::syntax::ast::Size;
use crate::syntax::grammar::Rule;

/// The first and the last member of a family, `a_1,...,a_m` and `x_0,...,x_{N-1}`.
pub(super) struct Members {
    pub(super) base: String,
    /// The number of the first one: 1 or 0.
    pub(super) first: i64,
    pub(super) count: Size,
    pub(super) span: Span,
}

pub(super) fn members_of(pair: Pair<'_, Rule>, start: usize) -> Result<Members, Box<Diagnostic>> {
    let span = Span::new(pair.as_span().start(), pair.as_span().end());
    let place = Span::new(start + span.start, start + span.end);
    let last = pair.clone().into_inner().find(|part| part.as_rule() == Rule::last_member);
    let found = names_of(pair.into_inner().flatten().take_while(|part| part.as_rule() != Rule::last_member));
    let first = found.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let (base, last) = match last {
        Some(last) => {
            let mut parts = last.into_inner();
            let base = parts.next().map(|base| canonical(base.as_str())).unwrap_or_default();
            (base, parts.next().map(|size| size_sum(size, start)).transpose()?)
        }
        None => {
            let last = found.last().map(|(name, _)| name.clone()).unwrap_or_default();
            let (base, count) = last.rsplit_once('_').unwrap_or((&last, ""));
            (base.to_owned(), (!count.is_empty()).then(|| size_of(count)))
        }
    };
    let number = (0..=1).find(|number| first == format!("{base}_{number}"));
    let (Some(first), Some(last)) = (number, last) else {
        let error = Diagnostic::new("P0013", "this is not the first and the last member of a family", place, "here");
        return Err(Box::new(error.with_help("write `a_1,...,a_m in R^n`, or `a: family(m) of vector(n)`")));
    };
    let count = if first == 0 { one_more(last) } else { last };
    Ok(Members { base, first, count, span })
}

/// The name of a family that is declared by one of its members: `x_i: family(m) of …` beside another symbol `x`, `x^{(i)}: family(m) of …`.
pub(super) fn family_name(name: &str) -> String {
    let is_index = |text: &str| text.chars().count() == 1 && text.chars().all(char::is_lowercase);
    for (open, close) in [("^(", ")"), ("^[", "]")] {
        if let Some((base, rest)) = name.split_once(open)
            && rest.strip_suffix(close).is_some_and(is_index)
        {
            return format!("{base}{open}·{close}");
        }
    }
    match name.split_once('_') {
        Some((base, index)) if is_index(index) => format!("{base}_·"),
        _ => name.to_owned(),
    }
}
