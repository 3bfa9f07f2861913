//! A closed tree with every grouping in brackets and signs that leave nothing open: `·` beside scalars, a blank between matrices,
//! functions by their names. Read again it is the same tree, without a note.

use super::kind::BESIDE;
use crate::catalog::{Func, Ranked};
use crate::syntax::{
    Ast, AstId, AstKind, Axis, Bound, Comparison, Cut, Derivative, Function, Name, NormSpelling, ProductOp, Range,
    Reducer, Sign, accent_name, greek_name, spelling_of,
};

/// How the signs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// `xᵀ`, `X⁻¹`, `−`
    Unicode,
    /// `x'`, `X^-1`, `-`
    Ascii,
    /// `x^\top`, `X^{-1}`
    Latex,
}

/// The tree in one line. `scalars` says which nodes are scalars.
#[must_use]
pub fn bracketed(ast: &Ast, scalars: &[bool], signs: Signs) -> String {
    let writer = Writer { ast, scalars, signs };
    // Children come first, so each node's text is there when its parent asks for it.
    let mut texts: Vec<Piece> = Vec::with_capacity(ast.nodes.len());
    for number in 0..ast.nodes.len() {
        let id = AstId(u32::try_from(number).unwrap_or(u32::MAX));
        let piece = writer.node(id, &texts);
        let is_long = texts.iter().rev().take(1).any(|piece| piece.text.len() > MAX_TEXT);
        texts.push(if is_long { atom("…") } else { piece });
    }
    texts.pop().map(|piece| piece.text).unwrap_or_default()
}

/// Longest text of a part; parts that several others take can make it grow without bound.
const MAX_TEXT: usize = 1 << 20;

struct Piece {
    text: String,
    tie: Tie,
}

/// How tightly a piece holds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// It needs brackets as an operand.
    Open,
    /// It needs none as a factor or term, as `xᵀ`.
    Postfix,
    /// It needs none.
    Atom,
}

fn atom(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), tie: Tie::Atom }
}

fn open(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), tie: Tie::Open }
}

fn postfix(text: impl Into<String>) -> Piece {
    Piece { text: text.into(), tie: Tie::Postfix }
}

struct Writer<'a> {
    ast: &'a Ast,
    scalars: &'a [bool],
    signs: Signs,
}

impl Writer<'_> {
    fn is_scalar(&self, id: AstId) -> bool {
        self.scalars.get(id.0 as usize).copied().unwrap_or(false)
    }

    fn is_latex(&self) -> bool {
        self.signs == Signs::Latex
    }

    fn minus(&self) -> &'static str {
        if self.signs == Signs::Unicode { "−" } else { "-" }
    }

    fn node(&self, id: AstId, texts: &[Piece]) -> Piece {
        let plain = |id: &AstId| texts[id.0 as usize].text.as_str();
        let tied = |id: &AstId, tie: Tie| {
            let piece = &texts[id.0 as usize];
            if piece.tie >= tie { piece.text.clone() } else { format!("({})", piece.text) }
        };
        let operand = |id: &AstId| tied(id, Tie::Postfix);
        let base = |id: &AstId| tied(id, Tie::Atom);
        let list = |ids: &[AstId]| ids.iter().map(plain).collect::<Vec<_>>().join(", ");
        match &self.ast.node(id).kind {
            AstKind::Number(value) if value.is_integer() && !value.is_negative() => atom(value.to_string()),
            AstKind::Number(value) => open(value.to_string().replace('-', self.minus())),
            AstKind::Name(name) => atom(self.name(name, &list(&name.subscript))),
            AstKind::Sum(terms) => {
                let mut out = String::new();
                for (place, (sign, term)) in terms.iter().enumerate() {
                    match (place, sign) {
                        (0, Sign::Plus) => {}
                        (0, Sign::Minus) => out.push_str(self.minus()),
                        (_, Sign::Plus) => out.push_str(" + "),
                        (_, Sign::Minus) => out.push_str(&format!(" {} ", self.minus())),
                    }
                    out.push_str(&operand(term));
                }
                open(out)
            }
            AstKind::Product { first, rest } => self.product(*first, rest, &operand),
            AstKind::Run { items, .. } => open(items.iter().map(operand).collect::<Vec<_>>().join(" ")),
            AstKind::Power(below, exponent) | AstKind::StarPower(below, exponent) => {
                self.power(*below, *exponent, &base)
            }
            AstKind::HadamardPower(below, exponent) => {
                let sign = if self.is_latex() { "^{\\circ " } else { ".^" };
                let close = if self.is_latex() { "}" } else { "" };
                open(format!("{}{sign}{}{close}", base(below), base(exponent)))
            }
            AstKind::Transpose(inner) => postfix(match self.signs {
                Signs::Unicode => format!("{}ᵀ", base(inner)),
                Signs::Ascii => format!("{}'", base(inner)),
                Signs::Latex => format!("{}^\\top", base(inner)),
            }),
            AstKind::Call(Function::Where | Function::Cases, arguments) if arguments.len() == 3 => {
                let condition = self.condition(arguments[0], &|id| plain(id).to_owned());
                let list = format!("{condition}, {}", list(&arguments[1..]));
                atom(self.function("where", &list))
            }
            AstKind::Call(Function::Ranked(which), arguments) if arguments.len() == 2 => {
                let [matrix, place] = [0, 1].map(|at| plain(&arguments[at]));
                let name = match (which, self.is_latex()) {
                    (Ranked::Eigenvalue, true) => "\\lambda",
                    (Ranked::Eigenvalue, false) => "λ",
                    (Ranked::SingularValue, true) => "\\sigma",
                    (Ranked::SingularValue, false) => "σ",
                    (Ranked::Eigenvector, true) => "\\operatorname{eigvec}",
                    (Ranked::Eigenvector, false) => "eigvec",
                    (Ranked::LeftVector, _) => "u",
                    (Ranked::RightVector, _) => "v",
                };
                atom(format!("{name}_{{{place}}}({matrix})"))
            }
            AstKind::Call(function, arguments) => self.call(*function, arguments, &list(arguments)),
            AstKind::UserCall { name, derivative, argument, others } => {
                let name = self.letters(name);
                let (nabla, twice) = match self.signs {
                    Signs::Unicode => ("∇", "∇²"),
                    Signs::Ascii => ("nabla ", "nabla^2 "),
                    Signs::Latex => ("\\nabla ", "\\nabla^2 "),
                };
                let place = if others.is_empty() { String::new() } else { format!("_{{{}}}", list(others)) };
                let argument = plain(argument);
                atom(match (derivative, others.as_slice()) {
                    (Derivative::Primes(order), []) => format!("{name}{}({argument})", "'".repeat(*order as usize)),
                    (Derivative::Primes(order), more) => {
                        format!("L_{name}{}({argument}, {})", "'".repeat(*order as usize), list(more))
                    }
                    (Derivative::Gradient, _) => format!("{nabla}{name}{place}({argument})"),
                    (Derivative::Hessian, _) => format!("{twice}{name}{place}({argument})"),
                    (Derivative::Jacobian, _) => format!("J_{{{name}}}({argument})"),
                })
            }
            AstKind::Norm(spelling, inner) => atom(self.norm(*spelling, plain(inner), &plain)),
            AstKind::Abs(inner) => atom(self.function("abs", plain(inner))),
            AstKind::Inner(a, b) => atom(match self.signs {
                Signs::Unicode => format!("⟨{}, {}⟩", plain(a), plain(b)),
                Signs::Ascii => format!("<{}, {}>", plain(a), plain(b)),
                Signs::Latex => format!("\\langle {}, {} \\rangle", plain(a), plain(b)),
            }),
            AstKind::BigSum(ranges, body) => open(self.big("sum", ranges, plain(body), &plain)),
            AstKind::BigProduct(ranges, body) => open(self.big("prod", ranges, plain(body), &plain)),
            AstKind::Literal(rows) => {
                let rows: Vec<String> = rows.iter().map(|row| list(row)).collect();
                atom(format!("[{}]", rows.join("; ")))
            }
            AstKind::Stack { is_row: true, blocks } => atom(format!("[{}]", list(blocks))),
            AstKind::Stack { is_row: false, blocks } => {
                let row = |id: &AstId| match &self.ast.node(*id).kind {
                    AstKind::Stack { is_row: true, blocks } => list(blocks),
                    _ => plain(id).to_owned(),
                };
                let rows: Vec<String> = blocks.iter().map(row).collect();
                atom(format!("[{}]", rows.join("; ")))
            }
            AstKind::EntryOf(inner, parts) => atom(format!("({})_{{{}}}", plain(inner), list(parts))),
            AstKind::Line { of, index, is_row: true } => atom(format!("({})_{{{},:}}", plain(of), plain(index))),
            AstKind::Line { of, index, is_row: false } => atom(format!("({})_{{:,{}}}", plain(of), plain(index))),
            AstKind::Slice { of, cuts } => {
                let end = |after: &Option<AstId>| match after {
                    None => "end".to_owned(),
                    Some(after) => format!("end-{}", base(after)),
                };
                let bound = |bound: &Bound| match bound {
                    Bound::At(at) => plain(at).to_owned(),
                    Bound::FromEnd(after) => end(after),
                };
                let cut = |cut: &Cut| match cut {
                    Cut::All => ":".to_owned(),
                    Cut::At(at) => plain(at).to_owned(),
                    Cut::Last(after) => end(after),
                    Cut::Range(first, last) => format!("{}:{}", bound(first), bound(last)),
                };
                let cuts: Vec<String> = cuts.iter().map(cut).collect();
                atom(format!("({})_{{{}}}", plain(of), cuts.join(", ")))
            }
            AstKind::Factorial(inner) => open(format!("{}!", base(inner))),
            AstKind::Indicator(comparison, a, b) => {
                atom(format!("1[{} {} {}]", plain(a), self.relation(*comparison, true), plain(b)))
            }
        }
    }

    fn relation(&self, comparison: Comparison, holds: bool) -> &'static str {
        let texts = match (comparison, holds) {
            (Comparison::Greater, true) => return ">",
            (Comparison::Less, true) => return "<",
            (Comparison::Equal, true) => return "=",
            (Comparison::Greater, false) => ["≤", "<=", "\\le"],
            (Comparison::Less, false) => ["≥", ">=", "\\ge"],
            (Comparison::Equal, false) => ["≠", "!=", "\\ne"],
        };
        texts[match self.signs {
            Signs::Unicode => 0,
            Signs::Ascii => 1,
            Signs::Latex => 2,
        }]
    }

    /// The comparisons that a condition is made of: indicators, 1 less an indicator, and their products.
    fn condition(&self, id: AstId, plain: &impl Fn(&AstId) -> String) -> String {
        let side = |comparison: Comparison, holds, a: &AstId, b: &AstId| {
            format!("{} {} {}", plain(a), self.relation(comparison, holds), plain(b))
        };
        match &self.ast.node(id).kind {
            AstKind::Indicator(comparison, a, b) => side(*comparison, true, a, b),
            AstKind::Sum(terms) => match terms.as_slice() {
                [_, (Sign::Minus, contrary)] => match &self.ast.node(*contrary).kind {
                    AstKind::Indicator(comparison, a, b) => side(*comparison, false, a, b),
                    _ => plain(&id),
                },
                _ => plain(&id),
            },
            AstKind::Product { first, rest } => {
                let parts = std::iter::once(*first).chain(rest.iter().map(|(_, part)| *part));
                let and = if self.is_latex() { " \\text{ and } " } else { " and " };
                parts.map(|part| self.condition(part, plain)).collect::<Vec<_>>().join(and)
            }
            _ => plain(&id),
        }
    }

    fn product(&self, first: AstId, rest: &[(ProductOp, AstId)], operand: &impl Fn(&AstId) -> String) -> Piece {
        // A scalar stands before the rest.
        if self.is_scalar(first) && rest.len() > 1 && rest.iter().all(|(op, _)| *op == ProductOp::Times) {
            let behind = self.product(rest[0].1, &rest[1..], operand);
            let dot = match self.signs {
                Signs::Unicode => "·",
                Signs::Ascii => "*",
                Signs::Latex => " \\cdot ",
            };
            return open(format!("{}{dot}({})", operand(&first), behind.text));
        }
        let mut out = operand(&first);
        let mut is_scalar = self.is_scalar(first);
        for (place, (op, factor)) in rest.iter().enumerate() {
            if place > 0 {
                out = format!("({out})");
            }
            let right = operand(factor);
            let beside_scalar = is_scalar || self.is_scalar(*factor);
            let sign = match (op, self.signs) {
                (ProductOp::Divide, _) => "/",
                (ProductOp::Hadamard, Signs::Latex) => " \\odot ",
                (ProductOp::Hadamard, Signs::Unicode) => " ∘ ",
                (ProductOp::Hadamard, Signs::Ascii) => " .* ",
                (ProductOp::HadamardDivide, Signs::Latex) => " \\oslash ",
                (ProductOp::HadamardDivide, Signs::Unicode) => " ⊘ ",
                (ProductOp::HadamardDivide, Signs::Ascii) => " ./ ",
                (ProductOp::Kronecker, Signs::Latex) => " \\otimes ",
                (ProductOp::Kronecker, _) => " ⊗ ",
                (_, Signs::Latex) if beside_scalar => " \\cdot ",
                (_, Signs::Unicode) if beside_scalar => "·",
                // A letter before a bracket could be a call.
                _ if beside_scalar || right.starts_with('(') && out.chars().all(|c| c.is_alphabetic() && c != 'ᵀ') => {
                    "*"
                }
                (_, Signs::Latex) => " \\, ",
                _ => " ",
            };
            out = format!("{out}{sign}{right}");
            is_scalar = beside_scalar && is_scalar && self.is_scalar(*factor);
        }
        open(out)
    }

    fn power(&self, base: AstId, exponent: AstId, operand: &impl Fn(&AstId) -> String) -> Piece {
        let inverse = matches!(&self.ast.node(exponent).kind, AstKind::Number(value) if value.to_i64() == Some(-1));
        let inner = operand(&base);
        let (left, right) = if self.is_latex() { ("{", "}") } else { ("", "") };
        match self.signs {
            Signs::Unicode if inverse => postfix(format!("{inner}⁻¹")),
            Signs::Ascii if inverse => postfix(format!("{inner}^-1")),
            Signs::Latex if inverse => postfix(format!("{inner}^{{-1}}")),
            _ => open(format!("{inner}^{left}{}{right}", operand(&exponent))),
        }
    }

    fn call(&self, function: Function, arguments: &[AstId], list: &str) -> Piece {
        let spelling = spelling_of(function);
        if arguments.is_empty() {
            let word = match function {
                Function::Ones => "ones",
                Function::OnesMatrix => return atom("matrix(1)"),
                Function::Eye => "I",
                _ => spelling,
            };
            return atom(if self.is_latex() && word != "I" {
                format!("\\operatorname{{{word}}}")
            } else {
                word.to_owned()
            });
        }
        match function {
            Function::Entrywise(Func::Polygamma(order @ 2..)) => {
                atom(self.function("polygamma", &format!("{order}, {list}")))
            }
            Function::Var(less @ 1..) => atom(self.function("var", &format!("{list}, ddof={less}"))),
            Function::Std(less @ 1..) => atom(self.function("std", &format!("{list}, ddof={less}"))),
            Function::Along(reducer, axis) => atom(self.along(reducer, axis, list)),
            _ => atom(self.function(spelling, list)),
        }
    }

    /// `sum(X, axis=0)`
    fn along(&self, reducer: Reducer, axis: Axis, list: &str) -> String {
        let (axis, keeps) = match axis {
            Axis::Columns => ("0", ""),
            Axis::ColumnsAsRow => ("0", ", keepdims=True"),
            Axis::Rows => ("1", ""),
            Axis::Last => ("-1", ""),
        };
        let (name, more) = match reducer {
            Reducer::NormOne => ("norm", String::from(", 1")),
            Reducer::Var(less @ 1..) => ("var", format!(", ddof={less}")),
            Reducer::Std(less @ 1..) => ("std", format!(", ddof={less}")),
            other => (spelling_of(other.of_all()), String::new()),
        };
        self.function(name, &format!("{list}{more}, axis={axis}{keeps}"))
    }

    fn function(&self, name: &str, arguments: &str) -> String {
        if self.is_latex() && !name.contains('_') {
            format!("\\operatorname{{{name}}}({arguments})")
        } else {
            format!("{name}({arguments})")
        }
    }

    fn norm<'t>(&self, spelling: NormSpelling, inner: &str, plain: &impl Fn(&AstId) -> &'t str) -> String {
        match spelling {
            NormSpelling::Plain | NormSpelling::OfEntries => self.function("norm", inner),
            NormSpelling::One => self.function("norm", &format!("{inner}, 1")),
            NormSpelling::Two => self.function("norm", &format!("{inner}, 2")),
            NormSpelling::Infinity => self.function("norm", &format!("{inner}, inf")),
            NormSpelling::Frobenius => self.function("norm", &format!("{inner}, fro")),
            NormSpelling::P(p) => self.function("norm", &format!("{inner}, {}", plain(&p))),
            NormSpelling::Nuclear if self.is_latex() => format!("\\|{inner}\\|_*"),
            NormSpelling::Nuclear => format!("||{inner}||_*"),
            NormSpelling::TwoOne if self.is_latex() => format!("\\|{inner}\\|_{{2,1}}"),
            NormSpelling::TwoOne => format!("||{inner}||_{{2,1}}"),
        }
    }

    fn big<'t>(&self, word: &str, ranges: &[Range], body: &str, plain: &impl Fn(&AstId) -> &'t str) -> String {
        let mut out = format!("({body})");
        for (place, range) in ranges.iter().enumerate().rev() {
            let index = self.letters(&range.index);
            let below = match &range.lower {
                Some(lower) => format!("_{{{index}={}}}", plain(lower)),
                None if range.upper.is_some() => format!("_{{{index}=1}}"),
                None => format!("_{{{index}}}"),
            };
            let above = range.upper.as_ref().map(|upper| format!("^{{{}}}", plain(upper))).unwrap_or_default();
            let slash = if self.is_latex() { "\\" } else { "" };
            out = format!("{slash}{word}{below}{above} {out}");
            if place > 0 {
                out = format!("({out})");
            }
        }
        out
    }

    fn name(&self, name: &Name, parts: &str) -> String {
        let base = name.base.strip_suffix(BESIDE).unwrap_or(&name.base);
        // The index of a labelled family stands in its label.
        let (base, parts) = match base.split_once('·') {
            Some((before, after)) => {
                let (index, rest) = parts.split_once(", ").unwrap_or((parts, ""));
                (format!("{before}{index}{after}"), rest.to_owned())
            }
            None => (base.to_owned(), parts.to_owned()),
        };
        let (letters, label) = base.split_once('^').map_or((base.as_str(), None), |(base, label)| (base, Some(label)));
        let mut out = self.letters(letters);
        let is_bare = parts.is_empty() && (name.subscript_text.is_empty() || label.is_some());
        let parts = if name.subscript.is_empty() || is_bare {
            String::new()
        } else if name.subscript_text.contains(',') || name.subscript.len() > 1 && base != "I" {
            parts
        } else {
            name.subscript_text.clone()
        };
        if !parts.is_empty() {
            let is_short = parts.chars().count() == 1;
            out.push_str(&if is_short { format!("_{}", self.letters(&parts)) } else { format!("_{{{parts}}}") });
        }
        if let Some(label) = label {
            out.push_str(&format!("^{{{label}}}"));
        }
        out
    }

    /// Letters, Greek ones as LaTeX and ASCII write them.
    fn letters(&self, text: &str) -> String {
        let mut out = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let mut marks = Vec::new();
            if self.signs != Signs::Unicode {
                while let Some(mark) = letters.peek().and_then(|mark| accent_name(*mark)) {
                    marks.push(mark);
                    letters.next();
                }
            }
            let set = match (self.signs, greek_name(letter)) {
                (Signs::Latex, Some(name)) if marks.is_empty() => format!("\\{name} "),
                (Signs::Latex, Some(name)) => format!("\\{name}"),
                (Signs::Ascii, Some(name)) if !marks.is_empty() => format!("\\{name}"),
                (Signs::Ascii, Some(name)) => name.to_owned(),
                _ => letter.to_string(),
            };
            out.push_str(&marks.into_iter().fold(set, |set, mark| format!("\\{mark}{{{set}}}")));
        }
        let many = text.chars().filter(|c| c.is_alphabetic()).count() > 1;
        let out = out.trim_end().to_owned();
        if self.is_latex() && many && text.is_ascii() { format!("\\mathrm{{{out}}}") } else { out }
    }
}
