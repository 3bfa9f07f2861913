//! Algebra against automatic differentiation: the same derivative by every way, its values, time, operations and memory.

use std::time::Instant;

use nalgebra::DMatrix;

use crate::check::project;
use crate::expr::{ExprId, SymbolId};
use crate::interrupt;
use crate::kernel::Real;
use crate::numeric::random::Rng;
use crate::numeric::sample::{self, Overrides, Strategy};
use crate::numeric::{Bindings, Precision};
use crate::oracle::{self, Checkpoints, Derived, Ready, Way};
use crate::plan::{Inputs, PlanError};
use crate::problem::{Problem, Report};

/// A measurement lasts at least this long; what is faster is repeated.
const LEAST_SECONDS: f64 = 1e-3;
/// The most repetitions of one measurement.
const MOST_REPEATED: usize = 100_000;
/// An evaluation that is expected to take longer is not run, and a measurement that has taken half of it is not repeated.
const MOST_SECONDS: f64 = 2.0;
/// The seconds of an operation in a plan of which no smaller size was measured.
const USUAL_PACE: f64 = 2e-10;
/// Plans of fewer operations say nothing about the pace of larger ones: most of their time is not spent on operations.
const LEAST_FLOPS: f64 = 1e5;
/// Plans of more memory are not run.
const MOST_BYTES: f64 = 2.0 * (1 << 30) as f64;

/// Which derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The function itself.
    Value,
    /// The gradient.
    Gradient,
    /// The Hessian.
    Hessian,
}

impl Order {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Gradient => "gradient",
            Self::Hessian => "Hessian",
        }
    }
}

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The seconds of each run.
    pub seconds: Vec<f64>,
    /// The seconds in which the plan was made.
    pub planning: f64,
    /// The arithmetic operations of the plan.
    pub flops: f64,
    /// The most bytes that its values take at once.
    pub bytes: f64,
    /// The largest difference from the values by algebra, relative to the largest of them.
    pub difference: Option<f64>,
    /// For each block of a Hessian that took fewer directions than it has columns, how many these are, and the columns.
    pub directions: Vec<(usize, usize)>,
}

/// A derivative by one way at one size.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The sizes.
    pub sizes: Vec<(String, usize)>,
    /// Which derivative.
    pub order: Order,
    /// By which way; the function itself has none.
    pub way: Option<Way>,
    /// Whether values were computed again rather than kept.
    pub has_checkpoints: bool,
    /// What was measured, or why nothing was.
    pub measured: Result<Measured, String>,
}

impl Row {
    /// What the way is called.
    #[must_use]
    pub fn way_name(&self) -> &'static str {
        match self.way {
            Some(_) if self.has_checkpoints => "reverse with checkpoints",
            Some(way) => way.name(),
            None => "",
        }
    }
}

/// What is to be measured.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The sizes of each comparison.
    pub sizes: &'a [Vec<(String, usize)>],
    /// How often each is measured.
    pub runs: usize,
    /// Whether second derivatives are measured, too.
    pub has_hessian: bool,
    /// Where reverse mode is to be measured with checkpoints, too.
    pub checkpoints: Option<Checkpoints>,
    /// The numbers that are computed with.
    pub precision: Precision,
    /// For the random points.
    pub seed: u64,
}

/// Why a comparison ended early.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// There is no derivative.
    Input(Report),
    /// There is no point with values.
    Message(String),
}

/// All measurements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether a stop was asked for before all were measured.
    pub is_stopped: bool,
}

/// Measures derivatives of a problem's first expression at a random point of each size.
///
/// # Errors
/// [`Stop`]
pub fn compare(problem: &mut Problem, asked: &Asked<'_>, observe: &mut dyn FnMut(&str)) -> Result<Comparison, Stop> {
    let Asked { sizes, runs, has_hessian, seed, .. } = *asked;
    let mut ways = Vec::new();
    for way in Way::ALL {
        let derived = oracle::derive(problem, way, has_hessian).map_err(Stop::Input)?;
        // What is differentiated automatically is the expression as it is written.
        ways.push(Derived { function: problem.raw[0], ..derived });
    }
    let mut comparison = Comparison::default();
    let mut paces = Paces::default();
    for sizes in sizes {
        let text = sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect::<Vec<_>>().join(", ");
        let bindings = match point(problem, sizes, seed, &paces) {
            Ok(bindings) => bindings,
            Err(why) if comparison.rows.is_empty() => return Err(Stop::Message(why)),
            Err(why) => {
                let row = Row {
                    sizes: sizes.clone(),
                    order: Order::Value,
                    way: None,
                    has_checkpoints: false,
                    measured: Err(why),
                };
                comparison.rows.push(row);
                continue;
            }
        };
        let mut task = Task { problem, bindings: &bindings, runs, first: None, paces: &mut paces };
        let orders = [Order::Value, Order::Gradient, Order::Hessian];
        for order in orders.into_iter().take(if has_hessian { 3 } else { 2 }) {
            task.first = None;
            for derived in ways.iter().take(if order == Order::Value { 1 } else { ways.len() }) {
                if interrupt::is_asked() {
                    comparison.is_stopped = true;
                    return Ok(comparison);
                }
                let way = (order != Order::Value).then_some(derived.way);
                let with = asked.checkpoints.filter(|_| way == Some(Way::Reverse));
                for checkpoints in std::iter::once(None).chain(with.map(Some)) {
                    let row = Row {
                        sizes: sizes.clone(),
                        order,
                        way,
                        has_checkpoints: checkpoints.is_some(),
                        measured: Err(String::new()),
                    };
                    observe(&format!("{text}: {} {}", order.name(), row.way_name()));
                    let measured = match asked.precision {
                        Precision::Double => task.measure::<f64>(order, derived, checkpoints),
                        Precision::Single => task.measure::<f32>(order, derived, checkpoints),
                    };
                    comparison.rows.push(Row { measured, ..row });
                }
            }
        }
    }
    Ok(comparison)
}

/// A random point at which the function has a value.
fn point(problem: &Problem, sizes: &[(String, usize)], seed: u64, paces: &Paces) -> Result<Bindings<f64>, String> {
    let arena = &problem.arena;
    let size = |name: &String| sizes.iter().find(|(known, _)| known == name).map_or(1, |(_, size)| *size);
    let places: Vec<usize> = arena.size_names().iter().map(size).collect();
    let root: [ExprId; 1] = [problem.raw[0]];
    let mut symbols: Vec<SymbolId> = sample::symbols_of(arena, &root);
    symbols.extend(problem.wrt.iter().filter(|wrt| !symbols.contains(wrt)).copied().collect::<Vec<_>>());
    let mut rng = Rng::new(seed);
    let mut why = String::from("the function has no finite value at random points of this size");
    for strategy in Strategy::ALL {
        let drawn = sample::sample::<f64>(arena, &symbols, &places, strategy, &Overrides::default(), &mut rng);
        let bindings = match drawn {
            Ok(bindings) => bindings,
            Err(error) => return Err(format!("there is no random point of this size: {error}")),
        };
        let derived = Derived {
            way: Way::Reverse,
            function: problem.raw[0],
            gradient: Vec::new(),
            has_hessian: false,
            hessian: None,
        };
        let plan = oracle::ready(problem, &derived, &bindings, oracle::Wanted::Value, None);
        let mut plan = plan.map_err(|error| error.to_string())?;
        paces.allow(plan.plan().flops().value, plan.plan().memory(), VALUE)?;
        let inputs = Inputs::of_bindings(&bindings);
        match plan.entries(&inputs) {
            Ok(entries) if entries.iter().all(|entry| entry.is_finite()) => return Ok(bindings),
            Ok(_) => {}
            Err(error) => why = error.to_string(),
        }
    }
    Err(why)
}

/// What is measured at one size.
struct Task<'a> {
    problem: &'a Problem,
    bindings: &'a Bindings<f64>,
    runs: usize,
    /// The values that the others are compared with.
    first: Option<Vec<f64>>,
    paces: &'a mut Paces,
}

/// Which derivative, by which way, and whether with checkpoints.
type Kind = (Order, Way, bool);

/// The function itself, which is measured with the first of the ways.
const VALUE: Kind = (Order::Value, Way::ALL[0], false);

/// The seconds of an operation of every derivative and way, at the last size at which it was measured.
#[derive(Default)]
struct Paces(Vec<(Kind, f64)>);

impl Paces {
    /// Whether so many operations, in so many bytes, take what can be waited for.
    fn allow(&self, flops: f64, bytes: f64, kind: Kind) -> Result<(), String> {
        if bytes > MOST_BYTES {
            return Err(format!("not run: it takes {:.1} GB", bytes / 1e9));
        }
        let known = self.0.iter().find(|(known, _)| *known == kind);
        let expected = flops * known.map_or(USUAL_PACE, |(_, pace)| *pace);
        if expected > MOST_SECONDS {
            return Err(format!("not run: one evaluation would take about {}", duration(expected)));
        }
        Ok(())
    }

    /// Learns from a plan that ran.
    fn learn(&mut self, kind: Kind, flops: f64, seconds: f64) {
        if flops > LEAST_FLOPS {
            self.0.retain(|(known, _)| *known != kind);
            self.0.push((kind, seconds / flops));
        }
    }
}

/// A time that is only known roughly: `8 s`, `3 minutes`.
fn duration(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 120.0 => format!("{seconds:.0} s"),
        seconds if seconds < 7200.0 => format!("{:.0} minutes", seconds / 60.0),
        seconds => format!("{:.0} hours", seconds / 3600.0),
    }
}

impl Task<'_> {
    fn measure<T: Real>(
        &mut self,
        order: Order,
        derived: &Derived,
        checkpoints: Option<Checkpoints>,
    ) -> Result<Measured, String> {
        let begin = Instant::now();
        let plan = self.plan(order, derived, checkpoints).map_err(|error| error.to_string())?;
        let mut plan = plan.in_precision::<T>();
        let planning = begin.elapsed().as_secs_f64();
        // A plan states what doubles take.
        let part = size_of::<T>() as f64 / size_of::<f64>() as f64;
        let (flops, bytes) = (plan.plan().flops().value, part * plan.plan().memory());
        let kind = (order, derived.way, checkpoints.is_some());
        self.paces.allow(flops, bytes, kind)?;
        let inputs = Inputs::nearest(self.bindings);
        let start = Instant::now();
        let values = plan.entries(&inputs).map_err(|error| error.to_string())?;
        let once = start.elapsed().as_secs_f64();
        self.paces.learn(kind, flops, once);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
        let repeated = ((LEAST_SECONDS / once.max(1e-9)).ceil() as usize).clamp(1, MOST_REPEATED);
        // What takes long is not run again for a first time that has warmed nothing up.
        let mut seconds = if once > MOST_SECONDS / 8.0 { vec![once] } else { Vec::new() };
        while seconds.len() < self.runs && (seconds.is_empty() || start.elapsed().as_secs_f64() < MOST_SECONDS / 2.0) {
            let begin = Instant::now();
            for _ in 0..repeated {
                let entries = plan.entries(&inputs).map_err(|error| error.to_string())?;
                std::hint::black_box(entries);
            }
            seconds.push(begin.elapsed().as_secs_f64() / repeated as f64);
            if interrupt::is_asked() {
                break;
            }
        }
        let values = values.into_iter().map(T::widen).collect();
        let difference = self.difference(order, self.projected(order, values));
        Ok(Measured { seconds, planning, flops, bytes, difference, directions: plan.directions().collect() })
    }

    /// The plan of one derivative.
    fn plan(&self, order: Order, derived: &Derived, checkpoints: Option<Checkpoints>) -> Result<Ready, PlanError> {
        let wanted = match order {
            Order::Value => oracle::Wanted::Value,
            Order::Gradient => oracle::Wanted::Gradient,
            Order::Hessian => oracle::Wanted::Hessian,
        };
        oracle::ready(self.problem, derived, self.bindings, wanted, checkpoints)
    }

    /// Of structured variables automatic differentiation has the derivative by each entry, algebra that in their space.
    fn projected(&self, order: Order, values: Vec<f64>) -> Vec<f64> {
        if order != Order::Gradient {
            return values;
        }
        let mut all = Vec::with_capacity(values.len());
        let mut rest = values.as_slice();
        for symbol in &self.problem.wrt {
            let info = self.problem.arena.symbol(*symbol);
            let Some(at) = self.bindings.symbols.get(symbol) else { return values };
            let (own, after) = rest.split_at(at.len().min(rest.len()));
            rest = after;
            let gradient = DMatrix::from_row_slice(at.nrows(), at.ncols(), own);
            all.extend_from_slice(project(info.structure, at, &gradient).transpose().as_slice());
        }
        all
    }

    /// The largest difference from the first values, relative to the largest of them; none of what is not comparable.
    fn difference(&mut self, order: Order, values: Vec<f64>) -> Option<f64> {
        let is_structured =
            |symbol: &SymbolId| self.problem.arena.symbol(*symbol).structure != crate::structure::Structure::General;
        if order == Order::Value || order == Order::Hessian && self.problem.wrt.iter().any(is_structured) {
            return None;
        }
        let Some(first) = &self.first else {
            self.first = Some(values);
            return None;
        };
        let largest = first.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
        let most = first.iter().zip(&values).map(|(one, other)| (one - other).abs());
        let most = most.fold(0.0_f64, |most, found| if found.is_nan() { f64::INFINITY } else { most.max(found) });
        Some(if most == 0.0 { 0.0 } else { most / largest })
    }
}
