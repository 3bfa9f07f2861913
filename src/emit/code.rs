//! Pieces of code with their precedence, and what all languages write alike.

/// How tightly the outermost operator binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Prec {
    /// `a + b`
    Sum,
    /// `a * b`, `a / b`
    Product,
    /// A product of matrices: of the same level as `*` in most languages, bracketed apart from it here.
    Matmul,
    /// `-a`
    Minus,
    /// `a ^ b`
    Power,
    /// Names, numbers, calls.
    Atom,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// An argument.
    Given,
    /// A part that has a name.
    Local,
    /// It is computed here.
    Computed,
}

/// Code for one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Code {
    pub(super) text: String,
    pub(super) prec: Prec,
    pub(super) origin: Origin,
    /// How many axes the value has.
    pub(super) rank: usize,
}

impl Code {
    pub(super) fn new(text: impl Into<String>, prec: Prec) -> Self {
        Self { text: text.into(), prec, origin: Origin::Computed, rank: 0 }
    }

    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self::new(text, Prec::Atom)
    }

    pub(super) fn name(text: impl Into<String>, origin: Origin, rank: usize) -> Self {
        Self { text: text.into(), prec: Prec::Atom, origin, rank }
    }

    /// Whether it is a name.
    pub(super) fn is_name(&self) -> bool {
        self.text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
            && !self.text.starts_with(|letter: char| letter.is_ascii_digit())
    }

    /// The code, in brackets where it binds looser than `prec`.
    pub(super) fn at(&self, prec: Prec) -> String {
        if self.prec < prec { format!("({})", self.text) } else { self.text.clone() }
    }

    /// A text in which `{}` stands for the argument, inside brackets or between commas.
    pub(super) fn filled(template: &str, argument: &Self) -> Self {
        Self::atom(template.replace("{}", &argument.text))
    }

    /// `a + b - c` with these signs.
    pub(super) fn sum(terms: &[(bool, Self)], plus: &str, minus: &str) -> Self {
        let mut text = String::new();
        for (is_subtracted, code) in terms {
            match (text.is_empty(), is_subtracted) {
                (true, true) => text.push_str(&code.negated().text),
                (true, false) => text.push_str(&code.text),
                (false, _) => {
                    text.push_str(if *is_subtracted { minus } else { plus });
                    text.push_str(&code.at(Prec::Product));
                }
            }
        }
        let prec = if let [(is_subtracted, only)] = terms {
            if *is_subtracted { only.negated().prec } else { only.prec }
        } else {
            Prec::Sum
        };
        Self::new(text, prec)
    }

    /// `a * b`
    pub(super) fn times(&self, sign: &str, right: &Self) -> Self {
        let left = if self.prec == Prec::Product { self.text.clone() } else { self.at(Prec::Minus) };
        // A product with a number, inside one of arrays entry by entry, stays in its brackets: x .* (2 * y).
        if sign.contains(".*") && right.text.contains(" * ") {
            return Self::new(format!("{left}{sign}{}", right.at(Prec::Minus)), Prec::Product);
        }
        // x times 1/y is x/y.
        for (one, over) in [("1 / ", " / "), ("1.0 / ", " / "), ("1 ./ ", " ./ ")] {
            if let Some(below) =
                right.text.strip_prefix(one).filter(|_| right.prec == Prec::Product && sign.contains('*'))
            {
                return Self::new(format!("{left}{over}{below}"), Prec::Product);
            }
        }
        // A product of numbers is one in any order.
        let is_flat = right.prec == Prec::Product && sign.contains('*') && !right.text.starts_with('-');
        let right = if is_flat { right.text.clone() } else { right.at(Prec::Minus) };
        Self::new(format!("{left}{sign}{right}"), Prec::Product)
    }

    /// A product of matrices.
    pub(super) fn matmul(&self, sign: &str, right: &Self) -> Self {
        let left = if self.prec == Prec::Matmul { self.text.clone() } else { self.at(Prec::Minus) };
        Self::new(format!("{left}{sign}{}", right.at(Prec::Minus)), Prec::Matmul)
    }

    /// A positive number times a value; whole numbers have a point where the language needs it.
    pub(super) fn scaled(&self, by: f64, needs_point: bool) -> Self {
        let number = |by: f64| number(by, needs_point);
        match Scaled::of(by) {
            Scaled::Once => self.clone(),
            Scaled::By(by) => number(by).times(" * ", self),
            Scaled::Over(by) => self.times(" / ", &number(by)),
            Scaled::Quotient(above, below) => {
                Self::atom(format!("({} / {})", number(above).text, number(below).text)).times(" * ", self)
            }
        }
    }

    /// `-a`
    pub(super) fn negated(&self) -> Self {
        if matches!(self.prec, Prec::Product | Prec::Matmul | Prec::Atom) || self.text.starts_with('&') {
            let prec = if self.prec <= Prec::Matmul { self.prec } else { Prec::Minus };
            return Self::new(format!("-{}", self.text), prec);
        }
        Self::new(format!("-({})", self.text), Prec::Minus)
    }
}

/// A number times a value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scaled {
    /// Itself.
    Once,
    /// Times this number.
    By(f64),
    /// Over this whole number.
    Over(f64),
    /// Times a quotient of whole numbers.
    Quotient(f64, f64),
}

/// Longest number that is written as a decimal where it is a quotient, too.
const SHORT: usize = 6;

impl Scaled {
    /// A number that is not negative, as a person would write it.
    fn of(number: f64) -> Self {
        let is_whole = |number: f64| number.fract() == 0.0 && number.abs() < 1e15;
        if number == 1.0 {
            return Self::Once;
        }
        if format!("{number:?}").len() <= SHORT || is_whole(number) {
            return Self::By(number);
        }
        for below in (1..=360).map(f64::from) {
            let above = (number * below).round();
            if above != 0.0 && above / below == number {
                return if above == 1.0 { Self::Over(below) } else { Self::Quotient(above, below) };
            }
        }
        Self::By(number)
    }
}

/// The terms of a sum, each but the first with its sign, split outside of all brackets.
pub(super) fn terms(text: &str) -> Vec<String> {
    let (mut terms, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && (text[at..].starts_with(" + ") || text[at..].starts_with(" - ")) => {
                terms.push(text[start..at].to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(text[start..].to_owned());
    terms
}

/// A name for what a function inside an expression takes: the wish, unless the expression names something else so.
pub(super) fn free(wish: &str, texts: &[&str]) -> String {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let is_taken = |name: &str| texts.iter().any(|text| text.split(|c| !is_letter(c)).any(|word| word == name));
    let mut name = wish.to_owned();
    while is_taken(&name) {
        name.push_str(wish);
    }
    name
}

/// A number: whole ones without a point, unless the language tells them apart.
pub(super) fn number(value: f64, needs_point: bool) -> Code {
    let text = if value.fract() == 0.0 && value.abs() < 1e15 {
        if needs_point { format!("{value:.1}") } else { format!("{value:.0}") }
    } else {
        format!("{value:?}")
    };
    Code::new(text, if value < 0.0 { Prec::Minus } else { Prec::Atom })
}

/// `(m, n)`, `(n,)`, as Python writes it.
pub(super) fn tuple(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    match parts.as_slice() {
        [one] => format!("({one},)"),
        _ => format!("({})", parts.join(", ")),
    }
}
