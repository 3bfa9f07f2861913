//! Functions entry by entry, sums of tensors, entries along axes, parts of tensors.

use super::tensor::{Tensor, Walk, dense};
use crate::kernel::{self, Reduction};
use crate::plan::entry;
use crate::plan::entry::{Fold, Map, Zip};
use crate::plan::error::PlanError;

/// f entry by entry. Where a tensor stays the same along axes, so does the value.
pub(super) fn map<'a>(map: Map, x: &Tensor<'a>) -> Result<Tensor<'a>, PlanError> {
    let unknown = PlanError::Unsupported("a declared function, which has no values");
    let f = |entry: f64| entry::map(map, entry);
    f(0.5).ok_or(unknown)?;
    let kept: Vec<usize> = (0..x.lengths.len()).filter(|axis| x.steps[*axis] != 0).collect();
    let pick = |all: &[usize]| kept.iter().map(|axis| all[*axis]).collect::<Vec<_>>();
    let own = x.seen(pick(&x.lengths), pick(&x.steps));
    let gathered: Vec<f64>;
    let given = match own.as_slice() {
        Some(entries) => entries,
        None => {
            gathered = own.entries();
            &gathered
        }
    };
    let entries = match entry::kernel(map) {
        Some(kernel) => {
            let mut entries = vec![0.0; given.len()];
            kernel::map(kernel, given, &mut entries);
            entries
        }
        None => given.iter().filter_map(|entry| f(*entry)).collect(),
    };
    let mut steps = vec![0; x.lengths.len()];
    for (axis, step) in kept.iter().zip(dense(&own.lengths)) {
        steps[*axis] = step;
    }
    Ok(Tensor::made(own.lengths, entries).seen(x.lengths.clone(), steps))
}

/// f entry by entry of two tensors of the same lengths.
pub(super) fn zip<'a>(zip: Zip, x: &Tensor<'a>, y: &Tensor<'a>) -> Tensor<'a> {
    let (a, b) = (x.buffer(), y.buffer());
    if let Some(kernel) = entry::kernel_of_two(zip) {
        let mut entries = vec![0.0; x.count()];
        kernel::broadcast(kernel, &x.lengths, (a, &x.steps), (b, &y.steps), &mut entries);
        return Tensor::made(x.lengths.clone(), entries);
    }
    let mut entries = Vec::with_capacity(x.count());
    Walk::new(&x.lengths, [&x.steps, &y.steps]).rows(|[at, bt], count, [a_step, b_step]| {
        entries.extend((0..count).map(|place| entry::zip(zip, a[at + place * a_step], b[bt + place * b_step])));
    });
    Tensor::made(x.lengths.clone(), entries)
}

/// Σ cₖXₖ
pub(super) fn sum<'a>(coeffs: &[f64], terms: &[Tensor<'a>]) -> Tensor<'a> {
    let Some(first) = terms.first() else { return Tensor::number(0.0) };
    let lengths = first.lengths.clone();
    let mut entries = vec![0.0; lengths.iter().product()];
    let own = dense(&lengths);
    for (coeff, term) in coeffs.iter().zip(terms) {
        let buffer = term.buffer();
        Walk::new(&lengths, [&own, &term.steps]).rows(|[to, from], count, [to_step, from_step]| {
            if to_step == 1 && from_step == 1 {
                kernel::add_scaled(*coeff, &buffer[from..from + count], &mut entries[to..to + count]);
            } else {
                for place in 0..count {
                    entries[to + place * to_step] += coeff * buffer[from + place * from_step];
                }
            }
        });
    }
    Tensor::made(lengths, entries)
}

/// A tensor with the axes that are folded last, row after row: how many kept entries, and the entries of each.
fn rows(x: &Tensor<'_>, axes: &[usize]) -> (Vec<usize>, usize, Vec<f64>) {
    let kept: Vec<usize> = (0..x.lengths.len()).filter(|axis| !axes.contains(axis)).collect();
    let order: Vec<usize> = kept.iter().chain(axes).copied().collect();
    let pick = |all: &[usize]| order.iter().map(|axis| all[*axis]).collect::<Vec<_>>();
    let count = axes.iter().map(|axis| x.lengths[*axis]).product();
    let lengths = kept.iter().map(|axis| x.lengths[*axis]).collect();
    (lengths, count, x.seen(pick(&x.lengths), pick(&x.steps)).entries())
}

/// Entries along axes.
pub(super) fn fold<'a>(fold: Fold, x: &Tensor<'_>, axes: &[usize]) -> Tensor<'a> {
    let (lengths, count, entries) = rows(x, axes);
    let values = entries.chunks(count.max(1)).map(|row| along(fold, row)).collect();
    Tensor::made(lengths, values)
}

fn along(fold: Fold, row: &[f64]) -> f64 {
    let reduction = match fold {
        Fold::Max => Reduction::Max,
        Fold::Min => Reduction::Min,
        Fold::Product => Reduction::Product,
        Fold::LogSumExp => Reduction::LogSumExp,
    };
    kernel::reduce(reduction, row)
}

/// For every entry along axes the product of the others.
pub(super) fn others<'a>(x: &Tensor<'_>, axes: &[usize]) -> Tensor<'a> {
    let (mut lengths, count, entries) = rows(x, axes);
    let mut values = vec![1.0; entries.len()];
    for (row, values) in entries.chunks(count.max(1)).zip(values.chunks_mut(count.max(1))) {
        let mut before = 1.0;
        for (entry, value) in row.iter().zip(values.iter_mut()) {
            *value = before;
            before *= entry;
        }
        let mut after = 1.0;
        for (entry, value) in row.iter().zip(values.iter_mut()).rev() {
            *value *= after;
            after *= entry;
        }
    }
    let kept: Vec<usize> = (0..x.lengths.len()).filter(|axis| !axes.contains(axis)).collect();
    lengths.extend(axes.iter().map(|axis| x.lengths[*axis]));
    let stands = dense(&lengths);
    let mut steps = vec![0; x.lengths.len()];
    for (axis, step) in kept.iter().chain(axes).zip(stands) {
        steps[*axis] = step;
    }
    Tensor::made(lengths, values).seen(x.lengths.clone(), steps)
}

/// The places of parts among those along the first axes; none of a position that is not there.
fn places(positions: &[Tensor<'_>], lengths: &[usize]) -> Vec<Option<usize>> {
    let columns: Vec<Vec<f64>> = positions.iter().map(Tensor::entries).collect();
    let count = columns.first().map_or(1, Vec::len);
    (0..count)
        .map(|part| {
            columns.iter().zip(lengths).try_fold(0, |place, (column, length)| {
                let at = column[part];
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is tested")]
                (at >= 0.0 && at < *length as f64).then(|| place * length + at as usize)
            })
        })
        .collect()
}

/// The parts of a tensor at positions of its first axes; not numbers where a position is not there.
pub(super) fn take<'a>(array: &Tensor<'_>, positions: &[Tensor<'_>], lengths: Vec<usize>) -> Tensor<'a> {
    let entries = array.entries();
    let (first, rest) = array.lengths.split_at(positions.len());
    let size: usize = rest.iter().product();
    let mut values = Vec::with_capacity(lengths.iter().product());
    for place in places(positions, first) {
        match place {
            Some(place) => values.extend_from_slice(&entries[place * size..(place + 1) * size]),
            None => values.extend(std::iter::repeat_n(f64::NAN, size)),
        }
    }
    Tensor::made(lengths, values)
}

/// Parts added up at their positions.
pub(super) fn scatter<'a>(parts: &Tensor<'_>, positions: &[Tensor<'_>], lengths: Vec<usize>) -> Tensor<'a> {
    let (first, rest) = lengths.split_at(positions.len());
    let size: usize = rest.iter().product();
    let mut values = vec![0.0; lengths.iter().product()];
    let entries = parts.entries();
    for (place, part) in places(positions, first).into_iter().zip(entries.chunks(size.max(1))) {
        if let Some(place) = place {
            values[place * size..(place + 1) * size].iter_mut().zip(part).for_each(|(value, entry)| *value += entry);
        }
    }
    Tensor::made(lengths, values)
}
