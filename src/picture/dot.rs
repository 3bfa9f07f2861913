//! A picture in DOT, the language of Graphviz.

use std::fmt::Write as _;

use super::escape;
use super::figure::{BACKWARD, Picture};

/// The graph in DOT: forward edges are solid, those of the backward pass dashed and the other way round.
#[must_use]
pub fn dot(picture: &Picture) -> String {
    let mut out = String::from(
        "digraph computation {\n  rankdir=TB;\n  node [shape=box, style=\"rounded,filled\", fontname=\"DejaVu Sans\"];\n  edge [fontname=\"DejaVu Sans\"];\n",
    );
    // Writing to a string does not fail.
    for (place, node) in picture.nodes.iter().enumerate() {
        let label: Vec<String> = node.lines().map(escape::dot).collect();
        let _ = writeln!(out, "  n{place} [label=\"{}\", fillcolor=\"{}\"];", label.join("\\n"), node.role.ground());
    }
    for edge in &picture.edges {
        let _ = writeln!(out, "  n{} -> n{};", edge.from, edge.to);
    }
    for edge in picture.edges.iter().filter(|edge| edge.comes_back) {
        let label = edge.label.as_deref().map(escape::dot).unwrap_or_default();
        let _ = writeln!(
            out,
            "  n{} -> n{} [label=\"{label}\", style=dashed, color=\"{BACKWARD}\", fontcolor=\"{BACKWARD}\", constraint=false];",
            edge.to, edge.from
        );
    }
    out.push('}');
    out
}
