//! Kinds of declarations.

use super::row::{Kind, NONE, Row, shows};

const DECLARATION: Row = Row { kind: Kind::Declaration, ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "scalar",
        form: "t: scalar",
        title: "a number",
        forms: &["t in R", "t ∈ ℝ"],
        example: shows(&["t: scalar", "derivative exp(t^2) wrt t"], "2t exp(t²)"),
        ..DECLARATION
    },
    Row {
        name: "positive",
        form: "s: positive",
        title: "a positive scalar, with a size a vector of positive entries",
        what: "`w: positive(n)` is the vector.",
        forms: &["s > 0", "w: positive(n)", "w in R^n_++", "w ∈ ℝⁿ₊₊"],
        marks: &["> 0"],
        example: shows(&["w, v: positive(n)", "grad sum(w .* log(w ./ v)) wrt w"], "1 + log(w⊘v)"),
        ..DECLARATION
    },
    Row {
        name: "nonnegative",
        form: "s: nonnegative",
        title: "a scalar ≥ 0, with a size a vector of entries ≥ 0",
        what: "`w: nonnegative(n)` is the vector. `solve` says where a point may lie outside.",
        forms: &["s >= 0", "w: nonnegative(n)", "w in R^n_+", "w ∈ ℝⁿ₊"],
        marks: &[">= 0", "≥ 0"],
        example: shows(&["w: nonnegative(n)", "simplify ||w||_1 + |w|'x"], "sum(w) + wᵀx"),
        ..DECLARATION
    },
    Row {
        name: "integer",
        form: "k: integer",
        title: "a positive integer",
        what: "The exponent in Xᵏ, or a bound of a sum.",
        forms: &["k in N", "k ∈ ℕ"],
        example: shows(&["k: integer", "grad tr(X^k) wrt X"], "k(Xᵀ)ᵏ⁻¹"),
        ..DECLARATION
    },
    Row {
        name: "function",
        form: "phi: function",
        title: "a differentiable function, applied elementwise",
        what: "Its derivative is written φ′.",
        example: shows(&["phi: function", "grad sum(phi(A x)) wrt x"], "Aᵀφ′(Ax)"),
        ..DECLARATION
    },
    Row {
        name: "matrix function",
        form: "f: matrix function",
        title: "a primary function of square matrices, as expm is",
        what: "It commutes with its argument, and f(Xᵀ) = f(X)ᵀ; its derivative at X along E is `L_f(X, E)`.",
        marks: &["L_f"],
        example: shows(&["f: matrix function", "grad tr(B f(X)) wrt X"], "L_f(X, B)ᵀ"),
        ..DECLARATION
    },
    Row {
        name: "map",
        form: "f: R^n -> R",
        title: "a differentiable map between numbers, vectors and matrices",
        what: "Its derivatives are written ∇f(x), ∇²f(x), J_F(x), and K′(t) of a number.",
        forms: &["f: function of vector(n)", "F: R^n -> R^m", "K: R -> S^n_++", "f: ℝⁿ → ℝ"],
        marks: &["->", "→", "∇", "J_F"],
        example: shows(&["f: R^m -> R", "grad f(A x - b) wrt x"], "Aᵀ∇f(Ax − b)"),
        ..DECLARATION
    },
    Row {
        name: "vector",
        form: "x: vector(n)",
        title: "a column of n numbers",
        what: "Sizes are letters or numbers, or `_` where the expression decides; they may be left out.",
        forms: &["x in R^n", "x ∈ ℝⁿ", "x: R^n"],
        example: shows(&["A: vector(n)", "grad ||A||^2 wrt A"], "2A"),
        ..DECLARATION
    },
    Row {
        name: "simplex",
        form: "t: simplex(n)",
        title: "a probability vector: entries ≥ 0 with sum 1",
        what: "It does not vary freely, so it cannot be the variable; the identity 1ᵀt = 1 is used.",
        forms: &["t in Delta^n", "t ∈ Δⁿ"],
        example: shows(&["t: simplex(n)", "grad -t' log(softmax(x)) wrt x"], "softmax(x) − t"),
        ..DECLARATION
    },
    Row {
        name: "signs",
        form: "y: signs(n)",
        title: "a vector with entries −1 and 1",
        what: "It does not vary freely, so it cannot be the variable; the identity y∘y = 1 is used.",
        forms: &["y in {-1,1}^n", "y ∈ {−1, 1}ⁿ"],
        example: shows(&["y: signs(n)", "grad ||y .* x||^2 wrt x"], "2x"),
        ..DECLARATION
    },
    Row {
        name: "binary",
        form: "M: binary(m,n)",
        title: "a matrix with entries 0 and 1",
        what: "`y: binary(n)` is a vector and `z: binary` a number. It cannot be the variable; the identity M∘M = M is used.",
        forms: &["M in {0,1}^{m x n}", "M ∈ {0, 1}ᵐˣⁿ", "M: mask(m,n)"],
        example: shows(&["M: binary(m,n)", "grad ||M .* X||_F^2 wrt X"], "2(M∘X)"),
        ..DECLARATION
    },
    Row {
        name: "matrix",
        form: "A: matrix(m,n)",
        title: "an m×n matrix",
        forms: &["A in R^{m x n}", "A ∈ ℝᵐˣⁿ", "A: m x n matrix"],
        example: shows(&["a: matrix(m,n)", "grad ||a x||^2 wrt x"], "2aᵀax"),
        ..DECLARATION
    },
    Row {
        name: "square",
        form: "A: square(n)",
        title: "a square matrix",
        example: shows(&["A: square(n)", "grad x'A x wrt x"], "(A + Aᵀ)x"),
        ..DECLARATION
    },
    Row {
        name: "symmetric",
        form: "A: symmetric(n)",
        title: "a symmetric matrix, A = Aᵀ",
        what: "A symmetric variable varies within the symmetric matrices: its gradient is `(G + G')/2`.",
        forms: &["A in S^n", "A ∈ Sⁿ"],
        example: shows(&["A: symmetric(n)", "grad x'A x wrt x"], "2Ax"),
        ..DECLARATION
    },
    Row {
        name: "spd",
        form: "A: spd(n)",
        title: "a symmetric positive definite matrix",
        what: "As a variable it varies within the symmetric matrices: its gradient is `(G + G')/2`.",
        forms: &["A in S^n_++", "A ∈ Sⁿ₊₊"],
        example: shows(&["A: spd(n)", "grad log det A wrt A"], "A⁻¹"),
        ..DECLARATION
    },
    Row {
        name: "psd",
        form: "A: psd(n)",
        title: "a symmetric positive semidefinite matrix",
        what: "As a variable it varies within the symmetric matrices: its gradient is `(G + G')/2`.",
        forms: &["A in S^n_+", "A ∈ Sⁿ₊"],
        example: shows(&["A: psd(n)", "convexity x'A x wrt x"], "convex"),
        ..DECLARATION
    },
    Row {
        name: "skew",
        form: "A: skew(n)",
        title: "a skew-symmetric matrix, Aᵀ = −A",
        what: "As a variable it varies within the skew-symmetric matrices: its gradient is `(G - G')/2`.",
        forms: &["A in R^{n x n} skew"],
        example: shows(&["X: skew(n)", "grad tr(A X) wrt X"], "½(Aᵀ − A)"),
        ..DECLARATION
    },
    Row {
        name: "diagonal",
        form: "D: diagonal(n)",
        title: "a diagonal matrix",
        what: "As a variable it varies within the diagonal matrices: its gradient is `G .* I`.",
        forms: &["D in R^{n x n} diagonal"],
        example: shows(&["D: diagonal(n)", "grad tr(A D) wrt D"], "A∘I"),
        ..DECLARATION
    },
    Row {
        name: "orthogonal",
        form: "Q: orthogonal(n)",
        title: "an orthogonal matrix, QᵀQ = I",
        what: "As a variable X it has the gradient `(G - X G'X)/2`, which is tangent at X.",
        forms: &["Q in R^{n x n} orthogonal"],
        example: shows(&["Q: orthogonal(n)", "grad ||Q x||^2 wrt x"], "2x"),
        ..DECLARATION
    },
    Row {
        name: "lower",
        form: "L: lower(n)",
        title: "a lower triangular matrix",
        what: "As a variable it varies within these: its gradient is the lower triangle of G.",
        forms: &["L in R^{n x n} lower"],
        example: shows(&["L: lower(n)", "grad tr(A L) wrt L"], "tril(Aᵀ)"),
        ..DECLARATION
    },
    Row {
        name: "upper",
        form: "U: upper(n)",
        title: "an upper triangular matrix",
        what: "As a variable it varies within these: its gradient is the upper triangle of G.",
        forms: &["U in R^{n x n} upper"],
        example: shows(&["U: upper(n)", "grad tr(A U) wrt U"], "triu(Aᵀ)"),
        ..DECLARATION
    },
    Row {
        name: "family",
        form: "a: family(m) of vector(n)",
        title: "a₁ … aₘ, each of one kind",
        what: "Its members appear under a sum: `sum_i a_i'x`. `grad f wrt a_k` is the gradient with respect to one of them.",
        forms: &["a_1,...,a_m in R^n"],
        example: shows(&["a: family(m) of vector(n)", "grad sum_i ||x - a_i||^2 wrt x"], "2Σᵢ (x − aᵢ)"),
        ..DECLARATION
    },
];
