//! Families and the matrices whose rows their members are.

use rustc_hash::FxHashSet;

use crate::expr::{Arena, Dim, Shape, Symbol, SymbolId, SymbolKind};
use crate::structure::Structure;

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
pub(super) struct Families {
    /// What was made, in the order in which it was needed.
    pub(super) rows: Vec<Rows>,
}

/// Names for the matrix of a family whose capital letter is taken.
const MATRICES: [&str; 12] = ["A", "X", "Z", "B", "C", "F", "G", "M", "U", "V", "W", "Y"];

impl Families {
    /// The matrix of the family's members as rows; `None` where they are no vectors or not as many as the index runs over.
    pub(super) fn matrix(&mut self, arena: &mut Arena, family: SymbolId, size: Dim) -> Option<SymbolId> {
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
        // A lone I is the identity, and a T after a sign the transpose.
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
