//! The letters of parts: r for residuals, p for probabilities, s for scalars, S for symmetric matrices.

use rustc_hash::FxHashSet;

use crate::expr::{Arena, ExprId, Func, NameParts, Node, Op, Ranked, Spectral, Symbol, SymbolId, SymbolKind};
use crate::structure::Structure;

/// The letters for a part by what it is, most telling first.
fn letters(arena: &mut Arena, id: ExprId) -> &'static [&'static str] {
    let shape = arena.shape(id);
    let kind = if shape.is_scalar() {
        0
    } else if shape.is_matrix() {
        1
    } else {
        2
    };
    // For a scalar, a matrix, a vector.
    let lists: [&[&str]; 3] = match arena.node(id) {
        Node::Apply(Op::Softmax, _) => [&["p", "q"], &["P", "Q"], &["p", "q"]],
        Node::Elementwise(Func::Sigmoid, _) => [&["s", "p", "q"], &["S", "P"], &["s", "p", "q"]],
        Node::Elementwise(Func::Tanh | Func::Relu | Func::Softplus | Func::User(..), _) => {
            [&["s", "t"], &["H"], &["h", "z"]]
        }
        Node::Spectral(Spectral::UMax, _) => [&[], &[], &["u", "w", "g"]],
        Node::Spectral(Spectral::VMax | Spectral::EigvecMax | Spectral::EigvecMin, _) => [&[], &[], &["v", "w", "h"]],
        // u and v stand in their own names, u₂(X) and v₂(X).
        Node::Ranked(Ranked::LeftVector, ..) => [&[], &[], &["p", "w", "g"]],
        Node::Ranked(Ranked::RightVector, ..) => [&[], &[], &["q", "w", "h"]],
        Node::Ranked(Ranked::Eigenvector, ..) => [&[], &[], &["v", "w", "h"]],
        Node::Norm(..) => [&["ρ", "s", "t"], &[], &[]],
        Node::Diag(_) => [&[], &["D"], &[]],
        Node::Power(..) => [&[], if arena.is_symmetric(id) { &["S", "M"] } else { &["M", "N"] }, &[]],
        Node::Add(terms) => {
            let difference = terms.iter().any(|(coeff, _)| coeff.is_negative());
            let matrix: &[&str] = match (difference, arena.is_symmetric(id)) {
                (_, true) => &["S", "M"],
                (true, false) => &["R", "E"],
                (false, false) => &["M", "N"],
            };
            [&["s", "t", "c"], matrix, if difference { &["r", "u", "v"] } else { &["z", "u", "v"] }]
        }
        Node::Product(factors) => {
            let solved = factors.iter().any(|factor| matches!(arena.node(*factor), Node::Power(..) | Node::Pinv(_)));
            let matrix: &[&str] = if arena.is_symmetric(id) { &["S", "M"] } else { &["M", "N"] };
            [&["s", "t", "c"], matrix, if solved { &["w", "u", "v"] } else { &["u", "v", "w"] }]
        }
        _ => [&[], &[], &[]],
    };
    lists[kind]
}

/// Letters for any part, by shape. No number is called as a function is: before a bracket it would be read as one.
const SCALARS: &[&str] = &["s", "t", "c", "u", "q", "v", "w", "a", "b", "d"];
const VECTORS: &[&str] = &["u", "v", "w", "z", "y", "q", "g", "h", "r", "s", "a", "b", "c"];
const MATRICES: &[&str] = &["M", "N", "P", "Q", "R", "S", "U", "V", "W", "G", "H", "B", "C", "F", "Y", "Z"];

/// Those that are called as functions are: `h(x ∘ y)ᵀ` would be the value of h.
const CALLED: &[&str] = &["g", "h"];

/// The factors of products that stand before one that is written in brackets.
pub(super) fn before_brackets(arena: &Arena, order: &[ExprId]) -> FxHashSet<ExprId> {
    let is_bracketed = |id: ExprId| {
        let inner = if let Node::Transpose(inner) = *arena.node(id) { inner } else { id };
        matches!(arena.node(inner), Node::Add(_) | Node::Hadamard(_) | Node::Product(_))
    };
    let mut found = FxHashSet::default();
    for id in order {
        if let Node::Product(factors) = arena.node(*id) {
            found.extend(factors.windows(2).filter(|pair| is_bracketed(pair[1])).map(|pair| pair[0]));
        }
    }
    found
}

fn any_letters(arena: &Arena, id: ExprId) -> &'static [&'static str] {
    let shape = arena.shape(id);
    if shape.is_scalar() {
        SCALARS
    } else if shape.is_matrix() {
        MATRICES
    } else {
        VECTORS
    }
}

/// Names in use, and how far the numbered ones have come.
pub(super) struct Letters {
    taken: FxHashSet<String>,
    /// The letters in use with a subscript.
    bases: FxHashSet<String>,
    /// Those of eigenvalues, singular values and their vectors: u₂(X) would be X times an entry of a part u, or times a part u₂.
    ranked: FxHashSet<&'static str>,
    /// Numbered names for every part, `r₁`, `r₂`, …
    numbered: bool,
    counters: Vec<(String, u32)>,
}

impl Letters {
    /// All symbols and sizes of the arena are taken, the letters below symbols, as t of rₜ, and the indices of these nodes.
    pub(super) fn new(arena: &Arena, order: &[ExprId], numbered: bool) -> Self {
        let mut taken: FxHashSet<String> = arena.symbols().map(|(_, symbol)| symbol.name.clone()).collect();
        taken.extend(arena.size_names().iter().chain(arena.reserved_names()).cloned());
        let mut ranked: FxHashSet<&'static str> = FxHashSet::default();
        for id in order {
            match arena.node(*id) {
                Node::Index(index) => taken.extend(arena.index_name(*index).map(str::to_owned)),
                Node::Indexed { upper, .. } => taken.extend(arena.suggested_index_names(*upper).map(str::to_owned)),
                Node::Ranked(Ranked::Eigenvalue, ..) => ranked.extend(["λ"]),
                Node::Ranked(Ranked::SingularValue, ..) => ranked.extend(["σ"]),
                Node::Ranked(Ranked::LeftVector | Ranked::RightVector, ..) => ranked.extend(["u", "v"]),
                _ => {}
            }
        }
        let base = |name: &String| Some(NameParts::of(name).base).filter(|base| base != name).map(str::to_owned);
        let bases = taken.iter().filter_map(base).collect();
        let below = |name: &String| NameParts::of(name).subscript.split(',').map(str::to_owned).collect::<Vec<_>>();
        let below: Vec<String> = taken.iter().flat_map(below).filter(|letter| !letter.is_empty()).collect();
        taken.extend(below);
        Self { taken, bases, ranked, numbered, counters: Vec::new() }
    }

    /// A new symbol for the part, with a name that nothing else has; of a part that stands before a bracket it is no letter that is called as a
    /// function is.
    pub(super) fn symbol(&mut self, arena: &mut Arena, definition: ExprId, is_before_bracket: bool) -> SymbolId {
        let name = self.name(arena, definition, is_before_bracket);
        let symbol = part_symbol(arena, definition, name);
        arena.add_symbol(symbol)
    }

    fn name(&mut self, arena: &mut Arena, definition: ExprId, is_before_bracket: bool) -> String {
        let mut wishes: Vec<&str> =
            letters(arena, definition).iter().chain(any_letters(arena, definition)).copied().collect();
        wishes.retain(|letter| !self.ranked.contains(letter));
        if is_before_bracket {
            wishes.retain(|letter| !CALLED.contains(letter));
        }
        if !self.numbered {
            // `x` and `X`, `x` and `x_1` are apart, but a letter with a subscript in use is left to it.
            let free = wishes.iter().find(|letter| !self.taken.contains(**letter) && !self.is_base(letter));
            if let Some(letter) = free {
                self.taken.insert((*letter).to_owned());
                return (*letter).to_owned();
            }
        }
        let used = |letter: &str| self.counters.iter().any(|(known, _)| known == letter);
        let letter =
            wishes.iter().find(|letter| used(letter) || !self.taken.contains(**letter) && !self.is_base(letter));
        let letter = (*letter.or(wishes.first()).unwrap_or(&"s")).to_owned();
        let place = self.counters.iter().position(|(known, _)| *known == letter).unwrap_or_else(|| {
            self.counters.push((letter.clone(), 0));
            self.counters.len() - 1
        });
        loop {
            self.counters[place].1 += 1;
            let name = format!("{letter}_{}", self.counters[place].1);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }

    /// Whether a name in use is this letter with a subscript.
    fn is_base(&self, letter: &str) -> bool {
        self.bases.contains(letter)
    }
}

/// The symbol of a part: what is known of the part is known of it.
pub(super) fn part_symbol(arena: &mut Arena, definition: ExprId, name: String) -> Symbol {
    let shape = arena.shape(definition);
    let structure =
        if shape.is_matrix() && arena.is_symmetric(definition) { Structure::Symmetric } else { Structure::General };
    let positive = shape.is_scalar() && arena.is_nonnegative(definition);
    let kind = if positive { SymbolKind::Positive } else { SymbolKind::Plain };
    Symbol { name, shape, kind, structure, declared: false }
}
