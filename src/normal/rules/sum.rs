//! Sums: how they are collected.

use crate::normal::identity::{Identity, Rule};

pub(super) const ROWS: &[Identity] = &[Identity {
    id: "like-terms",
    says: "aX + bX = (a + b)X of numbers a and b",
    example: "2 X + Y - 3 X",
    declare: "X: matrix(m,n); Y: matrix(m,n)",
    want: "Y − X",
    rule: Rule::Canonical,
}];
