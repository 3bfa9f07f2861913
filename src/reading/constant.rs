//! The exact values of constant subexpressions, so that `1/2` is a number wherever it stands.

use super::limit::CONSTANT_BITS;
use crate::number::Coeff;
use crate::syntax::{Ast, AstId, AstKind, ProductOp, Sign};

/// The exact values of constant subexpressions.
pub(crate) fn constants(ast: &Ast) -> Vec<Option<Coeff>> {
    let mut values: Vec<Option<Coeff>> = Vec::with_capacity(ast.nodes.len());
    for node in &ast.nodes {
        let get = |id: &AstId| values[id.0 as usize].as_ref();
        let value = match &node.kind {
            AstKind::Number(value) => Some(value.clone()),
            AstKind::Sum(terms) => terms.iter().try_fold(Coeff::ZERO, |sum, (sign, term)| {
                let term = get(term)?;
                Some(if *sign == Sign::Plus { sum.add(term) } else { sum.sub(term) })
            }),
            AstKind::Product { first, rest } => rest
                .iter()
                .try_fold(get(first).cloned(), |product, (op, factor)| {
                    let (product, factor) = (product?, get(factor)?);
                    let next = match op {
                        ProductOp::Times | ProductOp::Dot | ProductOp::Star | ProductOp::At | ProductOp::Hadamard => {
                            product.mul(factor)
                        }
                        ProductOp::Divide | ProductOp::HadamardDivide => product.mul(&factor.recip()?),
                        ProductOp::Kronecker => return None,
                    };
                    small(&next).then_some(Some(next))
                })
                .flatten(),
            AstKind::Power(base, exponent) | AstKind::StarPower(base, exponent) => {
                match (get(base), get(exponent).and_then(Coeff::to_i64)) {
                    (Some(base), Some(exponent)) => base.pow(exponent, CONSTANT_BITS),
                    _ => None,
                }
            }
            _ => None,
        };
        values.push(value.filter(small));
    }
    values
}

fn small(value: &Coeff) -> bool {
    let (numerator, denominator) = value.parts();
    numerator.bits() + denominator.bits() <= CONSTANT_BITS
}
