//! Sizes that nothing in a printed operand says: unit vectors `e₁` have no length of their own.
//!
//! Where such an operand stands in a trace, a sum of entries or another function that loses its size, an identity with its size stands beside it.

use rustc_hash::FxHashMap;

use super::piece::{Piece, Prec};
use super::printer::Printer;
use crate::catalog::operator::Operand;
use crate::expr::{Arena, Dim, ExprId, Func, IndexId, Node, Spectral};

/// Larger expressions are taken to have symbols, which say the sizes of what is around them.
const MAX_SEARCHED: usize = 60;

/// A size of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Rows,
    Cols,
}

impl Axis {
    fn other(self) -> Self {
        match self {
            Self::Rows => Self::Cols,
            Self::Cols => Self::Rows,
        }
    }
}

/// The size that every bound index runs up to, where that is the same of all sums with that index.
pub(super) fn whole_ranges(arena: &Arena, order: &[ExprId]) -> FxHashMap<IndexId, Option<Dim>> {
    let mut found: FxHashMap<IndexId, Option<Dim>> = FxHashMap::default();
    for id in order {
        let Node::Indexed { index, upper, .. } = *arena.node(*id) else { continue };
        let size = match arena.node(upper) {
            Node::Size(dim) => Some(*dim),
            _ => None,
        };
        found.entry(index).and_modify(|known| *known = (*known).filter(|known| Some(*known) == size)).or_insert(size);
    }
    found
}

impl Printer<'_> {
    /// An operand whose size shows nowhere else.
    pub(super) fn sized(&mut self, inner: ExprId) -> Piece {
        if let Some(Node::Transpose(column)) = self.opened(inner)
            && self.arena.shape(*column).is_column()
        {
            let column = self.sized(*column);
            return self.transposed(&column);
        }
        let shape = self.arena.shape(inner);
        let rows = self.has_open_rows(inner);
        let cols = !shape.cols.is_one() && self.is_open(inner, Axis::Cols, &mut 0);
        let mut piece = self.piece(inner, false);
        if rows {
            let (identity, right) = (self.identity(shape.rows, false), self.at_least(&piece, Prec::Juxt));
            piece = self.juxtapose(&identity, &right);
        }
        let follows = match self.opened(inner) {
            Some(Node::Diag(_) | Node::Power(..) | Node::MatrixFunction(..) | Node::Pinv(_)) => true,
            Some(Node::Apply(op, _)) => matches!(op.row().operand, Operand::Square(_)),
            _ => false,
        };
        if cols && !(rows && shape.is_square() && follows) {
            let (left, identity) = (self.at_least(&piece, Prec::Juxt), self.identity(shape.cols, false));
            piece = self.juxtapose(&left, &identity);
        }
        piece
    }

    /// Whether a printed form does not say how many rows it has, and it has more than one.
    pub(super) fn has_open_rows(&self, id: ExprId) -> bool {
        !self.arena.shape(id).rows.is_one() && self.is_open(id, Axis::Rows, &mut 0)
    }

    /// Whether neither of two factors says the size that they share, as in softmax(w e₁ᵀ) e₁.
    pub(super) fn is_open_between(&self, left: ExprId, right: ExprId) -> bool {
        !self.arena.shape(right).rows.is_one()
            && self.is_open(right, Axis::Rows, &mut 0)
            && self.is_open(left, Axis::Cols, &mut 0)
    }

    /// Whether a factor is a vector of ones, or its transpose, beside one that does not say the size that they share: 1ᵀ before softmax(e₁wᵀ).
    pub(super) fn is_ones_beside_open(&self, factors: &[ExprId], place: usize) -> bool {
        let is_ones = match self.opened(factors[place]) {
            Some(Node::Transpose(inner)) => matches!(self.opened(*inner), Some(Node::Ones(_))),
            other => matches!(other, Some(Node::Ones(_))),
        };
        let before = place.checked_sub(1).map(|before| (factors[before], Axis::Cols));
        let after = factors.get(place + 1).map(|after| (*after, Axis::Rows));
        is_ones && before.into_iter().chain(after).any(|(other, axis)| self.is_open(other, axis, &mut 0))
    }

    /// Whether the printed form of one of several parts of equal size says that size.
    pub(super) fn says_size(&self, mut parts: impl Iterator<Item = ExprId>) -> bool {
        parts.any(|id| {
            !self.unsized_form(id) && !self.is_open(id, Axis::Rows, &mut 0) && !self.is_open(id, Axis::Cols, &mut 0)
        })
    }

    /// Whether nothing in the printed form of a node but unit vectors says how many rows or columns it has. Square forms whose rows
    /// and columns follow from each other are asked for both.
    fn is_open(&self, id: ExprId, axis: Axis, seen: &mut usize) -> bool {
        *seen += 1;
        let shape = self.arena.shape(id);
        let size = if axis == Axis::Rows { shape.rows } else { shape.cols };
        if size.is_one() || *seen > MAX_SEARCHED {
            return false;
        }
        let both = |inner: ExprId, seen: &mut usize| {
            self.is_open(inner, Axis::Rows, seen) && self.is_open(inner, Axis::Cols, seen)
        };
        match self.arena.node(id) {
            // An index that runs up to a size says it: Σ_{i=1}^n eᵢ.
            Node::Basis(size, index) => match self.arena.node(*index) {
                Node::Index(index) => self.whole_ranges.get(index) != Some(&Some(*size)),
                _ => true,
            },
            Node::Transpose(inner) | Node::Pinv(inner) => self.is_open(*inner, axis.other(), seen),
            // A vector of equal entries is printed as a scalar in a sum with others.
            Node::Add(terms) => {
                let is_scalar = |term: ExprId| !shape.is_matrix() && self.arena.is_spread(term);
                let has_others = terms.iter().any(|(_, term)| !is_scalar(*term));
                terms.iter().all(|(_, term)| has_others && is_scalar(*term) || self.is_open(*term, axis, seen))
            }
            Node::Hadamard(factors) => factors.iter().all(|(factor, _)| self.is_open(*factor, axis, seen)),
            Node::Product(factors) => {
                let mut matrices = factors.iter().filter(|factor| !self.arena.shape(**factor).is_scalar());
                let end = if axis == Axis::Rows { matrices.next() } else { matrices.next_back() };
                end.is_some_and(|end| self.is_open(*end, axis, seen))
            }
            Node::Apply(op, inner) if matches!(op.row().operand, Operand::Square(_)) => both(*inner, seen),
            // A comparison says it by itself.
            Node::Elementwise(Func::Step | Func::IsZero, _) => false,
            Node::Elementwise(_, inner) | Node::Apply(_, inner) => self.is_open(*inner, axis, seen),
            Node::Spectral(Spectral::Polar, inner) => self.is_open(*inner, axis, seen),
            Node::Spectral(_, inner)
            | Node::Ranked(_, inner, _)
            | Node::Power(inner, _)
            | Node::DiagPart(inner)
            | Node::MatrixFunction(_, inner, _) => both(*inner, seen),
            Node::Diag(vector) => self.is_open(*vector, Axis::Rows, seen),
            Node::Indexed { body, .. } => self.is_open(*body, axis, seen),
            _ => false,
        }
    }
}
