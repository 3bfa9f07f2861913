//! What can be wrong with a shape. Facts only: the wording is in `mismatch`.

use super::size::SizeId;
use crate::span::Span;
use crate::syntax::{AstId, Comparison, Function, NormSpelling};

/// The shape of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ty {
    pub(super) rows: SizeId,
    pub(super) cols: SizeId,
    /// A clash was found below; nothing more is said of it.
    pub(super) poison: bool,
}

/// An operand of a clash.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) span: Span,
    pub(super) nodes: Vec<AstId>,
    pub(super) ty: Ty,
}

/// What was demanded of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// A scalar, as this.
    Scalar(&'static str),
    /// A square matrix, for this.
    Square(&'static str),
    /// No scalar, for this.
    Array(&'static str),
}

/// A clash of shapes.
#[derive(Clone, Debug)]
pub(super) enum Problem {
    Product(Operand, Operand),
    Sum(Operand, Operand),
    ScalarPlusMatrix {
        scalar: Operand,
        matrix: Operand,
    },
    Entrywise(Operand, Operand),
    Inner(Operand, Operand),
    Divide(Operand, Operand),
    Demand(Demand, Operand),
    VectorPower {
        base: Operand,
        exponent: Operand,
    },
    ExponentShape {
        base: Operand,
        exponent: Operand,
    },
    MatrixNorm(Option<NormSpelling>, Operand),
    /// A p-norm with p ≤ 0.
    NormOrder(AstId),
    /// Bounds of a sum or product between which no index lies.
    EmptyRange(AstId, AstId),
    EigAlone,
    SvdAlone,
    /// `cumsum` of a matrix.
    CumulativeMatrix(Operand),
    /// `length` of a matrix.
    LengthOfMatrix(Operand),
    /// A reduction along an axis that the vector does not have.
    NoAxis(Operand),
    KroneckerFactors,
    Arity {
        function: Function,
        found: usize,
    },
    DivideByZero,
    NestedLiteral(Operand),
    RaggedLiteral {
        first: usize,
        other: usize,
    },
    /// Blocks in a row that differ in height, or below one another in width.
    Stack {
        is_row: bool,
        first: Operand,
        other: Operand,
    },
    BadSize,
    /// A range of places of which the text does not say that it has any.
    OpenRange,
    FamilyWhole(usize),
    MatrixOneSubscript(usize),
    Subscripts {
        symbol: usize,
        found: usize,
        wanted: usize,
    },
    /// A vector with three indices.
    ThreeIndices(usize),
    SubscriptsOf {
        operand: Operand,
        found: usize,
    },
    NotAFunction(String),
    /// The argument of a map, whose name it is, and what it is to be.
    Argument(String, Operand, Ty),
    /// A derivative that a map does not have, and why.
    NoDerivative {
        message: &'static str,
        symbol: usize,
        argument: AstId,
    },
    FunctionWithoutArgument(usize),
    Range {
        what: String,
        upper: String,
        size: SizeId,
        /// What is added to a place for the number that is written.
        offset: i64,
    },
    RangeLow,
    Comparison(Comparison, Operand, Operand),
    Goal(Operand),
    SameShape(Operand, Ty),
}

/// A clash and where it is.
#[derive(Clone, Debug)]
pub(super) struct Clash {
    pub(super) text: usize,
    pub(super) node: AstId,
    pub(super) problem: Problem,
    /// Symbols with another reading that could remove it.
    pub(super) movable: Vec<usize>,
}
