//! Numbers of a matrix that follow from its vectors, where these are needed as well: λ = vᵀAv of a unit eigenvector v, σ = uᵀXv, and the sum
//! of the singular values, which is ⟨UVᵀ, X⟩. A value and its gradient take one decomposition.

use rustc_hash::FxHashSet;

use crate::expr::Ranked;
use crate::plan::contraction::{Draft, Label};
use crate::plan::graph::{Graph, Kernel};
use crate::plan::matrix::Matrix;
use crate::plan::node::NodeId;

/// What a graph computes of matrices.
#[derive(Default)]
pub(super) struct Decomposed(FxHashSet<(Matrix, NodeId)>);

impl Decomposed {
    pub(super) fn new(graph: &Graph, roots: &[NodeId]) -> Self {
        let of = |id: NodeId| match graph.kernel(id) {
            Kernel::Matrix(matrix, operands) => Some((*matrix, operands[0])),
            _ => None,
        };
        Self(graph.order(roots).into_iter().filter_map(of).collect())
    }

    /// The vectors or the matrix that a number of a matrix follows from.
    pub(super) fn sources(&self, matrix: Matrix, of: NodeId) -> Option<&'static [Matrix]> {
        let sources: &[Matrix] = match matrix {
            Matrix::LambdaMax => &[Matrix::EigvecMax],
            Matrix::LambdaMin => &[Matrix::EigvecMin],
            Matrix::NormSpectral => &[Matrix::UMax, Matrix::VMax],
            Matrix::NormNuclear => &[Matrix::Polar],
            Matrix::Every(Ranked::Eigenvalue) => &[Matrix::Every(Ranked::Eigenvector)],
            Matrix::Every(Ranked::SingularValue) => {
                &[Matrix::Every(Ranked::LeftVector), Matrix::Every(Ranked::RightVector)]
            }
            _ => return None,
        };
        sources.iter().all(|source| self.0.contains(&(*source, of))).then_some(sources)
    }
}

/// The number as a product of a matrix with what it follows from.
pub(super) fn product(graph: &mut Graph, sources: &[Matrix], of: NodeId) -> Draft {
    let mut draft = Draft::default();
    let labels = draft.labels(graph.lengths(of));
    let (batch, sides) = labels.split_at(labels.len() - 2);
    draft.factor(of, &labels);
    let beside = |side: &[Label]| [batch, side].concat();
    let mut result = batch.to_vec();
    match sources {
        [Matrix::Polar] => {
            let polar = graph.matrix(Matrix::Polar, &[of]);
            draft.factor(polar, &labels);
        }
        [left @ Matrix::Every(_), ..] => {
            let right = sources[sources.len() - 1];
            let [left, right] = [*left, right].map(|vectors| graph.matrix(vectors, &[of]));
            let place = draft.label(graph.lengths(left)[batch.len()].clone());
            draft.factor(left, &[batch, &[place, sides[0]]].concat());
            draft.factor(right, &[batch, &[place, sides[1]]].concat());
            result.push(place);
        }
        _ => {
            let (left, right) = (sources[0], sources[sources.len() - 1]);
            for (vector, side) in [(left, &sides[..1]), (right, &sides[1..])] {
                let vector = graph.matrix(vector, &[of]);
                draft.factor(vector, &beside(side));
            }
        }
    }
    draft.result(&result);
    draft
}
