//! The syntax tree: what was written, with spans, and no meaning decided.
//!
//! Nodes live in one vector, children before parents, so that every later walk is a loop over
//! ids and neither walking nor dropping a deep tree can overflow the stack.

use crate::catalog::{Composed, Func, Op, Ranked};
use crate::diagnostic::Advice;
use crate::number::Coeff;
use crate::span::Span;
use crate::structure::Structure;

/// Index of a node in its [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AstId(pub u32);

impl AstId {
    /// The node at a place.
    pub(super) fn at(place: usize) -> Self {
        Self(u32::try_from(place).unwrap_or(u32::MAX))
    }
}

/// One parsed expression.
#[derive(Clone, Debug, Default)]
pub struct Ast {
    /// The text that was parsed; spans point into it.
    pub source: String,
    /// Nodes in post-order: each child's id is smaller than its parent's; the last is the root.
    pub nodes: Vec<AstNode>,
    /// What the parser has to say of how it read the text.
    pub remarks: Vec<Remark>,
    /// Names of sets that sums run over: arrays of 0 and 1.
    pub sets: Vec<String>,
    /// Calls of `sum` and `prod` around an index that nothing binds, each with that index.
    pub open_sums: Vec<(Span, String)>,
    /// Functions without brackets whose arguments end before an operator.
    pub ended: Vec<Ended>,
    /// Full names that pick an entry or a member by a letter that nothing binds, whatever else their letter is.
    pub members: Vec<String>,
    /// What the text says beside its expression.
    pub heading: Heading,
    /// The parts that the text names, each after those that it uses.
    pub named: Vec<(String, AstId)>,
}

/// What a text says beside its expression, as in `f(x) = …` and `\min_{x ∈ ℝⁿ} …`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// The variables that it names.
    pub variables: Vec<String>,
    /// The sets that it says names are from.
    pub declarations: Vec<Declaration>,
    /// The names that it defines, and where.
    pub defined: Vec<(String, Span)>,
    /// The name that it gives the expression.
    pub name: Option<String>,
    /// The sign of a maximum before the expression, and where that begins.
    pub maximum: Option<(Span, usize)>,
    /// The sign of a minimum or maximum with variables below it, and these.
    pub optimum: Option<(Span, Vec<String>)>,
}

/// A choice of the parser that the reader of the answer should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The rule that made it.
    pub row: &'static str,
    /// What it is about.
    pub span: Span,
    /// How it was read, and how the other reading is written.
    pub message: Advice,
    /// The other reading as it is written.
    pub other: Option<String>,
}

/// A node and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct AstNode {
    /// What was written.
    pub kind: AstKind,
    /// Where.
    pub span: Span,
    /// Whether `eig` is called in it.
    pub has_eigenvalues: bool,
}

/// Sign of a term of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// The written operators of product level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductOp {
    /// Juxtaposition, and every spelling of the matrix product once the text is read.
    Times,
    /// `·`, `\cdot`: the inner product of two vectors, else the product.
    Dot,
    /// `*`: the product; in NumPy's texts that of the entries.
    Star,
    /// `@`: the product; of two vectors the inner product.
    At,
    /// `/`, also `\frac`.
    Divide,
    /// `.*`, `∘`, `⊙`.
    Hadamard,
    /// `./`, `⊘`.
    HadamardDivide,
    /// `⊗`.
    Kronecker,
}

impl ProductOp {
    /// Whether it is a spelling of the product.
    #[must_use]
    pub fn is_product(self) -> bool {
        matches!(self, Self::Times | Self::Dot | Self::Star | Self::At)
    }
}

/// What stands between two factors of a divisor: it decides whether the divisor may end there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// One of the two is a bracket, norm, bar, inner product, root, function, sum or `e^…`.
    Closed,
    /// Two norms, bars or inner products.
    Norms,
    /// A letter and a root of numbers, `σ√(2π)`, or a root that holds π and a letter.
    Root,
    /// Blanks, outside LaTeX.
    Blank,
    /// A letter glued to a number: `2n`.
    NumberLetter,
    /// Letters glued to one another: `bc`.
    Letters,
    /// A number and a letter in LaTeX, where blanks mean nothing.
    TexNumber,
    /// The 2 and the λ of `1/2 \lambda` in LaTeX, a parameter that may stand beside the half as well as below it.
    TexParameter,
    /// The 2 and the m of `1/2 m v^2` in LaTeX: half a square, which is seldom below a fraction.
    TexHalf,
    /// Two letters in LaTeX.
    TexLetters,
}

/// A name as written, split from its subscript.
///
/// `x_1` is base `x`, subscript `[1]`; `x1` is base `x1` and no subscript. Decorations such as
/// `\mathbf` are gone; Greek names are the Unicode letter (`\lambda`, `lambda`, `λ` are all `λ`).
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The letters (and digits directly after them).
    pub base: String,
    /// What is written under it: each part parsed as an expression. `X_{ij}` has two parts
    /// `i`, `j`; `a_{12}` has the one number 12; `X_{1,2}` has two numbers.
    pub subscript: Vec<AstId>,
    /// The subscript as text without braces and blanks, `""` where there is none: with the base it
    /// makes the name of a symbol of its own (`x_1`, `a_12`, `x_max`).
    pub subscript_text: String,
    /// How the letter was set.
    pub mark: Mark,
}

/// Which derivative of a declared function is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivative {
    /// `f(x)`, `f''(x)`: that many primes; of a Fréchet derivative those of f.
    Primes(u32),
    /// `∇f(x)`
    Gradient,
    /// `∇²f(x)`
    Hessian,
    /// `J_F(x)`
    Jacobian,
}

/// How a letter is set in LaTeX, which says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mark {
    /// As any other.
    #[default]
    None,
    /// Bold: a vector, or a matrix in capitals.
    Bold,
    /// Under an arrow: a vector.
    Arrow,
}

impl Name {
    /// A name without a subscript.
    #[must_use]
    pub fn plain(base: impl Into<String>) -> Self {
        Self { base: base.into(), subscript: Vec::new(), subscript_text: String::new(), mark: Mark::None }
    }
}

/// Base and subscript together.
pub(crate) fn full_name(name: &Name) -> String {
    if name.subscript_text.is_empty() { name.base.clone() } else { format!("{}_{}", name.base, name.subscript_text) }
}

/// What a slice takes on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// `:`
    All,
    /// One place.
    At(AstId),
    /// The last place, or the one with so many after it.
    Last(Option<AstId>),
    /// From the first to the last place.
    Range(Bound, Bound),
}

/// An end of a range of places; it belongs to the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A place, counted from 1.
    At(AstId),
    /// The last place, or the one with so many after it.
    FromEnd(Option<AstId>),
}

impl Cut {
    /// What is written in it, with the node of each place.
    pub(crate) fn each_place(&self, mut visit: impl FnMut(AstId)) {
        let mut bound = |bound: &Bound| match bound {
            Bound::At(at) | Bound::FromEnd(Some(at)) => visit(*at),
            Bound::FromEnd(None) => {}
        };
        match self {
            Self::All | Self::Last(None) => {}
            Self::At(at) | Self::Last(Some(at)) => bound(&Bound::At(*at)),
            Self::Range(first, last) => {
                bound(first);
                bound(last);
            }
        }
    }
}

/// Which norm was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormSpelling {
    /// `‖x‖`, `norm(x)` without a subscript.
    Plain,
    /// Subscript 1.
    One,
    /// Subscript 2.
    Two,
    /// Subscript inf, `∞`, `\infty`.
    Infinity,
    /// Subscript F.
    Frobenius,
    /// Subscript `*`.
    Nuclear,
    /// Subscript `2,1`: the sum of the norms of the columns.
    TwoOne,
    /// NumPy's `norm(A)`: of all entries, those of a vector and those of a matrix.
    OfEntries,
    /// Any other subscript `p`.
    P(AstId),
}

/// Functions the language knows, by the notion they stand for (`log`, `ln` are one).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the functions' own names")]
pub enum Function {
    /// A function of numbers, entry by entry.
    Entrywise(Func),
    /// The first derivative of one, entry by entry: `σ'(z)`.
    Slope(Func),
    /// An operator that keeps the shape of its operand.
    Operator(Op),
    /// A function of numbers that is short for others, entry by entry.
    Composed(Composed),
    /// `polygamma(k, x)` before its order is read.
    Polygamma,
    /// `binom(n, k)` before it is written by factorials.
    Binomial,
    Sqrt,
    Expm,
    Logm,
    Sqrtm,
    /// `L_expm(X, E)`: the Fréchet derivative of the matrix exponential at X along E; more
    /// directions give the higher ones.
    FrechetExpm,
    /// `L_logm(X, E)`.
    FrechetLogm,
    /// `L_sqrtm(X, E)`.
    FrechetSqrtm,
    Sum,
    Mean,
    /// How many rows, columns or entries an array has: `len(x)`.
    Count(Extent),
    /// With the number of entries less this one as the divisor.
    Var(u8),
    /// The root of it.
    Std(u8),
    /// The sums of the first entries of a vector, of one to all of them.
    Cumsum,
    /// A reduction of each row or column of a matrix.
    Along(Reducer, Axis),
    Prod,
    Max,
    Min,
    LogSumExp,
    Norm,
    Norm1,
    Norm2,
    Trace,
    Det,
    LogDet,
    /// `eig(X)`: only beneath `sum`, `prod` and their kin.
    Eig,
    /// `svd(X)`, the singular values: only beneath `sum` and `max`.
    Svd,
    LambdaMax,
    LambdaMin,
    SigmaMax,
    /// `eigvec_max(A)`: unit eigenvector of the largest eigenvalue of a symmetric A.
    EigvecMax,
    /// `eigvec_min(A)`.
    EigvecMin,
    /// `λ_k(A)`, `σ_k(X)` and their vectors, of the matrix and the place.
    Ranked(Ranked),
    /// `u_max(X)`, `v_max(X)`: left and right singular vectors of the largest singular value.
    UMax,
    VMax,
    /// `polar(X)` = UVᵀ of the thin SVD X = U diag(s) Vᵀ.
    Polar,
    Diag,
    Vec,
    /// `unvec(v, m, n)`: the m×n matrix X with vec(X) = v.
    Unvec,
    Inv,
    Pinv,
    Cof,
    Sym,
    Skew,
    /// `where(c, a, b)`: a where the condition holds, else b, entry by entry. The condition is made of indicators.
    Where,
    /// The same by a condition on scalars: a line of `\begin{cases}` and what follows it.
    Cases,
    /// a × b of two vectors with three entries.
    Cross,
    /// `hat(a)`, `[a]_×`: the matrix with `[a]_× b = a × b`.
    Hat,
    /// `axial(G)`: (G₃₂ − G₂₃, G₁₃ − G₃₁, G₂₁ − G₁₂), the adjoint of `hat`.
    Axial,
    Kron,
    Dot,
    Outer,
    Transpose,
    /// `hstack([x, y])`, `blkdiag(A, B)`, before the parser makes blocks of it.
    Join(Join),
    /// `eye(n)`.
    Commutation,
    Eye,
    /// `ones(n)`, `ones(m,n)`, `vector(1)`, `matrix(1)` (the last two without sizes).
    Ones,
    /// `ones` of a matrix shape whose sizes follow from the context: `matrix(1)`.
    OnesMatrix,
    Zeros,
}

/// What is counted of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Rows, which are the entries of a vector: `len(x)`, `nrow(X)`, `X.shape[0]`.
    Rows,
    /// `ncol(X)`, `X.shape[1]`
    Columns,
    /// `numel(X)`, `X.size`
    Entries,
    /// The entries of a vector; of a matrix some languages count its rows, others its entries: `length(x)`.
    Length,
}

/// How a call puts its arguments together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Join {
    /// One below the other: `vertcat`, and `np.concatenate`, which joins along the first axis.
    Below,
    /// One beside the other: `horzcat`, `np.column_stack`.
    Beside,
    /// Along the last axis, so that vectors are joined to one: `np.hstack`.
    Last,
    /// One below the other, where vectors are rows: `np.vstack`.
    Rows,
    /// A row of `np.block`: of vectors alone it is a row.
    BlockRow,
    /// `np.append(x, y)` without an axis.
    Append,
    /// Along the diagonal, with zeros beside: `blkdiag`.
    Diagonal,
    /// Along the diagonal, where vectors are rows: SciPy's `block_diag`.
    DiagonalOfRows,
    /// The differences of neighbors, `diff(x)`, taken so many times; of a matrix along the axis that is said, or else the one of the
    /// spelling.
    Difference {
        /// How many times.
        order: u8,
        /// Whether they are those of neighbors in a row.
        is_along_rows: Option<bool>,
    },
}

/// What reduces the entries of an array, or of its rows or columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the functions' own names")]
pub enum Reducer {
    Sum,
    Mean,
    Prod,
    Max,
    Min,
    LogSumExp,
    Norm,
    /// The sum of the absolute values.
    NormOne,
    /// With the number of entries less this one as the divisor.
    Var(u8),
    /// The root of it.
    Std(u8),
}

impl Reducer {
    /// The function that reduces all entries.
    #[must_use]
    pub(crate) fn of_all(self) -> Function {
        match self {
            Self::Sum => Function::Sum,
            Self::Mean => Function::Mean,
            Self::Prod => Function::Prod,
            Self::Max => Function::Max,
            Self::Min => Function::Min,
            Self::LogSumExp => Function::LogSumExp,
            Self::Norm => Function::Norm,
            Self::NormOne => Function::Norm1,
            Self::Var(less) => Function::Var(less),
            Self::Std(less) => Function::Std(less),
        }
    }
}

/// Along what an array is reduced, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Each column: a vector. `axis=0`.
    Columns,
    /// Each column: a row. MATLAB's 1, and `axis=0, keepdims=True`.
    ColumnsAsRow,
    /// Each row: a vector. `axis=1`.
    Rows,
    /// Each row of a matrix, the entries of a vector. `axis=-1`.
    Last,
}

/// `1[a > b]` and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `=`
    Equal,
}

/// One bound index of a sum or product, with bounds where they were written.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The index's name.
    pub index: String,
    /// Where the name was written.
    pub span: Span,
    /// Lower bound; 1 where none is written.
    pub lower: Option<AstId>,
    /// Upper bound; the family's or vector's size where none is written.
    pub upper: Option<AstId>,
    /// The index that it is compared with: both run over the same values.
    pub beside: Option<String>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub enum AstKind {
    /// An exact number, also `½`, `1e-3`.
    Number(Coeff),
    /// A symbol, an entry, a family's member, or a special name (`I_n`, `1_n`, `e_i`, `pi`, `ones`).
    Name(Name),
    /// A sum of two or more signed terms, or one with a leading sign.
    Sum(Vec<(Sign, AstId)>),
    /// A product from the left: `first op factor op factor …`. A juxtaposition, which binds
    /// tighter, is a node of its own whose operators are all `Times`.
    Product {
        /// The leftmost factor.
        first: AstId,
        /// The others, each with the operator before it.
        rest: Vec<(ProductOp, AstId)>,
    },
    /// The factors after a `/`, with what stands between them. How many of them are the divisor is open until the text is read; the
    /// others multiply the quotient. Only a factor after [`ProductOp::Divide`] is one.
    Run {
        /// The factors, at least two.
        items: Vec<AstId>,
        /// `joints[i]` stands between factors i and i + 1.
        joints: Vec<Joint>,
    },
    /// `a^b` where `b` is no transpose. The inverse is `X^(-1)`.
    Power(AstId, AstId),
    /// A power that may be that of each entry: `a**b` in NumPy's texts, `a^b` beneath a sum or product sign without an index.
    StarPower(AstId, AstId),
    /// `a.^b`
    HadamardPower(AstId, AstId),
    /// `Xᵀ` in any spelling. `X^-T` is the transpose of `X^(-1)`.
    Transpose(AstId),
    /// A known function.
    Call(Function, Vec<AstId>),
    /// A declared function or one of its derivatives.
    UserCall {
        /// Its name.
        name: String,
        /// Which derivative.
        derivative: Derivative,
        /// Its one argument.
        argument: AstId,
        /// E, … of a Fréchet derivative `L_f(X, E, …)`; the subscripts of `∇f_i(x)`; none of any other.
        others: Vec<AstId>,
    },
    /// A norm.
    Norm(NormSpelling, AstId),
    /// `|x|`: an absolute value, a norm or a determinant until the text is read; then an absolute value.
    Abs(AstId),
    /// `⟨a, b⟩`
    Inner(AstId, AstId),
    /// `sum_{i=1}^m body`; several indices are listed from the outermost in.
    BigSum(Vec<Range>, AstId),
    /// `prod_{i=1}^n body`
    BigProduct(Vec<Range>, AstId),
    /// `[1 2; 3 4]`, rows of entries. `[1, 2, 3]` and `[1 2 3]` are one row here; the shape stage makes a
    /// single row a column vector.
    Literal(Vec<Vec<AstId>>),
    /// Blocks below one another, or beside one another in a row: `[A; B]`, `[A, B]`. A matrix of blocks is a stack of rows. A 0 in it
    /// is of any shape.
    Stack {
        /// Whether they stand beside one another.
        is_row: bool,
        /// The blocks in order.
        blocks: Vec<AstId>,
    },
    /// `(A x)_i`, `(X Y)_{ij}`: an entry of a value, with its subscripts. Entries of names are [`AstKind::Name`]s.
    EntryOf(AstId, Vec<AstId>),
    /// `X_{i,:}`, `X_{:,j}`: a row, as a column vector, or a column.
    Line {
        /// The matrix.
        of: AstId,
        /// Which row or column.
        index: AstId,
        /// Whether it is a row.
        is_row: bool,
    },
    /// `x_{1:n}`, `X_{1:n,:}`, `X_{1:n,j}`: the entries in a range of places on each axis.
    Slice {
        /// The array.
        of: AstId,
        /// What is taken on each axis, of a vector on the one that it has.
        cuts: Vec<Cut>,
    },
    /// `k!`
    Factorial(AstId),
    /// `1[a > b]`, entry by entry 1 where it holds and 0 elsewhere.
    Indicator(Comparison, AstId, AstId),
}

/// A function without brackets whose argument ends before an operator: `tr A` of `tr A*B`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The place of the function with its argument.
    pub call: Span,
    /// Its name, as written.
    pub name: String,
    /// Its argument.
    pub argument: Span,
    /// Whether it is a trace or a determinant, which nobody takes of a number.
    pub is_of_square: bool,
}

/// Commands that belong to the letter or the bracket that follows them.
const BEFORE_OPERANDS: [&str; 13] = [
    "left",
    "vec",
    "mathbf",
    "boldsymbol",
    "bm",
    "mathrm",
    "mathcal",
    "hat",
    "bar",
    "tilde",
    "overline",
    "widehat",
    "dot",
];

impl AstKind {
    /// Whether it is the number 2, as the exponent of a square.
    pub(crate) fn is_two(&self) -> bool {
        matches!(self, Self::Number(value) if *value == Coeff::integer(2))
    }
}

impl Ast {
    /// Whether a sum or product in the text binds that index.
    pub(crate) fn binds(&self, index: &str) -> bool {
        self.nodes.iter().any(|node| match &node.kind {
            AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => {
                ranges.iter().any(|range| range.index == index)
            }
            _ => false,
        })
    }

    /// The text of a span in whole tokens: with the command and the braces around its first or last letter, as in `\mathbf{X}`, where it
    /// begins or ends inside of them.
    #[must_use]
    pub fn written(&self, span: Span) -> &str {
        let (mut start, mut end) = (span.start, span.end);
        let Some(text) = self.source.get(start..end) else { return "" };
        let (mut open, mut unopened) = (0_usize, 0_usize);
        for c in text.chars() {
            match c {
                '{' => open += 1,
                '}' if open > 0 => open -= 1,
                '}' => unopened += 1,
                _ => {}
            }
        }
        let (before, after) = (self.source.get(..start).unwrap_or(""), self.source.get(end..).unwrap_or(""));
        let is_name = |c: char| c.is_ascii_alphabetic();
        let mut depth = 0;
        for (at, c) in before.char_indices().rev() {
            if unopened == 0 {
                break;
            }
            match c {
                '}' => depth += 1,
                '{' if depth > 0 => depth -= 1,
                '{' => {
                    unopened -= 1;
                    let command = before[..at].trim_end_matches(is_name);
                    start = if command.len() < at && command.ends_with('\\') { command.len() - 1 } else { at };
                }
                _ => {}
            }
        }
        for (at, c) in after.char_indices() {
            if open == 0 {
                break;
            }
            match c {
                '{' => open += 1,
                '}' => open -= 1,
                _ => continue,
            }
            end = span.end + at + 1;
        }
        let before = self.source.get(..start).unwrap_or("").trim_end();
        let opens = |command: &&&str| before.strip_suffix(**command).is_some_and(|rest| rest.ends_with('\\'));
        if let Some(command) = BEFORE_OPERANDS.iter().find(opens) {
            start = before.len() - command.len() - 1;
        }
        self.source.get(start..end).unwrap_or(text).trim()
    }

    /// The root's id.
    ///
    /// # Panics
    /// Never for a tree made by the parser, which has at least one node.
    #[must_use]
    pub fn root(&self) -> AstId {
        AstId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX) - 1)
    }

    /// The node of an id.
    #[must_use]
    pub fn node(&self, id: AstId) -> &AstNode {
        &self.nodes[id.0 as usize]
    }

    /// The span of an id.
    #[must_use]
    pub fn span(&self, id: AstId) -> Span {
        self.node(id).span
    }
}

/// The kind written in a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredKind {
    /// `scalar`, `alpha in R`
    Scalar,
    /// `positive`: a scalar > 0.
    Positive,
    /// `positive(n)`: a vector whose entries are > 0.
    PositiveVector(Size),
    /// `nonnegative`, `s >= 0`
    Nonnegative,
    /// `nonnegative(n)`, `w in R^n_+`, `w >= 0` of a vector
    NonnegativeVector(Size),
    /// `integer`
    Integer,
    /// `vector(n)`
    Vector(Size),
    /// `simplex(n)`, `t in Delta^n`: entries not below 0, of sum 1.
    Simplex(Size),
    /// `signs(n)`, `y in {-1,1}^n`: every entry −1 or 1.
    Signs(Size),
    /// `binary`, `binary(n)`, `binary(m,n)`, `M in {0,1}^{m x n}`: every entry 0 or 1.
    Binary(Size, Size),
    /// `matrix(m,n)`
    Matrix(Size, Size),
    /// `square(n)` and the structured kinds.
    Square(Structure, Size),
    /// `function`
    Function,
    /// `matrix function`
    MatrixFunction,
    /// `f: R^n -> R`: a map from arrays of one kind to those of another.
    Map(Box<DeclaredKind>, Box<DeclaredKind>),
    /// `family(m) of …`
    Family(Size, Box<DeclaredKind>),
}

/// A size in a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Size {
    /// A name such as `n`.
    Symbol(String),
    /// A number.
    Number(u64),
    /// Any other sum of products, each a number times names: `n p`, the length of `vec(X)`; `n + 1`, `n - 1`.
    Sum(Vec<(i64, Vec<String>)>),
    /// `_`: to be found.
    Open,
}

/// One declaration: `x: vector(n)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The name, with its subscript as in `x_1`.
    pub name: String,
    /// Its kind.
    pub kind: DeclaredKind,
    /// Where it was written, in the declarations' own text.
    pub span: Span,
    /// Whether it says no more than a sign, as `A > 0` does.
    pub is_only_sign: bool,
    /// The number of its first member or entry.
    pub first: i64,
}
