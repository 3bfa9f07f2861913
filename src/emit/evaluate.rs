//! What is printed, evaluated operation by operation: the very trees whose operations a language writes down, step after step under the
//! names that the steps have. It knows arrays and what each operation does with them, and nothing of the graph that they were read from.
//!
//! What moves, adds and multiplies entries is computed here; functions of entries and of matrices by the plan's kernels.

use rustc_hash::{FxHashMap, FxHashSet};

use super::block::by_rows;
use super::einsum::{Einsum, Factor};
use super::tree::{Form, Tree, axes};
use crate::codegen::{Binary, Fault, NdArray, Unary, kernel, product};
use crate::expr::{Arena, Reduction};
use crate::numeric::{Bindings, EvalError};
use crate::plan::{Contraction, Graph, Inputs, Length, Matrix, NodeId, PlanError, Source, Tensor, run};

/// The steps of a function and its results.
#[derive(Clone, Debug)]
pub(super) struct Printed {
    /// Each with its name.
    pub(super) steps: Vec<(String, Tree)>,
    /// The results, in their order.
    pub(super) results: Vec<Tree>,
}

impl Printed {
    /// The value of a result at a point.
    ///
    /// # Errors
    /// [`Fault::Lengths`] where lengths do not fit; what is missing or takes too long.
    pub(super) fn value(&self, arena: &Arena, place: usize, point: &Bindings<f64>) -> Result<NdArray, Fault> {
        let inputs = Inputs::of_bindings(point);
        let mut machine = Machine { arena, point, inputs, values: FxHashMap::default(), work: 0 };
        let result = &self.results[place];
        let needed = self.needed(result);
        for (place, (name, tree)) in self.steps.iter().enumerate() {
            if needed.contains(&place) {
                let value = machine.value(tree)?;
                machine.values.insert(name, value);
            }
        }
        machine.value(result)
    }

    /// The places of the steps that a result needs.
    fn needed(&self, result: &Tree) -> FxHashSet<usize> {
        let (mut needed, mut names) = (FxHashSet::default(), FxHashSet::default());
        result.names(&mut names);
        for (place, (name, tree)) in self.steps.iter().enumerate().rev() {
            if names.contains(name.as_str()) {
                needed.insert(place);
                tree.names(&mut names);
            }
        }
        needed
    }
}

struct Machine<'a> {
    arena: &'a Arena,
    point: &'a Bindings<f64>,
    inputs: Inputs<'a>,
    /// The values of the steps so far.
    values: FxHashMap<&'a str, NdArray>,
    work: u64,
}

impl Machine<'_> {
    fn length(&self, length: &Length) -> usize {
        size_at(self.arena, length, self.point).unwrap_or(length.size)
    }

    fn lengths(&self, lengths: &[Length]) -> Vec<usize> {
        lengths.iter().map(|length| self.length(length)).collect()
    }

    fn spend(&mut self, work: usize) -> Result<(), Fault> {
        crate::interrupt::point();
        self.work = self.work.saturating_add(work as u64);
        if self.work > self.point.work_limit { Err(EvalError::TooMuchWork.into()) } else { Ok(()) }
    }

    fn value(&mut self, tree: &Tree) -> Result<NdArray, Fault> {
        let operands = tree.operands.iter().map(|operand| self.value(operand)).collect::<Result<Vec<_>, _>>()?;
        let value = self.operation(tree, &operands)?;
        self.spend(value.entries.len())?;
        Ok(value)
    }

    #[allow(clippy::cast_precision_loss, reason = "lengths are small")]
    fn operation(&mut self, tree: &Tree, operands: &[NdArray]) -> Result<NdArray, Fault> {
        Ok(match (&tree.form, operands) {
            (Form::Named(name), _) => self.values.get(name.as_str()).ok_or(Fault::Lengths)?.clone(),
            (Form::Input(source), _) => {
                let mut graph = Graph::default();
                let node = graph.input(*source, numbers(&self.lengths(&tree.lengths)));
                array(&run(&graph, &[node], &self.inputs).map_err(fault)?.remove(0))
            }
            (Form::Number(value), _) => NdArray::scalar(*value),
            (Form::Size(length), _) => NdArray::scalar(self.length(length) as f64),
            (Form::Range, _) => NdArray::vector((0..self.length(&tree.lengths[0])).map(|at| at as f64).collect()),
            (Form::Map(map), [x]) => self.by_plan(&[x], |graph, ids| graph.map(*map, ids[0]))?,
            (Form::Zip(zip), [x, y]) => {
                let (x, y) = (x.zip(y, |x, _| x)?, y.zip(x, |y, _| y)?);
                self.by_plan(&[&x, &y], |graph, ids| graph.zip(*zip, ids[0], ids[1]))?
            }
            (Form::Sum(coeffs), [first, others @ ..]) => {
                let mut total = first.map(|entry| entry * coeffs[0]);
                for (coeff, term) in coeffs[1..].iter().zip(others) {
                    total = total.zip(term, |sum, entry| sum + coeff * entry)?;
                }
                total
            }
            (Form::Times, [x, y]) => x.zip(y, |x, y| x * y)?,
            (Form::Square, [x]) => x.map(|entry| entry * entry),
            (Form::MatMul(left, right), [x, y]) => {
                let turned = |is_turned: bool, x: &NdArray| if is_turned { transposed(x) } else { Ok(x.clone()) };
                product::matmul(&turned(*left, x)?, &turned(*right, y)?)?
            }
            (Form::Outer, [x, y]) => kernel::binary(Binary::Outer, x, y)?,
            (Form::Inner(is_turned), [x, y]) => {
                let y = if *is_turned { transposed(y)? } else { y.clone() };
                kernel::unary(Unary::Reduce(Reduction::Sum), &x.zip(&y, |x, y| x * y)?)?
            }
            (Form::Transpose, [x]) => transposed(x)?,
            (Form::Permute(order), [x]) => x.permuted(order)?,
            (Form::Trace, [x]) => kernel::unary(Unary::Trace, x)?,
            (Form::Diagonal, [x]) => kernel::unary(Unary::DiagPart, x)?,
            (Form::DiagonalMatrix, [x]) => kernel::unary(Unary::Diag, x)?,
            (Form::Eye, scalar) => {
                let eye = eye(self.length(&tree.lengths[0]));
                match scalar {
                    [scalar] => eye.zip(scalar, |one, scalar| one * scalar)?,
                    _ => eye,
                }
            }
            (Form::Spread(own), [x]) => {
                let stretched = expanded(x, own, tree.rank())?;
                stretched.zip(&NdArray::filled(self.lengths(&tree.lengths), 0.0), |entry, _| entry)?
            }
            (Form::Broadcast(_), [x]) => expanded(x, &axes(tree), tree.rank())?,
            (Form::Total(along), [x]) => kernel::along(Unary::Reduce(Reduction::Sum), x, along)?,
            (Form::Kron, [x, y]) => kernel::binary(Binary::Kron, x, y)?,
            (Form::Vec, [x]) => kernel::unary(Unary::Vec, x)?,
            (Form::Unvec, [x]) => {
                let lengths = self.lengths(&tree.lengths).into_iter().rev().collect();
                transposed(&x.clone().reshaped(lengths)?)?
            }
            (Form::General(contraction), factors) => self.contracted(contraction, factors)?,
            (Form::Fold(fold, along), [x]) => self.by_plan(&[x], |graph, ids| graph.fold(*fold, ids[0], along))?,
            (Form::Others(along), [x]) => self.by_plan(&[x], |graph, ids| graph.others(ids[0], along))?,
            (Form::Matrix(matrix) | Form::Definite(matrix), operands) => self.matrix(*matrix, operands)?,
            (Form::Triangular { transposed, .. }, operands) => {
                self.matrix(Matrix::Solve { transposed: *transposed }, operands)?
            }
            (Form::Stack, parts) => self.by_plan(&parts.iter().collect::<Vec<_>>(), |graph, ids| graph.stack(ids))?,
            (Form::Blocks(rows), parts) => {
                let rows = by_rows(rows, parts).into_iter().map(|(is_flat, row)| {
                    let rank = if is_flat { 1 } else { 2 };
                    self.joined(row, rank - 1, rank)
                });
                let rows: Vec<NdArray> = rows.collect::<Result<_, _>>()?;
                self.joined(&rows, 0, 2)?
            }
            (Form::Join(axis), parts) => self.joined(parts, *axis, tree.rank())?,
            (Form::Take, [first, positions @ ..]) => {
                let positions = alike(positions)?;
                let all: Vec<&NdArray> = std::iter::once(first).chain(&positions).collect();
                self.by_plan(&all, |graph, ids| graph.take(ids[0], &ids[1..]))?
            }
            (Form::Scatter, [parts, positions]) => {
                let lengths = self.lengths(&tree.lengths);
                let row: usize = lengths[1..].iter().product();
                let mut entries = vec![0.0; lengths.iter().product()];
                for (part, position) in parts.entries.chunks(row.max(1)).zip(&positions.entries) {
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a position")]
                    let start = *position as usize * row;
                    let target = entries.get_mut(start..start + row).ok_or(Fault::Lengths)?;
                    target.iter_mut().zip(part).for_each(|(entry, part)| *entry += part);
                }
                NdArray { lengths, entries }
            }
            _ => return Err(EvalError::Unsupported("an operation that is not written").into()),
        })
    }

    /// A sum of products as `einsum` takes it, or as the product of matrices that it is written as.
    fn contracted(&mut self, contraction: &Contraction, operands: &[NdArray]) -> Result<NdArray, Fault> {
        let sum = Einsum::new(contraction).ok_or(Fault::Lengths)?;
        let mut factors = Vec::new();
        for (_, factor) in &sum.factors {
            factors.push(match factor {
                Factor::Operand(place, lengths) => {
                    let operand = operands.get(*place).ok_or(Fault::Lengths)?.clone();
                    match lengths {
                        Some(lengths) => operand.reshaped(self.lengths(lengths))?,
                        None => operand,
                    }
                }
                Factor::Eye(length) => eye(self.length(length)),
                Factor::Ones(length) => NdArray::filled(vec![self.length(length)], 1.0),
            });
        }
        if let Some((family, vector)) = sum.product() {
            return product::matmul(&factors[family], &factors[vector]);
        }
        let factors: Vec<&NdArray> = factors.iter().collect();
        let einsum = product::Einsum::new(&sum.subscripts(), &factors)?;
        self.spend(einsum.terms())?;
        let value = einsum.value(&factors);
        match &sum.lengths {
            Some(lengths) => value.reshaped(self.lengths(lengths)),
            None => Ok(value),
        }
    }

    /// An operation on matrices. The right side of a system may be a vector, or one for each of its matrices.
    fn matrix(&mut self, matrix: Matrix, operands: &[NdArray]) -> Result<NdArray, Fault> {
        let rank = operands.first().map_or(0, |first| first.lengths.len());
        if rank < 2 {
            return Err(EvalError::Unsupported("an operation on a matrix of one row or column").into());
        }
        if let (Matrix::Solve { .. }, [a, b]) = (matrix, operands)
            && b.lengths.len() + 1 == rank
        {
            let column = b.clone().reshaped([b.lengths.as_slice(), &[1]].concat())?;
            let solved = self.by_plan(&[a, &column], |graph, ids| graph.matrix(matrix, ids))?;
            return solved.reshaped(b.lengths.clone());
        }
        self.by_plan(&operands.iter().collect::<Vec<_>>(), |graph, ids| graph.matrix(matrix, ids))
    }

    /// Arrays one after the other along an axis of so many; one that lacks it is one entry, row or column.
    fn joined(&mut self, parts: &[NdArray], axis: usize, rank: usize) -> Result<NdArray, Fault> {
        let whole = parts.iter().map(|part| {
            let mut lengths = part.lengths.clone();
            if lengths.len() < rank {
                lengths.insert(axis.min(lengths.len()), 1);
            }
            part.clone().reshaped(lengths)
        });
        let whole: Vec<NdArray> = whole.collect::<Result<_, _>>()?;
        let total = whole.iter().filter_map(|part| part.lengths.get(axis)).sum();
        self.by_plan(&whole.iter().collect::<Vec<_>>(), |graph, ids| graph.join(ids, axis, &Length::number(total)))
    }

    /// One operation of the plan on arrays.
    fn by_plan(
        &mut self,
        operands: &[&NdArray],
        operation: impl FnOnce(&mut Graph, &[NodeId]) -> NodeId,
    ) -> Result<NdArray, Fault> {
        let (mut graph, mut inputs, mut ids) = (Graph::default(), Inputs::default(), Vec::new());
        for (place, operand) in (0..).zip(operands) {
            let source = Source::Direction(place);
            ids.push(graph.input(source, numbers(&operand.lengths)));
            inputs.give(source, Tensor::made(operand.lengths.clone(), operand.entries.clone()));
            self.spend(operand.entries.len() * (10 + operand.entries.len().isqrt()))?;
        }
        let node = operation(&mut graph, &ids);
        Ok(array(&run(&graph, &[node], &inputs).map_err(fault)?.remove(0)))
    }
}

fn numbers(lengths: &[usize]) -> Box<[Length]> {
    lengths.iter().map(|length| Length::number(*length)).collect()
}

fn array(tensor: &Tensor<'_>) -> NdArray {
    NdArray { lengths: tensor.lengths.clone(), entries: tensor.entries() }
}

fn fault(error: PlanError) -> Fault {
    match error {
        PlanError::Evaluation(error) => error.into(),
        PlanError::Singular | PlanError::NotPositiveDefinite => EvalError::NoConvergence("the inverse").into(),
        _ => Fault::Lengths,
    }
}

fn eye(n: usize) -> NdArray {
    let mut eye = NdArray::filled(vec![n, n], 0.0);
    eye.entries.iter_mut().step_by(n + 1).for_each(|entry| *entry = 1.0);
    eye
}

/// The axes in reverse order.
fn transposed(x: &NdArray) -> Result<NdArray, Fault> {
    x.permuted(&(0..x.lengths.len()).rev().collect::<Vec<_>>())
}

/// An array whose axes are these of so many, with axes of length 1 in the place of the others.
fn expanded(x: &NdArray, own: &[usize], rank: usize) -> Result<NdArray, Fault> {
    if own.len() != x.lengths.len() || own.iter().any(|axis| *axis >= rank) {
        return Err(Fault::Lengths);
    }
    let mut lengths = vec![1; rank];
    for (axis, length) in own.iter().zip(&x.lengths) {
        lengths[*axis] = *length;
    }
    x.clone().reshaped(lengths)
}

/// Arrays of positions stretched to the same lengths.
fn alike(positions: &[NdArray]) -> Result<Vec<NdArray>, Fault> {
    let mut whole = NdArray::scalar(0.0);
    for one in positions {
        whole = whole.zip(one, |_, _| 0.0)?;
    }
    positions.iter().map(|one| one.zip(&whole, |at, _| at)).collect()
}

/// A length at a point.
pub(super) fn size_at(arena: &Arena, length: &Length, point: &Bindings<f64>) -> Option<usize> {
    let of = length.of.as_ref()?;
    of.iter().try_fold(1_usize, |product, dim| Some(product * point.size(arena, *dim).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{CheckOptions, Outcome};
    use crate::codegen::Layout;
    use crate::emit::sized::Root;
    use crate::emit::{Draft, Function, FunctionName, Language, Part, Piece};
    use crate::expr::ExprId;
    use crate::render::tests::Make;

    /// Whether the check passes of what is printed of an expression, changed by this.
    fn passes(k: &Make, root: &Root, language: Language, change: &dyn Fn(&mut Tree) -> bool) -> bool {
        let symbols: Vec<_> = k.arena.symbols().map(|(id, _)| id).collect();
        let pieces = [Piece { part: Part::Value, expr: root.expr, layout: root.layout.clone() }];
        let draft = Draft {
            arena: &k.arena,
            symbols: &symbols,
            wrt: &[],
            pieces: &pieces,
            name: FunctionName::Wish("f"),
            about: "",
            symmetric: &[],
            conditions: &[],
        };
        let function = Function::new(&draft).expect("it has a plan");
        let mut written = function.write(language).expect("it is written");
        let changed = written
            .printed
            .steps
            .iter_mut()
            .map(|(_, tree)| tree)
            .chain(&mut written.printed.results)
            .filter_map(|tree| anywhere(tree, change).then_some(()))
            .count()
            > 0;
        assert!(changed, "nothing to change in {}", written.text);
        let certificate =
            function.sized.check(&k.arena, 0, (root, &written.printed), &CheckOptions::default(), &|_| true);
        match certificate.outcome {
            Outcome::Passed => true,
            Outcome::Failed(_) => false,
            Outcome::NotChecked(reason) => panic!("{}: not checked: {reason:?}", written.text),
        }
    }

    fn anywhere(tree: &mut Tree, change: &dyn Fn(&mut Tree) -> bool) -> bool {
        let inside = tree.operands.iter_mut().filter_map(|operand| anywhere(operand, change).then_some(())).count() > 0;
        change(tree) || inside
    }

    /// As it stands it passes, changed it does not.
    #[track_caller]
    fn caught(k: &Make, expr: ExprId, layout: Layout, change: &dyn Fn(&mut Tree) -> bool) {
        let root = Root { expr, layout };
        for language in [Language::Numpy, Language::Julia] {
            assert!(passes(k, &root, language, &|_| true), "{language:?}");
            assert!(!passes(k, &root, language, change), "{language:?}");
        }
    }

    fn dropped(tree: &mut Tree) -> bool {
        if tree.form == Form::Transpose {
            *tree = tree.operands.remove(0);
            return true;
        }
        match &mut tree.form {
            Form::MatMul(left, right) if *left || *right => {
                (*left, *right) = (false, false);
                true
            }
            _ => false,
        }
    }

    #[test]
    fn a_dropped_transpose_is_caught() {
        let mut k = Make::new();
        let (a, b, x) = (k.mat("A"), k.mat("B"), k.v("x"));
        let (at, bt) = (k.t(a), k.t(b));
        let product = k.p(&[at, x]);
        caught(&k, product, Layout::Value, &dropped);
        let sum = k.add(&[(1, bt), (2, a)]);
        caught(&k, sum, Layout::Value, &dropped);
    }

    #[test]
    fn a_square_along_other_axes_is_caught() {
        let mut k = Make::new();
        let (x, y) = (k.v("x"), k.v("y"));
        // xyᵀ∘yxᵀ has the entries xᵢyⱼyᵢxⱼ.
        let (xt, yt) = (k.t(x), k.t(y));
        let (left, right) = (k.p(&[x, yt]), k.p(&[y, xt]));
        let product = k.had(&[(left, 1), (right, 1)]);
        caught(&k, product, Layout::Value, &|tree| {
            let is_product = tree.rank() == 2 && matches!(tree.form, Form::Times | Form::Outer);
            if is_product {
                tree.form = Form::Square;
                let factor = tree.operands.remove(0);
                tree.operands = vec![Tree::new(Form::Broadcast(vec![1]), tree.lengths.clone(), vec![factor])];
            }
            is_product
        });
    }

    /// A product of two matrices in place of which a sum over letters is written, the factors with these.
    fn lettered(tree: &mut Tree, letters: [[u32; 2]; 2]) -> bool {
        if tree.form != Form::MatMul(false, false) {
            return false;
        }
        let group = |label: u32| vec![label];
        let (left, right) = (&tree.operands[0].lengths, &tree.operands[1].lengths);
        let lengths = [left[0].clone(), left[1].clone(), right[1].clone()];
        let operands = letters.map(|own| (NodeId::default(), own.map(group).into()));
        tree.form = Form::General(Contraction {
            operands: operands.into(),
            output: [group(0), group(2)].into(),
            lengths: lengths.into(),
        });
        true
    }

    #[test]
    fn swapped_letters_are_caught() {
        let mut k = Make::new();
        let (a, b) = (k.mat("A"), k.mat("B"));
        let root = Root { expr: k.p(&[a, b]), layout: Layout::Value };
        let with = |letters| passes(&k, &root, Language::Numpy, &|tree| lettered(tree, letters));
        assert!(with([[0, 1], [1, 2]]));
        assert!(!with([[0, 1], [2, 1]]));
        assert!(!with([[1, 0], [1, 2]]));
    }
}
