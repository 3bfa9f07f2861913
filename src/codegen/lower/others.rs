//! Products of the other entries: Π xᵢ ⊘ x, in which an entry may be 0, however far the quotient stands from the product.
//!
//! The gradient of prod(Ax) is prod(Ax)Aᵀ(1 ⊘ Ax). What is linear in 1 ⊘ Ax takes the factor in: Aᵀp with pᵢ = Π_{j≠i} (Ax)ⱼ, which is
//! right where an entry of Ax vanishes, too, and as cheap.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::axes::Axes;
use super::super::tree::{Array, ArrayId, Binary, Program, Unary};
use super::factorize::rewritten;
use crate::expr::{Arena, Reduction, SymbolId};
use crate::number::Coeff;

/// Quotients that stand deeper below a product are not looked for.
const MAX_DEPTH: u32 = 64;

/// A result in which no product of a vector's entries is divided by the entries, where the others can be multiplied.
pub(super) fn of_others(arena: &Arena, used: &[SymbolId], program: &mut Program, root: ArrayId) -> ArrayId {
    program.root = root;
    let is_product = |id: &ArrayId| matches!(program.node(*id), Array::Unary(Unary::Reduce(Reduction::Product), _));
    if !program.order().iter().any(is_product) {
        return root;
    }
    rewritten(program, root, |program, _, node| {
        if !matches!(node, Array::Binary(Binary::Multiply | Binary::Divide, ..)) {
            return None;
        }
        let id = program.add(node.clone());
        let whole = Quotient::of(program, id);
        (0..whole.above.len()).find_map(|place| {
            let (product, of, power) = product_of_entries(program, whole.above[place])?;
            if Axes::new(arena, used).count(program, of) != Some(1) {
                return None;
            }
            let mut rest = whole.clone();
            rest.above.remove(place);
            match power {
                Some(power) if power.is_one() => rest.above.push(product),
                Some(power) => {
                    let power = program.number(&power);
                    rest.above.push(program.binary(Binary::Power, product, power));
                }
                None => {}
            }
            let axes = Axes::new(arena, used);
            let mut pushing = Pushing { program: &mut *program, axes, product, of, known: FxHashMap::default() };
            let value = pushing.quotient(&rest, MAX_DEPTH)?;
            (!is_divided_by(program, value, of)).then_some(value)
        })
    })
}

/// Π xᵢ, x, and what else of a power of the product is left: `None` of the product itself.
fn product_of_entries(program: &Program, id: ArrayId) -> Option<(ArrayId, ArrayId, Option<Coeff>)> {
    match *program.node(id) {
        Array::Unary(Unary::Reduce(Reduction::Product), of) => Some((id, of, None)),
        Array::Binary(Binary::Power, base, exponent) => {
            let (Array::Number(exponent), (product, of, None)) =
                (program.node(exponent), product_of_entries(program, base)?)
            else {
                return None;
            };
            let rest = exponent.sub(&Coeff::ONE);
            (exponent.is_integer() && !rest.is_negative()).then(|| (product, of, (!rest.is_zero()).then_some(rest)))
        }
        _ => None,
    }
}

/// Factors above and below one line.
#[derive(Clone, Debug, Default)]
struct Quotient {
    above: Vec<ArrayId>,
    below: Vec<ArrayId>,
}

impl Quotient {
    fn of(program: &Program, id: ArrayId) -> Self {
        let mut all = Self::default();
        // What is to be visited, from the left, and whether it stands below.
        let mut stack = vec![(id, false)];
        while let Some((id, is_below)) = stack.pop() {
            match *program.node(id) {
                Array::Binary(Binary::Multiply, left, right) => stack.extend([(right, is_below), (left, is_below)]),
                Array::Binary(Binary::Divide, left, right) => stack.extend([(right, !is_below), (left, is_below)]),
                _ if is_below => all.below.push(id),
                _ => all.above.push(id),
            }
        }
        all
    }

    fn value(&self, program: &mut Program) -> ArrayId {
        let is_one = |id: &ArrayId| matches!(program.node(*id), Array::Number(number) if number.is_one());
        let above = self.above.iter().copied().filter(|id| !is_one(id));
        let (numbers, others): (Vec<ArrayId>, Vec<ArrayId>) =
            above.partition(|id| matches!(program.node(*id), Array::Number(_)));
        let above = program.product(&[numbers, others].concat());
        if self.below.is_empty() {
            return above;
        }
        let below = program.product(&self.below);
        program.binary(Binary::Divide, above, below)
    }
}

/// A product Π xᵢ on its way to where something is divided by x.
struct Pushing<'p, 'a> {
    program: &'p mut Program,
    axes: Axes<'a>,
    product: ArrayId,
    of: ArrayId,
    /// What values times the product became; `None` of those that are not divided by x.
    known: FxHashMap<ArrayId, Option<ArrayId>>,
}

impl Pushing<'_, '_> {
    /// A quotient times the product.
    fn quotient(&mut self, quotient: &Quotient, depth: u32) -> Option<ArrayId> {
        let mut found = quotient.clone();
        for (place, divisor) in quotient.below.iter().enumerate() {
            if let Some(others) = self.divided_by(*divisor) {
                found.below.remove(place);
                found.above.extend(others.above);
                found.below.extend(others.below);
                return Some(found.value(self.program));
            }
        }
        for factor in &mut found.above {
            if let Some(value) = self.value(*factor, depth) {
                *factor = value;
                return Some(found.value(self.program));
            }
        }
        None
    }

    /// Π xᵢ ⊘ y, where y is x or a vector that is a factor of it.
    fn divided_by(&mut self, divisor: ArrayId) -> Option<Quotient> {
        let program = &mut *self.program;
        let (inner, form) = match *program.node(divisor) {
            Array::Unary(form @ (Unary::AsColumn | Unary::AsRow), inner) => (inner, Some(form)),
            _ => (divisor, None),
        };
        let mut rest = Quotient::default();
        if inner != self.of {
            if self.axes.count(program, inner) != Some(1) {
                return None;
            }
            rest = Quotient::of(program, self.of);
            let place = rest.above.iter().position(|factor| *factor == inner)?;
            rest.above.remove(place);
        }
        rest.above.push(program.unary(Unary::Others, self.of));
        if let Some(form) = form {
            let factors = rest.above.iter_mut().chain(&mut rest.below);
            factors.for_each(|factor| *factor = program.unary(form, *factor));
        }
        Some(rest)
    }

    /// A value times the product, where that takes away a division by x.
    fn value(&mut self, id: ArrayId, depth: u32) -> Option<ArrayId> {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let found = depth.checked_sub(1).and_then(|depth| self.computed(id, depth));
        self.known.insert(id, found);
        found
    }

    fn computed(&mut self, id: ArrayId, depth: u32) -> Option<ArrayId> {
        let node = self.program.node(id).clone();
        let new = match node {
            Array::Binary(Binary::Multiply | Binary::Divide, ..) => {
                let quotient = Quotient::of(self.program, id);
                return self.quotient(&quotient, depth);
            }
            Array::Binary(operation @ (Binary::Matmul | Binary::Outer | Binary::Kron), x, y) => {
                match self.value(x, depth) {
                    Some(x) => Array::Binary(operation, x, y),
                    None => Array::Binary(operation, x, self.value(y, depth)?),
                }
            }
            Array::Binary(operation @ Binary::Solve, matrix, x) => {
                Array::Binary(operation, matrix, self.value(x, depth)?)
            }
            Array::Unary(operation, x) if operation.is_linear() => Array::Unary(operation, self.value(x, depth)?),
            Array::Along(operation @ Unary::Reduce(Reduction::Sum), x, axes) => {
                Array::Along(operation, self.value(x, depth)?, axes)
            }
            Array::Expand(x, places) => Array::Expand(self.value(x, depth)?, places),
            Array::Axes(x, order) => Array::Axes(self.value(x, depth)?, order),
            Array::Item(x, positions) => Array::Item(self.value(x, depth)?, positions),
            Array::Einsum(subscripts, mut factors) => {
                let (place, value) = (0..factors.len()).find_map(|at| Some((at, self.value(factors[at], depth)?)))?;
                factors[place] = value;
                Array::Einsum(subscripts, factors)
            }
            Array::Sum(terms) => {
                let found: Vec<Option<ArrayId>> = terms.iter().map(|(_, term)| self.value(*term, depth)).collect();
                if found.iter().all(Option::is_none) {
                    return None;
                }
                let times = |((minus, term), found): (&(bool, ArrayId), Option<ArrayId>)| {
                    (*minus, found.unwrap_or_else(|| self.program.times(self.product, *term)))
                };
                Array::Sum(terms.iter().zip(found).map(times).collect())
            }
            _ => return None,
        };
        Some(self.program.add(new))
    }
}

/// Whether anything is divided by an array, or by what it is a factor or the base of.
fn is_divided_by(program: &Program, root: ArrayId, by: ArrayId) -> bool {
    let (mut seen, mut stack) = (FxHashSet::default(), vec![root]);
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = program.node(id);
        if let Array::Binary(Binary::Divide, _, below) = node {
            let below = Quotient::of(program, *below);
            let is_by = |id: &ArrayId| match program.node(*id) {
                Array::Binary(Binary::Power, base, _) => *base == by,
                Array::Unary(Unary::AsColumn | Unary::AsRow, inner) => *inner == by,
                _ => *id == by,
            };
            if below.above.iter().any(is_by) {
                return true;
            }
        }
        stack.extend(node.operands());
    }
    false
}
