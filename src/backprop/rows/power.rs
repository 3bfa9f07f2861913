//! Powers of a matrix and functions of a matrix.

use super::arithmetic::inner;
use super::row::{NoRow, Parts, Row};
use crate::expr::{Arena, BigOp, ExprId, MatrixFunction, Node};
use crate::number::Coeff;

/// The largest exponent whose power is differentiated factor by factor, without a sum over an index.
const MAX_WRITTEN: i64 = 32;

/// Y = Xᵖ. Of a whole number p as [`whole`] says, of a half by the square root, of any other by Y = exp(pL) with L = log X:
/// Z̄ = L_exp(pLᵀ; Ȳ), X̄ = p L_log(Xᵀ; Z̄). Where p varies, p̄ = ⟨Ȳ, Y log X⟩.
pub(super) fn power(arena: &mut Arena, base: ExprId, exponent: ExprId, row: &Row<'_>) -> Parts {
    let (x, p) = (arena.normalize(base), arena.normalize(exponent));
    let turned = arena.transpose(x);
    let mut parts = Vec::new();
    if row.is_active(exponent) {
        let (value, log) = (arena.power(x, p), arena.matrix_function(MatrixFunction::Logm, x, &[]));
        let slope = arena.mul(&[value, log]);
        parts.push((exponent, inner(arena, row.bar, slope)));
    }
    if !row.is_active(base) {
        return parts;
    }
    let twice = arena.as_number(p).and_then(|p| p.mul(&Coeff::integer(2)).to_i64());
    let part = if arena.is_integer_valued(p) {
        whole(arena, turned, row.bar, p)
    } else if let Some(twice) = twice {
        let root = arena.matrix_function(MatrixFunction::Sqrtm, turned, &[]);
        let of_root = whole_number(arena, root, row.bar, twice);
        arena.matrix_function(MatrixFunction::Sqrtm, turned, &[of_root])
    } else {
        let log = arena.matrix_function(MatrixFunction::Logm, turned, &[]);
        let scaled = arena.mul(&[p, log]);
        let of_exponent = arena.matrix_function(MatrixFunction::Expm, scaled, &[row.bar]);
        let of_log = arena.matrix_function(MatrixFunction::Logm, turned, &[of_exponent]);
        arena.mul(&[p, of_log])
    };
    parts.push((base, part));
    parts
}

/// What Xᵖ of a whole number p hands to X, where Xᵀ is given: of p ≥ 0 the sum Σⱼ (Xᵀ)ʲ Ȳ (Xᵀ)ᵖ⁻¹⁻ʲ, of p < 0 that of the inverse of X⁻ᵖ,
/// and of a p that may have either sign that of a product of powers.
fn whole(arena: &mut Arena, turned: ExprId, bar: ExprId, p: ExprId) -> ExprId {
    if let Some(number) = arena.as_number(p).and_then(Coeff::to_i64) {
        return whole_number(arena, turned, bar, number);
    }
    if arena.is_at_least_zero(p) {
        return summed(arena, turned, bar, p);
    }
    let minus = arena.neg(p);
    if arena.is_at_least_zero(minus) {
        let value = arena.power(turned, p);
        let through = arena.mul(&[value, bar, value]);
        let through = summed(arena, turned, through, minus);
        return arena.neg(through);
    }
    let terms: Vec<ExprId> = arena.terms(p).into_iter().map(|(coeff, term)| arena.scale(&coeff, term)).collect();
    let shape = arena.shape(turned);
    let mut sum = Vec::with_capacity(terms.len());
    for (place, term) in terms.iter().enumerate() {
        let mut factors = vec![bar];
        for (other, exponent) in terms.iter().enumerate().filter(|(other, _)| *other != place) {
            let power = arena.power(turned, *exponent);
            factors.insert(if other < place { 0 } else { factors.len() }, power);
        }
        let through = arena.mul(&factors);
        sum.push(whole(arena, turned, through, *term));
    }
    arena.sum_of(&sum, shape)
}

/// The same of a number p.
fn whole_number(arena: &mut Arena, turned: ExprId, bar: ExprId, p: i64) -> ExprId {
    let shape = arena.shape(turned);
    if p.abs() > MAX_WRITTEN {
        let exponent = arena.integer(p.abs());
        if p > 0 {
            return summed(arena, turned, bar, exponent);
        }
        let value = arena.power_of(turned, p);
        let through = arena.mul(&[value, bar, value]);
        let through = summed(arena, turned, through, exponent);
        return arena.neg(through);
    }
    let mut terms = Vec::new();
    for place in 0..p.abs() {
        let (left, right) = if p > 0 { (place, p - 1 - place) } else { (-1 - place, p + place) };
        let (left, right) = (arena.power_of(turned, left), arena.power_of(turned, right));
        let sign = if p > 0 { Coeff::ONE } else { Coeff::MINUS_ONE };
        terms.push((sign, arena.mul(&[left, bar, right])));
    }
    arena.add_terms(terms, shape)
}

/// Σⱼ (Xᵀ)ʲ Ȳ (Xᵀ)ᵖ⁻¹⁻ʲ over j = 0, …, p − 1.
fn summed(arena: &mut Arena, turned: ExprId, bar: ExprId, p: ExprId) -> ExprId {
    let index = arena.fresh_index();
    let (j, zero, one) = (arena.index(index), arena.integer(0), arena.one());
    let upper = arena.minus(p, one);
    arena.suggest_index_name(upper, "j", usize::MAX);
    let rest = arena.minus(upper, j);
    let (left, right) = (arena.power(turned, j), arena.power(turned, rest));
    let body = arena.mul(&[left, bar, right]);
    arena.indexed(BigOp::Sum, index, zero, upper, body)
}

impl Arena {
    /// Xᵏ of a number k.
    fn power_of(&mut self, x: ExprId, k: i64) -> ExprId {
        if k == 0 {
            return self.identity(self.shape(x).rows);
        }
        let k = self.integer(k);
        self.power(x, k)
    }
}

/// Y = f(X), or its Fréchet derivative Y = L_f(X; E₁, …, Eₖ). The form ⟨Ȳ, L_f(X; E₁, …)⟩ is the same with each direction in the place of Ȳ
/// where all is transposed, and X moves along one direction more: X̄ = L_f(Xᵀ; E₁ᵀ, …, Ȳ) (Higham 2008, chapter 3).
pub(super) fn function(arena: &mut Arena, node: &Node, row: &Row<'_>) -> Result<Parts, NoRow> {
    let Node::MatrixFunction(func, argument, directions) = node else {
        return Err(NoRow::of("this function of a matrix"));
    };
    let x = arena.normalize(*argument);
    let turned = arena.transpose(x);
    let mut along = Vec::with_capacity(directions.len() + 1);
    for direction in directions.iter() {
        let direction = arena.normalize(*direction);
        along.push(arena.transpose(direction));
    }
    let mut parts = Vec::new();
    for (place, direction) in directions.iter().enumerate().filter(|(_, direction)| row.is_active(**direction)) {
        let before = std::mem::replace(&mut along[place], row.bar);
        parts.push((*direction, arena.matrix_function(*func, turned, &along)));
        along[place] = before;
    }
    if row.is_active(*argument) {
        along.push(row.bar);
        parts.push((*argument, arena.matrix_function(*func, turned, &along)));
    }
    Ok(parts)
}
