//! What is added to places and indices of an arena where they are written.

use super::arena::Arena;
use super::dim::Dim;
use super::node::{ExprId, IndexId, Node};
use super::numbering::Numbering;
use super::stand_in::StandIn;
use super::symbol::SymbolKind;
use crate::catalog::SymbolId;

impl Arena {
    /// Lets the subscripts of a symbol be written by their own numbering.
    pub(crate) fn set_numbering(&mut self, symbol: SymbolId, numbering: Numbering) {
        if !numbering.is_from_one() {
            self.numberings.insert(symbol, numbering);
        }
    }

    /// From which numbers the subscripts of a symbol count; those of a differential as those of its variable.
    #[must_use]
    pub fn numbering(&self, symbol: SymbolId) -> Numbering {
        let symbol = match self.stands_for(symbol) {
            Some(StandIn::Held(of) | StandIn::Free(of) | StandIn::Differentials(of) | StandIn::Adjoint(of)) => of,
            _ => symbol,
        };
        self.numberings.get(&symbol).copied().unwrap_or_default()
    }

    /// Lets a free index be written as its value with a number added: −1 where it counts from 0.
    pub(crate) fn set_index_offset(&mut self, index: IndexId, offset: i64) {
        self.index_offsets.insert(index, offset);
    }

    /// What is added to the value of a free index where it is written.
    #[must_use]
    pub fn index_offset(&self, index: IndexId) -> Option<i64> {
        self.index_offsets.get(&index).copied()
    }

    /// Remembers what is added to the values of an index with this upper bound where it is written.
    pub(crate) fn suggest_bound_offset(&mut self, upper: ExprId, offset: i64) {
        let known = self.bound_offsets.entry(upper).or_insert(Some(offset));
        if *known != Some(offset) {
            *known = None;
        }
    }

    /// What is added to the values of indices with this upper bound, as far as the text says one thing.
    #[must_use]
    pub fn suggested_bound_offset(&self, upper: ExprId) -> Option<i64> {
        self.bound_offsets.get(&upper).copied().flatten()
    }

    /// Whether anything counts from another number than 1.
    #[must_use]
    pub fn has_numberings(&self) -> bool {
        !self.numberings.is_empty()
    }

    /// What is added to a place along an axis of values that have no name of their own: as for the vectors of this length.
    #[must_use]
    pub fn axis_offset(&self, length: Dim) -> i64 {
        let is_vector_of = |symbol: &SymbolId| {
            let symbol = self.symbol(*symbol);
            symbol.shape.is_column() && symbol.shape.rows == length && !matches!(symbol.kind, SymbolKind::Family(_))
        };
        let of_vectors = self.numberings.iter().filter(|(symbol, _)| is_vector_of(symbol));
        of_vectors.map(|(_, numbering)| numbering.offset(0)).min().unwrap_or(0)
    }

    /// What is added to the place of a member.
    #[must_use]
    pub fn member_offset(&self, symbol: SymbolId) -> i64 {
        if self.has_numberings() { self.numbering(symbol).offset(0) } else { 0 }
    }

    /// What is added to the row and to the column of an entry of a value.
    #[must_use]
    pub fn entry_offsets(&self, of: ExprId) -> [i64; 2] {
        if !self.has_numberings() {
            return [0; 2];
        }
        match *self.node(of) {
            Node::Symbol(symbol) | Node::Differential(symbol, _) => {
                let numbering = self.numbering(symbol);
                // The one subscript of a row is that of its column.
                let column = usize::from(!self.shape(of).is_row());
                [numbering.offset(0), numbering.offset(column)]
            }
            Node::Member(symbol, _) => {
                let numbering = self.numbering(symbol);
                [numbering.offset(1), numbering.offset(2)]
            }
            _ => {
                let shape = self.shape(of);
                [self.axis_offset(shape.rows), self.axis_offset(shape.cols)]
            }
        }
    }
}
