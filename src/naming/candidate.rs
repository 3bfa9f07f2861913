//! What could be named: nodes that are written more than once, factors that stand side by side in several products (also
//! transposed), scalars in several powers, σ(z) beside σ(−z).

use rustc_hash::{FxHashMap, FxHashSet};

use super::replace::Replacement;
use super::walk::{in_scripts, is_nameable, nodes_below, occurrences};
use crate::expr::{Arena, BigOp, ExprId, Func, Node, Norm};
use crate::number::Coeff;
use crate::simplify::Costs;

/// Longest run of factors that is looked for in other products.
const MAX_CHAIN: usize = 6;
/// Products of more factors are not searched.
const MAX_FACTORS: usize = 24;
/// The least size of a part, in symbols.
const MIN_PART: u64 = 3;

/// A possible part.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) definition: ExprId,
    place: Place,
    /// About how many symbols it saves.
    pub(super) estimate: u64,
    /// What its familiar form is worth besides, in symbols: s∘(1 − s).
    pub(super) bonus: u64,
}

/// Where the part stands.
#[derive(Clone, Debug)]
enum Place {
    /// As a node, or as its negative, its transpose or the negative of that.
    Node,
    /// As these factors of a product, or transposed as those.
    Chain(Vec<ExprId>, Vec<ExprId>),
    /// As the power of this base.
    Root(ExprId, Coeff),
    /// σ(z), with σ(−z) as 1 − σ(z).
    Sigmoid(ExprId),
}

impl Candidate {
    /// What stands in the expressions and what stands there instead, where the symbol is the part.
    pub(super) fn replacement(&self, arena: &mut Arena, symbol: ExprId) -> Replacement {
        let mut replacement = Replacement::default();
        match &self.place {
            Place::Node => {
                let part = self.definition;
                let (turned, mark) = (arena.transpose(part), arena.transpose(symbol));
                for (part, symbol) in [(turned, mark), (part, symbol)] {
                    replacement.nodes.extend([(arena.neg(part), arena.neg(symbol)), (part, symbol)]);
                }
            }
            Place::Chain(chain, transposed) => {
                let turned = arena.transpose(symbol);
                replacement.chains = vec![(chain.clone(), symbol)];
                if transposed != chain {
                    replacement.chains.push((transposed.clone(), turned));
                }
            }
            Place::Root(base, power) => {
                let root = power.recip().unwrap_or(Coeff::ONE);
                replacement.nodes = vec![(*base, arena.pow_number(symbol, &root))];
            }
            Place::Sigmoid(other) => {
                let shape = arena.shape(symbol);
                let ones = arena.ones(shape);
                replacement.nodes = vec![(self.definition, symbol), (*other, arena.minus(ones, symbol))];
            }
        }
        replacement
    }
}

/// All candidates in the expressions, the most promising first.
pub(super) fn candidates(arena: &mut Arena, roots: &[ExprId], costs: &mut Costs) -> Vec<Candidate> {
    let order = nodes_below(arena, roots);
    let counts = occurrences(arena, roots, &order);
    let scripted = in_scripts(arena, &order);
    let mut search = Search { arena, costs, counts, found: Vec::new(), seen: FxHashSet::default() };
    let mut chains: FxHashMap<Vec<ExprId>, u64> = FxHashMap::default();
    let mut order_of_chains: Vec<Vec<ExprId>> = Vec::new();
    let mut powers: Vec<(ExprId, Coeff)> = Vec::new();
    for id in order.iter().filter(|id| !scripted.contains(id)) {
        search.node(*id);
        let count = search.counts.get(id).copied().unwrap_or(0);
        match search.arena.node(*id).clone() {
            Node::Product(factors) => {
                for chain in search.windows(&factors) {
                    let known = chains.entry(chain.clone()).or_insert(0);
                    if *known == 0 {
                        order_of_chains.push(chain);
                    }
                    *known = known.saturating_add(count);
                }
            }
            Node::Hadamard(factors) => {
                for (base, exponent) in factors.iter() {
                    if let Some(power) = search.arena.as_number(*exponent)
                        && !search.arena.shape(*base).is_matrix()
                    {
                        powers.push((*base, power.abs()));
                    }
                }
            }
            _ => {}
        }
    }
    for chain in order_of_chains {
        let count = chains.get(&chain).copied().unwrap_or(0);
        search.chain(chain, count);
    }
    search.powers(&powers);
    let omitted = omitted(search.arena, &order);
    let mut found = search.found;
    found.retain(|candidate| !omitted.contains(&candidate.definition));
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.estimate));
    found
}

/// What stands in the terms alone that sums leave out, Σ_{j≠i} f(j) = Σⱼ f(j) − f(i), which are not written.
fn omitted(arena: &mut Arena, order: &[ExprId]) -> FxHashSet<ExprId> {
    let mut omitted = FxHashSet::default();
    for id in order {
        let Node::Add(terms) = arena.node(*id).clone() else { continue };
        for (coeff, sum) in terms.iter() {
            let Node::Indexed { op: BigOp::Sum, index, body, .. } = *arena.node(*sum) else { continue };
            for (_, other) in terms.iter().filter(|(number, _)| *number == coeff.neg()) {
                if arena.has_free_index(*other) && arena.left_out(index, body, *other).is_some() {
                    omitted.extend(arena.post_order(*other));
                    arena.post_order(body).iter().for_each(|id| {
                        omitted.remove(id);
                    });
                }
            }
        }
    }
    omitted
}

struct Search<'a> {
    arena: &'a mut Arena,
    costs: &'a mut Costs,
    counts: FxHashMap<ExprId, u64>,
    found: Vec<Candidate>,
    seen: FxHashSet<ExprId>,
}

impl Search<'_> {
    fn count(&self, id: ExprId) -> u64 {
        self.counts.get(&id).copied().unwrap_or(0)
    }

    fn add(&mut self, definition: ExprId, place: Place, count: u64) {
        let cost = self.costs.of(self.arena, definition);
        if count < 2 || cost < MIN_PART || !self.is_of_symbols(definition) {
            return;
        }
        let estimate = (count - 1).saturating_mul(cost);
        let bonus = if matches!(place, Place::Sigmoid(_)) { 2 } else { 0 };
        self.found.push(Candidate { definition, place, estimate, bonus });
    }

    /// Parts have a symbol in them, and neither dX nor d(U): the differential is to be read off the answer.
    fn is_of_symbols(&self, id: ExprId) -> bool {
        let order = self.arena.post_order(id);
        let has = |wanted: fn(&Node) -> bool| order.iter().any(|id| wanted(self.arena.node(*id)));
        has(|node| matches!(node, Node::Symbol(_) | Node::Member(..)))
            && !has(|node| matches!(node, Node::Differential(..) | Node::Pending(..)))
    }

    /// Of a sum, its negative and the transposes of both the one that was written, else the plainest.
    fn plainest(&mut self, sums: &[ExprId]) -> ExprId {
        let rank = |search: &mut Self, sum: ExprId| {
            let marks = search.arena.transposes_in(sum);
            let is_row = search.arena.shape(sum).is_row();
            (!search.arena.is_written(sum), is_row, marks, search.is_less_unit(sum), search.signs(sum))
        };
        let mut best = (rank(self, sums[0]), sums[0]);
        for sum in &sums[1..] {
            let own = rank(self, *sum);
            if own < best.0 {
                best = (own, *sum);
            }
        }
        best.1
    }

    /// A node that occurs twice, or once and once negated or transposed.
    fn node(&mut self, id: ExprId) {
        if !is_nameable(self.arena, id) || self.seen.contains(&id) {
            return;
        }
        match self.arena.node(id).clone() {
            // The denominator is named, not its reciprocal.
            Node::Hadamard(factors)
                if factors.iter().all(|(_, exponent)| self.arena.is_negative_throughout(*exponent)) =>
            {
                return;
            }
            Node::Product(factors) if !self.arena.shape(factors[0]).is_scalar() => return,
            Node::Add(_) => {
                let turned = self.arena.transpose(id);
                let mut forms = vec![id, self.arena.neg(id)];
                if turned != id && matches!(self.arena.node(turned), Node::Add(_)) {
                    forms.extend([turned, self.arena.neg(turned)]);
                }
                let count = forms.iter().map(|form| self.count(*form)).sum();
                let definition = self.plainest(&forms);
                self.seen.extend(forms);
                self.add(definition, Place::Node, count);
                return;
            }
            Node::Elementwise(Func::Sigmoid, inner) => {
                let flipped = self.arena.neg(inner);
                let other = self.arena.elementwise(Func::Sigmoid, flipped);
                if self.count(other) > 0 && other != id {
                    let definition =
                        if self.costs.of(self.arena, id) <= self.costs.of(self.arena, other) { id } else { other };
                    let (count, rest) = (self.count(id) + self.count(other), if definition == id { other } else { id });
                    self.seen.extend([id, other]);
                    self.add(definition, Place::Sigmoid(rest), count);
                    return;
                }
            }
            _ => {}
        }
        let count = self.count(id);
        if !self.arena.shape(id).is_scalar() {
            let turned = self.arena.transpose(id);
            let both = count + self.count(turned);
            if turned != id && both > count && !matches!(self.arena.node(turned), Node::Transpose(_)) {
                let definition = if self.arena.shape(id).is_row() { turned } else { id };
                self.seen.extend([id, turned]);
                self.add(definition, Place::Node, both);
                return;
            }
        }
        self.add(id, Place::Node, count);
    }

    /// Whether it is u − 1 or P − I, which is named as 1 − u and I − P.
    fn is_less_unit(&self, id: ExprId) -> bool {
        let Node::Add(terms) = self.arena.node(id) else { return false };
        let is_unit = |term: ExprId| {
            self.arena.is_one(term) || self.arena.is_ones(term) || matches!(self.arena.node(term), Node::Identity(_))
        };
        matches!(&**terms, [(c, x), (d, y)] if (*c == Coeff::MINUS_ONE && is_unit(*x)) || (*d == Coeff::MINUS_ONE && is_unit(*y)))
    }

    /// Minus signs, a leading one counted most: what makes one of Ax − b and b − Ax the plainer.
    fn signs(&mut self, id: ExprId) -> (usize, bool) {
        let Node::Add(terms) = self.arena.node(id).clone() else { return (0, false) };
        let minus = terms.iter().filter(|(coeff, _)| coeff.is_negative()).count();
        let heaviest = terms.iter().max_by_key(|(_, term)| self.costs.of(self.arena, *term));
        (minus, heaviest.is_some_and(|(coeff, _)| coeff.is_negative()))
    }

    /// The runs of two factors and more, each in the plainer of its two orientations.
    fn windows(&mut self, factors: &[ExprId]) -> Vec<Vec<ExprId>> {
        let first = usize::from(self.arena.shape(factors[0]).is_scalar());
        let factors = &factors[first..];
        if factors.len() > MAX_FACTORS {
            return Vec::new();
        }
        let mut windows = Vec::new();
        for from in 0..factors.len() {
            for to in from + 2..=factors.len().min(from + MAX_CHAIN) {
                let chain = factors[from..to].to_vec();
                let turned = self.transposed(&chain);
                let rank = |search: &Self, chain: &[ExprId]| {
                    let row = search.arena.shape(chain[0]).is_row();
                    let marks = chain.iter().filter(|id| matches!(search.arena.node(**id), Node::Transpose(_))).count();
                    (row, marks)
                };
                let (plain, other) = (rank(self, &chain), rank(self, &turned));
                windows.push(if (other, &turned) < (plain, &chain) { turned } else { chain });
            }
        }
        windows
    }

    /// The factors of the transposed product.
    fn transposed(&mut self, chain: &[ExprId]) -> Vec<ExprId> {
        chain.iter().rev().map(|factor| self.arena.transpose(*factor)).collect()
    }

    fn chain(&mut self, chain: Vec<ExprId>, count: u64) {
        if count < 2 || chain.iter().any(|factor| !self.arena.free_indices(*factor).is_empty()) {
            return;
        }
        let definition = self.arena.mul(&chain);
        // Factors that merge are no product of their own.
        if !matches!(self.arena.node(definition), Node::Product(factors) if **factors == *chain) {
            return;
        }
        let turned = self.transposed(&chain);
        self.add(definition, Place::Chain(chain, turned), count);
    }

    /// s = √(wᵀΣw) where its powers are written, s = ‖x‖².
    fn powers(&mut self, powers: &[(ExprId, Coeff)]) {
        let mut done: FxHashSet<ExprId> = FxHashSet::default();
        for (base, _) in powers {
            if !done.insert(*base) || !is_nameable(self.arena, *base) || !self.arena.shape(*base).is_scalar() {
                continue;
            }
            let own: Vec<&Coeff> = powers.iter().filter(|(other, _)| other == base).map(|(_, power)| power).collect();
            let common = own.iter().fold(Coeff::ZERO, |gcd, power| gcd.gcd(power));
            let count = self.count(*base);
            let norm = matches!(self.arena.node(*base), Node::Norm(Norm::Frobenius, _));
            let mut wanted = vec![common];
            if norm {
                wanted.push(Coeff::integer(2));
            }
            wanted.dedup();
            for power in wanted.into_iter().filter(|power| !power.is_one() && !power.is_zero()) {
                if self.arena.is_nonnegative(*base) || power.recip().is_some_and(|root| root.is_integer()) {
                    let definition = self.arena.pow_number(*base, &power);
                    self.add(definition, Place::Root(*base, power), count);
                }
            }
        }
    }
}
