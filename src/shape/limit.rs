//! The limits of this stage, so that no input makes it run without end. Each is far above what
//! people write; reaching one makes the guess coarser, never wrong.

/// Nodes that the search for kinds may visit in total: tries × nodes of the input.
pub(super) const SEARCH_WORK: usize = 4_000_000;

/// Tries that the exhaustive search has, whatever the size of the input, at least and at most.
pub(super) const SEARCH_TRIES: (usize, usize) = (12, 1500);

/// Symbols that the exhaustive search moves off their first kind; beyond, moves are made greedily.
pub(super) const MOVED_SYMBOLS: usize = 4;

/// Passes of the greedy search.
pub(super) const GREEDY_PASSES: usize = 24;

/// Clashes that one pass records; it goes on without recording more.
pub(super) const CLASHES: usize = 256;

/// Clashes that are reported.
pub(super) const REPORTED: usize = 12;

/// Nodes that are visited to find the symbols of a clash.
pub(super) const CLASH_NODES: usize = 4096;

/// Bits that an exact constant may have.
pub(super) const CONSTANT_BITS: u64 = 4096;

/// Factors that a product of sizes may have.
pub(super) const SIZE_FACTORS: usize = 256;

/// Kronecker factors that one side of a matrix may be made of; more is an error that says so.
pub(super) const KRONECKER_FACTORS: usize = 48;
