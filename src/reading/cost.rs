//! The one table of what each way of reading costs, with a reason each.
//!
//! Weights come in three bands: up to 3, as usual as any other way; 4 to 7, possible; 8 and more, what no reader would do. The cheapest
//! reading of the whole wins. A weight is changed only with the list of cases that it moves.

use std::ops::{Add, AddAssign};

/// What is said of a reading that takes a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Nothing.
    Never,
    /// A note where another way is nearly as cheap, and a refusal where neither is likelier.
    IfNear,
    /// A note.
    Always,
    /// The input is refused, with the ways out.
    Refuse,
}

/// One way of reading something.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in `matcalc read -f json` and in the documents.
    pub id: &'static str,
    /// What it costs.
    pub weight: u16,
    /// What is said of it.
    pub says: Says,
    /// What is read, and when.
    pub choice: &'static str,
    /// Why it costs that.
    pub why: &'static str,
}

macro_rules! rows {
    ($($name:ident $id:literal $weight:literal $says:ident $choice:literal $why:literal;)*) => {
        /// A row of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the rows say what they are")]
        pub enum RowId { $($name),* }

        /// The table.
        pub const ROWS: &[Row] = &[$(Row { id: $id, weight: $weight, says: Says::$says, choice: $choice, why: $why }),*];
    };
}

rows! {
    Plain "plain" 0 Never "the only way to read it" "nothing is open";
    // Kinds of names.
    Declared "declared" 0 Never "as declared" "the writer said so";
    SmallVector "k1" 0 Never "a lowercase letter: a vector" "the first kind of its letter";
    SmallScalar "k2" 5 Never "a lowercase letter: a scalar, where no vector fits" "one step off its kind";
    UnknownScalar "k2-unknown" 6 Never "x, y, z, u, v, w, which one differentiates by: a scalar, where no vector fits" "of ‖y − hx‖ by x the other letter is the number";
    ScalarTerm "k2-term" 1 Never "a lowercase letter that is only a term: a scalar, where no vector fits" "xᵀA x + bᵀx + c";
    CountScalar "k3" 0 Never "n, m, t: a scalar" "counts and time";
    CountVector "k3-vector" 6 Never "n, m, t: a vector, where no scalar fits" "against the habit";
    Forced "k4" 0 Never "an exponent, index, bound, divisor: a scalar" "nothing else fits there";
    GreekScalar "k5" 0 Never "a lowercase Greek letter: a scalar" "the first kind of its letter";
    GreekVector "k5-vector" 5 Never "a lowercase Greek letter: a vector, where no scalar fits" "one step off its kind";
    GreekMatrix "k5-matrix" 1 Never "a lowercase Greek letter: a matrix, beneath a trace or determinant where no scalar fits" "tr ρ², of a density matrix";
    DensityMatrix "k5-density" 0 Always "ρ beside a capital in a trace: a matrix" "tr(ρH), of a density matrix";
    ParameterVector "k6" 0 Never "β, θ, μ: a vector" "coefficients, parameters, means";
    ParameterScalar "k6-scalar" 4 Never "β, θ, μ: a scalar, where no vector fits" "against the habit";
    MarkedVector "k7" 0 Never "transposed, under a norm, in an inner product, summed or averaged: a vector" "nobody does that to a scalar";
    CapitalMatrix "k8" 0 Never "a capital: a matrix" "the first kind of its letter";
    CapitalScalar "k9" 6 Never "a capital that is only a factor or an exponent: a scalar" "C Σᵢ …, never A x or A + 1";
    NumberCapital "k9-number" 0 Always "a capital in a sum that divides, or in a quotient beside a number, where all else are numbers: a number" "VS/(K + S), 1 − S/K";
    CapitalOverNumber "k9-fraction" 0 Always "a capital alone over a number, before another capital: a number" "P/σ² HHᵀ, a power; a matrix would be written behind the fraction";
    CountCapital "k10" 3 Never "N, K as a factor: a scalar" "counts";
    ResponseVector "k11" 3 Never "Y: a vector, where no matrix fits" "the response of a regression";
    IndexedCapital "k11-indexed" 7 Never "an indexed capital: a vector" "Xᵢᵀβ";
    CapitalVector "k12" 7 Always "a capital: a vector, where no matrix fits" "rare enough to be said";
    CapitalGreekMatrix "k13" 0 Never "Σ, Λ, Θ: a matrix" "covariances, parameters";
    CapitalGreekScalar "k13-scalar" 6 Never "Σ, Λ, Θ: a scalar, where no matrix fits" "against the habit";
    CapitalGreekVector "k13-vector" 8 Never "Σ, Λ, Θ: a vector" "against the habit";
    EulerAsVector "e1" 4 Always "e where only a vector fits: a vector" "e'e";
    PiAsVector "e1-pi" 4 Always "π transposed or under a norm, by itself or as a term: a vector" "π'P = π', (μ − π)'A(μ − π)";
    InertiaScalar "e3" 0 Never "I before ω², or beside S in an epidemic: a number" "½Iω², a moment of inertia";
    InertiaMatrix "e3-matrix" 4 Always "I between a transposed vector and a vector, or before one in a cross product: a matrix of its own" "½ωᵀIω, ω × Iω; nobody writes an identity there";
    // Families and entries.
    Member "f1" 0 Never "xᵢ, never without an index: a member of a family of vectors" "data are families";
    EntryOfData "f1-entry" 5 Never "xᵢ, never without an index: an entry of a vector" "where no member fits";
    EntryOfVariable "f2" 0 Never "xᵢ of the variable, or θⱼ: an entry" "variables and parameters are taken by entries";
    MemberOfVariable "f2-member" 1 Never "xᵢ of the variable, or θⱼ: a member of a family of vectors" "where no entry fits";
    MarkedMember "f3" 0 Never "xᵢ transposed, under a norm, in an inner product: a member of a family of vectors" "nobody does that to an entry";
    PairMember "f3-pair" 5 Always "xᵢₜ: row t of a matrix xᵢ of a family, a vector" "where no entry fits";
    MarkedPair "f3-pair-marked" 0 Always "xᵢₜ transposed, under a norm, in an inner product: row t of a matrix xᵢ of a family" "nobody does that to an entry";
    CapitalMember "f4" 0 Never "Xᵢ: a matrix of a family" "the kind of its letter";
    CapitalEntry "f4-entry" 6 Never "Yᵢ: a scalar" "responses, counts";
    EntryBesideWhole "f5" 0 Never "xᵢ beside x: its entry" "one name, one thing";
    FamilyBesideWhole "f6" 2 Never "xᵢ beside x: a family, and x another symbol" "Σᵢ‖x − xᵢ‖²";
    EntriesBesideWhole "f6-scalar" 6 Never "xᵢ beside x: entries of a vector, and x a scalar" "Σᵢ exp(−(x − xᵢ)²)";
    // Operands.
    BroadcastScalar "p1" 2 Never "a scalar added to a vector: to every entry" "w.² + ε";
    BroadcastGuess "p1-guess" 10 Always "a letter guessed to be a scalar, added to a vector" "only where nothing else fits";
    ScalarPlusMatrix "p2" 2 Refuse "a scalar added to a matrix" "c I or c 11ᵀ: the writer says which";
    ScalarTermOfArray "p2-array" 0 Never "a scalar added to a matrix in code: to every entry" "NumPy's 1 - A, Julia's A .+ 1";
    ScalarsBeforeArray "p2-array-before" 0 Never "a matrix added to a scalar in code: to every entry" "NumPy's 1 - A, Julia's A .+ 1";
    TransposedGuess "p3" 4 Always "a guessed scalar transposed" "nobody transposes a scalar";
    SummedScalar "p3-sum" 1 Never "a scalar summed" "it changes nothing";
    SummedGuess "p3-sum-guess" 10 Always "a guessed scalar summed" "it changes nothing";
    NormOfGuess "p3-norm" 8 Never "the norm or an inner product of guessed scalars" "it would be written otherwise";
    TraceOfScalar "p4" 2 Never "the trace, determinant or inverse of a scalar" "it changes nothing";
    TraceOfGuess "p4-guess" 8 Never "the trace, determinant or inverse of a guessed scalar" "it changes nothing";
    MatrixQuotient "p5" 4 Refuse "a quotient of matrices" "from the left or the right? the writer says which";
    RightDivision "p5-right" 4 Always "a row divided by a matrix: x'A⁻¹" "MATLAB's and Julia's x'/A";
    ArrayQuotient "p6-numpy" 0 Never "a quotient by a vector in NumPy code: elementwise" "NumPy";
    VectorQuotient "p6" 9 Always "a quotient by a vector: elementwise" "NumPy's habit";
    // Divisors.
    PassNumberLetter "d1" 0 IfNear "1/2n: the divisor is 2n" "glued";
    CloseNumberLetter "d1-end" 9 IfNear "1/2n: the divisor is 2" "a letter glued to a number belongs to it";
    PassNumberWide "d2" 5 IfNear "1/2x: the divisor goes on to a vector or matrix" "x'x may follow";
    CloseNumberWide "d2-end" 0 IfNear "1/2x'Ax: the divisor is 2" "½x'Ax is what people mean";
    CloseNumberColumn "d2-column" 8 IfNear "1/2b: the divisor is 2" "b a vector, glued";
    PassLetters "d3" 0 IfNear "a/bc: the divisor is bc" "glued";
    CloseLetters "d3-end" 9 IfNear "a/bc: the divisor is b" "glued letters are one factor";
    PassLettersWide "d3-wide" 12 IfNear "1/nw'w: the divisor goes on" "it would be bracketed";
    CloseLettersWide "d3-end-wide" 8 IfNear "1/nw'w: the divisor is n" "though glued";
    PassBlank "d4" 7 IfNear "a/b c: the divisor is b c" "a space ends a divisor, though not in every hand";
    PassBlankNumber "d4-number" 9 IfNear "1/2 m: the divisor is 2 m" "½m is what people mean";
    CloseBlank "d4-end" 0 IfNear "a/b c: the divisor is b" "a space ends a divisor";
    PassBlankWide "d4-wide" 12 IfNear "1/n w'w: the divisor goes on" "a space ends a divisor";
    PassClosed "d5" 9 IfNear "λ/2‖w‖²: the divisor goes on" "a norm, bracket or function is a factor of its own";
    PassClosedWide "d5-wide" 12 IfNear "1/(2n)x'x: the divisor goes on" "a bracket ends a divisor";
    CloseClosed "d5-end" 0 IfNear "λ/2‖w‖²: the divisor is 2" "a norm, bracket or function is a factor of its own";
    PassNorms "d5-norms" 2 IfNear "x'y/‖x‖‖y‖: the divisor is ‖x‖‖y‖" "the cosine, in a hurry";
    CloseNorms "d5-norms-end" 0 IfNear "x'y/‖x‖‖y‖: the divisor is ‖x‖" "a norm is a factor of its own";
    PassRoot "d5-root" 5 IfNear "1/σ√(2π): the divisor is σ√(2π)" "the density of a Gaussian, in a hurry";
    CloseRoot "d5-root-end" 0 IfNear "1/σ√(2π): the divisor is σ" "a root is a factor of its own";
    PassTexNumber "d6" 0 IfNear "\\lambda/2 \\tau: the divisor is 2τ" "spaces mean nothing in LaTeX";
    CloseTexNumber "d6-end" 9 IfNear "\\lambda/2 \\tau: the divisor is 2" "spaces mean nothing in LaTeX";
    CloseTexParameter "d6-parameter" 5 IfNear "1/2 \\lambda in LaTeX: the divisor is 2" "½λ‖w‖² is as usual as ‖x − z‖²/(2λ)";
    PassTexHalf "d6-half" 6 IfNear "1/2 m v^2 in LaTeX: the divisor is 2mv²" "spaces mean nothing in LaTeX";
    CloseTexHalf "d6-half-end" 0 IfNear "1/2 m v^2 in LaTeX: the divisor is 2" "½mv² is what people mean";
    PassTexLetters "d7" 0 IfNear "\\alpha/m \\lambda: the divisor is mλ" "scalars side by side are one factor";
    CloseTexLetters "d7-end" 3 IfNear "\\alpha/m \\lambda: the divisor is m" "as likely as not";
    PassTexWide "d7-wide" 12 IfNear "1/n w^Tw in LaTeX: the divisor goes on" "it would be a fraction";
    CloseTexWide "d7-end-wide" 0 IfNear "1/n w^Tw in LaTeX: the divisor is n" "it would be a fraction";
    GoOn "d8" 0 Never "x'A x / x'x: the divisor goes on to a scalar" "a divisor is a scalar";
    // Bars and norms.
    BarsOfScalar "b1" 0 Never "|t|: the absolute value" "a scalar";
    BarsOfEntries "b2" 0 Never "|x|: of each entry" "elementwise functions";
    BarsAsNorm "b2-norm" 14 Always "|x|: the norm" "where a scalar is required";
    BarsOfImageAsNorm "b2-image" 3 Always "|A x - b|: the norm" "the product of a matrix and a vector is a vector";
    BarsAsDeterminant "b3" 1 Always "|X|: the determinant" "determinants by bars";
    BarsOfMatrixEntries "b3-entries" 12 Always "|X|: of each entry" "rare";
    MatrixNorm "b4" 4 Refuse "‖X‖ of a matrix" "Frobenius or spectral: the writer says which";
    FrobeniusInCode "b4-numpy" 0 Never "np.linalg.norm(X) of a matrix: the Frobenius norm" "NumPy";
    SpectralNorm "b5" 4 Never "‖X‖_2: the spectral norm" "rarer than a vector's";
    FrobeniusOfVector "b5-vector" 2 Never "‖x‖_F of a vector" "rare";
    WeightedNorm "b6" 0 Never "a norm with a matrix below: √(xᵀWx)" "what else";
    NuclearOfVector "b5-nuclear" 2 Always "‖x‖_* of a vector: its length" "dual norms are written so, too";
    MixedNorm "b7" 2 Always "‖X‖_{2,1}: the sum of the norms of the columns" "some sum those of the rows";
    // Products.
    DotOfVectors "o1" 0 Never "a · b of two vectors: the inner product" "what a dot is";
    DotFromLeft "o1-left" 4 Always "x · A: Aᵀx" "x · A · x, of tensors";
    DotOfScalars "o1-scalars" 1 Never "a · b of guessed scalars" "a dot is for vectors first";
    DotWithScalar "o1-scalar" 1 Always "x · a of a vector and a guessed scalar: a multiple" "a number is written in front";
    EntrywiseStar "o2" 2 Always "x * y in NumPy code: elementwise" "NumPy";
    MatrixStar "o2-matrix" 12 Always "x * y in NumPy code: the matrix product" "against NumPy";
    SummedStar "o2-sum" 0 Always "x * y in what is summed: elementwise" "sum(y * log(p))";
    SummedQuotient "p6-sum" 2 Always "a quotient by a vector in what is summed: elementwise" "sum(a / x)";
    SpreadGuess "o2-spread" 0 Never "a guessed scalar .* an array" "broadcasting, or a number? the writer says which";
    BroadcastStar "o2-broadcast" 3 Refuse "A * x in NumPy code" "NumPy scales the columns of A by x";
    AtOfVectors "o3" 0 Never "x @ y of two vectors: the inner product" "NumPy";
    AtFromLeft "o3-left" 0 Never "y @ A: Aᵀy" "NumPy has no rows";
    EntrywiseStars "o4" 0 Never "x ** 2 of a vector: elementwise" "NumPy";
    EntrywiseMatrixStars "o4-matrix" 1 Always "X ** 2 in NumPy code or below a sum: elementwise" "NumPy";
    MatrixStars "o4-power" 12 Always "X ** 2 in NumPy code: the matrix power" "against NumPy";
    OpenMatrixStars "o4-open" 0 Always "X ** 2 elsewhere: the matrix power" "as in SymPy, unlike NumPy";
    SummedPower "o4-sum" 1 Always "Σ x² without an index: the power of each entry" "sums of squares";
    RaisedTranspose "o5" 1 Always "uᵗ: the transpose, where every t in the text is such an exponent" "an old spelling";
    WrittenOnes "e2" 0 Never "1 gᵀ: ones" "the number would change nothing";
    WrittenOne "e2-number" 6 Never "1 beside a factor: the number" "it changes nothing";
}

/// Why a symbol has its kind, in a few words.
#[must_use]
pub fn kind_reason(row: RowId) -> &'static str {
    match row {
        RowId::Declared => "declared",
        RowId::SmallVector => "a vector by its letter",
        RowId::SmallScalar | RowId::UnknownScalar => "a scalar, as no vector fits",
        RowId::ScalarTerm => "a scalar, as a term beside scalars",
        RowId::CountScalar | RowId::CountCapital => "a scalar by habit, a count or time",
        RowId::CountVector | RowId::GreekVector => "a vector, as no scalar fits",
        RowId::Forced => "a scalar, as an entry, exponent, index, bound or divisor",
        RowId::GreekScalar => "a scalar by its letter",
        RowId::ParameterVector => "a vector by habit, a parameter",
        RowId::ParameterScalar => "a scalar, as no vector fits",
        RowId::MarkedVector => "a vector by its use: transposed, in a norm, summed or bold",
        RowId::GreekMatrix => "a matrix, as no scalar has a trace or determinant",
        RowId::DensityMatrix => "a matrix by its use: beside another in a trace",
        RowId::CapitalMatrix | RowId::CapitalGreekMatrix => "a matrix by its letter",
        RowId::CapitalOverNumber => "a scalar by its use: over a number, before a matrix",
        RowId::CapitalScalar | RowId::CapitalGreekScalar => "a scalar, as no matrix fits",
        RowId::ResponseVector => "a vector, as no matrix fits: the response",
        RowId::IndexedCapital | RowId::CapitalVector | RowId::CapitalGreekVector => "a vector, as no matrix fits",
        RowId::EulerAsVector | RowId::PiAsVector => "a vector, as no number fits",
        RowId::InertiaScalar => "a number by its use, not the identity",
        RowId::InertiaMatrix => "a matrix by its use, not the identity",
        RowId::Member => "a family by its index",
        RowId::EntryOfData => "a vector by its entries, as no family fits",
        RowId::EntryOfVariable => "a vector by its entries",
        RowId::MemberOfVariable => "a family, as no entry fits",
        RowId::MarkedMember => "a family by its use: transposed or in a norm",
        RowId::PairMember => "a family of matrices, as no entry fits",
        RowId::MarkedPair => "a family of matrices whose rows are transposed or in a norm",
        RowId::CapitalMember => "a family of matrices by its letter and index",
        RowId::CapitalEntry => "a vector by its entries, as no family of matrices fits",
        RowId::EntryBesideWhole => "a vector, whole and by its entries",
        RowId::WeightedNorm => "positive definite, as it weighs a norm",
        RowId::FamilyBesideWhole => "a family beside another symbol of its letter",
        RowId::EntriesBesideWhole => "entries of a vector beside another symbol of its letter",
        _ => "by its use",
    }
}

impl RowId {
    /// The row.
    #[must_use]
    pub fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The cost of taking it.
    pub(crate) fn cost(self) -> Cost {
        Cost::weight(u64::from(self.row().weight))
    }
}

/// What a reading costs: clashes of shapes first, then weights, then how early the names stand that left their first kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
#[repr(Rust, packed(8))]
pub(crate) struct Cost(u128);

/// Bits below the weights: tie-breaks.
const LATE_BITS: u32 = 40;
/// Bits of a weight after the point, so that the occurrences of a name can share its weight.
const FRACTION_BITS: u32 = 20;
/// Where the count of clashes begins.
const CLASH_BITS: u32 = 100;

impl Cost {
    /// No cost.
    pub(crate) const ZERO: Self = Self(0);
    /// What cannot be.
    pub(crate) const NEVER: Self = Self(u128::MAX);
    /// One clash of shapes.
    pub(crate) const CLASH: Self = Self(1 << CLASH_BITS);

    pub(crate) fn weight(weight: u64) -> Self {
        Self(u128::from(weight) << (LATE_BITS + FRACTION_BITS))
    }

    /// The share of one of `parts` occurrences in a weight; the first one takes what is left over.
    pub(crate) fn share(weight: u64, parts: u64, first: bool) -> Self {
        let whole = weight << FRACTION_BITS;
        let share = whole / parts.max(1) + if first { whole % parts.max(1) } else { 0 };
        Self(u128::from(share) << LATE_BITS)
    }

    pub(crate) fn late(late: u64) -> Self {
        Self(u128::from(late))
    }

    pub(crate) fn is_possible(self) -> bool {
        self != Self::NEVER
    }

    pub(crate) fn clashes(self) -> u32 {
        u32::try_from(self.0 >> CLASH_BITS).unwrap_or(u32::MAX)
    }

    /// The weight, rounded down.
    pub(crate) fn whole_weight(self) -> u64 {
        let bits = LATE_BITS + FRACTION_BITS;
        u64::try_from((self.0 & ((1 << CLASH_BITS) - 1)) >> bits).unwrap_or(u64::MAX)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        if self.is_possible() { Self(self.0.saturating_sub(other.0)) } else { self }
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clashes_count_more_than_any_weight() {
        assert!(Cost::CLASH > Cost::weight(1_000_000));
        assert!(Cost::weight(1) > Cost::late(1 << 39));
        let shares = Cost::share(5, 3, true) + Cost::share(5, 3, false) + Cost::share(5, 3, false);
        assert_eq!(shares, Cost::weight(5));
        assert_eq!((Cost::CLASH + Cost::weight(7)).whole_weight(), 7);
        assert_eq!((Cost::NEVER + Cost::weight(7)), Cost::NEVER);
    }

    #[test]
    fn rows_have_names_of_their_own() {
        let mut names: Vec<&str> = ROWS.iter().map(|row| row.id).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
