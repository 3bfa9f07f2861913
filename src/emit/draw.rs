//! The point at which a function checks its own gradient: what is drawn there, so that value and gradient exist.

use super::arguments;
use super::draft::Draft;
use super::listing::{Draw, GradientCheck, Interval, Listing, Part};
use super::names::Names;
use super::sized::Sized;
use crate::expr::SymbolKind;
use crate::numeric::random::Rng;
use crate::numeric::sample::{Overrides, Strategy, sample};
use crate::plan::Source;
use crate::structure::Structure;

/// What is drawn, in the order it is tried.
const STRATEGIES: [Strategy; 6] = [
    Strategy::Normal,
    Strategy::Positive,
    Strategy::NearIdentity,
    Strategy::Small,
    Strategy::Large,
    Strategy::SymmetricSquares,
];
/// How many points are tried of each.
const POINTS: u64 = 24;
/// The smallest size.
const SMALLEST: usize = 3;
/// Values and gradients larger than this say little.
const LARGEST: f64 = 1e4;

/// How the gradients of a function are checked; none where it does not return the value with them, or where no point was found.
pub(super) fn check(
    draft: &Draft<'_>,
    sized: &Sized,
    listing: &Listing,
    symbols: &[Option<Source>],
    names: &Names,
) -> Option<GradientCheck> {
    let value = draft.pieces.iter().position(|piece| piece.part == Part::Value)?;
    let mut gradients = Vec::new();
    for (place, piece) in draft.pieces.iter().enumerate() {
        if let Part::Gradient(of) = piece.part {
            let wrt = Source::Symbol(draft.wrt[of]);
            gradients.push((symbols.iter().position(|symbol| *symbol == Some(wrt))?, place));
        }
    }
    if gradients.is_empty() || listing.arguments.iter().any(|argument| argument.is_index) {
        return None;
    }
    let sizes = point_sizes(draft);
    let strategy = STRATEGIES.into_iter().find(|strategy| holds(draft, sized, &sizes, *strategy))?;
    let needed: Vec<u32> = arguments::sizes(draft, &sized.graph, &sized.roots)
        .into_iter()
        .filter(|place| {
            let name = names.sizes.get(place);
            listing.arguments.iter().any(|argument| {
                argument.axes.iter().any(|axis| axis.sizes.contains(place))
                    || argument.is_size && Some(&argument.name) == name
            })
        })
        .collect();
    let sizes = needed
        .into_iter()
        .map(|place| (names.sizes.get(&place).cloned().unwrap_or_default(), sizes[place as usize]))
        .collect();
    let draws = listing.arguments.iter().map(|argument| {
        let square = argument.axes.len() == 2 && argument.axes[0].text == argument.axes[1].text;
        draw(argument.kind, argument.structure, square, strategy)
    });
    Some(GradientCheck { sizes, draws: draws.collect(), gradients, value })
}

/// Small sizes that are all different.
fn point_sizes(draft: &Draft<'_>) -> Vec<usize> {
    let names = draft.arena.size_names();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|place| usize::from(!names[*place].starts_with(['n', 'd', 'k', 'p'])));
    let mut sizes = vec![SMALLEST; names.len()];
    for (size, place) in (SMALLEST..).zip(order) {
        sizes[place] = size;
    }
    sizes
}

/// Whether all results are finite at nearly every point that is drawn so.
fn holds(draft: &Draft<'_>, sized: &Sized, sizes: &[usize], strategy: Strategy) -> bool {
    (0..POINTS).all(|seed| {
        let mut rng = Rng::new(seed);
        let point = sample(draft.arena, draft.symbols, sizes, strategy, &Overrides::default(), &mut rng);
        let Ok(point) = point else { return false };
        let values = sized.values(draft.arena, &point);
        values.is_some_and(|values| values.iter().flatten().all(|entry| entry.abs() < LARGEST))
    })
}

fn draw(kind: SymbolKind, structure: Structure, is_square: bool, strategy: Strategy) -> Draw {
    match (kind, structure) {
        (SymbolKind::Positive, _) => Draw::Uniform(Interval::Positive),
        (SymbolKind::Integer, _) => Draw::Integer,
        (SymbolKind::Simplex, _) => Draw::Simplex,
        (SymbolKind::Signs, _) => Draw::Signs,
        (_, Structure::General) => match strategy {
            Strategy::Positive => Draw::Uniform(Interval::Positive),
            Strategy::Small => Draw::Uniform(Interval::Small),
            Strategy::Large => Draw::Uniform(Interval::Large),
            Strategy::NearIdentity if is_square => Draw::NearIdentity,
            Strategy::NearIdentity => Draw::Uniform(Interval::Positive),
            Strategy::SymmetricSquares if is_square => Draw::Structured(Structure::PositiveDefinite),
            _ => Draw::Normal,
        },
        (_, Structure::Symmetric) if strategy == Strategy::NearIdentity => {
            Draw::Structured(Structure::PositiveDefinite)
        }
        (_, structure) => Draw::Structured(structure),
    }
}
