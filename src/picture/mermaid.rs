//! A picture in Mermaid, which GitHub and other places draw from text.

use std::fmt::Write as _;

use super::escape;
use super::figure::{BACKWARD, Picture, Role};

/// The graph as a flowchart: forward edges are solid, those of the backward pass dotted and the other way round.
#[must_use]
pub fn mermaid(picture: &Picture) -> String {
    let mut out = String::from("flowchart TB\n");
    // Writing to a string does not fail.
    for (place, node) in picture.nodes.iter().enumerate() {
        let label: Vec<String> = node.lines().map(escape::mermaid).collect();
        let class = class(node.role);
        let _ = writeln!(out, "  n{place}([\"{}\"]):::{class}", label.join("<br/>"));
    }
    for edge in &picture.edges {
        let _ = writeln!(out, "  n{} --> n{}", edge.from, edge.to);
    }
    let back: Vec<_> = picture.edges.iter().filter(|edge| edge.comes_back).collect();
    for edge in &back {
        let arrow = match &edge.label {
            Some(label) => format!("-. \"{}\" .->", escape::mermaid(label)),
            None => "-.->".to_owned(),
        };
        let _ = writeln!(out, "  n{} {arrow} n{}", edge.to, edge.from);
    }
    if !back.is_empty() {
        let first = picture.edges.len();
        let numbers: Vec<String> = (first..first + back.len()).map(|number| number.to_string()).collect();
        let _ = writeln!(out, "  linkStyle {} stroke:{BACKWARD},color:{BACKWARD}", numbers.join(","));
    }
    for role in [Role::Variable, Role::Constant, Role::Operation, Role::Result] {
        if picture.nodes.iter().any(|node| node.role == role) {
            let _ = writeln!(out, "  classDef {} fill:{},stroke:#555,color:#111", class(role), role.ground());
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn class(role: Role) -> &'static str {
    match role {
        Role::Variable => "variable",
        Role::Constant => "constant",
        Role::Operation => "operation",
        Role::Result => "result",
    }
}
