//! Functions entry by entry, reductions, and operations on matrices.

use super::batch::single;
use super::value::{Builder, Value};
use crate::codegen::{Binary, Unary};
use crate::expr::{Func, MatrixFunction, Op, Reduction};
use crate::plan::entry::{Fold, Map, Zip};
use crate::plan::error::PlanError;
use crate::plan::matrix::Matrix;
use crate::plan::node::NodeId;

/// Singular values below this times the largest are 0, of matrices that are singular by construction.
const SINGULAR_CUTOFF: f64 = 1e-12;
/// The same of all others: about what rounding leaves.
const CUTOFF: f64 = 1e-15;

impl Builder<'_> {
    pub(super) fn unary(&mut self, operation: Unary, x: &Value) -> Result<Value, PlanError> {
        if let Some(moved) = self.rearrange(operation, x) {
            return Ok(moved);
        }
        let same = |node: NodeId| Ok(Value { node, keys: x.keys.clone() });
        let matrix = match operation {
            Unary::Elementwise(func) => return same(self.graph.func(func, x.node)),
            Unary::Negative => return same(self.graph.scale(-1.0, x.node)),
            Unary::Sqrt => return same(self.graph.map(Map::Sqrt, x.node)),
            Unary::Log1p => return same(self.graph.map(Map::Log1p, x.node)),
            Unary::Expm1 => return same(self.graph.map(Map::Expm1, x.node)),
            Unary::LogExpit => return same(self.graph.map(Map::LogExpit, x.node)),
            Unary::LogNormCdf => return same(self.graph.map(Map::LogNormCdf, x.node)),
            Unary::NormRatio => return same(self.graph.map(Map::NormRatio, x.node)),
            Unary::Factorial => return same(self.graph.map(Map::Factorial, x.node)),
            Unary::Int => return same(self.graph.map(Map::Truncate, x.node)),
            Unary::Apply(Op::Softmax) => return Ok(self.softmax(x, false, false)),
            Unary::SoftmaxRows => return Ok(self.softmax(x, true, false)),
            Unary::LogSoftmax => return Ok(self.softmax(x, false, true)),
            Unary::LogSoftmaxRows => return Ok(self.softmax(x, true, true)),
            Unary::Apply(op @ (Op::Tril | Op::Triu)) => return Ok(self.triangle(x, op == Op::Tril)),
            Unary::Reduce(reduction) => return Ok(self.reduce(reduction, x)),
            Unary::Norm => {
                let square = self.squared(x);
                return Ok(Value { node: self.graph.map(Map::Sqrt, square.node), keys: square.keys });
            }
            Unary::Others if x.keys.is_empty() => {
                let axes = self.own_axes(x);
                return Ok(Value::plain(self.graph.others(x.node, &axes)));
            }
            Unary::Others => {
                let product = self.reduce(Reduction::Product, x);
                let below = Value { node: self.graph.map(Map::Reciprocal, x.node), keys: x.keys.clone() };
                return Ok(self.multiply(&product, &below));
            }
            Unary::NormOne | Unary::NormInfinity => {
                let size = Value { node: self.graph.func(Func::Abs, x.node), keys: x.keys.clone() };
                let reduction = if operation == Unary::NormOne { Reduction::Sum } else { Reduction::Max };
                return Ok(self.reduce(reduction, &size));
            }
            Unary::PinvVector => {
                let square = self.squared(x);
                let below = Value { node: self.graph.map(Map::Reciprocal, square.node), keys: square.keys };
                return Ok(self.multiply(&below, x));
            }
            // The parts of a decomposition are found from what is decomposed.
            Unary::Svd | Unary::Lu | Unary::Cholesky => return Ok(x.clone()),
            Unary::Apply(Op::Adjugate) => Matrix::Adjugate,
            Unary::Det => Matrix::Det,
            Unary::LogAbsDet => Matrix::LogDet,
            Unary::Inverse => Matrix::Inverse,
            Unary::Pinv => Matrix::Pinv(CUTOFF.into()),
            Unary::PinvSingular => Matrix::Pinv(SINGULAR_CUTOFF.into()),
            Unary::NormSpectral => Matrix::NormSpectral,
            Unary::NormNuclear => Matrix::NormNuclear,
            Unary::LambdaMax => Matrix::LambdaMax,
            Unary::LambdaMin => Matrix::LambdaMin,
            Unary::EigvecMax => Matrix::EigvecMax,
            Unary::EigvecMin => Matrix::EigvecMin,
            Unary::FirstLeft => Matrix::UMax,
            Unary::FirstRight => Matrix::VMax,
            Unary::Every(which) => Matrix::Every(which),
            Unary::Polar => Matrix::Polar,
            Unary::MatrixFunction(function) => Matrix::Function(function),
            Unary::Transpose
            | Unary::Trace
            | Unary::Diag
            | Unary::DiagPart
            | Unary::Vec
            | Unary::AsColumn
            | Unary::AsRow => return Err(PlanError::Unsupported("an array that is no matrix")),
        };
        Ok(self.on_matrix(x, matrix))
    }

    /// The entries along axes of a value brought to one by an operation.
    pub(super) fn along(&mut self, operation: Unary, x: &Value, axes: &[usize]) -> Result<Value, PlanError> {
        let count = self.own_axes(x).len();
        let kept: Vec<usize> = (0..count).filter(|axis| !axes.contains(axis)).collect();
        let order: Vec<usize> = kept.iter().chain(axes).copied().collect();
        let sorted = self.axes(x, &order);
        // The kept axes are like those of indices.
        let lengths = self.graph.lengths(sorted.node).to_vec();
        let first = lengths.len() - axes.len();
        let reduced: Vec<usize> = (first..lengths.len()).collect();
        let node = match operation {
            Unary::Reduce(reduction) => self.reduced(reduction, sorted.node, &reduced),
            Unary::Norm => {
                let square = self.graph.times(sorted.node, sorted.node);
                let total = self.graph.total(square, &reduced);
                self.graph.map(Map::Sqrt, total)
            }
            Unary::NormOne | Unary::NormInfinity => {
                let size = self.graph.func(Func::Abs, sorted.node);
                let reduction = if operation == Unary::NormOne { Reduction::Sum } else { Reduction::Max };
                self.reduced(reduction, size, &reduced)
            }
            _ => return Err(PlanError::Unsupported("an operation along axes")),
        };
        Ok(Value { node, keys: sorted.keys })
    }

    /// The axes of the tensor that are a value's own.
    fn own_axes(&self, x: &Value) -> Vec<usize> {
        (x.keys.len()..self.graph.lengths(x.node).len()).collect()
    }

    /// Σ xᵢ²
    fn squared(&mut self, x: &Value) -> Value {
        let own = self.own(x);
        let mut keyed = super::batch::Keyed::default();
        let labels = keyed.draft.labels(&own);
        keyed.factor(self, x, &single(&labels));
        keyed.factor(self, x, &single(&labels));
        keyed.finish(self, &[], None)
    }

    fn reduce(&mut self, reduction: Reduction, x: &Value) -> Value {
        let axes = self.own_axes(x);
        Value { node: self.reduced(reduction, x.node, &axes), keys: x.keys.clone() }
    }

    fn reduced(&mut self, reduction: Reduction, x: NodeId, axes: &[usize]) -> NodeId {
        let fold = match reduction {
            Reduction::Sum => return self.graph.total(x, axes),
            Reduction::Product => Fold::Product,
            Reduction::Max => Fold::Max,
            Reduction::Min => Fold::Min,
            Reduction::LogSumExp => Fold::LogSumExp,
        };
        self.graph.fold(fold, x, axes)
    }

    /// exp(x − log Σ exp x) over all own axes or the last one, or its logarithm.
    fn softmax(&mut self, x: &Value, by_rows: bool, is_log: bool) -> Value {
        let mut axes = self.own_axes(x);
        if by_rows {
            axes.drain(..axes.len().saturating_sub(1));
        }
        let all = self.graph.fold(Fold::LogSumExp, x.node, &axes);
        let lengths = self.graph.lengths(x.node).to_vec();
        let kept: Vec<usize> = (0..lengths.len()).filter(|axis| !axes.contains(axis)).collect();
        let all = self.graph.spread(all, &kept, &lengths);
        let log = self.graph.minus(x.node, all);
        let node = if is_log { log } else { self.graph.func(Func::Exp, log) };
        Value { node, keys: x.keys.clone() }
    }

    /// The entries on and below the diagonal, or on and above it.
    fn triangle(&mut self, x: &Value, is_lower: bool) -> Value {
        let own = self.own(x);
        let [row, col] = [&own[0], &own[1]].map(|length| self.graph.range(length.clone()));
        let row = self.graph.spread(row, &[0], &own);
        let col = self.graph.spread(col, &[1], &own);
        let half = self.graph.filled(0.5, &own);
        let sign = if is_lower { 1.0 } else { -1.0 };
        let distance = self.graph.sum(&[(sign, row), (-sign, col), (1.0, half)]);
        let mask = self.graph.func(Func::Step, distance);
        self.multiply(&Value::plain(mask), x)
    }

    /// Functions of two entries.
    pub(super) fn entries(&mut self, operation: Binary, x: &Value, y: &Value) -> Result<Value, PlanError> {
        let zip = match operation {
            Binary::Divide => Zip::Divide,
            Binary::Power => Zip::Power,
            Binary::LogAddExp => Zip::LogAddExp,
            Binary::Xlogy => Zip::Xlogy,
            Binary::Equal => Zip::Equal,
            Binary::Keep => Zip::Keep,
            Binary::Maximum => Zip::Maximum,
            Binary::Minimum => Zip::Minimum,
            Binary::NormP => return Ok(self.norm_p(x, y)),
            _ => return Err(PlanError::Unsupported("an operation on two arrays")),
        };
        if let Some(number) = self.graph.as_number(y.node)
            && matches!(zip, Zip::Divide | Zip::Power)
        {
            let number = self.graph.number(number);
            return Ok(Value { node: self.graph.zip(zip, x.node, number), keys: x.keys.clone() });
        }
        // x/c is x times 1/c, so that the reciprocal is taken once.
        if zip == Zip::Divide && self.own(y).is_empty() && !self.own(x).is_empty() {
            let below = Value { node: self.graph.map(Map::Reciprocal, y.node), keys: y.keys.clone() };
            return Ok(self.multiply(&below, x));
        }
        let (nodes, keys) = self.aligned(&[x.clone(), y.clone()]);
        Ok(Value { node: self.graph.zip(zip, nodes[0], nodes[1]), keys })
    }

    /// (Σ |xᵢ|ᵖ)^(1/p)
    fn norm_p(&mut self, x: &Value, p: &Value) -> Value {
        let size = Value { node: self.graph.func(Func::Abs, x.node), keys: x.keys.clone() };
        let (nodes, keys) = self.aligned(&[size, p.clone()]);
        let powers = Value { node: self.graph.zip(Zip::Power, nodes[0], nodes[1]), keys };
        let sum = self.reduce(Reduction::Sum, &powers);
        let root = Value { node: self.graph.map(Map::Reciprocal, p.node), keys: p.keys.clone() };
        let (nodes, keys) = self.aligned(&[sum, root]);
        Value { node: self.graph.zip(Zip::Power, nodes[0], nodes[1]), keys }
    }

    pub(super) fn frechet(&mut self, function: MatrixFunction, values: &[Value]) -> Result<Value, PlanError> {
        self.on_matrices(Matrix::Frechet(function), values)
    }
}
