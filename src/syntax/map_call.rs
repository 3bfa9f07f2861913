//! Derivatives of declared maps where they are called: `∇f(x)`, `∇²f(x)`, `∇F_i(x)`, `J_F(x)`.

use super::ast::Derivative;
use super::greek::greek;
use super::names::Piece;
use super::resolve::Resolver;
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::Diagnostic;

impl Resolver<'_> {
    /// `∇f`, `∇²f` at a place: its token is pushed, and the place after the name given. The subscript of an entry and the argument follow.
    pub(super) fn nabla(&mut self, at: usize) -> Option<usize> {
        let (order, name_at) = match self.tok(at + 1) {
            Some(Tok::Caret) => match (self.tok(at + 2), self.tok(at + 3)) {
                (Some(Tok::Open(Bracket::Brace)), Some(Tok::Number(order))) => (order, at + 5),
                (Some(Tok::Number(order)), _) => (order, at + 3),
                _ => return None,
            },
            _ => return self.derived(at, at + 1, Derivative::Gradient),
        };
        (order.to_i64() == Some(2)).then(|| self.derived(at, name_at, Derivative::Hessian)).flatten()
    }

    /// `J_F(`, `J_{F}(` at a place, likewise.
    pub(super) fn jacobian(&mut self, at: usize) -> Option<usize> {
        let is_braced = self.tok(at + 2) == Some(&Tok::Open(Bracket::Brace));
        if self.tok(at + 1) != Some(&Tok::Underscore) {
            return None;
        }
        let name_at = at + 2 + usize::from(is_braced);
        let (name, _) = self.declared_function(name_at)?;
        if self.names.has_symbol(&format!("J_{name}")) {
            return None;
        }
        let waiting = self.out.len();
        let end = self.derived(at, name_at, Derivative::Jacobian)? + usize::from(is_braced);
        if matches!(self.tok(end), Some(Tok::Open(Bracket::Round | Bracket::Square))) {
            return Some(end);
        }
        self.out.truncate(waiting);
        None
    }

    fn derived(&mut self, at: usize, name_at: usize, derivative: Derivative) -> Option<usize> {
        let (name, end) = self.declared_function(name_at).filter(|(name, _)| self.names.has_map(name))?;
        let span = self.tokens[at].span.join(self.tokens[end - 1].span);
        self.out.push(Token { tok: Tok::Derived(name, derivative), span, ..self.tokens[at].clone() });
        Some(end)
    }

    /// The declared function that is named at a place, with a subscript where that belongs to its name, and the place after it.
    pub(super) fn declared_function(&self, at: usize) -> Option<(String, usize)> {
        let Some(Tok::Word(word)) = self.tok(at) else { return None };
        let text = |at: usize| match self.tok(at) {
            Some(Tok::Word(word)) => Some(word.clone()),
            Some(Tok::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let below = match self.tok(at + 2) {
            _ if self.tok(at + 1) != Some(&Tok::Underscore) => None,
            Some(Tok::Open(Bracket::Brace)) if self.tok(at + 4) == Some(&Tok::Close(Bracket::Brace)) => {
                text(at + 3).map(|below| (below, at + 5))
            }
            _ => text(at + 2).map(|below| (below, at + 3)),
        };
        let base = greek(word).map_or_else(|| word.clone(), String::from);
        let with_subscript = below.map(|(below, end)| (format!("{base}_{below}"), end));
        with_subscript.filter(|(name, _)| self.names.has_function(name)).or_else(|| match self.names.whole(word) {
            Some(Piece::User(name)) => Some((name, at + 1)),
            _ => None,
        })
    }

    /// The error at a `∇` that is not that of a declared map.
    pub(super) fn refuse_nabla(&mut self, at: usize) -> usize {
        let error =
            Diagnostic::new("P0001", "`∇` stands before the name of a declared map", self.tokens[at].span, "not here");
        self.errors.push(error.with_help("declare the map and give its argument: `-d 'f: R^n -> R'` and `∇f(x)`"));
        self.out.push(Token { tok: Tok::Name("∇".to_owned()), ..self.tokens[at].clone() });
        at + 1
    }

    fn tok(&self, at: usize) -> Option<&Tok> {
        self.tokens.get(at).map(|token| &token.tok)
    }
}
