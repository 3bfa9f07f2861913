//! The value of a graph in doubles.

mod contract;
mod elementwise;
mod matrix;
mod tensor;

use rustc_hash::FxHashMap;

use super::error::PlanError;
use super::graph::{Graph, Kernel};
use super::node::{NodeId, Source};
use crate::numeric::{Bindings, EvalError};
pub use tensor::Tensor;

/// The arrays that are given.
#[derive(Clone, Debug, Default)]
pub struct Inputs<'a> {
    arrays: FxHashMap<Source, Tensor<'a>>,
}

impl<'a> Inputs<'a> {
    /// The arrays of bindings: their symbols, families, differentials and free indices.
    #[must_use]
    pub fn of_bindings(bindings: &'a Bindings<f64>) -> Self {
        let mut inputs = Self::default();
        for (symbol, value) in &bindings.symbols {
            inputs.give_matrix(Source::Symbol(*symbol), value);
        }
        for ((symbol, slot), value) in &bindings.differentials {
            inputs.give_matrix(Source::Differential(*symbol, *slot), value);
        }
        for (symbol, members) in &bindings.families {
            let Some(first) = members.first() else { continue };
            let lengths = vec![members.len(), first.nrows(), first.ncols()];
            let entries = members.iter().flat_map(|member| member.transpose().as_slice().to_vec()).collect();
            inputs.give(Source::Symbol(*symbol), Tensor::made(lengths, entries));
        }
        for (index, value) in &bindings.indices {
            inputs.give(Source::Index(*index), Tensor::number((value - 1) as f64));
        }
        inputs
    }

    /// Gives an array.
    pub fn give(&mut self, source: Source, tensor: Tensor<'a>) {
        self.arrays.insert(source, tensor);
    }

    /// Gives a matrix.
    pub fn give_matrix(&mut self, source: Source, value: &'a nalgebra::DMatrix<f64>) {
        let lengths = vec![value.nrows(), value.ncols()];
        self.give(source, Tensor::given(value.as_slice(), lengths, vec![1, value.nrows()]));
    }

    /// The array of an input, with as many axes as it is to have: axes of length 1 are left out.
    fn get(&self, source: Source, lengths: &[usize]) -> Result<Tensor<'a>, PlanError> {
        let missing = match source {
            Source::Symbol(symbol) => EvalError::UnboundSymbol(symbol),
            Source::Differential(symbol, slot) => EvalError::UnboundDifferential(symbol, slot),
            Source::Index(index) => EvalError::UnboundIndex(index),
            Source::Direction(_) => {
                return self
                    .arrays
                    .get(&source)
                    .cloned()
                    .ok_or(PlanError::Unsupported("a direction that is not given"));
            }
        };
        let given = self.arrays.get(&source).ok_or(missing)?;
        if given.lengths == lengths {
            return Ok(given.clone());
        }
        let axes: Vec<usize> = (0..given.lengths.len()).filter(|axis| given.lengths[*axis] != 1).collect();
        let long: Vec<usize> = lengths.iter().copied().filter(|length| *length != 1).collect();
        let found: Vec<usize> = axes.iter().map(|axis| given.lengths[*axis]).collect();
        if found != long {
            let pair = |lengths: &[usize]| match *lengths {
                [] => (1, 1),
                [n] => (n, 1),
                [.., m, n] => (m, n),
            };
            return Err(EvalError::Shape { expected: pair(lengths), found: pair(&given.lengths) }.into());
        }
        let mut kept = axes.iter().map(|axis| given.steps[*axis]);
        let steps = lengths.iter().map(|length| if *length == 1 { 0 } else { kept.next().unwrap_or(0) }).collect();
        Ok(given.seen(lengths.to_vec(), steps))
    }
}

/// The order in which the nodes of some values are computed, made once for any number of runs.
#[derive(Clone, Debug)]
pub struct Schedule {
    steps: Vec<Scheduled>,
    roots: Vec<NodeId>,
    /// How many nodes the graph has.
    count: usize,
}

#[derive(Clone, Debug)]
struct Scheduled {
    id: NodeId,
    operands: Vec<NodeId>,
    /// What is used here for the last time: its buffer is given back.
    done: Vec<NodeId>,
    is_symmetric: bool,
    /// Whether the matrix of an operation is positive definite by declaration.
    is_definite: bool,
}

impl Schedule {
    /// The order for some values.
    #[must_use]
    pub fn new(graph: &Graph, roots: &[NodeId]) -> Self {
        let mut left = graph.uses(roots);
        let steps = graph.order(roots).into_iter().map(|id| {
            let operands = graph.kernel(id).operands();
            let mut done = Vec::new();
            for operand in &operands {
                left[operand.place()] -= 1;
                if left[operand.place()] == 0 {
                    done.push(*operand);
                }
            }
            let is_symmetric = match graph.kernel(id) {
                Kernel::Contract(contraction) => graph.is_symmetric_product(contraction),
                _ => false,
            };
            let is_definite = matches!(graph.kernel(id), Kernel::Matrix(..)) && graph.is_definite(operands[0]);
            Scheduled { id, operands, done, is_symmetric, is_definite }
        });
        Self { steps: steps.collect(), roots: roots.to_vec(), count: graph.len() }
    }

    /// The values where these arrays are given.
    ///
    /// # Errors
    /// What is not given, what has no value, matrices that cannot be factored.
    pub fn run<'a>(&self, graph: &Graph, inputs: &Inputs<'a>) -> Result<Vec<Tensor<'a>>, PlanError> {
        let mut values: Vec<Option<Tensor<'a>>> = vec![None; self.count];
        let mut factors = matrix::Factors::default();
        let mut operands = Vec::new();
        for step in &self.steps {
            operands.clear();
            operands.extend(step.operands.iter().filter_map(|operand| values[operand.place()].clone()));
            for operand in &step.done {
                values[operand.place()] = None;
            }
            values[step.id.place()] = Some(computed(graph, step, &operands, inputs, &mut factors)?);
        }
        Ok(self.roots.iter().filter_map(|root| values[root.place()].clone()).collect())
    }
}

/// The values of some nodes.
///
/// # Errors
/// As [`Schedule::run`].
pub fn run<'a>(graph: &Graph, roots: &[NodeId], inputs: &Inputs<'a>) -> Result<Vec<Tensor<'a>>, PlanError> {
    Schedule::new(graph, roots).run(graph, inputs)
}

/// The entries of a node's value, row after row.
///
/// # Errors
/// As [`run`].
pub fn entries(graph: &Graph, root: NodeId, inputs: &Inputs<'_>) -> Result<Vec<f64>, PlanError> {
    Ok(run(graph, &[root], inputs)?.first().map(Tensor::entries).unwrap_or_default())
}

fn computed<'a>(
    graph: &Graph,
    step: &Scheduled,
    operands: &[Tensor<'a>],
    inputs: &Inputs<'a>,
    factors: &mut matrix::Factors,
) -> Result<Tensor<'a>, PlanError> {
    let node = graph.node(step.id);
    let lengths: Vec<usize> = node.lengths.iter().map(|length| length.size).collect();
    Ok(match (&node.kernel, operands) {
        (Kernel::Input(source), _) => inputs.get(*source, &lengths)?,
        (Kernel::Number(value), _) => Tensor::number(value.value()),
        (Kernel::Size(length), _) => Tensor::number(length.size as f64),
        (Kernel::Range(length), _) => Tensor::made(lengths, (0..length.size).map(|place| place as f64).collect()),
        (Kernel::Map(map, _), [x]) => elementwise::map(*map, x)?,
        (Kernel::Zip(zip, ..), [x, y]) => elementwise::zip(*zip, x, y),
        (Kernel::Sum(terms), _) => {
            let coeffs: Vec<f64> = terms.iter().map(|(coeff, _)| coeff.value()).collect();
            elementwise::sum(&coeffs, operands)
        }
        (Kernel::Contract(contraction), _) => contract::contract(contraction, operands, step.is_symmetric),
        (Kernel::Fold(fold, _, axes), [x]) => elementwise::fold(*fold, x, axes),
        (Kernel::Others(_, axes), [x]) => elementwise::others(x, axes),
        (Kernel::Matrix(operation, of), _) => {
            matrix::matrix(*operation, (of, step.is_definite), operands, lengths, factors)?
        }
        (Kernel::Stack(_), parts) => Tensor::made(lengths, parts.iter().flat_map(Tensor::entries).collect()),
        (Kernel::Take(..), [array, positions @ ..]) => elementwise::take(array, positions, lengths),
        (Kernel::Scatter(..), [parts, positions @ ..]) => elementwise::scatter(parts, positions, lengths),
        _ => return Err(PlanError::Unsupported("an operation without its operands")),
    })
}
