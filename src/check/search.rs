//! Looks for points at which input and answer are finite, and compares there.
//!
//! One driver serves all checks: it draws sizes and values by one strategy after the other, moves points into a small domain that all of them
//! miss, and compares on both sides of kinks.

use std::ops::ControlFlow;

use super::branch::{FARTHER, Places, kinks};
use super::choice;
use super::inside::{Inside, Start};
use super::point::{Point, Sizes, Trial, named_sizes, with};
use super::sides;
use super::tie::is_at_tie;
use super::{Certificate, CheckOptions, Disagreement, Method, Numbers, Outcome, Reason};
use crate::expr::{Arena, ExprId, SymbolId};
use crate::numeric::random::Rng;
use crate::numeric::sample::{Imposed, ROUNDS, SMALLEST_SIZE, Strategy, symbols_of};
use crate::numeric::{Algebra, EvalError, algebra};

/// Draws from one strategy before the next is tried.
const DRAWS: usize = 3;

/// Most points outside of the domain that a way into it is looked for from.
const MOST_OUTSIDE: usize = 40;

/// Powers of ten that size the entries of the points which are added where numbers alone decide.
const WIDE: [i8; 12] = [2, 3, -2, 1, -5, 3, 2, -3, 1, -6, 3, 2];

/// Compares at `options.points` points, or as many as are found; stops at the first disagreement.
pub(super) fn at_points(
    arena: &Arena,
    roots: &[ExprId],
    also: &[SymbolId],
    method: Method,
    options: &CheckOptions,
    mut compare: impl FnMut(&mut Point<'_>) -> Result<Trial, EvalError>,
) -> Certificate {
    let is_derivative = method != Method::Values;
    let compare = |point: &mut Point<'_>| match compare(point)? {
        // What holds where one entry is the largest says nothing of points where two always are.
        Trial::Disagree(_) if is_derivative && roots.iter().any(|root| is_at_tie(arena, *root, &point.bindings)) => {
            Ok(Trial::Outside)
        }
        trial => Ok(trial),
    };
    let mut symbols = symbols_of(arena, roots);
    symbols.extend(also);
    symbols.sort_unstable();
    symbols.dedup();
    let options =
        &CheckOptions { overrides: with(&options.overrides, &choice::counts(arena, roots)), ..options.clone() };
    let algebra = algebra(arena, roots);
    if options.numbers == Numbers::Residues && algebra == Algebra::Neither {
        return Certificate::not_checked(Reason::NotRational, options);
    }
    let search = Search {
        arena,
        roots,
        symbols: &symbols,
        options,
        method,
        algebra,
        compare,
        rng: Rng::new(options.seed),
        certificate: Certificate::not_checked(Reason::NoPoint, options),
        sizes: None,
        starts: Vec::new(),
        inside: None,
        hides: false,
        is_small: false,
        larger: choice::larger_sizes(arena, roots, options.numbers),
        last_error: None,
    };
    search.run()
}

/// A search, and what has come of it so far.
struct Search<'a, C> {
    arena: &'a Arena,
    roots: &'a [ExprId],
    symbols: &'a [SymbolId],
    options: &'a CheckOptions,
    method: Method,
    algebra: Algebra,
    compare: C,
    rng: Rng,
    certificate: Certificate,
    /// The sizes of the first point.
    sizes: Option<Vec<usize>>,
    /// From where kinks are looked for, where residues do not see them all the same.
    starts: Vec<Point<'a>>,
    /// The ways into the domain, once they are asked for.
    inside: Option<Inside<'a>>,
    /// Whether something contributes less to the values at a point than is seen.
    hides: bool,
    /// Whether sizes are the smallest, since with those that are drawn it takes too long.
    is_small: bool,
    /// Less than this is added to the sizes of points that are added.
    larger: usize,
    last_error: Option<EvalError>,
}

impl<'a, C: FnMut(&mut Point<'_>) -> Result<Trial, EvalError>> Search<'a, C> {
    fn run(mut self) -> Certificate {
        if self.looks_everywhere().is_continue() {
            self.certificate.outcome = match (self.certificate.points, self.last_error) {
                (0, Some(error)) => Outcome::NotChecked(Reason::Evaluation(error)),
                (0, None) if self.hides => Outcome::NotChecked(Reason::BelowResolution),
                (0, None) => Outcome::NotChecked(Reason::NoPoint),
                _ => Outcome::Passed,
            };
        }
        self.certificate
    }

    /// Compares at all points; it breaks off where the outcome is known before.
    fn looks_everywhere(&mut self) -> ControlFlow<()> {
        let points = self.options.points;
        let shapes = match self.options.numbers {
            Numbers::Doubles => choice::more_shapes(self.arena, self.roots),
            Numbers::Long | Numbers::Residues => 0,
        };
        for number in 0..points + self.more_points().max(shapes) {
            // Sizes in the opposite order.
            let is_turned = (points..points + shapes).contains(&number);
            let Some(outside) = self.draws(number, is_turned)? else { continue };
            let is_found = self.moves_inside(&outside)?;
            // Where only the usual points hide something, others may show it.
            if !is_found && !self.hides && !is_turned {
                break;
            }
        }
        // Derivatives of smooth pieces need some distance to be told apart, values do not.
        let is_of_values = self.options.numbers == Numbers::Long && self.method == Method::Values;
        let places = if is_of_values { sides::NEAREST_PLACES } else { sides::PLACES };
        let found = beside_kinks(self.arena, self.roots, &self.starts, places, &mut self.compare);
        if let Some((disagreement, point)) = found {
            self.disagrees(disagreement, &point)?;
        }
        ControlFlow::Continue(())
    }

    /// How many points there are besides those that are asked for.
    fn more_points(&self) -> usize {
        let Self { arena, roots, symbols, .. } = *self;
        let overrides = &self.options.overrides;
        match self.options.numbers {
            Numbers::Doubles => choice::more_branches(arena, roots, symbols, overrides),
            Numbers::Long => WIDE.len() + choice::more_for_kinks(arena, roots),
            Numbers::Residues => choice::more_for_choices(arena, roots, symbols, overrides),
        }
    }

    /// Draws points until the values at one of them agree; where none do, those outside of the domain.
    fn draws(&mut self, number: usize, is_turned: bool) -> ControlFlow<(), Option<Vec<Point<'a>>>> {
        let mut outside: Vec<Point<'a>> = Vec::new();
        for round in 0..if is_turned { 1 } else { ROUNDS } {
            for strategy in self.strategies(number, round) {
                for _ in 0..DRAWS {
                    let sizes = Sizes { given: self.given_sizes(is_turned), larger: self.larger };
                    let how = (number, self.options, sizes);
                    let point = Point::draw(self.arena, self.symbols, strategy, self.algebra, how, &mut self.rng);
                    match point.and_then(|mut point| Ok(((self.compare)(&mut point)?, point))) {
                        Ok((Trial::Agree(error), point)) => {
                            self.agrees(number, error, point);
                            return ControlFlow::Continue(None);
                        }
                        Ok((Trial::Disagree(disagreement), point)) => self.disagrees(disagreement, &point)?,
                        Ok((Trial::Outside, point)) => {
                            self.hides |= point.hides();
                            if number < self.options.points && !self.is_exact() && outside.len() < MOST_OUTSIDE {
                                outside.push(point);
                            }
                        }
                        Err(error) => self.fails(error)?,
                    }
                }
            }
        }
        ControlFlow::Continue(Some(outside))
    }

    /// The strategies for a point, the first one first.
    fn strategies(&self, number: usize, round: usize) -> Vec<Strategy> {
        let first = match self.options.numbers {
            Numbers::Doubles => None,
            Numbers::Long => number.checked_sub(self.options.points).map(|place| {
                WIDE.get(place).map_or(Strategy::ALL[place % Strategy::ALL.len()], |power| Strategy::Scaled(*power))
            }),
            Numbers::Residues => Some(Strategy::Residues),
        };
        let others = strategies(number + round).filter(|strategy| !self.is_exact() || !strategy.symmetric_squares());
        first.into_iter().chain(others).collect()
    }

    /// The sizes of a point, where they are not drawn.
    fn given_sizes(&self, is_turned: bool) -> Option<Vec<usize>> {
        let every = |size: usize| Some(vec![size; self.arena.size_names().len()]);
        match &self.sizes {
            _ if self.options.size.is_some() => self.options.size.and_then(every),
            _ if self.is_small => every(SMALLEST_SIZE),
            Some(sizes) if is_turned => Some(in_opposite_order(sizes)),
            _ => None,
        }
    }

    /// Moves points into a domain that is small, so that random points miss it; whether the values agree at one of them.
    fn moves_inside(&mut self, outside: &[Point<'a>]) -> ControlFlow<(), bool> {
        if outside.is_empty() {
            return ControlFlow::Continue(false);
        }
        let starts: Vec<Start<'_>> = outside.iter().map(Point::start).collect();
        let inside = self.inside.get_or_insert_with(|| Inside::new(self.arena, self.roots));
        for (start, moves) in inside.ways(&starts) {
            let mut point = outside[start].shifted_by(moves);
            match (self.compare)(&mut point) {
                Ok(Trial::Agree(error)) => {
                    self.certificate.agree(error, &point, self.method);
                    return ControlFlow::Continue(true);
                }
                Ok(Trial::Disagree(disagreement)) => self.disagrees(disagreement, &point)?,
                Ok(Trial::Outside) | Err(_) => {}
            }
        }
        ControlFlow::Continue(false)
    }

    fn is_exact(&self) -> bool {
        self.options.numbers == Numbers::Residues
    }

    /// Takes in a point at which all agrees.
    fn agrees(&mut self, number: usize, error: f64, point: Point<'a>) {
        if number >= self.options.points && self.options.numbers == Numbers::Doubles {
            // A branch more; the certificate lists what was asked for.
            return;
        }
        self.certificate.agree(error, &point, self.method);
        self.sizes.get_or_insert_with(|| point.sizes.clone());
        if self.options.sides && !self.is_exact() && self.starts.len() < sides::MOST_STARTS {
            self.starts.push(point);
        }
    }

    /// Ends with the point at which the answer is wrong; of what is not rational residues do not tell it.
    fn disagrees(&mut self, disagreement: Box<Disagreement>, point: &Point<'_>) -> ControlFlow<()> {
        if self.is_exact() && self.algebra == Algebra::Symbolic {
            self.certificate.outcome = Outcome::NotChecked(Reason::NotRational);
        } else {
            self.certificate.disagree(disagreement, point, self.method);
        }
        ControlFlow::Break(())
    }

    /// Takes in that there is no value at a point; ends where there is none at any.
    fn fails(&mut self, error: EvalError) -> ControlFlow<()> {
        if depends_on_the_point(&error) {
            self.last_error = Some(error);
        } else if matches!(error, EvalError::TooMuchWork) && self.larger > 0 {
            self.larger /= 2;
        } else if matches!(error, EvalError::TooMuchWork) && !self.is_small {
            self.is_small = true;
        } else {
            self.certificate.outcome = Outcome::NotChecked(Reason::Evaluation(error));
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

impl Certificate {
    /// Takes in a point at which all agrees.
    fn agree(&mut self, error: f64, point: &Point<'_>, method: Method) {
        self.points += 1;
        self.sizes.push(named_sizes(point.arena, &point.bindings));
        self.largest_error = self.largest_error.max(error);
        self.symmetric_squares |= point.symmetric_squares;
        self.method = method;
    }

    /// Says that the answer is wrong at a point.
    fn disagree(&mut self, disagreement: Box<Disagreement>, point: &Point<'_>, method: Method) {
        self.symmetric_squares |= point.symmetric_squares;
        self.method = method;
        self.outcome = Outcome::Failed(disagreement);
    }
}

/// Compares on both sides of the kinks of the roots, along lines from the points given; the first disagreement, with its point.
fn beside_kinks<'a>(
    arena: &Arena,
    roots: &[ExprId],
    starts: &[Point<'a>],
    places: Places,
    mut compare: impl FnMut(&mut Point<'a>) -> Result<Trial, EvalError>,
) -> Option<(Box<Disagreement>, Point<'a>)> {
    if starts.is_empty() {
        return None;
    }
    for kink in kinks(arena, roots).into_iter().take(sides::MOST_KINKS) {
        let mut met = 0;
        let near = starts.iter().map(|start| (start, places));
        let farther = starts.iter().map(|start| (start, Places { powers: FARTHER, ..places }));
        for (number, (start, places)) in near.chain(farther).enumerate() {
            if number >= starts.len() && met > 0 {
                break;
            }
            let is_positive = |symbol| start.overrides.get(&symbol) == Some(&Imposed::Positive);
            let is_free = |symbol| is_positive(symbol) || !start.overrides.contains_key(&symbol);
            let moves_in = |symbol| is_free(symbol).then(|| start.structure(symbol));
            let remains = |there: &Point<'_>| {
                there.bindings.symbols.iter().all(|(id, x)| !is_positive(*id) || x.iter().all(|entry| *entry > 0.0))
            };
            for line in sides::lines(arena, kink, &start.bindings, start.rng.clone(), moves_in) {
                if met >= sides::enough(kink) * places.halvings.len() {
                    break;
                }
                for both in sides::sides(arena, kink, &start.bindings, &line, places) {
                    let mut agree = 0;
                    for moves in both {
                        let mut there = start.shifted_by(moves);
                        if !remains(&there) {
                            continue;
                        }
                        match compare(&mut there) {
                            Ok(Trial::Agree(_)) => agree += 1,
                            Ok(Trial::Disagree(disagreement)) => return Some((disagreement, there)),
                            Ok(Trial::Outside) | Err(_) => {}
                        }
                    }
                    met += usize::from(agree == 2);
                }
            }
        }
    }
    None
}

/// The strategies, begun at another one for each point: normal entries first, as they hide the least; those that
/// make squares symmetric always last.
fn strategies(number: usize) -> impl Iterator<Item = Strategy> {
    let (general, symmetric): (Vec<_>, Vec<_>) =
        Strategy::ALL.iter().partition(|strategy| !strategy.symmetric_squares());
    let start = [0, 4, 0, 1][number % 4];
    let count = general.len();
    (0..count).map(move |place| general[(start + place) % count]).chain(symmetric)
}

/// Sizes of which those are small that were large.
fn in_opposite_order(sizes: &[usize]) -> Vec<usize> {
    let (least, most) = (sizes.iter().min().copied().unwrap_or(0), sizes.iter().max().copied().unwrap_or(0));
    sizes.iter().map(|size| least + most - size).collect()
}

/// Whether another point may do where this error came up.
fn depends_on_the_point(error: &EvalError) -> bool {
    match error {
        EvalError::OutOfRange { .. }
        | EvalError::NotAnInteger(_)
        | EvalError::Factorial(_)
        | EvalError::TooManyTerms(_)
        | EvalError::NoConvergence(_)
        | EvalError::Shape { .. } => true,
        EvalError::UnboundSymbol(_)
        | EvalError::UnboundDifferential(..)
        | EvalError::UnboundSize(_)
        | EvalError::UnboundIndex(_)
        | EvalError::TooLarge
        | EvalError::TooMuchWork
        | EvalError::TooDeep
        | EvalError::Unsupported(_) => false,
    }
}
