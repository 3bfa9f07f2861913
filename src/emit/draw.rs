//! The point at which a function checks its own gradient: what is drawn there, so that value and gradient exist.

use super::arguments;
use super::draft::Draft;
use super::listing::{Argument, Draw, GradientCheck, Interval, Listing, Part};
use super::names::Names;
use super::sized::Sized;
use crate::expr::{SymbolId, SymbolKind};
use crate::numeric::Bindings;
use crate::numeric::random::Rng;
use crate::numeric::sample::{Imposed, Overrides, Strategy, sample};
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
const POINTS: u64 = 12;
/// The smallest size.
const SMALLEST: usize = 3;
/// Values and gradients larger than this say little.
const LARGEST: f64 = 1e4;
/// The step of the central differences.
const STEP: f64 = 1e-5;
/// How close they are to a gradient that is right, with room to what a function accepts.
const CLOSE: f64 = 1e-6;

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
    let draws_of = |strategy: Strategy| -> Vec<Draw> {
        let of = |argument: &Argument| {
            let is_square = argument.axes.len() == 2 && argument.axes[0].text == argument.axes[1].text;
            draw(argument.kind, argument.structure, is_square, strategy)
        };
        listing.arguments.iter().map(of).collect()
    };
    let draws = STRATEGIES.into_iter().map(draws_of).find(|draws| {
        let trial = Trial { draft, sized, sizes: &sizes, listing, symbols, draws, gradients: &gradients, value };
        trial.holds()
    })?;
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
    Some(GradientCheck { sizes, draws, gradients, value })
}

/// Small sizes that are all different: k is smaller than n, and n than m.
fn point_sizes(draft: &Draft<'_>) -> Vec<usize> {
    let names = draft.arena.size_names();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|place| match names[*place].chars().next() {
        Some('k' | 'r' | 'c') => 0,
        Some('n' | 'd' | 'p') => 1,
        _ => 2,
    });
    let mut sizes = vec![SMALLEST; names.len()];
    for (size, place) in (SMALLEST..).zip(order) {
        sizes[place] = size;
    }
    crate::numeric::sample::fill_sizes(draft.arena, &mut sizes);
    sizes
}

/// What is drawn, before it is written.
struct Trial<'a> {
    draft: &'a Draft<'a>,
    sized: &'a Sized,
    sizes: &'a [usize],
    listing: &'a Listing,
    symbols: &'a [Option<Source>],
    draws: &'a [Draw],
    gradients: &'a [(usize, usize)],
    value: usize,
}

impl Trial<'_> {
    /// Whether all results are finite and the gradients agree with differences at every point that is tried.
    fn holds(&self) -> bool {
        (0..POINTS).all(|seed| self.holds_at(seed).unwrap_or(false))
    }

    fn holds_at(&self, seed: u64) -> Option<bool> {
        let mut rng = Rng::new(seed);
        let mut point = Bindings::default();
        for (source, draw) in self.symbols.iter().zip(self.draws) {
            let Some(Source::Symbol(symbol)) = source else { continue };
            let (strategy, overrides) = sampled(*symbol, *draw);
            let drawn = sample::<f64>(self.draft.arena, &[*symbol], self.sizes, strategy, &overrides, &mut rng).ok()?;
            point.sizes = drawn.sizes;
            point.symbols.extend(drawn.symbols);
            point.families.extend(drawn.families);
        }
        let values = self.sized.values(self.draft.arena, &point)?;
        if !values.iter().flatten().all(|entry| entry.abs() < LARGEST) {
            return Some(false);
        }
        for (argument, gradient) in self.gradients {
            let Some(Some(Source::Symbol(symbol))) = self.symbols.get(*argument) else { continue };
            // In a structure a direction takes more than numbers.
            let structure = self.listing.arguments[*argument].structure;
            let x = point.symbols.get(symbol)?.clone();
            let free = rng.normal_matrix(x.nrows(), x.ncols());
            let direction = match structure {
                Structure::General => free,
                Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
                    (&free + free.transpose()) * 0.5
                }
                _ => continue,
            };
            let mut at = |step: f64| {
                point.symbols.insert(*symbol, &x + &direction * step);
                self.sized.values(self.draft.arena, &point).and_then(|values| values[self.value].first().copied())
            };
            let slope = (at(STEP)? - at(-STEP)?) / (2.0 * STEP);
            at(0.0)?;
            let found: f64 =
                values[*gradient].iter().zip(direction.transpose().iter()).map(|(entry, along)| entry * along).sum();
            let is_close = (found - slope).abs() <= CLOSE * slope.abs().max(1.0);
            if !is_close {
                return Some(false);
            }
        }
        Some(true)
    }
}

/// How the tests of this program draw the same.
fn sampled(symbol: SymbolId, draw: Draw) -> (Strategy, Overrides) {
    let strategy = match draw {
        Draw::Uniform(Interval::Positive)
        | Draw::Structured(Structure::Diagonal | Structure::Lower | Structure::Upper) => Strategy::Positive,
        Draw::Uniform(Interval::Small) => Strategy::Small,
        Draw::Uniform(Interval::Large) => Strategy::Large,
        Draw::NearIdentity => Strategy::NearIdentity,
        _ => Strategy::Normal,
    };
    let mut overrides = Overrides::default();
    if let Draw::Structured(structure @ (Structure::PositiveDefinite | Structure::Symmetric)) = draw {
        overrides.insert(symbol, Imposed::Structure(structure));
    }
    (strategy, overrides)
}

fn draw(kind: SymbolKind, structure: Structure, is_square: bool, strategy: Strategy) -> Draw {
    match (kind, structure) {
        (SymbolKind::Positive, _) => Draw::Uniform(Interval::Positive),
        (SymbolKind::Integer, _) => Draw::Integer,
        (SymbolKind::Simplex, _) => Draw::Simplex,
        (SymbolKind::Signs, _) => Draw::Signs,
        (SymbolKind::Binary, _) => Draw::Binary,
        (_, Structure::General) => match strategy {
            Strategy::Positive => Draw::Uniform(Interval::Positive),
            Strategy::Small => Draw::Uniform(Interval::Small),
            Strategy::Large => Draw::Uniform(Interval::Large),
            Strategy::NearIdentity if is_square => Draw::NearIdentity,
            Strategy::NearIdentity => Draw::Uniform(Interval::Positive),
            Strategy::SymmetricSquares if is_square => Draw::Structured(Structure::PositiveDefinite),
            _ => Draw::Normal,
        },
        (_, Structure::Symmetric) if strategy != Strategy::Normal => Draw::Structured(Structure::PositiveDefinite),
        (_, structure) => Draw::Structured(structure),
    }
}
