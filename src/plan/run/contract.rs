//! Contractions of one or two tensors: views where entries only move, matrix products where two share what is summed over.

use nalgebra::DMatrix;

use super::tensor::{Tensor, Walk, dense};
use crate::plan::contract::{Contraction, Group, Label};

/// Products of at most so many multiplications are made by loops.
const SMALL: usize = 4096;
/// How many rows of a symmetric product are multiplied at once.
const BLOCK: usize = 96;

/// A tensor with a step for each label, 0 where it does not have it.
struct Labeled<'t, 'a> {
    tensor: &'t Tensor<'a>,
    steps: Vec<usize>,
    has: Vec<bool>,
}

fn labeled<'t, 'a>(tensor: &'t Tensor<'a>, groups: &[Group], sizes: &[usize]) -> Labeled<'t, 'a> {
    let (mut steps, mut has) = (vec![0; sizes.len()], vec![false; sizes.len()]);
    for (group, step) in groups.iter().zip(&tensor.steps) {
        let mut step = *step;
        for label in group.iter().rev() {
            steps[*label as usize] += step;
            has[*label as usize] = true;
            step *= sizes[*label as usize];
        }
    }
    Labeled { tensor, steps, has }
}

/// The labels of a result in the order of its axes, each once.
fn distinct(output: &[Group]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for label in output.iter().flatten() {
        if !labels.contains(label) {
            labels.push(*label);
        }
    }
    labels
}

/// The value of a contraction of at most two tensors. Of matrices that are symmetric by form only one half is multiplied.
pub(super) fn contract<'a>(contraction: &Contraction, operands: &[Tensor<'a>], is_symmetric: bool) -> Tensor<'a> {
    let sizes: Vec<usize> = contraction.lengths.iter().map(|length| length.size).collect();
    let all: Vec<Labeled<'_, 'a>> = operands
        .iter()
        .zip(contraction.operands.iter())
        .map(|(tensor, (_, groups))| labeled(tensor, groups, &sizes))
        .collect();
    let output = distinct(&contraction.output);
    match all.as_slice() {
        [] => arranged(&Tensor::number(1.0), &vec![0; sizes.len()], contraction, &sizes),
        [only] => {
            let summed: Vec<Label> = labels_where(&sizes, |label| only.has[label] && !is_in(&output, label));
            if summed.is_empty() {
                return arranged(only.tensor, &only.steps, contraction, &sizes);
            }
            let (value, steps) = added(only, &output, &summed, &sizes);
            arranged(&value, &steps, contraction, &sizes)
        }
        [left, right] => {
            let (value, steps) = pair(left, right, &output, &sizes, is_symmetric);
            arranged(&value, &steps, contraction, &sizes)
        }
        // Plans have no more than two; in any order the value is the same.
        [first, second, ..] => {
            let later = |label: usize| all[2..].iter().any(|other| other.has[label]);
            let kept = labels_where(&sizes, |label| {
                (first.has[label] || second.has[label]) && (is_in(&output, label) || later(label))
            });
            let (value, steps) = pair(first, second, &kept, &sizes, false);
            let groups: Vec<Group> = kept.iter().map(|label| vec![*label]).collect();
            let lengths: Vec<usize> = kept.iter().map(|label| sizes[*label as usize]).collect();
            let steps = kept.iter().map(|label| steps[*label as usize]).collect();
            let joined = value.seen(lengths, steps);
            let mut rest = vec![(contraction.operands[0].0, groups.into_boxed_slice())];
            rest.extend(contraction.operands[2..].iter().cloned());
            let smaller = Contraction { operands: rest.into(), ..contraction.clone() };
            let tensors: Vec<Tensor<'a>> = std::iter::once(joined).chain(operands[2..].iter().cloned()).collect();
            contract(&smaller, &tensors, false)
        }
    }
}

fn is_in(labels: &[Label], label: usize) -> bool {
    labels.iter().any(|known| *known as usize == label)
}

fn labels_where(sizes: &[usize], is_wanted: impl Fn(usize) -> bool) -> Vec<Label> {
    (0..sizes.len()).filter(|label| is_wanted(*label)).filter_map(|label| u32::try_from(label).ok()).collect()
}

/// The result's axes made of labels that a tensor has these steps for.
fn arranged<'a>(value: &Tensor<'a>, steps: &[usize], contraction: &Contraction, sizes: &[usize]) -> Tensor<'a> {
    let length = |group: &Group| group.iter().map(|label| sizes[*label as usize]).product::<usize>();
    let lengths: Vec<usize> = contraction.output.iter().map(length).collect();
    if contraction.has_diagonal() {
        let mut entries = vec![0.0; lengths.iter().product()];
        let own = dense(&lengths);
        let mut target = vec![0; sizes.len()];
        for (group, step) in contraction.output.iter().zip(own) {
            let mut step = step;
            for label in group.iter().rev() {
                target[*label as usize] += step;
                step *= sizes[*label as usize];
            }
        }
        let labels = distinct(&contraction.output);
        let pick = |all: &[usize]| labels.iter().map(|label| all[*label as usize]).collect::<Vec<_>>();
        let buffer = value.buffer();
        Walk::new(&pick(sizes), [&pick(&target), &pick(steps)]).rows(|[to, from], count, [to_step, from_step]| {
            for place in 0..count {
                entries[to + place * to_step] = buffer[from + place * from_step];
            }
        });
        return Tensor::made(lengths, entries);
    }
    // An axis of several labels is a view where they follow one another.
    let mut own = Vec::new();
    for group in &contraction.output {
        let mut step = None;
        for label in group.iter().rev().filter(|label| sizes[**label as usize] != 1) {
            match step {
                None => step = Some((steps[*label as usize], steps[*label as usize] * sizes[*label as usize])),
                Some((first, next)) if steps[*label as usize] == next => {
                    step = Some((first, next * sizes[*label as usize]));
                }
                Some(_) => {
                    let labels: Vec<Label> = contraction.output.iter().flatten().copied().collect();
                    let pick = |all: &[usize]| labels.iter().map(|label| all[*label as usize]).collect::<Vec<_>>();
                    let entries = value.seen(pick(sizes), pick(steps)).entries();
                    return Tensor::made(lengths, entries);
                }
            }
        }
        own.push(step.map_or(0, |(first, _)| first));
    }
    value.seen(lengths, own)
}

/// A tensor added up over some labels; its steps for the others.
fn added<'a>(operand: &Labeled<'_, '_>, kept: &[Label], summed: &[Label], sizes: &[usize]) -> (Tensor<'a>, Vec<usize>) {
    let kept: Vec<Label> = kept.iter().copied().filter(|label| operand.has[*label as usize]).collect();
    let pick = |labels: &[Label], all: &[usize]| labels.iter().map(|label| all[*label as usize]).collect::<Vec<_>>();
    let lengths = pick(&kept, sizes);
    let mut entries = vec![0.0; lengths.iter().product()];
    let own = dense(&lengths);
    let buffer = operand.tensor.buffer();
    // The axis that runs fastest in memory is walked innermost.
    let mut all: Vec<(usize, usize, usize)> = kept
        .iter()
        .zip(&own)
        .map(|(label, to)| (operand.steps[*label as usize], *to, sizes[*label as usize]))
        .chain(summed.iter().map(|label| (operand.steps[*label as usize], 0, sizes[*label as usize])))
        .collect();
    all.sort_by_key(|(from, ..)| std::cmp::Reverse(*from));
    let lengths_of: Vec<usize> = all.iter().map(|(.., size)| *size).collect();
    let from: Vec<usize> = all.iter().map(|(from, ..)| *from).collect();
    let to: Vec<usize> = all.iter().map(|(_, to, _)| *to).collect();
    Walk::new(&lengths_of, [&to, &from]).rows(|[to, from], count, [to_step, from_step]| {
        if to_step == 0 {
            entries[to] += sum_of(&buffer[from..], count, from_step);
        } else {
            for place in 0..count {
                entries[to + place * to_step] += buffer[from + place * from_step];
            }
        }
    });
    let mut steps = vec![0; sizes.len()];
    for (label, step) in kept.iter().zip(own) {
        steps[*label as usize] = step;
    }
    (Tensor::made(lengths, entries), steps)
}

/// Σ of entries that stand a step apart, in eight strands.
fn sum_of(entries: &[f64], count: usize, step: usize) -> f64 {
    if step != 1 {
        return (0..count).map(|place| entries[place * step]).sum();
    }
    let (chunks, rest) = entries[..count].as_chunks::<8>();
    let mut strands = [0.0; 8];
    for chunk in chunks {
        for (strand, entry) in strands.iter_mut().zip(chunk) {
            *strand += entry;
        }
    }
    strands.iter().sum::<f64>() + rest.iter().sum::<f64>()
}

/// Σ xᵢyᵢ, in eight strands.
fn dot_of(left: &[f64], right: &[f64]) -> f64 {
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<8>(), right.as_chunks::<8>());
    let mut strands = [0.0; 8];
    for (a, b) in left.iter().zip(right) {
        for place in 0..8 {
            strands[place] = a[place].mul_add(b[place], strands[place]);
        }
    }
    let rest: f64 = left_rest.iter().zip(right_rest).map(|(a, b)| a * b).sum();
    strands.iter().sum::<f64>() + rest
}

/// The product of two tensors, with the labels that are kept; its steps for them.
fn pair<'a>(
    left: &Labeled<'_, 'a>,
    right: &Labeled<'_, 'a>,
    kept: &[Label],
    sizes: &[usize],
    is_symmetric: bool,
) -> (Tensor<'a>, Vec<usize>) {
    let lone = |one: &Labeled<'_, '_>, other: &Labeled<'_, '_>| {
        labels_where(sizes, |label| one.has[label] && !other.has[label] && !is_in(kept, label))
    };
    // What only one of them is summed over is added up first.
    for (one, other, is_left) in [(left, right, true), (right, left, false)] {
        let summed = lone(one, other);
        if !summed.is_empty() {
            let rest = labels_where(sizes, |label| one.has[label] && !summed.iter().any(|l| *l as usize == label));
            let (value, steps) = added(one, &rest, &summed, sizes);
            let has = (0..sizes.len()).map(|label| is_in(&rest, label)).collect();
            let one = Labeled { tensor: &value, steps, has };
            return if is_left { pair(&one, other, kept, sizes, false) } else { pair(other, &one, kept, sizes, false) };
        }
    }
    let of = |is_wanted: &dyn Fn(usize) -> bool| -> Vec<Label> {
        kept.iter().copied().filter(|label| is_wanted(*label as usize)).collect()
    };
    let both = of(&|label| left.has[label] && right.has[label]);
    let rows = of(&|label| left.has[label] && !right.has[label]);
    let cols = of(&|label| !left.has[label] && right.has[label]);
    let inner = labels_where(sizes, |label| left.has[label] && right.has[label] && !is_in(kept, label));
    if inner.is_empty() {
        let labels: Vec<Label> =
            kept.iter().copied().filter(|l| left.has[*l as usize] || right.has[*l as usize]).collect();
        return multiplied(left, right, &labels, sizes);
    }
    let product = |labels: &[Label]| labels.iter().map(|label| sizes[*label as usize]).product::<usize>();
    let (m, n, k) = (product(&rows), product(&cols), product(&inner));
    let a = merged(left, &[&both, &rows, &inner], sizes);
    let b = merged(right, &[&both, &inner, &cols], sizes);
    let batch = product(&both);
    let mut entries = vec![0.0; batch * m * n];
    for place in 0..batch {
        let left = (&a.0[place * a.1[0]..], a.1[1], a.1[2]);
        let right = (&b.0[place * b.1[0]..], b.1[1], b.1[2]);
        let product = &mut entries[place * m * n..(place + 1) * m * n];
        if is_symmetric && m == n && m > BLOCK {
            symmetric([m, k], left, right, product);
        } else {
            matmul([m, n, k], left, right, product);
        }
    }
    let order: Vec<Label> = both.iter().chain(&rows).chain(&cols).copied().collect();
    let lengths: Vec<usize> = order.iter().map(|label| sizes[*label as usize]).collect();
    let mut steps = vec![0; sizes.len()];
    for (label, step) in order.iter().zip(dense(&lengths)) {
        steps[*label as usize] = step;
    }
    (Tensor::made(lengths, entries), steps)
}

/// A product entry by entry.
fn multiplied<'a>(
    left: &Labeled<'_, '_>,
    right: &Labeled<'_, '_>,
    labels: &[Label],
    sizes: &[usize],
) -> (Tensor<'a>, Vec<usize>) {
    let pick = |all: &[usize]| labels.iter().map(|label| all[*label as usize]).collect::<Vec<_>>();
    let lengths = pick(sizes);
    let mut entries = Vec::with_capacity(lengths.iter().product());
    let (a, b) = (left.tensor.buffer(), right.tensor.buffer());
    Walk::new(&lengths, [&pick(&left.steps), &pick(&right.steps)]).rows(|[at, bt], count, [a_step, b_step]| {
        match (a_step, b_step) {
            (1, 1) => entries.extend(a[at..at + count].iter().zip(&b[bt..bt + count]).map(|(a, b)| a * b)),
            (1, 0) => entries.extend(a[at..at + count].iter().map(|a| a * b[bt])),
            (0, 1) => entries.extend(b[bt..bt + count].iter().map(|b| a[at] * b)),
            _ => entries.extend((0..count).map(|place| a[at + place * a_step] * b[bt + place * b_step])),
        }
    });
    let mut steps = vec![0; sizes.len()];
    for (label, step) in labels.iter().zip(dense(&lengths)) {
        steps[*label as usize] = step;
    }
    (Tensor::made(lengths, entries), steps)
}

/// A tensor as a stack of matrices: its entries and the step of each of three groups of labels. Copied where they do not follow one another.
fn merged<'t>(
    operand: &Labeled<'t, '_>,
    groups: &[&Vec<Label>; 3],
    sizes: &[usize],
) -> (std::borrow::Cow<'t, [f64]>, [usize; 3]) {
    let mut steps = [0; 3];
    let mut fits = true;
    for (group, own) in groups.iter().zip(&mut steps) {
        let mut next: Option<usize> = None;
        for label in group.iter().rev().filter(|label| sizes[**label as usize] != 1) {
            let step = operand.steps[*label as usize];
            match next {
                None => *own = step,
                Some(next) => fits &= step == next,
            }
            next = Some(step * sizes[*label as usize]);
        }
    }
    if fits {
        return (operand.tensor.buffer().into(), steps);
    }
    let labels: Vec<Label> = groups.iter().flat_map(|group| group.iter()).copied().collect();
    let pick = |all: &[usize]| labels.iter().map(|label| all[*label as usize]).collect::<Vec<_>>();
    let entries = operand.tensor.seen(pick(sizes), pick(&operand.steps)).entries();
    let counts = groups.map(|group| group.iter().map(|label| sizes[*label as usize]).product::<usize>());
    (entries.into(), [counts[1] * counts[2], counts[2], 1])
}

type Strided<'s> = (&'s [f64], usize, usize);

/// C = AB, with the steps of rows and columns; C row after row.
fn matmul([m, n, k]: [usize; 3], (a, a_row, a_col): Strided<'_>, (b, b_row, b_col): Strided<'_>, c: &mut [f64]) {
    if n == 1 {
        return onto_vector([m, k], (a, a_row, a_col), (b, b_row), c);
    }
    if m == 1 {
        return onto_vector([n, k], (b, b_col, b_row), (a, a_col), c);
    }
    if m * n * k <= SMALL {
        for (row, c) in c.chunks_mut(n).enumerate() {
            for inner in 0..k {
                let factor = a[row * a_row + inner * a_col];
                for (col, c) in c.iter_mut().enumerate() {
                    *c = factor.mul_add(b[inner * b_row + col * b_col], *c);
                }
            }
        }
        return;
    }
    // Row after row the transposed product is column after column.
    let left = DMatrix::from_fn(n, k, |row, col| b[row * b_col + col * b_row]);
    let right = DMatrix::from_fn(k, m, |row, col| a[row * a_col + col * a_row]);
    c.copy_from_slice((left * right).as_slice());
}

/// C = AB where that is symmetric: the blocks on and below the diagonal, and their mirror image.
fn symmetric([n, k]: [usize; 2], (a, a_row, a_col): Strided<'_>, (b, b_row, b_col): Strided<'_>, c: &mut [f64]) {
    for first in (0..n).step_by(BLOCK) {
        let rows = BLOCK.min(n - first);
        let cols = first + rows;
        let mut block = vec![0.0; rows * cols];
        matmul([rows, cols, k], (&a[first * a_row..], a_row, a_col), (b, b_row, b_col), &mut block);
        for (row, entries) in block.chunks(cols).enumerate() {
            c[(first + row) * n..(first + row) * n + cols].copy_from_slice(entries);
            for (col, entry) in entries.iter().enumerate() {
                c[col * n + first + row] = *entry;
            }
        }
    }
}

/// y = Ax
fn onto_vector([m, k]: [usize; 2], (a, a_row, a_col): Strided<'_>, (x, x_step): (&[f64], usize), y: &mut [f64]) {
    let gathered: Vec<f64>;
    let x = if x_step == 1 {
        &x[..k]
    } else {
        gathered = (0..k).map(|place| x[place * x_step]).collect();
        &gathered
    };
    if a_col == 1 || m == 1 && a_col == 1 {
        for (row, y) in y.iter_mut().enumerate() {
            *y = dot_of(&a[row * a_row..row * a_row + k], x);
        }
        return;
    }
    if a_row == 1 {
        for (col, x) in x.iter().enumerate() {
            for (y, a) in y.iter_mut().zip(&a[col * a_col..col * a_col + m]) {
                *y = a.mul_add(*x, *y);
            }
        }
        return;
    }
    for (row, y) in y.iter_mut().enumerate() {
        *y = x.iter().enumerate().map(|(col, x)| a[row * a_row + col * a_col] * x).sum();
    }
}
