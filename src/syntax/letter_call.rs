//! Single letters directly before a bracket: factors, as in `A(x − b)`, or calls of functions that nobody has declared, as in `f(x)` and
//! `K(θ)`.

use super::ast::Remark;
use super::function::ranked;
use super::latex::without_delimiter;
use super::names::{KnownNames, Piece, Rank};
use super::token::{Bracket, Tok, Token};
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;

/// Letters that are functions wherever they stand before a bracket.
const FUNCTIONS: &[&str] = &["f", "g", "h", "φ", "ϕ", "ψ", "Ψ", "Φ", "Γ", "ℓ"];

/// What a letter before a bracket is.
pub(super) enum LetterCall {
    /// A factor, and nothing is to be said.
    Factor,
    /// A factor, with a note.
    Noted(Remark),
    /// A call of an unknown function.
    Refused(Diagnostic),
}

/// What an expectation may be written as.
pub(super) const AVERAGE: &str = "the gradient of an expectation is the expectation of the gradient of what stands in it, which can be \
    asked for; an average over data is `mean(x)` or `1/n sum_{i=1}^n a_i`";

/// A text and its symbols.
#[derive(Clone, Copy)]
pub(super) struct Written<'t> {
    pub(super) source: &'t str,
    pub(super) is_latex: bool,
    pub(super) tokens: &'t [Token],
}

/// A letter before a bracket.
#[derive(Clone, Copy)]
pub(super) struct Letter<'t> {
    pub(super) token: &'t Token,
    /// The letter as it is known.
    pub(super) name: &'t str,
    /// Whether a function's name stands before it.
    pub(super) applied: bool,
    /// The primes between it and the bracket.
    pub(super) primes: usize,
}

/// What stands in the bracket.
enum Argument<'t> {
    /// One symbol.
    Symbol(&'t str),
    /// Several arguments.
    List,
    /// Anything else.
    Expression,
}

/// Looks at a letter (with what stands below it) whose bracket opens at a place.
pub(super) fn letter_call(names: &KnownNames, text: &Written<'_>, letter: &Letter<'_>, open: usize) -> LetterCall {
    let (Written { source, is_latex, tokens }, Letter { token: letter, name, applied, primes }) = (*text, *letter);
    let Some(bracket) =
        tokens.get(open).filter(|token| matches!(token.tok, Tok::Open(Bracket::Round | Bracket::Square)))
    else {
        return LetterCall::Factor;
    };
    // Of `pinv^T(A)` the letter is a transposition.
    let is_raised = name == "T" && open >= 2 && tokens[open - 2].tok == Tok::Caret;
    if is_raised {
        return LetterCall::Factor;
    }
    // The variable has no arguments: `\|u(t, x)\|^2` by u, and `\sum_i p(x_i) \log p(x_i)` by p.
    let is_called_variable = names.is_variable(name)
        && names.rank(name).is_none()
        && bracket.tok == Tok::Open(Bracket::Round)
        && match argument(names, &tokens[open + 1..bracket.partner.min(tokens.len() - 1)]) {
            Argument::List => true,
            Argument::Symbol(_) => name.starts_with(char::is_lowercase) && (is_latex || !bracket.blank),
            Argument::Expression => false,
        }
        && !is_transposed(tokens, bracket.partner + 1);
    let is_known = names.has_base(name) && !is_called_variable || names.has_size(name) || names.has_function(name);
    if name.chars().filter(|c| c.is_alphabetic()).count() != 1 || is_known {
        return LetterCall::Factor;
    }
    let close = bracket.partner.min(tokens.len() - 1);
    let span = letter.span.join(tokens[close].span);
    let inside = source.get(bracket.span.end..tokens[close].span.start).unwrap_or("x").trim();
    let inside = without_delimiter(inside).trim_end();
    let mut head = source.get(letter.span.start..bracket.span.start).unwrap_or(name).trim();
    head = without_delimiter(head).trim_end();
    // Of `\mathcal{N}(x)` the brace belongs to the command.
    while head.matches('}').count() > head.matches('{').count() {
        head = head.strip_suffix('}').unwrap_or(name).trim_end();
    }
    let (left, right) = if bracket.tok == Tok::Open(Bracket::Square) { ('[', ']') } else { ('(', ')') };
    let bracketed = &format!("{left}{inside}{right}");
    let inside = &clipped(inside);
    let blank = if source.get(..bracket.span.start).is_some_and(|before| before.ends_with(' ')) { " " } else { "" };
    let written = &clipped(&format!("{head}{blank}{bracketed}"));
    if primes > 0
        && let Some((front, _)) = head.split_once('^').filter(|(_, mark)| mark.contains("prime"))
    {
        head = front.trim_end();
    }
    if bracket.tok == Tok::Open(Bracket::Square) {
        let is_index = tokens[open + 1..close].iter().all(|token| match &token.tok {
            Tok::Comma | Tok::Number(_) | Tok::Minus | Tok::Plus => true,
            Tok::Word(word) => matches!(word.as_str(), "i" | "j" | "k" | "l"),
            _ => false,
        });
        let is_list = matches!(argument(names, &tokens[open + 1..close]), Argument::List);
        if is_index || is_list || name != "E" && !FUNCTIONS.contains(&name) {
            return LetterCall::Factor;
        }
        if name == "E" {
            let error = Diagnostic::new("N0004", format!("`{written}` is an expectation"), span, "not read");
            let product = format!("for a product put a space between: `{head} ({inside})`");
            let error = error.with_help(AVERAGE);
            // A call in it would be refused all the same.
            let is_plain = !tokens[open + 1..close].iter().any(|token| matches!(token.tok, Tok::Open(_)));
            return LetterCall::Refused(if is_plain { error.with_help(product) } else { error });
        }
    }
    if let Some(start) = calligraphic(source, letter.span)
        && bracket.tok == Tok::Open(Bracket::Round)
    {
        let span = Span::new(start, span.end);
        let written = &clipped(source.get(span.start..span.end).unwrap_or(name));
        let of_matrix = tokens[open + 1..close]
            .iter()
            .any(|token| matches!(&token.tok, Tok::Word(word) if word.starts_with(char::is_uppercase) && word != "T"));
        let below =
            if head.contains('_') { head.replacen('}', "", usize::from(!is_balanced(head))) } else { name.to_owned() };
        return LetterCall::Refused(operator(span, (written, bracketed), (name, &below), of_matrix));
    }
    let is_function = FUNCTIONS.contains(&name);
    let is_capital = name.starts_with(char::is_uppercase) && !is_function;
    let set_apart = bracket.blank && !is_latex;
    let argument = argument(names, &tokens[open + 1..close]);
    if primes > 0 {
        // Of one prime the letter may be transposed: g'(y − x); of two it is not.
        let is_derivative = primes > 1 || is_function && !matches!(name, "g" | "h");
        return match argument {
            _ if set_apart => LetterCall::Factor,
            Argument::Symbol(_) if is_function || primes > 1 => {
                LetterCall::Refused(derivative(span, written, name, bracketed))
            }
            Argument::Expression if is_derivative => LetterCall::Refused(derivative(span, written, name, bracketed)),
            Argument::Symbol(_) | Argument::Expression if is_function || !is_capital && is_symbol(&argument) => {
                LetterCall::Noted(Remark {
                    row: "c3",
                    span,
                    message: product(written, head.trim_end_matches('\''), inside),
                    other: None,
                })
            }
            _ => LetterCall::Factor,
        };
    }
    match argument {
        // `A (x, y)^T`
        Argument::List if is_capital && (is_latex || bracket.blank) && is_transposed(tokens, close + 1) => {
            LetterCall::Factor
        }
        Argument::List => LetterCall::Refused(refused(span, written, head, None, is_capital)),
        // `λ_k(A)`: the parser looks at what stands in the bracket.
        Argument::Symbol(symbol)
            if !set_apart
                && ranked(name).is_some()
                && open >= 2
                && (tokens[open - 1].tok == Tok::Close(Bracket::Brace) || tokens[open - 2].tok == Tok::Underscore)
                && match names.rank_of_members(symbol).or_else(|| names.rank(symbol)) {
                    Some(rank) => rank == Rank::Matrix,
                    None => symbol.starts_with(char::is_uppercase),
                } =>
        {
            LetterCall::Factor
        }
        Argument::Symbol(symbol) if !set_apart && (!is_capital || is_scalar(symbol)) => {
            LetterCall::Refused(refused(span, written, head, Some(inside), is_capital))
        }
        Argument::Symbol(_) => {
            LetterCall::Noted(Remark { row: "c3", span, message: product(written, head, inside), other: None })
        }
        Argument::Expression if is_function && !set_apart => {
            // In LaTeX a blank means nothing.
            let dot = if is_latex { "\\cdot " } else { "" };
            LetterCall::Refused(refused(span, written, head, Some(&format!("{dot}({inside})")), is_capital))
        }
        Argument::Expression if applied && !is_capital => LetterCall::Noted(Remark {
            row: "c4",
            span,
            message: product(written, head, &format!("({inside})")),
            other: None,
        }),
        // A projection, `\pi(K(RX + t))`: nobody multiplies such a vector by 3.14….
        Argument::Expression if name == "π" && has_matrix_product(&tokens[open + 1..close]) => {
            let message =
                Advice::from(format!("`{written}` is read as a product with the number π; for a map declare it: "))
                    .suggest(Suggestion::declaration(format!("{name}: R^n -> R^m")));
            LetterCall::Noted(Remark { row: "c4", span, message, other: None })
        }
        Argument::Expression => LetterCall::Factor,
    }
}

/// Whether a capital stands directly before another letter or a bracket.
fn has_matrix_product(inside: &[Token]) -> bool {
    let is_capital = |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase());
    inside.iter().zip(inside.iter().skip(1)).any(|(token, next)| match &token.tok {
        Tok::Word(word) if is_capital(word) => {
            word.chars().filter(|c| c.is_alphabetic()).count() > 1
                || matches!(next.tok, Tok::Word(_) | Tok::Open(Bracket::Round | Bracket::Square))
        }
        _ => false,
    })
}

/// Whether a transpose stands at a place.
fn is_transposed(tokens: &[Token], at: usize) -> bool {
    let tok = |at: usize| tokens.get(at).map(|token| &token.tok);
    let is_top = |at: usize| match tok(at) {
        Some(Tok::Top) => true,
        Some(Tok::Word(word) | Tok::Name(word)) => word == "T",
        _ => false,
    };
    match tok(at) {
        Some(Tok::Prime | Tok::Top) => true,
        Some(Tok::Caret) => is_top(at + 1) || matches!(tok(at + 1), Some(Tok::Open(_))) && is_top(at + 2),
        _ => false,
    }
}

fn is_balanced(text: &str) -> bool {
    text.matches('}').count() == text.matches('{').count()
}

/// Where a letter begins that is set as in `\mathcal{A}`, as operators are.
fn calligraphic(source: &str, letter: Span) -> Option<usize> {
    let before = source.get(..letter.start).unwrap_or("").trim_end();
    let command = before.strip_suffix('{').unwrap_or(before).trim_end();
    let style = [r"\mathcal", r"\mathscr", r"\cal"].into_iter().find_map(|style| command.strip_suffix(style));
    let is_script = |text: &str| text.starts_with(|first| ('\u{1D49C}'..='\u{1D4CF}').contains(&first));
    style
        .map(str::len)
        .or_else(|| source.get(letter.start..letter.end).filter(|text| is_script(text)).map(|_| letter.start))
}

/// The error at `\mathcal{A}(X)`, an operator that nobody has declared.
fn operator(
    span: Span,
    (written, bracketed): (&str, &str),
    (letter, name): (&str, &str),
    of_matrix: bool,
) -> Diagnostic {
    let map = |sets: &str| Suggestion::declaration(format!("{name}: {sets}"));
    let of_matrices = Advice::from("declare it: ")
        .suggest(map("R^{m x n} -> R^p"))
        .words(" for one with vectors as values, ")
        .suggest(map("R^{m x n} -> R^{p x q}"))
        .words(" with matrices");
    let of_vectors = Advice::from("declare it: ")
        .suggest(map("R^n -> R^m"))
        .words(", or ")
        .suggest(map("R^n -> R"))
        .words(" for one with numbers as values");
    if let Some(density) = normal_density(name, bracketed) {
        return Diagnostic::new("N0004", format!("`{written}` is not read as a density"), span, "not known here")
            .with_help(format!("write the density out: `{density}`"));
    }
    Diagnostic::new("N0004", format!("`{written}` is a call of an unknown operator"), span, "not declared")
        .with_help(if of_matrix { of_matrices } else { of_vectors })
        .with_help(format!("for the product with a matrix write `{letter} \\cdot {bracketed}`"))
}

/// The density of a normal distribution, of `N` with a bracket such as `(x; \mu, \Sigma)` or `(x | \mu, \sigma^2)`.
fn normal_density(name: &str, bracketed: &str) -> Option<String> {
    let inside = bracketed.strip_prefix('(')?.strip_suffix(')').filter(|_| name == "N")?;
    let (of, parameters) = inside.split_once("\\mid").or_else(|| inside.split_once([';', '|', ',']))?;
    let (mean, spread) = parameters.split_once(',')?;
    let [of, mean, spread] = [of, mean, spread].map(str::trim);
    let is_part = |part: &str| !part.is_empty() && !part.contains([',', ';', '|', '+', '-', '(']);
    if ![of, mean, spread].into_iter().all(is_part) {
        return None;
    }
    Some(match spread.strip_suffix("^2").or_else(|| spread.strip_suffix("^{2}")) {
        Some(_) => format!("\\frac{{1}}{{\\sqrt{{2\\pi {spread}}}}} \\exp(-\\frac{{({of} - {mean})^2}}{{2 {spread}}})"),
        None => {
            let is_one = spread.trim_start_matches('\\').chars().all(char::is_alphabetic);
            let inverse = if is_one { format!("{spread}^{{-1}}") } else { format!("({spread})^{{-1}}") };
            format!(
                "\\frac{{1}}{{\\sqrt{{(2\\pi)^n \\det({spread})}}}} \\exp(-\\frac12 ({of} - {mean})^T {inverse} ({of} - {mean}))"
            )
        }
    })
}

fn is_symbol(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::Symbol(_))
}

/// The error at `f'(x)`, the derivative of a function that nobody has declared.
fn derivative(span: Span, written: &str, name: &str, bracketed: &str) -> Diagnostic {
    let message = format!("`{written}` is the derivative of an unknown function");
    let function = Suggestion::declaration(format!("{name}: function"));
    Diagnostic::new("N0004", message, span, "not declared")
        .with_help(Advice::from("declare a function that acts elementwise: ").suggest(function))
        .with_help(format!("for the product with the transposed letter write `{name}^T {bracketed}`"))
}

/// That a call is read as a product.
fn product(written: &str, head: &str, inside: &str) -> Advice {
    Advice::from(format!("`{written}` is read as the product of `{head}` and `{inside}`; for a function declare it: "))
        .suggest(Suggestion::declaration(format!("{head}: function")))
}

/// The beginning of a long text.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn argument<'t>(names: &KnownNames, inside: &'t [Token]) -> Argument<'t> {
    let mut at = 0;
    while at < inside.len() {
        match inside[at].tok {
            Tok::Comma => return Argument::List,
            // Brackets within are skipped by their depth.
            Tok::Open(_) => {
                let mut depth = 1;
                while depth > 0 && at + 1 < inside.len() {
                    at += 1;
                    match inside[at].tok {
                        Tok::Open(_) => depth += 1,
                        Tok::Close(_) => depth -= 1,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    let (Some(Token { tok: Tok::Word(word), .. }), rest) = (inside.first(), inside.get(1..).unwrap_or(&[])) else {
        return Argument::Expression;
    };
    let single = match names.whole(word) {
        Some(Piece::Symbol(_)) => true,
        Some(Piece::Function(_) | Piece::User(_)) => false,
        None => word.chars().filter(|c| c.is_alphabetic()).count() == 1,
    };
    let behind = match rest {
        [] => true,
        [mark, script] => matches!(mark.tok, Tok::Underscore) && matches!(script.tok, Tok::Word(_) | Tok::Number(_)),
        [mark, open, .., close] => {
            matches!(mark.tok, Tok::Underscore | Tok::Caret)
                && matches!(open.tok, Tok::Open(Bracket::Brace))
                && matches!(close.tok, Tok::Close(Bracket::Brace))
                && (mark.tok == Tok::Underscore || matches!(rest.get(2).map(|t| &t.tok), Some(Tok::Open(_))))
                && rest.iter().filter(|t| t.tok == Tok::Open(Bracket::Brace)).count() == 1
        }
        _ => false,
    };
    if single && behind { Argument::Symbol(word) } else { Argument::Expression }
}

/// Whether a letter is a function wherever it stands before a bracket.
pub(super) fn is_function_letter(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

/// Whether a symbol is a scalar by habit: Greek, time and counts.
pub(super) fn is_scalar(symbol: &str) -> bool {
    let letter = super::greek::greek(symbol).unwrap_or_else(|| symbol.chars().next().unwrap_or('x'));
    ('α'..='ω').contains(&letter) || matches!(letter, 'ϵ' | 'ϕ' | 'ϑ' | 't' | 'n' | 'm' | 'N' | 'K')
}

/// The error at `λ_2(A)` where λ is no eigenvalue: of the name, the call, and what stands in the bracket.
pub(super) fn undeclared(source: &str, (name, call): (Span, Span), inside: Span) -> Diagnostic {
    let text = |span: Span| clipped(source.get(span.start..span.end).unwrap_or("").trim());
    refused(call, &text(call), &text(name), Some(&text(inside)), false)
}

fn refused(span: Span, written: &str, head: &str, inside: Option<&str>, is_capital: bool) -> Diagnostic {
    let message = format!("`{written}` is a call of an unknown function");
    let found = Diagnostic::new("N0004", message, span, "not declared");
    let Some(inside) = inside else {
        let (one, other) = if matches!(head, "u" | "v") { ("p", "q") } else { ("u", "v") };
        let found = match kernel_indices(written, head) {
            Some(entry) => found.with_help(format!("for its values at given points write their matrix, `{entry}`")),
            None => found,
        };
        if let Some(entry) = entry_at_numbers(written, head) {
            return found.with_help(format!("for an entry write `{entry}`, counted from 1")).with_help(
                Advice::from("or declare the letter, so that this is its entry: ")
                    .suggest(Suggestion::declaration(format!("{head}: matrix(m,n)"))),
            );
        }
        return found.with_help("a function that is declared has one argument").with_help(format!(
            "define one of several before the expression, as in `{head}({one},{other}) = ||{one} - {other}||^2; …`"
        ));
    };
    let map = |sets: &str| Suggestion::declaration(format!("{head}: {sets}"));
    let found = match matches!(inside, "i" | "j" | "k" | "l" | "n" | "t") {
        true => found.with_help(format!("for the value at an index write `{head}_{inside}`")),
        false => found,
    };
    found
        .with_help(if is_capital {
            Advice::from("declare it: ")
                .suggest(map("R -> R^{n x n}"))
                .words(", or ")
                .suggest(map("R^n -> R^m"))
                .words(" for one of vectors")
        } else if inside == "t" && !FUNCTIONS.contains(&head) {
            Advice::from("declare it: ")
                .suggest(map("R -> R^n"))
                .words(" for a curve, ")
                .suggest(map("function"))
                .words(" for a number at each time")
        } else {
            declared_function(head)
        })
        .with_help(format!("for the product write `{head} {inside}`, or declare the letter"))
}

/// `A_{1,2}` for `A(1, 2)`.
fn entry_at_numbers(written: &str, head: &str) -> Option<String> {
    let inside = written.strip_prefix(head)?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let places = inside.split_once(',').map(|(row, column)| [row.trim(), column.trim()])?;
    let is_place = |text: &&str| text.parse::<u32>().is_ok_and(|place| place > 0);
    (places.iter().all(is_place) && head.chars().all(char::is_alphabetic))
        .then(|| format!("{head}_{{{},{}}}", places[0], places[1]))
}

/// `K_{ij}` for `K(x_i, x_j)`.
fn kernel_indices(written: &str, head: &str) -> Option<String> {
    let inside = written.strip_prefix(head)?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let (first, second) = inside.split_once(',')?;
    let index = |text: &str| {
        let below = text.trim().rsplit_once('_')?.1.trim_matches(['{', '}']);
        (below.chars().count() == 1 && below.chars().all(char::is_alphabetic)).then(|| below.to_owned())
    };
    let is_plain = head.chars().all(char::is_alphabetic);
    Some(format!("{head}_{{{}{}}}", index(first)?, index(second)?)).filter(|_| is_plain)
}

/// How a letter that is a function is declared.
pub(crate) fn declared_function(head: &str) -> Advice {
    let declaration = |kind: &str| Suggestion::declaration(format!("{head}: {kind}"));
    Advice::from("declare it: ")
        .suggest(declaration("function"))
        .words(" for one that acts elementwise, ")
        .suggest(declaration("R^n -> R"))
        .words(" for one of vectors, ")
        .suggest(declaration("R^n -> R^m"))
        .words(" for one whose values are vectors")
}
