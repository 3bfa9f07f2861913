//! Symbolic sizes and shapes.

/// A size: a number, a named size, or a polynomial in such (the length of `vec(X)`, the height of stacked blocks).
///
/// Polynomials are interned in the arena, so equal sizes are equal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dim {
    /// A number.
    Known(u32),
    /// A named size, by its place in the arena's table of names.
    Named(u32),
    /// Any other sum of products, by its place in the arena's table of polynomials.
    Polynomial(u32),
}

impl Dim {
    /// The size 1.
    pub const ONE: Self = Self::Known(1);

    /// Whether it is the number 1. A named size is never 1.
    #[must_use]
    pub fn is_one(self) -> bool {
        self == Self::ONE
    }
}

/// A term of a size: its factor, and the places of its named sizes, sorted, with repetition. A factor below 0 is subtracted, as in n − 1.
pub type SizeTerm = (i64, Vec<u32>);

/// The least that a named size stands for: none is ever 1.
const LEAST: i64 = 2;

/// Most names of a term whose sign is found.
const MOST_NAMES: usize = 6;

/// The sum of terms in order: those of more names first and a number last, no two with the same names; nothing is 0.
#[must_use]
pub fn sum_of_terms(terms: impl IntoIterator<Item = SizeTerm>) -> Vec<SizeTerm> {
    let mut sum: Vec<SizeTerm> = Vec::new();
    for (factor, mut names) in terms {
        names.sort_unstable();
        match sum.iter_mut().find(|(_, known)| *known == names) {
            Some((total, _)) => *total = total.saturating_add(factor),
            None => sum.push((factor, names)),
        }
    }
    sum.retain(|(factor, _)| *factor != 0);
    sum.sort_by(|(_, a), (_, b)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    sum
}

/// What is left of a sum of terms without another, where that is no less than 0 whatever the names stand for.
#[must_use]
pub fn rest_of_terms(whole: &[SizeTerm], part: &[SizeTerm]) -> Option<Vec<SizeTerm>> {
    Some(difference_of_terms(whole, part)).filter(|rest| is_never_negative(rest))
}

/// A sum of terms less another.
#[must_use]
pub fn difference_of_terms(whole: &[SizeTerm], part: &[SizeTerm]) -> Vec<SizeTerm> {
    let subtracted = part.iter().map(|(factor, names)| (factor.saturating_neg(), names.clone()));
    sum_of_terms(whole.iter().cloned().chain(subtracted))
}

/// Whether a sum of terms is at least 0 whatever the names stand for: with 2 + t for each name no factor is below 0.
fn is_never_negative(terms: &[SizeTerm]) -> bool {
    if terms.iter().all(|(factor, _)| *factor > 0) {
        return true;
    }
    let mut shifted = Vec::new();
    for (factor, names) in terms {
        if names.len() > MOST_NAMES {
            return false;
        }
        // Each name of the product is t or 2.
        for chosen in 0_u32..1 << names.len() {
            let kept = (0..names.len()).filter(|at| chosen & (1 << at) != 0).map(|at| names[at]).collect::<Vec<_>>();
            let twos = (kept.len()..names.len()).fold(1_i64, |product, _| product * LEAST);
            shifted.push((factor.saturating_mul(twos), kept));
        }
    }
    sum_of_terms(shifted).iter().all(|(factor, _)| *factor > 0)
}

/// Rows by columns. A scalar is 1×1, a vector n×1, a row 1×n.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shape {
    /// Number of rows.
    pub rows: Dim,
    /// Number of columns.
    pub cols: Dim,
}

impl Shape {
    /// 1×1
    pub const SCALAR: Self = Self { rows: Dim::ONE, cols: Dim::ONE };

    /// rows×cols
    #[must_use]
    pub fn new(rows: Dim, cols: Dim) -> Self {
        Self { rows, cols }
    }

    /// n×1
    #[must_use]
    pub fn vector(rows: Dim) -> Self {
        Self { rows, cols: Dim::ONE }
    }

    /// n×n
    #[must_use]
    pub fn square(size: Dim) -> Self {
        Self { rows: size, cols: size }
    }

    /// Whether it is 1×1.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        self == Self::SCALAR
    }

    /// Whether it is a column with more than one (or an unknown number of) rows.
    #[must_use]
    pub fn is_column(self) -> bool {
        self.cols.is_one() && !self.rows.is_one()
    }

    /// Whether it is a row with more than one (or an unknown number of) columns.
    #[must_use]
    pub fn is_row(self) -> bool {
        self.rows.is_one() && !self.cols.is_one()
    }

    /// Whether neither side is 1.
    #[must_use]
    pub fn is_matrix(self) -> bool {
        !self.rows.is_one() && !self.cols.is_one()
    }

    /// Whether rows and columns agree.
    #[must_use]
    pub fn is_square(self) -> bool {
        self.rows == self.cols
    }

    /// cols×rows
    #[must_use]
    pub fn transposed(self) -> Self {
        Self { rows: self.cols, cols: self.rows }
    }
}
