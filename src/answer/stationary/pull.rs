//! exp(t1 + u) = eᵗ exp(u): a number that is added to every entry under the exponential function becomes a factor.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Func, Node, SymbolId};
use crate::number::Coeff;

/// The expression with the numbers that depend on one of the symbols pulled out of the exponentials of vectors and matrices.
pub(super) fn pulled(arena: &mut Arena, expr: ExprId, symbols: &[SymbolId]) -> ExprId {
    let mut map = FxHashMap::default();
    for id in arena.post_order(expr) {
        let Node::Elementwise(Func::Exp, inner) = *arena.node(id) else { continue };
        let shape = arena.shape(inner);
        if shape.is_scalar() || !symbols.iter().any(|symbol| arena.contains_symbol(inner, *symbol)) {
            continue;
        }
        let (mut numbers, mut rest) = (Vec::<(Coeff, ExprId)>::new(), Vec::<(Coeff, ExprId)>::new());
        for (coeff, term) in arena.terms(inner) {
            let (scalar, array) = arena.split_scalar(term);
            if arena.is_ones(array) && symbols.iter().any(|symbol| arena.contains_symbol(scalar, *symbol)) {
                numbers.push((coeff, scalar));
            } else {
                rest.push((coeff, term));
            }
        }
        if numbers.is_empty() {
            continue;
        }
        let number = arena.add_terms(numbers, crate::expr::Shape::SCALAR);
        let factor = arena.elementwise(Func::Exp, number);
        let array = arena.add_terms(rest, shape);
        let array = arena.elementwise(Func::Exp, array);
        map.insert(id, arena.mul(&[factor, array]));
    }
    if map.is_empty() { expr } else { arena.rewrite(expr, &mut map) }
}
