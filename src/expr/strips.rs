//! Stacked blocks: terms E X Fᵀ with selection matrices, and how they divide an axis.

use super::arena::Arena;
use super::dim::{SizeTerm, sum_of_terms};
use super::node::{ExprId, Node};
use crate::number::Coeff;

/// A range of places on an axis: how many come before it, and how many there are.
pub type Places = [Vec<SizeTerm>; 2];

/// A stretch of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// The range that it is; none between ranges.
    pub places: Option<Places>,
    /// Its length.
    pub length: Vec<SizeTerm>,
}

/// The ranges of an axis of that length in order, with what lies between them; nothing where two overlap or their order is not known.
#[must_use]
pub fn strips(arena: &Arena, ranges: impl IntoIterator<Item = Places>, of: &[SizeTerm]) -> Option<Vec<Strip>> {
    let mut open: Vec<Places> = Vec::new();
    for range in ranges {
        if !open.contains(&range) {
            open.push(range);
        }
    }
    let end = |[offset, length]: &Places| sum_of_terms([offset.clone(), length.clone()].concat());
    let (mut strips, mut at) = (Vec::new(), Vec::new());
    while !open.is_empty() {
        let next = (0..open.len()).find(|place| {
            arena.rest_of_terms(&open[*place][0], &at).is_some()
                && (0..open.len())
                    .all(|other| other == *place || arena.rest_of_terms(&open[other][0], &end(&open[*place])).is_some())
        })?;
        let range = open.remove(next);
        strips.extend(gap(arena, &range[0], &at)?);
        at = end(&range);
        let length = range[1].clone();
        strips.push(Strip { places: Some(range), length });
    }
    strips.extend(gap(arena, of, &at)?);
    Some(strips)
}

/// What lies between two places, if they differ; nothing where the second is not known to come first.
fn gap(arena: &Arena, to: &[SizeTerm], from: &[SizeTerm]) -> Option<Option<Strip>> {
    let length = arena.rest_of_terms(to, from)?;
    Some((!length.is_empty()).then_some(Strip { places: None, length }))
}

/// A block at its place: the factors X of a product E X Fᵀ with the ranges that E and F pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The rows that it fills, where blocks are below one another.
    pub rows: Option<Places>,
    /// The columns that it fills, where blocks are beside one another.
    pub cols: Option<Places>,
    /// Its scalar factors and its own.
    pub factors: Vec<ExprId>,
}

impl Arena {
    /// Whether it is a selection matrix of several columns, transposed or not.
    #[must_use]
    pub fn is_selection(&self, id: ExprId) -> bool {
        let inner = if let Node::Transpose(inner) = self.node(id) { *inner } else { id };
        matches!(self.node(inner), Node::Selection(..))
    }

    /// Whether a selection matrix is among the factors of a product.
    #[must_use]
    pub fn has_selection(&self, id: ExprId) -> bool {
        self.has_selections
            && match self.node(id) {
                Node::Product(factors) => factors.iter().any(|factor| self.is_selection(*factor)),
                _ => self.is_selection(id),
            }
    }

    /// Whether terms may be blocks, by the selection matrices in them.
    #[must_use]
    pub fn may_stack(&self, terms: &[(Coeff, ExprId)]) -> bool {
        self.has_selections && terms.iter().any(|(_, term)| self.has_selection(*term))
    }

    /// A term as a block at its place; nothing of one that neither begins nor ends with a selection.
    #[must_use]
    pub fn placed(&self, term: ExprId) -> Option<Placed> {
        let mut factors = match self.node(term) {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![term],
        };
        let first = factors.iter().position(|factor| !self.shape(*factor).is_scalar())?;
        let rows = self.selected_range(factors[first]);
        if rows.is_some() {
            factors.remove(first);
        }
        let cols = factors.last().and_then(|last| match self.node(*last) {
            Node::Transpose(inner) => self.selected_range(*inner),
            _ => None,
        });
        if cols.is_some() {
            factors.pop();
        }
        (rows.is_some() || cols.is_some()).then_some(Placed { rows, cols, factors })
    }
}
