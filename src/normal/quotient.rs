//! Entrywise products in which two functions make one: exponentials over sums of two, signs times absolute values, sinh over cosh,
//! and functions that another factor switches on.

use super::hadamard::Factors;
use crate::expr::{Arena, ExprId, Func, Node};
use crate::number::Coeff;

impl Arena {
    /// (eᵃ + eᵇ)⁻ᵏ = e⁻ᵏᵃ σ(a − b)ᵏ
    pub(super) fn two_term_exponentials(&mut self, into: &mut Factors) {
        for place in 0..into.powers.len() {
            let (base, exponent) = into.powers[place];
            let Some(k) = self.as_number(exponent).and_then(Coeff::to_i64).filter(|n| *n < 0) else { continue };
            let Some((a, b)) = self.as_two_exponentials(base) else { continue };
            let numerator = {
                let shape = self.shape(a);
                self.sum_of(&into.exponents.clone(), shape)
            };
            let k_times_b = self.scale(&Coeff::integer(-k), b);
            let (a, b) = if numerator == k_times_b { (b, a) } else { (a, b) };
            let difference = self.minus(a, b);
            let sigmoid = self.elementwise(Func::Sigmoid, difference);
            into.powers[place] = (sigmoid, self.integer(-k));
            let moved = self.scale(&Coeff::integer(k), a);
            into.exponents.push(moved);
        }
    }

    /// The exponents a, b of eᵃ + eᵇ; 1 is e⁰.
    fn as_two_exponentials(&mut self, id: ExprId) -> Option<(ExprId, ExprId)> {
        let Node::Add(terms) = self.node(id) else { return None };
        let [(c, first), (d, second)] = &**terms else { return None };
        if !c.is_one() || !d.is_one() {
            return None;
        }
        let (first, second) = (*first, *second);
        let exponent = |arena: &mut Self, term: ExprId| match *arena.node(term) {
            Node::Elementwise(Func::Exp, z) => Some(z),
            _ if arena.is_ones(term) => {
                let shape = arena.shape(term);
                Some(arena.zero(shape))
            }
            _ => None,
        };
        Some((exponent(self, first)?, exponent(self, second)?))
    }

    /// sign(u)|u|ᵏ = u|u|ᵏ⁻¹ and sign(u)uᵏ = |u|uᵏ⁻¹, k ≥ 1.
    pub(super) fn absolute_signs(&mut self, into: &mut Factors) {
        let one = self.one();
        for place in 0..into.powers.len() {
            let (base, exponent) = into.powers[place];
            let Node::Elementwise(Func::Sign, u) = *self.node(base) else { continue };
            if exponent != one {
                continue;
            }
            let absolute = self.elementwise(Func::Abs, u);
            if into.powers.iter().any(|(base, _)| *base == absolute) {
                into.powers[place] = (absolute, self.integer(-1));
                into.powers.push((u, one));
                continue;
            }
            let multiplied = into
                .powers
                .iter()
                .position(|(base, p)| *base == u && self.as_number(*p).and_then(Coeff::to_i64).is_some_and(|k| k >= 1));
            if let Some(at) = multiplied {
                into.powers[at].1 = self.minus(into.powers[at].1, one);
                into.powers[place] = (absolute, one);
            }
        }
        let kept = std::mem::take(&mut into.powers);
        into.powers = kept.into_iter().filter(|(_, exponent)| !self.is_zero(*exponent)).collect();
    }

    /// sinh(u)ᵏ/cosh(u)ᵏ = tanh(u)ᵏ and sin(u)ᵏ/cos(u)ᵏ = tan(u)ᵏ
    pub(super) fn tangents(&mut self, powers: &mut Vec<(ExprId, ExprId)>) {
        for place in 0..powers.len() {
            let (base, exponent) = powers[place];
            let (u, below, quotient) = match *self.node(base) {
                Node::Elementwise(Func::Sinh, u) => (u, Func::Cosh, Func::Tanh),
                Node::Elementwise(Func::Sin, u) => (u, Func::Cos, Func::Tan),
                _ => continue,
            };
            let Some(p) = self.as_number(exponent).and_then(Coeff::to_i64).filter(|p| *p > 0) else { continue };
            let divisor = powers.iter().position(|(base, exponent)| {
                *self.node(*base) == Node::Elementwise(below, u)
                    && self.as_number(*exponent).and_then(Coeff::to_i64).is_some_and(|q| q < 0)
            });
            let Some(at) = divisor else { continue };
            let q = self.as_number(powers[at].1).and_then(Coeff::to_i64).unwrap_or(0);
            let common = p.min(-q);
            let joined = self.elementwise(quotient, u);
            powers[place].1 = self.integer(p - common);
            powers[at].1 = self.integer(q + common);
            powers.push((joined, self.integer(common)));
            let all = std::mem::take(powers);
            *powers = self.collect_powers(all);
            return self.tangents(powers);
        }
    }

    /// 1[u > 0]∘(relu(u) + v) = 1[u > 0]∘(u + v)
    pub(super) fn switched(&mut self, powers: &mut [(ExprId, ExprId)]) {
        let one = self.one();
        for switch in 0..powers.len() {
            let Node::Elementwise(Func::Step, u) = *self.node(powers[switch].0) else { continue };
            let relu = self.elementwise(Func::Relu, u);
            for factor in powers.iter_mut() {
                let Node::Add(terms) = self.node(factor.0).clone() else { continue };
                if factor.1 != one || !terms.iter().any(|(_, term)| *term == relu) {
                    continue;
                }
                let shape = self.shape(factor.0);
                let on = |(coeff, term): &(Coeff, ExprId)| (coeff.clone(), if *term == relu { u } else { *term });
                factor.0 = self.add_terms(terms.iter().map(on).collect::<Vec<_>>(), shape);
            }
        }
    }
}
