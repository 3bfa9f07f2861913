//! Choices by a condition: what needs no choice, what is known where the condition holds, and sums and products of choices.

use super::whole;
use crate::expr::{Arena, ExprId, Func, Node, StandIn};
use crate::normal::identity::{Exchange, Head, Identity, Rule, Term};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "choice-by-constant",
        says: "a choice by a condition that always or never holds is the one value",
        example: "where(exp(x) > 0, y, 2 y)",
        declare: "x: vector(n); y: vector(n)",
        want: "y",
        rule: Rule::Over(Head::Choose, by_constant),
    },
    Identity {
        id: "choice-of-equals",
        says: "a choice between X and X is X",
        example: "where(x > 0, y, y)",
        declare: "x: vector(n); y: vector(n)",
        want: "y",
        rule: Rule::Over(Head::Choose, of_equals),
    },
    Identity {
        id: "choice-as-indicator",
        says: "1 where a condition holds, else 0, is its indicator",
        example: "where(x > 0, 1, 0)",
        declare: "x: vector(n)",
        want: "1[x > 0]",
        rule: Rule::Over(Head::Choose, as_indicator),
    },
    Identity {
        id: "choice-as-relu",
        says: "xᵏy where x > 0, else 0, is relu(x)ᵏy, where y always has a value",
        example: "where(x > 0, x .* y, 0)",
        declare: "x: vector(n); y: vector(n)",
        want: "y∘relu(x)",
        rule: Rule::Over(Head::Choose, as_relu),
    },
    Identity {
        id: "choice-as-absolute-value",
        says: "x where x > 0, else −x, is |x|",
        example: "where(x > 0, x, -x)",
        declare: "x: vector(n)",
        want: "|x|",
        rule: Rule::Over(Head::Choose, as_absolute_value),
    },
    Identity {
        id: "sum-of-choices",
        says: "the sum of choices by one condition is one choice between sums",
        example: "where(x > 0, exp(x), y) + where(x > 0, y, 1)",
        declare: "x: vector(n); y: vector(n)",
        want: "where(x > 0, exp(x) + y, 1 + y)",
        rule: Rule::Terms(sum),
    },
    Identity {
        id: "product-with-choice",
        says: "a factor of a choice between X and 0 is a factor of X",
        example: "where(x > 0, exp(x), 0) .* y",
        declare: "x: vector(n); y: vector(n)",
        want: "where(x > 0, y∘exp(x), zeros(n))",
        rule: Rule::Powers(product),
    },
];

fn operands(node: &Node) -> Option<(ExprId, ExprId, ExprId)> {
    if let Node::Choose(condition, then, otherwise) = *node { Some((condition, then, otherwise)) } else { None }
}

/// A condition that is 0 or 1 throughout.
fn by_constant(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (condition, then, otherwise) = operands(node)?;
    if arena.is_zero(condition) {
        Some(otherwise)
    } else {
        (arena.is_one(condition) || arena.is_ones(condition)).then_some(then)
    }
}

fn of_equals(_: &mut Arena, node: &Node) -> Option<ExprId> {
    let (_, then, otherwise) = operands(node)?;
    (then == otherwise).then_some(then)
}

/// 1 or 0, and 0 or 1.
fn as_indicator(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (condition, then, otherwise) = operands(node)?;
    if arena.shape(condition) != arena.shape(then) {
        return None;
    }
    let ones = arena.ones(arena.shape(then));
    if then == ones && arena.is_zero(otherwise) {
        Some(condition)
    } else {
        (otherwise == ones && arena.is_zero(then)).then(|| arena.minus(ones, condition))
    }
}

/// 1[u > 0]X where that is relu(u)ᵏY.
fn as_relu(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (condition, then, otherwise) = operands(node)?;
    let Node::Elementwise(Func::Step, _) = *arena.node(condition) else { return None };
    if !arena.is_zero(otherwise) || arena.shape(condition) != arena.shape(then) || !is_total(arena, then) {
        return None;
    }
    let product = arena.hadamard(condition, then);
    let is_left = arena.post_order(product).contains(&condition);
    (!is_left).then_some(product)
}

/// Whether it has a value whatever its symbols are, by its form.
fn is_total(arena: &Arena, id: ExprId) -> bool {
    arena.post_order(id).into_iter().all(|id| match arena.node(id) {
        // What is pulled back stays beside what it is added to later.
        Node::Symbol(symbol) => !matches!(arena.stands_for(*symbol), Some(StandIn::Cotangent(_))),
        Node::Number(_) | Node::Pi | Node::Size(_) | Node::Ones(_) | Node::Add(_) | Node::Product(_) => true,
        Node::Hadamard(factors) => {
            factors.iter().all(|(_, exponent)| whole(arena, *exponent).is_some_and(|exponent| exponent > 0))
        }
        Node::Transpose(_) | Node::Entry(..) | Node::Differential(..) => true,
        Node::Elementwise(func, _) => matches!(func, Func::Relu | Func::Abs | Func::Step | Func::Sign),
        _ => false,
    })
}

/// u or −u by the sign of u.
fn as_absolute_value(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let (condition, then, otherwise) = operands(node)?;
    let Node::Elementwise(Func::Step, of) = *arena.node(condition) else { return None };
    let opposite = arena.neg(of);
    let absolute = |arena: &mut Arena| arena.elementwise(Func::Abs, of);
    if then == of && otherwise == opposite {
        Some(absolute(arena))
    } else if then == opposite && otherwise == of {
        let absolute = absolute(arena);
        Some(arena.neg(absolute))
    } else {
        None
    }
}

/// Choices by one condition.
fn sum(arena: &mut Arena, (coeff, id): &Term, terms: &[Term]) -> Option<Vec<Term>> {
    let Node::Choose(condition, ..) = *arena.node(*id) else { return None };
    let place = terms.iter().position(|(_, term)| term == id)?;
    let (other, partner) = terms[place + 1..]
        .iter()
        .find(|(_, term)| matches!(*arena.node(*term), Node::Choose(found, ..) if found == condition))
        .cloned()?;
    let joined = arena.sum_of_choices((coeff, *id), (&other, partner))?;
    Some(vec![(coeff.neg(), *id), (other.neg(), partner), (Coeff::ONE, joined)])
}

/// Everything that stands beside a choice between X and 0.
fn product(arena: &mut Arena, at: usize, powers: &[(ExprId, ExprId)]) -> Option<Exchange> {
    let (base, exponent) = powers[at];
    let Node::Choose(_, then, otherwise) = *arena.node(base) else { return None };
    let is_positive = arena.as_number(exponent).is_some_and(|exponent| !exponent.is_negative() && !exponent.is_zero());
    if !is_positive || powers.len() < 2 && arena.is_one(exponent) || !(arena.is_zero(then) || arena.is_zero(otherwise))
    {
        return None;
    }
    let shape = arena.shape(base);
    let mut factors = powers.to_vec();
    let value = arena.times_choice(base, |arena, value| {
        factors[at].0 = value;
        arena.hadamard_powers(&factors, shape)
    })?;
    Some(Exchange { places: (0..powers.len()).collect(), by: vec![(value, arena.one())] })
}
