//! A function before it is written in a language: its arguments, steps and results.

use super::code::Code;
use super::tree::Tree;
use crate::expr::{SymbolId, SymbolKind};
use crate::structure::Structure;

/// What a function returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The value of the expression.
    Value,
    /// Its gradient in the variable at that place.
    Gradient(usize),
    /// The Hessian in the variable.
    Hessian,
    /// The Hessian times a direction.
    Hvp,
    /// An expression of its own.
    Answer,
    /// The value of an unknown, which has its name.
    Unknown(SymbolId),
}

/// How a family of vectors or matrices is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Families {
    /// As an array with its members along the first axis.
    First,
    /// As an array with its members along the last axis: the columns of a matrix, or pages.
    Last,
    /// As a list of its members; those that are vectors are stacked in the function.
    Lists,
}

/// An argument: an array, or a size that no array has.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) name: String,
    /// The sizes along its axes; a family has its members along the first.
    pub(super) axes: Vec<Axis>,
    pub(super) kind: SymbolKind,
    pub(super) structure: Structure,
    pub(super) is_size: bool,
    /// Whether it is an index, counted as the language counts.
    pub(super) is_index: bool,
    /// What its array is called in the function, where the argument is not that array.
    pub(super) inner: Option<String>,
}

impl Argument {
    pub(super) fn rank(&self) -> usize {
        self.axes.len()
    }

    /// Whether it is a family of vectors or matrices.
    pub(super) fn is_family(&self) -> bool {
        matches!(self.kind, SymbolKind::Family(_)) && self.rank() > 1
    }

    /// A member of a family.
    pub(super) fn member(&self) -> Self {
        Self { axes: self.axes[1..].to_vec(), kind: SymbolKind::Plain, ..self.clone() }
    }

    /// The axes in the order in which a family is given.
    pub(super) fn given_axes(&self, families: Families) -> Vec<Axis> {
        let mut axes = self.axes.clone();
        if self.is_family() && families == Families::Last {
            axes.rotate_left(1);
        }
        axes
    }

    /// What is known of it besides its shape.
    pub(super) fn property(&self) -> &'static str {
        let kind = match self.kind {
            SymbolKind::Positive if self.axes.is_empty() => "positive",
            SymbolKind::Positive => "with positive entries",
            SymbolKind::Simplex => "with entries from 0 on that add up to 1",
            SymbolKind::Signs => "with entries -1 and 1",
            SymbolKind::Binary if self.axes.is_empty() => "0 or 1",
            SymbolKind::Binary => "with entries 0 and 1",
            SymbolKind::Integer => "a whole number from 1 on",
            _ if self.is_index => "an index",
            _ if self.is_size => "a size",
            _ => "",
        };
        match self.structure {
            Structure::Symmetric => "symmetric",
            Structure::PositiveDefinite => "symmetric positive definite",
            Structure::PositiveSemidefinite => "symmetric positive semidefinite",
            Structure::Skew => "skew-symmetric",
            Structure::Diagonal => "diagonal",
            Structure::Orthogonal => "orthogonal",
            Structure::Lower => "lower triangular",
            Structure::Upper => "upper triangular",
            Structure::General => kind,
        }
    }

    /// Its shape in words.
    pub(super) fn shape(&self, families: Families) -> String {
        let texts: Vec<String> = self.given_axes(families).into_iter().map(|axis| axis.text).collect();
        match (families, texts.as_slice()) {
            (_, []) => "scalar".to_owned(),
            (Families::Lists, [count, n]) if self.is_family() => format!("{count} vectors of length {n}"),
            (Families::Lists, [count, rows, cols]) if self.is_family() => format!("{count} {rows} x {cols} matrices"),
            (Families::Last, [n, count]) if self.is_family() => format!("{n} x {count} matrix of {count} columns"),
            (Families::Last, [rows, cols, count]) if self.is_family() => {
                format!("{rows} x {cols} x {count} array of {count} matrices")
            }
            (_, texts) => shape(texts),
        }
    }
}

/// The shape of an array in words: `vector of length n`, `m x n matrix`.
pub(super) fn shape(axes: &[String]) -> String {
    match axes {
        [] => "scalar".to_owned(),
        [n] => format!("vector of length {n}"),
        [rows, cols] => format!("{rows} x {cols} matrix"),
        axes => format!("{} array", axes.join(" x ")),
    }
}

/// An axis of an argument.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// Its length: `n`, `2 * n`.
    pub(super) text: String,
    /// The named size that it is, where it is one.
    pub(super) size: Option<u32>,
    /// The named sizes in it.
    pub(super) sizes: Vec<u32>,
}

/// Where a size is read off.
#[derive(Clone, Debug)]
pub(super) struct SizeOf {
    pub(super) name: String,
    pub(super) argument: usize,
    pub(super) axis: usize,
    /// Whether a step uses it, and not assertions alone.
    pub(super) is_used: bool,
}

/// A step.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) rank: usize,
    pub(super) work: Work,
    /// What is written there, with the names of other steps as its leaves.
    pub(super) tree: Tree,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(super) enum Work {
    /// The name gets the value.
    Let(Code),
    /// Lines that compute it.
    Lines(Vec<String>),
}

/// A result.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) part: Part,
    pub(super) name: String,
    /// The name, or what it is where no step has its name.
    pub(super) code: Code,
    pub(super) axes: Vec<String>,
}

impl Output {
    pub(super) fn rank(&self) -> usize {
        self.axes.len()
    }
}

/// What is drawn for an argument when the gradient is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draw {
    Normal,
    Uniform(Interval),
    NearIdentity,
    Structured(Structure),
    Simplex,
    Signs,
    Binary,
    Integer,
}

impl Draw {
    /// Whether the members of a family have to be drawn one at a time.
    pub(super) fn is_by_member(self, argument: &Argument) -> bool {
        let is_array = matches!(self, Self::Normal | Self::Uniform(_) | Self::Structured(Structure::General));
        argument.is_family() && !is_array
    }
}

/// Between which numbers entries are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interval {
    Positive,
    Small,
    Large,
}

impl Interval {
    pub(super) fn ends(self) -> (&'static str, &'static str) {
        match self {
            Self::Positive => ("0.3", "1.7"),
            Self::Small => ("0.05", "0.45"),
            Self::Large => ("1.2", "3.0"),
        }
    }
}

/// How a gradient is compared with central differences.
#[derive(Clone, Debug)]
pub(super) struct GradientCheck {
    /// The sizes of the point, in the order of their first use.
    pub(super) sizes: Vec<(String, usize)>,
    /// What is drawn for each argument.
    pub(super) draws: Vec<Draw>,
    /// The variables with the places of their gradients among the results.
    pub(super) gradients: Vec<(usize, usize)>,
    /// The place of the value among the results.
    pub(super) value: usize,
}

/// A function.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    pub(super) name: String,
    /// What it computes, in a line.
    pub(super) about: String,
    /// The conditions under which that holds.
    pub(super) conditions: Vec<String>,
    pub(super) arguments: Vec<Argument>,
    /// The sizes that the steps use, or that several axes have.
    pub(super) sizes: Vec<SizeOf>,
    pub(super) steps: Vec<Step>,
    pub(super) outputs: Vec<Output>,
    pub(super) check: Option<GradientCheck>,
}

impl Listing {
    /// What the documentation says after the arguments and results: where that holds, and where the file has no check of its gradient
    /// though it returns the value with it.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let has = |is: fn(&Part) -> bool| self.outputs.iter().any(|output| is(&output.part));
        match self.conditions.as_slice() {
            [] => {}
            [one] => lines.push(format!("It holds where {one}.")),
            [first @ .., last] => lines.push(format!("It holds where {} and {last}.", first.join(", "))),
        }
        if self.check.is_none() && has(|part| *part == Part::Value) && has(|part| matches!(part, Part::Gradient(_))) {
            lines.push("The gradient is not compared with differences in this file.".to_owned());
        }
        lines
    }

    /// The names of the arguments.
    pub(super) fn names(&self) -> Vec<&str> {
        self.arguments.iter().map(|argument| argument.name.as_str()).collect()
    }

    /// A name for what only the check uses: not that of the function, an argument, a size or a result.
    pub(super) fn local(&self, wish: &str) -> String {
        let sizes = self.check.iter().flat_map(|check| check.sizes.iter().map(|(name, _)| name.as_str()));
        let outputs = self.outputs.iter().map(|output| output.name.as_str());
        let taken: Vec<&str> =
            self.names().into_iter().chain([self.name.as_str()]).chain(sizes).chain(outputs).collect();
        let numbered = (2..).map(|number| format!("{wish}{number}"));
        let mut all = std::iter::once(wish.to_owned()).chain(numbered);
        all.find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
    }

    /// Whether the code of some step or result has this in it.
    pub(super) fn mentions(&self, text: &str) -> bool {
        let in_step = |step: &Step| match &step.work {
            Work::Let(code) => code.text.contains(text),
            Work::Lines(lines) => lines.iter().any(|line| line.contains(text)),
        };
        self.steps.iter().any(in_step) || self.outputs.iter().any(|output| output.code.text.contains(text))
    }

    /// Whether the code mentions a function of its own by its name as a whole word, before one of these.
    pub(super) fn calls(&self, name: &str, ends: &[&str]) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
        let is_called = |code: &str| {
            code.match_indices(name).any(|(at, _)| {
                let rest = &code[at + name.len()..];
                !code[..at].ends_with(is_part)
                    && (rest.starts_with(')') || ends.iter().any(|end| rest.starts_with(end)))
            })
        };
        let in_step = |step: &Step| match &step.work {
            Work::Let(code) => is_called(&code.text),
            Work::Lines(lines) => lines.iter().any(|line| is_called(line)),
        };
        self.steps.iter().any(in_step) || self.outputs.iter().any(|output| is_called(&output.code.text))
    }

    /// Runs of sizes that are all axes of one argument: these can be read off at once.
    pub(super) fn is_whole(&self, argument: usize) -> bool {
        let of: Vec<usize> = self.sizes.iter().filter(|size| size.argument == argument).map(|size| size.axis).collect();
        of.len() == self.arguments[argument].rank()
    }

    /// Whether all lengths of an argument have names in the function.
    pub(super) fn is_named(&self, argument: usize) -> bool {
        let known = |axis: &Axis| {
            axis.text.split(" * ").all(|part| {
                part.parse::<u64>().is_ok()
                    || self.sizes.iter().any(|size| size.name == part)
                    || self.arguments.iter().any(|argument| argument.is_size && argument.name == part)
            })
        };
        self.arguments[argument].axes.iter().all(known)
    }
}
