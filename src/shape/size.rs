//! Sizes while they are still unknown: a union-find over size variables, each free, a declared or
//! written name, a number, an ordered product of others (the length of `vec(X)`, a side of `A ⊗ B`), or an ordered sum (the
//! height of stacked blocks).
//!
//! A free size never becomes the 1 that is the other side of a vector: only a written or declared 1 may do that.

use crate::reading::limit::SIZE_FACTORS;

/// A size, by its place in [`Sizes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SizeId(pub(super) u32);

/// What is known of a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SizeValue {
    /// Nothing yet.
    Free,
    /// A number.
    Known(u32),
    /// The name of that place in the table of written size names.
    Named(u32),
    /// The product, the slower running factor first.
    Product(Vec<SizeId>),
    /// The sum, in the order of the blocks.
    Sum(Vec<SizeId>),
    /// What is left of the first without the second.
    Rest(SizeId, SizeId),
}

/// A size as a sum: a number, what is added to it and what is subtracted, by their representatives and in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) number: i64,
    pub(super) added: Vec<SizeId>,
    pub(super) subtracted: Vec<SizeId>,
}

/// The sizes of one try.
#[derive(Clone, Debug)]
pub(super) struct Sizes {
    parent: Vec<u32>,
    value: Vec<SizeValue>,
    /// The lengths of blocks of zeros, which may be 1.
    zeros: Vec<SizeId>,
    /// The sizes of ones, identities and unit vectors that do not say them.
    unsaid: Vec<SizeId>,
    /// What axes with such blocks have beyond ranges of places.
    beyond: Vec<SizeId>,
}

/// Two sizes that cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SizeClash;

impl Sizes {
    /// The 1 of scalars and of the other side of vectors.
    pub(super) const ONE: SizeId = SizeId(0);

    pub(super) fn new() -> Self {
        Self {
            parent: vec![0],
            value: vec![SizeValue::Known(1)],
            zeros: Vec::new(),
            unsaid: Vec::new(),
            beyond: Vec::new(),
        }
    }

    fn push(&mut self, value: SizeValue) -> SizeId {
        let id = u32::try_from(self.parent.len()).unwrap_or(u32::MAX);
        self.parent.push(id);
        self.value.push(value);
        SizeId(id)
    }

    /// A new free size.
    pub(super) fn free(&mut self) -> SizeId {
        self.push(SizeValue::Free)
    }

    /// The length of a block of zeros.
    pub(super) fn of_zeros(&mut self) -> SizeId {
        let length = self.free();
        self.zeros.push(length);
        length
    }

    /// The lengths of blocks of zeros of which nothing is known and no other size is one with them.
    pub(super) fn open_zeros(&self) -> Vec<SizeId> {
        self.open(&self.zeros)
    }

    /// The size of ones, an identity or a unit vector that does not say it.
    pub(super) fn of_unsaid(&mut self) -> SizeId {
        let size = self.free();
        self.unsaid.push(size);
        size
    }

    /// Sizes of ones that do not say them.
    pub(super) fn are_unsaid(&mut self, sizes: impl IntoIterator<Item = SizeId>) {
        self.unsaid.extend(sizes);
    }

    /// What an axis has beyond a range of places; where it is of blocks of which one does not say how long it is, it should have nothing.
    pub(super) fn beyond(&mut self, axis: SizeId) -> SizeId {
        let is_open = |size: &SizeId| self.contains(axis, *size);
        let may_end = self.open_zeros().iter().any(is_open) || self.open(&self.unsaid).iter().any(is_open);
        let after = self.free();
        if may_end {
            self.beyond.push(after);
        }
        after
    }

    /// What such axes have beyond ranges, where nothing asks for it.
    pub(super) fn open_beyond(&self) -> Vec<SizeId> {
        self.open(&self.beyond)
    }

    fn open(&self, sizes: &[SizeId]) -> Vec<SizeId> {
        sizes.iter().copied().filter(|size| self.find(*size) == *size && self.is_free(*size)).collect()
    }

    /// A written number.
    pub(super) fn known(&mut self, value: u32) -> SizeId {
        self.push(SizeValue::Known(value))
    }

    /// A written name.
    pub(super) fn named(&mut self, place: u32) -> SizeId {
        self.push(SizeValue::Named(place))
    }

    /// The representative.
    pub(super) fn find(&self, id: SizeId) -> SizeId {
        let mut at = id.0;
        while self.parent[at as usize] != at {
            at = self.parent[at as usize];
        }
        SizeId(at)
    }

    fn find_compress(&mut self, id: SizeId) -> SizeId {
        let root = self.find(id);
        let mut at = id.0;
        while self.parent[at as usize] != root.0 {
            let next = self.parent[at as usize];
            self.parent[at as usize] = root.0;
            at = next;
        }
        root
    }

    /// What is known of it.
    pub(super) fn value(&self, id: SizeId) -> &SizeValue {
        &self.value[self.find(id).0 as usize]
    }

    /// Whether it is made of numbers and names, with nothing that is to be found.
    pub(super) fn is_known(&self, id: SizeId) -> bool {
        match self.value(id) {
            SizeValue::Free => false,
            SizeValue::Known(_) | SizeValue::Named(_) => true,
            SizeValue::Product(_) => self.factors(id).1.iter().all(|factor| self.is_known(*factor)),
            SizeValue::Sum(_) | SizeValue::Rest(..) => {
                let Terms { added, subtracted, .. } = self.terms(id);
                added.iter().chain(&subtracted).all(|term| self.is_known(*term))
            }
        }
    }

    /// Whether it is the number 1.
    pub(super) fn is_one(&self, id: SizeId) -> bool {
        *self.value(id) == SizeValue::Known(1)
    }

    /// Whether both are one size already.
    pub(super) fn same(&self, a: SizeId, b: SizeId) -> bool {
        self.find(a) == self.find(b)
            || match (self.value(a), self.value(b)) {
                (SizeValue::Sum(_) | SizeValue::Rest(..), _) | (_, SizeValue::Sum(_) | SizeValue::Rest(..)) => {
                    let ((x, left), (y, right)) = self.without_common_terms(a, b);
                    x == y && left.is_empty() && right.is_empty()
                }
                (SizeValue::Known(x), SizeValue::Known(y)) => x == y,
                (SizeValue::Named(x), SizeValue::Named(y)) => x == y,
                (SizeValue::Product(_), SizeValue::Product(_)) => {
                    let ((x, mut f), (y, mut g)) = (self.factors(a), self.factors(b));
                    f.sort_unstable();
                    g.sort_unstable();
                    x == y && f == g
                }
                _ => false,
            }
    }

    /// Whether one is the structural 1 and the other a size that cannot become it.
    pub(super) fn kinds_clash(&self, a: SizeId, b: SizeId) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        (a == Self::ONE) != (b == Self::ONE) && !(self.is_one(a) && self.is_one(b))
    }

    /// The product of two sizes, the slower running one first.
    pub(super) fn product(&mut self, slow: SizeId, fast: SizeId) -> SizeId {
        if self.is_one(slow) {
            return fast;
        }
        if self.is_one(fast) {
            return slow;
        }
        if let (SizeValue::Known(a), SizeValue::Known(b)) = (self.value(slow), self.value(fast)) {
            let value = a.saturating_mul(*b);
            return self.known(value);
        }
        self.push(SizeValue::Product(vec![slow, fast]))
    }

    /// The numeric factor and the representatives of the others, in order.
    pub(super) fn factors(&self, id: SizeId) -> (u32, Vec<SizeId>) {
        let (mut number, mut list, mut open) = (1_u32, Vec::new(), vec![id]);
        while let Some(next) = open.pop() {
            let root = self.find(next);
            match self.value(root) {
                SizeValue::Known(value) => number = number.saturating_mul(*value),
                SizeValue::Product(parts) if list.len() + open.len() < SIZE_FACTORS => {
                    open.extend(parts.iter().rev());
                }
                SizeValue::Free
                | SizeValue::Named(_)
                | SizeValue::Product(_)
                | SizeValue::Sum(_)
                | SizeValue::Rest(..) => {
                    list.push(root);
                }
            }
        }
        (number, list)
    }

    /// The sum of sizes, in the order of the blocks.
    pub(super) fn sum(&mut self, terms: Vec<SizeId>) -> SizeId {
        let mut known = 0_u32;
        for term in &terms {
            match self.value(*term) {
                SizeValue::Known(value) => known = known.saturating_add(*value),
                _ if terms.len() == 1 => return *term,
                _ => return self.push(SizeValue::Sum(terms)),
            }
        }
        self.known(known)
    }

    /// What is left of a size without another; nothing where that is known to be less than 1.
    pub(super) fn rest(&mut self, whole: SizeId, part: SizeId) -> Option<SizeId> {
        let ((x, left), (y, right)) = self.without_common_terms(whole, part);
        match (left.as_slice(), right.as_slice()) {
            ([], []) => u32::try_from(x - y).ok().filter(|number| *number > 0).map(|number| self.known(number)),
            (_, []) if y == 0 && x == 0 && left.len() == 1 => Some(left[0]),
            ([], _) if x <= y => None,
            _ => Some(self.push(SizeValue::Rest(whole, part))),
        }
    }

    /// The terms of a size.
    pub(super) fn terms(&self, id: SizeId) -> Terms {
        let (mut terms, mut open) = (Terms::default(), vec![(id, false)]);
        while let Some((next, is_subtracted)) = open.pop() {
            let root = self.find(next);
            let count = terms.added.len() + terms.subtracted.len() + open.len();
            // 2n is n + n.
            if let SizeValue::Product(_) = self.value(root)
                && let (times, factors) = self.factors(root)
                && let [factor] = *factors
                && let Ok(times) = usize::try_from(times)
                && count + times < SIZE_FACTORS
            {
                open.extend(std::iter::repeat_n((factor, is_subtracted), times));
                continue;
            }
            match self.value(root) {
                SizeValue::Known(value) if is_subtracted => terms.number -= i64::from(*value),
                SizeValue::Known(value) => terms.number += i64::from(*value),
                SizeValue::Sum(parts) if count < SIZE_FACTORS => {
                    open.extend(parts.iter().rev().map(|part| (*part, is_subtracted)));
                }
                SizeValue::Rest(whole, part) if count < SIZE_FACTORS => {
                    open.extend([(*part, !is_subtracted), (*whole, is_subtracted)]);
                }
                SizeValue::Free
                | SizeValue::Named(_)
                | SizeValue::Product(_)
                | SizeValue::Sum(_)
                | SizeValue::Rest(..) => {
                    if is_subtracted { &mut terms.subtracted } else { &mut terms.added }.push(root);
                }
            }
        }
        terms
    }

    /// The terms of two sizes without those that both have; what is subtracted on one side is added on the other.
    fn without_common_terms(&self, a: SizeId, b: SizeId) -> ((i64, Vec<SizeId>), (i64, Vec<SizeId>)) {
        let (one, other) = (self.terms(a), self.terms(b));
        let (x, y) = (one.number, other.number);
        let mut right = [other.added, one.subtracted].concat();
        let mut left = Vec::new();
        for term in one.added.into_iter().chain(other.subtracted) {
            match right.iter().position(|other| self.same(term, *other)) {
                Some(place) => {
                    right.remove(place);
                }
                None => left.push(term),
            }
        }
        let common = x.min(y);
        ((x - common, left), (y - common, right))
    }

    /// Makes both one size.
    pub(super) fn unify(&mut self, a: SizeId, b: SizeId) -> Result<(), SizeClash> {
        let (a, b) = (self.find_compress(a), self.find_compress(b));
        if a == b {
            return Ok(());
        }
        match (&self.value[a.0 as usize], &self.value[b.0 as usize]) {
            (SizeValue::Free, SizeValue::Free) => self.bind(a.max(b), a.min(b)),
            (SizeValue::Free, _) => self.bind(a, b),
            (_, SizeValue::Free) => self.bind(b, a),
            (SizeValue::Known(x), SizeValue::Known(y)) => (x == y).then_some(()).ok_or(SizeClash),
            (SizeValue::Named(x), SizeValue::Named(y)) => (x == y).then_some(()).ok_or(SizeClash),
            (SizeValue::Sum(_) | SizeValue::Rest(..), _) | (_, SizeValue::Sum(_) | SizeValue::Rest(..)) => {
                self.unify_sums(a, b)
            }
            (SizeValue::Product(_), _) | (_, SizeValue::Product(_)) => self.unify_products(a, b),
            (SizeValue::Known(_), SizeValue::Named(_)) | (SizeValue::Named(_), SizeValue::Known(_)) => Err(SizeClash),
        }
    }

    fn bind(&mut self, free: SizeId, to: SizeId) -> Result<(), SizeClash> {
        if to == Self::ONE {
            return Err(SizeClash);
        }
        if self.contains(to, free) {
            return Err(SizeClash);
        }
        self.parent[free.0 as usize] = to.0;
        Ok(())
    }

    /// Whether a size is made with a free one.
    fn contains(&self, size: SizeId, free: SizeId) -> bool {
        match self.value(size) {
            SizeValue::Product(_) => {
                self.factors(size).1.iter().any(|part| *part == free || self.contains(*part, free))
            }
            SizeValue::Sum(_) | SizeValue::Rest(..) => {
                let Terms { added, subtracted, .. } = self.terms(size);
                added.iter().chain(&subtracted).any(|part| *part == free || self.contains(*part, free))
            }
            SizeValue::Free | SizeValue::Known(_) | SizeValue::Named(_) => false,
        }
    }

    fn unify_sums(&mut self, a: SizeId, b: SizeId) -> Result<(), SizeClash> {
        let ((x, left), (y, right)) = self.without_common_terms(a, b);
        match (left.as_slice(), right.as_slice()) {
            ([], []) => (x == y).then_some(()).ok_or(SizeClash),
            ([only], []) if x == 0 && y > 0 => {
                let number = self.known(u32::try_from(y).unwrap_or(u32::MAX));
                self.unify(*only, number)
            }
            ([], [only]) if y == 0 && x > 0 => {
                let number = self.known(u32::try_from(x).unwrap_or(u32::MAX));
                self.unify(*only, number)
            }
            ([only], [_, ..]) if x == 0 && self.is_free(*only) => {
                let rest = self.total(y, right);
                self.unify(*only, rest)
            }
            ([_, ..], [only]) if y == 0 && self.is_free(*only) => {
                let rest = self.total(x, left);
                self.unify(*only, rest)
            }
            _ if self.fill_zeros([(x, &left), (y, &right)])? => Ok(()),
            // Blocks of one height stand beside one another, in order.
            (some, others) if x == y && some.len() == others.len() => {
                for (one, other) in left.into_iter().zip(right) {
                    self.unify(one, other)?;
                }
                Ok(())
            }
            _ => self.unify_in_order(a, b),
        }
    }

    /// Where one side has a single block of zeros, and all else is known, it is as long as the others leave.
    fn fill_zeros(&mut self, sides: [(i64, &Vec<SizeId>); 2]) -> Result<bool, SizeClash> {
        let zeros = self.open_zeros();
        // As many blocks as there are places for them.
        if let [(places, []), (0, blocks)] | [(0, blocks), (places, [])] =
            sides.map(|(number, terms)| (number, terms.as_slice()))
            && i64::try_from(blocks.len()) == Ok(places)
            && blocks.iter().all(|block| zeros.contains(block))
        {
            for block in blocks {
                let one = self.known(1);
                self.unify(*block, one)?;
            }
            return Ok(true);
        }
        let (mut open, mut others) = (None, sides.map(|(number, terms)| (number, terms.clone())));
        for (side, (_, terms)) in others.iter_mut().enumerate() {
            if let Some(place) = terms.iter().position(|term| zeros.contains(term)) {
                if open.is_some() {
                    return Ok(false);
                }
                open = Some((side, terms.remove(place)));
            }
        }
        let Some((side, zero)) = open else { return Ok(false) };
        if !others.iter().flat_map(|(_, terms)| terms).all(|term| self.is_known(*term)) {
            return Ok(false);
        }
        let [part, whole] = if side == 0 {
            others
        } else {
            let [left, right] = others;
            [right, left]
        };
        let (whole, part) = (self.total(whole.0, whole.1), self.total(part.0, part.1));
        let rest = self.rest(whole, part).ok_or(SizeClash)?;
        self.unify(zero, rest)?;
        Ok(true)
    }

    /// As many blocks on both sides, matched one by one: a block of zeros may be as long as a number beside vectors.
    fn unify_in_order(&mut self, a: SizeId, b: SizeId) -> Result<(), SizeClash> {
        let (SizeValue::Sum(left), SizeValue::Sum(right)) = (self.value(a).clone(), self.value(b).clone()) else {
            return Err(SizeClash);
        };
        if left.len() != right.len() {
            return Err(SizeClash);
        }
        for (one, other) in left.into_iter().zip(right) {
            let zeros = self.open_zeros();
            let number = |this: &mut Self, size: SizeId, beside: SizeId| {
                let is_zero = zeros.contains(&this.find(beside));
                if is_zero && this.is_one(size) { this.known(1) } else { size }
            };
            let (one, other) = (number(self, one, other), number(self, other, one));
            self.unify(one, other)?;
        }
        Ok(())
    }

    pub(super) fn is_free(&self, id: SizeId) -> bool {
        *self.value(id) == SizeValue::Free
    }

    fn total(&mut self, number: i64, mut terms: Vec<SizeId>) -> SizeId {
        if number > 0 {
            let number = self.known(u32::try_from(number).unwrap_or(u32::MAX));
            terms.push(number);
        }
        self.sum(terms)
    }

    fn unify_products(&mut self, a: SizeId, b: SizeId) -> Result<(), SizeClash> {
        let ((x, f), (y, g)) = (self.factors(a), self.factors(b));
        // Factors that both have cancel; what is left is matched in order, as the entries of
        // (A ⊗ B) vec(X) run: the slower factor with the slower one.
        let mut right = g;
        let mut left = Vec::new();
        for factor in f {
            match right.iter().position(|other| self.same(factor, *other)) {
                Some(place) => {
                    right.remove(place);
                }
                None => left.push(factor),
            }
        }
        match (left.len(), right.len()) {
            (0, 0) => (x == y).then_some(()).ok_or(SizeClash),
            (1, 0) if x != 0 && y % x == 0 && y / x > 1 => {
                let number = self.known(y / x);
                self.unify(left[0], number)
            }
            (0, 1) if y != 0 && x % y == 0 && x / y > 1 => {
                let number = self.known(x / y);
                self.unify(right[0], number)
            }
            (n, m) if n == m && x == y => {
                if self.kinds_cross(&left, &right) {
                    // In (eᵢᵀ ⊗ Iₙ)(eⱼ ⊗ Iₘ) the size that is open on one side is the one that is named on the other.
                    left.sort_by_key(|size| self.is_free(*size));
                    right.sort_by_key(|size| !self.is_free(*size));
                }
                for (one, other) in left.into_iter().zip(right) {
                    self.unify(one, other)?;
                }
                Ok(())
            }
            (1, _) if x == 1 && *self.value(left[0]) == SizeValue::Free => {
                let rest = self.rebuild(y, right);
                self.unify(left[0], rest)
            }
            (_, 1) if y == 1 && *self.value(right[0]) == SizeValue::Free => {
                let rest = self.rebuild(x, left);
                self.unify(right[0], rest)
            }
            _ => Err(SizeClash),
        }
    }

    /// Whether two lists of factors that have none in common cannot be matched in order, but the free ones of each with the others of the other.
    fn kinds_cross(&self, left: &[SizeId], right: &[SizeId]) -> bool {
        let clash = |(one, other): (&SizeId, &SizeId)| !self.is_free(*one) && !self.is_free(*other);
        let free = |sizes: &[SizeId]| sizes.iter().filter(|size| self.is_free(**size)).count();
        left.iter().zip(right).any(clash) && free(left) + free(right) == left.len()
    }

    fn rebuild(&mut self, number: u32, factors: Vec<SizeId>) -> SizeId {
        let mut size = self.known(number);
        for factor in factors {
            size = self.product(size, factor);
        }
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_size_takes_numbers_but_not_the_structural_one() {
        let mut sizes = Sizes::new();
        let (n, m, three) = (sizes.free(), sizes.free(), sizes.known(3));
        assert!(sizes.unify(n, m).is_ok());
        assert!(sizes.unify(n, Sizes::ONE).is_err());
        assert!(sizes.unify(m, three).is_ok());
        assert_eq!(*sizes.value(n), SizeValue::Known(3));
        let (p, one) = (sizes.free(), sizes.known(1));
        assert!(sizes.unify(p, one).is_ok());
    }

    #[test]
    fn products_match_in_order() {
        let mut sizes = Sizes::new();
        let (n, q, s, r) = (sizes.free(), sizes.free(), sizes.free(), sizes.free());
        let (kron, vec) = (sizes.product(n, q), sizes.product(s, r));
        assert!(sizes.unify(kron, vec).is_ok());
        assert!(sizes.same(n, s) && sizes.same(q, r));
        let (three, twelve) = (sizes.known(3), sizes.known(12));
        let product = sizes.product(three, n);
        assert!(sizes.unify(product, twelve).is_ok());
        assert_eq!(*sizes.value(s), SizeValue::Known(4));
    }
}
