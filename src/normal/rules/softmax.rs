//! Softmax: exp(x)/Σexp(xᵢ), of a matrix row by row.

use super::reduction::without_shift;
use crate::expr::{Arena, ExprId, Node, Op};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "softmax-of-shifted",
        says: "softmax(x + a1) = softmax(x), and softmax(X + a1ᵀ) = softmax(X) row by row",
        example: "softmax(x + a ones(n) - 1)",
        declare: "x: vector(n); a: scalar",
        want: "softmax(x)",
        rule: Rule::Over(Head::Softmax, of_shifted),
    },
    Identity {
        id: "softmax-of-constant",
        says: "softmax(a1) = 1/n",
        example: "softmax(a ones(n))",
        declare: "a: scalar",
        want: "ones(n)/n",
        rule: Rule::Over(Head::Softmax, of_constant),
    },
    Identity {
        id: "softmax-by-definition",
        says: "exp(x)/Σexp(xᵢ) = softmax(x)",
        example: "exp(x) / sum(exp(x))",
        declare: "x: vector(n)",
        want: "softmax(x)",
        rule: Rule::Canonical,
    },
];

/// softmax(x + a1) = softmax(x), and softmax(X + a1ᵀ) = softmax(X)
fn of_shifted(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Apply(Op::Softmax, x) = *node else { return None };
    if let Some((_, rest)) = without_shift(arena, x) {
        return Some(arena.softmax(rest));
    }
    let Node::Add(ref terms) = *arena.node(x) else { return None };
    if terms.len() < 2 || !arena.shape(x).is_matrix() {
        return None;
    }
    let terms = terms.to_vec();
    let kept: Vec<_> = terms.iter().filter(|(_, term)| !is_constant_in_rows(arena, *term)).cloned().collect();
    (kept.len() < terms.len()).then(|| {
        let rest = arena.add_terms(kept, arena.shape(x));
        arena.softmax(rest)
    })
}

/// Whether it is a1ᵀ.
fn is_constant_in_rows(arena: &Arena, id: ExprId) -> bool {
    match arena.node(id) {
        Node::Product(factors) => {
            let last = factors[factors.len() - 1];
            arena.shape(last).is_row() && arena.is_ones(last)
        }
        _ => false,
    }
}

/// softmax(a1) = 1/n
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Apply(Op::Softmax, x) = *node else { return None };
    let (_, primitive) = arena.split_content(x);
    if !arena.is_zero(x) && !arena.is_spread(primitive) {
        return None;
    }
    let shape = arena.shape(x);
    let ones = arena.ones(shape);
    let count = arena.size(if shape.is_column() { shape.rows } else { shape.cols });
    let inverse = arena.pow_number(count, &Coeff::MINUS_ONE);
    Some(arena.mul(&[inverse, ones]))
}
