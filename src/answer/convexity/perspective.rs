//! Perspectives: a function of degree 1 in (x, t) with t > 0 is the perspective of its values at t = 1 (Boyd & Vandenberghe, *Convex
//! Optimization*, §3.2.6).
//!
//! The terms of such a function need not be homogeneous by themselves: in n t log t − t log det X each has a multiple of log τ more, and
//! these cancel. Where they do not, and what is left is t log τ, the function is a perspective beside t log t.

use rustc_hash::FxHashMap;

use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::expr::{ExprId, Func, Node, Reduction, Shape};
use crate::number::Coeff;
use crate::positivity::{Curvature, Line};
use crate::simplify::{expand, simplify};

const PERSPECTIVE: &str = "a perspective, homogeneous of degree 1";

/// f(τx) = τᵈ(f(x) + g(x) log τ) for τ > 0.
#[derive(Clone, Copy)]
struct Scaling {
    degree: ExprId,
    /// g; `None` where it is zero.
    logarithmic: Option<ExprId>,
}

impl Analysis<'_> {
    /// A function of degree 1 in a positive variable and others.
    pub(super) fn perspective(&mut self, id: ExprId) -> Found {
        if self.wrt.len() < 2 || self.depth == 0 || !self.prover.arena.shape(id).is_scalar() {
            return Found::default();
        }
        match self.beyond_degree_one(id) {
            None => return Found::default(),
            Some(rest) if !self.prover.arena.is_zero(rest) => return self.beside_an_entropy(id, rest),
            Some(_) => {}
        }
        for t in self.wrt.clone() {
            let symbol = self.prover.arena.symbol_expr(t);
            if !self.prover.arena.shape(symbol).is_scalar() || !self.prover.bounds(symbol).is_positive() {
                continue;
            }
            let others: Vec<_> = self.wrt.iter().copied().filter(|other| *other != t).collect();
            let one = self.prover.arena.one();
            let mut map = FxHashMap::default();
            map.insert(symbol, one);
            let at_one = self.prover.arena.rewrite(id, &mut map);
            let depth = self.depth - 1;
            let by = others.clone();
            let mut nested = self.nested(others, depth);
            let _ = nested.domain(at_one, false);
            let found = nested.of(at_one);
            if found.is_affine() {
                continue;
            }
            let mut result = Found::default();
            for (kind, known) in [(Curvature::Convex, &found.convex), (Curvature::Concave, &found.concave)] {
                if known.is_none() {
                    continue;
                }
                nested.prover.lines.clear();
                nested.explain(at_one, kind);
                let lines: Vec<Line> =
                    nested.prover.lines.iter().map(|line| line.clone().of_part(at_one, &by)).collect();
                let why = Some(Why { because: PERSPECTIVE, lines, ..Why::default() });
                match kind {
                    Curvature::Concave => result.concave = why,
                    Curvature::Convex | Curvature::Affine => result.convex = why,
                }
            }
            let stand_ins = std::mem::take(&mut nested.stand_ins);
            self.stand_ins.extend(stand_ins);
            if result.convex.is_some() || result.concave.is_some() {
                return result;
            }
        }
        Found::default()
    }

    /// The g of f(τx) = τ(f(x) + g(x) log τ) for τ > 0; `None` where f does not grow so.
    fn beyond_degree_one(&mut self, id: ExprId) -> Option<ExprId> {
        let Scaling { degree, logarithmic } = self.scaling(id)?;
        self.prover.arena.is_one(degree).then_some(())?;
        let Some(rest) = logarithmic else { return Some(self.prover.arena.zero(Shape::SCALAR)) };
        let rest = expand(self.prover.arena, rest);
        Some(simplify(self.prover.arena, rest))
    }

    /// A function with g = ct beyond degree 1, for a positive variable t: without c t log t it is of degree 1.
    fn beside_an_entropy(&mut self, id: ExprId, rest: ExprId) -> Found {
        for t in self.wrt.clone() {
            let t = self.prover.arena.symbol_expr(t);
            if !self.prover.arena.shape(t).is_scalar() || !self.prover.bounds(t).is_positive() {
                continue;
            }
            let inverse = self.prover.arena.recip(t);
            let share = self.prover.arena.hadamard(rest, inverse);
            let share = simplify(self.prover.arena, share);
            if self.varies(share) {
                continue;
            }
            let logarithm = self.prover.arena.elementwise(Func::Log, t);
            let entropy = self.prover.arena.mul(&[share, t, logarithm]);
            let left = self.prover.arena.minus(id, entropy);
            let left = expand(self.prover.arena, left);
            if self.beyond_degree_one(left).is_some_and(|rest| self.prover.arena.is_zero(rest)) {
                return self.sum_by_terms(&[(Coeff::ONE, left), (Coeff::ONE, entropy)]);
            }
        }
        Found::default()
    }

    /// How a part grows with all variables jointly.
    fn scaling(&mut self, id: ExprId) -> Option<Scaling> {
        if let Some(degree) = self.degree(id) {
            return Some(Scaling { degree, logarithmic: None });
        }
        self.prover.spend().then_some(())?;
        let shape = self.prover.arena.shape(id);
        match self.prover.arena.node(id).clone() {
            Node::Elementwise(Func::Log, inner) => {
                let of = self.degree(inner)?;
                let ones = self.prover.arena.ones(shape);
                let logarithmic = Some(self.prover.arena.hadamard(of, ones));
                Some(Scaling { degree: self.prover.arena.zero(Shape::SCALAR), logarithmic })
            }
            Node::Add(terms) => {
                let mut degree = None;
                let mut all: Vec<(Coeff, ExprId)> = Vec::new();
                for (coeff, term) in terms.iter() {
                    let of = self.scaling(*term)?;
                    (*degree.get_or_insert(of.degree) == of.degree).then_some(())?;
                    all.extend(of.logarithmic.map(|part| (coeff.clone(), part)));
                }
                Some(Scaling { degree: degree?, logarithmic: Some(self.prover.arena.add_terms(all, shape)) })
            }
            Node::Hadamard(factors) => {
                let at = factors.iter().position(|(base, _)| self.degree(*base).is_none())?;
                let (base, exponent) = factors[at];
                self.prover.arena.is_one(exponent).then_some(())?;
                let of = self.scaling(base)?;
                let others: Vec<(ExprId, ExprId)> =
                    factors.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, factor)| *factor).collect();
                let rest = self.prover.arena.hadamard_powers(&others, shape);
                self.times(rest, of, |arena, part| arena.hadamard(rest, part))
            }
            Node::Product(factors) if self.prover.arena.shape(factors[0]).is_scalar() => {
                let rest = self.prover.arena.mul(&factors[1..]);
                let (scalar, inner) = (factors[0], self.scaling(rest));
                match (self.scaling(scalar)?, inner?) {
                    (of, Scaling { logarithmic: None, .. }) => {
                        self.times(rest, of, |arena, part| arena.mul(&[part, rest]))
                    }
                    (Scaling { logarithmic: None, .. }, of) => {
                        self.times(scalar, of, |arena, part| arena.mul(&[scalar, part]))
                    }
                    _ => None,
                }
            }
            Node::Reduce(Reduction::Sum, inner) => {
                let Scaling { degree, logarithmic } = self.scaling(inner)?;
                let logarithmic = logarithmic.map(|part| self.prover.arena.reduce(Reduction::Sum, part));
                Some(Scaling { degree, logarithmic })
            }
            _ => None,
        }
    }

    /// A part with a homogeneous factor.
    fn times(
        &mut self,
        factor: ExprId,
        of: Scaling,
        product: impl Fn(&mut crate::expr::Arena, ExprId) -> ExprId,
    ) -> Option<Scaling> {
        let degree = self.degree(factor)?;
        let degree = self.prover.arena.plus(degree, of.degree);
        let degree = simplify(self.prover.arena, degree);
        let logarithmic = of.logarithmic.map(|part| product(self.prover.arena, part));
        Some(Scaling { degree, logarithmic })
    }
}
