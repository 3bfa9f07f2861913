//! The rules of composition with a function of one number (Boyd & Vandenberghe, *Convex Optimization*, §3.2.4), and what the functions of the
//! catalog and powers are on an interval.

use super::found::{Found, Why};
use crate::catalog::entrywise::{Curvature as Curve, Monotone};
use crate::expr::{ExprId, Func};
use crate::number::Coeff;
use crate::positivity::Curvature;
use crate::sign::Bounds;

/// What a scalar function is on the interval in question.
#[derive(Clone, Copy, Default)]
pub(super) struct Outer {
    pub(super) convex: bool,
    pub(super) concave: bool,
    pub(super) rising: bool,
    pub(super) falling: bool,
    pub(super) because: &'static str,
}

/// s·f for s of one sign.
pub(super) fn multiple(sign: &Bounds, of: ExprId, found: Found) -> Found {
    let (found, kinds, because) = if sign.is_nonnegative() {
        (found, (Curvature::Convex, Curvature::Concave), "a nonnegative multiple")
    } else if sign.is_nonpositive() {
        (found.flipped(), (Curvature::Concave, Curvature::Convex), "a nonpositive multiple")
    } else {
        return Found::default();
    };
    let pass = |why: Option<Why>, kind| why.map(|_| Why { because, parts: vec![(of, kind)], ..Why::default() });
    Found { convex: pass(found.convex, kinds.0), concave: pass(found.concave, kinds.1) }
}

/// h∘g: convex where h is convex, and g affine, or convex with h nondecreasing, or concave with h nonincreasing.
pub(super) fn compose(outer: Outer, inner: ExprId, found: &Found) -> Found {
    let why = |kind: Option<Curvature>| {
        Some(Why {
            because: outer.because,
            parts: kind.map(|kind| (inner, kind)).into_iter().collect(),
            ..Why::default()
        })
    };
    let side = |holds: bool, up: Curvature, down: Curvature| {
        let known = |kind: Curvature| match kind {
            Curvature::Convex => found.convex.is_some(),
            Curvature::Concave => found.concave.is_some(),
            Curvature::Affine => found.is_affine(),
        };
        if !holds {
            None
        } else if found.is_affine() {
            why(None)
        } else if outer.rising && known(up) {
            why(Some(up))
        } else if outer.falling && known(down) {
            why(Some(down))
        } else {
            None
        }
    };
    Found {
        convex: side(outer.convex, Curvature::Convex, Curvature::Concave),
        concave: side(outer.concave, Curvature::Concave, Curvature::Convex),
    }
}

/// An entrywise function on the interval that holds its argument.
pub(super) fn outer(func: Func, z: &Bounds) -> Outer {
    let (up, down) = (z.is_nonnegative(), z.is_nonpositive());
    let row = func.row();
    let (convex, concave) = match row.curvature {
        Curve::Convex => (true, false),
        Curve::Concave => (false, true),
        Curve::ConvexThenConcave => (down, up),
        Curve::ConcaveThenConvex => (up, down),
        Curve::Unknown => return Outer::default(),
    };
    let (rising, falling) = match row.monotone {
        Monotone::Increasing => (true, false),
        Monotone::Decreasing => (false, true),
        Monotone::WithSize => (up, down),
        Monotone::Unknown => (false, false),
    };
    Outer { convex, concave, rising, falling, because: row.shape }
}

/// xᵖ on the interval that holds x.
pub(super) fn outer_power(p: &Coeff, x: &Bounds) -> Outer {
    let (up, down) = (x.is_nonnegative(), x.is_nonpositive());
    let outer = |convex, concave, rising, falling, because| Outer { convex, concave, rising, falling, because };
    let even = p.to_i64().map(|p| p % 2 == 0);
    if p.is_negative() {
        return match even {
            _ if x.is_positive() => {
                outer(true, false, false, true, "a power below 0 is convex and nonincreasing above 0")
            }
            Some(true) if x.is_negative() => outer(true, false, true, false, "an even power below 0 is convex below 0"),
            Some(false) if x.is_negative() => {
                outer(false, true, false, true, "an odd power below 0 is concave below 0")
            }
            // A power that is no integer has a value above 0 only.
            None => outer(true, false, false, true, "a power below 0 is convex and nonincreasing above 0"),
            _ => Outer::default(),
        };
    }
    match even {
        Some(true) => outer(
            true,
            false,
            up,
            down,
            if up { "an even power is convex, and nondecreasing above 0" } else { "an even power is convex" },
        ),
        Some(false) => outer(up, down, true, false, "an odd power is convex above 0 and nondecreasing"),
        None if Coeff::ONE.sub(p).is_negative() => {
            outer(true, false, true, false, "a power from 1 on is convex and nondecreasing above 0")
        }
        None => outer(false, true, true, false, "a power between 0 and 1 is concave and nondecreasing"),
    }
}
