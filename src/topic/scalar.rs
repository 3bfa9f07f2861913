//! Functions whose value is a scalar.

use super::row::{Kind, NONE, Row, shows};
use crate::syntax::{Extent, Function};

const SCALAR: Row = Row { kind: Kind::Scalar, ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "sum",
        form: "sum(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the sum of all entries",
        what: "A sum over an index is `sum_i`; in NumPy code `x.sum()` is read too. `sum(X, axis=0)` is the vector of the sums of the columns, `sum(X, axis=1)` that of the rows; so it is with `mean`, `prod`, `max`, `min`, `logsumexp`, `norm`, `var` and `std`.",
        functions: &[Function::Sum],
        identities: &[
            ("sum(X)", "ones(m)' X ones(n)", "X: matrix(m,n)"),
            ("sum(X + Y)", "sum(X) + sum(Y)", "X, Y: matrix(m,n)"),
            ("sum(X .* Y)", "tr(X' Y)", "X, Y: matrix(m,n)"),
        ],
        example: shows(&["grad sum(A x) wrt x"], "Aᵀones(m)"),
        ..SCALAR
    },
    Row {
        name: "mean",
        form: "mean(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the mean of all entries",
        functions: &[Function::Mean],
        identities: &[("mean(x)", "sum(x)/n", "x: vector(n)"), ("mean(X)", "sum(X)/(m n)", "X: matrix(m,n)")],
        example: shows(&["grad mean(exp(x)) wrt x"], "exp(x)/n"),
        ..SCALAR
    },
    Row {
        name: "len",
        form: "len(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the number of entries of a vector, or of rows of a matrix",
        what: "`X.shape[0]`, `nrow(X)` and `size(X, 1)` are the rows, `X.shape[1]`, `ncol(X)` and `size(X, 2)` the columns, `X.size` and `numel(X)` all entries.",
        functions: &[
            Function::Count(Extent::Rows),
            Function::Count(Extent::Columns),
            Function::Count(Extent::Entries),
            Function::Count(Extent::Length),
        ],
        identities: &[
            ("sum(x)/len(x)", "mean(x)", "x: vector(n)"),
            ("tr(X' X)/numel(X)", "||X||_F^2/(m n)", "X: matrix(m,n)"),
        ],
        example: shows(&["grad ||x||^2/len(x) wrt x"], "2x/n"),
        ..SCALAR
    },
    Row {
        name: "var",
        form: "var(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the variance of all entries",
        what: "The divisor is their number: so it is after `np.`, elsewhere with a note. `var(x, ddof=1)` has one less, and so have `torch.var(x)` and MATLAB's `var(x, 0)`.",
        functions: &[Function::Var(0)],
        identities: &[
            ("var(x)", "||x - mean(x)||^2/n", "x: vector(n)"),
            ("var(x, ddof=1)", "n var(x)/(n - 1)", "x: vector(n)"),
        ],
        example: shows(&["grad np.var(x) wrt x"], "2(x − sum(x)/n)/n"),
        ..SCALAR
    },
    Row {
        name: "std",
        form: "std(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the standard deviation of all entries, the root of the variance",
        what: "The divisor is their number: so it is after `np.`, elsewhere with a note. `std(x, ddof=1)` has one less, and so have `torch.std(x)` and MATLAB's `std(x, 0)`.",
        functions: &[Function::Std(0)],
        identities: &[("std(x)", "||x - mean(x)||/sqrt(n)", "x: vector(n)")],
        example: shows(&["grad np.std(x) wrt x"], "(x − sum(x)/n)/(√(n)‖x − sum(x)/n‖)"),
        ..SCALAR
    },
    Row {
        name: "prod",
        form: "prod(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the product of all entries",
        functions: &[Function::Prod],
        identities: &[
            ("prod(x .* y)", "prod(x) prod(y)", "x, y: vector(n)"),
            ("det(diag(x))", "prod(x)", "x: vector(n)"),
        ],
        example: shows(&["grad prod(x) wrt x"], "prod(x)(1⊘x)"),
        ..SCALAR
    },
    Row {
        name: "max",
        form: "max(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the largest entry",
        what: "`max(x, y)` of two arguments is the larger one, elementwise.",
        functions: &[Function::Max],
        marks: &["max_i", "\\max"],
        identities: &[("max(-x)", "-min(x)", "x: vector(n)"), ("max(x, y)", "y + relu(x - y)", "x, y: vector(n)")],
        example: shows(&["grad max(A x) wrt x"], "Aᵀ 1[Ax = max(Ax)]"),
        ..SCALAR
    },
    Row {
        name: "min",
        form: "min(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the smallest entry",
        what: "`min(x, y)` of two arguments is the smaller one, elementwise.",
        functions: &[Function::Min],
        marks: &["min_i", "\\min"],
        identities: &[("min(-x)", "-max(x)", "x: vector(n)"), ("min(x, y)", "x - relu(x - y)", "x, y: vector(n)")],
        example: shows(&["grad min(x) wrt x"], "1[x = min(x)]"),
        ..SCALAR
    },
    Row {
        name: "logsumexp",
        form: "logsumexp(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the smooth maximum, log sum exp(x)",
        functions: &[Function::LogSumExp],
        forms: &["log sum exp(x)"],
        identities: &[
            ("logsumexp(x)", "log(sum(exp(x)))", "x: vector(n)"),
            ("logsumexp(x + t)", "logsumexp(x) + t", "x: vector(n); t: scalar"),
        ],
        example: shows(&["grad log sum exp(A x + b) wrt x"], "Aᵀsoftmax(Ax + b)"),
        ..SCALAR
    },
    Row {
        name: "norm",
        form: "||x||",
        given: "x: vector(n)",
        wrt: "x",
        title: "the Euclidean norm of a vector",
        what: "For a matrix, say which: `||X||_F`, `||X||_2`, `||X||_*`; `||x||_W` is √(xᵀWx).",
        functions: &[Function::Norm, Function::Norm2],
        forms: &["‖x‖", "\\|x\\|", "\\norm{x}", "norm(x)", "norm(x, 2)", "||x||_2", "sqrt(x'x)"],
        marks: &["||", "‖", "\\|", "_2"],
        identities: &[
            ("||x||^2", "x'x", "x: vector(n)"),
            ("||t x||", "|t| ||x||", "x: vector(n); t: scalar"),
            ("||x - y||^2", "||x||^2 - 2 x'y + ||y||^2", "x, y: vector(n)"),
            ("||Q x||", "||x||", "Q: orthogonal(n); x: vector(n)"),
        ],
        example: shows(&["grad ||A x - b||^2 wrt x"], "2Aᵀ(Ax − b)"),
        ..SCALAR
    },
    Row {
        name: "frobenius norm",
        form: "||X||_F",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the Frobenius norm of a matrix",
        forms: &["‖X‖_F", "\\|X\\|_F", "norm(X, 'fro')", "norm(vec(X))"],
        marks: &["_F", "norm_F", "frobenius", "Frobenius"],
        identities: &[
            ("||X||_F^2", "tr(X'X)", "X: matrix(m,n)"),
            ("||X'||_F", "||X||_F", "X: matrix(m,n)"),
            ("||Q X||_F", "||X||_F", "Q: orthogonal(m); X: matrix(m,n)"),
            ("||u v'||_F", "||u|| ||v||", "u: vector(m); v: vector(n)"),
        ],
        example: shows(&["grad ||A X - B||_F^2 wrt X"], "2Aᵀ(AX − B)"),
        ..SCALAR
    },
    Row {
        name: "norm1",
        form: "||x||_1",
        given: "x: vector(n)",
        wrt: "x",
        title: "the 1-norm: the sum of the absolute values",
        functions: &[Function::Norm1],
        forms: &["norm(x, 1)", "\\|x\\|_1", "sum(abs(x))"],
        marks: &["_1", "l1"],
        identities: &[("||x||_1", "sum(abs(x))", "x: vector(n)"), ("||x||_1", "x' sign(x)", "x: vector(n)")],
        example: shows(&["grad ||A x - b||_1 wrt x"], "Aᵀsign(Ax − b)"),
        ..SCALAR
    },
    Row {
        name: "maximum norm",
        form: "||x||_inf",
        given: "x: vector(n)",
        wrt: "x",
        title: "the maximum norm: the largest absolute value",
        forms: &["||x||_∞", "\\|x\\|_\\infty", "norm(x, inf)", "max(abs(x))"],
        marks: &["_inf", "_∞", "norm_inf", "inf"],
        identities: &[
            ("||x||_inf", "max(abs(x))", "x: vector(n)"),
            ("||t x||_inf", "|t| ||x||_inf", "x: vector(n); t: scalar"),
        ],
        example: shows(&["grad ||x||_inf wrt x"], "sign(x)∘1[|x| = ‖x‖_∞]"),
        ..SCALAR
    },
    Row {
        name: "p-norm",
        form: "||x||_p",
        given: "x: vector(n); p: positive",
        wrt: "x",
        title: "the p-norm, (Σ |xᵢ|ᵖ)^(1/p)",
        forms: &["norm(x, p)", "\\|x\\|_p"],
        marks: &["_p", "norm_p"],
        identities: &[
            ("||x||_p^p", "sum(abs(x).^p)", "x: vector(n); p: positive"),
            ("||t x||_p", "|t| ||x||_p", "x: vector(n); t: scalar; p: positive"),
        ],
        example: shows(&["grad ||x||_4^4 wrt x"], "4x.^3"),
        ..SCALAR
    },
    Row {
        name: "weighted norm",
        form: "||x||_W",
        given: "x: vector(n); W: spd(n)",
        wrt: "x",
        title: "the norm of a positive definite matrix, √(xᵀWx)",
        forms: &["sqrt(x'W x)"],
        marks: &["_W"],
        identities: &[("||x||_W^2", "x'W x", "x: vector(n); W: spd(n)")],
        example: shows(&["grad ||x - m||_W^2 wrt x"], "2W(x − m)"),
        ..SCALAR
    },
    Row {
        name: "mixed norm",
        form: "||X||_{2,1}",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the sum of the Euclidean norms of the columns",
        marks: &["_{2,1}", "_21", "group norm"],
        identities: &[("||X||_{2,1}", "sum_{j=1}^n ||X_{:,j}||", "X: matrix(m,n)")],
        example: shows(&["grad ||X||_{2,1} wrt X"], "XΣ_{j=1}^n eⱼeⱼᵀ/‖Xeⱼ‖"),
        ..SCALAR
    },
    Row {
        name: "spectral norm",
        form: "||X||_2",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the spectral norm: the largest singular value",
        functions: &[Function::SigmaMax],
        forms: &["σ_max(X)"],
        marks: &["spectral"],
        identities: &[
            ("||X||_2", "sigma_max(X)", "X: matrix(m,n)"),
            ("||X'||_2", "||X||_2", "X: matrix(m,n)"),
            ("||X||_2^2", "lambda_max(X'X)", "X: matrix(m,n)"),
        ],
        example: shows(&["grad ||X||_2 wrt X"], "u_max(X)v_max(X)ᵀ"),
        ..SCALAR
    },
    Row {
        name: "nuclear norm",
        form: "||X||_*",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the nuclear norm: the sum of the singular values",
        forms: &["‖X‖_*", "\\|X\\|_*", "norm(X, 'nuc')"],
        marks: &["_*", "nuclear", "trace norm"],
        identities: &[("||X'||_*", "||X||_*", "X: matrix(m,n)"), ("||X||_*", "tr(polar(X)' X)", "X: matrix(m,n)")],
        example: shows(&["grad ||X||_* wrt X"], "polar(X)"),
        ..SCALAR
    },
    Row {
        name: "tr",
        form: "tr(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the trace: the sum of the diagonal",
        functions: &[Function::Trace],
        forms: &["tr X", "sum eig(X)"],
        identities: &[
            ("tr(A B)", "tr(B A)", "A: matrix(m,n); B: matrix(n,m)"),
            ("tr(X')", "tr(X)", "X: square(n)"),
            ("tr(A B C)", "tr(C A B)", "A: matrix(m,n); B: matrix(n,p); C: matrix(p,m)"),
            ("tr(X + t Y)", "tr(X) + t tr(Y)", "X, Y: square(n); t: scalar"),
            ("tr(x y')", "x'y", "x, y: vector(n)"),
            ("tr(kron(X, Y))", "tr(X) tr(Y)", "X: square(m); Y: square(n)"),
        ],
        example: shows(&["grad tr(A X B) wrt X"], "AᵀBᵀ"),
        ..SCALAR
    },
    Row {
        name: "det",
        form: "det(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the determinant of a square matrix",
        functions: &[Function::Det],
        forms: &["det X", "|X|", "prod eig(X)"],
        identities: &[
            ("det(A B)", "det(A) det(B)", "A, B: square(n)"),
            ("det(X')", "det(X)", "X: square(n)"),
            ("det(inv(X))", "1/det(X)", "X: square(n)"),
            ("det(t X)", "t^n det(X)", "X: square(n); t: scalar"),
            ("det(I + u v')", "1 + v'u", "u, v: vector(n)"),
            ("det(I + A B)", "det(I + B A)", "A: matrix(m,n); B: matrix(n,m)"),
            ("det(kron(X, Y))", "det(X)^n det(Y)^m", "X: square(m); Y: square(n)"),
        ],
        example: shows(&["grad det X wrt X"], "det(X)X⁻ᵀ"),
        ..SCALAR
    },
    Row {
        name: "logdet",
        form: "log det X",
        given: "X: square(n)",
        wrt: "X",
        title: "the logarithm of a determinant",
        functions: &[Function::LogDet],
        forms: &["logdet(X)", "log|X|"],
        identities: &[
            ("logdet(A B)", "logdet(A) + logdet(B)", "A, B: spd(n)"),
            ("logdet(inv(A))", "-logdet(A)", "A: spd(n)"),
            ("logdet(expm(X))", "tr(X)", "X: square(n)"),
        ],
        example: shows(&["grad log det X wrt X"], "X⁻ᵀ"),
        ..SCALAR
    },
    Row {
        name: "eig",
        form: "sum eig(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the eigenvalues, only beneath a sum or product",
        what: "Beneath it powers, `exp`, `log` and `sqrt` of each are read, and what these and scalars make. `sum eig(X)` is the trace and `prod eig(X)` the determinant; for the largest and smallest eigenvalue of a symmetric matrix write `lambda_max`, `lambda_min`.",
        functions: &[Function::Eig],
        forms: &["tr(X)"],
        identities: &[
            ("sum eig(X)", "tr(X)", "X: square(n)"),
            ("prod eig(X)", "det(X)", "X: square(n)"),
            ("sum(log(eig(X)))", "log det X", "X: spd(n)"),
            ("sum(eig(X).^2)", "tr(X X)", "X: square(n)"),
        ],
        example: shows(&["grad sum eig(X) wrt X"], "Iₙ"),
        ..SCALAR
    },
    Row {
        name: "svd",
        form: "sum(svd(X))",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the singular values, only beneath a sum or maximum",
        what: "Their sum, the sum of their squares and the largest are norms of the matrix.",
        functions: &[Function::Svd],
        forms: &["||X||_*"],
        identities: &[("sum(svd(X).^2)", "||X||_F^2", "X: matrix(m,n)"), ("max(svd(X))", "||X||_2", "X: matrix(m,n)")],
        example: shows(&["grad sum(svd(X)) wrt X"], "polar(X)"),
        ..SCALAR
    },
    Row {
        name: "lambda_max",
        form: "lambda_max(A)",
        given: "A: symmetric(n)",
        wrt: "A",
        title: "the largest eigenvalue of a symmetric matrix",
        functions: &[Function::LambdaMax],
        marks: &["λmax", "\\lambda_max", "\\lambda_{\\max}"],
        identities: &[
            ("lambda_max(A + t I)", "lambda_max(A) + t", "A: symmetric(n); t: scalar"),
            ("eigvec_max(A)' A eigvec_max(A)", "lambda_max(A)", "A: symmetric(n)"),
            ("lambda_max(-A)", "-lambda_min(A)", "A: symmetric(n)"),
        ],
        example: shows(&["A: symmetric(n)", "grad lambda_max(A) wrt A"], "eigvec_max(A)eigvec_max(A)ᵀ"),
        ..SCALAR
    },
    Row {
        name: "lambda_min",
        form: "lambda_min(A)",
        given: "A: symmetric(n)",
        wrt: "A",
        title: "the smallest eigenvalue of a symmetric matrix",
        functions: &[Function::LambdaMin],
        marks: &["λmin", "\\lambda_min", "\\lambda_{\\min}"],
        identities: &[
            ("lambda_min(A + t I)", "lambda_min(A) + t", "A: symmetric(n); t: scalar"),
            ("eigvec_min(A)' A eigvec_min(A)", "lambda_min(A)", "A: symmetric(n)"),
            ("lambda_min(-A)", "-lambda_max(A)", "A: symmetric(n)"),
        ],
        example: shows(&["A: symmetric(n)", "grad lambda_min(A) wrt A"], "eigvec_min(A)eigvec_min(A)ᵀ"),
        ..SCALAR
    },
    Row {
        name: "lambda_k",
        form: "lambda_2(A)",
        given: "A: symmetric(n)",
        wrt: "A",
        title: "an eigenvalue of a symmetric matrix by its place, the largest first",
        identities: &[
            ("lambda_1(A)", "lambda_max(A)", "A: symmetric(n)"),
            ("lambda_n(A)", "lambda_min(A)", "A: symmetric(n)"),
            ("sum_{i=1}^n lambda_i(A)", "tr(A)", "A: symmetric(n)"),
        ],
        example: shows(&["A: symmetric(n)", "grad lambda_2(A) wrt A"], "eigvec₂(A)eigvec₂(A)ᵀ"),
        ..SCALAR
    },
    Row {
        name: "sigma_k",
        form: "sigma_2(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "a singular value of a matrix by its place, the largest first",
        identities: &[
            ("sigma_1(X)", "||X||_2", "X: matrix(m,n)"),
            ("sum_{i=1}^n sigma_i(X)", "||X||_*", "X: matrix(m,n)"),
        ],
        example: shows(&["grad sigma_2(X) wrt X"], "u₂(X)v₂(X)ᵀ"),
        ..SCALAR
    },
];
