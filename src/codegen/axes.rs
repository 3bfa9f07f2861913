//! The lengths of the axes of arrays, as nodes of the program.

use rustc_hash::FxHashMap;

use super::lower::length::length;
use super::tree::{Array, ArrayId, Binary, Program, Unary, axes, symbol_axes};
use crate::expr::{Arena, Dim, Ranked, SymbolId};

/// What is known of the axes of the arrays of a program; nothing of those that are not worth it.
pub(in crate::codegen) struct Axes<'a> {
    arena: &'a Arena,
    used: &'a [SymbolId],
    known: FxHashMap<ArrayId, Option<Vec<ArrayId>>>,
}

impl<'a> Axes<'a> {
    pub(super) fn new(arena: &'a Arena, used: &'a [SymbolId]) -> Self {
        Self { arena, used, known: FxHashMap::default() }
    }

    /// How many axes an array has, where that is known.
    pub(super) fn count(&mut self, program: &mut Program, id: ArrayId) -> Option<usize> {
        self.of(program, id).map(|lengths| lengths.len())
    }

    /// The lengths of the axes of an array.
    pub(super) fn of(&mut self, program: &mut Program, id: ArrayId) -> Option<Vec<ArrayId>> {
        let mut stack = vec![id];
        while let Some(id) = stack.last().copied() {
            let waiting = stack.len();
            if !self.known.contains_key(&id) {
                let operands = program.node(id).operands();
                stack.extend(operands.into_iter().filter(|operand| !self.known.contains_key(operand)));
            }
            if stack.len() == waiting {
                stack.pop();
                if !self.known.contains_key(&id) {
                    let lengths = self.find(program, id);
                    self.known.insert(id, lengths);
                }
            }
        }
        self.known.get(&id).cloned().flatten()
    }

    fn get(&self, id: ArrayId) -> Option<Vec<ArrayId>> {
        self.known.get(&id).cloned().flatten()
    }

    fn dims(&self, program: &mut Program, dims: Vec<Dim>) -> Vec<ArrayId> {
        dims.into_iter().map(|dim| length(self.arena, program, self.used, dim)).collect()
    }

    /// The lengths of an array whose operands' are known.
    fn find(&self, program: &mut Program, id: ArrayId) -> Option<Vec<ArrayId>> {
        let node = program.node(id).clone();
        match node {
            Array::Number(_)
            | Array::Pi
            | Array::Length(..)
            | Array::Size(_)
            | Array::Index(_)
            | Array::Loop { empty: None, .. } => Some(Vec::new()),
            Array::Symbol(symbol) => Some(self.dims(program, symbol_axes(self.arena, symbol))),
            Array::Differential(symbol, _) => Some(self.dims(program, axes(self.arena.symbol(symbol).shape))),
            Array::Eye(n) => Some(vec![n, n]),
            Array::Range(n) => Some(vec![n]),
            Array::Ones(lengths)
            | Array::Zeros(lengths)
            | Array::Unvec(_, lengths)
            | Array::Reshape(_, lengths)
            | Array::Loop { empty: Some(lengths), .. } => Some(lengths.to_vec()),
            Array::Sum(terms) => {
                let all = terms.iter().map(|(_, term)| self.get(*term)).collect::<Option<Vec<_>>>()?;
                all.into_iter().try_fold(Vec::new(), |all, one| stretched(program, &all, &one))
            }
            Array::Unary(Unary::AsColumn, x) => {
                let one = program.integer(1);
                Some(vec![*self.get(x)?.first()?, one])
            }
            Array::Unary(Unary::AsRow, x) => {
                let one = program.integer(1);
                Some(vec![one, *self.get(x)?.first()?])
            }
            Array::Unary(operation, x) => unary(operation, &self.get(x)?),
            Array::Binary(operation, x, y) => binary(program, operation, &self.get(x)?, &self.get(y)?),
            Array::Item(array, positions) => self.get(array)?.get(positions.len()..).map(<[_]>::to_vec),
            Array::Axes(array, order) => {
                let lengths = self.get(array)?;
                order.iter().map(|axis| lengths.get(*axis).copied()).collect()
            }
            Array::Frechet(_, at, _) => self.get(at),
            Array::Declared(map, order, at) => {
                let mut lengths = self.dims(program, axes(self.arena.symbol(map).shape));
                let argument = self.get(at)?;
                (0..order).for_each(|_| lengths.extend(argument.iter().copied()));
                Some(lengths)
            }
            Array::Expand(array, places) => {
                let mut lengths = self.get(array)?;
                for place in &places {
                    let one = program.integer(1);
                    lengths.insert((*place).min(lengths.len()), one);
                }
                Some(lengths)
            }
            Array::Along(_, array, along) => {
                let kept = self.get(array)?.into_iter().enumerate().filter(|(axis, _)| !along.contains(axis));
                Some(kept.map(|(_, length)| length).collect())
            }
            Array::Einsum(subscripts, factors) => {
                let (from, to) = subscripts.split_once("->")?;
                let mut of = FxHashMap::default();
                for (letters, factor) in from.split(',').zip(&factors) {
                    of.extend(letters.chars().zip(self.get(*factor)?));
                }
                to.chars().map(|letter| of.get(&letter).copied()).collect()
            }
            Array::Block(_, _, lengths) => Some(lengths.to_vec()),
            Array::Slice(..) => None,
            Array::Selection(_, rows, cols) => Some(vec![rows, cols]),
            Array::Literal(..) | Array::Commutation(..) | Array::Tabulate { .. } => None,
        }
    }
}

/// The lengths of two arrays that are combined entry by entry.
fn stretched(program: &Program, x: &[ArrayId], y: &[ArrayId]) -> Option<Vec<ArrayId>> {
    let (long, short) = if x.len() < y.len() { (y, x) } else { (x, y) };
    let is_one = |id: ArrayId| matches!(program.node(id), Array::Number(value) if value.is_one());
    let (own, shared) = long.split_at(long.len() - short.len());
    let mut all = own.to_vec();
    for (a, b) in shared.iter().zip(short) {
        all.push(match (*a, *b) {
            (a, b) if a == b || is_one(b) => a,
            (a, b) if is_one(a) => b,
            _ => return None,
        });
    }
    Some(all)
}

fn unary(operation: Unary, x: &[ArrayId]) -> Option<Vec<ArrayId>> {
    Some(match operation {
        Unary::Elementwise(_)
        | Unary::Negative
        | Unary::Sqrt
        | Unary::Log1p
        | Unary::Expm1
        | Unary::LogExpit
        | Unary::LogNormCdf
        | Unary::NormRatio
        | Unary::Apply(_)
        | Unary::SoftmaxRows
        | Unary::LogSoftmax
        | Unary::LogSoftmaxRows
        | Unary::Inverse
        | Unary::PinvVector
        | Unary::Others
        | Unary::Polar
        | Unary::Lu
        | Unary::Cholesky
        | Unary::MatrixFunction(_) => x.to_vec(),
        Unary::Transpose | Unary::Pinv | Unary::PinvSingular => x.iter().rev().copied().collect(),
        Unary::Trace
        | Unary::Det
        | Unary::LogAbsDet
        | Unary::Reduce(_)
        | Unary::Norm
        | Unary::NormOne
        | Unary::NormInfinity
        | Unary::NormSpectral
        | Unary::NormNuclear
        | Unary::LambdaMax
        | Unary::LambdaMin
        | Unary::Factorial
        | Unary::Int => Vec::new(),
        Unary::Diag => vec![*x.first()?, *x.first()?],
        Unary::Every(Ranked::Eigenvalue) => vec![*x.first()?],
        Unary::Every(Ranked::Eigenvector) => vec![*x.first()?, *x.first()?],
        Unary::Every(_) => return None,
        Unary::DiagPart | Unary::EigvecMax | Unary::EigvecMin => vec![*x.first()?],
        Unary::Vec | Unary::AsColumn | Unary::AsRow | Unary::Svd | Unary::FirstLeft | Unary::FirstRight => return None,
    })
}

fn binary(program: &Program, operation: Binary, x: &[ArrayId], y: &[ArrayId]) -> Option<Vec<ArrayId>> {
    match operation {
        Binary::Multiply
        | Binary::Divide
        | Binary::Power
        | Binary::LogAddExp
        | Binary::Xlogy
        | Binary::Equal
        | Binary::Keep
        | Binary::Maximum
        | Binary::Minimum => stretched(program, x, y),
        Binary::Matmul => Some(match (x, y) {
            ([_], [_]) => Vec::new(),
            ([_], [_, columns]) => vec![*columns],
            ([rows, _], [_]) => vec![*rows],
            ([rows, _], [_, columns]) => vec![*rows, *columns],
            _ => return None,
        }),
        Binary::Outer => Some(vec![*x.first()?, *y.first()?]),
        Binary::Solve | Binary::LuSolve | Binary::LuSolveTransposed | Binary::CholeskySolve => Some(y.to_vec()),
        Binary::NormP => Some(Vec::new()),
        Binary::MatrixPower | Binary::FractionalPower | Binary::ExpmFrechet => Some(x.to_vec()),
        Binary::Kron => None,
    }
}
