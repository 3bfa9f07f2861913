//! The identities of the normal form, family by family.

mod basis;
mod commutation;
mod complement;
mod determinant;
mod diagonal;
mod exponential;
mod kronecker;
mod literal;
mod orthogonal;
mod power;
mod pseudoinverse;

use super::identity::Identity;

/// The families in the order in which their rows are tried.
pub(super) const FAMILIES: &[(&str, &[Identity])] = &[
    ("Powers and inverses", power::ROWS),
    ("Orthogonal matrices", orthogonal::ROWS),
    ("Pseudo-inverses", pseudoinverse::ROWS),
    ("Kronecker products", kronecker::ROWS),
    ("Diagonal matrices", diagonal::ROWS),
    ("Determinants", determinant::ROWS),
    ("Matrix exponentials", exponential::ROWS),
    ("Commutation matrices", commutation::ROWS),
    ("Unit vectors", basis::ROWS),
    ("Literal matrices", literal::ROWS),
    ("Terms that complete one another", complement::ROWS),
];
