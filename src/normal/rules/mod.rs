//! The identities of the normal form, family by family.

mod basis;
mod centered;
mod commutation;
mod complement;
mod determinant;
mod diagonal;
mod entrywise;
mod entrywise_product;
mod exponential;
mod kronecker;
mod literal;
mod logarithm;
mod norm;
mod orthogonal;
mod power;
mod pseudoinverse;
mod reduction;
mod sigmoid;
mod sign;
mod softmax;
mod sum;
mod switch;
mod tangent;

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
    ("Sums", sum::ROWS),
    ("Terms that complete one another", complement::ROWS),
    ("Entrywise functions", entrywise::ROWS),
    ("Logarithms and exponentials", logarithm::ROWS),
    ("Signs and absolute values", sign::ROWS),
    ("Steps and relu", switch::ROWS),
    ("Circular and hyperbolic functions", tangent::ROWS),
    ("Sigmoids", sigmoid::ROWS),
    ("Entrywise products", entrywise_product::ROWS),
    ("Reductions", reduction::ROWS),
    ("Softmax", softmax::ROWS),
    ("Centered vectors", centered::ROWS),
    ("Norms", norm::ROWS),
];
