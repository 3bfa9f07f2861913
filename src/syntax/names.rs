//! What the reader has declared, and how a run of letters splits in view of it: `Ax` is A·x, `trAXB` is tr(AXB),
//! `lambdax` is λ·x, and `foobar` is an error unless it is declared.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{Declaration, DeclaredKind, Size};
use super::function::{function_prefix, function_spelling, function_spellings};
use super::greek::{greek, greek_inside, greek_names};
use super::limits::MAX_LETTERS_IN_RUN;
use crate::diagnostic::suggest::nearest;

/// The declared names that the parser must know: symbols by their canonical names, and functions.
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    symbols: FxHashSet<String>,
    /// The variables of differentiation among them.
    variables: FxHashSet<String>,
    bases: FxHashSet<String>,
    /// The bases of symbols that are declared, and not known as variables alone.
    declared: FxHashSet<String>,
    functions: FxHashSet<String>,
    /// Functions that the text defines.
    defined_functions: FxHashSet<String>,
    matrix_functions: FxHashSet<String>,
    maps: FxHashSet<String>,
    /// Names of sizes, which are factors as well.
    sizes: FxHashSet<String>,
    ranks: FxHashMap<String, Rank>,
    /// The same of the members of families.
    members: FxHashMap<String, Rank>,
    longest: usize,
    /// Whether the letter Σ before an operand is the sign of a sum.
    reads_letter_as_sum: bool,
    /// The places of the text at which the argument of a sine or cosine without brackets ends.
    argument_ends: FxHashSet<usize>,
}

/// How many subscripts an entry of a declared symbol has, or of the values of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// None.
    Scalar,
    /// One.
    Vector,
    /// Two.
    Matrix,
    /// It is a family, or a function of which this depends on its argument.
    Other,
}

impl Rank {
    fn of_shape(has_rows: bool, has_cols: bool) -> Self {
        match (has_rows, has_cols) {
            (false, false) => Self::Scalar,
            (true, false) => Self::Vector,
            _ => Self::Matrix,
        }
    }

    fn of(kind: &DeclaredKind) -> Self {
        match kind {
            DeclaredKind::Scalar | DeclaredKind::Positive | DeclaredKind::Nonnegative | DeclaredKind::Integer => {
                Self::Scalar
            }
            DeclaredKind::Binary(Size::Number(1), Size::Number(1)) => Self::Scalar,
            DeclaredKind::Binary(_, Size::Number(1)) => Self::Vector,
            DeclaredKind::Binary(..) => Self::Matrix,
            DeclaredKind::Vector(_)
            | DeclaredKind::PositiveVector(_)
            | DeclaredKind::NonnegativeVector(_)
            | DeclaredKind::Simplex(_)
            | DeclaredKind::Signs(_) => Self::Vector,
            DeclaredKind::Matrix(..) | DeclaredKind::Square(..) => Self::Matrix,
            DeclaredKind::Map(_, values) => Self::of(values),
            DeclaredKind::Function | DeclaredKind::MatrixFunction | DeclaredKind::Family(..) => Self::Other,
        }
    }
}

/// One part of a run of letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A symbol's base name.
    Symbol(String),
    /// A known function, by the spelling that was used.
    Function(&'static str),
    /// A declared function.
    User(String),
}

impl KnownNames {
    /// The names of a list of declarations.
    #[must_use]
    pub fn from_declarations(declarations: &[Declaration]) -> Self {
        let mut names = Self::default();
        for declaration in declarations {
            names.add_sizes_of(&declaration.kind);
            names.ranks.insert(declaration.name.clone(), Rank::of(&declaration.kind));
            if let DeclaredKind::Family(_, member) = &declaration.kind {
                names.members.insert(declaration.name.clone(), Rank::of(member));
            }
            match declaration.kind {
                DeclaredKind::Function => names.add_function(&declaration.name),
                DeclaredKind::MatrixFunction => names.add_matrix_function(&declaration.name),
                DeclaredKind::Map(..) => names.add_map(&declaration.name),
                DeclaredKind::Scalar
                | DeclaredKind::Positive
                | DeclaredKind::PositiveVector(_)
                | DeclaredKind::Nonnegative
                | DeclaredKind::NonnegativeVector(_)
                | DeclaredKind::Integer
                | DeclaredKind::Vector(_)
                | DeclaredKind::Simplex(_)
                | DeclaredKind::Signs(_)
                | DeclaredKind::Binary(..)
                | DeclaredKind::Matrix(..)
                | DeclaredKind::Square(..)
                | DeclaredKind::Family(..) => names.add_symbol(&declaration.name),
            }
        }
        names
    }

    /// Adds a declared symbol by its canonical name (`x_1`, `θ`).
    pub fn add_symbol(&mut self, name: &str) {
        self.add_name(name);
        self.declared.insert(name.split_once('_').map_or(name, |(base, _)| base).to_owned());
    }

    /// Adds a function that the text defines, which may be called behind a factor: `Pg(x)`.
    pub(super) fn add_defined_function(&mut self, name: &str) {
        self.defined_functions.insert(name.to_owned());
    }

    /// Adds a symbol of which nothing is known but that it is one: a variable of differentiation.
    pub fn add_variable(&mut self, name: &str) {
        self.variables.insert(name.to_owned());
        self.add_name(name);
    }

    /// Takes the letter Σ before an operand for the sign of a sum, where it is not declared: as a matrix it would not fit.
    pub fn read_letter_as_sum(&mut self) {
        self.reads_letter_as_sum = true;
    }

    pub(super) fn reads_letter_as_sum(&self) -> bool {
        self.reads_letter_as_sum
    }

    /// Ends the arguments of functions without brackets behind these places of the text, before what they multiply: `\sin\theta K`.
    pub fn end_arguments(&mut self, places: &[usize]) {
        self.argument_ends.extend(places);
    }

    pub(super) fn ends_argument(&self, place: usize) -> bool {
        self.argument_ends.contains(&place)
    }

    fn add_name(&mut self, name: &str) {
        let base = name.split_once('_').map_or(name, |(base, _)| base);
        self.longest = self.longest.max(base.len());
        self.bases.insert(base.to_owned());
        self.symbols.insert(name.to_owned());
    }

    /// Adds the name of a size, which may stand as a number.
    pub fn add_size(&mut self, name: &str) {
        self.longest = self.longest.max(name.len());
        self.sizes.insert(name.to_owned());
    }

    fn add_sizes_of(&mut self, kind: &DeclaredKind) {
        let mut add = |size: &Size| match size {
            Size::Symbol(name) => self.add_size(name),
            Size::Sum(terms) => terms.iter().flat_map(|(_, names)| names).for_each(|name| self.add_size(name)),
            Size::Number(_) | Size::Open => {}
        };
        match kind {
            DeclaredKind::Vector(n)
            | DeclaredKind::PositiveVector(n)
            | DeclaredKind::NonnegativeVector(n)
            | DeclaredKind::Simplex(n)
            | DeclaredKind::Signs(n)
            | DeclaredKind::Square(_, n) => add(n),
            DeclaredKind::Matrix(m, n) | DeclaredKind::Binary(m, n) => {
                add(m);
                add(n);
            }
            DeclaredKind::Family(count, member) => {
                add(count);
                self.add_sizes_of(member);
            }
            DeclaredKind::Map(domain, values) => {
                self.add_sizes_of(domain);
                self.add_sizes_of(values);
            }
            DeclaredKind::Scalar
            | DeclaredKind::Positive
            | DeclaredKind::Nonnegative
            | DeclaredKind::Integer
            | DeclaredKind::Function
            | DeclaredKind::MatrixFunction => {}
        }
    }

    /// Adds a declared function by its canonical name.
    pub fn add_function(&mut self, name: &str) {
        self.longest = self.longest.max(name.len());
        self.functions.insert(name.to_owned());
    }

    /// Adds a declared function of square matrices: it has Fréchet derivatives `L_f(X, E)`.
    pub fn add_matrix_function(&mut self, name: &str) {
        self.add_function(name);
        self.matrix_functions.insert(name.to_owned());
    }

    /// Adds a declared map: it has derivatives `∇f(x)`, `∇²f(x)`, `J_f(x)`.
    pub fn add_map(&mut self, name: &str) {
        self.add_function(name);
        self.maps.insert(name.to_owned());
    }

    /// Whether this is a declared map.
    pub(super) fn has_map(&self, name: &str) -> bool {
        self.maps.contains(name)
    }

    /// Whether a word is the name of a declared map, or what stands before its subscript.
    pub(super) fn begins_map(&self, word: &str) -> bool {
        let base = greek(word).map_or_else(|| word.to_owned(), String::from);
        self.maps.iter().any(|name| name.split_once('_').map_or(name.as_str(), |(base, _)| base) == base)
    }

    /// The declared function of square matrices that a word names.
    pub(super) fn matrix_function(&self, word: &str) -> Option<String> {
        match self.whole(word) {
            Some(Piece::User(name)) if self.matrix_functions.contains(&name) => Some(name),
            _ => None,
        }
    }

    /// Whether a variable is an entry or a member at this index: `x_i`, `X_ij`.
    pub(super) fn has_variable_at(&self, index: &str) -> bool {
        let below = |name: &String| name.split_once('_').is_some_and(|(_, below)| below.contains(index));
        self.variables.iter().any(below)
    }

    /// Whether any variable of differentiation is known.
    pub(super) fn has_variables(&self) -> bool {
        !self.variables.is_empty()
    }

    /// Whether this is a variable of differentiation.
    pub(super) fn is_variable(&self, name: &str) -> bool {
        self.variables.contains(name)
    }

    /// Whether this very symbol is declared.
    #[must_use]
    pub fn has_symbol(&self, name: &str) -> bool {
        self.symbols.contains(name)
    }

    /// Whether a symbol is declared that has this base, with a subscript or without.
    #[must_use]
    pub fn has_base(&self, base: &str) -> bool {
        self.bases.contains(base)
    }

    /// Whether this is a size of what is declared.
    pub(super) fn has_size(&self, name: &str) -> bool {
        self.sizes.contains(name)
    }

    /// Whether a symbol with this base is declared.
    pub(super) fn declares(&self, base: &str) -> bool {
        self.declared.contains(base)
    }

    /// Adds what is known of a symbol by its shape: whether it has rows and columns beyond one.
    pub fn add_shape(&mut self, name: &str, has_rows: bool, has_cols: bool) {
        self.ranks.insert(name.to_owned(), Rank::of_shape(has_rows, has_cols));
    }

    /// The same of the members of a family.
    pub fn add_shape_of_members(&mut self, name: &str, has_rows: bool, has_cols: bool) {
        self.members.insert(name.to_owned(), Rank::of_shape(has_rows, has_cols));
    }

    /// What the members of this very family are.
    pub(super) fn rank_of_members(&self, name: &str) -> Option<Rank> {
        self.members.get(name).copied()
    }

    /// What this very symbol is declared as, or the values of this very map.
    pub(super) fn rank(&self, name: &str) -> Option<Rank> {
        self.ranks.get(name).copied()
    }

    /// Whether this is a declared function.
    #[must_use]
    pub fn has_function(&self, name: &str) -> bool {
        self.functions.contains(name)
    }

    /// The names nearest to one that is not known, best first.
    pub(super) fn similar(&self, word: &str) -> Option<String> {
        let mut declared: Vec<&str> = self.symbols.iter().chain(&self.functions).map(String::as_str).collect();
        declared.sort_unstable();
        declared.extend(function_spellings().map(|name| -> &str { name }));
        declared.extend(greek_names().map(|name| -> &str { name }));
        nearest(word, declared.into_iter())
    }

    /// The nearest name of a function that the language has or that is declared.
    pub(super) fn similar_function(&self, word: &str) -> Option<String> {
        let mut declared: Vec<&str> = self.functions.iter().map(String::as_str).collect();
        declared.sort_unstable();
        declared.extend(function_spellings().map(|name| -> &str { name }));
        nearest(word, declared.into_iter())
    }

    /// What a whole word is, where it is one thing.
    pub(super) fn whole(&self, word: &str) -> Option<Piece> {
        if self.has_function(word) {
            return Some(Piece::User(word.to_owned()));
        }
        // The logarithm beside a `log_var`.
        let is_function_beside = || !self.symbols.contains(word) && function_spelling(word).is_some();
        if self.has_base(word) && !is_function_beside() {
            return Some(Piece::Symbol(word.to_owned()));
        }
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        // No name of a function or a Greek letter is a single ASCII letter.
        if letters.len() == 1 {
            return None;
        }
        if let Some(letter) = greek(letters) {
            let name = format!("{letter}{}", &word[letters.len()..]);
            if self.has_function(&name) {
                return Some(Piece::User(name));
            }
            return Some(Piece::Symbol(name));
        }
        function_spelling(word)
            .map(Piece::Function)
            .or_else(|| self.sizes.contains(word).then(|| Piece::Symbol(word.to_owned())))
    }

    /// Splits a run of letters. Each piece comes with its length in bytes. The error is the number of letters that
    /// are no part of a known name.
    pub(super) fn split(&self, word: &str) -> Result<Vec<(usize, Piece)>, usize> {
        if let Some(piece) = self.whole(word) {
            return Ok(vec![(word.len(), piece)]);
        }
        let mut pieces = Vec::new();
        let (mut single, mut in_a_row, mut longest) = (0, 0, 0);
        let mut rest = word;
        while !rest.is_empty() {
            let (length, piece) = self.next_piece(rest);
            // `log2` is no logarithm of a symbol 2.
            if rest.starts_with(|c: char| c.is_ascii_digit()) {
                return Err(single + 1);
            }
            let unknown = matches!(&piece, Piece::Symbol(name) if length == letter_len(rest) && !self.has_base(name));
            single += usize::from(unknown);
            // Capitals and Greek letters are factors as people write them: `MAHb`, `PKQ`.
            let of_a_word = unknown && is_of_a_word(rest);
            in_a_row = if of_a_word { in_a_row + 1 } else { 0 };
            longest = longest.max(in_a_row);
            pieces.push((length, piece));
            rest = &rest[length..];
        }
        // `sofmax` is a misspelling rather than s·o·f·max.
        let leading = pieces.iter().take_while(|(_, piece)| matches!(piece, Piece::Symbol(_))).count();
        let misspelled = leading >= 2 && leading < pieces.len() && single >= leading && self.similar(word).is_some();
        // `eps`, `lam`, `nansum`: small letters alone are a name, where a capital would make them a product.
        let is_name = longest >= MAX_LETTERS_IN_RUN && word.bytes().all(|b| b.is_ascii_lowercase());
        if longest > MAX_LETTERS_IN_RUN || is_name || misspelled { Err(single) } else { Ok(pieces) }
    }

    /// Whether a run of two letters or more directly before a bracket is the name of a function that is not known, rather than a product:
    /// letters of the alphabet, not all of them declared or the index of a sum, with no known function at the end (`xexp(y)`) or before capitals (`trX(A + B)`).
    pub(super) fn is_unknown_function(&self, word: &str, bound: &FxHashSet<String>) -> bool {
        if word.len() < 2 || !word.is_ascii() || self.whole(word).is_some() {
            return false;
        }
        let Ok(pieces) = self.split(word) else { return false };
        let declared = |piece: &Piece| matches!(piece, Piece::Symbol(name) if name == "I" || self.has_base(name) || self.sizes.contains(name) || bound.contains(name));
        match pieces.split_first() {
            None => false,
            Some((_, [])) => false,
            Some((first, rest)) => {
                let ends_in_call = match pieces.last() {
                    Some((_, Piece::Symbol(name))) => {
                        name == "σ" && !self.has_base(name) || self.defined_functions.contains(name)
                    }
                    _ => true,
                };
                let begins_call = !matches!(first.1, Piece::Symbol(_)) && {
                    let letters = &word[first.0..];
                    rest.iter().all(|(_, piece)| matches!(piece, Piece::Symbol(_)))
                        && letters.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                };
                !ends_in_call && !begins_call && !pieces.iter().all(|(_, piece)| declared(piece))
            }
        }
    }

    /// The Greek name that a word is short for: `lam`, `eps`.
    pub(super) fn short_for(word: &str) -> Option<&'static str> {
        greek_names().find(|name| word.len() >= 3 && name.len() > word.len() && name.starts_with(word))
    }

    /// The longest declared name, function or Greek name that the text starts with, or its first letter.
    pub(super) fn next_piece(&self, text: &str) -> (usize, Piece) {
        let first = letter_len(text);
        let mut best = (first, Piece::Symbol(text[..first].to_owned()));
        let mut end = text.len().min(self.longest);
        while end > first {
            if text.is_char_boundary(end) {
                let word = &text[..end];
                if self.has_function(word) {
                    best = (end, Piece::User(word.to_owned()));
                    break;
                }
                if self.has_base(word) || self.sizes.contains(word) {
                    best = (end, Piece::Symbol(word.to_owned()));
                    break;
                }
            }
            end -= 1;
        }
        if let Some((length, spelling)) = function_prefix(text)
            && length > best.0
        {
            best = (length, Piece::Function(spelling));
        }
        if let Some((length, letter)) = greek_inside(text)
            && length > best.0
        {
            let name = letter.to_string();
            best = (length, if self.has_function(&name) { Piece::User(name) } else { Piece::Symbol(name) });
        }
        if best.0 == first && self.has_function(&text[..first]) {
            best.1 = Piece::User(text[..first].to_owned());
        }
        best
    }
}

/// Whether the text begins with a letter that words are made of: no capital, no Greek letter.
fn is_of_a_word(text: &str) -> bool {
    text.chars().next().is_some_and(|c| !c.is_uppercase() && !('α'..='ϡ').contains(&c))
}

/// Bytes of the first letter with the digits and accents after it.
fn letter_len(text: &str) -> usize {
    let mut chars = text.char_indices();
    chars.next();
    chars.find(|(_, c)| !(c.is_ascii_digit() || ('\u{300}'..='\u{36F}').contains(c))).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &KnownNames, word: &str, expected: &str) {
        let shown = match names.split(word) {
            Ok(pieces) => pieces
                .into_iter()
                .map(|(_, piece)| match piece {
                    Piece::Symbol(name) => name,
                    Piece::Function(name) => format!("{name}()"),
                    Piece::User(name) => format!("{name}(·)"),
                })
                .collect::<Vec<_>>()
                .join(" "),
            Err(letters) => format!("error {letters}"),
        };
        assert_eq!(shown, expected, "{word}");
    }

    #[test]
    fn runs_split() {
        let none = KnownNames::default();
        check(&none, "Ax", "A x");
        check(&none, "Ax1", "A x1");
        check(&none, "x1", "x1");
        check(&none, "trAXB", "tr() A X B");
        check(&none, "TrX", "Tr() X");
        check(&none, "xexp", "x exp()");
        check(&none, "lambdax", "λ x");
        check(&none, "wSigmaw", "w Σ w");
        check(&none, "mux", "error 3");
        check(&none, "muX", "m u X");
        check(&none, "mu", "μ");
        check(&none, "beta", "β");
        check(&none, "foobar", "error 6");
        check(&none, "eps", "error 3");
        check(&none, "axb", "error 3");
        check(&none, "Axb", "A x b");
        check(&none, "Log", "Log()");
        check(&none, "LogX", "L o g X");
        check(&none, "nansum", "error 3");
        check(&none, "PKP", "P K P");
        check(&none, "MAHb", "M A H b");
        check(&none, "ABCD", "A B C D");
        check(&none, "xfoobar", "error 7");
        check(&none, "αβγδ", "α β γ δ");
    }

    #[test]
    fn runs_before_a_bracket() {
        let mut names = KnownNames::default();
        names.add_symbol("A");
        names.add_symbol("b");
        names.add_size("n");
        let bound = FxHashSet::from_iter(["i".to_owned()]);
        for (word, unknown) in [
            ("Ax", true),
            ("elu", false),
            ("Ab", false),
            ("nA", false),
            ("ib", false),
            ("ab", true),
            ("xexp", false),
            ("Atanh", false),
            ("trX", false),
            ("trx", true),
            ("sinc", true),
            ("lambdax", true),
            ("Asigma", false),
            ("x1", false),
            ("x", false),
            ("λA", false),
        ] {
            assert_eq!(names.is_unknown_function(word, &bound), unknown, "{word}");
        }
        assert_eq!(KnownNames::short_for("lam"), Some("lambda"));
        assert_eq!(KnownNames::short_for("eps"), Some("epsilon"));
    }

    #[test]
    fn declared_names_come_first() {
        let mut names = KnownNames::default();
        names.add_symbol("foo");
        names.add_symbol("W_1");
        names.add_function("φ");
        check(&names, "foo", "foo");
        check(&names, "Afoox", "A foo x");
        check(&names, "phi", "φ(·)");
        check(&names, "Wx", "W x");
    }
}
