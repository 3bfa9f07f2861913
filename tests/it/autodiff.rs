//! Automatic differentiation against numbers: forward, reverse, second order and Taylor mode on random expressions, the two modes against
//! each other. Every kernel's own rows are in `kernel_rows.rs`.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use matcalc::ad::{along, along_twice, power_series};
use matcalc::check::project;
use matcalc::codegen::lower_for_plan;
use matcalc::expr::{Arena, ExprId, SymbolId, SymbolKind};
use matcalc::nalgebra::DMatrix;
use matcalc::numeric::Bindings;
use matcalc::numeric::random::Rng;
use matcalc::numeric::sample::{Strategy, draw_sizes, sample, symbols_of};
use matcalc::plan::ad::{Taylor, forward, gradient, hessian_vector};
use matcalc::plan::{Graph, Inputs, Kernel, NodeId, PlanError, Source, build, entries};

/// How many random expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 300;
/// How many points are tried for one expression.
const POINTS: usize = 4;
/// Largest difference, relative to the numbers that are compared.
const TOLERANCE: f64 = 1e-9;
/// The highest Taylor coefficient that is compared.
const ORDER: usize = 3;
/// At how many points beside one rounding is measured.
const BESIDE: u32 = 6;
/// A difference of so many times what a number moves by between these points is no rounding.
const MOVES: f64 = 30.0;

/// An expression as a graph, with the node of its variable and a direction.
struct Case {
    graph: Graph,
    root: NodeId,
    wrt: NodeId,
    direction: NodeId,
}

fn case(arena: &Arena, expr: ExprId, wrt: SymbolId, point: &Bindings<f64>) -> Result<Option<Case>, PlanError> {
    let program = lower_for_plan(arena, expr)?;
    let mut graph = Graph::default();
    let root = build(arena, &program, point, &mut graph)?;
    let input = graph.order(&[root]).into_iter().find(|id| *graph.kernel(*id) == Kernel::Input(Source::Symbol(wrt)));
    let Some(wrt) = input else { return Ok(None) };
    let lengths = graph.lengths(wrt).into();
    let direction = graph.input(Source::Direction(0), lengths);
    Ok(Some(Case { graph, root, wrt, direction }))
}

/// The numbers that are compared: by duals and series, and by the graph.
fn compared(
    arena: &Arena,
    expr: ExprId,
    wrt: SymbolId,
    point: &Bindings<f64>,
    step: &DMatrix<f64>,
) -> Result<Vec<(&'static str, f64, f64)>, String> {
    let Some(mut case) = case(arena, expr, wrt, point).map_err(|error| error.to_string())? else {
        return Ok(Vec::new());
    };
    let moves = [(wrt, step.clone())];
    let numeric = |error: matcalc::numeric::EvalError| error.to_string();
    let slope = along(arena, expr, point, &moves).map_err(numeric)?.1[0];
    let curvature = along_twice(arena, expr, point, &moves, &moves).map_err(numeric)?[0];
    let series = power_series(arena, expr, point, &moves, &[], ORDER).map_err(numeric)?;
    let mut inputs = Inputs::of_bindings(point);
    inputs.give_matrix(Source::Direction(0), step);
    let graph = &mut case.graph;
    let plan = |error: PlanError| error.to_string();
    let number = |graph: &Graph, node: NodeId| entries(graph, node, &inputs).map(|all| all[0]).map_err(plan);
    let tangent = forward(graph, case.root, &[], &[(case.wrt, case.direction)]).map_err(plan)?;
    let by_gradient = gradient(graph, case.root, &[case.wrt]).map_err(plan)?[0];
    let by_gradient = graph.dot(by_gradient, case.direction);
    let second = hessian_vector(graph, case.root, case.wrt, case.direction).map_err(plan)?;
    let second = graph.dot(second, case.direction);
    let value = entries(graph, case.root, &inputs).map_err(plan)?[0];
    let mut found = vec![
        // What cancels leaves rounding of the size of the value.
        ("value", value, value),
        ("forward", slope, number(graph, tangent)?),
        ("reverse", slope, number(graph, by_gradient)?),
        ("forward over reverse", curvature, number(graph, second)?),
    ];
    let mut taylor = Taylor::along(&[(case.wrt, case.direction)]);
    for (order, coefficient) in series.iter().enumerate().skip(1) {
        let node = taylor.coefficient(graph, case.root, order).map_err(plan)?;
        let value = node.map_or(Ok(0.0), |node| number(graph, node))?;
        found.push(("Taylor", coefficient[0], value));
    }
    Ok(found)
}

/// How far each pair of numbers moves where every entry moves by a few units in its last place: what rounding may do to it here, in either
/// way of computing it. Of a wrong derivative at a point that is well conditioned that is little.
fn rounding(
    arena: &Arena,
    expr: ExprId,
    wrt: SymbolId,
    point: &Bindings<f64>,
    step: &DMatrix<f64>,
    found: &[(&'static str, f64, f64)],
) -> Result<Vec<f64>, String> {
    let mut moved = vec![0.0_f64; found.len()];
    for turn in 1..=BESIDE {
        let mut beside = point.clone();
        // One factor for a symbol, so that what is symmetric remains so; the products are rounded entry by entry.
        let arrays = beside.symbols.values_mut().chain(beside.families.values_mut().flatten());
        for (place, array) in (1..).zip(arrays) {
            let units = f64::from((turn * (2 * place + 1)) % 7) - 3.0;
            *array *= 1.0 + units * f64::EPSILON;
        }
        let there = compared(arena, expr, wrt, &beside, step)?;
        for (moved, (here, there)) in moved.iter_mut().zip(found.iter().zip(there)) {
            *moved = moved.max((here.1 - there.1).abs()).max((here.2 - there.2).abs());
        }
    }
    Ok(moved)
}

#[derive(Debug, Default)]
struct Tally {
    agreed: AtomicU64,
    without_point: AtomicU64,
}

/// Compares at points until two agree. A disagreement counts where no point agrees.
fn agree(arena: &Arena, expr: ExprId, wrt: SymbolId, tally: &Tally) -> Result<(), Wrong> {
    let mut rng = Rng::new(u64::from(expr_number(expr)) + 11);
    let symbols = symbols_of(arena, &[expr]);
    let mut worst = None;
    let mut agreed = 0;
    for strategy in [Strategy::Normal, Strategy::Positive, Strategy::NearIdentity, Strategy::SymmetricMixed]
        .into_iter()
        .take(POINTS)
    {
        let sizes = draw_sizes(arena, &mut rng);
        let Ok(point) = sample::<f64>(arena, &symbols, &sizes, strategy, &Default::default(), &mut rng) else {
            continue;
        };
        let Ok((rows, cols)) = point.shape(arena, arena.symbol(wrt).shape) else { continue };
        let step = DMatrix::from_fn(rows, cols, |_, _| rng.normal());
        let step = match point.symbols.get(&wrt) {
            // Operators of symmetric matrices are moved among these, and every structure keeps its zeros, where kinks may be.
            Some(value) => {
                let is_symmetric = *value == value.transpose() && rows > 1;
                let step = if is_symmetric { &step + step.transpose() } else { step };
                project(arena.symbol(wrt).structure, value, &step)
            }
            None => return Ok(()),
        };
        let found = match compared(arena, expr, wrt, &point, &step) {
            Ok(found) => found,
            Err(_) => continue,
        };
        if found.is_empty() {
            return Ok(());
        }
        // Where a matrix loses rank neither way has to find a derivative.
        if !found.iter().all(|(_, expected, value)| expected.is_finite() && value.is_finite()) {
            continue;
        }
        let size = found.iter().map(|(_, expected, _)| expected.abs()).fold(1e-3, f64::max);
        let is_near = |(_, expected, value): &(&str, f64, f64)| {
            (expected - value).abs() <= TOLERANCE * expected.abs().max(1e-3 * size)
        };
        let mut wrong = found.iter().find(|all| !is_near(all));
        if wrong.is_some() {
            let Ok(moved) = rounding(arena, expr, wrt, &point, &step, &found) else { continue };
            let is_rounding = |moved: f64, all: &(&str, f64, f64)| (all.1 - all.2).abs() <= MOVES * moved;
            wrong = found
                .iter()
                .zip(moved)
                .find(|(all, moved)| !is_near(all) && !is_rounding(*moved, all))
                .map(|(all, _)| all);
        }
        match wrong {
            None => {
                agreed += 1;
                if agreed == 2 {
                    break;
                }
            }
            Some(wrong) => worst = Some(format!("{wrong:?} among {found:?}, sizes {sizes:?}, {strategy:?}")),
        }
    }
    match worst {
        Some(details) if agreed == 0 => Err(Wrong { stage: "automatic differentiation", details }),
        None if agreed == 0 => {
            tally.without_point.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        _ => {
            tally.agreed.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    }
}

fn expr_number(expr: ExprId) -> u32 {
    format!("{expr:?}").chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

#[test]
fn random_derivatives_by_the_machine_agree() {
    let tally = Tally::default();
    drive::run(Expressions::Mixed, "tests/regressions/random_gradients.txt", CASES, &|sample: Sample| {
        let arena = &sample.arena;
        let Some(wrt) = sample.wrt.filter(|_| arena.shape(sample.expr).is_scalar()) else { return Ok(()) };
        if matches!(arena.symbol(wrt).kind, SymbolKind::Family(_)) {
            return Ok(());
        }
        agree(arena, sample.expr, wrt, &tally)
    });
    eprintln!("{tally:?}");
    let (agreed, without) = (tally.agreed.into_inner(), tally.without_point.into_inner());
    assert!(agreed > 0 && without * 4 <= agreed, "{without} without a point, {agreed} with one");
}
