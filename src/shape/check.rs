//! One try: given the reading of each symbol, the shape of every node, bottom up, and all clashes.
//!
//! A loop over the nodes in post-order; the rules for the single operators are in `rules`.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::Goal;
use super::clash::{Clash, Demand, Operand, Problem, Ty};
use super::size::{SizeId, Sizes};
use crate::expr::{Dim, Shape, SizeTerm};
use crate::number::Coeff;
use crate::reading::kind::{Kind, OPEN, WrittenSize};
use crate::reading::limit::{CLASH_NODES, CLASHES};
use crate::reading::resolve::{Input, Ref};
use crate::reading::walk::subtree;
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind};

/// The shape of a symbol in one try.
#[derive(Clone, Copy, Debug)]
pub(super) struct SymTy {
    pub(super) rows: SizeId,
    pub(super) cols: SizeId,
    pub(super) count: Option<SizeId>,
}

/// A subscript that must stay within an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct SubscriptUse {
    pub(super) text: usize,
    pub(super) node: AstId,
    pub(super) part: AstId,
    pub(super) axis: SizeId,
    pub(super) symbol: usize,
}

/// One try.
pub(super) struct Try<'i> {
    pub(super) input: &'i Input<'i>,
    /// A node that is read transposed, to see whether that helps.
    pub(super) flip: Option<(usize, AstId)>,
    pub(super) sizes: Sizes,
    pub(super) symbols: Vec<SymTy>,
    pub(super) size_names: Vec<SizeId>,
    /// The unwritten upper bounds.
    pub(super) ranges: Vec<SizeId>,
    pub(super) types: Vec<Vec<Ty>>,
    pub(super) clashes: Vec<Clash>,
    /// All clashes, also those that were not recorded.
    pub(super) count: usize,
    /// The shapes of the blocks of each stack: a 0 among them is of any.
    pub(super) blocks: FxHashMap<(usize, AstId), Vec<Ty>>,
    /// Of the ranges of each slice, how many places come before them, how many there are and how many come after.
    pub(super) stretches: FxHashMap<(usize, AstId), Vec<Option<[SizeId; 3]>>>,
    pub(super) subscripts: Vec<SubscriptUse>,
    pub(super) text: usize,
}

impl<'i> Try<'i> {
    /// Infers all expressions under the given readings.
    pub(super) fn run(input: &'i Input<'i>, flip: Option<(usize, AstId)>) -> Self {
        let mut sizes = Sizes::new();
        let size_names = (0_u32..)
            .zip(&input.size_names)
            .map(|(place, name)| if name.starts_with(OPEN) { sizes.free() } else { sizes.named(place) })
            .collect();
        let ranges = input.binders.iter().map(|_| Sizes::ONE).collect();
        let mut this = Self {
            input,
            flip,
            sizes,
            symbols: Vec::with_capacity(input.symbols.len()),
            size_names,
            ranges,
            types: Vec::with_capacity(input.texts.len()),
            clashes: Vec::new(),
            count: 0,
            blocks: FxHashMap::default(),
            stretches: FxHashMap::default(),
            subscripts: Vec::new(),
            text: 0,
        };
        for (place, binder) in input.binders.iter().enumerate() {
            if binder.upper.is_none() {
                this.ranges[place] = this.sizes.free();
            }
        }
        for place in 0..input.symbols.len() {
            let ty = this.symbol_type(place);
            this.symbols.push(ty);
        }
        for text in 0..input.texts.len() {
            this.text = text;
            let ast = input.texts[text].ast;
            this.types.push(Vec::with_capacity(ast.nodes.len()));
            for number in 0..ast.nodes.len() {
                let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
                let mut ty = this.node(ast, id);
                if this.flip == Some((text, id)) {
                    (ty.rows, ty.cols) = (ty.cols, ty.rows);
                }
                this.types[text].push(ty);
            }
        }
        // A shape that is known says more of a unit vector than how far its index runs.
        let has_shape = |text: &usize| matches!(input.texts[*text].goal, Goal::Shape(_) | Goal::ShapeOf(_));
        let (shaped, others): (Vec<usize>, Vec<usize>) = (0..input.texts.len()).partition(has_shape);
        for text in shaped {
            this.text = text;
            this.goal();
        }
        this.check_subscripts();
        for text in others {
            this.text = text;
            this.goal();
        }
        this.close_blocks();
        (0..input.texts.len()).for_each(|text| this.unit_vectors_alike(text));
        this
    }

    /// The unit vectors of a text whose size nothing says are those of the text that it has to be like, each one once.
    fn unit_vectors_alike(&mut self, text: usize) {
        let Goal::SameAs(other) = *self.input.texts[text].goal else { return };
        let mut there: FxHashMap<&Coeff, VecDeque<SizeId>> = FxHashMap::default();
        self.units_of(other).for_each(|(place, size)| there.entry(place).or_default().push_back(size));
        let pairs: Vec<(SizeId, SizeId)> =
            self.units_of(text).filter_map(|(place, size)| Some((there.get_mut(place)?.pop_front()?, size))).collect();
        for (one, same) in pairs {
            // Neither is known, so that they clash with nothing.
            let _ = self.sizes.unify(one, same);
        }
    }

    /// The unit vectors of a text whose size nothing says: which, and the size.
    fn units_of(&self, text: usize) -> impl Iterator<Item = (&'i Coeff, SizeId)> {
        let constants = &self.input.texts[text].constants;
        let units = self.subscripts.iter().filter(move |found| found.text == text && found.symbol == usize::MAX);
        units.filter_map(|found| {
            let place = constants[found.part.0 as usize].as_ref()?;
            self.sizes.is_free(found.axis).then_some((place, found.axis))
        })
    }

    /// Whether everything has a shape.
    pub(super) fn is_ok(&self) -> bool {
        self.count == 0
    }

    /// The reading of a symbol.
    pub(super) fn kind(&self, symbol: usize) -> Kind {
        self.input.symbols[symbol].kind()
    }

    fn symbol_type(&mut self, place: usize) -> SymTy {
        let one = Sizes::ONE;
        match self.kind(place) {
            Kind::Scalar | Kind::EntriesBeside | Kind::ScalarBesideOthers => {
                SymTy { rows: one, cols: one, count: None }
            }
            Kind::Vector | Kind::FamilyBeside => SymTy { rows: self.sizes.free(), cols: one, count: None },
            Kind::Matrix => SymTy { rows: self.sizes.free(), cols: self.sizes.free(), count: None },
            Kind::VectorFamily => SymTy { rows: self.sizes.free(), cols: one, count: Some(self.sizes.free()) },
            Kind::MatrixFamily => {
                SymTy { rows: self.sizes.free(), cols: self.sizes.free(), count: Some(self.sizes.free()) }
            }
            Kind::Declared => match &self.input.symbols[place].declared {
                None => SymTy { rows: one, cols: one, count: None },
                Some(declared) => {
                    let vector = declared.cols == WrittenSize::Number(1);
                    SymTy {
                        rows: if vector && declared.rows == WrittenSize::Number(1) {
                            one
                        } else {
                            self.written(&declared.rows)
                        },
                        cols: if vector { one } else { self.written(&declared.cols) },
                        count: declared.family.as_ref().map(|count| self.written(count)),
                    }
                }
            },
        }
    }

    /// A written size.
    pub(super) fn written(&mut self, size: &WrittenSize) -> SizeId {
        match size {
            WrittenSize::Number(value) => self.sizes.known(*value),
            WrittenSize::Name(place) => self.size_names[*place as usize],
            WrittenSize::Polynomial(terms) => {
                let mut sides = [Vec::new(), Vec::new()];
                for (factor, names) in terms {
                    let term = self.written_term(&(factor.saturating_abs(), names.clone()));
                    sides[usize::from(*factor < 0)].push(term);
                }
                let [added, subtracted] = sides;
                let added = self.sizes.sum(added);
                if subtracted.is_empty() {
                    return added;
                }
                let subtracted = self.sizes.sum(subtracted);
                // What is written may be positive.
                self.sizes.rest(added, subtracted).unwrap_or(added)
            }
        }
    }

    fn written_term(&mut self, (number, names): &SizeTerm) -> SizeId {
        let number = self.sizes.known(u32::try_from(*number).unwrap_or(u32::MAX));
        names.iter().fold(number, |product, place| {
            let size = self.size_names[*place as usize];
            if self.sizes.is_one(product) { size } else { self.sizes.product(product, size) }
        })
    }

    /// The type of a node that was already seen.
    pub(super) fn ty(&self, id: AstId) -> Ty {
        self.types[self.text][id.0 as usize]
    }

    /// A node as an operand of a clash.
    pub(super) fn operand(&self, ast: &Ast, id: AstId) -> Operand {
        Operand { span: ast.span(id), nodes: vec![id], ty: self.ty(id) }
    }

    /// A shape without flags.
    pub(super) fn plain(rows: SizeId, cols: SizeId) -> Ty {
        Ty { rows, cols, poison: false }
    }

    /// 1×1
    pub(super) fn scalar() -> Ty {
        Self::plain(Sizes::ONE, Sizes::ONE)
    }

    /// A shape that says nothing more.
    pub(super) fn poison() -> Ty {
        Ty { poison: true, ..Self::scalar() }
    }

    pub(super) fn is_scalar(&self, ty: Ty) -> bool {
        self.sizes.is_one(ty.rows) && self.sizes.is_one(ty.cols)
    }

    pub(super) fn is_matrix(&self, ty: Ty) -> bool {
        !self.sizes.is_one(ty.rows) && !self.sizes.is_one(ty.cols)
    }

    /// Makes two shapes one.
    pub(super) fn unify(&mut self, a: Ty, b: Ty) -> bool {
        // Kinds are compared before sizes, so that a clash of kinds leaves the sizes as they were.
        if self.sizes.kinds_clash(a.rows, b.rows) || self.sizes.kinds_clash(a.cols, b.cols) {
            return false;
        }
        self.sizes.unify(a.rows, b.rows).is_ok() && self.sizes.unify(a.cols, b.cols).is_ok()
    }

    /// Records a clash and answers the poisoned shape.
    pub(super) fn clash(&mut self, node: AstId, problem: Problem, below: &[&Operand]) -> Ty {
        let roots: Vec<AstId> = below.iter().flat_map(|operand| operand.nodes.iter().copied()).collect();
        self.clash_at(self.text, node, problem, &roots);
        Self::poison()
    }

    pub(super) fn clash_at(&mut self, text: usize, node: AstId, problem: Problem, roots: &[AstId]) {
        self.count += 1;
        if self.clashes.len() >= CLASHES {
            return;
        }
        let mut movable = Vec::new();
        let source = &self.input.texts[text];
        let mut left = CLASH_NODES;
        for root in roots {
            subtree(source.ast, *root, left, |id| {
                left = left.saturating_sub(1);
                if let Ref::Symbol(symbol) | Ref::Indexed(symbol) | Ref::FreeFill(_, symbol) =
                    source.refs[id.0 as usize]
                    && self.input.symbols[symbol].declared.is_none()
                {
                    movable.push(symbol);
                }
                true
            });
        }
        movable.sort_unstable();
        movable.dedup();
        self.clashes.push(Clash { text, node, problem, movable });
    }

    /// Demands a property of one operand; answers whether it holds, recording the clash where it does not.
    pub(super) fn demand(&mut self, ast: &Ast, at: AstId, id: AstId, demand: Demand) -> bool {
        let ty = self.ty(id);
        if ty.poison {
            return false;
        }
        let holds = match demand {
            Demand::Scalar(_) => self.is_scalar(ty),
            Demand::Square(_) => self.sizes.unify(ty.rows, ty.cols).is_ok(),
            Demand::Array(_) => !self.is_scalar(ty),
        };
        if !holds {
            let operand = self.operand(ast, id);
            self.clash(at, Problem::Demand(demand, operand.clone()), &[&operand]);
        }
        holds
    }

    /// The shape of a node, its children's being known.
    fn node(&mut self, ast: &Ast, id: AstId) -> Ty {
        let input = self.input;
        let text = &input.texts[self.text];
        let number = id.0 as usize;
        match &text.refs[number] {
            Ref::None if text.constants[number].is_some() => return Self::scalar(),
            Ref::None | Ref::Unvec(..) | Ref::Slice(_) => {}
            other => return self.name(ast, id, other),
        }
        match &ast.node(id).kind {
            AstKind::Number(_) | AstKind::Name(_) => Self::scalar(),
            AstKind::Sum(terms) => self.sum(ast, id, terms),
            AstKind::Product { first, rest } => self.product(ast, id, *first, rest),
            AstKind::Run { .. } => Self::scalar(),
            AstKind::Power(base, exponent) | AstKind::StarPower(base, exponent) => {
                self.power(ast, id, *base, *exponent)
            }
            AstKind::HadamardPower(base, exponent) => {
                let (base, exponent) = (*base, *exponent);
                let ok = self.demand(ast, id, exponent, Demand::Scalar("the exponent of `.^`"));
                if ok { self.merge(self.ty(base), exponent) } else { Self::poison() }
            }
            AstKind::Transpose(inner) => {
                let ty = self.ty(*inner);
                Ty { rows: ty.cols, cols: ty.rows, ..ty }
            }
            AstKind::Call(function, arguments) => self.call(ast, id, *function, arguments),
            AstKind::UserCall { name, derivative, argument, others } => match self.input.find(name) {
                Some(symbol) if self.input.symbols[symbol].is_matrix_function() => {
                    self.frechet(ast, id, *argument, others)
                }
                Some(symbol) if self.input.symbols[symbol].is_map() => {
                    self.map(ast, id, symbol, *derivative, *argument, others)
                }
                Some(symbol) if self.input.symbols[symbol].is_function() => self.ty(*argument),
                _ => self.clash(id, Problem::NotAFunction(name.clone()), &[]),
            },
            AstKind::Norm(spelling, inner) => self.norm(ast, id, *spelling, *inner),
            AstKind::Abs(inner) => {
                let ty = self.ty(*inner);
                if !ty.poison && self.is_matrix(ty) {
                    let operand = self.operand(ast, *inner);
                    // `|Σ|` is meant as a determinant: Σ does not become a scalar for it.
                    let is_name = matches!(ast.node(*inner).kind, AstKind::Name(_));
                    let problem = Problem::MatrixNorm(None, operand.clone());
                    return if is_name { self.clash(id, problem, &[]) } else { self.clash(id, problem, &[&operand]) };
                }
                ty
            }
            AstKind::Inner(a, b) => self.inner(ast, id, *a, *b),
            AstKind::BigSum(ranges, body) => {
                let ty = self.ty(*body);
                self.big(ast, id, ranges, ty)
            }
            AstKind::BigProduct(ranges, body) => {
                let ok = self.demand(ast, id, *body, Demand::Scalar("the body of a product over an index"));
                let ty = if ok { self.ty(*body) } else { Self::poison() };
                self.big(ast, id, ranges, ty)
            }
            AstKind::EntryOf(inner, parts) => self.entry_of(ast, id, *inner, parts),
            AstKind::Line { of, index, is_row } => self.line(ast, id, *of, *index, *is_row),
            AstKind::Literal(rows) => self.literal(ast, id, rows),
            AstKind::Stack { is_row, blocks } => self.stack(ast, id, *is_row, blocks),
            AstKind::Slice { of, cuts } => self.slice(ast, id, *of, cuts),
            AstKind::Factorial(inner) => {
                let ok = self.demand(ast, id, *inner, Demand::Scalar("the argument of `!`"));
                if ok { self.ty(*inner) } else { Self::poison() }
            }
            AstKind::Indicator(comparison, a, b) => {
                let (left, right) = (self.operand(ast, *a), self.operand(ast, *b));
                match self.entrywise(&left, &right) {
                    Some(ty) => ty,
                    None => {
                        self.clash(id, Problem::Comparison(*comparison, left.clone(), right.clone()), &[&left, &right])
                    }
                }
            }
        }
    }

    /// A name or what else gives a shape by itself.
    fn name(&mut self, ast: &Ast, id: AstId, what: &Ref) -> Ty {
        match what {
            Ref::None
            | Ref::Inert
            | Ref::Index(_)
            | Ref::Size(_)
            | Ref::Euler
            | Ref::Pi
            | Ref::Unvec(..)
            | Ref::Slice(_) => Self::scalar(),
            Ref::Symbol(symbol) => self.symbol(id, *symbol),
            Ref::Indexed(symbol) => self.indexed(ast, id, *symbol),
            Ref::Identity(size) => {
                let size = match size {
                    Some(size) => self.written(size),
                    None => self.sizes.of_unsaid(),
                };
                Self::plain(size, size)
            }
            Ref::Fill(_, sizes) => {
                let [rows, cols] = &**sizes;
                let rows = self.written(rows);
                let cols = if *cols == WrittenSize::Number(1) { Sizes::ONE } else { self.written(cols) };
                Self::plain(rows, cols)
            }
            Ref::Commutation(sizes) => {
                let [rows, cols] = &**sizes;
                let (rows, cols) = (self.written(rows), self.written(cols));
                let (to, from) = (self.sizes.product(rows, cols), self.sizes.product(cols, rows));
                Self::plain(to, from)
            }
            Ref::FreeFill(_, symbol) => {
                let ty = self.symbols[*symbol];
                self.sizes.are_unsaid([ty.rows, ty.cols]);
                Self::plain(ty.rows, ty.cols)
            }
            Ref::Basis => {
                let size = self.sizes.of_unsaid();
                if let AstKind::Name(name) = &ast.node(id).kind
                    && let Some(part) = name.subscript.first()
                {
                    let symbol = usize::MAX;
                    self.subscripts.push(SubscriptUse { text: self.text, node: id, part: *part, axis: size, symbol });
                }
                Self::plain(size, Sizes::ONE)
            }
            Ref::BadSize(at) => self.clash(*at, Problem::BadSize, &[]),
            Ref::OpenRange(_) => self.clash(id, Problem::OpenRange, &[]),
        }
    }

    fn symbol(&mut self, id: AstId, symbol: usize) -> Ty {
        let ty = self.symbols[symbol];
        let sym = &self.input.symbols[symbol];
        if ty.count.is_some() {
            return self.clash(id, Problem::FamilyWhole(symbol), &[]);
        }
        if sym.is_function() {
            return self.clash(id, Problem::FunctionWithoutArgument(symbol), &[]);
        }
        Self::plain(ty.rows, ty.cols)
    }

    /// The shape, poisoned where another node is.
    pub(super) fn merge(&self, ty: Ty, other: AstId) -> Ty {
        Ty { poison: ty.poison || self.ty(other).poison, ..ty }
    }

    /// What the command demands of the whole.
    fn goal(&mut self) {
        let text = &self.input.texts[self.text];
        let ast = text.ast;
        if ast.nodes.is_empty() {
            return;
        }
        let root = ast.root();
        let ty = self.ty(root);
        if ty.poison {
            return;
        }
        let target = match text.goal {
            Goal::Any | Goal::ScalarVariable => return,
            Goal::Scalar | Goal::Hessian | Goal::Function => {
                if !self.is_scalar(ty) {
                    self.scalar_goal(ast, root);
                }
                return;
            }
            Goal::Shape(shape) => match (self.of_shape(*shape), &text.sizes) {
                (Some(target), _) => target,
                (None, Some([rows, cols])) => {
                    let (rows, cols) = (self.written(rows), self.written(cols));
                    Self::plain(rows, cols)
                }
                (None, None) => return,
            },
            Goal::ShapeOf(name) => match self.input.find(name) {
                Some(symbol) => Self::plain(self.symbols[symbol].rows, self.symbols[symbol].cols),
                None => return,
            },
            Goal::SameAs(other) => match self.types.get(*other).and_then(|types| types.last()) {
                Some(other) if !other.poison => *other,
                _ => return,
            },
        };
        if self.is_scalar(ty) && text.constants[root.0 as usize].is_some() {
            // A number stands for every entry; 0 also for a matrix of zeros.
            let zero = text.constants[root.0 as usize].as_ref().is_some_and(crate::number::Coeff::is_zero);
            if zero || !self.is_matrix(target) {
                return;
            }
        }
        if !self.unify(ty, target) {
            let operand = self.operand(ast, root);
            let roots = operand.nodes.clone();
            self.clash_at(self.text, root, Problem::SameShape(operand, target), &roots);
        }
    }

    /// A shape over the sizes of the arena, whose names come first among the written ones; nothing of one with other sizes than numbers and names.
    fn of_shape(&mut self, shape: Shape) -> Option<Ty> {
        let mut size = |dim: Dim| match dim {
            Dim::Known(value) => Some(self.sizes.known(value)),
            Dim::Named(place) => self.size_names.get(place as usize).copied(),
            Dim::Polynomial(_) => None,
        };
        Some(Self::plain(size(shape.rows)?, size(shape.cols)?))
    }

    /// One clash for each term that keeps the whole from being a scalar.
    fn scalar_goal(&mut self, ast: &Ast, root: AstId) {
        let mut at = root;
        loop {
            let next = match &ast.node(at).kind {
                AstKind::Sum(terms) => {
                    let wide: Vec<AstId> =
                        terms.iter().map(|(_, term)| *term).filter(|term| !self.is_scalar(self.ty(*term))).collect();
                    if wide.len() == 1 {
                        Some(wide[0])
                    } else {
                        for term in wide {
                            let operand = Operand { span: ast.span(root), nodes: vec![term], ty: self.ty(root) };
                            self.clash_at(self.text, root, Problem::Goal(operand), &[term]);
                        }
                        return;
                    }
                }
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        let operand = Operand { span: ast.span(root), nodes: vec![at], ty: self.ty(root) };
        self.clash_at(self.text, root, Problem::Goal(operand), &[at]);
    }

    /// The span from one node to another.
    pub(super) fn span_over(ast: &Ast, from: AstId, to: AstId) -> Span {
        ast.span(from).join(ast.span(to))
    }
}
