//! `sum`, `prod`, Σ and Π: whether they are signs of sums and products where they stand, or a matrix that is called so.

use super::ast::{Function, ProductOp, Remark};
use super::function::{function, function_prefix, is_entrywise};
use super::greek::greek;
use super::latex::without_delimiter;
use super::resolve::Resolver;
use super::script::is_list_of_indices;
use super::token::{Bracket, Side, Tok, Token};

/// The most places of one letter that are looked at.
const MOST_PLACES: usize = 64;
/// The most symbols of a term in which the index below a letter is looked for.
const MOST_OF_TERM: usize = 512;

/// Whether what is walked through stands between bars, where a minus separates no terms of the whole: Σᵢ ‖w − xᵢ‖².
#[derive(Default)]
struct Bars {
    is_double: bool,
    is_single: bool,
}

impl Bars {
    /// Goes past a symbol, forwards or backwards.
    fn pass(&mut self, tok: &Tok) {
        match tok {
            Tok::DoubleBar(..) => self.is_double = !self.is_double,
            Tok::Bar(_) => self.is_single = !self.is_single,
            _ => {}
        }
    }

    fn are_open(&self) -> bool {
        self.is_double || self.is_single
    }
}

impl Resolver<'_> {
    /// Whether a word is the sign of a sum or product; if so, it is pushed.
    pub(super) fn big(&mut self, at: usize, word: &str, below: bool) -> bool {
        let token = &self.tokens[at];
        if token.is_letter {
            return false;
        }
        let symbol: Option<&'static str> = match word {
            "Σ" | "Sigma" => Some("Σ"),
            "Π" | "Pi" => Some("Π"),
            _ => None,
        };
        let is_sum = matches!(word, "sum" | "Σ" | "Sigma");
        let is_big = if let Some(symbol) = symbol {
            let before_eig =
                matches!(self.tokens.get(at + 1).map(|t| &t.tok), Some(Tok::Word(w)) if w.starts_with("eig"));
            if before_eig && !self.names.has_base(symbol) {
                let (found, spelling) = if is_sum { (Function::Sum, "sum") } else { (Function::Prod, "prod") };
                self.out.push(Token { tok: Tok::Func(found, spelling), ..token.clone() });
                return true;
            }
            if below {
                self.bound_below(at + 1, symbol) && !self.is_member_elsewhere(at, symbol)
            } else {
                self.is_letter_of_sum(at, symbol) || self.sums_entries(symbol)
            }
        } else {
            !self.names.has_base(word)
                && (below || self.sums_over_open_index(at) || is_sum && self.is_before_squares(at, true))
        };
        if is_big {
            self.note_on_powers(at);
            self.out.push(Token { tok: if is_sum { Tok::BigSum } else { Tok::BigProduct }, ..token.clone() });
        }
        is_big
    }

    /// The note at `sum (y - z).^2`, where only the blank says what the power is of.
    fn note_on_powers(&mut self, at: usize) {
        let Some(open) = self.tokens.get(at + 1).filter(|next| next.tok == Tok::Open(Bracket::Round)) else { return };
        let close = open.partner;
        let (Some(sign), Some(exponent)) = (self.tokens.get(close + 1), self.tokens.get(close + 2)) else { return };
        if sign.tok != Tok::DotCaret || !matches!(exponent.tok, Tok::Number(_)) {
            return;
        }
        let text = |from: usize, to: usize| self.source.get(from..to).unwrap_or_default();
        let (name, end) = (self.tokens[at].span, self.tokens[close].span.end);
        let (word, inner) = (text(name.start, name.end), text(open.span.start, end));
        let raised = text(end, exponent.span.end);
        let other = format!("({word}{inner}){raised}");
        let message =
            format!("`{word} {inner}{raised}` is read as a sum of powers; the power of the sum is written `{other}`");
        let span = name.join(exponent.span);
        self.remarks.push(Remark { row: "sum-of-powers", span, message: message.into(), other: Some(other) });
    }

    /// Whether the letter Σ is the sign of a sum since it would be no matrix: a factor follows it, as in `Σ ‖xᵢ − c‖²`.
    fn is_letter_of_sum(&self, at: usize, symbol: &str) -> bool {
        symbol == "Σ"
            && self.names.reads_letter_as_sum()
            && !self.names.has_base(symbol)
            && self.tokens.get(at + 1).is_some_and(|next| next.tok.starts_operand())
    }

    /// Whether a capital Σ or Π without an index is the sum or product of all entries of what follows, as in
    /// `Σ log(1 + exp(x))`, `−Σ relu(x)`, `Σ x ⊙ log x`, rather than a matrix.
    ///
    /// It is where nothing but scalars stands to the left of it in its term and an entrywise function follows, or, after a blank,
    /// a term with an entrywise operator; unless the letter is declared or another place can only mean a matrix.
    fn sums_entries(&mut self, symbol: &'static str) -> bool {
        let (place, spelled) = if symbol == "Σ" { (0, "Sigma") } else { (1, "Pi") };
        if let Some(known) = self.entry_sums[place] {
            return known;
        }
        let sums = !self.names.has_base(symbol)
            && self.tokens.iter().enumerate().all(|(at, token)| match &token.tok {
                Tok::Word(word) if word == symbol || word == spelled => {
                    self.tokens.get(at + 1).is_some_and(|next| next.tok == Tok::Underscore)
                        || self.only_scalars_before(at) && self.is_entrywise_term(at)
                }
                Tok::Word(word) => !word.contains(symbol),
                _ => true,
            });
        self.entry_sums[place] = Some(sums);
        sums
    }

    /// Whether a sign without an index runs over one that stands below letters of its term and that nothing binds: `sum x_i log x_i`,
    /// `Σ(aᵢᵀx − bᵢ)²`, `sum(y_i - w'x_i)^2`. A round bracket after `sum` holds all that is summed, unless a power of a sum or of what
    /// stands apart follows it, or another factor.
    fn sums_over_open_index(&self, at: usize) -> bool {
        let Some(next) = self.tokens.get(at + 1) else { return false };
        let is_word = matches!(&self.tokens[at].tok, Tok::Word(word) if word == "sum" || word == "prod");
        if next.tok == Tok::Open(Bracket::Round) {
            let close = next.partner;
            let Some(behind) = self.tokens.get(close + 1) else { return false };
            let has_power = matches!(behind.tok, Tok::Caret | Tok::Stars);
            let has_terms = self.has_terms(at + 2, close);
            let continues = matches!(behind.tok, Tok::Word(_) | Tok::Open(Bracket::Round));
            let is_term = match (has_power, continues) {
                (true, _) => has_terms || self.is_apart(at),
                (false, true) => self.is_apart(at) && has_terms,
                (false, false) => false,
            };
            return is_term && self.has_open_index(at + 2, close);
        }
        let end = self.end_of_term(at + 1);
        if !is_word && !(at + 1..end).any(|at| self.is_entrywise_function(at)) {
            return false;
        }
        matches!(next.tok, Tok::Word(_) | Tok::Bar(_) | Tok::DoubleBar(..)) && self.has_open_index(at + 1, end)
    }

    /// Whether a blank stands behind a sign. The brace of `\operatorname{sum}(y - z)^2` sets a word off, but is none.
    fn is_apart(&self, at: usize) -> bool {
        let Some(next) = self.tokens.get(at + 1) else { return false };
        let before = without_delimiter(self.source.get(..next.span.start).unwrap_or_default());
        next.blank && !(self.tokens[at].is_word && before.ends_with('}'))
    }

    /// Whether a bracket with several terms that is raised to a power follows a sign without an index, with a blank before it where that
    /// is asked for: `sum (y - z)^2` is a sum of squares.
    fn is_before_squares(&self, at: usize, asks_for_blank: bool) -> bool {
        let Some(next) = self.tokens.get(at + 1) else { return false };
        let is_raised = || {
            matches!(
                self.tokens.get(next.partner + 1).map(|token| &token.tok),
                Some(Tok::Caret | Tok::Stars | Tok::DotCaret)
            ) && !matches!(self.tokens.get(next.partner + 2).map(|token| &token.tok), Some(Tok::Top))
        };
        next.tok == Tok::Open(Bracket::Round)
            && (!asks_for_blank || self.is_apart(at))
            && is_raised()
            && self.has_terms(at + 2, next.partner)
    }

    /// Whether there are several terms between two places, outside of brackets.
    fn has_terms(&self, from: usize, to: usize) -> bool {
        let (mut at, mut bars) = (from, Bars::default());
        while at < to {
            bars.pass(&self.tokens[at].tok);
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner.max(at),
                Tok::Plus | Tok::Minus if at > from && self.tokens[at - 1].tok != Tok::Caret && !bars.are_open() => {
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// Where the term that begins at a place ends; of a long one, where it is not looked at any more.
    fn end_of_term(&self, from: usize) -> usize {
        let (mut at, mut bars) = (from, Bars::default());
        while let Some(token) = self.tokens.get(at).filter(|_| at < from + MOST_OF_TERM) {
            bars.pass(&token.tok);
            match token.tok {
                Tok::Open(_) => at = token.partner.max(at),
                Tok::Plus | Tok::Minus if at > from && self.tokens[at - 1].tok != Tok::Caret && !bars.are_open() => {
                    return at;
                }
                Tok::Close(_) | Tok::Comma | Tok::Semicolon | Tok::Equal | Tok::Relation(_) | Tok::End => return at,
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// Whether one letter alone that is an index by habit and that no sign of the text binds stands below letters between two places.
    fn has_open_index(&self, from: usize, to: usize) -> bool {
        let mut found: Option<&str> = None;
        for at in from..to.min(self.tokens.len()).min(from + MOST_OF_TERM) {
            if self.tokens[at].tok != Tok::Underscore
                || !matches!(self.tokens[at - 1].tok, Tok::Word(_) | Tok::Close(_))
            {
                continue;
            }
            let group = matches!(self.tokens.get(at + 1).map(|next| &next.tok), Some(Tok::Open(Bracket::Brace)));
            let first = if group { at + 2 } else { at + 1 };
            let Some(Token { tok: Tok::Word(index), .. }) = self.tokens.get(first) else { continue };
            let is_base = |base: &Token| match &base.tok {
                Tok::Word(base) => {
                    let is_identity = base == "I" && !self.names.has_base(base);
                    is_identity
                        || matches!(base.as_str(), "sum" | "prod")
                        || self.names.has_base(&format!("{base}_{index}"))
                }
                _ => false,
            };
            if is_base(&self.tokens[at - 1]) || !super::bare_sum::is_index(index) {
                continue;
            }
            if self.bound.contains(index) {
                continue;
            }
            if found.is_some_and(|other| other != index) {
                return false;
            }
            found = Some(index);
        }
        found.is_some()
    }

    /// Whether the word at a place begins with the name of an entrywise function.
    fn is_entrywise_function(&self, at: usize) -> bool {
        match self.tokens.get(at).map(|token| &token.tok) {
            Some(Tok::Word(word)) if !self.names.has_base(word) => {
                function_prefix(word).and_then(|found| function(found.1)).is_some_and(is_entrywise)
                    || matches!(word.as_str(), "σ" | "sigma")
                        && self.tokens.get(at + 1).is_some_and(|next| next.tok == Tok::Open(Bracket::Round))
            }
            _ => false,
        }
    }

    fn is_entrywise_term(&self, at: usize) -> bool {
        if self.is_entrywise_function(at + 1)
            || self.sums_over_open_index(at)
            || self.is_before_squares(self.after_weights(at), false)
            || self.is_before_members(at)
            || self.is_before_square_of_letter(at)
        {
            return true;
        }
        let Some(next) = self.tokens.get(at + 1) else { return false };
        if matches!(next.tok, Tok::Open(Bracket::Round | Bracket::Square)) {
            return self.holds_products_of_entries(at + 1);
        }
        if matches!(next.tok, Tok::Bar(side) if side != Side::Right) {
            return !self.stands_between_bars(at);
        }
        if !next.blank || !(next.tok.starts_operand() || matches!(next.tok, Tok::Word(_))) {
            return false;
        }
        let mut end = at + 1;
        while let Some(token) = self.tokens.get(end) {
            match token.tok {
                Tok::Open(_) => end = token.partner,
                Tok::Op(ProductOp::Hadamard | ProductOp::HadamardDivide) | Tok::DotCaret => return true,
                // `Σ p log(p/q)`
                Tok::Word(_) if self.is_entrywise_function(end) => return true,
                Tok::Plus | Tok::Minus | Tok::Close(_) | Tok::Comma | Tok::Semicolon | Tok::End => return false,
                _ => {}
            }
            end += 1;
        }
        false
    }

    /// Whether a bar is open at a place within its bracket, as before the matrix of `|Σ|`.
    fn stands_between_bars(&self, at: usize) -> bool {
        let (mut bars, mut place) = (0_usize, at);
        while let Some(before) = place.checked_sub(1) {
            match self.tokens[before].tok {
                Tok::Open(_) => break,
                Tok::Close(_) => place = self.tokens[before].partner.min(before),
                Tok::Bar(_) => {
                    bars += 1;
                    place = before;
                }
                _ => place = before,
            }
        }
        bars % 2 == 1
    }

    /// Whether Σ is a sign although a matrix is called so: it stands alone somewhere, and here an index below it and a bracket with members
    /// of that index behind it, as in `Σᵢ (xᵢ − μ)ᵀΣ⁻¹(xᵢ − μ)`.
    fn is_sign_beside_matrix(&self, below: &[Token], end: usize, symbol: &str) -> bool {
        let [Token { tok: Tok::Word(index), .. }] = below else { return false };
        let spelled = if symbol == "Σ" { "Sigma" } else { "Pi" };
        let stands_alone = self.tokens.windows(2).any(|pair| {
            matches!(&pair[0].tok, Tok::Word(word) if word == symbol || word == spelled)
                && pair[1].tok != Tok::Underscore
        });
        let is_index = |at: usize| matches!(&self.tokens[at].tok, Tok::Word(word) if word == index);
        let Some(open) = self.tokens.get(end).filter(|token| token.tok == Tok::Open(Bracket::Round)) else {
            return false;
        };
        let has_member = (end + 1..open.partner.min(end + MOST_OF_TERM)).any(|at| {
            self.tokens[at].tok == Tok::Underscore
                && (is_index(at + 1) || matches!(self.tokens[at + 1].tok, Tok::Open(_)) && is_index(at + 2))
        });
        stands_alone && has_member && !self.names.has_symbol(&format!("{symbol}_{index}"))
    }

    /// The place before what follows a sign and the small letters after it: of `Σ w (y - x)²` that of w.
    fn after_weights(&self, at: usize) -> usize {
        let is_weight = |token: &&Token| matches!(&token.tok, Tok::Word(word) if is_small_letter(word));
        at + self.tokens[at + 1..].iter().take_while(is_weight).count()
    }

    /// Whether small letters and the square of the last of them follow the letter Σ, as typed: `Σ x²`.
    fn is_before_square_of_letter(&self, at: usize) -> bool {
        let is_typed = self.source.get(self.tokens[at].span.start..).is_some_and(|text| text.starts_with('Σ'));
        let end = self.after_weights(at);
        let is_letter =
            |word: &str| is_small_letter(word) && word.is_ascii() && !matches!(word, "n" | "m" | "t" | "k" | "e");
        let two = |tok: &Tok| matches!(tok, Tok::Number(number) if number.to_i64() == Some(2));
        is_typed
            && end > at
            && matches!(&self.tokens[end].tok, Tok::Word(word) if is_letter(word))
            && self.tokens.get(end + 1).is_some_and(|next| matches!(next.tok, Tok::Caret | Tok::Stars))
            && match self.tokens.get(end + 2).map(|next| &next.tok) {
                Some(Tok::Open(_)) => self.tokens.get(end + 3).is_some_and(|next| two(&next.tok)),
                tok => tok.is_some_and(two),
            }
    }

    /// Whether members with an index by habit that no sign binds follow the letter Σ or Π, as typed: `1/n Σ x_i`.
    fn is_before_members(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let is_letter = self.source.get(token.span.start..).is_some_and(|text| text.starts_with(['Σ', 'Π']));
        let end = self.end_of_term(at + 1);
        let has_other = (at + 1..end).any(|place| {
            self.tokens[place - 1].tok == Tok::Underscore
                && matches!(&self.tokens[place].tok, Tok::Word(word) if !matches!(word.as_str(), "i" | "j"))
        });
        is_letter
            && matches!(self.tokens.get(at + 1).map(|next| &next.tok), Some(Tok::Word(_) | Tok::Number(_)))
            && !has_other
            && self.has_open_index(at + 1, end)
    }

    /// Whether a bracket holds a term with a function of each entry behind a letter or a bracket, which only entries can be multiplied by:
    /// `Σ (y log p + (1 - y) log(1 - p))`.
    fn holds_products_of_entries(&self, open: usize) -> bool {
        let mut at = open + 1;
        while at < self.tokens[open].partner.min(self.tokens.len()) {
            let token = &self.tokens[at];
            if matches!(token.tok, Tok::Open(_)) {
                at = token.partner.max(at);
            }
            let is_factor = match &self.tokens[at].tok {
                Tok::Word(word) => is_small_letter(word),
                Tok::Close(Bracket::Round | Bracket::Square) => true,
                _ => false,
            };
            if is_factor && self.is_entrywise_function(at + 1) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether the term that a place is in begins with numbers and small letters only, as `1/n`, `λ`, or with the
    /// function of a scalar, as `log`.
    fn only_scalars_before(&self, at: usize) -> bool {
        for token in self.tokens[..at].iter().rev() {
            match &token.tok {
                Tok::Plus
                | Tok::Minus
                | Tok::Comma
                | Tok::Semicolon
                | Tok::Open(_)
                | Tok::Bar(_)
                | Tok::DoubleBar(..) => {
                    return true;
                }
                Tok::Number(_)
                | Tok::Op(ProductOp::Divide | ProductOp::Times | ProductOp::Dot | ProductOp::Star)
                | Tok::Frac
                | Tok::Binom
                | Tok::Close(_)
                | Tok::Sqrt => {}
                Tok::Word(word) if function(word).is_some_and(is_entrywise) => return true,
                Tok::Word(word) if is_small_letter(word) => {}
                _ => return false,
            }
        }
        true
    }

    /// Whether what stands under a capital Σ or Π is a bound index: it has an `=`, or it is a letter (or letters
    /// with commas) and a body follows.
    fn bound_below(&self, at: usize, symbol: &str) -> bool {
        let (inner, mut end) = match self.tokens.get(at + 1).map(|token| &token.tok) {
            Some(Tok::Open(_)) => (at + 2..self.tokens[at + 1].partner, self.tokens[at + 1].partner + 1),
            Some(_) => (at + 1..at + 2, at + 2),
            None => return false,
        };
        let inner = &self.tokens[inner];
        if inner.iter().any(|token| matches!(token.tok, Tok::Equal | Tok::Less | Tok::Greater | Tok::Relation(_))) {
            return true;
        }
        let letters = inner.iter().all(|token| match &token.tok {
            Tok::Word(word) => is_list_of_indices(word),
            // i_1
            Tok::Name(name) => self.bound.contains(name),
            Tok::Comma => true,
            _ => false,
        });
        if !letters || self.names.has_base(symbol) && !self.is_sign_beside_matrix(inner, end, symbol) {
            return false;
        }
        if matches!(self.tokens.get(end).map(|t| &t.tok), Some(Tok::Caret)) {
            end = match self.tokens.get(end + 1).map(|t| &t.tok) {
                Some(Tok::Open(_)) => {
                    let open = &self.tokens[end + 1..];
                    if matches!(open.get(1).map(|t| &t.tok), Some(Tok::Minus | Tok::Top)) {
                        return false;
                    }
                    if matches!(open.get(1).map(|t| &t.tok), Some(Tok::Word(w)) if w == "T") {
                        return false;
                    }
                    open[0].partner + 1
                }
                Some(Tok::Word(word)) if word.chars().count() == 1 && word != "T" => end + 2,
                Some(Tok::Number(_)) => end + 2,
                _ => return false,
            };
        }
        self.tokens.get(end).is_some_and(|token| token.tok.starts_operand())
            && self.occurs_behind(inner, end)
            && !self.is_label_before(inner, at)
    }

    /// Whether what stands below a letter stands below another one in the same term before it, as a label does: (x − μₖ)ᵀΣₖ(x − μₖ). Not where
    /// the letter stands there as well, Σₖ xₖ Σₖ yₖ.
    fn is_label_before(&self, below: &[Token], at: usize) -> bool {
        let (mut depth, mut is_label, mut bars) = (0_usize, false, Bars::default());
        for place in (1..at).rev().take(MOST_OF_TERM) {
            if depth == 0 {
                bars.pass(&self.tokens[place].tok);
            }
            match self.tokens[place].tok {
                Tok::Close(_) => depth += 1,
                Tok::Open(_) if depth == 0 => break,
                Tok::Open(_) => depth -= 1,
                Tok::Plus | Tok::Minus | Tok::Equal | Tok::Comma | Tok::Semicolon if depth == 0 && !bars.are_open() => {
                    break;
                }
                _ => {}
            }
            let [index] = below else { continue };
            if place + 1 < at && self.tokens[place].tok == Tok::Underscore {
                let of = &self.tokens[place - 1];
                let is_same = self.tokens[place + 1].tok == index.tok
                    || matches!(self.tokens[place + 1].tok, Tok::Open(_)) && self.tokens[place + 2].tok == index.tok;
                if is_same && of.is_big_sign() && !matches!(of.tok, Tok::BigSum | Tok::BigProduct) {
                    return false;
                }
                is_label |= is_same && !of.is_big_sign();
            }
        }
        is_label
    }

    /// Whether one of the indices below a letter occurs in the term behind it: of xᵀΣₖx the letter is a matrix.
    fn occurs_behind(&self, below: &[Token], from: usize) -> bool {
        // `Σᵢ 1` counts: a number stands before a matrix, not after it.
        if let Some([Token { tok: Tok::Number(_) | Tok::Ones, .. }, next]) = self.tokens.get(from..from + 2)
            && matches!(next.tok, Tok::Plus | Tok::Minus | Tok::Close(_) | Tok::Comma | Tok::Semicolon | Tok::End)
        {
            return true;
        }
        let (mut depth, mut bars) = (0_usize, Bars::default());
        for (at, token) in self.tokens.iter().enumerate().skip(from).take(MOST_OF_TERM) {
            if depth == 0 {
                bars.pass(&token.tok);
            }
            let is_named = |index: &Token| match (&index.tok, &token.tok) {
                (Tok::Name(index), Tok::Name(name)) => index == name,
                (Tok::Word(index), Tok::Word(word)) => {
                    let is_below = self.tokens[at - 1].tok == Tok::Underscore;
                    index.chars().all(|letter| word.contains(letter)) && (is_below || word.chars().count() <= 3)
                }
                _ => false,
            };
            match token.tok {
                Tok::Open(_) => depth += 1,
                Tok::Close(_) if depth == 0 => return false,
                Tok::Close(_) => depth -= 1,
                Tok::Plus | Tok::Minus | Tok::Equal | Tok::Comma | Tok::Semicolon if depth == 0 && !bars.are_open() => {
                    return false;
                }
                Tok::End => return false,
                _ if below.iter().any(is_named) => return true,
                _ => {}
            }
        }
        false
    }

    /// Whether `Σ_k` is a matrix wherever it stands: it stands between bars, where nothing follows that can be summed, or in the
    /// summand of a `\sum` that binds its index.
    fn is_member_elsewhere(&self, at: usize, symbol: &str) -> bool {
        let below = |at: usize| match self.tokens.get(at + 1).map(|token| &token.tok) {
            Some(Tok::Open(_)) => &self.tokens[at + 2..self.tokens[at + 1].partner],
            Some(_) => &self.tokens[at + 1..at + 2],
            None => &[],
        };
        let [Token { tok: Tok::Word(index), .. }] = below(at + 1) else { return false };
        let is_index = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == index);
        let is_same = |at: usize| {
            let is_letter = matches!(&self.tokens[at].tok, Tok::Word(word) if word == symbol || greek(word).is_some_and(|letter| symbol.starts_with(letter)));
            let is_below = self.tokens.get(at + 1).is_some_and(|token| token.tok == Tok::Underscore);
            is_letter && is_below && matches!(below(at + 1), [one] if is_index(one))
        };
        // A sum whose summand the letter stands in.
        let mut depth = 0_usize;
        let is_bound_before = (0..at).rev().any(|place| {
            match self.tokens[place].tok {
                Tok::Close(_) => depth += 1,
                Tok::Open(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            let is_below = self.tokens.get(place + 1).is_some_and(|token| token.tok == Tok::Underscore);
            depth == 0
                && self.tokens[place].tok == Tok::BigSum
                && is_below
                && below(place + 1).first().is_some_and(is_index)
        });
        is_bound_before
            || (0..self.tokens.len()).filter(|at| is_same(*at)).take(MOST_PLACES).any(|at| self.is_member(at, symbol))
    }

    /// Whether nothing follows a letter with an index that can be summed, or bars stand around it.
    fn is_member(&self, at: usize, symbol: &str) -> bool {
        let end = match self.tokens.get(at + 2).map(|token| &token.tok) {
            Some(Tok::Open(_)) => self.tokens[at + 2].partner + 1,
            _ => at + 3,
        };
        let is_bar = |at: usize| matches!(self.tokens.get(at).map(|token| &token.tok), Some(Tok::Bar(_)));
        let before = |at: usize| at.checked_sub(1).map(|at| &self.tokens[at].tok);
        let opens = match before(at) {
            Some(Tok::Bar(Side::Either)) => match before(at - 1) {
                None | Some(Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Open(_) | Tok::Comma | Tok::Equal) => true,
                Some(Tok::Word(word)) => function(word).is_some(),
                _ => false,
            },
            Some(Tok::Bar(side)) => *side == Side::Left,
            _ => false,
        };
        opens && is_bar(end) || !self.bound_below(at + 1, symbol)
    }
}

fn is_small_letter(word: &str) -> bool {
    word.chars().count() == 1 && word.chars().all(char::is_lowercase)
}
