//! Derivations, as a textbook writes them: the differential first, a line for each rule, the collection under the inner
//! product, the identification.
//!
//! The lines come from the rows of the table of rules that compute the answer ([`crate::differential::apply_rule`]); each is checked
//! numerically against the one before.

mod build;
mod builder;
mod text;
mod unfold;

pub use build::{along, differential, gradient, hessian, jacobian, of_answer, of_views, scalar_derivative, taylor};
pub use builder::as_function;
pub use text::{LineText, Text};

use crate::check::{Certificate, Outcome};
use crate::differential::Applied;
use crate::expr::{Arena, ExprId, SymbolId};
use crate::naming::{Limits, Named, name_parts};
use crate::structure::Structure;

/// What a line says something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// f
    Value,
    /// dᵏf
    Differential(u32),
    /// ∇f in a variable
    Gradient(SymbolId),
    /// ∂f/∂X by the entries on and below the diagonal of a symmetric X.
    HalfGradient(SymbolId),
    /// d(∇f)
    OfGradient(SymbolId),
    /// P(d(∇f)), with P the projection on the tangent space
    TangentOfGradient(SymbolId),
    /// ∂f/∂x
    Jacobian(SymbolId),
    /// ∇²f, or the mixed block ∂²f/∂x∂y
    Hessian(SymbolId, SymbolId),
    /// vec(df)
    VecDifferential,
    /// vec(d∇f)
    VecOfGradient(SymbolId),
    /// f⁽ᵏ⁾
    Derivative(u32),
    /// d f⁽ᵏ⁾
    OfDerivative(u32),
    /// ⟨v, df⟩
    Paired(ExprId),
    /// J v
    JacobianTimes(ExprId),
    /// Jᵀv
    TransposedTimes(ExprId),
    /// H v
    HessianTimes(ExprId),
    /// f(X + dX), up to higher order
    Taylor(SymbolId),
}

/// The right-hand side of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// An expression.
    Expr(ExprId),
    /// ⟨G, dX⟩
    Inner(ExprId, ExprId),
}

/// Why a line follows from the one before.
#[derive(Clone, Debug)]
pub enum Reason {
    /// It is where the derivation starts.
    Start,
    /// The input in the form that the program works with, by these identities, the most telling first.
    Rewrite(Vec<&'static str>),
    /// One rule, applied to one or more parts.
    Rules(Vec<Applied>),
    /// All rules that were left, by name.
    Rest(Vec<&'static str>),
    /// dX brought to the right of an inner product, by the adjoint of what is applied to it; or of a matrix product.
    Collect,
    /// The projection on the space of a structured variable.
    Project(Structure),
    /// A shorter form of the same, by these identities, the most telling first.
    Simplify(Vec<&'static str>),
    /// vec of both sides.
    Vectorize,
    /// What is read off the line before.
    Identify,
    /// G + Gᵀ − G∘I, of the gradient G.
    HalfVectorize,
    /// The differential is the direction.
    Direct(SymbolId, ExprId),
    /// All differentials are the same step.
    Join,
    /// Families and sums over an index as matrices.
    Matrices,
    /// Matrices as families of rows, and what is summed over them.
    Rows,
}

/// A line of a derivation.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is about.
    pub left: Quantity,
    /// What that is.
    pub right: Right,
    /// Why.
    pub reason: Reason,
    /// The numeric check against the line before; `None` of lines that state what another holds, and where checks are
    /// switched off.
    pub certificate: Option<Certificate>,
}

/// A derivation.
#[derive(Clone, Debug)]
pub struct Derivation {
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// The slot of the differentials of each line that is a differential.
    slots: Vec<u32>,
    name: &'static str,
}

impl Derivation {
    /// The derivation with one more line at its end, where the answer is printed in another form: with matrices for
    /// families, or by rows.
    #[must_use]
    pub fn ending_in(mut self, form: ExprId, by_rows: bool) -> Self {
        if let Some(last) = self.lines.last()
            && last.right != Right::Expr(form)
        {
            let left = last.left;
            let reason = if by_rows { Reason::Rows } else { Reason::Matrices };
            self.lines.push(Line { left, right: Right::Expr(form), reason, certificate: None });
            self.slots.push(0);
        }
        self
    }

    /// The derivation with repeated parts named, as far as the limits say.
    fn with_parts(&self, arena: &Arena, limits: &Limits) -> Option<(Self, Named)> {
        let mut named = self.clone();
        let (mut places, whole) = named.exprs();
        let roots: Vec<ExprId> = places.iter().map(|place| **place).collect();
        let lines = self.lines.len().max(1) as u64;
        let limits = Limits { length: limits.length.saturating_mul(lines), ..*limits };
        let found = name_parts(arena, &roots, whole, &limits)?;
        for (place, root) in places.iter_mut().zip(&found.roots) {
            **place = *root;
        }
        Some((named, found))
    }

    /// Every expression that is printed: those of the lines, how many these are, and those of the rules behind them.
    fn exprs(&mut self) -> (Vec<&mut ExprId>, usize) {
        let mut found = Vec::new();
        let mut behind = Vec::new();
        for line in &mut self.lines {
            match &mut line.right {
                Right::Expr(expr) => found.push(expr),
                Right::Inner(gradient, differential) => found.extend([gradient, differential]),
            }
            if let Reason::Rules(applied) = &mut line.reason {
                behind.extend(applied.iter_mut().flat_map(|applied| [&mut applied.to, &mut applied.result]));
            }
        }
        let whole = found.len();
        found.extend(behind);
        (found, whole)
    }

    /// The first line that does not follow from the one before, by number.
    #[must_use]
    pub fn failed(&self) -> Option<usize> {
        self.lines.iter().position(|line| {
            line.certificate.as_ref().is_some_and(|certificate| matches!(certificate.outcome, Outcome::Failed(_)))
        })
    }

    /// How many lines were checked, and how many could have been.
    #[must_use]
    pub fn checked(&self) -> (usize, usize) {
        let certificates = self.lines.iter().filter_map(|line| line.certificate.as_ref());
        (certificates.clone().filter(|certificate| certificate.passed()).count(), certificates.count())
    }
}
