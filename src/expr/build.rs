//! Smart constructors: every node they make is in normal form.

/// Tables of results already found.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {}
