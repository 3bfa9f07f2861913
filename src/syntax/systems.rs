//! Calls as other systems write them, made into the calls and operators of the language before names are split: methods
//! (`A.T.dot(b)`, `x.sum()`), functions that stand for an operator (`np.matmul(A, B)`, `solve(A, b)`), and square brackets as
//! Mathematica has them (`Tr[A.X]`).

use super::ast::ProductOp;
use super::function::{Infix, foreign, function, infix};
use super::names::KnownNames;
use super::token::{Bracket, METHOD, Tok, Token, left_open};
use crate::span::Span;

/// The largest number of methods in one expression: each takes time in proportion to what stands before it.
const MAX_METHODS: usize = 500;

/// The spelling of these calls in the language.
pub(super) fn rewrite(tokens: Vec<Token>, names: &KnownNames, source: &str) -> Vec<Token> {
    let applies =
        tokens.iter().any(|token| matches!(&token.tok, Tok::Word(word) if word.len() > 1) || token.tok == Tok::Colon)
            || super::reduction::is_r(source);
    if !applies {
        return tokens;
    }
    let tokens = super::shorthand::rewrite(methods(tokens), names, source);
    operators(clamps(between_operands(quoted(tokens), names), names), names)
}

/// Quoted words after a comma: `norm(X, 'F')` is the Frobenius norm, `sum(X, 'all')` the sum of all entries, as without the word.
fn quoted(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let word = match &tokens[at..] {
            [
                Token { tok: Tok::Comma, .. },
                Token { tok: Tok::Prime, .. },
                word @ Token { tok: Tok::Word(_), .. },
                Token { tok: Tok::Prime, .. },
                Token { tok: Tok::Close(Bracket::Round), .. },
                ..,
            ] => Some(word),
            _ => None,
        };
        match word.map(|word| &word.tok) {
            Some(Tok::Word(text)) if text == "F" => {
                out.push(tokens[at].clone());
                out.push(Token { tok: Tok::NormWord("fro"), ..tokens[at + 2].clone() });
                at += 4;
            }
            Some(Tok::Word(text)) if text == "all" => at += 4,
            _ => {
                out.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    out
}

/// Words that are operators where they stand between two operands.
const BETWEEN: &[(&str, ProductOp)] = &[
    ("kron", ProductOp::Kronecker),
    ("otimes", ProductOp::Kronecker),
    ("hadamard", ProductOp::Hadamard),
    ("odot", ProductOp::Hadamard),
    ("dot", ProductOp::Dot),
    ("cdot", ProductOp::Dot),
    ("cross", ProductOp::Times),
    ("times", ProductOp::Times),
];

/// `A kron B`, `x dot y`: the operator that a word between two operands is.
fn between_operands(mut tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    for at in 1..tokens.len() {
        let (before, token, Some(next)) = (&tokens[at - 1], &tokens[at], tokens.get(at + 1)) else { continue };
        let Tok::Word(word) = &token.tok else { continue };
        // `A o B`, of matrices
        let is_capital = |token: &Token| match &token.tok {
            Tok::Word(word) => word.starts_with(|c: char| c.is_ascii_uppercase()),
            Tok::Open(_) | Tok::Close(_) => true,
            _ => false,
        };
        let is_circle = word == "o" && is_capital(before) && is_capital(next);
        let circle = is_circle.then_some(&("o", ProductOp::Hadamard));
        let Some((_, operator)) = circle.or_else(|| BETWEEN.iter().find(|row| row.0 == word)) else { continue };
        let is_after_operand = match &before.tok {
            Tok::Word(name) => function(name).is_none() && foreign(name).is_none(),
            Tok::Close(_) | Tok::Number(_) | Tok::Prime | Tok::Top => true,
            _ => false,
        };
        let is_before_operand = next.tok.starts_operand() || matches!(next.tok, Tok::Word(_));
        if is_after_operand && is_before_operand && token.blank && next.blank && !names.has_base(word) {
            tokens[at].tok = Tok::Op(*operator);
        }
    }
    tokens
}

fn is_word(token: Option<&Token>) -> bool {
    matches!(token.map(|token| &token.tok), Some(Tok::Word(_)))
}

/// The place where the operand begins that a list ends with: a name with its subscript or a bracket with the name before it, and
/// the transposes after it.
fn operand_start(out: &[Token]) -> Option<usize> {
    let mut at = out.len();
    while at > 0 && matches!(out[at - 1].tok, Tok::Prime | Tok::Top | Tok::Dagger) {
        at -= 1;
    }
    if at == 0 {
        return None;
    }
    match out[at - 1].tok {
        Tok::Close(_) => {
            let mut depth = 0_usize;
            loop {
                at = at.checked_sub(1)?;
                match out[at].tok {
                    Tok::Close(_) => depth += 1,
                    Tok::Open(_) => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            if at > 1 && out[at - 1].tok == Tok::Underscore && is_word(out.get(at - 2)) {
                at -= 2;
            } else if at > 0 && is_word(out.get(at - 1)) && !out[at].blank {
                at -= 1;
            }
            Some(at)
        }
        Tok::Word(_) | Tok::Number(_) if at > 2 && out[at - 2].tok == Tok::Underscore => Some(at - 3),
        Tok::Word(_) => Some(at - 1),
        _ => None,
    }
}

/// `A.dot(b)` becomes `np.dot(A, b)`, `x.sum()` becomes `sum(x)`.
fn methods(tokens: Vec<Token>) -> Vec<Token> {
    let is_method = |token: &Token| matches!(&token.tok, Tok::Word(word) if word.starts_with(METHOD));
    if !(1..=MAX_METHODS).contains(&tokens.iter().filter(|token| is_method(token)).count()) {
        return tokens;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let (Tok::Word(word), true) = (&token.tok, is_method(&token)) else {
            out.push(token);
            continue;
        };
        let name = match &word[METHOD.len_utf8()..] {
            "dot" => "np.dot",
            "t" => "transpose",
            "size" => "np.size",
            name => name,
        };
        let Some((start, open)) = operand_start(&out).zip(tokens.next()) else { continue };
        let mut callee = Token { tok: Tok::Word(name.to_owned()), ..token.clone() };
        callee.span = out[start].span.join(token.span);
        (callee.blank, callee.newline) = (out[start].blank, out[start].newline);
        (out[start].blank, out[start].newline) = (false, false);
        let opened = Token { blank: false, ..open };
        let span = opened.span;
        out.splice(start..start, [callee, opened]);
        if tokens.peek().is_none_or(|next| !matches!(next.tok, Tok::Close(_))) {
            out.push(Token::new(Tok::Comma, span));
        }
    }
    out
}

/// Calls that keep the entries of an array between bounds.
const CLAMPS: &[&str] = &["clamp", "clip"];

/// `x.clamp(min=0)` becomes `max(0, x)`, `np.clip(x, a, b)` becomes `min(b, max(a, x))`; a bound may be `None`.
fn clamps(mut tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    let is_clamp = |token: &Token| matches!(&token.tok, Tok::Word(word) if CLAMPS.contains(&word.as_str()) && !names.has_base(word));
    if !(1..=MAX_METHODS).contains(&tokens.iter().filter(|token| is_clamp(token)).count()) {
        return tokens;
    }
    // The inner ones first.
    for at in (0..tokens.len()).rev() {
        if !is_clamp(&tokens[at]) || tokens.get(at + 1).is_none_or(|next| next.tok != Tok::Open(Bracket::Round)) {
            continue;
        }
        let Some((close, [of, least, largest])) = clamped(&tokens, at + 1) else { continue };
        let token = tokens[at].clone();
        let bracket = |tok: Tok| Token::new(tok, token.span);
        let mut value = of.to_vec();
        for (name, bound) in [("max", least), ("min", largest)] {
            if bound.is_empty() {
                continue;
            }
            let callee = Token { tok: Tok::Word(name.to_owned()), ..token.clone() };
            let opened = [callee, bracket(Tok::Open(Bracket::Round))];
            // A number after an array would be an axis.
            let before = bound.iter().cloned().chain([bracket(Tok::Comma)]);
            let close = bracket(Tok::Close(Bracket::Round));
            value = opened.into_iter().chain(before).chain(value).chain([close]).collect();
        }
        tokens.splice(at..=close, value);
    }
    tokens
}

/// Where the bracket of such a call closes, and its argument, lower and upper bound; a bound that is left out is empty.
fn clamped(tokens: &[Token], open: usize) -> Option<(usize, [&[Token]; 3])> {
    let (mut depth, mut starts, mut close) = (0_usize, vec![open + 1], None);
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) if depth <= 1 => {
                close = Some(at);
                break;
            }
            Tok::Close(_) => depth -= 1,
            Tok::Comma if depth == 1 => starts.push(at + 1),
            _ => {}
        }
    }
    let close = close?;
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([close]);
    let mut arguments = starts.iter().zip(ends).map(|(start, end)| &tokens[*start..end]);
    let of = arguments.next().filter(|of| !of.is_empty())?;
    let mut bounds: [Option<&[Token]>; 2] = [None, None];
    for (place, argument) in arguments.enumerate() {
        let (place, bound) = match argument {
            [Token { tok: Tok::Word(word), .. }, Token { tok: Tok::Equal, .. }, bound @ ..] => match word.as_str() {
                "min" | "a_min" => (0, bound),
                "max" | "a_max" => (1, bound),
                _ => return None,
            },
            bound => (place, bound),
        };
        let known = bounds.get_mut(place).filter(|known| known.is_none() && !bound.is_empty())?;
        let is_none = matches!(bound, [Token { tok: Tok::Word(word), .. }] if word == "None");
        *known = Some(if is_none { &[] } else { bound });
    }
    let [least, largest] = bounds.map(Option::unwrap_or_default);
    (!least.is_empty() || !largest.is_empty()).then_some((close, [of, least, largest]))
}

/// What a bracket that is open does to its contents.
enum Frame {
    /// Nothing.
    Plain,
    /// A square bracket that is read as a round one.
    Round,
    /// It holds the two operands of an operator.
    Infix(Infix),
    /// A bracket around the two sizes of `ones((m, n))`.
    Dropped,
}

/// For each bracket that opens: its commas and semicolons, the place of what closes it.
fn contents(tokens: &[Token]) -> Vec<(usize, usize, usize)> {
    let mut found = vec![(0, 0, usize::MAX); tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.tok {
            Tok::Open(_) => open.push(at),
            Tok::Close(_) => {
                if let Some(place) = open.pop() {
                    found[place].2 = at;
                }
            }
            Tok::Comma => {
                if let Some(&place) = open.last() {
                    found[place].0 += 1;
                }
            }
            Tok::Semicolon => {
                if let Some(&place) = open.last() {
                    found[place].1 += 1;
                }
            }
            _ => {}
        }
    }
    found
}

fn operators(tokens: Vec<Token>, names: &KnownNames) -> Vec<Token> {
    let contents = contents(&tokens);
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut open: Vec<Frame> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        match &token.tok {
            Tok::Word(word) => {
                let called = tokens.get(at + 1).filter(|next| !next.blank && !names.has_base(word));
                let (commas, semicolons, _) = contents.get(at + 1).copied().unwrap_or_default();
                let bracket = called.map(|next| &next.tok);
                let rounded = bracket == Some(&Tok::Open(Bracket::Square))
                    && semicolons == 0
                    && is_of_mathematica(word)
                    && tokens.get(at + 2).is_some_and(|inner| inner.tok != Tok::Open(Bracket::Square));
                let round = bracket == Some(&Tok::Open(Bracket::Round)) || rounded;
                // `kl_div(p, q)` ends in another name.
                let is_whole = out.last().is_none_or(|before| before.tok != Tok::Underscore);
                if let Some(found) = infix(word).filter(|_| round && commas == 1 && is_whole) {
                    let span = token.span;
                    let group = Tok::Open(Bracket::Round);
                    out.push(Token { tok: group.clone(), ..token.clone() });
                    if found == Infix::Solve {
                        out.push(Token::new(Tok::Word("inv".to_owned()), span));
                    }
                    out.push(Token::new(group, tokens[at + 1].span));
                    open.push(Frame::Infix(found));
                    at += 2;
                    continue;
                }
                if rounded {
                    out.push(token.clone());
                    out.push(Token { tok: Tok::Open(Bracket::Round), ..tokens[at + 1].clone() });
                    open.push(Frame::Round);
                    at += 2;
                    continue;
                }
                // `ones((m, n))`
                let inner = contents.get(at + 2).copied().unwrap_or_default();
                if matches!(word.as_str(), "ones" | "zeros")
                    && round
                    && commas == 0
                    && tokens.get(at + 2).is_some_and(|inner| inner.tok == Tok::Open(Bracket::Round))
                    && inner.0 == 1
                    && inner.2 != usize::MAX
                    && inner.2 + 1 == contents[at + 1].2
                {
                    out.extend(tokens[at..at + 2].iter().cloned());
                    open.extend([Frame::Plain, Frame::Dropped]);
                    at += 3;
                    continue;
                }
                // `norm(x, ord=2)`, `torch.norm(x, p=2)`
                if (word == "ord" || word == "p" && stands_in_norm(&tokens[..at]))
                    && tokens.get(at + 1).is_some_and(|next| next.tok == Tok::Equal)
                    && out.last().is_some_and(|before| before.tok == Tok::Comma)
                {
                    at += 2;
                    continue;
                }
                // `svd(X, compute_uv=False)`
                let is_tok = |place: usize, tok: &Tok| tokens.get(place).is_some_and(|next| next.tok == *tok);
                if word == "compute"
                    && is_tok(at + 1, &Tok::Underscore)
                    && is_tok(at + 2, &Tok::Word("uv".to_owned()))
                    && is_tok(at + 3, &Tok::Equal)
                    && out.last().is_some_and(|before| before.tok == Tok::Comma)
                {
                    out.pop();
                    at += 5;
                    continue;
                }
                out.push(token.clone());
            }
            Tok::Open(_) => {
                open.push(Frame::Plain);
                out.push(token.clone());
            }
            Tok::Close(_) => match open.pop() {
                Some(Frame::Round) => out.push(Token { tok: Tok::Close(Bracket::Round), ..token.clone() }),
                Some(Frame::Infix(_)) => {
                    out.push(Token::new(Tok::Close(Bracket::Round), token.span));
                    out.push(Token::new(Tok::Close(Bracket::Round), token.span));
                }
                Some(Frame::Dropped) => {}
                Some(Frame::Plain) | None => out.push(token.clone()),
            },
            Tok::Comma => match open.last() {
                Some(Frame::Infix(found)) => between(*found, token.span, &mut out),
                _ => out.push(token.clone()),
            },
            _ => out.push(token.clone()),
        }
        at += 1;
    }
    out
}

/// Whether a name followed by a square bracket is a call: Mathematica's names begin with a capital.
fn is_of_mathematica(word: &str) -> bool {
    word.len() >= 2
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && (function(word).is_some() || foreign(word).is_some() || infix(word).is_some())
}

/// Whether the bracket that tokens leave open is that of a norm.
fn stands_in_norm(before: &[Token]) -> bool {
    let name = left_open(before).and_then(|open| open.checked_sub(1)).map(|name| &before[name].tok);
    matches!(name, Some(Tok::Word(word)) if word == "norm")
}

/// Writes an operator in place of the comma between its operands.
fn between(infix: Infix, span: Span, out: &mut Vec<Token>) {
    let ends_in_column = out.iter().rev().find(|token| !matches!(token.tok, Tok::Close(_))).is_some_and(
        |token| matches!(&token.tok, Tok::Word(word) if word.chars().last().is_some_and(|c| !c.is_uppercase() && c != '_')),
    );
    let mut push = |tok: Tok| out.push(Token::new(tok, span));
    push(Tok::Close(Bracket::Round));
    match infix {
        // No cross product is meant.
        Infix::Op(ProductOp::Times) => push(Tok::Op(ProductOp::Dot)),
        Infix::Op(op) => push(Tok::Op(op)),
        Infix::Dot => {
            if ends_in_column {
                push(Tok::Prime);
            }
            push(Tok::Op(ProductOp::Dot));
        }
        Infix::Power => push(Tok::DotCaret),
        Infix::Plus => push(Tok::Plus),
        Infix::Minus => push(Tok::Minus),
        Infix::Solve => push(Tok::Op(ProductOp::Times)),
    }
    push(Tok::Open(Bracket::Round));
}
