//! Matrix products: outer products where a column meets a row, solves for inverses, diagonals as factors of rows and columns, vectors first.

use super::super::tree::{ArrayId, Binary, Program, Unary};

/// What a factor is as an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Column,
    Row,
    Matrix,
}

/// What a factor is of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// The inverse.
    Inverse,
    /// The diagonal matrix.
    Diagonal,
}

/// A factor of a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    pub(super) kind: Kind,
    pub(super) value: ArrayId,
    pub(super) form: Form,
}

/// A product of factors that fit: the matrix (or vector) value if there is one, and scalar factors.
pub(super) fn chain(program: &mut Program, factors: &[Factor]) -> (Option<ArrayId>, Vec<ArrayId>) {
    let mut segments: Vec<&[Factor]> = Vec::new();
    let mut start = 0;
    for place in 1..=factors.len() {
        let boundary =
            place == factors.len() || factors[place - 1].kind == Kind::Column && factors[place].kind == Kind::Row;
        if boundary {
            segments.push(&factors[start..place]);
            start = place;
        }
    }
    let (mut scalars, mut arrays) = (Vec::new(), Vec::new());
    for segment in segments {
        let row = segment.first().is_some_and(|factor| factor.kind == Kind::Row);
        let column = segment.last().is_some_and(|factor| factor.kind == Kind::Column);
        let value = contract(program, segment, row, column);
        if row && column { scalars.push(value) } else { arrays.push(value) }
    }
    let array = match *arrays.as_slice() {
        [] => None,
        [only] => Some(only),
        [left, right, ..] => Some(program.binary(Binary::Outer, left, right)),
    };
    (array, scalars)
}

/// A factor times a vector on its right.
fn onto_vector(program: &mut Program, factor: &Factor, vector: ArrayId) -> ArrayId {
    match factor.form {
        Form::Plain => program.binary(Binary::Matmul, factor.value, vector),
        Form::Inverse => program.binary(Binary::Solve, factor.value, vector),
        Form::Diagonal => program.times(factor.value, vector),
    }
}

/// A vector times a factor on its right.
fn vector_times(program: &mut Program, vector: ArrayId, factor: &Factor) -> ArrayId {
    match factor.form {
        Form::Plain => program.binary(Binary::Matmul, vector, factor.value),
        Form::Inverse => {
            let transposed = program.transposed(factor.value);
            program.binary(Binary::Solve, transposed, vector)
        }
        Form::Diagonal => program.times(vector, factor.value),
    }
}

/// One segment, in which neighbors share a size.
fn contract(program: &mut Program, segment: &[Factor], row: bool, column: bool) -> ArrayId {
    let (Some((first, after)), Some((last, before))) = (segment.split_first(), segment.split_last()) else {
        return program.integer(1);
    };
    let has_inverse = segment.iter().any(|factor| factor.form == Form::Inverse);
    if row && (!column || !has_inverse) {
        return after.iter().fold(first.value, |left, factor| vector_times(program, left, factor));
    }
    if column {
        return before.iter().rev().fold(last.value, |right, factor| onto_vector(program, factor, right));
    }
    match segment {
        // Nothing is scaled before it is solved for.
        [diagonal, rest @ ..]
            if diagonal.form == Form::Diagonal && rest.first().is_some_and(|next| next.form == Form::Inverse) =>
        {
            let value = contract(program, rest, false, false);
            let column = program.unary(Unary::AsColumn, diagonal.value);
            program.times(column, value)
        }
        [rest @ .., diagonal]
            if diagonal.form == Form::Diagonal && rest.last().is_some_and(|next| next.form == Form::Inverse) =>
        {
            let value = contract(program, rest, false, false);
            program.times(value, diagonal.value)
        }
        _ => {
            let merged = without_diagonals(program, segment);
            matrices(program, &merged)
        }
    }
}

/// Matrices with the diagonal ones among them made factors of their neighbors' rows or columns.
fn without_diagonals(program: &mut Program, segment: &[Factor]) -> Vec<Factor> {
    let mut all: Vec<Factor> = Vec::new();
    // From the right: a diagonal scales the rows of what stands to its right.
    for factor in segment.iter().rev() {
        match (factor.form, all.last_mut()) {
            (Form::Diagonal, Some(right)) if right.form == Form::Diagonal => {
                right.value = program.times(factor.value, right.value);
            }
            (Form::Diagonal, Some(right)) if right.form == Form::Plain => {
                let column = program.unary(Unary::AsColumn, factor.value);
                right.value = program.times(column, right.value);
            }
            // What stands to its left gets its columns scaled.
            (Form::Plain, Some(right)) if right.form == Form::Diagonal => {
                right.value = program.times(factor.value, right.value);
                right.form = Form::Plain;
            }
            _ => all.push(*factor),
        }
    }
    for factor in &mut all {
        if factor.form == Form::Diagonal {
            *factor = Factor { value: program.unary(Unary::Diag, factor.value), form: Form::Plain, ..*factor };
        }
    }
    all.reverse();
    all
}

/// Matrices only, none of them diagonal.
fn matrices(program: &mut Program, segment: &[Factor]) -> ArrayId {
    let Some((last, rest)) = segment.split_last() else { return program.integer(1) };
    if last.form == Form::Inverse {
        if rest.is_empty() {
            return program.inverse(last.value);
        }
        let left = matrices(program, rest);
        let [matrix, right] = [last.value, left].map(|side| program.transposed(side));
        let solved = program.binary(Binary::Solve, matrix, right);
        return program.transposed(solved);
    }
    // From the right: a run of factors, and before it solves of what stands to their right.
    let mut run = vec![last.value];
    for factor in rest.iter().rev() {
        if factor.form == Form::Inverse {
            let right = from_left(program, &run);
            run = vec![program.binary(Binary::Solve, factor.value, right)];
        } else {
            run.push(factor.value);
        }
    }
    from_left(program, &run)
}

/// The product of factors listed from the right.
fn from_left(program: &mut Program, run: &[ArrayId]) -> ArrayId {
    let reversed = run.iter().rev().copied();
    reversed.reduce(|left, right| program.binary(Binary::Matmul, left, right)).unwrap_or_default()
}
