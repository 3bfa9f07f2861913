//! The steps of a plan as text: `t1[i] = A[i,j] x[j]`, summed over the labels that the left side does not have.

use rustc_hash::FxHashMap;

use super::contraction::{Contraction, Group, Label};
use super::entry::{Fold, Map, Zip};
use super::fuse::{Fusion, Role, axes_of_head, matched, resolved};
use super::graph::{Graph, Kernel};
use super::matrix::{Factors, Matrix};
use super::node::{NodeId, Source};
use super::plan::{Plan, Step};
use crate::expr::Arena;
use crate::render::{Format, size_text};

/// The letters of labels.
const LETTERS: &str = "ijklpqrsuvw";

/// A row of the table of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name of the value.
    pub name: String,
    /// What it is.
    pub formula: String,
}

/// The steps of a plan; `names` are those of its values.
#[must_use]
pub fn rows(arena: &Arena, plan: &Plan, names: &[String]) -> Vec<Row> {
    let mut writer = Writer { arena, graph: &plan.graph, fusion: &plan.fusion, names: FxHashMap::default() };
    for (root, name) in plan.roots.iter().zip(names) {
        if !matches!(plan.graph.kernel(*root), Kernel::Input(_) | Kernel::Number(_)) {
            writer.names.entry(*root).or_insert_with(|| name.clone());
        }
    }
    let mut rows = Vec::new();
    let mut next = 0;
    for (step, _) in &plan.steps {
        match step {
            Step::Factor(matrix) => {
                let of = writer.name(*matrix);
                let name = if plan.graph.factors(*matrix) == Factors::Cholesky { "Cholesky" } else { "LU" };
                rows.push(Row { name: format!("{name}({of})"), formula: format!("the factors of {of}") });
            }
            Step::Value(id) => {
                if !writer.names.contains_key(id) {
                    next += 1;
                    writer.names.insert(*id, format!("t{next}"));
                }
                let (axes, formula) = writer.formula(*id);
                rows.push(Row { name: format!("{}{axes}", writer.name(*id)), formula });
            }
        }
    }
    rows
}

struct Writer<'a> {
    arena: &'a Arena,
    graph: &'a Graph,
    fusion: &'a Fusion,
    names: FxHashMap<NodeId, String>,
}

fn letter(label: Label) -> String {
    LETTERS.chars().nth(label as usize).map_or_else(|| format!("i{label}"), String::from)
}

fn group(labels: &Group) -> String {
    match labels.as_slice() {
        [] => "0".to_owned(),
        [only] => letter(*only),
        several => format!("({})", several.iter().map(|label| letter(*label)).collect::<String>()),
    }
}

fn bracketed(groups: &[Group]) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let list: Vec<String> = groups.iter().map(group).collect();
    format!("[{}]", list.join(","))
}

impl Writer<'_> {
    fn name(&self, id: NodeId) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        match self.graph.kernel(id) {
            Kernel::Input(Source::Symbol(symbol)) => self.arena.symbol(*symbol).name.clone(),
            Kernel::Input(Source::Differential(symbol, slot)) => {
                let name = &self.arena.symbol(*symbol).name;
                if *slot == 0 { format!("d{name}") } else { format!("d{name}{slot}") }
            }
            Kernel::Input(Source::Index(_)) => "index".to_owned(),
            Kernel::Input(Source::Direction(number)) => format!("v{number}"),
            Kernel::Number(value) => format!("{}", value.value()),
            Kernel::Size(length) => {
                let sizes: Vec<String> =
                    length.of.iter().flatten().map(|dim| size_text(self.arena, Format::Unicode, *dim)).collect();
                match &*sizes {
                    [] => length.size.to_string(),
                    [only] => only.clone(),
                    _ => sizes
                        .iter()
                        .map(|size| if size.contains(' ') { format!("({size})") } else { size.clone() })
                        .collect(),
                }
            }
            Kernel::Range(_) => "0…".to_owned(),
            _ if self.graph.is_ones(id) => "1".to_owned(),
            _ => "?".to_owned(),
        }
    }

    /// The axes of a node's value, and what it is.
    fn formula(&self, id: NodeId) -> (String, String) {
        let name = |id: &NodeId| self.name(*id);
        let list = |ids: &[NodeId]| ids.iter().map(name).collect::<Vec<_>>().join(", ");
        let formula = match self.graph.kernel(id) {
            Kernel::Contract(contraction) => return (bracketed(&contraction.output), self.whole(contraction, id)),
            Kernel::Map(..) | Kernel::Zip(..) | Kernel::Sum(_) => {
                // Axes are written where not all values run through the same.
                let is_product = |id: &NodeId| matches!(self.graph.kernel(*id), Kernel::Contract(_));
                let axes =
                    self.fusion.members(id).iter().any(is_product).then(|| axes_of_head(self.graph, id)).flatten();
                let formula = self.entrywise(id, axes.as_deref());
                return (axes.map(|axes| bracketed(&axes)).unwrap_or_default(), formula);
            }
            Kernel::Fold(fold, x, _) => {
                let function = match fold {
                    Fold::Max => "max",
                    Fold::Min => "min",
                    Fold::Product => "prod",
                    Fold::LogSumExp => "logsumexp",
                };
                format!("{function}({})", name(x))
            }
            Kernel::Others(x, _) => format!("products of the others in {}", name(x)),
            Kernel::Matrix(matrix, operands) => match matrix {
                Matrix::Solve { transposed: false } => format!("{}⁻¹ {}", name(&operands[0]), name(&operands[1])),
                Matrix::Solve { transposed: true } => format!("{}⁻ᵀ {}", name(&operands[0]), name(&operands[1])),
                Matrix::Inverse => format!("{}⁻¹", name(&operands[0])),
                other => format!("{}({})", other.row().name, list(operands)),
            },
            Kernel::Stack(parts) => format!("[{}]", list(parts)),
            Kernel::Join(parts, axis) => {
                let between = if *axis + 1 == self.graph.lengths(id).len() && *axis > 0 { ", " } else { "; " };
                format!("[{}]", parts.iter().map(name).collect::<Vec<_>>().join(between))
            }
            Kernel::Take(array, positions) => format!("{}[{}]", name(array), self.positions(positions)),
            Kernel::Scatter(parts, positions, _) => {
                format!("{} added up at [{}]", name(parts), self.positions(positions))
            }
            Kernel::Input(_) | Kernel::Number(_) | Kernel::Size(_) | Kernel::Range(_) => name(&id),
        };
        (String::new(), formula)
    }

    /// Positions along the first axes: the first and the last of those that follow one another, else their names.
    fn positions(&self, all: &[NodeId]) -> String {
        let text = |id: &NodeId| match (self.graph.consecutive(*id), self.graph.lengths(*id)) {
            (Some((0, start)), [length]) if length.size > 0 => {
                let sizes: f64 = start.sizes.iter().map(|(times, length)| times * length.size as f64).sum();
                let first = start.number + sizes;
                format!("{first}…{}", first + length.size as f64 - 1.0)
            }
            _ => self.name(*id),
        };
        all.iter().map(text).collect::<Vec<_>>().join(", ")
    }

    /// A contraction that is a step, with its sum.
    fn whole(&self, contraction: &Contraction, id: NodeId) -> String {
        let labels: Vec<Group> = (0..).take(contraction.lengths.len()).map(|label| vec![label]).collect();
        let product = self.product(contraction, &labels, !self.fusion.members(id).is_empty());
        let mut labels: Vec<Label> =
            contraction.operands.iter().flat_map(|(_, groups)| groups.iter().flatten()).copied().collect();
        labels.sort_unstable();
        labels.dedup();
        labels.retain(|label| !contraction.output.iter().flatten().any(|kept| kept == label));
        let letters: String = labels.into_iter().map(letter).collect();
        if letters.is_empty() { product } else { format!("Σ{letters} {product}") }
    }

    fn product(&self, contraction: &Contraction, labels: &[Group], with_members: bool) -> String {
        let factor = |(operand, groups): &(NodeId, Box<[Group]>)| {
            let axes: Vec<Group> = groups.iter().map(|group| resolved(group, labels)).collect();
            if with_members { self.operand(*operand, Some(&axes)) } else { self.entries(*operand, Some(&axes)) }
        };
        let factors: Vec<String> = contraction.operands.iter().map(factor).collect();
        if factors.is_empty() { "1".to_owned() } else { factors.join(" ") }
    }

    /// A node by its name, with the axes that it runs along; of ones the number alone.
    fn entries(&self, id: NodeId, axes: Option<&[Group]>) -> String {
        let is_number = self.graph.is_ones(id) && !self.names.contains_key(&id);
        // Of 0, 1, … the entry at i is i.
        if let (Kernel::Range(_), Some([axis])) = (self.graph.kernel(id), axes) {
            return group(axis);
        }
        let axes = axes.filter(|_| !is_number).map(bracketed).unwrap_or_default();
        format!("{}{axes}", self.name(id))
    }

    /// An operand of a loop as it stands in the formula of what uses it: a member with its own formula, in brackets where it is a sum.
    fn operand(&self, id: NodeId, axes: Option<&[Group]>) -> String {
        if self.fusion.member(id).is_none() || self.graph.is_ones(id) {
            return self.entries(id, axes);
        }
        let formula = self.entrywise(id, axes);
        let is_closed = match self.graph.kernel(id) {
            Kernel::Map(..) | Kernel::Zip(Zip::LogAddExp | Zip::Equal, ..) => true,
            Kernel::Contract(_) => axes.is_some(),
            _ => false,
        };
        if is_closed { formula } else { format!("({formula})") }
    }

    /// The formula of a head or member, entry by entry.
    fn entrywise(&self, id: NodeId, axes: Option<&[Group]>) -> String {
        let name = |id: &NodeId| self.operand(*id, axes);
        match self.graph.kernel(id) {
            Kernel::Map(map, x) => {
                let argument = name(x);
                let is_bracketed =
                    argument.starts_with('(') && matches!(self.graph.kernel(*x), Kernel::Sum(_) | Kernel::Zip(..));
                if is_bracketed {
                    format!("{}{argument}", map_name(*map))
                } else {
                    format!("{}({argument})", map_name(*map))
                }
            }
            Kernel::Zip(zip, x, y) => match zip {
                Zip::Divide => format!("{} ./ {}", name(x), name(y)),
                Zip::Power => format!("{} .^ {}", name(x), name(y)),
                Zip::Equal => format!("[{} = {}]", name(x), name(y)),
                Zip::LogAddExp => format!("logaddexp({}, {})", name(x), name(y)),
                Zip::Xlogy => format!("{} log {}", name(x), name(y)),
                Zip::Keep => format!("{} where {}", name(x), name(y)),
                Zip::Maximum => format!("max({}, {})", name(x), name(y)),
                Zip::Minimum => format!("min({}, {})", name(x), name(y)),
            },
            Kernel::Sum(terms) => {
                let mut text = String::new();
                for (coeff, term) in terms {
                    let number = self.graph.as_number(*term).filter(|number| *number < 0.0);
                    let coeff = if number.is_some() { -coeff.value() } else { coeff.value() };
                    text.push_str(match (text.is_empty(), coeff < 0.0) {
                        (true, true) => "−",
                        (true, false) => "",
                        (false, true) => " − ",
                        (false, false) => " + ",
                    });
                    if coeff.abs() != 1.0 {
                        text.push_str(&format!("{} ", coeff.abs()));
                    }
                    match number {
                        // Nobody adds a negative number.
                        Some(number) => text.push_str(&super::cost::number(-number)),
                        None => text.push_str(&self.term(*term, axes)),
                    }
                }
                text
            }
            Kernel::Contract(contraction) => match axes.and_then(|axes| matched(contraction, axes, false)) {
                Some(labels) => self.product(contraction, &labels, true),
                None => "?".to_owned(),
            },
            _ => self.name(id),
        }
    }

    /// A term of a sum: of a diagonal its entries where two axes are equal.
    fn term(&self, id: NodeId, axes: Option<&[Group]>) -> String {
        let is_added = self.fusion.member(id).is_some_and(|member| member.role == Role::Diagonal);
        let (true, Some(axes), Kernel::Contract(contraction)) = (is_added, axes, self.graph.kernel(id)) else {
            return self.operand(id, axes);
        };
        let mut labels: Vec<Group> = vec![Group::new(); contraction.lengths.len()];
        let mut equal = Vec::new();
        for (group, axis) in contraction.output.iter().zip(axes) {
            for label in group {
                let known = &mut labels[*label as usize];
                if known.is_empty() {
                    known.clone_from(axis);
                } else {
                    let letters = |axis: &Group| axis.iter().map(|label| letter(*label)).collect::<String>();
                    equal.push(format!("{} = {}", letters(known), letters(axis)));
                }
            }
        }
        let condition = format!("[{}]", equal.join(", "));
        if contraction.operands.is_empty() {
            return condition;
        }
        format!("{} {condition}", self.product(contraction, &labels, true))
    }
}

fn map_name(map: Map) -> String {
    match map {
        Map::Func(func) => format!("{func:?}").to_lowercase(),
        Map::Sqrt => "sqrt".to_owned(),
        Map::Reciprocal => "1/".to_owned(),
        Map::Log1p => "log1p".to_owned(),
        Map::Expm1 => "expm1".to_owned(),
        Map::LogExpit => "logsigmoid".to_owned(),
        Map::LogNormCdf => "logndtr".to_owned(),
        Map::NormRatio => "normratio".to_owned(),
        Map::Factorial => "factorial".to_owned(),
        Map::Truncate => "trunc".to_owned(),
    }
}
