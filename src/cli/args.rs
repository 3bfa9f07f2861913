//! What can be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::format::FormatParser;
use crate::request::{Format, NameParts, View};

/// Symbolic matrix calculus: derivatives in the form a textbook prints, each one checked numerically.
#[derive(Debug, Parser)]
#[command(name = "matcalc", version, about, arg_required_else_help = true)]
#[command(
    after_help = "EXPR may be - for standard input, or @FILE. There each line is an expression of its own, unless a bracket is open, the line \
    ends in a backslash or an operator, or the next begins with an operator or `where`, or it defines a name that is used below; lines that begin with # are skipped.\n\n\
    Examples:\n  matcalc grad 'log det X' --wrt X\n  matcalc grad '1/2 ||A x - b||^2' --wrt x\n  \
    matcalc grad 'tr(A X^2 B X^-T)' -w X -f latex\n  matcalc check \"x'A x\" -w x --claim '2A x'"
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Other names of `--wrt`.
const WRT: [&str; 5] = ["var", "variable", "by", "respect-to", "with-respect-to"];

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The gradient of a scalar expression
    #[command(aliases = ["gradient"])]
    Grad(Grad),
    /// The differential, dX kept; --order 2 for d²f in dX₁ and dX₂
    #[command(aliases = ["differential", "d"])]
    Diff(Diff),
    /// The derivative of any expression by any variable: as a matrix, or as operator, Kronecker matrix and entries
    #[command(aliases = ["jac"])]
    Jacobian(Jacobian),
    /// The second derivative of a scalar expression
    #[command(aliases = ["hess"])]
    Hessian(Hessian),
    /// The k-th derivative, the first without -n
    #[command(aliases = ["differentiate", "deriv"])]
    Derivative(Derivative),
    /// The Jacobian times a direction, without building the Jacobian
    Jvp(Along),
    /// The transposed Jacobian times a direction, without building the Jacobian
    Vjp(Along),
    /// The Hessian times a direction, without building the Hessian
    Hvp(Along),
    /// The Taylor polynomial in the step dX
    Taylor(Taylor),
    /// Where the gradient of a scalar expression vanishes
    Solve(Variable),
    /// Whether a scalar expression is convex, concave or affine, with the argument
    Convexity(Variable),
    /// Check a gradient numerically: the one this program finds, or your own (--claim)
    Check(Check),
    /// The expression in its simplest form
    Simplify(Simplify),
    /// How an expression is read: every grouping in brackets, each symbol with its kind and why
    Read(Read),
    /// Whether two expressions are equal
    Equal(Equal),
    /// The value of an expression
    Eval(Eval),
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Declarations, such as 'A: symmetric(n); x: vector(n)' or 'A in S^n', or @FILE
    #[arg(short, long = "decl", aliases = ["declare", "declaration", "declarations"], value_name = "DECL", allow_hyphen_values = true)]
    pub(super) decl: Vec<String>,
    /// Colored messages
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// Options of the numeric checks.
#[derive(Debug, Args)]
pub(super) struct Checking {
    /// Print the answer without checking it
    #[arg(long)]
    pub(super) no_check: bool,
    /// Seed of the random points of the check
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
}

/// How the form of the answer is chosen.
#[derive(Debug, Args)]
pub(super) struct Shape {
    /// Name the parts that the answer repeats, `where r = Ax − b`: always, where it is long, or never
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true,
        default_value_t = NameParts::Long, default_missing_value = "always")]
    pub(super) name_parts: NameParts,
    /// Write families and sums over an index with matrices: Aᵀdiag(p)A, where A has the rows aᵢᵀ
    #[arg(long)]
    pub(super) vectorize: bool,
    /// Write these matrices by their rows: Σᵢ pᵢaᵢaᵢᵀ, where A has the rows aᵢᵀ
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "vectorize")]
    pub(super) by_rows: Vec<String>,
}

/// When messages are colored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `matcalc grad`
#[derive(Debug, Args)]
pub(super) struct Grad {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The variable, or several separated by commas (required)
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// Output format
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode")]
    pub(super) format: Format,
    /// For a symmetric variable, the half-vectorised convention G + Gᵀ − G∘I
    #[arg(long)]
    pub(super) vech: bool,
    /// The derivation, a line for each rule
    #[arg(long)]
    pub(super) steps: bool,
    #[command(flatten)]
    pub(super) shape: Shape,
    #[command(flatten)]
    pub(super) checking: Checking,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `matcalc check`
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The variable (required)
    #[arg(short, long, value_name = "NAME", aliases = WRT)]
    pub(super) wrt: Option<String>,
    /// Output format: unicode or json
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode")]
    pub(super) format: Format,
    /// Your own gradient
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) claim: Option<String>,
    /// Seed of the random points
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `matcalc simplify`
#[derive(Debug, Args)]
pub(super) struct Simplify {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// Output format
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) shape: Shape,
    #[command(flatten)]
    pub(super) checking: Checking,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `matcalc read`
#[derive(Debug, Args)]
pub(super) struct Read {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// Read it as `grad` by this variable reads it
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', visible_alias = "var")]
    pub(super) wrt: Vec<String>,
    /// Output format
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `matcalc equal`
#[derive(Debug, Args)]
pub(super) struct Equal {
    /// One expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) left: String,
    /// The other
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) right: String,
    /// Output format: unicode or json
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode")]
    pub(super) format: Format,
    /// Seed of the random points
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `matcalc eval`
#[derive(Debug, Args)]
pub(super) struct Eval {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// Output format: unicode or json
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode")]
    pub(super) format: Format,
    /// A value: 'x=[1 2 3]', 'A=[1 2; 3 4]', or a file: 'A=FILE.npy', 'A=FILE.csv', 'A=@FILE'
    #[arg(short, long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(super) set: Vec<String>,
    #[command(flatten)]
    pub(super) common: Common,
}

/// What every command for derivatives takes.
#[derive(Debug, Args)]
pub(super) struct Variable {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The variable, or several separated by commas (required)
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// Output format
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode")]
    pub(super) format: Format,
    /// The derivation, a line for each rule
    #[arg(long)]
    pub(super) steps: bool,
    #[command(flatten)]
    pub(super) shape: Shape,
    #[command(flatten)]
    pub(super) checking: Checking,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `matcalc diff`
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// First or second differential
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=4))]
    pub(super) order: u32,
}

/// `matcalc jacobian`
#[derive(Debug, Args)]
pub(super) struct Jacobian {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// One view alone
    #[arg(long, value_enum)]
    pub(super) view: Option<View>,
}

/// `matcalc hessian`
#[derive(Debug, Args)]
pub(super) struct Hessian {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// One view alone
    #[arg(long, value_enum)]
    pub(super) view: Option<View>,
}

/// `matcalc derivative`
#[derive(Debug, Args)]
pub(super) struct Derivative {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// Which derivative
    #[arg(short = 'n', visible_short_alias = 'k', long, value_name = "K", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(super) order: u32,
}

/// `matcalc jvp`, `vjp`, `hvp`
#[derive(Debug, Args)]
pub(super) struct Along {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// The direction: a name or an expression
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) along: String,
}

/// `matcalc taylor`
#[derive(Debug, Args)]
pub(super) struct Taylor {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// Order of the polynomial
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub(super) order: u32,
}
