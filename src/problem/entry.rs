//! Names with a subscript that look like an entry or a member and are symbols of their own.

use rustc_hash::FxHashMap;

use super::{Report, Source};
use crate::diagnostic::{Advice, Diagnostic, Suggestion};
use crate::expr::{Arena, Symbol, SymbolKind};
use crate::span::Span;
use crate::syntax::{Ast, AstId, AstKind, Declaration, DeclaredKind, Name};

/// Subscripts that are indices wherever a sum binds them.
const INDICES: [&str; 4] = ["i", "j", "k", "l"];

/// `x_1` is a symbol of its own. Beside a vector variable x a scalar of that name is more likely meant as its entry, and taking it for
/// a constant would lose its derivative without a word. The same holds of `x_i` after the end of a sum over i, beside any vector x.
pub(super) fn numbered_entries(
    arena: &Arena,
    asts: &[Ast],
    sources: &[Source],
    variables: &[String],
    declared: &[Declaration],
) -> Option<Report> {
    let mut names = Names { arena, asts, variables, declared, with_entries: FxHashMap::default() };
    let mut errors = Vec::new();
    for (ast, source) in asts.iter().zip(sources) {
        let found = names.errors(ast);
        if !found.is_empty() {
            errors.push((source.clone(), found));
        }
    }
    (!errors.is_empty()).then_some(Report { errors })
}

/// The names of some texts, and what they stand for so far.
struct Names<'a> {
    arena: &'a Arena,
    asts: &'a [Ast],
    variables: &'a [String],
    declared: &'a [Declaration],
    /// Of letters whether entries of them stand somewhere.
    with_entries: FxHashMap<String, bool>,
}

impl<'a> Names<'a> {
    fn known(&self, name: &str) -> Option<&'a Symbol> {
        self.arena.find_symbol(name).map(|id| self.arena.symbol(id))
    }

    fn is_variable(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable == name)
    }

    /// Whether a letter is an array, or declared as one.
    fn is_array(&self, base: &str) -> bool {
        let is_declared = |declaration: &Declaration| {
            declaration.name == base
                && matches!(
                    declaration.kind,
                    DeclaredKind::Vector(_)
                        | DeclaredKind::Matrix(..)
                        | DeclaredKind::Square(..)
                        | DeclaredKind::Binary(..)
                )
        };
        match self.known(base) {
            Some(whole) => !whole.shape.is_scalar(),
            None => self.declared.iter().any(is_declared),
        }
    }

    /// What is wrong with the parts of letters in a text.
    fn errors(&mut self, ast: &Ast) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for node in &ast.nodes {
            match &node.kind {
                AstKind::EntryOf(_, parts) => {
                    found.extend(parts.iter().find_map(|part| beyond_its_sum(self.arena, ast, *part, node.span)));
                }
                AstKind::Name(name) if !name.subscript_text.is_empty() => {
                    let is_open = self.is_variable(&name.base) && self.declared.iter().all(|one| one.name != name.base);
                    if is_open && found.is_empty() {
                        found.extend(pair_or_number(self.asts, name, node.span));
                    }
                    found.extend(self.error_at(ast, name, node.span));
                }
                _ => {}
            }
        }
        found
    }

    /// What is wrong with a letter and what stands below it.
    fn error_at(&mut self, ast: &Ast, name: &Name, place: Span) -> Option<Diagnostic> {
        let Name { base, subscript_text, .. } = name;
        let is_numbered = subscript_text.bytes().all(|b| b.is_ascii_digit());
        let unbound = unbound_index(ast, subscript_text, place);
        if unbound.is_none() && !(is_numbered && self.is_variable(base)) {
            return None;
        }
        if let Some(index) = &unbound
            && let Some(error) = self.outside_of_summand(ast, name, index, place)
        {
            return Some(error);
        }
        let full = format!("{base}_{subscript_text}");
        let entry = self.known(&full).filter(|entry| !entry.declared)?;
        let whole = self.known(base);
        let is_family = whole.is_some_and(|whole| matches!(whole.kind, SymbolKind::Family(_)));
        // Where x − x₀ has a shape, x₀ is another point, unless others are entries.
        let is_point = whole.is_some_and(|whole| whole.shape == entry.shape)
            && !*self.with_entries.entry(base.clone()).or_insert_with(|| has_entries(self.arena, self.asts, base));
        let is_part =
            entry.shape.is_scalar() || is_family && unbound.is_some() || is_numbered && (is_family || !is_point);
        if !is_part || !self.is_array(base) {
            return None;
        }
        let what = if is_family { "a member" } else { "an entry" };
        let message = format!("`{full}` is a symbol of its own, not {what} of `{base}`");
        let label = if entry.shape.is_scalar() { "a scalar by this name" } else { "another symbol by this name" };
        let error = Diagnostic::new("S0128", message, place, label);
        let error = match &unbound {
            Some(index) => error.with_note(format!("no sum or product over `{index}` extends this far")).with_help(
                match whole_summand(ast, index, place) {
                    Some(summand) => format!("put the whole summand in brackets: `{summand}`"),
                    None => format!("write the sum over the index: `sum_{index} {full}`"),
                },
            ),
            None if !entry.shape.is_scalar() => error.with_help(
                Advice::from("for several vectors or matrices, declare them: ")
                    .suggest(Suggestion::declaration(format!("{base}: family(m) of vector(n)"))),
            ),
            None => error.with_help(match subscript_text.as_str() {
                "0" => format!("entries count from 1: write `{base}_1` for the first and so on"),
                number => format!("write `({base})_{number}` for the entry"),
            }),
        };
        // Beside the derivative by the letter it would not be one.
        Some(if self.is_variable(base) { error } else { error.with_help(as_constant(&full)) })
    }

    /// The error at a part that stands after the end of the sum over its index, where the rest of the text fits into that sum.
    fn outside_of_summand(&self, ast: &Ast, name: &Name, index: &str, place: Span) -> Option<Diagnostic> {
        let full = format!("{}_{}", name.base, name.subscript_text);
        let is_open = |name: &str| self.known(name).is_some_and(|own| !own.declared);
        let is_symbol = self.known(&name.base).is_none() && !self.is_variable(&full) && is_open(&full);
        // An entry of a matrix in whose sum stands one of its indices.
        let is_entry = index != name.subscript_text && self.known(&full).is_none() && is_open(index);
        if !is_symbol && !is_entry {
            return None;
        }
        let help = format!("put the whole summand in brackets: `{}`", whole_summand(ast, index, place)?);
        let error = outside(ast, index, place).with_help(help);
        Some(if is_symbol { error.with_help(as_constant(&full)) } else { error })
    }
}

fn as_constant(name: &str) -> Advice {
    Advice::from("for a constant, declare it: ").suggest(Suggestion::declaration(format!("{name}: scalar")))
}

/// Whether a name stands with a number below it that is no symbol of its own.
fn has_entries(arena: &Arena, asts: &[Ast], base: &str) -> bool {
    asts.iter().flat_map(|ast| &ast.nodes).any(|node| match &node.kind {
        AstKind::Name(name) => {
            let text = &name.subscript_text;
            name.base == base
                && !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_digit())
                && arena.find_symbol(&format!("{base}_{text}")).is_none()
        }
        _ => false,
    })
}

/// The error at `w_{12}` beside `w_1` and `w_2`, where no entries stand between: entry 12, or what belongs to the two.
fn pair_or_number(asts: &[Ast], name: &Name, span: Span) -> Option<Diagnostic> {
    let Name { base, subscript_text, .. } = name;
    let [first @ b'1'..=b'9', second @ b'1'..=b'9'] = *subscript_text.as_bytes() else { return None };
    let has = |place: &str| {
        asts.iter().flat_map(|ast| &ast.nodes).any(|node| match &node.kind {
            AstKind::Name(other) => other.base == *base && other.subscript_text == place,
            _ => false,
        })
    };
    let [first, second] = [first, second].map(|digit| char::from(digit).to_string());
    if name.subscript.len() != 1 || first == second || !has(&first) || !has(&second) || has("10") {
        return None;
    }
    let message = format!("`{base}_{subscript_text}` has two readings beside `{base}_{first}` and `{base}_{second}`");
    let entry = Advice::from("for the entry declare the vector: ");
    let own = Advice::from("for what belongs to the two declare it: ");
    Some(
        Diagnostic::new("S0128", message, span, format!("entry {subscript_text}, or a symbol of its own?"))
            .with_help(entry.suggest(Suggestion::declaration(format!("{base}: vector(n)"))))
            .with_help(own.suggest(Suggestion::declaration(format!("{base}_{subscript_text}: scalar")))),
    )
}

/// What is wrong with a part whose index a sum elsewhere in the text binds, and nothing here.
fn outside(ast: &Ast, index: &str, place: Span) -> Diagnostic {
    let message = format!("the index of `{}` is bound by no sum here", ast.written(place));
    Diagnostic::new("S0128", message, place, format!("`{index}` stands for nothing"))
        .with_note(format!("no sum or product over `{index}` extends this far"))
}

/// The error at an entry of a value, `\\mu_i` of a defined μ, whose index a sum elsewhere in the text binds and nothing here.
fn beyond_its_sum(arena: &Arena, ast: &Ast, part: AstId, place: Span) -> Option<Diagnostic> {
    let AstKind::Name(Name { base: index, subscript, .. }) = &ast.node(part).kind else { return None };
    let is_free = arena.find_symbol(index).is_some_and(|id| !arena.symbol(id).declared);
    if !subscript.is_empty() || !is_free || !ast.binds(index) || is_bound(ast, index, place) {
        return None;
    }
    let written = ast.written(place);
    Some(outside(ast, index, place).with_help(match whole_summand(ast, index, place) {
        Some(summand) => format!("put the whole summand in brackets: `{summand}`"),
        None => format!("write the sum over the index: `sum_{index} {written}`"),
    }))
}

/// The names that are symbols of their own so far and must be entries or members, since they are of the shape of one and a letter that
/// nothing binds stands below them: `z_y` of `\\log\\sum\\exp(z) - z_y`.
pub(super) fn picked_entries(arena: &Arena, asts: &[Ast], declared: &[Declaration]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let names = || {
        asts.iter().flat_map(|ast| &ast.nodes).filter_map(|node| match &node.kind {
            AstKind::Name(name) => Some(name),
            _ => None,
        })
    };
    let is_bound = |index: &str| {
        asts.iter().flat_map(|ast| &ast.nodes).any(|node| match &node.kind {
            AstKind::BigSum(ranges, _) | AstKind::BigProduct(ranges, _) => {
                ranges.iter().any(|range| range.index == index)
            }
            _ => false,
        })
    };
    let is_operand = |letter: &str| {
        names().any(|name| name.base == letter && !name.subscript.is_empty()) || arena.find_symbol(letter).is_some()
    };
    for name in names() {
        let (index, full) = (name.subscript_text.as_str(), format!("{}_{}", name.base, name.subscript_text));
        let is_index = INDICES.contains(&index) || index == "y" && !is_operand(index);
        if !is_index || name.subscript.len() != 1 || found.contains(&full) || is_bound(index) {
            continue;
        }
        let Some(own) = arena.find_symbol(&full).map(|id| arena.symbol(id)).filter(|own| !own.declared) else {
            continue;
        };
        let is_part = match arena.find_symbol(&name.base).map(|id| arena.symbol(id)) {
            Some(whole) if matches!(whole.kind, SymbolKind::Family(_)) => own.shape == whole.shape,
            Some(whole) => {
                own.shape.is_scalar() && (whole.shape.is_column() || whole.shape.is_row()) && !whole.shape.is_scalar()
            }
            None => {
                own.shape.is_scalar()
                    && declared.iter().any(|one| one.name == name.base && matches!(one.kind, DeclaredKind::Vector(_)))
            }
        };
        if is_part {
            found.push(full);
        }
    }
    found
}

/// The sum over an index that ends before a place, with the rest of its terms up to there and beyond in its summand.
fn whole_summand(ast: &Ast, index: &str, place: Span) -> Option<String> {
    let (sign, body) = ast.nodes.iter().rev().find_map(|node| match &node.kind {
        AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body)
            if ranges.iter().any(|range| range.index == index) && node.span.end <= place.start =>
        {
            Some((node.span, ast.span(*body)))
        }
        _ => None,
    })?;
    let sums = ast.nodes.iter().filter(|node| matches!(node.kind, AstKind::Sum(_)));
    let around = sums
        .filter(|sum| sum.span.start <= sign.start && place.end <= sum.span.end)
        .min_by_key(|sum| sum.span.end - sum.span.start)?;
    let before = ast.source.get(sign.start..body.start)?.trim_end_matches('(').trim_end();
    let after = ast.source.get(sign.start + before.len()..around.span.end)?.trim_start();
    (after.len() <= 200).then(|| format!("{before} ({after})"))
}

/// The index of a subscript that no sum or product binds at a place: `i`, or the first of `ij` where signs elsewhere bind both.
fn unbound_index(ast: &Ast, subscript: &str, place: Span) -> Option<String> {
    if INDICES.contains(&subscript) || ast.binds(subscript) {
        return (!is_bound(ast, subscript, place)).then(|| subscript.to_owned());
    }
    let mut letters = subscript.chars().filter(|c| *c != ',').map(String::from);
    let are_indices = subscript.chars().count() > 1 && letters.clone().all(|letter| ast.binds(&letter));
    letters.find(|letter| are_indices && !is_bound(ast, letter, place))
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
