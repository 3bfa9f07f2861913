//! A picture in lines of text: a rail for each value runs from where it is computed down to where it is last used.

use unicode_width::UnicodeWidthStr as _;

use super::figure::Picture;

/// A value on its rail.
#[derive(Clone, Copy)]
struct Rail {
    node: usize,
    /// How many nodes are still to use it.
    uses: usize,
}

/// The lines of the graph.
#[must_use]
pub fn text(picture: &Picture) -> Vec<String> {
    let mut rails: Vec<Option<Rail>> = Vec::new();
    let mut rows: Vec<(String, usize)> = Vec::new();
    for node in order(picture) {
        let uses = picture.edges.iter().filter(|edge| edge.from == node).count();
        let drawn = row(picture, node, uses, &mut rails);
        rows.push((drawn, node));
    }
    let column = |texts: Vec<&str>| texts.iter().map(|text| text.width()).max().unwrap_or(0);
    let rail = column(rows.iter().map(|(drawn, _)| drawn.as_str()).collect());
    let formula = column(picture.nodes.iter().map(|node| node.formula.as_str()).collect());
    let value = column(picture.nodes.iter().filter_map(|node| node.value.as_deref()).collect());
    let padded = |text: &str, width: usize| format!("{text}{}   ", " ".repeat(width.saturating_sub(text.width())));
    rows.iter()
        .map(|(drawn, node)| {
            let node = &picture.nodes[*node];
            let mut line = padded(drawn, rail) + &padded(&node.formula, formula);
            if value > 0 {
                line.push_str(&padded(node.value.as_deref().unwrap_or_default(), value));
            }
            line.push_str(node.bar.as_deref().unwrap_or_default());
            line.trim_end().to_owned()
        })
        .collect()
}

/// The nodes with each input right before what uses it first.
fn order(picture: &Picture) -> Vec<usize> {
    let is_input = |node: usize| picture.edges.iter().all(|edge| edge.to != node);
    let mut found: Vec<usize> = Vec::new();
    for node in (0..picture.nodes.len()).filter(|node| !is_input(*node)) {
        for edge in picture.edges.iter().filter(|edge| edge.to == node) {
            if is_input(edge.from) && !found.contains(&edge.from) {
                found.push(edge.from);
            }
        }
        found.push(node);
    }
    let left: Vec<usize> = (0..picture.nodes.len()).filter(|node| !found.contains(node)).collect();
    [found, left].concat()
}

/// The rails at a node, which takes the place of its last operand or one of its own.
fn row(picture: &Picture, node: usize, uses: usize, rails: &mut Vec<Option<Rail>>) -> String {
    let is_operand = |rail: &Option<Rail>| {
        rail.is_some_and(|rail| picture.edges.iter().any(|edge| edge.from == rail.node && edge.to == node))
    };
    let used: Vec<usize> = (0..rails.len()).filter(|at| is_operand(&rails[*at])).collect();
    for at in &used {
        if let Some(rail) = &mut rails[*at] {
            rail.uses -= 1;
        }
    }
    let ends = |rails: &[Option<Rail>], at: usize| rails[at].is_some_and(|rail| rail.uses == 0);
    let first = used.first().copied();
    let place = match used.last() {
        Some(last) if ends(rails, *last) => *last,
        last => {
            let from = last.map_or(0, |last| last + 1);
            (from..rails.len()).find(|at| rails[*at].is_none()).unwrap_or_else(|| {
                rails.push(None);
                rails.len() - 1
            })
        }
    };
    let first = first.unwrap_or(place);
    let mut line = String::new();
    for at in 0..rails.len() {
        let is_between = at > first && at < place;
        line.push(match (at == place, used.contains(&at), &rails[at]) {
            (true, ..) => '●',
            (_, true, _) => match (ends(rails, at), at == first) {
                (true, true) => '╰',
                (true, false) => '┴',
                (false, true) => '├',
                (false, false) => '┼',
            },
            (_, _, Some(_)) => '│',
            (_, _, None) if is_between => '─',
            _ => ' ',
        });
        line.push(if at >= first && at < place { '─' } else { ' ' });
    }
    for rail in rails.iter_mut() {
        if rail.is_some_and(|rail| rail.uses == 0) {
            *rail = None;
        }
    }
    rails[place] = (uses > 0).then_some(Rail { node, uses });
    line.trim_end().to_owned()
}
