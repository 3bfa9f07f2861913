//! Names that end with an underscore, as Python has them where the word is taken, `lambda_`, or where another array has the name, `y_`: the
//! underscore belongs to the name, and nothing stands below it.

use rustc_hash::FxHashSet;

use super::ast::{ProductOp, Remark};
use super::greek::greek;
use super::names::{KnownNames, Piece};
use super::token::{Bracket, METHOD, Tok, Token};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// What is written below a name with such an underscore where the same name stands without one.
const BELOW: &str = "prime";

/// The tokens without such underscores, and what is to be said of them.
///
/// # Errors
/// A Greek letter by its name with an underscore beside the same without one.
pub(super) fn rewrite(
    tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
) -> Result<(Vec<Token>, Vec<Remark>), Diagnostics> {
    if source.contains('\\') || !source.contains('_') {
        return Ok((tokens, Vec::new()));
    }
    let is_python = ["@", "**", "np.", "torch."].iter().any(|sign| source.contains(sign));
    let reader = Reader { tokens: &tokens, names, source, is_python };
    let labelled = reader.labelled();
    let trailing: Vec<bool> = (0..tokens.len()).map(|at| reader.is_trailing(at, &labelled)).collect();
    if !trailing.contains(&true) {
        return Ok((tokens, Vec::new()));
    }
    let plain = reader.plain_names(&trailing);
    let (mut remarks, mut noted) = (Vec::new(), FxHashSet::default());
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        if !trailing[at] {
            out.push(token.clone());
            continue;
        }
        let (Tok::Word(word), Some(name)) = (&tokens[at - 1].tok, reader.last_name(at - 1)) else { continue };
        let span = tokens[at - 1].span.join(token.span);
        let written = source.get(span.start..span.end).unwrap_or("");
        let other = format!("{name}_{BELOW}");
        let is_beside = plain.contains(&name);
        if is_beside || names.has_symbol(&other) {
            if is_beside && greek(word).is_some() {
                let message = format!("`{written}` and `{word}` stand for one letter");
                let error = Diagnostic::new("N0111", message, span, "the same, or another name?")
                    .with_help(format!("for the same write `{word}`, for another name `{word}_1`"));
                return Err(vec![error]);
            }
            if is_beside && noted.insert(name.clone()) {
                let message = format!("`{written}` is read as a name of its own beside `{name}`, `{other}`").into();
                remarks.push(Remark { row: "trailing-underscore", span, message, other: None });
            }
            out.push(token.clone());
            out.push(Token::new(Tok::Word(BELOW.to_owned()), token.span));
        }
        if reader.has_attached_star(at) {
            let message = format!(
                "`{written}*` is read as `{written}` times what follows; a star below the name is written `{word}_{{*}}`"
            );
            let span = span.join(tokens[at + 1].span);
            remarks.push(Remark { row: "star-behind-underscore", span, message: message.into(), other: None });
        }
    }
    Ok((out, remarks))
}

struct Reader<'t> {
    tokens: &'t [Token],
    names: &'t KnownNames,
    source: &'t str,
    /// Whether the text has signs of Python.
    is_python: bool,
}

impl Reader<'_> {
    fn tok(&self, at: usize) -> &Tok {
        self.tokens.get(at).map_or(&Tok::End, |token| &token.tok)
    }

    fn is_attached(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|token| !token.blank)
    }

    /// Whether the token at a place is an underscore directly behind a word that may be a name.
    fn is_behind_name(&self, at: usize) -> bool {
        let is_name = match at.checked_sub(1).map(|before| self.tok(before)) {
            Some(tok @ Tok::Word(word)) => {
                !tok.is_big_sign()
                    && !matches!(self.names.whole(word), Some(Piece::Function(_) | Piece::User(_)))
                    && self.last_name(at - 1).is_some()
            }
            _ => false,
        };
        self.tok(at) == &Tok::Underscore && is_name && self.is_attached(at)
    }

    /// The name that a word ends with.
    fn last_name(&self, at: usize) -> Option<String> {
        let Tok::Word(word) = self.tok(at) else { return None };
        match self.names.split(word).ok()?.pop()? {
            (_, Piece::Symbol(name)) => Some(name),
            _ => None,
        }
    }

    /// Whether a star stands below the name before the underscore at a place, for certain: `k_*'K^-1 y`, `f(x_*)`.
    fn has_star_below(&self, at: usize) -> bool {
        let is_star = matches!(self.tok(at + 1), Tok::Op(ProductOp::Star) | Tok::Stars) && self.is_attached(at + 1);
        is_star && (!self.is_attached(at + 2) || !self.tok(at + 2).starts_operand())
    }

    /// The words with a star below them for certain.
    fn labelled(&self) -> FxHashSet<String> {
        let has_star = |at: &usize| self.is_behind_name(*at) && self.has_star_below(*at);
        (1..self.tokens.len()).filter(has_star).filter_map(|at| self.last_name(at - 1)).collect()
    }

    /// Whether a star stands as in `lambda_*x`, directly between an underscore and an operand.
    fn has_attached_star(&self, at: usize) -> bool {
        self.tok(at + 1) == &Tok::Op(ProductOp::Star) && self.is_attached(at + 1)
    }

    /// Whether the underscore at a place ends a name.
    fn is_trailing(&self, at: usize, labelled: &FxHashSet<String>) -> bool {
        if !self.is_behind_name(at) {
            return false;
        }
        let is_attached = self.is_attached(at + 1);
        let is_python_word = matches!(self.tok(at - 1), Tok::Word(word) if word.is_ascii() && greek(word).is_some());
        match self.tok(at + 1) {
            Tok::Op(ProductOp::Star) if is_attached => {
                let is_label =
                    self.has_star_below(at) || self.last_name(at - 1).is_some_and(|name| labelled.contains(&name));
                !is_label && self.source.as_bytes().get(self.tokens[at + 1].span.start) == Some(&b'*')
            }
            Tok::Stars if is_attached => !self.has_star_below(at),
            Tok::Plus | Tok::Minus if is_attached => {
                let is_directly_before = self.is_attached(at + 2) && self.tok(at + 2).starts_operand();
                is_directly_before && (is_python_word || self.is_python)
            }
            // `w_.dot(w_)`
            Tok::Word(word) if word.starts_with(METHOD) => true,
            // `sum_ i`, `x_ {i}`, `x_ 1`
            Tok::Word(word) => {
                let is_before_other = self.tok(at + 2) == &Tok::Underscore;
                !is_attached && (is_python_word || word.len() > 1 || is_before_other)
            }
            Tok::Number(_) => !is_attached && is_python_word,
            Tok::Open(Bracket::Round | Bracket::Angle) | Tok::DoubleBar(..) => {
                !is_attached || matches!(self.tok(at + 1), Tok::DoubleBar(..))
            }
            Tok::Op(ProductOp::Dot) => !is_attached,
            Tok::Op(_)
            | Tok::Plus
            | Tok::Minus
            | Tok::Stars
            | Tok::LeftDivide
            | Tok::Caret
            | Tok::DotCaret
            | Tok::Prime
            | Tok::Comma
            | Tok::Semicolon
            | Tok::Equal
            | Tok::Less
            | Tok::Greater
            | Tok::Relation(_)
            | Tok::Bar(_)
            | Tok::Close(_)
            | Tok::Bang
            | Tok::End => true,
            Tok::Name(_)
            | Tok::Func(..)
            | Tok::User(_)
            | Tok::Frechet(_)
            | Tok::Derived(..)
            | Tok::Nabla
            | Tok::NormWord(_)
            | Tok::Top
            | Tok::Dagger
            | Tok::Underscore
            | Tok::Colon
            | Tok::Last
            | Tok::Dots
            | Tok::MapsTo
            | Tok::If
            | Tok::And
            | Tok::Or
            | Tok::Open(_)
            | Tok::BigSum
            | Tok::BigProduct
            | Tok::Root
            | Tok::Sqrt
            | Tok::Frac
            | Tok::Binom
            | Tok::Choose
            | Tok::Over
            | Tok::Infinity
            | Tok::Ones
            | Tok::Zeros
            | Tok::Skip => false,
        }
    }

    /// The names that stand without an underscore.
    fn plain_names(&self, trailing: &[bool]) -> FxHashSet<String> {
        let mut found = FxHashSet::default();
        for (at, token) in self.tokens.iter().enumerate() {
            let Tok::Word(word) = &token.tok else { continue };
            let mut pieces = self.names.split(word).unwrap_or_default();
            if self.tok(at + 1) == &Tok::Underscore || trailing.get(at + 1) == Some(&true) {
                pieces.pop();
            }
            found.extend(pieces.into_iter().filter_map(|(_, piece)| match piece {
                Piece::Symbol(name) => Some(name),
                Piece::Function(_) | Piece::User(_) => None,
            }));
        }
        found
    }
}
