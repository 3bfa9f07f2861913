//! What sign a sum of products of powers has: by the signs of its terms once all stands over one denominator, by what is taken as positive,
//! and as a sum of squares.

use std::collections::BTreeMap;

use super::pivots::by_pivots;
use super::polynomial::{MAX_POWER, MAX_TERMS, Monomial, Polynomial, UNIT, exponent, joined};
use super::prover::Prover;
use crate::expr::{ExprId, Node};
use crate::number::Coeff;
use crate::sign::Bounds;

/// Most times that sums under powers are multiplied out.
const MAX_ROUNDS: usize = 8;
/// Most squares that a sum of squares is sought from.
const MAX_SQUARES: usize = 24;

/// The sign that a product has.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sign {
    negative: bool,
    strict: bool,
}

impl Prover<'_> {
    /// What is known of its sign.
    pub(crate) fn sign_of(&mut self, polynomial: &Polynomial) -> Bounds {
        let bounds = self.sign_as_it_stands(polynomial, &[]);
        if bounds.is_nonnegative() || bounds.is_nonpositive() {
            return bounds;
        }
        for assumed in self.assumed_sums() {
            if let Some(other) = self.by_assumption(polynomial, assumed) {
                let bounds = self.sign_as_it_stands(&other, &[assumed]);
                if bounds.is_nonnegative() || bounds.is_nonpositive() {
                    return bounds;
                }
            }
        }
        Bounds::ANY
    }

    /// The same with the sum D, which is taken as positive, in the place of one of its terms: x = (D + z²)/y where D = xy − z².
    fn by_assumption(&mut self, polynomial: &Polynomial, sum: ExprId) -> Option<Polynomial> {
        let own = self.polynomial(sum)?;
        let known = polynomial.generators();
        let (monomial, coeff, x) = own.0.iter().find_map(|(monomial, coeff)| {
            let (x, _) = monomial.iter().find(|(x, e)| {
                *e == UNIT && known.contains(x) && own.0.keys().filter(|other| exponent(other, *x) != 0).count() == 1
            })?;
            let rest_is_positive = monomial.iter().all(|(other, _)| other == x || self.bounds(*other).is_positive());
            rest_is_positive.then(|| (monomial.clone(), coeff.clone(), *x))
        })?;
        // x = (D − rest)/(c·others)
        let mut rest = own.clone();
        rest.0.remove(&monomial);
        let factor: Monomial = joined(&monomial, &[(x, -UNIT)]).into_iter().map(|(of, e)| (of, -e)).collect();
        let inverse = Polynomial(BTreeMap::from([(factor, coeff.recip()?)]));
        let value = Polynomial::generator(sum, UNIT).plus(&rest.scaled(&Coeff::MINUS_ONE)).times(&inverse)?;
        let least = polynomial.exponents(x).min()?;
        // Powers of x are counted from the least: its sign is that of the value.
        let (least, sign_is_known) =
            if least < 0 { (least, self.bounds(x).is_nonnegative() || least % (2 * UNIT) == 0) } else { (0, true) };
        if !sign_is_known || polynomial.exponents(x).any(|e| (e - least) % UNIT != 0) {
            return None;
        }
        let mut result = Polynomial::default();
        for (monomial, coeff) in &polynomial.0 {
            let power = exponent(monomial, x);
            let rest = Polynomial(BTreeMap::from([(joined(monomial, &[(x, -power)]), coeff.clone())]));
            let whole = (power - least) / UNIT;
            (whole <= MAX_POWER).then_some(())?;
            result = result.plus(&rest.times(&value.power(whole)?)?);
            (result.0.len() <= MAX_TERMS).then_some(())?;
        }
        Some(result)
    }

    fn sign_as_it_stands(&mut self, polynomial: &Polynomial, keep: &[ExprId]) -> Bounds {
        let mut rest = polynomial.clone();
        let mut whole = Sign { negative: false, strict: true };
        for _ in 0..MAX_ROUNDS {
            if rest.is_zero() {
                return Bounds::exactly(Coeff::ZERO);
            }
            if !self.take_out(&mut rest, &mut whole) {
                return Bounds::ANY;
            }
            if let Some(sign) = self.sign_by_terms(&rest) {
                return bounds_of(Sign {
                    negative: whole.negative != sign.negative,
                    strict: whole.strict && sign.strict,
                });
            }
            match self.multiplied_out(&rest, keep) {
                Some(Some(next)) => rest = next,
                Some(None) => {
                    if let Some(bounds) = self.sign_of_exponentials(&rest) {
                        let sign = Sign { negative: bounds.is_nonpositive(), strict: bounds.is_nonzero() };
                        return bounds_of(Sign {
                            negative: whole.negative != sign.negative,
                            strict: whole.strict && sign.strict,
                        });
                    }
                    break;
                }
                None => return Bounds::ANY,
            }
        }
        let Some((shifted, from_zero)) = self.counted_from_bounds(&rest) else { return Bounds::ANY };
        for negative in [false, true] {
            let of = if negative { shifted.clone().scaled(&Coeff::MINUS_ONE) } else { shifted.clone() };
            if let Some(strict) = self.is_sum_of_squares(&of, &from_zero) {
                return bounds_of(Sign { negative: whole.negative != negative, strict: whole.strict && strict });
            }
        }
        Bounds::ANY
    }

    /// Takes the factors of known sign out that make all exponents 0 or more.
    fn take_out(&mut self, rest: &mut Polynomial, whole: &mut Sign) -> bool {
        for of in rest.generators() {
            let Some(least) = rest.exponents(of).min() else { return false };
            if least == 0 {
                continue;
            }
            let bounds = self.bounds(of);
            let power = if bounds.is_nonnegative() || least % (2 * UNIT) == 0 {
                least
            } else if bounds.is_nonpositive() && least % UNIT == 0 {
                whole.negative ^= (least / UNIT) % 2 != 0;
                least
            } else if least % UNIT == 0 && least < 0 {
                // Its square has a sign.
                least - UNIT
            } else if least < 0 {
                // A power that is no integer has a value where its base is not below 0.
                least
            } else {
                continue;
            };
            // A power below 0 has a value where its base is not 0.
            whole.strict &= power < 0 || bounds.is_nonzero();
            *rest = rest.over(of, power);
        }
        true
    }

    /// The sign that all terms have.
    fn sign_by_terms(&mut self, of: &Polynomial) -> Option<Sign> {
        let mut sign: Option<Sign> = None;
        for (monomial, coeff) in &of.0 {
            let mut bounds = Bounds::exactly(Coeff::ONE);
            for (generator, exponent) in monomial {
                let factor = self.bounds(*generator);
                let power = match exponent % UNIT {
                    0 if (exponent / UNIT) % 2 == 0 => factor.even_power((exponent / UNIT).into()),
                    0 if factor.is_nonpositive() && !factor.is_nonnegative() => Bounds::nonnegative()
                        .meet(&if factor.is_negative() { Bounds::positive() } else { Bounds::nonnegative() })
                        .neg(),
                    0 if !factor.is_nonnegative() => return None,
                    _ if factor.is_positive() => Bounds::positive(),
                    _ => Bounds::nonnegative(),
                };
                bounds = bounds.mul(&power);
            }
            let bounds = if coeff.is_negative() { bounds.neg() } else { bounds };
            let found = if bounds.is_nonnegative() {
                Sign { negative: false, strict: bounds.is_positive() }
            } else if bounds.is_nonpositive() {
                Sign { negative: true, strict: bounds.is_negative() }
            } else {
                return None;
            };
            sign = Some(match sign {
                None => found,
                Some(known) if known.negative == found.negative => {
                    Sign { strict: known.strict || found.strict, ..known }
                }
                Some(_) => return None,
            });
        }
        sign
    }

    /// The same with powers of sums multiplied out; `Some(None)` where there is none left, `None` where it becomes too long.
    #[allow(clippy::option_option, reason = "nothing to do and too much to do are different")]
    fn multiplied_out(&mut self, of: &Polynomial, keep: &[ExprId]) -> Option<Option<Polynomial>> {
        let sums: Vec<ExprId> = of
            .generators()
            .into_iter()
            .filter(|of| matches!(self.arena.node(*of), Node::Add(_)) && !keep.contains(of))
            .collect();
        let mut result = Polynomial::default();
        let mut changed = false;
        for (monomial, coeff) in &of.0 {
            let mut product = Polynomial::constant(coeff.clone());
            for (generator, exponent) in monomial {
                let factor = if sums.contains(generator) && *exponent >= UNIT {
                    changed = true;
                    let whole = (exponent / UNIT).min(MAX_POWER);
                    let sum = self.polynomial(*generator)?.power(whole)?;
                    if exponent - whole * UNIT == 0 {
                        sum
                    } else {
                        sum.times(&Polynomial::generator(*generator, exponent - whole * UNIT))?
                    }
                } else {
                    Polynomial::generator(*generator, *exponent)
                };
                product = product.times(&factor)?;
            }
            result = result.plus(&product);
            if result.0.len() > MAX_TERMS {
                return None;
            }
        }
        Some(changed.then_some(result))
    }

    /// The same in generators that are counted from their lower bounds, x ≥ 1 as 1 + x with x ≥ 0, and those that may then be 0.
    fn counted_from_bounds(&mut self, of: &Polynomial) -> Option<(Polynomial, Vec<ExprId>)> {
        let mut result = of.clone();
        let mut from_zero = Vec::new();
        for generator in of.generators() {
            let whole = of.exponents(generator).all(|e| e % UNIT == 0);
            let Some(low) = self.bounds(generator).low else { continue };
            if !whole || low.at.is_zero() || low.at.is_negative() {
                continue;
            }
            if !low.strict {
                from_zero.push(generator);
            }
            let shifted = Polynomial::generator(generator, UNIT).plus(&Polynomial::constant(low.at));
            let mut next = Polynomial::default();
            for (monomial, coeff) in &result.0 {
                let power = exponent(monomial, generator);
                let rest = Polynomial(BTreeMap::from([(joined(monomial, &[(generator, -power)]), coeff.clone())]));
                next = next.plus(&rest.times(&shifted.power(power / UNIT)?)?);
            }
            result = next;
        }
        Some((result, from_zero))
    }

    /// Whether it is ≥ 0 as a sum of squares with a Gram matrix that its terms suggest, with `true` inside where > 0.
    fn is_sum_of_squares(&mut self, of: &Polynomial, from_zero: &[ExprId]) -> Option<bool> {
        let mut squares: Vec<(Monomial, Coeff)> = Vec::new();
        let mut others = Vec::new();
        for (monomial, coeff) in &of.0 {
            let halves: Option<Monomial> = monomial
                .iter()
                .map(|(of, e)| {
                    let fits = e % 2 == 0 && (e % (2 * UNIT) == 0 || self.bounds(*of).is_nonnegative());
                    fits.then_some((*of, e / 2))
                })
                .collect();
            match halves {
                Some(half) if !coeff.is_negative() => squares.push((half, coeff.clone())),
                _ => others.push((monomial.clone(), coeff.clone())),
            }
        }
        let n = squares.len();
        if n == 0 || n > MAX_SQUARES {
            return None;
        }
        let mut gram = vec![vec![Coeff::ZERO; n]; n];
        let mut alone = vec![true; n];
        for (place, (_, coeff)) in squares.iter().enumerate() {
            gram[place][place] = coeff.clone();
        }
        let half = Coeff::ratio(1, 2)?;
        for (monomial, coeff) in others {
            let pairs = (0..n).flat_map(|row| (0..row).map(move |col| (row, col)));
            let mut fitting: Vec<_> =
                pairs.filter(|(row, col)| joined(&squares[*row].0, &squares[*col].0) == monomial).collect();
            // The pair that bears most.
            fitting.sort_by(|a, b| {
                let bears = |(row, col): &(usize, usize)| squares[*row].1.mul(&squares[*col].1).to_f64();
                bears(b).total_cmp(&bears(a))
            });
            let (row, col) = *fitting.first()?;
            let entry = gram[row][col].add(&coeff.mul(&half));
            gram[row][col] = entry.clone();
            gram[col][row] = entry;
            (alone[row], alone[col]) = (false, false);
        }
        let definite = by_pivots(gram, false)?;
        // Above 0 where some square cannot vanish: all of them for a definite Gram matrix, and those that stand alone.
        let strict = squares.iter().zip(alone).any(|((half, _), alone)| {
            (definite || alone) && half.iter().all(|(of, _)| !from_zero.contains(of) && self.bounds(*of).is_nonzero())
        });
        Some(strict)
    }
}

fn bounds_of(sign: Sign) -> Bounds {
    let bounds = if sign.strict { Bounds::positive() } else { Bounds::nonnegative() };
    if sign.negative { bounds.neg() } else { bounds }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Arena, Func, Shape, Symbol, SymbolKind};
    use crate::structure::Structure;

    fn symbol(arena: &mut Arena, name: &str, kind: SymbolKind) -> ExprId {
        let structure = Structure::General;
        let symbol = Symbol { name: name.into(), shape: Shape::SCALAR, kind, structure, declared: true };
        let symbol = arena.add_symbol(symbol);
        arena.symbol_expr(symbol)
    }

    fn sum(arena: &mut Arena, terms: &[(i64, ExprId)]) -> ExprId {
        arena.add_terms(terms.iter().map(|(coeff, term)| (Coeff::integer(*coeff), *term)), Shape::SCALAR)
    }

    #[test]
    fn quadratic_forms_are_sums_of_squares() {
        let mut arena = Arena::new();
        let (x, y) = (symbol(&mut arena, "x", SymbolKind::Plain), symbol(&mut arena, "y", SymbolKind::Plain));
        let (xx, xy, yy) = (arena.mul(&[x, x]), arena.mul(&[x, y]), arena.mul(&[y, y]));
        let definite = sum(&mut arena, &[(1, xx), (1, xy), (1, yy)]);
        let square = sum(&mut arena, &[(1, xx), (-2, xy), (1, yy)]);
        let indefinite = sum(&mut arena, &[(1, xx), (3, xy), (1, yy)]);
        let mut prover = Prover::new(&mut arena);
        let bounds = [definite, square, indefinite].map(|id| prover.bounds(id));
        assert!(bounds[0].is_nonnegative() && !bounds[0].is_positive(), "it vanishes at 0");
        assert!(bounds[1].is_nonnegative() && !bounds[1].is_positive());
        assert!(!bounds[2].is_nonnegative() && !bounds[2].is_nonpositive());
    }

    #[test]
    fn fractions_stand_over_one_denominator() {
        let mut arena = Arena::new();
        let (x, a) = (symbol(&mut arena, "x", SymbolKind::Positive), symbol(&mut arena, "a", SymbolKind::Positive));
        let shifted = arena.plus(x, a);
        let (first, second) = (arena.recip(x), arena.recip(shifted));
        let difference = arena.minus(first, second);
        assert!(Prover::new(&mut arena).bounds(difference).is_positive(), "1/x − 1/(x + a)");
    }

    #[test]
    fn exponentials_are_powers_of_one() {
        let mut arena = Arena::new();
        let x = symbol(&mut arena, "x", SymbolKind::Plain);
        let (minus, one) = (arena.neg(x), arena.one());
        let (rising, falling) = (arena.elementwise(Func::Exp, x), arena.elementwise(Func::Exp, minus));
        let touching = sum(&mut arena, &[(1, rising), (1, falling), (-2, one)]);
        let apart = sum(&mut arena, &[(1, rising), (1, falling), (-1, one)]);
        let crossing = sum(&mut arena, &[(1, rising), (1, falling), (-3, one)]);
        let mut prover = Prover::new(&mut arena);
        let bounds = [touching, apart, crossing].map(|id| prover.bounds(id));
        assert!(bounds[0].is_nonnegative() && !bounds[0].is_positive());
        assert!(bounds[1].is_positive());
        assert!(!bounds[2].is_nonnegative() && !bounds[2].is_nonpositive());
    }

    #[test]
    fn what_is_taken_as_positive_replaces_a_term() {
        let mut arena = Arena::new();
        let (x, y) = (symbol(&mut arena, "x", SymbolKind::Positive), symbol(&mut arena, "y", SymbolKind::Positive));
        let z = symbol(&mut arena, "z", SymbolKind::Plain);
        let (xy, zz) = (arena.mul(&[x, y]), arena.mul(&[z, z]));
        let (taken, asked) = (arena.minus(xy, zz), sum(&mut arena, &[(2, xy), (-1, zz)]));
        let mut prover = Prover::new(&mut arena);
        assert!(!prover.bounds(asked).is_nonnegative());
        prover.assume_positive(taken);
        assert!(prover.bounds(asked).is_positive(), "2xy − z² where xy > z²");
    }
}
