//! From a program of array operations to a graph on tensors of known sizes.
//!
//! A sum or product over an index becomes one operation on tensors that have the index as an axis of their own; so does what is tabulated
//! over unit arrays. No loop is left. Where the range of an index depends on another, it is the longest one, and what lies outside is 0.

mod batch;
mod constant;
mod item;
mod linear;
mod loops;
mod scalar;
mod stack;
mod value;

use rustc_hash::FxHashMap;

use super::error::PlanError;
use super::graph::Graph;
use super::node::{Length, NodeId, Source};
use crate::codegen::{Array, ArrayId, Program, symbol_axes};
use crate::expr::{Arena, Dim, SizeTerm, SymbolId, difference_of_terms, sum_of_terms};
use crate::numeric::Bindings;
use crate::structure::Structure;
use value::{Bounds, Builder, Key, Scope, Value};

/// Most entries of one tensor on the way; views of smaller ones may have more.
const MAX_COUNT: usize = 1 << 34;

/// Adds a program to a graph; the node of its value.
///
/// Sizes, and integers that bounds and exponents depend on, are those of the bindings; nothing else of them is used.
///
/// # Errors
/// What is missing, what plans do not have, tensors that are too large.
pub fn build(
    arena: &Arena,
    program: &Program,
    bindings: &Bindings<f64>,
    graph: &mut Graph,
) -> Result<NodeId, PlanError> {
    let free = program.free_indices();
    let mut builder = Builder {
        arena,
        program,
        bindings,
        graph,
        free,
        memo: FxHashMap::default(),
        loops: 0,
        units: FxHashMap::default(),
    };
    Ok(builder.value(program.root(), &Scope::default())?.node)
}

impl Builder<'_> {
    /// The value of a node where indices stand for these keys. What it needs is built first, the bodies of loops apart.
    fn value(&mut self, root: ArrayId, scope: &Scope) -> Result<Value, PlanError> {
        let mut stack = vec![(root, false)];
        while let Some((id, is_ready)) = stack.pop() {
            if self.memo.contains_key(&self.memo_key(id, scope)) {
                continue;
            }
            if is_ready {
                let value = self.compute(id, scope)?;
                if self.graph.node(value.node).count() > MAX_COUNT {
                    return Err(PlanError::TooLarge);
                }
                self.memo.insert(self.memo_key(id, scope), value);
                continue;
            }
            stack.push((id, true));
            if !matches!(self.program.node(id), Array::Loop { .. } | Array::Tabulate { .. }) {
                stack.extend(self.program.node(id).operands().into_iter().map(|operand| (operand, false)));
            }
        }
        self.memo.get(&self.memo_key(root, scope)).cloned().ok_or(PlanError::Unsupported("an empty program"))
    }

    fn memo_key(&self, id: ArrayId, scope: &Scope) -> (ArrayId, Vec<Key>) {
        let free = self.free.get(&id).map(Vec::as_slice).unwrap_or_default();
        (id, free.iter().filter_map(|index| scope.indices.get(index)).map(|bound| bound.key).collect())
    }

    fn compute(&mut self, id: ArrayId, scope: &Scope) -> Result<Value, PlanError> {
        let program = self.program;
        match program.node(id) {
            Array::Number(value) => Ok(self.number(value.to_f64())),
            Array::Pi => Ok(self.number(std::f64::consts::PI)),
            Array::Symbol(symbol) => {
                let lengths = symbol_axes(self.arena, *symbol).into_iter().map(|dim| self.length(dim));
                let lengths = lengths.collect::<Result<_, _>>()?;
                let structure = self.arena.symbol(*symbol).structure;
                if structure == Structure::PositiveDefinite {
                    self.graph.declare_definite(Source::Symbol(*symbol));
                }
                if let Structure::Lower | Structure::Upper = structure {
                    self.graph.declare_triangular(Source::Symbol(*symbol), structure == Structure::Lower);
                }
                if structure.is_symmetric() {
                    self.graph.declare_symmetric(Source::Symbol(*symbol));
                }
                Ok(Value::plain(self.graph.input(Source::Symbol(*symbol), lengths)))
            }
            Array::Differential(symbol, slot) => self.differential(*symbol, *slot),
            Array::Length(..) | Array::Size(_) => {
                let length = self.length_of(id)?;
                Ok(Value::plain(self.graph.size(length)))
            }
            Array::Index(index) => Ok(self.index(*index, scope)),
            Array::Eye(n) => {
                let n = self.length_of(*n)?;
                Ok(Value::plain(self.graph.eye(n)))
            }
            Array::Ones(lengths) => {
                let lengths = self.lengths_of(lengths)?;
                Ok(Value::plain(self.graph.filled(1.0, &lengths)))
            }
            Array::Zeros(lengths) => {
                let lengths = self.lengths_of(lengths)?;
                Ok(Value::plain(self.graph.filled(0.0, &lengths)))
            }
            Array::Commutation(m, n) => {
                let (m, n) = (self.length_of(*m)?, self.length_of(*n)?);
                Ok(self.commutation(m, n))
            }
            Array::Slice(array, ranges) => self.slice(*array, ranges, scope),
            Array::Block(cols, blocks, lengths) => self.blocks(*cols, blocks, lengths, scope),
            Array::Selection(offset, rows, cols) => self.selection(*offset, [*rows, *cols], scope),
            Array::Literal(cols, entries) => self.literal(*cols, entries, scope),
            Array::Sum(terms) => {
                let values = terms.iter().map(|(_, term)| self.value(*term, scope)).collect::<Result<Vec<_>, _>>()?;
                let signs = terms.iter().map(|(is_subtracted, _)| if *is_subtracted { -1.0 } else { 1.0 });
                Ok(self.sum(&values, &signs.collect::<Vec<_>>()))
            }
            Array::Unary(operation, x) => {
                let x = self.value(*x, scope)?;
                self.unary(*operation, &x)
            }
            Array::Binary(operation, x, y) => {
                let (x, y) = (self.value(*x, scope)?, self.value(*y, scope)?);
                self.binary(*operation, &x, &y)
            }
            Array::Item(array, positions) => self.item(*array, positions, scope),
            Array::Unvec(array, lengths) => {
                let array = self.value(*array, scope)?;
                let lengths = self.lengths_of(lengths)?;
                self.unvec(&array, &lengths)
            }
            Array::Reshape(array, lengths) => {
                let array = self.value(*array, scope)?;
                let lengths = self.lengths_of(lengths)?;
                self.reshape(&array, &lengths)
            }
            Array::Axes(array, order) => {
                let array = self.value(*array, scope)?;
                Ok(self.axes(&array, order))
            }
            Array::Range(n) => {
                let n = self.length_of(*n)?;
                Ok(Value::plain(self.graph.range(n)))
            }
            Array::Expand(array, places) => {
                let array = self.value(*array, scope)?;
                Ok(self.expanded(&array, places))
            }
            Array::Along(operation, array, axes) => {
                let array = self.value(*array, scope)?;
                self.along(*operation, &array, axes)
            }
            Array::Einsum(subscripts, factors) => {
                let factors = factors.iter().map(|factor| self.value(*factor, scope)).collect::<Result<Vec<_>, _>>()?;
                self.einsum(subscripts, &factors)
            }
            Array::Frechet(function, at, directions) => {
                let mut values = vec![self.value(*at, scope)?];
                for direction in directions {
                    values.push(self.value(*direction, scope)?);
                }
                self.frechet(*function, &values)
            }
            Array::Declared(..) => Err(PlanError::Unsupported("a declared function, which has no values")),
            Array::Loop { kind, index, lower, upper, body, empty } => {
                let empty = empty.as_ref().map(|lengths| self.lengths_of(lengths)).transpose()?.unwrap_or_default();
                let bounds = Bounds { lower: *lower, upper: *upper };
                self.add_up(*kind, *index, &bounds, *body, &empty, scope)
            }
            Array::Tabulate { units, body } => self.tabulate(units, *body, scope),
        }
    }

    fn number(&mut self, value: f64) -> Value {
        Value::plain(self.graph.number(value))
    }

    /// A size of the expression.
    fn length(&self, dim: Dim) -> Result<Length, PlanError> {
        let size = self.bindings.size(self.arena, dim)?;
        let terms = self.arena.size_terms(dim);
        let of = match terms.as_slice() {
            [(factor, names)] => {
                let mut of: Vec<Dim> = names.iter().map(|name| Dim::Named(*name)).collect();
                if *factor != 1 || of.is_empty() {
                    of.insert(0, Dim::Known(u32::try_from(*factor).unwrap_or(u32::MAX)));
                }
                of
            }
            _ => vec![dim],
        };
        Ok(Length { size, of: Some(of.into()) })
    }

    /// What is used as the length of an axis.
    fn length_of(&self, id: ArrayId) -> Result<Length, PlanError> {
        match self.program.node(id) {
            Array::Number(value) => {
                let size = value.to_i64().and_then(|size| usize::try_from(size).ok());
                size.map(Length::literal).ok_or(PlanError::Unsupported("a length that is not a whole number"))
            }
            Array::Length(symbol, axis) => {
                let dim = symbol_axes(self.arena, *symbol).get(*axis).copied();
                self.length(dim.ok_or(PlanError::Unsupported("the length of an axis that is not there"))?)
            }
            Array::Size(place) => self.length(Dim::Named(*place)),
            Array::Binary(crate::codegen::Binary::Multiply, x, y) => {
                Ok(self.length_of(*x)?.times(&self.length_of(*y)?))
            }
            Array::Sum(_) => self.length_of_terms(&self.terms_of(id)?),
            _ => Err(PlanError::Unsupported("a length that is computed")),
        }
    }

    /// What is used as a length or a position, as a sum of terms of sizes.
    pub(super) fn terms_of(&self, id: ArrayId) -> Result<Vec<SizeTerm>, PlanError> {
        let computed = PlanError::Unsupported("a length that is computed");
        Ok(match self.program.node(id) {
            Array::Number(value) => {
                let size = value.to_i64().ok_or(computed)?;
                sum_of_terms([(size, Vec::new())])
            }
            Array::Length(symbol, axis) => {
                let dim = symbol_axes(self.arena, *symbol).get(*axis).copied();
                self.arena.size_terms(dim.ok_or(PlanError::Unsupported("the length of an axis that is not there"))?)
            }
            Array::Size(place) => vec![(1, vec![*place])],
            Array::Binary(crate::codegen::Binary::Multiply, x, y) => {
                let (x, y) = (self.terms_of(*x)?, self.terms_of(*y)?);
                let product = |((a, names), (b, more)): (&SizeTerm, &SizeTerm)| {
                    (a.saturating_mul(*b), [names.as_slice(), more].concat())
                };
                sum_of_terms(x.iter().flat_map(|left| y.iter().map(move |right| product((left, right)))))
            }
            Array::Sum(terms) => {
                let mut sum = Vec::new();
                for (is_subtracted, term) in terms {
                    let found = self.terms_of(*term)?;
                    sum = if *is_subtracted {
                        difference_of_terms(&sum, &found)
                    } else {
                        sum_of_terms([sum, found].concat())
                    };
                }
                sum
            }
            _ => return Err(computed),
        })
    }

    pub(super) fn length_of_terms(&self, terms: &[SizeTerm]) -> Result<Length, PlanError> {
        let dim = self.arena.known_sum(terms).ok_or(PlanError::Unsupported("a length that no array has"))?;
        self.length(dim)
    }

    fn lengths_of(&self, ids: &[ArrayId]) -> Result<Vec<Length>, PlanError> {
        ids.iter().map(|id| self.length_of(*id)).collect()
    }

    /// A differential: an array that is given, or every unit array.
    fn differential(&mut self, symbol: SymbolId, slot: u32) -> Result<Value, PlanError> {
        if let Some(keys) = self.units.get(&(symbol, slot)).cloned() {
            return Ok(self.unit(&keys));
        }
        let shape = self.arena.symbol(symbol).shape;
        let lengths = crate::codegen::axes(shape).into_iter().map(|dim| self.length(dim));
        let lengths = lengths.collect::<Result<_, _>>()?;
        Ok(Value::plain(self.graph.input(Source::Differential(symbol, slot), lengths)))
    }
}
