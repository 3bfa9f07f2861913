//! Arguments as text: a line for each claim.

use crate::expr::{Arena, ExprId, Node};
use crate::naming::Limits;
use crate::number::Coeff;
use crate::positivity::{Claim, Curvature, Line, Order};
use crate::render::{Format, Notation, Style, render_with_parts, typeset};

/// What the reasons hold that is not words, in each notation.
const FORMULAS: [(&str, &str, &str); 16] = [
    ("√(uᵀMu)", "sqrt(u'M u)", "$\\sqrt{u^\\top M u}$"),
    ("x²/y", "x^2/y", "$x^2/y$"),
    ("y > 0", "y > 0", "$y > 0$"),
    ("Σ", "sum", "$\\Sigma$"),
    ("σ", "sigmoid", "$\\sigma$"),
    ("–", "-", "--"),
    ("⁻¹", "^-1", "$^{-1}$"),
    ("−", "-", "$-$"),
    ("ᵀ", "'", "$^\\top$"),
    ("²", "^2", "$^2$"),
    ("ᵖ", "^p", "$^p$"),
    ("ᵢ", "_i", "$_i$"),
    ("⪰", ">=", "$\\succeq$"),
    ("≻", ">", "$\\succ$"),
    ("≥", ">=", "$\\ge$"),
    ("≤", "<=", "$\\le$"),
];

/// A claim as text.
#[must_use]
pub fn claim_text(arena: &Arena, claim: &Claim, wrt_is_scalar: bool, format: Format, style: &Style) -> String {
    typeset(&claim_in(arena, claim, wrt_is_scalar, format.notation(), style), format)
}

fn claim_in(arena: &Arena, claim: &Claim, wrt_is_scalar: bool, format: Notation, style: &Style) -> String {
    let text =
        |id: ExprId| render_with_parts(arena, id, format.into(), style, &Limits::default()).to_line(format.into());
    let bracketed = |text: &str| match format {
        Notation::Latex => format!("\\left({text}\\right)"),
        Notation::Unicode | Notation::Ascii => format!("({text})"),
    };
    let pick = |unicode: &'static str, ascii: &'static str, latex: &'static str| match format {
        Notation::Unicode => unicode,
        Notation::Ascii => ascii,
        Notation::Latex => latex,
    };
    match claim {
        Claim::Hessian { of: None, is } if wrt_is_scalar => format!("{} = {}", pick("f″", "f''", "f''"), text(*is)),
        Claim::Hessian { of: Some(part), is } if arena.shape(*is).is_scalar() => {
            format!("{}{} = {}", bracketed(&text(part.expr)), pick("″", "''", "''"), text(*is))
        }
        Claim::Hessian { of, is } => {
            let of = of.as_ref().map_or_else(|| "f".to_owned(), |part| bracketed(&text(part.expr)));
            format!("{}{of} = {}", pick("∇²", "hessian ", "\\nabla^2 "), text(*is))
        }
        Claim::Form { of, is } => {
            let of = of.as_ref().map_or_else(|| "f".to_owned(), |part| bracketed(&text(part.expr)));
            format!("{}{of} = {}", pick("d²", "d^2 ", "\\mathrm{d}^2 "), text(*is))
        }
        Claim::Order(id, order) if let Some((symbol, number)) = symbol_and_number(arena, *id) => {
            // p − 1 ≥ 0 is p ≥ 1.
            let relation = match order {
                Order::Positive => ">",
                Order::Negative => "<",
                Order::Nonpositive => pick("≤", "<=", "\\leq"),
                Order::Nonnegative => pick("≥", ">=", "\\geq"),
                Order::Definite | Order::Semidefinite => pick("⪰", ">=", "\\succeq"),
                Order::NegativeSemidefinite => pick("⪯", "<=", "\\preceq"),
            };
            let mut with_number = arena.clone();
            let number = with_number.number(number.neg());
            let number = render_with_parts(&with_number, number, format.into(), style, &Limits::default());
            format!("{} {relation} {}", text(symbol), number.to_line(format.into()))
        }
        Claim::Order(id, order) => {
            let relation = match order {
                Order::Positive => "> 0",
                Order::Negative => "< 0",
                Order::Nonpositive => pick("≤ 0", "<= 0", "\\leq 0"),
                Order::Nonnegative => pick("≥ 0", ">= 0", "\\geq 0"),
                Order::Definite => pick("≻ 0", "positive definite", "\\succ 0"),
                Order::Semidefinite => pick("⪰ 0", "positive semidefinite", "\\succeq 0"),
                Order::NegativeSemidefinite => pick("⪯ 0", "negative semidefinite", "\\preceq 0"),
            };
            format!("{} {relation}", text(*id))
        }
        Claim::Curvature(id, kind) | Claim::Loewner(id, kind) => {
            let word = match claim {
                Claim::Loewner(..) => format!("operator {}", kind.word()),
                _ => kind.word().to_owned(),
            };
            if format == Notation::Latex {
                format!("{}\\text{{ is {word}}}", text(*id))
            } else {
                format!("{} is {word}", text(*id))
            }
        }
    }
}

/// s and c of a sum s + c of a number that has a name and a number.
fn symbol_and_number(arena: &Arena, id: ExprId) -> Option<(ExprId, Coeff)> {
    let Node::Add(terms) = arena.node(id) else { return None };
    let [first, second] = &**terms else { return None };
    [(first, second), (second, first)].into_iter().find_map(|((coeff, symbol), (factor, number))| {
        let is_symbol = coeff.is_one() && matches!(arena.node(*symbol), Node::Symbol(_));
        let number = arena.as_number(*number)?.mul(factor);
        (is_symbol && arena.shape(id).is_scalar()).then_some((*symbol, number))
    })
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
