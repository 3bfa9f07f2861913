//! The functions of the language: every spelling, the notion it stands for, and how many arguments it takes.

use super::ast::Function;

/// A spelling, its function, and the least and greatest number of arguments.
type Row = (&'static str, Function, usize, usize);

/// The table. LaTeX commands are the same words with a backslash.
const FUNCTIONS: &[Row] = &[
    ("exp", Function::Exp, 1, 1),
    ("log", Function::Log, 1, 1),
    ("ln", Function::Log, 1, 1),
    ("log1p", Function::Log1p, 1, 1),
    ("sqrt", Function::Sqrt, 1, 1),
    ("abs", Function::Abs, 1, 1),
    ("sign", Function::Sign, 1, 1),
    ("sgn", Function::Sign, 1, 1),
    ("sin", Function::Sin, 1, 1),
    ("cos", Function::Cos, 1, 1),
    ("tan", Function::Tan, 1, 1),
    ("asin", Function::Asin, 1, 1),
    ("acos", Function::Acos, 1, 1),
    ("atan", Function::Atan, 1, 1),
    ("arcsin", Function::Asin, 1, 1),
    ("arccos", Function::Acos, 1, 1),
    ("arctan", Function::Atan, 1, 1),
    ("sinh", Function::Sinh, 1, 1),
    ("cosh", Function::Cosh, 1, 1),
    ("tanh", Function::Tanh, 1, 1),
    ("asinh", Function::Asinh, 1, 1),
    ("acosh", Function::Acosh, 1, 1),
    ("atanh", Function::Atanh, 1, 1),
    ("arcsinh", Function::Asinh, 1, 1),
    ("arccosh", Function::Acosh, 1, 1),
    ("arctanh", Function::Atanh, 1, 1),
    ("arsinh", Function::Asinh, 1, 1),
    ("arcosh", Function::Acosh, 1, 1),
    ("artanh", Function::Atanh, 1, 1),
    ("sigmoid", Function::Sigmoid, 1, 1),
    ("softplus", Function::Softplus, 1, 1),
    ("relu", Function::Relu, 1, 1),
    ("ReLU", Function::Relu, 1, 1),
    ("erf", Function::Erf, 1, 1),
    ("expm", Function::Expm, 1, 1),
    ("logm", Function::Logm, 1, 1),
    ("sqrtm", Function::Sqrtm, 1, 1),
    ("L_expm", Function::FrechetExpm, 2, usize::MAX),
    ("L_logm", Function::FrechetLogm, 2, usize::MAX),
    ("L_sqrtm", Function::FrechetSqrtm, 2, usize::MAX),
    ("sum", Function::Sum, 1, 1),
    ("mean", Function::Mean, 1, 1),
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
    ("lambda_max", Function::LambdaMax, 1, 1),
    ("λ_max", Function::LambdaMax, 1, 1),
    ("lambda_min", Function::LambdaMin, 1, 1),
    ("λ_min", Function::LambdaMin, 1, 1),
    ("sigma_max", Function::SigmaMax, 1, 1),
    ("σ_max", Function::SigmaMax, 1, 1),
    ("eigvec_max", Function::EigvecMax, 1, 1),
    ("eigvec_min", Function::EigvecMin, 1, 1),
    ("u_max", Function::UMax, 1, 1),
    ("v_max", Function::VMax, 1, 1),
    ("polar", Function::Polar, 1, 1),
    ("softmax", Function::Softmax, 1, 1),
    ("diag", Function::Diag, 1, 1),
    ("Diag", Function::Diag, 1, 1),
    ("vec", Function::Vec, 1, 1),
    ("unvec", Function::Unvec, 3, 3),
    ("tril", Function::Tril, 1, 1),
    ("triu", Function::Triu, 1, 1),
    ("inv", Function::Inv, 1, 1),
    ("inverse", Function::Inv, 1, 1),
    ("pinv", Function::Pinv, 1, 1),
    ("adj", Function::Adj, 1, 1),
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

/// Functions that the language does not have, and what to write in their place.
const FOREIGN: &[(&str, &str)] = &[
    ("var", "write the variance as `||x - mean(x)||^2 / n`"),
    ("std", "write the standard deviation as `||x - mean(x)|| / sqrt(n)`"),
    ("cov", "write the covariance with products, as `1/n X' X` where the columns have mean 0"),
    ("corr", "write the correlation with products: `x' y / (||x|| ||y||)` where both have mean 0"),
    ("arg", "the place of the largest entry has no derivative; `max(x)` is the entry"),
    ("argmax", "the place of the largest entry has no derivative; `max(x)` is the entry"),
    ("argmin", "the place of the smallest entry has no derivative; `min(x)` is the entry"),
    ("rank", "the rank is constant where it is differentiable"),
    ("floor", "it is constant where it is differentiable"),
    ("ceil", "it is constant where it is differentiable"),
    ("round", "it is constant where it is differentiable"),
    ("mod", "write the remainder out; it has jumps"),
    ("sec", "write `1/cos(x)`"),
    ("csc", "write `1/sin(x)`"),
    ("cot", "write `1/tan(x)`"),
    ("sech", "write `1/cosh(x)`"),
    ("csch", "write `1/sinh(x)`"),
    ("coth", "write `1/tanh(x)`"),
    ("log2", "write `log(x)/log(2)`"),
    ("log10", "write `log(x)/log(10)`"),
    ("exp2", "write `exp(log(2) x)`"),
    ("erfc", "write `1 - erf(x)`"),
    ("cbrt", "write `x^(1/3)`"),
    ("pow", "write `x^p`, or `x.^p` for every entry"),
    ("square", "write `x^2`, or `x.^2` for every entry"),
    ("logit", "write `log(x/(1-x))`"),
    ("silu", "write `x .* sigmoid(x)`"),
    ("gelu", "write `x .* (1 + erf(x/sqrt(2)))/2`"),
    ("conj", "everything is real: write the argument alone"),
    ("cross", "cross products cannot be read yet; write the three entries out"),
    ("median", "it is the entry in the middle, and has no formula in the language"),
    ("cumsum", "write `tril(ones(n,n)) x`"),
];

/// What to write in place of a function that the language does not have.
pub(super) fn foreign(spelling: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|row| row.0 == spelling).map(|row| row.1)
}

/// The function that a word becomes when two neighbouring letters change places: `log` of `lgo`.
pub(super) fn with_letters_swapped(word: &str) -> Option<&'static str> {
    let letters: Vec<char> = word.chars().collect();
    (1..letters.len()).find_map(|at| {
        let mut swapped = letters.clone();
        swapped.swap(at - 1, at);
        let swapped: String = swapped.into_iter().collect();
        FUNCTIONS.iter().find(|row| row.0 == swapped && swapped != word).map(|row| row.0)
    })
}

/// The function of a spelling.
pub(super) fn function(spelling: &str) -> Option<Function> {
    FUNCTIONS.iter().find(|row| row.0 == spelling).map(|row| row.1)
}

/// The longest spelling (without a subscript) that `text` starts with.
pub(super) fn function_prefix(text: &str) -> Option<(usize, &'static str)> {
    FUNCTIONS
        .iter()
        .filter(|row| !row.0.contains('_') && text.starts_with(row.0))
        .max_by_key(|row| row.0.len())
        .map(|row| (row.0.len(), row.0))
}

/// Every spelling, for suggestions and completion.
pub fn function_spellings() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|row| row.0)
}

/// The least and greatest number of arguments, by spelling.
pub(super) fn arity(spelling: &str) -> (usize, usize) {
    FUNCTIONS.iter().find(|row| row.0 == spelling).map_or((1, 1), |row| (row.2, row.3))
}

/// Whether it works entry by entry, so that a `Σ` before it is a sum rather than a matrix.
pub(super) fn is_entrywise(function: Function) -> bool {
    use Function as F;
    matches!(
        function,
        F::Exp
            | F::Log
            | F::Log1p
            | F::Sqrt
            | F::Abs
            | F::Sign
            | F::Sin
            | F::Cos
            | F::Tan
            | F::Asin
            | F::Acos
            | F::Atan
            | F::Sinh
            | F::Cosh
            | F::Tanh
            | F::Asinh
            | F::Acosh
            | F::Atanh
            | F::Sigmoid
            | F::Softplus
            | F::Relu
            | F::Erf
    )
}

/// Whether `f^{-1}` of it has two readings, f(x)⁻¹ and the inverse function.
pub(super) fn has_inverse_function(function: Function) -> bool {
    use Function as F;
    matches!(function, F::Sin | F::Cos | F::Tan | F::Sinh | F::Cosh | F::Tanh | F::Sigmoid | F::Exp | F::Log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_spelling_wins() {
        assert_eq!(function_prefix("logdetX").map(|f| f.1), Some("logdet"));
        assert_eq!(function_prefix("trX").map(|f| f.1), Some("tr"));
        assert_eq!(function_prefix("traceX").map(|f| f.1), Some("trace"));
        assert_eq!(function("λ_max"), Some(Function::LambdaMax));
        assert_eq!(arity("unvec"), (3, 3));
    }

    #[test]
    fn no_spelling_twice() {
        let mut seen: Vec<_> = function_spellings().collect();
        seen.sort_unstable();
        let n = seen.len();
        seen.dedup();
        assert_eq!(n, seen.len());
    }
}
