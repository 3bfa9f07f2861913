//! The clause in which a long result names its parts: `x'r where r = A x - b; S = …`. Each part may use the
//! parts before it. A name that is bound stands for the tree of its part, which is shared by all its uses.

use rustc_hash::FxHashMap;

use super::ast::{AstId, AstKind};
use super::names::{KnownNames, Piece};
use super::parse::{Failure, Parser};
use super::stack::Operand;
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// A named part before it is read.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) tokens: Vec<Token>,
}

/// What the names of the clause stand for.
#[derive(Default)]
pub(super) struct Bindings {
    /// Names with their trees; none yet for a part that is not read.
    known: FxHashMap<String, Option<AstId>>,
}

impl Bindings {
    /// All names, before any part is read.
    pub(super) fn new(parts: &[Part]) -> Self {
        Self { known: parts.iter().map(|part| (part.name.clone(), None)).collect() }
    }

    /// Binds a name.
    pub(super) fn bind(&mut self, name: &str, id: AstId) {
        self.known.insert(name.to_owned(), Some(id));
    }
}

/// Splits what the lexer gives at a `where` outside brackets: the main expression and the parts.
pub(super) fn split(mut tokens: Vec<Token>, names: &KnownNames) -> Result<(Vec<Token>, Vec<Part>), Failure> {
    let mut depth = 0_usize;
    let place = tokens.iter().position(|token| {
        match token.tok {
            Tok::Open(_) => depth += 1,
            Tok::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(&token.tok, Tok::Word(word) if word == "where")
    });
    let Some(place) = place.filter(|_| !names.has_base("where")) else { return Ok((tokens, Vec::new())) };
    let clause = tokens.split_off(place + 1);
    if let Some(word) = tokens.last_mut() {
        word.tok = Tok::End;
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut at = 0;
    while clause[at].tok != Tok::End {
        let Some((name, begin)) = bound_name(&clause[at..], names) else {
            return Err(bad_clause(clause[at].span, "expected a name and `=` here"));
        };
        let begin = at + begin;
        let mut end = begin;
        let mut depth = 0_usize;
        loop {
            match clause[end].tok {
                Tok::Open(_) => depth += 1,
                Tok::Close(_) => depth = depth.saturating_sub(1),
                Tok::End => break,
                Tok::Comma | Tok::Semicolon if depth == 0 && bound_name(&clause[end + 1..], names).is_some() => break,
                _ => {}
            }
            end += 1;
        }
        if parts.iter().any(|part| part.name == name) {
            return Err(bad_clause(clause[at].span, "this name is bound twice"));
        }
        let mut body = clause[begin..end].to_vec();
        body.push(Token::new(Tok::End, clause[end].span));
        parts.push(Part { name, tokens: body });
        at = if clause[end].tok == Tok::End { end } else { end + 1 };
    }
    if parts.is_empty() {
        return Err(bad_clause(clause[0].span, "expected a name and `=` here"));
    }
    Ok((tokens, parts))
}

/// The name that `name =` binds, and the place behind the sign.
fn bound_name(tokens: &[Token], names: &KnownNames) -> Option<(String, usize)> {
    let Tok::Word(word) = &tokens.first()?.tok else { return None };
    let canonical = |word: &str| match names.whole(word) {
        Some(Piece::Symbol(name)) => Some(name),
        Some(Piece::User(_) | Piece::Function(_)) => None,
        None => Some(word.to_owned()),
    };
    let mut name = canonical(word)?;
    let mut at = 1;
    if tokens.get(at)?.tok == Tok::Underscore {
        let braced = tokens.get(at + 1)?.tok == Tok::Open(Bracket::Brace);
        let below = at + 1 + usize::from(braced);
        let text = match &tokens.get(below)?.tok {
            Tok::Number(value) => value.to_string(),
            Tok::Word(word) => canonical(word)?,
            _ => return None,
        };
        at = below + 1;
        if braced {
            if tokens.get(at)?.tok != Tok::Close(Bracket::Brace) {
                return None;
            }
            at += 1;
        }
        name = format!("{name}_{text}");
    }
    (tokens.get(at)?.tok == Tok::Equal).then_some((name, at + 1))
}

fn bad_clause(span: Span, label: &str) -> Failure {
    Box::new(
        Diagnostic::new("P0015", "this clause behind `where` cannot be read", span, label)
            .with_help("write it as `x'r where r = A x - b`, several parts with `;` between them"),
    )
}

fn in_script(span: Span) -> Failure {
    bad_clause(span, "a name of the clause stands in a subscript, a bound or a function's exponent")
}

impl Parser<'_> {
    /// A name in a subscript must not be one of the clause: nodes of a subscript are not shared with the rest.
    pub(super) fn not_bound(&self, name: &str, span: Span) -> Result<(), Failure> {
        if self.bindings.known.contains_key(name) { Err(in_script(span)) } else { Ok(()) }
    }

    /// The operand that a name of the clause stands for; `None` where the name is not bound.
    pub(super) fn bound(
        &mut self,
        base: &str,
        text: &str,
        parts: &[AstId],
        span: Span,
    ) -> Result<Option<Operand>, Failure> {
        if self.bindings.known.is_empty() {
            return Ok(None);
        }
        let full = if text.is_empty() { base.to_owned() } else { format!("{base}_{text}") };
        let (found, entry) = match (self.bindings.known.get(&full), self.bindings.known.get(base)) {
            (Some(found), _) => (*found, false),
            (None, Some(found)) => (*found, true),
            (None, None) => return Ok(None),
        };
        if self.in_script() {
            return Err(in_script(span));
        }
        let Some(id) = found else {
            return Err(bad_clause(span, "a part uses only the parts before it"));
        };
        // Leaves are not shared: what surrounds them decides what they mean.
        let kind = self.ast.node(id).kind.clone();
        let id = if matches!(kind, AstKind::Number(_) | AstKind::Name(_)) { self.push(kind, span)? } else { id };
        let id = if entry { self.push(AstKind::EntryOf(id, parts.to_vec()), span)? } else { id };
        Ok(Some(Operand { id, span }))
    }
}
