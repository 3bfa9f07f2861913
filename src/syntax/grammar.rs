//! The grammar file, compiled.

/// The compiled grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/matcalc.pest"]
pub(super) struct Grammar;
