//! From the syntax tree with its shapes to raw nodes, which mean precisely what was written.
//!
//! A loop over the nodes in post-order; it may assume that the try it gets has no clash.

use std::sync::Arc;

mod arithmetic;
mod call;
mod eigenvalues;
mod reduce;
mod stack;

use rustc_hash::FxHashMap;

use super::Goal;
use super::check::Try;
use super::clash::Ty;
use super::naming::Naming;
use super::size::{SizeId, SizeValue};
use crate::expr::{
    Arena, BigOp, Dim, ExprId, Func, IndexId, Node, Shape, Symbol, SymbolId, SymbolKind, difference_of_terms,
};
use crate::number::Coeff;
use crate::reading::kind::WrittenSize;
use crate::reading::kind::{Kind, Special};
use crate::reading::resolve::{Binder, Ref};
use crate::span::Span;
use crate::structure::Structure;
use crate::syntax::{Ast, AstId, AstKind, Comparison, Range};

/// What is known while nodes are made.
pub(super) struct Lowering<'a, 'i> {
    pub(super) arena: &'a mut Arena,
    pub(super) tried: &'a Try<'i>,
    naming: &'a Naming,
    dims: FxHashMap<SizeId, Dim>,
    symbols: Vec<Option<SymbolId>>,
    indices: Vec<Option<IndexId>>,
    known: FxHashMap<String, SymbolId>,
    /// The expressions of the nodes of the current text.
    exprs: Vec<ExprId>,
    text: usize,
}

/// What the nodes are made of.
pub(super) struct Lowered {
    pub(super) roots: Vec<ExprId>,
    /// In order of appearance.
    pub(super) symbols: Vec<SymbolId>,
    /// Where each expression was first written.
    pub(super) spans: FxHashMap<ExprId, (usize, Span)>,
    /// The parts that the first text names.
    pub(super) named: Vec<(String, ExprId)>,
}

/// Makes the nodes of all texts.
pub(super) fn lower(tried: &Try<'_>, naming: &Naming, arena: &mut Arena) -> Lowered {
    let known = arena.symbols().map(|(id, symbol)| (symbol.name.clone(), id)).collect();
    let mut lowering = Lowering {
        arena,
        tried,
        naming,
        dims: FxHashMap::default(),
        symbols: vec![None; tried.input.symbols.len()],
        indices: vec![None; tried.input.binders.len()],
        known,
        exprs: Vec::new(),
        text: 0,
    };
    let mut order: Vec<usize> = (0..tried.input.symbols.len()).collect();
    order.retain(|symbol| {
        let sym = &tried.input.symbols[*symbol];
        !sym.hidden && (sym.place.is_some() || sym.wrt || sym.is_function())
    });
    order.sort_by_key(|symbol| {
        let sym = &tried.input.symbols[*symbol];
        (sym.place.is_none(), sym.place)
    });
    let integers = lowering.integer_exponents();
    let mut symbols = Vec::new();
    for place in order {
        let id = lowering.symbol(place, integers[place]);
        let used = !tried.input.symbols[place].is_function() || tried.input.symbols[place].place.is_some();
        if used {
            symbols.push(id);
        }
    }
    let (mut roots, mut spans, mut named) = (Vec::new(), FxHashMap::default(), Vec::new());
    for text in 0..tried.input.texts.len() {
        lowering.text = text;
        lowering.exprs.clear();
        let ast = tried.input.texts[text].ast;
        for number in 0..ast.nodes.len() {
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            let mut expr = lowering.node(ast, id);
            debug_assert!(
                tried.input.texts[text].refs[number] == Ref::Inert
                    || lowering.arena.shape(expr) == lowering.shape_at(id),
                "the node has the shape that was inferred"
            );
            if number + 1 == ast.nodes.len() {
                expr = lowering.fit(expr);
                roots.push(expr);
            }
            if tried.input.texts[text].refs[number] != Ref::Inert {
                spans.entry(expr).or_insert((text, ast.span(id)));
            }
            lowering.exprs.push(expr);
        }
        if text == 0 {
            named = ast.named.iter().map(|(name, id)| (name.clone(), lowering.exprs[id.0 as usize])).collect();
        }
    }
    // Functions are used through their calls, which name no node.
    let called = lowering.called_functions();
    for id in called {
        if !symbols.contains(&id) {
            symbols.push(id);
        }
    }
    Lowered { roots, symbols, spans, named }
}

impl Lowering<'_, '_> {
    /// The size as it is known now.
    pub(super) fn dim(&mut self, size: SizeId) -> Dim {
        let root = self.tried.sizes.find(size);
        if let Some(dim) = self.dims.get(&root) {
            return *dim;
        }
        let dim = match self.tried.sizes.value(root) {
            SizeValue::Known(value) => Dim::Known(*value),
            SizeValue::Named(place) => self.arena.named_size(&self.tried.input.size_names[*place as usize]),
            SizeValue::Free => self.arena.named_size(self.naming.of(root)),
            SizeValue::Product(_) => {
                let (number, factors) = self.tried.sizes.factors(root);
                let mut dim = Dim::Known(number);
                for factor in factors {
                    let factor = self.dim(factor);
                    dim = self.arena.size_product(dim, factor);
                }
                dim
            }
            SizeValue::Sum(_) | SizeValue::Rest(..) => {
                let terms = self.tried.sizes.terms(root);
                let mut sum = vec![(terms.number, Vec::new())];
                for term in terms.added {
                    let term = self.dim(term);
                    sum.extend(self.arena.size_terms(term));
                }
                for term in terms.subtracted {
                    let term = self.dim(term);
                    sum = difference_of_terms(&sum, &self.arena.size_terms(term));
                }
                self.arena.size_of_terms(sum)
            }
        };
        self.dims.insert(root, dim);
        dim
    }

    pub(super) fn shape_of(&mut self, ty: Ty) -> Shape {
        Shape::new(self.dim(ty.rows), self.dim(ty.cols))
    }

    fn shape_at(&mut self, id: AstId) -> Shape {
        let ty = self.tried.types[self.text][id.0 as usize];
        self.shape_of(ty)
    }

    /// A size as it was written.
    fn written_dim(&mut self, size: &WrittenSize) -> Dim {
        let mut name = |place: &u32| self.arena.named_size(&self.tried.input.size_names[*place as usize]);
        match size {
            WrittenSize::Number(number) => Dim::Known(*number),
            WrittenSize::Name(place) => name(place),
            WrittenSize::Polynomial(terms) => {
                let mut sum = Vec::with_capacity(terms.len());
                for (number, names) in terms {
                    let mut product = vec![(*number, Vec::new())];
                    for place in names {
                        let name = self.arena.named_size(&self.tried.input.size_names[*place as usize]);
                        let terms = self.arena.size_terms(name);
                        product = terms
                            .iter()
                            .flat_map(|(factor, more)| {
                                product.iter().map(move |(a, known)| (a * factor, [known.as_slice(), more].concat()))
                            })
                            .collect();
                    }
                    sum.extend(product);
                }
                self.arena.size_of_terms(sum)
            }
        }
    }

    /// The expression of a node that was already made.
    pub(super) fn get(&self, id: AstId) -> ExprId {
        self.exprs[id.0 as usize]
    }

    pub(super) fn constant(&self, id: AstId) -> Option<&Coeff> {
        self.tried.input.texts[self.text].constants[id.0 as usize].as_ref()
    }

    /// Small letters that are the exponent of a matrix, alone or with integers, stand for integers.
    fn integer_exponents(&self) -> Vec<bool> {
        let tried = self.tried;
        let mut integers: Vec<bool> = tried.input.symbols.iter().map(|symbol| symbol.integer).collect();
        for (text, types) in tried.input.texts.iter().zip(&tried.types) {
            for node in &text.ast.nodes {
                let AstKind::Power(base, exponent) = &node.kind else { continue };
                let ty = types[base.0 as usize];
                if text.refs[base.0 as usize] == Ref::Euler || tried.is_scalar(ty) {
                    continue;
                }
                crate::reading::walk::subtree(text.ast, *exponent, crate::reading::limit::CLASH_NODES, |id| {
                    if let Ref::Symbol(symbol) = text.refs[id.0 as usize] {
                        integers[symbol] |= !tried.input.symbols[symbol].greek;
                    }
                    true
                });
            }
        }
        integers
    }

    fn symbol(&mut self, place: usize, integer: bool) -> SymbolId {
        let sym = &self.tried.input.symbols[place];
        if let Some(id) = self.known.get(&sym.name).filter(|_| !sym.hidden) {
            self.symbols[place] = Some(*id);
            return *id;
        }
        let ty = self.tried.symbols[place];
        let shape = Shape::new(self.dim(ty.rows), self.dim(ty.cols));
        let count = ty.count.map(|count| self.dim(count));
        let kind = match (count, &sym.declared) {
            (Some(count), _) => SymbolKind::Family(count),
            (None, Some(declared)) => match declared.special {
                Special::Plain => SymbolKind::Plain,
                Special::Positive => SymbolKind::Positive,
                Special::Nonnegative => SymbolKind::Nonnegative,
                Special::Integer => SymbolKind::Integer,
                Special::Simplex => SymbolKind::Simplex,
                Special::Signs => SymbolKind::Signs,
                Special::Binary => SymbolKind::Binary,
                Special::Function => SymbolKind::Function,
                Special::MatrixFunction => SymbolKind::MatrixFunction,
                Special::Map => match &declared.domain {
                    Some([rows, cols]) => SymbolKind::Map(Shape::new(self.written_dim(rows), self.written_dim(cols))),
                    None => SymbolKind::Plain,
                },
            },
            (None, None) if integer && shape.is_scalar() => SymbolKind::Integer,
            (None, None) if sym.is_binary && !sym.wrt => SymbolKind::Binary,
            (None, None) => SymbolKind::Plain,
        };
        let structure = match &sym.declared {
            Some(declared) => declared.structure,
            None if sym.weighs && ty.count.is_none() => Structure::PositiveDefinite,
            None => Structure::General,
        };
        let symbol = Symbol { name: sym.name.clone(), shape, kind, structure, declared: sym.declared.is_some() };
        let id = self.arena.add_symbol(symbol);
        self.arena.set_numbering(id, self.tried.input.numbering(place));
        self.symbols[place] = Some(id);
        id
    }

    fn called_functions(&self) -> Vec<SymbolId> {
        let mut found = Vec::new();
        for text in &self.tried.input.texts {
            for node in &text.ast.nodes {
                if let AstKind::UserCall { name, .. } = &node.kind
                    && let Some(symbol) = self.tried.input.find(name).and_then(|place| self.symbols[place])
                    && !found.contains(&symbol)
                {
                    found.push(symbol);
                }
            }
        }
        found
    }

    fn index(&mut self, binder: usize) -> IndexId {
        if let Some(index) = self.indices[binder] {
            return index;
        }
        let index = self.arena.fresh_index();
        self.indices[binder] = Some(index);
        index
    }

    /// Numbers as claims stand for every entry.
    fn fit(&mut self, expr: ExprId) -> ExprId {
        let tried = self.tried;
        let target = match tried.input.texts[self.text].goal {
            Goal::Shape(shape) => Some(*shape),
            Goal::ShapeOf(name) => tried.input.find(name).map(|symbol| {
                let ty = tried.symbols[symbol];
                self.shape_of(Try::plain(ty.rows, ty.cols))
            }),
            Goal::SameAs(other) => {
                tried.types.get(*other).and_then(|types| types.last()).map(|target| self.shape_of(*target))
            }
            Goal::Scalar | Goal::Hessian | Goal::Function | Goal::Any | Goal::ScalarVariable => None,
        };
        let Some(shape) = target else { return expr };
        if !self.arena.shape(expr).is_scalar() || shape.is_scalar() {
            return expr;
        }
        match self.arena.as_number(expr) {
            Some(value) if value.is_zero() => self.arena.intern(Node::Zeros(shape)),
            _ => self.spread(expr, shape),
        }
    }

    /// A scalar in every entry of a shape.
    pub(super) fn spread(&mut self, scalar: ExprId, shape: Shape) -> ExprId {
        if shape.is_scalar() {
            return scalar;
        }
        let ones = self.arena.intern(Node::Ones(shape));
        if self.arena.as_number(scalar).is_some_and(Coeff::is_one) {
            return ones;
        }
        self.arena.intern(Node::Product(Arc::new([scalar, ones])))
    }

    fn fill(&mut self, ones: bool, shape: Shape) -> ExprId {
        if shape.is_scalar() {
            return self.arena.integer(i64::from(ones));
        }
        self.arena.intern(if ones { Node::Ones(shape) } else { Node::Zeros(shape) })
    }

    /// A size as a number.
    pub(super) fn size_number(&mut self, dim: Dim) -> ExprId {
        match dim {
            Dim::Known(value) => self.arena.integer(i64::from(value)),
            Dim::Named(_) | Dim::Polynomial(_) => self.arena.intern(Node::Size(dim)),
        }
    }

    fn node(&mut self, ast: &Ast, id: AstId) -> ExprId {
        let tried = self.tried;
        let text = &tried.input.texts[self.text];
        match &text.refs[id.0 as usize] {
            Ref::None => {
                if let Some(value) = &text.constants[id.0 as usize] {
                    return self.arena.number(value.clone());
                }
            }
            Ref::Unvec(..) | Ref::Slice(_) => {}
            Ref::Inert | Ref::BadSize(_) | Ref::OpenRange(_) => return self.arena.integer(0),
            Ref::Symbol(symbol) => {
                let symbol = self.symbols[*symbol];
                return match symbol {
                    Some(symbol) => self.arena.intern(Node::Symbol(symbol)),
                    None => self.arena.integer(0),
                };
            }
            Ref::Indexed(symbol) => return self.indexed(ast, id, *symbol),
            Ref::Index(binder) => {
                let index = self.index(*binder);
                let place = self.arena.intern(Node::Index(index));
                return self.plus_number(place, tried.input.binders[*binder].offset);
            }
            Ref::Size(place) => {
                let dim = self.arena.named_size(&tried.input.size_names[*place as usize]);
                return self.arena.intern(Node::Size(dim));
            }
            Ref::Identity(_) => {
                let shape = self.shape_at(id);
                return if shape.is_scalar() {
                    self.arena.integer(1)
                } else {
                    self.arena.intern(Node::Identity(shape.rows))
                };
            }
            Ref::Commutation(sizes) => {
                let [rows, cols] = &**sizes;
                let of = Shape::new(self.written_dim(rows), self.written_dim(cols));
                return self.arena.intern(Node::Commutation(of));
            }
            Ref::Fill(ones, ..) | Ref::FreeFill(ones, _) => {
                let shape = self.shape_at(id);
                return self.fill(*ones, shape);
            }
            Ref::Basis => {
                let shape = self.shape_at(id);
                let AstKind::Name(name) = &ast.node(id).kind else { return self.arena.integer(0) };
                let number = self.get(name.subscript[0]);
                let index = self.plus_number(number, -self.arena.axis_offset(shape.rows));
                return self.arena.intern(Node::Basis(shape.rows, index));
            }
            Ref::Euler => {
                let one = self.arena.integer(1);
                return self.arena.intern(Node::Elementwise(Func::Exp, one));
            }
            Ref::Pi => return self.arena.intern(Node::Pi),
        }
        match &ast.node(id).kind {
            AstKind::Number(value) => self.arena.number(value.clone()),
            AstKind::Name(_) => self.arena.integer(0),
            AstKind::Sum(terms) => self.sum(terms),
            AstKind::Product { first, rest } => self.product(*first, rest),
            AstKind::Run { .. } => self.arena.integer(0),
            AstKind::Power(base, exponent) | AstKind::StarPower(base, exponent) => {
                self.power(text.refs[base.0 as usize] == Ref::Euler, *base, *exponent)
            }
            AstKind::HadamardPower(base, exponent) => {
                let (base, exponent) = (self.get(*base), self.get(*exponent));
                self.arena.intern(Node::Hadamard(Arc::new([(base, exponent)])))
            }
            AstKind::Transpose(inner) => self.transpose(self.get(*inner)),
            AstKind::Call(function, arguments) => self.call(ast, id, *function, arguments),
            AstKind::UserCall { name, derivative, argument, others } => {
                let argument = self.get(*argument);
                match tried.input.find(name).and_then(|place| self.symbols[place]) {
                    Some(symbol) => self.user_call(symbol, *derivative, argument, others),
                    None => argument,
                }
            }
            AstKind::Norm(spelling, inner) => self.norm(*spelling, self.get(*inner)),
            AstKind::Abs(inner) => {
                let inner = self.get(*inner);
                self.arena.intern(Node::Elementwise(Func::Abs, inner))
            }
            AstKind::Inner(a, b) => self.inner(self.get(*a), self.get(*b)),
            AstKind::BigSum(ranges, body) => self.big(BigOp::Sum, ast, id, (ranges, *body)),
            AstKind::BigProduct(ranges, body) => self.big(BigOp::Product, ast, id, (ranges, *body)),
            AstKind::Literal(rows) => {
                let entries: Vec<ExprId> = rows.iter().flatten().map(|entry| self.get(*entry)).collect();
                let shape = self.shape_at(id);
                match entries.as_slice() {
                    [only] => *only,
                    _ => self.arena.intern(Node::Literal(shape, entries.into())),
                }
            }
            AstKind::Stack { is_row, blocks } => self.stack(ast, id, *is_row, blocks),
            AstKind::EntryOf(inner, parts) => {
                let (inner, one) = (self.get(*inner), self.arena.integer(1));
                let shape = self.arena.shape(inner);
                if shape.is_scalar() {
                    return inner;
                }
                let offsets = self.arena.entry_offsets(inner);
                let place = |(part, offset): (&AstId, i64)| self.plus_number(self.get(*part), -offset);
                let parts: Vec<ExprId> = parts.iter().zip(offsets).map(place).collect();
                let (row, col) = match parts.as_slice() {
                    [row, col, ..] => (*row, *col),
                    [col] if shape.is_row() => (one, *col),
                    [row] => (*row, one),
                    [] => (one, one),
                };
                self.arena.intern(Node::Entry(inner, row, col))
            }
            AstKind::Line { of, index, is_row } => {
                let (of, number) = (self.get(*of), self.get(*index));
                let offset = self.arena.entry_offsets(of)[usize::from(!is_row)];
                let index = self.plus_number(number, -offset);
                let shape = self.arena.shape(of);
                let (size, matrix) = if *is_row { (shape.rows, self.transpose(of)) } else { (shape.cols, of) };
                let unit = self.arena.intern(Node::Basis(size, index));
                self.arena.intern(Node::Product(Arc::new([matrix, unit])))
            }
            AstKind::Slice { of, cuts } => self.slice(id, *of, cuts),
            AstKind::Factorial(inner) => {
                let inner = self.get(*inner);
                self.arena.intern(Node::Factorial(inner))
            }
            AstKind::Indicator(comparison, a, b) => {
                let (a, b) = match comparison {
                    Comparison::Greater | Comparison::Equal => (self.get(*a), self.get(*b)),
                    Comparison::Less => (self.get(*b), self.get(*a)),
                };
                let (a, b) = self.same_shape(a, b);
                let difference = self.difference(a, b);
                let func = match comparison {
                    Comparison::Greater | Comparison::Less => Func::Step,
                    Comparison::Equal => Func::IsZero,
                };
                self.arena.intern(Node::Elementwise(func, difference))
            }
        }
    }

    /// An entry or a member.
    fn indexed(&mut self, ast: &Ast, id: AstId, place: usize) -> ExprId {
        let AstKind::Name(name) = &ast.node(id).kind else { return self.arena.integer(0) };
        let Some(symbol) = self.symbols[place] else { return self.arena.integer(0) };
        let numbering = self.arena.numbering(symbol);
        let place_of = |(at, part): (usize, &AstId)| self.plus_number(self.get(*part), -numbering.offset(at));
        let parts: Vec<ExprId> = name.subscript.iter().enumerate().map(place_of).collect();
        let one = self.arena.integer(1);
        let family = self.tried.symbols[place].count.is_some();
        let (whole, parts) = match (family, parts.as_slice()) {
            (true, [member, rest @ ..]) => (self.arena.intern(Node::Member(symbol, *member)), rest),
            (_, parts) => (self.arena.intern(Node::Symbol(symbol)), parts),
        };
        debug_assert!(family || self.tried.kind(place) != Kind::Scalar, "a scalar has no entries");
        match parts {
            [] => whole,
            [row] if family && !self.arena.shape(whole).cols.is_one() => {
                let rows = self.arena.shape(whole).rows;
                let unit = self.arena.intern(Node::Basis(rows, *row));
                let transposed = self.transpose(whole);
                self.arena.intern(Node::Product(Arc::new([transposed, unit])))
            }
            [row] => self.arena.intern(Node::Entry(whole, *row, one)),
            [row, col, ..] => self.arena.intern(Node::Entry(whole, *row, *col)),
        }
    }

    /// Σ or Π, the innermost index first.
    fn big(&mut self, op: BigOp, ast: &Ast, id: AstId, (ranges, body): (&[Range], AstId)) -> ExprId {
        let mut expr = self.get(body);
        let Some(first) = self.tried.input.texts[self.text].binders.get(&id).copied() else { return expr };
        let place = ast.span(id).start;
        for (offset, range) in ranges.iter().enumerate().rev() {
            let binder = first + offset;
            let Binder { left_out: [first, last], offset: numbering, .. } = self.tried.input.binders[binder];
            let lower = match range.lower {
                Some(lower) => self.plus_number(self.get(lower), -numbering),
                None => self.arena.integer(1 + i64::from(first)),
            };
            let upper = match range.upper {
                Some(upper) => self.plus_number(self.get(upper), -numbering),
                None => {
                    let dim = self.dim(self.tried.range_size(binder));
                    let size = self.size_number(dim);
                    self.less(size, last)
                }
            };
            let upper = if numbering == 0 { upper } else { self.in_order(upper) };
            self.arena.suggest_index_name(upper, &range.index, place + offset);
            let index = self.index(binder);
            self.arena.suggest_bound_offset(upper, numbering);
            expr = self.arena.intern(Node::Indexed { op, index, lower, upper, body: expr });
        }
        expr
    }
}
