//! Homogeneous functions, f(τx) = τᵈf(x) for τ > 0, and roots of them.
//!
//! A function that is positive, homogeneous of degree 1 and quasiconcave on a convex cone is concave, and one that is nonnegative and
//! quasiconvex is convex (Rockafellar, *Convex Analysis*, §15): so the root u^(1/d) of a convex, concave or log-concave u of degree d.

use super::composition::{Outer, compose, outer_power};
use super::curvature::Analysis;
use super::found::{Found, Why};
use crate::expr::{BigOp, ExprId, Func, MatrixFunction, Node, Ranked, Reduction, Spectral};
use crate::number::Coeff;
use crate::positivity::Curvature;
use crate::sign::Bounds;
use crate::simplify::simplify;

const ROOT: &str = "the root of a homogeneous function, which is homogeneous of degree 1";

impl Analysis<'_> {
    /// The degree in which a part is homogeneous in all variables jointly, a scalar without them.
    pub(super) fn degree(&mut self, id: ExprId) -> Option<ExprId> {
        if !self.varies(id) {
            return Some(self.prover.arena.zero(crate::expr::Shape::SCALAR));
        }
        if let Some(known) = self.degrees.get(&id) {
            return *known;
        }
        self.degrees.insert(id, None);
        let degree = if self.prover.spend() { self.degree_by_form(id) } else { None };
        self.degrees.insert(id, degree);
        degree
    }

    fn degree_by_form(&mut self, id: ExprId) -> Option<ExprId> {
        match self.prover.arena.node(id).clone() {
            Node::Symbol(_) | Node::Member(..) => Some(self.prover.arena.one()),
            Node::Add(terms) => {
                let first = self.degree(terms[0].1)?;
                for (_, term) in &terms[1..] {
                    (self.degree(*term)? == first).then_some(())?;
                }
                Some(first)
            }
            Node::Hadamard(factors) => {
                let mut sum = self.prover.arena.zero(crate::expr::Shape::SCALAR);
                for (base, exponent) in factors.iter() {
                    (!self.varies(*exponent)).then_some(())?;
                    let degree = self.degree(*base)?;
                    let product = self.prover.arena.mul(&[degree, *exponent]);
                    sum = self.prover.arena.plus(sum, product);
                }
                Some(simplify(self.prover.arena, sum))
            }
            Node::Product(factors) => {
                let mut sum = self.prover.arena.zero(crate::expr::Shape::SCALAR);
                for factor in factors.iter() {
                    let degree = self.degree(*factor)?;
                    sum = self.prover.arena.plus(sum, degree);
                }
                Some(sum)
            }
            Node::Power(base, exponent) => {
                (!self.varies(exponent)).then_some(())?;
                let degree = self.degree(base)?;
                Some(self.prover.arena.mul(&[degree, exponent]))
            }
            Node::Det(inner) => {
                let rows = self.prover.arena.shape(inner).rows;
                let (size, degree) = (self.prover.arena.size(rows), self.degree(inner)?);
                Some(self.prover.arena.mul(&[size, degree]))
            }
            Node::Reduce(Reduction::Product, inner) => {
                let shape = self.prover.arena.shape(inner);
                let (rows, cols) = (self.prover.arena.size(shape.rows), self.prover.arena.size(shape.cols));
                let degree = self.degree(inner)?;
                Some(self.prover.arena.mul(&[rows, cols, degree]))
            }
            Node::Transpose(inner)
            | Node::Diag(inner)
            | Node::DiagPart(inner)
            | Node::Vec(inner)
            | Node::Unvec(inner, _)
            | Node::Trace(inner)
            | Node::Norm(_, inner)
            | Node::Reduce(Reduction::Sum | Reduction::Max | Reduction::Min, inner)
            | Node::Spectral(Spectral::LambdaMax | Spectral::LambdaMin | Spectral::SumEig, inner)
            | Node::Ranked(Ranked::Eigenvalue | Ranked::SingularValue, inner, _)
            | Node::Elementwise(Func::Abs | Func::Relu, inner) => self.degree(inner),
            Node::MatrixFunction(MatrixFunction::Sqrtm, inner, directions) if directions.is_empty() => {
                let (degree, half) = (self.degree(inner)?, self.prover.arena.number(Coeff::ratio(1, 2)?));
                Some(self.prover.arena.mul(&[degree, half]))
            }
            Node::Entry(inner, row, col) if !self.varies(row) && !self.varies(col) => self.degree(inner),
            Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } if !self.varies(lower) && !self.varies(upper) => {
                let degree = self.degree(body)?;
                self.prover.arena.free_indices(degree).is_empty().then_some(degree)
            }
            // What does not change with τ has the value it has.
            Node::Elementwise(Func::User(..), _) => None,
            Node::Elementwise(_, inner) | Node::MatrixFunction(_, inner, _) | Node::Reduce(_, inner) => {
                let degree = self.degree(inner)?;
                self.prover.arena.is_zero(degree).then_some(degree)
            }
            _ => None,
        }
    }

    /// uᵖ of a positive homogeneous u, as a power of u^(1/d).
    pub(super) fn homogeneous_power(&mut self, base: ExprId, exponent: ExprId) -> Found {
        if self.varies(exponent) || !self.prover.bounds(base).is_nonnegative() {
            return Found::default();
        }
        let Some(degree) = self.degree(base) else { return Found::default() };
        let product = self.prover.arena.mul(&[degree, exponent]);
        let product = simplify(self.prover.arena, product);
        let Some(power) = self.prover.arena.as_number(product).cloned() else { return Found::default() };
        let rises = self.prover.bounds(degree).is_positive();
        if power.is_zero() || !(rises || self.prover.bounds(degree).is_negative()) {
            return Found::default();
        }
        let positive = self.prover.bounds(base).is_positive();
        let found = self.of(base);
        let parts = |kind| vec![(base, kind)];
        let root = if rises && found.convex.is_some() {
            Some((Curvature::Convex, parts(Curvature::Convex)))
        } else if rises && found.concave.is_some() {
            Some((Curvature::Concave, parts(Curvature::Concave)))
        } else if !rises && positive && found.convex.is_some() {
            Some((Curvature::Concave, parts(Curvature::Convex)))
        } else if rises && positive && self.log_of(base).concave.is_some() {
            let logarithm = self.prover.arena.elementwise(Func::Log, base);
            Some((Curvature::Concave, vec![(logarithm, Curvature::Concave)]))
        } else if rises && positive {
            let inverse = self.prover.arena.recip(base);
            let convex = inverse != base && self.of(inverse).convex.is_some();
            convex.then(|| (Curvature::Concave, vec![(inverse, Curvature::Convex)]))
        } else {
            None
        };
        let Some((kind, parts)) = root else { return Found::default() };
        let why = Some(Why { because: ROOT, parts, ..Why::default() });
        let root = match kind {
            Curvature::Concave => Found { convex: None, concave: why },
            Curvature::Convex | Curvature::Affine => Found { convex: why, concave: None },
        };
        if power.is_one() {
            return root;
        }
        let Some(inverse) = power.recip() else { return Found::default() };
        let inverse = self.prover.arena.number(inverse);
        let exponent = self.prover.arena.mul(&[exponent, inverse]);
        let of = self.prover.arena.pow(base, exponent);
        // Of degree 1 it is its own root, and stands on what it stood on.
        let root = if of == base { found } else { root };
        self.remember(of, root.clone());
        let bounds = if positive { Bounds::positive() } else { Bounds::nonnegative() };
        compose(outer_power(&power, &bounds), of, &root)
    }

    /// (Σ uᵢ²)ᵖ with p ≥ ½, each uᵢ affine, or convex and nonnegative, or constant: a power of the norm of all of them stacked.
    pub(super) fn stacked_norm(&mut self, base: ExprId, p: &Coeff) -> Found {
        let Node::Add(terms) = self.prover.arena.node(base).clone() else { return Found::default() };
        if Coeff::ratio(1, 2).is_none_or(|half| p.sub(&half).is_negative()) {
            return Found::default();
        }
        let mut parts = Vec::new();
        for (coeff, term) in terms.iter() {
            if !self.varies(*term) {
                if !self.prover.bounds(*term).scale(coeff).is_nonnegative() {
                    return Found::default();
                }
                continue;
            }
            if coeff.is_negative() {
                return Found::default();
            }
            if self.is_squared_seminorm(*term) {
                continue;
            }
            let half = Coeff::ratio(1, 2).unwrap_or(Coeff::ONE);
            let root = match self.prover.arena.node(*term).clone() {
                // Of u² itself, not of |u|, which may have lost that u is affine.
                Node::Hadamard(factors)
                    if factors.len() == 1 && self.prover.arena.as_number(factors[0].1) == Some(&Coeff::integer(2)) =>
                {
                    factors[0].0
                }
                _ if self.prover.bounds(*term).is_nonnegative() => self.prover.arena.pow_number(*term, &half),
                _ => return Found::default(),
            };
            let found = self.of(root);
            if found.is_affine() {
                continue;
            }
            if found.convex.is_none() || !self.prover.bounds(root).is_nonnegative() {
                return Found::default();
            }
            parts.push((root, Curvature::Convex));
        }
        let why = Why { because: "a power of the norm of all of these stacked", parts, ..Why::default() };
        let norm = Found { convex: Some(why), concave: None };
        let twice = p.mul(&Coeff::integer(2));
        if twice.is_one() {
            return norm;
        }
        let outer = Outer {
            because: "a power of the norm of all of these stacked",
            ..outer_power(&twice, &Bounds::nonnegative())
        };
        if outer.convex { norm } else { Found::default() }
    }
}
