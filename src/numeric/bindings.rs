//! What an expression is evaluated with, and why an evaluation can fail.

use std::fmt;

use indexmap::IndexMap;
use nalgebra::DMatrix;
use rustc_hash::FxBuildHasher;

use super::shared::Symbols;
use crate::expr::{Arena, Dim, IndexId, Shape, SymbolId};

type Map<K, V> = IndexMap<K, V, FxBuildHasher>;

/// About how many multiplications one evaluation may take unless told otherwise: some tens of seconds.
pub const DEFAULT_WORK_LIMIT: u64 = 20_000_000_000;

/// Most entries of one value unless told otherwise.
pub const MAX_ENTRIES: usize = 1 << 22;

/// Sizes and values. Scalars are 1×1 matrices. Declared functions need no value: each stands for a fixed smooth
/// test function whose derivatives of every order agree with it.
#[derive(Clone, Debug)]
pub struct Bindings<T: nalgebra::Scalar> {
    /// Sizes, by their place in the arena's table of names.
    pub sizes: Map<u32, usize>,
    /// Scalars, vectors and matrices.
    pub symbols: Symbols<T>,
    /// Families, member 1 first.
    pub families: Map<SymbolId, Vec<DMatrix<T>>>,
    /// Differentials by symbol and slot.
    pub differentials: Map<(SymbolId, u32), DMatrix<T>>,
    /// Values of indices that are free in the expression.
    pub indices: Map<IndexId, i64>,
    /// About how many multiplications an evaluation may take.
    pub work_limit: u64,
    /// The most entries of one value.
    pub most_entries: usize,
    /// Whether the sign of a number that is probably rounding, tiny and not 0, is NaN. The checks set this, as the sign says nothing
    /// about the expression then.
    pub refuse_rounding: bool,
}

impl<T: nalgebra::Scalar> Default for Bindings<T> {
    fn default() -> Self {
        Self {
            sizes: Map::default(),
            symbols: Symbols::default(),
            families: Map::default(),
            differentials: Map::default(),
            indices: Map::default(),
            work_limit: DEFAULT_WORK_LIMIT,
            most_entries: MAX_ENTRIES,
            refuse_rounding: false,
        }
    }
}

impl<T: nalgebra::Scalar> Bindings<T> {
    /// The same with every number mapped.
    pub fn map<U: nalgebra::Scalar>(&self, f: impl Fn(T) -> U) -> Bindings<U> {
        Bindings {
            sizes: self.sizes.clone(),
            symbols: self.symbols.iter().map(|(id, value)| (*id, value.map(&f))).collect(),
            families: self
                .families
                .iter()
                .map(|(id, members)| (*id, members.iter().map(|member| member.map(&f)).collect()))
                .collect(),
            differentials: self.differentials.iter().map(|(id, value)| (*id, value.map(&f))).collect(),
            indices: self.indices.clone(),
            work_limit: self.work_limit,
            most_entries: self.most_entries,
            refuse_rounding: self.refuse_rounding,
        }
    }

    /// How many numbers the values have together.
    #[must_use]
    pub fn entries(&self) -> usize {
        let members = self.families.values().flatten().map(DMatrix::len).sum::<usize>();
        members + self.symbols.shared().map(|(_, value)| value.len()).sum::<usize>()
    }

    /// The value of a size.
    ///
    /// # Errors
    /// [`EvalError::UnboundSize`], or [`EvalError::TooLarge`] where it overflows.
    pub fn size(&self, arena: &Arena, dim: Dim) -> Result<usize, EvalError> {
        if let Dim::Known(value) = dim {
            return Ok(value as usize);
        }
        let total = arena.size_terms(dim).iter().try_fold(0_i64, |sum, (factor, names)| {
            let term = names.iter().try_fold(*factor, |product, name| {
                let size = *self.sizes.get(name).ok_or(EvalError::UnboundSize(*name))?;
                i64::try_from(size).ok().and_then(|size| product.checked_mul(size)).ok_or(EvalError::TooLarge)
            })?;
            sum.checked_add(term).ok_or(EvalError::TooLarge)
        })?;
        // What it is the length of is too short to have such a part.
        usize::try_from(total).map_err(|_| EvalError::OutOfRange { index: 1, length: 0 })
    }

    /// Rows and columns of a shape.
    ///
    /// # Errors
    /// As [`Bindings::size`].
    pub fn shape(&self, arena: &Arena, shape: Shape) -> Result<(usize, usize), EvalError> {
        Ok((self.size(arena, shape.rows)?, self.size(arena, shape.cols)?))
    }
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum EvalError {
    /// A symbol has no value.
    UnboundSymbol(SymbolId),
    /// The differential of a symbol has no value.
    UnboundDifferential(SymbolId, u32),
    /// A named size has no value.
    UnboundSize(u32),
    /// An index is used outside its sum.
    UnboundIndex(IndexId),
    /// A value does not have the shape it is declared or used with.
    Shape {
        /// Rows and columns that are needed.
        expected: (usize, usize),
        /// Rows and columns that are there.
        found: (usize, usize),
    },
    /// An index is not between 1 and the length.
    OutOfRange {
        /// The index.
        index: i64,
        /// The length.
        length: usize,
    },
    /// A bound or an index is not an integer.
    NotAnInteger(f64),
    /// A factorial of what is not an integer from 0 on.
    Factorial(f64),
    /// A sum has more terms than [`super::MAX_TERMS`].
    TooManyTerms(i64),
    /// A value has more entries than [`Bindings::most_entries`].
    TooLarge,
    /// The evaluation takes more than its limit of work.
    TooMuchWork,
    /// Sums are nested deeper than [`super::MAX_NESTING`].
    TooDeep,
    /// What this kind of number does not support.
    Unsupported(&'static str),
    /// An iteration that did not converge.
    NoConvergence(&'static str),
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnboundSymbol(_) => write!(f, "a symbol has no value"),
            Self::UnboundDifferential(..) => write!(f, "a differential has no value"),
            Self::UnboundSize(_) => write!(f, "a size has no value"),
            Self::UnboundIndex(_) => write!(f, "an index is used outside its sum"),
            Self::Shape { expected, found } => {
                write!(f, "expected {}×{}, found {}×{}", expected.0, expected.1, found.0, found.1)
            }
            Self::OutOfRange { index, length } => write!(f, "index {index} is not between 1 and {length}"),
            Self::NotAnInteger(value) => write!(f, "{value} is not an integer"),
            Self::Factorial(value) => write!(f, "the factorial of {value} is not defined"),
            Self::TooManyTerms(terms) => write!(f, "a sum has {terms} terms, too many to evaluate"),
            Self::TooLarge => write!(f, "a value has too many entries"),
            Self::TooMuchWork => write!(f, "the evaluation takes too long"),
            Self::TooDeep => write!(f, "sums are nested too deeply"),
            Self::Unsupported(what) => write!(f, "no support for {what}"),
            Self::NoConvergence(what) => write!(f, "{what} did not converge"),
        }
    }
}

impl std::error::Error for EvalError {}
