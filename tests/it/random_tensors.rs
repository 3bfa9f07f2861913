//! Random scalars, vectors and matrices: Jacobians and Hessians in all views, mixed blocks, products with a direction, derivatives of first to
//! fourth order and Taylor polynomials, each against numeric derivatives of the expression as it was written.
//!
//! `tests/it/common/drive.rs` says which variables of the environment set how many.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::drive::{self, Wrong};
use crate::common::generate::{Expressions, Sample};
use matcalc::answer::{self, AlongKind, Part, Views};
use matcalc::check::{Certificate, CheckOptions, Outcome, Reason, check_differential, check_equal};
use matcalc::codegen::{CodeError, numpy_multilinear, numpy_tensor};
use matcalc::differential::differentiate;
use matcalc::expr::{Arena, ExprId, Node, Op, Shape, Symbol, SymbolId, SymbolKind};
use matcalc::linear::Convention;
use matcalc::number::Coeff;
use matcalc::numeric::sample::Imposed;
use matcalc::problem::{Problem, Report};
use matcalc::render::{Format, Style, render};
use matcalc::structure::Structure;

/// How many expressions where `MATCALC_CASES` does not say so.
const CASES: u64 = 200;
/// Most derivatives, in percent, for which no point was found.
const MAX_UNCHECKED: u64 = 12;
/// Expressions with more nodes get no derivatives of third and fourth order, whose terms multiply.
const MAX_NODES_OF_HIGH_ORDER: usize = 14;
/// Larger expressions are left to the tests of gradients.
const MAX_NODES: usize = 40;

#[derive(Default)]
struct Tally {
    passed: AtomicU64,
    unchecked: AtomicU64,
    refused: Mutex<BTreeMap<String, u64>>,
}

fn options() -> CheckOptions {
    CheckOptions { points: 2, directions: 1, work_limit: 20_000_000, ..CheckOptions::default() }
}

fn text(arena: &Arena, id: ExprId) -> String {
    let text = render(arena, id, Format::Unicode, &Style::default());
    if text.chars().count() > 600 { text.chars().take(600).chain("…".chars()).collect() } else { text }
}

impl Tally {
    fn certificate(
        &self,
        arena: &Arena,
        stage: &'static str,
        certificate: &Certificate,
        answer: ExprId,
    ) -> Result<(), Wrong> {
        match &certificate.outcome {
            Outcome::Passed => {
                self.passed.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Outcome::NotChecked(Reason::Shape | Reason::Order(_)) => {
                Err(Wrong { stage, details: format!("{:?}: {}", certificate.outcome, text(arena, answer)) })
            }
            Outcome::NotChecked(_) => {
                self.unchecked.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Outcome::Failed(found) => Err(Wrong {
                stage,
                details: format!(
                    "{}\n    {:?}\n    entry {:?} expected {:e} found {:e} by {:?}",
                    text(arena, answer),
                    found.values,
                    found.entry,
                    found.expected,
                    found.found,
                    certificate.method
                ),
            }),
        }
    }

    /// What was found; `None` where an operator has no derivative, which is counted.
    fn found<T>(&self, stage: &'static str, result: Result<T, Report>) -> Result<Option<T>, Wrong> {
        match result {
            Ok(found) => Ok(Some(found)),
            Err(report) => {
                let reason = report.errors[0].1[0].labels.iter().map(|label| label.text.clone()).collect::<String>();
                if reason.contains("bug") {
                    return Err(Wrong { stage, details: reason });
                }
                *self.refused.lock().unwrap().entry(reason).or_default() += 1;
                Ok(None)
            }
        }
    }

    fn equal(&self, arena: &Arena, stage: &'static str, left: ExprId, right: ExprId) -> Result<(), Wrong> {
        // Where the rank of a semidefinite variable falls a derivative may hold along some directions only; its values are compared elsewhere.
        let nodes = [left, right].map(|root| arena.post_order(root)).concat();
        let semidefinite = nodes.into_iter().filter_map(|id| match arena.node(id) {
            Node::Symbol(symbol) if arena.symbol(*symbol).structure == Structure::PositiveSemidefinite => {
                Some((*symbol, Imposed::Structure(Structure::PositiveDefinite)))
            }
            _ => None,
        });
        let options = CheckOptions { overrides: semidefinite.collect(), ..options() };
        self.certificate(arena, stage, &check_equal(arena, left, right, &options), left)
    }
}

/// The matrix of the projection on the space of a variable; `None` where it is everything.
fn projector(arena: &mut Arena, wrt: SymbolId) -> Option<ExprId> {
    let Symbol { shape, structure, .. } = arena.symbol(wrt).clone();
    let size = arena.size_product(shape.rows, shape.cols);
    let half = Coeff::ratio(1, 2).expect("a fraction");
    let identity = arena.intern(Node::Identity(size));
    let commutation = arena.intern(Node::Commutation(shape));
    let masked = |arena: &mut Arena, mask: ExprId| {
        let column = arena.intern(Node::Vec(mask));
        arena.intern(Node::Diag(column))
    };
    let ones = arena.intern(Node::Ones(shape));
    Some(match structure {
        Structure::General => return None,
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => {
            arena.intern(Node::Add([(half.clone(), identity), (half, commutation)].into()))
        }
        Structure::Skew => arena.intern(Node::Add([(half.clone(), identity), (half.neg(), commutation)].into())),
        Structure::Diagonal => {
            let mask = arena.intern(Node::Identity(shape.rows));
            masked(arena, mask)
        }
        Structure::Lower => {
            let mask = arena.intern(Node::Apply(Op::Tril, ones));
            masked(arena, mask)
        }
        Structure::Upper => {
            let mask = arena.intern(Node::Apply(Op::Triu, ones));
            masked(arena, mask)
        }
        Structure::Orthogonal => {
            // Z ↦ ½(Z − XZᵀX)
            let x = arena.intern(Node::Symbol(wrt));
            let xt = arena.intern(Node::Transpose(x));
            let kron = arena.intern(Node::Kron(xt, x));
            let reflected = arena.intern(Node::Product([kron, commutation].into()));
            arena.intern(Node::Add([(half.clone(), identity), (half.neg(), reflected)].into()))
        }
    })
}

fn transposed(arena: &mut Arena, id: ExprId) -> ExprId {
    if arena.shape(id).is_scalar() { id } else { arena.intern(Node::Transpose(id)) }
}

fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> ExprId {
    if arena.shape(left).is_scalar() && arena.shape(right).is_scalar() {
        return arena.mul(&[left, right]);
    }
    arena.intern(Node::Product([left, right].into()))
}

/// The array lies in the space of each variable, everything prints, and there is code.
fn shown(
    problem: &mut Problem,
    views: &Views,
    output: Shape,
    row: Option<SymbolId>,
    col: SymbolId,
    tally: &Tally,
) -> Result<(), Wrong> {
    let arena = &mut problem.arena;
    for (axis, variable) in [(0, row), (1, Some(col))] {
        let Some(projection) = variable.and_then(|variable| projector(arena, variable)) else { continue };
        let projected =
            if axis == 0 { product(arena, projection, views.array) } else { product(arena, views.array, projection) };
        tally.equal(arena, "array in the space of its variable", views.array, projected)?;
    }
    let parts = [views.matrix, views.operator.map(|(_, operator)| operator), views.kron, views.form];
    for expr in parts.into_iter().flatten().chain([views.index.expr]) {
        for format in [Format::Unicode, Format::Ascii, Format::Latex] {
            let _ = render(arena, expr, format, &Style::default());
        }
    }
    let of = arena.symbol(col).shape;
    code(numpy_tensor(arena, views.array, output, of))
}

fn code(result: Result<String, CodeError>) -> Result<(), Wrong> {
    match result {
        // Code that would be too long is refused.
        Ok(_) | Err(CodeError::Comparison | CodeError::TooLong(_)) => Ok(()),
        Err(error) => Err(Wrong { stage: "code", details: error.to_string() }),
    }
}

fn jacobian(problem: &mut Problem, tally: &Tally) -> Result<(), Wrong> {
    let wrt = problem.wrt[0];
    let Some(views) = tally.found("jacobian", answer::jacobian(problem, 0, Some(&options())))? else { return Ok(()) };
    let certificate = views.certificate.clone().expect("it was asked for");
    tally.certificate(&problem.arena, "jacobian", &certificate, views.main())?;
    let output = problem.arena.shape(problem.raw[0]);
    shown(problem, &views, output, None, wrt, tally)
}

/// Every block, in both orders of the variables.
fn hessians(problem: &mut Problem, tally: &Tally) -> Result<(), Wrong> {
    for (row, col) in [(0, 0), (0, 1), (1, 0)] {
        if problem.wrt.len() <= row.max(col) {
            continue;
        }
        let found = tally.found("hessian", answer::hessian(problem, row, col, Some(&options())))?;
        let Some(views) = found else { return Ok(()) };
        let (first, second) = (problem.wrt[row], problem.wrt[col]);
        let certificate = views.certificate.clone().expect("it was asked for");
        tally.certificate(&problem.arena, "hessian", &certificate, views.main())?;
        let output = problem.arena.symbol(first).shape;
        shown(problem, &views, output, Some(first), second, tally)?;
        if row == col {
            symmetric(problem, &views, tally)?;
            for part in [Part::Diagonal, Part::Trace] {
                let answer = answer::part(problem, &views, part, Some(&options())).expect("it is square");
                let certificate = answer.certificate.clone().expect("it was asked for");
                tally.certificate(&problem.arena, "part of a hessian", &certificate, answer.expr)?;
            }
        }
    }
    Ok(())
}

/// H = Hᵀ, and H is the Jacobian of the gradient as it is printed.
fn symmetric(problem: &mut Problem, views: &Views, tally: &Tally) -> Result<(), Wrong> {
    let wrt = problem.wrt[0];
    for matrix in [views.main(), views.array] {
        let other = transposed(&mut problem.arena, matrix);
        tally.equal(&problem.arena, "hessian is symmetric", matrix, other)?;
    }
    let answer = answer::gradient(problem, 0, Convention::Projected, None);
    let Some(gradient) = tally.found("gradient", answer)? else { return Ok(()) };
    let structure = problem.arena.symbol(wrt).structure;
    if structure == Structure::Orthogonal {
        // The tangent spaces vary, and the derivative of the projection is no part of the Hessian.
        return Ok(());
    }
    let arena = &mut problem.arena;
    let Ok(differential) = differentiate(arena, gradient.expr, wrt, 3) else { return Ok(()) };
    let left = arena.differential(wrt, 3);
    let column = arena.intern(Node::Vec(left));
    let column = if arena.shape(left).is_matrix() { column } else { left };
    let image = product(arena, views.main(), column);
    let expected =
        if arena.shape(left).is_matrix() { arena.intern(Node::Vec(differential.expr)) } else { differential.expr };
    // Beside the direction, which is of the order of 1: what cancels to nothing is left as rounding on either side.
    let [image, expected] = [image, expected].map(|part| {
        if arena.shape(part).is_scalar() {
            arena.plus(part, column)
        } else {
            arena.intern(Node::Add([(Coeff::ONE, part), (Coeff::ONE, column)].into()))
        }
    });
    tally.equal(arena, "hessian is the jacobian of the gradient", image, expected)
}

/// J·v, Jᵀ·v and H·v along directions that are symbols of their own.
fn products(sample: &Sample, wrt: SymbolId, tally: &Tally) -> Result<(), Wrong> {
    let output = sample.arena.shape(sample.expr);
    let of = sample.arena.symbol(wrt).shape;
    let kinds = [(AlongKind::Jvp, of), (AlongKind::Vjp, output), (AlongKind::Hvp, of)];
    for (kind, shape) in kinds {
        if kind == AlongKind::Hvp && !output.is_scalar() {
            continue;
        }
        let mut arena = sample.arena.clone();
        let column = if shape.is_row() { shape.transposed() } else { shape };
        let direction = arena.add_symbol(Symbol {
            name: "V_1".into(),
            shape: column,
            kind: SymbolKind::Plain,
            structure: Structure::General,
            declared: true,
        });
        let direction = arena.intern(Node::Symbol(direction));
        let direction = if shape.is_row() { arena.intern(Node::Transpose(direction)) } else { direction };
        let mut problem = Problem::of_expressions(arena, vec![sample.expr, direction], vec![wrt]);
        let found = answer::product_along(&mut problem, kind, Some(&options()));
        let Some(answer) = tally.found("product with a direction", found)? else { return Ok(()) };
        let certificate = answer.certificate.expect("it was asked for");
        tally.certificate(&problem.arena, "product with a direction", &certificate, answer.expr)?;
        if kind != AlongKind::Jvp
            && let Some(projection) = projector(&mut problem.arena, wrt)
        {
            let column = problem.arena.intern(Node::Vec(answer.expr));
            let projected = product(&mut problem.arena, projection, column);
            tally.equal(&problem.arena, "product in the space of its variable", column, projected)?;
        }
    }
    Ok(())
}

/// Differentials and derivatives of first to fourth order, and Taylor polynomials.
fn orders(problem: &mut Problem, tally: &Tally) -> Result<(), Wrong> {
    let wrt = problem.wrt[0];
    let small = problem.arena.post_order(problem.raw[0]).len() <= MAX_NODES_OF_HIGH_ORDER;
    let highest = if small { 4 } else { 2 };
    for order in 1..=highest {
        let found = if problem.arena.symbol(wrt).shape.is_scalar() {
            answer::scalar_derivative(problem, order, Some(&options()))
        } else {
            answer::differential(problem, order, Some(&options()))
        };
        let Some(answer) = tally.found("derivative", found)? else { return Ok(()) };
        let certificate = answer.certificate.expect("it was asked for");
        tally.certificate(&problem.arena, "derivative", &certificate, answer.expr)?;
        if !problem.arena.symbol(wrt).shape.is_scalar() {
            let (expr, slots) = answer::multilinear(problem, answer.expr, order);
            code(numpy_multilinear(&problem.arena, expr, &slots))?;
            // In the space of the variable the projection changes nothing.
            multilinear(&mut problem.arena, answer.expr, expr, wrt, slots[0].0, order, tally)?;
        }
    }
    let Some(answer) = tally.found("taylor", answer::taylor(problem, highest - 1, Some(&options())))? else {
        return Ok(());
    };
    let certificate = answer.certificate.expect("it was asked for");
    tally.certificate(&problem.arena, "taylor", &certificate, answer.expr)
}

/// The form on all matrices agrees with the differential in the space of the variable.
fn multilinear(
    arena: &mut Arena,
    differential: ExprId,
    form: ExprId,
    wrt: SymbolId,
    free: SymbolId,
    order: u32,
    tally: &Tally,
) -> Result<(), Wrong> {
    if free == wrt {
        return Ok(());
    }
    let mut map = rustc_hash::FxHashMap::default();
    for slot in if order == 1 { 0..=0 } else { 1..=order } {
        map.insert(arena.differential(free, slot), arena.differential(wrt, slot));
    }
    let inside = arena.rewrite(form, &mut map);
    tally.equal(arena, "multilinear form", differential, inside)
}

/// The differential along a direction, by the matrix for arrays.
fn along_array(problem: &mut Problem, tally: &Tally) -> Result<(), Wrong> {
    let wrt = problem.wrt[0];
    let found = tally.found("jacobian", answer::jacobian(problem, 0, None))?;
    let Some(views) = found else { return Ok(()) };
    let arena = &mut problem.arena;
    let output = arena.shape(problem.raw[0]);
    let target = arena.differential(wrt, 0);
    let column = if arena.shape(target).is_matrix() { arena.intern(Node::Vec(target)) } else { target };
    let image = product(arena, views.array, column);
    let answer = if output.is_matrix() || output.is_row() { arena.intern(Node::Unvec(image, output)) } else { image };
    let certificate = check_differential(arena, problem.raw[0], &[&[(wrt, 0)]], answer, &options());
    tally.certificate(arena, "array", &certificate, views.array)
}

fn run(sample: Sample, tally: &Tally) -> Result<(), Wrong> {
    let Some(wrt) = sample.wrt else { return Ok(()) };
    let arena = sample.arena.clone();
    if arena.post_order(sample.expr).len() > MAX_NODES {
        return Ok(());
    }
    let others = arena.symbols_in(sample.expr);
    let plain = |id: &SymbolId| matches!(arena.symbol(*id).kind, SymbolKind::Plain | SymbolKind::Positive);
    let other = others.into_iter().filter(plain).find(|id| *id != wrt);
    let variables: Vec<SymbolId> = std::iter::once(wrt).chain(other).collect();
    let make = || Problem::of_expressions(sample.arena.clone(), vec![sample.expr], variables.clone());
    jacobian(&mut make(), tally)?;
    along_array(&mut make(), tally)?;
    if arena.shape(sample.expr).is_scalar() {
        hessians(&mut make(), tally)?;
    }
    products(&sample, wrt, tally)?;
    let mut one = Problem::of_expressions(sample.arena.clone(), vec![sample.expr], vec![wrt]);
    orders(&mut one, tally)
}

#[test]
fn random_derivatives_are_never_wrong() {
    let tally = Tally::default();
    drive::run(Expressions::Any, "tests/regressions/random_tensors.txt", CASES, &|sample: Sample| run(sample, &tally));
    let (passed, unchecked) = (tally.passed.into_inner(), tally.unchecked.into_inner());
    let refused = tally.refused.into_inner().unwrap();
    eprintln!("{passed} passed, {unchecked} without a point, refused {refused:?}");
    assert!(unchecked * 100 <= (passed + unchecked) * MAX_UNCHECKED, "{unchecked} of {passed} without a point");
}
