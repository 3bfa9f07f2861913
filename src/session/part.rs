//! Variables that are a member of a family, or an entry: which name means one, and the gradient by it.

use rustc_hash::FxHashMap;

use super::{Answer, Problem, Report, not_differentiable, not_linear};
use crate::check::{self, CheckOptions};
use crate::diagnostic::Diagnostic;
use crate::differential::differentiate;
use crate::domain::conditions;
use crate::expr::{Arena, BigOp, Dim, ExprId, Node, Part, SymbolId, SymbolKind};
use crate::linear::{self, Convention, NoPart};
use crate::simplify::{cost, expand, simplify};
use crate::span::Span;
use crate::structure::Structure;
use crate::syntax::{Ast, AstKind};

/// A variable as it was named: a symbol, and the subscript of a part of it.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) symbol: String,
    subscript: String,
}

impl Named {
    /// `mu_k` is a member or an entry of μ unless the expression has a symbol of this name.
    pub(super) fn new(name: &str, known: &[String]) -> Self {
        let whole = Self { symbol: name.to_owned(), subscript: String::new() };
        if known.iter().any(|known| known == name) {
            return whole;
        }
        match name.split_once('_') {
            Some((base, subscript)) if known.iter().any(|known| known == base) => {
                Self { symbol: base.to_owned(), subscript: subscript.to_owned() }
            }
            _ => whole,
        }
    }

    /// The symbol; for a part the family that stands beside another symbol of its letter.
    pub(super) fn find(&self, arena: &Arena) -> Option<SymbolId> {
        let beside = if self.subscript.is_empty() { None } else { arena.find_symbol(&format!("{}_·", self.symbol)) };
        beside.or_else(|| arena.find_symbol(&self.symbol))
    }

    /// The part that is meant, with the sizes that the text names; `None` where it is the whole of a symbol that is no family.
    pub(super) fn part(
        &self,
        arena: &mut Arena,
        symbol: SymbolId,
        asts: &[Ast],
        sizes: &[String],
    ) -> Result<Option<Part>, Box<Diagnostic>> {
        let info = arena.symbol(symbol).clone();
        let family = matches!(info.kind, SymbolKind::Family(_));
        let count = match info.kind {
            SymbolKind::Family(_) => 1,
            _ if info.shape.is_matrix() => 2,
            _ => 1,
        };
        let indices: Vec<String> = match (self.subscript.as_str(), family) {
            ("", false) => return Ok(None),
            ("", true) => vec![letter_of(asts, &info.name).unwrap_or_else(|| "k".to_owned())],
            (subscript, _) if count == 2 => subscript.chars().map(String::from).collect(),
            (subscript, _) => vec![subscript.to_owned()],
        };
        let full = format!("{}_{}", self.symbol, self.subscript);
        let is_number = |index: &String| index.parse::<u32>().is_ok_and(|number| number > 0);
        let is_letter = |index: &String| index.chars().count() == 1 && index.chars().all(char::is_alphabetic);
        let error = |label: String| {
            let message = format!("`{full}` is no variable");
            Diagnostic::new("N0110", message, Span::new(0, asts[0].source.len()), label)
        };
        if info.shape.is_scalar() && !family {
            return Err(Box::new(error(format!("`{}` is a scalar here, which has no entries", self.symbol))));
        }
        if indices.len() != count || !indices.iter().all(|index| is_number(index) || is_letter(index)) {
            let places = if count == 2 { "a row and a column" } else { "one index" };
            let example = if count == 2 { "ij" } else { "k" };
            let error = error(format!("`{}` takes {places} here", self.symbol));
            return Err(Box::new(error.with_help(format!("write `-w {0}_{example}` or `-w {0}`", self.symbol))));
        }
        let ends = match info.kind {
            SymbolKind::Family(count) => [count, count],
            _ if info.shape.is_row() => [info.shape.cols, info.shape.cols],
            _ => [info.shape.rows, info.shape.cols],
        };
        for (index, end) in indices.iter().zip(ends) {
            if let (Ok(number), Dim::Known(end)) = (index.parse::<u32>(), end)
                && number > end
            {
                return Err(Box::new(error(format!("`{}` has no place {number}, only {end}", self.symbol))));
            }
        }
        if !family && info.structure != Structure::General {
            let error = error(format!("the entries of `{}` do not vary one by one", self.symbol));
            return Err(Box::new(error.with_help(format!("differentiate by the whole matrix: `-w {}`", self.symbol))));
        }
        let at: Vec<ExprId> = indices.iter().map(|index| place(arena, index, sizes)).collect();
        let expr = if family {
            arena.member(symbol, at[0])
        } else {
            let (whole, one) = (arena.symbol_expr(symbol), arena.one());
            match *at {
                [row, col] => arena.entry(whole, row, col),
                [col] if info.shape.is_row() => arena.entry(whole, one, col),
                [row, ..] => arena.entry(whole, row, one),
                [] => whole,
            }
        };
        Ok(Some(Part { symbol, at, expr, within: Vec::new() }))
    }
}

/// A number, a size, or an index that is free.
fn place(arena: &mut Arena, index: &str, sizes: &[String]) -> ExprId {
    if let Ok(number) = index.parse::<i64>() {
        return arena.integer(number);
    }
    if sizes.iter().any(|size| size == index) {
        let size: Dim = arena.named_size(index);
        return arena.size(size);
    }
    let index = arena.named_index(index);
    arena.index(index)
}

/// The first letter that the texts put below the name of a family.
fn letter_of(asts: &[Ast], family: &str) -> Option<String> {
    asts.iter().flat_map(|ast| ast.nodes.iter().map(move |node| (ast, node))).find_map(|(ast, node)| {
        let AstKind::Name(name) = &node.kind else { return None };
        let index = name.subscript.first().filter(|_| name.base == family)?;
        match &ast.node(*index).kind {
            AstKind::Name(index) if index.subscript.is_empty() => Some(index.base.clone()),
            _ => None,
        }
    })
}

/// The expression with Σⱼ (c + xⱼ) as mc + Σⱼ xⱼ.
fn sums_apart(arena: &mut Arena, root: ExprId) -> ExprId {
    let mut map = FxHashMap::default();
    for id in arena.post_order(root) {
        let mut rebuilt = arena.rebuild(id, &map);
        if let Node::Indexed { op: BigOp::Sum, index, lower, upper, body } = *arena.node(rebuilt)
            && let Node::Add(terms) = arena.node(body).clone()
            && terms.iter().any(|(_, term)| !arena.depends_on_index(*term, index))
        {
            let mut sums = Vec::with_capacity(terms.len());
            for (coeff, term) in terms {
                sums.push((coeff, arena.indexed(BigOp::Sum, index, lower, upper, term)));
            }
            let shape = arena.shape(body);
            rebuilt = arena.add_terms(sums, shape);
        }
        map.insert(id, rebuilt);
    }
    map.get(&root).copied().unwrap_or(root)
}

/// That the command takes no such variable.
pub(super) fn only_gradients(problem: &Problem, part: &Part) -> Report {
    let info = problem.arena.symbol(part.symbol);
    let source = &problem.sources[0];
    let span = Span::new(0, source.text.len());
    let (what, help) = match info.kind {
        SymbolKind::Family(_) => (
            "a family and its members are variables of `grad` alone",
            format!("write the terms of one member with a symbol of its own in the place of `{}`", info.name),
        ),
        _ => (
            "an entry is a variable of `grad` alone",
            format!("differentiate by the whole, of which the entries can be read off: `-w {}`", info.name),
        ),
    };
    Report::of(source, vec![Diagnostic::new("N0110", what, span, "in this expression").with_help(help)])
}

/// The gradient of the first expression, a scalar, by a part of a variable.
pub(super) fn gradient(
    problem: &mut Problem,
    place: usize,
    part: &Part,
    convention: Convention,
    options: Option<&CheckOptions>,
) -> Result<Answer, Report> {
    let arena = &mut problem.arena;
    let differential = match differentiate(arena, problem.normal[0], part.symbol, 0) {
        Ok(differential) => differential,
        Err(error) => return Err(not_differentiable(problem, error.reason)),
    };
    let (whole, within) = match linear::gradient_by_part(arena, differential.expr, part) {
        Ok(found) => found,
        Err(NoPart::NotLinear) => return Err(not_linear(problem)),
        Err(NoPart::Place(_)) => {
            let reason = "the index of its variable is more than an index of a sum with a number added";
            return Err(not_differentiable(problem, reason));
        }
        Err(NoPart::Ends) => {
            let reason = "the places at which the sums reach this member are of no simple form";
            return Err(not_differentiable(problem, reason));
        }
    };
    let project = |arena: &mut Arena, convention| {
        let projected = linear::project_at(arena, whole, part.symbol, part.expr, convention);
        let mut forms = vec![projected];
        forms.push(expand(arena, projected));
        for form in forms.clone() {
            forms.push(sums_apart(arena, form));
        }
        let forms: Vec<ExprId> = forms.into_iter().map(|form| simplify(arena, form)).collect();
        forms.into_iter().min_by_key(|form| cost(arena, *form)).unwrap_or(projected)
    };
    let projected = project(arena, Convention::Projected);
    let expr = match convention {
        Convention::Projected => projected,
        Convention::Vech => project(arena, Convention::Vech),
    };
    let conditions = conditions(arena, problem.raw[0], expr, &differential.conditions);
    let part = Part { within, ..part.clone() };
    let certificate = options.map(|options| check::check_part(arena, problem.raw[0], &part, projected, options));
    problem.parts[place] = Some(part);
    Ok(Answer { expr, conditions, certificate })
}
