//! Where two products of one matrix with vectors become a sweep.

use super::compile::{Action, Step};
use super::place::Place;
use super::product::Product;
use super::sweep::{Matrix, Sweep, Vector};

/// Matrices of fewer entries stay in the cache between two products of which one needs the other.
const LEAST: usize = 1 << 16;
/// Of matrices of fewer entries the two products are made one after the other even where neither needs the other.
const LEAST_AT_ONCE: usize = 1 << 10;
/// Most steps from one product to the other.
const NEAR: usize = 8;

/// A product of a matrix and a vector.
fn of_vector(step: &Step) -> Option<(Matrix, Vector)> {
    let Action::Product(Product { batch: 1, sides: [m, n, k], left, right, .. }) = &step.action else { return None };
    let (of, by, [rows, row, col], step) = match (m, n) {
        (_, 1) => (left, right, [*m, left.steps[1], left.steps[2]], right.steps[1]),
        (1, _) => (right, left, [*n, right.steps[2], right.steps[1]], left.steps[2]),
        _ => return None,
    };
    let matrix = Matrix { place: of.place, first: of.first, sides: [rows, *k], strides: [row, col] };
    Some((matrix, Vector { place: by.place, first: by.first, step }))
}

/// The same steps, with sweeps in the place of two products where there can be.
pub(super) fn swept(mut steps: Vec<Step>) -> Vec<Step> {
    let mut first = 0;
    while first < steps.len() {
        if let Some((matrix, across)) = of_vector(&steps[first])
            && matrix.sides[0] * matrix.sides[1] >= LEAST_AT_ONCE
        {
            let last = steps.len().min(first + 1 + NEAR);
            if let Some(joined) = (first + 1..last).find_map(|second| joined(&steps, first, second, matrix, across)) {
                steps = joined;
                continue;
            }
        }
        first += 1;
    }
    steps
}

/// The steps with two products made one.
fn joined(steps: &[Step], first: usize, second: usize, matrix: Matrix, across: Vector) -> Option<Vec<Step>> {
    let (other, down) = of_vector(&steps[second])?;
    if other != matrix.transposed() {
        return None;
    }
    let product = steps[first].out;
    let between = first + 1..second;
    let made = |buffer: usize| between.clone().filter(|at| steps[*at].writes().contains(&buffer)).collect::<Vec<_>>();
    // The loops by which the second vector is made of the first product, from the last to the first.
    let mut chain: Vec<usize> = Vec::new();
    let mut wanted = vec![down.place];
    while let Some(place) = wanted.pop() {
        let Place::Made(buffer) = place else { continue };
        for at in made(buffer) {
            if let Action::Lines(lines) = &steps[at].action
                && lines.single_axis() == Some(matrix.sides[0])
                && made(buffer).len() == 1
                && !chain.contains(&at)
            {
                chain.push(at);
                wanted.extend(lines.reads());
            }
        }
    }
    chain.sort_unstable();
    let own: Vec<usize> = chain.iter().map(|at| steps[*at].out).chain([product]).collect();
    // What else stands between them goes before, or after where it reads what the sweep writes.
    let writes = |list: &[usize], buffer: usize| list.iter().any(|at| steps[*at].writes().contains(&buffer));
    let is_of = |list: &[usize], place: Place| matches!(place, Place::Made(buffer) if writes(list, buffer));
    let is_own = |place: Place| matches!(place, Place::Made(buffer) if own.contains(&buffer));
    let (mut before, mut after): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for at in between.clone().filter(|at| !chain.contains(at)) {
        let is_late = steps[at].reads().iter().any(|place| is_own(*place) || is_of(&after, *place));
        let writes_own = steps[at].writes().iter().any(|buffer| own.contains(buffer));
        if writes_own {
            return None;
        }
        if is_late { after.push(at) } else { before.push(at) }
    }
    let mut lines = Vec::new();
    for at in &chain {
        let Action::Lines(own_lines) = &steps[*at].action else { return None };
        if own_lines.reads().any(|place| is_of(&after, place)) || own.iter().any(|buffer| !own_lines.follows(*buffer)) {
            return None;
        }
        lines.push(own_lines.clone());
    }
    let follows = !is_own(down.place) || down.first == 0 && (down.step == 1 || matrix.sides[0] == 1);
    // A later step may write into a buffer again that one of these has written.
    let out = steps[second].out;
    let is_rewritten = after.iter().flat_map(|at| steps[*at].writes()).any(|buffer| writes(&before, buffer));
    if is_of(&after, down.place) || !follows || is_own(across.place) || is_own(matrix.place) || is_rewritten {
        return None;
    }
    let sweep = Sweep { matrix, across, product, lines, down };
    if matrix.sides[0] * matrix.sides[1] < LEAST && !sweep.is_independent() {
        return None;
    }
    let mut all: Vec<Step> = steps[..first].to_vec();
    all.extend(before.iter().map(|at| steps[*at].clone()));
    all.push(Step { action: Action::Sweep(sweep), out });
    all.extend(after.iter().map(|at| steps[*at].clone()));
    all.extend_from_slice(&steps[second + 1..]);
    Some(all)
}
