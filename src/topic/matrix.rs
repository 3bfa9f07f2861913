//! Functions of matrices, and their factors: eigenvectors, singular vectors, the polar factor.

use super::row::{Kind, NONE, Row, shows};
use crate::catalog::Op;
use crate::syntax::{Function, Infix};

const MATRIX: Row = Row { kind: Kind::Matrix, ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "expm",
        form: "expm(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the matrix exponential",
        what: "`expm(X)` commutes with X, and its derivative along E is `L_expm(X, E)`; `exp(X)` is elementwise.",
        functions: &[Function::Expm],
        identities: &[
            ("expm(X')", "expm(X)'", "X: square(n)"),
            ("expm(-X)", "inv(expm(X))", "X: square(n)"),
            ("expm(X) X", "X expm(X)", "X: square(n)"),
            ("det(expm(X))", "exp(tr(X))", "X: square(n)"),
        ],
        example: shows(&["grad tr expm(X) wrt X"], "expm(X)ᵀ"),
        ..MATRIX
    },
    Row {
        name: "logm",
        form: "logm(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the principal matrix logarithm",
        what: "`log(X)` is elementwise.",
        functions: &[Function::Logm],
        identities: &[
            ("logm(A')", "logm(A)'", "A: square(n)"),
            ("tr(logm(A))", "log det A", "A: spd(n)"),
            ("expm(logm(A))", "A", "A: spd(n)"),
        ],
        example: shows(&["A: spd(n)", "grad tr logm(A) wrt A"], "A⁻¹"),
        ..MATRIX
    },
    Row {
        name: "sqrtm",
        form: "sqrtm(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the principal matrix square root",
        what: "`sqrt(X)` is elementwise.",
        functions: &[Function::Sqrtm],
        forms: &["X^(1/2)"],
        identities: &[("sqrtm(A) sqrtm(A)", "A", "A: spd(n)"), ("sqrtm(A')", "sqrtm(A)'", "A: square(n)")],
        example: shows(&["A: spd(n)", "grad tr sqrtm(A) wrt A"], "½A^(−1/2)"),
        ..MATRIX
    },
    Row {
        name: "L_expm",
        form: "L_expm(X, E)",
        given: "X, E: square(n)",
        wrt: "E",
        title: "the Fréchet derivative of expm at X along E",
        what: "The part of expm(X + E) − expm(X) that is linear in E. More directions give the higher derivatives: `L_expm(X, E, F)`.",
        functions: &[Function::FrechetExpm],
        identities: &[("L_expm(X, X)", "X expm(X)", "X: square(n)")],
        example: shows(&["grad tr(B L_expm(X, E)) wrt E"], "L_expm(X, B)ᵀ"),
        ..MATRIX
    },
    Row {
        name: "L_logm",
        form: "L_logm(X, E)",
        given: "X, E: square(n)",
        wrt: "E",
        title: "the Fréchet derivative of logm at X along E",
        what: "The part of logm(X + E) − logm(X) that is linear in E. More directions give the higher derivatives: `L_logm(X, E, F)`.",
        functions: &[Function::FrechetLogm],
        identities: &[("L_logm(A, A)", "I", "A: spd(n)")],
        example: shows(&["X: spd(n)", "grad tr(B L_logm(X, E)) wrt E"], "L_logm(X, Bᵀ)"),
        ..MATRIX
    },
    Row {
        name: "L_sqrtm",
        form: "L_sqrtm(X, E)",
        given: "X, E: square(n)",
        wrt: "E",
        title: "the Fréchet derivative of sqrtm at X along E",
        what: "The part of sqrtm(X + E) − sqrtm(X) that is linear in E. More directions give the higher derivatives: `L_sqrtm(X, E, F)`.",
        functions: &[Function::FrechetSqrtm],
        identities: &[("L_sqrtm(A, E) sqrtm(A) + sqrtm(A) L_sqrtm(A, E)", "E", "A: spd(n); E: square(n)")],
        example: shows(&["X: spd(n)", "grad tr(B L_sqrtm(X, E)) wrt E"], "L_sqrtm(X, Bᵀ)"),
        ..MATRIX
    },
    Row {
        name: "inv",
        form: "inv(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the inverse of a square matrix",
        what: "`solve(A, b)` and `np.linalg.solve(A, b)` are A⁻¹b.",
        functions: &[Function::Inv],
        infix: &[Infix::Solve],
        forms: &["X^-1", "X^{-1}", "X⁻¹"],
        marks: &["^-1", "^{-1}", "⁻¹", "inverse", "\\", "np.linalg.solve"],
        identities: &[
            ("inv(A B)", "inv(B) inv(A)", "A, B: square(n)"),
            ("inv(X')", "inv(X)'", "X: square(n)"),
            ("inv(X) X", "I", "X: square(n)"),
            ("inv(inv(X))", "X", "X: square(n)"),
            ("inv(t X)", "inv(X)/t", "X: square(n); t: scalar"),
            ("inv(kron(X, Y))", "kron(inv(X), inv(Y))", "X: square(m); Y: square(n)"),
            ("inv(A + u v')", "inv(A) - inv(A) u v' inv(A)/(1 + v' inv(A) u)", "A: square(n); u, v: vector(n)"),
            ("inv(I + A B) A", "A inv(I + B A)", "A: matrix(m,n); B: matrix(n,m)"),
        ],
        example: shows(&["grad a' inv(X) b wrt X"], "−X⁻ᵀabᵀX⁻ᵀ"),
        ..MATRIX
    },
    Row {
        name: "pinv",
        form: "pinv(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the Moore–Penrose inverse",
        functions: &[Function::Pinv],
        forms: &["X^+", "X⁺"],
        marks: &["^+", "⁺", "^\\dagger", "†"],
        identities: &[
            ("X pinv(X) X", "X", "X: matrix(m,n)"),
            ("pinv(X) X pinv(X)", "pinv(X)", "X: matrix(m,n)"),
            ("pinv(X')", "pinv(X)'", "X: matrix(m,n)"),
            ("pinv(X)", "inv(X)", "X: square(n)"),
            ("pinv(pinv(X))", "X", "X: matrix(m,n)"),
            ("pinv(u v')", "v u'/(u'u v'v)", "u: vector(m); v: vector(n)"),
        ],
        example: shows(&["grad ||A x - pinv(B) c||^2 wrt x"], "2Aᵀ(Ax − pinv(B)c)"),
        ..MATRIX
    },
    Row {
        name: "adj",
        form: "adj(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the adjugate: det(X)X⁻¹ where X is invertible",
        functions: &[Function::Operator(Op::Adjugate)],
        identities: &[
            ("X adj(X)", "det(X) I", "X: square(n)"),
            ("adj(X')", "adj(X)'", "X: square(n)"),
            ("adj(A B)", "adj(B) adj(A)", "A, B: square(n)"),
            ("adj(X)", "det(X) inv(X)", "X: square(n)"),
        ],
        example: shows(&["grad tr adj(X) wrt X"], "det(X)(tr(X⁻¹)X⁻ᵀ − (X⁻²)ᵀ)"),
        ..MATRIX
    },
    Row {
        name: "cof",
        form: "cof(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the matrix of cofactors, adj(X)ᵀ",
        functions: &[Function::Cof],
        identities: &[("cof(X)", "adj(X)'", "X: square(n)"), ("cof(X)", "det(X) inv(X)'", "X: square(n)")],
        example: shows(&["grad tr cof(X) wrt X"], "det(X)(tr(X⁻¹)X⁻ᵀ − (X⁻²)ᵀ)"),
        ..MATRIX
    },
    Row {
        name: "sym",
        form: "sym(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the symmetric part, ½(X + Xᵀ)",
        functions: &[Function::Sym],
        forms: &["(X + X')/2"],
        identities: &[
            ("sym(X)", "(X + X')/2", "X: square(n)"),
            ("sym(X) + skew(X)", "X", "X: square(n)"),
            ("x' sym(X) x", "x'X x", "X: square(n); x: vector(n)"),
        ],
        example: shows(&["grad tr(A sym(X)) wrt X"], "½(A + Aᵀ)"),
        ..MATRIX
    },
    Row {
        name: "skew",
        form: "skew(X)",
        given: "X: square(n)",
        wrt: "X",
        title: "the skew-symmetric part, ½(X − Xᵀ)",
        functions: &[Function::Skew],
        forms: &["(X - X')/2"],
        identities: &[("skew(X)", "(X - X')/2", "X: square(n)"), ("x' skew(X) x", "0", "X: square(n); x: vector(n)")],
        example: shows(&["grad tr(A skew(X)) wrt X"], "½(Aᵀ − A)"),
        ..MATRIX
    },
    Row {
        name: "eigvec_max",
        form: "eigvec_max(A)",
        given: "A: symmetric(n)",
        wrt: "A",
        title: "the unit eigenvector of the largest eigenvalue",
        what: "For a symmetric matrix; its sign is arbitrary, so only what does not depend on the sign is well defined.",
        functions: &[Function::EigvecMax],
        identities: &[
            ("A eigvec_max(A)", "lambda_max(A) eigvec_max(A)", "A: symmetric(n)"),
            ("eigvec_max(A)' eigvec_max(A)", "1", "A: symmetric(n)"),
        ],
        example: shows(&["A: symmetric(n)", "grad lambda_max(A) wrt A"], "eigvec_max(A)eigvec_max(A)ᵀ"),
        ..MATRIX
    },
    Row {
        name: "eigvec_min",
        form: "eigvec_min(A)",
        given: "A: symmetric(n)",
        wrt: "A",
        title: "the unit eigenvector of the smallest eigenvalue",
        what: "For a symmetric matrix; its sign is arbitrary, so only what does not depend on the sign is well defined.",
        functions: &[Function::EigvecMin],
        identities: &[
            ("A eigvec_min(A)", "lambda_min(A) eigvec_min(A)", "A: symmetric(n)"),
            ("eigvec_min(A)' eigvec_min(A)", "1", "A: symmetric(n)"),
        ],
        example: shows(&["A: symmetric(n)", "grad lambda_min(A) wrt A"], "eigvec_min(A)eigvec_min(A)ᵀ"),
        ..MATRIX
    },
    Row {
        name: "u_max",
        form: "u_max(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the left singular vector of the largest singular value",
        what: "Its sign is arbitrary; those of `u_max` and `v_max` are chosen together.",
        functions: &[Function::UMax],
        identities: &[
            ("X v_max(X)", "sigma_max(X) u_max(X)", "X: matrix(m,n)"),
            ("u_max(X)' X v_max(X)", "sigma_max(X)", "X: matrix(m,n)"),
        ],
        example: shows(&["grad sigma_max(X) wrt X"], "u_max(X)v_max(X)ᵀ"),
        ..MATRIX
    },
    Row {
        name: "v_max",
        form: "v_max(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the right singular vector of the largest singular value",
        what: "Its sign is arbitrary; those of `u_max` and `v_max` are chosen together.",
        functions: &[Function::VMax],
        identities: &[
            ("X' u_max(X)", "sigma_max(X) v_max(X)", "X: matrix(m,n)"),
            ("v_max(X)' v_max(X)", "1", "X: matrix(m,n)"),
        ],
        example: shows(&["grad sigma_max(X) wrt X"], "u_max(X)v_max(X)ᵀ"),
        ..MATRIX
    },
    Row {
        name: "polar",
        form: "polar(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the orthogonal factor UVᵀ of X = U diag(s) Vᵀ",
        what: "The gradient of the nuclear norm.",
        functions: &[Function::Polar],
        identities: &[
            ("polar(X)", "X inv(sqrtm(X'X))", "X: square(n)"),
            ("polar(X')", "polar(X)'", "X: matrix(m,n)"),
            ("polar(t X)", "polar(X)", "X: matrix(m,n); t: positive"),
        ],
        example: shows(&["grad ||X||_* wrt X"], "polar(X)"),
        ..MATRIX
    },
];
