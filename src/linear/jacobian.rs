//! The matrix of a linear map: M with vec(L(dX)) = M vec(dX), and its entries in index notation.
//!
//! Of vectors by vectors this is the Jacobian, output rows by variable columns; vec stacks columns
//! (Magnus & Neudecker 2019, chapter 9).

use rustc_hash::FxHashMap;

use super::adjoint::{NotLinear, pull_back};
use crate::expr::{Arena, BigOp, ExprId, IndexId, Node, Op, Shape, SymbolId};
use crate::number::Coeff;

/// M with vec(expr) = M vec(dX), where `expr` is linear in `Differential(wrt, slot)`.
///
/// # Errors
/// [`NotLinear`] where it is not.
pub fn matrix(arena: &mut Arena, root: ExprId, wrt: SymbolId, slot: u32) -> Result<ExprId, NotLinear> {
    let target = arena.differential(wrt, slot);
    let mut walk = Walk { wrt, slot, target, done: FxHashMap::default() };
    walk.matrix(arena, root)
}

struct Walk {
    wrt: SymbolId,
    slot: u32,
    target: ExprId,
    /// The matrix of each node; `None` where it does not depend on the differential.
    done: FxHashMap<ExprId, Option<ExprId>>,
}

impl Walk {
    fn matrix(&mut self, arena: &mut Arena, root: ExprId) -> Result<ExprId, NotLinear> {
        for id in arena.post_order_without_bodies(root) {
            if !self.done.contains_key(&id) {
                let value = self.node(arena, id)?;
                self.done.insert(id, value);
            }
        }
        match self.done.get(&root).copied().flatten() {
            Some(matrix) => Ok(matrix),
            None => {
                let (out, of) = (arena.shape(root), arena.shape(self.target));
                let shape = Shape::new(arena.size_product(out.rows, out.cols), arena.size_product(of.rows, of.cols));
                Ok(arena.zero(shape))
            }
        }
    }

    fn of(&self, id: ExprId) -> Option<ExprId> {
        self.done.get(&id).copied().flatten()
    }

    fn node(&mut self, arena: &mut Arena, id: ExprId) -> Result<Option<ExprId>, NotLinear> {
        let of = arena.shape(self.target);
        let size = arena.size_product(of.rows, of.cols);
        if id == self.target {
            return Ok(Some(arena.identity(size)));
        }
        if let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(id) {
            if !arena.post_order(body).contains(&self.target) {
                return Ok(None);
            }
            let (fresh, body) = arena.open(index, (lower, upper), body);
            let inner = self.matrix(arena, body)?;
            return Ok(Some(arena.indexed(BigOp::Sum, fresh, lower, upper, inner)));
        }
        if arena.node(id).children().iter().all(|child| self.of(*child).is_none()) {
            return Ok(None);
        }
        let shape = arena.shape(id);
        if shape.is_scalar() {
            // A scalar is ⟨G, dX⟩ = vec(G)ᵀvec(dX).
            let one = arena.one();
            let gradient = pull_back(arena, id, one, self.wrt, self.slot)?;
            let column = arena.vec(gradient);
            return Ok(Some(arena.transpose(column)));
        }
        let rows = arena.size_product(shape.rows, shape.cols);
        let result = Shape::new(rows, size);
        Ok(Some(match arena.node(id).clone() {
            Node::Add(terms) => {
                let terms: Vec<(Coeff, ExprId)> =
                    terms.iter().filter_map(|(coeff, term)| Some((coeff.clone(), self.of(*term)?))).collect();
                arena.add_terms(terms, result)
            }
            Node::Product(factors) => self.product(arena, id, &factors)?,
            Node::Hadamard(factors) => {
                let Some(place) =
                    factors.iter().position(|(base, exponent)| self.of(*base).is_some() && arena.is_one(*exponent))
                else {
                    return Err(NotLinear { expr: id });
                };
                let inner = self.of(factors[place].0).ok_or(NotLinear { expr: id })?;
                let rest: Vec<_> =
                    factors.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, factor)| *factor).collect();
                let rest = arena.hadamard_powers(&rest, shape);
                let rest = arena.vec(rest);
                let rest = arena.diag(rest);
                arena.mul(&[rest, inner])
            }
            Node::Transpose(inner) => {
                let matrix = self.of(inner).ok_or(NotLinear { expr: id })?;
                let of = arena.shape(inner);
                let commutation = arena.commutation(of);
                arena.mul(&[commutation, matrix])
            }
            Node::Vec(inner) | Node::Unvec(inner, _) => self.of(inner).ok_or(NotLinear { expr: id })?,
            Node::Apply(op @ (Op::Tril | Op::Triu), inner) => {
                // tril(Y) = tril(11ᵀ)∘Y
                let matrix = self.of(inner).ok_or(NotLinear { expr: id })?;
                let ones = arena.ones(shape);
                let mask = arena.apply(op, ones);
                let mask = arena.vec(mask);
                let mask = arena.diag(mask);
                arena.mul(&[mask, matrix])
            }
            Node::DiagPart(inner) | Node::Diag(inner) => {
                // diag(Y) = Σᵢ eᵢ(eᵢ ⊗ eᵢ)ᵀvec(Y), and its transpose
                let matrix = self.of(inner).ok_or(NotLinear { expr: id })?;
                let is_diagonal_matrix = matches!(arena.node(id), Node::Diag(_));
                let sum = arena.sum_over(shape.rows, |arena, place| {
                    let unit = arena.basis(shape.rows, place);
                    let position = arena.kron(unit, unit);
                    let (left, right) = if is_diagonal_matrix {
                        (position, arena.transpose(unit))
                    } else {
                        (unit, arena.transpose(position))
                    };
                    arena.mul(&[left, right])
                });
                arena.mul(&[sum, matrix])
            }
            Node::Choose(condition, then, otherwise) => self.choice(arena, condition, [then, otherwise], result)?,
            Node::Kron(left, right) => self.kron(arena, left, right)?,
            _ => self.by_entries(arena, id)?,
        }))
    }

    /// vec(s·L F R) = s(Rᵀ ⊗ L) vec F.
    fn product(&mut self, arena: &mut Arena, id: ExprId, factors: &[ExprId]) -> Result<ExprId, NotLinear> {
        let mut active = factors.iter().enumerate().filter(|(_, factor)| self.of(**factor).is_some());
        let (Some((place, factor)), None) = (active.next(), active.next()) else { return Err(NotLinear { expr: id }) };
        let inner = self.of(*factor).ok_or(NotLinear { expr: id })?;
        let shape = arena.shape(*factor);
        if shape.is_scalar() {
            let rest: Vec<ExprId> =
                factors.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, factor)| *factor).collect();
            let rest = arena.mul(&rest);
            let rest = arena.vec(rest);
            return Ok(arena.mul(&[rest, inner]));
        }
        let mut scalars = Vec::new();
        let mut left = Vec::new();
        for factor in &factors[..place] {
            if arena.shape(*factor).is_scalar() { scalars.push(*factor) } else { left.push(*factor) }
        }
        let left = if left.is_empty() { arena.identity(shape.rows) } else { arena.mul(&left) };
        let right =
            if place + 1 == factors.len() { arena.identity(shape.cols) } else { arena.mul(&factors[place + 1..]) };
        if let Node::Diag(vector) = *arena.node(*factor) {
            let inner = self.of(vector).ok_or(NotLinear { expr: id })?;
            if arena.shape(right).is_column() {
                // L diag(u) w = L diag(w) u
                let diagonal = arena.diag(right);
                scalars.extend([left, diagonal, inner]);
                return Ok(arena.mul(&scalars));
            }
            // vec(L diag(u) R) = (I ⊗ L) diag(vec R) (1 ⊗ I) u, and diag(vec L)(I ⊗ 1) u without R
            let (rows, cols) = (arena.shape(left).rows, arena.shape(right).cols);
            let identity = arena.identity(shape.rows);
            if place + 1 == factors.len() {
                let (column, ones) = (arena.vec(left), arena.ones(Shape::vector(rows)));
                let (scaled, spread) = (arena.diag(column), arena.kron(identity, ones));
                scalars.extend([scaled, spread, inner]);
            } else {
                let (column, ones) = (arena.vec(right), arena.ones(Shape::vector(cols)));
                let (scaled, spread) = (arena.diag(column), arena.kron(ones, identity));
                let identity = arena.identity(cols);
                let outer = arena.kron(identity, left);
                scalars.extend([outer, scaled, spread, inner]);
            }
            return Ok(arena.mul(&scalars));
        }
        let right = arena.transpose(right);
        let outer = arena.kron(right, left);
        scalars.push(outer);
        scalars.push(inner);
        Ok(arena.mul(&scalars))
    }

    /// A choice between the matrices of both values. Where the condition decides entry by entry, it decides on the rows.
    fn choice(
        &mut self,
        arena: &mut Arena,
        condition: ExprId,
        values: [ExprId; 2],
        shape: Shape,
    ) -> Result<ExprId, NotLinear> {
        let zero = arena.zero(shape);
        let [then, otherwise] = values.map(|id| self.of(id).unwrap_or(zero));
        if arena.shape(condition).is_scalar() {
            return Ok(arena.choose(condition, then, otherwise));
        }
        let condition = arena.vec(condition);
        if let (Some(then), Some(otherwise)) = (diagonal_of(arena, then), diagonal_of(arena, otherwise)) {
            let chosen = arena.choose(condition, then, otherwise);
            return Ok(arena.diag(chosen));
        }
        let ones = arena.ones(Shape::new(crate::expr::Dim::ONE, shape.cols));
        let condition = arena.mul(&[condition, ones]);
        Ok(arena.choose(condition, then, otherwise))
    }

    /// vec(A ⊗ B) = (I ⊗ K ⊗ I)(vec A ⊗ vec B) (Magnus & Neudecker 2019, theorem 3.10).
    fn kron(&mut self, arena: &mut Arena, left: ExprId, right: ExprId) -> Result<ExprId, NotLinear> {
        let (a, b) = (arena.shape(left), arena.shape(right));
        let fixed = if self.of(left).is_some() { right } else { left };
        let column = arena.vec(fixed);
        let (shuffled, matrix) = match (self.of(left), self.of(right)) {
            (Some(matrix), None) => {
                let size = arena.size_product(a.rows, a.cols);
                let identity = arena.identity(size);
                (arena.kron(identity, column), matrix)
            }
            (None, Some(matrix)) => {
                let size = arena.size_product(b.rows, b.cols);
                let identity = arena.identity(size);
                (arena.kron(column, identity), matrix)
            }
            _ => return Err(NotLinear { expr: left }),
        };
        let commutation = arena.commutation(Shape::new(b.cols, a.rows));
        let (outer, inner) = (arena.identity(a.cols), arena.identity(b.rows));
        let shuffle = arena.kron(outer, commutation);
        let shuffle = arena.kron(shuffle, inner);
        Ok(arena.mul(&[shuffle, shuffled, matrix]))
    }

    /// Σₖₗ vec(L(eₖeₗᵀ)) (eₗ ⊗ eₖ)ᵀ, which every linear map has.
    fn by_entries(&mut self, arena: &mut Arena, id: ExprId) -> Result<ExprId, NotLinear> {
        let of = arena.shape(self.target);
        let (k, l) = (arena.fresh_index(), arena.fresh_index());
        let (unit, position) = unit_matrix(arena, of, k, l);
        let mut map = FxHashMap::default();
        map.insert(self.target, unit);
        let value = arena.rewrite(id, &mut map);
        let value = arena.vec(value);
        let position = arena.transpose(position);
        let body = arena.mul(&[value, position]);
        let one = arena.one();
        let (rows, cols) = (arena.size(of.rows), arena.size(of.cols));
        let inner = if of.cols.is_one() { body } else { arena.indexed(BigOp::Sum, l, one, cols, body) };
        Ok(if of.rows.is_one() { inner } else { arena.indexed(BigOp::Sum, k, one, rows, inner) })
    }
}

/// v of the matrix diag(v), and of 0 and I.
fn diagonal_of(arena: &mut Arena, id: ExprId) -> Option<ExprId> {
    let (content, primitive) = arena.split_content(id);
    let (scalar, rest) = arena.split_scalar(primitive);
    let rows = Shape::vector(arena.shape(id).rows);
    let diagonal = match *arena.node(rest) {
        Node::Diag(inner) => inner,
        Node::Identity(_) => arena.ones(rows),
        Node::Zeros(_) => arena.zero(rows),
        _ => return None,
    };
    let scaled = arena.mul(&[scalar, diagonal]);
    Some(arena.scale(&content, scaled))
}

/// eₖeₗᵀ of a shape, and its vec, eₗ ⊗ eₖ.
fn unit_matrix(arena: &mut Arena, of: Shape, k: crate::expr::IndexId, l: crate::expr::IndexId) -> (ExprId, ExprId) {
    let (k, l) = (arena.index(k), arena.index(l));
    let row = if of.rows.is_one() { arena.one() } else { arena.basis(of.rows, k) };
    let col = if of.cols.is_one() { arena.one() } else { arena.basis(of.cols, l) };
    let position = arena.kron(col, row);
    let col = arena.transpose(col);
    (arena.mul(&[row, col]), position)
}

/// ∂Fᵢⱼ/∂Xₖₗ of the linear map F = L(dX), an expression in free indices, with the names of the indices that it has: those of F
/// (none, one or two) and those of X.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// The scalar in free indices.
    pub expr: ExprId,
    /// Indices of an entry of F.
    pub output: Vec<String>,
    /// Indices of an entry of X, in the order of the differentials.
    pub variables: Vec<Vec<String>>,
    /// The indices themselves, of the output and then of each variable, rows before columns.
    pub indices: Vec<IndexId>,
}

/// The matrix whose entries these are, rows by the first shape and columns by the second: Σ Tᵢⱼₖₗ (eⱼ ⊗ eᵢ)(eₗ ⊗ eₖ)ᵀ.
pub fn assemble(arena: &mut Arena, entries: &Entries, shapes: &[Shape; 2]) -> ExprId {
    let mut indices = entries.indices.iter().copied();
    let mut bounds = Vec::new();
    let mut position = |arena: &mut Arena, shape: Shape| {
        let mut unit = |arena: &mut Arena, size: crate::expr::Dim| match indices.next().filter(|_| !size.is_one()) {
            Some(index) => {
                bounds.push((index, size));
                let index = arena.index(index);
                arena.basis(size, index)
            }
            None => arena.one(),
        };
        let row = if shape.rows.is_one() { arena.one() } else { unit(arena, shape.rows) };
        let col = if shape.cols.is_one() { arena.one() } else { unit(arena, shape.cols) };
        arena.kron(col, row)
    };
    let left = position(arena, shapes[0]);
    let right = position(arena, shapes[1]);
    let right = arena.transpose(right);
    let mut sum = arena.mul(&[entries.expr, left, right]);
    let one = arena.one();
    for (index, size) in bounds.into_iter().rev() {
        let upper = arena.size(size);
        // As it is: contracting the sum would use the rules that made the entries.
        sum = arena.intern(Node::Indexed { op: BigOp::Sum, index, lower: one, upper, body: sum });
    }
    sum
}

const INDEX_NAMES: [&str; 12] = ["i", "j", "k", "l", "p", "q", "r", "s", "t", "u", "v", "w"];

/// The entries of an expression that is linear in each of the given differentials.
pub fn entries(arena: &mut Arena, root: ExprId, wrt: &[(SymbolId, u32)]) -> Entries {
    let taken: Vec<String> =
        arena.symbols().map(|(_, symbol)| symbol.name.clone()).chain(arena.size_names().iter().cloned()).collect();
    let mut names = INDEX_NAMES.iter().map(|name| (*name).to_owned()).filter(|name| !taken.contains(name));
    let mut next = || names.next().unwrap_or_else(|| "i".to_owned());
    let shape = arena.shape(root);
    let one = arena.one();
    let mut output = Vec::new();
    let mut indices = Vec::new();
    let mut place = |arena: &mut Arena, size: crate::expr::Dim, list: &mut Vec<String>| {
        if size.is_one() {
            return one;
        }
        let name = next();
        let index = arena.named_index(&name);
        list.push(name);
        indices.push(index);
        arena.index(index)
    };
    let row = place(arena, shape.rows, &mut output);
    let col = place(arena, shape.cols, &mut output);
    let mut map = FxHashMap::default();
    let mut variables = Vec::new();
    for (symbol, slot) in wrt {
        let target = arena.differential(*symbol, *slot);
        let of = arena.shape(target);
        let mut list = Vec::new();
        let k = place(arena, of.rows, &mut list);
        let l = place(arena, of.cols, &mut list);
        let unit_row = if of.rows.is_one() { arena.one() } else { arena.basis(of.rows, k) };
        let unit_col = if of.cols.is_one() { arena.one() } else { arena.basis(of.cols, l) };
        let unit_col = arena.transpose(unit_col);
        map.insert(target, arena.mul(&[unit_row, unit_col]));
        variables.push(list);
    }
    let value = arena.rewrite(root, &mut map);
    let expr = if shape.is_row() { arena.entry(value, one, col) } else { arena.entry(value, row, col) };
    Entries { expr, output, variables, indices }
}
