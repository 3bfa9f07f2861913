//! The stack of the parser: what is begun and waits for an operand, and how each entry is finished. An entry of
//! a higher level binds tighter; the levels are the table at the top of the grammar file.

use super::ast::{AstId, AstKind, Derivative, Function, Joint, ProductOp, Remark, Sign};
use super::big::Below;
use super::parse::{Failure, Parser};
use super::token::Bracket;
use crate::span::Span;

/// A finished subexpression with all that was written for it, brackets included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) id: AstId,
    pub(super) span: Span,
}

/// A function's name that waits for its argument.
#[derive(Clone, Debug)]
pub(super) struct Callee {
    pub(super) which: Which,
    /// The exponent in `sin^2 x`.
    pub(super) power: Option<AstId>,
    /// Whether the value is transposed, as in `pinvᵀ(X)`.
    pub(super) transposed: bool,
    pub(super) span: Span,
}

/// A known or a declared function.
#[derive(Clone, Debug)]
pub(super) enum Which {
    Known(Function, &'static str),
    /// With the subscripts of its values.
    User(String, Derivative, Vec<AstId>),
    /// The Fréchet derivative of a declared function of matrices.
    Frechet(String, u32),
    /// `\sqrt[n]{x}`, by its n.
    Root(AstId),
    /// `\log_2 x`, by its base.
    LogarithmTo(AstId),
    /// A definition by its place; one without arguments with the symbol in whose place the argument is put.
    Defined(usize, Option<String>),
}

/// How entries of a `[ ]` are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entries {
    /// It is no literal.
    None,
    /// By blanks as well as by commas.
    Blanks,
    /// By commas alone.
    Commas,
    /// By nothing: blanks, which could do so, stand between factors.
    Factors,
}

/// What kind of bracket is open.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FrameKind {
    /// A bracket with two forms; `Entries` says whether it is a literal.
    Bracket(Bracket, Entries),
    /// `< >`
    Less,
    /// `| |`
    Bar,
    /// `‖ ‖`
    DoubleBar,
    /// `1[ … ]`
    Indicator,
    /// The numerator of `\frac{}{}`.
    Numerator,
    /// Its denominator.
    Denominator,
}

/// An open bracket.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    pub(super) open: Span,
    pub(super) callee: Option<Callee>,
    /// What stands before the last comma, semicolon or comparison.
    pub(super) before: Vec<Operand>,
    /// Finished rows of a literal.
    pub(super) rows: Vec<Vec<AstId>>,
    /// The comparison of an indicator, and whether it or its contrary is meant.
    pub(super) comparison: Option<(super::ast::Comparison, bool)>,
}

/// How a power is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PowerKind {
    /// `^`
    Caret,
    /// `.^`
    Entrywise,
    /// `**`
    Stars,
}

/// Something that waits for an operand.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Frame(Box<Frame>),
    Sum {
        terms: Vec<(Sign, AstId)>,
        sign: Sign,
        span: Span,
        op: Span,
    },
    Big {
        is_sum: bool,
        below: Box<Below>,
        span: Span,
    },
    Product {
        first: AstId,
        rest: Vec<(ProductOp, AstId)>,
        next: ProductOp,
        span: Span,
        op: Span,
    },
    /// The left side of `A : B`.
    DoubleDot {
        left: Operand,
        op: Span,
    },
    Bare(Box<Callee>),
    /// A sign that is not the first of a sum; `tight` in an exponent.
    Sign {
        sign: Sign,
        tight: bool,
        span: Span,
    },
    Juxtaposition {
        items: Vec<AstId>,
        joints: Vec<Joint>,
        span: Span,
    },
    /// A function whose argument is a norm, a bar or an inner product with its powers: `log ‖x‖²`.
    Applied(Box<Callee>),
    Power {
        base: Operand,
        kind: PowerKind,
        op: Span,
    },
    Root {
        span: Span,
    },
}

/// Levels of the entries, from the loosest.
pub(super) mod level {
    pub(crate) const FRAME: u8 = 0;
    pub(crate) const SUM: u8 = 10;
    pub(crate) const BIG: u8 = 15;
    pub(crate) const DOUBLE_DOT: u8 = 18;
    pub(crate) const PRODUCT: u8 = 20;
    pub(crate) const BARE: u8 = 24;
    pub(crate) const SIGN: u8 = 26;
    pub(crate) const JUXTAPOSITION: u8 = 30;
    pub(crate) const APPLIED: u8 = 40;
    pub(crate) const TIGHT_SIGN: u8 = 45;
    pub(crate) const POWER: u8 = 50;
    pub(crate) const ROOT: u8 = 55;
}

impl Entry {
    pub(super) fn level(&self) -> u8 {
        match self {
            Self::Frame(_) => level::FRAME,
            Self::Sum { .. } => level::SUM,
            Self::Big { .. } => level::BIG,
            Self::DoubleDot { .. } => level::DOUBLE_DOT,
            Self::Product { .. } => level::PRODUCT,
            Self::Bare(_) => level::BARE,
            Self::Sign { tight: false, .. } => level::SIGN,
            Self::Juxtaposition { .. } => level::JUXTAPOSITION,
            Self::Applied(_) => level::APPLIED,
            Self::Sign { tight: true, .. } => level::TIGHT_SIGN,
            Self::Power { .. } => level::POWER,
            Self::Root { .. } => level::ROOT,
        }
    }
}

impl Parser<'_> {
    /// Finishes entries down to the given level (of that level too); the operand is there.
    pub(super) fn reduce(&mut self, down_to: u8) -> Result<(), Failure> {
        while self.state.stack.last().is_some_and(|entry| entry.level() >= down_to) {
            self.reduce_top()?;
        }
        Ok(())
    }

    /// Finishes entries above a place of the stack, down to the given level.
    pub(super) fn reduce_above(&mut self, place: usize, down_to: u8) -> Result<(), Failure> {
        while self.state.stack.len() > place + 1
            && self.state.stack.last().is_some_and(|entry| entry.level() >= down_to)
        {
            self.reduce_top()?;
        }
        Ok(())
    }

    /// Finishes powers, so that what follows applies to the whole chain: `X^-1'`.
    pub(super) fn reduce_chain(&mut self) -> Result<(), Failure> {
        self.reduce(level::TIGHT_SIGN)
    }

    /// Finishes the function without brackets at a place of the stack, with all above it.
    pub(super) fn reduce_bare(&mut self, place: usize) -> Result<(), Failure> {
        while self.state.stack.len() > place {
            self.reduce_top()?;
        }
        Ok(())
    }

    /// The place of the innermost function without brackets of a kind among the entries from a level up.
    pub(super) fn innermost_bare(&self, from: u8, is_it: impl Fn(&Callee) -> bool) -> Option<usize> {
        let entries = self.state.stack.iter().enumerate().rev().take_while(|(_, entry)| entry.level() >= from);
        entries
            .filter(|(_, entry)| matches!(entry, Entry::Bare(callee) if is_it(callee)))
            .map(|(place, _)| place)
            .next()
    }

    fn reduce_top(&mut self) -> Result<(), Failure> {
        let Some(operand) = self.state.operand else { return Err(self.missing_operand()) };
        let Some(entry) = self.state.stack.pop() else { return Ok(()) };
        let id = operand.id;
        let (kind, span) = match entry {
            Entry::Frame(frame) => {
                self.state.stack.push(Entry::Frame(frame));
                return Ok(());
            }
            Entry::Sum { mut terms, sign, span, .. } => {
                terms.push((sign, id));
                if terms.len() == 1 && sign == Sign::Plus {
                    self.state.operand = Some(Operand { id, span: span.join(operand.span) });
                    return Ok(());
                }
                (AstKind::Sum(terms), span)
            }
            Entry::Big { is_sum, below, span } => {
                let span = span.join(operand.span);
                let id = self.finish_big(is_sum, *below, operand, span)?;
                self.state.operand = Some(Operand { id, span });
                return Ok(());
            }
            Entry::Product { first, mut rest, next, span, .. } => {
                rest.push((next, id));
                let (first, rest) = self.with_crosses(first, rest)?;
                if rest.is_empty() {
                    self.state.operand = Some(Operand { id: first, span: span.join(operand.span) });
                    return Ok(());
                }
                (AstKind::Product { first, rest }, span)
            }
            Entry::DoubleDot { left, op } => {
                self.has_matrix(op, [left.id, id])?;
                (AstKind::Inner(left.id, id), left.span)
            }
            Entry::Bare(callee) | Entry::Applied(callee) => {
                let span = callee.span.join(operand.span);
                let result = self.apply(&callee, &[operand], span)?;
                self.state.operand = Some(result);
                return Ok(());
            }
            Entry::Sign { sign: Sign::Plus, span, .. } => {
                self.state.operand = Some(Operand { id, span: span.join(operand.span) });
                return Ok(());
            }
            Entry::Sign { sign: Sign::Minus, span, .. } => (AstKind::Sum(vec![(Sign::Minus, id)]), span),
            // How much of what stands after a `/` is the divisor is not for the parser to say.
            Entry::Juxtaposition { mut items, joints, span }
                if matches!(self.state.stack.last(), Some(Entry::Product { next: ProductOp::Divide, .. })) =>
            {
                items.push(id);
                let joints = self.with_half(&items, joints);
                (AstKind::Run { items, joints }, span)
            }
            Entry::Juxtaposition { items, span, .. } => {
                let mut factors = items.into_iter();
                let Some(first) = factors.next() else { return Ok(()) };
                let rest = factors.chain([id]).map(|factor| (ProductOp::Times, factor)).collect();
                (AstKind::Product { first, rest }, span)
            }
            Entry::Power { base, kind, .. } => {
                self.fold_sign(id);
                let kind = match kind {
                    PowerKind::Caret => AstKind::Power(base.id, id),
                    PowerKind::Entrywise => AstKind::HadamardPower(base.id, id),
                    PowerKind::Stars => AstKind::StarPower(base.id, id),
                };
                (kind, base.span)
            }
            Entry::Root { span } => (AstKind::Call(Function::Sqrt, vec![id]), span),
        };
        let span = span.join(operand.span);
        let id = self.push(kind, span)?;
        self.state.operand = Some(Operand { id, span });
        Ok(())
    }

    /// Makes the exponent `-1` a number, so that an inverse is seen as one.
    pub(super) fn fold_sign(&mut self, id: AstId) {
        let value = match &self.ast.node(id).kind {
            AstKind::Sum(terms) => match terms.as_slice() {
                [(Sign::Minus, child)] => match &self.ast.node(*child).kind {
                    AstKind::Number(value) => Some(value.neg()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        if let Some(value) = value {
            self.ast.nodes[id.0 as usize].kind = AstKind::Number(value);
        }
    }

    /// The note at `sum p log q`: `sum` has ended where the next function begins.
    fn note_on_ended_sum(&mut self, target: usize) {
        let (Some(Entry::Bare(callee)), Some(operand)) = (self.state.stack.get(target), self.state.operand) else {
            return;
        };
        if !matches!(callee.which, Which::Known(Function::Sum, _)) || callee.power.is_some() {
            return;
        }
        let span = callee.span.join(operand.span);
        let (sign, body) = (self.ast.written(callee.span), self.ast.written(operand.span));
        let message = format!(
            "`{sign} {body}` before a function is read as `{sign}({body})`; a sum of products is written `{sign}({body} .* …)`"
        );
        self.ast.remarks.push(Remark { row: "ended-sum", span, message: message.into(), other: None });
    }

    /// A bare function's argument is over where a function, norm, absolute value or inner product begins:
    /// `sin x cos x`, `det X ⟨Y, Z⟩`.
    pub(super) fn end_bare_functions(&mut self) -> Result<(), Failure> {
        let stack = &self.state.stack;
        let tight = stack.iter().rev().take_while(|entry| entry.level() >= level::BARE).count();
        let from = stack.len() - tight;
        if let Some(lowest) = stack[from..].iter().position(|entry| matches!(entry, Entry::Bare(_))) {
            let target = from + lowest;
            self.note_on_ended_sum(target);
            self.keep_ended(level::BARE);
            self.reduce_bare(target)?;
        }
        Ok(())
    }
}
