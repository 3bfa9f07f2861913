//! Points on both sides of a kink: from a point that was compared already a line is followed to where the branch changes. An answer whose branches
//! change elsewhere, or not at all, differs just before or just after.

use nalgebra::DMatrix;

use super::branch::{Kink, Moves, NEAR, Places, crossings, dips, moved, stays};
use super::space::project;
use crate::expr::{Arena, ExprId, StandIn, SymbolId, SymbolKind};
use crate::numeric::Bindings;
use crate::numeric::random::Rng;
use crate::numeric::sample::symbols_of;
use crate::structure::Structure;

/// Most kinks that are looked for.
pub(super) const MOST_KINKS: usize = 12;
/// Points from which lines start, at most.
pub(super) const MOST_STARTS: usize = 3;
/// Near by, and still so far apart that the difference of smooth pieces shows.
pub(super) const PLACES: Places = Places { most: 2, halvings: &[9], powers: NEAR };
/// Those, and ones so near that what differs between them alone is short.
pub(super) const NEAREST_PLACES: Places = Places { halvings: &[9, 15], ..PLACES };
/// Places of a kink between two branches that are enough, and of one between as many as there are entries.
const ENOUGH: usize = 2;
const ENOUGH_ENTRIES: usize = 5;

/// How many places of a kink are enough.
pub(super) fn enough(kink: Kink) -> usize {
    if matches!(kink, Kink::Sign(_)) { ENOUGH } else { ENOUGH_ENTRIES }
}

/// The moves along a line that lead to just before and just after the places of a kink.
pub(super) fn sides(
    arena: &Arena,
    kink: Kink,
    point: &Bindings<f64>,
    line: &Moves<f64>,
    places: Places,
) -> Vec<[Moves<f64>; 2]> {
    let scaled = |t: f64| line.iter().map(|(symbol, h)| (*symbol, h * t)).collect::<Moves<f64>>();
    let is_inside = |t: f64| stays(arena, &moved(point, line, t), line);
    let crossed = crossings(arena, kink, point, line, places);
    let found = if crossed.is_empty() { dips(arena, kink, point, line, places) } else { crossed };
    found
        .into_iter()
        .filter(|(before, after)| is_inside(*before) && is_inside(*after))
        .map(|(a, b)| [scaled(a), scaled(b)])
        .collect()
}

/// Lines through a point along which one symbol of a kink moves, and one along which all do. `moves_in`: the space that a symbol moves in, where
/// it is free to move.
pub(super) fn lines(
    arena: &Arena,
    kink: Kink,
    point: &Bindings<f64>,
    mut rng: Rng,
    moves_in: impl Fn(SymbolId) -> Option<Structure>,
) -> Vec<Moves<f64>> {
    let mut lines: Vec<Moves<f64>> = Vec::new();
    for id in moving(arena, kink.argument()) {
        let (symbol, Some(x)) = (arena.symbol(id), point.symbols.get(&id)) else { continue };
        let is_free = matches!(symbol.kind, SymbolKind::Plain | SymbolKind::Positive | SymbolKind::Nonnegative);
        let Some(structure) = moves_in(id).filter(|structure| is_free && *structure != Structure::Orthogonal) else {
            continue;
        };
        let normal = rng.normal_matrix(x.nrows(), x.ncols());
        // Forward along it nothing leaves a cone.
        let h: DMatrix<f64> = match (symbol.kind, structure) {
            (SymbolKind::Positive | SymbolKind::Nonnegative, _) => normal.abs(),
            (_, Structure::PositiveDefinite | Structure::PositiveSemidefinite) if x.is_square() => {
                &normal * normal.transpose()
            }
            _ => normal,
        };
        let h = project(structure, x, &h);
        // A held value is that of its variable.
        let held = point.symbols.keys().filter(|held| arena.stands_for(**held) == Some(StandIn::Held(id)));
        lines.push(held.map(|held| (*held, h.clone())).chain([(id, h.clone())]).collect());
    }
    if lines.len() > 1 {
        lines.push(lines.concat());
    }
    lines
}

/// The symbols of an expression, that of a held value as its variable.
fn moving(arena: &Arena, id: ExprId) -> Vec<SymbolId> {
    let variable = |symbol| match arena.stands_for(symbol) {
        Some(StandIn::Held(variable)) => variable,
        _ => symbol,
    };
    let mut symbols: Vec<SymbolId> = symbols_of(arena, &[id]).into_iter().map(variable).collect();
    symbols.sort_unstable();
    symbols.dedup();
    symbols
}
