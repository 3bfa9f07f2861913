//! A derivation as text.

use super::unfold::equation;
use super::{Derivation, Line, Quantity, Reason, Right};
use crate::expr::{Arena, ExprId, Node, SymbolId};
use crate::naming::Limits;
use crate::render::{Format, Notation, Style, render_parts, render_whole, typeset};
use crate::structure::Structure;

/// Reasons longer than this name the rule alone.
const MAX_EQUATION: usize = 72;
/// Most identities that a reason names.
const MAX_NAMES: usize = 3;
/// A reason stands beside its line up to this column, else below it.
const REASON_COLUMN: usize = 44;
/// Width of the page.
const PAGE: usize = 118;

/// A line's texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineText {
    /// `df`; the same as the line before where that is left out in print.
    pub left: String,
    /// `=`, or `≈` of a Taylor polynomial.
    pub relation: String,
    /// What it is.
    pub right: String,
    /// The rule or step, empty at the start.
    pub reason: String,
}

/// A derivation's texts in one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its lines.
    pub lines: Vec<LineText>,
    /// Names of parts and what they stand for.
    pub parts: Vec<(String, String)>,
    notation: Notation,
    /// The page, of a format that is set from LaTeX.
    typeset: Option<String>,
}

impl Derivation {
    /// The lines as text, what they repeat named as far as the limits say.
    #[must_use]
    pub fn text(&self, arena: &Arena, format: Format, style: &Style, limits: &Limits) -> Text {
        let notation = format.notation();
        let text = match self.with_parts(arena, limits) {
            Some((derivation, named)) => {
                let text = derivation.whole_text(named.arena.clone(), notation, style);
                Text { parts: render_parts(&named, notation.into(), style), ..text }
            }
            None => self.whole_text(arena.clone(), notation, style),
        };
        text.typeset(format)
    }

    fn whole_text(&self, arena: Arena, format: Notation, style: &Style) -> Text {
        let mut writer = Writer { arena, format, style, name: self.name };
        let lines = self
            .lines
            .iter()
            .zip(&self.slots)
            .map(|(line, slot)| LineText {
                left: writer.left(line.left),
                relation: match (line.left, format) {
                    (Quantity::Taylor(_), Notation::Unicode) => "≈",
                    (Quantity::Taylor(_), Notation::Ascii) => "~",
                    (Quantity::Taylor(_), Notation::Latex) => "\\approx",
                    _ => "=",
                }
                .to_owned(),
                right: writer.right(line.right),
                reason: writer.reason(line, *slot),
            })
            .collect();
        Text { lines, parts: Vec::new(), notation: format, typeset: None }
    }
}

impl Text {
    /// The derivation to print: columns of text, or aligned equations.
    #[must_use]
    pub fn page(&self) -> String {
        match (&self.typeset, self.notation) {
            (Some(page), _) => page.clone(),
            (None, Notation::Latex) => self.latex(),
            (None, Notation::Unicode | Notation::Ascii) => self.columns(),
        }
    }

    /// The same in a format that is set from what it is written in.
    fn typeset(self, format: Format) -> Self {
        if format == self.notation.into() {
            return self;
        }
        let page = typeset(&self.page(), format);
        let set = |text: &String| if text.is_empty() { String::new() } else { typeset(text, format) };
        let lines = self.lines.iter().map(|line| LineText {
            left: set(&line.left),
            relation: set(&line.relation),
            right: set(&line.right),
            reason: set(&line.reason),
        });
        let parts = self.parts.iter().map(|(name, part)| (set(name), set(part)));
        Self { lines: lines.collect(), parts: parts.collect(), notation: self.notation, typeset: Some(page) }
    }

    fn latex(&self) -> String {
        let mut text = String::from("\\begin{aligned}\n");
        let mut before = "";
        for (place, line) in self.lines.iter().enumerate() {
            let left = if line.left == before { "" } else { line.left.as_str() };
            before = &line.left;
            text.push_str(&format!("{left} &{} {}", line.relation, line.right));
            if !line.reason.is_empty() {
                text.push_str(&format!(" && {}", line.reason));
            }
            text.push_str(if place + 1 < self.lines.len() { " \\\\\n" } else { "" });
        }
        for (place, (name, part)) in self.parts.iter().enumerate() {
            let lead = if place == 0 { "\\text{where } " } else { "" };
            text.push_str(&format!(" \\\\\n{lead}{name} &= {part}"));
        }
        text.push('\n');
        text.push_str("\\end{aligned}");
        text
    }

    fn columns(&self) -> String {
        let width = self.lines.iter().map(|line| line.left.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        let mut before = "";
        for line in &self.lines {
            let left = if line.left == before { "" } else { line.left.as_str() };
            before = &line.left;
            let main = format!("{left:<width$} {} {}", line.relation, line.right);
            let used = main.chars().count();
            let column = used.max(REASON_COLUMN) + 2;
            text.push_str(&main);
            if !line.reason.is_empty() {
                if column + line.reason.chars().count() <= PAGE {
                    text.push_str(&format!("{:pad$}{}", "", line.reason, pad = column - used));
                } else {
                    text.push_str(&format!("\n{:pad$}{}", "", line.reason, pad = width + 7));
                }
            }
            text.push('\n');
        }
        for (place, (name, part)) in self.parts.iter().enumerate() {
            text.push_str(&format!("{} {name} = {part}\n", if place == 0 { "where" } else { "     " }));
        }
        text.trim_end().to_owned()
    }
}

struct Writer<'a> {
    arena: Arena,
    format: Notation,
    style: &'a Style,
    name: &'static str,
}

impl Writer<'_> {
    fn expr(&self, id: ExprId) -> String {
        render_whole(&self.arena, id, self.format.into(), self.style)
    }

    fn choose(&self, unicode: &'static str, ascii: &'static str, latex: &'static str) -> &'static str {
        match self.format {
            Notation::Unicode => unicode,
            Notation::Ascii => ascii,
            Notation::Latex => latex,
        }
    }

    fn d(&self) -> &'static str {
        self.choose("d", "d", "\\mathrm{d}")
    }

    fn symbol(&mut self, symbol: SymbolId) -> String {
        let id = self.arena.symbol_expr(symbol);
        self.expr(id)
    }

    fn dx(&mut self, symbol: SymbolId) -> String {
        let id = self.arena.differential(symbol, 0);
        self.expr(id)
    }

    /// f, or φ in the format's spelling.
    fn function(&self) -> String {
        match (self.name, self.format) {
            ("φ", Notation::Ascii) => "phi".to_owned(),
            ("φ", Notation::Latex) => "\\varphi".to_owned(),
            (name, _) => name.to_owned(),
        }
    }

    fn power(&self, k: u32) -> String {
        match (k, self.format) {
            (0 | 1, _) => String::new(),
            (_, Notation::Unicode) => k.to_string().chars().map(superscript_digit).collect(),
            (_, Notation::Ascii) => format!("^{k}"),
            (_, Notation::Latex) => format!("^{{{k}}}"),
        }
    }

    fn derivative(&self, k: u32) -> String {
        let f = self.function();
        match (k, self.format) {
            (0, _) => f,
            (1..=3, Notation::Unicode) => format!("{f}{}", ["′", "″", "‴"][k as usize - 1]),
            (1..=3, _) => format!("{f}{}", "'".repeat(k as usize)),
            (_, Notation::Unicode) => format!("{f}⁽{}⁾", self.power(k)),
            (_, Notation::Ascii) => format!("{f}^({k})"),
            (_, Notation::Latex) => format!("{f}^{{({k})}}"),
        }
    }

    fn left(&mut self, quantity: Quantity) -> String {
        let f = self.function();
        let d = self.d();
        let nabla = self.choose("∇", "grad ", "\\nabla ");
        let partial = self.choose("∂", "d", "\\partial ");
        match quantity {
            Quantity::Value => f,
            Quantity::Differential(k) => format!("{d}{}{f}", self.power(k)),
            Quantity::Gradient(_) => format!("{nabla}{f}"),
            Quantity::OfGradient(_) => format!("{d}({nabla}{f})"),
            Quantity::TangentOfGradient(_) => self.call("P", &format!("{d}({nabla}{f})")),
            Quantity::Jacobian(x) | Quantity::HalfGradient(x) => self.fraction(&format!("{partial}{f}"), &[x]),
            Quantity::Hessian(x, y) if x == y => self.choose("∇²", "hess ", "\\nabla^2 ").to_owned() + &f,
            Quantity::Hessian(x, y) => {
                let top = format!("{}{f}", self.choose("∂²", "d^2", "\\partial^2 "));
                self.fraction(&top, &[x, y])
            }
            Quantity::VecDifferential => self.call("vec", &format!("{d}{f}")),
            Quantity::VecOfGradient(x) if self.arena.symbol(x).structure == Structure::Orthogonal => {
                let projected = self.left(Quantity::TangentOfGradient(x));
                self.call("vec", &projected)
            }
            Quantity::VecOfGradient(_) => self.call("vec", &format!("{d}{nabla}{f}")),
            Quantity::Derivative(k) => self.derivative(k),
            Quantity::OfDerivative(k) => format!("{d}({})", self.derivative(k)),
            Quantity::Paired(v) => {
                let v = self.expr(v);
                self.inner(&v, &format!("{d}{f}"))
            }
            Quantity::JacobianTimes(v) => self.times("J", v),
            Quantity::TransposedTimes(v) => self.times(self.choose("Jᵀ", "J'", "J^\\top"), v),
            Quantity::HessianTimes(v) => self.times(&format!("{}{f}", self.choose("∇²", "hess ", "\\nabla^2 ")), v),
            Quantity::Taylor(x) => {
                let (x, dx) = (self.symbol(x), self.dx(x));
                format!("{f}({x} + {dx})")
            }
        }
    }

    fn fraction(&mut self, top: &str, below: &[SymbolId]) -> String {
        let partial = self.choose("∂", "d", "\\partial ");
        let below: String = below.iter().map(|symbol| format!("{partial}{}", self.symbol(*symbol))).collect();
        match self.format {
            Notation::Latex => format!("\\frac{{{top}}}{{{below}}}"),
            Notation::Unicode | Notation::Ascii => format!("{top}/{below}"),
        }
    }

    /// `J v`, with brackets around a direction that is no symbol.
    fn times(&self, matrix: &str, direction: ExprId) -> String {
        let text = self.expr(direction);
        match self.arena.node(direction) {
            Node::Symbol(_) => format!("{matrix} {text}"),
            _ => format!("{matrix} ({text})"),
        }
    }

    fn call(&self, name: &str, argument: &str) -> String {
        match self.format {
            Notation::Latex => format!("\\operatorname{{{name}}}({argument})"),
            Notation::Unicode | Notation::Ascii => format!("{name}({argument})"),
        }
    }

    fn inner(&self, left: &str, right: &str) -> String {
        match self.format {
            Notation::Unicode => format!("⟨{left}, {right}⟩"),
            Notation::Ascii => format!("<{left}, {right}>"),
            Notation::Latex => format!("\\left\\langle {left},\\, {right} \\right\\rangle"),
        }
    }

    fn right(&mut self, right: Right) -> String {
        match right {
            Right::Expr(expr) => self.expr(expr),
            Right::Inner(gradient, dx) => {
                let (gradient, dx) = (self.expr(gradient), self.expr(dx));
                self.inner(&gradient, &dx)
            }
        }
    }

    /// Words, and a formula after a colon.
    fn words(&self, words: &str, formula: Option<&str>) -> String {
        // An ampersand would end a column.
        let escaped = words.replace('&', "\\&");
        match (self.format, formula) {
            (Notation::Latex, None) => format!("\\text{{{escaped}}}"),
            (Notation::Latex, Some(formula)) => format!("\\text{{{escaped}: }}{formula}"),
            (_, None) => words.to_owned(),
            (_, Some(formula)) => format!("{words}: {formula}"),
        }
    }

    fn reason(&mut self, line: &Line, slot: u32) -> String {
        match &line.reason {
            Reason::Start => String::new(),
            Reason::Rewrite(ids) => self.words(&by(ids, "rewritten"), None),
            Reason::Rules(applied) => {
                let name = applied.first().map_or("", |applied| applied.rule.name);
                let mut formulas = Vec::new();
                for applied in applied {
                    let (left, right) = equation(&mut self.arena, applied, slot);
                    let formula = format!("{} = {}", self.expr(left), self.expr(right));
                    if !formulas.contains(&formula) {
                        formulas.push(formula);
                    }
                }
                let all = formulas.join(self.choose(", ", ", ", ",\\; "));
                let limit = if self.format == Notation::Latex { 2 * MAX_EQUATION } else { MAX_EQUATION };
                if all.chars().count() <= limit {
                    return self.words(name, Some(&all));
                }
                let parts: Vec<String> = applied.iter().map(|applied| self.expr(applied.to)).collect();
                let parts = parts.join(self.choose(" and ", " and ", " \\text{ and } "));
                if parts.chars().count() <= limit {
                    return match self.format {
                        Notation::Latex => format!("\\text{{{}, on }}{parts}", name.replace('&', "\\&")),
                        Notation::Unicode | Notation::Ascii => format!("{name}, on {parts}"),
                    };
                }
                self.words(name, None)
            }
            Reason::Rest(names) => self.words(&format!("the rest, by: {}", names.join(", ")), None),
            Reason::Collect => {
                let formula = match line.right {
                    Right::Inner(gradient, _) if self.arena.shape(gradient).is_matrix() => self.choose(
                        "tr(AᵀB) = ⟨A, B⟩, ⟨A, BC⟩ = ⟨BᵀA, C⟩",
                        "tr(A'B) = <A, B>, <A, B C> = <B'A, C>",
                        "\\operatorname{tr}(A^\\top B) = \\langle A, B\\rangle,\\; \\langle A, BC\\rangle = \\langle B^\\top A, C\\rangle",
                    ),
                    Right::Inner(..) => self.choose(
                        "⟨a, Bc⟩ = ⟨Bᵀa, c⟩",
                        "<a, B c> = <B'a, c>",
                        "\\langle a, Bc\\rangle = \\langle B^\\top a, c\\rangle",
                    ),
                    Right::Expr(_) => return self.words("the differential moved to the right", None),
                };
                self.words("collected", Some(formula))
            }
            Reason::Project(structure) => self.projection(*structure),
            Reason::Simplify(ids) => self.words(&by(ids, "simplified"), None),
            Reason::Vectorize => {
                let formulas = self.vectorizations(line.right);
                self.words(
                    "vectorized",
                    (!formulas.is_empty()).then(|| formulas.join(self.choose(", ", ", ", ",\\; "))).as_deref(),
                )
            }
            Reason::Matrices => self.words("with matrices", None),
            Reason::Rows => self.words("by rows", None),
            Reason::Identify => {
                let formula = self.identity(line.left);
                self.words("identified", formula.as_deref())
            }
            Reason::HalfVectorize => self.words(
                "half-vectorized",
                Some(self.choose(
                    "G + Gᵀ − G∘I, G = ∇f",
                    "G + G' - G .* I, G = grad f",
                    "G + G^\\top - G \\odot I,\\; G = \\nabla f",
                )),
            ),
            Reason::Direct(symbol, direction) => {
                let (dx, direction) = (self.dx(*symbol), self.expr(*direction));
                self.words("along", Some(&format!("{dx} = {direction}")))
            }
            Reason::Join => self.words("the terms of order k divided by k!, all differentials the same step", None),
        }
    }

    /// By which equations vec(dF) = M vec(dX) follows, as what stands in M says.
    fn vectorizations(&self, right: Right) -> Vec<&'static str> {
        let (Right::Expr(id) | Right::Inner(id, _)) = right;
        let order = self.arena.post_order(id);
        let has = |wanted: &dyn Fn(&Node) -> bool| order.iter().any(|id| wanted(self.arena.node(*id)));
        let vec_of_entries =
            |node: &Node| matches!(node, Node::Diag(inner) if matches!(self.arena.node(*inner), Node::Vec(_)));
        let mut formulas = Vec::new();
        if has(&|node| matches!(node, Node::Indexed { .. })) && has(&|node| matches!(node, Node::Basis(..))) {
            formulas.push(self.choose(
                "vec(L(X)) = Σᵢⱼ vec(L(eᵢeⱼᵀ))vec(eᵢeⱼᵀ)ᵀvec(X) of a linear L",
                "vec(L(X)) = sum_ij vec(L(e_i e_j')) vec(e_i e_j')' vec(X) of a linear L",
                "\\operatorname{vec}(L(X)) = \\sum_{ij} \\operatorname{vec}(L(e_i e_j^\\top))\\operatorname{vec}(e_i e_j^\\top)^\\top\\operatorname{vec}(X)\\text{ of a linear }L",
            ));
        } else if has(&|node| matches!(node, Node::Kron(..))) {
            formulas.push(self.choose(
                "vec(AXB) = (Bᵀ ⊗ A) vec(X)",
                "vec(A X B) = kron(B', A) vec(X)",
                "\\operatorname{vec}(AXB) = (B^\\top \\otimes A)\\operatorname{vec}(X)",
            ));
        }
        if has(&vec_of_entries) {
            formulas.push(self.choose(
                "vec(A∘X) = diag(vec(A)) vec(X)",
                "vec(A .* X) = diag(vec(A)) vec(X)",
                "\\operatorname{vec}(A \\odot X) = \\operatorname{diag}(\\operatorname{vec}(A))\\operatorname{vec}(X)",
            ));
        }
        if has(&|node| matches!(node, Node::Commutation(_))) {
            formulas.push(self.choose(
                "vec(Xᵀ) = K vec(X)",
                "vec(X') = K vec(X)",
                "\\operatorname{vec}(X^\\top) = K\\operatorname{vec}(X)",
            ));
        }
        formulas
    }

    /// The equation by which a quantity is read off a differential.
    fn identity(&mut self, quantity: Quantity) -> Option<String> {
        let (f, d) = (self.function(), self.d());
        let left = self.left(quantity);
        Some(match quantity {
            Quantity::Gradient(x) => {
                let dx = self.dx(x);
                format!("{d}{f} = {}", self.inner(&left, &dx))
            }
            Quantity::Jacobian(x) | Quantity::Hessian(_, x) => {
                let (dx, of) = (
                    self.dx(x),
                    match quantity {
                        Quantity::Hessian(y, _) => self.left(Quantity::OfGradient(y)),
                        _ => format!("{d}{f}"),
                    },
                );
                if self.arena.symbol(x).shape.is_matrix() {
                    return None;
                }
                let bracketed = if left.contains('/') { format!("({left})") } else { left };
                format!("{of} = {bracketed} {dx}")
            }
            _ => return None,
        })
    }

    fn projection(&self, structure: Structure) -> String {
        let (words, formula) = match structure {
            Structure::General => ("projected", None),
            Structure::Symmetric | Structure::PositiveDefinite | Structure::PositiveSemidefinite => (
                "projected onto the symmetric matrices",
                Some(self.choose("½(G + Gᵀ)", "1/2 (G + G')", "\\tfrac12(G + G^\\top)")),
            ),
            Structure::Skew => (
                "projected onto the skew-symmetric matrices",
                Some(self.choose("½(G − Gᵀ)", "1/2 (G - G')", "\\tfrac12(G - G^\\top)")),
            ),
            Structure::Diagonal => {
                ("projected onto the diagonal matrices", Some(self.choose("G∘I", "G .* I", "G \\odot I")))
            }
            Structure::Lower => ("projected onto the lower triangular matrices", None),
            Structure::Upper => ("projected onto the upper triangular matrices", None),
            Structure::Orthogonal => (
                "projected onto the tangent space",
                Some(self.choose("½(G − XGᵀX)", "1/2 (G - X G' X)", "\\tfrac12(G - XG^\\top X)")),
            ),
        };
        self.words(words, formula)
    }
}

/// The identities by name, at most [`MAX_NAMES`] of them.
fn by(ids: &[&str], otherwise: &str) -> String {
    match ids {
        [] => otherwise.to_owned(),
        [one] => format!("by {one}"),
        [first @ .., last] if ids.len() <= MAX_NAMES => format!("by {} and {last}", first.join(", ")),
        _ => format!("by {} and others", ids[..MAX_NAMES].join(", ")),
    }
}

fn superscript_digit(digit: char) -> char {
    digit.to_digit(10).and_then(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit as usize)).unwrap_or(digit)
}
