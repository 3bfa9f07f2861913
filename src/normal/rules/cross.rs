//! Cross products and axial vectors.

use crate::expr::{Arena, ExprId, Node};
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
