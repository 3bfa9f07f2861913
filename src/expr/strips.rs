//! How stacked blocks divide an axis.

use super::dim::{SizeTerm, rest_of_terms, sum_of_terms};

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
pub fn strips(ranges: impl IntoIterator<Item = Places>, of: &[SizeTerm]) -> Option<Vec<Strip>> {
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
            rest_of_terms(&open[*place][0], &at).is_some()
                && (0..open.len())
                    .all(|other| other == *place || rest_of_terms(&open[other][0], &end(&open[*place])).is_some())
        })?;
        let range = open.remove(next);
        strips.extend(gap(&range[0], &at)?);
        at = end(&range);
        let length = range[1].clone();
        strips.push(Strip { places: Some(range), length });
    }
    strips.extend(gap(of, &at)?);
    Some(strips)
}

/// What lies between two places, if they differ; nothing where the second is not known to come first.
fn gap(to: &[SizeTerm], from: &[SizeTerm]) -> Option<Option<Strip>> {
    let length = rest_of_terms(to, from)?;
    Some((!length.is_empty()).then_some(Strip { places: None, length }))
}
