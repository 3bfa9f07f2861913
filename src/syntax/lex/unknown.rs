//! Characters that begin no symbol, and the advice for them.

use super::Lexer;
use super::dot::MODULES;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::syntax::derivative;
use crate::syntax::function::INTEGRAL;

impl Lexer<'_> {
    pub(super) fn unknown(&mut self, text: &str, span: Span) {
        let c = text.chars().next().unwrap_or(' ');
        let follows_else = self
            .at
            .checked_sub(1)
            .and_then(|at| self.raws.get(at))
            .is_some_and(|raw| matches!(raw.text, "otherwise" | "else" | "elsewhere"));
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
}
