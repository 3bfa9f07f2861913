//! Second stage: names and shapes. From syntax trees and declarations to typed raw expressions.
//!
//! Every undeclared symbol is given a kind by its letter, or, where that gives the whole no shape, by
//! the smallest change that does; sizes are unified; and what was written becomes nodes of the arena, as
//! written. All errors about names and shapes are made here and point into the input.

mod check;
mod clash;
mod describe;
mod eigenvalues;
mod functions;
mod lower;
mod mismatch;
mod namesake;
mod naming;
mod repeated;
mod rules;
mod size;
#[cfg(test)]
mod tests;
mod variable;

pub use describe::{Description, Set, describe};

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::expr::{Arena, Dim, ExprId, Shape, SymbolId};
use crate::reading::close::{close, weights};
use crate::reading::cost::RowId;
use crate::reading::limit::RETRIES;
use crate::reading::search::{Search, Solution};
use crate::reading::{Fixed, kind, note, open_sum, resolve};
pub use crate::reading::{Goal, Request};
use crate::span::Span;
use crate::syntax::{Ast, AstKind, Declaration, Remark};

/// Typed expressions.
#[derive(Clone, Debug)]
pub struct Typed {
    /// One for each expression of the request, as written: nothing is normalised.
    pub roots: Vec<ExprId>,
    /// The symbols in order of first appearance; variables of differentiation that are declared and
    /// do not occur come last.
    pub symbols: Vec<SymbolId>,
    /// Where an expression was first written: which expression of the request, and the place in it.
    pub spans: FxHashMap<ExprId, (usize, Span)>,
    /// The parts that the first text names, each after those that it uses.
    pub named: Vec<(String, ExprId)>,
    /// The trees as they were read.
    pub asts: Vec<Ast>,
    /// Which of their nodes are scalars.
    pub scalars: Vec<Vec<bool>>,
    /// The row of the table of costs by which each symbol has its kind.
    pub kinds: Vec<(String, RowId)>,
    /// What is to be said of the reading, each with the number of its expression.
    pub notes: Vec<(usize, Remark)>,
}

/// In place of the number of an expression: the error is in the declarations' own text.
pub const IN_DECLARATIONS: usize = usize::MAX;

/// Infers the shapes of all expressions of a request and makes their nodes.
///
/// Symbols and sizes that the arena has already are known by their names, as if they were declared.
///
/// # Errors
/// All errors that can be found in one pass, each with the number of its expression, or
/// [`IN_DECLARATIONS`].
pub fn infer(request: &Request<'_>, arena: &mut Arena) -> Result<Typed, Vec<(usize, Diagnostic)>> {
    if let Some(asts) = open_sum::over_their_indices(request) {
        let pairs: Vec<(&Ast, Goal)> =
            asts.iter().zip(request.asts).map(|(ast, (_, goal))| (ast, goal.clone())).collect();
        let bound = Request { asts: &pairs, ..*request };
        if costs_no_more(&bound, request, arena)
            && let Ok(typed) = infer_as_written(&bound, arena)
        {
            return Ok(typed);
        }
    }
    infer_as_written(request, arena)
}

/// One step of a name off its kind, such as an entry where a member is usual.
const STEP: u64 = 5;

/// Whether a request can be read, and its cheapest reading costs at most a step more than that of the other.
fn costs_no_more(request: &Request<'_>, other: &Request<'_>, arena: &Arena) -> bool {
    let cost = |request: &Request<'_>| {
        let (declared, size_names) = declarations(request.declarations, arena).ok()?;
        let open = resolve::Input::new(request, declared, size_names);
        variable::variables(request, &open).is_empty().then(|| Search::new(&open).best(&Fixed::default()).cost)
    };
    let Some(one) = cost(request).filter(|cost| cost.clashes() == 0) else { return false };
    cost(other).is_none_or(|other| other.clashes() > 0 || one.whole_weight() <= other.whole_weight() + STEP)
}

fn infer_as_written(request: &Request<'_>, arena: &mut Arena) -> Result<Typed, Vec<(usize, Diagnostic)>> {
    let (declared, size_names) = declarations(request.declarations, arena)?;
    let open = resolve::Input::new(request, declared.clone(), size_names.clone());
    let errors = variable::variables(request, &open);
    if !errors.is_empty() {
        return Err(errors);
    }
    let search = Search::new(&open);
    let first = search.best(&Fixed::default());
    let known = (declared, size_names);
    let refused = note::refused(&open, &first);
    if !refused.is_empty() {
        return Err(refused);
    }
    let mut said = note::said(&search, &open, &first);
    said.notes.extend(namesake::notes_on_small_letters(request, &open));
    said.notes.extend(notes_on_members(request, &open));
    drop(search);
    let (movable, errors) = match typed(request, &known, &open, &first, arena) {
        Ok(typed) => return with_notes(typed, said),
        Err(clash) => clash,
    };
    // Kinds fit and sizes do not: a name below the clash may have been meant otherwise.
    if first.cost.clashes() == 0 && !note::refuses(&first) {
        let search = Search::new(&open);
        let mut others: Vec<Solution> = movable
            .into_iter()
            .take(RETRIES)
            .map(|symbol| {
                search.best(&Fixed { without_reading: vec![(symbol, first.readings[symbol])], ..Fixed::default() })
            })
            .filter(|other| other.cost.is_possible() && other.cost.clashes() == 0)
            .collect();
        others.sort_by_key(|other| other.cost);
        for other in others {
            if let Ok(typed) = typed(request, &known, &open, &other, arena) {
                return with_notes(typed, note::said(&search, &open, &other));
            }
        }
    }
    Err(errors)
}

/// Of members that are picked by a letter that is often a label.
fn notes_on_members(request: &Request<'_>, open: &resolve::Input<'_>) -> Vec<(usize, Remark)> {
    let mut notes: Vec<(usize, Remark)> = Vec::new();
    for (text, (ast, _)) in request.asts.iter().enumerate() {
        for node in &ast.nodes {
            let AstKind::Name(name) = &node.kind else { continue };
            let Some(letter) = open.free.unusual(ast, name) else { continue };
            let base = &name.base;
            let message = format!(
                "`{base}_{letter}` is read as the one of `{base}` at the place {letter}; for a symbol of its own, declare it by this name"
            );
            let remark = Remark { row: "free-index", span: node.span, message: message.into(), other: None };
            if open.declared(&format!("{base}_{letter}")).is_none()
                && !notes.iter().any(|(_, other)| other.message == remark.message)
            {
                notes.push((text, remark));
            }
        }
    }
    notes
}

/// What was read, with what is to be said of it, unless that is a refusal.
fn with_notes(mut typed: Typed, said: note::Said) -> Result<Typed, Vec<(usize, Diagnostic)>> {
    if !said.refusals.is_empty() {
        return Err(said.refusals);
    }
    typed.notes.splice(0..0, said.notes);
    Ok(typed)
}

/// The rows and columns of a shape of which one is a sum of sizes and numbers, and none a product.
fn sums_of_sizes(arena: &Arena, shape: Shape) -> Option<[kind::WrittenSize; 2]> {
    let sides = [shape.rows, shape.cols];
    let is_linear = |dim: &Dim| arena.size_terms(*dim).iter().all(|(_, names)| names.len() < 2);
    let is_sum = |dim: &Dim| arena.size_terms(*dim).len() > 1;
    (sides.iter().all(is_linear) && sides.iter().any(is_sum))
        .then(|| sides.map(|dim| kind::WrittenSize::of_dim(arena, dim)))
}

/// The names of the symbols and of the sizes that the expressions of a request have, whatever its variables are.
///
/// # Errors
/// Declarations that cannot be read.
pub fn names_of(request: &Request<'_>, arena: &Arena) -> Result<[Vec<String>; 2], Vec<(usize, Diagnostic)>> {
    let (declared, size_names) = declarations(request.declarations, arena)?;
    let input = resolve::Input::new(&Request { wrt: &[], ..*request }, declared, size_names);
    let symbols = input.symbols.iter().filter(|symbol| !symbol.hidden).map(|symbol| symbol.name.clone()).collect();
    let sizes = input.size_names.iter().filter(|name| input.names_size(name)).cloned().collect();
    Ok([symbols, sizes])
}

/// The places of the symbols below the first clash that could be read otherwise, and the messages.
type Clashed = (Vec<usize>, Vec<(usize, Diagnostic)>);

/// The typed expressions of a reading, where its sizes fit.
fn typed(
    request: &Request<'_>,
    known: &Declarations,
    open: &resolve::Input<'_>,
    solution: &Solution,
    arena: &mut Arena,
) -> Result<Typed, Clashed> {
    let asts: Vec<Ast> = (0..request.asts.len()).map(|text| close(open, text, solution)).collect();
    let pairs: Vec<(&Ast, Goal)> = asts.iter().zip(request.asts).map(|(ast, (_, goal))| (ast, goal.clone())).collect();
    let closed = Request { asts: &pairs, ..*request };
    let mut input = resolve::Input::new(&closed, known.0.clone(), known.1.clone());
    input.settle(open, &solution.readings, &weights(open, solution));
    for (text, (_, goal)) in input.texts.iter_mut().zip(request.asts) {
        if let Goal::Shape(shape) = goal {
            text.sizes = sums_of_sizes(arena, *shape);
        }
    }
    let tried = check::Try::run(&input, None);
    if !tried.is_ok() {
        let movable = tried.clashes.first().map_or(&[][..], |clash| &clash.movable);
        let movable = movable.iter().filter_map(|symbol| open.find(&input.symbols[*symbol].name)).collect();
        return Err((movable, mismatch::report(&tried)));
    }
    let naming = naming::Naming::new(&tried);
    let lower::Lowered { roots, symbols, spans, named } = lower::lower(&tried, &naming, arena);
    let scalars = tried.types.iter().map(|types| types.iter().map(|ty| tried.is_scalar(*ty)).collect()).collect();
    let kinds = input
        .symbols
        .iter()
        .filter(|symbol| !symbol.hidden)
        .map(|symbol| (symbol.name.clone(), symbol.row()))
        .collect();
    let mut notes = functions::notes(&tried);
    notes.extend(namesake::notes_on_parts(request, arena));
    drop(tried);
    drop(input);
    Ok(Typed { roots, symbols, spans, named, asts, scalars, kinds, notes })
}

type Declarations = (IndexMap<String, kind::Declared>, Vec<String>);

/// Reads the declarations; the same one twice is no error.
fn declarations(list: &[Declaration], arena: &Arena) -> Result<Declarations, Vec<(usize, Diagnostic)>> {
    let mut sizes: indexmap::IndexSet<String> = arena.size_names().iter().cloned().collect();
    let mut declared: IndexMap<String, kind::Declared> =
        arena.symbols().map(|(id, symbol)| (symbol.name.clone(), kind::Declared::of_symbol(arena, id))).collect();
    let mut places: FxHashMap<&str, Span> = FxHashMap::default();
    let mut errors = Vec::new();
    for declaration in list {
        let read =
            kind::read(declaration, |name| u32::try_from(sizes.insert_full(name.to_owned()).0).unwrap_or(u32::MAX));
        let name = &declaration.name;
        match read {
            Err(kind::BadDeclaration::Size(value)) => {
                let message = format!("`{name}` is declared with the size {value}");
                let label = "a size is a name or a number from 1 to 4294967295";
                errors.push((IN_DECLARATIONS, Diagnostic::new("N0104", message, declaration.span, label)));
            }
            Err(kind::BadDeclaration::FamilyOfSet) => {
                let message = format!("`{name}` is declared as a family of vectors from a set");
                let label = "a family is of ordinary scalars, vectors or matrices";
                let diagnostic = Diagnostic::new("N0105", message, declaration.span, label)
                    .with_help(format!("declare `{name}: family(m) of vector(n)`"));
                errors.push((IN_DECLARATIONS, diagnostic));
            }
            Err(kind::BadDeclaration::Family) => {
                let message = format!("`{name}` is declared as a family of something without a shape");
                let label = "a family is of scalars, vectors or matrices";
                errors.push((IN_DECLARATIONS, Diagnostic::new("N0105", message, declaration.span, label)));
            }
            Ok(read) => {
                let first = places.get(name.as_str()).copied();
                if let (Some(known), Some(first)) = (declared.get(name), first)
                    && *known != read
                {
                    let message = format!("`{name}` is declared twice, in different ways");
                    let diagnostic = Diagnostic::new("N0103", message, declaration.span, "declared again")
                        .with_label(first, "declared first");
                    errors.push((IN_DECLARATIONS, diagnostic));
                    continue;
                }
                places.insert(name, declaration.span);
                declared.insert(name.clone(), read);
            }
        }
    }
    if errors.is_empty() { Ok((declared, sizes.into_iter().collect())) } else { Err(errors) }
}
