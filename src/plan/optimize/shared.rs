//! Parts that products have in common, taken once: a function and its derivatives are products of the same factors.
//!
//! Each product by itself is taken in its cheapest order, and of several orders that cost the same in any. The value tr(AXB) may begin with
//! AX where its gradient AᵀBᵀ needs BA. So all products of a graph are planned again, those of the fewest factors first, and what one of
//! them makes costs the next ones nothing, whichever way its axes lie.

use rustc_hash::{FxHashMap, FxHashSet};

use super::common::{Key, key};
use super::order::{self, Splits};
use crate::plan::contraction::{Contraction, Draft, Group, Label};
use crate::plan::graph::{Graph, Kernel};
use crate::plan::node::NodeId;

/// The same values with common parts of products taken once; none where products have none.
pub(super) fn shared(
    graph: &Graph,
    forms: &FxHashMap<NodeId, Contraction>,
    roots: &[NodeId],
) -> Option<(Graph, Vec<NodeId>)> {
    let (order, products) = products(graph, forms, roots);
    if products.len() < 2 {
        return None;
    }
    let plans = planned(graph, products)?;
    let mut sharing = Sharing {
        before: graph,
        after: Graph::default(),
        moved: FxHashMap::default(),
        made: FxHashMap::default(),
        plans,
    };
    sharing.after.declare_as(graph);
    for id in order {
        let moved = sharing.rebuilt(id);
        sharing.moved.insert(id, moved);
    }
    let roots = roots.iter().map(|root| sharing.moved[root]).collect();
    Some((sharing.after, roots))
}

/// The nodes that some need where a product needs its factors only, operands first, and the products among them.
fn products(
    graph: &Graph,
    forms: &FxHashMap<NodeId, Contraction>,
    roots: &[NodeId],
) -> (Vec<NodeId>, FxHashMap<NodeId, Contraction>) {
    let (mut stack, mut seen) = (roots.to_vec(), FxHashSet::default());
    let (mut order, mut products) = (Vec::new(), FxHashMap::default());
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        order.push(id);
        let product = match (forms.get(&id), graph.kernel(id)) {
            // A product may turn out to be a node that was there before some factor of it, one that takes no part in its value.
            (Some(form), _)
                if form.operands.len() <= order::MOST_COMPARED
                    && form.operands.iter().all(|(operand, _)| *operand < id) =>
            {
                Some(form)
            }
            (_, Kernel::Contract(pair)) if pair.operands.len() == 2 => Some(pair),
            _ => None,
        };
        match product {
            Some(product) => {
                stack.extend(product.operands.iter().map(|(operand, _)| *operand));
                products.insert(id, product.clone());
            }
            None => stack.extend(graph.kernel(id).operands()),
        }
    }
    order.sort_unstable();
    (order, products)
}

/// Of products of more factors it is not looked for parts that others may have.
const MOST_SOUGHT: usize = 6;

/// A product with its order.
struct Plan {
    product: Contraction,
    splits: Splits,
}

impl Plan {
    fn all(&self) -> usize {
        (1 << self.product.operands.len()) - 1
    }

    /// What a choice of factors makes.
    fn key(&self, graph: &Graph, choice: usize) -> (Key, Vec<Label>) {
        key(graph, &self.product, choice, self.splits.open[choice])
    }

    /// Visits the choices of factors that are made, the whole first; what is below one for which the answer is no is not.
    fn walk(&self, mut visit: impl FnMut(usize) -> bool) {
        let mut stack = vec![self.all()];
        while let Some(choice) = stack.pop() {
            if !choice.is_power_of_two() && visit(choice) {
                let part = self.splits.splits[choice];
                stack.extend([part, choice & !part]);
            }
        }
    }
}

/// What each choice of factors of a product makes, where it is looked for in others.
fn sought(graph: &Graph, product: &Contraction) -> Vec<Option<Key>> {
    if product.operands.len() > MOST_SOUGHT {
        return Vec::new();
    }
    let open = order::open(product).into_iter().enumerate();
    let key = |(choice, open): (usize, u128)| (choice.count_ones() > 1).then(|| key(graph, product, choice, open).0);
    open.map(key).collect()
}

/// The order of every product, those of the fewest factors first; none where no part of one is a part of another.
fn planned(graph: &Graph, products: FxHashMap<NodeId, Contraction>) -> Option<FxHashMap<NodeId, Plan>> {
    let mut products: Vec<(NodeId, Contraction)> = products.into_iter().collect();
    products.sort_by_key(|(id, product)| (product.operands.len(), *id));
    let sought: Vec<Vec<Option<Key>>> = products.iter().map(|(_, product)| sought(graph, product)).collect();
    // In how many products a part may be.
    let mut counts: FxHashMap<&Key, u32> = FxHashMap::default();
    for key in sought.iter().flatten().flatten() {
        *counts.entry(key).or_insert(0) += 1;
    }
    if counts.values().all(|count| *count < 2) {
        return None;
    }
    let mut made: FxHashSet<Key> = FxHashSet::default();
    let mut plans = FxHashMap::default();
    for ((id, product), keys) in products.into_iter().zip(&sought) {
        // What is made costs nothing more, and what others may need as well is paid by all of them.
        let key = |choice: usize| keys.get(choice).and_then(Option::as_ref);
        let share = |choice: usize| match key(choice) {
            Some(key) if made.contains(key) => 0.0,
            Some(key) => 1.0 / f64::from(counts[key]),
            None => 1.0,
        };
        let plan = Plan { splits: order::splits(&product, share), product };
        plan.walk(|choice| key(choice).is_none_or(|key| made.insert(key.clone())));
        plans.insert(id, plan);
    }
    Some(plans)
}

/// A factor, given or made, with the labels of its axes.
struct Factor {
    node: NodeId,
    groups: Vec<Group>,
}

struct Sharing<'a> {
    before: &'a Graph,
    after: Graph,
    moved: FxHashMap<NodeId, NodeId>,
    /// What is made, with the labels of its axes as its key has them.
    made: FxHashMap<Key, (NodeId, Vec<Label>)>,
    plans: FxHashMap<NodeId, Plan>,
}

impl Sharing<'_> {
    fn rebuilt(&mut self, id: NodeId) -> NodeId {
        if let Some(plan) = self.plans.remove(&id) {
            let value = self.whole(&plan);
            self.plans.insert(id, plan);
            return value;
        }
        let node = self.before.node(id);
        let kernel = node.kernel.on(|operand| self.moved[&operand]);
        match kernel {
            Kernel::Contract(contraction) => self.after.contract(Draft::of(&contraction)),
            Kernel::Sum(terms) => {
                let terms: Vec<(f64, NodeId)> = terms.iter().map(|(coeff, term)| (coeff.value(), *term)).collect();
                self.after.sum(&terms)
            }
            other => self.after.add(other, node.lengths.clone()),
        }
    }

    /// The value of a product.
    fn whole(&mut self, plan: &Plan) -> NodeId {
        let output = plan.product.output.to_vec();
        let all = plan.all();
        let (key, names) = plan.key(self.before, all);
        let factors = match self.known(&key, &names) {
            Some(known) => vec![known],
            None => self.pair(plan, all).into(),
        };
        let value = self.contracted(plan, factors, output.clone());
        // Where every axis is a label of the factors, others may use it.
        let axes = output.iter().map(|group| match group.as_slice() {
            [label] => names.iter().position(|name| name == label).and_then(|place| Label::try_from(place).ok()),
            _ => None,
        });
        if let Some(axes) = axes.collect::<Option<Vec<Label>>>()
            && axes.iter().collect::<FxHashSet<_>>().len() == axes.len()
        {
            self.made.entry(key).or_insert((value, axes));
        }
        value
    }

    /// The value of some factors of a product.
    fn part(&mut self, plan: &Plan, choice: usize) -> Factor {
        if choice.is_power_of_two() {
            let (operand, groups) = &plan.product.operands[choice.trailing_zeros() as usize];
            return Factor { node: self.moved[operand], groups: groups.to_vec() };
        }
        let (key, names) = plan.key(self.before, choice);
        if let Some(known) = self.known(&key, &names) {
            return known;
        }
        let [a, b] = self.pair(plan, choice);
        let groups = order::kept(&a.groups, &b.groups, plan.splits.open[choice]);
        let node = self.contracted(plan, vec![a, b], groups.clone());
        let place = |label: &Label| names.iter().position(|name| name == label).and_then(|at| Label::try_from(at).ok());
        if let Some(axes) = groups.iter().flatten().map(place).collect() {
            self.made.insert(key, (node, axes));
        }
        Factor { node, groups }
    }

    /// The two factors that some are taken as.
    fn pair(&mut self, plan: &Plan, choice: usize) -> [Factor; 2] {
        let part = plan.splits.splits[choice];
        let (first, second) = (part.min(choice & !part), part.max(choice & !part));
        [first, second].map(|choice| self.part(plan, choice))
    }

    fn contracted(&mut self, plan: &Plan, factors: Vec<Factor>, output: Vec<Group>) -> NodeId {
        let mut draft = Draft::of(&plan.product);
        draft.operands = factors.into_iter().map(|factor| (factor.node, factor.groups)).collect();
        draft.result_of_groups(output);
        self.after.contract(draft)
    }

    /// What is made already, with the labels of a product.
    fn known(&self, key: &Key, names: &[Label]) -> Option<Factor> {
        let (node, axes) = self.made.get(key)?;
        Some(Factor { node: *node, groups: axes.iter().map(|label| vec![names[*label as usize]]).collect() })
    }
}
