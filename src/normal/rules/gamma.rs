//! The Gamma function and its logarithm. None has a value where x ≤ 0.

use super::argument;
use crate::expr::{Arena, ExprId, Func, Node};
use crate::normal::identity::{Head, Identity, Rule};
use crate::number::Coeff;

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "log-of-gamma",
        says: "the logarithm of Γ(x) is log Γ(x)",
        example: "log(Γ(x)) - lgamma(x) + y",
        declare: "x: positive; y: scalar",
        want: "y",
        rule: Rule::Over(Head::Elementwise, log_of_gamma),
    },
    Identity {
        id: "exponential-of-log-gamma",
        says: "exp(log Γ(x)) = Γ(x)",
        example: "exp(lgamma(x))",
        declare: "x: positive(n)",
        want: "Γ(x)",
        rule: Rule::Over(Head::Elementwise, exponential_of_log_gamma),
    },
    Identity {
        id: "gamma-of-integer",
        says: "Γ(n) = (n − 1)!, and log Γ(1) = log Γ(2) = 0",
        example: "Γ(5) x + lgamma(2)",
        declare: "x: scalar",
        want: "24x",
        rule: Rule::Over(Head::Elementwise, of_integer),
    },
];

/// The largest argument of which Γ is written as a number.
const MOST_INTEGER: i64 = 21;

/// log Γ(x)
fn log_of_gamma(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Log)?;
    let Node::Elementwise(Func::Gamma, x) = *arena.node(z) else { return None };
    Some(arena.elementwise(Func::LogGamma, x))
}

/// exp(log Γ(x)) = Γ(x)
fn exponential_of_log_gamma(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let z = argument(node, Func::Exp)?;
    let Node::Elementwise(Func::LogGamma, x) = *arena.node(z) else { return None };
    Some(arena.elementwise(Func::Gamma, x))
}

/// Γ(n) = (n − 1)!
fn of_integer(arena: &mut Arena, node: &Node) -> Option<ExprId> {
    let Node::Elementwise(func @ (Func::Gamma | Func::LogGamma), z) = *node else { return None };
    let n = arena.as_number(z).and_then(Coeff::to_i64).filter(|n| (1..=MOST_INTEGER).contains(n))?;
    match func {
        Func::Gamma => Some(arena.number(Coeff::factorial(n.unsigned_abs() - 1))),
        _ => (n <= 2).then(|| arena.zero(arena.shape(z))),
    }
}
