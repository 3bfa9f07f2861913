//! Constraints that depend on one another: where the difference of the sides of one is a multiple of that of another up to a constant, the two
//! say the same, or no point satisfies both.

use super::equation::substitute;
use super::system::points;
use crate::differential::differentiate;
use crate::domain::{Condition, decided};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::number::Coeff;
use crate::simplify::{expand, simplify};

/// A constraint that depends on an earlier one.
#[derive(Clone, Copy, Debug)]
pub struct Dependent {
    /// Its sides.
    pub sides: (ExprId, ExprId),
    /// The sides of the earlier one.
    pub earlier: (ExprId, ExprId),
    /// What has to be 0 for both to hold; `None` where it is.
    pub gap: Option<ExprId>,
}

/// The earlier difference of sides that another one is a multiple of, up to what has to be 0 for both to vanish.
pub(super) fn gap(
    arena: &mut Arena,
    difference: ExprId,
    before: &[(usize, ExprId)],
    unknowns: &[SymbolId],
) -> Option<(usize, Option<ExprId>)> {
    before.iter().find_map(|(at, earlier)| {
        let ratio = ratio(arena, difference, *earlier, unknowns)?;
        let multiple = arena.scale(&ratio, *earlier);
        let rest = arena.minus(difference, multiple);
        let rest = expand(arena, rest);
        let rest = simplify(arena, rest);
        let is_free = !unknowns.iter().any(|symbol| arena.contains_symbol(rest, *symbol));
        is_free.then(|| (*at, (!arena.is_zero(rest)).then_some(rest)))
    })
}

/// What is left of a constraint where an earlier one, or a later one, gives its unknown a value, and is not 0: 1ᵀw = 1 beside w = 0.
pub(super) fn contradiction(
    arena: &mut Arena,
    differences: &[(usize, ExprId)],
    unknowns: &[SymbolId],
) -> Option<(usize, usize, ExprId)> {
    for (giving, equation) in differences {
        for symbol in unknowns {
            let Some(found) = points(arena, *symbol, *equation) else { continue };
            let [point] = *found.points else { continue };
            if !found.conditions.is_empty() || unknowns.iter().any(|other| arena.contains_symbol(point, *other)) {
                continue;
            }
            let variable = arena.symbol_expr(*symbol);
            for (at, difference) in differences.iter().filter(|(at, _)| at != giving) {
                let left = substitute(arena, *difference, variable, point);
                let left = simplify(arena, left);
                let is_scalar = arena.shape(left).is_scalar();
                let is_nonzero = if is_scalar { Condition::NonZero(left) } else { Condition::EntriesNonZero(left) };
                if decided(arena, is_nonzero) == Some(true) {
                    return Some((*at, *giving, left));
                }
            }
        }
    }
    None
}

/// The number c with dg = c dh in all unknowns.
fn ratio(arena: &mut Arena, g: ExprId, h: ExprId, unknowns: &[SymbolId]) -> Option<Coeff> {
    if arena.shape(g) != arena.shape(h) {
        return None;
    }
    let mut ratio: Option<Coeff> = None;
    for symbol in unknowns {
        let [(c, first), (d, second)] = [g, h].map(|of| {
            let slope = differentiate(arena, of, *symbol, 0).ok().map(|found| found.expr);
            let slope = slope.map(|slope| expand(arena, slope)).map(|slope| simplify(arena, slope));
            slope.map_or((Coeff::ZERO, None), |slope| {
                let (content, primitive) = arena.split_content(slope);
                (content, Some(primitive))
            })
        });
        let (first, second) = (first?, second?);
        match (arena.is_zero(first), arena.is_zero(second)) {
            (true, true) => continue,
            (false, false) if first == second => {}
            _ => return None,
        }
        let own = c.mul(&d.recip()?);
        if *ratio.get_or_insert_with(|| own.clone()) != own {
            return None;
        }
    }
    ratio
}
