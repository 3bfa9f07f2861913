//! Logarithms and exponentials of numbers.
//!
//! log(xy) = log x + log y is longer, and false where both are negative. What has no value where x ≤ 0 keeps that as a condition of
//! the input: exp(a log x) = xᵃ, x > 0.

use super::argument;
use crate::expr::{Arena, ExprId, Func, Node, Op, Reduction};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "log-of-one",
        says: "log 1 = 0",
        example: "log(exp(0 x)) + x",
        declare: "x: vector(n)",
        want: "x",
        rule: Rule::Over(Head::Elementwise, log_of_one),
    },
    Identity {
        id: "log-of-softmax",
        says: "log softmax(x) = x − logsumexp(x)1",
        example: "log(softmax(x))",
        declare: "x: vector(n)",
        want: "x − logsumexp(x)",
        rule: Rule::Over(Head::Elementwise, log_of_softmax),
    },
    Identity {
        id: "log-of-sum-of-exponentials",
        says: "log Σexp(xᵢ) = logsumexp(x)",
        example: "log(sum(exp(X)))",
        declare: "X: matrix(m,n)",
        want: "logsumexp(X)",
        rule: Rule::Over(Head::Elementwise, log_of_sum),
    },
    Identity {
        id: "log-of-one-plus-exponential",
        says: "log(1 + eˣ) = softplus(x)",
        example: "log(1 + exp(x))",
        declare: "x: vector(n)",
        want: "softplus(x)",
        rule: Rule::Over(Head::Elementwise, log_of_one_plus_exponential),
    },
    Identity {
        id: "log-of-power",
        says: "log xᵖ = p log x for x ≥ 0, and where p is not even",
        example: "log(1 / x) + log(exp(y)^2 + 1)",
        declare: "x: scalar; y: scalar",
        want: "softplus(2y) − log(x)",
        rule: Rule::Over(Head::Elementwise, log_of_power),
    },
    Identity {
        id: "log-of-exponential-times",
        says: "log(yeˣ) = log y + x",
        example: "log(y exp(-x))",
        declare: "x: scalar; y: scalar",
        want: "log(y) − x",
        rule: Rule::Over(Head::Elementwise, log_of_exponential_times),
    },
    Identity {
        id: "log-of-normal-density",
        says: "log φ(x) = −½x² − ½log(2π)",
        example: "log(normpdf(x))",
        declare: "x: scalar",
        want: "−½(x² + log(2π))",
        rule: Rule::Over(Head::Elementwise, log_of_normal_density),
    },
    Identity {
        id: "exponential-of-log-terms",
        says: "exp(y + a log x) = xᵃexp(y)",
        example: "exp(y + a log(x))",
        declare: "x: scalar; y: scalar; a: scalar",
        want: "xᵃexp(y)",
        rule: Rule::Over(Head::Elementwise, exponential_of_logs),
    },
    Identity {
        id: "exponential-of-log-softmax",
        says: "exp(x − logsumexp(x)1) = softmax(x)",
        example: "exp(x - logsumexp(x) ones(n))",
        declare: "x: vector(n)",
        want: "softmax(x)",
        rule: Rule::Over(Head::Elementwise, exponential_of_log_softmax),
    },
];

/// log 1 = 0
fn log_of_one(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    arena.is_ones(z).then(|| arena.zero(arena.shape(z)))
}

/// log softmax(x) = x − logsumexp(x)1
fn log_of_softmax(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    let Node::Apply(Op::Softmax, x) = *arena.node(z) else { return None };
    let shape = arena.shape(z);
    if shape.is_matrix() {
        return None;
    }
    let total = arena.reduce(Reduction::LogSumExp, x);
    let ones = arena.ones(shape);
    let total = arena.mul(&[total, ones]);
    Some(arena.minus(x, total))
}

/// log Σexp(xᵢ) = logsumexp(x)
fn log_of_sum(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    let Node::Reduce(Reduction::Sum, inner) = *arena.node(z) else { return None };
    let Node::Elementwise(Func::Exp, x) = *arena.node(inner) else { return None };
    Some(arena.reduce(Reduction::LogSumExp, x))
}

/// log(1 + eˣ) = softplus(x)
fn log_of_one_plus_exponential(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    let Node::Add(ref terms) = *arena.node(z) else { return None };
    let [(ref c, first), (ref d, second)] = **terms else { return None };
    if !c.is_one() || !d.is_one() {
        return None;
    }
    let other = if arena.is_ones(first) {
        second
    } else if arena.is_ones(second) {
        first
    } else {
        return None;
    };
    let x = argument(arena.node(other), Func::Exp)?;
    Some(arena.elementwise(Func::Softplus, x))
}

/// log φ(x) = −½x² − ½log(2π)
fn log_of_normal_density(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    let x = argument(arena.node(z), Func::NormPdf)?;
    let square = arena.pow_number(x, &Coeff::integer(2));
    let pi = arena.intern(Node::Pi);
    let circle = arena.scale(&Coeff::integer(2), pi);
    let log = arena.elementwise(Func::Log, circle);
    let ones = arena.ones(arena.shape(x));
    let constant = arena.mul(&[log, ones]);
    let sum = arena.plus(square, constant);
    Some(arena.scale(&Coeff::ratio(-1, 2)?, sum))
}

/// log xᵖ = p log x for x ≥ 0; of an odd power, and of one that is not a whole number, xᵖ > 0 says x > 0.
fn log_of_power(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    let Node::Hadamard(ref factors) = *arena.node(z) else { return None };
    let [(base, exponent)] = **factors else { return None };
    let may_be_even = match arena.as_number(exponent) {
        Some(p) => p.to_i64().is_some_and(|p| p % 2 == 0),
        None => arena.is_integer_valued(exponent),
    };
    if may_be_even && !arena.is_nonnegative(base) {
        return None;
    }
    let log = arena.elementwise(Func::Log, base);
    Some(arena.mul(&[exponent, log]))
}

/// log(yeˣ) = log y + x, and with a softmax for the exponential; log(sM) = log s 1 + log M of these
fn log_of_exponential_times(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    let shape = arena.shape(z);
    let has_log = |arena: &Arena, id: ExprId| {
        matches!(arena.node(id), Node::Elementwise(Func::Exp, _) | Node::Apply(Op::Softmax, _))
    };
    match *arena.node(z) {
        Node::Hadamard(ref factors) => {
            let place = factors.iter().position(|(base, _)| has_log(arena, *base))?;
            let mut rest = factors.to_vec();
            let (base, exponent) = rest.remove(place);
            let taken = arena.elementwise(Func::Log, base);
            let taken = arena.mul(&[exponent, taken]);
            let rest = arena.hadamard_powers(&rest, shape);
            let rest = arena.elementwise(Func::Log, rest);
            Some(arena.plus(taken, rest))
        }
        Node::Product(ref factors) if arena.shape(factors[0]).is_scalar() => {
            let (scalar, rest) = arena.split_scalar(z);
            if !has_log(arena, rest) {
                return None;
            }
            let log_scalar = arena.elementwise(Func::Log, scalar);
            let ones = arena.ones(shape);
            let log_scalar = arena.mul(&[log_scalar, ones]);
            let log_rest = arena.elementwise(Func::Log, rest);
            Some(arena.plus(log_scalar, log_rest))
        }
        _ => None,
    }
}

/// a and x of a term a log x, a scalar.
fn multiple_of_log(arena: &mut Arena, term: ExprId) -> Option<(ExprId, ExprId)> {
    let log = |arena: &Arena, id: ExprId| argument(arena.node(id), Func::Log);
    if let Some(x) = log(arena, term) {
        return Some((arena.one(), x));
    }
    match *arena.node(term) {
        Node::Product(ref factors) => {
            let [scalar, other] = **factors else { return None };
            let x = log(arena, other)?;
            arena.shape(scalar).is_scalar().then_some((scalar, x))
        }
        Node::Hadamard(ref factors) if arena.shape(term).is_scalar() => {
            let mut logs = factors.iter().enumerate().filter_map(|(at, (base, _))| Some((at, log(arena, *base)?)));
            let ((at, x), None) = (logs.next()?, logs.next()) else { return None };
            if !arena.is_one(factors[at].1) {
                return None;
            }
            let mut rest = factors.to_vec();
            rest.remove(at);
            let shape = arena.shape(term);
            Some((arena.hadamard_powers(&rest, shape), x))
        }
        _ => None,
    }
}

/// exp(y + a log x) = xᵃexp(y)
fn exponential_of_logs(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Exp)?;
    let shape = arena.shape(z);
    if !matches!(arena.node(z), Node::Add(_) | Node::Product(_) | Node::Hadamard(_)) {
        return None;
    }
    let mut rest = Vec::new();
    let mut powers = Vec::new();
    let terms = if let Node::Add(terms) = arena.node(z) { terms.clone() } else { [(Coeff::ONE, z)].into() };
    for (coeff, term) in terms.iter().cloned() {
        match multiple_of_log(arena, term) {
            Some((a, x)) => powers.push((x, arena.scale(&coeff, a))),
            None => rest.push((coeff, term)),
        }
    }
    if powers.is_empty() {
        return None;
    }
    let rest = arena.add_terms(rest, shape);
    powers.push((arena.elementwise(Func::Exp, rest), arena.one()));
    Some(arena.hadamard_powers(&powers, shape))
}

/// exp(x − logsumexp(x)1) = softmax(x)
fn exponential_of_log_softmax(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Exp)?;
    let Node::Add(ref terms) = *arena.node(z) else { return None };
    if !arena.shape(z).is_column() {
        return None;
    }
    let (of, total) = terms.iter().find_map(|(coeff, term)| {
        let Node::Product(ref factors) = *arena.node(*term) else { return None };
        let [scalar, ones] = **factors else { return None };
        let Node::Reduce(Reduction::LogSumExp, of) = *arena.node(scalar) else { return None };
        (*coeff == Coeff::MINUS_ONE && arena.is_ones(ones)).then_some((of, *term))
    })?;
    let x = arena.plus(z, total);
    (x == of).then(|| arena.softmax(x))
}
