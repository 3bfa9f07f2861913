//! `P_\Omega(X − M)` of matrix completion: the entries with places in Ω, and zeros elsewhere. It is read as Ω ∘ (X − M), of the matrix Ω of
//! 0 and 1.

use super::ast::{ProductOp, Remark};
use super::greek::greek;
use super::names::KnownNames;
use super::token::{Bracket, Tok, Token, closing};
use crate::diagnostic::{Advice, Suggestion};

/// Writes Ω ∘ (…) for each P_Ω(…), with a note.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str, remarks: &mut Vec<Remark>) -> Vec<Token> {
    let is_open = |at: usize| mask(&tokens, at).is_some();
    if names.has_base("P") || !(0..tokens.len()).any(is_open) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len() + 4);
    // The places where brackets end that are added.
    let mut ends = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let found = mask(&tokens, at).and_then(|(set, open)| Some((set, open, closing(&tokens, open)?)));
        if let Some((set, open, close)) = found {
            let span = tokens[at].span.join(tokens[close].span);
            let mut written = source.get(span.start..span.end).unwrap_or("").to_owned();
            // Of `\\mathcal{P}_\\Omega(X)` the brace belongs to the command.
            if written.starts_with("P}") {
                written.remove(1);
            }
            let inside = source.get(tokens[open].span.start..tokens[close].span.end).unwrap_or("");
            let product = if source.contains('\\') { "\\Omega \\odot " } else { "Ω ∘ " };
            let message = Advice::from(format!(
                "`{written}` is read as `{product}{inside}`, with Ω an array of 0 and 1, so that Ω∘Ω is Ω; for a matrix P_Ω declare it: "
            ))
            .suggest(Suggestion::declaration("P_Ω: square(n)".to_owned()));
            remarks.push(Remark { row: "entry-mask", span, message, other: None });
            out.push(Token { tok: Tok::Open(Bracket::Brace), ..tokens[at].clone() });
            out.push(Token { tok: Tok::Word("Ω".to_owned()), ..tokens[set].clone() });
            out.push(Token { tok: Tok::Op(ProductOp::Hadamard), ..tokens[set].clone() });
            out.push(tokens[open].clone());
            ends.push(close);
            at = open + 1;
            continue;
        }
        out.push(tokens[at].clone());
        if ends.last() == Some(&at) {
            ends.pop();
            out.push(Token { tok: Tok::Close(Bracket::Brace), ..tokens[at].clone() });
        }
        at += 1;
    }
    out
}

/// The places of Ω and of the bracket behind it, where `P_Ω(` begins.
fn mask(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let is_word = |at: usize, wanted: &dyn Fn(&str) -> bool| matches!(tokens.get(at).map(|token| &token.tok), Some(Tok::Word(word)) if wanted(word));
    let is_omega = |word: &str| word == "Ω" || greek(word) == Some('Ω');
    if !is_word(at, &|word| word == "P") || tokens.get(at + 1)?.tok != Tok::Underscore {
        return None;
    }
    let braced = tokens.get(at + 2)?.tok == Tok::Open(Bracket::Brace);
    let set = at + 2 + usize::from(braced);
    if !is_word(set, &is_omega) || braced && tokens.get(set + 1)?.tok != Tok::Close(Bracket::Brace) {
        return None;
    }
    let open = set + 1 + usize::from(braced);
    matches!(tokens.get(open)?.tok, Tok::Open(Bracket::Round | Bracket::Square)).then_some((set, open))
}
