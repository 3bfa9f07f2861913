//! The ways in which a sum is made shorter, by name.

use crate::expr::{Arena, ExprId};

use super::Costs;

/// A way to make an expression shorter. Unlike an identity of the normal form it is tried, and kept where the form is shorter.
#[derive(Debug)]
pub struct Strategy {
    /// Its name, which is stable.
    pub id: &'static str,
    /// What it says.
    pub says: &'static str,
    /// An expression that it makes shorter.
    pub example: &'static str,
    /// The declarations of the example.
    pub declare: &'static str,
    /// What the example becomes.
    pub want: &'static str,
}

pub(super) const COMMON_FACTOR: &str = "common-factor";
pub(super) const MULTIPLIED_OUT: &str = "multiplied-out";
pub(super) const KRON_MULTIPLIED_OUT: &str = "kron-multiplied-out";
pub(super) const TRACE_OF_SUM: &str = "trace-of-sum";
pub(super) const ONE_FRACTION: &str = "one-fraction";
pub(super) const FRACTION_CLEARED: &str = "fraction-cleared";
pub(super) const SQUARE_COMPLETED: &str = "square-completed";
pub(super) const POLYNOMIAL_DIVIDED: &str = "polynomial-divided";
pub(super) const DIVISORS_MULTIPLIED_OUT: &str = "divisors-multiplied-out";

/// All of them.
pub const STRATEGIES: &[Strategy] = &[
    Strategy {
        id: COMMON_FACTOR,
        says: "AX + BX = (A + B)X, and so from the left, of scalars, of entrywise products and of sums over one range",
        example: "A X B + C X B",
        declare: "A: matrix(m,n); C: matrix(m,n); X: matrix(n,k); B: matrix(k,l)",
        want: "(A + C)XB",
    },
    Strategy {
        id: MULTIPLIED_OUT,
        says: "a product of sums, a power of one and the squared norm of one are multiplied out where terms cancel",
        example: "(x + 1) (x - 1) - x^2",
        declare: "x: scalar",
        want: "−1",
    },
    Strategy {
        id: KRON_MULTIPLIED_OUT,
        says: "Kronecker products merge where a product of sums of them is multiplied out",
        example: "(kron(x', eye(n)) + kron(eye(n), x')) kron(x, eye(n))",
        declare: "x: vector(n)",
        want: "‖x‖²I + xxᵀ",
    },
    Strategy {
        id: TRACE_OF_SUM,
        says: "tr(X + Y) = tr X + tr Y, as apart the terms may be rotations of one another",
        example: "tr(A B + B A)",
        declare: "A: matrix(m,m); B: matrix(m,m)",
        want: "2tr(AB)",
    },
    Strategy {
        id: ONE_FRACTION,
        says: "a/b + c/d = (ad + bc)/(bd) where the numerator becomes shorter",
        example: "1/(1 + x) - x/(1 + x)^2",
        declare: "x: scalar",
        want: "1/(1 + x)²",
    },
    Strategy {
        id: FRACTION_CLEARED,
        says: "a/(b + c/d) = ad/(bd + c)",
        example: "1/(1 + x/y)",
        declare: "x: scalar; y: scalar",
        want: "y/(y + x)",
    },
    Strategy {
        id: DIVISORS_MULTIPLIED_OUT,
        says: "s∘(a⊘s + b) = a + s∘b",
        example: "softmax(z) .* (x ./ softmax(z) - 1)",
        declare: "x: vector(n); z: vector(n)",
        want: "x − softmax(z)",
    },
    Strategy {
        id: SQUARE_COMPLETED,
        says: "‖x‖² + ‖y‖² − 2xᵀy = ‖x − y‖², and so with a plus and of matrices",
        example: "||A x||^2 - 2 b'A x + ||b||^2",
        declare: "A: matrix(m,n); x: vector(n); b: vector(m)",
        want: "‖Ax − b‖²",
    },
    Strategy {
        id: POLYNOMIAL_DIVIDED,
        says: "a polynomial in tanh x, tan x or σ(x) that 1 − tanh²x, 1 + tan²x or 1 − σ(x) divides is written as the product",
        example: "1 - 7 sigmoid(x) + 12 sigmoid(x)^2 - 6 sigmoid(x)^3",
        declare: "x: scalar",
        want: "σ(−x)(1 − 6σ(x) + 6σ(x)²)",
    },
];

/// The best form so far of an expression, and how it came about.
pub(super) struct Best {
    pub(super) id: ExprId,
    by: Vec<&'static str>,
}

impl Best {
    pub(super) fn new(id: ExprId) -> Self {
        Self { id, by: Vec::new() }
    }

    /// Takes a form whatever its cost.
    pub(super) fn take(&mut self, arena: &mut Arena, strategy: &'static str, make: impl FnOnce(&mut Arena) -> ExprId) {
        let (form, by) = arena.traced(make);
        if form != self.id {
            self.replace(form, strategy, by);
        }
    }

    /// Takes a form that costs less.
    pub(super) fn offer(
        &mut self,
        arena: &mut Arena,
        costs: &mut Costs,
        strategy: &'static str,
        make: impl FnOnce(&mut Arena, &mut Costs) -> Option<ExprId>,
    ) {
        let (form, by) = arena.traced(|arena| make(arena, costs));
        if let Some(form) = form
            && costs.of(arena, form) < costs.of(arena, self.id)
        {
            self.replace(form, strategy, by);
        }
    }

    /// Takes a form whatever its cost, where there is one.
    pub(super) fn prefer(
        &mut self,
        arena: &mut Arena,
        strategy: &'static str,
        make: impl FnOnce(&mut Arena, ExprId) -> Option<ExprId>,
    ) {
        let current = self.id;
        self.take(arena, strategy, |arena| make(arena, current).unwrap_or(current));
    }

    fn replace(&mut self, form: ExprId, strategy: &'static str, by: Vec<&'static str>) {
        self.id = form;
        self.by.clear();
        self.by.push(strategy);
        self.by.extend(by);
    }

    /// The form; how it came about is recorded.
    pub(super) fn recorded(self, arena: &mut Arena) -> ExprId {
        for id in self.by {
            arena.fired(id);
        }
        self.id
    }
}
