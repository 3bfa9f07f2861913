//! Signs turned around in a product, so that it begins with no minus or has fewer of them.

use super::monomial::Monomial;
use super::power::Exponent;
use super::printer::Printer;
use crate::expr::{BigOp, ExprId, Node};
use crate::number::Coeff;

/// Which factor is printed with its signs turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    Scalar(ExprId),
    /// By its place in the tail.
    Matrix(usize),
    /// A factor of the entrywise product at that place in the tail.
    Entrywise(usize, ExprId),
    /// The outermost cross product of the tail, a × b as b × a.
    Cross,
}

/// Of differences of more symbols than this it is not asked whether a differential is in them.
const MAX_WEIGHT: u32 = 64;
/// How deep a factor is compared with the transpose of another.
const MAX_DEPTH: u32 = 4;

impl<'a> Printer<'a> {
    /// −(A − xxᵀ)x as (xxᵀ − A)x: a difference among the factors takes the minus where that makes it no longer.
    /// Where the minus does not stand at the difference, only one that then begins with its longest term takes it.
    pub(super) fn absorb_minus(&self, monomial: &mut Monomial) {
        if monomial.coeff.is_negative() {
            self.absorb_one(monomial);
        }
        self.turn_pairs(monomial);
        self.turn_outer_product(monomial);
    }

    /// (z − xᵢ)(z − xᵢ)ᵀ as (xᵢ − z)(xᵢ − z)ᵀ: of a difference that nobody wrote, the longer term comes first, of two members the one with
    /// the earlier index.
    fn turn_outer_product(&self, monomial: &mut Monomial) {
        let Some(place) = self.outer_product(&monomial.tail) else { return };
        let both = [place, place + 1].map(Turned::Matrix);
        if self.is_turned_around(monomial.tail[place]) && !both.iter().any(|one| monomial.turned.contains(one)) {
            monomial.turned.extend(both);
        }
    }

    /// Where a factor stands before its own transpose.
    fn outer_product(&self, tail: &[ExprId]) -> Option<usize> {
        let is_outer =
            |pair: &[ExprId]| matches!(self.opened(pair[1]), Some(Node::Transpose(inner)) if *inner == pair[0]);
        tail.windows(2).position(is_outer)
    }

    /// 1 − tanh²x and 1 + tan²x.
    fn is_squared_secant(&self, id: ExprId) -> bool {
        matches!(self.opened(id), Some(Node::Add(terms)) if self.arena.as_squared_secant(terms).is_some())
    }

    /// The minus of a term behind others goes into a difference that nobody wrote: − A(P − I) as + A(I − P), − (2 − p)xxᵀ as + (p − 2)xxᵀ
    /// and − t∘(2s − 1) as + t∘(1 − 2s).
    pub(super) fn absorb_behind(&self, monomial: &mut Monomial) {
        if !monomial.coeff.is_negative() {
            return;
        }
        let is_identity = |term: ExprId| matches!(self.opened(term), Some(Node::Identity(_)));
        let at_unit = |id: ExprId| self.difference_of(id).is_some_and(|(x, y)| x != y && is_identity(y));
        let matrix = || monomial.tail.iter().position(|factor| at_unit(*factor)).map(Turned::Matrix);
        let scalar = || {
            let mut plain = monomial.above.iter().filter(|(_, exponent)| exponent.is_one());
            plain.find(|(id, _)| self.is_better_turned(*id)).map(|(id, _)| Turned::Scalar(*id))
        };
        let entrywise = || {
            monomial.tail.iter().enumerate().find_map(|(place, id)| {
                let mut plain = self.entrywise_factors(*id)?.iter().filter(|(_, power)| self.arena.is_one(*power));
                plain.find(|(id, _)| self.is_better_turned(*id)).map(|(id, _)| Turned::Entrywise(place, *id))
            })
        };
        if let Some(turned) = matrix().or_else(scalar).or_else(entrywise) {
            monomial.coeff = monomial.coeff.neg();
            monomial.turned.push(turned);
        }
    }

    /// The x and y of a difference x − y of two terms that nobody wrote, without their coefficients.
    fn difference_of(&self, id: ExprId) -> Option<(ExprId, ExprId)> {
        let Some(Node::Add(terms)) = self.opened(id) else { return None };
        let [(c, x), (d, y)] = &**terms else { return None };
        if c.is_negative() == d.is_negative() || self.arena.written_order(id).is_some() {
            return None;
        }
        Some(if c.is_negative() { (*y, *x) } else { (*x, *y) })
    }

    /// Whether a difference that nobody wrote reads as well with its signs turned: of a number and something else 1 − 2s is better
    /// than 2s − 1, but p − 2 than 2 − p.
    fn is_better_turned(&self, id: ExprId) -> bool {
        let Some((x, y)) = self.difference_of(id) else { return false };
        let is_number = |term: ExprId| self.arena.is_one(term) || self.arena.is_ones(term);
        let is_symbol = |term: ExprId| matches!(self.opened(term), Some(Node::Symbol(_)));
        match (is_number(x), is_number(y)) {
            (true, true) => false,
            (true, false) => is_symbol(y),
            (false, true) => !is_symbol(x),
            (false, false) => !self.is_squared_secant(id) && !self.is_of_differentials(id),
        }
    }

    /// Whether a differential is in it: d(uv⁻¹) keeps the order of the rule. Of what is long that is not asked.
    fn is_of_differentials(&self, id: ExprId) -> bool {
        self.weights.get(&id).is_none_or(|weight| *weight > MAX_WEIGHT)
            || self
                .arena
                .post_order(id)
                .into_iter()
                .any(|part| matches!(self.opened(part), Some(Node::Differential(..) | Node::Pending(..))))
    }

    /// Whether it is twice among the factors, as it is or transposed.
    fn occurs_again(&self, id: ExprId, tail: &[ExprId]) -> bool {
        tail.iter().filter(|other| **other == id || self.is_transposed(id, **other, MAX_DEPTH)).count() > 1
    }

    /// Whether a sum of products is the transpose of another, or its negative.
    fn is_transposed(&self, id: ExprId, other: ExprId, depth: u32) -> bool {
        if depth == 0 {
            return false;
        }
        match (self.opened(id), self.opened(other)) {
            (_, Some(Node::Transpose(inner))) if *inner == id => true,
            (Some(Node::Transpose(inner)), _) if *inner == other => true,
            (Some(Node::Product(left)), Some(Node::Product(right))) => {
                left.len() == right.len()
                    && left.iter().zip(right.iter().rev()).all(|(a, b)| self.is_transposed(*a, *b, depth - 1))
            }
            (Some(Node::Add(left)), Some(Node::Add(right))) if left.len() == right.len() => {
                [false, true].into_iter().any(|is_negative| {
                    left.iter().all(|(c, x)| {
                        let c = if is_negative { c.neg() } else { c.clone() };
                        right.iter().any(|(d, y)| c == *d && self.is_transposed(*x, *y, depth - 1))
                    })
                })
            }
            _ => id == other && self.arena.is_declared_symmetric(id),
        }
    }

    /// Whether a difference that nobody wrote begins with what would rather come second.
    fn is_turned_around(&self, id: ExprId) -> bool {
        let Some(Node::Add(terms)) = self.opened(id) else { return false };
        let [(c, x), (d, y)] = &**terms else { return false };
        if c.is_negative() == d.is_negative() || self.arena.written_order(id).is_some() {
            return false;
        }
        let (first, second) = if c.is_negative() { (*y, *x) } else { (*x, *y) };
        let name = |id: ExprId| match self.opened(id) {
            Some(Node::Index(index)) => self.index_names.get(index),
            _ => None,
        };
        match (self.opened(first), self.opened(second)) {
            (Some(Node::Member(_, i)), Some(Node::Member(_, j))) => name(*i) > name(*j),
            (Some(Node::Symbol(_)), Some(Node::Member(..))) => true,
            _ => self.weight_with_powers(first) < self.weight_with_powers(second),
        }
    }

    /// The minus in front of a sum: the first term takes it, and where all terms have one, all of them, if a difference in each can.
    pub(super) fn absorb_in_front(&self, terms: &mut [(ExprId, Monomial)]) {
        if terms.iter().all(|(_, monomial)| monomial.coeff.is_negative() && self.has_difference(monomial)) {
            let mut all = terms.to_vec();
            all.iter_mut().for_each(|(_, monomial)| self.absorb_minus(monomial));
            if !all.iter().any(|(_, monomial)| monomial.coeff.is_negative()) {
                return terms.clone_from_slice(&all);
            }
        }
        if let Some((_, first)) = terms.first_mut() {
            self.absorb_minus(first);
        }
    }

    /// Whether a difference of two is among the factors.
    fn has_difference(&self, monomial: &Monomial) -> bool {
        let mut factors = monomial.above.iter().map(|(id, _)| id).chain(&monomial.tail);
        factors.any(|id| matches!(self.opened(*id), Some(Node::Add(terms)) if terms.len() == 2))
    }

    fn absorb_one(&self, monomial: &mut Monomial) {
        let first = monomial.above.is_empty() && monomial.chains.is_empty();
        let matrices = monomial.tail.iter().enumerate();
        // −(a − b)(a − b)ᵀ keeps its minus, and so does any product with a sum and its transpose in it.
        let turned = matrices
            .filter(|(_, id)| !self.occurs_again(**id, &monomial.tail))
            .filter(|(place, id)| self.gains_by_turning(**id, first && *place == 0))
            .map(|(place, _)| Turned::Matrix(place))
            .next()
            .or_else(|| {
                let scalars = monomial.above.iter().filter(|(_, exponent)| exponent.is_one());
                let found = scalars.filter(|(id, _)| self.gains_by_turning(*id, monomial.above.len() == 1));
                found.min_by_key(|(id, _)| self.is_squared_secant(*id)).map(|(id, _)| Turned::Scalar(*id))
            })
            .or_else(|| self.turned_entrywise(&monomial.tail))
            .or_else(|| self.has_cross(&monomial.tail).then_some(Turned::Cross));
        if turned.is_some() {
            monomial.coeff = monomial.coeff.neg();
            monomial.turned.extend(turned);
        }
    }

    /// (1 − k)(2 − k) as (k − 1)(k − 2), in a product with a power whose exponent has the k.
    fn turn_pairs(&self, monomial: &mut Monomial) {
        let falling = monomial.above.iter().filter(|(id, exponent)| {
            let Some(Node::Add(terms)) = self.opened(*id) else { return false };
            exponent.is_one()
                && self.is_of_exponent(*id, &monomial.above)
                && !monomial.turned.contains(&Turned::Scalar(*id))
                && terms.iter().all(|(coeff, term)| coeff.is_negative() != self.arena.is_one(*term))
        });
        let falling: Vec<Turned> = falling.map(|(id, _)| Turned::Scalar(*id)).collect();
        monomial.turned.extend(&falling[..falling.len() / 2 * 2]);
    }

    /// Whether a sum is of numbers and of symbols that the exponent of one of the factors has.
    pub(super) fn is_of_exponent(&self, id: ExprId, factors: &[(ExprId, Exponent)]) -> bool {
        let Some(Node::Add(terms)) = self.opened(id) else { return false };
        let mut symbols = terms.iter().map(|(_, term)| *term).filter(|term| !self.arena.is_one(*term)).peekable();
        let exponents = || {
            factors.iter().filter_map(|(_, exponent)| if let Exponent::Expr(id) = exponent { Some(*id) } else { None })
        };
        symbols.peek().is_some()
            && symbols.all(|symbol| exponents().any(|exponent| self.arena.post_order(exponent).contains(&symbol)))
    }

    /// −s∘(y − s) as s∘(s − y), also under diag.
    fn turned_entrywise(&self, tail: &[ExprId]) -> Option<Turned> {
        tail.iter().enumerate().find_map(|(place, id)| {
            let factors = self.entrywise_factors(*id)?;
            let mut sums = factors.iter().filter(|(base, exponent)| {
                self.arena.is_one(*exponent) && self.gains_by_turning(*base, true) && !self.begins_with_ones(*base)
            });
            sums.next().map(|(base, _)| Turned::Entrywise(place, *base))
        })
    }

    /// The factors of an entrywise product, or of one on the diagonal of a matrix.
    pub(super) fn entrywise_factors(&self, id: ExprId) -> Option<&'a [(ExprId, ExprId)]> {
        match self.opened(id)? {
            Node::Hadamard(factors) => Some(factors),
            Node::Diag(inner) => match self.opened(*inner)? {
                Node::Hadamard(factors) => Some(factors),
                _ => None,
            },
            _ => None,
        }
    }

    /// 1 − s stays as it is, and s − 1 does not.
    fn begins_with_ones(&self, id: ExprId) -> bool {
        let is_one = |(coeff, term): &(Coeff, ExprId)| !coeff.is_negative() && self.arena.is_ones(*term);
        matches!(self.opened(id), Some(Node::Add(terms)) if terms.iter().any(is_one))
    }

    fn gains_by_turning(&self, id: ExprId, first: bool) -> bool {
        if let Some(Node::Indexed { op: BigOp::Sum, body, .. }) = self.opened(id) {
            return self.turned_body(*body).is_some();
        }
        if let Some(Node::Diag(inner)) = self.opened(id) {
            let is_plain = !self.begins_with_ones(*inner) && !self.contents.contains_key(inner);
            return is_plain && self.gains_by_turning(*inner, first);
        }
        let Some(Node::Add(terms)) = self.opened(id) else { return false };
        let weight = |negative: bool| {
            let side = terms.iter().filter(|(coeff, _)| coeff.is_negative() == negative);
            side.map(|(_, term)| self.weight_with_powers(*term)).max()
        };
        let negatives = terms.iter().filter(|(coeff, _)| coeff.is_negative()).count();
        let (Some(below), Some(above)) = (weight(true), weight(false)) else { return false };
        // As many minus signs as before, or fewer, but for the one that goes. A residual as x − μ stays as it is, where it was written.
        let begins_longest = below > above || (below == above && above > 1);
        let is_free =
            || terms.len() <= 2 * negatives && self.arena.written_order(id).is_none() && !self.has_unit(terms);
        let fewer = terms.len() - negatives <= negatives + 1 && (first || begins_longest || is_free());
        fewer || terms.iter().all(|(coeff, term)| coeff.is_negative() || self.has_reversible(*term))
    }

    /// Whether it has a term that usually comes first, ones or an identity, as in I − P; one of ones that a minus would bring there does
    /// not count.
    fn has_unit(&self, terms: &[(Coeff, ExprId)]) -> bool {
        terms.iter().any(|(coeff, term)| {
            let is_ones = self.arena.is_ones(*term) && !(coeff.is_negative() && self.arena.shape(*term).is_matrix());
            is_ones || matches!(self.opened(*term), Some(Node::Identity(_) | Node::Number(_)))
        })
    }

    /// Whether a scalar difference among the factors takes a minus without getting longer: 2 − p as p − 2.
    fn has_reversible(&self, term: ExprId) -> bool {
        let monomial = self.monomial(term);
        monomial.above.iter().any(|(id, exponent)| match self.opened(*id) {
            Some(Node::Add(terms)) if exponent.is_one() => {
                let negatives = terms.iter().filter(|(coeff, _)| coeff.is_negative()).count();
                terms.len() - negatives <= negatives
            }
            _ => false,
        })
    }

    /// The number of symbols, those of a power counted as often as it says.
    fn weight_with_powers(&self, id: ExprId) -> u32 {
        let weight = |id: &ExprId| self.weights.get(id).copied().unwrap_or(0);
        let Some(Node::Hadamard(factors)) = self.opened(id) else { return weight(&id) };
        let times =
            |exponent: ExprId| self.arena.as_number(exponent).and_then(Coeff::to_i64).unwrap_or(1).unsigned_abs();
        factors.iter().fold(0, |sum: u32, (base, exponent)| {
            sum.saturating_add(weight(base).saturating_mul(u32::try_from(times(*exponent)).unwrap_or(u32::MAX)))
        })
    }

    /// The body of a sum over an index with its sign turned, where that makes it no longer.
    pub(super) fn turned_body(&self, body: ExprId) -> Option<Monomial> {
        if let Some(Node::Indexed { .. }) = self.opened(body) {
            return None;
        }
        let mut monomial = self.monomial(body);
        if monomial.coeff.is_negative() {
            return None;
        }
        monomial.coeff = monomial.coeff.neg();
        self.absorb_minus(&mut monomial);
        if monomial.coeff.is_negative()
            && let Some(place) = monomial.tail.iter().position(|factor| self.is_lone_difference(*factor))
        {
            // −Σᵢ wᵢ(xᵢ − μ) as Σᵢ wᵢ(μ − xᵢ)
            monomial.coeff = monomial.coeff.neg();
            monomial.turned.push(Turned::Matrix(place));
        }
        (!monomial.coeff.is_negative()).then_some(monomial)
    }

    /// Whether it is a difference of two symbols or products that stands nowhere else, where it would keep its signs.
    fn is_lone_difference(&self, id: ExprId) -> bool {
        let Some(Node::Add(terms)) = self.opened(id) else { return false };
        let [(c, first), (d, second)] = &**terms else { return false };
        let is_term = |id: &ExprId| {
            matches!(self.opened(*id), Some(Node::Symbol(_) | Node::Member(..) | Node::Product(_) | Node::Transpose(_)))
        };
        c.is_negative() != d.is_negative()
            && is_term(first)
            && is_term(second)
            && self.references.get(&id).is_none_or(|count| *count <= 1)
    }
}
