//! What a plan takes: arithmetic operations and bytes moved, for the sizes at hand and for any sizes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::contraction::{Contraction, Label};
use super::entry::Fold;
use super::fuse::Fusion;
use super::graph::{Graph, Kernel};
use super::matrix::{Factors, Matrix, Work};
use super::node::{Length, NodeId};
use crate::expr::{Arena, Dim};

/// Bytes of a double.
const DOUBLE: f64 = 8.0;

/// A number of operations or bytes: a polynomial of the sizes of the expression.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Count {
    /// Its value at the sizes at hand.
    pub value: f64,
    /// The coefficients of products of sizes; none where a length has no name.
    terms: Option<BTreeMap<Vec<Dim>, f64>>,
}

impl Count {
    /// c times the product of lengths.
    fn of(coeff: f64, lengths: &[&Length]) -> Self {
        let value = lengths.iter().fold(coeff, |product, length| product * length.size as f64);
        let mut factor = coeff;
        let mut dims: Option<Vec<Dim>> = Some(Vec::new());
        for length in lengths {
            match (&mut dims, &length.of) {
                (Some(dims), Some(of)) => {
                    for dim in of {
                        match dim {
                            Dim::Known(size) => factor *= f64::from(*size),
                            other => dims.push(*other),
                        }
                    }
                }
                (_, None) if length.size == 1 => {}
                _ => dims = None,
            }
        }
        let terms = dims.map(|mut dims| {
            dims.sort_unstable();
            BTreeMap::from([(dims, factor)])
        });
        Self { value, terms }
    }

    fn zero() -> Self {
        Self { value: 0.0, terms: Some(BTreeMap::new()) }
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let terms = self.terms.clone().zip(other.terms.as_ref()).map(|(mut terms, more)| {
            for (dims, coeff) in more {
                *terms.entry(dims.clone()).or_insert(0.0) += coeff;
            }
            terms
        });
        Self { value: self.value + other.value, terms }
    }

    /// `2mn + n`, highest powers first; the number where a length has no name.
    #[must_use]
    pub fn text(&self, arena: &Arena) -> String {
        let Some(terms) = &self.terms else { return number(self.value) };
        // In the highest powers n and n − 1 are one size.
        let mut sizes: Vec<(Vec<&str>, f64)> = Vec::new();
        for (dims, coeff) in terms.iter().filter(|(_, coeff)| **coeff != 0.0) {
            let names = dims.iter().flat_map(|dim| arena.size_names_in(*dim));
            let mut names: Vec<&str> =
                names.filter_map(|name| arena.size_names().get(name as usize)).map(String::as_str).collect();
            names.sort_unstable();
            match sizes.iter_mut().find(|(same, _)| *same == names) {
                Some((_, sum)) => *sum += coeff,
                None => sizes.push((names, *coeff)),
            }
        }
        sizes.sort_by_key(|(names, _)| std::cmp::Reverse(names.len()));
        let mut text = String::new();
        for (names, coeff) in sizes {
            if !text.is_empty() {
                text.push_str(" + ");
            }
            if names.is_empty() || coeff != 1.0 {
                text.push_str(&fraction(coeff));
            }
            for group in names.chunk_by(|a, b| a == b) {
                text.push_str(group[0]);
                match group.len() {
                    1 => {}
                    2 => text.push('²'),
                    3 => text.push('³'),
                    power => drop(write!(text, "^{power}")),
                }
            }
        }
        if text.is_empty() { "0".to_owned() } else { text }
    }
}

/// A coefficient: thirds as fractions, as those of factorizations are.
fn fraction(value: f64) -> String {
    let thirds = value * 3.0;
    if value.fract() != 0.0 && (thirds - thirds.round()).abs() < 1e-9 {
        let count = thirds.round();
        return match count {
            1.0 => "⅓".to_owned(),
            2.0 => "⅔".to_owned(),
            _ => format!("{count}/3 "),
        };
    }
    format!("{value}")
}

/// A number with a thousands' prefix: `2.1 M`.
#[must_use]
pub fn number(value: f64) -> String {
    let (scaled, prefix) = match value {
        value if value < 1e4 => return format!("{}", value.round()),
        value if value < 1e6 => (value / 1e3, "k"),
        value if value < 1e9 => (value / 1e6, "M"),
        value if value < 1e12 => (value / 1e9, "G"),
        value => (value / 1e12, "T"),
    };
    if scaled < 10.0 { format!("{scaled:.1} {prefix}") } else { format!("{} {prefix}", scaled.round()) }
}

/// A number of bytes: `2.1 MB`, `888 B`.
#[must_use]
pub fn bytes(value: f64) -> String {
    let text = number(value);
    let blank = if text.ends_with(|letter: char| letter.is_ascii_digit()) { " " } else { "" };
    format!("{text}{blank}B")
}

/// What a step takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// Arithmetic operations; a function of an entry is one.
    pub flops: Count,
    /// Bytes read and written.
    pub bytes: Count,
}

/// What the factorization of a matrix takes: LU, or Cholesky of a positive definite one.
#[must_use]
pub(super) fn factorization(graph: &Graph, matrix: NodeId) -> Cost {
    let lengths: Vec<&Length> = graph.lengths(matrix).iter().collect();
    let side = lengths[lengths.len() - 1];
    let all: Vec<&Length> = lengths.iter().copied().chain([side]).collect();
    let flops = match graph.factors(matrix) {
        Factors::Lu => Count::of(2.0 / 3.0, &all),
        Factors::Cholesky => Count::of(1.0 / 3.0, &all),
        Factors::Lower | Factors::Upper => Count::zero(),
    };
    Cost { flops, bytes: Count::of(2.0 * DOUBLE, &lengths) }
}

/// What a node takes, besides the factorization of a matrix.
#[must_use]
pub fn cost(graph: &Graph, id: NodeId) -> Cost {
    let node = graph.node(id);
    let own: Vec<&Length> = node.lengths.iter().collect();
    let moved = || {
        let operands = node.kernel.operands();
        let read =
            operands.iter().map(|operand| Count::of(DOUBLE, &graph.lengths(*operand).iter().collect::<Vec<_>>()));
        read.fold(Count::of(DOUBLE, &own), |total, count| total.plus(&count))
    };
    let of_operand = |operand: NodeId, coeff: f64| Count::of(coeff, &graph.lengths(operand).iter().collect::<Vec<_>>());
    let flops = match &node.kernel {
        Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => {
            return Cost { flops: Count::zero(), bytes: Count::zero() };
        }
        Kernel::Contract(contraction) if contraction.is_movement() => {
            let bytes = if contraction.has_diagonal() { moved() } else { Count::zero() };
            return Cost { flops: Count::zero(), bytes };
        }
        Kernel::Map(..) | Kernel::Zip(..) => Count::of(1.0, &own),
        Kernel::Sum(terms) => {
            let scaled = terms.iter().filter(|(coeff, _)| coeff.value().abs() != 1.0).count();
            Count::of((terms.len() - 1 + scaled) as f64, &own)
        }
        Kernel::Contract(contraction) => contracted(contraction, graph.is_symmetric_product(contraction)),
        Kernel::Fold(fold, x, _) => of_operand(*x, if *fold == Fold::LogSumExp { 4.0 } else { 1.0 }),
        Kernel::Others(x, _) => of_operand(*x, 3.0),
        Kernel::Matrix(matrix, operands) => on_matrix(graph, *matrix, operands),
        Kernel::Stack(_) | Kernel::Join(..) | Kernel::Take(..) => Count::zero(),
        Kernel::Scatter(parts, ..) => of_operand(*parts, 1.0),
    };
    Cost { flops, bytes: moved() }
}

/// What a node takes with the members of its loop, which are not stored.
#[must_use]
pub(super) fn fused(graph: &Graph, fusion: &Fusion, head: NodeId) -> Cost {
    let own = cost(graph, head);
    if fusion.members(head).is_empty() {
        return own;
    }
    let members = fusion.members(head).iter().map(|member| cost(graph, *member).flops);
    let entries = |id: NodeId| Count::of(DOUBLE, &graph.lengths(id).iter().collect::<Vec<_>>());
    let read = fusion.leaves(graph, head).into_iter().map(entries);
    Cost {
        flops: members.fold(own.flops, |total, flops| total.plus(&flops)),
        bytes: read.fold(entries(head), |total, bytes| total.plus(&bytes)),
    }
}

/// A multiplication for every combination of labels, and an addition where the result does not have all of them; half of them where the
/// result is symmetric.
fn contracted(contraction: &Contraction, is_symmetric: bool) -> Count {
    let mut labels: Vec<Label> =
        contraction.operands.iter().flat_map(|(_, groups)| groups.iter().flatten()).copied().collect();
    labels.sort_unstable();
    labels.dedup();
    let lengths: Vec<&Length> = labels.iter().map(|label| &contraction.lengths[*label as usize]).collect();
    let products = (contraction.operands.len() - 1) as f64;
    let additions = if contraction.is_without_sums() { 0.0 } else { 1.0 };
    Count::of((products + additions) * if is_symmetric { 0.5 } else { 1.0 }, &lengths)
}

/// What an operation on matrices takes besides factors.
fn on_matrix(graph: &Graph, matrix: Matrix, operands: &[NodeId]) -> Count {
    let lengths: Vec<&Length> = graph.lengths(operands[0]).iter().collect();
    let (rows, side) = (lengths[lengths.len() - 2], lengths[lengths.len() - 1]);
    let with = |length: &'_ Length, coeff: f64| {
        let all: Vec<&Length> = lengths.iter().copied().chain([length]).collect();
        Count::of(coeff, &all)
    };
    let factors = graph.factors(operands[0]);
    let is_triangular = matches!(factors, Factors::Lower | Factors::Upper);
    match matrix.row().work {
        Work::Cubic(_) if matrix == Matrix::Inverse && factors == Factors::Cholesky => with(side, 2.0 / 3.0),
        Work::Cubic(_) if matrix == Matrix::Inverse && is_triangular => with(side, 1.0 / 3.0),
        Work::Diagonal(coeff) => Count::of(coeff, &lengths[..lengths.len() - 1]),
        Work::Cubic(coeff) => with(side, coeff),
        Work::Singular(coeff) => with(if rows.size < side.size { rows } else { side }, coeff),
        Work::Blocks(coeff) => with(side, (1..operands.len()).fold(coeff, |work, _| 8.0 * work)),
        Work::Columns(coeff) => {
            let right: Vec<&Length> = graph.lengths(operands[1]).iter().chain([side]).collect();
            Count::of(if is_triangular { coeff / 2.0 } else { coeff }, &right)
        }
    }
}
