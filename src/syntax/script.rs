//! How far a subscript without braces reaches, which letters are bound indices, and which raised marks are labels.

use rustc_hash::FxHashSet;

use super::ast::{AstId, AstKind, Name, ProductOp, Remark};
use super::names::{KnownNames, Piece};
use super::parse::{Failure, Parser};
use super::stack::FrameKind;
use super::token::{Bracket, Side, Tok, Token};
use super::word_below::is_word_below;
use crate::span::Span;

/// An anchor, what is like it and what is not, as they stand above a letter.
const TRIPLET: [&str; 3] = ["a", "p", "n"];

/// Symbols below a sum that are looked through for its indices.
pub(super) const MOST_BELOW: usize = 64;

/// The letters that sums and products bind, in any of the symbols.
pub(super) fn bound_indices(tokens: &[Token], is_latex: bool) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    for (at, token) in tokens.iter().enumerate() {
        if !token.is_big_sign() || tokens.get(at + 1).map(|next| &next.tok) != Some(&Tok::Underscore) {
            continue;
        }
        match tokens.get(at + 2).map(|next| &next.tok) {
            Some(Tok::Open(_)) => {
                let (mut is_bound, mut depth) = (true, 0_usize);
                for inner in tokens[at + 3..].iter().take(MOST_BELOW) {
                    match &inner.tok {
                        Tok::Open(_) => depth += 1,
                        Tok::Close(_) if depth == 0 => break,
                        Tok::Close(_) => depth -= 1,
                        Tok::Word(word) | Tok::Name(word) if is_bound => bind(word, true, &mut found),
                        Tok::Equal => is_bound = false,
                        Tok::Comma => is_bound = true,
                        _ => {}
                    }
                }
            }
            Some(Tok::Word(word) | Tok::Name(word)) => {
                let follows = tokens.get(at + 3).is_some_and(|next| next.tok == Tok::Underscore);
                bind(word, !is_latex && !follows, &mut found);
            }
            _ => {}
        }
    }
    found
}

/// Whether a word is indices side by side: two or three letters, or more in the order of the alphabet, as `ijkl`; none stands there twice.
pub(super) fn is_list_of_indices(word: &str) -> bool {
    let is_twice = |(at, letter): (usize, char)| word[..at].contains(letter);
    if word.char_indices().any(is_twice) {
        return false;
    }
    let in_order = || word.is_ascii() && word.as_bytes().windows(2).all(|pair| pair[0] < pair[1]);
    word.chars().all(char::is_lowercase) && (word.chars().count() <= 3 || word.len() <= MOST_INDICES && in_order())
}

/// The most letters that are indices side by side.
const MOST_INDICES: usize = 6;

/// Adds the indices of a word: a letter, a Greek letter, or two or three letters side by side.
fn bind(word: &str, all: bool, found: &mut FxHashSet<String>) {
    if let Some(letter) = super::greek::greek(word) {
        found.insert(letter.to_string());
    } else if word.chars().filter(|c| c.is_alphabetic()).count() == 1 {
        found.insert(word.to_owned());
    } else if is_list_of_indices(word) {
        // In LaTeX `\sum_ix_i` binds i; `sum_ij` and `\sum_{ij}` bind both.
        let count = if all { word.chars().count() } else { 1 };
        found.extend(word.chars().take(count).map(String::from));
    } else if !all
        && word.starts_with(|first: char| first.is_ascii_lowercase())
        && word[1..].starts_with(|next: char| next.is_ascii_uppercase())
    {
        // `\sum_iA_{ij}`
        found.extend(word.chars().next().map(String::from));
    }
}

/// How many bytes of a word without braces are the subscript of what stands before it; `None` where all of them are.
pub(super) fn subscript_length(
    names: &KnownNames,
    bound: &FxHashSet<String>,
    before: Option<&Tok>,
    word: &str,
    followed_by_subscript: bool,
    is_latex: bool,
) -> Option<usize> {
    let mut letters = word.char_indices();
    letters.next();
    let (first_end, _) = letters.next()?;
    if names.whole(word).is_some_and(|piece| !matches!(piece, Piece::Function(_))) || is_word_below(word) {
        return None;
    }
    let is_norm = matches!(before, Some(Tok::DoubleBar(..) | Tok::Bar(_)));
    // `‖x‖_L2`
    if is_norm && super::function::norm_word(word).is_some() {
        return None;
    }
    if is_norm {
        return Some(first_end);
    }
    let is_sign = matches!(before, Some(Tok::BigSum | Tok::BigProduct))
        || matches!(before, Some(Tok::Word(word)) if matches!(word.as_str(), "sum" | "prod"));
    if let Some(Tok::Word(base)) = before {
        let last = base.char_indices().last().map_or("", |(at, _)| &base[at..]);
        if names.has_symbol(&format!("{base}_{word}")) || names.has_symbol(&format!("{last}_{word}")) {
            return None;
        }
    }
    if is_sign {
        let rest = &word[first_end..];
        let lists_indices = word.len() <= 3 && word.bytes().all(|b| b.is_ascii_lowercase()) && !followed_by_subscript;
        return if is_latex || !lists_indices || rest == "e" { Some(first_end) } else { None };
    }
    // The indices that are bound, as in `X_ij`, `c_ix` and `A_ijx_j`.
    let is_bound = |c: char| bound.contains(c.to_string().as_str());
    let prefix: usize = word.chars().take_while(|c| is_bound(*c)).map(char::len_utf8).sum();
    if prefix == word.len() {
        return if followed_by_subscript { Some(first_end) } else { None };
    }
    if prefix > 0 {
        return Some(prefix);
    }
    if followed_by_subscript && word.is_ascii() && word.len() == 2 {
        return Some(first_end);
    }
    let is_word = word.chars().filter(|c| c.is_lowercase()).count() >= 3;
    (is_latex && !is_word && !word[first_end..].starts_with(|c: char| c.is_ascii_digit())).then_some(first_end)
}

/// The tokens with subscripts that end before a letter with an index in brackets, `a_kx[n-k]`, as words of their own.
pub(super) fn with_ended_subscripts(
    tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
    bound: &FxHashSet<String>,
) -> Vec<Token> {
    let is_latex = source.contains('\\');
    let length = |at: usize| {
        let [mark, Token { tok: Tok::Word(word), span, .. }, open] = tokens.get(at..at + 3)? else { return None };
        let is_written = span.end - span.start == word.len();
        let is_glued = is_latex || !open.blank;
        if mark.tok != Tok::Underscore || open.tok != Tok::Open(Bracket::Square) || !is_written || !is_glued {
            return None;
        }
        let before = at.checked_sub(1).map(|before| &tokens[before].tok);
        let first = word.chars().next().map_or(0, char::len_utf8);
        let is_variable = names.is_variable(&word[first..]);
        let length = subscript_length(names, bound, before, word, false, is_latex).or(is_variable.then_some(first));
        length.filter(|length| *length < word.len())
    };
    let ends: Vec<(usize, usize)> = (0..tokens.len()).filter_map(|at| Some((at + 1, length(at)?))).collect();
    if ends.is_empty() {
        return tokens;
    }
    let mut ends = ends.into_iter().peekable();
    let mut out = Vec::with_capacity(tokens.len() + 1);
    for (at, token) in tokens.into_iter().enumerate() {
        let (Some((_, length)), Tok::Word(word)) = (ends.next_if(|(word, _)| *word == at), &token.tok) else {
            out.push(token);
            continue;
        };
        let middle = token.span.start + length;
        let (first, rest) = (word[..length].to_owned(), word[length..].to_owned());
        out.push(Token { tok: Tok::Word(first), span: Span::new(token.span.start, middle), ..token.clone() });
        out.push(Token { tok: Tok::Word(rest), span: Span::new(middle, token.span.end), blank: false, ..token });
    }
    out
}

/// What a raised label is.
enum Label {
    /// `x^{(i)}`, by its brackets.
    Bracketed(Bracket, String),
    /// `x^*`, `W^Q`, `x^{k+1}`.
    Bare(String),
}

/// What the name of a family ends with in the place of a raised index; no written name has it.
const RAISED_INDEX: &str = "·";

impl Parser<'_> {
    /// Reads a raised label after a name, where there is one: `x^{(i)}`, `W^{[2]}`, `W^Q`, `x^*`, `x^{k+1}` beside `x^k`. A label is to a
    /// name what a subscript is.
    pub(super) fn label(&mut self) -> Result<bool, Failure> {
        let at = self.state.at;
        if self.tok(at) != &Tok::Caret || at == 0 {
            return Ok(false);
        }
        let Some(operand) = self.state.operand.filter(|_| !self.is_star_of_conjugate(at + 1)) else { return Ok(false) };
        let AstKind::Name(name) = &self.ast.node(operand.id).kind else { return Ok(false) };
        let is_bare =
            !self.ast.source.get(operand.span.start..).is_some_and(|text| text.starts_with(['(', '[', '|', '‖']));
        if !is_bare || self.in_script() && self.ast.span(operand.id) != operand.span {
            return Ok(false);
        }
        let name = name.clone();
        let Some((label, next)) = self.label_at(at + 1, &name) else { return Ok(false) };
        let span = operand.span.join(self.span(next - 1));
        let mut closed = name;
        match label {
            Label::Bracketed(bracket, text) => {
                let (open, close) = if bracket == Bracket::Square { ('[', ']') } else { ('(', ')') };
                if let Some((from, to)) = self.member_in_label(at + 1, &closed) {
                    closed.base = format!("{}^{open}{RAISED_INDEX}{close}", closed.base);
                    let index = self.region(from, to)?.id;
                    closed.subscript.insert(0, index);
                    closed.subscript_text = format!("{text}{}", closed.subscript_text);
                } else {
                    closed.base = format!("{}^{open}{text}{close}", closed.base);
                }
            }
            Label::Bare(text) => {
                closed.base = format!("{}^{text}", closed.base);
            }
        }
        let subscripts: Vec<AstId> = closed.subscript.clone();
        let subscript_text = closed.subscript_text.clone();
        if let Some(bound) = self.bound(&closed.base, &subscript_text, &subscripts, span)? {
            self.state.operand = Some(bound);
            self.state.at = next;
            return Ok(true);
        }
        self.operand(AstKind::Name(closed), span, next)?;
        Ok(true)
    }

    /// The places of the index in a label in brackets that begins at a place, where it says which member of a family is meant: of what has a
    /// bound index as its label anywhere, a number, a letter, or one of them with a number.
    fn member_in_label(&self, at: usize, name: &Name) -> Option<(usize, usize)> {
        let open = if self.tok(at) == &Tok::Open(Bracket::Brace) { at + 1 } else { at };
        let (from, to) = (open + 1, self.tokens[open].partner);
        let is_index = match &self.tokens[from..to] {
            [Token { tok: Tok::Name(index) | Tok::Word(index), .. }] => {
                self.bound_indices.contains(index) || index.chars().count() == 1
            }
            [Token { tok: Tok::Number(_), .. }] => true,
            [letter, sign, number] => {
                matches!(&letter.tok, Tok::Name(_) | Tok::Word(_))
                    && matches!(sign.tok, Tok::Plus | Tok::Minus)
                    && matches!(number.tok, Tok::Number(_))
            }
            _ => false,
        };
        let has_members = || {
            let front =
                if name.subscript_text.is_empty() { String::new() } else { format!("_{}", name.subscript_text) };
            ["()", "[]"].iter().any(|brackets| {
                let (open, close) = brackets.split_at(1);
                self.names.has_symbol(&format!("{}{front}^{open}{RAISED_INDEX}{close}", name.base))
            })
        };
        (is_index && (self.with_labels.contains(&name.base) || has_members())).then_some((from, to))
    }

    /// The label that begins at a place, and the place after it.
    fn label_at(&mut self, at: usize, name: &Name) -> Option<(Label, usize)> {
        let declared = self.names.declares(&name.base);
        let text_of = |this: &Self, from: usize, to: usize| -> String {
            (from..to).map(|place| this.script_text(place)).collect::<String>().replace(' ', "")
        };
        // Without braces: `x^*`, `W^Q`, `W^[1]`, and `x^(i)` of a bound i.
        let (from, to, next) = match self.tok(at) {
            Tok::Open(Bracket::Brace) => (at + 1, self.tokens[at].partner, self.tokens[at].partner + 1),
            Tok::Open(bracket @ (Bracket::Round | Bracket::Square)) => {
                let close = self.tokens[at].partner;
                let text = text_of(self, at + 1, close);
                // Nobody writes an exponent in square brackets.
                let is_label = *bracket == Bracket::Square && !declared;
                return (close == at + 2 && (is_label || self.bound_indices.contains(&text)))
                    .then_some((Label::Bracketed(*bracket, text), close + 1));
            }
            Tok::End => return None,
            _ => (at, at + 1, at + 1),
        };
        if from >= to {
            return None;
        }
        let full = format!("{}^{}", name.base, text_of(self, from, to));
        let known = self.names.has_base(&full);
        match self.tok(from) {
            Tok::Open(bracket @ (Bracket::Round | Bracket::Square)) if self.tokens[from].partner + 1 == to => {
                let bracket = *bracket;
                let text = text_of(self, from + 1, to - 1);
                let short = (1..=12).contains(&text.len());
                (short && (known || !declared || self.bound_indices.contains(&text)))
                    .then_some((Label::Bracketed(bracket, text), next))
            }
            Tok::Op(ProductOp::Star | ProductOp::Times) if to == from + 1 => {
                // `x^*y` has nothing to multiply before it.
                Some((Label::Bare("*".to_owned()), next))
            }
            _ if known => Some((Label::Bare(text_of(self, from, to)), next)),
            Tok::Name(word) if to == from + 1 && is_word_below(word) => Some((Label::Bare(word.clone()), next)),
            // `\hat{x}^-`, an estimate before the measurement, and `x^+`, the next one.
            sign @ (Tok::Plus | Tok::Minus)
                if to == from + 1
                    && (next > to
                        || self.ends_label(to) && !self.is_top_of_latex(to)
                        || self.is_alone_above(from, name)) =>
            {
                let is_plus = *sign == Tok::Plus;
                let is_small = name.base.starts_with(char::is_lowercase) && name.base != "e";
                if is_plus && (declared || !is_small) {
                    return None;
                }
                let is_capital = name.base.starts_with(char::is_uppercase);
                if (is_plus || is_capital) && !self.ast.remarks.iter().any(|known| known.row == "l5") {
                    let span = self.span(at - 1).join(self.span(next - 1));
                    let name = if name.subscript_text.is_empty() {
                        name.base.clone()
                    } else {
                        format!("{}_{{{}}}", name.base, name.subscript_text)
                    };
                    let message = format!(
                        "`{name}^{{{}}}` is read as a symbol of its own; the pseudoinverse is written `pinv({name})`",
                        if is_plus { "+" } else { "-" }
                    );
                    let other = Some(format!("pinv({name})"));
                    self.ast.remarks.push(Remark { row: "l5", span, message: message.into(), other });
                }
                Some((Label::Bare(if is_plus { "+" } else { "-" }.to_owned()), next))
            }
            _ if self.iterates.contains(&name.base)
                && !declared
                && (!self.names.has_base(&name.base) || self.points.contains(&name.base)) =>
            {
                let text = text_of(self, from, to);
                let span = self.span(at - 1).join(self.span(next - 1));
                let what = if TRIPLET.contains(&text.as_str()) { "" } else { "an iterate, " };
                let remark = Remark {
                    row: "l2",
                    span,
                    message: format!(
                        "`{0}^{{{1}}}` is read as {what}a symbol of its own; the power of a scalar is written \
                         `({0})^{{{1}}}`",
                        name.base, text
                    )
                    .into(),
                    other: Some(format!("({})^{{{text}}}", name.base)),
                };
                if !self.ast.remarks.iter().any(|known| known.row == "l2") {
                    self.ast.remarks.push(remark);
                }
                Some((Label::Bare(text), next))
            }
            // `W^1`, `W^2` beside it, and `P^\pi` of a policy.
            sign @ (Tok::Number(_) | Tok::Name(_))
                if to == from + 1
                    && !declared
                    && match sign {
                        Tok::Number(_) => self.numbered_above.contains(&name.base),
                        sign => is_policy(sign, &name.base) && !self.names.has_base("π"),
                    } =>
            {
                let text = text_of(self, from, to);
                if !self.ast.remarks.iter().any(|known| known.row == "raised-label") {
                    let span = self.span(at - 1).join(self.span(next - 1));
                    let message = format!(
                        "`{0}^{text}` is read as a symbol of its own; the power is written `({0})^{text}`",
                        name.base
                    );
                    let other = Some(format!("({})^{text}", name.base));
                    self.ast.remarks.push(Remark { row: "raised-label", span, message: message.into(), other });
                }
                Some((Label::Bare(text), next))
            }
            Tok::Name(letter) | Tok::Word(letter) if to == from + 1 => {
                let letter = letter.clone();
                let is_capital = letter.chars().count() == 1 && letter.starts_with(|c: char| c.is_ascii_uppercase());
                let base_is_capital = name.base.starts_with(|c: char| c.is_ascii_uppercase());
                let is_count = matches!(letter.as_str(), "N" | "M" | "K" | "T" | "H") && !base_is_capital;
                let is_label = is_capital
                    && !declared
                    && !self.names.has_base(&letter)
                    && !is_count
                    && !matches!(letter.as_str(), "T" | "H")
                    && name.base != "e";
                is_label.then_some((Label::Bare(letter), next))
            }
            _ => None,
        }
    }
}

impl Parser<'_> {
    /// Whether a T stands at a place in LaTeX, where the blank before it means nothing: `A^- T` is A^-T.
    fn is_top_of_latex(&self, at: usize) -> bool {
        self.is_latex && matches!(self.tok(at), Tok::Name(name) if name == "T") && !self.is_marked(at)
    }

    /// Whether a sign at a place that is raised without braces stands alone above a name, as one symbol does in TeX: a plus before what is no number, and
    /// a minus above a capital or a letter with an accent before a matrix or a bracket with one. `A^-1`, `A^-T` and `λ^-k` are powers.
    fn is_alone_above(&self, at: usize, name: &Name) -> bool {
        if self.tok(at) == &Tok::Plus {
            return !matches!(self.tok(at + 1), Tok::Number(_));
        }
        let is_matrix =
            |tok: &Tok| matches!(tok, Tok::Name(name) | Tok::Word(name) if name.starts_with(char::is_uppercase));
        let is_accented = name.base.chars().any(|c| ('\u{300}'..='\u{36F}').contains(&c));
        if !name.base.starts_with(char::is_uppercase) && !is_accented {
            return false;
        }
        match self.tok(at + 1) {
            Tok::Open(Bracket::Round) => {
                self.tokens[at + 2..self.tokens[at + 1].partner].iter().any(|one| is_matrix(&one.tok))
            }
            Tok::Name(letter) if letter == "T" => false,
            Tok::Name(letter) if letter == "H" => !self.transposes_by_h || self.is_marked(at + 1),
            tok @ Tok::Name(letter) => {
                let is_vector = letter.chars().count() == 1
                    && matches!(letter.as_str(), "x" | "y" | "z" | "u" | "v" | "w" | "b" | "g");
                is_matrix(tok) || is_vector || self.is_latex && is_accented
            }
            _ => false,
        }
    }

    /// Whether a sign that is raised without braces before a place has nothing after it to be the sign of.
    fn ends_label(&self, at: usize) -> bool {
        match self.tok(at) {
            Tok::Bar(side) | Tok::DoubleBar(side, _) => {
                let is_double = matches!(self.tok(at), Tok::DoubleBar(..));
                let frame = if is_double { FrameKind::DoubleBar } else { FrameKind::Bar };
                *side == Side::Right || *side == Side::Either && self.frame_kind() == Some(&frame)
            }
            next => self.tokens[at].blank && !matches!(next, Tok::Number(_)) || !next.starts_operand(),
        }
    }
}

/// Whether a policy is raised above a capital: `V^\pi`.
fn is_policy(tok: &Tok, base: &str) -> bool {
    matches!(tok, Tok::Name(name) if name == "π") && base.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The letters whose exponents number them, since one of them is 1: `W^1` beside `W^2`, with other capitals beside a capital. Small letters are
/// numbered where a capital is, or one of them is transposed or stands beneath a norm: a polynomial may have `x^1`.
pub(super) fn numbered_above(tokens: &[Token], names: &KnownNames) -> FxHashSet<String> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    // The number above the name at a place, and the place behind it.
    let number = |at: usize| {
        let (Some(Tok::Name(base)), Some(Tok::Caret)) = (tok(at), tok(at + 1)) else { return None };
        let is_group = tok(at + 2) == Some(&Tok::Open(Bracket::Brace));
        let value = match tok(at + 2 + usize::from(is_group))? {
            Tok::Number(value) => value.to_i64().filter(|value| *value >= 0)?,
            _ => return None,
        };
        let is_closed = !is_group || tok(at + 4) == Some(&Tok::Close(Bracket::Brace));
        let is_letter = base != "e" && base.starts_with(|c: char| c.is_ascii_alphabetic()) && !names.declares(base);
        (is_closed && is_letter).then_some((base, value, if is_group { at + 5 } else { at + 3 }))
    };
    let is_capital = |base: &str| base.starts_with(char::is_uppercase);
    let (mut ones, mut others, mut vectors) = (Vec::new(), Vec::new(), FxHashSet::default());
    let mut norms = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        norms = norms_after(norms, &token.tok);
        let Some((base, value, end)) = number(at) else { continue };
        let list = if value == 1 { &mut ones } else { &mut others };
        list.push(base);
        if norms > 0 || matches!(tok(end), Some(Tok::Prime | Tok::Top)) {
            vectors.insert(base);
        }
    }
    if ones.is_empty() {
        return FxHashSet::default();
    }
    let has_capital = ones.iter().any(|base| is_capital(base));
    let is_number = |base: &&&String| is_capital(base) || has_capital || vectors.contains(*base);
    let mut found: FxHashSet<String> = ones.iter().filter(is_number).map(|base| (*base).clone()).collect();
    if has_capital {
        found.extend(others.into_iter().filter(|base| is_capital(base)).cloned());
    }
    found
}

/// The names below which a bound index stands.
pub(super) fn with_members(tokens: &[Token], bound: &FxHashSet<String>) -> FxHashSet<String> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let mut found = FxHashSet::default();
    for (at, token) in tokens.iter().enumerate() {
        let (Tok::Name(name), Some(Tok::Underscore)) = (&token.tok, tok(at + 1)) else { continue };
        let braced = usize::from(tok(at + 2) == Some(&Tok::Open(Bracket::Brace)));
        if matches!(tok(at + 2 + braced), Some(Tok::Word(index)) if bound.contains(index)) {
            found.insert(name.clone());
        }
    }
    found
}

/// The names with a bound index above them in brackets, `x^{(i)}`, with what may stand below them.
pub(super) fn with_labels(tokens: &[Token], bound: &FxHashSet<String>) -> FxHashSet<String> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let mut found = FxHashSet::default();
    for caret in (1..tokens.len()).filter(|at| tokens[*at].tok == Tok::Caret) {
        let open = caret + 1 + usize::from(tok(caret + 1) == Some(&Tok::Open(Bracket::Brace)));
        let is_bracket = matches!(tok(open), Some(Tok::Open(Bracket::Round | Bracket::Square)));
        let is_bound = matches!(tok(open + 1), Some(Tok::Name(index) | Tok::Word(index)) if bound.contains(index));
        if !is_bracket || !is_bound {
            continue;
        }
        let last = match tok(caret - 1) {
            Some(Tok::Close(Bracket::Brace)) => tokens[caret - 1].partner,
            _ => caret - 1,
        };
        let is_below = last > 1 && tok(last - 1) == Some(&Tok::Underscore);
        if let Some(Tok::Name(name)) = tok(if is_below { last - 2 } else { last }) {
            found.insert(name.clone());
        }
    }
    found
}

/// The letters whose members have an anchor and what is compared with it above, `x_i^a` beside `x_i^p` or `x_i^n`.
pub(super) fn triplets(tokens: &[Token]) -> FxHashSet<String> {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    // The end of a subscript of one letter.
    let behind = |at: usize| match (tok(at), tok(at + 1), tok(at + 2)) {
        (Some(Tok::Name(_) | Tok::Word(_)), ..) => Some(at + 1),
        (Some(Tok::Open(Bracket::Brace)), Some(Tok::Name(_) | Tok::Word(_)), Some(Tok::Close(Bracket::Brace))) => {
            Some(at + 3)
        }
        _ => None,
    };
    let mut raised: FxHashSet<(&str, &str)> = FxHashSet::default();
    for (at, token) in tokens.iter().enumerate() {
        let (Tok::Name(base), Some(Tok::Underscore)) = (&token.tok, tok(at + 1)) else { continue };
        let Some(caret) = behind(at + 2).filter(|next| tok(*next) == Some(&Tok::Caret)) else { continue };
        let braced = usize::from(tok(caret + 1) == Some(&Tok::Open(Bracket::Brace)));
        let is_alone = braced == 0 || tok(caret + 3) == Some(&Tok::Close(Bracket::Brace));
        if let (Some(Tok::Name(letter)), true) = (tok(caret + 1 + braced), is_alone) {
            raised.insert((base, letter));
        }
    }
    let [anchor, others @ ..] = TRIPLET;
    let is_triplet =
        |base: &str| raised.contains(&(base, anchor)) && others.iter().any(|one| raised.contains(&(base, one)));
    raised.iter().filter(|(base, _)| is_triplet(base)).map(|(base, _)| (*base).to_owned()).collect()
}

/// The small letters that stand with an exponent k, or k and a number, as a term between norm bars or in an inner product, by themselves or
/// behind a capital, where another term stands beside them: z of `\\|x - z^k\\|`, as iterates do. No power of a number is added to a vector.
pub(super) fn terms_of_norms(tokens: &[Token], bound: &FxHashSet<String>) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let is_index = |at: usize| matches!(tok(at), Some(Tok::Name(index)) if !bound.contains(index) && matches!(index.as_str(), "k" | "t" | "n" | "l" | "s"));
    // The place after the exponent that begins at a place.
    let behind = |at: usize| match tok(at) {
        Some(Tok::Open(Bracket::Brace)) if is_index(at + 1) => match (tok(at + 2), tok(at + 3), tok(at + 4)) {
            (Some(Tok::Close(_)), ..) => Some(at + 3),
            (Some(Tok::Plus | Tok::Minus), Some(Tok::Number(_)), Some(Tok::Close(_))) => Some(at + 5),
            _ => None,
        },
        _ => is_index(at).then_some(at + 1),
    };
    let is_sign = |tok: Option<&Tok>| matches!(tok, Some(Tok::Plus | Tok::Minus));
    let mut norms = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        norms = norms_after(norms, &token.tok);
        match &token.tok {
            Tok::Open(Bracket::Angle) => norms += 1,
            Tok::Close(Bracket::Angle) => norms = norms.saturating_sub(1),
            Tok::Name(base) if norms > 0 && tok(at + 1) == Some(&Tok::Caret) && at > 0 => {
                let is_small = base.chars().next().is_some_and(|c| c.is_ascii_lowercase()) && base != "e";
                let Some(end) = behind(at + 2).filter(|_| is_small) else { continue };
                let is_capital = |at: usize| matches!(tok(at), Some(Tok::Name(name)) if name.starts_with(|c: char| c.is_ascii_uppercase()));
                let before = if is_capital(at - 1) { at.checked_sub(2) } else { Some(at - 1) };
                let before = before.and_then(tok);
                let begins = |tok: Option<&Tok>| {
                    matches!(tok, Some(Tok::DoubleBar(..) | Tok::Comma | Tok::Open(Bracket::Angle | Bracket::Round)))
                };
                let ends = |tok: Option<&Tok>| {
                    matches!(tok, Some(Tok::DoubleBar(..) | Tok::Comma | Tok::Close(Bracket::Angle | Bracket::Round)))
                };
                let is_term = (begins(before) || is_sign(before)) && (ends(tok(end)) || is_sign(tok(end)));
                let is_beside =
                    is_sign(before) || is_sign(tok(end)) || matches!(before, Some(Tok::Open(Bracket::Angle)));
                if is_term && is_beside {
                    found.insert(base.clone());
                }
            }
            _ => {}
        }
    }
    found
}

/// How many norms are open behind a symbol, from how many were before it.
fn norms_after(norms: usize, tok: &Tok) -> usize {
    match tok {
        Tok::DoubleBar(Side::Left, _) => norms + 1,
        Tok::DoubleBar(Side::Right, _) => norms.saturating_sub(1),
        Tok::DoubleBar(Side::Either, _) => norms ^ 1,
        _ => norms,
    }
}

/// The letters that stand with exponents k and k + 1 side by side, as iterates do; a size is no letter of this kind, and counts no steps.
pub(super) fn iterates(tokens: &[Token], bound: &FxHashSet<String>, names: &KnownNames) -> FxHashSet<String> {
    let mut plain: FxHashSet<(String, String)> = FxHashSet::default();
    let mut next: FxHashSet<(String, String)> = FxHashSet::default();
    for (at, token) in tokens.iter().enumerate() {
        let Tok::Name(base) = &token.tok else { continue };
        let small = base.chars().next().is_some_and(|c| c.is_lowercase());
        if !small || base == "e" || names.has_size(base) || tokens.get(at + 1).map(|t| &t.tok) != Some(&Tok::Caret) {
            continue;
        }
        let letter = |at: usize| match tokens.get(at).map(|t| &t.tok) {
            Some(Tok::Name(index))
                if !bound.contains(index)
                    && !names.has_size(index)
                    && matches!(index.as_str(), "k" | "t" | "n" | "l" | "s") =>
            {
                Some(index.clone())
            }
            _ => None,
        };
        if let Some(index) = letter(at + 2) {
            plain.insert((base.clone(), index));
        } else if tokens.get(at + 2).map(|t| &t.tok) == Some(&Tok::Open(Bracket::Brace))
            && let Some(index) = letter(at + 3)
        {
            match tokens.get(at + 4).map(|t| &t.tok) {
                Some(Tok::Close(_)) => {
                    plain.insert((base.clone(), index));
                }
                Some(Tok::Plus | Tok::Minus)
                    if matches!(tokens.get(at + 5).map(|t| &t.tok), Some(Tok::Number(_)))
                        && matches!(tokens.get(at + 6).map(|t| &t.tok), Some(Tok::Close(_))) =>
                {
                    next.insert((base.clone(), index));
                }
                _ => {}
            }
        }
    }
    let mut found: FxHashSet<String> = FxHashSet::default();
    for token in tokens {
        if let Tok::Name(base) = &token.tok
            && ["k", "t", "n", "l", "s"].iter().any(|index| {
                let key = (base.clone(), (*index).to_owned());
                next.contains(&key) && plain.contains(&key)
            })
        {
            found.insert(base.clone());
        }
    }
    found
}
