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

    /// Whether it is a name.
    pub(super) fn is_name(&self) -> bool {
        self.text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
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

    /// `a @ b`, from the left.
    pub(super) fn matmul(&self, right: &Self) -> Self {
        let left = if self.prec == Prec::Matmul { self.text.to_string() } else { self.at(Prec::Minus) };
        let text = format!("{left} @ {}", right.at(Prec::Minus));
        Self::new(text, Prec::Matmul, self.depth.max(right.depth + 1))
    }

    /// `a*b`
    pub(super) fn times(&self, right: &Self) -> Self {
        self.joined("*", right)
    }

    /// `a/b`
    pub(super) fn over(&self, below: &Self) -> Self {
        self.joined("/", below)
    }

    fn joined(&self, sign: &str, right: &Self) -> Self {
        let left = if self.prec == Prec::Product { self.text.to_string() } else { self.at(Prec::Minus) };
        let text = format!("{left}{sign}{}", right.at(Prec::Minus));
        Self::new(text, Prec::Product, self.depth.max(right.depth + 1))
    }

    /// `-a`
    pub(super) fn negated(&self) -> Self {
        let is_product = self.prec == Prec::Product;
        let text = if is_product { self.text.to_string() } else { self.at(Prec::Power) };
        Self::new(format!("-{text}"), if is_product { Prec::Product } else { Prec::Minus }, self.depth + 1)
    }
}
