//! Letters: Greek names in every spelling, styled mathematical letters, superscripts and subscripts, each mapped to
//! the one character that the rest of the program sees.

use unicode_normalization::UnicodeNormalization as _;

/// What λ is called in Python, where its name is a word of the language.
const IN_CODE: &[(&str, char)] = &[("lam", 'λ'), ("lamda", 'λ'), ("lambd", 'λ'), ("lmbda", 'λ')];

/// Greek letters by their names, as in LaTeX.
const GREEK: &[(&str, char)] = &[
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("epsilon", 'ε'),
    ("varepsilon", 'ε'),
    ("zeta", 'ζ'),
    ("eta", 'η'),
    ("theta", 'θ'),
    ("vartheta", 'ϑ'),
    ("iota", 'ι'),
    ("kappa", 'κ'),
    ("lambda", 'λ'),
    ("mu", 'μ'),
    ("nu", 'ν'),
    ("xi", 'ξ'),
    ("pi", 'π'),
    ("rho", 'ρ'),
    ("varrho", 'ρ'),
    ("sigma", 'σ'),
    ("tau", 'τ'),
    ("upsilon", 'υ'),
    ("phi", 'φ'),
    ("varphi", 'φ'),
    ("chi", 'χ'),
    ("psi", 'ψ'),
    ("omega", 'ω'),
    ("Alpha", 'Α'),
    ("Beta", 'Β'),
    ("Gamma", 'Γ'),
    ("Delta", 'Δ'),
    ("Theta", 'Θ'),
    ("Lambda", 'Λ'),
    ("Xi", 'Ξ'),
    ("Pi", 'Π'),
    ("Sigma", 'Σ'),
    ("Upsilon", 'Υ'),
    ("Phi", 'Φ'),
    ("Psi", 'Ψ'),
    ("Omega", 'Ω'),
    ("ell", 'ℓ'),
    ("hbar", 'ħ'),
];

/// The letter of a spelled-out Greek name.
pub(super) fn greek(name: &str) -> Option<char> {
    GREEK.iter().chain(IN_CODE).find(|(spelling, _)| *spelling == name).map(|&(_, letter)| letter)
}

/// The name of a Greek letter.
pub(crate) fn greek_name(letter: char) -> Option<&'static str> {
    GREEK.iter().find(|row| row.1 == letter).map(|row| row.0)
}

/// Names that are found inside a run of letters as well (`lambdax`, `wSigmaw`): those of four letters or more. The
/// short ones (`mu`, `xi`, `pi`, `eta`, …) are Greek only when they stand alone.
pub(super) fn greek_inside(text: &str) -> Option<(usize, char)> {
    GREEK
        .iter()
        .filter(|(spelling, _)| spelling.len() >= 4 && text.starts_with(spelling))
        .max_by_key(|(spelling, _)| spelling.len())
        .map(|&(spelling, letter)| (spelling.len(), letter))
}

/// The letters with their names, as LaTeX commands have them.
pub fn greek_letters() -> impl Iterator<Item = (&'static str, char)> {
    GREEK.iter().copied()
}

/// All spelled-out names, for suggestions.
pub(super) fn greek_names() -> impl Iterator<Item = &'static str> {
    GREEK.iter().map(|&(spelling, _)| spelling)
}

/// A text as the program writes it: plain letters, each accent a combining character after its letter, so that `ŷ` is one name however
/// it was typed.
pub(super) fn plain_text(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Arrows over a letter say that it is a vector, as `\vec` does.
            '\u{20D0}' | '\u{20D1}' | '\u{20D6}' | '\u{20D7}' | '\u{34F}' => {}
            '\u{305}' => out.push('\u{304}'),
            'ℓ' | 'ħ' | 'ϑ' => out.push(letter),
            _ => {
                let plain = plain_letter(letter);
                let compatible = matches!(plain, '\u{2100}'..='\u{214F}' | '\u{FB00}'..='\u{FB06}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}');
                let parts: String = if compatible {
                    std::iter::once(plain).nfkd().collect()
                } else {
                    std::iter::once(plain).nfd().collect()
                };
                let mut marks = parts.chars().skip(1);
                if compatible || marks.all(|mark| ('\u{300}'..='\u{36F}').contains(&mark)) {
                    out.extend(parts.chars().map(|c| if c == '\u{305}' { '\u{304}' } else { c }));
                } else {
                    out.push(plain);
                }
            }
        }
    }
    let is_mark = |c: char| ('\u{300}'..='\u{36F}').contains(&c);
    // Several accents on one letter have one order.
    if out.chars().zip(out.chars().skip(1)).any(|(a, b)| is_mark(a) && is_mark(b)) { out.nfd().collect() } else { out }
}

/// One letter as the program writes it: styled alphabets become plain, look-alikes become one.
pub(super) fn plain_letter(letter: char) -> char {
    match letter {
        'ϕ' | 'ᵩ' => 'φ',
        'ϵ' => 'ε',
        'ϱ' => 'ρ',
        'µ' => 'μ',
        '∆' => 'Δ',
        'Ω' => 'Ω',
        'ℎ' => 'h',
        'ℒ' => 'L',
        'ℛ' => 'R',
        '\u{1D400}'..='\u{1D6A3}' => {
            // Fixed-width blocks of 52: A–Z, then a–z.
            let offset = (u32::from(letter) - 0x1D400) % 52;
            let base = if offset < 26 { u32::from('A') + offset } else { u32::from('a') + offset - 26 };
            char::from_u32(base).unwrap_or(letter)
        }
        '\u{1D6A8}'..='\u{1D7CB}' => {
            // Blocks of 58: 25 capitals with ϴ among them, nabla, 25 small letters, and seven variants.
            let offset = (u32::from(letter) - 0x1D6A8) % 58;
            match offset {
                0..=24 if offset != 17 => char::from_u32(0x391 + offset).unwrap_or(letter),
                26..=50 => char::from_u32(0x3B1 + offset - 26).unwrap_or(letter),
                52 => 'ε',
                54 => 'κ',
                55 => 'φ',
                56 => 'ρ',
                57 => 'π',
                17 => 'Θ',
                53 => 'ϑ',
                _ => letter,
            }
        }
        _ => letter,
    }
}

const SUPERSCRIPTS: &str =
    "⁰0¹1²2³3⁴4⁵5⁶6⁷7⁸8⁹9⁺+⁻-⁼=⁽(⁾)ᐟ/ᵃaᵇbᶜcᵈdᵉeᶠfᵍgʰhⁱiʲjᵏkˡlᵐmⁿnᵒoᵖpʳrˢsᵗtᵘuᵛvʷwˣxʸyᶻzᵀTᴴHᴷKᴺNᴹMᵅαᵝβᵞγ";
const SUBSCRIPTS: &str = "₀0₁1₂2₃3₄4₅5₆6₇7₈8₉9₊+₋-₌=₍(₎)ₐaₑeₕhᵢiⱼjₖkₗlₘmₙnₒoₚpᵣrₛsₜtᵤuᵥvₓxᵦβᵧγᵨρᵩφᵪχ";

fn script(table: &str, letter: char) -> Option<char> {
    let mut pairs = table.chars();
    while let (Some(raised), Some(plain)) = (pairs.next(), pairs.next()) {
        if raised == letter {
            return Some(plain);
        }
    }
    None
}

/// The character on the line for a superscript.
pub(super) fn superscript(letter: char) -> Option<char> {
    script(SUPERSCRIPTS, letter)
}

/// The character on the line for a subscript.
pub(super) fn subscript(letter: char) -> Option<char> {
    script(SUBSCRIPTS, letter)
}

/// Numerator and denominator of a fraction sign.
pub(super) fn fraction(sign: &str) -> Option<(i64, i64)> {
    Some(match sign {
        "½" => (1, 2),
        "⅓" => (1, 3),
        "⅔" => (2, 3),
        "¼" => (1, 4),
        "¾" => (3, 4),
        "⅕" => (1, 5),
        "⅖" => (2, 5),
        "⅗" => (3, 5),
        "⅘" => (4, 5),
        "⅙" => (1, 6),
        "⅚" => (5, 6),
        "⅐" => (1, 7),
        "⅛" => (1, 8),
        "⅜" => (3, 8),
        "⅝" => (5, 8),
        "⅞" => (7, 8),
        "⅑" => (1, 9),
        "⅒" => (1, 10),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        assert_eq!(greek("Sigma"), Some('Σ'));
        assert_eq!(greek_inside("lambdax"), Some((6, 'λ')));
        assert_eq!(greek_inside("mux"), None);
        assert_eq!("𝐀𝑥𝒙𝛼𝚺𝛉".chars().map(plain_letter).collect::<String>(), "AxxαΣθ");
        assert_eq!(plain_text("ŷ"), plain_text("y\u{302}"));
        assert_eq!(plain_text("ŷ"), "y\u{302}");
        assert_eq!(plain_text("x\u{20D7}ＡℝℓϑÅ"), "xARℓϑA\u{30A}");
        assert_eq!(plain_text("한"), "한");
        assert_eq!(superscript('ᵏ'), Some('k'));
        assert_eq!(subscript('ᵢ'), Some('i'));
    }
}
