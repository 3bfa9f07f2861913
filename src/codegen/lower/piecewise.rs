//! Sums with kinks, without the differences of large numbers in which their digits would be lost: y + relu(x − y) is the larger of the two,
//! y − relu(y − x) the smaller, and z² − relu(z − p)² is m(2z − m) of the smaller m of z and p; so huber(z) = ½z² − ½relu(z − 1)² −
//! ½relu(−z − 1)² is c(z − ½c) of z clipped at −1 and 1.

use super::super::error::CodeError;
use super::super::tree::{Array, ArrayId, Binary, Unary};
use super::Lowering;
use crate::expr::{ExprId, Func, Node, Norm, Reduction, SymbolKind};
use crate::number::Coeff;

type Terms = Vec<(Coeff, ExprId)>;

/// What entries are squared of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Squares {
    /// A number.
    Number,
    /// Each entry by itself.
    Entries,
    /// All entries, added up.
    Total,
}

/// A square of something, times scalars with their powers.
struct Square {
    scalars: Vec<(ExprId, Coeff)>,
    of: Option<(Squares, ExprId)>,
}

/// A square of relu(u), times scalars with their powers.
struct Excess {
    scalars: Vec<(ExprId, Coeff)>,
    squares: Squares,
    u: ExprId,
}

impl Lowering<'_> {
    /// The terms of a sum that are left, and those that were joined, each subtracted where it is marked.
    pub(super) fn joined(&mut self, terms: &[(Coeff, ExprId)]) -> Result<(Terms, Vec<(bool, ArrayId)>), CodeError> {
        let (mut left, mut joined) = (terms.to_vec(), Vec::new());
        let has_kink = |(_, term): &(Coeff, ExprId)| {
            self.relu(*term).is_some() || self.square(*term).is_some_and(|square| self.excess(square).is_some())
        };
        if left.len() < 2 || !left.iter().any(has_kink) {
            return Ok((left, joined));
        }
        while let Some((coeff, value)) = self.join_squares(&mut left)? {
            joined.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
        }
        while let Some((coeff, value)) = self.join_bounds(&mut left)? {
            joined.push((coeff.is_negative(), self.multiple(&coeff.abs(), Some(value))?));
        }
        Ok((left, joined))
    }

    /// u of relu(u).
    fn relu(&self, id: ExprId) -> Option<ExprId> {
        match *self.arena.node(id) {
            Node::Elementwise(Func::Relu, u) => Some(u),
            _ => None,
        }
    }

    fn terms_of(&self, id: ExprId) -> Terms {
        match self.arena.node(id) {
            Node::Add(terms) => terms.to_vec(),
            _ => vec![(Coeff::ONE, id)],
        }
    }

    /// Whether a term is the same number in every entry.
    fn is_constant(&self, id: ExprId) -> bool {
        self.arena.as_number(id).is_some() || self.multiple_of_ones(id).is_some()
    }

    /// c relu(P + N) − cN = c max(P, −N): one such pair taken out of a sum, with the opposite bound where that is there, too.
    fn join_bounds(&mut self, terms: &mut Terms) -> Result<Option<(Coeff, ArrayId)>, CodeError> {
        for place in 0..terms.len() {
            let (coeff, term) = terms[place].clone();
            let Some(u) = self.relu(term) else { continue };
            let is_beside = |(own, id): &(Coeff, ExprId)| terms.contains(&(coeff.mul(own).neg(), *id));
            let (beside, bound): (Terms, Terms) = self.terms_of(u).into_iter().partition(is_beside);
            if beside.is_empty() || bound.is_empty() {
                continue;
            }
            let all_constant = |terms: &Terms| terms.iter().all(|(_, id)| self.is_constant(*id));
            if all_constant(&beside) && all_constant(&bound) {
                continue;
            }
            // |c| max(P, −N) of c > 0, |c| min(−P, N) of c < 0.
            let sign = if coeff.is_negative() { Coeff::MINUS_ONE } else { Coeff::ONE };
            let limit = scaled(&bound, &sign);
            let inner = scaled(&beside, &sign.neg());
            let other = self.opposite_bound(terms, &coeff, &beside, &limit);
            terms.retain(|one| {
                let is_taken = |(own, id): &(Coeff, ExprId)| *one == (coeff.mul(own).neg(), *id);
                *one != (coeff.clone(), term) && !beside.iter().any(is_taken)
            });
            let operation = if coeff.is_negative() { Binary::Minimum } else { Binary::Maximum };
            let (inner, limit) = (self.bounded(&inner)?, self.bounded(&limit)?);
            let mut value = self.at_bound(operation, inner, limit);
            if let Some((relu, limit)) = other {
                terms.retain(|(_, id)| *id != relu);
                let limit = self.bounded(&limit)?;
                let operation = if coeff.is_negative() { Binary::Maximum } else { Binary::Minimum };
                value = self.at_bound(operation, value, limit);
            }
            return Ok(Some((coeff.abs(), value.0)));
        }
        Ok(None)
    }

    /// Of a pair c relu(P + N) − cN, N between P and another bound: −c relu(Q − N), where the two bounds do not cross.
    fn opposite_bound(&self, terms: &Terms, coeff: &Coeff, beside: &Terms, limit: &Terms) -> Option<(ExprId, Terms)> {
        let sign = if coeff.is_negative() { Coeff::MINUS_ONE } else { Coeff::ONE };
        terms.iter().filter(|(own, _)| *own == coeff.neg()).find_map(|(_, id)| {
            let mut rest = self.terms_of(self.relu(*id)?);
            for (own, term) in beside {
                let place = rest.iter().position(|one| *one == (own.neg(), *term))?;
                rest.remove(place);
            }
            let other = scaled(&rest, &sign.neg());
            let (lower, upper) = if coeff.is_negative() { (&other, limit) } else { (limit, &other) };
            self.is_ordered(lower, upper).then_some((*id, other))
        })
    }

    /// Whether one constant is known to be at most another: numbers, or multiples of what is declared positive.
    fn is_ordered(&self, lower: &Terms, upper: &Terms) -> bool {
        let ([(low, one)], [(high, other)]) = (lower.as_slice(), upper.as_slice()) else { return false };
        one == other && self.is_positive(*one) && !high.sub(low).is_negative()
    }

    fn is_positive(&self, id: ExprId) -> bool {
        if self.is_ones(id) || self.arena.as_number(id).is_some_and(|number| !number.is_negative()) {
            return true;
        }
        match self.arena.node(id) {
            Node::Symbol(symbol) => self.arena.symbol(*symbol).kind == SymbolKind::Positive,
            Node::Product(factors) => factors.iter().all(|factor| self.is_positive(*factor)),
            _ => false,
        }
    }

    /// A bound, and whether it is a number: of constants the number alone, which stands in every entry.
    fn bounded(&mut self, terms: &Terms) -> Result<(ArrayId, bool), CodeError> {
        let Some(scalars) = terms.iter().map(|(_, id)| self.multiple_of_ones(*id)).collect::<Option<Vec<_>>>() else {
            let is_number = terms.iter().all(|(_, id)| self.arena.as_number(*id).is_some());
            return Ok((self.sum(terms)?, is_number));
        };
        let mut list = Vec::new();
        for ((coeff, _), scalars) in terms.iter().zip(scalars) {
            let values = self.values(&scalars)?;
            let value = if values.is_empty() { None } else { Some(self.program.product(&values)) };
            list.push((coeff.is_negative(), self.multiple(&coeff.abs(), value)?));
        }
        list.sort_by_key(|(is_subtracted, _)| *is_subtracted);
        let value = match *list.as_slice() {
            [(false, only)] => only,
            [(true, only)] => self.program.unary(Unary::Negative, only),
            _ => self.program.add(Array::Sum(list.into())),
        };
        Ok((value, true))
    }

    /// The larger or smaller of two values, a number last.
    fn at_bound(
        &mut self,
        operation: Binary,
        (value, is_number): (ArrayId, bool),
        (limit, _): (ArrayId, bool),
    ) -> (ArrayId, bool) {
        let (first, second) = if is_number { (limit, value) } else { (value, limit) };
        (self.program.binary(operation, first, second), false)
    }

    /// az² − a relu(z − p)² = a m(2z − m) of the smaller m of z and p, taken out of a sum with −a relu(−z − q)², where that is there, too.
    fn join_squares(&mut self, terms: &mut Terms) -> Result<Option<(Coeff, ArrayId)>, CodeError> {
        for (coeff, term) in terms.clone() {
            let Some(excess) = self.square(term).and_then(|square| self.excess(square)) else { continue };
            let a = coeff.neg();
            let (inner, bound): (Terms, Terms) =
                self.terms_of(excess.u).into_iter().partition(|(_, id)| !self.is_constant(*id));
            if inner.is_empty() || bound.is_empty() {
                continue;
            }
            let Some(base) = terms.iter().find(|(own, id)| self.is_square_of(own, *id, &a, &excess, &inner)) else {
                continue;
            };
            let base = base.clone();
            terms.retain(|one| *one != (coeff.clone(), term) && *one != base);
            let limit = scaled(&bound, &Coeff::MINUS_ONE);
            let negative = scaled(&inner, &Coeff::MINUS_ONE);
            let other = terms.iter().filter(|(own, _)| *own == coeff).find_map(|(_, id)| {
                let other = self.square(*id).and_then(|square| self.excess(square))?;
                let is_alike = other.scalars == excess.scalars && other.squares == excess.squares;
                let (inner, lower): (Terms, Terms) =
                    self.terms_of(other.u).into_iter().partition(|(_, id)| !self.is_constant(*id));
                (is_alike && same(&inner, &negative) && self.is_ordered(&lower, &limit)).then_some((*id, lower))
            });
            let (z, limit) = (self.sum(&inner)?, self.bounded(&limit)?);
            let mut clipped = self.at_bound(Binary::Minimum, (z, false), limit);
            if let Some((id, lower)) = other {
                terms.retain(|one| *one != (coeff.clone(), id));
                let lower = self.bounded(&lower)?;
                clipped = self.at_bound(Binary::Maximum, clipped, lower);
            }
            let (coeff, value) = self.clipped_square(&a, &excess, z, clipped.0)?;
            return Ok(Some((coeff, value)));
        }
        Ok(None)
    }

    /// a m(2z − m), or m(z − m/2) of a = ½, times scalars.
    fn clipped_square(
        &mut self,
        a: &Coeff,
        excess: &Excess,
        z: ArrayId,
        m: ArrayId,
    ) -> Result<(Coeff, ArrayId), CodeError> {
        let two = Coeff::integer(2);
        let is_half = a.mul(&two).is_one();
        let (first, second) = if is_half {
            (z, self.multiple(&Coeff::ratio(1, 2).unwrap_or(Coeff::ONE), Some(m))?)
        } else {
            (self.multiple(&two, Some(z))?, m)
        };
        let rest = self.program.add(Array::Sum([(false, first), (true, second)].into()));
        let mut value = self.program.binary(Binary::Multiply, m, rest);
        if excess.squares == Squares::Total {
            value = self.program.unary(Unary::Reduce(Reduction::Sum), value);
        }
        let mut factors = Vec::new();
        for (scalar, power) in &excess.scalars {
            let scalar = self.value(*scalar)?;
            factors.push(if power.is_one() {
                scalar
            } else {
                let power = self.number(power)?;
                self.program.binary(Binary::Power, scalar, power)
            });
        }
        factors.push(value);
        let coeff = if is_half { Coeff::ONE } else { a.clone() };
        Ok((coeff, self.program.product(&factors)))
    }

    /// Whether a term is a times the scalars of an excess times the square of the sum of these terms.
    fn is_square_of(&self, own: &Coeff, id: ExprId, a: &Coeff, excess: &Excess, inner: &Terms) -> bool {
        let Some(square) = self.square(id) else { return false };
        let mut wanted = excess.scalars.clone();
        let sorted = |mut scalars: Vec<(ExprId, Coeff)>| {
            scalars.retain(|(_, power)| !power.is_zero());
            scalars.sort_by_key(|(id, _)| *id);
            scalars
        };
        match inner.as_slice() {
            [(coeff, term)] => {
                let Some(of) = self.powers(*term) else { return false };
                for (scalar, power) in of.scalars {
                    add_power(&mut wanted, scalar, &power.mul(&Coeff::integer(2)));
                }
                let is_same = match (of.of, square.of) {
                    (None, None) => true,
                    (Some((_, core)), Some((squares, found))) => {
                        squares == excess.squares && self.is_same_square(core, found)
                    }
                    _ => false,
                };
                is_same && *own == a.mul(&coeff.mul(coeff)) && sorted(square.scalars) == sorted(wanted)
            }
            _ => {
                let is_sum = |core: ExprId| {
                    let terms = self.terms_of(core);
                    same(&terms, inner) || same(&terms, &scaled(inner, &Coeff::MINUS_ONE))
                };
                *own == *a
                    && match square.of {
                        Some((squares, core)) => {
                            squares == excess.squares && is_sum(core) && sorted(square.scalars) == sorted(wanted)
                        }
                        None => square.scalars.iter().enumerate().any(|(place, (core, power))| {
                            let mut others = square.scalars.clone();
                            others.remove(place);
                            *power == Coeff::integer(2)
                                && excess.squares == Squares::Number
                                && is_sum(*core)
                                && sorted(others) == sorted(wanted.clone())
                        }),
                    }
            }
        }
    }

    /// Whether the square of one is that of the other: |x| or x.
    fn is_same_square(&self, of: ExprId, found: ExprId) -> bool {
        of == found || matches!(*self.arena.node(of), Node::Elementwise(Func::Abs, inner) if inner == found)
    }

    /// A term as a square: x′x, ‖x‖², tr XᵀX, x∘x, or powers of scalars alone.
    fn square(&self, id: ExprId) -> Option<Square> {
        let mut square = self.powers(id)?;
        let (squares, core) = match square.of {
            None => {
                let two = Coeff::integer(2);
                let norm = square.scalars.iter().position(|(scalar, power)| {
                    *power == two && matches!(self.arena.node(*scalar), Node::Norm(Norm::Frobenius, _))
                });
                let Some(norm) = norm else { return Some(square) };
                let Node::Norm(_, inner) = *self.arena.node(square.scalars.remove(norm).0) else { return None };
                (Squares::Total, inner)
            }
            Some((Squares::Entries, squared)) => match self.arena.node(squared) {
                Node::Hadamard(powers) => match **powers {
                    [(base, power)] if self.arena.as_number(power) == Some(&Coeff::integer(2)) => {
                        (Squares::Entries, base)
                    }
                    _ => return None,
                },
                _ => return None,
            },
            Some(of) => of,
        };
        square.of = Some((squares, core));
        Some(square)
    }

    /// The scalars of a term with their powers, and the array that they multiply: of x′x and tr XᵀX what they are the squares of.
    fn powers(&self, id: ExprId) -> Option<Square> {
        let arena = self.arena;
        let list: Vec<ExprId> = match arena.node(id) {
            Node::Product(factors) => factors.to_vec(),
            _ => vec![id],
        };
        let (mut scalars, mut arrays) = (Vec::new(), Vec::new());
        let inner_product = |left: ExprId, right: ExprId| {
            matches!(*arena.node(left), Node::Transpose(inner) if inner == right).then_some(right)
        };
        let mut total = None;
        for factor in list {
            if !arena.shape(factor).is_scalar() {
                arrays.push(factor);
                continue;
            }
            match arena.node(factor) {
                Node::Hadamard(powers) => {
                    for (base, power) in powers.iter() {
                        add_power(&mut scalars, *base, arena.as_number(*power)?);
                    }
                }
                Node::Trace(of) => match arena.node(*of) {
                    Node::Product(of) if total.is_none() && of.len() == 2 => total = Some(inner_product(of[0], of[1])?),
                    _ => return None,
                },
                _ => add_power(&mut scalars, factor, &Coeff::ONE),
            }
        }
        let of = match (arrays.as_slice(), total) {
            ([], total) => total.map(|core| (Squares::Total, core)),
            ([left, right], None) if arena.shape(*left).is_row() => {
                Some((Squares::Total, inner_product(*left, *right)?))
            }
            ([only], None) => Some((Squares::Entries, *only)),
            _ => return None,
        };
        Some(Square { scalars, of })
    }

    /// A square of relu(u).
    fn excess(&self, mut square: Square) -> Option<Excess> {
        if let Some((squares, core)) = square.of {
            return Some(Excess { scalars: square.scalars, squares, u: self.relu(core)? });
        }
        let two = Coeff::integer(2);
        let place = square.scalars.iter().position(|(id, power)| *power == two && self.relu(*id).is_some())?;
        let u = self.relu(square.scalars.remove(place).0)?;
        Some(Excess { scalars: square.scalars, squares: Squares::Number, u })
    }
}

/// Terms times a number.
fn scaled(terms: &Terms, by: &Coeff) -> Terms {
    terms.iter().map(|(coeff, term)| (coeff.mul(by), *term)).collect()
}

/// Whether two sums have the same terms.
fn same(left: &Terms, right: &Terms) -> bool {
    left.len() == right.len() && left.iter().all(|term| right.contains(term))
}

fn add_power(scalars: &mut Vec<(ExprId, Coeff)>, scalar: ExprId, power: &Coeff) {
    match scalars.iter_mut().find(|(known, _)| *known == scalar) {
        Some((_, known)) => *known = known.add(power),
        None => scalars.push((scalar, power.clone())),
    }
}
