//! Evaluation of an expression graph: each distinct node once, or once for each value of the bound indices it
//! depends on.
//!
//! Depth of the graph costs no stack: nodes wait on an explicit one. Only sums within sums recurse, up to
//! [`MAX_NESTING`]. The kernels themselves are in `kernel.rs`.

use std::rc::Rc;

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::bindings::{Bindings, EvalError};
use super::dependence::Dependence;
use super::scalar::Scalar;
use crate::expr::{Arena, BigOp, Coeff, ExprId, IndexId, Node};

/// Most terms of one sum.
pub const MAX_TERMS: i64 = 10_000_000;
/// Deepest nesting of sums.
pub const MAX_NESTING: usize = 100;
/// Most values kept for nodes that depend on some of the bound indices but not on all.
const MAX_KEPT: usize = 1 << 20;

/// The value of `root`: a matrix of its shape, 1×1 for scalars. Outside the domain of a function entries are
/// NaN or infinite, which is no error.
///
/// # Errors
/// See [`EvalError`].
pub fn evaluate<T: Scalar>(arena: &Arena, root: ExprId, bindings: &Bindings<T>) -> Result<DMatrix<T>, EvalError> {
    let mut evaluator = Evaluator {
        arena,
        bindings,
        dependence: Dependence::new(arena, root),
        last: FxHashMap::default(),
        kept: FxHashMap::default(),
        env: bindings.indices.iter().map(|(index, value)| (*index, *value)).collect(),
        nesting: 0,
        work: 0,
    };
    let value = evaluator.run(root)?;
    drop(evaluator);
    Ok(Rc::try_unwrap(value).unwrap_or_else(|shared| (*shared).clone()))
}

type Value<T> = Rc<DMatrix<T>>;
/// Values of the free indices of a node.
type Key = Box<[i64]>;

pub(super) struct Evaluator<'a, T: Scalar> {
    pub(super) arena: &'a Arena,
    pub(super) bindings: &'a Bindings<T>,
    dependence: Dependence,
    /// The latest value of each node, with the indices it is for.
    last: FxHashMap<ExprId, (Key, Value<T>)>,
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
        node => node.children(),
    }
}

/// The X of X⁻¹.
pub(super) fn inverted(arena: &Arena, id: ExprId) -> Option<ExprId> {
    let Node::Power(base, exponent) = arena.node(id) else { return None };
    (arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE)).then_some(*base)
}

impl<T: Scalar> Evaluator<'_, T> {
    /// Accounts for work about to be done.
    pub(super) fn spend(&mut self, work: u64) -> Result<(), EvalError> {
        self.work = self.work.saturating_add(work);
        if self.work > self.bindings.work_limit { Err(EvalError::TooMuchWork) } else { Ok(()) }
    }

    /// The value of an index.
    pub(super) fn index(&self, index: IndexId) -> Result<i64, EvalError> {
        self.env.get(&index).copied().ok_or(EvalError::UnboundIndex(index))
    }

    fn key(&self, id: ExprId) -> Result<Key, EvalError> {
        self.dependence.free(id).iter().map(|index| self.index(*index)).collect()
    }

    /// The value of a node for the present indices, if it is known.
    fn known(&self, id: ExprId) -> Option<&Value<T>> {
        let free = self.dependence.free(id);
        let last = self.last.get(&id);
        if let Some((key, value)) = last
            && free.iter().zip(key).all(|(index, at)| self.env.get(index) == Some(at))
        {
            return Some(value);
        }
        // A node whose last value is for other indices may have been kept for these.
        last?;
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
            self.spend(1 + value.len() as u64)?;
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
        self.last.insert(id, (key, value));
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
        let (lower, upper) = (integer(&*self.value(lower)?)?, integer(&*self.value(upper)?)?);
        let terms = upper.saturating_sub(lower).saturating_add(1);
        if terms > MAX_TERMS {
            return Err(EvalError::TooManyTerms(terms));
        }
        if self.nesting == MAX_NESTING {
            return Err(EvalError::TooDeep);
        }
        let (rows, cols) = self.bindings.shape(self.arena, self.arena.shape(body))?;
        let mut total = match op {
            BigOp::Sum => DMatrix::zeros(rows, cols),
            BigOp::Product => DMatrix::from_element(rows, cols, T::one()),
        };
        self.nesting += 1;
        let outer = self.env.get(&index).copied();
        for at in lower..=upper {
            self.env.insert(index, at);
            let term = self.run(body)?;
            super::kernel::same_shape(&term, total.shape())?;
            match op {
                BigOp::Sum => total += &*term,
                BigOp::Product => total.component_mul_assign(&term),
            }
        }
        match outer {
            Some(at) => self.env.insert(index, at),
            None => self.env.remove(&index),
        };
        self.nesting -= 1;
        Ok(Rc::new(total))
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
