//! The limits of this stage, so that no input makes it run without end. Each is far above what
//! people write; reaching one makes the guess coarser, never wrong.

/// Nodes that the search for a reading may visit in total: passes × nodes of the input.
pub(crate) const SEARCH_WORK: usize = 4_000_000;

/// Passes that the search has, whatever the size of the input, at least and at most.
pub(crate) const SEARCH_PASSES: (usize, usize) = (12, 1500);

/// Passes in which all disagreements are settled at once, where the search has come to its end.
pub(crate) const DIVE_PASSES: usize = 24;

/// Places that are looked at again for a second reading.
pub(crate) const NOTED_PICKS: usize = 16;

/// Nodes above which no second readings are looked for.
pub(crate) const NOTED_NODES: usize = 5_000;

/// Names that are read otherwise where sizes clash though kinds do not.
pub(crate) const RETRIES: usize = 16;

/// Clashes that one pass records; it goes on without recording more.
pub(crate) const CLASHES: usize = 256;

/// Clashes that are reported.
pub(crate) const REPORTED: usize = 12;

/// Nodes that are visited to find the symbols of a clash.
pub(crate) const CLASH_NODES: usize = 4096;

/// Bits that an exact constant may have.
pub(crate) const CONSTANT_BITS: u64 = 4096;

/// Factors that a product of sizes may have.
pub(crate) const SIZE_FACTORS: usize = 256;

/// Kronecker factors that one side of a matrix may be made of; more is an error that says so.
pub(crate) const KRONECKER_FACTORS: usize = 48;

/// Nodes within a transpose, norm or inner product among which names of vectors are looked for.
pub(crate) const VECTOR_NODES: usize = 64;
