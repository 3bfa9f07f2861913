//! Letters directly before a bracket that are known functions: σ, Γ, Φ and, by their names in code or where the text speaks of Γ elsewhere,
//! γ and ψ.

use super::ast::{Function, Remark};
use super::function::{function, function_spelling};
use super::resolve::Resolver;
use super::token::{Bracket, Tok};
use crate::catalog::Func;
use crate::diagnostic::{Advice, Suggestion};
use crate::span::Span;

impl Resolver<'_> {
    /// Makes a function of the letter that was read last, also at the end of a run, as in `Aσ(x)`, where a bracket follows at a place
    /// and the letter is not declared.
    pub(super) fn function_before_bracket(&mut self, next: usize) {
        let open = self.after_primes(next);
        let Some(bracket) = self.tokens.get(open) else { return };
        let is_square = bracket.tok == Tok::Open(Bracket::Square);
        if !(is_square || bracket.tok == Tok::Open(Bracket::Round)) {
            return;
        }
        let is_apart = bracket.blank && !bracket.latex && !self.is_latex;
        let Some(last) = self.out.last() else { return };
        let Tok::Name(letter) = &last.tok else { return };
        if is_apart || self.names.has_base(letter) || self.names.has_function(letter) {
            return;
        }
        let span = last.span;
        let written = if last.latex { "" } else { self.source.get(span.start..span.end).unwrap_or("") };
        let is_list = is_square && self.is_literal(open);
        let (found, spelling, is_noted) = match letter.as_str() {
            "σ" => (Function::Entrywise(Func::Sigmoid), "sigmoid", false),
            "Γ" if !is_list => (Function::Entrywise(Func::Gamma), "gamma", false),
            "Φ" if !is_square && open == next => (Function::Entrywise(Func::NormCdf), "normcdf", false),
            "γ" if written == "gamma" && !is_square => (Function::Entrywise(Func::Gamma), "gamma", true),
            "ψ" if !is_square && (written == "psi" || self.speaks_of_gamma()) => {
                (Function::Entrywise(Func::Polygamma(0)), "psi", true)
            }
            _ => return,
        };
        // Of `scipy.special.gamma` the module says what it is, and `psi(1, x)` is nothing else.
        if is_noted && !self.source[..span.start].ends_with('.') && !self.has_comma(open) {
            self.remarks.push(note(written, letter, spelling, span));
        }
        let spelling = function_spelling(spelling).unwrap_or(spelling);
        if let Some(last) = self.out.last_mut() {
            last.tok = Tok::Func(found, spelling);
        }
    }

    /// Whether a bracket holds several arguments.
    fn has_comma(&self, open: usize) -> bool {
        let mut at = open + 1;
        while at < self.tokens[open].partner.min(self.tokens.len()) {
            match self.tokens[at].tok {
                Tok::Open(_) => at = self.tokens[at].partner,
                Tok::Comma => return true,
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// Whether the text calls Γ, its logarithm or a derivative of that by a name that is certain.
    fn speaks_of_gamma(&self) -> bool {
        let is_family = |word: &str| {
            let found = function(word);
            matches!(found, Some(Function::Entrywise(Func::Gamma | Func::LogGamma | Func::Polygamma(_))))
        };
        self.tokens.windows(2).any(|pair| match &pair[0].tok {
            Tok::Word(word) if matches!(word.as_str(), "psi" | "gamma") => false,
            Tok::Word(word) if matches!(word.as_str(), "Γ" | "Gamma") => pair[1].tok == Tok::Open(Bracket::Round),
            Tok::Word(word) => is_family(word),
            _ => false,
        })
    }
}

/// That a letter's name is read as that of a function.
fn note(written: &str, letter: &str, spelling: &str, span: Span) -> Remark {
    let written = if written.is_empty() { letter } else { written };
    let message = if spelling == "gamma" {
        Advice::from(format!(
            "`{written}` before a bracket is read as the Gamma function; the product with {letter} is written `{written} * (x)`"
        ))
    } else {
        Advice::from(format!(
            "`{written}` before a bracket is read as the digamma function; for another one declare it: "
        ))
        .suggest(Suggestion::declaration(format!("{written}: function")))
    };
    Remark { row: "letter-function", span, message, other: None }
}
