//! Printed pieces: a rope of text with what its surroundings must know of it.
//!
//! Ropes share their parts, so that building the text of a graph is linear in its nodes however long
//! the written-out form is; only [`Ropes::flatten`], which is bounded, writes it out.

use std::rc::Rc;

/// How tightly the outermost operator of a piece binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Prec {
    /// `a + b`, `−a`
    Sum,
    /// `a ∘ b`, `a/b`, `A ⊗ B`
    Ops,
    /// `ab`
    Juxt,
    /// `aᵀ`, `a²`
    Postfix,
    /// Names, numbers, brackets, calls.
    Atom,
}

/// What stands at an end of a piece: decides what goes between neighbors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// A run of names of one letter each.
    Letters(Rc<str>),
    /// A longer name or a function's.
    Word,
    /// A differential, set off by blanks.
    Spaced,
    /// A digit, also that of `1[…]` and `1ᵀ`, or a literal's bracket.
    Digit,
    /// `|` or `‖`
    Bar,
    /// A superscript or subscript that ends a name, a transposition mark.
    Post,
    /// `u₁`, `v₁`, which before a bracket are singular vectors of what stands in it.
    Singular,
    /// A round bracket, also that of a call.
    Bracket,
    /// A round bracket around a name, as in `(z₂)₁`: a letter before it would be a function of what it holds.
    Named,
    /// Anything that needs no care.
    Other,
}

impl Edge {
    /// Whether a round bracket stands there.
    pub(super) fn is_bracket(&self) -> bool {
        matches!(self, Self::Bracket | Self::Named)
    }
}

/// A printed piece.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) rope: u32,
    /// Length in characters, saturating.
    pub(super) len: u32,
    pub(super) prec: Prec,
    pub(super) lead: Edge,
    pub(super) trail: Edge,
    /// The piece is one run of letters.
    pub(super) whole: bool,
    /// What is written after it would be taken into it (a sum over an index).
    pub(super) open: bool,
    /// Higher than a line of text.
    pub(super) tall: bool,
    /// Has a bar outside brackets.
    pub(super) bar: bool,
    /// A chain `xᵀAy` with a scalar value.
    pub(super) chain: bool,
    /// A name with a label, after which nothing else can be raised.
    pub(super) label: bool,
}

impl Piece {
    /// What a piece's surroundings must know, without the text: for those that set `rope` and `len` themselves.
    pub(super) fn shell(prec: Prec, lead: Edge, trail: Edge) -> Self {
        Self {
            rope: u32::MAX,
            len: 0,
            prec,
            lead,
            trail,
            whole: false,
            open: false,
            tall: false,
            bar: false,
            chain: false,
            label: false,
        }
    }
}

/// A rope, by the place of its text or of its parts in the store.
#[derive(Clone, Copy, Debug)]
enum Rope {
    Text(u32, u32),
    Seq(u32, u32),
}

/// Store of ropes: all texts in one buffer, all lists of parts in another.
#[derive(Debug, Default)]
pub(super) struct Ropes {
    nodes: Vec<Rope>,
    text: String,
    parts: Vec<u32>,
}

/// A place in a store of fewer than 2³² items.
fn place(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The length in characters.
fn length(text: &str) -> u32 {
    place(if text.is_ascii() { text.len() } else { text.chars().count() })
}

impl Ropes {
    fn push(&mut self, rope: Rope) -> u32 {
        self.nodes.push(rope);
        place(self.nodes.len() - 1)
    }

    /// A rope of plain text.
    fn push_text(&mut self, text: &str) -> u32 {
        let from = place(self.text.len());
        self.text.push_str(text);
        self.push(Rope::Text(from, place(self.text.len())))
    }

    /// A rope of ropes.
    fn push_parts(&mut self, parts: &[u32]) -> u32 {
        let from = place(self.parts.len());
        self.parts.extend_from_slice(parts);
        self.push(Rope::Seq(from, place(self.parts.len())))
    }

    /// A piece of plain text.
    pub(super) fn text(&mut self, text: &str, prec: Prec, lead: Edge, trail: Edge) -> Piece {
        Piece { rope: self.push_text(text), len: length(text), ..Piece::shell(prec, lead, trail) }
    }

    /// Text around and between pieces: the rope and length of `texts[0] pieces[0] texts[1] …`.
    pub(super) fn weave(&mut self, texts: &[&str], pieces: &[&Piece]) -> (u32, u32) {
        let from = place(self.parts.len());
        let mut len = 0_u32;
        for at in 0..texts.len().max(pieces.len()) {
            if let Some(text) = texts.get(at).filter(|text| !text.is_empty()) {
                len = len.saturating_add(length(text));
                let rope = self.push_text(text);
                self.parts.push(rope);
            }
            if let Some(piece) = pieces.get(at) {
                len = len.saturating_add(piece.len);
                self.parts.push(piece.rope);
            }
        }
        (self.push(Rope::Seq(from, place(self.parts.len()))), len)
    }

    /// Pieces with a text before each but the first: the rope and the length.
    pub(super) fn string(&mut self, pieces: &[(&'static str, u32, u32)]) -> (u32, u32) {
        let mut ropes = Vec::with_capacity(2 * pieces.len());
        let mut len = 0_u32;
        for (before, rope, long) in pieces {
            if !before.is_empty() {
                len = len.saturating_add(length(before));
                ropes.push(self.push_text(before));
            }
            len = len.saturating_add(*long);
            ropes.push(*rope);
        }
        (self.push_parts(&ropes), len)
    }

    /// Writes a rope out, up to about `limit` bytes; `…` marks where it was cut.
    pub(super) fn flatten(&self, root: u32, limit: usize) -> String {
        let mut out = String::new();
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            match self.nodes[id as usize] {
                Rope::Text(from, to) => out.push_str(&self.text[from as usize..to as usize]),
                Rope::Seq(from, to) => stack.extend(self.parts[from as usize..to as usize].iter().rev()),
            }
            if out.len() > limit {
                out.push('…');
                return out;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_ropes_are_cut_at_the_limit() {
        let mut ropes = Ropes::default();
        let mut piece = ropes.text("ab", Prec::Atom, Edge::Word, Edge::Word);
        for _ in 0..80 {
            let (rope, len) = ropes.weave(&["", ""], &[&piece, &piece]);
            piece = Piece { rope, len, ..piece };
        }
        assert_eq!(piece.len, u32::MAX);
        assert!(ropes.flatten(piece.rope, 1000).len() < 1010);
    }
}
