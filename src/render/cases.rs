//! Choices by conditions: `\begin{cases} … \end{cases}`, `cases(x² if x > 0, 0 otherwise)`, and `where(x > 0, x, 0)` entry by entry.

use super::Notation;
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use crate::expr::{ExprId, Func, Node};
use crate::number::Coeff;

/// A relation between two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
}

impl Relation {
    /// The relation of the sides exchanged.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }

    pub(super) fn text(self, format: Notation) -> &'static str {
        let [unicode, ascii, latex] = match self {
            Self::Less => return " < ",
            Self::Greater => return " > ",
            Self::Equal => return " = ",
            Self::AtMost => [" ≤ ", " <= ", " \\le "],
            Self::AtLeast => [" ≥ ", " >= ", " \\ge "],
            Self::Unequal => [" ≠ ", " != ", " \\ne "],
        };
        match format {
            Notation::Unicode => unicode,
            Notation::Ascii => ascii,
            Notation::Latex => latex,
        }
    }
}

/// A comparison as it is written. The subject is what is compared with a number.
struct Comparison {
    subject: Option<ExprId>,
    left: Piece,
    relation: Relation,
    right: Piece,
}

impl Printer<'_> {
    /// X where c holds, else Y; choices in the place of Y are more lines.
    pub(super) fn cases(&mut self, id: ExprId) -> Piece {
        let (mut lines, mut rest) = (Vec::new(), id);
        while let Some(Node::Choose(condition, then, otherwise)) = self.opened(rest) {
            lines.push((*condition, *then));
            rest = *otherwise;
        }
        let by_entries = lines.iter().any(|(condition, _)| !self.arena.shape(*condition).is_scalar());
        if by_entries {
            let Some(Node::Choose(condition, then, otherwise)) = self.opened(id) else {
                return self.piece(rest, false);
            };
            let condition = self.condition(*condition);
            let parts = [condition, self.piece(*then, false), self.piece(*otherwise, false)];
            return self.call("where", &parts);
        }
        let latex = self.format == Notation::Latex;
        let (open, given, next, end) = if latex {
            ("\\begin{cases} ", " & \\text{if } ", " \\\\ ", " & \\text{otherwise} \\end{cases}")
        } else {
            ("cases(", " if ", ", ", " otherwise)")
        };
        let mut pieces = Vec::with_capacity(2 * lines.len() + 1);
        let mut texts = Vec::with_capacity(2 * lines.len() + 2);
        for (condition, value) in lines {
            texts.push(if pieces.is_empty() { open } else { next });
            pieces.push(self.piece(value, false));
            texts.push(given);
            pieces.push(self.condition(condition));
        }
        texts.push(next);
        pieces.push(self.piece(rest, false));
        texts.push(end);
        let refs: Vec<&Piece> = pieces.iter().collect();
        let (rope, len) = self.ropes.weave(&texts, &refs);
        let (prec, lead) = if latex { (Prec::Juxt, Edge::Other) } else { (Prec::Atom, Edge::Word) };
        Piece { rope, len, tall: latex, ..Piece::shell(prec, lead, Edge::Bracket) }
    }

    /// Where a condition holds, or where it does not: `where x > 0`.
    pub(super) fn where_it_holds(&mut self, id: ExprId, holds: bool) -> Piece {
        let is_single = !matches!(self.opened(id), Some(Node::Hadamard(_)));
        let (word, piece) = match holds {
            true => ("where ", self.condition(id)),
            false if is_single => {
                let Comparison { left, relation, right, .. } = self.comparison(id, false);
                let (rope, len) = self.ropes.weave(&["", relation.text(self.format)], &[&left, &right]);
                ("where ", Piece { rope, len, ..Piece::shell(Prec::Sum, Edge::Other, Edge::Other) })
            }
            false => ("where not ", self.condition(id)),
        };
        let word = if self.format == Notation::Latex { format!("\\text{{ {word}}}") } else { format!(" {word}") };
        let (rope, len) = self.ropes.weave(&[&word], &[&piece]);
        Piece { rope, len, ..Piece::shell(Prec::Sum, Edge::Other, Edge::Other) }
    }

    /// A condition as comparisons that all hold.
    pub(super) fn condition(&mut self, id: ExprId) -> Piece {
        let parts = match self.opened(id) {
            Some(Node::Hadamard(factors)) => factors.iter().map(|(base, _)| *base).collect(),
            _ => vec![id],
        };
        let mut all: Vec<Comparison> = parts.into_iter().map(|part| self.comparison(part, true)).collect();
        if let [first, second] = &*all
            && first.subject.is_some()
            && first.subject == second.subject
        {
            let is_lower = |one: &Comparison| matches!(one.relation, Relation::Greater | Relation::AtLeast);
            let is_upper = |one: &Comparison| matches!(one.relation, Relation::Less | Relation::AtMost);
            let pair = match (is_lower(first) && is_upper(second), is_upper(first) && is_lower(second)) {
                (true, _) => Some((first, second)),
                (_, true) => Some((second, first)),
                _ => None,
            };
            if let Some((lower, upper)) = pair {
                let texts = ["", lower.relation.turned().text(self.format), upper.relation.text(self.format)];
                let (rope, len) = self.ropes.weave(&texts, &[&lower.right, &lower.left, &upper.right]);
                return Piece { rope, len, tall: lower.left.tall, ..Piece::shell(Prec::Sum, Edge::Other, Edge::Other) };
            }
        }
        let and = if self.format == Notation::Latex { " \\text{ and } " } else { " and " };
        let mut texts = Vec::new();
        let mut pieces = Vec::new();
        let mut tall = false;
        for (place, one) in all.drain(..).enumerate() {
            tall |= one.left.tall || one.right.tall;
            texts.push(if place == 0 { "" } else { and });
            pieces.push(one.left);
            texts.push(one.relation.text(self.format));
            pieces.push(one.right);
        }
        let refs: Vec<&Piece> = pieces.iter().collect();
        let (rope, len) = self.ropes.weave(&texts, &refs);
        Piece { rope, len, tall, ..Piece::shell(Prec::Sum, Edge::Other, Edge::Other) }
    }

    /// `a > b` of 1[a − b > 0], `a ≤ b` of 1 − 1[a − b > 0].
    fn comparison(&mut self, id: ExprId, holds: bool) -> Comparison {
        let contrary = self.arena.contrary(id);
        let holds = holds == contrary.is_none();
        let (of, relation) = match self.opened(contrary.unwrap_or(id)) {
            Some(Node::Elementwise(Func::Step, of)) => (*of, if holds { Relation::Greater } else { Relation::AtMost }),
            Some(Node::Elementwise(Func::IsZero, of)) => (*of, if holds { Relation::Equal } else { Relation::Unequal }),
            _ => {
                // A part with a name is 1 where it holds.
                let (left, right) = (self.piece(contrary.unwrap_or(id), true), self.number(&Coeff::ZERO));
                let relation = if holds { Relation::Unequal } else { Relation::Equal };
                return Comparison { subject: None, left, relation, right };
            }
        };
        let terms: Vec<(Coeff, ExprId)> = match self.opened(of) {
            Some(Node::Add(terms)) => terms.to_vec(),
            _ => vec![(Coeff::ONE, of)],
        };
        let is_unit =
            |printer: &Self, id: ExprId| matches!(printer.opened(id), Some(Node::Ones(_))) || printer.arena.is_one(id);
        let is_plain = |coeff: &Coeff| coeff.abs().is_one();
        let (subject, number, constant) = match &*terms {
            [(coeff, term)] if is_plain(coeff) => ((coeff.clone(), *term), Coeff::ZERO, None),
            [(c, one), (coeff, term)] | [(coeff, term), (c, one)] if is_plain(coeff) && is_unit(self, *one) => {
                ((coeff.clone(), *term), c.clone(), None)
            }
            [(a, x), (b, y)] if a.is_one() && *b == Coeff::MINUS_ONE => ((Coeff::ONE, *x), Coeff::ZERO, Some(*y)),
            [(a, x), (b, y)] if b.is_one() && *a == Coeff::MINUS_ONE => ((Coeff::ONE, *y), Coeff::ZERO, Some(*x)),
            _ => ((Coeff::ONE, of), Coeff::ZERO, None),
        };
        if let Some(constant) = constant {
            let (left, right) = self.both_sides(subject.1, constant);
            return Comparison { subject: None, left, relation, right };
        }
        let left = self.side(subject.1, false);
        // ±u + c > 0 is u > −c or u < c.
        let (relation, number) =
            if subject.0.is_negative() { (relation.turned(), number) } else { (relation, number.neg()) };
        let right = self.number(&number);
        Comparison { subject: Some(subject.1), left, relation, right }
    }
}
