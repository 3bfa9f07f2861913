//! Reductions as NumPy, PyTorch and MATLAB call them: variances, reductions along an axis, sums of functions of eigenvalues and singular
//! values, and powers whose entries are summed.

use matcalc::Function;

#[track_caller]
fn function(text: &str, declared: &str) -> Function {
    let function = Function::parse(text).and_then(|function| function.declare(declared));
    function.unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Both texts mean the same.
#[track_caller]
fn same(text: &str, other: &str, declared: &str) {
    let answer = function(text, declared).equals(other).unwrap_or_else(|error| panic!("{text} and {other}: {error}"));
    assert!(answer.to_string().starts_with("equal"), "{text} and {other}: {answer}");
}

/// The gradient is this and passes its check.
#[track_caller]
fn gradient(text: &str, declared: &str, wrt: &str, want: &str) {
    let answer = function(text, declared).gradient(wrt).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(answer.to_string(), want, "{text}");
    assert!(answer.check().passed(), "{text}");
}

#[track_caller]
fn refused(text: &str, declared: &str) {
    let read = Function::parse(text).and_then(|function| function.declare(declared)).and_then(|one| one.read());
    assert!(read.is_err(), "{text}");
}

#[test]
fn variances_have_the_divisor_of_their_spelling() {
    let x = "x: vector(n)";
    for text in ["var(x)", "np.var(x)", "x.var()", "var(x, 1)", "var(x, ddof=0)", "torch.var(x, unbiased=False)"] {
        same(text, "||x - mean(x)||^2/n", x);
    }
    for text in ["var(x, ddof=1)", "torch.var(x)", "x.var(correction=1)", "var(x, 0)", "np.var(x, ddof=1)"] {
        same(text, "||x - mean(x)||^2/(n - 1)", x);
    }
    same("np.std(x)", "||x - mean(x)||/sqrt(n)", x);
    same("std(x, 0)^2", "||x - mean(x)||^2/(n - 1)", x);
    same("np.var(X)", "||X - mean(X) ones(m,n)||_F^2/(m n)", "X: matrix(m,n)");
    same("np.var(X, axis=1)", "diag(X X')/n - (X ones(n)).^2/n^2", "X: matrix(m,n)");
    same("var(X, 0, 2)", "n var(X, axis=1)/(n - 1)", "X: matrix(m,n)");
    gradient("np.var(A x)", "", "x", "2Aᵀ(Ax − 1ᵀAx/m)/m");
}

#[test]
fn reductions_run_along_an_axis() {
    let x = "X: matrix(m,n)";
    let columns = ["sum(X, axis=0)", "X.sum(axis=0)", "X.sum(0)", "np.sum(X, 0)", "torch.sum(X, dim=0)", "sum(X, 0)"];
    for text in columns {
        same(text, "X' ones(m)", x);
    }
    for text in ["sum(X, axis=1)", "X.sum(1)", "np.sum(X, axis=-1)", "sum(X, 2)"] {
        same(text, "X ones(n)", x);
    }
    for text in ["sum(X, 1)", "np.sum(X, axis=0, keepdims=True)"] {
        same(text, "ones(m)' X", x);
    }
    same("mean(X, axis=0)", "X' ones(m)/m", x);
    same("norm(X, axis=1)", "sqrt((X .* X) ones(n))", x);
    same("np.linalg.norm(X, 1, axis=0)", "abs(X') ones(m)", x);
    same("logsumexp(X, axis=1)", "log(exp(X) ones(n))", x);
    same("sum(max(X, axis=1))", "sum_{i=1}^m max(X_{i,:})", x);
    same("prod(X.prod(axis=0))", "prod(X)", x);
    same("max(X, [], 2)", "np.max(X, axis=1)", x);
    same("sum(x, axis=0)", "sum(x)", "x: vector(n)");
    same("np.sum(X, axis=(0, 1))", "sum(X)", x);
    same("np.sum(X, axis=None)", "sum(X)", x);
    gradient("||X.mean(axis=0)||^2", "", "X", "2ones(m) 1ᵀX/m²");
    gradient("sum(np.max(X, axis=1))", "", "X", "Σ_{i=1}^m eᵢ 1[Xᵀeᵢ = max(Xᵀeᵢ)]ᵀ/sum(1[Xᵀeᵢ = max(Xᵀeᵢ)])");
    for text in ["sum(x, axis=1)", "sum(X, axis=k)", "sum(X, axis=2)", "sum(X, where=b)"] {
        refused(text, "x: vector(n)");
    }
}

#[test]
fn sums_over_eigenvalues_are_traces() {
    let x = "X: spd(n); c: scalar";
    same("sum(log(eig(X)))", "log det X", x);
    same("sum(eigvals(X).^2)", "tr(X X)", x);
    same("sum(np.linalg.eigvalsh(X)**2)", "tr(X X)", x);
    same("sum(1 ./ eig(X))", "tr(inv(X))", x);
    same("sum(sqrt(eig(X)))", "tr(X^(1/2))", x);
    same("sum(exp(c eig(X)) + 1)", "tr(expm(c X)) + n", x);
    same("-sum(eig(X) .* log(eig(X)))", "-tr(X logm(X))", x);
    same("sum(log1p(eig(X)))", "log det(I + X)", x);
    same("prod(eig(X) + 1)", "det(I + X)", x);
    same("mean(eig(X))", "tr(X)/n", x);
    same("logsumexp(eig(X))", "log tr expm(X)", x);
    same("max(eig(X)) + min(eig(X))", "lambda_max(X) + lambda_min(X)", x);
    same("sum(svd(X)) + max(svd(X))", "||X||_* + ||X||_2", "X: matrix(m,n)");
    same("sum(np.linalg.svd(X, compute_uv=False)**2)", "||X||_F^2", "X: matrix(m,n)");
    for text in ["sum(sin(eig(X)))", "eig(X)", "sum(eig(X) .* eig(Y))", "a'eig(X)", "sum(log(svd(X)))", "svd(X)"] {
        refused(text, "X, Y: symmetric(n); a: vector(n)");
    }
}

#[test]
fn powers_whose_entries_are_summed() {
    for text in [
        "mean((y - X w)^2)",
        "mean((y - X w)**2)",
        "np.mean(np.square(X @ w - y))",
        "np.mean((X @ w - y)**2)",
        "1/m sum((y - X w)^2)",
        "mean(square(y - X w))",
    ] {
        gradient(text, "X: matrix(m,n)", "w", "2Xᵀ(Xw − y)/m");
    }
    same("sum(X^2)", "ones(n)' X X ones(n)", "X: square(n)");
    same("mean(t^2)", "t^2", "t: scalar");
    same("np.square(t)", "t^2", "t: scalar");
}
