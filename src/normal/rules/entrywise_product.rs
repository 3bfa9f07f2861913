//! Entrywise products: how they are collected, and factors that act on the others by their form.

use crate::expr::{Arena, ExprId, Node, Op, Shape};
use crate::normal::identity::{Exchange, Identity, Rule};
use crate::structure::Structure;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "like-powers",
        says: "xᵃxᵇ = xᵃ⁺ᵇ",
        example: "x^3 y x^2",
        declare: "x: scalar; y: scalar",
        want: "yx⁵",
        rule: Rule::Canonical,
    },
    Identity {
        id: "entrywise-power-of-power",
        says: "(xᵃ)ᵇ = xᵃᵇ for a whole number b, or for x ≥ 0",
        example: "(x .^ 3) .^ 2",
        declare: "x: vector(n)",
        want: "x.^6",
        rule: Rule::Canonical,
    },
    Identity {
        id: "power-of-product",
        says: "(xy)ᵃ = xᵃyᵃ for a whole number a, or for x, y ≥ 0",
        example: "(x .* y) .^ 2 ./ x",
        declare: "x: vector(n); y: vector(n)",
        want: "x∘y∘y",
        rule: Rule::Canonical,
    },
    Identity {
        id: "power-of-square",
        says: "(x²)ᵖ = |x|²ᵖ",
        example: "sqrt(x^4)",
        declare: "x: scalar",
        want: "x²",
        rule: Rule::Canonical,
    },
    Identity {
        id: "entrywise-power-of-exponential",
        says: "(eˣ)ᵃ = e^(ax)",
        example: "y / exp(x)",
        declare: "x: scalar; y: scalar",
        want: "y exp(−x)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "product-of-exponentials",
        says: "eˣeʸ = eˣ⁺ʸ",
        example: "exp(x) .* exp(y)",
        declare: "x: vector(n); y: vector(n)",
        want: "exp(x + y)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "powers-of-minus-one",
        says: "(−1)ᵏ(−1)ˡ = (−1)ᵏ⁺ˡ, of which only what is odd counts",
        example: "(-1)^k x (-1)^(k + 1)",
        declare: "k: integer; x: scalar",
        want: "−x",
        rule: Rule::Canonical,
    },
    Identity {
        id: "rows-scaled",
        says: "(u1ᵀ)∘X = diag(u)X",
        example: "(u ones(n)') .* X",
        declare: "u: vector(m); X: matrix(m,n)",
        want: "diag(u)X",
        rule: Rule::Canonical,
    },
    Identity {
        id: "columns-scaled",
        says: "(1vᵀ)∘X = X diag(v)",
        example: "(ones(m) v') .* X",
        declare: "v: vector(n); X: matrix(m,n)",
        want: "X diag(v)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "outer-product-scales",
        says: "(uvᵀ)∘X = diag(u)X diag(v), and so X⊘(uvᵀ) and (uvᵀ)∘(wzᵀ) = (u∘w)(v∘z)ᵀ",
        example: "X ./ (u v')",
        declare: "u: vector(m); v: vector(n); X: matrix(m,n)",
        want: "diag(1⊘u)X diag(1⊘v)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "entrywise-product-with-diagonal",
        says: "diag(v)∘X = diag(v∘diag(X)), and I∘X alike where the diagonal of X has a form of its own",
        example: "diag(v) .* exp(u w')",
        declare: "v: vector(n); u: vector(n); w: vector(n)",
        want: "diag(v∘exp(u∘w))",
        rule: Rule::Canonical,
    },
    Identity {
        id: "entrywise-product-with-identity",
        says: "I∘D = D for a diagonal matrix D",
        example: "eye(n) .* diag(exp(v)) .* eye(n)",
        declare: "v: vector(n)",
        want: "diag(exp(v))",
        rule: Rule::Powers(with_identity),
    },
    Identity {
        id: "entrywise-product-with-triangle",
        says: "tril(11ᵀ)∘X = tril(X), and likewise for the upper triangle",
        example: "tril(ones(n,n)) .* X",
        declare: "X: matrix(n,n)",
        want: "tril(X)",
        rule: Rule::Powers(with_triangle),
    },
    Identity {
        id: "entrywise-product-of-vecs",
        says: "vec(A)∘vec(B) = vec(A∘B)",
        example: "vec(A) .* x .* vec(B)",
        declare: "A: matrix(2,3); B: matrix(2,3); x: vector(6)",
        want: "x∘vec(A∘B)",
        rule: Rule::Powers(of_vecs),
    },
];

/// I∘D = D
fn with_identity(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    if !matches!(arena.node(base), Node::Identity(_)) || !arena.is_one(exponent) {
        return None;
    }
    let is_diagonal = |&(other, exponent): &(ExprId, ExprId)| {
        other != base && arena.as_number(exponent).is_some_and(|p| !p.is_negative()) && arena.is_diagonal(other)
    };
    powers.iter().any(is_diagonal).then(|| Exchange { places: vec![at], by: Vec::new() })
}

/// tril(11ᵀ)∘X = tril(X)
fn with_triangle(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    let which = match *arena.node(base) {
        Node::Apply(Op::Tril, inner) if arena.is_ones(inner) => Structure::Lower,
        Node::Apply(Op::Triu, inner) if arena.is_ones(inner) => Structure::Upper,
        _ => return None,
    };
    if !arena.is_one(exponent) || powers.len() < 2 {
        return None;
    }
    let mut rest = powers.to_vec();
    rest.remove(at);
    let rest = arena.hadamard_powers(&rest, arena.shape(base));
    let triangle = if which == Structure::Lower { arena.tril(rest) } else { arena.triu(rest) };
    Some(Exchange { places: (0..powers.len()).collect(), by: vec![(triangle, arena.one())] })
}

/// vec(A)ᵃ∘vec(B)ᵇ = vec(Aᵃ∘Bᵇ)
fn of_vecs(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let matrix = |arena: &Arena, id: ExprId| match *arena.node(id) {
        Node::Vec(inner) => Some(inner),
        _ => None,
    };
    let shape: Shape = arena.shape(matrix(arena, powers[at].0)?);
    if powers.len() < 2 {
        return None;
    }
    let (mut places, mut inside) = (Vec::new(), Vec::new());
    for (place, (base, exponent)) in powers.iter().enumerate() {
        if let Some(inner) = matrix(arena, *base)
            && arena.shape(inner) == shape
        {
            places.push(place);
            inside.push((inner, *exponent));
        }
    }
    if places.len() < 2 {
        return None;
    }
    let product = arena.hadamard_powers(&inside, shape);
    let one = arena.one();
    Some(Exchange { places, by: vec![(arena.vec(product), one)] })
}
