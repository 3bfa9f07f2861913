//! What numbers of a precision must hold exactly: constants, and the whole numbers by which a plan counts.
//!
//! Floats hold whole numbers and halves up to 2²³, so that the place of an entry of a long array, or the comparison of two indices, is not
//! always exact in them. Doubles hold these up to 2⁵².

use crate::expr::Func;
use crate::kernel::Real;
use crate::plan::entry::{Map, Zip};
use crate::plan::error::PlanError;
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::{NodeId, Source};

/// The part of the largest number that is counted to which lengths of arrays and indices among the data are to stay below, as others are added
/// to them.
const PART: f64 = 0.5;

/// Refuses what numbers of this precision do not hold.
///
/// # Errors
/// [`PlanError::OutOfRange`] of a constant that is too large or too small, [`PlanError::Counting`] of places and comparisons of indices
/// that would not be exact.
pub(super) fn check<T: Real>(graph: &Graph, roots: &[NodeId]) -> Result<(), PlanError> {
    let most = 1.0 / T::epsilon().widen();
    // For what is made of counts alone the largest absolute value on the way, infinite where that is not known; none for all else.
    let mut counts: Vec<Option<f64>> = vec![None; graph.len()];
    let constant = |value: f64| {
        if T::holds(value) { Ok(()) } else { Err(PlanError::OutOfRange(value)) }
    };
    for id in graph.order(roots) {
        let all = |operands: &[NodeId], joined: fn(f64, f64) -> f64| {
            let counts: Option<Vec<f64>> = operands.iter().map(|id| counts[id.place()]).collect();
            counts.and_then(|counts| counts.into_iter().reduce(joined))
        };
        let is_exact = |id: NodeId| counts[id.place()].is_none_or(|count| count <= most);
        let kernel = graph.kernel(id);
        let count = match kernel {
            Kernel::Number(value) => {
                constant(value.value())?;
                Some(value.value().abs())
            }
            Kernel::Size(length) | Kernel::Range(length) => Some(length.size as f64),
            Kernel::Input(Source::Index(_)) => Some(PART * most),
            Kernel::Input(_) => None,
            Kernel::Sum(terms) => {
                terms.iter().try_for_each(|(coefficient, _)| constant(coefficient.value()))?;
                let each = terms.iter().map(|(coefficient, term)| {
                    let count = counts[term.place()]?;
                    Some(count.max(coefficient.value().abs() * count))
                });
                each.sum()
            }
            Kernel::Contract(contraction) if contraction.operands.is_empty() => Some(1.0),
            Kernel::Contract(contraction) => {
                let operands: Vec<NodeId> = contraction.operands.iter().map(|(operand, _)| *operand).collect();
                // A sum over labels is not counted with.
                let product = all(&operands, |x, y| x.max(y).max(x * y));
                product.map(
                    |product| if contraction.is_movement() || operands.len() > 1 { product } else { f64::INFINITY },
                )
            }
            Kernel::Map(map, x) => {
                let jumps = [Func::Step, Func::Sign, Func::IsZero].map(Map::Func);
                if (jumps.contains(map) || *map == Map::Truncate) && !is_exact(*x) {
                    return Err(PlanError::Counting);
                }
                let keeps =
                    jumps.contains(map) || [Map::Truncate, Map::Func(Func::Abs), Map::Func(Func::Relu)].contains(map);
                counts[x.place()].map(|count| if keeps { count.max(1.0) } else { f64::INFINITY })
            }
            Kernel::Zip(zip, x, y) => {
                let decides = match zip {
                    Zip::Equal | Zip::Maximum | Zip::Minimum => is_exact(*x) && is_exact(*y),
                    Zip::Keep => is_exact(*y),
                    Zip::Divide | Zip::Power | Zip::LogAddExp | Zip::Xlogy => true,
                };
                if !decides {
                    return Err(PlanError::Counting);
                }
                let keeps = matches!(zip, Zip::Equal | Zip::Keep | Zip::Maximum | Zip::Minimum);
                all(&[*x, *y], f64::max).map(|count| if keeps { count.max(1.0) } else { f64::INFINITY })
            }
            Kernel::Stack(parts) => all(parts, f64::max),
            Kernel::Take(array, positions) | Kernel::Scatter(array, positions, _) => {
                let lengths = graph.lengths(if matches!(kernel, Kernel::Take(..)) { *array } else { id });
                let is_long = lengths[..positions.len()].iter().any(|length| length.size as f64 > PART * most);
                let is_place = |id: &NodeId| is_exact(*id) && (counts[id.place()].is_some() || is_shifted(graph, *id));
                if is_long || !positions.iter().all(is_place) {
                    return Err(PlanError::Counting);
                }
                counts[array.place()]
            }
            Kernel::Fold(..) | Kernel::Others(..) | Kernel::Matrix(..) => {
                all(&kernel.operands(), f64::max).map(|_| f64::INFINITY)
            }
        };
        counts[id.place()] = count;
    }
    Ok(())
}

/// Whether a node is made of indices among the data by adding counts to them.
fn is_shifted(graph: &Graph, id: NodeId) -> bool {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        match graph.kernel(id) {
            Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => {}
            Kernel::Sum(terms) if terms.iter().all(|(coefficient, _)| coefficient.value().abs() == 1.0) => {
                open.extend(terms.iter().map(|(_, term)| *term));
            }
            Kernel::Contract(contraction) if contraction.is_movement() => {
                open.extend(contraction.operands.iter().map(|(operand, _)| *operand));
            }
            _ => return false,
        }
    }
    true
}
