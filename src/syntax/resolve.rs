//! Second pass over the symbols: brackets find their partners, runs of letters split into names, and names that
//! stand for functions or big sums are told from symbols by what surrounds them. All that is wrong here is reported together.

use rustc_hash::FxHashSet;

use super::ast::{Function, ProductOp, Remark};
use super::function::{foreign, function, function_spelling, function_spellings, with_letters_swapped};
use super::greek::greek;
use super::letter_call::{Letter, LetterCall, Written, letter_call};
use super::limits::MAX_BRACKET_DEPTH;
use super::names::{KnownNames, Piece};
use super::script::subscript_length;
use super::token::{Bracket, Tok, Token, opening};
use super::word_below::is_word_below;
use crate::catalog::Func;
use crate::diagnostic::{Advice, Diagnostic, Diagnostics, Suggestion};
use crate::span::Span;

/// Symbols with their names told apart.
pub(super) struct Resolved {
    /// They end with [`Tok::End`] as the input does.
    pub(super) tokens: Vec<Token>,
    pub(super) remarks: Vec<Remark>,
}

/// Splits and pairs.
pub(super) fn resolve(
    tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
    bound: &FxHashSet<String>,
) -> Result<Resolved, Diagnostics> {
    let tokens = super::systems::rewrite(tokens, names, source);
    let mut tokens = super::script::with_ended_subscripts(tokens, names, source, bound);
    pair_brackets(&mut tokens)?;
    let mut remarks = Vec::new();
    let mut tokens = super::code_index::rewrite(tokens, names, source, bound, &mut remarks)?;
    pair_brackets(&mut tokens)?;
    super::cuts::mark(&mut tokens, names, bound);
    let mut tokens = super::bra_ket::rewrite(tokens, source, &mut remarks);
    pair_brackets(&mut tokens)?;
    let mut tokens = super::entry_mask::rewrite(tokens, names, source, &mut remarks);
    pair_brackets(&mut tokens)?;
    let mut tokens = super::join::rewrite(tokens, names, source)?;
    pair_brackets(&mut tokens)?;
    let mut tokens = super::reduction::means_of_powers(tokens, names, source, &mut remarks);
    pair_brackets(&mut tokens)?;
    let mut tokens = super::reduction::rewrite(tokens, names, source, &mut remarks)?;
    pair_brackets(&mut tokens)?;
    let out = Vec::with_capacity(tokens.len());
    let mut resolver = Resolver {
        names,
        source,
        is_latex: source.contains('\\'),
        bound,
        tokens: &tokens,
        out,
        errors: Vec::new(),
        remarks,
        entry_sums: [None; 2],
    };
    resolver.run();
    let Resolver { mut out, mut errors, remarks, .. } = resolver;
    if let Err(more) = pair_brackets(&mut out) {
        errors.extend(more);
    }
    if errors.is_empty() { Ok(Resolved { tokens: out, remarks }) } else { Err(errors) }
}

/// Writes each bracket's partner into it. The depth is bounded here, once for all that follows.
fn pair_brackets(tokens: &mut [Token]) -> Result<(), Diagnostics> {
    let mut open: Vec<usize> = Vec::new();
    let mut errors = Vec::new();
    for at in 0..tokens.len() {
        match tokens[at].tok {
            Tok::Open(_) => {
                if open.len() >= MAX_BRACKET_DEPTH {
                    let error = Diagnostic::new(
                        "P0007",
                        "brackets are nested too deeply",
                        tokens[at].span,
                        "one level too many",
                    )
                    .with_note(format!("at most {MAX_BRACKET_DEPTH} levels of brackets can be read"))
                    .with_help("name the inner part: give it as an expression of its own");
                    return Err(vec![error]);
                }
                open.push(at);
            }
            Tok::Close(bracket) => match open.pop() {
                Some(partner) if tokens[partner].tok == Tok::Open(bracket) => {
                    tokens[partner].partner = at;
                    tokens[at].partner = partner;
                }
                Some(partner) => {
                    let Tok::Open(opened) = tokens[partner].tok else { continue };
                    let (left, right) = (left(opened), right(opened));
                    errors.push(
                        Diagnostic::new(
                            "P0003",
                            format!("`{left}` is closed by `{}`", super::token_text::right(bracket)),
                            tokens[at].span,
                            format!("expected `{right}`"),
                        )
                        .with_label(tokens[partner].span, format!("this `{left}` is still open"))
                        .with_help(format!("write `{right}` here, or close what is open before it")),
                    );
                }
                None => {
                    let (left, right) = (left(bracket), right(bracket));
                    errors.push(
                        Diagnostic::new(
                            "P0003",
                            format!("`{right}` without `{left}`"),
                            tokens[at].span,
                            "nothing is open here",
                        )
                        .with_help(format!("delete it, or write the `{left}` where it belongs")),
                    );
                }
            },
            _ => {}
        }
    }
    if errors.is_empty() {
        let end = tokens.last().map_or(Span::default(), |token| token.span);
        for at in open {
            let Tok::Open(bracket) = tokens[at].tok else { continue };
            let (left, right) = (left(bracket), right(bracket));
            errors.push(
                Diagnostic::new(
                    "P0003",
                    format!("`{left}` is not closed"),
                    tokens[at].span,
                    format!("needs a `{right}`"),
                )
                .with_label(end, "the input ends here")
                .with_help(format!("add `{right}` where the part in brackets ends")),
            );
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn left(bracket: Bracket) -> &'static str {
    super::token_text::left(bracket)
}

fn right(bracket: Bracket) -> &'static str {
    super::token_text::right(bracket)
}

/// The error at a function that the language does not have.
fn refused(word: &str, span: Span, help: Advice) -> Diagnostic {
    Diagnostic::new("N0001", format!("there is no function `{word}`"), span, "not a function of the language")
        .with_help(help)
}

pub(super) struct Resolver<'t> {
    pub(super) names: &'t KnownNames,
    pub(super) source: &'t str,
    pub(super) is_latex: bool,
    /// Letters that sums and products bind.
    pub(super) bound: &'t FxHashSet<String>,
    pub(super) tokens: &'t [Token],
    pub(super) out: Vec<Token>,
    pub(super) errors: Diagnostics,
    pub(super) remarks: Vec<Remark>,
    /// Whether Σ, Π without an index are sums and products of entries, where it was asked.
    pub(super) entry_sums: [Option<bool>; 2],
}

impl Resolver<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at = match &self.tokens[at].tok {
                Tok::Underscore => self.subscript(at),
                Tok::Caret if self.word_above(at).is_some() => self.label(at),
                Tok::Word(word) if self.begins_known_name(at, word) => {
                    self.out.push(Token { tok: Tok::Name(word.clone()), ..self.tokens[at].clone() });
                    at + 1
                }
                Tok::Word(word) => self.word(at, word),
                Tok::Nabla => self.nabla(at).unwrap_or_else(|| self.refuse_nabla(at)),
                _ => {
                    self.out.push(self.tokens[at].clone());
                    at + 1
                }
            };
        }
    }

    /// Whether a function's name is the beginning of a known name: `log` of `log_var`.
    fn begins_known_name(&self, at: usize, word: &str) -> bool {
        let Some([Token { tok: Tok::Underscore, .. }, below, ..]) = self.tokens.get(at + 1..) else { return false };
        let below = match (&below.tok, self.tokens.get(at + 3).map(|token| &token.tok)) {
            (Tok::Open(Bracket::Brace), Some(Tok::Word(below))) if self.tokens[at + 2].partner == at + 4 => below,
            (Tok::Word(below), _) => below,
            _ => return false,
        };
        matches!(self.names.whole(word), Some(Piece::Function(_))) && self.names.has_symbol(&format!("{word}_{below}"))
    }

    /// Subscripts are read where they are used; here they are only copied.
    fn subscript(&mut self, at: usize) -> usize {
        self.errors.extend(self.named_norm(at));
        let next = &self.tokens[at + 1..];
        let end = match next.first().map(|token| &token.tok) {
            Some(Tok::Open(_)) => next[0].partner + 1,
            Some(Tok::Word(word)) => {
                let before = at.checked_sub(1).map(|before| &self.tokens[before].tok);
                let is_written = next[0].span.end - next[0].span.start == word.len();
                let follows = next.get(1).is_some_and(|t| t.tok == Tok::Underscore);
                let length = subscript_length(self.names, self.bound, before, word, follows, self.is_latex);
                if let Some(length) = length.filter(|_| is_written) {
                    self.out.push(self.tokens[at].clone());
                    let (span, middle) = (next[0].span, next[0].span.start + length);
                    self.out.push(Token::new(Tok::Word(word[..length].to_owned()), Span::new(span.start, middle)));
                    let rest = Token { span: Span::new(middle, span.end), blank: false, ..next[0].clone() };
                    let rest = Token { newline: false, ..rest };
                    self.split(&rest, &word[length..]);
                    self.function_before_bracket(at + 2);
                    // `y_jK(x_i, x_j)`
                    self.look_at_call(Some(at + 1), self.last_name(), self.out.len(), at + 2);
                    return at + 2;
                }
                at + 2
            }
            Some(Tok::End) | None => at + 1,
            Some(_) => at + 2,
        };
        let (letter, place) = (self.last_name(), self.out.len());
        self.out.extend(self.tokens[at..end].iter().cloned());
        self.look_at_call(at.checked_sub(1), letter, place, end);
        end
    }

    /// The place of the one word that is raised after a name as a label, `θ^{old}`, where it is no name itself.
    fn word_above(&self, at: usize) -> Option<usize> {
        let name = match &self.tokens.get(at.checked_sub(1)?)?.tok {
            Tok::Close(Bracket::Brace) => self.tokens[at - 1].partner.checked_sub(1)?,
            Tok::Word(_) => at - 1,
            _ => return None,
        };
        if !matches!(self.tokens[name].tok, Tok::Word(_) | Tok::Underscore) {
            return None;
        }
        let place = match &self.tokens.get(at + 1)?.tok {
            Tok::Open(Bracket::Brace) if self.tokens[at + 1].partner == at + 3 => at + 2,
            Tok::Word(_) => at + 1,
            _ => return None,
        };
        // `s^max(x)` has the largest entry as its exponent.
        let is_called = place == at + 1
            && self.tokens.get(at + 2).is_some_and(|next| next.tok == Tok::Open(Bracket::Round) && !next.blank);
        match &self.tokens.get(place)?.tok {
            Tok::Word(word) if is_called && function(word).is_some() => None,
            Tok::Word(word) if is_word_below(word) && !self.names.has_base(word) => Some(place),
            _ => None,
        }
    }

    fn label(&mut self, at: usize) -> usize {
        let Some(place) = self.word_above(at) else { return at + 1 };
        let end = if place == at + 1 { at + 2 } else { at + 4 };
        for token in &self.tokens[at..end] {
            let tok = match &token.tok {
                Tok::Word(word) => Tok::Name(word.clone()),
                tok => tok.clone(),
            };
            self.out.push(Token { tok, ..token.clone() });
        }
        end
    }

    /// The note at a function that is run together with its argument, `detx X`, where a blank and another factor follow: it takes both.
    fn note_on_run(&mut self, at: usize, first: usize) {
        let (token, Some(next)) = (&self.tokens[at], self.tokens.get(at + 1)) else { return };
        let [Token { tok: Tok::Func(_, spelling), span: function, .. }, letters @ ..] = &self.out[first..] else {
            return;
        };
        let is_letter = |token: &Token| matches!(token.tok, Tok::Name(_));
        let is_factor = match &next.tok {
            Tok::Word(word) => {
                let pieces = self.names.split(word).unwrap_or_default();
                matches!(pieces.first(), Some((_, Piece::Symbol(_))))
                    && !matches!(word.as_str(), "where" | "with" | "and" | "in" | "for" | "if")
            }
            _ => false,
        };
        if letters.is_empty()
            || !letters.iter().all(is_letter)
            || !is_factor
            || !next.blank
            || next.newline
            || self.is_latex
            || matches!(*spelling, "sum" | "prod" | "max" | "min")
            || self.remarks.iter().any(|remark| remark.row == "run-with-function")
        {
            return;
        }
        let text = |from: usize, to: usize| self.source.get(from..to).unwrap_or_default();
        let (inner, behind) = (text(function.end, token.span.end), text(next.span.start, next.span.end));
        let name = text(function.start, function.end);
        let other = format!("{name}({inner}) {behind}");
        let message = Advice::from(format!(
            "`{name}{inner} {behind}` is read as `{name}({inner} {behind})`; otherwise write `{other}`"
        ));
        let span = token.span.join(next.span);
        self.remarks.push(Remark { row: "run-with-function", span, message, other: Some(other) });
    }

    /// Whether there are more errors than are shown, so that nothing more is looked up for them.
    fn has_many_errors(&self) -> bool {
        self.errors.len() > super::limits::MAX_ERRORS
    }

    /// The name that was read last, if that is what was read last.
    fn last_name(&self) -> Option<String> {
        match self.out.last().map(|token| &token.tok) {
            Some(Tok::Name(name)) => Some(name.clone()),
            _ => None,
        }
    }

    /// What a letter, with what may stand below it, is to the bracket that opens at a place; what was read ends with the letter at another.
    fn look_at_call(&mut self, letter: Option<usize>, name: Option<String>, end: usize, open: usize) {
        let (Some(letter), Some(name)) = (letter, name) else { return };
        let after = self.after_primes(open);
        let (primes, open) = (after - open, after);
        let token = &self.tokens[letter];
        // The last piece of the word: `x` of `Ax(t)`, all of `theta(t)`.
        let is_of_word = |piece: &&Token| token.span.start <= piece.span.start && piece.span.end <= token.span.end;
        let span = self.out.iter().rev().take(8).find(is_of_word).map_or(token.span, |piece| piece.span);
        let token = Token { span: if token.latex { token.span } else { span }, ..token.clone() };
        let before = end.checked_sub(2).map(|at| &self.out[at].tok);
        // What is raised without braces ends with the letter, where it is set apart, and so does the end of a sum.
        let is_raised = matches!(before, Some(Tok::Caret | Tok::DotCaret));
        let is_apart = |next: &Token| next.blank || self.is_latex;
        if is_raised && (self.tokens.get(open).is_some_and(is_apart) || self.ends_range()) {
            return;
        }
        let applied = matches!(before, Some(Tok::Func(..)));
        let text = Written { source: self.source, is_latex: self.is_latex, tokens: self.tokens };
        match letter_call(self.names, &text, &Letter { token: &token, name: &name, applied, primes }, open) {
            LetterCall::Factor => {}
            LetterCall::Noted(remark) => self.remarks.push(remark),
            LetterCall::Refused(diagnostic) => self.errors.push(diagnostic),
        }
    }

    /// Whether the name that was read last is the end of a sum's or product's range: `sum_{i=1}^n`.
    fn ends_range(&self) -> bool {
        let Some(caret) = self.out.len().checked_sub(2) else { return false };
        let start = match self.out[..caret].last().map(|token| &token.tok) {
            Some(Tok::Close(_)) => opening(&self.out[..caret]),
            Some(_) => Some(caret - 1),
            None => None,
        };
        start.and_then(|start| self.out[..start].split_last_chunk::<2>()).is_some_and(|(_, [sign, below])| {
            matches!(sign.tok, Tok::BigSum | Tok::BigProduct) && below.tok == Tok::Underscore
        })
    }

    /// The place after the primes that begin at a place.
    pub(super) fn after_primes(&self, from: usize) -> usize {
        let primes = self.tokens[from.min(self.tokens.len())..].iter().take_while(|token| token.tok == Tok::Prime);
        from + primes.count()
    }

    /// The subscript after a place as bare text, where it is one word, and the place after it.
    fn word_below(&self, at: usize) -> Option<(&str, usize)> {
        if self.tokens.get(at)?.tok != Tok::Underscore {
            return None;
        }
        match &self.tokens.get(at + 1)?.tok {
            Tok::Word(word) => Some((word, at + 2)),
            Tok::Open(Bracket::Brace) => match (&self.tokens.get(at + 2)?.tok, &self.tokens.get(at + 3)?.tok) {
                (Tok::Word(word), Tok::Close(Bracket::Brace)) => Some((word, at + 4)),
                _ => None,
            },
            _ => None,
        }
    }

    fn word(&mut self, at: usize, word: &str) -> usize {
        let token = &self.tokens[at];
        let next = self.tokens.get(at + 1);
        let below = next.is_some_and(|token| token.tok == Tok::Underscore);
        // Functions with a subscript: `lambda_max(A)`, `L_expm(X, E)`.
        if let Some((subscript, end)) = self.word_below(at + 1) {
            let full = format!("{word}_{subscript}");
            let bracketed = matches!(self.tokens.get(end).map(|t| &t.tok), Some(Tok::Open(Bracket::Round)));
            let operand = self.tokens.get(end).is_some_and(|t| t.tok.starts_operand() || matches!(t.tok, Tok::Word(_)));
            let certain = !matches!(word, "u" | "v" | "L");
            if let (Some(found), Some(spelling)) = (function(&full), function_spellings().find(|s| *s == full))
                && !self.names.has_symbol(&full)
                && (bracketed || certain && operand)
            {
                let span = token.span.join(self.tokens[end - 1].span);
                self.out.push(Token { tok: Tok::Func(found, spelling), span, ..token.clone() });
                return end;
            }
        }
        // `eigvec_k(A)`
        if word == "eigvec" && below && !self.names.has_base(word) {
            self.out.push(Token { tok: Tok::Name(word.to_owned()), ..token.clone() });
            return at + 1;
        }
        if let Some(end) = self.snake_case(at, word) {
            return end;
        }
        let of_map = match word {
            "J" => self.jacobian(at),
            "nabla" => self.nabla(at),
            _ => None,
        };
        if let Some(end) = of_map {
            return end;
        }
        // `f_1(x)` of a function that is declared with its subscript.
        if below && let Some((name, end)) = self.declared_function(at).filter(|(name, _)| name.contains('_')) {
            let span = token.span.join(self.tokens[end - 1].span);
            self.out.push(Token { tok: Tok::User(name), span, ..token.clone() });
            return end;
        }
        if word == "L"
            && let Some(end) = self.frechet_derivative(at)
        {
            return end;
        }
        if matches!(word, "sum" | "prod" | "Σ" | "Π" | "Sigma" | "Pi") && self.big(at, word, below) {
            return at + 1;
        }
        if !self.names.has_base(word)
            && let Some(found) = match word {
                "inf" | "Inf" | "infty" => Some("inf"),
                "fro" => Some("fro"),
                "nuc" => Some("nuc"),
                _ => None,
            }
        {
            self.out.push(Token { tok: Tok::NormWord(found), ..token.clone() });
            return at + 1;
        }
        // `bσ(x)`: what stands before σ is a product of letters.
        if let Some(before) = word.strip_suffix('σ').filter(|before| !before.is_empty())
            && !self.names.has_base("σ")
            && self
                .tokens
                .get(self.after_primes(at + 1))
                .is_some_and(|n| matches!(n.tok, Tok::Open(Bracket::Round)) && !n.blank)
        {
            let middle = token.span.end.saturating_sub('σ'.len_utf8()).max(token.span.start);
            self.split(&Token { span: Span::new(token.span.start, middle), ..token.clone() }, before);
            let function =
                Token::new(Tok::Func(Function::Entrywise(Func::Sigmoid), "sigmoid"), Span::new(middle, token.span.end));
            self.out.push(Token { latex: token.latex, ..function });
            return at + 1;
        }
        // `trace of A X`
        if word == "of" && !self.is_latex && !self.names.has_base(word) {
            let is_applied = matches!(self.out.last().map(|token| &token.tok), Some(Tok::Func(..))) && token.blank;
            if is_applied && !self.has_sign_after(at + 1) {
                return at + 1;
            }
            self.out.push(Token { tok: Tok::Name(word.to_owned()), ..token.clone() });
            self.errors.push(
                Diagnostic::new("N0001", "unknown name `of`", token.span, "a word, or the product of o and f?")
                    .with_help("write brackets for it, `tr(A + B)`, and signs for words, `||A x - b||^2`")
                    .with_help("for the product write `o f`"),
            );
            return at + 1;
        }
        // `x'A x + const`
        if matches!(word, "const" | "constant") {
            self.out.push(Token { tok: Tok::Name(word.to_owned()), ..token.clone() });
            return at + 1;
        }
        if let Some(error) = self.foreign_word(at, word).or_else(|| self.mistaken_function(at, word)) {
            self.out.push(Token { tok: Tok::Name(word.to_owned()), ..token.clone() });
            self.errors.push(error);
            return at + 1;
        }
        let first = self.out.len();
        self.split(token, word);
        self.note_on_run(at, first);
        self.function_before_bracket(at + 1);
        if !below {
            let letter = self.last_name();
            self.look_at_call(Some(at), letter, self.out.len(), at + 1);
        }
        at + 1
    }

    /// Whether a term is added to the one that begins at a place.
    fn has_sign_after(&self, from: usize) -> bool {
        let mut at = from;
        while let Some(token) = self.tokens.get(at) {
            match token.tok {
                Tok::Open(_) => at = token.partner.max(at),
                Tok::Plus | Tok::Minus if at > from => return true,
                Tok::Close(_) | Tok::Comma | Tok::Semicolon | Tok::End => return false,
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// `log_sum_exp(x)`, `sum_squares(x)`: the names of functions in several words, known or refused by name.
    fn snake_case(&mut self, at: usize, word: &str) -> Option<usize> {
        let mut full = word.to_owned();
        let mut end = at + 1;
        while let (Some(under), Some(Token { tok: Tok::Word(more), blank: false, .. })) =
            (self.tokens.get(end), self.tokens.get(end + 1))
            && under.tok == Tok::Underscore
            && !under.blank
        {
            full = format!("{full}_{more}");
            end += 2;
        }
        let called = self.tokens.get(end).is_some_and(|next| next.tok == Tok::Open(Bracket::Round) && !next.blank);
        if end == at + 1 || !called || self.names.has_symbol(&full) || self.names.has_base(word) {
            return None;
        }
        let token = &self.tokens[at];
        let span = token.span.join(self.tokens[end - 1].span);
        if let (Some(found), Some(spelling)) = (function(&full), function_spelling(&full)) {
            self.out.push(Token { tok: Tok::Func(found, spelling), span, ..token.clone() });
        } else {
            let error = refused(&full, span, foreign(&full)?);
            self.out.push(Token { tok: Tok::Name(word.to_owned()), ..token.clone() });
            self.errors.push(error);
        }
        Some(end)
    }

    /// The error at a word that is set as one, `\operatorname{Cov}`, and is no name or function.
    fn foreign_word(&self, at: usize, word: &str) -> Option<Diagnostic> {
        let token = &self.tokens[at];
        let is_open = token.is_word && word.chars().filter(|c| c.is_alphabetic()).count() > 1;
        if !is_open || self.names.whole(word).is_some() {
            return None;
        }
        if let Some(help) = foreign(word) {
            return Some(refused(word, token.span, help));
        }
        let error =
            Diagnostic::new("N0001", format!("there is no function or name `{word}`"), token.span, "set as one word");
        let kind = Suggestion::declared_word(word, self.likely_kind(at));
        Some(
            error
                .with_help(Advice::from("declare it, for example with ").suggest(kind))
                .with_help("or write what it stands for; the letters of a product are not set as a word"),
        )
    }

    /// The name of a function that the language does not have, directly before its argument: `var(x)`, `svd(X)`, `Ab(x)`.
    fn mistaken_function(&self, at: usize, word: &str) -> Option<Diagnostic> {
        let is_declared = match self.names.whole(word) {
            Some(Piece::User(_) | Piece::Function(_)) => true,
            Some(Piece::Symbol(name)) => self.names.has_base(&name),
            None => false,
        };
        if is_declared {
            return None;
        }
        let (token, next) = (&self.tokens[at], self.tokens.get(at + 1)?);
        let round = next.tok == Tok::Open(Bracket::Round);
        let square = next.tok == Tok::Open(Bracket::Square) && !self.is_literal(at + 1);
        let applied = (round || square) && (!next.blank || next.latex || token.latex);
        let of_argument =
            word == "arg" && (round || matches!(&next.tok, Tok::Word(word) if matches!(word.as_str(), "max" | "min")));
        // `logit x` is no product of `log i` and t.
        let spelled_out = word.len() > 3 && self.names.whole(word).is_none();
        // `Var(x)`, as in statistics.
        let small = word.to_lowercase();
        let known = foreign(word).or_else(|| foreign(&small).filter(|_| applied && word.len() > 2));
        if let Some(help) = known.filter(|_| applied || of_argument || spelled_out) {
            let error = refused(word, token.span, help);
            return Some(error);
        }
        // In `x^TA(y)` the T belongs to the exponent.
        let raised = at > 0 && self.tokens[at - 1].tok == Tok::Caret;
        let run = if raised { &word[word.chars().next().map_or(0, char::len_utf8)..] } else { word };
        if !applied || next.blank || !self.names.is_unknown_function(run, self.bound) {
            return None;
        }
        let mut error = Diagnostic::new(
            "N0001",
            format!("there is no function `{word}`"),
            token.span,
            "read as the name of a function, because a bracket follows",
        );
        if let Some(similar) = Some(word)
            .filter(|_| !self.has_many_errors())
            .and_then(|word| self.names.similar_function(word))
            .filter(|similar| similar.len() > 2)
        {
            error = error.with_help(format!("did you mean `{similar}`?"));
        }
        let close = self.tokens.get(next.partner).map_or(next.span, |close| close.span);
        let bracket = self.source.get(next.span.start..close.end).filter(|text| text.len() <= 80);
        let bracket = bracket.unwrap_or(if round { "(x)" } else { "[x]" });
        let factors = self.names.split(word).unwrap_or_default();
        let mut place = 0;
        let spaced: Vec<&str> = factors
            .iter()
            .map(|(length, _)| {
                place += length;
                &word[place - length..place]
            })
            .collect();
        Some(
            error
                .with_help(format!("for a product put spaces between the factors: `{} {bracket}`", spaced.join(" ")))
                .with_help(
                    Advice::from("to use it as a function, declare it: ")
                        .suggest(Suggestion::declared_word(word, "function")),
                ),
        )
    }

    /// Whether a square bracket holds the entries of a matrix: it has a comma or semicolon of its own, or begins with a number.
    pub(super) fn is_literal(&self, open: usize) -> bool {
        let mut at = open + 1;
        if matches!(self.tokens.get(at).map(|token| &token.tok), Some(Tok::Number(_) | Tok::Minus)) {
            return true;
        }
        while at < self.tokens[open].partner.min(self.tokens.len()) {
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner,
                Tok::Comma | Tok::Semicolon => return true,
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// `L_f(`, `L_f′(`, `L_{f'}(` of a declared function of matrices: its token is pushed, and the place after its name given.
    fn frechet_derivative(&mut self, at: usize) -> Option<usize> {
        let tok = |at: usize| self.tokens.get(at).map(|token| &token.tok);
        if tok(at + 1) != Some(&Tok::Underscore) {
            return None;
        }
        let braced = tok(at + 2) == Some(&Tok::Open(Bracket::Brace));
        let name_at = at + 2 + usize::from(braced);
        let Some(Tok::Word(word)) = tok(name_at) else { return None };
        let name = self.names.matrix_function(word).filter(|_| !self.names.has_symbol(&format!("L_{word}")))?;
        let mut end = name_at + 1;
        let mut primes = Vec::new();
        while tok(end) == Some(&Tok::Prime) {
            primes.push(self.tokens[end].clone());
            end += 1;
        }
        if braced {
            if tok(end) != Some(&Tok::Close(Bracket::Brace)) {
                return None;
            }
            end += 1;
        }
        let mut bracket = end;
        while tok(bracket) == Some(&Tok::Prime) {
            bracket += 1;
        }
        if tok(bracket) != Some(&Tok::Open(Bracket::Round)) {
            return None;
        }
        let token = &self.tokens[at];
        let span = token.span.join(self.tokens[name_at].span);
        self.out.push(Token { tok: Tok::Frechet(name), span, ..token.clone() });
        self.out.extend(primes);
        Some(end)
    }

    fn split(&mut self, token: &Token, word: &str) {
        let written = token.span.end - token.span.start == word.len();
        if word == "NaN" && !self.names.has_base(word) {
            self.out.push(Token { tok: Tok::Name(word.to_owned()), ..token.clone() });
            self.errors.push(
                Diagnostic::new("N0001", "`NaN` is not a number of the language", token.span, "not a value")
                    .with_help("put blanks between the factors of a product: `N a N`"),
            );
            return;
        }
        match self.names.split(word) {
            Ok(pieces) => {
                let mut start = token.span.start;
                for (k, (length, piece)) in pieces.into_iter().enumerate() {
                    let span = if written { Span::new(start, start + length) } else { token.span };
                    start += length;
                    if let Piece::Symbol(name) = &piece
                        && self.is_latex
                        && written
                        && !token.latex
                    {
                        self.remarks.extend(self.letters_as_name(span, name));
                    }
                    let tok = match piece {
                        Piece::Symbol(name) => Tok::Name(name),
                        Piece::User(name) => Tok::User(name),
                        Piece::Function(spelling) => match function(spelling) {
                            Some(found) => Tok::Func(found, spelling),
                            None => Tok::Name(spelling.to_owned()),
                        },
                    };
                    let first = k == 0;
                    let (blank, newline) = (first && token.blank, first && token.newline);
                    let (latex, mark) = (token.latex, token.mark);
                    self.out.push(Token { blank, newline, latex, mark, ..Token::new(tok, span) });
                }
            }
            Err(_) => {
                self.out.push(Token { tok: Tok::Name(word.to_owned()), ..token.clone() });
                self.errors.push(self.unknown_name(token.span, word));
            }
        }
    }

    /// The note at letters that are one name in LaTeX, although blanks between them mean nothing there: `nu` is ν, `n1ᵀ` the name n1.
    fn letters_as_name(&self, span: Span, name: &str) -> Option<Remark> {
        let written = self.source.get(span.start..span.end)?;
        if self.names.has_base(name) {
            return None;
        }
        let message = match written.strip_suffix('1') {
            Some(letter) if letter.chars().count() == 1 && !self.has_numbered(letter) => {
                format!("`{written}` is read as one name; `{letter}` times 1 is written `{letter} \\cdot 1`")
            }
            _ if written.len() == 2 && greek(written).is_some() => {
                let spaced: Vec<String> = written.chars().map(String::from).collect();
                format!("`{written}` is read as {name}; the product is written `{}`", spaced.join(" "))
            }
            _ => return None,
        };
        Some(Remark { row: "letters-as-name", span, message: message.into(), other: None })
    }

    /// Whether a letter occurs with a number after it that is not 1.
    fn has_numbered(&self, letter: &str) -> bool {
        let is_numbered =
            |word: &str| word.strip_prefix(letter).is_some_and(|rest| rest != "1" && rest.parse::<u32>().is_ok());
        self.tokens.iter().any(|token| matches!(&token.tok, Tok::Word(word) if is_numbered(word)))
    }

    /// What a name that is not known is most likely to be where it stands.
    fn likely_kind(&self, at: usize) -> &'static str {
        let tok = |at: Option<usize>| at.and_then(|at| self.tokens.get(at)).map(|token| &token.tok);
        let is_matrix =
            |tok: Option<&Tok>| matches!(tok, Some(Tok::Word(word)) if word.starts_with(char::is_uppercase));
        match (tok(at.checked_sub(1)), tok(Some(at + 1))) {
            (_, Some(Tok::Open(Bracket::Round))) => "function",
            (_, Some(Tok::Prime | Tok::Top)) => "vector(n)",
            (before, _) if is_matrix(before) => "vector(n)",
            (Some(Tok::Op(ProductOp::Divide) | Tok::Number(_)), _) => "scalar",
            (_, Some(after)) if after.starts_operand() || matches!(after, Tok::Op(ProductOp::Star)) => "scalar",
            _ => "vector(n)",
        }
    }

    fn unknown_name(&self, span: Span, word: &str) -> Diagnostic {
        let at = self.tokens.partition_point(|token| token.span.start < span.start);
        // Messages show the beginning of a very long run.
        let shown: String = word.chars().take(40).collect();
        let dots = if shown.len() < word.len() { "…" } else { "" };
        let mut error = Diagnostic::new(
            "N0001",
            format!("unknown name `{shown}{dots}`"),
            span,
            "not a declared name, function or Greek letter",
        );
        if let Some(meant) = with_letters_swapped(&shown).or_else(|| KnownNames::short_for(word)) {
            error = error.with_help(format!("did you mean `{meant}`?"));
        } else if let Some(similar) =
            Some(word).filter(|_| !self.has_many_errors()).and_then(|word| self.names.similar(word))
        {
            error = error.with_help(format!("did you mean `{similar}`?"));
        }
        let mut spaced = String::new();
        for c in shown.chars() {
            if !spaced.is_empty() && !c.is_ascii_digit() && !('\u{300}'..='\u{36F}').contains(&c) {
                spaced.push(' ');
            }
            spaced.push(c);
        }
        let kind = self.likely_kind(at);
        let error = error
            .with_note("three or more lowercase letters in a row are read as one name, not as a product")
            .with_help(Advice::from("declare it, for example with ").suggest(Suggestion::declared_word(&shown, kind)));
        // Letters directly before a bracket are no product.
        if kind == "function" {
            return error;
        }
        error.with_help(format!("or put spaces between the factors: `{spaced}{dots}`"))
    }
}
