//! The value of a graph in doubles.

mod contract;
mod elementwise;
mod matrix;
mod tensor;

use rustc_hash::FxHashMap;

use super::error::PlanError;
use super::graph::{Graph, Kernel, NodeId, Source};
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

/// The values of some nodes.
///
/// # Errors
/// What is not given, what has no value, matrices that cannot be factored.
pub fn run<'a>(graph: &Graph, roots: &[NodeId], inputs: &Inputs<'a>) -> Result<Vec<Tensor<'a>>, PlanError> {
    let order = graph.order(roots);
    let mut left = graph.uses(roots);
    let mut values: FxHashMap<NodeId, Tensor<'a>> = FxHashMap::default();
    let mut factors = matrix::Factors::default();
    for id in order {
        let operands: Vec<Tensor<'a>> =
            graph.kernel(id).operands().iter().filter_map(|operand| values.get(operand).cloned()).collect();
        // A buffer is given back with its last use.
        for operand in graph.kernel(id).operands() {
            left[operand.place()] -= 1;
            if left[operand.place()] == 0 {
                values.remove(&operand);
            }
        }
        let value = step(graph, id, &operands, inputs, &mut factors)?;
        values.insert(id, value);
    }
    Ok(roots.iter().filter_map(|root| values.get(root).cloned()).collect())
}

/// The entries of a node's value, row after row.
///
/// # Errors
/// As [`run`].
pub fn entries(graph: &Graph, root: NodeId, inputs: &Inputs<'_>) -> Result<Vec<f64>, PlanError> {
    Ok(run(graph, &[root], inputs)?.first().map(Tensor::entries).unwrap_or_default())
}

fn step<'a>(
    graph: &Graph,
    id: NodeId,
    operands: &[Tensor<'a>],
    inputs: &Inputs<'a>,
    factors: &mut matrix::Factors,
) -> Result<Tensor<'a>, PlanError> {
    let node = graph.node(id);
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
        (Kernel::Contract(contraction), _) => {
            contract::contract(contraction, operands, graph.is_symmetric_product(contraction))
        }
        (Kernel::Fold(fold, _, axes), [x]) => elementwise::fold(*fold, x, axes),
        (Kernel::Others(_, axes), [x]) => elementwise::others(x, axes),
        (Kernel::Matrix(operation, of), _) => matrix::matrix(*operation, of, operands, lengths, factors)?,
        (Kernel::Stack(_), parts) => Tensor::made(lengths, parts.iter().flat_map(Tensor::entries).collect()),
        (Kernel::Take(..), [array, positions @ ..]) => elementwise::take(array, positions, lengths),
        (Kernel::Scatter(..), [parts, positions @ ..]) => elementwise::scatter(parts, positions, lengths),
        _ => return Err(PlanError::Unsupported("an operation without its operands")),
    })
}
