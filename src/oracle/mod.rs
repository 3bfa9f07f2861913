//! Oracles: the value, gradient and Hessian of an expression at any point, by plans.
//!
//! The derivatives come by algebra, as expressions that are built into a plan with the function, or by automatic differentiation of the
//! function's own plan, in reverse or in forward mode: see [`Way`].

mod derive;
mod inputs;
mod ready;

use nalgebra::{DMatrix, DVector};

pub use derive::{Derived, derive};
pub use ready::{Checkpoints, Ready};

use crate::codegen::lower_for_plan;
use crate::expr::{ExprId, SymbolId};
use crate::interrupt;
use crate::kernel::Real;
use crate::minimize::{Objective, Trouble};
use crate::numeric::{Bindings, EvalError};
use crate::plan::{Graph, Inputs, Kernel, Length, NodeId, Plan, PlanError, Source, Tensor, ad, build};
use crate::problem::Problem;

/// By what derivatives are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Way {
    /// By algebra: the expression that `grad` answers with
    Symbolic,
    /// By automatic differentiation in reverse mode
    Reverse,
    /// By automatic differentiation in forward mode
    Forward,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Symbolic, Self::Reverse, Self::Forward];

    /// The way of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name.to_ascii_lowercase())
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Symbolic => "symbolic",
            Self::Reverse => "reverse",
            Self::Forward => "forward",
        }
    }
}

/// The plans for a function and its derivatives where all sizes are known.
pub struct Plans<T: Real = f64> {
    /// The value.
    pub value: Ready<T>,
    /// The value and the gradient by each variable.
    pub gradient: Ready<T>,
    /// The Hessian, by blocks: for each variable the rows of its entries, for each variable the columns of its entries.
    pub hessian: Option<Ready<T>>,
}

impl Plans {
    /// The same plans, which run with such numbers.
    #[must_use]
    pub fn in_precision<T: Real>(self) -> Plans<T> {
        let hessian = self.hessian.map(Ready::in_precision);
        Plans { value: self.value.in_precision(), gradient: self.gradient.in_precision(), hessian }
    }
}

/// The nodes of a function and of its variables.
struct Nodes {
    root: NodeId,
    wrt: Vec<NodeId>,
}

/// Adds an expression to a graph.
fn add(problem: &Problem, expr: ExprId, bindings: &Bindings<f64>, graph: &mut Graph) -> Result<NodeId, PlanError> {
    let program = lower_for_plan(&problem.arena, expr)?;
    build(&problem.arena, &program, bindings, graph)
}

/// The function with its variables; one that it does not depend on is an input all the same.
fn function(problem: &Problem, root: ExprId, bindings: &Bindings<f64>, graph: &mut Graph) -> Result<Nodes, PlanError> {
    let root = add(problem, root, bindings, graph)?;
    let mut wrt = Vec::new();
    for symbol in &problem.wrt {
        let axes = crate::codegen::symbol_axes(&problem.arena, *symbol);
        let source = Source::Symbol(*symbol);
        let known = graph
            .order(&[root])
            .into_iter()
            .find(|id| matches!(graph.kernel(*id), Kernel::Input(found) if *found == source));
        wrt.push(match known {
            Some(node) => node,
            None => {
                let lengths = axes.into_iter().map(|dim| bindings.size(&problem.arena, dim).map(Length::number));
                let lengths = lengths.collect::<Result<_, EvalError>>()?;
                graph.input(source, lengths)
            }
        });
    }
    Ok(Nodes { root, wrt })
}

/// The gradient of a node by each variable.
fn gradient(
    problem: &Problem,
    derived: &Derived,
    bindings: &Bindings<f64>,
    graph: &mut Graph,
    nodes: &Nodes,
) -> Result<Vec<NodeId>, PlanError> {
    match derived.way {
        Way::Symbolic => derived.gradient.iter().map(|expr| add(problem, *expr, bindings, graph)).collect(),
        Way::Reverse => ad::gradient(graph, nodes.root, &nodes.wrt),
        Way::Forward => nodes.wrt.iter().map(|wrt| ad::jacobian(graph, nodes.root, *wrt)).collect(),
    }
}

/// What a plan is to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The value.
    Value,
    /// The gradient.
    Gradient,
    /// The value and the gradient.
    Both,
    /// The Hessian.
    Hessian,
}

/// The plan of one thing by one way, with checkpoints where these are asked for.
///
/// # Errors
/// What there are no plans for.
pub fn ready(
    problem: &Problem,
    derived: &Derived,
    bindings: &Bindings<f64>,
    wanted: Wanted,
    checkpoints: Option<Checkpoints>,
) -> Result<Ready, PlanError> {
    let mut graph = Graph::default();
    let nodes = function(problem, derived.function, bindings, &mut graph)?;
    let planned = |graph: &Graph, roots: &[NodeId]| Ready::new(Plan::new(graph, roots), checkpoints);
    if wanted == Wanted::Value {
        return Ok(planned(&graph, &[nodes.root]));
    }
    if let (Wanted::Hessian, Some(expr)) = (wanted, derived.hessian) {
        let hessian = add(problem, expr, bindings, &mut graph)?;
        return Ok(planned(&graph, &[hessian]));
    }
    let mut roots = gradient(problem, derived, bindings, &mut graph, &nodes)?;
    match wanted {
        Wanted::Both => roots.insert(0, nodes.root),
        Wanted::Hessian => {
            let (mut blocks, mut colorings) = (Vec::new(), Vec::new());
            for of in &roots {
                for by in &nodes.wrt {
                    let number = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
                    let colored = ad::colored(&mut graph, *of, *by, number)?;
                    match colored {
                        Some(colored) => {
                            blocks.push(colored.node);
                            colorings.push(Some(colored.coloring));
                        }
                        None => {
                            blocks.push(ad::jacobian(&mut graph, *of, *by)?);
                            colorings.push(None);
                        }
                    }
                }
            }
            return Ok(planned(&graph, &blocks).restored_by(colorings));
        }
        Wanted::Value | Wanted::Gradient => {}
    }
    Ok(planned(&graph, &roots))
}

/// The plans of a function by one way; those of reverse mode with checkpoints where these are asked for.
///
/// # Errors
/// What there are no plans for.
pub fn plans(
    problem: &Problem,
    derived: &Derived,
    bindings: &Bindings<f64>,
    checkpoints: Option<Checkpoints>,
) -> Result<Plans, PlanError> {
    let checkpoints = checkpoints.filter(|_| derived.way == Way::Reverse);
    let plan = |wanted| ready(problem, derived, bindings, wanted, checkpoints);
    let hessian = if derived.has_hessian { Some(plan(Wanted::Hessian)?) } else { None };
    let value = ready(problem, derived, bindings, Wanted::Value, None)?;
    Ok(Plans { value, gradient: plan(Wanted::Both)?, hessian })
}

/// A function whose data are given, at any point, computed with doubles or floats.
pub struct Oracle<T: Real = f64> {
    plans: Plans<T>,
    /// What is given, with the variables where they were last.
    inputs: Inputs<'static, T>,
    /// The variables with their numbers of entries.
    variables: Vec<(SymbolId, usize)>,
    /// The value and the gradient where they were evaluated last.
    entries: Vec<T>,
}

impl<T: Real> Oracle<T> {
    /// The plans with the data of bindings; the variables need none.
    ///
    /// # Errors
    /// A size that is not known.
    pub fn new(problem: &Problem, plans: Plans<T>, bindings: &Bindings<f64>) -> Result<Self, EvalError> {
        let mut inputs = inputs::owned(bindings);
        let mut variables = Vec::new();
        for symbol in &problem.wrt {
            let axes = crate::codegen::symbol_axes(&problem.arena, *symbol);
            let lengths: Vec<usize> =
                axes.into_iter().map(|dim| bindings.size(&problem.arena, dim)).collect::<Result<_, _>>()?;
            let count = lengths.iter().product();
            inputs.give(Source::Symbol(*symbol), Tensor::made(lengths, vec![T::zero(); count]));
            variables.push((*symbol, count));
        }
        Ok(Self { plans, inputs, variables, entries: Vec::new() })
    }

    /// Gives the variables the entries of a point.
    fn go_to(&mut self, x: &DVector<f64>) {
        let mut first = 0;
        for (symbol, count) in &self.variables {
            self.inputs.write(Source::Symbol(*symbol), &x.as_slice()[first..first + count]);
            first += count;
        }
    }

    /// The plans.
    #[must_use]
    pub fn plans(&self) -> &Plans<T> {
        &self.plans
    }

    /// The value at a point; not a number where there is none.
    ///
    /// # Errors
    /// [`Trouble`]
    pub fn value(&mut self, x: &DVector<f64>) -> Result<f64, Trouble> {
        self.go_to(x);
        let mut value = [T::zero()];
        at(&mut self.plans.value, &self.inputs, &mut value)?;
        Ok(value[0].widen())
    }
}

/// Writes the entries of a plan with these arrays. Where it has no value they are not numbers.
fn at<T: Real>(plan: &mut Ready<T>, inputs: &Inputs<'_, T>, entries: &mut [T]) -> Result<(), Trouble> {
    if interrupt::is_asked() {
        return Err(Trouble::Stopped);
    }
    match plan.write(inputs, entries) {
        Ok(()) => Ok(()),
        Err(
            PlanError::Singular | PlanError::NotPositiveDefinite | PlanError::Evaluation(EvalError::NoConvergence(_)),
        ) => {
            entries.fill(T::nan());
            Ok(())
        }
        Err(error) => Err(Trouble::Failed(error.to_string())),
    }
}

impl<T: Real> Objective for Oracle<T> {
    fn gradient_into(&mut self, x: &DVector<f64>, gradient: &mut DVector<f64>) -> Result<f64, Trouble> {
        self.go_to(x);
        self.entries.resize(1 + x.len(), T::zero());
        at(&mut self.plans.gradient, &self.inputs, &mut self.entries)?;
        gradient.iter_mut().zip(&self.entries[1..]).for_each(|(own, entry)| *own = entry.widen());
        Ok(self.entries[0].widen())
    }

    fn hessian(&mut self, x: &DVector<f64>) -> Result<DMatrix<f64>, Trouble> {
        self.go_to(x);
        let Some(plan) = &mut self.plans.hessian else { return Err(Trouble::Failed("there is no Hessian".into())) };
        let count = x.len();
        let mut entries = vec![T::zero(); count * count];
        at(plan, &self.inputs, &mut entries)?;
        let mut hessian = DMatrix::zeros(count, count);
        let mut blocks = entries.into_iter();
        let mut row = 0;
        for (_, rows) in &self.variables {
            let mut col = 0;
            for (_, cols) in &self.variables {
                for (i, j) in (0..*rows).flat_map(|i| (0..*cols).map(move |j| (i, j))) {
                    hessian[(row + i, col + j)] = blocks.next().map_or(f64::NAN, T::widen);
                }
                col += cols;
            }
            row += rows;
        }
        Ok(hessian)
    }

    fn rounding(&self) -> f64 {
        T::epsilon().widen()
    }
}
