//! Powers of one exponent in a product of scalars, written as one power.

use super::monomial::Monomial;
use super::piece::Piece;
use super::power::Exponent;
use super::printer::Printer;
use crate::expr::{ExprId, Node};
use crate::number::Coeff;

impl Printer<'_> {
    /// The k of x⁻ᵏ.
    fn divided_power(&self, exponent: &Exponent) -> Option<Exponent> {
        let Exponent::Expr(id) = exponent else { return None };
        match self.opened(*id) {
            Some(Node::Add(terms)) if terms.len() == 1 && terms[0].0 == Coeff::MINUS_ONE => {
                Some(Exponent::Expr(terms[0].1))
            }
            _ => None,
        }
    }

    /// Powers of one exponent as one: √x/√n as √(x/n), √x√y as √(xy), xᵏy⁻ᵏ as (x/y)ᵏ, of what is known to be positive, so that it is
    /// read as the same. Their pieces above and below, and the product without them; `None` where there are none.
    pub(super) fn powers_together(&mut self, monomial: &Monomial) -> ((Vec<Piece>, Vec<Piece>), Option<Monomial>) {
        let is_root = |exponent: &Exponent| matches!(exponent, Exponent::Number(value) if !value.is_integer());
        let shares = |exponent: &Exponent| is_root(exponent) || matches!(exponent, Exponent::Expr(_));
        let mut rest = monomial.clone();
        let is_above = |exponent: &Exponent| monomial.above.iter().any(|(_, other)| other == exponent);
        for (base, exponent) in monomial.above.iter().filter(|(base, _)| self.arena.is_positive(*base)) {
            if let Some(below) = self.divided_power(exponent).filter(is_above) {
                rest.above.retain(|factor| *factor != (*base, exponent.clone()));
                rest.below.push((*base, below));
            }
        }
        let mut pieces = (Vec::new(), Vec::new());
        for (_, exponent) in monomial.above.iter().chain(&monomial.below).filter(|(_, exponent)| shares(exponent)) {
            let is_of = |(base, other): &(ExprId, Exponent)| other == exponent && self.arena.is_positive(*base);
            let take = |side: &[(ExprId, Exponent)]| -> (Vec<_>, Vec<_>) { side.iter().cloned().partition(is_of) };
            let ((above, other_above), (below, other_below)) = (take(&rest.above), take(&rest.below));
            let is_fraction = !above.is_empty() && !below.is_empty();
            if !(is_fraction || is_root(exponent) && above.len() + below.len() > 1) {
                continue;
            }
            (rest.above, rest.below) = (other_above, other_below);
            let mut product = |side: Vec<(ExprId, Exponent)>| {
                let bases: Vec<_> = side.into_iter().map(|(base, _)| (base, Exponent::Number(Coeff::ONE))).collect();
                let bases = self.scalar_pieces(&bases, &[]);
                self.join(bases)
            };
            let (above, below) = (product(above), product(below));
            let (inner, side) = match (above, below) {
                (Some(above), Some(below)) => (self.fraction(&above, &below), &mut pieces.0),
                (Some(above), None) => (above, &mut pieces.0),
                (None, Some(below)) => (below, &mut pieces.1),
                (None, None) => continue,
            };
            side.push(self.power_of_piece(&inner, exponent));
        }
        let is_changed = !pieces.0.is_empty() || !pieces.1.is_empty();
        (pieces, is_changed.then_some(rest))
    }
}
