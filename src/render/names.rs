//! Names: symbols, sizes, subscripts and superscripts, bound indices.

use std::iter;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization as _;

use super::greek;
use super::piece::{Edge, Piece, Prec, Ropes};
use super::{Format, Notation};
use crate::expr::{Arena, Dim, ExprId, IndexId, NameParts, Node, Place, SizeTerm, is_increment};

const SUPERSCRIPTS: [(char, char); 37] = [
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('-', '⁻'),
    ('a', 'ᵃ'),
    ('b', 'ᵇ'),
    ('c', 'ᶜ'),
    ('d', 'ᵈ'),
    ('e', 'ᵉ'),
    ('f', 'ᶠ'),
    ('g', 'ᵍ'),
    ('h', 'ʰ'),
    ('i', 'ⁱ'),
    ('j', 'ʲ'),
    ('k', 'ᵏ'),
    ('l', 'ˡ'),
    ('m', 'ᵐ'),
    ('n', 'ⁿ'),
    ('o', 'ᵒ'),
    ('p', 'ᵖ'),
    ('r', 'ʳ'),
    ('s', 'ˢ'),
    ('t', 'ᵗ'),
    ('u', 'ᵘ'),
    ('v', 'ᵛ'),
    ('w', 'ʷ'),
    ('x', 'ˣ'),
    ('y', 'ʸ'),
    ('z', 'ᶻ'),
    ('+', '⁺'),
];

const SUBSCRIPTS: [(char, char); 27] = [
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('a', 'ₐ'),
    ('e', 'ₑ'),
    ('h', 'ₕ'),
    ('i', 'ᵢ'),
    ('j', 'ⱼ'),
    ('k', 'ₖ'),
    ('l', 'ₗ'),
    ('m', 'ₘ'),
    ('n', 'ₙ'),
    ('o', 'ₒ'),
    ('p', 'ₚ'),
    ('r', 'ᵣ'),
    ('s', 'ₛ'),
    ('t', 'ₜ'),
    ('u', 'ᵤ'),
    ('v', 'ᵥ'),
    ('x', 'ₓ'),
];

fn map_all(text: &str, table: &[(char, char)]) -> Option<String> {
    text.chars().map(|c| table.iter().find(|(plain, _)| *plain == c).map(|(_, mapped)| *mapped)).collect()
}

/// The text as superscripts, where every letter has one.
pub(super) fn superscript(text: &str) -> Option<String> {
    map_all(text, &SUPERSCRIPTS)
}

/// The text as subscripts, where every letter has one.
pub(super) fn subscript(text: &str) -> Option<String> {
    map_all(text, &SUBSCRIPTS)
}

/// A subscript as the format writes it after a name. In Unicode small subscripts are used for numbers
/// and single letters, and for two letters side by side where `entry` says that they are indices.
pub(super) fn subscripted(format: Notation, text: &str, entry: bool) -> String {
    let short = text.chars().count() <= 1 || text.chars().all(|c| c.is_ascii_digit());
    match format {
        Notation::Unicode => {
            let small = if short || entry { subscript(text) } else { None };
            small.unwrap_or_else(|| braced(text))
        }
        Notation::Ascii => braced(&greek::in_ascii(text)),
        Notation::Latex if text.chars().count() == 1 => format!("_{}", latex_letters(text)),
        Notation::Latex if !entry && is_word(text) => format!("_{{{}}}", latex_word(text)),
        Notation::Latex => format!("_{{{}}}", latex_letters(text)),
    }
}

/// Whether it is a word, as in `x_max`, and no index or two.
fn is_word(text: &str) -> bool {
    text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn braced(text: &str) -> String {
    // `I_2n` would be I₂n.
    let is_product = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(char::is_alphabetic);
    // `I_m²` would be the square of Iₘ.
    let is_word = text.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit());
    if is_word && !is_product { format!("_{text}") } else { format!("_{{{text}}}") }
}

/// The bar over a letter.
const BAR: char = '\u{304}';

/// Greek letters and accents as commands; what LaTeX has no command for as text.
fn latex_letters(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(letter) = chars.next() {
        let marks: String = iter::from_fn(|| chars.next_if(|c| greek::is_mark(*c))).collect();
        let accents: Option<Vec<&str>> = marks.chars().map(greek::accent).collect();
        let mut set = match accents {
            Some(accents) => accents.iter().fold(latex_letter(letter), |set, name| format!("\\{name}{{{set}}}")),
            // A letter of some alphabet, such as ç.
            None => format!("\\text{{{}}}", iter::once(letter).chain(marks.chars()).nfc().collect::<String>()),
        };
        // The digits of a name stand with the letter that LaTeX has no command for: `\text{מ2}`.
        if let Some(text) = set.strip_prefix("\\text{").and_then(|rest| rest.strip_suffix('}')) {
            let digits: String = iter::from_fn(|| chars.next_if(char::is_ascii_digit)).collect();
            set = format!("\\text{{{text}{digits}}}");
        }
        out.push_str(&set);
        let runs_on = out.rsplit('\\').next().is_some_and(|name| name.chars().all(char::is_alphabetic));
        if runs_on && out.contains('\\') && chars.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
            out.push(' ');
        }
    }
    out
}

fn latex_letter(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_string();
    }
    greek::latex_letter(letter).unwrap_or_else(|| match letter {
        '·' => "\\cdot".to_owned(),
        letter => format!("\\text{{{letter}}}"),
    })
}

/// A name of several letters, upright.
fn latex_word(word: &str) -> String {
    format!("\\mathrm{{{}}}", latex_letters(word))
}

/// The primes of a derivative of that order.
pub(super) fn primes(format: Notation, order: u32) -> String {
    match (format, order) {
        (Notation::Unicode, 2) => "″".to_owned(),
        (Notation::Unicode, 3) => "‴".to_owned(),
        (Notation::Unicode, _) => "′".repeat(order as usize),
        (Notation::Ascii | Notation::Latex, _) => "'".repeat(order as usize),
    }
}

/// A symbol's name as the format writes it.
pub(super) fn symbol_text(format: Notation, name: &str) -> String {
    let parts = NameParts::of(name);
    let mut out = front_text(format, &parts);
    match parts.members {
        Place::Below if parts.label.is_empty() => {}
        Place::Below => out.push_str(&own_label(format, &parts)),
        Place::Beside => out.push_str(match format {
            Notation::Unicode => "_{·}",
            Notation::Ascii | Notation::Latex => "_{\\cdot}",
        }),
        Place::Raised(open, close) => {
            let dot = match format {
                Notation::Unicode => "·",
                Notation::Ascii | Notation::Latex => "\\cdot",
            };
            out.push_str(&format!("^{{{open}{dot}{close}}}"));
        }
    }
    out
}

/// Base and subscript as the format writes them.
fn front_text(format: Notation, parts: &NameParts<'_>) -> String {
    let base = parts.base;
    let mut out = match format {
        Notation::Unicode => base.to_owned(),
        Notation::Ascii => {
            let plain: String = base.chars().filter(|c| *c != BAR).collect();
            let letters = plain.chars().count();
            let is_barred = letters > 1 && base.chars().count() == 2 * letters;
            // A word with a bar over each of its letters has one over all.
            if is_barred { format!("\\overline{{{}}}", greek::in_ascii(&plain)) } else { greek::in_ascii(base) }
        }
        Notation::Latex => {
            let letters = base.chars().take_while(|c| c.is_alphabetic()).count();
            let plain: String = base.chars().filter(|c| *c != BAR).collect();
            let word = plain.chars().take_while(|c| c.is_alphabetic()).count();
            if word > 1 && base.chars().filter(|c| *c == BAR).count() == word {
                // A word with a bar over each of its letters.
                format!("\\overline{{{}}}", latex_word(&plain))
            } else if letters > 1 && !is_increment(base) {
                latex_word(base)
            } else {
                latex_letters(base)
            }
        }
    };
    if !parts.subscript.is_empty() {
        out.push_str(&subscripted(format, parts.subscript, false));
    }
    out
}

/// A label after a name: `⁽¹⁾`, `^{[2]}`, `^Q`, `^{*}`. Only what stands in round brackets is written with small letters, which others
/// would be read as a power.
pub(super) fn label_text(format: Notation, label: &str) -> String {
    if format == Notation::Unicode
        && let Some(inner) = label.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        && let Some(small) = superscript(inner)
    {
        return format!("⁽{small}⁾");
    }
    let is_sign = matches!(label, "+" | "-");
    let letter = label.chars().count() == 1
        && !is_sign
        && (format == Notation::Unicode || label.chars().all(char::is_alphabetic));
    let text = match format {
        Notation::Unicode => label.to_owned(),
        Notation::Ascii => greek::in_ascii(label),
        Notation::Latex if is_word(label) => latex_word(label),
        Notation::Latex => latex_letters(label),
    };
    if letter && text.chars().count() == 1 { format!("^{text}") } else { format!("^{{{text}}}") }
}

/// Member `index` of a family, its index as plain text: `aᵢ`, `x⁽ⁱ⁾`.
pub(super) fn member_text(format: Notation, name: &str, index: &str) -> String {
    let parts = NameParts::of(name);
    match parts.members {
        Place::Raised(open, close) => {
            format!("{}{}", front_text(format, &parts), label_text(format, &format!("{open}{index}{close}")))
        }
        // xᵢ^{old}
        Place::Below if parts.is_labelled_letter() => {
            format!("{}{}{}", front_text(format, &parts), subscripted(format, index, true), own_label(format, &parts))
        }
        Place::Below | Place::Beside => {
            let whole =
                if parts.members == Place::Below { symbol_text(format, name) } else { front_text(format, &parts) };
            match (format, subscript(index)) {
                (Notation::Unicode, Some(small)) => format!("{whole}{small}"),
                _ => format!("{whole}{}", subscripted(format, index, true)),
            }
        }
    }
}

/// The label of a name: `^{old}`; the prime of a second point, x′, which below its letter would be read as a transpose.
pub(super) fn own_label(format: Notation, parts: &NameParts<'_>) -> String {
    match format {
        Notation::Unicode if parts.label == "prime" && parts.subscript.is_empty() => "′".to_owned(),
        Notation::Latex if parts.label == "prime" && parts.subscript.is_empty() => "^{\\prime}".to_owned(),
        _ => label_text(format, parts.label),
    }
}

/// A name in ASCII for documents: the member i stands for a family that has no name but its members'.
pub(super) fn plain_name(name: &str) -> String {
    match NameParts::of(name) {
        NameParts { members: Place::Below, label: "", .. } => name.to_owned(),
        NameParts { members: Place::Below, .. } => symbol_text(Notation::Ascii, name),
        NameParts { members: Place::Beside | Place::Raised(..), .. } => member_text(Notation::Ascii, name, "i"),
    }
}

/// The base and subscript of a symbol's name as a piece.
pub(super) fn front_piece(ropes: &mut Ropes, format: Notation, name: &str) -> Piece {
    let parts = NameParts::of(name);
    let text = front_text(format, &parts);
    let (base, sub) = (parts.base, parts.subscript);
    let single = base.chars().count() == 1 && (format != Notation::Ascii || base.is_ascii());
    let end = if single { Edge::Letters(base.into()) } else { Edge::Word };
    // `2e9` would be a number.
    let is_exponent = text.strip_prefix(['e', 'E']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let lead = if is_exponent { Edge::Letters("e".into()) } else { end.clone() };
    let trail = match (format, sub.is_empty()) {
        (_, true) => end,
        (Notation::Unicode, false) if text.chars().last().is_some_and(|c| !c.is_ascii()) && !sub.contains('_') => {
            Edge::Post
        }
        _ => Edge::Word,
    };
    let mut piece = ropes.text(&text, Prec::Atom, lead, trail);
    piece.whole = single && sub.is_empty();
    piece
}

/// A symbol's name as a piece.
pub(super) fn symbol_piece(ropes: &mut Ropes, format: Notation, name: &str) -> Piece {
    let front = front_piece(ropes, format, name);
    let parts = NameParts::of(name);
    if parts.label.is_empty() && parts.members == Place::Below {
        return front;
    }
    let text = symbol_text(format, name);
    let raised = parts.members != Place::Beside;
    let prec = if raised { Prec::Postfix } else { Prec::Atom };
    let piece = ropes.text(&text, prec, front.lead, label_edge(format, &text));
    Piece { label: raised, ..piece }
}

/// The name of a derivative v̄: a letter with its bar stands beside others as the letter does.
pub(super) fn adjoint_piece(ropes: &mut Ropes, format: Notation, name: &str) -> Piece {
    let piece = symbol_piece(ropes, format, name);
    let mut letters = name.chars().filter(|c| !greek::is_mark(*c));
    match (letters.next(), letters.next(), format) {
        (Some(letter), None, Notation::Unicode | Notation::Latex) => {
            let edge = Edge::Letters(letter.to_string().into());
            Piece { lead: edge.clone(), trail: edge, whole: true, ..piece }
        }
        _ => piece,
    }
}

/// The end of a name with a label.
pub(super) fn label_edge(format: Notation, text: &str) -> Edge {
    let closes = text.ends_with('⁾') || format != Notation::Ascii && text.ends_with('}');
    if closes { Edge::Post } else { Edge::Word }
}

/// A size: `n`, `3`, `mn`.
#[must_use]
pub fn size_text(arena: &Arena, format: Format, dim: Dim) -> String {
    format.set(|notation| dim_text(arena, notation, dim))
}

/// A size in a notation.
pub(super) fn dim_text(arena: &Arena, format: Notation, dim: Dim) -> String {
    terms_text(arena, format, &arena.size_terms(dim))
}

/// A sum of terms of sizes in a notation; nothing is 0.
pub(super) fn terms_text(arena: &Arena, format: Notation, terms: &[SizeTerm]) -> String {
    let term = |(value, names): &SizeTerm| {
        let mut parts: Vec<String> = Vec::new();
        if value.unsigned_abs() != 1 || names.is_empty() {
            parts.push(value.unsigned_abs().to_string());
        }
        let mut glued = format == Notation::Unicode && parts.iter().all(|part| part.chars().count() == 1);
        // m m is m².
        for same in names.chunk_by(|one, other| one == other) {
            let name = arena.size_names().get(same[0] as usize).map_or("?", String::as_str);
            let name = symbol_text(format, name);
            glued &= name.chars().count() == 1;
            parts.push(match (same.len(), format) {
                (1, _) => name,
                (power, Notation::Unicode) => {
                    let mark = superscript(&power.to_string());
                    format!("{name}{}", mark.unwrap_or_else(|| format!("^{power}")))
                }
                (power, Notation::Ascii) => format!("{name}^{power}"),
                (power, Notation::Latex) => format!("{name}^{{{power}}}"),
            });
        }
        parts.join(if glued { "" } else { " " })
    };
    if terms.is_empty() {
        return "0".to_owned();
    }
    let (added, subtracted): (Vec<&SizeTerm>, Vec<&SizeTerm>) = terms.iter().partition(|(value, _)| *value > 0);
    let (plus, minus) = match format {
        Notation::Unicode => ("+", "−"),
        Notation::Ascii | Notation::Latex => (" + ", " - "),
    };
    let mut text = added.into_iter().map(term).collect::<Vec<_>>().join(plus);
    for one in subtracted {
        text.push_str(minus);
        text.push_str(&term(one));
    }
    text
}

/// Letters that stand for bound indices, in the order they are taken.
const INDEX_LETTERS: [&str; 12] = ["i", "j", "k", "l", "r", "s", "t", "p", "q", "u", "v", "w"];

/// The names in use: all symbols of the arena and all sizes.
pub(crate) fn taken_names(arena: &Arena) -> FxHashSet<String> {
    let symbols = arena.symbols().map(|(_, symbol)| symbol.name.clone());
    symbols.chain(arena.size_names().iter().cloned()).collect()
}

/// The letter that no sum may be over: `pi` below a sum over i would be pᵢ.
pub(crate) fn avoided_index(arena: &Arena, order: &[ExprId], notation: Notation) -> Option<&'static str> {
    let has_pi = notation == Notation::Ascii && order.iter().any(|id| matches!(arena.node(*id), Node::Pi));
    has_pi.then_some("i")
}

/// Names for all indices below the root: the name written in the input where it is known and
/// free, else the first free letter; outer sums first. No sum takes the letter to avoid. The names in use are asked for only where there is
/// an index.
pub(crate) fn index_names(
    arena: &Arena,
    order: &[ExprId],
    avoided: Option<&str>,
    taken: impl FnOnce() -> FxHashSet<String>,
) -> FxHashMap<IndexId, String> {
    let mut names: FxHashMap<IndexId, String> = FxHashMap::default();
    if !order.iter().any(|id| matches!(arena.node(*id), Node::Indexed { .. } | Node::Index(_))) {
        return names;
    }
    let mut used = taken();
    let mut claim = |index: IndexId, wishes: Vec<&str>, names: &mut FxHashMap<IndexId, String>| {
        if names.contains_key(&index) {
            return;
        }
        used.extend(avoided.filter(|_| arena.index_name(index).is_none()).map(str::to_owned));
        let wished = wishes.into_iter().find(|name| !used.contains(*name)).map(str::to_owned);
        let letters = INDEX_LETTERS.iter().map(|letter| (*letter).to_owned());
        let numbered = (1_u32..).map(|number| format!("i_{number}"));
        let name = wished.or_else(|| letters.chain(numbered).find(|name| !used.contains(name))).unwrap_or_default();
        used.insert(name.clone());
        names.insert(index, name);
    };
    for id in order {
        if let Node::Index(index) = arena.node(*id)
            && let Some(name) = arena.index_name(*index)
        {
            claim(*index, vec![name], &mut names);
        }
    }
    for id in order.iter().rev() {
        if let Node::Indexed { index, upper, .. } = arena.node(*id) {
            claim(*index, arena.suggested_index_names(*upper).collect(), &mut names);
        }
    }
    for id in order {
        if let Node::Index(index) = arena.node(*id) {
            claim(*index, Vec::new(), &mut names);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscripts_by_format() {
        assert_eq!(symbol_text(Notation::Unicode, "θ_1"), "θ₁");
        assert_eq!(symbol_text(Notation::Ascii, "θ_1"), "theta_1");
        assert_eq!(symbol_text(Notation::Latex, "θ_12"), "\\theta_{12}");
        assert_eq!(symbol_text(Notation::Unicode, "x_max"), "x_max");
        assert_eq!(symbol_text(Notation::Latex, "loss"), "\\mathrm{loss}");
        assert_eq!(symbol_text(Notation::Latex, "y\u{302}_i"), "\\hat{y}_i");
        assert_eq!(symbol_text(Notation::Latex, "λ\u{304}\u{302}"), "\\hat{\\bar{\\lambda}}");
        assert_eq!(superscript("q"), None);
    }

    #[test]
    fn latex_has_no_letters_outside_ascii_where_there_are_commands() {
        let table = [
            ("x\u{302}", "\\hat{x}"),
            ("x\u{304}_2", "\\bar{x}_2"),
            ("x\u{303}_max", "\\tilde{x}_{\\mathrm{max}}"),
            ("x_αβ", "x_{\\alpha\\beta}"),
            ("x_αi", "x_{\\alpha i}"),
            ("ℓ", "\\ell"),
            ("ϑ", "\\vartheta"),
            ("Δx", "\\Delta x"),
            ("Δθ", "\\Delta\\theta"),
            ("Α", "\\mathrm{Alpha}"),
            ("c\u{327}", "\\text{ç}"),
            ("W^new", "W^{\\mathrm{new}}"),
            ("l\u{304}o\u{304}g\u{304}_1", "\\overline{\\mathrm{log}}_1"),
        ];
        for (name, latex) in table {
            assert_eq!(symbol_text(Notation::Latex, name), latex);
        }
    }

    #[test]
    fn labels_by_format() {
        let table = [
            ("W^(1)", "W⁽¹⁾", "W^{(1)}", "W^{(1)}"),
            ("W^[2]", "W^{[2]}", "W^{[2]}", "W^{[2]}"),
            ("W^Q", "W^Q", "W^Q", "W^Q"),
            ("x^*", "x^*", "x^{*}", "x^{*}"),
            ("x^k+1", "x^{k+1}", "x^{k+1}", "x^{k+1}"),
            ("θ_1^(2)", "θ₁⁽²⁾", "theta_1^{(2)}", "\\theta_1^{(2)}"),
            ("x^(q)", "x^{(q)}", "x^{(q)}", "x^{(q)}"),
        ];
        for (name, unicode, ascii, latex) in table {
            assert_eq!(symbol_text(Notation::Unicode, name), unicode);
            assert_eq!(symbol_text(Notation::Ascii, name), ascii);
            assert_eq!(symbol_text(Notation::Latex, name), latex);
        }
    }

    #[test]
    fn members_by_format() {
        let table = [
            ("a", "i", "aᵢ", "a_i", "a_i"),
            ("x_·", "m", "xₘ", "x_m", "x_m"),
            ("x^(·)", "i", "x⁽ⁱ⁾", "x^{(i)}", "x^{(i)}"),
            ("x^[·]", "1", "x^{[1]}", "x^{[1]}", "x^{[1]}"),
            ("μ_0^(·)", "k", "μ₀⁽ᵏ⁾", "mu_0^{(k)}", "\\mu_0^{(k)}"),
        ];
        for (name, index, unicode, ascii, latex) in table {
            assert_eq!(member_text(Notation::Unicode, name, index), unicode);
            assert_eq!(member_text(Notation::Ascii, name, index), ascii);
            assert_eq!(member_text(Notation::Latex, name, index), latex);
        }
        assert_eq!(plain_name("x_·"), "x_i");
        assert_eq!(plain_name("x^(·)"), "x^{(i)}");
        assert_eq!(plain_name("W^(1)"), "W^{(1)}");
        assert_eq!(plain_name("μ_k"), "μ_k");
    }
}
