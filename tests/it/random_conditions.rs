//! The conditions of random gradients: where all of them hold there is a value and a slope, and where one fails there is none, or the answer
//! is undetermined, but for a few.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use crate::common::point::{Truth, has_slope, holds};
use matcalc::differential::differentiate;
use matcalc::domain::{Condition, conditions, without_value};
use matcalc::expr::{Arena, ExprId, Node, Norm, SymbolId, SymbolKind};
use matcalc::linear::{self, Convention};
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Overrides, Strategy, draw_sizes, sample, symbols_of};
use matcalc::numeric::{Bindings, DMatrix, evaluate};
use matcalc::render::{Format, Style, render, render_condition};
use matcalc::simplify::simplify;
use matcalc::structure::Structure;

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 200;

/// Points of an expression.
const POINTS: u64 = 24;

/// For each condition that nothing needs, at least so many points at which one fails.
const MIN_NEEDED: u64 = 15;

/// So many points at which a condition alone fails, and nothing else does, show that it is superfluous.
pub(crate) const ENOUGH: u32 = 6;

#[derive(Default)]
struct Tally {
    /// Points at which all conditions hold and there is a slope.
    held: AtomicU64,
    /// Points at which one fails and there is none.
    failed: AtomicU64,
    /// Conditions that nothing was found to need.
    superfluous: AtomicU64,
}

/// What was derived of an expression.
pub(crate) struct Derived {
    pub(crate) raw: ExprId,
    pub(crate) answer: ExprId,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) wrt: SymbolId,
}

pub(crate) fn derive(arena: &mut Arena, raw: ExprId, wrt: SymbolId) -> Option<Derived> {
    let normal = arena.normalize(raw);
    let differential = differentiate(arena, normal, wrt, 0).ok()?;
    let whole = linear::gradient(arena, differential.expr, wrt, 0).ok()?;
    let projected = linear::project(arena, whole, wrt, Convention::Projected);
    let answer = simplify(arena, projected);
    let conditions = conditions(arena, raw, answer, &differential.conditions);
    Some(Derived { raw, answer, conditions, wrt })
}

/// A point; every third with small whole numbers for the variable, at which conditions fail.
pub(crate) fn point(arena: &Arena, roots: &[ExprId], wrt: SymbolId, seed: u64) -> Option<Bindings<f64>> {
    let mut rng = Rng::new(seed);
    let sizes = draw_sizes(arena, &mut rng);
    let strategy = Strategy::ALL[rng.below(Strategy::ALL.len())];
    let symbols = symbols_of(arena, roots);
    let mut bindings = sample(arena, &symbols, &sizes, strategy, &Overrides::default(), &mut rng).ok()?;
    bindings.work_limit = 2_000_000;
    if seed.is_multiple_of(3) {
        for (id, value) in bindings.symbols.iter_mut() {
            let symbol = arena.symbol(*id);
            if *id == wrt
                && symbol.kind == SymbolKind::Plain
                && matches!(symbol.structure, Structure::General | Structure::Diagonal)
            {
                value.apply(|entry: &mut f64| *entry = entry.round());
            }
        }
    }
    Some(bindings)
}

/// A direction in the space of the variable.
pub(crate) fn direction(arena: &Arena, wrt: SymbolId, point: &Bindings<f64>, seed: u64) -> Option<DMatrix<f64>> {
    let value = point.symbols.get(&wrt)?;
    let normal = Rng::new(seed ^ 0x5eed).normal_matrix(value.nrows(), value.ncols());
    Some(match arena.symbol(wrt).structure {
        Structure::General => normal,
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            (&normal + normal.transpose()) * 0.5
        }
        Structure::Skew => (&normal - normal.transpose()) * 0.5,
        Structure::Diagonal => DMatrix::from_diagonal(&normal.diagonal()),
        Structure::Lower => normal.lower_triangle(),
        Structure::Upper => normal.upper_triangle(),
        // No line stays in it.
        Structure::Orthogonal => return None,
    })
}

/// Whether the answer is determined, whatever the integer symbols are.
pub(crate) fn is_determined(arena: &Arena, derived: &Derived, point: &Bindings<f64>, direction: &DMatrix<f64>) -> bool {
    [1.0, 2.0, 3.0].iter().all(|integer| {
        let mut there = point.clone();
        for (id, value) in there.symbols.iter_mut() {
            if arena.symbol(*id).kind == SymbolKind::Integer {
                value.fill(*integer);
            }
        }
        has_slope(arena, derived.raw, &there, derived.wrt, direction) == Truth::Holds
            && evaluate(arena, derived.answer, &there)
                .is_ok_and(|value| value.iter().all(|entry| entry.is_finite() && entry.abs() < 1e9))
    })
}

/// Whether a singular or an eigenvector is in it, whose sign is arbitrary, what an iteration finds, or X⁰, which is 1 wherever X is.
pub(crate) fn is_spectral(arena: &Arena, raw: ExprId) -> bool {
    arena.post_order(raw).iter().any(|id| {
        let is_zero = |exponent: ExprId| arena.is_zero(exponent);
        match arena.node(*id) {
            Node::Spectral(..)
            | Node::Ranked(..)
            | Node::Norm(Norm::Spectral | Norm::Nuclear, _)
            | Node::Pinv(_)
            | Node::MatrixFunction(..) => true,
            Node::Power(_, exponent) => is_zero(*exponent),
            Node::Hadamard(factors) => factors.iter().any(|(_, exponent)| is_zero(*exponent)),
            _ => false,
        }
    })
}

fn run(arena: &mut Arena, raw: ExprId, wrt: Option<SymbolId>, tally: &Tally) -> Result<(), Wrong> {
    // What has a value nowhere is refused where it is read, and what is 0 by a structure is no condition of the others.
    let is_whole = |wrt: SymbolId| {
        let structure = arena.symbol(wrt).structure;
        !matches!(structure, Structure::Lower | Structure::Upper | Structure::Skew | Structure::Diagonal)
    };
    if is_spectral(arena, raw) || !wrt.is_some_and(is_whole) || without_value(arena, raw).is_some() {
        return Ok(());
    }
    let Some(derived) = wrt.filter(|_| arena.shape(raw).is_scalar()).and_then(|wrt| derive(arena, raw, wrt)) else {
        return Ok(());
    };
    let mut roots = vec![raw, derived.answer];
    roots.extend(derived.conditions.iter().map(Condition::expr));
    // Of each condition at how many points it alone fails, and whether one of them lacks a slope or an answer.
    let mut alone = vec![(0, false); derived.conditions.len()];
    for seed in 0..POINTS {
        let Some(point) = point(arena, &roots, derived.wrt, seed) else { continue };
        let Some(direction) = direction(arena, derived.wrt, &point, seed) else { return Ok(()) };
        let said: Vec<Truth> = derived.conditions.iter().map(|one| holds(arena, *one, &point)).collect();
        let report = |stage, why: String| {
            let text = |id| render(arena, id, Format::Unicode, &Style::default());
            let condition = |one: &Condition| render_condition(arena, *one, Format::Unicode, &Style::default());
            let conditions: Vec<String> = derived.conditions.iter().map(condition).collect();
            let value = point.symbols.get(&derived.wrt);
            let details = format!("{why}\n    {}\n    where {conditions:?} at {value:?}", text(derived.answer));
            Err(Wrong { stage, details })
        };
        if said.iter().all(|one| *one == Truth::Holds) {
            match has_slope(arena, raw, &point, derived.wrt, &direction) {
                Truth::Fails => return report("a condition is missing", "no slope".into()),
                Truth::Holds => _ = tally.held.fetch_add(1, Ordering::Relaxed),
                Truth::Open => {}
            }
        }
        // What numbers tell: entries of a symmetric matrix that mirror each other are an extreme together, an eigenvalue of a matrix that is not symmetric has a number all the same, and rounding gives inverses to singular ones.
        let fails = |(one, truth): (&Condition, &Truth)| {
            *truth == Truth::Fails
                && !matches!(one, Condition::Symmetric(_) | Condition::Invertible(_) | Condition::UniqueExtreme(_))
        };
        let failing: Vec<usize> = (0..said.len()).filter(|at| said[*at] != Truth::Holds).collect();
        if let [at] = *failing
            && fails((&derived.conditions[at], &said[at]))
            // What does not vary may be at the end of a domain.
            && arena.contains_symbol(derived.conditions[at].expr(), derived.wrt)
        {
            alone[at].0 += 1;
            alone[at].1 |= !is_determined(arena, &derived, &point, &direction);
            tally.failed.fetch_add(1, Ordering::Relaxed);
            if alone[at] == (ENOUGH, false) {
                tally.superfluous.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}

#[test]
fn random_conditions_are_needed_and_enough() {
    let tally = Tally::default();
    drive::run(Expressions::Scalar, "tests/regressions/random_conditions.txt", CASES, &|sample: Sample| {
        let mut arena = sample.arena;
        run(&mut arena, sample.expr, sample.wrt, &tally)
    });
    let (held, failed) = (tally.held.into_inner(), tally.failed.into_inner());
    let superfluous = tally.superfluous.into_inner();
    eprintln!("all conditions hold at {held} points, one fails at {failed}; {superfluous} conditions nothing needs");
    // Enough of both, so that neither half is asked in vain.
    assert!(held > CASES && failed > CASES / 5, "{held} {failed}");
    // Rules know no kink that a factor flattens, as of x relu(x).
    assert!(superfluous * MIN_NEEDED <= failed, "{superfluous} of {failed}");
}
