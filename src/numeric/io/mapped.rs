//! Files as they lie in memory: the numbers of a large `.npy` file are used where the system keeps the file, and no copy is made.
//!
//! The one file with code that the compiler cannot check. What another program writes to a mapped file while it is used changes the
//! numbers, and where it makes the file shorter, the system ends this program with SIGBUS: so files are mapped where a command runs once,
//! and read where a session stays.
#![allow(unsafe_code, reason = "a mapped file is a slice only as long as no one shortens it, which no compiler sees")]

use std::fs::File;

use memmap2::{Mmap, MmapOptions};

/// Doubles in a mapped file.
pub(super) struct Mapped {
    map: Mmap,
}

impl Mapped {
    /// So many doubles that stand in a file after so many bytes, as this machine stores them; nothing where they cannot be mapped, or would
    /// not begin where a double may.
    pub(super) fn new(file: &File, after: u64, count: usize) -> Option<Self> {
        let bytes = count.checked_mul(size_of::<f64>())?;
        // SAFETY: the map is only read, and the file is as long as the map, as the caller has seen; see above for what others may do.
        let map = unsafe { MmapOptions::new().offset(after).len(bytes).map(file) }.ok()?;
        let mapped = Self { map };
        (mapped.as_ref().len() == count).then_some(mapped)
    }
}

impl AsRef<[f64]> for Mapped {
    fn as_ref(&self) -> &[f64] {
        // SAFETY: any eight bytes are a double; what does not lie as doubles do is not in the middle.
        let (before, doubles, _) = unsafe { self.map.align_to::<f64>() };
        if before.is_empty() { doubles } else { &[] }
    }
}
