//! Declarations, and the names after `--wrt`.

use crate::syntax::{KnownNames, parse, parse_declarations, parse_name, parse_names};

fn declared(source: &str) -> String {
    match parse_declarations(source) {
        Ok(list) => list.iter().map(|one| format!("{}: {:?}", one.name, one.kind)).collect::<Vec<_>>().join("; "),
        Err(errors) => format!(
            "ERROR {}",
            errors.iter().map(|e| format!("{}: {}", e.code, e.message)).collect::<Vec<_>>().join(" | ")
        ),
    }
}

#[test]
fn declarations() {
    let same = |inputs: &[&str], expected: &str| {
        for input in inputs {
            assert_eq!(declared(input), expected, "{input}");
        }
    };
    same(
        &[
            "A: matrix(m,n)",
            "A : matrix( m , n )",
            "A ∈ ℝ^{m×n}",
            "A in R^{m x n}",
            "A ∈ ℝᵐˣⁿ",
            "A \\in \\mathbb{R}^{m \\times n}",
            "A in R^(m x n)",
            "$A \\in \\mathbb{R}^{m\\times n}$",
            "A in R^mxn",
            "A in R^m x n",
            "A: matrix(m,n) # data",
        ],
        "A: Matrix(Symbol(\"m\"), Symbol(\"n\"))",
    );
    same(&["x: vector(n)", "x ∈ ℝⁿ", "x in R^n", "x in R^{n}"], "x: Vector(Symbol(\"n\"))");
    same(&["alpha in R", "α ∈ ℝ", "\\alpha: scalar"], "α: Scalar");
    same(
        &["A in S^n_++", "A ∈ Sⁿ₊₊", "A in S_{++}^n", "A: spd(n)", "A \\in \\mathbb{S}^n_{++}"],
        "A: Square(PositiveDefinite, Symbol(\"n\"))",
    );
    same(&["A in S^n_+", "A ∈ Sⁿ₊"], "A: Square(PositiveSemidefinite, Symbol(\"n\"))");
    same(&["A ∈ S^n", "A: symmetric(n)"], "A: Square(Symmetric, Symbol(\"n\"))");
    same(&["A: matrix(2,3)", "A in R^{2x3}", "A in R^2x3"], "A: Matrix(Number(2), Number(3))");
    same(&["A, B: square(n)"], "A: Square(General, Symbol(\"n\")); B: Square(General, Symbol(\"n\"))");
    same(&["x_1: vector(n)", "x₁: vector(n)"], "x_1: Vector(Symbol(\"n\"))");
    same(&["a: family(m) of vector(n)"], "a: Family(Symbol(\"m\"), Vector(Symbol(\"n\")))");
    same(&["phi: function"], "φ: Function");
    same(&["f: matrix function", "f: Matrix  Function"], "f: MatrixFunction");
    same(&["t: simplex(n)", "t in Delta^n", "t ∈ Δⁿ", "t \\in \\Delta^{n}"], "t: Simplex(Symbol(\"n\"))");
    same(
        &["y: signs(n)", "y in {-1,1}^n", "y ∈ {−1, 1}ⁿ", "y \\in \\{-1, +1\\}^n", "y in {±1}^n", "y in {1,-1}^n"],
        "y: Signs(Symbol(\"n\"))",
    );
    same(
        &["M: binary(m,n)", "M in {0,1}^{m x n}", "M ∈ {0, 1}ᵐˣⁿ", "M \\in \\{0,1\\}^{m \\times n}", "M: mask(m,n)"],
        "M: Binary(Symbol(\"m\"), Symbol(\"n\"))",
    );
    same(&["y: binary(n)", "y in {0,1}^n", "y: boolean(n)"], "y: Binary(Symbol(\"n\"), Number(1))");
    same(&["z: binary", "z in {0,1}"], "z: Binary(Number(1), Number(1))");
    same(&["f: matrix functon"], "ERROR P0014: unknown kind `matrix functon`");
    same(
        &["k: integer; s: positive", "k: integer\n# note\ns: positive\n", ";k: integer;;\n s: positive;"],
        "k: Integer; s: Positive",
    );
    same(&["x: vektor(n)"], "ERROR P0014: unknown kind `vektor`");
    same(&["x: vector", "x: vec", "x: real vector", "x is a vector", "x: column vector"], "x: Vector(Open)");
    same(&["x: vector(m, n)"], "ERROR P0014: `vector` takes one size, 2 given");
    same(&["A: matrix", "A: mat", "A: a real matrix"], "A: Matrix(Open, Open)");
    same(
        &[
            "A: spd",
            "A: SPD",
            "A: positive definite",
            "A: pos. def.",
            "A: symmetric positive definite",
            "A: symmetric positive-definite matrix",
        ],
        "A: Square(PositiveDefinite, Open)",
    );
    same(
        &["A: SPD(n)", "A: symmetric positive definite(n)", "A: posdef(n)"],
        "A: Square(PositiveDefinite, Symbol(\"n\"))",
    );
    same(
        &["A: PSD", "A: positive semidefinite", "A: positive semi-definite matrix"],
        "A: Square(PositiveSemidefinite, Open)",
    );
    same(&["A: symmetric", "A is symmetric", "A: symmetric matrix"], "A: Square(Symmetric, Open)");
    same(&["A: diagonal", "A: diag", "A: diagonal matrix"], "A: Square(Diagonal, Open)");
    same(&["A: skew-symmetric(n)", "A: antisymmetric(n)"], "A: Square(Skew, Symbol(\"n\"))");
    same(&["L: lower triangular(n)", "L: lower-triangular matrix(n)"], "L: Square(Lower, Symbol(\"n\"))");
    same(&["A: invertible(n)", "A: square n", "A: nxn invertible matrix"], "A: Square(General, Symbol(\"n\"))");
    same(&["a: family of vector", "a: family of vectors"], "a: Family(Open, Vector(Open))");
    same(
        &[
            "x: R^n",
            "x : ℝ^n",
            "x: ℝⁿ",
            "x:vector n",
            "x: vec(n)",
            "x: column(n)",
            "x: vector of length n",
            "x: vector(n, 1)",
        ],
        "x: Vector(Symbol(\"n\"))",
    );
    same(
        &["A: R^{m x n}", "A: mat(m,n)", "A: m x n matrix", "A: m by n matrix", "A: matrix(m x n)", "A: matrix m x n"],
        "A: Matrix(Symbol(\"m\"), Symbol(\"n\"))",
    );
    same(&["A: 2x3 matrix"], "A: Matrix(Number(2), Number(3))");
    same(&["alpha: real", "alpha: number", "alpha: R", "alpha: real number", "alpha: real scalar"], "α: Scalar");
    same(&["k: int", "k: natural", "k: natural number", "k: positive integer"], "k: Integer");
    same(&["phi: func", "phi: elementwise function", "phi: fn"], "φ: Function");
    same(
        &[
            "w: positive(n)",
            "w in R^n_{++}",
            "w in R_{++}^n",
            "w ∈ ℝⁿ₊₊",
            "w ∈ ℝ₊₊ⁿ",
            "w \\in \\mathbb{R}^n_{++}",
            "w: vector(n); w > 0",
            "w: vector(n), w > 0",
            "w > 0; w in R^n",
            "w: positive vector(n)",
        ],
        "w: PositiveVector(Symbol(\"n\"))",
    );
    same(&["s: scalar; s > 0", "s > 0", "s: positive", "s: positive number"], "s: Positive");
    same(
        &[
            "w: nonnegative(n)",
            "w in R^n_+",
            "w ∈ ℝⁿ₊",
            "w: vector(n); w >= 0",
            "w ≥ 0; w in R^n",
            "w: non-negative vector(n)",
        ],
        "w: NonnegativeVector(Symbol(\"n\"))",
    );
    same(&["s: scalar; s >= 0", "s ≥ 0", "s: nonnegative", "s: nonneg", "s in R_+"], "s: Nonnegative");
    same(
        &[
            "f: function of vector(n)",
            "f: R^n -> R",
            "f: ℝⁿ → ℝ",
            "f: \\mathbb{R}^n \\to \\mathbb{R}",
            "f \\colon \\R^n \\to \\R",
            "f: vector(n) -> scalar",
            "f: function from R^n to R",
        ],
        "f: Map(Vector(Symbol(\"n\")), Scalar)",
    );
    same(&["F: R^n -> R^m", "F: ℝⁿ → ℝᵐ"], "F: Map(Vector(Symbol(\"n\")), Vector(Symbol(\"m\")))");
    same(&["K: R -> S^n_++", "K: scalar -> spd(n)"], "K: Map(Scalar, Square(PositiveDefinite, Symbol(\"n\")))");
    same(&["f: R -> R"], "f: Function");
    same(&["f: vector function", "f: R^n x R^m -> R", "f: -> R"], "ERROR P0014: this map cannot be read");
    same(&["A: 3x3", "A ∈ ℝ^{3×3}"], "A: Matrix(Number(3), Number(3))");
    same(&["A in R^{n x n} symmetric", "A ∈ ℝⁿˣⁿ symmetric"], "A: Square(Symmetric, Symbol(\"n\"))");
    same(&["x: 3"], "ERROR P0014: unknown kind `3`");
    same(&["n: size"], "ERROR P0014: unknown kind `size`");
    same(&["U: unitary(n)"], "ERROR P0014: unknown kind `unitary`");
    same(&["x, y: vector(n)", "x ∈ R^n, y ∈ R^n"], "x: Vector(Symbol(\"n\")); y: Vector(Symbol(\"n\"))");
    same(&["x: vector(n"], "ERROR P0013: the sizes of `vector` cannot be read");
    same(&["x: foo; y: bar"], "ERROR P0014: unknown kind `foo` | P0014: unknown kind `bar`");
    same(&["x = 3"], "ERROR P0013: a declaration has no `=`");
    same(&["x: scalar; x: scalar"], "ERROR N0003: `x` is declared twice");
    same(&["", "# nothing"], "");
}

#[test]
fn names_after_wrt() {
    for (text, name) in [
        ("X", "X"),
        (" theta ", "θ"),
        ("theta_1", "θ_1"),
        ("\\Sigma", "Σ"),
        ("W₁", "W_1"),
        ("x_{12}", "x_12"),
        ("x1", "x1"),
        ("\\mathbf{x}", "x"),
        ("foo", "foo"),
        ("\\hat{x}", "x̂"),
        ("\\mathbf{\\hat x}", "x̂"),
        ("\\boldsymbol{\\hat{\\beta}}_1", "β̂_1"),
        ("\\check{x}", "x\u{30C}"),
        ("ŷ", "y\u{302}"),
        ("\\hat{y}", "y\u{302}"),
    ] {
        assert_eq!(parse_name(text).as_deref(), Ok(name), "{text}");
    }
    assert_eq!(parse_names("W, b").unwrap_or_default(), ["W", "b"]);
    assert!(parse_name("W,b").is_err());
    assert!(parse_name("").is_err());
    assert!(parse_name("X^2").is_err());
}

#[test]
fn declared_names_change_the_reading() {
    let list = parse_declarations("foobar: vector(n); phi: function; σ: scalar; f: function").unwrap_or_default();
    let names = KnownNames::from_declarations(&list);
    let tree = |source: &str| parse(source, &names).map(|ast| ast.to_sexpr()).unwrap_or_default();
    assert_eq!(tree("A foobar"), "(* A foobar)");
    assert_eq!(tree("phi(x) + phi'(x)"), "(+ (φ x) (φ' x))");
    assert_eq!(tree("f''(x)"), "(f'' x)");
    assert_eq!(tree("φ′(x)"), "(φ' x)");
    assert_eq!(tree("σ(x)"), "(* σ x)");
    assert_eq!(tree("Aσ(x)"), "(* A σ x)");
    let list = parse_declarations("svd: function; gamma: function; A: matrix; b: vector; n: integer; eps: scalar")
        .unwrap_or_default();
    let names = KnownNames::from_declarations(&list);
    let tree = |source: &str| parse(source, &names).map(|ast| ast.to_sexpr()).unwrap_or_default();
    assert_eq!(tree("svd(x)"), "(svd x)");
    assert_eq!(tree("gamma(x) + Γ(x)"), "(+ (γ x) (Gamma x))");
    assert_eq!(tree("gamma(x)"), "(γ x)");
    assert_eq!(tree("Ab(x)"), "(* A b x)");
    assert_eq!(tree("eps x"), "(* eps x)");
    assert_eq!(tree("Ax(x)"), "");
    let list = parse_declarations("g: matrix function").unwrap_or_default();
    let names = KnownNames::from_declarations(&list);
    let tree = |source: &str| parse(source, &names).map(|ast| ast.to_sexpr()).unwrap_or_default();
    assert_eq!(tree("tr L_g(X, E)"), "(Trace (L_g X E))");
    for text in ["A L_g'(X,E,F)", "A L_g′(X, E, F)", "A L_{g'}(X,E,F)", "A L_{g}'(X,E,F)"] {
        assert_eq!(tree(text), "(* A (L_g' X E F))", "{text}");
    }
    assert_eq!(tree("L_g + L_f"), "(+ L_g[g] L_f[f])");
}
