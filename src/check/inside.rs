//! A way into the domain: where all random points lie outside, one that lies inside is looked for from the nearest of them, by moves of one
//! symbol or of all that make what is missing less.
//!
//! How much is missing is read off the operands of which an operator takes only some numbers: u > 0 for log u, |u| < 1 for arccos u.

use indexmap::IndexSet;
use nalgebra::DMatrix;
use rustc_hash::FxBuildHasher;

use super::branch::{Moves, moved};
use super::space::project;
use crate::catalog::entrywise::Domain;
use crate::expr::{Arena, ExprId, IndexId, MatrixFunction, Node, StandIn, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::numeric::linalg::complex_eigenvalues;
use crate::numeric::random::Rng;
use crate::numeric::sample::Imposed;
use crate::numeric::{Bindings, evaluate, evaluate_each};
use crate::structure::Structure;

/// How many moves are tried from a point, at most.
const MOVES: usize = 300;
/// How many operands are evaluated on the way from it.
const MOST_WORK: usize = 1_000_000;
/// From how many of the points.
const STARTS: usize = 3;
/// How far inside is far enough, on the scale of [`scaled`].
const MARGIN: f64 = 0.1;
/// What is missing of a value that is not there.
const LOST: f64 = 100.0;
/// The first values of the indices, for which the terms of sums are looked at.
const TERMS: i64 = 3;
/// Entries farther out than this are not moved to.
const FARTHEST: f64 = 1e3;
/// An eigenvalue whose imaginary part is below this, relative to its size, is on the real axis.
const ON_AXIS: f64 = 1e-9;

/// The numbers that an operator takes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Takes {
    /// Those above this.
    Above(f64),
    /// Those of size below 1.
    Within,
    /// Matrices without eigenvalues on the closed negative real axis.
    OffAxis,
}

/// What is looked for a way into: the points at which the roots have values.
pub(super) struct Inside<'a> {
    arena: &'a Arena,
    roots: &'a [ExprId],
    operands: Vec<(ExprId, Takes)>,
    indices: Vec<IndexId>,
    differentials: Vec<(SymbolId, u32)>,
    /// How many moves are tried from a point.
    moves: usize,
}

/// How far from the domain a point is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Distance {
    /// What is missing, all operands together.
    missing: f64,
    /// Whether the roots have values.
    is_inside: bool,
}

impl Distance {
    fn is_less(self, other: Self) -> bool {
        (!self.is_inside, self.missing) < (!other.is_inside, other.missing)
    }
}

impl<'a> Inside<'a> {
    pub(super) fn new(arena: &'a Arena, roots: &'a [ExprId]) -> Self {
        let order: IndexSet<ExprId, FxBuildHasher> = roots.iter().flat_map(|root| arena.post_order(*root)).collect();
        let (mut operands, mut indices, mut differentials) = (Vec::new(), Vec::new(), Vec::new());
        let mut work = 0;
        for id in order {
            work += 1 + arena.node(id).children().len();
            match arena.node(id) {
                Node::Elementwise(f, inner) => operands.extend(takes(f.row().domain).map(|takes| (*inner, takes))),
                Node::Hadamard(factors) => {
                    let roots = factors.iter().filter(|(_, exponent)| is_fraction(arena, *exponent));
                    operands.extend(roots.map(|(base, _)| (*base, Takes::Above(0.0))));
                }
                Node::Power(base, exponent) if is_fraction(arena, *exponent) => operands.push((*base, Takes::OffAxis)),
                Node::MatrixFunction(MatrixFunction::Logm | MatrixFunction::Sqrtm, inner, _) => {
                    operands.push((*inner, Takes::OffAxis));
                }
                Node::Index(index) => indices.push(*index),
                Node::Differential(symbol, slot) => differentials.push((*symbol, *slot)),
                _ => {}
            }
        }
        operands.dedup();
        let moves = MOVES.min(MOST_WORK / work.max(1));
        Self { arena, roots, operands, indices, differentials, moves }
    }

    /// Moves that lead inside, each with the number of the start that they lead from.
    pub(super) fn ways(&self, starts: &[Start<'_>]) -> Vec<(usize, Moves<f64>)> {
        let mut outside: Vec<(Distance, usize)> = Vec::new();
        for (number, start) in starts.iter().enumerate() {
            match self.distance(start.bindings) {
                // From one that is well inside there is nowhere to go.
                Some(Distance { missing: 0.0, is_inside: true }) => return Vec::new(),
                Some(distance) => outside.push((distance, number)),
                None => {}
            }
        }
        outside.sort_by(|(one, _), (other, _)| {
            (!one.is_inside).cmp(&!other.is_inside).then(one.missing.total_cmp(&other.missing))
        });
        outside.truncate(STARTS);
        let ways = outside.into_iter();
        ways.filter_map(|(distance, number)| Some((number, self.way(distance, &starts[number])?))).collect()
    }

    /// Moves that lead inside from a point.
    fn way(&self, mut distance: Distance, start: &Start<'_>) -> Option<Moves<f64>> {
        let (mut rng, free) = (start.rng.clone(), &start.spaces);
        if free.is_empty() {
            return None;
        }
        let mut moves: Moves<f64> = Vec::new();
        let mut here = start.bindings.clone();
        for _ in 0..self.moves {
            if distance.is_inside && distance.missing == 0.0 {
                break;
            }
            let step = self.step(&here, free, &mut rng);
            let there = moved(&here, &step, 1.0);
            let is_allowed = step.iter().all(|(id, _)| {
                let space = free.iter().find(|(other, _)| other == id).map(|(_, space)| *space);
                there.symbols.get(id).is_some_and(|x| space.is_none_or(|space| space.has(x)))
            });
            let Some(next) = is_allowed.then(|| self.distance(&there)).flatten() else { continue };
            if next.is_less(distance) {
                (here, distance) = (there, next);
                moves.extend(step);
            }
        }
        distance.is_inside.then(|| total(moves))
    }

    /// A move of one symbol or of all: along a random direction, or towards 0, or away from it.
    fn step(&self, here: &Bindings<f64>, free: &[(SymbolId, Space)], rng: &mut Rng) -> Moves<f64> {
        let alone = rng.below(2 * free.len());
        let (kind, length) = (rng.below(4), 2.0 * 10.0_f64.powf(-2.0 * rng.unit()));
        let mut step = Moves::new();
        for (place, (id, space)) in free.iter().enumerate() {
            let Some(x) = here.symbols.get(id).filter(|_| alone >= free.len() || alone == place) else { continue };
            let mut h = match kind {
                0 => x * ([0.1, 0.3, 0.6, 2.0, 5.0][rng.below(5)] - 1.0),
                1 if space.is_linear() => x * -(1.0 + length),
                2 => {
                    let mut h = DMatrix::zeros(x.nrows(), x.ncols());
                    let entry = rng.below(x.len());
                    if let Some(entry) = h.get_mut(entry) {
                        *entry = length * rng.normal();
                    }
                    h
                }
                _ => rng.normal_matrix(x.nrows(), x.ncols()) * length,
            };
            h = project(space.structure, x, &h);
            let held = here.symbols.keys().filter(|held| self.arena.stands_for(**held) == Some(StandIn::Held(*id)));
            step.extend(held.map(|held| (*held, h.clone())));
            step.push((*id, h));
        }
        step
    }

    /// How far a point is from the domain; `None` where nothing can be evaluated.
    fn distance(&self, point: &Bindings<f64>) -> Option<Distance> {
        let mut point = point.clone();
        for (symbol, slot) in &self.differentials {
            let x = point.symbols.get(symbol)?;
            let direction = DMatrix::from_element(x.nrows(), x.ncols(), 1.0);
            point.differentials.entry((*symbol, *slot)).or_insert(direction);
        }
        let mut missing = 0.0;
        let mut is_inside = true;
        for term in 1..=if self.indices.is_empty() { 1 } else { TERMS } {
            for index in &self.indices {
                point.indices.insert(*index, term);
            }
            let ids: Vec<ExprId> = self.operands.iter().map(|(id, _)| *id).chain(self.roots.iter().copied()).collect();
            let values: Vec<Option<DMatrix<f64>>> = match evaluate_each(self.arena, &ids, &point) {
                Ok(values) => values.into_iter().map(Some).collect(),
                Err(_) => ids.iter().map(|id| evaluate(self.arena, *id, &point).ok()).collect(),
            };
            let (operands, roots) = values.split_at(self.operands.len());
            if roots.iter().all(Option::is_none) {
                return if term > 1 { Some(Distance { missing, is_inside }) } else { None };
            }
            is_inside &= roots.iter().flatten().flat_map(|root| root.iter()).all(|entry| entry.is_finite());
            for ((_, takes), value) in self.operands.iter().zip(operands) {
                missing += value.as_ref().map_or(0.0, |value| takes.missing(value));
            }
        }
        Some(Distance { missing, is_inside })
    }
}

/// A point from which a way is looked for.
pub(super) struct Start<'a> {
    pub(super) bindings: &'a Bindings<f64>,
    /// What the moves are drawn from.
    pub(super) rng: Rng,
    /// The symbols that may be moved.
    pub(super) spaces: Vec<(SymbolId, Space)>,
}

/// The values that a symbol may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Space {
    structure: Structure,
    sign: Option<SymbolKind>,
}

impl Space {
    /// The space that a symbol may be moved in by what it is given besides its declaration and by its structure at a point; none of what has
    /// few values, or a curved space.
    pub(super) fn of(arena: &Arena, id: SymbolId, imposed: Option<Imposed>, structure: Structure) -> Option<Self> {
        let symbol = arena.symbol(id);
        if matches!(arena.stands_for(id), Some(StandIn::Held(_))) {
            return None;
        }
        let (structure, sign) = match (imposed, symbol.kind) {
            (Some(Imposed::Integer | Imposed::Tied), _) => return None,
            (Some(Imposed::Positive), _) | (None, SymbolKind::Positive | SymbolKind::Nonnegative) => {
                (symbol.structure, Some(SymbolKind::Positive))
            }
            (Some(Imposed::Structure(structure)), SymbolKind::Plain) => (structure, None),
            (None, SymbolKind::Plain) => (structure, None),
            _ => return None,
        };
        (structure != Structure::Orthogonal).then_some(Self { structure, sign })
    }

    /// Whether −x belongs to it where x does.
    fn is_linear(self) -> bool {
        self.sign.is_none() && !matches!(self.structure, Structure::PositiveDefinite | Structure::PositiveSemidefinite)
    }

    /// Whether a moved value belongs to it.
    fn has(self, x: &DMatrix<f64>) -> bool {
        let is_near = x.iter().all(|entry| entry.abs() <= FARTHEST);
        let has_sign = self.sign.is_none() || x.iter().all(|entry| *entry > 0.0);
        let is_definite = !matches!(self.structure, Structure::PositiveDefinite | Structure::PositiveSemidefinite)
            || x.clone().cholesky().is_some();
        is_near && has_sign && is_definite
    }
}

impl Takes {
    /// What is missing of a value, entry by entry.
    fn missing(self, value: &DMatrix<f64>) -> f64 {
        let below = |slack: f64| if slack.is_nan() { LOST } else { (MARGIN - scaled(slack)).max(0.0) };
        match self {
            Self::Above(bound) => value.iter().map(|entry| below(entry - bound)).sum(),
            Self::Within => value.iter().map(|entry| below(1.0 - entry.abs())).sum(),
            Self::OffAxis => {
                let values = value.is_square().then(|| complex_eigenvalues(value)).flatten();
                values.map_or(LOST, |values| {
                    let on_axis = values.iter().filter(|value| value.im.abs() <= ON_AXIS * value.norm());
                    on_axis.map(|value| below(value.re)).sum()
                })
            }
        }
    }
}

/// A number on a scale on which large ones are as near to each other as their digits are.
fn scaled(slack: f64) -> f64 {
    slack.abs().ln_1p().min(LOST).copysign(slack)
}

/// The numbers that a function with a domain takes.
fn takes(domain: Domain) -> Option<Takes> {
    match domain {
        Domain::Real | Domain::CosineNonZero => None,
        Domain::Positive => Some(Takes::Above(0.0)),
        Domain::FromOne => Some(Takes::Above(1.0)),
        Domain::UpToOneInSize | Domain::BelowOneInSize => Some(Takes::Within),
    }
}

/// Whether powers with an exponent are taken of what is above 0 alone.
fn is_fraction(arena: &Arena, exponent: ExprId) -> bool {
    match arena.node(exponent) {
        Node::Size(_) | Node::Index(_) => false,
        Node::Symbol(id) => arena.symbol(*id).kind != SymbolKind::Integer,
        _ => arena.as_number(exponent).is_none_or(|number: &Coeff| !number.is_integer()),
    }
}

/// Moves one after the other as one move of each symbol.
fn total(moves: Moves<f64>) -> Moves<f64> {
    let mut sum: Moves<f64> = Vec::new();
    for (id, h) in moves {
        match sum.iter_mut().find(|(other, _)| *other == id) {
            Some((_, all)) => *all += h,
            None => sum.push((id, h)),
        }
    }
    sum
}
