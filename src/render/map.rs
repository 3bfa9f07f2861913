//! Declared maps and their derivatives: `f(x)`, `K′(t)`, `∇f(x)`, `∇²Fᵢ(x)`, `J_F(x)`.

use super::Notation;
use super::names::{primes, symbol_text};
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use crate::expr::{ExprId, Map, MapDerivative};

impl Printer<'_> {
    pub(super) fn map(&mut self, map: Map, inner: ExprId, place: &[ExprId]) -> Piece {
        let name = symbol_text(self.format, &self.arena.symbol(map.symbol).name);
        let (nabla, twice) = match self.format {
            Notation::Unicode => ("∇", "∇²"),
            Notation::Ascii => ("nabla ", "nabla^2 "),
            Notation::Latex => ("\\nabla ", "\\nabla^2 "),
        };
        let head = match map.derivative {
            MapDerivative::Prime(order) => format!("{name}{}", primes(self.format, order)),
            MapDerivative::Gradient => format!("{nabla}{name}"),
            MapDerivative::Hessian => format!("{twice}{name}"),
            MapDerivative::Jacobian if self.format == Notation::Latex && name.len() > 1 || name.chars().count() > 1 => {
                format!("J_{{{name}}}")
            }
            MapDerivative::Jacobian => format!("J_{name}"),
        };
        let lead = if head.starts_with('∇') { Edge::Other } else { Edge::Word };
        let argument = self.piece(inner, false);
        if place.is_empty() {
            return self.apply(&head, lead, &[argument]);
        }
        let head = self.atom(&head, &lead);
        let place: Vec<(ExprId, i64)> = place.iter().map(|place| (*place, 0)).collect();
        let head = self.subscript(head, false, &place);
        let (open, close) = if argument.tall { self.spelling.tall_bracket } else { self.spelling.bracket };
        let (rope, len) = self.ropes.weave(&["", open, close], &[&head, &argument]);
        Piece { rope, len, tall: argument.tall, ..Piece::shell(Prec::Atom, lead, Edge::Bracket) }
    }
}
