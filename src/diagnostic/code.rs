//! The table of error codes. A code keeps its meaning for ever; new ones are added at the end of their letter.

/// Code and one-line explanation.
pub const CODES: &[(&str, &str)] = &[
    ("P0001", "a symbol that the language does not have, or a control character"),
    ("P0002", "a LaTeX command that the language does not have"),
    ("P0003", "a bracket, bar or norm that is not closed, or not opened"),
    ("P0004", "an operand is missing: before or after an operator, or in brackets"),
    ("P0005", "the input is empty"),
    ("P0006", "a number that cannot be read"),
    ("P0007", "the input is too long, or nested too deeply"),
    ("P0008", "a symbol that cannot appear where it is"),
    ("P0009", "a function without its argument, or with the wrong number of them"),
    ("P0010", "the bounds of a sum or product cannot be read"),
    ("P0011", "a matrix literal whose rows differ in length"),
    ("P0012", "a power of a function's name that has two readings"),
    ("P0013", "a declaration that cannot be read"),
    ("P0014", "the kind in a declaration is not known, or has the wrong number of sizes"),
    ("P0015", "a definition, after `where` or elsewhere, that cannot be read"),
    (
        "P0016",
        "a minimum or maximum over a variable inside an expression, under constraints, or not the one that is looked for",
    ),
    ("P0021", "a number in brackets after a name that is not declared: an entry, a call or a product"),
    ("P0022", "a row of scalars and vectors: the entries of a vector, or blocks"),
    ("P0024", "a piecewise definition without a condition, a value, or a line for all else"),
    ("N0001", "a run of letters that is not a known name"),
    ("N0002", "a name that cannot be read as one"),
    ("N0003", "a name is declared twice"),
    ("N0004", "a letter before a bracket that is a call of an unknown function"),
    ("N0101", "a variable of differentiation does not occur in the expression and is not declared"),
    ("N0102", "a variable of differentiation is not a symbol: a bound index, a size, a function"),
    ("N0103", "a name is declared twice, in different ways"),
    ("N0104", "a declared size is zero or too large"),
    ("N0105", "a declared family is of something that has no members"),
    ("N0106", "a function that is not declared is called"),
    ("N0107", "a declared function is used without an argument"),
    ("N0108", "a family is used without an index"),
    ("N0109", "a variable of differentiation is declared as a vector from a set in which it does not vary freely"),
    ("N0110", "a variable of differentiation is a member of a family or an entry that cannot be one"),
    ("N0111", "two readings that are equally likely"),
    ("S0101", "the inner sizes of a matrix product differ"),
    ("S0102", "the terms of a sum have different shapes"),
    ("S0103", "a scalar is added to a matrix"),
    ("S0104", "an elementwise operation has operands of different shapes"),
    ("S0105", "an inner product has operands of different shapes"),
    ("S0106", "a division by something that is not a scalar"),
    ("S0107", "a scalar is needed"),
    ("S0109", "a square matrix is needed"),
    ("S0110", "a scalar where a vector or matrix is needed"),
    ("S0111", "a power of a vector"),
    ("S0112", "an exponent that is a vector or matrix"),
    ("S0113", "a norm or absolute value of a matrix that could mean several things"),
    ("S0114", "eigenvalues outside a sum or product, singular values outside a sum"),
    ("S0115", "a function with the wrong number of arguments"),
    ("S0116", "a division by zero"),
    ("S0117", "a matrix literal inside a matrix literal"),
    ("S0118", "the rows of a matrix literal differ in length"),
    ("S0119", "a size that is neither a name nor a positive integer"),
    ("S0120", "a matrix with one subscript"),
    ("S0121", "the wrong number of subscripts"),
    ("S0122", "a subscript runs beyond the size"),
    ("S0123", "a subscript starts below 1"),
    ("S0124", "the value must be a scalar for this command"),
    ("S0125", "two expressions must have the same shape"),
    ("S0126", "two sides of a comparison have different shapes"),
    ("S0127", "a size is a product of more factors than the limit allows"),
    ("S0128", "a scalar with a subscript beside a vector of that name"),
    ("S0129", "a sum or product whose bounds leave nothing"),
    ("S0130", "a p-norm with p ≤ 0"),
    ("S0131", "an elementwise product of arrays of different shapes, as code has it"),
    ("S0132", "an operation that has no value, whatever the symbols are"),
    ("S0133", "an argument of another shape than that of the declared map's"),
    ("S0134", "a derivative that a declared map does not have"),
    ("D0101", "a function or operation that has no derivative here"),
    ("D0102", "a derivative that exists nowhere"),
];

/// The explanation of a code.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    CODES.iter().find(|row| row.0 == code).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        for (at, row) in CODES.iter().enumerate() {
            assert!(CODES[..at].iter().all(|other| other.0 != row.0), "{} twice", row.0);
        }
        assert!(explain("P0001").is_some());
        assert!(explain("Q9999").is_none());
    }
}
