//! Matrix exponentials in products.

use crate::expr::{Arena, ExprId, MatrixFunction, Node};
use crate::normal::identity::{Identity, Rule};

pub(super) const ROWS: &[Identity] = &[Identity {
    id: "exponential-product",
    says: "expm(X) expm(Y) = expm(X + Y) where X and Y commute",
    example: "expm(X) expm(X^2)",
    declare: "",
    want: "expm(X² + X)",
    rule: Rule::Neighbors(product),
}];

/// expm(X) expm(Y) = expm(X + Y) where X and Y commute
fn product(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let exponent = |arena: &Arena, id: ExprId| match arena.node(id) {
        Node::MatrixFunction(MatrixFunction::Expm, inner, directions) if directions.is_empty() => Some(*inner),
        _ => None,
    };
    let (x, y) = (exponent(arena, left)?, exponent(arena, right)?);
    arena.commute(x, y).then(|| {
        let sum = arena.plus(x, y);
        arena.matrix_function(MatrixFunction::Expm, sum, &[])
    })
}
