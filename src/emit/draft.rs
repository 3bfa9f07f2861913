//! What a function is written from.

use super::listing::Part;
use crate::codegen::Layout;
use crate::expr::{Arena, ExprId, SymbolId};

/// A result of a function.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What it is.
    pub part: Part,
    /// Its expression.
    pub expr: ExprId,
    /// How its array is laid out.
    pub layout: Layout,
}

/// The name of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionName<'a> {
    /// This one; another where something else is called so.
    Wish(&'a str),
    /// This one and no other.
    Given(&'a str),
}

/// What a function is written from.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The expressions' store.
    pub arena: &'a Arena,
    /// The symbols that may be arguments, in their order.
    pub symbols: &'a [SymbolId],
    /// The variables.
    pub wrt: &'a [SymbolId],
    /// The results.
    pub pieces: &'a [Piece],
    /// The name of the function.
    pub name: FunctionName<'a>,
    /// What it computes, in a line.
    pub about: &'a str,
    /// Square matrices that the conditions ask to be symmetric.
    pub symmetric: &'a [SymbolId],
    /// The conditions under which that holds, as clauses.
    pub conditions: &'a [String],
}
