//! What is known of the sign of expressions: by their form, by declarations, and by the domain of the function in question.

use rustc_hash::{FxHashMap, FxHashSet};

use super::argument::{Claim, Line};
use crate::expr::{Arena, ExprId, IndexId, Map, MapDerivative, Node, Ranked, Reduction, Spectral};
use crate::number::Coeff;
use crate::sign::{Bounds, End, Known, by_form};
use crate::structure::Structure;

/// Questions that one argument may take; reached only by expressions without end.
const MAX_WORK: u32 = 40_000;

/// So many questions are about a step of work.
const QUESTIONS_OF_A_STEP: u32 = 16;

/// Sums of more terms, taken as positive, tell nothing of their terms.
const MAX_HELD: usize = 8;

/// Longest product under a trace whose rotations are searched for two positive semidefinite parts.
const MAX_FACTORS: usize = 14;

/// Answers questions about signs, and keeps the lines that argue for the answers.
pub(crate) struct Prover<'a> {
    pub(crate) arena: &'a mut Arena,
    /// What the domain has above (true) or below 0, without rational content.
    signs: FxHashMap<ExprId, bool>,
    /// What the domain holds between bounds.
    held: FxHashMap<ExprId, Bounds>,
    /// What is not 0 in the domain, without rational content: arrays that have an entry other than 0.
    nonzero: FxHashSet<ExprId>,
    /// What has no entry that is 0.
    nonzero_entries: FxHashSet<ExprId>,
    /// The sums among what is taken as positive, in the order in which that was said.
    sums: Vec<ExprId>,
    /// The ranges of indices, where the same index runs through one alone.
    ranges: FxHashMap<IndexId, Option<(ExprId, ExprId)>>,
    definite: FxHashSet<ExprId>,
    bounds: FxHashMap<ExprId, Bounds>,
    /// What is not known to be semidefinite, plus or minus.
    pub(super) open: FxHashSet<(ExprId, bool)>,
    /// The lines of the argument so far.
    pub(crate) lines: Vec<Line>,
    work: u32,
}

impl<'a> Prover<'a> {
    pub(crate) fn new(arena: &'a mut Arena) -> Self {
        let (signs, nonzero, bounds) = (FxHashMap::default(), FxHashSet::default(), FxHashMap::default());
        Self {
            arena,
            signs,
            held: FxHashMap::default(),
            nonzero,
            nonzero_entries: FxHashSet::default(),
            sums: Vec::new(),
            ranges: FxHashMap::default(),
            definite: FxHashSet::default(),
            bounds,
            open: FxHashSet::default(),
            lines: Vec::new(),
            work: MAX_WORK,
        }
    }

    /// Takes from now on every entry of an expression as positive.
    pub(crate) fn assume_positive(&mut self, id: ExprId) {
        let (content, primitive) = self.arena.split_content(id);
        self.signs.insert(primitive, !content.is_negative());
        if matches!(self.arena.node(primitive), Node::Add(_)) && !self.sums.contains(&primitive) {
            self.sums.push(primitive);
        }
        self.forget();
        self.hold_terms(id, true);
        // An odd power has the sign of its base, and an even one is 0 where its base is.
        if let Node::Hadamard(factors) = self.arena.node(primitive).clone()
            && let [(base, exponent)] = *factors
            && let Some(p) = self.arena.as_number(exponent).and_then(Coeff::to_i64)
        {
            if p % 2 == 0 {
                match *self.arena.node(base) {
                    Node::Norm(_, inner) => self.assume_nonzero(inner),
                    _ => self.assume_entries_nonzero(base),
                }
            } else if !content.is_negative() {
                self.assume_positive(base);
            }
        }
    }

    /// Takes from now on no entry of an expression as below 0.
    pub(crate) fn assume_nonnegative(&mut self, id: ExprId) {
        let opposite = self.arena.neg(id);
        for (id, bounds) in [(id, Bounds::nonnegative()), (opposite, Bounds::nonnegative().neg())] {
            self.hold_also(id, &bounds);
        }
        self.hold_terms(id, false);
        self.forget();
    }

    /// Takes each term of a sum that is positive, or not negative, as above what the other terms leave it: u > c where 2u − c − |v| > 0.
    fn hold_terms(&mut self, sum: ExprId, is_strict: bool) {
        let terms = self.arena.terms(sum);
        if terms.len() > MAX_HELD {
            return;
        }
        let bounds: Vec<Bounds> =
            terms.iter().map(|(coeff, term)| self.quietly(|prover| prover.bounds(*term)).scale(coeff)).collect();
        for (place, (coeff, term)) in terms.iter().enumerate() {
            let is_constant = self.arena.is_one(*term) || self.arena.is_ones(*term);
            let (false, Some(scale)) = (is_constant, coeff.recip()) else { continue };
            let others = bounds.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, bounds)| bounds);
            let others = others.fold(Bounds::exactly(Coeff::ZERO), |sum, bounds| sum.add(bounds));
            let low = others.neg().low.map(|end| End { strict: end.strict || is_strict, ..end });
            self.hold_also(*term, &Bounds { low, high: None }.scale(&scale));
        }
        self.forget();
    }

    /// Takes bounds for granted beside those that were known.
    fn hold_also(&mut self, id: ExprId, bounds: &Bounds) {
        let known = self.held.get(&id).unwrap_or(&Bounds::ANY).meet(bounds);
        self.held.insert(id, known);
    }

    /// Forgets what was found out, as more is taken for granted.
    fn forget(&mut self) {
        self.bounds.clear();
        self.open.clear();
    }

    /// Takes every entry of an expression from now on to lie between bounds.
    pub(crate) fn hold_between(&mut self, id: ExprId, bounds: Bounds) {
        self.held.insert(id, bounds);
        self.forget();
    }

    /// Another prover over the same store that takes the same for granted.
    pub(crate) fn nested(&mut self) -> Prover<'_> {
        Prover {
            signs: self.signs.clone(),
            held: self.held.clone(),
            nonzero: self.nonzero.clone(),
            nonzero_entries: self.nonzero_entries.clone(),
            sums: self.sums.clone(),
            ranges: self.ranges.clone(),
            definite: self.definite.clone(),
            bounds: FxHashMap::default(),
            open: FxHashSet::default(),
            lines: Vec::new(),
            work: self.work / 2,
            arena: self.arena,
        }
    }

    /// Takes an expression from now on as not zero: an entry of an array is not.
    pub(crate) fn assume_nonzero(&mut self, id: ExprId) {
        let (_, primitive) = self.arena.split_content(id);
        self.nonzero.insert(primitive);
        if self.arena.shape(primitive).is_scalar() {
            self.nonzero_entries.insert(primitive);
        }
        self.forget();
    }

    /// Takes from now on no entry of an expression as zero.
    pub(crate) fn assume_entries_nonzero(&mut self, id: ExprId) {
        self.assume_nonzero(id);
        let (_, primitive) = self.arena.split_content(id);
        self.nonzero_entries.insert(primitive);
    }

    /// What vanishes where a power does: its base, and of a norm what stands in it.
    pub(crate) fn power_base(&mut self, id: ExprId) -> ExprId {
        let (_, primitive) = self.arena.split_content(id);
        match self.arena.node(primitive).clone() {
            Node::Hadamard(factors) if factors.len() == 1 => match *self.arena.node(factors[0].0) {
                Node::Norm(_, inner) => inner,
                _ => factors[0].0,
            },
            _ => primitive,
        }
    }

    /// Takes a matrix from now on as positive definite.
    pub(crate) fn assume_definite(&mut self, id: ExprId) {
        self.definite.insert(id);
        self.forget();
    }

    /// Whether an expression was taken as not zero.
    pub(crate) fn is_assumed_nonzero(&mut self, id: ExprId) -> bool {
        let (_, primitive) = self.arena.split_content(id);
        self.nonzero.contains(&primitive)
    }

    /// Whether an expression was taken as having no entry that is zero.
    pub(crate) fn has_assumed_nonzero_entries(&mut self, id: ExprId) -> bool {
        let (_, primitive) = self.arena.split_content(id);
        self.nonzero_entries.contains(&primitive)
    }

    /// The sums that are taken as positive.
    pub(super) fn assumed_sums(&self) -> Vec<ExprId> {
        self.sums.iter().copied().filter(|sum| self.signs.get(sum) == Some(&true)).collect()
    }

    /// Learns the ranges of the indices below an expression, and says which index has one alone; of an index that ran elsewhere before nothing is
    /// known from then on.
    pub(crate) fn learn_ranges(&mut self, root: ExprId) -> Vec<(IndexId, (ExprId, ExprId))> {
        let mut known: Vec<(IndexId, Option<(ExprId, ExprId)>)> = Vec::new();
        for id in self.arena.post_order(root) {
            let Node::Indexed { index, lower, upper, .. } = *self.arena.node(id) else { continue };
            match known.iter_mut().find(|(other, _)| *other == index) {
                Some((_, range)) if *range != Some((lower, upper)) => *range = None,
                Some(_) => {}
                None => known.push((index, Some((lower, upper)))),
            }
        }
        for (index, range) in &known {
            let is_other = self.ranges.get(index).is_some_and(|before| before != range);
            self.ranges.insert(*index, range.filter(|_| !is_other));
        }
        self.forget();
        known.into_iter().filter_map(|(index, range)| Some((index, range?))).collect()
    }

    /// Whether an index is known to run through that range alone.
    pub(crate) fn runs_through(&self, index: IndexId, lower: ExprId, upper: ExprId) -> bool {
        self.ranges.get(&index).is_some_and(|range| *range == Some((lower, upper)))
    }

    /// Whether a matrix was taken as positive definite.
    pub(crate) fn is_assumed_definite(&self, id: ExprId) -> bool {
        self.definite.contains(&id)
    }

    /// Begins another argument, with what is known so far.
    pub(crate) fn take_up_another(&mut self) {
        self.work = MAX_WORK;
        self.lines.clear();
    }

    /// Whether the work of the argument is used up, so that what was not found may be there.
    pub(super) fn is_exhausted(&self) -> bool {
        self.work == 0
    }

    /// Whether there is work left for one more question.
    pub(crate) fn spend(&mut self) -> bool {
        if self.work.is_multiple_of(QUESTIONS_OF_A_STEP) {
            crate::interrupt::point();
        }
        self.work = self.work.saturating_sub(1);
        self.work > 0
    }

    pub(crate) fn say(&mut self, claim: Claim, because: &'static str) {
        if !self.lines.iter().any(|line| line.claim == claim) {
            self.lines.push(Line { claim, because });
        }
    }

    /// Bounds of every entry.
    pub(crate) fn bounds(&mut self, id: ExprId) -> Bounds {
        if let Some(known) = self.bounds.get(&id) {
            return known.clone();
        }
        // What asks for itself on the way learns nothing.
        self.bounds.insert(id, Bounds::ANY);
        let mut found = if self.spend() { self.bounds_by_form(id) } else { Bounds::ANY };
        let (content, primitive) = self.arena.split_content(id);
        if let Some(positive) = self.signs.get(&primitive) {
            let sign = if *positive != content.is_negative() { Bounds::positive() } else { Bounds::positive().neg() };
            found = found.meet(&sign);
        }
        if let Some(held) = self.held.get(&id) {
            found = found.meet(held);
        }
        self.bounds.insert(id, found.clone());
        found
    }

    fn bounds_by_form(&mut self, id: ExprId) -> Bounds {
        match self.arena.node(id).clone() {
            Node::Add(_) => self.bounds_of_sum(id),
            Node::Hadamard(factors) => self.bounds_of_powers(id, &factors),
            Node::Product(factors) => self.bounds_of_product(id, &factors),
            Node::DiagPart(inner) => self.bounds_of_diagonal(id, inner),
            Node::Entry(of, row, col) if row == col && self.arena.shape(of).is_matrix() => {
                self.bounds_of_diagonal(id, of)
            }
            // 1ᵀM1
            Node::Reduce(Reduction::Sum, of)
                if self.arena.shape(of).is_matrix() && self.arena.shape(of).is_square() =>
            {
                self.bounds_of_diagonal(id, of)
            }
            Node::Trace(inner) => self.bounds_of_trace(id, inner),
            Node::Det(inner)
            | Node::Spectral(Spectral::LambdaMax | Spectral::LambdaMin, inner)
            | Node::Ranked(Ranked::Eigenvalue, inner, _) => self.definite_value(inner),
            _ => by_form(self, id),
        }
    }

    /// Of a semidefinite matrix the entries on the diagonal, and the sum of all entries.
    fn bounds_of_diagonal(&mut self, id: ExprId, matrix: ExprId) -> Bounds {
        match self.quietly(|prover| prover.semidefinite(matrix, false)) {
            Some(true) => Bounds::positive(),
            Some(false) => Bounds::nonnegative(),
            None => by_form(self, id),
        }
    }

    /// A determinant or an eigenvalue of a definite matrix.
    fn definite_value(&mut self, matrix: ExprId) -> Bounds {
        match self.quietly(|prover| prover.semidefinite(matrix, false)) {
            Some(true) => Bounds::positive(),
            Some(false) => Bounds::nonnegative(),
            None => Bounds::ANY,
        }
    }

    /// An answer without the lines that argue for it.
    pub(crate) fn quietly<T>(&mut self, question: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.lines);
        let answer = question(self);
        self.lines = before;
        answer
    }

    fn bounds_of_sum(&mut self, id: ExprId) -> Bounds {
        let sum = by_form(self, id);
        if sum.is_nonnegative() || sum.is_nonpositive() {
            return sum;
        }
        let Some(polynomial) = self.polynomial(id) else { return sum };
        let mut sign = self.sign_of(&polynomial);
        if !(sign.is_nonnegative() || sign.is_nonpositive()) && self.arena.shape(id).is_scalar() {
            sign = self.by_cauchy_schwarz(&polynomial);
        }
        sum.meet(&sign)
    }

    fn bounds_of_powers(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> Bounds {
        let mut product = by_form(self, id);
        if product.is_nonnegative() && product.high.is_none() && self.is_part_of_its_denominator(id, factors) {
            product = product.meet(&Bounds::between(0, 1, false));
        }
        product
    }

    /// Whether it is u/(u + v) with u, v ≥ 0.
    fn is_part_of_its_denominator(&mut self, id: ExprId, factors: &[(ExprId, ExprId)]) -> bool {
        let shape = self.arena.shape(id);
        let below: Vec<_> = factors
            .iter()
            .filter(|(_, exponent)| self.arena.as_number(*exponent).is_some_and(Coeff::is_negative))
            .copied()
            .collect();
        if below.is_empty() || below.len() == factors.len() {
            return false;
        }
        let below = self.arena.hadamard_powers(&below, shape);
        let denominator = self.arena.recip(below);
        let numerator = self.arena.hadamard(id, denominator);
        if !matches!(self.arena.node(denominator), Node::Add(_)) {
            return false;
        }
        let rest = self.arena.minus(denominator, numerator);
        self.bounds(numerator).is_nonnegative()
            && self.bounds(denominator).is_positive()
            && self.bounds(rest).is_nonnegative()
    }

    fn bounds_of_product(&mut self, id: ExprId, factors: &[ExprId]) -> Bounds {
        let is_scaled = self.arena.shape(factors[0]).is_scalar();
        let (scalar, chain) = factors.split_at(usize::from(is_scaled));
        if chain.len() > 1 {
            let value = self.arena.mul(chain);
            // uᵀMu may vanish for u = 0 also where M is definite.
            if self.arena.shape(value).is_scalar() && self.quietly(|prover| prover.mirrored(chain, false)).is_some() {
                let scale = scalar.first().map_or(Bounds::exactly(Coeff::ONE), |scalar| self.bounds(*scalar));
                return scale.mul(&Bounds::nonnegative());
            }
        }
        by_form(self, id)
    }

    /// tr(MN) ≥ 0 for positive semidefinite M and N, in any rotation of the factors.
    fn bounds_of_trace(&mut self, id: ExprId, inner: ExprId) -> Bounds {
        if let Some(strict) = self.quietly(|prover| prover.semidefinite(inner, false)) {
            return if strict { Bounds::positive() } else { Bounds::nonnegative() };
        }
        if let Node::Product(factors) = self.arena.node(inner).clone()
            && let Some(parts) = self.split_of_trace(&factors)
        {
            let strict = [parts.0, parts.1]
                .into_iter()
                .all(|part| self.quietly(|prover| prover.semidefinite(part, false)) == Some(true));
            return if strict { Bounds::positive() } else { Bounds::nonnegative() };
        }
        if let Node::Product(factors) = self.arena.node(inner)
            && self.has_squares_on_diagonal(factors)
        {
            return Bounds::nonnegative();
        }
        by_form(self, id)
    }

    /// Whether triangular matrices are multiplied of which each stands there an even number of times: the diagonal of LMLM is that of L²M².
    pub(crate) fn has_squares_on_diagonal(&self, factors: &[ExprId]) -> bool {
        let is_triangular = |which: Structure| factors.iter().all(|factor| self.arena.is_triangular(*factor, which));
        if !is_triangular(Structure::Lower) && !is_triangular(Structure::Upper) {
            return false;
        }
        let mut powers: Vec<(ExprId, i64)> = Vec::new();
        for factor in factors {
            let (base, power) = match *self.arena.node(*factor) {
                Node::Power(base, exponent) => match self.arena.as_number(exponent).and_then(Coeff::to_i64) {
                    Some(power) => (base, power),
                    None => return false,
                },
                _ => (*factor, 1),
            };
            match powers.iter_mut().find(|(known, _)| *known == base) {
                Some((_, known)) => *known += power,
                None => powers.push((base, power)),
            }
        }
        powers.iter().all(|(_, power)| power % 2 == 0)
    }

    /// M and N, both positive semidefinite, with tr(MN) the trace of the product.
    pub(crate) fn split_of_trace(&mut self, factors: &[ExprId]) -> Option<(ExprId, ExprId)> {
        let count = factors.len();
        if count > MAX_FACTORS {
            return None;
        }
        for start in 0..count {
            let rotated: Vec<ExprId> = factors[start..].iter().chain(&factors[..start]).copied().collect();
            for cut in 1..count {
                let first = self.arena.mul(&rotated[..cut]);
                let second = self.arena.mul(&rotated[cut..]);
                if self.arena.shape(first).is_square()
                    && self.quietly(|prover| prover.semidefinite(first, false)).is_some()
                    && self.quietly(|prover| prover.semidefinite(second, false)).is_some()
                {
                    return Some((first, second));
                }
            }
        }
        None
    }

    /// The structure that a symbol, or a map's value, is declared with.
    pub(crate) fn structure(&self, id: ExprId) -> Option<Structure> {
        match self.arena.node(id) {
            Node::Symbol(symbol)
            | Node::Member(symbol, _)
            | Node::Map(Map { symbol, derivative: MapDerivative::Prime(0) }, ..) => {
                Some(self.arena.symbol(*symbol).structure)
            }
            _ => None,
        }
    }
}

impl Known for Prover<'_> {
    fn arena(&self) -> &Arena {
        self.arena
    }

    fn bounds(&mut self, id: ExprId) -> Bounds {
        Prover::bounds(self, id)
    }

    fn range(&self, index: IndexId) -> Option<(ExprId, ExprId)> {
        self.ranges.get(&index).copied().unwrap_or_else(|| self.arena.range(index))
    }

    fn is_assumed_nonzero(&mut self, id: ExprId) -> bool {
        Prover::is_assumed_nonzero(self, id)
    }

    fn has_assumed_nonzero_entries(&mut self, id: ExprId) -> bool {
        Prover::has_assumed_nonzero_entries(self, id)
    }
}
