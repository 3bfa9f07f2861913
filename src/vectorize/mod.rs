//! Families and sums over an index written with matrices: Σᵢ pᵢaᵢaᵢᵀ as Aᵀdiag(p)A, where A has the rows aᵢᵀ.
//!
//! A sum that has such a form is replaced by it, from the inside out; one that has none stays, and is reported.

mod by_rows;
mod lift;

pub use by_rows::{by_rows, rows_of};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::expr::{Arena, BigOp, Dim, ExprId, Node, Reduction, Shape, Symbol, SymbolId, SymbolKind};
use crate::simplify::simplify;
use crate::structure::Structure;
use lift::Lift;

/// A matrix and the family whose members, transposed, are its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The matrix.
    pub matrix: SymbolId,
    /// The family.
    pub family: SymbolId,
}

/// The matrices of families, each made once.
#[derive(Clone, Debug, Default)]
pub struct Families {
    /// What was made, in the order in which it was needed.
    pub rows: Vec<Rows>,
}

/// Names for the matrix of a family whose capital letter is taken.
const MATRICES: [&str; 12] = ["A", "X", "Z", "B", "C", "F", "G", "M", "U", "V", "W", "Y"];

impl Families {
    /// The matrix of the family's members as rows; `None` where they are no vectors or not as many as the index runs over.
    fn matrix(&mut self, arena: &mut Arena, family: SymbolId, size: Dim) -> Option<SymbolId> {
        if let Some(known) = self.rows.iter().find(|rows| rows.family == family) {
            return Some(known.matrix);
        }
        let symbol = arena.symbol(family).clone();
        if symbol.kind != SymbolKind::Family(size) || !symbol.shape.is_column() {
            return None;
        }
        let taken: FxHashSet<String> = arena.symbols().map(|(_, symbol)| symbol.name.clone()).collect();
        let is_free = |name: &str| !taken.contains(name) && !arena.size_names().iter().any(|size| size == name);
        let letters: String = symbol.name.chars().take_while(|letter| !matches!(letter, '_' | '^')).collect();
        // A lone I is the identity, and a T behind a sign the transpose.
        let capital = Some(letters.to_uppercase()).filter(|name| *name != letters && name != "I" && name != "T");
        let wishes = capital.into_iter().chain(MATRICES.iter().map(|name| (*name).to_owned()));
        let numbered = (1..).map(|number| format!("A_{number}"));
        let name = wishes.chain(numbered).find(|name| is_free(name))?;
        let shape = Shape::new(size, symbol.shape.rows);
        let structure = Structure::General;
        let matrix = arena.add_symbol(Symbol { name, shape, kind: SymbolKind::Plain, structure, declared: false });
        self.rows.push(Rows { matrix, family });
        Some(matrix)
    }
}

/// The expression in normal form with every sum and product over an index replaced that has a form with matrices, simplified.
pub fn vectorize(arena: &mut Arena, root: ExprId, families: &mut Families) -> ExprId {
    let mut map: FxHashMap<ExprId, ExprId> = FxHashMap::default();
    for id in arena.post_order(root) {
        let rebuilt = arena.rebuild(id, &map);
        let whole = whole(arena, rebuilt, families).unwrap_or(rebuilt);
        map.insert(id, whole);
    }
    let whole = map.get(&root).copied().unwrap_or(root);
    simplify(arena, whole)
}

/// The sums and products over an index that are left in an expression, outermost, of families only.
#[must_use]
pub fn left_over(arena: &Arena, root: ExprId) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Node::Indexed { body, .. } = arena.node(id) {
            if arena.post_order(*body).iter().any(|id| matches!(arena.node(*id), Node::Member(..))) {
                found.push(id);
            }
        } else {
            arena.node(id).for_each_child(|child| open.push(child));
        }
    }
    found
}

/// A sum or product over an index as a whole.
fn whole(arena: &mut Arena, id: ExprId, families: &mut Families) -> Option<ExprId> {
    let Node::Indexed { op, index, lower, upper, body } = *arena.node(id) else { return None };
    if !arena.is_one(lower) {
        return None;
    }
    let size = match *arena.node(upper) {
        Node::Size(dim) => dim,
        Node::Number(ref value) => Dim::Known(u32::try_from(value.to_i64()?).ok()?),
        _ => return None,
    };
    let (index, body) = arena.open(index, (lower, upper), body);
    let mut tried = families.clone();
    let mut lift = Lift { arena, families: &mut tried, index, size };
    let result = match op {
        BigOp::Sum => lift.sum(body)?,
        BigOp::Product => {
            let values = lift.values(body)?;
            arena.reduce(Reduction::Product, values)
        }
    };
    // What still has the index in it is no form of the whole.
    if arena.depends_on_index(result, index) {
        return None;
    }
    *families = tried;
    Some(result)
}
