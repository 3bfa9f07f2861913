//! The table of error codes. A code keeps its meaning for ever; new ones are added at the end of their letter.

/// Code and one-line explanation.
pub const CODES: &[(&str, &str)] = &[
    ("P0001", "a symbol that the language does not have, or a control character"),
    ("P0002", "a LaTeX command that the language does not have"),
    ("P0003", "a bracket, bar or norm that is not closed, or not opened"),
    ("P0004", "an operand is missing: behind or before an operator, or in brackets"),
    ("P0005", "the input is empty"),
    ("P0006", "a number that cannot be read"),
    ("P0007", "the input is too long, or nested too deeply"),
    ("P0008", "a symbol that has no place where it stands"),
    ("P0009", "a function without its argument, or with the wrong number of them"),
    ("P0010", "the bounds of a sum or product cannot be read"),
    ("P0011", "a matrix literal whose rows differ in length"),
    ("P0012", "a power of a function's name that has two readings"),
    ("P0013", "a declaration that cannot be read"),
    ("P0014", "the kind in a declaration is not known, or has the wrong number of sizes"),
    ("P0015", "a clause behind `where` that cannot be read"),
    ("N0001", "a run of letters that is no known name"),
    ("N0002", "a name that cannot be read as one"),
    ("N0003", "a name is declared twice"),
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
