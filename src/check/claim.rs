//! Says what is wrong with a gradient that a user claims: a factor, a transpose, a convention, a property that
//! it silently needs, or a point where it fails.
//!
//! All of it is numeric. The true gradient is found entry by entry, and each kind of mistake is a test that
//! must hold at every one of a few random points of different sizes.

use nalgebra::DMatrix;

use super::gradient::{numeric_gradient, refused};
use super::point::{Point, Trial, is_finite, size, with};
use super::search::at_points;
use super::space::project;
use super::{Cause, CheckOptions, Disagreement, EXACT_TOLERANCE, Method, Numbers, Outcome, Reason};
use crate::expr::{Arena, ExprId, Shape, SymbolId, SymbolKind};
use crate::numeric::sample::{Imposed, symbols_of};
use crate::numeric::{Ball, Scalar, evaluate};
use crate::structure::Structure;

/// The relative tolerance of the tests, whose numbers are rounded from 31 digits.
const TOLERANCE: f64 = 1e-14;
/// What is further off than this, relative to the largest entry, is not rounding of doubles.
const FAR: f64 = 1e-3;
/// Most properties that are tried.
const MAX_CANDIDATES: usize = 64;
/// Largest denominator of a factor that is named as a fraction.
const MAX_DENOMINATOR: i64 = 24;

/// What is to be said about a claimed gradient.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It is right.
    Right,
    /// It is this multiple of the gradient.
    WrongByFactor {
        /// claim / gradient
        factor: f64,
        /// The factor as a fraction where it is a simple one.
        fraction: Option<(i64, i64)>,
    },
    /// It is this scalar expression times the gradient.
    WrongByExpression(ExprId),
    /// The gradient is this scalar expression times it.
    WithoutFactor(ExprId),
    /// One of its terms is wrong, missing or too many.
    WrongTerm {
        /// The term that it has and the gradient has not.
        claimed: Option<ExprId>,
        /// The term that the gradient has in its place.
        right: Option<ExprId>,
    },
    /// It is right where this is positive.
    RightWhere(ExprId),
    /// It is the transpose of the gradient, and right if these symbols have these properties (none where none was found).
    Transposed(Vec<(SymbolId, Imposed)>),
    /// It is right for a symmetric variable in the convention G + Gᵀ − G∘I.
    HalfVectorized,
    /// It is the gradient that ignores the structure of the variable.
    Unprojected(Structure),
    /// It is the gradient plus this number in every entry.
    OffByConstant(f64),
    /// It is right if these symbols have these properties.
    OnlyUnder(Vec<(SymbolId, Imposed)>),
    /// It has another shape than its variable, and is not the transpose of the gradient.
    ShapeMismatch {
        /// The shape of the variable.
        expected: Shape,
        /// The shape of the claim.
        found: Shape,
    },
    /// It is wrong, as this point shows.
    Counterexample(Box<Disagreement>),
    /// It could not be tested.
    NotChecked(Reason),
}

/// How far what a factor adds to the gradient may differ from point to point, relative to itself.
const PART_TOLERANCE: f64 = 1e-6;

/// The gradient and the claim at a point.
struct Sample {
    truth: DMatrix<f64>,
    claim: DMatrix<f64>,
    /// Whether they are equal to all digits that are known.
    agree: bool,
    /// The difference of their first entries, computed with 31 digits.
    apart: f64,
    x: DMatrix<f64>,
    report: Disagreement,
}

fn close(left: &DMatrix<f64>, right: &DMatrix<f64>) -> bool {
    left.shape() == right.shape() && (left - right).amax() <= TOLERANCE * left.amax().max(right.amax())
}

/// Tests a claim about the gradient of the scalar `input` by `wrt`.
#[must_use]
pub fn diagnose(arena: &Arena, input: ExprId, wrt: SymbolId, claim: ExprId, options: &CheckOptions) -> Verdict {
    if let Some(reason) = refused(arena, wrt) {
        return Verdict::NotChecked(reason);
    }
    let (expected, found) = (arena.symbol(wrt).shape, arena.shape(claim));
    if !arena.shape(input).is_scalar() {
        return Verdict::NotChecked(Reason::Shape);
    }
    if expected != found && expected.transposed() != found {
        return Verdict::ShapeMismatch { expected, found };
    }
    let (samples, hides) = match draw(arena, input, wrt, claim, options) {
        Ok(drawn) => drawn,
        Err(reason) => return Verdict::NotChecked(reason),
    };
    let all = |test: &dyn Fn(&Sample) -> bool| samples.iter().all(test);
    if expected != found {
        if all(&|sample| close(&sample.truth.transpose(), &sample.claim)) {
            return Verdict::Transposed(Vec::new());
        }
        return Verdict::ShapeMismatch { expected, found };
    }
    if all(&|sample| sample.agree) {
        return Verdict::Right;
    }
    // What differs in digits that doubles do not have is explained by no convention and no factor.
    if all(&|sample| close(&sample.truth, &sample.claim)) {
        return counterexample(samples);
    }
    let structure = arena.symbol(wrt).structure;
    // Conventions come before factors, as for a diagonal gradient they are factors too.
    if is_symmetric(structure) && all(&|sample| close(&half_vectorized(&sample.truth), &sample.claim)) {
        return Verdict::HalfVectorized;
    }
    if structure != Structure::General
        && all(&|sample| close(&project(structure, &sample.x, &sample.claim), &sample.truth))
    {
        return Verdict::Unprojected(structure);
    }
    // Where the two are the same as far as is seen elsewhere, a factor of some points is none of all.
    if let Some(factor) = common_factor(&samples).filter(|_| !hides) {
        return Verdict::WrongByFactor { factor, fraction: fraction(factor) };
    }
    if !expected.is_scalar() && all(&|sample| close(&sample.truth.transpose(), &sample.claim)) {
        return match property(arena, input, wrt, claim, options) {
            Some(Verdict::OnlyUnder(properties)) => Verdict::Transposed(properties),
            _ => Verdict::Transposed(Vec::new()),
        };
    }
    if let Some(constant) = common_constant(&samples).filter(|_| !hides) {
        return Verdict::OffByConstant(constant);
    }
    if let Some(verdict) = property(arena, input, wrt, claim, options) {
        return verdict;
    }
    counterexample(samples)
}

/// The first point at which the claim differs.
fn counterexample(samples: Vec<Sample>) -> Verdict {
    match samples.into_iter().find(|sample| !sample.agree) {
        Some(sample) => Verdict::Counterexample(Box::new(sample.report)),
        None => Verdict::NotChecked(Reason::NoPoint),
    }
}

fn is_symmetric(structure: Structure) -> bool {
    matches!(structure, Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite)
}

/// 2G − G∘I of the symmetric G, which is G₀ + G₀ᵀ − G₀∘I of the unprojected one.
fn half_vectorized(truth: &DMatrix<f64>) -> DMatrix<f64> {
    let symmetric = (truth + truth.transpose()) * 0.5;
    if truth.nrows() == 1 {
        return symmetric;
    }
    &symmetric * 2.0 - DMatrix::from_diagonal(&symmetric.diagonal())
}

/// Whether the errors of all entries are far below the tolerance.
fn is_known(x: &DMatrix<Ball>) -> bool {
    let largest = x.iter().map(|entry| entry.real().abs()).fold(0.0, f64::max);
    x.iter().all(|entry| entry.is_finite() && entry.error() <= 0.1 * TOLERANCE * largest)
}

/// Whether two values differ by no more than their errors.
fn agree(truth: &DMatrix<Ball>, claim: &DMatrix<Ball>) -> bool {
    let slack = EXACT_TOLERANCE * size(truth).max(size(claim));
    truth.shape() == claim.shape() && (truth - claim).iter().all(|entry| entry.real().abs() <= entry.error() + slack)
}

/// Gradient and claim at each of the points, and whether there are others at which they are the same as far as is seen.
fn draw(
    arena: &Arena,
    input: ExprId,
    wrt: SymbolId,
    claim: ExprId,
    options: &CheckOptions,
) -> Result<(Vec<Sample>, bool), Reason> {
    let (mut samples, mut hides) = (Vec::new(), false);
    let certificate =
        at_points(arena, &[input, claim], &[wrt], Method::DualNumbers, options, |point: &mut Point<'_>| {
            if !is_finite(&evaluate(arena, input, &point.bindings)?) {
                return Ok(Trial::Outside);
            }
            // With 31 digits, as a badly conditioned point must not make a right claim look wrong.
            let exact = point.exact()?;
            let truth = numeric_gradient(arena, input, wrt, point.structure(wrt), &exact)?;
            let claim = evaluate(arena, claim, &exact)?;
            if !is_known(&truth) || !is_known(&claim) {
                return Ok(Trial::Outside);
            }
            if agree(&truth, &claim) && !point.shows(&truth, &claim) {
                hides = true;
                return Ok(Trial::Outside);
            }
            let (agree, apart) = (agree(&truth, &claim), (claim[0] - truth[0]).real());
            let (truth, claim) = (truth.map(Scalar::real), claim.map(Scalar::real));
            let shown = if claim.shape() == truth.shape() { claim.clone() } else { claim.transpose() };
            let report = point.disagreement(&truth, &shown, Cause::Value);
            let x = point.bindings.symbols.get(&wrt).cloned().unwrap_or_else(|| truth.clone());
            samples.push(Sample { truth, claim, agree, apart, x, report });
            Ok(Trial::Agree(0.0))
        });
    match certificate.outcome {
        Outcome::NotChecked(reason) => Err(reason),
        Outcome::Passed | Outcome::Failed(_) => Ok((samples, hides)),
    }
}

/// The c with claim = c·gradient at every point; none where it is 0.
fn common_factor(samples: &[Sample]) -> Option<f64> {
    let factors = samples.iter().map(|sample| sample.truth.dot(&sample.claim) / sample.truth.norm_squared());
    let first = factors.clone().next().filter(|factor| factor.is_finite() && factor.abs() > TOLERANCE)?;
    let holds = samples.iter().all(|sample| close(&(&sample.truth * first), &sample.claim));
    // What a factor near 1 adds is the same part of the gradient everywhere: that of 2σ(cx) − 1 beside sign(x) is not.
    let mut added = samples.iter().filter(|sample| sample.truth[0] != 0.0).map(|sample| sample.apart / sample.truth[0]);
    let part = added.next().unwrap_or(0.0);
    let is_one = added.all(|other| (other - part).abs() <= PART_TOLERANCE * part.abs().max(other.abs()));
    (holds && is_one).then_some(first)
}

/// The simple fraction that a number is.
fn fraction(value: f64) -> Option<(i64, i64)> {
    (1..=MAX_DENOMINATOR).find_map(|denominator| {
        #[allow(clippy::cast_precision_loss, reason = "a small number")]
        let scaled = value * denominator as f64;
        let near = (scaled - scaled.round()).abs() <= 4.0 * f64::EPSILON * scaled.abs() && scaled.abs() < 1e6;
        #[allow(clippy::cast_possible_truncation, reason = "the range was tested")]
        near.then(|| (scaled.round() as i64, denominator))
    })
}

/// The c with claim = gradient + c in every entry at every point.
fn common_constant(samples: &[Sample]) -> Option<f64> {
    let first = samples.first()?;
    let constant = first.apart;
    let holds = samples.iter().all(|sample| close(&sample.truth.map(|entry| entry + constant), &sample.claim));
    holds.then_some(constant)
}

/// A property of the symbols that would make the claim right.
fn property(arena: &Arena, input: ExprId, wrt: SymbolId, claim: ExprId, options: &CheckOptions) -> Option<Verdict> {
    let symbols: Vec<SymbolId> = symbols_of(arena, &[input, claim])
        .into_iter()
        .filter(|id| matches!(arena.symbol(*id).kind, SymbolKind::Plain | SymbolKind::Family(_)))
        .collect();
    let drawn = |imposed: &[(SymbolId, Imposed)], points: usize| {
        let overrides = with(&options.overrides, imposed);
        let options = CheckOptions { overrides, points: points.min(options.points), ..options.clone() };
        draw(arena, input, wrt, claim, &options).ok().map(|(samples, _)| samples)
    };
    for imposed in candidates(arena, wrt, &symbols) {
        // Doubles tell most of them off, and one point most of the others.
        let overrides = with(&options.overrides, &imposed);
        if is_far_off(arena, input, wrt, claim, &CheckOptions { overrides, ..options.clone() }) {
            continue;
        }
        let Some(first) = drawn(&imposed, 1) else { continue };
        let holds = |samples: &[Sample]| samples.iter().all(|sample| sample.agree);
        let of_wrt = imposed == [(wrt, Imposed::Structure(Structure::Symmetric))];
        let halves = |samples: &[Sample]| {
            of_wrt && samples.iter().all(|sample| close(&half_vectorized(&sample.truth), &sample.claim))
        };
        if !holds(&first) && !halves(&first) {
            continue;
        }
        let Some(samples) = drawn(&imposed, options.points) else { continue };
        if holds(&samples) {
            return Some(Verdict::OnlyUnder(imposed));
        }
        if halves(&samples) {
            return Some(Verdict::HalfVectorized);
        }
    }
    None
}

/// Whether a claim is further off at a random point than doubles round, in each of the conventions.
fn is_far_off(arena: &Arena, input: ExprId, wrt: SymbolId, claim: ExprId, options: &CheckOptions) -> bool {
    let options = CheckOptions { numbers: Numbers::Doubles, points: 1, sides: false, ..options.clone() };
    let certificate = at_points(arena, &[input, claim], &[wrt], Method::DualNumbers, &options, |point| {
        let truth = numeric_gradient(arena, input, wrt, point.structure(wrt), &point.bindings)?;
        let claim = evaluate(arena, claim, &point.bindings)?;
        if !is_finite(&truth) || !is_finite(&claim) || truth.shape() != claim.shape() {
            return Ok(Trial::Outside);
        }
        let is_far = |truth: &DMatrix<f64>| (truth - &claim).amax() > FAR * size(truth).max(size(&claim));
        let is_off = is_far(&truth) && (!truth.is_square() || is_far(&half_vectorized(&truth)));
        Ok(if is_off {
            Trial::Disagree(Box::new(point.disagreement(&truth, &claim, Cause::Value)))
        } else {
            Trial::Agree(0.0)
        })
    });
    matches!(certificate.outcome, Outcome::Failed(_))
}

/// What a claim may silently need, each by itself before two together, so that no property is named that it does without. That the variable
/// is symmetric or positive is a reading of the whole claim, and no part of another.
fn candidates(arena: &Arena, wrt: SymbolId, symbols: &[SymbolId]) -> Vec<Vec<(SymbolId, Imposed)>> {
    let is_square = |id: SymbolId| {
        let symbol = arena.symbol(id);
        symbol.structure == Structure::General && symbol.shape.is_square() && !symbol.shape.is_scalar()
    };
    let mut kinds = vec![Imposed::Structure(Structure::Symmetric), Imposed::Positive];
    kinds.extend([Structure::Orthogonal, Structure::Skew, Structure::Diagonal].map(Imposed::Structure));
    let mut single: Vec<(SymbolId, Imposed)> = Vec::new();
    for kind in kinds {
        let fits = |id: &&SymbolId| kind == Imposed::Positive || is_square(**id);
        single.extend(symbols.iter().filter(fits).map(|id| (*id, kind)));
    }
    let mut all: Vec<Vec<(SymbolId, Imposed)>> = single.iter().map(|one| vec![*one]).collect();
    let others: Vec<(SymbolId, Imposed)> = single.into_iter().filter(|(id, _)| *id != wrt).collect();
    let others = &others;
    let pairs = |alike: bool| {
        others.iter().enumerate().flat_map(move |(place, first)| {
            let fits = move |other: &&(SymbolId, Imposed)| other.0 != first.0 && (other.1 == first.1) == alike;
            others[..place].iter().filter(fits).map(|other| vec![*other, *first])
        })
    };
    // Of one kind first.
    all.extend(pairs(true));
    for kind in [Structure::Symmetric, Structure::Diagonal].map(Imposed::Structure) {
        let of_kind: Vec<_> = others.iter().filter(|other| other.1 == kind).copied().collect();
        all.extend(of_kind.windows(3).filter(|_| of_kind.len() > 3).map(<[_]>::to_vec));
        if of_kind.len() > 2 {
            all.push(of_kind);
        }
    }
    all.extend(pairs(false));
    all.truncate(MAX_CANDIDATES);
    all
}
