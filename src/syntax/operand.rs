//! Operands: numbers, ones and zeros, names, comparisons.

use super::ast::{AstKind, Comparison, Function, Name, ProductOp};
use super::parse::{Failure, Parser};
use super::stack::{Entry, Frame, FrameKind, Operand};
use super::token::{Bracket, Relation, Tok, is_sign_as_script};
use crate::diagnostic::Diagnostic;
use crate::number::Coeff;
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn behind_number(&self, at: usize) -> bool {
        let is_number = |operand: Operand| matches!(self.ast.node(operand.id).kind, AstKind::Number(_));
        at > 0 && matches!(self.tokens[at - 1].tok, Tok::Number(_)) && self.state.operand.is_some_and(is_number)
    }

    pub(super) fn number(&mut self, value: &Coeff) -> Result<(), Failure> {
        let at = self.state.at;
        let span = self.span(at);
        let exponent = matches!(self.state.stack.last(), Some(Entry::Power { .. } | Entry::Sign { tight: true, .. }));
        let text = self.ast.source.get(span.start..span.end);
        if text == Some("11") && !exponent && self.mark(at + 1).is_some() {
            // `11ᵀ`: the second one is left for the next step.
            let middle = span.start + 1;
            let one = &mut self.tokens[at];
            (one.tok, one.span) = (Tok::Number(Coeff::integer(1)), Span::new(middle, span.end));
            let first = Span::new(span.start, middle);
            return self.operand(AstKind::Call(Function::Ones, Vec::new()), first, at);
        }
        let before_one = matches!(self.tok(at + 1), Tok::Number(next) if next.is_one()) && self.mark(at + 2).is_some();
        if value.is_one() && !exponent && before_one {
            return self.operand(AstKind::Call(Function::Ones, Vec::new()), span, at + 1);
        }
        if value.is_one() && !exponent && (self.mark(at + 1).is_some() || self.tok(at + 1) == &Tok::Underscore)
            || value.is_zero() && self.tok(at + 1) == &Tok::Underscore
            || value.is_one() && self.opens_indicator(at + 1)
        {
            return self.ones_or_zeros(value.is_one());
        }
        if value.is_one() && self.right_of_a_factor(at) {
            return self.operand(AstKind::Call(Function::Ones, Vec::new()), span, at + 1);
        }
        self.operand(AstKind::Number(value.clone()), span, at + 1)
    }

    /// `(A B) 1`: a one that would change nothing is the vector of ones.
    fn right_of_a_factor(&self, at: usize) -> bool {
        let Some(Entry::Juxtaposition { items, .. }) = self.state.stack.last() else { return false };
        let factor = items.last().is_some_and(|&id| !matches!(self.ast.node(id).kind, AstKind::Number(_)));
        factor && !matches!(self.tok(at + 1), Tok::Op(ProductOp::Divide) | Tok::Caret | Tok::Bang)
    }

    /// `\mathbf{1}`, `1_n`, `0_{m,n}`, `1[a > b]`.
    pub(super) fn ones_or_zeros(&mut self, ones: bool) -> Result<(), Failure> {
        let at = self.state.at;
        let sub = self.tok(at + 1) == &Tok::Underscore && matches!(self.tok(at + 2), Tok::Open(Bracket::Brace));
        if ones && (self.opens_indicator(at + 1) || sub && self.opens_indicator(at + 2)) {
            let mut inside = if sub { at + 2 } else { at + 1 };
            // `1_{[x > 0]}`
            if sub
                && matches!(self.tok(at + 3), Tok::Open(_))
                && self.tokens[at + 3].partner + 1 == self.tokens[at + 2].partner
            {
                let outer = self.tokens[at + 2].partner;
                self.tokens[outer].tok = Tok::Skip;
                inside = at + 3;
            }
            let open = self.span(at).join(self.span(inside));
            let frame = Frame {
                kind: FrameKind::Indicator,
                open,
                callee: None,
                before: Vec::new(),
                rows: Vec::new(),
                comparison: None,
            };
            self.push_frame(frame);
            self.state.at = inside + 1;
            return Ok(());
        }
        let function = if ones { Function::Ones } else { Function::Zeros };
        let (sizes, next) = match self.sizes_below(at + 1) {
            Some((parts, next)) => {
                let mut sizes = Vec::new();
                for (from, to) in parts {
                    sizes.push(self.region(from, to)?.id);
                }
                (sizes, next)
            }
            None => {
                let (mut sizes, text, next) = self.subscript(at + 1)?;
                if !text.is_empty() && !text.contains(char::is_alphanumeric) {
                    let span = self.span(at + 1).join(self.span(next - 1));
                    let (what, name) = if ones { ("ones", "1") } else { ("zeros", "0") };
                    let message = format!("the size of a vector of {what} is a number or a name");
                    let help = format!("write `{name}_n` or `{what}(n)`");
                    return Err(Box::new(Diagnostic::new("P0008", &message, span, "no size").with_help(help)));
                }
                // `1_{2n}` is a vector, `1_{mn}` a matrix.
                if let [number, size] = *sizes
                    && matches!(self.ast.node(number).kind, AstKind::Number(_))
                    && !text.contains(',')
                {
                    let product = AstKind::Product { first: number, rest: vec![(ProductOp::Times, size)] };
                    sizes = vec![self.push(product, self.ast.span(number).join(self.ast.span(size)))?];
                }
                (sizes, next)
            }
        };
        let span = self.span(at).join(self.span(next - 1));
        self.operand(AstKind::Call(function, sizes), span, next)
    }

    /// Whether a `[` at this place holds a comparison.
    fn opens_indicator(&self, at: usize) -> bool {
        if !matches!(self.tok(at), Tok::Open(Bracket::Square | Bracket::Round | Bracket::Brace)) {
            return false;
        }
        let end = self.tokens[at].partner;
        let mut inner = at + 1;
        let mut operand = false;
        while inner < end {
            let token = &self.tokens[inner];
            match token.tok {
                Tok::Open(_) if inner == at + 1 && token.partner + 1 == end => {}
                Tok::Open(_) => inner = token.partner,
                Tok::Equal
                | Tok::Greater
                | Tok::Relation(Relation::LessEqual | Relation::GreaterEqual | Relation::NotEqual) => return true,
                Tok::Less if operand => return true,
                _ => {}
            }
            operand = !matches!(self.tokens[inner].tok, Tok::Plus | Tok::Minus | Tok::Op(_) | Tok::Comma)
                || is_sign_as_script(&self.tokens, inner);
            inner += 1;
        }
        false
    }

    pub(super) fn name(&mut self, base: &str) -> Result<(), Failure> {
        let at = self.state.at;
        if base == "I" && !self.names.has_base("I") {
            let sub = self.tok(at + 1) == &Tok::Underscore;
            if self.opens_indicator(if sub { at + 2 } else { at + 1 }) {
                return self.ones_or_zeros(true);
            }
            if let Some((parts, next)) = self.sizes_below(at + 1) {
                return self.sized_identity(&parts, next);
            }
            self.refuse_slopes_of_image()?;
        }
        if self.is_part(at + 1) {
            return self.whole_name(base);
        }
        let (subscript, subscript_text, mut next) = self.subscript(at + 1)?;
        if subscript_text.is_empty() {
            next = at + 1;
            self.pull_subscript(at + 1)?;
            if self.tok(at + 1) == &Tok::Underscore {
                return self.name(base);
            }
        }
        let span = self.span(at).join(self.span(next - 1));
        if let Some(callee) = self.defined_call(base, &subscript_text, span, next)? {
            self.state.at = next;
            return self.open(Some(callee));
        }
        if let Some(operand) = self.bound(base, &subscript_text, &subscript, span)? {
            self.state.operand = Some(operand);
            self.state.at = next;
            return Ok(());
        }
        let name = Name { base: base.to_owned(), subscript, subscript_text, mark: self.tokens[at].mark };
        if self.ranked_call(&name, span, next)? {
            return Ok(());
        }
        self.operand(AstKind::Name(name), span, next)
    }

    /// The refusal of I_x beside I_y or I_t, derivatives of an image rather than identities, as in the equation of optical flow.
    fn refuse_slopes_of_image(&self) -> Result<(), Failure> {
        let below = |at: usize| match (&self.tokens[at].tok, self.tokens.get(at + 1..at + 4)) {
            (Tok::Name(base), Some([mark, first, second])) if base == "I" && mark.tok == Tok::Underscore => {
                let letter = if first.tok == Tok::Open(Bracket::Brace) { second } else { first };
                match &letter.tok {
                    Tok::Name(name) | Tok::Word(name) => Some(name.as_str()),
                    _ => None,
                }
            }
            _ => None,
        };
        let at = self.state.at;
        let Some(here) = below(at).filter(|name| matches!(*name, "x" | "y" | "t")) else { return Ok(()) };
        let is_other = |name: &str| matches!(name, "x" | "y" | "t") && name != here;
        let is_axis = |name: &str| matches!(name, "x" | "y");
        let others: Vec<&str> = (0..self.tokens.len()).filter_map(below).filter(|name| is_other(name)).collect();
        let known = |name: &str| self.names.has_base(&format!("I_{name}"));
        if others.is_empty() || !(is_axis(here) || others.iter().any(|name| is_axis(name))) || known(here) {
            return Ok(());
        }
        let span = self.span(at).join(self.span(at + 2));
        let error = Diagnostic::new(
            "N0111",
            format!("`I_{here}` has two usual readings"),
            span,
            "the derivative of an image, or an identity matrix?",
        );
        let error = if self.bound_indices.contains(here) {
            error.with_help("number the points, and write other letters: `sum_i (a_i u + b_i v + c_i)^2`")
        } else {
            error
                .with_help("for derivatives write other letters: `(a u + b v + c)^2` at a point, `||u a + v b + c||^2` of all points")
                .with_help(format!("for an identity matrix write `eye({here})`"))
        };
        Err(Box::new(error))
    }

    /// `>`, `<`, `=` in an indicator, or what is true where one of them is not.
    pub(super) fn compare(&mut self, comparison: Comparison, holds: bool) -> Result<(), Failure> {
        if self.frame_kind() != Some(&FrameKind::Indicator) {
            return Err(self.stray());
        }
        self.reduce(super::stack::level::SUM)?;
        if self.frame().is_some_and(|frame| frame.comparison.is_some()) {
            return Err(self.stray());
        }
        let operand = self.state.operand.take();
        if let Some(frame) = self.frame_mut() {
            frame.comparison = Some((comparison, holds));
            frame.before.extend(operand);
        }
        self.state.at += 1;
        Ok(())
    }
}
