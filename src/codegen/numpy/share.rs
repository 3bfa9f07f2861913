//! Which parts of a program are computed once and bound to a name.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::axes::Axes;
use super::super::lower::is_extreme;
use super::super::tree::{Array, ArrayId, Binary, Program, Unary};
use super::super::varying::{Varying, varying};
use crate::expr::{Arena, Func, Ranked};

/// From this estimated length on shared parts are bound to names.
const WHOLE_LENGTH: u32 = 400;
/// A part that occurs twice is bound from this length on.
const SHARED_LENGTH: usize = 20;
/// A part that takes some time to compute is bound where this many characters are saved, about what a binding takes.
const LEAST_SAVED: usize = 20;
/// A part that occurs once is bound from this length on.
const SINGLE_LENGTH: usize = 1000;
/// A part is bound from this depth of brackets on; Python's parser allows 200.
const MAX_DEPTH: u32 = 40;
/// About how many characters a node takes besides its operands.
const NODE_LENGTH: u32 = 8;

/// For what a part is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// For the whole result.
    Whole,
    /// For each of the unit arrays that are put in the place of differentials.
    Units,
}

/// What is known of the parts of a program.
pub(super) struct Shared {
    is_long: bool,
    counts: FxHashMap<ArrayId, u32>,
    /// Parts that depend on an index, or on a differential that unit arrays are put in the place of.
    varying: FxHashMap<ArrayId, Varying>,
    /// Parts that have to be computed once.
    once: FxHashSet<ArrayId>,
    /// Comparisons, with the array that is bound where they stand.
    in_passing: FxHashMap<ArrayId, ArrayId>,
    /// Parts that no name would shorten.
    short: FxHashSet<ArrayId>,
    /// Parts that take more than an operation for each entry.
    heavy: FxHashSet<ArrayId>,
    /// Parts that take as long as passing over a matrix, or longer, besides what is bound below them.
    costly: FxHashSet<ArrayId>,
}

impl Shared {
    pub(super) fn new(arena: &Arena, program: &Program) -> Self {
        let order = program.order();
        // The lengths of axes are nodes, which are not to be among those of the program.
        let (mut scratch, mut axes) = (program.clone(), Axes::new(arena, &[]));
        let axes: FxHashMap<ArrayId, usize> =
            order.iter().filter_map(|id| Some((*id, axes.count(&mut scratch, *id)?))).collect();
        let mut counts = FxHashMap::default();
        for operand in order.iter().flat_map(|id| program.node(*id).operands()) {
            *counts.entry(operand).or_insert(0) += 1;
        }
        let varying = varying(program, &order);
        let (mut once, mut in_passing) = (FxHashSet::default(), FxHashMap::default());
        let count = |id: ArrayId| counts.get(&id).copied().unwrap_or(0);
        for id in &order {
            match *program.node(*id) {
                Array::Binary(Binary::Equal, x, y) => {
                    let Some(array) = compared(program, x, y) else { continue };
                    if is_given(program, array) {
                        continue;
                    }
                    let is_alone = count(array) == 2 && count(x) <= 2 && count(y) == 1;
                    if varying.contains_key(&array) || is_alone {
                        in_passing.insert(*id, array);
                    } else {
                        once.insert(array);
                    }
                }
                Array::Unary(
                    Unary::Svd
                    | Unary::EigvecMax
                    | Unary::EigvecMin
                    | Unary::FirstLeft
                    | Unary::FirstRight
                    | Unary::Every(_),
                    _,
                ) if count(*id) > 1 => {
                    once.insert(*id);
                }
                // One decomposition for all places that an index runs over.
                Array::Item(of, _)
                    if matches!(program.node(of), Array::Unary(Unary::Every(_), _)) && varying.contains_key(id) =>
                {
                    once.insert(of);
                }
                _ => {}
            }
        }
        let short = order.iter().copied().filter(|id| is_short(program.node(*id))).collect();
        let heavy = order.iter().copied().filter(|id| is_heavy(program.node(*id), &axes)).collect();
        // What is bound where it is compared is not bound before.
        let bound_later: FxHashSet<ArrayId> = in_passing.values().copied().collect();
        let mut costly = FxHashSet::default();
        for id in &order {
            let node = program.node(*id);
            let is_within = |operand: &ArrayId| costly.contains(operand) && count(*operand) < 2;
            let is_bound_later = bound_later.contains(id);
            if !is_bound_later && (is_costly(*id, node, &axes) || node.operands().iter().any(is_within)) {
                costly.insert(*id);
            }
        }
        let is_long = length(program, &order) > WHOLE_LENGTH;
        Self { is_long, counts, varying, once, in_passing, short, heavy, costly }
    }

    /// For what a part is bound to a name, where it is.
    pub(super) fn scope(&self, id: ArrayId, length: usize, depth: u32) -> Option<Scope> {
        let scope = match self.varying.get(&id) {
            None => Scope::Whole,
            Some(varying) if varying.indices.is_empty() => Scope::Units,
            Some(_) => return None,
        };
        if self.once.contains(&id) {
            return Some(scope);
        }
        let count = self.counts.get(&id).copied().unwrap_or(0);
        let is_shared = count > 1;
        if is_shared && self.costly.contains(&id) {
            return Some(scope);
        }
        if is_shared && self.heavy.contains(&id) && (count as usize - 1) * length >= LEAST_SAVED {
            return Some(scope);
        }
        let least = if is_shared { SHARED_LENGTH } else { SINGLE_LENGTH };
        let is_worth_it = self.is_long && !self.short.contains(&id) && (length >= least || depth > MAX_DEPTH);
        is_worth_it.then_some(scope)
    }

    /// The array that is bound where a comparison stands.
    pub(super) fn bound_in_passing(&self, equal: ArrayId) -> Option<ArrayId> {
        self.in_passing.get(&equal).copied()
    }
}

/// The array that is compared with its own largest or smallest entry.
fn compared(program: &Program, x: ArrayId, y: ArrayId) -> Option<ArrayId> {
    let Array::Unary(operation, array) = *program.node(y) else { return None };
    if !is_extreme(operation) {
        return None;
    }
    let mut at = x;
    while at != array {
        at = match *program.node(at) {
            Array::Unary(Unary::Transpose | Unary::Elementwise(Func::Abs), inner) | Array::Item(inner, _) => inner,
            _ => return None,
        };
    }
    Some(array)
}

/// Whether it is an array that is given, or the sizes of its entries, which nothing rounds.
fn is_given(program: &Program, id: ArrayId) -> bool {
    match program.node(id) {
        Array::Symbol(_) | Array::Differential(..) => true,
        Array::Unary(Unary::Transpose | Unary::Elementwise(Func::Abs), inner) | Array::Item(inner, _) => {
            is_given(program, *inner)
        }
        _ => false,
    }
}

/// Whether it is as short as a name, or shorter where it stands alone.
fn is_short(node: &Array) -> bool {
    matches!(
        node,
        Array::Number(_)
            | Array::Pi
            | Array::Symbol(_)
            | Array::Differential(..)
            | Array::Length(..)
            | Array::Size(_)
            | Array::Index(_)
            | Array::Eye(_)
            | Array::Range(_)
            | Array::Ones(_)
            | Array::Zeros(_)
            | Array::Unary(Unary::Svd, _)
    )
}

/// Whether it takes more than an operation for each entry.
fn is_heavy(node: &Array, axes: &FxHashMap<ArrayId, usize>) -> bool {
    match node {
        Array::Unary(
            Unary::Elementwise(_)
            | Unary::Log1p
            | Unary::Expm1
            | Unary::LogExpit
            | Unary::LogNormCdf
            | Unary::NormRatio,
            x,
        ) => axes.get(x).is_some_and(|count| *count > 0),
        Array::Binary(operation, ..) => {
            !matches!(operation, Binary::Multiply | Binary::Divide | Binary::Power | Binary::LogAddExp | Binary::Xlogy)
        }
        Array::Unary(operation, _) => matches!(
            operation,
            Unary::Apply(_)
                | Unary::SoftmaxRows
                | Unary::LogSoftmax
                | Unary::LogSoftmaxRows
                | Unary::Det
                | Unary::LogAbsDet
                | Unary::Inverse
                | Unary::Pinv
                | Unary::PinvSingular
                | Unary::NormSpectral
                | Unary::NormNuclear
                | Unary::LambdaMax
                | Unary::LambdaMin
                | Unary::Every(Ranked::Eigenvalue | Ranked::Eigenvector | Ranked::SingularValue)
                | Unary::Polar
                | Unary::MatrixFunction(_)
        ),
        Array::Loop { .. } | Array::Frechet(..) | Array::Declared(..) | Array::Einsum(..) => true,
        _ => false,
    }
}

/// Whether it takes as long as passing over a matrix, or longer. Views of arrays take no time.
fn is_costly(id: ArrayId, node: &Array, axes: &FxHashMap<ArrayId, usize>) -> bool {
    let is_matrix = |id: &ArrayId| axes.get(id).is_some_and(|count| *count > 1);
    match node {
        Array::Frechet(..) | Array::Declared(..) | Array::Loop { .. } | Array::Tabulate { .. } | Array::Einsum(..) => {
            true
        }
        Array::Along(_, x, _) => is_matrix(x),
        Array::Sum(_) => is_matrix(&id),
        Array::Binary(Binary::Multiply | Binary::Divide | Binary::Power | Binary::Matmul | Binary::LogAddExp, x, y) => {
            is_matrix(x) || is_matrix(y)
        }
        Array::Binary(Binary::NormP, x, _) => is_matrix(x),
        Array::Binary(Binary::Equal | Binary::Xlogy | Binary::Keep | Binary::Maximum | Binary::Minimum, ..) => {
            is_matrix(&id)
        }
        Array::Binary(..) => true,
        Array::Unary(operation, x) => match operation {
            Unary::Transpose
            | Unary::Trace
            | Unary::Diag
            | Unary::DiagPart
            | Unary::Vec
            | Unary::AsColumn
            | Unary::AsRow
            | Unary::FirstLeft
            | Unary::FirstRight
            | Unary::Every(Ranked::LeftVector | Ranked::RightVector)
            | Unary::Factorial
            | Unary::Int => false,
            _ => is_matrix(x),
        },
        _ => false,
    }
}

/// About how long the code is where nothing is bound, saturating.
fn length(program: &Program, order: &[ArrayId]) -> u32 {
    let mut lengths: FxHashMap<ArrayId, u32> = FxHashMap::default();
    let mut last = 0;
    for id in order {
        let operands = program.node(*id).operands();
        let below = operands.iter().map(|operand| lengths.get(operand).copied().unwrap_or(0));
        last = below.fold(NODE_LENGTH, u32::saturating_add);
        lengths.insert(*id, last);
    }
    last
}
