//! Files as they lie in memory: the numbers of a large `.npy` file are used where the system keeps the file, and no copy is made.
//!
//! The one file with code that the compiler cannot check. What another program writes to a mapped file while it is used changes the
//! numbers, and where it makes the file shorter, the system ends this program with SIGBUS: so files are mapped where a command runs once,
//! and read where a session stays.
#![allow(unsafe_code, reason = "a mapped file is a slice only as long as no one shortens it, which no compiler sees")]

use std::fs::File;
use std::marker::PhantomData;

use memmap2::{Mmap, MmapOptions};

use crate::kernel::Real;

/// Doubles or floats in a mapped file.
pub(super) struct Mapped<T> {
    map: Mmap,
    numbers: PhantomData<T>,
}

impl<T: Real> Mapped<T> {
    /// So many numbers that stand in a file after so many bytes, as this machine stores them; nothing where they cannot be mapped, or would
    /// not begin where such a number may.
    pub(super) fn new(file: &File, after: u64, count: usize) -> Option<Self> {
        let bytes = count.checked_mul(size_of::<T>())?;
        // SAFETY: the map is only read, and the file is as long as the map, as the caller has seen; see above for what others may do.
        let map = unsafe { MmapOptions::new().offset(after).len(bytes).map(file) }.ok()?;
        let mapped = Self { map, numbers: PhantomData };
        (mapped.as_ref().len() == count).then_some(mapped)
    }
}

impl<T: Real> AsRef<[T]> for Mapped<T> {
    fn as_ref(&self) -> &[T] {
        // SAFETY: any eight bytes are a double, any four a float; what does not lie as these do is not in the middle.
        let (before, numbers, _) = unsafe { self.map.align_to::<T>() };
        if before.is_empty() { numbers } else { &[] }
    }
}
