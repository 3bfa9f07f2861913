//! The bounds on what the parser takes on. Each keeps one kind of hostile input from costing more than its
//! length; no expression that a person or a program writes in earnest comes near them.

/// Longest input, in bytes.
pub const MAX_SOURCE_BYTES: usize = 4 << 20;

/// Most nodes of a tree. Later stages are linear in it, but with a factor that makes a million of them slow.
pub const MAX_TREE_NODES: usize = 100_000;

/// Deepest nesting of brackets. Two thousand layers `tanh(W_i …)` fit twice.
pub const MAX_BRACKET_DEPTH: usize = 5_000;

/// Deepest tree. Chains without brackets, such as `- - - x`, `x''''` and `a^b^c`, count as well.
pub const MAX_TREE_DEPTH: u32 = 50_000;

/// Deepest nesting of subscripts, bounds and exponents of functions in one another; the only recursion there is.
pub const MAX_SCRIPT_DEPTH: u32 = 16;

/// Most pieces of text that the macros of a text stand for.
pub const MAX_MACRO_PIECES: usize = 100_000;

/// Largest decimal exponent of a number literal.
pub const MAX_NUMBER_EXPONENT: i64 = 4_000;

/// Most digits of a number literal.
pub const MAX_NUMBER_DIGITS: usize = 10_000;

/// Most errors reported at once.
pub const MAX_ERRORS: usize = 20;

/// Longest run of undeclared small letters that is read as a product of single letters.
pub const MAX_LETTERS_IN_RUN: usize = 3;

/// The highest order of a polygamma function that is read.
pub const MAX_POLYGAMMA_ORDER: u32 = 32;
