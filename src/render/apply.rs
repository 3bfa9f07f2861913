//! Calls, norms, indicators, entries, literals and sums over an index.

use super::Notation;
use super::cases::Relation;
use super::names::{front_piece, label_edge, label_text, own_label, subscripted, symbol_piece};
use super::piece::{Edge, Piece, Prec};
use super::printer::Printer;
use super::spelling::{latex_function, spectral_name};
use crate::expr::{
    BigOp, Dim, ExprId, Func, IndexId, MapDerivative, NameParts, Node, Norm, Place, Ranked, Reduction, Shape, Spectral,
    SymbolKind,
};
use crate::number::Coeff;

/// At most this many pairs of an index and a size are remembered for a node.
const MAX_RANGES: usize = 16;

/// Bounds and exponents up to this length lose the blanks around their signs.
const MAX_TIGHT: u32 = 80;

/// How it is written that something is above 0.
enum Sides {
    /// a > b of a − b
    Both(ExprId, ExprId),
    /// x > 2 of x − 2, or turned x < 2 of 2 − x
    Number { of: ExprId, number: Coeff, turned: bool },
    /// x < 0 of −x
    Negative,
    /// x > 0
    Zero,
}

impl Printer<'_> {
    /// A function's name in the format, with the edge before it.
    pub(super) fn function_text(&self, name: &str) -> String {
        if self.format == Notation::Latex { latex_function(name) } else { name.to_owned() }
    }

    /// `name(a, b)` with a name that is already spelled for the format.
    pub(super) fn apply(&mut self, name: &str, lead: Edge, arguments: &[Piece]) -> Piece {
        let tall = arguments.iter().any(|piece| piece.tall);
        let (open, close) = if tall { self.spelling.tall_bracket } else { self.spelling.bracket };
        let first = format!("{name}{open}");
        let mut texts = vec![", "; arguments.len()];
        if let Some(before) = texts.first_mut() {
            *before = &first;
        }
        texts.push(close);
        let refs: Vec<&Piece> = arguments.iter().collect();
        let (rope, len) = self.ropes.weave(&texts, &refs);
        Piece { rope, len, tall, ..Piece::shell(Prec::Atom, lead, Edge::Bracket) }
    }

    /// `name(a, b)`
    pub(super) fn call(&mut self, name: &str, arguments: &[Piece]) -> Piece {
        let text = self.function_text(name);
        self.apply(&text, Edge::Word, arguments)
    }

    pub(super) fn call_on(&mut self, name: &str, inner: ExprId) -> Piece {
        let inner = self.piece(inner, false);
        self.call(name, &[inner])
    }

    /// The same where nothing around it says the size of the operand.
    pub(super) fn call_on_sized(&mut self, name: &str, inner: ExprId) -> Piece {
        let inner = self.sized(inner);
        self.call(name, &[inner])
    }

    /// `tanh²(z)`
    pub(super) fn call_with_mark(&mut self, name: &str, mark: &Piece, inner: ExprId) -> Piece {
        let name = self.function_text(name);
        let inner = self.piece(inner, false);
        let (open, close) = if inner.tall { self.spelling.tall_bracket } else { self.spelling.bracket };
        let (rope, len) = self.ropes.weave(&[&name, open, close], &[mark, &inner]);
        let tall = inner.tall;
        Piece { rope, len, tall, ..Piece::shell(Prec::Atom, Edge::Word, Edge::Bracket) }
    }

    /// `log det X`; what follows would be taken into it, so it is an open piece.
    pub(super) fn log_det(&mut self, matrix: ExprId) -> Piece {
        let inner = self.sized(matrix);
        let plain = inner.whole;
        let inner = if plain { inner } else { self.bracket(&inner) };
        let before = match (self.format, plain) {
            (Notation::Latex, true) => "\\log\\det ",
            (Notation::Latex, false) => "\\log\\det",
            (_, true) => "log det ",
            (_, false) => "log det",
        };
        let (rope, len) = self.ropes.weave(&[before], &[&inner]);
        let trail = inner.trail.clone();
        Piece { rope, len, tall: inner.tall, open: true, ..Piece::shell(Prec::Juxt, Edge::Word, trail) }
    }

    fn fenced(&mut self, inner: &Piece, fences: (&str, &str), edge: Edge) -> Piece {
        let inner = if inner.bar { self.bracket(inner) } else { inner.clone() };
        let (rope, len) = self.ropes.weave(&[fences.0, fences.1], &[&inner]);
        let tall = inner.tall;
        Piece { rope, len, tall, bar: true, ..Piece::shell(Prec::Atom, edge.clone(), edge) }
    }

    pub(super) fn absolute(&mut self, inner: ExprId) -> Piece {
        if self.arena.shape(inner).is_matrix() {
            return self.call_on("abs", inner);
        }
        let piece = self.piece(inner, false);
        let fences = if piece.tall { self.spelling.tall_abs } else { self.spelling.abs };
        self.fenced(&piece, fences, Edge::Bar)
    }

    pub(super) fn norm(&mut self, norm: Norm, inner: ExprId) -> Piece {
        let shape = self.arena.shape(inner);
        let piece = self.sized(inner);
        let fences = if piece.tall { self.spelling.tall_norm } else { self.spelling.norm };
        let fenced = self.fenced(&piece, fences, Edge::Bar);
        let mark = match norm {
            Norm::Frobenius if shape.is_matrix() => "_F",
            Norm::Frobenius => return fenced,
            Norm::One => "_1",
            Norm::Infinity => match self.format {
                Notation::Unicode => "_∞",
                Notation::Ascii => "_inf",
                Notation::Latex => "_\\infty",
            },
            Norm::Spectral => match self.format {
                Notation::Unicode => "₂",
                Notation::Ascii | Notation::Latex => "_2",
            },
            Norm::Nuclear => "_*",
            Norm::P(p) => {
                let p = self.piece(p, false);
                let (open, close) =
                    if p.whole || p.lead == Edge::Digit && p.prec == Prec::Atom { ("_", "") } else { ("_{", "}") };
                let (rope, len) = self.ropes.weave(&["", open, close], &[&fenced, &p]);
                return Piece { rope, len, trail: Edge::Word, ..fenced };
            }
        };
        let mark = if norm == Norm::One && self.format == Notation::Unicode { "₁" } else { mark };
        let (rope, len) = self.ropes.weave(&["", mark], &[&fenced]);
        Piece { rope, len, trail: Edge::Word, ..fenced }
    }

    /// `1[a > b]` of a − b, `1[x < 0]` of −x.
    pub(super) fn indicator(&mut self, inner: ExprId, relation: Relation) -> Piece {
        let ones = |printer: &Self, id: ExprId| matches!(printer.opened(id), Some(Node::Ones(_)));
        match self.sides(inner) {
            Sides::Both(a, b) if !(ones(self, a) && ones(self, b)) => self.compared(a, relation, b),
            Sides::Number { of, number, turned } => {
                self.against_number(of, if turned { relation.turned() } else { relation }, &number)
            }
            Sides::Negative => self.against_zero(inner, relation.turned()),
            Sides::Both(..) | Sides::Zero => self.against_zero(inner, relation),
        }
    }

    /// `1[a ≥ b]` of 1 − 1[b > a], `1[a ≠ b]` of 1 − 1[a = b], in every entry; what stands in front of both is given, too.
    pub(super) fn contrary_indicator(&mut self, terms: &[(Coeff, ExprId)]) -> Option<(Coeff, Piece)> {
        let [(first, one), (second, jump)] = terms else { return None };
        let is_one = |printer: &Self, id: ExprId| match printer.opened(id) {
            Some(Node::Ones(_)) => true,
            Some(Node::Number(value)) => value.is_one(),
            _ => false,
        };
        let (scale, one, jump) = if is_one(self, *one) { (first, *one, *jump) } else { (second, *jump, *one) };
        let Some(Node::Elementwise(function @ (Func::Step | Func::IsZero), inner)) = self.opened(jump) else {
            return None;
        };
        if !is_one(self, one) || !first.add(second).is_zero() {
            return None;
        }
        let scale = scale.clone();
        let inner = *inner;
        let piece = match (function, self.sides(inner)) {
            (Func::Step, Sides::Both(a, b)) => self.compared(b, Relation::AtLeast, a),
            (Func::Step, _) => self.indicator(inner, Relation::AtMost),
            _ => self.indicator(inner, Relation::Unequal),
        };
        Some((scale, piece))
    }

    /// How `inner > 0` is written.
    fn sides(&self, inner: ExprId) -> Sides {
        let Some(Node::Add(terms)) = self.opened(inner) else { return Sides::Zero };
        match &**terms {
            [(a, x), (b, y)] if a.is_one() && *b == Coeff::MINUS_ONE => Sides::Both(*x, *y),
            [(a, x), (b, y)] if b.is_one() && *a == Coeff::MINUS_ONE => Sides::Both(*y, *x),
            [(c, one), (sign, x)] | [(sign, x), (c, one)]
                if sign.abs().is_one() && (self.arena.is_one(*one) || self.arena.is_ones(*one)) =>
            {
                Sides::Number {
                    of: *x,
                    number: if sign.is_one() { c.neg() } else { c.clone() },
                    turned: !sign.is_one(),
                }
            }
            terms if terms.iter().all(|(coeff, _)| coeff.is_negative()) => Sides::Negative,
            terms => match self.beside_extreme(terms) {
                Some((inner, extreme)) => Sides::Both(inner, extreme),
                None => Sides::Zero,
            },
        }
    }

    /// u and max(u) in every entry, of the terms of u − max(u) with a sum u.
    fn beside_extreme(&self, terms: &[(Coeff, ExprId)]) -> Option<(ExprId, ExprId)> {
        let of = |spread: ExprId| {
            let Some(Node::Product(factors)) = self.opened(spread) else { return None };
            let [extreme, ones] = **factors else { return None };
            match self.opened(extreme) {
                Some(Node::Reduce(Reduction::Max | Reduction::Min, inner)) if self.arena.is_ones(ones) => Some(*inner),
                _ => None,
            }
        };
        terms.iter().filter(|(coeff, _)| *coeff == Coeff::MINUS_ONE).find_map(|term| {
            let inner = of(term.1)?;
            let Some(Node::Add(whole)) = self.opened(inner) else { return None };
            let is_rest = whole.len() + 1 == terms.len() && whole.iter().all(|one| terms.contains(one));
            is_rest.then_some((inner, term.1))
        })
    }

    /// `1[a > 2]`
    fn against_number(&mut self, of: ExprId, relation: Relation, number: &Coeff) -> Piece {
        let (left, right) = (self.side(of, false), self.number(number));
        self.bracketed_relation(&left, relation, &right)
    }

    /// `1[a > b]`
    fn compared(&mut self, left: ExprId, relation: Relation, right: ExprId) -> Piece {
        let (left, right) = self.both_sides(left, right);
        self.bracketed_relation(&left, relation, &right)
    }

    /// `1[a > 0]`; what is negative stands with its signs turned.
    fn against_zero(&mut self, of: ExprId, relation: Relation) -> Piece {
        let turned = matches!(self.sides(of), Sides::Negative);
        let left = if turned { self.turned_sum(of, false) } else { self.sized(of) };
        let right = self.number(&Coeff::ZERO);
        self.bracketed_relation(&left, relation, &right)
    }

    fn bracketed_relation(&mut self, left: &Piece, relation: Relation, right: &Piece) -> Piece {
        let relation = relation.text(self.format);
        let (rope, len) = self.ropes.weave(&[self.spelling.indicator, relation, "]"], &[left, right]);
        Piece { rope, len, tall: left.tall || right.tall, ..Piece::shell(Prec::Atom, Edge::Digit, Edge::Bracket) }
    }

    /// Both sides of a comparison, of which one says the size of the other.
    pub(super) fn both_sides(&mut self, left: ExprId, right: ExprId) -> (Piece, Piece) {
        let says = |id: ExprId| self.equal_entry(id).is_none() && self.says_size(std::iter::once(id));
        let (says_left, says_right) = (says(left), says(right));
        (self.side(left, says_right), self.side(right, says_left))
    }

    /// One side of a comparison: a scalar in every entry stands as the scalar. `loose`: its size is said elsewhere.
    pub(super) fn side(&mut self, id: ExprId, loose: bool) -> Piece {
        match self.equal_entry(id) {
            Some(Some(scalar)) => self.piece(scalar, false),
            Some(None) => self.number(&Coeff::ONE),
            None if loose => self.piece(id, true),
            None => self.sized(id),
        }
    }

    /// The scalar in every entry of ones times one, nothing for ones alone; `None` where it is no such product.
    fn equal_entry(&self, id: ExprId) -> Option<Option<ExprId>> {
        match self.opened(id)? {
            Node::Ones(_) => Some(None),
            Node::Product(factors) => match **factors {
                [scalar, ones] => {
                    (self.arena.shape(scalar).is_scalar() && self.arena.is_ones(ones)).then_some(Some(scalar))
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn trace(&mut self, inner: ExprId) -> Piece {
        if let (true, Some(Node::Product(factors))) = (self.style.inner_brackets, self.opened(inner))
            && let (Some(Node::Transpose(first)), 2) = (factors.first().and_then(|id| self.opened(*id)), factors.len())
        {
            let (left, right) = (self.piece(*first, false), self.piece(factors[1], false));
            return self.inner_product(&left, &right);
        }
        self.call_on_sized("tr", inner)
    }

    pub(super) fn reduce(&mut self, reduction: Reduction, inner: ExprId) -> Piece {
        let name = match reduction {
            Reduction::Sum => "sum",
            Reduction::Product => "prod",
            Reduction::Max => "max",
            Reduction::Min => "min",
            Reduction::LogSumExp => "logsumexp",
        };
        self.call_on_sized(name, inner)
    }

    pub(super) fn spectral(&mut self, which: Spectral, inner: ExprId) -> Piece {
        let argument = self.sized(inner);
        let (name, sub) = spectral_name(which);
        if let Some((outer, eig)) = name.split_once(' ') {
            let eig = self.call(eig, &[argument]);
            return self.call(outer, &[eig]);
        }
        let text = match (self.format, sub) {
            (Notation::Unicode, "") | (Notation::Ascii, "") => name.to_owned(),
            (Notation::Latex, "") => latex_function(name),
            (Notation::Unicode, _) => format!("{}_{sub}", if name == "lambda" { "λ" } else { name }),
            (Notation::Ascii, _) => format!("{name}_{sub}"),
            (Notation::Latex, _) if name == "lambda" => format!("\\lambda_{{\\{sub}}}"),
            (Notation::Latex, _) if name.len() == 1 => format!("{name}_{{\\{sub}}}"),
            (Notation::Latex, _) => format!("\\operatorname{{{name}}}_{{\\{sub}}}"),
        };
        self.apply(&text, Edge::Word, &[argument])
    }

    /// `λₖ(A)`, `eigvec_k(A)`
    pub(super) fn ranked(&mut self, which: Ranked, inner: ExprId, place: ExprId) -> Piece {
        let name = match (which, self.format) {
            (Ranked::Eigenvalue, Notation::Unicode) => "λ",
            (Ranked::Eigenvalue, Notation::Ascii) => "lambda",
            (Ranked::Eigenvalue, Notation::Latex) => "\\lambda",
            (Ranked::SingularValue, Notation::Unicode) => "σ",
            (Ranked::SingularValue, Notation::Ascii) => "sigma",
            (Ranked::SingularValue, Notation::Latex) => "\\sigma",
            (Ranked::Eigenvector, Notation::Unicode | Notation::Ascii) => "eigvec",
            (Ranked::Eigenvector, Notation::Latex) => "\\operatorname{eigvec}",
            (Ranked::LeftVector, _) => "u",
            (Ranked::RightVector, _) => "v",
        };
        let argument = self.sized(inner);
        let base = self.atom(name, &Edge::Word);
        let name = self.subscript(base, false, &[(place, 0)]);
        let name = self.ropes.flatten(name.rope, 1 << 12);
        self.apply(&name, Edge::Word, &[argument])
    }

    /// After a name: `aᵢ`, `a_{i+1}`; after anything else in brackets: `(Ax)ᵢ`.
    ///
    /// Each index is a place with what is added to it for the number that is written.
    pub(super) fn subscript(&mut self, base: Piece, wrap: bool, indices: &[(ExprId, i64)]) -> Piece {
        let base = if wrap || base.prec < Prec::Atom { self.bracket(&base) } else { base };
        let mut pieces = Vec::with_capacity(indices.len());
        for (index, offset) in indices {
            pieces.push(match offset {
                0 => self.piece(*index, false),
                offset => self.number_of_place(*index, *offset),
            });
        }
        let plain = |piece: &Piece| matches!(piece.lead, Edge::Letters(_)) && piece.whole;
        let texts: Vec<String> = pieces.iter().map(|piece| self.ropes.flatten(piece.rope, 1 << 12)).collect();
        let bare = pieces.iter().all(plain)
            || pieces.len() == 1 && pieces[0].lead == Edge::Digit && pieces[0].prec == Prec::Atom;
        let mark = if bare {
            subscripted(self.format, &texts.concat(), true)
        } else {
            let tight = texts.iter().map(|text| text.replace(' ', ""));
            format!("_{{{}}}", tight.collect::<Vec<_>>().join(","))
        };
        let is_singular = matches!(&base.trail, Edge::Letters(run) if matches!(&**run, "u" | "v"));
        let trail = match mark.starts_with('_') && self.format != Notation::Latex {
            _ if is_singular => Edge::Singular,
            true => Edge::Word,
            false => Edge::Post,
        };
        Piece { prec: Prec::Atom, ..self.marked(&base, &mark, trail) }
    }

    /// `aᵢ`, `x⁽ⁱ⁾`
    pub(super) fn member(&mut self, name: &str, index: ExprId, offset: i64) -> Piece {
        let parts = NameParts::of(name);
        if parts.is_labelled_letter() {
            let front = front_piece(&mut self.ropes, self.format, name);
            let below = self.subscript(front, false, &[(index, offset)]);
            let small = own_label(self.format, &parts);
            return self.raised(&below, &small);
        }
        let base = match parts.members {
            Place::Below => {
                let base = symbol_piece(&mut self.ropes, self.format, name);
                // `x′ᵢ`
                let is_primed = self.format == Notation::Unicode && NameParts::of(name).label == "prime";
                let base = if is_primed { Piece { prec: Prec::Atom, ..base } } else { base };
                return self.subscript(base, name.contains('_'), &[(index, offset)]);
            }
            Place::Beside => {
                let base = front_piece(&mut self.ropes, self.format, name);
                return self.subscript(base, false, &[(index, offset)]);
            }
            Place::Raised(open, close) => {
                let index = if offset == 0 { self.tight(index) } else { self.number_of_place(index, offset) };
                format!("{open}{}{close}", self.ropes.flatten(index.rope, 1 << 12))
            }
        };
        let front = front_piece(&mut self.ropes, self.format, name);
        // The index has its letters as the format writes them.
        let small =
            if self.format == Notation::Unicode { label_text(self.format, &base) } else { format!("^{{{base}}}") };
        self.raised(&front, &small)
    }

    /// A name with a label behind it.
    fn raised(&mut self, name: &Piece, label: &str) -> Piece {
        let (rope, len) = self.ropes.weave(&["", label], &[name]);
        let trail = label_edge(self.format, label);
        Piece { rope, len, label: true, ..Piece::shell(Prec::Postfix, name.lead.clone(), trail) }
    }

    pub(super) fn entry(&mut self, inner: ExprId, row: ExprId, col: ExprId) -> Piece {
        let shape = self.arena.shape(inner);
        let [row_offset, col_offset] = self.arena.entry_offsets(inner);
        // Entry i of the unit vector eⱼ is δᵢⱼ where the indices are those of an entry that is shown, and entry j of e₂ is δ₂ⱼ.
        if let Some(Node::Basis(_, index)) = self.opened(inner) {
            let index = *index;
            let is_named = |id: ExprId| match self.arena.node(id) {
                Node::Index(free) => self.arena.index_name(*free).is_some(),
                Node::Symbol(_) => self.arena.is_free_index(index) && self.arena.is_free_index(row),
                _ => false,
            };
            let is_number = self.arena.as_number(index).is_some();
            if is_named(if is_number { row } else { index }) {
                let place = if is_number { [index, row] } else { [row, index] };
                let place = place.map(|place| (place, row_offset));
                let text = match self.format {
                    Notation::Unicode => "δ",
                    Notation::Ascii => "delta",
                    Notation::Latex => "\\delta",
                };
                let base = self.atom(text, &Edge::Letters(text.into()));
                return self.subscript(base, false, &place);
            }
        }
        // Where `x₂` is a symbol of its own, the second entry of x is `(x)₂`.
        let taken = |name: &str| {
            let at = if shape.is_row() { col } else { row };
            let number = self.arena.as_number(at).filter(|_| !shape.is_matrix() && row_offset == 0 && col_offset == 0);
            number.is_some_and(|number| self.arena.find_symbol(&format!("{name}_{number}")).is_some())
        };
        let wrap = match self.opened(inner) {
            Some(Node::Symbol(symbol)) => {
                let name = &self.arena.symbol(*symbol).name;
                if NameParts::of(name).members != Place::Below && !shape.is_matrix() {
                    let name = name.clone();
                    let (place, offset) = if shape.is_row() { (col, col_offset) } else { (row, row_offset) };
                    return self.member(&name, place, offset);
                }
                // Beside a family `x_i` the entries of x are others.
                name.contains('_') || taken(name) || self.arena.find_symbol(&format!("{name}_·")).is_some()
            }
            // Fᵢ(x)
            Some(Node::Map(map, argument, _)) if matches!(map.derivative, MapDerivative::Prime(_)) => {
                let place = [row, col];
                let place = if shape.is_column() { &place[..1] } else { &place[usize::from(shape.is_row())..] };
                return self.map(*map, *argument, place);
            }
            _ => true,
        };
        let base = self.sized(inner);
        let (row, col) = ((row, row_offset), (col, col_offset));
        if shape.is_column() {
            self.subscript(base, wrap, &[row])
        } else if shape.is_row() {
            self.subscript(base, wrap, &[col])
        } else {
            self.subscript(base, wrap, &[row, col])
        }
    }

    pub(super) fn literal(&mut self, shape: Shape, entries: &[ExprId]) -> Piece {
        let mut pieces = Vec::with_capacity(entries.len());
        for entry in entries {
            pieces.push(self.piece(*entry, false));
        }
        let vector = !shape.is_matrix();
        let cols = match shape.cols {
            Dim::Known(cols) if !vector => cols as usize,
            _ => pieces.len().max(1),
        };
        // A LaTeX column is written as one, so that each entry is a row of its own.
        let latex = self.format == Notation::Latex;
        let cols = if latex && shape.is_column() { 1 } else { cols };
        let piece = self.bracketed_rows(&pieces, cols);
        if shape.is_row() && !latex { self.transposed(&piece) } else { piece }
    }

    /// Collects which sizes the indices below a node run over.
    pub(super) fn note_ranges(&mut self, id: ExprId) {
        let node = self.arena.node(id);
        let mut found: Vec<(IndexId, Dim, bool)> = Vec::new();
        let index_of = |id: ExprId| if let Node::Index(index) = self.arena.node(id) { Some(*index) } else { None };
        if let Node::Member(symbol, index) = node
            && let (SymbolKind::Family(size), Some(index)) = (self.arena.symbol(*symbol).kind, index_of(*index))
        {
            found.push((index, size, true));
        }
        if let Node::Entry(inner, row, col) = node {
            let shape = self.arena.shape(*inner);
            if let (true, Some(index)) = (!shape.is_row(), index_of(*row)) {
                found.push((index, shape.rows, true));
            }
            if let (true, Some(index)) = (!shape.is_column(), index_of(*col)) {
                found.push((index, shape.cols, true));
            }
        }
        // A unit vector does not say how far its index runs, but is as long as that.
        if let Node::Basis(size, at) = node
            && let Some(index) = index_of(*at)
        {
            found.push((index, *size, false));
        }
        for child in node.children() {
            found.extend(self.ranges.get(&child).into_iter().flatten().copied());
        }
        if let Node::Indexed { index, .. } = node {
            found.retain(|(own, ..)| own != index);
        }
        found.sort_unstable();
        found.dedup();
        found.truncate(MAX_RANGES);
        if !found.is_empty() {
            self.ranges.insert(id, found);
        }
    }

    /// Whether the bounds follow from what the index stands in.
    pub(super) fn natural(&self, index: IndexId, lower: ExprId, upper: ExprId, body: ExprId) -> bool {
        let size = match self.arena.node(upper) {
            Node::Size(dim) => *dim,
            Node::Number(value) => match value.to_i64().map(u32::try_from) {
                Some(Ok(value)) => Dim::Known(value),
                _ => return false,
            },
            _ => return false,
        };
        let ranges = self.ranges.get(&body).map_or(&[][..], Vec::as_slice);
        let mut own = ranges.iter().filter(|(found, ..)| *found == index);
        self.arena.as_number(lower).is_some_and(Coeff::is_one)
            && own.clone().any(|(_, _, is_said)| *is_said)
            && own.all(|(_, found, _)| *found == size)
    }

    /// `Σᵢ body`; the body is printed as the given piece where there is one.
    pub(super) fn indexed(
        &mut self,
        op: BigOp,
        index: IndexId,
        lower: ExprId,
        upper: ExprId,
        body: ExprId,
        printed: Option<Piece>,
    ) -> Piece {
        self.indexed_but(op, index, (lower, upper), None, body, printed)
    }

    /// `Σ_{i≠k} body`, of all values of the index but one.
    pub(super) fn indexed_but(
        &mut self,
        op: BigOp,
        index: IndexId,
        (lower, upper): (ExprId, ExprId),
        but: Option<ExprId>,
        body: ExprId,
        printed: Option<Piece>,
    ) -> Piece {
        let sign = match op {
            // Beside a matrix Σ the sum has the sign that is no letter.
            BigOp::Sum if self.spelling.sum == "Σ" && self.arena.find_symbol("Σ").is_some() => "∑",
            BigOp::Product if self.spelling.product == "Π" && self.arena.find_symbol("Π").is_some() => "∏",
            BigOp::Sum => self.spelling.sum,
            BigOp::Product => self.spelling.product,
        };
        let name = self.index_names.get(&index).cloned().unwrap_or_default();
        let offset = self.index_offset(index);
        let natural = offset == 0 && self.natural(index, lower, upper, body);
        let inner = printed.unwrap_or_else(|| self.piece(body, false));
        let inner = self.at_least_in_sum(&inner);
        let [low, high] = [lower, upper].map(|bound| match offset {
            0 => self.tight(bound),
            offset => self.tight_place(bound, offset),
        });
        let latex = self.format == Notation::Latex;
        let (rope, len) = if let Some(but) = but {
            let name = super::names::symbol_text(self.format, &name);
            let (relation, comma) = match self.format {
                Notation::Unicode => ("≠", ", "),
                Notation::Ascii => (" != ", ", "),
                Notation::Latex => (" \\neq ", ",\\ "),
            };
            let but = if offset == 0 { self.tight(but) } else { self.tight_place(but, offset) };
            if natural {
                let start = format!("{sign}_{{{name}{relation}");
                self.ropes.weave(&[start.as_str(), "} "], &[&but, &inner])
            } else {
                let (start, middle) = (format!("{sign}_{{{name}="), format!("{comma}{name}{relation}"));
                self.ropes.weave(&[&start, &middle, "}^{", "} "], &[&low, &but, &high, &inner])
            }
        } else if natural && !latex {
            let mark = format!("{sign}{} ", subscripted(self.format, &name, true));
            self.ropes.weave(&[&mark], &[&inner])
        } else {
            let name = super::names::symbol_text(self.format, &name);
            let start = format!("{sign}_{{{name}=");
            let bare = !latex && high.prec == Prec::Atom && high.lead != Edge::Word && !high.lead.is_bracket();
            let texts = if bare { [start.as_str(), "}^", " "] } else { [start.as_str(), "}^{", "} "] };
            self.ropes.weave(&texts, &[&low, &high, &inner])
        };
        let lead = if self.format == Notation::Ascii { Edge::Word } else { Edge::Other };
        let trail = inner.trail.clone();
        Piece { rope, len, tall: latex, open: true, bar: inner.bar, ..Piece::shell(Prec::Juxt, lead, trail) }
    }

    /// A bound or exponent, without blanks around its signs.
    pub(super) fn tight(&mut self, id: ExprId) -> Piece {
        let piece = self.piece(id, false);
        self.without_blanks(piece)
    }

    /// The same of a place with what is added to it for its number.
    fn tight_place(&mut self, id: ExprId, offset: i64) -> Piece {
        let piece = self.number_of_place(id, offset);
        self.without_blanks(piece)
    }

    fn without_blanks(&mut self, piece: Piece) -> Piece {
        if piece.prec != Prec::Sum || piece.len > MAX_TIGHT {
            return piece;
        }
        let text = self.ropes.flatten(piece.rope, 1 << 12).replace(" + ", "+");
        let text = text.replace(self.spelling.binary_minus, self.spelling.minus);
        let short = self.ropes.text(&text, Prec::Sum, Edge::Other, Edge::Other);
        Piece { tall: piece.tall, ..short }
    }

    /// The body of a sum over an index ends at the next + or −.
    fn at_least_in_sum(&mut self, piece: &Piece) -> Piece {
        if piece.prec == Prec::Sum { self.bracket(piece) } else { piece.clone() }
    }
}
