//! The identities of the normal form, family by family.

mod adjugate;
mod angle;
mod basis;
mod block;
mod centered;
mod choice;
mod commutation;
mod complement;
mod cross;
mod determinant;
mod diagonal;
mod diagonal_part;
mod entry;
mod entrywise;
mod entrywise_product;
mod gamma;
mod indexed;
mod inner;
mod kronecker;
mod literal;
mod logarithm;
mod matrix_function;
mod norm;
mod orthogonal;
mod polynomial_sum;
mod power;
mod product;
mod projection;
mod pseudoinverse;
mod reduction;
mod sigmoid;
mod sign;
mod softmax;
mod spectral;
mod spread;
mod sum;
mod switch;
mod tangent;
mod total;
mod trace;
mod transpose;
mod triangle;
mod vectorization;

pub(super) use block::may_stack_terms;

use super::identity::Identity;
use crate::expr::{Arena, ExprId, Func, Node};
use crate::number::Coeff;

/// The families in the order in which their rows are tried.
pub(super) const FAMILIES: &[(&str, &[Identity])] = &[
    ("Products", product::ROWS),
    ("Powers and inverses", power::ROWS),
    ("Orthogonal matrices", orthogonal::ROWS),
    ("Projections", projection::ROWS),
    ("Pseudo-inverses", pseudoinverse::ROWS),
    ("Kronecker products", kronecker::ROWS),
    ("Diagonal matrices", diagonal::ROWS),
    ("Diagonals", diagonal_part::ROWS),
    ("Repeated rows and columns", spread::ROWS),
    ("Determinants", determinant::ROWS),
    ("Adjugates", adjugate::ROWS),
    ("Matrix functions", matrix_function::ROWS),
    ("Eigenvalues", spectral::ROWS),
    ("Commutation matrices", commutation::ROWS),
    ("Columns of a matrix, stacked", vectorization::ROWS),
    ("Cross products", cross::ROWS),
    ("Triangles", triangle::ROWS),
    ("Unit vectors", basis::ROWS),
    ("Stacked blocks", block::ROWS),
    ("Literal matrices", literal::ROWS),
    ("Sums", sum::ROWS),
    ("Entries", entry::ROWS),
    ("Inner products and quadratic forms", inner::ROWS),
    ("Traces", trace::ROWS),
    ("Sums of all entries", total::ROWS),
    ("Sums of polynomials", polynomial_sum::ROWS),
    ("Sums over an index", indexed::ROWS),
    ("Transposition", transpose::ROWS),
    ("Terms that complete one another", complement::ROWS),
    ("Entrywise functions", entrywise::ROWS),
    ("Angles", angle::ROWS),
    ("Logarithms and exponentials", logarithm::ROWS),
    ("The Gamma function", gamma::ROWS),
    ("Signs and absolute values", sign::ROWS),
    ("Steps and relu", switch::ROWS),
    ("Choices by a condition", choice::ROWS),
    ("Circular and hyperbolic functions", tangent::ROWS),
    ("Sigmoids", sigmoid::ROWS),
    ("Entrywise products", entrywise_product::ROWS),
    ("Reductions", reduction::ROWS),
    ("Softmax", softmax::ROWS),
    ("Centered vectors", centered::ROWS),
    ("Norms", norm::ROWS),
];

/// The argument of this entrywise function.
fn argument(node: &Node, of: Func) -> Option<ExprId> {
    match *node {
        Node::Elementwise(func, z) if func == of => Some(z),
        _ => None,
    }
}

/// The exponent where it is a whole number.
fn whole(arena: &Arena, exponent: ExprId) -> Option<i64> {
    arena.as_number(exponent).and_then(Coeff::to_i64)
}
