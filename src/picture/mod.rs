//! Pictures of a computation: its nodes and edges as text, in DOT, in Mermaid and as an SVG that needs no other program.
//!
//! The room draws what it is given and knows nothing of expressions: labels are texts.

mod apart;
mod curve;
mod dot;
mod escape;
mod figure;
mod mermaid;
mod place;
mod svg;
mod text;

pub use dot::dot;
pub use figure::{Edge, Node, Picture, Role};
pub use mermaid::mermaid;
pub use svg::{is_too_large, svg};
pub use text::text;

#[cfg(test)]
mod tests {
    use super::*;

    /// z = wx, y = z², with the backward pass.
    fn sample() -> Picture {
        let node = |role, formula: &str, bar: Option<&str>| Node {
            role,
            formula: formula.into(),
            value: None,
            bar: bar.map(str::to_owned),
        };
        let edge = |from, to, label: Option<&str>| Edge {
            from,
            to,
            label: label.map(str::to_owned),
            comes_back: label.is_some(),
        };
        Picture {
            nodes: vec![
                node(Role::Variable, "w", Some("w\u{304} = z\u{304}x")),
                node(Role::Constant, "x", None),
                node(Role::Operation, "z = wx", Some("z\u{304} = 2y\u{304}z")),
                node(Role::Result, "y = z²", Some("y\u{304} = 1")),
            ],
            edges: vec![edge(0, 2, Some("x")), edge(1, 2, None), edge(2, 3, Some("2z < \"3\""))],
        }
    }

    #[test]
    fn dot_has_edges_back() {
        let text = dot(&sample());
        assert!(text.contains("n0 [label=\"w\\nw\u{304} = z\u{304}x\""), "{text}");
        assert!(text.contains("  n0 -> n2;\n"), "{text}");
        assert!(text.contains("n3 -> n2 [label=\"2z < \\\"3\\\"\""), "{text}");
        assert!(!text.contains("n2 -> n1"), "{text}");
    }

    #[test]
    fn mermaid_quotes_what_has_a_meaning() {
        let text = mermaid(&sample());
        assert!(text.starts_with("flowchart TB\n"), "{text}");
        assert!(text.contains("n3 -. \"2z #lt; #quot;3#quot;\" .-> n2"), "{text}");
        assert!(text.contains("linkStyle 3,4 "), "{text}");
    }

    #[test]
    fn text_has_a_rail_for_each_value() {
        let wanted = "\
●     w        w\u{304} = z\u{304}x
│ ●   x
╰─●   z = wx   z\u{304} = 2y\u{304}z
  ●   y = z²   y\u{304} = 1";
        assert_eq!(text(&sample()).join("\n"), wanted);
    }

    #[test]
    fn an_svg_has_every_label() {
        let text = svg(&sample());
        for label in ["z = wx", "2z &lt; &quot;3&quot;", ">y = 1</text>"] {
            assert!(text.contains(label), "{label}: {text}");
        }
        assert_eq!(text.matches("class=\"back\"").count(), 2, "{text}");
    }
}
