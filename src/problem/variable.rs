//! Variables that are a member of a family, or an entry: which name means one.

use super::{Problem, Report};
use crate::diagnostic::Diagnostic;
use crate::expr::{Arena, Dim, ExprId, NameParts, Part, SymbolId, SymbolKind};
use crate::span::Span;
use crate::structure::Structure;
use crate::syntax::{Ast, AstKind, full_name};

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
        if let Some(labelled) = Self::by_label(name, known) {
            return labelled;
        }
        match name.split_once('_') {
            Some((base, subscript)) if known.iter().any(|known| known == base) => {
                Self { symbol: base.to_owned(), subscript: subscript.to_owned() }
            }
            _ => whole,
        }
    }

    /// `x^(j)` is a member of the family whose members have such labels, and x all of it where nothing else is called so.
    fn by_label(name: &str, known: &[String]) -> Option<Self> {
        let family = |front: &str, open: char, close: char| {
            let symbol = format!("{front}^{open}·{close}");
            known.contains(&symbol).then_some(symbol)
        };
        let Some((front, label)) = name.split_once('^') else {
            let symbol = family(name, '(', ')').or_else(|| family(name, '[', ']'))?;
            return Some(Self { symbol, subscript: String::new() });
        };
        let (open, close) = (label.chars().next()?, label.chars().next_back()?);
        let subscript = label.strip_prefix(open)?.strip_suffix(close)?.to_owned();
        Some(Self { symbol: family(front, open, close)?, subscript })
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
            ("", true) => vec![letter_of(arena, asts, &info.name)],
            (subscript, _) if count == 2 && subscript.contains(',') => {
                subscript.split(',').map(|index| index.trim().to_owned()).collect()
            }
            (subscript, _) if count == 2 => subscript.chars().map(String::from).collect(),
            (subscript, _) => vec![subscript.to_owned()],
        };
        let full = NameParts::of(&self.symbol).member(&self.subscript);
        let numbering = arena.numbering(symbol);
        let offsets = [0, 1].map(|subscript| numbering.offset(subscript));
        let is_number = |index: &String, offset: i64| index.parse::<i64>().is_ok_and(|number| number - offset > 0);
        let is_letter = |index: &String| index.chars().count() == 1 && index.chars().all(char::is_alphabetic);
        let error = |label: String| {
            let message = format!("`{full}` is not a variable");
            Diagnostic::new("N0110", message, Span::new(0, asts[0].source.len()), label)
        };
        if info.shape.is_scalar() && !family {
            return Err(Box::new(error(format!("`{}` is a scalar here, which has no entries", self.symbol))));
        }
        let is_place = |(index, offset): (&String, i64)| is_number(index, offset) || is_letter(index);
        if indices.len() != count || !indices.iter().zip(offsets).all(is_place) {
            let places = if count == 2 { "a row and a column" } else { "one index" };
            let example = if count == 2 { "ij" } else { "k" };
            let error = error(format!("`{}` takes {places} here", self.symbol));
            if let ([member, row], true) =
                (self.subscript.chars().collect::<Vec<_>>().as_slice(), family && info.shape.is_matrix())
            {
                let help = format!(
                    "write `-w {0}_{member}`: row {row} of the answer is the gradient in `{full}`",
                    self.symbol
                );
                return Err(Box::new(error.with_help(help)));
            }
            return Err(Box::new(error.with_help(format!(
                "write `-w {}` or `-w {}`",
                NameParts::of(&self.symbol).member(example),
                NameParts::of(&self.symbol).base
            ))));
        }
        let ends = match info.kind {
            SymbolKind::Family(count) => [count, count],
            _ if info.shape.is_row() => [info.shape.cols, info.shape.cols],
            _ => [info.shape.rows, info.shape.cols],
        };
        for ((index, end), offset) in indices.iter().zip(ends).zip(offsets) {
            if let (Ok(number), Dim::Known(end)) = (index.parse::<i64>(), end)
                && let end = i64::from(end) + offset
                && number > end
            {
                return Err(Box::new(error(format!("`{}` has no index {number}; the last is {end}", self.symbol))));
            }
        }
        if !family && info.structure != Structure::General {
            let error = error(format!("the entries of `{}` do not vary independently", self.symbol));
            return Err(Box::new(
                error.with_help(format!("differentiate with respect to the whole matrix: `-w {}`", self.symbol)),
            ));
        }
        let lengths = match info.kind {
            SymbolKind::Family(count) => vec![count],
            _ if info.shape.is_row() => vec![info.shape.cols],
            _ => vec![info.shape.rows, info.shape.cols],
        };
        let at: Vec<ExprId> = indices
            .iter()
            .zip(lengths)
            .zip(offsets)
            .map(|((index, length), offset)| place(arena, index, length, offset, sizes))
            .collect();
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

/// A number, a size, or an index that is free, in an axis of this length, as a place: less the offset of its numbering.
fn place(arena: &mut Arena, index: &str, length: Dim, offset: i64, sizes: &[String]) -> ExprId {
    let before = arena.integer(-offset);
    let number = if let Ok(number) = index.parse::<i64>() {
        arena.integer(number)
    } else if sizes.iter().any(|size| size == index) {
        let size: Dim = arena.named_size(index);
        arena.size(size)
    } else if let Some(symbol) = free_index(arena, index) {
        // A letter that the text has below a name as well.
        arena.symbol_expr(symbol)
    } else {
        let index = arena.named_index(index);
        let range = (arena.one(), arena.size(length));
        arena.set_range(index, range);
        arena.set_index_offset(index, offset);
        return arena.index(index);
    };
    arena.plus(number, before)
}

/// The whole number of that name.
fn free_index(arena: &Arena, name: &str) -> Option<SymbolId> {
    arena.find_symbol(name).filter(|symbol| arena.symbol(*symbol).kind == SymbolKind::Integer)
}

/// The first letter that the texts put below the name of a family and that stands for no member in particular, or another one.
fn letter_of(arena: &Arena, asts: &[Ast], family: &str) -> String {
    let nodes = || asts.iter().flat_map(|ast| ast.nodes.iter().map(move |node| (ast, node)));
    let written = nodes().find_map(|(ast, node)| {
        let AstKind::Name(name) = &node.kind else { return None };
        let is_other = arena.find_symbol(&full_name(name)).is_some();
        let index = name.subscript.first().filter(|_| name.base == family && !is_other)?;
        match &ast.node(*index).kind {
            AstKind::Name(index) if index.subscript.is_empty() && arena.find_symbol(&index.base).is_none() => {
                Some(index.base.clone())
            }
            _ => None,
        }
    });
    let is_open = |letter: &&str| arena.find_symbol(letter).is_none();
    written.unwrap_or_else(|| ["k", "j", "i", "l"].into_iter().find(is_open).unwrap_or("k").to_owned())
}

/// That the command takes no such variable.
pub(super) fn only_gradients(problem: &Problem, part: &Part) -> Report {
    let info = problem.arena.symbol(part.symbol);
    let (what, help) = match info.kind {
        SymbolKind::Family(_) => (
            "only `grad`, `backprop` and `graph` take a family or a member of one as their variable",
            format!("write the terms of one member with a separate symbol instead of `{}`", info.name),
        ),
        _ => (
            "only `grad` takes an entry as its variable",
            format!("differentiate with respect to the whole, and read off the entry: `-w {}`", info.name),
        ),
    };
    problem.refusal("N0110", what, "in this expression", Some(help))
}
