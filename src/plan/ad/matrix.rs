//! Rows of the operations on matrices, both ways. What has no row of its own is expanded into operations that have one.

use rustc_hash::FxHashMap;

use super::chain::Part;
use super::forward::forward;
use super::reverse::adjoints;
use crate::expr::{MatrixFunction, Ranked};
use crate::plan::contraction::{Draft, Label};
use crate::plan::entry::Map;
use crate::plan::error::PlanError;
use crate::plan::graph::{Graph, Kernel};
use crate::plan::matrix::Matrix;
use crate::plan::node::{Length, NodeId, Source};

/// Singular values below this times the largest are 0, of matrices that are singular by construction.
const SINGULAR_CUTOFF: f64 = 1e-12;

/// The numbers of the arrays that stand for the operands of an operation that is expanded; directions have smaller ones.
const FIRST_OPERAND: u32 = 3 << 30;

/// An operation that is expanded into ones that have rows, of arrays that stand for its operands: products look through what an operand
/// is made of, 2X or Xᵀ, and would not have the operand itself among their factors.
struct Expansion {
    value: NodeId,
    stand_ins: Vec<NodeId>,
}

impl Expansion {
    /// None of an operation that has a row itself.
    fn new(graph: &mut Graph, operation: Matrix, operands: &[NodeId]) -> Option<Self> {
        if !matches!(operation, Matrix::IntegerPower(_) | Matrix::Power | Matrix::Polar | Matrix::AdjugateAlong) {
            return None;
        }
        let mut stand_ins: Vec<NodeId> = Vec::new();
        for operand in operands {
            let lengths = graph.lengths(*operand).into();
            // Every one makes the graph longer.
            let number = FIRST_OPERAND.saturating_add(u32::try_from(graph.len()).unwrap_or(u32::MAX));
            let earlier = operands.iter().zip(&stand_ins).find(|(known, _)| *known == operand).map(|(_, known)| *known);
            stand_ins.push(earlier.unwrap_or_else(|| graph.input(Source::Direction(number), lengths)));
        }
        Some(Self { value: expanded(graph, operation, &stand_ins)?, stand_ins })
    }

    /// What a node is of the operands themselves.
    fn of_operands(&self, graph: &mut Graph, node: NodeId, operands: &[NodeId]) -> NodeId {
        let mut moved: FxHashMap<NodeId, NodeId> =
            self.stand_ins.iter().copied().zip(operands.iter().copied()).collect();
        for id in graph.order(&[node]) {
            let kernel = graph.kernel(id).clone();
            if moved.contains_key(&id) || !kernel.operands().iter().any(|operand| moved.contains_key(operand)) {
                continue;
            }
            let at = |operand: NodeId| moved.get(&operand).copied().unwrap_or(operand);
            let value = match kernel {
                Kernel::Contract(contraction) => {
                    let mut draft = Draft::of(&contraction);
                    draft.operands.iter_mut().for_each(|(operand, _)| *operand = at(*operand));
                    graph.contract(draft)
                }
                Kernel::Sum(terms) => {
                    let terms: Vec<(f64, NodeId)> = terms.iter().map(|(by, term)| (by.value(), at(*term))).collect();
                    graph.sum(&terms)
                }
                Kernel::Matrix(matrix, operands) => {
                    let operands: Vec<NodeId> = operands.iter().map(|operand| at(*operand)).collect();
                    graph.matrix(matrix, &operands)
                }
                other => {
                    let lengths = graph.lengths(id).into();
                    graph.add(other.on(at), lengths)
                }
            };
            moved.insert(id, value);
        }
        moved.get(&node).copied().unwrap_or(node)
    }
}

/// The same value by operations that have rows.
fn expanded(graph: &mut Graph, operation: Matrix, operands: &[NodeId]) -> Option<NodeId> {
    let a = operands[0];
    match operation {
        Matrix::IntegerPower(power) => {
            let base = if power < 0 { graph.matrix(Matrix::Inverse, &[a]) } else { a };
            let (mut rest, mut square, mut product) = (power.unsigned_abs(), base, None);
            while rest > 0 {
                if rest % 2 == 1 {
                    product = Some(match product {
                        Some(product) => graph.matmul(product, square),
                        None => square,
                    });
                }
                rest /= 2;
                if rest > 0 {
                    square = graph.matmul(square, square);
                }
            }
            product
        }
        // Aᵖ = exp(p log A)
        Matrix::Power => {
            let log = graph.matrix(Matrix::Function(MatrixFunction::Logm), &[a]);
            let multiple = graph.scaled_matrix(&[], (operands[1], false), (log, false));
            Some(graph.matrix(Matrix::Function(MatrixFunction::Expm), &[multiple]))
        }
        // A(AᵀA)^(−½), or (AAᵀ)^(−½)A where A has more columns
        Matrix::Polar => {
            let lengths = graph.lengths(a);
            let is_tall = lengths[lengths.len() - 2].size >= lengths[lengths.len() - 1].size;
            let (left, right) = (Part::of(a), Part::of(a).t());
            let square = graph.chain(&[], &if is_tall { [right, left] } else { [left, right] }, false);
            let root = graph.matrix(Matrix::Function(MatrixFunction::Sqrtm), &[square]);
            let inverse = graph.matrix(Matrix::Inverse, &[root]);
            Some(if is_tall { graph.matmul(a, inverse) } else { graph.matmul(inverse, a) })
        }
        // Of an invertible A: (tr(A⁻¹E)A⁻¹ − A⁻¹EA⁻¹) det A
        Matrix::AdjugateAlong => {
            let det = graph.matrix(Matrix::Det, &[a]);
            let inverse = graph.matrix(Matrix::Inverse, &[a]);
            let [of_inverse, direction] = [inverse, operands[1]].map(Part::of);
            let trace = graph.chain(&[], &[of_inverse, direction], true);
            let product = graph.chain(&[], &[of_inverse, direction, of_inverse], false);
            let multiple = graph.scaled_matrix(&[], (trace, false), (inverse, false));
            let difference = graph.minus(multiple, product);
            Some(graph.scaled_matrix(&[], (det, false), (difference, false)))
        }
        _ => None,
    }
}

/// X with AX = B or AᵀX = B, where B has the axes of directions in front.
fn solve(graph: &mut Graph, transposed: bool, a: NodeId, b: NodeId, extra: &[Length]) -> NodeId {
    let matrix = Matrix::Solve { transposed };
    if extra.is_empty() {
        return graph.matrix(matrix, &[a, b]);
    }
    if graph.lengths(a).len() > 2 {
        let a = spread(graph, a, extra);
        return graph.matrix(matrix, &[a, b]);
    }
    let row = graph.lengths(b).len() - 2;
    graph.solved_at(matrix, a, b, row)
}

/// A tensor that stays the same along the axes of directions.
fn spread(graph: &mut Graph, x: NodeId, extra: &[Length]) -> NodeId {
    let lengths = [extra, graph.lengths(x)].concat();
    let own: Vec<usize> = (extra.len()..lengths.len()).collect();
    graph.spread(x, &own, &lengths)
}

/// (cI − A)⁺ of a matrix cI − A that is singular.
fn shifted_pinv(graph: &mut Graph, c: NodeId, a: NodeId) -> NodeId {
    let shifted = graph.shifted(c, a);
    graph.matrix(Matrix::Pinv(SINGULAR_CUTOFF.into()), &[shifted])
}

/// The vectors, as rows, beside which dA stands in the differentials of all eigenvalues or of all singular values.
fn vectors_of_every(graph: &mut Graph, values: Matrix, a: NodeId) -> [NodeId; 2] {
    let which = match values {
        Matrix::Every(Ranked::Eigenvalue) => [Ranked::Eigenvector, Ranked::Eigenvector],
        _ => [Ranked::LeftVector, Ranked::RightVector],
    };
    which.map(|which| graph.matrix(Matrix::Every(which), &[a]))
}

/// 1/(xⱼ − xᵢ) in row j and column i, and 0 on the diagonal.
fn reciprocal_gaps(graph: &mut Graph, x: NodeId) -> NodeId {
    let mut lengths = graph.lengths(x).to_vec();
    let axis = lengths.len() - 1;
    lengths.push(lengths[axis].clone());
    let down: Vec<usize> = (0..=axis).collect();
    let along: Vec<usize> = (0..axis).chain([axis + 1]).collect();
    let [down, along] = [down, along].map(|own| graph.spread(x, &own, &lengths));
    let ones = graph.eyes(&lengths);
    let gaps = graph.minus(down, along);
    let gaps = graph.plus(gaps, ones);
    let reciprocals = graph.map(Map::Reciprocal, gaps);
    graph.minus(reciprocals, ones)
}

/// What the differentials of all singular vectors of one side are made of. With G of the reciprocals of σₖ² − σᵢ², row k of dU is
/// Σᵢ Gₖᵢ(σₖ uᵢᵀ(dX)vₖ + σᵢ uₖᵀ(dX)vᵢ)uᵢ + (I − UᵀU)(dX)vₖ/σₖ, the rows of U being the vectors; that of dV likewise of Xᵀ (Giles 2008).
struct OfEverySingular {
    /// The vectors of this side, and those of the other one.
    own: NodeId,
    other: NodeId,
    /// Gₖᵢσₖ and Gₖᵢσᵢ
    by_row: NodeId,
    by_col: NodeId,
    /// 1/σₖ
    reciprocal: NodeId,
}

impl OfEverySingular {
    fn new(graph: &mut Graph, a: NodeId, own: NodeId, is_left: bool) -> Self {
        let other = if is_left { Ranked::RightVector } else { Ranked::LeftVector };
        let other = graph.matrix(Matrix::Every(other), &[a]);
        let sigma = graph.matrix(Matrix::Every(Ranked::SingularValue), &[a]);
        let squares = graph.times(sigma, sigma);
        let gaps = reciprocal_gaps(graph, squares);
        let lengths = graph.lengths(gaps).to_vec();
        let axis = lengths.len() - 2;
        let down: Vec<usize> = (0..=axis).collect();
        let along: Vec<usize> = (0..axis).chain([axis + 1]).collect();
        let [by_row, by_col] = [down, along].map(|own| {
            let spread = graph.spread(sigma, &own, &lengths);
            graph.times(gaps, spread)
        });
        Self { own, other, by_row, by_col, reciprocal: graph.map(Map::Reciprocal, sigma) }
    }

    /// The terms of the tangent, from that of X with axes of directions in front, or those of the cotangent of X, where there are none.
    fn terms(&self, graph: &mut Graph, given: NodeId, extra: Option<&[Length]>, is_left: bool) -> [(f64, NodeId); 4] {
        let weights = [(1.0, self.by_row), (1.0, self.by_col), (1.0, self.reciprocal), (-1.0, self.reciprocal)];
        let mut place = 0;
        weights.map(|(sign, weights)| {
            let mut draft = Draft::default();
            let directions = draft.labels(extra.unwrap_or_default());
            let rows = draft.labels(graph.lengths(self.own));
            let rank = rows.len();
            let (batch, [k, j]) = (&rows[..rank - 2], [rows[rank - 2], rows[rank - 1]]);
            let i = if place == 2 { k } else { draft.label(graph.lengths(self.own)[rank - 2].clone()) };
            let row = if place == 2 { j } else { draft.label(graph.lengths(self.own)[rank - 1].clone()) };
            let col = draft.label(graph.lengths(self.other)[rank - 1].clone());
            let at = |labels: &[Label]| [batch, labels].concat();
            let sides = at(&if is_left { [row, col] } else { [col, row] });
            let (inner, outer) = match extra {
                Some(_) => ([directions.as_slice(), &sides].concat(), [directions.as_slice(), &at(&[k, j])].concat()),
                None => (at(&[k, j]), sides),
            };
            draft.factor(given, &inner);
            draft.factor(weights, &if place < 2 { at(&[k, i]) } else { at(&[k]) });
            // Between which of the vectors dX stands.
            let (left, right) = if place == 1 { (k, i) } else { (i, k) };
            draft.factor(self.other, &at(&[right, col]));
            if place != 2 {
                draft.factor(self.own, &at(&[left, row]));
                draft.factor(self.own, &at(&[i, j]));
            }
            draft.result(&outer);
            place += 1;
            (sign, graph.contract(draft))
        })
    }
}

/// For a singular vector: the pseudo-inverse of σ²I − AAᵀ or σ²I − AᵀA.
fn singular_pinv(graph: &mut Graph, a: NodeId, is_left: bool) -> NodeId {
    let sigma = graph.matrix(Matrix::NormSpectral, &[a]);
    let square = graph.times(sigma, sigma);
    let parts = if is_left { [Part::of(a), Part::of(a).t()] } else { [Part::of(a).t(), Part::of(a)] };
    let gram = graph.chain(&[], &parts, false);
    shifted_pinv(graph, square, gram)
}

type Terms = Vec<(NodeId, f64, NodeId)>;

/// What a cotangent adds to those of the operands.
pub(super) fn pulled(
    graph: &mut Graph,
    operation: Matrix,
    operands: &[NodeId],
    value: NodeId,
    adjoint: NodeId,
    is_active: &dyn Fn(NodeId) -> bool,
    all: &mut Terms,
) -> Result<(), PlanError> {
    let a = operands[0];
    let [of_a, of_y, of_bar] = [a, value, adjoint].map(Part::of);
    let chain = |graph: &mut Graph, parts: &[Part]| graph.chain(&[], parts, false);
    if let Some(expansion) = Expansion::new(graph, operation, operands) {
        let mut wrt: Vec<(NodeId, NodeId)> =
            operands.iter().copied().zip(expansion.stand_ins.iter().copied()).collect();
        wrt.retain(|(operand, _)| is_active(*operand));
        wrt.dedup();
        let stand_ins: Vec<NodeId> = wrt.iter().map(|(_, stand_in)| *stand_in).collect();
        let found = adjoints(graph, expansion.value, adjoint, &stand_ins)?;
        for (operand, stand_in) in wrt {
            if let Some(cotangent) = found.get(&stand_in) {
                all.push((operand, 1.0, expansion.of_operands(graph, *cotangent, operands)));
            }
        }
        return Ok(());
    }
    match operation {
        Matrix::Solve { transposed } => {
            let b = graph.matrix(Matrix::Solve { transposed: !transposed }, &[a, adjoint]);
            all.push((operands[1], 1.0, b));
            if is_active(a) {
                let parts = if transposed { [of_y, Part::of(b).t()] } else { [Part::of(b), of_y.t()] };
                all.push((a, -1.0, chain(graph, &parts)));
            }
        }
        Matrix::Inverse => all.push((a, -1.0, chain(graph, &[of_y.t(), of_bar, of_y.t()]))),
        Matrix::Det | Matrix::LogDet => {
            // det A has a derivative where A is singular, too.
            let which = if operation == Matrix::Det { Matrix::Adjugate } else { Matrix::Inverse };
            let slope = graph.matrix(which, &[a]);
            let slope = graph.transposed(slope);
            all.push((a, 1.0, graph.scaled_matrix(&[], (adjoint, false), (slope, false))));
        }
        Matrix::Adjugate => {
            let transposed = graph.transposed(adjoint);
            let along = graph.matrix(Matrix::AdjugateAlong, &[a, transposed]);
            all.push((a, 1.0, graph.transposed(along)));
        }
        Matrix::Pinv(_) => {
            let lengths = graph.lengths(a).to_vec();
            let transposed = graph.lengths(value).to_vec();
            let left = graph.eyes(&square(&lengths, lengths.len() - 2));
            let right = graph.eyes(&square(&transposed, transposed.len() - 2));
            let (ap, pa) = (chain(graph, &[of_a, of_y]), chain(graph, &[of_y, of_a]));
            let (left, right) = (graph.minus(left, ap), graph.minus(right, pa));
            all.push((a, -1.0, chain(graph, &[of_y.t(), of_bar, of_y.t()])));
            all.push((a, 1.0, chain(graph, &[Part::of(left), of_bar.t(), of_y, of_y.t()])));
            all.push((a, 1.0, chain(graph, &[of_y.t(), of_y, of_bar.t(), Part::of(right)])));
        }
        Matrix::Function(function) => {
            let transposed = graph.transposed(a);
            all.push((a, 1.0, graph.matrix(Matrix::Frechet(function), &[transposed, adjoint])));
        }
        Matrix::Frechet(function) => {
            // The form ⟨Ȳ, L(A; E, …)⟩ is the same with each direction in the place of Ȳ, and all transposed.
            let transposed: Vec<NodeId> = operands.iter().map(|operand| graph.transposed(*operand)).collect();
            for (place, operand) in operands.iter().enumerate().skip(1).filter(|(_, operand)| is_active(**operand)) {
                let mut list = transposed.clone();
                list[place] = adjoint;
                all.push((*operand, 1.0, graph.matrix(Matrix::Frechet(function), &list)));
            }
            if is_active(a) {
                let mut list = transposed;
                list.push(adjoint);
                all.push((a, 1.0, graph.matrix(Matrix::Frechet(function), &list)));
            }
        }
        Matrix::LambdaMax | Matrix::LambdaMin => {
            let which = if operation == Matrix::LambdaMax { Matrix::EigvecMax } else { Matrix::EigvecMin };
            let vector = graph.matrix(which, &[a]);
            let column = graph.column(vector);
            let outer = chain(graph, &[Part::of(column), Part::of(column).t()]);
            all.push((a, 1.0, graph.scaled_matrix(&[], (adjoint, false), (outer, false))));
        }
        Matrix::EigvecMax | Matrix::EigvecMin => {
            let which = if operation == Matrix::EigvecMax { Matrix::LambdaMax } else { Matrix::LambdaMin };
            let lambda = graph.matrix(which, &[a]);
            let pinv = shifted_pinv(graph, lambda, a);
            let (bar, vector) = (graph.column(adjoint), graph.column(value));
            all.push((a, 1.0, chain(graph, &[Part::of(pinv), Part::of(bar), Part::of(vector).t()])));
        }
        // Ā = V diag(λ̄) Vᵀ, and V(F∘(VᵀV̄))Vᵀ of the columns of V with Fᵢⱼ = 1/(λⱼ − λᵢ) (Giles 2008)
        Matrix::Every(Ranked::Eigenvalue | Ranked::SingularValue) => {
            let [left, right] = vectors_of_every(graph, operation, a);
            let mut draft = Draft::default();
            let rows = draft.labels(graph.lengths(left));
            let (batch, [place, row]) = (&rows[..rows.len() - 2], [rows[rows.len() - 2], rows[rows.len() - 1]]);
            let col = draft.label(graph.lengths(right)[rows.len() - 1].clone());
            draft.factor(left, &rows);
            draft.factor(adjoint, &[batch, &[place]].concat());
            draft.factor(right, &[batch, &[place, col]].concat());
            draft.result(&[batch, &[row, col]].concat());
            all.push((a, 1.0, graph.contract(draft)));
        }
        Matrix::Every(Ranked::Eigenvector) => {
            let lambda = graph.matrix(Matrix::Every(Ranked::Eigenvalue), &[a]);
            let gaps = reciprocal_gaps(graph, lambda);
            let inner = chain(graph, &[of_bar, of_y.t()]);
            let inner = graph.times(gaps, inner);
            all.push((a, 1.0, chain(graph, &[of_y.t(), Part::of(inner).t(), of_y])));
        }
        Matrix::UMax | Matrix::VMax => {
            let is_left = operation == Matrix::UMax;
            let pinv = singular_pinv(graph, a, is_left);
            let (bar, vector) = (graph.column(adjoint), graph.column(value));
            let moved = chain(graph, &[Part::of(pinv), Part::of(bar)]);
            let [w, v] = [moved, vector].map(Part::of);
            // (wvᵀ + vwᵀ)A on the left, A(wvᵀ + vwᵀ) on the right
            for (x, y) in [(w, v), (v, w)] {
                let parts = if is_left { [x, y.t(), of_a] } else { [of_a, x, y.t()] };
                all.push((a, 1.0, chain(graph, &parts)));
            }
        }
        Matrix::NormSpectral => {
            let [u, v] = [Matrix::UMax, Matrix::VMax].map(|which| graph.matrix(which, &[a]));
            let [u, v] = [u, v].map(|vector| graph.column(vector));
            let outer = chain(graph, &[Part::of(u), Part::of(v).t()]);
            all.push((a, 1.0, graph.scaled_matrix(&[], (adjoint, false), (outer, false))));
        }
        Matrix::NormNuclear => {
            let polar = graph.matrix(Matrix::Polar, &[a]);
            all.push((a, 1.0, graph.scaled_matrix(&[], (adjoint, false), (polar, false))));
        }
        Matrix::IntegerPower(_) => {}
        Matrix::Every(which @ (Ranked::LeftVector | Ranked::RightVector)) => {
            let is_left = which == Ranked::LeftVector;
            let of = OfEverySingular::new(graph, a, value, is_left);
            all.extend(of.terms(graph, adjoint, None, is_left).map(|(sign, term)| (a, sign, term)));
        }
        Matrix::Power | Matrix::Polar | Matrix::AdjugateAlong => {
            return Err(PlanError::Unsupported("the derivative of a matrix operation"));
        }
    }
    Ok(())
}

/// The lengths of square matrices whose side is the axis at a place.
fn square(lengths: &[Length], axis: usize) -> Vec<Length> {
    let mut lengths = lengths.to_vec();
    let side = lengths[axis].clone();
    let count = lengths.len();
    lengths[count - 2] = side.clone();
    lengths[count - 1] = side;
    lengths
}

/// What the tangents of the operands add to that of the value.
pub(super) fn pushed(
    graph: &mut Graph,
    operation: Matrix,
    operands: &[NodeId],
    tangents: &[Option<NodeId>],
    value: NodeId,
    extra: &[Length],
    terms: &mut Vec<(f64, NodeId)>,
) -> Result<(), PlanError> {
    let a = operands[0];
    let (of_a, of_y) = (Part::of(a), Part::of(value));
    if let Some(expansion) = Expansion::new(graph, operation, operands) {
        let stand_ins = expansion.stand_ins.iter().zip(tangents);
        let given: Vec<(NodeId, NodeId)> =
            stand_ins.filter_map(|(stand_in, tangent)| Some((*stand_in, (*tangent)?))).collect();
        let tangent = forward(graph, expansion.value, extra, &given)?;
        terms.push((1.0, expansion.of_operands(graph, tangent, operands)));
        return Ok(());
    }
    let chain = |graph: &mut Graph, parts: &[Part]| graph.chain(extra, parts, false);
    // Operations of several matrices first.
    match operation {
        Matrix::Solve { transposed } => {
            let mut right = Vec::new();
            if let Some(b) = tangents[1] {
                right.push((1.0, b));
            }
            if let Some(da) = tangents[0] {
                let da = Part::tangent(da);
                right.push((-1.0, chain(graph, &[if transposed { da.t() } else { da }, of_y])));
            }
            let right = graph.sum(&right);
            terms.push((1.0, solve(graph, transposed, a, right, extra)));
            return Ok(());
        }
        Matrix::Frechet(function) => {
            let mut all: Vec<NodeId> = operands.iter().map(|operand| spread(graph, *operand, extra)).collect();
            for (place, tangent) in tangents.iter().enumerate() {
                let Some(tangent) = tangent else { continue };
                if place == 0 {
                    all.push(*tangent);
                    terms.push((1.0, graph.matrix(Matrix::Frechet(function), &all)));
                    all.pop();
                } else {
                    let before = std::mem::replace(&mut all[place], *tangent);
                    terms.push((1.0, graph.matrix(Matrix::Frechet(function), &all)));
                    all[place] = before;
                }
            }
            return Ok(());
        }
        _ => {}
    }
    let Some(tangent) = tangents[0] else { return Ok(()) };
    let da = Part::tangent(tangent);
    match operation {
        Matrix::Inverse => terms.push((-1.0, chain(graph, &[of_y, da, of_y]))),
        Matrix::Det | Matrix::LogDet => {
            let which = if operation == Matrix::Det { Matrix::Adjugate } else { Matrix::Inverse };
            let slope = graph.matrix(which, &[a]);
            terms.push((1.0, graph.chain(extra, &[Part::of(slope), da], true)));
        }
        Matrix::Adjugate => {
            let at = spread(graph, a, extra);
            terms.push((1.0, graph.matrix(Matrix::AdjugateAlong, &[at, tangent])));
        }
        Matrix::Pinv(_) => {
            let lengths = graph.lengths(a).to_vec();
            let transposed = graph.lengths(value).to_vec();
            let left = graph.eyes(&square(&lengths, lengths.len() - 2));
            let right = graph.eyes(&square(&transposed, transposed.len() - 2));
            let (ap, pa) = (graph.matmul(a, value), graph.matmul(value, a));
            let (left, right) = (graph.minus(left, ap), graph.minus(right, pa));
            terms.push((-1.0, chain(graph, &[of_y, da, of_y])));
            terms.push((1.0, chain(graph, &[of_y, of_y.t(), da.t(), Part::of(left)])));
            terms.push((1.0, chain(graph, &[Part::of(right), da.t(), of_y.t(), of_y])));
        }
        Matrix::Function(function) => {
            let at = spread(graph, a, extra);
            terms.push((1.0, graph.matrix(Matrix::Frechet(function), &[at, tangent])));
        }
        Matrix::LambdaMax | Matrix::LambdaMin => {
            let which = if operation == Matrix::LambdaMax { Matrix::EigvecMax } else { Matrix::EigvecMin };
            let vector = graph.matrix(which, &[a]);
            let v = Part::of(graph.column(vector));
            terms.push((1.0, graph.chain(extra, &[v.t(), da, v], true)));
        }
        Matrix::EigvecMax | Matrix::EigvecMin => {
            let which = if operation == Matrix::EigvecMax { Matrix::LambdaMax } else { Matrix::LambdaMin };
            let lambda = graph.matrix(which, &[a]);
            let pinv = shifted_pinv(graph, lambda, a);
            let v = Part::of(graph.column(value));
            let moved = chain(graph, &[Part::of(pinv), da, v]);
            terms.push((1.0, graph.uncolumn(moved)));
        }
        Matrix::Every(which @ (Ranked::Eigenvalue | Ranked::SingularValue | Ranked::Eigenvector)) => {
            let mut draft = Draft::default();
            let directions = draft.labels(extra);
            let [left, right] = match which {
                Ranked::Eigenvector => [value, value],
                _ => vectors_of_every(graph, operation, a),
            };
            let rows = draft.labels(graph.lengths(left));
            let (batch, [place, row]) = (&rows[..rows.len() - 2], [rows[rows.len() - 2], rows[rows.len() - 1]]);
            let col = draft.label(graph.lengths(right)[rows.len() - 1].clone());
            let along = [&directions, batch, &[row, col]].concat();
            draft.factor(tangent, &along);
            if which == Ranked::Eigenvector {
                // dvₖ = Σᵢ vᵢ vᵢᵀ(dA)vₖ/(λₖ − λᵢ)
                let lambda = graph.matrix(Matrix::Every(Ranked::Eigenvalue), &[a]);
                let gaps = reciprocal_gaps(graph, lambda);
                let other = draft.label(graph.lengths(left)[rows.len() - 2].clone());
                let entry = draft.label(graph.lengths(left)[rows.len() - 1].clone());
                draft.factor(gaps, &[batch, &[place, other]].concat());
                draft.factor(left, &[batch, &[other, row]].concat());
                draft.factor(left, &[batch, &[place, col]].concat());
                draft.factor(left, &[batch, &[other, entry]].concat());
                draft.result(&[&directions, batch, &[place, entry]].concat());
            } else {
                draft.factor(left, &rows);
                draft.factor(right, &[batch, &[place, col]].concat());
                draft.result(&[&directions, batch, &[place]].concat());
            }
            terms.push((1.0, graph.contract(draft)));
        }
        Matrix::UMax | Matrix::VMax => {
            let is_left = operation == Matrix::UMax;
            let pinv = Part::of(singular_pinv(graph, a, is_left));
            let v = Part::of(graph.column(value));
            let lists = if is_left {
                [[pinv, da, of_a.t(), v], [pinv, of_a, da.t(), v]]
            } else {
                [[pinv, da.t(), of_a, v], [pinv, of_a.t(), da, v]]
            };
            for list in lists {
                let moved = chain(graph, &list);
                terms.push((1.0, graph.uncolumn(moved)));
            }
        }
        Matrix::NormSpectral => {
            let [u, v] = [Matrix::UMax, Matrix::VMax].map(|which| graph.matrix(which, &[a]));
            let [u, v] = [u, v].map(|vector| Part::of(graph.column(vector)));
            terms.push((1.0, graph.chain(extra, &[u.t(), da, v], true)));
        }
        Matrix::NormNuclear => {
            let polar = graph.matrix(Matrix::Polar, &[a]);
            terms.push((1.0, graph.chain(extra, &[Part::of(polar).t(), da], true)));
        }
        Matrix::Solve { .. }
        | Matrix::Frechet(_)
        | Matrix::IntegerPower(_)
        | Matrix::Power
        | Matrix::Polar
        | Matrix::AdjugateAlong => {}
        Matrix::Every(which @ (Ranked::LeftVector | Ranked::RightVector)) => {
            let is_left = which == Ranked::LeftVector;
            let of = OfEverySingular::new(graph, a, value, is_left);
            terms.extend(of.terms(graph, tangent, Some(extra), is_left));
        }
    }
    Ok(())
}
