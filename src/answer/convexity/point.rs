//! The second derivative at one point.

use rustc_hash::FxHashMap;

use super::curvature::Analysis;
use super::hessian::{Second, expand_traces};
use crate::differential::differentiate;
use crate::domain::Condition;
use crate::expr::{Arena, ExprId, Node, StandIn};
use crate::number::Coeff;
use crate::positivity::Prover;
use crate::problem::Problem;
use crate::simplify::{expand, simplify};

/// Which way a function bends at a point in every direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bending {
    /// The second derivative is positive definite.
    Up,
    /// The second derivative is negative definite.
    Down,
}

/// Which way the first expression bends where its one variable is `point`, under the conditions; nothing where that is not shown.
pub fn bending_at(problem: &mut Problem, point: ExprId, conditions: &[Condition]) -> Option<Bending> {
    let root = problem.normal[0];
    let variable = problem.arena.symbol_expr(problem.wrt[0]);
    let mut analysis = Analysis::new(&mut problem.arena, problem.wrt.clone());
    if !analysis.is_smooth(root) {
        return None;
    }
    let second = analysis.second_derivative(root)?;
    let prover = &mut analysis.prover;
    prover.assume_all(conditions);
    let (Second::Matrix(expr) | Second::Form(expr)) = second;
    let mut map = FxHashMap::default();
    map.insert(variable, point);
    let there = prover.arena.rewrite(expr, &mut map);
    let expanded = if matches!(second, Second::Form(_)) {
        expand_traces(prover.arena, there)
    } else {
        expand(prover.arena, there)
    };
    let simple = simplify(prover.arena, expanded);
    for form in [there, simple, expanded] {
        for (flipped, bending) in [(false, Bending::Up), (true, Bending::Down)] {
            let holds = match second {
                Second::Matrix(_) => prover.semidefinite(form, flipped) == Some(true),
                Second::Form(_) => prover.definite_form(form, flipped),
            };
            if holds {
                return Some(bending);
            }
        }
    }
    None
}

/// The same of a matrix by the differential of the gradient, in which constants that are positive definite are one symbol each: in
/// NΣ⁻¹ − Σ⁻¹SΣ⁻¹ the sum S = Σᵢ xᵢxᵢᵀ cancels against Σ = S/N.
pub fn bending_by_gradient(
    problem: &mut Problem,
    point: ExprId,
    gradient: ExprId,
    conditions: &[Condition],
) -> Option<Bending> {
    let wrt = problem.wrt[0];
    let arena = &mut problem.arena;
    let variable = arena.symbol_expr(wrt);
    let shape = arena.shape(variable);
    if !shape.is_matrix() || arena.shape(gradient) != shape {
        return None;
    }
    let mut map = FxHashMap::default();
    for id in arena.post_order(gradient) {
        let is_leaf = matches!(arena.node(id), Node::Symbol(_) | Node::Identity(_) | Node::Member(..));
        if is_leaf || arena.shape(id) != shape || arena.contains_symbol(id, wrt) || !arena.free_indices(id).is_empty() {
            continue;
        }
        let mut prover = Prover::new(arena);
        for condition in conditions {
            if let Condition::Definite(id) = condition {
                prover.assume_definite(*id);
            }
        }
        if prover.semidefinite(id, false) == Some(true) {
            let stand_in = arena.stand_in(StandIn::Definite(shape, map.len()));
            map.insert(id, arena.symbol_expr(stand_in));
        }
    }
    if map.is_empty() {
        return None;
    }
    let gradient = arena.rewrite(gradient, &mut map.clone());
    let point = arena.rewrite(point, &mut map);
    let second = differentiate(arena, gradient, wrt, 0).ok()?.expr;
    let step = arena.differential(wrt, 0);
    let step = arena.transpose(step);
    let product = arena.mul(&[step, second]);
    let form = arena.trace(product);
    let mut map = FxHashMap::default();
    map.insert(variable, point);
    let there = arena.rewrite(form, &mut map);
    let there = expand_traces(arena, there);
    let mut prover = Prover::new(arena);
    [(false, Bending::Up), (true, Bending::Down)]
        .into_iter()
        .find_map(|(flipped, bending)| prover.definite_form(there, flipped).then_some(bending))
}

impl Prover<'_> {
    /// Takes from now on what the conditions say as given.
    pub(crate) fn assume_all(&mut self, conditions: &[Condition]) {
        for condition in conditions {
            match *condition {
                Condition::Definite(id) => self.assume_definite(id),
                // A semidefinite matrix that is invertible is definite.
                Condition::Invertible(id) if self.semidefinite(id, false).is_some() => self.assume_definite(id),
                Condition::Positive(id) => self.assume_positive(id),
                Condition::NonZero(id) => self.assume_nonzero(id),
                Condition::EntriesNonZero(id) => self.assume_entries_nonzero(id),
                _ => {}
            }
        }
    }

    /// Whether ±q > 0 for a quadratic form in dX ≠ 0: none of its terms is negative, and one is tr(dX P dXᵀ Q) with P, Q ≻ 0.
    fn definite_form(&mut self, form: ExprId, flipped: bool) -> bool {
        let terms: Vec<(Coeff, ExprId)> = self.arena.terms(form);
        let mut strict = false;
        for (coeff, term) in terms {
            let flipped = coeff.is_negative() != flipped;
            if !flipped && self.definite_term(term) {
                strict = true;
                continue;
            }
            let bounds = self.bounds(term);
            let bounds = if flipped { bounds.neg() } else { bounds };
            if !bounds.is_nonnegative() {
                return false;
            }
        }
        strict
    }

    pub(super) fn definite_term(&mut self, term: ExprId) -> bool {
        let (scalar, term) = match self.arena.node(term).clone() {
            Node::Hadamard(factors) => {
                let Some(place) = factors
                    .iter()
                    .position(|(base, _)| matches!(self.arena.node(*base), Node::Trace(_) | Node::Norm(..)))
                else {
                    return false;
                };
                let rest: Vec<_> =
                    factors.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, factor)| *factor).collect();
                let scalar = self.arena.hadamard_powers(&rest, crate::expr::Shape::SCALAR);
                let (base, exponent) = factors[place];
                (scalar, self.arena.pow(base, exponent))
            }
            _ => (self.arena.one(), term),
        };
        if !self.bounds(scalar).is_positive() {
            return false;
        }
        let is_differential = |arena: &Arena, id: ExprId| match arena.node(id) {
            Node::Differential(..) => true,
            Node::Transpose(inner) => matches!(arena.node(*inner), Node::Differential(..)),
            _ => false,
        };
        // ‖dX‖²
        if let Node::Hadamard(factors) = self.arena.node(term).clone()
            && let [(base, exponent)] = *factors
            && let Node::Norm(crate::expr::Norm::Frobenius, inner) = *self.arena.node(base)
        {
            return is_differential(self.arena, inner)
                && self.arena.as_number(exponent).and_then(Coeff::to_i64) == Some(2);
        }
        let Node::Trace(inner) = *self.arena.node(term) else { return false };
        let Node::Product(factors) = self.arena.node(inner).clone() else { return false };
        let places: Vec<usize> = (0..factors.len()).filter(|at| is_differential(self.arena, factors[*at])).collect();
        let [first, second] = *places else { return false };
        if self.arena.transpose(factors[first]) != factors[second] {
            return false;
        }
        let between = factors[first + 1..second].to_vec();
        let around: Vec<ExprId> = factors[second + 1..].iter().chain(&factors[..first]).copied().collect();
        [between, around].iter().all(|part| {
            if part.is_empty() {
                return true;
            }
            let part = self.arena.mul(part);
            self.semidefinite(part, false) == Some(true)
        })
    }
}
