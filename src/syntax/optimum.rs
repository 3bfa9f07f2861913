//! What is minimized or maximized: of `\min_x f`, `argmin_w f`, `minimize f` the function f is meant, and x is its variable.

use super::ast::{Ast, Declaration, Remark};
use super::definition::Reader;
use super::names::Piece;
use super::parse::Failure;
use super::token::{Bracket, Relation, SUBJECT_TO, Tok, Token, closing};
use crate::diagnostic::{Advice, Diagnostic};
use crate::span::Span;

/// The sign of a minimum before an expression.
pub(super) struct Optimum {
    pub(super) span: Span,
    /// What stands below it.
    pub(super) variables: Vec<String>,
    /// The sets that these are from.
    pub(super) declarations: Vec<Declaration>,
}

/// Words that are nothing but the sign of a minimum or maximum.
const OPTIMIZE: &[&str] =
    &["minimize", "maximize", "minimise", "maximise", "Minimize", "Maximize", "argmin", "argmax", "argMin", "argMax"];

/// Those of a maximum.
pub(super) const MAXIMIZE: &[&str] = &["max", "maximize", "maximise", "Maximize", "argmax", "argMax"];

impl Reader<'_> {
    /// Takes the sign of a minimum off the beginning, with what stands below it.
    pub(super) fn optimum(&self, tokens: &mut Vec<Token>) -> Result<Option<Optimum>, Failure> {
        let Some((sign, is_certain)) = self.sign(tokens) else { return Ok(None) };
        let has_below = tokens.get(sign).is_some_and(|token| token.tok == Tok::Underscore);
        // `max(a, b)`, `\max\{0, 1 - t\}` and `argmax(x)` are calls.
        let is_call = matches!(tokens.get(sign).map(|token| &token.tok), Some(Tok::Open(Bracket::Round)));
        let is_minimize = self.is_word(tokens.first(), &OPTIMIZE[..6]);
        if !has_below && (!is_certain || is_call && !is_minimize) {
            return Ok(None);
        }
        let span = tokens[0].span.join(tokens[sign - 1].span);
        let mut found = Optimum { span, variables: Vec::new(), declarations: Vec::new() };
        if !has_below {
            tokens.drain(..sign);
            return Ok(Some(found));
        }
        let (from, to, next) = match tokens.get(sign + 1).map(|token| &token.tok) {
            Some(Tok::Open(Bracket::Brace)) => {
                let Some(close) = closing(tokens, sign + 1) else { return Ok(None) };
                (sign + 2, close, close + 1)
            }
            // In LaTeX `\min_xf` has x below.
            Some(Tok::Word(word))
                if self.is_latex
                    && word.chars().count() > 1
                    && tokens[sign + 1].span.end - tokens[sign + 1].span.start == word.len()
                    && self.names.whole(word).is_none() =>
            {
                let (word, token) = (word.clone(), tokens[sign + 1].clone());
                let length = word.chars().next().map_or(0, char::len_utf8);
                let middle = token.span.start + length;
                let first = Token { span: Span::new(token.span.start, middle), ..token.clone() };
                let rest = Token { span: Span::new(middle, token.span.end), blank: false, ..token };
                tokens[sign + 1] = Token { tok: Tok::Word(word[..length].to_owned()), ..first };
                tokens.insert(sign + 2, Token { tok: Tok::Word(word[length..].to_owned()), ..rest });
                (sign + 1, sign + 2, sign + 2)
            }
            Some(Tok::Word(_)) => (sign + 1, sign + 2, sign + 2),
            _ => return Ok(None),
        };
        self.below(&tokens[from..to], &mut found)?;
        // `\max_i x_i` is over an index, not over a variable.
        if found.variables.iter().any(|variable| self.is_index(&tokens[next..], variable)) {
            return Ok(None);
        }
        // `\min_x \quad & f`, in columns
        let in_columns = |token: &&Token| token.tok == Tok::Comma && self.text(token.span) == "&";
        let columns = tokens[next..].iter().take_while(in_columns).count();
        tokens.drain(..next + columns);
        Ok(Some(found))
    }

    /// The place after the sign of a minimum that these symbols begin with, and whether it can be nothing else.
    fn sign(&self, tokens: &[Token]) -> Option<(usize, bool)> {
        let braced = usize::from(tokens.first()?.tok == Tok::Open(Bracket::Brace));
        let is_arg = self.is_word(tokens.get(braced), &["arg"]);
        let at = braced + usize::from(is_arg);
        let is_plain = self.is_word(tokens.get(at), &["min", "max"]);
        if !is_plain && (is_arg || !self.is_word(tokens.get(at), OPTIMIZE)) {
            return None;
        }
        if braced == 1 && tokens.get(at + 1)?.tok != Tok::Close(Bracket::Brace) {
            return None;
        }
        Some((at + 1 + braced, is_arg || !is_plain))
    }

    /// What stands below: names, or names with the sets that they are from.
    fn below(&self, tokens: &[Token], found: &mut Optimum) -> Result<(), Failure> {
        let mut part: Vec<&Token> = Vec::new();
        let mut depth = 0_usize;
        let mut parts = Vec::new();
        let mut is_set = false;
        for token in tokens {
            match token.tok {
                Tok::Open(_) => depth += 1,
                Tok::Close(_) => depth = depth.saturating_sub(1),
                Tok::Relation(Relation::In) => is_set = true,
                Tok::Comma if depth == 0 => {
                    parts.push((std::mem::take(&mut part), is_set));
                    is_set = false;
                    continue;
                }
                _ => is_set |= self.is_word(Some(token), &["in"]),
            }
            part.push(token);
        }
        parts.push((part, is_set));
        // In `x, y ∈ ℝⁿ` the set is that of both.
        for (part, is_set) in parts {
            let mut part: Vec<Token> = part.into_iter().cloned().collect();
            let place = part.iter().map(|token| token.span).reduce(Span::join).unwrap_or(found.span);
            part.push(Token::new(Tok::End, Span::new(place.end, place.end)));
            let Some(named) = self.name_at(&part, 0) else { return Err(Box::new(unreadable(place))) };
            found.variables.push(named.name.clone());
            match part[named.next].tok {
                Tok::End => {}
                Tok::Relation(Relation::In) | Tok::Word(_) if is_set => {
                    let mut list = self.declarations(&part[..part.len() - 1])?;
                    if let Some(one) = list.first().cloned() {
                        let count = found.variables.len() - 1;
                        let known: Vec<String> = found.declarations.iter().map(|one| one.name.clone()).collect();
                        let more = found.variables[..count].iter().filter(|name| !known.contains(name));
                        list.extend(more.map(|name| Declaration { name: name.clone(), ..one.clone() }));
                    }
                    found.declarations.extend(list);
                }
                _ => return Err(Box::new(constraint(place))),
            }
        }
        Ok(())
    }

    /// Whether a name stands below other names and nowhere else, or is a letter of indices that stands nowhere else.
    fn is_index(&self, tokens: &[Token], name: &str) -> bool {
        let (mut below, mut elsewhere) = (matches!(name, "i" | "j" | "k" | "l"), false);
        let mut script_end = 0;
        for (at, token) in tokens.iter().enumerate() {
            if token.tok == Tok::Underscore && at >= script_end {
                let is_group = tokens.get(at + 1).is_some_and(|next| matches!(next.tok, Tok::Open(_)));
                script_end = if is_group { closing(tokens, at + 1).unwrap_or(tokens.len()) } else { at + 2 };
            }
            let Tok::Word(word) = &token.tok else { continue };
            if at < script_end {
                below |= word.contains(name)
                    && self.names.whole(word).is_none_or(|piece| piece == Piece::Symbol(name.to_owned()));
            } else {
                elsewhere |= self
                    .names
                    .split(word)
                    .is_ok_and(|pieces| pieces.iter().any(|(_, piece)| *piece == Piece::Symbol(name.to_owned())));
            }
        }
        below && !elsewhere
    }

    /// Refuses a text with constraints.
    pub(super) fn refuse_constraint(&self, tokens: &[Token]) -> Result<(), Failure> {
        let found = tokens.iter().enumerate().find(|(at, token)| {
            let next = tokens.get(at + 1);
            self.is_word(Some(token), &[SUBJECT_TO])
                || self.is_word(Some(token), &["subject"]) && self.is_word(next, &["to"])
                || self.is_word(Some(token), &["such"]) && self.is_word(next, &["that"])
        });
        found.map_or(Ok(()), |(_, token)| Err(Box::new(constraint(token.span))))
    }
}

/// What is said where the function below a minimum is asked for by other variables than those that stand below the sign.
///
/// # Errors
/// None of them stands there: the minimum is a function of them, and another one than what is minimized.
pub fn by_others(ast: &Ast, asked: &[String]) -> Result<Option<Remark>, Box<Diagnostic>> {
    let Some((span, below)) = &ast.heading.optimum else { return Ok(None) };
    let base = |name: &str| name.split_once('_').map_or(name, |(base, _)| base).to_owned();
    let is_asked = |name: &String| asked.iter().any(|other| other == name || base(other) == base(name));
    let held: Vec<String> = below.iter().filter(|name| !is_asked(name)).map(|name| format!("`{name}`")).collect();
    if asked.is_empty() || held.is_empty() {
        return Ok(None);
    }
    let (sign, held) = (ast.written(*span), held.join(", "));
    let is_maximum = ast.heading.maximum.is_some();
    let optimum = if is_maximum { "maximum" } else { "minimum" };
    let of = asked.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if below.iter().any(is_asked) {
        let message =
            format!("`{sign}` is not read: the derivative is that of the function after it, with {held} held fixed");
        return Ok(Some(Remark { row: "optimum-left-out", span: *span, message: message.into(), other: None }));
    }
    let message = format!("the {optimum} over {held} is a function of {of}, and is not read as one");
    let error = Diagnostic::new("P0016", message, *span, "only the function after it is read")
        .with_note(format!(
            "where one point alone attains the {optimum}, its gradient is that with {held} held fixed there"
        ))
        .with_help(format!("for the gradient with {held} held fixed leave out `{sign}` and what stands below it"))
        .with_help(format!("or ask for that in {held}"));
    Err(Box::new(error))
}

/// The error at a minimum that is not the whole expression.
pub(super) fn nested(span: Span, outer: Option<Span>) -> Diagnostic {
    let error = Diagnostic::new(
        "P0016",
        "a minimum or maximum over a variable inside an expression",
        span,
        "not at the beginning",
    );
    let error = match outer {
        Some(outer) => error.with_label(outer, "inside this one"),
        None => error,
    };
    error
        .with_note("`min_x f` stands for the function f itself, and only at the beginning")
        .with_help("write `max(x)`, `min(x)` for the largest and smallest entry, `max(a, b)` for the larger of two")
}

fn constraint(span: Span) -> Diagnostic {
    Diagnostic::new("P0016", "constraints cannot be read", span, "a constraint begins here")
        .with_help(
            Advice::from("give the function alone; equations are given to `solve`")
                .in_shell(": `matcalc solve \"x'x\" -w x --subject-to \"1'x = 1\"`"),
        )
        .with_help("or write the Lagrangian with its multipliers out: `f + λ'(A x - b)`")
}

fn unreadable(span: Span) -> Diagnostic {
    Diagnostic::new("P0016", "the text below the minimum or maximum cannot be read", span, "expected names")
        .with_help("write the variables below it, as in `\\min_x f` or `\\min_{w, b} f`")
        .with_help(
            Advice::from("equations are given to `solve`")
                .in_shell(": `matcalc solve \"x'x\" -w x --subject-to \"1'x = 1\"`"),
        )
}
