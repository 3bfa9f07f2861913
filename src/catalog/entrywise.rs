//! Functions of one number, applied entry by entry: one row for each.

use super::SymbolId;

/// What is known of a function f. A column that a row leaves out says that nothing is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Its spellings, the usual one first. They are also read at the start of a run of letters: `sinx`.
    pub(crate) spellings: &'static [&'static str],
    /// Spellings that are read as whole words only: those of Mathematica, NumPy, SciPy, PyTorch and Julia.
    pub(crate) foreign: &'static [&'static str],
    /// The name it is printed with, unless it has a notation of its own, and that name in LaTeX.
    pub(crate) printed: Option<(&'static str, &'static str)>,
    /// Its value in Python; `{}` stands for the argument.
    pub(crate) numpy: &'static str,
    pub(crate) parity: Parity,
    pub(crate) at_zero: AtZero,
    /// An interval that holds all values.
    pub(crate) range: Range,
    pub(crate) sign: Sign,
    pub(crate) monotone: Monotone,
    pub(crate) curvature: Curvature,
    /// What `curvature` and `monotone` say, in words.
    pub(crate) shape: &'static str,
    /// That log f is concave, in words; empty where it is not, or not known to be.
    pub(crate) log_concave: &'static str,
    /// The same of 1 + f, which grows with f.
    pub(crate) one_plus_log_concave: &'static str,
    pub(crate) domain: Domain,
    pub(crate) differentiable: Differentiable,
    /// Whether it is constant on some interval.
    pub(crate) has_plateau: bool,
    pub(crate) inverse: Inverse,
    /// f′(z), with z = [`Formula::Z`].
    pub(crate) derivative: Formula,
}

/// Whether f(−x) is −f(x) or f(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parity {
    Odd,
    Even,
    Neither,
}

/// f(0), where it is 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtZero {
    Zero,
    One,
    Other,
}

/// An interval between whole numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) low: End,
    pub(crate) high: End,
}

/// An end of a [`Range`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Infinite,
    /// The number itself belongs to it.
    At(i64),
    /// The number itself does not.
    Beyond(i64),
}

/// The sign of f(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Unknown,
    /// That of x.
    OfArgument,
    /// That of x − 1.
    OfArgumentMinusOne,
    /// Above 0 where x ≠ 0.
    OfSquare,
    /// Above 0 where x > 0.
    OfPositivePart,
}

/// Whether f(x) grows with x on the whole domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Monotone {
    Increasing,
    Decreasing,
    /// It falls below 0 and grows above.
    WithSize,
    Unknown,
}

/// The sign of f″(x).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curvature {
    Convex,
    Concave,
    /// Convex below 0, concave above.
    ConvexThenConcave,
    /// Concave below 0, convex above.
    ConcaveThenConvex,
    Unknown,
}

/// The arguments of which it has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    Real,
    /// cos(x) ≠ 0
    CosineNonZero,
    /// x > 0
    Positive,
    /// x ≥ 1
    FromOne,
    /// |x| ≤ 1
    UpToOneInSize,
    /// |x| < 1
    BelowOneInSize,
}

/// The arguments inside of its domain that have a derivative; the ends of the domain have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Differentiable {
    Everywhere,
    /// x ≠ 0
    AwayFromZero,
    /// It has a jump at 0, and is asked only while zeros stay zeros.
    WhileZerosStay,
}

/// The function that undoes f.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inverse {
    /// f(z) = c exactly where z = g(c), for every c in the domain of g.
    Whole(Func),
    /// f(g(c)) = c, and there are other solutions.
    Branch(Func),
    None,
}

/// An expression of one variable.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Formula {
    /// The variable.
    Z,
    Integer(i64),
    Pi,
    /// f(a)
    Of(Func, &'static Formula),
    /// Σ cₖaₖ
    Sum(&'static [(i64, Formula)]),
    /// a·b
    Product(&'static Formula, &'static Formula),
    /// a to the power p/q.
    Power(&'static Formula, i64, i64),
    /// The next derivative of a function that stands in a row of derivatives: of a declared one, of a polygamma function.
    Next,
}

impl Func {
    /// Whether it has a derivative at 0.
    pub(crate) fn is_smooth_at_zero(self) -> bool {
        self.row().differentiable == Differentiable::Everywhere && !self.is_undefined_at_zero()
    }

    /// Whether 0 is outside of its domain.
    pub(crate) fn is_undefined_at_zero(self) -> bool {
        matches!(self.row().domain, Domain::Positive | Domain::FromOne)
    }

    /// The derivative of a function that stands in a row of derivatives.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Polygamma(order) => Some(Self::Polygamma(order + 1)),
            Self::User(symbol, order) => Some(Self::User(symbol, order + 1)),
            _ => None,
        }
    }
}

impl Range {
    const REAL: Self = Self { low: End::Infinite, high: End::Infinite };

    const fn between(low: End, high: End) -> Self {
        Self { low, high }
    }

    const fn from(low: End) -> Self {
        Self { low, high: End::Infinite }
    }
}

use AtZero::{One, Zero};
use End::{At, Beyond};
use Formula::{Integer, Of, Pi, Power, Product, Sum, Z};
use Parity::{Even, Odd};

/// A row in which nothing is known but that the function is smooth everywhere.
const NOTHING: Row = Row {
    spellings: &[],
    foreign: &[],
    printed: None,
    numpy: "",
    parity: Parity::Neither,
    at_zero: AtZero::Other,
    range: Range::REAL,
    sign: Sign::Unknown,
    monotone: Monotone::Unknown,
    curvature: Curvature::Unknown,
    shape: "",
    log_concave: "",
    one_plus_log_concave: "",
    domain: Domain::Real,
    differentiable: Differentiable::Everywhere,
    has_plateau: false,
    inverse: Inverse::None,
    derivative: Formula::Next,
};

/// A function that the user declares: nothing is known of it.
static DECLARED: Row = NOTHING;

const SQUARE: Formula = Power(&Z, 2, 1);
/// 1 + z²
const ONE_PLUS_SQUARE: Formula = Sum(&[(1, Integer(1)), (1, SQUARE)]);
/// 1 − z²
const ONE_MINUS_SQUARE: Formula = Sum(&[(1, Integer(1)), (-1, SQUARE)]);
/// z² − 1
const SQUARE_MINUS_ONE: Formula = Sum(&[(-1, Integer(1)), (1, SQUARE)]);

/// The functions as an enum, the list of them, and the row of each.
macro_rules! functions {
    ($($(#[$attribute:meta])* $name:ident { $($column:ident: $value:expr,)* })*) => {
        /// Functions applied entry by entry, on any shape.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the variants are the functions' own names")]
        pub enum Func {
            $($(#[$attribute])* $name,)*
            /// ψ⁽ᵐ⁾, the derivative of order m + 1 of log Γ: digamma, trigamma, and so on.
            Polygamma(u32),
            /// The `order`-th derivative of a declared function.
            User(SymbolId, u32),
        }

        impl Func {
            /// All of them but those that the user declares, and of the polygamma functions one of each kind.
            pub const ALL: &[Self] = &[
                $(Self::$name,)*
                Self::Polygamma(0),
                Self::Polygamma(1),
                Self::Polygamma(2),
                Self::Polygamma(3),
            ];

            /// What is known of it.
            pub(crate) fn row(self) -> &'static Row {
                match self {
                    $(Self::$name => {
                        static ROW: Row = Row { $($column: $value,)* ..NOTHING };
                        &ROW
                    })*
                    Self::Polygamma(order) => polygamma(order),
                    Self::User(..) => &DECLARED,
                }
            }
        }
    };
}

functions! {
    Exp {
        spellings: &["exp"],
        foreign: &["Exp"],
        printed: Some(("exp", "\\exp")),
        numpy: "np.exp({})",
        at_zero: One,
        range: Range::from(Beyond(0)),
        monotone: Monotone::Increasing,
        curvature: Curvature::Convex,
        shape: "exp is convex and nondecreasing",
        inverse: Inverse::Whole(Func::Log),
        derivative: Of(Func::Exp, &Z),
    }
    Log {
        spellings: &["log", "ln"],
        foreign: &["Log", "Ln"],
        printed: Some(("log", "\\log")),
        numpy: "np.log({})",
        sign: Sign::OfArgumentMinusOne,
        monotone: Monotone::Increasing,
        curvature: Curvature::Concave,
        shape: "log is concave and nondecreasing",
        domain: Domain::Positive,
        inverse: Inverse::Whole(Func::Exp),
        derivative: Power(&Z, -1, 1),
    }
    Sin {
        spellings: &["sin"],
        foreign: &["Sin"],
        printed: Some(("sin", "\\sin")),
        numpy: "np.sin({})",
        parity: Odd,
        at_zero: Zero,
        range: Range::between(At(-1), At(1)),
        inverse: Inverse::Branch(Func::Asin),
        derivative: Of(Func::Cos, &Z),
    }
    Cos {
        spellings: &["cos"],
        foreign: &["Cos"],
        printed: Some(("cos", "\\cos")),
        numpy: "np.cos({})",
        parity: Even,
        at_zero: One,
        range: Range::between(At(-1), At(1)),
        inverse: Inverse::Branch(Func::Acos),
        derivative: Sum(&[(-1, Of(Func::Sin, &Z))]),
    }
    Tan {
        spellings: &["tan"],
        foreign: &["Tan"],
        printed: Some(("tan", "\\tan")),
        numpy: "np.tan({})",
        parity: Odd,
        at_zero: Zero,
        domain: Domain::CosineNonZero,
        inverse: Inverse::Branch(Func::Atan),
        derivative: Sum(&[(1, Integer(1)), (1, Power(&Of(Func::Tan, &Z), 2, 1))]),
    }
    Asin {
        spellings: &["asin", "arcsin"],
        foreign: &["ArcSin"],
        printed: Some(("arcsin", "\\arcsin")),
        numpy: "np.arcsin({})",
        parity: Odd,
        at_zero: Zero,
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        curvature: Curvature::ConcaveThenConvex,
        shape: "concave below 0 and convex above, and nondecreasing",
        domain: Domain::UpToOneInSize,
        derivative: Power(&ONE_MINUS_SQUARE, -1, 2),
    }
    Acos {
        spellings: &["acos", "arccos"],
        foreign: &["ArcCos"],
        printed: Some(("arccos", "\\arccos")),
        numpy: "np.arccos({})",
        range: Range::from(At(0)),
        monotone: Monotone::Decreasing,
        curvature: Curvature::ConvexThenConcave,
        shape: "convex below 0 and concave above, and nonincreasing",
        domain: Domain::UpToOneInSize,
        derivative: Sum(&[(-1, Power(&ONE_MINUS_SQUARE, -1, 2))]),
    }
    Atan {
        spellings: &["atan", "arctan"],
        foreign: &["ArcTan"],
        printed: Some(("arctan", "\\arctan")),
        numpy: "np.arctan({})",
        parity: Odd,
        at_zero: Zero,
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        curvature: Curvature::ConvexThenConcave,
        shape: "convex below 0 and concave above, and nondecreasing",
        derivative: Power(&ONE_PLUS_SQUARE, -1, 1),
    }
    Sinh {
        spellings: &["sinh"],
        foreign: &["Sinh"],
        printed: Some(("sinh", "\\sinh")),
        numpy: "np.sinh({})",
        parity: Odd,
        at_zero: Zero,
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        curvature: Curvature::ConcaveThenConvex,
        shape: "concave below 0 and convex above, and nondecreasing",
        inverse: Inverse::Whole(Func::Asinh),
        derivative: Of(Func::Cosh, &Z),
    }
    Cosh {
        spellings: &["cosh"],
        foreign: &["Cosh"],
        printed: Some(("cosh", "\\cosh")),
        numpy: "np.cosh({})",
        parity: Even,
        at_zero: One,
        range: Range::from(At(1)),
        monotone: Monotone::WithSize,
        curvature: Curvature::Convex,
        shape: "cosh is convex",
        inverse: Inverse::Branch(Func::Acosh),
        derivative: Of(Func::Sinh, &Z),
    }
    Tanh {
        spellings: &["tanh"],
        foreign: &["Tanh"],
        printed: Some(("tanh", "\\tanh")),
        numpy: "np.tanh({})",
        parity: Odd,
        at_zero: Zero,
        range: Range::between(Beyond(-1), Beyond(1)),
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        curvature: Curvature::ConvexThenConcave,
        shape: "convex below 0 and concave above, and nondecreasing",
        one_plus_log_concave: "log(1 + tanh) is concave and nondecreasing",
        inverse: Inverse::Whole(Func::Atanh),
        derivative: Sum(&[(1, Integer(1)), (-1, Power(&Of(Func::Tanh, &Z), 2, 1))]),
    }
    Asinh {
        spellings: &["asinh", "arcsinh", "arsinh"],
        foreign: &["ArcSinh"],
        printed: Some(("asinh", "\\operatorname{asinh}")),
        numpy: "np.arcsinh({})",
        parity: Odd,
        at_zero: Zero,
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        curvature: Curvature::ConvexThenConcave,
        shape: "convex below 0 and concave above, and nondecreasing",
        inverse: Inverse::Whole(Func::Sinh),
        derivative: Power(&ONE_PLUS_SQUARE, -1, 2),
    }
    Acosh {
        spellings: &["acosh", "arccosh", "arcosh"],
        foreign: &["ArcCosh"],
        printed: Some(("acosh", "\\operatorname{acosh}")),
        numpy: "np.arccosh({})",
        range: Range::from(At(0)),
        monotone: Monotone::Increasing,
        curvature: Curvature::Concave,
        shape: "acosh is concave and nondecreasing",
        domain: Domain::FromOne,
        derivative: Power(&SQUARE_MINUS_ONE, -1, 2),
    }
    Atanh {
        spellings: &["atanh", "arctanh", "artanh"],
        foreign: &["ArcTanh"],
        printed: Some(("atanh", "\\operatorname{atanh}")),
        numpy: "np.arctanh({})",
        parity: Odd,
        at_zero: Zero,
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        curvature: Curvature::ConcaveThenConvex,
        shape: "concave below 0 and convex above, and nondecreasing",
        domain: Domain::BelowOneInSize,
        inverse: Inverse::Whole(Func::Tanh),
        derivative: Power(&ONE_MINUS_SQUARE, -1, 1),
    }
    /// σ(x) = 1/(1 + exp(−x)), with σ′(x) = σ(x)σ(−x)
    Sigmoid {
        spellings: &["sigmoid"],
        foreign: &["expit", "logistic", "Sigmoid", "LogisticSigmoid", "plogis"],
        numpy: "scipy.special.expit({})",
        range: Range::between(Beyond(0), Beyond(1)),
        monotone: Monotone::Increasing,
        curvature: Curvature::ConvexThenConcave,
        shape: "σ is convex below 0 and concave above",
        log_concave: "log σ is concave and nondecreasing",
        derivative: Product(&Of(Func::Sigmoid, &Z), &Of(Func::Sigmoid, &Sum(&[(-1, Z)]))),
    }
    /// log(1 + exp(x))
    Softplus {
        spellings: &["softplus"],
        foreign: &["Softplus", "SoftPlus"],
        printed: Some(("softplus", "\\operatorname{softplus}")),
        numpy: "np.logaddexp(0, {})",
        range: Range::from(Beyond(0)),
        monotone: Monotone::Increasing,
        curvature: Curvature::Convex,
        shape: "log(1 + exp) is convex and nondecreasing",
        log_concave: "log(1 + exp) is log-concave and nondecreasing",
        derivative: Of(Func::Sigmoid, &Z),
    }
    /// max(x, 0)
    Relu {
        spellings: &["relu", "ReLU"],
        foreign: &["Relu"],
        printed: Some(("relu", "\\operatorname{relu}")),
        numpy: "np.maximum({}, 0)",
        at_zero: Zero,
        range: Range::from(At(0)),
        sign: Sign::OfPositivePart,
        monotone: Monotone::Increasing,
        curvature: Curvature::Convex,
        shape: "the positive part is convex and nondecreasing",
        differentiable: Differentiable::AwayFromZero,
        has_plateau: true,
        derivative: Of(Func::Step, &Z),
    }
    /// 2/√π ∫₀ˣ exp(−s²) ds
    Erf {
        spellings: &["erf"],
        foreign: &["Erf"],
        printed: Some(("erf", "\\operatorname{erf}")),
        numpy: "scipy.special.erf({})",
        parity: Odd,
        at_zero: Zero,
        range: Range::between(Beyond(-1), Beyond(1)),
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        curvature: Curvature::ConvexThenConcave,
        shape: "convex below 0 and concave above, and nondecreasing",
        one_plus_log_concave: "log(1 + erf) is concave and nondecreasing",
        derivative: Sum(&[(2, Product(&Power(&Pi, -1, 2), &Of(Func::Exp, &Sum(&[(-1, SQUARE)]))))]),
    }
    /// Φ(x) = (1 + erf(x/√2))/2, the standard normal distribution function, with Φ′ = φ
    NormCdf {
        spellings: &["normcdf"],
        foreign: &["norm_cdf", "ndtr"],
        printed: Some(("normcdf", "\\operatorname{normcdf}")),
        numpy: "scipy.special.ndtr({})",
        range: Range::between(Beyond(0), Beyond(1)),
        monotone: Monotone::Increasing,
        curvature: Curvature::ConvexThenConcave,
        shape: "Φ is convex below 0 and concave above, and nondecreasing",
        log_concave: "the logarithm of a normal distribution is concave and nondecreasing",
        derivative: Of(Func::NormPdf, &Z),
    }
    /// φ(x) = exp(−x²/2)/√(2π), the standard normal density, with φ′(x) = −xφ(x)
    NormPdf {
        spellings: &["normpdf"],
        foreign: &["norm_pdf"],
        printed: Some(("normpdf", "\\operatorname{normpdf}")),
        numpy: "scipy.stats.norm.pdf({})",
        parity: Even,
        range: Range::between(Beyond(0), Beyond(1)),
        derivative: Sum(&[(-1, Product(&Z, &Of(Func::NormPdf, &Z)))]),
    }
    /// ∫₀^∞ sˣ⁻¹ exp(−s) ds, of x > 0.
    Gamma {
        foreign: &["gamma", "Gamma"],
        numpy: "scipy.special.gamma({})",
        range: Range::from(Beyond(0)),
        curvature: Curvature::Convex,
        shape: "Γ is convex",
        domain: Domain::Positive,
        derivative: Product(&Of(Func::Gamma, &Z), &Of(Func::Polygamma(0), &Z)),
    }
    /// log Γ(x), of x > 0.
    LogGamma {
        spellings: &["lgamma"],
        foreign: &["loggamma", "gammaln", "LogGamma", "logGamma", "log_gamma"],
        printed: Some(("lgamma", "\\operatorname{lgamma}")),
        numpy: "scipy.special.gammaln({})",
        curvature: Curvature::Convex,
        shape: "log Γ is convex",
        domain: Domain::Positive,
        derivative: Of(Func::Polygamma(0), &Z),
    }
    Abs {
        spellings: &["abs"],
        foreign: &["Abs", "absolute", "fabs"],
        numpy: "np.abs({})",
        parity: Even,
        at_zero: Zero,
        range: Range::from(At(0)),
        sign: Sign::OfSquare,
        monotone: Monotone::WithSize,
        curvature: Curvature::Convex,
        shape: "the absolute value is convex",
        differentiable: Differentiable::AwayFromZero,
        derivative: Of(Func::Sign, &Z),
    }
    Sign {
        spellings: &["sign", "sgn"],
        foreign: &["Sign"],
        printed: Some(("sign", "\\operatorname{sign}")),
        numpy: "np.sign({})",
        parity: Odd,
        at_zero: Zero,
        range: Range::between(At(-1), At(1)),
        sign: Sign::OfArgument,
        monotone: Monotone::Increasing,
        differentiable: Differentiable::AwayFromZero,
        has_plateau: true,
        derivative: Integer(0),
    }
    /// 1 where x > 0, else 0.
    Step {
        numpy: "np.heaviside({}, 0.0)",
        at_zero: Zero,
        range: Range::between(At(0), At(1)),
        monotone: Monotone::Increasing,
        differentiable: Differentiable::AwayFromZero,
        has_plateau: true,
        derivative: Integer(0),
    }
    /// 1 where x = 0, else 0.
    IsZero {
        numpy: "np.where({} == 0, 1.0, 0.0)",
        parity: Even,
        at_zero: One,
        range: Range::between(At(0), At(1)),
        differentiable: Differentiable::WhileZerosStay,
        has_plateau: true,
        derivative: Integer(0),
    }
}

/// What is known of ψ⁽ᵐ⁾, of x > 0: (−1)ᵐ⁺¹ψ⁽ᵐ⁾(x) = m! Σ 1/(x + n)ᵐ⁺¹ for m > 0, so that the sign, the slope and the curvature follow from
/// whether m is odd.
fn polygamma(order: u32) -> &'static Row {
    match order {
        0 => &DIGAMMA,
        1 => &TRIGAMMA,
        order if order % 2 == 1 => &ODD,
        _ => &EVEN,
    }
}

const POLYGAMMA: Row = Row { domain: Domain::Positive, derivative: Formula::Next, ..NOTHING };

static DIGAMMA: Row = Row {
    spellings: &["digamma"],
    printed: Some(("digamma", "\\operatorname{digamma}")),
    numpy: "scipy.special.digamma({})",
    monotone: Monotone::Increasing,
    curvature: Curvature::Concave,
    shape: "the digamma function is concave and nondecreasing",
    ..POLYGAMMA
};

static TRIGAMMA: Row = Row {
    spellings: &["trigamma"],
    printed: Some(("trigamma", "\\operatorname{trigamma}")),
    shape: "the trigamma function is convex and nonincreasing",
    ..ODD
};

static ODD: Row = Row {
    range: Range::from(Beyond(0)),
    monotone: Monotone::Decreasing,
    curvature: Curvature::Convex,
    shape: "a polygamma function of odd order is convex and nonincreasing",
    ..POLYGAMMA
};

static EVEN: Row = Row {
    range: Range { low: End::Infinite, high: Beyond(0) },
    monotone: Monotone::Increasing,
    curvature: Curvature::Concave,
    shape: "a polygamma function of even order is concave and nondecreasing",
    ..POLYGAMMA
};

impl Func {
    /// The letter that it is written with in text, where it is one: its derivative is written with a prime.
    #[must_use]
    pub fn letter(self) -> Option<&'static str> {
        (self == Self::Sigmoid).then_some("σ")
    }

    /// Whether f(0) = 0.
    #[must_use]
    pub fn fixes_zero(self) -> bool {
        self.row().at_zero == AtZero::Zero
    }

    /// Its usual spelling, where the language has one.
    pub(crate) fn spelling(self) -> Option<&'static str> {
        self.row().spellings.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::Scalar;

    /// Arguments at which a function is asked, from the smallest on.
    fn grid(func: Func) -> Vec<f64> {
        let all = (-40..=40).map(|step| f64::from(step) / 8.0);
        let inside = |x: &f64| match func.row().domain {
            Domain::Real | Domain::CosineNonZero => true,
            Domain::Positive => *x > 0.0,
            Domain::FromOne => *x > 1.0,
            Domain::UpToOneInSize | Domain::BelowOneInSize => x.abs() < 1.0,
        };
        all.filter(inside).collect()
    }

    #[test]
    fn values_are_as_the_table_says() {
        for func in Func::ALL {
            let row = func.row();
            let f = |x: f64| x.apply(*func);
            match row.at_zero {
                Zero => assert_eq!(f(0.0), 0.0, "{func:?}"),
                One => assert_eq!(f(0.0), 1.0, "{func:?}"),
                AtZero::Other => assert!(f(0.0).is_nan() || f(0.0).fract() != 0.0 || f(0.0).abs() > 1.0, "{func:?}"),
            }
            for x in grid(*func) {
                let y = f(x);
                match row.parity {
                    Odd => assert!((f(-x) + y).abs() <= 1e-15 * y.abs(), "{func:?}({x})"),
                    Even => assert!((f(-x) - y).abs() <= 1e-15 * y.abs(), "{func:?}({x})"),
                    Parity::Neither => {}
                }
                let rounding = 1e-9 * x.abs();
                #[allow(clippy::cast_precision_loss, reason = "the ends are small")]
                let beyond = |end: End, sign: f64| match end {
                    End::Infinite => true,
                    At(end) => sign * (y - end as f64) >= 0.0,
                    // Rounding may reach it.
                    Beyond(end) => sign * (y - end as f64) > -f64::MIN_POSITIVE,
                };
                assert!(beyond(row.range.low, 1.0) && beyond(row.range.high, -1.0), "{func:?}({x}) = {y}");
                let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
                assert!(
                    match row.sign {
                        Sign::Unknown => true,
                        Sign::OfArgument => sign(y) == sign(x),
                        Sign::OfArgumentMinusOne => sign(y) == sign(x - 1.0),
                        Sign::OfSquare => y > 0.0 || x == 0.0,
                        Sign::OfPositivePart => y > 0.0 || x <= 0.0,
                    },
                    "{func:?}({x}) = {y}"
                );
                if let Inverse::Whole(inverse) = row.inverse {
                    assert!((y.apply(inverse) - x).abs() < 1e-6 + rounding || y.abs() > 0.9999, "{func:?}({x})");
                }
                if let Inverse::Branch(inverse) = row.inverse {
                    assert!((y.apply(inverse).apply(*func) - y).abs() < 1e-9 * (1.0 + y.abs()), "{func:?}({x})");
                }
            }
        }
    }

    #[test]
    fn shapes_are_as_the_table_says() {
        for func in Func::ALL {
            let row = func.row();
            let f = |x: f64| x.apply(*func);
            let (mut rises, mut falls, mut flat) = (true, true, false);
            for pair in grid(*func).windows(2) {
                let ([x, z], slack) = ([pair[0], pair[1]], 1e-12);
                let step = f(z) - f(x);
                rises &= step >= -slack;
                falls &= step <= slack;
                flat |= step == 0.0 && f(z).abs() < 1.5;
                let bend = f(x) + f(z) - 2.0 * f(f64::midpoint(x, z));
                let (convex, concave) = (bend >= -slack, bend <= slack);
                assert!(
                    match row.curvature {
                        Curvature::Convex => convex,
                        Curvature::Concave => concave,
                        Curvature::ConvexThenConcave =>
                            if z <= 0.0 {
                                convex
                            } else {
                                concave
                            },
                        Curvature::ConcaveThenConvex =>
                            if z <= 0.0 {
                                concave
                            } else {
                                convex
                            },
                        Curvature::Unknown => true,
                    },
                    "{func:?} near {x}"
                );
                let middle = f64::midpoint(x, z);
                for (words, lift) in [(row.log_concave, 0.0), (row.one_plus_log_concave, 1.0)] {
                    let log = |x: f64| (lift + f(x)).ln();
                    let bend = log(x) + log(z) - 2.0 * log(middle);
                    // 1 + f loses its digits where f is near −1.
                    assert!(words.is_empty() || lift + f(x) < 1e-6 || bend <= 1e-9, "log {func:?} near {x}");
                }
                if row.monotone == Monotone::WithSize {
                    assert!(if x >= 0.0 { step >= 0.0 } else { step <= 0.0 }, "{func:?} near {x}");
                }
            }
            assert_eq!(row.monotone == Monotone::Increasing, rises, "{func:?}");
            assert_eq!(row.monotone == Monotone::Decreasing, falls && !rises, "{func:?}");
            assert!(row.has_plateau || !flat || row.range.high != End::Infinite, "{func:?}");
        }
    }
}
