//! The factors of a product before they are computed: small powers written out, inverses and transposes told apart from what they are of.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::tree::ArrayId;
use crate::expr::{Arena, ExprId, Node, Shape};
use crate::number::Coeff;
use crate::structure::Structure;

/// Powers with larger exponents are not written out.
const LARGEST_POWER: i64 = 3;
/// Runs of so many neighbors are looked for in several products.
const LONGEST_RUN: usize = 4;
/// Products of more factors have no runs that are looked for.
const MOST_FACTORS: usize = 64;

/// What a factor is of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// The inverse.
    Inverse,
    /// The diagonal matrix.
    Diagonal,
}

/// A factor of a product whose value is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    pub(super) value: ArrayId,
    pub(super) form: Form,
    pub(super) shape: Shape,
    /// What tells it from other factors.
    pub(super) key: Option<Key>,
}

impl Factor {
    /// A value that has been computed.
    pub(super) fn done(value: ArrayId, shape: Shape) -> Self {
        Self { value, form: Form::Plain, shape, key: None }
    }

    pub(super) fn is_vector(&self) -> bool {
        !self.shape.is_matrix()
    }
}

/// A factor of a product.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operand {
    Expr(ExprId),
    /// The inverse of an expression.
    Inverse(ExprId),
    /// What has been computed.
    Done(Factor),
}

impl Operand {
    pub(super) fn shape(self, arena: &Arena) -> Shape {
        match self {
            Self::Expr(id) | Self::Inverse(id) => arena.shape(id),
            Self::Done(factor) => factor.shape,
        }
    }

    /// What it is the inverse of, not transposed.
    pub(super) fn base(self, arena: &Arena) -> Option<ExprId> {
        match self {
            Self::Expr(id) => inverse_of(arena, id).map(|(base, _)| base),
            Self::Inverse(base) => Some(plain(arena, base).0),
            Self::Done(_) => None,
        }
    }

    /// What tells it from other factors, where it is an expression.
    pub(super) fn key(self, arena: &Arena) -> Option<Key> {
        let (id, is_inverse, is_transposed) = match self {
            Self::Expr(id) => match inverse_of(arena, id) {
                Some((base, is_transposed)) => (base, true, is_transposed),
                None => {
                    let (id, is_transposed) = plain(arena, id);
                    (id, false, is_transposed)
                }
            },
            Self::Inverse(base) => {
                let (id, is_transposed) = plain(arena, base);
                (id, true, is_transposed)
            }
            Self::Done(_) => return None,
        };
        let is_symmetric = is_symmetric(arena, id);
        Some(Key { id, is_inverse, is_transposed: is_transposed && !is_symmetric, is_symmetric })
    }
}

/// Sums of more outer products are added up before they are multiplied.
const MOST_OUTER: usize = 4;

/// The terms of a sum of a few outer products, at most so many of them diagonal matrices, that nothing else uses: it is multiplied out by
/// whatever stands beside it.
pub(super) fn outer_terms<'a>(
    arena: &'a Arena,
    shared: &FxHashSet<ExprId>,
    operand: Operand,
    diagonals: usize,
) -> Option<&'a [(Coeff, ExprId)]> {
    let Operand::Expr(id) = operand else { return None };
    let Node::Add(terms) = arena.node(id) else { return None };
    let is_diagonal = |id: &ExprId| matches!(arena.node(*id), Node::Diag(_)) || arena.shape(*id).is_scalar();
    let (mut outer, mut diagonal) = (0, 0);
    for (_, term) in terms.iter() {
        match arena.node(*term) {
            Node::Product(factors) if factors.iter().any(|id| arena.shape(*id).is_column()) => outer += 1,
            Node::Product(factors) if factors.iter().all(is_diagonal) => diagonal += 1,
            _ if is_diagonal(term) => diagonal += 1,
            _ => return None,
        }
    }
    let is_wanted = arena.shape(id).is_matrix() && (1..=MOST_OUTER).contains(&outer) && diagonal <= diagonals;
    (is_wanted && !shared.contains(&id)).then_some(&**terms)
}

/// A factor with its inverse and its transpose told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    id: ExprId,
    is_inverse: bool,
    is_transposed: bool,
    is_symmetric: bool,
}

impl Key {
    fn transposed(self) -> Self {
        Self { is_transposed: !self.is_transposed && !self.is_symmetric, ..self }
    }
}

/// Whether a symbol is declared symmetric.
fn is_symmetric(arena: &Arena, id: ExprId) -> bool {
    let Node::Symbol(symbol) = arena.node(id) else { return false };
    matches!(
        arena.symbol(*symbol).structure,
        Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite | Structure::Diagonal
    )
}

/// An expression without a transpose around it, and whether there was one.
fn plain(arena: &Arena, id: ExprId) -> (ExprId, bool) {
    match arena.node(id) {
        Node::Transpose(inner) => (*inner, true),
        _ => (id, false),
    }
}

/// What an expression is the inverse of, neither transposed, and whether the inverse is.
pub(super) fn inverse_of(arena: &Arena, id: ExprId) -> Option<(ExprId, bool)> {
    let (inner, is_outer) = plain(arena, id);
    match arena.node(inner) {
        Node::Power(base, exponent)
            if arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE) && arena.shape(inner).is_matrix() =>
        {
            let (base, is_inner) = plain(arena, *base);
            Some((base, is_outer != is_inner))
        }
        _ => None,
    }
}

/// A matrix to a small whole power, other than itself and its inverse: the base and the exponent.
pub(super) fn small_power(arena: &Arena, id: ExprId) -> Option<(ExprId, i64)> {
    let Node::Power(base, exponent) = arena.node(id) else { return None };
    let exponent = arena.as_number(*exponent)?.to_i64()?;
    let is_small = exponent.abs() > 1 && exponent.abs() <= LARGEST_POWER;
    (is_small && arena.shape(*base).is_matrix()).then_some((*base, exponent))
}

/// The factors of a product of arrays. Small powers are written out, those that others use, too, only where a vector stands beside them.
pub(super) fn operands(
    arena: &Arena,
    shared: &FxHashSet<ExprId>,
    arrays: &[ExprId],
    is_vector_beside: bool,
) -> Vec<Operand> {
    let has_vector = is_vector_beside || arrays.iter().any(|id| !arena.shape(*id).is_matrix());
    let mut all = Vec::new();
    for id in arrays {
        match small_power(arena, *id) {
            Some((base, exponent)) if has_vector || !shared.contains(id) => {
                let one = if exponent < 0 { Operand::Inverse(base) } else { Operand::Expr(base) };
                all.extend((0..exponent.abs()).map(|_| one));
            }
            _ => all.push(Operand::Expr(*id)),
        }
    }
    all
}

/// The factors of a product that are not scalars, in runs within which neighbors share a size.
pub(super) fn segments(arena: &Arena, shared: &FxHashSet<ExprId>, product: ExprId) -> Vec<Vec<Operand>> {
    let Node::Product(factors) = arena.node(product) else { return Vec::new() };
    let arrays: Vec<ExprId> = factors.iter().copied().filter(|id| !arena.shape(*id).is_scalar()).collect();
    let mut all: Vec<Vec<Operand>> = Vec::new();
    for operand in operands(arena, shared, &arrays, false) {
        let is_next = |last: &Operand| last.shape(arena).is_column() && operand.shape(arena).is_row();
        match all.last_mut() {
            Some(run) if !run.last().is_some_and(is_next) => run.push(operand),
            _ => all.push(vec![operand]),
        }
    }
    all
}

/// Runs of neighbors that stand in several products, or several times in one, transposed or not.
#[derive(Debug, Default)]
pub(super) struct Runs(FxHashMap<Vec<Key>, Run>);

/// How many times a run is needed, and when it was seen first.
#[derive(Clone, Copy, Debug)]
struct Run {
    count: u32,
    order: u32,
}

impl Runs {
    pub(super) fn new(arena: &Arena, shared: &FxHashSet<ExprId>, nodes: &[ExprId]) -> Self {
        let mut runs: FxHashMap<Vec<Key>, Run> = FxHashMap::default();
        let mut seen = |run: Vec<Key>, times: u32| {
            let order = u32::try_from(runs.len()).unwrap_or(u32::MAX);
            runs.entry(run).or_insert(Run { count: 0, order }).count += times;
        };
        for segment in nodes.iter().flat_map(|id| segments(arena, shared, *id)) {
            if segment.len() > MOST_FACTORS {
                continue;
            }
            multiplied_out(arena, shared, &segment).into_iter().for_each(|run| seen(canonical(run), 1));
            let keys: Vec<Option<Key>> = segment.iter().map(|operand| operand.key(arena)).collect();
            for length in 2..=LONGEST_RUN.min(keys.len()) {
                // Where a run begins before its last occurrence ends, it is none.
                let mut ends: FxHashMap<Vec<Key>, usize> = FxHashMap::default();
                for (start, run) in keys.windows(length).enumerate() {
                    let Some(run) = run.iter().copied().collect::<Option<Vec<Key>>>() else { continue };
                    let run = canonical(run);
                    if ends.get(&run).is_none_or(|end| *end <= start) {
                        ends.insert(run.clone(), start + length);
                        seen(run, 1);
                    }
                }
            }
        }
        runs.retain(|_, run| run.count > 1);
        Self(runs)
    }

    /// Whether several products have a run of factors.
    pub(super) fn is_common(&self, run: &[Factor]) -> bool {
        self.get(run).is_some()
    }

    /// The part of the cost of a run that one of the products pays which have it; of runs that cannot both be shared the first seen comes
    /// first.
    pub(super) fn share(&self, run: &[Factor]) -> f64 {
        self.get(run).map_or(1.0, |run| (1.0 + 1e-6 * f64::from(run.order)) / f64::from(run.count))
    }

    fn get(&self, run: &[Factor]) -> Option<Run> {
        if self.0.is_empty() || run.len() > LONGEST_RUN {
            return None;
        }
        let keys = run.iter().map(|factor| factor.key).collect::<Option<Vec<Key>>>()?;
        self.0.get(&canonical(keys)).copied()
    }
}

/// The matrices that terms of a sum end with, each with the vector beside the sum, as the sum is multiplied out.
fn multiplied_out(arena: &Arena, shared: &FxHashSet<ExprId>, segment: &[Operand]) -> Vec<Vec<Key>> {
    let mut all = Vec::new();
    for pair in segment.windows(2) {
        let is_vector = |operand: Operand| !operand.shape(arena).is_matrix();
        let (sum, vector, is_left) = match *pair {
            [Operand::Expr(sum), vector] if is_vector(vector) => (sum, vector, true),
            [vector, Operand::Expr(sum)] if is_vector(vector) => (sum, vector, false),
            _ => continue,
        };
        let (Node::Add(terms), Some(vector)) = (arena.node(sum), vector.key(arena)) else { continue };
        if shared.contains(&sum) || !arena.shape(sum).is_matrix() {
            continue;
        }
        for (_, term) in terms.iter() {
            let arrays: Vec<ExprId> = match arena.node(*term) {
                Node::Product(factors) => factors.iter().copied().filter(|id| !arena.shape(*id).is_scalar()).collect(),
                _ => vec![*term],
            };
            let beside = if is_left { arrays.last() } else { arrays.first() };
            if let Some(beside) = beside.and_then(|id| Operand::Expr(*id).key(arena)) {
                all.push(if is_left { vec![beside, vector] } else { vec![vector, beside] });
            }
        }
    }
    all
}

/// Of a run and its transpose the one that comes first.
fn canonical(run: Vec<Key>) -> Vec<Key> {
    let transposed: Vec<Key> = run.iter().rev().map(|key| key.transposed()).collect();
    run.min(transposed)
}
