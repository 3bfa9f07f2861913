//! Greek letters: the Unicode letter and its spelled-out name, which is also its LaTeX command.
//!
//! A flat table, shared by the text printers and the code generators.

/// Letter and name. The first row of a name is the letter the name is read as.
const GREEK: [(char, &str); 51] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda"),
    ('μ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('ο', "omicron"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('ς', "varsigma"),
    ('τ', "tau"),
    ('υ', "upsilon"),
    ('φ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('ϵ', "epsilon"),
    ('ϕ', "phi"),
    ('Α', "Alpha"),
    ('Β', "Beta"),
    ('Γ', "Gamma"),
    ('Δ', "Delta"),
    ('Ε', "Epsilon"),
    ('Ζ', "Zeta"),
    ('Η', "Eta"),
    ('Θ', "Theta"),
    ('Ι', "Iota"),
    ('Κ', "Kappa"),
    ('Λ', "Lambda"),
    ('Μ', "Mu"),
    ('Ν', "Nu"),
    ('Ξ', "Xi"),
    ('Ο', "Omicron"),
    ('Π', "Pi"),
    ('Ρ', "Rho"),
    ('Σ', "Sigma"),
    ('Τ', "Tau"),
    ('Υ', "Upsilon"),
    ('Φ', "Phi"),
    ('Χ', "Chi"),
    ('Ψ', "Psi"),
    ('Ω', "Omega"),
];

/// The name of a Greek letter.
pub(crate) fn spelled(letter: char) -> Option<&'static str> {
    GREEK.iter().find(|(known, _)| *known == letter).map(|(_, name)| *name)
}

/// Greek letters that LaTeX has no command for, since they look like Latin ones; `\Alpha` is known to few packages.
const WITHOUT_COMMAND: &str = "οΑΒΕΖΗΙΚΜΝΟΡΤΧ";

/// A letter outside ASCII as LaTeX without packages sets it.
pub(crate) fn latex_letter(letter: char) -> Option<String> {
    match letter {
        'ℓ' => Some("\\ell".to_owned()),
        'ħ' => Some("\\hbar".to_owned()),
        'ϑ' => Some("\\vartheta".to_owned()),
        '𝓐'..='𝓩' => {
            let letter = char::from_u32(u32::from('A') + u32::from(letter) - u32::from('𝓐'))?;
            Some(format!("\\mathcal{{{letter}}}"))
        }
        _ => {
            let name = spelled(letter)?;
            Some(if WITHOUT_COMMAND.contains(letter) { format!("\\mathrm{{{name}}}") } else { format!("\\{name}") })
        }
    }
}

/// Combining characters and their names, which are also LaTeX commands.
const ACCENTS: [(char, &str); 11] = [
    ('\u{300}', "grave"),
    ('\u{301}', "acute"),
    ('\u{302}', "hat"),
    ('\u{303}', "tilde"),
    ('\u{304}', "bar"),
    ('\u{306}', "breve"),
    ('\u{307}', "dot"),
    ('\u{308}', "ddot"),
    ('\u{30A}', "mathring"),
    ('\u{30C}', "check"),
    ('\u{332}', "underline"),
];

/// The name of an accent.
pub(crate) fn accent(mark: char) -> Option<&'static str> {
    ACCENTS.iter().find(|(known, _)| *known == mark).map(|(_, name)| *name)
}

/// The combining character of an accent's name.
pub(crate) fn accent_mark(name: &str) -> Option<char> {
    ACCENTS.iter().find(|(_, known)| *known == name).map(|(mark, _)| *mark)
}

/// The letter of a LaTeX command.
pub(crate) fn letter(command: &str) -> Option<char> {
    match command {
        "ell" => Some('ℓ'),
        "hbar" => Some('ħ'),
        "vartheta" => Some('ϑ'),
        "varphi" => Some('φ'),
        "varepsilon" => Some('ε'),
        name => GREEK.iter().find(|(_, known)| *known == name).map(|(letter, _)| *letter),
    }
}

/// Whether a run of Latin letters, in any case, is the name of a Greek letter.
pub(crate) fn is_greek_name(run: &str) -> bool {
    GREEK.iter().any(|(_, name)| name.eq_ignore_ascii_case(run))
}

/// The text with each Greek letter spelled out.
pub(crate) fn spell_out(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match spelled(letter) {
            Some(name) => out.push_str(name),
            None => out.push(letter),
        }
    }
    out
}

/// Whether it stands over or below the letter before it.
pub(super) fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}

/// A name in ASCII that is read back as the same: Greek letters spelled out, what has no such name as the LaTeX command.
pub(crate) fn in_ascii(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // With a mark that has no command it stands as it is: ὀ.
        let mut marks = letters.clone().take_while(|next| is_mark(*next));
        if marks.any(|mark| accent(mark).is_none()) {
            out.push(letter);
            out.extend(std::iter::from_fn(|| letters.next_if(|next| is_mark(*next))));
            continue;
        }
        let mut set = match spelled(letter) {
            Some(name) => name.to_owned(),
            None if letter.is_ascii() => letter.to_string(),
            None => latex_letter(letter).unwrap_or_else(|| letter.to_string()),
        };
        let mut is_marked = false;
        while let Some(name) = letters.peek().and_then(|mark| accent(*mark)) {
            letters.next();
            // Inside of a command a letter is one, too.
            if !is_marked && spelled(letter).is_some() {
                set = latex_letter(letter).unwrap_or(set);
            }
            set = format!("\\{name}{{{set}}}");
            is_marked = true;
        }
        out.push_str(&set);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_names() {
        assert_eq!(spelled('λ'), Some("lambda"));
        assert_eq!(spelled('x'), None);
        assert_eq!(spell_out("θ_1"), "theta_1");
        assert_eq!(in_ascii("θ"), "theta");
        assert_eq!(in_ascii("x\u{302}"), "\\hat{x}");
        assert_eq!(in_ascii("aο\u{313}θ"), "aο\u{313}theta");
        assert_eq!(in_ascii("λ\u{304}\u{303}"), "\\tilde{\\bar{\\lambda}}");
        assert_eq!(in_ascii("𝓛\u{304}"), "\\bar{\\mathcal{L}}");
        assert!(is_greek_name("Mu"));
        assert!(!is_greek_name("Ax"));
    }
}
