//! Ranges of places: how many come before them, and how many they are.

use super::Input;
use super::reference::{Ref, Stretch};
use super::size::may_be_positive;
use crate::expr::{SizeTerm, difference_of_terms, rest_of_terms, sum_of_terms};
use crate::reading::kind::WrittenSize;
use crate::reading::scope::Scopes;
use crate::syntax::{Ast, AstId, AstKind, Bound, Cut, Sign};

impl Input<'_> {
    /// The ranges of a slice.
    pub(super) fn slice(&mut self, ast: &Ast, cuts: &[Cut], scopes: &Scopes) -> Ref {
        let mut ranges = Vec::with_capacity(cuts.len());
        for cut in cuts {
            let ends = match *cut {
                Cut::Range(first, last) => [first, last],
                Cut::Last(place) => [Bound::FromEnd(place), Bound::FromEnd(place)],
                Cut::All | Cut::At(_) => {
                    ranges.push(None);
                    continue;
                }
            };
            let mut edges = Vec::with_capacity(2);
            for bound in ends {
                let written = match bound {
                    Bound::At(at) | Bound::FromEnd(Some(at)) if !scopes.inert[at.0 as usize] => {
                        return Ref::BadSize(at);
                    }
                    Bound::At(at) | Bound::FromEnd(Some(at)) => match self.written_place(ast, at) {
                        Ok(terms) => terms,
                        Err(bad) => return Ref::BadSize(bad),
                    },
                    Bound::FromEnd(None) => Vec::new(),
                };
                edges.push((written, matches!(bound, Bound::FromEnd(_))));
            }
            let [(first, first_from_end), (last, last_from_end)] = edges.as_slice() else { continue };
            let one = [(1, Vec::new())];
            let polynomial = WrittenSize::Polynomial;
            let stretch = match (first_from_end, last_from_end) {
                (false, false) => rest_of_terms(first, &one).and_then(|before| {
                    let length = Some(difference_of_terms(last, &before)).filter(|length| may_be_positive(length))?;
                    Some(Stretch::Fixed { before: polynomial(before), length: polynomial(length) })
                }),
                (false, true) => rest_of_terms(first, &one).and_then(|before| {
                    let after = rest_of_terms(last, &[])?;
                    Some(Stretch::Inner { before: polynomial(before), after: polynomial(after) })
                }),
                (true, true) => rest_of_terms(last, &[]).and_then(|after| {
                    let whole = sum_of_terms(first.iter().cloned().chain(one));
                    let length = rest_of_terms(&whole, &after).filter(|length| !length.is_empty())?;
                    Some(Stretch::Tail { length: polynomial(length), after: polynomial(after) })
                }),
                (true, false) => None,
            };
            match stretch {
                Some(stretch) => ranges.push(Some(stretch)),
                None => {
                    let shown = ends.into_iter().rev().find_map(|bound| match bound {
                        Bound::At(at) | Bound::FromEnd(Some(at)) => Some(at),
                        Bound::FromEnd(None) => None,
                    });
                    return shown.map_or(Ref::None, Ref::OpenRange);
                }
            }
        }
        Ref::Slice(ranges)
    }

    /// A place as a sum of terms; 0 counts from the end.
    fn written_place(&mut self, ast: &Ast, at: AstId) -> Result<Vec<SizeTerm>, AstId> {
        match &ast.node(at).kind {
            AstKind::Number(value) if value.is_zero() => Ok(Vec::new()),
            AstKind::Sum(terms) => {
                let mut sum = Vec::new();
                for (sign, term) in terms {
                    let term = self.written_size(ast, *term)?.terms();
                    sum = match sign {
                        Sign::Plus => sum_of_terms([sum, term].concat()),
                        Sign::Minus => difference_of_terms(&sum, &term),
                    };
                }
                Ok(sum)
            }
            _ => Ok(self.written_size(ast, at)?.terms()),
        }
    }
}
