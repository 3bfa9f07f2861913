//! The other way: chosen matrices written by their rows, Aᵀdiag(p)A as Σᵢ pᵢaᵢaᵢᵀ where A has the rows aᵢᵀ.
//!
//! Where a product, a norm or a sum runs over the rows of a chosen matrix, it becomes a sum over an index; a matrix that
//! stands where nothing runs over its rows stays.

use rustc_hash::{FxHashMap, FxHashSet};

use super::family::Rows;
use crate::expr::{
    Arena, BigOp, ExprId, Func, IndexId, Node, Norm, Op, Reduction, Shape, Symbol, SymbolId, SymbolKind,
};
use crate::number::Coeff;
use crate::simplify::simplify;
use crate::structure::Structure;

/// Names for the rows of a matrix whose small letter is taken.
const FAMILIES: [&str; 10] = ["a", "b", "c", "u", "v", "w", "x", "y", "z", "g"];

/// A family for the rows of a matrix.
pub(super) fn rows_of(arena: &mut Arena, matrix: SymbolId) -> Rows {
    let symbol = arena.symbol(matrix).clone();
    let taken: FxHashSet<String> = arena.symbols().map(|(_, symbol)| symbol.name.clone()).collect();
    let is_free = |name: &str| !taken.contains(name) && !arena.size_names().iter().any(|size| size == name);
    let small: String =
        symbol.name.chars().take_while(|letter| !matches!(letter, '_' | '^')).collect::<String>().to_lowercase();
    let wishes = std::iter::once(small).filter(|name| name != "e" && name != "d" && name != "i");
    let numbered = (1..).map(|number| format!("a_{number}"));
    let mut names = wishes.chain(FAMILIES.iter().map(|name| (*name).to_owned())).chain(numbered);
    let name = names.find(|name| is_free(name)).unwrap_or_default();
    let (shape, kind) = (Shape::vector(symbol.shape.cols), SymbolKind::Family(symbol.shape.rows));
    let family = arena.add_symbol(Symbol { name, shape, kind, structure: Structure::General, declared: false });
    Rows { matrix, family }
}

/// The expression with the chosen matrices written by their rows, simplified.
pub(super) fn by_rows(arena: &mut Arena, root: ExprId, rows: &[Rows]) -> ExprId {
    let matrices = rows.iter().map(|rows| (arena.symbol_expr(rows.matrix), rows.family)).collect();
    let mut work = Work { arena, matrices, known: FxHashMap::default() };
    let written = work.written(root);
    simplify(arena, written)
}

struct Work<'a> {
    arena: &'a mut Arena,
    matrices: Vec<(ExprId, SymbolId)>,
    known: FxHashMap<ExprId, ExprId>,
}

impl Work<'_> {
    fn family(&self, id: ExprId) -> Option<SymbolId> {
        self.matrices.iter().find(|(matrix, _)| *matrix == id).map(|(_, family)| *family)
    }

    fn concerns(&self, id: ExprId) -> bool {
        self.arena.post_order(id).iter().any(|id| self.family(*id).is_some())
    }

    /// The expression with all sums over the rows of chosen matrices written out.
    fn written(&mut self, id: ExprId) -> ExprId {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let result = if self.concerns(id) { self.over_rows(id).unwrap_or_else(|| self.inside(id)) } else { id };
        self.known.insert(id, result);
        result
    }

    /// The node over its children as they are written.
    fn inside(&mut self, id: ExprId) -> ExprId {
        let mut map = FxHashMap::default();
        for child in self.arena.node(id).children() {
            let written = self.written(child);
            map.insert(child, written);
        }
        self.arena.rebuild(id, &map)
    }

    /// What runs over the rows of a chosen matrix, as a sum or product over an index.
    fn over_rows(&mut self, id: ExprId) -> Option<ExprId> {
        match self.arena.node(id).clone() {
            Node::Product(factors) => self.product(&factors),
            Node::Norm(Norm::Frobenius, inner) => {
                let sum = self.sum(BigOp::Sum, inner, &mut |work, row| {
                    let two = Coeff::integer(2);
                    let size =
                        if work.arena.shape(row).is_scalar() { row } else { work.arena.norm(Norm::Frobenius, row) };
                    work.arena.pow_number(size, &two)
                })?;
                Some(self.arena.pow_number(sum, &Coeff::ratio(1, 2)?))
            }
            Node::Norm(Norm::One, inner) => {
                self.sum(BigOp::Sum, inner, &mut |work, row| work.arena.elementwise(Func::Abs, row))
            }
            Node::Reduce(Reduction::Sum, inner) => self.sum(BigOp::Sum, inner, &mut |work, row| work.arena.total(row)),
            Node::Reduce(Reduction::Product, inner) if self.arena.shape(inner).is_column() => {
                self.sum(BigOp::Product, inner, &mut |_, row| row)
            }
            Node::Reduce(Reduction::LogSumExp, inner) if self.arena.shape(inner).is_column() => {
                let sum = self.sum(BigOp::Sum, inner, &mut |work, row| work.arena.elementwise(Func::Exp, row))?;
                Some(self.arena.elementwise(Func::Log, sum))
            }
            _ => None,
        }
    }

    /// Σᵢ or Πᵢ of what is made of the i-th row.
    fn sum(&mut self, op: BigOp, whole: ExprId, of: &mut dyn FnMut(&mut Self, ExprId) -> ExprId) -> Option<ExprId> {
        if !self.runs_over_rows(whole) {
            return None;
        }
        let index = self.arena.fresh_index();
        let row = self.row(whole, index)?;
        let body = of(self, row);
        let size = self.arena.shape(whole).rows;
        let (one, size) = (self.arena.one(), self.arena.size(size));
        Some(self.arena.indexed(op, index, one, size, body))
    }

    /// Whether the rows of the expression are made of those of a chosen matrix.
    fn runs_over_rows(&mut self, id: ExprId) -> bool {
        if !self.concerns(id) {
            return false;
        }
        let index = self.arena.fresh_index();
        self.row(id, index).is_some_and(|row| {
            let nodes = self.arena.post_order(row);
            let place = self.arena.index(index);
            nodes.iter().any(|id| matches!(self.arena.node(*id), Node::Member(_, at) if *at == place))
        })
    }

    /// A product, cut at the first place where it runs over the rows of a chosen matrix.
    fn product(&mut self, factors: &[ExprId]) -> Option<ExprId> {
        if let Some(sum) = self.multiplied_out(factors) {
            return Some(sum);
        }
        let first = usize::from(self.arena.shape(factors[0]).is_scalar());
        for cut in first + 1..factors.len() {
            let (left, right) = (self.arena.mul(&factors[first..cut]), self.arena.mul(&factors[cut..]));
            let left = self.arena.transpose(left);
            if self.arena.shape(right).rows.is_one() || !(self.runs_over_rows(left) || self.runs_over_rows(right)) {
                continue;
            }
            let index = self.arena.fresh_index();
            let (Some(column), Some(row)) = (self.row(left, index), self.row(right, index)) else { continue };
            let column = self.arena.transpose(column);
            let body = self.arena.mul(&[column, row]);
            let size = self.arena.shape(right).rows;
            let (one, size) = (self.arena.one(), self.arena.size(size));
            let sum = self.arena.indexed(BigOp::Sum, index, one, size, body);
            let mut all = Vec::new();
            if first == 1 {
                all.push(self.written(factors[0]));
            }
            all.push(sum);
            return Some(self.arena.mul(&all));
        }
        None
    }

    /// Aᵀ(diag(p) − ppᵀ)A as Aᵀdiag(p)A − Aᵀp pᵀA: a diagonal in a sum has rows only beside the matrix after it.
    fn multiplied_out(&mut self, factors: &[ExprId]) -> Option<ExprId> {
        let is_sum = |factor: &ExprId| matches!(self.arena.node(*factor), Node::Add(terms) if terms.iter().any(|(_, term)| matches!(self.arena.node(*term), Node::Diag(_))));
        let place = factors.iter().position(is_sum)?;
        let Node::Add(terms) = self.arena.node(factors[place]).clone() else { return None };
        let whole = self.arena.mul(factors);
        let shape = self.arena.shape(whole);
        let mut sum = Vec::with_capacity(terms.len());
        for (coeff, term) in terms.iter() {
            let mut varied = factors.to_vec();
            varied[place] = *term;
            let product = self.arena.mul(&varied);
            sum.push((coeff.clone(), self.written(product)));
        }
        Some(self.arena.add_terms(sum, shape))
    }

    /// The i-th row of a matrix, or entry of a column.
    fn row(&mut self, id: ExprId, index: IndexId) -> Option<ExprId> {
        let shape = self.arena.shape(id);
        let place = self.arena.index(index);
        let row_shape = Shape::new(crate::expr::Dim::ONE, shape.cols);
        if shape.rows.is_one() {
            return None;
        }
        if let Some(family) = self.family(id) {
            let member = self.arena.member(family, place);
            return Some(self.arena.transpose(member));
        }
        if !self.concerns(id) && shape.is_column() {
            let one = self.arena.one();
            return Some(self.arena.entry(id, place, one));
        }
        match self.arena.node(id).clone() {
            Node::Add(terms) => {
                let mut sum = Vec::with_capacity(terms.len());
                for (coeff, term) in terms.iter() {
                    sum.push((coeff.clone(), self.row(*term, index)?));
                }
                Some(self.arena.add_terms(sum, row_shape))
            }
            Node::Hadamard(factors) => {
                let mut powers = Vec::with_capacity(factors.len());
                for (base, exponent) in factors.iter() {
                    powers.push((self.row(*base, index)?, self.written(*exponent)));
                }
                Some(self.arena.hadamard_powers(&powers, row_shape))
            }
            Node::Elementwise(func, inner) => {
                let row = self.row(inner, index)?;
                Some(self.arena.elementwise(func, row))
            }
            Node::Ones(_) => Some(self.arena.ones(row_shape)),
            Node::Apply(Op::Softmax, inner) if shape.is_column() => {
                let own = self.row(inner, index)?;
                let own = self.arena.elementwise(Func::Exp, own);
                let other = self.arena.fresh_index();
                let all = self.row(inner, other)?;
                let all = self.arena.elementwise(Func::Exp, all);
                let (one, size) = (self.arena.one(), self.arena.size(shape.rows));
                let total = self.arena.indexed(BigOp::Sum, other, one, size, all);
                Some(self.arena.quotient(own, total))
            }
            Node::Product(factors) => self.row_of_product(&factors, index),
            _ => None,
        }
    }

    /// The i-th row of a product: that of its first matrix times the rest.
    fn row_of_product(&mut self, factors: &[ExprId], index: IndexId) -> Option<ExprId> {
        let first = usize::from(self.arena.shape(factors[0]).is_scalar());
        let mut chain = Vec::new();
        if first == 1 {
            chain.push(self.written(factors[0]));
        }
        let rest = &factors[first + 1..];
        if let Node::Diag(scales) = *self.arena.node(factors[first]) {
            chain.push(self.row(scales, index)?);
            let rest = self.arena.mul(rest);
            chain.push(self.row(rest, index)?);
            return Some(self.arena.mul(&chain));
        }
        chain.push(self.row(factors[first], index)?);
        if !rest.is_empty() {
            let rest = self.arena.mul(rest);
            chain.push(self.written(rest));
        }
        Some(self.arena.mul(&chain))
    }
}
