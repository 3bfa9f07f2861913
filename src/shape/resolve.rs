//! What each name of the input refers to, before anything is known of shapes: bound indices, symbols,
//! sizes used as numbers, special names. Also which readings each symbol has, the first one first.

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::constant::constants;
use super::kind::{Declared, Kind, Letter, OPEN, Special, WrittenSize, letter};
use super::limit::{CLASH_NODES, KRONECKER_FACTORS};
use super::scope::Scopes;
use super::walk::subtree;
use super::{Goal, Request};
use crate::expr::Coeff;
use crate::syntax::{Ast, AstId, AstKind, Function, Name, NormSpelling, ProductOp, Sign};

/// What a syntax node refers to, where it is a name or gives sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ref {
    /// An operator.
    None,
    /// Part of a name or a size; it is no expression of its own.
    Inert,
    /// A symbol used whole.
    Symbol(usize),
    /// A symbol with active subscripts.
    Indexed(usize),
    /// A bound index.
    Index(usize),
    /// A size as a number.
    Size(u32),
    /// The identity.
    Identity(Option<WrittenSize>),
    /// Ones or zeros of written sizes.
    Fill(bool, WrittenSize, WrittenSize),
    /// Ones or zeros whose shape follows; the readings are those of a symbol made for them.
    FreeFill(bool, usize),
    /// The standard basis vector.
    Basis,
    /// The commutation matrix, with the rows and columns of what it transposes.
    Commutation(WrittenSize, WrittenSize),
    /// The sizes of `unvec`.
    Unvec(WrittenSize, WrittenSize),
    /// e
    Euler,
    /// π
    Pi,
    /// Sizes that are neither names nor numbers.
    BadSize(AstId),
}

/// A symbol before its shape is known.
#[derive(Clone, Debug)]
pub(super) struct Sym {
    pub(super) name: String,
    pub(super) declared: Option<Declared>,
    /// The readings, the first kind first.
    pub(super) choices: Vec<Kind>,
    /// The first kind by its letter is a small Greek one.
    pub(super) greek: bool,
    pub(super) integer: bool,
    pub(super) whole: bool,
    pub(super) subscripts: usize,
    /// Transposed or under a norm somewhere.
    pub(super) as_vector: bool,
    pub(super) scalar: bool,
    pub(super) wrt: bool,
    /// Made for `ones`, not a name of the input.
    pub(super) hidden: bool,
    /// Where it was first written.
    pub(super) place: Option<(usize, AstId)>,
}

/// A bound index.
#[derive(Clone, Debug)]
pub(super) struct Binder {
    pub(super) name: String,
    pub(super) lower: Option<AstId>,
    pub(super) upper: Option<AstId>,
    /// Least and largest value as far as they are known.
    pub(super) least: Extent,
    pub(super) largest: Extent,
}

/// An integer expression as base + offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A number.
    Number(i64),
    /// A written size and an offset.
    Size(u32, i64),
    /// The unwritten upper bound of an index, and an offset.
    Range(usize, i64),
    /// Anything else.
    Unknown,
}

impl Extent {
    pub(super) fn plus(self, offset: i64) -> Self {
        match self {
            Self::Number(value) => Self::Number(value.saturating_add(offset)),
            Self::Size(size, more) => Self::Size(size, more.saturating_add(offset)),
            Self::Range(binder, more) => Self::Range(binder, more.saturating_add(offset)),
            Self::Unknown => Self::Unknown,
        }
    }
}

/// One expression of the request with what its names refer to.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub(super) ast: &'a Ast,
    pub(super) goal: &'a Goal,
    pub(super) refs: Vec<Ref>,
    pub(super) parents: Vec<Option<AstId>>,
    pub(super) constants: Vec<Option<Coeff>>,
    /// The first binder of each sum or product.
    pub(super) binders: FxHashMap<AstId, usize>,
}

/// The request, resolved.
#[derive(Debug, Default)]
pub(super) struct Input<'a> {
    pub(super) texts: Vec<Text<'a>>,
    pub(super) symbols: Vec<Sym>,
    pub(super) binders: Vec<Binder>,
    pub(super) size_names: Vec<String>,
    by_name: FxHashMap<String, usize>,
    size_places: FxHashMap<String, u32>,
    /// Names that were used as sizes in the expressions or declared ones.
    is_size: Vec<bool>,
}

/// Base and subscript together.
pub(super) fn full_name(name: &Name) -> String {
    if name.subscript_text.is_empty() { name.base.clone() } else { format!("{}_{}", name.base, name.subscript_text) }
}

impl<'a> Input<'a> {
    /// Resolves all names of the request.
    pub(super) fn new(request: &Request<'a>, declared: IndexMap<String, Declared>, size_names: Vec<String>) -> Self {
        let mut input = Self { is_size: vec![true; size_names.len()], ..Self::default() };
        for (place, name) in (0_u32..).zip(&size_names) {
            input.size_places.insert(name.clone(), place);
        }
        input.size_names = size_names;
        for (name, declaration) in declared {
            let place = input.symbols.len();
            input.symbols.push(Sym { declared: Some(declaration), choices: vec![Kind::Declared], ..Sym::new(&name) });
            input.by_name.insert(name, place);
        }
        let scopes: Vec<Scopes> = request
            .asts
            .iter()
            .map(|(ast, goal)| {
                let scopes = Scopes::new(ast, &mut input);
                let nodes = ast.nodes.len();
                input.texts.push(Text {
                    ast,
                    goal,
                    refs: vec![Ref::None; nodes],
                    parents: Vec::new(),
                    constants: constants(ast),
                    binders: FxHashMap::default(),
                });
                scopes
            })
            .collect();
        for (place, mut scope) in scopes.into_iter().enumerate() {
            input.resolve(place, &mut scope, request.wrt);
            input.texts[place].parents = scope.parents;
            input.texts[place].binders = scope.binders;
        }
        input.force_scalars();
        input.extents();
        for name in request.wrt {
            if let Some(place) = input.by_name.get(name) {
                input.symbols[*place].wrt = true;
            }
        }
        let scalar_first = request.asts.iter().any(|(_, goal)| matches!(goal, Goal::ScalarVariable));
        for symbol in &mut input.symbols {
            symbol.set_choices(scalar_first);
        }
        input
    }

    /// The symbol of that name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Whether a name is that of a size.
    pub(super) fn names_size(&self, name: &str) -> bool {
        self.size_places.get(name).is_some_and(|place| self.is_size[*place as usize])
    }

    pub(super) fn declared(&self, name: &str) -> Option<&Declared> {
        self.find(name).and_then(|place| self.symbols[place].declared.as_ref())
    }

    pub(super) fn size_name(&mut self, name: &str) -> u32 {
        if let Some(place) = self.size_places.get(name) {
            return *place;
        }
        let place = u32::try_from(self.size_names.len()).unwrap_or(u32::MAX);
        self.size_names.push(name.to_owned());
        self.is_size.push(true);
        self.size_places.insert(name.to_owned(), place);
        place
    }

    fn symbol(&mut self, name: &str, at: (usize, AstId)) -> usize {
        let place = match self.by_name.get(name) {
            Some(place) => *place,
            None => {
                let place = self.symbols.len();
                self.symbols.push(Sym::new(name));
                self.by_name.insert(name.to_owned(), place);
                place
            }
        };
        self.symbols[place].place.get_or_insert(at);
        place
    }

    fn hidden(&mut self, choices: Vec<Kind>, at: (usize, AstId)) -> usize {
        self.symbols.push(Sym { hidden: true, choices, place: Some(at), ..Sym::new("") });
        self.symbols.len() - 1
    }

    /// A size written as an argument or subscript.
    pub(super) fn written_size(&mut self, ast: &Ast, id: AstId) -> Result<WrittenSize, AstId> {
        match &ast.node(id).kind {
            AstKind::Number(value) => match value.to_i64().map(u32::try_from) {
                Some(Ok(number)) if number > 0 => Ok(WrittenSize::Number(number)),
                _ => Err(id),
            },
            AstKind::Name(name) => Ok(WrittenSize::Name(self.size_name(&full_name(name)))),
            // `ones(m n)`: the length of a `vec`.
            AstKind::Product { first, rest } if rest.len() < KRONECKER_FACTORS => {
                let (mut number, mut names) = (1_u32, Vec::new());
                if rest.iter().any(|(op, _)| *op != ProductOp::Times) {
                    return Err(id);
                }
                for factor in std::iter::once(first).chain(rest.iter().map(|(_, factor)| factor)) {
                    let leaf = matches!(ast.node(*factor).kind, AstKind::Number(_) | AstKind::Name(_));
                    match leaf.then(|| self.written_size(ast, *factor)).ok_or(id)?? {
                        WrittenSize::Number(value) => number = number.checked_mul(value).ok_or(id)?,
                        WrittenSize::Name(place) => names.push(place),
                        WrittenSize::Product(..) => return Err(id),
                    }
                }
                Ok(WrittenSize::Product(number, names))
            }
            _ => Err(id),
        }
    }

    /// Second pass over one expression, in the order of writing.
    fn resolve(&mut self, place: usize, scopes: &mut Scopes, wrt: &[String]) {
        let ast = self.texts[place].ast;
        for (number, node) in ast.nodes.iter().enumerate() {
            let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
            let at = (place, id);
            if scopes.inert[number] {
                self.texts[place].refs[number] = Ref::Inert;
                continue;
            }
            let resolved = match &node.kind {
                AstKind::Name(name) => self.name(ast, name, at, scopes, wrt),
                AstKind::Call(Function::Eye, arguments) => match arguments.first() {
                    None => Ref::Identity(None),
                    Some(size) => {
                        self.written_size(ast, *size).map_or_else(Ref::BadSize, |size| Ref::Identity(Some(size)))
                    }
                },
                AstKind::Call(Function::Ones, arguments) => self.fill(ast, true, arguments, at),
                AstKind::Call(Function::Zeros, arguments) => self.fill(ast, false, arguments, at),
                AstKind::Call(Function::OnesMatrix, _) => Ref::FreeFill(true, self.hidden(vec![Kind::Matrix], at)),
                AstKind::Call(Function::Unvec, arguments) if arguments.len() == 3 => {
                    match (self.written_size(ast, arguments[1]), self.written_size(ast, arguments[2])) {
                        (Ok(rows), Ok(cols)) => Ref::Unvec(rows, cols),
                        (Err(bad), _) | (_, Err(bad)) => Ref::BadSize(bad),
                    }
                }
                AstKind::Call(Function::Commutation, arguments) if arguments.len() == 2 => {
                    match (self.written_size(ast, arguments[0]), self.written_size(ast, arguments[1])) {
                        (Ok(rows), Ok(cols)) => Ref::Commutation(rows, cols),
                        (Err(bad), _) | (_, Err(bad)) => Ref::BadSize(bad),
                    }
                }
                AstKind::Number(value) if value.is_one() && scopes.ones_vector(ast, id) => {
                    let kinds = if scopes.stands_as_vector(ast, id) {
                        vec![Kind::Vector, Kind::Scalar]
                    } else {
                        vec![Kind::Scalar, Kind::Vector]
                    };
                    Ref::FreeFill(true, self.hidden(kinds, at))
                }
                _ => Ref::None,
            };
            self.texts[place].refs[number] = resolved;
        }
    }

    fn fill(&mut self, ast: &Ast, ones: bool, arguments: &[AstId], at: (usize, AstId)) -> Ref {
        match arguments {
            [] => Ref::FreeFill(ones, self.hidden(vec![Kind::Vector], at)),
            [n] => self.written_size(ast, *n).map_or_else(Ref::BadSize, |n| Ref::Fill(ones, n, WrittenSize::Number(1))),
            [m, n, ..] => match (self.written_size(ast, *m), self.written_size(ast, *n)) {
                (Ok(m), Ok(n)) => Ref::Fill(ones, m, n),
                (Err(bad), _) | (_, Err(bad)) => Ref::BadSize(bad),
            },
        }
    }

    fn name(&mut self, ast: &Ast, name: &Name, at: (usize, AstId), scopes: &Scopes, wrt: &[String]) -> Ref {
        let full = full_name(name);
        let known = self.find(&full).is_some_and(|place| self.symbols[place].declared.is_some()) || wrt.contains(&full);
        if name.subscript.is_empty() {
            if let Some(binder) = scopes.bound(&full, at.1) {
                return Ref::Index(binder);
            }
            if !known {
                match name.base.as_str() {
                    "I" | "eye" => return Ref::Identity(None),
                    "e" => return Ref::Euler,
                    "π" | "pi" => return Ref::Pi,
                    "ones" | "zeros" => {
                        let kinds = vec![Kind::Vector, Kind::Matrix];
                        return Ref::FreeFill(name.base == "ones", self.hidden(kinds, at));
                    }
                    _ => {}
                }
                if self.names_size(&full) {
                    return Ref::Size(self.size_name(&full));
                }
            }
        } else if !known || scopes.active.contains(&at.1) {
            if scopes.active.contains(&at.1) {
                if name.base == "e" && self.declared("e").is_none() && name.subscript.len() == 1 {
                    return Ref::Basis;
                }
                let place = self.symbol(&name.base, at);
                self.symbols[place].subscripts |= 1 << name.subscript.len().min(4);
                return Ref::Indexed(place);
            }
            match (name.base.as_str(), name.subscript.as_slice()) {
                ("I", [size]) => {
                    return self.written_size(ast, *size).map_or_else(Ref::BadSize, |size| Ref::Identity(Some(size)));
                }
                ("1" | "0", sizes) => return self.fill(ast, name.base == "1", sizes, at),
                _ => {}
            }
            if self.names_size(&full) {
                return Ref::Size(self.size_name(&full));
            }
        }
        let place = self.symbol(&full, at);
        self.symbols[place].whole = true;
        self.symbols[place].as_vector |= scopes.stands_as_vector(ast, at.1);
        Ref::Symbol(place)
    }

    /// Symbols that stand where only a scalar can, whatever the rest is.
    fn force_scalars(&mut self) {
        for place in 0..self.texts.len() {
            let ast = self.texts[place].ast;
            let mut forced: Vec<(AstId, bool)> = Vec::new();
            for node in &ast.nodes {
                match &node.kind {
                    AstKind::Power(base, exponent) if self.texts[place].refs[base.0 as usize] != Ref::Euler => {
                        forced.push((*exponent, false));
                    }
                    AstKind::HadamardPower(_, exponent) => forced.push((*exponent, false)),
                    AstKind::Factorial(inner) => forced.push((*inner, false)),
                    AstKind::Norm(NormSpelling::P(p), _) => forced.push((*p, false)),
                    AstKind::Product { rest, .. } => {
                        forced.extend(
                            rest.iter().filter(|(op, _)| *op == ProductOp::Divide).map(|(_, factor)| (*factor, false)),
                        );
                    }
                    AstKind::Literal(rows) => forced.extend(rows.iter().flatten().map(|entry| (*entry, false))),
                    AstKind::Name(Name { subscript: parts, .. }) | AstKind::EntryOf(_, parts) => {
                        forced.extend(parts.iter().map(|part| (*part, true)));
                    }
                    AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => {
                        for range in ranges {
                            forced.extend(range.lower.into_iter().chain(range.upper).map(|bound| (bound, true)));
                        }
                    }
                    _ => {}
                }
            }
            for (id, integer) in forced {
                if let Ref::Symbol(symbol) = self.texts[place].refs[id.0 as usize] {
                    self.symbols[symbol].scalar = true;
                    self.symbols[symbol].integer |= integer;
                } else if integer {
                    let (mut found, text) = (Vec::new(), &self.texts[place]);
                    subtree(ast, id, CLASH_NODES, |inner| {
                        if let Ref::Symbol(symbol) = text.refs[inner.0 as usize] {
                            found.push(symbol);
                        }
                        true
                    });
                    for symbol in found {
                        self.symbols[symbol].scalar = true;
                        self.symbols[symbol].integer = true;
                    }
                }
            }
        }
    }

    /// Least and largest values of the bound indices, outer ones first.
    fn extents(&mut self) {
        let mut owner = vec![0; self.binders.len()];
        for (place, text) in self.texts.iter().enumerate() {
            for (number, node) in text.ast.nodes.iter().enumerate() {
                if let AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) = &node.kind
                    && let Some(first) = text.binders.get(&AstId(u32::try_from(number).unwrap_or(u32::MAX)))
                {
                    (0..ranges.len()).for_each(|offset| owner[first + offset] = place);
                }
            }
        }
        for (binder, place) in owner.into_iter().enumerate() {
            let Binder { lower, upper, .. } = self.binders[binder];
            let least = lower.map_or(Extent::Number(1), |id| self.extent(place, id).0);
            let largest = upper.map_or(Extent::Range(binder, 0), |id| self.extent(place, id).1);
            self.binders[binder].least = least;
            self.binders[binder].largest = largest;
        }
    }

    /// Least and largest value of an integer expression.
    pub(super) fn extent(&self, place: usize, id: AstId) -> (Extent, Extent) {
        let text = &self.texts[place];
        if let Some(value) = &text.constants[id.0 as usize] {
            let extent = value.to_i64().map_or(Extent::Unknown, Extent::Number);
            return (extent, extent);
        }
        match (&text.refs[id.0 as usize], &text.ast.node(id).kind) {
            (Ref::Size(size), _) => (Extent::Size(*size, 0), Extent::Size(*size, 0)),
            (Ref::Index(binder), _) => (self.binders[*binder].least, self.binders[*binder].largest),
            (_, AstKind::Sum(terms)) => {
                let (mut base, mut offset) = (None, 0_i64);
                for (sign, term) in terms {
                    if let Some(value) = &text.constants[term.0 as usize] {
                        let Some(value) = value.to_i64() else { return (Extent::Unknown, Extent::Unknown) };
                        offset =
                            offset.saturating_add(if *sign == Sign::Plus { value } else { value.saturating_neg() });
                    } else if base.is_none() && *sign == Sign::Plus {
                        base = Some(match &text.refs[term.0 as usize] {
                            Ref::Size(size) => (Extent::Size(*size, 0), Extent::Size(*size, 0)),
                            Ref::Index(binder) => (self.binders[*binder].least, self.binders[*binder].largest),
                            _ => (Extent::Unknown, Extent::Unknown),
                        });
                    } else {
                        return (Extent::Unknown, Extent::Unknown);
                    }
                }
                base.map_or((Extent::Unknown, Extent::Unknown), |(least, largest)| {
                    (least.plus(offset), largest.plus(offset))
                })
            }
            _ => (Extent::Unknown, Extent::Unknown),
        }
    }

    /// The names in use, which a size without a name must not take.
    pub(super) fn taken_names(&self) -> impl Iterator<Item = &str> {
        self.symbols
            .iter()
            .map(|symbol| symbol.name.as_str())
            .chain(self.binders.iter().map(|binder| binder.name.as_str()))
            .chain(self.size_names.iter().map(String::as_str).filter(|name| !name.starts_with(OPEN)))
    }
}

impl Sym {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            declared: None,
            choices: Vec::new(),
            greek: letter(name) == Letter::Greek,
            integer: false,
            whole: false,
            subscripts: 0,
            as_vector: false,
            scalar: false,
            wrt: false,
            hidden: false,
            place: None,
        }
    }

    /// Whether it was declared as a function.
    pub(super) fn is_function(&self) -> bool {
        self.declared
            .as_ref()
            .is_some_and(|declared| matches!(declared.special, Special::Function | Special::MatrixFunction))
    }

    /// Whether it was declared as a function of square matrices.
    pub(super) fn is_matrix_function(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| declared.special == Special::MatrixFunction)
    }

    fn set_choices(&mut self, scalar_first: bool) {
        if !self.choices.is_empty() {
            return;
        }
        let class = letter(&self.name);
        let capital = matches!(class, Letter::Capital | Letter::CapitalGreek);
        let uses = |count: usize| self.subscripts & (1 << count) != 0;
        self.choices = if uses(3) {
            vec![Kind::MatrixFamily]
        } else if uses(2) {
            if uses(1) && !self.whole && !capital { vec![Kind::VectorFamily] } else { vec![Kind::Matrix] }
        } else if uses(1) {
            match (capital, self.whole, self.wrt || class == Letter::Greek) {
                (true, true, _) => vec![Kind::Matrix],
                (true, false, _) => vec![Kind::MatrixFamily],
                (false, true, _) => vec![Kind::Vector],
                (false, false, true) => vec![Kind::Vector, Kind::VectorFamily],
                (false, false, false) => vec![Kind::VectorFamily, Kind::Vector],
            }
        } else if self.scalar && class != Letter::Capital {
            vec![Kind::Scalar]
        } else {
            match class {
                Letter::Capital => vec![Kind::Matrix],
                Letter::CapitalGreek => vec![Kind::Matrix, Kind::Scalar],
                Letter::Small if scalar_first && self.wrt && !self.as_vector => vec![Kind::Scalar, Kind::Vector],
                Letter::Small => vec![Kind::Vector, Kind::Scalar],
                Letter::Greek if self.as_vector => vec![Kind::Vector, Kind::Scalar],
                Letter::Greek => vec![Kind::Scalar, Kind::Vector],
            }
        };
    }
}

impl Input<'_> {
    /// Whether a node is a constant.
    pub(super) fn constant(&self, text: usize, id: AstId) -> bool {
        self.texts[text].constants[id.0 as usize].is_some()
    }
}
