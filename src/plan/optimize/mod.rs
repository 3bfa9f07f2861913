//! The cheapest way to compute a graph: nested products made one, sums multiplied out where their terms are thin, products taken two at a
//! time in the best order.
//!
//! A thin term is one that is cheap to multiply with but fills an array: a diagonal matrix, the identity, an outer product. So
//! (A + Aᵀ − 2xxᵀ)x is three products with a vector, and Aᵀdiag(d)A never has the matrix diag(d). A sum that several products use, and
//! nothing else, is multiplied out in all of them where the whole then takes less: the residual A − xxᵀ of ½‖A − xxᵀ‖² is never made for
//! its gradient. What several products have in common is taken once. Where the inverse of a matrix is needed entry by entry, systems with the matrix are products with it.

mod common;
mod lone;
mod order;
mod selected;
mod shared;
mod spectral;
mod symmetric;
mod thin;
mod uses;

use rustc_hash::{FxHashMap, FxHashSet};

use super::contraction::{Contraction, Draft};
use super::cost::cost;
use super::graph::{Graph, Kernel};
use super::matrix::Matrix;
use super::node::NodeId;

/// A graph in which every contraction has at most two factors, and the nodes of the same values.
#[must_use]
pub fn optimize(graph: &Graph, roots: &[NodeId]) -> (Graph, Vec<NodeId>) {
    let products = uses::products(graph, roots);
    let (spread, is_spread) = rebuilt(graph, roots, products);
    if !is_spread {
        return spread;
    }
    // What is saved with one product may be lost with another.
    let (apart, _) = rebuilt(graph, roots, FxHashMap::default());
    cheaper(spread, apart)
}

/// The one that takes less.
fn cheaper(one: (Graph, Vec<NodeId>), other: (Graph, Vec<NodeId>)) -> (Graph, Vec<NodeId>) {
    if work(&one) < work(&other) { one } else { other }
}

/// About how long a graph takes, in operations: each, and what reading and writing its operands takes.
fn work((graph, roots): &(Graph, Vec<NodeId>)) -> f64 {
    let costs = graph.order(roots).into_iter().map(|id| cost(graph, id));
    costs.map(|cost| cost.flops.value + order::MOVED * cost.bytes.value / 8.0).sum()
}

/// The graph with products in the best order, and whether a sum was multiplied out for several products at once. It is known of some nodes
/// in how many products, and nowhere else, they are used.
fn rebuilt(graph: &Graph, roots: &[NodeId], products: FxHashMap<NodeId, u32>) -> ((Graph, Vec<NodeId>), bool) {
    let mut optimizer = Optimizer {
        before: graph,
        uses: graph.uses(roots),
        after: Graph::default(),
        moved: FxHashMap::default(),
        forms: FxHashMap::default(),
        counts: FxHashMap::default(),
        products: FxHashMap::default(),
        inverted: inverted(graph, roots),
        decomposed: spectral::Decomposed::new(graph, roots),
        is_spread: false,
    };
    optimizer.after.declare_as(graph);
    for id in graph.order(roots) {
        let moved = optimizer.rebuilt(id);
        optimizer.moved.insert(id, moved);
        *optimizer.counts.entry(moved).or_insert(0) += optimizer.uses[id.place()];
        let known = optimizer.products.entry(moved).or_insert(Some(0));
        *known = known.zip(products.get(&id)).map(|(known, more)| known + more);
    }
    let roots: Vec<NodeId> = roots.iter().map(|root| optimizer.moved[root]).collect();
    let Optimizer { after, forms, is_spread, .. } = optimizer;
    let apart = (after, roots);
    let chosen = match shared::shared(&apart.0, &forms, &apart.1) {
        Some(together) => cheaper(together, apart),
        None => apart,
    };
    (chosen, is_spread)
}

struct Optimizer<'a> {
    before: &'a Graph,
    /// How many times each node was used before.
    uses: Vec<u32>,
    after: Graph,
    moved: FxHashMap<NodeId, NodeId>,
    /// Products before they were taken two at a time.
    forms: FxHashMap<NodeId, Contraction>,
    /// How many uses the nodes of the new graph had in the old one.
    counts: FxHashMap<NodeId, u32>,
    /// The products that use the nodes of the new graph, where nothing else does.
    products: FxHashMap<NodeId, Option<u32>>,
    /// The matrices whose inverses are computed, as they were before.
    inverted: FxHashSet<NodeId>,
    decomposed: spectral::Decomposed,
    /// Whether a sum was multiplied out for several products at once.
    is_spread: bool,
}

/// The matrices whose inverses are needed entry by entry: with one of these at hand nothing is solved for.
fn inverted(graph: &Graph, roots: &[NodeId]) -> FxHashSet<NodeId> {
    let inverse = |id: NodeId| match graph.kernel(id) {
        Kernel::Matrix(Matrix::Inverse, operands) if graph.lengths(operands[0]).len() == 2 => Some(operands[0]),
        _ => None,
    };
    graph.order(roots).into_iter().filter_map(inverse).collect()
}

impl Optimizer<'_> {
    fn rebuilt(&mut self, id: NodeId) -> NodeId {
        let node = self.before.node(id).clone();
        let kernel = match node.kernel {
            Kernel::Contract(contraction) => return self.product(&contraction),
            Kernel::Sum(terms) => {
                let terms: Vec<(f64, NodeId)> =
                    terms.iter().map(|(coeff, term)| (coeff.value(), self.moved[term])).collect();
                return self.after.sum(&terms);
            }
            Kernel::Matrix(Matrix::Solve { transposed }, operands) if self.inverted.contains(&operands[0]) => {
                return self.by_inverse(self.moved[&operands[0]], transposed, self.moved[&operands[1]]);
            }
            Kernel::Matrix(matrix, operands) if self.decomposed.sources(matrix, operands[0]).is_some() => {
                let sources = self.decomposed.sources(matrix, operands[0]).unwrap_or_default();
                let draft = spectral::product(&mut self.after, sources, self.moved[&operands[0]]);
                return self.multiplied(draft);
            }
            other => other.on(|operand| self.moved[&operand]),
        };
        self.after.add(kernel, node.lengths)
    }

    /// A⁻¹B or A⁻ᵀB as a product.
    fn by_inverse(&mut self, a: NodeId, transposed: bool, b: NodeId) -> NodeId {
        let mut inverse = self.after.matrix(Matrix::Inverse, &[a]);
        if transposed {
            inverse = self.after.transposed(inverse);
        }
        let whole = self.after.matmul(inverse, b);
        match self.after.kernel(whole) {
            Kernel::Contract(contraction) => {
                let draft = Draft::of(contraction);
                self.multiplied(draft)
            }
            _ => whole,
        }
    }

    /// A product, with those that are its factors made part of it.
    fn product(&mut self, contraction: &Contraction) -> NodeId {
        let mut draft = Draft::of(contraction);
        for (operand, _) in &mut draft.operands {
            *operand = self.moved[operand];
        }
        self.multiplied(draft)
    }

    fn multiplied(&mut self, mut draft: Draft) -> NodeId {
        let mut place = 0;
        let mut number = 1.0;
        while place < draft.operands.len() {
            let operand = draft.operands[place].0;
            if let Kernel::Sum(terms) = self.after.kernel(operand)
                && let [(coeff, term)] = &**terms
            {
                number *= coeff.value();
                draft.operands[place].0 = *term;
                continue;
            }
            let inner = self.form(operand);
            let is_part = inner.is_some_and(|inner| {
                (self.counts.get(&operand).copied().unwrap_or(0) <= 1 || self.is_cheap(&inner))
                    && draft.inline(place, &inner)
            });
            if !is_part {
                place += 1;
            }
        }
        let value = match self.spread(&draft) {
            Some(value) => value,
            None => self.ordered(draft),
        };
        self.after.scale(number, value)
    }

    /// A node as a product of any number of factors.
    fn form(&self, id: NodeId) -> Option<Contraction> {
        match self.forms.get(&id) {
            Some(form) => Some(form.clone()),
            None => match self.after.kernel(id) {
                Kernel::Contract(contraction) => Some(contraction.clone()),
                _ => None,
            },
        }
    }

    /// Whether a product adds nothing up and has more entries than its factors: it costs less again than it saves.
    fn is_cheap(&self, product: &Contraction) -> bool {
        let count = |id: NodeId| self.after.node(id).count();
        let entries: usize = product.output.iter().map(|group| product.length(group).size).product();
        let given: usize = product.operands.iter().map(|(operand, _)| count(*operand)).sum();
        product.is_movement() || product.is_without_sums() && entries > 2 * given
    }

    /// The product two factors at a time, in the cheapest order.
    fn ordered(&mut self, mut draft: Draft) -> NodeId {
        while let Some(sliced) = selected::sliced(&mut self.after, &draft) {
            draft = sliced;
        }
        if let Some(selected) = selected::Selected::of(&self.after, &draft) {
            let value = self.ordered(selected.product.clone());
            return selected.filled_up(&mut self.after, value);
        }
        lone::added_up(&mut self.after, &mut draft);
        symmetric::arranged(&self.after, &mut draft);
        let whole = self.after.contract(draft);
        let (scale, id) = match self.after.kernel(whole) {
            Kernel::Sum(terms) if terms.len() == 1 => (terms[0].0.value(), terms[0].1),
            _ => (1.0, whole),
        };
        let Kernel::Contract(contraction) = self.after.kernel(id).clone() else { return whole };
        if contraction.operands.len() <= 2 {
            return whole;
        }
        let value = order::pairwise(&mut self.after, &contraction);
        self.forms.insert(value, contraction);
        self.after.scale(scale, value)
    }
}
