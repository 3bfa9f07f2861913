//! A picture as an SVG: boxes in layers from the top down, forward edges solid, those of the backward pass dashed beside them, the local
//! derivatives on the edges. It has a ground of its own, so it can be read on light and dark pages.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::apart::{Label, apart};
use super::curve::{At, Curve, beside, reversed};
use super::escape;
use super::figure::{BACKWARD, Node, Picture};
use super::place::{Places, Sizes, placed};

/// The width of a character in a font of one pixel, and the sizes of a node's text and of a label's, in pixels.
const ADVANCE: f64 = 0.602;
const TEXT: f64 = 14.0;
const LABEL: f64 = 12.0;
/// The height of a line.
const LINE: f64 = 20.0;
/// Between the text of a node and its border.
const INSIDE: f64 = 12.0;
/// Between two labels.
const BETWEEN: f64 = 8.0;
/// Around the picture.
const MARGIN: f64 = 20.0;
/// From an edge to that of the backward pass beside it.
const APART: f64 = 5.0;

const STYLE: &str = "\
text { font-family: 'DejaVu Sans Mono', 'Menlo', 'Consolas', monospace; font-size: 14px; text-anchor: middle; fill: #1b1f24 }
.value { fill: #57606a } .bar { fill: BACK } .label { font-size: 12px; fill: BACK }
.box { stroke: #57606a; stroke-width: 1.2 }
.over { stroke: BACK; stroke-width: 1.1 }
.edge { fill: none; stroke: #57606a; stroke-width: 1.4 }
.back { fill: none; stroke: BACK; stroke-width: 1.4; stroke-dasharray: 5 3 }";

/// The longest edges of all together that are placed, in layers: placing them takes more than quadratic time.
const MOST_LAYERS: usize = 800;

/// Whether there is too much to be placed: edges that pass many layers.
#[must_use]
pub fn is_too_large(picture: &Picture) -> bool {
    let mut layers = vec![0_usize; picture.nodes.len()];
    for edge in &picture.edges {
        // Operands stand before what uses them, and the edges to a node together.
        layers[edge.to] = layers[edge.to].max(layers[edge.from] + 1);
    }
    let passed = picture
        .edges
        .iter()
        .map(|edge| (layers[edge.to] - layers[edge.from]) * if edge.label.is_some() { 2 } else { 1 });
    passed.sum::<usize>() > MOST_LAYERS
}

/// The graph as an SVG document.
#[must_use]
pub fn svg(picture: &Picture) -> String {
    let nodes: Vec<At> = picture.nodes.iter().map(size).collect();
    let edges: Vec<_> = picture
        .edges
        .iter()
        .map(|edge| {
            let size = edge.label.as_ref().map(|label| label_size(label));
            (edge.from, edge.to, size.map(|(wide, high)| (wide + BETWEEN, high)))
        })
        .collect();
    let places = placed(&Sizes { nodes: &nodes, edges: &edges });
    let labels = labels(picture, &nodes, &places);
    let bounds = Bounds::of(&nodes, &labels, &places);
    let mut out = String::new();
    let (width, height) = (bounds.right - bounds.left, bounds.bottom - bounds.top);
    let style = STYLE.replace("BACK", BACKWARD);
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"{:.0} {:.0} {width:.0} {height:.0}\" role=\"img\">",
        bounds.left, bounds.top
    );
    let _ = writeln!(out, "<title>computation graph</title>\n<style>\n{style}\n</style>");
    out.push_str("<defs>\n");
    for (name, color) in [("tip", "#57606a"), ("tip-back", BACKWARD)] {
        let _ = writeln!(
            out,
            "<marker id=\"{name}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"{color}\"/></marker>"
        );
    }
    out.push_str("</defs>\n");
    let _ = writeln!(
        out,
        "<rect x=\"{:.0}\" y=\"{:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\" fill=\"#ffffff\"/>",
        bounds.left, bounds.top
    );
    for (edge, curve) in picture.edges.iter().zip(&places.curves) {
        let shift = if edge.comes_back { APART } else { 0.0 };
        let is_flat = |end: Option<&(At, At)>, node: usize, at: fn(&(At, At)) -> At| {
            let (middle, high) = (places.nodes[node].1, nodes[node].1);
            end.is_some_and(|end| ((at(end).1 - middle).abs() - high / 2.0).abs() < 1.0)
        };
        let flat = [
            is_flat(curve.first(), edge.from, |(point, _)| *point),
            is_flat(curve.last(), edge.to, |(_, point)| *point),
        ];
        let _ = writeln!(
            out,
            "<path class=\"edge\" d=\"{}\" marker-end=\"url(#tip)\"/>",
            path(&beside(curve, shift, flat))
        );
        if edge.comes_back {
            let back = path(&reversed(&beside(curve, -shift, flat)));
            let _ = writeln!(out, "<path class=\"back\" d=\"{back}\" marker-end=\"url(#tip-back)\"/>");
        }
    }
    // A ground of their own keeps the edges off the labels.
    for (label, at) in &labels {
        let _ = writeln!(out, "<rect {} rx=\"4\" fill=\"#ffffff\"/>", frame(*at, label_size(label)));
    }
    for (label, (x, y)) in &labels {
        lettered(&mut out, "label", label, (*x, y + 4.0), LABEL);
    }
    for (node, (at, size)) in picture.nodes.iter().zip(places.nodes.iter().zip(&nodes)) {
        let ground = node.role.ground();
        let _ = writeln!(out, "<rect class=\"box\" {} rx=\"8\" fill=\"{ground}\"/>", frame(*at, *size));
        let mut base = at.1 - size.1 / 2.0 + INSIDE / 2.0 + 15.0;
        let lines = [("formula", Some(&node.formula)), ("value", node.value.as_ref()), ("bar", node.bar.as_ref())];
        for (class, line) in lines {
            let Some(line) = line else { continue };
            lettered(&mut out, class, line, (at.0, base), TEXT);
            base += LINE;
        }
    }
    out.push_str("</svg>");
    out
}

/// The labels of the edges, none on another or on a node.
fn labels<'a>(picture: &'a Picture, nodes: &[At], places: &Places) -> Vec<(&'a str, At)> {
    let mut texts = Vec::new();
    let mut labels = Vec::new();
    for ((edge, at), curve) in picture.edges.iter().zip(&places.labels).zip(&places.curves) {
        if let (Some(label), Some(at)) = (edge.label.as_deref(), at) {
            let (wide, high) = label_size(label);
            texts.push(label);
            labels.push(Label { at: *at, size: (wide + BETWEEN, high), curve });
        }
    }
    let nodes: Vec<(At, At)> = places.nodes.iter().copied().zip(nodes.iter().copied()).collect();
    texts.into_iter().zip(apart(&labels, &nodes)).collect()
}

/// The attributes of a rectangle around a place.
fn frame((x, y): At, (wide, high): At) -> String {
    format!("x=\"{:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\"", x - wide / 2.0, y - high / 2.0)
}

/// Writes a text around a place, set to the width that its characters are counted with. The bars over its letters are lines, as few fonts
/// and programs set combining characters well.
fn lettered(out: &mut String, class: &str, text: &str, (x, y): At, size: f64) {
    let step = ADVANCE * size;
    let mut plain = String::new();
    let mut bars: Vec<(f64, bool)> = Vec::new();
    let mut at = 0.0;
    for letter in text.chars() {
        if letter == '\u{304}' {
            bars.push((at - step, plain.ends_with(|c: char| c.is_lowercase() && !"bdfhijklt".contains(c))));
            continue;
        }
        plain.push(letter);
        at += wide(&letter.to_string(), step);
    }
    let _ = writeln!(
        out,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{at:.1}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        escape::xml(&plain)
    );
    for (from, is_low) in bars {
        let left = x - at / 2.0 + from;
        let high = y - size * if is_low { 0.68 } else { 0.85 };
        let _ = writeln!(
            out,
            "<line class=\"over\" x1=\"{:.1}\" y1=\"{high:.1}\" x2=\"{:.1}\" y2=\"{high:.1}\"/>",
            left + 0.12 * step,
            left + 0.88 * step
        );
    }
}

fn wide(text: &str, character: f64) -> f64 {
    f64::from(u32::try_from(text.width()).unwrap_or(u32::MAX)) * character
}

fn size(node: &Node) -> At {
    let width = node.lines().map(|line| wide(line, ADVANCE * TEXT)).fold(TEXT, f64::max);
    let lines = f64::from(u32::try_from(node.lines().count()).unwrap_or(1));
    (width + 2.0 * INSIDE, lines * LINE + INSIDE)
}

fn label_size(label: &str) -> At {
    (wide(label, ADVANCE * LABEL) + 6.0, LINE)
}

/// What is drawn lies between these.
struct Bounds {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Bounds {
    fn of(nodes: &[At], labels: &[(&str, At)], places: &Places) -> Self {
        let mut bounds = Self { left: f64::MAX, right: f64::MIN, top: f64::MAX, bottom: f64::MIN };
        let mut around = |(x, y): At, (wide, high): At| {
            bounds.left = bounds.left.min(x - wide / 2.0 - MARGIN);
            bounds.right = bounds.right.max(x + wide / 2.0 + MARGIN);
            bounds.top = bounds.top.min(y - high / 2.0 - MARGIN);
            bounds.bottom = bounds.bottom.max(y + high / 2.0 + MARGIN);
        };
        places.nodes.iter().zip(nodes).for_each(|(at, size)| around(*at, *size));
        labels.iter().for_each(|(label, at)| around(*at, label_size(label)));
        places.curves.iter().flatten().for_each(|(a, b)| [a, b].into_iter().for_each(|at| around(*at, (0.0, 0.0))));
        bounds
    }
}

fn path(curve: &Curve) -> String {
    let [first, second, rest @ ..] = curve.as_slice() else { return String::new() };
    let text = |at: At| format!("{:.1} {:.1}", at.0, at.1);
    let mut out = format!("M{} C{}, {}, {}", text(first.0), text(first.1), text(second.0), text(second.1));
    for (handle, point) in rest {
        let _ = write!(out, " S{}, {}", text(*handle), text(*point));
    }
    out
}
