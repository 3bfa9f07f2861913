//! The numbers of both passes.

use nalgebra::DMatrix;

use super::bars::Bar;
use super::tape::Tape;
use crate::expr::{Arena, ExprId, Node, Part};
use crate::numeric::{Bindings, EvalError, evaluate};

/// The values of the nodes and of their cotangents.
#[derive(Clone, Debug)]
pub struct Values {
    /// Of the nodes.
    pub nodes: Vec<DMatrix<f64>>,
    /// Of the cotangents, where there are any.
    pub bars: Vec<Option<DMatrix<f64>>>,
}

/// Where the numbers stop.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopped {
    /// The node, by its place.
    pub place: usize,
    /// Whether it was in the backward pass.
    pub is_backward: bool,
    /// Why, where it is not that the value is not finite.
    pub error: Option<EvalError>,
    /// The values of the nodes up to there.
    pub before: Vec<DMatrix<f64>>,
}

/// The forward and the backward pass from the values of the inputs.
///
/// # Errors
/// The first node that has no finite value, or whose cotangent has none.
pub fn values(arena: &Arena, tape: &Tape, bars: &[Option<Bar>], point: &Bindings<f64>) -> Result<Values, Stopped> {
    let mut point = point.clone();
    let mut nodes = Vec::with_capacity(tape.nodes.len());
    let checked = |value: Result<DMatrix<f64>, EvalError>, place, is_backward| match value {
        Ok(value) if value.iter().all(|entry| entry.is_finite()) => Ok(value),
        Ok(_) => Err((place, is_backward, None)),
        Err(error) => Err((place, is_backward, Some(error))),
    };
    let stopped = |(place, is_backward, error), before: &[DMatrix<f64>]| Stopped {
        place,
        is_backward,
        error,
        before: before.to_vec(),
    };
    for (place, node) in tape.nodes.iter().enumerate() {
        let value = match node.formula {
            Some(formula) => evaluate(arena, formula, &point),
            None if point.families.contains_key(&node.symbol) => {
                nodes.push(rows(&point.families[&node.symbol]));
                continue;
            }
            None => point.symbols.get(&node.symbol).cloned().ok_or(EvalError::UnboundSymbol(node.symbol)),
        };
        let value = checked(value, place, false).map_err(|why| stopped(why, &nodes))?;
        point.symbols.insert(node.symbol, value.clone());
        nodes.push(value);
    }
    let mut found: Vec<Option<DMatrix<f64>>> = vec![None; nodes.len()];
    for place in (0..nodes.len()).rev() {
        let Some(bar) = &bars[place] else { continue };
        let node = &tape.nodes[place];
        let value = match node.part.as_ref().zip(point.families.get(&node.symbol)) {
            Some((member, all)) => of_each(arena, bar.exact, member, all.len(), &point),
            None => evaluate(arena, bar.exact, &point),
        };
        let value = checked(value, place, true);
        let value = value.map_err(|why| stopped(why, &nodes))?;
        point.symbols.insert(bar.symbol, value.clone());
        found[place] = Some(value);
    }
    Ok(Values { nodes, bars: found })
}

/// The members of a family as the rows of a matrix.
fn rows(members: &[DMatrix<f64>]) -> DMatrix<f64> {
    DMatrix::from_fn(members.len(), members.first().map_or(0, DMatrix::len), |row, col| members[row][col])
}

/// The value of an expression for each member of a family, in rows; for one alone where the place is not an index.
fn of_each(
    arena: &Arena,
    expr: ExprId,
    member: &Part,
    count: usize,
    point: &Bindings<f64>,
) -> Result<DMatrix<f64>, EvalError> {
    let Some(Node::Index(index)) = member.at.first().map(|at| arena.node(*at)) else {
        return evaluate(arena, expr, point);
    };
    let mut point = point.clone();
    let mut values = Vec::with_capacity(count);
    for place in 1..=count {
        point.indices.insert(*index, i64::try_from(place).unwrap_or(i64::MAX));
        values.push(evaluate(arena, expr, &point)?);
    }
    Ok(rows(&values))
}
