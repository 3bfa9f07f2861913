//! The names of functions entry by entry in all languages, a row for each function.

use std::sync::LazyLock;

use crate::expr::Func;
use crate::plan::Map;

/// The names of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    /// `{}` stands for the operand.
    pub(super) numpy: &'static str,
    pub(super) jax: &'static str,
    /// Empty where what is true has to be made a number of the kind that is given.
    pub(super) torch: &'static str,
    /// Applied with a dot to arrays; empty where it is a comparison.
    pub(super) julia: &'static str,
    pub(super) matlab: &'static str,
    /// A method of `f64` with its dot, or a function.
    pub(super) rust: &'static str,
    /// A method of arrays where they have one, and the function of a number.
    pub(super) cpp: (&'static str, &'static str),
}

/// Polygamma functions of this order and above are not written as code.
const ORDERS: u32 = 64;

/// The names of the polygamma functions, by their order.
static POLYGAMMA: LazyLock<Vec<Spelled>> = LazyLock::new(|| (0..ORDERS).map(Spelled::new).collect());

/// The names of a polygamma function.
struct Spelled {
    numpy: String,
    jax: String,
    torch: String,
    julia: String,
    matlab: String,
    rust: String,
    cpp: String,
}

impl Spelled {
    fn new(order: u32) -> Self {
        Self {
            numpy: format!("scipy.special.polygamma({order}, {{}})"),
            jax: format!("jax.scipy.special.polygamma({order}, {{}})"),
            torch: format!("torch.special.polygamma({order}, {{}})"),
            julia: if order == 1 { "trigamma".to_owned() } else { format!("(t -> polygamma({order}, t))") },
            matlab: format!("psi({order}, {{}})"),
            rust: format!("polygamma::<{order}>"),
            cpp: format!("polygamma<{order}>"),
        }
    }

    fn names(&'static self) -> Names {
        Names {
            numpy: &self.numpy,
            jax: &self.jax,
            torch: &self.torch,
            julia: &self.julia,
            matlab: &self.matlab,
            rust: &self.rust,
            cpp: ("", &self.cpp),
        }
    }
}

/// The names of a function; none of a quotient, which is an operator, and of a declared function.
#[rustfmt::skip]
pub(super) fn names(map: Map) -> Option<Names> {
    let row = |numpy, jax, torch, julia, matlab, rust, cpp| Some(Names { numpy, jax, torch, julia, matlab, rust, cpp });
    match map {
        Map::Reciprocal | Map::Func(Func::User(..)) => None,
        Map::Sqrt => row("np.sqrt({})", "jnp.sqrt({})", "torch.sqrt({})", "sqrt", "sqrt({})", ".sqrt", ("sqrt", "std::sqrt")),
        Map::Log1p => row("np.log1p({})", "jnp.log1p({})", "torch.log1p({})", "log1p", "log1p({})", ".ln_1p", ("log1p", "std::log1p")),
        Map::Expm1 => row("np.expm1({})", "jnp.expm1({})", "torch.expm1({})", "expm1", "expm1({})", ".exp_m1", ("expm1", "std::expm1")),
        Map::LogExpit => row("scipy.special.log_expit({})", "jax.nn.log_sigmoid({})", "torch.nn.functional.logsigmoid({})", "logsigmoid", "logsigmoid({})", "log_sigmoid", ("", "log_sigmoid")),
        Map::LogNormCdf => row("scipy.special.log_ndtr({})", "jax.scipy.special.log_ndtr({})", "torch.special.log_ndtr({})", "logndtr", "logndtr({})", "log_ndtr", ("", "log_ndtr")),
        Map::NormRatio => row(
            "(2 / np.pi)**0.5 / scipy.special.erfcx(-{} / 2**0.5)", "(2 / jnp.pi)**0.5 / jax.scipy.special.erfcx(-{} / 2**0.5)",
            "(2 / torch.pi)**0.5 / torch.special.erfcx(-{} / 2**0.5)", "normratio", "normratio({})", "norm_ratio", ("", "norm_ratio"),
        ),
        Map::Factorial => row("scipy.special.factorial({})", "jax.scipy.special.factorial({})", "torch.exp(torch.lgamma({} + 1))", "factorial", "factorial({})", "factorial", ("", "factorial")),
        Map::Truncate => row("np.trunc({})", "jnp.trunc({})", "torch.trunc({})", "trunc", "fix({})", ".trunc", ("", "std::trunc")),
        Map::Func(func) => match func {
            Func::Exp => row("np.exp({})", "jnp.exp({})", "torch.exp({})", "exp", "exp({})", ".exp", ("exp", "std::exp")),
            Func::Log => row("np.log({})", "jnp.log({})", "torch.log({})", "log", "log({})", ".ln", ("log", "std::log")),
            Func::Sin => row("np.sin({})", "jnp.sin({})", "torch.sin({})", "sin", "sin({})", ".sin", ("sin", "std::sin")),
            Func::Cos => row("np.cos({})", "jnp.cos({})", "torch.cos({})", "cos", "cos({})", ".cos", ("cos", "std::cos")),
            Func::Tan => row("np.tan({})", "jnp.tan({})", "torch.tan({})", "tan", "tan({})", ".tan", ("tan", "std::tan")),
            Func::Asin => row("np.arcsin({})", "jnp.arcsin({})", "torch.arcsin({})", "asin", "asin({})", ".asin", ("asin", "std::asin")),
            Func::Acos => row("np.arccos({})", "jnp.arccos({})", "torch.arccos({})", "acos", "acos({})", ".acos", ("acos", "std::acos")),
            Func::Atan => row("np.arctan({})", "jnp.arctan({})", "torch.arctan({})", "atan", "atan({})", ".atan", ("atan", "std::atan")),
            Func::Sinh => row("np.sinh({})", "jnp.sinh({})", "torch.sinh({})", "sinh", "sinh({})", ".sinh", ("sinh", "std::sinh")),
            Func::Cosh => row("np.cosh({})", "jnp.cosh({})", "torch.cosh({})", "cosh", "cosh({})", ".cosh", ("cosh", "std::cosh")),
            Func::Tanh => row("np.tanh({})", "jnp.tanh({})", "torch.tanh({})", "tanh", "tanh({})", ".tanh", ("tanh", "std::tanh")),
            Func::Asinh => row("np.arcsinh({})", "jnp.arcsinh({})", "torch.arcsinh({})", "asinh", "asinh({})", ".asinh", ("asinh", "std::asinh")),
            Func::Acosh => row("np.arccosh({})", "jnp.arccosh({})", "torch.arccosh({})", "acosh", "acosh({})", ".acosh", ("acosh", "std::acosh")),
            Func::Atanh => row("np.arctanh({})", "jnp.arctanh({})", "torch.arctanh({})", "atanh", "atanh({})", ".atanh", ("atanh", "std::atanh")),
            Func::Sigmoid => row("scipy.special.expit({})", "jax.nn.sigmoid({})", "torch.sigmoid({})", "sigmoid", "sigmoid({})", "sigmoid", ("logistic", "sigmoid")),
            Func::Softplus => row("np.logaddexp(0, {})", "jax.nn.softplus({})", "torch.nn.functional.softplus({})", "softplus", "softplus({})", "softplus", ("", "softplus")),
            Func::Relu => row("np.maximum({}, 0)", "jax.nn.relu({})", "torch.relu({})", "relu", "max({}, 0)", "relu", ("", "relu")),
            Func::Erf => row("scipy.special.erf({})", "jax.scipy.special.erf({})", "torch.special.erf({})", "erf", "erf({})", "erf", ("", "std::erf")),
            Func::NormCdf => row("scipy.special.ndtr({})", "jax.scipy.special.ndtr({})", "torch.special.ndtr({})", "normcdf", "normcdf({})", "normcdf", ("", "normcdf")),
            Func::NormPdf => row("scipy.stats.norm.pdf({})", "jax.scipy.stats.norm.pdf({})", "torch.exp(-0.5 * torch.square({}) - 0.9189385332046727)", "normpdf", "normpdf({})", "normpdf", ("", "normpdf")),
            Func::Abs => row("np.abs({})", "jnp.abs({})", "torch.abs({})", "abs", "abs({})", ".abs", ("abs", "std::abs")),
            Func::Sign => row("np.sign({})", "jnp.sign({})", "torch.sign({})", "sign", "sign({})", "sign", ("sign", "sign")),
            Func::Step => row("np.where({} > 0, 1.0, 0.0)", "jnp.where({} > 0, 1.0, 0.0)", "", "", "double({} > 0)", "step", ("", "step")),
            Func::IsZero => row("np.where({} == 0, 1.0, 0.0)", "jnp.where({} == 0, 1.0, 0.0)", "", "", "double({} == 0)", "is_zero", ("", "is_zero")),
            Func::Gamma => row("scipy.special.gamma({})", "jax.scipy.special.gamma({})", "torch.exp(torch.special.gammaln({}))", "gamma", "gamma({})", "gamma", ("", "std::tgamma")),
            Func::LogGamma => row("scipy.special.gammaln({})", "jax.scipy.special.gammaln({})", "torch.special.gammaln({})", "loggamma", "gammaln({})", "log_gamma", ("", "std::lgamma")),
            Func::Polygamma(0) => row("scipy.special.digamma({})", "jax.scipy.special.digamma({})", "torch.special.digamma({})", "digamma", "psi({})", "polygamma::<0>", ("", "polygamma<0>")),
            Func::Polygamma(order) => POLYGAMMA.get(order as usize).map(Spelled::names),
            Func::User(..) => None,
        },
    }
}
