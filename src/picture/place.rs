//! Where nodes, labels and edges stand: layers from the top down, placed by the crate `layout`.

use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::curve::{At, Curve};

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// The middle of each node.
    pub(super) nodes: Vec<At>,
    /// The middle of each edge's label.
    pub(super) labels: Vec<Option<At>>,
    /// The curve of each edge.
    pub(super) curves: Vec<Curve>,
}

/// What is to be placed.
pub(super) struct Sizes<'a> {
    /// Width and height of each node.
    pub(super) nodes: &'a [At],
    /// The ends of each edge, and the width and height of its label.
    pub(super) edges: &'a [(usize, usize, Option<At>)],
}

/// What the crate adds around a label.
const PADDING: f64 = 10.0;

/// A text of this size in a font of one pixel that begins with a number: the crate measures texts by their characters.
fn sized(number: usize, (width, height): At) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are small and positive")]
    let [width, height] = [width, height].map(|size| (size - PADDING).max(1.0).ceil() as usize);
    let line = format!("{number:<width$}|");
    std::iter::once(line)
        .chain(std::iter::repeat_n(String::from("."), height.saturating_sub(1)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The places of all nodes, labels and edges.
pub(super) fn placed(sizes: &Sizes<'_>) -> Places {
    let look = StyleAttr::new(Color::fast("black"), 1, None, 0, 1);
    let mut graph = VisualGraph::new(Orientation::TopToBottom);
    let nodes: Vec<_> = sizes
        .nodes
        .iter()
        .enumerate()
        .map(|(number, size)| {
            let shape = ShapeKind::new_box(&sized(number, *size));
            let size = Point::new(size.0, size.1);
            let number = number.to_string();
            graph.add_node(Element::create_with_properties(shape, look.clone(), Orientation::TopToBottom, size, number))
        })
        .collect();
    for (number, (from, to, label)) in sizes.edges.iter().enumerate() {
        let text = label.map(|size| sized(number, size)).unwrap_or_default();
        let (start, end) = (LineEndKind::None, LineEndKind::Arrow);
        let line = LineStyleKind::Normal;
        let arrow = Arrow::with_properties(start, end, line, &text, &look, number.to_string(), &None, &None);
        graph.add_edge(arrow, nodes[*from], nodes[*to]);
    }
    let mut seen = Seen {
        places: Places {
            nodes: vec![(0.0, 0.0); sizes.nodes.len()],
            labels: vec![None; sizes.edges.len()],
            curves: vec![Vec::new(); sizes.edges.len()],
        },
        next_is_node: false,
    };
    graph.do_it(false, false, false, &mut seen);
    seen.places
}

/// Keeps what the crate would draw.
struct Seen {
    places: Places,
    /// Whether the next text is the label of a node, whose place is known.
    next_is_node: bool,
}

fn number(text: &str) -> Option<usize> {
    text.split([' ', '|']).next()?.parse().ok()
}

impl RenderBackend for Seen {
    fn draw_rect(&mut self, xy: Point, size: Point, _: &StyleAttr, properties: Option<String>, _: Option<ClipHandle>) {
        self.next_is_node = true;
        if let Some(place) = properties.and_then(|text| number(&text)).and_then(|at| self.places.nodes.get_mut(at)) {
            *place = (xy.x + size.x / 2.0, xy.y + size.y / 2.0);
        }
    }

    fn draw_text(&mut self, xy: Point, text: &str, _: &StyleAttr) {
        if std::mem::take(&mut self.next_is_node) {
            return;
        }
        if let Some(place) = number(text).and_then(|at| self.places.labels.get_mut(at)) {
            *place = Some((xy.x, xy.y));
        }
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        _: (bool, bool),
        _: &StyleAttr,
        properties: Option<String>,
        _: &str,
    ) {
        if let Some(curve) = properties.and_then(|text| number(&text)).and_then(|at| self.places.curves.get_mut(at)) {
            *curve = path.iter().map(|(a, b)| ((a.x, a.y), (b.x, b.y))).collect();
        }
    }

    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}

    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}
