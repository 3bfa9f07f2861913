//! Names for parts of an argument: for long columns that the second derivative repeats, and for the numbers that stand for a part, an
//! entry or an eigenvalue in a function of numbers.

use rustc_hash::FxHashMap;

use super::found::{Role, StandInFor};
use crate::expr::{Arena, ExprId, Node, Op, Shape, Symbol, SymbolKind};
use crate::positivity::{Claim, Line, Part};
use crate::structure::Structure;

/// Names for probabilities, for other columns, for numbers and for eigenvalues, the first that is free.
const PROBABILITIES: [&str; 4] = ["p", "q", "π", "w"];
const COLUMNS: [&str; 6] = ["r", "u", "v", "s", "z", "y"];
const NUMBERS: [&str; 8] = ["s", "t", "u", "v", "w", "z", "p", "q"];
const EIGENVALUES: [&str; 4] = ["λ", "μ", "ν", "ρ"];

/// A name in an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The symbol that stands in the lines.
    pub symbol: ExprId,
    /// What it stands for, or whose eigenvalue it is.
    pub part: ExprId,
    /// Which of the two.
    pub role: Role,
}

/// The expressions of a claim.
pub(super) fn expressions(claim: &Claim) -> Vec<ExprId> {
    match claim {
        Claim::Hessian { of, is } | Claim::Form { of, is } => of.iter().map(|of| of.expr).chain([*is]).collect(),
        Claim::Order(id, _) | Claim::Curvature(id, _) | Claim::Loewner(id, _) => vec![*id],
    }
}

/// The claim with other expressions in it.
pub(super) fn rewritten(arena: &mut Arena, claim: &Claim, map: &mut FxHashMap<ExprId, ExprId>) -> Claim {
    let mut to = |id: ExprId| arena.rewrite(id, map);
    match claim {
        Claim::Hessian { of, is } => {
            let of = of.as_ref().map(|of| Part { expr: to(of.expr), by: of.by.clone() });
            Claim::Hessian { of, is: to(*is) }
        }
        Claim::Form { of, is } => {
            let of = of.as_ref().map(|of| Part { expr: to(of.expr), by: of.by.clone() });
            Claim::Form { of, is: to(*is) }
        }
        Claim::Order(id, order) => Claim::Order(to(*id), *order),
        Claim::Curvature(id, kind) => Claim::Curvature(to(*id), *kind),
        Claim::Loewner(id, kind) => Claim::Loewner(to(*id), *kind),
    }
}

/// Puts names into all lines: for columns that the second derivative repeats, and in the place of stand-ins.
pub(super) fn name_parts(arena: &mut Arena, lines: &mut [Line], stand_ins: &[StandInFor]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut map = FxHashMap::default();
    name_stand_ins(arena, lines, stand_ins, &mut map, &mut names);
    name_columns(arena, lines, &mut map, &mut names);
    if !map.is_empty() {
        for line in lines {
            line.claim = rewritten(arena, &line.claim, &mut map);
        }
    }
    names
}

fn name_stand_ins(
    arena: &mut Arena,
    lines: &[Line],
    stand_ins: &[StandInFor],
    map: &mut FxHashMap<ExprId, ExprId>,
    names: &mut Vec<Name>,
) {
    for stand_in in stand_ins {
        let symbol = arena.symbol_expr(stand_in.symbol);
        let stands = |id: &ExprId| arena.contains_symbol(*id, stand_in.symbol);
        if map.contains_key(&symbol) || !lines.iter().any(|line| expressions(&line.claim).iter().any(stands)) {
            continue;
        }
        let part = match stand_in.role {
            Role::Eigenvalue => stand_in.part,
            Role::Part => entry_of(arena, stand_in.part),
        };
        let is_short = matches!(arena.node(part), Node::Symbol(_) | Node::Entry(..))
            && !matches!(arena.node(stand_in.part), Node::Add(_) | Node::Product(_));
        if stand_in.role == Role::Part && is_short {
            map.insert(symbol, part);
            continue;
        }
        let list: &[&str] = if stand_in.role == Role::Eigenvalue { &EIGENVALUES } else { &NUMBERS };
        let Some(name) = new_symbol(arena, list, Shape::SCALAR) else { continue };
        names.push(Name { symbol: name, part, role: stand_in.role });
        map.insert(symbol, name);
    }
}

/// Entry i, or i, j, of an array.
fn entry_of(arena: &mut Arena, part: ExprId) -> ExprId {
    let shape = arena.shape(part);
    if shape.is_scalar() {
        return part;
    }
    let index = |arena: &mut Arena, name: &str, is_one: bool| {
        if is_one {
            return arena.one();
        }
        let index = arena.named_index(name);
        arena.index(index)
    };
    let row = index(arena, "i", shape.rows.is_one());
    let col = index(arena, if shape.rows.is_one() { "i" } else { "j" }, shape.cols.is_one());
    arena.intern(Node::Entry(part, row, col))
}

fn new_symbol(arena: &mut Arena, list: &[&str], shape: Shape) -> Option<ExprId> {
    let taken: Vec<String> =
        arena.symbols().map(|(_, symbol)| symbol.name.clone()).chain(arena.size_names().iter().cloned()).collect();
    let name = list.iter().find(|name| !taken.iter().any(|taken| taken == *name))?;
    let symbol = Symbol {
        name: (*name).to_owned(),
        shape,
        kind: SymbolKind::Plain,
        structure: Structure::General,
        declared: false,
    };
    let symbol = arena.add_symbol(symbol);
    Some(arena.symbol_expr(symbol))
}

fn name_columns(arena: &mut Arena, lines: &[Line], map: &mut FxHashMap<ExprId, ExprId>, names: &mut Vec<Name>) {
    let Some(second) = lines.iter().find_map(|line| match line.claim {
        Claim::Hessian { is, .. } | Claim::Form { is, .. } => Some(is),
        Claim::Order(..) | Claim::Curvature(..) | Claim::Loewner(..) => None,
    }) else {
        return;
    };
    let order = arena.post_order(second);
    let mut counts: FxHashMap<ExprId, usize> = FxHashMap::default();
    for id in &order {
        for child in arena.node(*id).children() {
            *counts.entry(child).or_default() += 1;
        }
    }
    for id in order {
        let is_softmax = matches!(arena.node(id), Node::Apply(Op::Softmax, _));
        let is_sum = matches!(arena.node(id), Node::Add(terms) if terms.len() > 1);
        let named = arena.shape(id).is_column() && (is_softmax || is_sum);
        let often = counts.get(&id).copied().unwrap_or(0) > 1 && arena.free_indices(id).is_empty();
        if !named || !often {
            continue;
        }
        let list: &[&str] = if is_softmax { &PROBABILITIES } else { &COLUMNS };
        let shape = arena.shape(id);
        let Some(name) = new_symbol(arena, list, shape) else { continue };
        names.push(Name { symbol: name, part: id, role: Role::Part });
        map.insert(id, name);
    }
}
