//! Sums and products as Python and Julia write them, `sum((y[i] - w @ X[i])**2 for i in range(n))`, made into those with an index below
//! the sign. The index of the language counts from 1, so that one of Python is moved, in brackets and elsewhere.

use rustc_hash::FxHashSet;

use super::ast::ProductOp;
use super::names::{KnownNames, Rank};
use super::token::{Bracket, Tok, Token, closing, left_open, split_at_commas};
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;

/// The most of them in one text: each takes time in proportion to its length.
const MAX_COMPREHENSIONS: usize = 100;

/// The letters that an index may have.
const INDICES: [&str; 6] = ["i", "j", "k", "l", "p", "q"];

/// What begins the calls by which a range says that it takes every place of an array.
const COUNTS: [&str; 3] = ["len", "length", "eachindex"];

/// The most symbols before an array in a list of them.
const MOST_LISTED: usize = 32;

/// What the method of an attribute that counts is called.
const COUNTING_METHODS: [&str; 3] = [".nrow", ".ncol", ".numel"];

/// What one `for` says.
struct Clause {
    /// The index.
    index: String,
    /// The place where it is named.
    span: Span,
    /// The first and the last value, counted from 1; what is left out follows from what the index stands below.
    lower: Option<Vec<Token>>,
    upper: Option<Vec<Token>>,
    /// Names that stand for members of arrays, with the arrays.
    members: Vec<(String, Token)>,
    /// Whether the index counts from 0.
    from_zero: bool,
}

/// The tokens, with such sums and products as those of the language.
pub(super) fn rewrite(mut tokens: Vec<Token>, names: &KnownNames) -> Result<Vec<Token>, Box<Diagnostic>> {
    let is_for = |token: &Token| is_word(token, "for") && !names.has_base("for");
    let mut left = MAX_COMPREHENSIONS;
    // The inner ones first.
    let mut at = tokens.len();
    while at > 0 {
        at -= 1;
        if left > 0 && (is_word(&tokens[at], "Sum") || is_word(&tokens[at], "Product")) {
            left -= 1;
            let Some((value, last)) = of_mathematica(&tokens, at, names) else { continue };
            tokens.splice(at..=last, value);
            continue;
        }
        if left == 0 || !is_for(&tokens[at]) {
            continue;
        }
        left -= 1;
        let Some((callee, open)) = around(&tokens, at) else { continue };
        let Some(close) = closing(&tokens, open) else { continue };
        let reader = Reader { tokens: &tokens, names };
        let (value, last) = reader.written_out(callee, open, close)?;
        tokens.splice(callee..=last, value);
        at = callee;
    }
    Ok(tokens)
}

/// The arrays that comprehensions go through or index, each of which is one name: xs of `for x in xs`, of `zip(xs, ys)` and of `xs[i]`.
pub(super) fn arrays(tokens: &[Token], names: &KnownNames) -> Vec<String> {
    let is_for = |token: &Token| is_word(token, "for") && !names.has_base("for");
    let has_for = tokens.iter().enumerate().any(|(at, token)| is_for(token) && around(tokens, at).is_some());
    if !has_for {
        return Vec::new();
    }
    let is_open = |at: usize, bracket: Bracket| {
        tokens.get(at).is_some_and(|token| token.tok == Tok::Open(bracket) && !token.blank)
    };
    // What stands in a call of `zip` or `len`: names with commas between them.
    let is_listed = |at: usize| {
        let from = at.saturating_sub(MOST_LISTED);
        let open = tokens[from..at].iter().rposition(|token| !matches!(token.tok, Tok::Word(_) | Tok::Comma));
        open.map(|open| from + open).filter(|open| *open > 0 && is_open(*open, Bracket::Round)).is_some_and(|open| {
            ["zip", "enumerate", "len", "length"].iter().any(|name| is_word(&tokens[open - 1], name))
        })
    };
    let mut found: Vec<String> = Vec::new();
    for at in 1..tokens.len() {
        let Some(name) = word(&tokens[at]) else { continue };
        let is_array = is_open(at + 1, Bracket::Square)
            || is_word(&tokens[at - 1], "in") && !is_open(at + 1, Bracket::Round)
            || is_listed(at);
        let is_run =
            name.len() > 1 && name.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        if is_array && is_run && names.whole(name).is_none() && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(&token.tok, Tok::Word(found) if found == word)
}

/// The places of the name and the innermost bracket of the call around a place.
fn around(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let open = left_open(&tokens[..at])?;
    let before = open.checked_sub(1)?;
    match &tokens[before].tok {
        Tok::Word(_) if tokens[open].tok == Tok::Open(Bracket::Round) => Some((before, open)),
        // `np.sum([… for i in …])`
        Tok::Open(Bracket::Round) if tokens[open].tok == Tok::Open(Bracket::Square) && before > 0 => {
            matches!(tokens[before - 1].tok, Tok::Word(_)).then_some((before - 1, open))
        }
        _ => None,
    }
}

/// `Sum[x[i]^2, {i, 1, n}]` as Mathematica has it, and the place of its last symbol.
fn of_mathematica(tokens: &[Token], at: usize, names: &KnownNames) -> Option<(Vec<Token>, usize)> {
    let sign = match &tokens[at].tok {
        Tok::Word(word) if word == "Sum" => Tok::BigSum,
        Tok::Word(word) if word == "Product" => Tok::BigProduct,
        _ => return None,
    };
    let open = at + 1;
    if tokens.get(open)?.tok != Tok::Open(Bracket::Square) {
        return None;
    }
    let close = closing(tokens, open)?;
    let parts = split_at_commas(&tokens[open + 1..close]);
    let (body, ranges) = parts.split_first().filter(|(_, ranges)| !ranges.is_empty())?;
    let mut clauses = Vec::with_capacity(ranges.len());
    for range in ranges {
        let [Token { tok: Tok::Open(Bracket::Brace), .. }, inner @ .., Token { tok: Tok::Close(_), .. }] = range else {
            return None;
        };
        let (index, lower, upper) = match split_at_commas(inner).as_slice() {
            [[index], upper] => (index, None, *upper),
            [[index], lower, upper] => (index, Some(lower.to_vec()), *upper),
            _ => return None,
        };
        clauses.push(Clause {
            index: word(index)?.to_owned(),
            span: index.span,
            lower,
            upper: Some(upper.to_vec()),
            members: Vec::new(),
            from_zero: false,
        });
    }
    let reader = Reader { tokens, names };
    let mut value = reader.body(body, &clauses);
    for clause in clauses.iter().rev() {
        value = summed(&sign, clause, clause.lower.clone(), clause.upper.clone(), value);
    }
    let mut value = bracketed(value, tokens[at].span);
    (value[0].blank, value[0].newline) = (tokens[at].blank, tokens[at].newline);
    Some((value, close))
}

struct Reader<'t> {
    tokens: &'t [Token],
    names: &'t KnownNames,
}

impl Reader<'_> {
    /// The sum or product that a call is, and the place of its last symbol.
    fn written_out(&self, callee: usize, open: usize, close: usize) -> Result<(Vec<Token>, usize), Box<Diagnostic>> {
        let name = &self.tokens[callee];
        let last = if open == callee + 1 { close } else { close + 1 };
        let fits = self.tokens.get(last).is_some_and(|token| matches!(token.tok, Tok::Close(_)));
        let sign = match &name.tok {
            Tok::Word(word) if matches!(word.as_str(), "sum" | "fsum") => Tok::BigSum,
            Tok::Word(word) if word == "prod" => Tok::BigProduct,
            _ => return Err(refused(name.span, "only sums and products are read so")),
        };
        if !fits {
            return Err(refused(self.tokens[close].span, "nothing is read after it"));
        }
        let inside = &self.tokens[open + 1..close];
        let mut parts = split_at_depth(inside, |token| is_word(token, "for"));
        let body = parts.remove(0);
        if body.is_empty() {
            return Err(refused(name.span, "what is added is missing"));
        }
        let mut taken: FxHashSet<String> =
            self.tokens.iter().filter_map(|token| word(token).map(str::to_owned)).collect();
        let clauses: Vec<Clause> =
            parts.into_iter().map(|part| self.clause(part, &mut taken, name.span)).collect::<Result<_, _>>()?;
        let mut value = self.body(body, &clauses);
        for (place, clause) in clauses.iter().enumerate().rev() {
            let outer = &clauses[..place];
            let bound = |bound: &Option<Vec<Token>>| bound.as_ref().map(|tokens| self.body(tokens, outer));
            value = summed(&sign, clause, bound(&clause.lower), bound(&clause.upper), value);
        }
        let mut value = bracketed(value, name.span);
        (value[0].blank, value[0].newline) = (name.blank, name.newline);
        Ok((value, last))
    }

    /// What stands between a `for` and the next one.
    fn clause(&self, part: &[Token], taken: &mut FxHashSet<String>, callee: Span) -> Result<Clause, Box<Diagnostic>> {
        let span = part.first().map_or(callee, |token| token.span);
        if let Some(condition) = part.iter().find(|token| is_word(token, "if") || token.tok == Tok::If) {
            let error = Diagnostic::new("P0008", "a condition in a comprehension is not read", condition.span, "here");
            return Err(Box::new(
                error.with_help("write it below the sum: `sum_{i != j} x_i x_j`, `sum_{i < j} x_i x_j`"),
            ));
        }
        let between = part.iter().position(|token| is_word(token, "in") || token.tok == Tok::Equal);
        let Some(between) = between else { return Err(refused(span, "expected `i in range(n)` here")) };
        let targets: Vec<&str> = part[..between].iter().filter_map(word).collect();
        let of = &part[between + 1..];
        let [first, ..] = targets.as_slice() else { return Err(refused(span, "expected the name of an index here")) };
        let mut fresh = |first: &str| {
            let index = INDICES.iter().find(|index| !taken.contains(**index)).map_or(first, |index| index);
            taken.insert(index.to_owned());
            index.to_owned()
        };
        let mut clause =
            Clause { index: String::new(), span, lower: None, upper: None, members: Vec::new(), from_zero: false };
        // `range(n)`, `range(1, n)`, `1:n`, `eachindex(x)`
        if let [name, open, inner @ .., _] = of
            && (is_word(name, "range") || is_word(name, "eachindex"))
            && open.tok == Tok::Open(Bracket::Round)
            && closing(of, 1) == Some(of.len() - 1)
            && targets.len() == 1
        {
            clause.from_zero = is_word(name, "range");
            let bounds = split_at_commas(inner);
            if clause.from_zero {
                let (lower, upper) = match bounds.as_slice() {
                    [upper] => (None, *upper),
                    [lower, upper] => (Some(*lower), *upper),
                    _ => return Err(refused(name.span, "a range with a step is not read")),
                };
                let lower =
                    lower.filter(|lower| !matches!(lower, [Token { tok: Tok::Number(zero), .. }] if zero.is_zero()));
                clause.lower = lower.map(plus_one);
                clause.upper = (!is_count(upper)).then(|| upper.to_vec());
            }
        } else if let [lower, upper] = split_at_depth(of, |token| token.tok == Tok::Colon).as_slice()
            && targets.len() == 1
        {
            let is_one = matches!(lower, [Token { tok: Tok::Number(one), .. }] if one.is_one());
            clause.lower = (!is_one).then(|| lower.to_vec());
            clause.upper = (!is_count(upper)).then(|| upper.to_vec());
        } else {
            // The members of arrays, one by one.
            let (arrays, counted): (Vec<&[Token]>, bool) = match of {
                [name, _, inner @ .., _] if is_word(name, "zip") => (split_at_commas(inner), false),
                [name, _, inner @ .., _] if is_word(name, "enumerate") => (vec![inner], true),
                array => (vec![array], false),
            };
            let members = if counted { &targets[1..] } else { &targets[..] };
            if members.len() != arrays.len() {
                return Err(refused(span, "as many names as arrays are needed"));
            }
            for (member, array) in members.iter().zip(&arrays) {
                let [array @ Token { tok: Tok::Word(_), .. }] = array else {
                    return Err(refused(span, "its members are those of an array with a name"));
                };
                clause.members.push(((*member).to_owned(), array.clone()));
            }
            clause.from_zero = counted;
            clause.index = if counted && first.chars().count() == 1 { (*first).to_owned() } else { fresh("i") };
            if counted {
                clause.members.push(((*first).to_owned(), Token::new(Tok::Word(String::new()), span)));
            }
            return Ok(clause);
        }
        clause.index = if first.chars().count() == 1 { (*first).to_owned() } else { fresh(first) };
        if clause.index != **first {
            clause.members.push(((*first).to_owned(), Token::new(Tok::Word(String::new()), span)));
        }
        Ok(clause)
    }

    /// Symbols with the indices of the clauses as the language has them.
    fn body(&self, tokens: &[Token], clauses: &[Clause]) -> Vec<Token> {
        let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
        let mut at = 0;
        while at < tokens.len() {
            let token = &tokens[at];
            let is_index_bracket = token.tok == Tok::Open(Bracket::Square)
                && !token.blank
                && at > 0
                && matches!(tokens[at - 1].tok, Tok::Word(_) | Tok::Close(Bracket::Square));
            // `x[[i]]`
            let is_double = is_index_bracket
                && clauses.iter().all(|clause| !clause.from_zero)
                && tokens.get(at + 1).is_some_and(|next| next.tok == Tok::Open(Bracket::Square) && !next.blank);
            let inner = usize::from(is_double);
            if is_index_bracket
                && let Some(close) = closing(tokens, at)
                && let Some(end) = closing(tokens, at + inner).filter(|end| end + inner == close)
                && let Some(mut parts) = places(&tokens[at + inner + 1..end], clauses)
            {
                let mut last = close;
                // `X[i][j]`
                if let Some(next) =
                    tokens.get(close + 1).filter(|next| next.tok == Tok::Open(Bracket::Square) && !next.blank)
                    && let Some(second) = closing(tokens, close + 1)
                    && let Some(more) = places(&tokens[close + 2..second], clauses)
                {
                    debug_assert_eq!(next.tok, Tok::Open(Bracket::Square));
                    parts.extend(more);
                    last = second;
                }
                let is_at = |token: Option<&Token>| token.is_some_and(|token| token.tok == Tok::Op(ProductOp::At));
                let is_between = at > 1 && is_at(tokens.get(at - 2)) && is_at(tokens.get(last + 1));
                let base = word(&tokens[at - 1]).unwrap_or_default();
                if parts.len() == 1 && self.has_rows(base) && !is_between {
                    parts.push(vec![Token::new(Tok::Colon, token.span)]);
                }
                push_below(&mut out, parts, token.span);
                at = last + 1;
                continue;
            }
            match word(token).and_then(|word| clauses.iter().find_map(|clause| named(word, clause))) {
                Some((clause, None)) => out.extend(index(clause, token)),
                Some((clause, Some(array))) => {
                    let base = word(array).unwrap_or_default();
                    out.push(Token { span: token.span, blank: token.blank, ..array.clone() });
                    let mut parts = vec![vec![Token::new(Tok::Word(clause.index.clone()), token.span)]];
                    if self.has_rows(base) {
                        parts.push(vec![Token::new(Tok::Colon, token.span)]);
                    }
                    push_below(&mut out, parts, token.span);
                }
                None => out.push(token.clone()),
            }
            at += 1;
        }
        out
    }

    /// Whether the members of an array are its rows: those of a matrix.
    fn has_rows(&self, base: &str) -> bool {
        let is_capital = base.chars().count() == 1 && base.starts_with(char::is_uppercase);
        match self.names.rank(base) {
            Some(rank) => rank == Rank::Matrix,
            None => is_capital && !self.names.has_base(base),
        }
    }
}

fn word(token: &Token) -> Option<&str> {
    match &token.tok {
        Tok::Word(word) => Some(word),
        _ => None,
    }
}

/// The clause that a word is an index or a member of, with the array.
fn named<'c>(word: &str, clause: &'c Clause) -> Option<(&'c Clause, Option<&'c Token>)> {
    if let Some((_, array)) = clause.members.iter().find(|(member, _)| member == word) {
        let is_array = !matches!(&array.tok, Tok::Word(name) if name.is_empty());
        return Some((clause, is_array.then_some(array)));
    }
    (clause.index == word).then_some((clause, None))
}

/// An index as a number: where it counts from 0 that is one less.
fn index(clause: &Clause, token: &Token) -> Vec<Token> {
    let letter = Token { tok: Tok::Word(clause.index.clone()), ..token.clone() };
    if !clause.from_zero {
        return vec![letter];
    }
    let one = Token::new(Tok::Number(Coeff::ONE), token.span);
    bracketed(vec![letter, Token::new(Tok::Minus, token.span), one], token.span)
}

/// The places in a bracket, counted from 1, where there is an index or nothing but numbers in it.
fn places(inside: &[Token], clauses: &[Clause]) -> Option<Vec<Vec<Token>>> {
    let from_zero = clauses.iter().any(|clause| clause.from_zero);
    let of_index = |token: &Token| {
        let word = word(token)?;
        let (clause, array) = clauses.iter().find_map(|clause| named(word, clause))?;
        array.is_none().then_some(clause)
    };
    let parts = split_at_commas(inside);
    let place = |part: &[Token]| -> Option<Vec<Token>> {
        match part {
            [colon] if colon.tok == Tok::Colon => Some(vec![colon.clone()]),
            [Token { tok: Tok::Number(_), .. }] if from_zero => Some(plus_one(part)),
            [Token { tok: Tok::Number(_), .. }] => Some(part.to_vec()),
            // The two shifts cancel: i + c from 0 is i + c from 1.
            [letter, rest @ ..] => {
                let clause = of_index(letter)?;
                let is_plain =
                    matches!(rest, [] | [Token { tok: Tok::Plus | Tok::Minus, .. }, Token { tok: Tok::Number(_), .. }]);
                let letter = Token { tok: Tok::Word(clause.index.clone()), ..letter.clone() };
                is_plain.then(|| std::iter::once(letter).chain(rest.iter().cloned()).collect())
            }
            [] => None,
        }
    };
    let found: Option<Vec<Vec<Token>>> = parts.iter().map(|part| place(part)).collect();
    found.filter(|parts| !parts.is_empty())
}

/// One more: of a number the next one.
fn plus_one(tokens: &[Token]) -> Vec<Token> {
    if let [token @ Token { tok: Tok::Number(number), .. }] = tokens {
        return vec![Token { tok: Tok::Number(number.add(&Coeff::ONE)), ..token.clone() }];
    }
    let span = tokens.first().map_or_else(Span::default, |token| token.span);
    let more = [Token::new(Tok::Plus, span), Token::new(Tok::Number(Coeff::ONE), span)];
    tokens.iter().cloned().chain(more).collect()
}

/// Whether a bound is the number of places of an array.
fn is_count(tokens: &[Token]) -> bool {
    let begins = |name: &Token, known: &[&str]| word(name).is_some_and(|name| known.contains(&name));
    match tokens {
        [_, method, _, _] if begins(method, &COUNTING_METHODS) => true,
        [name, Token { tok: Tok::Open(_), .. }, ..] => {
            begins(name, &COUNTS) && closing(tokens, 1) == Some(tokens.len() - 1)
        }
        _ => false,
    }
}

/// The parts between symbols that stand in no bracket.
fn split_at_depth(tokens: &[Token], is_separator: impl Fn(&Token) -> bool) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token.tok {
                Tok::Open(_) => depth += 1,
                Tok::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && is_separator(token)
        })
        .collect()
}

fn bracketed(tokens: Vec<Token>, span: Span) -> Vec<Token> {
    let bracket = |tok: Tok| Token::new(tok, span);
    std::iter::once(bracket(Tok::Open(Bracket::Round)))
        .chain(tokens)
        .chain([bracket(Tok::Close(Bracket::Round))])
        .collect()
}

/// Puts indices below what was read last.
pub(super) fn push_below(out: &mut Vec<Token>, parts: Vec<Vec<Token>>, span: Span) {
    out.extend([Token::new(Tok::Underscore, span), Token::new(Tok::Open(Bracket::Brace), span)]);
    for (place, part) in parts.into_iter().enumerate() {
        if place > 0 {
            out.push(Token::new(Tok::Comma, span));
        }
        out.extend(part.into_iter().map(|token| Token { blank: false, ..token }));
    }
    out.push(Token::new(Tok::Close(Bracket::Brace), span));
}

/// A sum or product with its index and bounds.
fn summed(
    sign: &Tok,
    clause: &Clause,
    lower: Option<Vec<Token>>,
    upper: Option<Vec<Token>>,
    body: Vec<Token>,
) -> Vec<Token> {
    let new = |tok: Tok| Token::new(tok, clause.span);
    let mut out = vec![new(sign.clone()), new(Tok::Underscore), new(Tok::Open(Bracket::Brace))];
    out.push(new(Tok::Word(clause.index.clone())));
    if lower.is_some() || upper.is_some() {
        out.push(new(Tok::Equal));
        out.extend(lower.unwrap_or_else(|| vec![new(Tok::Number(Coeff::ONE))]));
    }
    out.push(new(Tok::Close(Bracket::Brace)));
    if let Some(upper) = upper {
        out.extend([new(Tok::Caret), new(Tok::Open(Bracket::Brace))]);
        out.extend(upper);
        out.push(new(Tok::Close(Bracket::Brace)));
    }
    out.extend(bracketed(body, clause.span));
    out
}

fn refused(span: Span, label: &str) -> Box<Diagnostic> {
    let error = Diagnostic::new("P0008", "this sum over a range cannot be read", span, label.to_owned());
    Box::new(
        error
            .with_help("write `sum(x[i]**2 for i in range(n))`")
            .with_help("or write the index below the sum, counted from 1: `sum_{i=1}^n x_i^2`"),
    )
}
