//! Bounds of an expression by those of its operands, a case for each operator.

use super::Bounds;
use crate::catalog::entrywise::{AtZero, Monotone, Sign};
use crate::catalog::operator::Entries;
use crate::expr::{Arena, BigOp, ExprId, Func, IndexId, Node, Ranked, Reduction, SymbolKind};
use crate::number::Coeff;
use crate::structure::Structure;

/// What is known of operands.
pub(crate) trait Known {
    /// Where they are stored.
    fn arena(&self) -> &Arena;

    /// Bounds of every entry.
    fn bounds(&mut self, id: ExprId) -> Bounds;

    /// The bounds between which an index runs.
    fn range(&self, index: IndexId) -> Option<(ExprId, ExprId)> {
        self.arena().range(index)
    }

    /// Whether it is assumed not to be 0: an array to have an entry other than 0.
    fn is_assumed_nonzero(&mut self, _id: ExprId) -> bool {
        false
    }

    /// Whether no entry is assumed to be 0.
    fn has_assumed_nonzero_entries(&mut self, _id: ExprId) -> bool {
        false
    }
}

/// Bounds of every entry.
pub(crate) fn by_form(known: &mut impl Known, id: ExprId) -> Bounds {
    match known.arena().node(id).clone() {
        Node::Number(value) => Bounds::exactly(value),
        Node::Pi => Bounds::above(3, true),
        Node::Size(_) | Node::Factorial(_) => Bounds::above(1, false),
        Node::Ones(_) => Bounds::exactly(Coeff::ONE),
        Node::Zeros(_) => Bounds::exactly(Coeff::ZERO),
        Node::Identity(_) | Node::Basis(..) | Node::Commutation(_) | Node::Selection(..) => {
            Bounds::between(0, 1, false)
        }
        Node::Symbol(symbol) => match known.arena().symbol(symbol).kind {
            SymbolKind::Positive => Bounds::positive(),
            SymbolKind::Nonnegative => Bounds::nonnegative(),
            SymbolKind::Simplex | SymbolKind::Binary => Bounds::between(0, 1, false),
            SymbolKind::Signs => Bounds::between(-1, 1, false),
            // Integer symbols count from 1 on.
            SymbolKind::Integer => Bounds::above(1, false),
            SymbolKind::Plain
            | SymbolKind::Function
            | SymbolKind::MatrixFunction
            | SymbolKind::Map(_)
            | SymbolKind::Family(_) => Bounds::ANY,
        },
        Node::Literal(_, entries) => {
            let all: Vec<Bounds> = entries.iter().map(|entry| known.bounds(*entry)).collect();
            hull(&all)
        }
        Node::Add(terms) => {
            let mut sum = Bounds::exactly(Coeff::ZERO);
            for (coeff, term) in terms.iter() {
                if sum == Bounds::ANY {
                    break;
                }
                sum = sum.add(&known.bounds(*term).scale(coeff));
            }
            sum
        }
        Node::Hadamard(factors) => {
            let mut product = Bounds::exactly(Coeff::ONE);
            let paired = signs_of_others(known.arena(), &factors);
            for (place, (base, exponent)) in factors.iter().enumerate() {
                if product == Bounds::ANY {
                    break;
                }
                let factor =
                    if paired.contains(&place) { Bounds::nonnegative() } else { of_power(known, *base, *exponent) };
                product = product.mul(&factor);
            }
            product
        }
        Node::Product(factors) => of_product(known, &factors),
        Node::Choose(_, then, otherwise) => hull(&[known.bounds(then), known.bounds(otherwise)]),
        Node::Elementwise(func, inner) => of_function(known, func, inner),
        Node::Apply(op, inner) => match op.row().entries {
            Entries::OperandOrZero => hull(&[known.bounds(inner), Bounds::exactly(Coeff::ZERO)]),
            Entries::Probabilities => Bounds::positive().meet(&Bounds::between(0, 1, false)),
            Entries::Unknown => Bounds::ANY,
        },
        Node::Norm(_, inner) if known.is_assumed_nonzero(inner) => Bounds::positive(),
        Node::Norm(..) => Bounds::nonnegative(),
        Node::Kron(left, right) => known.bounds(left).mul(&known.bounds(right)),
        Node::Transpose(inner) | Node::Vec(inner) | Node::Unvec(inner, _) => known.bounds(inner),
        Node::DiagPart(inner) | Node::Entry(inner, ..) => known.bounds(inner),
        Node::Diag(inner) => hull(&[known.bounds(inner), Bounds::exactly(Coeff::ZERO)]),
        Node::Trace(inner) => weakened(&known.bounds(inner)),
        Node::Det(inner) => match known.arena().node(inner) {
            Node::Symbol(symbol) if known.arena().symbol(*symbol).structure == Structure::PositiveDefinite => {
                Bounds::positive()
            }
            _ => Bounds::ANY,
        },
        // An extreme is attained at one entry or more.
        Node::Reduce(Reduction::Sum, inner) if counts_extremes(known.arena(), inner) => Bounds::above(1, false),
        Node::Reduce(reduction, inner) => {
            let inner = known.bounds(inner);
            match reduction {
                Reduction::Max | Reduction::Min => inner,
                Reduction::Sum => sign_only(&inner),
                Reduction::Product => of_factors(&inner),
                Reduction::LogSumExp => Bounds::ANY,
            }
        }
        Node::Indexed { op: BigOp::Sum, lower, upper, body, .. } => {
            let body = known.bounds(body);
            let from_one = known.arena().is_one(lower) && known.bounds(upper).at_least(&Coeff::ONE);
            // Σ from i on to n has a term for every i up to n.
            let from_index = matches!(known.arena().node(lower), Node::Index(index) if known.range(*index).is_some_and(|range| range.1 == upper));
            if !(from_one || from_index) { weakened(&body) } else { sign_only(&body) }
        }
        Node::Index(index) => known.range(index).map_or(Bounds::ANY, |(lower, upper)| Bounds {
            low: known.bounds(lower).low,
            high: known.bounds(upper).high,
        }),
        Node::Indexed { op: BigOp::Product, body, .. } => of_factors(&known.bounds(body)),
        Node::Ranked(Ranked::SingularValue, ..) => Bounds::above(0, false),
        Node::Member(..)
        | Node::Hat(_)
        | Node::Axial(_)
        | Node::Differential(..)
        | Node::Pending(..)
        | Node::Spectral(..)
        | Node::Ranked(..)
        | Node::Power(..)
        | Node::MatrixFunction(..)
        | Node::Map(..)
        | Node::Pinv(_) => Bounds::ANY,
    }
}

/// Whether it is 1 where an entry of u is the largest or the smallest one, and 0 elsewhere: 1[u − max(u)1 = 0], u being a sum or not.
fn counts_extremes(arena: &Arena, id: ExprId) -> bool {
    let Node::Elementwise(Func::IsZero, of) = *arena.node(id) else { return false };
    let Node::Add(terms) = arena.node(of) else { return false };
    terms.iter().enumerate().any(|(place, (coeff, spread))| {
        let Node::Product(factors) = arena.node(*spread) else { return false };
        let [extreme, ones @ ..] = &**factors else { return false };
        let Node::Reduce(Reduction::Max | Reduction::Min, inner) = *arena.node(*extreme) else { return false };
        let single = [(Coeff::ONE, inner)];
        let parts = if let Node::Add(parts) = arena.node(inner) { &**parts } else { &single };
        let others = terms.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, term)| term);
        let is_part = |((c, term), (d, part)): (&(Coeff, ExprId), &(Coeff, ExprId))| {
            term == part && c.add(&d.mul(coeff)).is_zero()
        };
        ones.iter().all(|factor| arena.is_ones(*factor))
            && parts.len() + 1 == terms.len()
            && others.zip(parts).all(is_part)
    })
}

/// The places of odd powers of sign(u) and of u itself that stand side by side, whose product is nowhere below 0.
fn signs_of_others(arena: &Arena, factors: &[(ExprId, ExprId)]) -> Vec<usize> {
    let is_odd = |exponent: ExprId| {
        arena.as_number(exponent).and_then(Coeff::to_i64).is_some_and(|power| power.rem_euclid(2) == 1)
    };
    let mut paired = Vec::new();
    for (place, (base, exponent)) in factors.iter().enumerate() {
        let Node::Elementwise(Func::Sign, inner) = *arena.node(*base) else { continue };
        let other = factors.iter().position(|(base, exponent)| *base == inner && is_odd(*exponent));
        if let (true, Some(other)) = (is_odd(*exponent), other) {
            paired.extend([place, other]);
        }
    }
    paired
}

/// base^exponent, entry by entry.
fn of_power(known: &mut impl Known, base: ExprId, exponent: ExprId) -> Bounds {
    let bounds = known.bounds(base);
    let number = known.arena().as_number(exponent).cloned();
    match (number.as_ref().and_then(Coeff::to_i64), &number) {
        (Some(p), _) if p % 2 == 0 => {
            let power = bounds.even_power(p);
            if known.has_assumed_nonzero_entries(base) { power.meet(&Bounds::positive()) } else { power }
        }
        (Some(_), Some(p)) if bounds.is_nonnegative() => bounds.power(p),
        (Some(_), Some(p)) if bounds.is_nonpositive() => bounds.neg().power(p).neg(),
        (Some(_), _) => Bounds::ANY,
        // A power that is no integer has a value only where its base is ≥ 0.
        (None, Some(p)) => bounds.meet(&Bounds::nonnegative()).power(p),
        (None, None) if bounds.is_positive() => Bounds::positive(),
        (None, None) => Bounds::ANY,
    }
}

/// A matrix product: a scalar times a sum of products of entries.
fn of_product(known: &mut impl Known, factors: &[ExprId]) -> Bounds {
    let is_scaled = known.arena().shape(factors[0]).is_scalar();
    let (scalar, chain) = factors.split_at(usize::from(is_scaled));
    let product = scalar.first().map_or(Bounds::exactly(Coeff::ONE), |scalar| known.bounds(*scalar));
    match chain {
        [] => product,
        [single] => product.mul(&known.bounds(*single)),
        chain => {
            let mut sign = Bounds::exactly(Coeff::ONE);
            for factor in chain {
                if sign == Bounds::ANY {
                    break;
                }
                sign = sign.mul(&sign_only(&known.bounds(*factor)));
            }
            product.mul(&sign)
        }
    }
}

/// f of what has bounds, by its row in the table.
fn of_function(known: &mut impl Known, func: Func, inner: ExprId) -> Bounds {
    let row = func.row();
    let range = Bounds::from(row.range);
    let is_from_one = row.at_zero == AtZero::One && row.monotone == Monotone::Increasing;
    if row.sign == Sign::Unknown && !is_from_one {
        return range;
    }
    let z = known.bounds(inner);
    let by_sign = match row.sign {
        Sign::Unknown => Bounds::ANY,
        Sign::OfArgument => sign_only(&z),
        Sign::OfArgumentMinusOne if z.at_least(&Coeff::ONE) => Bounds::nonnegative(),
        Sign::OfArgumentMinusOne if z.at_most(&Coeff::ONE) => Bounds::nonnegative().neg(),
        Sign::OfArgumentMinusOne => Bounds::ANY,
        Sign::OfSquare if z.is_nonzero() => Bounds::positive(),
        Sign::OfSquare => Bounds::nonnegative(),
        Sign::OfPositivePart if z.is_positive() => Bounds::positive(),
        Sign::OfPositivePart => Bounds::nonnegative(),
    };
    let from_one = if is_from_one && z.is_nonnegative() {
        Bounds::above(1, z.is_positive())
    } else if is_from_one && z.is_nonpositive() {
        Bounds::below(1, z.is_negative())
    } else {
        Bounds::ANY
    };
    range.meet(&by_sign).meet(&from_one)
}

/// A product of any number of such numbers.
fn of_factors(factor: &Bounds) -> Bounds {
    if factor.is_positive() {
        Bounds::positive()
    } else if factor.is_nonnegative() {
        Bounds::nonnegative()
    } else {
        Bounds::ANY
    }
}

/// The least interval that holds all of them.
fn hull(all: &[Bounds]) -> Bounds {
    let mut low = all.first().and_then(|bounds| bounds.low.clone());
    let mut high = all.first().and_then(|bounds| bounds.high.clone());
    for bounds in all {
        low = match (low, &bounds.low) {
            (Some(a), Some(b)) if b.at.sub(&a.at).is_negative() || (a.at == b.at && !b.strict) => Some(b.clone()),
            (Some(a), Some(_)) => Some(a),
            _ => None,
        };
        high = match (high, &bounds.high) {
            (Some(a), Some(b)) if a.at.sub(&b.at).is_negative() || (a.at == b.at && !b.strict) => Some(b.clone()),
            (Some(a), Some(_)) => Some(a),
            _ => None,
        };
    }
    Bounds { low, high }
}

/// What is left of bounds for a sum of one or more such numbers.
fn sign_only(bounds: &Bounds) -> Bounds {
    if bounds.is_positive() {
        Bounds::positive()
    } else if bounds.is_nonnegative() {
        Bounds::nonnegative()
    } else if bounds.is_negative() {
        Bounds::positive().neg()
    } else if bounds.is_nonpositive() {
        Bounds::nonnegative().neg()
    } else {
        Bounds::ANY
    }
}

/// What is left of bounds for a sum of such numbers that may be empty.
fn weakened(bounds: &Bounds) -> Bounds {
    if bounds.is_nonnegative() {
        Bounds::nonnegative()
    } else if bounds.is_nonpositive() {
        Bounds::nonnegative().neg()
    } else {
        Bounds::ANY
    }
}
