//! Dots: after modules, before methods and attributes, between factors.

use super::Lexer;
use super::dot_operand::{is_called, is_operand};
use crate::span::Span;
use crate::syntax::ast::ProductOp;
use crate::syntax::function::function;
use crate::syntax::grammar::Rule;
use crate::syntax::token::{Bracket, METHOD, Raw, Tok};

/// Modules whose functions are often written with their name in front.
pub(super) const MODULES: &[&str] = &[
    "np",
    "numpy",
    "jnp",
    "jax",
    "torch",
    "tf",
    "keras",
    "linalg",
    "scipy",
    "special",
    "stats",
    "math",
    "Math",
    "nn",
    "functional",
    "sp",
    "sympy",
    "cp",
    "cvxpy",
    "LinearAlgebra",
    "LA",
    "la",
    "sla",
    "spla",
    "random",
    "F",
];

/// Functions that are called as a method of an array; after a module that has the name of a matrix they are one.
const METHODS: &[&str] = &[
    "dot",
    "sum",
    "mean",
    "prod",
    "max",
    "min",
    "trace",
    "det",
    "inv",
    "inverse",
    "transpose",
    "t",
    "norm",
    "pow",
    "clamp",
];

impl Lexer<'_> {
    /// Where the modules end that a function's name stands after, as in `np.linalg.inv(X)`: the place of the name.
    pub(super) fn behind_modules(&self) -> Option<usize> {
        let mut at = self.at;
        let is_module = |at: usize| {
            let of_a_distribution =
                matches!(self.raws.get(at + 2).map(|raw| raw.text), Some("cdf" | "pdf" | "logcdf" | "logpdf"));
            MODULES.contains(&self.raws[at].text) || self.raws[at].text == "norm" && of_a_distribution
        };
        let is_name = |at: usize| matches!(self.rule_at(at), Some(Rule::word | Rule::axes));
        while is_module(at) && self.is_dot(at + 1) && is_name(at + 2) {
            at += 2;
        }
        // `tf.reduce_mean(x)`
        let is_reduction = |place: usize| {
            matches!(
                self.raws.get(place).map(|raw| raw.text),
                Some("sum" | "mean" | "max" | "min" | "prod" | "logsumexp" | "variance" | "std")
            )
        };
        if at > self.at
            && self.raws[at].text == "reduce"
            && self.rule_at(at + 1) == Some(Rule::underscore)
            && is_reduction(at + 2)
        {
            at += 2;
        }
        let first = self.raws[self.at].text;
        let name = self.raws[at].text;
        let called = self.rule_at(at) == Some(Rule::axes)
            || matches!(self.rule_at(at + 1), Some(Rule::open_round | Rule::under_digits | Rule::underscore));
        let is_constant = matches!(name, "pi" | "e" | "inf" | "float16" | "float32" | "float64" | "double");
        let of_a_symbol = first.len() == 1 && METHODS.contains(&name);
        (at > self.at && (called || is_constant) && !of_a_symbol).then_some(at)
    }

    /// Whether a dot stands at a place, with no blank on either side.
    fn is_dot(&self, at: usize) -> bool {
        let touches = |left: usize, right: usize| match (self.raws.get(left), self.raws.get(right)) {
            (Some(left), Some(right)) => left.span.end == right.span.start,
            _ => false,
        };
        at > 0
            && self.raws.get(at).is_some_and(|raw| raw.rule == Rule::unknown && raw.text == ".")
            && touches(at - 1, at)
            && touches(at, at + 1)
    }

    /// A dot before a method, `A.dot(b)`, or between the factors of a product as Mathematica has it, `Tr[A.X]`; whether it was one.
    pub(super) fn dot(&mut self, span: Span) -> bool {
        let at = self.at;
        let Some(&Raw { rule: rule_before, text: before, .. }) =
            at.checked_sub(1).and_then(|before| self.raws.get(before))
        else {
            return false;
        };
        let ends_operand = matches!(
            rule_before,
            Rule::word
                | Rule::close_round
                | Rule::close_square
                | Rule::dot_transpose
                | Rule::prime
                | Rule::under_digits
                | Rule::underscore
        );
        if ends_operand
            && self.is_dot(at)
            && self.rule_at(at + 1) == Some(Rule::word)
            && self.rule_at(at + 2) == Some(Rule::open_round)
        {
            let name = &self.raws[at + 1];
            let method = Tok::Word(format!("{METHOD}{}", name.text));
            let place = span.join(name.span);
            self.push(method, place);
            self.at += 1;
            return true;
        }
        if ends_operand && self.is_dot(at) && self.attribute(span) {
            return true;
        }
        // `log.(x)`: Julia's functions of each entry.
        if self.is_dot(at) && self.rule_at(at + 1) == Some(Rule::open_round) {
            if rule_before == Rule::word && is_called(before) {
                return true;
            }
            // `w.(x - y)`, `(A x - b).(A x - b)`
            if ends_operand && rule_before != Rule::prime {
                self.push(Tok::Op(ProductOp::Dot), span);
                return true;
            }
        }
        // `x .+ 1`, `1 .- p`
        let is_sign = matches!(self.rule_at(at + 1), Some(Rule::plus | Rule::minus));
        let touches = self.raws.get(at + 1).is_some_and(|next| next.span.start == span.end);
        let after_operand = ends_operand || matches!(rule_before, Rule::number | Rule::superscript);
        if is_sign && touches && after_operand {
            return true;
        }
        // `w.x + b`, `x . A . x`
        if ends_operand && self.is_between_letters(at) {
            self.push(Tok::Op(ProductOp::Dot), span);
            return true;
        }
        let begins_operand = matches!(self.rule_at(at + 1), Some(Rule::word | Rule::open_round | Rule::open_square));
        if ends_operand && begins_operand && calls_with_square_brackets(self.source) {
            let column = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_lowercase());
            let within = self.tokens.len().checked_sub(2).is_some_and(|at| matches!(self.tokens[at].tok, Tok::Op(_)));
            if column(before) && !within {
                self.push(Tok::Prime, span);
            }
            self.push(Tok::Op(ProductOp::Dot), span);
            return true;
        }
        false
    }

    /// Whether a dot stands between the names of operands in a text that calls nothing with square brackets: an inner product. What NumPy has
    /// after a dot, as in `X.T`, is none, and neither is what is called.
    fn is_between_letters(&self, at: usize) -> bool {
        let (Some(before), Some(dot), Some(next)) = (&self.raws.get(at - 1), self.raws.get(at), self.raws.get(at + 1))
        else {
            return false;
        };
        let stands_apart = before.span.end < dot.span.start && dot.span.end < next.span.start;
        let is_known = matches!(next.text, "T" | "t" | "H" | "I") || self.rule_at(at + 2) == Some(Rule::open_round);
        let ends =
            matches!(before.rule, Rule::close_round | Rule::under_digits | Rule::prime) || is_operand(before.text);
        (self.is_dot(at) || dot.text == "." && stands_apart)
            && ends
            && next.rule == Rule::word
            && is_operand(next.text)
            && !is_known
            && !calls_with_square_brackets(self.source)
    }

    /// `X.shape[0]`, `X.size`: the method that counts the same; whether one of them stands after a dot.
    fn attribute(&mut self, dot: Span) -> bool {
        let text = |at: usize| self.raws.get(at).map(|raw| raw.text);
        let at = self.at + 1;
        let (method, last) = match (text(at), text(at + 1), text(at + 2), text(at + 3)) {
            (Some("shape"), Some("["), Some("0"), Some("]")) => ("nrow", at + 3),
            (Some("shape"), Some("["), Some("1"), Some("]")) => ("ncol", at + 3),
            (Some("size"), ..) => ("numel", at),
            _ => return false,
        };
        let span = dot.join(self.raws[last].span);
        self.push(Tok::Word(format!("{METHOD}{method}")), span);
        self.push(Tok::Open(Bracket::Round), span);
        self.push(Tok::Close(Bracket::Round), span);
        self.at = last;
        true
    }

    /// Whether a dot ends a sentence: nothing but brackets of LaTeX stands after it.
    pub(super) fn full_stop(&self) -> bool {
        self.at > 0 && self.at + 1 == self.raws.len()
    }
}

/// Whether a text has a call as Mathematica writes them, such as `Tr[A.X]`.
fn calls_with_square_brackets(source: &str) -> bool {
    source.match_indices('[').any(|(at, _)| {
        let name = source[..at].rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
        name.len() >= 2 && name.starts_with(|c: char| c.is_ascii_uppercase()) && function(name).is_some()
    })
}
