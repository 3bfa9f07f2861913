//! Environments of LaTeX.

use super::Lexer;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::token::{Bracket, Raw, Side, Tok};

impl Lexer<'_> {
    /// Goes over what says how the columns of a matrix are set: `{c|c}`, `[t]{cc}` of an array, `[r]` of others.
    fn columns(&mut self, name: &str) {
        let is_starred = self.at > 1 && self.raws[self.at - 1].text == "*";
        if self.rule_at(self.at + 1) == Some(Rule::open_square)
            && self.rule_at(self.at + 3) == Some(Rule::close_square)
            && (is_starred || name == "array" && self.rule_at(self.at + 4) == Some(Rule::open_brace))
        {
            self.at += 3;
        }
        if name == "array" {
            self.drop_group();
        }
    }

    /// `\left\{ \begin{array}{ll} … \end{array} \right.` is a piecewise definition; whether one begins with the array at a place.
    fn brace_of_cases(&mut self, span: Span) -> bool {
        let brace = self.tokens.last().map(|token| token.span);
        let is_brace = brace.and_then(|brace| self.source.get(brace.start..brace.end));
        if !matches!(is_brace, Some("\\{" | "\\lbrace")) {
            return false;
        }
        let (mut depth, mut end) = (1_usize, None);
        for at in self.at + 1..self.raws.len() {
            match self.raws[at].text {
                "\\begin" => depth += 1,
                "\\end" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = Some(at);
                break;
            }
        }
        let Some(end) = end.filter(|end| {
            let text = |at: usize| self.raws.get(at).map(|raw| raw.text);
            text(end + 4) == Some("\\right") && text(end + 5) == Some(".")
        }) else {
            return false;
        };
        self.tokens.pop();
        self.push(Tok::Open(Bracket::Cases), span);
        self.instead.insert(end, Some(Tok::Close(Bracket::Cases)));
        self.instead.extend((end + 1..end + 6).map(|at| (at, None)));
        self.columns("array");
        true
    }

    /// `\begin{bmatrix}`, `\end{bmatrix}`.
    pub(super) fn environment(&mut self, span: Span, begins: bool) {
        let mut at = self.at + 1;
        let name = match (self.rule_at(at), self.raws.get(at + 1), self.raws.get(at + 2), self.rule_at(at + 3)) {
            (Some(Rule::open_brace), Some(raw), Some(Raw { rule: Rule::close_brace, .. }), _) => raw.text,
            (Some(Rule::open_brace), Some(raw), Some(Raw { text: "*", .. }), Some(Rule::close_brace)) => {
                at += 1;
                raw.text
            }
            _ => "",
        };
        match name {
            "bmatrix" | "pmatrix" | "matrix" | "smallmatrix" | "Bmatrix" | "bsmallmatrix" | "psmallmatrix"
            | "vmatrix" | "vsmallmatrix" | "Vmatrix" | "Vsmallmatrix" | "array" => {
                let bracket = Bracket::Matrix;
                let span = Span::new(span.start, self.raws[at + 2].span.end);
                let tok = if begins { Tok::Open(bracket) } else { Tok::Close(bracket) };
                let (is_determinant, is_norm) = (name.starts_with('v'), name.starts_with('V'));
                self.at = at + 2;
                if begins && name == "array" && self.brace_of_cases(span) {
                    return;
                }
                match begins {
                    true if is_determinant => self.push(Tok::Word("det".to_owned()), span),
                    true if is_norm => self.push(Tok::DoubleBar(Side::Left, false), span),
                    _ => {}
                }
                self.push(tok, span);
                if is_norm && !begins {
                    self.push(Tok::DoubleBar(Side::Right, false), span);
                }
                if begins {
                    self.columns(name);
                }
            }
            "equation" | "aligned" | "align" | "gather" | "multline" | "eqnarray" | "displaymath" | "math"
            | "gathered" | "split" => self.at = at + 2,
            "cases" | "dcases" => {
                let end = self.raws[at + 2].span.end;
                let tok = if begins { Tok::Open(Bracket::Cases) } else { Tok::Close(Bracket::Cases) };
                self.push(tok, Span::new(span.start, end));
                self.at = at + 2;
            }
            _ => self.errors.push(
                Diagnostic::new("P0002", format!("unknown LaTeX environment `{name}`"), span, "not known here")
                    .with_help("write a matrix as `\\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}` or `[1 2; 3 4]`"),
            ),
        }
    }
}
