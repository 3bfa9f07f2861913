//! Identifiers: the names of symbols in the languages of programs, no two the same.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization as _;

use crate::expr::{Arena, NameParts, Place};
use crate::render::greek;

/// What a language asks of its identifiers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Keywords, and the names that code itself uses.
    pub(crate) reserved: &'static [&'static [&'static str]],
    /// Whether letters beyond ASCII are spelled by their numbers.
    pub(crate) ascii: bool,
    /// Whether names are written in small letters.
    pub(crate) lowercase: bool,
}

impl Rules {
    /// Whether the language or the code itself uses a name.
    pub(crate) fn is_reserved(self, name: &str) -> bool {
        self.reserved.iter().any(|names| names.contains(&name))
    }
}

/// A name as a language has it: `λ` is `lambda`, with a line behind it where that is reserved, `x_{1,2}` is `x_1_2`.
pub(crate) fn identifier(name: &str, rules: Rules) -> String {
    let mut out = String::new();
    for letter in greek::spell_out(name).chars() {
        let is_ascii = letter.is_ascii_alphanumeric() || letter == '_';
        match greek::accent(letter) {
            Some(name) => {
                out.push('_');
                out.push_str(name);
            }
            None if letter == 'ℓ' => out.push_str("ell"),
            None if letter == 'ħ' => out.push_str("hbar"),
            None if letter.is_ascii() && !is_ascii => out.push('_'),
            // Python folds letters that Unicode holds to be others in another dress, and takes no digits but 0 to 9 for granted.
            None if !is_ascii
                && (rules.ascii || !(letter.is_alphabetic() && std::iter::once(letter).nfkc().eq([letter]))) =>
            {
                out.push_str(&format!("u{:x}", u32::from(letter)));
            }
            None => out.push(letter),
        }
    }
    // Letters that are stable alone may be folded where they stand side by side.
    if !out.nfkc().eq(out.chars()) {
        let spelled =
            |letter: char| if letter.is_ascii() { letter.to_string() } else { format!("u{:x}", u32::from(letter)) };
        out = out.chars().map(spelled).collect();
    }
    if rules.lowercase {
        out = out.to_lowercase();
    }
    if rules.is_reserved(&out) {
        out.push('_');
    }
    out
}

/// The name that a symbol would like: of the family `x^(·)` `x`, of `x_·` `x_i`, of `W^(1)` `W_1`, of `x^*` `x_star`.
fn wish(name: &str, rules: Rules) -> String {
    let NameParts { base, subscript, label, members } = NameParts::of(name);
    let mut wish = base.to_owned();
    if members == Place::Beside {
        wish.push_str("_i");
    }
    let label = label.replace('*', "star").replace('+', "_plus_").replace('-', "_minus_").replace('\'', "prime");
    for part in [subscript, label.trim_matches(|letter: char| !letter.is_alphanumeric())] {
        if !part.is_empty() {
            wish.push('_');
            wish.push_str(part);
        }
    }
    identifier(&wish, rules)
}

/// The names of all symbols in a language. No two symbols of different names have one: what is written as it stands is itself, and names
/// with labels take what is left.
#[derive(Debug)]
pub(crate) struct SymbolNames {
    names: FxHashMap<String, String>,
    rules: Rules,
}

impl SymbolNames {
    pub(crate) fn new(arena: &Arena, rules: Rules) -> Self {
        let order = |name: &str| {
            let parts = NameParts::of(name);
            let labelled = parts.members != Place::Below || !parts.label.is_empty();
            (labelled, identifier(name, rules) != name)
        };
        let mut symbols: Vec<&str> = arena.symbols().map(|(_, symbol)| symbol.name.as_str()).collect();
        symbols.sort_by_key(|name| order(name));
        let mut names: FxHashMap<String, String> = FxHashMap::default();
        let mut taken: FxHashSet<String> = FxHashSet::default();
        for name in symbols {
            if names.contains_key(name) {
                continue;
            }
            let free = claim(&wish(name, rules), &mut taken);
            names.insert(name.to_owned(), free);
        }
        Self { names, rules }
    }

    /// The name of a symbol.
    pub(crate) fn of(&self, name: &str) -> String {
        self.names.get(name).cloned().unwrap_or_else(|| identifier(name, self.rules))
    }

    /// Every name that is taken.
    pub(crate) fn taken(&self) -> FxHashSet<String> {
        self.names.values().cloned().collect()
    }
}

/// A name that is not taken: the wish, with a line below it, or numbered.
pub(crate) fn claim(wish: &str, taken: &mut FxHashSet<String>) -> String {
    let underscored = [wish.to_owned(), format!("{wish}_")];
    let numbered = (2..).map(|number| format!("{wish}_{number}"));
    let free = underscored.into_iter().chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(free.clone());
    free
}
