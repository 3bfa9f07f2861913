//! Functions of whole arrays without brackets, `sum x`, `tr A`, `norm A x`, where an operator follows: `.*`, `./` and `@` stand between arrays
//! and not behind a number, so that the argument goes on; before all others it ends, which is kept for a note.

use super::ast::{AstId, AstKind, Ended, Function, ProductOp, Remark};
use super::parse::Parser;
use super::stack::{Callee, Entry, Which, level};
use super::token::Tok;
use crate::catalog::Func;
use crate::span::Span;

/// The latest remarks among which one on the same function is looked for.
const MOST_LOOKED_BACK: usize = 1_000;

impl Parser<'_> {
    /// Finishes what stands before a product's operator, except for a reduction whose argument goes on past it.
    pub(super) fn reduce_before(&mut self, op: ProductOp) -> Result<(), super::parse::Failure> {
        if op == ProductOp::Dot
            && let Some(place) = self.optimum_of_product(level::PRODUCT)
        {
            return self.reduce_above(place, level::PRODUCT + 1);
        }
        let is_of_arrays = matches!(op, ProductOp::Hadamard | ProductOp::HadamardDivide | ProductOp::At);
        if is_of_arrays && let Some(place) = self.bare_reduction(level::PRODUCT) {
            self.note_on_argument(place);
            return self.reduce_above(place, level::PRODUCT + 1);
        }
        if op == ProductOp::Divide
            && let Some(place) = self.logarithm_of_quotient()
        {
            return self.reduce_above(place, level::PRODUCT + 1);
        }
        if op == ProductOp::Star {
            self.keep_ended(level::PRODUCT + 1);
        }
        self.reduce(level::PRODUCT + 1)
    }

    /// The place of `max` or `min` without brackets that an inner product follows, `max c·x`: it is of the product, as of that in `max c'x`. Only
    /// where it does not begin the text a note says so.
    pub(super) fn optimum_of_product(&mut self, from: u8) -> Option<usize> {
        let is_optimum = |callee: &Callee| matches!(callee.which, Which::Known(Function::Max | Function::Min, _));
        let place = self.innermost_bare(from, is_optimum)?;
        if place > 0 {
            self.note_on_argument(place);
        }
        Some(place)
    }

    /// The place of the logarithm of `p log p/q`, behind a factor that it is of: a divisor by its letter of the same kind belongs to its argument.
    fn logarithm_of_quotient(&mut self) -> Option<usize> {
        let operand = self.state.operand?;
        let place = self.state.stack.len().checked_sub(1)?;
        let callee = self.callee(place)?;
        let is_log = matches!(callee.which, Which::Known(Function::Entrywise(Func::Log), _)) && callee.power.is_none();
        let Some(Entry::Juxtaposition { items, .. }) = place.checked_sub(1).and_then(|at| self.state.stack.get(at))
        else {
            return None;
        };
        let name = |id: AstId| match &self.ast.node(id).kind {
            AstKind::Name(name) => Some(name),
            _ => None,
        };
        let (before, inside) = (name(*items.last()?)?, name(operand.id)?);
        let at = self.state.at;
        let (Tok::Name(divisor) | Tok::Word(divisor)) = self.tok(at + 1) else { return None };
        let is_lower = |text: &str| text.chars().all(char::is_lowercase);
        let is_alike = is_lower(divisor) == is_lower(&inside.base)
            && divisor.chars().count() == 1
            && *divisor != inside.base
            && !matches!(divisor.as_str(), "n" | "m" | "k" | "t" | "N" | "M" | "K" | "T")
            && (self.tok(at + 2) == &Tok::Underscore) != inside.subscript_text.is_empty();
        let is_same = before.base == inside.base && before.subscript_text == inside.subscript_text;
        if !is_log || !is_same || !is_alike {
            return None;
        }
        let (log, of) = (self.ast.written(callee.span).trim(), self.ast.written(operand.span).trim());
        let message = format!(
            "the divisor behind `{log} {of}` is read as a part of the argument, as `{of}` is a factor before it; otherwise write `({log}({of}))/…`"
        );
        let span = callee.span.join(self.span(at + 1));
        self.ast.remarks.push(Remark { row: "log-of-quotient", span, message: message.into(), other: None });
        Some(place)
    }

    /// Keeps the reduction without brackets that ends here, where entries down to a level are finished.
    pub(super) fn keep_ended(&mut self, down_to: u8) {
        let Some(place) = self.bare_reduction(down_to) else { return };
        let (Some(callee), Some(operand)) = (self.callee(place), self.state.operand) else { return };
        // `log det A`
        let outer = (0..place).rev().map_while(|place| self.callee(place)).last().unwrap_or(callee);
        let call = Span::new(outer.span.start, operand.span.end);
        let argument = Span::new(callee.span.end, operand.span.end);
        let name = self.ast.written(Span::new(outer.span.start, callee.span.end)).to_owned();
        let is_of_square = matches!(callee.which, Which::Known(Function::Trace | Function::Det | Function::LogDet, _));
        self.ast.ended.push(Ended { call, name, argument, is_of_square });
    }

    /// Whether a bracket apart from a reduction is the first factor of its argument: `sum (x - y) .* z`.
    pub(super) fn argument_goes_on(&self, callee: &Callee, open: usize) -> bool {
        let behind = self.tok(self.tokens[open].partner + 1);
        matches!(behind, Tok::Op(ProductOp::Hadamard | ProductOp::HadamardDivide))
            && self.tokens[open].blank
            && !self.is_latex
            && matches!(callee.which, Which::Known(function, _) if is_reduction(function))
    }

    fn callee(&self, place: usize) -> Option<&Callee> {
        match self.state.stack.get(place) {
            Some(Entry::Bare(callee)) => Some(callee),
            _ => None,
        }
    }

    /// The place of the innermost reduction without brackets among the entries from a level up.
    fn bare_reduction(&self, from: u8) -> Option<usize> {
        self.innermost_bare(from, |callee| matches!(callee.which, Which::Known(function, _) if is_reduction(function)))
    }

    fn note_on_argument(&mut self, place: usize) {
        let (Some(callee), Some(operand)) = (self.callee(place), self.state.operand) else { return };
        let sign = self.ast.written(self.span(self.state.at)).trim().to_owned();
        let name = self.ast.written(callee.span).to_owned();
        let argument = self.ast.written(Span::new(callee.span.end, operand.span.end)).trim().to_owned();
        let span = Span::new(callee.span.start, operand.span.end);
        let mut latest = self.ast.remarks.iter().rev().take(MOST_LOOKED_BACK);
        if latest.any(|remark| remark.row == "argument-goes-on" && remark.span.start == span.start) {
            return;
        }
        let other = format!("{name}({argument})");
        let message = format!(
            "`{sign}` stands between arrays, so that `{name}` is of all of the product; otherwise write `{other}`"
        );
        self.ast.remarks.push(Remark { row: "argument-goes-on", span, message: message.into(), other: Some(other) });
    }
}

/// Whether a function makes a number of an array.
fn is_reduction(function: Function) -> bool {
    use Function as F;
    matches!(
        function,
        F::Sum
            | F::Mean
            | F::Prod
            | F::Max
            | F::Min
            | F::LogSumExp
            | F::Var(_)
            | F::Std(_)
            | F::Norm
            | F::Norm1
            | F::Norm2
            | F::Trace
            | F::Det
            | F::LogDet
            | F::LambdaMax
            | F::LambdaMin
    )
}
