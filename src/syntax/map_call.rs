//! Derivatives of declared maps where they are called: `∇f(x)`, `∇²f(x)`, `∇F_i(x)`, `J_F(x)`.

use super::ast::Derivative;
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
        let name_at = at + 2 + usize::from(is_braced);
        let end = name_at + 1 + usize::from(is_braced);
        let is_called = matches!(self.tok(end), Some(Tok::Open(Bracket::Round | Bracket::Square)));
        if self.tok(at + 1) != Some(&Tok::Underscore) || !is_called || self.names.has_symbol("J") {
            return None;
        }
        self.derived(at, name_at, Derivative::Jacobian)?;
        Some(end)
    }

    fn derived(&mut self, at: usize, name_at: usize, derivative: Derivative) -> Option<usize> {
        let Some(Tok::Word(word)) = self.tok(name_at) else { return None };
        let name = self.names.map(word)?;
        let span = self.tokens[at].span.join(self.tokens[name_at].span);
        self.out.push(Token { tok: Tok::Derived(name, derivative), span, ..self.tokens[at].clone() });
        Some(name_at + 1)
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
