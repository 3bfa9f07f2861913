//! From a failing expression to a small one that fails too.

use std::collections::{HashMap, HashSet};

use matcalc::expr::{Arena, ExprId, Node, Norm, Shape, SymbolId, SymbolKind};
use matcalc::number::Coeff;
use matcalc::structure::Structure;

/// The node with its operands replaced, not brought into normal form.
fn with_children(node: &Node, to: &mut dyn FnMut(ExprId) -> ExprId) -> Node {
    match node.clone() {
        Node::Number(_)
        | Node::Pi
        | Node::Size(_)
        | Node::Index(_)
        | Node::Symbol(_)
        | Node::Differential(..)
        | Node::Identity(_)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Commutation(_)
        | Node::Selection(..) => node.clone(),
        Node::Member(symbol, index) => Node::Member(symbol, to(index)),
        Node::Basis(size, index) => Node::Basis(size, to(index)),
        Node::Literal(shape, entries) => Node::Literal(shape, entries.iter().map(|entry| to(*entry)).collect()),
        Node::Add(terms) => Node::Add(terms.iter().map(|(coeff, term)| (coeff.clone(), to(*term))).collect()),
        Node::Product(factors) => Node::Product(factors.iter().map(|factor| to(*factor)).collect()),
        Node::Hadamard(factors) => {
            Node::Hadamard(factors.iter().map(|(base, power)| (to(*base), to(*power))).collect())
        }
        Node::Choose(condition, a, b) => Node::Choose(to(condition), to(a), to(b)),
        Node::Kron(a, b) => Node::Kron(to(a), to(b)),
        Node::Transpose(inner) => Node::Transpose(to(inner)),
        Node::Power(base, exponent) => Node::Power(to(base), to(exponent)),
        Node::Entry(of, row, col) => Node::Entry(to(of), to(row), to(col)),
        Node::Indexed { op, index, lower, upper, body } => {
            Node::Indexed { op, index, lower: to(lower), upper: to(upper), body: to(body) }
        }
        Node::Elementwise(func, inner) => Node::Elementwise(func, to(inner)),
        Node::MatrixFunction(func, inner, directions) => {
            Node::MatrixFunction(func, to(inner), directions.iter().map(|direction| to(*direction)).collect())
        }
        Node::Map(map, inner, place) => Node::Map(map, to(inner), place.iter().map(|index| to(*index)).collect()),
        Node::Trace(inner) => Node::Trace(to(inner)),
        Node::Det(inner) => Node::Det(to(inner)),
        Node::Reduce(which, inner) => Node::Reduce(which, to(inner)),
        Node::Norm(Norm::P(p), inner) => Node::Norm(Norm::P(to(p)), to(inner)),
        Node::Norm(norm, inner) => Node::Norm(norm, to(inner)),
        Node::Spectral(which, inner) => Node::Spectral(which, to(inner)),
        Node::Ranked(which, inner, place) => Node::Ranked(which, to(inner), to(place)),
        Node::Apply(op, inner) => Node::Apply(op, to(inner)),
        Node::Diag(inner) => Node::Diag(to(inner)),
        Node::DiagPart(inner) => Node::DiagPart(to(inner)),
        Node::Hat(inner) => Node::Hat(to(inner)),
        Node::Axial(inner) => Node::Axial(to(inner)),
        Node::Vec(inner) => Node::Vec(to(inner)),
        Node::Unvec(inner, shape) => Node::Unvec(to(inner), shape),
        Node::Pinv(inner) => Node::Pinv(to(inner)),
        Node::Pending(inner, slot) => Node::Pending(to(inner), slot),
        Node::Factorial(inner) => Node::Factorial(to(inner)),
    }
}

/// The expression with one node replaced by another of its shape; everything else stays as it is.
fn replace(arena: &mut Arena, root: ExprId, old: ExprId, new: ExprId) -> ExprId {
    let mut map: HashMap<ExprId, ExprId> = HashMap::new();
    for id in arena.post_order(root) {
        let value = if id == old {
            new
        } else {
            let node = with_children(arena.node(id), &mut |child| map.get(&child).copied().unwrap_or(child));
            arena.intern(node)
        };
        map.insert(id, value);
    }
    map[&root]
}

/// Indices that occur outside their binder.
fn is_closed(arena: &mut Arena, root: ExprId) -> bool {
    arena.free_indices(root).is_empty()
}

/// What may stand for a node in a smaller expression: nodes below it of its shape, leaves, and itself with fewer operands.
fn smaller(arena: &mut Arena, id: ExprId) -> Vec<ExprId> {
    let shape = arena.shape(id);
    let mut found: Vec<ExprId> = Vec::new();
    let node = arena.node(id).clone();
    if node.children().is_empty() {
        let one = if shape.is_scalar() { arena.integer(1) } else { arena.intern(Node::Ones(shape)) };
        return if matches!(node, Node::Symbol(_) | Node::Size(_)) { vec![one] } else { Vec::new() };
    }
    let mut below: Vec<ExprId> = arena.post_order(id);
    below.pop();
    found.extend(below.iter().filter(|inner| arena.shape(**inner) == shape));
    // Transposes of what is below.
    for inner in below {
        if arena.shape(inner).transposed() == shape && !shape.is_square() {
            found.push(arena.intern(Node::Transpose(inner)));
        }
    }
    let symbols: Vec<(SymbolId, Shape, SymbolKind, Structure)> =
        arena.symbols().map(|(id, symbol)| (id, symbol.shape, symbol.kind, symbol.structure)).collect();
    for (symbol, of, kind, structure) in symbols {
        if of == shape && kind == SymbolKind::Plain && structure == Structure::General {
            found.push(arena.intern(Node::Symbol(symbol)));
        }
    }
    match &node {
        Node::Add(terms) => {
            if terms.len() > 1 {
                for place in 0..terms.len() {
                    let mut fewer = terms.to_vec();
                    fewer.remove(place);
                    found.push(arena.intern(Node::Add(fewer.into())));
                }
            }
            for place in 0..terms.len() {
                if terms[place].0 != Coeff::ONE {
                    let mut plain = terms.to_vec();
                    plain[place].0 = Coeff::ONE;
                    found.push(arena.intern(Node::Add(plain.into())));
                }
            }
        }
        Node::Hadamard(factors) if factors.len() > 1 => {
            for place in 0..factors.len() {
                let mut fewer = factors.to_vec();
                fewer.remove(place);
                found.push(arena.intern(Node::Hadamard(fewer.into())));
            }
        }
        Node::Indexed { index, lower, body, .. } => {
            let one = arena.integer(1);
            let mut map: HashMap<ExprId, ExprId> = HashMap::new();
            let target = arena.index(*index);
            map.insert(target, one);
            found.push(replace(arena, *body, target, one));
            let _ = lower;
        }
        _ => {}
    }
    found
}

/// How large an expression is to a reader.
fn weight(arena: &Arena, root: ExprId) -> usize {
    let mut sizes: HashMap<ExprId, usize> = HashMap::new();
    for id in arena.post_order(root) {
        let node = arena.node(id);
        let own = match node {
            Node::Number(value) => 1 + usize::from(!value.is_one()),
            Node::Ones(_) => 1,
            Node::Symbol(_) => 2,
            Node::Add(terms) => 2 + terms.iter().filter(|(coeff, _)| !coeff.is_one()).count(),
            _ => 3,
        };
        let size = node.children().iter().fold(own, |sum, child| sum.saturating_add(sizes[child]));
        sizes.insert(id, size);
    }
    sizes[&root]
}

/// Most smaller expressions that are tried.
const MAX_TRIES: usize = 3000;

/// The smaller expressions on the way down from a failing one: each is said to fail, and the search goes on below it, or not.
#[derive(Clone, Debug)]
pub(super) struct Shrinking {
    /// The smallest one that fails.
    best: ExprId,
    /// What is being tried.
    current: ExprId,
    /// Nodes of `best` that have not been replaced yet, the root last.
    nodes: Vec<ExprId>,
    /// Replaced versions of `best` for the latest node.
    waiting: Vec<ExprId>,
    tried: HashSet<ExprId>,
}

impl Shrinking {
    pub(super) fn new(root: ExprId) -> Self {
        Self { best: root, current: root, nodes: Vec::new(), waiting: Vec::new(), tried: HashSet::new() }
    }

    pub(super) fn current(&self) -> ExprId {
        self.current
    }

    /// The current one fails: whether there is a smaller one.
    pub(super) fn simplify(&mut self, arena: &mut Arena) -> bool {
        self.best = self.current;
        self.nodes = arena.post_order(self.best);
        self.waiting.clear();
        self.advance(arena)
    }

    /// The current one does not fail: whether there is another one below the last that does.
    pub(super) fn complicate(&mut self, arena: &mut Arena) -> bool {
        self.advance(arena)
    }

    fn advance(&mut self, arena: &mut Arena) -> bool {
        let size = weight(arena, self.best);
        while self.tried.len() < MAX_TRIES {
            if let Some(candidate) = self.waiting.pop() {
                if weight(arena, candidate) < size && is_closed(arena, candidate) && self.tried.insert(candidate) {
                    self.current = candidate;
                    return true;
                }
                continue;
            }
            let Some(node) = self.nodes.pop() else { break };
            self.waiting = smaller(arena, node).into_iter().map(|to| replace(arena, self.best, node, to)).collect();
            self.waiting.reverse();
        }
        self.current = self.best;
        false
    }
}
