//! Products, extremes and logarithms of sums of exponentials of all entries. Sums are 1ᵀX1.

use crate::expr::{Arena, ExprId, Func, Node, Reduction};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "reduction-of-rearranged",
        says: "the entries of Xᵀ, vec(X) and unvec(x) are those of X and x",
        example: "max(vec(X'))",
        declare: "X: matrix(m,n)",
        want: "max(X)",
        rule: Rule::Over(Head::Reduce, of_rearranged),
    },
    Identity {
        id: "reduction-of-constant",
        says: "Πa = aⁿ, max(a1) = min(a1) = a and logsumexp(a1) = a + log n",
        example: "max(a ones(n)) + logsumexp(0 ones(n))",
        declare: "a: scalar",
        want: "a + log(n)",
        rule: Rule::Over(Head::Reduce, of_constant),
    },
    Identity {
        id: "reduction-of-shifted",
        says: "max(x + a1) = max(x) + a, and likewise for min and logsumexp",
        example: "logsumexp(x - a ones(n) + 2)",
        declare: "x: vector(n); a: scalar",
        want: "2 − a + logsumexp(x)",
        rule: Rule::Over(Head::Reduce, of_shifted),
    },
    Identity {
        id: "extreme-of-multiple",
        says: "max(cx) = c max(x) of c > 0, and max(−x) = −min(x)",
        example: "max(-2 λ x)",
        declare: "x: vector(n); λ: positive",
        want: "−2λ min(x)",
        rule: Rule::Over(Head::Reduce, extreme_of_multiple),
    },
    Identity {
        id: "product-of-multiple",
        says: "Πcxᵢ = cⁿΠxᵢ",
        example: "prod(3 s x)",
        declare: "x: vector(n); s: scalar",
        want: "3ⁿsⁿprod(x)",
        rule: Rule::Over(Head::Reduce, product_of_multiple),
    },
    Identity {
        id: "product-of-powers",
        says: "Πxᵢᵖ = (Πxᵢ)ᵖ for a whole number p",
        example: "prod(1 ./ x)",
        declare: "x: vector(n)",
        want: "1/prod(x)",
        rule: Rule::Over(Head::Reduce, product_of_powers),
    },
    Identity {
        id: "product-of-exponentials-of-entries",
        says: "Πexp(xᵢ) = exp(Σxᵢ)",
        example: "prod(exp(x))",
        declare: "x: vector(n)",
        want: "exp(sum(x))",
        rule: Rule::Over(Head::Reduce, product_of_exponentials),
    },
    Identity {
        id: "logsumexp-of-log",
        says: "logsumexp(log x) = log Σxᵢ, x > 0",
        example: "logsumexp(log(x))",
        declare: "x: vector(n)",
        want: "log(sum(x))",
        rule: Rule::Over(Head::Reduce, logsumexp_of_log),
    },
];

/// The entries of Xᵀ, vec(X) and unvec(x) are those of X and x.
fn of_rearranged(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(reduction, of) = *node else { return None };
    let (Node::Transpose(inner) | Node::Vec(inner) | Node::Unvec(inner, _)) = *arena.node(of) else { return None };
    Some(arena.reduce(reduction, inner))
}

/// s and M of a multiple sM of ones, s a scalar.
fn constant(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    if arena.is_zero(id) {
        return Some(arena.integer(0));
    }
    let (content, primitive) = arena.split_content(id);
    if !arena.is_spread(primitive) {
        return None;
    }
    let (scalar, _) = arena.split_scalar(primitive);
    Some(arena.scale(&content, scalar))
}

/// Πa = aⁿ, max(a1) = min(a1) = a and logsumexp(a1) = a + log n
fn of_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(reduction, of) = *node else { return None };
    let value = constant(arena, of)?;
    let shape = arena.shape(of);
    let count = arena.size_product(shape.rows, shape.cols);
    let count = arena.size(count);
    Some(match reduction {
        Reduction::Sum => arena.mul(&[value, count]),
        Reduction::Product => arena.pow(value, count),
        Reduction::Max | Reduction::Min => value,
        Reduction::LogSumExp => {
            let log = arena.elementwise(Func::Log, count);
            arena.plus(value, log)
        }
    })
}

/// max(x + a1) = max(x) + a, and likewise for min and logsumexp
fn of_shifted(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(reduction @ (Reduction::Max | Reduction::Min | Reduction::LogSumExp), of) = *node else {
        return None;
    };
    let (shift, rest) = without_shift(arena, of)?;
    let value = arena.reduce(reduction, rest);
    Some(arena.plus(value, shift))
}

/// a and x of x + a1.
pub(super) fn without_shift(arena: &mut Arena, id: ExprId) -> Option<(ExprId, ExprId)> {
    let Node::Add(ref terms) = *arena.node(id) else { return None };
    if terms.len() < 2 || !terms.iter().any(|(_, term)| arena.is_spread(*term)) {
        return None;
    }
    let (shifts, rest): (Vec<_>, Vec<_>) = terms.iter().cloned().partition(|(_, term)| arena.is_spread(*term));
    let mut shift = arena.integer(0);
    for (coeff, term) in shifts {
        let (scalar, _) = arena.split_scalar(term);
        let scalar = arena.scale(&coeff, scalar);
        shift = arena.plus(shift, scalar);
    }
    let shape = arena.shape(id);
    Some((shift, arena.add_terms(rest, shape)))
}

/// max(cx) = c max(x) of c > 0, and max(−x) = −min(x)
fn extreme_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(reduction @ (Reduction::Max | Reduction::Min), of) = *node else { return None };
    let (content, primitive) = arena.split_content(of);
    let (scalar, matrix) = arena.split_scalar(primitive);
    let (scalar, matrix) = if arena.is_positive(scalar) { (scalar, matrix) } else { (arena.one(), primitive) };
    // Of a sum that begins with a minus, −x is no shorter than x.
    let negative = content.is_negative() && arena.is_negative_throughout(of);
    let content = if negative { content } else { content.abs() };
    if content.is_one() && arena.is_one(scalar) {
        return None;
    }
    let opposite = if reduction == Reduction::Max { Reduction::Min } else { Reduction::Max };
    let inner = if negative || arena.split_content(of).0 == content { matrix } else { arena.neg(matrix) };
    let value = arena.reduce(if negative { opposite } else { reduction }, inner);
    let value = arena.mul(&[scalar, value]);
    Some(arena.scale(&content, value))
}

/// Πcxᵢ = cⁿΠxᵢ
fn product_of_multiple(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(Reduction::Product, of) = *node else { return None };
    let (content, primitive) = arena.split_content(of);
    let (scalar, matrix) = arena.split_scalar(primitive);
    if content.is_one() && arena.is_one(scalar) {
        return None;
    }
    let shape = arena.shape(of);
    let count = arena.size_product(shape.rows, shape.cols);
    let count = arena.size(count);
    let content = arena.number(content);
    let (content, scalar) = (arena.pow(content, count), arena.pow(scalar, count));
    let product = arena.reduce(Reduction::Product, matrix);
    Some(arena.mul(&[content, scalar, product]))
}

/// Πxᵢᵖ = (Πxᵢ)ᵖ for a whole number p
fn product_of_powers(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(Reduction::Product, of) = *node else { return None };
    let Node::Hadamard(ref factors) = *arena.node(of) else { return None };
    let [(base, exponent)] = **factors else { return None };
    if !arena.as_number(exponent).is_some_and(Coeff::is_integer) {
        return None;
    }
    let product = arena.reduce(Reduction::Product, base);
    Some(arena.pow(product, exponent))
}

/// Πexp(xᵢ) = exp(Σxᵢ)
fn product_of_exponentials(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(Reduction::Product, of) = *node else { return None };
    let Node::Elementwise(Func::Exp, x) = *arena.node(of) else { return None };
    let total = arena.total(x);
    Some(arena.elementwise(Func::Exp, total))
}

/// logsumexp(log x) = log Σxᵢ
fn logsumexp_of_log(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Reduce(Reduction::LogSumExp, of) = *node else { return None };
    let Node::Elementwise(Func::Log, x) = *arena.node(of) else { return None };
    let total = arena.total(x);
    Some(arena.elementwise(Func::Log, total))
}
