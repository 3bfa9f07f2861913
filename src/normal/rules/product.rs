//! Products of matrices: what flattening, numbers and constants make of them.

use crate::normal::identity::{Identity, Rule};

pub(super) const ROWS: &[Identity] = &[
    Identity {
        id: "product-of-product",
        says: "(AB)C = A(BC) = ABC",
        example: "(A B) (C D)",
        declare: "A: matrix(m,n); B: matrix(n,k); C: matrix(k,p); D: matrix(p,q)",
        want: "ABCD",
        rule: Rule::Canonical,
    },
    Identity {
        id: "product-with-identity",
        says: "IA = A = AI",
        example: "A eye(n) x",
        declare: "A: matrix(m,n); x: vector(n)",
        want: "Ax",
        rule: Rule::Canonical,
    },
    Identity {
        id: "product-with-zero",
        says: "0A = 0",
        example: "zeros(m, n) A",
        declare: "A: matrix(n,k)",
        want: "zeros(m, k)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "product-with-scalar-stretch",
        says: "u(vᵀw) = (vᵀw)u: a stretch from a row to a column is a scalar in front",
        example: "u v' w",
        declare: "u: vector(m); v: vector(n); w: vector(n)",
        want: "(vᵀw)u",
        rule: Rule::Canonical,
    },
    Identity {
        id: "ones-matrix",
        says: "11ᵀ = ones(m, n)",
        example: "ones(m) ones(n)'",
        declare: "",
        want: "ones(m, n)",
        rule: Rule::Canonical,
    },
    Identity {
        id: "product-commutes",
        says: "diagonal matrices and functions of one matrix commute, and stand in one order",
        example: "expm(X) X",
        declare: "X: matrix(n,n)",
        want: "X expm(X)",
        rule: Rule::Canonical,
    },
];
