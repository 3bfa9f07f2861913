//! From a graph to the steps of a function: which parts get a name, and the code of each.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::code::{Code, Origin};
use super::decomposition::Decomposition;
use super::error::EmitError;
use super::listing::{Step, Work};
use super::names::{Names, wish};
use super::speller::{Lengths, Speller};
use super::tree::{Form, Tree, is_unit, leaf, of_node};
use crate::expr::Arena;
use crate::plan::{Graph, Matrix, NodeId, Source};

/// Longest part that is written inside another.
const MAX_INLINE: usize = 56;
/// Longest multiple of a name that is written wherever it is used.
const SHORT: usize = 10;

/// The steps of a graph, and the code of its roots.
pub(super) struct Walk<'a> {
    pub(super) arena: &'a Arena,
    pub(super) graph: &'a Graph,
    pub(super) speller: &'a dyn Speller,
    pub(super) names: Names,
    /// An array that is given, by its name.
    pub(super) given: Option<String>,
    pub(super) steps: Vec<Step>,
    /// The sizes that the steps name.
    pub(super) used_sizes: BTreeSet<u32>,
    pub(super) codes: FxHashMap<NodeId, Code>,
    /// What is written for each node that has code.
    pub(super) printed: FxHashMap<NodeId, Tree>,
    /// Arrays that only one loop reads, which are not made.
    pub(super) deferred: FxHashMap<NodeId, Tree>,
    uses: FxHashMap<NodeId, usize>,
    /// The parts that must have a name.
    named: FxHashSet<NodeId>,
    /// The parts that are read in loops.
    read_in_loops: FxHashSet<NodeId>,
    /// Whether there is one result.
    is_single: bool,
    decompositions: Vec<Shared>,
}

/// A decomposition that several nodes are parts of.
struct Shared {
    of: Decomposition,
    matrix: Tree,
    wanted: Vec<Matrix>,
    /// The code of the parts once it has been written; none where the language has no names for them.
    parts: Option<Vec<(Matrix, Code)>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(arena: &'a Arena, graph: &'a Graph, speller: &'a dyn Speller, names: Names) -> Self {
        Self {
            arena,
            graph,
            speller,
            names,
            given: None,
            steps: Vec::new(),
            used_sizes: BTreeSet::new(),
            codes: FxHashMap::default(),
            printed: FxHashMap::default(),
            deferred: FxHashMap::default(),
            uses: FxHashMap::default(),
            named: FxHashSet::default(),
            read_in_loops: FxHashSet::default(),
            is_single: false,
            decompositions: Vec::new(),
        }
    }

    /// The steps that compute some nodes under these names; the code of each, with what is written there.
    pub(super) fn run(&mut self, roots: &[(NodeId, String)]) -> Result<Vec<(Code, Tree)>, EmitError> {
        let trees: Vec<Tree> = roots.iter().map(|(root, _)| leaf(self.graph, *root)).collect();
        self.is_single = roots.len() == 1;
        let order = self.order(&trees);
        for id in order {
            let tree = of_node(self.graph, id);
            let result = trees.iter().position(|tree| tree.form == Form::Node(id)).map(|place| roots[place].1.clone());
            self.step(id, &tree, result)?;
        }
        let mut codes = Vec::new();
        for (tree, (_, name)) in trees.iter().zip(roots) {
            if self.is_beyond(tree) {
                self.looped(name, tree)?;
                let code = Code::name(name.clone(), Origin::Local, tree.rank());
                codes.push((code, Tree::named(name, tree)));
                continue;
            }
            let (mut code, printed) = self.spelled(tree)?;
            if let Form::Number(value) = printed.form {
                code = self.speller.constant(value, self.given.as_deref()).unwrap_or(code);
            }
            // What is only moved is a step of its own, unless it is one thing or the only result.
            if roots.len() == 1 || code.is_name() {
                codes.push((code, printed));
            } else {
                codes.push(self.bind(name.clone(), code, printed));
            }
        }
        Ok(codes)
    }

    /// The nodes that have code of their own, operands first; counts their uses.
    fn order(&mut self, trees: &[Tree]) -> Vec<NodeId> {
        let mut all = Vec::new();
        let mut stack = Vec::new();
        let mut seen = FxHashSet::default();
        for tree in trees {
            tree.nodes(&mut |id| stack.push(id));
        }
        for id in &stack {
            *self.uses.entry(*id).or_insert(0) += 1;
        }
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            all.push(id);
            let tree = of_node(self.graph, id);
            tree.nodes(&mut |operand| {
                *self.uses.entry(operand).or_insert(0) += 1;
                stack.push(operand);
            });
            let is_beyond = self.is_beyond(&tree);
            if is_beyond {
                tree.nodes(&mut |operand| {
                    self.read_in_loops.insert(operand);
                });
            }
            self.mark(&tree, is_beyond);
        }
        all.sort_unstable();
        self.find_decompositions(&all);
        all
    }

    /// The decompositions of which more than one part is wanted.
    fn find_decompositions(&mut self, all: &[NodeId]) {
        for tree in all.iter().map(|id| of_node(self.graph, *id)) {
            let (Form::Matrix(matrix), [operand]) = (&tree.form, tree.operands.as_slice()) else { continue };
            let Some(of) = Decomposition::of(*matrix) else { continue };
            if operand.rank() != 2 || operand.lengths.iter().any(is_unit) || self.is_beyond(operand) {
                continue;
            }
            match self.decompositions.iter_mut().find(|known| known.of == of && known.matrix == *operand) {
                Some(known) => known.wanted.push(*matrix),
                None => {
                    let (matrix, wanted) = (operand.clone(), vec![*matrix]);
                    self.decompositions.push(Shared { of, matrix, wanted, parts: None });
                }
            }
        }
        self.decompositions.retain(|shared| {
            shared.wanted.len() > 1 && shared.wanted.iter().any(|matrix| Decomposition::needs_vectors(*matrix))
        });
    }

    /// A part of a decomposition that has others, too: the first that is asked for writes the step.
    fn part_of_decomposition(&mut self, tree: &Tree, operands: &[Code], printed: &[Tree]) -> Option<Code> {
        let (Form::Matrix(matrix), [operand], [code]) = (&tree.form, tree.operands.as_slice(), operands) else {
            return None;
        };
        let of = Decomposition::of(*matrix)?;
        let place = self.decompositions.iter().position(|known| known.of == of && known.matrix == *operand)?;
        if self.decompositions[place].parts.is_none() {
            let names = &mut self.names;
            let wanted = &self.decompositions[place].wanted;
            let Some(decomposed) = self.speller.decomposed(of, code, wanted, &mut |wish| names.part(wish)) else {
                self.decompositions.remove(place);
                return None;
            };
            let (work, tree) = (Work::Lines(vec![decomposed.line.clone()]), printed[0].clone());
            self.steps.push(Step { name: decomposed.line, rank: 0, work, tree });
            self.decompositions[place].parts = Some(decomposed.parts);
        }
        let parts = self.decompositions[place].parts.as_ref()?;
        parts.iter().find(|(known, _)| known == matrix).map(|(_, code)| code.clone())
    }

    /// Marks the operands that must be names.
    fn mark(&mut self, tree: &Tree, is_beyond: bool) {
        for (place, operand) in tree.operands.iter().enumerate() {
            if let Form::Node(id) = operand.form
                && (self.speller.needs_name(tree, place) || is_beyond || matches!(tree.form, Form::General(_)))
            {
                self.named.insert(id);
            }
            self.mark(operand, is_beyond);
        }
    }

    fn step(&mut self, id: NodeId, tree: &Tree, result: Option<String>) -> Result<(), EmitError> {
        if self.is_beyond(tree) {
            let is_single = self.uses.get(&id).copied().unwrap_or(0) <= 1;
            if result.is_none() && is_single && self.is_read_in_loops(id) && Self::is_entrywise(tree) {
                self.deferred.insert(id, tree.clone());
                return Ok(());
            }
            let name = result.unwrap_or_else(|| self.names.part(&wish(tree, &[])));
            self.looped(&name, tree)?;
            self.printed.insert(id, Tree::named(&name, tree));
            self.codes.insert(id, Code::name(name, Origin::Local, tree.rank()));
            return Ok(());
        }
        let (code, printed) = self.spelled(tree)?;
        // A multiple of a name is no step.
        let is_multiple = matches!(&tree.form, Form::Sum(coeffs) if coeffs.len() == 1) && code.text.len() <= SHORT;
        let shared = self.uses.get(&id).copied().unwrap_or(0) > 1 && !is_multiple;
        let is_result = result.is_some();
        let long = code.text.chars().count() > MAX_INLINE;
        let (code, printed) = match result {
            // The only result is returned as it stands where it fits.
            Some(_) if self.is_single && !long => (code, printed),
            Some(name) => self.bind(name, code, printed),
            None if (shared || long || self.named.contains(&id)) && !is_result && !code.is_name() => {
                self.bind_part(tree, code, printed)
            }
            None => (code, printed),
        };
        self.codes.insert(id, code);
        self.printed.insert(id, printed);
        Ok(())
    }

    fn is_read_in_loops(&self, id: NodeId) -> bool {
        self.read_in_loops.contains(&id)
    }

    /// A name of its own for a part.
    pub(super) fn bind_part(&mut self, tree: &Tree, code: Code, printed: Tree) -> (Code, Tree) {
        let names: Vec<String> = tree
            .operands
            .iter()
            .map(|operand| match &operand.form {
                Form::Node(id) => self.codes.get(id).filter(|code| code.is_name()).map(|code| code.text.clone()),
                Form::Input(source) => Some(self.names.source(self.arena, *source)),
                _ => None,
            })
            .map(Option::unwrap_or_default)
            .collect();
        // Two nodes may be written alike: the product of a symmetric matrix, from either side.
        let is_known = |step: &&Step| matches!(step.work, Work::Let(_)) && step.tree == printed;
        if let Some(step) = self.steps.iter().find(is_known) {
            let named = Tree::named(&step.name, &printed);
            return (Code::name(step.name.clone(), Origin::Local, printed.rank()), named);
        }
        let name = self.names.part(&wish(tree, &names));
        self.bind(name, code, printed)
    }

    fn bind(&mut self, name: String, code: Code, printed: Tree) -> (Code, Tree) {
        let (rank, named) = (printed.rank(), Tree::named(&name, &printed));
        self.steps.push(Step { name: name.clone(), rank, work: Work::Let(code), tree: printed });
        (Code::name(name, Origin::Local, rank), named)
    }

    /// A tree with what is written for each of its nodes.
    pub(super) fn resolved(&self, tree: &Tree) -> Tree {
        if let Form::Node(id) = tree.form {
            return match (self.printed.get(&id), self.deferred.get(&id)) {
                (Some(printed), _) => printed.clone(),
                (None, Some(deferred)) => self.resolved(deferred),
                (None, None) => tree.clone(),
            };
        }
        let operands = tree.operands.iter().map(|operand| self.resolved(operand)).collect();
        Tree::new(tree.form.clone(), tree.lengths.clone(), operands)
    }

    /// A product of matrices, where a tree is one that is written inside another.
    fn product(&self, tree: &Tree) -> Option<Tree> {
        let whole = match tree.form {
            Form::Node(id) if self.codes.get(&id).is_some_and(|code| !code.is_name()) => of_node(self.graph, id),
            Form::MatMul(..) | Form::Outer => tree.clone(),
            _ => return None,
        };
        (matches!(whole.form, Form::MatMul(..) | Form::Outer) && whole.rank() == 2).then_some(whole)
    }

    /// The transpose of a product is a product of transposes.
    fn turned(&self, tree: &Tree) -> Option<Tree> {
        let turn = |product: Tree| {
            let form = match product.form {
                Form::MatMul(left, right) => Form::MatMul(!right, !left),
                form => form,
            };
            let lengths = product.lengths.into_iter().rev().collect();
            Tree::new(form, lengths, product.operands.into_iter().rev().collect())
        };
        match (&tree.form, tree.operands.as_slice()) {
            (Form::Transpose, [x]) => self.product(x).map(turn),
            (Form::MatMul(left, right), [x, y]) => {
                let side = |is_turned: bool, side: &Tree| match (is_turned, &side.form) {
                    (true, Form::Transpose) => (false, side.operands[0].clone(), true),
                    (true, _) => match self.product(side) {
                        Some(product) => (false, turn(product), true),
                        None => (true, side.clone(), false),
                    },
                    (false, Form::Transpose) => (true, side.operands[0].clone(), true),
                    (false, _) => (false, side.clone(), false),
                };
                let ((left, x, first), (right, y, second)) = (side(*left, x), side(*right, y));
                (first || second).then(|| Tree::new(Form::MatMul(left, right), tree.lengths.clone(), vec![x, y]))
            }
            _ => None,
        }
    }

    /// A total of totals as one.
    fn whole(&self, tree: &Tree) -> Option<Tree> {
        let (Form::Total(along), [operand]) = (&tree.form, tree.operands.as_slice()) else { return None };
        let Form::Node(id) = operand.form else { return None };
        if along.len() < operand.rank() || self.codes.get(&id).is_none_or(Code::is_name) {
            return None;
        }
        let inner = of_node(self.graph, id);
        match (&inner.form, inner.operands.as_slice()) {
            (Form::Total(_), [x]) => {
                let all = (0..x.rank()).collect();
                Some(Tree::new(Form::Total(all), Vec::new(), vec![x.clone()]))
            }
            _ => None,
        }
    }

    /// The code of a tree.
    pub(super) fn spell(&mut self, tree: &Tree) -> Result<Code, EmitError> {
        Ok(self.spelled(tree)?.0)
    }

    /// The code of a tree, and the tree of operations that the code is.
    pub(super) fn spelled(&mut self, tree: &Tree) -> Result<(Code, Tree), EmitError> {
        let turned = self.turned(tree).or_else(|| self.whole(tree));
        let tree = turned.as_ref().unwrap_or(tree);
        match &tree.form {
            Form::Node(id) => {
                let code = self.codes.get(id).cloned().unwrap_or_else(|| Code::atom(""));
                return Ok((code, self.resolved(tree)));
            }
            Form::Named(name) => return Ok((Code::name(name.clone(), Origin::Local, tree.rank()), tree.clone())),
            Form::Input(source) => {
                let name = self.names.source(self.arena, *source);
                let origin = if tree.rank() == 0 || matches!(source, Source::Index(_)) {
                    Origin::Computed
                } else {
                    Origin::Given
                };
                return Ok((Code::name(name, origin, tree.rank()), tree.clone()));
            }
            _ => {}
        }
        let (mut operands, mut printed) = (Vec::new(), Vec::new());
        for (place, operand) in tree.operands.iter().enumerate() {
            if self.is_beyond(operand) {
                let (code, part) = self.named_part(operand)?;
                operands.push(code);
                printed.push(part);
                continue;
            }
            let (code, part) = self.spelled(operand)?;
            let is_part = !code.is_name() && operand.rank() > 0 && self.speller.needs_name(tree, place);
            let (code, part) = if is_part { self.bind_part(operand, code, part) } else { (code, part) };
            operands.push(code);
            printed.push(part);
        }
        if let Some(mut code) = self.part_of_decomposition(tree, &operands, &printed) {
            code.rank = tree.rank();
            return Ok((code, Tree::new(tree.form.clone(), tree.lengths.clone(), printed)));
        }
        let used = RefCell::new(BTreeSet::new());
        let lengths = Lengths { arena: self.arena, sizes: &self.names.sizes, given: self.given.as_deref(), used };
        let mut code = self.speller.spell(tree, &operands, &lengths)?;
        self.used_sizes.extend(lengths.used.into_inner());
        code.rank = tree.rank();
        Ok((code, Tree::new(tree.form.clone(), tree.lengths.clone(), printed)))
    }
}
