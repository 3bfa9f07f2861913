//! The adjoint of a linear expression: from ⟨Ȳ, L(dX)⟩ to ⟨L*(Ȳ), dX⟩.
//!
//! One walk over the graph from the root to the differential, each node once: every linear operator hands its
//! cotangent Ȳ on to its operand by its own adjoint (for AXB that is AᵀȲBᵀ).

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, BigOp, ExprId, IndexId, Node, Reduction, Shape, StandIn, SymbolId};

/// An expression that is not linear in the differential; the engine never makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLinear {
    /// The operator that is not linear.
    pub expr: ExprId,
}

/// L*(Ȳ) for the expression L(dX) with cotangent Ȳ of its shape; the result has the shape of X.
///
/// # Errors
/// [`NotLinear`] where the expression is not linear in `Differential(wrt, slot)`.
pub fn pull_back(
    arena: &mut Arena,
    root: ExprId,
    cotangent: ExprId,
    wrt: SymbolId,
    slot: u32,
) -> Result<ExprId, NotLinear> {
    let target = arena.differential(wrt, slot);
    let shape = arena.shape(target);
    // Where a choice hands on 1 and 0, no indicator is made of them before what stands beside it is inside the choice: it need have no
    // value where it is not chosen.
    let has_choice = arena.post_order(root).into_iter().any(|id| matches!(arena.node(id), Node::Choose(..)));
    if !has_choice {
        let found = reach(arena, root, cotangent, &mut Whole { target })?;
        return Ok(arena.sum_of(&found, shape));
    }
    let seed = arena.stand_in(StandIn::Cotangent(arena.shape(cotangent)));
    let seed = arena.symbol_expr(seed);
    let found = reach(arena, root, seed, &mut Whole { target })?;
    let sum = arena.sum_of(&found, shape);
    let mut map = FxHashMap::default();
    map.insert(seed, cotangent);
    Ok(arena.rewrite(sum, &mut map))
}

/// Where a walk ends, and what it brings there.
pub(super) trait Ends {
    /// The cotangent of an end, and what must be known of it.
    type Found;
    /// Whether the walk ends at this node.
    fn is_end(&self, arena: &Arena, id: ExprId) -> bool;
    /// The cotangent of an end.
    fn found(&mut self, arena: &mut Arena, id: ExprId, bar: ExprId) -> Self::Found;
    /// What was found in the body of a sum, outside of it.
    fn leave(
        &mut self,
        arena: &mut Arena,
        index: IndexId,
        range: (ExprId, ExprId),
        found: Vec<Self::Found>,
    ) -> Result<Vec<Self::Found>, NotLinear>;
}

/// The one end that is a whole differential.
struct Whole {
    target: ExprId,
}

impl Ends for Whole {
    type Found = ExprId;

    fn is_end(&self, _: &Arena, id: ExprId) -> bool {
        id == self.target
    }

    fn found(&mut self, _: &mut Arena, _: ExprId, bar: ExprId) -> ExprId {
        bar
    }

    fn leave(
        &mut self,
        arena: &mut Arena,
        index: IndexId,
        (lower, upper): (ExprId, ExprId),
        found: Vec<ExprId>,
    ) -> Result<Vec<ExprId>, NotLinear> {
        let shape = arena.shape(self.target);
        let inner = arena.sum_of(&found, shape);
        Ok(vec![arena.indexed(BigOp::Sum, index, lower, upper, inner)])
    }
}

/// The cotangents of all ends.
pub(super) fn reach<E: Ends>(
    arena: &mut Arena,
    root: ExprId,
    cotangent: ExprId,
    ends: &mut E,
) -> Result<Vec<E::Found>, NotLinear> {
    let order = arena.post_order(root);
    let active = active_nodes(arena, &order, ends);
    let mut cotangents: FxHashMap<ExprId, Vec<ExprId>> = FxHashMap::default();
    cotangents.insert(root, vec![cotangent]);
    let mut collected = Vec::new();
    for id in order.iter().rev() {
        if !active.contains(id) {
            continue;
        }
        let Some(parts) = cotangents.remove(id) else { continue };
        let node_shape = arena.shape(*id);
        let bar = arena.sum_of(&parts, node_shape);
        if arena.is_zero(bar) {
            continue;
        }
        if ends.is_end(arena, *id) {
            let found = ends.found(arena, *id, bar);
            collected.push(found);
            continue;
        }
        if let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(*id) {
            let (fresh, body) = arena.open(index, (lower, upper), body);
            let inner = reach(arena, body, bar, ends)?;
            let inner = ends.leave(arena, fresh, (lower, upper), inner)?;
            collected.extend(inner);
            continue;
        }
        for (child, part) in operands(arena, *id, bar, &active)? {
            cotangents.entry(child).or_default().push(part);
        }
    }
    Ok(collected)
}

/// The nodes that depend on an end.
fn active_nodes(arena: &Arena, order: &[ExprId], ends: &impl Ends) -> FxHashSet<ExprId> {
    let mut active = FxHashSet::default();
    for id in order {
        let mut varies = ends.is_end(arena, *id);
        arena.node(*id).for_each_child(|child| varies |= active.contains(&child));
        if varies {
            active.insert(*id);
        }
    }
    active
}

/// The cotangent that each active operand receives.
fn operands(
    arena: &mut Arena,
    id: ExprId,
    bar: ExprId,
    active: &FxHashSet<ExprId>,
) -> Result<Vec<(ExprId, ExprId)>, NotLinear> {
    let single = |operands: &[ExprId]| -> Result<usize, NotLinear> {
        let mut places =
            operands.iter().enumerate().filter(|(_, operand)| active.contains(operand)).map(|(place, _)| place);
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            _ => Err(NotLinear { expr: id }),
        }
    };
    Ok(match arena.node(id).clone() {
        Node::Add(terms) => terms
            .iter()
            .filter(|(_, term)| active.contains(term))
            .map(|(coeff, term)| (*term, arena.scale(coeff, bar)))
            .collect(),
        Node::Product(factors) => {
            let place = single(&factors)?;
            vec![(factors[place], through_product(arena, &factors, place, bar))]
        }
        Node::Hadamard(factors) => {
            let bases: Vec<ExprId> = factors.iter().map(|(base, _)| *base).collect();
            let place = single(&bases)?;
            let (base, exponent) = factors[place];
            if !arena.is_one(exponent) {
                return Err(NotLinear { expr: id });
            }
            let shape = arena.shape(id);
            let one = arena.one();
            let mut rest = factors.to_vec();
            rest[place] = (bar, one);
            vec![(base, arena.hadamard_powers(&rest, shape))]
        }
        Node::Kron(left, right) => {
            let place = single(&[left, right])?;
            let part = through_kron(arena, left, right, place == 0, bar);
            vec![(if place == 0 { left } else { right }, part)]
        }
        Node::Choose(condition, then, otherwise) => {
            let values = [(then, true), (otherwise, false)];
            values
                .into_iter()
                .filter(|(value, _)| active.contains(value))
                .map(|(value, is_then)| (value, chosen(arena, condition, bar, is_then)))
                .collect()
        }
        Node::Transpose(inner) => vec![(inner, arena.transpose(bar))],
        Node::Trace(inner) => {
            let rows = arena.shape(inner).rows;
            let identity = arena.identity(rows);
            vec![(inner, arena.mul(&[bar, identity]))]
        }
        Node::Reduce(Reduction::Sum, inner) => {
            let shape = arena.shape(inner);
            let ones = arena.ones(shape);
            vec![(inner, arena.mul(&[bar, ones]))]
        }
        Node::Entry(of, row, col) => {
            let shape = arena.shape(of);
            let row = arena.basis(shape.rows, row);
            let part = if shape.cols.is_one() {
                arena.mul(&[bar, row])
            } else if shape.rows.is_one() {
                let col = arena.basis(shape.cols, col);
                let col = arena.transpose(col);
                arena.mul(&[bar, col])
            } else {
                let col = arena.basis(shape.cols, col);
                let col = arena.transpose(col);
                arena.mul(&[bar, row, col])
            };
            vec![(of, part)]
        }
        Node::Diag(inner) => vec![(inner, arena.diag_part(bar))],
        Node::DiagPart(inner) => vec![(inner, arena.diag(bar))],
        Node::Hat(inner) => vec![(inner, arena.axial(bar))],
        Node::Axial(inner) => vec![(inner, arena.hat(bar))],
        Node::Vec(inner) => {
            let shape = arena.shape(inner);
            vec![(inner, arena.unvec(bar, shape))]
        }
        Node::Unvec(inner, _) => vec![(inner, arena.vec(bar))],
        Node::Apply(op, inner) => match op.row().adjoint {
            Some(adjoint) => vec![(inner, arena.apply(adjoint, bar))],
            None => return Err(NotLinear { expr: id }),
        },
        Node::MatrixFunction(func, inner, directions) => {
            // ⟨Ȳ, L_f(X; E, F)⟩ = ⟨L_f(Xᵀ; Ȳ, Fᵀ), E⟩
            if active.contains(&inner) {
                return Err(NotLinear { expr: id });
            }
            let place = single(&directions)?;
            let mut others: Vec<ExprId> = Vec::with_capacity(directions.len());
            for (at, direction) in directions.iter().enumerate() {
                others.push(if at == place { bar } else { arena.transpose(*direction) });
            }
            let transposed = arena.transpose(inner);
            vec![(directions[place], arena.matrix_function(func, transposed, &others))]
        }
        Node::Literal(shape, entries) => {
            let Some(cols) = arena.known_size(shape.cols) else { return Err(NotLinear { expr: id }) };
            let mut parts = Vec::new();
            for (place, entry) in entries.iter().enumerate() {
                if active.contains(entry) {
                    let row = arena.integer(i64::try_from(place / cols + 1).unwrap_or(i64::MAX));
                    let col = arena.integer(i64::try_from(place % cols + 1).unwrap_or(i64::MAX));
                    parts.push((*entry, arena.entry(bar, row, col)));
                }
            }
            parts
        }
        Node::Number(_)
        | Node::Pi
        | Node::Size(_)
        | Node::Index(_)
        | Node::Symbol(_)
        | Node::Member(..)
        | Node::Differential(..)
        | Node::Pending(..)
        | Node::Identity(_)
        | Node::Commutation(_)
        | Node::Selection(..)
        | Node::Ones(_)
        | Node::Zeros(_)
        | Node::Basis(..)
        | Node::Power(..)
        | Node::Indexed { .. }
        | Node::Elementwise(..)
        | Node::Map(..)
        | Node::Det(_)
        | Node::Reduce(..)
        | Node::Norm(..)
        | Node::Spectral(..)
        | Node::Ranked(..)
        | Node::Pinv(_)
        | Node::Factorial(_) => return Err(NotLinear { expr: id }),
    })
}

/// The cotangent where a condition holds, else 0, or the other way around. What is itself chosen by a condition further out stays so.
fn chosen(arena: &mut Arena, condition: ExprId, bar: ExprId, is_then: bool) -> ExprId {
    let zero = arena.zero(arena.shape(bar));
    match *arena.node(bar) {
        Node::Choose(outer, then, otherwise) if arena.is_zero(otherwise) => {
            let inner = chosen(arena, condition, then, is_then);
            arena.choose(outer, inner, zero)
        }
        Node::Choose(outer, then, otherwise) if arena.is_zero(then) => {
            let inner = chosen(arena, condition, otherwise, is_then);
            arena.choose(outer, zero, inner)
        }
        _ if is_then => arena.choose(condition, bar, zero),
        _ => arena.choose(condition, zero, bar),
    }
}

/// Y = s·L·F·R: F̄ = s·LᵀȲRᵀ, and s̄ = ⟨Ȳ, LFR⟩.
fn through_product(arena: &mut Arena, factors: &[ExprId], place: usize, bar: ExprId) -> ExprId {
    if arena.shape(factors[place]).is_scalar() {
        let rest: Vec<ExprId> =
            factors.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, factor)| *factor).collect();
        let rest = arena.mul(&rest);
        let shape = arena.shape(rest);
        if shape.is_column() {
            return arena.inner(bar, rest);
        }
        let bar = arena.transpose(bar);
        let product = arena.mul(&[bar, rest]);
        return arena.trace(product);
    }
    let mut parts = Vec::with_capacity(factors.len());
    let mut left = Vec::new();
    for factor in &factors[..place] {
        if arena.shape(*factor).is_scalar() {
            parts.push(*factor);
        } else {
            left.push(*factor);
        }
    }
    for factor in left.iter().rev() {
        parts.push(arena.transpose(*factor));
    }
    parts.push(bar);
    for factor in factors[place + 1..].iter().rev() {
        parts.push(arena.transpose(*factor));
    }
    arena.mul(&parts)
}

/// The adjoint of A ↦ A ⊗ B (`of_left`) or B ↦ A ⊗ B at the cotangent C: the sum over the other factor's entries times the
/// blocks of C that belong to them.
fn through_kron(arena: &mut Arena, left: ExprId, right: ExprId, of_left: bool, bar: ExprId) -> ExprId {
    let (a, b) = (arena.shape(left), arena.shape(right));
    if a.cols.is_one() && b.cols.is_one() {
        // a ⊗ b = vec(baᵀ)
        let matrix = arena.unvec(bar, Shape::new(b.rows, a.rows));
        return if of_left {
            let matrix = arena.transpose(matrix);
            arena.mul(&[matrix, right])
        } else {
            arena.mul(&[matrix, left])
        };
    }
    // C = uvᵀ with u = vec U, v = vec V: ⟨uvᵀ, A ⊗ B⟩ = tr(UᵀBVAᵀ), so B̄ = UAVᵀ and Ā = UᵀBV.
    if let Node::Add(terms) = arena.node(bar).clone() {
        let shape = if of_left { a } else { b };
        let mut parts = Vec::with_capacity(terms.len());
        for (coeff, term) in terms.iter() {
            parts.push((coeff.clone(), through_kron(arena, left, right, of_left, *term)));
        }
        return arena.add_terms(parts, shape);
    }
    if let Some((scalar, u, v)) = outer_factors(arena, bar) {
        let u = arena.unvec(u, Shape::new(b.rows, a.rows));
        let v = arena.unvec(v, Shape::new(b.cols, a.cols));
        return if of_left {
            let u = arena.transpose(u);
            arena.mul(&[scalar, u, right, v])
        } else {
            let v = arena.transpose(v);
            arena.mul(&[scalar, u, left, v])
        };
    }
    // B̄ = Σᵢⱼ Aᵢⱼ (eᵢ ⊗ I)ᵀ C (eⱼ ⊗ I), and Ā = Σᵢⱼ Bᵢⱼ (I ⊗ eᵢ)ᵀ C (I ⊗ eⱼ).
    let (other, other_shape, own_shape) = if of_left { (right, b, a) } else { (left, a, b) };
    let (row, col) = (arena.fresh_index(), arena.fresh_index());
    let (i, j) = (arena.index(row), arena.index(col));
    let entry = arena.entry(other, i, j);
    let selector = |arena: &mut Arena, size, index, own| {
        let identity = arena.identity(own);
        let basis = if crate::expr::Dim::is_one(size) { arena.one() } else { arena.basis(size, index) };
        if of_left { arena.kron(identity, basis) } else { arena.kron(basis, identity) }
    };
    let rows = selector(arena, other_shape.rows, i, own_shape.rows);
    let rows = arena.transpose(rows);
    let cols = selector(arena, other_shape.cols, j, own_shape.cols);
    let body = arena.mul(&[entry, rows, bar, cols]);
    let one = arena.one();
    let (n_rows, n_cols) = (arena.size(other_shape.rows), arena.size(other_shape.cols));
    let inner = arena.indexed(BigOp::Sum, col, one, n_cols, body);
    arena.indexed(BigOp::Sum, row, one, n_rows, inner)
}

/// s, u and v of an outer product s·uvᵀ.
fn outer_factors(arena: &mut Arena, id: ExprId) -> Option<(ExprId, ExprId, ExprId)> {
    let (scalar, rest) = arena.split_scalar(id);
    let Node::Product(factors) = arena.node(rest).clone() else { return None };
    let split = (1..factors.len()).find(|at| arena.shape(factors[*at]).rows.is_one())?;
    let u = arena.mul(&factors[..split]);
    let v = arena.mul(&factors[split..]);
    Some((scalar, u, arena.transpose(v)))
}
