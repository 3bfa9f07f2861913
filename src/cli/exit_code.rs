//! Exit statuses of the command line.

/// The answer is printed, or the claim holds.
pub(super) const OK: u8 = 0;
/// A check or a claim failed.
pub(super) const FAILED: u8 = 1;
/// The input cannot be read, has no shape, or cannot be differentiated.
pub(super) const INPUT: u8 = 2;
