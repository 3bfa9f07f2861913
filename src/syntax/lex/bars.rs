//! Bars that are norms, once all symbols are there.

use rustc_hash::FxHashMap;

use crate::syntax::token::{Side, Tok, Token};

/// The tokens with `\left|\left|x\right|\right|`, `\lvert\lvert x\rvert\rvert` and `|\!|x|\!|` as norms: of an absolute value nobody takes the
/// absolute value.
pub(super) fn norms_of_bars(mut tokens: Vec<Token>, source: &str) -> Vec<Token> {
    let is_bar = |token: &Token, side: Side| token.tok == Tok::Bar(side);
    let is_joined = |tokens: &[Token], at: usize| {
        let between = source.get(tokens[at].span.end..tokens[at + 1].span.start).unwrap_or("");
        let is_either = is_bar(&tokens[at], Side::Either) && is_bar(&tokens[at + 1], Side::Either);
        is_either
            && !between.is_empty()
            && between.split("\\!").all(|blank| blank.trim().is_empty())
            && between.contains('!')
    };
    let mut pairs: Vec<usize> = (1..tokens.len()).map(|at| at - 1).filter(|at| is_joined(&tokens, *at)).collect();
    let (mut open, mut closed): (Vec<usize>, FxHashMap<usize, usize>) = (Vec::new(), FxHashMap::default());
    for (at, token) in tokens.iter().enumerate() {
        if is_bar(token, Side::Left) {
            open.push(at);
        } else if is_bar(token, Side::Right)
            && let Some(first) = open.pop()
        {
            closed.insert(first, at);
        }
    }
    for at in 0..tokens.len() {
        if let (Some(last), Some(inner)) = (closed.get(&at), closed.get(&(at + 1)))
            && inner + 1 == *last
        {
            pairs.extend([at, *inner]);
        }
    }
    pairs.sort_unstable();
    // The later ones first, so that the places of the others stay.
    for at in pairs.into_iter().rev() {
        if let (Tok::Bar(side), Some(Tok::Bar(_))) = (tokens[at].tok.clone(), tokens.get(at + 1).map(|next| &next.tok))
        {
            tokens[at].span = tokens[at].span.join(tokens[at + 1].span);
            tokens[at].tok = Tok::DoubleBar(side, false);
            tokens.remove(at + 1);
        }
    }
    tokens
}
