//! What is asked of an expression, and how it is to be answered.

use nalgebra::DMatrix;

use super::format::Format;
use super::numbers::{Checkpoints, Compare, Minimize, Slope};
use crate::answer::AlongKind;
use crate::answer::form::Wanted;
use crate::diagnostic::Prompt;
use crate::emit::Language;
use crate::numeric::{Precision, SharedMatrix};

/// What is asked of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// The gradient of a scalar expression.
    Gradient {
        /// Whether that of a symmetric variable is in the half-vectorized convention.
        vech: bool,
    },
    /// The differential of some order.
    Differential {
        /// From 1 on.
        order: u32,
    },
    /// The derivative of any expression.
    Jacobian {
        /// One view alone.
        view: Option<View>,
    },
    /// The second derivative of a scalar expression.
    Hessian {
        /// One view alone.
        view: Option<View>,
    },
    /// The k-th derivative.
    Derivative {
        /// k
        order: u32,
    },
    /// A derivative times a direction.
    Along {
        /// Of which derivative.
        kind: AlongKind,
        /// The direction.
        direction: String,
    },
    /// The Taylor polynomial in the step.
    Taylor {
        /// Its order.
        order: u32,
    },
    /// Where the gradient vanishes.
    Solve {
        /// Equality constraints, separated by `;`.
        subject_to: Option<String>,
    },
    /// Convex, concave, affine, or none of these.
    Convexity,
    /// The check of a gradient.
    Check {
        /// A gradient of the asker's own; else the program's.
        claim: Option<String>,
    },
    /// The simplest form.
    Simplify,
    /// How the expression is read.
    Read,
    /// Whether it equals another.
    Equal {
        /// The other.
        other: String,
    },
    /// Its value.
    Eval {
        /// The values of its symbols.
        values: Vec<(String, SharedMatrix<f64>)>,
        /// The values of families of matrices: their members, from the first.
        families: Vec<(String, Vec<DMatrix<f64>>)>,
        /// What is to be said of them: how they were read.
        remarks: Vec<String>,
    },
    /// The steps that compute it, and its derivatives by the variables.
    Plan {
        /// The values of named sizes.
        sizes: Vec<(String, usize)>,
        /// Whether the Hessian is computed, too.
        hessian: bool,
        /// Whether the memory with values computed again is stated, too.
        checkpoints: Option<Checkpoints>,
    },
    /// Where it is least, by numbers.
    Minimize(Box<Minimize>),
    /// Its derivatives by algebra against those by automatic differentiation.
    Compare(Box<Compare>),
    /// Its Taylor remainders.
    Slope(Box<Slope>),
    /// The graph of the computation.
    Graph {
        /// How it is drawn.
        picture: Picture,
        /// Whether the values stand at the nodes.
        with_values: bool,
        /// Whether the backward pass is drawn.
        with_adjoints: bool,
        /// The values of its symbols.
        values: Vec<(String, SharedMatrix<f64>)>,
        /// How they were read.
        remarks: Vec<String>,
    },
    /// The forward and the backward pass.
    Backprop {
        /// The values of its symbols, for the numbers of both passes.
        values: Vec<(String, SharedMatrix<f64>)>,
        /// How they were read.
        remarks: Vec<String>,
    },
    /// A function in the language of the format.
    Code {
        /// What it returns.
        parts: Vec<CodePart>,
        /// Its name, where one is asked for.
        name: Option<String>,
        /// Its language where the format is none; else NumPy.
        language: Option<Language>,
    },
}

/// What a function returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum CodePart {
    /// The value
    #[cfg_attr(feature = "cli", value(aliases = ["f"]))]
    Value,
    /// The gradient, or one for each variable
    #[cfg_attr(feature = "cli", value(aliases = ["grad"]))]
    Gradient,
    /// The Hessian
    #[cfg_attr(feature = "cli", value(aliases = ["hess"]))]
    Hessian,
    /// The Hessian times a direction, which is one more argument
    Hvp,
}

impl CodePart {
    /// The part of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "value" | "f" => Self::Value,
            "gradient" | "grad" => Self::Gradient,
            "hessian" | "hess" => Self::Hessian,
            "hvp" => Self::Hvp,
            _ => return None,
        })
    }
}

impl Query {
    /// The name of the command that asks it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Gradient { .. } => "grad",
            Self::Differential { .. } => "diff",
            Self::Jacobian { .. } => "jacobian",
            Self::Hessian { .. } => "hessian",
            Self::Derivative { .. } => "derivative",
            Self::Along { kind: AlongKind::Jvp, .. } => "jvp",
            Self::Along { kind: AlongKind::Vjp, .. } => "vjp",
            Self::Along { kind: AlongKind::Hvp, .. } => "hvp",
            Self::Taylor { .. } => "taylor",
            Self::Solve { .. } => "solve",
            Self::Convexity => "convexity",
            Self::Check { .. } => "check",
            Self::Simplify => "simplify",
            Self::Read => "read",
            Self::Equal { .. } => "equal",
            Self::Eval { .. } => "eval",
            Self::Plan { .. } => "plan",
            Self::Minimize(_) => "minimize",
            Self::Compare(_) => "compare",
            Self::Slope(_) => "check",
            Self::Graph { .. } => "graph",
            Self::Backprop { .. } => "backprop",
            Self::Code { .. } => "code",
        }
    }

    /// The text that it has besides the expression: a claim, the other side of an equality, a direction.
    #[must_use]
    pub fn other_text(&self) -> Option<&str> {
        match self {
            Self::Check { claim: text } | Self::Solve { subject_to: text } => text.as_deref(),
            Self::Equal { other } => Some(other),
            Self::Along { direction, .. } => Some(direction),
            Self::Slope(slope) => slope.claim.as_deref(),
            _ => None,
        }
    }

    /// Whether what is answered rests on numbers, so that the same answer in another format takes the check again.
    #[must_use]
    pub fn rests_on_numbers(&self) -> bool {
        matches!(
            self,
            Self::Solve { .. }
                | Self::Convexity
                | Self::Check { .. }
                | Self::Equal { .. }
                | Self::Minimize(_)
                | Self::Compare(_)
                | Self::Slope(_)
        )
    }

    /// Whether its answer is derived, so that the derivation can be shown.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        !matches!(
            self,
            Self::Check { .. }
                | Self::Simplify
                | Self::Read
                | Self::Equal { .. }
                | Self::Eval { .. }
                | Self::Plan { .. }
                | Self::Minimize(_)
                | Self::Compare(_)
                | Self::Slope(_)
                | Self::Graph { .. }
                | Self::Backprop { .. }
                | Self::Code { .. }
        )
    }
}

/// How a graph is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Picture {
    /// Lines of text
    #[default]
    #[cfg_attr(feature = "cli", value(aliases = ["text", "txt"]))]
    Unicode,
    /// The language of Graphviz
    #[cfg_attr(feature = "cli", value(aliases = ["gv", "graphviz"]))]
    Dot,
    /// A flowchart for Markdown
    #[cfg_attr(feature = "cli", value(aliases = ["mmd"]))]
    Mermaid,
    /// An SVG document
    Svg,
}

/// A way to show a derivative that is no matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum View {
    /// H ↦ −X⁻¹HX⁻¹
    Operator,
    /// The matrix M with vec(dF) = M vec(dX)
    Kron,
    /// ∂Fᵢⱼ/∂Xₖₗ
    Index,
    /// d²f in dX₁ and dX₂ (Hessians)
    Form,
    /// The diagonal of the matrix (Hessians)
    Diag,
    /// The trace of the matrix (Hessians)
    Trace,
}

/// When the parts that an answer repeats are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum NameParts {
    /// Wherever that makes the answer shorter
    Always,
    /// In long answers
    #[default]
    Long,
    /// Never: the answer is written out
    Never,
}

/// The form of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormOptions {
    /// When parts are named.
    pub name_parts: NameParts,
    /// Whether families and sums over an index are written with matrices.
    pub vectorize: bool,
    /// The matrices that are written by their rows.
    pub by_rows: Vec<String>,
}

impl FormOptions {
    /// The form with matrices, or by their rows, where one is asked for.
    pub(super) fn wanted(&self) -> Option<Wanted<'_>> {
        match self.by_rows.as_slice() {
            _ if self.vectorize => Some(Wanted::Matrices),
            [] => None,
            rows => Some(Wanted::Rows(rows)),
        }
    }
}

/// A question about an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is asked.
    pub query: Query,
    /// The expression.
    pub expression: String,
    /// Definitions that the expressions use, as `where` clauses.
    pub definitions: String,
    /// Declarations.
    pub declarations: String,
    /// The variables.
    pub wrt: Vec<String>,
    /// How the answer is shown.
    pub format: Format,
    /// Whether the derivation is shown.
    pub steps: bool,
    /// Whether the identities by which an expression is simplified are shown.
    pub identities: bool,
    /// The form of the answer.
    pub form: FormOptions,
    /// Whether the answer is checked.
    pub is_checked: bool,
    /// The seed of the check's random points.
    pub seed: u64,
    /// Whether the page keeps what is known of the answer apart from its lines: symbols, conditions, the answer as a text to be read back.
    pub keeps_facts: bool,
    /// The numbers that values are computed with.
    pub precision: Precision,
    /// The values at which the answer is evaluated, as [`Query::Eval`] has them, where there are some.
    pub at: Option<Query>,
    /// Whether the page keeps the value of an expression as numbers, in place of its lines.
    pub keeps_value: bool,
    /// The number of the expression's line, where it stands in a file or on standard input.
    pub line: Option<usize>,
    /// Where it was asked, and where what is advised is typed.
    pub prompt: Prompt,
}

impl Request {
    /// A question with every option at its default.
    #[must_use]
    pub fn new(query: Query, expression: impl Into<String>) -> Self {
        Self {
            query,
            expression: expression.into(),
            definitions: String::new(),
            declarations: String::new(),
            wrt: Vec::new(),
            format: Format::Unicode,
            steps: false,
            identities: false,
            form: FormOptions::default(),
            is_checked: true,
            seed: 1,
            keeps_facts: true,
            precision: Precision::Double,
            at: None,
            keeps_value: false,
            line: None,
            prompt: Prompt::Shell,
        }
    }

    /// A text of the request with the definitions that it uses.
    pub(super) fn defined(&self, text: &str) -> String {
        if self.definitions.is_empty() { text.to_owned() } else { format!("{text}\n{}", self.definitions) }
    }

    /// The expression with the definitions that it uses.
    pub(crate) fn text(&self) -> String {
        self.defined(&self.expression)
    }
}
