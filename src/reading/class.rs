//! Classes of shapes, and what each operator makes of them.
//!
//! Whether a product, a sum or a norm has a shape depends, but for declared numbers, only on whether its operands are scalars, columns,
//! rows or matrices. A node takes its operands one after the other; what it holds in between is a [`State`].

use super::cost::RowId;
use crate::syntax::{Axis, Joint};

/// What a value is, as far as products and sums are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Class {
    /// A number, made of literals.
    Number,
    /// A scalar: Greek, declared, a count, or made from an array.
    Scalar,
    /// A scalar made of letters that are scalars by guess alone.
    Guess,
    /// A column vector.
    Column,
    /// A row vector.
    Row,
    /// A matrix.
    Matrix,
}

use Class::{Column, Guess, Matrix, Number, Row, Scalar};

/// All classes.
pub(crate) const CLASSES: [Class; 6] = [Number, Scalar, Guess, Column, Row, Matrix];

impl Class {
    /// That of an array by whether it has one row, and one column.
    pub(crate) fn of_array(has_one_row: bool, has_one_column: bool) -> Self {
        match (has_one_row, has_one_column) {
            (true, true) => Scalar,
            (false, true) => Column,
            (true, false) => Row,
            (false, false) => Matrix,
        }
    }

    pub(crate) fn is_scalar(self) -> bool {
        matches!(self, Number | Scalar | Guess)
    }

    /// The class of a value made of two scalars.
    fn with(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    fn transposed(self) -> Self {
        match self {
            Column => Row,
            Row => Column,
            other => other,
        }
    }
}

/// What a node holds after some of its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(pub(crate) u8);

impl State {
    /// Before the first operand.
    pub(crate) const START: Self = Self(6);
    /// States of a node without an open divisor.
    pub(crate) const CLOSED: usize = 7;
    /// All states: after the closed ones a dividend with the divisor so far.
    pub(crate) const ALL: usize = 7 + 36;

    pub(crate) fn of(class: Class) -> Self {
        Self(class as u8)
    }

    fn open(dividend: Class, divisor: Class) -> Self {
        Self(7 + 6 * dividend as u8 + divisor as u8)
    }

    /// The class of a finished state.
    pub(crate) fn class(self) -> Option<Class> {
        CLASSES.get(usize::from(self.0)).copied()
    }

    fn dividend(self) -> Option<(Class, Class)> {
        let at = usize::from(self.0).checked_sub(7)?;
        Some((CLASSES[at / 6], CLASSES[at % 6]))
    }
}

/// What `**` of a matrix is by what stands around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stars {
    /// The power of each entry: in NumPy's text, or where the entries are summed.
    Entrywise,
    /// The matrix power: an operand of a trace, a determinant or a product of matrices.
    Matrix,
    /// The matrix power, where an entrywise one would do as well.
    Open,
    /// `^` beneath a sign without an index: the power of each entry, of a matrix if the flag is set.
    Summed(bool),
}

/// How a node takes an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The first operand, whatever it is; the value is that of the last one taken so.
    Take,
    /// A scalar beside the rest: a bound, a subscript, an exponent of entries.
    Aside,
    /// A scalar: the body of a product over an index, the argument of a factorial.
    Only,
    /// A term.
    /// A further term of a sum, in code or not.
    Term(bool),
    /// A factor by juxtaposition.
    Times,
    /// `·`
    Dot,
    /// `*`, and whether the text is NumPy's.
    Star(bool),
    /// `*` or `/` in what is summed or averaged, where vectors are multiplied and divided entry by entry.
    Summed { divides: bool },
    /// `@`
    At,
    /// A single divisor, and whether the text is NumPy's, where it divides entry by entry.
    Divide(bool),
    /// The first factor of a divisor whose end is open.
    RunFirst,
    /// A further one.
    RunNext(Joint),
    /// The end of such a divisor.
    RunEnd,
    /// `.*`, `./`, `max(a, b)`, comparisons.
    Entrywise,
    /// `∘` and its kin, which nobody writes between numbers.
    Hadamard,
    /// `.*` and `./`, which nobody writes between a number and an array.
    HadamardInCode,
    /// `⊗`
    Kronecker,
    /// The exponent of `^`.
    Exponent,
    /// An exponent t that is the transpose of a vector, and whether of a matrix too.
    RaisedT(bool),
    /// The exponent of `**`.
    StarExponent(Stars),
    /// An operand of one of these kinds.
    Unary(Unary),
    /// The second of two of one shape: an inner product.
    Inner,
    /// The second factor of a cross product.
    Cross,
    /// The second factor of `outer(a, b)`.
    Outer,
    /// What stands below a norm.
    Below,
    /// What stands in a norm with something below.
    NormAbove,
    /// A direction of a matrix function.
    Direction,
    /// An entry of a literal with so many rows and columns, each counted as one or more.
    Entry { many_rows: bool, many_cols: bool },
    /// A block beside others in a row, or below them.
    Block { is_row: bool },
}

/// Functions of one operand, by what they make of its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    /// Of each entry.
    Elementwise,
    /// The matrix of a cross product with a vector.
    Hat,
    /// Xᵀ
    Transpose,
    /// `transpose(X)`, of which nothing follows for a letter.
    TransposeCall,
    /// Sums and means of all entries.
    Reduce,
    /// Those of each row or column.
    Along(Axis),
    /// A norm without a subscript, or with one that matrices have none of.
    Norm,
    /// `_2`
    NormTwo,
    /// `_F`
    NormOfMatrix,
    /// NumPy's `norm`.
    NormOfEntries,
    /// `_*`
    NuclearNorm,
    /// `_{2,1}`
    MixedNorm,
    /// Bars.
    Bars,
    /// Bars around the product of a matrix and a vector, by itself or as a term.
    BarsOfImage,
    /// A scalar of a square matrix: trace, determinant, eigenvalues.
    OfSquare,
    /// A matrix of a square matrix.
    Square,
    /// A⁺
    Pseudoinverse,
    /// A vector of any matrix.
    SingularValues,
    /// A vector of a square matrix: eigenvectors, eigenvalues.
    VectorOf,
    /// diag
    Diagonal,
    /// vec
    Vec,
    /// unvec
    Unvec,
    /// softmax
    Array,
    /// An entry with so many subscripts.
    EntryOf {
        /// How many there are.
        places: usize,
        /// Whether each is the first, which a number has, too.
        are_first: bool,
    },
    /// A row or column.
    Line,
    /// A range of places on so many axes; with a single place on one of them.
    Slice { axes: usize, places: usize },
    /// A declared map, or a derivative, of arguments and values of these classes.
    Map {
        /// Of the argument.
        argument: Class,
        /// Of the value.
        value: Class,
    },
}

/// One way to take an operand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) state: State,
    pub(crate) row: RowId,
    pub(crate) clash: bool,
}

fn to(class: Class) -> Outcome {
    by(class, RowId::Plain)
}

fn by(class: Class, row: RowId) -> Outcome {
    Outcome { state: State::of(class), row, clash: false }
}

fn clash(class: Class) -> Outcome {
    Outcome { state: State::of(class), row: RowId::Plain, clash: true }
}

/// Up to three ways to take an operand.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    list: [Option<Outcome>; 3],
}

impl Outcomes {
    fn one(outcome: Outcome) -> Self {
        Self { list: [Some(outcome), None, None] }
    }

    fn two(first: Outcome, second: Outcome) -> Self {
        Self { list: [Some(first), Some(second), None] }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Outcome> + '_ {
        self.list.iter().flatten().copied()
    }
}

/// What becomes of a state with a further operand.
pub(crate) fn outcomes(step: Step, state: State, class: Class) -> Outcomes {
    if let Some((dividend, divisor)) = state.dividend() {
        return match step {
            Step::RunNext(joint) => run_next(dividend, divisor, joint, class),
            _ => Outcomes::one(close(dividend, divisor)),
        };
    }
    let Some(left) = state.class() else { return first(step, class) };
    match step {
        Step::Take => Outcomes::one(to(class)),
        Step::RunEnd => Outcomes::one(to(left)),
        Step::Aside => Outcomes::one(if class.is_scalar() { to(left) } else { clash(left) }),
        Step::Only => Outcomes::one(only(class)),
        Step::Term(is_code) => Outcomes::one(if is_code { array_sum(left, class) } else { sum(left, class) }),
        Step::Times => Outcomes::one(times(left, class)),
        Step::Dot => Outcomes::one(match (left, class) {
            (Column, Column) | (Row, Row) => by(Scalar, RowId::DotOfVectors),
            (Column, Matrix) => by(Column, RowId::DotFromLeft),
            (Guess, Guess | Scalar) | (Scalar, Guess) => by(Guess, RowId::DotOfScalars),
            (Column | Row, Guess) => by(left, RowId::DotWithScalar),
            _ => times(left, class),
        }),
        Step::Star(numpy) => star(left, class, numpy),
        Step::Summed { divides } => Outcomes::one(match (left, class) {
            (Column, Column) | (Row, Row) if divides => by(left, RowId::SummedQuotient),
            (Column, Column) | (Row, Row) => by(left, RowId::SummedStar),
            (_, Column | Row) if divides && left.is_scalar() => by(class, RowId::SummedQuotient),
            _ if divides => divide(left, class),
            _ => times(left, class),
        }),
        Step::At => Outcomes::one(match (left, class) {
            (Column, Column) => by(Scalar, RowId::AtOfVectors),
            (Column, Matrix) => by(Column, RowId::AtFromLeft),
            // Nobody writes it between a number and anything else.
            (Guess, _) | (_, Guess) => clash(left.with(class)),
            _ => times(left, class),
        }),
        Step::Divide(numpy) => Outcomes::one(match divide(left, class) {
            Outcome { row: RowId::VectorQuotient, state, clash } if numpy => {
                Outcome { state, row: RowId::ArrayQuotient, clash }
            }
            other => other,
        }),
        Step::RunFirst => Outcomes::one(Outcome { state: State::open(left, class), row: RowId::Plain, clash: false }),
        // The divisor has ended already: what follows multiplies.
        Step::RunNext(_) => Outcomes::one(times(left, class)),
        Step::Entrywise => Outcomes::one(entrywise(left, class)),
        Step::Hadamard => Outcomes::one(match (left, class) {
            (Guess, Guess) => clash(Guess),
            _ => spread(left, class),
        }),
        Step::HadamardInCode => Outcomes::one(spread(left, class)),
        Step::Kronecker => Outcomes::one(kronecker(left, class)),
        Step::Exponent => Outcomes::one(power(left, class)),
        Step::RaisedT(of_matrices) => Outcomes::one(match left {
            Matrix if !of_matrices => power(left, class),
            Column | Row | Matrix => by(left.transposed(), RowId::RaisedTranspose),
            _ => power(left, class),
        }),
        Step::StarExponent(stars) => star_power(left, class, stars),
        Step::Inner => Outcomes::one(inner(left, class)),
        Step::Cross => Outcomes::one(if (left, class) == (Column, Column) { to(Column) } else { clash(Column) }),
        // abᵀ
        Step::Outer => Outcomes::one(match (left, class) {
            (Row, Row) => to(Scalar),
            (Matrix, Row) => to(Column),
            (Row, Matrix) => to(Row),
            (Column, Column) | (Matrix, Matrix) => to(Matrix),
            (Column, _) if class.is_scalar() => to(Column),
            (_, Column) if left.is_scalar() => to(Row),
            _ if left.is_scalar() && class.is_scalar() => to(left.with(class)),
            _ => clash(Matrix),
        }),
        Step::Below => Outcomes::one(to(class)),
        Step::NormAbove => Outcomes::one(match (left, class) {
            (Matrix, Column) => by(Scalar, RowId::WeightedNorm),
            (Matrix, _) => clash(Scalar),
            _ if left.is_scalar() => norm(class),
            _ => clash(Scalar),
        }),
        Step::Direction => {
            Outcomes::one(if (left, class) == (Matrix, Matrix) || left.is_scalar() && class.is_scalar() {
                to(left)
            } else {
                clash(left)
            })
        }
        Step::Entry { .. } => Outcomes::one(if class.is_scalar() { to(left) } else { clash(left) }),
        Step::Block { is_row: false } => Outcomes::one(below(left, class)),
        Step::Block { is_row: true } => {
            let found = below(left.transposed(), class.transposed());
            let state = found.state.class().map_or(found.state, |class| State::of(class.transposed()));
            Outcomes::one(Outcome { state, ..found })
        }
        Step::Unary(_) => Outcomes::one(to(left)),
    }
}

/// What becomes of the first operand.
fn first(step: Step, class: Class) -> Outcomes {
    match step {
        Step::Unary(function) => unary(function, class),
        Step::Only => Outcomes::one(only(class)),
        Step::Aside => Outcomes::one(Outcome { state: State::START, row: RowId::Plain, clash: !class.is_scalar() }),
        Step::Entry { many_rows, many_cols } => {
            let value = match (many_rows, many_cols) {
                (false, false) => class,
                (true, true) => Matrix,
                _ => Column,
            };
            Outcomes::one(if class.is_scalar() { to(value) } else { clash(value) })
        }
        _ => Outcomes::one(to(class)),
    }
}

/// Two blocks, one below the other. A number may be the 0 that is a block of zeros.
fn below(upper: Class, lower: Class) -> Outcome {
    match (upper, lower) {
        (Matrix | Row, Matrix | Row | Number) | (Number, Matrix | Row) => to(Matrix),
        (Column, Column) => to(Column),
        _ if upper.is_scalar() && lower.is_scalar() => to(Column),
        (Column, _) if lower.is_scalar() => to(Column),
        (_, Column) if upper.is_scalar() => to(Column),
        _ => clash(if upper == Column { Column } else { Matrix }),
    }
}

fn only(class: Class) -> Outcome {
    if class.is_scalar() { to(class) } else { clash(Scalar) }
}

fn sum(left: Class, right: Class) -> Outcome {
    match (left.is_scalar(), right.is_scalar()) {
        (true, true) => to(left.with(right)),
        (false, false) if left == right => to(left),
        (false, false) => clash(left),
        (true, false) => broadcast(left, right),
        (false, true) => broadcast(right, left),
    }
}

/// In code a number stands in every entry of a matrix, too.
fn array_sum(left: Class, right: Class) -> Outcome {
    match (left, right) {
        (Matrix, Number | Scalar) => by(Matrix, RowId::ScalarTermOfArray),
        (Number | Scalar, Matrix) => by(Matrix, RowId::ScalarsBeforeArray),
        _ => sum(left, right),
    }
}

/// A scalar in every entry of an array.
fn broadcast(scalar: Class, array: Class) -> Outcome {
    match (array, scalar) {
        (Matrix, _) => by(Matrix, RowId::ScalarPlusMatrix),
        (_, Number) => to(array),
        (_, Guess) => by(array, RowId::BroadcastGuess),
        _ => by(array, RowId::BroadcastScalar),
    }
}

fn times(left: Class, right: Class) -> Outcome {
    match (left, right) {
        _ if left.is_scalar() && right.is_scalar() => to(left.with(right)),
        _ if left.is_scalar() => to(right),
        _ if right.is_scalar() => to(left),
        (Row, Column) => to(Scalar),
        (Row, Matrix) => to(Row),
        (Matrix, Column) => to(Column),
        (Matrix, Matrix) | (Column, Row) => to(Matrix),
        (Column, _) => clash(Column),
        (Row, _) => clash(Row),
        (Matrix, _) => clash(Matrix),
        _ => clash(left),
    }
}

fn star(left: Class, right: Class, numpy: bool) -> Outcomes {
    if !numpy || left.is_scalar() || right.is_scalar() {
        return Outcomes::one(times(left, right));
    }
    match (left, right) {
        (Column, Column) | (Row, Row) => Outcomes::one(by(left, RowId::EntrywiseStar)),
        (Matrix, Matrix) => Outcomes::two(by(Matrix, RowId::EntrywiseStar), by(Matrix, RowId::MatrixStar)),
        (Matrix, Column) => Outcomes::one(by(Column, RowId::BroadcastStar)),
        (Column, Matrix) => Outcomes::one(by(Row, RowId::BroadcastStar)),
        _ => Outcomes::one(times(left, right)),
    }
}

fn divide(left: Class, right: Class) -> Outcome {
    match (left, right) {
        _ if right.is_scalar() => to(if left.is_scalar() { left.with(right) } else { left }),
        (Matrix, Matrix) => by(Matrix, RowId::MatrixQuotient),
        (_, Matrix) if left.is_scalar() => by(Matrix, RowId::MatrixQuotient),
        (Row, Matrix) => by(Row, RowId::RightDivision),
        (Column, Column) | (Row, Row) => by(left, RowId::VectorQuotient),
        (_, Column | Row) if left.is_scalar() => by(right, RowId::VectorQuotient),
        _ => clash(left),
    }
}

/// A divisor of several factors that ends: it is a scalar.
fn close(dividend: Class, divisor: Class) -> Outcome {
    match divisor.is_scalar() {
        true => to(if dividend.is_scalar() { dividend.with(divisor) } else { dividend }),
        false => clash(dividend),
    }
}

/// A further factor after a divisor that may have ended.
fn run_next(dividend: Class, divisor: Class, joint: Joint, class: Class) -> Outcomes {
    let wide = !class.is_scalar();
    let next = times(divisor, class);
    let Some(next_class) = next.state.class() else { return Outcomes::default() };
    let passed = |row| Outcome { state: State::open(dividend, next_class), row, clash: next.clash };
    if !divisor.is_scalar() {
        return Outcomes::one(passed(RowId::GoOn));
    }
    let (pass, end) = match (joint, wide) {
        (Joint::Closed, false) => (RowId::PassClosed, RowId::CloseClosed),
        (Joint::Closed, true) => (RowId::PassClosedWide, RowId::CloseClosed),
        (Joint::Norms, false) => (RowId::PassNorms, RowId::CloseNorms),
        (Joint::Norms, true) => (RowId::PassClosedWide, RowId::CloseNorms),
        (Joint::Root, false) => (RowId::PassRoot, RowId::CloseRoot),
        (Joint::Root, true) => (RowId::PassClosedWide, RowId::CloseRoot),
        // ½mv²
        (Joint::Blank, false) if dividend == Number && divisor == Number => (RowId::PassBlankNumber, RowId::CloseBlank),
        (Joint::Blank, false) => (RowId::PassBlank, RowId::CloseBlank),
        (Joint::Blank, true) => (RowId::PassBlankWide, RowId::CloseBlank),
        (Joint::NumberLetter, false) => (RowId::PassNumberLetter, RowId::CloseNumberLetter),
        (Joint::NumberLetter, true) if class == Column => (RowId::PassNumberWide, RowId::CloseNumberColumn),
        (Joint::NumberLetter, true) => (RowId::PassNumberWide, RowId::CloseNumberWide),
        (Joint::Letters, false) => (RowId::PassLetters, RowId::CloseLetters),
        (Joint::Letters, true) => (RowId::PassLettersWide, RowId::CloseLettersWide),
        (Joint::TexHalf, false) => (RowId::PassTexHalf, RowId::CloseTexHalf),
        (Joint::TexParameter, false) if dividend == Number && divisor == Number => {
            (RowId::PassTexNumber, RowId::CloseTexParameter)
        }
        (Joint::TexNumber | Joint::TexParameter, false) => (RowId::PassTexNumber, RowId::CloseTexNumber),
        (Joint::TexLetters, false) => (RowId::PassTexLetters, RowId::CloseTexLetters),
        (Joint::TexNumber | Joint::TexParameter | Joint::TexHalf | Joint::TexLetters, true) => {
            (RowId::PassTexWide, RowId::CloseTexWide)
        }
    };
    let quotient = if dividend.is_scalar() { dividend.with(divisor) } else { dividend };
    let product = times(quotient, class);
    Outcomes::two(passed(pass), Outcome { row: end, ..product })
}

fn entrywise(left: Class, right: Class) -> Outcome {
    match (left.is_scalar(), right.is_scalar()) {
        (true, true) => to(left.with(right)),
        (true, false) => to(right),
        (false, true) => to(left),
        (false, false) if left == right => to(left),
        (false, false) => clash(left),
    }
}

/// An entrywise product by its sign: a letter that is a number for this alone is said.
fn spread(left: Class, right: Class) -> Outcome {
    match (left, right) {
        (Guess, Column | Row | Matrix) => by(right, RowId::SpreadGuess),
        (Column | Row | Matrix, Guess) => by(left, RowId::SpreadGuess),
        _ => entrywise(left, right),
    }
}

fn kronecker(left: Class, right: Class) -> Outcome {
    match (left, right) {
        _ if left.is_scalar() && right.is_scalar() => to(left.with(right)),
        _ if left.is_scalar() => to(right),
        _ if right.is_scalar() => to(left),
        (Column, Column) | (Row, Row) => to(left),
        _ => to(Matrix),
    }
}

fn power(base: Class, exponent: Class) -> Outcome {
    match (base, exponent) {
        _ if !exponent.is_scalar() => clash(base),
        (Column | Row, _) => clash(base),
        (Matrix, _) => to(Matrix),
        _ => to(base.with(exponent)),
    }
}

fn star_power(base: Class, exponent: Class, stars: Stars) -> Outcomes {
    match (base, exponent) {
        (Column | Row, _) if exponent.is_scalar() && matches!(stars, Stars::Summed(_)) => {
            Outcomes::one(by(base, RowId::SummedPower))
        }
        (Column | Row, _) if exponent.is_scalar() => Outcomes::one(by(base, RowId::EntrywiseStars)),
        (Matrix, _) if exponent.is_scalar() => match stars {
            Stars::Entrywise => Outcomes::two(by(Matrix, RowId::EntrywiseMatrixStars), by(Matrix, RowId::MatrixStars)),
            Stars::Open => Outcomes::one(by(Matrix, RowId::OpenMatrixStars)),
            Stars::Summed(true) => Outcomes::one(by(Matrix, RowId::SummedPower)),
            Stars::Matrix | Stars::Summed(false) => Outcomes::one(to(Matrix)),
        },
        _ => Outcomes::one(power(base, exponent)),
    }
}

fn inner(left: Class, right: Class) -> Outcome {
    match (left, right) {
        (Guess, _) | (_, Guess) if left.is_scalar() && right.is_scalar() => by(Guess, RowId::NormOfGuess),
        _ if left.is_scalar() && right.is_scalar() => to(left.with(right)),
        _ if left == right => to(Scalar),
        _ => clash(Scalar),
    }
}

fn norm(class: Class) -> Outcome {
    match class {
        Number | Scalar => to(class),
        Guess => by(Guess, RowId::NormOfGuess),
        Column | Row => to(Scalar),
        Matrix => by(Scalar, RowId::MatrixNorm),
    }
}

fn unary(function: Unary, class: Class) -> Outcomes {
    let square = |value: Class| match class {
        Matrix => to(value),
        Number | Scalar => by(class, RowId::TraceOfScalar),
        Guess => by(Guess, RowId::TraceOfGuess),
        Column | Row => clash(value),
    };
    Outcomes::one(match function {
        Unary::Elementwise => to(class),
        Unary::Map { argument, value } if argument == class || argument.is_scalar() && class.is_scalar() => to(value),
        Unary::Map { value, .. } => clash(value),
        Unary::Transpose if class == Guess => by(Guess, RowId::TransposedGuess),
        Unary::Transpose | Unary::TransposeCall => to(class.transposed()),
        Unary::Reduce => match class {
            Number => to(Number),
            Scalar => by(Scalar, RowId::SummedScalar),
            Guess => by(Guess, RowId::SummedGuess),
            Column | Row | Matrix => to(Scalar),
        },
        Unary::Along(axis) => match (axis, class) {
            (Axis::Columns | Axis::Rows | Axis::Last, Matrix) => to(Column),
            (Axis::ColumnsAsRow, Matrix) => to(Row),
            (Axis::Columns | Axis::ColumnsAsRow | Axis::Last, Column) | (Axis::Rows | Axis::Last, Row) => to(Scalar),
            _ => clash(Scalar),
        },
        Unary::Norm => norm(class),
        Unary::NormTwo if class == Matrix => by(Scalar, RowId::SpectralNorm),
        Unary::NormTwo => norm(class),
        Unary::NormOfMatrix => match class {
            Matrix => to(Scalar),
            Column | Row => by(Scalar, RowId::FrobeniusOfVector),
            _ => norm(class),
        },
        Unary::NormOfEntries if class == Matrix => by(Scalar, RowId::FrobeniusInCode),
        Unary::NormOfEntries => norm(class),
        Unary::NuclearNorm => match class {
            Matrix => to(Scalar),
            Column | Row => by(Scalar, RowId::NuclearOfVector),
            _ => norm(class),
        },
        Unary::MixedNorm => match class {
            Matrix => by(Scalar, RowId::MixedNorm),
            _ => clash(Scalar),
        },
        Unary::BarsOfImage if matches!(class, Column | Row) => {
            return Outcomes::two(by(class, RowId::BarsOfEntries), by(Scalar, RowId::BarsOfImageAsNorm));
        }
        Unary::Bars | Unary::BarsOfImage => match class {
            Number | Scalar | Guess => by(class, RowId::BarsOfScalar),
            Column | Row => return Outcomes::two(by(class, RowId::BarsOfEntries), by(Scalar, RowId::BarsAsNorm)),
            Matrix => {
                return Outcomes::two(by(Scalar, RowId::BarsAsDeterminant), by(Matrix, RowId::BarsOfMatrixEntries));
            }
        },
        Unary::OfSquare => square(Scalar),
        Unary::Square => square(Matrix),
        Unary::Hat if class == Column => to(Matrix),
        Unary::Hat => clash(Matrix),
        Unary::Pseudoinverse => to(class.transposed()),
        Unary::SingularValues => match class {
            Matrix | Column | Row => to(Column),
            _ => square(Column),
        },
        Unary::VectorOf => square(Column),
        Unary::Diagonal => match class {
            Column | Row => to(Matrix),
            Matrix => to(Column),
            _ => clash(Matrix),
        },
        Unary::Vec => to(if class.is_scalar() { class } else { Column }),
        Unary::Unvec => match class {
            Column => to(Matrix),
            _ => clash(Matrix),
        },
        Unary::Array => {
            if class.is_scalar() {
                clash(Column)
            } else {
                to(class)
            }
        }
        Unary::Line => {
            if class == Matrix {
                to(Column)
            } else {
                clash(Column)
            }
        }
        Unary::Slice { axes, places } => match (class, axes) {
            (Column | Row, 1) | (Matrix, 2) if places == axes => to(Scalar),
            (Column | Row, 1) => to(class),
            (Matrix, 2) => to(if places == 1 { Column } else { Matrix }),
            _ => clash(if places == axes { Scalar } else { Column }),
        },
        Unary::EntryOf { places, are_first } => match (class, places) {
            (Column | Row, 1) | (Matrix, 2) => to(Scalar),
            // Of an array with one entry, `(x.T @ A @ x)[0]`.
            _ if are_first && class.is_scalar() => to(Scalar),
            _ => clash(Scalar),
        },
    })
}
