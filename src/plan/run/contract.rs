//! Contractions of one or two tensors: views where entries only move, matrix products where two share what is summed over.

use super::tensor::{Tensor, Walk, dense};
use crate::kernel::{self, Binary, Reduction};
use crate::plan::contraction::{Contraction, Group, Label};

/// How many rows of a symmetric product are multiplied at once.
const BLOCK: usize = 128;

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

/// Σ of entries that stand a step apart.
fn sum_of(entries: &[f64], count: usize, step: usize) -> f64 {
    match step {
        1 => kernel::reduce(Reduction::Sum, &entries[..count]),
        _ => (0..count).map(|place| entries[place * step]).sum(),
    }
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
    if is_symmetric && m == n && m > BLOCK {
        for (place, product) in entries.chunks_mut(m * n).enumerate() {
            let left = (&a.0[place * a.1[0]..], [a.1[1], a.1[2]]);
            let right = (&b.0[place * b.1[0]..], [b.1[1], b.1[2]]);
            symmetric([m, k], left, right, product);
        }
    } else if !entries.is_empty() {
        kernel::gemm_batched(batch, m, n, k, 1.0, &a.0, a.1, &b.0, b.1, 0.0, &mut entries);
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
    let mut entries = vec![0.0; lengths.iter().product()];
    let factors = [left, right].map(|factor| (factor.tensor.buffer(), pick(&factor.steps)));
    let [(a, a_steps), (b, b_steps)] = &factors;
    kernel::broadcast(Binary::Multiply, &lengths, (a, a_steps), (b, b_steps), &mut entries);
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

/// C = AB where that is symmetric: the blocks on and below the diagonal, and their mirror image.
fn symmetric(
    [n, k]: [usize; 2],
    (a, a_steps): (&[f64], [usize; 2]),
    (b, b_steps): (&[f64], [usize; 2]),
    c: &mut [f64],
) {
    for first in (0..n).step_by(BLOCK) {
        let rows = BLOCK.min(n - first);
        let cols = first + rows;
        let mut block = vec![0.0; rows * cols];
        kernel::gemm(rows, cols, k, 1.0, &a[first * a_steps[0]..], a_steps, b, b_steps, 0.0, &mut block);
        for (row, entries) in block.chunks(cols).enumerate() {
            c[(first + row) * n..(first + row) * n + cols].copy_from_slice(entries);
            for (col, entry) in entries.iter().enumerate() {
                c[col * n + first + row] = *entry;
            }
        }
    }
}
