//! The printer: one piece of text for each distinct node, children first.
//!
//! This file holds the state, the joining of neighbors and the dispatch over all operators;
//! sums, products, powers and calls have their own.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::{
    adjoint_piece, avoided_index, dim_text, index_names, symbol_piece, symbol_text, taken_names, terms_text,
};
use super::order::{degrees, reference_counts, weights};
use super::piece::{Edge, Piece, Prec, Ropes};
use super::place::index_offsets;
use super::power::Exponent;
use super::size::whole_ranges;
use super::spelling::{ASCII, LATEX, Spelling, UNICODE, is_reserved};
use super::{Notation, Style, greek};
use crate::expr::{Arena, Dim, ExprId, IndexId, Node, Shape, SizeTerm};
use crate::number::Coeff;

/// Names up to this length are looked for in a run of letters.
const LONGEST_WORD: usize = 32;

/// A run of more small letters would be read as a word.
const MOST_SMALL_LETTERS: usize = 3;

/// Two runs of letters side by side.
type Runs = (Rc<str>, Rc<str>);

/// State while one expression is printed.
pub(super) struct Printer<'a> {
    pub(super) arena: &'a Arena,
    pub(super) format: Notation,
    pub(super) style: Style,
    pub(super) spelling: &'static Spelling,
    pub(super) ropes: Ropes,
    pub(super) index_names: FxHashMap<IndexId, String>,
    /// What is added to the values of indices for the numbers that are written, where that is not 0.
    pub(super) index_offsets: FxHashMap<IndexId, i64>,
    pub(super) weights: FxHashMap<ExprId, u32>,
    /// How many places refer to each node.
    pub(super) references: FxHashMap<ExprId, u32>,
    /// Degrees in differentials: the terms of a Taylor polynomial stand in their order.
    pub(super) degrees: FxHashMap<ExprId, u32>,
    /// Indices with the sizes of what they run over, below each node, and whether it says so by itself, as a unit vector does not.
    pub(super) ranges: FxHashMap<ExprId, Vec<(IndexId, Dim, bool)>>,
    /// The sizes that bound indices run up to; `None` where one number stands for indices of several ranges.
    pub(super) whole_ranges: FxHashMap<IndexId, Option<Dim>>,
    /// Sums with a common factor, apart: the factor and what is left.
    pub(super) contents: FxHashMap<ExprId, (Coeff, Piece)>,
    /// What is printed, transposed, in the place of a sum: (A − B)ᵀ for Aᵀ − Bᵀ.
    pub(super) transposes: FxHashMap<ExprId, Piece>,
    /// The names in use; found out when first asked for, since most expressions are small and the arena may be large.
    taken: OnceCell<FxHashSet<String>>,
    memo: FxHashMap<(ExprId, bool), Piece>,
    /// Runs of letters side by side, and whether they must be parted.
    parted: RefCell<FxHashMap<Runs, bool>>,
}

impl<'a> Printer<'a> {
    pub(super) fn new(arena: &'a Arena, format: Notation, style: Style, order: &[ExprId]) -> Self {
        Self {
            arena,
            format,
            style,
            spelling: match format {
                Notation::Unicode => &UNICODE,
                Notation::Ascii => &ASCII,
                Notation::Latex => &LATEX,
            },
            ropes: Ropes::default(),
            index_names: index_names(arena, order, avoided_index(arena, order, format), || taken_names(arena)),
            index_offsets: index_offsets(arena, order),
            weights: weights(arena, order),
            references: reference_counts(arena, order),
            degrees: degrees(arena, order),
            ranges: FxHashMap::default(),
            whole_ranges: whole_ranges(arena, order),
            contents: FxHashMap::default(),
            transposes: FxHashMap::default(),
            taken: OnceCell::new(),
            memo: FxHashMap::default(),
            parted: RefCell::default(),
        }
    }

    fn taken(&self) -> &FxHashSet<String> {
        self.taken.get_or_init(|| taken_names(self.arena))
    }

    /// Prints a node whose children are prepared. Where the size of an identity follows from what is
    /// around it, the loose form leaves it out.
    pub(super) fn prepare(&mut self, id: ExprId) {
        self.note_ranges(id);
        let piece = self.layout(id, false);
        self.memo.insert((id, false), piece);
        if self.unsized_form(id) {
            let piece = self.layout(id, true);
            self.memo.insert((id, true), piece);
        }
    }

    /// The piece of a prepared node.
    pub(super) fn finished(&mut self, id: ExprId) -> Piece {
        self.piece(id, false)
    }

    /// The piece of a prepared node, in the loose form where asked for and there is one.
    pub(super) fn piece(&mut self, id: ExprId, loose: bool) -> Piece {
        let found = if loose { self.memo.get(&(id, true)) } else { None };
        match found.or_else(|| self.memo.get(&(id, false))) {
            Some(piece) => piece.clone(),
            None => self.layout(id, loose),
        }
    }

    /// The node.
    pub(super) fn opened(&self, id: ExprId) -> Option<&'a Node> {
        Some(self.arena.node(id))
    }

    /// Whether a size of the printed form does not follow from the form itself: an identity, `1ᵀ` at the end.
    pub(super) fn unsized_form(&self, id: ExprId) -> bool {
        match self.opened(id) {
            Some(Node::Identity(_)) => true,
            Some(Node::Transpose(inner)) => {
                matches!(self.opened(*inner), Some(Node::Ones(_))) || self.memo.contains_key(&(*inner, true))
            }
            Some(Node::Product(factors)) => {
                let mut matrices = factors.iter().filter(|factor| !self.arena.shape(**factor).is_scalar());
                let all = matrices.clone().all(|factor| self.memo.contains_key(&(*factor, true)));
                all || matrices.next_back().is_some_and(|last| {
                    matches!(self.opened(*last), Some(Node::Transpose(_))) && self.memo.contains_key(&(*last, true))
                })
            }
            Some(Node::Add(terms)) => terms.iter().all(|(_, term)| self.memo.contains_key(&(*term, true))),
            Some(Node::Power(base, _)) => self.memo.contains_key(&(*base, true)),
            _ => false,
        }
    }

    /// Brackets a piece that binds looser than `prec`.
    pub(super) fn at_least(&mut self, piece: &Piece, prec: Prec) -> Piece {
        if piece.prec < prec || piece.open { self.bracket(piece) } else { piece.clone() }
    }

    /// (piece)
    pub(super) fn bracket(&mut self, piece: &Piece) -> Piece {
        let (open, close) = if piece.tall { self.spelling.tall_bracket } else { self.spelling.bracket };
        let (rope, len) = self.ropes.weave(&[open, close], &[piece]);
        let is_name = piece.prec == Prec::Atom
            && matches!(piece.lead, Edge::Letters(_) | Edge::Word | Edge::Other)
            && !piece.trail.is_bracket();
        let lead = if is_name { Edge::Named } else { Edge::Bracket };
        Piece { rope, len, tall: piece.tall, ..Piece::shell(Prec::Atom, lead, Edge::Bracket) }
    }

    /// What goes between two neighbors of a product; the second value says that it is a written operator.
    fn separator(&self, left: &Piece, right: &Piece) -> (&'static str, bool) {
        use Edge::{Bar, Bracket, Digit, Letters, Named, Other, Post, Singular, Spaced, Word};
        let times = (self.spelling.times, true);
        let latex = self.format == Notation::Latex;
        let ascii = self.format == Notation::Ascii;
        let trail = match &left.trail {
            Singular if right.lead.is_bracket() => return times,
            Singular if ascii => &Word,
            Singular => &Post,
            trail => trail,
        };
        let lead = if right.lead == Named { &Bracket } else { &right.lead };
        let text = match (trail, lead) {
            (Letters(_) | Word, _) if right.lead == Named => return times,
            (Post, _) if right.lead == Named && !left.lead.is_bracket() => return times,
            (Digit, Digit) => return times,
            (Word, Digit) => return times,
            (Letters(run), Bracket) if self.reads_as_call(run) => return times,
            // `CI(A + B)` would be a function of that name, as no symbol is called I.
            (Letters(run), Bracket) if run.len() > 1 && run.contains('I') => " ",
            (Word, Bracket) if left.prec == Prec::Atom => return if latex { (" ", false) } else { times },
            (Digit, Letters(run)) if matches!(&**run, "e" | "E") => " ",
            (Digit, Spaced) if !latex => "",
            (Spaced, _) | (_, Spaced) if latex => " \\, ",
            (Spaced, _) | (_, Spaced) => " ",
            (Digit, _) | (Bracket, Bracket) => "",
            _ if latex => " ",
            (Letters(a), Letters(b)) => {
                if ascii || self.must_part(a, b) {
                    " "
                } else {
                    ""
                }
            }
            (Letters(_) | Word, Word) | (Word, Letters(_) | Bar | Other) | (Bar, Word | Bar) => " ",
            (_, Digit) => " ",
            (Word | Post | Singular | Letters(_) | Bar | Bracket | Named | Other, _) => "",
        };
        (text, false)
    }

    /// Whether the last name of a run, followed by a bracket, would be read as a function.
    fn reads_as_call(&self, run: &str) -> bool {
        let Some(last) = run.chars().last() else { return false };
        last == 'σ' || self.is_function(&last.to_string())
    }

    fn is_function(&self, name: &str) -> bool {
        self.arena.find_symbol(name).is_some_and(|id| self.arena.symbol(id).kind.is_function())
    }

    /// Whether a name is in use for a symbol or a size.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        self.taken().contains(name)
    }

    /// Whether two runs of letters side by side would be read as another word, or are too long to be read.
    fn must_part(&self, left: &Rc<str>, right: &Rc<str>) -> bool {
        let runs = (Rc::clone(left), Rc::clone(right));
        if let Some(known) = self.parted.borrow().get(&runs) {
            return *known;
        }
        let part = self.reads_as_word(left, right);
        self.parted.borrow_mut().insert(runs, part);
        part
    }

    fn reads_as_word(&self, left: &str, right: &str) -> bool {
        let before: Vec<char> = left.chars().collect();
        let before = &before[before.len().saturating_sub(LONGEST_WORD)..];
        let run: Vec<char> = before.iter().copied().chain(right.chars().take(LONGEST_WORD)).collect();
        if run.split(|letter| !letter.is_lowercase()).any(|small| small.len() > MOST_SMALL_LETTERS) {
            return true;
        }
        (0..before.len()).any(|from| {
            (from + 2..=run.len()).any(|to| {
                let word: String = run[from..to].iter().collect();
                let lower = word.to_lowercase();
                self.taken().contains(&word)
                    || is_reserved(&lower)
                    || greek::is_greek_name(&word)
                    || (run[from] == 'd' && to == from + 2)
            })
        })
    }

    /// ab
    pub(super) fn juxtapose(&mut self, left: &Piece, right: &Piece) -> Piece {
        let (separator, piece) = self.beside(left, right);
        let (rope, len) = self.ropes.weave(&["", separator], &[left, right]);
        Piece { rope, len, ..piece }
    }

    /// What goes between two factors, and what must be known of their product, without its text.
    pub(super) fn beside(&self, left: &Piece, right: &Piece) -> (&'static str, Piece) {
        let (separator, operator) = self.separator(left, right);
        let joined = |edge: &Edge, other: &Edge| match (edge, other) {
            (Edge::Letters(a), Edge::Letters(b)) if separator.is_empty() => Edge::Letters(format!("{a}{b}").into()),
            _ => edge.clone(),
        };
        let lead = if left.whole { shortened(joined(&left.lead, &right.lead), false) } else { left.lead.clone() };
        let trail = match (&left.trail, &right.trail) {
            (Edge::Letters(a), Edge::Letters(b)) if right.whole && separator.is_empty() => {
                shortened(Edge::Letters(format!("{a}{b}").into()), true)
            }
            _ => right.trail.clone(),
        };
        let piece = Piece {
            rope: u32::MAX,
            len: 0,
            prec: if operator { Prec::Ops } else { Prec::Juxt },
            lead,
            trail,
            whole: left.whole && right.whole && separator.is_empty(),
            open: right.open,
            tall: left.tall || right.tall,
            bar: left.bar || right.bar,
            chain: false,
            label: false,
        };
        (separator, piece)
    }

    /// An operator as it stands between the operands: `a∘b`, but with blanks beside a product, `b ∘ Ax`.
    pub(super) fn between(&self, operands: &[Piece], operator: &'static str) -> &'static str {
        let simple = operands.iter().all(|operand| operand.prec >= Prec::Postfix && !operand.open);
        match operator {
            " ∘ " if simple => "∘",
            " ⊘ " if simple => "⊘",
            _ => operator,
        }
    }

    /// a ∘ b ∘ …
    pub(super) fn operation(&mut self, operands: &[Piece], operator: &'static str) -> Piece {
        let mut pieces = Vec::with_capacity(operands.len());
        for operand in operands {
            pieces.push(self.at_least(operand, Prec::Juxt));
        }
        let operator = self.between(&pieces, operator);
        let mut texts = vec![operator; pieces.len()];
        if let Some(first) = texts.first_mut() {
            *first = "";
        }
        let refs: Vec<&Piece> = pieces.iter().collect();
        let (rope, len) = self.ropes.weave(&texts, &refs);
        let lead = pieces.first().map_or(Edge::Other, |piece| piece.lead.clone());
        let trail = pieces.last().map_or(Edge::Other, |piece| piece.trail.clone());
        let tall = pieces.iter().any(|piece| piece.tall);
        let bar = pieces.iter().any(|piece| piece.bar);
        Piece { rope, len, tall, bar, ..Piece::shell(Prec::Ops, lead, trail) }
    }

    pub(super) fn atom(&mut self, text: &str, edge: &Edge) -> Piece {
        self.ropes.text(text, Prec::Atom, edge.clone(), edge.clone())
    }

    /// The size as text.
    pub(super) fn size(&self, dim: Dim) -> String {
        dim_text(self.arena, self.format, dim)
    }

    /// `ones(m, n)`; in LaTeX `\mathbf{1}_{n}` where its size is a name or a number.
    fn ones(&mut self, shape: Shape) -> Piece {
        let size = if shape.is_row() { shape.cols } else { shape.rows };
        let text = self.size(size);
        let is_plain = text.chars().all(char::is_alphabetic) || text.chars().all(|c| c.is_ascii_digit());
        if self.format != Notation::Latex || shape.is_matrix() || !is_plain {
            return self.filled("ones", shape);
        }
        let column = self.atom(&format!("\\mathbf{{1}}_{{{text}}}"), &Edge::Other);
        if shape.is_row() { self.transposed(&column) } else { column }
    }

    /// `ones(m, n)`, `zeros(n)`; a row is a transposed column.
    fn filled(&mut self, name: &str, shape: Shape) -> Piece {
        let text = if shape.is_matrix() {
            format!("{}, {}", self.size(shape.rows), self.size(shape.cols))
        } else {
            self.size(if shape.is_row() { shape.cols } else { shape.rows })
        };
        let argument = self.atom(&text, &Edge::Other);
        let call = self.call(name, &[argument]);
        if shape.is_row() { self.transposed(&call) } else { call }
    }

    fn layout(&mut self, id: ExprId, loose: bool) -> Piece {
        let arena = self.arena;
        match arena.node(id) {
            Node::Number(value) => self.number(value),
            Node::Pi => {
                let edge = if self.format == Notation::Unicode { Edge::Letters("π".into()) } else { Edge::Word };
                self.atom(self.spelling.pi, &edge)
            }
            Node::Size(dim) => {
                let text = self.size(*dim);
                let (factor, names) = match arena.size_terms(*dim).as_slice() {
                    [(factor, names)] => (*factor, names.clone()),
                    _ => return self.ropes.text(&text, Prec::Sum, Edge::Word, Edge::Word),
                };
                if names.len() == 1 && factor == 1 {
                    let name = arena.size_names().get(names[0] as usize).cloned().unwrap_or_default();
                    return symbol_piece(&mut self.ropes, self.format, &name);
                }
                let lead = if factor == 1 { Edge::Word } else { Edge::Digit };
                self.ropes.text(&text, if names.is_empty() { Prec::Atom } else { Prec::Juxt }, lead, Edge::Word)
            }
            Node::Index(index) => match self.index_offsets.contains_key(index) {
                true => self.number_of_place(id, 0),
                false => self.index(*index),
            },
            Node::Symbol(symbol) if arena.is_adjoint(*symbol) => {
                adjoint_piece(&mut self.ropes, self.format, &arena.symbol(*symbol).name)
            }
            Node::Symbol(symbol) => symbol_piece(&mut self.ropes, self.format, &arena.symbol(*symbol).name),
            Node::Member(symbol, index) => {
                let name = &arena.symbol(*symbol).name;
                self.member(name, *index, arena.member_offset(*symbol))
            }
            Node::Differential(symbol, slot) => {
                let name = symbol_text(self.format, &arena.symbol(*symbol).name);
                let mut text = format!("{}{name}", self.spelling.differential);
                if *slot > 0 {
                    text.push_str(&super::names::subscripted(self.format, &slot.to_string(), false));
                }
                self.atom(&text, &Edge::Spaced)
            }
            Node::Pending(inner, slot) => {
                let mut name = self.spelling.differential.to_owned();
                if *slot > 0 {
                    name.push_str(&super::names::subscripted(self.format, &slot.to_string(), false));
                }
                let inner = self.piece(*inner, false);
                self.apply(&name, Edge::Word, &[inner])
            }
            Node::Identity(dim) => self.identity(*dim, loose),
            Node::Commutation(of) => {
                let sizes = [of.rows, of.cols].map(|size| self.size(size));
                let sizes = sizes.map(|size| self.atom(&size, &Edge::Other));
                self.call("commutation", &sizes)
            }
            Node::Selection(..) => self.selection(id),
            Node::Ones(shape) => self.ones(*shape),
            Node::Zeros(shape) => self.filled("zeros", *shape),
            Node::Basis(size, index) => {
                let base = self.atom("e", &Edge::Letters("e".into()));
                let offset = if arena.has_numberings() { arena.axis_offset(*size) } else { 0 };
                self.subscript(base, false, &[(*index, offset)])
            }
            Node::Literal(shape, entries) => self.literal(*shape, entries),
            Node::Add(_) if self.holds_numbered_index(id) => self.number_of_place(id, 0),
            Node::Add(terms) => self.sum(id, terms, loose),
            Node::Product(_) => self.monomial_of(id, loose),
            Node::Hadamard(factors) => {
                if arena.shape(id).is_scalar() {
                    self.monomial_of(id, loose)
                } else {
                    self.hadamard(factors, None)
                }
            }
            Node::Kron(left, right) => {
                if self.format == Notation::Ascii {
                    let parts = [self.sized(*left), self.sized(*right)];
                    return self.call("kron", &parts);
                }
                // A ⊗ B ⊗ C is read from the left.
                let mut parts = vec![*right];
                let mut rest = *left;
                while let Some(Node::Kron(left, right)) = self.opened(rest) {
                    parts.push(*right);
                    rest = *left;
                }
                parts.push(rest);
                let parts: Vec<Piece> = parts.into_iter().rev().map(|part| self.sized(part)).collect();
                self.operation(&parts, self.spelling.kron)
            }
            Node::Transpose(inner) => self.transpose_of(*inner, loose),
            Node::Power(base, exponent) => self.power_of(*base, *exponent, loose),
            Node::Entry(inner, row, col) => self.entry(*inner, *row, *col),
            Node::Indexed { op, index, lower, upper, body } => self.indexed(*op, *index, *lower, *upper, *body, None),
            Node::Choose(..) => self.cases(id),
            Node::Elementwise(func, inner) => self.elementwise(*func, *inner),
            Node::Map(map, inner, place) => self.map(*map, *inner, place),
            Node::MatrixFunction(function, inner, directions) => self.matrix_function(*function, *inner, directions),
            Node::Trace(inner) => self.trace(self.arena.written_rotation(*inner)),
            Node::Det(inner) => self.call_on_sized("det", *inner),
            Node::Reduce(reduction, inner) => self.reduce(*reduction, *inner),
            Node::Norm(norm, inner) => self.norm(*norm, *inner),
            Node::Spectral(which, inner) => self.spectral(*which, *inner),
            Node::Ranked(which, inner, place) => self.ranked(*which, *inner, *place),
            Node::Apply(op, inner) => self.call_on(op.name(), *inner),
            Node::Hat(inner) => self.hat(*inner),
            Node::Axial(inner) => self.call_on("axial", *inner),
            Node::Diag(inner) | Node::DiagPart(inner) => self.call_on("diag", *inner),
            Node::Vec(inner) => self.call_on_sized("vec", *inner),
            Node::Unvec(inner, shape) => {
                let inner = self.piece(*inner, false);
                let rows = self.size(shape.rows);
                let cols = self.size(shape.cols);
                let (rows, cols) = (self.atom(&rows, &Edge::Other), self.atom(&cols, &Edge::Other));
                self.call("unvec", &[inner, rows, cols])
            }
            Node::Pinv(inner) => self.call_on("pinv", *inner),
            Node::Factorial(inner) => {
                let inner = self.piece(*inner, false);
                let mut piece = self.marked(&inner, "!", Edge::Post);
                piece.prec = Prec::Postfix;
                piece
            }
        }
    }

    pub(super) fn identity(&mut self, dim: Dim, loose: bool) -> Piece {
        self.identity_of(&self.arena.size_terms(dim), loose)
    }

    /// The identity matrix of a size that is a sum of terms.
    pub(super) fn identity_of(&mut self, size: &[SizeTerm], loose: bool) -> Piece {
        let mut piece = symbol_piece(&mut self.ropes, self.format, "I");
        if !loose {
            let size = terms_text(self.arena, self.format, size);
            let mark = super::names::subscripted(self.format, &size, true);
            let end = if self.format == Notation::Unicode && !mark.starts_with('_') { Edge::Post } else { Edge::Word };
            piece = Piece { prec: Prec::Atom, ..self.marked(&piece, &mark, end) };
        }
        piece
    }

    fn transpose_of(&mut self, inner: ExprId, loose: bool) -> Piece {
        match self.opened(inner) {
            Some(Node::Ones(shape)) if loose && shape.is_column() => {
                let one = match self.format {
                    Notation::Latex => self.atom("\\mathbf{1}", &Edge::Other),
                    Notation::Unicode | Notation::Ascii => self.atom("1", &Edge::Digit),
                };
                self.transposed(&one)
            }
            Some(Node::Power(base, exponent)) if self.arena.as_number(*exponent) == Some(&Coeff::MINUS_ONE) => {
                let base = self.piece(*base, loose);
                self.inverse_transposed(&base)
            }
            _ => {
                let inner = self.piece(inner, loose);
                self.transposed(&inner)
            }
        }
    }

    fn power_of(&mut self, base: ExprId, exponent: ExprId, loose: bool) -> Piece {
        let exponent = self.exponent(exponent);
        let inner = match self.opened(base) {
            Some(Node::Transpose(inner)) => Some(self.piece(*inner, loose)),
            _ => self.transposes.get(&base).cloned(),
        };
        match (inner, &exponent) {
            (Some(inner), Exponent::Number(power)) if *power == Coeff::MINUS_ONE => {
                return self.inverse_transposed(&inner);
            }
            // (X²)ᵀ rather than (Xᵀ)²
            (Some(inner), Exponent::Number(_)) => {
                let power = self.power(&inner, &exponent);
                return self.transposed(&power);
            }
            _ => {}
        }
        // (AXB)⁻ᵀ rather than (BᵀXᵀAᵀ)⁻¹
        if let (Some(Node::Product(factors)), true) =
            (self.opened(base), exponent == Exponent::Number(Coeff::MINUS_ONE))
            && self.saved_by_transposing(factors) > 1
        {
            let factors = self.matrices(factors, true, loose, true);
            if let Some(product) = self.join(factors) {
                return self.inverse_transposed(&product);
            }
        }
        let base = self.piece(base, loose);
        self.power(&base, &exponent)
    }
}

/// The edge without the letters that are too far inside to matter.
fn shortened(edge: Edge, trail: bool) -> Edge {
    match edge {
        Edge::Letters(run) if run.len() > 4 * LONGEST_WORD => {
            let letters = run.chars();
            let skip = if trail { letters.clone().count().saturating_sub(LONGEST_WORD) } else { 0 };
            Edge::Letters(letters.skip(skip).take(LONGEST_WORD).collect::<String>().into())
        }
        other => other,
    }
}
