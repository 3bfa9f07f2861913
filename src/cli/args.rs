//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::format::FormatParser;
use super::late::Late;
use crate::minimize::Method;
use crate::numeric::Precision;
use crate::oracle::Way;
use crate::request::numbers::{Checkpoints, Sizes};
use crate::request::{CodePart, Format, Language, NameParts, Picture, View};

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
    Ask(Box<Command>),
    #[command(flatten)]
    Statements(Statements),
    #[command(flatten)]
    Shell(Shell),
}

/// The commands that run statements.
#[derive(Debug, Subcommand)]
pub(super) enum Statements {
    /// Statements typed one by one, with history and completion; on a terminal the same without a command
    Repl(Late<Repl>),
    /// The statements of a file, or of standard input for -; `matcalc FILE.mc` for short
    Run(Late<Run>),
}

/// `matcalc repl`
#[derive(Debug, Args)]
pub(super) struct Repl {
    /// Leave out the statements of the init file
    #[arg(long)]
    pub(super) no_init: bool,
}

/// `matcalc run`
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The file
    #[arg(value_name = "FILE")]
    pub(super) file: String,
}

/// The commands that answer no question.
#[derive(Debug, Subcommand)]
pub(super) enum Shell {
    /// The completions of a shell, to be read by it at its start
    Completions(Late<Completions>),
    /// The manual page of matcalc or of a command, as troff source
    Man(Late<Man>),
}

/// `matcalc completions`
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// `matcalc man`
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command
    pub(super) command: Option<String>,
    /// Write all pages into this directory
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub(super) out: Option<PathBuf>,
}

/// Other names of `--wrt`.
const WRT: [&str; 5] = ["var", "variable", "by", "respect-to", "with-respect-to"];

/// The headings of the options in `--help`.
const DECLARATIONS: &str = "Declarations";
const FORM: &str = "Form of the answer";
const CHECKS: &str = "Checks";
const OUTPUT: &str = "Output";
const SEARCH: &str = "Search";
const REMAINDERS: &str = "Taylor remainders";

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The gradient of a scalar expression
    #[command(aliases = ["gradient"])]
    Grad(Late<Grad>),
    /// The differential, dX kept; --order 2 for d²f in dX₁ and dX₂
    #[command(aliases = ["differential", "d"])]
    Diff(Late<Diff>),
    /// The derivative of any expression by any variable
    ///
    /// It is shown as a matrix, or as operator, Kronecker matrix and entries.
    #[command(aliases = ["jac"])]
    Jacobian(Late<Jacobian>),
    /// The second derivative of a scalar expression
    #[command(aliases = ["hess"])]
    Hessian(Late<Hessian>),
    /// The k-th derivative, the first without -n
    #[command(aliases = ["differentiate", "deriv"])]
    Derivative(Late<Derivative>),
    /// The Jacobian times a direction, without building the Jacobian
    Jvp(Late<Along>),
    /// The transposed Jacobian times a direction, without building the Jacobian
    Vjp(Late<Along>),
    /// The Hessian times a direction, without building the Hessian
    Hvp(Late<Along>),
    /// The Taylor polynomial in the step dX
    Taylor(Late<Taylor>),
    /// Where the gradient of a scalar expression vanishes, also under equality constraints
    ///
    /// In several variables, -w x,y, where it vanishes in all of them jointly.
    Solve(Late<Solve>),
    /// Whether a scalar expression is convex, concave or affine, with the argument
    Convexity(Late<Variable>),
    /// Check a gradient numerically: the one this program finds, or your own (--claim)
    Check(Late<Check>),
    /// The expression in its simplest form
    Simplify(Late<Simplify>),
    /// How an expression is read: every grouping in brackets, each symbol with its kind and why
    Read(Late<Read>),
    /// Whether two expressions are equal
    Equal(Late<Equal>),
    /// The value of an expression
    Eval(Late<Eval>),
    /// The steps that compute an expression and its derivatives, and what each takes
    Plan(Late<Plan>),
    /// Where a scalar expression is least, by numbers
    Minimize(Late<Minimize>),
    /// Derivatives by algebra against automatic differentiation: values, time, operations, memory
    Compare(Late<Compare>),
    /// The graph of a computation: inputs, operations, result; with --adjoints the backward pass
    Graph(Late<Graph>),
    /// How a machine differentiates: every node of the computation, its local derivatives and its bar
    ///
    /// The bar of a node is the derivative of the result by it. Named parts are the nodes, as in
    /// 'z = w x + b; y = σ(z); ½(y − t)²'; where none is named, every operator is one.
    #[command(aliases = ["backward"])]
    Backprop(Late<Backprop>),
    /// A function in your language: value, gradient, Hessian
    Code(Late<Code>),
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

/// `matcalc solve`
#[derive(Debug, Args)]
pub(super) struct Solve {
    #[command(flatten)]
    pub(super) variable: Variable,
    /// An equality constraint, such as "1'x = 1" or 'C x = d'; again, or after a `;`, for more
    #[arg(long, value_name = "EQUATION", allow_hyphen_values = true, visible_alias = "st", aliases = ["s.t.", "constraint"])]
    pub(super) subject_to: Vec<String>,
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
    pub(super) slope: SlopeArgs,
    #[command(flatten)]
    pub(super) random: Random,
    #[command(flatten)]
    pub(super) common: Common,
}

/// The Taylor remainders of `matcalc check`.
#[derive(Debug, Args)]
pub(super) struct SlopeArgs {
    /// Check by Taylor remainders: how fast they fall with the step
    #[arg(long, help_heading = REMAINDERS)]
    pub(super) slope: bool,
    /// The function as one of a Python file, in place of the expression
    #[arg(long, value_name = "FILE.py:NAME", requires = "slope", help_heading = REMAINDERS)]
    pub(super) python: Option<String>,
    /// Its gradient as one of a Python file; else that of the expression, or --claim
    #[arg(long, value_name = "FILE.py:NAME", requires = "slope", conflicts_with = "claim", help_heading = REMAINDERS)]
    pub(super) python_gradient: Option<String>,
    /// A value, as `eval` takes it; what is not given is random
    #[arg(short, long = "set", visible_alias = "data", value_name = "NAME=VALUE", allow_hyphen_values = true,
        requires = "slope", help_heading = REMAINDERS)]
    pub(super) set: Vec<String>,
    /// The sizes: `5` for all, `n=5,m=3`
    #[arg(long, value_name = "SIZES", requires = "slope", help_heading = REMAINDERS)]
    pub(super) sizes: Option<Sizes>,
    /// Draw the remainders into an SVG file
    #[arg(long, value_name = "FILE.svg", requires = "slope", help_heading = REMAINDERS)]
    pub(super) plot: Option<String>,
}

/// `matcalc minimize`
#[derive(Debug, Args)]
pub(super) struct Minimize {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The variable, or several separated by commas (required)
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// A value: 'x=[1 2 3]', 'A=[1 2; 3 4]', or a file: 'A=FILE.npy', 'A=FILE.csv', 'A=@FILE'
    #[arg(short, long = "set", visible_alias = "data", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(super) set: Vec<String>,
    /// Where a variable starts; else at zeros (positive: ones, simplex: equal entries, spd and orthogonal: the identity), or at a random
    /// point where the gradient vanishes there or there is no value
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true, help_heading = SEARCH)]
    pub(super) start: Vec<String>,
    /// Variables whose entries are not below 0
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = SEARCH)]
    pub(super) nonnegative: Vec<String>,
    /// The method
    #[arg(short, long, value_enum, value_name = "METHOD", default_value_t = Method::Lbfgs, help_heading = SEARCH)]
    pub(super) method: Method,
    /// How derivatives are found
    #[arg(long, value_enum, value_name = "WAY", default_value_t = Way::Symbolic, help_heading = SEARCH)]
    pub(super) derivatives: Way,
    /// Compute values of reverse mode again rather than keep them: in so many bytes, as 100MB, or in as few as about one more evaluation of
    /// the function allows
    #[arg(long, value_name = "BYTES", num_args = 0..=1, default_missing_value = "auto", help_heading = SEARCH)]
    pub(super) checkpoint: Option<Checkpoints>,
    /// The rate of gradient descent, momentum and Adam; without it gradient descent searches along a line, the others take 0.01
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, value_parser = above_zero, help_heading = SEARCH)]
    pub(super) rate: Option<f64>,
    /// The part of a step that momentum keeps
    #[arg(long, value_name = "PART", allow_hyphen_values = true, default_value_t = 0.9, value_parser = from_zero, help_heading = SEARCH)]
    pub(super) momentum: f64,
    /// End where the gradient norm is at most this; 1e-8 where it is not given, 1e-4 in single precision
    #[arg(long, value_name = "NORM", allow_hyphen_values = true, value_parser = from_zero, help_heading = SEARCH)]
    pub(super) tol: Option<f64>,
    /// End where the value is at most this
    #[arg(long, visible_alias = "tol-value", value_name = "VALUE", allow_hyphen_values = true, help_heading = SEARCH)]
    pub(super) target: Option<f64>,
    /// End where the value changes by less than this, relative to its size
    #[arg(long, value_name = "CHANGE", allow_hyphen_values = true, default_value_t = 0.0, value_parser = from_zero, help_heading = SEARCH)]
    pub(super) tol_change: f64,
    /// The numbers that values and derivatives are computed with
    #[arg(long, value_enum, value_name = "PRECISION", ignore_case = true, default_value_t = Precision::Double,
        conflicts_with = "compare", help_heading = SEARCH)]
    pub(super) precision: Precision,
    /// The most iterations; 1000 with a Hessian, else 100000
    #[arg(long, value_name = "COUNT", help_heading = SEARCH)]
    pub(super) max_iter: Option<usize>,
    /// Run the search with derivatives by every way, over --sizes, and compare
    #[arg(long, requires = "sizes", conflicts_with_all = ["output", "trace"], help_heading = SEARCH)]
    pub(super) compare: bool,
    /// The sizes of --compare: 10:10000:7 for seven from 10 to 10000, evenly in the logarithm; n=10:100:3,m=5
    #[arg(long, value_name = "SIZES", requires = "compare", help_heading = SEARCH)]
    pub(super) sizes: Option<Sizes>,
    /// The runs of --compare at each size
    #[arg(long, value_name = "COUNT", default_value_t = 3, requires = "compare", value_parser = at_least_one, help_heading = SEARCH)]
    pub(super) runs: usize,
    /// Write the result to a file: FILE.npy, FILE.csv or FILE.txt; of several variables NAME=FILE for each
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) output: Vec<String>,
    /// Write every iteration to a file: .csv or .json
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) trace: Option<String>,
    /// Draw the search into an SVG file
    #[arg(long, value_name = "FILE.svg", help_heading = OUTPUT)]
    pub(super) plot: Option<String>,
    /// Output format: unicode or json
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode", help_heading = OUTPUT)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) random: Random,
    #[command(flatten)]
    pub(super) common: Common,
}

/// How the table of `matcalc compare` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TableFormat {
    /// A table for readers
    Unicode,
    /// Comma-separated values
    Csv,
    /// A JSON document
    Json,
}

/// How the graph of `matcalc graph` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    /// Lines of text
    #[value(aliases = ["text", "txt"])]
    Unicode,
    /// The language of Graphviz
    #[value(aliases = ["gv", "graphviz"])]
    Dot,
    /// A flowchart for Markdown
    #[value(aliases = ["mmd"])]
    Mermaid,
    /// An SVG document
    Svg,
    /// A JSON document
    Json,
}

impl GraphFormat {
    /// How the graph is drawn, where it is.
    pub(super) fn picture(self) -> Picture {
        match self {
            Self::Unicode | Self::Json => Picture::Unicode,
            Self::Dot => Picture::Dot,
            Self::Mermaid => Picture::Mermaid,
            Self::Svg => Picture::Svg,
        }
    }
}

/// `matcalc compare`
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The variable, or several separated by commas (required)
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// Second derivatives, too
    #[arg(long)]
    pub(super) hessian: bool,
    /// The sizes: 10:10000:7 for seven from 10 to 10000, evenly in the logarithm; n=10:100:3,m=5
    #[arg(long, value_name = "SIZES", default_value = crate::request::numbers::Compare::SIZES)]
    pub(super) sizes: Sizes,
    /// How often each is measured
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = at_least_one)]
    pub(super) runs: usize,
    /// The numbers that are computed with
    #[arg(long, value_enum, value_name = "PRECISION", ignore_case = true, default_value_t = Precision::Double)]
    pub(super) precision: Precision,
    /// Reverse mode with values computed again rather than kept, too: in so many bytes, as 100MB, or in as few as about one more
    /// evaluation of the function allows
    #[arg(long, value_name = "BYTES", num_args = 0..=1, default_missing_value = "auto")]
    pub(super) checkpoint: Option<Checkpoints>,
    /// Output format
    #[arg(short, long, value_enum, ignore_case = true, default_value_t = TableFormat::Unicode, help_heading = OUTPUT)]
    pub(super) format: TableFormat,
    /// Draw the times into an SVG file
    #[arg(long, value_name = "FILE.svg", help_heading = OUTPUT)]
    pub(super) plot: Option<String>,
    #[command(flatten)]
    pub(super) random: Random,
    #[command(flatten)]
    pub(super) common: Common,
}

fn number(text: &str) -> Result<f64, String> {
    text.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| "not a number".to_owned())
}

fn above_zero(text: &str) -> Result<f64, String> {
    number(text).and_then(|value| if value > 0.0 { Ok(value) } else { Err("not above 0".to_owned()) })
}

fn from_zero(text: &str) -> Result<f64, String> {
    number(text).and_then(|value| if value >= 0.0 { Ok(value) } else { Err("below 0".to_owned()) })
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "not a whole number from 1 on".to_owned())
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
    /// A value: 'x=[1 2 3]', 'A=[1 2; 3 4]', or a file of numbers: 'A=FILE.npy', 'A=FILE.csv', 'A=FILE.txt', 'A=@FILE'
    #[arg(short, long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(super) set: Vec<String>,
    /// The numbers that are computed with
    #[arg(long, value_enum, value_name = "PRECISION", ignore_case = true, default_value_t = Precision::Double)]
    pub(super) precision: Precision,
    /// Write the value to a file: FILE.npy, FILE.csv or FILE.txt
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    pub(super) output: Option<String>,
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
    /// The language, numpy where none is given
    #[arg(short, long, value_enum, value_name = "LANGUAGE", ignore_case = true, help_heading = OUTPUT)]
    pub(super) lang: Option<Language>,
    /// Output format: json for a document that holds the function; or a language, as with --lang
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, hide_possible_values = true, help_heading = OUTPUT)]
    pub(super) format: Option<Format>,
    /// The name of the function, `loss` where none is given
    #[arg(long, value_name = "NAME", help_heading = OUTPUT)]
    pub(super) name: Option<String>,
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
    /// The variable, or for most commands several, separated by commas (required)
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// The derivation, a line for each rule
    #[arg(long, help_heading = FORM)]
    pub(super) steps: bool,
    /// Evaluate the answer at these values: 'x=[1 2 3]', 'A=[1 2; 3 4]', or a file: 'A=FILE.npy'
    #[arg(short, long, value_name = "NAME=VALUE", allow_hyphen_values = true, help_heading = FORM)]
    pub(super) set: Vec<String>,
    /// The numbers that --set computes with
    #[arg(long, value_enum, value_name = "PRECISION", ignore_case = true, default_value_t = Precision::Double, requires = "set",
        help_heading = FORM)]
    pub(super) precision: Precision,
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

/// `matcalc backprop`
#[derive(Debug, Args)]
pub(super) struct Backprop {
    #[command(flatten)]
    pub(super) computation: Computation,
    #[command(flatten)]
    pub(super) written: Written,
}

/// `matcalc graph`
#[derive(Debug, Args)]
pub(super) struct Graph {
    #[command(flatten)]
    pub(super) computation: Computation,
    /// The values at the nodes; they need --set
    #[arg(long, help_heading = FORM)]
    pub(super) values: bool,
    /// The backward pass: bars at the nodes, edges back, local derivatives on them
    #[arg(long, help_heading = FORM)]
    pub(super) adjoints: bool,
    /// Output format
    #[arg(short, long, value_enum, ignore_case = true, default_value_t = GraphFormat::Unicode, help_heading = OUTPUT)]
    pub(super) format: GraphFormat,
}

/// What the commands for computations take.
#[derive(Debug, Args)]
pub(super) struct Computation {
    /// The expression, a number; parts of it may be named
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// The variables, separated by commas; without it all symbols
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// A value, for the numbers of both passes: 'x=[1 2 3]', 'A=[1 2; 3 4]', or a file: 'A=FILE.npy', 'A=FILE.csv', 'A=@FILE'
    #[arg(short, long = "set", value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(super) set: Vec<String>,
    #[command(flatten)]
    pub(super) checking: Checking,
    #[command(flatten)]
    pub(super) common: Common,
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

/// `matcalc plan`
#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The expression
    #[arg(value_name = "EXPR", allow_hyphen_values = true)]
    pub(super) expr: String,
    /// Plan the gradient by this variable, too, or by several separated by commas
    #[arg(short, long, value_name = "NAME", value_delimiter = ',', aliases = WRT)]
    pub(super) wrt: Vec<String>,
    /// Plan the Hessian, too
    #[arg(long)]
    pub(super) hessian: bool,
    /// Sizes, such as n=1000,m=50; formulas of the sizes without them
    #[arg(long, value_name = "NAME=N", value_delimiter = ',')]
    pub(super) sizes: Vec<String>,
    /// State the memory with values computed again rather than kept, too: in so many bytes, as 100MB, or in as few as about one more
    /// evaluation of the function allows
    #[arg(long, value_name = "BYTES", num_args = 0..=1, default_missing_value = "auto", requires = "sizes")]
    pub(super) checkpoint: Option<Checkpoints>,
    /// Output format: unicode or json
    #[arg(short, long, value_parser = FormatParser, ignore_case = true, default_value = "unicode", hide_possible_values = true,
        help_heading = OUTPUT)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) common: Common,
}
