//! What is drawn: nodes with their labels, and edges between them.

/// What a node of a computation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An input by which is differentiated.
    Variable,
    /// Another input.
    Constant,
    /// An operation.
    Operation,
    /// The result.
    Result,
}

/// A node with its label in lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// Its name, or its name and what it is.
    pub formula: String,
    /// Its value.
    pub value: Option<String>,
    /// Its cotangent.
    pub bar: Option<String>,
}

/// An edge from an operand to what uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The operand, by its place.
    pub from: usize,
    /// What uses it.
    pub to: usize,
    /// The local derivative.
    pub label: Option<String>,
    /// Whether a cotangent comes back along it.
    pub comes_back: bool,
}

/// A computation as it is drawn: operands stand before what uses them, the result last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges.
    pub edges: Vec<Edge>,
}

/// The color of the backward pass.
pub(super) const BACKWARD: &str = "#c0392b";

impl Role {
    /// The color of a node's ground.
    pub(super) fn ground(self) -> &'static str {
        match self {
            Self::Variable => "#dcebfb",
            Self::Constant => "#eeeeee",
            Self::Operation => "#ffffff",
            Self::Result => "#e2f3e0",
        }
    }
}

impl Node {
    /// The lines of its label.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        [Some(self.formula.as_str()), self.value.as_deref(), self.bar.as_deref()].into_iter().flatten()
    }
}
