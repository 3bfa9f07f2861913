//! The hash-consed store of expressions, symbols and sizes.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::dim::{Dim, Shape, SizeTerm, difference_of_terms, rest_of_terms, sum_of_terms};
use super::node::{BigOp, ExprId, IndexId, MapDerivative, Node, Norm, Spectral};
use super::numbering::Numbering;
use super::stand_in::{StandIn, StandIns};
use super::symbol::{Symbol, SymbolKind};
use crate::catalog::{Ranked, SymbolId};
use crate::number::Coeff;

/// Store of hash-consed expressions. Ids are valid only in the arena that made them.
#[derive(Clone, Debug)]
pub struct Arena {
    nodes: IndexSet<Node, FxBuildHasher>,
    shapes: Vec<Shape>,
    symbols: Vec<Symbol>,
    size_names: Vec<String>,
    size_polynomials: IndexSet<Vec<SizeTerm>, FxBuildHasher>,
    /// Whether there is any selection matrix, without which nothing is looked through for blocks.
    pub(super) has_selections: bool,
    next_index: u32,
    /// By the upper bound, with the places of the text.
    index_names: FxHashMap<ExprId, Vec<(usize, String)>>,
    free_index_names: FxHashMap<IndexId, String>,
    /// Of symbols whose subscripts do not count from 1.
    pub(super) numberings: FxHashMap<SymbolId, Numbering>,
    /// Of free indices that are written with a number added.
    pub(super) index_offsets: FxHashMap<IndexId, i64>,
    /// By the upper bound, what is added to a bound index for its written number; nothing where the text has two such bounds that differ in it.
    pub(super) bound_offsets: FxHashMap<ExprId, Option<i64>>,
    /// Names that the input gives to its own parts, which nothing else may take.
    reserved: Vec<String>,
    stand_ins: StandIns,
    /// From where to where an opened index runs.
    ranges: FxHashMap<IndexId, (ExprId, ExprId)>,
    /// Symbols of which no array is given.
    without_array: Vec<SymbolId>,
    pub(crate) memo: super::memo::Memo,
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

impl Arena {
    /// The number 1, which every arena interns first.
    pub(crate) const ONE: ExprId = ExprId(0);

    /// An empty arena. The numbers 1, −1, 0 and 2 are interned first, so they come first in
    /// the order of ids that sorts sums.
    #[must_use]
    pub fn new() -> Self {
        let mut arena = Self {
            nodes: IndexSet::default(),
            shapes: Vec::new(),
            symbols: Vec::new(),
            size_names: Vec::new(),
            size_polynomials: IndexSet::default(),
            has_selections: false,
            next_index: IndexId::FRESH,
            index_names: FxHashMap::default(),
            free_index_names: FxHashMap::default(),
            numberings: FxHashMap::default(),
            index_offsets: FxHashMap::default(),
            bound_offsets: FxHashMap::default(),
            reserved: Vec::new(),
            stand_ins: StandIns::default(),
            ranges: FxHashMap::default(),
            without_array: Vec::new(),
            memo: super::memo::Memo::default(),
        };
        for value in [1, -1, 0, 2] {
            arena.number(Coeff::integer(value));
        }
        arena
    }

    /// Interns a node as it is, without bringing it into normal form.
    pub fn intern(&mut self, node: Node) -> ExprId {
        crate::interrupt::spend(1 + node.operand_count() as u64 / 64);
        if let Some(place) = self.nodes.get_index_of(&node) {
            return ExprId(u32::try_from(place).unwrap_or(u32::MAX));
        }
        let shape = self.shape_of(&node);
        self.has_selections |= matches!(node, Node::Selection(..));
        let (place, _) = self.nodes.insert_full(node);
        self.shapes.push(shape);
        ExprId(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// The id of a node that was interned before.
    #[must_use]
    pub fn find(&self, node: &Node) -> Option<ExprId> {
        self.nodes.get_index_of(node).map(|place| ExprId(u32::try_from(place).unwrap_or(u32::MAX)))
    }

    /// The node of an id.
    #[must_use]
    pub fn node(&self, id: ExprId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The shape of an expression.
    #[must_use]
    pub fn shape(&self, id: ExprId) -> Shape {
        self.shapes[id.0 as usize]
    }

    /// Number of distinct nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// All nodes.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// An exact number.
    pub fn number(&mut self, value: Coeff) -> ExprId {
        self.intern(Node::Number(value))
    }

    /// An integer.
    pub fn integer(&mut self, value: i64) -> ExprId {
        self.number(Coeff::from(value))
    }

    /// Whether it is an index that no sign binds, or a whole number by a letter, which may be one.
    #[must_use]
    pub fn is_free_index(&self, id: ExprId) -> bool {
        match self.node(id) {
            Node::Index(_) => true,
            Node::Symbol(symbol) => self.symbol(*symbol).kind == SymbolKind::Integer,
            _ => false,
        }
    }

    /// The value of a numeric node.
    #[must_use]
    pub fn as_number(&self, id: ExprId) -> Option<&Coeff> {
        if let Node::Number(value) = self.node(id) { Some(value) } else { None }
    }

    /// Adds a symbol and returns its id; names are not checked for being unique.
    pub fn add_symbol(&mut self, symbol: Symbol) -> SymbolId {
        self.symbols.push(symbol);
        SymbolId(u32::try_from(self.symbols.len()).unwrap_or(u32::MAX) - 1)
    }

    /// The symbol that stands for this, made if it is new.
    pub fn stand_in(&mut self, of: StandIn) -> SymbolId {
        if let Some(known) = self.stand_ins.symbol(of) {
            return known;
        }
        let symbol = of.symbol(|id| self.symbol(id).clone());
        let id = self.add_symbol(symbol);
        self.stand_ins.insert(of, id);
        id
    }

    /// What a symbol of the engine's own stands for; `None` of those that have a name.
    #[must_use]
    pub fn stands_for(&self, id: SymbolId) -> Option<StandIn> {
        self.stand_ins.meaning(id)
    }

    /// Lets the entries of a symbol vary freely, whatever it is declared as. What was built before keeps what it was built with.
    pub fn let_vary(&mut self, id: SymbolId) {
        self.symbols[id.0 as usize].kind = SymbolKind::Plain;
    }

    /// Lets the sizes of symbols be read off no array of theirs, as there is none: unknowns of which an expression is the value.
    pub fn without_arrays(&mut self, ids: &[SymbolId]) {
        self.without_array.extend(ids);
    }

    /// Whether there is no array of a symbol.
    #[must_use]
    pub fn has_no_array(&self, id: SymbolId) -> bool {
        self.without_array.contains(&id)
    }

    /// Whether it stands for the derivative of a result by a symbol.
    #[must_use]
    pub fn is_adjoint(&self, id: SymbolId) -> bool {
        matches!(self.stands_for(id), Some(StandIn::Adjoint(_)))
    }

    /// A symbol.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.0 as usize]
    }

    /// All symbols that have a name, in the order they were added.
    pub fn symbols(&self) -> impl Iterator<Item = (SymbolId, &Symbol)> {
        self.symbols
            .iter()
            .enumerate()
            .map(|(place, symbol)| (SymbolId(u32::try_from(place).unwrap_or(u32::MAX)), symbol))
            .filter(|(id, _)| self.stands_for(*id).is_none())
    }

    /// The symbol of that name.
    #[must_use]
    pub fn find_symbol(&self, name: &str) -> Option<SymbolId> {
        self.symbols().find(|(_, symbol)| symbol.name == name).map(|(id, _)| id)
    }

    /// The named size of that name, made if it is new.
    pub fn named_size(&mut self, name: &str) -> Dim {
        let place = self.size_names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.size_names.push(name.to_owned());
            self.size_names.len() - 1
        });
        Dim::Named(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// All named sizes.
    #[must_use]
    pub fn size_names(&self) -> &[String] {
        &self.size_names
    }

    /// A size as a sum: its terms in order, those of more names first and a number last, no two with the same names.
    #[must_use]
    pub fn size_terms(&self, dim: Dim) -> Vec<SizeTerm> {
        match dim {
            Dim::Known(value) => vec![(i64::from(value), Vec::new())],
            Dim::Named(name) => vec![(1, vec![name])],
            Dim::Polynomial(place) => self.size_polynomials[place as usize].clone(),
        }
    }

    /// The places of the names in a size.
    #[must_use]
    pub fn size_names_in(&self, dim: Dim) -> Vec<u32> {
        self.size_terms(dim).into_iter().flat_map(|(_, names)| names).collect()
    }

    /// The size that is the sum of terms.
    pub fn size_of_terms(&mut self, terms: impl IntoIterator<Item = SizeTerm>) -> Dim {
        let sum = sum_of_terms(terms);
        if let Some(known) = self.known_sum(&sum) {
            return known;
        }
        let (place, _) = self.size_polynomials.insert_full(sum);
        Dim::Polynomial(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// The size that is the sum of terms, where one was made.
    #[must_use]
    pub fn known_sum(&self, terms: &[SizeTerm]) -> Option<Dim> {
        match terms {
            [] => Some(Dim::Known(0)),
            [(value, names)] if names.is_empty() => u32::try_from(*value).ok().map(Dim::Known),
            [(1, names)] if names.len() == 1 => Some(Dim::Named(names[0])),
            _ => {
                let place = self.size_polynomials.get_index_of(terms)?;
                u32::try_from(place).ok().map(Dim::Polynomial)
            }
        }
    }

    /// The sizes that are sums with a term subtracted, as n − 1: each is at least 1.
    #[must_use]
    pub fn size_differences(&self) -> Vec<Vec<SizeTerm>> {
        let has_difference = |terms: &&Vec<SizeTerm>| terms.iter().any(|(factor, _)| *factor < 0);
        self.size_polynomials.iter().filter(has_difference).cloned().collect()
    }

    /// The sum of two sizes.
    pub fn size_sum(&mut self, left: Dim, right: Dim) -> Dim {
        let terms = [self.size_terms(left), self.size_terms(right)].concat();
        self.size_of_terms(terms)
    }

    /// What is left of a size without another, where that is no less than 0 whatever the names stand for.
    pub fn size_rest(&mut self, whole: Dim, part: Dim) -> Option<Dim> {
        let terms = self.rest_of_terms(&self.size_terms(whole), &self.size_terms(part))?;
        Some(self.size_of_terms(terms))
    }

    /// What is left of a sum of terms without another, where that is no less than 0: whatever the names stand for, or as it is itself a
    /// size.
    #[must_use]
    pub fn rest_of_terms(&self, whole: &[SizeTerm], part: &[SizeTerm]) -> Option<Vec<SizeTerm>> {
        rest_of_terms(whole, part)
            .or_else(|| Some(difference_of_terms(whole, part)).filter(|rest| self.size_polynomials.contains(rest)))
    }

    /// The places that a selection matrix or a unit vector picks: how many come before them, and how many there are; of a unit vector where
    /// its place is a number or made of sizes.
    #[must_use]
    pub fn selected_range(&self, id: ExprId) -> Option<[Vec<SizeTerm>; 2]> {
        match self.node(id) {
            Node::Selection(offset, shape) => {
                let offset = sum_of_terms(self.size_terms(*offset));
                Some([offset, self.size_terms(shape.cols)])
            }
            Node::Basis(_, place) => {
                let one = vec![(1, Vec::new())];
                Some([rest_of_terms(&self.place_terms(*place)?, &one)?, one])
            }
            _ => None,
        }
    }

    /// A scalar that is a sum of products of sizes as its terms.
    #[must_use]
    pub fn place_terms(&self, id: ExprId) -> Option<Vec<SizeTerm>> {
        let number = |value: &Coeff| value.to_i64();
        Some(match self.node(id) {
            Node::Number(value) => vec![(number(value)?, Vec::new())],
            Node::Size(dim) => self.size_terms(*dim),
            Node::Hadamard(factors) => {
                let mut names = Vec::new();
                for (base, exponent) in factors.iter() {
                    let Node::Size(Dim::Named(name)) = self.node(*base) else { return None };
                    let times = self.as_number(*exponent)?.to_i64().filter(|times| (1..=8).contains(times))?;
                    names.extend((0..times).map(|_| *name));
                }
                vec![(1, names)]
            }
            Node::Add(terms) => {
                let mut sum = Vec::new();
                for (coeff, term) in terms.iter() {
                    let factor = number(coeff)?;
                    let terms = self.place_terms(*term)?;
                    sum.extend(terms.into_iter().map(|(count, names)| (count.saturating_mul(factor), names)));
                }
                sum_of_terms(sum)
            }
            _ => return None,
        })
    }

    /// The product of two sizes.
    pub fn size_product(&mut self, left: Dim, right: Dim) -> Dim {
        let (left, right) = (self.size_terms(left), self.size_terms(right));
        let products = left.iter().flat_map(|(a, names)| {
            right.iter().map(move |(b, more)| (a.saturating_mul(*b), [names.as_slice(), more].concat()))
        });
        self.size_of_terms(products)
    }

    /// An index that no other expression uses.
    pub fn fresh_index(&mut self) -> IndexId {
        self.next_index += 1;
        IndexId(self.next_index - 1)
    }

    /// Remembers under which name an index with this upper bound was written, and at which place of the text, for printing.
    pub fn suggest_index_name(&mut self, upper: ExprId, name: &str, place: usize) {
        let names = self.index_names.entry(upper).or_default();
        if names.iter().all(|(_, known)| known != name) {
            let at = names.partition_point(|(before, _)| *before <= place);
            names.insert(at, (place, name.to_owned()));
        }
    }

    /// The names under which indices with this upper bound were written, in the order of the text.
    pub fn suggested_index_names(&self, upper: ExprId) -> impl Iterator<Item = &str> {
        self.index_names.get(&upper).into_iter().flatten().map(|(_, name)| name.as_str())
    }

    /// Keeps a name that the input gives to one of its own parts from others.
    pub fn reserve_name(&mut self, name: &str) {
        self.reserved.push(name.to_owned());
    }

    /// The names that the input gives to its own parts.
    #[must_use]
    pub fn reserved_names(&self) -> &[String] {
        &self.reserved
    }

    /// A fresh index with a name, for expressions in which it stays free.
    pub fn named_index(&mut self, name: &str) -> IndexId {
        let index = self.fresh_index();
        self.free_index_names.insert(index, name.to_owned());
        index
    }

    /// The name of a free index.
    #[must_use]
    pub fn index_name(&self, index: IndexId) -> Option<&str> {
        self.free_index_names.get(&index).map(String::as_str)
    }

    /// Remembers from where to where a free index runs.
    pub(crate) fn set_range(&mut self, index: IndexId, range: (ExprId, ExprId)) {
        self.ranges.insert(index, range);
    }

    /// From where to where a free index runs, where it was opened from a sum or product.
    #[must_use]
    pub fn range(&self, index: IndexId) -> Option<(ExprId, ExprId)> {
        self.ranges.get(&index).copied()
    }

    /// The shape a node has by its children's shapes.
    fn shape_of(&mut self, node: &Node) -> Shape {
        match node {
            Node::Number(_)
            | Node::Pi
            | Node::Size(_)
            | Node::Index(_)
            | Node::Entry(..)
            | Node::Trace(_)
            | Node::Det(_)
            | Node::Reduce(..)
            | Node::Norm(..)
            | Node::Factorial(_) => Shape::SCALAR,
            Node::Symbol(symbol) | Node::Member(symbol, _) | Node::Differential(symbol, _) => {
                self.symbol(*symbol).shape
            }
            Node::Identity(size) => Shape::square(*size),
            Node::Commutation(of) => Shape::square(self.size_product(of.rows, of.cols)),
            Node::Ones(shape)
            | Node::Zeros(shape)
            | Node::Selection(_, shape)
            | Node::Literal(shape, _)
            | Node::Unvec(_, shape) => *shape,
            Node::Basis(size, _) => Shape::vector(*size),
            Node::Add(terms) => self.shape(terms[0].1),
            Node::Product(factors) => {
                let mut shape = Shape::SCALAR;
                for factor in factors.iter() {
                    let next = self.shape(*factor);
                    if next.is_scalar() {
                        continue;
                    }
                    if shape.is_scalar() {
                        shape = next;
                        continue;
                    }
                    debug_assert!(shape.cols == next.rows, "inner sizes of a product agree");
                    shape = Shape::new(shape.rows, next.cols);
                }
                shape
            }
            Node::Hadamard(factors) => self.shape(factors[0].0),
            Node::Choose(_, then, _) => self.shape(*then),
            Node::Kron(left, right) => {
                let (a, b) = (self.shape(*left), self.shape(*right));
                Shape::new(self.size_product(a.rows, b.rows), self.size_product(a.cols, b.cols))
            }
            Node::Transpose(inner) => self.shape(*inner).transposed(),
            Node::Pinv(inner) => self.shape(*inner).transposed(),
            Node::Power(inner, _)
            | Node::Elementwise(_, inner)
            | Node::MatrixFunction(_, inner, _)
            | Node::Apply(_, inner)
            | Node::Pending(inner, _) => self.shape(*inner),
            Node::Map(map, inner, _) => {
                let values = self.symbol(map.symbol).shape;
                match map.derivative {
                    MapDerivative::Prime(_) => values,
                    MapDerivative::Gradient => self.shape(*inner),
                    MapDerivative::Hessian => Shape::square(self.shape(*inner).rows),
                    MapDerivative::Jacobian => Shape::new(values.rows, self.shape(*inner).rows),
                }
            }
            Node::Indexed { op: BigOp::Sum | BigOp::Product, body, .. } => self.shape(*body),
            Node::Spectral(which, inner) => {
                let shape = self.shape(*inner);
                match which {
                    Spectral::SumEig | Spectral::ProdEig | Spectral::LambdaMax | Spectral::LambdaMin => Shape::SCALAR,
                    Spectral::EigvecMax | Spectral::EigvecMin | Spectral::UMax => Shape::vector(shape.rows),
                    Spectral::VMax => Shape::vector(shape.cols),
                    Spectral::Polar => shape,
                }
            }
            Node::Ranked(which, inner, _) => {
                let shape = self.shape(*inner);
                match which {
                    Ranked::Eigenvalue | Ranked::SingularValue => Shape::SCALAR,
                    Ranked::Eigenvector | Ranked::LeftVector => Shape::vector(shape.rows),
                    Ranked::RightVector => Shape::vector(shape.cols),
                }
            }
            Node::Hat(_) => Shape::square(Dim::Known(3)),
            Node::Axial(_) => Shape::vector(Dim::Known(3)),
            Node::Diag(inner) => Shape::square(self.shape(*inner).rows),
            Node::DiagPart(inner) => Shape::vector(self.shape(*inner).rows),
            Node::Vec(inner) => {
                let shape = self.shape(*inner);
                Shape::vector(self.size_product(shape.rows, shape.cols))
            }
        }
    }
}

impl Node {
    /// The operands in the order they are written; for a sum over an index its bounds come before its body.
    #[must_use]
    pub fn children(&self) -> Vec<ExprId> {
        let mut children = Vec::new();
        self.for_each_child(|child| children.push(child));
        children
    }

    /// How many operands it has where their number varies; a few of the others.
    fn operand_count(&self) -> usize {
        match self {
            Self::Add(terms) => terms.len(),
            Self::Product(factors) => factors.len(),
            Self::Hadamard(powers) => 2 * powers.len(),
            Self::Literal(_, entries) => entries.len(),
            _ => 1,
        }
    }

    /// Visits the operands in the order of [`Node::children`].
    pub fn for_each_child(&self, mut visit: impl FnMut(ExprId)) {
        match self {
            Self::Number(_)
            | Self::Pi
            | Self::Size(_)
            | Self::Index(_)
            | Self::Symbol(_)
            | Self::Differential(..)
            | Self::Identity(_)
            | Self::Commutation(_)
            | Self::Selection(..)
            | Self::Ones(_)
            | Self::Zeros(_) => {}
            Self::Member(_, inner)
            | Self::Basis(_, inner)
            | Self::Transpose(inner)
            | Self::Elementwise(_, inner)
            | Self::Trace(inner)
            | Self::Det(inner)
            | Self::Reduce(_, inner)
            | Self::Spectral(_, inner)
            | Self::Apply(_, inner)
            | Self::Diag(inner)
            | Self::DiagPart(inner)
            | Self::Hat(inner)
            | Self::Axial(inner)
            | Self::Vec(inner)
            | Self::Unvec(inner, _)
            | Self::Pinv(inner)
            | Self::Pending(inner, _)
            | Self::Factorial(inner) => visit(*inner),
            Self::Norm(Norm::P(p), inner) => {
                visit(*p);
                visit(*inner);
            }
            Self::Norm(_, inner) => visit(*inner),
            Self::Ranked(_, inner, place) => {
                visit(*inner);
                visit(*place);
            }
            Self::Literal(_, entries) => entries.iter().copied().for_each(visit),
            Self::Add(terms) => terms.iter().for_each(|(_, term)| visit(*term)),
            Self::Product(factors) => factors.iter().copied().for_each(visit),
            Self::Hadamard(factors) => {
                for (base, exponent) in factors.iter() {
                    visit(*base);
                    visit(*exponent);
                }
            }
            Self::Kron(left, right) | Self::Power(left, right) => {
                visit(*left);
                visit(*right);
            }
            Self::Entry(first, second, third) | Self::Choose(first, second, third) => {
                visit(*first);
                visit(*second);
                visit(*third);
            }
            Self::Indexed { lower, upper, body, .. } => {
                visit(*lower);
                visit(*upper);
                visit(*body);
            }
            Self::MatrixFunction(_, inner, others) | Self::Map(_, inner, others) => {
                visit(*inner);
                others.iter().copied().for_each(visit);
            }
        }
    }
}

impl Arena {
    /// Whether a symbol is an integer scalar.
    #[must_use]
    pub fn is_integer_symbol(&self, id: SymbolId) -> bool {
        self.symbol(id).kind == SymbolKind::Integer
    }
}

/// The record of identities, for developers and for the steps of a derivation.
impl Arena {
    /// Records from now on which identities are applied. What is known already is not worked out again, so not recorded again.
    pub fn start_trace(&mut self) {
        self.memo.trace = Some(Vec::new());
    }

    /// The identities that were applied since the record was started, in their order, each as often as it was; ends the record.
    pub fn take_trace(&mut self) -> Vec<&'static str> {
        self.memo.trace.take().unwrap_or_default()
    }

    /// Does something, with what it applied kept apart from the record, where there is one.
    pub(crate) fn traced<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, Vec<&'static str>) {
        let Some(before) = self.memo.trace.replace(Vec::new()) else {
            self.memo.trace = None;
            return (work(self), Vec::new());
        };
        let done = work(self);
        let own = self.memo.trace.replace(before).unwrap_or_default();
        (done, own)
    }

    /// Records an identity.
    pub(crate) fn fired(&mut self, id: &'static str) {
        if let Some(trace) = &mut self.memo.trace {
            trace.push(id);
        }
    }
}
