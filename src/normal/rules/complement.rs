//! Terms that complete one another: squares of sine and cosine, a sigmoid and 1, softplus and relu of x and −x.

use std::sync::Arc;

use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Identity, Rule, coefficient_of};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "sigmoid-complement",
        says: "1 − σ(x) = σ(−x)",
        example: "y + 1 - σ(x)",
        declare: "x: scalar; y: scalar",
        want: "y + σ(−x)",
        rule: Rule::TermsOf(&[Func::Sigmoid], |arena, term, terms| one_less(arena, term, terms, Func::Sigmoid)),
    },
    Identity {
        id: "sigmoids-of-opposites",
        says: "σ(x) + σ(−x) = 1",
        example: "σ(-x) + y + σ(x)",
        declare: "x: vector(n); y: vector(n)",
        want: "1 + y",
        rule: Rule::TermsOf(&[Func::Sigmoid], |arena, term, terms| {
            opposites(arena, term, terms, Func::Sigmoid, &Coeff::ONE)
        }),
    },
    Identity {
        id: "normal-distribution-complement",
        says: "1 − Φ(x) = Φ(−x)",
        example: "y + 1 - normcdf(x)",
        declare: "x: scalar; y: scalar",
        want: "y + normcdf(−x)",
        rule: Rule::TermsOf(&[Func::NormCdf], |arena, term, terms| one_less(arena, term, terms, Func::NormCdf)),
    },
    Identity {
        id: "normal-distributions-of-opposites",
        says: "Φ(x) + Φ(−x) = 1",
        example: "normcdf(-x) + y + normcdf(x)",
        declare: "x: vector(n); y: vector(n)",
        want: "1 + y",
        rule: Rule::TermsOf(&[Func::NormCdf], |arena, term, terms| {
            opposites(arena, term, terms, Func::NormCdf, &Coeff::ONE)
        }),
    },
    Identity {
        id: "softplus-of-opposites",
        says: "softplus(x) − softplus(−x) = x",
        example: "2 softplus(x) + y - 2 softplus(-x)",
        declare: "x: scalar; y: scalar",
        want: "2x + y",
        rule: Rule::TermsOf(&[Func::Softplus], |arena, term, terms| {
            opposites(arena, term, terms, Func::Softplus, &Coeff::MINUS_ONE)
        }),
    },
    Identity {
        id: "relu-of-opposites",
        says: "relu(x) − relu(−x) = x",
        example: "relu(x) + y - relu(-x)",
        declare: "x: vector(n); y: vector(n)",
        want: "x + y",
        rule: Rule::TermsOf(&[Func::Relu], |arena, term, terms| {
            opposites(arena, term, terms, Func::Relu, &Coeff::MINUS_ONE)
        }),
    },
    Identity {
        id: "relu-sum-of-opposites",
        says: "relu(x) + relu(−x) = |x|",
        example: "relu(x) + y + relu(-x)",
        declare: "x: scalar; y: scalar",
        want: "y + |x|",
        rule: Rule::TermsOf(&[Func::Relu], |arena, term, terms| opposites(arena, term, terms, Func::Relu, &Coeff::ONE)),
    },
    Identity {
        id: "softplus-complement",
        says: "softplus(x) − x = softplus(−x)",
        example: "softplus(x) + y - x",
        declare: "x: vector(n); y: vector(n)",
        want: "y + softplus(−x)",
        rule: Rule::TermsOf(&[Func::Softplus], |arena, term, terms| complement(arena, term, terms, Func::Softplus)),
    },
    Identity {
        id: "relu-complement",
        says: "relu(x) − x = relu(−x)",
        example: "relu(2 x) + y - 2 x",
        declare: "x: scalar; y: scalar",
        want: "y + 2relu(−x)",
        rule: Rule::TermsOf(&[Func::Relu], |arena, term, terms| complement(arena, term, terms, Func::Relu)),
    },
    Identity {
        id: "pythagorean",
        says: "sin² x + cos² x = 1",
        example: "2 sin(x)^2 + y + 2 cos(x)^2",
        declare: "x: scalar; y: scalar",
        want: "2 + y",
        rule: Rule::Terms(pythagorean),
    },
    Identity {
        id: "double-angle",
        says: "cos² x − sin² x = cos 2x",
        example: "3 cos(x)^2 + y - 3 sin(x)^2",
        declare: "x: scalar; y: scalar",
        want: "y + 3cos(2x)",
        rule: Rule::Terms(double_angle),
    },
    Identity {
        id: "hyperbolic-pythagorean",
        says: "cosh² x − sinh² x = 1",
        example: "2 cosh(x)^2 + y - 2 sinh(x)^2",
        declare: "x: scalar; y: scalar",
        want: "2 + y",
        rule: Rule::Terms(hyperbolic),
    },
];

/// c·1 − c·f(z) = c·f(−z) for a function with f(z) + f(−z) = 1
fn one_less(
    arena: &mut Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
    f: Func,
) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Elementwise(found, z) = *arena.node(*term) else { return None };
    if found != f {
        return None;
    }
    let ones = arena.ones(arena.shape(*term));
    let constant = coefficient_of(terms, ones)?.clone();
    constant.add(coeff).is_zero().then(|| {
        let minus = arena.neg(z);
        let flipped = arena.elementwise(f, minus);
        vec![(coeff.clone(), ones), (constant.clone(), *term), (constant, flipped)]
    })
}

/// c·f(z) ± c·f(−z) for a function with f(z) + f(−z) = 1 or |z|, or with f(z) − f(−z) = z.
fn opposites(
    arena: &mut Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
    f: Func,
    sign: &Coeff,
) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Elementwise(found, z) = *arena.node(*term) else { return None };
    if found != f || arena.is_negative_throughout(z) {
        return None;
    }
    let minus = arena.neg(z);
    let partner = arena.find(&Node::Elementwise(f, minus))?;
    let of_partner = coefficient_of(terms, partner)?.clone();
    if of_partner != coeff.mul(sign) {
        return None;
    }
    let sum = match (f, sign.is_negative()) {
        (Func::Sigmoid | Func::NormCdf, _) => arena.ones(arena.shape(*term)),
        (_, true) => z,
        (_, false) => arena.elementwise(Func::Abs, z),
    };
    Some(vec![(coeff.neg(), *term), (of_partner.neg(), partner), (coeff.clone(), sum)])
}

/// c·f(z) − c·z = c·f(−z), of an argument that is one term
fn complement(
    arena: &mut Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
    f: Func,
) -> Option<Vec<(Coeff, ExprId)>> {
    let Node::Elementwise(found, z) = *arena.node(*term) else { return None };
    if found != f {
        return None;
    }
    let (content, single) = arena.split_content(z);
    let of_single = coefficient_of(terms, single)?.clone();
    if !of_single.add(&coeff.mul(&content)).is_zero() {
        return None;
    }
    let minus = arena.neg(z);
    let flipped = arena.elementwise(f, minus);
    Some(vec![(coeff.neg(), *term), (of_single.neg(), single), (coeff.clone(), flipped)])
}

fn pythagorean(arena: &mut Arena, term: &(Coeff, ExprId), terms: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, ExprId)>> {
    completed_squares(arena, term, terms, (Func::Sin, Func::Cos), &Coeff::ONE)
}

fn hyperbolic(arena: &mut Arena, term: &(Coeff, ExprId), terms: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, ExprId)>> {
    completed_squares(arena, term, terms, (Func::Cosh, Func::Sinh), &Coeff::MINUS_ONE)
}

/// c·cos²z − c·sin²z = c·cos 2z
fn double_angle(arena: &mut Arena, term: &(Coeff, ExprId), terms: &[(Coeff, ExprId)]) -> Option<Vec<(Coeff, ExprId)>> {
    let (z, partner) = partner_square(arena, term, terms, (Func::Cos, Func::Sin), &Coeff::MINUS_ONE)?;
    let twice = arena.scale(&Coeff::integer(2), z);
    let cosine = arena.elementwise(Func::Cos, twice);
    Some(vec![(term.0.neg(), term.1), (term.0.clone(), partner), (term.0.clone(), cosine)])
}

/// c·f(z)² ± c·g(z)² = c
fn completed_squares(
    arena: &mut Arena,
    term: &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
    functions: (Func, Func),
    sign: &Coeff,
) -> Option<Vec<(Coeff, ExprId)>> {
    let (_, partner) = partner_square(arena, term, terms, functions, sign)?;
    let ones = arena.ones(arena.shape(term.1));
    Some(vec![(term.0.neg(), term.1), (term.0.mul(sign).neg(), partner), (term.0.clone(), ones)])
}

/// z and g(z)² of c·f(z)² ± c·g(z)².
fn partner_square(
    arena: &Arena,
    (coeff, term): &(Coeff, ExprId),
    terms: &[(Coeff, ExprId)],
    (f, g): (Func, Func),
    sign: &Coeff,
) -> Option<(ExprId, ExprId)> {
    let Node::Hadamard(ref factors) = *arena.node(*term) else { return None };
    let [(base, exponent)] = **factors else { return None };
    let Node::Elementwise(found, z) = *arena.node(base) else { return None };
    if found != f || arena.as_number(exponent).and_then(Coeff::to_i64) != Some(2) {
        return None;
    }
    let partner = arena.find(&Node::Elementwise(g, z))?;
    let partner = arena.find(&Node::Hadamard(Arc::new([(partner, exponent)])))?;
    (*coefficient_of(terms, partner)? == coeff.mul(sign)).then_some((z, partner))
}
