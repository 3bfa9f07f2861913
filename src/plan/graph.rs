//! Graphs of operations on tensors of known sizes.
//!
//! A tensor has any number of axes: a scalar none, a vector one, a matrix two, and one more in front for every index that it is a family
//! over. Products, sums over entries, transposes, diagonals, reshapings and broadcasts are one operation, the contraction
//! ([`super::contract`]). Equal operations on equal operands are one node, and operands stand before what uses them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::contraction::Contraction;
use super::entry::{Fold, Map, Zip};
use super::matrix::{Factors, Matrix};
use super::node::{Bits, Length, NodeId, Source};
use crate::expr::{Func, Ranked};

/// Whether a matrix is symmetric is not asked of what stands deeper in it.
const MAX_DEPTH: u32 = 4;

/// An operation and its operands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kernel {
    /// An array that is given.
    Input(Source),
    /// A number.
    Number(Bits),
    /// A length as a number.
    Size(Length),
    /// 0, 1, …, n − 1
    Range(Length),
    /// A function entry by entry.
    Map(Map, NodeId),
    /// A function of the entries of two tensors of the same lengths.
    Zip(Zip, NodeId, NodeId),
    /// Σ cₖXₖ, all of the same lengths.
    Sum(Box<[(Bits, NodeId)]>),
    /// A product summed over labels.
    Contract(Contraction),
    /// Entries along these axes.
    Fold(Fold, NodeId, Box<[usize]>),
    /// For every entry along these axes the product of the others.
    Others(NodeId, Box<[usize]>),
    /// An operation on the last two axes.
    Matrix(Matrix, Box<[NodeId]>),
    /// Tensors of the same lengths along a new first axis.
    Stack(Box<[NodeId]>),
    /// Tensors one after the other along this axis, of the same lengths along all others.
    Join(Box<[NodeId]>, usize),
    /// The parts of a tensor at these positions of its first axes: one tensor of positions for each axis, all of the same lengths.
    Take(NodeId, Box<[NodeId]>),
    /// The adjoint of [`Kernel::Take`]: parts added up at their positions in zeros whose first axes have these lengths.
    Scatter(NodeId, Box<[NodeId]>, Box<[Length]>),
}

impl Kernel {
    /// The operands.
    #[must_use]
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Self::Input(_) | Self::Number(_) | Self::Size(_) | Self::Range(_) => Vec::new(),
            Self::Map(_, x) | Self::Fold(_, x, _) | Self::Others(x, _) => vec![*x],
            Self::Zip(_, x, y) => vec![*x, *y],
            Self::Sum(terms) => terms.iter().map(|(_, term)| *term).collect(),
            Self::Contract(contraction) => contraction.operands.iter().map(|(operand, _)| *operand).collect(),
            Self::Matrix(_, operands) | Self::Stack(operands) | Self::Join(operands, _) => operands.to_vec(),
            Self::Take(array, positions) | Self::Scatter(array, positions, _) => {
                std::iter::once(*array).chain(positions.iter().copied()).collect()
            }
        }
    }
}

impl Kernel {
    /// The same operation on other operands.
    #[must_use]
    pub fn on(&self, mut of: impl FnMut(NodeId) -> NodeId) -> Self {
        let mut list = |all: &[NodeId]| -> Box<[NodeId]> { all.iter().map(|id| of(*id)).collect() };
        match self {
            Self::Input(_) | Self::Number(_) | Self::Size(_) | Self::Range(_) => self.clone(),
            Self::Map(map, x) => Self::Map(*map, of(*x)),
            Self::Zip(zip, x, y) => Self::Zip(*zip, of(*x), of(*y)),
            Self::Sum(terms) => Self::Sum(terms.iter().map(|(coeff, term)| (*coeff, of(*term))).collect()),
            Self::Contract(contraction) => {
                let operands = contraction.operands.iter().map(|(id, groups)| (of(*id), groups.clone())).collect();
                Self::Contract(Contraction { operands, ..contraction.clone() })
            }
            Self::Fold(fold, x, axes) => Self::Fold(*fold, of(*x), axes.clone()),
            Self::Others(x, axes) => Self::Others(of(*x), axes.clone()),
            Self::Matrix(matrix, operands) => Self::Matrix(*matrix, list(operands)),
            Self::Stack(parts) => Self::Stack(list(parts)),
            Self::Join(parts, axis) => Self::Join(list(parts), *axis),
            Self::Take(array, positions) => {
                let positions = list(positions);
                Self::Take(of(*array), positions)
            }
            Self::Scatter(parts, positions, first) => {
                let positions = list(positions);
                Self::Scatter(of(*parts), positions, first.clone())
            }
        }
    }
}

/// The first of positions that follow one another: a number and multiples of lengths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// The number.
    pub number: f64,
    /// How often each length is added.
    pub sizes: Vec<(f64, Length)>,
}

impl Start {
    /// The position, where no length decides it.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        self.sizes.is_empty().then_some(self.number)
    }

    /// Goes on by a length, by one where there is none.
    pub fn add(&mut self, length: Option<&Length>) {
        match length {
            Some(length) => self.sizes.push((1.0, length.clone())),
            None => self.number += 1.0,
        }
    }
}

/// An operation with the lengths of its value.
#[derive(Clone, Debug)]
pub struct Node {
    /// The operation.
    pub kernel: Kernel,
    /// The lengths of the axes of its value.
    pub lengths: Box<[Length]>,
}

impl Node {
    /// How many entries the value has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lengths.iter().fold(1, |product, length| product.saturating_mul(length.size))
    }
}

/// A graph of operations.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    places: FxHashMap<Kernel, NodeId>,
    /// Arrays that are given and declared to be positive definite matrices.
    definite: FxHashSet<Source>,
    /// Arrays that are given and declared to be symmetric matrices.
    symmetric: FxHashSet<Source>,
    /// Arrays that are given and declared to be triangular matrices, and whether they are lower ones.
    triangular: FxHashMap<Source, bool>,
}

impl Graph {
    /// The node at a place.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.place()]
    }

    /// The operation of a node.
    #[must_use]
    pub fn kernel(&self, id: NodeId) -> &Kernel {
        &self.node(id).kernel
    }

    /// The lengths of a node's axes.
    #[must_use]
    pub fn lengths(&self, id: NodeId) -> &[Length] {
        &self.node(id).lengths
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The same graph at other sizes. Operations stay apart where they were, even if they are equal at these sizes.
    #[must_use]
    pub fn resized(&self, size: impl Fn(&Length) -> usize) -> Self {
        let resize = |length: &Length| Length { size: size(length), of: length.of.clone() };
        let all = |lengths: &[Length]| lengths.iter().map(resize).collect::<Box<[Length]>>();
        let nodes = self.nodes.iter().map(|node| {
            let kernel = match node.kernel.clone() {
                Kernel::Size(length) => Kernel::Size(resize(&length)),
                Kernel::Range(length) => Kernel::Range(resize(&length)),
                Kernel::Scatter(parts, positions, first) => Kernel::Scatter(parts, positions, all(&first)),
                Kernel::Contract(contraction) => {
                    let lengths = all(&contraction.lengths);
                    Kernel::Contract(Contraction { lengths, ..contraction })
                }
                other => other,
            };
            Node { kernel, lengths: all(&node.lengths) }
        });
        let mut resized = Self { nodes: nodes.collect(), ..Self::default() };
        resized.declare_as(self);
        resized
    }

    /// A graph with a node for each of these, in this order, the same one again where it stands again; and the nodes of some of them. Each
    /// operand is the last one before.
    #[must_use]
    pub(super) fn in_order(&self, steps: &[NodeId], roots: &[NodeId]) -> (Self, Vec<NodeId>) {
        let mut graph = Self::default();
        graph.declare_as(self);
        let mut last: FxHashMap<NodeId, NodeId> = FxHashMap::default();
        for (place, id) in (0..).zip(steps) {
            let node = self.node(*id);
            let kernel = node.kernel.on(|operand| last.get(&operand).copied().unwrap_or(operand));
            graph.nodes.push(Node { kernel, lengths: node.lengths.clone() });
            last.insert(*id, NodeId(place));
        }
        (graph, roots.iter().map(|root| last.get(root).copied().unwrap_or(*root)).collect())
    }

    /// The nodes that some need, operands first.
    #[must_use]
    pub fn order(&self, roots: &[NodeId]) -> Vec<NodeId> {
        let mut needed = vec![false; self.nodes.len()];
        let mut stack = roots.to_vec();
        while let Some(id) = stack.pop() {
            if !std::mem::replace(&mut needed[id.place()], true) {
                stack.extend(self.kernel(id).operands());
            }
        }
        (0_u32..).zip(needed).filter(|(_, needed)| *needed).map(|(place, _)| NodeId(place)).collect()
    }

    /// How many times each node is used by those that some need; a root counts as used once more.
    #[must_use]
    pub fn uses(&self, roots: &[NodeId]) -> Vec<u32> {
        let mut uses = vec![0; self.nodes.len()];
        for root in roots {
            uses[root.place()] += 1;
        }
        for id in self.order(roots) {
            for operand in self.kernel(id).operands() {
                uses[operand.place()] += 1;
            }
        }
        uses
    }

    /// The number that a node is.
    #[must_use]
    pub fn as_number(&self, id: NodeId) -> Option<f64> {
        match self.kernel(id) {
            Kernel::Number(value) => Some(value.value()),
            _ => None,
        }
    }

    /// The node of an operation whose value has these lengths.
    pub(super) fn add(&mut self, kernel: Kernel, lengths: Box<[Length]>) -> NodeId {
        if let Some(known) = self.places.get(&kernel) {
            return *known;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.places.insert(kernel.clone(), id);
        self.nodes.push(Node { kernel, lengths });
        id
    }

    /// An array that is given.
    pub fn input(&mut self, source: Source, lengths: Box<[Length]>) -> NodeId {
        self.add(Kernel::Input(source), lengths)
    }

    /// Says that an array that is given is a positive definite matrix.
    pub fn declare_definite(&mut self, source: Source) {
        self.definite.insert(source);
    }

    /// Says that an array that is given is a symmetric matrix, or a family of such.
    pub fn declare_symmetric(&mut self, source: Source) {
        self.symmetric.insert(source);
    }

    /// The declarations of another graph.
    pub(super) fn declare_as(&mut self, other: &Self) {
        self.definite.clone_from(&other.definite);
        self.symmetric.clone_from(&other.symmetric);
        self.triangular.clone_from(&other.triangular);
    }

    /// Whether a node is symmetric in its last two axes: declared so, or a sum or the inverse of such, rounding apart.
    #[must_use]
    pub fn is_symmetric(&self, id: NodeId) -> bool {
        self.is_symmetric_within(id, MAX_DEPTH, false)
    }

    /// Whether a node is symmetric to the last bit, however its operands are computed.
    #[must_use]
    pub fn is_exactly_symmetric(&self, id: NodeId) -> bool {
        self.is_symmetric_within(id, MAX_DEPTH, true)
    }

    fn is_symmetric_within(&self, id: NodeId, depth: u32, exactly: bool) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        match self.kernel(id) {
            Kernel::Input(source) => self.symmetric.contains(source),
            Kernel::Sum(terms) => terms.iter().all(|(_, term)| self.is_symmetric_within(*term, depth, exactly)),
            Kernel::Matrix(Matrix::Inverse, operands) => {
                !exactly && self.is_symmetric_within(operands[0], depth, exactly)
            }
            // A multiple of the identity.
            Kernel::Contract(product) => match &*product.output {
                [row, col] => row == col && !row.is_empty() || !exactly && self.is_symmetric_product(product),
                _ => false,
            },
            _ => false,
        }
    }

    /// What a node is a view of: the same entries in another order or along new axes.
    #[must_use]
    pub fn viewed(&self, id: NodeId) -> Option<NodeId> {
        match self.kernel(id) {
            Kernel::Contract(view) if view.is_movement() && !view.has_diagonal() => {
                view.operands.first().map(|(operand, _)| *operand)
            }
            _ => None,
        }
    }

    /// Whether every entry of a node is 1 by its form.
    #[must_use]
    pub fn is_ones(&self, id: NodeId) -> bool {
        matches!(self.kernel(id), Kernel::Contract(all) if all.operands.is_empty()
            && !all.has_diagonal()
            && all.output.iter().map(|group| group.len()).sum::<usize>() == all.lengths.len())
    }

    /// The axis along which the entries follow one another, k, k + 1, …, the same along all others, and k.
    #[must_use]
    pub fn consecutive(&self, id: NodeId) -> Option<(usize, Start)> {
        match self.kernel(id) {
            Kernel::Range(_) => Some((0, Start::default())),
            Kernel::Sum(terms) => {
                let mut found = None;
                let mut start = Start::default();
                for (coeff, term) in terms {
                    if self.repeats(*term, coeff.value(), &mut start).is_some() {
                        continue;
                    }
                    if found.is_some() || coeff.value() != 1.0 {
                        return None;
                    }
                    let (axis, first) = self.consecutive(*term)?;
                    start.number += first.number;
                    start.sizes.extend(first.sizes);
                    found = Some(axis);
                }
                found.map(|axis| (axis, start))
            }
            Kernel::Contract(contraction) => {
                let [(inner, groups)] = &*contraction.operands else { return None };
                let (axis, start) = self.consecutive(*inner).filter(|_| contraction.is_movement())?;
                let places: Vec<usize> =
                    (0..contraction.output.len()).filter(|place| contraction.output[*place] == groups[axis]).collect();
                let [place] = places.as_slice() else { return None };
                (groups[axis].len() == 1 && !contraction.has_diagonal()).then_some((*place, start))
            }
            _ => None,
        }
    }

    /// The number that every entry of a node is by its form.
    #[must_use]
    pub fn constant(&self, id: NodeId) -> Option<f64> {
        let mut start = Start::default();
        self.repeats(id, 1.0, &mut start)?;
        start.as_number()
    }

    /// Adds the number to a position that is every entry of a node, a multiple of it.
    fn repeats(&self, id: NodeId, times: f64, start: &mut Start) -> Option<()> {
        match self.kernel(id) {
            Kernel::Number(value) => start.number += times * value.value(),
            Kernel::Size(length) => start.sizes.push((times, length.clone())),
            Kernel::Sum(terms) => {
                let mut all = Start::default();
                for (coeff, term) in terms {
                    self.repeats(*term, times * coeff.value(), &mut all)?;
                }
                start.number += all.number;
                start.sizes.extend(all.sizes);
            }
            Kernel::Contract(contraction) => match &*contraction.operands {
                [(inner, _)] if contraction.is_movement() && !contraction.has_diagonal() => {
                    return self.repeats(*inner, times, start);
                }
                _ if self.is_ones(id) => start.number += times,
                _ => return None,
            },
            _ => return None,
        }
        Some(())
    }

    /// Whether a node is a positive definite matrix by what is declared: given as one, or a sum of positive multiples of such.
    #[must_use]
    pub fn is_definite(&self, id: NodeId) -> bool {
        match self.kernel(id) {
            Kernel::Input(source) => self.definite.contains(source),
            Kernel::Sum(terms) => terms.iter().all(|(coeff, term)| coeff.value() > 0.0 && self.is_definite(*term)),
            Kernel::Matrix(Matrix::Inverse, operands) => self.is_definite(operands[0]),
            _ => false,
        }
    }

    /// Says that an array that is given is a triangular matrix, a lower one or an upper one.
    pub fn declare_triangular(&mut self, source: Source, is_lower: bool) {
        self.triangular.insert(source, is_lower);
    }

    /// Whether a node is a lower triangular matrix by what is declared, or an upper one; none where it is neither.
    fn is_lower(&self, id: NodeId) -> Option<bool> {
        match self.kernel(id) {
            Kernel::Input(source) => self.triangular.get(source).copied(),
            Kernel::Sum(terms) => {
                let first = self.is_lower(terms.first()?.1)?;
                terms[1..].iter().all(|(_, term)| self.is_lower(*term) == Some(first)).then_some(first)
            }
            Kernel::Matrix(Matrix::Inverse, operands) => self.is_lower(operands[0]),
            Kernel::Contract(_) => self.is_lower(self.transposed_operand(id)?).map(|is_lower| !is_lower),
            _ => None,
        }
    }

    /// What a matrix is factored into.
    #[must_use]
    pub fn factors(&self, id: NodeId) -> Factors {
        match self.is_lower(id) {
            Some(true) => Factors::Lower,
            Some(false) => Factors::Upper,
            None if self.is_definite(id) => Factors::Cholesky,
            None => Factors::Lu,
        }
    }

    /// A number.
    pub fn number(&mut self, value: f64) -> NodeId {
        self.add(Kernel::Number(value.into()), Box::default())
    }

    /// A length as a number.
    pub fn size(&mut self, length: Length) -> NodeId {
        if length.is_literal() {
            return self.number(length.size as f64);
        }
        self.add(Kernel::Size(length), Box::default())
    }

    /// 0, 1, …, n − 1
    pub fn range(&mut self, length: Length) -> NodeId {
        self.add(Kernel::Range(length.clone()), [length].into())
    }

    /// f entry by entry.
    pub fn map(&mut self, map: Map, x: NodeId) -> NodeId {
        if let Some(value) = self.as_number(x)
            && let Some(value) = super::entry::map(map, value)
        {
            return self.number(value);
        }
        // log √x = ½ log x
        if let (Map::Func(Func::Log), Kernel::Map(Map::Sqrt, below)) = (map, self.kernel(x)) {
            let log = self.map(map, *below);
            return self.scale(0.5, log);
        }
        let lengths = self.lengths(x).into();
        self.add(Kernel::Map(map, x), lengths)
    }

    /// f(x) of the language.
    pub fn func(&mut self, func: Func, x: NodeId) -> NodeId {
        self.map(Map::Func(func), x)
    }

    /// A function of the entries of two tensors; the second, or the first, may be a scalar.
    pub fn zip(&mut self, zip: Zip, x: NodeId, y: NodeId) -> NodeId {
        if let (Some(a), Some(b)) = (self.as_number(x), self.as_number(y)) {
            return self.number(super::entry::zip(zip, a, b));
        }
        match (zip, self.as_number(y)) {
            (Zip::Power, Some(power)) if power >= 2.0 && self.root_of_squares(x).is_some() => {
                // A norm has no derivative at 0, its square has one.
                let squares = self.root_of_squares(x).unwrap_or(x);
                let half = self.number(0.5 * power);
                return self.zip(Zip::Power, squares, half);
            }
            (Zip::Power, Some(power)) if let Some((base, inner)) = self.power_of_absolute(x) => {
                let whole = self.number(inner * power);
                return self.zip(Zip::Power, base, whole);
            }
            (Zip::Divide | Zip::Power, Some(1.0)) => return x,
            (Zip::Divide, Some(by)) => return self.scale(1.0 / by, x),
            (Zip::Power, Some(2.0)) => return self.times(x, x),
            (Zip::Power, Some(0.5)) => return self.map(Map::Sqrt, x),
            (Zip::Power, Some(-1.0)) => return self.map(Map::Reciprocal, x),
            _ => {}
        }
        let (x, y) = self.stretched(x, y);
        let lengths = self.lengths(x).into();
        self.add(Kernel::Zip(zip, x, y), lengths)
    }

    /// What a node is the square root of, where that is a sum of squares.
    fn root_of_squares(&self, id: NodeId) -> Option<NodeId> {
        let Kernel::Map(Map::Sqrt, below) = self.kernel(id) else { return None };
        let Kernel::Contract(contraction) = self.kernel(*below) else { return None };
        matches!(&*contraction.operands, [first, second] if first == second).then_some(*below)
    }

    /// What a node is a power of, and the exponent, where that is a sum of powers of absolute values: a norm.
    fn power_of_absolute(&self, id: NodeId) -> Option<(NodeId, f64)> {
        let Kernel::Zip(Zip::Power, base, power) = *self.kernel(id) else { return None };
        let Kernel::Contract(contraction) = self.kernel(base) else { return None };
        let is_absolute = |id: NodeId| match *self.kernel(id) {
            Kernel::Zip(Zip::Power, x, _) => matches!(self.kernel(x), Kernel::Map(Map::Func(Func::Abs), _)),
            Kernel::Map(Map::Func(Func::Abs), _) => true,
            _ => false,
        };
        let is_sum = contraction.operands.iter().all(|(operand, _)| is_absolute(*operand));
        Some((base, self.as_number(power)?)).filter(|_| is_sum)
    }

    /// Two tensors of the same lengths, of which one may have been a scalar.
    fn stretched(&mut self, x: NodeId, y: NodeId) -> (NodeId, NodeId) {
        let (left, right) = (self.lengths(x).to_vec(), self.lengths(y).to_vec());
        match (left.is_empty(), right.is_empty()) {
            (true, false) => (self.fill(x, &right), y),
            (false, true) => (x, self.fill(y, &left)),
            _ => (x, y),
        }
    }

    /// Σ cₖXₖ of tensors of the same lengths.
    pub fn sum(&mut self, terms: &[(f64, NodeId)]) -> NodeId {
        let mut merged: Vec<(f64, NodeId)> = Vec::new();
        let without_ones = self.without_ones(terms);
        for (coeff, term) in without_ones.as_deref().unwrap_or(terms) {
            // A multiple of a multiple is one.
            let (coeff, term) = match self.kernel(*term) {
                Kernel::Sum(inner) if inner.len() == 1 => (coeff * inner[0].0.value(), inner[0].1),
                _ => (*coeff, *term),
            };
            match merged.iter_mut().find(|(_, known)| *known == term) {
                Some((known, _)) => *known += coeff,
                None => merged.push((coeff, term)),
            }
        }
        let lengths: Box<[Length]> = terms.first().map(|(_, term)| self.lengths(*term).into()).unwrap_or_default();
        merged.retain(|(coeff, term)| *coeff != 0.0 && !self.is_zero(*term));
        if lengths.is_empty() {
            // Numbers are one number.
            let number: f64 =
                merged.iter().filter_map(|(coeff, term)| self.as_number(*term).map(|value| coeff * value)).sum();
            if merged.iter().filter(|(_, term)| self.as_number(*term).is_some()).count() > 1
                || merged.iter().any(|(coeff, term)| *coeff != 1.0 && self.as_number(*term).is_some())
            {
                merged.retain(|(_, term)| self.as_number(*term).is_none());
                if number != 0.0 {
                    merged.push((1.0, self.number(number)));
                }
            }
        }
        match merged.as_slice() {
            [] => self.filled(0.0, &lengths),
            [(coeff, term)] if *coeff == 1.0 => *term,
            _ => {
                let terms = merged.iter().map(|(coeff, term)| (Bits::from(*coeff), *term)).collect();
                self.add(Kernel::Sum(terms), lengths)
            }
        }
    }

    /// Terms that are left where ones cancel that stand in a term: t + 1 − 1.
    fn without_ones(&self, terms: &[(f64, NodeId)]) -> Option<Vec<(f64, NodeId)>> {
        let (place, (by, ones)) = terms.iter().enumerate().find(|(_, (_, term))| self.is_ones(*term))?;
        let (other, scale, inner) = terms.iter().enumerate().find_map(|(other, (scale, term))| {
            let Kernel::Sum(inner) = self.kernel(*term) else { return None };
            let own = inner.iter().find(|(_, term)| term == ones)?;
            (scale * own.0.value() + by == 0.0).then_some((other, *scale, inner))
        })?;
        let rest = inner.iter().filter(|(_, term)| term != ones).map(|(coeff, term)| (scale * coeff.value(), *term));
        let kept = terms.iter().enumerate().filter(|(at, _)| *at != place && *at != other).map(|(_, term)| *term);
        Some(rest.chain(kept).collect())
    }

    /// x + y
    pub fn plus(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.sum(&[(1.0, x), (1.0, y)])
    }

    /// x − y
    pub fn minus(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.sum(&[(1.0, x), (-1.0, y)])
    }

    /// cX
    pub fn scale(&mut self, by: f64, x: NodeId) -> NodeId {
        self.sum(&[(by, x)])
    }

    /// Entries along these axes.
    pub fn fold(&mut self, fold: Fold, x: NodeId, axes: &[usize]) -> NodeId {
        if axes.is_empty() {
            return x;
        }
        let kept = self.lengths(x).iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
        let lengths = kept.map(|(_, length)| length.clone()).collect();
        self.add(Kernel::Fold(fold, x, axes.into()), lengths)
    }

    /// For every entry along these axes the product of the others.
    pub fn others(&mut self, x: NodeId, axes: &[usize]) -> NodeId {
        let lengths = self.lengths(x).into();
        self.add(Kernel::Others(x, axes.into()), lengths)
    }

    /// An operation on the matrices of the last two axes. What is made of a transposed matrix is made of the matrix, so that it is factored
    /// once.
    pub fn matrix(&mut self, matrix: Matrix, operands: &[NodeId]) -> NodeId {
        if let Some(inner) = self.transposed_operand(operands[0])
            && let Some((across, is_transposed)) = matrix.of_transposed()
        {
            let mut operands = operands.to_vec();
            operands[0] = inner;
            let value = self.matrix(across, &operands);
            return if is_transposed { self.transposed(value) } else { value };
        }
        let of = self.lengths(operands[0]);
        let (batch, last) = of.split_at(of.len().saturating_sub(2));
        let own: Vec<Length> = match matrix {
            Matrix::Solve { .. } => {
                let right = self.lengths(operands[1]);
                right[right.len() - 2..].to_vec()
            }
            Matrix::Pinv(_) => vec![last[1].clone(), last[0].clone()],
            Matrix::VMax => vec![last[1].clone()],
            Matrix::Every(which) => {
                let count = if last[0].size <= last[1].size { &last[0] } else { &last[1] };
                match which {
                    Ranked::Eigenvalue | Ranked::SingularValue => vec![count.clone()],
                    Ranked::Eigenvector | Ranked::LeftVector => vec![count.clone(), last[0].clone()],
                    Ranked::RightVector => vec![count.clone(), last[1].clone()],
                }
            }
            _ => last[..matrix.row().axes].to_vec(),
        };
        let lengths = batch.iter().cloned().chain(own).collect();
        self.add(Kernel::Matrix(matrix, operands.into()), lengths)
    }

    /// What a node is the transpose of, in its last two axes.
    fn transposed_operand(&self, id: NodeId) -> Option<NodeId> {
        let Kernel::Contract(contraction) = self.kernel(id) else { return None };
        let [(operand, groups)] = &*contraction.operands else { return None };
        let count = groups.len();
        if count < 2 || contraction.output.len() != count || contraction.lengths.len() != count {
            return None;
        }
        let mut exchanged = groups.to_vec();
        exchanged.swap(count - 2, count - 1);
        let is_plain = groups.iter().all(|group| group.len() == 1);
        (is_plain && *contraction.output == *exchanged).then_some(*operand)
    }

    /// Tensors of the same lengths along a new first axis.
    pub fn stack(&mut self, parts: &[NodeId]) -> NodeId {
        let own = parts.first().map(|first| self.lengths(*first).to_vec()).unwrap_or_default();
        let lengths = std::iter::once(Length::literal(parts.len())).chain(own).collect();
        self.add(Kernel::Stack(parts.into()), lengths)
    }

    /// Tensors one after the other along an axis, which has this length then.
    pub fn join(&mut self, parts: &[NodeId], axis: usize, whole: &Length) -> NodeId {
        if let [only] = parts {
            return *only;
        }
        let mut lengths = parts.first().map(|first| self.lengths(*first).to_vec()).unwrap_or_default();
        if let Some(length) = lengths.get_mut(axis) {
            *length = whole.clone();
        }
        if parts.iter().all(|part| self.is_zero(*part)) {
            return self.filled(0.0, &lengths);
        }
        self.add(Kernel::Join(parts.into(), axis), lengths.into())
    }

    /// The parts that tensors one after the other along an axis have of another tensor of their lengths.
    pub(super) fn parted(&mut self, whole: NodeId, parts: &[NodeId], axis: usize) -> Vec<NodeId> {
        let order: Vec<usize> =
            std::iter::once(axis).chain((0..self.lengths(whole).len()).filter(|at| *at != axis)).collect();
        let back: Vec<usize> = (1..=axis).chain([0]).chain(axis + 1..order.len()).collect();
        let whole = self.permuted(whole, &order);
        let mut before = Vec::new();
        let mut found = Vec::with_capacity(parts.len());
        for part in parts {
            let length = self.lengths(*part)[axis].clone();
            let range = self.range(length.clone());
            let mut terms = vec![(1.0, range)];
            for size in &before {
                terms.push((1.0, self.fill(*size, std::slice::from_ref(&length))));
            }
            let positions = self.sum(&terms);
            let taken = self.take(whole, &[positions]);
            found.push(self.permuted(taken, &back));
            before.push(self.size(length));
        }
        found
    }

    /// The parts of a tensor at these positions of its first axes.
    pub fn take(&mut self, array: NodeId, positions: &[NodeId]) -> NodeId {
        let at = positions.first().map(|first| self.lengths(*first).to_vec()).unwrap_or_default();
        let lengths = at.into_iter().chain(self.lengths(array)[positions.len()..].iter().cloned()).collect();
        self.add(Kernel::Take(array, positions.into()), lengths)
    }

    /// Parts added up at their positions in zeros whose first axes have these lengths.
    pub fn scatter(&mut self, parts: NodeId, positions: &[NodeId], first: &[Length]) -> NodeId {
        let at = positions.first().map_or(0, |first| self.lengths(*first).len());
        let lengths = first.iter().chain(&self.lengths(parts)[at..]).cloned().collect();
        self.add(Kernel::Scatter(parts, positions.into(), first.into()), lengths)
    }
}
