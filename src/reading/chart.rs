//! The cheapest way to read every node as each class of shape, bottom up, as a chart parser finds the best derivation: exact, and
//! linear in the nodes. Names are free here: each occurrence picks a reading for itself and carries its share of the cost.

use super::class::{CLASSES, Class, State, outcomes};
use super::cost::{Cost, RowId};
use super::kind::{Kind, WrittenSize};
use super::plan::{Leaf, Text};
use super::resolve::{Input, Sym};
use crate::syntax::AstId;

/// Something that must be read one way in all places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Variable {
    /// A symbol: by the place of its reading.
    Symbol(usize),
    /// A node that several others take: by its class.
    Shared(usize, AstId),
}

/// What a search has settled, and what it must not take.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fixed {
    /// The readings of symbols.
    pub(crate) symbols: rustc_hash::FxHashMap<usize, u8>,
    /// The classes of shared nodes.
    pub(crate) shared: rustc_hash::FxHashMap<(usize, AstId), Class>,
    /// Readings of symbols that are not taken.
    pub(crate) without_reading: Vec<(usize, u8)>,
    /// Rows that are not taken at a node's step.
    pub(crate) without_row: Vec<(usize, AstId, RowId)>,
}

/// How the cheapest way came to a state.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// The state before the step.
    state: u8,
    /// The class of the operand, or the place of a symbol's reading.
    class: u8,
    row: RowId,
}

const NOWHERE: Way = Way { state: 0, class: 0, row: RowId::Plain };

/// The costs of the states of a node at one of its steps.
type Costs = [Cost; State::ALL];

/// The chart of one text.
pub(crate) struct Chart<'p> {
    text: usize,
    plan: &'p Text,
    /// Where the ways of each node begin: to its states before its steps, then after each.
    offsets: Vec<usize>,
    ways: Vec<Way>,
    /// The cost of each node as each class.
    last: Vec<[Cost; 6]>,
    /// The least of these.
    least: Vec<Cost>,
}

/// What was picked at a step of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) node: AstId,
    /// The place of the step among those of the node.
    pub(crate) step: usize,
    pub(crate) row: RowId,
}

/// A way through the chart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    pub(crate) classes: Vec<Option<Class>>,
    pub(crate) picks: Vec<Pick>,
    /// What each occurrence of a symbol or a shared node picked.
    pub(crate) taken: Vec<(Variable, u8)>,
}

impl<'p> Chart<'p> {
    pub(crate) fn new(text: usize, plan: &'p Text) -> Self {
        let mut offsets = Vec::with_capacity(plan.plans.len());
        let mut total = 0;
        for node in &plan.plans {
            offsets.push(total);
            if node.leaf != Leaf::Skip {
                total += node.states() * (node.steps().len() + 1);
            }
        }
        let nodes = plan.plans.len();
        let (last, least) = (vec![[Cost::NEVER; 6]; nodes], vec![Cost::NEVER; nodes]);
        Self { text, plan, offsets, ways: vec![NOWHERE; total], last, least }
    }

    /// The cost of a node as a class.
    fn last(&self, id: AstId, class: Class) -> Cost {
        self.last[id.0 as usize][class as usize]
    }

    /// The cost of taking a node as a class; a node that another step has taken already costs only what it costs more than at best.
    fn cost_for(&self, step: usize, id: AstId, class: Class) -> Cost {
        let cost = self.last(id, class);
        if self.plan.taker[id.0 as usize] == Some(step) { cost } else { cost.minus(self.least[id.0 as usize]) }
    }

    /// The cost of the text's root as a class.
    pub(crate) fn root(&self, class: Class) -> Cost {
        match self.plan.plans.len().checked_sub(1) {
            Some(root) => self.last(AstId(u32::try_from(root).unwrap_or(u32::MAX)), class),
            None => Cost::ZERO,
        }
    }

    /// Fills the chart.
    pub(crate) fn fill(&mut self, input: &Input<'_>, shares: &Shares, fixed: &Fixed) {
        let (mut before, mut behind): (Costs, Costs) = ([Cost::NEVER; State::ALL], [Cost::NEVER; State::ALL]);
        for number in 0..self.plan.plans.len() {
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            let node = self.plan.plans[number];
            if node.leaf == Leaf::Skip {
                continue;
            }
            let (states, mut offset) = (node.states(), self.offsets[number]);
            before[..states].fill(Cost::NEVER);
            self.first(input, shares, fixed, id, &mut before);
            for at in node.steps() {
                offset += states;
                behind[..states].fill(Cost::NEVER);
                self.step(fixed, (id, at, offset), &before[..states], &mut behind[..states]);
                std::mem::swap(&mut before, &mut behind);
            }
            let last = &mut self.last[number];
            last.copy_from_slice(&before[..6]);
            if self.plan.is_shared[number]
                && let Some(class) = fixed.shared.get(&(self.text, id))
            {
                for other in CLASSES.into_iter().filter(|other| other != class) {
                    last[other as usize] = Cost::NEVER;
                }
            }
            self.least[number] = last.iter().copied().min().unwrap_or(Cost::NEVER);
        }
    }

    /// The states of a node before its steps.
    fn first(&mut self, input: &Input<'_>, shares: &Shares, fixed: &Fixed, id: AstId, costs: &mut Costs) {
        let offset = self.offsets[id.0 as usize];
        let node = self.plan.plans[id.0 as usize];
        match node.leaf {
            Leaf::None => costs[usize::from(State::START.0)] = Cost::ZERO,
            Leaf::Fixed(class) => costs[class as usize] = Cost::ZERO,
            Leaf::One => {
                for (class, row) in [(Class::Column, RowId::WrittenOnes), (Class::Number, RowId::WrittenOne)] {
                    if !fixed.without_row.contains(&(self.text, id, row)) {
                        costs[class as usize] = row.cost();
                        self.ways[offset + class as usize] = Way { row, ..NOWHERE };
                    }
                }
            }
            Leaf::Symbol(symbol, subscripts) => {
                let sym = &input.symbols[symbol];
                let only = fixed.symbols.get(&symbol).copied();
                for (place, choice) in (0_u8..).zip(&sym.choices) {
                    if only.is_some_and(|only| only != place) || fixed.without_reading.contains(&(symbol, place)) {
                        continue;
                    }
                    let mut cost = shares.cost(symbol, place, choice.row, (self.text, id));
                    let class = class_of(sym, place, subscripts).unwrap_or_else(|| {
                        cost += Cost::CLASH;
                        if choice.kind == Kind::Matrix { Class::Matrix } else { Class::Scalar }
                    });
                    if cost < costs[class as usize] {
                        costs[class as usize] = cost;
                        self.ways[offset + class as usize] = Way { state: 0, class: place, row: choice.row };
                    }
                }
            }
            Leaf::Skip => {}
        }
    }

    /// One step of a node, from the costs before it to those after it, whose ways begin at a place.
    fn step(&mut self, fixed: &Fixed, (id, at, offset): (AstId, usize, usize), before: &[Cost], behind: &mut [Cost]) {
        let (operand, step) = self.plan.steps[at];
        let banned = |row: RowId| !fixed.without_row.is_empty() && fixed.without_row.contains(&(self.text, id, row));
        let operands: &[Class] = if operand.is_some() { &CLASSES } else { &CLASSES[..1] };
        let costs: [Cost; 6] = CLASSES.map(|class| operand.map_or(Cost::ZERO, |child| self.cost_for(at, child, class)));
        for (state, before) in (0_u8..).zip(before).filter(|(_, before)| before.is_possible()) {
            for &class in operands {
                let cost = costs[class as usize];
                if !cost.is_possible() {
                    continue;
                }
                for outcome in outcomes(step, State(state), class).iter() {
                    if banned(outcome.row) {
                        continue;
                    }
                    let mut total = *before + cost + outcome.row.cost();
                    let mut enter = |place: usize, total: Cost| {
                        if total < behind[place] {
                            behind[place] = total;
                            self.ways[offset + place] = Way { state, class: class as u8, row: outcome.row };
                        }
                    };
                    if outcome.clash {
                        // Nothing more is known of what has no shape.
                        total += Cost::CLASH;
                        for place in CLASSES {
                            enter(place as usize, total);
                        }
                    }
                    enter(usize::from(outcome.state.0), total);
                }
            }
        }
    }

    /// The way that leads to the root as a class.
    pub(crate) fn trace(&self, root: Class, trace: &mut Trace) {
        let nodes = self.plan.plans.len();
        trace.classes = vec![None; nodes];
        let Some(last) = nodes.checked_sub(1) else { return };
        let mut open = vec![(AstId(u32::try_from(last).unwrap_or(u32::MAX)), root)];
        while let Some((id, class)) = open.pop() {
            let number = id.0 as usize;
            if self.plan.is_shared[number] {
                trace.taken.push((Variable::Shared(self.text, id), class as u8));
                if trace.classes[number].is_some() {
                    continue;
                }
            }
            trace.classes[number] = Some(class);
            let node = &self.plan.plans[number];
            if node.leaf == Leaf::Skip {
                continue;
            }
            let (states, offset) = (node.states(), self.offsets[number]);
            let mut state = class as usize;
            for (step, at) in node.steps().enumerate().rev() {
                let way = self.ways[offset + states * (step + 1) + state];
                if let Some(child) = self.plan.steps[at].0 {
                    open.push((child, CLASSES[usize::from(way.class)]));
                }
                state = usize::from(way.state);
                if way.row != RowId::Plain {
                    trace.picks.push(Pick { node: id, step, row: way.row });
                }
            }
            let way = self.ways[offset + state];
            match node.leaf {
                Leaf::Symbol(symbol, _) => trace.taken.push((Variable::Symbol(symbol), way.class)),
                Leaf::One => trace.picks.push(Pick { node: id, step: 0, row: way.row }),
                Leaf::None | Leaf::Fixed(_) | Leaf::Skip => {}
            }
        }
    }
}

/// The class of a symbol's use under one of its readings; `None` where it cannot be used so.
pub(crate) fn class_of(sym: &Sym, reading: u8, subscripts: usize) -> Option<Class> {
    let choice = sym.choices.get(usize::from(reading))?;
    let guessed = if reading == 0 && choice.row != RowId::CountScalar { Class::Scalar } else { Class::Guess };
    let entry = if choice.row == RowId::EntryBesideWhole { Class::Guess } else { guessed };
    match (choice.kind, subscripts) {
        (Kind::Scalar, 0) => Some(guessed),
        (Kind::Vector | Kind::FamilyBeside, 0) => Some(Class::Column),
        (Kind::EntriesBeside | Kind::ScalarBesideOthers, 0 | 1) => Some(Class::Guess),
        (Kind::Vector, 1) => Some(entry),
        (Kind::VectorFamily | Kind::FamilyBeside, 1) | (Kind::MatrixFamily, 2) => Some(Class::Column),
        (Kind::VectorFamily, 2) | (Kind::Matrix, 2) | (Kind::MatrixFamily, 3) => Some(Class::Scalar),
        (Kind::Matrix, 0) | (Kind::MatrixFamily, 1) => Some(Class::Matrix),
        (Kind::Declared, _) => declared_class(sym, subscripts),
        _ => None,
    }
}

/// The class of an array of those sizes.
pub(super) fn class_of_sizes(rows: &WrittenSize, cols: &WrittenSize) -> Class {
    let one = WrittenSize::Number(1);
    Class::of_array(*rows == one, *cols == one)
}

fn declared_class(sym: &Sym, subscripts: usize) -> Option<Class> {
    let declared = sym.declared.as_ref()?;
    if sym.is_function() {
        return None;
    }
    let whole = class_of_sizes(&declared.rows, &declared.cols);
    let axes = match whole {
        Class::Column => 1,
        Class::Row | Class::Matrix => 2,
        _ => 0,
    };
    match (declared.family.is_some(), subscripts) {
        (false, 0) | (true, 1) => Some(whole),
        (false, n) if n == axes => Some(Class::Scalar),
        (true, n) if n == axes + 1 => Some(Class::Scalar),
        // A row of a member.
        (true, 2) if whole == Class::Matrix => Some(Class::Column),
        _ => None,
    }
}

/// How the cost of a symbol's reading is shared among its occurrences.
pub(crate) struct Shares {
    occurrences: Vec<u64>,
    first: Vec<Option<(usize, AstId)>>,
    late: Vec<u64>,
}

impl Shares {
    pub(crate) fn new(input: &Input<'_>, plans: &[Text]) -> Self {
        let count = input.symbols.len();
        let mut this = Self { occurrences: vec![0; count], first: vec![None; count], late: vec![0; count] };
        let mut order = Vec::new();
        for (text, plan) in plans.iter().enumerate() {
            for (number, node) in (0_u32..).zip(&plan.plans) {
                let taken = plan.taker[number as usize].is_some() || number as usize + 1 == plan.plans.len();
                if let Leaf::Symbol(symbol, _) = node.leaf
                    && taken
                {
                    this.occurrences[symbol] += 1;
                    if this.first[symbol].is_none() {
                        this.first[symbol] = Some((text, AstId(number)));
                        order.push(symbol);
                    }
                }
            }
        }
        let total = order.len() as u64;
        for (rank, symbol) in (0_u64..).zip(order) {
            this.late[symbol] = total - rank;
        }
        this
    }

    fn cost(&self, symbol: usize, reading: u8, row: RowId, at: (usize, AstId)) -> Cost {
        let first = self.first[symbol] == Some(at);
        let share = Cost::share(u64::from(row.row().weight), self.occurrences[symbol], first);
        if first && reading > 0 { share + Cost::late(self.late[symbol]) } else { share }
    }

    /// By first appearance.
    pub(crate) fn place(&self, symbol: usize) -> Option<(usize, AstId)> {
        self.first[symbol]
    }
}
