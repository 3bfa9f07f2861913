//! The table of spellings: one column for each text format.

use crate::expr::{Func, MatrixFunction, Op, Spectral};

/// What the formats write differently.
pub(super) struct Spelling {
    pub(super) minus: &'static str,
    pub(super) binary_minus: &'static str,
    pub(super) times: &'static str,
    pub(super) hadamard: &'static str,
    pub(super) hadamard_divide: &'static str,
    pub(super) kron: &'static str,
    pub(super) norm: (&'static str, &'static str),
    pub(super) tall_norm: (&'static str, &'static str),
    pub(super) abs: (&'static str, &'static str),
    pub(super) tall_abs: (&'static str, &'static str),
    pub(super) bracket: (&'static str, &'static str),
    pub(super) tall_bracket: (&'static str, &'static str),
    pub(super) angle: (&'static str, &'static str),
    pub(super) transpose: &'static str,
    pub(super) inverse_transpose: &'static str,
    pub(super) sum: &'static str,
    pub(super) product: &'static str,
    pub(super) indicator: &'static str,
    pub(super) differential: &'static str,
    pub(super) pi: &'static str,
}

pub(super) const UNICODE: Spelling = Spelling {
    minus: "−",
    binary_minus: " − ",
    times: "·",
    hadamard: " ∘ ",
    hadamard_divide: " ⊘ ",
    kron: " ⊗ ",
    norm: ("‖", "‖"),
    tall_norm: ("‖", "‖"),
    abs: ("|", "|"),
    tall_abs: ("|", "|"),
    bracket: ("(", ")"),
    tall_bracket: ("(", ")"),
    angle: ("⟨", "⟩"),
    transpose: "ᵀ",
    inverse_transpose: "⁻ᵀ",
    sum: "Σ",
    product: "Π",
    indicator: "1[",
    differential: "d",
    pi: "π",
};

pub(super) const ASCII: Spelling = Spelling {
    minus: "-",
    binary_minus: " - ",
    times: " * ",
    hadamard: " .* ",
    hadamard_divide: " ./ ",
    kron: "",
    norm: ("||", "||"),
    tall_norm: ("||", "||"),
    abs: ("|", "|"),
    tall_abs: ("|", "|"),
    bracket: ("(", ")"),
    tall_bracket: ("(", ")"),
    angle: ("<", ">"),
    transpose: "'",
    inverse_transpose: "^-T",
    sum: "sum",
    product: "prod",
    indicator: "1[",
    differential: "d",
    pi: "pi",
};

pub(super) const LATEX: Spelling = Spelling {
    minus: "-",
    binary_minus: " - ",
    times: " \\cdot ",
    hadamard: " \\odot ",
    hadamard_divide: " \\oslash ",
    kron: " \\otimes ",
    norm: ("\\|", "\\|"),
    tall_norm: ("\\left\\|", "\\right\\|"),
    abs: ("|", "|"),
    tall_abs: ("\\left|", "\\right|"),
    bracket: ("(", ")"),
    tall_bracket: ("\\left(", "\\right)"),
    angle: ("\\langle ", " \\rangle"),
    transpose: "^\\top",
    inverse_transpose: "^{-\\top}",
    sum: "\\sum",
    product: "\\prod",
    indicator: "\\mathbf{1}[",
    differential: "\\mathrm{d}",
    pi: "\\pi",
};

/// LaTeX commands among the names of the functions that do not work entry by entry.
const COMMANDS: [&str; 6] = ["det", "max", "min", "ln", "sup", "inf"];

/// A function's name in LaTeX: a command of its own, or one set with `\operatorname`.
pub(super) fn latex_function(name: &str) -> String {
    if COMMANDS.contains(&name) {
        return format!("\\{name}");
    }
    match printed().find(|(known, _)| *known == name) {
        Some((_, latex)) => latex.to_owned(),
        None => format!("\\operatorname{{{}}}", name.replace('_', "\\_")),
    }
}

/// Whether a LaTeX command is a function's name.
pub(super) fn is_function_command(name: &str) -> bool {
    COMMANDS.contains(&name) || printed().any(|(_, latex)| latex.strip_prefix('\\') == Some(name))
}

/// The names that entrywise functions are printed with, and those in LaTeX.
fn printed() -> impl Iterator<Item = (&'static str, &'static str)> {
    Func::ALL.iter().filter_map(|func| func.row().printed)
}

/// The language's name of an elementwise function; `None` for those with a notation of their own.
pub(super) fn function_name(func: Func) -> Option<&'static str> {
    func.row().printed.map(|(name, _)| name)
}

/// The language's name of a matrix function.
pub(super) fn matrix_function_name(function: MatrixFunction) -> Option<&'static str> {
    Some(match function {
        MatrixFunction::Expm => "expm",
        MatrixFunction::Logm => "logm",
        MatrixFunction::Sqrtm => "sqrtm",
        MatrixFunction::User(..) => return None,
    })
}

/// The language's name of a spectral function: the name and the subscript; `sum eig` and `prod eig` have none.
pub(super) fn spectral_name(which: Spectral) -> (&'static str, &'static str) {
    match which {
        Spectral::SumEig => ("sum eig", ""),
        Spectral::ProdEig => ("prod eig", ""),
        Spectral::LambdaMax => ("lambda", "max"),
        Spectral::LambdaMin => ("lambda", "min"),
        Spectral::EigvecMax => ("eigvec", "max"),
        Spectral::EigvecMin => ("eigvec", "min"),
        Spectral::UMax => ("u", "max"),
        Spectral::VMax => ("v", "max"),
        Spectral::Polar => ("polar", ""),
    }
}

/// Whether the language takes a run of letters for a function's name, or for one with two letters that have changed places.
pub(super) fn is_reserved(run: &str) -> bool {
    let letters: Vec<char> = run.chars().collect();
    let swapped = |at: usize| {
        let mut swapped = letters.clone();
        swapped.swap(at - 1, at);
        swapped.into_iter().collect::<String>()
    };
    let is_word = |run: &str| {
        RESERVED.contains(&run)
            || Func::ALL.iter().any(|func| func.row().spellings.contains(&run))
            || Op::ALL.iter().any(|op| op.row().spellings.contains(&run))
    };
    let is_short = letters.len() == 3;
    is_word(run) || is_short && (1..3).any(|at| is_word(&swapped(at)))
}

/// Runs of letters that the language reads as one word besides those of the catalog, and short ones that it refuses as functions it
/// does not have.
const RESERVED: [&str; 43] = [
    "var",
    "std",
    "cov",
    "arg",
    "mod",
    "sec",
    "csc",
    "cot",
    "pow",
    "sum",
    "max",
    "min",
    "tr",
    "det",
    "vec",
    "inv",
    "cof",
    "sym",
    "dot",
    "commutation",
    "eye",
    "eig",
    "sqrt",
    "expm",
    "logm",
    "mean",
    "prod",
    "norm",
    "ones",
    "diag",
    "pinv",
    "skew",
    "kron",
    "unvec",
    "polar",
    "outer",
    "zeros",
    "trace",
    "sqrtm",
    "logdet",
    "vector",
    "matrix",
    "pi",
];
