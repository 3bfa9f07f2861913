//! What each name of the input refers to, before anything is known of shapes: bound indices, symbols,
//! sizes used as numbers, special names. Also which readings each symbol has, the first one first.

mod extent;
mod name;
mod reference;
mod scalar;
mod settle;
mod size;
mod slice;
mod symbol;

pub(crate) use reference::{Binder, Extent, Ref, Stretch};
pub(crate) use symbol::Sym;

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use symbol::Choice;

use super::constant::constants;
use super::cost::RowId;
use super::free_index::FreeIndices;
use super::kind::{Declared, Kind, OPEN, WrittenSize};
use super::numbering::Numberings;
use super::residual::Units;
use super::scope::{Scopes, divides_by_capitals, divides_by_expected, is_of_epidemic, is_of_numbers};
use super::{Goal, Request};
use crate::number::Coeff;
use crate::syntax::{Ast, AstId, AstKind, Function};

/// One expression of the request with what its names refer to.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    pub(crate) ast: &'a Ast,
    pub(crate) goal: &'a Goal,
    pub(crate) refs: Vec<Ref>,
    pub(crate) parents: Vec<Option<AstId>>,
    pub(crate) constants: Vec<Option<Coeff>>,
    /// The first binder of each sum or product.
    pub(crate) binders: FxHashMap<AstId, usize>,
    /// The rows and columns of a goal that is a shape, where one is a sum of sizes.
    pub(crate) sizes: Option<[WrittenSize; 2]>,
}

/// The request, resolved.
#[derive(Debug, Default)]
pub(crate) struct Input<'a> {
    pub(crate) texts: Vec<Text<'a>>,
    pub(crate) symbols: Vec<Sym>,
    pub(crate) binders: Vec<Binder>,
    pub(crate) size_names: Vec<String>,
    /// Names that stand without a subscript somewhere, and variables.
    pub(crate) whole_names: FxHashSet<String>,
    /// Names that have a bound index somewhere.
    pub(crate) indexed_bases: FxHashSet<String>,
    /// What has a free index somewhere.
    pub(crate) free: FreeIndices,
    /// From which numbers subscripts count.
    pub(crate) numberings: Numberings,
    /// What an undeclared `e` with a bound index is, in each text.
    pub(crate) units: Vec<Units>,
    /// Whether an undeclared `e` stands where only a vector can.
    e_is_vector: bool,
    /// Whether an undeclared π is transposed, or stands under a norm or in an inner product, by itself or as a term.
    pi_is_vector: bool,
    /// Whether I is the number of the infected, as in `-\beta S I`, and not the identity.
    has_compartments: bool,
    /// What I is where it is a moment of inertia, and not the identity.
    inertia: Option<Choice>,
    by_name: FxHashMap<String, usize>,
    size_places: FxHashMap<String, u32>,
    /// Names that were used as sizes in the expressions or declared ones.
    is_size: Vec<bool>,
}

impl<'a> Input<'a> {
    /// Resolves all names of the request.
    pub(crate) fn new(request: &Request<'a>, declared: IndexMap<String, Declared>, size_names: Vec<String>) -> Self {
        let mut input = Self { is_size: vec![true; size_names.len()], ..Self::default() };
        for (place, name) in (0_u32..).zip(&size_names) {
            input.size_places.insert(name.clone(), place);
        }
        input.size_names = size_names;
        for (name, declaration) in declared {
            let place = input.symbols.len();
            let choices = vec![Choice { kind: Kind::Declared, row: RowId::Declared }];
            input.symbols.push(Sym { declared: Some(declaration), choices, ..Sym::new(&name) });
            input.by_name.insert(name, place);
        }
        input.gather(request);
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
                    sizes: None,
                });
                scopes
            })
            .collect();
        let any_stands = |base: &str, as_vector: fn(&Scopes, &Ast, AstId) -> bool| {
            request.asts.iter().zip(&scopes).any(|((ast, _), scopes)| {
                (0_u32..).zip(&ast.nodes).any(|(number, node)| {
                    matches!(&node.kind, AstKind::Name(name) if name.base == base && name.subscript_text.is_empty())
                        && as_vector(scopes, ast, AstId(number))
                })
            })
        };
        input.e_is_vector = any_stands("e", |scopes, ast, id| scopes.surroundings(ast, id).marked)
            || request.asts.iter().any(|(ast, _)| divides_by_expected(ast));
        input.pi_is_vector = any_stands("π", Scopes::is_measured);
        input.has_compartments =
            request.asts.iter().all(|(ast, _)| is_of_epidemic(ast)) && any_stands("I", Scopes::is_compartment);
        let inertia = |kind, row| Some(Choice { kind, row });
        input.inertia = if any_stands("I", Scopes::is_between_vectors) {
            inertia(Kind::Matrix, RowId::InertiaMatrix)
        } else if input.has_compartments || any_stands("I", Scopes::is_before_square_of_speed) {
            inertia(Kind::Scalar, RowId::InertiaScalar)
        } else {
            None
        };
        for (place, mut scope) in scopes.into_iter().enumerate() {
            input.resolve(place, &mut scope, request.wrt);
            input.texts[place].parents = scope.parents;
            input.texts[place].binders = scope.binders;
        }
        if input.has_compartments {
            // All of an epidemic is in numbers.
            for symbol in &mut input.symbols {
                symbol.scalar |= symbol.declared.is_none() && symbol.subscripts == 0 && !symbol.evidence.marked;
            }
        }
        if request.asts.iter().all(|(ast, _)| is_of_numbers(ast))
            && request.asts.iter().any(|(ast, _)| divides_by_capitals(ast))
        {
            input.read_as_numbers();
        }
        if let (Some(choice), Some(place)) = (input.inertia, input.find("I"))
            && input.declared("I").is_none()
            && !request.wrt.iter().any(|name| name == "I")
        {
            input.symbols[place].choices = vec![choice];
        }
        input.force_scalars(request.wrt);
        input.extents();
        for name in request.wrt {
            if let Some(place) = input.by_name.get(name) {
                input.symbols[*place].wrt = true;
            }
        }
        for name in request.asts.iter().flat_map(|(ast, _)| &ast.sets) {
            if let Some(place) = input.by_name.get(name) {
                input.symbols[*place].is_set = true;
                input.symbols[*place].is_binary = true;
            }
        }
        let has_mask = |(ast, _): &(&Ast, Goal)| ast.remarks.iter().any(|remark| remark.row == "entry-mask");
        if let Some(place) = input.by_name.get("Ω").filter(|_| request.asts.iter().any(has_mask)) {
            input.symbols[*place].is_binary = true;
        }
        let scalar_first = request.asts.iter().any(|(_, goal)| matches!(goal, Goal::ScalarVariable));
        for symbol in &mut input.symbols {
            symbol.set_choices(scalar_first);
        }
        input
    }

    /// Which names stand whole, and which with a bound index, in any of the texts.
    fn gather(&mut self, request: &Request<'a>) {
        for (ast, _) in request.asts {
            let mut indices: FxHashSet<&str> = FxHashSet::default();
            for node in &ast.nodes {
                if let AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) = &node.kind {
                    indices.extend(ranges.iter().map(|range| range.index.as_str()));
                }
            }
            for node in &ast.nodes {
                let AstKind::Name(name) = &node.kind else { continue };
                let is_index = |part: &AstId| match &ast.node(*part).kind {
                    AstKind::Name(part) => part.subscript.is_empty() && indices.contains(part.base.as_str()),
                    _ => false,
                };
                if name.subscript.is_empty() {
                    self.whole_names.insert(name.base.clone());
                } else if name.subscript.len() == 1 && is_index(&name.subscript[0]) {
                    self.indexed_bases.insert(name.base.clone());
                }
            }
        }
        let is_variable = request.wrt.iter().any(|name| name.split('_').next() == Some("e"));
        let has_index = self.indexed_bases.contains("e");
        for (ast, _) in request.asts {
            let units = if has_index { Units::of(ast) } else { Units::Basis };
            let is_symbol = has_index && is_variable && !units.are_residuals();
            self.units.push(if is_symbol { Units::Residuals } else { units });
        }
        self.whole_names.extend(request.wrt.iter().cloned());
        self.free = FreeIndices::new(request);
        self.numberings = Numberings::new(request);
        for symbol in &self.symbols {
            if let Some(declared) = &symbol.declared {
                self.free.declare(&symbol.name, declared, &self.size_names);
                self.numberings.declare(&symbol.name, declared.numbering);
            }
        }
    }

    /// The symbol of that name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Whether a name is that of a size.
    pub(crate) fn names_size(&self, name: &str) -> bool {
        self.size_places.get(name).is_some_and(|place| self.is_size[*place as usize])
    }

    /// The small letter of a capital name, where it has an index in the text.
    pub(crate) fn rows_of(&self, name: &str) -> Option<String> {
        let small = name.to_lowercase();
        (small != name && self.indexed_bases.contains(&small) && self.declared(&small).is_none()).then_some(small)
    }

    pub(crate) fn declared(&self, name: &str) -> Option<&Declared> {
        self.find(name).and_then(|place| self.symbols[place].declared.as_ref())
    }

    pub(crate) fn size_name(&mut self, name: &str) -> u32 {
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

    fn hidden(&mut self, kinds: &[Kind], at: (usize, AstId)) -> usize {
        let choices = kinds.iter().map(|&kind| Choice { kind, row: RowId::Plain }).collect();
        self.symbols.push(Sym { hidden: true, choices, place: Some(at), ..Sym::new("") });
        self.symbols.len() - 1
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
                    Some(size) => self
                        .written_size(ast, *size)
                        .map_or_else(Ref::BadSize, |size| Ref::Identity(Some(Box::new(size)))),
                },
                AstKind::Call(Function::Ones, arguments) => self.fill(ast, true, arguments, at),
                AstKind::Call(Function::Zeros, arguments) => self.fill(ast, false, arguments, at),
                AstKind::Call(Function::OnesMatrix, _) => Ref::FreeFill(true, self.hidden(&[Kind::Matrix], at)),
                AstKind::Call(Function::Unvec, arguments) if arguments.len() == 3 => {
                    match (self.written_size(ast, arguments[1]), self.written_size(ast, arguments[2])) {
                        (Ok(rows), Ok(cols)) => Ref::Unvec(Box::new([rows, cols])),
                        (Err(bad), _) | (_, Err(bad)) => Ref::BadSize(bad),
                    }
                }
                AstKind::Call(Function::Commutation, arguments) if arguments.len() == 2 => {
                    match (self.written_size(ast, arguments[0]), self.written_size(ast, arguments[1])) {
                        (Ok(rows), Ok(cols)) => Ref::Commutation(Box::new([rows, cols])),
                        (Err(bad), _) | (_, Err(bad)) => Ref::BadSize(bad),
                    }
                }
                AstKind::Slice { cuts, .. } => self.slice(ast, cuts, scopes),
                _ => Ref::None,
            };
            self.texts[place].refs[number] = resolved;
        }
    }

    fn fill(&mut self, ast: &Ast, ones: bool, arguments: &[AstId], at: (usize, AstId)) -> Ref {
        match arguments {
            [] => Ref::FreeFill(ones, self.hidden(&[Kind::Vector], at)),
            [n] => self
                .written_size(ast, *n)
                .map_or_else(Ref::BadSize, |n| Ref::Fill(ones, Box::new([n, WrittenSize::Number(1)]))),
            [m, n, ..] => match (self.written_size(ast, *m), self.written_size(ast, *n)) {
                (Ok(m), Ok(n)) => Ref::Fill(ones, Box::new([m, n])),
                (Err(bad), _) | (_, Err(bad)) => Ref::BadSize(bad),
            },
        }
    }

    /// The names in use, which a size without a name must not take.
    pub(crate) fn taken_names(&self) -> impl Iterator<Item = &str> {
        self.symbols
            .iter()
            .map(|symbol| symbol.name.as_str())
            .chain(self.binders.iter().map(|binder| binder.name.as_str()))
            .chain(self.texts.iter().flat_map(|text| &text.ast.heading.defined).map(|(name, _)| name.as_str()))
            .chain(self.size_names.iter().map(String::as_str).filter(|name| !name.starts_with(OPEN)))
    }

    /// Whether a node is a constant.
    pub(crate) fn constant(&self, text: usize, id: AstId) -> bool {
        self.texts[text].constants[id.0 as usize].is_some()
    }
}
