//! Characters and commands that the language does not have, and the advice for them.

use super::Lexer;
use super::dot::MODULES;
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::span::Span;
use crate::syntax::derivative;
use crate::syntax::function::INTEGRAL;
use crate::syntax::grammar::Rule;
use crate::syntax::latex::{in_place_of, is_operator, similar_command};
use crate::syntax::token::Raw;

/// What stands for a division from the left.
const SOLVE: &str = "for the solution of a linear system, A⁻¹b, write `inv(A) b`";

impl Lexer<'_> {
    /// The error at a character that begins no symbol, unless it is a dot that means something here.
    pub(super) fn unknown(&mut self, text: &str, span: Span) {
        let c = text.chars().next().unwrap_or(' ');
        let follows_else = self
            .at
            .checked_sub(1)
            .and_then(|at| self.raws.get(at))
            .is_some_and(|raw| matches!(raw.text, "otherwise" | "else" | "elsewhere" | "const"));
        if c == '.'
            && (follows_else || self.dot(span) || self.full_stop() || !self.tokens.is_empty() && self.is_last(self.at))
        {
            return;
        }
        let diagnostic = if c.is_control() {
            let code = u32::from(c);
            Diagnostic::new("P0001", format!("control character U+{code:04X} in the input"), span, "here")
                .with_help("delete it; it is invisible in most editors")
        } else if c == '.' {
            let module = self.at.checked_sub(1).and_then(|at| self.raws.get(at)).map(|raw| raw.text);
            let is_shape = self.raws.get(self.at + 1).is_some_and(|next| next.text == "shape");
            let help = match module.filter(|name| MODULES.contains(name)) {
                Some(module) => format!("functions are written without a module: `sum(X)`, without `{module}.`"),
                None if is_shape => "write `len(x)`, `nrow(X)` or `ncol(X)`".to_owned(),
                None => "write `0.5` for a number, `.*`, `./`, `.^` for elementwise operators, `X.T` for the transpose"
                    .to_owned(),
            };
            Diagnostic::new("P0006", "a dot that belongs to no number or operator", span, "here").with_help(help)
        } else {
            let error =
                Diagnostic::new("P0001", format!("`{c}` is not a symbol of the language"), span, "not known here");
            if matches!(c, '∇' | '∂') {
                return self.errors.push(error.with_help(derivative::written_out()));
            }
            error.with_help(match c {
                '⊥' | '⟂' => {
                    "the orthogonal complement is not in the language; write the projection, as `I - A pinv(A)`"
                }
                '∛' => "write `x^(1/3)`",
                '∜' => "write `x^(1/4)`",
                '⊛' => "a convolution is the product with a matrix: write `C x`",
                '⊕' => "write a sum of matrices as `A + B`",
                '±' | '∓' => "write one of the two signs",
                '≈' => "an expression is one side of an equation",
                '∫' => INTEGRAL,
                '%' => "comments begin with `#`",
                '０'..='９' => "this digit is wider than those of the keyboard; write `0` to `9`",
                '“' | '”' | '"' | '`' => "write the expression without quotation marks",
                _ => "delete it, or write what it stands for with the operators `+ - * / .* ./ ^ '`",
            })
        };
        self.errors.push(diagnostic);
    }

    /// The error at a command that is not known; after an operand it may be meant as a division from the left.
    pub(super) fn unknown_command(&mut self, name: &str, span: Span) {
        let shown = name.chars().next().filter(|c| c.is_control()).map_or(name, |_| "");
        let error = Diagnostic::new("P0002", format!("unknown LaTeX command `\\{shown}`"), span, "not known here");
        let is_operand = |raw: &&Raw<'_>| matches!(raw.rule, Rule::word | Rule::close_round | Rule::close_square);
        let divisor = self.at.checked_sub(1).and_then(|at| self.raws.get(at)).filter(is_operand);
        let is_short = name.len() <= 2 && name.bytes().all(|b| b.is_ascii_alphabetic()) && name != "to";
        self.errors.push(match similar_command(name) {
            _ if let Some(help) = in_place_of(name) => error.with_help(help),
            _ if name == "partial" => error.with_help(derivative::written_out()),
            _ if let Some(divisor) = divisor.filter(|_| is_short) => error.with_help(match divisor.rule {
                Rule::word => {
                    format!("for the solution of a linear system, {0}⁻¹{name}, write `inv({0}) {name}`", divisor.text)
                }
                _ => SOLVE.to_owned(),
            }),
            Some(similar) => error.with_help(format!("did you mean `\\{similar}`?")),
            None if is_operator(shown) => {
                error.with_help("write it with the operators `+`, `-`, `*`, `/`, `^` and functions by their names")
            }
            None => {
                let is_call = self.rule_at(self.at + 1) == Some(Rule::open_round);
                let kind = if is_call { "function" } else { "vector(n)" };
                let advice = format!("for a name write `\\mathrm{{{shown}}}` in its place, and declare it: ");
                error.with_help(Advice::from(advice).suggest(Suggestion::declared_word(shown, kind)))
            }
        });
    }
}
