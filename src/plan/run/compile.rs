//! From a graph to the steps of its run: everything about sizes and places is settled here, once.

use rustc_hash::FxHashMap;

use super::inputs::Inputs;
use super::lines::{Draft, Lines};
use super::matrix::OnMatrices;
use super::place::{Labeled, Layout, Place, axes_of_labels, with_last};
use super::product::{Gram, Product, Stack};
use super::sweep::Sweep;
use super::tape::Tape;
use super::tensor::dense;
use super::whole::Whole;
use crate::kernel::Real;
use crate::plan::error::PlanError;
use crate::plan::fuse::{Fusion, Role, is_loop, weights};
use crate::plan::graph::{Graph, Kernel};
use crate::plan::matrix::Matrix;
use crate::plan::node::{NodeId, Source};

/// What a step does.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// A loop over entries.
    Lines(Lines),
    /// Short loops over entries.
    Tape(Tape),
    /// Products of matrices.
    Product(Product),
    /// XᵀDX
    Gram(Gram),
    /// Two products of one matrix with vectors.
    Sweep(Sweep),
    /// An operation on whole tensors.
    Whole(Whole, Vec<Layout>, Vec<usize>),
    /// An operation on matrices.
    OnMatrices(OnMatrices),
}

/// An action and the buffer that it writes, of several the first.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) action: Action,
    pub(super) out: usize,
}

impl Step {
    /// The places that it reads.
    pub(super) fn reads(&self) -> Vec<Place> {
        match &self.action {
            Action::Lines(lines) => lines.reads().collect(),
            Action::Tape(tape) => tape.reads().collect(),
            Action::Product(product) => vec![product.left.place, product.right.place],
            Action::Gram(gram) => vec![gram.matrix.place, gram.weights],
            Action::Sweep(sweep) => sweep.reads(),
            Action::Whole(_, operands, _) => operands.iter().map(|operand| operand.place).collect(),
            Action::OnMatrices(step) => step.operands.iter().map(|operand| operand.place).collect(),
        }
    }

    /// The buffers that it writes.
    pub(super) fn writes(&self) -> Vec<usize> {
        match &self.action {
            Action::Lines(lines) => lines.writes().collect(),
            Action::Tape(tape) => tape.writes().collect(),
            Action::Sweep(sweep) => sweep.writes(self.out),
            _ => vec![self.out],
        }
    }

    /// How many numbers it needs beside.
    pub(super) fn scratch(&self) -> usize {
        match &self.action {
            Action::Lines(lines) => lines.scratch(),
            Action::Sweep(sweep) => sweep.scratch(),
            Action::Tape(_) | Action::Product(_) | Action::Gram(_) | Action::Whole(..) | Action::OnMatrices(_) => 0,
        }
    }
}

/// An array that is given: how it is to lie.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) source: Source,
    /// The lengths that it has in the graph, and its steps there.
    pub(super) lengths: Vec<usize>,
    pub(super) steps: Vec<usize>,
    /// The lengths and steps with which it was given.
    pub(super) whole: [Vec<usize>; 2],
}

/// Steps as they are put together.
pub(super) struct Compiler<'g> {
    pub(super) graph: &'g Graph,
    pub(super) fusion: Fusion,
    pub(super) values: Vec<Option<Layout>>,
    /// How many entries each buffer has.
    pub(super) buffers: Vec<usize>,
    pub(super) steps: Vec<Step>,
    pub(super) given: Vec<Given>,
    /// Buffers that never change, with their entries.
    pub(super) constants: Vec<(usize, Vec<f64>)>,
    /// Where the factors of matrices are kept.
    slots: FxHashMap<NodeId, usize>,
}

impl<'g> Compiler<'g> {
    /// The steps for some nodes where these arrays are given.
    pub(super) fn run<T: Real>(graph: &'g Graph, roots: &[NodeId], inputs: &Inputs<'_, T>) -> Result<Self, PlanError> {
        let mut compiler = Self {
            graph,
            fusion: Fusion::new(graph, roots),
            values: vec![None; graph.len()],
            buffers: Vec::new(),
            steps: Vec::new(),
            given: Vec::new(),
            constants: Vec::new(),
            slots: FxHashMap::default(),
        };
        for id in graph.order(roots) {
            if compiler.fusion.member(id).is_none() {
                let value = compiler.value(id, inputs)?;
                compiler.values[id.place()] = Some(value);
            }
        }
        Ok(compiler)
    }

    pub(super) fn buffer(&mut self, entries: usize) -> usize {
        self.buffers.push(entries);
        self.buffers.len() - 1
    }

    fn constant(&mut self, lengths: Vec<usize>, entries: Vec<f64>) -> Layout {
        let buffer = self.buffer(entries.len());
        self.constants.push((buffer, entries));
        Layout::dense(buffer, lengths)
    }

    /// The number 1.
    pub(super) fn one(&mut self) -> Layout {
        self.constant(Vec::new(), vec![1.0])
    }

    pub(super) fn lines(&mut self, draft: Draft) {
        let lines = Lines::new(draft);
        self.steps.push(Step { out: lines.values[0].buffer, action: Action::Lines(lines) });
    }

    pub(super) fn product(&mut self, product: Product) -> usize {
        let [m, n, _] = product.sides;
        let out = self.buffer(product.batch * m * n);
        self.steps.push(Step { action: Action::Product(product), out });
        out
    }

    /// The layout of a value that is there.
    pub(super) fn layout(&self, id: NodeId) -> Result<Layout, PlanError> {
        self.values[id.place()].clone().ok_or(PlanError::Unsupported("an operation without its operands"))
    }

    fn value<T: Real>(&mut self, id: NodeId, inputs: &Inputs<'_, T>) -> Result<Layout, PlanError> {
        let node = self.graph.node(id);
        let lengths: Vec<usize> = node.lengths.iter().map(|length| length.size).collect();
        Ok(match &node.kernel {
            Kernel::Input(source) => self.input(*source, lengths, inputs)?,
            Kernel::Number(value) => self.constant(lengths, vec![value.value()]),
            Kernel::Size(length) => self.constant(lengths, vec![length.size as f64]),
            Kernel::Range(length) => self.constant(lengths, (0..length.size).map(|place| place as f64).collect()),
            Kernel::Map(..) | Kernel::Zip(..) | Kernel::Sum(_) => self.looped(id)?,
            Kernel::Contract(contraction) if contraction.is_movement() && self.fusion.members(id).is_empty() => {
                match self.seen(id)? {
                    Some(view) => view,
                    None => self.looped(id)?,
                }
            }
            Kernel::Contract(_) if self.has_weights(id) => self.weighted(id, lengths)?,
            Kernel::Contract(contraction) if is_loop(contraction) => self.looped(id)?,
            Kernel::Contract(contraction) => {
                self.contracted(contraction, self.graph.is_symmetric_product(contraction), lengths)?
            }
            Kernel::Fold(fold, x, axes) => {
                let x = self.layout(*x)?;
                let x = x.permuted(&with_last(axes, x.lengths.len()));
                let (kept, folded) = x.lengths.split_at(x.lengths.len() - axes.len());
                let (kept, count) = (kept.to_vec(), folded.iter().product());
                self.whole(Whole::Fold(*fold, count), vec![x], kept)
            }
            Kernel::Others(x, axes) => {
                let order = with_last(axes, lengths.len());
                let count = axes.iter().map(|axis| lengths[*axis]).product();
                let x = self.layout(*x)?.permuted(&order);
                self.whole(Whole::Others(count), vec![x.clone()], x.lengths).restored(&order)
            }
            Kernel::Matrix(operation, operands) => self.on_matrices(*operation, operands, lengths)?,
            Kernel::Stack(parts) => {
                let parts = parts.iter().map(|part| self.layout(*part)).collect::<Result<_, _>>()?;
                self.whole(Whole::Stack, parts, lengths)
            }
            Kernel::Join(parts, axis) => {
                // The axis in front: then one part lies behind the other.
                let order: Vec<usize> =
                    std::iter::once(*axis).chain((0..lengths.len()).filter(|at| at != axis)).collect();
                let parts = parts.iter().map(|part| Ok(self.layout(*part)?.permuted(&order)));
                let parts = parts.collect::<Result<_, PlanError>>()?;
                let whole = order.iter().map(|at| lengths[*at]).collect();
                self.whole(Whole::Stack, parts, whole).restored(&order)
            }
            Kernel::Take(array, positions) | Kernel::Scatter(array, positions, _) => {
                let all = std::iter::once(array).chain(positions).map(|id| self.layout(*id));
                let all = all.collect::<Result<_, _>>()?;
                let is_take = matches!(node.kernel, Kernel::Take(..));
                self.whole(if is_take { Whole::Take } else { Whole::Scatter }, all, lengths)
            }
        })
    }

    fn has_weights(&self, id: NodeId) -> bool {
        self.fusion.members(id).iter().any(|own| self.fusion.member(*own).is_some_and(|own| own.role == Role::Weighted))
    }

    /// XᵀDX
    fn weighted(&mut self, id: NodeId, lengths: Vec<usize>) -> Result<Layout, PlanError> {
        let Some((_, matrix, weights, summed)) = weights(self.graph, id) else {
            return Err(PlanError::Unsupported("an operation without its operands"));
        };
        let (matrix, mut weights) = (self.layout(matrix)?, self.layout(weights)?);
        if weights.steps[0] != 1 {
            weights = self.whole(Whole::Stack, vec![weights.clone()], weights.lengths);
        }
        let steps = [0, matrix.steps[summed], matrix.steps[1 - summed]];
        let sides = [matrix.lengths[1 - summed], matrix.lengths[summed]];
        let matrix = Stack { place: matrix.place, first: matrix.first, steps };
        let gram = Gram { sides, matrix, weights: weights.place, first: weights.first };
        let out = self.buffer(lengths.iter().product());
        self.steps.push(Step { action: Action::Gram(gram), out });
        Ok(Layout::dense(out, lengths))
    }

    fn input<T: Real>(
        &mut self,
        source: Source,
        lengths: Vec<usize>,
        inputs: &Inputs<'_, T>,
    ) -> Result<Layout, PlanError> {
        let whole = inputs.whole(source)?;
        let own = inputs.get(source, &lengths)?;
        let steps = own.steps.clone();
        let whole = [whole.lengths.clone(), whole.steps.clone()];
        let place = Place::Given(self.given.len());
        self.given.push(Given { source, lengths: lengths.clone(), steps: steps.clone(), whole });
        Ok(Layout { place, first: 0, lengths, steps })
    }

    /// A contraction that only moves entries, as a view; none where it is no view.
    fn seen(&mut self, id: NodeId) -> Result<Option<Layout>, PlanError> {
        let Kernel::Contract(contraction) = self.graph.kernel(id) else { return Ok(None) };
        if contraction.has_diagonal() {
            return Ok(None);
        }
        let sizes: Vec<usize> = contraction.lengths.iter().map(|length| length.size).collect();
        let own = match &*contraction.operands {
            [] => Labeled::new(&self.one(), &[], &sizes),
            [(operand, groups), ..] => Labeled::new(&self.layout(*operand)?, groups, &sizes),
        };
        let lengths = self.graph.lengths(id).iter().map(|length| length.size).collect();
        let steps = axes_of_labels(&contraction.output, &own.steps, &sizes);
        Ok(steps.map(|steps| Layout { place: own.place, first: own.first, lengths, steps }))
    }

    fn whole(&mut self, whole: Whole, operands: Vec<Layout>, lengths: Vec<usize>) -> Layout {
        let out = self.buffer(lengths.iter().product());
        self.steps.push(Step { action: Action::Whole(whole, operands, lengths.clone()), out });
        Layout::dense(out, lengths)
    }

    fn on_matrices(&mut self, operation: Matrix, of: &[NodeId], lengths: Vec<usize>) -> Result<Layout, PlanError> {
        let next = self.slots.len();
        let slot = *self.slots.entry(of[0]).or_insert(next);
        let operands = of.iter().map(|id| self.layout(*id)).collect::<Result<_, _>>()?;
        let factors = self.graph.factors(of[0]);
        let out = self.buffer(lengths.iter().product());
        let step = OnMatrices { operation, slot, factors, operands };
        self.steps.push(Step { action: Action::OnMatrices(step), out });
        Ok(Layout { place: Place::Made(out), first: 0, steps: dense(&lengths), lengths })
    }
}
