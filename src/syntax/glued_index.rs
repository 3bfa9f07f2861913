//! Letters below a letter that are written beside it: `sum_i (yi - w'xi)^2`, `sum aij xi xj`, and the parameters of a hypothesis, `hθ(x)`, in
//! plain text and in LaTeX that has no subscripts. They are put below it, so that they mean what `y_i`, `a_ij` and `h_θ(x)` mean.

use rustc_hash::FxHashSet;

use super::ast::Remark;
use super::bare_sum::is_index;
use super::greek::greek;
use super::names::{KnownNames, Piece};
use super::token::{Bracket, Tok, Token};
use crate::span::Span;

/// Letters that are indices where a sum has none below it.
const OPEN: [char; 2] = ['i', 'j'];

/// Letters that are indices rather than what has one.
const INDICES: [char; 5] = ['i', 'j', 'k', 'l', 'n'];

/// Letters that have entries by habit.
const ENTRIES: [&str; 6] = ["x", "y", "z", "u", "v", "w"];

/// The most letters of a run that ends in an entry.
const MOST_OF_RUN: usize = 4;

/// Letters that stand for functions whose parameters are written below them.
const HYPOTHESES: [char; 3] = ['f', 'g', 'h'];

/// The letters of a word, each with those below it, if any.
type Pieces = Vec<(String, String)>;

/// The tokens with such letters below the letter before them, and what is to be said of it. The signs of the text bind some letters.
pub(super) fn rewrite(
    tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
    bound: &FxHashSet<String>,
) -> (Vec<Token>, Option<Remark>) {
    let reader = Reader::new(&tokens, names, source, bound);
    let found: Vec<Option<Pieces>> = (0..tokens.len()).map(|at| reader.pieces(at)).collect();
    if found.iter().all(Option::is_none) {
        let product = (0..tokens.len()).find_map(|at| reader.product(at));
        return (tokens, product);
    }
    let mut words: Vec<(String, String)> = Vec::new();
    let mut first: Option<(Span, String)> = None;
    let mut out = Vec::with_capacity(tokens.len());
    for (token, pieces) in tokens.into_iter().zip(found) {
        let Some(pieces) = pieces else {
            out.push(token);
            continue;
        };
        let word: String = pieces.iter().flat_map(|(base, below)| [base.as_str(), below]).collect();
        let written: Vec<String> = pieces.iter().map(|(base, below)| with_below(base, below)).collect();
        let pair = (word, written.join(" "));
        let is_index = pieces.iter().all(|(_, below)| below.is_ascii());
        if is_index && !words.contains(&pair) {
            first.get_or_insert_with(|| (token.span, spaced(&pieces)));
            words.push(pair);
        }
        put_below(&mut out, &token, pieces);
    }
    let remark = first.map(|(span, other)| {
        let list = |part: fn(&(String, String)) -> &String| {
            words.iter().take(4).map(|pair| format!("`{}`", part(pair))).collect::<Vec<_>>().join(", ")
        };
        let is = if words.len() == 1 { "is" } else { "are" };
        let message = format!(
            "{} {is} read as {}; a product is written with a blank, `{other}`",
            list(|pair| &pair.0),
            list(|pair| &pair.1)
        );
        Remark { row: "glued-index", span, message: message.into(), other: Some(other) }
    });
    (out, remark)
}

fn with_below(base: &str, below: &str) -> String {
    match below.chars().count() {
        0 => base.to_owned(),
        1 => format!("{base}_{below}"),
        _ => format!("{base}_{{{below}}}"),
    }
}

/// The letters of a word as factors.
fn spaced(pieces: &Pieces) -> String {
    // The i1 of x_{i1} is one letter with its number.
    let indices = |below: &str| match below.ends_with(|last: char| last.is_ascii_digit()) {
        true => vec![below.to_owned()],
        false => below.chars().map(String::from).collect(),
    };
    let letters = pieces.iter().flat_map(|(base, below)| std::iter::once(base.clone()).chain(indices(below)));
    letters.collect::<Vec<_>>().join(" ")
}

/// The letters of a word with those below each.
fn put_below(out: &mut Vec<Token>, token: &Token, pieces: Pieces) {
    let mut from = token.span.start;
    for (place, (base, below)) in pieces.into_iter().enumerate() {
        let (middle, end) = (from + base.len(), from + base.len() + below.len());
        let span = Span::new(middle, end);
        let letter = Token { tok: Tok::Word(base), span: Span::new(from, middle), ..token.clone() };
        let is_first = place == 0;
        out.push(Token { blank: is_first && token.blank, newline: is_first && token.newline, ..letter });
        from = end;
        if below.is_empty() {
            continue;
        }
        out.push(Token::new(Tok::Underscore, span));
        if below.chars().count() > 1 {
            out.push(Token::new(Tok::Open(Bracket::Brace), span));
            out.push(Token::new(Tok::Word(below), span));
            out.push(Token::new(Tok::Close(Bracket::Brace), span));
        } else {
            out.push(Token::new(Tok::Word(below), span));
        }
    }
}

/// A text with the letters that are indices in it.
struct Reader<'t> {
    tokens: &'t [Token],
    names: &'t KnownNames,
    indices: FxHashSet<char>,
    /// Letters that are indices by habit and stand alone in the text: those of `1/n sum_i …` and of bounds.
    alone: FxHashSet<char>,
    /// Whether i is used elsewhere than below the p of `pi`.
    has_others: bool,
    /// From where to where i may be bound: from a sign to the end of the bracket that it stands in.
    bound_in: Vec<std::ops::Range<usize>>,
    /// For each symbol, whether it is part of what stands below another.
    is_below: Vec<bool>,
}

impl<'t> Reader<'t> {
    fn new(tokens: &'t [Token], names: &'t KnownNames, source: &str, bound: &FxHashSet<String>) -> Self {
        let (mut is_below, mut is_bound) = (vec![false; tokens.len()], vec![false; tokens.len()]);
        let (mut depth, mut of_sign) = (0_usize, false);
        for at in 1..tokens.len() {
            let begins = tokens[at - 1].tok == Tok::Underscore;
            if begins && depth == 0 {
                of_sign = at > 1 && tokens[at - 2].is_big_sign();
            }
            match tokens[at].tok {
                Tok::Open(_) if begins || depth > 0 => depth += 1,
                Tok::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            is_below[at] = begins || depth > 0;
            is_bound[at] = is_below[at] && of_sign;
        }
        let alone = INDICES.into_iter().filter(|index| tokens.iter().any(|token| is_word(token, &index.to_string())));
        let alone = alone.collect();
        let bound_in = reach(tokens, |at| is_bound[at] && is_word(&tokens[at], "i"));
        let indices = FxHashSet::default();
        let mut this = Self { tokens, names, indices, alone, has_others: false, bound_in, is_below };
        // In LaTeX blanks mean nothing, and letters side by side are a product: who writes `x_i` there means y times i by `yi`.
        let has_members = (0..tokens.len())
            .any(|at| this.is_below[at] && !is_bound[at] && bound.iter().any(|index| is_word(&tokens[at], index)));
        let is_latex = source.contains('\\');
        if is_latex && has_members {
            return this;
        }
        // `\sum_ix` binds i alone.
        let is_index = |letter: &char| !is_latex || INDICES.contains(letter);
        let single = |word: &str| word.chars().next().filter(is_index).filter(|letter| word.len() == letter.len_utf8());
        this.indices.extend(bound.iter().filter_map(|index| single(index)));
        this.add_open();
        // The logarithm of `pi` alone, or over another, is that of a probability: `sum_i pi log(pi/qi)`.
        let is_log =
            |at: usize| tokens.get(at).is_some_and(|token| ["log", "ln"].iter().any(|log| is_word(token, log)));
        let is_probability = |at: usize| {
            let opens = matches!(tokens[at - 1].tok, Tok::Open(Bracket::Round));
            is_word(&tokens[at], "pi") && (is_log(at - 1) || opens && at > 1 && is_log(at - 2))
        };
        if !(1..tokens.len()).any(is_probability) {
            // The i of yᵢ, and those of Aᵢᵢ.
            let is_use = |at: usize| {
                let is_pair =
                    |word: &str| this.is_below[at] && word.contains('i') && word.chars().all(|c| INDICES.contains(&c));
                !is_bound[at] && matches!(&tokens[at].tok, Tok::Word(word) if word == "i" || is_pair(word))
            };
            this.has_others =
                (0..tokens.len()).any(|at| is_use(at) || !is_word(&tokens[at], "pi") && this.pieces(at).is_some());
        }
        this
    }

    /// The index that a sum without one runs over: `sum (yi - w'xi)^2`.
    fn add_open(&mut self) {
        let is_open = |at: usize| {
            let is_sign = match &self.tokens[at].tok {
                Tok::BigSum | Tok::BigProduct => true,
                Tok::Word(word) => {
                    matches!(word.as_str(), "sum" | "prod" | "mean" | "Σ" | "Π") && !self.names.has_base(word)
                }
                _ => false,
            };
            is_sign && self.tokens.get(at + 1).is_some_and(|next| next.tok != Tok::Underscore)
        };
        if !(0..self.tokens.len()).any(is_open) {
            return;
        }
        let words =
            || self.tokens.iter().filter_map(|token| if let Tok::Word(word) = &token.tok { Some(word) } else { None });
        for index in OPEN {
            let is_alone = words().any(|word| word.len() == 1 && word.starts_with(index));
            let mut glued = words().filter(|word| is_glued(word, index) && !self.names.has_symbol(word));
            let is_open = |word: &String| self.names.whole(word).is_none() || matches!(word.as_str(), "xi" | "Xi");
            if !is_alone && !self.indices.contains(&index) && glued.any(is_open) {
                self.indices.insert(index);
                break;
            }
        }
    }

    /// The letters of the word at a place with those below each; `None` where none is.
    fn pieces(&self, at: usize) -> Option<Pieces> {
        let Tok::Word(word) = &self.tokens[at].tok else { return None };
        if self.is_below[at] || self.tokens[at].is_word || self.tokens.get(at + 1)?.tok == Tok::Underscore {
            return None;
        }
        if let Some(parameter) = self.parameter(at, word) {
            return Some(parameter);
        }
        let is_run =
            word.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || ('\u{300}'..='\u{36F}').contains(&c));
        if word.len() < 2 || self.indices.is_empty() || !is_run || self.tokens[at].latex {
            return None;
        }
        // What is known by its name is that, but for ξ and Ξ, and for π where nothing else has the index.
        let letter = greek(word.trim_end_matches(|c: char| c.is_ascii_digit())).map(String::from);
        let is_known = match letter.as_deref() {
            Some(letter @ ("ξ" | "Ξ")) => self.names.has_base(letter),
            Some("π") => {
                let is_outside = !self.bound_in.is_empty() && !self.bound_in.iter().any(|range| range.contains(&at));
                self.has_others || is_outside || self.names.has_base("π")
            }
            _ => self.names.whole(word).is_some(),
        };
        if is_known || self.names.has_symbol(word) { None } else { self.letters(word) }
    }

    /// The letters of a run with the indices below them: `yi`, `Aij`, and of `bxi`, where another letter stands before the one with the index.
    fn letters(&self, word: &str) -> Option<Pieces> {
        let mut pieces: Pieces = Vec::new();
        let mut rest = word;
        while !rest.is_empty() {
            let (length, Piece::Symbol(_)) = self.names.next_piece(rest) else { return None };
            let (text, behind) = rest.split_at(length);
            rest = behind;
            // The i1 of `b1xi1` is two indices.
            if self.is_numbered(text) && !pieces.is_empty() {
                let (_, below) = pieces.last_mut().filter(|(base, below)| below.is_empty() && !self.is_index(base))?;
                below.push_str(text);
                continue;
            }
            let letter = text.chars().next().filter(|letter| letter.len_utf8() == length);
            match (letter.filter(|letter| self.indices.contains(letter)), pieces.last_mut()) {
                (Some(letter), Some((base, below))) if below.len() < 2 && !self.is_index(base) => below.push(letter),
                // The i of `ixi` is a factor.
                (Some(letter), None) if is_index(text) && rest.len() > 1 => pieces.push((letter.into(), String::new())),
                (Some(_), _) => return None,
                (None, _) => pieces.push((text.to_owned(), String::new())),
            }
        }
        let has_index = |(_, below): &(String, String)| !below.is_empty();
        // The counts nᵢ of `sum_i ni log(pi)`, but the n of `1/n sum_i …` is one number.
        let is_number = |base: &str| base.chars().all(|letter| self.is_number(letter));
        let is_all = pieces.iter().all(has_index);
        let is_habit = |index: char| index.is_ascii_digit() || is_index(index.encode_utf8(&mut [0; 4]));
        let is_by_habit = pieces.iter().all(|(_, below)| below.chars().all(is_habit));
        let is_plain = is_all && word.is_ascii();
        // Of a run that would be a name, as `size`, the end has to be an entry of what has entries by habit.
        let ends_in_entry = word.chars().filter(|letter| letter.is_alphabetic()).count() <= MOST_OF_RUN
            && pieces.last().is_some_and(|last| has_index(last) && ENTRIES.contains(&last.0.as_str()));
        (pieces.iter().any(has_index)
            && (is_plain || is_by_habit && (is_all || ends_in_entry || self.names.split(word).is_ok()))
            && !pieces.iter().any(|piece| has_index(piece) && is_number(&piece.0)))
        .then_some(pieces)
    }

    /// Whether a piece is an index with a number behind it, `i1`.
    fn is_numbered(&self, text: &str) -> bool {
        let digits = text.strip_prefix(|letter| self.indices.contains(&letter)).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) && !self.names.has_base(text)
    }

    fn is_index(&self, base: &str) -> bool {
        base.chars().all(|letter| self.indices.contains(&letter))
    }

    /// Whether a letter is a number, which has no entries: an index or a bound by habit that stands alone, or a size.
    fn is_number(&self, letter: char) -> bool {
        self.alone.contains(&letter) || self.names.has_size(letter.encode_utf8(&mut [0; 4]))
    }

    /// What is said of the `ni` of `1/n sum_i ni yi`, a product as n stands alone elsewhere.
    fn product(&self, at: usize) -> Option<Remark> {
        let Tok::Word(word) = &self.tokens[at].tok else { return None };
        let mut letters = word.chars();
        let (base, index, None) = (letters.next()?, letters.next()?, letters.next()) else { return None };
        let is_open = self.is_number(base) && !self.indices.contains(&base) && self.indices.contains(&index);
        if !is_open || self.is_below[at] || self.tokens[at].is_word || self.names.has_symbol(word) {
            return None;
        }
        let (product, other) = (format!("{base} {index}"), format!("{base}_{index}"));
        let message = format!("`{word}` is read as the product `{product}`; with the index below it is `{other}`");
        Some(Remark { row: "glued-index", span: self.tokens[at].span, message: message.into(), other: Some(other) })
    }

    /// The θ of `hθ(x)`.
    fn parameter(&self, at: usize, word: &str) -> Option<Pieces> {
        let mut letters = word.chars();
        let (base, below) = (letters.next()?, letters.next()?);
        let is_call = matches!(self.tokens.get(at + 1)?, Token { tok: Tok::Open(Bracket::Round), blank: false, .. });
        let is_hypothesis = HYPOTHESES.contains(&base) && ('α'..='ω').contains(&below) && letters.next().is_none();
        let is_known =
            self.names.has_base(&base.to_string()) || self.names.has_base(word) || self.names.has_function(word);
        (is_call && is_hypothesis && below != 'σ' && !is_known).then(|| vec![(base.into(), below.into())])
    }
}

/// From where to where what is bound at places reaches: to the end of the innermost bracket around each that is not of its own subscript.
fn reach(tokens: &[Token], is_bound: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    // For each open bracket, how many that were found before it have no end yet; none of that of a subscript.
    let mut open: Vec<Option<usize>> = Vec::new();
    let (mut found, mut endless): (Vec<std::ops::Range<usize>>, Vec<usize>) = (Vec::new(), Vec::new());
    for at in 0..tokens.len() {
        match tokens[at].tok {
            Tok::Open(_) => {
                let is_script = at > 0 && matches!(tokens[at - 1].tok, Tok::Underscore | Tok::Caret);
                open.push((!is_script).then_some(endless.len()));
            }
            Tok::Close(_) => {
                if let Some(Some(before)) = open.pop() {
                    endless.drain(before..).for_each(|place| found[place].end = at);
                }
            }
            _ if is_bound(at) => {
                endless.push(found.len());
                found.push(at..tokens.len());
            }
            _ => {}
        }
    }
    found
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(&token.tok, Tok::Word(word) if word == wanted)
}

/// Whether a word is a letter and this index.
fn is_glued(word: &str, index: char) -> bool {
    word.chars().count() == 2
        && word.ends_with(index)
        && word.starts_with(|base: char| base.is_alphabetic() && !INDICES.contains(&base) && !matches!(base, 'Σ' | 'Π'))
}
