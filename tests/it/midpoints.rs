//! Verdicts about convexity against the midpoint inequality, by values alone: along random segments in the domain, for every function of
//! `tests/cases/convexity.matcalc` and for random expressions.
//!
//! `MATCALC_CASES` sets how many random expressions, `MATCALC_SEED` where they start.

use matcalc::answer::convexity::{self, Curvature, Finding, Strength, Verdict};
use matcalc::check::{Bend, CheckOptions, Evidence, Witness};
use matcalc::expr::{Arena, ExprId, Shape, SymbolId};
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Overrides, Strategy, draw_sizes, sample, symbols_of};
use matcalc::numeric::{Ball, Bindings, Scalar, evaluate};
use matcalc::render::{Format, Style, render};
use matcalc::shape::Goal;
use matcalc::stack::on_large_stack;
use matcalc::structure::Structure;
use nalgebra::DMatrix;

use crate::common;
use crate::common::drive::{count, number};
use crate::common::generate::Generator;

const CASES: u64 = 300;
/// Seeds whose verdict was once wrong.
const REGRESSIONS: [u64; 3] = [20_349, 21_377, 22_417];
/// Segments for each verdict.
const SEGMENTS: usize = 60;
/// Points that are drawn for them, at most.
const DRAWS: usize = 1_500;
/// How far a midpoint may lie on the wrong side, relative to the sizes of the values.
const ROUNDING: f64 = 1e-9;

/// A row of the case file.
pub(crate) struct Row<'a> {
    pub(crate) want: &'a str,
    pub(crate) condition: Option<&'a str>,
    /// Whether it is convex under that condition only.
    pub(crate) is_exact: bool,
    pub(crate) expr: &'a str,
    pub(crate) wrt: Vec<&'a str>,
    pub(crate) decl: &'a str,
}

/// The rows of `convexity.matcalc`.
pub(crate) fn rows() -> impl Iterator<Item = Row<'static>> {
    let text = include_str!("../cases/convexity.matcalc");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("---"));
    lines.map(|line| {
        let mut parts = line.split(" | ").map(|part| part.trim().trim_end_matches(" |"));
        let mut next = || parts.next().unwrap_or_default();
        let (want, expr, wrt, decl) = (next(), next(), next(), next());
        let split = |word| want.split_once(word).map(|(want, when)| (want, Some(when)));
        let is_exact = want.contains(" iff ");
        let (want, condition) = split(" if ").or_else(|| split(" iff ")).unwrap_or((want, None));
        Row { want, condition, is_exact, expr, wrt: wrt.split(',').collect(), decl }
    })
}

/// What midpoints say against a verdict.
fn contradiction(arena: &Arena, raw: ExprId, wrt: &[SymbolId], finding: &Finding, seed: u64) -> Option<String> {
    match finding.verdict {
        Verdict::Is(kind, strength) => segments(arena, raw, wrt, (kind, strength), 1.0, seed),
        // Near one another two points lie in one convex part.
        Verdict::OnParts(kind) => segments(arena, raw, wrt, (kind, Strength::Plain), 1e-3, seed),
        Verdict::Neither => finding.witness.as_ref().and_then(|witness| of_witness(arena, raw, witness)),
        Verdict::Where(_) | Verdict::Unknown => None,
    }
}

/// Tries segments between random points, shortened by a factor.
fn segments(
    arena: &Arena,
    raw: ExprId,
    wrt: &[SymbolId],
    (kind, strength): (Curvature, Strength),
    shortened: f64,
    seed: u64,
) -> Option<String> {
    let mut rng = Rng::new(seed);
    let mut all = symbols_of(arena, &[raw]);
    all.extend(wrt);
    all.sort_unstable();
    all.dedup();
    let value = |point: &Bindings<f64>| evaluate(arena, raw, point).ok().map(|x| x[0]).filter(|x| x.is_finite());
    let mut ratios = Vec::new();
    let mut tried = 0;
    for draw in 0..DRAWS {
        if tried == SEGMENTS {
            break;
        }
        let strategy = Strategy::ALL[draw % Strategy::ALL.len()];
        let sizes = draw_sizes(arena, &mut rng);
        let Ok(point) = sample::<f64>(arena, &all, &sizes, strategy, &Overrides::default(), &mut rng) else { continue };
        let Ok(other) = sample::<f64>(arena, wrt, &sizes, strategy, &Overrides::default(), &mut rng) else { continue };
        let scale = [1.0, 1.0, 10.0, 0.1][draw % 4];
        let (mut start, mut middle, mut end) = (point.clone(), point.clone(), point.clone());
        let mut length = 0.0;
        for symbol in wrt {
            let (x, y) = (&point.symbols[symbol] * scale, &other.symbols[symbol] * scale);
            let y = &x + (y - &x) * shortened;
            length += (&y - &x).norm_squared();
            middle.symbols.insert(*symbol, (&x + &y) * 0.5);
            start.symbols.insert(*symbol, x);
            end.symbols.insert(*symbol, y);
        }
        let (Some(low), Some(at), Some(high)) = (value(&start), value(&middle), value(&end)) else { continue };
        // A chord may leave a domain that is not convex; that of a function that is convex as a whole does not.
        tried += 1;
        let gap = 0.5 * (low + high) - at;
        let slack = ROUNDING * (1.0 + low.abs() + at.abs() + high.abs());
        let is_wrong = |gap: f64, slack: f64| match kind {
            Curvature::Convex => gap < -slack,
            Curvature::Concave => gap > slack,
            Curvature::Affine => gap.abs() > slack,
        };
        // Where doubles speak against it, numbers that know their error decide.
        let exact = |point: &Bindings<f64>| -> Option<Ball> {
            let mut there = Bindings::<Ball> { sizes: point.sizes.clone(), ..Bindings::default() };
            let lift = |x: &DMatrix<f64>| x.map(Ball::from_f64);
            there.symbols = point.symbols.iter().map(|(id, x)| (*id, lift(x))).collect();
            there.families = point.families.iter().map(|(id, all)| (*id, all.iter().map(lift).collect())).collect();
            Some(evaluate(arena, raw, &there).ok()?[0])
        };
        let confirmed = || {
            let (Some(low), Some(at), Some(high)) = (exact(&start), exact(&middle), exact(&end)) else { return false };
            let gap = (low + high) * Ball::from_f64(0.5) - at;
            gap.is_finite() && is_wrong(gap.real(), gap.error() + slack)
        };
        if is_wrong(gap, slack) && confirmed() {
            return Some(format!("{kind:?}: gap {gap} between {start:?} and {end:?}"));
        }
        if length > 1e-6 && strategy != Strategy::NearIdentity {
            ratios.push((gap.abs() / length, slack / length));
        }
    }
    // Of what is strongly convex the gap is at least a constant times the square of the length, however large that is.
    if strength == Strength::Strong
        && let Some((least, slack)) = ratios.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0))
    {
        let mut sorted: Vec<f64> = ratios.iter().map(|ratio| ratio.0).collect();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted[sorted.len() / 2];
        if least + slack < 1e-4 * middle {
            return Some(format!("not strongly: {least} beside {middle}"));
        }
    }
    if strength == Strength::Strict {
        let flat = ratios.iter().filter(|(ratio, slack)| ratio <= slack).count();
        if flat * 2 > ratios.len() {
            return Some(format!("not strictly: {flat} of {} are flat", ratios.len()));
        }
    }
    None
}

/// Whether the numbers of a witness show what they are said to show.
fn of_witness(arena: &Arena, raw: ExprId, witness: &Witness) -> Option<String> {
    let mut point = Bindings::<f64>::default();
    for (place, name) in (0_u32..).zip(arena.size_names()) {
        let size = witness.sizes.iter().find(|(other, _)| other == name).map_or(2, |(_, size)| *size);
        point.sizes.insert(place, size);
    }
    let by_name = |name: &str| arena.symbols().find(|(_, symbol)| symbol.name == name).map(|(id, _)| id);
    for (name, value) in &witness.values {
        // Members of a family are listed one by one, and are left to the search itself.
        let id = by_name(name)?;
        point.symbols.insert(id, value.clone());
    }
    let at = |bend: &Bend, t: f64| -> Option<f64> {
        let mut there = point.clone();
        for ((name, x), (_, h)) in bend.point.iter().zip(&bend.direction) {
            let moved: DMatrix<f64> = x + h * t;
            there.symbols.insert(by_name(name)?, moved);
        }
        evaluate(arena, raw, &there).ok().map(|value| value[0])
    };
    for (bend, up) in [(&witness.up, true), (&witness.down, false)] {
        let size = match bend.evidence {
            Evidence::Second(_) => {
                // The step that shows most: the differences of a smooth function settle between rounding and the next order.
                let steps = [1e-2, 1e-3, 1e-4];
                let second = |step: f64| {
                    let (left, middle, right) = (at(bend, -step)?, at(bend, 0.0)?, at(bend, step)?);
                    Some((left + right - 2.0 * middle) / (step * step))
                };
                let seconds: Vec<f64> =
                    steps.iter().filter_map(|step| second(*step)).filter(|s| s.is_finite()).collect();
                if seconds.is_empty() || seconds.iter().any(|s| (*s > 0.0) == up) {
                    continue;
                }
                seconds[0]
            }
            Evidence::Chord { at: t, .. } => {
                let (start, middle, end) = (at(bend, 0.0)?, at(bend, t)?, at(bend, 1.0)?);
                (1.0 - t) * start + t * end - middle
            }
        };
        if (size > 0.0) != up {
            return Some(format!("the witness bends the other way: {size} of {bend:?}"));
        }
    }
    None
}

#[test]
fn midpoints_contradict_no_verdict_of_a_textbook() {
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for (row, seed) in rows().zip(0..) {
            let mut problem = common::read(row.expr, row.decl, &row.wrt, Goal::Function)
                .unwrap_or_else(|report| panic!("{}: {report:?}", row.expr));
            let finding = convexity::convexity(&mut problem, Some(&CheckOptions::default()))
                .unwrap_or_else(|report| panic!("{}: {report:?}", row.expr));
            if let Some(text) = contradiction(&problem.arena, problem.raw[0], &problem.wrt, &finding, seed) {
                wrong.push(format!("{}: {text}", row.expr));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn midpoints_contradict_no_verdict_on_a_random_expression() {
    let (count, first) = (count(CASES), number("MATCALC_SEED").unwrap_or(0));
    let mut wrong = Vec::new();
    on_large_stack(|| {
        for seed in (first..first + count).chain(REGRESSIONS) {
            let mut generator = Generator::new(seed);
            let raw = generator.expression(Shape::SCALAR);
            let Some(wrt) = generator.variable(raw) else { continue };
            let arena = &mut generator.arena;
            if arena.symbol(wrt).structure == Structure::Orthogonal {
                continue;
            }
            // Without the check of the program: what the rules say alone.
            let finding = convexity::judge(arena, raw, &[wrt], None);
            if let Some(text) = contradiction(arena, raw, &[wrt], &finding, seed) {
                let shown = render(arena, raw, Format::Unicode, &Style::default());
                wrong.push(format!("seed {seed}: {shown} by {}: {text}", arena.symbol(wrt).name));
            }
        }
    });
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}
