//! Checks a backward pass: at each node of a computation the derivative of the result along a random direction, by dual numbers through
//! the nodes that follow, against ⟨v̄, H⟩, the cotangents being computed from that of the result down.

use std::ops::Range;

use nalgebra::DMatrix;
use rustc_hash::FxHashSet;

use super::gradient::{length, refused};
use super::point::{Comparison, Pair, is_finite, size};
use super::search::at_points;
use super::space::project;
use super::terms::beside_terms;
use super::{Cause, Certificate, CheckOptions, Method, Reason, VALUE_FLOOR};
use crate::ad::{Moves, along, along_member};
use crate::expr::{Arena, ExprId, Node, SymbolId, SymbolKind};
use crate::numeric::{Algebra, Bindings, EvalError, Scalar, algebra, evaluate};
use crate::structure::Structure;

/// A node of a computation.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its name.
    pub symbol: SymbolId,
    /// What it is in the names before it; none of an input.
    pub formula: Option<ExprId>,
    /// The name of its cotangent, and what that is in the cotangents of later nodes.
    pub bar: Option<(SymbolId, ExprId)>,
    /// Of a family, the place of the member that it is the cotangent of: a number or a free index.
    pub member: Option<ExprId>,
}

/// Checks the cotangents of the nodes of a computation, the last of which is the result and the expression `root` as it was written.
#[must_use]
pub fn check_adjoints(arena: &Arena, root: ExprId, steps: &[Step], options: &CheckOptions) -> Certificate {
    let inputs: Vec<SymbolId> = steps.iter().filter(|step| step.formula.is_none()).map(|step| step.symbol).collect();
    let varied = steps.iter().filter(|step| step.formula.is_none() && step.bar.is_some());
    let mut reasons = varied.filter_map(|step| {
        refused(arena, step.symbol).filter(|reason| *reason != Reason::Family || step.member.is_none())
    });
    if let Some(reason) = reasons.next() {
        return Certificate::not_checked(reason, options);
    }
    let symmetric = arguments_of_eigenvalues(arena, steps);
    at_points(arena, &[root], &inputs, Method::DualNumbers, options, |point| {
        for step in steps {
            if let (Some(Node::Index(index)), SymbolKind::Family(count)) =
                (step.member.map(|at| arena.node(at)), arena.symbol(step.symbol).kind)
            {
                let count = point.bindings.size(arena, count)?;
                let place = i64::try_from(1 + point.rng.below(count)).unwrap_or(1);
                point.bindings.indices.insert(*index, place);
            }
        }
        let values = forward(arena, steps, &point.bindings)?;
        let mut normals = Vec::with_capacity(steps.len());
        for step in steps {
            let Some(value) = value_of(&values, step.symbol).filter(|_| step.bar.is_some()) else {
                normals.push(None);
                continue;
            };
            let normal = point.rng.normal_matrix(value.nrows(), value.ncols());
            let structure = match step.formula {
                None => point.structure(step.symbol),
                Some(_) if symmetric.contains(&step.symbol) => Structure::Symmetric,
                Some(_) => Structure::General,
            };
            normals.push(Some((structure, normal)));
        }
        point.compare(&Adjoints { arena, root, steps, symmetric: &symmetric, normals })
    })
}

/// The nodes of which eigenvalues or eigenvectors are taken: functions of symmetric matrices, which have no derivative in other directions.
fn arguments_of_eigenvalues(arena: &Arena, steps: &[Step]) -> FxHashSet<SymbolId> {
    let formulas = steps.iter().filter_map(|step| step.formula);
    let arguments = formulas.flat_map(|formula| arena.post_order(formula)).filter_map(|id| match *arena.node(id) {
        Node::Spectral(which, inner) if which.is_of_symmetric() => Some(inner),
        Node::Ranked(which, inner, _) if which.is_of_symmetric() => Some(inner),
        _ => None,
    });
    let symbol = |id: ExprId| {
        let inner = if let Node::Transpose(inner) = *arena.node(id) { inner } else { id };
        if let Node::Symbol(symbol) = *arena.node(inner) { Some(symbol) } else { None }
    };
    arguments.filter_map(symbol).collect()
}

struct Adjoints<'a> {
    arena: &'a Arena,
    root: ExprId,
    steps: &'a [Step],
    /// The nodes that are varied as symmetric matrices, and of whose cotangents only the symmetric part counts: what comes before such a node
    /// may be moved in directions in which the node does not stay symmetric.
    symmetric: &'a FxHashSet<SymbolId>,
    /// For each node with a cotangent how it is varied, and a direction before its structure is imposed.
    normals: Vec<Option<(Structure, DMatrix<f64>)>>,
}

/// The value of a node; of a family that of its first member, which is as large as the others.
fn value_of<T: Scalar>(values: &Bindings<T>, symbol: SymbolId) -> Option<&DMatrix<T>> {
    let member = values.families.get(&symbol).and_then(|members| members.first());
    member.or_else(|| values.symbols.get(&symbol))
}

/// The values of all nodes beside those of the inputs.
fn forward<T: Scalar>(arena: &Arena, steps: &[Step], point: &Bindings<T>) -> Result<Bindings<T>, EvalError> {
    let mut values = point.clone();
    for step in steps {
        if let Some(formula) = step.formula {
            let value = evaluate(arena, formula, &values)?;
            values.symbols.insert(step.symbol, value);
        }
    }
    Ok(values)
}

impl Comparison for Adjoints<'_> {
    /// ‖x‖² is rational, and ‖x‖ alone, where it is a node, is not.
    fn is_beyond_residues(&self) -> bool {
        let formulas = self.steps.iter().flat_map(|step| [step.formula, step.bar.map(|(_, formula)| formula)]);
        algebra(self.arena, &formulas.flatten().collect::<Vec<_>>()) != Algebra::Rational
    }

    fn pairs<T: Scalar>(&self, point: &Bindings<T>) -> Result<Vec<Pair<T>>, EvalError> {
        let values = forward(self.arena, self.steps, point)?;
        let Some(last) = self.steps.last() else { return Ok(Vec::new()) };
        let whole = evaluate(self.arena, self.root, point)?;
        let Some(result) = values.symbols.get(&last.symbol).filter(|_| is_finite(&whole)) else {
            return Ok(Vec::new());
        };
        let mut pairs =
            vec![Pair { expected: whole.clone(), found: result.clone(), scale: size(&whole), cause: Cause::Value }];
        let mut all = values.clone();
        for step in self.steps.iter().rev() {
            if let Some((bar, formula)) = step.bar {
                let value = evaluate(self.arena, formula, &all)?;
                all.symbols.insert(bar, self.projected(step, value));
            }
        }
        for (place, step) in self.steps.iter().enumerate() {
            let (Some((bar, _)), Some((structure, normal))) = (step.bar, &self.normals[place]) else { continue };
            let (Some(bar), Some(value)) = (all.symbols.get(&bar), value_of(&values, step.symbol)) else { continue };
            let drawn = project(*structure, value, &normal.map(T::from_f64));
            let (direction, expected) = match step.member {
                Some(at) => {
                    let at = evaluate(self.arena, at, &values)?[0].real();
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the place of a member")]
                    let member = (step.symbol, at as usize - 1);
                    let slope = along_member(self.arena, self.root, point, member, &drawn)?.1;
                    (drawn, slope)
                }
                None => self.direction_and_slope(place, drawn, &values)?,
            };
            let along_bar = bar.iter().zip(&direction).fold(T::zero(), |sum, (g, h)| sum + *g * *h);
            let norms = length(bar) * length(&direction);
            let scale = size(&expected).max(norms) + VALUE_FLOOR * size(&whole);
            let found = DMatrix::from_element(1, 1, along_bar);
            pairs.push(Pair { expected, found, scale, cause: Cause::Value });
        }
        beside_terms(pairs, self.arena, self.root, point)
    }
}

impl Adjoints<'_> {
    /// The part of a tangent or cotangent of a node that lies in the directions in which the node is varied.
    fn projected<T: Scalar>(&self, step: &Step, value: DMatrix<T>) -> DMatrix<T> {
        let is_symmetric = step.formula.is_some() && self.symmetric.contains(&step.symbol);
        if is_symmetric { project(Structure::Symmetric, &value, &value) } else { value }
    }

    /// The derivative along a direction in which a node is varied, or, where there is none, along the way that the inputs move it.
    fn direction_and_slope<T: Scalar>(
        &self,
        place: usize,
        drawn: DMatrix<T>,
        values: &Bindings<T>,
    ) -> Result<(DMatrix<T>, DMatrix<T>), EvalError> {
        let slope = self.slope(place, drawn.clone(), values)?;
        if is_finite(&slope) || self.steps[place].formula.is_none() {
            return Ok((drawn, slope));
        }
        let Some(other) = self.as_inputs_move(place, values)? else { return Ok((drawn, slope)) };
        let slope = self.slope(place, other.clone(), values)?;
        Ok((other, slope))
    }

    /// The derivative of the result where one node moves and those that use it follow.
    fn slope<T: Scalar>(
        &self,
        place: usize,
        direction: DMatrix<T>,
        values: &Bindings<T>,
    ) -> Result<DMatrix<T>, EvalError> {
        let moves = self.followed(vec![(self.steps[place].symbol, direction)], place + 1..self.steps.len(), values)?;
        let last = self.steps[self.steps.len() - 1].symbol;
        let tangent = moves.into_iter().find(|(symbol, _)| *symbol == last).map(|(_, tangent)| tangent);
        Ok(tangent.unwrap_or_else(|| DMatrix::zeros(1, 1)))
    }

    /// The way a node moves where all inputs do: uvᵀ keeps its rank, without which pinv(uvᵀ) has no derivative.
    fn as_inputs_move<T: Scalar>(&self, place: usize, values: &Bindings<T>) -> Result<Option<DMatrix<T>>, EvalError> {
        let inputs = self.steps[..place].iter().zip(&self.normals).filter(|(step, _)| step.formula.is_none());
        let moves = inputs.filter_map(|(step, normal)| {
            let (structure, normal) = normal.as_ref()?;
            let value = values.symbols.get(&step.symbol)?;
            Some((step.symbol, project(*structure, value, &normal.map(T::from_f64))))
        });
        let moves = self.followed(moves.collect(), 0..place + 1, values)?;
        let symbol = self.steps[place].symbol;
        Ok(moves.into_iter().find(|(moved, _)| *moved == symbol).map(|(_, tangent)| tangent))
    }

    /// These moves, and those of the nodes among these places that use what moves.
    fn followed<T: Scalar>(
        &self,
        mut moves: Vec<(SymbolId, DMatrix<T>)>,
        places: Range<usize>,
        values: &Bindings<T>,
    ) -> Result<Vec<(SymbolId, DMatrix<T>)>, EvalError> {
        for step in &self.steps[places] {
            let Some(formula) = step.formula else { continue };
            let uses = self.arena.symbols_in(formula);
            if moves.iter().any(|(symbol, _)| uses.contains(symbol)) {
                let moves_now: &Moves<T> = &moves;
                let tangent = along(self.arena, formula, values, moves_now)?.1;
                moves.push((step.symbol, self.projected(step, tangent)));
            }
        }
        Ok(moves)
    }
}
