//! Factors of matrices: eigenvectors, singular vectors, the polar factor.

use super::row::{Kind, NONE, Row, shows};
use crate::syntax::Function;

const FACTOR: Row = Row { kind: Kind::Matrix, ..NONE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "eigvec_max",
        form: "eigvec_max(A)",
        given: "A: symmetric(n)",
        wrt: "A",
        title: "the unit eigenvector of the largest eigenvalue",
        what: "Of a symmetric matrix; its sign is free, so that only what does not depend on it has a value of its own.",
        functions: &[Function::EigvecMax],
        identities: &[
            ("A eigvec_max(A)", "lambda_max(A) eigvec_max(A)", "A: symmetric(n)"),
            ("eigvec_max(A)' eigvec_max(A)", "1", "A: symmetric(n)"),
        ],
        example: shows(&["A: symmetric(n)", "grad lambda_max(A) wrt A"], "eigvec_max(A)eigvec_max(A)ᵀ"),
        ..FACTOR
    },
    Row {
        name: "eigvec_min",
        form: "eigvec_min(A)",
        given: "A: symmetric(n)",
        wrt: "A",
        title: "the unit eigenvector of the smallest eigenvalue",
        what: "Of a symmetric matrix; its sign is free, so that only what does not depend on it has a value of its own.",
        functions: &[Function::EigvecMin],
        identities: &[
            ("A eigvec_min(A)", "lambda_min(A) eigvec_min(A)", "A: symmetric(n)"),
            ("eigvec_min(A)' eigvec_min(A)", "1", "A: symmetric(n)"),
        ],
        example: shows(&["A: symmetric(n)", "grad lambda_min(A) wrt A"], "eigvec_min(A)eigvec_min(A)ᵀ"),
        ..FACTOR
    },
    Row {
        name: "u_max",
        form: "u_max(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the left singular vector of the largest singular value",
        what: "Its sign is free, and that of `u_max` and `v_max` is chosen together.",
        functions: &[Function::UMax],
        identities: &[
            ("X v_max(X)", "sigma_max(X) u_max(X)", "X: matrix(m,n)"),
            ("u_max(X)' X v_max(X)", "sigma_max(X)", "X: matrix(m,n)"),
        ],
        example: shows(&["grad sigma_max(X) wrt X"], "u_max(X)v_max(X)ᵀ"),
        ..FACTOR
    },
    Row {
        name: "v_max",
        form: "v_max(X)",
        given: "X: matrix(m,n)",
        wrt: "X",
        title: "the right singular vector of the largest singular value",
        what: "Its sign is free, and that of `u_max` and `v_max` is chosen together.",
        functions: &[Function::VMax],
        identities: &[
            ("X' u_max(X)", "sigma_max(X) v_max(X)", "X: matrix(m,n)"),
            ("v_max(X)' v_max(X)", "1", "X: matrix(m,n)"),
        ],
        example: shows(&["grad sigma_max(X) wrt X"], "u_max(X)v_max(X)ᵀ"),
        ..FACTOR
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
        ..FACTOR
    },
];
