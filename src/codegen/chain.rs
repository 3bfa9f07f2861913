//! Matrix products: outer products where a column meets a row, solves for inverses, vectors first.

use super::array::{Code, Prec};

/// What a factor is as an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Column,
    Row,
    Matrix,
}

/// A factor of a product.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    pub(super) kind: Kind,
    /// Its code; of an inverse the code of what is inverted.
    pub(super) code: Code,
    pub(super) inverse: bool,
}

/// A product of factors that fit: the matrix (or vector) value if there is one, and scalar factors.
pub(super) fn chain(factors: &[Factor]) -> (Option<Code>, Vec<Code>) {
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
        let code = contract(segment, row, column);
        if row && column { scalars.push(code) } else { arrays.push(code) }
    }
    let array = match arrays.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        [left, right, ..] => Some(Code::call("np.outer", &[left, right], "")),
    };
    (array, scalars)
}

fn solve(matrix: &Code, right: &Code) -> Code {
    Code::call("np.linalg.solve", &[matrix, right], "")
}

/// One segment, in which neighbors share a size.
fn contract(segment: &[Factor], row: bool, column: bool) -> Code {
    if column {
        return match segment.split_last() {
            Some((last, rest)) => onto_column(rest, &last.code, row),
            None => Code::atom("1"),
        };
    }
    if row {
        let mut value: Option<Code> = None;
        for factor in segment {
            value = Some(match value {
                None => factor.code.clone(),
                Some(left) if factor.inverse => solve(&factor.code.transposed(), &left),
                Some(left) => left.matmul(&factor.code),
            });
        }
        return value.unwrap_or_else(|| Code::atom("1"));
    }
    matrices(segment)
}

/// M…Mv from the right; rMv from the left where nothing is inverted.
fn onto_column(rest: &[Factor], column: &Code, row: bool) -> Code {
    if row && rest.iter().all(|factor| !factor.inverse) {
        let mut value: Option<Code> = None;
        for code in rest.iter().map(|factor| &factor.code).chain([column]) {
            value = Some(value.map_or_else(|| code.clone(), |left| left.matmul(code)));
        }
        return value.unwrap_or_else(|| column.clone());
    }
    let mut value = column.clone();
    for factor in rest.iter().rev() {
        value = if factor.inverse { solve(&factor.code, &value) } else { factor.code.matmul(&value) };
    }
    value
}

/// Matrices only.
fn matrices(segment: &[Factor]) -> Code {
    let Some((last, rest)) = segment.split_last() else { return Code::atom("1") };
    if last.inverse {
        if rest.is_empty() {
            return invert(&last.code);
        }
        let left = matrices(rest);
        return solve(&last.code.transposed(), &left.transposed()).transposed();
    }
    // From the right: a run of factors, and before it solves of what stands to their right.
    let mut run: Vec<Code> = vec![last.code.clone()];
    for factor in rest.iter().rev() {
        if factor.inverse {
            run = vec![solve(&factor.code, &from_left(&run))];
        } else {
            run.push(factor.code.clone());
        }
    }
    from_left(&run)
}

/// The product of factors listed from the right.
fn from_left(run: &[Code]) -> Code {
    let mut codes = run.iter().rev();
    let first = codes.next().cloned().unwrap_or_else(|| Code::atom("1"));
    codes.fold(first, |left, right| left.matmul(right))
}

/// The inverse alone; that of a transpose is the transpose of the inverse.
pub(super) fn invert(code: &Code) -> Code {
    if let (Prec::Atom, Some(inner)) = (code.prec, code.text.strip_suffix(".T")) {
        return Code::call("np.linalg.inv", &[&Code::atom(inner)], "").transposed();
    }
    Code::call("np.linalg.inv", &[code], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(kind: Kind, name: &str, inverse: bool) -> Factor {
        Factor { kind, code: Code::atom(name), inverse }
    }

    #[track_caller]
    fn check(factors: &[Factor], expected: &str) {
        let (array, scalars) = chain(factors);
        let all: Vec<Code> = scalars.into_iter().chain(array).collect();
        assert_eq!(&*Code::product(&all).text, expected);
    }

    #[test]
    fn vectors_come_first() {
        use Kind::{Column, Matrix, Row};
        let (a, x) = (factor(Matrix, "A", false), factor(Column, "x", false));
        let y = factor(Row, "y", false);
        let inverse = factor(Matrix, "X", true);
        check(&[a.clone(), a.clone(), x.clone()], "A @ (A @ x)");
        check(&[y.clone(), a.clone(), x.clone()], "y @ A @ x");
        check(&[x.clone(), y.clone()], "np.outer(x, y)");
        check(&[y.clone(), x.clone(), y.clone(), a.clone()], "(y @ x)*(y @ A)");
        check(&[inverse.clone(), a.clone(), a.clone()], "np.linalg.solve(X, A @ A)");
        check(&[a.clone(), inverse.clone()], "np.linalg.solve(X.T, A.T).T");
        check(&[a.clone(), inverse.clone(), a.clone()], "A @ np.linalg.solve(X, A)");
        check(&[y, inverse.clone()], "np.linalg.solve(X.T, y)");
        check(&[inverse], "np.linalg.inv(X)");
    }
}
