//! From texts to a problem: names, declarations, shapes, variables.

use std::borrow::Cow;

use super::call::calls_of_letters;
use super::entry::{numbered_entries, picked_entries};
use super::letter_sum;
use super::nowhere::never_has_value;
use super::numbered::{matrices_by_their_entries, remark_of_entries, vectors_by_their_entries};
use super::open_sign;
use super::style::{decimals_of, style_of};
use super::variable::{Named, only_gradients};
use super::{DIRECTION, Given, Note, Problem, Reading, Report, Source};
use crate::diagnostic::Diagnostic;
use crate::expr::{Arena, Dim, ExprId, SymbolKind};
use crate::render::Fractions;
use crate::shape::{self, Goal};
use crate::span::Span;
use crate::structure::Structure;
use crate::syntax::{self, Ast, AstKind, Declaration, DeclaredKind, KnownNames, Name, Size};

/// Reads expressions that share their symbols.
///
/// `declarations` is text as after `-d`; `wrt` names the variables. Where it is empty they are those that the first text names itself, as
/// in `f(x) = …`.
///
/// # Errors
/// All errors that can be found in one pass, in the declarations and in every expression. A variable that is a family, one of its members
/// or an entry is an error, as a gradient alone is taken in these: [`read_by_parts`] takes them.
pub fn read(given: &[Given], declarations: &str, wrt: &[&str]) -> Result<Problem, Report> {
    whole(read_by_parts(given, declarations, wrt)?)
}

/// A problem whose variables are whole symbols.
///
/// # Errors
/// A variable that is a family, one of its members or an entry.
pub fn whole(problem: Problem) -> Result<Problem, Report> {
    match problem.parts.iter().flatten().next() {
        Some(part) => Err(only_gradients(&problem, part)),
        None => Ok(problem),
    }
}

/// The names of a list that was cut at its commas, those inside brackets put back: `X_{1,2}`.
fn whole_names(pieces: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let is_open = |name: &String| name.matches(['{', '(', '[']).count() > name.matches(['}', ')', ']']).count();
    for piece in pieces {
        match names.last_mut().filter(|name| is_open(name)) {
            Some(name) => {
                name.push(',');
                name.push_str(piece);
            }
            None => names.push((*piece).to_owned()),
        }
    }
    names
}

/// [`read`] where a variable may also be a family, one of its members (`mu_k`) or an entry (`x_1`, `X_ij`).
///
/// # Errors
/// As [`read`].
pub fn read_by_parts(given: &[Given], declarations: &str, wrt: &[&str]) -> Result<Problem, Report> {
    let source = Source { origin: "declarations".into(), text: declarations.into() };
    let mut declared: Vec<Declaration> =
        syntax::parse_declarations(declarations).map_err(|diagnostics| Report::of(&source, diagnostics))?;
    declared.extend(signs_in_texts(given, &declared));
    if !declared.iter().any(|one| one.is_only_sign) {
        return read_declared(given, declared, &source, wrt, Signs::Read);
    }
    let said: Vec<Declaration> = declared.iter().filter(|one| !one.is_only_sign).cloned().collect();
    let Ok(without) = read_declared(given, said, &source, wrt, Signs::LeftOut) else {
        return read_declared(given, declared, &source, wrt, Signs::Read);
    };
    let mut read = open_sign::with_kinds(&declared, &without);
    let of_letters: Vec<usize> = open_sign::vectors_by_letter(&read, &without).collect();
    let as_number = |read: &[Declaration], place: usize| {
        let mut with_number = read.to_vec();
        with_number[place] = declared[place].clone();
        let problem = read_declared(given, with_number.clone(), &source, wrt, Signs::Read).ok()?;
        Some((with_number, problem))
    };
    let mut notes = Vec::new();
    let mut problem = read_declared(given, read.clone(), &source, wrt, Signs::Read)?;
    // Among names that are declared with their sets, one with a sign alone is a number where all others stay what they are.
    let has_sets = declared.iter().any(|one| !one.is_only_sign);
    for &place in of_letters.iter().filter(|_| has_sets) {
        if let Some((with_number, other)) = as_number(&read, place)
            && open_sign::differ_only_in(&read[place].name, &problem, &other)
        {
            notes.push(open_sign::note_of_number(&read[place]));
            (read, problem) = (with_number, other);
        }
    }
    notes.extend(open_sign::notes(&read));
    let is_number = |problem: &Problem| problem.raw.iter().all(|id| problem.arena.shape(*id).is_scalar());
    if !is_number(&problem) {
        let is_vector = |place: &&usize| read[**place].kind != declared[**place].kind;
        for &place in of_letters.iter().filter(is_vector) {
            if as_number(&read, place).is_some_and(|(_, other)| is_number(&other)) {
                notes.push(open_sign::note_of_vector(&read[place]));
            }
        }
    }
    problem.notes.extend(notes);
    Ok(problem)
}

/// What becomes of the conditions of texts that say no more than a sign, `x ≥ 0` after the expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signs {
    Read,
    LeftOut,
}

/// The declarations in the texts that say no more than a sign, of names that are not declared otherwise.
fn signs_in_texts(given: &[Given], declared: &[Declaration]) -> Vec<Declaration> {
    let has_sign = |text: &str| text.contains(['>', '≥', '⩾', '≻']) || text.contains("\\g") || text.contains("\\succ");
    if !given.iter().any(|given| has_sign(&given.text)) {
        return Vec::new();
    }
    let names = KnownNames::from_declarations(declared);
    let mut found: Vec<Declaration> = Vec::new();
    for given in given.iter().filter(|given| has_sign(&given.text)) {
        let Ok(ast) = syntax::parse(&given.text, &with_step(&names, &given.goal)) else { continue };
        for one in ast.heading.declarations.iter().filter(|one| one.is_only_sign) {
            if declared.iter().chain(&found).all(|known| known.name != one.name) {
                found.push(one.clone());
            }
        }
    }
    found
}

/// The names of a text: what has to have the shape of X may be a step of X, whose name is dX.
fn with_step<'n>(names: &'n KnownNames, goal: &Goal) -> Cow<'n, KnownNames> {
    let mut names = Cow::Borrowed(names);
    if let Goal::ShapeOf(variable) = goal {
        names.to_mut().add_variable(&format!("d{variable}"));
    }
    names
}

/// The same, with declarations that are read. A letter Σ that would be a number is the sign of a sum: nobody writes `Σ ‖xᵢ − c‖²` with
/// a number Σ.
fn read_declared(
    given: &[Given],
    declared: Vec<Declaration>,
    declaration_source: &Source,
    wrt: &[&str],
    signs: Signs,
) -> Result<Problem, Report> {
    let has_letter = |given: &Given| ["Σ", "Sigma"].iter().any(|spelling| given.text.contains(spelling));
    let way = Way { signs, letter_sums: false, ends: Vec::new() };
    if !given.iter().any(has_letter) {
        return read_with(given, declared, declaration_source, wrt, way);
    }
    let read = read_with(given, declared.clone(), declaration_source, wrt, way.clone());
    if read.as_ref().is_ok_and(|problem| !letter_sum::is_number(problem, &declared)) {
        return read;
    }
    let summed = read_with(given, declared, declaration_source, wrt, Way { letter_sums: true, ..way });
    match (read, summed) {
        (Ok(_), Ok(mut summed)) if letter_sum::is_sign(&summed) => {
            summed.notes.extend(letter_sum::note_of_sign(&summed));
            Ok(summed)
        }
        (Err(_), Ok(summed)) if letter_sum::is_sign(&summed) && letter_sum::has_open_index(&summed) => Ok(summed),
        (Ok(mut read), _) => {
            read.notes.extend(letter_sum::note_of_number(&read));
            Ok(read)
        }
        (Err(report), _) => Err(report),
    }
}

/// What is settled of a text before it is read.
#[derive(Clone, Debug)]
struct Way {
    signs: Signs,
    /// Whether the letter Σ before an operand is the sign of a sum.
    letter_sums: bool,
    /// Of each text, where arguments of sines and cosines without brackets end.
    ends: Vec<Vec<usize>>,
}

/// The same in one way.
fn read_with(
    given: &[Given],
    mut declared: Vec<Declaration>,
    declaration_source: &Source,
    wrt: &[&str],
    way: Way,
) -> Result<Problem, Report> {
    let Way { signs, letter_sums, ref ends } = way;
    let said = declared.clone();
    let mut names = KnownNames::from_declarations(&declared);
    if letter_sums {
        names.read_letter_as_sum();
    }
    let mut errors = Vec::new();
    let mut variables: Vec<String> = Vec::new();
    let named = whole_names(wrt);
    for (place, text) in named.iter().enumerate() {
        match syntax::parse_name(text) {
            Ok(name) => {
                names.add_variable(&name);
                if !variables.contains(&name) {
                    variables.push(name);
                }
            }
            Err(mut diagnostics) => {
                // Pointed at in the list as it was given.
                let before = named[..place].iter().map(|text| text.len() + 1).sum();
                diagnostics.iter_mut().for_each(|one| one.shift(before));
                let origin = if named.len() == 1 { "variable" } else { "variables" };
                errors.push((Source { origin: origin.into(), text: named.join(",") }, diagnostics));
            }
        }
    }
    let mut asts: Vec<Ast> = Vec::new();
    let (mut sources, mut remarks) = (Vec::new(), Vec::new());
    for (place, expression) in given.iter().enumerate() {
        let source = Source { origin: expression.origin.clone(), text: expression.text.clone() };
        let mut known = with_step(&names, &expression.goal);
        if let Some(ends) = ends.get(place).filter(|ends| !ends.is_empty()) {
            known.to_mut().end_arguments(ends);
        }
        match syntax::parse(&expression.text, &known) {
            Ok(ast) => {
                if wrt.is_empty() && sources.is_empty() {
                    let named = ast.heading.variables.iter();
                    variables.extend(named.filter(|name| occurs(&ast, name)).cloned());
                    variables.iter().for_each(|name| names.add_variable(name));
                }
                let asked = if wrt.is_empty() { &[] } else { variables.as_slice() };
                match syntax::by_others(&ast, asked) {
                    Ok(remark) => remarks.extend(remark.map(|remark| (place, remark))),
                    Err(diagnostic) => errors.push((source.clone(), vec![*diagnostic])),
                }
                let defined = ast.heading.defined.iter().find(|(name, _)| variables.contains(name));
                if let Some((name, span)) = defined {
                    errors.push((source.clone(), vec![no_variable(name, *span)]));
                }
                for one in &ast.heading.declarations {
                    let is_left_out = one.is_only_sign && signs == Signs::LeftOut;
                    if !is_left_out && declared.iter().all(|known| known.name != one.name) {
                        declared.push(one.clone());
                    }
                }
                asts.push(ast);
            }
            Err(diagnostics) => errors.push((source.clone(), diagnostics)),
        }
        sources.push(source);
    }
    if !errors.is_empty() {
        return Err(Report { errors });
    }
    let mut counted = matrices_by_their_entries(&asts, &declared, &variables);
    declared.extend(counted.iter().map(|(declaration, _)| declaration.clone()));
    declared.extend(declared_directions(&asts, given, &declared));
    syntax::separate_digits(&mut asts, &declared);
    as_families(&mut declared, &asts);
    let report = |found: Vec<(usize, Diagnostic)>| Report {
        errors: found
            .into_iter()
            .map(|(which, diagnostic)| (sources.get(which).unwrap_or(declaration_source).clone(), vec![diagnostic]))
            .collect(),
    };
    let mut inferred = infer(&asts, given, &declared, &variables).map_err(report)?;
    let picked = picked_entries(&inferred.arena, &inferred.typed.asts, &declared);
    if !picked.is_empty() {
        asts.iter_mut().for_each(|ast| ast.members.clone_from(&picked));
        if let Ok(again) = infer(&asts, given, &declared, &variables) {
            inferred = again;
        }
    }
    let vectors = vectors_by_their_entries(&inferred.arena, &asts, &declared, &inferred.variables);
    if !vectors.is_empty() {
        let known = declared.len();
        declared.extend(vectors.iter().map(|(declaration, _)| declaration.clone()));
        match infer(&asts, given, &declared, &variables) {
            Ok(again) => {
                inferred = again;
                counted.extend(vectors);
            }
            Err(_) => declared.truncate(known),
        }
    }
    if ends.is_empty() {
        let ends = ends_of_angles(&inferred);
        if ends.iter().any(|ends| !ends.is_empty()) {
            return read_with(given, said, declaration_source, wrt, Way { ends, ..way });
        }
    }
    remarks.extend(counted.iter().map(|(declaration, which)| (*which, remark_of_entries(declaration))));
    inferred.typed.notes.extend(remarks);
    let Inferred { mut arena, typed, named, variables, sizes } = inferred;
    for (name, _) in typed.asts.iter().flat_map(|ast| &ast.heading.defined) {
        arena.reserve_name(name);
    }
    let goals: Vec<Goal> = given.iter().map(|given| given.goal.clone()).collect();
    let calls = calls_of_letters(&arena, &typed.asts, (&sources, &goals), &variables)?;
    if let Some(report) = numbered_entries(&arena, &typed.asts, &sources, &variables, &declared) {
        return Err(report);
    }
    if let Some(report) = of_another_shape(&arena, &typed, &sources, &declared) {
        return Err(report);
    }
    let style = style_of(&typed.asts[0]);
    if style.fractions != Fractions::Common {
        arena.keep_decimals(decimals_of(&typed.asts[0]));
    }
    let normal = typed.roots.iter().map(|root| arena.normalize_written(*root)).collect();
    if let Some(report) = never_has_value(&mut arena, &typed, &sources, &variables) {
        return Err(report);
    }
    let (mut wrt, mut parts) = (Vec::new(), Vec::new());
    for named in &named {
        let Some(symbol) = named.find(&arena) else { continue };
        let part = named
            .part(&mut arena, symbol, &typed.asts, &sizes)
            .map_err(|diagnostic| Report::of(&sources[0], vec![*diagnostic]))?;
        wrt.push(symbol);
        parts.push(part);
    }
    let remarks = typed.notes.iter().chain(&calls);
    let notes = remarks.map(|(source, remark)| Note::of_reading(*source, remark, &sources)).collect();
    let reading = Reading { asts: typed.asts, scalars: typed.scalars, kinds: typed.kinds };
    let (raw, named, symbols) = (typed.roots, typed.named, typed.symbols);
    Ok(Problem { arena, raw, normal, named, symbols, wrt, parts, style, notes, reading, sources })
}

/// Where arguments of sines and cosines end, of each text.
fn ends_of_angles(inferred: &Inferred) -> Vec<Vec<usize>> {
    let Inferred { arena, typed, .. } = inferred;
    let is_matrix = |name: &str| arena.find_symbol(name).is_some_and(|symbol| arena.symbol(symbol).shape.is_matrix());
    let texts = typed.asts.iter().zip(&typed.scalars);
    texts.map(|(ast, scalars)| syntax::ends_of_angles(ast, scalars, is_matrix)).collect()
}

/// Directions of structured matrices that are a name of their own: a step of a symmetric matrix is symmetric.
fn declared_directions(asts: &[Ast], given: &[Given], declared: &[Declaration]) -> Vec<Declaration> {
    let find = |name: &str| declared.iter().find(|one| one.name == name);
    let directions = given.iter().enumerate().filter_map(|(place, given)| {
        let Goal::ShapeOf(variable) = &given.goal else { return None };
        let of = find(variable)?;
        let DeclaredKind::Square(structure, size) = &of.kind else { return None };
        let name = syntax::parse_name(&given.text).ok()?;
        let is_free =
            find(&name).is_none() && asts.iter().enumerate().all(|(other, ast)| (other == place) == occurs(ast, &name));
        let is_step = given.origin == DIRECTION && is_free && structure.of_steps() != Structure::General;
        let kind = DeclaredKind::Square(structure.of_steps(), size.clone());
        is_step.then(|| Declaration { name, kind, is_only_sign: false, first: 1, ..of.clone() })
    });
    directions.collect()
}

/// A name that is declared with one shape and defined with another.
fn of_another_shape(
    arena: &Arena,
    typed: &shape::Typed,
    sources: &[Source],
    declared: &[Declaration],
) -> Option<Report> {
    let defined = typed
        .asts
        .iter()
        .zip(sources)
        .flat_map(|(ast, source)| ast.heading.defined.iter().map(move |(name, span)| (name, *span, source)));
    defined.into_iter().find_map(|(name, span, source)| {
        let (_, value) = typed.named.iter().find(|(named, _)| named == name)?;
        let kind = &declared.iter().find(|one| one.name == *name)?.kind;
        let shape = arena.shape(*value);
        let sides = sides_of(kind)?;
        let differs = |dim: Dim, side: &Size| matches!((dim, side), (Dim::Known(dim), Size::Number(side)) if u64::from(dim) != *side);
        if !differs(shape.rows, &sides[0]) && !differs(shape.cols, &sides[1]) {
            return None;
        }
        let is = crate::render::render_shape(arena, shape, crate::render::Format::Unicode);
        let message = format!("`{name}` is declared with another shape than it is defined with");
        let diagnostic = Diagnostic::new("N0103", message, span, format!("its value is in {is}"))
            .with_help(format!("leave out the declaration of `{name}`, or give it the shape of its definition"));
        Some(Report::of(source, vec![diagnostic]))
    })
}

/// The sizes in a declaration of an array or number.
fn sides_of(kind: &DeclaredKind) -> Option<[Size; 2]> {
    let one = Size::Number(1);
    Some(match kind {
        DeclaredKind::Scalar | DeclaredKind::Positive | DeclaredKind::Nonnegative | DeclaredKind::Integer => {
            [one.clone(), one]
        }
        DeclaredKind::Vector(n)
        | DeclaredKind::PositiveVector(n)
        | DeclaredKind::NonnegativeVector(n)
        | DeclaredKind::Simplex(n)
        | DeclaredKind::Signs(n) => [n.clone(), one],
        DeclaredKind::Matrix(m, n) | DeclaredKind::Binary(m, n) => [m.clone(), n.clone()],
        DeclaredKind::Square(_, n) => [n.clone(), n.clone()],
        DeclaredKind::Function | DeclaredKind::MatrixFunction | DeclaredKind::Map(..) | DeclaredKind::Family(..) => {
            return None;
        }
    })
}

/// Declarations of one member of a family, `h_k: vector(n)` beside `\\sum_j h_j`, as those of the family.
fn as_families(declared: &mut [Declaration], asts: &[Ast]) {
    // Another letter may be a label, and the symbol one of its own.
    let is_bound = |letter: &str| asts.iter().any(|ast| ast.binds(letter));
    let is_letter = |text: &str| matches!(text.as_bytes(), [b'i'..=b'n']) || is_bound(text);
    for place in 0..declared.len() {
        let Declaration { name, kind, .. } = &declared[place];
        if let (Some((base, pair)), DeclaredKind::Vector(n)) = (name.split_once('_'), kind)
            && asts.iter().any(|ast| has_pairs(ast, base, pair))
            && declared.iter().all(|other| other.name != base)
        {
            let rows = Box::new(DeclaredKind::Matrix(Size::Open, n.clone()));
            let (name, kind) = (base.to_owned(), DeclaredKind::Family(Size::Open, rows));
            declared[place] = Declaration { name, kind, ..declared[place].clone() };
            continue;
        }
        let Some((base, _)) = name.split_once('_').filter(|(_, index)| is_letter(index)) else { continue };
        let is_array = matches!(kind, DeclaredKind::Vector(_) | DeclaredKind::Matrix(..) | DeclaredKind::Square(..));
        let is_known = declared.iter().any(|other| other.name == base);
        if !is_array || is_known || !asts.iter().any(|ast| has_members(ast, base)) {
            continue;
        }
        let (base, kind) = (base.to_owned(), Box::new(kind.clone()));
        declared[place] =
            Declaration { name: base, kind: DeclaredKind::Family(Size::Open, kind), ..declared[place].clone() };
    }
}

/// Whether a sign binds an index of a name, so that the name is that of a family.
fn has_members(ast: &Ast, base: &str) -> bool {
    ast.nodes.iter().any(|node| match &node.kind {
        AstKind::Name(name) => name.base == base && name.subscript.len() == 1 && ast.binds(&name.subscript_text),
        _ => false,
    })
}

/// Whether signs bind both indices of a name: `it` of `x_{it}`.
fn has_pairs(ast: &Ast, base: &str, pair: &str) -> bool {
    ast.nodes.iter().any(|node| match &node.kind {
        AstKind::Name(name) if name.base == base && name.subscript_text.replace(',', "") == pair.replace(',', "") => {
            let letters: Vec<String> = pair.chars().filter(|c| *c != ',').map(String::from).collect();
            letters.len() == 2 && letters.iter().all(|letter| ast.binds(letter))
        }
        _ => false,
    })
}

/// Texts with their shapes.
struct Inferred {
    arena: Arena,
    typed: shape::Typed,
    /// The variables as they were named.
    named: Vec<Named>,
    /// The names of their symbols.
    variables: Vec<String>,
    /// The sizes that the texts name, where a variable is a part of a symbol.
    sizes: Vec<String>,
}

/// Infers the shapes of all texts.
fn infer(
    asts: &[Ast],
    given: &[Given],
    declared: &[Declaration],
    variables: &[String],
) -> Result<Inferred, Vec<(usize, Diagnostic)>> {
    let pairs: Vec<(&Ast, Goal)> = asts.iter().zip(given).map(|(ast, given)| (ast, given.goal.clone())).collect();
    let request = shape::Request { asts: &pairs, declarations: declared, wrt: variables };
    let mut arena = Arena::new();
    let is_labelled = |name: &Name| name.base.ends_with("(·)") || name.base.ends_with("[·]");
    let has_labels = asts
        .iter()
        .flat_map(|ast| &ast.nodes)
        .any(|node| matches!(&node.kind, AstKind::Name(name) if is_labelled(name)));
    let has_parts = has_labels || variables.iter().any(|name| name.contains('_'));
    let [known, sizes] = if has_parts { shape::names_of(&request, &arena)? } else { Default::default() };
    let named: Vec<Named> = variables.iter().map(|name| Named::new(name, &known)).collect();
    let mut variables: Vec<String> = Vec::new();
    for named in &named {
        if !variables.contains(&named.symbol) {
            variables.push(named.symbol.clone());
        }
    }
    let request = shape::Request { wrt: &variables, ..request };
    let typed = shape::infer(&request, &mut arena)?;
    Ok(Inferred { arena, typed, named, variables, sizes })
}

/// The variables that a text names itself, as in `f(x) = …` and `\min_x …`.
///
/// # Errors
/// All errors of how it is written.
pub fn named_variables(text: &str, declarations: &str) -> Result<Vec<String>, Report> {
    let source = Source { origin: "declarations".into(), text: declarations.into() };
    let declared = syntax::parse_declarations(declarations).map_err(|diagnostics| Report::of(&source, diagnostics))?;
    let source = Source { origin: "expression".into(), text: text.into() };
    let ast = syntax::parse(text, &KnownNames::from_declarations(&declared))
        .map_err(|diagnostics| Report::of(&source, diagnostics))?;
    Ok(ast.heading.variables)
}

/// Whether a name stands in a text.
fn occurs(ast: &Ast, name: &str) -> bool {
    ast.nodes.iter().any(|node| match &node.kind {
        AstKind::Name(found) => found.base == name || format!("{}_{}", found.base, found.subscript_text) == name,
        _ => false,
    })
}

fn no_variable(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new("N0102", format!("`{name}` is defined in the text, so it is not a variable"), span, "defined here")
        .with_help("give a name that the definition uses, or leave the definition out")
}

/// Reads an expression in the symbols and sizes of a problem, which mean what they mean there: what the program prints
/// for the problem becomes the same expression again. The answer is in normal form.
///
/// # Errors
/// All errors that can be found in one pass.
pub fn read_again(problem: &mut Problem, text: &str, goal: Goal) -> Result<ExprId, Report> {
    read_in(&mut problem.arena, text, goal)
}

/// Reads an expression in the symbols and sizes of an arena; the answer is in normal form.
///
/// # Errors
/// All errors that can be found in one pass.
pub fn read_in(arena: &mut Arena, text: &str, goal: Goal) -> Result<ExprId, Report> {
    let names = names_in(arena);
    let found = read_by_names(arena, &names, &[(text, goal)])?;
    Ok(found[0])
}

/// So many texts are read together.
const TOGETHER: usize = 64;

/// The same of several texts, of which none brings symbols of its own; `None` for one that cannot be read.
pub fn read_each_in(arena: &mut Arena, texts: &[(&str, Goal)]) -> Vec<Option<ExprId>> {
    let names = names_in(arena);
    let mut found = Vec::with_capacity(texts.len());
    for some in texts.chunks(TOGETHER) {
        match read_by_names(arena, &names, some) {
            Ok(exprs) => found.extend(exprs.into_iter().map(Some)),
            Err(_) => {
                let one = |one: &(&str, Goal)| read_by_names(arena, &names, std::slice::from_ref(one)).ok();
                found.extend(some.iter().map(one).map(|exprs| exprs.and_then(|exprs| exprs.first().copied())));
            }
        }
    }
    found
}

/// What is known of the names of an arena.
fn names_in(arena: &Arena) -> KnownNames {
    let mut names = KnownNames::default();
    for (_, symbol) in arena.symbols() {
        match symbol.kind {
            SymbolKind::Function => names.add_function(&symbol.name),
            SymbolKind::MatrixFunction => names.add_matrix_function(&symbol.name),
            SymbolKind::Map(_) => names.add_map(&symbol.name),
            SymbolKind::Plain
            | SymbolKind::Positive
            | SymbolKind::Nonnegative
            | SymbolKind::Integer
            | SymbolKind::Simplex
            | SymbolKind::Signs
            | SymbolKind::Binary
            | SymbolKind::Family(_) => names.add_symbol(&symbol.name),
        }
    }
    for (_, symbol) in arena.symbols() {
        let (has_rows, has_cols) = (symbol.shape.rows != Dim::Known(1), symbol.shape.cols != Dim::Known(1));
        match symbol.kind {
            SymbolKind::Family(_) => names.add_shape_of_members(&symbol.name, has_rows, has_cols),
            _ => names.add_shape(&symbol.name, has_rows, has_cols),
        }
    }
    arena.size_names().iter().for_each(|size| names.add_size(size));
    names
}

fn read_by_names(arena: &mut Arena, names: &KnownNames, texts: &[(&str, Goal)]) -> Result<Vec<ExprId>, Report> {
    let source = |place: usize| Source { origin: "expression".into(), text: texts[place].0.into() };
    let mut asts = Vec::with_capacity(texts.len());
    for (place, (text, _)) in texts.iter().enumerate() {
        asts.push(syntax::parse(text, names).map_err(|diagnostics| Report::of(&source(place), diagnostics))?);
    }
    let pairs: Vec<(&Ast, Goal)> = asts.iter().zip(texts).map(|(ast, (_, goal))| (ast, goal.clone())).collect();
    let request = shape::Request { asts: &pairs, declarations: &[], wrt: &[] };
    let typed = shape::infer(&request, arena).map_err(|found| Report {
        errors: found
            .into_iter()
            .map(|(which, diagnostic)| (source(which.min(texts.len() - 1)), vec![diagnostic]))
            .collect(),
    })?;
    Ok(typed.roots.iter().map(|root| arena.normalize(*root)).collect())
}
