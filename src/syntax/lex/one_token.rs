//! What a command takes that stands before letters without braces: one letter, as in TeX. `\hat Ax` is the product of Â and x, and `\mathbf Ax` sets
//! A alone in bold.

use crate::span::Span;
use crate::syntax::function::function;
use crate::syntax::grammar::Rule;
use crate::syntax::greek::{greek, greek_inside};
use crate::syntax::latex::{accent, sets_one_letter};
use crate::syntax::token::Raw;

/// From how many letters on the name of a Greek letter is one after a command, as people write who leave out a backslash.
const LETTERS_OF_GREEK: usize = 3;

/// The pieces with the letters behind such commands cut after the first.
pub(super) fn cut(raws: Vec<Raw<'_>>) -> Vec<Raw<'_>> {
    let takes_one = |raw: &Raw<'_>| {
        let name = || &raw.text[1..];
        raw.rule == Rule::command && (accent(name()).is_some() || sets_one_letter(name()))
    };
    if !raws.iter().any(takes_one) {
        return raws;
    }
    let mut out: Vec<Raw<'_>> = Vec::with_capacity(raws.len());
    for raw in raws {
        let is_taken = raw.rule == Rule::word && out.last().is_some_and(takes_one);
        match first_letter(raw.text).filter(|_| is_taken) {
            Some(length) => {
                // What a macro stands for has the place of its call.
                let is_written = raw.span.end - raw.span.start == raw.text.len();
                let middle = raw.span.start + length;
                let (first, rest) = match is_written {
                    true => (Span::new(raw.span.start, middle), Span::new(middle, raw.span.end)),
                    false => (raw.span, raw.span),
                };
                out.push(Raw { text: &raw.text[..length], span: first, ..raw });
                out.push(Raw { text: &raw.text[length..], span: rest, ..raw });
            }
            None => out.push(raw),
        }
    }
    out
}

/// The bytes of the first letter of a run, with the digits and accents after it; `None` where the run is one name.
fn first_letter(word: &str) -> Option<usize> {
    let is_greek = greek(word).is_some() && word.len() >= LETTERS_OF_GREEK || greek_inside(word).is_some();
    let is_name = function(word).is_some() || is_greek;
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '\u{300}'..='\u{36F}' | '\u{20D0}'..='\u{20DC}');
    let (length, _) = word.char_indices().skip(1).find(|(_, c)| !is_mark(*c))?;
    (!is_name).then_some(length)
}
