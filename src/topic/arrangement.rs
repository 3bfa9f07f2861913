//! Functions that put entries at other places, and constants.

use super::row::{Kind, NONE, Row, shows};
use crate::catalog::Op;
use crate::syntax::Function;

const ARRANGEMENT: Row = Row { kind: Kind::Arrangement, ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "cumsum",
        form: "cumsum(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the sums of the first entries of a vector",
        what: "It is the product with a lower triangle of ones; its adjoint sums from the end.",
        functions: &[Function::Cumsum],
        forms: &["tril(ones(n,n)) x"],
        identities: &[("sum(cumsum(x))", "ones(n)' tril(ones(n,n)) x", "x: vector(n)")],
        example: shows(&["grad ||cumsum(x)||^2 wrt x"], "2triu(ones(n, n))tril(ones(n, n))x"),
        ..ARRANGEMENT
    },
    Row {
        name: "softmax",
        form: "softmax(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "exp(x)/sum(exp(x))",
        what: "Its entries are positive and their sum is 1; it is the gradient of logsumexp.",
        functions: &[Function::Operator(Op::Softmax)],
        identities: &[
            ("softmax(x)", "exp(x)/sum(exp(x))", "x: vector(n)"),
            ("sum(softmax(x))", "1", "x: vector(n)"),
            ("softmax(x + t)", "softmax(x)", "x: vector(n); t: scalar"),
            ("log softmax(x)", "x - logsumexp(x)", "x: vector(n)"),
        ],
        example: shows(&["jacobian softmax(x) wrt x"], "diag(softmax(x)) − softmax(x)softmax(x)ᵀ"),
        ..ARRANGEMENT
    },
    Row {
        name: "diag",
        form: "diag(x)",
        given: "x: vector(n)",
        wrt: "x",
        title: "the diagonal matrix of a vector, the diagonal of a matrix",
        functions: &[Function::Diag],
        identities: &[
            ("diag(x) y", "x .* y", "x, y: vector(n)"),
            ("diag(diag(x))", "x", "x: vector(n)"),
            ("sum(diag(X))", "tr(X)", "X: square(n)"),
            ("diag(A B')", "(A .* B) ones(n)", "A, B: matrix(m,n)"),
            ("diag(x) diag(y)", "diag(x .* y)", "x, y: vector(n)"),
        ],
        example: shows(&["grad tr(A diag(x)) wrt x"], "diag(A)"),
        ..ARRANGEMENT
    },
    Row {
        name: "vec",
        form: "vec(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the columns of a matrix stacked into one vector",
        functions: &[Function::Vec],
        identities: &[
            ("vec(A X B)", "kron(B', A) vec(X)", "A: matrix(p,m); X: matrix(m,n); B: matrix(n,q)"),
            ("vec(X)' vec(Y)", "tr(X'Y)", "X, Y: matrix(m,n)"),
            ("vec(u v')", "kron(v, u)", "u: vector(m); v: vector(n)"),
            ("commutation(m,n) vec(X)", "vec(X')", "X: matrix(m,n)"),
        ],
        example: shows(&["grad a' vec(X) wrt X"], "unvec(a, m, n)"),
        ..ARRANGEMENT
    },
    Row {
        name: "unvec",
        form: "unvec(v, m, n)",
        given: "v: vector(_)",
        wrt: "v",
        title: "the m×n matrix X with vec(X) = v",
        functions: &[Function::Unvec],
        identities: &[("unvec(vec(X), m, n)", "X", "X: matrix(m,n)")],
        example: shows(&["grad tr(A unvec(v, m, n)) wrt v"], "vec(Aᵀ)"),
        ..ARRANGEMENT
    },
    Row {
        name: "tril",
        form: "tril(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the lower triangle with the diagonal",
        functions: &[Function::Operator(Op::Tril)],
        identities: &[
            ("tril(X')", "triu(X)'", "X: square(n)"),
            ("tril(X) + triu(X)", "X + diag(diag(X))", "X: square(n)"),
        ],
        example: shows(&["grad tr(A tril(X)) wrt X"], "tril(Aᵀ)"),
        ..ARRANGEMENT
    },
    Row {
        name: "triu",
        form: "triu(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the upper triangle with the diagonal",
        functions: &[Function::Operator(Op::Triu)],
        identities: &[
            ("triu(X')", "tril(X)'", "X: square(n)"),
            ("tril(X) + triu(X)", "X + diag(diag(X))", "X: square(n)"),
        ],
        example: shows(&["grad tr(A triu(X)) wrt X"], "triu(Aᵀ)"),
        ..ARRANGEMENT
    },
    Row {
        name: "commutation",
        form: "commutation(m, n)",
        title: "the commutation matrix: K vec(X) = vec(Xᵀ) for m×n X",
        functions: &[Function::Commutation],
        identities: &[
            ("commutation(m,n) vec(X)", "vec(X')", "X: matrix(m,n)"),
            ("commutation(m,n)'", "commutation(n,m)", ""),
            ("commutation(n,m) commutation(m,n)", "eye(m n)", ""),
        ],
        example: shows(&["X: matrix(m,n)", "simplify commutation(m, n) vec(X)"], "vec(Xᵀ)"),
        ..ARRANGEMENT
    },
    Row {
        name: "eye",
        form: "eye(n)",
        title: "the identity matrix",
        what: "`I` where the size follows from the context.",
        functions: &[Function::Eye],
        forms: &["I_n", "\\mathbf{I}_n"],
        marks: &["I"],
        identities: &[("eye(n) x", "x", "x: vector(n)"), ("tr(eye(n))", "n", "")],
        example: shows(&["grad 1/2 x'(A + I) x wrt x"], "½(2I + A + Aᵀ)x"),
        ..ARRANGEMENT
    },
    Row {
        name: "ones",
        form: "ones(m, n)",
        title: "the matrix, or `ones(n)` the vector, of ones",
        what: "Where the context gives the size, write `1` or `vector(1)`; `11'` is the matrix.",
        functions: &[Function::Ones, Function::OnesMatrix],
        marks: &["1", "11'"],
        identities: &[
            ("ones(m,n)", "ones(m) ones(n)'", ""),
            ("ones(n)' ones(n)", "n", ""),
            ("ones(n)' x", "sum(x)", "x: vector(n)"),
        ],
        example: shows(&["grad ones(m)' A x wrt x"], "Aᵀones(m)"),
        ..ARRANGEMENT
    },
    Row {
        name: "zeros",
        form: "zeros(m, n)",
        title: "the matrix, or `zeros(n)` the vector, of zeros",
        functions: &[Function::Zeros],
        marks: &["0"],
        identities: &[("x + zeros(n)", "x", "x: vector(n)")],
        example: shows(&["x: vector(n)", "simplify x + zeros(n)"], "x"),
        ..ARRANGEMENT
    },
    Row {
        name: "unit vector",
        form: "I_n e_2",
        title: "the unit vector with a 1 in position i",
        what: "`e_i` below a sum over i, `e_2` alone where the context gives the length.",
        marks: &["e_i", "e_1", "e_2", "basis"],
        identities: &[("e_1' x", "(x)_1", "x: vector(n)"), ("sum_{i=1}^n (x)_i e_i", "x", "x: vector(n)")],
        example: shows(&["grad e_2' x wrt x"], "e₂"),
        ..ARRANGEMENT
    },
    Row {
        name: "pi",
        form: "pi",
        title: "the number π",
        forms: &["π", "\\pi"],
        marks: &["π", "\\pi"],
        identities: &[("sin(pi - t)", "sin(t)", "t: scalar")],
        example: shows(&["derivative sin(pi t) wrt t"], "π cos(πt)"),
        ..ARRANGEMENT
    },
    Row {
        name: "e",
        form: "e",
        title: "Euler's number",
        what: "`e^x` is `exp(x)`. A declared `e`, or one that is transposed, is a symbol of its own.",
        forms: &["exp(1)"],
        identities: &[("e^t", "exp(t)", "t: scalar"), ("log(e)", "1", "")],
        example: shows(&["derivative e^(2t) wrt t"], "2exp(2t)"),
        ..ARRANGEMENT
    },
];
