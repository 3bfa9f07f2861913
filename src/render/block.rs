//! Stacked blocks, `[A, B; C, D]`, and the parts that selection matrices pick out of an array, `X_{1:n,n+1}`.

use super::Notation;
use super::monomial::Monomial;
use super::names::terms_text;
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use crate::expr::{Dim, ExprId, Func, Node, Places, Shape, SizeTerm, Strip, strips, sum_of_terms};
use crate::number::Coeff;

/// How much of a block is looked through for a blank, in bytes.
const MOST_LOOKED_AT: usize = 200;

fn is_one(length: &[SizeTerm]) -> bool {
    matches!(length, [(1, names)] if names.is_empty())
}

/// A term of a sum of blocks: where it stands, and what.
struct Cell {
    rows: Option<Places>,
    cols: Option<Places>,
    inner: Monomial,
}

impl Printer<'_> {
    /// The range of a selection matrix and the length of the whole axis; the flag asks for a transposed one.
    fn range(&self, id: ExprId, is_transposed: bool) -> Option<(Places, Dim)> {
        let id = match self.opened(id)? {
            Node::Transpose(inner) if is_transposed => *inner,
            Node::Selection(..) | Node::Basis(..) if !is_transposed => id,
            _ => return None,
        };
        Some((self.arena.selected_range(id)?, self.arena.shape(id).rows))
    }

    /// Whether a selection matrix is among these factors.
    fn has_selection(&self, factors: &[ExprId]) -> bool {
        factors.iter().any(|factor| self.arena.is_selection(*factor))
    }

    /// The number of rows and columns that terms stack, where all of them are blocks of one array.
    fn stacked(&self, terms: &[&Monomial]) -> Option<[Option<Dim>; 2]> {
        if !terms.iter().any(|monomial| self.has_selection(&monomial.tail)) {
            return None;
        }
        let mut all = terms.iter().map(|monomial| self.stacked_sides(monomial));
        let first = all.next()??;
        all.all(|sides| sides == Some(first)).then_some(first)
    }

    fn stacked_sides(&self, monomial: &Monomial) -> Option<[Option<Dim>; 2]> {
        let rows = monomial.tail.first().and_then(|first| self.range(*first, false)).map(|(_, of)| of);
        let cols = monomial.tail.last().and_then(|last| self.range(*last, true)).map(|(_, of)| of);
        (rows.is_some() || cols.is_some()).then_some([rows, cols])
    }

    /// Whether a sum is printed as stacked blocks.
    pub(super) fn is_stacked(&self, terms: &[&Monomial]) -> bool {
        self.stacked(terms).is_some_and(|sides| self.axes(terms, sides).is_some())
    }

    /// How the places of terms divide both axes; nothing where two terms have one place.
    fn axes(&self, terms: &[&Monomial], [rows, cols]: [Option<Dim>; 2]) -> Option<[Vec<Strip>; 2]> {
        let side = |factor: Option<&ExprId>, of: Option<Dim>, is_transposed: bool| {
            of.and(factor).and_then(|factor| self.range(*factor, is_transposed)).map(|(range, _)| range)
        };
        let places: Vec<[Option<Places>; 2]> = terms
            .iter()
            .map(|monomial| [side(monomial.tail.first(), rows, false), side(monomial.tail.last(), cols, true)])
            .collect();
        if (0..places.len()).any(|at| places[..at].contains(&places[at])) {
            return None;
        }
        let along = |side: usize| places.iter().filter_map(|place| place[side].clone()).collect();
        Some([self.axis(along(0), rows)?, self.axis(along(1), cols)?])
    }

    /// The blocks of an axis in order; nothing where they overlap or their order is not known.
    fn axis(&self, ranges: Vec<Places>, of: Option<Dim>) -> Option<Vec<Strip>> {
        match of {
            Some(of) => strips(self.arena, ranges, &self.arena.size_terms(of)),
            None => Some(vec![Strip { places: None, length: Vec::new() }]),
        }
    }

    /// The terms of a sum as stacked blocks, where they are.
    pub(super) fn stack(&mut self, terms: &[&Monomial]) -> Option<Piece> {
        let sides = self.stacked(terms)?;
        let axes = self.axes(terms, sides)?;
        let mut cells: Vec<Cell> = Vec::with_capacity(terms.len());
        for monomial in terms {
            let mut inner = (*monomial).clone();
            let rows = sides[0].and_then(|_| self.range(inner.tail.remove(0), false)).map(|(range, _)| range);
            let cols = sides[1].and_then(|_| self.range(inner.tail.pop()?, true)).map(|(range, _)| range);
            inner.turned.clear();
            cells.push(Cell { rows, cols, inner });
        }
        Some(self.blocks(&axes, &cells))
    }

    /// The blocks among the terms of a sum as one piece, without which the terms are left.
    pub(super) fn stack_among(&mut self, terms: &mut Vec<(ExprId, Monomial)>) -> Option<Piece> {
        let is_block = |printer: &Self, monomial: &Monomial| printer.stacked_sides(monomial).is_some();
        let blocks: Vec<&Monomial> =
            terms.iter().map(|(_, monomial)| monomial).filter(|monomial| is_block(self, monomial)).collect();
        if blocks.len() < 2 {
            return None;
        }
        let stack = self.stack(&blocks)?;
        terms.retain(|(_, monomial)| !is_block(self, monomial));
        Some(stack)
    }

    /// A selection matrix by itself: `[I; zeros(k, n)]`.
    pub(super) fn selection(&mut self, id: ExprId) -> Piece {
        let monomial = Monomial { tail: vec![id], ..Monomial::one() };
        self.stack(&[&monomial]).unwrap_or_else(|| self.number(&Coeff::ZERO))
    }

    fn blocks(&mut self, [rows, cols]: &[Vec<Strip>; 2], cells: &[Cell]) -> Piece {
        let at = |row: &Option<Places>, col: &Option<Places>| {
            cells.iter().find(|cell| cell.rows == *row && cell.cols == *col)
        };
        let has_rows = cells.iter().any(|cell| cell.rows.is_some());
        let has_cols = cells.iter().any(|cell| cell.cols.is_some());
        // A block of zeros has a range of no cell.
        let is_filled = |range: &Option<Places>, is_stacked: bool| !is_stacked || range.is_some();
        let mut pieces = Vec::new();
        for Strip { places: row, length: height } in rows {
            for Strip { places: col, length: width } in cols {
                let known = is_filled(row, has_rows) && is_filled(col, has_cols);
                let cell = if known { at(row, col) } else { None };
                let piece = match cell {
                    Some(cell) => {
                        let is_alone = cells.iter().all(|other| {
                            std::ptr::eq(other, cell)
                                || is_identity(&other.inner)
                                || has_rows && has_cols && other.rows != cell.rows && other.cols != cell.cols
                        });
                        // In a single row of blocks nothing else says how wide one of them is.
                        let is_measured = rows.len() > 1 || cell.cols.is_none();
                        self.cell(cell, is_alone, is_measured)
                    }
                    None if known => self.number(&Coeff::ZERO),
                    None => {
                        let (height, width) = (self.extent(height, cells, true), self.extent(width, cells, false));
                        self.zeros_of(&height, &width)
                    }
                };
                pieces.push(piece);
            }
        }
        self.bracketed_rows(&pieces, cols.len())
    }

    /// How long an axis of a block of zeros is: as what stands beside it where nothing is stacked along it.
    fn extent(&self, length: &[SizeTerm], cells: &[Cell], is_row: bool) -> Vec<SizeTerm> {
        if !length.is_empty() {
            return length.to_vec();
        }
        let Some(cell) = cells.first() else { return Vec::new() };
        let scalar = self.arena.size_terms(Dim::ONE);
        let side = if is_row { cell.inner.tail.first() } else { cell.inner.tail.last() };
        match (side, if is_row { &cell.cols } else { &cell.rows }) {
            (Some(side), _) => {
                let shape = self.arena.shape(*side);
                self.arena.size_terms(if is_row { shape.rows } else { shape.cols })
            }
            (None, Some([_, length])) => length.clone(),
            (None, None) => scalar,
        }
    }

    fn zeros_of(&mut self, height: &[SizeTerm], width: &[SizeTerm]) -> Piece {
        let text = |printer: &Self, terms: &[SizeTerm]| terms_text(printer.arena, printer.format, terms);
        let sizes = match (is_one(height), is_one(width)) {
            (true, true) => return self.number(&Coeff::ZERO),
            (false, true) => text(self, height),
            _ => format!("{}, {}", text(self, height), text(self, width)),
        };
        let argument = self.atom(&sizes, &Edge::Other);
        self.call("zeros", &[argument])
    }

    fn cell(&mut self, cell: &Cell, is_alone: bool, is_measured: bool) -> Piece {
        let mut inner = cell.inner.clone();
        let is_negative = inner.coeff.is_negative();
        inner.coeff = inner.coeff.abs();
        let piece = if is_identity(&inner) {
            let length =
                cell.rows.as_ref().or(cell.cols.as_ref()).map(|[_, length]| length.clone()).unwrap_or_default();
            let scalars = self.print_monomial(&inner, false, true);
            match is_one(&length) {
                true => scalars,
                false => {
                    let identity = self.identity_of(&length, !is_alone);
                    let is_bare = inner.coeff.is_one() && inner.is_plain();
                    if is_bare { identity } else { self.product_of(&scalars, &identity) }
                }
            }
        } else if let ([only], true) = (inner.tail.as_slice(), inner.multipliers().is_none())
            && let Some(Node::Elementwise(Func::Abs, of)) = self.opened(*only)
            && inner.coeff.is_one()
        {
            // Bars around a vector that stands by itself are its norm.
            self.call_on("abs", *of)
        } else {
            // Below other blocks nothing else says how long e₂ is.
            let first = inner.tail.first().copied().filter(|first| cell.cols.is_none() && self.has_open_rows(*first));
            match first.map(|first| self.arena.shape(first).rows) {
                Some(size) => {
                    let is_bare = inner.coeff.is_one() && inner.is_plain();
                    let vector = Monomial { tail: std::mem::take(&mut inner.tail), ..Monomial::one() };
                    let (identity, vector) = (self.identity(size, false), self.print_monomial(&vector, false, true));
                    let vector = self.product_of(&identity, &vector);
                    let scalars = self.print_monomial(&inner, false, true);
                    if is_bare { vector } else { self.product_of(&scalars, &vector) }
                }
                None => self.print_monomial(&inner, false, is_measured),
            }
        };
        if is_negative { self.negated(&piece) } else { piece }
    }

    fn product_of(&mut self, left: &Piece, right: &Piece) -> Piece {
        let (left, right) = (self.at_least(left, Prec::Juxt), self.at_least(right, Prec::Juxt));
        self.juxtapose(&left, &right)
    }

    /// What a product picks out: the rows of a first factor Eᵀ, the columns of a last factor E.
    pub(super) fn picked(&mut self, monomial: &Monomial, loose: bool) -> Option<Piece> {
        self.picked_inside(monomial, loose).or_else(|| self.picked_at_ends(monomial, loose))
    }

    /// A product in which a selection stands between other factors: `A X_{1:n,:}`, `X_{:,1:n} A`.
    fn picked_inside(&mut self, monomial: &Monomial, loose: bool) -> Option<Piece> {
        if !self.has_selection(&monomial.tail) || !monomial.turned.is_empty() {
            return None;
        }
        let last = monomial.tail.len().checked_sub(1)?;
        let place = |printer: &Self, is_transposed: bool| {
            let is_selection = |at: &usize| {
                let factor = monomial.tail[*at];
                printer.has_selection(&[factor]) && printer.range(factor, is_transposed).is_some()
            };
            (1..last).find(is_selection)
        };
        // `[0; x_{1:n}]`
        if monomial
            .tail
            .first()
            .is_some_and(|first| self.arena.is_selection(*first) && self.range(*first, false).is_some())
            && let Some(stack) = self.stack(&[monomial])
        {
            return Some(stack);
        }
        let one = |tail: &[ExprId]| Monomial { tail: tail.to_vec(), ..Monomial::one() };
        if let Some(at) = place(self, true) {
            let right = self.picked(&one(&monomial.tail[at..]), loose)?;
            let left = Monomial { tail: monomial.tail[..at].to_vec(), ..monomial.clone() };
            let left = self.print_monomial(&left, false, loose);
            return Some(self.product_of(&left, &right));
        }
        let at = place(self, false)?;
        if let [ones] = monomial.tail[at + 1..]
            && self.arena.is_ones(ones)
            && let Some(slice) = self.slice_of_row(&monomial.tail[..at], monomial.tail[at])
        {
            let sum = self.call("sum", &[slice]);
            return Some(self.times_scalars(monomial, sum));
        }
        let left = Monomial { tail: monomial.tail[..=at].to_vec(), ..monomial.clone() };
        let left = self.picked(&left, loose)?;
        let right = self.print_monomial(&one(&monomial.tail[at + 1..]), false, loose);
        let right = self.at_least(&right, Prec::Juxt);
        Some(self.product_of(&left, &right))
    }

    fn picked_at_ends(&mut self, monomial: &Monomial, loose: bool) -> Option<Piece> {
        let rows = monomial.tail.first().and_then(|first| self.range(*first, true));
        let cols = monomial.tail.last().and_then(|last| self.range(*last, false));
        let taken = usize::from(rows.is_some()) + usize::from(cols.is_some());
        if taken == 0
            || !self.has_selection(&monomial.tail)
            || monomial.tail.len() <= taken
            || !monomial.turned.is_empty()
        {
            return None;
        }
        let mut middle = Monomial { tail: monomial.tail.clone(), ..Monomial::one() };
        let of_rows = middle.tail.first().filter(|_| rows.is_some()).map(|first| self.arena.shape(*first).cols);
        if rows.is_some() {
            middle.tail.remove(0);
        }
        if cols.is_some() {
            middle.tail.pop();
        }
        let (first, last) = (*middle.tail.first()?, *middle.tail.last()?);
        let whole = Shape::new(of_rows.unwrap_or(self.arena.shape(first).rows), self.arena.shape(last).cols);
        if rows.is_none() && whole.rows.is_one() {
            let slice = self.slice_of_row(&middle.tail, *monomial.tail.last()?)?;
            let picked = self.transposed(&slice);
            return Some(self.times_scalars(monomial, picked));
        }
        let is_single = |range: &Option<(Places, Dim)>| range.as_ref().is_some_and(|([_, length], _)| is_one(length));
        // A row of a matrix is read as a column; of Mᵀ it is a column of M.
        let is_row = is_single(&rows) && !is_single(&cols) && !(cols.is_none() && whole.cols.is_one());
        let turned = match *middle.tail {
            [only] if is_row => match self.opened(only) {
                Some(Node::Transpose(inner)) => Some(*inner),
                _ => None,
            },
            _ => None,
        };
        if let Some(turned) = turned {
            middle.tail = vec![turned];
        }
        let inner = self.print_monomial(&middle, false, loose);
        let side = |printer: &Self, range: &Option<(Places, Dim)>| {
            range.as_ref().map_or_else(|| ":".to_owned(), |(range, _)| printer.text_of_range(range))
        };
        let place = match (&rows, &cols) {
            (Some((range, _)), None) if whole.cols.is_one() => self.text_of_range(range),
            _ if turned.is_some() => format!("{},{}", side(self, &cols), side(self, &rows)),
            _ => format!("{},{}", side(self, &rows), side(self, &cols)),
        };
        let piece = self.at_places(inner, &place);
        let picked = if is_row { self.transposed(&piece) } else { piece };
        Some(self.times_scalars(monomial, picked))
    }

    /// `first:last`, or the one place.
    fn text_of_range(&self, [offset, length]: &Places) -> String {
        let first = sum_of_terms([offset.clone(), vec![(1, Vec::new())]].concat());
        let first = terms_text(self.arena, self.format, &first).replace(' ', "");
        if is_one(length) {
            return first;
        }
        let end = sum_of_terms([offset.clone(), length.clone()].concat());
        format!("{first}:{}", terms_text(self.arena, self.format, &end).replace(' ', ""))
    }

    fn at_places(&mut self, inner: Piece, place: &str) -> Piece {
        let base = if inner.prec < Prec::Atom { self.bracket(&inner) } else { inner };
        let mark = format!("_{{{place}}}");
        Piece { prec: Prec::Atom, ..self.marked(&base, &mark, Edge::Post) }
    }

    /// What a selection picks out of a row xᵀA, as a column: `(Aᵀx)_{1:n}`.
    fn slice_of_row(&mut self, row: &[ExprId], selection: ExprId) -> Option<Piece> {
        if !self.arena.shape(*row.first()?).is_row() {
            return None;
        }
        let (range, _) = self.range(selection, false)?;
        let pieces = self.matrices(row, true, false, false);
        let inner = self.join(pieces)?;
        let place = self.text_of_range(&range);
        Some(self.at_places(inner, &place))
    }

    /// A product of matrices behind the numbers of a product.
    fn times_scalars(&mut self, monomial: &Monomial, matrices: Piece) -> Piece {
        let scalars = Monomial { tail: Vec::new(), ..monomial.clone() };
        if scalars.is_plain() && scalars.coeff.is_one() {
            return matrices;
        }
        let scalars = self.print_monomial(&scalars, false, true);
        self.product_of(&scalars, &matrices)
    }

    /// Pieces row by row in one pair of brackets.
    pub(super) fn bracketed_rows(&mut self, pieces: &[Piece], cols: usize) -> Piece {
        let latex = self.format == Notation::Latex;
        let (open, row, next, close) =
            if latex { ("\\begin{bmatrix} ", " \\\\ ", " & ", " \\end{bmatrix}") } else { ("[", "; ", ", ", "]") };
        let mut texts = Vec::with_capacity(pieces.len() + 1);
        for place in 0..pieces.len() {
            texts.push(match place {
                0 => open,
                _ if place % cols.max(1) == 0 => row,
                _ => next,
            });
        }
        texts.push(close);
        let mut refs: Vec<&Piece> = pieces.iter().collect();
        // `[A x; B y]` would be read as four blocks.
        let has_blank =
            |piece: &Piece| piece.prec == Prec::Juxt && self.ropes.flatten(piece.rope, MOST_LOOKED_AT).contains(' ');
        let first = (!latex && cols == 1 && pieces.iter().all(has_blank)).then(|| pieces.first().cloned()).flatten();
        let first = first.map(|piece| self.bracket(&piece));
        if let Some(bracketed) = &first {
            refs[0] = bracketed;
        }
        let (rope, len) = self.ropes.weave(&texts, &refs);
        Piece { rope, len, tall: latex, ..Piece::shell(Prec::Atom, Edge::Digit, Edge::Bracket) }
    }
}

/// Whether a block is a multiple of the identity, whose factors leave nothing between two selections.
fn is_identity(inner: &Monomial) -> bool {
    inner.tail.is_empty()
}
