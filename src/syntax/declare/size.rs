//! Sizes: names, numbers, and sums and products of them.

use pest::iterators::Pair;

use super::name::canonical;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::syntax::ast::Size;
use crate::syntax::grammar::Rule;
use crate::syntax::greek::superscript;

/// A size and 1.
pub(super) fn one_more(size: Size) -> Size {
    let Size::Sum(terms) = sum_of(vec![(false, size), (false, Size::Number(1))]) else { return Size::Open };
    let (numbers, mut names): (Vec<_>, Vec<_>) = terms.into_iter().partition(|(_, names)| names.is_empty());
    let number: i64 = numbers.iter().map(|(number, _)| *number).sum();
    match (names.as_slice(), u64::try_from(number)) {
        ([], Ok(number)) => Size::Number(number),
        ([(1, only)], Ok(0)) if only.len() == 1 => Size::Symbol(only[0].clone()),
        _ => {
            if number != 0 {
                names.push((number, Vec::new()));
            }
            Size::Sum(names)
        }
    }
}

pub(super) fn size_of(text: &str) -> Size {
    let plain: String = text.chars().map(|c| superscript(c).unwrap_or(c)).collect();
    match plain.parse::<u64>() {
        _ if plain == "_" => Size::Open,
        Ok(number) => Size::Number(number),
        Err(_) => Size::Symbol(canonical(&plain)),
    }
}

pub(super) fn checked_size(text: &str, pair: &Pair<'_, Rule>, start: usize) -> Result<Size, Box<Diagnostic>> {
    let size = size_of(text);
    let at = pair.as_span();
    let too_long = text.bytes().all(|b| b.is_ascii_digit()) && matches!(size, Size::Symbol(_));
    if size == Size::Number(0) || too_long {
        let span = Span::new(start + at.start(), start + at.end());
        let message = if too_long { "this size is too large" } else { "a size is at least 1" };
        return Err(Box::new(
            Diagnostic::new("P0014", message, span, "this size").with_help("give a size such as `n` or `3`"),
        ));
    }
    Ok(size)
}

/// The product of sizes written side by side.
fn product_of(mut factors: Vec<Size>) -> Size {
    if factors.len() == 1 {
        return factors.remove(0);
    }
    let (mut number, mut names) = (1_u64, Vec::new());
    for factor in factors {
        match factor {
            Size::Number(value) => number = number.saturating_mul(value),
            Size::Symbol(name) => names.push(name),
            Size::Sum(_) | Size::Open => return Size::Open,
        }
    }
    if names.is_empty() { Size::Number(number) } else { Size::Sum(vec![(signed(number), names)]) }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The sum of sizes, with whether each is subtracted.
fn sum_of(mut terms: Vec<(bool, Size)>) -> Size {
    if terms.len() == 1 {
        return terms.remove(0).1;
    }
    let mut sum = Vec::new();
    for (is_subtracted, term) in terms {
        let sign = if is_subtracted { -1 } else { 1 };
        match term {
            Size::Number(value) => sum.push((sign * signed(value), Vec::new())),
            Size::Symbol(name) => sum.push((sign, vec![name])),
            Size::Sum(terms) => sum.extend(terms.into_iter().map(|(value, names)| (sign * value, names))),
            Size::Open => return Size::Open,
        }
    }
    Size::Sum(sum)
}

/// A sum of products of sizes, or of sizes.
pub(super) fn size_sum(pair: Pair<'_, Rule>, start: usize) -> Result<Size, Box<Diagnostic>> {
    let term = |part: Pair<'_, Rule>| match part.as_rule() {
        Rule::size_product => {
            let mut factors = Vec::new();
            for factor in part.into_inner() {
                // `n^2`
                let (base, power) = factor.as_str().split_once(['^', '*']).unwrap_or((factor.as_str(), "1"));
                let power = power.bytes().find(u8::is_ascii_digit).map_or(1, |digit| usize::from(digit - b'0'));
                let base = checked_size(base, &factor, start)?;
                factors.extend(std::iter::repeat_n(base, power));
            }
            Ok(product_of(factors))
        }
        _ => checked_size(part.as_str(), &part, start),
    };
    let (mut terms, mut is_subtracted) = (Vec::new(), false);
    for part in pair.into_inner() {
        if part.as_rule() == Rule::less_size {
            is_subtracted = true;
        } else {
            terms.push((std::mem::take(&mut is_subtracted), term(part)?));
        }
    }
    Ok(sum_of(terms))
}
