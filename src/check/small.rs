//! Sizes at which what holds for larger ones may fail: xyᵀ + yxᵀ is singular from 3 rows on, xxᵀ from 2. Random points seldom have them.

use super::{Certificate, CheckOptions, Outcome};
use crate::expr::Arena;

/// The small sizes, the largest first.
const SMALL: [usize; 2] = [2, 1];
/// Up to this size a comparison has to hold, so that it is said to hold from some size on.
const LARGEST: usize = 4;

/// The largest of the small sizes, from the least one that is allowed on, at which a comparison fails, and how; all named sizes are that.
#[must_use]
pub fn fails_at_small_size(
    arena: &Arena,
    least: usize,
    options: &CheckOptions,
    compare: impl Fn(&CheckOptions) -> Certificate,
) -> Option<(usize, Certificate)> {
    if arena.size_names().is_empty() || options.size.is_some() {
        return None;
    }
    SMALL.into_iter().filter(|size| *size >= least).find_map(|size| {
        let certificate = compare(&CheckOptions { size: Some(size), ..options.clone() });
        matches!(certificate.outcome, Outcome::Failed(_)).then_some((size, certificate))
    })
}

/// Whether a comparison that fails at a small size holds where the one named size is larger, as far as larger ones are tried.
#[must_use]
pub fn holds_above(
    arena: &Arena,
    size: usize,
    options: &CheckOptions,
    compare: impl Fn(&CheckOptions) -> Certificate,
) -> bool {
    let holds = |size: usize| compare(&CheckOptions { size: Some(size), ..options.clone() }).passed();
    arena.size_names().len() == 1 && (size + 1..=LARGEST).all(holds)
}
