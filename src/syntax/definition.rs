//! Definitions: what a text names before or after its expression, as in `r = A x - b; r'r` and `r'r where r = A x - b`, and the name
//! that it gives the expression itself, as in `f(x) = x'A x`. Here the symbols of a text are told apart into these parts; each part is
//! then read like any expression, and `binding` says what the names stand for.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{Heading, ProductOp, Remark};
use super::declare::parse_declarations;
use super::names::{KnownNames, Piece};
use super::optimum::{MAXIMIZE, Optimum};
use super::parse::Failure;
use super::token::{Bracket, Relation, Tok, Token};
use super::word_below::is_word_below;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;

/// Most names in the brackets of `f(x, y) =`.
const MAX_ARGUMENTS: usize = 32;

/// Capitals that are the name of what is minimized, not a product of letters.
const OBJECTIVES: &[&str] = &[
    "MSE", "RSS", "SSE", "SSR", "MAE", "RMSE", "NLL", "LL", "KL", "CE", "BCE", "ELBO", "OLS", "MLE", "MAP", "Loss",
    "Cost", "Obj",
];

/// A named part before it is read.
pub(super) struct Definition {
    pub(super) name: String,
    /// Where the name stands.
    pub(super) span: Span,
    /// x of `h(x) = …`.
    pub(super) arguments: Vec<String>,
    pub(super) tokens: Vec<Token>,
}

/// The parts of a text.
#[derive(Default)]
pub(super) struct Parts {
    /// The definitions in the order in which they may use one another.
    pub(super) definitions: Vec<Definition>,
    /// The expression.
    pub(super) main: Vec<Token>,
    /// The name that the expression has, and where it stands.
    pub(super) name: Option<(String, Span)>,
    /// What the text says beside its expression.
    pub(super) heading: Heading,
    /// Whether there is a `where`.
    pub(super) has_clause: bool,
    /// Where brackets open behind names that are defined without an argument, and the symbol in whose place what they hold is put.
    pub(super) calls: Vec<(usize, String)>,
    /// What is to be said of brackets behind such names.
    pub(super) remarks: Vec<Remark>,
}

/// What stands before the sign of a definition.
pub(super) struct Head {
    /// `None` for a function without a name, `x ↦ x'x`.
    name: Option<String>,
    span: Span,
    arguments: Vec<String>,
    /// How many of the arguments are variables: those after a `;` or a bar are parameters.
    variables: usize,
    /// The place after the sign.
    pub(super) body: usize,
}

/// A name as it stands among the symbols.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) span: Span,
    /// The place after it.
    pub(super) next: usize,
    /// Whether its letters cannot be a product.
    is_one: bool,
    /// Whether it is `x^*`.
    is_starred: bool,
}

/// A piece of the text between separators.
struct Segment {
    tokens: Vec<Token>,
    /// What ends it.
    end: Span,
    /// Whether it stands after `where`.
    in_clause: bool,
    head: Option<Head>,
    is_domain: bool,
}

impl Segment {
    /// Whether the letter of the name that it defines stands among symbols.
    fn names_in(&self, tokens: &[Token]) -> bool {
        let Some(name) = self.head.as_ref().and_then(|head| head.name.as_deref()) else { return false };
        let letter = name.split(['_', '^']).next().unwrap_or(name);
        let is_it =
            |word: &str| word == letter || super::greek::greek(word).is_some_and(|found| letter == found.to_string());
        tokens.iter().any(|token| matches!(&token.tok, Tok::Word(word) if is_it(word)))
    }
}

/// Whether a part of the text ends here.
fn ends_part(token: Option<&Token>) -> bool {
    token
        .is_none_or(|token| token.newline || matches!(token.tok, Tok::End | Tok::Comma | Tok::Semicolon | Tok::Word(_)))
}

/// What is known of the text whose parts are looked for.
pub(super) struct Reader<'a> {
    pub(super) names: &'a KnownNames,
    pub(super) source: &'a str,
    pub(super) is_latex: bool,
}

/// Tells the parts of a text apart.
pub(super) fn split(tokens: Vec<Token>, names: &KnownNames, source: &str) -> Result<Parts, Failure> {
    let reader = Reader { names, source, is_latex: source.contains('\\') };
    reader.refuse_constraint(&tokens)?;
    let has_parts = tokens.iter().any(|token| reader.can_part(token));
    let mut tokens = if has_parts { reader.tidy(tokens) } else { tokens };
    let mut segments = if has_parts { reader.segments(&tokens) } else { Vec::new() };
    let has_clause = segments.iter().any(|segment| segment.in_clause);
    let no_head = segments.iter().all(|segment| segment.head.is_none());
    let is_domain = |segment: &Segment| segment.is_domain;
    let is_plain = !has_clause && no_head && (segments.iter().all(is_domain) || !segments.iter().any(is_domain));
    let heading = Heading::default();
    let main = if is_plain {
        segments.clear();
        let end = tokens.pop().map_or_else(Span::default, |token| token.span);
        Segment { tokens, end, in_clause: false, head: None, is_domain: false }
    } else {
        reader.take_main(&mut segments)?
    };
    let mut parts = Parts { heading, has_clause, ..Parts::default() };
    for segment in segments {
        if let Some(head) = segment.head {
            parts.definitions.push(reader.definition(head, segment.tokens, segment.end)?);
        } else if segment.is_domain {
            let list = reader.declarations(&segment.tokens)?;
            parts.heading.declarations.extend(list);
        }
    }
    let mut known: FxHashMap<&str, Span> = FxHashMap::default();
    for definition in &parts.definitions {
        if let Some(first) = known.insert(&definition.name, definition.span) {
            let error = if has_clause {
                bad_clause(definition.span, "this name is bound twice")
            } else {
                bad_definition(definition.span, &format!("`{}` is defined twice", definition.name), "again here")
                    .with_help("give one of the two another name")
            };
            return Err(Box::new(error.with_label(first, "first here")));
        }
    }
    if parts.definitions.len() > 1 {
        parts.definitions = reader.in_order(parts.definitions);
    }
    reader.main(main, &mut parts)?;
    reader.brackets_of_definitions(&mut parts)?;
    parts.heading.defined = parts.definitions.iter().map(|one| (one.name.clone(), one.span)).collect();
    Ok(parts)
}

impl Reader<'_> {
    pub(super) fn text(&self, span: Span) -> &str {
        self.source.get(span.start..span.end).unwrap_or("")
    }

    /// Whether a token is one of these words, and not below a letter, `x_{with}`, or a part of a name in code,
    /// `cross_entropy_with_logits`.
    pub(super) fn is_word(&self, token: Option<&Token>, words: &[&str]) -> bool {
        let before = token.and_then(|token| self.source.get(..token.span.start));
        if before.is_some_and(|before| before.ends_with('_') || before.ends_with("_{")) {
            return false;
        }
        matches!(token.map(|token| &token.tok), Some(Tok::Word(word)) if words.contains(&word.as_str()) && !self.names.has_base(word))
    }

    /// Whether a symbol can tell parts of a text apart, or a name from what it stands for.
    fn can_part(&self, token: &Token) -> bool {
        match token.tok {
            Tok::Equal | Tok::MapsTo | Tok::Colon | Tok::Comma | Tok::Semicolon | Tok::Relation(_) => true,
            Tok::Word(_) => self.is_word(Some(token), &["where", "with", "and", "in"]),
            _ => false,
        }
    }

    /// The symbols without what only arranges them: separators at the end, the alignment of LaTeX, `\text{, where}` in braces.
    fn tidy(&self, mut tokens: Vec<Token>) -> Vec<Token> {
        while let [_, .., last, _] = tokens.as_slice() {
            if !matches!(last.tok, Tok::Comma | Tok::Semicolon) {
                break;
            }
            tokens.remove(tokens.len() - 2);
        }
        let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
        let mut depth = 0_usize;
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            let next = tokens.get(at + 1).map(|token| &token.tok);
            match token.tok {
                Tok::Open(Bracket::Brace) if depth == 0 => {
                    let comma = usize::from(next == Some(&Tok::Comma));
                    let word = at + 1 + comma;
                    let close =
                        word + 1 + usize::from(tokens.get(word + 1).is_some_and(|token| token.tok == Tok::Comma));
                    if self.is_word(tokens.get(word), &["where", "with", "and"])
                        && tokens.get(close).is_some_and(|token| token.tok == Tok::Close(Bracket::Brace))
                    {
                        out.extend(tokens[at + 1..=word].iter().cloned());
                        at = close + 1;
                        continue;
                    }
                    depth += 1;
                }
                Tok::Open(_) => depth += 1,
                Tok::Close(_) => depth = depth.saturating_sub(1),
                Tok::Comma if depth == 0 && self.text(token.span) == "&" => {
                    let before = out.last().map(|token| &token.tok);
                    // `\\\\ &+& x` of an array of equations.
                    let at_row = before.is_none_or(|tok| matches!(tok, Tok::Semicolon | Tok::Equal) || joins(tok));
                    if at_row || next.is_some_and(|tok| joins(tok) || *tok == Tok::Equal) {
                        at += 1;
                        continue;
                    }
                }
                // A row that ends in an operator, or before one, goes on.
                Tok::Semicolon if depth == 0 && self.text(token.span) == "\\\\" => {
                    let behind = tokens[at + 1..].iter().find(|token| self.text(token.span) != "&");
                    let goes_on =
                        behind.is_some_and(|token| joins(&token.tok) || self.is_word(Some(token), &["where", "with"]));
                    if goes_on || out.last().is_some_and(|token| joins(&token.tok) || token.tok == Tok::Equal) {
                        at += 1;
                        continue;
                    }
                }
                _ => {}
            }
            out.push(tokens[at].clone());
            at += 1;
        }
        out
    }

    /// Cuts a text at `where`, and where semicolons, commas and line ends separate definitions.
    fn segments(&self, tokens: &[Token]) -> Vec<Segment> {
        let last = self.last_places(tokens);
        let mut segments = Vec::new();
        let (mut start, mut in_clause) = (0, false);
        let mut current = self.kind(&tokens[start..], in_clause);
        let (mut depth, mut angles) = (0_usize, 0_usize);
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            let mut next = at + 1;
            let cut = match &token.tok {
                Tok::Open(_) => {
                    depth += 1;
                    false
                }
                Tok::Close(_) => {
                    depth = depth.saturating_sub(1);
                    false
                }
                Tok::End => true,
                _ if depth > 0 => false,
                // `np.where(x > 0, x, 0)` is a call.
                Tok::Word(_) if self.is_word(Some(token), &["where", "with"]) => {
                    !tokens.get(next).is_some_and(|next| matches!(next.tok, Tok::Open(Bracket::Round)) && !next.blank)
                }
                Tok::Word(_) if self.is_word(Some(token), &["and"]) => self.begins(&tokens[next..], in_clause),
                Tok::Semicolon => !in_clause || self.begins(&tokens[next..], true),
                Tok::Comma if angles > 0 => self.head(&tokens[next..], in_clause).is_some(),
                Tok::Comma if self.is_word(tokens.get(next), &["where", "with", "and"]) => false,
                Tok::Comma => {
                    let is_whole = current.1.is_none_or(|relation| start + relation < at);
                    is_whole && (self.begins(&tokens[next..], in_clause) || current.0.is_some() && !in_clause)
                }
                Tok::Less => {
                    angles += 1;
                    false
                }
                Tok::Greater => {
                    angles = angles.saturating_sub(1);
                    false
                }
                _ => false,
            };
            let row_ends = !cut && depth == 0 && token.newline && at > start && !joins(&token.tok) && {
                let before = &tokens[at - 1].tok;
                let is_used = current.0.as_ref().is_some_and(|head| {
                    head.name.as_ref().and_then(|name| last.get(&name.chars().next()?)).is_some_and(|last| *last >= at)
                });
                let begins = token.tok.starts_operand() || matches!(token.tok, Tok::Word(_));
                !joins(before)
                    && *before != Tok::Equal
                    && begins
                    && (is_used || self.head(&tokens[at..], in_clause).is_some())
            };
            if row_ends {
                next = at;
            }
            if cut || row_ends {
                let mut inner = &tokens[start..at];
                while let [before @ .., Token { tok: Tok::Comma, .. }] = inner {
                    inner = before;
                }
                segments.push(Segment {
                    tokens: inner.to_vec(),
                    end: token.span,
                    in_clause,
                    head: current.0.take(),
                    is_domain: current.1.is_some(),
                });
                if matches!(token.tok, Tok::Word(_)) && cut && !self.is_word(Some(token), &["and"]) {
                    in_clause = true;
                    next += usize::from(tokens.get(next).is_some_and(|token| token.tok == Tok::Colon));
                }
                if token.tok == Tok::End {
                    break;
                }
                (start, angles) = (next, 0);
                current = self.kind(&tokens[start..], in_clause);
                at = if row_ends { at + 1 } else { next };
                // The first symbol of the row may open a bracket.
                if row_ends && matches!(token.tok, Tok::Open(_)) {
                    depth += 1;
                }
                continue;
            }
            at = next;
        }
        segments
    }

    /// For each first letter of a name the last place where it occurs.
    fn last_places(&self, tokens: &[Token]) -> FxHashMap<char, usize> {
        let mut last = FxHashMap::default();
        for (at, token) in tokens.iter().enumerate() {
            let Tok::Word(word) = &token.tok else { continue };
            if let Some(Piece::Symbol(name)) = self.names.whole(word) {
                last.extend(name.chars().next().map(|letter| (letter, at)));
            }
            last.extend(word.chars().take(MAX_ARGUMENTS).map(|letter| (letter, at)));
        }
        last
    }

    /// What begins with these symbols: a definition, or a set that names are from, by the place of its sign.
    fn kind(&self, tokens: &[Token], in_clause: bool) -> (Option<Head>, Option<usize>) {
        if let Some(sign) = self.symmetric(tokens) {
            return (None, Some(sign));
        }
        let head = self.head(tokens, in_clause);
        let domain = if head.is_none() { self.domain(tokens) } else { None };
        (head, domain)
    }

    fn begins(&self, tokens: &[Token], in_clause: bool) -> bool {
        let (head, domain) = self.kind(tokens, in_clause);
        head.is_some() || domain.is_some()
    }

    /// The place of the sign in `A = A^T`, with which a part ends.
    fn symmetric(&self, tokens: &[Token]) -> Option<usize> {
        let first = self.name_at(tokens, 0)?;
        let second = self.name_at(tokens, first.next + 1)?;
        if tokens.get(first.next)?.tok != Tok::Equal || second.name != first.name {
            return None;
        }
        let is_top = |at: usize| match &tokens.get(at)?.tok {
            Tok::Prime | Tok::Top => Some(true),
            Tok::Word(word) | Tok::Name(word) => Some(word == "T"),
            _ => Some(false),
        };
        let at = second.next;
        let next = match &tokens.get(at)?.tok {
            Tok::Caret if matches!(tokens.get(at + 1)?.tok, Tok::Open(Bracket::Brace)) => {
                is_top(at + 2)?.then_some(at + 4)
            }
            Tok::Caret => is_top(at + 1)?.then_some(at + 2),
            _ => is_top(at)?.then_some(at + 1),
        }?;
        ends_part(tokens.get(next)).then_some(first.next)
    }

    /// The place of the sign in `x, y ∈ ℝⁿ`, `A: symmetric(n)`, `A ≻ 0`.
    fn domain(&self, tokens: &[Token]) -> Option<usize> {
        let mut at = 0;
        for _ in 0..MAX_ARGUMENTS {
            let next = self.name_at(tokens, at)?.next;
            match &tokens.get(next)?.tok {
                Tok::Comma => at = next + 1,
                Tok::Relation(Relation::In) => return Some(next),
                Tok::Relation(Relation::Above | Relation::GreaterEqual) | Tok::Greater => {
                    let is_zero = matches!(&tokens.get(next + 1)?.tok, Tok::Number(number) if number.is_zero());
                    return (is_zero && ends_part(tokens.get(next + 2))).then_some(next);
                }
                Tok::Colon if !tokens[next..].iter().take(MAX_ARGUMENTS).any(|token| token.tok == Tok::MapsTo) => {
                    return Some(next);
                }
                Tok::Word(_) if self.is_word(tokens.get(next), &["in", "is"]) => return Some(next),
                _ => return None,
            }
        }
        None
    }

    /// A span that begins inside `\mathbf{…}` with this command.
    pub(super) fn with_style(&self, span: Span) -> Span {
        let before = self.source.get(..span.start).unwrap_or("");
        let command = before.trim_end().strip_suffix('{').map(str::trim_end);
        let letters = command.map(|command| command.trim_end_matches(|c: char| c.is_ascii_alphabetic()));
        match letters.and_then(|rest| rest.strip_suffix('\\')) {
            Some(rest) => Span::new(rest.len(), span.end),
            None => span,
        }
    }

    /// What these symbols declare.
    pub(super) fn declarations(&self, tokens: &[Token]) -> Result<Vec<super::ast::Declaration>, Failure> {
        let span = tokens.iter().map(|token| token.span).reduce(Span::join).unwrap_or_default();
        parse_declarations(self.text(self.with_style(span)))
            .map(|list| list.into_iter().map(|one| super::ast::Declaration { span: Span::default(), ..one }).collect())
            .map_err(|_| {
                Box::new(
                    Diagnostic::new("P0013", "this set cannot be read", span, "expected a set such as `ℝⁿ`").with_help(
                        Advice::from("declare the name")
                            .in_shell(" with `-d`")
                            .words(", as in ")
                            .suggest(Suggestion::declaration("x in R^n")),
                    ),
                )
            })
    }

    /// A name at a place: a letter, or a word that is one, with what stands below it and a star.
    pub(super) fn name_at(&self, tokens: &[Token], at: usize) -> Option<Named> {
        let first = tokens.get(at)?;
        let (mut name, mut next, is_one) = match &first.tok {
            Tok::Open(Bracket::Brace) => {
                let Tok::Word(word) = &tokens.get(at + 1)?.tok else { return None };
                if tokens.get(at + 2)?.tok != Tok::Close(Bracket::Brace) {
                    return None;
                }
                (self.canonical(word)?, at + 3, self.is_one(word))
            }
            Tok::Word(word) => (self.canonical(word)?, at + 1, self.is_one(word)),
            _ => return None,
        };
        let (mut below, mut is_starred, mut label) = (None, false, None);
        loop {
            match &tokens.get(next)?.tok {
                Tok::Underscore if below.is_none() => {
                    let (text, behind) = self.text_below(tokens, next + 1)?;
                    (below, next) = (Some(text), behind);
                }
                Tok::Caret if label.is_none() && self.label_above(tokens, next).is_some() => {
                    label = self.label_above(tokens, next);
                    next += 4;
                }
                Tok::Caret if !is_starred => {
                    let braced = usize::from(tokens.get(next + 1)?.tok == Tok::Open(Bracket::Brace));
                    if !matches!(tokens.get(next + 1 + braced)?.tok, Tok::Op(op) if op.is_product()) {
                        break;
                    }
                    if braced == 1 && tokens.get(next + 3)?.tok != Tok::Close(Bracket::Brace) {
                        break;
                    }
                    is_starred = true;
                    next += 2 + 2 * braced;
                }
                _ => break,
            }
        }
        if is_starred {
            name.push_str("^*");
        }
        if let Some(label) = label {
            name = format!("{name}^{label}");
        }
        if let Some(below) = below {
            name = format!("{name}_{below}");
        }
        let span = first.span.join(tokens[next - 1].span);
        Some(Named { name, span, next, is_one, is_starred })
    }

    /// The word that is raised as a label in braces at a place.
    fn label_above<'t>(&self, tokens: &'t [Token], at: usize) -> Option<&'t str> {
        match tokens.get(at + 1..at + 4)? {
            [open, Token { tok: Tok::Word(word), .. }, close]
                if open.tok == Tok::Open(Bracket::Brace)
                    && close.tok == Tok::Close(Bracket::Brace)
                    && is_word_below(word)
                    && !self.names.has_base(word) =>
            {
                Some(word)
            }
            _ => None,
        }
    }

    /// What stands below a name, as text, and the place after it.
    fn text_below(&self, tokens: &[Token], at: usize) -> Option<(String, usize)> {
        let piece = |token: &Token| match &token.tok {
            Tok::Number(value) => Some(value.to_string()),
            // `y_hat`, `x_mean`: below a name no function is taken.
            Tok::Word(word) => match self.names.whole(word) {
                Some(Piece::Function(_)) => Some(word.clone()),
                _ => self.canonical(word),
            },
            Tok::Comma => Some(",".to_owned()),
            Tok::Plus => Some("+".to_owned()),
            Tok::Minus => Some("-".to_owned()),
            Tok::Bar(_) => Some("|".to_owned()),
            Tok::Op(ProductOp::Star) => Some("*".to_owned()),
            Tok::Stars => Some("**".to_owned()),
            _ => None,
        };
        if tokens.get(at)?.tok != Tok::Open(Bracket::Brace) {
            // In LaTeX a subscript without braces is one letter.
            let is_run = matches!(&tokens[at].tok, Tok::Word(word) if word.chars().count() > 1 && self.names.whole(word).is_none());
            return if is_run && self.is_latex { None } else { Some((piece(&tokens[at])?, at + 1)) };
        }
        let mut text = String::new();
        for (place, token) in tokens.iter().enumerate().skip(at + 1).take(MAX_ARGUMENTS) {
            if token.tok == Tok::Close(Bracket::Brace) {
                return (place > at + 1).then_some((text, place + 1));
            }
            text.push_str(&piece(token)?);
        }
        None
    }

    pub(super) fn canonical(&self, word: &str) -> Option<String> {
        match self.names.whole(word) {
            Some(Piece::Symbol(name)) => Some(name),
            Some(Piece::User(_) | Piece::Function(_)) => None,
            None => Some(word.to_owned()),
        }
    }

    /// Whether the letters of a word are one name rather than a product.
    fn is_one(&self, word: &str) -> bool {
        self.names.whole(word).is_some()
            || word.chars().filter(|c| c.is_alphabetic()).count() == 1
            || word.len() >= 3 && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            || OBJECTIVES.contains(&word)
    }

    /// What stands before the sign of a definition: `r =`, `f(x) =`, `J :=`, `f: x ↦`, `x ↦`.
    pub(super) fn head(&self, tokens: &[Token], in_clause: bool) -> Option<Head> {
        if tokens.first()?.tok == Tok::Open(Bracket::Round) {
            let (arguments, variables, next) = self.arguments(tokens, 1)?;
            let span = tokens[0].span;
            return (tokens.get(next)?.tok == Tok::MapsTo).then_some(Head {
                name: None,
                span,
                arguments,
                variables,
                body: next + 1,
            });
        }
        let named = self.name_at(tokens, 0)?;
        let (mut arguments, mut next) = (Vec::new(), named.next);
        let mut variables = 0;
        match tokens.get(next)?.tok {
            Tok::MapsTo => {
                return Some(Head {
                    name: None,
                    span: named.span,
                    arguments: vec![named.name],
                    variables: 1,
                    body: next + 1,
                });
            }
            Tok::Colon => {
                let open = tokens.get(next + 1)?.tok == Tok::Open(Bracket::Round);
                let (arguments, variables, behind) = if open {
                    self.arguments(tokens, next + 2)?
                } else {
                    let argument = self.name_at(tokens, next + 1)?;
                    (vec![argument.name], 1, argument.next)
                };
                return (tokens.get(behind)?.tok == Tok::MapsTo).then_some(Head {
                    name: Some(named.name),
                    span: named.span,
                    arguments,
                    variables,
                    body: behind + 1,
                });
            }
            Tok::Open(Bracket::Round) => (arguments, variables, next) = self.arguments(tokens, next + 1)?,
            _ => {}
        }
        let sign = tokens.get(next).filter(|token| token.tok == Tok::Equal)?;
        let text = self.text(sign.span);
        let is_definition = named.is_one || in_clause || !matches!(text, "=" | "＝" | "\\equiv" | "≡");
        (is_definition && text != "==").then_some(Head {
            name: Some(named.name),
            span: named.span,
            arguments,
            variables,
            body: next + 1,
        })
    }

    /// Names up to the bracket that closes: all of them, how many stand before a `;` or a bar, and the place after.
    pub(super) fn arguments(&self, tokens: &[Token], from: usize) -> Option<(Vec<String>, usize, usize)> {
        let (mut found, mut variables, mut at) = (Vec::new(), None, from);
        while found.len() < MAX_ARGUMENTS {
            let named = self.name_at(tokens, at)?;
            if named.is_starred || found.contains(&named.name) {
                return None;
            }
            found.push(named.name);
            at = named.next + 1;
            match tokens.get(named.next)?.tok {
                Tok::Close(Bracket::Round) => {
                    return Some((found, 0, at)).map(|(found, _, at)| {
                        let count = variables.unwrap_or(found.len());
                        (found, count, at)
                    });
                }
                Tok::Comma => {}
                Tok::Semicolon | Tok::Bar(_) => variables = variables.or(Some(found.len())),
                _ => return None,
            }
        }
        None
    }

    /// Takes the part that is the expression out of the others, and puts these in the order in which they are read.
    fn take_main(&self, segments: &mut Vec<Segment>) -> Result<Segment, Failure> {
        let is_expression = |segment: &Segment| segment.head.is_none() && !segment.is_domain;
        if let Some(bad) = segments.iter().find(|segment| segment.in_clause && is_expression(segment)) {
            let span = bad.tokens.first().map_or(bad.end, |token| token.span);
            return Err(Box::new(bad_clause(span, "expected a name and `=` here")));
        }
        segments.retain(|segment| segment.in_clause || !segment.tokens.is_empty());
        let mut expressions =
            segments.iter().enumerate().filter(|(_, segment)| is_expression(segment)).map(|(place, _)| place);
        let (first, second) = (expressions.next(), expressions.next());
        if let (Some(first), Some(second)) = (first, second) {
            let place =
                |at: usize| segments[at].tokens.iter().map(|token| token.span).reduce(Span::join).unwrap_or_default();
            return Err(Box::new(
                Diagnostic::new("P0015", "two parts of the text are expressions", place(second), "the second")
                    .with_label(place(first), "the first")
                    .with_help("write a definition as `r = A x - b`, and the expression after the last definition"),
            ));
        }
        let last = || {
            let mut definitions =
                segments.iter().enumerate().filter(|(_, segment)| !segment.in_clause && segment.head.is_some());
            let first = definitions.next()?;
            let last = definitions.next_back().unwrap_or(first);
            // `f(x) = h(a'x), h(t) = t^2`: what stands after the first explains it.
            let is_explained =
                last.0 > first.0 && last.1.names_in(&first.1.tokens) && !first.1.names_in(&last.1.tokens);
            Some(if is_explained { first.0 } else { last.0 })
        };
        let empty =
            Segment { tokens: Vec::new(), end: Span::default(), in_clause: false, head: None, is_domain: false };
        let Some(place) = first.or_else(last) else { return Ok(empty) };
        let main = segments.remove(place);
        // What stands after `where` comes first, unless it uses what stands before.
        let names: FxHashSet<&str> = segments
            .iter()
            .filter(|segment| !segment.in_clause)
            .filter_map(|segment| segment.head.as_ref()?.name.as_deref())
            .collect();
        let uses = segments.iter().filter(|segment| segment.in_clause).any(|segment| {
            segment.tokens.iter().any(|token| matches!(&token.tok, Tok::Word(word) if names.contains(word.as_str())))
        });
        if !uses {
            segments.sort_by_key(|segment| !segment.in_clause);
        }
        Ok(main)
    }

    fn definition(&self, head: Head, tokens: Vec<Token>, end: Span) -> Result<Definition, Failure> {
        let Some(name) = head.name else {
            let error = bad_definition(head.span, "a function without a name cannot be used", "it needs a name");
            return Err(Box::new(error.with_help("write `f(x) = …`")));
        };
        let mut body = tokens[head.body..].to_vec();
        body.push(Token::new(Tok::End, end));
        Ok(Definition { name, span: head.span, arguments: head.arguments, tokens: body })
    }

    /// The definitions, each after those that it uses, as far as they do not use one another; otherwise as they stand.
    fn in_order(&self, definitions: Vec<Definition>) -> Vec<Definition> {
        let base = |name: &str| name.split('_').next().unwrap_or(name).to_owned();
        let mut by_name: FxHashMap<String, usize> = FxHashMap::default();
        for (place, definition) in definitions.iter().enumerate() {
            by_name.insert(definition.name.clone(), place);
            let below = definition.name.split_once('_').map(|(_, below)| below);
            if below.is_some_and(|below| below.chars().count() == 1 && below.chars().all(char::is_lowercase)) {
                by_name.entry(base(&definition.name)).or_insert(place);
            }
        }
        let used = |definition: &Definition| -> Vec<usize> {
            let names = self.symbols(&definition.tokens).into_iter();
            let own = names.filter(|name| !definition.arguments.contains(name));
            own.filter_map(|name| by_name.get(&name).or_else(|| by_name.get(&base(&name))).copied()).collect()
        };
        let uses: Vec<Vec<usize>> = definitions.iter().map(used).collect();
        let is_ordered = |order: &[usize]| {
            let mut rank = vec![0; order.len()];
            order.iter().enumerate().for_each(|(rank_of, place)| rank[*place] = rank_of);
            uses.iter()
                .enumerate()
                .all(|(place, used)| used.iter().all(|used| *used == place || rank[*used] < rank[place]))
        };
        let mut order = Vec::with_capacity(uses.len());
        let mut is_begun = vec![false; uses.len()];
        for first in 0..uses.len() {
            let mut stack = vec![(first, 0)];
            while let Some((place, next)) = stack.pop() {
                if next == 0 && std::mem::replace(&mut is_begun[place], true) {
                    continue;
                }
                match uses[place].get(next) {
                    Some(used) => stack.extend([(place, next + 1), (*used, 0)]),
                    None => order.push(place),
                }
            }
        }
        if !is_ordered(&order) {
            return definitions;
        }
        let mut all: Vec<Option<Definition>> = definitions.into_iter().map(Some).collect();
        order.into_iter().filter_map(|place| all[place].take()).collect()
    }

    /// The expression without its name and without the sign of a minimum before it.
    fn main(&self, segment: Segment, parts: &mut Parts) -> Result<(), Failure> {
        let mut tokens = segment.tokens;
        tokens.push(Token::new(Tok::End, segment.end));
        let mut optimum: Option<Optimum> = None;
        loop {
            if parts.name.is_none()
                && let Some(head) = self.head(&tokens, false)
            {
                if let Some(name) = head.name {
                    match self.script_title(&tokens, &name, head.body) {
                        Some(remark) => parts.remarks.push(remark),
                        None => parts.name = Some((name, head.span)),
                    }
                }
                if optimum.is_none() {
                    parts.heading.variables = head.arguments[..head.variables].to_vec();
                }
                tokens.drain(..head.body);
                if head.arguments.is_empty() || parts.name.is_some() {
                    continue;
                }
                break;
            }
            if parts.name.is_none()
                && optimum.is_none()
                && let Some(title) = self.title(&tokens)
            {
                parts.remarks.push(title.remark);
                parts.heading.variables = title.variables;
                tokens.drain(..title.body);
                break;
            }
            let signs: Vec<Token> = tokens.iter().take(4).cloned().collect();
            let Some(found) = self.optimum(&mut tokens)? else { break };
            let is_maximum =
                |token: &Token| found.span.join(token.span) == found.span && self.is_word(Some(token), MAXIMIZE);
            if signs.iter().any(is_maximum) {
                parts.heading.maximum = tokens.first().map(|token| (found.span, token.span.start));
            }
            if let Some(outer) = &optimum {
                return Err(Box::new(super::optimum::nested(found.span, Some(outer.span))));
            }
            if !found.variables.is_empty() {
                parts.heading.variables.clone_from(&found.variables);
                parts.heading.optimum = Some((found.span, found.variables.clone()));
            }
            parts.heading.declarations.extend(found.declarations.iter().cloned());
            optimum = Some(found);
        }
        parts.main = tokens;
        Ok(())
    }
}

/// Whether a symbol joins what stands on its two sides.
fn joins(tok: &Tok) -> bool {
    matches!(tok, Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Caret | Tok::Stars | Tok::DotCaret | Tok::Underscore)
}

/// An error in a definition that is none after `where`.
pub(super) fn bad_definition(span: Span, message: &str, label: &str) -> Diagnostic {
    Diagnostic::new("P0015", message, span, label)
}

pub(super) fn bad_clause(span: Span, label: &str) -> Diagnostic {
    bad_definition(span, "this clause after `where` cannot be read", label)
        .with_help("write it as `x'r where r = A x - b`, with `;` between several parts")
}
