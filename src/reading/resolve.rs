//! What each name of the input refers to, before anything is known of shapes: bound indices, symbols,
//! sizes used as numbers, special names. Also which readings each symbol has, the first one first.

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::constant::constants;
use super::cost::RowId;
use super::free_index::FreeIndices;
use super::kind::{Declared, Habit, Kind, Letter, OPEN, Special, WrittenSize, habit, letter};
use super::limit::{CLASH_NODES, KRONECKER_FACTORS};
use super::numbering::Numberings;
use super::residual::Units;
use super::scope::{Scopes, divides_by_capitals, is_of_epidemic, is_of_numbers};
use super::walk::subtree;
use super::{Goal, Request};
use crate::expr::{Numbering, SizeTerm, difference_of_terms, rest_of_terms, sum_of_terms};
use crate::number::Coeff;
pub(crate) use crate::syntax::full_name;
use crate::syntax::{Ast, AstId, AstKind, Bound, Cut, Function, Mark, Name, NormSpelling, ProductOp, Sign};

/// What a syntax node refers to, where it is a name or gives sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ref {
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
    Identity(Option<Box<WrittenSize>>),
    /// Ones or zeros of written sizes.
    Fill(bool, Box<[WrittenSize; 2]>),
    /// Ones or zeros whose shape follows; the readings are those of a symbol made for them.
    FreeFill(bool, usize),
    /// The standard basis vector.
    Basis,
    /// The commutation matrix, with the rows and columns of what it transposes.
    Commutation(Box<[WrittenSize; 2]>),
    /// The sizes of `unvec`.
    Unvec(Box<[WrittenSize; 2]>),
    /// The ranges of a slice, where an axis has one.
    Slice(Vec<Option<Stretch>>),
    /// e
    Euler,
    /// π
    Pi,
    /// Sizes that are neither names nor numbers.
    BadSize(AstId),
    /// The end of a range of places that may be empty.
    OpenRange(AstId),
}

/// A range of places on an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stretch {
    /// So many places come before it, and so many there are.
    Fixed { before: WrittenSize, length: WrittenSize },
    /// All but so many at either end.
    Inner { before: WrittenSize, after: WrittenSize },
    /// So many before the last ones.
    Tail { length: WrittenSize, after: WrittenSize },
}

/// Whether a sum of terms can be a size: something is added, and numbers alone are above 0.
fn may_be_positive(terms: &[SizeTerm]) -> bool {
    terms.iter().any(|(factor, _)| *factor > 0)
}

/// One reading of a symbol, and the row of the table of costs that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) kind: Kind,
    pub(crate) row: RowId,
}

/// What the uses of a symbol say of it.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    /// A use without an index is transposed, under a norm and so on.
    marked: bool,
    /// A use with an index is.
    member_marked: bool,
    /// A use with two indices is transposed, under a norm or in an inner product.
    pair_marked: bool,
    /// A use with three indices is.
    triple_marked: bool,
    /// A use is neither a factor nor an exponent.
    not_factor: bool,
    /// A use stands directly before a small letter or something transposed.
    before_vector: bool,
    /// A use stands directly after something transposed.
    behind_transposed: bool,
    /// A use is a term of a sum, by itself.
    term: bool,
    /// A use is a term of a sum with numbers.
    beside_number: bool,
    /// A use is multiplied or divided entry by entry, as `\odot` says.
    entrywise: bool,
    /// A use is beneath a trace or a determinant.
    traced: bool,
    /// Functions of its entries are summed in a use.
    summed: bool,
    /// A use is that of a density matrix.
    density: bool,
    /// A use is that of a state beside ρ in a trace.
    state: bool,
    /// A use stands alone over a number, before a matrix.
    over_number: bool,
    /// Its nuclear norm is taken.
    nuclear: bool,
    /// A use stands directly before a small letter that is not transposed.
    only_before_vector: bool,
    /// How often it is used without an index.
    uses: u32,
    /// It is set in bold.
    bold: bool,
    /// It is set under an arrow.
    arrow: bool,
}

impl Evidence {
    fn mark(&mut self, mark: Mark) {
        self.bold |= mark == Mark::Bold;
        self.arrow |= mark == Mark::Arrow;
    }
}

/// A symbol before its shape is known.
#[derive(Clone, Debug)]
pub(crate) struct Sym {
    pub(crate) name: String,
    pub(crate) declared: Option<Declared>,
    /// The readings, the first kind first.
    pub(crate) choices: Vec<Choice>,
    /// The first kind by its letter is a small Greek one.
    pub(crate) greek: bool,
    pub(crate) integer: bool,
    pub(crate) whole: bool,
    pub(crate) subscripts: usize,
    /// It weighs a norm: symmetric positive definite.
    pub(crate) weighs: bool,
    /// A sum runs over it: an array of 0 and 1.
    is_set: bool,
    /// Its entries are 0 and 1: a set, or the Ω of P_Ω(X).
    pub(crate) is_binary: bool,
    /// One of its subscripts is more than a number.
    has_index: bool,
    evidence: Evidence,
    pub(crate) scalar: bool,
    pub(crate) wrt: bool,
    /// Made for `ones`, not a name of the input.
    pub(crate) hidden: bool,
    /// Where it was first written.
    pub(crate) place: Option<(usize, AstId)>,
}

/// A bound index.
#[derive(Clone, Debug)]
pub(crate) struct Binder {
    pub(crate) name: String,
    pub(crate) lower: Option<AstId>,
    pub(crate) upper: Option<AstId>,
    /// Least and largest value as far as they are known.
    pub(crate) least: Extent,
    pub(crate) largest: Extent,
    /// The index that runs over the same values.
    pub(crate) beside: Option<usize>,
    /// How many of the first and of the last values an index without written bounds leaves out, so that all members beside it exist:
    /// of `\\sum_t (x_{t+1} - x_t)^2` the last one.
    pub(crate) left_out: [u32; 2],
    /// What is added to its value, which counts from 1 beside what counts from 0, for the number that is written.
    pub(crate) offset: i64,
}

/// An integer expression as base + offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
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
    pub(crate) fn plus(self, offset: i64) -> Self {
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
        input.e_is_vector = any_stands("e", |scopes, ast, id| scopes.surroundings(ast, id).marked);
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

    /// A size written as an argument or subscript.
    pub(crate) fn written_size(&mut self, ast: &Ast, id: AstId) -> Result<WrittenSize, AstId> {
        match &ast.node(id).kind {
            AstKind::Number(value) => match value.to_i64().map(u32::try_from) {
                Some(Ok(number)) if number > 0 => Ok(WrittenSize::Number(number)),
                _ => Err(id),
            },
            AstKind::Name(name) => Ok(WrittenSize::Name(self.size_name(&full_name(name)))),
            // `zeros(m^2)`: the length of the `vec` of a square matrix.
            AstKind::Power(..) => self.product_of_sizes(ast, &[id])?.ok_or(id),
            // `ones(m n)`: the length of a `vec`.
            AstKind::Product { first, rest } if rest.len() < KRONECKER_FACTORS => {
                if rest.iter().any(|(op, _)| !op.is_product()) {
                    return Err(id);
                }
                let factors: Vec<AstId> =
                    std::iter::once(*first).chain(rest.iter().map(|(_, factor)| *factor)).collect();
                self.product_of_sizes(ast, &factors)?.ok_or(id)
            }
            // `zeros(n + 1)`: the height of stacked blocks.
            AstKind::Sum(terms) if terms.len() < KRONECKER_FACTORS => {
                let mut sum = Vec::new();
                for (sign, term) in terms {
                    let term = self.written_size(ast, *term)?.terms();
                    sum = match sign {
                        Sign::Plus => sum_of_terms([sum, term].concat()),
                        Sign::Minus => difference_of_terms(&sum, &term),
                    };
                }
                may_be_positive(&sum).then_some(WrittenSize::Polynomial(sum)).ok_or(id)
            }
            _ => Err(id),
        }
    }

    /// The product of numbers, names and small powers of names; none of others, and where the number is too large.
    fn product_of_sizes(&mut self, ast: &Ast, factors: &[AstId]) -> Result<Option<WrittenSize>, AstId> {
        let (mut number, mut names) = (1_u32, Vec::new());
        for factor in factors {
            let (base, times) = match ast.node(*factor).kind {
                AstKind::Number(_) | AstKind::Name(_) => (*factor, 1),
                AstKind::Power(base, exponent) if matches!(ast.node(base).kind, AstKind::Name(_)) => {
                    let AstKind::Number(power) = &ast.node(exponent).kind else { return Ok(None) };
                    let power = power.to_i64().and_then(|power| usize::try_from(power).ok());
                    let Some(power) = power.filter(|power| (1..=KRONECKER_FACTORS).contains(power)) else {
                        return Ok(None);
                    };
                    (base, power)
                }
                _ => return Ok(None),
            };
            match self.written_size(ast, base)? {
                WrittenSize::Number(value) => match number.checked_mul(value) {
                    Some(product) => number = product,
                    None => return Ok(None),
                },
                WrittenSize::Name(place) => names.extend(std::iter::repeat_n(place, times)),
                WrittenSize::Polynomial(_) => return Ok(None),
            }
        }
        Ok(Some(WrittenSize::Polynomial(vec![(number.into(), names)])))
    }

    /// The size below a letter whose subscript is run together, `I_{2n}`, `I_{mn}`: the product of its parts. Not of indices, `I_{ij}`.
    fn size_run_together(&mut self, ast: &Ast, name: &Name) -> Option<WrittenSize> {
        if name.subscript.len() < 2 || name.subscript_text.contains(',') {
            return None;
        }
        let is_index = |part: &AstId| matches!(&ast.node(*part).kind, AstKind::Name(part) if matches!(part.base.as_str(), "i" | "j" | "k" | "l"));
        let are_indices = name.subscript.iter().all(is_index);
        (!are_indices).then(|| self.product_of_sizes(ast, &name.subscript).ok().flatten())?
    }

    /// The ranges of a slice.
    fn slice(&mut self, ast: &Ast, cuts: &[Cut], scopes: &Scopes) -> Ref {
        let mut ranges = Vec::with_capacity(cuts.len());
        for cut in cuts {
            let ends = match *cut {
                Cut::Range(first, last) => [first, last],
                Cut::Last(place) => [Bound::FromEnd(place), Bound::FromEnd(place)],
                Cut::All | Cut::At(_) => {
                    ranges.push(None);
                    continue;
                }
            };
            let mut edges = Vec::with_capacity(2);
            for bound in ends {
                let written = match bound {
                    Bound::At(at) | Bound::FromEnd(Some(at)) if !scopes.inert[at.0 as usize] => {
                        return Ref::BadSize(at);
                    }
                    Bound::At(at) | Bound::FromEnd(Some(at)) => match self.written_place(ast, at) {
                        Ok(terms) => terms,
                        Err(bad) => return Ref::BadSize(bad),
                    },
                    Bound::FromEnd(None) => Vec::new(),
                };
                edges.push((written, matches!(bound, Bound::FromEnd(_))));
            }
            let [(first, first_from_end), (last, last_from_end)] = edges.as_slice() else { continue };
            let one = [(1, Vec::new())];
            let polynomial = WrittenSize::Polynomial;
            let stretch = match (first_from_end, last_from_end) {
                (false, false) => rest_of_terms(first, &one).and_then(|before| {
                    let length = Some(difference_of_terms(last, &before)).filter(|length| may_be_positive(length))?;
                    Some(Stretch::Fixed { before: polynomial(before), length: polynomial(length) })
                }),
                (false, true) => rest_of_terms(first, &one).and_then(|before| {
                    let after = rest_of_terms(last, &[])?;
                    Some(Stretch::Inner { before: polynomial(before), after: polynomial(after) })
                }),
                (true, true) => rest_of_terms(last, &[]).and_then(|after| {
                    let whole = sum_of_terms(first.iter().cloned().chain(one));
                    let length = rest_of_terms(&whole, &after).filter(|length| !length.is_empty())?;
                    Some(Stretch::Tail { length: polynomial(length), after: polynomial(after) })
                }),
                (true, false) => None,
            };
            match stretch {
                Some(stretch) => ranges.push(Some(stretch)),
                None => {
                    let shown = ends.into_iter().rev().find_map(|bound| match bound {
                        Bound::At(at) | Bound::FromEnd(Some(at)) => Some(at),
                        Bound::FromEnd(None) => None,
                    });
                    return shown.map_or(Ref::None, Ref::OpenRange);
                }
            }
        }
        Ref::Slice(ranges)
    }

    /// A place as a sum of terms; 0 counts from the end.
    fn written_place(&mut self, ast: &Ast, at: AstId) -> Result<Vec<SizeTerm>, AstId> {
        match &ast.node(at).kind {
            AstKind::Number(value) if value.is_zero() => Ok(Vec::new()),
            AstKind::Sum(terms) => {
                let mut sum = Vec::new();
                for (sign, term) in terms {
                    let term = self.written_size(ast, *term)?.terms();
                    sum = match sign {
                        Sign::Plus => sum_of_terms([sum, term].concat()),
                        Sign::Minus => difference_of_terms(&sum, &term),
                    };
                }
                Ok(sum)
            }
            _ => Ok(self.written_size(ast, at)?.terms()),
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

    fn name(&mut self, ast: &Ast, name: &Name, at: (usize, AstId), scopes: &Scopes, wrt: &[String]) -> Ref {
        let full = full_name(name);
        let known = self.find(&full).is_some_and(|place| self.symbols[place].declared.is_some()) || wrt.contains(&full);
        if name.subscript.is_empty() {
            if let Some(binder) = scopes.bound(&full, at.1) {
                return Ref::Index(binder);
            }
            if !known {
                match name.base.as_str() {
                    "I" if self.inertia.is_some() => {}
                    "I" | "eye" => return Ref::Identity(None),
                    "e" if !self.e_is_vector => return Ref::Euler,
                    "π" | "pi" if !self.pi_is_vector => return Ref::Pi,
                    "ones" | "zeros" => {
                        let kinds = [Kind::Vector, Kind::Matrix];
                        return Ref::FreeFill(name.base == "ones", self.hidden(&kinds, at));
                    }
                    _ => {}
                }
                if self.names_size(&full) {
                    return Ref::Size(self.size_name(&full));
                }
            }
        } else if !known || scopes.active.contains(&at.1) {
            if scopes.active.contains(&at.1) {
                let are_units = !self.units.iter().any(|units| units.are_residuals());
                if name.base == "e" && are_units && self.declared("e").is_none() && name.subscript.len() == 1 {
                    return Ref::Basis;
                }
                let beside = format!("{}{}", name.base, super::kind::BESIDE);
                let base = if self.declared(&beside).is_some() { &beside } else { &name.base };
                let place = self.symbol(base, at);
                let around = scopes.surroundings(ast, at.1);
                let symbol = &mut self.symbols[place];
                symbol.subscripts |= 1 << name.subscript.len().min(4);
                symbol.has_index |=
                    name.subscript.iter().any(|part| !matches!(ast.node(*part).kind, AstKind::Number(_)));
                let set = name.mark != Mark::None;
                symbol.evidence.member_marked |= (around.marked || set) && name.subscript.len() == 1;
                symbol.evidence.pair_marked |= around.measured && name.subscript.len() == 2;
                symbol.evidence.triple_marked |= around.measured && name.subscript.len() == 3;
                symbol.evidence.mark(name.mark);
                return Ref::Indexed(place);
            }
            match (name.base.as_str(), name.subscript.as_slice()) {
                // An intensity or a current at the start.
                ("I", [_]) if name.subscript_text == "0" => {}
                ("I", [size]) => {
                    return self
                        .written_size(ast, *size)
                        .map_or_else(Ref::BadSize, |size| Ref::Identity(Some(Box::new(size))));
                }
                ("I", [_, _, ..]) => {
                    if let Some(size) = self.size_run_together(ast, name) {
                        return Ref::Identity(Some(Box::new(size)));
                    }
                }
                ("1" | "0", sizes) => return self.fill(ast, name.base == "1", sizes, at),
                _ => {}
            }
            if self.names_size(&full) {
                return Ref::Size(self.size_name(&full));
            }
        }
        let place = self.symbol(&full, at);
        let around = scopes.surroundings(ast, at.1);
        let symbol = &mut self.symbols[place];
        symbol.whole = true;
        symbol.evidence.marked |= around.marked || name.mark != Mark::None;
        symbol.evidence.mark(name.mark);
        if scopes.parents[at.1.0 as usize].is_some_and(|parent| match &ast.node(parent).kind {
            AstKind::Line { of, .. } => *of == at.1,
            // A capital that has an axis has two.
            AstKind::Call(Function::Along(..), _) => matches!(letter(&full), Letter::Capital | Letter::CapitalGreek),
            _ => false,
        }) {
            symbol.subscripts |= 1 << 2;
        }
        symbol.evidence.not_factor |= !around.factor;
        symbol.evidence.before_vector |= around.before_vector;
        symbol.evidence.behind_transposed |= around.behind_transposed;
        symbol.evidence.term |= around.term;
        symbol.evidence.beside_number |= around.beside_number;
        symbol.evidence.traced |= around.traced;
        symbol.evidence.summed |= around.summed;
        symbol.evidence.density |= around.density;
        symbol.evidence.state |= around.state;
        symbol.evidence.over_number |= around.over_number;
        symbol.evidence.nuclear |= around.nuclear;
        symbol.evidence.only_before_vector |= around.before_vector && !around.before_transposed;
        symbol.evidence.entrywise |= around.entrywise;
        symbol.evidence.uses += 1;
        Ref::Symbol(place)
    }

    /// Takes every name for a number; of capitals that are no counts and have nothing below them it is said.
    fn read_as_numbers(&mut self) {
        let open = |symbol: &&mut Sym| symbol.declared.is_none() && !symbol.hidden && symbol.subscripts == 0;
        for symbol in self.symbols.iter_mut().filter(open) {
            symbol.scalar = true;
        }
        let is_said = |symbol: &&mut Sym| {
            letter(&symbol.name) == Letter::Capital && !symbol.name.contains('_') && !habit(&symbol.name).is_count()
        };
        if let Some(symbol) = self.symbols.iter_mut().filter(open).filter(is_said).min_by_key(|symbol| symbol.place) {
            symbol.choices = vec![Choice { kind: Kind::Scalar, row: RowId::NumberCapital }];
        }
    }

    /// Symbols that stand where only a scalar can, whatever the rest is.
    fn force_scalars(&mut self, wrt: &[String]) {
        for place in 0..self.texts.len() {
            let ast = self.texts[place].ast;
            let mut forced: Vec<(AstId, bool)> = Vec::new();
            let is_varied = |id: AstId| {
                let mut varied = false;
                subtree(ast, id, CLASH_NODES, |inner| {
                    let name =
                        if let AstKind::Name(name) = &ast.node(inner).kind { full_name(name) } else { return true };
                    varied |= wrt.contains(&name);
                    true
                });
                varied
            };
            for node in &ast.nodes {
                match &node.kind {
                    AstKind::Power(base, exponent) if self.texts[place].refs[base.0 as usize] != Ref::Euler => {
                        forced.push((*exponent, false));
                        // The T of `A^{T-1}`.
                        if let AstKind::Sum(terms) = &ast.node(*exponent).kind {
                            forced.extend(terms.iter().map(|(_, term)| (*term, false)));
                        }
                    }
                    AstKind::HadamardPower(_, exponent) | AstKind::StarPower(_, exponent) => {
                        forced.push((*exponent, false));
                    }
                    AstKind::Factorial(inner) => forced.push((*inner, !is_varied(*inner))),
                    AstKind::Norm(NormSpelling::P(p), _) if is_scalar_like(ast, *p) => forced.push((*p, false)),
                    AstKind::Product { rest, .. } => {
                        // The K_m of s/(K_m + s).
                        let divisors =
                            rest.iter().filter(|(op, _)| *op == ProductOp::Divide).map(|(_, divisor)| *divisor);
                        forced.extend(divisors.flat_map(|id| named_terms(ast, id)).map(|id| (id, false)));
                        // `A/B` is refused, so a capital divisor is left open.
                        let is_open = |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(name) if name.base.starts_with(char::is_uppercase));
                        forced.extend(
                            rest.iter()
                                .filter(|(op, factor)| *op == ProductOp::Divide && !is_open(*factor))
                                .map(|(_, factor)| (*factor, false)),
                        );
                    }
                    AstKind::Literal(rows) => forced.extend(rows.iter().flatten().map(|entry| (*entry, false))),
                    AstKind::Name(Name { subscript: parts, .. }) | AstKind::EntryOf(_, parts) => {
                        forced.extend(parts.iter().map(|part| (*part, true)));
                    }
                    AstKind::Line { index, .. } => forced.push((*index, true)),
                    AstKind::Call(Function::Ranked(_), arguments) => {
                        forced.extend(arguments.iter().skip(1).map(|place| (*place, true)));
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
        let left_out = self.left_out();
        let offsets = self.offsets();
        for (binder, (place, left_out)) in owner.into_iter().zip(left_out).enumerate() {
            let Binder { lower, upper, .. } = self.binders[binder];
            let [first, last] = left_out.map(i64::from);
            let offset = offsets[binder];
            let least = lower.map_or(Extent::Number(1 + first + offset), |id| self.extent(place, id).0);
            let largest = upper.map_or(Extent::Range(binder, offset - last), |id| self.extent(place, id).1);
            self.binders[binder].left_out = left_out;
            self.binders[binder].offset = offset;
            self.binders[binder].least = least;
            self.binders[binder].largest = largest;
        }
    }

    /// What is added to the value of each index for its written number: of those that begin with 0, or begin nowhere, and stand below a name
    /// that counts from 0.
    fn offsets(&self) -> Vec<i64> {
        let mut found = vec![0; self.binders.len()];
        for (place, text) in self.texts.iter().enumerate() {
            for (number, node) in text.ast.nodes.iter().enumerate() {
                let (AstKind::Name(Name { subscript, .. }), Ref::Indexed(symbol)) = (&node.kind, &text.refs[number])
                else {
                    continue;
                };
                let numbering = self.numbering(*symbol);
                for (at, part) in subscript.iter().enumerate() {
                    let Some(binder) = self.bound_index(place, *part) else { continue };
                    let lower = self.binders[binder].lower;
                    let first = lower.map(|lower| text.constants[lower.0 as usize].as_ref().and_then(Coeff::to_i64));
                    let first = match first {
                        Some(first) => first.unwrap_or(1),
                        None => 1 + numbering.offset(at),
                    };
                    if numbering.offset(at) < 0 {
                        found[binder] = (first - 1).min(0).min(found[binder]);
                    }
                }
            }
        }
        found
    }

    /// From which numbers the subscripts of a symbol count.
    pub(crate) fn numbering(&self, symbol: usize) -> Numbering {
        self.numberings.of(&self.symbols[symbol].name)
    }

    /// How many values each index without written bounds leaves out at either end: as many as the largest numbers that are subtracted from
    /// it and added to it below names. Where it stands with something added everywhere, its values are anybody's guess.
    fn left_out(&self) -> Vec<[u32; 2]> {
        let mut found: Vec<Option<(i64, i64)>> = vec![None; self.binders.len()];
        for (place, text) in self.texts.iter().enumerate() {
            for node in &text.ast.nodes {
                let parts = match &node.kind {
                    AstKind::Name(Name { subscript: parts, .. }) | AstKind::EntryOf(_, parts) => parts.as_slice(),
                    AstKind::Line { index, .. } => std::slice::from_ref(index),
                    _ => continue,
                };
                for part in parts {
                    let Some(binder) = self.bound_index(place, *part) else { continue };
                    let Binder { lower: None, upper: None, beside: None, .. } = self.binders[binder] else { continue };
                    let Some(added) = self.added_number(place, *part) else { continue };
                    let (least, largest) = found[binder].unwrap_or((added, added));
                    found[binder] = Some((least.min(added), largest.max(added)));
                }
            }
        }
        let number = |value: i64| u32::try_from(value.unsigned_abs()).unwrap_or(0);
        let ends = |range: Option<(i64, i64)>| match range {
            Some((least @ ..=0, largest @ 0..)) => [number(least), number(largest)],
            _ => [0; 2],
        };
        found.into_iter().map(ends).collect()
    }

    /// The number that a subscript adds to its one index: 1 of i + 1, −2 of i − 2.
    fn added_number(&self, place: usize, id: AstId) -> Option<i64> {
        let text = &self.texts[place];
        let AstKind::Sum(terms) = &text.ast.node(id).kind else {
            return matches!(text.refs[id.0 as usize], Ref::Index(_)).then_some(0);
        };
        let [(Sign::Plus, index), (sign, number)] = terms.as_slice() else { return None };
        let is_index = matches!(text.refs[index.0 as usize], Ref::Index(_));
        let number = text.constants[number.0 as usize].as_ref()?.to_i64().filter(|_| is_index)?;
        Some(if *sign == Sign::Plus { number } else { number.saturating_neg() })
    }

    /// Least and largest value of an integer expression.
    pub(crate) fn extent(&self, place: usize, id: AstId) -> (Extent, Extent) {
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
    pub(crate) fn taken_names(&self) -> impl Iterator<Item = &str> {
        self.symbols
            .iter()
            .map(|symbol| symbol.name.as_str())
            .chain(self.binders.iter().map(|binder| binder.name.as_str()))
            .chain(self.texts.iter().flat_map(|text| &text.ast.heading.defined).map(|(name, _)| name.as_str()))
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
            weighs: false,
            is_set: false,
            is_binary: false,
            has_index: false,
            evidence: Evidence::default(),
            scalar: false,
            wrt: false,
            hidden: false,
            place: None,
        }
    }

    /// Whether it stands with three indices where a vector does, and nobody has declared it.
    pub(crate) fn is_marked_triple(&self) -> bool {
        self.declared.is_none() && self.evidence.triple_marked
    }

    /// Whether it was declared as a function.
    pub(crate) fn is_function(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| {
            matches!(declared.special, Special::Function | Special::MatrixFunction | Special::Map)
        })
    }

    /// Whether it was declared as a function of square matrices.
    pub(crate) fn is_matrix_function(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| declared.special == Special::MatrixFunction)
    }

    /// Whether it was declared as a map.
    pub(crate) fn is_map(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| declared.domain.is_some())
    }

    /// The readings that its letter, its uses and the field's habits leave, each with its row of the table of costs.
    fn set_choices(&mut self, scalar_first: bool) {
        if !self.choices.is_empty() {
            return;
        }
        let class = letter(&self.name);
        let capital = matches!(class, Letter::Capital | Letter::CapitalGreek);
        let uses = |count: usize| self.subscripts & (1 << count) != 0;
        let list: &[(Kind, RowId)] = if self.is_set {
            if uses(2) { &[(Kind::Matrix, RowId::Plain)] } else { &[(Kind::Vector, RowId::Plain)] }
        } else if uses(3) {
            &[(Kind::MatrixFamily, RowId::Plain)]
        } else if uses(2) {
            match (uses(1) && !self.whole, capital) {
                (true, false) => &[(Kind::VectorFamily, RowId::Plain)],
                (true, true) => &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::VectorFamily, RowId::IndexedCapital)],
                _ if self.whole || !self.has_index => &[(Kind::Matrix, RowId::Plain)],
                _ if self.evidence.pair_marked => &[(Kind::MatrixFamily, RowId::MarkedPair)],
                _ => &[(Kind::Matrix, RowId::Plain), (Kind::MatrixFamily, RowId::PairMember)],
            }
        } else if uses(1) {
            self.indexed_choices(class, capital)
        } else {
            self.whole_choices(class, scalar_first)
        };
        self.choices = list.iter().map(|&(kind, row)| Choice { kind, row }).collect();
    }

    /// The readings of a symbol with one index.
    fn indexed_choices(&self, class: Letter, capital: bool) -> &'static [(Kind, RowId)] {
        match (capital, self.whole) {
            (true, true) if habit(&self.name) == Habit::Response => {
                &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::ResponseVector)]
            }
            (true, true) => &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::CapitalVector)],
            (true, false) => &[
                (Kind::MatrixFamily, RowId::CapitalMember),
                (Kind::Vector, RowId::CapitalEntry),
                (Kind::VectorFamily, RowId::IndexedCapital),
            ],
            (false, _) if !self.has_index => {
                &[(Kind::Vector, RowId::EntryBesideWhole), (Kind::ScalarBesideOthers, RowId::SmallScalar)]
            }
            (false, true) if self.evidence.member_marked => &[(Kind::FamilyBeside, RowId::FamilyBesideWhole)],
            (false, true) => &[
                (Kind::Vector, RowId::EntryBesideWhole),
                (Kind::FamilyBeside, RowId::FamilyBesideWhole),
                (Kind::EntriesBeside, RowId::EntriesBesideWhole),
            ],
            (false, false) if self.evidence.member_marked => &[(Kind::VectorFamily, RowId::MarkedMember)],
            (false, false) if self.wrt || class == Letter::Greek => {
                &[(Kind::Vector, RowId::EntryOfVariable), (Kind::VectorFamily, RowId::MemberOfVariable)]
            }
            (false, false) => &[(Kind::VectorFamily, RowId::Member), (Kind::Vector, RowId::EntryOfData)],
        }
    }

    /// The readings of a symbol without an index.
    #[allow(clippy::too_many_lines, reason = "a table")]
    fn whole_choices(&self, class: Letter, scalar_first: bool) -> &'static [(Kind, RowId)] {
        let habit = habit(&self.name);
        let factor_only = !self.evidence.not_factor && !self.evidence.before_vector;
        match class {
            _ if self.name == "e" && !self.wrt => &[(Kind::Vector, RowId::EulerAsVector)],
            _ if self.name == "π" && !self.wrt => &[(Kind::Vector, RowId::PiAsVector)],
            Letter::Capital if self.name == "I_0" => &[(Kind::Scalar, RowId::InertiaScalar)],
            Letter::Capital if self.scalar && habit.is_count() => &[(Kind::Scalar, RowId::CountCapital)],
            Letter::Capital | Letter::CapitalGreek if self.scalar => &[(Kind::Scalar, RowId::CapitalScalar)],
            _ if self.scalar => &[(Kind::Scalar, RowId::Forced)],
            Letter::Capital | Letter::CapitalGreek if self.evidence.arrow => &[(Kind::Vector, RowId::MarkedVector)],
            Letter::Capital | Letter::CapitalGreek if self.evidence.bold => &[(Kind::Matrix, RowId::CapitalMatrix)],
            Letter::Capital if habit.is_count() && self.evidence.beside_number && !self.evidence.marked => {
                &[(Kind::Scalar, RowId::CountCapital)]
            }
            Letter::Capital | Letter::CapitalGreek if self.evidence.nuclear => &[(Kind::Matrix, RowId::CapitalMatrix)],
            // N(x − μ)ᵀS(x − μ): no matrix stands before a row.
            Letter::Capital
                if habit.is_count()
                    && !self.evidence.not_factor
                    && !self.evidence.only_before_vector
                    && !factor_only =>
            {
                &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CountCapital),
                    (Kind::Vector, RowId::CapitalVector),
                ]
            }
            Letter::Capital if self.evidence.over_number && factor_only && !self.wrt => {
                &[(Kind::Scalar, RowId::CapitalOverNumber), (Kind::Matrix, RowId::CapitalMatrix)]
            }
            Letter::Capital => match (factor_only, habit) {
                (true, Habit::Response) => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Vector, RowId::ResponseVector),
                    (Kind::Scalar, RowId::CapitalScalar),
                ],
                (false, Habit::Response) => {
                    &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::ResponseVector)]
                }
                (false, _) if self.name.contains('_') => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Vector, RowId::IndexedCapital),
                    (Kind::Scalar, RowId::CapitalScalar),
                ],
                (true, Habit::None) if self.name.contains('_') => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CapitalScalar),
                    (Kind::Vector, RowId::IndexedCapital),
                ],
                (true, Habit::Count) => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CountCapital),
                    (Kind::Vector, RowId::CapitalVector),
                ],
                (true, _) => &[
                    (Kind::Matrix, RowId::CapitalMatrix),
                    (Kind::Scalar, RowId::CapitalScalar),
                    (Kind::Vector, RowId::CapitalVector),
                ],
                (false, _) => &[(Kind::Matrix, RowId::CapitalMatrix), (Kind::Vector, RowId::CapitalVector)],
            },
            Letter::CapitalGreek => &[
                (Kind::Matrix, RowId::CapitalGreekMatrix),
                (Kind::Scalar, RowId::CapitalGreekScalar),
                (Kind::Vector, RowId::CapitalGreekVector),
            ],
            _ if self.evidence.marked => &[(Kind::Vector, RowId::MarkedVector)],
            Letter::Small if scalar_first && self.wrt && !self.evidence.summed && !self.evidence.behind_transposed => {
                &[(Kind::Scalar, RowId::SmallVector), (Kind::Vector, RowId::SmallScalar)]
            }
            Letter::Small if habit.is_count() && !self.evidence.behind_transposed => {
                &[(Kind::Scalar, RowId::CountScalar), (Kind::Vector, RowId::CountVector)]
            }
            Letter::Small if self.evidence.term && self.evidence.uses == 1 => {
                &[(Kind::Vector, RowId::SmallVector), (Kind::Scalar, RowId::ScalarTerm)]
            }
            Letter::Small if self.wrt && super::kind::is_unknown(&self.name) => {
                &[(Kind::Vector, RowId::SmallVector), (Kind::Scalar, RowId::UnknownScalar)]
            }
            Letter::Small => &[(Kind::Vector, RowId::SmallVector), (Kind::Scalar, RowId::SmallScalar)],
            Letter::Greek if habit == Habit::Parameter || self.evidence.entrywise => {
                &[(Kind::Vector, RowId::ParameterVector), (Kind::Scalar, RowId::ParameterScalar)]
            }
            Letter::Greek if self.evidence.density => {
                &[(Kind::Matrix, RowId::DensityMatrix), (Kind::Scalar, RowId::ParameterScalar)]
            }
            Letter::Greek if self.evidence.state => {
                &[(Kind::Matrix, RowId::GreekMatrix), (Kind::Scalar, RowId::ParameterScalar)]
            }
            Letter::Greek if self.evidence.traced => &[
                (Kind::Scalar, RowId::GreekScalar),
                (Kind::Vector, RowId::GreekVector),
                (Kind::Matrix, RowId::GreekMatrix),
            ],
            Letter::Greek => &[(Kind::Scalar, RowId::GreekScalar), (Kind::Vector, RowId::GreekVector)],
        }
    }

    /// The row by which it has its kind.
    pub(crate) fn row(&self) -> RowId {
        match self.choices.first() {
            Some(_) if self.weighs => RowId::WeightedNorm,
            Some(choice) => choice.row,
            None => RowId::Plain,
        }
    }

    /// The one kind that a reading has settled on.
    pub(crate) fn kind(&self) -> Kind {
        self.choices.first().map_or(Kind::Declared, |choice| choice.kind)
    }
}

/// The terms of a sum that are capitals with something below them.
fn named_terms(ast: &Ast, sum: AstId) -> impl Iterator<Item = AstId> {
    let terms = if let AstKind::Sum(terms) = &ast.node(sum).kind { terms.as_slice() } else { &[] };
    let is_named = |id: &AstId| match &ast.node(*id).kind {
        AstKind::Name(name) => name.base.starts_with(char::is_uppercase) && !name.subscript_text.is_empty(),
        _ => false,
    };
    terms.iter().map(|(_, term)| *term).filter(is_named)
}

/// Whether what stands below a norm is the p of a p-norm by its looks: no capital, nothing inverted.
fn is_scalar_like(ast: &Ast, id: AstId) -> bool {
    match &ast.node(id).kind {
        AstKind::Name(name) => !matches!(letter(&name.base), Letter::Capital | Letter::CapitalGreek),
        _ => false,
    }
}

impl Input<'_> {
    /// Gives every symbol the one kind that a reading of the open trees has settled on.
    pub(crate) fn settle(&mut self, open: &Input<'_>, readings: &[u8], weights: &FxHashSet<&str>) {
        let chosen = |place: usize| {
            let sym = &open.symbols[place];
            sym.choices
                .get(usize::from(readings[place]))
                .copied()
                .unwrap_or(Choice { kind: sym.kind(), row: RowId::Plain })
        };
        let mut hidden = (0..open.symbols.len()).filter(|place| {
            let sym = &open.symbols[*place];
            sym.hidden && sym.choices.len() > 1
        });
        for symbol in &mut self.symbols {
            let choice = if symbol.declared.is_some() || symbol.hidden && symbol.choices.len() < 2 {
                continue;
            } else if symbol.hidden {
                hidden.next().map(chosen)
            } else if let Some(base) = symbol.name.strip_suffix(super::kind::BESIDE) {
                open.find(base).map(chosen).map(|choice| match choice.kind {
                    Kind::EntriesBeside => Choice { kind: Kind::Vector, ..choice },
                    _ => Choice { kind: Kind::VectorFamily, ..choice },
                })
            } else {
                let own = open
                    .find(&symbol.name)
                    .or_else(|| symbol.name.split_once('_').and_then(|(base, _)| open.find(base)));
                own.map(chosen).map(|choice| match choice.kind {
                    Kind::EntriesBeside | Kind::ScalarBesideOthers => Choice { kind: Kind::Scalar, ..choice },
                    Kind::FamilyBeside => Choice { kind: Kind::Vector, row: RowId::MarkedVector },
                    _ => choice,
                })
            };
            if let Some(choice) = choice {
                symbol.choices = vec![choice];
            }
            symbol.weighs = weights.contains(symbol.name.as_str());
            if let Some(place) = open.find(&symbol.name) {
                symbol.scalar = open.symbols[place].scalar;
                symbol.integer |= open.symbols[place].integer;
            }
        }
    }

    /// The bound index that a subscript is, or to which it adds a number: i of i and of i + 1.
    pub(crate) fn bound_index(&self, text: usize, id: AstId) -> Option<usize> {
        let Text { ast, refs, .. } = &self.texts[text];
        let index = |id: AstId| match refs[id.0 as usize] {
            Ref::Index(binder) => Some(binder),
            _ => None,
        };
        match &ast.node(id).kind {
            AstKind::Sum(terms) => terms.iter().find_map(|(_, term)| index(*term)),
            _ => index(id),
        }
    }

    /// Whether a node is a constant.
    pub(crate) fn constant(&self, text: usize, id: AstId) -> bool {
        self.texts[text].constants[id.0 as usize].is_some()
    }
}
