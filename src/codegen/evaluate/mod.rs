//! The value of a program in doubles, each operation rounded by itself, as NumPy rounds it.
//!
//! This is how code is checked: it knows arrays and operations, and nothing of the expression that they came from.

mod fault;
pub(crate) mod kernel;
mod nd;
pub(crate) mod product;

use std::rc::Rc;

use nalgebra::DMatrix;
use rustc_hash::FxHashMap;

use super::number::double;
use super::tree::{Array, ArrayId, Loop, Program, symbol_axes};
use super::varying::{Varying, varying};
use crate::expr::{Arena, IndexId, SymbolId, SymbolKind};
use crate::numeric::{Bindings, EvalError, test_map_entries};

pub use fault::Fault;
pub use nd::NdArray;

/// Most terms of one sum.
const MAX_TERMS: i64 = 100_000;

/// The value of a program where its symbols have these values. An index that no sum binds counts from 0 in code and from 1 in the bindings.
///
/// # Errors
/// See [`Fault`].
pub fn evaluate(arena: &Arena, program: &Program, bindings: &Bindings<f64>) -> Result<NdArray, Fault> {
    let order = program.order();
    let mut machine = Machine {
        arena,
        program,
        bindings,
        varying: varying(program, &order),
        values: vec![None; program.len()],
        indices: bindings.indices.iter().map(|(index, value)| (*index, value - 1)).collect(),
        units: FxHashMap::default(),
        round: 0,
        work: 0,
    };
    let value = machine.run(program.root)?;
    drop(machine);
    Ok(Rc::try_unwrap(value).unwrap_or_else(|shared| (*shared).clone()))
}

type Value = Rc<NdArray>;

struct Machine<'a> {
    arena: &'a Arena,
    program: &'a Program,
    bindings: &'a Bindings<f64>,
    varying: FxHashMap<ArrayId, Varying>,
    /// The latest value of each node, with what it is for.
    values: Vec<Option<(Vec<i64>, Value)>>,
    indices: FxHashMap<IndexId, i64>,
    /// Unit arrays in the place of differentials.
    units: FxHashMap<(SymbolId, u32), NdArray>,
    /// How many sets of unit arrays there have been.
    round: i64,
    work: u64,
}

impl Machine<'_> {
    /// The indices, and the set of unit arrays, that a node's value is for.
    fn key(&self, id: ArrayId) -> Vec<i64> {
        let Some(varying) = self.varying.get(&id) else { return Vec::new() };
        let mut key: Vec<i64> =
            varying.indices.iter().map(|index| self.indices.get(index).copied().unwrap_or(i64::MIN)).collect();
        if varying.units {
            key.push(self.round);
        }
        key
    }

    fn known(&self, id: ArrayId) -> Option<Value> {
        let (key, value) = self.values[id.0 as usize].as_ref()?;
        (*key == self.key(id)).then(|| Rc::clone(value))
    }

    fn value(&self, id: ArrayId) -> Result<Value, Fault> {
        self.known(id).ok_or(Fault::Evaluation(EvalError::Unsupported("an operand out of order")))
    }

    fn values(&self, ids: &[ArrayId]) -> Result<Vec<Value>, Fault> {
        ids.iter().map(|id| self.value(*id)).collect()
    }

    fn lengths(&self, ids: &[ArrayId]) -> Result<Vec<usize>, Fault> {
        ids.iter().map(|id| self.value(*id)?.length()).collect()
    }

    fn run(&mut self, root: ArrayId) -> Result<Value, Fault> {
        let mut stack = vec![root];
        while let Some(id) = stack.last().copied() {
            if self.known(id).is_some() {
                stack.pop();
                continue;
            }
            let waiting = stack.len();
            stack.extend(self.needed(id).into_iter().filter(|operand| self.known(*operand).is_none()));
            if stack.len() > waiting {
                continue;
            }
            let value = self.compute(id)?;
            self.spend(value.entries.len())?;
            let key = self.key(id);
            self.values[id.0 as usize] = Some((key, Rc::new(value)));
            stack.pop();
        }
        self.value(root)
    }

    /// What has to be known before a node: its operands, but not the body of a loop.
    fn needed(&self, id: ArrayId) -> Vec<ArrayId> {
        match self.program.node(id) {
            Array::Loop { lower, upper, empty, .. } => {
                let lengths = empty.iter().flatten().copied();
                lower.iter().copied().chain([*upper]).chain(lengths).collect()
            }
            Array::Tabulate { units, .. } => units.iter().flat_map(|(_, _, lengths)| lengths.iter().copied()).collect(),
            node => node.operands(),
        }
    }

    /// Accounts for work: the cube of the largest length covers every decomposition.
    fn spend(&mut self, entries: usize) -> Result<(), Fault> {
        crate::interrupt::point();
        let entries = entries as u64;
        self.work = self.work.saturating_add(entries.saturating_mul(10 + entries.isqrt()));
        if self.work > self.bindings.work_limit { Err(EvalError::TooMuchWork.into()) } else { Ok(()) }
    }

    #[allow(clippy::cast_precision_loss, reason = "sizes and indices are small")]
    fn compute(&mut self, id: ArrayId) -> Result<NdArray, Fault> {
        Ok(match self.program.node(id) {
            Array::Number(value) => NdArray::scalar(double(value)),
            Array::Pi => NdArray::scalar(std::f64::consts::PI),
            Array::Symbol(symbol) => self.symbol(*symbol)?,
            Array::Differential(symbol, slot) => match self.units.get(&(*symbol, *slot)) {
                Some(unit) => unit.clone(),
                None => {
                    let missing = EvalError::UnboundDifferential(*symbol, *slot);
                    let value = self.bindings.differentials.get(&(*symbol, *slot)).ok_or(missing)?;
                    NdArray::with_axes(value, super::tree::axes(self.arena.symbol(*symbol).shape).len())
                }
            },
            Array::Length(symbol, axis) => {
                let dim = symbol_axes(self.arena, *symbol).get(*axis).copied().ok_or(Fault::Lengths)?;
                NdArray::scalar(self.bindings.size(self.arena, dim)? as f64)
            }
            Array::Size(place) => {
                let size = self.bindings.sizes.get(place).ok_or(EvalError::UnboundSize(*place))?;
                NdArray::scalar(*size as f64)
            }
            Array::Index(index) => {
                NdArray::scalar(*self.indices.get(index).ok_or(EvalError::UnboundIndex(*index))? as f64)
            }
            Array::Eye(n) => {
                let n = self.value(*n)?.length()?;
                self.spend(n * n)?;
                NdArray::matrix(&nalgebra::DMatrix::identity(n, n))
            }
            Array::Ones(lengths) => NdArray::filled(self.lengths(lengths)?, 1.0),
            Array::Zeros(lengths) => NdArray::filled(self.lengths(lengths)?, 0.0),
            Array::Commutation(m, n) => {
                let (m, n) = (self.value(*m)?.length()?, self.value(*n)?.length()?);
                self.spend(m * n * m * n)?;
                let mut matrix = nalgebra::DMatrix::zeros(m * n, m * n);
                for (row, col) in (0..m).flat_map(|row| (0..n).map(move |col| (row, col))) {
                    matrix[(row * n + col, col * m + row)] = 1.0;
                }
                NdArray::matrix(&matrix)
            }
            Array::Slice(array, ranges) => {
                let mut found = (*self.value(*array)?).clone();
                for (axis, range) in ranges.iter().enumerate() {
                    if let Some((from, to)) = range {
                        let (from, to) = (self.value(*from)?.length()?, self.value(*to)?.length()?);
                        found = found.slice(axis, from, to)?;
                    }
                }
                found
            }
            Array::Block(cols, blocks, lengths) => {
                let lengths = self.lengths(lengths)?;
                let blocks = self.values(blocks)?;
                NdArray::of_blocks(*cols, &blocks.iter().map(|block| &**block).collect::<Vec<_>>(), lengths)?
            }
            Array::Selection(offset, rows, cols) => {
                let offset = self.value(*offset)?.number()? as usize;
                let (rows, cols) = (self.value(*rows)?.length()?, self.value(*cols)?.length()?);
                self.spend(rows * cols)?;
                let at = |row: usize, col: usize| if row == offset + col { 1.0 } else { 0.0 };
                NdArray::matrix(&nalgebra::DMatrix::from_fn(rows, cols, at))
            }
            Array::Literal(cols, entries) => {
                let entries =
                    self.values(entries)?.iter().map(|entry| entry.number()).collect::<Result<Vec<_>, _>>()?;
                let count = entries.len();
                let row = NdArray::vector(entries);
                match cols {
                    Some(cols) => row.reshaped(vec![count / cols, *cols])?,
                    None => row,
                }
            }
            Array::Sum(terms) => {
                let mut total: Option<NdArray> = None;
                for (is_subtracted, term) in terms.iter() {
                    let term = self.value(*term)?;
                    total = Some(match (total, is_subtracted) {
                        (None, false) => (*term).clone(),
                        (None, true) => term.map(|entry| -entry),
                        (Some(total), false) => total.zip(&term, |a, b| a + b)?,
                        (Some(total), true) => total.zip(&term, |a, b| a - b)?,
                    });
                }
                total.ok_or(Fault::Lengths)?
            }
            Array::Unary(operation, x) => kernel::unary(*operation, &*self.value(*x)?)?,
            Array::Binary(operation, x, y) => kernel::binary(*operation, &*self.value(*x)?, &*self.value(*y)?)?,
            Array::Item(array, positions) => {
                let at = self.values(positions)?.iter().map(|at| at.whole()).collect::<Result<Vec<_>, _>>()?;
                self.value(*array)?.item(&at)?
            }
            Array::Unvec(array, lengths) => {
                let lengths: Vec<usize> = self.lengths(lengths)?.into_iter().rev().collect();
                let order: Vec<usize> = (0..lengths.len()).rev().collect();
                (*self.value(*array)?).clone().reshaped(lengths)?.permuted(&order)?
            }
            Array::Reshape(array, lengths) => (*self.value(*array)?).clone().reshaped(self.lengths(lengths)?)?,
            Array::Axes(array, order) => self.value(*array)?.permuted(order)?,
            Array::Range(n) => {
                let n = self.value(*n)?.length()?;
                NdArray::vector((0..n).map(|at| at as f64).collect())
            }
            Array::Expand(array, places) => {
                let array = self.value(*array)?;
                let mut lengths = array.lengths.clone();
                for place in places.iter() {
                    if *place > lengths.len() {
                        return Err(Fault::Lengths);
                    }
                    lengths.insert(*place, 1);
                }
                (*array).clone().reshaped(lengths)?
            }
            Array::Along(operation, array, axes) => {
                let array = self.value(*array)?;
                kernel::along(*operation, &array, axes)?
            }
            Array::Einsum(subscripts, factors) => {
                let factors = self.values(factors)?;
                let factors: Vec<&NdArray> = factors.iter().map(|factor| &**factor).collect();
                let sum = product::Einsum::new(subscripts, &factors)?;
                self.spend(sum.terms())?;
                sum.value(&factors)
            }
            Array::Frechet(function, at, directions) => {
                let directions: Vec<NdArray> = self.values(directions)?.iter().map(|one| (**one).clone()).collect();
                kernel::frechet(*function, &*self.value(*at)?, &directions)?
            }
            Array::Declared(map, order, at) => self.declared(*map, *order, &*self.value(*at)?)?,
            Array::Loop { kind, index, lower, upper, body, empty } => {
                let upper = self.value(*upper)?.whole()?;
                let range = match lower {
                    None => 0..upper,
                    Some(lower) => self.value(*lower)?.whole()?..upper + 1,
                };
                let empty = empty.as_ref().map(|lengths| self.lengths(lengths)).transpose()?;
                self.add_up(*kind, *index, range, *body, empty)?
            }
            Array::Tabulate { units, body } => {
                let units = units.iter().map(|(symbol, slot, lengths)| Ok((*symbol, *slot, self.lengths(lengths)?)));
                let units = units.collect::<Result<Vec<_>, Fault>>()?;
                self.tabulate(&units, *body)?
            }
        })
    }

    /// What stands for a declared map, in numbers.
    fn declared(&self, map: SymbolId, order: u32, at: &NdArray) -> Result<NdArray, Fault> {
        let symbol = self.arena.symbol(map);
        let shape =
            (self.bindings.size(self.arena, symbol.shape.rows)?, self.bindings.size(self.arena, symbol.shape.cols)?);
        let mut lengths: Vec<usize> = symbol_axes(self.arena, map)
            .into_iter()
            .map(|axis| self.bindings.size(self.arena, axis))
            .collect::<Result<_, _>>()?;
        (0..order).for_each(|_| lengths.extend(&at.lengths));
        let argument = match at.lengths.as_slice() {
            [rows, cols] => DMatrix::from_row_slice(*rows, *cols, &at.entries),
            _ => DMatrix::from_column_slice(at.entries.len(), 1, &at.entries),
        };
        Ok(NdArray { lengths, entries: test_map_entries(symbol, shape, order, &argument) })
    }

    fn symbol(&self, symbol: SymbolId) -> Result<NdArray, Fault> {
        let axes = symbol_axes(self.arena, symbol).len();
        let missing = EvalError::UnboundSymbol(symbol);
        if !matches!(self.arena.symbol(symbol).kind, SymbolKind::Family(_)) {
            return Ok(NdArray::with_axes(self.bindings.symbols.get(&symbol).ok_or(missing)?, axes));
        }
        let members = self.bindings.families.get(&symbol).ok_or(missing)?;
        let members: Vec<NdArray> = members.iter().map(|member| NdArray::with_axes(member, axes - 1)).collect();
        let mut lengths = vec![members.len()];
        lengths.extend(members.first().map(|member| member.lengths.clone()).unwrap_or_default());
        Ok(NdArray { lengths, entries: members.into_iter().flat_map(|member| member.entries).collect() })
    }

    fn add_up(
        &mut self,
        kind: Loop,
        index: IndexId,
        range: std::ops::Range<i64>,
        body: ArrayId,
        empty: Option<Vec<usize>>,
    ) -> Result<NdArray, Fault> {
        if range.end.saturating_sub(range.start) > MAX_TERMS {
            return Err(EvalError::TooMuchWork.into());
        }
        let mut total = match kind {
            Loop::Sum => NdArray::filled(empty.unwrap_or_default(), 0.0),
            Loop::Product => NdArray::scalar(1.0),
        };
        let outer = self.indices.get(&index).copied();
        for at in range {
            self.indices.insert(index, at);
            let term = self.run(body)?;
            total = match kind {
                Loop::Sum => total.zip(&term, |a, b| a + b)?,
                Loop::Product => total.zip(&term, |a, b| a * b)?,
            };
        }
        match outer {
            Some(at) => self.indices.insert(index, at),
            None => self.indices.remove(&index),
        };
        Ok(total)
    }

    /// The body for every choice of unit arrays, the last of them varying fastest.
    fn tabulate(&mut self, units: &[(SymbolId, u32, Vec<usize>)], body: ArrayId) -> Result<NdArray, Fault> {
        let counts: Vec<usize> = units.iter().map(|(_, _, lengths)| lengths.iter().product()).collect();
        let count: usize = counts.iter().product();
        let (mut entries, mut own) = (Vec::new(), Vec::new());
        for choice in 0..count {
            let mut rest = choice;
            for ((symbol, slot, lengths), count) in units.iter().zip(&counts).rev() {
                let mut unit = NdArray::filled(lengths.clone(), 0.0);
                unit.entries[rest % count] = 1.0;
                rest /= count;
                self.units.insert((*symbol, *slot), unit);
            }
            self.round += 1;
            let value = self.run(body)?;
            if choice > 0 && value.lengths != own {
                return Err(Fault::Lengths);
            }
            own.clone_from(&value.lengths);
            entries.extend_from_slice(&value.entries);
        }
        self.units.clear();
        let mut lengths = vec![count];
        lengths.extend(own);
        Ok(NdArray { lengths, entries })
    }
}
