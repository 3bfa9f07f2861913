//! The graph of a computation: inputs, then operations, each after what it uses, with a name for every one.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, ExprId, NameParts, Node as Operator, Norm, Part, Symbol, SymbolId, SymbolKind};
use crate::number::Coeff;
use crate::structure::Structure;

/// Letters for the nodes of operators, v₁, v₂, …
const LETTERS: [&str; 8] = ["v", "u", "q", "s", "r", "h", "g", "ν"];
/// Names for a result that has none.
const RESULTS: [&str; 5] = ["𝓛", "J", "f", "F", "Φ"];

/// An input or an operation.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name.
    pub symbol: SymbolId,
    /// What it is in the names of earlier nodes, as it was written; none of an input.
    pub formula: Option<ExprId>,
    /// The same in normal form.
    pub normal: Option<ExprId>,
    /// Whether it depends on what is differentiated by, in its normal form: 0·x does not.
    pub is_active: bool,
    /// Of a family that is differentiated by: its member, whichever it is.
    pub part: Option<Part>,
}

/// The parts that a text names, each after those that it uses, and the name of the whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts<'a> {
    /// Names and what they stand for.
    pub named: &'a [(String, ExprId)],
    /// The name of the whole.
    pub whole: Option<&'a str>,
}

/// The graph of a computation.
#[derive(Clone, Debug)]
pub struct Tape {
    /// Inputs first, operands before what uses them, the result last.
    pub nodes: Vec<Node>,
}

impl Tape {
    /// The graph of an expression as it was written: a node for each named part, or, where none is named, for each operator.
    pub fn new(arena: &mut Arena, root: ExprId, parts: &Parts<'_>, wrt: &[SymbolId], members: &[Part]) -> Self {
        let order = arena.post_order(root);
        let place = |id: ExprId| order.iter().position(|known| *known == id);
        let mut named: Vec<(usize, &str, ExprId)> = Vec::new();
        for (name, id) in parts.named {
            if let Some(place) = place(*id)
                && *id != root
                && !matches!(arena.node(*id), Operator::Symbol(_) | Operator::Number(_))
                && !named.iter().any(|(known, ..)| *known == place)
            {
                named.push((place, name, *id));
            }
        }
        named.sort_unstable_by_key(|(place, ..)| *place);
        let whole =
            parts.whole.or_else(|| parts.named.iter().find(|(_, id)| *id == root).map(|(name, _)| name.as_str()));
        let mut names = Names::new(arena);
        let mut steps: Vec<(String, ExprId)> = named.iter().map(|(_, name, id)| ((*name).to_owned(), *id)).collect();
        if named.is_empty() {
            let all = arena.post_order_without_bodies(root);
            let squared = squared_norms(arena, &all);
            let steps_of = all.into_iter().filter(|id| *id != root && is_step(arena, *id) && !squared.contains(id));
            steps = steps_of.map(|id| (names.next(), id)).collect();
        }
        let result = match whole {
            Some(name) => name.to_owned(),
            None if named.is_empty() => names.next(),
            None => names.result(),
        };
        steps.push((result, root));
        let mut tape = Self { nodes: inputs(arena, root, wrt, members) };
        let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
        for (name, id) in steps {
            tape.push(arena, name, id, &mut map);
        }
        tape
    }

    fn push(&mut self, arena: &mut Arena, name: String, id: ExprId, map: &mut FxHashMap<ExprId, ExprId>) {
        let formula = replaced(arena, id, map);
        let normal = arena.normalize_written(formula);
        let uses = arena.symbols_in(normal);
        let is_active = self.nodes.iter().any(|node| node.is_active && uses.contains(&node.symbol));
        let symbol = arena.add_symbol(Symbol {
            name,
            shape: arena.shape(id),
            kind: SymbolKind::Plain,
            structure: Structure::General,
            declared: false,
        });
        map.insert(id, arena.symbol_expr(symbol));
        self.nodes.push(Node { symbol, formula: Some(formula), normal: Some(normal), is_active, part: None });
    }

    /// The result.
    ///
    /// # Panics
    /// Never: a graph has its result.
    #[must_use]
    pub fn result(&self) -> &Node {
        &self.nodes[self.nodes.len() - 1]
    }

    /// The names of the nodes that depend on what is differentiated by.
    #[must_use]
    pub fn active(&self) -> FxHashSet<SymbolId> {
        self.nodes.iter().filter(|node| node.is_active).map(|node| node.symbol).collect()
    }

    /// The member by which a family is differentiated.
    #[must_use]
    pub fn part(&self, symbol: SymbolId) -> Option<&Part> {
        self.nodes.iter().find(|node| node.symbol == symbol)?.part.as_ref()
    }

    /// The nodes that a node uses, by their places.
    #[must_use]
    pub fn operands(&self, arena: &Arena, node: &Node) -> Vec<usize> {
        let Some(formula) = node.formula else { return Vec::new() };
        let uses = arena.symbols_in(formula);
        (0..self.nodes.len()).filter(|place| uses.contains(&self.nodes[*place].symbol)).collect()
    }
}

/// The symbols of an expression as inputs, in the order in which they were first written.
fn inputs(arena: &Arena, root: ExprId, wrt: &[SymbolId], members: &[Part]) -> Vec<Node> {
    let symbols = arena.symbols_in(root).into_iter();
    let values = symbols.filter(|id| !arena.symbol(*id).kind.is_function());
    let node = |symbol| Node {
        symbol,
        formula: None,
        normal: None,
        is_active: wrt.contains(&symbol),
        part: members.iter().find(|part| part.symbol == symbol).cloned(),
    };
    values.map(node).collect()
}

/// Whether an operator is a node of its own: it computes something from symbols. A transposition is read off its operand.
fn is_step(arena: &Arena, id: ExprId) -> bool {
    let computes = match arena.node(id) {
        Operator::Number(_)
        | Operator::Pi
        | Operator::Size(_)
        | Operator::Index(_)
        | Operator::Symbol(_)
        | Operator::Member(..)
        | Operator::Differential(..)
        | Operator::Identity(_)
        | Operator::Ones(_)
        | Operator::Zeros(_)
        | Operator::Commutation(_)
        | Operator::Selection(..)
        | Operator::Basis(..)
        | Operator::Transpose(_) => false,
        // −x is read off x.
        Operator::Add(terms) => terms.len() > 1 || terms[0].0 != Coeff::MINUS_ONE,
        _ => true,
    };
    computes && !arena.symbols_in(id).is_empty()
}

/// The norms that are only squared: ‖x‖² is one operation, which has a derivative at 0.
fn squared_norms(arena: &Arena, order: &[ExprId]) -> FxHashSet<ExprId> {
    let is_norm = |id: ExprId| matches!(arena.node(id), Operator::Norm(Norm::Frobenius, _));
    let two = Coeff::integer(2);
    let (mut squared, mut other) = (FxHashSet::default(), FxHashSet::default());
    for id in order {
        let node = arena.node(*id);
        let squares: Vec<ExprId> = match node {
            Operator::Hadamard(factors) => {
                let square =
                    |(base, power): &(ExprId, ExprId)| (arena.as_number(*power) == Some(&two)).then_some(*base);
                factors.iter().filter_map(square).collect()
            }
            _ => Vec::new(),
        };
        for child in node.children().into_iter().filter(|child| is_norm(*child)) {
            if squares.contains(&child) {
                squared.insert(child)
            } else {
                other.insert(child)
            };
        }
    }
    squared.retain(|id| !other.contains(id));
    squared
}

/// The expression as it was written with some nodes replaced.
fn replaced(arena: &mut Arena, root: ExprId, map: &FxHashMap<ExprId, ExprId>) -> ExprId {
    let mut done: FxHashMap<ExprId, ExprId> = map.clone();
    for id in arena.post_order_beyond(root, |id| map.contains_key(&id)) {
        let node = arena.node(id).clone();
        let changed = node.children().iter().any(|child| done.get(child).is_some_and(|to| to != child));
        let to = if changed {
            let node = node.with_children(|child| done.get(&child).copied().unwrap_or(child));
            arena.intern(node)
        } else {
            id
        };
        done.insert(id, to);
    }
    done.get(&root).copied().unwrap_or(root)
}

/// Names that nothing has yet.
struct Names {
    taken: FxHashSet<String>,
    letter: &'static str,
    count: usize,
}

impl Names {
    fn new(arena: &Arena) -> Self {
        let taken: FxHashSet<String> =
            arena.symbols().map(|(_, symbol)| symbol.name.clone()).chain(arena.size_names().iter().cloned()).collect();
        let is_free = |letter: &&&str| !taken.iter().any(|name| NameParts::of(name).base == **letter);
        let letter = LETTERS.iter().find(is_free).copied().unwrap_or("node");
        Self { taken, letter, count: 0 }
    }

    /// v₁, v₂, …
    fn next(&mut self) -> String {
        self.count += 1;
        format!("{}_{}", self.letter, self.count)
    }

    /// The name of a result.
    fn result(&self) -> String {
        RESULTS
            .iter()
            .find(|name| !self.taken.contains(**name))
            .map_or_else(|| "result".to_owned(), |name| (*name).to_owned())
    }
}
