//! Cross products and axial vectors.

use super::literal::literal;
use crate::expr::{Arena, ExprId, Node, Shape};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "cross-product-with-itself",
        says: "a × a = 0",
        example: "cross(2 a, a)",
        declare: "a: vector(3)",
        want: "zeros(3)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "cross-product-turned",
        says: "b × a = −(a × b)",
        example: "a + cross(b, a) + cross(a, b)",
        declare: "a: vector(3); b: vector(3)",
        want: "a",
        rule: Rule::Canonical,
    },
    Identity {
        id: "triple-product-in-order",
        says: "⟨a, b × c⟩ = ⟨b, c × a⟩ = −⟨a, c × b⟩",
        example: "a' cross(b, c) + b' cross(a, c) + 1",
        declare: "a: vector(3); b: vector(3); c: vector(3)",
        want: "1",
        rule: Rule::Canonical,
    },
    Identity {
        id: "triple-product-of-two",
        says: "⟨a, a × b⟩ = 0",
        example: "a' cross(a, b) + b' cross(a, b)",
        declare: "a: vector(3); b: vector(3)",
        want: "0",
        rule: Rule::Canonical,
    },
    Identity {
        id: "cross-product-of-literals",
        says: "(a, b, c) × (x, y, z) = (bz − cy, cx − az, ay − bx)",
        example: "cross([a, b, 1], [x, 0, y])",
        declare: "a, b, x, y: scalar",
        want: "[by, x − ay, −bx]",
        rule: Rule::Neighbors(of_literals),
    },
    Identity {
        id: "entry-of-hat",
        says: "([a]_×)₂₁ = a₃, ([a]_×)₁₂ = −a₃ and so on in turn; 0 on the diagonal",
        example: "(hat(a))_{1,3} + (hat(a))_{2,2} + 2 (hat(a))_{2,1}",
        declare: "a: vector(3)",
        want: "a₂ + 2a₃",
        rule: Rule::Over(Head::Entry, entry_of_hat),
    },
    Identity {
        id: "hat-of-axial",
        says: "[axial(G)]_× = G − Gᵀ",
        example: "hat(axial(G))",
        declare: "G: square(3)",
        want: "G − Gᵀ",
        rule: Rule::Over(Head::Hat, of_axial),
    },
    Identity {
        id: "axial-of-hat",
        says: "axial([a]_×) = 2a",
        example: "axial(hat(a))",
        declare: "a: vector(3)",
        want: "2a",
        rule: Rule::Over(Head::Axial, of_hat),
    },
    Identity {
        id: "axial-of-transpose",
        says: "axial(Gᵀ) = −axial(G), and so axial(S) = 0 of a symmetric S",
        example: "axial(G') + axial(G + S)",
        declare: "G: square(3); S: symmetric(3)",
        want: "zeros(3)",
        rule: Rule::Over(Head::Axial, of_transpose),
    },
    Identity {
        id: "axial-of-outer-product",
        says: "axial(uvᵀ) = v × u",
        example: "axial(u v')",
        declare: "u: vector(3); v: vector(3)",
        want: "v × u",
        rule: Rule::Over(Head::Axial, of_outer_product),
    },
    Identity {
        id: "axial-of-sum",
        says: "axial(uvᵀ + wzᵀ) = v × u + z × w, and a symmetric term is left out",
        example: "axial(u v' - v u')",
        declare: "u: vector(3); v: vector(3)",
        want: "2(v × u)",
        rule: Rule::Over(Head::Axial, of_sum),
    },
];

/// Whether all entries of a vector are written out: of literals, of unit vectors and of their multiples and sums.
fn is_written_out(arena: &mut Arena, vector: ExprId) -> bool {
    arena.terms(vector).into_iter().all(|(_, term)| {
        let (_, vector) = arena.split_scalar(term);
        match *arena.node(vector) {
            Node::Literal(..) => true,
            Node::Basis(_, at) => arena.as_number(at).is_some(),
            _ => false,
        }
    })
}

/// (a, b, c) × (x, y, z) = (bz − cy, cx − az, ay − bx), and so of a row: uᵀ[a]_× = −(a × u)ᵀ
fn of_literals(arena: &mut Arena, left: ExprId, right: ExprId) -> Option<ExprId> {
    let (a, b, is_row) = match (arena.node(left), arena.node(right)) {
        (Node::Hat(a), _) if arena.shape(right).is_column() => (*a, right, false),
        (Node::Transpose(u), Node::Hat(a)) if arena.shape(left).is_row() => (*a, *u, true),
        _ => return None,
    };
    if !is_written_out(arena, a) || !is_written_out(arena, b) {
        return None;
    }
    let (shape, one) = (arena.shape(a), arena.one());
    let at = |arena: &mut Arena, of: ExprId, place: usize| {
        let place = arena.integer(place as i64 % 3 + 1);
        arena.entry(of, place, one)
    };
    let entries: Vec<ExprId> = (0..3)
        .map(|place| {
            let factors = [(a, place + 1), (b, place + 2), (a, place + 2), (b, place + 1)];
            let [a1, b2, a2, b1] = factors.map(|(of, place)| at(arena, of, place));
            let (plus, minus) = (arena.mul(&[a1, b2]), arena.mul(&[a2, b1]));
            arena.minus(plus, minus)
        })
        .collect();
    let column = literal(arena, shape, entries);
    if !is_row {
        return Some(column);
    }
    let row = arena.transpose(column);
    Some(arena.neg(row))
}

/// The entries of [a]_× at places that are numbers.
fn entry_of_hat(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Entry(matrix, row, col) = *node else { return None };
    let Node::Hat(vector) = *arena.node(matrix) else { return None };
    let [row, col] = [row, col].map(|place| arena.as_number(place).and_then(Coeff::to_i64));
    let (row, col) = (row?, col?);
    if row == col {
        return Some(arena.zero(Shape::SCALAR));
    }
    let (place, one) = (arena.integer(6 - row - col), arena.one());
    let entry = arena.entry(vector, place, one);
    Some(if (row - col).rem_euclid(3) == 1 { entry } else { arena.neg(entry) })
}

/// The operand of an axial vector.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::Axial(inner) = *node { Some(inner) } else { None }
}

/// [axial(G)]_× = G − Gᵀ
fn of_axial(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Hat(inner) = *node else { return None };
    let Node::Axial(matrix) = *arena.node(inner) else { return None };
    let transposed = arena.transpose(matrix);
    Some(arena.minus(matrix, transposed))
}

/// axial([a]_×) = 2a
fn of_hat(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Hat(vector) = *arena.node(operand(node)?) else { return None };
    Some(arena.scale(&Coeff::integer(2), vector))
}

/// axial(Gᵀ) = −axial(G)
fn of_transpose(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let canonical = arena.canonical_transpose(inner);
    if canonical == inner {
        return None;
    }
    let vector = arena.axial(canonical);
    Some(arena.neg(vector))
}

/// axial(uvᵀ) = v × u, of a product that leads through a column.
fn of_outer_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Product(factors) = arena.node(inner).clone() else { return None };
    let split = (1..factors.len()).find(|at| arena.shape(factors[*at]).rows.is_one())?;
    let (u, row) = (arena.mul(&factors[..split]), arena.mul(&factors[split..]));
    let v = arena.transpose(row);
    Some(arena.cross(v, u))
}

/// axial(G + H) by its terms, where none of them is an axial vector again, or without those that are 0.
fn of_sum(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Add(terms) = arena.node(inner).clone() else { return None };
    let mut parts = Vec::with_capacity(terms.len());
    let mut kept = Vec::with_capacity(terms.len());
    let mut is_simpler = true;
    for (coeff, term) in terms.iter() {
        let part = arena.axial(*term);
        let (_, primitive) = arena.split_content(part);
        let (_, primitive) = arena.split_scalar(primitive);
        is_simpler &= !matches!(arena.node(primitive), Node::Axial(_));
        if !arena.is_zero(part) {
            kept.push((coeff.clone(), *term));
        }
        parts.push((coeff.clone(), part));
    }
    if is_simpler {
        let shape = arena.shape(parts.first()?.1);
        return Some(arena.add_terms(parts, shape));
    }
    if kept.len() == terms.len() {
        return None;
    }
    let rest = arena.add_terms(kept, arena.shape(inner));
    Some(arena.axial(rest))
}
