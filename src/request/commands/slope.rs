//! `matcalc check EXPR --wrt X --slope`: Taylor remainders of a function, by the gradient that is claimed.

use nalgebra::{DMatrix, DVector};
use serde_json::{Value, json};

use super::super::format::Format;
use super::super::numbers::{Figure, FigureLine, Outside, Slope, Watch};
use super::super::table::Table;
use super::super::{Page, Request, json, literal, shown};
use super::at;
use super::given::{read_whole, variables};
use crate::answer::{Finished, Target};
use crate::check::project;
use crate::codegen::symbol_axes;
use crate::domain::Condition;
use crate::emit::python_name;
use crate::error::Error;
use crate::expr::{Dim, Node, SymbolId, SymbolKind};
use crate::linear::Convention;
use crate::measure::{DECADES, Slopes, Verdict, slopes, step};
use crate::minimize::{Objective as _, Trouble};
use crate::numeric::matrix_function::expm;
use crate::numeric::random::Rng;
use crate::numeric::sample::{self, Imposed, Overrides, Strategy};
use crate::numeric::{self, Bindings};
use crate::oracle::{self, Derived, Oracle, Way};
use crate::problem::{Given, Problem};
use crate::shape::Goal;
use crate::structure::Structure;

pub(super) fn run(request: &Request, asked: &Slope, page: &mut Page, watch: &mut dyn Watch) -> Result<(), Error> {
    let wrt = variables(request, &Goal::Scalar)?;
    let [wrt] = wrt.as_slice() else {
        return Err(Error::Message(format!(
            "`check --slope` takes one variable, {} are named\n  = help: take the others as fixed: --wrt {}",
            wrt.len(),
            wrt[0]
        )));
    };
    if let Some((name, _)) = asked.data.families.first() {
        return Err(Error::Message(format!(
            "the value of `{name}` has three axes: `check --slope` draws families at random"
        )));
    }
    let mut given = vec![Given { origin: "expression".into(), text: request.text(), goal: Goal::Scalar }];
    if let Some(claim) = &asked.claim {
        given.push(Given {
            origin: "claim".into(),
            text: request.defined(claim),
            goal: Goal::ShapeOf(crate::syntax::parse_name(wrt).unwrap_or_default()),
        });
    }
    let mut problem = read_whole(request, &given, &request.declarations, &[wrt])?;
    // Second derivatives are those of the expression; of a gradient of somebody else there are none here, and along a geodesic of the
    // orthogonal matrices the second derivative of the expression is one part of several.
    let is_own = asked.claim.is_none() && asked.gradient.is_none() && !is_curved(&problem);
    let mut derived = oracle::derive(&mut problem, Way::Symbolic, is_own)?;
    derived.function = problem.raw[0];
    if asked.claim.is_some() {
        derived.gradient = vec![problem.normal[1]];
    }
    let own = Target::Gradient { place: 0, convention: Convention::Projected }.answer(&mut problem, None)?;
    let found = remainders(request, asked, (&problem, &own), &derived, watch)?;
    show(request, asked, &mut problem, &found, page);
    Ok(())
}

/// Remainders, and where they were taken.
struct Found {
    slopes: Slopes,
    sizes: Vec<(String, usize)>,
    /// The values of a function from elsewhere and of the expression at the point, where they differ and the gradient is that of the expression.
    other: Option<[f64; 2]>,
}

/// Values that differ by more, relative to their size, are those of two functions.
const SAME: f64 = 1e-6;

/// Whether the variable moves along geodesics: there are no lines among the orthogonal matrices.
fn is_curved(problem: &Problem) -> bool {
    problem.arena.symbol(problem.wrt[0]).structure == Structure::Orthogonal
}

/// The remainders at a random point along a random direction, and the sizes there.
fn remainders(
    request: &Request,
    asked: &Slope,
    (problem, own): (&Problem, &Finished),
    derived: &Derived,
    watch: &mut dyn Watch,
) -> Result<Found, Error> {
    let mut rng = Rng::new(request.seed);
    let places = places(asked, problem, &mut rng)?;
    let names = problem.arena.size_names().iter().cloned();
    let sizes: Vec<(String, usize)> = names.zip(places.iter().copied()).collect();
    let read = symmetric(problem, &own.conditions);
    let mut refused = None;
    for strategy in Strategy::ALL {
        let bindings = point(asked, problem, &places, (strategy, &read), &mut rng)?;
        // Where the gradient does not hold nothing is said of it.
        if let Err(error) = at::meets(problem, own, &bindings) {
            refused.get_or_insert(error);
            continue;
        }
        let plans = oracle::plans(problem, derived, &bindings, None);
        let plans = plans.map_err(|error| Error::Message(format!("there is no plan for this: {error}")))?;
        let oracle = Oracle::new(problem, plans, &bindings).map_err(|error| Error::Message(error.to_string()))?;
        let structure = structure(problem, strategy, &read);
        let mut line = Along::new(asked, (problem, structure), &bindings, oracle, &mut rng)?;
        let values = line.values(watch)?;
        let (at, rest) = (values[0], &values[1..]);
        if !at.is_finite() || rest.iter().filter(|value| value.is_finite()).count() < DECADES - 3 {
            continue;
        }
        let first = line.first(watch)?;
        if !first.is_finite() {
            continue;
        }
        let second = line.second(derived.has_hessian)?;
        let other = match (&asked.function, &asked.gradient, &asked.claim) {
            (Some(_), None, None) => Some([at, line.oracle.value(&line.x).map_err(trouble)?]),
            _ => None,
        };
        let other = other.filter(|[one, other]| (one - other).abs() > SAME * one.abs().max(other.abs()));
        return Ok(Found { slopes: slopes(at, rest, first, second), sizes, other });
    }
    Err(refused.unwrap_or_else(|| {
        Error::Message("no point was found at which the function and its gradient have finite values".into())
    }))
}

/// The symbols that conditions ask to be symmetric.
fn symmetric(problem: &Problem, conditions: &[Condition]) -> Overrides {
    let symbol = |condition: &Condition| match (condition, problem.arena.node(condition.expr())) {
        (Condition::Symmetric(_), Node::Symbol(symbol)) => Some((*symbol, Imposed::Structure(Structure::Symmetric))),
        _ => None,
    };
    conditions.iter().filter_map(symbol).collect()
}

/// The structure within which the variable moves.
fn structure(problem: &Problem, strategy: Strategy, read: &Overrides) -> Structure {
    let info = problem.arena.symbol(problem.wrt[0]);
    let is_drawn = strategy.symmetric_squares() && info.shape.is_square();
    match info.structure {
        Structure::General if is_drawn || read.contains_key(&problem.wrt[0]) => Structure::Symmetric,
        structure => structure,
    }
}

/// The value of each named size: as asked for, as in the values that are given, or small ones.
fn places(asked: &Slope, problem: &Problem, rng: &mut Rng) -> Result<Vec<usize>, Error> {
    let arena = &problem.arena;
    let mut places = sample::draw_sizes(arena, rng);
    if let Some(sizes) = &asked.sizes {
        let runs = sizes.runs(arena.size_names())?;
        let [run] = runs.as_slice() else {
            return Err(Error::Message("`check --slope` takes one size for each name, not a range".into()));
        };
        places = run.iter().map(|(_, size)| *size).collect();
    }
    let mut fixed: Vec<Option<usize>> = vec![None; places.len()];
    for (name, value) in &asked.data.values {
        let Some(symbol) = problem.symbols.iter().find(|symbol| arena.symbol(**symbol).name == *name) else { continue };
        let info = arena.symbol(*symbol);
        for (dim, size) in [(info.shape.rows, value.nrows()), (info.shape.cols, value.ncols())] {
            let needed = match dim {
                Dim::Known(known) => Some(known as usize),
                Dim::Named(place) => fixed[place as usize],
                Dim::Polynomial(_) => None,
            };
            if let Some(needed) = needed.filter(|needed| *needed != size) {
                return Err(Error::Message(format!(
                    "the value of `{name}` has {size} rows or columns where {needed} are needed"
                )));
            }
            if let Dim::Named(place) = dim {
                fixed[place as usize] = Some(size);
                places[place as usize] = size;
            }
        }
    }
    Ok(places)
}

/// A random point with the values that are given.
fn point(
    asked: &Slope,
    problem: &Problem,
    places: &[usize],
    (strategy, read): (Strategy, &Overrides),
    rng: &mut Rng,
) -> Result<Bindings<f64>, Error> {
    let arena = &problem.arena;
    let mut symbols: Vec<SymbolId> = problem.symbols.clone();
    symbols.extend(problem.wrt.iter().filter(|wrt| !problem.symbols.contains(wrt)));
    let drawn = sample::sample::<f64>(arena, &symbols, places, strategy, read, rng);
    let mut bindings = drawn.map_err(|error| Error::Message(error.to_string()))?;
    for (name, value) in &asked.data.values {
        let Some(symbol) = symbols.iter().find(|symbol| arena.symbol(**symbol).name == *name) else {
            return Err(Error::Message(format!("`{name}` has a value and is not in the expression")));
        };
        if let Some(what) = numeric::missing(arena.symbol(*symbol), value) {
            return Err(Error::Message(format!("the value of `{name}` is not {what}, as declared")));
        }
        bindings.symbols.insert(*symbol, value.clone());
    }
    Ok(bindings)
}

/// A line through a point.
struct Along<'a> {
    asked: &'a Slope,
    oracle: Oracle,
    names: Vec<String>,
    /// The lengths of the variable's axes.
    lengths: Vec<usize>,
    data: Vec<(Vec<String>, Vec<usize>, Vec<f64>)>,
    x: DVector<f64>,
    v: DVector<f64>,
    /// Of an orthogonal variable, Q and Ω = Qᵀv: the point moves along Q exp(hΩ).
    geodesic: Option<(DMatrix<f64>, DMatrix<f64>)>,
}

/// The entries of a matrix, row after row.
fn rows(matrix: &DMatrix<f64>) -> Vec<f64> {
    matrix.transpose().as_slice().to_vec()
}

impl<'a> Along<'a> {
    fn new(
        asked: &'a Slope,
        (problem, structure): (&Problem, Structure),
        bindings: &Bindings<f64>,
        oracle: Oracle,
        rng: &mut Rng,
    ) -> Result<Self, Error> {
        let arena = &problem.arena;
        let wrt = problem.wrt[0];
        let unknown = |_| Error::Message("a size is not known".into());
        let lengths = |symbol: SymbolId| -> Result<Vec<usize>, Error> {
            symbol_axes(arena, symbol).into_iter().map(|dim| bindings.size(arena, dim).map_err(unknown)).collect()
        };
        let names = |symbol: SymbolId| vec![arena.symbol(symbol).name.clone(), python_name(arena, symbol)];
        let Some(at) = bindings.symbols.get(&wrt) else {
            return Err(Error::Message("the variable has no value".into()));
        };
        let v = project(structure, at, &rng.normal_matrix(at.nrows(), at.ncols()));
        let v = &v / v.norm();
        let mut data = Vec::new();
        for symbol in problem.symbols.iter().filter(|symbol| **symbol != wrt) {
            let info = arena.symbol(*symbol);
            let entries = match info.kind {
                SymbolKind::Family(_) => {
                    bindings.families.get(symbol).map(|members| members.iter().flat_map(rows).collect())
                }
                _ => bindings.symbols.get(symbol).map(rows),
            };
            if let Some(entries) = entries {
                data.push((names(*symbol), lengths(*symbol)?, entries));
            }
        }
        let geodesic = is_curved(problem).then(|| (at.clone(), at.transpose() * &v));
        let (x, v) = (DVector::from_vec(rows(at)), DVector::from_vec(rows(&v)));
        Ok(Self { asked, oracle, names: names(wrt), lengths: lengths(wrt)?, data, x, v, geodesic })
    }

    fn outside(&self, function: &str, points: &[Vec<f64>], watch: &mut dyn Watch) -> Result<Vec<f64>, Error> {
        watch.outside(&Outside { function, variable: &self.names, lengths: &self.lengths, points, data: &self.data })
    }

    /// x + hv, or where the geodesic that begins so is after h.
    fn at(&self, h: f64) -> DVector<f64> {
        match &self.geodesic {
            Some((q, omega)) => DVector::from_vec(rows(&(q * expm(&(omega * h))))),
            None => &self.x + &self.v * h,
        }
    }

    /// f(x), and f(x + hv) for each step.
    fn values(&mut self, watch: &mut dyn Watch) -> Result<Vec<f64>, Error> {
        let steps = std::iter::once(0.0).chain((0..DECADES).map(step));
        let points: Vec<DVector<f64>> = steps.map(|h| self.at(h)).collect();
        if let Some(function) = &self.asked.function {
            let points: Vec<Vec<f64>> = points.iter().map(|point| point.as_slice().to_vec()).collect();
            let values = self.outside(function, &points, watch)?;
            return match values.len() == points.len() {
                true => Ok(values),
                false => Err(Error::Message(format!("`{function}` does not return a number"))),
            };
        }
        points.iter().map(|point| self.oracle.value(point).map_err(trouble)).collect()
    }

    /// ⟨∇f, v⟩
    fn first(&mut self, watch: &mut dyn Watch) -> Result<f64, Error> {
        let gradient = match &self.asked.gradient {
            Some(function) => {
                let entries = self.outside(function, &[self.x.as_slice().to_vec()], watch)?;
                if entries.len() != self.x.len() {
                    return Err(Error::Message(format!(
                        "`{function}` returns {} numbers where the gradient has {}",
                        entries.len(),
                        self.x.len()
                    )));
                }
                DVector::from_vec(entries)
            }
            None => self.oracle.gradient(&self.x).map_err(trouble)?.1,
        };
        Ok(gradient.dot(&self.v))
    }

    /// ⟨v, ∇²f v⟩, where there is a Hessian.
    fn second(&mut self, has_hessian: bool) -> Result<Option<f64>, Error> {
        if !has_hessian {
            return Ok(None);
        }
        let hessian = self.oracle.hessian(&self.x).map_err(trouble)?;
        Ok(Some(self.v.dot(&(hessian * &self.v))).filter(|second| second.is_finite()))
    }
}

fn trouble(trouble: Trouble) -> Error {
    match trouble {
        Trouble::Stopped => Error::Stopped,
        Trouble::Failed(why) => Error::Message(why),
    }
}

const HEADS: [&str; 3] = ["|f(x + hv) − f(x)|", "less h⟨∇f, v⟩", "less ½h²⟨v, ∇²f v⟩"];

fn show(
    request: &Request,
    asked: &Slope,
    problem: &mut Problem,
    Found { slopes: found, sizes, other }: &Found,
    page: &mut Page,
) {
    page.fail_unless(found.passed());
    page.figure = Some(figure(request, found));
    let notes = std::mem::take(&mut problem.notes);
    if request.format == Format::Json {
        let mut answer = json::numbers(problem);
        answer["slopes"] = document(found, sizes);
        page.gather(request, problem, &notes, answer);
        return;
    }
    let orders = found.fits.len();
    let mut table = Table { heads: vec!["h"], rows: Vec::new() };
    table.heads.extend(&HEADS[..orders]);
    for line in &found.lines {
        let cell = |remainder: &Option<f64>| match remainder {
            None => "–".into(),
            Some(remainder) if found.is_rounding(*remainder) => "rounding".into(),
            Some(remainder) => format!("{remainder:.1e}"),
        };
        let cells = line.remainders[..orders].iter().map(cell);
        table.rows.push(std::iter::once(format!("{:e}", line.step)).chain(cells).collect());
    }
    let slope = |fit: &crate::measure::Fit| match fit.slope {
        Some(slope) => format!("{slope:.2}"),
        None if fit.verdict == Verdict::Passed => "vanishes".into(),
        None => "?".into(),
    };
    table.rows.push(std::iter::once("slope".into()).chain(found.fits.iter().map(slope)).collect());
    let expected = found.fits.iter().map(|fit| fit.expected.to_string());
    table.rows.push(std::iter::once("expected".into()).chain(expected).collect());
    table.lines(1).into_iter().for_each(|line| page.line(line));
    page.line("");
    plot(found).into_iter().for_each(|line| page.line(line));
    page.line("");
    page.line(verdict(asked, found, *other));
    let at = sizes.iter().map(|(name, size)| format!("{name} = {size}")).collect::<Vec<_>>().join(", ");
    let at = if at.is_empty() { String::new() } else { format!(" with {at}") };
    if is_curved(problem) {
        let name = &problem.arena.symbol(problem.wrt[0]).name;
        page.about(format!("the point moves along a geodesic, {name} exp(hΩ) with the skew matrix Ω = {name}ᵀv"));
    }
    page.about(format!("at a random point and along a random direction{at}, seed {}", request.seed));
    shown::note_lines(request.prompt, &notes).into_iter().for_each(|text| page.about(text));
    page.notes = notes;
}

/// What the slopes show.
fn verdict(asked: &Slope, found: &Slopes, other: Option<[f64; 2]>) -> String {
    let names = ["the function", "the gradient", "the Hessian"];
    let failed = found.fits.iter().enumerate().find(|(_, fit)| fit.verdict == Verdict::Failed);
    if let (Some((order, fit)), Some(function)) = (failed, asked.function.as_ref().filter(|_| asked.gradient.is_none()))
    {
        let slope = fit.slope.unwrap_or(f64::NAN);
        let fits = format!("✗ the remainder of order {order} falls with the slope {slope:.2}, not {}", fit.expected);
        if let Some([value, own]) = other {
            return format!(
                "{fits}: `{function}` is another function than the expression; at this point its value is {}, that of the expression {}",
                literal::significant(value, 6),
                literal::significant(own, 6)
            );
        }
        if asked.claim.is_none() {
            return format!("{fits}: the derivatives of the expression are not those of `{function}`");
        }
    }
    if let Some((order, fit)) = failed {
        let whose = match order {
            1 if asked.claim.is_some() || asked.gradient.is_some() => "the claimed gradient",
            order => names[order],
        };
        return format!(
            "✗ the remainder of order {order} falls with the slope {:.2}, not {}: {whose} is wrong",
            fit.slope.unwrap_or(f64::NAN),
            fit.expected
        );
    }
    if let Some((order, _)) = found.fits.iter().enumerate().find(|(_, fit)| fit.verdict == Verdict::Open) {
        return format!("not decided: too few remainders of order {order} are above rounding");
    }
    let slopes: Vec<String> = found.fits.iter().map(|fit| fit.expected.to_string()).collect();
    format!("✓ the remainders fall with the slopes {}, as they have to", slopes.join(", "))
}

/// Powers of ten to a row of the plot.
const DECADES_OF_ROW: i32 = 2;

/// The remainders in characters: h falls from left to right, the remainder from top to bottom.
fn plot(found: &Slopes) -> Vec<String> {
    #[allow(clippy::cast_possible_truncation, reason = "the exponent of a double")]
    let row = |remainder: f64| (-remainder.log10() / f64::from(DECADES_OF_ROW)).round() as i32;
    let known = || {
        let all = found.lines.iter().enumerate().flat_map(|(col, line)| {
            line.remainders.iter().enumerate().map(move |(order, remainder)| (col, order, *remainder))
        });
        all.filter_map(|(col, order, remainder)| {
            Some((col, order, remainder.filter(|value| !found.is_rounding(*value))?))
        })
        .filter(|(_, order, _)| *order < found.fits.len())
        .map(|(col, order, remainder)| (col, order, row(remainder).clamp(-3, 12)))
    };
    let (Some(first), Some(last)) = (known().map(|point| point.2).min(), known().map(|point| point.2).max()) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for at in first..=last {
        let mut cells = vec![String::from(" "); found.lines.len()];
        for (col, order, _) in known().filter(|point| point.2 == at) {
            let mark = ["0", "1", "2"][order];
            cells[col] = if cells[col] == " " { mark.into() } else { "*".into() };
        }
        let label = format!("1e{}", -at * DECADES_OF_ROW);
        lines.push(format!("{label:>6} │ {}", cells.join("   ")).trim_end().to_owned());
    }
    lines.push(format!("       └─{}", "─".repeat(4 * found.lines.len() - 3)));
    let steps: Vec<String> = (0..found.lines.len()).map(|decade| format!("{decade:<3}")).collect();
    lines.push(format!("  h = 1e-{}", steps.join(" ")).trim_end().to_owned());
    lines.push("  0, 1, 2: the remainder of this order; * several".into());
    lines
}

fn document(found: &Slopes, sizes: &[(String, usize)]) -> Value {
    let sizes: serde_json::Map<String, Value> = sizes.iter().map(|(name, size)| (name.clone(), json!(size))).collect();
    let verdict = |verdict: Verdict| match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Open => "open",
    };
    let fits = found.fits.iter().enumerate().map(|(order, fit)| {
        json!({ "order": order, "slope": fit.slope, "expected": fit.expected, "verdict": verdict(fit.verdict) })
    });
    let orders = found.fits.len();
    let lines = found.lines.iter().map(|line| json!({ "step": line.step, "remainders": line.remainders[..orders] }));
    json!({
        "sizes": sizes,
        "remainders": lines.collect::<Vec<_>>(),
        "orders": fits.collect::<Vec<_>>(),
        "rounding": found.floor,
    })
}

/// The remainders by step, with lines of the slopes that are expected.
fn figure(request: &Request, found: &Slopes) -> Figure {
    let mut lines = Vec::new();
    for (order, name) in HEADS.iter().enumerate().take(found.fits.len()) {
        let points: Vec<(f64, f64)> = found
            .lines
            .iter()
            .filter_map(|line| Some((line.step, line.remainders[order].filter(|remainder| *remainder > 0.0)?)))
            .collect();
        // A step at which the remainder is what it is for small ones.
        let above = points.iter().take_while(|(_, remainder)| *remainder > 1e3 * found.floor);
        if let Some((step, remainder)) = above.last().copied() {
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "1, 2 or 3")]
            let power = order as i32 + 1;
            let guide = found.lines.iter().map(|line| (line.step, remainder * (line.step / step).powi(power)));
            let guide = guide.take_while(|(_, value)| *value > 0.1 * found.floor).collect();
            lines.push(FigureLine { name: format!("slope {power}"), points: guide, is_guide: true });
        }
        lines.push(FigureLine { name: (*name).into(), points, is_guide: false });
    }
    Figure {
        title: format!("Taylor remainders of {}", request.expression),
        x: "h".into(),
        y: "remainder".into(),
        is_log: true,
        lines,
    }
}
