//! The operators of the expression graph. Every stage matches on [`Node`] exhaustively, so the
//! compiler lists the places that a new operator must fill in.

use std::sync::Arc;

use super::dim::{Dim, Shape};
use crate::catalog::{Func, Op, Ranked, SymbolId};
use crate::number::Coeff;

/// An expression, by its place in its arena. Equal expressions have equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub(crate) u32);

/// A bound index. In normal form the index of a sum is numbered by the height of its binder
/// (1 + the number of binders nested below it), so that sums that differ in the index's name alone are
/// one node; while a body is open its index has a fresh number from [`IndexId::FRESH`] on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndexId(pub(crate) u32);

impl IndexId {
    /// The first number of indices that are not bound by a binder in normal form.
    pub const FRESH: u32 = 1 << 20;
}

/// Norms. The Euclidean norm of a vector and the Frobenius norm of a matrix are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Norm {
    /// √(Σ xᵢⱼ²)
    Frobenius,
    /// Σ |xᵢ|, of a vector.
    One,
    /// max |xᵢ|, of a vector.
    Infinity,
    /// (Σ |xᵢ|ᵖ)^(1/p), of a vector.
    P(ExprId),
    /// The largest singular value.
    Spectral,
    /// The sum of the singular values.
    Nuclear,
}

/// Primary functions of a square matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are the functions' own names")]
pub enum MatrixFunction {
    Expm,
    Logm,
    Sqrtm,
    /// The `order`-th derivative of a declared function of matrices.
    User(SymbolId, u32),
}

/// A value of a declared map F: U → V, or of one of its derivatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Map {
    /// F, whose shape is that of its values; its kind has the shape of its arguments.
    pub symbol: SymbolId,
    /// Which derivative.
    pub derivative: MapDerivative,
}

/// Which derivative of a declared map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MapDerivative {
    /// F(x), or F⁽ᵏ⁾(t) of a map of scalars: the shape of a value.
    Prime(u32),
    /// ∇f(x) of a scalar map of vectors or matrices: the shape of its argument.
    Gradient,
    /// ∇²f(x) of a scalar map of vectors: square.
    Hessian,
    /// J_F(x) of a map from vectors to vectors: values by arguments.
    Jacobian,
}

/// What is read off eigenvalues and singular values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spectral {
    /// Sum of the eigenvalues of a square matrix (scalar).
    SumEig,
    /// Product of the eigenvalues of a square matrix (scalar).
    ProdEig,
    /// Largest eigenvalue of a symmetric matrix (scalar).
    LambdaMax,
    /// Smallest eigenvalue of a symmetric matrix (scalar).
    LambdaMin,
    /// Unit eigenvector of the largest eigenvalue of a symmetric matrix (vector, sign arbitrary).
    EigvecMax,
    /// Unit eigenvector of the smallest eigenvalue of a symmetric matrix (vector, sign arbitrary).
    EigvecMin,
    /// Left singular vector of the largest singular value (length: rows). Its sign is tied to `VMax`.
    UMax,
    /// Right singular vector of the largest singular value (length: columns).
    VMax,
    /// UVᵀ of the thin singular value decomposition X = U diag(s) Vᵀ (the shape of X).
    Polar,
}

impl Spectral {
    /// Whether it is read off one eigenvalue of a symmetric matrix.
    #[must_use]
    pub fn is_of_symmetric(self) -> bool {
        matches!(self, Self::LambdaMax | Self::LambdaMin | Self::EigvecMax | Self::EigvecMin)
    }
}

/// Sum or product over an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BigOp {
    /// Σ
    Sum,
    /// Π
    Product,
}

/// Reductions of all entries to a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reduction {
    /// Σ xᵢⱼ
    Sum,
    /// Π xᵢⱼ
    Product,
    /// The largest entry.
    Max,
    /// The smallest entry.
    Min,
    /// log Σ exp(xᵢⱼ)
    LogSumExp,
}

/// An operator and its operands.
///
/// The same type holds both what the shape stage makes of the input, as it was written (*raw*), and the
/// normal form. What a node means does not depend on which it is; the notes say what more the
/// normal form promises.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// An exact number (scalar).
    Number(Coeff),
    /// π
    Pi,
    /// A size used as a number (scalar).
    Size(Dim),
    /// A bound index used as a number (scalar).
    Index(IndexId),
    /// A symbol of any shape. Never a family.
    Symbol(SymbolId),
    /// Member `1 ≤ index ≤ m` of a family of vectors or matrices. (A family of scalars is a vector and its
    /// members are entries.)
    Member(SymbolId, ExprId),
    /// The differential of a symbol, `dX`, in its `slot`-th use (`dX₁`, `dX₂`); the shape of the symbol.
    Differential(SymbolId, u32),
    /// d(X) of an expression, still to be worked out by a rule; the shape of X. Derivations alone hold it: the line
    /// `d(log det X)` has it before the rules for log and det are applied. The slot is that of the differentials.
    Pending(ExprId, u32),
    /// The identity matrix.
    Identity(Dim),
    /// A matrix (or vector) of ones. Never 1×1.
    Ones(Shape),
    /// A matrix (or vector) of zeros. Never 1×1.
    Zeros(Shape),
    /// The commutation matrix K with K vec(X) = vec(Xᵀ) for X of that shape.
    Commutation(Shape),
    /// The selection matrix of that shape: the columns of the identity that follow the first `Dim` ones. Stacked blocks
    /// `[A; B]` are E₁A + E₂B, and E₁ᵀX are the first rows of X.
    Selection(Dim, Shape),
    /// The standard basis vector e_i of length `Dim`; the index is a scalar from 1 on.
    Basis(Dim, ExprId),
    /// A literal, entries (scalars) row by row.
    Literal(Shape, Arc<[ExprId]>),

    /// Σ cₖ Xₖ, all of one shape. Subtraction, negation and numeric factors are this node: `2A` is
    /// `Add[(2, A)]`. Normal: no term is a sum or zero, no two terms are equal, sorted by id, and not one
    /// single term with coefficient 1.
    Add(Arc<[(Coeff, ExprId)]>),
    /// X₁X₂…: the matrix product, where factors that are 1×1 scale. Normal: at most one scalar factor, in front,
    /// and then the product is no scalar; no factor is a product; no neighbours that merge (X·X⁻¹).
    Product(Arc<[ExprId]>),
    /// Π Xₖ^pₖ entry by entry, all of one shape, each exponent a scalar. Scalar products, quotients and powers
    /// are this node. Normal: no two bases equal, sorted by id, numeric factors outside.
    Hadamard(Arc<[(ExprId, ExprId)]>),
    /// X ⊗ Y
    Kron(ExprId, ExprId),
    /// Xᵀ. Normal: of a leaf or of an operator that transposition cannot enter.
    Transpose(ExprId),
    /// X^p of a square matrix with a scalar exponent: the inverse is `Power(X, −1)`.
    Power(ExprId, ExprId),
    /// Entry (row, column) of a matrix; of a vector the column is the number 1. Scalar.
    Entry(ExprId, ExprId, ExprId),
    /// Σ or Π of the body over an index that runs from `lower` to `upper` (scalars, both included).
    /// An empty range gives 0 or 1 (Π is of scalars only).
    Indexed {
        /// Sum or product.
        op: BigOp,
        /// The bound index.
        index: IndexId,
        /// Lower bound.
        lower: ExprId,
        /// Upper bound.
        upper: ExprId,
        /// What is summed.
        body: ExprId,
    },

    /// Where the condition is 1 the first value, where it is 0 the second: `Choose(c, X, Y)`. The condition has entries 0 and 1; it is a
    /// scalar, or of the shape of the values and then decides entry by entry. A value that is not chosen need not exist. Normal: the
    /// condition is no number and no 1 − c.
    Choose(ExprId, ExprId, ExprId),

    /// f applied entry by entry.
    Elementwise(Func, ExprId),
    /// f(X) of a square matrix where the list is empty; with k directions Eᵢ the k-th Fréchet
    /// derivative L_f(X; E₁, …, E_k).
    MatrixFunction(MatrixFunction, ExprId, Arc<[ExprId]>),
    /// A declared map, or its derivative, at a point. Gradients and Hessians of a map with vectors or matrices as values are those of
    /// the entry whose place is listed, ∇Fᵢ(x), ∇²Fᵢⱼ(x); the list of any other is empty.
    Map(Map, ExprId, Arc<[ExprId]>),
    /// tr X
    Trace(ExprId),
    /// det X
    Det(ExprId),
    /// A reduction of all entries.
    Reduce(Reduction, ExprId),
    /// A norm.
    Norm(Norm, ExprId),
    /// A spectral function.
    Spectral(Spectral, ExprId),
    /// That of the k-th eigenvalue or singular value of a matrix, the matrix first: `1 ≤ k`, from the largest on. Normal: those of the
    /// largest and the smallest are a `Norm` or a `Spectral`.
    Ranked(Ranked, ExprId, ExprId),
    /// An operator that keeps the shape of its operand.
    Apply(Op, ExprId),
    /// The diagonal matrix of a column vector.
    Diag(ExprId),
    /// `[a]_×` of a vector with three entries: the skew-symmetric matrix with `[a]_× b = a × b`.
    Hat(ExprId),
    /// (G₃₂ − G₂₃, G₁₃ − G₃₁, G₂₁ − G₁₂) of a 3×3 matrix: the adjoint of [·]_×.
    Axial(ExprId),
    /// The diagonal of a square matrix as a column vector.
    DiagPart(ExprId),
    /// The columns stacked.
    Vec(ExprId),
    /// The matrix of the given shape whose `vec` is the column vector.
    Unvec(ExprId, Shape),
    /// The Moore–Penrose inverse.
    Pinv(ExprId),
    /// k! of a scalar.
    Factorial(ExprId),
}

impl Node {
    /// The declared function or map whose value, or derivative, it is.
    #[must_use]
    pub fn declared_function(&self) -> Option<SymbolId> {
        match self {
            Self::Elementwise(Func::User(symbol, _), _)
            | Self::MatrixFunction(MatrixFunction::User(symbol, _), ..)
            | Self::Map(Map { symbol, .. }, ..) => Some(*symbol),
            _ => None,
        }
    }
}
