//! Brackets directly behind a name that is defined without an argument: `R(θ)` is R, of R = … θ …; `R(2θ)` is its value with 2θ in place
//! of θ; `r(1 − x)` is a product.

use rustc_hash::FxHashSet;

use super::ast::Remark;
use super::definition::{Definition, Named, Parts, Reader, bad_definition};
use super::letter_call::{is_function_letter, is_scalar};
use super::names::{Piece, Rank};
use super::parse::Failure;
use super::token::{Bracket, Tok, Token, closing};
use crate::span::Span;

/// A definition without arguments, with the names that stand in it.
struct Called<'d> {
    of: &'d Definition,
    /// All names, with their subscripts.
    names: Vec<String>,
    /// The symbols that a bracket may stand for.
    symbols: Vec<String>,
    /// Whether it is written out by its entries.
    is_literal: bool,
}

/// What a letter stands for by habit, or as it is declared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LetterKind {
    Small,
    Capital,
    Scalar,
}

/// What a bracket is.
enum Meaning {
    /// The value with the bracket in place of this symbol.
    Value(String),
    /// A factor, which is to be said.
    Product,
    /// A factor.
    Factor,
    /// Neither is likelier; the definition holds this name.
    Open(String),
}

/// What is found of the brackets behind one name in one part of a text.
#[derive(Default)]
struct Found {
    /// The symbols without the brackets that only repeat what the definition has.
    tokens: Option<Vec<Token>>,
    /// Where brackets open that hold a value, and the symbol that it is the value of.
    calls: Vec<(usize, String)>,
    remarks: Vec<Remark>,
}

impl Reader<'_> {
    /// Reads the brackets behind the names of all definitions without arguments.
    pub(super) fn brackets_of_definitions(&self, parts: &mut Parts) -> Result<(), Failure> {
        for place in 0..parts.definitions.len() {
            let definition = &parts.definitions[place];
            let names = self.names_in(&definition.tokens);
            if !definition.arguments.is_empty() || names.is_empty() {
                continue;
            }
            let is_defined = |name: &String| parts.definitions.iter().any(|other| other.name == *name);
            let mut symbols = self.symbols(&definition.tokens);
            symbols.retain(|name| !is_defined(name));
            let called = Called { names, symbols, is_literal: is_literal(&definition.tokens), of: definition };
            let main = self.brackets(&parts.main, &called)?;
            let others: Result<Vec<Found>, Failure> =
                parts.definitions.iter().map(|one| self.brackets(&one.tokens, &called)).collect();
            for (part, found) in std::iter::once(main).chain(others?).enumerate() {
                parts.calls.extend(found.calls);
                parts.remarks.extend(found.remarks);
                let Some(tokens) = found.tokens else { continue };
                match part.checked_sub(1) {
                    None => parts.main = tokens,
                    Some(part) => parts.definitions[part].tokens = tokens,
                }
            }
        }
        Ok(())
    }

    fn brackets(&self, tokens: &[Token], called: &Called<'_>) -> Result<Found, Failure> {
        let mut found = Found::default();
        if !tokens.iter().any(|token| token.tok == Tok::Open(Bracket::Round)) {
            return Ok(found);
        }
        let mut kept = 0;
        for at in 0..tokens.len() {
            let Some(named) = self.name_at(tokens, at).filter(|named| named.name == called.of.name) else { continue };
            let Some(open) = tokens.get(named.next).filter(|open| open.tok == Tok::Open(Bracket::Round)) else {
                continue;
            };
            // In xˢ(…) the name is an exponent.
            let is_raised =
                at > 0 && matches!(tokens[at - 1].tok, Tok::Caret | Tok::Stars | Tok::DotCaret | Tok::Underscore);
            if open.blank && !self.is_latex || is_raised {
                continue;
            }
            if let Some((arguments, _, next)) = self.arguments(tokens, named.next + 1)
                && arguments.iter().all(|name| called.names.contains(name))
            {
                found.tokens.get_or_insert_default().extend_from_slice(&tokens[kept..named.next]);
                kept = next;
                continue;
            }
            let Some(close) = closing(tokens, named.next).filter(|close| *close > named.next + 1) else { continue };
            let bracket = open.span.join(tokens[close].span);
            let said = |message: String| Remark {
                row: "definition-call",
                span: named.span.join(bracket),
                message: message.into(),
                other: None,
            };
            let own = &called.of.name;
            let inside = self.text(Span::new(open.span.end, tokens[close].span.start)).trim();
            let written = self.text(named.span.join(bracket));
            let held = self.symbols(&tokens[named.next + 1..close]);
            match self.meaning(called, &tokens[named.next + 1..close], &held) {
                Meaning::Factor => {}
                Meaning::Value(symbol) => {
                    let dot = if self.is_latex { " \\cdot" } else { "" };
                    let (head, bracket) = (self.text(named.span), self.text(bracket));
                    found.calls.push((open.span.start, symbol.clone()));
                    found.remarks.push(said(format!(
                        "`{written}` is read as `{own}` with `{inside}` in place of `{symbol}`; the product is written `{head}{dot} {bracket}`"
                    )));
                }
                Meaning::Product => {
                    let symbol = called.symbols.iter().find(|name| held.contains(name));
                    let symbol = symbol.or(called.symbols.first()).map_or("x", String::as_str);
                    found.remarks.push(said(format!(
                        "`{written}` is read as the product of `{own}` and `{inside}`; for the value of a function define it with its argument, as `{own}({symbol}) = …`"
                    )));
                }
                Meaning::Open(name) => return Err(self.refused(called, &named, bracket, &name)),
            }
        }
        if let Some(out) = &mut found.tokens {
            out.extend_from_slice(&tokens[kept..]);
        }
        Ok(found)
    }

    /// What a bracket behind the name of a definition is, by what stands in it.
    fn meaning(&self, called: &Called<'_>, inside: &[Token], symbols: &[String]) -> Meaning {
        let own = &called.of.name;
        let all = self.names_in(inside);
        if all.contains(own) || inside.iter().any(|token| token.tok == Tok::Comma) {
            return Meaning::Factor;
        }
        let shared: Vec<&String> = symbols.iter().filter(|name| called.symbols.contains(name)).collect();
        let is_sum = inside.iter().skip(1).any(|token| matches!(token.tok, Tok::Plus | Tok::Minus));
        let base = own.split(['_', '^']).next().unwrap_or(own);
        let is_function = is_function_letter(base);
        let is_capital = base.starts_with(char::is_uppercase) && !is_function;
        let of_scalars = symbols.iter().all(|name| self.is_scalar(name));
        if symbols.is_empty() && (is_function || called.is_literal) {
            // f(2) of f = x²
            return match called.symbols.as_slice() {
                [] => Meaning::Factor,
                [one] => Meaning::Value(one.clone()),
                [.., last] if is_function => Meaning::Open(last.clone()),
                _ => Meaning::Factor,
            };
        }
        if shared.is_empty() {
            let kind = symbols.iter().map(|name| self.letter_kind(name)).min().unwrap_or(LetterKind::Scalar);
            let alike: Vec<&String> = called.symbols.iter().filter(|name| self.letter_kind(name) == kind).collect();
            let is_single = is_name(inside);
            let may_call = is_function || is_single || called.is_literal && of_scalars;
            return match alike.as_slice() {
                [] => Meaning::Factor,
                _ if is_capital && !of_scalars && is_single => Meaning::Product,
                [one] if may_call && (of_scalars || !is_capital) => Meaning::Value((*one).clone()),
                [.., last] if is_function || is_single => Meaning::Open((*last).clone()),
                [_] if is_sum && !is_capital && !of_scalars && self.is_affine(inside, None) => Meaning::Product,
                _ => Meaning::Factor,
            };
        }
        match shared.as_slice() {
            [one] => {
                let is_scalar = self.is_scalar(one) && of_scalars;
                let is_of_point =
                    is_capital && is_sum && !one.starts_with(char::is_uppercase) && is_form_of(&called.of.tokens, one);
                if is_function || is_of_point || is_scalar && (is_capital || called.is_literal) {
                    Meaning::Value((*one).clone())
                } else if !is_sum || self.is_affine(inside, Some(one)) {
                    Meaning::Product
                } else {
                    Meaning::Factor
                }
            }
            [one, ..] if is_function => Meaning::Open((*one).clone()),
            _ => Meaning::Factor,
        }
    }

    fn refused(&self, called: &Called<'_>, named: &Named, bracket: Span, name: &str) -> Failure {
        let own = &called.of.name;
        let text = self.text(bracket);
        let error = bad_definition(
            named.span.join(bracket),
            &format!("`{own}` is defined from `{name}` and has no argument"),
            "not read",
        );
        let product = if self.is_latex { format!("{own} \\cdot {text}") } else { format!("{own} {text}") };
        Box::new(
            error
                .with_label(called.of.span, "defined here")
                .with_help(format!("define it with its argument, as `{own}({name})`"))
                .with_help(format!("for a product write `{product}`")),
        )
    }

    /// The names that stand among symbols, the letters of a product one by one.
    fn names_in(&self, tokens: &[Token]) -> Vec<String> {
        let mut all = Vec::new();
        let mut tokens = tokens.to_vec();
        tokens.push(Token::new(Tok::End, Span::default()));
        for (at, token) in tokens.iter().enumerate() {
            let (Some(named), Tok::Word(word)) = (self.name_at(&tokens, at), &token.tok) else { continue };
            if self.names.whole(word).is_none() {
                all.extend(word.chars().map(String::from));
            }
            all.push(named.name);
        }
        all
    }

    /// The symbols among tokens, each once: no index, no sign of a transpose, no number e.
    pub(super) fn symbols(&self, tokens: &[Token]) -> Vec<String> {
        let mut tokens = tokens.to_vec();
        tokens.push(Token::new(Tok::End, Span::default()));
        let tokens = tokens.as_slice();
        let mut all: Vec<String> = Vec::new();
        let mut known: FxHashSet<String> = FxHashSet::default();
        let mut add = |name: String| {
            if name != "e" && name != "π" && known.insert(name.clone()) {
                all.push(name);
            }
        };
        let mut at = 0;
        while at < tokens.len() {
            let raised = |next: usize| matches!(&tokens[next].tok, Tok::Word(word) if word == "T");
            match &tokens[at].tok {
                Tok::Underscore | Tok::Caret
                    if tokens.get(at + 1).is_some_and(|next| matches!(next.tok, Tok::Open(_)))
                        && (tokens[at].tok == Tok::Underscore
                            || tokens.get(at + 2).is_some_and(|_| raised(at + 2))) =>
                {
                    at = closing(tokens, at + 1).unwrap_or(at + 1);
                }
                Tok::Underscore => at += 1,
                Tok::Caret if at + 1 < tokens.len() && raised(at + 1) => at += 1,
                Tok::Word(word) => {
                    if let Some(named) = self.name_at(tokens, at)
                        && (self.names.whole(word).is_some() || word.chars().count() == 1)
                    {
                        add(named.name);
                        at = named.next - 1;
                    } else {
                        match self.names.split(word) {
                            Ok(pieces) => pieces.into_iter().for_each(|(_, piece)| {
                                if let Piece::Symbol(name) = piece {
                                    add(name);
                                }
                            }),
                            Err(_) => add(word.clone()),
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
        all
    }

    fn letter_kind(&self, name: &str) -> LetterKind {
        match self.names.rank(name) {
            Some(Rank::Matrix) => LetterKind::Capital,
            Some(Rank::Vector) => LetterKind::Small,
            _ if self.is_scalar(name) => LetterKind::Scalar,
            _ if name.starts_with(char::is_uppercase) => LetterKind::Capital,
            _ => LetterKind::Small,
        }
    }

    /// Whether a symbol is a scalar, by what is declared or by habit.
    fn is_scalar(&self, name: &str) -> bool {
        let letter = name.split('_').next().unwrap_or(name);
        match self.names.rank(name).or_else(|| self.names.rank(letter)) {
            Some(rank) => rank == Rank::Scalar,
            // K, N are matrices as often as counts.
            None => is_scalar(letter) && !letter.starts_with(char::is_uppercase),
        }
    }

    /// Whether each term is a number or a multiple of one symbol, and one of them is this symbol.
    fn is_affine(&self, inside: &[Token], of: Option<&str>) -> bool {
        let mut has = of.is_none();
        let terms = inside.split(|token| matches!(token.tok, Tok::Plus | Tok::Minus));
        for term in terms.filter(|term| !term.is_empty()) {
            let is_plain = |token: &Token| {
                matches!(
                    token.tok,
                    Tok::Number(_)
                        | Tok::Word(_)
                        | Tok::Underscore
                        | Tok::Op(_)
                        | Tok::Open(Bracket::Brace)
                        | Tok::Close(Bracket::Brace)
                )
            };
            let symbols = self.symbols(term);
            let wide: Vec<&String> =
                symbols.iter().filter(|name| of == Some(name.as_str()) || !self.is_scalar(name)).collect();
            if !term.iter().all(is_plain) || wide.len() > 1 {
                return false;
            }
            has |= of.is_some_and(|of| wide.first().is_some_and(|name| *name == of));
        }
        has
    }
}

/// Whether what stands in a bracket is one name, with what may stand below it.
fn is_name(inside: &[Token]) -> bool {
    let is_word = |token: &Token| matches!(token.tok, Tok::Word(_));
    match inside {
        [name] => is_word(name),
        [name, mark, _] => is_word(name) && mark.tok == Tok::Underscore,
        [name, mark, open, ..] => {
            is_word(name)
                && mark.tok == Tok::Underscore
                && matches!(open.tok, Tok::Open(_))
                && closing(inside, 2) == Some(inside.len() - 1)
        }
        _ => false,
    }
}

/// Whether symbols are a number made of a vector of that name, a norm, or a form such as θᵀHθ. Such a number
/// has a capital for a loss or an energy, and times a sum of vectors it is written by nobody.
fn is_form_of(tokens: &[Token], name: &str) -> bool {
    let is_it = |at: usize| matches!(&tokens[at].tok, Tok::Word(word) if super::greek::greek(word).map_or_else(|| word == name, |letter| name.chars().eq([letter])));
    let is_sign = |at: usize| {
        let next = tokens.get(at + 2).map(|token| &token.tok);
        match tokens.get(at + 1).map(|token| &token.tok) {
            Some(Tok::Prime) => true,
            Some(Tok::Caret) => match next {
                Some(Tok::Top) => true,
                Some(Tok::Word(word)) => word == "T",
                Some(Tok::Open(Bracket::Brace)) => {
                    matches!(tokens.get(at + 3).map(|token| &token.tok), Some(Tok::Top))
                        || matches!(tokens.get(at + 3).map(|token| &token.tok), Some(Tok::Word(word)) if word == "T")
                }
                _ => false,
            },
            _ => false,
        }
    };
    if tokens.iter().any(|token| matches!(token.tok, Tok::DoubleBar(..))) {
        return true;
    }
    // In u uᵀ, and in v uᵀ + u vᵀ, no uᵀ meets a u behind it. For each bracket that is open, whether uᵀ stands in the present term.
    let mut terms = vec![false];
    for (at, token) in tokens.iter().enumerate() {
        match token.tok {
            Tok::Open(_) => terms.push(false),
            Tok::Close(_) => {
                let inner = terms.pop().unwrap_or_default();
                match terms.last_mut() {
                    Some(outer) => *outer |= inner,
                    None => terms.push(inner),
                }
            }
            _ => {
                let is_end = matches!(token.tok, Tok::Plus | Tok::Minus);
                let is_transposed = is_it(at) && is_sign(at);
                if is_it(at) && !is_transposed && terms.contains(&true) {
                    return true;
                }
                if let Some(term) = terms.last_mut().filter(|_| is_end || is_transposed) {
                    *term = is_transposed;
                }
            }
        }
    }
    false
}

/// Whether symbols are a matrix or vector by its entries.
fn is_literal(tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| matches!(token.tok, Tok::Open(Bracket::Square | Bracket::Matrix)))
        && closing(tokens, 0)
            .is_some_and(|close| matches!(tokens.get(close + 1).map(|next| &next.tok), None | Some(Tok::End)))
}
