//! Cross products: `a × b`, and the matrix `[a]_×` where it stands alone.

use super::Notation;
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use crate::expr::{ExprId, Node};

/// Powers of [a]_× beyond this one are written as powers.
const MOST_CROSSES: i64 = 3;

impl Printer<'_> {
    /// `[a]_×`, `hat(a)`
    pub(super) fn hat(&mut self, inner: ExprId) -> Piece {
        let close = match self.format {
            Notation::Unicode => "]_×",
            Notation::Ascii => return self.call_on("hat", inner),
            Notation::Latex => "]_\\times",
        };
        let inner = self.piece(inner, false);
        let (rope, len) = self.ropes.weave(&["[", close], &[&inner]);
        Piece { rope, len, tall: inner.tall, ..Piece::shell(Prec::Atom, Edge::Digit, Edge::Word) }
    }

    /// The places of [a]_× and its powers before a column, with how often a × stands there, and the place of the column.
    fn crosses(&self, factors: &[ExprId]) -> (Vec<(usize, ExprId, u32)>, usize) {
        let Some(column) = factors.iter().position(|factor| self.arena.shape(*factor).is_column()) else {
            return (Vec::new(), 0);
        };
        let cross = |place: usize| match self.opened(factors[place]) {
            Some(Node::Hat(inner)) => Some((place, *inner, 1)),
            Some(Node::Power(base, exponent)) => {
                match (self.opened(*base), self.arena.as_number(*exponent)?.to_i64()) {
                    (Some(Node::Hat(inner)), Some(count @ 2..=MOST_CROSSES)) => {
                        Some((place, *inner, u32::try_from(count).ok()?))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        ((0..column).filter_map(cross).collect(), column)
    }

    /// Whether a product has a cross product that is written so.
    pub(super) fn has_cross(&self, factors: &[ExprId]) -> bool {
        self.format != Notation::Ascii && !self.crosses(factors).0.is_empty()
    }

    /// The pieces of matrix factors, where [a]_× before a column is one piece with it, a × b; `turned`: the outermost as b × a.
    pub(super) fn with_crosses(&mut self, factors: &[ExprId], mut pieces: Vec<Piece>, turned: bool) -> Vec<Piece> {
        let (crosses, column) = self.crosses(factors);
        if crosses.is_empty() || pieces.len() != factors.len() {
            return pieces;
        }
        let behind = pieces.split_off(column + 1);
        for (at, (place, inner, count)) in crosses.iter().enumerate().rev() {
            let rest = pieces.split_off(place + 1);
            let Some(mut right) = self.join(rest) else { return pieces };
            pieces.truncate(*place);
            for left_over in (0..*count).rev() {
                let left = self.piece(*inner, false);
                right = self.cross(&left, &right, turned && at == 0 && left_over == 0);
            }
            pieces.push(right);
        }
        pieces.extend(behind);
        pieces
    }

    fn cross(&mut self, left: &Piece, right: &Piece, turned: bool) -> Piece {
        let (left, right) = if turned { (right, left) } else { (left, right) };
        if self.format == Notation::Ascii {
            return self.call("cross", &[left.clone(), right.clone()]);
        }
        let (left, right) = (self.at_least(left, Prec::Juxt), self.at_least(right, Prec::Juxt));
        let sign = if self.format == Notation::Latex { " \\times " } else { " × " };
        let (rope, len) = self.ropes.weave(&["", sign], &[&left, &right]);
        let tall = left.tall || right.tall;
        Piece { rope, len, tall, ..Piece::shell(Prec::Ops, left.lead.clone(), right.trail.clone()) }
    }
}
