//! The cheapest reading in which every name is read one way.
//!
//! The chart leaves names free, which is a lower bound. Where the occurrences of a name disagree, each of its readings is tried, the
//! cheapest way first; so the first one without disagreement is the cheapest of all. Past a limit each disagreement goes to the reading
//! that most occurrences take: coarser, never wrong, as the shapes are checked afterwards.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Goal;
use super::chart::{Chart, Fixed, Shares, Trace, Variable, class_of};
use super::class::{CLASSES, Class};
use super::cost::Cost;
use super::limit::{DIVE_PASSES, SEARCH_PASSES, SEARCH_WORK};
use super::plan::Text;
use super::resolve::Input;

/// The reading found.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    pub(crate) cost: Cost,
    /// The place of each symbol's reading among its choices.
    pub(crate) readings: Vec<u8>,
    /// One for each text.
    pub(crate) traces: Vec<Trace>,
}

/// All that a search looks at.
pub(crate) struct Search<'i, 'a> {
    input: &'i Input<'a>,
    plans: Vec<Text>,
    shares: Shares,
    passes: usize,
}

/// A reading of part of the names.
struct Open {
    cost: Cost,
    fixed: Fixed,
    found: Vec<Trace>,
    clash: Option<Variable>,
}

impl<'i, 'a> Search<'i, 'a> {
    pub(crate) fn new(input: &'i Input<'a>) -> Self {
        let plans: Vec<Text> = (0..input.texts.len()).map(|text| Text::new(input, text)).collect();
        let shares = Shares::new(input, &plans);
        let nodes: usize = plans.iter().map(|plan| plan.plans.len()).sum();
        let passes = (SEARCH_WORK / nodes.max(1)).clamp(SEARCH_PASSES.0, SEARCH_PASSES.1);
        Self { input, plans, shares, passes }
    }

    /// The cheapest reading. What is compared with the shape of a symbol is read last: a claim does not bend what it claims.
    pub(crate) fn best(&self, base: &Fixed) -> Solution {
        let is_claim: Vec<bool> = self.input.texts.iter().map(|text| matches!(text.goal, Goal::ShapeOf(_))).collect();
        let first: Vec<usize> = (0..is_claim.len()).filter(|text| !is_claim[*text]).collect();
        let rest: Vec<usize> = (0..is_claim.len()).filter(|text| is_claim[*text]).collect();
        let mut traces = vec![Trace::default(); self.plans.len()];
        let mut fixed = base.clone();
        let mut readings = vec![0; self.input.symbols.len()];
        let mut cost = Cost::ZERO;
        for group in [first, rest].into_iter().filter(|group| !group.is_empty()) {
            let open = self.solve(&group, &fixed, &readings);
            cost += open.cost;
            for (text, trace) in group.into_iter().zip(open.found) {
                for (variable, reading) in &trace.taken {
                    if let Variable::Symbol(symbol) = variable {
                        readings[*symbol] = *reading;
                        fixed.symbols.insert(*symbol, *reading);
                    }
                }
                traces[text] = trace;
            }
        }
        Solution { cost, readings, traces }
    }

    fn solve(&self, group: &[usize], base: &Fixed, readings: &[u8]) -> Open {
        let mut charts: Vec<Chart<'_>> = group.iter().map(|text| Chart::new(*text, &self.plans[*text])).collect();
        let mut passes = 1;
        let mut nodes = vec![self.pass(&mut charts, group, base.clone(), readings)];
        let mut heap = BinaryHeap::from([Reverse((nodes[0].cost, Reverse(0), 0))]);
        while let Some(Reverse((_, _, at))) = heap.pop() {
            let Some(variable) = nodes[at].clash else { return nodes.swap_remove(at) };
            if passes >= self.passes {
                let fixed = nodes[at].fixed.clone();
                return self.dive(&mut charts, group, fixed, readings);
            }
            for reading in 0..self.readings_of(variable) {
                let mut fixed = nodes[at].fixed.clone();
                fix(&mut fixed, variable, reading);
                let next = self.pass(&mut charts, group, fixed, readings);
                passes += 1;
                if next.cost.is_possible() {
                    let depth = next.fixed.symbols.len() + next.fixed.shared.len();
                    heap.push(Reverse((next.cost, Reverse(depth), nodes.len())));
                    nodes.push(next);
                }
            }
            nodes[at].found = Vec::new();
        }
        self.dive(&mut charts, group, base.clone(), readings)
    }

    fn readings_of(&self, variable: Variable) -> u8 {
        match variable {
            Variable::Symbol(symbol) => u8::try_from(self.input.symbols[symbol].choices.len()).unwrap_or(u8::MAX),
            Variable::Shared(..) => 6,
        }
    }

    /// Settles all disagreements at once, again and again.
    fn dive(&self, charts: &mut [Chart<'_>], group: &[usize], mut fixed: Fixed, readings: &[u8]) -> Open {
        let mut open = self.pass(charts, group, fixed.clone(), readings);
        for _ in 0..DIVE_PASSES {
            if open.clash.is_none() {
                break;
            }
            let mut votes: rustc_hash::FxHashMap<Variable, [usize; 8]> = rustc_hash::FxHashMap::default();
            let mut order = Vec::new();
            for (variable, reading) in open.found.iter().flat_map(|trace| &trace.taken) {
                let counts = votes.entry(*variable).or_insert_with(|| {
                    order.push(*variable);
                    [0; 8]
                });
                counts[usize::from(*reading).min(7)] += 1;
            }
            for variable in order {
                let counts = votes[&variable];
                if counts.iter().filter(|count| **count > 0).count() > 1 {
                    let most = (0_u8..8).max_by_key(|reading| (counts[usize::from(*reading)], Reverse(*reading)));
                    fix(&mut fixed, variable, most.unwrap_or(0));
                }
            }
            open = self.pass(charts, group, fixed.clone(), readings);
        }
        open
    }

    /// One pass: the cheapest way with these names fixed, and the first name that it reads in two ways.
    fn pass(&self, charts: &mut [Chart<'_>], group: &[usize], fixed: Fixed, readings: &[u8]) -> Open {
        crate::interrupt::point();
        for chart in charts.iter_mut() {
            chart.fill(self.input, &self.shares, &fixed);
        }
        let (cost, roots) = self.roots(charts, group, readings);
        let mut found = Vec::with_capacity(charts.len());
        for (chart, root) in charts.iter().zip(roots) {
            let mut trace = Trace::default();
            if cost.is_possible() {
                chart.trace(root, &mut trace);
            }
            found.push(trace);
        }
        let mut seen: rustc_hash::FxHashMap<Variable, u8> = rustc_hash::FxHashMap::default();
        let mut clash: Option<(Option<(usize, crate::syntax::AstId)>, Variable)> = None;
        for (variable, reading) in found.iter().flat_map(|trace| &trace.taken) {
            if *seen.entry(*variable).or_insert(*reading) == *reading {
                continue;
            }
            let place = match variable {
                Variable::Symbol(symbol) => self.shares.place(*symbol),
                Variable::Shared(text, id) => Some((*text, *id)),
            };
            if clash.is_none_or(|known| (place, *variable) < known) {
                clash = Some((place, *variable));
            }
        }
        Open { cost, fixed, found, clash: clash.map(|known| known.1) }
    }

    /// The cheapest classes of the roots that the goals allow.
    fn roots(&self, charts: &[Chart<'_>], group: &[usize], readings: &[u8]) -> (Cost, Vec<Class>) {
        let mut roots = vec![Class::Number; group.len()];
        let mut total = Cost::ZERO;
        for (place, text) in group.iter().enumerate() {
            if matches!(self.input.texts[*text].goal, Goal::SameAs(_)) {
                continue;
            }
            let same: Vec<usize> =
                (0..group.len()).filter(|other| *self.input.texts[group[*other]].goal == Goal::SameAs(*text)).collect();
            let mut best = (Cost::NEVER, Class::Number, Vec::new());
            for class in CLASSES {
                let mut cost = charts[place].root(class) + self.demanded(*text, class, readings);
                let mut others = Vec::with_capacity(same.len());
                for other in &same {
                    let with = CLASSES.map(|other_class| {
                        let fits = compatible(class, other_class);
                        (charts[*other].root(other_class) + if fits { Cost::ZERO } else { Cost::CLASH }, other_class)
                    });
                    let least = with.into_iter().min().unwrap_or((Cost::NEVER, Class::Number));
                    cost += least.0;
                    others.push(least.1);
                }
                if cost < best.0 {
                    best = (cost, class, others);
                }
            }
            total += best.0;
            roots[place] = best.1;
            for (other, class) in same.into_iter().zip(best.2) {
                roots[other] = class;
            }
        }
        (total, roots)
    }

    /// What it costs that the goal of a text wants something else.
    fn demanded(&self, text: usize, class: Class, readings: &[u8]) -> Cost {
        let fits = match self.input.texts[text].goal {
            Goal::Scalar | Goal::Hessian | Goal::Function => class.is_scalar(),
            Goal::Any | Goal::ScalarVariable | Goal::SameAs(_) => true,
            Goal::Shape(shape) => compatible(Class::of_array(shape.rows.is_one(), shape.cols.is_one()), class),
            Goal::ShapeOf(name) => match self.input.find(name) {
                Some(symbol) => class_of(&self.input.symbols[symbol], readings[symbol], 0)
                    .is_none_or(|wanted| compatible(wanted, class)),
                None => true,
            },
        };
        if fits { Cost::ZERO } else { Cost::CLASH }
    }
}

fn compatible(a: Class, b: Class) -> bool {
    a == b || a == Class::Number || b == Class::Number || a.is_scalar() && b.is_scalar()
}

fn fix(fixed: &mut Fixed, variable: Variable, reading: u8) {
    match variable {
        Variable::Symbol(symbol) => {
            fixed.symbols.insert(symbol, reading);
        }
        Variable::Shared(text, id) => {
            fixed.shared.insert((text, id), CLASSES[usize::from(reading).min(5)]);
        }
    }
}
