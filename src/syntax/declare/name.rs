//! Names that are declared or asked for, in their canonical form.

use pest::Parser as _;
use pest::iterators::Pair;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::greek::{greek, greek_name, plain_text, subscript, superscript};
use crate::syntax::latex::bold_letter;
use crate::syntax::limits::MAX_SOURCE_BYTES;

/// Reads one name, as it follows `--wrt`, and gives it its canonical form: Greek letters in Unicode, the subscript
/// after `_`.
///
/// # Errors
/// Text that is no name.
pub fn parse_name(source: &str) -> Result<String, Diagnostics> {
    let names = parse_names(source)?;
    match <[String; 1]>::try_from(names) {
        Ok([name]) => Ok(name),
        Err(names) => Err(vec![
            Diagnostic::new(
                "N0002",
                format!("expected one name, found {}", names.len()),
                Span::new(0, source.len()),
                "here",
            )
            .with_help("give one name, such as `X` or `x_1`"),
        ]),
    }
}

/// Reads names separated by commas: `W, b`.
///
/// # Errors
/// Text that is no such list.
pub fn parse_names(source: &str) -> Result<Vec<String>, Diagnostics> {
    let text = source.trim();
    let start = source.len() - source.trim_start().len();
    let place = Span::new(start, start + text.len());
    let refuse = |message: &str| {
        vec![
            Diagnostic::new("N0002", message, place, "expected a name")
                .with_help("give a name such as `X`, `x_1` or `theta`, or several with commas: W, b"),
        ]
    };
    if text.is_empty() {
        return Err(refuse("a name is missing"));
    }
    if text.len() > MAX_SOURCE_BYTES {
        return Err(refuse("the list of names is too long"));
    }
    // Where a letter is numbered by its exponents one of them is 1.
    let is_power = |name: &str| {
        let exponent = name.split_once('^').map_or("", |(_, behind)| behind.split('_').next().unwrap_or(behind));
        exponent != "1" && !exponent.is_empty() && exponent.bytes().all(|digit| digit.is_ascii_digit())
    };
    let names = Grammar::parse(Rule::name_list, text).ok().map(|pairs| names_of(pairs.flatten()));
    match names.filter(|names| !names.iter().any(|(name, _)| is_power(name))) {
        Some(names) => Ok(names.into_iter().map(|(name, _)| name).collect()),
        None => match text.split_once('^') {
            Some((base, exponent)) if Grammar::parse(Rule::name_list, base).is_ok() && !base.contains(',') => {
                let exponent = exponent.trim_matches(['{', '}']);
                Err(vec![Diagnostic::new("N0002", "a power is not a variable", place, "expected a name").with_help(
                    format!(
                        "write another letter in its place in the expression, such as `v`; or divide the derivative in `{base}` by that of {base}^{exponent}"
                    ),
                )])
            }
            _ => Err(refuse("this is not a name")),
        },
    }
}

/// The canonical names in a flat list of pairs, with their places.
pub(super) fn names_of<'i>(pairs: impl Iterator<Item = Pair<'i, Rule>>) -> Vec<(String, Span)> {
    let mut names: Vec<(String, Span)> = Vec::new();
    let (mut accent, mut sign) = (None, None);
    for pair in pairs {
        let text = pair.as_str();
        match pair.as_rule() {
            Rule::name => names.push((String::new(), Span::new(pair.as_span().start(), pair.as_span().end()))),
            Rule::accent_command => {
                accent = crate::syntax::latex::accent(text.trim_start_matches('\\'));
            }
            Rule::increment => sign = Some(canonical(text)),
            Rule::plain_name | Rule::one_letter => {
                if let Some(last) = names.last_mut() {
                    last.0 = sign.take().unwrap_or_default();
                    last.0.push_str(&canonical(text));
                    last.0.extend(accent.take());
                }
            }
            Rule::label_text | Rule::label_word | Rule::raised_label => {
                if let Some(last) = names.last_mut() {
                    let plain: String = text.chars().map(|c| superscript(c).unwrap_or(c)).collect();
                    let (base, sub) =
                        last.0.split_once('_').map_or((last.0.as_str(), None), |(base, sub)| (base, Some(sub)));
                    let inner: String = match text {
                        "\\pi" => String::from("π"),
                        _ => plain.chars().filter(|c| *c != '\\').collect(),
                    };
                    last.0 = match sub {
                        Some(sub) => format!("{base}^{inner}_{sub}"),
                        None => format!("{base}^{inner}"),
                    };
                }
            }
            Rule::sub_text | Rule::sub_list => {
                if let Some(last) = names.last_mut() {
                    last.0.push('_');
                    last.0.push_str(&canonical(text).replace('−', "-").replace(' ', ""));
                }
            }
            // `y_` is another name than `y`; the letter of `lambda_` is spelled so since the word is taken.
            Rule::name_end => {
                if let Some(last) = names.last_mut().filter(|last| !last.0.starts_with(is_greek)) {
                    last.0.push_str("_prime");
                }
            }
            Rule::subscript => {
                if let Some(last) = names.last_mut() {
                    last.0.push('_');
                    last.0.extend(text.chars().map(|c| subscript(c).unwrap_or(c)));
                }
            }
            _ => {}
        }
    }
    names
}

fn is_greek(letter: char) -> bool {
    greek_name(letter).is_some()
}

pub(super) fn canonical(text: &str) -> String {
    let plain = plain_text(text.trim_start_matches('\\'));
    if let Some(letter) = bold_letter(&plain).filter(|_| text.starts_with('\\') && greek(&plain).is_none()) {
        return letter;
    }
    let letters = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    match greek(letters) {
        Some(letter) => format!("{letter}{}", &plain[letters.len()..]),
        None => plain,
    }
}
