//! The nodes of a computation as text: names, formulas, local derivatives and cotangents in one format.

use nalgebra::DMatrix;

use crate::answer::backprop::Backprop;
use crate::backprop::{Local, LocalKind, Node};
use crate::expr::{ExprId, SymbolId};
use crate::problem::Problem;
use crate::render::{Format, render_name, render_whole};

/// A node as text.
#[derive(Clone, Debug)]
pub(super) struct NodeText {
    /// Its name.
    pub(super) name: String,
    /// What it is; none of an input.
    pub(super) formula: Option<String>,
    /// Its local derivatives.
    pub(super) locals: Vec<LocalText>,
    /// The name of its cotangent and what that is.
    pub(super) bar: Option<(String, String)>,
}

/// A local derivative as text.
#[derive(Clone, Debug)]
pub(super) struct LocalText {
    /// ∂y/∂z
    pub(super) left: String,
    /// `= σ′(z) = y(1 − y)`, `: z̄ ↦ z̄xᵀ`
    pub(super) right: String,
    /// The shortest that says it: `y(1 − y)`, `z̄ ↦ z̄xᵀ`
    pub(super) short: String,
}

/// Writes in one format.
pub(super) struct Writer<'a> {
    pub(super) problem: &'a Problem,
    pub(super) found: &'a Backprop,
    pub(super) format: Format,
}

impl Writer<'_> {
    /// All nodes.
    pub(super) fn nodes(&self) -> Vec<NodeText> {
        (0..self.found.tape.nodes.len()).map(|place| self.node(place)).collect()
    }

    fn node(&self, place: usize) -> NodeText {
        let node = &self.found.tape.nodes[place];
        let bar = self.found.bars[place].map(|bar| (self.bar_name(node, bar.symbol), self.expr(bar.shown)));
        NodeText {
            name: self.label(node.symbol),
            formula: node.normal.map(|formula| self.expr(formula)),
            locals: self.found.locals[place].iter().map(|local| self.local(node, local)).collect(),
            bar,
        }
    }

    /// The name of a node: of a family that is differentiated by, that of its member.
    pub(super) fn label(&self, symbol: SymbolId) -> String {
        self.found.tape.part(symbol).map_or_else(|| self.name(symbol), |part| self.expr(part.expr))
    }

    /// The name of a node's cotangent, with the index of a member.
    pub(super) fn bar_name(&self, node: &Node, bar: SymbolId) -> String {
        let (name, label) = (self.name(node.symbol), self.label(node.symbol));
        format!("{}{}", self.name(bar), label.strip_prefix(&name).unwrap_or_default())
    }

    pub(super) fn name(&self, symbol: SymbolId) -> String {
        render_name(&self.problem.arena, symbol, self.format)
    }

    pub(super) fn expr(&self, expr: ExprId) -> String {
        render_whole(&self.problem.arena, expr, self.format, &self.problem.style)
    }

    fn local(&self, node: &Node, local: &Local) -> LocalText {
        let (of, by) = (self.name(node.symbol), self.label(local.of));
        let is_latex = self.format == Format::Latex;
        let (partial, arrow) = if self.format == Format::Ascii { ("d", "|->") } else { ("∂", "↦") };
        let left = match is_latex {
            true => format!("\\frac{{\\partial {of}}}{{\\partial {by}}}"),
            false => format!("{partial}{of}/{partial}{by}"),
        };
        let shown = self.expr(local.shown);
        if local.kind == LocalKind::Map {
            let bar = self.found.tape.nodes.iter().position(|other| other.symbol == node.symbol);
            let bar = bar.and_then(|place| self.found.bars[place]).map(|bar| self.name(bar.symbol)).unwrap_or_default();
            let short = if is_latex { format!("{bar} \\mapsto {shown}") } else { format!("{bar} {arrow} {shown}") };
            let right = if is_latex { format!("\\colon {short}") } else { format!(": {short}") };
            return LocalText { left, right, short };
        }
        let exact = local.exact.map(|exact| self.expr(exact));
        let right = match &exact {
            Some(exact) => format!(" = {shown} = {exact}"),
            None => format!(" = {shown}"),
        };
        LocalText { left, right, short: exact.unwrap_or(shown) }
    }
}

/// The longest text of a value.
const LONGEST: usize = 36;

/// A value in few digits; a long one by its size and its first entries.
pub(super) fn value_text(value: &DMatrix<f64>) -> String {
    if value.shape() == (1, 1) {
        return number(value[(0, 0)]);
    }
    let rows: Vec<String> = if value.ncols() == 1 {
        vec![value.iter().map(|entry| number(*entry)).collect::<Vec<_>>().join(" ")]
    } else {
        let row = |row: usize| value.row(row).iter().map(|entry| number(*entry)).collect::<Vec<_>>().join(" ");
        (0..value.nrows()).map(row).collect()
    };
    let text = format!("[{}]", rows.join("; "));
    if text.len() <= LONGEST {
        return text;
    }
    let mut kept = String::from("[");
    for entry in rows[0].split(' ') {
        if kept.len() + entry.len() > LONGEST / 2 {
            break;
        }
        kept.push_str(entry);
        kept.push(' ');
    }
    let size = if value.ncols() == 1 {
        format!("{} entries", value.nrows())
    } else {
        format!("{}×{}", value.nrows(), value.ncols())
    };
    format!("{kept}…] ({size})")
}

/// Five significant digits, without zeros at the end.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e7).contains(&value.abs()) {
        let text = format!("{value:.4e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
        return format!("{digits}e{exponent}");
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
    let before = value.abs().log10().floor() as i32;
    let places = usize::try_from(4 - before).unwrap_or(0);
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short() {
        let table = [
            (0.0, "0"),
            (1.0, "1"),
            (-0.5, "-0.5"),
            (0.123_456_789, "0.12346"),
            (12_345.678, "12346"),
            (1e-9, "1e-9"),
            (-2.5e12, "-2.5e12"),
            (0.75, "0.75"),
        ];
        for (value, text) in table {
            assert_eq!(number(value), text);
        }
        assert_eq!(value_text(&DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.5])), "[1 2; 3 4.5]");
        assert_eq!(value_text(&DMatrix::from_element(100, 1, 0.125)), "[0.125 0.125 0.125 …] (100 entries)");
    }
}
