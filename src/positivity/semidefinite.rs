//! Which symmetric matrices are positive semidefinite: Gram matrices, congruences, sums, Schur and Kronecker products, powers, and sums
//! in which a positive term outweighs a negative one of rank one by the Cauchy–Schwarz inequality.

use super::argument::{Claim, Order};
use super::prover::Prover;
use crate::expr::{BigOp, Dim, ExprId, MatrixFunction, Node, Op, Shape};
use crate::number::Coeff;
use crate::sign::Bounds;
use crate::structure::Structure;

/// Why ±M ⪰ 0, and why ±M ≻ 0.
#[derive(Clone, Copy)]
struct Words(&'static str, &'static str);

const DIAGONAL: Words = Words("a diagonal matrix of nonnegative entries", "a diagonal matrix of positive entries");
const DECLARED: Words = Words("declared", "declared");
const GRAM: Words = Words("a Gram matrix", "a Gram matrix of an invertible matrix");
const CONGRUENCE: Words = Words(
    "a congruence of a positive semidefinite matrix",
    "a congruence of a positive definite matrix by an invertible one",
);
const POWER: Words = Words("a power of a positive semidefinite matrix", "a power of a positive definite matrix");
const EVEN_POWER: Words =
    Words("an even power of a symmetric matrix", "an even power of an invertible symmetric matrix");
const SCHUR: Words = Words(
    "an entrywise product of positive semidefinite matrices (Schur)",
    "an entrywise product of positive definite matrices (Schur)",
);
const KRONECKER: Words =
    Words("a Kronecker product of positive semidefinite matrices", "a Kronecker product of positive definite matrices");
const SUM: Words =
    Words("a sum of positive semidefinite matrices", "a sum of positive semidefinite matrices, one of them definite");
const CAUCHY_SCHWARZ: Words = Words("Cauchy–Schwarz", "Cauchy–Schwarz");
const PROBABILITIES: Words = Words(PROBABILITY_WORDS, PROBABILITY_WORDS);
const PROBABILITY_WORDS: &str = "Cauchy–Schwarz, as the entries are positive with sum 1";
const NUMBERS: Words = Words("its pivots are nonnegative", "its pivots are positive");
const MINORS: Words = Words("its principal minors are nonnegative", "its leading principal minors are positive");
const EXPONENTIAL: Words = Words("the exponential of a symmetric matrix", "the exponential of a symmetric matrix");
const MULTIPLE: Words = Words("a nonnegative multiple", "a positive multiple");
const ASSUMED: Words = Words("", "");

/// A term ±s·wwᵀ of rank one, w a column.
struct RankOne {
    scalar: ExprId,
    column: ExprId,
}

impl Prover<'_> {
    /// Whether ±M ⪰ 0, the sign being minus where `flipped`; with `true` inside where ±M ≻ 0. Scalars are 1×1 matrices.
    pub(crate) fn semidefinite(&mut self, id: ExprId, flipped: bool) -> Option<bool> {
        let shape = self.arena.shape(id);
        if shape.is_scalar() {
            let bounds = self.bounds(id);
            let bounds = if flipped { bounds.neg() } else { bounds };
            return bounds.is_nonnegative().then(|| bounds.is_positive());
        }
        if !shape.is_square() || self.open.contains(&(id, flipped)) || !self.spend() {
            return None;
        }
        if !flipped && self.is_assumed_definite(id) {
            return self.conclude(id, false, true, ASSUMED);
        }
        let mark = self.lines.len();
        let found = self.semidefinite_by_form(id, flipped);
        if found.is_none() {
            self.lines.truncate(mark);
            if !self.is_exhausted() {
                self.open.insert((id, flipped));
            }
        }
        found
    }

    /// Adds the line ±M ⪰ 0.
    fn conclude(&mut self, id: ExprId, flipped: bool, strict: bool, because: Words) -> Option<bool> {
        let shown = if flipped { self.arena.neg(id) } else { id };
        if strict {
            self.say(Claim::Order(shown, Order::Definite), because.1);
        } else {
            self.say(Claim::Order(shown, Order::Semidefinite), because.0);
        }
        Some(strict)
    }

    fn semidefinite_by_form(&mut self, id: ExprId, flipped: bool) -> Option<bool> {
        match self.arena.node(id).clone() {
            Node::Identity(_) => (!flipped).then_some(true),
            Node::Zeros(_) => Some(false),
            Node::Ones(_) => {
                if flipped {
                    None
                } else {
                    self.conclude(id, false, false, GRAM)
                }
            }
            Node::Symbol(_) | Node::Member(..) | Node::Map(..) => {
                let strict = match self.structure(id)? {
                    Structure::PositiveDefinite => true,
                    Structure::PositiveSemidefinite => false,
                    Structure::General
                    | Structure::Symmetric
                    | Structure::Skew
                    | Structure::Diagonal
                    | Structure::Orthogonal
                    | Structure::Lower
                    | Structure::Upper => return None,
                };
                if flipped { None } else { self.conclude(id, false, strict, DECLARED) }
            }
            Node::Diag(vector) => {
                let strict = self.signed_entries(vector, flipped)?;
                self.conclude(id, flipped, strict, DIAGONAL)
            }
            Node::Transpose(inner) => self.semidefinite(inner, flipped),
            Node::Add(terms) => self.semidefinite_sum(id, &terms, flipped),
            Node::Product(factors) => self.semidefinite_product(id, &factors, flipped),
            Node::Power(base, exponent) => self.semidefinite_power(id, base, exponent, flipped),
            Node::MatrixFunction(MatrixFunction::Expm, inner, directions) if directions.is_empty() => {
                (!flipped && self.arena.is_symmetric(inner)).then_some(())?;
                self.conclude(id, false, true, EXPONENTIAL)
            }
            Node::MatrixFunction(MatrixFunction::Sqrtm, inner, directions) if directions.is_empty() && !flipped => {
                let strict = self.semidefinite(inner, false)?;
                self.conclude(id, false, strict, POWER)
            }
            Node::Hadamard(factors) if !flipped => self.semidefinite_hadamard(id, &factors),
            Node::Kron(left, right) => {
                for of_left in [false, true] {
                    if let (Some(a), Some(b)) =
                        (self.semidefinite(left, of_left), self.semidefinite(right, of_left != flipped))
                    {
                        return self.conclude(id, flipped, a && b, KRONECKER);
                    }
                }
                None
            }
            Node::Indexed { op: BigOp::Sum, body, .. } => {
                self.semidefinite(body, flipped)?;
                self.conclude(id, flipped, false, SUM)
            }
            Node::Literal(shape, entries) => {
                if let Some(strict) = self.literal(shape, &entries, flipped) {
                    return self.conclude(id, flipped, strict, NUMBERS);
                }
                let strict = self.minors(&entries, flipped)?;
                self.conclude(id, flipped, strict, MINORS)
            }
            Node::Pinv(inner) if !flipped => self.as_its_operand(id, inner),
            Node::Apply(op, inner) if !flipped && op.row().keeps_semidefinite => self.as_its_operand(id, inner),
            _ => None,
        }
    }

    /// What is semidefinite as its operand is.
    fn as_its_operand(&mut self, id: ExprId, operand: ExprId) -> Option<bool> {
        self.semidefinite(operand, false)?;
        self.conclude(id, false, false, POWER)
    }

    /// Whether ±v ≥ 0 in every entry, with `true` inside where > 0; a line says so where it is not plain.
    fn signed_entries(&mut self, vector: ExprId, flipped: bool) -> Option<bool> {
        let bounds = self.bounds(vector);
        let bounds = if flipped { bounds.neg() } else { bounds };
        if !bounds.is_nonnegative() {
            return None;
        }
        let shown = if flipped { self.arena.neg(vector) } else { vector };
        let order = if bounds.is_positive() { Order::Positive } else { Order::Nonnegative };
        self.say(Claim::Order(shown, order), "");
        Some(bounds.is_positive())
    }

    fn semidefinite_power(&mut self, id: ExprId, base: ExprId, exponent: ExprId, flipped: bool) -> Option<bool> {
        let exponent = self.arena.as_number(exponent)?.clone();
        let integer = exponent.to_i64();
        if let (Some(p), false) = (integer, flipped)
            && p % 2 == 0
            && self.arena.is_symmetric(base)
        {
            let strict = p < 0 || self.is_invertible(base);
            return self.conclude(id, false, strict, EVEN_POWER);
        }
        let odd = integer.is_some_and(|p| p % 2 != 0);
        if flipped && !odd {
            return None;
        }
        let strict = self.semidefinite(base, flipped)?;
        // A power below 0 has a value where the base is invertible only.
        self.conclude(id, flipped, strict || exponent.is_negative(), POWER)
    }

    fn semidefinite_hadamard(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> Option<bool> {
        let identity = factors.iter().any(|(base, _)| matches!(self.arena.node(*base), Node::Identity(_)));
        let mut all = true;
        for (base, exponent) in factors {
            let exponent = self.arena.as_number(*exponent).and_then(Coeff::to_i64);
            if exponent.is_none_or(|p| p < 1) {
                all = false;
            }
            if all {
                match self.semidefinite(*base, false) {
                    Some(_) => {}
                    None => all = false,
                }
            }
        }
        if all {
            return self.conclude(id, false, false, SCHUR);
        }
        if identity {
            let diagonal = self.arena.diag_part(id);
            let strict = self.signed_entries(diagonal, false)?;
            return self.conclude(id, false, strict, DIAGONAL);
        }
        None
    }

    fn semidefinite_product(&mut self, id: ExprId, factors: &[ExprId], flipped: bool) -> Option<bool> {
        if self.arena.shape(factors[0]).is_scalar() {
            let bounds = self.bounds(factors[0]);
            let rest = self.arena.mul(&factors[1..]);
            let mut found = None;
            if bounds.is_nonnegative() {
                found = self.semidefinite(rest, flipped);
            } else if bounds.is_nonpositive() {
                found = self.semidefinite(rest, !flipped);
            }
            let strict = found?;
            let sign =
                self.arena.scale(&if bounds.is_nonnegative() { Coeff::ONE } else { Coeff::MINUS_ONE }, factors[0]);
            self.say(Claim::Order(sign, if bounds.is_nonzero() { Order::Positive } else { Order::Nonnegative }), "");
            return self.conclude(id, flipped, strict && bounds.is_nonzero(), MULTIPLE);
        }
        let strict = self.mirrored(factors, flipped)?;
        let gram = factors.len().is_multiple_of(2) && self.quietly(|prover| prover.half(factors).is_some());
        self.conclude(id, flipped, strict, if gram && !flipped { GRAM } else { CONGRUENCE })
    }

    /// The left half of L Lᵀ.
    fn half(&mut self, chain: &[ExprId]) -> Option<ExprId> {
        if !chain.len().is_multiple_of(2) {
            return None;
        }
        let half = chain.len() / 2;
        for place in 0..half {
            let mirrored = chain[chain.len() - 1 - place];
            if self.arena.transpose(chain[place]) != mirrored {
                return None;
            }
        }
        Some(self.arena.mul(&chain[..half]))
    }

    /// Whether ±F₁…FₖMFₖᵀ…F₁ᵀ ⪰ 0 by its middle M, which may be the identity.
    pub(crate) fn mirrored(&mut self, chain: &[ExprId], flipped: bool) -> Option<bool> {
        let mut inside = chain;
        let mut invertible = true;
        while let [first, middle @ .., last] = inside {
            if self.arena.transpose(*first) != *last {
                break;
            }
            invertible &= self.arena.shape(*first).is_square() && self.is_invertible(*first);
            inside = middle;
        }
        match inside {
            [] => (!flipped).then_some(invertible),
            _ if inside.len() == chain.len() && chain.len() > 1 => None,
            [middle] => self.semidefinite(*middle, flipped).map(|strict| strict && invertible),
            _ => {
                let middle = self.arena.mul(inside);
                self.semidefinite(middle, flipped).map(|strict| strict && invertible)
            }
        }
    }

    fn semidefinite_sum(&mut self, id: ExprId, terms: &[(Coeff, ExprId)], flipped: bool) -> Option<bool> {
        if let [(coeff, term)] = terms {
            let strict = self.semidefinite(*term, flipped != coeff.is_negative())?;
            // A numeric multiple needs no line.
            return Some(strict);
        }
        let mut good = Vec::new();
        let mut bad = Vec::new();
        for (coeff, term) in terms {
            let coeff = if flipped { coeff.neg() } else { coeff.clone() };
            let before = std::mem::take(&mut self.lines);
            let definite = self.semidefinite(*term, coeff.is_negative());
            let lines = std::mem::replace(&mut self.lines, before);
            match definite {
                Some(definite) => good.push((coeff, *term, definite, lines)),
                None => bad.push((coeff, *term)),
            }
        }
        let mut because = SUM;
        for (coeff, term) in &bad {
            let place = (0..good.len()).find(|place| {
                let (c, positive) = (good[*place].0.clone(), good[*place].1);
                !c.is_negative() && coeff.is_negative() && self.outweighs(&c, positive, &coeff.neg(), *term)
            });
            let Some(place) = place else { return self.common_congruence(id, terms, flipped) };
            let softmax = matches!(self.arena.node(good[place].1), Node::Diag(v) if matches!(self.arena.node(*v), Node::Apply(Op::Softmax, _)));
            because = if softmax { PROBABILITIES } else { CAUCHY_SCHWARZ };
            // What argues for this term says nothing about the difference.
            good.remove(place);
        }
        let strict = good.iter().any(|(_, _, definite, _)| *definite);
        for (_, _, _, lines) in good {
            for line in lines {
                self.say(line.claim, line.because);
            }
        }
        self.conclude(id, flipped, strict, because)
    }

    /// Σ L Mₖ Lᵀ = L (Σ Mₖ) Lᵀ.
    fn common_congruence(&mut self, id: ExprId, terms: &[(Coeff, ExprId)], flipped: bool) -> Option<bool> {
        let shape = self.arena.shape(id);
        let mut outer = None;
        let mut inside = Vec::new();
        for (coeff, term) in terms {
            let (scalar, rest) = self.arena.split_scalar(*term);
            let Node::Product(factors) = self.arena.node(rest).clone() else { return None };
            let [first, middle @ .., last] = &*factors else { return None };
            if self.arena.transpose(*first) != *last
                || outer.is_some_and(|outer| outer != *first)
                || self.arena.shape(*first).is_column()
            {
                return None;
            }
            outer = Some(*first);
            let size = self.arena.shape(*last).rows;
            let middle = if middle.is_empty() { self.arena.identity(size) } else { self.arena.mul(middle) };
            inside.push((coeff.clone(), self.arena.mul(&[scalar, middle])));
        }
        let size: Dim = self.arena.shape(inside[0].1).rows;
        if size == shape.rows && inside.iter().all(|(_, term)| terms.iter().any(|(_, before)| before == term)) {
            return None;
        }
        let middle = self.arena.add_terms(inside, Shape::square(size));
        self.semidefinite(middle, flipped)?;
        self.conclude(id, flipped, false, CONGRUENCE)
    }

    /// Whether c·P − d·N ⪰ 0 for P ⪰ 0 and N of rank one.
    fn outweighs(&mut self, c: &Coeff, positive: ExprId, d: &Coeff, negative: ExprId) -> bool {
        let Some(RankOne { scalar, column }) = self.rank_one(negative) else { return false };
        let (sigma, matrix) = self.arena.split_scalar(positive);
        let Some(weight) = self.weight(matrix, column) else { return false };
        // σM − s·wwᵀ with w = Mu is ⪰ 0 where s·uᵀMu ≤ σ.
        let inverse = self.arena.recip(sigma);
        let ratio = self.arena.mul(&[scalar, weight, inverse]);
        let ratio = crate::simplify::simplify(self.arena, ratio);
        let Some(limit) = d.recip().map(|inverse| c.mul(&inverse)) else { return false };
        let bounds: Bounds = self.bounds(ratio);
        bounds.at_most(&limit)
    }

    fn rank_one(&mut self, id: ExprId) -> Option<RankOne> {
        let (scalar, rest) = self.arena.split_scalar(id);
        if let Node::Ones(shape) = *self.arena.node(rest) {
            let column = self.arena.ones(Shape::vector(shape.rows));
            return shape.is_square().then_some(RankOne { scalar, column });
        }
        let Node::Product(factors) = self.arena.node(rest).clone() else { return None };
        if let Some(column) = self.half(&factors)
            && self.arena.shape(column).is_column()
        {
            return Some(RankOne { scalar, column });
        }
        let split = (1..factors.len()).find(|at| self.arena.shape(factors[*at]).rows.is_one())?;
        let column = self.arena.mul(&factors[..split]);
        let row = self.arena.mul(&factors[split..]);
        (self.arena.transpose(row) == column).then_some(RankOne { scalar, column })
    }

    /// uᵀMu for the u with w = Mu.
    fn weight(&mut self, matrix: ExprId, column: ExprId) -> Option<ExprId> {
        match self.arena.node(matrix).clone() {
            Node::Identity(_) => Some(self.arena.inner(column, column)),
            Node::Diag(vector) => {
                let inverse = self.arena.recip(vector);
                let u = self.arena.hadamard(column, inverse);
                Some(self.arena.inner(column, u))
            }
            Node::Indexed { op: BigOp::Sum, .. } => self.weight_of_family(matrix, column),
            _ => {
                let whole = match self.arena.node(matrix).clone() {
                    Node::Product(factors) => factors.to_vec(),
                    _ => vec![matrix],
                };
                let Node::Product(factors) = self.arena.node(column).clone() else { return None };
                let u = factors.strip_prefix(&*whole)?;
                if u.is_empty() {
                    return None;
                }
                let u = self.arena.mul(u);
                let row = self.arena.transpose(u);
                Some(self.arena.mul(&[row, matrix, u]))
            }
        }
    }

    /// Σᵢ ωᵢ for M = Σᵢ ωᵢaᵢaᵢᵀ and w = Σᵢ ωᵢaᵢ.
    fn weight_of_family(&mut self, matrix: ExprId, column: ExprId) -> Option<ExprId> {
        let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *self.arena.node(matrix) else { return None };
        let Node::Indexed { op: BigOp::Sum, index: other, lower: low, upper: high, body: part } =
            *self.arena.node(column)
        else {
            return None;
        };
        if lower != low || upper != high {
            return None;
        }
        let (fresh, body) = self.arena.open(index, (lower, upper), body);
        let place = self.arena.index(fresh);
        let part = self.arena.substitute_index(part, other, place);
        let RankOne { scalar, column } = self.rank_one(body)?;
        let expected = self.arena.mul(&[scalar, column]);
        if expected != part || !self.bounds(scalar).is_nonnegative() {
            return None;
        }
        Some(self.arena.indexed(BigOp::Sum, fresh, lower, upper, scalar))
    }
}
