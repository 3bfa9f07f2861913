//! Arguments as text: a line for each claim, with names for long parts that the second derivative repeats.

use rustc_hash::FxHashMap;

use crate::expr::{Arena, ExprId, Node, Op, Symbol, SymbolKind};
use crate::naming::Limits;
use crate::positivity::{Claim, Curvature, Line, Order};
use crate::render::{Format, Notation, Style, render_with_parts, typeset};
use crate::structure::Structure;

/// Names for probabilities and for other columns, the first that is free.
const PROBABILITIES: [&str; 4] = ["p", "q", "π", "w"];
const COLUMNS: [&str; 6] = ["r", "u", "v", "s", "z", "y"];

/// What the reasons hold that is not words, in each notation.
const FORMULAS: [(&str, &str, &str); 6] = [
    ("√(uᵀMu)", "sqrt(u'M u)", "$\\sqrt{u^\\top M u}$"),
    ("x²/y", "x^2/y", "$x^2/y$"),
    ("y > 0", "y > 0", "$y > 0$"),
    ("Σ", "sum", "$\\Sigma$"),
    ("σ", "sigmoid", "$\\sigma$"),
    ("–", "-", "--"),
];

/// A claim as text.
#[must_use]
pub fn claim_text(arena: &Arena, claim: &Claim, wrt_is_scalar: bool, format: Format, style: &Style) -> String {
    typeset(&claim_in(arena, claim, wrt_is_scalar, format.notation(), style), format)
}

fn claim_in(arena: &Arena, claim: &Claim, wrt_is_scalar: bool, format: Notation, style: &Style) -> String {
    let text =
        |id: ExprId| render_with_parts(arena, id, format.into(), style, &Limits::default()).to_line(format.into());
    let pick = |unicode: &'static str, ascii: &'static str, latex: &'static str| match format {
        Notation::Unicode => unicode,
        Notation::Ascii => ascii,
        Notation::Latex => latex,
    };
    match claim {
        Claim::Hessian(id) if wrt_is_scalar => format!("{} = {}", pick("f″", "f''", "f''"), text(*id)),
        Claim::Hessian(id) => format!("{} = {}", pick("∇²f", "hessian f", "\\nabla^2 f"), text(*id)),
        Claim::Form(id) => format!("{} = {}", pick("d²f", "d^2 f", "\\mathrm{d}^2 f"), text(*id)),
        Claim::Order(id, order) => {
            let relation = match order {
                Order::Positive => "> 0",
                Order::Nonnegative => pick("≥ 0", ">= 0", "\\geq 0"),
                Order::Definite => pick("≻ 0", "positive definite", "\\succ 0"),
                Order::Semidefinite => pick("⪰ 0", "positive semidefinite", "\\succeq 0"),
            };
            format!("{} {relation}", text(*id))
        }
        Claim::Curvature(id, kind) => {
            let word = kind.word();
            if format == Notation::Latex {
                format!("{}\\text{{ is {word}}}", text(*id))
            } else {
                format!("{} is {word}", text(*id))
            }
        }
    }
}

/// A line of an argument as text: the claim, and behind it why.
#[must_use]
pub fn line_text(arena: &Arena, line: &Line, wrt_is_scalar: bool, format: Format, style: &Style) -> String {
    typeset(&line_in(arena, line, wrt_is_scalar, format.notation(), style), format)
}

fn line_in(arena: &Arena, line: &Line, wrt_is_scalar: bool, format: Notation, style: &Style) -> String {
    let claim = claim_in(arena, &line.claim, wrt_is_scalar, format, style);
    if line.because.is_empty() {
        return claim;
    }
    let mut because = line.because.to_owned();
    for (unicode, ascii, latex) in FORMULAS {
        let spelled = match format {
            Notation::Unicode => unicode,
            Notation::Ascii => ascii,
            Notation::Latex => latex,
        };
        because = because.replace(unicode, spelled);
    }
    match format {
        Notation::Latex => format!("{claim} \\quad \\text{{({because})}}"),
        Notation::Unicode | Notation::Ascii => format!("{claim} ({because})"),
    }
}

impl Curvature {
    /// `affine`, `convex`, `concave`
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Affine => "affine",
            Self::Convex => "convex",
            Self::Concave => "concave",
        }
    }
}

/// Names columns that the second derivative repeats and puts the names into all lines; the names with what they stand for.
pub(super) fn name_parts(arena: &mut Arena, lines: &mut [Line]) -> Vec<(ExprId, ExprId)> {
    let Some(second) = lines.iter().find_map(|line| match line.claim {
        Claim::Hessian(id) | Claim::Form(id) => Some(id),
        Claim::Order(..) | Claim::Curvature(..) => None,
    }) else {
        return Vec::new();
    };
    let order = arena.post_order(second);
    let mut counts: FxHashMap<ExprId, usize> = FxHashMap::default();
    for id in &order {
        for child in arena.node(*id).children() {
            *counts.entry(child).or_default() += 1;
        }
    }
    let mut map = FxHashMap::default();
    let mut names = Vec::new();
    for id in order {
        let named = match arena.node(id) {
            Node::Apply(Op::Softmax, _) => arena.shape(id).is_column(),
            Node::Add(terms) => arena.shape(id).is_column() && terms.len() > 1,
            _ => false,
        };
        let often = counts.get(&id).copied().unwrap_or(0) > 1 && arena.free_indices(id).is_empty();
        if !named || !often {
            continue;
        }
        let list: &[&str] =
            if matches!(arena.node(id), Node::Apply(Op::Softmax, _)) { &PROBABILITIES } else { &COLUMNS };
        let taken: Vec<String> =
            arena.symbols().map(|(_, symbol)| symbol.name.clone()).chain(arena.size_names().iter().cloned()).collect();
        let Some(name) = list.iter().find(|name| !taken.iter().any(|taken| taken == *name)) else { continue };
        let shape = arena.shape(id);
        let symbol = Symbol {
            name: (*name).to_owned(),
            shape,
            kind: SymbolKind::Plain,
            structure: Structure::General,
            declared: false,
        };
        let symbol = arena.add_symbol(symbol);
        let symbol = arena.symbol_expr(symbol);
        names.push((symbol, id));
        map.insert(id, symbol);
    }
    if names.is_empty() {
        return names;
    }
    for line in lines {
        line.claim = match line.claim {
            Claim::Hessian(id) => Claim::Hessian(arena.rewrite(id, &mut map)),
            Claim::Form(id) => Claim::Form(arena.rewrite(id, &mut map)),
            Claim::Order(id, order) => Claim::Order(arena.rewrite(id, &mut map), order),
            Claim::Curvature(id, kind) => Claim::Curvature(arena.rewrite(id, &mut map), kind),
        };
    }
    names
}
