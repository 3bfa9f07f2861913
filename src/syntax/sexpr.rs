//! A tree as an S-expression, for tests and for looking at what was read.

use std::fmt::Write as _;

use super::ast::{Ast, AstId, AstKind, Comparison, Derivative, Function, NormSpelling, ProductOp, Sign};
use super::walk::for_each_child;

impl Ast {
    /// The tree in one line, such as `(+ (* A x) (- b))`.
    #[doc(hidden)]
    #[must_use]
    pub fn to_sexpr(&self) -> String {
        // Children come first, so each node's text is ready when its parent asks for it.
        let mut texts: Vec<String> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let text = |id: &AstId| texts[id.0 as usize].as_str();
            let mut children = Vec::new();
            for_each_child(&node.kind, |child| children.push(text(&child)));
            let all = children.join(" ");
            let shown = match &node.kind {
                AstKind::Number(value) => value.to_string(),
                AstKind::Name(name) if name.subscript_text.is_empty() => name.base.clone(),
                AstKind::Name(name) => format!("{}_{}[{all}]", name.base, name.subscript_text),
                AstKind::Sum(terms) => {
                    let mut out = "(+".to_owned();
                    for (sign, id) in terms {
                        match sign {
                            Sign::Plus => write!(out, " {}", text(id)),
                            Sign::Minus => write!(out, " (- {})", text(id)),
                        }
                        .unwrap_or_default();
                    }
                    out + ")"
                }
                AstKind::Product { first, rest } => {
                    let same = rest.iter().all(|factor| factor.0 == rest[0].0);
                    let mut out = String::new();
                    if same && !rest.is_empty() {
                        write!(out, "({} {all}", symbol(rest[0].0)).unwrap_or_default();
                    } else {
                        write!(out, "(mixed {}", text(first)).unwrap_or_default();
                        for (op, id) in rest {
                            write!(out, " {} {}", symbol(*op), text(id)).unwrap_or_default();
                        }
                    }
                    out + ")"
                }
                AstKind::Run { .. } => format!("(run {all})"),
                AstKind::Power(..) | AstKind::StarPower(..) => format!("(^ {all})"),
                AstKind::HadamardPower(..) => format!("(.^ {all})"),
                AstKind::Transpose(_) => format!("(T {all})"),
                AstKind::Call(Function::Entrywise(func), _) => format!("({func:?} {all})"),
                AstKind::Call(Function::Composed(one), _) => format!("({one:?} {all})"),
                AstKind::Call(Function::Slope(func), _) => format!("({func:?}' {all})"),
                AstKind::Call(Function::Operator(op), _) => format!("({op:?} {all})"),
                AstKind::Call(function, _) if children.is_empty() => format!("({function:?})"),
                AstKind::Call(function, _) => format!("({function:?} {all})"),
                AstKind::UserCall { name, derivative, others, .. } => match derivative {
                    Derivative::Primes(order) => {
                        let frechet = if others.is_empty() { "" } else { "L_" };
                        format!("({frechet}{name}{} {all})", "'".repeat(*order as usize))
                    }
                    Derivative::Gradient => format!("(∇{name} {all})"),
                    Derivative::Hessian => format!("(∇²{name} {all})"),
                    Derivative::Jacobian => format!("(J_{name} {all})"),
                },
                AstKind::Norm(spelling, argument) => match spelling {
                    NormSpelling::P(_) => format!("(Norm:p {all})"),
                    NormSpelling::Plain
                    | NormSpelling::One
                    | NormSpelling::Two
                    | NormSpelling::Infinity
                    | NormSpelling::Frobenius
                    | NormSpelling::Nuclear
                    | NormSpelling::TwoOne
                    | NormSpelling::OfEntries => format!("(Norm:{spelling:?} {})", text(argument)),
                },
                AstKind::Abs(_) => format!("(Abs {all})"),
                AstKind::Inner(..) => format!("(<> {all})"),
                AstKind::BigSum(ranges, body) | AstKind::BigProduct(ranges, body) => {
                    let name = if matches!(node.kind, AstKind::BigSum(..)) { "Σ" } else { "Π" };
                    let mut out = format!("({name}");
                    for range in ranges {
                        write!(out, " {}", range.index).unwrap_or_default();
                        if let Some(lower) = &range.lower {
                            write!(out, "={}", text(lower)).unwrap_or_default();
                        }
                        if let Some(upper) = &range.upper {
                            write!(out, "..{}", text(upper)).unwrap_or_default();
                        }
                    }
                    format!("{out} : {})", text(body))
                }
                AstKind::Literal(rows) => {
                    let rows: Vec<String> =
                        rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(" ")).collect();
                    format!("[{}]", rows.join("; "))
                }
                AstKind::Stack { is_row, .. } => format!("({} {all})", if *is_row { "beside" } else { "below" }),
                AstKind::EntryOf(..) => format!("(entry {all})"),
                AstKind::Slice { .. } => format!("(slice {all})"),
                AstKind::Line { is_row, .. } => format!("({} {all})", if *is_row { "row" } else { "column" }),
                AstKind::Factorial(_) => format!("(! {all})"),
                AstKind::Indicator(comparison, ..) => format!(
                    "({}? {all})",
                    match comparison {
                        Comparison::Greater => ">",
                        Comparison::Less => "<",
                        Comparison::Equal => "=",
                    }
                ),
            };
            texts.push(shown);
        }
        texts.pop().unwrap_or_default()
    }
}

fn symbol(op: ProductOp) -> &'static str {
    match op {
        ProductOp::Times | ProductOp::Dot | ProductOp::Star | ProductOp::At => "*",
        ProductOp::Divide => "/",
        ProductOp::Hadamard => ".*",
        ProductOp::HadamardDivide => "./",
        ProductOp::Kronecker => "kron",
    }
}
