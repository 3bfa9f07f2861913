//! Matrix products: outer products where a column meets a row, solves for inverses, diagonals as factors of rows and columns; the rest in
//! the order that takes the fewest multiplications at sizes that stand for all, where runs of factors that several products have are
//! computed once.

use super::super::tree::{Array, ArrayId, Binary, Program, Unary};
use super::Lowering;
use super::factorize::{MAX_DEPTH, is_symmetric};
use super::operand::{Factor, Form};
use super::typical::typical;
use crate::expr::{Arena, Shape};

/// Products of more factors are taken from the vector, or from the left.
const MOST_COMPARED: usize = 16;
/// What is added to the cost of scaling columns, and of solving from the right: at equal costs others read better.
const LESS_READABLE: f64 = 1.01;

/// The cheapest way to take a run of factors.
#[derive(Clone, Copy, Debug)]
struct Best {
    cost: f64,
    /// The last factor of the left part.
    split: usize,
}

impl Lowering<'_> {
    /// A product of factors that fit: the matrix (or vector) value if there is one, and scalar factors.
    pub(super) fn chain(&mut self, factors: &[Factor]) -> (Option<ArrayId>, Vec<ArrayId>) {
        let mut segments: Vec<&[Factor]> = Vec::new();
        let mut start = 0;
        for place in 1..=factors.len() {
            let boundary =
                place == factors.len() || factors[place - 1].shape.is_column() && factors[place].shape.is_row();
            if boundary {
                segments.push(&factors[start..place]);
                start = place;
            }
        }
        let (mut scalars, mut arrays) = (Vec::new(), Vec::new());
        for segment in segments {
            let is_scalar = segment.first().is_some_and(|factor| factor.shape.is_row())
                && segment.last().is_some_and(|factor| factor.shape.is_column());
            let value = self.segment(segment);
            let value = plain(self.program, value);
            if is_scalar { scalars.push(value) } else { arrays.push(value) }
        }
        let array = match *arrays.as_slice() {
            [] => None,
            [only] => Some(only),
            [left, right, ..] => Some(self.program.binary(Binary::Outer, left, right)),
        };
        (array, scalars)
    }

    /// A run of factors in which neighbors share a size.
    fn segment(&mut self, segment: &[Factor]) -> Factor {
        let Some((first, rest)) = segment.split_first() else {
            return Factor::done(self.program.integer(1), Shape::SCALAR);
        };
        if segment.len() <= MOST_COMPARED {
            let best = self.best(segment);
            return self.taken(segment, &best, 0, segment.len() - 1);
        }
        if first.is_vector() || !segment[segment.len() - 1].is_vector() {
            return rest.iter().fold(*first, |left, right| self.combined(left, *right, false));
        }
        let from_right = segment.iter().rev().copied();
        from_right.reduce(|right, left| self.combined(left, right, false)).unwrap_or(*first)
    }

    /// The cheapest way to take each run of factors, by its first and last.
    fn best(&self, segment: &[Factor]) -> Vec<Vec<Best>> {
        let count = segment.len();
        let mut best = vec![vec![Best { cost: 0.0, split: 0 }; count]; count];
        for length in 2..=count {
            for first in 0..=count - length {
                let last = first + length - 1;
                let mut least = Best { cost: f64::INFINITY, split: first };
                for split in (first..last).rev() {
                    let own = self.cost(&segment[first..=split], &segment[split + 1..=last]);
                    let cost = best[first][split].cost + best[split + 1][last].cost + own;
                    if cost < least.cost {
                        least = Best { cost, split };
                    }
                }
                least.cost *= self.runs.share(&segment[first..=last]);
                best[first][last] = least;
            }
        }
        best
    }

    /// About how many multiplications the product of two runs takes.
    fn cost(&self, left: &[Factor], right: &[Factor]) -> f64 {
        let (Some(first), Some(last)) = (left.first(), right.last()) else { return 0.0 };
        let size = |dim| typical(self.arena, dim);
        let (rows, inner, cols) = (size(first.shape.rows), size(right[0].shape.rows), size(last.shape.cols));
        let form = |run: &[Factor]| match run {
            [only] => only.form,
            run if run.iter().all(|factor| factor.form == Form::Diagonal) => Form::Diagonal,
            _ => Form::Plain,
        };
        let factored = inner.powi(3) / 3.0;
        match (form(left), form(right)) {
            (Form::Diagonal, Form::Diagonal) => inner,
            (Form::Diagonal, Form::Plain) => rows * cols,
            (Form::Plain, Form::Diagonal) => LESS_READABLE * rows * cols,
            (Form::Diagonal, Form::Inverse) | (Form::Inverse, Form::Diagonal) => inner.powi(3) + rows * cols,
            (Form::Inverse, Form::Inverse) => inner.powi(3) + factored + inner * inner * cols,
            (Form::Inverse, Form::Plain) => factored + inner * inner * cols,
            (Form::Plain, Form::Inverse) => factored + LESS_READABLE * rows * inner * inner,
            // The product of two vectors.
            (Form::Plain, Form::Plain) if first.shape.is_row() && last.shape.is_column() => 0.0,
            (Form::Plain, Form::Plain) => rows * inner * cols,
        }
    }

    /// A run of factors, taken as it is cheapest.
    fn taken(&mut self, segment: &[Factor], best: &[Vec<Best>], first: usize, last: usize) -> Factor {
        if first == last {
            return segment[first];
        }
        let split = best[first][last].split;
        let left = self.taken(segment, best, first, split);
        let right = self.taken(segment, best, split + 1, last);
        let is_common = self.runs.is_common(&segment[first..=last]);
        self.combined(left, right, is_common)
    }

    /// The product of two neighbors; of one that several products have the transpose, where that is there.
    fn combined(&mut self, left: Factor, right: Factor, is_common: bool) -> Factor {
        let shape = Shape { rows: left.shape.rows, cols: right.shape.cols };
        let (x, y) = (left.value, right.value);
        let program = &mut *self.program;
        let value = match (left.form, right.form) {
            (Form::Diagonal, Form::Diagonal) => {
                return Factor { form: Form::Diagonal, ..Factor::done(program.times(x, y), shape) };
            }
            (Form::Diagonal, _) => {
                let right = plain(program, right);
                let by = if shape.is_matrix() { program.unary(Unary::AsColumn, x) } else { x };
                program.times(by, right)
            }
            (_, Form::Diagonal) => {
                let left = plain(program, left);
                program.times(left, y)
            }
            (Form::Inverse, _) => {
                let right = plain(program, right);
                program.binary(Binary::Solve, x, right)
            }
            (Form::Plain, Form::Inverse) => {
                let matrix = program.transposed(y);
                if left.shape.is_matrix() {
                    let right = program.transposed(x);
                    let solved = program.binary(Binary::Solve, matrix, right);
                    program.transposed(solved)
                } else {
                    program.binary(Binary::Solve, matrix, x)
                }
            }
            (Form::Plain, Form::Plain) => {
                match transposed(program, left, right).filter(|_| is_common || left.is_vector() || right.is_vector()) {
                    Some(known) => known,
                    // yᵀS⁻¹ is S⁻¹y.
                    None if left.shape.is_row() && is_symmetric_inverse(self.arena, program, y) => {
                        program.binary(Binary::Matmul, y, x)
                    }
                    None => program.binary(Binary::Matmul, x, y),
                }
            }
        };
        Factor::done(value, shape)
    }
}

/// The value of a factor as an array.
pub(super) fn plain(program: &mut Program, factor: Factor) -> ArrayId {
    match factor.form {
        Form::Plain => factor.value,
        Form::Inverse => program.inverse(factor.value),
        Form::Diagonal => program.unary(Unary::Diag, factor.value),
    }
}

/// Whether it is the inverse of a matrix that is symmetric as its symbols are declared and by its form.
fn is_symmetric_inverse(arena: &Arena, program: &Program, id: ArrayId) -> bool {
    match *program.node(id) {
        Array::Unary(Unary::Inverse, of) => is_symmetric(arena, program, of, MAX_DEPTH),
        _ => false,
    }
}

/// xy as the transpose of yᵀxᵀ, where that has been computed.
fn transposed(program: &mut Program, left: Factor, right: Factor) -> Option<ArrayId> {
    let [x, y] = [left, right].map(|side| if side.is_vector() { side.value } else { program.transposed(side.value) });
    let known = program.find(&Array::Binary(Binary::Matmul, y, x))?;
    let is_matrix = !left.is_vector() && !right.is_vector();
    Some(if is_matrix { program.transposed(known) } else { known })
}
