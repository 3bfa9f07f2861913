//! Code as a graph of array operations, which stands between expressions and the languages of arrays.
//!
//! An array has any number of axes: a scalar none, a vector or row one, a matrix two, a family one more than its members. Operations
//! broadcast as NumPy's do. Positions count from 0, axes too. Equal nodes are one node, and operands stand before what uses them.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, Dim, Func, IndexId, MatrixFunction, Op, Ranked, Reduction, Shape, SymbolId};
use crate::number::Coeff;

/// A node of a [`Program`], by its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArrayId(pub(super) u32);

/// Operations with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are the operations' own names")]
pub enum Unary {
    /// A function entry by entry.
    Elementwise(Func),
    Negative,
    Sqrt,
    /// log(1 + x)
    Log1p,
    /// exp(x) − 1
    Expm1,
    /// log σ(x)
    LogExpit,
    /// log Φ(x)
    LogNormCdf,
    /// φ(x)/Φ(x)
    NormRatio,
    /// An operator that keeps the shape; softmax of all entries.
    Apply(Op),
    SoftmaxRows,
    LogSoftmax,
    LogSoftmaxRows,
    Transpose,
    Trace,
    Det,
    /// log |det X|
    LogAbsDet,
    Inverse,
    Pinv,
    /// The pseudo-inverse of a matrix that is singular by construction: what rounding leaves of 0 is not inverted.
    PinvSingular,
    /// The pseudo-inverse of a vector as a vector.
    PinvVector,
    /// For every entry of a vector the product of the others.
    Others,
    /// All entries.
    Reduce(Reduction),
    Norm,
    NormOne,
    NormInfinity,
    NormSpectral,
    NormNuclear,
    /// The diagonal matrix of a vector.
    Diag,
    /// The diagonal of a matrix.
    DiagPart,
    /// The columns stacked.
    Vec,
    /// A vector as a matrix of one column.
    AsColumn,
    /// A vector as a matrix of one row.
    AsRow,
    LambdaMax,
    LambdaMin,
    EigvecMax,
    EigvecMin,
    /// The factors of LU with pivots, for [`Binary::LuSolve`].
    Lu,
    /// The factors of Cholesky, for [`Binary::CholeskySolve`].
    Cholesky,
    /// The thin singular value decomposition, of which the next two are parts.
    Svd,
    /// The first left singular vector of an [`Unary::Svd`].
    FirstLeft,
    /// The first right singular vector of an [`Unary::Svd`].
    FirstRight,
    /// What is read off every eigenvalue or singular value, in falling order, vectors as rows; of singular vectors that of an
    /// [`Unary::Svd`].
    Every(Ranked),
    Polar,
    MatrixFunction(MatrixFunction),
    Factorial,
    /// An integer-valued number as an integer.
    Int,
}

impl Unary {
    /// Whether it multiplies by a number what is multiplied by it, and adds what is added, as a movement of entries or their sum.
    pub(super) fn is_linear(self) -> bool {
        matches!(
            self,
            Self::Negative
                | Self::Transpose
                | Self::Trace
                | Self::Diag
                | Self::DiagPart
                | Self::Vec
                | Self::AsColumn
                | Self::AsRow
                | Self::Reduce(Reduction::Sum)
        )
    }
}

/// Operations with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are the operations' own names")]
pub enum Binary {
    Multiply,
    Divide,
    /// Entry by entry.
    Power,
    Matmul,
    /// Of two vectors.
    Outer,
    Kron,
    /// X with AX = B.
    Solve,
    /// X with AX = B, of the factors of A.
    LuSolve,
    /// X with AᵀX = B, of the factors of A.
    LuSolveTransposed,
    /// X with AX = B, of the factors of A.
    CholeskySolve,
    /// log(exp(x) + exp(y))
    LogAddExp,
    /// x log y, 0 where x = 0.
    Xlogy,
    /// The p-norm of a vector.
    NormP,
    /// A matrix to an integer power.
    MatrixPower,
    /// A matrix to any power.
    FractionalPower,
    /// 1.0 where entries are equal, else 0.0.
    Equal,
    /// x where y is not 0, else 0, whatever x is there.
    Keep,
    /// The larger of two entries.
    Maximum,
    /// The smaller of two entries.
    Minimum,
    /// The Fréchet derivative of expm in a direction.
    ExpmFrechet,
}

/// Sums and products over an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are the operations' own names")]
pub enum Loop {
    Sum,
    Product,
}

/// The first position of a range, and the one after its last.
pub type Range = (ArrayId, ArrayId);

/// A differential with the lengths of its axes.
pub type Units = (SymbolId, u32, Box<[ArrayId]>);

/// An array operation and its operands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Array {
    /// An exact number.
    Number(Coeff),
    /// π
    Pi,
    /// The array of a symbol; of a family with one more axis.
    Symbol(SymbolId),
    /// The array of a differential.
    Differential(SymbolId, u32),
    /// The length of an axis of a symbol's array.
    Length(SymbolId, usize),
    /// A named size that no array has, as a number.
    Size(u32),
    /// The value of an index, counted from 0.
    Index(IndexId),
    /// The identity matrix.
    Eye(ArrayId),
    /// Ones of these lengths.
    Ones(Box<[ArrayId]>),
    /// Zeros of these lengths.
    Zeros(Box<[ArrayId]>),
    /// The commutation matrix of m×n matrices.
    Commutation(ArrayId, ArrayId),
    /// The entries in these ranges of the first axes; all of them on an axis without one.
    Slice(ArrayId, Box<[Option<Range>]>),
    /// Blocks row by row, so many in each, as an array of these lengths. Blocks have its axes, or are numbers.
    Block(usize, Box<[ArrayId]>, Box<[ArrayId]>),
    /// The columns of the identity matrix after an offset: the offset, the number of rows and that of columns.
    Selection(ArrayId, ArrayId, ArrayId),
    /// Entries row by row; the number of columns where it is a matrix.
    Literal(Option<usize>, Box<[ArrayId]>),
    /// Terms, each subtracted where it is marked.
    Sum(Box<[(bool, ArrayId)]>),
    /// One operand.
    Unary(Unary, ArrayId),
    /// Two operands.
    Binary(Binary, ArrayId, ArrayId),
    /// The part of an array at these positions of its first axes.
    Item(ArrayId, Box<[ArrayId]>),
    /// The same entries, in the order of the columns, with these lengths.
    Unvec(ArrayId, Box<[ArrayId]>),
    /// The same entries, in the order of the rows, with these lengths.
    Reshape(ArrayId, Box<[ArrayId]>),
    /// The axes in this order.
    Axes(ArrayId, Box<[usize]>),
    /// 0, 1, … up to a length, without the length itself.
    Range(ArrayId),
    /// With axes of length 1 at these places of the result.
    Expand(ArrayId, Box<[usize]>),
    /// The entries along these axes reduced by an operation that makes a number of an array.
    Along(Unary, ArrayId, Box<[usize]>),
    /// Products added up, as `np.einsum` reads the subscripts; a letter is an axis.
    Einsum(Box<str>, Box<[ArrayId]>),
    /// The Fréchet derivative of a function of matrices in these directions.
    Frechet(MatrixFunction, ArrayId, Box<[ArrayId]>),
    /// The derivative of that order of a declared map at a point: the axes of its values, and then those of its argument for each order.
    Declared(SymbolId, u32, ArrayId),
    /// The body added up or multiplied over an index, from 0 or from the lower bound, up to the upper one. The bounds count from 1.
    Loop {
        /// Sum or product.
        kind: Loop,
        /// The index.
        index: IndexId,
        /// Where it begins, where it is not known to be at 1.
        lower: Option<ArrayId>,
        /// Where it ends.
        upper: ArrayId,
        /// What is added up.
        body: ArrayId,
        /// The lengths of the body's axes, for an empty sum, where it has some.
        empty: Option<Box<[ArrayId]>>,
    },
    /// The body for each unit array in the place of each differential, in an array of these lengths.
    Tabulate {
        /// The differentials with the lengths of their axes.
        units: Box<[Units]>,
        /// What is tabulated.
        body: ArrayId,
    },
}

impl Array {
    /// The operands.
    #[must_use]
    pub fn operands(&self) -> Vec<ArrayId> {
        let mut all = Vec::new();
        drop(self.clone().map(|id| {
            all.push(id);
            id
        }));
        all
    }

    /// The same operation on other operands.
    #[must_use]
    pub fn map(self, mut of: impl FnMut(ArrayId) -> ArrayId) -> Self {
        let list = |ids: Box<[ArrayId]>, of: &mut dyn FnMut(ArrayId) -> ArrayId| -> Box<[ArrayId]> {
            ids.iter().map(|id| of(*id)).collect()
        };
        match self {
            Self::Number(_)
            | Self::Pi
            | Self::Symbol(_)
            | Self::Differential(..)
            | Self::Length(..)
            | Self::Size(_)
            | Self::Index(_) => self,
            Self::Eye(n) => Self::Eye(of(n)),
            Self::Range(n) => Self::Range(of(n)),
            Self::Expand(array, places) => Self::Expand(of(array), places),
            Self::Along(operation, array, axes) => Self::Along(operation, of(array), axes),
            Self::Einsum(subscripts, factors) => Self::Einsum(subscripts, list(factors, &mut of)),
            Self::Ones(lengths) => Self::Ones(list(lengths, &mut of)),
            Self::Zeros(lengths) => Self::Zeros(list(lengths, &mut of)),
            Self::Commutation(m, n) => Self::Commutation(of(m), of(n)),
            Self::Slice(array, ranges) => {
                let array = of(array);
                let range = |range: &Option<Range>| range.map(|(from, to)| (of(from), of(to)));
                Self::Slice(array, ranges.iter().map(range).collect())
            }
            Self::Block(cols, blocks, lengths) => {
                let blocks = list(blocks, &mut of);
                Self::Block(cols, blocks, list(lengths, &mut of))
            }
            Self::Selection(offset, rows, cols) => {
                let (offset, rows) = (of(offset), of(rows));
                Self::Selection(offset, rows, of(cols))
            }
            Self::Literal(cols, entries) => Self::Literal(cols, list(entries, &mut of)),
            Self::Sum(terms) => Self::Sum(terms.iter().map(|(minus, term)| (*minus, of(*term))).collect()),
            Self::Unary(operation, x) => Self::Unary(operation, of(x)),
            Self::Binary(operation, x, y) => {
                let x = of(x);
                Self::Binary(operation, x, of(y))
            }
            Self::Item(array, positions) => {
                let array = of(array);
                Self::Item(array, list(positions, &mut of))
            }
            Self::Unvec(array, lengths) => {
                let array = of(array);
                Self::Unvec(array, list(lengths, &mut of))
            }
            Self::Reshape(array, lengths) => {
                let array = of(array);
                Self::Reshape(array, list(lengths, &mut of))
            }
            Self::Axes(array, order) => Self::Axes(of(array), order),
            Self::Declared(map, order, at) => Self::Declared(map, order, of(at)),
            Self::Frechet(function, at, directions) => {
                let at = of(at);
                Self::Frechet(function, at, list(directions, &mut of))
            }
            Self::Loop { kind, index, lower, upper, body, empty } => {
                let lower = lower.map(&mut of);
                let (upper, body) = (of(upper), of(body));
                let empty = empty.map(|lengths| list(lengths, &mut of));
                Self::Loop { kind, index, lower, upper, body, empty }
            }
            Self::Tabulate { units, body } => {
                let units =
                    units.iter().map(|(symbol, slot, of_axes)| (*symbol, *slot, list(of_axes.clone(), &mut of)));
                let units = units.collect();
                Self::Tabulate { units, body: of(body) }
            }
        }
    }
}

/// A graph of array operations with its result.
#[derive(Clone, Debug, Default)]
pub struct Program {
    nodes: Vec<Array>,
    places: FxHashMap<Array, ArrayId>,
    /// The result.
    pub(super) root: ArrayId,
    /// What indices are called in the expression.
    pub(super) index_names: Vec<(IndexId, String)>,
}

impl Program {
    /// The nodes that the result needs, operands first.
    #[must_use]
    pub fn order(&self) -> Vec<ArrayId> {
        let mut needed = vec![false; self.nodes.len()];
        let mut stack = vec![self.root];
        while let Some(id) = stack.pop() {
            if !std::mem::replace(&mut needed[id.0 as usize], true) {
                stack.extend(self.node(id).operands());
            }
        }
        (0_u32..).zip(needed).filter(|(_, needed)| *needed).map(|(place, _)| ArrayId(place)).collect()
    }

    /// The node of the result.
    #[must_use]
    pub fn root(&self) -> ArrayId {
        self.root
    }

    /// The operation of a node.
    #[must_use]
    pub fn node(&self, id: ArrayId) -> &Array {
        &self.nodes[id.0 as usize]
    }

    /// The indices with their names in the expression, as far as the result needs them.
    pub(super) fn indices(&self) -> Vec<(IndexId, &str)> {
        let order = self.order();
        let is_used = |index: IndexId| {
            order.iter().any(|id| match self.node(*id) {
                Array::Index(found) => *found == index,
                Array::Loop { index: found, .. } => *found == index,
                _ => false,
            })
        };
        let named = self.index_names.iter().filter(|(index, _)| is_used(*index));
        named.map(|(index, name)| (*index, name.as_str())).collect()
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The same program with another operation in the place of one.
    #[must_use]
    pub fn replaced(&self, place: ArrayId, node: &Array) -> Self {
        let mut other = Self { index_names: self.index_names.clone(), ..Self::default() };
        let mut moved: FxHashMap<ArrayId, ArrayId> = FxHashMap::default();
        for id in self.order() {
            let new = if id == place { node } else { self.node(id) };
            let new = new.clone().map(|operand| moved.get(&operand).copied().unwrap_or_default());
            let new = other.add(new);
            moved.insert(id, new);
        }
        other.root = moved.get(&self.root).copied().unwrap_or_default();
        other
    }

    /// The node of an operation, where there is one.
    pub(super) fn find(&self, node: &Array) -> Option<ArrayId> {
        self.places.get(node).copied()
    }

    /// The node of an operation.
    pub(super) fn add(&mut self, node: Array) -> ArrayId {
        if let Some(known) = self.places.get(&node) {
            return *known;
        }
        let id = ArrayId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.places.insert(node.clone(), id);
        self.nodes.push(node);
        id
    }

    pub(super) fn number(&mut self, value: &Coeff) -> ArrayId {
        self.add(Array::Number(value.clone()))
    }

    pub(super) fn integer(&mut self, value: i64) -> ArrayId {
        self.add(Array::Number(Coeff::integer(value)))
    }

    pub(super) fn unary(&mut self, operation: Unary, x: ArrayId) -> ArrayId {
        self.add(Array::Unary(operation, x))
    }

    pub(super) fn binary(&mut self, operation: Binary, x: ArrayId, y: ArrayId) -> ArrayId {
        self.add(Array::Binary(operation, x, y))
    }

    /// xy, where quotients keep their denominators: a·(b/c) is (a·b)/c, as it is read from the left.
    pub(super) fn times(&mut self, x: ArrayId, y: ArrayId) -> ArrayId {
        match *self.node(y) {
            Array::Binary(operation @ (Binary::Multiply | Binary::Divide), first, second) => {
                let first = self.times(x, first);
                self.binary(operation, first, second)
            }
            Array::Number(ref number) if number.is_one() => x,
            _ => self.binary(Binary::Multiply, x, y),
        }
    }

    /// A sum of terms, of which some are subtracted; 0 of none.
    pub(super) fn difference(&mut self, mut terms: Vec<(bool, ArrayId)>) -> ArrayId {
        terms.sort_by_key(|(is_subtracted, _)| *is_subtracted);
        match terms.as_slice() {
            [] => self.integer(0),
            [(false, only)] => *only,
            _ => self.add(Array::Sum(terms.into())),
        }
    }

    /// The product of factors from the left; 1 of none.
    pub(super) fn product(&mut self, factors: &[ArrayId]) -> ArrayId {
        match factors.split_first() {
            None => self.integer(1),
            Some((first, rest)) => rest.iter().fold(*first, |left, right| self.times(left, *right)),
        }
    }

    /// The matrix transposed; twice is nothing.
    pub(super) fn transposed(&mut self, x: ArrayId) -> ArrayId {
        match *self.node(x) {
            Array::Unary(Unary::Transpose, inner) => inner,
            Array::Eye(_) => x,
            _ => self.unary(Unary::Transpose, x),
        }
    }

    /// The product of two arrays as matrices and vectors; that with an identity is the other one.
    pub(super) fn matmul(&mut self, x: ArrayId, y: ArrayId) -> ArrayId {
        match (self.node(x), self.node(y)) {
            (Array::Eye(_), _) => y,
            (_, Array::Eye(_)) => x,
            _ => self.binary(Binary::Matmul, x, y),
        }
    }

    /// The inverse; that of a transpose is the transpose of the inverse.
    pub(super) fn inverse(&mut self, x: ArrayId) -> ArrayId {
        match *self.node(x) {
            Array::Unary(Unary::Transpose, inner) => {
                let inverse = self.unary(Unary::Inverse, inner);
                self.transposed(inverse)
            }
            _ => self.unary(Unary::Inverse, x),
        }
    }
}

/// The sizes of the axes of an array that holds values of a shape.
#[must_use]
pub fn axes(shape: Shape) -> Vec<Dim> {
    if shape.is_matrix() {
        vec![shape.rows, shape.cols]
    } else if shape.is_scalar() {
        Vec::new()
    } else {
        vec![if shape.is_row() { shape.cols } else { shape.rows }]
    }
}

/// The sizes of the axes of the array of a symbol.
#[must_use]
pub fn symbol_axes(arena: &Arena, symbol: SymbolId) -> Vec<Dim> {
    let symbol = arena.symbol(symbol);
    let count = match symbol.kind {
        crate::expr::SymbolKind::Family(count) => Some(count),
        _ => None,
    };
    count.into_iter().chain(axes(symbol.shape)).collect()
}
