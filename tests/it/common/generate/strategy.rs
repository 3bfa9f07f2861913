//! The generator as a strategy of proptest: a case is made from the runner's random numbers and shrunk by `shrink.rs`.

use std::fmt;

use matcalc::expr::{Arena, ExprId, Shape, SymbolId};
use matcalc::render::{Format, Style, render};
use proptest::prelude::Rng;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::Generator;
use super::shrink::Shrinking;

/// An expression in its arena, and the variable by which it is differentiated, where one occurs.
#[derive(Clone)]
pub struct Sample {
    pub arena: Arena,
    pub expr: ExprId,
    pub wrt: Option<SymbolId>,
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", render(&self.arena, self.expr, Format::Unicode, &Style::default()))?;
        self.wrt.map_or(Ok(()), |id| write!(f, " by {}", self.arena.symbol(id).name))
    }
}

/// Random expressions.
#[derive(Clone, Copy, Debug)]
pub enum Expressions {
    /// Scalars.
    Scalar,
    /// Of all shapes.
    Any,
    /// Scalars, and every fourth of any shape.
    Mixed,
}

impl Expressions {
    /// The expression of a seed.
    pub fn make(self, seed: u64) -> Sample {
        let mut generator = Generator::new(seed);
        let shape = match self {
            Self::Scalar => Shape::SCALAR,
            Self::Mixed if !seed.is_multiple_of(4) => Shape::SCALAR,
            Self::Any | Self::Mixed => generator.any_shape(),
        };
        let expr = generator.expression(shape);
        let wrt = generator.variable(expr);
        Sample { arena: generator.arena, expr, wrt }
    }
}

/// A case on its way down.
#[derive(Clone, Debug)]
pub struct Tree {
    case: Sample,
    shrinking: Shrinking,
}

impl Strategy for Expressions {
    type Tree = Tree;
    type Value = Sample;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let case = self.make(runner.rng().next_u64());
        let shrinking = Shrinking::new(case.expr);
        Ok(Tree { case, shrinking })
    }
}

impl ValueTree for Tree {
    type Value = Sample;

    fn current(&self) -> Sample {
        Sample { expr: self.shrinking.current(), ..self.case.clone() }
    }

    fn simplify(&mut self) -> bool {
        self.shrinking.simplify(&mut self.case.arena)
    }

    fn complicate(&mut self) -> bool {
        self.shrinking.complicate(&mut self.case.arena)
    }
}
