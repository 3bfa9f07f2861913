//! The MathML of every case is well-formed XML of the elements that browsers know, each with as many children as it takes.

use crate::common::formulas::of_cases;
use matcalc::render::Format;
use matcalc::stack::on_large_stack;
use roxmltree::{Document, Node};

const NAMESPACE: &str = "http://www.w3.org/1998/Math/MathML";
const LEAVES: [&str; 4] = ["mi", "mn", "mo", "mtext"];
const ROWS: [&str; 6] = ["math", "mrow", "msqrt", "mtable", "mtr", "mtd"];

/// What is wrong with an element, if anything is.
fn mistake(node: Node<'_, '_>) -> Option<String> {
    let name = node.tag_name().name();
    let children: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    let wanted = match name {
        "mspace" => 0,
        "mfrac" | "msub" | "msup" | "munder" | "mover" => 2,
        "msubsup" | "munderover" => 3,
        leaf if LEAVES.contains(&leaf) => {
            let empty = node.text().is_none_or(str::is_empty);
            return (empty || !children.is_empty()).then(|| format!("<{leaf}> holds no text"));
        }
        row if ROWS.contains(&row) => {
            let inside = match row {
                "mtable" => "mtr",
                "mtr" => "mtd",
                _ => "",
            };
            let strange = children.iter().find(|child| !inside.is_empty() && child.tag_name().name() != inside);
            return strange.map(|child| format!("<{}> in <{row}>", child.tag_name().name()));
        }
        other => return Some(format!("<{other}> is not known")),
    };
    if node.tag_name().namespace() != Some(NAMESPACE) {
        return Some(format!("<{name}> is not MathML"));
    }
    (children.len() != wanted).then(|| format!("<{name}> has {} children", children.len()))
}

#[test]
fn mathml_is_well_formed() {
    let formulas = on_large_stack(|| of_cases(Format::Mathml));
    let mut wrong = Vec::new();
    for (name, text) in &formulas {
        match Document::parse(text) {
            Ok(document) => {
                let found = document.descendants().filter(Node::is_element).find_map(mistake);
                wrong.extend(found.map(|mistake| format!("{name}: {mistake}\n  {text}")));
                let is_math = document.root_element().tag_name().name() == "math";
                assert!(is_math && document.root_element().has_children(), "{name}: {text}");
            }
            Err(error) => wrong.push(format!("{name}: {error}\n  {text}")),
        }
    }
    assert!(formulas.len() > 1000, "{} formulas", formulas.len());
    assert!(wrong.is_empty(), "{} failures\n{}", wrong.len(), wrong.join("\n"));
}
