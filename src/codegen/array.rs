//! Pieces of Python code with their precedence.

use std::rc::Rc;

/// How tightly the outermost operator binds, as in Python's grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Prec {
    /// `a + b`
    Sum,
    /// `a*b`, `a/b`
    Product,
    /// `a @ b`: of the same level as `*` in Python, bracketed apart from it here.
    Matmul,
    /// `-a`
    Minus,
    /// `a**b`
    Power,
    /// Names, numbers, calls.
    Atom,
}

/// Code for one value.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) text: Rc<str>,
    pub(super) prec: Prec,
    /// Depth of brackets.
    pub(super) depth: u32,
}

impl Code {
    pub(super) fn new(text: impl Into<Rc<str>>, prec: Prec, depth: u32) -> Self {
        Self { text: text.into(), prec, depth }
    }

    pub(super) fn atom(text: impl Into<Rc<str>>) -> Self {
        Self::new(text, Prec::Atom, 0)
    }

    /// The code, in brackets where it binds looser than `prec`.
    pub(super) fn at(&self, prec: Prec) -> String {
        if self.prec < prec { format!("({})", self.text) } else { self.text.to_string() }
    }

    /// `name(a, …)` with further arguments as text.
    pub(super) fn call(name: &str, arguments: &[&Self], more: &str) -> Self {
        let texts: Vec<&str> = arguments.iter().map(|argument| &*argument.text).collect();
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0) + 1;
        Self::new(format!("{name}({}{more})", texts.join(", ")), Prec::Atom, depth)
    }

    /// A text with brackets around its parts, in which `{}` stands for the argument.
    pub(super) fn filled(template: &str, argument: &Self) -> Self {
        let (mut depth, mut deepest) = (0_u32, 0);
        for character in template.chars() {
            match character {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        Self::new(template.replacen("{}", &argument.text, 1), Prec::Atom, argument.depth + deepest)
    }

    /// The matrix transposed; twice is nothing.
    pub(super) fn transposed(&self) -> Self {
        if let (Prec::Atom, Some(inner)) = (self.prec, self.text.strip_suffix(".T")) {
            return Self::new(inner, Prec::Atom, self.depth);
        }
        Self::new(format!("{}.T", self.at(Prec::Atom)), Prec::Atom, self.depth + 1)
    }

    /// `a @ b`, from the left.
    pub(super) fn matmul(&self, right: &Self) -> Self {
        let left = if self.prec == Prec::Matmul { self.text.to_string() } else { self.at(Prec::Minus) };
        let text = format!("{left} @ {}", right.at(Prec::Minus));
        Self::new(text, Prec::Matmul, self.depth.max(right.depth + 1))
    }

    /// `a*b*…`
    pub(super) fn product(factors: &[Self]) -> Self {
        if let [only] = factors {
            return only.clone();
        }
        let texts: Vec<String> = factors
            .iter()
            .map(|factor| if factor.prec == Prec::Product { factor.text.to_string() } else { factor.at(Prec::Minus) })
            .collect();
        // A quotient as a later factor keeps its value without brackets, as all are of one level from the left.
        let depth = factors.iter().map(|factor| factor.depth).max().unwrap_or(0) + 1;
        Self::new(texts.join("*"), Prec::Product, depth)
    }

    /// `a/b`
    pub(super) fn quotient(&self, below: &Self) -> Self {
        let above = if self.prec == Prec::Product { self.text.to_string() } else { self.at(Prec::Minus) };
        Self::new(format!("{above}/{}", below.at(Prec::Minus)), Prec::Product, self.depth.max(below.depth) + 1)
    }
}
