//! An answer, its views and its conditions as they are printed together: the parts that they repeat are named once for all.

use crate::answer::form::Vectorized;
use crate::domain::Condition;
use crate::error::Error;
use crate::expr::{Arena, ExprId, NameParts, Node, Place, Symbol, SymbolId, SymbolKind};
use crate::naming::{Limits, Named, is_too_long, name_parts};
use crate::problem::Problem;
use crate::render::{Format, Rendered, render_condition, render_member, render_parts, render_whole};

/// Expressions and conditions with their parts named.
pub(super) struct Form<'a> {
    problem: &'a Problem,
    exprs: Vec<ExprId>,
    conditions: Vec<Condition>,
    named: Option<Named>,
}

/// s > 0 for s² > 0 where s is a root, and r ≠ 0 for −r ≠ 0.
fn plain(arena: &Arena, condition: Condition) -> Condition {
    if let (Condition::NonZero(_) | Condition::EntriesNonZero(_), Node::Add(terms)) =
        (condition, arena.node(condition.expr()))
        && let [(_, term)] = **terms
    {
        return condition.with(term);
    }
    if let (Condition::Positive(id), Node::Hadamard(factors)) = (condition, arena.node(condition.expr()))
        && let [(base, _)] = **factors
        && let Node::Symbol(symbol) = arena.node(base)
        && !arena.symbol(*symbol).declared
        && arena.symbol(*symbol).kind == SymbolKind::Positive
        && arena.shape(id).is_scalar()
    {
        return Condition::Positive(base);
    }
    condition
}

/// The condition on what is printed in the place of its expression. Of an eigenvalue or a singular value it says which, and not by a name.
fn with_name(arena: &Arena, condition: Condition, expr: ExprId) -> Condition {
    match (condition, arena.node(expr)) {
        (Condition::Simple(_), Node::Symbol(_)) => condition,
        _ => condition.with(expr),
    }
}

impl<'a> Form<'a> {
    /// Names what the expressions and the conditions repeat, as far as the limits say; the first expression is not itself a part.
    pub(super) fn new(problem: &'a Problem, exprs: &[ExprId], conditions: &[Condition], limits: &Limits) -> Self {
        let views = exprs.len().max(1) as u64;
        let limits = Limits { length: limits.length.saturating_mul(views), ..*limits };
        Self::naming(problem, (exprs, 1), conditions, &limits)
    }

    /// The same of expressions each of which may be a part of the others.
    pub(super) fn of_equals(problem: &'a Problem, exprs: &[ExprId], conditions: &[Condition], limits: &Limits) -> Self {
        Self::naming(problem, (exprs, 0), conditions, limits)
    }

    fn naming(
        problem: &'a Problem,
        (exprs, whole): (&[ExprId], usize),
        conditions: &[Condition],
        limits: &Limits,
    ) -> Self {
        let roots: Vec<ExprId> = exprs.iter().copied().chain(conditions.iter().map(Condition::expr)).collect();
        let named = name_parts(&problem.arena, &roots, whole, limits);
        let roots = named.as_ref().map_or(&roots, |named| &named.roots);
        let (exprs, inside) = roots.split_at(exprs.len());
        let arena = named.as_ref().map_or(&problem.arena, |named| &named.arena);
        let conditions =
            conditions.iter().zip(inside).map(|(condition, expr)| plain(arena, with_name(arena, *condition, *expr)));
        let conditions = conditions.collect();
        Self { problem, exprs: exprs.to_vec(), conditions, named }
    }

    /// Fails where a text is too long to be written: where what repeats stands under an index, it has no name.
    pub(super) fn fits(&self) -> Result<(), Error> {
        let parts = self.named.iter().flat_map(|named| named.parts.iter().map(|(_, part)| *part));
        if self.exprs.iter().copied().chain(parts).any(|expr| is_too_long(self.arena(), &[expr])) {
            return Err(Error::Message(
                "this answer is too long to be written: it has more than a million symbols\n  = help: declare a symbol for the part that repeats, and differentiate by that first"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// The arena of the expressions and of the parts.
    pub(super) fn arena(&self) -> &Arena {
        self.named.as_ref().map_or(&self.problem.arena, |named| &named.arena)
    }

    /// The expression at this place.
    pub(super) fn text(&self, place: usize, format: Format) -> String {
        render_whole(self.arena(), self.exprs[place], format, &self.problem.style)
    }

    /// What is written, line by line, with the symbol whose shape it has and its text: the expressions, which have those of these symbols,
    /// then the parts.
    pub(super) fn written(&self, of: &[SymbolId], format: Format) -> Vec<(SymbolId, ExprId, String)> {
        let text = |(place, of): (usize, &SymbolId)| (*of, self.exprs[place], self.text(place, format));
        let texts = self.parts(format).into_iter().map(|(_, text)| text);
        let parts = self.named.iter().flat_map(|named| named.parts.iter()).zip(texts);
        let parts = parts.map(|((symbol, part), text)| (*symbol, *part, text));
        of.iter().enumerate().map(text).chain(parts).collect()
    }

    /// Names of parts and what they stand for.
    pub(super) fn parts(&self, format: Format) -> Vec<(String, String)> {
        self.named.as_ref().map(|named| render_parts(named, format, &self.problem.style)).unwrap_or_default()
    }

    /// The expression at this place and the parts.
    pub(super) fn rendered(&self, place: usize, format: Format) -> Rendered {
        Rendered { main: self.text(place, format), parts: self.parts(format) }
    }

    /// The same in one line.
    pub(super) fn line(&self, place: usize, format: Format) -> String {
        self.rendered(place, format).to_line(format)
    }

    /// The conditions.
    pub(super) fn conditions(&self, format: Format) -> Vec<String> {
        let style = &self.problem.style;
        self.conditions.iter().map(|condition| render_condition(self.arena(), *condition, format, style)).collect()
    }
}

/// The lines that name the parts.
pub(super) fn where_lines(parts: &[(String, String)]) -> impl Iterator<Item = String> {
    let lead = |place| if place == 0 { "where" } else { "     " };
    parts.iter().enumerate().map(move |(place, (name, text))| format!("{} {name} = {text}", lead(place)))
}

/// `A has the rows aᵢᵀ`, for every matrix that stands for a family.
pub(super) fn rows_facts(problem: &Problem, vectorized: Option<&Vectorized>) -> Vec<String> {
    let name = |symbol| &problem.arena.symbol(symbol).name;
    let rows = vectorized.map(|vectorized| vectorized.rows.as_slice()).unwrap_or_default();
    rows.iter()
        .map(|rows| {
            // A name with a subscript has its index after it, `x_1,ᵢ`.
            let family = name(rows.family);
            let member = match NameParts::of(family).members {
                Place::Below => format!("{}ᵢ", render_name(family)),
                Place::Beside | Place::Raised(..) => render_member(&problem.arena, rows.family, "i", Format::Unicode),
            };
            format!("{} has the rows {member}ᵀ", render_name(name(rows.matrix)))
        })
        .collect()
}

fn render_name(name: &str) -> String {
    match name.split_once('_') {
        Some((base, sub)) => format!("({base}_{sub})"),
        None => name.to_owned(),
    }
}

/// Which sums have no form with matrices.
pub(super) fn left_remarks(problem: &Problem, vectorized: Option<&Vectorized>) -> Vec<String> {
    let left = vectorized.map(|vectorized| vectorized.left.as_slice()).unwrap_or_default();
    let text = |id: &ExprId| render_whole(&problem.arena, *id, Format::Unicode, &problem.style);
    let by_rows = vectorized.is_some_and(|vectorized| vectorized.by_rows);
    let words = if by_rows { "no form by rows is known for" } else { "no form with matrices is known for" };
    left.iter().map(|id| format!("{words} {}", text(id))).collect()
}

/// The expression with the family's name on each matrix that stands for one: in NumPy a family is that matrix already.
pub(super) fn with_family_names(problem: &Problem, expr: ExprId, vectorized: Option<&Vectorized>) -> (Arena, ExprId) {
    let mut arena = problem.arena.clone();
    let mut map = rustc_hash::FxHashMap::default();
    let by_rows = vectorized.is_some_and(|vectorized| vectorized.by_rows);
    for rows in vectorized.map(|vectorized| vectorized.rows.as_slice()).unwrap_or_default() {
        if by_rows {
            let name = arena.symbol(rows.matrix).name.clone();
            let symbol = Symbol { name, ..arena.symbol(rows.family).clone() };
            let renamed = arena.add_symbol(symbol);
            for id in arena.post_order(expr) {
                if let Node::Member(family, at) = *arena.node(id)
                    && family == rows.family
                {
                    let member = arena.member(renamed, at);
                    map.insert(id, member);
                }
            }
            continue;
        }
        let name = arena.symbol(rows.family).name.clone();
        let symbol = Symbol { name, ..arena.symbol(rows.matrix).clone() };
        let renamed = arena.add_symbol(symbol);
        let (from, to) = (arena.symbol_expr(rows.matrix), arena.symbol_expr(renamed));
        map.insert(from, to);
    }
    let expr = arena.rewrite(expr, &mut map);
    (arena, expr)
}
