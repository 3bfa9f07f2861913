//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::format::FormatParser;
use crate::request::{CodePart, Format, Language, NameParts, View};

/// Symbolic matrix calculus: derivatives in the form a textbook prints, each one checked numerically.
#[derive(Debug, Parser)]
#[command(name = "matcalc", version, max_term_width = 100)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) action: Option<Action>,
    /// Run this statement in place of a command; again for more
    #[arg(short = 'e', long, value_name = "STATEMENT", allow_hyphen_values = true)]
    pub(super) execute: Vec<String>,
    #[command(flatten)]
    pub(super) messages: Messages,
}

/// What a command is for.
#[derive(Debug, Subcommand)]
pub(super) enum Action {
    #[command(flatten)]
    Ask(Command),
    #[command(flatten)]
    Statements(Statements),
    #[command(flatten)]
    Shell(Shell),
}

/// The commands that run statements.
#[derive(Debug, Subcommand)]
pub(super) enum Statements {
    /// Statements typed one by one, with history and completion; on a terminal the same without a command
    Repl {
        /// Leave out the statements of the init file
        #[arg(long)]
        no_init: bool,
    },
    /// The statements of a file, or of standard input for -; `matcalc FILE.mc` for short
    Run {
        /// The file
        #[arg(value_name = "FILE")]
        file: String,
    },
}

/// The commands that answer no question.
#[derive(Debug, Subcommand)]
pub(super) enum Shell {
    /// The completions of a shell, to be read by it at its start
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The manual page of matcalc or of a command, as troff source
    Man {
        /// The command
        command: Option<String>,
        /// Write all pages into this directory
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        out: Option<PathBuf>,
    },
}

/// Other names of `--wrt`.
const WRT: [&str; 5] = ["var", "variable", "by", "respect-to", "with-respect-to"];

/// The headings of the options in `--help`.
const DECLARATIONS: &str = "Declarations";
const FORM: &str = "Form of the answer";
const CHECKS: &str = "Checks";
const OUTPUT: &str = "Output";

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The gradient of a scalar expression
    #[command(aliases = ["gradient"])]
    Grad(Grad),
    /// The differential, dX kept; --order 2 for d²f in dX₁ and dX₂
    #[command(aliases = ["differential", "d"])]
    Diff(Diff),
    /// The derivative of any expression by any variable
    ///
    /// It is shown as a matrix, or as operator, Kronecker matrix and entries.
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
    /// A function in your language: value, gradient, Hessian
    Code(Code),
}

/// What is printed besides the result, and how.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Messages {
    /// The result alone; warnings still go to standard error
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = OUTPUT)]
    pub(super) quiet: bool,
    /// Also the points, sizes and seed of the check, and the time taken
    #[arg(short, long, global = true, help_heading = OUTPUT)]
    pub(super) verbose: bool,
    /// Colored messages
    #[arg(long, value_enum, value_name = "WHEN", global = true, default_value_t = Color::Auto, help_heading = OUTPUT)]
    pub(super) color: Color,
}

/// Options of every command that answers a question.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Declarations, such as 'A: symmetric(n); x: vector(n)' or 'A in S^n', or @FILE
    #[arg(short, long = "decl", aliases = ["declare", "declaration", "declarations"], value_name = "DECL",
        allow_hyphen_values = true, help_heading = DECLARATIONS)]
    pub(super) decl: Vec<String>,
}

/// How the result is written.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Written {
    /// Output format
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode", help_heading = OUTPUT)]
    pub(super) format: Format,
    /// With -f latex, a whole document
    #[arg(long, help_heading = OUTPUT)]
    pub(super) standalone: bool,
}

/// Options of the numeric checks.
#[derive(Debug, Args)]
pub(super) struct Checking {
    /// Print the answer without checking it
    #[arg(long, help_heading = CHECKS)]
    pub(super) no_check: bool,
    #[command(flatten)]
    pub(super) random: Random,
}

/// Where the random points of a check come from.
#[derive(Debug, Args)]
pub(super) struct Random {
    /// Seed of the random points of the check
    #[arg(long, default_value_t = 1, help_heading = CHECKS)]
    pub(super) seed: u64,
}

/// How the form of the answer is chosen.
#[derive(Debug, Args)]
pub(super) struct Shape {
    /// Name the parts that the answer repeats, `where r = Ax − b`: always, where it is long, or never
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true,
        default_value_t = NameParts::Long, default_missing_value = "always", help_heading = FORM)]
    pub(super) name_parts: NameParts,
    /// Write families and sums over an index with matrices: Aᵀdiag(p)A, where A has the rows aᵢᵀ
    #[arg(long, help_heading = FORM)]
    pub(super) vectorize: bool,
    /// Write these matrices by their rows: Σᵢ pᵢaᵢaᵢᵀ, where A has the rows aᵢᵀ
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "vectorize", help_heading = FORM)]
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
    #[command(flatten)]
    pub(super) variable: Variable,
    /// For a symmetric variable, the half-vectorized convention G + Gᵀ − G∘I
    #[arg(long, help_heading = FORM)]
    pub(super) vech: bool,
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
    #[command(flatten)]
    pub(super) random: Random,
    #[command(flatten)]
    pub(super) common: Common,
}

/// `matcalc simplify`
#[derive(Debug, Args)]
pub(super) struct Simplify {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The identities that were applied, with how often (for developers)
    #[arg(long, hide = true)]
    pub(super) identities: bool,
    #[command(flatten)]
    pub(super) shape: Shape,
    #[command(flatten)]
    pub(super) checking: Checking,
    #[command(flatten)]
    pub(super) written: Written,
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
    #[command(flatten)]
    pub(super) written: Written,
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
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode", help_heading = OUTPUT)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) random: Random,
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

/// `matcalc code`
#[derive(Debug, Args)]
pub(super) struct Code {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The variable, or several separated by commas (required)
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// What the function returns, in this order
    #[arg(long, value_enum, value_name = "PARTS", value_delimiter = ',', ignore_case = true,
        default_values_t = [CodePart::Value, CodePart::Gradient])]
    pub(super) of: Vec<CodePart>,
    /// The language
    #[arg(short, long, value_enum, value_name = "LANGUAGE", alias = "format", ignore_case = true,
        default_value_t = Language::Numpy, help_heading = OUTPUT)]
    pub(super) lang: Language,
    /// The name of the function
    #[arg(long, value_name = "NAME", default_value = "loss", help_heading = OUTPUT)]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) checking: Checking,
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
    /// The derivation, a line for each rule
    #[arg(long, help_heading = FORM)]
    pub(super) steps: bool,
    #[command(flatten)]
    pub(super) shape: Shape,
    #[command(flatten)]
    pub(super) checking: Checking,
    #[command(flatten)]
    pub(super) written: Written,
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
    #[arg(long, value_enum, help_heading = FORM)]
    pub(super) view: Option<View>,
}

/// `matcalc hessian`
#[derive(Debug, Args)]
pub(super) struct Hessian {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// One view alone
    #[arg(long, value_enum, help_heading = FORM)]
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
