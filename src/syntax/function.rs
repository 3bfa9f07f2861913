//! The functions of the language: every spelling, the notion it stands for, and how many arguments it takes.

use std::sync::LazyLock;

use super::ast::{Extent, Function, NormSpelling, ProductOp};
use crate::catalog::entrywise::Inverse;
use crate::catalog::{Composed, Func, Op, Ranked};
use crate::diagnostic::{Advice, Suggestion};

/// A spelling, its function, and the least and greatest number of arguments.
type Row = (&'static str, Function, usize, usize);

/// Directions that a Fréchet derivative may have.
const MAX_DIRECTIONS: usize = 15;

/// The table of the functions that are not in the catalog. LaTeX commands are the same words with a backslash.
const FUNCTIONS: &[Row] = &[
    ("sqrt", Function::Sqrt, 1, 1),
    ("expm", Function::Expm, 1, 1),
    ("logm", Function::Logm, 1, 1),
    ("sqrtm", Function::Sqrtm, 1, 1),
    ("L_expm", Function::FrechetExpm, 2, MAX_DIRECTIONS + 1),
    ("L_logm", Function::FrechetLogm, 2, MAX_DIRECTIONS + 1),
    ("L_sqrtm", Function::FrechetSqrtm, 2, MAX_DIRECTIONS + 1),
    ("sum", Function::Sum, 1, 1),
    ("mean", Function::Mean, 1, 1),
    ("var", Function::Var(0), 1, 1),
    ("std", Function::Std(0), 1, 1),
    ("cumsum", Function::Cumsum, 1, 1),
    ("prod", Function::Prod, 1, 1),
    ("max", Function::Max, 1, 2),
    ("min", Function::Min, 1, 2),
    ("logsumexp", Function::LogSumExp, 1, 1),
    ("norm", Function::Norm, 1, 2),
    ("norm1", Function::Norm1, 1, 1),
    ("norm2", Function::Norm2, 1, 1),
    ("tr", Function::Trace, 1, 1),
    ("Tr", Function::Trace, 1, 1),
    ("trace", Function::Trace, 1, 1),
    ("det", Function::Det, 1, 1),
    ("logdet", Function::LogDet, 1, 1),
    ("eig", Function::Eig, 1, 1),
    ("svd", Function::Svd, 1, 1),
    ("lambda_max", Function::LambdaMax, 1, 1),
    ("λ_max", Function::LambdaMax, 1, 1),
    ("eigmax", Function::LambdaMax, 1, 1),
    ("lambda_min", Function::LambdaMin, 1, 1),
    ("eigmin", Function::LambdaMin, 1, 1),
    ("λ_min", Function::LambdaMin, 1, 1),
    ("sigma_max", Function::SigmaMax, 1, 1),
    ("σ_max", Function::SigmaMax, 1, 1),
    ("eigvec_max", Function::EigvecMax, 1, 1),
    ("eigvec_min", Function::EigvecMin, 1, 1),
    ("u_max", Function::UMax, 1, 1),
    ("v_max", Function::VMax, 1, 1),
    ("polar", Function::Polar, 1, 1),
    ("diag", Function::Diag, 1, 1),
    ("Diag", Function::Diag, 1, 1),
    ("vec", Function::Vec, 1, 1),
    ("unvec", Function::Unvec, 3, 3),
    ("inv", Function::Inv, 1, 1),
    ("inverse", Function::Inv, 1, 1),
    ("pinv", Function::Pinv, 1, 1),
    ("cof", Function::Cof, 1, 1),
    ("sym", Function::Sym, 1, 1),
    ("skew", Function::Skew, 1, 1),
    ("kron", Function::Kron, 2, 2),
    ("dot", Function::Dot, 2, 2),
    ("outer", Function::Outer, 2, 2),
    ("transpose", Function::Transpose, 1, 1),
    ("commutation", Function::Commutation, 2, 2),
    ("eye", Function::Eye, 0, 1),
    ("ones", Function::Ones, 0, 2),
    ("vector", Function::Ones, 1, 1),
    ("matrix", Function::OnesMatrix, 1, 1),
    ("zeros", Function::Zeros, 0, 2),
];

/// Spellings that are a function only as a whole word, never at the start of a run of letters: abbreviations, and names as Mathematica,
/// NumPy, SciPy, PyTorch and Julia have them.
const WHOLE: &[Row] = &[
    ("polygamma", Function::Polygamma, 2, 2),
    ("PolyGamma", Function::Polygamma, 1, 2),
    ("binom", Function::Binomial, 2, 2),
    ("binomial", Function::Binomial, 2, 2),
    ("Binomial", Function::Binomial, 2, 2),
    ("nchoosek", Function::Binomial, 2, 2),
    ("comb", Function::Binomial, 2, 2),
    ("choose", Function::Binomial, 2, 2),
    ("psi", Function::Polygamma, 1, 2),
    ("len", Function::Count(Extent::Rows), 1, 1),
    ("nrow", Function::Count(Extent::Rows), 1, 1),
    ("ncol", Function::Count(Extent::Columns), 1, 1),
    ("numel", Function::Count(Extent::Entries), 1, 1),
    ("length", Function::Count(Extent::Length), 1, 1),
    ("Length", Function::Count(Extent::Rows), 1, 1),
    ("Sqrt", Function::Sqrt, 1, 1),
    ("ctranspose", Function::Transpose, 1, 1),
    ("l1norm", Function::Norm1, 1, 1),
    ("l2norm", Function::Norm2, 1, 1),
    ("where", Function::Where, 3, 3),
    ("cross", Function::Cross, 2, 2),
    ("Cross", Function::Cross, 2, 2),
    ("Dot", Function::Dot, 2, 2),
    ("hat", Function::Hat, 1, 1),
    ("axial", Function::Axial, 1, 1),
    ("cases", Function::Cases, 3, 3),
    ("MatrixExp", Function::Expm, 1, 1),
    ("MatrixLog", Function::Logm, 1, 1),
    ("matrix_exp", Function::Expm, 1, 1),
    ("Accumulate", Function::Cumsum, 1, 1),
    ("Sum", Function::Sum, 1, 1),
    ("Total", Function::Sum, 1, 1),
    ("Mean", Function::Mean, 1, 1),
    ("Max", Function::Max, 1, 2),
    ("Min", Function::Min, 1, 2),
    ("maximum", Function::Max, 1, 2),
    ("minimum", Function::Min, 1, 2),
    ("amax", Function::Max, 1, 1),
    ("amin", Function::Min, 1, 1),
    ("lse", Function::LogSumExp, 1, 1),
    ("LSE", Function::LogSumExp, 1, 1),
    ("LogSumExp", Function::LogSumExp, 1, 1),
    ("log_sum_exp", Function::LogSumExp, 1, 1),
    ("Norm", Function::Norm, 1, 2),
    ("vecnorm", Function::Norm, 1, 2),
    ("Trace", Function::Trace, 1, 1),
    ("Det", Function::Det, 1, 1),
    ("Determinant", Function::Det, 1, 1),
    ("determinant", Function::Det, 1, 1),
    ("LogDet", Function::LogDet, 1, 1),
    ("log_det", Function::LogDet, 1, 1),
    ("logabsdet", Function::LogDet, 1, 1),
    ("diagonal", Function::Diag, 1, 1),
    ("Diagonal", Function::Diag, 1, 1),
    ("DiagonalMatrix", Function::Diag, 1, 1),
    ("Vec", Function::Vec, 1, 1),
    ("vect", Function::Vec, 1, 1),
    ("Inv", Function::Inv, 1, 1),
    ("Inverse", Function::Inv, 1, 1),
    ("PseudoInverse", Function::Pinv, 1, 1),
    ("pseudoinverse", Function::Pinv, 1, 1),
    ("Pinv", Function::Pinv, 1, 1),
    ("cofactor", Function::Cof, 1, 1),
    ("cofactor_matrix", Function::Cof, 1, 1),
    ("Kron", Function::Kron, 2, 2),
    ("KroneckerProduct", Function::Kron, 2, 2),
    ("inner", Function::Dot, 2, 2),
    ("vdot", Function::Dot, 2, 2),
    ("eigvals", Function::Eig, 1, 1),
    ("eigvalsh", Function::Eig, 1, 1),
    ("Eigenvalues", Function::Eig, 1, 1),
    ("svdvals", Function::Svd, 1, 1),
    ("SingularValueList", Function::Svd, 1, 1),
    ("Transpose", Function::Transpose, 1, 1),
    ("IdentityMatrix", Function::Eye, 0, 1),
    ("identity", Function::Eye, 0, 1),
];

/// Names that stand for an operator between their two arguments, as NumPy, PyTorch and MATLAB have them.
const INFIX: &[(&str, Infix)] = &[
    ("np.dot", Infix::Dot),
    ("Dot", Infix::Dot),
    ("matmul", Infix::Op(ProductOp::Times)),
    ("mm", Infix::Op(ProductOp::Times)),
    ("mv", Infix::Op(ProductOp::Times)),
    ("mtimes", Infix::Op(ProductOp::Times)),
    ("multiply", Infix::Op(ProductOp::Hadamard)),
    ("hadamard", Infix::Op(ProductOp::Hadamard)),
    ("true_divide", Infix::Op(ProductOp::HadamardDivide)),
    ("rdivide", Infix::Op(ProductOp::HadamardDivide)),
    ("div", Infix::Op(ProductOp::HadamardDivide)),
    ("mul", Infix::Op(ProductOp::Hadamard)),
    ("power", Infix::Power),
    ("pow", Infix::Power),
    ("add", Infix::Plus),
    ("subtract", Infix::Minus),
    ("sub", Infix::Minus),
    ("solve", Infix::Solve),
    ("LinearSolve", Infix::Solve),
];

/// The operator that a function of two arguments stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Infix {
    /// A product or an elementwise operator.
    Op(ProductOp),
    /// The product as NumPy has it, where a vector is neither a row nor a column.
    Dot,
    /// The elementwise power.
    Power,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// The inverse of the first times the second.
    Solve,
}

/// The operator that a name stands for.
pub(super) fn infix(name: &str) -> Option<Infix> {
    INFIX.iter().find(|row| row.0 == name).map(|row| row.1)
}

/// What is to be done about an integral.
pub(super) const INTEGRAL: &str = "the language has no integrals; give what stands beneath it, whose derivative goes beneath it as well, or the sum \
    of a rule with points and weights, as `sum_{i=1}^n w_i f_i`";

/// Functions that the language does not have, and what to write in their place.
const FOREIGN: &[(&str, &str)] = &[
    ("cov", "write the covariance with products, as `1/n X' X` where the columns have mean 0"),
    (
        "Var",
        "write the variance of w'x as `w' S w` with the covariance matrix S, or that of the entries of x as `var(x)`",
    ),
    ("Cov", "write a letter for the covariance matrix, as in `w' S w`, or the covariance with products, as `1/n X' X`"),
    ("corr", "write the correlation with products: `x' y / (||x|| ||y||)` where both have mean 0"),
    ("arg", "the index of the largest entry has no derivative; `max(x)` is the entry"),
    ("argmax", "the index of the largest entry has no derivative; `max(x)` is the entry"),
    ("argmin", "the index of the smallest entry has no derivative; `min(x)` is the entry"),
    ("size", "write `len(x)`, `nrow(X)`, `ncol(X)` or `numel(X)`"),
    ("shape", "write `len(x)`, `nrow(X)` or `ncol(X)`"),
    ("rank", "the rank is constant where it is differentiable"),
    ("floor", "it is constant where it is differentiable"),
    ("ceil", "it is constant where it is differentiable"),
    ("round", "it is constant where it is differentiable"),
    ("mod", "write the remainder out; it has jumps"),
    ("exp2", "write `exp(log(2) x)`"),
    ("cbrt", "write `x^(1/3)`"),
    ("pow", "write `x^p`, or `x.^p` elementwise"),
    ("Im", "everything is real: the imaginary part is 0"),
    ("imag", "everything is real: the imaginary part is 0"),
    ("mahalanobis", "write `(x - m)' inv(S) (x - m)`"),
    ("multi_dot", "write the product with its signs, `A @ X @ B`"),
    ("bsxfun", "write the operation with its sign, `X - ones(m) u'`"),
    ("betaln", "write `lgamma(a) + lgamma(b) - lgamma(a + b)`"),
    ("conj", "everything is real: write the argument alone"),
    ("median", "it is the middle entry in sorted order, and has no formula in the language"),
    ("cumprod", "write the products out, as `prod_{j=1}^i x_j`"),
    ("sumsq", "write `||x||^2`"),
    ("sum_sq", "write `||x||^2`"),
    ("sumsqr", "write `||x||^2`"),
    ("sum_squares", "write `||x||^2`"),
    ("sum_of_squares", "write `||x||^2`"),
    ("ssq", "write `||x||^2`"),
    ("mse", "write the mean squared error as `||x - y||^2 / n`"),
    ("mae", "write the mean absolute error as `mean(abs(x - y))`"),
    ("mse_loss", "write the mean squared error as `||x - y||^2 / n`"),
    ("rms", "write `||x|| / sqrt(n)`"),
    ("rmse", "write `||x - y|| / sqrt(n)`"),
    ("cross_entropy", "write `-t' log(softmax(x))`"),
    ("nll_loss", "write `-t' log(p)`"),
    ("pos", "write `relu(x)`, or `max(x, 0)`"),
    ("neg", "write `relu(-x)`, or `max(-x, 0)`"),
    ("clip", "write `min(max(x, a), b)`"),
    ("clamp", "write `min(max(x, a), b)`"),
    ("Clip", "write `min(max(x, a), b)`"),
    ("heaviside", "write the indicator `1[x > 0]`"),
    ("Heaviside", "write the indicator `1[x > 0]`"),
    ("step", "write the indicator `1[x > 0]`"),
    ("entropy", "write `-sum(x .* log(x))`"),
    ("Entropy", "write `-sum(x .* log(x))`"),
    ("rel_entr", "write `x .* log(x ./ y)`"),
    ("kl_div", "write `sum(x .* log(x ./ y))`"),
    ("KL", "write `sum(p .* log(p ./ q))`"),
    ("quad_form", "write `x' P x`"),
    ("matrix_frac", "write `x' inv(P) x`"),
    ("inv_pos", "write `1 ./ x`"),
    ("geo_mean", "write `prod(x)^(1/n)`"),
    ("xlogy", "write `x .* log(y)`"),
    ("logaddexp", "write `log(exp(x) + exp(y))`"),
    (
        "lg",
        "it is the logarithm to base 2 for some and to base 10 for others; write `log(x)/log(2)` or `log(x)/log(10)`",
    ),
    ("log_softmax", "write `log softmax(x)`"),
    ("logsoftmax", "write `log softmax(x)`"),
    ("logcosh", "write `log cosh(x)`"),
    ("cdf", "write the normal distribution as `normcdf(x)`"),
    ("pdf", "write the normal density as `normpdf(x)`"),
    ("logpdf", "write the logarithm of the normal density as `-x^2/2 - log(2pi)/2`"),
    ("hardtanh", "write `min(max(x, -1), 1)`"),
    ("sinc", "write `sin(x) ./ x`, or `sin(pi x) ./ (pi x)` for NumPy's"),
    ("atan2", "write `atan(y/x)` where x is positive"),
    ("arctan2", "write `atan(y/x)` where x is positive"),
    ("hypot", "write `sqrt(x^2 + y^2)`"),
    ("reciprocal", "write `1 ./ x`"),
    ("negative", "write `-x`"),
    ("rsqrt", "write `1 ./ sqrt(x)`"),
    ("trunc", "it is constant where it is differentiable"),
    ("Round", "it is constant where it is differentiable"),
    ("Floor", "it is constant where it is differentiable"),
    ("Rank", "the rank is constant where it is differentiable"),
    ("matrix_rank", "the rank is constant where it is differentiable"),
    ("MatrixRank", "the rank is constant where it is differentiable"),
    ("slogdet", "write `logdet(X)`, the second of its results"),
    ("SVD", "write `||X||_*` for the sum of the singular values, `sigma_max(X)` for the largest"),
    ("opnorm", "write `||X||_2`"),
    ("cond", "write `||X||_2 ||inv(X)||_2`"),
    ("eigh", "write `sum eig(X)`, `lambda_max(X)` or `lambda_min(X)` for a single eigenvalue expression"),
    (
        "chol",
        "factors of matrices are not functions of the language; declare the factor, as `L: lower(n)`, and write `L L'`",
    ),
    (
        "cholesky",
        "factors of matrices are not functions of the language; declare the factor, as `L: lower(n)`, and write `L L'`",
    ),
    (
        "lu",
        "factors of matrices are not functions of the language; write `L U`, and declare them: `L: lower(n); U: upper(n)`",
    ),
    (
        "LU",
        "factors of matrices are not functions of the language; write `L U`, and declare them: `L: lower(n); U: upper(n)`",
    ),
    (
        "qr",
        "factors of matrices are not functions of the language; write `Q R`, and declare them: `Q: orthogonal(n); R: upper(n)`",
    ),
    (
        "QR",
        "factors of matrices are not functions of the language; write `Q R`, and declare them: `Q: orthogonal(n); R: upper(n)`",
    ),
    ("matrix_power", "write `X^k`"),
    ("MatrixPower", "write `X^k`"),
    ("lstsq", "write `pinv(A) b`"),
    ("vech", "write `vec(X)`; `--vech` gives the half-vectorized gradient"),
    (
        "einsum",
        "it is read with its axes, at most two of an array, as `einsum('ij,j->i', A, x)`; or write the sum with its indices, as `sum_{i,j} a_i X_{ij} b_j`",
    ),
    (
        "reshape",
        "write `vec(X)`, or `unvec(v, m, n)`, column by column; row by row these are `vec(X')` and `unvec(v, n, m)'`",
    ),
    ("flatten", "write `vec(X)`, which stacks the columns"),
    ("ravel", "write `vec(X)`, which stacks the columns"),
    ("tensordot", "write the product: `tr(A' B)` over both axes, `A B` over one"),
    ("cdist", "write the distance of two points as `||x - y||`, and a sum over pairs with indices"),
    ("fft", "write the product with the matrix of the transform"),
    ("conv", "write the product with the matrix of the convolution"),
    ("convolve", "write the product with the matrix of the convolution"),
    ("interp", "write the product with the matrix of the interpolation"),
    ("sort", "the order of the entries has no derivative"),
    ("norm_nuc", "write `||X||_*`"),
    ("norm_fro", "write `||X||_F`"),
    ("norm_inf", "write `||x||_inf`"),
    ("fro_norm", "write `||X||_F`"),
    ("frobenius", "write `||X||_F`"),
    ("Frobenius", "write `||X||_F`"),
    ("Matrix", "write the entries alone: `[1 2; 3 4]`"),
    ("array", "write the entries alone: `[1 2; 3 4]`"),
    ("tensor", "write the entries alone: `[1 2; 3 4]`"),
    ("int", INTEGRAL),
    ("integrate", INTEGRAL),
    ("Integrate", INTEGRAL),
    ("limit", "the language has no limits"),
];

/// Functions that the language does not have and that can be declared, with what each is called then.
const DECLARED: &[(&str, &str)] = &[
    ("log_ndtr", "it"),
    ("erfinv", "it"),
    ("erfi", "it"),
    ("besselj", "it"),
    ("selu", "it"),
    ("celu", "it"),
    ("Huber", "it"),
    ("smooth_l1_loss", "it"),
];

/// Operators of differentiation, with what each gives and an example of the question: command, expression, variable.
const OPERATORS: &[(&str, &str, [&str; 3])] = &[
    ("diff", "derivative", DERIVATIVE),
    ("Diff", "derivative", DERIVATIVE),
    ("grad", "derivative", DERIVATIVE),
    ("Grad", "derivative", DERIVATIVE),
    ("gradient", "derivative", DERIVATIVE),
    ("Derivative", "derivative", DERIVATIVE),
    ("jacobian", "Jacobian", ["jacobian", "A x", "x"]),
    ("hessian", "Hessian", ["hessian", "log sum exp(x)", "x"]),
];

/// The example of a derivative.
const DERIVATIVE: [&str; 3] = ["grad", "log det X", "X"];

/// Every spelling that is also read at the start of a run of letters: those of the catalog, then the table above.
static STARTS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    with_catalog(|func| func.row().spellings, |op| op.row().spellings, |one| one.row().spellings, FUNCTIONS)
});

/// Every spelling that is read as a whole word only.
static WORDS: LazyLock<Vec<Row>> =
    LazyLock::new(|| with_catalog(|func| func.row().foreign, |op| op.row().foreign, |one| one.row().foreign, WHOLE));

fn with_catalog(
    of_func: fn(Func) -> &'static [&'static str],
    of_op: fn(Op) -> &'static [&'static str],
    of_composed: fn(Composed) -> &'static [&'static str],
    others: &[Row],
) -> Vec<Row> {
    let funcs = Func::ALL.iter().map(|func| (Function::Entrywise(*func), of_func(*func)));
    let ops = Op::ALL.iter().map(|op| (Function::Operator(*op), of_op(*op)));
    let composed = Composed::ALL.iter().map(|one| (Function::Composed(*one), of_composed(*one)));
    let rows = |(function, spellings): (Function, &'static [&'static str])| {
        spellings.iter().map(move |spelling| (*spelling, function, 1, 1))
    };
    funcs.chain(ops).chain(composed).flat_map(rows).chain(others.iter().copied()).collect()
}

fn functions() -> impl Iterator<Item = &'static Row> {
    STARTS.iter()
}

fn whole() -> impl Iterator<Item = &'static Row> {
    WORDS.iter()
}

/// What to write in place of a function that the language does not have.
pub(crate) fn foreign(spelling: &str) -> Option<Advice> {
    if let Some((_, what)) = DECLARED.iter().find(|row| row.0 == spelling) {
        let function = Suggestion::declared_word(spelling, "function");
        return Some(Advice::from(format!("declare {what}, if it acts elementwise: ")).suggest(function));
    }
    if let Some((_, what, [command, expression, variable])) = OPERATORS.iter().find(|row| row.0 == spelling) {
        let question = Suggestion::question(command, expression, variable);
        return Some(Advice::from(format!("give the function alone and ask for its {what}: ")).suggest(question));
    }
    FOREIGN.iter().find(|row| row.0 == spelling).map(|row| row.1.into())
}

/// The function that a word becomes when two neighbouring letters change places: `log` of `lgo`.
pub(super) fn with_letters_swapped(word: &str) -> Option<&'static str> {
    let letters: Vec<char> = word.chars().collect();
    (1..letters.len()).find_map(|at| {
        let mut swapped = letters.clone();
        swapped.swap(at - 1, at);
        let swapped: String = swapped.into_iter().collect();
        functions().find(|row| row.0 == swapped && swapped != word).map(|row| row.0)
    })
}

/// The function of a spelling.
pub(super) fn function(spelling: &str) -> Option<Function> {
    row(spelling).map(|row| row.1)
}

/// The spelling of a function as the table has it.
pub(super) fn function_spelling(word: &str) -> Option<&'static str> {
    row(word).map(|row| row.0)
}

fn row(spelling: &str) -> Option<&'static Row> {
    functions().chain(whole()).find(|row| row.0 == spelling)
}

/// The longest spelling (without a subscript) that `text` starts with; functions that are short for others are whole words.
pub(super) fn function_prefix(text: &str) -> Option<(usize, &'static str)> {
    let first = text.as_bytes().first()?;
    functions()
        .filter(|row| row.0.as_bytes().first() == Some(first) && text.starts_with(row.0) && !row.0.contains('_'))
        .filter(|row| !matches!(row.1, Function::Composed(_)))
        .max_by_key(|row| row.0.len())
        .map(|row| (row.0.len(), row.0))
}

/// Every spelling but the abbreviations and the names of other systems, for suggestions and completion.
pub fn function_spellings() -> impl Iterator<Item = &'static str> {
    functions().map(|row| row.0)
}

/// Every spelling of a function with those of other systems, in the order of the table.
pub(crate) fn spellings_of(function: Function) -> impl Iterator<Item = &'static str> {
    functions().chain(whole()).filter(move |row| row.1 == function).map(|row| row.0)
}

/// Every spelling of an operator that is a name between its two arguments.
pub(crate) fn infix_names(operator: Infix) -> impl Iterator<Item = &'static str> {
    INFIX.iter().filter(move |row| row.1 == operator).map(|row| row.0)
}

/// Every name of the language that takes arguments, those of other systems too.
pub fn every_name() -> impl Iterator<Item = &'static str> {
    functions().chain(whole()).map(|row| row.0).chain(INFIX.iter().map(|row| row.0))
}

/// The first spelling of a function.
pub(crate) fn spelling_of(function: Function) -> &'static str {
    functions().chain(whole()).find(|row| row.1 == function).map_or("f", |row| row.0)
}

/// The least and greatest number of arguments, by spelling.
pub(super) fn arity(spelling: &str) -> (usize, usize) {
    row(spelling).map_or((1, 1), |row| (row.2, row.3))
}

/// The least and greatest number of arguments of a function, in any spelling.
pub(crate) fn arity_of(function: Function) -> (usize, usize) {
    // The place is written below the name.
    if matches!(function, Function::Ranked(_)) {
        return (2, 2);
    }
    let rows = functions().chain(whole()).filter(|row| row.1 == function);
    rows.map(|row| (row.2, row.3)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((1, 1))
}

/// What a letter with a subscript may be before a matrix.
pub(super) fn ranked(base: &str) -> Option<Ranked> {
    Some(match base {
        "λ" => Ranked::Eigenvalue,
        "σ" => Ranked::SingularValue,
        "eigvec" => Ranked::Eigenvector,
        "u" => Ranked::LeftVector,
        "v" => Ranked::RightVector,
        _ => return None,
    })
}

/// Whether it works entry by entry, so that a `Σ` before it is a sum rather than a matrix.
pub(crate) fn is_entrywise(function: Function) -> bool {
    matches!(
        function,
        Function::Entrywise(_) | Function::Slope(_) | Function::Composed(_) | Function::Polygamma | Function::Sqrt
    )
}

/// The function that `f^{-1}` of it may mean, and its value at x; as well it may mean 1/f(x).
pub(super) fn inverse_function(function: Function) -> Option<String> {
    match function {
        Function::Entrywise(Func::Sigmoid) => Some("-log(1/x - 1)".to_owned()),
        Function::Entrywise(func) => match func.row().inverse {
            Inverse::Whole(inverse) | Inverse::Branch(inverse) => Some(format!("{}(x)", inverse.spelling()?)),
            Inverse::None => None,
        },
        _ => None,
    }
}

/// The norm that a word below its bars names.
pub(super) fn norm_word(word: &str) -> Option<NormSpelling> {
    match word {
        "F" | "fro" | "Fro" | "Frob" | "HS" => Some(NormSpelling::Frobenius),
        "inf" | "Inf" | "infty" | "∞" => Some(NormSpelling::Infinity),
        "nuc" | "tr" => Some(NormSpelling::Nuclear),
        "op" | "spec" | "l2" | "L2" | "ℓ2" => Some(NormSpelling::Two),
        "l1" | "L1" | "ℓ1" => Some(NormSpelling::One),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_spelling_wins() {
        assert_eq!(function_prefix("logdetX").map(|f| f.1), Some("logdet"));
        assert_eq!(function_prefix("trX").map(|f| f.1), Some("tr"));
        assert_eq!(function_prefix("traceX").map(|f| f.1), Some("trace"));
        assert_eq!(function_prefix("DetX"), None);
        assert_eq!(function("Det"), Some(Function::Det));
        assert_eq!(function("λ_max"), Some(Function::LambdaMax));
        assert_eq!(arity("unvec"), (3, 3));
    }

    #[test]
    fn no_spelling_twice() {
        let mut seen: Vec<_> = functions().chain(whole()).map(|row| row.0).collect();
        seen.extend(FOREIGN.iter().chain(DECLARED).map(|row| row.0));
        seen.extend(OPERATORS.iter().map(|row| row.0));
        seen.sort_unstable();
        let n = seen.len();
        seen.dedup();
        assert_eq!(n, seen.len());
    }
}
