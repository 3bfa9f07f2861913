//! What sizes stand for where the order of products has to be chosen before they are known: large numbers, and larger ones where the usual
//! names say so.

use crate::expr::{Arena, Dim, SizeTerm};

/// About how large a size of medium length is.
const MEDIUM: f64 = 1000.0;

/// How long an axis is by the name of its size, in halves of a medium one: `m` and `N` count observations, `k` and `r` are small.
#[must_use]
pub fn half_lengths(name: &str) -> u32 {
    match name.chars().next() {
        Some('N' | 'm' | 'M' | 'T') => 3,
        Some('k' | 'K' | 'r' | 'c' | 'C') => 1,
        _ => 2,
    }
}

/// A size that stands for all that it may be.
pub(super) fn typical(arena: &Arena, dim: Dim) -> f64 {
    let names = arena.size_names();
    let of = |place: &u32| names.get(*place as usize).map_or(2, |name| half_lengths(name));
    let term = |(factor, places): &SizeTerm| {
        places.iter().fold(*factor as f64, |product, place| product * MEDIUM * f64::from(of(place)) / 2.0)
    };
    arena.size_terms(dim).iter().map(term).sum()
}
