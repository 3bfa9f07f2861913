//! From an expression to the graph of array operations that computes it.
//!
//! Each distinct node is lowered once, its operands first. What matters for speed and for rounding is decided here: products are taken in
//! the cheapest order, inverses become solves unless they are needed anyway, diagonal factors scale rows or columns, `log(1 + x)` is one
//! function, and what is compared with its maximum is the very array that the maximum was taken of.

mod chain;
mod compare;
mod exponentials;
mod factorize;
mod inverses;
pub(super) mod kronecker;
pub(super) mod length;
mod negate;
mod normalized;
mod operand;
mod others;
mod piecewise;
mod product;
mod spread;
mod stable;
mod stack;
mod sum;
mod totals;
pub(super) mod typical;
mod vectorize;

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::error::CodeError;
use super::tree::{Array, ArrayId, Binary, Loop, Program, Unary};
use crate::expr::{
    Arena, BigOp, Dim, ExprId, Func, IndexId, MapDerivative, MatrixFunction, Node, Norm, Op, Ranked, Reduction, Shape,
    Spectral, SymbolId, rest_of_terms,
};
use crate::number::Coeff;
use crate::render::place::index_offsets;
use crate::render::{names, order};
use compare::Compared;
use operand::Runs;

/// The program that computes an expression.
///
/// # Errors
/// A differential that is not worked out, a number that no double holds, a comparison that rounding decides.
pub fn lower(arena: &Arena, root: ExprId) -> Result<Program, CodeError> {
    let mut program = Program::default();
    program.root = lower_into(arena, root, &mut program)?;
    Ok(program)
}

/// The program that computes an expression, for a plan: sums are left as they stand, as whether they are multiplied out depends on sizes and
/// on what else is computed.
///
/// # Errors
/// As [`lower`].
pub fn lower_for_plan(arena: &Arena, root: ExprId) -> Result<Program, CodeError> {
    let mut program = Program::default();
    program.root = lowered(arena, root, &mut program, Sums::Whole)?;
    Ok(program)
}

/// Whether sums of matrices are multiplied out by what stands beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sums {
    /// Where that takes less, as far as names of sizes tell.
    MultipliedOut,
    /// Only where inverses become solves by it.
    Whole,
}

/// Adds an expression to a program.
pub(super) fn lower_into(arena: &Arena, root: ExprId, program: &mut Program) -> Result<ArrayId, CodeError> {
    lowered(arena, root, program, Sums::MultipliedOut)
}

fn lowered(arena: &Arena, root: ExprId, program: &mut Program, sums: Sums) -> Result<ArrayId, CodeError> {
    if arena.has_numberings() {
        let mut numbered = arena.clone();
        let (root, shifted) = as_numbered(&mut numbered, root);
        return lowered_places(&numbered, root, program, sums, &shifted);
    }
    lowered_places(arena, root, program, sums, &FxHashSet::default())
}

/// The expression with the sums that the text lets run from 0, where their index stands elsewhere than below names or they begin later than
/// with the first member, running as they are written: positions in arrays count from 0 as well. Their indices come with it.
fn as_numbered(arena: &mut Arena, root: ExprId) -> (ExprId, FxHashSet<IndexId>) {
    let nodes = order::post_order(arena, root);
    let offsets = index_offsets(arena, &nodes);
    let mut below: FxHashMap<ExprId, usize> = FxHashMap::default();
    let counts = order::reference_counts(arena, &nodes);
    for id in &nodes {
        let places = match arena.node(*id) {
            Node::Member(_, place) | Node::Basis(_, place) => vec![*place],
            Node::Entry(_, row, col) => vec![*row, *col],
            _ => continue,
        };
        for place in places {
            *below.entry(place).or_insert(0) += 1;
        }
    }
    let stands_alone = |arena: &Arena, index: IndexId| {
        let id = arena.find(&Node::Index(index));
        id.is_some_and(|id| counts.get(&id).copied().unwrap_or(0) as usize > below.get(&id).copied().unwrap_or(0))
    };
    let shifted = RefCell::new(FxHashSet::default());
    let root = arena.shift_indices(root, |arena, index, lower| {
        let is_plain = arena.as_number(lower).is_some_and(Coeff::is_one) && !stands_alone(arena, index);
        let by = if is_plain { 0 } else { offsets.get(&index).copied().unwrap_or(0) };
        if by != 0 {
            shifted.borrow_mut().insert(index);
        }
        by
    });
    (root, shifted.into_inner())
}

fn lowered_places(
    arena: &Arena,
    root: ExprId,
    program: &mut Program,
    sums: Sums,
    shifted: &FxHashSet<IndexId>,
) -> Result<ArrayId, CodeError> {
    let nodes = order::post_order(arena, root);
    if exponentials::may_overflow(arena, &nodes) {
        let mut stable = arena.clone();
        let found = exponentials::without_overflow(&mut stable, root, &nodes);
        if found != root {
            let nodes = order::post_order(&stable, found);
            return lowered_nodes(&stable, found, &nodes, program, sums, shifted);
        }
    }
    lowered_nodes(arena, root, &nodes, program, sums, shifted)
}

fn lowered_nodes(
    arena: &Arena,
    root: ExprId,
    nodes: &[ExprId],
    program: &mut Program,
    sums: Sums,
    shifted: &FxHashSet<IndexId>,
) -> Result<ArrayId, CodeError> {
    let mut named: Vec<(IndexId, String)> =
        names::index_names(arena, nodes, None, || names::taken_names(arena)).into_iter().collect();
    named.sort_unstable();
    program.index_names.extend(named);
    if !nodes.iter().any(|id| matches!(arena.node(*id), Node::Elementwise(Func::IsZero, _))) {
        return Lowering::new(arena, nodes, FxHashMap::default(), program, sums).counting(shifted).whole(root);
    }
    let mut scratch = arena.clone();
    let compared = compare::comparisons(&mut scratch, nodes)?;
    Lowering::new(&scratch, nodes, compared, program, sums).counting(shifted).whole(root)
}

struct Lowering<'a> {
    arena: &'a Arena,
    program: &'a mut Program,
    sums: Sums,
    /// The symbols of the expression, in the order they were added.
    used: Vec<SymbolId>,
    /// Indices whose loops start at 1 everywhere, so that the loop variable is the position.
    zero_based: FxHashSet<IndexId>,
    /// What stands behind the comparisons with a maximum.
    compared: FxHashMap<ExprId, Compared>,
    /// Nodes that several others use.
    shared: FxHashSet<ExprId>,
    /// Matrices whose inverses are computed.
    inverses: FxHashSet<ExprId>,
    /// Runs of factors that several products have.
    runs: Runs,
    memo: FxHashMap<ExprId, ArrayId>,
}

impl<'a> Lowering<'a> {
    fn new(
        arena: &'a Arena,
        nodes: &[ExprId],
        compared: FxHashMap<ExprId, Compared>,
        program: &'a mut Program,
        sums: Sums,
    ) -> Self {
        let mut zero_based = FxHashSet::default();
        for id in nodes {
            if let Node::Index(index) | Node::Indexed { index, .. } = arena.node(*id) {
                zero_based.insert(*index);
            }
        }
        for id in nodes {
            if let Node::Indexed { index, lower, .. } = arena.node(*id)
                && !arena.as_number(*lower).is_some_and(Coeff::is_one)
            {
                zero_based.remove(index);
            }
        }
        let counts = order::reference_counts(arena, nodes);
        let shared = nodes.iter().copied().filter(|id| counts.get(id).is_some_and(|count| *count > 1)).collect();
        let used = length::symbols_used(arena, nodes);
        let inverses = inverses::computed(arena, &shared, nodes);
        let runs = Runs::new(arena, &shared, nodes);
        Self { arena, program, sums, used, zero_based, compared, shared, inverses, runs, memo: FxHashMap::default() }
    }

    /// Lets these indices have the values that are written, whatever their loops start at.
    fn counting(mut self, shifted: &FxHashSet<IndexId>) -> Self {
        self.zero_based.retain(|index| !shifted.contains(index));
        self
    }

    /// The value of the whole, its sums over an index as operations on arrays.
    fn whole(mut self, root: ExprId) -> Result<ArrayId, CodeError> {
        let value = self.value(root)?;
        let value = vectorize::vectorize(self.arena, &self.used, self.program, value);
        let value = others::of_others(self.arena, &self.used, self.program, value);
        let value = totals::stable(self.arena, &self.used, self.program, value);
        let value = normalized::normalized(self.arena, &self.used, self.program, value);
        let value = factorize::factorize(self.arena, self.program, value);
        Ok(negate::without_negatives(self.program, value))
    }

    /// The value of an expression.
    fn value(&mut self, id: ExprId) -> Result<ArrayId, CodeError> {
        if let Some(known) = self.memo.get(&id) {
            return Ok(*known);
        }
        for node in order::post_order(self.arena, id) {
            if !self.memo.contains_key(&node) {
                let value = self.compute(node)?;
                self.memo.insert(node, value);
            }
        }
        self.memo.get(&id).copied().ok_or(CodeError::Pending)
    }

    fn values(&mut self, ids: &[ExprId]) -> Result<Vec<ArrayId>, CodeError> {
        ids.iter().map(|id| self.value(*id)).collect()
    }

    fn size(&mut self, dim: Dim) -> ArrayId {
        length::length(self.arena, self.program, &self.used, dim)
    }

    /// The lengths of the axes of an array that holds values of a shape.
    fn lengths(&mut self, shape: Shape) -> Box<[ArrayId]> {
        super::tree::axes(shape).into_iter().map(|dim| self.size(dim)).collect()
    }

    fn unary(&mut self, operation: Unary, inner: ExprId) -> Result<ArrayId, CodeError> {
        let inner = self.value(inner)?;
        Ok(self.program.unary(operation, inner))
    }

    fn compute(&mut self, id: ExprId) -> Result<ArrayId, CodeError> {
        let arena = self.arena;
        let shape = arena.shape(id);
        Ok(match arena.node(id) {
            Node::Number(value) => self.number(value)?,
            Node::Pi => self.program.add(Array::Pi),
            Node::Size(dim) => self.size(*dim),
            Node::Index(index) => {
                let at = self.program.add(Array::Index(*index));
                if self.zero_based.contains(index) {
                    let one = self.program.integer(1);
                    self.program.add(Array::Sum([(false, at), (false, one)].into()))
                } else {
                    at
                }
            }
            Node::Symbol(symbol) => self.program.add(Array::Symbol(*symbol)),
            Node::Member(symbol, index) => {
                let family = self.program.add(Array::Symbol(*symbol));
                let at = self.position(*index)?;
                self.program.add(Array::Item(family, [at].into()))
            }
            Node::Differential(symbol, slot) => self.program.add(Array::Differential(*symbol, *slot)),
            Node::Pending(..) => return Err(CodeError::Pending),
            Node::Identity(dim) => {
                let n = self.size(*dim);
                self.program.add(Array::Eye(n))
            }
            Node::Commutation(of) => {
                let (m, n) = (self.size(of.rows), self.size(of.cols));
                self.program.add(Array::Commutation(m, n))
            }
            Node::Selection(offset, shape) => {
                let (offset, rows) = (self.size(*offset), self.size(shape.rows));
                if shape.cols.is_one() {
                    let eye = self.program.add(Array::Eye(rows));
                    self.program.add(Array::Item(eye, [offset].into()))
                } else {
                    let cols = self.size(shape.cols);
                    self.program.add(Array::Selection(offset, rows, cols))
                }
            }
            Node::Ones(shape) => {
                let lengths = self.lengths(*shape);
                self.program.add(Array::Ones(lengths))
            }
            Node::Zeros(shape) => {
                let lengths = self.lengths(*shape);
                self.program.add(Array::Zeros(lengths))
            }
            Node::Basis(dim, index) => {
                let n = self.size(*dim);
                let eye = self.program.add(Array::Eye(n));
                let at = self.position(*index)?;
                self.program.add(Array::Item(eye, [at].into()))
            }
            Node::Literal(shape, entries) => {
                let entries = self.values(entries)?;
                let cols = match shape.cols {
                    Dim::Known(cols) if shape.is_matrix() => Some((cols as usize).max(1)),
                    _ => None,
                };
                self.program.add(Array::Literal(cols, entries.into()))
            }
            // 1 ± erf u, of which nothing is left where erf u is ∓1 in doubles.
            Node::Add(terms) if let Some((u, is_added)) = self.erf_and_one(terms) => {
                let x = self.normal_of_erf(u, is_added)?;
                let (two, normal) = (self.program.integer(2), self.program.unary(Unary::Elementwise(Func::NormCdf), x));
                self.program.product(&[two, normal])
            }
            Node::Add(terms) => match self.stacked(id, terms)? {
                Some(stacked) => stacked,
                None => self.sum(terms)?,
            },
            Node::Product(_) | Node::Hadamard(_) => self.product(id)?,
            Node::Kron(left, right) => self.kron(*left, *right)?,
            Node::Transpose(inner) => {
                let inner = self.value(*inner)?;
                if shape.is_matrix() { self.program.transposed(inner) } else { inner }
            }
            Node::Power(base, exponent) => self.power(id, *base, *exponent)?,
            Node::Entry(inner, row, col) => {
                let (of, array) = (arena.shape(*inner), self.value(*inner)?);
                self.item(array, of, *row, *col)?
            }
            Node::Indexed { op, index, lower, upper, body } => {
                let shape = arena.shape(*body);
                let is_zero_based = self.zero_based.contains(index);
                let from = if is_zero_based { None } else { Some(self.bound(*lower)?) };
                let (upper, body) = (self.bound(*upper)?, self.value(*body)?);
                let (kind, empty) = match op {
                    BigOp::Product => (Loop::Product, None),
                    BigOp::Sum if shape.is_scalar() => (Loop::Sum, None),
                    BigOp::Sum => (Loop::Sum, Some(self.lengths(shape))),
                };
                self.program.add(Array::Loop { kind, index: *index, lower: from, upper, body, empty })
            }
            Node::Choose(condition, then, otherwise) => self.choice([*condition, *then, *otherwise])?,
            Node::Elementwise(Func::Log, inner) => self.log(*inner)?,
            Node::Elementwise(Func::IsZero, inner) => self.is_zero(id, *inner)?,
            Node::Elementwise(func, inner) => self.unary(Unary::Elementwise(*func), *inner)?,
            Node::MatrixFunction(function, inner, directions) => {
                let inner = self.value(*inner)?;
                let directions = self.values(directions)?;
                match (function, directions.as_slice()) {
                    (_, []) => self.program.unary(Unary::MatrixFunction(*function), inner),
                    (MatrixFunction::Expm, [only]) => self.program.binary(Binary::ExpmFrechet, inner, *only),
                    _ => self.program.add(Array::Frechet(*function, inner, directions.into())),
                }
            }
            Node::Map(map, inner, place) => {
                let order = match map.derivative {
                    MapDerivative::Prime(order) => order,
                    MapDerivative::Gradient | MapDerivative::Jacobian => 1,
                    MapDerivative::Hessian => 2,
                };
                let inner = self.value(*inner)?;
                let all = self.program.add(Array::Declared(map.symbol, order, inner));
                if place.is_empty() {
                    return Ok(all);
                }
                let positions = place.iter().map(|id| self.position(*id)).collect::<Result<_, _>>()?;
                self.program.add(Array::Item(all, positions))
            }
            Node::Trace(inner) => self.diagonal(*inner, Unary::Trace)?,
            Node::Det(inner) => self.unary(Unary::Det, *inner)?,
            Node::Reduce(reduction, inner) => self.reduction(*reduction, *inner)?,
            Node::Norm(norm, inner) => self.norm(*norm, *inner)?,
            Node::Ranked(which, inner, place) => {
                let inner = match which {
                    Ranked::LeftVector | Ranked::RightVector => self.unary(Unary::Svd, *inner)?,
                    Ranked::Eigenvalue | Ranked::Eigenvector | Ranked::SingularValue => self.value(*inner)?,
                };
                let every = self.program.unary(Unary::Every(*which), inner);
                let at = self.position(*place)?;
                self.program.add(Array::Item(every, [at].into()))
            }
            Node::Spectral(which, inner) => self.spectral(*which, *inner)?,
            Node::Apply(Op::Softmax, inner) if shape.is_matrix() => self.unary(Unary::SoftmaxRows, *inner)?,
            Node::Apply(op, inner) => self.unary(Unary::Apply(*op), *inner)?,
            Node::Diag(inner) => self.unary(Unary::Diag, *inner)?,
            Node::Hat(inner) => self.hat(*inner)?,
            Node::Axial(inner) => self.axial(*inner)?,
            Node::DiagPart(inner) => self.diagonal(*inner, Unary::DiagPart)?,
            Node::Vec(inner) if arena.shape(*inner).is_matrix() => self.unary(Unary::Vec, *inner)?,
            Node::Vec(inner) => self.value(*inner)?,
            Node::Unvec(inner, to) if to.is_matrix() => {
                let inner = self.value(*inner)?;
                let lengths = self.lengths(*to);
                self.program.add(Array::Unvec(inner, lengths))
            }
            Node::Unvec(inner, _) => self.value(*inner)?,
            Node::Pinv(inner) if arena.shape(*inner).is_matrix() => {
                // λI − A is singular by construction, and so is a multiple of it.
                let sum = match arena.node(*inner) {
                    Node::Product(factors) => match **factors {
                        [scalar, sum] if arena.shape(scalar).is_scalar() => sum,
                        _ => *inner,
                    },
                    _ => *inner,
                };
                let shifted = matches!(arena.node(sum), Node::Add(terms) if terms.iter().any(|(_, term)| self.arena.is_multiple_of_identity(*term)));
                self.unary(if shifted { Unary::PinvSingular } else { Unary::Pinv }, *inner)?
            }
            Node::Pinv(inner) if arena.shape(*inner).is_scalar() => {
                let (number, one) = (self.value(*inner)?, self.program.integer(1));
                let inverse = self.program.binary(Binary::Divide, one, number);
                self.program.binary(Binary::Keep, inverse, number)
            }
            Node::Pinv(inner) => self.unary(Unary::PinvVector, *inner)?,
            Node::Factorial(inner) => self.unary(Unary::Factorial, *inner)?,
        })
    }

    /// The diagonal of a matrix or its sum, the trace. Of a product of two matrices, tr(AB) = Σᵢⱼ Aᵢⱼ(Bᵀ)ᵢⱼ, no other entries are computed.
    pub(super) fn diagonal(&mut self, inner: ExprId, operation: Unary) -> Result<ArrayId, CodeError> {
        let value = self.value(inner)?;
        let Array::Binary(Binary::Matmul, left, right) = *self.program.node(value) else {
            return Ok(self.program.unary(operation, value));
        };
        if self.shared.contains(&inner) {
            return Ok(self.program.unary(operation, value));
        }
        let right = self.program.transposed(right);
        let entries = self.program.binary(Binary::Multiply, left, right);
        let sum = Unary::Reduce(Reduction::Sum);
        Ok(match operation {
            Unary::Trace => self.program.unary(sum, entries),
            _ => self.program.add(Array::Along(sum, entries, [1].into())),
        })
    }

    /// An entry of an array, by its place.
    fn at(&mut self, array: ArrayId, place: &[i64]) -> ArrayId {
        let positions = place.iter().map(|at| self.program.integer(*at)).collect();
        self.program.add(Array::Item(array, positions))
    }

    /// The matrix of the cross product with a vector, by its entries.
    fn hat(&mut self, inner: ExprId) -> Result<ArrayId, CodeError> {
        let of = self.value(inner)?;
        let zero = self.program.integer(0);
        let places = [None, Some((2, true)), Some((1, false)), Some((2, false)), None, Some((0, true))];
        let places = places.into_iter().chain([Some((1, true)), Some((0, false)), None]);
        let entries: Vec<ArrayId> = places
            .map(|place| match place {
                None => zero,
                Some((at, false)) => self.at(of, &[at]),
                Some((at, true)) => {
                    let entry = self.at(of, &[at]);
                    self.program.unary(Unary::Negative, entry)
                }
            })
            .collect();
        Ok(self.program.add(Array::Literal(Some(3), entries.into())))
    }

    /// Its adjoint, by its entries.
    fn axial(&mut self, inner: ExprId) -> Result<ArrayId, CodeError> {
        let of = self.value(inner)?;
        let entries = [[2, 1], [0, 2], [1, 0]].map(|[row, col]| {
            let (one, other) = (self.at(of, &[row, col]), self.at(of, &[col, row]));
            self.program.add(Array::Sum([(false, one), (true, other)].into()))
        });
        Ok(self.program.add(Array::Literal(None, entries.into())))
    }

    /// X where c is 1, else 0, and Y where 1 − c is 1, else 0. A value that is 0 is left out.
    fn choice(&mut self, [condition, then, otherwise]: [ExprId; 3]) -> Result<ArrayId, CodeError> {
        let condition = self.value(condition)?;
        let one = self.program.integer(1);
        let contrary = self.program.add(Array::Sum([(false, one), (true, condition)].into()));
        let mut terms = Vec::new();
        for (value, by) in [(then, condition), (otherwise, contrary)] {
            if !self.arena.is_zero(value) {
                let value = self.value(value)?;
                terms.push((false, self.program.binary(Binary::Keep, value, by)));
            }
        }
        Ok(match terms.as_slice() {
            [(_, only)] => *only,
            _ => self.program.add(Array::Sum(terms.into())),
        })
    }

    /// An exact number; 1/3 as a quotient.
    fn number(&mut self, value: &Coeff) -> Result<ArrayId, CodeError> {
        in_range(value)?;
        match value.to_ratio() {
            Some((numerator, denominator)) if !super::number::is_short_decimal(value) => {
                let (above, below) = (self.program.integer(numerator), self.program.integer(denominator));
                Ok(self.program.binary(Binary::Divide, above, below))
            }
            _ => Ok(self.program.number(value)),
        }
    }

    /// An index's value less one: the position in an array.
    fn position(&mut self, id: ExprId) -> Result<ArrayId, CodeError> {
        if let Some((index, offset)) = self.moved_index(id) {
            return Ok(self.place(index, offset));
        }
        if let Some(value) = self.arena.as_number(id).and_then(Coeff::to_i64) {
            return Ok(self.program.integer(value - 1));
        }
        let one = [(1, Vec::new())];
        if let Some(before) = self.arena.place_terms(id).and_then(|place| rest_of_terms(&place, &one)) {
            return Ok(self.length_of(&before));
        }
        let whole = self.unary(Unary::Int, id)?;
        let one = self.program.integer(1);
        Ok(self.program.add(Array::Sum([(false, whole), (true, one)].into())))
    }

    /// An index and what is added to it, where a place is that: i, i − 1.
    fn moved_index(&self, id: ExprId) -> Option<(IndexId, i64)> {
        let terms = match self.arena.node(id) {
            Node::Index(index) => return Some((*index, 0)),
            Node::Add(terms) => terms,
            _ => return None,
        };
        let (mut index, mut offset) = (None, 0_i64);
        for (coeff, term) in terms.iter() {
            match self.arena.node(*term) {
                Node::Index(found) if index.is_none() && coeff.is_one() => index = Some(*found),
                Node::Number(value) => offset = offset.checked_add(value.mul(coeff).to_i64()?)?,
                _ => return None,
            }
        }
        Some((index?, offset))
    }

    /// The position of an index moved by an offset.
    fn place(&mut self, index: IndexId, offset: i64) -> ArrayId {
        let offset = if self.zero_based.contains(&index) { offset } else { offset - 1 };
        let at = self.program.add(Array::Index(index));
        if offset == 0 {
            return at;
        }
        let by = self.program.number(&Coeff::integer(offset).abs());
        self.program.add(Array::Sum([(false, at), (offset < 0, by)].into()))
    }

    /// An entry of an array that holds a value of a shape.
    fn item(&mut self, array: ArrayId, of: Shape, row: ExprId, col: ExprId) -> Result<ArrayId, CodeError> {
        let positions: Vec<ExprId> = if of.is_scalar() {
            return Ok(array);
        } else if of.is_column() {
            vec![row]
        } else if of.is_row() {
            vec![col]
        } else {
            vec![row, col]
        };
        let positions = positions.into_iter().map(|id| self.position(id)).collect::<Result<_, _>>()?;
        Ok(self.program.add(Array::Item(array, positions)))
    }

    /// A bound of a sum, as an integer.
    fn bound(&mut self, id: ExprId) -> Result<ArrayId, CodeError> {
        if let Some((index, offset)) = self.moved_index(id)
            && let Some(after) = offset.checked_add(1)
        {
            return Ok(self.place(index, after));
        }
        let is_whole = |id: ExprId| {
            matches!(self.arena.node(id), Node::Size(_) | Node::Index(_))
                || self.arena.as_number(id).is_some_and(Coeff::is_integer)
        };
        let whole = match self.arena.node(id) {
            Node::Add(terms) => terms.iter().all(|(coeff, term)| coeff.is_integer() && is_whole(*term)),
            _ => is_whole(id),
        };
        if whole { self.value(id) } else { self.unary(Unary::Int, id) }
    }

    fn norm(&mut self, norm: Norm, inner: ExprId) -> Result<ArrayId, CodeError> {
        let shape = self.arena.shape(inner);
        let operation = match norm {
            _ if shape.is_scalar() => Unary::Elementwise(Func::Abs),
            Norm::P(p) => {
                let (inner, p) = (self.value(inner)?, self.value(p)?);
                return Ok(self.program.binary(Binary::NormP, inner, p));
            }
            Norm::Frobenius => Unary::Norm,
            Norm::One => Unary::NormOne,
            Norm::Infinity => Unary::NormInfinity,
            Norm::Spectral | Norm::Nuclear if !shape.is_matrix() => Unary::Norm,
            Norm::Spectral => Unary::NormSpectral,
            Norm::Nuclear => Unary::NormNuclear,
        };
        self.unary(operation, inner)
    }

    /// What is read off eigenvalues and singular values. Both singular vectors come from one decomposition, so that their signs go
    /// together.
    fn spectral(&mut self, which: Spectral, inner: ExprId) -> Result<ArrayId, CodeError> {
        let operation = match which {
            Spectral::SumEig => Unary::Trace,
            Spectral::ProdEig => Unary::Det,
            Spectral::LambdaMax => Unary::LambdaMax,
            Spectral::LambdaMin => Unary::LambdaMin,
            Spectral::EigvecMax => Unary::EigvecMax,
            Spectral::EigvecMin => Unary::EigvecMin,
            Spectral::Polar => Unary::Polar,
            Spectral::UMax | Spectral::VMax => {
                let part = if which == Spectral::UMax { Unary::FirstLeft } else { Unary::FirstRight };
                let decomposition = self.unary(Unary::Svd, inner)?;
                return Ok(self.program.unary(part, decomposition));
            }
        };
        self.unary(operation, inner)
    }
}

/// Refuses numbers that no double is near.
fn in_range(value: &Coeff) -> Result<(), CodeError> {
    let double = super::number::double(value);
    if !double.is_finite() || (!value.is_zero() && double.abs() < f64::MIN_POSITIVE) {
        return Err(CodeError::Number(super::number::magnitude(value)));
    }
    Ok(())
}

/// Whether an operation gives the largest or smallest entry of its operand.
pub(super) fn is_extreme(operation: Unary) -> bool {
    matches!(operation, Unary::Reduce(Reduction::Max | Reduction::Min) | Unary::NormInfinity)
}
