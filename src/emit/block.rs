//! Matrices of blocks: which blocks are in a row, and how vectors lie in it.

use super::code::Code;

/// A row of the blocks of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockRow {
    /// How many blocks are in it.
    pub(super) count: usize,
    /// Whether it is one row of entries, in which vectors are rows; in others they are columns.
    pub(super) is_flat: bool,
}

/// The blocks of a matrix row by row, and whether each is one row of entries.
pub(super) fn by_rows<'a, T>(rows: &[BlockRow], mut blocks: &'a [T]) -> Vec<(bool, &'a [T])> {
    let mut next = |row: &BlockRow| {
        let (own, rest) = blocks.split_at(row.count.min(blocks.len()));
        blocks = rest;
        (row.is_flat, own)
    };
    rows.iter().map(&mut next).collect()
}

/// The texts of parts of a matrix; vectors are turned into rows where each part is one row of entries.
pub(super) fn part_texts(parts: &[Code], is_flat: bool, turned: impl Fn(&Code) -> String) -> Vec<String> {
    parts.iter().map(|part| if is_flat && part.rank == 1 { turned(part) } else { part.text.clone() }).collect()
}

/// The texts of the blocks of each row.
pub(super) fn row_texts(rows: &[BlockRow], blocks: &[Code], turned: impl Fn(&Code) -> String) -> Vec<Vec<String>> {
    by_rows(rows, blocks).into_iter().map(|(is_flat, row)| part_texts(row, is_flat, &turned)).collect()
}
