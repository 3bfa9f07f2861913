//! Symbols that are moved or left out in view of their neighbors, once all symbols are there.

use super::Lexer;
use crate::diagnostic::Diagnostic;
use crate::syntax::function::function;
use crate::syntax::token::{Bracket, Tok, Token, UNDERSET, closing};

/// Most symbols that stand below a sign.
const MAX_BELOW: usize = 100;

impl Lexer<'_> {
    /// `{\rm tr}(X)` and `\mathop{\mathrm{tr}}(X)` are `tr(X)`: a function alone in braces that are no argument loses them.
    pub(super) fn unwrap_functions(&mut self) {
        let mut kept: Vec<Token> = Vec::with_capacity(self.tokens.len());
        let mut tokens = std::mem::take(&mut self.tokens).into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_function = |token: &Token| matches!(&token.tok, Tok::Word(word) if function(word).is_some());
            let takes_group = |token: &Token| {
                matches!(token.tok, Tok::Caret | Tok::DotCaret | Tok::Underscore | Tok::Frac | Tok::Binom | Tok::Sqrt)
                    || matches!(token.tok, Tok::Close(Bracket::Brace))
            };
            kept.push(token);
            // `x{}^T`
            if let [before @ .., open, close] = &*kept
                && (&open.tok, &close.tok) == (&Tok::Open(Bracket::Brace), &Tok::Close(Bracket::Brace))
                && before.last().is_none_or(|token| !takes_group(token) || token.tok == Tok::Close(Bracket::Brace))
                && tokens.peek().is_some_and(|next| match next.tok {
                    Tok::Caret | Tok::Underscore | Tok::Prime => !before.is_empty(),
                    // `{}+`
                    ref tok => !tok.starts_operand() && *tok != Tok::Close(Bracket::Brace),
                })
            {
                kept.truncate(kept.len() - 2);
            }
            if !matches!(tokens.peek(), Some(next) if next.tok == Tok::Close(Bracket::Brace)) {
                continue;
            }
            if let [before @ .., open, name] = &*kept
                && open.tok == Tok::Open(Bracket::Brace)
                && is_function(name)
                && !before.last().is_some_and(takes_group)
            {
                let open = kept.len() - 2;
                kept.remove(open);
                tokens.next();
            }
        }
        self.tokens = kept;
    }

    /// `\underset{x}{\min}` is `\min_{x}`: what stands below a sign comes after it.
    pub(super) fn move_below(&mut self) {
        let is_underset = |token: &Token| matches!(&token.tok, Tok::Word(word) if word == UNDERSET);
        if !self.tokens.iter().any(is_underset) {
            return;
        }
        let close = |tokens: &[Token], open: usize| {
            let end = tokens.len().min(open + MAX_BELOW + 2);
            closing(&tokens[..end], open).filter(|at| tokens[*at].tok == Tok::Close(Bracket::Brace))
        };
        let tokens = std::mem::take(&mut self.tokens);
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            if !is_underset(token) {
                self.tokens.push(token.clone());
                at += 1;
                continue;
            }
            let below = close(&tokens, at + 1);
            let sign = below.and_then(|below| match tokens.get(below + 1).map(|token| &token.tok) {
                Some(Tok::Open(Bracket::Brace)) => close(&tokens, below + 1).map(|end| (below + 2, end, end + 1)),
                Some(Tok::Word(word)) if word != UNDERSET => Some((below + 1, below + 2, below + 2)),
                Some(Tok::BigSum | Tok::BigProduct) => Some((below + 1, below + 2, below + 2)),
                _ => None,
            });
            let (Some(below), Some((from, to, next))) = (below, sign) else {
                let error = Diagnostic::new("P0002", "`\\underset` needs two parts in braces", token.span, "here")
                    .with_help("write `\\underset{x}{\\min}`, or `\\min_{x}`");
                return self.errors.push(error);
            };
            self.tokens.extend(tokens[from..to].iter().cloned());
            self.tokens.push(Token::new(Tok::Underscore, tokens[at + 1].span));
            self.tokens.extend(tokens[at + 1..=below].iter().cloned());
            at = next;
        }
    }
}
