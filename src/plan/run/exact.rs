//! What numbers of a precision must hold exactly: constants, and the whole numbers by which a plan counts.
//!
//! Floats hold whole numbers and halves up to 2²³, so that the place of an entry of a long array, or the comparison of two indices, is not
//! always exact in them. Doubles hold these up to 2⁵².

use crate::expr::Func;
use crate::kernel::Real;
use crate::plan::entry::{Fold, Map, Zip};
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
    // Graphs are made for doubles.
    if T::epsilon().widen() <= f64::EPSILON {
        return Ok(());
    }
    let most = 1.0 / T::epsilon().widen();
    // For what is made of counts alone the largest absolute value, infinite where that is not exact; none for all else.
    let mut counts: Vec<Option<f64>> = vec![None; graph.len()];
    let constant = |value: f64| if T::holds(value) { Ok(()) } else { Err(PlanError::OutOfRange(value)) };
    for id in graph.order(roots) {
        let of = |id: &NodeId| counts[id.place()];
        let all = |operands: &[NodeId], joined: fn(f64, f64) -> f64| {
            let counts: Option<Vec<f64>> = operands.iter().map(of).collect();
            counts.and_then(|counts| counts.into_iter().reduce(joined))
        };
        let is_exact = |count: Option<f64>| count.is_none_or(|count| count <= most);
        // A function of counts is rounded, once where these are exact.
        let rounded = |count: f64| if count <= most { 0.0 } else { f64::INFINITY };
        let kernel = graph.kernel(id);
        // Whether what jumps is decided as it should be.
        let mut is_decided = true;
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
                let each = terms.iter().map(|(coefficient, term)| Some(of(term)? * coefficient.value().abs().max(1.0)));
                each.sum()
            }
            Kernel::Contract(contraction) => {
                let operands: Vec<NodeId> = contraction.operands.iter().map(|(operand, _)| *operand).collect();
                let is_kept = |label: usize| contraction.output.iter().flatten().any(|kept| *kept as usize == label);
                let lengths = contraction.lengths.iter().enumerate().filter(|(label, _)| !is_kept(*label));
                let terms: f64 = lengths.map(|(_, length)| length.size as f64).product();
                if operands.is_empty() { Some(1.0) } else { all(&operands, |x, y| x.max(1.0) * y.max(1.0)) }
                    .map(|product| product * terms)
            }
            Kernel::Map(map, x) => {
                let has_jumps = matches!(map, Map::Truncate | Map::Func(Func::Step | Func::Sign | Func::IsZero));
                is_decided = !has_jumps || is_exact(of(x));
                let keeps = has_jumps || matches!(map, Map::Func(Func::Abs | Func::Relu));
                of(x).map(|count| if keeps { count.max(1.0) } else { rounded(count) })
            }
            Kernel::Zip(Zip::Keep, x, y) => {
                is_decided = is_exact(of(y));
                all(&[*x, *y], f64::max)
            }
            Kernel::Zip(zip, x, y) => {
                let count = all(&[*x, *y], f64::max);
                let has_jumps = matches!(zip, Zip::Equal | Zip::Maximum | Zip::Minimum);
                is_decided = !has_jumps || is_exact(count);
                count.map(|count| if has_jumps { count.max(1.0) } else { rounded(count) })
            }
            Kernel::Stack(parts) | Kernel::Join(parts, _) => all(parts, f64::max),
            Kernel::Take(array, positions) | Kernel::Scatter(array, positions, _) => {
                let lengths = graph.lengths(if matches!(kernel, Kernel::Take(..)) { *array } else { id });
                let is_long = lengths[..positions.len()].iter().any(|length| length.size as f64 > PART * most);
                let is_place = |id: &NodeId| is_exact(of(id)) && (of(id).is_some() || is_shifted(graph, *id));
                is_decided = !is_long && positions.iter().all(is_place);
                of(array)
            }
            Kernel::Fold(Fold::Max | Fold::Min, x, _) => of(x),
            Kernel::Fold(..) | Kernel::Others(..) | Kernel::Matrix(..) => {
                all(&kernel.operands(), f64::max).map(|_| f64::INFINITY)
            }
        };
        if !is_decided {
            return Err(PlanError::Counting);
        }
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
