//! Sums, products and rearrangements.

use super::batch::{Keyed, single};
use super::value::{Builder, Scope, Value};
use crate::codegen::{ArrayId, Binary, Unary};
use crate::plan::contraction::{Draft, Group, Label};
use crate::plan::error::PlanError;
use crate::plan::matrix::Matrix;
use crate::plan::node::{Length, NodeId};

/// Most powers of one matrix that an index runs through.
const MOST_POWERS: i64 = 64;

impl Builder<'_> {
    /// Values added up, each times a number.
    pub(super) fn sum(&mut self, values: &[Value], coeffs: &[f64]) -> Value {
        let (nodes, keys) = self.aligned(values);
        let terms: Vec<_> = coeffs.iter().copied().zip(nodes).collect();
        Value { node: self.graph.sum(&terms), keys }
    }

    /// The product entry by entry, stretched as arrays are.
    pub(super) fn multiply(&mut self, x: &Value, y: &Value) -> Value {
        let common = self.common(&[x.clone(), y.clone()]);
        let mut keyed = Keyed::default();
        let labels = keyed.draft.labels(&common);
        for value in [x, y] {
            let own = self.own(value);
            let first = labels.len() - own.len();
            let groups: Vec<Group> = own
                .iter()
                .zip(&labels[first..])
                .map(|(length, label)| if length.size == 1 { Vec::new() } else { vec![*label] })
                .collect();
            keyed.factor(self, value, &groups);
        }
        keyed.finish(self, &single(&labels), None)
    }

    /// The product of vectors, matrices and stacks of matrices: a vector is a row on the left and a column on the right, and the axes before
    /// the last two are stretched.
    pub(super) fn matmul(&mut self, x: &Value, y: &Value) -> Result<Value, PlanError> {
        let (left, right) = (self.own(x), self.own(y));
        let Some(inner) = left.last().filter(|_| !right.is_empty()) else {
            return Err(PlanError::Unsupported("a product of arrays that are no matrices"));
        };
        let mut keyed = Keyed::default();
        let inner = keyed.draft.label(inner.clone());
        let stacked = |own: &[Length]| own[..own.len().saturating_sub(2)].to_vec();
        let stacks = [stacked(&left), stacked(&right)];
        let longest = if stacks[0].len() >= stacks[1].len() { &stacks[0] } else { &stacks[1] };
        let stack = keyed.draft.labels(longest);
        let of_stack = |own: &[Length]| -> Vec<Group> {
            let labels = &stack[stack.len() - own.len()..];
            own.iter()
                .zip(labels)
                .map(|(length, label)| if length.size == 1 { Vec::new() } else { vec![*label] })
                .collect()
        };
        let rows: Vec<Label> =
            left.iter().rev().nth(1).map(|length| keyed.draft.label(length.clone())).into_iter().collect();
        let cols: Vec<Label> = if right.len() > 1 {
            right.last().map(|length| keyed.draft.label(length.clone())).into_iter().collect()
        } else {
            Vec::new()
        };
        keyed.factor(self, x, &[of_stack(&stacks[0]), single(&rows), single(&[inner])].concat());
        keyed.factor(self, y, &[of_stack(&stacks[1]), single(&[inner]), single(&cols)].concat());
        Ok(keyed.finish(self, &[single(&stack), single(&rows), single(&cols)].concat(), None))
    }

    /// A sum of products of entries, with a letter for each axis.
    pub(super) fn einsum(&mut self, subscripts: &str, factors: &[Value]) -> Result<Value, PlanError> {
        let mut keyed = Keyed::default();
        let mut letters: Vec<(char, Label)> = Vec::new();
        let (from, to) = subscripts.split_once("->").ok_or(PlanError::Unsupported("a product without a result"))?;
        for (list, factor) in from.split(',').zip(factors) {
            let own = self.own(factor);
            let mut labels = Vec::new();
            for (letter, length) in list.chars().zip(&own) {
                let known = letters.iter().find(|(known, _)| *known == letter).map(|(_, label)| *label);
                let label = known.unwrap_or_else(|| keyed.draft.label(length.clone()));
                if known.is_none() {
                    letters.push((letter, label));
                }
                labels.push(label);
            }
            keyed.factor(self, factor, &single(&labels));
        }
        let label = |letter: char| letters.iter().find(|(known, _)| *known == letter).map(|(_, label)| *label);
        let result: Option<Vec<Label>> = to.chars().map(label).collect();
        let result = result.ok_or(PlanError::Unsupported("a product with an axis that no factor has"))?;
        Ok(keyed.finish(self, &single(&result), None))
    }

    /// An array with axes of length 1 at these places of the result.
    pub(super) fn expanded(&mut self, x: &Value, places: &[usize]) -> Value {
        let own = self.own(x);
        self.moved(x, &own, |labels| {
            let mut groups = single(labels);
            for place in places {
                groups.insert((*place).min(groups.len()), Group::new());
            }
            (single(labels), groups)
        })
    }

    fn outer(&mut self, x: &Value, y: &Value) -> Value {
        let mut keyed = Keyed::default();
        let (left, right) = (self.own(x), self.own(y));
        let (left, right) = (keyed.draft.labels(&left), keyed.draft.labels(&right));
        keyed.factor(self, x, &single(&left));
        keyed.factor(self, y, &single(&right));
        // Both are taken as vectors.
        keyed.finish(self, &[left, right], None)
    }

    fn kron(&mut self, x: &Value, y: &Value) -> Value {
        let mut keyed = Keyed::default();
        let (left, right) = (self.own(x), self.own(y));
        let (left, right) = (keyed.draft.labels(&left), keyed.draft.labels(&right));
        keyed.factor(self, x, &single(&left));
        keyed.factor(self, y, &single(&right));
        let axes = left.len().max(right.len());
        let at = |labels: &[Label], axis: usize| {
            (axis + labels.len()).checked_sub(axes).and_then(|place| labels.get(place)).copied()
        };
        let groups: Vec<Group> =
            (0..axes).map(|axis| at(&left, axis).into_iter().chain(at(&right, axis)).collect()).collect();
        keyed.finish(self, &groups, None)
    }

    pub(super) fn binary(&mut self, operation: Binary, x: &Value, y: &Value) -> Result<Value, PlanError> {
        match operation {
            Binary::Multiply => Ok(self.multiply(x, y)),
            Binary::Matmul => self.matmul(x, y),
            Binary::Outer => Ok(self.outer(x, y)),
            Binary::Kron => Ok(self.kron(x, y)),
            Binary::Solve | Binary::LuSolve | Binary::CholeskySolve => self.solve(x, y),
            Binary::LuSolveTransposed => {
                let transposed = self.rearrange(Unary::Transpose, x);
                let x = transposed.ok_or(PlanError::Unsupported("a system that is no matrix"))?;
                self.solve(&x, y)
            }
            Binary::ExpmFrechet => self.frechet(crate::expr::MatrixFunction::Expm, &[x.clone(), y.clone()]),
            Binary::MatrixPower => self.integer_power(x, y),
            Binary::FractionalPower => self.on_matrices(Matrix::Power, &[x.clone(), y.clone()]),
            _ => self.entries(operation, x, y),
        }
    }

    /// A matrix to a whole number. Where that varies with an index, the power is taken out of a stack of all of them.
    fn integer_power(&mut self, x: &Value, power: &Value) -> Result<Value, PlanError> {
        let (least, most) = (self.extreme(power, false)?, self.extreme(power, true)?);
        let raised = |builder: &mut Self, power: i64| match power {
            1 => x.clone(),
            -1 => builder.on_matrix(x, Matrix::Inverse),
            _ => builder.on_matrix(x, Matrix::IntegerPower(power)),
        };
        if least == most {
            return Ok(raised(self, least));
        }
        if most - least >= MOST_POWERS {
            return Err(PlanError::Unsupported("a matrix to this many powers"));
        }
        let powers: Vec<NodeId> = (least..=most).map(|power| raised(self, power).node).collect();
        let stacked = self.graph.stack(&powers);
        let least = self.number(least as f64);
        let mut at = vec![self.sum(&[power.clone(), least], &[1.0, -1.0])];
        at.extend(self.in_step(x));
        let (nodes, keys) = self.aligned(&at);
        Ok(Value { node: self.graph.take(stacked, &nodes), keys })
    }

    /// X with AX = B. Where only B varies, its variants are more columns.
    fn solve(&mut self, a: &Value, b: &Value) -> Result<Value, PlanError> {
        let own = self.own(b);
        let matrix = Matrix::Solve { transposed: false };
        if a.keys.is_empty() {
            let node = self.graph.solved_at(matrix, a.node, b.node, b.keys.len());
            return Ok(Value { node, keys: b.keys.clone() });
        }
        let is_vector = own.len() == 1;
        let b = if is_vector {
            self.moved(b, &own, |labels| (single(labels), vec![vec![labels[0]], Vec::new()]))
        } else {
            b.clone()
        };
        let solved = self.on_matrices(matrix, &[a.clone(), b])?;
        Ok(if is_vector {
            self.moved(&solved, &own, |labels| (vec![vec![labels[0]], Vec::new()], single(labels)))
        } else {
            solved
        })
    }

    /// An operation on a matrix.
    pub(super) fn on_matrix(&mut self, x: &Value, matrix: Matrix) -> Value {
        Value { node: self.graph.matrix(matrix, &[x.node]), keys: x.keys.clone() }
    }

    /// An operation on matrices that vary together. A scalar operand is one for each.
    pub(super) fn on_matrices(&mut self, matrix: Matrix, values: &[Value]) -> Result<Value, PlanError> {
        let keys = self.keys(values);
        let mut nodes = Vec::new();
        for value in values {
            let own = self.own(value);
            nodes.push(self.widened(value, &keys, &own));
        }
        Ok(Value { node: self.graph.matrix(matrix, &nodes), keys: keys.into_iter().map(|(key, _)| key).collect() })
    }

    /// Operations that only move entries, or add some of them.
    pub(super) fn rearrange(&mut self, operation: Unary, x: &Value) -> Option<Value> {
        let own = self.own(x);
        let groups = |labels: &[Label]| -> Option<(Vec<Group>, Vec<Group>)> {
            Some(match (operation, labels) {
                (Unary::Transpose, [a, b]) => (single(labels), single(&[*b, *a])),
                (Unary::Trace, [a, _]) => (single(&[*a, *a]), Vec::new()),
                (Unary::Diag, [a]) => (single(labels), single(&[*a, *a])),
                (Unary::DiagPart, [a, _]) => (single(&[*a, *a]), single(&[*a])),
                (Unary::Vec, [a, b]) => (single(labels), vec![vec![*b, *a]]),
                (Unary::AsColumn, [a]) => (single(labels), vec![vec![*a], Vec::new()]),
                (Unary::AsRow, [a]) => (single(labels), vec![Vec::new(), vec![*a]]),
                _ => return None,
            })
        };
        let places: Vec<Label> = (0..own.len()).filter_map(|place| u32::try_from(place).ok()).collect();
        groups(&places)?;
        Some(self.moved(x, &own, |labels| groups(labels).unwrap_or_default()))
    }

    /// K with K vec(X) = vec(Xᵀ) for X of m rows and n columns.
    pub(super) fn commutation(&mut self, m: Length, n: Length) -> Value {
        let mut keyed = Keyed::default();
        let (row, col) = (keyed.draft.label(m), keyed.draft.label(n));
        keyed.finish(self, &[vec![row, col], vec![col, row]], None)
    }

    /// The same entries, column by column, with other lengths.
    pub(super) fn unvec(&mut self, x: &Value, lengths: &[Length]) -> Result<Value, PlanError> {
        Ok(self.moved(x, lengths, |labels| (vec![labels.iter().rev().copied().collect()], single(labels))))
    }

    /// The same entries, row by row, with other lengths.
    pub(super) fn reshape(&mut self, x: &Value, lengths: &[Length]) -> Result<Value, PlanError> {
        let own = self.own(x);
        let mut keyed = Keyed::default();
        let mut before = keyed.draft.labels(&own).into_iter().zip(&own).peekable();
        let (mut from, mut to): (Vec<Group>, Vec<Group>) = (Vec::new(), Vec::new());
        let mut after = lengths.iter().peekable();
        while before.peek().is_some() || after.peek().is_some() {
            // The shortest run of axes on both sides with as many entries.
            let (mut sources, mut targets): (Vec<Length>, Vec<Length>) = (Vec::new(), Vec::new());
            let (mut left, mut right) = (1_usize, 1_usize);
            loop {
                if left <= right
                    && let Some((_, length)) = before.next()
                {
                    left = left.saturating_mul(length.size);
                    sources.push(length.clone());
                } else if let Some(length) = after.next() {
                    right = right.saturating_mul(length.size);
                    targets.push(length.clone());
                } else {
                    break;
                }
                if left == right {
                    break;
                }
            }
            if left != right {
                return Err(PlanError::Unsupported("an array of other lengths"));
            }
            // One side is the finer one.
            let (is_finer, parts, wholes) =
                if sources.len() >= targets.len() { (true, sources, targets) } else { (false, targets, sources) };
            let labels = keyed.draft.labels(&parts);
            let mut rest = labels.iter().zip(&parts).peekable();
            let mut groups: Vec<Group> = Vec::new();
            for whole in &wholes {
                let (mut group, mut size) = (Group::new(), 1);
                while size < whole.size
                    && let Some((label, length)) = rest.next()
                {
                    size *= length.size;
                    group.push(*label);
                }
                if size != whole.size {
                    return Err(PlanError::Unsupported("an array of other lengths"));
                }
                groups.push(group);
            }
            if let Some(last) = groups.last_mut() {
                last.extend(rest.map(|(label, _)| *label));
            }
            let (source, target) = if is_finer { (single(&labels), groups) } else { (groups, single(&labels)) };
            from.extend(source);
            to.extend(target);
        }
        keyed.factor(self, x, &from);
        Ok(keyed.finish(self, &to, None))
    }

    /// The axes in another order.
    pub(super) fn axes(&mut self, x: &Value, order: &[usize]) -> Value {
        let own = self.own(x);
        self.moved(x, &own, |labels| (single(labels), order.iter().map(|axis| vec![labels[*axis]]).collect()))
    }

    /// A literal array of numbers.
    pub(super) fn literal(
        &mut self,
        cols: Option<usize>,
        entries: &[ArrayId],
        scope: &Scope,
    ) -> Result<Value, PlanError> {
        let values = entries.iter().map(|entry| self.value(*entry, scope)).collect::<Result<Vec<_>, _>>()?;
        let (nodes, keys) = self.aligned(&values);
        let stacked = self.graph.stack(&nodes);
        // The entries' axis is behind those of the keys.
        let lengths = self.graph.lengths(stacked).to_vec();
        let mut draft = Draft::default();
        let of_keys = draft.labels(&lengths[1..]);
        let (own, result) = match cols {
            Some(cols) => {
                let rows = draft.label(Length::literal(entries.len() / cols));
                let cols = draft.label(Length::literal(cols));
                (vec![rows, cols], vec![vec![rows], vec![cols]])
            }
            None => {
                let entries = draft.label(lengths[0].clone());
                (vec![entries], vec![vec![entries]])
            }
        };
        draft.factor_of_groups(stacked, [vec![own], single(&of_keys)].concat());
        draft.result_of_groups([single(&of_keys), result].concat());
        Ok(Value { node: self.graph.contract(draft), keys })
    }
}
