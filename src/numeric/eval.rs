//! Evaluation of an expression graph: each distinct node once, or once for each value of the bound indices it
//! depends on.
//!
//! Depth of the graph costs no stack: nodes wait on an explicit one. Only sums within sums recurse, up to
//! [`MAX_NESTING`]. The kernels themselves are in `kernel.rs`.

use std::rc::Rc;

use nalgebra::DMatrix;
use rustc_hash::{FxHashMap, FxHashSet};

use super::bindings::{Bindings, EvalError};
use super::dependence::Dependence;
use super::polynomial;
use super::scalar::Scalar;
use crate::expr::{Arena, BigOp, ExprId, Func, IndexId, Node};
use crate::number::Coeff;

/// Most terms of one sum.
pub const MAX_TERMS: i64 = 10_000_000;
/// A sum of a polynomial in the index has this many terms before it is found from a few of them.
const MANY_TERMS: i64 = 200;
/// Deepest nesting of sums.
pub const MAX_NESTING: usize = 100;
/// Most values kept for nodes that depend on some of the bound indices but not on all.
const MAX_KEPT: usize = 1 << 20;
/// What a node costs besides its entries, in multiplications.
const NODE_WORK: u64 = 1_000;

/// The value of `root`: a matrix of its shape, 1×1 for scalars. Outside the domain of a function entries are
/// NaN or infinite, which is no error.
///
/// # Errors
/// See [`EvalError`].
pub fn evaluate<T: Scalar>(arena: &Arena, root: ExprId, bindings: &Bindings<T>) -> Result<DMatrix<T>, EvalError> {
    let mut values = evaluate_each(arena, &[root], bindings)?;
    values.pop().ok_or(EvalError::Unsupported("nothing"))
}

/// The values of several expressions, whose common parts are evaluated once.
///
/// # Errors
/// See [`EvalError`].
pub fn evaluate_each<T: Scalar>(
    arena: &Arena,
    roots: &[ExprId],
    bindings: &Bindings<T>,
) -> Result<Vec<DMatrix<T>>, EvalError> {
    let dependence = Dependence::new(arena, roots);
    let mut evaluator = Evaluator {
        arena,
        bindings,
        last: vec![None; dependence.len()],
        dependence,
        kept: FxHashMap::default(),
        env: bindings.indices.iter().map(|(index, value)| (*index, *value)).collect(),
        nesting: 0,
        work: 0,
    };
    let values = roots.iter().map(|root| evaluator.run(*root)).collect::<Result<Vec<_>, _>>()?;
    drop(evaluator);
    Ok(values.into_iter().map(|value| Rc::try_unwrap(value).unwrap_or_else(|shared| (*shared).clone())).collect())
}

type Value<T> = Rc<DMatrix<T>>;
/// Values of the free indices of a node.
type Key = Box<[i64]>;

pub(super) struct Evaluator<'a, T: Scalar> {
    pub(super) arena: &'a Arena,
    pub(super) bindings: &'a Bindings<T>,
    dependence: Dependence,
    /// The latest value of each node by its number, with the indices it is for.
    last: Vec<Option<(Key, Value<T>)>>,
    /// All values of nodes that outlive an iteration of an inner sum.
    kept: FxHashMap<(ExprId, Key), Value<T>>,
    env: FxHashMap<IndexId, i64>,
    nesting: usize,
    work: u64,
}

/// What must be evaluated before a node: its children, but for a sum its bounds alone, and for a product the
/// X of a factor X⁻¹, which is then applied as a solve.
fn operands(arena: &Arena, id: ExprId) -> Vec<ExprId> {
    match arena.node(id) {
        Node::Indexed { lower, upper, .. } => vec![*lower, *upper],
        Node::Product(factors) => factors.iter().map(|factor| inverted(arena, *factor).unwrap_or(*factor)).collect(),
        // The terms say how much rounding a sum that should vanish may leave, and what there is besides a 1.
        Node::Elementwise(Func::IsZero | Func::Log, inner) => match arena.node(untransposed(arena, *inner)) {
            Node::Add(terms) => std::iter::once(*inner).chain(terms.iter().map(|(_, term)| *term)).collect(),
            _ => vec![*inner],
        },
        node => node.children(),
    }
}

/// The X of Xᵀ.
pub(super) fn untransposed(arena: &Arena, id: ExprId) -> ExprId {
    if let Node::Transpose(inner) = arena.node(id) { *inner } else { id }
}

/// The X of X⁻¹.
pub(super) fn inverted(arena: &Arena, id: ExprId) -> Option<ExprId> {
    let Node::Power(base, exponent) = arena.node(id) else { return None };
    (arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE)).then_some(*base)
}

impl<T: Scalar> Evaluator<'_, T> {
    /// Accounts for multiplications about to be done.
    pub(super) fn spend(&mut self, work: u64) -> Result<(), EvalError> {
        crate::interrupt::spend(1 + work.saturating_mul(T::WORK) / 1024);
        self.charge(work)
    }

    /// Accounts for multiplications of a product or a decomposition, whose inner loops are fast for some kinds of number.
    pub(super) fn spend_dense(&mut self, work: u64) -> Result<(), EvalError> {
        self.spend(work / T::DENSE)
    }

    /// Accounts for a visit to a node, whose entries are mostly copied.
    fn visit(&mut self, entries: usize) -> Result<(), EvalError> {
        let work = NODE_WORK + entries as u64;
        crate::interrupt::spend(1 + work / 1024);
        self.charge(work)
    }

    fn charge(&mut self, work: u64) -> Result<(), EvalError> {
        self.work = self.work.saturating_add(work);
        if self.work > self.bindings.work_limit { Err(EvalError::TooMuchWork) } else { Ok(()) }
    }

    /// Refuses work that is known to come where it is too much.
    fn expect(&self, work: u64) -> Result<(), EvalError> {
        if self.work.saturating_add(work) > self.bindings.work_limit { Err(EvalError::TooMuchWork) } else { Ok(()) }
    }

    /// What one value of a summand takes at least: its nodes that depend on an index, those of sums in it as often as they have terms,
    /// where these are known.
    fn work_below(&self, body: ExprId) -> u64 {
        let mut work = 0_u64;
        let mut seen: FxHashSet<ExprId> = FxHashSet::default();
        let mut stack = vec![(body, 1_u64)];
        while let Some((id, times)) = stack.pop() {
            if self.dependence.free(id).is_empty() || !seen.insert(id) {
                continue;
            }
            work = work.saturating_add(times.saturating_mul(NODE_WORK));
            if let Node::Indexed { lower, upper, body, .. } = self.arena.node(id) {
                let terms =
                    self.bound(*lower).zip(self.bound(*upper)).map(|(lower, upper)| upper.saturating_sub(lower) + 1);
                stack.push((*body, times.saturating_mul(terms.map_or(1, |terms| u64::try_from(terms).unwrap_or(0)))));
            } else {
                stack.extend(operands(self.arena, id).into_iter().map(|operand| (operand, times)));
            }
        }
        work
    }

    /// A bound of a sum, where it is known before.
    fn bound(&self, id: ExprId) -> Option<i64> {
        match self.arena.node(id) {
            Node::Number(number) => number.to_i64(),
            Node::Size(dim) => self.bindings.size(self.arena, *dim).ok().and_then(|size| i64::try_from(size).ok()),
            _ => self.known(id).and_then(|value| integer(value).ok()),
        }
    }

    /// The value of an index.
    pub(super) fn index(&self, index: IndexId) -> Result<i64, EvalError> {
        self.env.get(&index).copied().ok_or(EvalError::UnboundIndex(index))
    }

    fn key(&self, id: ExprId) -> Result<Key, EvalError> {
        self.dependence.free(id).iter().map(|index| self.index(*index)).collect()
    }

    /// The value of a node for the present indices, if it is known.
    pub(super) fn known(&self, id: ExprId) -> Option<&Value<T>> {
        let (number, free) = self.dependence.at(id)?;
        let (key, value) = self.last[number].as_ref()?;
        if free.iter().zip(key).all(|(index, at)| self.env.get(index) == Some(at)) {
            return Some(value);
        }
        // A node whose last value is for other indices may have been kept for these.
        self.kept.get(&(id, self.key(id).ok()?))
    }

    /// The value of an operand.
    pub(super) fn value(&self, id: ExprId) -> Result<Value<T>, EvalError> {
        // Operands are evaluated first, so the error is not reached.
        self.known(id).cloned().ok_or(EvalError::Unsupported("an operand out of order"))
    }

    fn run(&mut self, root: ExprId) -> Result<Value<T>, EvalError> {
        let mut stack = vec![root];
        while let Some(id) = stack.last().copied() {
            if self.known(id).is_some() {
                stack.pop();
                continue;
            }
            let waiting = stack.len();
            let missing = operands(self.arena, id).into_iter().filter(|operand| self.known(*operand).is_none());
            stack.extend(missing);
            if stack.len() > waiting {
                continue;
            }
            let value = match self.arena.node(id) {
                Node::Indexed { op, index, lower, upper, body } => self.indexed(*op, *index, *lower, *upper, *body)?,
                _ => self.compute(id)?,
            };
            self.visit(value.len())?;
            self.store(id, value)?;
            stack.pop();
        }
        self.value(root)
    }

    fn store(&mut self, id: ExprId, value: Value<T>) -> Result<(), EvalError> {
        let key = self.key(id)?;
        let partial = !key.is_empty() && key.len() < self.env.len();
        if partial && self.kept.len() < MAX_KEPT {
            self.kept.insert((id, key.clone()), Rc::clone(&value));
        }
        if let Some((number, _)) = self.dependence.at(id) {
            self.last[number] = Some((key, value));
        }
        Ok(())
    }

    /// Σ or Π of the body over the index.
    fn indexed(
        &mut self,
        op: BigOp,
        index: IndexId,
        lower: ExprId,
        upper: ExprId,
        body: ExprId,
    ) -> Result<Value<T>, EvalError> {
        if let Some(sum) = self.polynomial_sum(op, index, (lower, upper), body)? {
            return Ok(Rc::new(sum));
        }
        let (lower, upper) = (integer(&*self.value(lower)?)?, integer(&*self.value(upper)?)?);
        let terms = upper.saturating_sub(lower).saturating_add(1);
        if terms > MAX_TERMS {
            return Err(EvalError::TooManyTerms(terms));
        }
        let terms = terms.max(0);
        if self.nesting == MAX_NESTING {
            return Err(EvalError::TooDeep);
        }
        let (rows, cols) = self.bindings.shape(self.arena, self.arena.shape(body))?;
        let mut total = match op {
            BigOp::Sum => DMatrix::zeros(rows, cols),
            BigOp::Product => DMatrix::from_element(rows, cols, T::one()),
        };
        // What takes too long is refused before it begins.
        self.expect(terms.unsigned_abs().saturating_mul(self.work_below(body)))?;
        self.each(index, lower..=upper, body, |term| {
            super::kernel::same_shape(&term, total.shape())?;
            match op {
                BigOp::Sum => total += &*term,
                BigOp::Product => total.component_mul_assign(&term),
            }
            Ok(())
        })?;
        Ok(Rc::new(total))
    }

    /// The body for one value of the index after the other.
    fn each(
        &mut self,
        index: IndexId,
        values: std::ops::RangeInclusive<i64>,
        body: ExprId,
        mut take: impl FnMut(Value<T>) -> Result<(), EvalError>,
    ) -> Result<(), EvalError> {
        self.nesting += 1;
        let outer = self.env.get(&index).copied();
        for at in values {
            self.env.insert(index, at);
            take(self.run(body)?)?;
        }
        match outer {
            Some(at) => self.env.insert(index, at),
            None => self.env.remove(&index),
        };
        self.nesting -= 1;
        Ok(())
    }

    /// A sum of many more terms than its polynomial has coefficients; `None` of any other.
    fn polynomial_sum(
        &mut self,
        op: BigOp,
        index: IndexId,
        (lower, upper): (ExprId, ExprId),
        body: ExprId,
    ) -> Result<Option<DMatrix<T>>, EvalError> {
        let first = integer(&*self.value(lower)?)?;
        // Numbers may be larger than any index.
        let last = match self.arena.as_number(upper) {
            Some(last) if last.is_integer() => last.clone(),
            _ => Coeff::integer(integer(&*self.value(upper)?)?),
        };
        let count = last.sub(&Coeff::integer(first - 1));
        if op != BigOp::Sum || count.sub(&Coeff::integer(MANY_TERMS)).is_negative() || self.nesting == MAX_NESTING {
            return Ok(None);
        }
        let Some(degree) = polynomial::degree(self.arena, &self.dependence, body, index) else { return Ok(None) };
        let after = first.saturating_add(i64::try_from(degree).unwrap_or(i64::MAX));
        let mut terms = Vec::new();
        self.each(index, first..=after, body, |term| {
            terms.push((*term).clone());
            Ok(())
        })?;
        // Differences in place: each term becomes that of the order of its place.
        for order in 1..terms.len() {
            for place in (order..terms.len()).rev() {
                let before = terms[place - 1].clone();
                terms[place] -= before;
            }
        }
        let (rows, cols) = self.bindings.shape(self.arena, self.arena.shape(body))?;
        let mut total = DMatrix::zeros(rows, cols);
        for (difference, times) in terms.iter().zip(polynomial::binomials(&count, degree + 1).iter().skip(1)) {
            super::kernel::same_shape(difference, (rows, cols))?;
            let times = T::from_coeff(times);
            total.zip_apply(difference, |sum, entry| *sum += times * entry);
        }
        Ok(Some(total))
    }
}

/// The integer that a scalar is.
pub(super) fn integer<T: Scalar>(value: &DMatrix<T>) -> Result<i64, EvalError> {
    let real = value[(0, 0)].real();
    if real.fract() != 0.0 || real.abs() > 9e15 || real.is_nan() {
        return Err(EvalError::NotAnInteger(real));
    }
    #[allow(clippy::cast_possible_truncation, reason = "the range was tested")]
    Ok(real as i64)
}

#[cfg(test)]
mod tests {
    use super::super::ball::Ball;
    use super::super::random::Rng;
    use super::super::testing::Build;
    use super::*;
    use crate::ad::{along, along_twice, difference, mixed, second_difference};
    use crate::expr::{Dim, MatrixFunction, Norm, Op, Reduction, Shape, Spectral, SymbolId, SymbolKind};
    use crate::structure::Structure;

    fn bind(build: &Build, sizes: &[(&str, usize)], values: &[(SymbolId, DMatrix<f64>)]) -> Bindings<f64> {
        let mut bindings = Bindings::default();
        for (name, size) in sizes {
            let place = build.arena.size_names().iter().position(|known| known == name).unwrap();
            bindings.sizes.insert(u32::try_from(place).unwrap(), *size);
        }
        bindings.symbols.extend(values.iter().cloned());
        bindings
    }

    /// A node over a 3×3 matrix X: its value by dual numbers and by differences agree, in first and second order.
    #[test]
    fn dual_numbers_agree_with_differences_for_every_node() {
        let mut b = Build::new();
        let (id, x) = b.matrix("X", "3", "3");
        let (yid, y) = b.matrix("y", "3", "1");
        let phi = b.declare("phi", "1", "1", SymbolKind::Function, Structure::General);
        let (one, two) = (b.int(1), b.int(2));
        let (half, p) = (b.number(1, 2), b.number(7, 3));
        let square = Shape::square(Dim::Known(3));
        let (xt, v) = (b.t(x), b.node(Node::Vec(x)));
        let entries: std::sync::Arc<[ExprId]> = (1..=2)
            .map(|col| {
                let col = b.int(col);
                b.node(Node::Entry(x, two, col))
            })
            .collect();
        let det = b.node(Node::Det(x));
        let index = b.arena.fresh_index();
        let i = b.node(Node::Index(index));
        let three = b.int(3);
        let entry = b.node(Node::Entry(x, i, i));
        let basis = b.node(Node::Basis(Dim::Known(3), i));
        let (lower, weighted) = (b.int(1), b.mul(&[i, entry, basis]));
        let (sum, tall) = (b.add(&[(1, x), (1, xt)]), b.node(Node::Kron(x, y)));
        let wide = b.t(tall);
        let nodes = vec![
            Node::Pinv(x),
            Node::Pinv(tall),
            Node::Pinv(wide),
            Node::Spectral(Spectral::SumEig, x),
            Node::Spectral(Spectral::ProdEig, x),
            Node::Spectral(Spectral::LambdaMax, sum),
            Node::Spectral(Spectral::LambdaMin, sum),
            Node::Spectral(Spectral::EigvecMax, sum),
            Node::Spectral(Spectral::EigvecMin, sum),
            Node::Spectral(Spectral::UMax, x),
            Node::Spectral(Spectral::VMax, tall),
            Node::Spectral(Spectral::Polar, x),
            Node::Spectral(Spectral::Polar, tall),
            Node::Spectral(Spectral::Polar, wide),
            Node::Norm(Norm::Spectral, x),
            Node::Norm(Norm::Nuclear, wide),
            Node::Literal(Shape::new(Dim::ONE, Dim::Known(2)), entries),
            Node::Kron(x, y),
            Node::Power(x, p),
            Node::Power(x, two),
            Node::Power(x, det),
            Node::Power(x, half),
            Node::Hadamard([(x, p), (xt, det)].into()),
            Node::Indexed { op: BigOp::Sum, index, lower, upper: three, body: weighted },
            Node::Indexed { op: BigOp::Product, index, lower, upper: three, body: entry },
            Node::MatrixFunction(MatrixFunction::Expm, x, [].into()),
            Node::MatrixFunction(MatrixFunction::Logm, x, [xt].into()),
            Node::MatrixFunction(MatrixFunction::Sqrtm, x, [xt, x].into()),
            Node::Trace(x),
            Node::Det(x),
            Node::Reduce(Reduction::Sum, x),
            Node::Reduce(Reduction::Product, x),
            Node::Reduce(Reduction::Max, x),
            Node::Reduce(Reduction::Min, x),
            Node::Reduce(Reduction::LogSumExp, x),
            Node::Norm(Norm::Frobenius, x),
            Node::Norm(Norm::One, v),
            Node::Norm(Norm::Infinity, v),
            Node::Norm(Norm::P(p), v),
            Node::Apply(Op::Softmax, v),
            Node::Diag(v),
            Node::DiagPart(x),
            Node::Unvec(v, square),
            Node::Elementwise(Func::User(phi, 1), x),
            Node::Elementwise(Func::Softplus, x),
            Node::Elementwise(Func::Erf, x),
        ];
        let operators = Op::ALL.iter().map(|op| Node::Apply(*op, x));
        let mut rng = Rng::new(11);
        let value = DMatrix::from_fn(3, 3, |r, c| rng.uniform(0.2, 0.5) + if r == c { 1.0 } else { 0.0 });
        let point = bind(&b, &[], &[(id, value), (yid, rng.normal_matrix(3, 1))]);
        let h = [(id, rng.normal_matrix(3, 3) * 0.3)];
        let k = [(id, rng.normal_matrix(3, 3) * 0.3), (yid, rng.normal_matrix(3, 1))];
        let inverse = b.inv(x);
        let solved = [b.mul(&[inverse, y]), b.mul(&[xt, inverse, inverse]), b.mul(&[one, xt, y])];
        let roots: Vec<ExprId> = nodes.into_iter().chain(operators).map(|node| b.node(node)).chain(solved).collect();
        for root in roots {
            let node = b.arena.node(root);
            let dual = along(&b.arena, root, &point, &h).unwrap().1;
            let numeric = difference(&b.arena, root, &point, &h).unwrap().derivative;
            assert!((&dual - &numeric).amax() < 1e-8 * dual.amax().max(1.0), "{node:?} {dual} {numeric}");
            // Numbers of 31 digits agree with both, and know their error.
            let long = |moves: &[(SymbolId, DMatrix<f64>)]| -> Vec<_> {
                moves.iter().map(|(id, h)| (*id, h.map(Ball::from_f64))).collect()
            };
            let exact = point.map(Ball::from_f64);
            let ball = evaluate(&b.arena, root, &exact).unwrap();
            let value = evaluate(&b.arena, root, &point).unwrap();
            let near = |ball: &DMatrix<Ball>, double: &DMatrix<f64>| {
                let size = double.amax().max(1.0);
                (ball.map(Ball::real) - double).amax() < 1e-11 * size && ball.iter().all(|x| x.error() < 1e-22 * size)
            };
            assert!(near(&ball, &value), "{node:?} {ball:?} {value}");
            let ball = along(&b.arena, root, &exact, &long(&h)).unwrap().1;
            assert!(near(&ball, &dual), "{node:?} {ball:?} {dual}");
            let dual = along_twice(&b.arena, root, &point, &h, &k).unwrap();
            let ball = along_twice(&b.arena, root, &exact, &long(&h), &long(&k)).unwrap();
            assert!(near(&ball, &dual), "{node:?} {ball:?} {dual}");
            // Power series agree with dual numbers.
            let (square, series) =
                (along_twice(&b.arena, root, &point, &h, &h), mixed(&b.arena, root, &point, &[&h, &h]));
            let (square, series) = (square.unwrap(), series.unwrap());
            assert!((&square - &series).amax() < 1e-9 * square.amax().max(1.0), "{node:?} {square} {series}");
            let numeric = second_difference(&b.arena, root, &point, &h, &k).unwrap().derivative;
            assert!((&dual - &numeric).amax() < 1e-5 * dual.amax().max(1.0), "{node:?} {dual} {numeric}");
        }
    }

    #[test]
    fn vec_stacks_columns_and_kron_agrees_with_it() {
        // vec(AXB) = (Bᵀ ⊗ A) vec X
        let mut b = Build::new();
        let ((ai, a), (xi, x), (bi, m)) = (b.matrix("A", "p", "m"), b.matrix("X", "m", "n"), b.matrix("B", "n", "q"));
        let product = b.mul(&[a, x, m]);
        let left = b.node(Node::Vec(product));
        let (mt, v) = (b.t(m), b.node(Node::Vec(x)));
        let kron = b.node(Node::Kron(mt, a));
        let right = b.mul(&[kron, v]);
        let mut rng = Rng::new(2);
        let sizes = [("p", 2), ("m", 3), ("n", 4), ("q", 5)];
        let values = [(ai, rng.normal_matrix(2, 3)), (xi, rng.normal_matrix(3, 4)), (bi, rng.normal_matrix(4, 5))];
        let point = bind(&b, &sizes, &values);
        let difference = evaluate(&b.arena, left, &point).unwrap() - evaluate(&b.arena, right, &point).unwrap();
        assert!(difference.amax() < 1e-13);
    }

    #[test]
    fn scalars_within_products() {
        // y (xᵀ x) zᵀ, with the scalar written as two factors in the middle of nothing that fits
        let mut b = Build::new();
        let ((xi, x), (yi, y)) = (b.matrix("x", "n", "1"), b.matrix("y", "m", "1"));
        let xt = b.t(x);
        let root = b.mul(&[xt, x, y]);
        let vector = |values: &[f64]| DMatrix::from_row_slice(values.len(), 1, values);
        let values = [(xi, vector(&[1.0, 2.0])), (yi, vector(&[1.0, 0.0, -1.0]))];
        let point = bind(&b, &[("n", 2), ("m", 3)], &values);
        assert_eq!(evaluate(&b.arena, root, &point).unwrap(), vector(&[5.0, 0.0, -5.0]));
    }

    #[test]
    fn nested_sums_with_bounds_that_depend_on_the_outer_index() {
        // Σᵢ₌₁⁴ Σⱼ₌₁ⁱ i j = 65, and the empty sum
        let mut b = Build::new();
        let (i, j) = (b.arena.fresh_index(), b.arena.fresh_index());
        let (at_i, at_j, four, zero) = (b.node(Node::Index(i)), b.node(Node::Index(j)), b.int(4), b.int(0));
        let body = b.mul(&[at_i, at_j]);
        let inner = b.sum(j, at_i, body);
        let outer = b.sum(i, four, inner);
        let empty = b.sum(i, zero, at_i);
        let point = Bindings::<f64>::default();
        assert_eq!(evaluate(&b.arena, outer, &point).unwrap()[0], 65.0);
        assert_eq!(evaluate(&b.arena, empty, &point).unwrap()[0], 0.0);
        assert_eq!(evaluate(&b.arena, at_i, &point), Err(EvalError::UnboundIndex(i)));
    }

    #[test]
    fn siblings_may_share_an_index() {
        // (Σᵢ i) (Σᵢ i²) with one index
        let mut b = Build::new();
        let i = b.arena.fresh_index();
        let (at, three) = (b.node(Node::Index(i)), b.int(3));
        let square = b.mul(&[at, at]);
        let (left, right) = (b.sum(i, three, at), b.sum(i, three, square));
        let root = b.mul(&[left, right]);
        assert_eq!(evaluate(&b.arena, root, &Bindings::<f64>::default()).unwrap()[0], 84.0);
    }

    /// Two operators, each a thousand units and what they compute: W·y of size 3, and tanh of its entries.
    const WORK_OF_A_LAYER: u64 = 2_500;
    /// Three operators for xᵀAᵢx.
    const WORK_OF_A_TERM: u64 = 3_500;

    #[test]
    fn deep_and_wide_expressions_take_linear_work() {
        let mut b = Build::new();
        let ((wi, w), (xi, x)) = (b.matrix("W", "n", "n"), b.matrix("x", "n", "1"));
        let mut layer = x;
        for _ in 0..2000 {
            let product = b.mul(&[w, layer]);
            layer = b.f(Func::Tanh, product);
        }
        let a = b.family("A", "10000", "n", "n");
        let index = b.arena.fresh_index();
        let (at, last) = (b.node(Node::Index(index)), b.int(10_000));
        let member = b.node(Node::Member(a, at));
        let form = b.form(x, member);
        let sum = b.sum(index, last, form);
        let mut rng = Rng::new(4);
        let mut point = bind(&b, &[("n", 3)], &[(wi, rng.normal_matrix(3, 3)), (xi, rng.normal_matrix(3, 1))]);
        point.families.insert(a, (0..10_000).map(|_| rng.normal_matrix(3, 3)).collect());
        point.work_limit = 2000 * WORK_OF_A_LAYER;
        assert!(evaluate(&b.arena, layer, &point).unwrap().amax() <= 1.0);
        point.work_limit = 10_000 * WORK_OF_A_TERM;
        assert!(evaluate(&b.arena, sum, &point).unwrap()[0].is_finite());
    }

    #[test]
    fn sums_of_polynomials_have_any_number_of_terms() {
        // Σᵢ₌₁ᴺ (a + bi)² of N = 10⁹, and of few terms one by one
        let mut b = Build::new();
        let ((ai, a), (bi, slope)) = (b.matrix("a", "1", "1"), b.matrix("b", "1", "1"));
        let index = b.arena.fresh_index();
        let (at, many, few) = (b.node(Node::Index(index)), b.int(1_000_000_000), b.int(300));
        let rise = b.mul(&[slope, at]);
        let line = b.add(&[(1, a), (1, rise)]);
        let square = b.pow(line, 2, 1);
        let (long, short) = (b.sum(index, many, square), b.sum(index, few, square));
        let value = |x: f64| DMatrix::from_element(1, 1, x);
        let point = bind(&b, &[], &[(ai, value(2.0)), (bi, value(3.0))]);
        let exact = |n: f64| 4.0 * n + 6.0 * n * (n + 1.0) + 1.5 * n * (n + 1.0) * (2.0 * n + 1.0);
        for (root, n) in [(long, 1e9), (short, 300.0)] {
            let found = evaluate(&b.arena, root, &point).unwrap()[0];
            assert!((found - exact(n)).abs() <= 1e-15 * found, "{found} {}", exact(n));
        }
        let balls = point.map(Ball::from_f64);
        let found = evaluate(&b.arena, long, &balls).unwrap()[0];
        assert!(found.error() <= 1e-28 * found.real() && (found.real() - exact(1e9)).abs() <= 1e-15 * found.real());
    }

    #[test]
    fn errors_are_typed() {
        let mut b = Build::new();
        let ((xi, x), (_, y)) = (b.matrix("x", "n", "1"), b.matrix("y", "n", "1"));
        let (one, five, half) = (b.int(1), b.int(5), b.number(1, 2));
        let entry = b.node(Node::Entry(x, five, one));
        let fraction = b.node(Node::Factorial(half));
        let index = b.arena.fresh_index();
        let (at, huge) = (b.node(Node::Index(index)), b.int(1 << 40));
        let root = b.pow(at, 1, 2);
        let long = b.sum(index, huge, root);
        let uneven = b.sum(index, half, at);
        let big = b.node(Node::Identity(Dim::Known(1 << 20)));
        let top = b.node(Node::Spectral(Spectral::LambdaMax, y));
        let point = bind(&b, &[("n", 3)], &[(xi, DMatrix::zeros(3, 1))]);
        let error = |root| evaluate(&b.arena, root, &point).unwrap_err();
        assert_eq!(error(entry), EvalError::OutOfRange { index: 5, length: 3 });
        assert_eq!(error(fraction), EvalError::Factorial(0.5));
        assert_eq!(error(long), EvalError::TooManyTerms(1 << 40));
        assert_eq!(error(uneven), EvalError::NotAnInteger(0.5));
        assert_eq!(error(big), EvalError::TooLarge);
        assert!(matches!(error(top), EvalError::UnboundSymbol(_)));
        let wrong = bind(&b, &[("n", 4)], &[(xi, DMatrix::zeros(3, 1))]);
        assert_eq!(evaluate(&b.arena, x, &wrong), Err(EvalError::Shape { expected: (4, 1), found: (3, 1) }));
    }
}
