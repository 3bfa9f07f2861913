//! From texts to answers: the one way through all stages, for the command line and for library users.
//!
//! A [`Problem`] is what was read: expressions with shapes. [`gradient`] and its kin make an [`Answer`] of it, with the conditions under
//! which it holds and the certificate of its numeric check. Everything runs on a thread with a large stack, so that deep input cannot
//! overflow the caller's.

mod compare;
mod note;
mod part;

use rustc_hash::FxHashSet;

pub use compare::{Claimed, Equality, claimed, domains, equality};
pub use note::{Note, zero_derivative};

use crate::check::{self, Certificate, CheckOptions, Outcome};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::differential::differentiate;
use crate::domain::{Condition, conditions};
use crate::expr::{Arena, Dim, ExprId, Part, SymbolId, SymbolKind};
use crate::linear::{self, Convention};
use crate::reading::bracketed::{Signs, bracketed};
use crate::reading::cost::RowId;
use crate::render::{Format, Style, render};
use crate::shape::{self, Goal};
use crate::simplify::{expand, simplify};
use crate::span::Span;
use crate::syntax::{self, Ast, AstId, AstKind, Declaration, DeclaredKind, KnownNames};
use crate::vectorize::{self, Families, Rows, left_over, vectorize};

/// Stack of the thread that works on a problem.
const STACK_BYTES: usize = 512 << 20;

/// Runs the work on a thread whose stack is large enough for the deepest input that the parser accepts; where there are no threads, as on
/// `wasm32`, it runs at once.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if cfg!(target_family = "wasm") {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(value)) => value,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => unreachable!("a thread with a large stack can be started: {error}"),
        }
    })
}

/// A text that was given, for messages that point into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the text is: `expression`, `declarations`, `claim`.
    pub origin: String,
    /// The text.
    pub text: String,
}

/// Why there is no answer: messages, each with the text that it points into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The texts with the errors found in each.
    pub errors: Vec<(Source, Diagnostics)>,
}

impl Report {
    fn of(source: &Source, diagnostics: Diagnostics) -> Self {
        Self { errors: vec![(source.clone(), diagnostics)] }
    }
}

/// An expression to read and what it has to be.
#[derive(Clone, Debug)]
pub struct Given {
    /// What messages call it.
    pub origin: String,
    /// The text.
    pub text: String,
    /// The shape it must have.
    pub goal: Goal,
}

/// How the texts were read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The trees.
    pub asts: Vec<Ast>,
    /// Which of their nodes are scalars.
    pub scalars: Vec<Vec<bool>>,
    /// The row of the table of costs by which each symbol has its kind.
    pub kinds: Vec<(String, RowId)>,
}

impl Reading {
    /// An expression with every grouping in brackets.
    #[must_use]
    pub fn text(&self, place: usize, signs: Signs) -> String {
        self.asts.get(place).map(|ast| bracketed(ast, &self.scalars[place], signs)).unwrap_or_default()
    }
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The expressions' store.
    pub arena: Arena,
    /// The expressions as they were written, in the order given.
    pub raw: Vec<ExprId>,
    /// The same in normal form.
    pub normal: Vec<ExprId>,
    /// The symbols that occur, in the order of first appearance.
    pub symbols: Vec<SymbolId>,
    /// The variables.
    pub wrt: Vec<SymbolId>,
    /// Of each variable the part by which is differentiated, a member of a family or an entry; `None` where it is the whole.
    pub parts: Vec<Option<Part>>,
    /// How the input writes inner products and norms.
    pub style: Style,
    /// What is to be said of how it was read.
    pub notes: Vec<Note>,
    /// How the texts were read.
    pub reading: Reading,
    sources: Vec<Source>,
}

impl Problem {
    /// The text at this position of what was given.
    #[must_use]
    pub fn source(&self, place: usize) -> Option<&Source> {
        self.sources.get(place)
    }

    /// A problem of expressions that were made and not read.
    #[must_use]
    pub fn of_expressions(mut arena: Arena, raw: Vec<ExprId>, wrt: Vec<SymbolId>) -> Self {
        let normal = raw.iter().map(|root| arena.normalize(*root)).collect();
        let text = |root: &ExprId| render(&arena, *root, Format::Unicode, &Style::default());
        let source = |root| Source { origin: "expression".into(), text: text(root) };
        let sources = raw.iter().map(source).collect();
        let mut symbols: Vec<SymbolId> = raw.iter().flat_map(|root| arena.symbols_in(*root)).collect();
        let mut seen = FxHashSet::default();
        symbols.retain(|symbol| seen.insert(*symbol));
        let parts = vec![None; wrt.len()];
        Self {
            arena,
            raw,
            normal,
            symbols,
            wrt,
            parts,
            style: Style::default(),
            notes: Vec::new(),
            reading: Reading::default(),
            sources,
        }
    }
}

/// Reads expressions that share their symbols.
///
/// `declarations` is text as after `-d`; `wrt` names the variables. Where it is empty they are those that the first text names itself, as
/// in `f(x) = …`.
///
/// # Errors
/// All errors that can be found in one pass, in the declarations and in every expression. A variable that is a family, one of its members
/// or an entry is an error, as [`gradient`] alone differentiates by these: [`read_by_parts`] takes them.
pub fn read(given: &[Given], declarations: &str, wrt: &[&str]) -> Result<Problem, Report> {
    whole(read_by_parts(given, declarations, wrt)?)
}

/// A problem whose variables are whole symbols.
///
/// # Errors
/// A variable that is a family, one of its members or an entry.
pub fn whole(problem: Problem) -> Result<Problem, Report> {
    match problem.parts.iter().flatten().next() {
        Some(part) => Err(part::only_gradients(&problem, part)),
        None => Ok(problem),
    }
}

/// [`read`] where a variable may also be a family, one of its members (`mu_k`) or an entry (`x_1`, `X_ij`).
///
/// # Errors
/// As [`read`].
pub fn read_by_parts(given: &[Given], declarations: &str, wrt: &[&str]) -> Result<Problem, Report> {
    let declaration_source = Source { origin: "declarations".into(), text: declarations.into() };
    let mut declared: Vec<Declaration> =
        syntax::parse_declarations(declarations).map_err(|diagnostics| Report::of(&declaration_source, diagnostics))?;
    let mut names = KnownNames::from_declarations(&declared);
    let mut errors = Vec::new();
    let mut variables: Vec<String> = Vec::new();
    for text in wrt {
        match syntax::parse_name(text) {
            Ok(name) => {
                names.add_variable(&name);
                if !variables.contains(&name) {
                    variables.push(name);
                }
            }
            Err(diagnostics) => errors.push((Source { origin: "variable".into(), text: (*text).into() }, diagnostics)),
        }
    }
    let mut asts: Vec<Ast> = Vec::new();
    let mut sources = Vec::new();
    for expression in given {
        let source = Source { origin: expression.origin.clone(), text: expression.text.clone() };
        match syntax::parse(&expression.text, &names) {
            Ok(ast) => {
                if wrt.is_empty() && sources.is_empty() {
                    let named = ast.heading.variables.iter();
                    variables.extend(named.filter(|name| occurs(&ast, name)).cloned());
                    variables.iter().for_each(|name| names.add_variable(name));
                }
                let defined = ast.heading.defined.iter().find(|(name, _)| variables.contains(name));
                if let Some((name, span)) = defined {
                    errors.push((source.clone(), vec![no_variable(name, *span)]));
                }
                for one in &ast.heading.declarations {
                    if declared.iter().all(|known| known.name != one.name) {
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
    syntax::separate_digits(&mut asts, &declared);
    let pairs: Vec<(&Ast, Goal)> = asts.iter().zip(given).map(|(ast, given)| (ast, given.goal.clone())).collect();
    let request = shape::Request { asts: &pairs, declarations: &declared, wrt: &variables };
    let mut arena = Arena::new();
    let report = |found: Vec<(usize, Diagnostic)>| Report {
        errors: found
            .into_iter()
            .map(|(which, diagnostic)| (sources.get(which).unwrap_or(&declaration_source).clone(), vec![diagnostic]))
            .collect(),
    };
    let has_parts = variables.iter().any(|name| name.contains('_'));
    let [known, sizes] =
        if has_parts { shape::names_of(&request, &arena).map_err(report)? } else { Default::default() };
    let named: Vec<part::Named> = variables.iter().map(|name| part::Named::new(name, &known)).collect();
    let mut variables: Vec<String> = Vec::new();
    for named in &named {
        if !variables.contains(&named.symbol) {
            variables.push(named.symbol.clone());
        }
    }
    let request = shape::Request { wrt: &variables, ..request };
    let typed = shape::infer(&request, &mut arena).map_err(report)?;
    if let Some(report) = numbered_entries(&arena, &typed.asts, &sources, &variables, &declared) {
        return Err(report);
    }
    let normal = typed.roots.iter().map(|root| arena.normalize_written(*root)).collect();
    let (mut wrt, mut parts) = (Vec::new(), Vec::new());
    for named in &named {
        let Some(symbol) = named.find(&arena) else { continue };
        let part = named
            .part(&mut arena, symbol, &typed.asts, &sizes)
            .map_err(|diagnostic| Report::of(&sources[0], vec![*diagnostic]))?;
        wrt.push(symbol);
        parts.push(part);
    }
    let style = style_of(&typed.asts[0]);
    let notes = typed.notes.iter().map(|(source, remark)| Note::of_reading(*source, remark, &sources)).collect();
    let reading = Reading { asts: typed.asts, scalars: typed.scalars, kinds: typed.kinds };
    Ok(Problem { arena, raw: typed.roots, normal, symbols: typed.symbols, wrt, parts, style, notes, reading, sources })
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
    Diagnostic::new("N0102", format!("`{name}` is defined in the text, so it is no variable"), span, "defined here")
        .with_help("give a name that the definition uses, or leave the definition out")
}

/// Subscripts that are indices wherever a sum binds them.
const INDICES: [&str; 4] = ["i", "j", "k", "l"];

/// `x_1` is a symbol of its own. Beside a vector variable x a scalar of that name is more likely meant as its entry, and taking it for
/// a constant would lose its derivative without a word. The same holds of `x_i` behind the end of a sum over i, beside any vector x.
fn numbered_entries(
    arena: &Arena,
    asts: &[Ast],
    sources: &[Source],
    variables: &[String],
    declared: &[Declaration],
) -> Option<Report> {
    let mut errors = Vec::new();
    for (ast, source) in asts.iter().zip(sources) {
        let mut found: Vec<Diagnostic> = Vec::new();
        for node in &ast.nodes {
            let AstKind::Name(name) = &node.kind else { continue };
            let is_numbered =
                !name.subscript_text.is_empty() && name.subscript_text.bytes().all(|b| b.is_ascii_digit());
            let is_indexed =
                INDICES.contains(&name.subscript_text.as_str()) && !is_bound(ast, &name.subscript_text, node.span);
            let is_suspicious = is_indexed || is_numbered && variables.contains(&name.base);
            if !is_suspicious {
                continue;
            }
            let (full, base) = (format!("{}_{}", name.base, name.subscript_text), &name.base);
            let known = |name: &str| arena.find_symbol(name).map(|id| arena.symbol(id));
            let is_array = match known(base) {
                Some(whole) => !whole.shape.is_scalar(),
                None => declared.iter().any(|declaration| {
                    declaration.name == *base
                        && matches!(
                            declaration.kind,
                            DeclaredKind::Vector(_) | DeclaredKind::Matrix(..) | DeclaredKind::Square(..)
                        )
                }),
            };
            let is_family = known(base).is_some_and(|whole| matches!(whole.kind, SymbolKind::Family(_)));
            if let Some(entry) = known(&full)
                && (entry.shape.is_scalar() || is_family && is_indexed)
                && !entry.declared
                && is_array
            {
                let subscript = &name.subscript_text;
                let what = if is_family { "a member" } else { "an entry" };
                let message = format!("`{full}` is a symbol of its own, not {what} of `{base}`");
                let label =
                    if entry.shape.is_scalar() { "a scalar by this name" } else { "another symbol by this name" };
                let diagnostic = Diagnostic::new("S0128", message, node.span, label);
                let diagnostic = if is_indexed {
                    diagnostic
                        .with_note(format!("no sum or product over `{subscript}` reaches this far"))
                        .with_help(format!("put what is summed into brackets: `sum_{subscript} ({full} + 1)`"))
                } else {
                    diagnostic.with_help(format!("write `({base})_{subscript}` for the entry"))
                };
                found.push(diagnostic.with_help(format!("declare it for a constant: `-d '{full}: scalar'`")));
            }
        }
        if !found.is_empty() {
            errors.push((source.clone(), found));
        }
    }
    (!errors.is_empty()).then_some(Report { errors })
}

/// Whether a place is in the body of a sum or product over that index.
fn is_bound(ast: &Ast, index: &str, place: Span) -> bool {
    ast.nodes.iter().any(|node| match &node.kind {
        AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) => {
            let body = ast.span(*body);
            ranges.iter().any(|range| range.index == index) && body.start <= place.start && place.end <= body.end
        }
        _ => false,
    })
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
    let source = Source { origin: "expression".into(), text: text.into() };
    let mut names = KnownNames::default();
    for (_, symbol) in arena.symbols() {
        match symbol.kind {
            SymbolKind::Function => names.add_function(&symbol.name),
            SymbolKind::MatrixFunction => names.add_matrix_function(&symbol.name),
            SymbolKind::Plain
            | SymbolKind::Positive
            | SymbolKind::Integer
            | SymbolKind::Simplex
            | SymbolKind::Signs
            | SymbolKind::Family(_) => names.add_symbol(&symbol.name),
        }
    }
    for (_, symbol) in arena.symbols().filter(|(_, symbol)| !matches!(symbol.kind, SymbolKind::Family(_))) {
        names.add_shape(&symbol.name, symbol.shape.rows != Dim::Known(1), symbol.shape.cols != Dim::Known(1));
    }
    arena.size_names().iter().for_each(|size| names.add_size(size));
    let ast = syntax::parse(text, &names).map_err(|diagnostics| Report::of(&source, diagnostics))?;
    let request = shape::Request { asts: &[(&ast, goal)], declarations: &[], wrt: &[] };
    let typed = shape::infer(&request, arena)
        .map_err(|found| Report::of(&source, found.into_iter().map(|(_, diagnostic)| diagnostic).collect()))?;
    Ok(arena.normalize(typed.roots[0]))
}

/// Inner products and squared norms are printed as the input writes them.
fn style_of(ast: &Ast) -> Style {
    let writes = |wanted: fn(&AstKind) -> bool| ast.nodes.iter().any(|node| wanted(&node.kind));
    let inner_brackets = writes(|kind| matches!(kind, AstKind::Inner(..)));
    let norms = writes(|kind| {
        matches!(
            kind,
            AstKind::Norm(..)
                | AstKind::Call(syntax::Function::Norm | syntax::Function::Norm2 | syntax::Function::Norm1, _)
        )
    });
    let products = writes(|kind| matches!(kind, AstKind::Transpose(_)));
    // θᵀxᵢ: a name with an index behind a transposed one without.
    let indexed = |id: AstId| matches!(&ast.node(id).kind, AstKind::Name(name) if name.subscript_text.starts_with(char::is_alphabetic));
    let bare = |id: AstId| matches!(ast.node(id).kind, AstKind::Transpose(inner) if !indexed(inner));
    let members_last = ast.nodes.iter().any(|node| match &node.kind {
        AstKind::Product { first, rest } => bare(*first) && rest.first().is_some_and(|(_, right)| indexed(*right)),
        _ => false,
    });
    Style { inner_brackets, squared_norm_as_product: products && !norms && !inner_brackets, members_last }
}

/// An answer and what is known about it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The answer in its simplest form found.
    pub expr: ExprId,
    /// Conditions under which it holds.
    pub conditions: Vec<Condition>,
    /// The outcome of the numeric check; `None` where it was switched off.
    pub certificate: Option<Certificate>,
}

impl Answer {
    /// Whether a check was made and failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.certificate.as_ref().is_some_and(|certificate| matches!(certificate.outcome, Outcome::Failed { .. }))
    }

    /// Whether it may be given as an answer: it passed its check, or no check was asked for.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.certificate.as_ref().is_none_or(Certificate::passed)
    }
}

/// The gradient of the first expression, a scalar, in the variable at the given place of `wrt`; checked unless `options` is `None`.
///
/// # Errors
/// A message where an operator has no derivative.
pub fn gradient(
    problem: &mut Problem,
    place: usize,
    convention: Convention,
    options: Option<&CheckOptions>,
) -> Result<Answer, Report> {
    let wrt = problem.wrt[place];
    if let Some(part) = problem.parts[place].clone() {
        return part::gradient(problem, place, &part, convention, options);
    }
    let arena = &mut problem.arena;
    let differential = match differentiate(arena, problem.normal[0], wrt, 0) {
        Ok(differential) => differential,
        Err(error) => return Err(not_differentiable(problem, error.reason)),
    };
    let Ok(whole) = linear::gradient(arena, differential.expr, wrt, 0) else {
        return Err(not_linear(problem));
    };
    let projected = linear::project(arena, whole, wrt, Convention::Projected);
    let projected = simplify(arena, projected);
    let expr = match convention {
        Convention::Projected => projected,
        Convention::Vech => {
            let vech = linear::project(arena, whole, wrt, Convention::Vech);
            simplify(arena, vech)
        }
    };
    let conditions = conditions(arena, problem.raw[0], expr, &differential.conditions);
    // The half-vectorised form is a fixed function of the projected one, which is what the check knows.
    let certificate = options.map(|options| check::check_gradient(arena, problem.raw[0], wrt, projected, options));
    Ok(Answer { expr, conditions, certificate })
}

/// The first expression in its simplest form.
#[must_use]
pub fn simplified(problem: &mut Problem, options: Option<&CheckOptions>) -> Answer {
    let arena = &mut problem.arena;
    let plain = simplify(arena, problem.normal[0]);
    let expanded = expand(arena, problem.normal[0]);
    let expanded = simplify(arena, expanded);
    let expr =
        if crate::simplify::cost(arena, expanded) < crate::simplify::cost(arena, plain) { expanded } else { plain };
    let conditions = conditions(arena, problem.raw[0], expr, &[]);
    let certificate = options.map(|options| check::check_equal(arena, problem.raw[0], expr, options));
    Answer { expr, conditions, certificate }
}

/// Expressions in their forms with matrices in the place of families and sums over an index.
#[derive(Clone, Debug)]
pub struct Vectorized {
    /// The expressions, in the order given.
    pub exprs: Vec<ExprId>,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// The matrices that stand for families.
    pub rows: Vec<Rows>,
    /// The sums, or the chosen matrices, that have no such form and are left as they were.
    pub left: Vec<ExprId>,
    /// Whether the expressions are written by the rows of matrices rather than with matrices.
    pub by_rows: bool,
    /// Whether the forms agree with the expressions at random points; `None` where nothing was checked.
    pub certificate: Option<Certificate>,
}

/// Writes expressions of a problem with matrices. `derive` gives the same expressions, where it can, for the problem
/// whose first expression is replaced by its own form with matrices: what is derived from that is often shorter.
/// A form that was not seen to agree with its expression is not taken.
pub fn vectorized(
    problem: &mut Problem,
    exprs: &[ExprId],
    conditions: &[Condition],
    derive: &mut dyn FnMut(&mut Problem) -> Vec<Option<ExprId>>,
    options: Option<&CheckOptions>,
) -> Vectorized {
    let mut families = Families::default();
    let input = problem.normal[0];
    let whole = vectorize(&mut problem.arena, input, &mut families);
    let mut derived = Vec::new();
    if whole != input {
        problem.normal[0] = whole;
        derived = derive(problem);
        problem.normal[0] = input;
    }
    let arena = &mut problem.arena;
    let mut out = Vectorized {
        exprs: Vec::new(),
        conditions: Vec::new(),
        rows: Vec::new(),
        left: Vec::new(),
        by_rows: false,
        certificate: None,
    };
    for (place, expr) in exprs.iter().enumerate() {
        let mut forms = vec![vectorize(arena, *expr, &mut families)];
        if let Some(form) = derived.get(place).copied().flatten() {
            forms.push(vectorize(arena, form, &mut families));
        }
        forms.sort_by_cached_key(|form| (left_over(arena, *form).len(), crate::simplify::cost(arena, *form)));
        let pairs: Vec<_> = families.rows.iter().map(|rows| (rows.matrix, rows.family)).collect();
        let mut chosen = *expr;
        for form in forms.into_iter().filter(|form| *form != *expr) {
            let certificate = options.map(|options| check::check_equal_by_rows(arena, *expr, form, &pairs, options));
            if certificate.as_ref().is_some_and(|found| !found.passed()) {
                continue;
            }
            chosen = form;
            out.certificate = certificate;
            break;
        }
        out.left.extend(left_over(arena, chosen));
        out.exprs.push(chosen);
    }
    for condition in conditions {
        let condition = condition.with(vectorize(arena, condition.expr(), &mut families));
        let known = matches!(condition, Condition::Positive(id) | Condition::NonZero(id) if arena.is_positive(id));
        if !known && !out.conditions.contains(&condition) {
            out.conditions.push(condition);
        }
    }
    let used = |rows: &Rows| {
        let mut all = out.exprs.iter().copied().chain(out.conditions.iter().map(Condition::expr));
        all.any(|expr| arena.contains_symbol(expr, rows.matrix))
    };
    out.rows = families.rows.into_iter().filter(used).collect();
    out
}

/// Writes expressions of a problem by the rows of the chosen matrices. A form that was not seen to agree with
/// its expression is not taken.
///
/// # Errors
/// The name that is no matrix of the problem.
pub fn by_rows(
    problem: &mut Problem,
    exprs: &[ExprId],
    conditions: &[Condition],
    matrices: &[String],
    options: Option<&CheckOptions>,
) -> Result<Vectorized, String> {
    let arena = &mut problem.arena;
    let mut rows = Vec::new();
    for name in matrices {
        let found = syntax::parse_name(name).ok().and_then(|name| arena.find_symbol(&name));
        let is_matrix =
            |id: &SymbolId| arena.symbol(*id).kind == SymbolKind::Plain && arena.symbol(*id).shape.is_matrix();
        let Some(matrix) = found.filter(is_matrix) else { return Err(name.clone()) };
        rows.push(vectorize::rows_of(arena, matrix));
    }
    let pairs: Vec<_> = rows.iter().map(|rows| (rows.matrix, rows.family)).collect();
    let mut out = Vectorized {
        exprs: Vec::new(),
        conditions: Vec::new(),
        rows,
        left: Vec::new(),
        by_rows: true,
        certificate: None,
    };
    for expr in exprs {
        let form = vectorize::by_rows(arena, *expr, &out.rows);
        let certificate = options.map(|options| check::check_equal_by_rows(arena, *expr, form, &pairs, options));
        let stands = certificate.as_ref().is_none_or(Certificate::passed);
        out.exprs.push(if stands { form } else { *expr });
        if stands {
            out.certificate = certificate;
        }
    }
    out.conditions = conditions
        .iter()
        .map(|condition| condition.with(vectorize::by_rows(arena, condition.expr(), &out.rows)))
        .collect();
    for rows in &out.rows {
        if out.exprs.iter().any(|expr| arena.contains_symbol(*expr, rows.matrix)) {
            let matrix = arena.symbol_expr(rows.matrix);
            out.left.push(matrix);
        }
    }
    let in_use = |family| out.exprs.iter().any(|expr| arena.contains_symbol(*expr, family));
    out.rows.retain(|rows| in_use(rows.family));
    Ok(out)
}

pub(crate) fn not_linear(problem: &Problem) -> Report {
    not_differentiable(problem, "its differential is not linear, which is a bug in this program")
}

pub(crate) fn not_differentiable(problem: &Problem, reason: &str) -> Report {
    let source = &problem.sources[0];
    let span = crate::span::Span::new(0, source.text.len());
    let diagnostic = Diagnostic::new("D0101", "this expression cannot be differentiated", span, reason.to_owned());
    Report::of(source, vec![diagnostic])
}
