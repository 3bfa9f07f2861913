//! Places as the text numbers them: where members count from 0, place 1 is printed as 0, and an index that runs over places 1, …, N as one
//! that runs from 0 to N − 1.

use rustc_hash::FxHashMap;

use super::names::{symbol_piece, terms_text};
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use crate::expr::{Arena, ExprId, IndexId, Node};
use crate::number::Coeff;

/// What is added to the value of each index for its written number, where that is not 0: what the text says, and of an index of which it says
/// nothing as of the names below which the index stands by itself, if they agree.
pub(crate) fn index_offsets(arena: &Arena, order: &[ExprId]) -> FxHashMap<IndexId, i64> {
    let mut found: FxHashMap<IndexId, i64> = FxHashMap::default();
    if !arena.has_numberings() {
        return found;
    }
    let index_at = |place: &ExprId| if let Node::Index(index) = arena.node(*place) { Some(*index) } else { None };
    for id in order {
        let (places, offsets) = match arena.node(*id) {
            Node::Member(symbol, place) => (vec![*place], vec![arena.member_offset(*symbol)]),
            Node::Entry(of, row, col) => (vec![*row, *col], arena.entry_offsets(*of).to_vec()),
            Node::Basis(size, place) => (vec![*place], vec![arena.axis_offset(*size)]),
            _ => continue,
        };
        for (place, offset) in places.iter().zip(offsets) {
            if let Some(index) = index_at(place) {
                let known = found.entry(index).or_insert(offset);
                *known = (*known).max(offset);
            }
        }
    }
    let mut said: FxHashMap<IndexId, i64> = FxHashMap::default();
    for id in order {
        let (index, offset) = match arena.node(*id) {
            Node::Index(index) => (*index, arena.index_offset(*index)),
            Node::Indexed { index, upper, .. } => (*index, arena.suggested_bound_offset(*upper)),
            _ => continue,
        };
        if let Some(offset) = offset {
            let known = said.entry(index).or_insert(offset);
            *known = (*known).max(offset);
        }
    }
    found.extend(said);
    found.retain(|_, offset| *offset != 0);
    found
}

impl Printer<'_> {
    /// The letter of an index.
    pub(super) fn index(&mut self, index: IndexId) -> Piece {
        let name = self.index_names.get(&index).cloned().unwrap_or_default();
        symbol_piece(&mut self.ropes, self.format, &name)
    }

    /// What is added to the value of an index for its written number.
    pub(super) fn index_offset(&self, index: IndexId) -> i64 {
        self.index_offsets.get(&index).copied().unwrap_or(0)
    }

    /// Whether it is printed as the letter of an index alone: k − 1, where k is written as one less.
    pub(super) fn is_letter_of_index(&self, id: ExprId) -> bool {
        let Node::Add(terms) = self.arena.node(id) else { return false };
        let [(a, s), (b, t)] = &**terms else { return false };
        let (index, number) = if self.arena.is_one(*s) { ((b, t), a) } else { ((a, s), b) };
        let Node::Index(at) = self.arena.node(*index.1) else { return false };
        self.index_offsets.get(at).is_some_and(|offset| index.0.is_one() && Coeff::from(*offset) == *number)
    }

    /// Whether it is a sum with an index as a term whose written number is not its value.
    pub(super) fn holds_numbered_index(&self, sum: ExprId) -> bool {
        let Node::Add(terms) = self.arena.node(sum) else { return false };
        !self.index_offsets.is_empty()
            && terms.iter().any(
                |(_, term)| matches!(self.arena.node(*term), Node::Index(index) if self.index_offsets.contains_key(index)),
            )
    }

    /// A number that may hold indices, with another one added, in the letters of the text: of an index k that is written from 0 and is one more
    /// than its letter, k − 1 is `k`.
    pub(super) fn number_of_place(&mut self, place: ExprId, added: i64) -> Piece {
        self.multiple_of_place(place, added, &Coeff::ONE)
    }

    /// The same of a multiple of the number.
    pub(super) fn multiple_of_place(&mut self, place: ExprId, added: i64, scale: &Coeff) -> Piece {
        let arena = self.arena;
        let one = [(Coeff::ONE, place)];
        let terms: &[(Coeff, ExprId)] = if let Node::Add(terms) = arena.node(place) { terms } else { &one };
        let mut number = Coeff::from(added).mul(scale);
        let mut letters: Vec<(Coeff, Piece)> = Vec::with_capacity(terms.len());
        for (coeff, term) in terms {
            let coeff = coeff.mul(scale);
            match arena.node(*term) {
                Node::Number(value) => number = number.add(&coeff.mul(value)),
                Node::Index(index) => {
                    let offset = Coeff::from(self.index_offset(*index));
                    number = number.sub(&coeff.mul(&offset));
                    letters.push((coeff.clone(), self.index(*index)));
                }
                Node::Size(dim) => {
                    for (factor, names) in arena.size_terms(*dim) {
                        let factor = coeff.mul(&Coeff::from(factor));
                        if names.is_empty() {
                            number = number.add(&factor);
                        } else {
                            let piece = self.size_letters(names);
                            letters.push((factor, piece));
                        }
                    }
                }
                _ => {
                    let piece = self.piece(*term, false);
                    let piece = if piece.prec == Prec::Sum { self.bracket(&piece) } else { piece };
                    letters.push((coeff.clone(), piece));
                }
            }
        }
        // What is added comes first: `n − k`.
        letters.sort_by_key(|(coeff, _)| coeff.is_negative());
        if number.is_zero() && letters.len() == 1 && letters[0].0.is_one() {
            return letters.swap_remove(0).1;
        }
        let mut terms: Vec<(Coeff, Option<Piece>)> =
            letters.into_iter().map(|(coeff, piece)| (coeff, Some(piece))).collect();
        if !number.is_zero() || terms.is_empty() {
            // `1 − k` and `k + 1`
            let is_first = !number.is_negative() && terms.first().is_none_or(|(coeff, _)| coeff.is_negative());
            terms.insert(if is_first { 0 } else { terms.len() }, (number, None));
        }
        let (mut pieces, signs) = self.signed(terms);
        if pieces.len() == 1 && signs[0].is_empty() {
            return pieces.swap_remove(0);
        }
        let refs: Vec<&Piece> = pieces.iter().collect();
        let (rope, len) = self.ropes.weave(&signs, &refs);
        Piece { rope, len, ..Piece::shell(Prec::Sum, Edge::Other, Edge::Other) }
    }

    /// A product of sizes by their names.
    fn size_letters(&mut self, names: Vec<u32>) -> Piece {
        match names.as_slice() {
            [only] => {
                let name = self.arena.size_names().get(*only as usize).cloned().unwrap_or_default();
                symbol_piece(&mut self.ropes, self.format, &name)
            }
            _ => {
                let text = terms_text(self.arena, self.format, &[(1, names)]);
                self.ropes.text(&text, Prec::Juxt, Edge::Word, Edge::Word)
            }
        }
    }

    /// Terms of a sum and the signs before them; a term without a piece is a number.
    fn signed(&mut self, terms: Vec<(Coeff, Option<Piece>)>) -> (Vec<Piece>, Vec<&'static str>) {
        let (mut pieces, mut signs) = (Vec::with_capacity(terms.len()), Vec::with_capacity(terms.len()));
        for (coeff, piece) in terms {
            let is_negative = coeff.is_negative();
            let size = coeff.abs();
            pieces.push(match piece {
                Some(piece) if size.is_one() => piece,
                Some(piece) => {
                    let number = self.number(&size);
                    self.juxtapose(&number, &piece)
                }
                None => self.number(&size),
            });
            signs.push(match (signs.is_empty(), is_negative) {
                (true, true) => self.spelling.minus,
                (true, false) => "",
                (false, true) => self.spelling.binary_minus,
                (false, false) => " + ",
            });
        }
        (pieces, signs)
    }
}
