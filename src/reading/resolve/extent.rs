//! The values of bound indices: the least, the largest, and from which number they count.

use super::reference::{Binder, Extent, Ref};
use super::{Input, Text};
use crate::expr::Numbering;
use crate::number::Coeff;
use crate::syntax::{AstId, AstKind, Name, Sign};

impl Input<'_> {
    /// Least and largest values of the bound indices, outer ones first.
    pub(super) fn extents(&mut self) {
        let mut owner = vec![0; self.binders.len()];
        for (place, text) in self.texts.iter().enumerate() {
            for (number, node) in text.ast.nodes.iter().enumerate() {
                if let AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) = &node.kind
                    && let Some(first) = text.binders.get(&AstId(u32::try_from(number).unwrap_or(u32::MAX)))
                {
                    (0..ranges.len()).for_each(|offset| owner[first + offset] = place);
                }
            }
        }
        let left_out = self.left_out();
        let offsets = self.offsets();
        for (binder, (place, left_out)) in owner.into_iter().zip(left_out).enumerate() {
            let Binder { lower, upper, .. } = self.binders[binder];
            let [first, last] = left_out.map(i64::from);
            let offset = offsets[binder];
            let least = lower.map_or(Extent::Number(1 + first + offset), |id| self.extent(place, id).0);
            let largest = upper.map_or(Extent::Range(binder, offset - last), |id| self.extent(place, id).1);
            self.binders[binder].left_out = left_out;
            self.binders[binder].offset = offset;
            self.binders[binder].least = least;
            self.binders[binder].largest = largest;
        }
    }

    /// What is added to the value of each index for its written number: of those that begin with 0, or begin nowhere, and stand below a name
    /// that counts from 0.
    fn offsets(&self) -> Vec<i64> {
        let mut found = vec![0; self.binders.len()];
        for (place, text) in self.texts.iter().enumerate() {
            for (number, node) in text.ast.nodes.iter().enumerate() {
                let (AstKind::Name(Name { subscript, .. }), Ref::Indexed(symbol)) = (&node.kind, &text.refs[number])
                else {
                    continue;
                };
                let numbering = self.numbering(*symbol);
                for (at, part) in subscript.iter().enumerate() {
                    let Some(binder) = self.bound_index(place, *part) else { continue };
                    let lower = self.binders[binder].lower;
                    let first = lower.map(|lower| text.constants[lower.0 as usize].as_ref().and_then(Coeff::to_i64));
                    let first = match first {
                        Some(first) => first.unwrap_or(1),
                        None => 1 + numbering.offset(at),
                    };
                    if numbering.offset(at) < 0 {
                        found[binder] = (first - 1).min(0).min(found[binder]);
                    }
                }
            }
        }
        found
    }

    /// From which numbers the subscripts of a symbol count.
    pub(crate) fn numbering(&self, symbol: usize) -> Numbering {
        self.numberings.of(&self.symbols[symbol].name)
    }

    /// How many values each index without written bounds leaves out at either end: as many as the largest numbers that are subtracted from
    /// it and added to it below names. Where it stands with something added everywhere, its values are anybody's guess.
    fn left_out(&self) -> Vec<[u32; 2]> {
        let mut found: Vec<Option<(i64, i64)>> = vec![None; self.binders.len()];
        for (place, text) in self.texts.iter().enumerate() {
            for node in &text.ast.nodes {
                let parts = match &node.kind {
                    AstKind::Name(Name { subscript: parts, .. }) | AstKind::EntryOf(_, parts) => parts.as_slice(),
                    AstKind::Line { index, .. } => std::slice::from_ref(index),
                    _ => continue,
                };
                for part in parts {
                    let Some(binder) = self.bound_index(place, *part) else { continue };
                    let Binder { lower: None, upper: None, beside: None, .. } = self.binders[binder] else { continue };
                    let Some(added) = self.added_number(place, *part) else { continue };
                    let (least, largest) = found[binder].unwrap_or((added, added));
                    found[binder] = Some((least.min(added), largest.max(added)));
                }
            }
        }
        let number = |value: i64| u32::try_from(value.unsigned_abs()).unwrap_or(0);
        let ends = |range: Option<(i64, i64)>| match range {
            Some((least @ ..=0, largest @ 0..)) => [number(least), number(largest)],
            _ => [0; 2],
        };
        found.into_iter().map(ends).collect()
    }

    /// The number that a subscript adds to its one index: 1 of i + 1, −2 of i − 2.
    fn added_number(&self, place: usize, id: AstId) -> Option<i64> {
        let text = &self.texts[place];
        let AstKind::Sum(terms) = &text.ast.node(id).kind else {
            return matches!(text.refs[id.0 as usize], Ref::Index(_)).then_some(0);
        };
        let [(Sign::Plus, index), (sign, number)] = terms.as_slice() else { return None };
        let is_index = matches!(text.refs[index.0 as usize], Ref::Index(_));
        let number = text.constants[number.0 as usize].as_ref()?.to_i64().filter(|_| is_index)?;
        Some(if *sign == Sign::Plus { number } else { number.saturating_neg() })
    }

    /// Least and largest value of an integer expression.
    pub(crate) fn extent(&self, place: usize, id: AstId) -> (Extent, Extent) {
        let text = &self.texts[place];
        if let Some(value) = &text.constants[id.0 as usize] {
            let extent = value.to_i64().map_or(Extent::Unknown, Extent::Number);
            return (extent, extent);
        }
        match (&text.refs[id.0 as usize], &text.ast.node(id).kind) {
            (Ref::Size(size), _) => (Extent::Size(*size, 0), Extent::Size(*size, 0)),
            (Ref::Index(binder), _) => (self.binders[*binder].least, self.binders[*binder].largest),
            (_, AstKind::Sum(terms)) => {
                let (mut base, mut offset) = (None, 0_i64);
                for (sign, term) in terms {
                    if let Some(value) = &text.constants[term.0 as usize] {
                        let Some(value) = value.to_i64() else { return (Extent::Unknown, Extent::Unknown) };
                        offset =
                            offset.saturating_add(if *sign == Sign::Plus { value } else { value.saturating_neg() });
                    } else if base.is_none() && *sign == Sign::Plus {
                        base = Some(match &text.refs[term.0 as usize] {
                            Ref::Size(size) => (Extent::Size(*size, 0), Extent::Size(*size, 0)),
                            Ref::Index(binder) => (self.binders[*binder].least, self.binders[*binder].largest),
                            _ => (Extent::Unknown, Extent::Unknown),
                        });
                    } else {
                        return (Extent::Unknown, Extent::Unknown);
                    }
                }
                base.map_or((Extent::Unknown, Extent::Unknown), |(least, largest)| {
                    (least.plus(offset), largest.plus(offset))
                })
            }
            _ => (Extent::Unknown, Extent::Unknown),
        }
    }

    /// The bound index that a subscript is, or to which it adds a number: i of i and of i + 1.
    pub(crate) fn bound_index(&self, text: usize, id: AstId) -> Option<usize> {
        let Text { ast, refs, .. } = &self.texts[text];
        let index = |id: AstId| match refs[id.0 as usize] {
            Ref::Index(binder) => Some(binder),
            _ => None,
        };
        match &ast.node(id).kind {
            AstKind::Sum(terms) => terms.iter().find_map(|(_, term)| index(*term)),
            _ => index(id),
        }
    }
}
