//! Traces (Magnus & Neudecker 2019, §1.11; Horn & Johnson 2013, §1.2).
//!
//! A trace knows neither the rotation of a product nor its transposition; of all of them one stands for the trace, the least with the
//! fewest transposed factors, and a differential at its end.

use super::total::is_entrywise;
use crate::expr::{Arena, BigOp, ExprId, Node, Norm};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "trace-of-constant",
        says: "tr I = n and tr 0 = 0",
        example: "tr(eye(n))",
        declare: "",
        want: "n",
        rule: Rule::Over(Head::Trace, of_constant),
    },
    Identity {
        id: "trace-of-multiple",
        says: "tr(cX) = c tr X",
        example: "tr(2 s X)",
        declare: "s: scalar; X: matrix(n,n)",
        want: "2s tr(X)",
        rule: Rule::Over(Head::Trace, of_multiple),
    },
    Identity {
        id: "trace-of-diagonal",
        says: "tr diag(v) = sum(v)",
        example: "tr(diag(v))",
        declare: "v: vector(n)",
        want: "sum(v)",
        rule: Rule::Over(Head::Trace, of_diagonal),
    },
    Identity {
        id: "trace-of-diagonal-part",
        says: "tr(I ∘ X) = tr X",
        example: "tr(eye(n) .* X)",
        declare: "X: matrix(n,n)",
        want: "tr(X)",
        rule: Rule::Over(Head::Trace, of_diagonal_part),
    },
    Identity {
        id: "trace-of-kron",
        says: "tr(A ⊗ B) = tr A tr B for square matrices",
        example: "tr(kron(A, B))",
        declare: "A: matrix(m,m); B: matrix(n,n)",
        want: "tr(A)tr(B)",
        rule: Rule::Over(Head::Trace, of_kron),
    },
    Identity {
        id: "trace-of-sum-over-index",
        says: "tr Σᵢ Xᵢ = Σᵢ tr Xᵢ",
        example: "tr(sum_{i=1}^n X^i)",
        declare: "X: matrix(m,m)",
        want: "Σ_{i=1}^n tr(Xⁱ)",
        rule: Rule::Over(Head::Trace, of_sum_over_index),
    },
    Identity {
        id: "trace-of-frechet-derivative",
        says: "tr L_f(X, E) = tr(f′(X)E)",
        example: "tr(L_expm(X, E))",
        declare: "X: matrix(n,n); E: matrix(n,n)",
        want: "tr(E expm(X))",
        rule: Rule::Over(Head::Trace, of_frechet_derivative),
    },
    Identity {
        id: "trace-of-skew",
        says: "tr X = 0 where Xᵀ = −X, also for terms of a sum",
        example: "tr(X + A' K A)",
        declare: "X: matrix(n,n); A: matrix(m,n); K: skew(m)",
        want: "tr(X)",
        rule: Rule::Over(Head::Trace, of_skew),
    },
    Identity {
        id: "trace-of-outer-product",
        says: "tr(uvᵀ) = vᵀu",
        example: "tr(A u v')",
        declare: "A: matrix(n,n); u: vector(n); v: vector(n)",
        want: "vᵀAu",
        rule: Rule::Over(Head::Trace, of_outer_product),
    },
    Identity {
        id: "trace-of-entrywise-product",
        says: "tr(Xᵀ(Y ∘ Z)) = sum(X ∘ Y ∘ Z)",
        example: "tr(X' (Y .* Z))",
        declare: "X: matrix(m,n); Y: matrix(m,n); Z: matrix(m,n)",
        want: "sum(X∘Y∘Z)",
        rule: Rule::Over(Head::Trace, of_entrywise_product),
    },
    Identity {
        id: "trace-of-commutation-kron",
        says: "tr(K(A ⊗ B)) = tr(AB)",
        example: "tr(commutation(n, m) kron(A, B))",
        declare: "A: matrix(m,n); B: matrix(n,m)",
        want: "tr(AB)",
        rule: Rule::Over(Head::Trace, of_commutation_kron),
    },
    Identity {
        id: "trace-of-cycle-that-merges",
        says: "tr(XAX⁻¹) = tr A: a product's ends meet as neighbors",
        example: "tr(X A X^(-1))",
        declare: "A: matrix(n,n); X: matrix(n,n)",
        want: "tr(A)",
        rule: Rule::Over(Head::Trace, of_cycle_that_merges),
    },
    Identity {
        id: "trace-of-gram",
        says: "tr(XᵀX) = ‖X‖²",
        example: "tr(B' A' A B)",
        declare: "A: matrix(m,n); B: matrix(n,k)",
        want: "‖AB‖_F²",
        rule: Rule::Over(Head::Trace, of_gram),
    },
    Identity {
        id: "trace-of-antisymmetric-product",
        says: "tr(KS) = 0 for skew K and symmetric S: the transposed product is a rotation of the product with another sign",
        example: "tr(K S)",
        declare: "K: skew(n); S: symmetric(n)",
        want: "0",
        rule: Rule::Canonical,
    },
    Identity {
        id: "trace-cyclic",
        says: "tr(AB) = tr(BA)",
        example: "tr(A B) + tr(B A)",
        declare: "A: matrix(m,n); B: matrix(n,m)",
        want: "2tr(AB)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "trace-of-transpose",
        says: "tr Xᵀ = tr X",
        example: "tr(A' B')",
        declare: "A: matrix(m,n); B: matrix(n,m)",
        want: "tr(AB)",
        rule: Rule::Canonical,
    },
];

/// What stands under the trace.
fn operand(node: &Node) -> Option<ExprId> {
    if let Node::Trace(inner) = *node { Some(inner) } else { None }
}

/// tr I = n and tr 0 = 0
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    match *arena.node(operand(node)?) {
        Node::Identity(size) => Some(arena.size(size)),
        Node::Zeros(_) => Some(arena.integer(0)),
        _ => None,
    }
}

/// tr(cX) = c tr X
fn of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    if !matches!(arena.node(inner), Node::Add(_) | Node::Product(_)) {
        return None;
    }
    let (content, primitive) = arena.split_content(inner);
    let (scalar, rest) = arena.split_scalar(primitive);
    if rest == inner {
        return None;
    }
    let trace = arena.trace(rest);
    let value = arena.mul(&[scalar, trace]);
    Some(arena.scale(&content, value))
}

/// tr diag(v) = sum(v)
fn of_diagonal(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Diag(vector) = *arena.node(operand(node)?) else { return None };
    Some(arena.total(vector))
}

/// tr(I ∘ X) = tr X
fn of_diagonal_part(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Hadamard(ref factors) = *arena.node(inner) else { return None };
    if !matches!(arena.node(factors[0].0), Node::Identity(_)) || !arena.is_one(factors[0].1) {
        return None;
    }
    let rest = factors[1..].to_vec();
    let rest = arena.hadamard_powers(&rest, arena.shape(inner));
    Some(arena.trace(rest))
}

/// tr(A ⊗ B) = tr A tr B (Magnus & Neudecker 2019, §2.2)
fn of_kron(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Kron(left, right) = *arena.node(operand(node)?) else { return None };
    arena.shape(left).is_square().then(|| {
        let left = arena.trace(left);
        let right = arena.trace(right);
        arena.mul(&[left, right])
    })
}

/// tr Σᵢ Xᵢ = Σᵢ tr Xᵢ
fn of_sum_over_index(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(operand(node)?) else { return None };
    let body = arena.trace(body);
    Some(arena.indexed(BigOp::Sum, index, lower, upper, body))
}

/// tr L_f(X, E) = tr(f′(X)E) (Higham 2008, §3.2)
fn of_frechet_derivative(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::MatrixFunction(func, x, ref directions) = *arena.node(operand(node)?) else { return None };
    let [direction] = **directions else { return None };
    let derivative = arena.derivative_of_matrix_function(func, x)?;
    let product = arena.mul(&[derivative, direction]);
    Some(arena.trace(product))
}

/// tr X = 0 where Xᵀ = −X, also for terms of a sum
fn of_skew(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let rest = arena.without_skew_terms(operand(node)?)?;
    Some(arena.trace(rest))
}

/// tr(uvᵀ) = vᵀu
fn of_outer_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    let split = (1..factors.len()).find(|at| arena.shape(factors[*at]).rows.is_one())?;
    let mut rotated = factors.to_vec();
    rotated.rotate_left(split);
    Some(arena.mul(&rotated))
}

/// tr(Xᵀ(Y ∘ Z)) = sum(X ∘ Y ∘ Z) and tr(Xᵀf(Y)) = sum(X ∘ f(Y))
fn of_entrywise_product(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    let [left, right] = **factors else { return None };
    if !is_entrywise(arena, left) && !is_entrywise(arena, right) {
        return None;
    }
    let left = arena.transpose(left);
    let product = arena.hadamard(left, right);
    Some(arena.total(product))
}

/// tr(K(A ⊗ B)) = tr(AB) (Magnus & Neudecker 2019, §3.7)
fn of_commutation_kron(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Product(ref factors) = *arena.node(operand(node)?) else { return None };
    let [first, second] = **factors else { return None };
    let (a, b, of) = match (arena.node(first), arena.node(second)) {
        (Node::Kron(a, b), Node::Commutation(of)) | (Node::Commutation(of), Node::Kron(a, b)) => (*a, *b, *of),
        _ => return None,
    };
    (arena.shape(b) == of && arena.shape(a) == of.transposed()).then(|| {
        let product = arena.mul(&[a, b]);
        arena.trace(product)
    })
}

/// tr(XAX⁻¹) = tr A: the last factor and the first are neighbors in a rotation.
fn of_cycle_that_merges(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Product(ref factors) = *arena.node(inner) else { return None };
    let (first, last) = (factors[0], factors[factors.len() - 1]);
    let pair = arena.mul(&[last, first]);
    if matches!(arena.node(pair), Node::Product(merged) if **merged == [last, first]) {
        return None;
    }
    let Node::Product(ref factors) = *arena.node(inner) else { return None };
    let mut rotated = factors.to_vec();
    rotated.rotate_right(1);
    let product = arena.mul(&rotated);
    // Ends that commute are put in order only where the cycle then comes first, so that it does not go round for ever.
    let Node::Product(ref factors) = *arena.node(inner) else { return None };
    let goes_on = match arena.node(product) {
        Node::Product(sorted) => sorted.len() < factors.len() || **sorted < **factors,
        _ => true,
    };
    goes_on.then(|| arena.trace(product))
}

/// tr(XᵀX) = ‖X‖² where some rotation is such a product.
fn of_gram(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let inner = operand(node)?;
    let Node::Product(ref factors) = *arena.node(inner) else { return None };
    let count = factors.len();
    if !count.is_multiple_of(2) {
        return None;
    }
    let factors = factors.clone();
    let is_pair = |arena: &mut Arena, at: usize| arena.transpose(factors[at]) == factors[(at + 1) % count];
    if !(0..count).any(|at| is_pair(arena, at)) {
        return None;
    }
    let transposed: Vec<ExprId> = factors.iter().map(|factor| arena.transpose(*factor)).collect();
    let middle = mirrored_at(&factors, &transposed)?;
    let mut second = factors.to_vec();
    second.rotate_left(middle);
    second.truncate(count / 2);
    let matrix = arena.mul(&second);
    let norm = arena.norm(Norm::Frobenius, matrix);
    Some(arena.pow_number(norm, &Coeff::integer(2)))
}

/// Where a cycle can be cut so that each half is the other one transposed: the first place after the middle of such a rotation.
///
/// The longest mirrored stretch about every place of the cycle, gone round twice, in linear time (Manacher 1975).
fn mirrored_at(factors: &[ExprId], transposed: &[ExprId]) -> Option<usize> {
    let count = factors.len();
    let half = count / 2;
    let is_mirror = |left: usize, right: usize| transposed[left % count] == factors[right % count];
    // radius[c]: how many factors before place c mirror those from c on.
    let mut radius = vec![0; 2 * count];
    let (mut from, mut to) = (0, 0);
    for center in 1..2 * count {
        let mut reach = if center < to { radius[from + to - center].min(to - center) } else { 0 };
        while reach < half
            && reach < center
            && center + reach < 2 * count
            && is_mirror(center - reach - 1, center + reach)
        {
            reach += 1;
        }
        radius[center] = reach;
        if center + reach > to {
            (from, to) = (center - reach, center + reach);
        }
        if reach == half {
            return Some(center % count);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mirrored_at;
    use crate::expr::ExprId;

    /// Small letters are transposed capitals.
    fn middle(word: &str) -> Option<usize> {
        let id = |letter: char| ExprId(u32::from(letter));
        let flip = |letter: char| {
            id(if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() })
        };
        let factors: Vec<ExprId> = word.chars().map(id).collect();
        let transposed: Vec<ExprId> = word.chars().map(flip).collect();
        mirrored_at(&factors, &transposed)
    }

    #[test]
    fn a_cycle_is_cut_into_two_halves_that_mirror_each_other() {
        assert_eq!(middle("Aa"), Some(1));
        assert_eq!(middle("baAB"), Some(2));
        assert_eq!(middle("aABb"), Some(3));
        assert_eq!(middle("AaBb"), Some(3));
        assert_eq!(middle("ABab"), None);
        assert_eq!(middle("AaAa"), Some(2));
        assert_eq!(middle("AaBC"), None);
        assert_eq!(middle(&"Aa".repeat(3)), Some(3));
    }
}
