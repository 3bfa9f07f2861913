//! What a search needs: the function with its data as an oracle, the sets of its variables, and what convexity makes of the result.

use nalgebra::{DMatrix, DVector};

use super::super::super::numbers::{Data, Minimize, Watch};
use super::super::super::{Kind, Request};
use super::super::eval::read_with_values;
use super::super::given::{options, variables};
use crate::answer::convexity::{self, Curvature, Verdict};
use crate::error::Error;
use crate::expr::SymbolKind;
use crate::interrupt;
use crate::kernel::Real;
use crate::minimize::{self, Block, Method, Outcome, Set, Space, Trouble};
use crate::numeric::{self, Bindings, Precision, SharedMatrix};
use crate::oracle::{self, Oracle, Plans, Way};
use crate::plan::PlanError;
use crate::problem::Problem;
use crate::shape::Goal;
use crate::structure::Structure;
use crate::syntax::DeclaredKind;

/// Most entries of a point with a Hessian.
const MOST_OF_HESSIAN: usize = 2_000;

/// A minimum with what is said of it.
pub(super) struct Found {
    pub(super) outcome: Outcome,
    pub(super) space: Space,
    /// The names of the variables.
    pub(super) names: Vec<String>,
    /// Whether the function is convex, so that a point where its gradient vanishes is a global minimum.
    pub(super) is_convex: bool,
    /// How the start was chosen.
    pub(super) start: String,
    pub(super) way: Way,
    pub(super) method: Method,
    pub(super) precision: Precision,
    /// Bytes of the gradient's plan, without and with checkpoints, where there are any.
    pub(super) memory: Option<[f64; 2]>,
}

impl Found {
    /// The value of each variable, in numbers of the precision.
    pub(super) fn values(&self) -> Vec<DMatrix<f64>> {
        let nearest = |entry| self.precision.nearest(entry);
        self.space.blocks.iter().map(|block| block.matrix(&self.outcome.best.x).map(nearest)).collect()
    }
}

/// The values that are given, those where variables start included.
pub(super) fn known(asked: &Minimize) -> Data {
    let mut data = asked.data.clone();
    data.values.extend(asked.starts.values.iter().cloned());
    data
}

/// Reads the expression, where names have values and variables have starts.
pub(super) fn read(request: &Request, asked: &Minimize) -> Result<Problem, Error> {
    let wrt = variables(request, &Goal::Scalar)?;
    let families = asked.data.families.iter().map(|(name, _)| name);
    for name in asked.data.values.iter().map(|(name, _)| name).chain(families) {
        if wrt.contains(name) {
            return Err(Error::Message(format!(
                "`{name}` is a variable and has a value\n  = help: give where it starts: --start {name}=…"
            )));
        }
    }
    if let Some((name, _)) = asked.starts.values.iter().find(|(name, _)| !wrt.contains(name)) {
        return Err(Error::Message(format!(
            "`{name}` is not a variable and has a start\n  = help: give its value: --set {name}=…"
        )));
    }
    if let Some((name, _)) = asked.starts.families.first() {
        return Err(Error::Message(format!("the start of `{name}` has three axes, and a variable has two at most")));
    }
    if let Some(name) = asked.nonnegative.iter().find(|name| !wrt.contains(name)) {
        return Err(Error::Message(format!("`{name}` is not a variable: --nonnegative takes the names of variables")));
    }
    let problem = read_with(request, &known(asked), &wrt)?;
    match problem.maximum() {
        Some(report) => Err(report.into()),
        None => Ok(problem),
    }
}

/// Reads the expression where these names have values.
fn read_with(request: &Request, data: &Data, wrt: &[String]) -> Result<Problem, Error> {
    let whole = |name: &&String| !is_simplex(request, name);
    let names: Vec<&str> = wrt.iter().filter(whole).map(String::as_str).collect();
    let mut problem = read_with_values(request, Goal::Scalar, (&data.values, &data.families), &names)?;
    if names.len() < wrt.len() {
        let symbol = |name: &String| {
            let found = problem.symbols.iter().find(|symbol| problem.arena.symbol(**symbol).name == *name);
            found.copied().ok_or_else(|| Error::Message(format!("there is no `{name}` in the expression")))
        };
        problem.wrt = wrt.iter().map(symbol).collect::<Result<_, _>>()?;
        problem.parts = vec![None; wrt.len()];
        for symbol in problem.wrt.clone() {
            if is_simplex(request, &problem.arena.symbol(symbol).name) {
                problem.arena.let_vary(symbol);
            }
        }
    }
    Ok(problem)
}

/// Whether a variable is declared as a probability vector. There is no derivative by one, as its entries do not vary freely; here it is that
/// of the expression as it is written, of which the simplex lets through what varies.
fn is_simplex(request: &Request, name: &str) -> bool {
    let all = crate::syntax::parse_declarations(&request.declarations).unwrap_or_default();
    all.iter().any(|one| one.name == name && matches!(one.kind, DeclaredKind::Simplex(_)))
}

/// The sets that the variables are declared in.
pub(super) fn space(
    request: &Request,
    problem: &Problem,
    bindings: &Bindings<f64>,
    asked: &Minimize,
) -> Result<Space, Error> {
    let mut space = Space::default();
    for symbol in &problem.wrt {
        let info = problem.arena.symbol(*symbol);
        let (rows, cols) = bindings
            .shape(&problem.arena, info.shape)
            .map_err(|_| Error::Message(format!("the size of `{}` is not known", info.name)))?;
        let set = match info.kind {
            _ if asked.nonnegative.contains(&info.name) => Set::Nonnegative,
            SymbolKind::Positive => Set::Positive,
            SymbolKind::Nonnegative => Set::Nonnegative,
            _ if is_simplex(request, &info.name) => Set::Simplex,
            // A number is above 0 where a matrix is positive definite.
            _ if rows * cols == 1 && info.structure == Structure::PositiveDefinite => Set::Positive,
            _ => Set::Structured(info.structure),
        };
        space.blocks.push(Block { first: space.dimension(), rows, cols, set });
    }
    Ok(space)
}

/// The oracle of the function with its data.
pub(super) fn oracle<T: Real>(
    problem: &mut Problem,
    asked: &Minimize,
    bindings: &Bindings<f64>,
    space: &Space,
) -> Result<Oracle<T>, Error> {
    let plans = planned(problem, asked, bindings, space)?.in_precision();
    Oracle::new(problem, plans, bindings).map_err(|error| Error::Message(error.to_string()))
}

pub(super) fn planned(
    problem: &mut Problem,
    asked: &Minimize,
    bindings: &Bindings<f64>,
    space: &Space,
) -> Result<Plans, Error> {
    let has_hessian = asked.options.method.needs_hessian();
    let count = space.dimension();
    if has_hessian && count > MOST_OF_HESSIAN {
        return Err(Error::Message(format!(
            "{} needs a Hessian of {count}×{count} entries\n  = help: of more than {MOST_OF_HESSIAN} variables use --method lbfgs",
            asked.options.method.name()
        )));
    }
    let is_orthogonal = |block: &Block| block.set == Set::Structured(Structure::Orthogonal);
    if has_hessian && asked.way == Way::Symbolic && space.blocks.iter().any(is_orthogonal) {
        return Err(Error::Message(
            "second derivatives on the orthogonal matrices are taken by automatic differentiation\n  = help: --derivatives reverse".into(),
        ));
    }
    let derived = oracle::derive(problem, asked.way, has_hessian)?;
    oracle::plans(problem, &derived, bindings, asked.checkpoints).map_err(|error| no_plan(&error))
}

fn no_plan(error: &PlanError) -> Error {
    Error::Message(format!("the function cannot be computed by a plan: {error}"))
}

/// Runs the search and shows how far it is.
pub(super) fn search<T: Real>(
    oracle: &mut Oracle<T>,
    space: &Space,
    start: DVector<f64>,
    asked: &Minimize,
    watch: &mut dyn Watch,
) -> Result<Outcome, Error> {
    let mut observe = |step: &minimize::Step| {
        watch.progress(format_args!(
            "iteration {}: value {:.6e}, gradient norm {:.2e}",
            step.iteration, step.value, step.gradient_norm
        ));
        !interrupt::is_asked()
    };
    minimize::minimize(oracle, space, start, &asked.options, &mut observe).map_err(|trouble| match trouble {
        Trouble::Stopped => Error::Stopped,
        Trouble::Failed(why) => Error::Message(format!("{why}\n  = help: give another start: --start NAME=VALUE")),
    })
}

/// Whether the function is shown to be convex in all variables, where data are what their values are.
pub(super) fn is_convex(request: &Request, asked: &Minimize) -> bool {
    let declared = |name: &str| {
        let all = crate::syntax::parse_declarations(&request.declarations);
        all.is_ok_and(|all| all.iter().any(|one| one.name == name))
    };
    let mut declarations = request.declarations.clone();
    for (name, value) in known(asked).values {
        if !declared(&name) {
            let is_variable = asked.starts.values.iter().any(|(start, _)| *start == name);
            let kind = if is_variable { Kind::of_value(value.shape()).to_string() } else { kind_of_data(&value) };
            declarations.push_str(&format!("\n{name}: {kind}"));
        }
    }
    let wrt = variables(request, &Goal::Scalar).unwrap_or_default();
    let told = Request { declarations, ..request.clone() };
    let judged = interrupt::within_half(|| {
        let problem = read_with(&told, &Data::default(), &wrt);
        let Ok(mut problem) = problem.or_else(|_| read(request, asked)) else { return false };
        let wrt = problem.wrt.clone();
        let finding = convexity::judge(&mut problem.arena, problem.raw[0], &wrt, Some(&options(request)));
        let is_convex = |curvature| matches!(curvature, Curvature::Convex | Curvature::Affine);
        finding.stands() && matches!(finding.verdict, Verdict::Is(curvature, _) if is_convex(curvature))
    });
    judged.unwrap_or(false)
}

/// What a value of no declared kind is: what it is helps an argument about convexity.
fn kind_of_data(value: &SharedMatrix<f64>) -> String {
    let kind = Kind::of_value(value.shape());
    let is_square = value.nrows() == value.ncols();
    let is = |structure: Structure| numeric::lacks_structure(structure, value).is_none();
    match kind {
        Kind::Scalar if value[0] > 0.0 => "positive".into(),
        Kind::Matrix if is_square && is(Structure::PositiveDefinite) => "spd".into(),
        Kind::Matrix if is_square && is(Structure::PositiveSemidefinite) => "psd".into(),
        Kind::Matrix if is_square && is(Structure::Symmetric) => "symmetric".into(),
        _ => kind.to_string(),
    }
}
