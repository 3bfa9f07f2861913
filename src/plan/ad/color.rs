//! Jacobians by fewer directions than there are columns: columns that no row has entries of two of are found together (Curtis, Powell &
//! Reid 1974), grouped greedily (Gebremedhin, Manne & Pothen 2005, What color is your Jacobian?).

use super::forward::forward;
use super::sparsity::{Pattern, pattern};
use crate::kernel::Real;
use crate::plan::error::PlanError;
use crate::plan::graph::Graph;
use crate::plan::node::{Length, NodeId, Source};
use crate::plan::run::Tensor;

/// A Jacobian's pattern with a color for each column; columns of one color share no row.
#[derive(Clone, Debug)]
pub struct Coloring {
    pattern: Pattern,
    colors: Vec<usize>,
    /// How many colors there are: so many directions are enough.
    pub count: usize,
    lengths: Vec<usize>,
}

/// A Jacobian by the directions of a coloring.
#[derive(Clone, Debug)]
pub struct Colored {
    /// The tangents along the directions, which are the first axis.
    pub node: NodeId,
    /// The colors.
    pub coloring: Coloring,
}

impl Coloring {
    /// The coloring of the Jacobian of a node by another; none where its pattern is not known, or a direction for each column is as good.
    #[must_use]
    pub fn new(graph: &Graph, root: NodeId, wrt: NodeId) -> Option<Self> {
        let pattern = pattern(graph, root, wrt)?;
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); pattern.columns];
        for row in 0..pattern.rows() {
            pattern.of_row(row).for_each(|column| rows[column].push(row));
        }
        let mut taken: Vec<Vec<usize>> = vec![Vec::new(); pattern.rows()];
        let mut colors = Vec::with_capacity(pattern.columns);
        let (mut count, mut last) = (0, vec![usize::MAX; pattern.columns + 1]);
        for (column, rows) in rows.iter().enumerate() {
            rows.iter().flat_map(|row| &taken[*row]).for_each(|color| last[*color] = column);
            let color = (0..).find(|color| last[*color] != column).unwrap_or(0);
            rows.iter().for_each(|row| taken[*row].push(color));
            colors.push(color);
            count = count.max(color + 1);
        }
        let lengths = graph.lengths(wrt).iter().map(|length| length.size).collect();
        (2 * count <= pattern.columns).then_some(Self { pattern, colors, count, lengths })
    }

    /// How many columns there are.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.pattern.columns
    }

    /// How many entries the Jacobian has.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.pattern.rows() * self.pattern.columns
    }

    /// The directions: for each color the sum of its columns' unit tensors.
    #[must_use]
    pub fn directions<T: Real>(&self) -> Tensor<'static, T> {
        let mut entries = vec![T::zero(); self.count * self.pattern.columns];
        for (column, color) in self.colors.iter().enumerate() {
            entries[color * self.pattern.columns + column] = T::one();
        }
        Tensor::made([[self.count].as_slice(), &self.lengths].concat(), entries)
    }

    /// The entries of the Jacobian, row after row, from those of the tangents.
    #[must_use]
    pub fn restored<T: Real>(&self, tangents: &[T]) -> Vec<T> {
        let (rows, columns) = (self.pattern.rows(), self.pattern.columns);
        let mut entries = vec![T::zero(); rows * columns];
        for row in 0..rows {
            for column in self.pattern.of_row(row) {
                entries[row * columns + column] = tangents[self.colors[column] * rows + row];
            }
        }
        entries
    }
}

/// The Jacobian of a node by another with as many directions as there are colors, which are given as a direction of this number; none
/// where [`Coloring::new`] has none.
///
/// # Errors
/// What has no derivative here.
pub fn colored(graph: &mut Graph, root: NodeId, wrt: NodeId, number: u32) -> Result<Option<Colored>, PlanError> {
    let Some(coloring) = Coloring::new(graph, root, wrt) else { return Ok(None) };
    let front = Length::number(coloring.count);
    let lengths = [std::slice::from_ref(&front), graph.lengths(wrt)].concat();
    let directions = graph.input(Source::Direction(number), lengths.into());
    let node = forward(graph, root, &[front], &[(wrt, directions)])?;
    Ok(Some(Colored { node, coloring }))
}
