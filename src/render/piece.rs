//! Printed pieces: a rope of text with what its surroundings must know of it.
//!
//! Ropes share their parts, so that building the text of a graph is linear in its nodes however long
//! the written-out form is; only [`Ropes::flatten`], which is bounded, writes it out.

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
    Letters(String),
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
    /// A round bracket, also that of a call.
    Bracket,
    /// Anything that needs no care.
    Other,
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
}

#[derive(Debug)]
enum Rope {
    Text(String),
    Seq(Box<[u32]>),
}

/// Store of ropes.
#[derive(Debug, Default)]
pub(super) struct Ropes {
    nodes: Vec<Rope>,
}

impl Ropes {
    fn push(&mut self, rope: Rope) -> u32 {
        self.nodes.push(rope);
        u32::try_from(self.nodes.len() - 1).unwrap_or(u32::MAX)
    }

    /// A piece of plain text.
    pub(super) fn text(&mut self, text: &str, prec: Prec, lead: Edge, trail: Edge) -> Piece {
        let len = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let rope = self.push(Rope::Text(text.to_owned()));
        Piece { rope, len, prec, lead, trail, whole: false, open: false, tall: false, bar: false, chain: false }
    }

    /// Text around and between pieces: the rope and length of `texts[0] pieces[0] texts[1] …`.
    pub(super) fn weave(&mut self, texts: &[&str], pieces: &[&Piece]) -> (u32, u32) {
        let mut parts = Vec::with_capacity(texts.len() + pieces.len());
        let mut len = 0_u32;
        for place in 0..texts.len().max(pieces.len()) {
            if let Some(text) = texts.get(place).filter(|text| !text.is_empty()) {
                len = len.saturating_add(u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
                parts.push(self.push(Rope::Text((*text).to_owned())));
            }
            if let Some(piece) = pieces.get(place) {
                len = len.saturating_add(piece.len);
                parts.push(piece.rope);
            }
        }
        (self.push(Rope::Seq(parts.into_boxed_slice())), len)
    }

    /// Writes a rope out, up to about `limit` bytes; `…` marks where it was cut.
    pub(super) fn flatten(&self, root: u32, limit: usize) -> String {
        let mut out = String::new();
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            match &self.nodes[id as usize] {
                Rope::Text(text) => out.push_str(text),
                Rope::Seq(parts) => stack.extend(parts.iter().rev()),
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
