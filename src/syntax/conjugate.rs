//! Raised marks of the conjugate transpose, which of real values is the transpose: `X^H`, `U ρ U^†`, `H H^*`.

use rustc_hash::FxHashSet;

use super::ast::{AstKind, Function, Mark, ProductOp, Remark};
use super::names::{KnownNames, Rank};
use super::parse::Parser;
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::{Advice, Suggestion};
use crate::span::Span;

/// Whether a raised H is the conjugate transpose: H is no scalar by its declaration, and no sum or product ends with it.
pub(super) fn transposes_by_h(tokens: &[Token], names: &KnownNames) -> bool {
    if names.declares("H") && !matches!(names.rank("H"), Some(Rank::Vector | Rank::Matrix)) {
        return false;
    }
    let is_h = |at: usize| matches!(tokens.get(at).map(|t| &t.tok), Some(Tok::Name(name)) if name == "H");
    let ends_range = |at: usize| {
        let begin = match tokens.get(at + 1).map(|t| &t.tok) {
            Some(Tok::Underscore) => at + 2,
            _ => return false,
        };
        let caret = group_end(tokens, begin);
        tokens.get(caret).is_some_and(|t| t.tok == Tok::Caret) && (is_h(caret + 1) || is_h(caret + 2))
    };
    !tokens.iter().enumerate().any(|(at, token)| matches!(token.tok, Tok::BigSum | Tok::BigProduct) && ends_range(at))
}

/// The place after a token or the group that it opens.
fn group_end(tokens: &[Token], at: usize) -> usize {
    match tokens.get(at).map(|token| &token.tok) {
        Some(Tok::Open(_)) => tokens[at].partner + 1,
        _ => at + 1,
    }
}

/// A mark that is raised after a factor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raised {
    Dagger,
    Star,
    Other,
}

/// The mark at a place, if one is there, and the place after it.
fn raised(tokens: &[Token], at: usize) -> Option<(Raised, usize)> {
    match tokens.get(at).map(|token| &token.tok)? {
        Tok::Dagger => Some((Raised::Dagger, at + 1)),
        Tok::Top | Tok::Prime => Some((Raised::Other, at + 1)),
        Tok::Caret => {
            let end = group_end(tokens, at + 1);
            let inner = if end > at + 2 { &tokens[at + 2..end - 1] } else { tokens.get(at + 1..end)? };
            let mark = match inner {
                [one] if one.tok == Tok::Dagger => Raised::Dagger,
                [one] if one.tok == Tok::Op(ProductOp::Star) => Raised::Star,
                _ => Raised::Other,
            };
            Some((mark, end))
        }
        _ => None,
    }
}

/// The tokens without the `Re` of `\Re(w^H p)` and `real(x'*y)`, with a note: all values are real.
pub(super) fn without_real_parts(
    mut tokens: Vec<Token>,
    names: &KnownNames,
    source: &str,
) -> (Vec<Token>, Option<Remark>) {
    let is_real_part = |at: usize| {
        let Tok::Word(word) = &tokens[at].tok else { return false };
        let is_open = |next: &Token| matches!(next.tok, Tok::Open(Bracket::Round | Bracket::Square | Bracket::Brace));
        let is_set = tokens[at].latex || tokens[at].is_word;
        let behind = tokens.get(at + 1);
        let is_applied = match word.as_str() {
            "Re" => behind.is_some_and(|next| is_open(next) || is_set && next.tok.starts_operand()),
            "real" => behind.is_some_and(|next| is_open(next) && !next.blank),
            _ => false,
        };
        is_applied && !names.has_base(word) && !names.has_function(word)
    };
    let found: Vec<bool> = (0..tokens.len()).map(is_real_part).collect();
    let Some(first) = found.iter().position(|is_one| *is_one) else { return (tokens, None) };
    let span = tokens[first].span;
    let written = source.get(span.start..span.end).unwrap_or("Re").to_owned();
    let message = format!("`{written}` is left out: all values are real").into();
    let mut at = 0;
    tokens.retain(|_| {
        at += 1;
        !found[at - 1]
    });
    (tokens, Some(Remark { row: "real-part", span, message, other: None }))
}

/// The factors of a product, each with its mark, and whether the product is the argument of a trace.
#[derive(Default)]
struct Product<'t> {
    factors: Vec<(Option<&'t str>, Option<Raised>)>,
    in_trace: bool,
}

/// The names whose dagger or star is the conjugate transpose and not the pseudo-inverse or a label: of vectors, `x^† A x`, `x^* A x`, of a
/// matrix on both sides of others, `U ρ U^†`, at an end of a trace, `Tr(A^† B)`, and, of a star, beside the same matrix, `H H^*`.
pub(super) fn conjugated(tokens: &[Token], names: &KnownNames) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    let is_marked = |token: &Token| token.tok == Tok::Dagger || token.tok == Tok::Op(ProductOp::Star);
    if !tokens.iter().any(is_marked) {
        return found;
    }
    // The factors of each product that is open, the innermost last.
    let mut products = vec![Product::default()];
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let mut end = at + 1;
        let name = match &token.tok {
            Tok::Name(name) => Some(name.as_str()),
            Tok::Open(_) => {
                let before = at.checked_sub(1).map(|before| &tokens[before].tok);
                let in_trace = matches!(before, Some(Tok::Func(Function::Trace, ..)));
                products.push(Product { in_trace, ..Product::default() });
                at = end;
                continue;
            }
            Tok::Close(_) => {
                let inner = if products.len() > 1 { products.pop() } else { None };
                collect(&inner.unwrap_or_default(), names, &mut found);
                None
            }
            Tok::Number(_) | Tok::Word(_) | Tok::Bar(_) | Tok::DoubleBar(..) => None,
            _ => {
                if let Some(open) = products.last_mut() {
                    collect(open, names, &mut found);
                    open.factors.clear();
                }
                at = end;
                continue;
            }
        };
        if tokens.get(end).is_some_and(|next| next.tok == Tok::Underscore) {
            end = group_end(tokens, end + 1);
        }
        let mark = raised(tokens, end);
        if let Some((_, behind)) = mark {
            end = behind;
        }
        if let Some(open) = products.last_mut() {
            open.factors.push((name, mark.map(|(mark, _)| mark)));
        }
        at = end;
    }
    for product in &products {
        collect(product, names, &mut found);
    }
    found
}

/// Takes the names of one product whose mark is a conjugate transpose.
fn collect(product: &Product<'_>, names: &KnownNames, found: &mut FxHashSet<String>) {
    let factors = &product.factors;
    for (place, (name, mark)) in factors.iter().enumerate() {
        let (Some(name), Some(mark @ (Raised::Dagger | Raised::Star))) = (name, mark) else { continue };
        let is_small = name.starts_with(|c: char| c.is_ascii_lowercase());
        let may_be_vector = is_small && matches!(names.rank(name), None | Some(Rank::Vector));
        let distance = |(other, (same, raised)): (usize, &(Option<&str>, Option<Raised>))| {
            (*same == Some(*name) && raised.is_none()).then(|| other.abs_diff(place))
        };
        let others: Vec<usize> = factors.iter().enumerate().filter_map(distance).collect();
        let is_own = names.declares(&format!("{name}^*"));
        let has_distant = others.iter().any(|distance| *distance > 1);
        // `x^* x`, alone: of a vector and an optimum one takes no product.
        let is_square = factors.len() == 2 && !others.is_empty();
        let is_vector =
            may_be_vector && (*mark == Raised::Dagger || !is_own && place == 0 && (has_distant || is_square));
        let ends_trace = product.in_trace && *mark == Raised::Dagger && (place == 0 || place + 1 == factors.len());
        let is_matrix = !is_small && !is_own;
        if is_vector || is_matrix && (has_distant || ends_trace || *mark == Raised::Star && !others.is_empty()) {
            found.insert((*name).to_owned());
        }
    }
}

impl Parser<'_> {
    /// Whether an H that is raised after the operand transposes it: no number, no Greek letter that is not bold, no sum with a number.
    pub(super) fn is_transposed_by_h(&self) -> bool {
        let Some(operand) = self.state.operand.filter(|_| self.transposes_by_h) else { return false };
        match &self.ast.node(operand.id).kind {
            AstKind::Name(name) => {
                let greek = name.base.starts_with(|c: char| ('α'..='ω').contains(&c));
                name.base != "e" && (!greek || name.mark != Mark::None)
            }
            AstKind::Sum(terms) => {
                !terms.iter().any(|(_, term)| matches!(self.ast.node(*term).kind, AstKind::Number(_)))
            }
            AstKind::Number(_) => false,
            _ => true,
        }
    }

    /// Whether a dagger or star after the operand transposes it.
    pub(super) fn is_conjugated(&self) -> bool {
        let name = self.state.operand.map(|operand| &self.ast.node(operand.id).kind);
        matches!(name, Some(AstKind::Name(name)) if self.conjugated.contains(&name.base))
    }

    /// Whether a star at a place is raised after a name that it transposes.
    pub(super) fn is_star_of_conjugate(&self, at: usize) -> bool {
        let place = at + usize::from(matches!(self.tok(at), Tok::Open(_)));
        self.is_conjugated() && self.tok(place) == &Tok::Op(ProductOp::Star)
    }

    /// The note on a transpose that is written with a mark of the conjugate transpose.
    pub(super) fn note_on_conjugate(&mut self, (at, next): (usize, usize), span: Span) {
        let mut marks = self.tokens[at..next].iter().map(|token| &token.tok);
        let mark = marks.find(|tok| {
            matches!(tok, Tok::Dagger | Tok::Op(ProductOp::Star)) || matches!(tok, Tok::Name(name) if name == "H")
        });
        let mut other = None;
        let message = match mark {
            Some(Tok::Dagger) => {
                let operand = self.ast.written(Span::new(span.start, self.tokens[at].span.start));
                let pinv = format!("pinv({operand})");
                let message = format!(
                    "a dagger is read as the transpose here: all values are real; the pseudo-inverse is `{pinv}`"
                );
                other = Some(pinv);
                Advice::from(message)
            }
            Some(Tok::Op(_)) => Advice::from("`^*` is read as the transpose here: all values are real"),
            Some(_) => {
                Advice::from("`^H` is read as the transpose: all values are real; for a power declare the exponent: ")
                    .suggest(Suggestion::declaration("H: scalar".to_owned()))
            }
            None => return,
        };
        if !self.ast.remarks.iter().any(|known| known.row == "real-transpose") {
            self.ast.remarks.push(Remark { row: "real-transpose", span, message, other });
        }
    }
}
