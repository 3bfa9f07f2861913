//! What a node of a graph is in the words of array languages: trees of operations that they have names for.
//!
//! Axes of length 1 are left out. What only moves entries is written where it is used.

use rustc_hash::FxHashSet;

use super::block::BlockRow;
use crate::plan::{Contraction, Factors, Fold, Graph, Group, Kernel, Label, Length, Map, Matrix, NodeId, Source, Zip};

/// An operation of array languages.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    /// Another node.
    Node(NodeId),
    /// What has a name.
    Named(String),
    Input(Source),
    Number(f64),
    /// A length as a number.
    Size(Length),
    /// 0, 1, …, n − 1
    Range,
    Map(Map),
    Zip(Zip),
    /// Σ cₖXₖ
    Sum(Vec<f64>),
    /// Entry by entry.
    Times,
    /// The same of one factor with itself along the same axes.
    Square,
    /// A product of matrices and vectors, of which each may be transposed.
    MatMul(bool, bool),
    /// x yᵀ
    Outer,
    /// The sum of all products of entries; of the second factor transposed.
    Inner(bool),
    Transpose,
    /// The axes in this order.
    Permute(Vec<usize>),
    Trace,
    /// Of a matrix.
    Diagonal,
    /// Of a vector.
    DiagonalMatrix,
    /// The identity, times a scalar where there is an operand.
    Eye,
    /// The operand's axes are these of the result, which stays the same along the others.
    Spread(Vec<usize>),
    /// The same where the operation around it stretches its operands.
    Broadcast(Vec<usize>),
    /// The sum along axes.
    Total(Vec<usize>),
    Kron,
    /// The columns below one another.
    Vec,
    /// A matrix from its columns below one another.
    Unvec,
    /// Any contraction.
    General(Contraction),
    Fold(Fold, Vec<usize>),
    Others(Vec<usize>),
    Matrix(Matrix),
    /// A solution, an inverse or a determinant of one matrix that is declared to be positive definite.
    Definite(Matrix),
    /// X with AX = B, or AᵀX = B, of one triangular matrix A.
    Triangular {
        transposed: bool,
        is_lower: bool,
    },
    Stack,
    /// A matrix of blocks, row by row.
    Blocks(Vec<BlockRow>),
    /// Along this axis; a part without it is one entry, row or column of it.
    Join(usize),
    Take,
    Scatter,
}

/// An operation with its operands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    pub(super) form: Form,
    pub(super) lengths: Vec<Length>,
    pub(super) operands: Vec<Tree>,
}

impl Tree {
    pub(super) fn new(form: Form, lengths: Vec<Length>, operands: Vec<Self>) -> Self {
        Self { form, lengths, operands }
    }

    /// What has the value of a tree under a name.
    pub(super) fn named(name: &str, tree: &Self) -> Self {
        Self::new(Form::Named(name.to_owned()), tree.lengths.clone(), Vec::new())
    }

    /// The number that it is, or repeats.
    pub(super) fn as_number(&self) -> Option<f64> {
        match (&self.form, self.operands.as_slice()) {
            (Form::Number(value), _) => Some(*value),
            (Form::Broadcast(_) | Form::Spread(_), [x]) => x.as_number(),
            _ => None,
        }
    }

    /// The names that it takes.
    pub(super) fn names<'t>(&'t self, found: &mut FxHashSet<&'t str>) {
        if let Form::Named(name) = &self.form {
            found.insert(name);
        }
        self.operands.iter().for_each(|operand| operand.names(found));
    }

    /// How many axes it has.
    pub(super) fn rank(&self) -> usize {
        self.lengths.len()
    }

    /// A product entry by entry. Factors are the same only with the same axes: aᵢaⱼ is no square.
    fn times(lengths: Vec<Length>, left: Self, right: Self) -> Self {
        if left == right {
            return Self::new(Form::Square, lengths, vec![left]);
        }
        Self::new(Form::Times, lengths, vec![left, right])
    }

    /// Whether it is a pseudo-inverse that takes singular values for 0 which are more than roundings of those of most matrices.
    pub(super) fn has_cutoff(&self) -> bool {
        matches!(self.form, Form::Matrix(matrix) if matrix.is_of_singular())
    }

    /// Calls for every node that it names, as often as it takes it: a square takes its operand twice.
    pub(super) fn nodes(&self, found: &mut impl FnMut(NodeId)) {
        if self.form == Form::Square {
            self.operands.iter().for_each(|operand| operand.nodes(found));
        }
        if let Form::Node(id) = self.form {
            found(id);
        }
        self.operands.iter().for_each(|operand| operand.nodes(found));
    }
}

/// Whether a length is that of no axis in the code.
pub(super) fn is_unit(length: &Length) -> bool {
    length.size == 1
}

/// The axes that are left of some.
fn kept(lengths: &[Length]) -> Vec<Length> {
    lengths.iter().filter(|length| !is_unit(length)).cloned().collect()
}

/// Axes by their places among those that are left.
fn places(lengths: &[Length], axes: &[usize]) -> Vec<usize> {
    let before = |axis: usize| lengths[..axis].iter().filter(|length| !is_unit(length)).count();
    axes.iter().filter(|axis| !is_unit(&lengths[**axis])).map(|axis| before(*axis)).collect()
}

/// A node where it is used: what only moves entries as what it does, all else as its name.
pub(super) fn leaf(graph: &Graph, id: NodeId) -> Tree {
    match graph.kernel(id) {
        Kernel::Contract(contraction) if contraction.is_movement() => of_node(graph, id),
        // A product of numbers is repeated where it is used.
        Kernel::Contract(contraction)
            if !graph.lengths(id).is_empty()
                && contraction.operands.iter().all(|(_, groups)| groups.iter().all(Group::is_empty))
                && !contraction.has_diagonal() =>
        {
            of_node(graph, id)
        }
        Kernel::Number(_) | Kernel::Size(_) | Kernel::Input(_) => of_node(graph, id),
        _ => Tree::new(Form::Node(id), kept(graph.lengths(id)), Vec::new()),
    }
}

/// What a node does.
pub(super) fn of_node(graph: &Graph, id: NodeId) -> Tree {
    let node = graph.node(id);
    let lengths = kept(&node.lengths);
    let all = |operands: &[NodeId]| operands.iter().map(|operand| leaf(graph, *operand)).collect::<Vec<_>>();
    let entrywise = |form: Form, operands: &[NodeId]| {
        let operands = stretched(all(operands), lengths.len());
        Tree::new(form, lengths.clone(), operands)
    };
    match &node.kernel {
        Kernel::Input(source) => Tree::new(Form::Input(*source), lengths, Vec::new()),
        Kernel::Number(value) => Tree::new(Form::Number(value.value()), lengths, Vec::new()),
        Kernel::Size(length) => Tree::new(Form::Size(length.clone()), lengths, Vec::new()),
        Kernel::Range(_) => Tree::new(Form::Range, lengths, Vec::new()),
        Kernel::Map(map, x) => Tree::new(Form::Map(*map), lengths, all(&[*x])),
        Kernel::Zip(zip, x, y) => entrywise(Form::Zip(*zip), &[*x, *y]),
        Kernel::Sum(terms) => {
            // Nobody adds a negative number, or begins with a minus where a plus is at hand.
            let mut terms: Vec<(f64, Tree)> =
                terms.iter().map(|(coeff, term)| with_positive_number(coeff.value(), leaf(graph, *term))).collect();
            if let Some(first) = terms.iter().position(|(coeff, _)| *coeff > 0.0) {
                terms[..=first].rotate_right(1);
            }
            let (coeffs, operands) = terms.into_iter().unzip();
            Tree::new(Form::Sum(coeffs), lengths.clone(), stretched(operands, lengths.len()))
        }
        Kernel::Contract(contraction) => contracted(graph, contraction),
        Kernel::Fold(fold, x, axes) => {
            Tree::new(Form::Fold(*fold, places(graph.lengths(*x), axes)), lengths, all(&[*x]))
        }
        Kernel::Others(x, axes) => Tree::new(Form::Others(places(graph.lengths(*x), axes)), lengths, all(&[*x])),
        Kernel::Matrix(matrix, operands) => {
            let is_factored = matches!(matrix, Matrix::Solve { .. } | Matrix::Inverse | Matrix::LogDet);
            let is_one = graph.lengths(operands[0]).len() == 2;
            let form = match (graph.factors(operands[0]), matrix) {
                _ if !is_factored || !is_one => Form::Matrix(*matrix),
                (Factors::Cholesky, _) => Form::Definite(*matrix),
                (factors @ (Factors::Lower | Factors::Upper), Matrix::Solve { transposed }) => {
                    Form::Triangular { transposed: *transposed, is_lower: factors == Factors::Lower }
                }
                _ => Form::Matrix(*matrix),
            };
            Tree::new(form, lengths, all(operands))
        }
        Kernel::Stack(parts) => Tree::new(Form::Stack, lengths, all(parts)),
        Kernel::Join(parts, axis) => {
            if let Some(blocks) = blocks(graph, parts, *axis, &lengths) {
                return blocks;
            }
            let axis = places(&node.lengths, &[*axis]).first().copied().unwrap_or(0);
            Tree::new(Form::Join(axis), lengths, all(parts))
        }
        Kernel::Take(array, positions) | Kernel::Scatter(array, positions, _) => {
            let first = leaf(graph, *array);
            let positions: Vec<Tree> = match &**positions {
                [only] => {
                    let range = consecutive(graph, *only, kept(graph.lengths(*only)));
                    vec![range.unwrap_or_else(|| leaf(graph, *only))]
                }
                positions => all(positions),
            };
            let form = if matches!(node.kernel, Kernel::Take(..)) { Form::Take } else { Form::Scatter };
            Tree::new(form, lengths, std::iter::once(first).chain(positions).collect())
        }
    }
}

/// Positions that follow one another, k, k + 1, …, as what they are.
fn consecutive(graph: &Graph, id: NodeId, lengths: Vec<Length>) -> Option<Tree> {
    let (0, start) = graph.consecutive(id)? else { return None };
    let is_whole = |number: f64| number.fract() == 0.0;
    if lengths.len() != 1 || !is_whole(start.number) || !start.sizes.iter().all(|(times, _)| is_whole(*times)) {
        return None;
    }
    if start.sizes.is_empty() && start.number < 0.0 {
        return None;
    }
    let range = Tree::new(Form::Range, lengths.clone(), Vec::new());
    let scalar = |form: Form| Tree::new(form, Vec::new(), Vec::new());
    let mut terms: Vec<(f64, Tree)> =
        start.sizes.into_iter().map(|(times, length)| (times, scalar(Form::Size(length)))).collect();
    if start.number != 0.0 {
        terms.push((start.number.signum(), scalar(Form::Number(start.number.abs()))));
    }
    let offset = match terms.as_slice() {
        [] => return Some(range),
        [(1.0, only)] => only.clone(),
        _ => {
            let (coeffs, terms) = terms.into_iter().unzip();
            Tree::new(Form::Sum(coeffs), Vec::new(), terms)
        }
    };
    let offset = Tree::new(Form::Broadcast(Vec::new()), lengths.clone(), vec![offset]);
    Some(Tree::new(Form::Sum(vec![1.0, 1.0]), lengths, vec![range, offset]))
}

/// Rows of blocks below one another as one matrix.
fn blocks(graph: &Graph, rows: &[NodeId], axis: usize, lengths: &[Length]) -> Option<Tree> {
    let mut cells = Vec::new();
    let mut block_rows = Vec::with_capacity(rows.len());
    for row in rows {
        match (graph.kernel(*row), axis, graph.lengths(*row)) {
            (Kernel::Join(parts, 1), 0, [height, _]) if lengths.len() == 2 => {
                cells.extend(parts.iter().map(|part| leaf(graph, *part)));
                block_rows.push(BlockRow { count: parts.len(), is_flat: is_unit(height) });
            }
            _ => return None,
        }
    }
    Some(Tree::new(Form::Blocks(block_rows), lengths.to_vec(), cells))
}

/// A term of a sum, where it is a negative number, as one that is subtracted.
fn with_positive_number(coeff: f64, mut tree: Tree) -> (f64, Tree) {
    let number = match (&mut tree.form, tree.operands.as_mut_slice()) {
        (Form::Number(value), _) => value,
        (Form::Spread(_) | Form::Broadcast(_), [Tree { form: Form::Number(value), .. }]) => value,
        _ => return (coeff, tree),
    };
    if *number >= 0.0 {
        return (coeff, tree);
    }
    *number = -*number;
    (-coeff, tree)
}

/// The axes of the result that an operand of an operation entry by entry has.
pub(super) fn axes(operand: &Tree) -> Vec<usize> {
    match &operand.form {
        Form::Broadcast(axes) => axes.clone(),
        _ => (0..operand.rank()).collect(),
    }
}

/// Operands of an operation entry by entry, of which those that only repeat entries are left to be stretched. Together they have all
/// axes of the result.
fn stretched(mut operands: Vec<Tree>, rank: usize) -> Vec<Tree> {
    for operand in &mut operands {
        if let Form::Spread(axes) = &operand.form {
            operand.form = Form::Broadcast(axes.clone());
        }
    }
    let covers = |operands: &[Tree]| (0..rank).all(|axis| operands.iter().any(|operand| axes(operand).contains(&axis)));
    if !covers(&operands)
        && let Some(first) = operands.first_mut()
        && let Form::Broadcast(axes) = &first.form
    {
        first.form = Form::Spread(axes.clone());
    }
    operands
}

/// A factor on the way: a tree with a label for each of its axes.
#[derive(Clone, Debug)]
struct Factor {
    tree: Tree,
    labels: Vec<Label>,
}

/// A contraction in the words of array languages.
fn contracted(graph: &Graph, contraction: &Contraction) -> Tree {
    let operands: Vec<Tree> = contraction.operands.iter().map(|(operand, _)| leaf(graph, *operand)).collect();
    let Some(mut tree) = named(contraction, &operands) else { return general(contraction, operands) };
    if let (Form::MatMul(left, right), [x, y]) = (&mut tree.form, tree.operands.as_slice()) {
        // Nobody transposes a symmetric matrix.
        let is_symmetric = |tree: &Tree| {
            let mut known = contraction.operands.iter().zip(&operands);
            known.any(|((id, _), operand)| operand == tree && tree.rank() == 2 && graph.is_symmetric(*id))
        };
        *left = *left && !is_symmetric(x);
        *right = *right && !is_symmetric(y);
    }
    tree
}

fn general(contraction: &Contraction, operands: Vec<Tree>) -> Tree {
    let lengths = contraction.output.iter().filter(|group| !group.is_empty()).map(|group| contraction.length(group));
    Tree::new(Form::General(contraction.clone()), lengths.collect(), operands)
}

/// A contraction of these operands by operations that have names; none where it takes others.
pub(super) fn named(contraction: &Contraction, trees: &[Tree]) -> Option<Tree> {
    let of =
        |labels: &[Label]| labels.iter().map(|label| contraction.lengths[*label as usize].clone()).collect::<Vec<_>>();
    let output: Vec<&Group> = contraction.output.iter().filter(|group| !group.is_empty()).collect();
    if let Some(kron) = kron(trees, contraction, &output) {
        return Some(kron);
    }
    let mut factors = Vec::new();
    for ((_, groups), tree) in contraction.operands.iter().zip(trees) {
        let groups: Vec<&Group> = groups.iter().filter(|group| !group.is_empty()).collect();
        let tree = tree.clone();
        factors.push(match groups.as_slice() {
            groups if groups.iter().all(|group| group.len() == 1) => {
                Factor { tree, labels: groups.iter().map(|group| group[0]).collect() }
            }
            // The last label runs fastest, and so do rows in a matrix of columns.
            [group] if group.len() == 2 => {
                let labels = vec![group[1], group[0]];
                Factor { tree: Tree::new(Form::Unvec, of(&labels), vec![tree]), labels }
            }
            _ => return None,
        });
    }
    // What is asked for, each label once, in the order of the result.
    let joined = output.iter().any(|group| group.len() > 1);
    let flat: Vec<Label> = match output.as_slice() {
        [group] if group.len() == 2 => vec![group[1], group[0]],
        _ if joined => return None,
        groups => groups.iter().map(|group| group[0]).collect(),
    };
    let mut wanted = flat.clone();
    wanted.sort_unstable();
    wanted.dedup();
    wanted.sort_by_key(|label| flat.iter().position(|other| other == label));
    if let [only] = factors.as_slice()
        && flat.is_empty()
        && let [row, col] = only.labels.as_slice()
        && row == col
    {
        return Some(Tree::new(Form::Trace, Vec::new(), vec![only.tree.clone()]));
    }
    for factor in &mut factors {
        let labels = factor.labels.clone();
        match labels.as_slice() {
            [row, col] if row == col => {
                let tree = Tree::new(Form::Diagonal, of(&[*row]), vec![factor.tree.clone()]);
                *factor = Factor { tree, labels: vec![*row] };
            }
            labels if has_twice(labels) => return None,
            _ => {}
        }
    }
    let has_scalar = factors.len() == 2 && factors.iter().any(|factor| factor.labels.is_empty());
    let scalar = has_scalar.then(|| factors.iter().position(|factor| factor.labels.is_empty())).flatten();
    let scalar = scalar.map(|place| factors.remove(place));
    let product = multiplied(factors, &wanted, &of)?;
    let tree = arranged(product, scalar, &wanted, &flat, &of)?;
    Some(if joined {
        let length = contraction.length(output[0]);
        Tree::new(Form::Vec, vec![length], vec![tree])
    } else {
        tree
    })
}

fn has_twice(labels: &[Label]) -> bool {
    labels.iter().enumerate().any(|(place, label)| labels[..place].contains(label))
}

/// A product of at most two factors without the labels that are summed over; none of no factors.
fn multiplied(
    mut factors: Vec<Factor>,
    wanted: &[Label],
    of: &impl Fn(&[Label]) -> Vec<Length>,
) -> Option<Option<Factor>> {
    // What one factor alone has is added up first.
    for place in 0..factors.len() {
        let others: Vec<Label> =
            factors.iter().enumerate().filter(|(at, _)| *at != place).flat_map(|(_, one)| one.labels.clone()).collect();
        let factor = &mut factors[place];
        let lonely = |label: &Label| !wanted.contains(label) && !others.contains(label);
        let axes: Vec<usize> = (0..factor.labels.len()).filter(|axis| lonely(&factor.labels[*axis])).collect();
        if !axes.is_empty() {
            let labels: Vec<Label> = factor.labels.iter().copied().filter(|label| !lonely(label)).collect();
            let tree = Tree::new(Form::Total(axes), of(&labels), vec![factor.tree.clone()]);
            *factor = Factor { tree, labels };
        }
    }
    match factors.len() {
        0 => Some(None),
        1 => Some(factors.pop()),
        2 => {
            let right = factors.pop()?;
            product(factors.pop()?, right, wanted, of).map(Some)
        }
        _ => None,
    }
}

fn product(left: Factor, right: Factor, wanted: &[Label], of: &impl Fn(&[Label]) -> Vec<Length>) -> Option<Factor> {
    let is_wanted = |label: &&Label| wanted.contains(label);
    let shared: Vec<Label> = left.labels.iter().filter(|label| right.labels.contains(label)).copied().collect();
    let summed: Vec<Label> = shared.iter().filter(|label| !is_wanted(label)).copied().collect();
    let [of_left, of_right] = [&left, &right]
        .map(|one| one.labels.iter().filter(|label| !shared.contains(label)).copied().collect::<Vec<Label>>());
    let batch = shared.len() - summed.len();
    if summed.is_empty() {
        if let ([row], [col], 0) = (of_left.as_slice(), of_right.as_slice(), batch) {
            let is_turned = wanted.iter().position(|label| label == row) > wanted.iter().position(|label| label == col);
            let (first, second, labels) = if is_turned {
                (right.tree, left.tree, vec![*col, *row])
            } else {
                (left.tree, right.tree, vec![*row, *col])
            };
            return Some(Factor { tree: Tree::new(Form::Outer, of(&labels), vec![first, second]), labels });
        }
        return Some(times(left, right, wanted, of));
    }
    if batch == 0 && summed.len() == 1 && of_left.len() <= 1 && of_right.len() <= 1 {
        let at = |labels: &[Label]| labels.first().and_then(|label| wanted.iter().position(|other| other == label));
        let is_turned = match (at(&of_left), at(&of_right)) {
            (Some(row), Some(col)) => row > col,
            // A vector stands on the right of a matrix.
            (None, Some(_)) => true,
            _ => false,
        };
        let (left, right) = if is_turned { (right, left) } else { (left, right) };
        let labels: Vec<Label> = if is_turned { [of_right, of_left].concat() } else { [of_left, of_right].concat() };
        let left_turned = left.labels.len() == 2 && left.labels[0] == summed[0];
        let right_turned = right.labels.len() == 2 && right.labels[1] == summed[0];
        let tree = Tree::new(Form::MatMul(left_turned, right_turned), of(&labels), vec![left.tree, right.tree]);
        return Some(Factor { tree, labels });
    }
    if batch == 0 && of_left.is_empty() && of_right.is_empty() && summed.len() == 2 {
        let tree = Tree::new(Form::Inner(left.labels != right.labels), Vec::new(), vec![left.tree, right.tree]);
        return Some(Factor { tree, labels: Vec::new() });
    }
    // Of two labels the whole product is no larger than its factors.
    let mut all = [left.labels.clone(), right.labels.clone()].concat();
    all.sort_unstable();
    all.dedup();
    if all.len() > 2 {
        return None;
    }
    let whole: Vec<Label> = if left.labels.len() == 2 { left.labels.clone() } else { right.labels.clone() };
    if whole.len() != all.len() {
        return None;
    }
    let product = times(left, right, &whole, of);
    let axes = (0..whole.len()).filter(|axis| !wanted.contains(&whole[*axis])).collect();
    let labels: Vec<Label> = whole.into_iter().filter(|label| wanted.contains(label)).collect();
    Some(Factor { tree: Tree::new(Form::Total(axes), of(&labels), vec![product.tree]), labels })
}

/// A product entry by entry, with the labels of either in the order wanted.
fn times(left: Factor, right: Factor, wanted: &[Label], of: &impl Fn(&[Label]) -> Vec<Length>) -> Factor {
    let labels: Vec<Label> =
        wanted.iter().filter(|label| left.labels.contains(label) || right.labels.contains(label)).copied().collect();
    let rank = labels.len();
    let operands = [left, right].map(|factor| {
        let own: Vec<Label> = labels.iter().filter(|label| factor.labels.contains(label)).copied().collect();
        let tree = permuted(factor, &own, of);
        if own.len() == rank {
            return tree;
        }
        let axes = (0..rank).filter(|axis| own.contains(&labels[*axis])).collect();
        Tree::new(Form::Broadcast(axes), of(&labels), vec![tree])
    });
    let [left, right] = operands;
    Factor { tree: Tree::times(of(&labels), left, right), labels }
}

/// The axes of a factor in this order.
fn permuted(factor: Factor, labels: &[Label], of: &impl Fn(&[Label]) -> Vec<Length>) -> Tree {
    if factor.labels == labels {
        return factor.tree;
    }
    let order: Vec<usize> =
        labels.iter().filter_map(|label| factor.labels.iter().position(|other| other == label)).collect();
    let form = if order == [1, 0] { Form::Transpose } else { Form::Permute(order) };
    if form == Form::Transpose && factor.tree.form == Form::Transpose {
        return factor.tree.operands.into_iter().next().unwrap_or_else(|| Tree::new(form, of(labels), Vec::new()));
    }
    Tree::new(form, of(labels), vec![factor.tree])
}

/// A product with its axes as the result has them: in its order, repeated along others, on a diagonal; times a scalar.
fn arranged(
    product: Option<Factor>,
    scalar: Option<Factor>,
    wanted: &[Label],
    flat: &[Label],
    of: &impl Fn(&[Label]) -> Vec<Length>,
) -> Option<Tree> {
    let is_diagonal = matches!(flat, [row, col] if row == col);
    if !is_diagonal && wanted.len() < flat.len() {
        return None;
    }
    let tree = match product {
        None if is_diagonal => {
            return Some(Tree::new(Form::Eye, of(flat), scalar.map(|one| one.tree).into_iter().collect()));
        }
        None => {
            let one = scalar.map_or_else(|| Tree::new(Form::Number(1.0), Vec::new(), Vec::new()), |one| one.tree);
            return Some(Tree::new(Form::Spread(Vec::new()), of(wanted), vec![one]));
        }
        Some(factor) if factor.labels.is_empty() && !wanted.is_empty() => {
            let one = match scalar {
                Some(scalar) => Tree::times(Vec::new(), scalar.tree, factor.tree),
                None => factor.tree,
            };
            return Some(if is_diagonal {
                Tree::new(Form::Eye, of(flat), vec![one])
            } else {
                Tree::new(Form::Spread(Vec::new()), of(wanted), vec![one])
            });
        }
        Some(factor) => {
            let own: Vec<Label> = wanted.iter().filter(|label| factor.labels.contains(label)).copied().collect();
            let axes: Vec<usize> = (0..wanted.len()).filter(|axis| own.contains(&wanted[*axis])).collect();
            let tree = permuted(factor, &own, of);
            let tree = match scalar {
                None => tree,
                Some(scalar) => {
                    let scalar = if own.is_empty() {
                        scalar.tree
                    } else {
                        Tree::new(Form::Broadcast(Vec::new()), of(&own), vec![scalar.tree])
                    };
                    Tree::times(of(&own), scalar, tree)
                }
            };
            if axes.len() < wanted.len() { Tree::new(Form::Spread(axes), of(wanted), vec![tree]) } else { tree }
        }
    };
    Some(if is_diagonal { Tree::new(Form::DiagonalMatrix, of(flat), vec![tree]) } else { tree })
}

/// X ⊗ Y of two matrices, or of two vectors.
fn kron(trees: &[Tree], contraction: &Contraction, output: &[&Group]) -> Option<Tree> {
    let ([(_, left_groups), (_, right_groups)], [left, right]) = (&*contraction.operands, trees) else { return None };
    let single = |groups: &[Group]| groups.iter().all(|group| group.len() == 1);
    let is_pair = output.iter().all(|group| group.len() == 2)
        && output.len() == left_groups.len()
        && output.len() == right_groups.len()
        && (output.len() == 2)
        && single(left_groups)
        && single(right_groups);
    // Where a label stands twice, entries are left out: of G ⊗ (T ∘ I) in which a row of T goes with a column of G.
    let labels: Vec<Label> = output.iter().flat_map(|group| group.iter().copied()).collect();
    if !is_pair || has_twice(&labels) {
        return None;
    }
    let along = |groups: &[Group], place: usize| groups.iter().zip(output).all(|(group, out)| group[0] == out[place]);
    let (first, second) = if along(left_groups, 0) && along(right_groups, 1) {
        (left, right)
    } else if along(left_groups, 1) && along(right_groups, 0) {
        (right, left)
    } else {
        return None;
    };
    let lengths = output.iter().map(|group| contraction.length(group)).collect();
    Some(Tree::new(Form::Kron, lengths, vec![first.clone(), second.clone()]))
}
