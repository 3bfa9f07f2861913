//! The Cauchy–Schwarz inequality in sums: an inner product ⟨u, v⟩ is s‖u‖‖v‖ with −1 ≤ s ≤ 1, and what does not curve up in s is least at one
//! of the ends.

use super::polynomial::{Polynomial, UNIT};
use super::prover::Prover;
use crate::expr::{ExprId, Node, Norm, Reduction};
use crate::number::Coeff;
use crate::sign::Bounds;

/// Most inner products of which all ends are tried.
const MAX_PRODUCTS: usize = 4;

/// ⟨u, v⟩ as s times the roots of two squares.
struct InnerProduct {
    generator: ExprId,
    squares: [Square; 2],
}

/// ‖u‖², as the power of a norm, or as a product uᵀMu with M ⪰ 0.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Square {
    of: ExprId,
    /// The exponent of its root.
    root: i32,
}

impl Prover<'_> {
    /// The sign of a sum whose inner products are held against the norms of their factors.
    pub(super) fn by_cauchy_schwarz(&mut self, sum: &Polynomial) -> Bounds {
        let mut polynomial = sum.clone();
        for generator in sum.generators() {
            if let Some(square) = self.as_square(generator) {
                polynomial = polynomial.replaced(generator, &[(square.of, 2 * square.root)]);
            }
        }
        let mut products = Vec::new();
        for generator in polynomial.generators() {
            if let Some(product) = self.as_inner_product(generator, &polynomial) {
                products.push(product);
            }
        }
        if products.is_empty() || products.len() > MAX_PRODUCTS {
            return Bounds::ANY;
        }
        for product in &products {
            let [u, v] = product.squares;
            polynomial =
                polynomial.replaced(product.generator, &[(product.generator, UNIT), (u.of, u.root), (v.of, v.root)]);
        }
        for negative in [false, true] {
            let whole = if negative { polynomial.clone().scaled(&Coeff::MINUS_ONE) } else { polynomial.clone() };
            if self.is_nonnegative_at_ends(whole, &products) {
                let bounds = Bounds::nonnegative();
                return if negative { bounds.neg() } else { bounds };
            }
        }
        Bounds::ANY
    }

    fn is_nonnegative_at_ends(&mut self, mut whole: Polynomial, products: &[InnerProduct]) -> bool {
        for product in products {
            let Some(square) = whole.coefficient(product.generator, 2 * UNIT) else { return false };
            if square.is_zero() {
                continue;
            }
            let bounds = self.sign_of(&square);
            if bounds.is_nonnegative() {
                // s² ≥ 0
                whole = whole.without(product.generator, 2 * UNIT);
            } else if !bounds.is_nonpositive() {
                return false;
            }
        }
        (0_u32..1 << products.len()).all(|ends| {
            let mut there = whole.clone();
            for (place, product) in products.iter().enumerate() {
                there = there.at(product.generator, if ends >> place & 1 == 1 { -1 } else { 1 });
            }
            self.sign_of(&there).is_nonnegative()
        })
    }

    /// ‖u‖² of uᵀu, tr(UᵀU) and tr(X²) with X symmetric.
    fn as_square(&mut self, id: ExprId) -> Option<Square> {
        let factors = match self.arena.node(id).clone() {
            Node::Product(factors) => factors,
            Node::Trace(inner) => match self.arena.node(inner).clone() {
                Node::Product(factors) => factors,
                Node::Power(base, exponent)
                    if self.arena.as_number(exponent) == Some(&Coeff::integer(2)) && self.arena.is_symmetric(base) =>
                {
                    return Some(self.norm_of(base));
                }
                _ => return None,
            },
            _ => return None,
        };
        if !factors.len().is_multiple_of(2) {
            return None;
        }
        let half = factors.len() / 2;
        let (left, right) = (self.arena.mul(&factors[..half]), self.arena.mul(&factors[half..]));
        (self.arena.transpose(left) == right).then(|| self.norm_of(right))
    }

    fn norm_of(&mut self, id: ExprId) -> Square {
        Square { of: self.arena.norm(Norm::Frobenius, id), root: UNIT }
    }

    /// ‖u‖² of a constant that says what it is: of ones and the identity their size.
    fn square_of(&mut self, id: ExprId) -> Square {
        match *self.arena.node(id) {
            Node::Identity(size) => Square { of: self.arena.size(size), root: UNIT / 2 },
            Node::Ones(shape) => {
                let (rows, cols) = (self.arena.size(shape.rows), self.arena.size(shape.cols));
                Square { of: self.arena.mul(&[rows, cols]), root: UNIT / 2 }
            }
            _ => self.norm_of(id),
        }
    }

    /// The vectors of an inner product whose squares stand in the sum.
    fn as_inner_product(&mut self, generator: ExprId, sum: &Polynomial) -> Option<InnerProduct> {
        if self.bounds(generator).is_nonnegative() {
            return None;
        }
        let mut candidates: Vec<[Square; 2]> = Vec::new();
        match self.arena.node(generator).clone() {
            Node::Product(factors) => {
                for cut in 1..factors.len() {
                    let row = self.arena.mul(&factors[..cut]);
                    let (u, v) = (self.arena.transpose(row), self.arena.mul(&factors[cut..]));
                    candidates.push([self.square_of(u), self.square_of(v)]);
                }
                if let [first, middle @ .., last] = &*factors
                    && !middle.is_empty()
                {
                    let matrix = self.arena.mul(middle);
                    if self.quietly(|prover| prover.semidefinite(matrix, false)).is_some() {
                        let squares = [self.arena.transpose(*first), *last].map(|u| {
                            let row = self.arena.transpose(u);
                            Square { of: self.arena.mul(&[row, matrix, u]), root: UNIT / 2 }
                        });
                        candidates.push(squares);
                    }
                }
            }
            Node::Trace(inner) => match self.arena.node(inner).clone() {
                Node::Product(factors) => {
                    for cut in 1..factors.len() {
                        let left = self.arena.mul(&factors[..cut]);
                        let (u, v) = (self.arena.transpose(left), self.arena.mul(&factors[cut..]));
                        candidates.push([self.square_of(u), self.square_of(v)]);
                    }
                }
                _ => {
                    let identity = self.arena.identity(self.arena.shape(inner).rows);
                    candidates.push([self.square_of(identity), self.square_of(inner)]);
                }
            },
            Node::Reduce(Reduction::Sum, inner) => {
                let ones = self.arena.ones(self.arena.shape(inner));
                candidates.push([self.square_of(ones), self.square_of(inner)]);
            }
            _ => return None,
        }
        let known = sum.generators();
        let squares = candidates.into_iter().find(|squares| {
            squares.iter().all(|square| {
                known.contains(&square.of) || matches!(self.arena.node(square.of), Node::Size(_) | Node::Number(_))
            }) || squares.iter().any(|square| known.contains(&square.of))
        })?;
        Some(InnerProduct { generator, squares })
    }
}
