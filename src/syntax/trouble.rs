//! The wording of what is wrong with the structure of an expression. The parser says where it stands; here it is
//! told in the reader's terms, with a way out.

use super::ast::{AstId, AstKind, ProductOp};
use super::looks::Looks;
use super::parse::{Failure, Parser};
use super::stack::{Callee, Entry, Frame, FrameKind, Operand, Which};
use super::token::{Bracket, Relation, Tok, Token};
use super::token_text::{describe, left, right};
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;

/// Longest arguments of a call that a message writes again, in bytes.
const MOST_WRITTEN: usize = 80;

impl Parser<'_> {
    /// An operand is expected at the present place and is not there.
    pub(super) fn missing_operand(&self) -> Failure {
        let at = self.state.at;
        let found = describe(self.tok(at));
        let here = self.here(at);
        let error = match self.state.stack.last() {
            None => match self.tok(at) {
                Tok::End => Diagnostic::new("P0005", "there is no expression here", here, "expected an expression")
                    .with_help("write an expression such as `x'A x`"),
                Tok::Prime | Tok::Top => Diagnostic::new(
                    "P0004",
                    format!("{found} has nothing before it"),
                    here,
                    "expected an operand before it",
                )
                .with_help("a transpose follows what it transposes: `X'`"),
                tok => Diagnostic::new(
                    "P0004",
                    format!("{found} has nothing before it"),
                    here,
                    "expected an operand before it",
                )
                .with_help(binary_help(tok)),
            },
            Some(Entry::Frame(frame)) => {
                let (left, right) = frame_text(&frame.kind);
                if frame.callee.is_some() || !frame.before.is_empty() || !frame.rows.is_empty() {
                    Diagnostic::new("P0004", format!("expected an operand, found {found}"), here, "expected an operand")
                        .with_label(frame.open, format!("in this `{left}`"))
                        .with_help("write what is missing, or delete the sign before it")
                } else if matches!(self.tok(at), Tok::Close(_) | Tok::Greater) {
                    Diagnostic::new(
                        "P0004",
                        format!("`{left} {right}` with nothing in it"),
                        frame.open.join(here),
                        "expected an expression",
                    )
                    .with_help("write what belongs there, or delete the brackets")
                } else if matches!(self.tok(at), Tok::End) {
                    return self.unclosed();
                } else {
                    Diagnostic::new(
                        "P0004",
                        format!("{found} has nothing before it"),
                        here,
                        format!("expected an operand after `{left}`"),
                    )
                    .with_help(binary_help(self.tok(at)))
                }
            }
            Some(Entry::Sum { sign, op, .. }) => after(sign_text(*sign), *op, here, &found),
            Some(Entry::Sign { sign, span, .. }) => after(sign_text(*sign), *span, here, &found),
            Some(Entry::Product { next, op, .. }) => {
                let name = describe(&Tok::Op(*next));
                let equals = self.tok(at) == &Tok::Op(ProductOp::Star);
                let error = after_text(&name, *op, here, &found);
                if equals { error.with_help("write a power as `x^2`") } else { error }
            }
            Some(Entry::DoubleDot { op, .. }) => after(":", *op, here, &found),
            Some(Entry::Power { op, .. }) => {
                Diagnostic::new("P0004", "`^` without an exponent", *op, "no exponent follows it")
                    .with_label(here, format!("found {found}"))
                    .with_help("write the exponent: `X^2`, `X^-1`, `X^{1/2}`, or `X^T` for the transpose")
            }
            Some(Entry::Big { is_sum, span, .. }) => {
                let (name, sign) = if *is_sum { ("sum", "sum_{i=1}^n a_i") } else { ("product", "prod_{i=1}^n a_i") };
                Diagnostic::new("P0004", format!("a {name} without a body"), *span, "nothing follows it")
                    .with_label(here, format!("found {found}"))
                    .with_help(format!("write the body after the bounds: `{sign}`"))
            }
            Some(Entry::Bare(callee) | Entry::Applied(callee)) => return self.no_argument(callee),
            Some(Entry::Root { span }) => after("√", *span, here, &found),
            Some(Entry::Juxtaposition { .. }) => {
                Diagnostic::new("P0004", format!("expected an operand, found {found}"), here, "expected an operand")
                    .with_help("write what is missing, or delete this")
            }
        };
        Box::new(error)
    }

    /// Where to point for a symbol: the last character before the end, where there is none.
    fn here(&self, at: usize) -> Span {
        if at < self.state.end { self.span(at) } else { self.span(self.state.end) }
    }

    /// A bar or `<` that is open where it should not be.
    pub(super) fn unclosed(&self) -> Failure {
        let here = self.here(self.state.at);
        let Some(frame) = self.frame() else { return self.stray() };
        let written = self.ast.source.get(frame.open.start..frame.open.end).unwrap_or_default();
        // `p(y | x)`
        let before = self.ast.source.get(..frame.open.start).unwrap_or_default();
        let callee = before.rsplit_once('(').filter(|(_, inside)| !inside.contains([')', '|']));
        let ends_name =
            |callee: &str| callee.trim_end_matches("\\left").ends_with(|c: char| c.is_alphanumeric() || c == '}');
        let is_given = written == "\\mid" || callee.is_some_and(|(callee, _)| ends_name(callee));
        if matches!(frame.kind, FrameKind::Bar) && is_given && self.tok(self.state.at) == &Tok::Close(Bracket::Round) {
            let error = format!("what is given after `{written}` cannot be read");
            return Box::new(
                Diagnostic::new("P0003", error, frame.open, "a conditional density or policy")
                    .with_help("write the density out, or one symbol for its value, such as `p_i`")
                    .with_help("an absolute value is written `|x|`"),
            );
        }
        let (left, right) = frame_text(&frame.kind);
        let mut error =
            Diagnostic::new("P0003", format!("`{left}` is not closed"), frame.open, format!("needs a `{right}`"))
                .with_label(here, format!("found {} before it", describe(self.tok(self.state.at))));
        error = match frame.kind {
            FrameKind::Less => error
                .with_note("`<` opens an inner product, except in an indicator such as `1[x < y]`")
                .with_help("write the inner product as `<a, b>`, the comparison as `1[a < b]`"),
            FrameKind::Bar => error.with_help("write `|x|`, or `abs(x)` where bars are nested"),
            FrameKind::DoubleBar => error.with_help("write `||x||`, or `norm(x)` where bars are nested"),
            FrameKind::Bracket(..) | FrameKind::Indicator | FrameKind::Numerator | FrameKind::Denominator => {
                error.with_help(format!("write `{right}` where the part in brackets ends"))
            }
        };
        Box::new(error)
    }

    /// The way to write what is said of a name after a comma, `x'Ax, A symmetric`.
    fn said_after(&self, comma: usize) -> Option<String> {
        let here = self.span(comma);
        let (before, after) = (self.ast.source.get(..here.start)?, self.ast.source.get(here.end..)?);
        let (name, said) = after.trim().split_once(' ')?;
        let said = said.trim_start().trim_start_matches("is ").trim_start();
        let is_declaration = name.chars().all(char::is_alphanumeric)
            && super::declare::parse_declarations(&format!("{name}: {said}")).is_ok();
        is_declaration.then(|| format!("say it after `where`: `{} where {name} is {said}`", before.trim()))
    }

    /// A symbol that has no place after an operand.
    pub(super) fn stray(&self) -> Failure {
        let at = self.state.at;
        let found = describe(self.tok(at));
        let here = self.here(at);
        let error = Diagnostic::new("P0008", format!("{found} cannot appear here"), here, "not expected here");
        Box::new(match self.tok(at) {
            Tok::Equal => Diagnostic::new("P0008", "this is an equation, not an expression", here, "its two sides")
                .with_help(self.system_before(here).unwrap_or_else(|| {
                    Advice::from("give one side, or the two to ").suggest(Suggestion::Command("equal", None))
                }))
                .with_help("a definition has one name on the left, as in `f = x'x` and `f(x) = x'x`"),
            Tok::Greater | Tok::Less => error
                .with_help("write a comparison as an indicator, `1[a > b]`, and an inner product as `<a, b>`"),
            Tok::Comma if self.ast.source.get(here.start..here.end) == Some("&") => {
                Diagnostic::new("P0008", "`&` cannot appear here", here, "not expected here")
                    .with_help("it separates the entries of a row: `\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}`")
            }
            Tok::Comma if let Some(said) = self.said_after(at) => error.with_help(said),
            Tok::Comma if let Some(number) = self.decimal_comma(at) => {
                error.with_help(format!("a decimal number is written with a point: `{number}`"))
            }
            Tok::Comma => error.with_help(
                "a comma separates the arguments of a function, `max(a, b)`, the sides of `<a, b>`, and entries, `[1, 2]`",
            ),
            Tok::Semicolon => error.with_help("a semicolon separates the rows of a literal: `[1 2; 3 4]`"),
            Tok::Relation(Relation::In) => {
                let advice = Advice::from("declare the set of a name").in_shell(" with `-d`").words(", as in ");
                error.with_help(advice.suggest(Suggestion::declaration("x in R^n")))
            }
            Tok::Colon => error
                .with_help("the inner product of two matrices has a blank on either side of its colon: `A : B`"),
            Tok::Underscore => error.with_help("a subscript directly follows a name or a norm: `x_1`, `||x||_2`"),
            Tok::Relation(_) => error.with_help("comparisons are allowed in an indicator, `1[x >= 0]`, and below sums, `sum_{j >= i}`"),
            Tok::Dots => error.with_help("write sums and products out with an index: `sum_{i=1}^n a_i`"),
            _ => error.with_help("delete it, or write an operator before it"),
        })
    }

    /// The number of `1,5` with a point, where its comma stands at a place.
    fn decimal_comma(&self, at: usize) -> Option<String> {
        let (before, after) = (self.tokens.get(at.checked_sub(1)?)?, self.tokens.get(at + 1)?);
        let is_number = |token: &Token| matches!(token.tok, Tok::Number(_));
        let is_dense = before.span.end == self.span(at).start && self.span(at).end == after.span.start;
        (is_dense && is_number(before) && is_number(after))
            .then(|| format!("{}.{}", self.ast.written(before.span), self.ast.written(after.span)))
    }

    /// What is said of the system `A x = b`, whose sign of equality stands at a place.
    fn system_before(&self, equal: Span) -> Option<Advice> {
        let (left, right) = (self.ast.source.get(..equal.start)?.trim(), self.ast.source.get(equal.end..)?.trim());
        let letters: Vec<char> = left.chars().filter(|c| !matches!(c, ' ' | '*' | '@')).collect();
        let is_letter = |text: &str| text.chars().count() == 1 && text.chars().all(char::is_lowercase);
        let [matrix, unknown] = letters[..] else { return None };
        (matrix.is_uppercase() && unknown.is_lowercase() && is_letter(right)).then(|| {
            let least =
                Suggestion::question("solve", &format!("||{matrix} {unknown} - {right}||^2"), &unknown.to_string());
            Advice::from(format!("the solution of a square system is `inv({matrix}) {right}`; for least squares ask "))
                .suggest(least)
        })
    }

    /// Refuses a colon neither of whose sides looks like a matrix.
    pub(super) fn has_matrix(&self, colon: Span, sides: [AstId; 2]) -> Result<(), Failure> {
        let is_matrix = |id: AstId| matches!(self.looks(id), Looks::Matrix | Looks::Open);
        if sides.into_iter().any(is_matrix) {
            return Ok(());
        }
        let mut error =
            Diagnostic::new("P0008", "`:` stands between two matrices", colon, "neither side looks like one")
                .with_note("`A : B` is the sum of the products of entries, tr(AᵀB)");
        let name = |side: AstId| {
            let last = match &self.ast.node(side).kind {
                AstKind::Product { rest, .. } => rest.last().map_or(side, |factor| factor.1),
                AstKind::Run { items, .. } => items.last().copied().unwrap_or(side),
                _ => side,
            };
            match &self.ast.node(last).kind {
                AstKind::Name(name) if name.subscript.is_empty() && self.names.rank(&name.base).is_none() => {
                    Some(name.base.as_str())
                }
                _ => None,
            }
        };
        if let [Some(left), Some(right)] = sides.map(name)
            && left != right
        {
            let declared = format!("{left}, {right}: matrix(m,n)");
            error =
                error.with_help(Advice::from("of matrices, declare them: ").suggest(Suggestion::declaration(declared)));
        }
        Err(Box::new(error.with_help("write the inner product of two vectors as `<x, y>`, and a quotient with `/`")))
    }

    pub(super) fn two_numbers(&self) -> Failure {
        let at = self.state.at;
        let span = self.span(at - 1).join(self.span(at));
        Box::new(
            Diagnostic::new("P0006", "two numbers side by side", span, "is this one number or a product?")
                .with_help("write a product of numbers as `2*3`, and a decimal with one dot, `2.5`"),
        )
    }

    /// `n!!`, which is not the factorial of n!.
    pub(super) fn double_factorial(&self, at: usize) -> Failure {
        let span = self.span(at).join(self.span(at + 1));
        Box::new(
            Diagnostic::new("P0008", "a double factorial", span, "not in the language")
                .with_help("write the factorial of a factorial with brackets: `(k!)!`")
                .with_help("write a product of every other number by factorials: `2^k k!` of the even ones up to 2k, `(2k)!/(2^k k!)` of the odd ones"),
        )
    }

    pub(super) fn no_argument(&self, callee: &Callee) -> Failure {
        let name = callee_name(callee);
        let found = describe(self.tok(self.state.at));
        Box::new(
            Diagnostic::new("P0009", format!("`{name}` has no argument"), callee.span, "expected an argument after it")
                .with_label(self.here(self.state.at), format!("found {found}"))
                .with_help(format!("write the argument in brackets: `{name}(x)`")),
        )
    }

    /// `σ''(z)`
    pub(super) fn higher_derivative(&self, name: &str, at: usize, prime: usize) -> Failure {
        let span = self.span(at).join(self.span(prime));
        Box::new(
            Diagnostic::new("P0008", format!("a second derivative of `{name}`"), span, "only the first one is read")
                .with_help(format!("`matcalc derivative '{name}(x)' --wrt x --order 2` prints it")),
        )
    }

    /// The error at an order of a polygamma function that is not a number.
    pub(super) fn no_order(&self, spelling: &str, span: Span) -> Failure {
        let most = super::limits::MAX_POLYGAMMA_ORDER;
        let message = format!("the order of `{spelling}` is a whole number from 0 to {most}");
        let first = if spelling == "polygamma" { "digamma(x)" } else { "polygamma(0, x)" };
        Box::new(
            Diagnostic::new("P0009", message, span, "not such a number")
                .with_help(format!("write a number, as `polygamma(2, x)`; `{first}` is the first of these functions")),
        )
    }

    pub(super) fn subscripted_function(&self, callee: &Callee, at: usize) -> Failure {
        let name = callee_name(callee);
        let help = match name.as_str() {
            "log" | "ln" => "write a logarithm to another base as a quotient, `log(x)/log(2)`".to_owned(),
            "norm" => "write `norm(x, p)` or `||x||_p`".to_owned(),
            _ => format!("write `{name}(x)`; to use `{name}` as a symbol of its own, declare it"),
        };
        Box::new(
            Diagnostic::new("P0008", format!("`{name}` takes no subscript"), self.span(at), "not expected here")
                .with_help(help),
        )
    }

    pub(super) fn inverse_function(spelling: &str, inverse: &str, span: Span) -> Failure {
        Box::new(
            Diagnostic::new(
                "P0012",
                format!("`{spelling}^-1` has two readings"),
                span,
                "the inverse function, or one divided by it?",
            )
            .with_help(format!("write `{inverse}` for the inverse function"))
            .with_help(format!("write `1/{spelling}(x)` for the reciprocal")),
        )
    }

    pub(super) fn wrong_arity(
        &self,
        name: &str,
        (least, most): (usize, usize),
        arguments: &[Operand],
        span: Span,
    ) -> Failure {
        let given = arguments.len();
        let takes = if least == most {
            format!("{least} argument{}", if least == 1 { "" } else { "s" })
        } else if most == usize::MAX {
            format!("{least} arguments or more")
        } else {
            format!("{least} to {most} arguments")
        };
        let error = Diagnostic::new("P0009", format!("`{name}` takes {takes}, {given} given"), span, "in this call");
        let written: Option<Vec<&str>> =
            arguments.iter().map(|argument| self.ast.source.get(argument.span.start..argument.span.end)).collect();
        let written = written.unwrap_or_default();
        if written.iter().map(|text| text.len()).sum::<usize>() > MOST_WRITTEN {
            return Box::new(error);
        }
        let example = match (name, written.as_slice()) {
            ("log" | "ln", [x, base]) => format!("log({x})/log({base})"),
            ("max" | "min", [first, rest @ ..]) if given > most => {
                rest.iter().fold((*first).to_owned(), |inner, next| format!("{name}({inner}, {next})"))
            }
            _ => {
                let mut all: Vec<String> = written.iter().take(most).map(|text| (*text).to_owned()).collect();
                while all.len() < least {
                    all.push(next_letter(all.last().map_or("", String::as_str)));
                }
                format!("{name}({})", all.join(", "))
            }
        };
        Box::new(error.with_help(format!("write `{example}`")))
    }

    pub(super) fn missing_script(&self, at: usize) -> Failure {
        let mark = self.span(at.saturating_sub(1));
        Box::new(
            Diagnostic::new("P0004", "a subscript or exponent is empty", mark, "nothing is written at this mark")
                .with_help("write it after the mark: `x_1`, `X^2`, `x_{12}`"),
        )
    }

    pub(super) fn bad_fraction(&self, frame: &Frame) -> Failure {
        let (sign, label, example) = match frame.callee {
            Some(_) => ("\\binom", "two numbers are expected", "\\binom{n}{k}"),
            None => ("\\frac", "a numerator and a denominator are expected", "\\frac{a}{b}"),
        };
        Box::new(
            Diagnostic::new("P0004", format!("`{sign}` needs two parts in braces"), frame.open, label)
                .with_label(self.here(self.state.at), format!("found {}", describe(self.tok(self.state.at))))
                .with_help(format!("write `{example}`")),
        )
    }

    pub(super) fn half_inner(span: Span) -> Failure {
        Box::new(
            Diagnostic::new("P0009", "an inner product has two sides", span, "only one is written")
                .with_help("write `<a, b>`, with a comma"),
        )
    }

    pub(super) fn ragged(width: usize, n: usize, row: Span, literal: Span) -> Failure {
        Box::new(
            Diagnostic::new(
                "P0011",
                "the rows of the literal differ in length",
                row,
                format!("this row begins here and has length {n}"),
            )
            .with_label(literal, format!("the first row has length {width}"))
            .with_help("write as many entries in each row: `[1 2; 3 4]`"),
        )
    }

    pub(super) fn too_deep(span: Span) -> Failure {
        Box::new(
            Diagnostic::new("P0007", "brackets are nested too deeply", span, "one level too many")
                .with_note(format!("at most {} levels of brackets can be read", super::limits::MAX_BRACKET_DEPTH))
                .with_help("split it into several expressions"),
        )
    }

    pub(super) fn bad_bounds(span: Span, what: &str, label: &str) -> Failure {
        Box::new(
            Diagnostic::new("P0010", what, span, label)
                .with_help("write the bounds as in `sum_{i=1}^n a_i`, `sum_i a_i` or `sum_{i,j} a_i b_j`"),
        )
    }
}

fn callee_name(callee: &Callee) -> String {
    match &callee.which {
        Which::Known(_, spelling) => (*spelling).to_owned(),
        Which::User(name, ..) => name.clone(),
        Which::Frechet(name, _) => format!("L_{name}"),
        Which::Root(_) => "sqrt".to_owned(),
        Which::LogarithmTo(_) => "log".to_owned(),
        Which::Defined(..) => "f".to_owned(),
    }
}

/// The letter after this one, for one more argument.
fn next_letter(written: &str) -> String {
    let mut letters = written.chars();
    match (letters.next(), letters.next()) {
        (Some(letter @ ('a'..='y' | 'A'..='Y')), None) => char::from(letter as u8 + 1).to_string(),
        (Some('A'..='Z'), _) => "B".to_owned(),
        _ => "b".to_owned(),
    }
}

fn sign_text(sign: super::ast::Sign) -> &'static str {
    match sign {
        super::ast::Sign::Plus => "+",
        super::ast::Sign::Minus => "-",
    }
}

fn after(op: &str, place: Span, here: Span, found: &str) -> Diagnostic {
    after_text(&format!("`{op}`"), place, here, found)
}

fn after_text(op: &str, place: Span, here: Span, found: &str) -> Diagnostic {
    Diagnostic::new("P0004", format!("nothing follows {op}"), place, "expected an operand after it")
        .with_label(here, format!("found {found}"))
        .with_help("write what follows it, or delete it")
}

fn binary_help(tok: &Tok) -> String {
    match tok {
        Tok::Equal => "an expression has no `=`; give one side".to_owned(),
        Tok::Comma | Tok::Semicolon => "write what it separates, or delete it".to_owned(),
        Tok::Bang => "write what the factorial is of: `k!`".to_owned(),
        Tok::Caret | Tok::Stars | Tok::DotCaret => "write what is raised: `x^2`".to_owned(),
        _ => "write an operand before it, or delete it".to_owned(),
    }
}

fn frame_text(kind: &FrameKind) -> (&'static str, &'static str) {
    match kind {
        FrameKind::Bracket(bracket, _) => (left(*bracket), right(*bracket)),
        FrameKind::Less => ("<", ">"),
        FrameKind::Bar => ("|", "|"),
        FrameKind::DoubleBar => ("||", "||"),
        FrameKind::Indicator => ("1[", right(Bracket::Square)),
        FrameKind::Numerator | FrameKind::Denominator => ("{", "}"),
    }
}
